"""Where each pound went that a year did not deliver (domain.md, When a year has ended).

For every amount of an ended year, with target and delivered as the year's last period said:

    target − delivered + over-delivered = open + carried forward + delivered late + re-profiled + replaced
                                          + written out + corrected

The left side never changes again. Later acts move pounds between the places on the right: what an act takes off the
undelivered amount goes to the place of the act's cause, and what it adds comes out of it again, so that a place may
be negative. What is undelivered in the end is carried forward, as far as that was said, and open. What is claimed is
undelivered until finance accepts it.

A year has ended once a period of a later year is shown; its last period is the last one before that whose financial
year it is. Amounts are grouped by where their line stood in that last period, since that is the group which did not
deliver them; an amount that came into an ended year only later is grouped by where its line stands in the period shown.
Whole pounds, sign kept: a loss that did not come is negative.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from django.db.models import BooleanField, Case, Q, Value, When

from projects.scope import EVERYTHING, Scope
from savings.changes import Cause, Change, YearStanding, changes_between
from savings.groupings import GROUPINGS, Group, groups_of
from savings.measures import STILL_UNDELIVERED, still_carried, still_undelivered
from savings.models import GroupInPeriod, Position, ReportingPeriod
from savings.querysets import lines_visible_to

BY = ("directorate", "theme")
"""What undelivered amounts are grouped by."""


class Place(StrEnum):
    """Where a pound is that was not delivered in its year, in the order in which places are shown."""

    OPEN = "open"
    CARRIED_FORWARD = "carried_forward"
    DELIVERED_LATE = "delivered_late"
    RE_PROFILED = "re_profiled"
    REPLACED = "replaced"
    WRITTEN_OUT = "written_out"
    CORRECTED = "corrected"

    @property
    def words(self) -> str:
        return "re-profiled" if self is Place.RE_PROFILED else self.value.replace("_", " ")


PLACE_OF_CAUSE: Mapping[Cause, Place] = {
    Cause.RE_RATED: Place.DELIVERED_LATE,
    Cause.RE_PROFILED: Place.RE_PROFILED,
    Cause.REPLACED: Place.REPLACED,
    Cause.WRITTEN_OUT: Place.WRITTEN_OUT,
    Cause.REMOVED: Place.WRITTEN_OUT,
    Cause.CORRECTED: Place.CORRECTED,
    Cause.RE_ESTIMATED: Place.CORRECTED,
    Cause.MOVED: Place.CORRECTED,
    Cause.APPROVED: Place.CORRECTED,
    Cause.ADDED: Place.CORRECTED,
}
"""Where a change of what is undelivered goes.

An amount withdrawn or taken out is written out, and comes back from there when its line is restored. A target typed
anew is corrected, like an amount that a line which did not stand at the year's end brings, and what splitting a line
gives to another of its parts, which nets to nothing over the parts.
"""


_ENTERED = (Cause.ADDED, Cause.REMOVED, Cause.RE_ESTIMATED)
"""Causes of what is entered rather than decided: taking an amount out and putting it back are told by what they do."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One side and the other of a set of amounts of one ended year, whole pounds; adding two adds every one.

    `partly_hidden` says that some of it belongs to lines which the reader may not see.
    """

    target: int = 0
    delivered: int = 0
    over_delivered: int = 0
    open: int = 0
    carried_forward: int = 0
    delivered_late: int = 0
    re_profiled: int = 0
    replaced: int = 0
    written_out: int = 0
    corrected: int = 0
    partly_hidden: bool = False

    @property
    def left(self) -> int:
        """What the year did not deliver, as its last period said."""
        return self.target - self.delivered + self.over_delivered

    @property
    def placed(self) -> int:
        """All places together: always `left`."""
        return sum(self.amount(place) for place in Place)

    def amount(self, place: Place) -> int:
        amount: int = getattr(self, place.value)
        return amount

    def __add__(self, other: Undelivered) -> Undelivered:
        return Undelivered(
            self.target + other.target,
            self.delivered + other.delivered,
            self.over_delivered + other.over_delivered,
            self.open + other.open,
            self.carried_forward + other.carried_forward,
            self.delivered_late + other.delivered_late,
            self.re_profiled + other.re_profiled,
            self.replaced + other.replaced,
            self.written_out + other.written_out,
            self.corrected + other.corrected,
            self.partly_hidden or other.partly_hidden,
        )


NOTHING = Undelivered()


@dataclass(frozen=True, slots=True)
class EndedYear:
    """A year that has ended, and its last reporting period; None where it had none, so nothing says its result."""

    year: int
    period: ReportingPeriod | None


@dataclass(frozen=True, slots=True)
class Amount:
    """One line's amount of an ended year and where it went.

    `directorate` and `theme` are the ids of the groups it counts in. `expected_in` is the year in which what is
    carried forward is expected. `position` is the row of the period shown, None where the amount counts there no more.
    """

    line_id: int
    code: str
    title: str
    year: int
    directorate: int | None
    theme: int | None
    sums: Undelivered
    expected_in: int | None = None
    position: Position | None = None

    @property
    def visible(self) -> bool:
        return not self.sums.partly_hidden

    def group(self, by: str) -> int | None:
        group_id: int | None = getattr(self, by)
        return group_id


@dataclass(frozen=True)
class YearEnds:
    """All ended years as at one period, and every amount of them that was not delivered or came into them later.

    Amounts that their year delivered in full are in `sums_of` and in no list.
    """

    period: ReportingPeriod
    years: tuple[EndedYear, ...]
    amounts: tuple[Amount, ...]
    groups: Mapping[tuple[int, str], Sequence[Group]] = field(default_factory=dict)
    groups_since: Mapping[str, Sequence[Group]] = field(default_factory=dict)

    @cached_property
    def listed(self) -> tuple[Amount, ...]:
        """Amounts with something not delivered or in some place, and that the reader may see: what is open first."""
        found = [row for row in self.amounts if row.visible and is_of_interest(row.sums)]
        return tuple(sorted(found, key=self._first))

    def _first(self, row: Amount) -> tuple[bool, bool, int, int, str]:
        """Open before all; then what was expected in a year that has ended; the larger first."""
        late = self.is_overdue(row)
        return not row.sums.open, not late, -abs(row.sums.open or row.sums.left), row.year, row.code

    def is_overdue(self, row: Amount) -> bool:
        """Whether what is carried forward was expected in a year that has ended itself."""
        return bool(row.sums.carried_forward) and (row.expected_in or 0) < self.period.financial_year

    def sums_of(self, year: int) -> Undelivered:
        return total_of(row for row in self.amounts if row.year == year)

    def by(self, grouping: str, year: int) -> list[tuple[Group, Undelivered]]:
        """The groups of one of `BY` that the year's last period showed, each with its sums.

        Then groups set up since in which an amount stands that came later, and what states none.
        """
        found: dict[int | None, Undelivered] = defaultdict(Undelivered)
        for row in self.amounts:
            if row.year == year:
                found[row.group(grouping)] += row.sums
        groups = list(self.groups.get((year, grouping), ()))
        known = {group.group_id for group in groups}
        since = self.groups_since.get(grouping, ())
        groups += [group for group in since if group.group_id in found and group.group_id not in known]
        groups += [Group(None, None, GROUPINGS[grouping].none_label)] if None in found else []
        return [(group, found.get(group.group_id, NOTHING)) for group in groups]  # type: ignore[call-overload]


def total_of(rows: Iterable[Amount]) -> Undelivered:
    """The sums of these amounts together."""
    return sum((row.sums for row in rows), NOTHING)


def is_of_interest(sums: Undelivered) -> bool:
    """Whether something was not delivered, or stands in some place."""
    return bool(sums.left) or any(sums.amount(place) for place in Place)


def ended_years(periods: Sequence[ReportingPeriod], shown: ReportingPeriod, years: Iterable[int]) -> list[EndedYear]:
    """Those of the years that have ended as at the period shown, latest first, each with its last period.

    `periods` are all of the programme, oldest first.
    """
    last: dict[int, ReportingPeriod] = {}
    for period in periods[: list(periods).index(shown)]:
        last[period.financial_year] = period
    return [EndedYear(year, last.get(year)) for year in sorted(set(years), reverse=True) if year < shown.financial_year]


def year_ends(periods: Sequence[ReportingPeriod], shown: ReportingPeriod, *, scope: Scope = EVERYTHING) -> YearEnds:
    """Where each pound went that ended years did not deliver, as at the period shown.

    Six queries, and one or two more where an amount came into a group that was set up since. `periods` are all of the
    programme, oldest first. Amounts of lines outside the reader's scope are counted and marked hidden: those that the
    reader may not see in the year's last period or may not see any more.
    """
    place_of = list(periods).index(shown)
    horizon = range(min(period.horizon_first for period in periods[: place_of + 1]), shown.financial_year)
    years = ended_years(periods, shown, horizon)
    dated = {each.year: each.period for each in years if each.period is not None}
    if not dated:
        return YearEnds(shown, tuple(years), ())
    order = {period.pk: place for place, period in enumerate(periods)}
    walked = {key: _Walk(started) for key, started in _as_last_said(dated, scope).items()}
    first = min(dated.values(), key=lambda period: order[period.pk])
    for change in changes_between(first, shown, scope=scope):
        last = dated.get(change.year) if change.year is not None else None
        if last is None or order[change.period_id] <= order[last.pk]:
            continue
        key = _Key(change.line_id, change.year)  # type: ignore[arg-type]
        walked.setdefault(key, _Walk(None)).take(change)
    standing = _standing(shown, dated)
    amounts = [walk.amount(key, standing.get(key)) for key, walk in walked.items()]
    groups = _groups(dated)
    known = {(year, by, group.group_id) for (year, by), each in groups.items() for group in each}
    asked = [(row.year, by, row.group(by)) for row in amounts for by in BY]
    came_later = any(group_id is not None and (year, by, group_id) not in known for year, by, group_id in asked)
    return YearEnds(shown, tuple(years), tuple(amounts), groups, groups_of(shown, BY) if came_later else {})


class _Key(NamedTuple):
    line_id: int
    year: int


class _Started(NamedTuple):
    """One amount as its year's last period said it."""

    code: str
    title: str
    directorate: int | None
    theme: int | None
    visible: bool
    target: int
    delivered: int
    claimed: int


class _Walk:
    """One amount on its way from its year's last period to the period shown."""

    def __init__(self, started: _Started | None) -> None:
        self.started = started
        self.left = still_undelivered(started.target, started.delivered, started.claimed) if started else 0
        self.undelivered = self.left
        self.places: dict[Place, int] = defaultdict(int)
        self.latest: Change | None = None

    def take(self, change: Change) -> None:
        """Follow one act: what it takes off goes to the place of its cause, what it adds comes out of it."""
        now = _undelivered(change.after)
        place = PLACE_OF_CAUSE[change.cause]
        comes_back = change.before is None and self.started is not None
        if change.cause in _ENTERED and (change.after is None or comes_back):
            place = Place.WRITTEN_OUT
        self.places[place] += self.undelivered - now
        self.undelivered, self.latest = now, change

    def _come_to(self, position: Position | None) -> None:
        """What is left after all changes is what stands: a difference that no act is recorded for is corrected."""
        now = still_undelivered(position.target, position.delivered, position.claimed) if position else 0
        self.places[Place.CORRECTED] += self.undelivered - now
        self.undelivered = now

    def amount(self, key: _Key, position: Position | None) -> Amount:
        started, latest = self.started, self.latest
        self._come_to(position)
        carried = still_carried(position.carried_forward, self.undelivered) if position else 0
        sums = Undelivered(
            target=started.target if started else 0,
            delivered=started.delivered if started else 0,
            over_delivered=self.left - (started.target - started.delivered) if started else 0,
            open=self.undelivered - carried,
            carried_forward=carried,
            partly_hidden=not self._visible,
            **{place.value: amount for place, amount in self.places.items()},
        )
        in_place = started or latest.place_after  # type: ignore[union-attr]
        row = position.line_in_period if position else None
        return Amount(
            line_id=key.line_id,
            code=started.code if started else latest.code,  # type: ignore[union-attr]
            title=row.title if row else latest.title if latest else started.title,  # type: ignore[union-attr]
            year=key.year,
            directorate=in_place.directorate,
            theme=in_place.theme,
            sums=sums,
            expected_in=position.expected_in if position and carried else None,
            position=position,
        )

    @property
    def _visible(self) -> bool:
        """Whether the reader may see the line in the year's last period and may see it still."""
        then = self.started is None or self.started.visible
        return then and (self.latest is None or self.latest.place_after.visible)


def _undelivered(stands: YearStanding | None) -> int:
    if stands is None:
        return 0
    return still_undelivered(stands.split.target, stands.split.delivered, stands.split.claimed)


def _of_years(dated: Mapping[int, ReportingPeriod]) -> Q:
    """Positions of each ended year in its own last period."""
    condition = Q()
    for year, period in dated.items():
        condition |= Q(line_in_period__period=period, year=year)
    return condition


def _as_last_said(dated: Mapping[int, ReportingPeriod], scope: Scope) -> dict[_Key, _Started]:
    visible = lines_visible_to(scope, "line_in_period__")
    seen = When(visible, then=Value(True)) if visible else When(pk__isnull=False, then=Value(True))
    rows = (
        Position.objects.filter(_of_years(dated), line_in_period__withdrawn=False)
        .order_by()
        .annotate(seen=Case(seen, default=Value(False), output_field=BooleanField()))
        .values_list(
            "line_in_period__line_id",
            "year",
            "line_in_period__line__code",
            "line_in_period__title",
            "line_in_period__directorate_id",
            "line_in_period__theme_id",
            "seen",
            "target",
            "delivered",
            "claimed",
        )
    )
    return {_Key(line_id, year): _Started(*rest) for line_id, year, *rest in rows.iterator()}


def _standing(shown: ReportingPeriod, dated: Mapping[int, ReportingPeriod]) -> dict[_Key, Position]:
    """The positions of ended years of which something is undelivered in the period shown, each with its line."""
    positions = Position.objects.in_period(shown).filter(year__in=list(dated)).select_related("line_in_period")
    rows = positions.annotate(undelivered=STILL_UNDELIVERED).exclude(undelivered=0)
    return {_Key(row.line_in_period.line_id, row.year): row for row in rows.order_by()}


def _groups(dated: Mapping[int, ReportingPeriod]) -> dict[tuple[int, str], list[Group]]:
    """The groups that each year's last period showed, which closing it has kept: one query."""
    year_of = {period.pk: year for year, period in dated.items()}
    found: dict[tuple[int, str], list[Group]] = defaultdict(list)
    rows = GroupInPeriod.objects.filter(period__in=list(year_of), grouping__in=BY).order_by("grouping", "order", "pk")
    for period_id, grouping, object_id, key, label in rows.values_list(
        "period_id", "grouping", "object_id", "key", "label"
    ):
        found[year_of[period_id], grouping].append(Group(object_id, key, label))
    return found


__all__ = [
    "BY",
    "Amount",
    "EndedYear",
    "Place",
    "Undelivered",
    "YearEnds",
    "ended_years",
    "total_of",
    "year_ends",
]
