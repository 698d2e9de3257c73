"""Saving the risks and the dependencies of a project or theme."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from futurefit.history.actors import Actor
from futurefit.ui.editing import TypedRow
from projects.models import Programme
from projects.services.rows import Owner, save_rows
from risks.models import Dependency, Risk, RiskScale

SCORES = ("inherent", "current", "target")
"""A risk is scored three times: before anything is done, as it stands, and as it shall stand."""


def scale_of(programme_id: int) -> RiskScale:
    """The programme's scale, or the scale that every programme starts with."""
    return RiskScale.objects.filter(programme_id=programme_id).first() or RiskScale(programme_id=programme_id)


def save_risks(
    *,
    actor: Actor,
    of: Owner,
    typed: Sequence[TypedRow],
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Make the risks of a project or theme exactly these; whether anything changed.

    Each row has ``description, category, mitigation, owner, review_on, status`` and likelihood and impact of the three
    `SCORES`, whole or not at all. New risks get a code of the programme. Raises ValidationError as
    `projects.services.rows.save_rows` does, and for a score that is half given or beyond the scale.
    """
    with transaction.atomic():
        # The programme's row is held, so that two who add a risk at once get two codes.
        Programme.objects.select_for_update().get(pk=of.programme_id)
        codes = Risk.objects.filter(programme_id=of.programme_id, code__regex=r"^R[0-9]+$")
        number = max((int(code[1:]) for code in codes.values_list("code", flat=True)), default=0)
        points = scale_of(of.programme_id).points

        def settle(risk: Risk, changed: Collection[str]) -> None:
            nonlocal number
            for name in SCORES:
                refuse_half_score(risk, name, points)
            if not risk.code:
                number += 1
                risk.code = f"R{number:03d}"

        return save_rows(
            actor=actor,
            of=of,
            model=Risk,
            typed=typed,
            noun="risk",
            plural="risks",
            verb="risks.risks_changed",
            always={"programme_id": of.programme_id},
            settle=settle,
            as_opened=as_opened,
            at=at,
        )


SCORED = {"inherent": "before anything is done", "current": "now", "target": "to be reached"}
"""The three scores of a risk, in the words of its form."""


def refuse_half_score(risk: Risk, name: str, points: int) -> None:
    """ValidationError where one of likelihood and impact is missing or beyond the scale."""
    likelihood, impact = getattr(risk, f"{name}_likelihood"), getattr(risk, f"{name}_impact")
    if (likelihood is None) != (impact is None):
        raise ValidationError(f"Likelihood and impact {SCORED[name]}: choose both, or neither.")
    for value in (likelihood, impact):
        if value is not None and not 1 <= value <= points:
            raise ValidationError(
                f"Likelihood and impact {SCORED[name]}: {value} is not on the scale of 1 to {points}."
            )


def save_dependencies(
    *,
    actor: Actor,
    of: Owner,
    typed: Sequence[TypedRow],
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Make what a project or theme depends on exactly these; whether anything changed. What others need is theirs.

    Each row has ``kind, to_theme, to_project, to_body, description``, one of the three ends. Raises ValidationError as
    `projects.services.rows.save_rows` does, and for one that would depend on itself.
    """

    def settle(dependency: Dependency, changed: Collection[str]) -> None:
        ends = [bool(dependency.to_theme_id), bool(dependency.to_project_id), bool(dependency.to_body)]
        if sum(ends) != 1:
            raise ValidationError("On what: choose a theme or project, or write an outside body, one of the two.")
        ends_where_it_starts = (dependency.to_project or dependency.to_theme) == of
        if ends_where_it_starts:
            raise ValidationError("On what: nothing depends on itself.")

    return save_rows(
        actor=actor,
        of=of,
        model=Dependency,
        typed=typed,
        noun="dependency",
        plural="dependencies",
        verb="risks.dependencies_changed",
        side="from_",
        always={"programme_id": of.programme_id},
        settle=settle,
        as_opened=as_opened,
        at=at,
    )
