"""What has to be spent to save: investment as pages list it. These amounts are no savings and have no lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html

from futurefit.pages.figures import HtmlCell
from futurefit.ui.figure_table import FigureRow, FigureTable, Head, TextCell
from futurefit.ui.figures import Figure
from projects.models import Investment
from savings.payback import Payback
from savings.reading import Reading

_QUALIFIED = {
    Investment.Qualifier.ABOUT: "about",
    Investment.Qualifier.MORE_THAN: "more than",
    Investment.Qualifier.UP_TO: "up to",
}


@dataclass(frozen=True)
class Needed:
    """The table of investments with an amount, and those in words alone."""

    table: FigureTable | None
    in_words: tuple[str, ...]


@dataclass(frozen=True)
class ToldPayback:
    """When an investment has paid for itself, as sentences: the verdict, the year, and what is left out."""

    verdict: str
    even: str
    remarks: Sequence[str]


def told_payback(found: Payback, reading: Reading) -> ToldPayback | None:
    """The sentences of a payback in the unit of the page; None where no investment is written down."""
    if found.verdict == "not_stated":
        return None
    unit = reading.unit
    return ToldPayback(found.sentence(unit), found.even(reading.horizon), found.remarks(unit))


def needed(investments: Iterable[Investment], reading: Reading) -> Needed:
    """Investments with an amount as a table, each with year, recurrence and standing, and those in words."""
    found = list(investments)
    rows = [_row(investment, reading) for investment in found if investment.amount is not None]
    table = FigureTable(
        key="investment",
        caption="Investment and support",
        note=f"Amounts in {reading.unit.symbol} · {reading.period_words}",
        unit=reading.unit,
        first="What for",
        heads=[
            Head("Amount"),
            Head("Year", text=True),
            Head("Recurrence", text=True),
            Head("Standing", text=True),
        ],
        rows=rows,
        none_when_zero=False,
    )
    return Needed(table if rows else None, tuple(_words(each) for each in found if each.amount is None))


def _row(investment: Investment, reading: Reading) -> FigureRow:
    year = reading.horizon.label(investment.year) if investment.year is not None else "Not profiled"
    standing = investment.get_standing_display()
    if investment.funding_source:
        standing = f"{standing}, from {investment.funding_source}"
    amount = Figure(investment.amount, note=_QUALIFIED.get(investment.qualifier, ""))
    cells = [
        amount,
        HtmlCell(format_html("{}", year), "ff-nowrap", plain=year),
        TextCell(investment.get_recurrence_display()),
        TextCell(standing),
    ]
    return FigureRow(investment.label, cells, note=investment.note)


def _words(investment: Investment) -> str:
    said = investment.as_printed or "no amount"
    return f"{investment.label}: {said}"
