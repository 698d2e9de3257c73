"""What is settled around a reporting period: due dates, what is prepared for the next, what the colours mean and weigh,
and a note of correction on a closed one (domain.md, Reporting periods; Who may do what).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from futurefit.history.actors import Actor
from futurefit.history.as_opened import digest_of, refuse_stale
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_update_tracked
from futurefit.ui.entry_fields import on_day
from futurefit.values.rag import Status
from savings.models import RagDefinition, ReportingPeriod
from savings.services.lines import require_open
from savings.services.periods import NewPeriod, changed_meanwhile, period_named, refuse_out_of_turn

MOST_YEARS_AHEAD = 10
LONGEST_NOTE = 5_000
LONGEST_DEFINITION = 1_000


@dataclass(frozen=True)
class Definition:
    """What a status means, and its weight in the risk-weighted amount in whole per cent."""

    words: str
    weight: int


def prepare_period(
    *,
    actor: Actor,
    period: ReportingPeriod,
    due_on: date | None,
    return_years_ahead: int,
    following: NewPeriod | None,
    version: int | None = None,
    at: datetime | None = None,
) -> bool:
    """Set when returns of the open period are due and how far they look ahead, and prepare the period that follows.

    `following` is offered when the period is closed; None forgets what was prepared. False where nothing changed.
    Raises ValidationError for a closed period, a stale version, or a next period that cannot follow.
    """
    require_open(period)
    if following is not None:
        refuse_out_of_turn(period, following)
        taken = ReportingPeriod.objects.filter(programme=period.programme_id, label=following.label)
        if taken.exists():
            raise ValidationError({"label": f"This programme has a reporting period {following.label} already."})
    wanted = {
        "due_on": due_on,
        "return_years_ahead": return_years_ahead,
        "next_label": following.label if following else "",
        "next_ends_on": following.ends_on if following else None,
        "next_due_on": following.due_on if following else None,
        "next_years_ahead": following.return_years_ahead if following else None,
    }
    with transaction.atomic():
        held = _held(period, version)
        require_open(held)
        changed = {name: value for name, value in wanted.items() if getattr(held, name) != value}
        if not changed:
            return False
        words = []
        if "due_on" in changed:
            words.append(f"returns are due on {on_day(due_on)}" if due_on else "returns have no due date")
        if "return_years_ahead" in changed:
            words.append(f"returns look {return_years_ahead} years ahead")
        if following and any(name.startswith("next_") for name in changed):
            words.append(f"{following.spoken} follows")
        told = f": {', '.join(words)}" if words else ""
        with record_act(
            actor=actor,
            verb="savings.period_prepared",
            sentence=f"Prepared {period.spoken}{told}.",
            about=[held],
            at=at,
            programme_slug=period.programme.slug,
        ):
            _write(held, changed)
    return True


def prepared_after(period: ReportingPeriod) -> NewPeriod | None:
    """What was prepared for the period that follows; None where nothing was."""
    if not period.next_label or period.next_ends_on is None:
        return None
    named = period_named(period.next_label, period.next_ends_on)
    return replace(named, due_on=period.next_due_on, return_years_ahead=period.next_years_ahead)


def reword_definitions(
    *,
    actor: Actor,
    period: ReportingPeriod,
    wanted: Mapping[Status, Definition],
    reason: str = "",
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Say anew what the colours mean in the open period and what each weighs; every status is named in `wanted`.

    The risk-weighted amounts of the open period follow at once, closed periods keep theirs. `as_opened` is
    `digest_of_definitions` when the page was opened. False where nothing changed. Raises ValidationError for a closed
    period, a stale digest (code "stale"), words that are missing or too long, or a weight that is none.
    """
    require_open(period)
    _refuse_bad_definitions(wanted)
    with transaction.atomic():
        require_open(period)
        held = list(RagDefinition.objects.select_for_update(of=("self",)).filter(period=period).order_by("pk"))
        refuse_stale(as_opened, digest_of(held))
        changed = []
        for row in held:
            new = wanted[Status(row.status)]
            if (row.words, row.weight) != (new.words, new.weight):
                row.words, row.weight = new.words, new.weight
                changed.append(row)
        if not changed:
            return False
        names = ", ".join(Status(row.status).label for row in changed)
        with record_act(
            actor=actor,
            verb="savings.definitions_reworded",
            sentence=f"Changed what a colour means or weighs in {period.spoken}: {names}.",
            reason=reason,
            about=[period],
            at=at,
            programme_slug=period.programme.slug,
        ):
            bulk_update_tracked(RagDefinition, changed, ["words", "weight"])
    return True


def digest_of_definitions(period: ReportingPeriod) -> str:
    """What the definitions said when a page was opened."""
    return digest_of(RagDefinition.objects.filter(period=period).order_by("pk"))


def _refuse_bad_definitions(wanted: Mapping[Status, Definition]) -> None:
    problems = {}
    for status in Status:
        said = wanted[status]
        if not said.words.strip():
            problems[f"words_{status.value}"] = f"{status.label}: say what it means. Nothing is entered."
        elif len(said.words) > LONGEST_DEFINITION:
            problems[f"words_{status.value}"] = (
                f"{status.label}: write at most {LONGEST_DEFINITION} characters, not {len(said.words)}."
            )
        if not 0 <= said.weight <= 100:
            problems[f"weight_{status.value}"] = (
                f"Weight of {status.label}: {said.weight} is not a weight. Enter a whole number from 0 to 100."
            )
    if problems:
        raise ValidationError(problems)


def note_correction(
    *, actor: Actor, period: ReportingPeriod, note: str, version: int | None = None, at: datetime | None = None
) -> bool:
    """Add a note of correction to a closed period, change it, or take it back with empty words. No figure changes.

    False where nothing changed. Raises ValidationError for an open period, a stale version or a note that is too long.
    """
    words = note.strip()
    if period.is_open:
        raise ValidationError(f"{period.spoken} is open: correct its figures instead of adding a note.")
    if len(words) > LONGEST_NOTE:
        raise ValidationError({"note": f"Note of correction: at most {LONGEST_NOTE:,} characters, not {len(words):,}."})
    with transaction.atomic():
        held = _held(period, version)
        if held.correction_note == words:
            return False
        with record_act(
            actor=actor,
            verb="savings.correction_noted",
            sentence=f"Noted a correction of {period.spoken}: {words}"
            if words
            else f"Took back the note of correction of {period.spoken}: {held.correction_note}",
            about=[held],
            at=at,
            programme_slug=period.programme.slug,
        ):
            _write(held, {"correction_note": words})
    return True


def _held(period: ReportingPeriod, version: int | None) -> ReportingPeriod:
    """The period, locked. Raises ValidationError with the code "stale" where it is of another version."""
    held = ReportingPeriod.objects.select_for_update(of=("self",), no_key=True).get(pk=period.pk)
    if version is not None and held.version != version:
        raise ValidationError(changed_meanwhile(period), code="stale")
    return held


def _write(held: ReportingPeriod, changed: Mapping[str, object]) -> None:
    for name, value in changed.items():
        setattr(held, name, value)
    held.version += 1
    held.full_clean()
    held.save()
