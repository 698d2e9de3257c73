"""Workbooks typed as text, for tests: a row a line, cells between bars, as a person sees a table."""

from __future__ import annotations

from decimal import Decimal

from savings.spreadsheets.sheets import Cell, Merge, Sheet, Workbook


def sheet(text: str, *, name: str = "Savings", merges: tuple[Merge, ...] = (), numbers: bool = True, **more) -> Sheet:
    """The sheet that `text` shows: cells are cut at "|"; plain numbers are numbers unless ``numbers`` is false.

    The first row is 1, also where it is empty; the lines before the first bar or word are not counted.
    """
    lines = text.strip("\n").splitlines()
    rows: dict[int, dict[int, Cell]] = {}
    for number, line in enumerate(lines, start=1):
        cells = {
            place: cell(words.strip(), numbers=numbers)
            for place, words in enumerate(line.strip().split("|"), start=1)
            if words.strip()
        }
        if cells:
            rows[number] = cells
    return Sheet(name, rows, merges=merges, **more)


def cell(words: str, *, numbers: bool = True) -> Cell:
    """A cell as typed: 120 and -1.331 are numbers, 12% a percentage, =A1 a formula without a result, else text."""
    if words.startswith("="):
        return Cell(None, formula=words)
    if words.startswith("#") and words.isupper():
        return Cell(None, error=words)
    if not numbers:
        return Cell(words)
    bare = words.removeprefix("-")
    if bare.isdigit():
        return Cell(int(words))
    whole, point, fraction = bare.partition(".")
    if point and whole.isdigit() and fraction.isdigit():
        return Cell(Decimal(words))
    if words.endswith("%") and words[:-1].isdigit():
        return Cell(Decimal(words[:-1]) / 100, percent=True)
    return Cell(words)


def workbook(*sheets: Sheet | str, file_name: str = "savings.xlsx", **more) -> Workbook:
    """A workbook of these sheets; a text is the only sheet of it, see `sheet`."""
    made = [each if isinstance(each, Sheet) else sheet(each, **more) for each in sheets]
    return Workbook(file_name, file_name.rsplit(".", 1)[-1], made)
