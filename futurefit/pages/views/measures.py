"""`/measures/`: how success is judged, with baseline, target, readings and trend; and entering readings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.access.reader import Reader
from futurefit.access.today import today
from futurefit.history.as_opened import digest_of
from futurefit.pages.measures import (
    WITHOUT_A_NUMBER,
    MeasureFilterSet,
    MeasureTable,
    told_readings,
    with_readings,
)
from futurefit.pages.parts import Part, PartPage, closed
from futurefit.ui.editing import RowSet
from futurefit.ui.entry_fields import on_day
from futurefit.ui.exports import export_table
from projects.forms import ReadingRow
from projects.models import MeasureReading, Project, SuccessMeasure
from projects.permissions import CREATES, WRITES_THEMES, may_change_project
from projects.querysets import owned_visible_to
from projects.services.readings import readings_of, save_readings
from savings.owners import themes_of, with_owners
from savings.reading import Reading, read

READINGS = Part("readings", "Readings", "Change the readings", lambda reader, scope, project: False)
"""Of whoever keeps the measure: `_may_read_on` is the whole rule."""


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


@open_to(EVERY_POST)
def measure_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One measure with its readings, oldest first, as a chart and a table. 404 outside the reader's scope."""
    reading = read(request)
    measure = _measure(reading, pk)
    owner = with_owners(reading, [measure], themes_of(reading))[0].belongs_to
    told = with_readings(reading, [measure])[0]
    readings = list(
        reading.rows(MeasureReading).filter(measure_id=pk, read_on__lte=reading.today).order_by("read_on", "id")
    )
    may = reading.period.is_open and _may_read_on(request.reader, reading, measure)
    context = {
        "reading": reading,
        "crumbs": [
            ("Home", reverse("pages:home")),
            ("Success measures", reverse("pages:measure_list") + reading.query),
        ],
        "measure": told,
        "owner": owner,
        "readings": told_readings(told, readings),
        "has_readings": bool(readings),
        "change_url": reverse("pages:measure_readings", args=[pk]) + reading.query if may else "",
    }
    return render(request, "pages/measure_detail.html", context)


@open_to(CREATES)
@require_http_methods(["GET", "HEAD", "POST"])
def measure_readings(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter, correct and remove readings of a measure, all together."""
    reading = read(request)
    measure = _measure(reading, pk)
    if not _may_read_on(request.reader, reading, measure):
        raise PermissionDenied
    back = reverse("pages:measure_detail", args=[pk]) + reading.query
    crumbs = [("Success measures", reverse("pages:measure_list") + reading.query), (measure.name, back)]
    page = PartPage(request, reading, READINGS, measure.name, back, crumbs)
    if not reading.period.is_open:
        return closed(page)

    def make(posted: Mapping[str, Any] | None) -> RowSet:
        standing = list(readings_of(measure))
        rows = [
            (row.pk, {"read_on": row.read_on, "value": row.value, "note": row.note, "named": on_day(row.read_on)})
            for row in standing
        ]
        return RowSet(ReadingRow, rows, "reading", digest_of(standing), data=posted)

    def save(rows: RowSet) -> bool:
        return save_readings(
            actor=page.actor, measure=measure, typed=rows.typed, today=today(), as_opened=rows.as_opened
        )

    return page.rows(make, save)


def _measure(reading: Reading, pk: int) -> SuccessMeasure:
    """The measure of this number, as it is read. Raises Http404 outside the programme or the reader's scope."""
    of_programme = Q(theme__programme=reading.programme.pk) | Q(project__programme=reading.programme.pk)
    found = reading.rows(SuccessMeasure).filter(of_programme & owned_visible_to(reading.scope), id=pk).first()
    if found is None:
        raise Http404("There is no such success measure that you can open.")
    return found


def _may_read_on(reader: Reader, reading: Reading, measure: SuccessMeasure) -> bool:
    """Who keeps a measure enters its readings: programme officers, of a project its finance officers too."""
    if measure.project_id is None:
        return reader.has_post(*WRITES_THEMES)
    return may_change_project(reader, reading.scope, Project.objects.get(pk=measure.project_id))
