"""Saving the risks and the dependencies of a project or theme, the actions on a risk, and the scale of a programme."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q

from futurefit.history.actors import Actor
from futurefit.history.as_opened import STALE, digest_of, refuse_stale
from futurefit.history.services import record_act
from futurefit.ui.editing import TypedRow
from projects.models import Programme
from projects.services.rows import Owner, save_rows
from risks.models import Dependency, Risk, RiskAction, RiskScale

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


def actions_of(risk: Risk) -> models.QuerySet[RiskAction]:
    """The actions on a risk, the first due first, as a form shows and a digest reads them."""
    return RiskAction.objects.filter(risk=risk).order_by("due_on", "pk")


def save_actions(
    *,
    actor: Actor,
    risk: Risk,
    typed: Sequence[TypedRow],
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Make the actions on a risk exactly these; whether anything changed.

    Each row has ``description, owner, due_on, status``. What is removed leaves its history. Raises ValidationError with
    the code "stale" where somebody else changed them since ``as_opened``.
    """
    with transaction.atomic():
        held = _locked(risk)
        standing = list(actions_of(held).select_for_update(of=("self",)))
        refuse_stale(as_opened, digest_of(standing))
        by_id = {row.pk: row for row in standing}
        if any(row.id is not None and row.id not in by_id for row in typed):
            raise ValidationError(STALE, code="stale")
        kept = {row.id for row in typed}
        gone = [row for row in standing if row.pk not in kept]
        new = [row.values for row in typed if row.id is None]
        changed = [
            (by_id[row.id], row.values)
            for row in typed
            if row.id is not None and any(getattr(by_id[row.id], name) != value for name, value in row.values.items())
        ]
        if not (gone or new or changed):
            return False
        counts = ((len(new), "added"), (len(changed), "changed"), (len(gone), "removed"))
        words = ", ".join(f"{count} {done}" for count, done in counts if count)
        with record_act(
            actor=actor,
            verb="risks.actions_changed",
            sentence=f"Actions on risk {held.code}: {words}.",
            about=[_owner_of(held), held],
            at=at,
            programme_slug=held.programme.slug,
        ):
            for action in gone:
                action.delete()
            for action, values in [*changed, *((RiskAction(risk=held), values) for values in new)]:
                for name, value in values.items():
                    setattr(action, name, value)
                action.full_clean()
                action.save()
    return True


def escalations_of(risk: Risk) -> list[str]:
    """Where a risk can be handled: with its owner (""), of a project with a theme there, and corporately."""
    with_theme = risk.project is not None and risk.project.theme_id is not None
    return ["", *([Risk.Escalation.THEME.value] if with_theme else []), Risk.Escalation.CORPORATE.value]


def escalate_risk(
    *,
    actor: Actor,
    risk: Risk,
    to: str,
    reason: str,
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Hand a risk up to the theme of its project or to the corporate programme, or back ("") ; whether it moved.

    The act says who, when and why. Raises ValidationError without a reason, for a closed risk, for a theme where there
    is none, and with the code "stale" where somebody else moved it since ``as_opened``.
    """
    with transaction.atomic():
        held = _locked(risk)
        refuse_stale(as_opened, digest_of([held], ("escalated_to", "status")))
        if to == held.escalated_to:
            return False
        if to not in escalations_of(held):
            raise ValidationError({"to": "Handled by: the project of this risk has no theme. Choose corporate."})
        if to and held.status != Risk.Status.OPEN:
            raise ValidationError(
                {"to": f"Handled by: risk {held.code} is closed, and a closed risk is not escalated."}
            )
        if not reason.strip():
            raise ValidationError({"reason": "Why: nothing is entered. Say why it is handled elsewhere from now on."})
        of = _owner_of(held)
        where = {"": f"back to {of}", "theme": "to the theme", "corporate": "to the corporate programme"}[to]
        up = to == Risk.Escalation.CORPORATE or (to == Risk.Escalation.THEME and not held.escalated_to)
        with record_act(
            actor=actor,
            verb="risks.risk_escalated",
            sentence=f"{'Escalated' if up else 'Handed'} risk {held.code} of {of} {where}.",
            reason=reason.strip(),
            about=[of, held],
            at=at,
            programme_slug=held.programme.slug,
        ):
            held.escalated_to = to
            held.version += 1
            held.full_clean()
            held.save()
    return True


def _locked(risk: Risk) -> Risk:
    """The risk as it stands, held until the end of the transaction."""
    found = Risk.objects.select_for_update(of=("self",)).select_related("programme", "project", "theme")
    return found.get(pk=risk.pk)


def _owner_of(risk: Risk) -> Owner:
    owner = risk.project or risk.theme
    assert owner is not None, "a risk belongs to a project or theme"
    return owner


NAMED_AT_MOST = 10
"""A refusal names so many risks and says how many more there are."""


def save_scale(
    *,
    actor: Actor,
    programme: Programme,
    points: int,
    tolerance: int,
    likelihood_labels: Sequence[str],
    impact_labels: Sequence[str],
    bands: Sequence[tuple[str, int]],
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Set the risk scale of a programme; whether anything changed. Bands are names with the highest score of each.

    Raises ValidationError by field: points fewer than a score in use, naming its risks; labels that are not one for
    each point, or none; a tolerance beyond the scale; bands that do not rise to the highest score. Scores that risks
    have stay as they are. With the code "stale" where somebody else changed the scale since ``as_opened``.
    """
    with transaction.atomic():
        # Held like a save of risks holds it, so that no score beyond the new scale is saved meanwhile.
        Programme.objects.select_for_update().get(pk=programme.pk)
        scale = scale_of(programme.pk)
        refuse_stale(as_opened, digest_of([scale], SCALE_FIELDS))
        new = {
            "points": points,
            "tolerance": tolerance,
            "likelihood_labels": list(likelihood_labels),
            "impact_labels": list(impact_labels),
            "bands": [list(band) for band in bands],
        }
        if scale.pk and all(getattr(scale, name) == value for name, value in new.items()):
            return False
        wrong = {
            "points": _points_refused(programme, points),
            "likelihood_labels": _labels_refused("Labels of likelihood", likelihood_labels, points),
            "impact_labels": _labels_refused("Labels of impact", impact_labels, points),
            "tolerance": _tolerance_refused(tolerance, points),
            "bands": _bands_refused(bands, points),
        }
        if any(wrong.values()):
            raise ValidationError({name: words for name, words in wrong.items() if words})
        with record_act(
            actor=actor,
            verb="risks.scale_changed",
            sentence=f"Set the risk scale: {points} × {points}, tolerance {tolerance}.",
            about=[programme],
            at=at,
            programme_slug=programme.slug,
        ):
            for name, value in new.items():
                setattr(scale, name, value)
            scale.full_clean()
            scale.save()
    return True


SCALE_FIELDS = ("points", "likelihood_labels", "impact_labels", "tolerance", "bands")


def _points_refused(programme: Programme, points: int) -> str:
    if not 2 <= points <= 10:
        return f"Points each way: {points} is not from 2 to 10."
    beyond = Q()
    for score in SCORES:
        beyond |= Q(**{f"{score}_likelihood__gt": points}) | Q(**{f"{score}_impact__gt": points})
    found = list(
        Risk.objects.filter(beyond, programme=programme).order_by("order", "pk").values_list("code", flat=True)
    )
    if not found:
        return ""
    more = len(found) - NAMED_AT_MOST
    named = ", ".join(found[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
    return f"Points each way: {named} {'has' if len(found) == 1 else 'have'} a score above {points}. Score anew first."


def _labels_refused(name: str, labels: Sequence[str], points: int) -> str:
    if not labels or len(labels) == points:
        return ""
    return f"{name}: {len(labels)} for {points} points. Enter one for each point, lowest first, or none."


def _tolerance_refused(tolerance: int, points: int) -> str:
    highest = points**2
    return "" if 1 <= tolerance <= highest else f"Tolerance: {tolerance} is not a score of 1 to {highest}."


def _bands_refused(bands: Sequence[tuple[str, int]], points: int) -> str:
    highest = points**2
    if not bands:
        return ""
    ends = [end for _name, end in bands]
    if any(one >= other for one, other in zip([0, *ends], ends, strict=False)):
        return "Bands: each must end with a higher score than the one before it."
    if ends[-1] != highest:
        return f"Bands: the last ends with {ends[-1]}. It must end with the highest score, {highest}."
    names = [name.casefold() for name, _end in bands]
    return "Bands: two have the same name." if len(set(names)) < len(names) else ""
