"""Named sets of the programme's nouns. Scoping is by ids resolved once a request, see `projects.scope`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from projects.scope import Scope


class ProgrammeQuerySet(models.QuerySet):
    """Programmes; several can exist, one is current."""

    def current(self) -> ProgrammeQuerySet:
        return self.filter(is_current=True)


class ThemeQuerySet(models.QuerySet):
    """Themes; their summaries are open to everybody who holds a post."""

    def of_programme(self, programme) -> ThemeQuerySet:
        return self.filter(programme=programme)


class ProjectQuerySet(models.QuerySet):
    """Projects, workstreams and blocks."""

    def of_programme(self, programme) -> ProjectQuerySet:
        return self.filter(programme=programme)

    def visible_to(self, scope: Scope) -> ProjectQuerySet:
        """Projects whose dossier the reader may open: of own services or directorate, or led (domain.md, rights)."""
        return self.filter(projects_visible_to(scope))


def projects_visible_to(scope: Scope, prefix: str = "") -> Q:
    """The condition on projects that a reader may open: the same rule as `Scope.sees_project`, for sets.

    `prefix` is the path to the project, such as "project__". An empty Q means every project.
    """
    if scope.everything:
        return Q()
    return (
        Q(**{f"{prefix}pk__in": scope.project_ids})
        | Q(**{f"{prefix}theme_id__in": scope.theme_ids})
        | Q(**{f"{prefix}service_id__in": scope.service_ids})
        | Q(**{f"{prefix}directorate_id__in": scope.directorate_ids})
    )


def owned_visible_to(scope: Scope, prefix: str = "") -> Q:
    """The condition on rows of a theme or project that a reader may see; an empty Q means every row.

    Rows of a theme are open to everybody who holds a post; rows of a project follow the project.
    """
    if scope.everything:
        return Q()
    if not scope.holds_a_post:
        return Q(pk__in=())
    return Q(**{f"{prefix}theme__isnull": False}) | projects_visible_to(scope, f"{prefix}project__")


def owned_led_by(scope: Scope) -> Q:
    """The condition on rows of a theme or project that are a reader's own: of what their posts lead, or own services.

    `scope` is what the reader leads (`projects.scope.led_by`); projects of a led theme count as led.
    """
    return (
        Q(theme_id__in=scope.theme_ids)
        | Q(project_id__in=scope.project_ids)
        | Q(project__theme_id__in=scope.theme_ids)
        | Q(project__service_id__in=scope.service_ids)
        | Q(project__directorate_id__in=scope.directorate_ids)
    )


class OwnedQuerySet(models.QuerySet):
    """Rows that belong to a theme or to a project."""

    def visible_to(self, scope: Scope):
        return self.filter(owned_visible_to(scope))


class MilestoneQuerySet(OwnedQuerySet):
    """Milestones of themes and projects."""

    def surely_late(self, today: date) -> MilestoneQuerySet:
        """Today is after *latest* and it is not done (domain.md, Milestone)."""
        return self.filter(latest__lt=today).exclude(status="completed")


class SuccessMeasureQuerySet(OwnedQuerySet):
    """Success measures of themes and projects."""


class InvestmentQuerySet(OwnedQuerySet):
    """Investments of themes and projects."""


class ChallengeNoteQuerySet(OwnedQuerySet):
    """Challenge notes on themes and projects."""
