"""Which returns came in on time, counted line by line for any number of periods in one query (domain.md, KPIs)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef

from futurefit.access.today import day_of
from savings.models import LineInPeriod, LineReturn, Position
from savings.returns_owed import undelivered_up_to


@dataclass(frozen=True)
class DueReturn:
    """A return that was, or is, due in a period with a due date, and where its line stood then.

    `owed_by_id` is the post that submitted it; None while nobody has.
    """

    period_id: int
    line_id: int
    project_id: int
    theme_id: int | None
    directorate_id: int | None
    owed_by_id: int | None
    first_submitted_at: datetime | None
    due_on: date

    @property
    def on_time(self) -> bool:
        """Submitted for the first time by the end of the due date."""
        return self.first_submitted_at is not None and day_of(self.first_submitted_at) <= self.due_on


def due_returns(periods: Iterable[int]) -> list[DueReturn]:
    """Every return due in these periods, given by their ids; a period without a due date asked for none. One query.

    The same lines as `returns_owed.due_lines`: undelivered or carried forward, and those that were returned.
    """
    year = F("line_in_period__period__financial_year") + F("line_in_period__period__return_years_ahead")
    undelivered = Position.objects.filter(undelivered_up_to(year), line_in_period=OuterRef("pk"))
    returned = LineReturn.objects.filter(line_in_period=OuterRef("pk")).exclude(state=LineReturn.State.DRAFT)
    lines = LineInPeriod.objects.filter(period__in=list(periods), period__due_on__isnull=False, withdrawn=False)
    rows = lines.filter(Exists(undelivered) | Exists(returned)).order_by("line_id", "period_id")
    return [
        DueReturn(*row)
        for row in rows.values_list(
            "period_id",
            "line_id",
            "project_id",
            "theme_id",
            "directorate_id",
            "line_return__owed_by_id",
            "line_return__first_submitted_at",
            "period__due_on",
        )
    ]
