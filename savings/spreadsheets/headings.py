"""What the words of a heading say: years, units, sign, view, totals, statuses.

Pure text; `layout` puts together what stands above a column and asks here.
"""

from __future__ import annotations

import datetime as dt
import re

from futurefit.values.financial_year import FinancialYear, YearError
from futurefit.values.money import Unit
from futurefit.values.rag import Status
from savings.spreadsheets.fields import STATUS_HEADINGS, folded
from savings.spreadsheets.findings import CUMULATIVE, INCREMENTAL, MINUS_SAVES, PLUS_SAVES
from savings.spreadsheets.sheets import Cell

_PAIR = re.compile(r"(?<![0-9/.£])(?:FY\s?)?((?:19|20)?[0-9]{2})\s?[/\-–]\s?((?:20)?[0-9]{2})(?![0-9/])", re.IGNORECASE)
_BY_END = re.compile(r"\bFY\s?['’]?((?:20)?[0-9]{2})(?![0-9])(?!\s?[/\-–]\s?[0-9])", re.IGNORECASE)
_CALENDAR = re.compile(r"(?<![0-9/£.,])(20[0-9]{2})(?![0-9/,.])")
_LONG_SPAN = re.compile(r"(?<![0-9/])(20[0-9]{2})\s?(?:/|-|–|to)\s?(20[0-9]{2})(?![0-9/])", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:year|yr|y)\.?\s?(1[0-9]|[1-9]|one|two|three|four|five|six)\b", re.IGNORECASE)
_NUMERALS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_NOT_PROFILED = re.compile(r"\bnot (?:yet )?profiled\b|\bunprofiled\b|\bto be profiled\b|\byear not known\b")
_ONWARDS = re.compile(r"[0-9]\s?\+|\bonwards?\b|\band (?:beyond|after|later)\b|\bbeyond\b", re.IGNORECASE)

_THOUSANDS = re.compile(
    r"£\s?['’‘`´]?\s?000['’]?s?(?![0-9])|['’‘`´]000s?\b|\b000['’]?s\b|£\s?k\b|\bk£|£ths\b|£\s?thousands?\b"
    r"|\bin thousands\b|\bthousands of pounds\b|\bthousands? \(?£|^\s*\(?thousands?\)?\s*$|\(\s?000\s?\)|^\s*000\s*$",
    re.IGNORECASE,
)
_MILLIONS = re.compile(
    r"£\s?m(?:n|illions?)?\b|\bin millions\b|\bmillions of pounds\b|\bmillions? \(?£|^\s*\(?millions?\)?\s*$",
    re.IGNORECASE,
)
_POUNDS = re.compile(
    r"^\s*\(?£s?\)?\s*$|\(£s?\)|£\s*$|\bin (?:whole )?(?:pounds|£)(?![0-9km'’])|£\s+(?![0-9km'’])", re.IGNORECASE
)

_WHOSE = (
    r"(?:grand|overall|sub|net|gross|programme|council|directorate|service|portfolio|department|theme|section|running)"
)
_TOTAL_ROW = re.compile(
    rf"^(?:{_WHOSE}[\s\-]?)*totals?\b|\b(?:sub[\s\-]?totals?|totals?)\s*[:\-–]?\s*(?:£\S*)?$|^sum of\b"
    r"|^all (?:savings|portfolios|directorates|departments|services|proposals)$|^net (?:savings?|position)$"
    r"|\bgrand total\b|\boverall total\b",
    re.IGNORECASE,
)
_OF_ALL = r"(?:council|programme|all|budget|new|proposed|identified|net|gross|revenue|efficiency|planned)"
_GRAND = re.compile(
    r"\b(?:grand|overall|council|programme|council[\s\-]?wide|all|net|gross)[\s\-]+totals?\b|\btotal (?:of )?all\b"
    r"|^all (?:savings|portfolios|directorates|departments|services|proposals)$|^net "
    rf"(?:savings?|position)$|^total (?:of )?{_OF_ALL}?\s?(?:savings?|proposals|efficiencies|options)"
    r"(?: proposals| programme| options| identified| proposed| target)?\s*[:*]?$"
    r"|^total (?:council|programme|all directorates|all services|all departments|all portfolios|general fund)\b",
    re.IGNORECASE,
)
_SUB = re.compile(r"\bsub[\s\-]?totals?\b", re.IGNORECASE)
_TOTAL_STOP = frozenset(
    folded(
        "total totals sub subtotal subtotals grand overall for of the savings saving all net gross proposals proposal "
        "budget directorate department portfolio service services programme section theme sum identified proposed"
    ).split()
)
_TOTAL_COLUMN = re.compile(r"\btotals?\b|\bsum\b|\bcumulative\b|\boverall\b", re.IGNORECASE)

_SAVING = r"(?:budget )?(?:savings?|reductions?|efficiencies|decreases?)"
_COST = r"(?:cost |budget |additional |spending )?(?:pressures?|growth|costs?|investments?|increases?|expenditure)"
_SHOWN = r"(?:are |is )?(?:shown |presented |represented |expressed |denoted |indicated |given |displayed )?"
_MEANS = r"\s*(?:=|:|are|is|represents?|denotes?|indicates?|shows?|means?)\s*(?:a |an |to )?"
_FIGURES = r"(?:figures?|numbers?|amounts?|values?|sign)?"
_BRACKETS = r"(?:brackets?|parenthes[ie]s)"
_OR = r"\s*(?:/|and|or|&)\s*"


def _patterns(*texts: str) -> list[re.Pattern[str]]:
    return [re.compile(text, re.IGNORECASE) for text in texts]


_MINUS = _patterns(
    rf"\b{_SAVING}\s+{_SHOWN}(?:as |by |in |with )(?:a |an )?\(?(?:negatives?|minus|{_BRACKETS}|bracketed|\(\))",
    rf"\bnegative {_FIGURES}{_MEANS}{_SAVING}",
    rf"\b{_BRACKETS}{_MEANS}{_SAVING}",
    rf"\(\s?[-−–]\s?(?:ve)?\s?\)\s*(?:=|:)?\s*{_SAVING}",
    rf"\b{_SAVING}\s*\(\s?[-−–]\s?(?:ve)?\s?\)",
    rf"[-−–](?:ve)?\s*=\s*(?:a )?{_SAVING}",
    rf"\bminus{_MEANS}{_SAVING}",
    rf"\(\s?{_SAVING}\s?\){_OR}{_COST}",
    rf"{_COST}{_OR}\(\s?{_SAVING}\s?\)",
    rf"\b{_COST}\s+{_SHOWN}(?:as |by )(?:a )?(?:positives?|plus)\b",
    rf"\bpositive {_FIGURES}{_MEANS}{_COST}",
)
_PLUS = _patterns(
    rf"\b{_SAVING}\s+{_SHOWN}(?:as )(?:a )?(?:positives?|plus)\b",
    rf"\bpositive {_FIGURES}{_MEANS}{_SAVING}",
    rf"\b(?:negative {_FIGURES}|{_BRACKETS}){_MEANS}{_COST}",
    rf"\(\s?{_COST}\s?\){_OR}{_SAVING}",
    rf"{_SAVING}{_OR}\(\s?{_COST}\s?\)",
)
BRACKETED_SAVINGS = re.compile(r"\(\s?(?:net )?savings?\s?\)", re.IGNORECASE)
"""Brackets around the word alone: only a hint, which counts where most amounts are negative."""


def year_of_cell(cell: Cell) -> tuple[int, ...]:
    """The financial years, by first calendar year, that a heading cell names; a date names the year it lies in."""
    if isinstance(cell.value, dt.datetime):
        return (FinancialYear.containing(cell.value.date()).start,)
    if isinstance(cell.value, dt.date):
        return (FinancialYear.containing(cell.value).start,)
    return years_in(cell.text)


def years_in(text: str) -> tuple[int, ...]:
    """The financial years named in a text, in order: one for "2016/17 £000", all of a span for "2016-2020"."""
    if len(text) > 200:
        return ()
    found: list[int] = []
    for match in _LONG_SPAN.finditer(text):
        first, last = int(match[1]), int(match[2])
        if 1 < last - first <= 15:
            return tuple(range(first, last))
    for match in _PAIR.finditer(text):
        try:
            found.append(FinancialYear.parse(f"{match[1]}/{match[2]}").start)
        except YearError:
            first = match[1] if len(match[1]) == 4 else f"20{match[1]}"
            last = match[2] if len(match[2]) == 4 else f"20{match[2]}"
            if len(match[1]) == 4 and 1 < int(last) - int(first) <= 15:
                return tuple(range(int(first), int(last)))
    for match in _BY_END.finditer(text):
        digits = match[1]
        found.append((int(digits) if len(digits) == 4 else 2000 + int(digits)) - 1)
    distinct = list(dict.fromkeys(found))
    return (
        tuple(range(distinct[0], distinct[-1] + 1))
        if len(distinct) > 1 and distinct[0] < distinct[-1]
        else tuple(distinct)
    )


def calendar_year_in(text: str) -> int | None:
    """A bare year such as 2017 in a heading, read as the financial year that begins in it."""
    found = {int(match[1]) for match in _CALENDAR.finditer(text)}
    return found.pop() if len(found) == 1 else None


def relative_year_in(text: str) -> int | None:
    """The number in "Year 1" or "Yr 2"."""
    match = _RELATIVE.search(text)
    if match is None:
        return None
    return _NUMERALS.get(match[1].lower()) or int(match[1])


def is_not_profiled(text: str) -> bool:
    """Whether a heading says that the year of its amounts is not known."""
    return bool(_NOT_PROFILED.search(folded(text)))


def is_open_ended(text: str) -> bool:
    """Whether a year heading says "2020/21+" or "onwards"."""
    return bool(_ONWARDS.search(text))


def without_years(text: str) -> str:
    for pattern in (_LONG_SPAN, _PAIR, _BY_END, _CALENDAR, _RELATIVE):
        text = pattern.sub(" ", text)
    return _ONWARDS.sub(" ", text)


def without_units(text: str) -> str:
    for pattern in (_THOUSANDS, _MILLIONS):
        text = pattern.sub(" ", text)
    return text.replace("£", " ")


def unit_in(text: str) -> Unit | None:
    """The unit that a heading or title names: £, £000, £'000, £k, £m, "figures in thousands"."""
    if _THOUSANDS.search(text):
        return Unit.THOUSANDS
    if _MILLIONS.search(text):
        return Unit.MILLIONS
    return Unit.POUNDS if _POUNDS.search(text) else None


def sign_in(text: str) -> str | None:
    """Whether a text says that savings are printed as minus or as plus."""
    if any(pattern.search(text) for pattern in _MINUS):
        return MINUS_SAVES
    return PLUS_SAVES if any(pattern.search(text) for pattern in _PLUS) else None


def view_in(text: str) -> str | None:
    """Whether a text says that amounts are cumulative or incremental."""
    plain = folded(text)
    if re.search(r"\bincremental\b|\bnon cumulative\b|\bnot cumulative\b|\byear on year\b", plain):
        return INCREMENTAL
    return CUMULATIVE if re.search(r"\bcumulative(?:ly)?\b", plain) else None


def status_in(text: str) -> Status | None:
    """The status that a column heading names, such as "Amber" or "Savings delivered £000"."""
    plain = _NOT_PROFILED.sub(" ", folded(without_units(without_years(text)))).strip()
    if plain in STATUS_HEADINGS:
        return Status(STATUS_HEADINGS[plain])
    for words in sorted(STATUS_HEADINGS, key=len, reverse=True):
        if re.search(rf"\b{words}\b", plain) and not re.search(r"\b(?:not|un|non|to be|still|yet|remaining)\b", plain):
            return Status(STATUS_HEADINGS[words])
    return None


def is_total_label(text: str) -> bool:
    """Whether a row with this label is a total: "Total Adults", "Sub-total", "Adults total", "TOTAL SAVINGS"."""
    words = " ".join(text.split())
    return len(words) <= 120 and bool(_TOTAL_ROW.search(words))


def is_grand_label(text: str) -> bool:
    return bool(_GRAND.search(" ".join(text.split())))


def is_sub_label(text: str) -> bool:
    return bool(_SUB.search(text))


def name_in_total(text: str) -> str:
    """Whose total a label says it is, folded: "adult social care" of "Total Adult Social Care"; empty for none."""
    return " ".join(word for word in folded(without_units(without_years(text))).split() if word not in _TOTAL_STOP)


def is_total_heading(text: str) -> bool:
    return bool(_TOTAL_COLUMN.search(text))
