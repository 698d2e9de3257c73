"""Finding projects, lines, themes, milestones and risks by words; only what the reader may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, F, Model, Q, QuerySet, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.ui.filters import Problem
from projects.models import Milestone, Project, Theme, ThemeAlias
from projects.querysets import owned_visible_to
from risks.models import Risk
from risks.movement import risk_url
from savings.models import LineInPeriod
from savings.reading import Reading, read
from savings.selection import Selection

SHOWN = 20
"""How many finds of one kind a page shows; the rest is said in words."""


class SearchForm(forms.Form):
    """The words to look for; every word must stand somewhere in a find."""

    q = forms.CharField(
        label="Words to look for",
        required=False,
        max_length=100,
        error_messages={"max_length": "Search for at most 100 characters; you gave %(show_value)s."},
    )


@dataclass(frozen=True)
class Find:
    """One find: what it is called, where it is, and words beside it."""

    title: str
    href: str
    beside: str = ""


@dataclass(frozen=True)
class Kind:
    """The finds of one kind, at most `SHOWN`, and how many there are in all."""

    name: str
    finds: list[Find]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.finds)


@open_to(EVERY_POST)
def search(request: HttpRequest) -> HttpResponse:
    """What stands under the words asked for, kind by kind."""
    reading = read(request, also=("q",))
    form = SearchForm(request.GET)
    asked = form.data.get("q", "")
    words = form.cleaned_data["q"].split() if form.is_valid() else []
    kinds = _kinds(reading, words) if words else []
    context = {
        "reading": reading,
        "form": form,
        "asked": asked,
        "problems": [Problem("q", asked, words, "search-q") for words in form.errors.get("q", [])],
        "kinds": [kind for kind in kinds if kind.count],
        "count": sum(kind.count for kind in kinds),
        "crumbs": [("Home", reverse("pages:home"))],
    }
    return render(request, "pages/search.html", context, status=200 if form.is_valid() else 400)


def _kinds(reading: Reading, words: list[str]) -> list[Kind]:
    """What is found, as it is read: in a closed period what stood then, under the words of then."""
    programme = reading.programme.pk
    named = {
        "theme_name": _named(reading, Theme, "theme", "name"),
        "theme_slug": F("theme__slug"),
        "project_title": _named(reading, Project, "project", "title"),
        "project_code": F("project__code"),
    }
    mine = Q(owned_visible_to(reading.scope), programme_id=programme)
    lines = LineInPeriod.objects.in_period(reading.period).visible_to(reading.scope)
    return [
        _kind(
            "Themes",
            _matching(
                reading.rows(Theme).filter(programme_id=programme),
                words,
                "name",
                "vision",
                also=lambda word: Q(
                    id__in=reading.rows(ThemeAlias).filter(name__icontains=word).order_by().values("theme_id")
                ),
            ).order_by("order", "name", "id"),
            ("name", "slug"),
            lambda row: Find(row["name"], _theme_url(reading, row["slug"])),
        ),
        _kind(
            "Projects, workstreams and blocks",
            _matching(reading.projects(), words, "title", "code", "reference")
            .annotate(theme_name=named["theme_name"])
            .order_by("order", "code"),
            ("title", "code", "kind", "theme_name"),
            lambda row: Find(
                row["title"],
                _project_url(reading, row["code"]),
                f"{Project.Kind(row['kind']).label} {row['code']}"
                + (f", {row['theme_name']}" if row["theme_name"] else ""),
            ),
        ),
        _kind(
            "Savings lines",
            lines.filter(Selection(text=" ".join(words)).q()),
            ("title", "line__code", "project_label"),
            lambda row: Find(
                row["title"],
                reverse("savings:line_detail", args=[row["line__code"]]) + reading.query,
                f"Line {row['line__code']}, {row['project_label']}",
            ),
        ),
        _kind(
            "Milestones",
            _matching(reading.rows(Milestone).filter(mine), words, "title", "date_as_written")
            .annotate(**named)
            .order_by("order", "id"),
            ("title", "date_as_written", *named),
            lambda row: Find(row["title"], _owner_url(reading, row), f"{_owner(row)}: “{row['date_as_written']}”"),
        ),
        _kind(
            "Risks",
            _matching(reading.rows(Risk).filter(mine), words, "description", "mitigation", "code")
            .annotate(**named)
            .order_by("order", "id"),
            ("description", "code", *named),
            lambda row: Find(row["description"], risk_url(reading, row["code"]), f"{row['code']}, {_owner(row)}"),
        ),
    ]


def _named(reading: Reading, model: type[Model], column: str, name: str) -> Any:
    """What a row that `column` refers to is called, as it is read."""
    words = reading.words_of(model, column, name)
    return F(words) if isinstance(words, str) else words


def _matching(
    rows: QuerySet[Any], words: list[str], *columns: str, also: Callable[[str], Q] = lambda word: Q()
) -> QuerySet[Any]:
    """The rows in which every word stands, in one of these columns or as `also` says."""
    for word in words:
        condition = also(word)
        for column in columns:
            condition |= Q(**{f"{column}__icontains": word})
        rows = rows.filter(condition)
    return rows


def _kind(name: str, rows: QuerySet[Any], columns: Sequence[str], find: Callable[[dict[str, Any]], Find]) -> Kind:
    """The first rows, each with the number of all of them, in one query."""
    shown = list(rows.annotate(found=Window(Count("id"))).values(*columns, "found")[:SHOWN])
    return Kind(name, [find(row) for row in shown], shown[0]["found"] if shown else 0)


def _theme_url(reading: Reading, slug: str) -> str:
    return reverse("pages:theme_detail", args=[slug]) + reading.query


def _project_url(reading: Reading, code: str) -> str:
    return reverse("pages:project_detail", args=[code]) + reading.query


def _owner(row: dict[str, Any]) -> str:
    """What the project or theme that a milestone or risk belongs to is called."""
    return str(row["project_title"] or row["theme_name"])


def _owner_url(reading: Reading, row: dict[str, Any]) -> str:
    """The page of the project or theme that a milestone belongs to."""
    if row["project_code"] is not None:
        return _project_url(reading, row["project_code"])
    return _theme_url(reading, row["theme_slug"])
