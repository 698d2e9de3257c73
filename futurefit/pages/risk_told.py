"""One risk in words: its three scores, its actions, where it is handled, and its score over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime

from futurefit.history.models import Act
from futurefit.history.reads import Versions, versions_from
from futurefit.pages import sentences
from futurefit.ui.entry_fields import on_day
from risks.models import Risk, RiskAction, RiskScale
from risks.services import SCORED
from risks.tolerance import is_beyond

ToldScores = tuple(SCORED)
"""The scores of a risk in the order of its form: inherent, current, target."""

_NAMES = {"inherent": "Before anything is done", "current": "Now", "target": "To be reached"}
_FIELDS = ("status", "current_likelihood", "current_impact")


@dataclass(frozen=True)
class ToldScore:
    """One score: what it is of, the number or "Not scored", and its parts with their labels."""

    name: str
    said: str
    parts: str
    beyond: bool


def told_score(risk: Risk, name: str, scale: RiskScale) -> ToldScore:
    """One of the three scores of a risk. An unscored one says so and is never called low."""
    likelihood, impact = getattr(risk, f"{name}_likelihood"), getattr(risk, f"{name}_impact")
    beyond = name == "current" and is_beyond(scale.tolerance, status=risk.status, likelihood=likelihood, impact=impact)
    if likelihood is None or impact is None:
        return ToldScore(_NAMES[name], "Not scored", "", False)
    score = likelihood * impact
    parts = f"likelihood {_point(likelihood, scale.likelihood_labels)} × impact {_point(impact, scale.impact_labels)}"
    return ToldScore(_NAMES[name], f"{score} {scale.band_of(score)}".rstrip(), parts, beyond)


def _point(point: int, labels: list[str]) -> str:
    return f"{point} ({labels[point - 1]})" if point <= len(labels) else str(point)


@dataclass(frozen=True)
class ToldAction:
    """An action with its owner, its day, and how it stands."""

    text: str
    owner: str
    due: str
    standing: str
    style: str

    @property
    def is_overdue(self) -> bool:
        return self.style == "alert"


def told_actions(actions: Iterable[RiskAction], today: date) -> list[ToldAction]:
    """The actions, the first due first; what is overdue on the day of the page says by how much."""
    return [
        ToldAction(
            action.description,
            getattr(action, "owner_title", "") or "None",
            on_day(action.due_on) if action.due_on else "No day set",
            *_standing(action, today),
        )
        for action in actions
    ]


def _standing(action: RiskAction, today: date) -> tuple[str, str]:
    if action.due_on is not None and action.is_overdue(today):
        return f"Overdue: {sentences.days_of((today - action.due_on).days)}", "alert"
    return (str(action.get_status_display()), "solid" if action.status == RiskAction.Status.DONE else "outline")


@dataclass(frozen=True)
class ToldEscalation:
    """Where a risk is handled, and each time that it was handed up or back: what, who and when, and why."""

    where: str
    steps: list[tuple[str, str, str]]


def told_escalation(risk: Risk, acts: Iterable[Act]) -> ToldEscalation:
    """The acts are those of escalation, the oldest first."""
    steps = [
        (act.sentence, f"{act.post_title or act.actor_name}, {date_format(localtime(act.at), 'j F Y')}", act.reason)
        for act in acts
    ]
    where = {
        "": "By what it belongs to; it is not escalated.",
        Risk.Escalation.THEME: "Escalated to the theme of its project.",
        Risk.Escalation.CORPORATE: "Escalated to the corporate programme.",
    }[risk.escalated_to]
    return ToldEscalation(where, steps)


@dataclass(frozen=True)
class OverTime:
    """How status and current score of a risk stood over time."""

    versions: Versions

    def at(self, moment: datetime | None) -> Mapping[str, Any] | None:
        """Status, likelihood and impact at a moment; None where the risk was not there yet."""
        return next(iter(self.versions.at(moment).values()), None)

    def told(self, scale: RiskScale) -> list[tuple[str, str, str]]:
        """Each day on which status or current score changed, with both, the newest first."""
        found: list[tuple[str, str, str]] = []
        last: Mapping[str, Any] | None = None
        for version in self.versions.every:
            if version.fields is None or version.fields == last:
                continue
            last = version.fields
            likelihood, impact = last["current_likelihood"], last["current_impact"]
            scored = likelihood is not None and impact is not None
            said = f"{likelihood * impact} {scale.band_of(likelihood * impact)}".rstrip() if scored else "Not scored"
            status = str(Risk.Status(last["status"]).label)
            found.append((date_format(localtime(version.since), "j F Y"), said, status))
        return found[::-1]


def scores_over_time(copies: Iterable[Any]) -> OverTime:
    """From the row histories of one risk."""
    return OverTime(versions_from(copies, _FIELDS))
