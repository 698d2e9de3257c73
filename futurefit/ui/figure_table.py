"""Tables of figures that are not lists: the RAG × year matrix, the roll-up table, the plan.

The numbers come ready from the roll-ups; nothing is added up here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from futurefit.ui.figures import Figure, cell_html
from futurefit.ui.labels import rag_html, work_tag_html
from futurefit.values.money import Unit
from futurefit.values.rag import RAG_ORDER, Status

RowKind = Literal["", "group", "part", "gap", "of", "total"]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one column; ``total`` makes it bold behind a hairline, ``text`` is for a column of words."""

    label: str
    total: bool = False
    note: str = ""
    text: bool = False

    @property
    def css(self) -> str:
        if self.text:
            return "ff-text"
        return "ff-num ff-sumcol" if self.total else "ff-num"


@dataclass(frozen=True, slots=True)
class TextCell:
    """A cell of words between the figures. ``style`` shows the words as a work tag (outline, tint, solid, alert)."""

    text: str
    href: str = ""
    style: str = ""

    @property
    def html(self) -> SafeString:
        words = work_tag_html(self.text, self.style) if self.style else SafeString(conditional_escape(self.text))
        if self.href:
            words = format_html('<a href="{}">{}</a>', self.href, words)
        return format_html("<td>{}</td>", words)


@dataclass(frozen=True, slots=True)
class CountCell:
    """A number of things, right-aligned, which leads to the list of them; nought is written and leads nowhere."""

    count: int
    href: str = ""
    total: bool = False

    @property
    def html(self) -> SafeString:
        words = f"{self.count:,}"
        shown = format_html('<a href="{}">{}</a>', self.href, words) if self.href and self.count else words
        css = "ff-num ff-sumcol" if self.total else "ff-num"
        return format_html('<td class="{}" data-count="{}">{}</td>', css, f"{self.count:d}", shown)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One row: its head (words, or a rating) and one cell for each column.

    ``kind``: group (tinted), part (indented), gap (second tint), of (quiet), total (between two lines).
    """

    label: str
    cells: Sequence[Figure | TextCell | CountCell]
    kind: RowKind = ""
    href: str = ""
    prefix: str = ""
    note: str = ""
    status: Status | None = None

    @property
    def css(self) -> str:
        return {"": "", "of": "ff-part ff-of"}.get(self.kind, f"ff-{self.kind}")

    @property
    def head(self) -> SafeString:
        """The contents of the row's ``<th scope="row">``."""
        if self.status is not None:
            words = rag_html(self.status)
        elif self.href:
            words = format_html('<a href="{}">{}</a>', self.href, self.label)
        else:
            words = SafeString(conditional_escape(self.label))
        before = format_html('<span class="ff-quiet">{}</span> ', self.prefix) if self.prefix else SafeString("")
        after = format_html('<br><span class="ff-quiet ff-small">{}</span>', self.note) if self.note else SafeString("")
        return before + words + after


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row ready for the template."""

    css: str
    head: SafeString
    cells: SafeString
    wrap: bool


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table of figures with its caption: bold title, then unit · measure and view · period.

    ``key`` is unique on the page (it names the caption for the scrolling region). ``none_when_zero`` writes nought as
    an en dash: in a matrix an empty row means that there is no line. ``wide`` is the plan: head and first column stay
    in view; ``dense`` is for many columns.
    """

    key: str
    caption: str
    note: str
    unit: Unit
    first: str
    heads: Sequence[Head]
    rows: Sequence[FigureRow]
    totals: Sequence[FigureRow] = field(default_factory=tuple)
    none_when_zero: bool = True
    tight: bool = False
    stick: bool = False
    wide: bool = False
    dense: bool = False
    foot: str = ""

    def __post_init__(self) -> None:
        if not self.caption or not self.note:
            raise ValueError("A table needs its title and the line with unit, measure and period")
        for row in (*self.rows, *self.totals):
            if len(row.cells) != len(self.heads):
                raise ValueError(f"Row {row.label!r} has {len(row.cells)} cells for {len(self.heads)} columns")

    @property
    def css(self) -> str:
        names = ["ff-table"]
        if self.tight or self.wide:
            names.append("ff-table--tight")
        if self.stick or self.wide:
            names.append("ff-table--stick")
        if self.dense:
            names.append("ff-table--dense")
        if self.wide:
            names.append("ff-plan")
        return " ".join(names)

    @property
    def heading_cells(self) -> SafeString:
        return format_html_join(
            "",
            '<th scope="col" class="{}">{}{}</th>',
            (
                (
                    head.css,
                    head.label,
                    format_html('<span class="ff-over">{}</span>', head.note) if head.note else "",
                )
                for head in self.heads
            ),
        )

    def _drawn(self, rows: Sequence[FigureRow]) -> list[DrawnRow]:
        drawn = []
        for row in rows:
            cells = []
            for head, cell in zip(self.heads, row.cells, strict=True):
                if isinstance(cell, Figure):
                    cells.append(
                        cell_html(
                            cell,
                            self.unit,
                            css="ff-sumcol" if head.total else "",
                            none_when_zero=self.none_when_zero and not cell.sign,
                        )
                    )
                else:
                    cells.append(cell.html)
            drawn.append(DrawnRow(row.css, row.head, SafeString("".join(cells)), row.status is None))
        return drawn

    @property
    def body(self) -> list[DrawnRow]:
        return self._drawn(self.rows)

    @property
    def footer(self) -> list[DrawnRow]:
        return self._drawn(self.totals)


def rag_matrix(
    *,
    key: str,
    caption: str,
    note: str,
    unit: Unit,
    years: Sequence[str],
    figures: Mapping[Status, Sequence[Figure]],
    totals: Sequence[Figure],
    extra: Sequence[FigureRow] = (),
    foot: str = "",
) -> FigureTable:
    """The five rows D T A R N by year, with the total as last column and *Target* as last row.

    ``figures`` gives for each status one figure a year and then the row's total, all computed by the roll-ups; a status
    that is missing is a row without a line, so that the shape never changes. *On target* must already include claimed
    delivery; say so in ``foot``. ``extra`` rows follow the five (over-delivery, for instance).
    Raises ValueError when a row has another number of figures than there are columns.
    """
    heads = [*(Head(year) for year in years), Head("Total", total=True)]
    empty = [Figure(None)] * len(heads)
    rows = [FigureRow(status.label, figures.get(status, empty), status=status) for status in RAG_ORDER]
    return FigureTable(
        key=key,
        caption=caption,
        note=note,
        unit=unit,
        first="How it stands",
        heads=heads,
        rows=[*rows, *extra],
        totals=[FigureRow("Target", totals, kind="total")],
        tight=True,
        foot=foot,
    )
