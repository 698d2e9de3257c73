"""Financial years, the horizon of a plan, and every month of the product.

A financial year runs from 1 April to 31 March, is written 2016/17 and stored as its first calendar
year (domain.md, "The plan"). A plan's last year may be open-ended, written 2020/21+: a bucket for
that year and later. A year that is not known is ``None``, written "Not profiled".
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Final

NOT_PROFILED: Final = "not_profiled"
NOT_PROFILED_LABEL: Final = "Not profiled"
EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2199
FIRST_MONTH: Final = 4

_PAIR = re.compile(r"(?:FY ?)?([0-9]{4}|[0-9]{2}) ?[/\-\u2013] ?([0-9]{4}|[0-9]{2})", re.IGNORECASE)
_NAMED_BY_ITS_END = re.compile(r"FY ?([0-9]{4}|[0-9]{2})", re.IGNORECASE)
_LONGEST_QUOTE = 40


class YearError(ValueError):
    """A text or number that is not a financial year, or not one of the plan."""


def _quoted(text: str) -> str:
    return f"'{text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + '…'}'"


def _in_full(digits: str) -> int:
    """Two digits are a year of this century: 16 is 2016."""
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


@dataclass(frozen=True, order=True, slots=True)
class FinancialYear:
    """One financial year, known by its first calendar year: ``FinancialYear(2016)`` is 2016/17.

    Raises `YearError` for a year before 1900 or after 2199.
    """

    start: int

    def __post_init__(self) -> None:
        if not EARLIEST_YEAR <= self.start <= LATEST_YEAR:
            raise YearError(f"{self.start} is not a year between {EARLIEST_YEAR} and {LATEST_YEAR}")

    @classmethod
    def parse(cls, text: str) -> "FinancialYear":
        """Read 2016/17, 2016-17, 2016/2017, 2016-2017, 16/17, 16-17, or FY17 (named by its last year).

        Two digits are a year of this century. Raises `YearError` for anything else, also for two years
        that do not follow each other (2016/18).
        """
        words = text.strip()
        pair = _PAIR.fullmatch(words)
        if pair:
            first, second = pair.groups()
            start = _in_full(first)
            follows = int(second) == start + 1 if len(second) == 4 else int(second) == (start + 1) % 100
            if not follows:
                raise YearError(
                    f"{_quoted(text)} is not a financial year: the second year must follow the first, as in 2016/17"
                )
            return cls(start)
        named = _NAMED_BY_ITS_END.fullmatch(words)
        if named:
            return cls(_in_full(named[1]) - 1)
        raise YearError(f"{_quoted(text)} is not a financial year. Write it as 2016/17")

    @classmethod
    def containing(cls, day: date) -> "FinancialYear":
        """The financial year in which ``day`` lies: 31 March 2017 lies in 2016/17."""
        return cls(day.year if day.month >= FIRST_MONTH else day.year - 1)

    @property
    def label(self) -> str:
        return f"{self.start}/{(self.start + 1) % 100:02d}"

    @property
    def starts_on(self) -> date:
        return date(self.start, FIRST_MONTH, 1)

    @property
    def ends_on(self) -> date:
        return date(self.start + 1, 3, 31)

    def next(self) -> "FinancialYear":
        return FinancialYear(self.start + 1)

    def previous(self) -> "FinancialYear":
        return FinancialYear(self.start - 1)

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Horizon:
    """The financial years of a plan, both ends included; with ``open_ended`` the last is a bucket.

    Years are integers (first calendar year), ``None`` is *not profiled*. Raises `YearError` when the
    last year lies before the first.
    """

    first: int
    last: int
    open_ended: bool = False

    def __post_init__(self) -> None:
        if FinancialYear(self.last) < FinancialYear(self.first):
            raise YearError(
                f"A plan cannot end in {FinancialYear(self.last)}, before its first year {FinancialYear(self.first)}"
            )

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(range(self.first, self.last + 1))

    def contains(self, year: int) -> bool:
        return self.first <= year <= self.last

    def __contains__(self, year: int) -> bool:
        return self.contains(year)

    def label(self, year: int | None) -> str:
        """The year as read on screen: 2016/17, 2020/21+ for the bucket, "Not profiled" for ``None``.

        A year outside the plan has its plain label, since closed periods may have had other horizons.
        """
        return NOT_PROFILED_LABEL if year is None else self.key(year)

    def key(self, year: int | None) -> str:
        """The year as written in files and JSON: like `label`, but ``not_profiled`` for ``None``."""
        if year is None:
            return NOT_PROFILED
        return FinancialYear(year).label + ("+" if self.open_ended and year == self.last else "")

    def parse(self, text: str) -> int | None:
        """Read a year of this plan; ``None`` for not_profiled or "Not profiled".

        The open-ended last year may be written with or without its plus. Raises `YearError` naming the
        value and the rule: not a year, a plus on a year that is not open-ended, outside the plan.
        """
        words = text.strip()
        if words.lower().replace(" ", "_") == NOT_PROFILED:
            return None
        year = FinancialYear.parse(words.removesuffix("+")).start
        if not self.contains(year):
            later = f"; later years stand in {self.key(self.last)}" if self.open_ended and year > self.last else ""
            raise YearError(
                f"{_quoted(text)} is not a year of this plan, {self.key(self.first)} to {self.key(self.last)}{later}"
            )
        if words.endswith("+") and not (self.open_ended and year == self.last):
            raise YearError(
                f"{_quoted(text)} has a plus, but {FinancialYear(year)} is not the open-ended year of the plan"
            )
        return year

    def next(self, year: int) -> int | None:
        """The next year of the plan, ``None`` after the last. Raises `YearError` outside the plan."""
        if not self.contains(year):
            raise YearError(
                f"{FinancialYear(year)} is not a year of this plan, {self.key(self.first)} to {self.key(self.last)}"
            )
        return year + 1 if year < self.last else None

    def extended(self) -> "Horizon":
        """The plan with one more year; what stands in the old bucket stays in its first year."""
        return Horizon(self.first, self.last + 1, self.open_ended)


def financial_month(day: date) -> int:
    """The month of the financial year, 1 to 12: April is 1, March is 12."""
    return (day.month - FIRST_MONTH) % 12 + 1


def month_starts_on(financial_year: int, month: int) -> date:
    """First day of a month of a financial year, April = 1. Raises `YearError` unless 1 to 12."""
    if not 1 <= month <= 12:
        raise YearError(f"{month} is not a month of a financial year: April is 1, March is 12")
    start = FinancialYear(financial_year).start
    return date(start, month + 3, 1) if month <= 9 else date(start + 1, month - 9, 1)


def month_ends_on(financial_year: int, month: int) -> date:
    """Last day of a month of a financial year, April = 1. Raises `YearError` unless 1 to 12."""
    return calendar_month_ends_on(month_starts_on(financial_year, month))


def calendar_month_ends_on(day: date) -> date:
    """Last day of the calendar month in which ``day`` lies."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months after (before, when negative), or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    return first.replace(day=min(day.day, calendar_month_ends_on(first).day))


def quarter_starts_on(financial_year: int, quarter: int) -> date:
    """First day of a quarter of a financial year, April to June = 1. Raises `YearError` unless 1 to 4."""
    return month_starts_on(financial_year, _quarter(quarter) * 3 - 2)


def quarter_ends_on(financial_year: int, quarter: int) -> date:
    """Last day of a quarter of a financial year, April to June = 1. Raises `YearError` unless 1 to 4."""
    return month_ends_on(financial_year, _quarter(quarter) * 3)


def month_after(financial_year: int, month: int) -> tuple[int, int]:
    """The month that follows, with its financial year: after month 12 comes month 1 of the next."""
    return (financial_year, month + 1) if month < 12 else (financial_year + 1, 1)


def quarter_after(financial_year: int, quarter: int) -> tuple[int, int]:
    """The quarter that follows, with its financial year: after quarter 4 comes quarter 1 of the next."""
    return (financial_year, quarter + 1) if _quarter(quarter) < 4 else (financial_year + 1, 1)


def _quarter(quarter: int) -> int:
    if not 1 <= quarter <= 4:
        raise YearError(f"{quarter} is not a quarter of a financial year: April to June is 1, January to March is 4")
    return quarter
