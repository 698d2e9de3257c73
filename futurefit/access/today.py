"""The one answer to which day it is."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone


def today(closed_period_end: date | None = None) -> date:
    """The last day of the closed period that is shown, else the setting ``TODAY``, else the date here.

    Everything that asks whether something is due, late or in force asks this (`domain.md`, Reporting periods).
    """
    return closed_period_end or settings.TODAY or timezone.localdate()
