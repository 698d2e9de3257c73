"""`/risks/`: the register."""

from __future__ import annotations

from django.db.models import Count, Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.ui.exports import export_table
from risks.filters import RiskFilterSet
from risks.models import RiskScale
from risks.tables import RiskTable
from savings.owners import themes_of, with_owners
from savings.reading import Reading, read


@open_to(EVERY_POST)
def risk_list(request: HttpRequest) -> HttpResponse:
    """The risks asked for that the reader may see, as they stood when a closed period was closed.

    With an invalid filter: what is wrong, no row, status 400.
    """
    reading = read(request, also=request.GET)
    themes = themes_of(reading)
    scale = reading.rows(RiskScale).filter(programme_id=reading.programme.pk).first() or RiskScale()
    asked = RiskFilterSet(request.GET, reading=reading, themes=themes, tolerance=scale.tolerance)
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "controls": asked.controls(),
        "problems": asked.problems,
        "scale": scale,
        "highest": scale.points**2,
    }
    if not asked.is_valid():
        return render(request, "risks/risk_list.html", context, status=400)
    look = {
        "caption": "Risks",
        "note": f"Score is likelihood × impact, 1 to {scale.points**2} · {reading.period_words}",
        "tolerance": scale.tolerance,
    }
    table = RiskTable.of(request, asked.qs, **look)
    if "export" in request.GET:
        everything = RiskTable(_complete(reading, table.data.data, themes), **look)
        preamble = [f"Tolerance: a current score of {scale.tolerance}.", *asked.words()]
        return export_table(f"risks {reading.period.label}", everything, request.GET["export"], preamble)
    table.page.object_list = _complete(reading, table.page.object_list, themes)
    context |= {
        "table": table,
        "words": asked.words(),
        "illustrations": sorted({risk.illustration for risk in table.page.object_list if risk.illustration}),
        **asked.qs.order_by().aggregate(
            count=Count("id"),
            unscored=Count("id", filter=Q(current__isnull=True)),
            beyond=Count("id", filter=Q(current__gt=scale.tolerance, status="open")),
        ),
    }
    return render(request, "risks/risk_list.html", context)


def _complete(reading: Reading, risks, themes) -> list:
    """The risks with what they belong to and the posts that own them: two queries whatever their number."""
    found = with_owners(reading, risks, themes)
    prefetch_related_objects(found, "owner")
    return found
