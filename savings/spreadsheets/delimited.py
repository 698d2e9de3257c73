"""The cells of a CSV file: which characters it is written in, what parts its columns, and its texts as written.

A CSV file says nothing of what its texts mean, so every cell is text ("007" keeps its noughts); what is an amount is
decided where amounts are read.
"""

from __future__ import annotations

import codecs
import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterator

from futurefit.ui.exports import as_meant
from savings.spreadsheets import limits
from savings.spreadsheets.sheets import Cell, Sheet, UnusableFile, Workbook, address

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SEPARATORS = (",", ";", "\t", "|")
_LOOKED_AT = 60
_SAID = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def read_csv(content: bytes, what: str, file_name: str) -> Workbook:
    """The file as a workbook of one sheet named after it. Raises `UnusableFile` for no text, or out of bounds."""
    text, warnings = _decoded(content, what)
    if len(text) > limits.MAX_TEXT:
        raise UnusableFile(
            f"{what} holds more than {limits.MAX_TEXT:,} characters. Delete the rows and columns that are not to be "
            "imported and upload it again."
        )
    said = _SAID.match(text)
    separator = said[1] if said else _separator(text, what)
    rows: dict[int, dict[int, Cell]] = {}
    seen: dict[str, Cell] = {}
    cells = 0
    for row, fields in enumerate(_records(text, separator, what), start=1):
        if said and row == 1:
            continue
        kept: dict[int, Cell] = {}
        for column, written in enumerate(fields, start=1):
            if not written:
                continue
            if row > limits.MAX_ROWS or column > limits.MAX_COLUMNS:
                raise UnusableFile(
                    f"Cell {address(row, column)} holds something, but {what} is read down to row {limits.MAX_ROWS:,} "
                    f"and across to column {limits.MAX_COLUMNS}. Delete the rows and columns that are not to be "
                    "imported and upload it again."
                )
            if len(written) > limits.MAX_CELL_TEXT:
                raise UnusableFile(
                    f"Cell {address(row, column)} of {what} holds a text of {len(written):,} characters; a cell can "
                    f"hold at most {limits.MAX_CELL_TEXT:,}. Is a quotation mark missing? Mend it and upload it again."
                )
            cell = seen.get(written)
            if cell is None:
                cell = seen[written] = Cell(as_meant(written))
            kept[column] = cell
        cells += len(kept)
        if cells > limits.MAX_CELLS:
            raise UnusableFile(
                f"{what} holds more than {limits.MAX_CELLS:,} cells. Delete the rows and columns that are not to be "
                "imported and upload it again."
            )
        if kept:
            rows[row] = kept
    return Workbook(file_name, "csv", [Sheet(_sheet_name(file_name), rows)], warnings)


def _decoded(content: bytes, what: str) -> tuple[str, list[str]]:
    """The text, and what is to be said of its characters: UTF-16 by its mark, else UTF-8, else Windows-1252."""
    warnings: list[str] = []
    try:
        if content.startswith(_UTF_16):
            text = content.decode("utf-16")
        else:
            text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if content.startswith(_UTF_16):
            raise _not_text(what) from None
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise _not_text(what) from None
        warnings.append(
            "The file does not say which characters it is written in; it was read as Windows-1252. Check that £ and – "
            "look right."
        )
    if _NOT_TEXT.search(text):
        raise _not_text(what)
    return text, warnings


def _records(text: str, separator: str, what: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(_lines(text, what), delimiter=separator)
    except csv.Error as error:
        raise UnusableFile(
            f"{what} cannot be read as CSV: a text is longer than {limits.MAX_CELL_TEXT:,} characters, or a quotation "
            "mark is missing. Put it right, or save it as .xlsx, and upload it again."
        ) from error


def _lines(text: str, what: str) -> Iterator[str]:
    """The lines with their ends, none of them longer and no more of them than allowed."""
    start = 0
    for number, match in enumerate(re.finditer(r"\r\n|\r|\n|\Z", text)):
        if number > limits.MAX_LINES:
            raise UnusableFile(
                f"{what} has more than {limits.MAX_LINES:,} lines, most of them empty. Delete the empty ones and "
                "upload it again."
            )
        line = text[start : match.end()]
        start = match.end()
        if len(line) > limits.MAX_LINE:
            raise UnusableFile(
                f"{what} has a line of {len(line):,} characters; at most {limits.MAX_LINE:,} are read. Is it CSV?"
            )
        if line:
            yield line


def _separator(text: str, what: str) -> str:
    """What parts the columns: what gives the most of the first rows one and the same number of columns above one."""
    best, score = ",", (0, 0)
    for candidate in _SEPARATORS:
        first = itertools.islice(_records(text, candidate, what), _LOOKED_AT)
        widths = Counter(len(fields) for fields in first if len(fields) > 1)
        if widths:
            width, rows = max(widths.items(), key=lambda item: (item[1], item[0]))
            if (rows, width) > score:
                best, score = candidate, (rows, width)
    return best


def _not_text(what: str) -> UnusableFile:
    return UnusableFile(
        f"{what} is neither a workbook nor text that can be read. FutureFit reads .xlsx and .csv. Save the savings as "
        ".xlsx and upload that."
    )


def _sheet_name(file_name: str) -> str:
    return file_name.rpartition(".")[0] or file_name
