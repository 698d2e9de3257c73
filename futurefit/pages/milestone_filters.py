"""Which milestones the milestone list shows: the filters of its address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Q

from projects.filters import OwnedFilterSet, ThemeChoice
from projects.models import Milestone
from projects.querysets import owned_visible_to
from savings.reading import Reading


class Day(forms.DateInput):
    """A day, chosen in the browser's own way."""

    input_type = "date"


class MilestoneFilterSet(OwnedFilterSet):
    """The milestone list's filters. Late is surely late on the day of the page (domain.md, Milestone)."""

    searched = ("title", "date_as_written", "source")

    q = django_filters.CharFilter(label="Words in the milestone or its date", max_length=100)
    status = django_filters.ChoiceFilter(label="Status", choices=Milestone.Status.choices)
    late = django_filters.ChoiceFilter(label="Late", choices=(("yes", "Yes"), ("no", "No")))
    due_before = django_filters.DateFilter(label="Due before", widget=Day)

    class Meta:
        model = Milestone
        fields: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any], *, reading: Reading, themes: Sequence[ThemeChoice]) -> None:
        self.today = reading.today
        visible = reading.rows(Milestone).filter(owned_visible_to(reading.scope), programme_id=reading.programme.pk)
        super().__init__(data, visible.order_by("order", "id"), themes=themes, projects=reading.projects())

    def condition(self) -> Q:
        chosen = self.chosen
        condition = super().condition()
        if "status" in chosen:
            condition &= Q(status=chosen["status"])
        if "late" in chosen:
            late = is_late(self.today)
            condition &= late if chosen["late"] == "yes" else ~late
        if "due_before" in chosen:
            condition &= Q(latest__lt=chosen["due_before"]) & ~Q(status=Milestone.Status.COMPLETED)
        return condition

    def words_late(self, value: str) -> str:
        return "Surely late." if value == "yes" else "Not surely late."


def is_late(today: Any) -> Q:
    """The condition of milestones that are surely late: *latest* is past and they are not completed."""
    return Q(latest__isnull=False, latest__lt=today) & ~Q(status=Milestone.Status.COMPLETED)
