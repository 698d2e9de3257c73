"""Reading history: how things stood at a moment, what was done to an object, what an act changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format

from futurefit.history.models import Act, RowHistory
from futurefit.history.querysets import kind_of
from futurefit.history.together import Part, together
from futurefit.history.tracking import all_history_models, history_model
from futurefit.values.financial_year import FinancialYear
from futurefit.values.money import Unit, with_unit

NOT_STATED = "not stated"
NOT_PROFILED = "not profiled"
OWN_YEAR = "year"
"""The field of the year that a row is of; another, such as the year in which it is expected, does not name it."""
NOT_RECORDED = "not recorded"
"""What stood before the first copy of a row that was not added under an act, where nobody can tell (`Former`)."""

Former = Callable[[type[models.Model], Sequence[Any]], Mapping[Any, Any]]
"""What rows of a model held before their first copies, by ``history_id``: for rows that came without histories."""

_Pair = tuple[Any, Any | None]
"""A copy that an act left, and the one that stood before it."""
_Written = tuple[type[RowHistory], list[_Pair]]

HOW = {"+": "added", "~": "changed", "-": "removed"}


def as_at(model: type[models.Model], moment: datetime) -> QuerySet[Any]:
    """The rows of a tracked model as they stood at ``moment``, as instances that are not to be saved.

    Filters apply to the values of then (those across relations to the values of now). Relations are
    not followed in time and ``select_related`` is without effect: use
    `django.db.models.prefetch_related_objects` on the list. LookupError when the model is not tracked.
    """
    history_model(model)
    manager = getattr(model, model._meta.simple_history_manager_attribute)
    queryset: QuerySet[Any] = manager.as_of(moment)
    return queryset


@dataclass(frozen=True)
class Version:
    """A row as it stood from ``since`` on: the fields asked for by name, or None once it was removed."""

    id: int
    since: datetime
    fields: dict[str, Any] | None


@dataclass(frozen=True)
class Versions:
    """Every version of the rows asked for, oldest first: how they stood at any number of moments in one query."""

    every: tuple[Version, ...]

    def at(self, moment: datetime | None) -> dict[int, dict[str, Any]]:
        """The fields of each row as it stood at the moment, by id; None: as it stands."""
        found: dict[int, dict[str, Any] | None] = {}
        for version in self.every:
            if moment is None or version.since <= moment:
                found[version.id] = version.fields
        return {row_id: fields for row_id, fields in found.items() if fields is not None}

    def of_each(self) -> dict[int, list[Version]]:
        """The versions of each row by its id, oldest first."""
        found: dict[int, list[Version]] = defaultdict(list)
        for version in self.every:
            found[version.id].append(version)
        return found


def versions_of(model: type[models.Model], fields: Iterable[str], *conditions: Q, **equal: Any) -> Versions:
    """All versions of a tracked model's rows that fit, with these fields; the conditions apply to the values of then.

    For what is told over time. LookupError when the model is not tracked.
    """
    names = tuple(fields)
    key = model._meta.pk.attname  # type: ignore[union-attr]
    rows = (
        history_model(model)
        ._default_manager.filter(*conditions, **equal)
        .order_by("history_date", "history_id")
        .values_list(key, "history_date", "history_type", *names)
    )
    return Versions(
        tuple(
            Version(row_id, since, None if how == "-" else dict(zip(names, values, strict=True)))
            for row_id, since, how, *values in rows
        )
    )


def versions_from(copies: Iterable[Any], fields: Iterable[str]) -> Versions:
    """The same from row histories in hand, in any order (`history.together.Part` with ``copies``)."""
    names = tuple(fields)
    in_order = sorted(copies, key=lambda copy: (copy.history_date, copy.history_id))
    return Versions(
        tuple(
            Version(
                copy.id,
                copy.history_date,
                None if copy.history_type == "-" else {name: getattr(copy, name) for name in names},
            )
            for copy in in_order
        )
    )


def acts_about(obj: models.Model) -> QuerySet[Act]:
    """Acts that name ``obj`` as a subject, newest first."""
    found: QuerySet[Act] = Act.objects.about(obj)
    return found


@dataclass(frozen=True)
class FieldChange:
    """One field of a row: its name in the council's words, and the values in words. Empty ones say so."""

    field: str
    name: str
    was: str
    became: str


@dataclass(frozen=True)
class RowChange:
    """What an act did to one row: ``how`` is added, changed or removed; ``label`` is the row's name then."""

    kind: str
    kind_name: str
    object_id: int
    label: str
    how: str
    fields: tuple[FieldChange, ...]


def changes_of(act: Act, *, at_most: int = 500, former: Former | None = None) -> list[RowChange]:
    """The rows an act wrote, in plain words: what it was about, from what, to what.

    Rows that came out as they went in are left out. Three queries whatever the act: which models it wrote rows of,
    the rows of all of these, and the names of all that they refer to; beside these what ``former`` asks of the rows
    that were changed or removed for the first time. Of each model the first ``at_most`` rows (`count_rows_of` tells
    all).
    """
    written = _rows_and_earlier(_models_written(act), act, at_most)
    if former is not None:
        written = [(model, _with_former(model, rows, former)) for model, rows in written]
    names = _names_of_related(
        act, ((_told_fields(model), [row for pair in rows for row in pair if row]) for model, rows in written)
    )
    return [change for model, rows in written for change in _changes(model, rows, names)]


def _with_former(model: type[RowHistory], rows: list[_Pair], former: Former) -> list[_Pair]:
    """The same pairs with what ``former`` tells where no copy came before that of a row not just added."""
    first = [row for row, before in rows if before is None and row.history_type != "+"]
    found = former(model.instance_type, first) if first else {}  # type: ignore[attr-defined]
    return [(row, found.get(row.history_id) if before is None else before) for row, before in rows]


def copies_left_by(act: Act, model: type[models.Model], *, at_most: int = 10_000) -> list[tuple[Any, Any | None]]:
    """Each copy of a row of a tracked model that an act left, with the copy that stood before it, in one query.

    None where there is none: the act added the row, or changed it for the first time since it came without a history.
    Of an act of many rows the first ``at_most``. LookupError when the model is not tracked.
    """
    found = list(_with_previous(history_model(model), act, at_most).order_by("history_id"))
    before = {row.history_id: row for row in found}
    return [(row, before.get(row.before_id)) for row in found if row.act_id == act.pk]


def _models_written(act: Act) -> list[type[RowHistory]]:
    """The row histories in which the act left rows, in one query."""
    models = all_history_models()
    wrote = [Exists(model._default_manager.filter(act=OuterRef("pk")).order_by()) for model in models]
    found = Act.objects.filter(pk=act.pk).values_list(*wrote).get()
    return [model for model, written in zip(models, found, strict=True) if written]


def count_rows_of(act: Act) -> int:
    """How many row histories an act wrote in all."""
    return sum(model._default_manager.filter(act=act).count() for model in _models_written(act))


def _rows_and_earlier(wrote: list[type[RowHistory]], act: Act, at_most: int) -> list[_Written]:
    """Of each model the first rows that the act wrote, each with the copy before it."""
    parts = {
        model._meta.label: Part(
            _with_previous(model, act, at_most), order=("history_id",), also={"previous_id": "before_id"}, copies=True
        )
        for model in wrote
    }
    found = together(Act.objects.filter(pk=act.pk), parts) if parts else {}
    written = []
    for model in wrote:
        rows = found[model._meta.label]
        by_id = {row.history_id: row for row in rows}
        written.append((model, [(row, by_id.get(row.previous_id)) for row in rows if row.act_id == act.pk]))
    return written


def _with_previous(model: type[RowHistory], act: Act, at_most: int) -> QuerySet[Any]:
    """The first rows that the act wrote with the copies that stood before them, each with ``before_id``."""
    key = model.instance_type._meta.pk.attname  # type: ignore[attr-defined]
    earlier = Q(history_date__lt=OuterRef("history_date")) | Q(
        history_date=OuterRef("history_date"), history_id__lt=OuterRef("history_id")
    )
    copies: QuerySet[Any] = model._default_manager.all()
    previous = copies.filter(earlier, **{key: OuterRef(key)}).order_by("-history_date", "-history_id")
    with_previous = copies.annotate(before_id=Subquery(previous.values("history_id")[:1]))
    first = with_previous.filter(act=act).order_by("history_id")
    wanted = Q(history_id__in=first.values("history_id")[:at_most]) | Q(
        history_id__in=first.values("before_id")[:at_most]
    )
    return with_previous.filter(wanted)


def _told_fields(model: type[RowHistory]) -> list[Any]:
    untold = model.untold_fields  # type: ignore[attr-defined]
    tracked = model.tracked_fields  # type: ignore[attr-defined]
    return [field for field in tracked if not field.primary_key and field.name not in untold]


def _changes(model: type[RowHistory], rows: list[_Pair], names: dict[tuple[Any, Any], str]) -> Iterable[RowChange]:
    tracked = model.instance_type  # type: ignore[attr-defined]
    for row, old in rows:
        changed = tuple(_field_changes(model, _told_fields(model), names, row, old))
        if changed or row.history_type != "~":
            yield RowChange(
                kind=kind_of(tracked),
                kind_name=str(tracked._meta.verbose_name),
                object_id=getattr(row, tracked._meta.pk.attname),
                label=_label(row, names),
                how=HOW[row.history_type],
                fields=changed,
            )


def _field_changes(
    model: type[RowHistory], fields: list[Any], names: dict[tuple[Any, Any], str], row: Any, old: Any
) -> Iterable[FieldChange]:
    for field in fields:
        was = None if old is None else getattr(old, field.attname)
        became = None if row.history_type == "-" else getattr(row, field.attname)
        empty_both = was in (None, "") and became in (None, "")
        if was == became or empty_both:
            continue
        yield FieldChange(
            field=field.name,
            name=str(field.verbose_name),
            was=NOT_RECORDED if old is None and row.history_type == "~" else _in_words(model, field, was, names),
            became=_in_words(model, field, became, names),
        )


def _names_of_related(act: Act, rows_with_fields: Iterable[tuple[list[Any], list[Any]]]) -> dict[tuple[Any, Any], str]:
    """Names of all objects that the rows refer to, in one query."""
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for fields, rows in rows_with_fields:
        for field in fields:
            if field.is_relation:
                wanted[field.related_model].update(
                    value for row in rows if (value := getattr(row, field.attname)) is not None
                )
    parts = {
        model._meta.label: Part(model._default_manager.filter(pk__in=keys), order=("pk",))
        for model, keys in wanted.items()
        if keys
    }
    found = together(Act.objects.filter(pk=act.pk), parts) if parts else {}
    return {(part.model, row.pk): str(row) for name, part in parts.items() for row in found[name]}


def _in_words(model: type[RowHistory], field: Any, value: Any, names: dict[tuple[Any, Any], str]) -> str:
    if value is None or value == "":
        return NOT_STATED
    if field.is_relation:
        return names.get((field.related_model, value), f"{field.related_model._meta.verbose_name} {value}")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if field.name in model.money_fields:  # type: ignore[attr-defined]
        return with_unit(value, Unit.POUNDS)
    if field.name in model.year_fields:  # type: ignore[attr-defined]
        return str(FinancialYear(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or NOT_STATED
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j F Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return str(value)


def _label(row: Any, names: dict[tuple[Any, Any], str]) -> str:
    """The row's own words at the time, else what it refers to and its year: nothing is asked of the database again."""
    for attribute in ("title", "name", "label"):
        if words := getattr(row, attribute, ""):
            return str(words)
    related = [
        names[(field.related_model, value)]
        for field in row.tracked_fields
        if field.is_relation
        and (value := getattr(row, field.attname)) is not None
        and (field.related_model, value) in names
    ]
    years = [
        NOT_PROFILED if (year := getattr(row, name)) is None else str(FinancialYear(year))
        for name in sorted(row.year_fields & {OWN_YEAR} or row.year_fields)
    ]
    return (
        ", ".join([*related, *years])
        or f"{row.instance_type._meta.verbose_name} {getattr(row, row.instance_type._meta.pk.attname)}"
    )
