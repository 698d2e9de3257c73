"""Checking a sheet against the programme: what would be added, changed and left alone, and every problem by cell.

Reading only; `savings.services.imports` carries a check out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from futurefit.access.reader import Reader
from futurefit.values.rag import Split
from projects.models import Project
from savings.models import LineInPeriod, ReportingPeriod
from savings.spreadsheets.findings import AmountChange, FieldChange, Finding, Options, StatedTotal
from savings.spreadsheets.layout import Layout
from savings.spreadsheets.sheets import Workbook


@dataclass(frozen=True)
class NewName:
    """Something that the file names and the programme does not have, made by ``create``; ``within`` says where.

    ``kind`` is "year", "directorate", "service", "project" or "block".
    """

    kind: str
    name: str
    within: str = ""


@dataclass(slots=True)
class PlannedLine:
    """A line that the import adds: where it stands in the sheet, what it says, its amounts by year (None: no year)."""

    row: int
    cell: str
    code: str
    reference: str
    title: str
    project: Project | NewName
    theme: str
    directorate: str
    service: str
    facts: dict[str, Any]
    amounts: dict[int | None, Split]

    @property
    def total(self) -> int:
        return sum(split.target for split in self.amounts.values())


@dataclass(slots=True)
class PlannedChange:
    """What the import does to a line that is there: fields to their new values, line-years to their new splits."""

    row: int
    line: LineInPeriod
    facts: dict[str, Any]
    amounts: dict[int | None, Split | None]


@dataclass
class Check:
    """What an import of one sheet would do. ``row_kinds`` says of each row of the sheet what it was read as:
    "heading", "line", "total", "section", "note" or "left_out"."""

    file_name: str
    sheet: str
    period: ReportingPeriod
    options: Options
    layout: Layout
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    stated_totals: list[StatedTotal] = field(default_factory=list)
    added: list[PlannedLine] = field(default_factory=list)
    changed: list[PlannedChange] = field(default_factory=list)
    unchanged: int = 0
    absent: int = 0
    amount_changes: list[AmountChange] = field(default_factory=list)
    field_changes: list[FieldChange] = field(default_factory=list)
    new_names: list[NewName] = field(default_factory=list)
    years: dict[int | None, int] = field(default_factory=dict)
    row_kinds: dict[int, str] = field(default_factory=dict)

    @property
    def can_be_applied(self) -> bool:
        return not self.errors

    def as_json(self, *, applied: bool) -> dict[str, Any]:
        """Under the names of interfaces.md; amounts in whole pounds with the product's sign."""
        horizon = self.period.horizon
        return {
            "applied": applied,
            "sheet": self.sheet,
            "added": len(self.added),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "absent": self.absent,
            "errors": [finding.as_json() for finding in self.errors],
            "warnings": [finding.as_json() for finding in self.warnings],
            "stated_totals": [total.as_json() for total in self.stated_totals],
            "years": {horizon.key(year): amount for year, amount in self.years.items()},
        }


def choose_sheet(workbook: Workbook, options: Options) -> str:
    """The sheet named in ``options``, else the one with the most rows of savings. Raises `UnusableSheet`."""
    raise NotImplementedError


def check(workbook: Workbook, options: Options, period: ReportingPeriod, reader: Reader | None = None) -> Check:
    """Check a workbook for import into an open period; ``reader`` is who imports (None: a command, all directorates).

    Raises `layout.UnusableSheet` and `fields.UnknownField` where the sheet or the options cannot be used; everything
    else is a finding. Queries do not grow with the rows.
    """
    raise NotImplementedError
