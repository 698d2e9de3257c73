"""Named sets of the council's rows: what stood, and who held what, on a day."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q


def in_force_on(day: date) -> Q:
    """The condition of rows with ``starts_on`` and ``ends_on`` that stand on a day, for rows as they stood then too."""
    begun = Q(starts_on__isnull=True) | Q(starts_on__lte=day)
    not_ended = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    return begun & not_ended


class InForceQuerySet(models.QuerySet[Any]):
    """Rows with ``starts_on`` and ``ends_on``, both days included; an empty date is no limit."""

    def in_force(self, on: date) -> Self:
        return self.filter(in_force_on(on))


class ServiceQuerySet(InForceQuerySet):
    def in_directorate(self, directorate: models.Model) -> Self:
        """Services of the directorate itself; those of a group it belongs to are the group's."""
        return self.filter(directorate=directorate)


class HoldingQuerySet(models.QuerySet[Any]):
    def in_force(self, on: date) -> Self:
        """Holdings in force on ``on``: from its first day to its last, both included."""
        return self.filter(Q(from_date__lte=on) & (Q(to_date__isnull=True) | Q(to_date__gte=on)))

    def overlapping(self, from_date: date, to_date: date | None) -> Self:
        """Holdings with at least one day between these, both included; no last day means for good."""
        not_over = self.filter(Q(to_date__isnull=True) | Q(to_date__gte=from_date))
        return not_over if to_date is None else not_over.filter(from_date__lte=to_date)

    def of_user(self, user_id: int) -> Self:
        return self.filter(user_id=user_id)

    def for_reader(self, on: date) -> models.QuerySet[Any, dict[str, Any]]:
        """What `futurefit.access` reads once a request: holdings in force with post, services, directorates.

        In one query: a row for each service and each finance directorate of a post. The oldest holding comes
        first: its post is the one a reader's page header shows.
        """
        return (
            self.in_force(on)
            .order_by("acting_for_holder", "from_date", "pk")
            .values(
                "post_id",
                "acting_for_holder",
                code=F("post__code"),
                title=F("post__title"),
                kind=F("post__kind"),
                directorate=F("post__directorate_id"),
                service=F("post__post_services__service_id"),
                own_directorate=F("post__post_directorates__directorate_id"),
            )
        )
