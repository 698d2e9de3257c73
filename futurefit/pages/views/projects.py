"""`/projects/`: projects, workstreams and blocks with their money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Case, QuerySet, Value, When, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.pages.project_filters import ProjectFilterSet
from futurefit.pages.project_table import MEASURES, ProjectTable
from futurefit.pages.remarks import Remarks
from futurefit.ui.exports import export_table
from futurefit.ui.figures import Figure
from projects.models import Investment, Project
from projects.permissions import CREATES
from savings.line_amounts import Amount
from savings.links import EVERY_YEAR, figure
from savings.measures import Money
from savings.payback import payback
from savings.reading import Reading, read
from savings.rollups import NO_TARGETS, Rollup, scan
from savings.selection import Selection


@open_to(EVERY_POST)
def project_list(request: HttpRequest) -> HttpResponse:
    """The projects asked for that the reader may see, and the total of their lines.

    With an invalid filter: what is wrong, no row, no total, status 400.
    """
    reading = read(request, also=request.GET)
    asked = ProjectFilterSet(request.GET, reading=reading)
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "controls": asked.controls(),
        "problems": asked.problems,
        "creates": reading.period.is_open and bool(request.reader.kinds & CREATES),
    }
    if not asked.is_valid():
        return render(request, "pages/project_list.html", context, status=400)
    prefetch_related_objects([reading.period], "rag_definitions")
    every_project = Selection(project_ids=asked.qs.order_by().values("id"))
    total = (
        scan(reading.period, where=every_project, basis=reading.basis, scope=reading.scope)
        .visible()
        .rollup(view=reading.view)
    )
    said = Remarks(0, ()).with_illustrations([reading.period.illustration])
    look = {
        "reading": reading,
        "caption": "Projects, workstreams and blocks",
        "note": f"Target of all years, and how it stands · {reading.words}",
        "unit": reading.unit,
        "totals": _totals(reading, asked, total.total.total),
    }
    table = ProjectTable.of(request, _sortable(reading, asked.qs, total, request.GET.get("sort", "")), **look)
    if "export" in request.GET:
        everything = ProjectTable(_complete(reading, asked, table.data.data, every_project), **look)
        name = f"projects {reading.period.label}"
        return export_table(name, everything, request.GET["export"], [*asked.words(), *said.illustrations])
    on_page = list(table.page.object_list)
    on_this_page = Selection(project_ids=frozenset(project.pk for project in on_page))
    table.page.object_list = _complete(reading, asked, on_page, on_this_page)
    context |= {
        "table": table,
        "count": table.page.paginator.count,
        "words": asked.words(),
        "total": look["totals"]["target"],
        "remarks": said,
    }
    return render(request, "pages/project_list.html", context)


def _sortable(reading: Reading, projects: QuerySet[Any], total: Rollup, sort: str) -> QuerySet[Any]:
    """The projects with what the order asked for needs: the place of a stage, or the amount of a column."""
    stages = [When(stage=stage, then=Value(place)) for place, stage in enumerate(Project.Stage.values)]
    projects = projects.annotate(place_of_stage=Case(*stages, default=Value(len(stages))))
    measure = sort.removeprefix("-")
    return Amount(total, measure, EVERY_YEAR).on_projects(projects, reading.scope) if measure in MEASURES else projects


def _complete(
    reading: Reading, asked: ProjectFilterSet, projects: Iterable[Project], where: Selection
) -> list[Project]:
    """The projects with their rows of the roll-up, their payback and the names of what they belong to: two queries."""
    found = list(projects)
    lines = scan(reading.period, ("project",), where=where, basis=reading.basis, scope=reading.scope).visible()
    money = lines.each("project", view=reading.view)
    themes, directorates = asked.groups("theme"), asked.groups("directorate")
    targets, spent = lines.targets("project"), defaultdict(list)
    for investment in reading.rows(Investment).filter(project_id__in=[project.pk for project in found]):
        spent[investment.project_id].append(investment)
    for project in found:
        project.money = money.get(project.pk)
        own = targets.get(project.pk, NO_TARGETS)
        project.payback_words = payback(own, spent[project.pk], reading.horizon).short
        project.theme_group = themes.get(project.theme_id)
        project.directorate_group = directorates.get(project.directorate_id)
    return found


def _totals(reading: Reading, asked: ProjectFilterSet, money: Money) -> dict[str, Figure]:
    """The totals of all projects asked for, on whatever page.

    They are links where the line list says the same: without a filter, or by theme, which a line has from its project.
    Directorate, service and type of a line may differ from those of its project, so those totals are plain.
    """
    chosen = asked.chosen
    same_lines = reading.scope.everything and set(chosen) <= {"theme"}
    return {
        measure: figure(reading, money, chosen, measure=measure) if same_lines else Figure(money.amount(measure))
        for measure in MEASURES
    }
