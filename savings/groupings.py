"""By what the money can be grouped: the column of the line in period, its keys and labels, its order.

A closed period answers from the groups it froze (`GroupInPeriod`) and the open one from the groups as they
stand, so that a group without savings is a row of noughts and a later rename changes nothing that is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce, RowNumber

from futurefit.council.models import CorporatePlanArea, Directorate, Service
from futurefit.history.tracking import history_model
from projects.models import Project, Theme
from projects.models.project import SavingType
from projects.scope import EVERYTHING, Scope
from savings.models import GroupInPeriod, LineInPeriod, MtfpHeading, ReportingPeriod, SavingsLine
from savings.models.line import Method, Recurring


@dataclass(frozen=True)
class Group:
    """One row of a grouping. `key` is null and `group_id` None where the lines do not state it.

    `own` is false where the reader may see lines of the group and not open the page of the group itself.
    """

    group_id: Hashable
    key: str | None
    label: str
    own: bool = True


@dataclass(frozen=True)
class Grouping:
    """A way to group lines.

    `column` is the path from the line in period; `restricted` groupings show a reader only what they may see
    and complete the total by one row (domain.md, Who may do what); `frozen` ones keep their groups per period.
    `live` gives the rows of a frozen grouping as they stand, and the groups themselves of any other.
    """

    name: str
    words: str
    column: str
    none_label: str
    live: Callable[[ReportingPeriod], Any]
    key_field: str = ""
    label_field: str = "name"
    restricted: bool = False
    frozen: bool = True

    def groups(self, period: ReportingPeriod, scope: Scope = EVERYTHING) -> list[Group]:
        """Every group that the period shows, in order; in restricted groupings those that the reader may see."""
        return groups_of(period, (self.name,), scope)[self.name]

    @property
    def can_be_unstated(self) -> bool:
        """Whether a line may stand in no group of it: every line is itself and has a project."""
        return self.name not in ("project", "line")


def groups_of(
    period: ReportingPeriod,
    names: Iterable[str],
    scope: Scope = EVERYTHING,
    *,
    keys: Mapping[str, str] | None = None,
) -> dict[str, list[Group]]:
    """The groups of several groupings that the period shows to a reader, each in order, in one query.

    `keys` narrows a grouping to the group of one key. Groupings of choices ask nothing; that of lines asks for
    itself. Raises KeyError for an unknown name.
    """
    keys = keys or {}
    wanted = [GROUPINGS[name] for name in dict.fromkeys(names)]
    found: dict[str, list[Group]] = {
        grouping.name: [] if grouping.frozen or grouping.restricted else list(grouping.live(period))
        for grouping in wanted
    }
    rows = [_rows_for(grouping, period, scope, keys.get(grouping.name)) for grouping in wanted if grouping.frozen]
    if rows:
        joined = rows[0].union(*rows[1:], all=True) if len(rows) > 1 else rows[0]
        for name, _order, group_id, key, label, own in sorted(joined, key=lambda row: row[:3]):
            found[name].append(Group(group_id, key, label, bool(own)))
    if "line" in found:
        lines = _in_their_order(LineInPeriod.objects.in_period(period).visible_to(scope), period)
        if "line" in keys:
            lines = lines.filter(line__code=keys["line"])
        found["line"] = [Group(*row) for row in lines.values_list("line_id", "line__code", "title")]
    return found


def group_as_it_stands(grouping: Grouping, group_id: Hashable, period: ReportingPeriod) -> Group:
    """A group that a period does not list, as it stands now: one that lines only passed through between two periods, or
    of a period whose closing kept no groups, since it was not closed by the product. Raises DoesNotExist.
    """
    if not grouping.frozen:
        return next(group for group in grouping.live(period) if group.group_id == group_id)
    row = grouping.live(period).model._default_manager.get(pk=group_id)
    key, label = getattr(row, grouping.key_field), getattr(row, grouping.label_field)
    return Group(group_id, str(key), str(label), own=False)


def open_period_of(programme_id: int) -> ReportingPeriod:
    """The open period of a programme, which says where lines stand today. Raises DoesNotExist where there is none."""
    return ReportingPeriod.objects.of_programme(programme_id).open().get()


def groups_in_today_s_shape(
    period: ReportingPeriod, names: Iterable[str], scope: Scope = EVERYTHING, *, keys: Mapping[str, str] | None = None
) -> dict[str, list[Group]]:
    """The groups of the open period, then those of a closed one that are there no more: what can hold its money."""
    now = groups_of(open_period_of(period.programme_id), names, scope, keys=keys)
    then = groups_of(period, names, scope, keys=keys)
    listed = {name: {group.group_id for group in groups} for name, groups in now.items()}
    return {
        name: groups + [group for group in then[name] if group.group_id not in listed[name]]
        for name, groups in now.items()
    }


def _in_their_order(lines: QuerySet, period: ReportingPeriod) -> QuerySet:
    """Lines of a period in the order they have; of a closed one in the order they had when it was closed."""
    if period.closed_at is None:
        return lines.order_by("line__order", "line__code")
    copies: QuerySet = history_model(SavingsLine)._default_manager.all()
    kept = copies.filter(id=OuterRef("line_id"), history_date__lte=period.closed_at)
    of_then = Subquery(kept.order_by("-history_date", "-history_id").values("order")[:1])
    return lines.annotate(order_then=Coalesce(of_then, F("line__order"))).order_by("order_then", "line__code")


def _rows_for(grouping: Grouping, period: ReportingPeriod, scope: Scope, key: str | None) -> QuerySet:
    """Grouping, order, id, key, label and ownness of the groups of a frozen grouping that the reader may see."""
    restricted = grouping.restricted and not scope.everything
    if not period.is_open:
        rows = GroupInPeriod.objects.filter(period=period, grouping=grouping.name).order_by()
        if key is not None:
            rows = rows.filter(key=key)
        own = _own(grouping, period, scope, "object_id") if restricted else None
        if own is not None:
            rows = rows.filter(own | _with_lines(grouping, period, scope, "object_id"))
        rows = rows.annotate(is_own=_mark(own))
        return rows.values_list("grouping", "order", "object_id", "key", "label", "is_own")
    live = grouping.live(period)
    if key is not None:
        live = live.filter(**{grouping.key_field: key})
    own = _own(grouping, period, scope, "pk") if restricted else None
    if own is not None:
        live = live.filter(own | _with_lines(grouping, period, scope, "pk"))
    columns = ("of_grouping", "place", "pk", "group_key", "group_label", "is_own")
    return _placed(grouping, live.annotate(is_own=_mark(own))).order_by().values_list(*columns)


def _placed(grouping: Grouping, live: QuerySet) -> QuerySet:
    """Groups as they stand with the name of their grouping, their place in it from 0, their key and label."""
    in_order = Window(RowNumber(), order_by=[F(str(name)).asc() for name in live.query.order_by])
    return live.annotate(
        of_grouping=Value(grouping.name, output_field=CharField()),
        place=in_order - 1,
        group_key=Cast(grouping.key_field, CharField()),
        group_label=Cast(grouping.label_field, CharField()),
    )


def _own(grouping: Grouping, period: ReportingPeriod, scope: Scope, column: str) -> Q:
    """The groups that are the reader's own, with or without lines."""
    if grouping.name == "project":
        own: QuerySet = Project.objects.of_programme(period.programme_id).visible_to(scope)
    else:
        own = Service.objects.filter(Q(pk__in=scope.service_ids) | Q(directorate_id__in=scope.directorate_ids))
    return Q(**{f"{column}__in": own.values("pk")})


def _with_lines(grouping: Grouping, period: ReportingPeriod, scope: Scope, column: str) -> Q:
    """The groups in which a line stands that the reader may see."""
    lines = LineInPeriod.objects.in_period(period).visible_to(scope).exclude(**{grouping.column: None})
    return Q(**{f"{column}__in": lines.values(grouping.column)})


def _mark(own: Q | None) -> Case | Value:
    if own is None:
        return Value(True, output_field=BooleanField())
    return Case(When(own, then=Value(True)), default=Value(False), output_field=BooleanField())


def _themes(period: ReportingPeriod) -> QuerySet:
    return Theme.objects.filter(programme_id=period.programme_id).order_by("order", "name", "pk")


def _in_force_or_used(model: Any, column: str, period: ReportingPeriod) -> QuerySet:
    """Rows in force on the last day of the period, and those in which a line of it stands all the same."""
    used = LineInPeriod.objects.in_period(period).exclude(**{column: None}).order_by().values(column)
    return model.objects.filter(Q(pk__in=model.objects.in_force(period.ends_on).values("pk")) | Q(pk__in=used))


def _directorates(period: ReportingPeriod) -> QuerySet:
    return _in_force_or_used(Directorate, "directorate_id", period).order_by("order", "name", "pk")


def _services(period: ReportingPeriod) -> QuerySet:
    return _in_force_or_used(Service, "service_id", period).order_by("name", "pk")


def _projects(period: ReportingPeriod) -> QuerySet:
    return Project.objects.filter(programme_id=period.programme_id).order_by("order", "code", "pk")


def _headings(period: ReportingPeriod) -> QuerySet:
    return MtfpHeading.objects.filter(programme_id=period.programme_id).order_by("order", "name", "pk")


def _areas(period: ReportingPeriod) -> QuerySet:
    return CorporatePlanArea.objects.order_by("order", "name", "pk")


def _choices(choices: type[TextChoices]) -> Callable[[ReportingPeriod], list[Group]]:
    groups = [Group(value, value, label) for value, label in choices.choices if value != "not_stated"]
    return lambda period: groups


def _lines(period: ReportingPeriod) -> list[Group]:
    return groups_of(period, ("line",))["line"]


NEW_SAVINGS, EXISTING_SAVINGS = "new_savings", "existing_savings"


def type_group(prefix: str = "") -> Case:
    """Further and new roll up to *New savings*, faster to *Existing savings*; cross cutting is its own row.

    `prefix` is the path to the line in period, such as "line_in_period__".
    """
    column = f"{prefix}saving_type"
    return Case(
        When(**{f"{column}__in": [SavingType.FURTHER, SavingType.NEW]}, then=Value(NEW_SAVINGS)),
        When(**{column: SavingType.FASTER}, then=Value(EXISTING_SAVINGS)),
        default=F(column),
        output_field=CharField(),
    )


def _type_groups(period: ReportingPeriod) -> list[Group]:
    return [
        Group(NEW_SAVINGS, NEW_SAVINGS, "New savings (further and new)"),
        Group(EXISTING_SAVINGS, EXISTING_SAVINGS, "Existing savings (faster)"),
        Group(SavingType.CROSS_CUTTING.value, SavingType.CROSS_CUTTING.value, SavingType.CROSS_CUTTING.label),
    ]


GROUPINGS: dict[str, Grouping] = {
    grouping.name: grouping
    for grouping in (
        Grouping("theme", "theme", "theme_id", "No theme", _themes, key_field="slug"),
        Grouping("directorate", "directorate", "directorate_id", "No directorate", _directorates, key_field="code"),
        Grouping("service", "service", "service_id", "No service", _services, restricted=True, key_field="code"),
        Grouping(
            "project",
            "project",
            "project_id",
            "No project",
            _projects,
            restricted=True,
            key_field="code",
            label_field="title",
        ),
        Grouping("mtfp_heading", "MTFP heading", "heading_id", "Not stated", _headings, key_field="slug"),
        Grouping("saving_type", "saving type", "saving_type", "Not stated", _choices(SavingType), frozen=False),
        Grouping("type_group", "new and existing savings", "type_group", "Not stated", _type_groups, frozen=False),
        Grouping("method", "method", "method", "Not stated", _choices(Method), frozen=False),
        Grouping("recurring", "recurring or one-off", "recurring", "Not stated", _choices(Recurring), frozen=False),
        Grouping("corporate_area", "corporate plan area", "corporate_area_id", "Not stated", _areas, key_field="slug"),
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


def groups_to_freeze(period: ReportingPeriod) -> QuerySet:
    """What closing a period keeps of every group it shows: the columns of `GroupInPeriod`, named kept_….

    The key and label it has now; of a directorate also the directorate group in which it stands.
    """
    nowhere = Cast(Value(None), BigIntegerField())
    rows = []
    for name in FROZEN_GROUPINGS:
        placed = _placed(GROUPINGS[name], GROUPINGS[name].live(period)).order_by()
        within = F("group_id") if name == "directorate" else nowhere
        rows.append(
            placed.values(
                kept_grouping=F("of_grouping"),
                kept_object_id=F("pk"),
                kept_key=F("group_key"),
                kept_label=F("group_label"),
                kept_order=F("place"),
                kept_directorate_group=within,
            )
        )
    return rows[0].union(*rows[1:], all=True)
