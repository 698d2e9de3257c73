"""Recording which of two figures is right (domain.md, Figures that a paper states)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from futurefit.history.actors import Actor
from futurefit.history.services import record_act
from savings.models import StatedFigure


def record_which_is_right(
    *, actor: Actor, figure: StatedFigure, decision: str, version: int | None = None, at: datetime | None = None
) -> StatedFigure:
    """Keep an officer's words on which figure is right and why; both numbers stay visible, nothing is repaired.

    An empty `decision` takes the words back. Raises ValidationError for a stale version.
    """
    words = decision.strip()
    sentence = f"Recorded which is right of {figure}: {words}" if words else f"Took back what was recorded of {figure}."
    with record_act(
        actor=actor,
        verb="savings.stated_figure_decided",
        sentence=sentence,
        about=[figure],
        at=at,
        programme_slug=figure.programme.slug,
    ) as act:
        locked = StatedFigure.objects.select_for_update(of=("self",)).get(pk=figure.pk)
        if version is not None and locked.version != version:
            words_of_another = f"Somebody recorded “{locked.decision}” since you opened the page. Look at it again."
            raise ValidationError({"decision": ValidationError(words_of_another, code="stale")})
        locked.decision = words
        locked.decided_on = timezone.localdate(act.at) if words else None
        locked.decided_by = (actor.post_title or actor.name) if words else ""
        locked.version += 1
        locked.full_clean()
        locked.save()
    return locked
