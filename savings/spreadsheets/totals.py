"""Totals that a sheet states, each beside its parts: in the sheet's own view and sign, given with the product's.

A total never counts as a part of another, and none is ever added. What it adds up is said by its label and its place:
the section it names, the rows since the total before, the whole table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from futurefit.values.financial_year import NOT_PROFILED_LABEL, FinancialYear
from futurefit.values.money import Unit
from savings.reconcile import AGREES, NOTHING_TO_COMPARE, ROUNDING, verdict_of
from savings.spreadsheets import headings
from savings.spreadsheets.amounts import ReadAmount
from savings.spreadsheets.fields import TARGET, Amounts
from savings.spreadsheets.findings import CUMULATIVE, MINUS_SAVES, StatedTotal
from savings.spreadsheets.layout import Column, Layout
from savings.spreadsheets.names import plain
from savings.spreadsheets.row import HEAD, LINE, RUNNING, TOTALS, Row
from savings.spreadsheets.rows import PLACES, SheetRows

_FINE = (AGREES, ROUNDING)


@dataclass(frozen=True)
class _Part:
    """One printed amount that a total adds up, with the worth of its last digit."""

    read: ReadAmount
    precision: int

    @property
    def lost(self) -> int:
        """Twice what rounding may have taken from it: nothing where its last digit is the pound, or it is nought."""
        return self.precision if self.read.pounds and self.precision > 1 else 0


class Totals:
    """The stated totals of a sheet."""

    def __init__(self, layout: Layout, sheet_rows: SheetRows) -> None:
        self.layout, self.rows, self.finest = layout, sheet_rows.rows, sheet_rows.finest
        self.summaries = sheet_rows.summaries
        self.flip = -1 if layout.sign == MINUS_SAVES else 1
        self.meanings: list[dict[int, list[Amounts]]] = []
        self.of_all: set[tuple[int, int]] = set()
        for place in range(len(layout.tables)):
            meanings, of_all = _total_meanings(layout, place, self.rows)
            self.meanings.append(meanings)
            self.of_all |= {(place, number) for number in of_all}
        self.units = [
            {column.meaning: column.unit or Unit.POUNDS for column in table.amounts} for table in layout.tables
        ]
        self.by_number = [{column.number: column for column in table.columns} for table in layout.tables]

    def found(self) -> list[StatedTotal]:
        """Every stated total in the order of the sheet: of rows, then of columns where their row comes."""
        stated: list[StatedTotal] = []
        for place, row in enumerate(self.rows):
            if row.kind == LINE:
                stated += self._of_row(row)
            elif row.kind == TOTALS:
                stated += self._of_column(row, self._parts_of(place))
        return stated

    # Totals across

    def _of_row(self, row: Row) -> Iterator[StatedTotal]:
        for number, read in row.stated.items():
            column = self.by_number[row.table][number]
            if read.pounds is None:
                continue
            parts = list(self._across(row, number))
            yield self._total(row, column, read, parts, [row], _label(row), "" if row.status == TARGET else row.status)

    def _across(self, row: Row, number: int) -> Iterator[_Part]:
        """The amounts of a row that its total column adds up: all years, or in a cumulative table the last."""
        meanings = self.meanings[row.table][number]
        if self.layout.view == CUMULATIVE:
            years = [meaning.year for meaning in meanings if meaning.year is not None]
            meanings = [meaning for meaning in meanings if meaning.year == max(years, default=None)]
        for meaning in meanings:
            if meaning in row.amounts:
                yield self._part(row, meaning)

    def _part(self, row: Row, meaning: Amounts) -> _Part:
        _column, read = row.amounts[meaning]
        return _Part(read, self._precision(row, self.units[row.table].get(meaning, Unit.POUNDS), read))

    def _precision(self, row: Row, unit: Unit, read: ReadAmount) -> int:
        """Of a number the finest digit that the table prints, of a text its own."""
        return (
            read.precision
            if read.as_text and read.precision
            else self.finest.get((row.table, unit), read.precision or 1)
        )

    # Totals down

    def _of_column(self, row: Row, parts: Sequence[Row]) -> Iterator[StatedTotal]:
        label = row.label or "Total"
        for meaning, (number, read) in row.amounts.items():
            if read.pounds is None:
                continue
            column = self.by_number[row.table][number]
            yield self._total(row, column, read, self._down(parts, meaning), parts, label, meaning.status)
        for number, read in row.stated.items():
            if read.pounds is None:
                continue
            column = self.by_number[row.table][number]
            down = [part for each in parts for part in self._total_parts(each, row.table, number)]
            yield self._total(row, column, read, down, parts, label, column.status)

    def _down(self, parts: Sequence[Row], meaning: Amounts) -> list[_Part]:
        found = [self._part(row, meaning) for row in parts if meaning in row.amounts]
        if not meaning.status and not found:
            found = [
                self._part(row, other)
                for row in parts
                for other in row.amounts
                if other.year == meaning.year and other.status
            ]
        return found

    def _total_parts(self, row: Row, table: int, number: int) -> Iterator[_Part]:
        if row.table == table:
            yield from self._across(row, number)
            return
        for meaning in row.amounts:
            if not meaning.status:
                yield self._part(row, meaning)

    def _parts_of(self, place: int) -> list[Row]:
        """The rows that a total adds up: the first set, of those that its label and place allow, that it agrees with.

        Where none agrees, the first set is what it says it adds up.
        """
        row = self.rows[place]
        first: list[Row] = []
        tried: list[list[Row]] = []
        for rows in self._candidates(place):
            if not rows or rows in tried:
                continue
            first = first or rows
            tried.append(rows)
            if self._agrees(row, rows):
                return rows
        return first

    def _agrees(self, row: Row, parts: Sequence[Row]) -> bool:
        verdicts = [total.verdict for total in self._of_column(row, parts) if total.verdict != NOTHING_TO_COMPARE]
        return bool(verdicts) and all(verdict in _FINE for verdict in verdicts)

    def _candidates(self, place: int) -> Iterator[list[Row]]:
        row = self.rows[place]
        before = [each for each in self.rows[:place] if each.table == row.table and each.kind in (LINE, TOTALS)]
        lines = [each for each in before if each.kind == LINE]
        everything = [each for each in self.rows[:place] if each.kind == LINE]
        if row.texts.get("row_type") == HEAD:
            yield self._below(place)
            return
        if row.texts.get("row_type") == RUNNING:
            yield lines
            yield everything
            return
        if not lines and row.table not in self.summaries:
            yield [each for each in self.rows[place:] if each.table == row.table and each.kind == LINE]
            return
        name = headings.name_in_total(row.label)
        if row.table in self.summaries:
            summed = [each for each in self.rows if each.table == self.summaries[row.table] and each.kind == LINE]
            yield self._named(name, summed) or (summed if not name or headings.is_total_label(row.label) else [])
            return
        if any(section.is_costs for section in row.sections):
            yield [each for each in lines if set(map(id, each.sections)) & {id(s) for s in row.sections if s.is_costs}]
            return
        if name and not headings.is_grand_label(row.label):
            named = self._named(name, lines)
            if named:
                yield named
                return
        since: list[Row] = []
        for each in reversed(before):
            if each.kind == TOTALS:
                break
            since.insert(0, each)
        inner = [
            [each for each in lines if any(other.row == section.row for other in each.sections)]
            for section in reversed(row.sections)
        ]
        if headings.is_grand_label(row.label):
            yield lines
            yield everything
            yield from reversed(inner)
            yield since
        elif (
            self._is_last(place)
            and not headings.is_sub_label(row.label)
            and any(each.kind == TOTALS for each in before)
        ):
            yield lines
            yield everything
            yield from inner
            yield since
        else:
            yield from inner[:1] if not since or len(inner[0] if inner else []) <= len(since) else ()
            yield since
            yield from inner
            yield lines
            yield everything

    def _is_last(self, place: int) -> bool:
        row = self.rows[place]
        return not any(each.table == row.table and each.kind in (LINE, TOTALS) for each in self.rows[place + 1 :])

    def _below(self, place: int) -> list[Row]:
        """Of a row that stands above its parts: the lines below it up to the next total or section."""
        found: list[Row] = []
        wanted = {meaning: read.pounds for meaning, (_c, read) in self.rows[place].amounts.items() if read.pounds}
        for row in self.rows[place + 1 :]:
            if row.kind != LINE:
                break
            found.append(row)
            sums: Counter[Amounts] = Counter()
            for each in found:
                for meaning, (_column, read) in each.amounts.items():
                    sums[meaning] += read.pounds or 0
            if len(found) >= 2 and {meaning: amount for meaning, amount in sums.items() if amount} == wanted:
                break
        return found

    def _named(self, name: str, lines: Sequence[Row]) -> list[Row]:
        """The lines that stand under, or say, what a total names."""
        for section in {section.row: section for row in lines for section in row.sections}.values():
            if _same_name(section.text, name):
                return [row for row in lines if any(each.row == section.row for each in row.sections)]
        for place in (*PLACES, "status", "saving_type", "method", "mtfp_heading", "recurring"):
            found = [row for row in lines if place in row.texts and _same_name(row.texts[place], name)]
            if found:
                return found
        return []

    # One total

    def _total(
        self,
        row: Row,
        column: Column,
        read: ReadAmount,
        parts: Sequence[_Part],
        rows: Sequence[Row],
        label: str,
        status: str,
    ) -> StatedTotal:
        assert read.pounds is not None
        precision = self._precision(row, column.unit or Unit.POUNDS, read)
        if read.shown is not None:
            precision = max(precision, read.shown)
        computed: int | None
        if any(part.read.problem for part in parts) or not rows:
            computed, verdict = None, NOTHING_TO_COMPARE
        else:
            computed = sum(part.read.pounds or 0 for part in parts)
            slack = sum(part.lost for part in parts)
            verdict = verdict_of(read.pounds, computed, precision=precision, slack=slack)
        if (row.table, column.number) in self.of_all:
            column = replace(column, total_of=())
        years = self._years(column)
        return StatedTotal(
            cell=self.layout.address(row.number, column.number),
            label=label,
            period=self._period(column),
            stated=self.flip * read.pounds,
            computed=None if computed is None else self.flip * computed,
            verdict=verdict,
            precision=precision,
            as_printed=self.layout.sheet.cell(row.number, column.number).text.strip(),
            status=status,
            years=years,
            rows=tuple(each.number for each in rows),
            across=row.kind == LINE,
        )

    def _period(self, column: Column) -> str:
        meaning = column.meaning
        if isinstance(meaning, Amounts):
            return NOT_PROFILED_LABEL if meaning.year is None else FinancialYear(meaning.year).label
        if len(column.total_of) == 1 and column.total_of[0] is not None:
            return FinancialYear(column.total_of[0]).label
        return "Total"

    def _years(self, column: Column) -> tuple[int | None, ...]:
        if isinstance(column.meaning, Amounts):
            return (column.meaning.year,)
        return column.total_of


def _same_name(text: str, name: str) -> bool:
    words = headings.name_in_total(text)
    return bool(words) and (words == name or plain(text) == name)


def _total_meanings(layout: Layout, place: int, rows: Sequence[Row]) -> tuple[dict[int, list[Amounts]], set[int]]:
    """What each total column of a table adds up, and which of them add up all years whatever stands above them.

    Targets, or statuses where more rows agree with those; a "Total" under the last of several year headings may be
    that of the year or of all, as the rows say.
    """
    table = layout.tables[place]
    meanings = [column.meaning for column in table.amounts if isinstance(column.meaning, Amounts)]
    lines = [row for row in rows if row.table == place and row.kind == LINE]
    found: dict[int, list[Amounts]] = {}
    of_all: set[int] = set()
    for column in table.totals:
        within = [meaning for meaning in meanings if not column.total_of or meaning.year in column.total_of]
        if column.status:
            found[column.number] = [meaning for meaning in within if meaning.status == column.status]
            continue
        tried = [list(parts) for parts in _targets_or_statuses(within) if parts]
        if len(column.total_of) == 1:
            tried += [list(parts) for parts in _targets_or_statuses(meanings) if parts]
        best = max(tried, key=lambda parts: _rows_agreeing(lines, column.number, parts), default=[])
        found[column.number] = best
        if column.total_of and len({meaning.year for meaning in best}) > 1:
            of_all.add(column.number)
    return found, of_all


def _targets_or_statuses(meanings: Sequence[Amounts]) -> tuple[list[Amounts], list[Amounts]]:
    return [each for each in meanings if not each.status], [each for each in meanings if each.status]


def _rows_agreeing(rows: Sequence[Row], number: int, meanings: Sequence[Amounts]) -> int:
    agreeing = 0
    for row in rows:
        stated = row.stated.get(number)
        if stated is not None and stated.pounds is not None:
            agreeing += stated.pounds == sum(row.amounts[m][1].pounds or 0 for m in meanings if m in row.amounts)
    return agreeing


def _label(row: Row) -> str:
    """What a row is called where its own total is named: the saving, and its status where the row has one."""
    title = row.texts.get("title") or row.label
    status = row.texts.get("status", "")
    return f"{title}, {status}" if title and status and title != status else title or status
