"""`/undelivered/` and carrying forward: both sides on the page, the list behind each figure, who may say what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from futurefit.history.models import Act
from futurefit.values.rag import Split
from savings.models import LineInPeriod, Position, ReportingPeriod
from savings.services.carry_forward import Carrying, carry_forward
from savings.services.periods import close_and_open_next, period_called
from tests import factories
from tests.factories import TESTS
from tests.savings.views.on_page import page, read_page, signed_in, total_of_list

pytestmark = pytest.mark.django_db

PAGE, CARRY = "/undelivered/", "/undelivered/carry-forward/"


@dataclass(frozen=True)
class Town:
    """2015/16 ended: of North 100 − 60, of South 50 − 50 + 10 beyond and a loss of −30 − −5; all of it open.

    North is the head's; 2016/17 month 1 is open, with targets of 500 and 80.
    """

    period: ReportingPeriod
    cast: factories.Cast
    codes: tuple[str, str, str]

    def position(self, number: int, year: int = 2015) -> Position:
        rows = Position.objects.in_period(self.period)
        return rows.get(line_in_period__line__code=self.codes[number], year=year)

    def carry(self, number: int, amount: int, expected_in: int = 2016) -> None:
        carrying = [Carrying(self.position(number).pk, amount, expected_in)]
        carry_forward(actor=TESTS, period=self.period, carrying=carrying, may=lambda line: True, reason="Late.")


@pytest.fixture
def town() -> Town:
    plan = factories.ProgrammeFactory(is_current=True, horizon_first=2015, horizon_last=2018)
    period = factories.ReportingPeriodFactory(programme=plan, label="2015/16 M12", month=12, ends_on=date(2016, 3, 31))
    period = ReportingPeriod.objects.get(pk=period.pk)
    north, south = (factories.DirectorateFactory(code=code, name=code.title()) for code in ("NORTH", "SOUTH"))
    services = [factories.ServiceFactory(directorate=each) for each in (north, south)]
    amounts = (
        {2015: Split(100, delivered=60, red=40), 2016: 500},
        {2015: Split(50, delivered=60), 2016: 80},
        {2015: Split(-30, delivered=-5)},
    )
    lines = []
    for number, split in enumerate(amounts):
        side = min(number, 1)
        project = factories.ProjectFactory(
            programme=plan, directorate=(north, south)[side], service=services[side], code=f"P{number}"
        )
        place = {"directorate": project.directorate, "service": project.service}
        lines.append(factories.line(period, project, split, title=f"Line {number}", **place))
    cast = factories.cast(services[0], services[1], north)
    following = close_and_open_next(actor=TESTS, period=period, new=period_called("2016/17 M01"))
    return Town(following, cast, tuple(line.line.code for line in lines))  # type: ignore[arg-type]


def rows_of(html: str) -> dict[str, list[int]]:
    return {row.label: [figure.value for figure in row.figures] for row in read_page(html).rows if row.figures}


# The page


def test_both_sides_by_directorate_and_the_lines_behind_them(town):
    town.carry(0, 25)
    html = page(signed_in(town.cast.finance), PAGE, unit="pounds")
    rows = rows_of(html)
    nothing = [0] * 5
    assert rows["North"] == [100, 60, 0, 40, 15, 25, *nothing]
    assert rows["South"] == [20, 55, 10, -25, -25, 0, *nothing]
    assert rows["All"] == [120, 115, 10, 15, -10, 25, *nothing]
    assert rows["Total"] == [15, -10, 25, *nothing]
    assert "Line 1" not in html, "what was delivered in full is in no list"
    assert html.index("Line 2") < html.index("Line 0"), "what is open first, the larger before: −25, then 15"


def test_every_figure_leads_to_what_makes_it_up(town):
    town.carry(0, 25)
    client = signed_in(town.cast.finance)
    asked = 0
    for row in read_page(page(client, PAGE)).rows:
        if row.label not in ("North", "South", "All"):
            continue
        for place, figure in enumerate(row.figures):
            if not figure.value:
                assert not figure.href
                continue
            asked += 1
            if urlsplit(figure.href).path == reverse("savings:line_list"):
                assert total_of_list(client, figure.href) == figure.value
                continue
            total = rows_of(page(client, figure.href))["Total"]
            assert total[place - 3] == figure.value, figure.href
    assert asked == 16


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"directorate": "NORTH"}, {"Line 0"}),
        ({"directorate": "SOUTH"}, {"Line 2"}),
        ({"theme": "none"}, {"Line 0", "Line 2"}),
        ({"year": "2015/16"}, {"Line 0", "Line 2"}),
        ({"place": "carried_forward"}, {"Line 0"}),
        ({"place": "written_out"}, set()),
    ],
)
def test_filters_narrow_list_and_total_alike(town, query, expected):
    town.carry(0, 25)
    rows = rows_of(page(signed_in(town.cast.finance), PAGE, **query))
    listed = {name: amounts for name, amounts in rows.items() if name.startswith("Line")}
    assert set(listed) == expected
    if expected:
        assert rows["Total"] == [sum(amounts) for amounts in zip(*listed.values(), strict=True)]


@pytest.mark.parametrize(
    "query", [{"year": "2016/17"}, {"directorate": "EAST"}, {"place": "lost"}, {"unknown": "1"}, {"year": ["a", "b"]}]
)
def test_what_the_address_cannot_mean_is_refused_in_words_with_no_figure(town, query):
    response = signed_in(town.cast.finance).get(PAGE, query)
    html = response.content.decode()
    assert response.status_code == 400
    assert "<title>Error: Not delivered" in html
    assert not read_page(html).figures


def test_a_reader_sees_all_totals_and_the_lines_of_own_services_alone(town):
    client = signed_in(town.cast.head)
    html = page(client, PAGE)
    rows = rows_of(html)
    assert rows["All"][3] == 15
    assert rows["Total"][0] == 40
    assert "Line 2" not in html
    figures = {row.label: row.figures for row in read_page(html).rows}
    assert figures["North"][3].href
    assert not figures["South"][3].href
    assert "not shown to you" in html
    assert "Line 2" not in client.get(PAGE, {"export": "csv"}).content.decode()


def test_the_file_holds_the_list_in_pounds_with_the_year_expected(town):
    town.carry(0, 25, 2017)
    lines = signed_in(town.cast.auditor).get(PAGE, {"export": "csv"}).content.decode().splitlines()
    heads = next(line for line in lines if line.startswith("Code"))
    assert heads == (
        "Code,Savings line,Year,Not delivered (£),Open (£),Carried forward (£),Expected in,Delivered late (£),"
        "Re-profiled (£),Replaced (£),Written out (£),Corrected (£)"
    )
    assert f"{town.codes[0]},Line 0,2015/16,40,15,25,2017/18,0,0,0,0,0" in lines
    assert signed_in(town.cast.auditor).get(PAGE, {"export": "xlsx"}).status_code == 200


def test_percent_delivered_of_an_ended_year_is_as_its_last_period_said_beside_as_now(town):
    Position.objects.filter(pk=town.position(0).pk).update(delivered=100, red=0)
    html = page(signed_in(town.cast.finance), PAGE)
    assert "Delivered in 2015/16: 95.8% of target" in html
    assert "As it stands now: 129.2% of target" in html


def test_as_at_a_closed_period_nothing_can_be_done_and_before_a_year_ends_nothing_is_told(town):
    later = close_and_open_next(actor=TESTS, period=town.period, new=period_called("2016/17 M02"))
    town = replace(town, period=later)
    town.carry(0, 40)
    client = signed_in(town.cast.finance)
    then = page(client, PAGE, period="2016/17 M01")
    assert rows_of(then)["North"][3:6] == [40, 40, 0]
    assert "Carry forward" not in then
    assert "No year has ended yet" in page(client, PAGE, period="2015/16 M12")


def test_a_finance_officer_is_led_to_the_decision_on_a_line_and_a_head_of_service_is_not(town):
    client = signed_in(town.cast.finance)
    address = f"{reverse('savings:decision_new')}?line={town.codes[0]}"
    assert f'href="{address}">Decide' in page(client, PAGE)
    assert client.get(address).status_code == 200
    assert ">Decide" not in page(signed_in(town.cast.head), PAGE)


# Carrying forward


def choose(*numbers: int, town: Town) -> str:
    return f"{CARRY}?" + "&".join(f"chosen={town.codes[number]}:2015" for number in numbers)


def posted(town: Town, html: str, **typed: str) -> dict[str, str]:
    """What the form holds, with what is typed into it: `a0` and `y0` are amount and year of the first line."""
    seen = html.partition('name="seen" value="')[2].partition('"')[0]
    data = {"seen": seen, "reason": "The contract starts in June."}
    for name, value in typed.items():
        position = town.position(int(name[1:]))
        data[f"{'amount' if name[0] == 'a' else 'expected_in'}_{position.pk}"] = value
    return data


def test_several_amounts_are_carried_forward_at_once_and_taken_back(town):
    client = signed_in(town.cast.finance)
    address = choose(0, 2, town=town) + "&unit=pounds"
    html = client.get(address).content.decode()
    assert 'value="40"' in html, "it opens with all that is undelivered"
    data = posted(town, html, a0="25", y0="2016", a2="-25", y2="2017")
    answer = client.post(address, data, follow=True)
    assert "Saved what is carried forward of 2 amounts. No target changed." in answer.content.decode()
    assert rows_of(answer.content.decode())["All"][4:6] == [15, 0]
    assert Act.objects.get(verb="savings.carried_forward").reason == "The contract starts in June."
    address = choose(0, town=town) + "&unit=pounds"
    data = posted(town, client.get(address).content.decode(), a0="0", y0="") | {"reason": ""}
    answer = client.post(address, data, follow=True)
    assert answer.redirect_chain[-1][0].startswith(f"/lines/{town.codes[0]}/")
    assert (town.position(0).carried_forward, town.position(0).expected_in) == (0, None)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"a0": "41", "y0": "2016"}, "Line 0, 2015/16: £41 cannot be carried forward. Still undelivered: £40."),
        ({"a0": "-1", "y0": "2016"}, "Still undelivered: £40."),
        ({"a0": "12O", "y0": "2016"}, "Carried forward of Line 0, 2015/16: &#x27;12O&#x27; is not an amount"),
        ({"a0": "", "y0": "2016"}, "Carried forward of Line 0, 2015/16: nothing is entered."),
        ({"a0": "40", "y0": ""}, "Line 0, 2015/16: choose the year in which it is expected."),
        ({"a0": "40", "y0": "2015"}, "Expected in, Line 0, 2015/16: “2015” cannot be chosen."),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_what_was_typed_is_kept(town, typed, words):
    client = signed_in(town.cast.finance)
    address = choose(0, town=town) + "&unit=pounds"
    answer = client.post(address, posted(town, client.get(address).content.decode(), **typed))
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "<title>Error: Carry amounts forward" in html
    assert words in html
    assert f'value="{typed["a0"]}"' in html or not typed["a0"]
    assert "The contract starts in June." in html
    assert not Act.objects.filter(verb="savings.carried_forward").exists()


def test_without_a_reason_it_is_refused_on_the_reason(town):
    client = signed_in(town.cast.finance)
    address = choose(0, town=town) + "&unit=pounds"
    data = posted(town, client.get(address).content.decode(), a0="40", y0="2016") | {"reason": ""}
    answer = client.post(address, data)
    assert answer.status_code == 400
    assert 'href="#id_reason"' in answer.content.decode()


def test_somebody_elses_change_meanwhile_is_shown_with_both_values_and_not_overwritten(town):
    client = signed_in(town.cast.finance)
    address = choose(0, town=town) + "&unit=pounds"
    data = posted(town, client.get(address).content.decode(), a0="40", y0="2016")
    town.carry(0, 10, 2017)
    answer = client.post(address, data)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "It was £40 undelivered, nothing carried forward" in html
    assert "now it is £40 undelivered, £10 carried forward to 2017/18." in html
    assert town.position(0).carried_forward == 10
    assert client.post(address, {**data, "seen": posted(town, html)["seen"]}).status_code == 302
    assert town.position(0).carried_forward == 40


def test_a_head_of_service_speaks_of_own_lines_and_of_nobody_elses(town):
    client = signed_in(town.cast.head)
    address = choose(0, town=town) + "&unit=pounds"
    html = client.get(address).content.decode()
    assert client.post(address, posted(town, html, a0="40", y0="2016")).status_code == 302
    assert town.position(0).carried_forward == 40
    assert client.get(choose(2, town=town)).status_code == 404
    assert signed_in(town.cast.director).get(choose(0, town=town)).status_code == 403
    for user in (town.cast.head, town.cast.finance):
        assert "Carry forward what is late" in page(signed_in(user), f"/lines/{town.codes[0]}/")
    assert "Carry forward what is late" not in page(signed_in(town.cast.auditor), f"/lines/{town.codes[0]}/")


@pytest.mark.parametrize("chosen", ["NONE:2015", "nonsense", "L1:20155", "L1:2017:x", ["a\x00b:2015", "NONE:2015"]])
def test_an_amount_that_is_not_there_is_not_found(town, chosen):
    assert signed_in(town.cast.finance).get(CARRY, {"chosen": chosen}).status_code == 404


def test_where_nothing_is_to_be_carried_forward_the_page_says_so(town):
    client = signed_in(town.cast.finance)
    assert "No amount is chosen." in page(client, CARRY)
    assert client.post(CARRY).status_code == 400
    answer = client.get(choose(1, town=town))
    assert answer.status_code == 400
    assert "everything is delivered" in answer.content.decode()
    answer = client.get(CARRY, {"chosen": f"{town.codes[0]}:2016"})
    assert "this year has not ended" in answer.content.decode()
    assert "is closed" in page(client, CARRY, period="2015/16 M12")


# To deliver this year


def test_what_this_year_expects_of_ended_years_stands_beside_its_target(town):
    town.carry(0, 25)
    town.carry(2, -25, 2017)
    client = signed_in(town.cast.finance)
    for address, target in (("/programme/", 580), ("/directorates/NORTH/", 500)):
        html = page(client, address, unit="pounds")
        rows = {row.label: row.figures for row in read_page(html).rows}
        (due,), (late,) = (
            rows["Target of 2016/17"],
            rows["Carried forward from years that have ended still expected, in no target"],
        )
        assert (due.value, late.value) == (target, 25)
        assert total_of_list(client, due.href) == target
        assert total_of_list(client, late.href) == 25
        cumulative = page(client, address, unit="pounds", view="cumulative")
        assert rows_of(cumulative)["Target of 2016/17"] == [target]
    assert "To deliver in" not in page(client, "/directorates/SOUTH/"), "2017/18 expects the loss, not this year"
    rows = rows_of(page(client, "/mtfp/", unit="pounds"))
    assert rows["Carried forward from ended years, to deliver beside the target"] == [0, 25, 0, 0, 0, 0]
    assert rows["Identified"] == [120, 580, 0, 0, 0, 700]


def test_a_line_says_what_its_ended_year_came_to_and_what_became_of_the_rest(town):
    town.carry(0, 25)
    html = page(signed_in(town.cast.finance), f"/lines/{town.codes[0]}/", unit="pounds")

    assert (
        "2015/16 ended with £60 of £100 delivered (60.0%), as 2015/16 month 12 said. Still undelivered: £40, of which "
        "£25 carried forward, expected in 2016/17 and £15 open." in html
    )


def test_as_many_queries_for_200_lines_as_for_2(django_assert_max_num_queries):
    counts = {}
    for lines in (2, 200):
        plan = factories.ProgrammeFactory(horizon_first=2015, horizon_last=2018)
        period = factories.ReportingPeriodFactory(
            programme=plan, label="2015/16 M12", month=12, ends_on=date(2016, 3, 31)
        )
        project = factories.ProjectFactory(programme=plan)
        for _ in range(lines):
            factories.line(period, project, {2015: Split(100, delivered=60), 2016: 5})
        following = close_and_open_next(
            actor=TESTS, period=ReportingPeriod.objects.get(pk=period.pk), new=period_called("2016/17 M01")
        )
        rows = list(Position.objects.in_period(following).filter(year=2015))
        carry_forward(
            actor=TESTS,
            period=following,
            carrying=[Carrying(row.pk, 10, 2016) for row in rows],
            may=lambda line: True,
            reason="Late.",
        )
        client = signed_in(factories.finance_officer())
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE, {"programme": plan.slug}).status_code == 200
        counts[lines] = len(captured)
        assert LineInPeriod.objects.in_period(following).count() == lines
    assert counts[2] == counts[200]
    assert counts[200] <= 12, counts
