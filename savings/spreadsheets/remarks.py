"""What a reader has to know of how a sheet was read: unit, sign and view not said, what is hidden or left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from savings.spreadsheets.fields import FIELDS
from savings.spreadsheets.findings import CUMULATIVE, INCREMENTAL, MINUS_SAVES, PLUS_SAVES, Finding
from savings.spreadsheets.layout import Layout
from savings.spreadsheets.lines import Lines
from savings.spreadsheets.row import HEAD, LEFT_OUT, LINE, PART, RUNNING, TAIL, TOTALS, Row
from savings.spreadsheets.rows import SheetRows
from savings.spreadsheets.sheets import column_letters

MOST_NAMED = 12


def remarks_of(layout: Layout, sheet_rows: SheetRows, lines: Lines) -> list[Finding]:
    """Remarks about the sheet as a whole; none of them stops an import."""
    about = _About(layout, sheet_rows, lines)
    parts = (about.unit, about.sign, about.view, about.hidden, about.sections, about.summaries, about.left_out)
    said = [remark for part in parts for remark in part()]
    return [Finding(layout.sheet.name, cell, "", "", message) for cell, message in [*said, *about.filled()]]


class _About:
    def __init__(self, layout: Layout, sheet_rows: SheetRows, lines: Lines) -> None:
        self.layout, self.sheet_rows, self.lines = layout, sheet_rows, lines
        self.rows = [row for row in sheet_rows.rows if row.kind == LINE]

    def unit(self) -> Iterator[tuple[str, str]]:
        layout = self.layout
        if layout.unit_reason or any(column.unit_reason for table in layout.tables for column in table.amounts):
            return
        amounts = [abs(read.pounds) for row in self.rows for _c, read in row.amounts.values() if read.pounds]
        own = [1 for row in self.rows for _c, read in row.amounts.values() if read.pounds and read.as_text]
        if amounts and len(own) == len(amounts) and min(amounts) >= 1_000:
            return
        small = bool(amounts) and max(amounts) < 10_000
        doubt = " They are small for pounds: if they are in thousands, say so (--unit thousands)." if small else ""
        yield "", f"The sheet does not name a unit: amounts are read in pounds (£).{doubt}"

    def sign(self) -> Iterator[tuple[str, str]]:
        layout = self.layout
        pounds = [read.pounds for row in self.rows for _c, read in row.amounts.values() if read.pounds]
        negative = sum(amount < 0 for amount in pounds)
        if layout.sign == MINUS_SAVES and layout.sign_reason != "chosen":
            yield (
                "",
                (
                    f"Negative amounts are read as savings, since {layout.sign_reason}. If they are not, choose "
                    "--sign plus_saves."
                ),
            )
        elif layout.sign == PLUS_SAVES and not layout.sign_reason and negative * 2 > len(pounds):
            yield (
                "",
                (
                    f"{negative} of {len(pounds)} amounts are negative. They are read as printed: a negative "
                    "amount makes the "
                    "net budget larger. If the sheet prints savings as negative amounts, choose --sign minus_saves."
                ),
            )

    def view(self) -> Iterator[tuple[str, str]]:
        layout = self.layout
        if layout.view == CUMULATIVE:
            if layout.view_reason != "chosen":
                yield (
                    "",
                    (
                        f"The table is read as cumulative, since {layout.view_reason}: each year's amount is "
                        "what it adds to "
                        "the year before. If it is not, choose --view incremental."
                    ),
                )
        elif layout.view_reason != "chosen" and self._looks_cumulative():
            message = (
                "The table looks cumulative: no row falls from year to year, and no total says that its years are to "
                f"be added. It is read as {INCREMENTAL}. If each year includes the ones before, choose "
                "--view cumulative."
            )
            yield "", message

    def _looks_cumulative(self) -> bool:
        """No row falls from year to year, and totals across are the last year and not the sum.

        Where no total tells, at least five rows of three years or more, most of them rising.
        """
        rising = long = totals_last = totals_sum = 0
        for row in self.rows:
            by_year = sorted(
                (meaning.year, abs(read.pounds))
                for meaning, (_c, read) in row.amounts.items()
                if meaning.year is not None and not meaning.status and read.pounds is not None
            )
            amounts = [amount for _year, amount in by_year]
            if len(amounts) < 2:
                continue
            if any(later < earlier for earlier, later in pairwise(amounts)):
                return False
            rising += amounts[-1] > amounts[0]
            long += len(amounts) > 2
            for read in row.stated.values():
                if read.pounds is not None:
                    totals_last += abs(read.pounds) == amounts[-1]
                    totals_sum += abs(read.pounds) == sum(amounts)
        if totals_last or totals_sum:
            return rising > 0 and totals_last > totals_sum
        return long >= 5 and rising * 2 > long

    def hidden(self) -> Iterator[tuple[str, str]]:
        sheet = self.layout.sheet
        if sheet.hidden:
            yield "", f"The sheet '{sheet.name}' is hidden in the file. It was read."
        kept = {row.number for row in self.sheet_rows.rows}
        rows = sorted(sheet.hidden_rows & kept)
        columns = sorted(
            column.number
            for table in self.layout.tables
            for column in table.columns
            if column.number in sheet.hidden_columns
        )
        if rows:
            yield "", f"Hidden rows were read like any others: {_listed([str(row) for row in rows])}."
        if columns:
            yield (
                "",
                "Hidden columns were read like any others: "
                f"{_listed([column_letters(c) for c in dict.fromkeys(columns)])}.",
            )

    def sections(self) -> Iterator[tuple[str, str]]:
        """What headings between rows gave to the rows below them."""
        seen: dict[int, tuple[str, str]] = {}
        for row in self.rows:
            for section in row.sections:
                if section.row in seen:
                    continue
                cell = self.layout.address(section.row, section.column) if section.column else ""
                if section.field:
                    field = FIELDS[section.field].heading.lower()
                    seen[section.row] = (cell, f"'{section.text}' is read as the {field} of the rows below it.")
                else:
                    seen[section.row] = (
                        cell,
                        f"'{section.text}' is a heading between rows; it gives those below it no place.",
                    )
        found = list(seen.values())
        if len(found) > MOST_NAMED:
            yield "", f"{len(found)} rows are headings of the rows below them, such as {found[0][1]}"
            return
        yield from found

    def summaries(self) -> Iterator[tuple[str, str]]:
        for table, other in self.sheet_rows.summaries.items():
            first, of = self.layout.tables[table], self.layout.tables[other]
            yield (
                self.layout.address(first.first_row, first.columns[0].number),
                (
                    f"The table in rows {first.first_row} to {first.last_row} states the money of the one in rows "
                    f"{of.first_row} "
                    f"to {of.last_row} again: its rows are checked as totals, not added."
                ),
            )

    def left_out(self) -> Iterator[tuple[str, str]]:
        everything = self.sheet_rows.rows
        rows = [
            row
            for row in everything
            if row.kind == LEFT_OUT and row.texts.get("row_type") and row.texts["row_type"] != PART
        ]
        if rows:
            numbers = _listed([str(row.number) for row in rows])
            yield "", f"Rows that are no savings by their row type are left out: {numbers}."
        against = [
            row for row in everything if row.kind == LEFT_OUT and not row.sections and "row_type" not in row.texts
        ]
        for row in against:
            cell = self.layout.address(row.number, row.label_column) if row.label_column else ""
            yield cell, f"'{row.label}' is no saving by its label: the row is left out."
        parts = [row for row in everything if row.texts.get("row_type") == PART]
        for row in parts[:MOST_NAMED]:
            yield (
                self._label_cell(row),
                f"'{row.label}' is a part of the saving above it, as its label says: it is not added. Delete the words "
                "“of which” if it is a saving of its own.",
            )
        if len(parts) > MOST_NAMED:
            numbers = _listed([str(row.number) for row in parts[MOST_NAMED:]])
            yield "", f"So are rows {numbers}: they are parts of the savings above them and not added."
        for row in everything:
            if row.texts.get("row_type") == RUNNING:
                yield self._label_cell(row), self._running(row)
        costs = [row for row in everything if row.kind in (LINE, LEFT_OUT) and any(s.is_costs for s in row.sections)]
        if costs:
            yield self._costs(costs)
        sums = [row for row in everything if row.kind == TOTALS and row.texts.get("row_type") in (HEAD, TAIL)]
        for row in sums[:MOST_NAMED]:
            where = "below" if row.texts["row_type"] == HEAD else "above"
            cell = self.layout.address(row.number, row.label_column) if row.label_column else ""
            yield cell, f"'{row.label}' is the sum of the rows {where} it: it is checked as their total, not added."
        empty = [row for row in self.rows if not row.has_numbers and not row.status and "status" not in row.texts]
        if empty:
            yield (
                "",
                "Rows without an amount are kept as savings without one: "
                f"{_listed([str(row.number) for row in empty])}.",
            )

    def _running(self, row: Row) -> str:
        if any(each.number < row.number for each in self.rows):
            return f"'{row.label}' sums up the rows above it: it is checked, not added."
        return (
            f"'{row.label}' stands for rows that this sheet does not hold: it is not added. Import those rows too, or "
            "give the amount a title of its own if it is one saving."
        )

    def _label_cell(self, row: Row) -> str:
        return self.layout.address(row.number, row.label_column) if row.label_column else ""

    def _costs(self, costs: Sequence[Row]) -> tuple[str, str]:
        section = next(s for s in costs[0].sections if s.is_costs)
        cell = self.layout.address(section.row, section.column) if section.column else ""
        out = [row for row in costs if row.kind == LEFT_OUT]
        if out:
            numbers = _listed([str(row.number) for row in out])
            return cell, f"'{section.text}' names costs, which FutureFit does not hold: rows {numbers} are left out."
        return cell, (
            f"'{section.text}' names costs, not savings. Its {len(costs)} rows are read with the sign of the "
            "sheet; delete "
            "them if they are no part of the savings programme."
        )

    def filled(self) -> Iterator[tuple[str, str]]:
        for name, count in self.sheet_rows.filled.items():
            heading = FIELDS[name].heading
            yield "", f"{heading} is printed once for several rows: {count} empty cells take it from the row above."


def _listed(words: Sequence[str]) -> str:
    more = len(words) - MOST_NAMED
    shown = ", ".join(words[:MOST_NAMED])
    return f"{shown} and {more} more" if more > 0 else shown
