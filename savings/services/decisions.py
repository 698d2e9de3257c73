"""Recording, changing, withdrawing and confirming decisions (domain.md, Decisions; Approved and proposed).

A finance officer records, the head of finance confirms; until then a decision changes nothing. What each kind may do
stands in `savings.deciding`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from futurefit.history.actors import Actor
from futurefit.history.models import Act
from futurefit.history.querysets import kind_of
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked, bulk_delete_tracked, bulk_update_tracked
from projects.models import EqualityImpact, Project
from savings.deciding import (
    STATED,
    Change,
    Held,
    LineHeld,
    LineYear,
    Link,
    Stated,
    Wrong,
    split_after,
    what_it_does,
    wrong_with,
)
from savings.models import Decision, DecisionItem, Position, Replacement, ReportingPeriod, SavingsLine
from savings.services.grid import Cell, Standing, split_of, standing_of
from savings.services.lines import AMOUNTS, require_open

RECORDED, CHANGED, WITHDRAWN = "savings.decision_recorded", "savings.decision_changed", "savings.decision_withdrawn"

CONFIRMED = {
    Decision.Kind.APPROVE: "savings.decision_confirmed",
    Decision.Kind.RE_PROFILE: "savings.re_profiled",
    Decision.Kind.WRITE_OUT: "savings.written_out",
    Decision.Kind.REPLACE: "savings.replaced",
    Decision.Kind.CORRECT: "savings.corrected",
}
"""The verb of the act that confirms a decision of each kind: it is the cause of what moves."""


OWN_RECORD = "You recorded or changed this decision yourself, so somebody else has to confirm it."
"""Why somebody who may confirm decisions may not confirm this one."""


@dataclass(frozen=True)
class NewDecision:
    """What was decided, by whom and when; `assumption` says what of it is assumed rather than documented.

    Without a code the next free number of the programme is taken.
    """

    code: str
    body: str
    decided_on: date | None = None
    decided_in_words: str = ""
    reference: str = ""
    reason: str = ""
    taken_before_use: bool = False
    assumption: str = ""
    illustration: str = ""


FACTS = ("body", "decided_on", "decided_in_words", "reference", "reason", "taken_before_use", "assumption")
"""What of a decision is words, by the names of `NewDecision` and of the model."""


def record_approval(
    *,
    actor: Actor,
    period: ReportingPeriod,
    new: NewDecision,
    positions: Sequence[Position],
    at: datetime | None = None,
) -> Decision:
    """Record a decision of kind *approve* that names these line-years of the open period; unconfirmed.

    Raises ValidationError for a closed period, no line-years, or one that is approved already.
    """
    for position in positions:
        if position.line_in_period.period_id != period.pk:
            raise ValidationError({"items": f"{position.line_in_period.title} is not an amount of {period.spoken}."})
    changes = [
        Change(LineYear(position.line_in_period.line_id, position.year), position.target, position.target)
        for position in positions
    ]
    return record_decision(actor=actor, period=period, kind=Decision.Kind.APPROVE, new=new, changes=changes, at=at)


def record_decision(
    *,
    actor: Actor,
    period: ReportingPeriod,
    kind: str,
    new: NewDecision,
    changes: Sequence[Change],
    links: Sequence[Link] = (),
    undoes: Decision | None = None,
    at: datetime | None = None,
) -> Decision:
    """Record a decision on line-years of the open period, as one act; nothing changes until it is confirmed.

    `links` are those of a replacement. Raises ValidationError for a closed period, whatever `savings.deciding` finds
    wrong (each message's `params` hold line and year), and an `undoes` that is not confirmed or is undone already.
    """
    require_open(period)
    with transaction.atomic():
        require_open(period)
        held = held_of(standing_of(period, {change.at.line_id for change in changes}, lock=True))
        _refuse(wrong_with(kind, changes, links, held, period.horizon))
        _refuse_undoing(undoes)
        code = new.code or next_code(period.programme_id)
        with record_act(
            actor=actor,
            verb=RECORDED,
            sentence=f"Recorded decision {code}: {new.body} {_in_words(kind, changes, links, held, period)}.",
            reason=new.reason,
            at=at,
            programme_slug=period.programme.slug,
        ) as act:
            decision = Decision(
                programme=period.programme,
                code=code,
                kind=kind,
                effective_in=period,
                recorded_at=act.at,
                recorded_by=str(actor),
                undoes=undoes,
                illustration=new.illustration,
                **{name: getattr(new, name) for name in FACTS},
            )
            decision.full_clean()
            decision.save()
            _write_items(decision, changes, links)
            act.add_subjects([decision, *_lines_of(changes)])
    return decision


def change_decision(
    *,
    actor: Actor,
    decision: Decision,
    period: ReportingPeriod,
    new: NewDecision,
    changes: Sequence[Change],
    links: Sequence[Link] = (),
    version: int | None = None,
    at: datetime | None = None,
) -> Decision:
    """Say anew what a decision that is not confirmed decides, as one act; it takes effect in the open period.

    Kind and code stay. Raises ValidationError as `record_decision` does, and for a decision that is confirmed or
    withdrawn, or a stale version.
    """
    require_open(period)
    with transaction.atomic():
        require_open(period)
        locked = _locked(decision, version)
        held = held_of(standing_of(period, {change.at.line_id for change in changes}, lock=True))
        _refuse(wrong_with(locked.kind, changes, links, held, period.horizon))
        words = _in_words(locked.kind, changes, links, held, period)
        with record_act(
            actor=actor,
            verb=CHANGED,
            sentence=f"Changed decision {locked.code}: {new.body} {words}.",
            reason=new.reason,
            about=[locked],
            at=at,
            programme_slug=period.programme.slug,
        ) as act:
            act.add_subjects(SavingsLine.objects.filter(decision_items__decision=locked).distinct())
            for name in FACTS:
                setattr(locked, name, getattr(new, name))
            locked.effective_in = period
            locked.version += 1
            locked.full_clean()
            locked.save()
            bulk_delete_tracked(DecisionItem, list(locked.items.all()))
            bulk_delete_tracked(Replacement, list(locked.replacements.all()))
            _write_items(locked, changes, links)
            act.add_subjects(_lines_of(changes))
    return locked


def withdraw_decision(
    *, actor: Actor, decision: Decision, reason: str, version: int | None = None, at: datetime | None = None
) -> Decision:
    """Withdraw a decision that is not confirmed: it stays on the list and can no longer be confirmed.

    Raises ValidationError without a reason, for one that is confirmed or withdrawn, or a stale version.
    """
    if not reason.strip():
        raise ValidationError({"reason": "Say why the decision is withdrawn."})
    with transaction.atomic():
        locked = _locked(decision, version)
        with record_act(
            actor=actor,
            verb=WITHDRAWN,
            sentence=f"Withdrew decision {locked.code} of {locked.body} before it was confirmed.",
            reason=reason.strip(),
            about=[locked],
            at=at,
            programme_slug=locked.programme.slug,
        ) as act:
            act.add_subjects(SavingsLine.objects.filter(decision_items__decision=locked).distinct())
            locked.withdrawn_at, locked.withdrawn_by = act.at, str(actor)
            locked.version += 1
            locked.full_clean()
            locked.save()
    return locked


def confirm_decision(
    *, actor: Actor, decision: Decision, version: int | None = None, at: datetime | None = None
) -> Decision:
    """Confirm a decision: its line-years get their new targets and splits in the open period, as one act.

    Line-years that it approves keep the amount first approved as their original; line-years in which nothing stood
    before are approved with an original of nought. Raises ValidationError where it is confirmed or withdrawn already,
    its period is closed, the version is stale, the same user recorded it, a from-amount no longer matches (both values
    named), or a project that it approves has no equality decision and the decision is not *taken before use*.
    """
    with transaction.atomic():
        require_open(decision.effective_in)
        locked = _locked(decision, version)
        require_open(locked.effective_in)
        items = list(locked.items.select_related("line"))
        changes, links = changes_of(items), links_of(locked)
        standing = standing_of(locked.effective_in, {item.line_id for item in items}, lock=True)
        held = held_of(standing)
        _refuse(found_wrong(locked, changes, links, standing, actor))
        words = _in_words(locked.kind, changes, links, held, locked.effective_in)
        with record_act(
            actor=actor,
            verb=CONFIRMED[Decision.Kind(locked.kind)],
            sentence=f"Confirmed decision {locked.code}: {locked.body} {words}.",
            reason=locked.reason,
            about=[locked, *{item.line_id: item.line for item in items}.values()],
            at=at,
            programme_slug=locked.programme.slug,
        ) as act:
            _write_positions(locked.kind, items, standing)
            locked.confirmed_at, locked.confirmed_by = act.at, str(actor)
            locked.version += 1
            locked.full_clean()
            locked.save()
    return locked


def found_wrong(
    decision: Decision,
    changes: Sequence[Change],
    links: Sequence[Link],
    standing: Standing,
    who: Actor | None = None,
) -> list[Wrong]:
    """All that stands in the way of confirming a decision as the lines stand; `who` would confirm it."""
    found = wrong_with(decision.kind, changes, links, held_of(standing), decision.effective_in.horizon)
    found += [Wrong(words) for words in _without_equality(decision, changes, links, standing)]
    if decision.undoes is not None and _is_undone(decision.undoes):
        found.append(Wrong(f"Decision {decision.undoes.code} is undone already."))
    if who is not None and was_recorded_by(decision, who):
        found.append(Wrong(OWN_RECORD))
    return found


def was_recorded_by(decision: Decision, who: Actor) -> bool:
    """Whether this user recorded the decision or changed it since."""
    if who.user_id is None:
        return False
    acts = Act.objects.filter(verb__in=(RECORDED, CHANGED), actor_user_id=who.user_id)
    return acts.filter(subjects__kind=kind_of(Decision), subjects__object_id=decision.pk).exists()


def changes_of(items: Iterable[DecisionItem]) -> list[Change]:
    """What the items of a decision say, as the rules read it."""
    return [
        Change(
            LineYear(item.line_id, item.year),
            item.from_target,
            item.to_target,
            Stated(*(getattr(item, f"to_{name}") for name in STATED)),
        )
        for item in items
    ]


def links_of(decision: Decision) -> list[Link]:
    """How much of which line a replacement replaces by which."""
    return [Link(row.old_line_id, row.new_line_id, row.year, row.amount) for row in decision.replacements.all()]


def held_of(standing: Standing) -> dict[int, LineHeld]:
    """The lines as the rules of decisions read them, by line id."""
    years: dict[int, dict[int | None, Held]] = {line_id: {} for line_id in standing.lines}
    for cell, position in standing.positions.items():
        years[cell.line_id][cell.year] = Held(split_of(position), position.approved)
    return {
        line_id: LineHeld(line_id, line.line.code, line.title, line.withdrawn, years[line_id])
        for line_id, line in standing.lines.items()
    }


def next_code(programme_id: int) -> str:
    """The next free number of a decision; the open period is locked, so nobody takes the same one."""
    codes = Decision.objects.filter(programme_id=programme_id, code__regex=r"^D[0-9]{1,9}$")
    numbers = [int(code[1:]) for code in codes.values_list("code", flat=True)]
    return f"D{max(numbers, default=0) + 1:04d}"


def _locked(decision: Decision, version: int | None) -> Decision:
    """The decision locked, as it stands. Raises ValidationError where it is no draft, or not of this version."""
    related = ("programme", "effective_in__programme", "undoes")
    locked: Decision = Decision.objects.select_for_update(of=("self",)).select_related(*related).get(pk=decision.pk)
    if locked.confirmed_at is not None:
        raise ValidationError(f"Decision {locked.code} is confirmed already.", code="confirmed")
    if locked.withdrawn_at is not None:
        raise ValidationError(f"Decision {locked.code} was withdrawn.", code="withdrawn")
    if version is not None and locked.version != version:
        raise ValidationError(
            f"Somebody changed decision {locked.code} since you opened the page. Look at it again.", code="stale"
        )
    return locked


def _refuse(found: Sequence[Wrong]) -> None:
    if found:
        raise ValidationError({"items": [ValidationError(wrong.words, params={"wrong": wrong}) for wrong in found]})


def _refuse_undoing(undone: Decision | None) -> None:
    if undone is None:
        return
    if undone.confirmed_at is None:
        raise ValidationError(f"Decision {undone.code} is not confirmed, so there is nothing to undo. Withdraw it.")
    if _is_undone(undone):
        raise ValidationError(f"Decision {undone.code} is undone already.")


def _is_undone(decision: Decision) -> bool:
    return decision.undone_by.filter(confirmed_at__isnull=False).exists()


def _in_words(
    kind: str,
    changes: Sequence[Change],
    links: Sequence[Link],
    held: Mapping[int, LineHeld],
    period: ReportingPeriod,
) -> str:
    titles = {line_id: line.title for line_id, line in held.items()}
    return what_it_does(kind, changes, links, titles, period.horizon.label)


def _lines_of(changes: Iterable[Change]) -> list[SavingsLine]:
    return list(SavingsLine.objects.filter(pk__in={change.at.line_id for change in changes}))


def _write_items(decision: Decision, changes: Iterable[Change], links: Iterable[Link]) -> None:
    bulk_create_tracked(
        DecisionItem,
        [
            DecisionItem(
                decision=decision,
                line_id=change.at.line_id,
                year=change.at.year,
                from_target=change.before,
                to_target=change.after,
                **{f"to_{name}": getattr(change.stated, name) for name in STATED},
            )
            for change in changes
        ],
    )
    rows = [
        Replacement(
            decision=decision, old_line_id=link.old_id, new_line_id=link.new_id, year=link.year, amount=link.amount
        )
        for link in links
    ]
    if rows:
        bulk_create_tracked(Replacement, rows)


def _write_positions(kind: str, items: Sequence[DecisionItem], standing: Standing) -> None:
    """The new targets and splits; the items keep how a lowered target was split."""
    added, changed, split_anew = [], [], []
    for item, change in zip(items, changes_of(items), strict=True):
        position = standing.positions.get(Cell(item.line_id, item.year))
        if position is None:
            line = standing.lines[item.line_id]
            position = Position(line_in_period=line, year=item.year, original=0)
            added.append(position)
        else:
            position.version += 1
            changed.append(position)
        if kind == Decision.Kind.APPROVE:
            position.original = position.target if position.original is None else position.original
        else:
            split = split_after(split_of(position) if position.pk else None, change.after, change.stated)
            for name in AMOUNTS:
                setattr(position, name, getattr(split, name))
            if change.lowers:
                for name in STATED:
                    setattr(item, f"to_{name}", getattr(split, name))
                split_anew.append(item)
        position.approved = True
    bulk_update_tracked(Position, changed, [*AMOUNTS, "approved", "original", "version"])
    if added:
        bulk_create_tracked(Position, added)
    bulk_update_tracked(DecisionItem, split_anew, [f"to_{name}" for name in STATED])


def _without_equality(
    decision: Decision, changes: Sequence[Change], links: Sequence[Link], standing: Standing
) -> list[str]:
    """In words the projects whose amounts it newly approves without a decision on their equality impact."""
    if decision.taken_before_use:
        return []
    newly = {change.at.line_id for change in changes}
    if decision.kind == Decision.Kind.REPLACE:
        newly &= {link.new_id for link in links if Cell(link.new_id, link.year) not in standing.positions}
    elif decision.kind != Decision.Kind.APPROVE:
        return []
    projects: dict[int, Project] = {
        line.project_id: line.project for line_id, line in standing.lines.items() if line_id in newly
    }
    themes = {project.theme_id for project in projects.values() if project.theme_id}
    decided = EqualityImpact.objects.filter(
        Q(project__in=projects) | Q(theme__in=themes),
        state__in=[EqualityImpact.State.NOT_NEEDED, EqualityImpact.State.DONE],
    )
    by_project = {row.project_id for row in decided if row.project_id}
    by_theme = {row.theme_id for row in decided if row.theme_id}
    return [
        f"{project.title} has no decision on its equality impact, so it cannot be approved yet."
        for project in projects.values()
        if project.pk not in by_project and project.theme_id not in by_theme
    ]


__all__ = [
    "NewDecision",
    "change_decision",
    "changes_of",
    "confirm_decision",
    "found_wrong",
    "held_of",
    "links_of",
    "next_code",
    "record_approval",
    "record_decision",
    "was_recorded_by",
    "withdraw_decision",
]
