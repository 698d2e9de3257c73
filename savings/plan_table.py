"""The plan as a table (pages.md, /mtfp/): rows by a grouping, years across, what is identified and what is required.

Every figure comes from one scan of the period; nothing is added up here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from futurefit.ui.figure_table import FigureRow, FigureTable, Head, RowKind
from futurefit.ui.figures import Figure
from savings.groupings import GROUPINGS
from savings.links import EVERY_YEAR, figure, group_url
from savings.models.line import Recurring
from savings.mtfp import Requirement, total_of_years
from savings.reading import Reading
from savings.rollups import Extent, Rollup, Row, Scan, extent_of, requirement_of, scan

PLAN_GROUPINGS = ("directorate", "theme", "mtfp_heading", "saving_type", "method", "corporate_area")
"""What the plan can be grouped by; service and project are the business of the lists."""

PROJECTS_AT_MOST = 100
"""With more projects than these the plan lists them only when asked to: nobody reads a thousand rows."""

_PARTS = {"directorate": "project", "theme": "project", "type_group": "saving_type"}
_RECURRENCE = (
    (Recurring.RECURRING.value, "of which recurring"),
    (None, "of which not stated whether recurring, counted as recurring"),
    (Recurring.ONE_OFF.value, "of which one-off"),
)


@dataclass(frozen=True)
class Plan:
    """The table, and what the page says below it in words."""

    by: str
    table: FigureTable
    notes: tuple[str, ...]
    parts: str | None
    can_list_projects: bool

    @property
    def by_words(self) -> str:
        return GROUPINGS[self.by].words

    def export_columns(self) -> list[tuple[str, str]]:
        parts = [("Project" if self.parts == "project" else "Of which", "text")] if self.parts else []
        return [(self.table.first, "text"), *parts, *((f"{head.label} (£)", "amount") for head in self.table.heads)]

    def export_rows(self) -> Iterator[list[str | int | None]]:
        """Every row as on the page, in whole pounds; a part stands beside the name of its group."""
        group = ""
        for row in (*self.table.rows, *self.table.totals):
            label = f"{row.label} ({row.note})" if row.note else row.label
            is_part = row.kind == "part"
            group = group if is_part else label
            names = [group, label if is_part else ""] if self.parts else [label]
            yield [*names, *(cell.amount for cell in row.cells if isinstance(cell, Figure))]


def plan_of(reading: Reading, by: str, *, list_projects: bool | None = None) -> Plan:
    """The plan by one of `PLAN_GROUPINGS` as the reader may see it, from one scan. Raises KeyError for any other.

    `list_projects` says whether projects stand under their directorate or theme; None: where they are few.
    """
    if by not in PLAN_GROUPINGS:
        raise KeyError(by)
    extent = extent_of(reading.period)
    rows_by = "type_group" if by == "saving_type" else by
    parts = _PARTS.get(rows_by)
    can_list_projects = parts == "project"
    if can_list_projects and not (extent.projects <= PROJECTS_AT_MOST if list_projects is None else list_projects):
        parts = None
    groupings = [rows_by, *([parts] if parts else []), "recurring"]
    whole = scan(reading.period, groupings, scope=reading.scope, shape=reading.shape)
    shown = whole.of_basis(reading.basis)
    result = shown.rollup(rows_by, view=reading.view, parts=parts)
    requirement = requirement_of(reading.period, view=reading.view, whole=whole)
    table = FigureTable(
        key="plan",
        caption=f"Savings planned, by {GROUPINGS[by].words}" + (" and project" if parts == "project" else ""),
        note=f"Target · {reading.words}. Every figure opens the lines that make it up"
        + ("." if reading.scope.everything else " where you may see them all."),
        unit=reading.unit,
        first=_capital(GROUPINGS[by].words),
        heads=[*(Head(reading.horizon.label(year)) for year in result.years), Head("All years", total=True)],
        rows=list(_group_rows(reading, rows_by, parts, result.rows, result.years)),
        totals=[
            _row(reading, "Identified", result.total, result.years, kind="total"),
            *_basis_rows(reading, whole, result.years),
            *_recurrence_rows(reading, shown, result.years),
            *_carried_rows(reading, result),
            *_requirement_rows(requirement, result.years, reading.view),
        ],
        none_when_zero=False,
        wide=True,
    )
    notes = tuple(_notes(reading, requirement, extent, projects_left_out=can_list_projects and parts is None))
    return Plan(by, table, notes, parts=parts, can_list_projects=can_list_projects)


def _group_rows(
    reading: Reading, by: str, parts: str | None, rows: Sequence[Row], years: Sequence[int | None]
) -> Iterator[FigureRow]:
    for row in rows:
        own = {by: row.key}
        shown_parts = row.parts if not parts or len(row.parts) != 1 or row.parts[0].label != row.label else ()
        yield _row(reading, row.label, row, years, own, kind="group" if parts else "", of=by)
        for part in shown_parts:
            yield _row(reading, part.label, part, years, {**own, parts: part.key}, kind="part", of=parts)


def _carried_rows(reading: Reading, result: Rollup) -> Iterator[FigureRow]:
    """What ended years carry forward into the period's own year, beside its target and in none.

    Nothing where they carry nothing forward, and in the cumulative view, which does not tell what arises in a year.
    """
    carried = result.total.total
    if result.view != "incremental" or not carried.carried_forward:
        return
    due_in = reading.period.financial_year
    found, nothing = figure(reading, carried, measure="carried_forward"), Figure(None)
    yield FigureRow(
        "Carried forward from ended years, to deliver beside the target",
        [*(found if year == due_in else nothing for year in result.years), nothing],
        kind="of",
    )


def _basis_rows(reading: Reading, whole: Scan, years: Sequence[int | None]) -> Iterator[FigureRow]:
    """Approved and proposed apart; with one of them chosen the row above is that one already."""
    if reading.basis != "all":
        return
    for basis in ("approved", "proposed"):
        total = whole.of_basis(basis).rollup(view=reading.view).total
        yield _row(reading, f"of which {basis}", total, years, kind="of", basis=basis)


def _recurrence_rows(reading: Reading, shown: Scan, years: Sequence[int | None]) -> Iterator[FigureRow]:
    found = shown.each("recurring", view=reading.view)
    for key, words in _RECURRENCE:
        row = found.get(key or Recurring.NOT_STATED.value)
        yield _row(reading, words, row, years, {"recurring": key}, kind="of")
    words = "Reversal of one-off savings in the year after"
    if reading.view == "cumulative":
        words = "Reversals of one-off savings so far, taken off above"
    one_off = found.get(Recurring.ONE_OFF.value)
    yield _row(reading, words, one_off, years, {"recurring": Recurring.ONE_OFF.value}, kind="of", measure="reversal")


def _requirement_rows(requirement: Requirement | None, years: Sequence[int | None], view: str) -> Iterator[FigureRow]:
    """Required, and what is still to be identified four times: by basis, beside savings headings and beside all."""
    if requirement is None:
        nothing = [Figure(None)] * (len(years) + 1)
        yield FigureRow("Required by the MTFP", nothing, note="No requirement is recorded.")
        return
    yield FigureRow("Required by the MTFP", _plain(requirement.required, years, view))
    for words, savings, every in (
        ("approved only", requirement.approved_savings, requirement.approved_all),
        ("approved and proposed", requirement.both_savings, requirement.both_all),
    ):
        for heading_words, identified in (("savings headings", savings), ("all headings", every)):
            yield FigureRow(
                "Still to be identified",
                _plain(requirement.unidentified(identified), years, view, over="more than required"),
                kind="gap",
                note=f"{_capital(words)}, {heading_words}",
            )


def _row(
    reading: Reading,
    label: str,
    row: Row | None,
    years: Sequence[int | None],
    groups: Mapping[str, str | None] | None = None,
    *,
    kind: RowKind = "",
    measure: str = "target",
    of: str = "",
    basis: str | None = None,
) -> FigureRow:
    if row is None:
        return FigureRow(label, [Figure(None)] * (len(years) + 1), kind=kind)
    changes = {"basis": basis} if basis else {}
    moneys = [*((row.year(year), year) for year in years), (row.total, EVERY_YEAR)]
    cells = [
        Figure(money.amount(measure) if money.holds_rows else None)
        if row.is_not_shown
        else Figure(None)
        if measure == "reversal" and not money.reversal
        else figure(reading, money, groups, year=year, measure=measure, **changes)
        for money, year in moneys
    ]
    href = group_url(reading, of, row.group) if of and not row.is_not_shown else ""
    return FigureRow(label, cells, kind=kind, href=href)


def _plain(amounts: Mapping[int, int], years: Sequence[int | None], view: str, *, over: str = "") -> list[Figure]:
    """Figures without lines behind them, their total last; `over` is said below what is less than nought."""
    found = [*(amounts.get(year) for year in years), total_of_years(amounts, view)]
    return [Figure(amount, note=over if amount is not None and amount < 0 else "") for amount in found]


def _notes(
    reading: Reading, requirement: Requirement | None, extent: Extent, *, projects_left_out: bool
) -> Iterator[str]:
    last = reading.horizon.last
    words = ["– means no line."]
    if reading.unit.decimals or reading.unit.factor > 1:
        words.append("Rounded rows may not add up: a total is the exact total, rounded.")
    words.append("A minus means that the amount adds to the net budget.")
    if reading.horizon.open_ended:
        words.append(f"{reading.horizon.label(last)} is that year and all later ones.")
    yield " ".join(words)
    if reading.view == "cumulative":
        yield (
            "Cumulative: what all years so far give together; a one-off counts in its own year alone, and the total of "
            "a row is its last year. Amounts whose year is not known are in no year, so they are not shown here."
        )
    else:
        yield "Not profiled: amounts whose year is not known. They are in the total and in no year."
    if requirement is None:
        yield "No requirement is recorded for this programme, so nothing says what is still to be identified."
    else:
        yield (
            "Still to be identified is what the MTFP requires less what is identified. Amounts not profiled meet no "
            "year’s requirement."
        )
    if projects_left_out:
        yield f"The plan holds {extent.projects:,} projects, which are not listed here. Choose above to list them."
    count = extent.lines_without_amount
    if count:
        lines = "1 line has" if count == 1 else f"{count} lines have"
        yield f"{lines} no amount yet and {'adds' if count == 1 else 'add'} nothing here."
    yield "Pressures on the budget are not held in this programme."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
