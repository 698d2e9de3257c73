"""What the import pages show: the sheet as it is read, what would change, and totals beside their parts.

Words and rows ready for templates and downloads; what they say is decided by `savings.spreadsheets`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Model
from django.forms import BoundField
from django.urls import reverse
from django.utils.safestring import SafeString

from futurefit.ui.figures import NO_LINE, figure_html
from futurefit.ui.filters import Problem
from futurefit.values.money import Unit, format_amount, with_unit
from futurefit.values.rag import SPLIT_STATUSES, Split, Status
from savings.import_forms import ColumnsForm
from savings.links import lines_url
from savings.reading import Reading
from savings.reconcile import VERDICT_WORDS
from savings.spreadsheets.fields import TOTAL
from savings.spreadsheets.findings import AmountChange, Finding, StatedTotal
from savings.spreadsheets.layout import Layout
from savings.spreadsheets.plan import Check, NewName, PlannedLine
from savings.spreadsheets.sheets import Cell, Sheet, address, column_letters

SHOWN = 50
"""Rows of a table on the page; the whole list is a download."""

PROBLEMS_SHOWN = 20
ROWS_OF_SHEET = 60
COLUMNS_OF_SHEET = 30
FIRST_ROWS = 15
LONGEST_CELL = 60
LONGEST_TITLE = 160
EXAMPLES = 3
LONGEST_EXAMPLE = 30

EVERY_STATUS = (*SPLIT_STATUSES, Status.NOT_RATED)


# Words --------------------------------------------------------------------------------------------------------------

_OPTIONS = (
    (re.compile(r"\s*\(--[^()]*\)"), ""),
    (re.compile(r"\s+with --sheet\b"), ""),
    (re.compile(r"--unit thousands"), "£000"),
    (re.compile(r"--unit millions"), "£m"),
    (re.compile(r"--unit pounds"), "£"),
    (re.compile(r"--sign (plus|minus)_saves"), r"“A \1 sign saves”"),
    (re.compile(r"--view (\w+)"), r"“\1”"),
    (re.compile(r"--map (\w+)=ignore"), r"leaving column \1 out"),
    (re.compile(r"--map (\w+)=(\S+?)(?=[.,;)]?(\s|$))"), r"column \1 as \2"),
)
"""How the command says what is chosen on the pages, and how they say it."""


def in_words(message: str) -> str:
    """A message without the options of the command, which the pages have as choices."""
    for options, words in _OPTIONS:
        message = options.sub(words, message)
    return message


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def unit_of(found: Check) -> Unit:
    """The unit of the sheet, or pounds where an amount would be rounded in it."""
    amounts = [
        amount
        for change in found.amount_changes
        for split in (change.before, change.after)
        if split
        for amount in (split.target, *(split.amount(status) for status in EVERY_STATUS))
    ]
    amounts += [split.target for line in found.added for split in line.amounts.values()]
    amounts += [amount for total in found.stated_totals for amount in (total.stated, total.computed) if amount]
    exact = 1_000 if found.layout.unit in (Unit.THOUSANDS, Unit.MILLIONS) else 1
    return found.layout.unit if all(amount % exact == 0 for amount in amounts) else Unit.POUNDS


# The sheet as read --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownCell:
    """A cell of the sheet as read: its text, how it is drawn, the word below it, and its id where a message leads.

    `span` is how many columns it is drawn over: a text that stands alone in its row runs over the empty cells after it.
    """

    text: str
    css: str = ""
    mark: str = ""
    id: str = ""
    span: int = 0


@dataclass(frozen=True)
class ShownRow:
    """A row of the sheet as read; with `gap`, in words, the rows that are left out in its place."""

    number: int
    cells: Sequence[ShownCell] = ()
    css: str = ""
    gap: str = ""
    note: str = ""


@dataclass(frozen=True)
class ShownSheet:
    """Part of a sheet as read. `letters` are its columns with what is said of each; `width` counts all columns."""

    name: str
    letters: Sequence[tuple[str, str]]
    rows: Sequence[ShownRow]
    width: int
    left_out: str = ""
    shown: frozenset[str] = field(default_factory=frozenset)


def sheet_as_read(
    sheet: Sheet,
    rows: Iterable[int],
    *,
    layout: Layout | None = None,
    found: Check | None = None,
) -> ShownSheet:
    """These rows of a sheet, headings and totals drawn as such, cells with problems marked."""
    last = min(sheet.last_column, COLUMNS_OF_SHEET)
    draw = _Drawing(sheet, layout, found)
    shown: list[ShownRow] = []
    before = 0
    for number in sorted(set(rows)):
        if number > before + 1:
            shown.append(ShownRow(before + 1, gap=_gap(before + 1, number - 1)))
        shown.append(draw.row(number, last))
        before = number
    if before < sheet.last_row:
        shown.append(ShownRow(before + 1, gap=_gap(before + 1, sheet.last_row)))
    letters = [
        (column_letters(column), "hidden" if column in sheet.hidden_columns else "") for column in range(1, last + 1)
    ]
    left_out = ""
    if sheet.last_column > last:
        left_out = (
            f"Columns {column_letters(last + 1)} to {column_letters(sheet.last_column)} are read, and not shown here."
        )
    return ShownSheet(sheet.name, letters, shown, last + 1, left_out, frozenset(draw.ids))


def first_rows(sheet: Sheet, layout: Layout | None) -> range:
    """The rows that show how a sheet begins: to a few below its headings."""
    heading = max(layout.tables[0].heading_rows, default=1) if layout and not layout.transposed else 1
    return range(1, min(max(heading + 8, FIRST_ROWS), ROWS_OF_SHEET, sheet.last_row) + 1)


def rows_to_check(sheet: Sheet, found: Check) -> list[int]:
    """The first rows, and those with problems or totals that differ."""
    wanted = list(first_rows(sheet, found.layout))
    cells = [finding.cell for finding in found.errors]
    cells += [total.cell for total in found.stated_totals if not total.agrees]
    for row, _column in filter(None, map(_place, cells)):
        if len(wanted) < ROWS_OF_SHEET and row not in wanted and row <= sheet.last_row:
            wanted.append(row)
    return wanted


class _Drawing:
    """How the cells of a sheet are drawn, given what is known of it."""

    def __init__(self, sheet: Sheet, layout: Layout | None, found: Check | None) -> None:
        self.sheet = sheet
        self.ids: set[str] = set()
        upright = layout if layout and not layout.transposed else None
        self.headings = {row for table in upright.tables for row in table.heading_rows} if upright else set()
        self.total_columns = (
            {column.number for column in upright.columns if column.meaning == TOTAL} if upright else set()
        )
        self.kinds = found.row_kinds if found and upright else {}
        self.bad = {finding.cell for finding in found.errors} if found else set()
        self.totals = {total.cell for total in found.stated_totals} if found else set()
        self.differing = {total.cell for total in found.stated_totals if not total.agrees} if found else set()

    def row(self, number: int, last: int) -> ShownRow:
        cells = [self._cell(number, column) for column in range(1, last + 1)]
        held = list(self.sheet.rows.get(number, {}))
        if len(held) == 1 and held[0] < last and not cells[held[0] - 1].css:
            alone = held[0]
            text = _shortened(self.sheet.cell(number, alone).text, LONGEST_TITLE)
            cells = [*cells[: alone - 1], replace(cells[alone - 1], text=text, span=last - alone + 1)]
        css = "is-head" if number in self.headings else ""
        return ShownRow(number, cells, css, note="hidden" if number in self.sheet.hidden_rows else "")

    def _cell(self, row: int, column: int) -> ShownCell:
        cell = self.sheet.cell(row, column)
        place = address(row, column)
        number = not isinstance(cell.value, str | bool) and cell.value is not None
        css = ["ff-num"] if number else []
        mark = key = ""
        if place in self.bad:
            css, mark, key = ["is-bad"], "Problem", f"cell-{place}"
            self.ids.add(place)
        elif place in self.differing:
            css, mark = [*css, "is-differ"], "Differs"
        elif place in self.totals or self._is_total(row, column):
            css = [*css, "is-sum"]
        return ShownCell(_text_of(cell), " ".join(css), mark, key)

    def _is_total(self, row: int, column: int) -> bool:
        if self.kinds.get(row) == "total":
            return True
        below = bool(self.headings) and row > max(self.headings)
        return below and column in self.total_columns and row in self.sheet.rows


def _text_of(cell: Cell) -> str:
    text = cell.text if not cell.error else cell.error
    if cell.formula and cell.value is None and not cell.error:
        text = cell.formula
    return _shortened(text, LONGEST_CELL)


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _gap(first: int, last: int) -> str:
    return f"Row {first:,} is not shown here." if first == last else f"Rows {first:,} to {last:,} are not shown here."


def _place(cell: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"([A-Z]{1,3})([1-9][0-9]{0,6})", cell)
    return (int(match[2]), len(match[1])) if match else None


def hidden_in_words(sheet: Sheet) -> str:
    """What the sheet hides, in a sentence; empty where it hides nothing."""
    parts = ["The sheet is hidden in the workbook."] if sheet.hidden else []
    if sheet.hidden_rows:
        parts.append(
            f"It hides {counted(len(sheet.hidden_rows), 'row')}: {_listed(map(str, sorted(sheet.hidden_rows)))}."
        )
    if sheet.hidden_columns:
        letters = _listed(column_letters(column) for column in sorted(sheet.hidden_columns))
        parts.append(f"It hides {counted(len(sheet.hidden_columns), 'column')}: {letters}.")
    return f"{' '.join(parts)} What is hidden is read too." if parts else ""


def _listed(words: Iterable[str]) -> str:
    every = list(words)
    more = len(every) - PROBLEMS_SHOWN
    return ", ".join(every[:PROBLEMS_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


@dataclass(frozen=True)
class ColumnToChoose:
    """A column of the second step: where it stands, what is in it, the choice, and why it is as it is."""

    letters: str
    heading: str
    examples: str
    field: BoundField
    reason: str
    hidden: bool


def columns_to_choose(form: ColumnsForm) -> Iterator[ColumnToChoose]:
    """The columns of the sheet with a few of their cells."""
    table = form.layout.tables[0]
    for column, bound in form.columns():
        examples: list[str] = []
        for row in range(table.first_row, table.last_row + 1):
            if len(examples) == EXAMPLES:
                break
            if text := _text_of(form.layout.sheet.cell(row, column.number)):
                examples.append(_shortened(text, LONGEST_EXAMPLE))
        yield ColumnToChoose(column.letters, column.heading, " · ".join(examples), bound, column.reason, column.hidden)


# What would change --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChangedAmount:
    """One amount of one line-year: where it stands in the sheet, before and after in whole pounds (None: not entered).

    `status` None is the target itself.
    """

    cell: str
    line: str
    title: str
    year: int | None
    status: Status | None
    before: int | None
    after: int | None

    def happens(self, unit: Unit) -> str:
        if self.before is None:
            return "Added"
        if self.after is None:
            return "Taken out"
        return f"Changed by {format_amount(self.after - self.before, unit, sign=True)}"


def changed_amounts(changes: Iterable[AmountChange]) -> Iterator[ChangedAmount]:
    """Each amount that differs, by how it stands.

    The target too where no rating explains it: only what is not rated has changed, or over-delivery takes it up.
    """
    for change in changes:
        before_target, after_target = _target(change.before), _target(change.after)
        differing = [
            status for status in EVERY_STATUS if (_of(change.before, status) or 0) != (_of(change.after, status) or 0)
        ]
        unexplained = set(differing) <= {Status.NOT_RATED} or _over(change.before) != _over(change.after)
        if before_target != after_target and unexplained:
            yield _changed(change, None, before_target, after_target)
            if not (_is_rated(change.before) or _is_rated(change.after)):
                continue
        for status in differing:
            yield _changed(change, status, _of(change.before, status), _of(change.after, status))


def _is_rated(split: Split | None) -> bool:
    return split is not None and split.not_rated != split.target


def _changed(change: AmountChange, status: Status | None, before: int | None, after: int | None) -> ChangedAmount:
    return ChangedAmount(change.cell, change.line, change.title, change.year, status, before, after)


def _of(split: Split | None, status: Status) -> int | None:
    return None if split is None else split.amount(status)


def _target(split: Split | None) -> int | None:
    return None if split is None else split.target


def _over(split: Split | None) -> int:
    return 0 if split is None else split.over_delivered


@dataclass(frozen=True)
class AmountRow:
    """A changed amount ready for the page."""

    cell: str
    title: str
    code: str
    href: str
    year: str
    status: Status | None
    before: SafeString
    after: str
    happens: str


def amount_rows(reading: Reading, found: Check, unit: Unit) -> list[AmountRow]:
    """The first changed amounts, each with the line that it belongs to and what FutureFit has now."""
    rows = []
    horizon = found.period.horizon
    for changed in changed_amounts(found.amount_changes):
        if len(rows) == SHOWN:
            break
        href = ""
        if changed.before:
            measure = changed.status.value if changed.status else "target"
            href = lines_url(reading, {"line": changed.line}, year=changed.year, measure=measure)
        rows.append(
            AmountRow(
                cell=changed.cell,
                title=changed.title,
                code=changed.line,
                href=line_page(reading, changed.line),
                year=horizon.label(changed.year),
                status=changed.status,
                before=figure_html(changed.before, unit, href),
                after=NO_LINE if changed.after is None else format_amount(changed.after, unit),
                happens=changed.happens(unit),
            )
        )
    return rows


@dataclass(frozen=True)
class NewLineRow:
    """A line that would be added, ready for the page."""

    cell: str
    title: str
    code: str
    place: str
    amounts: str
    total: str


def new_line_rows(found: Check, unit: Unit) -> list[NewLineRow]:
    return [
        NewLineRow(
            cell=line.cell,
            title=line.title,
            code=line.code or line.reference,
            place=place_in_words(line),
            amounts=amounts_in_words(found, line, unit),
            total=format_amount(line.total, unit),
        )
        for line in found.added[:SHOWN]
    ]


def place_in_words(line: PlannedLine) -> str:
    """The project, theme, directorate and service of a new line; "new" where the import makes them."""
    parts = [line.place.project, line.place.theme, line.place.directorate, line.place.service]
    return " · ".join(dict.fromkeys(_name(part) for part in parts if part is not None))


def amounts_in_words(found: Check, line: PlannedLine, unit: Unit) -> str:
    horizon = found.period.horizon
    parts = []
    for year, split in line.amounts.items():
        rated = [
            f"{status.label.lower()} {format_amount(split.amount(status), unit)}"
            for status in SPLIT_STATUSES
            if split.amount(status)
        ]
        words = f"{horizon.label(year)}: {format_amount(split.target, unit)}"
        parts.append(f"{words} ({', '.join(rated)})" if rated else words)
    return "; ".join(parts) or "no amount"


def new_names_in_words(names: Sequence[NewName]) -> list[str]:
    """What the import makes, a sentence for each kind: "2 projects: Depots, Libraries"."""
    words = {"mtfp_heading": "MTFP heading"}
    by_kind: dict[str, list[str]] = {}
    for name in names:
        by_kind.setdefault(name.kind, []).append(f"{name.name} ({name.within})" if name.within else name.name)
    said = []
    for kind, each in by_kind.items():
        one = words.get(kind, kind)
        said.append(f"{counted(len(each), one)}: {_listed(each)}")
    return said


def _name(part: Model | NewName) -> str:
    if isinstance(part, NewName):
        return f"{part.name} (new)"
    return str(getattr(part, "title", "") or getattr(part, "name", "") or part)


def line_page(reading: Reading, code: str) -> str:
    """The page of a line."""
    return reverse("savings:line_detail", args=[code]) + replace(reading, view="incremental", basis="all").query


# Totals, problems, counts -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TotalRow:
    """A total of the sheet beside its parts, ready for the page."""

    cell: str
    label: str
    stated: str
    computed: str
    difference: str
    result: str
    differs: bool


def total_rows(found: Check, unit: Unit) -> list[TotalRow]:
    """The totals that the sheet states, those that differ first."""
    return [_total_row(total, unit) for total in sorted(found.stated_totals, key=lambda total: total.agrees)[:SHOWN]]


def _total_row(total: StatedTotal, unit: Unit) -> TotalRow:
    difference = None if total.computed is None else total.stated - total.computed
    return TotalRow(
        cell=total.cell,
        label=", ".join(dict.fromkeys(filter(None, [total.label, total.period]))),
        stated=format_amount(total.stated, unit),
        computed=NO_LINE if total.computed is None else format_amount(total.computed, unit),
        difference=format_amount(difference, unit) if difference else NO_LINE,
        result=VERDICT_WORDS[total.verdict],
        differs=not total.agrees,
    )


def differing_totals(found: Check) -> list[Finding]:
    """The totals that differ from their parts, as remarks at their cells."""
    return [
        Finding(
            found.sheet,
            total.cell,
            total.period,
            with_unit(total.stated, Unit.POUNDS),
            f"{total.label or total.period}: the sheet says {with_unit(total.stated, Unit.POUNDS)}, its parts come to "
            f"{with_unit(total.computed, Unit.POUNDS)}. This does not stop the import.",
        )
        for total in found.stated_totals
        if not total.agrees and total.computed is not None
    ]


def problems_of(found: Check, shown: frozenset[str]) -> list[Problem]:
    """The first problems, each leading to its cell where that is on the page."""
    listed = [
        Problem("", finding.value, sentence_of(finding), f"cell-{finding.cell}" if finding.cell in shown else "")
        for finding in found.errors[:PROBLEMS_SHOWN]
    ]
    more = len(found.errors) - PROBLEMS_SHOWN
    if more > 0:
        words = f"{counted(more, 'more problem')}: download the sheet with the problems marked to see all."
        listed.append(Problem("", "", words, "what-to-do"))
    return listed


def sentence_of(finding: Finding) -> str:
    """A finding with its place: "Cell D5, Red: …"."""
    place = f"Cell {finding.cell}" if finding.cell else ""
    where = ", ".join(filter(None, [place, finding.column]))
    return f"{where}: {in_words(finding.message)}" if where else in_words(finding.message)


@dataclass(frozen=True)
class Count:
    """A tile of the third step."""

    words: str
    number: str
    source: str


def counts_of(found: Check) -> list[Count]:
    """The four numbers that say what would happen."""
    added = sum(line.total for line in found.added)
    moved = sum((_target(change.after) or 0) - (_target(change.before) or 0) for change in found.amount_changes)
    absent = f"; {counted(found.absent, 'more line')} {'is' if found.absent == 1 else 'are'} not in the sheet"
    return [
        Count(
            "Will be added",
            f"{len(found.added):,}",
            f"{_lines(len(found.added))}, {with_unit(added, Unit.POUNDS)}",
        ),
        Count(
            "Will be changed",
            f"{len(found.changed):,}",
            f"{_lines(len(found.changed))}, targets {with_unit(moved, Unit.POUNDS, sign=True)}",
        ),
        Count(
            "Left alone",
            f"{found.unchanged:,}",
            f"{_lines(found.unchanged)} the same in FutureFit{absent if found.absent else ''}",
        ),
        Count(
            "Cannot be taken in",
            f"{len(found.errors):,}",
            "put these right first" if found.errors else "every cell is read",
        ),
    ]


def _lines(number: int) -> str:
    return "line" if number == 1 else "lines"


# The whole list -----------------------------------------------------------------------------------------------------

CHANGE_COLUMNS = (
    ("Cell", "text"),
    ("What happens", "text"),
    ("Code", "text"),
    ("Line", "text"),
    ("Where", "text"),
    ("Fact or year", "text"),
    ("How it stands", "text"),
    ("In FutureFit", "text"),
    ("In the sheet", "text"),
    ("In FutureFit, pounds", "amount"),
    ("In the sheet, pounds", "amount"),
)


def every_change(found: Check) -> Iterator[tuple[object, ...]]:
    """All that the import would do, a row each under `CHANGE_COLUMNS`, amounts in whole pounds."""
    horizon = found.period.horizon
    for line in found.added:
        where = place_in_words(line)
        for year, split in line.amounts.items() or [(None, None)]:
            if split is None:
                yield (line.cell, "Line added", line.code, line.title, where, "no amount", "", "", "", None, None)
                continue
            for status in EVERY_STATUS:
                if split.amount(status) or (status is Status.NOT_RATED and not split.target):
                    label, amount = horizon.label(year), split.amount(status)
                    said = (line.cell, "Line added", line.code, line.title, where, label, status.label)
                    yield (*said, "", "", None, amount)
    for changed in changed_amounts(found.amount_changes):
        stands = changed.status.label if changed.status else "Target"
        label = horizon.label(changed.year)
        happens = changed.happens(Unit.POUNDS)
        said = (changed.cell, happens, changed.line, changed.title, "", label, stands)
        yield (*said, "", "", changed.before, changed.after)
    for fact in found.field_changes:
        yield (fact.cell, "Changed", fact.line, fact.title, "", fact.field, "", fact.before, fact.after, None, None)
