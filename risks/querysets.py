"""Named sets of risks and dependencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from projects.querysets import OwnedQuerySet, projects_visible_to

if TYPE_CHECKING:
    from projects.scope import Scope


class RiskQuerySet(OwnedQuerySet):
    """Risks of themes and projects."""

    def open(self) -> RiskQuerySet:
        return self.filter(status="open")

    def unscored(self) -> RiskQuerySet:
        """Without a current score: listed as unscored, never as low."""
        return self.filter(current_likelihood__isnull=True)

    def beyond_tolerance(self, tolerance: int) -> RiskQuerySet:
        """Open risks whose current score is greater than the tolerance."""
        return (
            self.open()
            .annotate(score=F("current_likelihood") * F("current_impact"))
            .filter(current_likelihood__isnull=False, score__gt=tolerance)
        )


class DependencyQuerySet(models.QuerySet):
    """Dependencies from a theme or project."""

    def visible_to(self, scope: Scope) -> DependencyQuerySet:
        return self.filter(dependencies_visible_to(scope))


def dependencies_visible_to(scope: Scope) -> Q:
    """The condition on dependencies that a reader may see; an empty Q means every one.

    Between themes: open to everybody who holds a post; of projects: both ends must be visible or themes.
    """
    if scope.everything:
        return Q()
    if not scope.holds_a_post:
        return Q(pk__in=())
    return _end_visible("from", scope) & _end_visible("to", scope)


def _end_visible(end: str, scope: Scope) -> Q:
    project = f"{end}_project"
    return Q(**{f"{project}__isnull": True}) | projects_visible_to(scope, f"{project}__")
