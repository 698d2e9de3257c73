"""`/trend/`: percent delivered of original and of target over the periods, of the whole, a group or a line."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.pages.delivered_over_time import over_of, words_of
from futurefit.ui.exports import export_figures
from futurefit.ui.filter_bar import Switch
from futurefit.values.money import Unit
from savings.links import group_url
from savings.reading import read


@open_to(EVERY_POST)
def trend(request: HttpRequest) -> HttpResponse:
    """The two percentages period by period, or with `export=` as a file."""
    reading = read(request, also=("group", "counted", "by", "export"))
    over = over_of(reading, request.GET.get("by"), request.GET.get("group"), request.GET.get("counted"))
    if "export" in request.GET:
        name = f"percent delivered {over.name} {reading.period.label}"
        return export_figures(name, [over.table], request.GET["export"], [over.name])
    crumbs = [("Home", reverse("pages:home"))]
    if over.group and (address := group_url(reading, over.by, over.group)):
        crumbs.append((over.name, address))
    context = {
        "reading": reading,
        "crumbs": crumbs,
        "over": over,
        "words": words_of(over),
        "controls": [
            Switch("counted", "Counted", [("to_date", "To date"), ("year", "The period’s year")], over.counted),
            Switch(
                "basis",
                "Amounts",
                [("all", "Both"), ("approved", "Approved"), ("proposed", "Proposed")],
                reading.basis,
            ),
            Switch("unit", "Unit", [(unit.value, unit.symbol) for unit in Unit], reading.unit.value),
        ],
    }
    return render(request, "pages/trend.html", context)
