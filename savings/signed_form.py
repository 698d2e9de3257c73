"""What a signature is on: the proposed amounts by line and year, the investment and the FTE of a pro-forma.

RAG, texts and approval are no part of it. A version is the same as long as these are the same: it is never counted up
by hand. Version 1 is the first that anybody signs; the next begins when what stands differs from what was last
signed, and has its number from the first signature on it. An amount that a decision has approved since is still the
amount that was signed: only another amount is a change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from futurefit.values.financial_year import Horizon
from futurefit.values.money import MINUS, Unit, with_unit
from projects.models import FteImpact, Investment, Project, Signature
from savings.models import Position

What = Literal["amount", "investment", "fte", "total"]

OTHER_LINES = "Lines that are not shown to you"
NOW_FTE, IMPACT = "now", "impact"


class Key(NamedTuple):
    """What finds an entry again in another version."""

    what: What
    key: str
    year: int | None


@dataclass(frozen=True)
class Entry:
    """One figure that is signed. ``value`` is whole pounds, or FTE as text; None where words stand in its place.

    ``key`` is the code of the line, the number of the investment, or which FTE; ``more`` is what else of it counts.
    """

    what: What
    key: str
    words: str
    year: int | None
    value: int | str | None
    more: str = ""

    @property
    def found_by(self) -> Key:
        return Key(self.what, self.key, self.year)

    def says_the_same(self, other: Entry) -> bool:
        return (self.value, self.more) == (other.value, other.more)

    def name(self, horizon: Horizon) -> str:
        """ "HROD-01 Shared services, 2016/17"."""
        before = f"{self.key} " if self.what == "amount" and self.key else ""
        if self.what == "total" or (self.what == "fte" and self.key == NOW_FTE):
            return self.words
        return f"{before}{self.words}, {'not profiled' if self.year is None else horizon.label(self.year)}"

    @property
    def said(self) -> str:
        """The value in words: "£100,000", "−2.0 FTE", "about £50,000, one-off"."""
        if self.what == "fte":
            sign = "+" if self.key == IMPACT and not str(self.value).startswith("-") else ""
            return f"{sign}{str(self.value).replace('-', MINUS)} FTE"
        amount = with_unit(self.value, Unit.POUNDS) if isinstance(self.value, int) else "no amount"
        return f"{amount}, {self.more}" if self.more else amount


Entries = tuple[Entry, ...]


@dataclass(frozen=True)
class Change:
    """A figure that differs between what was signed and what stands, or between two versions; None: not there."""

    entry: Entry
    was: Entry | None
    now: Entry | None

    @property
    def was_said(self) -> str:
        return self.was.said if self.was else "not there"

    @property
    def now_said(self) -> str:
        return self.now.said if self.now else "not there any more"


@dataclass(frozen=True)
class FormNow:
    """What could be signed: ``entries``, and ``approved``, amounts that are approved and so no longer proposed."""

    entries: Entries
    approved: Entries = ()

    @property
    def total(self) -> int | None:
        return total_of(self.entries)

    @property
    def digest(self) -> str:
        """What a page was opened on, for `savings.services.signing.sign`."""
        said = json.dumps([written(self.entries), written(self.approved)], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:24]

    def masked(self, seen: Collection[str] | None) -> FormNow:
        return FormNow(masked(self.entries, seen), masked(self.approved, seen))


def form_now(
    positions: Iterable[Position], investments: Iterable[Investment], project: Project, impacts: Iterable[FteImpact]
) -> FormNow:
    """The form of a project as it stands. Positions are its own of one period, each with ``code`` and ``title``."""
    proposed, approved = [], []
    for position in positions:
        entry = Entry("amount", position.code, position.title, position.year, position.target)  # type: ignore[attr-defined]
        (approved if position.approved else proposed).append(entry)
    spent = [_investment(each) for each in investments]
    people = []
    if project.current_fte is not None:
        people.append(Entry("fte", NOW_FTE, "Current FTE", None, _fte(project.current_fte)))
    people += [Entry("fte", IMPACT, "FTE impact", each.year, _fte(each.fte)) for each in impacts]
    return FormNow((*proposed, *spent, *people), tuple(approved))


def _fte(value: Decimal) -> str:
    return f"{value:.1f}"


def _investment(each: Investment) -> Entry:
    more = [each.get_recurrence_display().lower()] if each.recurrence != Investment.Recurrence.NOT_STATED else []
    if each.amount is None:
        more.insert(0, each.as_printed or "in words alone")
    elif each.qualifier != Investment.Qualifier.EXACT:
        more.insert(0, each.get_qualifier_display().lower())
    return Entry("investment", str(each.pk), each.label, each.year, each.amount, ", ".join(more))


def total_of(entries: Iterable[Entry]) -> int | None:
    """The proposed total in whole pounds; None where no amount stands there."""
    amounts = [each.value for each in entries if each.what == "amount" and isinstance(each.value, int)]
    return sum(amounts) if amounts else None


def written(entries: Iterable[Entry]) -> list[list[Any]]:
    """The entries as a signature keeps them."""
    return [[each.what, each.key, each.words, each.year, each.value, each.more] for each in entries]


def as_written(kept: Iterable[Sequence[Any]]) -> Entries:
    """The entries that `written` made."""
    return tuple(Entry(*each) for each in kept)


def signed_entries(signature: Signature) -> Entries:
    """What a signature is on; of one taken from a paper without its figures the total alone."""
    if signature.signed is not None:
        return as_written(signature.signed)
    return (Entry("total", "", "Proposed total", None, signature.signed_amount or 0),)


def masked(entries: Entries, seen: Collection[str] | None) -> Entries:
    """The same with the amounts of lines that are not ``seen`` (by code) added up by year; None: every line is seen."""
    if seen is None:
        return entries
    shown = [each for each in entries if each.what != "amount" or each.key in seen]
    hidden: dict[int | None, int] = {}
    for each in entries:
        if each.what == "amount" and each.key not in seen and isinstance(each.value, int):
            hidden[each.year] = hidden.get(each.year, 0) + each.value
    others = [Entry("amount", "", OTHER_LINES, year, amount) for year, amount in hidden.items()]
    return (*shown, *others)


def differences(before: Iterable[Entry], after: Iterable[Entry]) -> list[Change]:
    """What differs from one version to the next, in the order of the form; what went is last."""
    was = {each.found_by: each for each in before}
    now = {each.found_by: each for each in after}
    found = [
        Change(each, was.get(key), each)
        for key, each in now.items()
        if key not in was or not was[key].says_the_same(each)
    ]
    return found + [Change(each, each, None) for key, each in was.items() if key not in now]


def since(signed: Entries, form: FormNow) -> list[Change]:
    """What of the form differs from what was signed: of amounts approved since, only those that are others now."""
    if any(each.what == "total" for each in signed):
        return differences(signed, (Entry("total", "", "Proposed total", None, form.total or 0),))
    keys = {each.found_by for each in signed}
    still = [each for each in form.approved if each.found_by in keys]
    return differences(signed, (*still, *form.entries))


@dataclass(frozen=True)
class SignedVersion:
    """A version that somebody signed, with its signatures in the order of their days."""

    number: int
    signatures: tuple[Signature, ...]

    @property
    def entries(self) -> Entries:
        """What was signed. Every signature of a version is on the same figures; the first with figures says which."""
        known = next((each for each in self.signatures if each.signed is not None), self.signatures[-1])
        return signed_entries(known)

    @property
    def amount(self) -> int | None:
        """The proposed total as signed; None where none stood on the form."""
        return self.signatures[-1].signed_amount


@dataclass(frozen=True)
class Standing:
    """How the form stands to what was signed: the versions, oldest first, and what changed since the last."""

    versions: tuple[SignedVersion, ...]
    changes: tuple[Change, ...]

    @property
    def last(self) -> SignedVersion | None:
        return self.versions[-1] if self.versions else None

    @property
    def number(self) -> int:
        """The version that a signature of now is on."""
        if self.last is None:
            return 1
        return self.last.number + 1 if self.changes else self.last.number

    @property
    def signed(self) -> Mapping[str, Signature]:
        """The signatures on what stands now, by role; none once it has changed."""
        if self.last is None or self.changes:
            return {}
        return {each.role: each for each in self.last.signatures}

    def to_sign(self, form: FormNow) -> Entries:
        """What a signature of now is on: the version that stands as it was signed first, or the form as it is."""
        if self.last is not None and not self.changes and self.last.signatures[-1].signed is not None:
            return self.last.entries
        return form.entries


def standing(signatures: Iterable[Signature], form: FormNow) -> Standing:
    """The versions of a form that anybody signed, and what changed since the last of them."""
    by_number: dict[int, list[Signature]] = {}
    for signature in signatures:
        by_number.setdefault(signature.form_version, []).append(signature)
    versions = tuple(SignedVersion(number, tuple(each)) for number, each in sorted(by_number.items()))
    changes = since(versions[-1].entries, form) if versions else []
    return Standing(versions, tuple(changes))


def with_words(changes: Sequence[Change], horizon: Horizon, most: int = 3) -> str:
    """The changes in a sentence: "L1 Saving, 2016/17 from £100,000 to £120,000; and 4 more"."""
    told = [f"{each.entry.name(horizon)} from {each.was_said} to {each.now_said}" for each in changes[:most]]
    if len(changes) > most:
        told.append(f"and {len(changes) - most} more")
    return "; ".join(told)
