"""The papers' tables as printed, read from the files beside this module: one row per printed cell, date or service."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from futurefit.values.money import AmountError, Unit, printed_precision

PAPERS = Path(__file__).parent / "papers"
BY_DIRECTORATE = "T10"


@dataclass(frozen=True)
class PrintedAmount:
    """One cell of a table of the papers. `amount` is in whole pounds, None where the cell states nothing.

    `row` is detail (entered once), repeat (the same money printed again), subtotal_stated, total_stated or
    reference; `group` the RAG or group in which the row stands, `column` the year as printed.
    """

    table: str
    title: str
    row: str
    reference: str
    group: str
    description: str
    directorate: str
    column: str
    as_printed: str
    unit: Unit
    amount: int | None
    what_it_is: str
    note: str

    @property
    def label(self) -> str:
        """The row as printed: its description and, where that is not the same, its group.

        Where the columns of a table are directorates, the column comes last.
        """
        column = self.directorate if self.table == BY_DIRECTORATE else ""
        parts = [part for part in (self.description, self.group, column) if part]
        return ": ".join(dict.fromkeys(parts))

    @property
    def is_stated(self) -> bool:
        """Printed and not entered, and not empty: an empty cell states nothing."""
        return self.row in ("repeat", "subtotal_stated", "total_stated") and self.amount is not None


@dataclass(frozen=True)
class PrintedDate:
    """A milestone in the words of the papers; `where` names the paper or workstream, `remark` explains the words."""

    where: str
    title: str
    date_as_written: str
    remark: str


@dataclass(frozen=True)
class PrintedService:
    """A service of the commissioning plan, with the directorate or group, status and quarter as printed."""

    directorate: str
    name: str
    status: str
    quarter: str


@cache
def printed_amounts() -> tuple[PrintedAmount, ...]:
    """Every cell of every table, in the order of the papers."""
    return tuple(
        PrintedAmount(
            table=row["table"],
            title=row["title"],
            row=row["row"],
            reference=row["ref"],
            group=row["rag_or_group"],
            description=row["description"],
            directorate=row["directorate"],
            column=row["period"],
            as_printed=row["as_printed"],
            unit=_unit(row["unit_as_printed"]),
            amount=int(row["amount"]) if row["amount"] else None,
            what_it_is=row["what_it_is"],
            note=row["note"],
        )
        for row in _rows("figures.csv")
    )


def details(table: str, description: str = "") -> list[PrintedAmount]:
    """The cells of a table that are entered, those of one row where `description` names it; empty cells are out."""
    return [
        cell
        for cell in printed_amounts()
        if cell.table == table
        and cell.row == "detail"
        and cell.amount is not None
        and description in ("", cell.description)
    ]


@cache
def printed_dates() -> tuple[PrintedDate, ...]:
    return tuple(
        PrintedDate(row["where"], row["milestone"], row["date_as_written"], row["kind"])
        for row in _rows("milestones.csv")
    )


@cache
def printed_services() -> tuple[PrintedService, ...]:
    return tuple(
        PrintedService(row["directorate"], row["service"], row["status_2015"], row["quarter_as_printed"])
        for row in _rows("services.csv")
    )


def precision(cell: PrintedAmount) -> int:
    """What the last printed digit of a cell is worth, in pounds.

    A bare nought prints no digits of its own: it is as precise as the finest cell of its table.
    """
    if cell.amount:
        return printed_precision(cell.as_printed, cell.unit) or 1
    others = [
        printed_precision(other.as_printed, other.unit)
        for other in printed_amounts()
        if other.table == cell.table and other.amount
    ]
    return min((found for found in others if found), default=1)


def _unit(printed: str) -> Unit:
    """The unit of the column; words such as "narrative" mean that each cell names its own."""
    try:
        return Unit.parse(printed)
    except AmountError:
        return Unit.POUNDS


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (PAPERS / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
