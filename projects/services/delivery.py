"""Saving the milestones and the success measures of a project or theme."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError

from futurefit.history.actors import Actor
from futurefit.ui.editing import TypedRow
from futurefit.values.fuzzy_date import FuzzyDate, read_date
from projects.models import Milestone, SuccessMeasure
from projects.services.rows import Owner, save_rows

Status = Milestone.Status


def save_milestones(
    *,
    actor: Actor,
    of: Owner,
    typed: Sequence[TypedRow],
    today: date,
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Make the milestones of a project or theme exactly these; whether anything changed.

    Each row has ``title, date_as_written, written_on, earliest, latest, status, completed_on``. The words are read
    with the day they were written: where words changed and that day did not, they count as written ``today``.
    ``earliest`` or ``latest`` given correct the reading, both as given (none: open); neither given takes it as read.
    Raises ValidationError as `save_rows` does, and where status and dates contradict each other.
    """

    def settle(milestone: Milestone, changed: Collection[str]) -> None:
        if milestone.written_on is None or ("date_as_written" in changed and "written_on" not in changed):
            milestone.written_on = today
        done = milestone.status == Status.COMPLETED
        read = read_date(milestone.date_as_written, written_on=milestone.written_on, done=done)
        if "date_as_written" in changed or "status" in changed:
            refuse_contradiction(milestone.date_as_written, milestone.status, read)
        if {"earliest", "latest"} & set(changed):
            for name in {"earliest", "latest"} - set(changed):
                setattr(milestone, name, shown_of_milestone(milestone, name))
            milestone.corrected = milestone.earliest is not None or milestone.latest is not None
        if not milestone.corrected:
            milestone.earliest, milestone.latest = read.earliest, read.latest
        milestone.kind = read.kind
        milestone.year_implied = read.year_implied and not milestone.corrected
        milestone.to_be_confirmed, milestone.is_estimate = read.to_be_confirmed, read.is_estimate
        if milestone.completed_on is not None and milestone.completed_on > today:
            raise ValidationError(f"Completed on: {milestone.completed_on:%-d %B %Y} has not come yet.")

    return save_rows(
        actor=actor,
        of=of,
        model=Milestone,
        typed=typed,
        noun="milestone",
        plural="milestones",
        verb="projects.milestones_changed",
        always={"programme_id": of.programme_id},
        shown=shown_of_milestone,
        settle=settle,
        as_opened=as_opened,
        at=at,
    )


def shown_of_milestone(milestone: Milestone, name: str) -> Any:
    """What the form of a milestone shows: dates only where an officer corrected what was read."""
    if name in ("earliest", "latest") and not milestone.corrected:
        return None
    return getattr(milestone, name)


def refuse_contradiction(words: str, status: str, read: FuzzyDate) -> None:
    """ValidationError where the words say that it is done and the status does not."""
    if read.status.value == Status.COMPLETED and status != Status.COMPLETED:
        raise ValidationError(
            f"Status: the words “{words}” say that it is done. Choose the status Completed, or write the words anew."
        )


def save_measures(
    *,
    actor: Actor,
    of: Owner,
    typed: Sequence[TypedRow],
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Make the success measures of a project or theme exactly these; whether anything changed.

    Each row has ``name, unit, baseline, target, target_in_words, due_in_words``. The readings of a measure that is
    removed go with it and stay in its history. Raises ValidationError as `save_rows` does.
    """
    return save_rows(
        actor=actor,
        of=of,
        model=SuccessMeasure,
        typed=typed,
        noun="measure",
        plural="success measures",
        verb="projects.measures_changed",
        as_opened=as_opened,
        at=at,
    )
