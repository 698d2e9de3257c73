"""What changed in a period, in sentences: how much, which line, from what to what, why and who.

For the pages of themes, directorates and portfolios. The changes are those of `savings.changes`; a figure leads to the
list that it is the total of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from futurefit.ui.figures import figure_html
from savings.changes import Cause, Change, changes_told_by
from savings.links import lines_url
from savings.models import ReportingPeriod
from savings.movement import amount_of
from savings.movement_page import capital, who_and_when
from savings.reading import Reading

SHOWN = 6
"""How many changes a page tells, the largest first; the list behind has all."""

RATED = (("delivered", "delivered"), ("at_risk", "at risk"), ("secure", "secure"), ("not_rated", "not rated"))
"""What is said of a new rating: of the first of these that grew or fell, an amount more at risk before all others."""


@dataclass(frozen=True)
class Told:
    """One line's change for one cause, for the component `changes`. `weight` orders them."""

    by: SafeString
    what: str
    href: str
    text: SafeString
    reason: str
    weight: int


@dataclass(frozen=True)
class WhatChanged:
    """What changed since the period before: the first to be told, how many there are, and the list of all."""

    since: str
    items: Sequence[Told]
    count: int
    href: str

    @property
    def more(self) -> int:
        """How many more there are than are told."""
        return self.count - len(self.items)


def what_changed(
    reading: Reading, rows: Mapping[str, list[Any]], *, by: str = "theme", group: str | None = None
) -> WhatChanged | None:
    """The changes that `parts_of_changes` found, told; None for a first period, before which nothing stood.

    `by` and `group` name the group of the page in the list of all. Changes of lines that the reader may not see are not
    told.
    """
    before = next((period for period in reading.periods if period.pk == reading.period.copied_from_id), None)
    if before is None:
        return None
    told = sentences_of(reading, before, changes_told_by(rows, reading.period))
    asked = {"from": before.label, **reading.parameters(view=None, basis=None, shape=None), "by": by}
    if group is not None:
        asked["group"] = group
    return WhatChanged(
        since=before.spoken,
        items=told[:SHOWN],
        count=len(told),
        href=f"{reverse('savings:movement_lines')}?{urlencode(asked)}",
    )


def sentences_of(reading: Reading, before: ReportingPeriod, changes: Iterable[Change]) -> list[Told]:
    """Each line's change for each cause as one sentence, the largest amount first."""
    found: dict[tuple[int, Cause], list[Change]] = defaultdict(list)
    for change in changes:
        places = (change.place_before, change.place_after)
        if any(place.selected for place in places) and all(place.visible for place in places):
            found[change.line_id, change.cause].append(change)
    teller = _Teller(reading, before)
    told = [each for (_line_id, cause), several in found.items() if (each := teller.tell(cause, several))]
    return sorted(told, key=lambda each: -each.weight)


@dataclass(frozen=True)
class _Teller:
    """Writes the sentences of one page."""

    reading: Reading
    before: ReportingPeriod

    def tell(self, cause: Cause, changes: Sequence[Change]) -> Told | None:
        """The sentence of one line and cause; None where it comes to nothing, such as an amount taken back."""
        last = changes[-1]
        moves = self._from_to(changes)
        if cause is Cause.RE_RATED:
            measure, words = self._rating(changes)
            if not measure:
                return None
            amount = self._sum(changes, measure)
            by = self._amount(last, amount, cause, measure=measure)
            return self._told(changes, format_html("{} {}", by, words), self._ratings(changes), abs(amount))
        if cause is Cause.APPROVED:
            amount = self._sum(changes, "target", "approved")
            by = self._amount(last, amount, cause, basis="approved")
            return (
                self._told(changes, format_html("{} approved", by), self._years(changes), abs(amount))
                if amount
                else None
            )
        amount = self._sum(changes, "target")
        weight = max((abs(after - before) for _year, before, after in moves), default=0)
        if cause is Cause.MOVED and not amount:
            weight = sum(abs(change.after.split.target) for change in changes if change.after)
            return self._told(changes, SafeString("Moved"), SafeString(""), weight) if weight else None
        if not weight:
            return None
        by = format_html("{} {}", self._amount(last, amount, cause), cause.words) if amount else capital(cause.words)
        came_or_went = cause in (Cause.ADDED, Cause.REMOVED)
        text = self._years(changes) if came_or_went else self._targets(last, moves)
        return self._told(changes, by, text, abs(amount) or weight)

    def _told(self, changes: Sequence[Change], by: SafeString | str, text: SafeString, weight: int) -> Told:
        last = changes[-1]
        reasons = list(dict.fromkeys(change.act.reason for change in changes if change.act.reason))
        done = format_html("{} ({}).", text or _act_words(last), who_and_when(last.act))
        return Told(
            by=format_html("{}", by),
            what=last.title,
            href=reverse("savings:line_detail", args=[last.code]) + self.reading.query,
            text=done,
            reason="; ".join(reasons),
            weight=weight,
        )

    # Amounts

    @staticmethod
    def _sum(changes: Sequence[Change], measure: str, basis: str = "all") -> int:
        return sum(
            amount_of(change.after, measure, basis) - amount_of(change.before, measure, basis) for change in changes
        )

    def _amount(self, change: Change, amount: int, cause: Cause, **asked: str) -> SafeString:
        """The amount with the list that it is the total of: this line's changes for this cause."""
        basis = asked.pop("basis", None)
        kept = self.reading.parameters(view=None, basis=basis, shape=None)
        query = {"from": self.before.label, **kept, "by": "line", "group": change.code, "cause": cause.value, **asked}
        address = f"{reverse('savings:movement_lines')}?{urlencode(query)}"
        return figure_html(amount, self.reading.unit, address, symbol=True, sign=True)

    def _from_to(self, changes: Sequence[Change]) -> list[tuple[int | None, int, int]]:
        """Each year whose target came out otherwise, with the target before the first change and after the last."""
        first: dict[int | None, int] = {}
        last: dict[int | None, int] = {}
        for change in changes:
            first.setdefault(change.year, change.before.split.target if change.before else 0)
            last[change.year] = change.after.split.target if change.after else 0
        years = sorted(first, key=lambda year: (year is None, year))
        return [(year, first[year], last[year]) for year in years if first[year] != last[year]]

    def _rating(self, changes: Sequence[Change]) -> tuple[str, str]:
        """The measure that tells a new rating, and its words; empty where nothing came out otherwise."""
        if self._sum(changes, "at_risk") > 0:
            return "at_risk", "at risk"
        return next(((name, words) for name, words in RATED if self._sum(changes, name)), ("", ""))

    # Words

    def _years(self, changes: Sequence[Change]) -> SafeString:
        years = sorted({change.year for change in changes}, key=lambda year: (year is None, year))
        return format_html("{}", ", ".join(self.reading.horizon.label(year) for year in years))

    def _targets(self, change: Change, moves: Sequence[tuple[int | None, int, int]]) -> SafeString:
        """ "2016/17 from £100,000 to £90,000", each amount with its list."""
        unit = self.reading.unit
        return format_html_join(
            "; ",
            "{} from {} to {}",
            (
                (
                    self.reading.horizon.label(year),
                    figure_html(before, unit, self._lines_at(self.before, change, year), symbol=True),
                    figure_html(after, unit, self._lines_at(self.reading.period, change, year), symbol=True),
                )
                for year, before, after in moves
            ),
        )

    def _lines_at(self, period: ReportingPeriod, change: Change, year: int | None) -> str:
        """The list that holds a line's amount of one year in a period."""
        if year is not None and year not in period.horizon:
            return ""
        as_then = replace(self.reading, period=period, view="incremental", shape="then")
        return lines_url(as_then, {"line": change.code}, year=year, basis=None)

    def _ratings(self, changes: Sequence[Change]) -> SafeString:
        """ "2015/16 went from on target to amber" where one rating lost what another gained, else the years."""
        words = []
        years = sorted({change.year for change in changes}, key=lambda year: (year is None, year))
        for year in years:
            of_year = [change for change in changes if change.year == year]
            by_status = {name: self._sum(of_year, name) for name in _STATUS_WORDS}
            gained = [name for name, amount in by_status.items() if amount > 0]
            lost = [name for name, amount in by_status.items() if amount < 0]
            label = self.reading.horizon.label(year)
            if len(gained) == len(lost) == 1:
                words.append(f"{label} went from {_STATUS_WORDS[lost[0]]} to {_STATUS_WORDS[gained[0]]}")
            elif gained or lost:
                words.append(f"{label} is rated anew")
        return format_html("{}", "; ".join(words))


_STATUS_WORDS = {
    "delivered": "delivered",
    "claimed": "claimed",
    "on_target": "on target",
    "amber": "amber",
    "red": "red",
    "not_rated": "not rated",
}


def _act_words(change: Change) -> str:
    """The sentence of the act without its full stop, in the middle of a sentence."""
    words = change.act.sentence.rstrip(".")
    return words[:1].lower() + words[1:]


__all__ = ["SHOWN", "Told", "WhatChanged", "sentences_of", "what_changed"]
