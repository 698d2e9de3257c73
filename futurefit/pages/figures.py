"""From roll-ups to what a page shows: tables of figures, RAG × year matrices, bars, tiles and figures in sentences.

Nothing is added up here: every number comes from `savings.rollups`, every link from `savings.links`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from futurefit.pages import sentences
from futurefit.ui.charts import Bar, MiniBar, StackedBar, mini_bar, stacked_bar
from futurefit.ui.figure_table import FigureRow, FigureTable, Head, rag_matrix
from futurefit.ui.figures import Figure, figure_html
from futurefit.ui.templatetags.ff import percent as percent_html
from futurefit.values.money import Unit, format_percent
from futurefit.values.rag import RAG_ORDER, Status
from savings.links import EVERY_YEAR, figure, lines_url
from savings.measures import EMPTY, Money
from savings.mtfp import Requirement
from savings.reading import Reading
from savings.rollups import Rollup, Row, Scan, requirement_of, scan, weights_of
from savings.selection import ALL_LINES, Selection

Groups = Mapping[str, str | None]

HOW_SURE = (("secure", "Secure"), ("at_risk", "At risk"), ("not_rated", "Not rated"))
HOW_SURE_WORDS = (
    "Secure (delivered, claimed and on target), at risk (amber and red) and not rated are parts of the total."
)
MINUS_WORDS = "A minus sign means that the amount adds to the council’s net budget."
PERCENT_WORDS = (
    "Percent delivered is given twice: of what was first approved (original) and of what is promised now (target). "
    "What stands under funding headings is left out."
)
_STATUSES = (*RAG_ORDER, Status.CLAIMED)


@dataclass(frozen=True)
class HtmlCell:
    """A cell of a table of figures that is drawn already, such as a bar or a percentage.

    ``plain`` is what a file holds in its place; a bar holds nothing that the figures beside it do not say.
    """

    body: SafeString
    css: str = ""
    plain: str = ""

    @property
    def html(self) -> SafeString:
        return format_html('<td class="{}">{}</td>', self.css, self.body)


@dataclass(frozen=True)
class Tile:
    """A figure at the top of a page, for the tag `tile`; ``text`` says the amount in another way (a percentage)."""

    words: str
    amount: int | None
    unit: Unit
    href: str = ""
    after: str = ""
    source: str = ""
    text: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class RowWords:
    """What stands at the head of a row of a table by group."""

    href: str = ""
    prefix: str = ""
    note: str = ""
    label: str = ""


def no_words(row: Row) -> RowWords:
    """A row with its label and nothing else."""
    return RowWords()


@dataclass(frozen=True)
class Sheet:
    """The money of one page: what was scanned, as it is read, and the groups that the page is about.

    `groups` are the keys that every link of the page carries ({"theme": "operating-model"}); `whole` is the scan of
    approved and proposed amounts together, so that both can be shown apart whatever basis is read.
    """

    reading: Reading
    whole: Scan
    groups: Groups

    @classmethod
    def of(
        cls, reading: Reading, groupings: Iterable[str], *, where: Selection = ALL_LINES, groups: Groups | None = None
    ) -> Sheet:
        """One scan of the period that is read, as its reader may see it; the period's weights are asked for once.

        Whether amounts recur is told apart in the cumulative view alone, where pages say how much does not state it.
        """
        prefetch_related_objects([reading.period], "rag_definitions")
        told_apart = [name for name in groupings if name != "recurring" or reading.view == "cumulative"]
        found = scan(reading.period, told_apart, where=where, scope=reading.scope, shape=reading.shape)
        return cls(reading, found, groups or {})

    def visible(self) -> Sheet:
        """The same page without the money of lines that the reader may not see."""
        return Sheet(self.reading, self.whole.visible(), self.groups)

    @cached_property
    def shown(self) -> Scan:
        """The scan in the basis that is read."""
        return self.whole.of_basis(self.reading.basis)

    def by(self, grouping: str | None = None) -> Rollup:
        """The money by one of the scanned groupings, in the view that is read."""
        return self.shown.rollup(grouping, view=self.reading.view)

    @cached_property
    def total(self) -> Row:
        return self.by().total

    @cached_property
    def increments(self) -> Row:
        """The total in the incremental view: percentages of a named year are always of that year alone."""
        return self.shown.rollup().total

    def to_deliver(self, *, key: str) -> FigureTable | None:
        """This year's target and what ended years carry forward into it; None where they carry nothing forward.

        Two rows that are not added up: no list of lines is both.
        """
        total, due_in = self.increments, self.percent_year
        if not total.total.carried_forward:
            return None
        year = self.label(due_in)
        carried = self.figure(total.total, measure="carried_forward", view=None)
        return FigureTable(
            key=key,
            caption=f"To deliver in {year}",
            note=f"{self.reading.unit.symbol} · incremental · as at {self.reading.period_words}",
            unit=self.reading.unit,
            first="Part",
            heads=[Head("Amount")],
            rows=[
                FigureRow(f"Target of {year}", [self.figure(total.year(due_in), year=due_in, view=None)]),
                FigureRow("Carried forward from years that have ended", [carried], note="still expected, in no target"),
            ],
            none_when_zero=False,
            tight=True,
        )

    @cached_property
    def years(self) -> tuple[int | None, ...]:
        """The columns: the plan's years without empty ones at either end, and *not profiled* where it holds money."""
        return years_with_money(self.by())

    @property
    def holds_money(self) -> bool:
        return self.total.total.holds_rows

    def label(self, year: int | None) -> str:
        return self.reading.horizon.label(year)

    def note(self, measure: str = "Target") -> str:
        """The grey line of a caption: measure, unit, view and period."""
        return f"{measure} in {self.reading.words}"

    # figures and their links

    def figure(
        self,
        money: Money,
        *,
        year: int | str | None = EVERY_YEAR,
        measure: str = "target",
        groups: Groups | None = None,
        **changes: str | None,
    ) -> Figure:
        """One measure of a cell with the link to its lines, within the groups of the page."""
        return figure(self.reading, money, {**self.groups, **(groups or {})}, year=year, measure=measure, **changes)

    def inline(self, money: Money, measure: str = "target", **place) -> SafeString:
        """A figure in a sentence, with its unit and the link to its lines."""
        found = self.figure(money, measure=measure, **place)
        return figure_html(found.amount or 0, self.reading.unit, found.href, symbol=True)

    def cells(self, row: Row, groups: Groups | None = None, measure: str = "target") -> list[Figure]:
        """One figure a column of `years`, and the total."""
        each = [self.figure(row.year(year), year=year, measure=measure, groups=groups) for year in self.years]
        return [*each, self.figure(row.total, measure=measure, groups=groups)]

    def told(self, parts: Sequence[sentences.Part], money: Money, groups: Groups | None = None) -> SafeString:
        """A sentence whose figures stand in elements of their own with the link to their lines."""
        return format_html_join("", "{}", ((self._told(part, money, groups),) for part in parts))

    def _told(self, part: sentences.Part, money: Money, groups: Groups | None) -> str:
        if not part.measure:
            return part.text
        return said(part.text, self.figure(money, measure=part.measure, groups=groups))

    # percentages

    @property
    def percent_year(self) -> int:
        """The year of percent delivered: that of the period."""
        return self.reading.period.financial_year

    def percent_cells(self, increments: Row, groups: Groups | None = None) -> list[HtmlCell]:
        """Percent delivered in the period's year, of original and of target, linked to what is delivered.

        Losses of the year stand beside them, under the last.
        """
        money = increments.year(self.percent_year)
        href = self.counted(money, "delivered", groups).href
        of_original, of_target = money.percent_of_original, money.percent_of_target
        below = format_html('<span class="ff-over">{}</span>', self.losses(money, groups)) if money.loss else ""
        return [
            HtmlCell(percent_html(of_original, href), "ff-num", plain=format_percent(of_original)),
            HtmlCell(
                format_html("{}{}", percent_html(of_target, href), below), "ff-num", plain=format_percent(of_target)
            ),
        ]

    def losses(self, money: Money, groups: Groups | None = None) -> SafeString:
        """ "Losses: −£1.331m": what adds to the budget in the period's year stands beside a percentage of it."""
        found = self.figure(money, year=self.percent_year, measure="loss", groups=groups, view=None)
        return format_html("losses: {}", figure_html(found.amount, self.reading.unit, found.href, symbol=True))

    def counted(self, money: Money, measure: str, groups: Groups | None = None) -> Figure:
        """Delivered, original or target of the period's year without funding headings: what a percentage is made of."""
        amount = getattr(money, f"counted_{measure}")
        if not amount or money.partly_hidden:
            return Figure(amount)
        savings = {**self.groups, **(groups or {}), "heading_kind": "savings"}
        return Figure(amount, lines_url(self.reading, savings, year=self.percent_year, measure=measure, view=None))

    def inline_counted(self, money: Money, measure: str) -> SafeString:
        """`counted` in a sentence, with its unit."""
        found = self.counted(money, measure)
        return figure_html(found.amount, self.reading.unit, found.href, symbol=True)

    # what the page shows

    def tiles(self, *, parts: str = "") -> list[Tile]:
        """Planned, secure, at risk and percent delivered of the page; *parts* says what is planned in words."""
        return [self._planned_tile(parts), *self._sure_tiles(), self._percent_tile()]

    def _planned_tile(self, parts: str) -> Tile:
        money = self.total.total
        words = sentences.planned_by(self.reading.horizon, self.years, self.reading.view)
        source = self._approved_and_proposed(parts)
        return Tile(words, money.target, self.reading.unit, self.figure(money).href, source=source)

    def _sure_tiles(self) -> list[Tile]:
        money = self.total.total
        parts = {
            "secure": (("delivered", "delivered"), ("claimed", "claimed"), ("on_target", "on target")),
            "at_risk": (("amber", "amber"), ("red", "red"), ("not_rated", "not rated at all")),
        }
        words = {"secure": "Secure: delivered or on target", "at_risk": "At risk: amber or red"}
        return [
            Tile(
                words[measure],
                money.amount(measure),
                self.reading.unit,
                self.figure(money, measure=measure).href,
                source=self._of_which(money, *parts[measure]) or "No amount is rated so.",
            )
            for measure in ("secure", "at_risk")
        ]

    def _approved_and_proposed(self, parts: str) -> SafeString:
        pieces = []
        for basis in ("approved", "proposed"):
            money = self.whole.of_basis(basis).rollup(view=self.reading.view).total.total
            if money.holds_rows and self.reading.basis in ("all", basis):
                pieces.append(format_html("{} {}", self.inline(money, basis=basis), basis))
        said_so = format_html_join(" and ", "{}", ((piece,) for piece in pieces))
        return format_html("{}, {}", said_so, parts) if parts and pieces else said_so or format_html("{}", parts)

    def _of_which(self, money: Money, *measures: tuple[str, str]) -> SafeString:
        pieces = [(self.inline(money, measure), words) for measure, words in measures if money.amount(measure)]
        return format_html_join(", ", "{} {}", pieces)

    def _percent_tile(self) -> Tile:
        money = self.increments.year(self.percent_year)
        of_target, of_original = money.percent_of_target, money.percent_of_original
        weighted = format_html("Risk-weighted, all years: {}", self.inline(self.total.total, "risk_weighted"))
        losses = format_html("; {}", self.losses(money)) if money.loss else ""
        original = format_percent(of_original).replace("%", " %")
        text, suffix = format_percent(of_target), ""
        if of_target is not None:
            text, suffix = text.removesuffix("%").rstrip(), " %"
        return Tile(
            f"Delivered in {self.label(self.percent_year)}",
            money.counted_delivered,
            self.reading.unit,
            self.counted(money, "delivered").href,
            source=format_html("of target; of original: {}{}. {}", original, losses, weighted),
            text=text,
            suffix=suffix,
        )

    def chart(self, *, key: str, title: str) -> StackedBar:
        """The stacked bar by year; amounts that add to the budget lie left of nought."""
        falling = self.shown.falling().rollup(view=self.reading.view).total
        note = self.note()
        if falling.total.holds_rows:
            note += ". Left of the line: amounts that add to the budget"
        return stacked_bar(
            key=key,
            title=title,
            note=note,
            unit=self.reading.unit,
            bars=[self._bar(year, falling) for year in self.years],
        )

    def _bar(self, year: int | None, falling: Row) -> Bar:
        money, below = self.total.year(year), falling.year(year)
        return Bar(self.label(year), gains(money, below), money.target, by_status(below))

    def matrix(self, *, key: str, caption: str) -> FigureTable:
        """The RAG × year matrix of everything on the page, each figure linked to its lines.

        Claimed delivery, over-delivery and reversals are rows of their own where there are any.
        """
        foot = [sentences.years_left_out(self.reading.horizon, self.years)] if self.holds_money else []
        table = rag_matrix(
            key=key,
            caption=caption,
            note=self.note("Amounts"),
            unit=self.reading.unit,
            years=[self.label(year) for year in self.years],
            figures={status: self.cells(self.total, measure=status.value) for status in RAG_ORDER},
            totals=self.cells(self.total),
            foot=" ".join(words for words in (*foot, sentences.ROUNDING) if words),
        )
        return replace(table, rows=self._with_rows_of_their_own(table.rows))

    def _with_rows_of_their_own(self, rows: Sequence[FigureRow]) -> tuple[FigureRow, ...]:
        """Claimed stands under on target; what is taken off again, and reversals, stand under the five."""
        told = list(rows)
        if self._any("claimed"):
            place = RAG_ORDER.index(Status.ON_TARGET) + 1
            told.insert(place, FigureRow("Claimed", self.cells(self.total, measure="claimed"), status=Status.CLAIMED))
        if self._any("over_delivered"):
            beyond = self.cells(self.total, measure="over_delivered")
            told.append(FigureRow("Less: delivered beyond the target", beyond))
        if self._any("reversal"):
            reversal = self.cells(self.total, measure="reversal")
            told.append(FigureRow("Reversal of one-off savings, not in the target", reversal, kind="of"))
        return tuple(told)

    def _any(self, measure: str) -> bool:
        return any(self.total.year(year).amount(measure) for year in self.years)

    def approval(self, *, key: str, caption: str = "Approved and proposed, apart") -> FigureTable:
        """Approved and proposed amounts by year, each with its own lines, and both together."""
        rows = []
        for basis in ("approved", "proposed"):
            row = self.whole.of_basis(basis).rollup(view=self.reading.view).total
            rows.append(FigureRow(basis.capitalize(), self._cells_of(row, basis=basis)))
        both = self.whole.rollup(view=self.reading.view).total
        return FigureTable(
            key=key,
            caption=caption,
            note=f"Target in {self.reading.words}",
            unit=self.reading.unit,
            first="Standing",
            heads=self._heads(),
            rows=rows,
            totals=[FigureRow("Approved and proposed", self._cells_of(both, basis=None), kind="total")],
            none_when_zero=False,
            tight=True,
        )

    def _cells_of(self, row: Row, **changes: str | None) -> list[Figure]:
        each = [self.figure(row.year(year), year=year, **changes) for year in self.years]
        return [*each, self.figure(row.total, **changes)]

    def _heads(self) -> list[Head]:
        return [*(Head(self.label(year)) for year in self.years), Head("Total", total=True)]

    def by_year(
        self,
        by: str,
        *,
        key: str,
        caption: str,
        first: str,
        total: str,
        words: Callable[[Row], RowWords] = no_words,
        keep: Callable[[Row], bool] | None = None,
        foot: str = "",
    ) -> FigureTable:
        """A table by group: the target by year and in all, and over all years what is secure, at risk and not rated.

        `keep` picks the rows; the row *Not shown to you* stays where there is a `total` to complete.
        """
        rollup = self.by(by)
        rows = [
            self._group_row(row, words(row), {by: row.key})
            for row in rollup.rows
            if keep is None or keep(row) or (row.is_not_shown and total)
        ]
        heads = [*self._heads(), *(Head(words_) for _, words_ in HOW_SURE)]
        return FigureTable(
            key=key,
            caption=caption,
            note=self.note(),
            unit=self.reading.unit,
            first=first,
            heads=heads,
            rows=rows,
            totals=[FigureRow(total, self._cells_with_how_sure(rollup.total, {}), kind="total")] if total else [],
            none_when_zero=False,
            stick=True,
            foot=foot,
        )

    def _group_row(self, row: Row, words: RowWords, groups: Groups) -> FigureRow:
        return FigureRow(
            words.label or row.label,
            self._cells_with_how_sure(row, groups),
            href="" if row.is_not_shown else words.href,
            prefix=words.prefix,
            note=words.note,
        )

    def _cells_with_how_sure(self, row: Row, groups: Groups) -> list[Figure]:
        sure = [self.figure(row.total, measure=measure, groups=groups) for measure, _ in HOW_SURE]
        return [*self.cells(row, groups), *sure]

    def how_sure(
        self,
        by: str,
        *,
        key: str,
        caption: str,
        first: str,
        total: str,
        words: Callable[[Row], RowWords] = no_words,
        keep: Callable[[Row], bool] | None = None,
        foot: str = "",
    ) -> FigureTable:
        """A table by group: the target, its shares as a bar, secure, at risk, not rated and percent delivered."""
        rollup, increments = self.by(by), self.shown.rollup(by)
        falling = self.shown.falling().rollup(by, view=self.reading.view)
        rows = []
        for place, row in enumerate(rollup.rows):
            if keep is not None and not keep(row) and not row.is_not_shown:
                continue
            said_of_row, groups = words(row), {by: row.key}
            below = falling.find(row.group.group_id)
            bar = self.mini(row, f"{key}-bar-{place}", below)
            year = increments.find(row.group.group_id) or increments.total
            rows.append(
                FigureRow(
                    said_of_row.label or row.label,
                    self._how_sure_cells(row, groups, bar, year),
                    href="" if row.is_not_shown else said_of_row.href,
                    prefix=said_of_row.prefix,
                    note=said_of_row.note,
                )
            )
        bar = self.mini(rollup.total, f"{key}-bar-total", falling.total)
        year = self.label(self.percent_year)
        return FigureTable(
            key=key,
            caption=caption,
            note=f"{self.note()}; percent delivered in {year}",
            unit=self.reading.unit,
            first=first,
            heads=[
                Head("Planned"),
                Head("How it stands", text=True),
                *(Head(words_) for _, words_ in HOW_SURE),
                Head("Delivered", note="of original"),
                Head("Delivered", note="of target"),
            ],
            rows=rows,
            totals=[FigureRow(total, self._how_sure_cells(rollup.total, {}, bar, increments.total), kind="total")],
            none_when_zero=False,
            foot=foot,
        )

    def _how_sure_cells(self, row: Row, groups: Groups, bar: MiniBar, increments: Row) -> list[Figure | HtmlCell]:
        drawn = render_to_string("components/mini_bar.html", {"bar": bar}) if row.total.holds_rows else SafeString("")
        return [
            self.figure(row.total, groups=groups),
            HtmlCell(SafeString(drawn), "ff-barcol"),
            *(self.figure(row.total, measure=measure, groups=groups) for measure, _ in HOW_SURE),
            *self.percent_cells(increments, groups),
        ]

    def mini(self, row: Row, key: str, below: Row | None = None) -> MiniBar:
        """The shares of a row's total; what adds to the budget has no share."""
        amounts = gains(row.total, below.total if below else EMPTY)
        return mini_bar(key=key, label=row.label, unit=self.reading.unit, amounts=amounts)

    def weights_words(self) -> str:
        return sentences.weights_words(weights_of(self.reading.period))

    def requirement(self) -> Requirement | None:
        """What the MTFP requires beside what the whole programme identifies; None where it states none."""
        return requirement_of(self.reading.period, view=self.reading.view, whole=self.whole)

    def requirement_table(self, stated: Requirement, *, key: str) -> FigureTable:
        """Required, identified (approved; approved and proposed) and still to be identified, by year."""
        years = sorted(stated.required)
        rows = [FigureRow("Required by the MTFP", [Figure(stated.required[year]) for year in years], kind="group")]
        for words, basis, savings, everything in (
            ("approved", "approved", stated.approved_savings, stated.approved_all),
            ("approved and proposed", None, stated.both_savings, stated.both_all),
        ):
            row = (self.whole.of_basis(basis) if basis else self.whole).rollup(view=self.reading.view).total
            cells = [self.figure(row.year(year), year=year, basis=basis) for year in years]
            rows.append(FigureRow(f"Identified: {words}", cells))
            for headings, identified in (("savings headings", savings), ("all headings", everything)):
                left = stated.unidentified(identified)
                gap = [_gap(left[year]) for year in years]
                rows.append(FigureRow("Still to be identified", gap, kind="gap", note=f"{words}, {headings}"))
        return FigureTable(
            key=key,
            caption="Required, identified and still to be identified",
            note=self.note("Amounts"),
            unit=self.reading.unit,
            first="Row",
            heads=[Head(self.label(year)) for year in years],
            rows=rows,
            none_when_zero=False,
            tight=True,
            foot=sentences.PRESSURES,
        )


def _gap(amount: int) -> Figure:
    return Figure(amount, note="more than required" if amount < 0 else "")


def said(text: str, found: Figure) -> SafeString:
    """Words that stand for a figure, such as pounds in ten, with its amount and the link to its lines."""
    if found.href and found.amount:
        return format_html(
            '<strong data-value="{}"><a href="{}">{}</a></strong>', f"{found.amount:d}", found.href, text
        )
    return format_html('<strong data-value="{}">{}</strong>', f"{found.amount or 0:d}", text)


def years_with_money(rollup: Rollup) -> tuple[int | None, ...]:
    """The years of a roll-up without those at either end in which no line stands; all of them where there is none."""
    years = [year for year in rollup.years if year is not None]
    held = [year for year in years if rollup.total.year(year).holds_rows]
    shown: list[int | None] = [year for year in years if held[0] <= year <= held[-1]] if held else list(years)
    if rollup.total.year(None).holds_rows:
        shown.append(None)
    return tuple(shown)


def by_status(money: Money) -> dict[Status, int]:
    """The amounts of a cell by status, claimed apart."""
    return {status: money.amount(status.value) for status in _STATUSES}


def gains(money: Money, below: Money) -> dict[Status, int]:
    """The amounts of a cell by status without those that add to the budget."""
    falling = by_status(below)
    return {status: amount - falling[status] for status, amount in by_status(money).items()}
