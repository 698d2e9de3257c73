"""One row of a sheet as read, the sections above it, and the kinds of row there are."""

from __future__ import annotations

from dataclasses import dataclass, field

from savings.spreadsheets.amounts import ReadAmount
from savings.spreadsheets.fields import Amounts

LINE, SECTION, TOTALS, NOTE, LEFT_OUT, HEADING = "line", "section", "total", "note", "left_out", "heading"
HEAD, TAIL, SUMMARY = "head", "tail", "summary"
"""Rows that are totals though nothing says so: above their parts, below them, in a table that sums up another."""
RUNNING, PART = "running", "part"
"""Totals of everything above them at the turn of a page; rows that say what part of the row above they are."""


@dataclass(slots=True)
class Section:
    """A heading between rows that stands above those below it: ``field`` is the place it gives them, if any."""

    row: int
    column: int
    text: str
    level: int
    field: str = ""
    is_costs: bool = False
    open: bool = True


@dataclass(slots=True)
class Row:
    """One row of the sheet as read.

    ``texts`` hold the facts by FIELD, ``at`` the column each stands in, ``taken`` those that stand further up.
    ``amounts`` are the cells of amount columns that state something, by what the column holds, each with its column;
    ``stated`` those of total columns. ``status`` is that of the whole row,
    ``ratings`` those of single years, with the column of each: as printed, then as read.
    """

    number: int
    table: int
    kind: str
    label: str = ""
    label_column: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    amounts: dict[Amounts, tuple[int, ReadAmount]] = field(default_factory=dict)
    stated: dict[int, ReadAmount] = field(default_factory=dict)
    status: str = ""
    ratings: dict[int | None, tuple[int, str]] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()
    cells: int = 0
    gap_above: bool = False

    @property
    def has_numbers(self) -> bool:
        return any(read.pounds is not None or read.problem for _column, read in self.amounts.values()) or any(
            read.pounds is not None or read.problem for read in self.stated.values()
        )

    @property
    def states_amounts(self) -> bool:
        return bool(self.amounts or self.stated)


def is_exported(row: Row) -> bool:
    """Whether FutureFit wrote the row: it is a line, whatever its title or its amounts look like."""
    return bool(row.texts.get("version") and row.texts.get("code"))
