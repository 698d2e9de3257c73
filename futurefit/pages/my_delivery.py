"""Own milestones that are due or late and own risks to review, changed in place beside the returns.

A status, or the day of the next review, is all that is asked here; the rest is changed on the forms of the project.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from futurefit.access.reader import Reader
from futurefit.history.together import Part, together
from futurefit.pages.delivery import SOON, meaning, status_of
from futurefit.ui.editing import TypedRow
from futurefit.ui.entry_fields import DayField, on_day
from futurefit.ui.filters import Problem
from projects.models import Milestone, Programme, Project
from projects.permissions import TENDS_DELIVERY, may_change_delivery
from projects.querysets import owned_led_by
from projects.scope import led_by
from projects.services.delivery import save_milestones, shown_of_milestone
from projects.services.rows import rows_of
from risks.forms import RiskRow
from risks.models import Risk
from risks.services import save_risks
from savings.reading import Reading

REVIEW_AHEAD = timedelta(days=31)
"""A risk is to be reviewed where its review comes within a month, is past, or is not set."""

_MILESTONE_FIELDS = ("title", "date_as_written", "status", "completed_on", "written_on", "earliest", "latest")
_RISK_FIELDS = tuple(name for name in RiskRow.base_fields if name not in ("id", "place", "remove"))
_NAME = re.compile(r"[mr]-[0-9]+", re.ASCII)
_STALE = "somebody else changed it since you opened the page. Look at it again"


@dataclass
class Own:
    """A milestone or risk as the page shows it; `name` is that of its field, or empty where it is not theirs to change.

    `value` is what was sent, else what stands.
    """

    row: Any
    what: str
    owner: str
    href: str
    name: str
    value: str
    error: str = ""


@dataclass
class OwnDelivery:
    """What is due of a reader beside the money, in one query, and what was sent about it."""

    reading: Reading
    reader: Reader
    sent: Mapping[str, str] = field(default_factory=dict)
    milestones: list[Own] = field(default_factory=list)
    risks: list[Own] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, reading: Reading, reader: Reader, sent: Mapping[str, str] | None = None) -> OwnDelivery:
        """The milestones late or due soon and the risks to review of what the reader's posts lead and have."""
        scope = led_by(reader) if reading.scope.everything else reading.scope
        own, today = owned_led_by(scope), reading.today
        milestones = Milestone.objects.filter(own, programme=reading.programme, latest__lte=today + SOON)
        risks = Risk.objects.filter(own | Q(owner_id__in=reader.post_ids), programme=reading.programme, status="open")
        risks = risks.filter(Q(review_on__isnull=True) | Q(review_on__lte=today + REVIEW_AHEAD))
        also = {"theme_name": "theme__name", "theme_slug": "theme__slug"}
        found = together(
            Programme.objects.filter(pk=reading.programme.pk),
            {
                "milestones": Part(
                    milestones.exclude(status=Milestone.Status.COMPLETED),
                    order=("latest", "id"),
                    also=also,
                    related={"project": ()},
                ),
                "risks": Part(risks, order=("review_on", "order", "id"), also=also, related={"project": ()}),
            },
        )
        made = cls(reading, reader, sent or {})
        made.milestones = [made._own(row, "m", row.title, row.status) for row in found["milestones"]]
        made.risks = [made._own(row, "r", row.description, "") for row in found["risks"]]
        return made

    def _own(self, row: Any, letter: str, what: str, value: str) -> Own:
        project: Project | None = row.project
        if project is None:
            address = reverse("pages:theme_detail", args=[row.theme_slug]) + self.reading.query
            return Own(row, what, row.theme_name, address, "", value)
        part = "milestones" if letter == "m" else "risks"
        theirs = may_change_delivery(self.reader, self.reading.scope, project)
        address = reverse(f"pages:project_{part}" if theirs else "pages:project_detail", args=[project.code])
        name = f"{letter}-{row.pk}" if theirs else ""
        return Own(
            row, what, project.title, address + self.reading.query, name, self.sent.get(name, value) if name else value
        )

    @property
    def statuses(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Milestone.Status.choices]

    @property
    def shown_milestones(self) -> list[tuple[Own, str, tuple[str, str]]]:
        """Each with what its words mean, and how it stands as a tag."""
        today = self.reading.today
        return [(own, meaning(own.row), status_of(own.row, own.row.days_late(today))) for own in self.milestones]

    @property
    def shown_risks(self) -> list[tuple[Own, str, str]]:
        """Each with its score and its review in words."""
        return [(own, _score_words(own.row), self._review_words(own.row)) for own in self.risks]

    def _review_words(self, risk: Risk) -> str:
        if risk.review_on is None:
            return "No review set"
        past = risk.review_on < self.reading.today
        return f"{'Was due on' if past else 'Due on'} {on_day(risk.review_on)}"

    @property
    def is_editable(self) -> bool:
        return any(own.name for own in (*self.milestones, *self.risks))

    def save(self) -> int:
        """Save what was sent; how many milestones and risks changed. `problems` says what stands in the way of all."""
        names = {own.name for own in (*self.milestones, *self.risks)}
        for name in self.sent:
            if _NAME.fullmatch(name) and name not in names and self.sent[name].strip():
                words = "A milestone or risk that you changed is not in this list any more. Look at the others again."
                self.problems.append(Problem(name, self.sent[name], words, "delivery"))
        milestones = {own.row.pk: own for own in self.milestones if own.name and own.value != own.row.status}
        risks = {own.row.pk: own for own in self.risks if own.name and own.value.strip()}
        reviews = {pk: self._review(own) for pk, own in risks.items()}
        if self.problems:
            return 0
        with transaction.atomic():
            self._each_project(milestones, Milestone, lambda own: {"status": own.value}, _MILESTONE_FIELDS)
            self._each_project(risks, Risk, lambda own: {"review_on": reviews[own.row.pk]}, _RISK_FIELDS)
            if self.problems:
                transaction.set_rollback(True)
        return 0 if self.problems else len(milestones) + len(risks)

    def _review(self, own: Own) -> Any:
        try:
            day = DayField(label="Next review").clean(own.value)
        except ValidationError as wrong:
            self._problem(own, wrong.messages[0])
            return None
        if day is not None and day <= self.reading.today:
            self._problem(own, f"Next review: {on_day(day)} has come already. Enter a day after today.")
        return day

    def _problem(self, own: Own, words: str) -> None:
        own.error = words
        self.problems.append(Problem(own.name, own.value, f"{own.what[:80]}: {words}", own.name))

    def _each_project(self, changed: Mapping[int, Own], model: type[Any], new: Any, names: Iterable[str]) -> None:
        """Save the rows of each project in which something changed, the others as they stand."""
        by_project: dict[int, list[Own]] = {}
        for own in changed.values():
            by_project.setdefault(own.row.project_id, []).append(own)
        for owns in by_project.values():
            project = owns[0].row.project
            rows = rows_of(model, project)
            typed = []
            for row in rows.select_related("owner") if model is Risk else rows:
                shown = shown_of_milestone if model is Milestone else getattr
                values = {name: shown(row, name) for name in names}
                own = changed.get(row.pk)
                if own is not None:
                    if self.sent.get(f"{own.name}-version", "") != str(row.version):
                        self._problem(own, _STALE + ".")
                    values |= new(own)
                typed.append(TypedRow(row.pk, values))
            if not self.problems:
                self._save(model, project, typed, owns)

    def _save(self, model: type[Any], project: Project, typed: list[TypedRow], owns: list[Own]) -> None:
        actor = self.reader.actor_as(*TENDS_DELIVERY)
        try:
            if model is Milestone:
                save_milestones(actor=actor, of=project, typed=typed, today=self.reading.today)
            else:
                save_risks(actor=actor, of=project, typed=typed)
        except ValidationError as refused:
            for words in refused.messages:
                self._problem(owns[0], words)


def _score_words(risk: Risk) -> str:
    return "Not scored" if risk.current_score is None else f"Score {risk.current_score}"
