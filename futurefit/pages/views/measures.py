"""`/measures/`: how success is judged, with baseline, target, readings and trend."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.pages.measures import WITHOUT_A_NUMBER, MeasureFilterSet, MeasureTable, with_readings
from futurefit.ui.exports import export_table
from savings.owners import themes_of, with_owners
from savings.reading import read


@open_to(EVERY_POST)
def measure_list(request: HttpRequest) -> HttpResponse:
    """The success measures asked for that the reader may see, as they stood when a closed period was closed.

    With an invalid filter: what is wrong, no row, status 400.
    """
    reading = read(request, also=request.GET)
    themes = themes_of(reading)
    asked = MeasureFilterSet(request.GET, reading=reading, themes=themes)
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "controls": asked.controls(),
        "problems": asked.problems,
    }
    if not asked.is_valid():
        return render(request, "pages/measure_list.html", context, status=400)
    look = {
        "caption": "Success measures",
        "note": f"Readings up to {date_format(reading.today, 'j F Y')} · {reading.period_words}",
    }
    table = MeasureTable.of(request, asked.qs, **look)
    if "export" in request.GET:
        rows = with_readings(reading, with_owners(reading, table.data.data, themes))
        return export_table(
            f"success measures {reading.period.label}", MeasureTable(rows, **look), request.GET["export"], asked.words()
        )
    table.page.object_list = with_readings(reading, with_owners(reading, table.page.object_list, themes))
    context |= {
        "table": table,
        "count": table.page.paginator.count,
        "without_a_number": asked.qs.filter(WITHOUT_A_NUMBER).order_by().count(),
        "words": asked.words(),
    }
    return render(request, "pages/measure_list.html", context)
