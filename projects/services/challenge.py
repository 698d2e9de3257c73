"""Challenge notes: a cabinet member leaves one on a project or theme, and who leads it answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from futurefit.history.actors import Actor
from futurefit.history.as_opened import digest_of, refuse_stale
from futurefit.history.services import record_act
from projects.models import ChallengeNote
from projects.services.rows import Owner, locked, owner_field


def leave_note(*, actor: Actor, of: Owner, words: str, at: datetime | None = None) -> ChallengeNote:
    """Leave a challenge note on a project or theme under the actor's post; nobody changes it afterwards.

    Raises ValidationError for no words, and for an actor without a post.
    """
    if actor.post_id is None:
        raise ValidationError("A challenge note is left under a post: you hold none.")
    if not words.strip():
        raise ValidationError({"words": "Challenge: write what you challenge."})
    with record_act(
        actor=actor,
        verb="projects.challenged",
        sentence=f"Left a challenge note on {of}.",
        about=[of],
        at=at,
        programme_slug=of.programme.slug,
    ) as act:
        note = ChallengeNote(
            **{owner_field(of): of},
            words=words.strip(),
            post_id=actor.post_id,
            holder_name=actor.name,
            written_at=act.at,
        )
        note.full_clean()
        note.save()
    return note


def answer_notes(
    *,
    actor: Actor,
    of: Owner,
    answers: Mapping[int, str],
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Answer challenge notes on a project or theme, by the number of the note; whether any was answered.

    An empty answer leaves its note open. A note is answered once. Raises ValidationError for a note that is not there
    or answered already, and with the code "stale" where the open notes are not those of ``as_opened``.
    """
    given = {number: words.strip() for number, words in answers.items() if words.strip()}
    with transaction.atomic():
        held = locked(of)
        standing = open_notes(held)
        refuse_stale(as_opened, digest_of(standing))
        by_number = {note.pk: note for note in standing}
        if set(given) - set(by_number):
            raise ValidationError("A note that you answer is answered already, or is not there. Open the page again.")
        if not given:
            return False
        count = "a challenge note" if len(given) == 1 else f"{len(given)} challenge notes"
        with record_act(
            actor=actor,
            verb="projects.challenge_answered",
            sentence=f"Answered {count} on {held}.",
            about=[held],
            at=at,
            programme_slug=held.programme.slug,
        ) as act:
            for number, words in given.items():
                note = by_number[number]
                note.answer, note.answered_at, note.answered_by = words, act.at, str(actor)
                note.full_clean()
                note.save()
    return True


def open_notes(of: Owner) -> list[ChallengeNote]:
    """The notes that nobody has answered, oldest first, each with its post."""
    notes = ChallengeNote.objects.filter(**{owner_field(of): of}, answer="").select_related("post")
    return list(notes.order_by("written_at", "pk"))
