"""Named sets of the money's nouns. Sums across rows live in `savings.rollups`, never here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from projects.scope import Scope


def in_periods_up_to(period, prefix: str = "") -> Q:
    """The condition on rows of a period and of those before it; `prefix` is the path to the period with its "__".

    An outturn ends on the same day as the last month of its year, and comes after it.
    """
    same_day = {f"{prefix}ends_on": period.ends_on, f"{prefix}pk__lte": period.pk}
    return Q(**{f"{prefix}ends_on__lt": period.ends_on}) | Q(**same_day)


class ReportingPeriodQuerySet(models.QuerySet):
    """Reporting periods of a programme, oldest first."""

    def of_programme(self, programme) -> ReportingPeriodQuerySet:
        return self.filter(programme=programme)

    def open(self) -> ReportingPeriodQuerySet:
        return self.filter(closed_at__isnull=True)

    def closed(self) -> ReportingPeriodQuerySet:
        return self.filter(closed_at__isnull=False)


class SavingsLineQuerySet(models.QuerySet):
    """Savings lines as identities; what they say stands in `LineInPeriod`."""

    def of_programme(self, programme) -> SavingsLineQuerySet:
        return self.filter(programme=programme)


def lines_visible_to(scope: Scope, prefix: str = "") -> Q:
    """The condition on lines in period that a reader may see: of own services or directorate, or led.

    `prefix` is the path to the line in period, such as "line_in_period__". An empty Q means every line.
    """
    if scope.everything:
        return Q()
    return (
        Q(**{f"{prefix}service_id__in": scope.service_ids})
        | Q(**{f"{prefix}directorate_id__in": scope.directorate_ids})
        | Q(**{f"{prefix}project_id__in": scope.project_ids})
        | Q(**{f"{prefix}theme_id__in": scope.theme_ids})
    )


class LineInPeriodQuerySet(models.QuerySet):
    """Lines as they stand in a period."""

    def in_period(self, period) -> LineInPeriodQuerySet:
        """The lines that count in a period: withdrawn ones are out."""
        return self.filter(period=period, withdrawn=False)

    def visible_to(self, scope: Scope) -> LineInPeriodQuerySet:
        return self.filter(lines_visible_to(scope))

    def without_amount(self) -> LineInPeriodQuerySet:
        """Savings with words and no amount ("marginal"): no position in any year."""
        positions = self.model._meta.get_field("positions").related_model
        return self.filter(~Exists(positions.objects.filter(line_in_period=OuterRef("pk"))))


class PositionQuerySet(models.QuerySet):
    """Positions of line-years."""

    def in_period(self, period) -> PositionQuerySet:
        """The positions that count in a period: those of withdrawn lines are out."""
        return self.filter(line_in_period__period=period, line_in_period__withdrawn=False)

    def in_periods(self, periods) -> PositionQuerySet:
        """The positions that count in any of these periods, given by their ids."""
        return self.filter(line_in_period__period__in=list(periods), line_in_period__withdrawn=False)


class DecisionQuerySet(models.QuerySet):
    """Decisions of a programme."""

    def confirmed(self) -> DecisionQuerySet:
        return self.filter(confirmed_at__isnull=False)

    def up_to(self, period) -> DecisionQuerySet:
        """Those confirmed to take effect up to this period and, while it is open, those that wait in it."""
        found = Q(in_periods_up_to(period, "effective_in__"), confirmed_at__isnull=False)
        if period.is_open:
            found |= Q(effective_in=period, confirmed_at__isnull=True, withdrawn_at__isnull=True)
        return self.filter(found)

    def visible_to(self, scope: Scope, period) -> DecisionQuerySet:
        """Decisions that name a line which the reader may see as it stands in the period."""
        if scope.everything:
            return self.all()
        items = self.model._meta.get_field("items").related_model.objects
        return self.filter(Exists(items.visible_to(scope, period).filter(decision=OuterRef("pk"))))


class DecisionItemQuerySet(models.QuerySet):
    """Line-years that decisions name."""

    def visible_to(self, scope: Scope, period) -> DecisionItemQuerySet:
        """Those of lines that the reader may see as they stand in the period."""
        if scope.everything:
            return self.all()
        return self.filter(lines_visible_to(scope, "line__in_periods__"), line__in_periods__period=period)

    def naming(self, line, period) -> DecisionItemQuerySet:
        """What decisions up to this period say of a line, for the line's page: those confirmed, and those that wait."""
        decisions = self.model._meta.get_field("decision").related_model.objects.up_to(period)
        return (
            self.filter(line=line, decision__in=decisions)
            .select_related("decision", "decision__effective_in")
            .order_by("decision__recorded_at", "decision__id", models.F("year").asc(nulls_last=True))
        )


class StatedFigureQuerySet(models.QuerySet):
    """Figures that papers state."""

    def for_reconciliation(self) -> StatedFigureQuerySet:
        """With the names that the comparison prints."""
        return self.select_related(
            "period", "scope_line", "scope_project", "scope_theme", "scope_heading", "scope_directorate", "scope_group"
        )
