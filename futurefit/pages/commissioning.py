"""The commissioning plan: which services the council provides itself and which it commissions, or means to.

The services and what is said of them, their filters and their list. The plan lists a service once its provision is
stated; the others are counted beside it, never left out unseen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.urls import reverse

from futurefit.council.models import DirectorateGroup, Service
from futurefit.council.querysets import in_force_on
from futurefit.ui.figure_table import CountCell, FigureRow, FigureTable, Head
from futurefit.ui.filters import StrictFilterSet
from futurefit.ui.tables import Table, TextColumn
from savings.groupings import groups_of
from savings.owners import Owner
from savings.reading import Reading

IN_THE_PLAN = tuple(provision for provision in Service.Provision if provision != Service.Provision.NOT_STATED)
"""What the plan says of a service, from most to least commissioned."""


@dataclass(frozen=True)
class Part:
    """A directorate, or a directorate group where the source merges several: one of the parts of the council."""

    name: str
    href: str
    parameter: str
    value: str


@dataclass(frozen=True)
class Parts:
    """The directorates and groups by id, each by the name that the period shows, in order."""

    directorates: Mapping[int, Part]
    groups: Mapping[int, Part]

    @classmethod
    def of(cls, reading: Reading) -> Parts:
        """Two queries."""
        shown = groups_of(reading.period, ("directorate",))["directorate"]
        groups = reading.rows(DirectorateGroup).order_by("order", "name", "id")
        return cls(
            directorates={
                group.group_id: Part(
                    group.label,
                    reverse("pages:directorate_detail", args=[group.key]) + reading.query,
                    "directorate",
                    group.key,
                )
                for group in shown
            },
            groups={row.pk: Part(row.name, "", "group", row.slug) for row in groups},
        )

    def of_service(self, service: Service) -> Part | None:
        """The part that a service belongs to; None where the period shows it no longer."""
        if service.directorate_id:
            return self.directorates.get(service.directorate_id)
        return self.groups.get(service.group_id)


def services_in_force(reading: Reading) -> QuerySet[Any]:
    """The services that stand on the day of the page, as they are read."""
    return reading.rows(Service).filter(in_force_on(reading.today))


class ServiceFilterSet(StrictFilterSet):
    """The filters of the commissioning plan. Without a status: the services that the plan lists.

    A group asks for the services that stand under the group itself, not for those of its directorates.
    """

    q = django_filters.CharFilter(label="Words in the service or its quarter", max_length=100)
    directorate = django_filters.ChoiceFilter(label="Directorate")
    group = django_filters.ChoiceFilter(label="Directorate group")
    provision = django_filters.ChoiceFilter(label="Status", choices=Service.Provision.choices)

    class Meta:
        model = Service
        fields: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any], *, reading: Reading, parts: Parts) -> None:
        place = [When(provision=provision, then=Value(place)) for place, provision in enumerate(IN_THE_PLAN)]
        services = services_in_force(reading).annotate(place=Case(*place, default=Value(len(IN_THE_PLAN))))
        parts_in_order = (F("directorate__order").asc(nulls_last=True), F("group__order").asc(nulls_last=True))
        super().__init__(data, services.order_by(*parts_in_order, "name", "id"))
        self._ids = {
            "directorate": {part.value: pk for pk, part in parts.directorates.items()},
            "group": {part.value: pk for pk, part in parts.groups.items()},
        }
        for name, of in (("directorate", parts.directorates), ("group", parts.groups)):
            self.filters[name].extra["choices"] = [(part.value, part.name) for part in of.values()]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = {name: value for name, value in self.form.cleaned_data.items() if value}
        if "provision" in chosen:
            condition = Q(provision=chosen["provision"])
        else:
            condition = ~Q(provision=Service.Provision.NOT_STATED)
        if "directorate" in chosen:
            condition &= Q(directorate_id=self._ids["directorate"][chosen["directorate"]])
        if "group" in chosen:
            condition &= Q(group_id=self._ids["group"][chosen["group"]])
        for word in chosen.get("q", "").split():
            condition &= Q(name__icontains=word) | Q(quarter_as_printed__icontains=word)
        return queryset.filter(condition)


class ServiceTable(Table):
    """Services of the plan; each record carries `belongs_to`, its directorate or group."""

    row_header = "name"
    name = TextColumn("Service", wrap=True)
    belongs_to = TextColumn(
        "Directorate or group",
        href=lambda record: record.belongs_to.href if record.belongs_to else "",
        order_by=("directorate__order", "group__order"),
        wrap=True,
    )
    provision = TextColumn("Status", order_by="place")
    quarter = TextColumn("Quarter, as printed", accessor="quarter_as_printed", orderable=False, wrap=True)

    def value_belongs_to(self, record: Service) -> str:
        return str(record.belongs_to or "")


def with_parts(services: Iterable[Service], parts: Parts) -> list[Service]:
    """The services, each with `belongs_to`."""
    found = list(services)
    for service in found:
        part = parts.of_service(service)
        service.belongs_to = Owner(part.name, part.href) if part else None
    return found


@dataclass(frozen=True)
class Counted:
    """How many services stand in each part of the council with each status."""

    by_part: Mapping[tuple[str, int], Mapping[str, int]]

    @classmethod
    def of(cls, reading: Reading) -> Counted:
        """One query, whatever the number of services."""
        found: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
        services = services_in_force(reading).order_by()
        counted = services.values_list("directorate_id", "group_id", "provision").annotate(Count("id"))
        for directorate_id, group_id, provision, count in counted:
            part = ("directorate", directorate_id) if directorate_id else ("group", group_id)
            found[part][provision] = count
        return cls(found)

    def with_status(self, *provisions: str) -> int:
        return sum(counts.get(provision, 0) for counts in self.by_part.values() for provision in provisions)

    @property
    def in_the_plan(self) -> int:
        return self.with_status(*IN_THE_PLAN)

    @property
    def not_stated(self) -> int:
        return self.with_status(Service.Provision.NOT_STATED)


def list_url(reading: Reading, chosen: Mapping[str, str]) -> str:
    """The address of the services with these filters, at their list on the page."""
    query = urlencode({**reading.parameters(), **chosen})
    return f"{reverse('pages:service_list')}{'?' if query else ''}{query}#services-listed"


def counts_table(reading: Reading, counted: Counted, parts: Parts) -> FigureTable:
    """Services by directorate or group and status, each count leading to the list of them."""
    rows = []
    for kind, of in (("directorate", parts.directorates), ("group", parts.groups)):
        for pk, part in of.items():
            counts = counted.by_part.get((kind, pk), {})
            total = sum(counts.get(provision, 0) for provision in IN_THE_PLAN)
            if not total:
                continue
            cells = [
                CountCell(
                    counts.get(provision, 0),
                    list_url(reading, {part.parameter: part.value, "provision": provision}),
                )
                for provision in IN_THE_PLAN
            ]
            whole = CountCell(total, list_url(reading, {part.parameter: part.value}), total=True)
            rows.append(FigureRow(part.name, [*cells, whole], href=part.href))
    totals = [
        CountCell(counted.with_status(provision), list_url(reading, {"provision": provision}))
        for provision in IN_THE_PLAN
    ]
    return FigureTable(
        key="services",
        caption="Services by directorate and status",
        note=f"Number of services · {reading.period_words}",
        unit=reading.unit,
        first="Directorate or group",
        heads=[*(Head(provision.label) for provision in IN_THE_PLAN), Head("Total", total=True)],
        rows=rows,
        totals=[
            FigureRow(
                "Council", [*totals, CountCell(counted.in_the_plan, list_url(reading, {}), total=True)], kind="total"
            )
        ],
        foot="A service stands under a directorate group where the plan merges directorates.",
    )
