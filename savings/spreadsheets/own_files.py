"""The layout of a file that FutureFit made itself: its headings are known, so nothing is guessed.

Such a file is told by its row of headings: each is one that `exported` prints, and among them is the version or the
kind of row. What somebody added beside them is left out.
"""

from __future__ import annotations

import re
from hashlib import sha256

from futurefit.values.financial_year import NOT_PROFILED_LABEL, FinancialYear, Horizon, YearError
from futurefit.values.money import AmountError, Unit
from futurefit.values.rag import SPLIT_STATUSES
from savings.spreadsheets.fields import FIELDS, IGNORE, Amounts

PROJECT_TITLE = "Title of the project"
"""A column for reading, beside the code of the project: an import leaves it out."""

_STATUSES = {status.label: status.value for status in SPLIT_STATUSES}
_AMOUNTS = re.compile(
    rf"(?P<year>[0-9/]+|{NOT_PROFILED_LABEL})\+?(?: (?P<status>{'|'.join(_STATUSES)}))? \((?P<unit>£|£000|£m)\)"
)
_HEADINGS = {field.heading: field.name for field in FIELDS.values() if field.heading}
_MARKS = {FIELDS["version"].heading, FIELDS["row_type"].heading}


def amount_heading(amounts: Amounts, horizon: Horizon, unit: Unit) -> str:
    """The heading of a column of amounts: "2016/17 (£000)", "2020/21+ Amber (£)", "Not profiled (£m)"."""
    status = next((f" {each.label}" for each in SPLIT_STATUSES if each.value == amounts.status), "")
    return f"{horizon.label(amounts.year)}{status} ({unit.symbol})"


def meaning_of(heading: str) -> tuple[str | Amounts, Unit | None] | None:
    """What a heading of our own files means, with the unit of its amounts; None for any other words."""
    words = " ".join(heading.split())
    if words == PROJECT_TITLE:
        return IGNORE, None
    if words in _HEADINGS:
        return _HEADINGS[words], None
    match = _AMOUNTS.fullmatch(words)
    if match is None:
        return None
    status = _STATUSES.get(match["status"] or "", "")
    try:
        unit = Unit.parse(match["unit"])
        year = None if match["year"] == NOT_PROFILED_LABEL else FinancialYear.parse(match["year"]).start
    except (AmountError, YearError):
        return None
    return Amounts(year, status), unit


def is_own(headings: list[str]) -> bool:
    """Whether these are the headings of a file that FutureFit made, perhaps with columns added to it."""
    known = [meaning for words in headings if (meaning := meaning_of(words)) is not None]
    return (
        bool(_MARKS & {" ".join(words.split()) for words in headings})
        and ("title", None) in known
        and any(isinstance(meaning, Amounts) for meaning, _unit in known)
    )


def digest_of(headings: list[str]) -> str:
    """The name of a layout with these headings, for what is remembered of it."""
    return sha256(repr(headings).encode()).hexdigest()
