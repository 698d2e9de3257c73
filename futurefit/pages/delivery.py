"""What is due, late and at risk beside the money: milestones and risks as pages tell them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from futurefit.pages import sentences
from futurefit.pages.as_read import owned
from projects.models import Milestone, Project
from risks.models import Risk, RiskScale
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
    theme_id: int | None = None
    project_id: int | None = None


def milestones_of(
    reading: Reading, *, themes: Mapping[int, str], projects: Mapping[int, Project]
) -> list[ToldMilestone]:
    """The milestones of these themes (id → slug) and projects: late ones first, the longest late on top."""
    found = owned(Milestone, reading, themes=themes, projects=projects)
    told = [_told(milestone, reading, themes, projects) for milestone in found]
    return sorted(told, key=lambda each: -each.days_late)


def late_or_due(
    reading: Reading, *, themes: Mapping[int, str], projects: Mapping[int, Project]
) -> tuple[list[ToldMilestone], list[ToldMilestone]]:
    """Milestones that are surely late, the longest first, and those whose latest day comes soon, the nearest first."""
    open_ones = owned(Milestone, reading, themes=themes, projects=projects).exclude(status=Milestone.Status.COMPLETED)
    found = list(open_ones.filter(latest__lte=reading.today + SOON))
    late = [milestone for milestone in found if milestone.surely_late(reading.today)]
    due = [milestone for milestone in found if not milestone.surely_late(reading.today)]
    late.sort(key=lambda milestone: milestone.latest)
    due.sort(key=lambda milestone: milestone.latest)
    return (
        [_told(milestone, reading, themes, projects) for milestone in late],
        [_told(milestone, reading, themes, projects) for milestone in due],
    )


def _told(
    milestone: Milestone, reading: Reading, themes: Mapping[int, str], projects: Mapping[int, Project]
) -> ToldMilestone:
    project = projects.get(milestone.project_id) if milestone.project_id else None
    if project is not None:
        owner, href = project.title, reverse("pages:project_detail", args=[project.code]) + reading.query
    else:
        owner, href = milestone.source, ""
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
        theme_id=milestone.theme_id,
        project_id=milestone.project_id,
    )


def status_of(milestone: Milestone, days: int) -> tuple[str, str]:
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
    """A risk with its score in words."""

    text: str
    mitigation: str
    score: int | None


@dataclass(frozen=True)
class ToldRisks:
    """Open risks: beyond tolerance, within it, and unscored, which are never called low (domain.md, Risk)."""

    tolerance: int
    beyond: Sequence[ToldRisk]
    within: Sequence[ToldRisk]
    unscored: Sequence[ToldRisk]
    illustration: Sequence[str]

    @property
    def count(self) -> int:
        return len(self.beyond) + len(self.within) + len(self.unscored)


def risks_of(reading: Reading, *, themes: Iterable[int] = (), projects: Iterable[int] = ()) -> ToldRisks:
    """The open risks of these themes and projects, the highest score first."""
    found = list(owned(Risk, reading, themes=themes, projects=projects).filter(status=Risk.Status.OPEN))
    scale = RiskScale.objects.filter(programme=reading.programme).first() or RiskScale()
    told = [
        ToldRisk(sentences.closed(risk.description), sentences.closed(risk.mitigation), risk.current_score)
        for risk in found
    ]
    scored = sorted((risk for risk in told if risk.score is not None), key=lambda risk: -(risk.score or 0))
    return ToldRisks(
        tolerance=scale.tolerance,
        beyond=[risk for risk in scored if (risk.score or 0) > scale.tolerance],
        within=[risk for risk in scored if (risk.score or 0) <= scale.tolerance],
        unscored=[risk for risk in told if risk.score is None],
        illustration=list(dict.fromkeys(risk.illustration for risk in found if risk.illustration)),
    )
