"""`/mtfp/`: the plan by a grouping, incremental or cumulative, as at any period (pages.md)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.ui.exports import export_rows
from futurefit.ui.filter_bar import Control, Select, Switch
from futurefit.values.money import Unit
from savings.downloads import download_of
from savings.groupings import GROUPINGS
from savings.links import compared_with
from savings.plan_paper import plan_paper
from savings.plan_table import PLAN_GROUPINGS, Plan, plan_of
from savings.reading import Reading, read, shape_control

PROJECTS = {"listed": True, "left_out": False}
"""Whether projects stand under their directorate or theme; without the parameter they do where they are few."""


@open_to(EVERY_POST)
def plan(request: HttpRequest) -> HttpResponse:
    """The plan on the page, or with `export=` as a file that holds exactly what is shown."""
    reading = read(request, also=("by", "projects", "export"), shapes=True)
    shown = _plan_asked_for(request, reading)
    if "export" in request.GET:
        preamble = [
            f"{reading.programme.name}: {shown.table.caption}",
            f"Target · {reading.words}",
            "Amounts in this file are in whole pounds.",
            *_illustration(reading),
            *shown.notes,
        ]
        name = f"plan by {shown.by_words} {reading.period.label}"
        return export_rows(name, shown.export_columns(), shown.export_rows(), request.GET["export"], preamble)
    context = {
        "reading": reading,
        "plan": shown,
        "controls": _controls(reading, shown),
        "download": download_of(request.reader, reading),
        "crumbs": [("Home", reverse("pages:home"))],
        "compared": compared_with(reading, shown.by),
    }
    return render(request, "savings/plan.html", context)


@open_to(EVERY_POST)
def plan_document(request: HttpRequest) -> HttpResponse:
    """The plan as an editable appendix, with exactly the rows that the page shows for the same address."""
    reading = read(request, also=("by", "projects"), shapes=True)
    shown = _plan_asked_for(request, reading)
    return plan_paper(reading, shown).response(f"plan by {shown.by_words} {reading.period.label}")


def _plan_asked_for(request: HttpRequest, reading: Reading) -> Plan:
    """The plan by what the address names. Raises Http404 for a grouping or a way to show projects that is unknown."""
    by = request.GET.get("by", PLAN_GROUPINGS[0])
    if by not in PLAN_GROUPINGS:
        raise Http404(f"The plan cannot be grouped by '{by}'. Choose one of: {', '.join(PLAN_GROUPINGS)}.")
    projects = request.GET.get("projects")
    if projects is not None and projects not in PROJECTS:
        raise Http404(f"'{projects[:40]}' is not a way to show projects. Choose one of: {', '.join(PROJECTS)}.")
    return plan_of(reading, by, list_projects=PROJECTS.get(projects))


def _controls(reading: Reading, shown: Plan) -> list[Control]:
    words = {name: GROUPINGS[name].words for name in PLAN_GROUPINGS}
    periods = [
        (period.label, f"{period.spoken} ({'open' if period.is_open else 'closed'})") for period in reading.periods
    ]
    return [
        Select("by", "Group by", [(name, text[:1].upper() + text[1:]) for name, text in words.items()], shown.by),
        *_projects_control(shown),
        Switch("view", "Years", [("incremental", "Incremental"), ("cumulative", "Cumulative")], reading.view),
        Switch(
            "basis",
            "Amounts",
            [("all", "Both"), ("approved", "Approved"), ("proposed", "Proposed")],
            reading.basis,
        ),
        Switch("unit", "Unit", [(unit.value, unit.symbol) for unit in Unit], reading.unit.value),
        Select("period", "As at", periods[::-1], reading.period.label),
        *shape_control(reading),
    ]


def _projects_control(shown: Plan) -> list[Control]:
    if not shown.can_list_projects:
        return []
    options = [("listed", "Listed"), ("left_out", "Left out")]
    return [Switch("projects", "Projects", options, "listed" if shown.parts else "left_out")]


def _illustration(reading: Reading) -> list[str]:
    return [f"Illustration: {reading.period.illustration}"] if reading.period.illustrated else []
