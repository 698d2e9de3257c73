"""The workbook that was brought, given back with its problems marked: at each cell, and listed on a sheet of their own.

The person's own formats and formulas stay. A workbook that cannot be written again (or only at too great a cost), and a
CSV file, are given back as plain cells in an XLSX workbook. Pictures, charts of newer kinds and results of formulas are
not kept; the spreadsheet program works results out again when it opens the file.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from decimal import Decimal
from typing import Any, Final

import openpyxl
import xlsxwriter
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import coordinate_to_tuple, get_column_letter

from savings.spreadsheets import limits
from savings.spreadsheets.findings import Finding
from savings.spreadsheets.reading import PROBLEMS_SHEET, PROBLEMS_TITLE, read_with_extent
from savings.spreadsheets.sheets import EMPTY, Cell, Sheet, Workbook

WRITER: Final = "FutureFit"
MAX_MARKED: Final = 2_000
"""Cells that are given a frame and a note; all problems are listed."""

MAX_LISTED: Final = 20_000
LARGEST_KEPT: Final = 300_000
"""Cells up to which a workbook is given back with its own formats."""

_RED, _TINT = "#B3261E", "#FBEDEC"
_FRAME = Side(style="medium", color=_RED[1:])
_MARK = Border(left=_FRAME, right=_FRAME, top=_FRAME, bottom=_FRAME)
_FILL = PatternFill("solid", fgColor=_TINT[1:])
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_HEADINGS = ("Sheet", "Cell", "Column", "Value", "What is wrong and what to do")
_HEADING_ROW = 4
_BOLD_ROWS = (1, _HEADING_ROW)
_WIDTHS = (22, 8, 24, 34, 90)
_LONGEST_NOTE = 1_000


def marked_copy(content: bytes, file_name: str, findings: Sequence[Finding]) -> bytes:
    """The file as an XLSX workbook with each finding marked at its cell, and all listed on a first sheet.

    Raises `UnusableFile` where the file cannot be read in the first place.
    """
    read, covered = read_with_extent(content, file_name)
    if read.kind == "xlsx" and _is_small(read, covered):
        own = _own_copy(content, findings)
        if own is not None:
            return own
    return _plain_copy(read, findings)


def _is_small(read: Workbook, covered: int) -> bool:
    cells = sum(len(row) for sheet in read.sheets for row in sheet.rows.values())
    return cells <= LARGEST_KEPT and covered <= LARGEST_KEPT


def _messages(findings: Iterable[Finding]) -> dict[str, dict[str, str]]:
    """What is said of each cell, by sheet and address: of the first `MAX_MARKED` cells that findings name."""
    found: dict[str, dict[str, str]] = {}
    marked = 0
    for finding in findings:
        if not _ADDRESS.fullmatch(finding.cell):
            continue
        cells = found.setdefault(finding.sheet, {})
        if finding.cell in cells:
            cells[finding.cell] = f"{cells[finding.cell]}\n{finding.message}"[:_LONGEST_NOTE]
        elif marked < MAX_MARKED:
            cells[finding.cell] = finding.message[:_LONGEST_NOTE]
            marked += 1
    return found


# The person's own workbook, with openpyxl


def _own_copy(content: bytes, findings: Sequence[Finding]) -> bytes | None:
    """The workbook with its formats, marked; None where the library cannot take it in or write it."""
    memory = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
            for sheet in list(book.worksheets):
                if sheet.title.startswith(PROBLEMS_SHEET) and sheet["A1"].value == PROBLEMS_TITLE:
                    del book[sheet.title]
            _mark(book, findings)
            _list(book, findings)
            book.save(memory)
        except Exception:  # openpyxl raises anything for a workbook with parts that it has no words for
            return None
    return memory.getvalue()


def _mark(book: Any, findings: Iterable[Finding]) -> None:
    pages = {page.title: page for page in book.worksheets}
    for sheet, cells in _messages(findings).items():
        page = pages.get(sheet)
        for place, words in cells.items() if page is not None else ():
            at = page[place]
            if isinstance(at, MergedCell):
                block = next(block for block in page.merged_cells.ranges if place in block)
                at = page.cell(*block.top[0])
            at.border, at.fill = copy(_MARK), copy(_FILL)
            before = f"{at.comment.text}\n\n" if at.comment else ""
            at.comment = Comment(_plainly(f"{before}{words}"), WRITER, height=120, width=320)


def _list(book: Any, findings: Sequence[Finding]) -> None:
    page = book.create_sheet(PROBLEMS_SHEET, 0)
    for other in book.worksheets:
        other.sheet_view.tabSelected = False
    book.active = 0
    page.sheet_view.tabSelected = True
    bold, top = Font(bold=True), Alignment(vertical="top", wrap_text=True)
    for row, texts in _listed(findings):
        for column, text in enumerate(texts, start=1):
            at = page.cell(row, column)
            at.value, at.data_type = _plainly(text), "s"
            at.quotePrefix = _like_a_formula(text)
            if row in _BOLD_ROWS:
                at.font = bold
            elif row > _HEADING_ROW:
                at.alignment = top
    for column, width in enumerate(_WIDTHS, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.freeze_panes = f"A{_HEADING_ROW + 1}"


# Its cells alone, with XlsxWriter, which holds one row at a time


def _plain_copy(read: Workbook, findings: Sequence[Finding]) -> bytes:
    """The cells of a workbook as read, formulas among them, marked."""
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"constant_memory": True, "default_date_format": "d mmm yyyy"})
    names = _sheet_names(read)
    messages = _messages(findings)
    page = book.add_worksheet(_free(PROBLEMS_SHEET, set(names.values())))
    shapes = {row: book.add_format({"bold": True}) for row in _BOLD_ROWS}
    below = book.add_format({"valign": "top", "text_wrap": True})
    for column, width in enumerate(_WIDTHS):
        page.set_column(column, column, width)
    for row, texts in _listed(findings):
        shape = shapes.get(row, below if row > _HEADING_ROW else None)
        for column, text in enumerate(texts):
            page.write_string(row - 1, column, _plainly(text), shape)
    page.freeze_panes(_HEADING_ROW, 0)
    formats: dict[tuple[str, bool], Any] = {}
    for sheet in read.sheets:
        page = book.add_worksheet(names[sheet.name])
        for number in sheet.hidden_columns:
            page.set_column(number - 1, number - 1, None, None, {"hidden": True})
        marks = {_place(place): words for place, words in messages.get(sheet.name, {}).items()}
        for row, cells in _rows_with(sheet, marks):
            if row in sheet.hidden_rows:
                page.set_row(row - 1, None, None, {"hidden": True})
            for column, cell in cells.items():
                words = marks.get((row, column))
                look = (_number_format(cell), words is not None)
                if look not in formats:
                    formats[look] = book.add_format(_properties(*look))
                _put(page, row - 1, column - 1, cell, formats[look])
                if words is not None:
                    page.write_comment(row - 1, column - 1, _plainly(words), {"author": WRITER, "width": 320})
    book.close()
    return memory.getvalue()


def _rows_with(sheet: Sheet, marks: Iterable[tuple[int, int]]) -> Iterator[tuple[int, dict[int, Cell]]]:
    """The rows of a sheet in order, with an empty cell where one is marked that holds nothing."""
    marked: dict[int, set[int]] = {}
    for row, column in marks:
        if row <= limits.MAX_ROWS and column <= limits.MAX_COLUMNS:
            marked.setdefault(row, set()).add(column)
    for row in sorted({*sheet.rows, *marked}):
        cells = sheet.rows.get(row, {})
        yield row, {column: cells.get(column, EMPTY) for column in sorted({*cells, *marked.get(row, ())})}


def _number_format(cell: Cell) -> str:
    if cell.percent:
        return "0%"
    if isinstance(cell.value, dt.datetime):
        return "d mmm yyyy hh:mm"
    if isinstance(cell.value, dt.date):
        return "d mmm yyyy"
    return "#,##0" + "," * (len(str(cell.scale)) // 3) if cell.scale > 1 else "General"


def _properties(number_format: str, is_marked: bool) -> dict[str, Any]:
    marked = {"border": 2, "border_color": _RED, "bg_color": _TINT} if is_marked else {}
    return {"num_format": number_format, **marked}


def _put(page: Any, row: int, column: int, cell: Cell, look: Any) -> None:
    value = cell.value
    if cell.formula:
        result = value if isinstance(value, int | Decimal) else cell.text
        page.write_formula(row, column, cell.formula, look, cell.error or result)
    elif cell.error:
        page.write_formula(row, column, f"={cell.error}", look, cell.error)
    elif value is None or value == "":
        page.write_blank(row, column, None, look)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, look)
    elif isinstance(value, int | Decimal):
        page.write_number(row, column, value, look)
    elif isinstance(value, dt.date):
        page.write_datetime(row, column, value, look)
    else:
        page.write_string(row, column, _plainly(value), look)


def _sheet_names(read: Workbook) -> dict[str, str]:
    """A name for each sheet that a workbook can have, each once whatever its case."""
    names: dict[str, str] = {}
    for sheet in read.sheets:
        plain = re.sub(r"[\[\]:*?/\\]", " ", sheet.name).strip(" '")[:31].strip(" '") or "Sheet"
        names[sheet.name] = _free(plain, set(names.values()))
    return names


def _free(name: str, taken: set[str]) -> str:
    folded = {each.lower() for each in taken}
    free, number = name, 2
    while free.lower() in folded or free.lower() == "history":
        free, number = f"{name[:27]} {number}", number + 1
    return free


def _place(address: str) -> tuple[int, int]:
    row, column = coordinate_to_tuple(address)
    return int(row), int(column)


# What the list of problems says


def _listed(findings: Sequence[Finding]) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows of the sheet of problems, by number."""
    yield 1, (PROBLEMS_TITLE,)
    yield 2, (_what_to_do(len(findings)),)
    yield _HEADING_ROW, _HEADINGS
    for row, finding in enumerate(findings[:MAX_LISTED], start=_HEADING_ROW + 1):
        yield row, (finding.sheet, finding.cell, finding.column, finding.value, finding.message)


def _what_to_do(count: int) -> str:
    told = "Put each cell right in its own sheet and upload the workbook again; this sheet is left out when it is read."
    if count > MAX_LISTED:
        told = f"The first {MAX_LISTED:,} of {count:,} are listed. {told}"
    if count > MAX_MARKED:
        told = f"{told} The first {MAX_MARKED:,} cells with problems are marked in red in their sheets."
    return told


def _like_a_formula(text: str) -> bool:
    return text.startswith(("=", "+", "-", "@"))


def _plainly(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub(" ", text)[: limits.MAX_CELL_TEXT]
