"""Budget tables that papers print (not savings): their rows by directorate group, beside what the papers state of them.

Every total and percentage comes from the comparison of stated figures (`savings.reconcile`): nothing is added up here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from futurefit.history.together import together
from futurefit.ui.figure_table import FigureRow, FigureTable, Head, TextCell
from futurefit.ui.figures import Figure
from futurefit.values.money import format_percent, with_unit
from projects.models import Programme
from savings.models import BudgetRow, StatedFigure
from savings.reading import Reading
from savings.reconcile import DIFFERS, Comparison, compare, printed_parts

TOTAL = ("", 0)
"""The column of a figure that names neither a directorate nor a group."""

Column = tuple[str, int]


@dataclass
class _Row:
    """One row of a printed table: what is entered and what is compared, by column."""

    entered: dict[Column, int] = field(default_factory=dict)
    sums: dict[Column, Comparison] = field(default_factory=dict)
    percentages: dict[Column, Comparison] = field(default_factory=dict)


@dataclass(frozen=True)
class BudgetSummary:
    """A printed budget table with its computed totals and percentages, and where the print differs from them."""

    table: FigureTable
    differing: FigureTable | None
    agreeing: int


def budget_summaries(reading: Reading) -> list[BudgetSummary]:
    """Every budget table of the programme's papers, in one query whatever their size."""
    programme = reading.programme
    printed_in = together(Programme.objects.filter(pk=programme.pk), printed_parts(programme))
    entered: dict[tuple[str, str], list[BudgetRow]] = {}
    for row in printed_in["budget_rows"]:
        entered.setdefault((row.document, row.table), []).append(row)
    figures = [each for each in printed_in["stated"] if each.parts == StatedFigure.Parts.BUDGET_ROWS]
    compared = compare(figures, among=figures, programme=programme, printed=printed_in)
    return [
        _summary(reading, rows, [each for each in compared if (each.figure.document, each.figure.table) == printed])
        for printed, rows in entered.items()
    ]


def _summary(reading: Reading, entered: Sequence[BudgetRow], compared: Sequence[Comparison]) -> BudgetSummary:
    first = entered[0]
    columns = _columns(entered)
    rows: dict[str, _Row] = {}
    for comparison in compared:
        row = rows.setdefault(_row_of(comparison), _Row())
        kept = row.percentages if comparison.figure.kind == StatedFigure.Kind.PERCENTAGE else row.sums
        kept[_column_of(comparison.figure, "scope_")] = comparison
    for budget in entered:
        rows.setdefault(budget.label, _Row()).entered[_column_of(budget, "")] = budget.amount
    years = sorted({reading.horizon.label(budget.year) for budget in entered})
    table = FigureTable(
        key=f"budget-{first.table.lower()}",
        caption=first.document,
        note=f"{reading.unit.symbol} · budget of {', '.join(years)}, not a saving · below an amount: its share of the "
        "column's total expenditure, computed",
        unit=reading.unit,
        first="Row",
        heads=[*(Head(name) for name in columns.values()), Head("Total", total=True)],
        rows=[
            FigureRow(label, [_cell(row, column) for column in (*columns, TOTAL)], kind="" if row.entered else "group")
            for label, row in rows.items()
        ],
        none_when_zero=False,
        foot="Expenditure stands without a sign, income with a minus. The amounts are those of the paper; totals and "
        "percentages are computed from them. The paper states a budget by status, not for a single service.",
    )
    differing = [comparison for comparison in compared if comparison.verdict == DIFFERS]
    return BudgetSummary(
        table=table,
        differing=_differences(reading, first, differing, columns) if differing else None,
        agreeing=len([comparison for comparison in compared if comparison.agrees]),
    )


def _columns(entered: Sequence[BudgetRow]) -> dict[Column, str]:
    """The columns in the order in which the paper prints them, each by the council's short name for it."""
    return {_column_of(row, ""): (row.directorate or row.group).code for row in entered}


def _column_of(row: BudgetRow | StatedFigure, prefix: str) -> Column:
    for kind in ("directorate", "group"):
        if found := getattr(row, f"{prefix}{kind}_id"):
            return kind, found
    return TOTAL


def _row_of(comparison: Comparison) -> str:
    """The row that a figure is printed in: that of its parts, or for a total its label without the column."""
    figure = comparison.figure
    return figure.scope_row or figure.label.rpartition(": ")[0] or figure.label


def _cell(row: _Row, column: Column) -> Figure:
    amount = row.entered.get(column)
    total, share = row.sums.get(column), row.percentages.get(column)
    if amount is None and total is not None and isinstance(total.computed, int):
        amount = total.computed
    return Figure(amount, note=format_percent(share.computed) if share is not None else "")


def _differences(
    reading: Reading, first: BudgetRow, differing: Sequence[Comparison], columns: dict[Column, str]
) -> FigureTable:
    """What the paper prints beside what its own amounts come to; who may open the stated figure is led there."""
    return FigureTable(
        key=f"differs-{first.table.lower()}",
        caption="Printed figures that differ from what they are made of",
        note="Per cent of total expenditure, or the unit of the amount · difference is printed less computed",
        unit=reading.unit,
        first="Row and column",
        heads=[Head("As printed", text=True), Head("Computed", text=True), Head("Difference", text=True)],
        rows=[
            FigureRow(
                f"{_row_of(each)}: {columns.get(_column_of(each.figure, 'scope_'), 'Total')}",
                [
                    TextCell(each.figure.as_printed),
                    TextCell(_said(reading, each.computed)),
                    TextCell(_said(reading, each.difference, difference=True)),
                ],
                href=reverse("savings:stated_figure", args=[each.figure.pk]) + reading.query
                if reading.scope.everything
                else "",
            )
            for each in differing
        ],
    )


def _said(reading: Reading, value: object, *, difference: bool = False) -> str:
    if isinstance(value, int):
        return with_unit(value, reading.unit, sign=difference)
    words = format_percent(value)  # type: ignore[arg-type]
    return words.replace("%", " percentage points") if difference else words
