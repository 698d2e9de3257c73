"""Milestones as a timeline by theme, and as events of a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.formats import date_format

from futurefit.pages import sentences
from futurefit.pages.delivery import meaning, status_of
from futurefit.ui.calendar import Event
from futurefit.ui.timeline import Span, Timeline, timeline
from projects.filters import ThemeChoice
from projects.models import Milestone
from savings.owners import Owner
from savings.reading import Reading

NO_THEME = "No theme"


def milestone_timeline(reading: Reading, milestones: Iterable[Milestone], themes: Sequence[ThemeChoice]) -> Timeline:
    """The milestones, each with `belongs_to`, by the theme of what they belong to; those without a theme last."""
    by_theme: dict[int | None, list[Milestone]] = {}
    for milestone in milestones:
        owner: Owner | None = milestone.belongs_to
        by_theme.setdefault(owner.theme_id if owner else None, []).append(milestone)
    names = {theme.id: theme.name for theme in themes}
    known = [theme.id for theme in themes if theme.id in by_theme]
    rest = [each for theme_id, rows in by_theme.items() if theme_id not in names for each in rows]
    strands = [(names[theme_id], "", [_span(reading, each) for each in by_theme[theme_id]]) for theme_id in known]
    if rest:
        strands.append((NO_THEME, "", [_span(reading, each) for each in rest]))
    return timeline(
        title="When milestones are due",
        note="From the earliest to the latest day that the words can mean. Filled: completed; hatched: surely late; a "
        f"dotted line where one end is not known. Dashed: {date_format(reading.today, 'j F Y')}",
        day=reading.today,
        strands=strands,
    )


def _span(reading: Reading, milestone: Milestone) -> Span:
    days = milestone.days_late(reading.today)
    tag, style = status_of(milestone, days)
    done = milestone.status == Milestone.Status.COMPLETED
    owner: Owner | None = milestone.belongs_to if milestone.project_id else None
    on = milestone.completed_on
    return Span(
        title=milestone.title,
        owner=owner.name if owner else "",
        href=owner.href if owner else "",
        written=milestone.date_as_written,
        meaning=sentences.capital(meaning(milestone)),
        earliest=on or milestone.earliest,
        latest=on or milestone.latest,
        standing="done" if done else "late" if days else "ahead",
        tag=tag,
        style=style,
    )


def event_of(reading: Reading, milestone: Milestone, address: str) -> Event | None:
    """The milestone as an all-day event from its earliest to its latest day; None where no day can be read.

    Where only one end is known the event is on that day, and the description says which it is.
    """
    first = milestone.completed_on or milestone.earliest or milestone.latest
    last = milestone.completed_on or milestone.latest or milestone.earliest
    if first is None or last is None:
        return None
    written = f"Date as written: “{milestone.date_as_written}”" if milestone.date_as_written else "Date not stated"
    done = milestone.status == Milestone.Status.COMPLETED
    owner: Owner | None = milestone.belongs_to
    return Event(
        uid=f"milestone-{milestone.pk}@{reading.programme.slug}.futurefit",
        first=first,
        last=last,
        summary=f"Completed: {milestone.title}" if done else milestone.title,
        description="\n".join(
            [
                f"{written}.",
                f"Read as: {meaning(milestone)}.",
                f"Status: {milestone.get_status_display().lower()}.",
                *([f"Belongs to: {owner.name}."] if owner else []),
            ]
        ),
        url=address + owner.href if owner else "",
        is_tentative=milestone.to_be_confirmed or milestone.is_estimate,
    )
