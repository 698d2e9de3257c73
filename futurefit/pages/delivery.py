"""What is due, late and at risk beside the money: milestones and risks as pages tell them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from futurefit.pages import sentences
from projects.models import Milestone, Project
from risks.models import Risk, RiskScale
from risks.movement import risk_url
from savings.reading import Reading

SOON = timedelta(days=92)
"""How far ahead *due* looks: about three months."""


@dataclass(frozen=True)
class ToldMilestone:
    """A milestone in the words as written, what they can mean, and how it stands on the day of the page."""

    title: str
    owner: str
    href: str
    written: str
    meaning: str
    status: str
    style: str
    days_late: int
    state: str = ""
    theme_id: int | None = None
    project_id: int | None = None


def told(
    milestones: Iterable[Milestone], reading: Reading, projects: Mapping[int, Project], themes: Mapping[int, str]
) -> list[ToldMilestone]:
    """Milestones in their order, late ones first and the longest late on top.

    `projects` are those that the reader may open, by id; `themes` are names by id where the page is about several.
    """
    found = [_told(milestone, reading, projects, themes) for milestone in milestones]
    return sorted(found, key=lambda each: -each.days_late)


def late_and_due(
    milestones: Iterable[Milestone], reading: Reading, projects: Mapping[int, Project], themes: Mapping[int, str]
) -> tuple[list[ToldMilestone], list[ToldMilestone]]:
    """Milestones that are surely late, the longest first, and those whose latest day comes soon, the nearest first."""
    dated = [each for each in milestones if each.latest and each.status != Milestone.Status.COMPLETED]
    dated.sort(key=lambda each: each.latest)
    late = [each for each in dated if each.surely_late(reading.today)]
    due = [each for each in dated if reading.today <= each.latest <= reading.today + SOON]
    return (
        [_told(each, reading, projects, themes) for each in late],
        [_told(each, reading, projects, themes) for each in due],
    )


def _escalated(risk: Risk, projects: Mapping[int, Project]) -> str:
    """ "Escalated from Commercialism to the theme."; empty where the risk stays with what it belongs to."""
    if not risk.escalated_to:
        return ""
    project = projects.get(risk.project_id) if risk.project_id else None
    where = "the theme" if risk.escalated_to == Risk.Escalation.THEME else "the corporate programme"
    return f"Escalated from {project.title} to {where}." if project else f"Escalated to {where}."


def _told(
    milestone: Milestone, reading: Reading, projects: Mapping[int, Project], themes: Mapping[int, str]
) -> ToldMilestone:
    project = projects.get(milestone.project_id) if milestone.project_id else None
    if project is not None:
        owner, href = project.title, reverse("pages:project_detail", args=[project.code]) + reading.query
    else:
        owner, href = ", ".join(filter(None, (themes.get(milestone.theme_id, ""), milestone.source))), ""
    days = milestone.days_late(reading.today)
    status, style = status_of(milestone, days)
    return ToldMilestone(
        title=milestone.title,
        owner=owner,
        href=href,
        written=milestone.date_as_written,
        meaning=meaning(milestone),
        status=status,
        style=style,
        days_late=days,
        state=milestone.status,
        theme_id=milestone.theme_id,
        project_id=milestone.project_id,
    )


def status_of(milestone: Milestone, days: int) -> tuple[str, str]:
    """How a milestone stands, in words, and the style of its tag; `days` is how late it surely is."""
    if milestone.status == Milestone.Status.COMPLETED:
        return "Completed", "solid"
    if days:
        return f"Late: {sentences.days_of(days)}", "alert"
    if milestone.status == Milestone.Status.ONGOING:
        return "Ongoing", "tint"
    return "Outstanding", "outline"


def meaning(milestone: Milestone) -> str:
    """What the words of the date can mean, with what is implied; a milestone done without a date says so."""
    done = milestone.status == Milestone.Status.COMPLETED
    if milestone.completed_on:
        days = f"completed on {sentences.on_day(milestone.completed_on)}"
    else:
        days = sentences.between(milestone.earliest, milestone.latest)
        if not days:
            days = "done, no date given" if done else "no date can be read"
    flags = [
        words
        for flag, words in (
            (milestone.year_implied, "year implied"),
            (milestone.to_be_confirmed, "to be confirmed"),
            (milestone.is_estimate, "estimate"),
        )
        if flag
    ]
    return f"{days} ({', '.join(flags)})" if flags else days


@dataclass(frozen=True)
class ToldRisk:
    """A risk with its score, its page, and whether it was escalated, in words."""

    text: str
    mitigation: str
    score: int | None
    href: str = ""
    escalated: str = ""


@dataclass(frozen=True)
class ToldRisks:
    """Open risks: beyond tolerance, within it, and unscored, which are never called low (domain.md, Risk)."""

    tolerance: int
    beyond: Sequence[ToldRisk]
    within: Sequence[ToldRisk]
    unscored: Sequence[ToldRisk]

    @property
    def count(self) -> int:
        return len(self.beyond) + len(self.within) + len(self.unscored)

    @property
    def unscored_words(self) -> str:
        """How many are not scored, in a sentence; empty for none."""
        return sentences.unscored_risks(len(self.unscored))


def told_risks(
    risks: Iterable[Risk], scale: Sequence[RiskScale], reading: Reading, projects: Mapping[int, Project]
) -> ToldRisks:
    """Open risks by how they are scored, the highest score first; `scale` is the programme's, or empty.

    `projects` name, by id, those of which a risk was escalated.
    """
    tolerance = (scale[0] if scale else RiskScale()).tolerance
    found = [
        ToldRisk(
            sentences.closed(risk.description),
            sentences.closed(risk.mitigation),
            risk.current_score,
            risk_url(reading, risk.code),
            _escalated(risk, projects),
        )
        for risk in risks
    ]
    scored = sorted((risk for risk in found if risk.score is not None), key=lambda risk: -(risk.score or 0))
    return ToldRisks(
        tolerance=tolerance,
        beyond=[risk for risk in scored if (risk.score or 0) > tolerance],
        within=[risk for risk in scored if (risk.score or 0) <= tolerance],
        unscored=[risk for risk in found if risk.score is None],
    )
