"""Each KPI against figures worked out by hand, its trend, its parts, and what is behind it for whom."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from futurefit.history.reads import Version
from futurefit.history.services import record_act
from futurefit.pages.kpis import KPIS, Ratio, passings
from futurefit.values.financial_year import months_later
from futurefit.values.rag import Split
from projects.models import EqualityImpact
from risks.models import RiskScale
from tests import factories
from tests.savings.views.on_page import signed_in

ALL = "/kpis/"
YEAR = 2016


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2016, 5, 20)


@pytest.fixture
def period(db):
    plan = factories.ProgrammeFactory(is_current=True)
    return factories.ReportingPeriodFactory(
        programme=plan, label="2016/17 M02", financial_year=YEAR, month=2, ends_on=date(2016, 5, 31)
    )


@pytest.fixture
def finance(db) -> Client:
    return signed_in(factories.finance_officer())


def project(period, **fields):
    return factories.ProjectFactory(programme=period.programme, **fields)


def words_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def table_rows(html: str) -> dict[str, list[str]]:
    """The cells of every row that has a head, by the first words of the head."""
    found = {}
    for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL):
        head = re.search(r'<th scope="row"[^>]*>(?:<a [^>]*>)?([^<]+)', row)
        if head:
            found[unescape(head[1])] = [words_of(cell) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]
    return found


def kpis(client: Client, **query: str) -> dict[str, list[str]]:
    """Value, numerator and denominator of every KPI, in whole pounds."""
    response = client.get(ALL, {"unit": "pounds", **query})
    assert response.status_code == 200
    return table_rows(response.content.decode())


ORIGINAL = "Savings achieved, of what was first approved"
TARGET = "Savings achieved, of what is promised now"
CONTRACTS = "Savings achieved through contracts"
ON_TRACK = "Projects on track"
RED_RISKS = "Red risks mitigated within three months"
EQUALITY = "Approved savings with a decision on equality"


# --- money


def test_savings_achieved_are_of_the_period_s_year_and_without_funding_headings(period, finance):
    own = project(period)
    funding = factories.MtfpHeadingFactory(programme=period.programme, kind="funding")
    factories.line(period, own, {2016: Split(100_000, delivered=60_000, claimed=20_000)}, approved=True)
    factories.line(period, own, {2016: Split(60_000, delivered=15_000), 2017: Split(500_000, delivered=500_000)})
    factories.line(period, own, {2016: Split(900_000, delivered=900_000)}, heading=funding, approved=True)
    # delivered 60 + 15, what is claimed does not count; first approved 100; promised 100 + 60
    assert kpis(finance)[ORIGINAL] == ["75.0%", "75,000", "100,000"]
    assert kpis(finance)[TARGET] == ["46.9%", "75,000", "160,000"]


def test_writing_a_saving_out_never_raises_the_percentage_of_what_was_first_approved(period, finance):
    own = project(period)
    factories.line(period, own, {2016: Split(100_000, delivered=50_000)}, approved=True)
    other = factories.line(period, own, {})
    position = factories.position(other, YEAR, Split(100_000), approved=True)
    assert (kpis(finance)[ORIGINAL][0], kpis(finance)[TARGET][0]) == ("25.0%", "25.0%")
    position.target = 0
    position.save()
    assert kpis(finance)[ORIGINAL] == ["25.0%", "50,000", "200,000"]
    assert kpis(finance)[TARGET] == ["50.0%", "50,000", "100,000"], "which is why the two stand side by side"


def test_negative_savings_count_with_their_sign_and_stand_beside_the_percentage(period, finance):
    own = project(period)
    factories.line(period, own, {2016: Split(100_000, delivered=80_000)}, approved=True)
    factories.line(period, own, {2016: Split(-60_000, delivered=-10_000)}, approved=True)
    # (80 - 10) of (100 - 60)
    assert kpis(finance)[ORIGINAL] == ["175.0% losses −£60,000", "70,000", "40,000"]
    shown = finance.get("/kpis/savings-achieved-of-original/", {"unit": "pounds"}).content.decode()
    assert "losses of the year, which add to the budget: −£60,000" in words_of(shown)


def test_only_negative_savings_give_a_percentage_too_and_a_sum_of_nought_none(period, finance):
    own = project(period)
    factories.line(period, own, {2016: Split(-60_000, delivered=-15_000)}, approved=True)
    assert kpis(finance)[ORIGINAL][0].startswith("25.0%")
    factories.line(period, own, {2016: Split(60_000)}, approved=True)
    assert kpis(finance)[ORIGINAL][0].startswith("not applicable")


def test_contracts_income_and_collaboration_are_what_is_delivered_by_these_methods(period, finance):
    own = project(period)
    for method, delivered in (
        ("contract", 30_000),
        ("income", 5_000),
        ("collaboration", 7_000),
        ("not_stated", 78_000),
    ):
        factories.line(period, own, {2016: Split(100_000, delivered=delivered)}, method=method)
    shown = kpis(finance)
    assert shown[CONTRACTS] == ["25.0%", "30,000", "120,000"]
    assert shown["Income increased"] == ["£5,000", "5,000", "no share"]
    assert shown["Saved by collaboration"] == ["£7,000", "7,000", "no share"]


def test_without_a_denominator_a_kpi_is_not_applicable_and_never_nought(period, finance):
    shown = kpis(finance)
    for name in (ORIGINAL, TARGET, CONTRACTS, ON_TRACK, RED_RISKS, EQUALITY, "Returns on time"):
        assert shown[name][0] == "not applicable", name
    assert Ratio(0, 0).percent is None
    assert Ratio(5, None, is_share=False).percent is None
    assert Ratio(0, 3).percent == Decimal("0.0")


OF_LINES = ("savings-achieved-of-original", "savings-achieved-of-target", "through-contracts")


def test_each_amount_leads_to_lines_that_add_up_to_it(period, finance):
    own = project(period, theme=factories.ThemeFactory(programme=period.programme))
    factories.line(period, own, {2016: Split(100_000, delivered=60_000)}, approved=True, method="contract")
    factories.line(period, own, {2016: Split(50_000, delivered=10_000)}, approved=True)
    assert set(OF_LINES) < {kpi.key for kpi in KPIS}
    for key in OF_LINES:
        body = finance.get(f"/kpis/{key}/", {"unit": "pounds"}).content.decode()
        links = re.findall(r'data-value="(-?\d+)"><a href="(/lines/[^"]*)', body)
        assert links, key
        for amount, address in set(links):
            listed = finance.get(unescape(address)).content.decode()
            total = re.search(r'id="total">.*?data-value="(-?\d+)"', listed, re.DOTALL)
            assert total, address
            assert total[1] == amount, (key, address)


# --- projects, risks, equality


def test_a_project_in_delivery_is_on_track_without_red_this_year_and_without_a_late_milestone(period, finance):
    theme = factories.ThemeFactory(programme=period.programme, name="A theme")
    fine, red, late, both = (
        project(period, title=title, stage="in_delivery", theme=theme) for title in ("Fine", "Red", "Late", "Both")
    )
    project(period, title="Not begun", stage="concept")
    factories.line(period, fine, {2016: Split(10_000, amber=10_000), 2017: Split(10_000, red=10_000)})
    for own in (red, both):
        factories.line(period, own, {2016: Split(10_000, red=1)})
    for own in (late, both, both):
        factories.MilestoneFactory(programme=period.programme, project=own, earliest=None, latest=date(2016, 5, 19))
    # late is only what is not done and surely past
    in_time = {"programme": period.programme, "project": fine, "earliest": None}
    factories.MilestoneFactory(**in_time, latest=date(2016, 5, 20))
    factories.MilestoneFactory(**in_time, latest=date(2016, 1, 1), status="completed")
    assert kpis(finance)[ON_TRACK] == ["25.0%", "1", "4"]
    body = finance.get("/kpis/projects-on-track/").content.decode()
    assert table_rows(body)["A theme"] == ["25.0%", "1", "4"]
    assert table_rows(body)["Both"] == ["Not on track: a red amount in 2016/17 and 2 late milestones", "No"]
    assert table_rows(body)["Fine"] == ["On track", "Yes"]
    narrowed = finance.get("/kpis/projects-on-track/", {"theme": "none"}).content.decode()
    assert "Fine" not in table_rows(narrowed)
    assert finance.get("/kpis/projects-on-track/", {"theme": "nonsense"}).status_code == 404


def _at(day: date, score: tuple[int, int] | None, status: str = "open", *, removed: bool = False) -> Version:
    likelihood, impact = score or (None, None)
    fields = {"status": status, "current_likelihood": likelihood, "current_impact": impact}
    return Version(1, datetime(day.year, day.month, day.day, 12, tzinfo=UTC), None if removed else fields)


@pytest.mark.parametrize(
    ("versions", "found"),
    [
        ([_at(date(2016, 1, 1), (3, 4))], []),  # 12 is the tolerance, not beyond it
        ([_at(date(2016, 1, 1), (4, 4))], [(date(2016, 1, 1), None)]),
        ([_at(date(2016, 1, 1), None), _at(date(2016, 2, 1), (5, 5))], [(date(2016, 2, 1), None)]),
        (
            [_at(date(2016, 1, 1), (4, 4)), _at(date(2016, 2, 1), (5, 5)), _at(date(2016, 3, 1), (3, 3))],
            [(date(2016, 1, 1), date(2016, 3, 1))],
        ),
        (
            [_at(date(2016, 1, 1), (5, 5)), _at(date(2016, 2, 1), (5, 5), "closed")],
            [(date(2016, 1, 1), date(2016, 2, 1))],
        ),
        (
            [_at(date(2016, 1, 1), (5, 5)), _at(date(2016, 2, 1), (1, 1)), _at(date(2016, 3, 1), (5, 5))],
            [(date(2016, 1, 1), date(2016, 2, 1)), (date(2016, 3, 1), None)],
        ),
        (
            [_at(date(2016, 1, 1), (5, 5)), _at(date(2016, 2, 1), None, removed=True)],
            [(date(2016, 1, 1), date(2016, 2, 1))],
        ),
    ],
)
def test_a_risk_passes_tolerance_each_time_it_goes_beyond_it(versions, found):
    assert [(passed.since_day, back) for passed, back in passings(versions, 12)] == found


def test_red_risks_are_those_that_passed_tolerance_3_to_15_months_ago(period, finance):
    plan = period.programme
    RiskScale.objects.create(programme=plan, tolerance=12)
    day = date(2016, 5, 20)

    def risk(code: str, passed: date, back: date | None) -> None:
        with record_act(actor=factories.TESTS, verb="tests.scored", sentence="Scored.", at=_noon(passed)):
            row = factories.RiskFactory(programme=plan, code=code, current_likelihood=4, current_impact=4)
        if back:
            with record_act(actor=factories.TESTS, verb="tests.scored", sentence="Scored.", at=_noon(back)):
                row.current_likelihood = 1
                row.save()

    risk("TOO-LONG-AGO", months_later(day, -15) - timedelta(days=1), None)
    risk("FIRST-DAY", months_later(day, -15), months_later(day, -12))
    risk("TOO-SLOW", date(2015, 10, 1), date(2016, 1, 2))
    risk("NOT-BACK", date(2015, 10, 1), None)
    risk("LAST-DAY", months_later(day, -3), date(2016, 3, 1))
    risk("TOO-LATELY", months_later(day, -3) + timedelta(days=1), date(2016, 3, 1))
    # FIRST-DAY and LAST-DAY were back in time, of these two and TOO-SLOW and NOT-BACK
    assert kpis(finance)[RED_RISKS] == ["50.0%", "2", "4"]
    body = words_of(finance.get("/kpis/red-risks-mitigated/").content.decode())
    assert "Passed tolerance on 1 October 2015, back within it on 2 January 2016 No" in body


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_months_before_keep_the_day_or_take_the_last_of_the_month():
    assert months_later(date(2016, 5, 20), -3) == date(2016, 2, 20)
    assert months_later(date(2016, 5, 31), -3) == date(2016, 2, 29)
    assert months_later(date(2015, 11, 30), 3) == date(2016, 2, 29)
    assert months_later(date(2016, 1, 15), -15) == date(2014, 10, 15)


def test_equality_counts_approved_line_years_whose_project_or_else_theme_has_decided(period, finance):
    theme = factories.ThemeFactory(programme=period.programme)
    EqualityImpact.objects.create(theme=theme, state="screening")
    decided, open_, of_theme, silent = (
        project(period, theme=theme if number in (1, 2) else None) for number in range(4)
    )
    EqualityImpact.objects.create(project=decided, state="not_needed", reason="No change to the service.")
    EqualityImpact.objects.create(project=open_, state="to_be_decided")
    factories.line(period, decided, {2016: 10_000, None: 5_000}, approved=True)
    factories.line(period, decided, {2017: 99_000})
    factories.line(period, open_, {2016: 10_000}, approved=True)
    factories.line(period, of_theme, {2016: 20_000, 2017: -4_000}, approved=True)
    factories.line(period, silent, {2016: 40_000}, approved=True)
    # 2 of the project that decided, 2 by their theme; its own open question keeps the second project out
    shown = kpis(finance)
    assert shown[EQUALITY] == ["66.7%", "4", "6"]
    assert shown[f"{EQUALITY}, in pounds"] == ["38.3%", "31,000", "81,000"]


# --- over time, and for whom


def test_the_trend_tells_each_period_as_it_stood_and_ends_with_the_one_shown(finance):
    plan = factories.ProgrammeFactory(is_current=True, horizon_first=2015)
    closed = factories.ReportingPeriodFactory(programme=plan, label="2015/16 M07")
    with record_act(actor=factories.TESTS, verb="tests.entered", sentence="Entered.", at=_noon(date(2015, 11, 1))):
        own = factories.ProjectFactory(programme=plan, stage="in_delivery")
    with record_act(actor=factories.TESTS, verb="tests.entered", sentence="Entered.", at=_noon(date(2015, 12, 1))):
        factories.ProjectFactory(programme=plan, stage="in_delivery")
    before = factories.line(closed, own, {2015: Split(100_000, delivered=10_000, red=90_000)}, approved=True)
    factories.close(closed)
    period = factories.ReportingPeriodFactory(programme=plan, label="2015/16 M08", month=8, ends_on=date(2015, 11, 30))
    factories.line(period, own, {2015: Split(100_000, delivered=40_000)}, approved=True, line=before.line)
    assert kpis(finance)[ORIGINAL] == ["40.0%", "40,000", "100,000", "10.0%"]
    trend = table_rows(finance.get("/kpis/savings-achieved-of-original/").content.decode())
    assert (trend["2015/16 month 7"][1], trend["2015/16 month 8"][1]) == ("10.0%", "40.0%")
    on_track = table_rows(finance.get("/kpis/projects-on-track/").content.decode())
    assert on_track["2015/16 month 7"][1:] == ["0.0%", "0", "1"]
    assert on_track["2015/16 month 8"][1:] == ["100.0%", "2", "2"]
    then = table_rows(finance.get("/kpis/projects-on-track/", {"period": closed.label}).content.decode())
    assert "2015/16 month 8" not in then, "a page as at a closed period knows nothing of what came later"


def test_everybody_reads_the_same_figures_and_is_led_only_to_what_they_may_see(finance):
    small = factories.small_programme(horizon_first=2015)
    factories.line(small.period, small.projects[1], {2015: Split(50_000, delivered=10_000)})
    for own in small.projects:
        own.stage = "in_delivery"
        own.save()
    head = signed_in(small.cast().head)
    assert kpis(head) == kpis(finance)
    assert "/lines/?" in finance.get("/kpis/savings-achieved-of-target/").content.decode()
    listed = head.get("/kpis/projects-on-track/").content.decode()
    assert small.projects[0].title in listed
    assert small.projects[1].title not in listed
    assert "1 more is counted and not shown to you" in listed
    answer = head.get("/kpis/projects-on-track/", {"export": "csv"}).content.decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(answer)) if len(row) == 3] == ["Counted", small.projects[0].title]


def test_returns_on_time_are_those_submitted_by_the_due_date_of_all_that_were_due(period, finance, settings):
    settings.TODAY = date(2016, 6, 30)
    period.due_on = date(2016, 6, 3)
    of = project(period)
    last_minute = datetime(2016, 6, 3, 22, 30, tzinfo=UTC)  # half past eleven at night, British summer time
    for state, submitted in (
        ("submitted", last_minute),
        ("accepted", last_minute + timedelta(hours=1)),
        ("draft", None),
        (None, None),
    ):
        due = factories.line(period, of, {YEAR: Split(100_000, red=100_000)})
        if state:
            factories.LineReturnFactory(line_in_period=due, state=state, first_submitted_at=submitted)
    factories.line(period, of, {YEAR: Split(100_000, delivered=100_000), YEAR + 2: 100_000})
    factories.line(period, of, {YEAR: 100_000}, withdrawn=True)
    period.closed_at = datetime(2016, 6, 10, 17, 0, tzinfo=UTC)
    period.save()
    following = factories.ReportingPeriodFactory(
        programme=period.programme, label="2016/17 M03", financial_year=YEAR, month=3, ends_on=date(2016, 6, 30)
    )
    factories.line(following, of, {YEAR: 100_000})
    trend = table_rows(finance.get("/kpis/returns-on-time/").content.decode())
    assert trend["2016/17 month 2"][1:] == ["25.0%", "1", "4"]
    assert trend["2016/17 month 3"][1:3] == ["not applicable", "0"], "no due date: no return was asked for"
