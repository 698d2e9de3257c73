"""`/kpis/`: each KPI of the programme with its formula and value, and the page of one with trend and evidence."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.pages.kpi_tables import (
    EvidenceTable,
    Shown,
    by_tables,
    evidence_rows,
    kpi_list_table,
    kpi_url,
    trend_table,
)
from futurefit.pages.kpis import BY, BY_KEY, Material
from futurefit.ui.exports import export_table
from savings.groupings import GROUPINGS, Group, groups_of
from savings.reading import read
from savings.selection import NOT_STATED


@open_to(EVERY_POST)
def kpi_list(request: HttpRequest) -> HttpResponse:
    """Every KPI, the same for everybody who holds a post; what is behind it is linked where its reader may see it."""
    reading = read(request)
    material = Material.of(reading)
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "table": kpi_list_table(reading, material),
    }
    return render(request, "pages/kpi_list.html", context)


@open_to(EVERY_POST)
def kpi_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One KPI: formula, value, trend over the periods, by theme and directorate, and the projects or risks counted.

    What is counted is listed as far as the reader may see it, of one theme or directorate where that is asked for.
    """
    reading = read(request, also=("page", "export", *BY))
    kpi = BY_KEY.get(key)
    if kpi is None:
        raise Http404(f"There is no KPI “{key[:40]}”. There are: {', '.join(BY_KEY)}.")
    material = Material.of(reading)
    groups = groups_of(reading.period, BY)
    evidence = kpi.evidence(material, reading.period) if kpi.evidence else []
    words = []
    for by in BY:
        if by in request.GET:
            group = _group(groups[by], by, request.GET[by])
            evidence = [each for each in evidence if getattr(each, f"{by}_id") == group.group_id]
            words.append(f"Only {by}: {group.label}.")
    rows = evidence_rows(reading, evidence)
    look = {
        "caption": "Risk by risk" if kpi.things[0] == "risk" else "Project by project",
        "note": f"{kpi.name} · {reading.period_words}",
    }
    if "export" in request.GET:
        whole = EvidenceTable(rows, **look)
        return export_table(f"{kpi.key} {reading.period.label}", whole, request.GET["export"], [kpi.formula, *words])
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home")), ("KPIs", reverse("pages:kpi_list") + reading.query)],
        "kpi": kpi,
        "shown": Shown(reading, kpi, kpi.value(material, reading.period), {}),
        "trend": trend_table(reading, kpi, material),
        "by": by_tables(reading, kpi, material, groups),
        "counted": EvidenceTable.of(request, rows, **look),
        "words": words,
        "all_url": kpi_url(reading, kpi) + "#counted",
        "not_shown": len(evidence) - len(rows),
    }
    return render(request, "pages/kpi_detail.html", context)


def _group(groups: Iterable[Group], by: str, key: str) -> Group:
    if key == NOT_STATED:
        return Group(None, None, GROUPINGS[by].none_label)
    for group in groups:
        if group.key == key:
            return group
    raise Http404(f"There is no {by} “{key[:40]}”.")
