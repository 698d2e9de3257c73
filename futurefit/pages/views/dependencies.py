"""`/dependencies/`: who waits for whom, as a list and as a picture."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.pages.dependencies import DependencyFilterSet, DependencyTable, Net, with_ends
from futurefit.ui.exports import export_table
from savings.owners import themes_of
from savings.reading import read


@open_to(EVERY_POST)
def dependency_list(request: HttpRequest) -> HttpResponse:
    """The dependencies asked for that the reader may see, as they stood when a closed period was closed.

    With an invalid filter: what is wrong, no row, status 400.
    """
    reading = read(request, also=request.GET)
    themes = themes_of(reading)
    asked = DependencyFilterSet(request.GET, reading=reading, themes=themes)
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "controls": asked.controls(),
        "problems": asked.problems,
    }
    if not asked.is_valid():
        return render(request, "pages/dependency_list.html", context, status=400)
    net = Net.of(reading, themes)
    look = {
        "caption": "Dependencies",
        "note": f"Needs: waits for it. Supports and same money make nobody wait · {reading.period_words}",
    }
    table = DependencyTable.of(request, asked.qs, **look)
    circles = [net.words_of(circle) for circle in net.circles]
    if "export" in request.GET:
        everything = DependencyTable(with_ends(table.data.data, net), **look)
        preamble = [*asked.words(), *(f"Circle: {words}" for words in circles)]
        return export_table(f"dependencies {reading.period.label}", everything, request.GET["export"], preamble)
    table.page.object_list = with_ends(table.page.object_list, net)
    context |= {
        "table": table,
        "count": table.page.paginator.count,
        "words": asked.words(),
        "circles": circles,
    }
    return render(request, "pages/dependency_list.html", context)
