"""The tables of a decision's page: before and after by line and year, splits, what replaces what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse

from futurefit.ui.figure_table import FigureRow, FigureTable, Head, TextCell
from futurefit.ui.figures import Figure
from savings.decided import Comes
from savings.deciding import STATED, Kind, Year, split_after
from savings.decision_entry import STATUS_WORDS
from savings.links import lines_url
from savings.models import Decision, DecisionItem, LineInPeriod, Replacement
from savings.reading import Reading
from savings.services.decisions import changes_of
from savings.services.grid import Cell, Standing, split_of

Items = Mapping[int, Sequence[DecisionItem]]
"""The line-years that a decision names, by line id."""


def amounts_table(
    reading: Reading,
    decision: Decision,
    lines: Sequence[LineInPeriod],
    items: Items,
    every: Mapping[Year, Comes],
    seen: Mapping[Year, Comes],
    standing: Standing,
) -> FigureTable:
    """Before, after and change by line and year; of an approval what it approves. `every` and `seen` are its sums by
    year, of all its lines and of those that the reader may see: a plain row completes the total.

    An amount before or after is a link where it is the target of the line-year in the period read (`standing`).
    """
    years = sorted(every, key=lambda year: (year is None, year))
    approves = decision.kind == Kind.APPROVE
    rows: list[FigureRow] = []
    for line in lines:
        rows += _line_rows(reading, line, items.get(line.line_id, ()), years, approves, standing)
    hidden = {year: _of(every.get(year), approves) - _of(seen.get(year), approves) for year in years}
    if sum(comes.line_years for comes in every.values()) > sum(comes.line_years for comes in seen.values()):
        rows.append(FigureRow("Not shown to you", _with_total([hidden[year] for year in years], sign=not approves)))
    sums = [_of(every[year], approves) for year in years]
    measure = "target approved" if approves else "target before and after"
    return FigureTable(
        key="amounts",
        caption="What it approves" if approves else "What it changes",
        note=f"{reading.unit.symbol} · {measure} · incremental · takes effect in {_spoken(reading, decision)}",
        unit=reading.unit,
        first="Savings line",
        heads=[*(Head(reading.horizon.label(year)) for year in years), Head("Total", total=True)],
        rows=rows,
        totals=[FigureRow("Approved" if approves else "Change", _with_total(sums, sign=not approves), kind="total")],
        none_when_zero=False,
        tight=True,
        foot="– means that the decision does not name the year, or that nothing was entered there.",
    )


def _spoken(reading: Reading, decision: Decision) -> str:
    return next(period.spoken for period in reading.periods if period.pk == decision.effective_in_id)


def _of(comes: Comes | None, approves: bool) -> int:
    if comes is None:
        return 0
    return comes.named if approves else comes.net


def _with_total(amounts: Sequence[int], *, sign: bool) -> list[Figure]:
    return [*(Figure(amount, sign=sign) for amount in amounts), Figure(sum(amounts), sign=sign)]


def _line_rows(
    reading: Reading,
    line: LineInPeriod,
    items: Sequence[DecisionItem],
    years: Sequence[Year],
    approves: bool,
    standing: Standing,
) -> Iterable[FigureRow]:
    named = {item.year: item for item in items}
    href = reverse("savings:line_detail", args=[line.line.code]) + reading.query
    before = [named[year].from_target if year in named else None for year in years]
    after = [named[year].to_target if year in named else None for year in years]

    def cells(amounts: Sequence[int | None]) -> list[Figure]:
        """The amounts, each with the way to the line's money of the year where that is what it holds."""
        found = _cells(amounts)
        for at, (year, amount) in enumerate(zip(years, amounts, strict=True)):
            position = standing.positions.get(Cell(line.line_id, year))
            if amount and not line.withdrawn and position is not None and position.target == amount:
                found[at] = Figure(
                    amount, lines_url(reading, {"line": line.line.code}, year=year, view=None, basis=None)
                )
        return found

    if approves:
        yield FigureRow(line.title, cells(after), href=href, note=line.line.code)
        return
    yield FigureRow(line.title, cells(before), href=href, note=f"{line.line.code} · before")
    yield FigureRow("After", cells(after), kind="part")
    changes = [None if now is None else now - (was or 0) for was, now in zip(before, after, strict=True)]
    yield FigureRow("Change", _cells(changes, sign=True), kind="of")


def _cells(amounts: Sequence[int | None], *, sign: bool = False) -> list[Figure]:
    stated = [amount for amount in amounts if amount is not None]
    total = Figure(sum(stated) if stated else None, sign=sign)
    return [*(Figure(amount, sign=sign) for amount in amounts), total]


def splits_table(
    reading: Reading, lines: Sequence[LineInPeriod], items: Items, standing: Standing | None
) -> FigureTable | None:
    """How lowered targets are split after the decision: as it was written, or while it waits as it would be now."""
    rows = []
    for line in lines:
        for item, change in zip(items.get(line.line_id, ()), changes_of(items.get(line.line_id, ())), strict=True):
            if not change.lowers:
                continue
            amounts = [getattr(item, f"to_{name}") for name in STATED]
            if standing is not None:
                position = standing.positions.get(Cell(item.line_id, item.year))
                split = split_after(split_of(position) if position else None, change.after, change.stated)
                amounts = [getattr(split, name) for name in STATED]
            label = f"{line.title}, {reading.horizon.label(item.year)}"
            rows.append(FigureRow(label, [Figure(item.to_target), *(Figure(amount) for amount in amounts)]))
    if not rows:
        return None
    return FigureTable(
        key="splits",
        caption="How the lowered targets stand after it",
        note=f"{reading.unit.symbol} · what is delivered stays as it is; the rest of the target is not rated",
        unit=reading.unit,
        first="Savings line and year",
        heads=[Head("Target"), *(Head(words) for words in STATUS_WORDS.values())],
        rows=rows,
        none_when_zero=False,
        tight=True,
    )


def replacements_table(
    reading: Reading, decision: Decision, replacements: Sequence[Replacement], lines: Mapping[int, LineInPeriod]
) -> FigureTable | None:
    """How much of which line is replaced by which in each year, as far as the reader may see both."""
    amounts: dict[tuple[int, int], dict[Year, int]] = {}
    for row in replacements:
        if row.old_line_id in lines and row.new_line_id in lines:
            amounts.setdefault((row.old_line_id, row.new_line_id), {})[row.year] = row.amount
    if not amounts:
        return None
    years = sorted({year for by_year in amounts.values() for year in by_year}, key=lambda year: (year is None, year))
    rows = []
    for (old_id, new_id), by_year in amounts.items():
        new = lines[new_id]
        href = reverse("savings:line_detail", args=[new.line.code]) + reading.query
        cells = [*(Figure(by_year.get(year)) for year in years), Figure(sum(by_year.values()))]
        rows.append(FigureRow(lines[old_id].title, [TextCell(new.title, href), *cells]))
    return FigureTable(
        key="replacements",
        caption="What replaces what",
        note=f"{reading.unit.symbol} · amount by year · takes effect in {_spoken(reading, decision)}",
        unit=reading.unit,
        first="Of the line",
        heads=[
            Head("is replaced by", text=True),
            *(Head(reading.horizon.label(year)) for year in years),
            Head("Total", total=True),
        ],
        rows=rows,
        tight=True,
    )


def by_line(items: Iterable[DecisionItem]) -> dict[int, list[DecisionItem]]:
    """The line-years of a decision by line id."""
    found: dict[int, list[DecisionItem]] = {}
    for item in items:
        found.setdefault(item.line_id, []).append(item)
    return found
