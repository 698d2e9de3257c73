"""Percent delivered over the periods, of original and of target: by hand, as the roll-ups say, and who may ask."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from futurefit.values.rag import Split
from savings.models import LineInPeriod, Position
from savings.rollups import rollup
from savings.services.periods import close_and_open_next, period_called
from tests import factories
from tests.savings.views.on_page import page, read_page, signed_in, total_of_list

pytestmark = pytest.mark.django_db
TREND = reverse("pages:trend")


@pytest.fixture
def plan():
    """Theme 0 in month 7: £80,000 delivered of £100,000, first £160,000; in 2016/17 month 1 another £20,000 of 50."""
    made = factories.small_programme(projects=2, lines_each=0)
    line = factories.line(made.period, made.projects[0], directorate=made.directorates[0], theme=made.themes[0])
    factories.position(line, 2015, Split(100_000, delivered=80_000), approved=True, original=160_000)
    factories.position(line, 2016, 50_000, approved=True)
    actor = factories.actor(factories.finance_officer())
    made.__dict__["code"] = line.line.code
    last = close_and_open_next(actor=actor, period=made.period, new=period_called("2016/17 M01"))
    row = Position.objects.get(line_in_period=LineInPeriod.objects.get(period=last), year=2016)
    row.delivered = 20_000
    row.save()
    made.__dict__["last"] = last
    return made


def told(client, **query) -> dict[str, list[str]]:
    rows = list(csv.reader(io.StringIO(client.get(TREND, {**query, "export": "csv"}).content.decode("utf-8-sig"))))
    start = next(place for place, row in enumerate(rows) if row and row[0] == "Period")
    return {row[0]: row[1:] for row in rows[start + 1 :]}


def test_both_percentages_stand_side_by_side_in_every_period(plan):
    finance = signed_in(factories.finance_officer())
    for query in ({}, {"by": "theme", "group": plan.themes[0].slug}, {"by": "line", "group": plan.code}):
        assert told(finance, **query) == {
            "2015/16 month 7": ["80.0%", "50.0%", "80000", "100000", "160000"],
            "2016/17 month 1": ["66.7%", "47.6%", "100000", "150000", "210000"],
        }
    assert told(finance, counted="year")["2016/17 month 1"] == ["40.0%", "40.0%", "20000", "50000", "50000"]
    nothing = told(finance, by="theme", group=plan.themes[1].slug)
    assert nothing["2016/17 month 1"][:2] == ["not applicable", "not applicable"]


def test_the_figures_are_those_of_the_roll_ups_and_lead_to_their_lines(plan):
    finance = signed_in(factories.finance_officer())
    html = page(finance, TREND, by="directorate", group=plan.directorates[0].code, counted="year")
    assert html.count('role="img"') == 4 and "2015/16 month 7, of target: 80.0" in html
    linked = [figure for figure in read_page(html).figures if figure.href]
    assert [figure.value for figure in linked] == [20_000, 50_000, 50_000], "2015/16 is before the plan begins"
    assert all(total_of_list(finance, figure.href) == figure.value for figure in linked)
    whole = rollup(plan.last, "directorate").row(plan.directorates[0].code)
    assert str(whole.year(2016).percent_of_target) == "40.0"


def test_a_head_sees_what_everybody_sees_of_a_theme_and_no_line_of_others(plan):
    other = signed_in(plan.cast().other_head)
    assert told(other, by="theme", group=plan.themes[0].slug)["2015/16 month 7"][0] == "80.0%"
    assert other.get(TREND, {"by": "line", "group": plan.code}).status_code == 404
    LineInPeriod.objects.filter(period=plan.last).update(service=plan.services[1])
    assert list(told(other, by="line", group=plan.code)) == ["2016/17 month 1"], "before, it stood in another service"


@pytest.mark.parametrize(
    "query", [{"by": "colour"}, {"by": "theme", "group": "none-such"}, {"counted": "twice"}, {"by": "theme"}]
)
def test_what_is_not_offered_is_said(plan, query):
    assert signed_in(factories.finance_officer()).get(TREND, query).status_code == 404


def test_one_query_tells_every_period(plan):
    finance = signed_in(factories.finance_officer())

    def asked() -> int:
        finance.get(TREND)
        with CaptureQueriesContext(connection) as queries:
            finance.get(TREND)
        return len(queries)

    few, actor, period = asked(), factories.actor(factories.finance_officer()), plan.last
    for month in range(2, 6):
        period = close_and_open_next(actor=actor, period=period, new=period_called(f"2016/17 M{month:02d}"))
    assert asked() == few <= 8
