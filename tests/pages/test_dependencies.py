"""Dependencies: who waits for whom, what is late there, and circles in words; never more than the reader may see."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from futurefit.history.services import record_act
from futurefit.pages.dependencies import circles_of
from risks.models import Dependency
from tests import factories
from tests.savings.views.on_page import page, signed_in

LIST = "/dependencies/"


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2016, 5, 20)


@pytest.fixture
def small(db) -> factories.SmallProgramme:
    return factories.small_programme()


@pytest.fixture
def finance(db) -> Client:
    return signed_in(factories.finance_officer())


def needs(small, start, end, kind: str = "needs", **fields) -> Dependency:
    def side(name: str, row) -> dict:
        if isinstance(row, str):
            return {"to_body": row}
        return {f"{name}_{'theme' if row in small.themes else 'project'}": row}

    return Dependency.objects.create(
        programme=small.programme, kind=kind, **side("from", start), **side("to", end), **fields
    )


def listed(client: Client, **query: str) -> list[list[str]]:
    answer = client.get(LIST, {"export": "csv", **query}).content.decode("utf-8-sig")
    return [row for row in csv.reader(io.StringIO(answer)) if len(row) == 5][1:]


def test_a_row_says_who_needs_or_supports_whom_and_flags_what_is_late(small, finance):
    first, second = small.projects
    needs(small, first, small.themes[1], description="Its functions move")
    needs(small, first, second, "supports")
    needs(small, second, "The provider")
    for row in (small.themes[1], second):
        owner = {"theme": row} if row in small.themes else {"project": row}
        factories.MilestoneFactory(programme=small.programme, **owner, latest=date(2016, 5, 19), earliest=None)
    factories.MilestoneFactory(programme=small.programme, theme=small.themes[1], earliest=None, latest=None)
    assert listed(finance) == [
        [first.title, "Needs", small.themes[1].name, "Its functions move", "Late: 1 milestone"],
        [first.title, "Supports", second.title, "", ""],
        [second.title, "Needs", "The provider", "", ""],
    ]


def test_who_waits_for_whom_in_a_circle_is_said_in_words_and_drawn(small, finance):
    one, two = small.themes
    needs(small, one, two)
    needs(small, two, one)
    needs(small, small.projects[0], one)
    html = page(finance, LIST)
    first, second = sorted([one, two], key=lambda theme: str(theme.pk))
    assert f"{first.name} waits for {second.name}, {second.name} waits for {first.name}." in html
    assert [row[4] for row in listed(finance)] == ["In a circle", "In a circle", ""]
    assert html.count('ff-net__way--needs">needs<svg') == 3


def test_without_a_circle_the_page_says_so(small, finance):
    needs(small, *small.themes)
    needs(small, *reversed(small.themes), kind="supports")
    assert "Nothing waits for itself in a circle." in page(finance, LIST)


@pytest.mark.parametrize(
    ("edges", "circles"),
    [
        ([(1, 2), (2, 3)], []),
        ([(1, 1)], [{1}]),
        ([(1, 2), (2, 3), (3, 1), (3, 4)], [{1, 2, 3}]),
        ([(1, 2), (2, 1), (3, 4), (4, 3), (2, 3)], [{1, 2}, {3, 4}]),
        ([(1, 2), (2, 1), (2, 3), (3, 2)], [{1, 2}, {2, 3}]),
    ],
)
def test_each_circle_is_found_once(edges, circles):
    graph: dict = {}
    for start, end in edges:
        graph.setdefault(("theme", start), []).append(("theme", end))
    found = [{number for _kind, number in circle} for circle in circles_of(graph)]
    assert sorted(map(sorted, found)) == sorted(map(sorted, circles))


@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_a_circle_is_one_and_there_is_one_whenever_a_node_reaches_itself(edges):
    graph: dict = {}
    for start, end in edges:
        graph.setdefault(("theme", start), []).append(("theme", end))
    found = circles_of(graph)
    for circle in found:
        assert all(other in graph[one] for one, other in zip(circle, [*circle[1:], circle[0]], strict=True))
    reach = set(edges)
    while more := {(a, d) for a, b in reach for c, d in edges if b == c} - reach:
        reach |= more
    assert {number for circle in found for _kind, number in circle} == {a for a, b in reach if a == b}


def test_filters_narrow_and_what_they_do_not_know_is_refused(small, finance):
    first, second = small.projects
    needs(small, first, "Cabinet", description="A decision")
    needs(small, second, small.themes[1], "supports")
    assert [row[0] for row in listed(finance, kind="needs")] == [first.title]
    assert [row[0] for row in listed(finance, theme=small.themes[1].slug)] == [second.title]
    assert [row[0] for row in listed(finance, q="cabinet")] == [first.title]
    for query in ({"kind": "x"}, {"theme": "x"}, {"x": "y"}):
        response = finance.get(LIST, query)
        assert response.status_code == 400
        assert "<tbody" not in response.content.decode()


def test_a_head_of_service_sees_dependencies_whose_ends_are_open_to_them(small):
    first, second = small.projects
    needs(small, first, small.themes[1])
    needs(small, first, second)
    needs(small, second, "Cabinet")
    needs(small, *small.themes)
    client = signed_in(small.cast().head)
    assert [row[0] for row in listed(client)] == [first.title, small.themes[0].name]
    assert second.title not in page(client, LIST)


def test_a_closed_period_shows_the_dependencies_of_then(finance):
    closed = factories.ReportingPeriodFactory(
        programme=factories.ProgrammeFactory(is_current=True), closed=True, label="2015/16 M07"
    )
    factories.ReportingPeriodFactory(programme=closed.programme, label="2015/16 M08", ends_on=date(2015, 11, 30))
    theme = factories.ThemeFactory(programme=closed.programme)
    with record_act(actor=factories.TESTS, verb="tests.entered", sentence="Entered.", at=_on(2015, 11, 1)):
        row = Dependency.objects.create(
            programme=closed.programme, kind="needs", from_theme=theme, to_body="Then", description=""
        )
    with record_act(actor=factories.TESTS, verb="tests.changed", sentence="Changed.", at=_on(2015, 12, 1)):
        row.to_body = "Now"
        row.save()
    assert [row[2] for row in listed(finance)] == ["Now"]
    assert [row[2] for row in listed(finance, period="2015/16 M07")] == ["Then"]


def _on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def test_without_a_dependency_the_page_says_who_adds_them(small, finance):
    assert "The programme officer adds dependencies" in page(finance, LIST)
