"""Saving the texts of a theme's concept paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from futurefit.history.actors import Actor
from futurefit.history.as_opened import digest_of, refuse_stale
from futurefit.history.services import record_act
from projects.models import Theme

PAPER = ("overview", "vision", "success", "progress", "approach", "support", "equality", "related")
"""The texts of a concept paper. Its name is changed by `savings.services.lines.rename_theme`: lines print it."""


def save_paper(
    *,
    actor: Actor,
    theme: Theme,
    texts: Mapping[str, str],
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Save texts of `PAPER`; whether anything changed. ValidationError for a stale ``as_opened``."""
    with transaction.atomic():
        held = Theme.objects.select_for_update(of=("self",)).select_related("programme").get(pk=theme.pk)
        refuse_stale(as_opened, digest_of([held], PAPER))
        changed = [name for name, words in texts.items() if getattr(held, name) != words]
        if not changed:
            return False
        names = {field.name: str(field.verbose_name) for field in Theme._meta.concrete_fields}
        with record_act(
            actor=actor,
            verb="projects.theme_texts_changed",
            sentence=f"Wrote {', '.join(names[name] for name in changed)} of the theme {held.name}.",
            about=[held],
            at=at,
            programme_slug=held.programme.slug,
        ):
            for name in changed:
                setattr(held, name, texts[name])
            held.has_paper = held.has_paper or any(getattr(held, name) for name in PAPER)
            held.version += 1
            held.clean_fields()
            held.save()
    return True
