"""What each column of a table is, from its heading, its group headings and what its cells hold.

`layout` finds the headings and asks here; a column that is nothing is left out and named in a remark.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from futurefit.values.financial_year import FinancialYear, Horizon
from futurefit.values.money import Unit
from savings.spreadsheets import headings
from savings.spreadsheets.amounts import NOTHING
from savings.spreadsheets.fields import (
    CHOICES,
    FIELDS,
    IGNORE,
    STATUSES,
    TOTAL,
    Amounts,
    choices_in_words,
    folded,
)
from savings.spreadsheets.findings import CUMULATIVE, Finding
from savings.spreadsheets.sheets import Cell, Sheet, column_letters

LONGEST_HEADING = 160
LONGEST_WORDS = 60

LIKE_A_NUMBER = re.compile(
    r"^[+\-−–‐‑‒—(']?\s?£?\s?[(\-−–]?[0-9][0-9,]*(?:\.[0-9]+)?\s?(?:k|m|%)?\s?\)?\s?-?[*†‡]?$", re.IGNORECASE
)
_UNIT_ALONE = re.compile(r"\(?£?\s?['’‘`]?000['’]?s?\)?", re.IGNORECASE)
_AMOUNT_WORDS = re.compile(
    r"^(?:(?:net |gross |total |full |annual |proposed |planned |estimated |budget |revenue |cashable |value of |"
    r"amount of )*(?:savings?|amounts?|value|reductions?|efficiency|efficiencies|target|savings? target|benefits?)"
    r"(?: value| amount| target| total| proposed| identified| required| of saving)?)?$"
)
_NO_MONEY = re.compile(r"\b(?:fte|ftes|wte|wtes|headcount|posts)\b")
_NO_SAVINGS = re.compile(
    r"\b(?:budgets?|base|spend|spending|expenditure|actuals?|outturn|forecast|projected|projection|fte|ftes|wte|posts?|"
    r"headcount|staff numbers|investment|invest|costs?|pressures?|growth|rag|brag|status|rating|variance|variation|"
    r"shortfall|gap|percentage|per cent|percent|full year effect|fye|full year|capital|reserves?|remaining|"
    r"still to|outstanding|carried forward|slippage|previous|prior|change|movement|reported)\b"
)
_SAVINGS = re.compile(r"\b(?:savings?|reductions?|efficienc(?:y|ies)|target|proposals?|benefits?)\b")
_BEST = ("revised", "current", "latest", "updated", "net")
"""Words of the one column that counts where another states the same year as it was before."""


@dataclass(frozen=True)
class Column:
    """One column as read: its number from 1, letters, heading as printed, meaning and the reason for it in words.

    ``meaning`` is a FIELD name or, for a column of amounts, its `Amounts`; ``unit`` is that of its amounts.
    ``total_of`` are the years that a total column adds up, empty for all of the table; ``status`` its status.
    ``rates`` is the year whose amount a column of ratings rates, empty where it rates the whole row.
    """

    number: int
    letters: str
    heading: str
    meaning: str | Amounts
    reason: str
    unit: Unit | None = None
    unit_reason: str = ""
    total_of: tuple[int | None, ...] = ()
    status: str = ""
    rates: tuple[int | None, ...] = ()
    hidden: bool = False

    @property
    def field(self) -> str:
        """The FIELD as `Options.columns` takes it: "title", "year:2016/17", "year:2016/17:amber", "ignore"."""
        return self.meaning if isinstance(self.meaning, str) else self.meaning.name()

    @property
    def is_amounts(self) -> bool:
        return isinstance(self.meaning, Amounts)

    @property
    def holds_numbers(self) -> bool:
        """Amounts that are entered, or totals of them."""
        return self.is_amounts or self.meaning == TOTAL


def one_line(text: str) -> str:
    return " ".join(text.split())


def is_number(cell: Cell) -> bool:
    """Whether a cell holds a number, or text that is written like one; a bare year of a heading is none."""
    value = cell.value
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return not 1990 <= value <= 2099
    if isinstance(value, Decimal):
        return True
    if isinstance(value, str):
        words = value.strip()
        if not words or words[0].isalpha():
            return False
        return (
            bool(LIKE_A_NUMBER.match(words))
            and not _UNIT_ALONE.fullmatch(words)
            and not re.fullmatch(r"20[0-9]{2}|[0-9]{2}\s?-\s?[0-9]{2}", words)
        )
    return bool(cell.formula or cell.error)


WORDS = {word: name for name, field in reversed(FIELDS.items()) for word in field.words}


def is_kind_of_column(text: str) -> bool:
    """Whether a heading says only what kind of column stands under a year: an amount, people, a rating, a share."""
    plain = folded(headings.without_units(text))
    return is_amount_word(text) or bool(_NO_MONEY.search(plain)) or "%" in text or WORDS.get(plain) == "status"


def is_amount_word(text: str) -> bool:
    plain = folded(headings.without_units(text))
    return bool(_AMOUNT_WORDS.match(plain)) and (bool(plain) or headings.unit_in(text) is not None)


@dataclass
class Block:
    """Consecutive heading rows, and above each column what stands there from top to bottom."""

    rows: tuple[int, ...]
    parts: dict[int, tuple[str, ...]]
    years: dict[int, tuple[int, ...]]

    def own(self, column: int) -> str:
        return self.parts[column][-1] if self.parts.get(column) else ""

    def heading(self, column: int) -> str:
        return " ".join(dict.fromkeys(self.parts.get(column, ())))

    @property
    def signature(self) -> tuple[tuple[int, str], ...]:
        return tuple(sorted((column, folded(parts[-1])) for column, parts in self.parts.items() if parts))


@dataclass
class Body:
    """What the cells below a heading hold, counted in a sample."""

    numbers: int = 0
    percents: int = 0
    texts: int = 0
    long_texts: int = 0
    values: Counter[str] | None = None

    @property
    def is_numeric(self) -> bool:
        return self.numbers > self.texts


class Reading(Protocol):
    """What the reading of a sheet gives its columns."""

    sheet: Sheet
    horizon: Horizon | None
    chosen: dict[int, str | Amounts]
    problems: list[Finding]
    remarks: list[Finding]

    def finding(self, row: int, column: int, heading: str, value: str, message: str) -> Finding: ...


class Columns:
    """What each column of one table is."""

    def __init__(self, reading: Reading, block: Block, body: Mapping[int, Body], titles: list[str]) -> None:
        self.reading, self.block, self.body, self.titles = reading, block, body, titles
        self.chosen = reading.chosen
        self.title_years = next((years for text in titles if (years := headings.years_in(text))), ())
        if not self.title_years:
            self.title_years = headings.years_in(reading.sheet.name)
        self.found: dict[int, Column] = {}
        self.remarked: list[tuple[int, str]] = []

    def columns(self) -> list[Column]:
        numbers = sorted(self.block.parts)
        for number in numbers:
            meaning, reason, more = self._meaning(number)
            self.found[number] = Column(
                number=number,
                letters=column_letters(number),
                heading=self.block.heading(number),
                meaning=meaning,
                reason=reason,
                hidden=number in self.reading.sheet.hidden_columns,
                **more,
            )
        self._amounts_without_year()
        self._cumulative_beside_annual()
        self._ratings_by_year()
        self._ratings_without_heading()
        self._one_of_each_field()
        self._title_of_rows()
        self._one_amount_of_each_year()
        self._totals_without_amounts()
        self._say_what_is_left_out()
        return [self.found[number] for number in numbers]

    def _set(self, number: int, meaning: str | Amounts, reason: str, **more) -> None:
        self.found[number] = replace(self.found[number], meaning=meaning, reason=reason, **more)

    def _of(self, number: int) -> Body:
        return self.body.get(number) or Body(values=Counter())

    def _meaning(self, number: int) -> tuple[str | Amounts, str, dict]:
        heading, own, body = self.block.heading(number), self.block.own(number), self._of(number)
        if number in self.chosen:
            return self.chosen[number], "chosen", {}
        if not heading:
            return IGNORE, "", {}
        plain = folded(headings.without_units(headings.without_years(heading)))
        if "%" in heading or (body.percents and body.percents >= body.numbers + body.texts):
            return IGNORE, "percentages", {}
        years = self.block.years[number]
        status = headings.status_in(heading)
        if len(years) > 1:
            return self._as_total(heading, years, status)
        if headings.is_not_profiled(heading):
            return Amounts(None, status or ""), "the heading says not profiled", {}
        if len(years) == 1 or self._relative(heading) is not None:
            return self._with_year(number, heading, plain, years, status)
        own_words = folded(headings.without_units(own))
        if _NO_MONEY.search(own_words):
            return IGNORE, "not savings", {}
        if _TOTAL_EXACT.search(own_words) and not body.texts > body.numbers:
            return self._as_total(heading, (), status)
        field = field_of(own) or field_of(heading)
        if (
            field in ("directorate", "service", "theme")
            and re.search(r"/|\band\b", own)
            and _SAVINGS.search(folded(own))
        ):
            field = "title"
        if field and not (body.is_numeric and field in ("title", "status", "service", "directorate", "note", "method")):
            return self._as_field(number, field, own if field_of(own) else heading, body)
        if body.texts > body.numbers:
            return IGNORE, "", {}
        if _NO_SAVINGS.search(plain) and not _SAVINGS.search(plain) and not status:
            return IGNORE, "not savings", {}
        if status:
            return Amounts(-1, status), f"the heading names the status {status.label.lower()}", {}
        if is_amount_word(own) or (body.is_numeric and _SAVINGS.search(plain)):
            return Amounts(-1), "the heading names an amount", {}
        return IGNORE, "", {}

    def _relative(self, heading: str) -> int | None:
        number = headings.relative_year_in(heading)
        if number is not None:
            return number
        bare = bare_year(self_text := heading)
        return bare if bare and len(self_text) < LONGEST_WORDS else None

    def _with_year(
        self, number: int, heading: str, plain: str, years: tuple[int, ...], status: str | None
    ) -> tuple[str | Amounts, str, dict]:
        body = self._of(number)
        if not body.is_numeric and (field_of(plain) == "status" or field_of(self.block.own(number)) == "status"):
            return self._as_field(number, "status", heading, body)
        no_savings = _NO_SAVINGS.search(plain)
        if no_savings and not _SAVINGS.search(plain) and not status:
            return IGNORE, f"“{no_savings[0]}” is not a saving", {}
        if no_savings and no_savings[0] in _NEVER and not status:
            return IGNORE, f"“{no_savings[0]}” is not a saving", {}
        if body.texts > body.numbers + body.percents and body.texts > 2 and body.numbers == 0:
            return IGNORE, "", {}
        year = years[0] if years else self._year_of(number, heading)
        if year is None:
            return IGNORE, "", {}
        if re.search(r"\btotals?\b", plain) and not status and self._has_statuses(year):
            return TOTAL, "the heading says total", {"total_of": (year,)}
        reason = f"the heading names the year {FinancialYear(year)}"
        if status:
            return Amounts(year, status), f"{reason} and the status {headings.Status(status).label.lower()}", {}
        return Amounts(year), reason, {}

    def _has_statuses(self, year: int) -> bool:
        return any(
            years == (year,) and headings.status_in(self.block.heading(number))
            for number, years in self.block.years.items()
        )

    def _year_of(self, number: int, heading: str) -> int | None:
        """The year of "Year 1", counted from the first that the title or the plan names; a bare 2017 is 2017/18."""
        row = self.block.rows[-1]
        counted = headings.relative_year_in(heading)
        if counted is None:
            bare = bare_year(heading)
            if bare:
                self.reading.remarks.append(
                    self.reading.finding(
                        row,
                        number,
                        heading,
                        heading,
                        f"'{heading}' is read as the financial year {FinancialYear(bare)}. If another is meant, write "
                        f"it as {FinancialYear(bare - 1)} or {FinancialYear(bare)}.",
                    )
                )
            return bare
        first = self.title_years[0] if self.title_years else None
        words = "the title names"
        if first is None and self.reading.horizon is not None:
            first, words = self.reading.horizon.first, "the plan begins with"
        if first is None:
            self.reading.problems.append(
                self.reading.finding(
                    row,
                    number,
                    heading,
                    heading,
                    f"'{heading}' does not say which financial year. Write the year, such as 2016/17, or map the "
                    f"column (--map {column_letters(number)}=year:2016/17).",
                )
            )
            return None
        year = first + counted - 1
        self.reading.remarks.append(
            self.reading.finding(
                row,
                number,
                heading,
                heading,
                f"'{heading}' is read as {FinancialYear(year)}, since {words} {FinancialYear(first)}. If another year "
                "is meant, map the column.",
            )
        )
        return year

    def _as_total(self, heading: str, years: tuple[int, ...], status: str | None) -> tuple[str, str, dict]:
        return TOTAL, "the heading says total", {"total_of": years, "status": status or ""}

    def _as_field(self, number: int, field: str, heading: str, body: Body) -> tuple[str, str, dict]:
        """A column named like a field, where its cells hold what the field can hold."""
        reason = f"headed “{heading}”"
        exact = folded(heading) == folded(FIELDS[field].heading)
        values = body.values or Counter()
        if field == "status":
            known = sum(count for value, count in values.items() if _is_status_word(value))
            if known * 2 < sum(count for value, count in values.items() if value not in NOTHING):
                return ("note" if body.long_texts else IGNORE), "its cells are no ratings", {}
        elif field in CHOICES and not exact and any(value not in CHOICES[field] for value in values):
            if field == "saving_type" and all(value in CHOICES["method"] for value in values):
                return "method", reason, {}
            return IGNORE, f"its cells are not only {choices_in_words(dict.fromkeys(CHOICES[field].values()))}", {}
        elif field == "row_type" and not values:
            return IGNORE, "", {}
        return field, reason, {}

    def _amounts_without_year(self) -> None:
        """A single amount column, or status columns, take the year that the title names; else they have no year."""
        waiting = [
            column
            for column in self.found.values()
            if isinstance(column.meaning, Amounts) and column.meaning.year == -1
        ]
        if not waiting:
            return
        with_years = [c for c in self.found.values() if isinstance(c.meaning, Amounts) and (c.meaning.year or 0) > 0]
        plain = [column for column in waiting if not column.meaning.status]  # type: ignore[union-attr]
        if with_years:
            for column in waiting:
                if column in plain and (headings.is_total_heading(column.heading) or len(with_years) > 1):
                    self._set(column.number, TOTAL, "an amount beside those of each year")
                else:
                    self._set(column.number, IGNORE, "an amount without a year beside those of each year")
            return
        self._refuse_a_row_for_each_year()
        year = self.title_years[0] if len(self.title_years) == 1 else None
        for column in waiting:
            meaning = column.meaning
            assert isinstance(meaning, Amounts)
            reason = f"{column.reason}; the title names {FinancialYear(year)}" if year else f"{column.reason}, no year"
            self._set(column.number, Amounts(year, meaning.status), reason)
        if year is None:
            column = waiting[0]
            self.reading.remarks.append(
                self.reading.finding(
                    self.block.rows[-1],
                    column.number,
                    column.heading,
                    column.heading,
                    "Neither the heading nor the title names a financial year: the amounts are taken as not profiled. "
                    f"To put them into a year, map the column (--map {column.letters}=year:2016/17).",
                )
            )

    def _refuse_a_row_for_each_year(self) -> None:
        """A column that says the year of each row: such a table is not read, and never without its years."""
        for column in self.found.values():
            if folded(column.heading) not in _YEAR_OF_ROW or column.number in self.chosen:
                continue
            first = self.block.rows[-1] + 1
            cells = [self.reading.sheet.cell(row, column.number) for row in range(first, first + 20)]
            if any(headings.year_of_cell(cell) or bare_year(cell.text) for cell in cells):
                self.reading.problems.append(
                    self.reading.finding(
                        self.block.rows[-1],
                        column.number,
                        column.heading,
                        column.heading,
                        f"Column {column.letters} says the year of each row. A saving has one row here, with a column "
                        "for each year: turn the table, for instance with a pivot, and import it again.",
                    )
                )

    def _cumulative_beside_annual(self) -> None:
        """Where some year columns are cumulative and others are not, the cumulative ones are the same money again."""
        of_years = [column for column in self.found.values() if column.is_amounts]
        cumulative = [column for column in of_years if headings.view_in(column.heading) == CUMULATIVE]
        if cumulative and len(cumulative) < len(of_years):
            for column in cumulative:
                self._set(column.number, IGNORE, "the same money again, cumulative")

    def _one_of_each_field(self) -> None:
        """Two columns of one field: the better named has it; a second title or note goes to the note."""
        for name, field in FIELDS.items():
            if name in (IGNORE, TOTAL, "note"):
                continue
            same = [
                column
                for column in self.found.values()
                if column.meaning == name and column.number not in self.chosen and not column.rates
            ]
            taken = any(
                self.found[number].meaning == name and not self.found[number].rates
                for number in self.chosen
                if number in self.found
            )
            if len(same) + taken < 2:
                continue
            ranked = sorted(same, key=lambda column: (_rank(column.heading, field.words), column.number))
            for column in ranked if taken else ranked[1:]:
                other = "note" if name == "title" else IGNORE
                if name == "reference" and not any(each.meaning == "title" for each in self.found.values()):
                    other = "title"
                self._set(column.number, other, f"another column is the {field.heading.lower()}")

    def _ratings_by_year(self) -> None:
        """A column of ratings headed by a year rates the amount of that year; one beside each year the year left of it.

        A single one without a year, and several that do not stand beside years of their own, rate whole rows.
        """
        ratings = [column for column in self.found.values() if column.meaning == "status"]
        beside: dict[int, int | None] = {}
        for column in ratings:
            if len(self.block.years[column.number]) == 1:
                self._set(column.number, "status", column.reason, rates=self.block.years[column.number])
                continue
            left = [each for each in self.found.values() if each.is_amounts and each.number < column.number]
            if left and isinstance(meaning := left[-1].meaning, Amounts) and not meaning.status:
                beside[column.number] = meaning.year
        if len(beside) > 1 and len(set(beside.values())) == len(beside):
            for number, year in beside.items():
                self._set(number, "status", self.found[number].reason, rates=(year,))
        for column in ratings:
            if rated := self.found[column.number].rates:
                words = "the amounts not profiled" if rated[0] is None else str(FinancialYear(rated[0]))
                self.reading.remarks.append(
                    self.reading.finding(
                        self.block.rows[-1],
                        column.number,
                        column.heading,
                        column.heading,
                        f"Column {column.letters} is read as the rating of {words}. If it is not, leave it out "
                        f"(--map {column.letters}=ignore).",
                    )
                )

    def _ratings_without_heading(self) -> None:
        """A column that holds hardly anything but ratings is one of ratings, whatever its heading."""
        if any(column.meaning == "status" for column in self.found.values()):
            return
        for column in self.found.values():
            values = self._of(column.number).values or Counter()
            ratings = {value: count for value, count in values.items() if not headings.is_total_label(value)}
            known = sum(count for value, count in ratings.items() if len(value) > 1 and _is_status_word(value))
            own = sum(ratings.values())
            free = column.meaning in (IGNORE, "title") and column.number not in self.chosen and not column.reason
            if (free or column.meaning == "title") and known >= 2 and known * 3 >= own * 2:
                self._set(column.number, "status", "its cells are ratings")
                return

    def _title_of_rows(self) -> None:
        """Without a title column the column with the most words left of the amounts has the titles."""
        if any(column.meaning == "title" for column in self.found.values()):
            return
        numbers = [column.number for column in self.found.values() if column.holds_numbers]
        free = [
            (self._of(column.number).texts, -column.number)
            for column in self.found.values()
            if column.meaning == IGNORE
            and column.number not in self.chosen
            and column.reason in ("", "not savings")
            and numbers
            and column.number < min(numbers)
            and self._of(column.number).texts
        ]
        if not free:
            return
        number = -max(free)[1]
        self._set(number, "title", "it holds the words beside the amounts")

    def _one_amount_of_each_year(self) -> None:
        """Two columns that state the same amount: the revised, current or net one counts; else it has to be said."""
        by_meaning: dict[Amounts, list[Column]] = {}
        for column in self.found.values():
            if isinstance(column.meaning, Amounts):
                by_meaning.setdefault(column.meaning, []).append(column)
        for meaning, same in by_meaning.items():
            if len(same) < 2:
                continue
            chosen = [column for column in same if column.number in self.chosen]
            best = chosen if len(chosen) == 1 else []
            for word in _BEST:
                if not best:
                    named = [column for column in same if re.search(rf"\b{word}\b", folded(column.heading))]
                    best = named if len(named) == 1 else []
            if best:
                for column in same:
                    if column is not best[0]:
                        self._set(column.number, IGNORE, f"column {best[0].letters} states the same amounts")
                continue
            letters = " and ".join(column.letters for column in same)
            self.reading.problems.append(
                self.reading.finding(
                    self.block.rows[-1],
                    same[1].number,
                    same[1].heading,
                    same[1].heading,
                    f"Columns {letters} {'both' if len(same) == 2 else 'all'} state "
                    f"{meaning.name().removeprefix('year:')}. {_which(same)}",
                )
            )

    def _totals_without_amounts(self) -> None:
        """A table whose only amounts stand under "Total" states amounts, not totals of anything."""
        totals = [column for column in self.found.values() if column.meaning == TOTAL]
        if not totals or any(column.is_amounts for column in self.found.values()):
            return
        plain = [column for column in totals if not column.status and column.number not in self.chosen]
        if len(plain) != 1:
            return
        column = plain[0]
        year = self.title_years[0] if len(self.title_years) == 1 else None
        years = column.total_of
        self._set(column.number, Amounts(year if not years else None), "the only amounts of the table", total_of=())
        if year is None or years:
            self.reading.remarks.append(
                self.reading.finding(
                    self.block.rows[-1],
                    column.number,
                    column.heading,
                    column.heading,
                    "The table has totals and no years: the amounts are taken as not profiled.",
                )
            )

    def _say_what_is_left_out(self) -> None:
        for column in self.found.values():
            if column.meaning != IGNORE or column.number in self.chosen or not self.body.get(column.number):
                continue
            if folded(column.heading) in _FOR_READING:
                continue
            heading = column.heading or "no heading"
            why = f" ({column.reason})" if column.reason else ""
            self.reading.remarks.append(
                self.reading.finding(
                    self.block.rows[-1],
                    column.number,
                    column.heading,
                    column.heading,
                    f"Column {column.letters}, {heading}, is not imported{why}. If it should be, say what it is, for "
                    f"instance --map {column.letters}=note.",
                )
            )


_TOTAL_EXACT = re.compile(
    r"^(?:grand |overall |[0-9]+ year |(?:two|three|four|five|six) year |net |gross |mtfp |mtfs |plan "
    r"|programme |period )?"
    r"(?:totals?|sum)(?: savings?| saving proposals?| amount| value| over plan| all years| over .*)?$|"
    r"^(?:savings? |cumulative )totals?$|^cumulative$|^total .*$|^all years$|^overall$"
)
_YEAR_OF_ROW = ("year", "years", "financial year", "fin year", "fy", "year of saving", "saving year", "budget year")
_FOR_READING = ("title of the project",)
"""Headings of columns that FutureFit writes for reading alone."""

_NEVER = (
    "fte",
    "ftes",
    "wte",
    "posts",
    "post",
    "rag",
    "brag",
    "status",
    "rating",
    "percentage",
    "variance",
    "forecast",
)


def _which(same: Sequence[Column]) -> str:
    """What to do with columns that state one year: where some are one-off, none of them is to be dropped."""
    said = [bool(re.search(r"\bone off\b|\btemporary\b|\bnon recurr", folded(column.heading))) for column in same]
    if any(said) and not all(said):
        return (
            "Some are one-off: a line is recurring or one-off, so that the two are lines of their own. Put the one-off "
            "amounts into rows of their own, under one column for the year."
        )
    return f"Say which one counts, for instance --map {same[1].letters}=ignore; only that one is imported."


def bare_year(text: str) -> int | None:
    """2017 of a heading that says no more than a year, a unit or savings."""
    year = headings.calendar_year_in(text)
    if year is None or headings.years_in(text):
        return None
    rest = folded(headings.without_units(headings.without_years(text)))
    return year if _AMOUNT_WORDS.match(rest) else None


def field_of(heading: str) -> str | None:
    """The FIELD that a heading names, by all of its words or by the ones that tell."""
    plain = folded(headings.without_units(heading))
    for text in (plain, plain.removesuffix("s"), re.sub(r"\b(?:the|of|a)\b ?", "", plain).strip()):
        if text in WORDS:
            return WORDS[text]
    if not plain or len(plain) > LONGEST_WORDS:
        return None
    for pattern, name in _TELLING:
        if pattern.search(plain):
            return name
    return None


_TELLING = [
    (re.compile(pattern), name)
    for pattern, name in (
        (r"\bref(?:erence)?\b(?: no| nr| number)?$|^ref\b", "reference"),
        (r"\brag\b|\bbrag\b", "status"),
        (r"\bcost cent(?:re|er)\b|\bbudget code\b", "budget_code"),
        (
            r"\bone off\b.*\b(?:ongoing|recurring|recurrent|permanent)\b|\b(?:ongoing|recurring"
            r"|recurrent)\b.*\bone off\b",
            "recurring",
        ),
        (
            r"\b(?:brief |short )?description\b|\bproposals?$|\bsavings? title\b|\bname of (?:the )?(?:saving"
            r"|proposal)",
            "title",
        ),
        (r"\bdirectorate$|\bdepartment$|^directorate\b|\bportfolio$", "directorate"),
        (r"\bservice area$|^service\b|\bdivision$", "service"),
        (r"\b(?:comments?|notes?|commentary|narrative|details?|implications|impact)\b", "note"),
    )
]


def _rank(heading: str, words: Sequence[str]) -> int:
    plain = folded(headings.without_units(heading))
    if plain in words:
        return words.index(plain)
    return len(words) + ("description" in plain) + ("detail" in plain)


def _is_status_word(value: str) -> bool:
    return value in STATUSES or value in (
        "total",
        "totals",
        "sub total",
        "amber green",
        "amber red",
        "green amber",
        "red amber",
    )
