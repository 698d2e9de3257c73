"""Recording an act: the one way anything is written down as having happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from futurefit.history.acting import act_under_way
from futurefit.history.actors import Actor
from futurefit.history.models import Act


class ActsDoNotMix(RuntimeError):
    """A service was called inside somebody else's act, or inside an act at another time."""


@contextmanager
def record_act(
    *,
    actor: Actor,
    verb: str,
    sentence: str,
    reason: str = "",
    about: Iterable[Model] = (),
    at: datetime | None = None,
    programme_slug: str = "",
    hold: Callable[[], object] | None = None,
) -> Iterator[Act]:
    """Do what a user did, as one act: all of it or none.

    Inside the block every save of a tracked model is filed under the act and dated with its time
    (``at``, which must know its time zone, else the moment of the call). Objects made inside are
    added with ``act.add_subject(obj)`` or ``act.add_subjects(objs)``. A service called inside joins
    the act: its own sentence is not recorded, its ``about`` is added; it raises `ActsDoNotMix` when
    its actor or its ``at`` differs.

    ``hold`` is called first, in the transaction: it waits for the rows that the act needs for itself and may refuse.
    The act is dated after that, so that of two acts on the same rows the later one has the later time.
    """
    under_way = act_under_way.get()
    if under_way is not None:
        act, acting = under_way
        if acting != actor:
            raise ActsDoNotMix(f"{verb} by {actor} inside {act.verb} by {acting}: an act has one actor.")
        if at is not None and at != act.at:
            raise ActsDoNotMix(f"{verb} at {at} inside {act.verb} at {act.at}: an act has one time.")
        if hold is not None:
            hold()
        act.add_subjects(about)
        yield act
        return

    with transaction.atomic():
        if hold is not None:
            hold()
        act = Act.objects.create(
            at=at or timezone.now(),
            actor_user_id=actor.user_id,
            actor_name=actor.name,
            post_id=actor.post_id,
            post_title=actor.post_title,
            verb=verb,
            sentence=sentence,
            reason=reason,
            programme_slug=programme_slug,
        )
        token = act_under_way.set((act, actor))
        try:
            act.add_subjects(about)
            yield act
        finally:
            act_under_way.reset(token)
