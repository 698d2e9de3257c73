"""Two who reorganise the same directorate, and a line that is entered meanwhile: one wins, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from futurefit.council.models import Directorate, Succession
from futurefit.values.rag import Split
from savings.models import LineInPeriod
from savings.rollups import rollup
from savings.services.lines import NewLine, NewPosition, add_lines
from savings.services.reorganisation import NewUnit, assign, rename_unit, split_unit, unassigned
from tests.factories import TESTS
from tests.savings.worked_programme import worked_programme

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ON = date(2016, 5, 10)


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2016, 5, 20)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """ "done" or the first words of the refusal of each."""

    def done(act: Callable[[], object]) -> str:
        try:
            act()
        except ValidationError as refused:
            return refused.messages[0][:24]
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(done, acts))


def test_of_two_who_rename_one_directorate_one_is_told_that_it_ended():
    worked = worked_programme()
    came_to = at_once(
        *(
            lambda name=name: rename_unit(
                actor=TESTS, old=worked.directorates["North"], new=NewUnit(name, name), on=ON, reason="x"
            )
            for name in ("One", "Two")
        )
    )
    assert sorted(came_to) == ["North ended on 9 May 201", "done"]
    assert Succession.objects.count() == 1
    assert rollup(worked.period).total.total.target == 352
    assert not LineInPeriod.objects.filter(directorate=worked.directorates["North"]).exists()


def test_a_line_added_while_its_directorate_is_renamed_is_counted_once_and_none_is_lost():
    worked = worked_programme()
    north = worked.directorates["North"]
    new = NewLine("Late", worked.projects["PA"], directorate=north, positions=[NewPosition(2016, Split(5))])
    came_to = at_once(
        lambda: rename_unit(actor=TESTS, old=north, new=NewUnit("New", "NEW"), on=ON, reason="x"),
        lambda: add_lines(actor=TESTS, period=worked.period, lines=[new]),
    )
    assert came_to == ["done", "done"]
    rows = {row.key: row.total.target for row in rollup(worked.period, "directorate").rows}
    assert rows["NEW"] + rows.get("NORTH", 0) == 305
    # What came after the rename stands in the ended directorate, and is listed there to be assigned.
    assert len(unassigned(north).lines) == (1 if "NORTH" in rows else 0)


def test_of_two_who_assign_one_line_one_is_told_and_the_line_goes_once():
    worked = worked_programme()
    north = worked.directorates["North"]
    split_unit(actor=TESTS, old=north, into=[NewUnit("Up", "UP"), NewUnit("Low", "LO")], on=ON, reason="x")
    row = LineInPeriod.objects.get(line__code="A1")
    came_to = at_once(
        *(
            lambda to=to: assign(actor=TESTS, old=north, to=to, reason="x", lines={row.pk: row.version})
            for to in Directorate.objects.filter(code__in=["UP", "LO"])
        )
    )
    assert sorted(came_to) == ["Some of the savings line", "done"]
    row.refresh_from_db()
    assert row.version == 2 and row.directorate.code in ("UP", "LO")
