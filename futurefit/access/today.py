"""The one answer to which day it is."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def today(closed_period_end: date | None = None) -> date:
    """The last day of the closed period that is shown, else the setting ``TODAY``, else the date here.

    Everything that asks whether something is due, late or in force asks this (`domain.md`, Reporting periods).
    """
    return closed_period_end or settings.TODAY or timezone.localdate()


def day_of(moment: datetime) -> date:
    """The day on which something was done, for whether it came in time: never after the setting ``TODAY``.

    Where that setting stops the clock, as in the demonstration, what is done now is done on the day it names.
    """
    day = timezone.localdate(moment)
    return min(day, settings.TODAY) if settings.TODAY else day
