"""The money of a project's pro-forma: RAG × year of its block's approved lines and of its own, and its lines.

Every number comes from one scan of the period, every link from `savings.links`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from futurefit.pages import sentences
from futurefit.pages.figures import HtmlCell
from futurefit.pages.pro_forma import ProForma
from futurefit.ui.figure_table import FigureRow, FigureTable, Head
from futurefit.ui.figures import NO_LINE, Figure, figure_html
from futurefit.ui.labels import work_tag_html
from futurefit.values.money import format_amount
from futurefit.values.rag import RAG_ORDER, Status
from projects.models import Project
from savings.groupings import EXISTING_SAVINGS, NEW_SAVINGS
from savings.links import EVERY_YEAR, figure
from savings.measures import Money
from savings.models import LineInPeriod
from savings.reading import Reading
from savings.reconcile import DIFFERS, Comparison, compare
from savings.rollups import Row, Scan, scan
from savings.selection import Selection

CAPTIONS = {
    NEW_SAVINGS: "New savings (further and new)",
    EXISTING_SAVINGS: "Existing savings (faster)",
    "cross_cutting": "Cross cutting savings",
    "not_stated": "Savings whose type is not stated",
}
"""The tables of a pro-forma, in its order; the first two stand on the form even where they hold nothing."""

ON_THE_FORM = (NEW_SAVINGS, EXISTING_SAVINGS)

_AMOUNTS = ("target", "delivered", "claimed", "on_target", "amber", "red")

STANDING = {"approved": "approved", "proposed": "proposed, not approved"}


@dataclass(frozen=True)
class ToldTotal:
    """A printed total that its parts do not make: the three numbers as shown, and why."""

    title: str
    stated: str
    computed: str
    difference: str
    text: str


@dataclass(frozen=True)
class ProFormaMoney:
    """What the form says in figures. `whole` holds the project's own money and that of its block."""

    form: ProForma
    whole: Scan

    @property
    def reading(self) -> Reading:
        return self.form.reading

    @cached_property
    def own(self) -> Scan:
        """The project's own money."""
        return self.whole.within("project", [self.form.project.pk])

    @cached_property
    def of_block(self) -> Scan:
        """The approved money of the block that the form shows as the current savings programme."""
        block = self.form.block
        return self.whole.within("project", [block.pk] if block else []).of_basis("approved")

    def of_basis(self, basis: str) -> Scan:
        """The project's own approved or proposed money."""
        return self.own.of_basis(basis)

    @property
    def is_concept(self) -> bool:
        """Whether any of its own amounts is proposed."""
        return bool(self.of_basis("proposed").atoms)

    def years_of(self, money: Scan) -> tuple[int | None, ...]:
        """The columns of its own tables: from its first year with money to the end of the plan; not profiled if any."""
        total = self._total(self.own)
        held = [year for year in self._all_years if total.year(year).holds_rows]
        shown: list[int | None] = [year for year in self._all_years if held and year >= held[0]]
        return (*shown, None) if self._total(money).year(None).holds_rows else tuple(shown)

    @property
    def _all_years(self) -> list[int]:
        return [year for year in self.own.rollup(view=self.reading.view).years if year is not None]

    def _total(self, money: Scan) -> Row:
        return money.rollup(view=self.reading.view).total

    @property
    def is_rounded(self) -> bool:
        """Whether any amount on the page is not a whole number of the last digit shown."""
        digit = self.reading.unit.factor // 10**self.reading.unit.decimals
        return any(money.amount(status) % digit for money in self.whole.moneys() for status in _AMOUNTS)

    @property
    def says_all_of_its_lines(self) -> bool:
        """Whether the tables by rating hold all that the list of lines does: every line has an amount."""
        return self.form.is_project and all(line.line_id in self._with_amount for line in self.form.lines)

    # sentences

    def total(self, basis: str) -> SafeString:
        """The project's own total of this basis, with its unit and the link to its lines."""
        return self._inline(self._total(self.of_basis(basis)).total, "target", basis)

    @property
    def at_risk(self) -> SafeString:
        """What is amber and red of the project's own money in the basis that is read, all years, as increments."""
        shown = self.own if self.reading.basis == "all" else self.of_basis(self.reading.basis)
        found = figure(
            self.reading,
            shown.rollup().total.total,
            {"project": self.form.project.code},
            measure="at_risk",
            view=None,
        )
        return figure_html(found.amount or 0, self.reading.unit, found.href, symbol=True)

    def _inline(self, money: Money, measure: str, basis: str) -> SafeString:
        found = figure(self.reading, money, {"project": self.form.project.code}, measure=measure, basis=basis)
        return figure_html(found.amount or 0, self.reading.unit, found.href, symbol=True)

    def remarks(self, basis: str) -> list[SafeString]:
        """Losses, claims and over-delivery in words, where they are not nought."""
        money = self._total(self.of_basis(basis)).total
        told = (
            ("loss", "{} of the total adds to the council’s net budget (losses)."),
            ("claimed", "{} is claimed as delivered; finance has not accepted it yet."),
            ("over_delivered", "{} is delivered or claimed beyond the target."),
        )
        return [
            format_html(words, self._inline(money, measure, basis)) for measure, words in told if money.amount(measure)
        ]

    # tables

    @cached_property
    def current(self) -> FigureTable | None:
        """The current savings programme: the block's approved lines; None where they hold no amount."""
        block, total = self.form.block, self._total(self.of_block)
        if block is None or not total.total.holds_rows:
            return None
        years = [year for year in self._all_years if total.year(year).holds_rows]
        shown: list[int | None] = [year for year in self._all_years if years and years[0] <= year <= years[-1]]
        if total.year(None).holds_rows:
            shown.append(None)
        return self._matrix(
            self.of_block,
            key="current",
            caption="Target by year, and how it stands",
            basis="approved",
            groups={"project": block.code},
            years=shown,
            printed=self._printed(),
        )

    def matrices(self, basis: str) -> list[FigureTable]:
        """The project's own money of this basis, a table for each type of saving that holds some.

        Workstreams and blocks print no types on their forms: theirs is one table.
        """
        money = self.of_basis(basis)
        code = self.form.project.code
        if not self.form.is_project:
            caption = "Target by year, and how it stands"
            tables = [(f"{basis}-own", caption, money, {"project": code})] if money.atoms else []
        else:
            tables = [
                (f"{basis}-{group}", caption, money.within("type_group", [group]), {"project": code, "type_group": key})
                for group, caption in CAPTIONS.items()
                for key in [None if group == "not_stated" else group]
            ]
        return [
            self._matrix(part, key=key, caption=caption, basis=basis, groups=groups, years=self.years_of(part))
            for key, caption, part, groups in tables
            if part.atoms
        ]

    def none_of(self, basis: str) -> list[str]:
        """The tables that stand on the form and hold nothing."""
        if not self.form.is_project:
            return []
        money = self.of_basis(basis)
        return [
            f"{CAPTIONS[group]}: none {basis}."
            for group in ON_THE_FORM
            if not money.within("type_group", [group]).atoms
        ]

    def _matrix(
        self,
        money: Scan,
        *,
        key: str,
        caption: str,
        basis: str,
        groups: Mapping[str, str | None],
        years: Sequence[int | None],
        printed: Mapping[str, HtmlCell] | None = None,
    ) -> FigureTable:
        """The five rows D T A R N by year with total and target; other rows only where they are not nought.

        Claimed stands under on target, of which it is a part on paper; what is taken off again stands under the five.
        """
        seen, whole = self._total(money.visible()), self._total(money)
        hidden = self._total(money.not_visible())

        def row(label: str, source: Row, measure: str = "target", **look) -> FigureRow:
            cells: list[Figure | HtmlCell] = [
                figure(self.reading, source.year(year), groups, year=year, measure=measure, basis=basis)
                for year in years
            ]
            cells.append(figure(self.reading, source.total, groups, year=EVERY_YEAR, measure=measure, basis=basis))
            if printed:
                stated = printed.get(measure) if source is not hidden else None
                cells.append(stated or HtmlCell(SafeString(NO_LINE), "ff-num ff-none", plain=NO_LINE))
            return FigureRow(label, cells, **look)

        def stands(measure: str) -> bool:
            return bool(seen.total.amount(measure)) or any(seen.year(year).amount(measure) for year in years)

        rows = [row(status.label, seen, status.value, status=status) for status in RAG_ORDER]
        if stands("claimed"):
            place = RAG_ORDER.index(Status.ON_TARGET) + 1
            rows.insert(place, row("Claimed", seen, "claimed", status=Status.CLAIMED))
        for measure, label, look in (
            ("over_delivered", "Less: delivered beyond the target", {}),
            ("reversal", "Reversal of one-off savings, not in the target", {"kind": "of"}),
        ):
            if stands(measure):
                rows.append(row(label, seen, measure, **look))
        if hidden.total.holds_rows:
            rows.append(row("Not shown to you", hidden, kind="of"))
        heads = [*(Head(self.reading.horizon.label(year)) for year in years), Head("Total", total=True)]
        if printed:
            heads.append(Head("Printed total"))
        view = "" if self.reading.view == "incremental" else f"{self.reading.view} · "
        return FigureTable(
            key=key,
            caption=caption,
            note=f"{self.reading.unit.symbol} · {view}{STANDING[basis]} · as at {self.reading.period_words}",
            unit=self.reading.unit,
            first="How it stands",
            heads=heads,
            rows=rows,
            totals=[row("Target", whole, kind="total")],
            tight=True,
        )

    @cached_property
    def lines(self) -> FigureTable | None:
        """The project's own lines with their years; a line without an amount says so in words."""
        if not self.form.lines:
            return None
        money = self.own.visible().of_basis(self.reading.basis).each("line", view=self.reading.view)
        years = self.years_of(self.own)
        rows = [self._line(line, money.get(line.line_id), years) for line in self.form.lines]
        shown = self.own.of_basis(self.reading.basis)
        hidden = self._total(shown.not_visible())
        own = {"project": self.form.project.code}
        if hidden.total.holds_rows:
            rows.append(FigureRow("Not shown to you", self._cells(hidden, years, own), kind="of"))
        return FigureTable(
            key="lines",
            caption="Savings lines",
            note=f"Target in {self.reading.words}",
            unit=self.reading.unit,
            first="Line",
            heads=[*(Head(self.reading.horizon.label(year)) for year in years), Head("Total", total=True)],
            rows=rows,
            totals=[FigureRow("Total", self._cells(self._total(shown), years, own), kind="total")] if years else [],
            tight=True,
            stick=True,
        )

    def _line(self, line: LineInPeriod, row: Row | None, years: Sequence[int | None]) -> FigureRow:
        if row is None:
            cells = [Figure(None)] * (len(years) + 1)
        else:
            cells = self._cells(row, years, {"line": line.line_code})
        notes = [line.note]
        if line.line_id not in self._with_amount:
            notes.insert(0, f"No amount: {line.amount_in_words}" if line.amount_in_words else "No amount")
        return FigureRow(
            line.title,
            cells,
            href=reverse("savings:line_detail", args=[line.line_code]) + self.reading.query,
            prefix=line.line_code,
            note=". ".join(note for note in notes if note),
        )

    @cached_property
    def _with_amount(self) -> set[object]:
        return set(self.own.each("line"))

    def _cells(self, row: Row, years: Sequence[int | None], groups: Mapping[str, str | None]) -> list[Figure]:
        each = [figure(self.reading, row.year(year), groups, year=year) for year in years]
        return [*each, figure(self.reading, row.total, groups)]

    # what the paper prints

    @cached_property
    def _comparisons(self) -> list[Comparison]:
        """The printed sums of the project and its block, each beside its parts in the period of its paper.

        None where some of that money is not the reader's to see: the parts would tell it.
        """
        if any(atom.hidden for atom in self.whole.atoms):
            return []
        found = self.form.stated_figures
        return compare(found, among=found, programme=self.reading.programme) if found else []

    def _printed(self) -> dict[str, HtmlCell]:
        """The printed totals of the block's rows, in the period of the paper: later ratings are not the paper's."""
        if self.reading.view != "incremental":
            return {}
        return {
            each.figure.scope_status or "target": self._printed_total(each)
            for each in self._comparisons
            if each.figure.scope_project_id == self.form.block.pk
            and each.figure.period_id == self.reading.period.pk
            and not (each.figure.scope_years or each.figure.scope_type_group)
        }

    def _printed_total(self, each: Comparison) -> HtmlCell:
        words = format_amount(each.stated, self.reading.unit)
        if each.verdict != DIFFERS:
            return HtmlCell(format_html("{}", words), "ff-num", plain=words)
        differs = f"differs by {format_amount(abs(each.difference), self.reading.unit)}"
        return HtmlCell(format_html("{} {}", words, work_tag_html(differs, "alert")), "ff-num", f"{words}\n{differs}")

    @cached_property
    def differences(self) -> list[ToldTotal]:
        """The printed totals that differ from their parts."""
        return [self._told(each) for each in self._comparisons if each.verdict == DIFFERS]

    def _told(self, each: Comparison) -> ToldTotal:
        printed = each.figure
        unit = self.reading.unit
        row = Status(printed.scope_status).label if printed.scope_status else "Target"
        place = "the printed total" if not printed.scope_years else f"the printed total of {printed.column}"
        used = format_amount(each.computed, unit)
        text = f"FutureFit uses the parts, {used}, and keeps both numbers until an officer records which is right."
        if printed.decision:
            text = f"FutureFit uses the parts, {used}. Recorded by {printed.decided_by}: {printed.decision}"
        if printed.period_id != self.reading.period.pk:
            text = f"The paper stands in {printed.period.spoken}. {text}"
        return ToldTotal(
            title=f"{row}: {place} differs from its parts",
            stated=format_amount(each.stated, unit),
            computed=used,
            difference=format_amount(each.difference, unit),
            text=f"{self._parts_words(each)}{text}",
        )

    def _parts_words(self, each: Comparison) -> str:
        """The years that the total is made of, and whether the grand total of the paper takes sides."""
        printed, unit = each.figure, self.reading.unit
        if printed.period_id != self.reading.period.pk or printed.scope_years or self.reading.view != "incremental":
            return ""
        if self.form.block is None or printed.scope_project_id != self.form.block.pk:
            return ""
        row, measure = self._total(self.of_block), printed.scope_status or "target"
        parts = [
            f"{format_amount(row.year(year).amount(measure), unit)} ({self.reading.horizon.label(year)})"
            for year in (*self._all_years, None)
            if row.year(year).amount(measure)
        ]
        words = f"The parts are {sentences.joined(parts)}. " if len(parts) > 1 else ""
        grand = [
            other
            for other in self._comparisons
            if other.figure.scope_project_id == printed.scope_project_id
            and not (other.figure.scope_status or other.figure.scope_years or other.figure.scope_type_group)
        ]
        if printed.scope_status and len(grand) == 1 and grand[0].verdict != DIFFERS:
            words += (
                f"The printed grand total, {format_amount(grand[0].stated, unit)}, agrees with "
                f"{format_amount(each.computed, unit)} and not with {format_amount(each.stated, unit)}. "
            )
        return words


def money_of(form: ProForma) -> ProFormaMoney:
    """The money of the form's project and block in the period that is read, in one scan."""
    shown = frozenset(each.pk for each in (form.project, form.block) if each)
    found = scan(
        form.reading.period,
        ("project", "type_group", "line"),
        where=Selection(project_ids=shown),
        scope=form.reading.scope,
    )
    return ProFormaMoney(form, found)


def signed_words(form: ProForma, money: ProFormaMoney) -> str:
    """What the signatures are worth beside the approval, which is a fact of its own (domain.md, The pro-forma)."""
    if form.project.kind != Project.Kind.PROJECT:
        return ""
    stands = form.standing
    if stands.last is None:
        return "Nobody has signed these figures."
    posts = sentences.capital(sentences.count_of(len(stands.last.signatures), "post has", "posts have"))
    if stands.changes:
        return (
            f"{posts} signed version {stands.last.number}; the figures have changed since, and nobody has signed these."
        )
    return f"{posts} signed; that approves nothing."
