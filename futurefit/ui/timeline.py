"""The milestone timeline as geometry: where each bar, tick and the day of the page lie.

One scale for all rows, in hundredths of a per cent of the width as in `futurefit.ui.charts`; days come from outside and
the words that say them too. A row without a day is drawn as its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from futurefit.ui.charts import BAR_LEFT, BAR_RIGHT, Mark, percent
from futurefit.values.financial_year import FinancialYear
from futurefit.values.money import round_half_away

LEAST_WIDTH = 70
"""A bar of one day is still seen (hundredths of a per cent)."""

MOST_TICKS = 7
"""More years than this carry their label only every second, third, … year."""


@dataclass(frozen=True, slots=True)
class Span:
    """A milestone as it goes in: the days that its words can mean, and its words.

    ``standing`` is done, late or ahead; ``meaning`` says the days; ``tag`` and ``style`` are those of the list.
    """

    title: str
    owner: str
    href: str
    written: str
    meaning: str
    earliest: date | None
    latest: date | None
    standing: str
    tag: str
    style: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A milestone with its place. ``lead`` is the line towards a side whose day is not known."""

    span: Span
    key: str
    x: str
    width: str
    lead_from: str = ""
    lead_to: str = ""
    is_dated: bool = True

    @property
    def said(self) -> str:
        """What a screen reader hears of the picture."""
        return f"{self.span.meaning}, {self.span.tag[:1].lower()}{self.span.tag[1:]}"


@dataclass(frozen=True, slots=True)
class Strand:
    """The milestones of one theme."""

    title: str
    href: str
    rows: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A timeline by theme, ready for ``components/timeline.html``."""

    title: str
    note: str
    strands: tuple[Strand, ...]
    ticks: tuple[Mark, ...]
    lines: tuple[str, ...]
    day: str

    @property
    def is_empty(self) -> bool:
        return not self.strands


def timeline(*, title: str, note: str, day: date, strands: Sequence[tuple[str, str, Sequence[Span]]]) -> Timeline:
    """Strands of milestones (name, address, milestones) over the financial years that they and the day need."""
    days = [day]
    for _name, _href, spans in strands:
        days += [each for span in spans for each in (span.earliest, span.latest) if each is not None]
    first, last = FinancialYear.containing(min(days)), FinancialYear.containing(max(days))
    begin = first.starts_on.toordinal()
    length = last.ends_on.toordinal() + 1 - begin

    def place(at: int) -> int:
        return BAR_LEFT + round_half_away((at - begin) * (BAR_RIGHT - BAR_LEFT), length)

    years = range(first.start, last.start + 1)
    every = -(-len(years) // MOST_TICKS)
    starts = [place(FinancialYear(year).starts_on.toordinal()) for year in years]
    drawn, number = [], 0
    for name, href, spans in strands:
        rows = []
        for span in spans:
            rows.append(_drawn(span, f"timeline-{number}", place))
            number += 1
        drawn.append(Strand(name, href, tuple(rows)))
    return Timeline(
        title=title,
        note=note,
        strands=tuple(drawn),
        ticks=tuple(
            Mark(percent(at), f"Apr {year}" if not index else str(year), "start", at)
            for index, (year, at) in enumerate(zip(years, starts, strict=True))
            if index % every == 0
        ),
        lines=tuple(percent(at) for at in (*starts, BAR_RIGHT)),
        day=percent(place(day.toordinal())),
    )


def _drawn(span: Span, key: str, place) -> Drawn:
    """A bar from the earliest to the latest day; with one of them a mark there and a line towards the open side."""
    earliest, latest = span.earliest, span.latest
    if earliest is None and latest is None:
        return Drawn(span, key, percent(BAR_LEFT), percent(0), is_dated=False)
    start = place((earliest or latest).toordinal())  # type: ignore[union-attr]
    end = place((latest or earliest).toordinal() + 1)  # type: ignore[union-attr]
    width = max(end - start, LEAST_WIDTH)
    start = min(start, BAR_RIGHT - width)
    lead = ("", "")
    if earliest is None:
        lead = (percent(BAR_LEFT), percent(start))
    elif latest is None:
        lead = (percent(start + width), percent(BAR_RIGHT))
    return Drawn(span, key, percent(start), percent(width), *lead)
