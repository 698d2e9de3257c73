"""Saving the dated readings of a success measure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import models, transaction

from futurefit.history.actors import Actor
from futurefit.history.as_opened import STALE, digest_of, refuse_stale
from futurefit.history.services import record_act
from futurefit.ui.editing import TypedRow
from projects.models import MeasureReading, SuccessMeasure
from projects.services.rows import locked


def readings_of(measure: SuccessMeasure) -> models.QuerySet[MeasureReading]:
    """The readings of a measure, oldest first, as a form shows and a digest reads them."""
    return MeasureReading.objects.filter(measure=measure).order_by("read_on", "pk")


def save_readings(
    *,
    actor: Actor,
    measure: SuccessMeasure,
    typed: Sequence[TypedRow],
    today: date,
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Make the readings of a measure exactly these; whether anything changed.

    Each row has ``read_on, value, note``. A reading moved to another day is removed and read anew there, and what is
    removed leaves its history. Raises ValidationError, naming the reading: a day to come, a day with two readings; and
    with the code "stale" where somebody else changed them since ``as_opened``.
    """
    days: set[date] = set()
    for place, row in enumerate(typed, start=1):
        day = row.values["read_on"]
        if day > today:
            raise ValidationError(f"Reading {place}: {day:%-d %B %Y} has not come yet.")
        if day in days:
            raise ValidationError(f"Reading {place}: {day:%-d %B %Y} has a reading already. A day has one.")
        days.add(day)
    owner = measure.project or measure.theme
    assert owner is not None, "a measure belongs to a project or theme"
    with transaction.atomic():
        locked(owner)
        standing = list(readings_of(measure).select_for_update(of=("self",)))
        refuse_stale(as_opened, digest_of(standing))
        by_id = {row.pk: row for row in standing}
        if any(row.id is not None and row.id not in by_id for row in typed):
            raise ValidationError(STALE, code="stale")
        kept = {row.id: row.values for row in typed if row.id in by_id}
        stays = {pk for pk, values in kept.items() if values["read_on"] == by_id[pk].read_on}
        gone = [row for row in standing if row.pk not in stays]
        new = [row.values for row in typed if row.id not in stays]
        changed = [
            by_id[pk] for pk in stays if any(getattr(by_id[pk], name) != value for name, value in kept[pk].items())
        ]
        if not (gone or new or changed):
            return False
        counts = ((len(new), "entered"), (len(changed), "changed"), (len(gone), "removed"))
        words = ", ".join(f"{count} {done}" for count, done in counts if count)
        with record_act(
            actor=actor,
            verb="projects.readings_changed",
            sentence=f"Readings of {measure.name}: {words}.",
            about=[owner],
            at=at,
            programme_slug=owner.programme.slug,
        ):
            for reading in gone:
                reading.delete()
            written = [(reading, kept[reading.pk]) for reading in changed]
            written += [(MeasureReading(measure=measure), values) for values in new]
            for reading, values in written:
                for name, value in values.items():
                    setattr(reading, name, value)
                reading.full_clean()
                reading.save()
    return True
