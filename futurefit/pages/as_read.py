"""What is not money, as it is read: as it stands, or at a closed period as it stood when that period was closed.

Rule: domain.md, Reporting periods. Rights are those of today; the words are those of then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet, prefetch_related_objects
from django.http import Http404

from futurefit.history.reads import as_at
from projects.models import Project, Theme, ThemePost
from savings.reading import Reading


def rows(model: type[models.Model], reading: Reading) -> QuerySet[Any]:
    """The rows of a tracked model as they are read. Order them by name: those of then have no order of their own."""
    return model._default_manager.all() if reading.moment is None else as_at(model, reading.moment)


def with_related(found: QuerySet[Any], *names: str) -> list[Any]:
    """The rows with what they refer to as it stands: joined where rows are live, asked for after where they are not."""
    listed = list(found.select_related(*names))
    prefetch_related_objects(listed, *names)
    return listed


def theme(reading: Reading, slug: str) -> Theme:
    """The theme of the programme at this address. Raises Http404 where there is, or was then, none."""
    found = rows(Theme, reading).filter(programme_id=reading.programme.pk, slug=slug).first()
    if found is None:
        when = "" if reading.moment is None else f" in {reading.period.spoken}"
        raise Http404(f"{reading.programme} has no theme '{slug}'{when}.")
    return found


def visible_projects(reading: Reading, **where: Any) -> list[Project]:
    """Projects, workstreams and blocks of the programme whose dossier the reader may open, in their order."""
    return list(reading.projects().filter(**where).order_by("order", "code"))


def owned(
    model: type[models.Model], reading: Reading, *, themes: Iterable[int] = (), projects: Iterable[int] = ()
) -> QuerySet[Any]:
    """Milestones, risks, measures or investments of these themes and projects; the caller names what may be seen."""
    mine = Q(theme_id__in=list(themes)) | Q(project_id__in=list(projects))
    return rows(model, reading).filter(mine).order_by("order", "id")


def theme_leads(reading: Reading, themes: Iterable[int]) -> dict[int, list[ThemePost]]:
    """The posts that lead each theme, the first named first."""
    found = with_related(rows(ThemePost, reading).filter(theme_id__in=list(themes)).order_by("order", "id"), "post")
    leads: dict[int, list[ThemePost]] = {}
    for lead in found:
        leads.setdefault(lead.theme_id, []).append(lead)
    return leads
