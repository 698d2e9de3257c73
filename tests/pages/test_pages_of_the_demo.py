"""Home, programme, themes and directorates on the papers of 2015: what each post reads, and where figures lead."""

import csv
import re
from datetime import date

import pytest

from savings.rollups import rollup
from tests.demo_programme import OPEN, PAPERS
from tests.pages.page import page, total_of_lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo"), pytest.mark.slow]


@pytest.fixture(autouse=True)
def the_day_of_the_demo(settings):
    settings.DEMO, settings.TODAY = True, date(2016, 5, 20)


SELF_SUFFICIENT = "/themes/self-sufficient-council/"


def test_the_theme_list_says_what_each_theme_promises_by_year(client, demo):
    shown = page(client, demo.user("cabinet"), "/themes/", period=PAPERS)
    by_year = shown.html[shown.html.rindex("What each theme promises by year") :]
    shown = type(shown)(shown.status, by_year)
    # 2015/16 to 2020/21+, not profiled, total; secure, at risk, not rated
    assert shown.row("Self-Sufficient Council")[:8] == [0, 2_619_000, 2_550_000, 2_700_000, 2_500_000, 0, 0, 10_369_000]
    assert shown.row("Commissioning")[5:8] == [650_000, 0, 2_650_000]
    assert shown.row("Active Alliances")[7] == 400_000
    assert shown.row("Operating Model")[7] == 1_500_000
    assert shown.row("Demand Management")[7] == 0


def test_the_theme_list_says_how_sure_each_theme_is(client, demo):
    shown = page(client, demo.user("cabinet"), "/themes/", period=PAPERS)
    # planned; secure, at risk, not rated: the papers print the themes without a rating
    assert shown.row("Self-Sufficient Council") == [10_369_000, 0, 0, 10_369_000]
    assert "Lead: Chief Financial Officer" in shown.words
    assert "not applicable" in shown.words


def test_the_themes_as_a_file_hold_what_the_page_shows(client, demo):
    client.force_login(demo.user("cabinet"))
    text = client.get("/themes/", {"period": PAPERS, "export": "csv"}).content.decode("utf-8-sig")
    rows = [row for row in csv.reader(text.splitlines()) if row]
    heads = next(row for row in rows if row[0] == "Theme")
    held = dict(zip(heads, next(row for row in rows if row[0].startswith("Self-Sufficient Council")), strict=True))
    assert held["Theme"].startswith("Self-Sufficient Council (Lead: Chief Financial Officer")
    assert (held["Planned (£)"], held["Secure (£)"], held["2016/17 (£)"]) == ("10369000", "0", "2619000")
    assert held["Delivered, of target"] == "0.0%" or held["Delivered, of target"] == "not applicable"
    assert next(row for row in rows if row[0] == "Programme")[1] == "18799000"


def test_a_theme_is_told_with_its_money_and_its_paper(client, demo):
    shown = page(client, demo.user("cabinet"), SELF_SUFFICIENT, period=PAPERS)
    assert "Concept stage: not approved by any formal governance. All £10.369m in this plan is proposed." in shown.words
    assert "Nothing is planned for 2015/16 or for 2020/21 and later." in shown.words
    assert shown.row("Not rated") == [2_619_000, 2_550_000, 2_700_000, 2_500_000, 10_369_000]
    assert shown.row("1b Business Rates")[:5] == [-1_331_000, 250_000, 0, 0, -1_081_000]
    assert "Left of the line: amounts that add to the budget" in shown.words
    for heading in ("Milestones", "Risks", "How success is judged", "Investment", "From the concept paper"):
        assert f"<h2>{heading}</h2>" in shown.html
    assert "“Sept 2015”" in shown.words


def test_a_milestone_is_late_on_the_day_of_the_page_and_only_when_surely_late(client, demo):
    then = page(client, demo.user("cabinet"), SELF_SUFFICIENT, period=PAPERS)
    now = page(client, demo.user("cabinet"), SELF_SUFFICIENT)
    # due in September 2015: on 31 October 2015 31 days ago, on 20 May 2016 233 days
    assert "Late: 31 days" in then.words
    assert "Late: 233 days" in now.words
    assert "no date can be read" in then.words


def test_risks_without_a_score_are_listed_as_not_scored(client, demo):
    shown = page(client, demo.user("cabinet"), SELF_SUFFICIENT, period=PAPERS)
    assert shown.words.index("Not scored") < shown.words.index("Too few schemes for the fund.")
    assert "None of the scored risks." in shown.words


def test_a_saving_in_words_alone_stands_in_its_row(client, demo):
    shown = page(client, demo.user("cabinet"), "/themes/operating-model/", period=PAPERS)
    assert "marginal, no amount" in shown.words
    assert "One saving has no amount yet" in shown.words


def test_a_theme_without_savings_says_who_adds_them(client, demo):
    shown = page(client, demo.user("cabinet"), "/themes/demand-management/")
    assert shown.status == 200
    assert "no concept paper of its own" in shown.words
    assert "Finance officers add the lines" in shown.words


def test_rows_that_a_reader_may_not_see_complete_the_total_in_one_plain_row(client, demo):
    all_of_it = page(client, demo.user("finance"), "/directorates/COaCH/", period=PAPERS)
    rest = page(client, demo.user("head"), "/directorates/COaCH/", period=PAPERS)
    assert all_of_it.has_row("current programme")
    assert not rest.has_row("current programme")
    assert rest.row("Not shown to you") == all_of_it.row("Directorate") == rest.row("Directorate")
    assert {figure.href for figure in rest.figures if "/lines/" in figure.href} == set()


def test_the_programme_shows_approved_and_proposed_apart_and_together(client, demo):
    shown = page(client, demo.user("finance"), "/programme/", period=PAPERS)
    approved, proposed, both = (shown.row(head)[-1] for head in ("Approved", "Proposed", "Approved and proposed"))
    assert approved + proposed == both == rollup(demo.period(PAPERS)).total.total.target
    assert proposed == 15_119_000


def test_without_a_requirement_the_programme_says_so(client, demo):
    shown = page(client, demo.user("finance"), "/programme/")
    assert "Still to be identified: cannot be said." in shown.words
    assert "Pressures on the budget are not held here." in shown.words


def test_illustration_is_said_where_it_shows(client, demo):
    assert "Illustration." in page(client, demo.user("cabinet"), "/programme/", period=OPEN).words
    assert "Illustration." not in page(client, demo.user("cabinet"), "/themes/active-alliances/", period=PAPERS).words


@pytest.mark.parametrize(
    ("post", "said"),
    [
        ("finance", "What waits"),
        ("s151", "What waits"),
        ("head", "Your services and projects"),
        ("director", "Children's Services"),
        ("office", "Milestones late or due"),
        ("cabinet", "Your portfolio"),
        ("auditor", "Latest acts"),
    ],
)
def test_home_is_different_for_each_post(client, demo, post, said):
    shown = page(client, demo.user(post), "/")
    assert shown.status == 200
    assert said in shown.words


def test_a_cabinet_member_reads_the_portfolio_first_and_then_every_theme(client, demo):
    shown = page(client, demo.user("cabinet"), "/")
    assert "Three pieces of work are yours. In all they are to take £4.250m out of the council’s budget." in shown.words
    # Commissioning 2.650, Operating Model 1.500, Modernising HR 0.100
    assert shown.row("Your portfolio") == [4_250_000]
    assert shown.words.index("Your work") < shown.words.index("Every theme")
    assert "Of every £10, nothing is done or on course yet and £10.00 is not judged yet." in shown.words


def test_the_finance_officer_reads_how_many_printed_figures_differ(client, demo):
    shown = page(client, demo.user("finance"), "/")
    assert "printed figures, differing from what is computed." in shown.words
    assert 'href="/reconciliation/' in shown.html


def test_the_auditor_reads_the_latest_acts_of_the_time_shown(client, demo):
    assert "Closed 2015/16 month 12" in page(client, demo.user("auditor"), "/").words
    assert "Closed 2015/16 month 12" not in page(client, demo.user("auditor"), "/", period=PAPERS).words


FOLLOWED = (
    ("cabinet", "/", {"period": PAPERS}),
    ("head", "/", {}),
    ("finance", "/programme/", {"view": "cumulative", "unit": "pounds"}),
    ("office", "/themes/", {"basis": "proposed"}),
    ("auditor", SELF_SUFFICIENT, {"period": PAPERS}),
    ("otherhead", "/directorates/COaCH/", {}),
)


@pytest.mark.parametrize(("post", "address", "query"), FOLLOWED)
def test_every_figure_leads_to_lines_that_add_up_to_it(client, demo, post, address, query):
    shown = page(client, demo.user(post), address, **query)
    linked = {(figure.href, figure.value) for figure in shown.figures if figure.href.startswith("/lines/")}
    assert linked
    for href, value in linked:
        assert total_of_lines(client, href) == value, href


@pytest.mark.parametrize("post", ["finance", "cabinet", "auditor"])
@pytest.mark.parametrize("address", ["/", "/programme/", "/themes/", SELF_SUFFICIENT, "/directorates/ChS/"])
def test_who_sees_everything_finds_every_saving_linked(client, demo, post, address):
    shown = page(client, demo.user(post), address)
    investments = shown.html.partition("Investment and support")[2].partition("</table>")[0]
    # Amounts of all years up to that of a period: no list of lines is of several years.
    over_time = shown.html.partition('id="over-time-caption"')[2].partition("</table>")[0]
    plain = [figure for figure in shown.figures if figure.value and not figure.href]
    assert len(plain) == investments.count("data-value=") + len(re.findall('data-value="-?[1-9]', over_time))


@pytest.mark.parametrize(
    "address",
    [
        "/themes/no-such-theme/",
        "/directorates/NONE/",
        "/programme/?period=2015/16+M99",
        "/themes/?unit=euros",
        "/?view=sideways",
        "/directorates/?programme=none",
        "/programme/?colour=red",
    ],
)
def test_what_is_not_there_is_a_404_that_says_so(client, demo, address):
    client.force_login(demo.user("finance"), backend="futurefit.access.backends.AccountBackend")
    response = client.get(address)
    assert response.status_code == 404
    assert '<p class="ff-lead">There is nothing at this address' not in response.content.decode()


def test_a_theme_of_later_is_not_there_in_a_closed_period(client, demo):
    from tests.factories import ThemeFactory

    late_comer = ThemeFactory(programme=demo.programme, slug="late-comer")
    assert page(client, demo.user("cabinet"), f"/themes/{late_comer.slug}/").status == 200
    assert page(client, demo.user("cabinet"), f"/themes/{late_comer.slug}/", period=PAPERS).status == 404


def test_words_in_a_closed_period_are_those_of_then(client, demo):
    milestone = demo.theme("self-sufficient-council").milestones.get(title="Charging policy to Cabinet")
    milestone.title, milestone.status = "Charging policy, renamed", "completed"
    milestone.save()
    now = page(client, demo.user("cabinet"), SELF_SUFFICIENT)
    then = page(client, demo.user("cabinet"), SELF_SUFFICIENT, period=PAPERS)
    assert "Charging policy, renamed" in now.words
    assert "Charging policy to Cabinet" in then.words and "renamed" not in then.words
    assert "Late: 31 days" in then.words
