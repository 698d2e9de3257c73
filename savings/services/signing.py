"""Signing a version of a pro-forma (domain.md, The pro-forma of a project)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from futurefit.history.actors import Actor
from futurefit.history.as_opened import STALE
from futurefit.history.services import record_act
from futurefit.values.money import Unit, with_unit
from projects.models import FteImpact, Investment, Project, Signature
from projects.services.rows import locked_project
from savings.models import Position, ReportingPeriod, SavingsLine
from savings.services.lines import hold_open_periods
from savings.signed_form import FormNow, form_now, standing, total_of, with_words, written

CLOSED = "No reporting period is open, so nothing is signed. The head of finance opens the next one."


def forms_of(period: ReportingPeriod, projects: Collection[Project]) -> dict[int, FormNow]:
    """What stands on the pro-formas of these projects in a period, by project: three queries whatever their number."""
    ids = [project.pk for project in projects]
    amounts: dict[int, list[Position]] = {pk: [] for pk in ids}
    investments: dict[int, list[Investment]] = {pk: [] for pk in ids}
    impacts: dict[int, list[FteImpact]] = {pk: [] for pk in ids}
    positions = Position.objects.in_period(period).filter(line_in_period__project__in=ids)
    named = positions.annotate(
        code=F("line_in_period__line__code"), title=F("line_in_period__title"), of=F("line_in_period__project_id")
    )
    for position in named.order_by("line_in_period__line__order", "code", F("year").asc(nulls_last=True)):
        amounts[position.of].append(position)
    for investment in Investment.objects.filter(project__in=ids).order_by("order", "pk"):
        investments[investment.project_id or 0].append(investment)
    for impact in FteImpact.objects.filter(project__in=ids).order_by("year"):
        impacts[impact.project_id].append(impact)
    return {
        project.pk: form_now(amounts[project.pk], investments[project.pk], project, impacts[project.pk])
        for project in projects
    }


def sign(
    *,
    actor: Actor,
    project: Project,
    role: str,
    on: date,
    as_opened: str | None = None,
    at: datetime | None = None,
) -> Signature:
    """Sign what stands on the pro-forma of a project in the open period, in one of the three roles.

    The signature keeps the figures that it is on, and the name of the holder as text. It joins the version that was
    last signed where nothing of it has changed, else it begins the next. A signature is never taken back: who no longer
    agrees has the figures changed, and signs the next version or does not. Raises ValidationError: what is no project
    with a pro-forma, no open period, nothing to sign, a version that this role, post or person has signed already, and
    with the code "stale" where the form is not what it was when ``as_opened`` (`FormNow.digest`) was read.
    """
    if project.kind != Project.Kind.PROJECT:
        raise ValidationError(f"{project.title} has no pro-forma to be signed.")
    if actor.post_id is None:
        raise ValidationError("A post signs: you hold none.")
    with transaction.atomic():
        hold_open_periods(project.programme_id)
        period = ReportingPeriod.objects.of_programme(project.programme_id).open().first()
        if period is None:
            raise ValidationError(CLOSED)
        held = locked_project(project)
        form = forms_of(period, [held])[held.pk]
        if as_opened is not None and as_opened != form.digest:
            raise ValidationError(STALE, code="stale")
        signatures = list(Signature.objects.filter(project=held).order_by("form_version", "signed_on", "pk"))
        stands = standing(signatures, form)
        entries = stands.to_sign(form)
        if not entries:
            raise ValidationError("Nothing stands on the pro-forma that could be signed: no amount, investment or FTE.")
        amount = total_of(entries)
        words = "no amount proposed" if amount is None else f"{with_unit(amount, Unit.POUNDS)} proposed"
        changed, named_lines = "", SavingsLine.objects.none()
        if stands.last is not None and stands.changes:
            # The act is about the lines that its sentence names: who may not see one of them does not read it.
            codes = {each.entry.key for each in stands.changes if each.entry.what == "amount"}
            named_lines = SavingsLine.objects.filter(programme=held.programme_id, code__in=codes)
            changed = f" Since version {stands.last.number}: {with_words(stands.changes, period.horizon)}."
        named = Signature.Role(role).label.lower()
        with record_act(
            actor=actor,
            verb="savings.signed",
            sentence=f"Signed version {stands.number} of {held.title} as {named}: {words}.{changed}",
            about=[held, *named_lines],
            at=at,
            programme_slug=held.programme.slug,
        ):
            signature = Signature(
                project=held,
                role=role,
                post_id=actor.post_id,
                holder_id=actor.user_id,
                holder_name=actor.name,
                signed_on=on,
                form_version=stands.number,
                signed_amount=amount,
                signed=written(entries),
            )
            signature.clean_fields()
            signature.validate_constraints()
            signature.save()
    return signature
