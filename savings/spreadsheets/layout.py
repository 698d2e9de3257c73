"""How a sheet is laid out: which rows are headings, what each column is and why, unit, sign and view.

Recognised from the sheet's own words, whatever is chosen in `Options` first. Nothing here knows the programme.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from futurefit.values.financial_year import Horizon
from futurefit.values.money import Unit
from savings.spreadsheets.fields import Amounts
from savings.spreadsheets.findings import INCREMENTAL, PLUS_SAVES, Options
from savings.spreadsheets.sheets import Sheet


@dataclass(frozen=True)
class Column:
    """One column as read: its number from 1, letters, heading as printed, meaning and the reason for it in words.

    ``meaning`` is a FIELD name or, for a column of amounts, its `Amounts`; ``unit`` is that of its amounts.
    ``total_of`` are the years that a total column adds up, empty for all of the table; ``status`` its status.
    """

    number: int
    letters: str
    heading: str
    meaning: str | Amounts
    reason: str
    unit: Unit | None = None
    unit_reason: str = ""
    total_of: tuple[int | None, ...] = ()
    status: str = ""
    hidden: bool = False

    @property
    def field(self) -> str:
        """The FIELD as `Options.columns` takes it: "title", "year:2016/17", "year:2016/17:amber", "ignore"."""
        return self.meaning if isinstance(self.meaning, str) else self.meaning.name()


@dataclass(frozen=True)
class Table:
    """One table of the sheet: its heading rows, the rows below them, both included, and its columns."""

    title: str
    heading_rows: tuple[int, ...]
    first_row: int
    last_row: int
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Layout:
    """A sheet as laid out. ``tables`` has at least one; `columns` are the first's, which a mapping changes.

    ``unit``, ``sign`` and ``view`` are what amounts are read in, each with the reason in words. ``digest`` names the
    layout: sheets with the same headings have the same. ``transposed``: the sheet has its years down and its savings
    across; rows and columns of the tables are then those of the sheet turned over, addresses those of the sheet.
    ``remarks`` are what a reader has to know: (cell, column heading, value, message).
    """

    sheet: Sheet
    tables: tuple[Table, ...]
    unit: Unit
    unit_reason: str
    sign: str = PLUS_SAVES
    sign_reason: str = ""
    view: str = INCREMENTAL
    view_reason: str = ""
    digest: str = ""
    transposed: bool = False
    remarks: tuple[tuple[str, str, str, str], ...] = field(default_factory=tuple)

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.tables[0].columns

    @property
    def years(self) -> tuple[int, ...]:
        """The financial years that the sheet has columns for, in order."""
        found = {
            column.meaning.year
            for table in self.tables
            for column in table.columns
            if isinstance(column.meaning, Amounts) and column.meaning.year is not None
        }
        return tuple(sorted(found))


class UnusableSheet(ValueError):
    """No table of savings can be found in a sheet; the message says what was looked for and what to do."""


def recognise(sheet: Sheet, options: Options, *, horizon: Horizon | None = None) -> Layout:
    """The layout of a sheet; what `options` choose wins over what the sheet says.

    ``horizon`` is the plan's, for headings such as "Year 1". Raises `UnusableSheet` where no row reads as a heading
    with a column of amounts, and `UnknownField` for a chosen FIELD that there is not.
    """
    raise NotImplementedError
