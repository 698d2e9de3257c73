"""`/commissioning/`: which services are commissioned, which are to be, and what that costs in the papers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.pages.budget_summary import budget_summaries
from futurefit.pages.commissioning import (
    Counted,
    Parts,
    ServiceFilterSet,
    ServiceTable,
    counts_table,
    list_url,
    with_parts,
)
from futurefit.ui.exports import export_table
from savings.reading import read


@open_to(EVERY_POST)
def service_list(request: HttpRequest) -> HttpResponse:
    """The services of the commissioning plan, as they stood when a closed period was closed, and its budget.

    The plan names services and budgets and no saving, so it is the same for everybody who holds a post. With an
    invalid filter: what is wrong, no row, status 400.
    """
    reading = read(request, also=request.GET)
    parts = Parts.of(reading)
    asked = ServiceFilterSet(request.GET, reading=reading, parts=parts)
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "controls": asked.controls(),
        "problems": asked.problems,
    }
    if not asked.is_valid():
        return render(request, "pages/service_list.html", context, status=400)
    look = {
        "caption": "Services by directorate or group",
        "note": f"As the commissioning plan lists them · {reading.period_words}",
    }
    table = ServiceTable.of(request, asked.qs, **look)
    if "export" in request.GET:
        everything = ServiceTable(with_parts(table.data.data, parts), **look)
        name = f"commissioning plan {reading.period.label}"
        return export_table(name, everything, request.GET["export"], asked.words())
    table.page.object_list = with_parts(table.page.object_list, parts)
    counted = Counted.of(reading)
    context |= {
        "table": table,
        "count": table.page.paginator.count,
        "words": asked.words(),
        "counted": counted,
        "counts": counts_table(reading, counted, parts),
        "not_listed_url": list_url(reading, {"provision": "not_stated"}),
        "budgets": budget_summaries(reading),
    }
    return render(request, "pages/service_list.html", context)
