"""The movement as pages show it: the table by group, the waterfall, the table by year, and what each figure is made of.

Every number comes from `savings.movement`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from futurefit.ui.charts import Waterfall, waterfall
from futurefit.ui.exports import Column as ExportColumn
from futurefit.ui.figure_table import FigureRow, FigureTable, Head
from futurefit.ui.figures import Figure
from futurefit.ui.tables import AmountColumn, LinkColumn, QuoteColumn, Table, TextColumn
from savings.changes import ActBehind, Cause
from savings.groupings import GROUPINGS
from savings.links import EVERY_YEAR, group_url, lines_url
from savings.measures import LABELS
from savings.models import ReportingPeriod
from savings.movement import ANY_YEAR, Movement, MovementRow, Part, Steps
from savings.reading import BASIS_WORDS, Reading
from savings.selection import NOT_STATED

MANY = ("service", "project", "line")
"""Groupings of which only the groups that moved stand in the table, the others as one row."""

WHAT_IT_IS = {
    Cause.ADDED: "lines that came, or came back",
    Cause.REMOVED: "lines withdrawn or deleted",
    Cause.RE_PROFILED: "amounts that a decision put into other years",
    Cause.RE_ESTIMATED: "proposed amounts that were edited",
    Cause.WRITTEN_OUT: "amounts that a decision wrote out",
    Cause.CORRECTED: "amounts that a decision put right",
    Cause.REPLACED: "amounts that a decision gave to other lines",
    Cause.MOVED: "amounts of lines that stand elsewhere now, or that were split",
    Cause.RE_RATED: "the same targets, which stand better or worse",
    Cause.APPROVED: "amounts that were proposed and are approved",
}
"""Each cause in words a reader understands, for the foot of the table."""


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class MovementPage:
    """A movement with the words and addresses around it. `reading` is that of the period it leads to."""

    reading: Reading
    told: Movement

    @property
    def by_words(self) -> str:
        return GROUPINGS[self.told.by].words

    @property
    def measure_words(self) -> str:
        return LABELS[self.told.measure]

    @property
    def from_words(self) -> str:
        return self.told.first.spoken

    @property
    def to_words(self) -> str:
        return self.told.last.spoken

    @property
    def note(self) -> str:
        """Unit, years, amounts counted and the two periods."""
        basis = "" if self.told.basis == "all" else f" · {BASIS_WORDS[self.told.basis]} amounts only"
        shape = ", in today’s shape" if self.told.shape == "today" else ""
        unit = self.reading.unit.symbol
        return f"{unit} · incremental, all years{basis} · {self.from_words} to {self.to_words}{shape}"

    @cached_property
    def has_moved(self) -> bool:
        return bool(self.told.parts)

    @property
    def nothing_words(self) -> str:
        """What is said where nothing changed: of one period there is nothing to compare."""
        if self.told.first == self.told.last:
            return f"{self.from_words} is compared with itself, so nothing differs. Choose two periods."
        return f"Nothing changed the {self.measure_words} between {self.from_words} and {self.to_words}."

    @property
    def notes(self) -> list[str]:
        """What the causes mean that occur, and what else a reader has to know."""
        notes = [f"{capital(cause.words)}: {WHAT_IT_IS[cause]}." for cause in self.told.causes]
        if self.told.is_backwards:
            notes.append(
                f"Read backwards, from {self.from_words} to the earlier {self.to_words}: what was added stands with a "
                "minus, what was removed with a plus."
            )
        if not all(part.change.act.is_known for part in self.told.parts):
            notes.append("Of some of it no act is recorded, so the list of changes cannot say who did it and why.")
        if any(row.is_not_shown for row in self.told.rows):
            notes.append("What is not shown to you is one row, so that the total is everybody’s.")
        return notes

    # The table by group

    @cached_property
    def table(self) -> FigureTable:
        shown = [row for row in self.told.rows if not row.is_not_shown]
        rows = [row for row in shown if self.told.by not in MANY or row.has_moved]
        drawn = [
            FigureRow(row.label, self._cells(row), href=group_url(self.reading, self.told.by, row.group))
            for row in rows
        ]
        if len(rows) < len(shown):
            count = len(shown) - len(rows)
            words = f"No change in {count:,} {'other' if count == 1 else 'others'}"
            unmoved = replace(self.told.total, total=self.told.unmoved, years={})
            drawn.append(FigureRow(words, self._cells(unmoved, linked=False), kind="of"))
        drawn += [FigureRow(row.label, self._cells(row)) for row in self.told.rows if row.is_not_shown]
        return FigureTable(
            key="movement",
            caption=f"{capital(self.measure_words)} by {self.by_words}: why it differs",
            note=self.note,
            unit=self.reading.unit,
            first=capital(self.by_words),
            heads=[
                Head(self.from_words, note="opening"),
                *(Head(capital(cause.words)) for cause in self.told.causes),
                Head(self.to_words, total=True, note="closing"),
            ],
            rows=drawn,
            totals=[FigureRow("Total", self._cells(self.told.total), kind="total")],
            none_when_zero=False,
        )

    def _cells(self, row: MovementRow, *, linked: bool = True) -> list[Figure]:
        linked = linked and not row.is_not_shown
        steps, first, last = row.total, self.told.first, self.told.last
        return [
            Figure(steps.opening, self._lines_at(row, first) if linked and not row.opening_hidden else ""),
            *(
                Figure(
                    steps.amount(cause),
                    self._parts_of(row, cause) if linked and cause not in row.hidden else "",
                    sign=True,
                )
                for cause in self.told.causes
            ),
            Figure(steps.closing, self._lines_at(row, last) if linked and not row.closing_hidden else ""),
        ]

    # The table by year, which holds every number of the waterfall

    @cached_property
    def by_year(self) -> FigureTable:
        whole = self.told.total
        columns: list[tuple[object, Steps]] = [*whole.years.items(), (ANY_YEAR, whole.total)]
        rows = [
            FigureRow(
                capital(cause.words),
                [
                    Figure(
                        steps.amount(cause),
                        self._parts_of(whole, cause, year) if cause not in whole.hidden else "",
                        sign=True,
                    )
                    for year, steps in columns
                ],
            )
            for cause in Cause
        ]

        def standing(label: str, period: ReportingPeriod, amounts: list[int], hidden: bool) -> FigureRow:
            cells = [
                Figure(amount, "" if hidden else self._lines_at(whole, period, year))
                for amount, (year, _steps) in zip(amounts, columns, strict=True)
            ]
            return FigureRow(label, cells, kind="total")

        opening = [steps.opening for _year, steps in columns]
        closing = [steps.closing for _year, steps in columns]
        return FigureTable(
            key="movement-years",
            caption=f"{capital(self.measure_words)} by year: what each cause brought",
            note=self.note,
            unit=self.reading.unit,
            first="Movement",
            heads=[
                *(Head(self.told.horizon.label(year)) for year in whole.years),
                Head("All years", total=True),
            ],
            rows=[standing(self.from_words, self.told.first, opening, whole.opening_hidden), *rows],
            totals=[standing(self.to_words, self.told.last, closing, whole.closing_hidden)],
            none_when_zero=False,
            tight=True,
        )

    @cached_property
    def chart(self) -> Waterfall:
        steps = self.told.total.total
        return waterfall(
            key="waterfall",
            title=f"{capital(self.measure_words)}, {self.from_words} to {self.to_words}",
            note=f"{self.note}. Solid bars add, hatched bars take away.",
            unit=self.reading.unit,
            opening=(capital(self.from_words), steps.opening),
            brought=[(capital(cause.words), steps.amount(cause)) for cause in Cause],
            closing=(capital(self.to_words), steps.closing),
        )

    # Addresses

    def _lines_at(self, row: MovementRow, period: ReportingPeriod, year: object = ANY_YEAR) -> str:
        """The list of the lines behind an opening or a closing."""
        if isinstance(year, int) and year not in period.horizon:
            return ""
        reading = replace(self.reading, period=period)
        groups = {} if row is self.told.total else {self.told.by: row.key}
        asked: Any = EVERY_YEAR if year is ANY_YEAR else year
        return lines_url(reading, groups, year=asked, measure=self.told.measure)

    def _parts_of(self, row: MovementRow, cause: Cause, year: object = ANY_YEAR) -> str:
        """The list of what a cause is made of in a row."""
        asked = {**self.parameters, "cause": cause.value}
        if row is not self.told.total:
            asked["group"] = NOT_STATED if row.key is None else row.key
        if year is not ANY_YEAR:
            asked["year"] = self.told.horizon.key(year)  # type: ignore[arg-type]
        return f"{reverse('savings:movement_lines')}?{urlencode(asked)}"

    @property
    def parameters(self) -> dict[str, str]:
        """What keeps this comparison on another page."""
        return {
            "from": self.told.first.label,
            **self.reading.parameters(period=self.told.last.label),
            "by": self.told.by,
            "measure": self.told.measure,
        }

    @property
    def address(self) -> str:
        return f"{reverse('savings:movement')}?{urlencode(self.parameters)}"

    @property
    def lines_address(self) -> str:
        """Every change behind this movement as a list."""
        return f"{reverse('savings:movement_lines')}?{urlencode(self.parameters)}"

    def group_column(self) -> TextColumn:
        """The column of a list of changes that names the group of each."""
        return TextColumn(capital(self.by_words), accessor="group__label", orderable=False, wrap=True)

    # The file

    def export_columns(self) -> list[ExportColumn]:
        steps = [self.from_words, *(capital(cause.words) for cause in self.told.causes), self.to_words]
        return [(capital(self.by_words), "text"), *((f"{step} (£)", "amount") for step in steps)]

    def export_rows(self) -> Iterator[list[Any]]:
        for row in (*self.table.rows, *self.table.totals):
            yield [row.label, *(cell.amount for cell in row.cells if isinstance(cell, Figure))]


def who_and_when(act: ActBehind) -> str:
    """ "Finance officer, 12 May 2016" by the council's clock: the post under which somebody acted, else the name."""
    who = act.post or act.who or "not recorded by whom"
    return f"{who}, {date_format(localtime(act.at), 'j F Y')}" if act.at else f"{who}, nor when"


SEQUENCE = ("line", "year", "cause", "group", "amount", "reason", "act", "who")


class PartTable(Table):
    """What a figure of the movement is made of: each change of a line and year, and why."""

    row_header = "line"
    line = LinkColumn(
        "Savings line",
        accessor="change__title",
        href=lambda record, table: table.address(record),
        prefix=lambda record: record.change.code,
        orderable=False,
    )
    year = TextColumn("Year", accessor="change", orderable=False)
    cause = TextColumn("Cause", accessor="change", orderable=False)
    amount = AmountColumn("Amount", sign=True, total=True, orderable=False)
    reason = QuoteColumn("Why", accessor="change__act__reason", orderable=False, wrap=True)
    act = TextColumn("What was done", accessor="change__act__sentence", orderable=False, wrap=True)
    who = TextColumn("Who and when", accessor="change", orderable=False, wrap=True)

    def __init__(self, data: Any, *, page: MovementPage, **options: Any) -> None:
        self.shown = page
        super().__init__(data, extra_columns=[("group", page.group_column())], sequence=SEQUENCE, **options)

    def address(self, record: Part) -> str:
        """The line's page in the later of the two periods; none for a line that was moved out of the reader's sight."""
        if not record.change.place_after.visible:
            return ""
        reading, told = self.shown.reading, self.shown.told
        return (
            reverse("savings:line_detail", args=[record.change.code])
            + replace(reading, period=told.first if told.is_backwards else told.last).query
        )

    def render_year(self, record: Part) -> str:
        return self.shown.told.horizon.label(record.year)

    def render_cause(self, record: Part) -> str:
        return capital(record.cause.words)

    def render_who(self, record: Part) -> str:
        return capital(who_and_when(record.change.act))

    value_year, value_cause, value_who = render_year, render_cause, render_who


def find_row(told: Movement, key: str | None) -> MovementRow | None:
    """The row that an address names: None for all rows. Raises Http404 for one that is not there or not shown."""
    if key is None:
        return None
    wanted = None if key == NOT_STATED else key
    for row in told.rows:
        if row.key == wanted and not row.is_not_shown:
            return row
    raise Http404(f"This movement has no {GROUPINGS[told.by].words} '{key[:40]}' that you may see.")
