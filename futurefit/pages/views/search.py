"""Finding projects, lines, themes, milestones and risks by words; only what the reader may see."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.db.models import Count, Q, QuerySet, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.ui.filters import Problem
from projects.models import Milestone, Project, Theme
from risks.models import Risk
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
    query, scope = reading.query, reading.scope
    named = _matching(Theme.objects.of_programme(reading.programme), words, "name", "aliases__name", "vision")
    themes = Theme.objects.filter(pk__in=named.order_by().values("pk"))
    projects = _matching(
        Project.objects.of_programme(reading.programme).visible_to(scope), words, "title", "code", "reference"
    ).select_related("theme")
    lines = (
        LineInPeriod.objects.in_period(reading.period)
        .visible_to(scope)
        .filter(Selection(text=" ".join(words)).q())
        .select_related("line")
    )
    milestones = _matching(
        Milestone.objects.filter(programme=reading.programme).visible_to(scope), words, "title", "date_as_written"
    ).select_related("theme", "project")
    risks = _matching(
        Risk.objects.filter(programme=reading.programme).visible_to(scope), words, "description", "mitigation", "code"
    ).select_related("theme", "project")
    return [
        _kind("Themes", themes, lambda theme: Find(theme.name, _theme_url(theme, query))),
        _kind(
            "Projects, workstreams and blocks",
            projects,
            lambda project: Find(
                project.title,
                reverse("pages:project_detail", args=[project.code]) + query,
                f"{project.get_kind_display()} {project.code}" + (f", {project.theme}" if project.theme else ""),
            ),
        ),
        _kind(
            "Savings lines",
            lines,
            lambda line: Find(
                line.title,
                reverse("savings:line_detail", args=[line.line.code]) + query,
                f"Line {line.line.code}, {line.project_label}",
            ),
        ),
        _kind(
            "Milestones",
            milestones,
            lambda row: Find(row.title, _owner_url(row, query), f"{row.project or row.theme}: “{row.date_as_written}”"),
        ),
        _kind("Risks", risks, lambda row: Find(row.description, _owner_url(row, query), str(row.project or row.theme))),
    ]


def _matching(rows: QuerySet, words: list[str], *columns: str) -> QuerySet:
    for word in words:
        condition = Q()
        for column in columns:
            condition |= Q(**{f"{column}__icontains": word})
        rows = rows.filter(condition)
    return rows


def _kind(name: str, rows: QuerySet, find) -> Kind:
    """The first rows, each with the number of all of them, in one query."""
    shown = list(rows.annotate(found=Window(Count("pk")))[:SHOWN])
    return Kind(name, [find(row) for row in shown], shown[0].found if shown else 0)


def _theme_url(theme: Theme, query: str) -> str:
    return reverse("pages:theme_detail", args=[theme.slug]) + query


def _owner_url(row, query: str) -> str:
    """The page of the project or theme that a milestone or risk belongs to."""
    if row.project is not None:
        return reverse("pages:project_detail", args=[row.project.code]) + query
    return _theme_url(row.theme, query)
