"""The directorates: what each promises by year and how sure it is, and the page of one with services and projects."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.council.models import Directorate
from futurefit.pages import as_read, sentences
from futurefit.pages.delivery import late_and_due, told_risks
from futurefit.pages.differences import checked_of_directorate
from futurefit.pages.figures import HOW_SURE_WORDS, MINUS_WORDS, PERCENT_WORDS, Sheet
from futurefit.pages.money_needed import needed
from futurefit.pages.remarks import remarks, words_of
from futurefit.pages.switches import switches
from futurefit.pages.views.programme import leading_to, not_stated_recurring, project_words
from savings.links import lines_url
from savings.reading import Reading, read
from savings.selection import Selection


@open_to(EVERY_POST)
def directorate_list(request: HttpRequest) -> HttpResponse:
    """Every directorate, and Cross-council, with what it promises by year and how sure that is."""
    reading = read(request)
    sheet = Sheet.of(reading, ("directorate",))
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "sheet": sheet,
        "switches": switches(reading),
        "how_sure": sheet.how_sure(
            "directorate",
            key="how-sure",
            caption="What each directorate promises and how sure it is",
            first="Directorate",
            total="Programme",
            words=leading_to(reading, "directorate"),
            foot=f"{HOW_SURE_WORDS} {PERCENT_WORDS} {sentences.ROUNDING}",
        ),
        "by_year": sheet.by_year(
            "directorate",
            key="by-year",
            caption="What each directorate promises by year",
            first="Directorate",
            total="Programme",
            words=leading_to(reading, "directorate"),
            foot=MINUS_WORDS,
        ),
        "remarks": remarks(reading),
    }
    return render(request, "pages/directorate_list.html", context)


@open_to(EVERY_POST)
def directorate_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One directorate: its totals, and its services and projects as far as the reader may see them."""
    reading = read(request)
    directorate = Directorate.objects.filter(code=code).first()
    if directorate is None:
        raise Http404(f"There is no directorate “{code[:40]}”.")
    crumbs = [("Home", reverse("pages:home")), ("Directorates", reverse("pages:directorate_list") + reading.query)]
    context = {**directorate_context(reading, directorate), "crumbs": crumbs}
    return render(request, "pages/directorate_detail.html", context)


def directorate_context(reading: Reading, directorate: Directorate) -> dict[str, Any]:
    """What the page of a directorate shows; the home page of its director shows it too.

    Raises Http404 where the period does not show the directorate.
    """
    sheet = Sheet.of(
        reading,
        ("directorate", "service", "project", "recurring"),
        where=Selection(directorate=directorate.pk),
        groups={"directorate": directorate.code},
    )
    row = sheet.by("directorate").find(directorate.pk)
    if row is None:
        raise Http404(f"{reading.programme} shows no directorate '{directorate.code}' in {reading.period.spoken}.")
    beside = as_read.beside_directorate(reading, directorate.pk)
    projects, in_words = beside.projects, beside.lines_in_words
    late, due = late_and_due(beside.rows["milestones"], reading, projects, {})
    return {
        "reading": reading,
        "directorate": directorate,
        "name": row.label,
        "directors": beside.rows["directors"],
        "sheet": sheet,
        "switches": switches(reading),
        "tiles": sheet.tiles(),
        "chart": sheet.chart(key="years", title="Planned savings by year, and how they stand"),
        "matrix": sheet.matrix(key="matrix", caption="The same figures as a table"),
        "approval": sheet.approval(key="approval"),
        "by_service": sheet.by_year(
            "service",
            key="services",
            caption="Services of this directorate",
            first="Service",
            total="Directorate",
            keep=lambda each: each.total.holds_rows,
            foot=f"{HOW_SURE_WORDS} {MINUS_WORDS}",
        ),
        "by_project": sheet.by_year(
            "project",
            key="projects",
            caption="Projects of this directorate",
            first="Project",
            total="Directorate",
            words=lambda each: project_words(reading, each, projects, words_of(in_words.get(each.group.group_id, ()))),
            keep=lambda each: (
                each.total.holds_rows or each.group.group_id in projects or each.group.group_id in in_words
            ),
            foot=sentences.ROUNDING,
        ),
        "late": late,
        "due": due,
        "risks": told_risks(beside.rows["risks"], beside.rows["scale"]),
        "needed": needed(beside.rows["investments"], reading),
        "checked": checked_of_directorate(reading, directorate.pk),
        "reconciliation_url": reverse("savings:reconciliation") + reading.query,
        "remarks": beside.remarks,
        "weights": sheet.weights_words(),
        "not_stated_recurring": not_stated_recurring(sheet),
        "lines_url": lines_url(reading, sheet.groups),
    }
