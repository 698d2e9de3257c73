"""Files of savings lines: to read, and to edit in a spreadsheet and bring back (interfaces.md, FIELDs).

The workbook holds the lines (sheet Savings, one row a line), their totals as the pages have them, what the words mean
and how to bring the file back, and the lists of its drop-downs. The CSV file holds the sheet Savings alone. Both are
written row by row: memory does not grow with the lines. The lines of others, the keys and what only a decision changes
are locked, without a password: a lock says what an import would refuse.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import zip_longest
from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from futurefit.ui.exports import BYTE_ORDER_MARK, NEUTRAL_STARTS, neutral, write_text
from futurefit.values.money import Unit
from futurefit.values.rag import SPLIT_STATUSES, Status
from savings.groupings import GROUPINGS
from savings.models import LineInPeriod
from savings.reading import BASIS_WORDS, Reading
from savings.rollups import Rollup, scan
from savings.selection import Selection
from savings.spreadsheets.about import about_export, about_template, day
from savings.spreadsheets.exported import EXAMPLE, LINE, ROW_TYPE, Column, Columns, Export, Kind, columns_of
from savings.spreadsheets.stamps import LineSaid, said_by

SAVINGS, TOTALS, ABOUT, LISTS = "Savings", "Totals", "About this file", "Lists"
"""The sheets of a workbook. Only the first is brought back."""

NEVER_IMPORTED = "Checked, never imported"

TOTALLED_BY = ("directorate", "theme", "mtfp_heading")

TITLE_ROWS = 2
"""Rows above the headings of the sheet Savings; the CSV file has none."""

LAST_ROW = 1_048_575
"""The last row of a sheet, counted from 0."""

_INK, _QUIET, _TINT, _RULE = "#0b0c0c", "#47525d", "#eef3f7", "#6b7783"
_FILLS = {
    Status.DELIVERED: ("#14583a", "#ffffff"),
    Status.CLAIMED: ("#a5d8ba", _INK),
    Status.ON_TARGET: ("#a5d8ba", _INK),
    Status.AMBER: ("#f5b83d", _INK),
    Status.RED: ("#c2342a", "#ffffff"),
}
_ROWS_AT_ONCE = 2_000
_LINE = 13.5
"""The height of a line of words in points; not every spreadsheet sets the height of a row by its words."""


def csv_chunks(export: Export) -> Iterator[bytes]:
    """The lines as CSV in UTF-8 with byte order mark, headings in the first row, a few thousand rows at a time."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    columns = export.columns
    write = csv.writer(text).writerow
    write(columns.headings)
    blank = [""] * (len(columns.columns) - columns.first_amount)
    digits, first = columns.in_digits, columns.first_amount
    for number, said in enumerate(said_by(export.lines), start=1):
        amounts = blank.copy()
        for place, amount in columns.amounts(said):
            amounts[place - first] = digits(amount)
        facts = [neutral(text) if text[:1] in NEUTRAL_STARTS else text for text in columns.facts(said)]
        write([*facts, *amounts])
        if number % _ROWS_AT_ONCE == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def write_workbook(export: Export, file: IO[bytes]) -> None:
    """Write the lines as a workbook into a file that is open for writing.

    Raises ValueError where a text is longer than a cell holds; the models allow none.
    """
    with _book(file) as book:
        _Workbook(book, export.columns).write(export)


def template_bytes(reading: Reading) -> bytes:
    """An empty workbook for new lines in the unit of the reading: headings, lists, two examples that are skipped."""
    memory = io.BytesIO()
    none = LineInPeriod.objects.none()
    with _book(memory) as book:
        _Template(book, columns_of(reading, none, reading.unit)).write(reading)
    return memory.getvalue()


def _book(file: IO[bytes]) -> xlsxwriter.Workbook:
    as_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return xlsxwriter.Workbook(file, {"constant_memory": True, **as_text})


class _Look:
    """The formats of one workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook, unit: Unit) -> None:
        self._book = book
        self._unit = unit
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"font_name": "Arial", "font_size": 10, **properties})
        return self._made[key]

    def cell(self, *, locked: bool, **properties: Any) -> Format:
        """A cell to write in, or on a tint one that is to stay as it is."""
        if locked:
            return self.of(valign="top", bg_color=_TINT, font_color=_QUIET, **properties)
        return self.of(valign="top", locked=False, **properties)

    def text(self, *, locked: bool) -> Format:
        return self.cell(locked=locked, num_format="@")

    def amount(self, *, locked: bool, decimals: int | None = None, starts_a_year: bool = False) -> Format:
        """`decimals` None is for a cell that nothing stands in yet: as many as it will need."""
        if decimals is None:
            shape = {0: "#,##0", 3: "#,##0.0##", 6: "#,##0.000###"}[self._unit.power]
        else:
            shape = "#,##0" + ("." + "0" * decimals if decimals else "")
        edge = {"left": 1, "left_color": _RULE} if starts_a_year else {}
        return self.cell(locked=locked, num_format=f"{shape};-{shape}", align="right", **edge)

    def decimals(self, amount: int) -> int:
        """The digits after the point that show an amount exactly in groups of three."""
        return next(places for places in (0, 3, 6) if amount * 10**places % self._unit.factor == 0)

    def head(self, column: Column) -> Format:
        fill, ink = _FILLS[column.status] if column.status else (_TINT, _INK)
        edge = {"left": 1, "left_color": _RULE} if _starts_a_year(column) else {}
        align = "right" if column.is_amount else "left"
        return self.of(
            bold=True, text_wrap=True, valign="bottom", bottom=1, bg_color=fill, font_color=ink, align=align, **edge
        )


def _starts_a_year(column: Column) -> bool:
    return column.status is SPLIT_STATUSES[0]


class _Sheets:
    """What the workbook of lines and the empty one share: headings, lists, explanations."""

    def __init__(self, book: xlsxwriter.Workbook, columns: Columns) -> None:
        self.book = book
        self.columns = columns
        self.look = _Look(book, columns.unit)
        self.lists_of = {name: number for number, name in enumerate(columns.lists)}

    def head_rows(self, page: Worksheet, columns: Sequence[Column], title: str, below: str) -> int:
        """Title, the line below it and the headings; the number of the first row of lines."""
        page.set_row(0, 21, self.look.of())
        write_text(page, 0, 0, title, self.look.of(bold=True, font_size=14))
        page.set_row(1, 18, self.look.of())
        write_text(page, 1, 0, below, self.look.of(font_color=_QUIET))
        page.set_row(TITLE_ROWS, 42)
        for place, column in enumerate(columns):
            write_text(page, TITLE_ROWS, place, column.heading, self.look.head(column))
        return TITLE_ROWS + 1

    def offer_lists(self, page: Worksheet, columns: Sequence[Column], first: int) -> None:
        """Drop-downs for what is in a list, and numbers alone where an amount belongs, down to the last row."""
        for place, column in enumerate(columns):
            if column.kind is Kind.LISTED and (values := self.columns.lists[column.field]):
                letters = xl_col_to_name(self.lists_of[column.field], col_abs=True)
                allowed = {
                    "validate": "list",
                    "source": f"={LISTS}!{letters}$2:{letters}${len(values) + 1}",
                    "error_title": column.heading,
                    "error_message": f"Choose one of the values of the list, or leave the cell empty. They stand in "
                    f"the sheet “{LISTS}”.",
                }
                page.data_validation(first, place, LAST_ROW, place, allowed)
        places = [place for place, column in enumerate(columns) if column.is_amount]
        unit = self.columns.unit
        allowed = {
            "validate": "integer" if unit is Unit.POUNDS else "decimal",
            "criteria": "between",
            "minimum": -(10**12),
            "maximum": 10**12,
            "error_title": f"An amount in {unit.symbol}",
            "error_message": f"Enter a number in {unit.symbol}, a minus for what adds to the budget, or leave the "
            "cell empty where there is no amount.",
        }
        page.data_validation(first, places[0], LAST_ROW, places[-1], allowed)

    def set_for_paper(self, page: Worksheet, columns: int) -> None:
        """A3 across, with the headings and the first columns on every sheet of paper."""
        page.set_landscape()
        page.set_paper(8)
        page.set_print_scale(70)
        page.set_margins(0.5, 0.5, 0.6, 0.6)
        page.repeat_rows(TITLE_ROWS)
        page.repeat_columns(0, columns - 1)
        page.set_footer("&L&A&RPage &P of &N")

    def write_about(self, title: str, paragraphs: Sequence[tuple[str, str]]) -> None:
        """Two columns of words; a pair without the second is a heading."""
        page = self.book.add_worksheet(ABOUT)
        page.set_column(0, 0, 34, self.look.of(valign="top", text_wrap=True))
        page.set_column(1, 1, 100, self.look.of(valign="top", text_wrap=True))
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        write_text(page, 0, 0, title, self.look.of(bold=True, font_size=14))
        word, meaning = (
            self.look.of(bold=True, valign="top", text_wrap=True),
            self.look.of(valign="top", text_wrap=True),
        )
        heading = self.look.of(bold=True, font_size=12, top=1)
        for row, (left, right) in enumerate(paragraphs, start=2):
            page.set_row(row, _LINE * max(-(-len(right) // 100), -(-len(left) // 34)) + _LINE / 4 + (0 if right else 4))
            if right:
                write_text(page, row, 0, left, word)
                write_text(page, row, 1, right, meaning)
            else:
                write_text(page, row, 0, left, heading)
                page.write_blank(row, 1, None, heading)

    def write_lists(self) -> None:
        """The values of every drop-down, each under its heading, and the codes of the projects."""
        page = self.book.add_worksheet(LISTS)
        names = {column.field: column.heading for column in self.columns.columns}
        headings = [*(names[name] for name in self.columns.lists), "Code of the project", "Title of the project"]
        page.set_column(0, len(headings) - 1, 30, self.look.of())
        for place, words in enumerate(headings):
            write_text(page, 0, place, words, self.look.of(bold=True, bottom=1, bg_color=_TINT))
        page.freeze_panes(1, 0)
        codes = [str(group.key) for group in self.columns.projects]
        titles = [group.label for group in self.columns.projects]
        for row, values in enumerate(zip_longest(*self.columns.lists.values(), codes, titles), start=1):
            for place, value in enumerate(values):
                if value is not None:
                    write_text(page, row, place, value, self.look.of(num_format="@"))


class _Workbook(_Sheets):
    """The workbook of the lines of an export."""

    def write(self, export: Export) -> None:
        self.book.set_properties({"title": export.title, "author": export.made_for})
        self._write_savings(export)
        self._write_totals(export)
        self.write_about(export.title, about_export(export))
        self.write_lists()

    def _write_savings(self, export: Export) -> None:
        page = self.book.add_worksheet(SAVINGS)
        page.activate()
        columns, editable = self.columns.columns, export.is_for_editing
        for place, column in enumerate(columns):
            page.set_column(place, place, column.width, self._unwritten(column, locked=not editable))
        first = self.head_rows(page, columns, export.title, self._below(export))
        row = first - 1
        for row, said in enumerate(said_by(export.lines), start=first):
            self._write_line(page, row, said, own=export.is_own(said), editable=editable)
        page.freeze_panes(first, 3)
        page.autofilter(TITLE_ROWS, 0, max(row, first), len(columns) - 1)
        if editable:
            self.offer_lists(page, columns, first)
        page.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
        self.set_for_paper(page, 3)

    def _below(self, export: Export) -> str:
        words = [
            f"Amounts in {self.columns.unit.symbol}, incremental: each year has the change that first arises in it.",
            f"Made on {day(export.made_on)} for: {export.made_for}.",
        ]
        words.append(
            f"The sheet “{ABOUT}” says how to bring it back."
            if export.is_for_editing
            else "For reading: this file cannot be brought back."
        )
        return " ".join(words)

    def _unwritten(self, column: Column, *, locked: bool) -> Format:
        """The look of the cells of a column that hold nothing yet, those of new lines among them."""
        if column.is_amount:
            return self.look.amount(locked=locked, starts_a_year=_starts_a_year(column))
        return self.look.text(locked=locked)

    def _write_line(self, page: Worksheet, row: int, said: LineSaid, *, own: bool, editable: bool) -> None:
        look, columns = self.look, self.columns
        for place, text in enumerate(columns.facts(said)):
            key = columns.columns[place].kind is Kind.KEY
            if text:
                write_text(page, row, place, text, self._texts[own and not key])
            elif editable and (key or not own):
                page.write_blank(row, place, None, self._texts[False])
        written = set()
        for place, amount in columns.amounts(said):
            column = columns.columns[place]
            locked = not own or (column.status is None and column.year in said.approved)
            shape = look.amount(locked=locked, decimals=look.decimals(amount), starts_a_year=_starts_a_year(column))
            page.write_number(row, place, columns.in_unit(amount), shape)
            written.add(place)
        if editable and not own:
            for place in range(columns.first_amount, len(columns.columns)):
                if place not in written:
                    page.write_blank(row, place, None, self._unwritten(columns.columns[place], locked=True))

    @cached_property
    def _texts(self) -> dict[bool, Format]:
        """The look of a text that may be changed (True) and of one that may not."""
        return {True: self.look.text(locked=False), False: self.look.text(locked=True)}

    def _write_totals(self, export: Export) -> None:
        """The targets of the lines of the file by year, as the pages add them up, approved and proposed apart."""
        figures = scan(
            export.reading.period,
            TOTALLED_BY,
            where=Selection(line_ids=export.lines.order_by().values("line_id")),
            scope=export.reading.scope,
        ).visible()
        page = self.book.add_worksheet(TOTALS)
        years = [*figures.rollup().years]
        page.set_column(0, 0, 40, self.look.of())
        page.set_column(1, 1, 24, self.look.of())
        page.set_column(2, 2 + len(years), 14, self.look.of())
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        write_text(page, 0, 0, NEVER_IMPORTED, self.look.of(bold=True, font_size=14))
        write_text(
            page,
            1,
            0,
            f"Targets of the lines in this file, in {self.columns.unit.symbol}, as FutureFit added them up when the "
            "file was made.",
            self.look.of(font_color=_QUIET),
        )
        row = 3
        for name in TOTALLED_BY:
            rollups = {basis: figures.of_basis(basis).rollup(name) for basis in ("approved", "proposed", "all")}
            row = self._write_rollup(page, row, f"By {GROUPINGS[name].words}", rollups) + 1
        self._write_now(page, row, figures.rollup())

    def _write_rollup(self, page: Worksheet, row: int, heading: str, rollups: dict[str, Rollup]) -> int:
        """Each group in three rows: approved, proposed, both; the number of the row below them."""
        whole = rollups["all"]
        self._write_heads(page, row, heading, whole)
        row += 1
        for of_group in (*whole.rows, whole.total):
            is_total = of_group is whole.total
            for basis, result in rollups.items():
                same = result.total if is_total else result.find(of_group.group.group_id)
                bold = {"bold": True} if is_total else {}
                edge = {"top": 1} if basis == "approved" else {}
                label = self.look.of(**bold, **edge)
                write_text(page, row, 0, of_group.label, label)
                write_text(page, row, 1, _capital(BASIS_WORDS[basis]), label)
                for number, year in enumerate((*whole.years, "total")):
                    money = None if same is None else same.total if year == "total" else same.year(year)
                    self._write_sum(page, row, 2 + number, money.target if money else 0, **bold, **edge)
                row += 1
        return row

    def _write_heads(self, page: Worksheet, row: int, heading: str, result: Rollup) -> None:
        head = self.look.of(bold=True, bottom=1, bg_color=_TINT)
        right = self.look.of(bold=True, bottom=1, bg_color=_TINT, align="right")
        write_text(page, row, 0, heading, head)
        write_text(page, row, 1, "Amounts", head)
        for number, words in enumerate((*map(result.horizon.label, result.years), "All years")):
            write_text(page, row, 2 + number, words, right)

    def _write_sum(self, page: Worksheet, row: int, place: int, amount: int, **properties: Any) -> None:
        look = self._look_of_sum(self.look.decimals(amount), **properties)
        page.write_number(row, place, self.columns.in_unit(amount), look)

    def _look_of_sum(self, decimals: int, **properties: Any) -> Format:
        shape = "#,##0" + ("." + "0" * decimals if decimals else "")
        return self.look.of(num_format=f"{shape};-{shape}", align="right", **properties)

    def _write_now(self, page: Worksheet, row: int, result: Rollup) -> None:
        """What the sheet of lines comes to while it is edited, and how far that is from what it was made with."""
        self._write_heads(page, row, "While you edit", result)
        by_year = {column.year: place for place, column in enumerate(self.columns.columns) if _is_target(column)}
        made_with = [result.total.year(year).target for year in result.years]
        last = xl_col_to_name(1 + len(made_with))
        now, below = row + 1, row + 2
        write_text(page, now, 0, f"The sheet {SAVINGS} now", self.look.of())
        for number, (year, amount) in enumerate(zip(result.years, made_with, strict=True)):
            letters = xl_col_to_name(by_year[year])
            lines = f"{SAVINGS}!{letters}{TITLE_ROWS + 2}:{letters}{LAST_ROW + 1}"
            self._write_formula(page, now, 2 + number, f"=SUM({lines})", amount)
        self._write_formula(page, now, 2 + len(made_with), f"=SUM(C{now + 1}:{last}{now + 1})", sum(made_with))
        write_text(page, below, 0, "More or less than when it was made", self.look.of())
        for number, amount in enumerate((*made_with, sum(made_with))):
            above = f"{xl_col_to_name(2 + number)}{now + 1}"
            self._write_formula(page, below, 2 + number, f"={above}-({self.columns.in_digits(amount)})", 0)

    def _write_formula(self, page: Worksheet, row: int, place: int, formula: str, amount: int) -> None:
        page.write_formula(
            row, place, formula, self._look_of_sum(self.columns.unit.power), self.columns.in_unit(amount)
        )


def _is_target(column: Column) -> bool:
    return column.is_amount and column.status is None


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


_EXAMPLES = (
    {
        "title": "Fewer agency staff in the contact centre",
        "reference": "CC-1",
        "saving_type": "Further",
        "method": "Staffing",
        "recurring": "Recurring",
        "note": "The first year is agreed with the service, the second is a plan.",
    },
    {
        "title": "Sale of the former depot",
        "reference": "CC-2",
        "saving_type": "New",
        "method": "Property",
        "recurring": "One-off",
        "note": "When it will be sold is not known: the amount is not profiled.",
    },
)
"""Facts of the two examples of the empty workbook; where they stand is left open."""


class _Template(_Sheets):
    """The empty workbook: the same headings without the keys, and before them what kind of row it is."""

    def __init__(self, book: xlsxwriter.Workbook, columns: Columns) -> None:
        kept = (ROW_TYPE, *(column for column in columns.columns if column.kind is not Kind.KEY))
        super().__init__(book, replace(columns, columns=kept, lists={ROW_TYPE.field: (LINE, EXAMPLE), **columns.lists}))

    def write(self, reading: Reading) -> None:
        title = f"{reading.programme.name}: new savings lines for {reading.period.spoken}"
        self.book.set_properties({"title": title})
        page = self.book.add_worksheet(SAVINGS)
        page.activate()
        columns = self.columns.columns
        for place, column in enumerate(columns):
            look = self.look.amount(locked=False) if column.is_amount else self.look.text(locked=False)
            page.set_column(place, place, column.width, look)
        below = (
            f"Amounts in {self.columns.unit.symbol}, incremental: each year has the change that first arises in it. "
            f"Write one saving a row below the examples, which are left out. The sheet “{ABOUT}” says more."
        )
        first = self.head_rows(page, columns, title, below)
        amounts = [
            {(self.columns.years[0], None): 120, (self.columns.years[0], Status.ON_TARGET): 80},
            {(None, None): 350},
        ]
        for row, (facts, by_column) in enumerate(zip(_EXAMPLES, amounts, strict=True), start=first):
            self._write_example(page, row, facts, by_column)
        page.freeze_panes(first, 2)
        self.offer_lists(page, columns, first)
        self.set_for_paper(page, 2)
        self.write_about(title, about_template(self.columns))
        self.write_lists()

    def _write_example(self, page: Worksheet, row: int, facts: dict[str, str], amounts: dict[Any, int]) -> None:
        words, number = (
            self.look.of(italic=True, font_color=_QUIET),
            self.look.of(italic=True, font_color=_QUIET, num_format="#,##0", align="right"),
        )
        for place, column in enumerate(self.columns.columns):
            if column is ROW_TYPE:
                write_text(page, row, place, EXAMPLE, words)
            elif column.field in facts:
                write_text(page, row, place, facts[column.field], words)
            elif column.is_amount and (column.year, column.status) in amounts:
                thousands = amounts[column.year, column.status] * Unit.THOUSANDS.factor
                page.write_number(row, place, self.columns.in_unit(thousands), number)
