"""Three questions worth asking, derived from the data of a page (pages.md, Cabinet member).

Rules, each with its evidence linked:

1. *What worries most*: the line and year with the largest red amount; where nothing is red the largest amber one; where
   nothing is amber the largest that is not rated. Losses are left out: they are not expected to be saved.
2. *What is late*: the milestone that is surely late by the most days; where none is, the one whose latest day comes
   next; where no day can be read, the first one that is not done.
3. *What got worse*: the line whose secure amount fell most since the last closed period, over all its years; where none
   fell, the risk furthest beyond tolerance; where none is, the first risk that is not scored.

A question without evidence is not asked. Nothing is computed here but which of several amounts is the largest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Subquery
from django.db.models.functions import Greatest
from django.urls import reverse

from futurefit.history.together import Part
from futurefit.pages import sentences
from futurefit.pages.delivery import ToldMilestone, ToldRisks
from futurefit.values.money import with_unit
from savings.changes import Change, changes_told_by
from savings.models import Position
from savings.querysets import lines_visible_to
from savings.reading import Reading
from savings.selection import Selection


@dataclass(frozen=True)
class Question:
    """A question with the fact that makes it worth asking; `link` leads to the evidence."""

    kind: str
    question: str
    link: str
    href: str
    fact: str


@dataclass(frozen=True)
class WorstAmount:
    """The line-year that worries most, and as what it is rated: red, amber or not rated."""

    line_code: str
    title: str
    year: int | None
    amount: int
    rated: str


def worst_part(reading: Reading, where: Selection) -> dict[str, Part]:
    """The line-year of rule 1 among those that the reader may see, to be asked for with the parts of a page."""
    prefix = "line_in_period__"
    left = F("target") - F("delivered") - F("claimed") - F("on_target") - F("amber") - F("red")
    in_doubt = (
        Position.objects.in_period(reading.period)
        .filter(where.q(prefix), lines_visible_to(reading.scope, prefix), target__gt=0)
        .annotate(left=Greatest(left, 0))
        .order_by("-red", "-amber", "-left", "line_in_period__line__order", "line_in_period__line__code", "year")
    )
    rows = Position.objects.filter(pk=Subquery(in_doubt.values("pk")[:1]))
    also = {"line_code": "line_in_period__line__code", "line_title": "line_in_period__title"}
    return {"worst": Part(rows, order=("id",), also=also)}


def worst_amount(rows: Sequence[Any]) -> WorstAmount | None:
    """What the row of `worst_part` says; None where nothing is in doubt."""
    for row in rows:
        left = row.target - row.delivered - row.claimed - row.on_target - row.amber - row.red
        for amount, rated in ((row.red, "red"), (row.amber, "amber"), (left, "not rated")):
            if amount > 0:
                return WorstAmount(row.line_code, row.line_title, row.year, amount, rated)
    return None


def questions_of(
    reading: Reading,
    rows: Mapping[str, list[Any]],
    late_and_due: tuple[Sequence[ToldMilestone], Sequence[ToldMilestone]],
    risks: ToldRisks | None,
) -> list[Question]:
    """The questions of a page, at most three, from the rows that stand beside its money (`pages.as_read`).

    Late milestones come the longest first, due ones the nearest first.
    """
    late, due = late_and_due
    changes = [
        change
        for change in changes_told_by(rows, reading.period)
        if (change.place_before.selected or change.place_after.selected)
        and change.place_before.visible
        and change.place_after.visible
    ]
    asked = (
        about_amount(reading, worst_amount(rows["worst"])),
        about_time(reading, late, due),
        about_worsening(reading, changes) or (about_risk(reading, risks) if risks else None),
    )
    return [question for question in asked if question]


def about_amount(reading: Reading, worst: WorstAmount | None) -> Question | None:
    """What has to be decided for the largest amount in doubt."""
    if worst is None:
        return None
    amount = with_unit(worst.amount, reading.unit)
    when = _in_year(reading, worst.year)
    questions = {
        "red": ("The largest red amount", f"What has to be decided, and by when, for the {amount} planned {when}?"),
        "amber": ("The largest amber amount", f"What would make the {amount} planned {when} safe?"),
        "not rated": ("The largest amount not rated", f"Who will say how the {amount} planned {when} stands?"),
    }
    kind, question = questions[worst.rated]
    href = reverse("savings:line_detail", args=[worst.line_code]) + reading.query
    return Question(kind, question, worst.title, href, f"{amount} is {worst.rated}.")


def about_time(reading: Reading, late: Sequence[ToldMilestone], due: Sequence[ToldMilestone]) -> Question | None:
    """Why the longest late milestone is late, or whether the next one is on course."""
    listed = reverse("pages:milestone_list") + reading.query
    if late:
        first = late[0]
        return Question(
            "The longest late milestone",
            "Why has it not happened, and what does the delay cost?",
            first.title,
            first.href or listed,
            f"due “{first.written}”, {sentences.days_of(first.days_late)} late.",
        )
    if due:
        first = due[0]
        return Question(
            "The next milestone",
            "Is it on course, and who would say so if it were not?",
            first.title,
            first.href or listed,
            f"due “{first.written}”.",
        )
    return None


def about_worsening(reading: Reading, changes: Iterable[Change]) -> Question | None:
    """What happened to the line whose secure amount fell most since the last closed period."""
    fell: dict[str, int] = defaultdict(int)
    titles: dict[str, str] = {}
    for change in changes:
        before = change.before.split.secure if change.before else 0
        after = change.after.split.secure if change.after else 0
        fell[change.code] += before - after
        titles[change.code] = change.title
    code, most = max(fell.items(), key=lambda each: each[1], default=("", 0))
    if most <= 0:
        return None
    href = reverse("savings:line_detail", args=[code]) + reading.query
    amount = with_unit(most, reading.unit)
    return Question(
        "The fastest worsening",
        f"What changed, and can the {amount} still be saved in time?",
        titles[code],
        href,
        f"{amount} less is secure than at the last closed period.",
    )


def about_risk(reading: Reading, risks: ToldRisks) -> Question | None:
    """What would bring the highest risk back, or who scores the first that nobody has."""
    listed = reverse("risks:risk_list") + reading.query
    if risks.beyond:
        first = risks.beyond[0]
        return Question(
            "The highest risk",
            "What would bring it back within what the council accepts?",
            first.text.rstrip("."),
            listed,
            f"scored {first.score}, and {risks.tolerance} is accepted.",
        )
    if risks.unscored:
        count = sentences.count_of(len(risks.unscored), "risk is", "risks are")
        return Question(
            "A risk nobody has scored",
            "How likely is it, and what would it cost?",
            risks.unscored[0].text.rstrip("."),
            listed,
            f"{count} not scored.",
        )
    return None


def _in_year(reading: Reading, year: int | None) -> str:
    return "in a year not yet known" if year is None else f"for {reading.horizon.label(year)}"
