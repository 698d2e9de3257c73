"""Percent delivered over the reporting periods, of the original amounts and of the targets side by side.

Writing a saving out lowers the target and not the original, so the two part where a score improves by what is no longer
promised (domain.md, The money). The amounts are those of the roll-ups of each period.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from django.http import Http404
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from futurefit.pages import sentences
from futurefit.pages.figures import HtmlCell
from futurefit.ui.charts import TrendBar, trend_bars
from futurefit.ui.figure_table import FigureRow, FigureTable, Head, TextCell
from futurefit.ui.figures import Figure
from futurefit.values.money import format_percent, with_unit
from savings import mtfp
from savings.groupings import GROUPINGS, Group, groups_of
from savings.links import lines_url
from savings.measures import EMPTY, Money
from savings.models import MtfpHeading, ReportingPeriod
from savings.reading import Reading
from savings.rollups import Scan, scan_each
from savings.selection import ALL_LINES, Selection

OFFERED = ("theme", "directorate", "line")
COUNTED = {"to_date": "up to the year of each period", "year": "the year of each period"}


@dataclass(frozen=True)
class Over:
    """One group, or the whole programme without one, in every period up to the one read."""

    reading: Reading
    by: str
    group: Group | None
    counted: str

    @property
    def name(self) -> str:
        return self.group.label if self.group else self.reading.programme.name

    @property
    def periods(self) -> list[ReportingPeriod]:
        return [period for period, _money in self._told]

    @property
    def moneys(self) -> list[Money]:
        """The money counted in each period, in their order."""
        return [money for _period, money in self._told]

    @cached_property
    def _told(self) -> list[tuple[ReportingPeriod, Money]]:
        """The periods with their money, without those in which a line was not the reader's to see; one query."""
        up_to = [period for period in self.reading.periods if period.turn <= self.reading.period.turn]
        groupings = (self.by,) if self.group else ()
        scans = scan_each(up_to, groupings, basis=self.reading.basis, scope=self.reading.scope)
        counted = ((period, self._counted(period, scans[period.pk])) for period in up_to)
        return [(period, money) for period, money in counted if money is not None]

    def _counted(self, period: ReportingPeriod, scan: Scan) -> Money | None:
        """The money counted of the group in a period; None where it is a line that was out of the reader's sight."""
        row = scan.each(self.by).get(self.group.group_id) if self.group else scan.rollup().total
        if row is None:
            return EMPTY
        if self.group and GROUPINGS[self.by].restricted and row.total.partly_hidden:
            return None
        if self.counted == "year":
            return row.year(period.financial_year)
        return mtfp.to_date(row.years, period.financial_year, "incremental")

    @cached_property
    def table(self) -> FigureTable:
        """The two percentages of each period with their bars on one scale, and the amounts behind them."""
        percents = [(money.percent_of_target, money.percent_of_original) for money in self.moneys]
        of_target, of_original = (list(several) for several in zip(*percents, strict=True))
        words = ["of target"] * len(of_target) + ["of original"] * len(of_original)
        titles = [
            f"{period.spoken}, {what}: {format_percent(percent)}"
            for period, what, percent in zip(
                [*self.periods, *self.periods], words, [*of_target, *of_original], strict=True
            )
        ]
        bars = trend_bars(key="delivered", titles=titles, values=[_tenths(each) for each in (*of_target, *of_original)])
        rows = list(self._rows(bars[: len(of_target)], bars[len(of_target) :]))
        return FigureTable(
            key="trend",
            caption=f"Percent delivered, {COUNTED[self.counted]}",
            note=f"{self.reading.unit.symbol} · incremental · without lines under funding headings · "
            f"as at {self.reading.period_words}",
            unit=self.reading.unit,
            first="Period",
            heads=[
                Head("Of target", text=True),
                Head("Of target"),
                Head("Of original", text=True),
                Head("Of original"),
                Head("Delivered", note="counted"),
                Head("Target", note="counted"),
                Head("Original", note="counted"),
            ],
            rows=rows,
            none_when_zero=False,
            foot="Where the two part, something that was promised at first is no longer promised, or was added since. "
            "“Not applicable” means that there is nothing to divide by.",
        )

    def _rows(self, of_target: list[TrendBar], of_original: list[TrendBar]) -> Iterator[FigureRow]:
        for period, money, target, original in zip(self.periods, self.moneys, of_target, of_original, strict=True):
            yield FigureRow(
                period.spoken,
                [
                    _bar(target),
                    TextCell(format_percent(money.percent_of_target)),
                    _bar(original),
                    TextCell(format_percent(money.percent_of_original)),
                    self._figure(period, money, "delivered", money.counted_delivered),
                    self._figure(period, money, "target", money.counted_target),
                    self._figure(period, money, "original", money.counted_original),
                ],
                href=lines_url(replace(self.reading, period=period), self._groups),
            )

    @property
    def _groups(self) -> dict[str, str | None]:
        return {self.by: self.group.key} if self.group else {}

    def _figure(self, period: ReportingPeriod, money: Money, measure: str, amount: int) -> Figure:
        """The amount with its lines where one year is counted; several years have no list of their own."""
        if self.counted != "year" or money.partly_hidden or period.financial_year not in period.horizon:
            return Figure(amount)
        counted = {**self._groups, "heading_kind": MtfpHeading.Kind.SAVINGS.value}
        as_then = replace(self.reading, period=period)
        return Figure(amount, lines_url(as_then, counted, year=period.financial_year, measure=measure))


def against_target(reading: Reading, where: Selection = ALL_LINES) -> FigureTable | None:
    """Delivered against target in every period up to the one read, of these lines, counted to the year of each.

    The bars of both share one scale, so that their lengths compare. None where no period counts an amount.
    """
    periods = [period for period in reading.periods if period.ends_on <= reading.period.ends_on]
    scans = scan_each(periods, where=where, basis=reading.basis, scope=reading.scope)
    moneys = [
        mtfp.to_date(scans[period.pk].rollup().total.years, period.financial_year, "incremental") for period in periods
    ]
    delivered = [money.counted_delivered for money in moneys]
    target = [money.counted_target for money in moneys]
    if not any((*delivered, *target)):
        return None
    titles = [
        f"{period.spoken}: {with_unit(amount, reading.unit)} {what}"
        for what, amounts in (("is delivered", delivered), ("was to be delivered", target))
        for period, amount in zip(periods, amounts, strict=True)
    ]
    bars = trend_bars(key="over-time", titles=titles, values=[*delivered, *target])
    rows = [
        FigureRow(
            period.spoken,
            [_bar(done), Figure(money.counted_delivered), _bar(due), Figure(money.counted_target), _percent(money)],
        )
        for period, money, done, due in zip(periods, moneys, bars[: len(periods)], bars[len(periods) :], strict=True)
    ]
    return FigureTable(
        key="over-time",
        caption="Delivered against target, period by period",
        note=f"{reading.unit.symbol} · all years up to that of each period · incremental · "
        "without lines under funding headings",
        unit=reading.unit,
        first="Period",
        heads=[
            Head("Delivered", text=True),
            Head("Delivered"),
            Head("Target", text=True),
            Head("Target"),
            Head("Of target", text=True),
        ],
        rows=rows,
        none_when_zero=False,
    )


def _percent(money: Money) -> TextCell:
    return TextCell(format_percent(money.percent_of_target))


def over_of(reading: Reading, by: str | None, key: str | None, counted: str | None) -> Over:
    """What an address asks for. Raises Http404 for a grouping, group or way of counting that is not offered."""
    if counted not in (None, *COUNTED):
        raise Http404(f"'{str(counted)[:40]}' is not a way to count. Choose one of: {', '.join(COUNTED)}.")
    if by is None and key is None:
        return Over(reading, "theme", None, counted or "to_date")
    if by not in OFFERED:
        raise Http404(f"'{str(by)[:40]}' is not a grouping of this page. Choose one of: {', '.join(OFFERED)}.")
    groups = groups_of(reading.period, (by,), reading.scope, keys={by: key or ""})[by]
    for group in groups:
        if group.key == key:
            return Over(reading, by, group, counted or "to_date")
    words = GROUPINGS[by].words
    raise Http404(f"There is no {words} '{str(key)[:40]}' in {reading.period.spoken} that you may see.")


def _tenths(percent: Decimal | None) -> int | None:
    return None if percent is None else int(percent * 10)


def _bar(bar: TrendBar) -> HtmlCell:
    return HtmlCell(SafeString(render_to_string("components/trend_bar.html", {"bar": bar})), "ff-barcol")


def words_of(over: Over) -> str:
    """The latest of the two percentages in a sentence."""
    money = over.moneys[-1] if over.moneys else EMPTY
    if money.percent_of_target is None:
        return "Nothing is promised for the years counted, so there is no percentage."
    return sentences.capital(
        f"{format_percent(money.percent_of_target)} of the target and {format_percent(money.percent_of_original)} "
        f"of the original amounts is delivered, {COUNTED[over.counted]}."
    )
