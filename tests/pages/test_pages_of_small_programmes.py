"""What the demonstration does not hold: nothing yet, a requirement, decisions that wait, losses, many projects."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from futurefit.values.rag import Split, Status
from projects.models import ThemePost
from savings.models import BudgetRow
from savings.reading import read
from savings.services.periods import NewPeriod, close_and_open_next
from tests.factories import (
    TESTS,
    DecisionFactory,
    MilestoneFactory,
    ProgrammeFactory,
    ProjectFactory,
    RequirementFactory,
    RiskFactory,
    StatedFigureFactory,
    ThemeFactory,
    cabinet_member,
    finance_officer,
    head_of_finance,
    head_of_service,
    line,
    reader,
    small_programme,
    stranger,
)
from tests.pages.page import page

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EVERY_PAGE = ("/", "/programme/", "/themes/", "/directorates/")


@pytest.mark.parametrize("address", [*EVERY_PAGE, "/themes/anything/", "/lines/", "/mtfp/"])
def test_before_there_is_a_programme_every_page_says_what_will_be_here_and_who_adds_it(client, address):
    shown = page(client, finance_officer(), address)
    assert shown.status == 200
    assert "There is no programme yet." in shown.words
    assert "the head of finance opens its first reporting period" in shown.words


def test_a_programme_without_a_period_says_so(client):
    ProgrammeFactory(is_current=True, name="Savings to come")
    assert "Savings to come has no reporting period yet." in page(client, finance_officer(), "/programme/").words


def test_somebody_without_a_post_reads_what_to_do(client):
    shown = page(client, stranger(), "/")
    assert shown.status == 200
    assert "ask the programme office" in shown.words


def test_a_requirement_is_compared_with_what_is_identified(client):
    small = small_programme()
    RequirementFactory(period=small.period, year=2016, amount=1_000_000)
    line(small.period, small.projects[0], {2016: 300_000}, approved=True)
    shown = page(client, finance_officer(), "/programme/")
    # two lines of £100,000 are proposed, one of £300,000 is approved
    assert shown.row("Required by the MTFP") == [1_000_000]
    assert shown.row("Identified: approved") == [300_000]
    assert shown.row("Identified: approved and proposed") == [500_000]
    assert shown.row("approved, savings headings") == [700_000]
    assert shown.row("approved and proposed, all headings") == [500_000]


@pytest.mark.parametrize(
    ("who", "said"),
    [(finance_officer, "waiting for the head of finance to confirm"), (head_of_finance, "waiting for you to confirm")],
)
def test_a_decision_that_waits_is_said_to_finance(client, who, said):
    small = small_programme()
    DecisionFactory(programme=small.programme, effective_in=small.period, code="D-WAITS")
    shown = page(client, who(), "/")
    assert said in shown.words
    assert "D-WAITS" in shown.words


def test_a_decision_that_its_period_closed_over_is_not_lost(client):
    """On the home of the period that closed and of the open one it is said, and not that it can be confirmed."""
    small = small_programme()
    DecisionFactory(programme=small.programme, effective_in=small.period, code="D-LATE")
    new = NewPeriod("2015/16 M09", 2015, date(2015, 12, 31), 9)
    close_and_open_next(actor=TESTS, period=small.period, new=new)
    for address in ("/", f"/?period={small.period.label.replace(' ', '+')}"):
        shown = page(client, head_of_finance(), address)
        assert "not confirmed before its period closed" in shown.words
        assert "D-LATE" in shown.words
        assert "waiting for you to confirm" not in shown.words


def test_nothing_waits_where_nothing_does(client):
    small_programme()
    assert "Nothing waits:" in page(client, finance_officer(), "/").words


def test_a_cabinet_member_who_leads_nothing_reads_every_theme(client):
    small = small_programme()
    shown = page(client, cabinet_member(), "/")
    assert "Your post leads no theme or project of this programme." in shown.words
    assert small.themes[0].name in shown.words


def test_a_loss_lies_left_of_the_line_and_counts_in_full(client):
    small = small_programme(projects=1)
    line(small.period, small.projects[0], {2016: Split(-40_000)})
    shown = page(client, finance_officer(), f"/themes/{small.themes[0].slug}/")
    assert "left of zero not rated −£40,000" in shown.html
    # £100,000 with a quarter each on target, amber, red and not rated, and £50,000 in 2017/18; 25 + 12.5 − 40
    assert shown.row("Not rated") == [25_000 - 40_000, 50_000, 35_000]
    assert 'data-value="-2500"' in shown.html


@pytest.mark.parametrize("address", ["/themes/", "/programme/", "/directorates/"])
def test_losses_of_the_year_stand_beside_each_percentage(address, client):
    small = small_programme(projects=1)
    line(small.period, small.projects[0], {2015: Split(80_000, delivered=20_000)})
    assert "osses: " not in page(client, finance_officer(), address).words
    line(small.period, small.projects[0], {2015: Split(-40_000)})
    line(small.period, small.projects[0], {2015: Split(-7_000)}, saving_type="faster")
    shown = page(client, finance_officer(), address)
    assert "losses: −£40,000" in shown.words
    assert "measure=loss" in shown.html


def test_the_tiles_of_a_cabinet_member_name_the_losses_of_the_year(client):
    small = small_programme(projects=1)
    post = cabinet_member()
    ThemePost.objects.create(theme=small.themes[0], post=post.holdings.get().post)
    line(small.period, small.projects[0], {2015: Split(80_000, delivered=20_000)})
    line(small.period, small.projects[0], {2015: Split(-40_000)})
    assert "losses: −£0.040m" in page(client, post, "/").words


def test_claimed_delivery_and_what_is_delivered_beyond_the_target_are_rows_of_their_own(client):
    small = small_programme(projects=1)
    line(small.period, small.projects[0], {2016: Split(10_000, delivered=12_000), 2017: Split(5_000, claimed=4_000)})
    shown = page(client, finance_officer(), "/programme/")
    assert shown.row("claimed, finance has not accepted it yet") == [0, 4_000, 4_000]
    assert shown.row("Less: delivered beyond the target") == [2_000, 0, 2_000]
    assert shown.row("Target") == [110_000, 55_000, 165_000]
    rated = [shown.row(status.label) for status in (Status.DELIVERED, Status.ON_TARGET, Status.AMBER, Status.RED)]
    rated += [shown.row("claimed, finance"), shown.row("Not rated")]
    assert [sum(column) for column in zip(*rated, strict=True)] == [112_000, 55_000, 167_000]


def test_the_reversal_of_a_one_off_saving_is_a_row_of_its_own(client):
    small = small_programme(projects=1)
    line(small.period, small.projects[0], {2016: 30_000}, recurring="one_off")
    shown = page(client, finance_officer(), "/programme/")
    assert shown.row("Reversal of one-off savings") == [0, -30_000, -30_000]
    assert shown.row("Target") == [130_000, 50_000, 180_000]


def test_the_cumulative_view_says_how_much_is_treated_as_recurring(client):
    small_programme(projects=1)
    shown = page(client, finance_officer(), "/programme/", view="cumulative", unit="pounds")
    assert "For £150,000 of the total it is not stated whether it recurs" in shown.words
    assert shown.row("Target") == [100_000, 150_000, 150_000, 150_000, 150_000]


def test_a_risk_beyond_tolerance_is_told_apart_from_one_within_it(client):
    small = small_programme(projects=1)
    theme = small.themes[0]
    RiskFactory(programme=small.programme, theme=theme, description="Beyond", current_likelihood=4, current_impact=4)
    RiskFactory(programme=small.programme, theme=theme, description="Within", current_likelihood=3, current_impact=4)
    words = page(client, finance_officer(), f"/themes/{theme.slug}/").words
    assert "Beyond tolerance (scored more than 12) Beyond. Scored 16." in words
    assert "Within tolerance Within. Scored 12." in words


def test_a_directorate_tells_late_and_due_apart(client, settings):
    settings.TODAY = date(2016, 4, 1)
    small = small_programme(projects=1)
    for title, latest in (("Long gone", date(2016, 3, 1)), ("Soon", date(2016, 5, 1)), ("Far off", date(2017, 1, 1))):
        MilestoneFactory(
            programme=small.programme, project=small.projects[0], title=title, earliest=None, latest=latest
        )
    words = page(client, finance_officer(), f"/directorates/{small.directorates[0].code}/").words
    assert words.index("Long gone") < words.index("Late: 31 days") < words.index("Due in the next three months")
    assert words.index("Due in the next three months") < words.index("Soon")
    assert "Far off" not in words


def test_figures_are_escaped(client):
    small = small_programme(projects=1)
    ProjectFactory(programme=small.programme, theme=small.themes[0], title="<script>alert(1)</script>")
    shown = page(client, finance_officer(), f"/themes/{small.themes[0].slug}/")
    assert "<script>" not in shown.html
    assert "&lt;script&gt;" in shown.html


def queries_of(client, user, address):
    page(client, user, address)
    with CaptureQueriesContext(connection) as captured:
        assert page(client, user, address).status == 200
    return len(captured)


@pytest.mark.parametrize(
    ("address", "bar"),
    [
        ("/programme/", 10),
        ("/themes/", 10),
        ("/directorates/", 10),
        ("/themes/{theme}/", 12),
        ("/directorates/{dir}/", 12),
    ],
)
@pytest.mark.parametrize("who", [finance_officer, cabinet_member])
def test_a_page_asks_as_often_for_40_projects_as_for_2(client, address, bar, who):
    few = small_programme(projects=2, slug="few", is_current=False)
    many = small_programme(projects=40, slug="many", is_current=False)
    user = who()
    signing_in = 2
    counts = []
    for small in (few, many):
        filled = address.format(theme=small.themes[0].slug, dir=small.directorates[0].code)
        for project in small.projects:
            MilestoneFactory(programme=small.programme, project=project)
        counts.append(queries_of(client, user, f"{filled}?programme={small.programme.slug}") - signing_in)
    assert counts[0] == counts[1]
    assert counts[0] <= bar + signing_in


def test_a_closed_period_keeps_its_names(client, rf):
    small = small_programme(projects=1)
    theme = small.themes[0]
    old = theme.name
    close_and_open_next(
        actor=TESTS, period=small.period, new=NewPeriod("2015/16 M08", 2015, date(2015, 11, 30), month=8)
    )
    theme.name = "Renamed since"
    theme.save()
    user = finance_officer()
    assert "Renamed since" in page(client, user, "/themes/").words
    then = page(client, user, "/themes/", period="2015/16 M07").words
    assert old in then and "Renamed since" not in then
    request = rf.get("/themes/", {"period": "2015/16 M07"})
    request.reader = reader(user)
    assert read(request).today == date(2015, 10, 31)


@pytest.mark.parametrize(
    ("scope", "told_to_some"),
    [
        ({}, True),
        ({"parts": "budget_rows", "scope_row": "Gross expenditure", "scope_table": "T1"}, True),
        ({"scope_row": "A saving of another service"}, False),
        ({"scope_lines": ["L-1"]}, False),
    ],
)
def test_a_printed_figure_of_one_row_is_told_to_those_alone_who_see_everything(scope, told_to_some, client):
    small = small_programme()
    theme = ThemeFactory(programme=small.programme)
    row = {"label": "As printed", "as_printed": "999", "stated": 999_000, "scope_theme": theme, **scope}
    if row.get("parts") == "budget_rows":
        BudgetRow.objects.create(
            programme=small.programme,
            document="Paper",
            table="T1",
            label="Gross expenditure",
            nature="expenditure",
            directorate=small.projects[0].directorate,
            year=2016,
            amount=1_000,
        )
    else:
        title = scope.get("scope_row", "A saving of another service")
        owner = ProjectFactory(programme=small.programme, theme=theme)
        line(small.period, owner, {2016: 1_000}, title=title, code="L-1")
    StatedFigureFactory(programme=small.programme, period=small.period, **row)
    address = f"/themes/{theme.slug}/"
    assert "“As printed”" in page(client, finance_officer(), address).words
    seen_by_some = page(client, head_of_service(small.projects[0].service), address).words
    assert ("“As printed”" in seen_by_some) == told_to_some
