"""What the commands about reporting periods read and write alike: days as options, a period as JSON, a refusal."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from savings.models import ReportingPeriod

FORMATS = ("table", "json")


def day_given(words: str | None, option: str) -> date | None:
    """The day of an option such as 2016-07-08; None where it was not given. Raises ValidationError."""
    if words is None:
        return None
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        raise ValidationError(f"{option}: '{words}' is not a day. Write it as 2016-07-08.") from error


def period_as_json(period: ReportingPeriod) -> dict[str, Any]:
    """A period as programs read it: ISO dates, null where there is none."""
    return {
        "programme": period.programme.slug,
        "period": period.label,
        "ends_on": period.ends_on.isoformat(),
        "due_on": period.due_on.isoformat() if period.due_on else None,
        "closed_at": period.closed_at.isoformat() if period.closed_at else None,
    }


def refusal_words(refused: ValidationError) -> str:
    """Everything that a refusal says, in a line."""
    return " ".join(refused.messages)
