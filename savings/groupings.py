"""By what the money can be grouped: the column of the line in period, its keys and labels, its order.

A closed period answers from the groups it froze (`GroupInPeriod`) and the open one from the groups as they
stand, so that a group without savings is a row of noughts and a later rename changes nothing that is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from django.db.models import Case, CharField, Q, QuerySet, Value, When

from futurefit.council.models import CorporatePlanArea, Directorate, Service
from projects.models import Project, Theme
from projects.models.project import SavingType
from projects.scope import EVERYTHING, Scope
from savings.models import GroupInPeriod, LineInPeriod, MtfpHeading, ReportingPeriod
from savings.models.line import Method, Recurring


@dataclass(frozen=True)
class Group:
    """One row of a grouping. `key` is null and `group_id` None where the lines do not state it."""

    group_id: Hashable
    key: str | None
    label: str


@dataclass(frozen=True)
class Grouping:
    """A way to group lines.

    `column` is the path from the line in period; `restricted` groupings show a reader only what they may see
    and complete the total by one row (domain.md, Who may do what); `frozen` ones keep their groups per period.
    """

    name: str
    words: str
    column: str
    none_label: str
    live: Callable[[ReportingPeriod], Iterable[Group]]
    restricted: bool = False
    frozen: bool = True

    def groups(self, period: ReportingPeriod, scope: Scope = EVERYTHING) -> list[Group]:
        """Every group that the period shows, in order; in restricted groupings those that the reader may see."""
        if self.frozen and not period.is_open:
            rows = GroupInPeriod.objects.filter(period=period, grouping=self.name).order_by("order", "object_id")
            groups = [Group(row.object_id, row.key, row.label) for row in rows]
        else:
            groups = list(self.live(period))
        if self.restricted and not scope.everything:
            allowed = self._allowed_ids(period, scope)
            groups = [group for group in groups if group.group_id in allowed]
        return groups

    def _allowed_ids(self, period: ReportingPeriod, scope: Scope) -> set[int]:
        if self.name == "project":
            visible = Project.objects.of_programme(period.programme_id).visible_to(scope)
            return set(visible.values_list("pk", flat=True))
        if self.name == "service":
            own = Service.objects.filter(Q(pk__in=scope.service_ids) | Q(directorate_id__in=scope.directorate_ids))
            return set(own.values_list("pk", flat=True))
        return set()


def _themes(period: ReportingPeriod) -> list[Group]:
    rows = Theme.objects.filter(programme_id=period.programme_id).order_by("order", "name", "pk")
    return [Group(row.pk, row.slug, row.name) for row in rows]


def _in_force_or_used(model, column: str, period: ReportingPeriod) -> QuerySet:
    """Rows in force on the last day of the period, and those in which a line of it stands all the same."""
    used = LineInPeriod.objects.filter(period=period).values(column)
    return model.objects.filter(Q(pk__in=model.objects.in_force(period.ends_on).values("pk")) | Q(pk__in=used))


def _directorates(period: ReportingPeriod) -> list[Group]:
    rows = _in_force_or_used(Directorate, "directorate_id", period).order_by("order", "name", "pk")
    return [Group(row.pk, row.code, row.name) for row in rows]


def _services(period: ReportingPeriod) -> list[Group]:
    rows = _in_force_or_used(Service, "service_id", period).order_by("name", "pk")
    return [Group(row.pk, row.code, row.name) for row in rows]


def _projects(period: ReportingPeriod) -> list[Group]:
    rows = Project.objects.filter(programme_id=period.programme_id).order_by("order", "code", "pk")
    return [Group(*row) for row in rows.values_list("pk", "code")]


def _headings(period: ReportingPeriod) -> list[Group]:
    rows = MtfpHeading.objects.filter(programme_id=period.programme_id).order_by("order", "name", "pk")
    return [Group(row.pk, row.slug, row.name) for row in rows]


def _areas(period: ReportingPeriod) -> list[Group]:
    rows = CorporatePlanArea.objects.order_by("order", "name", "pk")
    return [Group(row.pk, row.slug, row.name) for row in rows]


def _choices(choices) -> Callable[[ReportingPeriod], list[Group]]:
    groups = [Group(value, value, label) for value, label in choices.choices if value != "not_stated"]
    return lambda period: groups


def _lines(period: ReportingPeriod) -> list[Group]:
    rows = LineInPeriod.objects.in_period(period).order_by("line__order", "line__code")
    return [Group(*row) for row in rows.values_list("line_id", "line__code")]


NEW_SAVINGS, EXISTING_SAVINGS = "new_savings", "existing_savings"
TYPE_GROUP = Case(
    When(line_in_period__saving_type__in=[SavingType.FURTHER, SavingType.NEW], then=Value(NEW_SAVINGS)),
    When(line_in_period__saving_type=SavingType.FASTER, then=Value(EXISTING_SAVINGS)),
    default="line_in_period__saving_type",
    output_field=CharField(),
)
"""Further and new roll up to *New savings*, faster to *Existing savings*; cross cutting is its own row."""


def _type_groups(period: ReportingPeriod) -> list[Group]:
    return [
        Group(NEW_SAVINGS, NEW_SAVINGS, "New savings (further and new)"),
        Group(EXISTING_SAVINGS, EXISTING_SAVINGS, "Existing savings (faster)"),
        Group(SavingType.CROSS_CUTTING.value, SavingType.CROSS_CUTTING.value, SavingType.CROSS_CUTTING.label),
    ]


GROUPINGS: dict[str, Grouping] = {
    grouping.name: grouping
    for grouping in (
        Grouping("theme", "theme", "theme_id", "No theme", _themes),
        Grouping("directorate", "directorate", "directorate_id", "No directorate", _directorates),
        Grouping("service", "service", "service_id", "No service", _services, restricted=True),
        Grouping("project", "project", "project_id", "No project", _projects, restricted=True),
        Grouping("mtfp_heading", "MTFP heading", "heading_id", "Not stated", _headings),
        Grouping("saving_type", "saving type", "saving_type", "Not stated", _choices(SavingType), frozen=False),
        Grouping("type_group", "new and existing savings", "type_group", "Not stated", _type_groups, frozen=False),
        Grouping("method", "method", "method", "Not stated", _choices(Method), frozen=False),
        Grouping("recurring", "recurring or one-off", "recurring", "Not stated", _choices(Recurring), frozen=False),
        Grouping("corporate_area", "corporate plan area", "corporate_area_id", "Not stated", _areas),
        Grouping("line", "line", "line_id", "No line", _lines, restricted=True, frozen=False),
    )
}
COMMAND_GROUPINGS = (
    "theme",
    "directorate",
    "service",
    "project",
    "mtfp_heading",
    "saving_type",
    "method",
    "corporate_area",
)
"""The groupings that `rollup --by` and `/mtfp/` offer (interfaces.md)."""

FROZEN_GROUPINGS = tuple(name for name, grouping in GROUPINGS.items() if grouping.frozen)


def freeze_groups(period: ReportingPeriod) -> list[GroupInPeriod]:
    """The rows that closing a period writes: every group it shows, with the key and label it has now."""
    return [
        GroupInPeriod(
            period=period, grouping=name, object_id=group.group_id, key=group.key, label=group.label, order=order
        )
        for name in FROZEN_GROUPINGS
        for order, group in enumerate(GROUPINGS[name].live(period))
    ]
