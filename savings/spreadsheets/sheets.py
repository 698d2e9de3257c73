"""A workbook as read: plain cells with their addresses, whatever file they came from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

Value = str | int | Decimal | bool | dt.date | dt.datetime | None
"""What a cell holds. Numbers are int or exact Decimal (at most 15 significant digits, as a spreadsheet keeps them)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that holds something.

    ``formula`` is a formula's own text; its ``value`` is the result that the file keeps, None where it keeps none.
    ``error`` is a spreadsheet error such as #REF!. Whole days are dates, others datetimes.
    ``percent`` and ``scale`` are said by the number format: a cell with ``scale`` 1000 is shown in thousands (by the
    format ``#,##0,``), so that its value of 152,500 reads as 153; ``decimals`` are those that it shows, None where no
    format says.
    """

    value: Value
    formula: str = ""
    error: str = ""
    percent: bool = False
    scale: int = 1
    decimals: int | None = None

    @property
    def text(self) -> str:
        """The value in words, as a person would read it in the cell; numbers plainly, without format."""
        if self.value is None:
            return ""
        if isinstance(self.value, bool):
            return "TRUE" if self.value else "FALSE"
        if isinstance(self.value, Decimal):
            return f"{self.value:f}"
        return str(self.value)


EMPTY = Cell(None)


@dataclass(frozen=True, slots=True)
class Merge:
    """A block of merged cells, all numbers from 1 and included; its value stands in the first cell."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass
class Sheet:
    """One sheet: ``rows[3]`` are the cells of row 3 by column number, both counted from 1; empty rows are missing.

    ``hidden_rows`` and ``hidden_columns`` are those that the file hides: they are read, and reported.
    """

    name: str
    rows: dict[int, dict[int, Cell]]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merges: tuple[Merge, ...] = ()

    def cell(self, row: int, column: int) -> Cell:
        return self.rows.get(row, {}).get(column, EMPTY)

    @property
    def last_row(self) -> int:
        return max(self.rows, default=0)

    @property
    def last_column(self) -> int:
        return max((max(cells, default=0) for cells in self.rows.values()), default=0)


@dataclass
class Workbook:
    """A file as read. ``kind`` is xlsx or csv; ``warnings`` are what the reading itself has to report."""

    file_name: str
    kind: str
    sheets: list[Sheet]
    warnings: list[str] = field(default_factory=list)

    def sheet(self, name: str) -> Sheet | None:
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


class UnusableFile(ValueError):
    """The file cannot be read at all; the message says what it is, the rule, and what to do."""


def column_letters(column: int) -> str:
    """The letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def address(row: int, column: int) -> str:
    """The address of a cell as a spreadsheet writes it: B7."""
    return f"{column_letters(column)}{row}"
