"""`/periods/`: the reporting periods of the programme, each leading to the page in hand as at that period."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse

from futurefit.access.permissions import EVERY_POST, open_to
from savings.models import ReportingPeriod
from savings.reading import Reading, read
from savings.tables import PeriodTable


@open_to(EVERY_POST)
def period_list(request: HttpRequest) -> HttpResponse:
    """The periods, newest first; `page_at` is the local path of the page to show as at one of them."""
    reading = read(request, also=("page_at",))
    page_at = _local_page(request.GET.get("page_at", reverse("savings:plan")))
    table = PeriodTable.of(
        request,
        list(reversed(reading.periods)),
        per_page=None,
        caption="Reporting periods",
        note=f"{reading.programme.name} · a closed period never changes again",
        address=lambda period: _as_at(reading, period, page_at),
        present=reading.period,
        exclude=() if any(period.correction_note for period in reading.periods) else ("correction_note",),
    )
    return render(request, "savings/period_list.html", {"reading": reading, "table": table, "page_at": page_at})


def _local_page(path: str) -> str:
    """The path when it is one of this site's own pages. Raises Http404 for anything else."""
    refused = Http404(f"'{path[:80]}' is not a page of this site, so no period can be chosen for it.")
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        raise refused
    try:
        resolve(path)
    except Resolver404:
        raise refused from None
    return path


def _as_at(reading: Reading, period: ReportingPeriod, page_at: str) -> str:
    kept = reading.parameters(period=None if period.is_open else period.label)
    return f"{page_at}?{urlencode(kept)}" if kept else page_at
