"""What a cell of an amount column states: whole pounds, nothing, words, or something that cannot be read.

Numbers are parsed by `futurefit.values.money` and by nothing else; here it is decided what the rest of a cell means.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from futurefit.values.money import BOUND, AmountError, Unit, exact_pounds, printed_precision, round_half_away
from savings.spreadsheets.fields import folded
from savings.spreadsheets.sheets import Cell

DASHES = frozenset({"-", "–", "—", "−", "--", "- -", "---", ".", "..", "...", "…", "£-", "£ -", "_", "x"})
NOTHING = frozenset({"", "na", "n a", "not applicable", "none", "none stated", "blank"})
NOUGHT = frozenset({"nil", "zero", "nought", "nil saving", "no saving"})
WORDS = frozenset(
    {
        "tbc",
        "tbd",
        "tba",
        "tbi",
        "to be confirmed",
        "to be determined",
        "to be decided",
        "to be identified",
        "to be agreed",
        "to be quantified",
        "not yet known",
        "not known",
        "not quantified",
        "unquantified",
        "unknown",
        "marginal",
        "minimal",
        "negligible",
    }
)
"""Words for a saving without an amount (domain.md, Savings line)."""

_SIGNS_AND_SPACES = {
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2014, 0x2015, 0xFE58, 0xFE63, 0xFF0D), "-"),
    **dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF), None),
    0x00A0: " ",
}
"""Every dash that stands for a minus, and what is not seen between digits."""

_THREE_DECIMALS = re.compile(r"[0-9]\.[0-9]{3,}\)?\s*-?$")
_CREDIT = re.compile(r"[0-9]\)?\s*(?:cr|dr)\.?$", re.IGNORECASE)
_MARKS = re.compile(r"\s*(?:[*†‡§#^¹²³⁴⁵⁶⁷⁸⁹⁰]+|\[[0-9a-zA-Z]{1,2}\])$")
_SPACED = re.compile(r"(?<![0-9])[0-9]{1,3}(?: [0-9]{3})+(?![0-9])")
_NUMBER_IN_WORDS = re.compile(
    r"[(\-−–]?\s?£?\s?[0-9][0-9,]*(?:\.[0-9]+)?\s?(?:k|m|bn|million|thousand)?\b\)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ReadAmount:
    """``pounds`` as printed, sign kept, None where the cell states no amount; ``precision`` of its last digit.

    ``problem`` says why it cannot be read and what to do, ``remark`` what was left out in reading; ``words`` stand in
    place of an amount; ``pence`` is what rounding to the pound added; ``as_text``: the cell prints its own digits.
    ``shown`` is the worth of the last digit that a number shows, by its format or its own decimals, where they tell.
    """

    pounds: int | None = None
    precision: int | None = None
    pence: Decimal | None = None
    words: str = ""
    remark: str = ""
    problem: str = ""
    as_text: bool = False
    shown: int | None = None

    @property
    def states_something(self) -> bool:
        """An amount, words for one, or what cannot be read."""
        return self.pounds is not None or bool(self.problem) or bool(self.words)


EMPTY_AMOUNT = ReadAmount()


def read_amount(cell: Cell, unit: Unit) -> ReadAmount:
    """What an amount cell states, in ``unit`` unless it has a unit of its own (£50k)."""
    value = cell.value
    if cell.error:
        return ReadAmount(problem=f"The cell holds the error {cell.error}. Mend the formula or type the amount.")
    if value is None:
        if cell.formula:
            return ReadAmount(
                problem=f"The formula ={cell.formula.removeprefix('=')[:40]} has no result kept in the file. Open the "
                "file in a spreadsheet, let it calculate, save it and import it again."
            )
        return EMPTY_AMOUNT
    if isinstance(value, bool):
        return ReadAmount(problem=f"'{cell.text}' is not an amount. Type the amount or leave the cell empty.")
    if isinstance(value, int | Decimal):
        return _of_number(cell, value, unit)
    if isinstance(value, dt.date):
        return ReadAmount(problem=f"'{cell.text}' is a date, not an amount. Type the amount as a number.")
    return _of_text(value, unit)


def _of_number(cell: Cell, value: int | Decimal, unit: Unit) -> ReadAmount:
    if cell.percent:
        return ReadAmount(problem=f"{cell.text} is formatted as a percentage. Type the amount in {unit.symbol}.")
    power = _power(cell, unit)
    if isinstance(value, int):
        pounds = value * 10**power
        if abs(pounds) >= BOUND:
            return ReadAmount(problem=_too_large(cell.text))
        shown = None if cell.decimals is None else int(10 ** max(power - cell.decimals, 0))
        return ReadAmount(pounds, 10**power, shown=shown)
    own = _places(value, power)
    shown = own if cell.decimals is None else min(own, int(10 ** max(power - cell.decimals, 0)))
    return _rounded(value.scaleb(power), own, cell.text, shown=shown)


def _power(cell: Cell, unit: Unit) -> int:
    """The power of ten from a cell's value to pounds: the unit is of what the cell shows, which its format may scale.

    A cell of pounds that is shown in thousands stands for those pounds, under £000 as well as where no unit is said.
    """
    return max(unit.power - (len(str(cell.scale)) - 1), 0)


def _places(value: Decimal, power: int) -> int:
    exponent = value.normalize().as_tuple().exponent
    decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
    return int(10 ** max(power - decimals, 0))


def _rounded(
    exact: Decimal, precision: int, text: str, remark: str = "", *, as_text: bool = False, shown: int | None = None
) -> ReadAmount:
    pounds = round_half_away(*exact.as_integer_ratio())
    if abs(pounds) >= BOUND:
        return ReadAmount(problem=_too_large(text))
    pence = pounds - exact if pounds != exact else None
    return ReadAmount(pounds, precision, pence, remark=remark, as_text=as_text, shown=shown)


def _of_text(text: str, unit: Unit) -> ReadAmount:
    words = " ".join(text.translate(_SIGNS_AND_SPACES).split())
    plain = folded(words)
    if words in DASHES or (plain in NOTHING and not any(char.isdigit() for char in words)):
        return EMPTY_AMOUNT
    if plain in NOUGHT:
        return ReadAmount(0, 1)
    if plain in WORDS:
        return ReadAmount(words=words.strip("()[] "))
    cleaned, remark = words, ""
    for attempt in (words, _without_marks(words)):
        try:
            exact = exact_pounds(attempt, unit)
        except AmountError as error:
            if "too large" in str(error):
                return ReadAmount(problem=_too_large(words))
            continue
        cleaned = attempt
        if unit is Unit.POUNDS and _THREE_DECIMALS.search(attempt):
            return ReadAmount(problem=_points(words))
        if attempt != words and words.startswith("'"):
            remark = f"Read as {attempt}; the apostrophe before it is left out."
        elif attempt != words and _MARKS.search(words):
            remark = f"Read as {attempt}; the mark after it is left out."
        return _rounded(exact, printed_precision(cleaned, unit) or 1, words, remark, as_text=True)
    return ReadAmount(problem=_text_problem(words, unit))


def _without_marks(words: str) -> str:
    bare = _MARKS.sub("", words.removeprefix("'"))
    return _SPACED.sub(lambda match: match[0].replace(" ", ""), bare)


def _text_problem(words: str, unit: Unit) -> str:
    found = _NUMBER_IN_WORDS.search(words)
    shown = words if len(words) <= 60 else words[:60] + "…"
    if found is None:
        return (
            f"'{shown}' is not an amount. Enter a number in {unit.symbol}, or leave the cell empty and put the words "
            "in the note column."
        )
    if _CREDIT.search(words):
        return (
            f"'{shown}' is marked as a credit or a debit, which does not say whether it saves. Enter the number alone, "
            "with a minus where the sheet means one."
        )
    number = found[0].strip()
    if number.startswith("(") and not number.endswith(")"):
        number = number[1:].strip()
    elif number.endswith(")") and not number.startswith("("):
        number = number[:-1].strip()
    return (
        f"'{shown}' is text in a cell for an amount; {number} was read in it and not used. Enter {number} alone and "
        "put the words in the note column."
    )


def _points(words: str) -> str:
    return (
        f"'{words[:40]}' has three digits after its point, which pounds do not have: it may be pence or thousands. "
        f"Enter {words[:40].replace('.', ',')} if it is thousands, else two digits after the point."
    )


def _too_large(text: str) -> str:
    return f"'{text[:40]}' is too large: an amount must be below £1,000,000,000,000,000. Check the unit."
