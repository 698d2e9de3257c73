"""Figures that papers state, each beside what the product computes for it (domain.md, Figures that a paper states).

Pure reading: the positions of the periods, the budget rows and the stated figures are read once, whatever the number
of figures. What to compute is said by the scope of each figure and by nothing else. Nothing is repaired, and no
sub-total is ever added to its own parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from futurefit.council.models import Directorate, DirectorateGroup
from futurefit.history.together import Part, together
from futurefit.values.money import percent, round_half_away
from futurefit.values.rag import Split, Status
from projects.models import Programme
from projects.models.project import SavingType
from savings.groupings import groups_of
from savings.models import BudgetRow, GroupInPeriod, LineInPeriod, ReportingPeriod, StatedFigure

AGREES, ROUNDING, DIFFERS, NOTHING_TO_COMPARE = "agrees", "rounding", "differs", "nothing_to_compare"
VERDICTS = (AGREES, ROUNDING, DIFFERS, NOTHING_TO_COMPARE)
KINDS = (*StatedFigure.Kind.values, "all")

VERDICT_WORDS = {
    AGREES: "Agrees",
    ROUNDING: "Rounding",
    DIFFERS: "Differs",
    NOTHING_TO_COMPARE: "Nothing to compare",
}

_PER_CENT = 100
_HUNDREDTHS = 100
_STATUSES = ("delivered", "claimed", "on_target", "amber", "red")
_TYPES = {
    StatedFigure.TypeGroup.NEW.value: (SavingType.FURTHER.value, SavingType.NEW.value),
    StatedFigure.TypeGroup.EXISTING.value: (SavingType.FASTER.value,),
}
_Qualifier, _Kind, _Parts = StatedFigure.Qualifier, StatedFigure.Kind, StatedFigure.Parts


@dataclass(frozen=True)
class Comparison:
    """A stated figure and its counterpart: whole pounds, or for a percentage per cent with one decimal.

    `computed` and `difference` (stated − computed) are None where there is nothing to compare. `place` is where the
    figure is printed, `counterpart` the other place.
    """

    figure: StatedFigure
    stated: int | Decimal
    computed: int | Decimal | None
    verdict: str
    place: str
    counterpart: str

    @property
    def difference(self) -> int | Decimal | None:
        return None if self.computed is None else self.stated - self.computed

    @property
    def agrees(self) -> bool:
        """False only where the two differ: a rounding is none, and nothing to compare accuses nobody."""
        return self.verdict != DIFFERS

    @property
    def verdict_words(self) -> str:
        return VERDICT_WORDS[self.verdict]

    def as_json(self) -> dict[str, Any]:
        """Under the names of interfaces.md: whole pounds, percentages as numbers, null where there is nothing."""
        figure = self.figure
        return {
            "document": figure.document,
            "table": figure.table,
            "label": figure.label,
            "period": figure.column,
            "directorate": _code(figure.scope_directorate or figure.scope_group),
            "status": figure.scope_status or None,
            "kind": figure.kind,
            "qualifier": figure.qualifier,
            "as_printed": figure.as_printed,
            "stated": _number(self.stated),
            "computed": _number(self.computed),
            "difference": _number(self.difference),
            "verdict": self.verdict,
            "agrees": self.agrees,
            "decision": figure.decision or None,
            "place": self.place,
            "counterpart": self.counterpart,
        }


@dataclass(frozen=True)
class _Sum:
    """A computed amount; `slack` is half the last printed digit of every part of it, in half pounds."""

    amount: int
    slack: int = 0


def reconcile(programme: Programme, *, kind: str = "all", period: ReportingPeriod | None = None) -> list[Comparison]:
    """Every stated figure of a kind beside its counterpart, in the order of the papers.

    Each is compared in the period of its paper, or in `period` where one is given. Raises ValueError for an unknown
    kind.
    """
    if kind not in KINDS:
        raise ValueError(f"'{kind}' is not a kind of stated figure. Choose one of: {', '.join(KINDS)}.")
    printed = together(Programme.objects.filter(pk=programme.pk), printed_parts(programme))
    figures = [figure for figure in printed["stated"] if kind in ("all", figure.kind)]
    return compare(figures, among=printed["stated"], programme=programme, period=period, printed=printed)


def printed_parts(programme: Programme) -> dict[str, Part]:
    """What papers print and what stands beside it, for a page that asks for them `together` with rows of its own."""
    frozen = GroupInPeriod.objects.filter(period__programme=programme, grouping="directorate")
    return {
        "stated": Part(StatedFigure.objects.filter(programme=programme), related=_SCOPE),
        "budget_rows": Part(
            BudgetRow.objects.filter(programme=programme),
            order=("table", "order", "id"),
            related={"directorate": ("code", "name"), "group": ("code", "name")},
        ),
        "directorates_of_then": Part(frozen.exclude(directorate_group=None), order=("id",)),
        "directorates_of_today": Part(Directorate.objects.exclude(group=None), order=("id",)),
    }


def compare(
    figures: Iterable[StatedFigure],
    *,
    among: Sequence[StatedFigure],
    programme: Programme,
    period: ReportingPeriod | None = None,
    printed: Mapping[str, Sequence[Any]] | None = None,
) -> list[Comparison]:
    """These figures beside their counterparts; `among` are all figures of the programme, parts of printed totals.

    One query for the lines and positions of the periods concerned, and where a figure needs them one for budget rows
    and directorate groups; `printed` are the rows of `printed_parts` where the caller has them. Figures that are all
    of some projects, or of some tables, ask for the lines of these alone.
    """
    figures = list(figures)
    if period is not None and not period.is_open:
        _name_as_then(figures, period)
    material = _Material(programme, period, among, figures, printed)
    return [_compared(figure, material, period.pk if period else figure.period_id) for figure in figures]


def _name_as_then(figures: Sequence[StatedFigure], period: ReportingPeriod) -> None:
    """Let the rows that these figures are compared with bear the names that a closed period keeps: one query."""
    groups = groups_of(period, _NAMED_AS_THEN)
    labels = {name: {group.group_id: group.label for group in found} for name, found in groups.items()}
    for figure in figures:
        for grouping, (relation, name) in _NAMED_AS_THEN.items():
            row = getattr(figure, relation)
            if row is not None and row.pk in labels[grouping]:
                setattr(row, name, labels[grouping][row.pk])


_NAMED_AS_THEN = {
    "project": ("scope_project", "title"),
    "theme": ("scope_theme", "name"),
    "mtfp_heading": ("scope_heading", "name"),
    "directorate": ("scope_directorate", "name"),
}


def verdict_of(
    stated: int,
    computed: int | Fraction,
    *,
    precision: int,
    qualifier: str = _Qualifier.EXACT,
    slack: int | None = None,
) -> str:
    """How a computed amount compares with a stated one, both in the same unit.

    `precision` is the worth of the last printed digit. It agrees when the computed figure rounds to it; *about*
    within half its last printed digit, *up to* when computed ≤ stated, *more than* when computed > stated. `slack`,
    for sums only, is twice what the parts may have lost when they were printed: within it the difference is rounding.
    """
    if qualifier == _Qualifier.UP_TO:
        return AGREES if computed <= stated else DIFFERS
    if qualifier == _Qualifier.MORE_THAN:
        return AGREES if computed > stated else DIFFERS
    printed = round_half_away(*Fraction(computed, precision).as_integer_ratio()) * precision
    distance = 2 * abs(stated - computed)
    if stated in (computed, printed) or (qualifier == _Qualifier.ABOUT and distance <= precision):
        return AGREES
    return ROUNDING if slack is not None and distance <= slack else DIFFERS


_SCOPE = {
    "period": (),
    "scope_line": ("code",),
    "scope_project": ("code", "title"),
    "scope_theme": ("slug", "name"),
    "scope_heading": ("slug", "name"),
    "scope_directorate": ("code", "name"),
    "scope_group": ("code", "name"),
}
"""The names that the comparison prints and links to."""


class _Amounts(NamedTuple):
    """A position: how much of the target of a year stands how."""

    year: int | None
    target: int
    statuses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A savings line as it stands in a period, with its positions."""

    line_id: int
    code: str
    source_table: str
    title: str
    project_id: int
    theme_id: int | None
    heading_id: int | None
    directorate_id: int | None
    saving_type: str
    positions: list[_Amounts] = field(default_factory=list)


class _Material:
    """All that figures are compared with, read once."""

    def __init__(
        self,
        programme: Programme,
        period: ReportingPeriod | None,
        among: Sequence[StatedFigure],
        figures: Sequence[StatedFigure],
        printed: Mapping[str, Sequence[Any]] | None,
    ) -> None:
        self._programme = programme
        self._period = period
        self._figures = figures
        self._given = printed
        self.stated: dict[tuple[str, str, int], list[StatedFigure]] = defaultdict(list)
        for figure in among:
            self.stated[figure.document, figure.table, figure.period_id].append(figure)

    @cached_property
    def _printed(self) -> Mapping[str, Sequence[Any]]:
        if self._given is not None:
            return self._given
        parts = printed_parts(self._programme)
        del parts["stated"]
        return together(Programme.objects.filter(pk=self._programme.pk), parts)

    @cached_property
    def codes(self) -> dict[int, frozenset[str]]:
        """The codes of the lines that a figure adds up, by figure, of those that name them."""
        return {figure.pk: frozenset(figure.scope_lines) for figure in self._figures if figure.scope_lines}

    @property
    def budget(self) -> Sequence[BudgetRow]:
        return self._printed["budget_rows"]

    def group_of(self, directorate_id: int | None, period_id: int) -> int | None:
        """The directorate group in which a directorate stands in a period: a closed one keeps that of then."""
        return self._groups.get((period_id if period_id in self._closed else None, directorate_id))

    @cached_property
    def _groups(self) -> dict[tuple[int | None, int | None], int]:
        """Directorate groups by period (None: the open one) and directorate."""
        then = {(each.period_id, each.object_id): each.directorate_group for each in self._printed[_THEN]}
        return then | {(None, each.pk): each.group_id for each in self._printed[_TODAY]}

    @cached_property
    def _closed(self) -> frozenset[int]:
        periods = [self._period] if self._period else [figure.period for figure in self._figures]
        return frozenset(period.pk for period in periods if not period.is_open)

    @cached_property
    def lines(self) -> dict[int, list[_Line]]:
        """The lines of the periods concerned that some figure may have in scope, by period."""
        figures = [figure for figure in self._figures if figure.parts == _Parts.POSITIONS]
        periods = {self._period.pk} if self._period else {figure.period_id for figure in figures}
        asked = LineInPeriod.objects.filter(period__in=periods, withdrawn=False)
        projects, tables = ({getattr(each, name) for each in figures} for name in ("scope_project_id", "scope_table"))
        if None not in projects:
            asked = asked.filter(project__in=projects)
        if "" not in tables:
            asked = asked.filter(line__source_table__in=tables)
        found: dict[int, dict[int, _Line]] = defaultdict(dict)
        for period_id, position, year, target, *more in asked.order_by().values_list(
            "period_id", *_OF_A_POSITION, *_OF_A_LINE
        ):
            statuses, of_a_line = more[: len(_STATUSES)], more[len(_STATUSES) :]
            line = found[period_id].setdefault(of_a_line[0], _Line(*of_a_line))
            if position is not None:
                line.positions.append(_Amounts(year, target, tuple(statuses)))
        return {period_id: list(lines.values()) for period_id, lines in found.items()}


_THEN, _TODAY = "directorates_of_then", "directorates_of_today"
_OF_A_POSITION = [f"positions__{name}" for name in ("id", "year", "target", *_STATUSES)]
_OF_A_LINE = [
    "line_id",
    "line__code",
    "line__source_table",
    "title",
    "project_id",
    "theme_id",
    "heading_id",
    "directorate_id",
    "saving_type",
]


def _compared(figure: StatedFigure, material: _Material, period_id: int) -> Comparison:
    if figure.kind == _Kind.PERCENTAGE:
        stated, computed, verdict = _percentage(figure, material, period_id)
    else:
        stated, computed, verdict = _amount(figure, material, period_id)
    return Comparison(
        figure=figure,
        stated=stated,
        computed=computed,
        verdict=verdict,
        place=place_of(figure),
        counterpart=counterpart_of(figure),
    )


def _amount(figure: StatedFigure, material: _Material, period_id: int) -> tuple[int, int | None, str]:
    stated = figure.stated or 0
    computed = SUMS[figure.parts](figure, material, period_id, False)
    if computed is None:
        return stated, None, NOTHING_TO_COMPARE
    slack = computed.slack if figure.kind == _Kind.SUM else None
    verdict = verdict_of(stated, computed.amount, precision=figure.precision, qualifier=figure.qualifier, slack=slack)
    return stated, computed.amount, verdict


def _percentage(figure: StatedFigure, material: _Material, period_id: int) -> tuple[Decimal, Decimal | None, str]:
    """The part of the whole; both stated and computed are compared in hundredths of a per cent, rounded once."""
    stated = figure.stated_percent if figure.stated_percent is not None else Decimal(0)
    part = SUMS[figure.parts](figure, material, period_id, False)
    whole = SUMS[figure.parts](figure, material, period_id, True)
    if part is None or whole is None or whole.amount == 0:
        return stated, None, NOTHING_TO_COMPARE
    computed = Fraction(part.amount * _PER_CENT, whole.amount)
    verdict = verdict_of(
        int(stated * _HUNDREDTHS),
        computed * _HUNDREDTHS,
        precision=figure.precision,
        qualifier=figure.qualifier,
    )
    return stated, percent(part.amount, whole.amount), verdict


def _of_nothing(figure: StatedFigure, material: _Material, period_id: int, whole: bool) -> None:
    return None


def _of_positions(figure: StatedFigure, material: _Material, period_id: int, whole: bool) -> _Sum | None:
    """The savings lines in scope: of one status where the scope names one, else the target.

    The whole of a percentage is the target: of the lines titled `whole_row` where that is given, of the same lines
    where a status is named, else of all lines of the table.
    """
    of_target = whole or not figure.scope_status
    widened = whole and (bool(figure.whole_row) or not figure.scope_status)
    lines = [
        line for line in material.lines.get(period_id, ()) if _in_scope(line, figure, material, period_id, widened)
    ]
    if not lines:
        return None
    amounts = [
        position.target if of_target else _of_status(position, figure.scope_status)
        for line in lines
        for position in line.positions
        if _in_years(position.year, figure)
    ]
    return _summed(amounts, figure.precision)


def _in_scope(line: _Line, figure: StatedFigure, material: _Material, period_id: int, widened: bool) -> bool:
    row = figure.whole_row if widened else figure.scope_row
    return (
        figure.scope_table in ("", line.source_table)
        and (widened or figure.scope_line_id in (None, line.line_id))
        and (not figure.scope_lines or line.code in material.codes[figure.pk])
        and row in ("", line.title)
        and figure.scope_project_id in (None, line.project_id)
        and figure.scope_theme_id in (None, line.theme_id)
        and figure.scope_heading_id in (None, line.heading_id)
        and figure.scope_directorate_id in (None, line.directorate_id)
        and figure.scope_group_id in (None, material.group_of(line.directorate_id, period_id))
        and (not figure.scope_type_group or line.saving_type in _TYPES[figure.scope_type_group])
    )


def _of_status(position: _Amounts, status: str) -> int:
    split = Split(position.target, *position.statuses)
    return split.amount(Status(status))


def _of_budget_rows(figure: StatedFigure, material: _Material, period_id: int, whole: bool) -> _Sum | None:
    """The budget rows in scope; the whole of a percentage is its `whole_row`, else the sum of the column's rows."""
    wanted = figure.whole_row if whole else figure.scope_row
    rows = [
        row
        for row in material.budget
        if figure.scope_table in ("", row.table)
        and wanted in ("", row.label)
        and figure.scope_nature in ("", row.nature)
        and figure.scope_directorate_id in (None, row.directorate_id)
        and figure.scope_group_id in (None, row.group_id, material.group_of(row.directorate_id, period_id))
    ]
    if not rows:
        return None
    return _summed([row.amount for row in rows if _in_years(row.year, figure)], figure.precision)


def _of_stated_figures(figure: StatedFigure, material: _Material, period_id: int, whole: bool) -> _Sum | None:
    """The figures stated in the same table of the same document; printed sums are no parts of a sum.

    A row of the table is named by `scope_row`; `scope_years` are the columns.
    """
    wanted = figure.whole_row if whole else figure.scope_row
    table = figure.scope_table or figure.table
    rows = [
        other
        for other in material.stated[figure.document, table, figure.period_id]
        if other.pk != figure.pk
        and other.kind in (_Kind.REPEAT, _Kind.NARRATIVE)
        and wanted in ("", other.label)
        and figure.scope_status in ("", other.scope_status)
    ]
    if not rows:
        return None
    parts = [
        other
        for other in rows
        if not figure.scope_years or (other.scope_years and set(other.scope_years) <= set(figure.scope_years))
    ]
    amounts = [other.stated or 0 for other in parts]
    slack = sum(_lost(other.stated or 0, other.precision) for other in parts)
    return _Sum(sum(amounts), slack)


SUMS: dict[str, Callable[[StatedFigure, _Material, int, bool], _Sum | None]] = {
    _Parts.POSITIONS.value: _of_positions,
    _Parts.BUDGET_ROWS.value: _of_budget_rows,
    _Parts.STATED_FIGURES.value: _of_stated_figures,
    _Parts.NOTHING.value: _of_nothing,
}
"""What a figure's parts are, and the sum of them; None where the programme holds no counterpart."""


def _in_years(year: int | None, figure: StatedFigure) -> bool:
    return not figure.scope_years or year in figure.scope_years


def _summed(amounts: Sequence[int], precision: int) -> _Sum:
    """Parts of the same table are printed as finely as their total; an empty or nought part was not rounded."""
    return _Sum(sum(amounts), sum(_lost(amount, precision) for amount in amounts))


def _lost(amount: int, precision: int) -> int:
    """Twice what rounding may have taken from a printed part: its last digit, nothing where that is the pound."""
    return precision if amount and precision > 1 else 0


def place_of(figure: StatedFigure) -> str:
    """Where the figure is printed, in words: table, document, row and column."""
    return ", ".join(part for part in (figure.table, figure.document, figure.label, figure.column) if part)


def counterpart_of(figure: StatedFigure) -> str:
    """The other place, in words: as entered with the figure, else from its scope."""
    if figure.counterpart:
        return figure.counterpart
    if figure.parts == _Parts.NOTHING:
        return "Nothing to compare"
    of = " · ".join(str(part) for part in _scope_words(figure) if part)
    words = {
        _Parts.POSITIONS: "The savings lines of",
        _Parts.BUDGET_ROWS: "The budget rows of",
        _Parts.STATED_FIGURES: "The figures stated in",
    }[_Parts(figure.parts)]
    return f"{words} {of or 'the programme'}"


def _scope_words(figure: StatedFigure) -> Iterable[object]:
    yield figure.scope_table
    yield figure.scope_row
    yield figure.scope_line
    yield figure.scope_project
    yield figure.scope_theme
    yield figure.scope_heading
    yield figure.scope_directorate or figure.scope_group
    yield figure.get_scope_type_group_display()
    if figure.scope_status:
        yield Status(figure.scope_status).label
    if figure.scope_years:
        horizon = figure.period.horizon
        yield ", ".join(horizon.label(year) for year in figure.scope_years)


def _code(row: Directorate | DirectorateGroup | None) -> str | None:
    return row.code if row else None


def _number(value: int | Decimal | None) -> int | float | None:
    """Pounds as integers; a percentage as a number, whole where it is whole."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
