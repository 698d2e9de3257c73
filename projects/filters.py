"""Filters that milestones and risks share: by the theme or project that they belong to, and by words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from futurefit.ui.filters import StrictFilterSet

NO_THEME = "none"
"""In an address: what belongs to a project without a theme."""


@dataclass(frozen=True)
class ThemeChoice:
    """A theme that the form offers."""

    id: int
    slug: str
    name: str


class ProjectCodeField(forms.CharField):
    """The code of a project that the reader may see; gives the project. There are too many to offer in a list."""

    projects: QuerySet[Any]

    def clean(self, value: Any) -> Any:
        code = super().clean(value)
        if not code:
            return None
        found = self.projects.filter(code__iexact=code).first()
        if found is None:
            raise ValidationError(f"There is no project with the code “{code[:40]}” that you can open.")
        return found


class ProjectCodeFilter(django_filters.CharFilter):
    """By the code of a project."""

    field_class = ProjectCodeField


class OwnedFilterSet(StrictFilterSet):
    """Rows that belong to a theme or to a project, with the choices of the page.

    A theme asks for its own rows and those of its projects. `projects` are those that the reader may see, as they
    are read. Subclasses name the columns that `q` searches.
    """

    searched: tuple[str, ...] = ()

    q = django_filters.CharFilter(label="Words", max_length=100)
    theme = django_filters.ChoiceFilter(label="Theme")
    project = ProjectCodeFilter(label="Project code", max_length=40)

    def __init__(
        self,
        data: Mapping[str, Any],
        queryset: QuerySet[Any],
        *,
        themes: Sequence[ThemeChoice],
        projects: QuerySet[Any],
    ) -> None:
        super().__init__(data, queryset)
        self._theme_ids = {theme.slug: theme.id for theme in themes}
        self._projects = projects
        self.filters["theme"].extra["choices"] = [
            *((theme.slug, theme.name) for theme in themes),
            (NO_THEME, "No theme"),
        ]
        self.form.fields["project"].projects = projects

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters that are on, by name. Only of a valid address."""
        return {name: value for name, value in self.form.cleaned_data.items() if value not in (None, "")}

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(self.condition())

    def condition(self) -> Q:
        """The condition of theme, project and words; subclasses add theirs."""
        chosen = self.chosen
        condition = Q()
        if chosen.get("theme") == NO_THEME:
            condition &= Q(project_id__in=self._projects.filter(theme_id__isnull=True).order_by().values("id"))
        elif "theme" in chosen:
            theme_id = self._theme_ids[chosen["theme"]]
            of_projects = self._projects.filter(theme_id=theme_id).order_by().values("id")
            condition &= Q(theme_id=theme_id) | Q(project_id__in=of_projects)
        if "project" in chosen:
            condition &= Q(project_id=chosen["project"].pk)
        for word in chosen.get("q", "").split():
            found = Q()
            for column in self.searched:
                found |= Q(**{f"{column}__icontains": word})
            condition &= found
        return condition
