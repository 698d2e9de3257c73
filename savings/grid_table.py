"""The entry grid as it is drawn: lines down, years across, target and how it stands in each cell, totals below.

Cells are plain concatenation of escaped parts: a grid has hundreds of them, and a template for each would cost more
than everything else on the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from html import escape

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe

from futurefit.ui.figures import NO_LINE, Figure
from futurefit.ui.filters import Problem
from futurefit.ui.labels import rag_html
from futurefit.values.money import Unit, format_amount, format_exact, with_unit
from futurefit.values.rag import SPLIT_STATUSES, Split, Status
from projects.models import Project
from projects.models.project import SavingType
from savings.grid_form import SPLIT, STATUS_NAMES, CellError, Typed, held_as_text, key_of, status_value
from savings.links import decision_on, figure
from savings.measures import EMPTY
from savings.models import LineInPeriod, Position
from savings.permissions import LineRight
from savings.reading import Reading
from savings.rollups import Scan
from savings.services.grid import Cell, Refusal, Why, split_of

CHOICES = (
    (Status.DELIVERED.value, STATUS_NAMES[Status.DELIVERED]),
    (Status.CLAIMED.value, STATUS_NAMES[Status.CLAIMED]),
    (Status.ON_TARGET.value, STATUS_NAMES[Status.ON_TARGET]),
    (Status.AMBER.value, STATUS_NAMES[Status.AMBER]),
    (Status.RED.value, STATUS_NAMES[Status.RED]),
    ("", STATUS_NAMES[Status.NOT_RATED]),
    (SPLIT, "Split…"),
)

TOTALS = (
    ("target", "Target", None),
    ("delivered", STATUS_NAMES[Status.DELIVERED], Status.DELIVERED),
    ("claimed", "Claimed, not accepted yet", Status.CLAIMED),
    ("on_target", STATUS_NAMES[Status.ON_TARGET], Status.ON_TARGET),
    ("amber", STATUS_NAMES[Status.AMBER], Status.AMBER),
    ("red", STATUS_NAMES[Status.RED], Status.RED),
    ("not_rated", STATUS_NAMES[Status.NOT_RATED], Status.NOT_RATED),
    ("over_delivered", "Over-delivered", None),
)
SELDOM = ("claimed", "over_delivered")
"""Rows that stand below the grid only where there is something in them."""


def shown(amount: int, unit: Unit) -> str:
    """An amount to the pound in a unit: "1,250", "152.5", "−1.331"."""
    return format_amount(amount, unit, decimals=len(format_exact(amount, unit).partition(".")[2]))


def beside(split: Split | None, other: Split | None, unit: Unit) -> str:
    """The same of one of two: the amount alone where both stand in the same status."""
    if split is not None and other is not None and split.only_status is other.only_status is not None:
        return shown(split.target, unit)
    return in_words(split, unit)


def in_words(split: Split | None, unit: Unit) -> str:
    """ "147, on target"; "147: 75 on target, 72 amber"; "nothing"."""
    if split is None:
        return "nothing"
    if split.only_status is not None:
        return f"{shown(split.target, unit)}, {STATUS_NAMES[split.only_status].lower()}"
    parts = [(status, split.amount(status)) for status in Status]
    words = ", ".join(f"{shown(amount, unit)} {STATUS_NAMES[status].lower()}" for status, amount in parts if amount)
    return f"{shown(split.target, unit)}: {words}"


@dataclass(frozen=True)
class OthersChange:
    """When somebody else changed a cell, and under which post."""

    at: datetime
    post: str

    @property
    def when(self) -> str:
        """ "10:42"; on another day with the day."""
        at = timezone.localtime(self.at)
        time = date_format(at, "H:i")
        return time if at.date() == timezone.localdate() else f"{date_format(at, 'j F')}, {time}"


@dataclass
class GridCell:
    """One line-year: what it holds, what may be done to it, and what was typed where a save was refused."""

    cell: Cell
    line: LineInPeriod
    year_label: str
    unit: Unit
    may: LineRight
    position: Position | None
    in_plan: bool
    typed: Typed | None = None
    refusal: Refusal | None = None
    others: OthersChange | None = None
    opens: bool = False
    target_href: str = ""

    @cached_property
    def key(self) -> str:
        return key_of(self.cell)

    @cached_property
    def holds(self) -> Split | None:
        return None if self.position is None else split_of(self.position)

    @property
    def is_approved(self) -> bool:
        return self.position is not None and self.position.approved

    @property
    def takes_a_target(self) -> bool:
        return self.may is LineRight.AMOUNTS and not self.is_approved and (self.in_plan or self.position is not None)

    @property
    def takes_a_status(self) -> bool:
        return self.takes_a_target or (self.may is not LineRight.NOTHING and self.position is not None)

    @property
    def is_conflict(self) -> bool:
        """Whether somebody else's change is shown beside what was typed, for one of the two to be chosen."""
        changed = self.refusal is not None and self.refusal.why is Why.CHANGED
        return changed or (self.typed is not None and self.typed.awaits_a_choice)

    @cached_property
    def errors(self) -> list[CellError]:
        if self.typed is None or self.is_conflict:
            return []
        found = list(self.typed.errors)
        if self.typed.needs_parts and not self.opens:
            found.append(CellError("delivered", "", "say how much is delivered, on target, amber or red"))
        if self.refusal is not None:
            found.append(CellError("" if self.takes_a_target else "status", "", self._refused_in_words()))
        return found

    def _refused_in_words(self) -> str:
        assert self.refusal is not None and self.typed is not None
        typed = (self.typed.target or "").strip()
        lost = f". You had typed '{typed}'" if self.refusal.why is Why.APPROVED and typed else ""
        return self.refusal.words + lost

    @cached_property
    def is_open(self) -> bool:
        """Whether its parts stand in a row of their own below the line."""
        if not self.takes_a_status:
            return False
        if self.opens:
            return True
        return self.typed is not None and self.status == SPLIT and bool(self.typed.parts or self.errors)

    @cached_property
    def held(self) -> Split | None:
        """What the page sends back as held: as it was opened while the cell cannot be read, else as it stands."""
        return self.typed.opened if self.typed is not None and self.errors and not self.refusal else self.holds

    @cached_property
    def status(self) -> str:
        if self.typed is None or self.typed.status is None or self.typed.keeps_theirs:
            return SPLIT if self.opens else status_value(self.holds)
        return self.typed.status

    @cached_property
    def target_text(self) -> str:
        if self.typed is not None and self.typed.target is not None and not self.typed.keeps_theirs:
            return self.typed.target
        return "" if self.holds is None else format_exact(self.holds.target, self.unit)

    @property
    def is_changed(self) -> bool:
        return self.typed is not None and self.typed.is_touched and not self.errors and not self.is_conflict

    @cached_property
    def would_hold(self) -> Split | None:
        """What it holds as typed, or as it stands."""
        return self.holds if self.typed is None or self.typed.errors else self.typed.to

    @property
    def edge(self) -> str:
        """The class for the coloured edge: one status, or the best and the worst of a split."""
        split = self.would_hold
        if split is None:
            return ""
        only = split.only_status
        if only is not None:
            return f" ff-cell--{only.letter.lower()}"
        letters = [status.letter.lower() for status in Status if split.amount(status)]
        return f" ff-cell--s ff-best-{letters[0]} ff-worst-{letters[-1]}"

    def problems(self) -> Iterator[Problem]:
        """What stands in the way of saving, each with the field it links to."""
        place = f"{self.year_label}, {self.line.title}"
        if self.is_conflict:
            message = f"{place}: somebody changed it since you opened the page. Choose which amount to keep"
            yield Problem(self.key, self.target_text, message, f"{self.key}-yours")
        for error in self.errors:
            what = f"{error.what} for {place}" if error.what else place
            yield Problem(self.key, self.target_text, f"{what}: {error.message}", self._field_id(error))

    def _field_id(self, error: CellError) -> str:
        if error.field in _PARTS and self.is_open:
            return f"{self.key}-{error.field}"
        return self.key if self.takes_a_target and error.field != "status" else f"{self.key}-status"

    def html(self) -> str:
        if not self.takes_a_status:
            return self._plain()
        title, year, key = escape(self.line.title), self.year_label, self.key
        states = " is-error" if self.errors else " is-other" if self.is_conflict else ""
        states += " is-changed" if self.is_changed else ""
        says = self._says()
        described = f' aria-describedby="{key}-e"' if self.errors else ""
        if self.takes_a_target:
            invalid = ' aria-invalid="true"' if self.errors else ""
            first = (
                f'<input id="{key}" name="{key}" value="{escape(self.target_text)}" inputmode="decimal" '
                f'autocomplete="off" aria-label="{title}, target {year}, {self.unit.symbol}" placeholder="–"'
                f"{invalid}{described}>"
            )
        else:
            first = self._fixed_target()
        held = held_as_text(self.held)
        hidden = f'<input type="hidden" name="{key}-was" value="{held}">' if held else ""
        claims = " data-claims" if self.may is LineRight.RATING else ""
        with_claimed = self.may is LineRight.RATING or bool(self.holds and self.holds.claimed)
        described = described if not self.takes_a_target else ""
        return (
            f'<td class="ff-cell{self.edge}{states}">{first}'
            f'<select id="{key}-status" name="{key}-status" aria-label="{title}, how {year} stands"{claims}{described}>'
            f"{_options(self.status, with_claimed)}</select>{hidden}{says}</td>"
        )

    def _plain(self) -> str:
        """A cell that its reader may not change: its amount and how it stands, as text."""
        if self.holds is None:
            return f'<td class="ff-cell ff-cell--fixed"><span class="ff-cell__fixed ff-none">{NO_LINE}</span></td>'
        status = self.holds.only_status
        words = STATUS_NAMES[status] if status else in_words(self.holds, self.unit).partition(": ")[2]
        held = held_as_text(self.holds)
        return (
            f'<td class="ff-cell ff-cell--fixed{self.edge}" data-held="{held}">{self._fixed_target()}'
            f'<p class="ff-cell__say ff-quiet">{words}</p></td>'
        )

    def _fixed_target(self) -> str:
        """The target as text; of an approved amount with the word and the way to change it."""
        assert self.holds is not None
        words = shown(self.holds.target, self.unit)
        if self.target_href:
            words = f'<a href="{escape(self.target_href)}">{words}</a>'
        rule = '<span class="govuk-visually-hidden">: changing it needs a decision</span>'
        word = f'<span class="ff-cell__word">approved{rule}</span> '
        return (
            f'<span class="ff-cell__fixed" id="{self.key}" data-value="{self.holds.target}">'
            f"{word if self.is_approved else ''}{words}</span>"
        )

    def _says(self) -> str:
        """What stands under the amount: the split's button, an error, a choice, or what was there before."""
        said = ""
        if self.status == SPLIT and not self.is_open:
            parts = in_words(self.would_hold, self.unit).partition(": ")[2]
            said = (
                f'<button class="ff-cell__open" type="submit" name="open" value="{self.key}">Open the split'
                f'<span class="govuk-visually-hidden"> of {escape(self.line.title)}, {self.year_label}</span></button>'
                f'<span class="ff-cell__parts ff-print-only">{parts}</span>'
            )
        if self.errors:
            words = escape(". ".join(error.message[:1].upper() + error.message[1:] for error in self.errors))
            said += (
                f'<p class="ff-cell__say" id="{self.key}-e">'
                f'<span class="govuk-visually-hidden">Error: </span>{words}</p>'
            )
        elif self.is_conflict:
            said += self._choice()
        elif self.is_changed:
            said += f'<p class="ff-cell__say ff-quiet">was {beside(self.holds, self.would_hold, self.unit)}</p>'
        return said

    def _choice(self) -> str:
        assert self.typed is not None
        yours, theirs = self.typed.to, self.holds
        former = self.typed.former if self.typed.awaits_a_choice else self.typed.opened
        when = f", {self.others.when}" if self.others else ""
        by = f": {escape(self.others.post)}" if self.others and self.others.post else ""
        return (
            f'<fieldset class="ff-pick"><legend>Changed by somebody else{by}</legend>'
            f'<label><input type="radio" id="{self.key}-yours" name="{self.key}-pick" value="yours"> '
            f"yours {beside(yours, theirs, self.unit)}</label>"
            f'<label><input type="radio" name="{self.key}-pick" value="theirs"> '
            f"theirs {beside(theirs, yours, self.unit)}{when}</label>"
            f'<span class="ff-quiet">was {beside(former, theirs, self.unit)}</span>'
            f'<input type="hidden" name="{self.key}-former" value="{held_as_text(former)}"></fieldset>'
        )

    def opened_html(self, columns: int) -> str:
        """The row below the line in which the parts of this cell are typed."""
        wrong = {error.field for error in self.errors}
        fields = []
        for status in SPLIT_STATUSES:
            text = self._part(status)
            seldom = status is Status.CLAIMED and self.may is not LineRight.RATING and not text
            says = f' aria-invalid="true" aria-describedby="{self.key}-e"' if status.value in wrong else ""
            fields.append(_part_html(f"{self.key}-{status.value}", status, text, says, is_hidden=seldom))
        split = self.would_hold
        amount = self.target_text if self.takes_a_target else shown(self.holds.target, self.unit) if self.holds else ""
        return _opened_html(
            legend=f"{self.line.title}, {self.year_label}: how {amount.strip() or 'it'} stands ({self.unit.symbol})",
            fields="".join(fields),
            left=shown(split.not_rated, self.unit) if split and not self.errors else NO_LINE,
            key=self.key,
            columns=columns,
        )

    def _part(self, status: Status) -> str:
        """The text of a part: as typed, else as it is held."""
        if self.typed is not None and status.value in self.typed.parts:
            return self.typed.parts[status.value]
        amount = self.would_hold.amount(status) if self.would_hold else 0
        return format_exact(amount, self.unit) if amount else ""


@dataclass(frozen=True)
class GridRow:
    """A line of the grid, ready for the page."""

    title: str
    href: str
    about: str
    cells: SafeString
    total: SafeString
    opened: SafeString


@dataclass(frozen=True)
class Gone:
    """A line that left the grid while somebody typed into it: where it went, and what was typed."""

    title: str
    where: str
    typed: list[str]


@dataclass(frozen=True)
class GridTable:
    """The grid of a project for one reader: lines that they see, their cells, and totals of what is saved."""

    reading: Reading
    project: Project
    lines: Sequence[LineInPeriod]
    cells: Mapping[Cell, GridCell]
    years: tuple[int | None, ...]
    figures: Scan
    gone: list[Gone] = field(default_factory=list)

    @property
    def heads(self) -> list[str]:
        return [self.reading.horizon.label(year) for year in self.years]

    @property
    def columns(self) -> int:
        return len(self.years) + 2

    @property
    def place(self) -> str:
        """ "Project SEND · Children's Services · Education": what it is and where it belongs."""
        groups = [self.project.directorate, self.project.service]
        kind = f"{self.project.get_kind_display()} {self.project.code}"
        return " · ".join([kind, *(group.name for group in groups if group)])

    @property
    def bucket(self) -> str:
        """The open-ended last year; empty where the plan has none."""
        horizon = self.reading.horizon
        return horizon.label(horizon.last) if horizon.open_ended else ""

    @property
    def takes_targets(self) -> bool:
        return any(cell.may is LineRight.AMOUNTS for cell in self.cells.values())

    @property
    def holds_approved(self) -> bool:
        return any(cell.is_approved for cell in self.cells.values())

    @property
    def to_decide_on(self) -> list[tuple[str, str]]:
        """The lines with approved targets that the reader enters: title, and where a decision on it is recorded."""
        return [
            (line.title, decision_on(self.reading, [line.line.code]))
            for line in self.lines
            if any(cell.is_approved and cell.may is LineRight.AMOUNTS for cell in self.of_line(line))
        ]

    @property
    def faster_that_do_not_net(self) -> list[tuple[str, str]]:
        """Faster lines whose saved increments do not come to nothing over the plan: title, and what they come to."""
        found = []
        for line in self.lines:
            held = [cell.holds.target for cell in self.of_line(line) if cell.holds is not None]
            if line.saving_type == SavingType.FASTER and sum(held):
                found.append((line.title, with_unit(sum(held), Unit.POUNDS)))
        return found

    @property
    def caption(self) -> str:
        """ "12 savings lines, six years"."""
        lines, years = len(self.lines), len([year for year in self.years if year is not None])
        return f"{lines} savings line{'' if lines == 1 else 's'}, {years} year{'' if years == 1 else 's'}"

    def of_line(self, line: LineInPeriod) -> list[GridCell]:
        return [self.cells[Cell(line.line_id, year)] for year in self.years]

    def summary(self) -> str:
        """ "Nothing is saved yet: 1 amount and 1 choice need you"."""
        cells = self.cells.values()
        counts = (
            (sum(bool(cell.errors) for cell in cells) + len(self.gone), "amount"),
            (sum(cell.is_conflict for cell in cells), "choice"),
        )
        parts = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts if count]
        if not parts:
            return "Nothing is saved yet"
        need = "needs" if sum(count for count, _word in counts) == 1 else "need"
        return f"Nothing is saved yet: {' and '.join(parts)} {need} you"

    @property
    def counter(self) -> str:
        """What is changed and what stops it, beside the button: "2 amounts changed. 1 cannot be saved as it is."."""
        cells = self.cells.values()
        changed = sum(cell.is_changed or cell.is_conflict for cell in cells)
        words = f"{changed or 'No'} amount{'' if changed == 1 else 's'} changed"
        if both := sum(cell.is_conflict for cell in cells):
            words += f", {both} of them also by somebody else"
        if wrong := sum(bool(cell.errors) for cell in cells):
            words += f". {wrong} cannot be saved as {'it is' if wrong == 1 else 'they are'}"
        return f"{words}."

    def problems(self) -> list[Problem]:
        """Everything that stands in the way of saving, in the order of the page."""
        found = [
            Problem("gone", "", f"{each.title}: {each.where}. {'; '.join(each.typed)}", "gone") for each in self.gone
        ]
        return found + [problem for cell in self.cells.values() for problem in cell.problems()]

    @property
    def split_row(self) -> SafeString:
        """The pattern of the row in which a split is opened in place."""
        fields = "".join([_part_html(f"part-{status.value}", status) for status in SPLIT_STATUSES])
        return mark_safe(_opened_html(legend="", fields=fields, left=NO_LINE, key="", columns=self.columns))

    def rows(self) -> Iterator[GridRow]:
        saved = self.figures.each("line")
        for line in self.lines:
            cells = self.of_line(line)
            money = saved[line.line_id].total if line.line_id in saved else EMPTY
            may = cells[0].may if cells else LineRight.NOTHING
            yield GridRow(
                title=line.title,
                href=_line_url(line, may, self.reading),
                about=_about(line),
                cells=mark_safe("".join([cell.html() for cell in cells])),
                total=self._total(figure(self.reading, money, {"line": line.line.code}), "ff-sum"),
                opened=mark_safe("".join([cell.opened_html(self.columns) for cell in cells if cell.is_open])),
            )

    def totals(self) -> Iterator[tuple[str, SafeString, SafeString, bool]]:
        """The rows below the grid: name of the measure, its words, its cells, and whether it is left out as empty."""
        total, groups = self.figures.rollup().total, {"project": self.project.code}
        for measure, words, status in TOTALS:
            by_year = [
                self._total(figure(self.reading, total.year(year), groups, year=year, measure=measure))
                for year in self.years
            ]
            whole = self._total(figure(self.reading, total.total, groups, measure=measure), "ff-sum")
            is_empty = not any(total.year(year).amount(measure) for year in self.years)
            label = mark_safe(_SHORT_RAG[status]) if status else mark_safe(escape(words))
            yield measure, label, mark_safe("".join(by_year) + whole), measure in SELDOM and is_empty

    def _total(self, of: Figure, css: str = "") -> SafeString:
        amount = of.amount or 0
        words = shown(amount, self.reading.unit) if amount else NO_LINE
        body = f'<a href="{escape(of.href)}">{words}</a>' if of.href else words
        return mark_safe(f'<td{f" class={css!r}" if css else ""} data-value="{amount}">{body}</td>'.replace("'", '"'))


def _part_html(name: str, status: Status, text: str = "", says: str = "", *, is_hidden: bool = False) -> str:
    return (
        f'<div{" hidden" if is_hidden else ""}><label for="{name}">{_SHORT_RAG[status]}</label>'
        f'<input id="{name}" name="{name}" data-part="{status.value}" inputmode="decimal" autocomplete="off" '
        f'value="{escape(text)}"{says}></div>'
    )


def _opened_html(*, legend: str, fields: str, left: str, key: str, columns: int) -> str:
    return (
        f'<tr class="ff-open" data-cell="{key}"><td colspan="{columns}"><fieldset class="ff-open__set">'
        f"<legend>{escape(legend)}</legend>{fields}"
        f'<div><span class="ff-open__label">{_SHORT_RAG[Status.NOT_RATED]}</span>'
        f'<output class="ff-open__left">{left}</output></div></fieldset></td></tr>'
    )


@lru_cache(maxsize=32)
def _options(chosen: str, with_claimed: bool) -> str:
    known = {value for value, _words in CHOICES}
    return "".join(
        f'<option value="{value}"{" selected" if value == (chosen if chosen in known else "") else ""}>{words}</option>'
        for value, words in CHOICES
        if value != Status.CLAIMED.value or with_claimed or chosen == value
    )


def _about(line: LineInPeriod) -> str:
    """ "SEN-01 · Recurring · staffing"."""
    parts = [line.line.code]
    if line.recurring != "not_stated":
        parts.append(line.get_recurring_display())
    if line.method != "not_stated":
        parts.append(line.get_method_display().lower())
    if line.amount_in_words:
        parts.append(f"“{line.amount_in_words}”")
    if line.illustration:
        parts.append("illustration")
    return " · ".join(parts)


def _line_url(line: LineInPeriod, may: LineRight, reading: Reading) -> str:
    """Where the line itself is changed, for whoever may; else its page."""
    page = "savings:line_edit" if may is LineRight.AMOUNTS else "savings:line_detail"
    return reverse(page, args=[line.line.code]) + reading.query


_PARTS = tuple(status.value for status in SPLIT_STATUSES)
_SHORT_RAG = {
    status: str(rag_html(status, "Claimed, not accepted yet" if status is Status.CLAIMED else words))
    for status, words in STATUS_NAMES.items()
}
"""The letter with the short words that a cell has room for."""
