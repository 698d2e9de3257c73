"""Amounts: reading what was typed or printed, and writing whole pounds for readers.

An amount is a whole number of pounds with its sign (domain.md, "The money"); £000 and £m are units of
display and entry only. Everything is exact: text becomes digits and a power of ten, never a float.
"""

import re
from decimal import Decimal
from enum import StrEnum
from typing import Final

MINUS: Final = "\u2212"
BOUND: Final = 10**15
NOT_APPLICABLE: Final = "not applicable"

_LONGEST_TEXT = 60
_LONGEST_QUOTE = 40

_MULTIPLES: Final = {
    "k": 3,
    "thousand": 3,
    "m": 6,
    "mn": 6,
    "million": 6,
    "bn": 9,
    "billion": 9,
}
_SUFFIX = r"(?P<suffix>k|thousand|mn|million|m|bn|billion)"
_NUMBER = r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.(?P<fraction>[0-9]+))?"
_AMOUNT = re.compile(
    rf"(?P<sign_first>[+-])? ?(?P<open_first>\()? ?£? ?(?P<open_second>\()?(?P<sign_second>[+-])? ?"
    rf"{_NUMBER} ?(?P<close_first>\))? ?{_SUFFIX}? ?(?P<close_second>\))? ?(?P<sign_last>-)?",
    re.IGNORECASE | re.ASCII,
)
_PRINTED_NUMBER = r"(?:[0-9]+(?:,[0-9]{3})*(?:\.(?P<fraction>[0-9]+))?|\.(?P<bare>[0-9]+))"
_PRINTED_SUFFIX = rf"(?:\s?{_SUFFIX}(?![a-z0-9]))?"
_PRINTED_WITH_POUND = re.compile(rf"£\s?\(?[-\u2212]?{_PRINTED_NUMBER}\)?{_PRINTED_SUFFIX}", re.IGNORECASE | re.ASCII)
_PRINTED = re.compile(rf"{_PRINTED_NUMBER}\)?{_PRINTED_SUFFIX}", re.IGNORECASE | re.ASCII)


class AmountError(ValueError):
    """A text that is not an amount of whole pounds; the message says what to enter instead."""


class PenceError(AmountError):
    """A text that is an amount, but not one of whole pounds."""


class Unit(StrEnum):
    """A unit of display and entry; ``factor`` is its worth in pounds."""

    POUNDS = "pounds"
    THOUSANDS = "thousands"
    MILLIONS = "millions"

    @property
    def symbol(self) -> str:
        return {"pounds": "£", "thousands": "£000", "millions": "£m"}[self.value]

    @property
    def power(self) -> int:
        """The factor as a power of ten: 0, 3, 6."""
        return _POWERS[self.value]

    @property
    def factor(self) -> int:
        return _FACTORS[self.value]

    @property
    def decimals(self) -> int:
        """Decimals shown unless asked otherwise: £m three, £000 and £ none."""
        return 3 if self is Unit.MILLIONS else 0

    @classmethod
    def parse(cls, text: str) -> "Unit":
        """Read a unit by its name or as papers print it: £, £000, £'000, £k, £m. Raises `AmountError`."""
        word = re.sub(r"[\s'\u2018\u2019]", "", text).lower()
        for unit, names in _UNIT_NAMES.items():
            if word in names:
                return unit
        raise AmountError(f"{_quoted(text)} is not a unit. Use pounds, thousands or millions")


_POWERS: Final = {"pounds": 0, "thousands": 3, "millions": 6}
_FACTORS: Final = {name: int(10**power) for name, power in _POWERS.items()}
_UNIT_NAMES: Final[dict[Unit, frozenset[str]]] = {
    Unit.POUNDS: frozenset({"£", "pounds", "pound", "gbp", "£s"}),
    Unit.THOUSANDS: frozenset({"£000", "£000s", "£k", "k", "000", "000s", "thousands", "thousand", "£thousand"}),
    Unit.MILLIONS: frozenset({"£m", "m", "millions", "million", "£million", "£mn"}),
}
_EXAMPLES: Final = {
    Unit.POUNDS: "120000 or 120,500",
    Unit.THOUSANDS: "120 or 120.5",
    Unit.MILLIONS: "0.12 or 1.5",
}


def round_half_away(numerator: int, denominator: int) -> int:
    """The quotient rounded to the nearest integer, a half away from zero, exactly.

    Raises `ZeroDivisionError` when the denominator is 0.
    """
    quotient, remainder = divmod(abs(numerator), abs(denominator))
    if 2 * remainder >= abs(denominator):
        quotient += 1
    return quotient if (numerator < 0) == (denominator < 0) else -quotient


def exact_pounds(text: str, unit: Unit) -> Decimal:
    """The pounds and pence that a text states, exactly and unrounded.

    A number is in ``unit`` unless a suffix (k, m, bn, thousand, million, billion) says otherwise. Negative
    is a leading or trailing minus (also U+2212 and the en dash) or brackets, one of them. Raises
    `AmountError` for anything else, for wrongly placed thousands separators, for digits that are not 0 to
    9, and for amounts of a thousand million million pounds or more.
    """
    words = re.sub(r"[\s\u00a0\u202f]+", " ", text).strip().replace(MINUS, "-").replace("\u2013", "-")
    match = _AMOUNT.fullmatch(words) if len(words) <= _LONGEST_TEXT else None
    if match is None or (match["whole"] is None and match["fraction"] is None):
        raise _not_an_amount(text, unit)
    signs = [match[name] for name in ("sign_first", "sign_second", "sign_last") if match[name]]
    opened = [match[name] for name in ("open_first", "open_second") if match[name]]
    closed = [match[name] for name in ("close_first", "close_second") if match[name]]
    if len(opened) != len(closed) or len(signs) + len(opened) > 1:
        raise _not_an_amount(text, unit)
    whole = (match["whole"] or "0").replace(",", "")
    fraction = match["fraction"] or ""
    suffix = match["suffix"]
    power = _MULTIPLES[suffix.lower()] if suffix else unit.power
    negative = "-" if opened or "-" in signs else ""
    amount = Decimal(f"{negative}{whole}{fraction}E{power - len(fraction)}")
    if abs(round_half_away(*amount.as_integer_ratio())) >= BOUND:
        raise AmountError(f"{_quoted(text)} is too large: an amount must be below £1,000,000,000,000,000")
    return amount


def parse_amount(text: str, unit: Unit, *, round_pence: bool = False) -> int:
    """Whole pounds from what was typed or printed, read as `exact_pounds` reads it.

    Pence are a `PenceError`, or with ``round_pence`` rounded to the pound, half away from zero (the rule
    for cells of an import). Raises `AmountError` when the text is not an amount.
    """
    pounds = exact_pounds(text, unit)
    numerator, denominator = pounds.as_integer_ratio()
    if denominator != 1 and not round_pence:
        in_pounds = f"{pounds.copy_abs():,f}"
        shown = in_pounds if len(in_pounds.partition(".")[2]) != 1 else in_pounds + "0"
        sign = MINUS if pounds < 0 else ""
        raise PenceError(
            f"{_quoted(text)} (in {unit.symbol}) comes to {sign}£{shown}: amounts are whole pounds, without pence"
        )
    return round_half_away(numerator, denominator)


def format_amount(amount: int, unit: Unit, *, decimals: int | None = None, sign: bool = False) -> str:
    """Whole pounds as shown in a table: thousands separators, U+2212 for minus, no unit.

    Decimals default to `Unit.decimals`; rounding is half away from zero. A text that rounds to nought has
    no sign: "0", never "−0", so an amount that is not nought stays a visible figure. With ``sign`` a
    positive amount is written with a plus.
    """
    places = unit.decimals if decimals is None else decimals
    scaled = round_half_away(amount * 10**places, unit.factor)
    whole, fraction = divmod(abs(scaled), 10**places)
    digits = f"{whole:,}" + (f".{fraction:0{places}d}" if places else "")
    return _sign_of(scaled, plus=sign) + digits


def format_exact(amount: int, unit: Unit) -> str:
    """The shortest text that holds the amount exactly, for fields and files: "-1.331", "120.5".

    `parse_amount` in the same unit gives the amount back. A hyphen is the minus, so that a keyboard and
    other programs can write it too.
    """
    whole, fraction = divmod(abs(amount), _FACTORS[unit])
    sign = "-" if amount < 0 else ""
    if not fraction:
        return f"{sign}{whole}"
    return f"{sign}{whole}.{fraction:0{_POWERS[unit]}d}".rstrip("0")


def with_unit(amount: int, unit: Unit, *, sign: bool = False) -> str:
    """An amount as it stands in a sentence: "£10.369m" in millions, else "£347,000" to the pound.

    In running text £000 is not a word, so thousands are written out like pounds.
    """
    if unit is Unit.MILLIONS:
        text, suffix = format_amount(amount, unit, sign=sign), "m"
    else:
        text, suffix = format_amount(amount, Unit.POUNDS, sign=sign), ""
    mark = text[0] if text[0] in (MINUS, "+") else ""
    return f"{mark}£{text.removeprefix(mark)}{suffix}"


def percent(part: int, whole: int) -> Decimal | None:
    """``part`` of ``whole`` in per cent with one decimal, half away from zero; ``None`` when ``whole`` is 0."""
    if whole == 0:
        return None
    return Decimal(f"{round_half_away(part * 1000, whole)}E-1")


def format_percent(value: Decimal | None) -> str:
    """A percentage as shown: "89.2%", "−4.0%", and "not applicable" without a denominator."""
    if value is None:
        return NOT_APPLICABLE
    return _sign_of(-1 if value < 0 else 0, plus=False) + f"{value.copy_abs():,.1f}%"


def printed_precision(as_printed: str, unit: Unit) -> int | None:
    """Pounds that the last printed digit is worth: "2.619" in £m is 1,000, "£160k" is 1,000 in any unit.

    Reads the first number after a pound sign, else the first number; never less than one pound. ``None``
    when no number is printed.
    """
    match = _PRINTED_WITH_POUND.search(as_printed) or _PRINTED.search(as_printed)
    if match is None:
        return None
    suffix = match["suffix"]
    power = _MULTIPLES[suffix.lower()] if suffix else unit.power
    decimals = len(match["fraction"] or match["bare"] or "")
    return int(10 ** max(power - decimals, 0))


def rounds_to(computed: int, stated: int, precision: int) -> bool:
    """Whether the computed pounds, rounded half away from zero to ``precision`` pounds, are the stated ones."""
    return computed == stated or round_half_away(computed, precision) * precision == stated


def _sign_of(number: int, *, plus: bool) -> str:
    if number < 0:
        return MINUS
    return "+" if plus and number > 0 else ""


def _quoted(text: str) -> str:
    return f"'{text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + '…'}'"


def _not_an_amount(text: str, unit: Unit) -> AmountError:
    return AmountError(f"{_quoted(text)} is not an amount. Enter a number such as {_EXAMPLES[unit]} (in {unit.symbol})")
