"""`/undelivered/`: each pound that an ended year did not deliver, and where it went (pages.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.ui.exports import export_table
from futurefit.ui.figure_table import FigureTable
from futurefit.ui.filter_bar import Control, Switch
from savings.groupings import GROUPINGS
from savings.permissions import can_change_lines, may_carry_forward
from savings.reading import Reading, read
from savings.rollups import scan_each
from savings.undelivered import BY, Amount, EndedYear, YearEnds, year_ends
from savings.undelivered_page import UndeliveredFilterSet, UndeliveredTable, identity_table, list_totals, result_words
from savings.views.carry_forward import carry_url


@open_to(EVERY_POST)
def undelivered(request: HttpRequest) -> HttpResponse:
    """For each ended year both sides by directorate or theme, then the amounts, what is open first.

    With an invalid filter: what is wrong, no figure, status 400.
    """
    reading = replace(read(request, also=request.GET), view="incremental", basis="all")
    by = request.GET.get("by", BY[0])
    if by not in BY:
        raise Http404(f"What was not delivered cannot be grouped by '{by[:40]}'. Choose one of: {', '.join(BY)}.")
    ends = year_ends(reading.periods, reading.period, scope=reading.scope)
    asked = UndeliveredFilterSet(request.GET, reading=reading, ends=ends)
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "controls": [*asked.controls(), _by_control(by)],
        "problems": asked.problems,
        "ended": bool(ends.years),
    }
    if not asked.is_valid():
        return render(request, "savings/undelivered.html", context, status=400)
    rows = [row for row in ends.listed if asked.picks(row)]
    look = {
        "reading": reading,
        "ends": ends,
        "caption": "Amounts that were not delivered, and where they went",
        "note": f"{reading.unit.symbol} · not delivered as each year’s last period said · as at {reading.period_words}",
        "unit": reading.unit,
        "totals": list_totals(reading, rows, asked.in_address),
    }
    if "export" in request.GET:
        table = UndeliveredTable(rows, **look)
        return export_table(f"not delivered {reading.period.label}", table, request.GET["export"], asked.words())
    mine = _mine(request, reading, rows)
    decide = reverse("savings:decision_new") if reading.period.is_open and can_change_lines(request.reader) else ""  # type: ignore[attr-defined]
    context |= {
        "tables": _tables(reading, ends, by, [year for year in ends.years if asked.chosen_year in (None, year.year)]),
        "without_period": [reading.horizon.label(each.year) for each in ends.years if each.period is None],
        "table": UndeliveredTable.of(
            request,
            rows,
            mine=mine,
            decide_url=decide,
            carry_url=lambda row: carry_url(reading, (row.code, row.year)),
            **look,
        ),
        "count": len(rows),
        "words": asked.words(),
        "may_choose": bool(mine),
        "kept": list(reading.parameters().items()),
        "something_hidden": _something_hidden(ends),
    }
    return render(request, "savings/undelivered.html", context)


def _tables(reading: Reading, ends: YearEnds, by: str, years: Sequence[EndedYear]) -> list[tuple[FigureTable, str]]:
    """Both sides of each year that has a last period, and below them its percent delivered: one query for all."""
    dated = [(each, each.period) for each in years if each.period is not None]
    moneys = scan_each([reading.period, *(period for _each, period in dated)]) if dated else {}
    found = []
    for each, period in dated:
        then, now = (moneys[pk].rollup().total.year(each.year) for pk in (period.pk, reading.period.pk))
        found.append((identity_table(reading, ends, each.year, by), result_words(reading, each, then, now)))
    return found


def _by_control(by: str) -> Control:
    return Switch("by", "Tables by", [(name, GROUPINGS[name].words.capitalize()) for name in BY], by)


def _mine(request: HttpRequest, reading: Reading, rows: Sequence[Amount]) -> list[int]:
    """The positions of these that still have something undelivered and are the reader's to carry forward."""
    if not reading.period.is_open:
        return []
    reader = request.reader  # type: ignore[attr-defined]
    return [
        row.position.pk
        for row in rows
        if row.position is not None and may_carry_forward(reader, reading.scope, row.position.line_in_period)
    ]


def _something_hidden(ends: YearEnds) -> bool:
    return any(row.sums.partly_hidden and row.sums.left for row in ends.amounts)
