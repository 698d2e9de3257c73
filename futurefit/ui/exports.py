"""Lists as CSV and XLSX files for people: exactly the rows on screen, with what they are printed above them.

Text that a spreadsheet would take for a formula is written as text; numbers stay numbers, negative ones too.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import Http404, HttpResponse
from django.utils.text import slugify
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from futurefit.ui.figure_table import FigureTable
from futurefit.ui.figures import Figure
from futurefit.ui.tables import Table

FORMATS = ("csv", "xlsx")

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\Z")

NEUTRAL_STARTS = frozenset("'=+-@\t\r")
"""The characters with which a text begins that `neutral` may change."""

_LIKE_A_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What starts like a formula, or was made to look unlike one already."""

BYTE_ORDER_MARK = "\ufeff"
"""Tells a spreadsheet that the file is UTF-8, so that £ and – survive. Feeds for programs go without it."""

_XLSX_FORMATS = {"amount": "#,##0", "integer": "#,##0", "decimal": "0.0", "date": "d mmm yyyy", "text": "@"}

_WIDTHS = {"amount": 14, "integer": 10, "decimal": 10, "date": 14, "text": 28}

Column = tuple[str, str]
"""Heading and kind: text, amount, integer, decimal or date."""


def neutral(text: str) -> str:
    """The text so that no spreadsheet runs it: an apostrophe before what starts like a formula, not before a number.

    One more before what has apostrophes there itself, so that `as_meant` gives every text back.
    """
    if _LIKE_A_FORMULA.match(text) and not _NUMBER.match(text):
        return f"'{text}"
    return text


def as_meant(text: str) -> str:
    """The text that `neutral` wrote, for reading a CSV file back: without the apostrophe before a formula's start."""
    return text[1:] if text.startswith("'") and _LIKE_A_FORMULA.match(text) else text


_NOT_XML = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})
"""Two characters that no XML holds, and with it no XLSX file: each becomes the sign for a character unknown."""

CELL_HOLDS = 32_767
"""The characters that one cell of a spreadsheet holds."""


def write_text(page: Worksheet, row: int, column: int, text: str, look: Format | None = None) -> None:
    """Write a text into a cell as text, whatever it holds: also what the writer would take for marked-up text.

    Raises ValueError for more characters than a cell holds, which would be cut off unseen.
    """
    text = text.translate(_NOT_XML)
    if text.startswith("<r>") and text.endswith("</r>"):
        page.write_rich_string(row, column, text[0], text[1], text[2:], *([look] if look else []))
    elif page.write_string(row, column, text, look):
        raise ValueError(f"A cell holds {CELL_HOLDS:,} characters, and this text has {len(text):,}: {text[:40]}…")


def _csv_cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    return neutral(str(value))


def csv_bytes(columns: Sequence[Column], rows: Iterable[Sequence[Any]], preamble: Sequence[str] = ()) -> bytes:
    """UTF-8 with byte order mark; the preamble one line each, an empty line, the headings, the rows."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    for line in preamble:
        writer.writerow([neutral(line)])
    if preamble:
        writer.writerow([])
    writer.writerow([neutral(heading) for heading, _kind in columns])
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def xlsx_bytes(
    sheet: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]], preamble: Sequence[str] = ()
) -> bytes:
    """One sheet, written row by row in constant memory, headings frozen below the preamble."""
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(
        memory,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    page = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", sheet)[:31].strip() or "List")
    bold = book.add_format({"bold": True})
    head = {
        True: book.add_format({"bold": True, "bottom": 1, "align": "right", "text_wrap": True}),
        False: book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
    }
    shapes = [book.add_format({"num_format": _XLSX_FORMATS[kind], "valign": "top"}) for _heading, kind in columns]
    for index, (_heading, kind) in enumerate(columns):
        page.set_column(index, index, _WIDTHS[kind])
    line = 0
    for number, words in enumerate(preamble):
        write_text(page, line, 0, words, bold if number == 0 else None)
        line += 1
    line += 1 if preamble else 0
    for index, (heading, kind) in enumerate(columns):
        write_text(page, line, index, heading, head[kind in ("amount", "integer", "decimal")])
    page.freeze_panes(line + 1, 1)
    for row in rows:
        line += 1
        for index, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, bool):
                page.write_string(line, index, "yes" if value else "no", shapes[index])
            elif isinstance(value, int | Decimal):
                page.write_number(line, index, value, shapes[index])
            elif isinstance(value, dt.date):
                page.write_datetime(line, index, value, shapes[index])
            else:
                write_text(page, line, index, str(value), shapes[index])
    book.close()
    return memory.getvalue()


def export_rows(
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    fmt: str,
    preamble_lines: Sequence[str] = (),
) -> HttpResponse:
    """The rows as a file to download, named after *name*. ``preamble_lines`` say title, period, unit and filters.

    Raises Http404 for a format that is not csv or xlsx.
    """
    if fmt not in FORMATS:
        raise Http404(f"There is no export “{fmt[:20]}”. There are: {', '.join(FORMATS)}.")
    if fmt == "csv":
        body, content_type = csv_bytes(columns, rows, preamble_lines), "text/csv; charset=utf-8"
    else:
        body = xlsx_bytes(name, columns, rows, preamble_lines)
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{slugify(name) or "list"}.{fmt}"'
    return response


def export_figures(
    name: str, tables: Sequence[FigureTable], fmt: str, preamble_lines: Sequence[str] = ()
) -> HttpResponse:
    """Tables of figures with the same rows, side by side; amounts in whole pounds whatever the screen shows.

    What is drawn and holds no words, such as a bar, is left out. Raises Http404 for a format that is not csv or xlsx,
    and ValueError where the tables have other rows.
    """
    columns: list[Column] = [(tables[0].first, "text")]
    named = [*tables[0].rows, *tables[0].totals]
    rows: list[list[Any]] = [[f"{row.label} ({row.note})" if row.note else row.label] for row in named]
    for table in tables:
        own = [*table.rows, *table.totals]
        for number, head in enumerate(table.heads):
            cells = [row.cells[number] for row in own]
            words = f"{head.label}, {head.note}" if head.note else head.label
            if all(isinstance(cell, Figure) for cell in cells):
                columns.append((f"{words} (£)", "amount"))
                values = [cell.amount for cell in cells if isinstance(cell, Figure)]
            elif any(values := [getattr(cell, "plain", "") or getattr(cell, "text", "") for cell in cells]):
                columns.append((words, "text"))
            else:
                continue
            for held, first, row, value in zip(rows, named, own, values, strict=True):
                if first.label != row.label:
                    raise ValueError(f"{first.label} stands beside {row.label}")
                held.append(value)
    lines = [f"{table.caption}: {table.note}" for table in tables]
    return export_rows(name, columns, rows, fmt, [*lines, "Amounts in this file are in whole pounds.", *preamble_lines])


def export_table(name: str, table: Table, fmt: str, preamble_lines: Sequence[str] = ()) -> HttpResponse:
    """Every row of a list in its present order, under its caption; amounts in whole pounds whatever the screen shows.

    Raises Http404 for a format that is not csv or xlsx.
    """
    lines = [table.caption, table.note, "Amounts in this file are in whole pounds.", *preamble_lines]
    return export_rows(name, table.export_headings(), table.export_rows(), fmt, lines)
