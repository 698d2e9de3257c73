"""Saving what a project stands on and needs: base budget, FTE, investment."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from futurefit.history.actors import Actor
from futurefit.history.as_opened import digest_of, refuse_stale
from futurefit.history.services import record_act
from futurefit.ui.editing import TypedRow
from projects.models import BaseBudgetRow, FteImpact, Investment, Project
from projects.services.rows import Owner, locked_project, save_rows


def save_base_budget(
    *,
    actor: Actor,
    project: Project,
    typed: Sequence[TypedRow],
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Make the rows of the base budget exactly these; whether anything changed.

    Each row has ``label, year, amount, is_part, note``; the first cannot be a part, since a part is of the row above.
    Raises ValidationError as `save_rows` does.
    """
    if typed and typed[0].values["is_part"]:
        raise ValidationError("Base budget row 1: it has no row above that it could be a part of.")
    return save_rows(
        actor=actor,
        of=project,
        model=BaseBudgetRow,
        typed=typed,
        noun="base budget row",
        plural="base budget",
        verb="projects.base_budget_changed",
        as_opened=as_opened,
        at=at,
    )


def save_investments(
    *,
    actor: Actor,
    of: Owner,
    typed: Sequence[TypedRow],
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Make the investments of a project or theme exactly these; whether anything changed.

    Each row has ``label, year, amount, qualifier, recurrence, standing, funding_source, as_printed, note``; without
    an amount ``as_printed`` says it in words. Raises ValidationError as `save_rows` does, and for an amount below 0.
    """

    def settle(investment: Investment, changed: Collection[str]) -> None:
        if investment.amount is not None and investment.amount < 0:
            raise ValidationError("Amount: an investment is money spent: enter it without a minus.")

    return save_rows(
        actor=actor,
        of=of,
        model=Investment,
        typed=typed,
        noun="investment",
        plural="investment",
        verb="projects.investment_changed",
        settle=settle,
        as_opened=as_opened,
        at=at,
    )


def save_fte(
    *,
    actor: Actor,
    project: Project,
    current: Decimal | None,
    impacts: Mapping[int, Decimal | None],
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Set the current FTE of a project and the impact of each year (None: not stated); whether anything changed.

    Years that are not named keep theirs. Raises ValidationError for a stale ``as_opened`` and a current FTE below 0.
    """
    with transaction.atomic():
        held = locked_project(project)
        standing = {row.year: row for row in FteImpact.objects.filter(project=held).select_for_update(of=("self",))}
        refuse_stale(as_opened, digest_of_fte(held, list(standing.values())))
        changed = {
            year: fte for year, fte in impacts.items() if fte != (standing[year].fte if year in standing else None)
        }
        if not changed and held.current_fte == current:
            return False
        with record_act(
            actor=actor,
            verb="projects.fte_changed",
            sentence=f"Changed the FTE of {held.title}.",
            about=[held],
            at=at,
            programme_slug=held.programme.slug,
        ):
            for year, fte in changed.items():
                row = standing.get(year) or FteImpact(project=held, year=year)
                if fte is None:
                    row.delete()
                    continue
                row.fte = fte
                row.full_clean()
                row.save()
            if held.current_fte != current:
                held.current_fte = current
                held.version += 1
                held.clean_fields()
                held.validate_constraints()
                held.save()
    return True


def digest_of_fte(project: Project, impacts: Sequence[FteImpact]) -> str:
    """What the FTE part of a pro-forma holds, for `save_fte`."""
    of_project = digest_of([project], fields={"current_fte"})
    by_year = {row.year: row for row in impacts}
    return of_project[:12] + digest_of(by_year[year] for year in sorted(by_year))[:12]
