"""Who signed which version of a pro-forma, what that version held, and what changed after it, as pages tell it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from futurefit.pages import sentences
from futurefit.pages.pro_forma import ProForma
from futurefit.values.money import Unit, with_unit
from projects.models import ProjectPost, Signature
from savings.signed_form import (
    Change,
    Entries,
    Entry,
    SignedVersion,
    Standing,
    differences,
    masked,
    since,
    total_of,
)

SIGNING = {
    Signature.Role.HEAD_OF_SERVICE: ProjectPost.Role.HEAD_LEAD,
    Signature.Role.DIRECTOR: ProjectPost.Role.SLT_LEAD,
    Signature.Role.HEAD_OF_FINANCE: None,
}
"""Who signs, in the order of the form, and the lead that it is where the project names one."""


@dataclass(frozen=True)
class Row:
    """One of the three agreements to a version: the post, and the signature where there is one."""

    post: str
    signature: Signature | None

    @property
    def holder(self) -> str:
        """The name of who signed, where it is not that of the post."""
        if self.signature is None or self.signature.holder_name == self.post:
            return ""
        return str(self.signature.holder_name)

    @property
    def words(self) -> str:
        """For how much: "£100,000", or that no amount stood there; empty where nobody signed."""
        return "" if self.signature is None else amount_words(self.signature.signed_amount)


@dataclass(frozen=True)
class ToldChange:
    """A figure that changed: what it is, what it was and what it is now."""

    what: str
    was: str
    now: str


@dataclass(frozen=True)
class ToldVersion:
    """A signed version: its three agreements, and how the next differs from it."""

    number: int
    rows: Sequence[Row]
    amount: str
    days: str
    changes: Sequence[ToldChange] = field(default=())


@dataclass(frozen=True)
class Line:
    """A savings line as it is signed: its amounts by year, in the order of the years shown, and their sum."""

    code: str
    title: str
    amounts: Sequence[int | None]
    total: int


@dataclass(frozen=True)
class ToldForm:
    """What is signed, ready to be shown: amounts by line and year, investment and FTE."""

    years: Sequence[str]
    lines: Sequence[Line]
    totals: Sequence[int | None]
    total: int | None
    investments: Sequence[tuple[str, str]]
    people: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Signatures:
    """The signatures of a form, as its reader may see them."""

    form: ProForma

    @property
    def standing(self) -> Standing:
        return self.form.standing

    @cached_property
    def seen(self) -> frozenset[str] | None:
        """The codes of the lines that the reader may see; None: every one."""
        if self.form.reading.scope.everything:
            return None
        return frozenset(line.line_code for line in self.form.lines)

    @property
    def is_shown(self) -> bool:
        """Workstreams and blocks are not signed; where a paper has signatures of one they are shown."""
        return self.form.is_project or bool(self.form.rows["signatures"])

    @property
    def number(self) -> int:
        """The version that a signature of now is on."""
        return self.standing.number

    @property
    def current(self) -> list[Row]:
        """The three agreements to what stands now."""
        return self._rows(list(self.standing.signed.values()))

    @property
    def changed_since(self) -> SignedVersion | None:
        """The version that was signed last, where what stands is no longer that."""
        return self.standing.last if self.standing.changes else None

    @property
    def changes(self) -> list[ToldChange]:
        """What differs from the version signed last."""
        if self.standing.last is None or not self.standing.changes:
            return []
        before = masked(self.standing.last.entries, self.seen)
        return self.told(since(before, self.form.signable.masked(self.seen)))

    @property
    def versions(self) -> list[ToldVersion]:
        """The versions signed before the one that stands, oldest first, each with how the next signed one differs."""
        found = self.standing.versions
        earlier = found if self.standing.changes else found[:-1]
        following: list[SignedVersion | None] = [*found[1:], None]
        return [self._told(version, after) for version, after in zip(earlier, following, strict=False)]

    @property
    def signed_for(self) -> str:
        """ "Version 1 was signed for £100,000 on 27 August 2015", of the version signed last; empty for none."""
        last = self.standing.last
        if last is None:
            return ""
        return f"Version {last.number} was signed for {amount_words(last.amount)} {days_of(last.signatures)}"

    def told(self, changes: Iterable[Change]) -> list[ToldChange]:
        horizon = self.form.reading.horizon
        return [ToldChange(each.entry.name(horizon), each.was_said, each.now_said) for each in changes]

    def _told(self, version: SignedVersion, after: SignedVersion | None) -> ToldVersion:
        changes: list[Change] = []
        if after is not None:
            changes = differences(masked(version.entries, self.seen), masked(after.entries, self.seen))
        return ToldVersion(
            number=version.number,
            rows=self._rows(version.signatures),
            amount=amount_words(version.amount),
            days=days_of(version.signatures),
            changes=self.told(changes),
        )

    def _rows(self, signatures: Sequence[Signature]) -> list[Row]:
        by_role = {each.role: each for each in signatures}
        rows = []
        for role, lead in SIGNING.items():
            signature = by_role.get(role)
            post = signature.title if signature else (self.form.posts(lead) if lead else "")
            rows.append(Row(post or Signature.Role(role).label, signature))
        return rows

    def to_sign(self) -> Entries:
        """What a signature of now is on, as its reader may see it."""
        return masked(self.standing.to_sign(self.form.signable), self.seen)

    def shown(self, entries: Entries) -> ToldForm:
        """These entries as tables: a line is a row, a year a column."""
        horizon = self.form.reading.horizon
        amounts = [each for each in entries if each.what == "amount"]
        years = sorted({each.year for each in amounts}, key=lambda year: (year is None, year or 0))
        by_line: dict[tuple[str, str], dict[int | None, int]] = {}
        for each in amounts:
            if isinstance(each.value, int):
                by_line.setdefault((each.key, each.words), {})[each.year] = each.value
        lines = [
            Line(code, title, [held.get(year) for year in years], sum(held.values()))
            for (code, title), held in by_line.items()
        ]
        return ToldForm(
            years=["Not profiled" if year is None else horizon.label(year) for year in years],
            lines=lines,
            totals=[total_of(each for each in amounts if each.year == year) for year in years],
            total=total_of(amounts),
            investments=self._named(entries, "investment"),
            people=self._named(entries, "fte"),
        )

    def _named(self, entries: Iterable[Entry], what: str) -> list[tuple[str, str]]:
        horizon = self.form.reading.horizon
        return [(each.name(horizon), each.said) for each in entries if each.what == what]


def amount_words(amount: int | None) -> str:
    """A signed total in whole pounds: what is signed is never rounded."""
    return "no amount" if amount is None else with_unit(amount, Unit.POUNDS)


def days_of(signatures: Iterable[Signature]) -> str:
    """ "on 27 August 2015", or the first and the last day of several."""
    days: list[date] = sorted(each.signed_on for each in signatures)
    if days[0] == days[-1]:
        return f"on {sentences.on_day(days[0])}"
    return f"between {sentences.on_day(days[0])} and {sentences.on_day(days[-1])}"
