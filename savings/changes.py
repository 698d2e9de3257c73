"""What changed the money between two periods of a programme: each act, line and year with its cause.

The only place where an act's verb becomes a cause (domain.md, Movement). Read from the row histories alone: opening a
period copies rows without histories, so the state of the first period and every copy left after it, in order, lead to
the state of the second. Whole pounds, sign kept.

A row that was written outside any act leaves a change all the same, without an act behind it: what stands in the end
and no history tells is the last change of its line-year. So what was and what happened always come to what is.

One act's change of a line-year has one cause. Where an act does several things to it at once, such as an import that
moves a line and changes its amount, they are told apart in this order: the line is moved with the amounts that it had,
then approved, and then the amounts change where it stands. So what is *moved* nets to nothing over groups, what is
*approved* over approved and proposed, what is *re-rated* over statuses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce

from futurefit.history.models import ActSubject
from futurefit.history.querysets import kind_of
from futurefit.history.together import Part
from futurefit.history.tracking import history_model
from futurefit.values.rag import Split
from projects.scope import EVERYTHING, Scope
from savings.groupings import EXISTING_SAVINGS, GROUPINGS, NEW_SAVINGS
from savings.models import LineInPeriod, Position, ReportingPeriod, SavingsLine
from savings.querysets import in_periods_up_to, lines_visible_to
from savings.selection import ALL_LINES, Selection


class Cause(StrEnum):
    """Why an amount changed, in the order in which causes are shown."""

    ADDED = "added"
    REMOVED = "removed"
    RE_PROFILED = "re_profiled"
    RE_ESTIMATED = "re_estimated"
    WRITTEN_OUT = "written_out"
    CORRECTED = "corrected"
    REPLACED = "replaced"
    MOVED = "moved"
    RE_RATED = "re_rated"
    APPROVED = "approved"

    @property
    def words(self) -> str:
        return self.value.replace("_", "-") if self in _HYPHENED else self.value.replace("_", " ")


_HYPHENED = (Cause.RE_PROFILED, Cause.RE_ESTIMATED, Cause.RE_RATED)

CAUSE_OF_VERB: dict[str, Cause] = {
    "council.line_assigned": Cause.RE_ESTIMATED,
    "council.merged": Cause.RE_ESTIMATED,
    "council.renamed": Cause.RE_ESTIMATED,
    "council.service_moved": Cause.RE_ESTIMATED,
    "council.split": Cause.RE_ESTIMATED,
    "council.directorate_renamed": Cause.RE_ESTIMATED,
    "demo.county_generated": Cause.RE_ESTIMATED,
    "projects.facts_changed": Cause.RE_ESTIMATED,
    "projects.project_moved": Cause.RE_ESTIMATED,
    "projects.theme_renamed": Cause.RE_ESTIMATED,
    "savings.amounts_changed": Cause.RE_ESTIMATED,
    "savings.amounts_taken_back": Cause.RE_ESTIMATED,
    "savings.carried_forward": Cause.RE_ESTIMATED,
    "savings.corrected": Cause.CORRECTED,
    "savings.decision_confirmed": Cause.RE_ESTIMATED,
    "savings.imported": Cause.RE_ESTIMATED,
    "savings.line_duplicated": Cause.RE_ESTIMATED,
    "savings.line_moved": Cause.RE_ESTIMATED,
    "savings.line_restored": Cause.RE_ESTIMATED,
    "savings.line_retagged": Cause.RE_ESTIMATED,
    "savings.line_split": Cause.MOVED,
    "savings.line_withdrawn": Cause.RE_ESTIMATED,
    "savings.lines_added": Cause.RE_ESTIMATED,
    "savings.lines_set": Cause.RE_ESTIMATED,
    "savings.lines_set_undone": Cause.RE_ESTIMATED,
    "savings.position_rated": Cause.RE_ESTIMATED,
    "savings.positions_rated": Cause.RE_ESTIMATED,
    "savings.re_profiled": Cause.RE_PROFILED,
    "savings.replaced": Cause.REPLACED,
    "savings.return_accepted": Cause.RE_ESTIMATED,
    "savings.return_kept": Cause.RE_ESTIMATED,
    "savings.return_queried": Cause.RE_ESTIMATED,
    "savings.return_submitted": Cause.RE_ESTIMATED,
    "savings.return_taken_back": Cause.RE_ESTIMATED,
    "savings.written_out": Cause.WRITTEN_OUT,
}
"""Why a target differs after an act of this kind; an act of a kind not named here re-estimates.

Whatever the verb: another place is *moved*, another rating of the same target *re-rated*, the flag alone *approved*. A
line that comes or goes is *added* or *removed*, unless the verb has a cause of its own: what a decision writes out or
replaces, and what the splitting of a line gives to its parts, keeps that cause.
"""

WRITES_NO_AMOUNTS = frozenset(
    {
        "council.area_created",
        "council.directorate_created",
        "council.group_created",
        "council.holding_ended",
        "council.post_created",
        "council.post_given",
        "council.service_created",
        "demo.accounts_made",
        "demo.budget_entered",
        "demo.council_entered",
        "demo.headings_entered",
        "demo.milestones_entered",
        "demo.programme_entered",
        "demo.projects_entered",
        "demo.risks_entered",
        "demo.risks_illustrated",
        "demo.signatures_entered",
        "demo.stated_figures_entered",
        "demo.support_entered",
        "demo.themes_entered",
        "risks.risk_escalated",
        "savings.commentary_written",
        "savings.correction_noted",
        "savings.decision_changed",
        "savings.decision_recorded",
        "savings.decision_withdrawn",
        "savings.definitions_reworded",
        "savings.line_placed",
        "savings.period_closed",
        "savings.period_opened",
        "savings.period_prepared",
        "savings.programme_begun",
        "savings.reminder_not_sent",
        "savings.reminder_sent",
        "savings.signed",
        "savings.stated_figure_decided",
    }
)
"""Kinds of act that leave every line in its place and every amount as it is."""


NOT_TOLD = "One act on several lines, some of which are not shown to you."
"""What is said in place of an act's sentence where it names lines that its reader may not see; without its reason."""

NO_ACT = "No act is recorded for this."
"""What is said in place of an act's sentence where rows were written outside any."""


@dataclass(frozen=True, slots=True)
class ActBehind:
    """The act behind a change. `id` is None only where rows were written outside any; `at` where no time is known."""

    id: int | None
    at: datetime | None
    verb: str = ""
    who: str = ""
    post: str = ""
    reason: str = ""
    sentence: str = ""

    @property
    def is_known(self) -> bool:
        return self.id is not None


@dataclass(frozen=True, slots=True)
class YearStanding:
    """How a line stands for one year: its split, and what stands on the position beside it."""

    split: Split
    approved: bool = False
    original: int | None = None
    carried_forward: int = 0
    expected_in: int | None = None


class Place(NamedTuple):
    """Where a line stood, by the ids and values of every grouping, and whether it counted there.

    `selected` says whether it was among the lines asked about, `visible` whether the reader may see it there.
    """

    theme: int | None
    directorate: int | None
    service: int | None
    project: int
    mtfp_heading: int | None
    corporate_area: int | None
    saving_type: str
    method: str
    recurring: str
    line: int
    selected: bool
    visible: bool

    @property
    def type_group(self) -> str:
        return _TYPE_GROUPS.get(self.saving_type, self.saving_type)

    def group(self, by: str) -> int | str | None:
        """The id of the group of a grouping in which the line stood; KeyError for an unknown grouping."""
        if by not in GROUPINGS:
            raise KeyError(by)
        group: int | str | None = getattr(self, by)
        return group


_TYPE_GROUPS = {"further": NEW_SAVINGS, "new": NEW_SAVINGS, "faster": EXISTING_SAVINGS}


@dataclass(frozen=True, slots=True)
class Change:
    """One act's change of one line and year (None: not profiled), for one cause.

    `before` is None where the line-year did not count before, `after` where it does not count any more. The two places
    are the same unless the cause is *moved*. `title` is that of the line after the act.
    """

    act: ActBehind
    cause: Cause
    period_id: int
    line_id: int
    code: str
    title: str
    year: int | None
    before: YearStanding | None
    after: YearStanding | None
    place_before: Place
    place_after: Place


def changes_between(
    first: ReportingPeriod, last: ReportingPeriod, *, where: Selection = ALL_LINES, scope: Scope = EVERYTHING
) -> list[Change]:
    """What happened after the first period was closed, in every period up to the last, act by act; three queries.

    Each line-year's `after` is the next one's `before`, from what stands in the first period to what stands in the
    last. Every line is told; `where` and `scope` only mark the places of each. Empty where the last is not later.
    Raises ValueError for periods of two programmes.
    """
    if first.programme_id != last.programme_id:
        raise ValueError(f"{first} and {last} are periods of two programmes.")
    if last.turn <= first.turn:
        return []
    written = _written(first, last, where, scope)
    stood, stands = _standing(first, last, written, where, scope)
    return _walk(written, stood, stands, last)


def _walk(
    written: Mapping[int, list[_Step]],
    stood: Mapping[int, _Line],
    stands: Mapping[int, _Line],
    last: ReportingPeriod,
) -> list[Change]:
    """Every change of every line, step by step, in the order of the acts; then what no history tells.

    `stood` are lines as they stood in the first period, `stands` as they do in the last: those that were written and
    those that differ.
    """
    found: list[Change] = []
    untold: list[Change] = []
    for line_id in dict.fromkeys((*written, *stood, *stands)):
        line = stood.get(line_id) or _Line()
        for step in written.get(line_id, ()):
            found.extend(line.after(step))
        untold.extend(line.untold(stands.get(line_id) or _Line(), last))
    found.sort(key=lambda change: (change.act.at, change.act.id or 0))
    return found + untold


def parts_of_changes(
    last: ReportingPeriod, *, where: Selection = ALL_LINES, scope: Scope = EVERYTHING
) -> dict[str, Part]:
    """What `changes_told_by` needs of the lines of a selection, to be asked for together with the parts of a page.

    For the changes in one period since the one that it was copied from: of lines that stood in the selection when it
    was opened, or stand in it.
    """
    both = (last.copied_from_id, last.pk)
    here = LineInPeriod.objects.filter(where.q(), period__in=both).values("line_id")
    lines: QuerySet[Any] = history_model(LineInPeriod)._default_manager.filter(period=last, line_id__in=here)
    amounts: QuerySet[Any] = history_model(Position)._default_manager.filter(
        line_in_period__period=last, line_in_period__line_id__in=here
    )
    touched = Exists(lines.filter(line_id=OuterRef("line_id"))) | Exists(
        amounts.filter(line_in_period__line_id=OuterRef("line_id"))
    )
    differing = _lines_that_differ(both).filter(line_in_period__line__in=here)
    told = touched | Q(line__in=differing) if last.copied_from_id else touched
    rows = LineInPeriod.objects.filter(told, period__in=both)
    amounts_of_rows = Position.objects.filter(line_in_period__in=rows.values("pk"))
    acts, marks = {name: name for name in _ACT}, {"selected": "selected", "visible": "visible"}
    of_line = {"of_line": "line_in_period__line_id"}
    of_row = {**of_line, "of_period": "line_in_period__period_id"}
    code = {"line__code": "line__code"}
    return {
        "changed_lines": Part(
            _with_act(_with_marks(lines, where, scope), scope, last),
            order=("history_id",),
            also={**acts, **marks, **code},
            copies=True,
        ),
        "changed_amounts": Part(
            _with_act(amounts, scope, last), order=("history_id",), also={**acts, **of_line}, copies=True
        ),
        "lines_standing": Part(_with_marks(rows, where, scope), order=("id",), also={**marks, **code}),
        "amounts_standing": Part(amounts_of_rows, order=("id",), also=of_row),
    }


def changes_told_by(rows: Mapping[str, list[Any]], last: ReportingPeriod) -> list[Change]:
    """The changes that the rows of `parts_of_changes` tell, in the order of the acts; nothing is asked."""
    acts: dict[tuple[int | None, datetime], ActBehind] = {}

    def act_of(row: Any) -> ActBehind:
        key = (row.act_id, row.history_date)
        if key not in acts:
            verb, who, post, reason, sentence = ((getattr(row, name) or "") for name in _ACT)
            acts[key] = ActBehind(row.act_id, row.history_date, verb, who, post, reason, sentence or NO_ACT)
        return acts[key]

    def columns(row: Any, names: Iterable[str]) -> list[Any]:
        return [getattr(row, name) for name in names]

    facts: dict[int, list[_Step]] = defaultdict(list)
    for row in rows["changed_lines"]:
        step = _step(facts[row.line_id], act_of(row), last.pk, last.ends_on)
        step.facts = _facts([*columns(row, _FACTS), bool(row.selected), bool(row.visible)])
        step.is_gone, step.is_new = row.history_type == "-", step.is_new or row.history_type == "+"
    amounts: dict[int, list[_Step]] = defaultdict(list)
    for row in rows["changed_amounts"]:
        step = _step(amounts[row.of_line], act_of(row), last.pk, last.ends_on)
        step.years[row.year] = None if row.history_type == "-" else _line_year(columns(row, _STANDS))
    standing: dict[int | None, dict[int, _Line]] = {last.copied_from_id: {}, last.pk: {}}
    for row in rows["lines_standing"]:
        told = _facts([*columns(row, _FACTS), bool(row.selected), bool(row.visible)])
        standing[row.period_id][row.line_id] = _Line(told)
    for row in rows["amounts_standing"]:
        standing[row.of_period][row.of_line].years[row.year] = _line_year(columns(row, _STANDS))
    written = {line_id: _merged(facts[line_id], amounts[line_id]) for line_id in {**facts, **amounts}}
    return _walk(written, standing[last.copied_from_id], standing[last.pk], last)


_PLACE = ("theme_id", "directorate_id", "service_id", "project_id", "heading_id", "corporate_area_id")
_KINDS = ("saving_type", "method", "recurring")
_AMOUNTS = ("target", "delivered", "claimed", "on_target", "amber", "red")
_STANDS = (*_AMOUNTS, "approved", "original", "carried_forward", "expected_in")
_ACT = ("act__verb", "act__actor_name", "act__post_title", "act_reason", "act_sentence")


class _Facts(NamedTuple):
    """What a row, or a copy of one, says of a line; `place` is None where it is withdrawn."""

    code: str
    title: str
    place: Place | None


@dataclass
class _Step:
    """What one act left of one line: its facts (None: as they were, or gone) and its years (None: nothing entered)."""

    act: ActBehind
    period_id: int
    ends_on: date
    facts: _Facts | None = None
    is_new: bool = False
    is_gone: bool = False
    years: dict[int | None, YearStanding | None] = field(default_factory=dict)


@dataclass
class _Line:
    """A line as it stands between two acts. `added_in` is the period in which it was added, where that is known."""

    facts: _Facts | None = None
    years: dict[int | None, YearStanding] = field(default_factory=dict)
    added_in: int | None = None

    def after(self, step: _Step) -> Iterator[Change]:
        """Take the step; what it changed of each year."""
        place, years = self.facts.place if self.facts else None, dict(self.years)
        if step.is_gone:
            self.facts, self.years = None, {}
        elif step.facts is not None:
            self.facts = step.facts
        if step.is_new:
            self.added_in = step.period_id
        for year, stands in step.years.items():
            if stands is None or step.is_gone:
                self.years.pop(year, None)
            else:
                self.years[year] = stands
        now = self.facts.place if self.facts else None
        told = self.facts or step.facts
        if told is None:
            return
        newly_added = self.added_in == step.period_id
        comes = place is None or (newly_added and not years)
        goes = now is None or (newly_added and not self.years)
        touched = step.years if place == now else {**years, **self.years}
        for year in sorted(touched, key=lambda each: (each is None, each or 0)):
            before = years.get(year) if place is not None else None
            after = self.years.get(year) if now is not None else None
            if place is not None and now is not None and place != now and before is not None and after is not None:
                yield self._change(step, told, year, Cause.MOVED, before, before, place, now)
            for cause, was, becomes in _causes(step.act, before, after, comes=comes, goes=goes):
                here = now or place
                assert here is not None
                yield self._change(step, told, year, cause, was, becomes, here, here)

    def untold(self, stands: _Line, last: ReportingPeriod) -> Iterator[Change]:
        """What leads from here to how the line stands in the last period, although no history tells of it."""
        missing = {year: None for year in self.years if year not in stands.years}
        other = {year: each for year, each in stands.years.items() if each != self.years.get(year)}
        if not missing and not other and (self._place == stands._place or not self.years):
            return
        facts, is_gone = stands.facts or self.facts, stands.facts is None
        step = _Step(ActBehind(None, None, sentence=NO_ACT), last.pk, last.ends_on, facts, is_gone=is_gone)
        step.years = {**missing, **other}
        yield from self.after(step)

    @property
    def _place(self) -> Place | None:
        return self.facts.place if self.facts else None

    @staticmethod
    def _change(
        step: _Step,
        told: _Facts,
        year: int | None,
        cause: Cause,
        before: YearStanding | None,
        after: YearStanding | None,
        place_before: Place,
        place_after: Place,
    ) -> Change:
        return Change(
            act=step.act,
            cause=cause,
            period_id=step.period_id,
            line_id=place_after.line,
            code=told.code,
            title=told.title,
            year=year,
            before=before,
            after=after,
            place_before=place_before,
            place_after=place_after,
        )


def _causes(
    act: ActBehind, before: YearStanding | None, after: YearStanding | None, *, comes: bool, goes: bool
) -> Iterator[tuple[Cause, YearStanding | None, YearStanding | None]]:
    """The causes of one act's change of one line-year in its place, in their order, with what stood before and after.

    `comes` says that the line came with the act, or holds its first amounts in the period in which it was added; `goes`
    the opposite. Without an act an approved target is corrected, since only a decision could have changed it.
    """
    of_target = CAUSE_OF_VERB.get(act.verb, Cause.RE_ESTIMATED)
    standing = before or after
    if not act.is_known and standing is not None and standing.approved:
        of_target = Cause.CORRECTED
    if before is None or after is None:
        if before is after:
            return
        entered = of_target is Cause.RE_ESTIMATED or not act.is_known
        if entered and before is None and comes:
            of_target = Cause.ADDED
        elif entered and after is None and goes:
            of_target = Cause.REMOVED
        yield of_target, before, after
        return
    if before.approved != after.approved:
        flagged = replace(before, approved=after.approved, original=after.original)
        yield Cause.APPROVED, before, flagged
        before = flagged
    if before != after:
        yield of_target if before.split.target != after.split.target else Cause.RE_RATED, before, after


def _written(first: ReportingPeriod, last: ReportingPeriod, where: Selection, scope: Scope) -> dict[int, list[_Step]]:
    """What acts left of each line after the first period was closed, line by line in order, from the row histories.

    The copies of a row are in the order in which they were written, whatever time their acts say. Two queries.
    """
    period_ids = ReportingPeriod.objects.filter(
        ~in_periods_up_to(first), in_periods_up_to(last), programme=first.programme_id
    ).values("pk")
    acts: dict[tuple[int | None, datetime], ActBehind] = {}

    def act_of(act_id: int | None, at: datetime, words: Iterable[str | None]) -> ActBehind:
        key = (act_id, at)
        if key not in acts:
            verb, who, post, reason, sentence = (word or "" for word in words)
            acts[key] = ActBehind(act_id, at, verb, who, post, reason, sentence or NO_ACT)
        return acts[key]

    facts: dict[int, list[_Step]] = defaultdict(list)
    copies: QuerySet[Any] = history_model(LineInPeriod)._default_manager.filter(period__in=period_ids)
    rows = _with_act(_with_marks(copies, where, scope), scope, last)
    rows = rows.order_by("period__ends_on", "period_id", "history_id")
    for period_id, ends_on, how, at, act_id, *rest in rows.values_list(
        "period_id", "period__ends_on", "history_type", "history_date", "act_id", *_ACT, *_FACTS, "selected", "visible"
    ).iterator(2_000):
        told = _facts(rest[len(_ACT) :])
        step = _step(facts[rest[len(_ACT)]], act_of(act_id, at, rest[: len(_ACT)]), period_id, ends_on)
        step.facts, step.is_gone, step.is_new = told, how == "-", step.is_new or how == "+"
    amounts: dict[int, list[_Step]] = defaultdict(list)
    copies = history_model(Position)._default_manager.filter(line_in_period__period__in=period_ids)
    rows = _with_act(copies, scope, last)
    rows = rows.order_by("line_in_period__period__ends_on", "line_in_period__period_id", "history_id")
    for line_id, period_id, ends_on, how, at, act_id, *rest in rows.values_list(
        "line_in_period__line_id",
        "line_in_period__period_id",
        "line_in_period__period__ends_on",
        "history_type",
        "history_date",
        "act_id",
        *_ACT,
        "year",
        *_STANDS,
    ).iterator(2_000):
        step = _step(amounts[line_id], act_of(act_id, at, rest[: len(_ACT)]), period_id, ends_on)
        year, *stands = rest[len(_ACT) :]
        step.years[year] = None if how == "-" else _line_year(stands)
    return {line_id: _merged(facts[line_id], amounts[line_id]) for line_id in {**facts, **amounts}}


def _step(steps: list[_Step], act: ActBehind, period_id: int, ends_on: date) -> _Step:
    """The step of this act where it is the last one taken, else a new one after it."""
    if not steps or steps[-1].act is not act or steps[-1].period_id != period_id or act.id is None:
        steps.append(_Step(act, period_id, ends_on))
    return steps[-1]


def _merged(facts: list[_Step], amounts: list[_Step]) -> list[_Step]:
    """Steps of a line's facts and of its amounts as one list: each keeps its order, the same act becomes one step."""
    if not facts or not amounts:
        return facts or amounts

    def turn(step: _Step) -> tuple[Any, ...]:
        return step.ends_on, step.period_id, step.act.at, step.act.id or 0

    merged, at_facts, at_amounts = [], 0, 0
    while at_facts < len(facts) and at_amounts < len(amounts):
        one, other = facts[at_facts], amounts[at_amounts]
        if one.act.id is not None and one.act is other.act and one.period_id == other.period_id:
            one.years = other.years
            merged.append(one)
            at_facts, at_amounts = at_facts + 1, at_amounts + 1
        elif turn(one) <= turn(other):
            merged.append(one)
            at_facts += 1
        else:
            merged.append(other)
            at_amounts += 1
    return [*merged, *facts[at_facts:], *amounts[at_amounts:]]


_FACTS = ("line_id", "line__code", "title", "withdrawn", *_PLACE, *_KINDS)


def _with_marks(rows: QuerySet[Any], where: Selection, scope: Scope) -> QuerySet[Any]:
    """Lines, or copies of them, with whether they were asked about and whether the reader may see them there."""
    return rows.annotate(selected=_holds(where.q()), visible=_holds(lines_visible_to(scope)))


def _with_act(copies: QuerySet[Any], scope: Scope, period: ReportingPeriod) -> QuerySet[Any]:
    """Copies with the reason and the sentence of their act, where the reader may see every line that it names.

    A line is seen where it is seen in the period that is read.
    """
    reason, sentence = F("act__reason"), F("act__sentence")
    if scope.everything:
        return copies.annotate(act_reason=reason, act_sentence=sentence)
    seen = LineInPeriod.objects.filter(period=period).visible_to(scope).values("line_id")
    named = ActSubject.objects.filter(act=OuterRef("act_id"), kind=kind_of(SavingsLine))
    hides = Exists(named.exclude(object_id__in=seen))
    return copies.annotate(
        act_reason=Case(When(hides, then=Value("")), default=reason, output_field=TextField()),
        act_sentence=Case(When(hides, then=Value(NOT_TOLD)), default=sentence, output_field=TextField()),
    )


def _holds(condition: Q) -> Case | Value:
    if not condition:
        return Value(True, output_field=BooleanField())
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _facts(row: list[Any]) -> _Facts:
    line_id, code, title, withdrawn, *place, selected, visible = row
    return _Facts(code, title, None if withdrawn else Place._make([*place, line_id, selected, visible]))


def _line_year(row: list[Any]) -> YearStanding:
    *amounts, approved, original, carried_forward, expected_in = row
    return YearStanding(Split(*amounts), bool(approved), original, carried_forward, expected_in)


def _standing(
    first: ReportingPeriod, last: ReportingPeriod, line_ids: Iterable[int], where: Selection, scope: Scope
) -> tuple[dict[int, _Line], dict[int, _Line]]:
    """How these lines, and those that differ, stand in the first period and in the last, in one query."""
    wanted = set(line_ids)
    rows: QuerySet[Any] = LineInPeriod.objects.filter(period__in=(first, last))
    if len(wanted) <= ASKED_BY_NAME:
        rows = rows.filter(Q(line__in=wanted) | Q(line__in=_lines_that_differ((first.pk, last.pk))))
    found: dict[int, dict[int, _Line]] = {first.pk: {}, last.pk: {}}
    rows = _with_marks(rows, where, scope).order_by()
    columns = (*_FACTS, "selected", "visible", "positions__id", "positions__year")
    for row in rows.values_list("period_id", *columns, *(f"positions__{name}" for name in _STANDS)).iterator(2_000):
        period_id, *row = row
        facts, (position_id, year, *stands) = row[: len(_FACTS) + 2], row[len(_FACTS) + 2 :]
        line = found[period_id].get(row[0])
        if line is None:
            line = found[period_id][row[0]] = _Line(_facts(facts))
        if position_id is not None:
            line.years[year] = _line_year(stands)
    return found[first.pk], found[last.pk]


def _lines_that_differ(periods: Iterable[int | None]) -> QuerySet[Any]:
    """Lines of which an amount, or the place that it stands in, is not the same in these two periods."""
    words = {name: Coalesce(f"line_in_period__{name}", 0) for name in _PLACE}
    numbers = {name: Coalesce(name, -1) for name in ("year", "original", "expected_in")}
    plain = ("line_in_period__line", "line_in_period__withdrawn", *(f"line_in_period__{name}" for name in _KINDS))
    plain += (*_AMOUNTS, "approved", "carried_forward")
    compared = {f"is_{name}": value for name, value in {**words, **numbers}.items()}
    positions: QuerySet[Any] = Position.objects.filter(line_in_period__period__in=list(periods)).annotate(**compared)
    same = positions.exclude(line_in_period__period=OuterRef("line_in_period__period")).filter(
        **{name: OuterRef(name) for name in (*plain, *compared)}
    )
    return positions.filter(~Exists(same)).order_by().values("line_in_period__line")


ASKED_BY_NAME = 5_000
"""Up to so many lines are asked for by their ids; beyond that all lines of both periods are."""
