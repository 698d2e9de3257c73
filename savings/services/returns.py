"""The monthly return of lines by those who owe it: keeping what is said, submitting it, taking back what was kept.

What is kept counts nowhere. On submission on target, amber and red count at once and what is newly said to be delivered
counts as claimed until finance accepts it; the target is never changed here (domain.md, The return). Every act is all
or nothing: each line that stands in the way says why.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Model, Q, QuerySet

from futurefit.history.actors import Actor
from futurefit.history.as_opened import digest_of
from futurefit.history.models import Act
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked, bulk_delete_tracked, bulk_update_tracked, history_model
from futurefit.values.rag import Split
from savings.models import LineReturn, Position, ReportingPeriod, ReturnedAmount
from savings.returns_owed import OwedReturn, returns_owed
from savings.services.grid import split_of
from savings.services.lines import AMOUNTS, require_open

KEPT, SUBMITTED, TAKEN_BACK = "savings.return_kept", "savings.return_submitted", "savings.return_taken_back"

May = Callable[[OwedReturn], bool]
"""Whether the person who acts may return the line (`savings.returns_owed.may_return`)."""

RATED = AMOUNTS[1:]
"""The amounts that a return says; the target is not among them."""

LONGEST = 2_000
"""Characters of a comment, an answer or a note of evidence."""

_DRAFT, _SUBMITTED, _QUERIED = LineReturn.State.DRAFT, LineReturn.State.SUBMITTED, LineReturn.State.QUERIED


@dataclass(frozen=True)
class Said:
    """What is said of one due line, given by the id of its line in period.

    `splits` are years split anew, with everything reported as delivered in `delivered` and the target as it stands.
    Without any the line stands as it did: no change. `version` is that of the return when the page was opened (0:
    there was none) and `as_seen` the digest of the amounts shown; None asks for no comparison.
    """

    line_id: int
    splits: Mapping[int | None, Split] = field(default_factory=dict)
    comment: str = ""
    evidence: str = ""
    version: int | None = None
    as_seen: str | None = None


class Why(Enum):
    """Why a line is refused; the value is the part of its form that the message belongs to."""

    NOT_DUE = "gone"
    RETURNED = "returned"
    UNSAID = "say"
    STALE = "stale"
    CHANGED = "changed"
    BREAKS_A_RULE = "year"
    NEEDS_A_REASON = "comment"
    NEEDS_AN_ANSWER = "answer"
    NEEDS_EVIDENCE = "evidence"
    TOO_LONG = "long"


@dataclass(frozen=True)
class Refusal:
    """One thing that stands in the way: of which line, and for a year that breaks a rule of which year."""

    why: Why
    line_id: int
    title: str
    words: str
    year: int | None = None
    field: str = ""


class ReturnsRefused(ValidationError):
    """Nothing was written; `refusals` says of each line what stands in the way."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = list(refusals)
        super().__init__([f"{refusal.title}: {refusal.words}" for refusal in refusals])


@dataclass(frozen=True)
class Standing:
    """A due line with its amounts: as they are now, as the last period had them, and as its return says.

    `last_state` is how far the return of the last period came; None where there was none.
    """

    owed: OwedReturn
    positions: Mapping[int | None, Position]
    last: Mapping[int | None, Split]
    said: Mapping[int | None, ReturnedAmount]
    last_state: str | None = None

    def present(self, year: int | None) -> Split:
        """How the year stands now."""
        return split_of(self.positions[year])

    def before(self, year: int | None) -> Split:
        """What the return of a year is compared with: the last period's split.

        That of now where the line was not there then, or its target was another: then that much is no news.
        """
        last, present = self.last.get(year), self.present(year)
        return last if last is not None and last.target == present.target else present

    def told(self, year: int | None) -> Split:
        """How the year stands according to the return, or as it does where it says nothing of the year."""
        present, amount = self.present(year), self.said.get(year)
        return present if amount is None else _split_said(amount, present.target)

    def worse(self, amounts: Mapping[int | None, Split] | None = None) -> str:
        """By how much amber or red grows or secure falls against the last period, and in which year; else empty.

        Counted for the line as it stands now, with `amounts` in place of the years that they name.
        """
        after = {year: (amounts or {}).get(year, self.present(year)) for year in self.positions}
        told = {year: split.worse_than(self.before(year)) for year, split in after.items()}
        label = self.owed.line.period.horizon.label
        return "; ".join(
            ("" if len(after) == 1 else f"in {label(year)} ") + " and ".join(words)
            for year, words in told.items()
            if words
        )

    @property
    def as_seen(self) -> str:
        """The digest of the amounts as they are now."""
        return digest_of(self.positions.values(), ("year", *AMOUNTS))

    @property
    def is_stale(self) -> bool:
        """Whether somebody changed an amount after the return was kept."""
        returned = self.owed.returned
        return returned is not None and returned.state == _DRAFT and returned.as_seen != self.as_seen


def standings_of(period: ReportingPeriod, owed: Iterable[OwedReturn], *, lock: bool = False) -> dict[int, Standing]:
    """The amounts of due lines by the id of the line in period, in their order; two queries."""
    due = {each.line.pk: each for each in owed}
    pk_of = {each.line.line_id: pk for pk, each in due.items()}
    wanted = Q(line_in_period__in=list(due))
    if period.copied_from_id is not None:
        wanted |= Q(line_in_period__period=period.copied_from_id, line_in_period__line__in=list(pk_of))
    rows: QuerySet[Any] = Position.objects.filter(wanted).order_by("pk")
    rows = rows.annotate(of_line=F("line_in_period__line"), was_returned=F("line_in_period__line_return__state"))
    positions: dict[int, dict[int | None, Position]] = {pk: {} for pk in due}
    last: dict[int, dict[int | None, Split]] = {pk: {} for pk in due}
    last_states: dict[int, str | None] = {}
    for row in rows.select_for_update(of=("self",)) if lock else rows:
        if row.line_in_period_id in due:
            row.line_in_period = due[row.line_in_period_id].line
            positions[row.line_in_period_id][row.year] = row
        else:
            last[pk_of[row.of_line]][row.year] = split_of(row)
            last_states[pk_of[row.of_line]] = row.was_returned
    said: dict[int, dict[int | None, ReturnedAmount]] = {pk: {} for pk in due}
    for amount in ReturnedAmount.objects.filter(line_return__line_in_period__in=list(due)).annotate(
        of_line=F("line_return__line_in_period")
    ):
        said[amount.of_line][amount.year] = amount
    return {
        pk: Standing(each, _by_year(positions[pk]), last[pk], said[pk], last_states.get(pk)) for pk, each in due.items()
    }


@dataclass(frozen=True)
class Submitted:
    """The act, and how many lines were returned."""

    act: Act
    lines: int


def keep_returns(
    *, actor: Actor, period: ReportingPeriod, said: Sequence[Said], may: May, at: datetime | None = None
) -> list[LineReturn]:
    """Keep what is said of lines of the open period as drafts, one act; the returns whose words or amounts changed.

    A reason or evidence may still be missing. A query that is being answered stays one until it is submitted. Raises
    ValidationError for a closed period, `ReturnsRefused` for a line that is no longer due, is submitted already, was
    kept by somebody else or had an amount changed since the page was opened, or a split that breaks a rule, and
    PermissionDenied for a line that is not the actor's to return.
    """
    with transaction.atomic():
        desk = _Desk(period, (each.line_id for each in said), may)
        for each in said:
            desk.take(each)
        desk.refuse()
        kept = desk.changed
        if not kept:
            return []
        with record_act(
            actor=actor,
            verb=KEPT,
            sentence=f"Kept {_the_returns(kept)} for {period.spoken}, not submitted{_acting_for(actor, kept)}.",
            about=_subjects(kept),
            at=at,
            programme_slug=period.programme.slug,
        ):
            desk.write(kept)
    return [each.row for each in kept]


def no_change_for_all_remaining(
    *, actor: Actor, period: ReportingPeriod, line_ids: Iterable[int], may: May, at: datetime | None = None
) -> list[LineReturn]:
    """Keep *no change* for those of the lines of which nothing is said yet; raises as `keep_returns` does."""
    with transaction.atomic():
        require_open(period)
        owed = returns_owed(period, only=list(line_ids))
        remaining = [Said(each.line.pk) for each in owed if each.returned is None]
        return keep_returns(actor=actor, period=period, said=remaining, may=may, at=at)


def submit_returns(
    *,
    actor: Actor,
    period: ReportingPeriod,
    line_ids: Iterable[int],
    said: Sequence[Said] = (),
    may: May,
    at: datetime | None = None,
) -> Submitted:
    """Submit the returns of these lines of the open period as one act, with what is `said` of any of them on top.

    All of them count from now on, or none. Raises what `keep_returns` raises, and `ReturnsRefused` also for a line of
    which nothing is said, an amount that was changed after its return was kept, a missing reason (amber or red grows
    or secure falls against the last period), missing evidence of what is newly claimed, and a query not answered.
    """
    wanted = dict.fromkeys(line_ids)
    with transaction.atomic():
        desk = _Desk(period, [*wanted, *(each.line_id for each in said)], may)
        for each in said:
            desk.take(each)
        desk.judge(wanted)
        desk.refuse()
        papers = [desk.papers[line_id] for line_id in wanted]
        if not papers:
            raise ValidationError("No line is left to submit.", code="nothing")
        with record_act(
            actor=actor,
            verb=SUBMITTED,
            sentence=f"Submitted {_the_returns(papers)} for {period.spoken}{_acting_for(actor, papers)}.",
            reason=_reasons(papers),
            about=_subjects(papers),
            at=at,
            programme_slug=period.programme.slug,
        ) as act:
            for paper in papers:
                paper.submit(actor, act.at)
            desk.write_positions(papers)
            desk.write([*papers, *(each for each in desk.changed if each not in papers)])
    return Submitted(act, len(papers))


def take_back_drafts(
    *, actor: Actor, period: ReportingPeriod, line_ids: Iterable[int], may: May, at: datetime | None = None
) -> int:
    """Throw away what was kept of these lines and not submitted, as one act; of how many lines something was.

    Of an answer under way the query stands again as it did. Raises ValidationError for a closed period,
    `ReturnsRefused` where one of them is no longer due, and PermissionDenied for a line that is not the actor's.
    """
    wanted = list(dict.fromkeys(line_ids))
    with transaction.atomic():
        desk = _Desk(period, wanted, may)
        papers = [paper for line_id in wanted if (paper := desk.paper(line_id)) is not None and paper.is_draft]
        desk.refuse()
        if not papers:
            return 0
        with record_act(
            actor=actor,
            verb=TAKEN_BACK,
            sentence=f"Threw away what was kept of {_the_returns(papers)} for {period.spoken}"
            f"{_acting_for(actor, papers)}.",
            about=_subjects(papers),
            at=at,
            programme_slug=period.programme.slug,
        ):
            new = [paper for paper in papers if paper.row.first_submitted_at is None]
            answers = [paper for paper in papers if paper.row.first_submitted_at is not None]
            bulk_delete_tracked(ReturnedAmount, [row for paper in new for row in paper.standing.said.values()])
            bulk_delete_tracked(LineReturn, [paper.row for paper in new])
            for paper in answers:
                paper.restore_query()
            desk.write(answers)
    return len(papers)


class _Paper:
    """The return of one line while it is written: the row, and the years that it splits anew."""

    def __init__(self, standing: Standing, refusals: list[Refusal]) -> None:
        self.standing = standing
        self.owed = standing.owed
        self.row = standing.owed.returned or LineReturn(line_in_period=standing.owed.line, version=0)
        self.amounts = {year: _split_said(each, 0) for year, each in standing.said.items()}
        self.version_was = self.row.version
        self._refusals = refusals
        self._as_read = self._content()

    @property
    def is_new(self) -> bool:
        return self.row.pk is None

    @property
    def is_draft(self) -> bool:
        return not self.is_new and self.row.state == _DRAFT

    @property
    def is_changed(self) -> bool:
        return self.row.version != self.version_was or self._content() != self._as_read

    def refuse(self, why: Why, words: str, *, year: int | None = None, field: str = "") -> None:
        self._refusals.append(Refusal(why, self.owed.line.pk, self.owed.line.title, words, year, field))

    def refuse_other_version(self, version: int | None) -> bool:
        if version is None or version == self.version_was:
            return False
        words = "somebody else kept it since you opened the page. What stands now and what you entered are both shown."
        self.refuse(Why.STALE, words)
        return True

    def take(self, said: Said) -> None:
        """Put what is said on the paper; what stands in the way is a refusal and changes nothing."""
        if self.owed.is_done:
            self.refuse(Why.RETURNED, "it is submitted already. Finance can send it back with a query.")
            return
        stopped = self.refuse_other_version(said.version)
        as_seen = self.standing.as_seen
        if said.as_seen is not None and said.as_seen != as_seen:
            self.refuse(Why.CHANGED, "somebody changed its amounts since you opened the page. Look at both.")
            stopped = True
        for name, words in (("comment", said.comment), ("evidence", said.evidence)):
            if len(words) > LONGEST:
                self.refuse(Why.TOO_LONG, f"write at most {LONGEST:,} characters, not {len(words):,}.", field=name)
                stopped = True
        if self._refuse_splits(said) or stopped:
            return
        # Of an answer the years submitted before stand as they do now, unless they are split anew again.
        kept = self.amounts if self.row.first_submitted_at else ()
        present = {year: self.standing.present(year) for year in self.standing.positions}
        new = {year: self._claiming(year, split) for year, split in said.splits.items()}
        self.amounts = {
            year: new.get(year, split)
            for year, split in present.items()
            if year in kept or (year in new and new[year] != split)
        }
        self.row.no_change = not self.amounts
        self.row.state = _DRAFT
        self.row.comment, self.row.evidence = said.comment.strip(), said.evidence.strip()
        self.row.as_seen = as_seen

    def _refuse_splits(self, said: Said) -> bool:
        label = self.owed.line.period.horizon.label
        refused = False
        for year, split in said.splits.items():
            position = self.standing.positions.get(year)
            if position is None or position.target != split.target:
                self.refuse(Why.CHANGED, f"the target for {label(year)} is another now. Look at both.")
                refused = True
            elif problems := self._claiming(year, split).problems():
                self.refuse(Why.BREAKS_A_RULE, f"{label(year)}: {'. '.join(problems)}.", year=year)
                refused = True
        return refused

    def _claiming(self, year: int | None, split: Split) -> Split:
        return split.claiming_beyond(self.standing.positions[year].delivered)

    def judge(self) -> None:
        """Whether what is on the paper can be submitted."""
        if self.owed.is_done:
            self.refuse(Why.RETURNED, "it is submitted already. Finance can send it back with a query.")
        elif self.row.state == _QUERIED:
            self.refuse(Why.NEEDS_AN_ANSWER, "answer what finance asks.")
        elif self.is_new and not self.row.as_seen:
            self.refuse(Why.UNSAID, "say how it stands: choose no change, or change the split.")
        elif self.row.as_seen != self.standing.as_seen:
            self.refuse(Why.CHANGED, "somebody changed its amounts after you kept it. Look at both.")
        else:
            self._judge_words()

    def _judge_words(self) -> None:
        reasons = self.standing.worse({year: self._after(year) for year in self.amounts})
        if self.row.queried_at is not None and not self.row.comment:
            self.refuse(Why.NEEDS_AN_ANSWER, "answer what finance asks.")
        elif reasons and not self.row.comment:
            self.refuse(Why.NEEDS_A_REASON, f"enter a reason: {reasons}.")
        if self._claims_anew() and not self.row.evidence:
            self.refuse(Why.NEEDS_EVIDENCE, "say what shows that the amount is delivered: finance accepts it on that.")

    def _claims_anew(self) -> bool:
        return any(abs(self._after(year).claimed) > abs(self.standing.before(year).claimed) for year in self.amounts)

    def _after(self, year: int | None) -> Split:
        """The year as the return says, against the target as it stands."""
        said, target = self.amounts[year], self.standing.positions[year].target
        return Split(target, said.delivered, said.claimed, said.on_target, said.amber, said.red)

    def submit(self, actor: Actor, at: datetime) -> None:
        self.row.state = _SUBMITTED
        self.row.owed_by = self.owed.owed_by
        self.row.first_submitted_at = self.row.first_submitted_at or at
        self.row.submitted_at = at
        self.row.submitted_by, self.row.submitted_by_user = str(actor), actor.user_id

    def restore_query(self) -> None:
        """The words and amounts as they were when finance asked."""
        copies: QuerySet[Any] = history_model(LineReturn)._default_manager.all()
        copies = copies.filter(id=self.row.pk, state=_QUERIED)
        asked = copies.order_by("-history_date", "-history_id").first()
        assert asked is not None, "an answer under way was queried once"
        for name in ("state", "no_change", "comment", "evidence", "as_seen"):
            setattr(self.row, name, getattr(asked, name))
        rows: QuerySet[Any] = history_model(ReturnedAmount)._default_manager.all()
        rows = rows.filter(line_return_id=self.row.pk, history_date__lte=asked.history_date)
        then: dict[int | None, Split] = {}
        for copy in rows.order_by("history_date", "history_id"):
            then.pop(copy.year, None)
            if copy.history_type != "-":
                then[copy.year] = _split_said(copy, 0)
        self.amounts = then

    def new_positions(self) -> list[Position]:
        """The positions that the return changes, with their new amounts."""
        changed = []
        for year in self.amounts:
            position, after = self.standing.positions[year], self._after(year)
            if split_of(position) == after:
                continue
            for name in RATED:
                setattr(position, name, getattr(after, name))
            position.comment = self.row.comment
            position.version += 1
            changed.append(position)
        return changed

    def _content(self) -> tuple[object, ...]:
        row = self.row
        words = (row.state, row.no_change, row.comment, row.evidence, row.as_seen)
        return (
            *words,
            tuple(sorted((year is None, year or 0, split_words(split)) for year, split in self.amounts.items())),
        )


class _Desk:
    """The returns of some lines of the open period, held and locked, while they are judged and written."""

    def __init__(self, period: ReportingPeriod, line_ids: Iterable[int], may: May) -> None:
        require_open(period)
        wanted = list(dict.fromkeys(line_ids))
        list(LineReturn.objects.filter(line_in_period__in=wanted).order_by("pk").select_for_update(of=("self",)))
        owed = returns_owed(period, only=wanted)
        for each in owed:
            if not may(each):
                raise PermissionDenied("The return of this line is not yours to say.")
        self.refusals: list[Refusal] = []
        standings = standings_of(period, owed, lock=True)
        self.papers = {pk: _Paper(standing, self.refusals) for pk, standing in standings.items()}

    def paper(self, line_id: int) -> _Paper | None:
        """The paper of a line; a refusal where the line is no longer due."""
        paper = self.papers.get(line_id)
        if paper is None:
            words = "it is no longer due: it was withdrawn, moved, or delivered in full."
            self.refusals.append(Refusal(Why.NOT_DUE, line_id, "A line", words))
        return paper

    def take(self, said: Said) -> None:
        if (paper := self.paper(said.line_id)) is not None:
            paper.take(said)

    def judge(self, line_ids: Collection[int]) -> None:
        """What stands in the way of submitting these, for those that nothing is refused of yet."""
        refused = {refusal.line_id for refusal in self.refusals}
        for line_id in line_ids:
            if line_id not in refused and (paper := self.paper(line_id)) is not None:
                paper.judge()

    def refuse(self) -> None:
        if self.refusals:
            places = {line_id: place for place, line_id in enumerate(self.papers)}
            raise ReturnsRefused(sorted(self.refusals, key=lambda each: places.get(each.line_id, len(places))))

    @property
    def changed(self) -> list[_Paper]:
        return [paper for paper in self.papers.values() if paper.is_changed]

    def write(self, papers: Sequence[_Paper]) -> None:
        """The rows and the amounts of the papers, whatever their number in a handful of statements."""
        for paper in papers:
            paper.row.version = paper.version_was + 1
        new = [paper.row for paper in papers if paper.is_new]
        old = [paper.row for paper in papers if not paper.is_new]
        fields = [each.name for each in LineReturn._meta.concrete_fields if not each.primary_key]
        bulk_update_tracked(LineReturn, old, [name for name in fields if name != "line_in_period"])
        if new:
            bulk_create_tracked(LineReturn, new)
        self._write_amounts(papers)

    def _write_amounts(self, papers: Sequence[_Paper]) -> None:
        added: list[ReturnedAmount] = []
        changed: list[ReturnedAmount] = []
        gone: list[ReturnedAmount] = []
        for paper in papers:
            stored = paper.standing.said
            gone += [row for year, row in stored.items() if year not in paper.amounts]
            for year, split in paper.amounts.items():
                row = stored.get(year) or ReturnedAmount(line_return=paper.row, year=year)
                if row.pk is not None and _split_said(row, split.target) == split:
                    continue
                for name in RATED:
                    setattr(row, name, getattr(split, name))
                (added if row.pk is None else changed).append(row)
        bulk_delete_tracked(ReturnedAmount, gone)
        bulk_update_tracked(ReturnedAmount, changed, RATED)
        if added:
            bulk_create_tracked(ReturnedAmount, added)

    def write_positions(self, papers: Sequence[_Paper]) -> None:
        positions = [position for paper in papers for position in paper.new_positions()]
        bulk_update_tracked(Position, positions, [*RATED, "comment", "version"])


def split_words(split: Split) -> tuple[int, ...]:
    """The amounts that a return says, in their order."""
    return tuple(getattr(split, name) for name in RATED)


def _split_said(amount: Any, target: int) -> Split:
    return Split(target, amount.delivered, amount.claimed, amount.on_target, amount.amber, amount.red)


def _by_year(positions: Mapping[int | None, Position]) -> dict[int | None, Position]:
    """Years in their order, what is not profiled last."""
    return dict(sorted(positions.items(), key=lambda pair: (pair[0] is None, pair[0] or 0)))


def _the_returns(papers: Sequence[_Paper]) -> str:
    if len(papers) == 1:
        return f"the return of {papers[0].owed.line.title}"
    return f"the returns of {len(papers)} lines"


def _acting_for(actor: Actor, papers: Sequence[_Paper]) -> str:
    """ ", acting for Head of service, education" where the return is owed by other posts than the actor's."""
    owing = (paper.owed.owed_by for paper in papers)
    posts = {post.title for post in owing if post is not None and post.pk != actor.post_id}
    return f", acting for {'; '.join(sorted(posts))}" if posts else ""


def _subjects(papers: Sequence[_Paper]) -> list[Model]:
    projects = {paper.owed.line.project_id: paper.owed.line.project for paper in papers}
    return [*(paper.owed.line.line for paper in papers), *projects.values()]


def _reasons(papers: Sequence[_Paper]) -> str:
    """The reasons given, each with its line where there are several."""
    given = [(paper.owed.line.title, paper.row.comment) for paper in papers if paper.row.comment]
    return given[0][1] if len(papers) == 1 and given else "\n".join(f"{title}: {words}" for title, words in given)


__all__ = [
    "KEPT",
    "LONGEST",
    "SUBMITTED",
    "TAKEN_BACK",
    "May",
    "Refusal",
    "ReturnsRefused",
    "Said",
    "Standing",
    "Submitted",
    "Why",
    "keep_returns",
    "no_change_for_all_remaining",
    "standings_of",
    "submit_returns",
    "take_back_drafts",
]
