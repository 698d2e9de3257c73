"""A programme to import into, and an import of a typed table in one call."""

from __future__ import annotations

from typing import Any

from futurefit.values.financial_year import Horizon
from futurefit.values.rag import Split
from savings.models import LineInPeriod, Position, ReportingPeriod
from savings.services.imports import apply_import, begin_programme
from savings.services.periods import period_called
from savings.spreadsheets.checking import check
from savings.spreadsheets.findings import Options
from savings.spreadsheets.plan import Check
from savings.spreadsheets.sheets import Sheet, Workbook
from tests.factories import TESTS
from tests.savings.spreadsheets.tables import workbook


def new_period(first: int = 2015, last: int = 2021) -> ReportingPeriod:
    """The open period 2016/17 M02 of a new programme without anything in it."""
    return begin_programme(
        actor=TESTS,
        slug="county",
        name="County",
        horizon=Horizon(first, last),
        new=period_called("2016/17 M02"),
    )


def checked(table: str | Sheet | Workbook, period: ReportingPeriod, **options: Any) -> Check:
    """The check of a table; what it names is made unless ``create=False``."""
    brought = table if isinstance(table, Workbook) else workbook(table)
    reader = options.pop("reader", None)
    return check(brought, Options(**{"create": True, **options}), period, reader)


def imported(table: str | Sheet | Workbook, period: ReportingPeriod, **options: Any) -> Check:
    """Check a table that must have no errors, and apply it."""
    found = checked(table, period, **options)
    assert [error.message for error in found.errors] == []
    apply_import(actor=TESTS, check=found)
    return found


def amounts(period: ReportingPeriod) -> dict[str, dict[int | None, int]]:
    """The targets of each line by title and year."""
    found: dict[str, dict[int | None, int]] = {}
    for row in LineInPeriod.objects.in_period(period):
        found[row.title] = {position.year: position.target for position in row.positions.all()}
    return found


def splits(period: ReportingPeriod, title: str) -> dict[int | None, Split]:
    names = ("target", "delivered", "claimed", "on_target", "amber", "red")
    rows = Position.objects.in_period(period).filter(line_in_period__title=title)
    return {row.year: Split(*(getattr(row, name) for name in names)) for row in rows}


def differing(found: Check) -> list[tuple[str, str, int, int | None]]:
    """Totals that are not what their parts come to: cell, year, stated, computed."""
    return [(t.cell, t.period, t.stated, t.computed) for t in found.stated_totals if not t.agrees]
