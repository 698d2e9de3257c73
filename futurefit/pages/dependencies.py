"""What waits for what: dependencies with their ends by name, prerequisites that are late, and circles in words.

A theme or project waits for what it *needs*. *Supports* and *same money* make nobody wait.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from futurefit.pages.milestone_filters import is_late
from futurefit.ui.filters import StrictFilterSet
from futurefit.ui.tables import Table, TagColumn, TextColumn
from projects.filters import ThemeChoice
from projects.models import Milestone, Project
from risks.models import Dependency
from risks.querysets import dependencies_visible_to
from savings.owners import Owner
from savings.reading import Reading

Node = tuple[str, int | str]
"""A theme or project by its id, or a body by its name."""


def ends_of(dependency: Dependency) -> tuple[Node, Node]:
    """Where a dependency starts and where it leads."""
    if dependency.from_theme_id:
        start: Node = ("theme", dependency.from_theme_id)
    else:
        start = ("project", dependency.from_project_id)
    if dependency.to_theme_id:
        return start, ("theme", dependency.to_theme_id)
    if dependency.to_project_id:
        return start, ("project", dependency.to_project_id)
    return start, ("body", dependency.to_body)


class DependencyFilterSet(StrictFilterSet):
    """The filters of dependencies. A theme asks for those that start or end at it or at one of its projects."""

    q = django_filters.CharFilter(label="Words in what depends", max_length=100)
    kind = django_filters.ChoiceFilter(label="Kind", choices=Dependency.Kind.choices)
    theme = django_filters.ChoiceFilter(label="Theme")

    class Meta:
        model = Dependency
        fields: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any], *, reading: Reading, themes: Sequence[ThemeChoice]) -> None:
        self._theme_ids = {theme.slug: theme.id for theme in themes}
        super().__init__(data, dependencies_of(reading))
        self.filters["theme"].extra["choices"] = [(theme.slug, theme.name) for theme in themes]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = {name: value for name, value in self.form.cleaned_data.items() if value}
        condition = Q()
        if "kind" in chosen:
            condition &= Q(kind=chosen["kind"])
        if "theme" in chosen:
            theme_id = self._theme_ids[chosen["theme"]]
            ends = ("from_theme_id", "from_project__theme_id", "to_theme_id", "to_project__theme_id")
            at_either_end = Q()
            for end in ends:
                at_either_end |= Q(**{end: theme_id})
            condition &= at_either_end
        for word in chosen.get("q", "").split():
            condition &= Q(description__icontains=word) | Q(to_body__icontains=word)
        return queryset.filter(condition)


def dependencies_of(reading: Reading) -> QuerySet[Any]:
    """The dependencies of the programme that the reader may see, as they are read."""
    rows = reading.rows(Dependency).filter(dependencies_visible_to(reading.scope), programme_id=reading.programme.pk)
    return rows.order_by("order", "id")


@dataclass(frozen=True)
class Net:
    """Every dependency that the reader may see, with the names of its ends and what is late at them."""

    names: Mapping[Node, Owner]
    needs: Mapping[Node, Sequence[Node]]
    late: Mapping[Node, int]
    circles: Sequence[Sequence[Node]]

    @classmethod
    def of(cls, reading: Reading, themes: Iterable[ThemeChoice]) -> Net:
        """Three queries: dependencies, projects and late milestones, whatever their number."""
        every = list(dependencies_of(reading))
        ends = [ends_of(dependency) for dependency in every]
        needs: dict[Node, list[Node]] = defaultdict(list)
        for dependency, (start, end) in zip(every, ends, strict=True):
            if dependency.kind == Dependency.Kind.NEEDS:
                needs[start].append(end)
        nodes = {node for pair in ends for node in pair}
        names: dict[Node, Owner] = {}
        for theme in themes:
            address = reverse("pages:theme_detail", args=[theme.slug]) + reading.query
            names["theme", theme.id] = Owner(theme.name, address, theme.id, theme.slug)
        project_ids = {pk for kind, pk in nodes if kind == "project"}
        project: Project
        for project in reading.projects().filter(id__in=project_ids).order_by():
            address = reverse("pages:project_detail", args=[project.code]) + reading.query
            names["project", project.pk] = Owner(project.title, address, project.theme_id, project.code)
        names |= {node: Owner(str(node[1]), "") for node in nodes if node[0] == "body"}
        return cls(names, needs, _late(reading), circles_of(needs))

    def name(self, node: Node) -> Owner:
        return self.names.get(node) or Owner("No longer shown", "")

    def is_in_a_circle(self, start: Node, end: Node) -> bool:
        return any(start in circle and end in circle for circle in self.circles)

    def words_of(self, circle: Sequence[Node]) -> str:
        """ "A waits for B, B waits for A." """
        pairs = zip(circle, [*circle[1:], circle[0]], strict=True)
        return ", ".join(f"{self.name(one)} waits for {self.name(other)}" for one, other in pairs) + "."


def _late(reading: Reading) -> dict[Node, int]:
    """How many milestones of each theme and project are surely late on the day of the page; one query."""
    rows = (
        reading.rows(Milestone)
        .filter(is_late(reading.today), programme_id=reading.programme.pk)
        .order_by()
        .values_list("theme_id", "project_id")
        .annotate(Count("id"))
    )
    return {("theme", theme) if theme else ("project", project): count for theme, project, count in rows}


def circles_of(needs: Mapping[Node, Iterable[Node]]) -> list[list[Node]]:
    """Circles of waiting: from each node that waits for itself in the end, a shortest way round; each circle once."""
    core = {node: set(ends) for node, ends in needs.items()}
    while True:
        awaited = {end for ends in core.values() for end in ends}
        kept = {node: {end for end in ends if end in core} for node, ends in core.items() if node in awaited}
        kept = {node: ends for node, ends in kept.items() if ends}
        if kept == core:
            break
        core = kept
    found: dict[frozenset[Node], list[Node]] = {}
    for node in sorted(core, key=str):
        way = _way_round(core, node)
        if way:
            found.setdefault(frozenset(way), way)
    return list(found.values())


def _way_round(needs: Mapping[Node, Iterable[Node]], start: Node) -> list[Node]:
    """The shortest way from a node back to it; empty where there is none."""
    came_from: dict[Node, Node] = {}
    reached = [start]
    for node in reached:
        for end in sorted(needs.get(node, ()), key=str):
            if end == start:
                way = [node]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if end not in came_from:
                came_from[end] = node
                reached.append(end)
    return []


class DependencyTable(Table):
    """Dependencies; each record carries `start`, `end`, its owners by name, and `standing` with its `style`."""

    row_header = "start"
    start = TextColumn("Who", accessor="start", href=lambda record: record.start.href, orderable=False, wrap=True)
    kind = TextColumn("Kind")
    end = TextColumn("Whom", accessor="end", href=lambda record: record.end.href, orderable=False, wrap=True)
    description = TextColumn("What", orderable=False, wrap=True)
    standing = TagColumn("Standing", style=lambda record: record.style, orderable=False)


def with_ends(dependencies: Iterable[Dependency], net: Net) -> list[Any]:
    """The dependencies, each with the names of its ends and how what it waits for stands."""
    found: list[Any] = list(dependencies)
    for dependency in found:
        start, end = ends_of(dependency)
        dependency.start, dependency.end = net.name(start), net.name(end)
        dependency.standing, dependency.style = "", "outline"
        if dependency.kind != Dependency.Kind.NEEDS:
            continue
        late = net.late.get(end, 0)
        said = [f"Late: {late} milestone{'' if late == 1 else 's'}"] if late else []
        if net.is_in_a_circle(start, end):
            said.append("In a circle")
        if said:
            dependency.standing, dependency.style = ", ".join(said), "alert"
    return found
