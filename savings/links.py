"""From a figure to the savings lines that make it up: the one place that writes the address of a line list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import quote_plus, urlencode

from django.urls import reverse

from futurefit.ui.figures import Figure
from savings.groupings import Group
from savings.measures import LABELS, Money
from savings.reading import Reading
from savings.selection import NOT_STATED

EVERY_YEAR = "all"
"""Marks the total column: no year in the address."""


def lines_url(
    reading: Reading,
    groups: Mapping[str, str | None] | None = None,
    *,
    year: int | str | None = EVERY_YEAR,
    measure: str = "target",
    **changes: str | None,
) -> str:
    """The address of the line list whose total is the figure.

    `groups` are keys by the name of the grouping, None for lines that do not state it; `year` is a first
    calendar year, None for not profiled. `changes` replace parameters of the reading (`basis="approved"`).
    Raises KeyError for an unknown measure.
    """
    if measure not in LABELS:
        raise KeyError(measure)
    asked = [f"&{name}={_written(NOT_STATED if key is None else key)}" for name, key in (groups or {}).items()]
    if year != EVERY_YEAR:
        asked.append(f"&year={_written(reading.horizon.key(year))}")
    if measure != "target":
        asked.append(f"&measure={measure}")
    return reading.line_list_as_read(**changes) + "".join(asked)


_written = lru_cache(maxsize=1_000)(quote_plus)
"""Keys as they stand in an address; a page writes the same few hundreds of times."""


_PAGES = {
    "theme": "pages:theme_detail",
    "directorate": "pages:directorate_detail",
    "project": "pages:project_detail",
}


def group_url(reading: Reading, grouping: str, group: Group) -> str:
    """The address of the page of a group; empty where it has none or the reader may not open it."""
    if grouping not in _PAGES or group.key is None or not group.own:
        return ""
    return reverse(_PAGES[grouping], args=[group.key]) + reading.query


def decision_on(reading: Reading, codes: Iterable[str], **more: str) -> str:
    """The address at which a decision on the lines of these codes is recorded."""
    query = [
        *reading.parameters(period=None, view=None, basis=None, **more).items(),
        *(("line", code) for code in codes),
    ]
    return f"{reverse('savings:decision_new')}?{urlencode(query)}"


def figure(
    reading: Reading,
    money: Money,
    groups: Mapping[str, str | None] | None = None,
    *,
    year: int | str | None = EVERY_YEAR,
    measure: str = "target",
    **changes: str | None,
) -> Figure:
    """One measure of a roll-up cell with the link to its lines (domain.md: plain where not all may be seen)."""
    amount = money.amount(measure)
    if amount == 0 and not money.holds_rows:
        return Figure(None)
    linked = amount != 0 and not money.partly_hidden
    return Figure(amount, lines_url(reading, groups, year=year, measure=measure, **changes) if linked else "")


def compared_with(reading: Reading, by: str) -> tuple[str, str] | None:
    """The address of the movement since the period before the one read, and its words; None where there is none."""
    earlier = [period for period in reading.periods if period.turn < reading.period.turn]
    if not earlier:
        return None
    query = urlencode({"from": earlier[-1].label, **reading.parameters(view=None), "by": by})
    return f"{reverse('savings:movement')}?{query}", f"Compared with {earlier[-1].spoken}: what changed and why"
