"""What each row of a sheet is: a saving, a section, a total, a note; and what its cells say, in the sheet's own terms.

Amounts here are as printed: in the view and with the sign of the sheet.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from futurefit.values.money import Unit
from futurefit.values.rag import Status
from savings.spreadsheets import headings
from savings.spreadsheets.amounts import read_amount
from savings.spreadsheets.fields import (
    IGNORE,
    METHODS,
    RECURRING,
    ROW_TYPES,
    SAVING_TYPES,
    STATUSES,
    TARGET,
    TOTAL,
    Amounts,
    folded,
)
from savings.spreadsheets.findings import PLUS_SAVES
from savings.spreadsheets.layout import Column, Layout, Table
from savings.spreadsheets.names import Names, plain
from savings.spreadsheets.row import (
    HEAD,
    HEADING,
    LEFT_OUT,
    LINE,
    NOTE,
    PART,
    RUNNING,
    SECTION,
    TOTALS,
    Row,
    Section,
    is_exported,
)
from savings.spreadsheets.sheets import Cell
from savings.spreadsheets.sums import heads_with_sums, is_part, summaries, tails_with_sums, unlabelled_totals

PLACES = ("theme", "directorate", "service", "project")
WORDS_OF_NOTE = 100

_NOTE = re.compile(
    r"^(?:[*†‡#]|notes?\b|source\b|n\.?b\.?\b|key\b|\(?[0-9a-z]{1,2}\)\s|page [0-9]|continued|please note|figures? "
    r"|all figures|savings (?:are|is)\b|negative|positive|brackets?\b|amounts?\b|appendix\b|table [0-9]|this table)",
    re.IGNORECASE,
)
_COSTS = re.compile(
    r"\b(?:growth|pressures?|investments?|inflation|cost increases?|additional costs?|budget increases?|demography)\b",
    re.IGNORECASE,
)
_NO_SAVING = re.compile(
    r"^(?:(?:annual |budget |total |net |overall |remaining |the )*(?:savings? )?"
    r"(?:targets?|requirement|required|shortfall|gap|surplus|balance|difference|variance|over ?/ ?\(?under\)?.*)"
    r"(?: to (?:find|be found|be identified))?|(?:savings? )?(?:still|yet|remaining) to (?:find|be found"
    r"|be identified)|"
    r"unidentified savings?|cumulative\b.*|running total|(?:carried|brought) forward|c/?fwd|b/?fwd|average|mean|"
    r"percentage.*|% .*)\s*[:*]?$",
    re.IGNORECASE,
)
"""Rows below a total that say what it is held against, or the same money again: never savings."""

_SAME_MONEY_AGAIN = re.compile(
    r"^(?:cumulative|running)(?: (?:totals?|savings?|efficiencies|effect))*\s*[:*]?$", re.IGNORECASE
)
"""Of these the rows that are none wherever they stand."""

_RUNNING_SUM = re.compile(
    r"^(?:(?:sub[\s\-]?)?totals?\s+)?(?:(?:carried|brought) forward|[cb]\s?/\s?f(?:wd)?|[cb]/?fwd)"
    r"(?: (?:to|from) (?:the )?(?:next|previous|last|page).*)?\s*[:*]?$",
    re.IGNORECASE,
)
"""Rows at the turn of a page that sum up everything above them."""

_PLACE_SAID = re.compile(r"^(directorate|department|portfolio|committee|service|theme)\s*[:\-–]\s*\S", re.IGNORECASE)
_NO_PLACE = re.compile(
    r"\b(?:savings?|efficienc(?:y|ies)|income|reductions?|proposals?|options?|transformation|procurement|fees|charges|"
    r"technical|previously|existing|further|agreed|approved|adjustments?|other|cross[\s\-]cutting|additional|items|"
    r"phase|tranche|category|type|priority|year|round|wave)\b",
    re.IGNORECASE,
)


@dataclass
class SheetRows:
    """Every row of a sheet in order. ``finest`` is the worth of the last digit of numbers, by table and unit.

    ``filled`` counts cells that take a place from above; ``summaries`` are tables that sum up another, and which.
    """

    rows: list[Row]
    finest: dict[tuple[int, Unit], int]
    filled: dict[str, int]
    summaries: dict[int, int]


def read_rows(layout: Layout, names: Names, *, fills_down: bool = True) -> SheetRows:
    """Read every row below the headings. ``fills_down``: places printed once for a group of rows hold for all of it."""
    return _Rows(layout, names, fills_down).read()


class _Rows:
    def __init__(self, layout: Layout, names: Names, fills_down: bool) -> None:
        self.layout, self.names = layout, names
        self.sheet = layout.sheet
        self.finest: dict[tuple[int, Unit], int] = {}
        self.filled: dict[str, int] = defaultdict(int)
        self.after_total = False
        self.is_export = any(table.columns_of("version") for table in layout.tables)
        self.fills_down = fills_down and not self.is_export
        self.down = _down_merges(layout)

    def read(self) -> SheetRows:
        rows: list[Row] = []
        for place, table in enumerate(self.layout.tables):
            rows += [Row(number, place, HEADING) for number in table.heading_rows]
            rows += self._of_table(place, table)
        summed_up = summaries(rows, len(self.layout.tables))
        return SheetRows(rows, self.finest, dict(self.filled), summed_up)

    # Reading cells

    def _of_table(self, place: int, table: Table) -> list[Row]:
        rows = list(self._read(place, table))
        self._name_kinds(rows, table)
        self._fill_down([row for row in rows if row.kind == LINE], table)
        unlabelled_totals(rows)
        heads_with_sums(rows)
        tails_with_sums(rows)
        unlabelled_totals(rows)
        self._open_sections(rows, table)
        return rows

    def _read(self, place: int, table: Table) -> Iterator[Row]:
        text_columns = [c for c in table.columns if not c.holds_numbers]
        numbers = [c for c in table.columns if c.holds_numbers]
        previous = table.first_row - 1
        for number in range(table.first_row, table.last_row + 1):
            cells = self.sheet.rows.get(number)
            if not cells:
                continue
            if number in table.repeated:
                yield Row(number, place, HEADING)
                previous = number
                continue
            row = Row(number, place, LINE)
            for column in text_columns:
                self._read_text(row, column, cells)
            for column in numbers:
                cell = cells.get(column.number)
                if cell is not None:
                    self._read_number(row, column, cell)
            if not row.cells:
                continue
            row.gap_above = previous < number - 1
            previous = number
            yield row

    def _read_text(self, row: Row, column: Column, cells: dict[int, Cell]) -> None:
        cell = cells.get(column.number)
        down = False
        if cell is None or not cell.text.strip():
            origin = self.down.get((row.number, column.number))
            if origin is None or column.meaning == IGNORE:
                return
            cell, down = self.sheet.cell(origin, column.number), True
        meaning = str(column.meaning)
        text = cell.text.strip() if meaning == "note" else " ".join(cell.text.split())
        if not text:
            return
        row.cells += not down
        if column.rates:
            row.ratings[column.rates[0]] = (column.number, text)
            return
        if meaning == IGNORE:
            if not row.label and not down:
                row.label, row.label_column = text, column.number
            return
        if meaning == "note" and "note" in row.texts:
            row.texts["note"] += f"\n{column.heading}: {text}"
        elif meaning == "note" and len(folded(column.heading).split()) and folded(column.heading) not in _PLAIN_NOTES:
            row.texts["note"] = f"{column.heading}: {text}"
        else:
            row.texts[meaning] = text
        row.at.setdefault(meaning, column.number)
        if down:
            row.taken.add(meaning)
        elif not row.label or row.label_column > column.number:
            row.label, row.label_column = text, column.number

    def _read_number(self, row: Row, column: Column, cell: Cell) -> None:
        unit = column.unit or Unit.POUNDS
        if not (cell.text.strip() or cell.formula or cell.error):
            return
        row.cells += 1
        read = read_amount(cell, unit)
        if read.precision is not None and not isinstance(cell.value, str):
            key = (row.table, unit)
            self.finest[key] = min(self.finest.get(key, read.precision), read.precision)
        if column.meaning == TOTAL:
            if read.states_something:
                row.stated[column.number] = read
        elif isinstance(column.meaning, Amounts):
            row.amounts[column.meaning] = (column.number, read)

    # What each row is

    def _name_kinds(self, rows: list[Row], table: Table) -> None:
        with_reference = sum(1 for row in rows if row.kind == LINE and row.texts.get("reference") and row.has_numbers)
        numbered = sum(1 for row in rows if row.kind == LINE and row.has_numbers)
        self.after_total = False
        above: Row | None = None
        for row in rows:
            if row.kind == LINE:
                row.kind = self._kind(row, table, has_references=with_reference * 2 > numbered)
                if row.kind == LINE and is_part(row, above):
                    row.kind, row.texts["row_type"] = LEFT_OUT, PART
                    continue
                above = row if row.kind == LINE else None
                self.after_total = row.kind in (TOTALS, LEFT_OUT) or (self.after_total and row.kind == SECTION)
        last = max(
            (place for place, row in enumerate(rows) if row.kind in (LINE, TOTALS) and row.states_amounts), default=-1
        )
        for row in rows[last + 1 :]:
            if row.kind == SECTION:
                row.kind = NOTE
        self._sections_or_lines(rows)

    def _kind(self, row: Row, table: Table, *, has_references: bool) -> str:
        if is_exported(row) or (self.is_export and row.texts.get("project")):
            return LINE
        if row_type := row.texts.get("row_type"):
            return {"line": LINE, "total": TOTALS, "left_out": LEFT_OUT}[ROW_TYPES.get(folded(row_type), "line")]
        status = folded(row.texts.get("status", ""))
        words = [
            row.texts[name] for name in ("reference", "title", *PLACES) if name in row.texts and name not in row.taken
        ]
        if row.label:
            words.append(row.label)
        against = "reference" not in row.at or _NO_SAVING.match(row.texts["reference"])
        if row.states_amounts and against and _RUNNING_SUM.match(row.label):
            row.texts["row_type"] = RUNNING
            return TOTALS
        no_saving = row.label and row.states_amounts and against and _NO_SAVING.match(row.label)
        if no_saving and (self.after_total or _SAME_MONEY_AGAIN.match(row.label)):
            return LEFT_OUT
        totals = [text for text in words if headings.is_total_label(text)]
        if totals and (row.states_amounts or row.cells <= 2):
            of_line = (
                has_references
                and row.texts.get("reference")
                and not headings.is_total_label(row.texts["reference"])
                and headings.name_in_total(totals[0])
            )
            if not of_line:
                row.label = totals[0]
                return TOTALS
        if status in ("total", "totals", "sub total"):
            row.label = row.label or "Total"
            return TOTALS
        if (row.states_amounts and any(read.states_something for _c, read in row.amounts.values())) or row.stated:
            return LINE
        own = [name for name in row.at if name not in row.taken and name != "note"]
        if row.amounts:
            return LINE
        if _NOTE.match(row.label) or len(row.label) > WORDS_OF_NOTE or (row.label.endswith(".") and " " in row.label):
            return NOTE
        if row.cells <= 1 and not _is_status(status):
            return SECTION
        if not own:
            return NOTE
        if row.cells == 2 and {"reference"} < set(own) <= {"reference", "title"} and not has_references:
            return SECTION
        return LINE

    def _sections_or_lines(self, rows: list[Row]) -> None:
        """A row of one name between two savings, in a table without other sections, is a saving without an amount."""
        real = [row for row in rows if row.kind != HEADING]
        doubtful: list[Row] = []
        evident = False
        for place, row in enumerate(real):
            if row.kind != SECTION:
                continue
            before = real[place - 1] if place else None
            after = real[place + 1] if place + 1 < len(real) else None
            known = self.names.place_of(row.label) is not None
            between = before is not None and before.kind == LINE and not row.gap_above
            if known or not between or after is None or after.kind != LINE or "title" not in row.texts:
                evident = True
            else:
                doubtful.append(row)
        if not evident:
            for row in doubtful:
                row.kind = LINE

    def _fill_down(self, lines: list[Row], table: Table) -> None:
        """A place printed once for a group of rows, and a title or reference once for rows of several statuses."""
        has_status = any(not column.rates for column in table.columns_of("status"))
        columns = sorted((c for c in table.columns if c.meaning in PLACES), key=lambda c: c.number)
        last: dict[str, str] = {}
        for row in lines:
            if has_status and "title" not in row.texts and row.texts.get("status") and last.get("title"):
                for name in ("reference", "title", "code"):
                    if name not in row.texts and last.get(name):
                        row.texts[name] = last[name]
                        row.taken.add(name)
            elif "title" in row.texts:
                for name in ("reference", "code", "title"):
                    last[name] = row.texts.get(name, "")
            if not self.fills_down:
                continue
            for place, column in enumerate(columns):
                name = str(column.meaning)
                if name in row.texts and name not in row.taken:
                    if last.get(name) != row.texts[name]:
                        for lower in columns[place + 1 :]:
                            last.pop(str(lower.meaning), None)
                    last[name] = row.texts[name]
                elif name not in row.texts and last.get(name) and (row.texts.get("title") or has_status):
                    row.texts[name] = last[name]
                    row.taken.add(name)
                    self.filled[name] += 1

    def _open_sections(self, rows: list[Row], table: Table) -> None:
        """Give each row the sections that stand above it, and each section its level and the place it names."""
        stack: list[Section] = self._sections_of_title(table, rows)
        closed_level = 0
        real = [row for row in rows if row.kind not in (HEADING, NOTE, LEFT_OUT)]
        for place, row in enumerate(real):
            if row.kind == SECTION:
                after = real[place + 1] if place + 1 < len(real) else None
                before = real[place - 1] if place else None
                text = headings_bare(row.label)
                same = next((each for each in stack if plain(each.text) == plain(text)), None)
                if same is not None:
                    stack = stack[: stack.index(same) + 1]
                    row.sections = tuple(stack)
                    continue
                level = self._level(text, stack, before, after, closed_level)
                closed_level = 0
                stack = [each for each in stack if each.level < level]
                stack.append(self._section(row, text, level, stack, table))
            elif row.kind == TOTALS:
                row.sections = tuple(stack)
                if row.texts.get("row_type") == HEAD:
                    stack = [self._section(row, headings_bare(row.label), 1, [], table)]
                else:
                    stack, closed_level = _closed(stack, row, real[place + 1 :], closed_level)
                continue
            row.sections = tuple(stack)
            if row.kind == LINE and self.layout.sign == PLUS_SAVES and any(each.is_costs for each in stack):
                self._leave_out_cost(row)

    def _leave_out_cost(self, row: Row) -> None:
        """A cost printed as a plain number, where savings are too, is no saving: FutureFit holds no pressures."""
        if any(read.pounds is not None and read.pounds > 0 for _column, read in row.amounts.values()):
            row.kind = LEFT_OUT

    def _sections_of_title(self, table: Table, rows: list[Row]) -> list[Section]:
        """A title above the headings that names a place the programme knows, or as later headings have one above."""
        found: list[Section] = []
        for number in table.title_rows:
            for column, cell in self.sheet.rows.get(number, {}).items():
                text = " ".join(cell.text.split())
                place = self.names.place_of(text) if 2 < len(text) <= 120 else None
                if place and place[0] != "project":
                    found.append(Section(number, column, text, len(found) + 1, place[0]))
                said = _PLACE_SAID.match(text) if place is None and not found else None
                if said:
                    field = said[1].lower()
                    field = field if field in ("service", "theme") else "directorate"
                    found.append(Section(number, column, text, 1, field))
        if found or not table.repeated or not table.title_rows:
            return found
        above = {row.number for row in rows if row.kind == SECTION}
        firsts = [number for number in sorted(table.repeated) if number - 1 not in table.repeated]
        if firsts and all(any(number - gap in above for gap in (1, 2)) for number in firsts):
            number = table.title_rows[-1]
            cells = [
                (c, " ".join(cell.text.split())) for c, cell in self.sheet.rows[number].items() if cell.text.strip()
            ]
            if len(cells) == 1 and not headings.years_in(cells[0][1]) and not headings.unit_in(cells[0][1]):
                row = Row(number, 0, SECTION, label=cells[0][1], label_column=cells[0][0])
                found.append(self._section(row, headings_bare(cells[0][1]), 1, [], table))
        return found

    def _level(
        self, text: str, stack: Sequence[Section], before: Row | None, after: Row | None, closed_level: int
    ) -> int:
        """How deep a section lies: as the place that it names, else as its neighbours say."""
        known = self.names.place_of(text)
        if known:
            level = {"directorate": 1, "theme": 1, "service": 2, "project": 3}[known[0]]
            outer = [each for each in stack if each.field in _OUTER[known[0]]]
            return outer[-1].level + 1 if outer and known[0] != "directorate" else level
        if after is not None and after.kind == SECTION:
            return 1
        if closed_level:
            return closed_level
        if before is not None and before.kind == SECTION and stack:
            return stack[-1].level + 1
        return stack[-1].level if stack and stack[-1].level > 1 else 1

    def _section(self, row: Row, text: str, level: int, stack: Sequence[Section], table: Table) -> Section:
        section = Section(row.number, row.label_column, text, level)
        words = folded(text)
        known = self.names.place_of(text)
        if known:
            section.field = known[0]
        elif words in SAVING_TYPES or words.removesuffix(" savings") in SAVING_TYPES:
            section.field = "saving_type"
        elif words in METHODS:
            section.field = "method"
        elif words in RECURRING or words.removesuffix(" savings") in RECURRING:
            section.field = "recurring"
        elif _COSTS.search(text) and "saving" not in words:
            section.is_costs = True
        elif not _NO_PLACE.search(text):
            taken = {str(column.meaning) for column in table.columns} | {each.field for each in stack}
            section.field = next((name for name in ("directorate", "service") if name not in taken), "")
        return section


_PLAIN_NOTES = frozenset(
    {"note", "notes", "comment", "comments", "details", "further details", "description", "detail"}
)
_OUTER = {"directorate": (), "theme": ("directorate",), "service": ("directorate", "theme"), "project": PLACES}


def headings_bare(text: str) -> str:
    """The words of a section without numbering, colon or "(continued)"."""
    words = re.sub(r"\s*[:\-–]\s*$|\s*\(?cont(?:inued|\.|'d)\)?$", "", " ".join(text.split()), flags=re.IGNORECASE)
    return re.sub(r"^(?:[0-9]+(?:\.[0-9]+)*\.?|[A-Z]\.|\([0-9a-z]\))\s+", "", words).strip() or text


def _is_status(words: str) -> bool:
    try:
        status_of(words)
    except ValueError:
        return False
    return bool(words)


def _down_merges(layout: Layout) -> dict[tuple[int, int], int]:
    """For cells merged with one above: the row whose cell holds the value."""
    found: dict[tuple[int, int], int] = {}
    for merge in layout.sheet.merges:
        if (
            merge.first_row < merge.last_row
            and merge.first_column == merge.last_column
            and merge.last_row - merge.first_row < 5_000
        ):
            for row in range(merge.first_row + 1, merge.last_row + 1):
                found[row, merge.first_column] = merge.first_row
    return found


def _closed(stack: list[Section], total: Row, following: Sequence[Row], closed_level: int) -> tuple[list[Section], int]:
    """A total ends the section that it names; one without a name ends the innermost where another section follows.

    With what is left comes the level of the section that ended: the next one stands beside it.
    """
    name = headings.name_in_total(total.label)
    for place, section in enumerate(stack):
        if name and headings.name_in_total(section.text) == name:
            return stack[:place], section.level
    after = following[0] if following else None
    if after is not None and after.kind == SECTION and not name and stack:
        return (stack[:-1], stack[-1].level) if len(stack) > 1 else (stack, stack[-1].level)
    return stack, closed_level


def status_of(text: str) -> tuple[str, str]:
    """The status that a cell of a status column names, and a remark where it was not plain. ValueError for none."""
    words = folded(text)
    if words in STATUSES:
        return STATUSES[words], ""
    parts = [STATUSES[part] for part in words.split() if part in STATUSES and len(part) > 1]
    if parts and len(set(parts)) <= 2 and all(part in _COLOURS for part in words.split()):
        worst = max(parts, key=_WORST.index)
        return worst, f"'{text}' is read as {Status(worst).label.lower()}, the worse of the two."
    raise ValueError(text)


_COLOURS = frozenset({"red", "amber", "green", "blue", "to", "and", "or"})
_WORST = [Status.NOT_RATED, TARGET, Status.DELIVERED, Status.CLAIMED, Status.ON_TARGET, Status.AMBER, Status.RED]
