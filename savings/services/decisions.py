"""Recording and confirming decisions (domain.md, Decisions; Approved and proposed)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db.models import Q

from futurefit.history.actors import Actor
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked, bulk_update_tracked
from projects.models import EqualityImpact, Project
from savings.models import Decision, DecisionItem, Position, ReportingPeriod
from savings.services.lines import require_open


@dataclass(frozen=True)
class NewDecision:
    """What was decided, by whom and when; `assumption` says what of it is assumed rather than documented."""

    code: str
    body: str
    decided_on: date | None = None
    decided_in_words: str = ""
    reference: str = ""
    reason: str = ""
    taken_before_use: bool = False
    assumption: str = ""


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
    require_open(period)
    if not positions:
        raise ValidationError({"items": "A decision to approve names at least one line and year."})
    for position in positions:
        if position.line_in_period.period_id != period.pk:
            raise ValidationError({"items": f"{position.line_in_period.title} is not an amount of {period.spoken}."})
        _refuse_approved(position)
    count = len(positions)
    with record_act(
        actor=actor,
        verb="savings.decision_recorded",
        sentence=f"Recorded decision {new.code}: {new.body} approves {count} line-year{'' if count == 1 else 's'}.",
        reason=new.reason,
        at=at,
        programme_slug=period.programme.slug,
    ) as act:
        require_open(period)
        decision = Decision(
            programme=period.programme,
            kind=Decision.Kind.APPROVE,
            effective_in=period,
            recorded_at=act.at,
            recorded_by=str(actor),
            **{name: getattr(new, name) for name in NewDecision.__dataclass_fields__},
        )
        decision.full_clean()
        decision.save()
        bulk_create_tracked(
            DecisionItem,
            [
                DecisionItem(
                    decision=decision,
                    line=position.line_in_period.line,
                    year=position.year,
                    from_target=position.target,
                    to_target=position.target,
                )
                for position in positions
            ],
        )
        act.add_subjects([decision, *{p.line_in_period.line_id: p.line_in_period.line for p in positions}.values()])
    return decision


def confirm_decision(*, actor: Actor, decision: Decision, at: datetime | None = None) -> Decision:
    """Confirm a decision: its line-years become approved in the open period and keep their first amount.

    Raises ValidationError where it is confirmed already, its period is closed, a from-amount no longer matches
    (both values named), or a project has no equality decision and the decision is not *taken before use*.
    """
    require_open(decision.effective_in)
    with record_act(
        actor=actor,
        verb="savings.decision_confirmed",
        sentence=f"Confirmed decision {decision.code}.",
        about=[decision],
        at=at,
        programme_slug=decision.programme.slug,
    ) as act:
        require_open(decision.effective_in)
        locked = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
        if locked.confirmed_at is not None:
            raise ValidationError(f"Decision {locked.code} is confirmed already.")
        items = list(locked.items.select_related("line"))
        positions = _positions_of(locked, items)
        if not locked.taken_before_use:
            _refuse_without_equality(positions)
        for position in positions:
            position.approved = True
            position.original = position.target if position.original is None else position.original
            position.version += 1
        bulk_update_tracked(Position, positions, ["approved", "original", "version"])
        locked.confirmed_at, locked.confirmed_by = act.at, str(actor)
        locked.version += 1
        locked.full_clean()
        locked.save()
        act.add_subjects({item.line_id: item.line for item in items}.values())
    return locked


def _positions_of(decision: Decision, items: Sequence[DecisionItem]) -> list[Position]:
    rows = Position.objects.in_period(decision.effective_in).filter(
        line_in_period__line__in=[item.line_id for item in items]
    )
    found = {
        (position.line_in_period.line_id, position.year): position
        for position in rows.select_related("line_in_period__project").select_for_update(of=("self",))
    }
    positions = []
    for item in items:
        position = found.get((item.line_id, item.year))
        now = position.target if position else None
        if position is None or now != item.from_target:
            raise ValidationError(
                {
                    "items": f"{item.line}: the decision says £{item.from_target:,}, the line now says "
                    f"{'nothing' if now is None else f'£{now:,}'}. Record the decision anew."
                }
            )
        _refuse_approved(position)
        positions.append(position)
    return positions


def _refuse_approved(position: Position) -> None:
    if position.approved:
        raise ValidationError({"items": f"{position.line_in_period.title} is approved for this year already."})


def _refuse_without_equality(positions: Sequence[Position]) -> None:
    projects: dict[int, Project] = {p.line_in_period.project_id: p.line_in_period.project for p in positions}
    themes = {project.theme_id for project in projects.values() if project.theme_id}
    decided = EqualityImpact.objects.filter(
        Q(project__in=projects) | Q(theme__in=themes),
        state__in=[EqualityImpact.State.NOT_NEEDED, EqualityImpact.State.DONE],
    )
    by_project = {row.project_id for row in decided if row.project_id}
    by_theme = {row.theme_id for row in decided if row.theme_id}
    for project in projects.values():
        if project.pk not in by_project and project.theme_id not in by_theme:
            raise ValidationError(
                {"items": f"{project.title} has no decision on its equality impact, so it cannot be approved yet."}
            )
