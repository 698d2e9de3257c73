"""Why two periods differ: opening, what each cause brought, closing, in every row (domain.md, Movement).

Opening and closing are the roll-ups' figures of the two periods; what lies between comes from `savings.changes`, act by
act, with what no act is recorded for. The two are read independently of each other and meet: opening + causes = closing
in every row and year. Whole pounds, sign kept, incremental view.

From a later period to an earlier one the movement is read backwards: the same causes with the opposite sign.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from futurefit.values.financial_year import Horizon
from projects.scope import EVERYTHING, Scope
from savings.changes import Cause, Change, Place, YearStanding, changes_between
from savings.groupings import GROUPINGS, Group, Grouping, group_as_it_stands
from savings.models import LineInPeriod, ReportingPeriod
from savings.rollups import BASES, NOT_SHOWN, SHAPES, Rollup, Row, scan, scan_each
from savings.selection import ALL_LINES, Selection

MEASURES = (
    "target",
    "delivered",
    "claimed",
    "on_target",
    "amber",
    "red",
    "not_rated",
    "over_delivered",
    "secure",
    "at_risk",
)
"""The measures whose movement can be told: the target and its statuses, and what follows from the statuses alone."""

Year = int | None
ANY_YEAR = object()

ATTEMPTS = 4
"""How often a comparison is read while somebody writes between its queries."""


class DoesNotAddUp(RuntimeError):
    """What was read does not come together: somebody wrote between one query and the next, at every attempt."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one change brought to one row: never nought. `year` is None where not profiled."""

    change: Change
    group: Group
    amount: int
    visible: bool

    @property
    def cause(self) -> Cause:
        return self.change.cause

    @property
    def year(self) -> Year:
        return self.change.year


@dataclass(frozen=True, slots=True)
class Steps:
    """Opening, what each cause brought (those that brought something), and closing."""

    opening: int
    causes: Mapping[Cause, int]
    closing: int

    def amount(self, cause: Cause) -> int:
        return self.causes.get(cause, 0)

    @property
    def change(self) -> int:
        return self.closing - self.opening


@dataclass(frozen=True)
class MovementRow:
    """One group: its movement over all years, and year by year (None: not profiled).

    `hidden` are the causes in which a change is of a line that the reader may not see.
    """

    group: Group
    total: Steps
    years: Mapping[Year, Steps]
    hidden: frozenset[Cause] = frozenset()
    opening_hidden: bool = False
    closing_hidden: bool = False

    @property
    def key(self) -> str | None:
        return self.group.key

    @property
    def label(self) -> str:
        return self.group.label

    @property
    def is_not_shown(self) -> bool:
        return self.group == NOT_SHOWN

    @property
    def has_moved(self) -> bool:
        """Whether anything happened to it, also where it comes to nothing in all."""
        return bool(self.total.causes) or any(steps.causes for steps in self.years.values())


@dataclass(frozen=True)
class Movement:
    """The movement between two periods by one grouping ("": the total alone).

    `parts` are what the causes are made of, in the order in which they happened; `horizon` names the years.
    """

    first: ReportingPeriod
    last: ReportingPeriod
    by: str
    measure: str
    basis: str
    shape: str
    years: tuple[Year, ...]
    rows: tuple[MovementRow, ...]
    total: MovementRow
    parts: tuple[Part, ...] = field(repr=False)
    horizon: Horizon

    @property
    def is_backwards(self) -> bool:
        return self.last.turn < self.first.turn

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """The causes that brought something to any row, in their order."""
        found = {part.cause for part in self.parts}
        return tuple(cause for cause in Cause if cause in found)

    def row(self, key: str | None) -> MovementRow:
        """The row with this key; KeyError where there is none."""
        for row in self.rows:
            if row.key == key:
                return row
        raise KeyError(key)

    @cached_property
    def unmoved(self) -> Steps:
        """All rows of groups shown to which nothing happened, as one."""
        standing = sum(row.total.opening for row in self.rows if not row.has_moved and not row.is_not_shown)
        return Steps(standing, {}, standing)

    def seen(
        self, *, row: MovementRow | None = None, cause: Cause | None = None, year: object = ANY_YEAR
    ) -> list[Part]:
        """The parts of lines that the reader may see: of one row, cause and year (None: not profiled), or of all."""
        return [
            part
            for part in self.parts
            if part.visible
            and (row is None or part.group.group_id == row.group.group_id)
            and (cause is None or part.cause is cause)
            and (year is ANY_YEAR or part.year == year)
        ]


def total_of(parts: Iterable[Part]) -> int:
    """What these parts brought together."""
    return sum(part.amount for part in parts)


def amount_of(stands: YearStanding | None, measure: str, basis: str) -> int:
    """What a line-year counts in a measure of `MEASURES` and a basis; 0 where it does not count."""
    if stands is None or (basis != "all" and stands.approved != (basis == "approved")):
        return 0
    split = stands.split
    if measure == "secure":
        return split.delivered + split.claimed + split.on_target
    if measure == "at_risk":
        return split.amber + split.red if split.target > 0 else 0
    amount: int = getattr(split, measure)
    return amount


def movement(
    first: ReportingPeriod,
    last: ReportingPeriod,
    *,
    by: str | None = None,
    measure: str = "target",
    basis: str = "all",
    scope: Scope = EVERYTHING,
    where: Selection = ALL_LINES,
    shape: str = "then",
) -> Movement:
    """The movement between two periods of a programme, in six queries whatever the number of lines and periods.

    Groups are those in which lines stood in each period, or with `shape="today"` stand now. In a restricted grouping
    what the reader may not see is one row. Raises ValueError for an unknown measure, basis, grouping or shape and for
    periods of two programmes. Where somebody writes meanwhile everything is read anew.
    """
    _refuse(by, measure, basis, shape)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _read(first, last, by, measure, basis, scope, where, shape)
        except DoesNotAddUp:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _read(
    first: ReportingPeriod,
    last: ReportingPeriod,
    by: str | None,
    measure: str,
    basis: str,
    scope: Scope,
    where: Selection,
    shape: str,
) -> Movement:
    backwards = last.turn < first.turn
    early, late = (last, first) if backwards else (first, last)
    changes = changes_between(early, late, where=where, scope=scope)
    opening, closing = _standing(first, last, by, where, basis, scope, shape)
    present = _present(early, changes) if shape == "today" and by else {}
    groups = _Groups(GROUPINGS[by] if by else None, opening, closing, present)
    parts = list(_parts(changes, groups, measure, basis, -1 if backwards else 1))
    if backwards:
        parts.reverse()
    years = _years(opening, closing, parts)
    by_group: dict[Hashable, list[Part]] = defaultdict(list)
    for part in parts:
        by_group[part.group.group_id].append(part)
    stood, stands = ({row.group.group_id: row for row in rollup.rows} for rollup in (opening, closing))
    rows = tuple(
        _row(group, stood.get(group_id), stands.get(group_id), by_group.get(group_id, ()), measure, years)
        for group in (groups.in_order(by_group) if by else ())
        for group_id in (group.group_id,)
    )
    return Movement(
        first=first,
        last=last,
        by=by or "",
        measure=measure,
        basis=basis,
        shape=shape,
        years=years,
        rows=rows,
        total=_row(Group(None, None, "Total"), opening.total, closing.total, parts, measure, years),
        parts=tuple(parts),
        horizon=Horizon(
            min(first.horizon_first, last.horizon_first),
            max(first.horizon_last, last.horizon_last),
            late.open_ended,
        ),
    )


def _refuse(by: str | None, measure: str, basis: str, shape: str) -> None:
    for value, choices, what in (
        (by, (None, *GROUPINGS), "grouping"),
        (measure, MEASURES, "measure"),
        (basis, BASES, "basis"),
        (shape, SHAPES, "shape"),
    ):
        if value not in choices:
            allowed = ", ".join(str(choice) for choice in choices if choice)
            raise ValueError(f"'{value}' is not a {what}. Choose one of: {allowed}.")


def _standing(
    first: ReportingPeriod,
    last: ReportingPeriod,
    by: str | None,
    where: Selection,
    basis: str,
    scope: Scope,
    shape: str,
) -> tuple[Rollup, Rollup]:
    """The roll-ups of the two periods."""
    groupings = (by,) if by else ()
    if shape == "today":
        found = {
            period.pk: scan(period, groupings, where=where, basis=basis, scope=scope, shape=shape)
            for period in (first, last)
        }
    else:
        found = scan_each((first, last), groupings, where=where, basis=basis, scope=scope)
    return found[first.pk].rollup(by), found[last.pk].rollup(by)


def _present(period: ReportingPeriod, changes: Iterable[Change]) -> dict[int, Place]:
    """Where the changed lines stand in the programme's open period, by line; without those withdrawn."""
    standing = LineInPeriod.objects.filter(
        period__programme=period.programme_id, period__closed_at__isnull=True, withdrawn=False
    )
    columns = ("theme_id", "directorate_id", "service_id", "project_id", "heading_id", "corporate_area_id")
    rows = standing.order_by().values_list(*columns, "saving_type", "method", "recurring", "line_id")
    wanted = {change.line_id for change in changes}
    return {row[-1]: Place._make([*row, True, True]) for row in rows if row[-1] in wanted}


class _Groups:
    """The groups of a movement: those of both roll-ups, and any that lines only passed through in between."""

    def __init__(
        self, grouping: Grouping | None, opening: Rollup, closing: Rollup, present: Mapping[int, Place]
    ) -> None:
        self.grouping, self.present, self.period = grouping, present, closing.period
        self.known = {row.group.group_id: row.group for row in (*opening.rows, *closing.rows)}
        self.order = [row.group for row in closing.rows]
        listed = {group.group_id for group in self.order}
        self.order += [row.group for row in opening.rows if row.group.group_id not in listed]
        self.passed: dict[Hashable, Group] = {}

    def of(self, change: Change, place: Place) -> Group:
        """The group of a line in a place; the total's own where it alone is asked for."""
        if self.grouping is None:
            return _WHOLE
        if self.grouping.restricted and not place.visible:
            return NOT_SHOWN
        group_id = self.present.get(change.line_id, place).group(self.grouping.name)
        if group_id in self.known:
            return self.known[group_id]
        if group_id not in self.passed:
            self.passed[group_id] = self._passed_through(group_id, change)
        return self.passed[group_id]

    def _passed_through(self, group_id: Any, change: Change) -> Group:
        assert self.grouping is not None
        if group_id is None or group_id == "not_stated":
            return Group(group_id, None, self.grouping.none_label)
        if self.grouping.name == "line":
            return Group(group_id, change.code, change.title)
        return group_as_it_stands(self.grouping, group_id, self.period)

    def in_order(self, used: Mapping[Hashable, object]) -> list[Group]:
        """Those of the later roll-up, of the earlier, those passed through, then what is not stated or not shown."""
        found = {group.group_id: group for group in (*self.order, *self.passed.values())}
        if NOT_SHOWN.group_id in used:
            found.setdefault(NOT_SHOWN.group_id, NOT_SHOWN)

        def last_of_all(group: Group) -> int:
            return 2 if group == NOT_SHOWN else int(group.key is None)

        return sorted(found.values(), key=last_of_all)


_WHOLE = Group(None, None, "Total")


def _parts(changes: Iterable[Change], groups: _Groups, measure: str, basis: str, sign: int) -> Iterator[Part]:
    """What each change brought to each group, without what brought nothing or went from a group to the same."""
    for change in changes:
        sides = []
        for place, stands, direction in (
            (change.place_before, change.before, -sign),
            (change.place_after, change.after, sign),
        ):
            amount = direction * amount_of(stands, measure, basis) if place.selected else 0
            if amount:
                sides.append((groups.of(change, place), amount, place.visible))
        if len(sides) == 2 and sides[0][0] == sides[1][0]:
            (group, leaves, seen_before), (_same, comes, seen_after) = sides
            sides = [(group, leaves + comes, seen_before and seen_after)] if leaves + comes else []
        for group, amount, visible in sides:
            yield Part(change, group, amount, visible)


def _years(opening: Rollup, closing: Rollup, parts: Iterable[Part]) -> tuple[Year, ...]:
    """Every year of either period or of a change, in order, then not profiled."""
    found = {*opening.years, *closing.years, *(part.year for part in parts)} - {None}
    return (*sorted(year for year in found if year is not None), None)


def _row(
    group: Group,
    opening: Row | None,
    closing: Row | None,
    parts: Sequence[Part],
    measure: str,
    years: Iterable[Year],
) -> MovementRow:
    brought: dict[Year, dict[Cause, int]] = defaultdict(lambda: defaultdict(int))
    in_all: dict[Cause, int] = defaultdict(int)
    for part in parts:
        brought[part.year][part.cause] += part.amount
        in_all[part.cause] += part.amount
    by_year = {
        year: _steps(group, _stands(opening, measure, year), brought[year], _stands(closing, measure, year))
        for year in years
    }
    return MovementRow(
        group=group,
        total=_steps(group, _stands(opening, measure), in_all, _stands(closing, measure)),
        years=by_year,
        hidden=frozenset(part.cause for part in parts if not part.visible),
        opening_hidden=bool(opening and opening.total.partly_hidden),
        closing_hidden=bool(closing and closing.total.partly_hidden),
    )


def _stands(row: Row | None, measure: str, year: object = ANY_YEAR) -> int:
    if row is None:
        return 0
    money = row.total if year is ANY_YEAR else row.year(year)  # type: ignore[arg-type]
    return money.amount(measure)


def _steps(group: Group, opening: int, brought: Mapping[Cause, int], closing: int) -> Steps:
    if opening + sum(brought.values()) != closing:
        raise DoesNotAddUp(
            f"{group.label}: {opening:,} at the opening and {dict(brought)} do not come to {closing:,} at the closing."
        )
    return Steps(opening, {cause: brought[cause] for cause in Cause if brought.get(cause)}, closing)


def as_json(result: Movement) -> dict[str, Any]:
    """The movement under the names of interfaces.md: whole pounds, years as labels, every cause in every row."""

    def of_steps(steps: Steps) -> dict[str, int]:
        causes = {cause.value: steps.amount(cause) for cause in Cause}
        return {"opening": steps.opening, **causes, "closing": steps.closing}

    def of_row(row: MovementRow) -> dict[str, Any]:
        years = {result.horizon.key(year): of_steps(steps) for year, steps in row.years.items()}
        return {"key": row.key, "label": row.label, **of_steps(row.total), "years": years}

    return {
        "programme": result.first.programme.slug,
        "from": result.first.label,
        "to": result.last.label,
        "by": result.by,
        "basis": result.basis,
        "measure": result.measure,
        "shape": result.shape,
        "rows": [of_row(row) for row in result.rows],
        "total": of_row(result.total),
        "lines": [
            {
                "key": part.group.key,
                "code": part.change.code,
                "title": part.change.title,
                "cause": part.cause.value,
                "year": result.horizon.key(part.year),
                "amount": part.amount,
                "reason": part.change.act.reason,
                "act": part.change.act.sentence,
                "at": part.change.act.at.isoformat() if part.change.act.at else None,
                "who": part.change.act.who,
                "post": part.change.act.post,
            }
            for part in result.seen()
        ],
    }


__all__ = [
    "MEASURES",
    "DoesNotAddUp",
    "Movement",
    "MovementRow",
    "Part",
    "Steps",
    "amount_of",
    "as_json",
    "movement",
    "total_of",
]
