"""The savings lines of a sheet: rows of one saving put together, facts read, amounts in the product's own terms.

Here the sheet's sign and view end: what leaves is incremental, whole pounds, positive where it saves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from futurefit.values.financial_year import FinancialYear
from futurefit.values.money import Unit, with_unit
from futurefit.values.rag import SPLIT_STATUSES, Split, Status
from projects.models import Project
from savings.models.line import Recurring
from savings.spreadsheets import headings
from savings.spreadsheets.amounts import DASHES, NOTHING, ReadAmount
from savings.spreadsheets.fields import CHOICES, FIELDS, TARGET, Amounts, choices_in_words, folded
from savings.spreadsheets.findings import CUMULATIVE, MINUS_SAVES, Finding
from savings.spreadsheets.layout import Column, Layout
from savings.spreadsheets.names import Names, plain
from savings.spreadsheets.places import Places, Stated
from savings.spreadsheets.row import LINE, TOTALS, Row
from savings.spreadsheets.rows import SheetRows, status_of

LENGTHS = {"code": 40, "reference": 60, "title": 250, "budget_code": 60, "amount_in_words": 200}
TEXTS = ("budget_code", "amount_in_words", "note")


@dataclass(slots=True)
class YearAmounts:
    """One year of a line: the target and the amounts by status that the sheet states, with the cell to name."""

    row: int
    column: int
    target: int | None = None
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def states_target(self) -> bool:
        return self.target is not None

    @property
    def whole(self) -> int:
        """The target: as stated, else what the statuses come to."""
        return self.target if self.target is not None else sum(self.statuses.values())

    def split(self, before: Split | None = None) -> Split:
        """The year as a split; statuses that the sheet does not state are kept as they are ``before``."""
        parts = {status.value: getattr(before, status.value) if before else 0 for status in SPLIT_STATUSES}
        parts |= {name: amount for name, amount in self.statuses.items() if name != Status.NOT_RATED}
        return Split(self.whole, **parts)


@dataclass(slots=True)
class SheetLine:
    """One saving of the sheet. ``facts`` are those it states, parsed; ``at`` the row and column of each FIELD.

    ``emptied`` are the fields and years whose cells are empty in a file that FutureFit made: what stood there is taken
    away. In any other file an empty cell states nothing.
    """

    rows: list[Row]
    code: str
    reference: str
    title: str
    version: str
    stated: Stated
    facts: dict[str, Any] = field(default_factory=dict)
    at: dict[str, tuple[int, int]] = field(default_factory=dict)
    amounts: dict[int | None, YearAmounts] = field(default_factory=dict)
    emptied: set[str] = field(default_factory=set)
    emptied_years: dict[int | None, tuple[int, int]] = field(default_factory=dict)
    is_readable: bool = True

    @property
    def row(self) -> int:
        return self.rows[0].number

    @property
    def sheet_splits(self) -> dict[int | None, Split]:
        return {year: amounts.split() for year, amounts in self.amounts.items()}


@dataclass
class Findings:
    """Problems and remarks of one sheet, each said once for a value that stands in several rows."""

    layout: Layout
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    _headings: dict[tuple[int, int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place, table in enumerate(self.layout.tables):
            for column in table.columns:
                self._headings[place, column.number] = column.heading

    def finding(self, row: int, column: int, message: str, *, table: int = 0, value: str | None = None) -> Finding:
        cell = self.layout.sheet.cell(row, column).text if column else ""
        return Finding(
            sheet=self.layout.sheet.name,
            cell=self.layout.address(row, column) if column else "",
            column=self._headings.get((table, column), ""),
            value=(" ".join(cell.split()) if value is None else value)[:200],
            message=message,
        )

    def error(self, row: int, column: int, message: str, **more: Any) -> None:
        self.errors.append(self.finding(row, column, message, **more))

    def warn(self, row: int, column: int, message: str, **more: Any) -> None:
        self.warnings.append(self.finding(row, column, message, **more))


class Lines:
    """Puts the rows of a sheet together into lines."""

    def __init__(
        self,
        layout: Layout,
        sheet_rows: SheetRows,
        names: Names,
        *,
        file_name: str,
        project: Project | None,
        create: bool,
    ) -> None:
        self.layout, self.sheet_rows, self.names = layout, sheet_rows, names
        self.is_export = any(table.columns_of("version") for table in layout.tables)
        self.places = Places(layout, names, file_name, project, create, self.is_export)
        self.findings = Findings(layout)
        self.flip = -1 if layout.sign == MINUS_SAVES else 1
        self.pence: dict[tuple[int, int], list[Decimal]] = defaultdict(list)
        self.columns: list[dict[int, Column]] = [
            {column.number: column for column in table.columns} for table in layout.tables
        ]
        self.lines: list[SheetLine] = []

    def read(self) -> list[SheetLine]:
        """The lines in the order of the sheet; what cannot be read is in ``findings``, and its line is marked."""
        by_identity: dict[tuple, SheetLine] = {}
        for row in self.sheet_rows.rows:
            if row.kind == LINE:
                self._add(row, by_identity)
        for line in self.lines:
            self._read_facts(line)
            self._read_amounts(line)
        self._say_totals()
        self._say_names()
        self._say_pence()
        return self.lines

    # Rows into lines

    def _add(self, row: Row, by_identity: dict[tuple, SheetLine]) -> None:
        table = row.table
        stated = self.places.of(row)
        title, readable = self._title(row)
        if "status" in row.texts:
            status = self._rating(row, row.at.get("status", 0), row.texts["status"])
            row.status, readable = status or "", readable and status is not None
        for year, (column, text) in row.ratings.items():
            rating = "" if text in DASHES or folded(text) in NOTHING else self._rating(row, column, text)
            row.ratings[year] = (column, rating or "")
            readable = readable and rating is not None
        code, reference = row.texts.get("code", ""), row.texts.get("reference", "")
        place = stated.place
        where = (
            (_key(place.project), _key(place.theme), _key(place.directorate), _key(place.service))
            if place
            else stated.named
        )
        identity = ("code", plain(code)) if code else (plain(reference), plain(title), where)
        if identity in by_identity and title:
            line = by_identity[identity]
            statuses = {each.status for each in line.rows}
            if row.status and row.status not in statuses and "" not in statuses:
                line.rows.append(row)
                line.is_readable = line.is_readable and readable
                return
            self._refuse_repeated(row, line)
            line.is_readable = False
            return
        line = SheetLine([row], code, reference, title, row.texts.get("version", ""), stated)
        line.is_readable = readable and (place is not None or stated.homeless)
        by_identity[identity] = line
        self.lines.append(line)
        for name in ("code", "reference"):
            text = row.texts.get(name, "")
            if len(text) > LENGTHS[name]:
                line.is_readable = False
                self.findings.error(
                    row.number,
                    row.at.get(name, 0),
                    f"A {name} has at most {LENGTHS[name]} characters, this one has {len(text)}. Shorten it.",
                    table=table,
                )

    def _refuse_repeated(self, row: Row, line: SheetLine) -> None:
        again = f", also {row.status.replace('_', ' ')}" if row.status else ""
        if row.texts.get("code"):
            what = "the same code"
        elif row.texts.get("reference"):
            what = "the same reference and title"
        else:
            what = "the same title in the same place"
        self.findings.error(
            row.number,
            row.label_column,
            f"Row {row.number} repeats row {line.row}: {what}{again}. Delete one of them, or give them "
            "references or titles "
            "that differ.",
            table=row.table,
        )

    def _title(self, row: Row) -> tuple[str, bool]:
        """What the line is called: its title, else the name of its place or section, else that of the table."""
        if self.is_export and not row.texts.get("title"):
            column = next((each.number for each in self.layout.tables[row.table].columns_of("title")), 0)
            words = f"Row {row.number} has no title, and every line has one. Write what the saving is."
            self.findings.error(row.number, column, words, table=row.table)
            return "", False
        for name in ("title", "project", "service", "theme", "mtfp_heading", "directorate"):
            if (name == "title" or name not in row.taken) and (text := row.texts.get(name)):
                return self._short_title(row, text), True
        if row.label and not row.texts.get("status"):
            return self._short_title(row, row.label), True
        if "status" in row.texts or row.texts.get("method") or row.texts.get("saving_type"):
            if row.sections:
                return self._short_title(row, row.sections[-1].text), True
            if self.places.project is not None:
                return self.places.project.title, True
            title = headings.without_units(self.layout.tables[row.table].title).strip(" ,;:()-–")
            title = title or self.layout.sheet.name
            return self._short_title(row, title), True
        self.findings.error(
            row.number,
            row.label_column or min((column for column, _read in row.amounts.values()), default=0),
            f"Row {row.number} has amounts and no title. Say what the saving is; a row of sums is labelled Total.",
            table=row.table,
        )
        return "", False

    def _short_title(self, row: Row, text: str) -> str:
        """A description longer than a title is kept in the note, and its beginning is the title."""
        words = " ".join(text.split())
        if len(words) <= LENGTHS["title"]:
            return words
        if words not in row.texts.get("note", ""):
            row.texts["note"] = words + (f"\n{row.texts['note']}" if row.texts.get("note") else "")
            row.at.setdefault("note", row.at.get("title", row.label_column))
        return words[: LENGTHS["title"] - 1].rsplit(" ", 1)[0] + "…"

    def _rating(self, row: Row, column: int, text: str) -> str | None:
        """The status that a cell names; None, with a problem, for none."""
        try:
            status, remark = status_of(text)
        except ValueError:
            known = choices_in_words([status.label for status in Status])
            self.findings.error(
                row.number,
                column,
                f"'{text}' is not a rating. Write {known}, or leave the cell empty.",
                table=row.table,
            )
            return None
        if remark:
            self.findings.warn(row.number, column, remark, table=row.table)
        return status

    # Facts

    def _read_facts(self, line: SheetLine) -> None:
        for row in line.rows:
            for name, column in row.at.items():
                line.at.setdefault(name, (row.number, column))
            for name in TEXTS:
                if row.texts.get(name) and name not in line.facts:
                    line.facts[name] = row.texts[name]
                elif name == "note" and row.texts.get(name) and row.texts[name] not in line.facts[name]:
                    line.facts[name] += f"\n{row.texts[name]}"
        first = line.rows[0]
        for name in ("budget_code", "amount_in_words"):
            if len(line.facts.get(name, "")) > LENGTHS[name]:
                line.is_readable = False
                row_number, column = line.at[name]
                self.findings.error(
                    row_number,
                    column,
                    f"{FIELDS[name].heading} has at most {LENGTHS[name]} characters. Put the rest into the note.",
                    table=first.table,
                )
        for name in CHOICES:
            if text := self._fact(line, name):
                self._read_choice(line, name, text)
        if text := self._fact(line, "mtfp_heading"):
            found = self.places.heading(text, *line.at.get("mtfp_heading", (first.number, 0)))
            if found is None:
                line.is_readable = False
            else:
                line.facts["heading"] = found
        if self.is_export and line.version:
            present = {str(column.meaning) for column in self.layout.tables[first.table].columns}
            line.emptied = {
                name
                for name in (*TEXTS, *CHOICES, "mtfp_heading", "reference", "directorate", "service", "theme")
                if name in present and not first.texts.get(name)
            }

    def _fact(self, line: SheetLine, name: str) -> str:
        """What the rows of a line say of a fact, else the innermost section that says it."""
        for row in line.rows:
            if row.texts.get(name):
                return row.texts[name]
        for section in reversed(line.rows[0].sections):
            if section.field == name:
                line.at.setdefault(name, (section.row, section.column))
                return section.text
        return ""

    def _read_choice(self, line: SheetLine, name: str, text: str) -> None:
        words = folded(text)
        known = CHOICES[name]
        value = known.get(words) or known.get(words.removesuffix(" savings"))
        row, column = line.at[name]
        if value is None:
            line.is_readable = False
            labels = choices_in_words(dict.fromkeys(_label(choice) for choice in known.values()))
            self.findings.error(
                row,
                column,
                f"'{text}' is no {FIELDS[name].heading.lower()}. Write {labels}, or leave the cell empty.",
                table=line.rows[0].table,
            )
            return
        heading = self.columns[line.rows[0].table].get(column)
        is_one_off_heading = heading is not None and folded(heading.heading) in ("one off", "one off y n", "is one off")
        if name == "recurring" and is_one_off_heading and words in ("y", "yes", "n", "no"):
            value = Recurring.ONE_OFF if words in ("y", "yes") else Recurring.RECURRING
        line.facts[name] = value

    # Amounts

    def _read_amounts(self, line: SheetLine) -> None:
        printed: dict[Amounts, tuple[int, int, int]] = {}
        words: list[str] = []
        for row in line.rows:
            has_statuses = any(meaning.status for meaning in row.amounts)
            for meaning, (number, read) in row.amounts.items():
                self._say_of_cell(line, row, number, read)
                if read.words:
                    words.append(read.words)
                if read.problem:
                    line.is_readable = False
                if read.pounds is None:
                    continue
                rating = self._rating_of(row, meaning.year)
                status = meaning.status or ("" if has_statuses or rating == TARGET else rating)
                key = Amounts(meaning.year, status)
                before = printed[key][2] if key in printed else 0
                printed[key] = (row.number, number, before + self.flip * read.pounds)
        if words and not printed and "amount_in_words" not in line.facts:
            line.facts["amount_in_words"] = words[0][: LENGTHS["amount_in_words"]]
        if self.layout.view == CUMULATIVE and line.facts.get("recurring") != Recurring.ONE_OFF:
            printed = self._increments(line, printed)
        for key, (row_number, number, amount) in printed.items():
            year = line.amounts.setdefault(key.year, YearAmounts(row_number, number))
            if key.status:
                year.statuses[key.status] = amount
            else:
                year.target, year.row, year.column = amount, row_number, number
        self._rate_the_rest(line)
        if self.is_export and line.version:
            self._empty(line)

    def _rating_of(self, row: Row, year: int | None) -> str:
        """How a row's amount of a year stands: its own rating, else that of the row.

        In a cumulative table a year's rating is one of everything so far, not of what the year adds: it is left out.
        """
        if year not in row.ratings:
            return row.status
        column, rating = row.ratings[year]
        if self.layout.view == CUMULATIVE and rating:
            message = "The table is cumulative: a rating of a year is one of all years up to it, and is left out."
            self.findings.warn(row.number, column, message, table=row.table)
            return ""
        return rating

    def _rate_the_rest(self, line: SheetLine) -> None:
        """The rating of a row whose amounts stand by status too is that of what these leave of the target."""
        row = line.rows[0]
        if row.status not in SPLIT_STATUSES or not any(meaning.status for meaning in row.amounts):
            return
        for amounts in line.amounts.values():
            rest = (amounts.target or 0) - sum(amounts.statuses.values())
            if rest and (rest > 0) == ((amounts.target or 0) > 0):
                amounts.statuses[row.status] = amounts.statuses.get(row.status, 0) + rest

    def _empty(self, line: SheetLine) -> None:
        """In a file that FutureFit made an empty target is no amount, and an empty status nought."""
        row = line.rows[0]
        by_year: dict[int | None, list[Column]] = defaultdict(list)
        for column in self.layout.tables[row.table].amounts:
            assert isinstance(column.meaning, Amounts)
            by_year[column.meaning.year].append(column)
        for year, columns in by_year.items():
            target = next((c for c in columns if isinstance(c.meaning, Amounts) and not c.meaning.status), None)
            if target is None:
                continue
            stated = line.amounts.get(year)
            if stated is None or (not stated.states_target and not any(stated.statuses.values())):
                line.amounts.pop(year, None)
                line.emptied_years[year] = (row.number, target.number)
                continue
            if not stated.states_target:
                line.is_readable = False
                self.findings.error(
                    stated.row,
                    target.number,
                    "The target is empty and amounts by status are not. Enter the target, or empty them all.",
                    table=row.table,
                )
            for column in columns:
                if isinstance(column.meaning, Amounts) and column.meaning.status:
                    stated.statuses.setdefault(column.meaning.status, 0)

    def _say_of_cell(self, line: SheetLine, row: Row, number: int, read: ReadAmount) -> None:
        if read.problem:
            self.findings.error(row.number, number, read.problem, table=row.table)
        elif read.remark:
            self.findings.warn(row.number, number, read.remark, table=row.table)
        elif read.words:
            self.findings.warn(
                row.number, number, f"'{read.words}' states no amount: none is entered for it.", table=row.table
            )
        if read.pence is not None:
            self.pence[row.table, number].append(read.pence)

    def _increments(
        self, line: SheetLine, printed: dict[Amounts, tuple[int, int, int]]
    ) -> dict[Amounts, tuple[int, int, int]]:
        """Cumulative amounts as what each year adds; an empty year after an amount cannot be read."""
        years = list(self.layout.years)
        found = {key: each for key, each in printed.items() if key.year is None}
        for status in {key.status for key in printed}:
            before = 0
            begun = False
            for year in years:
                key = Amounts(year, status)
                if key in printed:
                    row, column, amount = printed[key]
                    if begun or amount:
                        found[key] = (row, column, amount - before)
                    begun, before = begun or bool(amount), amount
                elif begun:
                    row = line.rows[0]
                    column = next(
                        (c.number for c in self.layout.tables[row.table].amounts if c.meaning in (key, Amounts(year))),
                        0,
                    )
                    line.is_readable = False
                    self.findings.error(
                        row.number,
                        column,
                        f"The table is cumulative, and {FinancialYear(year)} is empty after "
                        f"{with_unit(before, Unit.POUNDS)}. "
                        "Enter what stands in that year, 0 where it ends.",
                        table=row.table,
                    )
                    break
        return found

    # Said once

    def _say_totals(self) -> None:
        """A total that cannot be read is not compared; it stops nothing, since it is never added."""
        for row in self.sheet_rows.rows:
            cells = list(row.stated.items())
            if row.kind == TOTALS:
                cells += list(row.amounts.values())
            for number, read in cells:
                if read.problem:
                    message = f"This total is not compared. {read.problem}"
                    self.findings.warn(row.number, number, message, table=row.table)

    def _say_names(self) -> None:
        for trouble in self.places.troubles.values():
            more = f" So in {trouble.rows} rows." if trouble.rows > 1 else ""
            say = self.findings.error if trouble.stops else self.findings.warn
            say(trouble.row, trouble.column, trouble.message + more, value=trouble.value)

    def _say_pence(self) -> None:
        for (table, number), differences in self.pence.items():
            column = self.columns[table][number]
            total = sum(differences, Decimal(0))
            count = len(differences)
            sign = "+" if total > 0 else "−" if total < 0 else ""
            self.findings.warn(
                self.layout.tables[table].heading_rows[-1],
                number,
                f"{count} {'cell has' if count == 1 else 'cells have'} pence: rounded to the pound, half away "
                "from zero. "
                f"The differences come to {sign}£{abs(total):.2f} in column {column.letters}.",
                table=table,
                value=column.heading,
            )


def _key(row: Any) -> Any:
    return getattr(row, "pk", None) or row


def _label(value: Any) -> str:
    return str(value.label) if hasattr(value, "label") else str(value)


def years_of(lines: Iterable[SheetLine]) -> dict[int | None, int]:
    """The targets of these lines by year, in order; not profiled comes last."""
    found: dict[int | None, int] = defaultdict(int)
    for line in lines:
        for year, amounts in line.amounts.items():
            found[year] += amounts.whole
    return dict(sorted(found.items(), key=lambda each: (each[0] is None, each[0] or 0)))


def unreadable(lines: Sequence[SheetLine]) -> int:
    return sum(not line.is_readable for line in lines)
