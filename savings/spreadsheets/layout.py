"""How a sheet is laid out: which rows are headings, what each column is and why, unit, sign and view.

Recognised from the sheet's own words, whatever is chosen in `Options` first. Nothing here knows the programme.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256

from futurefit.values.financial_year import Horizon
from futurefit.values.money import Unit
from savings.spreadsheets import headings
from savings.spreadsheets.amounts import NOTHING, NOUGHT
from savings.spreadsheets.amounts import WORDS as NO_AMOUNTS
from savings.spreadsheets.columns import (
    LIKE_A_NUMBER,
    LONGEST_HEADING,
    LONGEST_WORDS,
    WORDS,
    Block,
    Body,
    Column,
    Columns,
    bare_year,
    field_of,
    is_amount_word,
    is_kind_of_column,
    is_number,
    one_line,
)
from savings.spreadsheets.fields import IGNORE, TOTAL, Amounts, folded, parse_field
from savings.spreadsheets.findings import INCREMENTAL, MINUS_SAVES, PLUS_SAVES, Finding, Options
from savings.spreadsheets.own_files import digest_of, is_own, meaning_of
from savings.spreadsheets.sheets import Cell, Merge, Sheet, address, column_letters


@dataclass(frozen=True)
class Table:
    """One table of the sheet: its heading rows, the rows below them, both included, and its columns.

    ``title_rows`` stand above its headings; ``repeated`` are rows that repeat the headings further down.
    """

    title: str
    title_rows: tuple[int, ...]
    heading_rows: tuple[int, ...]
    repeated: frozenset[int]
    first_row: int
    last_row: int
    columns: tuple[Column, ...]

    def columns_of(self, field: str) -> list[Column]:
        return [column for column in self.columns if column.meaning == field]

    @property
    def amounts(self) -> list[Column]:
        return [column for column in self.columns if column.is_amounts]

    @property
    def totals(self) -> list[Column]:
        return self.columns_of(TOTAL)


@dataclass(frozen=True)
class Layout:
    """A sheet as laid out. ``tables`` has at least one; `columns` are the first's, which a mapping changes.

    ``unit``, ``sign`` and ``view`` are what amounts are read in, each with the reason in words. ``digest`` names the
    layout: sheets with the same headings have the same. ``transposed``: the sheet has its years down and its savings
    across; rows and columns of the tables are then those of ``sheet`` as turned over, and `address` turns them back.
    ``problems`` stop an import, ``remarks`` do not.
    """

    sheet: Sheet
    tables: tuple[Table, ...]
    unit: Unit
    unit_reason: str
    sign: str = PLUS_SAVES
    sign_reason: str = ""
    view: str = INCREMENTAL
    view_reason: str = ""
    digest: str = ""
    transposed: bool = False
    open_ended: bool = False
    problems: tuple[Finding, ...] = ()
    remarks: tuple[Finding, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.tables[0].columns

    @property
    def years(self) -> tuple[int, ...]:
        """The financial years that the sheet has columns for, in order."""
        found = {
            column.meaning.year
            for table in self.tables
            for column in table.columns
            if isinstance(column.meaning, Amounts) and column.meaning.year is not None
        }
        return tuple(sorted(found))

    def address(self, row: int, column: int) -> str:
        return address(column, row) if self.transposed else address(row, column)


_BARE_YEAR = re.compile(r"(?:19|20)[0-9]{2}")

ROWS_SAMPLED = 300
ROWS_FOR_OWN_HEADINGS = 10
"""A file that FutureFit made has its headings among its first rows."""


class UnusableSheet(ValueError):
    """No table of savings can be found in a sheet; the message says what was looked for and what to do."""


def recognise(sheet: Sheet, options: Options, *, horizon: Horizon | None = None) -> Layout:
    """The layout of a sheet; what `options` choose wins over what the sheet says.

    ``horizon`` is the plan's, for headings such as "Year 1". Raises `UnusableSheet` where no row reads as a heading
    with a column of amounts, and `UnknownField` for a chosen FIELD that there is not.
    """
    if (own := _own_layout(sheet, options)) is not None:
        return own
    if not options.columns and options.heading_row is None and _has_years_down(sheet):
        try:
            return _Reading(turned(sheet), options, horizon, transposed=True).layout()
        except UnusableSheet:
            pass
    return _Reading(sheet, options, horizon, transposed=False).layout()


def has_own_headings(sheet: Sheet) -> bool:
    """Whether a sheet is that of the lines in a file that FutureFit made."""
    return _own_headings(sheet, sorted(sheet.rows)[:ROWS_FOR_OWN_HEADINGS]) is not None


def _own_headings(sheet: Sheet, rows: Iterable[int]) -> int | None:
    return next((row for row in rows if is_own([cell.text for cell in sheet.rows.get(row, {}).values()])), None)


def _own_layout(sheet: Sheet, options: Options) -> Layout | None:
    """The layout of a file that FutureFit made; None for any other sheet."""
    first_rows = sorted(sheet.rows)[:ROWS_FOR_OWN_HEADINGS]
    row = _own_headings(sheet, first_rows if options.heading_row is None else [options.heading_row])
    if row is None:
        return None
    chosen = {number: parse_field(name) for number, name in options.columns.items()}
    columns: list[Column] = []
    remarks: list[Finding] = []
    for number, cell in sorted(sheet.rows[row].items()):
        heading = one_line(cell.text)
        meaning, unit = meaning_of(heading) or (None, None)
        reason = "the heading of a file of FutureFit"
        if number in chosen:
            meaning, reason = chosen[number], "chosen"
        elif meaning is None or (meaning != IGNORE and any(each.meaning == meaning for each in columns)):
            why = "" if meaning is None else " (another column has the same heading)"
            meaning, reason = IGNORE, "not a heading of a file of FutureFit"
            words = f"Column {column_letters(number)}, {heading or 'no heading'}, is not imported{why}."
            remarks.append(Finding(sheet.name, address(row, number), heading, heading, words))
        columns.append(
            Column(
                number=number,
                letters=column_letters(number),
                heading=heading,
                meaning=meaning,
                reason=reason,
                unit=(options.unit or unit or Unit.POUNDS) if isinstance(meaning, Amounts) else None,
                unit_reason="chosen" if options.unit else f"the heading says “{heading}”",
                hidden=number in sheet.hidden_columns,
            )
        )
    amounts = [column for column in columns if column.is_amounts]
    table = Table(
        title="",
        title_rows=tuple(above for above in first_rows if above < row),
        heading_rows=(row,),
        repeated=frozenset(),
        first_row=row + 1,
        last_row=sheet.last_row,
        columns=tuple(columns),
    )
    return Layout(
        sheet=sheet,
        tables=(table,),
        unit=amounts[0].unit or Unit.POUNDS,
        unit_reason=amounts[0].unit_reason,
        sign=options.sign or PLUS_SAVES,
        sign_reason="chosen" if options.sign else "files of FutureFit have savings as plus",
        view=options.view or INCREMENTAL,
        view_reason="chosen" if options.view else "files of FutureFit are incremental",
        digest=digest_of([column.heading for column in columns]),
        open_ended=headings.is_open_ended(" ".join(column.heading for column in amounts)),
        remarks=tuple(remarks),
    )


def turned(sheet: Sheet) -> Sheet:
    """The sheet with rows and columns exchanged."""
    rows: dict[int, dict[int, Cell]] = {}
    for row, cells in sheet.rows.items():
        for column, cell in cells.items():
            rows.setdefault(column, {})[row] = cell
    merges = tuple(Merge(m.first_column, m.first_row, m.last_column, m.last_row) for m in sheet.merges)
    return replace(
        sheet,
        rows={row: dict(sorted(cells.items())) for row, cells in sorted(rows.items())},
        merges=merges,
        hidden_rows=sheet.hidden_columns,
        hidden_columns=sheet.hidden_rows,
    )


def _has_years_down(sheet: Sheet) -> bool:
    """Whether one column names a different year in each of two rows or more, with numbers beside, and no row does."""
    down: Counter[int] = Counter()
    seen: set[tuple[int, int]] = set()
    for row in sorted(sheet.rows)[:60]:
        across = 0
        for column, cell in sheet.rows[row].items():
            years = headings.year_of_cell(cell) if not is_number(cell) and len(cell.text) <= 40 else ()
            if len(years) != 1:
                continue
            across += 1
            if any(other != column and is_number(each) for other, each in sheet.rows[row].items()):
                if any(other != column and _is_named(each) for other, each in sheet.rows[row].items()):
                    return False
                if (column, years[0]) in seen:
                    return False
                seen.add((column, years[0]))
                down[column] += 1
        if across >= 2:
            return False
    return any(count >= 2 for count in down.values())


def _is_named(cell: Cell) -> bool:
    """Whether a cell beside a year is the name of something, not an amount or words in place of one."""
    text = one_line(cell.text)
    return not is_number(cell) and text[:1].isalpha() and folded(text) not in (*NO_AMOUNTS, *NOTHING, *NOUGHT)


@dataclass(frozen=True)
class _Evidence:
    """What speaks for a row being a heading: cells that name a year, a field, an amount or total, a unit alone."""

    cells: int
    years: int
    words: int
    amounts: int
    units: int

    @property
    def all(self) -> int:
        return self.years + self.words + self.amounts + self.units

    @property
    def is_heading(self) -> bool:
        return (self.years >= 2 or self.years + self.amounts + self.units >= 1) and self.all >= 2


class _Reading:
    """One reading of a sheet into a layout."""

    def __init__(self, sheet: Sheet, options: Options, horizon: Horizon | None, *, transposed: bool) -> None:
        self.sheet, self.options, self.horizon, self.transposed = sheet, options, horizon, transposed
        self.merged = _merged_origins(sheet)
        self.problems: list[Finding] = []
        self.remarks: list[Finding] = []
        self.chosen = {number: parse_field(name) for number, name in options.columns.items()}

    def cell(self, row: int, column: int) -> Cell:
        """The cell, or the first of the merged block that it lies in."""
        return self.sheet.cell(*self.merged.get((row, column), (row, column)))

    def place(self, row: int, column: int) -> str:
        return address(column, row) if self.transposed else address(row, column)

    def finding(self, row: int, column: int, heading: str, value: str, message: str) -> Finding:
        return Finding(self.sheet.name, self.place(row, column) if row else "", heading, value, message)

    def layout(self) -> Layout:
        blocks = self._blocks()
        if not blocks:
            raise UnusableSheet(
                f"No headings of savings were found in the sheet '{self.sheet.name}'. Expected is a row with a heading "
                "for the saving and one for each financial year, such as 2016/17, or for an amount in £000. Choose "
                "the row of the headings, name another sheet, or use the template."
            )
        grouped = self._tables_of(blocks)
        tables = [self._table(block, repeats, titles, last) for block, repeats, titles, last in grouped]
        tables = [table for table in tables if table.amounts]
        if not tables:
            raise UnusableSheet(
                f"No column of the sheet '{self.sheet.name}' was recognised as amounts of savings. Head a column with "
                "a financial year, such as 2016/17, or say which column is what (--map C=year:2016/17)."
            )
        unit, unit_reason = self._unit(tables, blocks)
        tables = [
            self._with_units(table, block_of, unit, unit_reason) for table, block_of in self._paired(tables, blocks)
        ]
        sign, sign_reason = self._sign(tables)
        view, view_reason = self._view(tables)
        first = blocks[0]
        digest = sha256(repr(first.signature).encode()).hexdigest()
        everything = " ".join(column.heading for table in tables for column in table.amounts)
        return Layout(
            sheet=self.sheet,
            tables=tuple(tables),
            unit=unit,
            unit_reason=unit_reason,
            sign=sign,
            sign_reason=sign_reason,
            view=view,
            view_reason=view_reason,
            digest=digest,
            transposed=self.transposed,
            open_ended=headings.is_open_ended(everything),
            problems=tuple(self.problems),
            remarks=tuple(self.remarks),
        )

    # Heading rows

    def _evidence(self, row: int, *, is_first: bool = False) -> _Evidence | None:
        """None where the row holds numbers or texts too long for headings.

        2000 may be an amount as well as a year: below the first headings bare years are some only in a run.
        """
        cells = years = words = amounts = units = 0
        found = self.sheet.rows[row].values()
        if any(is_number(cell) for cell in found):
            return None
        bare = [int(cell.text) for cell in found if _BARE_YEAR.fullmatch(cell.text.strip())]
        if bare and not is_first and (len(bare) < 2 or bare != list(range(bare[0], bare[0] + len(bare)))):
            return None
        for cell in found:
            text = one_line(cell.text)
            if not text:
                continue
            if len(text) > LONGEST_HEADING:
                return None
            cells += 1
            if len(text) > LONGEST_WORDS:
                continue
            if headings.year_of_cell(cell) or headings.relative_year_in(text) or bare_year(text):
                years += 1
            elif headings.is_not_profiled(text):
                amounts += 1
            elif headings.unit_in(text) and not folded(headings.without_units(text)):
                units += 1
            elif (plain := folded(headings.without_units(text))) in WORDS:
                if plain == "total" or (headings.unit_in(text) and is_amount_word(text)):
                    amounts += 1
                else:
                    words += 1
            elif is_amount_word(text) or headings.is_total_heading(text) or headings.status_in(text):
                amounts += 1
            elif field_of(text):
                words += 1
        return _Evidence(cells, years, words, amounts, units)

    def _blocks(self) -> list[Block]:
        found: list[Block] = []
        rows = sorted(self.sheet.rows)
        chosen = self.options.heading_row
        position = 0
        while position < len(rows):
            row = rows[position]
            position += 1
            if found and row <= found[-1].rows[-1]:
                continue
            if chosen is not None and not found:
                if row != chosen:
                    continue
            else:
                evidence = self._evidence(row, is_first=not found)
                if evidence is None or not self._starts_block(row, evidence):
                    continue
            found.append(self._block(row, last_taken=found[-1].rows[-1] if found else 0))
        return found

    def _starts_block(self, row: int, evidence: _Evidence) -> bool:
        if evidence.cells < 2 or evidence.all < 2 or evidence.all * 2 < evidence.cells:
            return False
        if evidence.is_heading:
            return True
        below = self._evidence(row + 1) if row + 1 in self.sheet.rows else None
        return bool(below and below.years + below.units + below.amounts >= 1 and below.all == below.cells)

    def _block(self, row: int, *, last_taken: int) -> Block:
        first = last = row
        while first - 1 > last_taken and self._joins_above(first - 1, first) and row - first < 3:
            first -= 1
        while self._joins_below(last + 1, first) and last - row < 3:
            last += 1
        taken = tuple(range(first, last + 1))
        columns = sorted({column for each in taken for column in self._columns_of(each)})
        parts = {column: self._parts(taken, column, columns) for column in columns}
        years = {column: self._years(taken, column, parts[column]) for column in columns}
        return Block(taken, parts, years)

    def _columns_of(self, row: int) -> set[int]:
        """Columns with something in a row, those of merged blocks included."""
        found = {column for column, cell in self.sheet.rows.get(row, {}).items() if one_line(cell.text)}
        for (merged_row, column), origin in self.merged.items():
            if merged_row == row and self.sheet.cell(*origin).text.strip():
                found.add(column)
        return found

    def _joins_above(self, row: int, below: int) -> bool:
        cells = {column: cell for column, cell in self.sheet.rows.get(row, {}).items() if one_line(cell.text)}
        if not cells or any(is_number(cell) or len(one_line(cell.text)) > LONGEST_WORDS for cell in cells.values()):
            return False
        heads = self._columns_of(below)
        spread = self._columns_of(row)
        if len(cells) == 1:
            (column,) = cells
            return column > min(heads) and len(spread) < max(len(heads), 2) and column <= max(heads)
        return True

    def _joins_below(self, row: int, first: int) -> bool:
        evidence = self._evidence(row) if row in self.sheet.rows else None
        if evidence is None or not evidence.cells or evidence.all * 2 < evidence.cells:
            return False
        if evidence.all < evidence.cells and evidence.years + evidence.units < 2:
            return False
        columns = {column for column, cell in self.sheet.rows[row].items() if one_line(cell.text)}
        above = self._columns_of(row - 1)
        if len(columns) == 1 and min(columns) == min(above | columns):
            return False
        if evidence.years + evidence.units + evidence.amounts == 0:
            return False
        clashes = [
            column
            for column in columns
            if (text := one_line(self.cell(row - 1, column).text))
            and (headings.years_in(text) or field_of(text) not in (None, "title"))
            and not headings.unit_in(one_line(self.cell(row, column).text))
            and not headings.status_in(one_line(self.cell(row, column).text))
            and not headings.is_total_heading(one_line(self.cell(row, column).text))
            and not is_kind_of_column(one_line(self.cell(row, column).text))
        ]
        return not clashes

    def _parts(self, rows: Sequence[int], column: int, columns: Sequence[int]) -> tuple[str, ...]:
        found: list[str] = []
        for place, row in enumerate(rows):
            text = one_line(self.cell(row, column).text)
            if not text and place + 1 < len(rows):
                text = self._spread(row, column, rows[place + 1], columns)
            if text and (not found or found[-1] != text):
                found.append(text)
        return tuple(found)

    def _spread(self, row: int, column: int, below: int, columns: Sequence[int]) -> str:
        """The group heading to the left that stretches over this column, where nobody merged its cells."""
        if not self._is_amount_heading(below, column):
            return ""
        for left in reversed([other for other in columns if other < column]):
            if not self._is_amount_heading(below, left):
                return ""
            if text := one_line(self.cell(row, left).text):
                return "" if (row, left) in self.merged or headings.is_total_heading(text) else text
        return ""

    def _is_amount_heading(self, row: int, column: int) -> bool:
        text = one_line(self.cell(row, column).text)
        return bool(
            headings.year_of_cell(self.cell(row, column))
            or headings.relative_year_in(text)
            or bare_year(text)
            or headings.is_total_heading(text)
            or headings.status_in(text)
            or (is_kind_of_column(text) and field_of(text) != "title")
            or (headings.unit_in(text) and not folded(headings.without_units(text)))
        )

    def _years(self, rows: Sequence[int], column: int, parts: tuple[str, ...]) -> tuple[int, ...]:
        """The years of the lowest part that names any; a date cell names the year it lies in."""
        for row in reversed(rows):
            if years := headings.year_of_cell(self.cell(row, column)):
                return years
        for part in reversed(parts):
            if years := headings.years_in(part):
                return years
        return ()

    # Tables

    def _tables_of(self, blocks: list[Block]) -> list[tuple[Block, frozenset[int], tuple[int, ...], int]]:
        """Blocks that repeat the headings of the table above belong to it; others begin a table of their own."""
        starts: list[tuple[Block, list[int], tuple[int, ...]]] = []
        for block in blocks:
            if starts and starts[-1][0].signature == block.signature:
                starts[-1][1].extend(block.rows)
            else:
                starts.append((block, [], self._title_rows(block, starts[-1][0].rows[-1] if starts else 0)))
        found = []
        for place, (block, repeats, titles) in enumerate(starts):
            last = self.sheet.last_row
            if place + 1 < len(starts):
                following, _repeats, its_titles = starts[place + 1]
                last = (its_titles or following.rows)[0] - 1
            found.append((block, frozenset(repeats), titles, last))
        return found

    def _title_rows(self, block: Block, after: int) -> tuple[int, ...]:
        rows: list[int] = []
        for row in range(block.rows[0] - 1, after, -1):
            cells = [cell for cell in self.sheet.rows.get(row, {}).values() if one_line(cell.text)]
            if not cells:
                continue
            if after and (len(cells) > 2 or any(is_number(cell) for cell in cells)):
                break
            rows.append(row)
        return tuple(reversed(rows))

    def _texts(self, rows: Iterable[int]) -> list[str]:
        return [text for row in rows for cell in self.sheet.rows.get(row, {}).values() if (text := one_line(cell.text))]

    def _table(self, block: Block, repeats: frozenset[int], title_rows: tuple[int, ...], last: int) -> Table:
        titles = self._texts(title_rows)
        first = block.rows[-1] + 1
        body = self._sample(block, repeats, first, last)
        columns = Columns(self, block, body, titles).columns()
        return Table(
            title=next((text for text in titles if not headings.unit_in(text) or len(text) > 20), ""),
            title_rows=title_rows,
            heading_rows=block.rows,
            repeated=repeats,
            first_row=first,
            last_row=last,
            columns=tuple(columns),
        )

    def _sample(self, block: Block, repeats: frozenset[int], first: int, last: int) -> dict[int, Body]:
        numbers = [row for row in sorted(self.sheet.rows) if first <= row <= last and row not in repeats]
        found: dict[int, Body] = {}
        for row in numbers[:ROWS_SAMPLED]:
            for column, cell in self.sheet.rows[row].items():
                text = one_line(cell.text)
                if not text and not cell.formula and not cell.error:
                    continue
                body = found.setdefault(column, Body(values=Counter()))
                if cell.percent or text.endswith("%"):
                    body.percents += 1
                elif is_number(cell) or isinstance(cell.value, int | Decimal) or _BARE_YEAR.fullmatch(text):
                    body.numbers += 1
                elif text not in ("-", "–", "—"):
                    body.texts += 1
                    body.long_texts += len(text) > 25
                    if body.values is not None:
                        body.values[folded(text)] += 1
        for column in set(found) - set(block.parts):
            block.parts[column] = ()
            block.years[column] = ()
        return found

    # Unit, sign, view

    def _paired(self, tables: list[Table], blocks: list[Block]) -> list[tuple[Table, Block]]:
        by_row = {block.rows[0]: block for block in blocks}
        return [(table, by_row[table.heading_rows[0]]) for table in tables]

    def _unit(self, tables: list[Table], blocks: list[Block]) -> tuple[Unit, str]:
        """The unit of amounts whose column names none."""
        if self.options.unit is not None:
            return self.options.unit, "chosen"
        for table in tables:
            for text in self._corner(table):
                if unit := headings.unit_in(text):
                    return unit, f"the headings say “{text}”"
        for text in self._texts(row for table in tables for row in table.title_rows):
            if unit := headings.unit_in(text):
                return unit, f"the sheet says “{text[:80]}”"
        for table in tables:
            for text in self._texts(table.heading_rows):
                if unit := headings.unit_in(text):
                    return unit, f"the headings say “{text}”"
        last = tables[-1].last_row
        for text in reversed(self._texts(row for row in sorted(self.sheet.rows) if last - 40 < row <= last)):
            if len(text) > 3 and not LIKE_A_NUMBER.match(text) and (unit := headings.unit_in(text)):
                return unit, f"a note says “{text[:80]}”"
        if unit := headings.unit_in(self.sheet.name):
            return unit, f"the name of the sheet says “{self.sheet.name}”"
        return Unit.POUNDS, ""

    def _corner(self, table: Table) -> list[str]:
        """What the heading rows say beside the headings of the amounts themselves, such as £000 in the corner."""
        numbers = {column.number for column in table.columns if column.holds_numbers}
        return [
            text
            for row in table.heading_rows
            for column, cell in self.sheet.rows.get(row, {}).items()
            if column not in numbers and (text := one_line(cell.text))
        ]

    def _with_units(self, table: Table, block: Block, unit: Unit, reason: str) -> Table:
        """Each number column with its unit: chosen, else its own heading's, else the table's, else the sheet's."""
        own_title = next(
            ((found, text) for text in self._texts(table.title_rows) if (found := headings.unit_in(text))), None
        )
        columns = []
        for column in table.columns:
            if not column.holds_numbers:
                columns.append(column)
                continue
            named = next(
                (found for part in reversed(block.parts.get(column.number, ())) if (found := headings.unit_in(part))),
                None,
            )
            if self.options.unit is not None:
                if named and named != self.options.unit:
                    self.remarks.append(
                        self.finding(
                            table.heading_rows[-1],
                            column.number,
                            column.heading,
                            column.heading,
                            f"The heading says {named.symbol}, and {self.options.unit.symbol} was chosen: the amounts "
                            f"are read in {self.options.unit.symbol}.",
                        )
                    )
                columns.append(replace(column, unit=self.options.unit, unit_reason="chosen"))
            elif named:
                columns.append(replace(column, unit=named, unit_reason=f"the heading says “{column.heading}”"))
            elif own_title and not any(headings.unit_in(text) for text in self._corner(table)):
                columns.append(replace(column, unit=own_title[0], unit_reason=f"above it stands “{own_title[1][:80]}”"))
            else:
                columns.append(replace(column, unit=unit, unit_reason=reason))
        return replace(table, columns=tuple(columns))

    def _words_about(self, tables: list[Table]) -> list[str]:
        """Everything the sheet says around its tables: titles, headings, and texts in rows without numbers."""
        rows = {row for table in tables for row in (*table.title_rows, *table.heading_rows)}
        texts = [self.sheet.name, *self._texts(sorted(rows))]
        last = self.sheet.last_row
        for row in sorted(self.sheet.rows):
            if row in rows or row < last - 60:
                continue
            cells = [cell for cell in self.sheet.rows[row].values() if one_line(cell.text)]
            if len(cells) <= 2 and not any(is_number(cell) for cell in cells):
                texts += [one_line(cell.text) for cell in cells]
        return texts

    def _sign(self, tables: list[Table]) -> tuple[str, str]:
        if self.options.sign:
            return self.options.sign, "chosen"
        texts = self._words_about(tables)
        texts += [column.heading for table in tables for column in table.amounts]
        for text in texts:
            if sign := headings.sign_in(text):
                return sign, f"the sheet says “{text[:80]}”"
        negative, positive = self._signs(tables)
        hint = next((text for text in texts if headings.BRACKETED_SAVINGS.search(text)), None)
        if hint and negative > positive:
            return MINUS_SAVES, f"the sheet says “{hint[:80]}” and most of its amounts are negative"
        return PLUS_SAVES, ""

    def _signs(self, tables: list[Table]) -> tuple[int, int]:
        negative = positive = 0
        for table in tables:
            for row in range(table.first_row, min(table.last_row, table.first_row + 2_000) + 1):
                for column in table.amounts:
                    text = self.sheet.cell(row, column.number).text.strip()
                    if text and is_number(self.sheet.cell(row, column.number)):
                        minus = text.startswith(("-", "−", "–", "(", "£(", "£-", "£ -", "£ (")) or text.endswith("-")
                        negative, positive = negative + minus, positive + (not minus)
        return negative, positive

    def _view(self, tables: list[Table]) -> tuple[str, str]:
        if self.options.view:
            return self.options.view, "chosen"
        texts = [*self._texts(row for table in tables for row in table.title_rows), self.sheet.name]
        texts += [column.heading for table in tables for column in table.amounts]
        for text in texts:
            if view := headings.view_in(text):
                return view, f"the sheet says “{text[:80]}”"
        return INCREMENTAL, ""


def _merged_origins(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for merge in sheet.merges:
        if (merge.last_row - merge.first_row + 1) * (merge.last_column - merge.first_column + 1) > 100_000:
            continue
        for row in range(merge.first_row, merge.last_row + 1):
            for column in range(merge.first_column, merge.last_column + 1):
                found[row, column] = (merge.first_row, merge.first_column)
    return found


__all__ = ["Column", "Layout", "Table", "UnusableSheet", "is_number", "recognise", "turned"]
