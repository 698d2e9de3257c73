"""What a milestone or a risk belongs to, by the name and with the page that the reading gives it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from projects.filters import ThemeChoice
from savings.groupings import groups_of
from savings.reading import Reading


@dataclass(frozen=True)
class Owner:
    """The theme or project: its name and the address of its page.

    `theme_id` is the theme, or that of the project; `key` is its slug or code, which filters of lines know.
    """

    name: str
    href: str
    theme_id: int | None = None
    key: str = ""

    def __str__(self) -> str:
        return self.name


def themes_of(reading: Reading) -> list[ThemeChoice]:
    """The themes that the period shows, in their order: one query."""
    return [
        ThemeChoice(group.group_id, group.key, group.label) for group in groups_of(reading.period, ("theme",))["theme"]
    ]


def with_owners(reading: Reading, rows: Iterable[Any], themes: Iterable[ThemeChoice]) -> list[Any]:
    """The rows, each with `belongs_to`, its `Owner`: one query whatever their number.

    The rows must be ones that the reader may see.
    """
    found = list(rows)
    by_theme = {
        theme.id: Owner(
            theme.name, reverse("pages:theme_detail", args=[theme.slug]) + reading.query, theme.id, theme.slug
        )
        for theme in themes
    }
    wanted = {row.project_id for row in found if row.project_id}
    named = reading.projects().filter(id__in=wanted).order_by().values_list("id", "title", "code", "theme_id")
    by_project = {
        project_id: Owner(title, reverse("pages:project_detail", args=[code]) + reading.query, theme_id, code)
        for project_id, title, code, theme_id in named
    }
    for row in found:
        row.belongs_to = by_project.get(row.project_id) if row.project_id else by_theme.get(row.theme_id)
    return found
