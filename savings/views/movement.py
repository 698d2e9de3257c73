"""`/movement/`: why two periods differ, and `/movement/lines/`: the changes and reasons that make each figure."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.ui.exports import export_rows, export_table
from futurefit.ui.filter_bar import Control, Select, Switch
from futurefit.values.money import Unit
from savings.changes import Cause
from savings.groupings import COMMAND_GROUPINGS, GROUPINGS
from savings.measures import LABELS
from savings.models import ReportingPeriod
from savings.movement import ANY_YEAR, MEASURES, Movement, movement, total_of
from savings.movement_page import MovementPage, PartTable, capital, find_row
from savings.reading import Reading, read

OFFERED = (*COMMAND_GROUPINGS, "line")
ASKED = ("from", "by", "measure", "export")


@open_to(EVERY_POST)
def movement_page(request: HttpRequest) -> HttpResponse:
    """The movement between two periods, or with `export=` as a file that holds exactly what is shown."""
    page = _page(request, also=ASKED)
    reading = page.reading
    if "export" in request.GET:
        name = f"movement {page.told.first.label} to {page.told.last.label}"
        preamble = [
            f"{reading.programme.name}: {page.table.caption}",
            page.note,
            "Amounts in this file are in whole pounds.",
            *page.notes,
        ]
        return export_rows(name, page.export_columns(), page.export_rows(), request.GET["export"], preamble)
    context = {
        "reading": reading,
        "page": page,
        "controls": _controls(page),
        "only_one": len(reading.periods) < 2,
        "crumbs": [("Home", reverse("pages:home"))],
    }
    return render(request, "savings/movement.html", context)


@open_to(EVERY_POST)
def movement_lines(request: HttpRequest) -> HttpResponse:
    """The changes that make a figure of the movement; their total is the figure."""
    page = _page(request, also=(*ASKED, "group", "cause", "year", "page"))
    told, reading = page.told, page.reading
    row = find_row(told, request.GET.get("group"))
    cause = _cause(request.GET.get("cause"))
    year = _year(told, request.GET.get("year"))
    parts = told.seen(row=row, cause=cause, year=year)
    words = [
        f"{capital(cause.words)}." if cause else "All causes.",
        *([f"{capital(page.by_words)}: {row.label}."] if row else []),
        "All years." if year is ANY_YEAR else f"{told.horizon.label(year)}.",  # type: ignore[arg-type]
    ]
    every = told.parts if row is None else [part for part in told.parts if part.group == row.group]
    hidden = any(not part.visible and (cause is None or part.cause is cause) for part in every)
    look = {
        "page": page,
        "caption": "Each change of a line and year",
        "note": page.note,
        "unit": reading.unit,
        "totals": {"amount": total_of(parts)},
    }
    if "export" in request.GET:
        name = f"changes {told.first.label} to {told.last.label}"
        whole = PartTable(parts, **look)
        return export_table(name, whole, request.GET["export"], words)
    context = {
        "reading": reading,
        "page": page,
        "words": words,
        "table": PartTable.of(request, parts, **look),
        "count": len(parts),
        "hidden": hidden,
        "crumbs": [("Home", reverse("pages:home")), ("Movement", page.address)],
    }
    return render(request, "savings/movement_lines.html", context)


def _page(request: HttpRequest, *, also: tuple[str, ...]) -> MovementPage:
    """The comparison that an address asks for. Raises Http404 in words for what it does not know."""
    reading = read(request, also=also, shapes=True)
    shape = request.GET.get("shape", "then")
    reading = replace(reading, view="incremental", shape=shape if _has_today(reading) else "then")
    first = _first(reading, request.GET.getlist("from"))
    by = _choice("grouping", request.GET.getlist("by"), OFFERED, "theme")
    measure = _choice("measure", request.GET.getlist("measure"), MEASURES, "target")
    told = movement(
        first,
        reading.period,
        by=by,
        measure=measure,
        basis=reading.basis,
        scope=reading.scope,
        shape=reading.shape,
    )
    return MovementPage(reading, told)


def _has_today(reading: Reading) -> bool:
    return any(period.is_open for period in reading.periods)


def _first(reading: Reading, asked: list[str]) -> ReportingPeriod:
    """The period compared with: the one asked for, else the one before, else the period itself."""
    if not asked:
        earlier = [period for period in reading.periods if period.turn < reading.period.turn]
        return earlier[-1] if earlier else reading.period
    labels = {period.label: period for period in reading.periods}
    return labels[_choice("period", asked, tuple(labels), "")]


def _choice(what: str, asked: list[str], choices: tuple[str, ...], default: str) -> str:
    if not asked:
        return default
    if len(asked) > 1 or asked[0] not in choices:
        given = ", ".join(asked)[:60]
        raise Http404(f"'{given}' is not a {what} of this page. Choose one of: {', '.join(choices)}.")
    return asked[0]


def _cause(asked: str | None) -> Cause | None:
    return None if asked is None else Cause(_choice("cause", [asked], tuple(Cause), ""))


def _year(told: Movement, asked: str | None) -> object:
    if asked is None:
        return ANY_YEAR
    years = {told.horizon.key(year): year for year in told.years}
    return years[_choice("year", [asked], tuple(years), "")]


def _controls(page: MovementPage) -> list[Control]:
    reading, told = page.reading, page.told
    periods = [(each.label, f"{each.spoken} ({'open' if each.is_open else 'closed'})") for each in reading.periods]
    shape = [Switch("shape", "Grouped as", [("then", "Then"), ("today", "Today")], told.shape)]
    return [
        Select("from", "From", periods[::-1], told.first.label),
        Select("period", "To", periods[::-1], told.last.label),
        Select("by", "Group by", [(name, capital(GROUPINGS[name].words)) for name in OFFERED], told.by),
        Select("measure", "Measure", [(name, capital(LABELS[name])) for name in MEASURES], told.measure),
        Switch(
            "basis",
            "Amounts",
            [("all", "Both"), ("approved", "Approved"), ("proposed", "Proposed")],
            told.basis,
        ),
        Switch("unit", "Unit", [(unit.value, unit.symbol) for unit in Unit], reading.unit.value),
        *(shape if _has_today(reading) else []),
    ]
