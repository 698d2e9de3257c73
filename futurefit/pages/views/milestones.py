"""`/milestones/`: what is due and when, in the words as written, with what they are read as."""

from __future__ import annotations

from django.db.models import Case, F, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.pages.milestone_filters import MilestoneFilterSet, is_late
from futurefit.pages.milestone_table import MilestoneTable
from futurefit.ui.exports import export_table
from savings.owners import themes_of, with_owners
from savings.reading import read


@open_to(EVERY_POST)
def milestone_list(request: HttpRequest) -> HttpResponse:
    """The milestones asked for that the reader may see, as they stood when a closed period was closed.

    With an invalid filter: what is wrong, no row, status 400.
    """
    reading = read(request, also=request.GET)
    themes = themes_of(reading)
    asked = MilestoneFilterSet(request.GET, reading=reading, themes=themes)
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "controls": asked.controls(),
        "problems": asked.problems,
    }
    if not asked.is_valid():
        return render(request, "pages/milestone_list.html", context, status=400)
    look = {
        "caption": "Milestones in the words of the papers",
        "note": f"As on {date_format(reading.today, 'j F Y')} · {reading.period_words}",
        "today": reading.today,
    }
    milestones = asked.qs.annotate(late_since=Case(When(is_late(reading.today), then=F("latest"))))
    table = MilestoneTable.of(request, milestones, **look)
    if "export" in request.GET:
        everything = MilestoneTable(with_owners(reading, table.data.data, themes), **look)
        return export_table(f"milestones {reading.period.label}", everything, request.GET["export"], asked.words())
    table.page.object_list = with_owners(reading, table.page.object_list, themes)
    context |= {"table": table, "count": table.page.paginator.count, "words": asked.words()}
    return render(request, "pages/milestone_list.html", context)
