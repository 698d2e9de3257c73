"""Which projects the project list shows: the filters of its address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from futurefit.ui.filters import StrictFilterSet
from projects.models import Project
from projects.models.project import SavingType
from savings.groupings import GROUPINGS, Group, groups_of
from savings.reading import Reading
from savings.selection import NOT_STATED

PLACES = {
    "theme": "theme_id",
    "directorate": "directorate_id",
    "service": "service_id",
    "corporate_area": "corporate_area_id",
}
"""Filters by the rows that a project may belong to, with its column; "none" for projects that state none."""

CHOICES = ("kind", "saving_type", "stage")


class ProjectFilterSet(StrictFilterSet):
    """The project list's filters, with the groups that the period shows; projects as they are read.

    `groups` are those groups by id, for naming what a project belongs to without asking for each.
    """

    q = django_filters.CharFilter(label="Words in title, code or reference", max_length=100)
    kind = django_filters.ChoiceFilter(label="Kind", choices=Project.Kind.choices)
    theme = django_filters.ChoiceFilter(label="Theme")
    directorate = django_filters.ChoiceFilter(label="Directorate")
    service = django_filters.ChoiceFilter(label="Service")
    saving_type = django_filters.ChoiceFilter(label="Type of saving", choices=SavingType.choices)
    corporate_area = django_filters.ChoiceFilter(label="Corporate plan area")
    stage = django_filters.ChoiceFilter(label="Stage", choices=Project.Stage.choices)

    class Meta:
        model = Project
        fields: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any], *, reading: Reading) -> None:
        super().__init__(data, reading.projects().order_by("order", "code"))
        self._groups = groups_of(reading.period, PLACES, reading.scope)
        for name in PLACES:
            choices = [(group.key, group.label) for group in self._groups[name]]
            self.filters[name].extra["choices"] = [*choices, (NOT_STATED, GROUPINGS[name].none_label)]

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that are on, by name. Only of a valid address."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    def groups(self, name: str) -> dict[int, Group]:
        """The groups of one of `PLACES` by their id."""
        return {group.group_id: group for group in self._groups[name]}

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.chosen
        condition = Q()
        for name, column in PLACES.items():
            if chosen.get(name) == NOT_STATED:
                condition &= Q(**{f"{column}__isnull": True})
            elif name in chosen:
                condition &= Q(
                    **{column: next(group.group_id for group in self._groups[name] if group.key == chosen[name])}
                )
        condition &= Q(**{name: chosen[name] for name in CHOICES if name in chosen})
        for word in chosen.get("q", "").split():
            condition &= Q(title__icontains=word) | Q(code__icontains=word) | Q(reference__icontains=word)
        return queryset.filter(condition)
