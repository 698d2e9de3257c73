"""Whatever happened in up to six periods: movement adds up, its causes net out, and closed periods stay as they are."""

import json
from collections import defaultdict
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from projects.scope import EVERYTHING, Scope
from savings.changes import Cause, changes_between
from savings.groupings import GROUPINGS
from savings.models import Position, ReportingPeriod
from savings.movement import MEASURES, Movement, MovementRow, movement
from savings.rollups import BASES, as_json, rollup
from tests.savings.random_history import Stage, histories, play, stage

STATUSES = ("delivered", "claimed", "on_target", "amber", "red", "not_rated")


def periods_of(on: Stage) -> list[ReportingPeriod]:
    return list(ReportingPeriod.objects.filter(programme=on.programme).select_related("programme"))


def everything(period: ReportingPeriod) -> dict[str, str]:
    return {by: json.dumps(as_json(rollup(period, by)), sort_keys=True) for by in GROUPINGS}


def assert_rows_add_up(told: Movement) -> None:
    """Row by row and year by year, and over the rows cause by cause."""
    for row in (*told.rows, told.total):
        for steps in (row.total, *row.years.values()):
            assert steps.opening + sum(steps.causes.values()) == steps.closing
        for cause in Cause:
            assert sum(steps.amount(cause) for steps in row.years.values()) == row.total.amount(cause)
    for cause in Cause:
        assert sum(row.total.amount(cause) for row in told.rows) == told.total.total.amount(cause)


def of_row(told: Movement, row: MovementRow, cause: Cause) -> int:
    """What a cause brought to the same group in another measure or basis, where it may hold nothing."""
    return sum(each.total.amount(cause) for each in told.rows if each.group.group_id == row.group.group_id)


class AnyHistory(TestCase):
    @settings(max_examples=20, deadline=None)
    @given(deeds=histories())
    def test_a_closed_period_gives_the_same_bytes_by_every_grouping_whatever_follows(self, deeds):
        on, kept = stage(), {}
        play(on, deeds, closed=lambda period: kept.update({period.pk: (period, everything(period))}))
        assert kept
        for period, then in kept.values():
            period.refresh_from_db()
            assert everything(period) == then

    @settings(max_examples=25, deadline=None)
    @given(deeds=histories(), data=st.data())
    def test_opening_and_causes_make_the_closing_of_the_roll_ups_for_every_pair_of_periods(self, deeds, data):
        on = stage()
        play(on, deeds)
        periods = periods_of(on)
        for first in periods:
            for last in periods:
                by = data.draw(st.sampled_from(tuple(GROUPINGS)))
                measure, basis = data.draw(st.sampled_from(MEASURES)), data.draw(st.sampled_from(BASES))
                told = movement(first, last, by=by, measure=measure, basis=basis)
                assert_rows_add_up(told)
                stood, stands = (rollup(period, by, basis=basis) for period in (first, last))
                assert told.total.total.opening == stood.total.total.amount(measure)
                assert told.total.total.closing == stands.total.total.amount(measure)
                rows = {row.group.group_id: row.total for row in told.rows}
                for row in stood.rows:
                    assert rows[row.group.group_id].opening == row.total.amount(measure)
                for row in stands.rows:
                    assert rows[row.group.group_id].closing == row.total.amount(measure)

    @settings(max_examples=15, deadline=None)
    @given(deeds=histories())
    def test_causes_net_out_and_the_movement_over_several_periods_is_the_sum_of_its_steps(self, deeds):
        on = stage()
        play(on, deeds)
        periods = periods_of(on)
        first, last = periods[0], periods[-1]
        by_theme = movement(first, last, by="theme")
        assert by_theme.total.total.amount(Cause.MOVED) == 0
        backwards = movement(last, first, by="theme")
        assert {c: -amount for c, amount in by_theme.total.total.causes.items()} == backwards.total.total.causes
        steps = [movement(one, other, by="theme") for one, other in pairwise(periods)]
        for cause in Cause:
            assert by_theme.total.total.amount(cause) == sum(step.total.total.amount(cause) for step in steps)
        status = {name: movement(first, last, by="theme", measure=name) for name in (*STATUSES, "over_delivered")}
        halves = [movement(first, last, by="theme", basis=basis) for basis in ("approved", "proposed")]
        for row in by_theme.rows:
            re_rated = sum(of_row(status[name], row, Cause.RE_RATED) for name in STATUSES)
            assert re_rated == of_row(status["over_delivered"], row, Cause.RE_RATED)
            assert row.total.amount(Cause.RE_RATED) == row.total.amount(Cause.APPROVED) == 0
            assert sum(of_row(half, row, Cause.APPROVED) for half in halves) == 0

    @settings(max_examples=15, deadline=None)
    @given(deeds=histories(), services=st.sets(st.sampled_from((1, 2))), themes=st.sets(st.sampled_from((1, 2))))
    def test_each_line_year_goes_step_by_step_and_what_is_not_shown_is_one_row(self, deeds, services, themes):
        on = stage()
        play(on, deeds)
        first = periods_of(on)[0]
        standing = defaultdict(lambda: None)
        for row in Position.objects.in_period(first).select_related("line_in_period"):
            standing[row.line_in_period.line_id, row.year] = row.target
        for change in changes_between(first, on.period):
            key = change.line_id, change.year
            assert (change.before.split.target if change.before else None) == standing[key]
            standing[key] = change.after.split.target if change.after else None
        now = {
            (row.line_in_period.line_id, row.year): row.target
            for row in Position.objects.in_period(on.period).select_related("line_in_period")
        }
        assert {key: target for key, target in standing.items() if target is not None} == now
        scope = Scope(
            service_ids=frozenset(on.services[place].pk for place in services),
            theme_ids=frozenset(on.themes[place].pk for place in themes),
        )
        for by in ("line", "project", "theme"):
            mine, everybodys = (movement(first, on.period, by=by, scope=each) for each in (scope, EVERYTHING))
            assert_rows_add_up(mine)
            assert mine.total.total == everybodys.total.total
            assert sum(row.is_not_shown for row in mine.rows) <= (by != "theme")
            if by == "theme":
                assert [row.total for row in mine.rows] == [row.total for row in everybodys.rows]
