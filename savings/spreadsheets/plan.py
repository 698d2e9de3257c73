"""What an import would do, as plain data: made by `checking`, shown by pages and commands, carried out by a service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from futurefit.council.models import Directorate, Service
from futurefit.values.rag import Split
from projects.models import Project, Theme
from savings.models import LineInPeriod, ReportingPeriod
from savings.spreadsheets.findings import AmountChange, FieldChange, Finding, Options, StatedTotal
from savings.spreadsheets.layout import Layout


@dataclass(frozen=True)
class NewName:
    """Something that the file names and the programme does not have, made by ``create``; ``within`` says where.

    ``kind`` is "year", "theme", "directorate", "service", "mtfp_heading", "project" or "block". A block without a
    name of its own in the file is made whatever the option, since its place is known.
    """

    kind: str
    name: str
    within: str = ""


@dataclass(frozen=True)
class Place:
    """Where a line stands: rows that are there, or names that the import makes; None is not stated."""

    project: Project | NewName
    theme: Theme | NewName | None = None
    directorate: Directorate | NewName | None = None
    service: Service | NewName | None = None


@dataclass(slots=True)
class PlannedLine:
    """A line that the import adds: where it stands in the sheet, what it says, its amounts by year (None: no year).

    ``rows`` are all of its rows in the sheet; ``facts`` hold the other facts by the names of
    `savings.services.lines.NewLine`.
    """

    rows: tuple[int, ...]
    cell: str
    code: str
    reference: str
    title: str
    place: Place
    facts: dict[str, Any]
    amounts: dict[int | None, Split]

    @property
    def row(self) -> int:
        return self.rows[0]

    @property
    def total(self) -> int:
        return sum(split.target for split in self.amounts.values())


@dataclass(slots=True)
class PlannedChange:
    """What the import does to a line that is there: fields to new values, line-years from a split to another.

    None is no amount. What an amount was is compared again when it is written.
    """

    row: int
    line: LineInPeriod
    facts: dict[str, Any]
    amounts: dict[int | None, tuple[Split | None, Split | None]]


@dataclass
class Check:
    """What an import of one sheet would do; counts are of lines.

    ``row_kinds`` says of each row of the sheet what it was read as: "heading", "line", "total", "section", "note" or
    "left_out". ``years`` are the targets that the file's lines have by year, incremental, with the product's sign.
    ``line_codes`` are those of the lines of each row, which totals refer to; new lines get theirs when written.
    """

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
    line_codes: dict[int, str] = field(default_factory=dict)
    needs_decision: dict[str, str] = field(default_factory=dict)
    """Titles by code of the lines of which the sheet has another target than the one approved."""

    @property
    def can_be_applied(self) -> bool:
        return not self.errors

    @property
    def changes_something(self) -> bool:
        return bool(self.added or self.changed)

    def as_json(self, *, applied: bool) -> dict[str, Any]:
        """Under the names of interfaces.md; amounts in whole pounds with the product's sign."""
        horizon = self.period.horizon
        return {
            "applied": applied,
            "sheet": self.sheet,
            "unit": self.layout.unit.value,
            "sign": self.layout.sign,
            "view": self.layout.view,
            "added": len(self.added),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "absent": self.absent,
            "errors": [finding.as_json() for finding in self.errors],
            "warnings": [finding.as_json() for finding in self.warnings],
            "stated_totals": [total.as_json() for total in self.stated_totals],
            "years": {horizon.key(year): amount for year, amount in self.years.items()},
        }
