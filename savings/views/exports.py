"""`/export/`: savings lines as files, of the whole programme or of what the line list is asked for."""

from __future__ import annotations

from functools import partial
from tempfile import TemporaryFile

from django.db.models import prefetch_related_objects
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.text import slugify

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.access.today import today
from futurefit.council.models import PostKind
from futurefit.ui.filters import LIST_PARAMETERS
from savings.filters import LineFilterSet
from savings.line_amounts import Amount
from savings.permissions import can_change_lines, may_change_lines_of
from savings.reading import Reading, read
from savings.rollups import scan
from savings.spreadsheets.exported import Export
from savings.spreadsheets.writing import csv_chunks, template_bytes, write_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@open_to(EVERY_POST)
def programme_workbook(request: HttpRequest) -> HttpResponseBase:
    """The lines that the reader may see, or those that the filters of `/lines/` leave, as a workbook.

    Who may change lines can edit it and bring it back; everybody else's is locked. 404 for an address that `/lines/`
    would refuse.
    """
    export = _export(request)
    file = TemporaryFile()  # noqa: SIM115 (the response closes it)
    try:
        write_workbook(export, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=_name(export.reading, "xlsx"), content_type=XLSX)


@open_to(EVERY_POST)
def programme_csv(request: HttpRequest) -> HttpResponse:
    """The same lines and columns as CSV."""
    export = _export(request)
    response = HttpResponse(csv_chunks(export), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_name(export.reading, "csv")}"'
    return response


@open_to({PostKind.FINANCE_OFFICER})
def template_workbook(request: HttpRequest) -> HttpResponse:
    """An empty workbook for new lines, in the unit of the address."""
    reading = read(request)
    prefetch_related_objects([reading.period], "rag_definitions")
    response = HttpResponse(template_bytes(reading), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="savings-template-{reading.programme.slug}.xlsx"'
    return response


def _export(request: HttpRequest) -> Export:
    reading = read(request, also=request.GET.keys() - LIST_PARAMETERS, shapes=True)
    asked = LineFilterSet(request.GET, reading=reading)
    if not asked.is_valid():
        raise Http404(" ".join(problem.message for problem in asked.problems))
    prefetch_related_objects([reading.period], "rag_definitions")
    figures = scan(reading.period, where=asked.selection, basis=reading.basis, scope=reading.scope)
    amount = Amount(figures.rollup(view=reading.view), asked.chosen_measure, asked.chosen_year)
    reader = request.reader
    return Export(
        reading=reading,
        lines=asked.listed(amount),
        words=asked.words(),
        made_for=reader.post_title,
        made_on=today(),
        may_change=partial(may_change_lines_of, reader) if can_change_lines(reader) else None,
    )


def _name(reading: Reading, ending: str) -> str:
    return f"savings-{reading.programme.slug}-{slugify(reading.period.label.replace('/', '-'))}.{ending}"
