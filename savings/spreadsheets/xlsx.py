"""The cells of an XLSX workbook, read in one pass: values as the file keeps them, formulas, and what it hides.

Only what says something about the cells is read (sheets, texts, number formats, cells), so that a workbook with charts,
pivots, broken names or odd styles is read like any other. Numbers never pass through a float: a spreadsheet keeps 15
significant digits, and those are what is read.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Context, Decimal

from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

from savings.spreadsheets import limits
from savings.spreadsheets.archive import Archive, relations_of, resolved
from savings.spreadsheets.sheets import Cell, Merge, Sheet, UnusableFile, Value, Workbook, address

_FIFTEEN = Context(prec=15)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LARGEST_EXPONENT = 308
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_QUOTED_OR_BRACKETED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_THOUSANDS_LEFT_AWAY = re.compile(r"[0#?](,+)(?![0#?,])")
_DIGITS_SHOWN = re.compile(r"[0#?](?:\.([0#?]+))?(?![0#?,.])")
_CELL_NAME = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(50, 59)])

_REMEMBERED = 20_000
"""Cells of a look that are kept to stand for equal ones: most sheets say the same few things many times."""

_LAST_SERIAL = 2_958_465
_LEAP_DAY_THAT_NEVER_WAS = 60


def read_xlsx(archive: Archive, workbook_part: str, file_name: str) -> tuple[Workbook, int]:
    """The workbook, and how many cells its merges and links cover (what another library would have to make)."""
    book = _Book()
    archive.walk(workbook_part, book)
    related = Relations()
    if relations_of(workbook_part) in archive:
        archive.walk(relations_of(workbook_part), related)
    looks, texts = _Looks(), _Texts(archive)
    for kind, target in related.found.values():
        part = resolved(workbook_part, target)
        if kind == "styles" and part in archive:
            archive.walk(part, looks)
        elif kind == "sharedStrings" and part in archive:
            archive.walk(part, texts)
    listed = [(name, state, *related.found.get(key, ("", ""))) for name, state, key in book.sheets]
    worksheets = [(name, state, target) for name, state, kind, target in listed if kind == "worksheet"]
    if len(worksheets) > limits.MAX_SHEETS:
        raise UnusableFile(
            f"{archive.what} has {len(worksheets):,} sheets; at most {limits.MAX_SHEETS} are read. Delete those that "
            "are not to be imported and upload it again."
        )
    reading = _Reading(archive, looks.looks or [_Look()], texts, book.epoch)
    workbook, covered = Workbook(file_name, "xlsx", []), 0
    for name, state, target in worksheets:
        part = resolved(workbook_part, target)
        if part not in archive:
            workbook.warnings.append(f"Sheet “{name}” is listed in the workbook, but is missing from it.")
            continue
        sheet = _SheetReading(name, reading)
        archive.walk(part, sheet)
        workbook.sheets.append(sheet.sheet(hidden=state in ("hidden", "veryHidden")))
        if sheet.scaled:
            workbook.warnings.append(
                f"Cells of sheet “{name}” hold pounds that their number format shows in thousands or millions, such as "
                f"{sheet.scaled}. They are read as the pounds they hold."
            )
        covered += sheet.covered
    return workbook, covered


def number(text: str) -> int | Decimal | None:
    """The number that a cell's markup keeps, to 15 significant digits, exactly; None where it is none."""
    if len(text) <= 15 and text.isascii() and text.isdigit():
        return int(text)
    if len(text) > limits.MAX_CELL_TEXT or not _NUMBER.fullmatch(text):
        return None
    value = _FIFTEEN.create_decimal(text)
    if value and abs(value.adjusted()) > _LARGEST_EXPONENT:
        return None
    return int(value) if value == value.to_integral_value() else value.normalize(_FIFTEEN)


def moment(serial: int | Decimal, epoch_1904: bool) -> Value:
    """The date, or date and time, that a serial number stands for; the time alone in words; None where it is none.

    Whole days are dates. In the older of the two systems day 60 is 29 February 1900, which never was.
    """
    if serial < 0 or serial > _LAST_SERIAL:
        return None
    days = int(serial)
    seconds = int(((serial - days) * 86_400).to_integral_value()) if isinstance(serial, Decimal) else 0
    if 0 < serial < 1:
        return str(dt.timedelta(seconds=min(seconds, 86_399))).rjust(8, "0")
    if epoch_1904:
        day = dt.date(1904, 1, 1)
    elif days in (0, _LEAP_DAY_THAT_NEVER_WAS):
        return None
    else:
        day = dt.date(1899, 12, 31) if days < _LEAP_DAY_THAT_NEVER_WAS else dt.date(1899, 12, 30)
    try:
        whole = dt.datetime.combine(day, dt.time()) + dt.timedelta(days=days, seconds=seconds)
    except OverflowError:
        return None
    return whole.date() if whole.time() == dt.time() else whole


@dataclass
class _Look:
    """What the number format of a cell says about its value, and the cells read with it so far, by their markup."""

    date: bool = False
    percent: bool = False
    scale: int = 1
    decimals: int | None = None
    seen: dict[tuple[str, str], Cell] = field(default_factory=dict)


def _look_of(code: str) -> _Look:
    first = code.split(";")[0]
    bare = _QUOTED_OR_BRACKETED.sub("", first)
    left_away = _THOUSANDS_LEFT_AWAY.search(bare)
    date = is_date_format(code) and not is_timedelta_format(code)
    shown = _DIGITS_SHOWN.search(bare) if not date else None
    return _Look(
        date=date,
        percent="%" in bare,
        scale=1000 ** len(left_away[1]) if left_away and not date else 1,
        decimals=len(shown[1] or "") if shown else None,
    )


class _Part:
    """Counts elements, as `Archive.walk` asks; a part tells its own by overriding."""

    def __init__(self) -> None:
        self.opened = 0
        self.closed = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.opened += 1
        self.element(name.rpartition(":")[2], attributes)

    def end(self, name: str) -> None:
        self.closed += 1

    def text(self, text: str) -> None:
        """Parts that keep nothing in texts."""

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """Told of each element, without its prefix; each part says what it keeps of it."""


class _Book(_Part):
    """The sheets in their order (name, state, key of the relation) and the date system."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str, str]] = []
        self.epoch = False

    def element(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            key = next((value for at, value in attributes.items() if at.rpartition(":")[2] == "id"), "")
            self.sheets.append((attributes.get("name", ""), attributes.get("state", ""), key))
        elif name == "workbookPr":
            self.epoch = _yes(attributes.get("date1904"))


class Relations(_Part):
    """Relations by key: their kind (last word of the type) and where they lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, tuple[str, str]] = {}

    def element(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))


class _Looks(_Part):
    """What each cell style says of values; equal formats share a look."""

    def __init__(self) -> None:
        super().__init__()
        self.looks: list[_Look] = []
        self._codes: dict[str, str] = {}
        self._by_code: dict[str, _Look] = {}
        self._within = False

    def element(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:255]
        elif name == "cellXfs":
            self._within = True
        elif name == "xf" and self._within:
            number_format = attributes.get("numFmtId", "0")
            self.looks.append(self._by_code.setdefault(number_format, self._of(number_format)))

    def end(self, name: str) -> None:
        self.closed += 1
        if name.rpartition(":")[2] == "cellXfs":
            self._within = False

    def _of(self, number_format: str) -> _Look:
        known = self._by_code.get(number_format)
        if known is not None:
            return known
        if number_format in self._codes:
            return _look_of(self._codes[number_format])
        built_in = int(number_format) if number_format.isascii() and number_format.isdigit() else 0
        if built_in in _BUILT_IN_DATES:
            return _Look(date=True)
        return _look_of(BUILTIN_FORMATS.get(built_in, ""))


class _Texts(_Part):
    """The texts that cells share, in their order, each turned into a cell when one first uses it."""

    def __init__(self, archive: Archive) -> None:
        super().__init__()
        self._archive = archive
        self._collecting = False
        self._aside = False
        self._pieces: list[str] = []
        self._texts: list[str | Cell] = []
        self.length = 0

    def element(self, name: str, attributes: dict[str, str]) -> None:
        if name == "t":
            self._collecting = not self._aside
        elif name == "si":
            self._pieces = []
        elif name == "rPh":
            self._aside = True

    def text(self, text: str) -> None:
        if self._collecting:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        self.closed += 1
        name = name.rpartition(":")[2]
        if name == "t":
            self._collecting = False
        elif name == "rPh":
            self._aside = False
        elif name == "si":
            text = "".join(self._pieces)
            self.count(text, "")
            self._texts.append(text)
            if len(self._texts) > limits.MAX_CELLS:
                raise _too_many_cells(self._archive.what)

    def count(self, text: str, where: str) -> None:
        """Add a text to those read. Raises `UnusableFile` where it, or all together, are too long."""
        self.length += len(text)
        if len(text) > limits.MAX_CELL_TEXT:
            raise UnusableFile(
                f"{where or 'A cell'} of {self._archive.what} holds a text of {len(text):,} characters; a cell can "
                f"hold at most {limits.MAX_CELL_TEXT:,}. Shorten it and upload the workbook again."
            )
        if self.length > limits.MAX_TEXT:
            raise UnusableFile(
                f"The texts of {self._archive.what} come to more than {limits.MAX_TEXT:,} characters. Delete the "
                "sheets and columns that are not to be imported and upload it again."
            )

    def cell(self, index: str) -> Cell:
        """The cell for a shared text. Raises IndexError or ValueError where there is none."""
        place = int(index)
        if place < 0:
            raise IndexError(index)
        known = self._texts[place]
        if isinstance(known, str):
            known = self._texts[place] = Cell(unescaped(known))
        return known


@dataclass
class _Reading:
    """What the sheets of a workbook have in common while they are read."""

    archive: Archive
    looks: list[_Look]
    texts: _Texts
    epoch_1904: bool
    cells: int = 0
    translated: int = 0


class _SheetReading(_Part):
    """One sheet as its part is walked. The names of elements carry the prefix of the root, if it has one."""

    def __init__(self, name: str, reading: _Reading) -> None:
        super().__init__()
        self.name = name
        self.covered = 0
        self.scaled = ""
        self._reading = reading
        self._rows: dict[int, dict[int, Cell]] = {}
        self._hidden_rows: set[int] = set()
        self._column_ranges: list[tuple[int, int, bool]] = []
        self._columns_hidden_by_default = False
        self._merges: list[Merge] = []
        self._row, self._cells, self._row_hidden = 0, {}, False
        self._column = 0
        self._kind, self._look, self._formula = "n", reading.looks[0], None
        self._value: str | None = None
        self._pieces: list[str] = []
        self._collecting = self._inline = self._aside = False
        self._shared: dict[str, tuple[str, Translator | None]] = {}
        self._letters: dict[str, int] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.opened += 1
        if self.opened == 1:
            prefix = name[: name.find(":") + 1]
            self._c, self._v, self._f, self._t = (f"{prefix}{short}" for short in "cvft")
            self._is, self._phonetic, self._row_tag = f"{prefix}is", f"{prefix}rPh", f"{prefix}row"
            self._others = {f"{prefix}{other}": other for other in ("col", "mergeCell", "hyperlink", "sheetFormatPr")}
        if name == self._c:
            self._start_cell(attributes)
        elif name == self._v:
            self._collecting, self._pieces = True, []
        elif name == self._row_tag:
            self._start_row(attributes)
        elif name == self._f:
            self._formula, self._collecting, self._pieces = attributes, True, []
        elif name == self._is:
            self._inline, self._pieces = True, []
        elif name == self._t:
            self._collecting = self._inline and not self._aside
        elif name == self._phonetic:
            self._aside = True
        elif name in self._others:
            self._other(self._others[name], attributes)

    def text(self, text: str) -> None:
        if self._collecting:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        self.closed += 1
        if name == self._v:
            self._value, self._collecting = "".join(self._pieces), False
        elif name == self._c:
            self._end_cell()
        elif name == self._f:
            self._collecting = False
            assert self._formula is not None
            self._formula = {**self._formula, "": "".join(self._pieces)}
        elif name == self._t:
            self._collecting = False
        elif name == self._is:
            self._value, self._inline = "".join(self._pieces), False
        elif name == self._phonetic:
            self._aside = False

    def _start_row(self, attributes: dict[str, str]) -> None:
        said = attributes.get("r")
        self._row = self._whole(said) if said else self._row + 1
        self._column = 0
        self._cells = self._rows.get(self._row, {})
        self._row_hidden = _yes(attributes.get("hidden")) or _nought(attributes.get("ht"))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        said = attributes.get("r")
        if said:
            letters = said.rstrip("0123456789")
            column = self._letters.get(letters)
            if column is None:
                column = self._letters[letters] = self._column_number(letters)
            if said[len(letters) :] != str(self._row):
                self._start_row({"r": said[len(letters) :]})
            self._column = column
        else:
            self._column += 1
        style = attributes.get("s")
        if style is None:
            self._look = self._reading.looks[0]
        else:
            try:
                self._look = self._reading.looks[int(style)]
            except (IndexError, ValueError):
                self._look = self._reading.looks[0]
        self._kind = attributes.get("t", "n")
        self._value = self._formula = None

    def _end_cell(self) -> None:
        value, kind = self._value, self._kind
        if self._formula is not None:
            cell = self._cell_of(kind, value)
            text = self._formula_text(self._formula)
            cell = Cell(cell.value, text, cell.error, cell.percent, cell.scale, cell.decimals)
        elif not value:
            return
        elif kind == "s":
            try:
                cell = self._reading.texts.cell(value)
            except (IndexError, ValueError) as error:
                raise self._damaged(f"cell {self._address} names a text that is not there") from error
            if not cell.value:
                return
        else:
            seen = self._look.seen
            known = seen.get((kind, value))
            cell = known if known is not None else self._cell_of(kind, value)
            if known is None and len(seen) < _REMEMBERED:
                seen[kind, value] = cell
        self._keep(cell)

    def _keep(self, cell: Cell) -> None:
        row, column = self._row, self._column
        if row > limits.MAX_ROWS or column > limits.MAX_COLUMNS:
            raise UnusableFile(
                f"Cell {address(row, column)} of sheet “{self.name}” holds something, but "
                f"{self._reading.archive.what} is read down to row {limits.MAX_ROWS:,} and across to column "
                f"{limits.MAX_COLUMNS} ({address(limits.MAX_ROWS, limits.MAX_COLUMNS)}). Delete the rows and columns, "
                "or the sheet, that are not to be imported and upload it again."
            )
        if not self._cells:
            self._rows[row] = self._cells
            if self._row_hidden:
                self._hidden_rows.add(row)
        self._cells[column] = cell
        if cell.scale > 1 and not self.scaled and isinstance(cell.value, int | Decimal):
            self.scaled = address(row, column)
        self._reading.cells += 2 if cell.formula else 1
        if self._reading.cells > limits.MAX_CELLS:
            raise _too_many_cells(self._reading.archive.what)

    def _cell_of(self, kind: str, text: str | None) -> Cell:
        """The cell for a value as its markup has it; a number without a meaning is kept as it is written."""
        look = self._look
        if kind == "str" or kind == "inlineStr":
            if text is not None:
                self._reading.texts.count(text, f"Cell {self._address} of sheet “{self.name}”")
            return Cell(None if text is None else unescaped(text))
        if not text:
            return Cell(None, percent=look.percent, scale=look.scale, decimals=look.decimals)
        if kind == "s":
            return self._reading.texts.cell(text)
        if kind == "b":
            return Cell(text.strip() not in ("0", "false"))
        if kind == "e":
            return Cell(None, error=text[:40])
        if kind == "d":
            return Cell(_written_date(text))
        self._reading.texts.count("" if len(text) < 40 else text, f"Cell {self._address} of sheet “{self.name}”")
        value = number(text.strip())
        if value is None:
            return Cell(text)
        if look.date:
            when = moment(value, self._reading.epoch_1904)
            if when is not None:
                return Cell(when)
        return Cell(value, percent=look.percent, scale=look.scale, decimals=look.decimals)

    def _formula_text(self, formula: dict[str, str]) -> str:
        """A formula with its = sign. One shared with other cells is worked out for its own place."""
        text, shared = f"={formula['']}", formula.get("si")
        self._reading.texts.count(text, f"Cell {self._address} of sheet “{self.name}”")
        if formula.get("t") == "dataTable":
            return "=TABLE()"
        if formula.get("t") != "shared" or shared is None:
            return text
        if text != "=":
            self._shared[shared] = text, self._translator(text)
            return text
        first, translator = self._shared.get(shared, (text, None))
        self._reading.translated += len(first)
        if translator is None or self._reading.translated > limits.MAX_SHARED_FORMULAS:
            return first
        try:
            return str(translator.translate_formula(self._address))
        except (TranslatorError, ValueError, IndexError):
            return first

    def _translator(self, text: str) -> Translator | None:
        try:
            return Translator(text, self._address) if len(text) <= limits.MAX_SHARED_FORMULA else None
        except (TokenizerError, ValueError, IndexError):
            return None

    def _other(self, name: str, attributes: dict[str, str]) -> None:
        if name == "col":
            if len(self._column_ranges) < 16_384:
                first, last = self._whole(attributes.get("min")), self._whole(attributes.get("max"))
                hidden = _yes(attributes.get("hidden")) or _nought(attributes.get("width"))
                self._column_ranges.append((first, min(last, limits.MAX_COLUMNS), hidden))
        elif name == "sheetFormatPr":
            self._columns_hidden_by_default = _nought(attributes.get("defaultColWidth"))
        else:
            block = _block(attributes.get("ref", ""))
            if block is None:
                return
            self.covered += (block.last_row - block.first_row + 1) * (block.last_column - block.first_column + 1)
            if name == "mergeCell":
                self._merges.append(block)
                if len(self._merges) > limits.MAX_MERGES:
                    raise UnusableFile(
                        f"Sheet “{self.name}” of {self._reading.archive.what} merges cells in more than "
                        f"{limits.MAX_MERGES:,} places. Unmerge them and upload it again."
                    )

    def sheet(self, *, hidden: bool) -> Sheet:
        """The sheet as read: merges within the cells that are used, hidden rows and columns that hold something."""
        used = {column for cells in self._rows.values() for column in cells}
        covered: set[int] = set()
        hidden_columns: set[int] = set()
        for first, last, is_hidden in self._column_ranges:
            columns = range(first, last + 1)
            covered.update(columns)
            if is_hidden:
                hidden_columns.update(columns)
            else:
                hidden_columns.difference_update(columns)
        if self._columns_hidden_by_default:
            hidden_columns |= used - covered
        last_row, last_column = max(self._rows, default=0), max(used, default=0)
        merges, area = [], 0
        for block in self._merges:
            clipped = Merge(
                block.first_row,
                block.first_column,
                min(block.last_row, last_row),
                min(block.last_column, last_column),
            )
            if clipped.first_row > clipped.last_row or clipped.first_column > clipped.last_column:
                continue
            area += (clipped.last_row - clipped.first_row + 1) * (clipped.last_column - clipped.first_column + 1)
            if area > limits.MAX_CELLS:
                raise self._damaged("its merged cells overlap")
            merges.append(clipped)
        return Sheet(
            name=self.name,
            rows=self._rows if list(self._rows) == sorted(self._rows) else dict(sorted(self._rows.items())),
            hidden=hidden,
            hidden_rows=frozenset(self._hidden_rows),
            hidden_columns=frozenset(hidden_columns & used),
            merges=tuple(merges),
        )

    @property
    def _address(self) -> str:
        return address(self._row, self._column)

    def _column_number(self, letters: str) -> int:
        if not letters or len(letters) > 3 or not (letters.isascii() and letters.isalpha()):
            raise self._damaged(f"a cell has the address “{letters[:20]}”")
        place = 0
        for letter in letters.upper():
            place = place * 26 + ord(letter) - ord("A") + 1
        return place

    def _whole(self, text: str | None) -> int:
        if not text or len(text) > 9 or not (text.isascii() and text.isdigit()) or not int(text):
            raise self._damaged(f"a row or column has the number “{(text or '')[:20]}”")
        return int(text)

    def _damaged(self, why: str) -> UnusableFile:
        return self._reading.archive.broken(f"in sheet “{self.name}” {why}")


def unescaped(text: str) -> str:
    """A text without the way in which workbooks write control characters: _x000D_ is a carriage return.

    What no text of ours can hold, a NUL or half a character, stays as it is written.
    """
    return _ESCAPED.sub(lambda match: _character(match), text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if not code or 0xD800 <= code <= 0xDFFF else chr(code)


def _written_date(text: str) -> Value:
    """The date or time of a cell that keeps it as ISO 8601 text; the text itself where it is none."""
    try:
        whole = dt.datetime.fromisoformat(text.strip().removesuffix("Z"))
    except ValueError:
        return text
    return whole.date() if whole.time() == dt.time() else whole


def _block(reference: str) -> Merge | None:
    """The block of cells that a reference such as A1:C3 names; None where it names none."""
    first, _, last = reference.partition(":")
    start, end = _CELL_NAME.fullmatch(first), _CELL_NAME.fullmatch(last or first)
    if start is None or end is None:
        return None
    columns = sorted(_place(match[1]) for match in (start, end))
    rows = sorted(int(match[2]) for match in (start, end))
    return Merge(rows[0], columns[0], rows[1], columns[1])


def _place(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place


def _yes(said: str | None) -> bool:
    return said in ("1", "true", "on")


def _nought(said: str | None) -> bool:
    """Whether a height or width is said to be nought."""
    return said is not None and number(said) == 0


def _too_many_cells(what: str) -> UnusableFile:
    return UnusableFile(
        f"{what} holds more than {limits.MAX_CELLS:,} cells. Delete the sheets, rows and columns that are not to be "
        "imported and upload it again."
    )
