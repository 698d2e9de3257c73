"""What a decision does to the amounts of line-years, and which decisions the rules allow (domain.md, Decisions).

Nothing here asks the database: the services hand over how the lines stand. A decision to approve names line-years that
are proposed. Every other kind moves money that is approved: it names approved line-years, and line-years in which its
lines hold nothing yet, which are approved from then on with an original of nought. A line-year that holds a proposed
amount takes no part in one: approved and proposed money do not mix in one amount.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from futurefit.values.financial_year import Horizon
from futurefit.values.money import Unit, with_unit
from futurefit.values.rag import Split
from savings.models import Decision

Kind = Decision.Kind
Year = int | None
"""A financial year's first calendar year, or None for not profiled."""


class LineYear(NamedTuple):
    """A savings line by its id, and a year."""

    line_id: int
    year: Year


@dataclass(frozen=True)
class Stated:
    """The split that a decision states for a target that it lowers; None is what the order leaves of it."""

    claimed: int | None = None
    on_target: int | None = None
    amber: int | None = None
    red: int | None = None

    @property
    def says_something(self) -> bool:
        return any(getattr(self, name) is not None for name in STATED)

    def over(self, offered: Split) -> Split:
        """The split offered, with what is stated in place of it."""
        given = {name: getattr(self, name) for name in STATED}
        return replace(offered, **{name: amount for name, amount in given.items() if amount is not None})


STATED = ("claimed", "on_target", "amber", "red")
"""What a decision may state of a split, by the names of `Split`; what is delivered never changes by a decision."""


@dataclass(frozen=True)
class Change:
    """One line-year of a decision: its target before (None: nothing entered) and after, in whole pounds."""

    at: LineYear
    before: int | None
    after: int
    stated: Stated = Stated()

    @property
    def by(self) -> int:
        return self.after - (self.before or 0)

    @property
    def lowers(self) -> bool:
        """Whether it brings the target nearer to nought, or to the other side of it."""
        before = self.before or 0
        return before != 0 and self.after != before and (abs(self.after) < abs(before) or self.after * before < 0)


@dataclass(frozen=True)
class Link:
    """How much of an old line a new one replaces in a year, with the sign of the old target."""

    old_id: int
    new_id: int
    year: Year
    amount: int


@dataclass(frozen=True)
class Held:
    """What a line-year holds in the open period."""

    split: Split
    is_approved: bool


@dataclass(frozen=True)
class LineHeld:
    """A line of the open period as a decision needs to know it."""

    line_id: int
    code: str
    title: str
    is_withdrawn: bool = False
    years: Mapping[Year, Held] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.title} ({self.code})"

    @property
    def holds_approved(self) -> bool:
        return any(held.is_approved for held in self.years.values())


@dataclass(frozen=True)
class Wrong:
    """What stands in the way of a decision: the words, and the line-year or line that they are about."""

    words: str
    line_id: int | None = None
    year: Year = None
    is_of_a_year: bool = False


def split_after(held: Split | None, after: int, stated: Stated = Stated()) -> Split:
    """How a line-year stands with its new target.

    Of a target that is lowered red, amber, not rated and on target shrink in that order; delivered and claimed stay.
    What is stated takes the place of this. Of a target that is raised, what is not rated grows.
    """
    before = held or Split(0)
    split = replace(before, target=after)
    if not Change(LineYear(0, None), before.target, after).lowers:
        return split
    if before.target * after <= 0:
        split = replace(split, on_target=0, amber=0, red=0)
    else:
        sign = -1 if before.target < 0 else 1
        left = abs(before.target) - abs(after)
        kept = {}
        for name in ("red", "amber", "not_rated", "on_target"):
            amount = abs(getattr(before, name))
            taken = min(amount, left)
            left -= taken
            kept[name] = sign * (amount - taken)
        del kept["not_rated"]
        split = replace(split, **kept)
    return stated.over(split)


def changes_of_links(links: Iterable[Link], held: Mapping[int, LineHeld]) -> list[Change]:
    """The line-years that a replacement changes: the old lines lose what the links say, the new ones gain it."""
    by: dict[LineYear, int] = defaultdict(int)
    for link in links:
        by[LineYear(link.old_id, link.year)] -= link.amount
        by[LineYear(link.new_id, link.year)] += link.amount
    changes = []
    for at, amount in by.items():
        line = held.get(at.line_id)
        present = line.years.get(at.year) if line else None
        before = present.split.target if present else None
        changes.append(Change(at, before, (before or 0) + amount))
    return changes


@dataclass(frozen=True)
class Sums:
    """What changes come to by line, by year and in all, in whole pounds."""

    by_line: Mapping[int, int]
    by_year: Mapping[Year, int]
    total: int

    @classmethod
    def of(cls, changes: Iterable[Change]) -> Sums:
        """What the changes add, taken together."""
        by_line: dict[int, int] = defaultdict(int)
        by_year: dict[Year, int] = defaultdict(int)
        for change in changes:
            by_line[change.at.line_id] += change.by
            by_year[change.at.year] += change.by
        return cls(dict(by_line), dict(by_year), sum(by_year.values()))


def wrong_with(
    kind: str,
    changes: Sequence[Change],
    links: Sequence[Link],
    held: Mapping[int, LineHeld],
    horizon: Horizon,
) -> list[Wrong]:
    """Every rule that the decision breaks as the lines stand now, in words; empty where it may be confirmed."""
    if not changes:
        names = "names" if kind == Kind.APPROVE else "changes"
        return [Wrong(f"A decision to {NAMES[kind]} {names} at least one line and year.")]
    found = []
    new_ids = {link.new_id for link in links}
    named: set[LineYear] = set()
    for change in changes:
        if change.at in named:
            line = held.get(change.at.line_id)
            title, year = line.title if line else "A line", horizon.label(change.at.year)
            words = f"{title} is named twice for {year}: a decision says once what a year comes to."
            found.append(Wrong(words, change.at.line_id, change.at.year, is_of_a_year=True))
            continue
        named.add(change.at)
        words = _wrong_with_one(kind, change, held.get(change.at.line_id), horizon, change.at.line_id in new_ids)
        if words:
            found.append(Wrong(words, change.at.line_id, change.at.year, is_of_a_year=True))
    if kind == Kind.RE_PROFILE:
        found += _wrong_with_sums(changes, held)
    if kind == Kind.REPLACE:
        found += _wrong_with_links(changes, links, held, horizon)
    return found


NAMES = {
    Kind.APPROVE: "approve",
    Kind.RE_PROFILE: "re-profile",
    Kind.WRITE_OUT: "write out",
    Kind.REPLACE: "replace",
    Kind.CORRECT: "correct",
}


def _wrong_with_one(kind: str, change: Change, line: LineHeld | None, horizon: Horizon, is_new: bool) -> str:
    year = horizon.label(change.at.year)
    if line is None:
        return "A line of the decision does not stand in this period."
    where = f"{line.name}, {year}"
    if line.is_withdrawn:
        return f"{line.name} is withdrawn. Restore it before a decision names it."
    if change.at.year is not None and change.at.year not in horizon:
        first, last = horizon.label(horizon.first), horizon.label(horizon.last)
        return f"{where}: the year is outside the plan, which runs from {first} to {last}."
    present = line.years.get(change.at.year)
    now = present.split.target if present else None
    if now != change.before:
        return f"{where}: the decision says {_said(change.before)}, the line now says {_said(now)}. Look at it again."
    if kind == Kind.APPROVE:
        return _wrong_with_approval(change, present, where)
    if present is None and not is_new and not line.holds_approved:
        return f"{where}: the line holds no approved amount, so no decision is needed. Enter the amount in the grid."
    if present is not None and not present.is_approved:
        return f"{where}: {_said(now)} is proposed, not approved. Change it in the grid, or have it approved first."
    if change.after == (change.before or 0) and change.before is not None:
        return f"{where}: the decision changes nothing, {_said(now)} stays."
    if kind == Kind.WRITE_OUT and not _is_nearer_to_nought(change):
        return (
            f"{where}: writing out only lowers an amount towards nought: from {_said(change.before)} to "
            f"{_said(change.after)} does not."
        )
    split = split_after(present.split if present else None, change.after, change.stated)
    problems = split.problems()
    return f"{where}: {'. '.join(problems)}." if problems else ""


def _wrong_with_approval(change: Change, present: Held | None, where: str) -> str:
    if present is None:
        return f"{where}: nothing is entered, so there is nothing to approve."
    if present.is_approved:
        return f"{where} is approved for this year already."
    if change.after != change.before:
        return f"{where}: a decision to approve changes no amount: {_said(change.before)} stays."
    return ""


def _is_nearer_to_nought(change: Change) -> bool:
    before = change.before or 0
    return before != 0 and abs(change.after) < abs(before) and change.after * before >= 0


def _wrong_with_sums(changes: Sequence[Change], held: Mapping[int, LineHeld]) -> Iterable[Wrong]:
    for line_id, amount in Sums.of(changes).by_line.items():
        if amount:
            name = held[line_id].name if line_id in held else "A line"
            yield Wrong(
                f"{name}: re-profiling moves an amount between years and leaves its sum as it is. The years come to "
                f"{_said(abs(amount))} {'more' if amount > 0 else 'less'} than before.",
                line_id,
            )


def _wrong_with_links(
    changes: Sequence[Change], links: Sequence[Link], held: Mapping[int, LineHeld], horizon: Horizon
) -> Iterable[Wrong]:
    if not links:
        yield Wrong("A replacement says how much of which line is replaced by which.")
        return
    old_ids, new_ids = {link.old_id for link in links}, {link.new_id for link in links}
    for line_id in old_ids & new_ids:
        name = held[line_id].name if line_id in held else "A line"
        yield Wrong(f"{name} cannot be replaced and replace another in the same decision.", line_id)
    stated = {change.at: change.by for change in changes}
    linked = {change.at: change.by for change in changes_of_links(links, {})}
    if {at: by for at, by in stated.items() if by} != {at: by for at, by in linked.items() if by}:
        yield Wrong("What the lines lose and gain is not what the links between them say.")
    for change in changes:
        line = held.get(change.at.line_id)
        if change.at.line_id not in old_ids or line is None:
            continue
        if not _is_nearer_to_nought(change):
            yield Wrong(
                f"{line.name}, {horizon.label(change.at.year)}: {_said(-change.by)} cannot be replaced of "
                f"{_said(change.before)}: an old line loses at most what it has.",
                change.at.line_id,
                change.at.year,
                is_of_a_year=True,
            )


def reverse_kind(kind: str) -> str:
    """The kind of decision by which one of this kind is undone: what was written out is put right by a correction.

    An approval is not taken back: what it approved is written out.
    """
    return {Kind.APPROVE: Kind.WRITE_OUT, Kind.WRITE_OUT: Kind.CORRECT}.get(Kind(kind), Kind(kind))


def reversed_changes(kind: str, changes: Iterable[Change], held: Mapping[int, LineHeld]) -> dict[LineYear, int]:
    """The target of each line-year that takes the decision's change back, from what stands now.

    An approval changed nothing, so what it approved goes to nought.
    """
    after = {}
    for change in changes:
        line = held.get(change.at.line_id)
        present = line.years.get(change.at.year) if line else None
        if present is not None:
            after[change.at] = 0 if kind == Kind.APPROVE else present.split.target - change.by
    return after


def what_it_does(
    kind: str,
    changes: Sequence[Change],
    links: Sequence[Link],
    titles: Mapping[int, str],
    label: Callable[[Year], str],
) -> str:
    """The decision in words with its amounts, as it follows "Cabinet": "re-profiles HR: 2016/17 −£5, 2017/18 +£5"."""
    sums = Sums.of(changes)
    order = sorted({change.at.year for change in changes}, key=lambda year: (year is None, year))
    years = ", ".join(
        f"{label(year)} {with_unit(sums.by_year[year], Unit.POUNDS, sign=True)}" for year in order if sums.by_year[year]
    )
    of = _lines_in_words([change.at.line_id for change in changes], titles)
    if kind == Kind.APPROVE:
        amount = _said(sum(change.after for change in changes))
        count = len(changes)
        return f"approves {amount} in {count} line-year{'' if count == 1 else 's'} of {of}"
    if kind == Kind.RE_PROFILE:
        return f"re-profiles {of}: {years or 'the sum of every year stays'}"
    if kind == Kind.WRITE_OUT:
        return f"writes {_said(-sums.total)} out of {of}: {years}"
    if kind == Kind.REPLACE:
        old = _lines_in_words([link.old_id for link in links], titles)
        new = _lines_in_words([link.new_id for link in links], titles)
        by_year: dict[Year, int] = defaultdict(int)
        for link in links:
            by_year[link.year] += link.amount
        parts = ", ".join(
            f"{label(year)} {_said(amount)}"
            for year, amount in sorted(by_year.items(), key=lambda item: (item[0] is None, item[0]))
        )
        return f"replaces {_said(sum(by_year.values()))} of {old} by {new}: {parts}"
    return f"corrects {of}: {years or 'the sum of every year stays'}"


def _lines_in_words(line_ids: Iterable[int], titles: Mapping[int, str]) -> str:
    named = [titles[line_id] for line_id in dict.fromkeys(line_ids) if line_id in titles]
    return " and ".join(named) if 0 < len(named) < 3 else f"{len(named)} lines"


def _said(amount: int | None) -> str:
    return "nothing" if amount is None else with_unit(amount, Unit.POUNDS)
