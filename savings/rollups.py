"""Every total in the product.

One grouped query over the positions of a period (`scan`), folded in Python into frozen rows (`Scan.rollup`).
Screens, exports, charts, feeds and commands read the same object, so a total and its parts cannot differ.
Nothing is dropped, rounded or cached before it is summed. Rules: domain.md, The money; architecture.md, Roll-ups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce

from futurefit.values.financial_year import NOT_PROFILED, Horizon
from futurefit.values.rag import DEFAULT_WEIGHTS
from projects.scope import EVERYTHING, Scope
from savings import mtfp
from savings.groupings import (
    GROUPINGS,
    Group,
    Grouping,
    group_as_it_stands,
    groups_of,
    open_period_of,
    type_group,
)
from savings.measures import (
    DIRECTION,
    EMPTY,
    SUMS,
    Amounts,
    Direction,
    Money,
    Weights,
    Written,
    add_amounts,
    amounts_of,
    in_order,
    sums,
)
from savings.models import LineInPeriod, Position, ReportingPeriod
from savings.querysets import lines_visible_to
from savings.selection import ALL_LINES, Selection

NOT_SHOWN = Group("not_shown", "not_shown", "Not shown to you")
BASES = ("all", "approved", "proposed")
VIEWS = ("incremental", "cumulative")
SHAPES = ("then", "today")

_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Row:
    """One group: its money by year (None: not profiled) and its total. `parts` are rows of a finer grouping."""

    group: Group
    years: Mapping[int | None, Money]
    total: Money
    parts: tuple[Row, ...] = ()

    @property
    def key(self) -> str | None:
        return self.group.key

    @property
    def label(self) -> str:
        return self.group.label

    @property
    def is_not_shown(self) -> bool:
        """The plain row that completes the total by what the reader may not see."""
        return self.group == NOT_SHOWN

    def year(self, year: int | None) -> Money:
        return self.years.get(year, EMPTY)


@dataclass(frozen=True)
class Rollup:
    """The money of a period by one grouping.

    `years` are the columns in order; None, the amounts not profiled, comes last and is absent from the
    cumulative view. `to_date` is the total up to the period's own year.
    """

    period: ReportingPeriod
    by: str
    view: str
    basis: str
    shape: str
    years: tuple[int | None, ...]
    horizon: Horizon
    rows: tuple[Row, ...]
    total: Row
    to_date: Money

    def row(self, key: str | None) -> Row:
        """The row with this key; KeyError where there is none."""
        for row in self.rows:
            if row.key == key:
                return row
        raise KeyError(key)

    def find(self, group_id: Hashable) -> Row | None:
        """The row of a group by its id, None where it is not shown."""
        return next((row for row in self.rows if row.group.group_id == group_id), None)


@dataclass(frozen=True)
class Targets:
    """Targets by year (None: not profiled) in whole pounds; recurring *not stated* counts as recurring."""

    recurring: Mapping[int | None, int]
    one_off: Mapping[int | None, int]


NO_TARGETS = Targets({}, {})


class _Atom(NamedTuple):
    """The sums of the positions that agree in group and kind (`_kind`): a row of results."""

    groups: tuple[Hashable, ...]
    kind: int
    sums: tuple[int, ...]

    @property
    def approved(self) -> bool:
        return bool(self.kind >> _APPROVED & 1)

    @property
    def hidden(self) -> bool:
        return bool(self.kind >> _HIDDEN & 1)


@dataclass(frozen=True)
class Scan:
    """The atoms of one grouped query; any of its groupings can be folded from it without another scan."""

    period: ReportingPeriod
    groupings: tuple[str, ...]
    basis: str
    scope: Scope
    shape: str
    atoms: tuple[_Atom, ...]
    weights: Weights
    _groups: dict[str, list[Group]] = field(default_factory=dict, repr=False, compare=False)
    _condensed: dict[tuple[str, ...], tuple[_Atom, ...]] = field(default_factory=dict, repr=False, compare=False)
    _told: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False, init=False)
    """What was made from this scan already: a page asks for the same parts and folds many times."""

    def of_basis(self, basis: str) -> Scan:
        """The same scan without the amounts of the other basis. Raises ValueError for an unknown basis."""
        if basis not in BASES:
            raise ValueError(f"'{basis}' is not a basis. Choose one of: {', '.join(BASES)}.")
        if basis in ("all", self.basis):
            return self
        wanted = int(basis == "approved")
        return self._once(
            f"basis {basis}", lambda: replace(self._kept(lambda kind: kind >> _APPROVED & 1 == wanted), basis=basis)
        )

    def within(self, by: str, group_ids: Iterable[Hashable]) -> Scan:
        """The same scan without the money of other groups of one of its groupings. Raises ValueError like `rollup`."""
        place, wanted = self._place(by), frozenset(group_ids)
        kept = tuple(atom for atom in self.atoms if atom.groups[place] in wanted)
        return replace(self, atoms=kept, _condensed={})

    def without(self, by: str, group_ids: Iterable[Hashable]) -> Scan:
        """The same scan without the money of these groups of one of its groupings. Raises ValueError like `rollup`."""
        place, unwanted = self._place(by), frozenset(group_ids)
        kept = tuple(atom for atom in self.atoms if atom.groups[place] not in unwanted)
        return replace(self, atoms=kept, _condensed={})

    def falling(self) -> Scan:
        """The same scan with only what adds to the budget: a chart draws it left of nought."""
        return self._once("falling", lambda: self._kept(lambda kind: kind >> _DIRECTION & 3 != Direction.SAVES))

    def visible(self) -> Scan:
        """The same scan without the money of lines that the reader may not see: what a list may add up."""
        return self._once("visible", lambda: self._kept(lambda kind: not kind >> _HIDDEN & 1))

    def not_visible(self) -> Scan:
        """The same scan with only the money of lines that the reader may not see."""
        return self._kept(lambda kind: bool(kind >> _HIDDEN & 1))

    def each(self, by: str, *, view: str = "incremental") -> dict[Hashable, Row]:
        """The row of every group that holds money, by its id, without asking for the groups' names.

        For the lines of one page. Raises ValueError like `rollup`.
        """
        self._place(by)
        years = self._years(view)
        found: dict[Hashable, list[_Atom]] = defaultdict(list)
        for atom in self._by(by):
            found[atom.groups[0]].append(atom)
        return {group_id: self._row(Group(group_id, None, ""), atoms, view, years) for group_id, atoms in found.items()}

    def targets(self, by: str) -> dict[Hashable, Targets]:
        """The targets by year of every group that holds money, by its id: what recurs and one-offs apart.

        Raises ValueError like `rollup`.
        """
        self._place(by)
        found: dict[Hashable, list[_Atom]] = defaultdict(list)
        for atom in self._by(by):
            found[atom.groups[0]].append(atom)
        return {group_id: self._targets(atoms) for group_id, atoms in found.items()}

    def _targets(self, atoms: Iterable[_Atom]) -> Targets:
        sides = self._folded(atoms)
        recurring, one_off = ({year: money.target for year, money in side.items()} for side in sides)
        return Targets(recurring, one_off)

    def moneys(self) -> Iterator[Money]:
        """The money of each set of positions that agree in everything the scan tells apart."""
        return (Money.of(self._amounts(atom.kind, atom.sums), hidden=atom.hidden) for atom in self.atoms)

    def _once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        if key not in self._told:
            self._told[key] = make()
        return self._told[key]

    def _amounts(self, kind: int, sums_of_it: tuple[int, ...]) -> Amounts:
        return amounts_of(
            sums_of_it,
            kind >> _APPROVED & 1 == 1,
            kind >> _DIRECTION & 3,
            kind >> _FUNDING & 1 == 1,
            self.weights,
        )

    def _kept(self, keep: Callable[[int], bool]) -> Scan:
        """The same scan with the atoms of the kinds that are kept."""
        wanted = {kind for kind in {atom.kind for atom in self._by()} if keep(kind)}

        def of_these(atoms: Iterable[_Atom]) -> tuple[_Atom, ...]:
            return tuple([atom for atom in atoms if atom[1] in wanted])

        return replace(
            self,
            atoms=of_these(self.atoms),
            _condensed={names: of_these(atoms) for names, atoms in self._condensed.items()},
        )

    def _by(self, *names: str) -> tuple[_Atom, ...]:
        """The atoms summed over every other grouping; kept, since a page folds its scan many times."""
        if names == self.groupings:
            return self.atoms
        if names not in self._condensed:
            if not names and self.groupings:
                self._by(self.groupings[0])  # which a page asks for sooner or later, and sums the whole from
            wider = {kept: atoms for kept, atoms in self._condensed.items() if set(names) <= set(kept)}
            wider[self.groupings] = self.atoms
            kept, atoms = min(wider.items(), key=lambda item: len(item[1]))
            self._condensed[names] = _condense(atoms, [kept.index(name) for name in names])
        return self._condensed[names]

    def _place(self, by: str) -> int:
        if by not in self.groupings:
            raise ValueError(f"The scan is not by {by}.")
        return self.groupings.index(by)

    def rollup(self, by: str | None = None, *, view: str = "incremental", parts: str | None = None) -> Rollup:
        """Fold the scan by one of its groupings (None: the total alone), with the rows of `parts` inside each.

        Raises ValueError for a grouping that was not scanned or an unknown view.
        """
        if view not in VIEWS:
            raise ValueError(f"'{view}' is not a view. Choose one of: {', '.join(VIEWS)}.")
        for name in (by, parts):
            if name is not None:
                self._place(name)
        return self._once(("rollup", by, view, parts), lambda: self._rollup(by, view, parts))

    def _rollup(self, by: str | None, view: str, parts: str | None) -> Rollup:
        wanted = [name for name in (by, parts) if name is not None]
        years = self._years(view)
        if any(name not in self._groups for name in wanted):
            frozen = [name for name in self.groupings if GROUPINGS[name].frozen]
            asked = dict.fromkeys([*wanted, *frozen])
            self._groups.update(self._ask_groups([name for name in asked if name not in self._groups]))
        names = tuple(dict.fromkeys(wanted))
        rows = self._rows(self._by(*names), names, parts, view, years) if by else ()
        total = self._once(("total", view), lambda: self._row(Group(None, None, "Total"), self._by(), view, years))
        return Rollup(
            period=self.period,
            by=by or "",
            view=view,
            basis=self.basis,
            shape=self.shape,
            years=years,
            horizon=self.period.horizon,
            rows=rows,
            total=total,
            to_date=mtfp.to_date(total.years, self.period.financial_year, view),
        )

    def _years(self, view: str) -> tuple[int | None, ...]:
        """The horizon, any year outside it in which an amount stands (nothing is dropped), and not profiled."""
        found = {atom.kind >> _YEAR for atom in self._by()} - {0}
        years: tuple[int | None, ...] = tuple(sorted(found | set(self.period.horizon.years)))
        return years if view == "cumulative" else (*years, None)

    def _rows(
        self,
        atoms: Iterable[_Atom],
        names: tuple[str, ...],
        parts: str | None,
        view: str,
        years: tuple[int | None, ...],
    ) -> tuple[Row, ...]:
        """The rows by the first of `names`, the groupings of the atoms that are still to be told apart."""
        grouping, place = GROUPINGS[names[0]], -len(names)
        by_group: dict[Hashable, list[_Atom]] = defaultdict(list)
        for atom in atoms:
            group_id = NOT_SHOWN.group_id if grouping.restricted and atom.hidden else atom.groups[place]
            by_group[group_id].append(atom)
        rows = []
        for group in self._groups_to_show(grouping, by_group):
            own = by_group.get(group.group_id, [])
            row = self._row(group, own, view, years)
            if parts and own and group is not NOT_SHOWN:
                inner = self._rows(own, (parts,), None, view, years)
                row = replace(row, parts=tuple(part for part in inner if part.total.holds_rows))
            rows.append(row)
        return tuple(rows)

    def _groups_to_show(self, grouping: Grouping, by_group: Mapping[Hashable, list[_Atom]]) -> list[Group]:
        """The groups of the period in order, then "not stated" and "Not shown to you" where they hold money."""
        groups = list(self._groups[grouping.name])
        known = {group.group_id for group in groups}
        for group_id in by_group:
            if group_id is None or group_id == "not_stated":
                groups.append(Group(group_id, None, grouping.none_label))
            elif group_id not in known and group_id != NOT_SHOWN.group_id:
                groups.append(group_as_it_stands(grouping, group_id, self.period))
        if NOT_SHOWN.group_id in by_group:
            groups.append(NOT_SHOWN)
        return groups

    def _ask_groups(self, names: Sequence[str]) -> dict[str, list[Group]]:
        """The groups that the reader is shown; in today's shape the present ones, then those of then with money."""
        if self.shape == "then" or self.period.is_open:
            return groups_of(self.period, names, self.scope)
        present = open_period_of(self.period.programme_id)
        now, then = groups_of(present, names), groups_of(self.period, names)
        shown = now if self.scope.everything else groups_of(present, names, self.scope)
        found = {}
        for name in names:
            place, listed = self._place(name), {group.group_id for group in now[name]}
            wanted = {group.group_id for group in shown[name]}
            wanted |= {atom.groups[place] for atom in self.atoms if not atom.hidden or not GROUPINGS[name].restricted}
            every = now[name] + [group for group in then[name] if group.group_id not in listed]
            found[name] = [group for group in every if group.group_id in wanted]
        return found

    def _row(self, group: Group, atoms: Iterable[_Atom], view: str, years: tuple[int | None, ...]) -> Row:
        recurring, one_off = self._folded(atoms)
        if view == "cumulative":
            by_year = mtfp.cumulative(recurring, one_off, [year for year in years if year is not None])
            last = max((year for year in years if year is not None), default=None)
            total = by_year[last] if last is not None else EMPTY
        else:
            by_year = mtfp.incremental(recurring, one_off, years)
            total = sum(by_year.values(), EMPTY)
        return Row(group, by_year, total)

    def _folded(self, atoms: Iterable[_Atom]) -> tuple[dict[int | None, Money], dict[int | None, Money]]:
        """The money by year of what recurs, and of one-offs."""
        found: dict[int, list[tuple[int, ...]]] = defaultdict(list)
        for _, kind, sums_of_it in atoms:
            found[kind].append(sums_of_it)
        sides: tuple[dict, dict] = ({}, {})
        for kind, several in found.items():
            amounts = self._amounts(kind, _added(several))
            side, year, hidden = sides[kind >> _ONE_OFF & 1], kind >> _YEAR or None, bool(kind >> _HIDDEN & 1)
            before = side.get(year)
            side[year] = (add_amounts(before[0], amounts), before[1] or hidden) if before else (amounts, hidden)
        recurring, one_off = (
            {year: Money.of(amounts, hidden=hidden) for year, (amounts, hidden) in side.items()} for side in sides
        )
        return recurring, one_off


def scan(
    period: ReportingPeriod,
    groupings: Iterable[str] = (),
    *,
    where: Selection = ALL_LINES,
    basis: str = "all",
    scope: Scope = EVERYTHING,
    shape: str = "then",
) -> Scan:
    """One grouped query over the positions of a period, narrowed by `where` and `basis`.

    `shape="today"` groups by where each line stands in the programme's open period (a line withdrawn since
    keeps its place of then, and whether an amount recurs is that of the period); `where` says its own shape.
    `scope` is the reader's: money of lines outside it is counted and marked hidden.
    Raises ValueError for an unknown basis, shape or grouping.
    """
    names = tuple(groupings)
    if basis not in BASES:
        raise ValueError(f"'{basis}' is not a basis. Choose one of: {', '.join(BASES)}.")
    if shape not in SHAPES:
        raise ValueError(f"'{shape}' is not a shape. Choose one of: {', '.join(SHAPES)}.")
    if unknown := [name for name in names if name not in GROUPINGS]:
        raise ValueError(f"'{unknown[0]}' is not a grouping. Choose one of: {', '.join(GROUPINGS)}.")
    positions = Position.objects.in_period(period).filter(where.q("line_in_period__"))
    if basis != "all":
        positions = positions.filter(approved=basis == "approved")
    columns = {f"group_{index}": _column(GROUPINGS[name], period, shape) for index, name in enumerate(names)}
    visible = lines_visible_to(scope, "line_in_period__")
    rows = (
        positions.order_by()
        .annotate(**columns, kind=_kind(visible))
        .values(*columns, "kind")
        .annotate(**sums(period.financial_year))
        .values_list("kind", *columns, *SUMS)
    )
    atoms = tuple([_atom(row) for row in rows.iterator()])
    return Scan(period, names, basis, scope, shape, atoms, in_order(weights_of(period)))


def scan_each(
    periods: Sequence[ReportingPeriod],
    groupings: Iterable[str] = (),
    *,
    where: Selection = ALL_LINES,
    basis: str = "all",
    scope: Scope = EVERYTHING,
    by_year: bool = True,
) -> dict[int, Scan]:
    """A scan of each of these periods by its id, in one grouped query over all of them, for what is told over time.

    Without the risk-weighted amount and what is carried forward, which are each period's own. Where only incremental
    totals of all years are asked for, `by_year=False` tells no year apart: a sixth of the rows, everything as if not
    profiled. Raises ValueError for an unknown basis or grouping.
    """
    names = tuple(groupings)
    if basis not in BASES:
        raise ValueError(f"'{basis}' is not a basis. Choose one of: {', '.join(BASES)}.")
    if unknown := [name for name in names if name not in GROUPINGS]:
        raise ValueError(f"'{unknown[0]}' is not a grouping. Choose one of: {', '.join(GROUPINGS)}.")
    by_id = {period.pk: period for period in periods}
    positions = Position.objects.in_periods(by_id).filter(where.q("line_in_period__"))
    if basis != "all":
        positions = positions.filter(approved=basis == "approved")
    columns = {
        f"group_{index}": _column(GROUPINGS[name], next(iter(by_id.values())), "then")
        for index, name in enumerate(names)
        if by_id
    }
    rows = (
        positions.order_by()
        .annotate(**columns, kind=_kind(lines_visible_to(scope, "line_in_period__"), by_year))
        .values(*columns, "kind", "line_in_period__period")
        .annotate(**sums())
        .values_list("line_in_period__period", "kind", *columns, *SUMS)
    )
    found: dict[int, list[_Atom]] = {period_id: [] for period_id in by_id}
    for period_id, *row in rows.iterator():
        found[period_id].append(_atom(tuple(row)))
    return {
        period_id: Scan(by_id[period_id], names, basis, scope, "then", tuple(atoms), _NO_WEIGHTS)
        for period_id, atoms in found.items()
    }


@dataclass(frozen=True)
class LineYears:
    """What is counted of the line-years of one project and place in a period.

    `approved` line-years and their `amount` in whole pounds; `red` line-years of the period's own year.
    """

    period_id: int
    project_id: int
    theme_id: int | None
    directorate_id: int | None
    approved: int
    amount: int
    red: int


def line_years(periods: Iterable[int]) -> list[LineYears]:
    """Line-years of these periods, by id, counted by project, theme and directorate in one query.

    An amount not profiled of an approved line counts as one.
    """
    in_own_year = Q(year=F("line_in_period__period__financial_year"))
    rows = (
        Position.objects.in_periods(periods)
        .order_by()
        .values_list(
            *(f"line_in_period__{name}" for name in ("period", "project", "theme", "directorate")),
        )
        .annotate(
            approved_line_years=Count("pk", filter=Q(approved=True)),
            amount=Coalesce(Sum("target", filter=Q(approved=True)), 0),
            red_line_years=Count("pk", filter=~Q(red=0) & in_own_year),
        )
    )
    return [LineYears(*row) for row in rows]


def rollup(
    period: ReportingPeriod,
    by: str | None = None,
    *,
    where: Selection = ALL_LINES,
    view: str = "incremental",
    basis: str = "all",
    scope: Scope = EVERYTHING,
    shape: str = "then",
) -> Rollup:
    """A period's money by one grouping: `scan` and fold in one call. Raises ValueError as they do."""
    if view not in VIEWS:
        raise ValueError(f"'{view}' is not a view. Choose one of: {', '.join(VIEWS)}.")
    return scan(period, (by,) if by else (), where=where, basis=basis, scope=scope, shape=shape).rollup(by, view=view)


def line_over_periods(line_id: int, *, basis: str = "all", scope: Scope = EVERYTHING) -> dict[int, Money]:
    """A line's money of all its years by the id of each period in which it stands and the reader may see it.

    Without the risk-weighted amount and what is carried forward, which are each period's own. Raises ValueError for an
    unknown basis.
    """
    if basis not in BASES:
        raise ValueError(f"'{basis}' is not a basis. Choose one of: {', '.join(BASES)}.")
    positions = Position.objects.filter(
        lines_visible_to(scope, "line_in_period__"), line_in_period__line=line_id, line_in_period__withdrawn=False
    )
    if basis != "all":
        positions = positions.filter(approved=basis == "approved")
    rows = (
        positions.order_by()
        .annotate(direction=DIRECTION)
        .values("approved", "direction", period=F("line_in_period__period"), kind=F("line_in_period__heading_kind"))
        .annotate(**sums())
        .values_list("period", "kind", "approved", "direction", *SUMS)
    )
    found: dict[int, Money] = {}
    for period_id, kind, approved, direction, *row in rows:
        amounts = amounts_of(row, approved, direction, kind == "funding", _NO_WEIGHTS)
        found[period_id] = found.get(period_id, EMPTY) + Money.of(amounts)
    return found


_NO_WEIGHTS: Weights = (0, 0, 0, 0, 0, 0)


def crossfoot(period: ReportingPeriod) -> dict[str, Money]:
    """The whole period added up by directorate, by theme and line by line, from two queries: they must be the same.

    Line by line is the sum of all positions whatever group they stand in. For the page that shows that the three
    are the same; keys are the words of the groupings.
    """
    prefetch_related_objects([period], "rag_definitions")
    grouped = scan(period, ("directorate", "theme"))
    found = {
        GROUPINGS[name].words: sum((row.total for row in grouped.each(name).values()), EMPTY)
        for name in ("directorate", "theme")
    }
    return {**found, GROUPINGS["line"].words: scan(period).rollup().total.total}


def weights_of(period: ReportingPeriod) -> dict[str, int]:
    """The weights in per cent of the risk-weighted amount as the period keeps them."""
    kept = {row.status: row.weight for row in period.rag_definitions.all()}
    return {status.value: kept.get(status.value, weight) for status, weight in DEFAULT_WEIGHTS.items()}


def _atom(row: tuple) -> _Atom:
    """One row of results: the kind of its positions, their groups and their sums."""
    sums_from = len(row) - len(SUMS)
    return _Atom(row[1:sums_from], row[0], row[sums_from:])


def requirement_of(
    period: ReportingPeriod, *, view: str = "incremental", whole: Scan | None = None
) -> mtfp.Requirement | None:
    """The programme's requirement beside what the whole programme identifies; None where it states none.

    In the cumulative view the requirement of a year is the sum of those up to it. `whole` is a scan of the
    whole period, approved and proposed, where the caller has one. Raises ValueError for an unknown view.
    """
    required = mtfp.required_by_year(period)
    if not required:
        return None
    result = (whole or scan(period)).rollup(view=view)
    identified = result.total.years
    if view == "cumulative":
        required = mtfp.running_totals(required, [year for year in result.years if year is not None])
    return mtfp.Requirement(
        required=required,
        approved_savings={year: money.counted_approved for year, money in identified.items()},
        approved_all={year: money.approved for year, money in identified.items()},
        both_savings={year: money.counted_target for year, money in identified.items()},
        both_all={year: money.target for year, money in identified.items()},
    )


@dataclass(frozen=True)
class Extent:
    """How many projects a period holds lines of, and how many of its lines have no amount in any year."""

    projects: int
    lines_without_amount: int


def extent_of(period: ReportingPeriod) -> Extent:
    """The extent of a period in one query, asked before its money is scanned."""
    has_amount = Exists(Position.objects.filter(line_in_period=OuterRef("pk")))
    found = LineInPeriod.objects.in_period(period).aggregate(
        projects=Count("project", distinct=True), without=Count("pk", filter=~has_amount)
    )
    return Extent(found["projects"], found["without"])


def lines_without_amount(period: ReportingPeriod, *, where: Selection = ALL_LINES) -> int:
    """How many lines of the period have no amount in any year, whether or not words promise one."""
    return LineInPeriod.objects.in_period(period).filter(where.q()).without_amount().count()


def as_json(
    result: Rollup, *, where: Selection = ALL_LINES, requirement: mtfp.Requirement | None = None, net: bool = False
) -> dict:
    """The roll-up under the names of interfaces.md: whole pounds, years as labels."""

    def of_row(row: Row) -> dict:
        return {
            "years": {result.horizon.key(year): row.year(year).as_json() for year in result.years},
            "total": row.total.as_json(),
        }

    return {
        "programme": result.period.programme.slug,
        "period": result.period.label,
        "by": result.by,
        "view": result.view,
        "basis": result.basis,
        "shape": result.shape,
        "net": net,
        "years": [result.horizon.key(year) for year in result.years],
        "rows": [{"key": row.key, "label": row.label, **of_row(row)} for row in result.rows],
        "total": {**of_row(result.total), "to_date": result.to_date.as_json()},
        "requirement": requirement.amounts_json(result.horizon) if requirement else None,
        "unidentified": requirement.unidentified_json(result.horizon) if requirement else None,
        "lines_without_amount": lines_without_amount(result.period, where=where),
    }


_ONE_OFF, _FUNDING, _DIRECTION, _APPROVED, _HIDDEN, _YEAR = 0, 1, 2, 4, 5, 6
"""Where the parts of a position's kind begin in its bits; the year is what is left, 0 where not profiled."""


def _kind(visible: Q, by_year: bool = True) -> Written:
    """All that a fold tells apart beside the groups, as one number: databases group by few columns faster than many."""
    written = (
        (f"COALESCE({{0}}, 0) * {1 << _YEAR} + " if by_year else "") + f"{{1}} * {1 << _DIRECTION}"
        f" + CASE WHEN {{2}} = 'one_off' THEN {1 << _ONE_OFF} ELSE 0 END"
        f" + CASE WHEN {{3}} = 'funding' THEN {1 << _FUNDING} ELSE 0 END"
        f" + CASE WHEN {{4}} THEN {1 << _APPROVED} ELSE 0 END"
    )
    columns = [
        F("year"),
        DIRECTION,
        F("line_in_period__recurring"),
        F("line_in_period__heading_kind"),
        F("approved"),
    ]
    if visible:
        shown, hidden = Value(0), Value(1 << _HIDDEN)
        columns.append(Case(When(visible, then=shown), default=hidden, output_field=IntegerField()))
        written += " + {5}"
    return Written(written, *columns)


def _condense(atoms: Iterable[_Atom], places: Sequence[int]) -> tuple[_Atom, ...]:
    """The atoms summed over all groups but those at `places`."""
    found: dict[tuple[Any, int], list[tuple[int, ...]]] = defaultdict(list)
    pick = itemgetter(*places) if places else lambda groups: None
    for groups, kind, sums_of_it in atoms:
        found[pick(groups), kind].append(sums_of_it)
    one = len(places) == 1
    return tuple(
        [_Atom((kept,) if one else kept or (), kind, _added(several)) for (kept, kind), several in found.items()]
    )


def _added(several: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return several[0] if len(several) == 1 else tuple(map(sum, zip(*several, strict=True)))


def _column(grouping: Grouping, period: ReportingPeriod, shape: str) -> F | Case:
    """The group of a position: as its line stands in the period, or for today's shape in the open period."""
    by_type = grouping.name == "type_group"
    then = type_group("line_in_period__") if by_type else F(f"line_in_period__{grouping.column}")
    if shape == "then" or grouping.name in ("line", "recurring") or period.is_open:
        return then
    present = LineInPeriod.objects.filter(
        period__programme=period.programme_id, period__closed_at__isnull=True, withdrawn=False
    )
    place = present.filter(line=OuterRef("line_in_period__line")).values(
        place=type_group() if by_type else F(grouping.column)
    )
    return Case(When(line_in_period__line__in=present.values("line"), then=Subquery(place[:1])), default=then)


__all__ = [
    "BASES",
    "NOT_PROFILED",
    "NOT_SHOWN",
    "SHAPES",
    "VIEWS",
    "Rollup",
    "Row",
    "Scan",
    "as_json",
    "line_years",
    "lines_without_amount",
    "requirement_of",
    "rollup",
    "scan",
    "scan_each",
    "weights_of",
]
