"""The programme as a whole: by directorate, by theme, by year and rating."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.pages import sentences
from futurefit.pages.figures import HOW_SURE_WORDS, MINUS_WORDS, RowWords, Sheet
from futurefit.pages.remarks import remarks
from futurefit.pages.switches import switches
from projects.models import Project
from savings.links import group_url, lines_url
from savings.reading import Reading, read
from savings.rollups import Row


@open_to(EVERY_POST)
def programme_detail(request: HttpRequest) -> HttpResponse:
    """Every total of the programme, from one scan."""
    reading = read(request)
    context = {**programme_context(reading), "crumbs": [("Home", reverse("pages:home"))]}
    return render(request, "pages/programme_detail.html", context)


def programme_context(reading: Reading) -> dict[str, Any]:
    """What the programme page shows; the home page of those who look after the whole shows it too."""
    sheet = Sheet.of(reading, ("directorate", "theme", "recurring"))
    total = sheet.total.total
    standing = sentences.standing(total.secure, total.at_risk, total.not_rated, total.target)
    stated = sheet.requirement()
    return {
        "reading": reading,
        "programme": reading.programme,
        "sheet": sheet,
        "standing": sheet.told(standing, total),
        "switches": switches(reading),
        "tiles": sheet.tiles(),
        "chart": sheet.chart(key="years", title="Planned savings by year, and how they stand"),
        "matrix": sheet.matrix(key="matrix", caption="The same figures as a table"),
        "approval": sheet.approval(key="approval"),
        "requirement": sheet.requirement_table(stated, key="requirement") if stated else None,
        "no_requirement": f"{sentences.no_requirement(reading.programme.name)} {sentences.PRESSURES}",
        "by_directorate": sheet.by_year(
            "directorate",
            key="directorates",
            caption="Savings planned, by directorate",
            first="Directorate",
            total="Programme",
            words=leading_to(reading, "directorate"),
            foot=f"{HOW_SURE_WORDS} {MINUS_WORDS}",
        ),
        "by_theme": sheet.by_year(
            "theme",
            key="themes",
            caption="Savings planned, by theme",
            first="Theme",
            total="Programme",
            words=leading_to(reading, "theme"),
            foot=sentences.ROUNDING,
        ),
        "remarks": remarks(reading),
        "weights": sheet.weights_words(),
        "not_stated_recurring": not_stated_recurring(sheet),
        "lines_url": lines_url(reading),
    }


def leading_to(reading: Reading, grouping: str) -> Callable[[Row], RowWords]:
    """The words of a row that leads to the page of its group, where the reader may open it."""
    return lambda row: RowWords(href=group_url(reading, grouping, row.group))


def not_stated_recurring(sheet: Sheet) -> str:
    """In the cumulative view: how much of the total does not say whether it recurs (domain.md, Incremental)."""
    if sheet.reading.view != "cumulative":
        return ""
    row = sheet.by("recurring").find("not_stated")
    return sentences.not_stated_recurring(row.total.target, sheet.reading.unit) if row else ""


def project_words(reading: Reading, row: Row, projects: Mapping[int, Project], note: str) -> RowWords:
    """A project's row with its reference as printed, leading to its dossier."""
    project = projects.get(row.group.group_id)
    href = group_url(reading, "project", row.group)
    return RowWords(href=href, prefix=project.reference if project else "", note=note)
