"""Success measures: baseline, target and readings in their unit, the trend in words, and what has no number."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from futurefit.pages.measures import said, trend_of
from projects.models import MeasureReading
from tests import factories
from tests.savings.views.on_page import page, signed_in

LIST = "/measures/"


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2016, 5, 20)


@pytest.fixture
def small(db) -> factories.SmallProgramme:
    return factories.small_programme()


@pytest.fixture
def finance(db) -> Client:
    return signed_in(factories.finance_officer())


def listed(client: Client, **query: str) -> list[list[str]]:
    answer = client.get(LIST, {"export": "csv", **query}).content.decode("utf-8-sig")
    return [row for row in csv.reader(io.StringIO(answer)) if len(row) == 6][1:]


def read(*values: str) -> list[MeasureReading]:
    return [MeasureReading(value=Decimal(value)) for value in values]


@pytest.mark.parametrize(
    ("values", "target", "words"),
    [
        ([], "80", "No reading yet"),
        (["65"], "80", "One reading"),
        (["65", "65"], "80", "Unchanged"),
        (["1", "65", "70.5"], "80", "Up by 5.5, nearer to the target"),
        (["70", "65"], "80", "Down by 5, further from the target"),
        (["12", "8"], "5", "Down by 4, nearer to the target"),
        (["75", "85"], "80", "Up by 10"),
        (["65", "70"], None, "Up by 5"),
    ],
)
def test_the_trend_compares_the_last_two_readings_with_the_target(values, target, words):
    assert trend_of(read(*values), None if target is None else Decimal(target)) == words


def test_numbers_stand_in_their_unit_without_noughts_that_say_nothing():
    assert said(Decimal("65.00"), "%") == "65 %"
    assert said(Decimal("-1250.50")) == "−1,250.5"
    assert said(Decimal("0.00"), "days") == "0 days"
    assert said(Decimal("100.00")) == "100"
    assert said(None, "%") == ""


def test_a_row_says_where_it_began_where_it_should_go_and_what_was_read_up_to_today(small, finance):
    measure = factories.SuccessMeasureFactory(
        theme=small.themes[0], name="Commissioned", unit="%", baseline=65, target=80, target_in_words="80-90 %"
    )
    for day, value in ((date(2015, 9, 1), 66), (date(2016, 5, 20), 70), (date(2016, 5, 21), 99)):
        MeasureReading.objects.create(measure=measure, read_on=day, value=value)
    factories.SuccessMeasureFactory(theme=None, project=small.projects[1], name="Clear processes")
    assert listed(finance) == [
        [
            "Commissioned",
            small.themes[0].name,
            "65 %",
            "80 %, “80-90 %”",
            "66 % on 1 September 2015; 70 % on 20 May 2016",
            "Up by 4, nearer to the target",
        ],
        ["Clear processes", small.projects[1].title, "", "", "", "Not measurable as written"],
    ]
    assert "1 of 2 is not measurable as written" in page(finance, LIST)


def test_filters_narrow_and_what_they_do_not_know_is_refused(small, finance):
    factories.SuccessMeasureFactory(theme=small.themes[0], name="With a number", target=5)
    factories.SuccessMeasureFactory(theme=small.themes[1], name="Without")
    assert [row[0] for row in listed(finance, measurable="yes")] == ["With a number"]
    assert [row[0] for row in listed(finance, measurable="no")] == ["Without"]
    assert [row[0] for row in listed(finance, theme=small.themes[1].slug)] == ["Without"]
    for query in ({"measurable": "x"}, {"project": "x"}, {"x": "y"}):
        assert finance.get(LIST, query).status_code == 400


def test_a_head_of_service_sees_measures_of_own_projects_and_of_themes(small):
    for name, owner in (("Own", small.projects[0]), ("Not own", small.projects[1])):
        factories.SuccessMeasureFactory(theme=None, project=owner, name=name)
    factories.SuccessMeasureFactory(theme=small.themes[1], name="Theme's")
    assert {row[0] for row in listed(signed_in(small.cast().head))} == {"Own", "Theme's"}


def test_without_a_measure_the_page_says_who_adds_them(small, finance):
    assert "The programme officer adds measures and their readings" in page(finance, LIST)
