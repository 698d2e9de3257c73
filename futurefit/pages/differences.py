"""Printed figures that differ from what is computed, as pages tell them (domain.md, Figures that a paper states)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from futurefit.pages.as_read import Beside
from futurefit.values.money import format_percent, with_unit
from savings.models import StatedFigure
from savings.reading import Reading
from savings.reconcile import Comparison, compare, reconcile


@dataclass(frozen=True)
class ToldDifference:
    """The three numbers of a difference as shown, where it is printed and what an officer has said of it."""

    title: str
    stated: str
    computed: str
    difference: str
    text: str


@dataclass(frozen=True)
class Checked:
    """What comparing some printed figures came to."""

    differing: Sequence[ToldDifference]
    agreeing: int


def checked_of_theme(beside: Beside, theme_id: int) -> Checked:
    """The printed figures of a theme beside their counterparts, each in the period of its paper."""
    return _checked(beside, "scope_theme_id", theme_id)


def checked_of_directorate(beside: Beside, directorate_id: int) -> Checked:
    """The printed figures of a directorate beside their counterparts, each in the period of its paper."""
    return _checked(beside, "scope_directorate_id", directorate_id)


def open_differences(reading: Reading) -> int:
    """How many printed figures differ and wait for an officer to record which is right."""
    found = reconcile(reading.programme)
    return sum(1 for comparison in found if not comparison.agrees and not comparison.figure.decision)


def _checked(beside: Beside, scope: str, group_id: int) -> Checked:
    reading, printed = beside.reading, beside.rows["stated"]
    wanted = [figure for figure in printed if getattr(figure, scope) == group_id and _may_be_told(figure, reading)]
    if not wanted:
        return Checked((), 0)
    found = compare(wanted, among=printed, programme=reading.programme, printed=beside.rows)
    return Checked(
        differing=[_told(comparison, reading) for comparison in found if not comparison.agrees],
        agreeing=sum(1 for comparison in found if comparison.agrees and comparison.computed is not None),
    )


def _may_be_told(figure: StatedFigure, reading: Reading) -> bool:
    """Totals are for everybody; a figure of one project, line or row is told to those who see everything.

    A row of a budget table is no saving.
    """
    if reading.scope.everything:
        return True
    of_one_row = figure.scope_row and figure.parts != StatedFigure.Parts.BUDGET_ROWS
    return not (figure.scope_project_id or figure.scope_line_id or figure.scope_lines or of_one_row)


def _told(comparison: Comparison, reading: Reading) -> ToldDifference:
    figure = comparison.figure
    column = f", {figure.column}" if figure.column else ""
    said = f"Printed in {comparison.place}; compared with {comparison.counterpart}."
    if figure.decision:
        said += f" Recorded: {figure.decision}"
    return ToldDifference(
        title=f"“{figure.label}”{column}: a printed figure differs",
        stated=_amount(comparison.stated, reading),
        computed=_amount(comparison.computed, reading),
        difference=_difference(comparison.difference, reading),
        text=said,
    )


def _amount(amount: int | Decimal | None, reading: Reading) -> str:
    if amount is None:
        return ""
    return format_percent(amount) if isinstance(amount, Decimal) else with_unit(amount, reading.unit)


def _difference(amount: int | Decimal | None, reading: Reading) -> str:
    if isinstance(amount, Decimal):
        return f"{format_percent(amount).removesuffix('%').rstrip()} percentage points"
    return _amount(amount, reading)
