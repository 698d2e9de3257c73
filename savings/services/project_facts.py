"""Changing the facts of a project, with its lines of the open period following: their groups and labels are its."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from futurefit.history.actors import Actor
from futurefit.history.as_opened import refuse_stale
from futurefit.history.services import record_act
from projects.models import Project
from projects.services.projects import changed_facts, digest_of_facts, set_facts, spoken_names
from projects.services.rows import locked_project
from savings.services.lines import follow_project, hold_open_periods

PLACES = ("theme", "directorate", "service")
"""Facts that are where a project stands: changing one of them moves it."""

DEFAULTS = ("saving_type", "corporate_area")
"""Facts that lines take from their project when they are added, and keep unless they are asked to follow."""


def change_facts(
    *,
    actor: Actor,
    project: Project,
    facts: Mapping[str, object],
    lines_too: bool = False,
    reason: str = "",
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Change facts of a project (`projects.services.projects.FACTS`) as one act; whether anything changed.

    Its lines of the open period follow to another theme; to another directorate or service those that stood in the
    project's own. Type of saving and corporate plan area of lines change only with ``lines_too``, and only where
    they were the project's. Closed periods keep what they show. Raises ValidationError for a broken rule and for a
    stale ``as_opened``; KeyError for what is no fact.
    """
    with transaction.atomic():
        hold_open_periods(project.programme_id)
        held = locked_project(project)
        refuse_stale(as_opened, digest_of_facts(held))
        changes = changed_facts(held, facts)
        if not changes:
            return False
        before = {name: getattr(held, name) for name in changes}
        with record_act(
            actor=actor,
            verb="projects.project_moved" if set(PLACES) & set(changes) else "projects.facts_changed",
            sentence=_sentence(held, changes),
            reason=reason.strip(),
            about=[held],
            at=at,
            programme_slug=held.programme.slug,
        ):
            set_facts(held, changes)
            followed = [name for name in DEFAULTS if lines_too and name in changes]
            if followed or {"title", *PLACES} & set(changes):
                follow_project(held, before, also=followed)
    return True


def _sentence(project: Project, changes: Mapping[str, object]) -> str:
    """ "Changed title and theme of Parking." with where it moved, said before the change is written."""
    places = [f"{name} {changes[name] or 'none'}" for name in PLACES if name in changes]
    others = spoken_names(name for name in changes if name not in PLACES)
    parts = []
    if places:
        parts.append(f"Moved {project.title} to {', '.join(places)}.")
    if others:
        parts.append(f"Changed {', '.join(others)} of {project.title}.")
    return " ".join(parts)
