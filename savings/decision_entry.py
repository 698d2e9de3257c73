"""What is typed about the line-years of a decision: the cells of its form, read and drawn again with what was typed.

A decision to approve ticks proposed line-years; a replacement says how much of an old line a new one replaces by year;
every other kind says each target after. What was there when the form was opened travels with it, signed, so that an
amount that changed since is refused with both values. Names of fields: `t-<line>-<year>` a tick, `a-<line>-<year>` a
target after, `r-<old>-<new>-<year>` what is replaced, `s-<line>-<year>-<status>` a split as stated and
`o-<line>-<year>` the one offered when it was shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from futurefit.ui.filters import Problem
from futurefit.values.financial_year import NOT_PROFILED
from futurefit.values.money import AmountError, Unit, format_exact, parse_amount, with_unit
from futurefit.values.rag import Split
from projects.models.project import SavingType
from savings.deciding import (
    STATED,
    Change,
    Kind,
    LineHeld,
    LineYear,
    Link,
    Stated,
    Sums,
    Wrong,
    Year,
    changes_of_links,
    split_after,
    wrong_with,
)
from savings.grid_table import shown
from savings.models import LineInPeriod
from savings.reading import Reading
from savings.seen import seal, unseal

DECISION_PAGE = "decision"
"""The kind of page whose form carries what was seen."""

MOST_LINES = 100
"""Lines that one form takes; more are recorded as several decisions."""

STATUS_WORDS = {"claimed": "Claimed", "on_target": "On target", "amber": "Amber", "red": "Red"}
_OFFERED = re.compile(r"-?[0-9]{1,16}(?: -?[0-9]{1,16}){3}", re.ASCII)


def key_of(*parts: int | Year) -> str:
    """The end of a field's name: ids and a year."""
    return "-".join(NOT_PROFILED if part is None else str(part) for part in parts)


@dataclass(frozen=True)
class EntryCell:
    """One cell of the form: what stands now, and the control for what shall stand."""

    name: str
    label: str
    year: str
    now: int | None
    value: str = ""
    is_open: bool = True
    is_ticked: bool = False
    words: str = ""
    error: str = ""
    now_words: str = ""


@dataclass(frozen=True)
class EntryRow:
    """A line, or a pair of an old and a new one, with its cells and what they come to."""

    line: LineInPeriod
    cells: Sequence[EntryCell]
    change: int
    by: LineInPeriod | None = None
    note: str = ""
    key: str = ""
    change_words: str = ""


@dataclass(frozen=True)
class SplitRow:
    """A lowered target and the split that is stated for it, field by field: name, label, text and error."""

    line: LineInPeriod
    year_label: str
    before: int
    after: int
    delivered: int
    key: str
    offered: str
    fields: Sequence[tuple[str, str, str, str]]


@dataclass
class Entry:
    """The line-years of a decision as they are typed. ``typed`` is None on a form that was just opened.

    ``news`` are the lines that replace others; ``after``, ``stated`` and ``linked`` are what a form opens with: an
    undone decision reversed, or a draft.
    """

    kind: str
    reading: Reading
    lines: Sequence[LineInPeriod]
    news: Sequence[LineInPeriod]
    held: Mapping[int, LineHeld]
    typed: Mapping[str, str] | None = None
    seen: Mapping[str, int | None] = field(default_factory=dict)
    after: Mapping[LineYear, int] = field(default_factory=dict)
    stated: Mapping[LineYear, Stated] = field(default_factory=dict)
    linked: Sequence[Link] = ()
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def unit(self) -> Unit:
        return self.reading.unit

    @property
    def years(self) -> list[Year]:
        return [*self.reading.horizon.years, None]

    @property
    def heads(self) -> list[str]:
        return [self.reading.horizon.label(year) for year in self.years]

    @property
    def every_line(self) -> list[LineInPeriod]:
        return [*self.lines, *self.news]

    # What was seen

    @property
    def sealed(self) -> str:
        """What the form shows of its lines now, for it to send back."""
        shown = {key_of(at.line_id, at.year): self._now(at) for at in self._every_line_year()}
        return seal({"kind": self.kind, "shown": shown}, DECISION_PAGE)

    @staticmethod
    def unsealed(text: str, kind: str) -> dict[str, int | None]:
        """What a form showed. Raises ValidationError for what no form of this kind sent."""
        found = unseal(text, DECISION_PAGE)
        return dict(found["shown"]) if found.get("kind") == kind else {}

    def _every_line_year(self) -> Iterator[LineYear]:
        for line in self.every_line:
            for year in self.years:
                yield LineYear(line.line_id, year)

    def _now(self, at: LineYear) -> int | None:
        present = self.held[at.line_id].years.get(at.year)
        return None if present is None else present.split.target

    def _opened(self, at: LineYear) -> int | None:
        """What the line-year held when the form was opened; a line just added holds what it holds."""
        return self.seen.get(key_of(at.line_id, at.year), self._now(at))

    # What is decided

    @cached_property
    def links(self) -> list[Link]:
        """What is replaced by what, as far as it can be read."""
        if self.kind != Kind.REPLACE:
            return []
        if self.typed is None:
            return list(self.linked)
        found = []
        for old in self.lines:
            for new in self.news:
                for year in self.years:
                    amount = self._amount(f"r-{key_of(old.line_id, new.line_id, year)}")
                    if amount:
                        found.append(Link(old.line_id, new.line_id, year, amount))
        return found

    @cached_property
    def changes(self) -> list[Change]:
        """The line-years that change, or are approved, as far as they can be read."""
        if self.kind == Kind.REPLACE:
            found = [
                Change(change.at, self._opened(change.at), (self._opened(change.at) or 0) + change.by)
                for change in changes_of_links(self.links, {})
            ]
        else:
            found = [change for at in self._every_line_year() if (change := self._change(at)) is not None]
        return [self._with_split(change) for change in found]

    def _change(self, at: LineYear) -> Change | None:
        before = self._opened(at)
        if self.kind == Kind.APPROVE:
            if before is None or not self._is_ticked(at):
                return None
            return Change(at, before, before)
        if not self._is_open(at):
            return None
        after = self._after(at)
        return None if after is None or after == before else Change(at, before, after)

    def _is_ticked(self, at: LineYear) -> bool:
        if not self._is_open(at):
            return False
        return True if self.typed is None else f"t-{key_of(*at)}" in self.typed

    def _after(self, at: LineYear) -> int | None:
        if self.typed is None:
            return self.after.get(at, self._now(at))
        name = f"a-{key_of(*at)}"
        if name not in self.typed:
            return self._opened(at)
        if self._now(at) is not None and not self.typed[name].strip():
            self.errors[name] = "nothing is entered. Enter 0 where nothing is left of it"
            return self._opened(at)
        return self._amount(name)

    def _amount(self, name: str) -> int | None:
        text = (self.typed or {}).get(name, "")
        if not text.strip():
            return None
        try:
            return parse_amount(text, self.unit)
        except AmountError as wrong:
            self.errors[name] = str(wrong)
            return None

    def _is_open(self, at: LineYear) -> bool:
        """Whether a decision of this kind may name the line-year."""
        line = self.held[at.line_id]
        present = line.years.get(at.year)
        if self.kind == Kind.APPROVE:
            return present is not None and not present.is_approved
        if present is not None:
            return present.is_approved
        return line.holds_approved

    def _with_split(self, change: Change) -> Change:
        if not change.lowers:
            return change
        stated = self.stated.get(change.at, Stated())
        if self.typed is not None:
            stated = self._stated(change.at)
        return Change(change.at, change.before, change.after, stated)

    def _stated(self, at: LineYear) -> Stated:
        """What is typed of a split where it is another than the one offered."""
        key = key_of(*at)
        offered = (self.typed or {}).get(f"o-{key}", "")
        if not _OFFERED.fullmatch(offered):
            return Stated()
        parts = {}
        for name, before in zip(STATED, map(int, offered.split(" ")), strict=True):
            field_name = f"s-{key}-{name}"
            amount = self._amount(field_name)
            if amount is None and field_name not in self.errors:
                amount = 0
            parts[name] = None if amount is None or amount == before else amount
        return Stated(**parts)

    # What is wrong

    def wrong(self) -> list[Wrong]:
        """The rules that the decision breaks as the lines stand."""
        return wrong_with(self.kind, self.changes, self.links, self.held, self.reading.horizon)

    @property
    def is_readable(self) -> bool:
        """Whether every amount can be read."""
        _ = self.links, self.changes
        return not self.errors

    def problems(self, wrong: Sequence[Wrong] = ()) -> list[Problem]:
        """What cannot be read, and what is wrong, each with the field that it leads to."""
        _ = self.links, self.changes
        found = []
        for name, message in self.errors.items():
            found.append(
                Problem(name, (self.typed or {}).get(name, ""), f"{self._field_words(name)}: {message}.", name)
            )
        found += [Problem("", "", each.words, self._field_of(each)) for each in wrong]
        return found

    def _field_words(self, name: str) -> str:
        """A field's name in words: line, year, and what of it."""
        kind, *parts = name.split("-")
        status = parts.pop() if kind == "s" else ""
        year = parts.pop()
        label = self.reading.horizon.label(None if year == NOT_PROFILED else int(year))
        titles = " replaced by ".join(self.held[int(line_id)].title for line_id in parts)
        return ", ".join(filter(None, [titles, label, STATUS_WORDS.get(status, "")]))

    def _field_of(self, wrong: Wrong) -> str:
        """The field that a refusal leads to: that of its line-year, else the first of its line, else the table."""
        if wrong.line_id is None:
            return "amounts"
        names = [cell.name for row in self.rows for cell in row.cells if cell.is_open and self._is_of(row, wrong)]
        if wrong.is_of_a_year:
            ending = f"-{key_of(wrong.year)}"
            return next((name for name in names if name.endswith(ending)), "amounts")
        return next(iter(names), "amounts")

    @staticmethod
    def _is_of(row: EntryRow, wrong: Wrong) -> bool:
        return wrong.line_id in (row.line.line_id, row.by.line_id if row.by else None)

    # What is drawn

    @cached_property
    def rows(self) -> list[EntryRow]:
        """The rows of the form, in the order of the lines."""
        if self.kind == Kind.REPLACE:
            return [self._pair(old, new) for old in self.lines for new in self.news]
        by_line = Sums.of(self.changes).by_line
        return [self._row(line, by_line.get(line.line_id, 0)) for line in self.lines]

    def _row(self, line: LineInPeriod, change: int) -> EntryRow:
        cells = []
        for year in self.years:
            at = LineYear(line.line_id, year)
            key, now = key_of(*at), self._now(at)
            name = f"{'t' if self.kind == Kind.APPROVE else 'a'}-{key}"
            label = f"{line.title}, {self.reading.horizon.label(year)}"
            is_open = self._is_open(at)
            after = None if self.kind == Kind.APPROVE else self.after.get(at, now)
            value = "" if after is None else format_exact(after, self.unit)
            if self.typed is not None:
                value = self.typed.get(name, value)
            present = self.held[line.line_id].years.get(year)
            words = "" if present is None or is_open else "approved" if present.is_approved else "proposed"
            cells.append(
                EntryCell(
                    name,
                    label,
                    key_of(year),
                    now,
                    value,
                    is_open,
                    self.kind == Kind.APPROVE and self._is_ticked(at),
                    words,
                    self.errors.get(name, ""),
                    self._shown(now),
                )
            )
        if self.kind == Kind.APPROVE:
            change = sum(each.after for each in self.changes if each.at.line_id == line.line_id)
        note, words = self._note(line, change), self._shown(change, sign=self.kind != Kind.APPROVE)
        return EntryRow(line, cells, change, note=note, key=str(line.line_id), change_words=words)

    def _pair(self, old: LineInPeriod, new: LineInPeriod) -> EntryRow:
        amounts = {link.year: link.amount for link in self.links if (link.old_id, link.new_id) == _ids(old, new)}
        cells = []
        for year in self.years:
            present = self.held[old.line_id].years.get(year)
            taken_up = self.held[new.line_id].years.get(year)
            is_open = bool(present and present.is_approved and (taken_up is None or taken_up.is_approved))
            key = key_of(old.line_id, new.line_id, year)
            value = format_exact(amounts[year], self.unit) if year in amounts else ""
            if self.typed is not None:
                value = self.typed.get(f"r-{key}", value)
            words = ""
            if not is_open and present is not None:
                words = "proposed" if not present.is_approved else "the new line has a proposed amount"
            label = f"Of {old.title}, {self.reading.horizon.label(year)}, replaced by {new.title}"
            now = self._now(LineYear(old.line_id, year))
            error = self.errors.get(f"r-{key}", "")
            cells.append(
                EntryCell(
                    f"r-{key}",
                    label,
                    key_of(year),
                    now,
                    value,
                    is_open,
                    words=words,
                    error=error,
                    now_words=self._shown(now),
                )
            )
        total = sum(amounts.values())
        key = key_of(old.line_id, new.line_id)
        return EntryRow(old, cells, total, by=new, key=key, change_words=self._shown(total))

    def _shown(self, amount: int | None, *, sign: bool = False) -> str:
        """An amount as it stands beside a field: exact, in the unit."""
        if amount is None:
            return ""
        return f"{'+' if sign and amount > 0 else ''}{shown(amount, self.unit)}"

    def _note(self, line: LineInPeriod, change: int) -> str:
        """Of a faster line by how much its increments do not come to nought after the decision."""
        if line.saving_type != SavingType.FASTER or self.kind == Kind.APPROVE:
            return ""
        after = sum(held.split.target for held in self.held[line.line_id].years.values()) + change
        if not after:
            return ""
        return (
            "Faster brings planned money forward, so its amounts should come to nothing over the plan. These come to "
            f"{with_unit(after, Unit.POUNDS)}."
        )

    @property
    def totals(self) -> list[tuple[str, str]]:
        """By year: its key, and in words what the decision changes, approves or replaces there; the total last."""
        sums: dict[Year, int] = dict.fromkeys(self.years, 0)
        if self.kind == Kind.REPLACE:
            for link in self.links:
                sums[link.year] += link.amount
        else:
            for change in self.changes:
                sums[change.at.year] += change.after if self.kind == Kind.APPROVE else change.by
        sign = self.kind not in (Kind.APPROVE, Kind.REPLACE)
        by_key = [*((key_of(year), amount) for year, amount in sums.items()), ("total", sum(sums.values()))]
        return [(key, self._shown(amount, sign=sign)) for key, amount in by_key]

    @property
    def new_targets(self) -> list[tuple[str, str, int | None, int]]:
        """Of a replacement each line and year that changes: title, year, target before and after."""
        titles = {line.line_id: line.title for line in self.every_line}
        label = self.reading.horizon.label
        return [
            (titles[change.at.line_id], label(change.at.year), change.before, change.after) for change in self.changes
        ]

    @property
    def splits(self) -> list[SplitRow]:
        """The targets that are lowered, each with the split stated for it or offered."""
        by_id = {line.line_id: line for line in self.every_line}
        found = []
        for change in self.changes:
            present = self.held[change.at.line_id].years.get(change.at.year)
            if not change.lowers or present is None:
                continue
            offered = split_after(present.split, change.after)
            key = key_of(*change.at)
            found.append(
                SplitRow(
                    by_id[change.at.line_id],
                    self.reading.horizon.label(change.at.year),
                    present.split.target,
                    change.after,
                    present.split.delivered,
                    key,
                    " ".join(str(getattr(offered, name)) for name in STATED),
                    [self._split_field(key, name, offered, change.stated) for name in STATED],
                )
            )
        return found

    def _split_field(self, key: str, name: str, offered: Split, stated: Stated) -> tuple[str, str, str, str]:
        field_name = f"s-{key}-{name}"
        given = getattr(stated, name)
        value = format_exact(getattr(offered, name) if given is None else given, self.unit)
        if field_name in self.errors:
            value = (self.typed or {}).get(field_name, "")
        return field_name, STATUS_WORDS[name], value, self.errors.get(field_name, "")


def _ids(old: LineInPeriod, new: LineInPeriod) -> tuple[int, int]:
    return old.line_id, new.line_id
