"""Whatever happened in six periods: closed ones stay as they are, movement adds up, and every pound is in one place.

`HISTORIES=300` in the environment plays as many random histories in place of a few.
"""

import json
import os
from collections import Counter, defaultdict
from contextlib import ExitStack
from functools import cache
from itertools import pairwise
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import example, given, note, settings
from hypothesis import strategies as st

from projects.scope import EVERYTHING, Scope
from savings import movement as movements
from savings import rollups
from savings.changes import Cause, changes_between
from savings.groupings import GROUPINGS
from savings.models import Position, ReportingPeriod
from savings.movement import MEASURES, Movement, MovementRow, movement
from savings.rollups import BASES, VIEWS, as_json, rollup, scan
from savings.undelivered import BY, YearEnds, year_ends
from tests.savings.random_history import DEEDS, Stage, everything, histories, play, stage
from tests.savings.undelivered_pounds import assert_every_pound_is_in_one_place, told_of

pytestmark = pytest.mark.django_db

MANY = int(os.environ.get("HISTORIES", "0"))
STATUSES = ("delivered", "claimed", "on_target", "amber", "red", "not_rated")


def periods_of(on: Stage) -> list[ReportingPeriod]:
    return list(ReportingPeriod.objects.of_programme(on.programme).select_related("programme"))


# What a closed period says


def rolled_up(period: ReportingPeriod) -> str:
    """The roll-ups of a period by every grouping, view and basis, as bytes."""
    scans = {basis: scan(period, tuple(GROUPINGS), basis=basis) for basis in BASES}
    with mock.patch.object(rollups, "lines_without_amount", cache(rollups.lines_without_amount)):
        found = [as_json(whole.rollup(by, view=view)) for whole in scans.values() for by in GROUPINGS for view in VIEWS]
    return json.dumps(found)


def undelivered(ends: YearEnds) -> str:
    """What is said of the pounds of ended years: every amount, every group, what is listed and in which order."""
    by_group = [(each.year, by, ends.by(by, each.year)) for each in ends.years for by in BY]
    listed = [(row.code, row.title, row.year, row.expected_in) for row in ends.listed]
    return repr((ends.years, told_of(ends), by_group, listed))


# What holds of a movement


def assert_rows_add_up(told: Movement) -> None:
    """Row by row and year by year, and over the rows cause by cause."""
    for row in (*told.rows, told.total):
        for steps in (row.total, *row.years.values()):
            assert steps.opening + sum(steps.causes.values()) == steps.closing
        for cause in Cause:
            assert sum(steps.amount(cause) for steps in row.years.values()) == row.total.amount(cause)
    for cause in Cause:
        assert sum(row.total.amount(cause) for row in told.rows) == told.total.total.amount(cause)


def assert_is_between_the_roll_ups(told: Movement) -> None:
    """Opening and closing of every row and year are what the roll-ups of the two periods say."""
    for period, step in ((told.first, "opening"), (told.last, "closing")):
        whole = rollup(period, told.by, basis=told.basis)
        assert getattr(told.total.total, step) == whole.total.total.amount(told.measure)
        rows = {row.group.group_id: row for row in told.rows}
        for row in whole.rows:
            mine = rows.pop(row.group.group_id)
            assert getattr(mine.total, step) == row.total.amount(told.measure)
            for year, steps in mine.years.items():
                assert getattr(steps, step) == row.year(year).amount(told.measure)
        assert not any(getattr(row.total, step) for row in rows.values())


def assert_nets(told: dict[tuple[str, str, str], Movement]) -> None:
    """What each cause nets out over, of movements by (grouping, measure, basis) between the same two periods."""
    for by in GROUPINGS:
        whole = told[by, "target", "all"]
        assert whole.total.total.amount(Cause.MOVED) == 0, "over groups"
        assert whole.total.total.amount(Cause.REPLACED) == 0, "over lines"
        for row in whole.rows:
            assert row.total.amount(Cause.RE_RATED) == row.total.amount(Cause.APPROVED) == 0
            rated = sum(of_row(told[by, name, "all"], row, Cause.RE_RATED) for name in STATUSES)
            assert rated == of_row(told[by, "over_delivered", "all"], row, Cause.RE_RATED), "over statuses"
            flagged = [of_row(told[by, "target", basis], row, Cause.APPROVED) for basis in ("approved", "proposed")]
            assert sum(flagged) == 0, "over approved and proposed"
            if by == "line":
                assert row.total.amount(Cause.RE_PROFILED) == 0, "over years"


def of_row(told: Movement, row: MovementRow, cause: Cause) -> int:
    """What a cause brought to the same group in another measure or basis, where it may hold nothing."""
    return sum(each.total.amount(cause) for each in told.rows if each.group.group_id == row.group.group_id)


def every_movement(first: ReportingPeriod, last: ReportingPeriod) -> dict[tuple[str, str, str], Movement]:
    """By every grouping, measure and basis between two periods; what they have in common is read once."""
    with ExitStack() as once:
        for name in ("changes_between", "scan_each"):
            once.enter_context(mock.patch.object(movements, name, cache(getattr(movements, name))))
        return {
            (by, measure, basis): movement(first, last, by=by, measure=measure, basis=basis)
            for by in GROUPINGS
            for measure in MEASURES
            for basis in BASES
        }


def assert_steps_lead_from_one_to_the_other(first: ReportingPeriod, last: ReportingPeriod) -> None:
    """Each line-year's `after` is the next one's `before`, from what stands in the first period to what stands last."""
    standing = defaultdict(lambda: None, targets_of(first))
    for change in changes_between(first, last):
        assert change.act.is_known
        key = change.line_id, change.year
        assert (change.before.split.target if change.before else None) == standing[key]
        standing[key] = change.after.split.target if change.after else None
    assert {key: target for key, target in standing.items() if target is not None} == targets_of(last)


def targets_of(period: ReportingPeriod) -> dict[tuple[int, int | None], int]:
    rows = Position.objects.in_period(period).select_related("line_in_period")
    return {(row.line_in_period.line_id, row.year): row.target for row in rows}


def assert_what_is_not_shown_is_one_row(on: Stage, first: ReportingPeriod, last: ReportingPeriod) -> None:
    """A reader of one theme and one service has everybody's total, and by theme everybody's rows."""
    scope = Scope(service_ids=frozenset([on.services[1].pk]), theme_ids=frozenset([on.themes[1].pk]))
    for by in ("line", "project", "theme"):
        mine, everybodys = (movement(first, last, by=by, scope=each) for each in (scope, EVERYTHING))
        assert_rows_add_up(mine)
        assert mine.total.total == everybodys.total.total
        assert sum(row.is_not_shown for row in mine.rows) <= (by != "theme")
        if by == "theme":
            assert [row.total for row in mine.rows] == [row.total for row in everybodys.rows]


def test_whatever_happens():
    done: Counter[str] = Counter()

    @settings(max_examples=MANY or 5, derandomize=not MANY)
    @example(deeds=everything(), data=None)
    @given(deeds=histories(), data=st.data())
    def holds(deeds, data):
        with transaction.atomic():
            on = stage()
            holds_of(on, deeds, data)
            done.update(on.done)
            transaction.set_rollback(True)

    holds()
    assert not set(DEEDS) - set(done), "every kind of act was really done"


def holds_of(on: Stage, deeds, data) -> None:
    said: dict[int, tuple[ReportingPeriod, str, str, str]] = {}

    def look(period: ReportingPeriod) -> None:
        ends = assert_every_pound_is_in_one_place(periods_of(on), period)
        left = repr([(each.year, ends.sums_of(each.year).left) for each in ends.years])
        said[period.pk] = period, rolled_up(period), undelivered(ends), left

    play(on, deeds, closed=look)
    note(f"done: {dict(on.done)}; refused: {on.refused}")
    assert_every_pound_is_in_one_place(periods_of(on), on.period)
    periods = periods_of(on)
    for period in periods[:-1]:
        _period, roll_ups, pounds, _left = said[period.pk]
        assert rolled_up(period) == roll_ups
        assert undelivered(year_ends(periods, period)) == pounds
        for by in GROUPINGS:
            assert rollup(period, by, shape="today").total == rollup(period, by).total
    left: dict[int, int] = {}
    for period in periods:
        ends = year_ends(periods, period)
        for each in ends.years:
            assert left.setdefault(each.year, ends.sums_of(each.year).left) == ends.sums_of(each.year).left

    def some(choices):
        return data.draw(st.sampled_from(tuple(choices))) if data else next(iter(choices))

    for first in periods:
        for last in periods:
            told = movement(first, last, by=some(GROUPINGS), measure=some(MEASURES), basis=some(BASES))
            assert_rows_add_up(told)
            assert_is_between_the_roll_ups(told)
    first, last = periods[0], periods[-1]
    told = every_movement(first, last)
    for each in told.values():
        assert_rows_add_up(each)
    assert_nets(told)
    whole, backwards = told["theme", "target", "all"], movement(last, first, by="theme")
    assert {c: -amount for c, amount in whole.total.total.causes.items()} == backwards.total.total.causes
    steps = [movement(one, other, by="theme") for one, other in pairwise(periods)]
    for cause in Cause:
        assert whole.total.total.amount(cause) == sum(step.total.total.amount(cause) for step in steps)
    assert_steps_lead_from_one_to_the_other(first, last)
    assert_what_is_not_shown_is_one_row(on, first, last)
