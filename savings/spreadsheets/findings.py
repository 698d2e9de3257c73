"""What checking a sheet found: problems by cell, totals beside their parts, and what an import would do.

Plain data, made by `checking`, shown by the pages and by `import_savings`, carried out by `savings.services.imports`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from futurefit.values.money import Unit
from futurefit.values.rag import Split
from projects.models import Project

INCREMENTAL, CUMULATIVE = "incremental", "cumulative"
PLUS_SAVES, MINUS_SAVES = "plus_saves", "minus_saves"


@dataclass(frozen=True)
class Options:
    """How a sheet is to be read; None and empty mean: as the sheet says itself, recognised.

    ``columns`` maps a column number (from 1) to a FIELD of `fields`, such as "title", "year:2016/17", "ignore".
    ``heading_row`` is the row of the headings. ``project`` takes every row of the file into one project.
    """

    sheet: str = ""
    heading_row: int | None = None
    columns: Mapping[int, str] = field(default_factory=dict)
    unit: Unit | None = None
    sign: str = ""
    view: str = ""
    project: Project | None = None
    create: bool = False


@dataclass(frozen=True)
class Finding:
    """One problem or remark about a cell: where it is, what it holds, what is wrong and what to do."""

    sheet: str
    cell: str
    column: str
    value: str
    message: str

    def as_json(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in ("sheet", "cell", "column", "value", "message")}


@dataclass(frozen=True)
class StatedTotal:
    """A total that the sheet states, in pounds with the product's sign, and what its parts come to.

    ``period`` is the year as printed, "Total" for all years. ``computed`` is None where a part cannot be read or there
    is nothing to compare; ``verdict`` is one of `savings.reconcile`.
    """

    cell: str
    label: str
    period: str
    stated: int
    computed: int | None
    verdict: str
    precision: int = 1
    as_printed: str = ""
    status: str = ""
    years: tuple[int | None, ...] = ()
    rows: tuple[int, ...] = ()
    """The rows of the sheet that are its parts."""
    across: bool = False
    """Whether it is the total of a row; else of a column."""

    @property
    def agrees(self) -> bool:
        return self.verdict != "differs"

    def as_json(self) -> dict[str, Any]:
        names = ("cell", "label", "period", "stated", "computed", "verdict", "agrees")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class AmountChange:
    """One line-year as it is in FutureFit and as the sheet has it; None is no amount entered."""

    cell: str
    line: str
    title: str
    year: int | None
    before: Split | None
    after: Split | None


@dataclass(frozen=True)
class FieldChange:
    """One fact of a line as it is in FutureFit and as the sheet has it, in words."""

    cell: str
    line: str
    title: str
    field: str
    before: str
    after: str
