"""Row histories: every save of a tracked model leaves a copy of the row, filed under the act that made it.

A model is tracked by ``history = row_history()``. ``instance.save()`` and ``instance.delete()`` then write
the copy by themselves; whole batches go through `bulk_create_tracked`, `bulk_update_tracked` and
`bulk_delete_tracked`, because ``QuerySet.update`` and ``bulk_*`` write no history (a test forbids them on tracked
models).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone
from simple_history.models import HistoricalRecords

from futurefit.history.acting import current_act
from futurefit.history.models import RowHistory
from futurefit.history.querysets import RowHistoryQuerySet

# Django cuts these further where the database counts parameters (SQLite).
ROWS_AT_A_TIME = 2_000
ROWS_IN_AN_UPDATE = 500
COPIED_BY_THE_DATABASE = 200
"""From so many rows on their copies are made by one statement, from the rows as just written."""

M = TypeVar("M", bound=models.Model)


class ActRecords(HistoricalRecords):
    """django-simple-history's record keeper, with the act in place of a user and a reason of its own.

    Who and why stand on the act alone, so the copies carry no user and no reason; they carry the act
    and its time. ``money`` and ``years`` name the fields that a reader wants to see as £ and as 2016/17, ``untold``
    those that are kept and not told.
    """

    def __init__(
        self,
        *,
        money: Collection[str] = (),
        years: Collection[str] = (),
        untold: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("bases", (RowHistory,))
        kwargs.setdefault("history_id_field", models.BigAutoField())
        kwargs.setdefault("historical_queryset", RowHistoryQuerySet)
        kwargs.setdefault("no_db_index", ["id"])
        super().__init__(**kwargs)
        self.money = frozenset(money)
        self.years = frozenset(years)
        self.untold = frozenset(untold)

    @property
    def _date_indexing(self) -> bool:
        return False

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        options: dict[str, Any] = super().get_meta_options(model)
        options["indexes"] = (models.Index(fields=(model._meta.pk.attname, "history_date")),)
        options["verbose_name"] = f"history of {model._meta.verbose_name}"
        options["verbose_name_plural"] = f"histories of {model._meta.verbose_name_plural}"
        return options

    def _get_history_user_fields(self) -> dict[str, Any]:
        return {}

    def get_extra_fields(self, model: type[models.Model], fields: dict[str, Any]) -> dict[str, Any]:
        extra: dict[str, Any] = super().get_extra_fields(model, fields)
        for without in ("history_change_reason", "revert_url", "get_default_history_user"):
            del extra[without]
        extra["money_fields"] = self.money
        extra["year_fields"] = self.years
        extra["untold_fields"] = self.untold
        return extra

    def create_historical_record(self, instance: models.Model, history_type: str, using: str | None = None) -> None:
        history_row(instance, history_type).save(force_insert=True)


def row_history(
    *, money: Collection[str] = (), years: Collection[str] = (), untold: Collection[str] = (), **kwargs: Any
) -> ActRecords:
    """Track a model: ``history = row_history()`` in its body.

    ``money`` names fields in whole pounds, ``years`` fields holding a financial year's first calendar
    year, so that changes read "from £100,000 to £80,000 in 2016/17"; ``untold`` names fields that hold more than a
    sentence can say, which the act's own sentence tells; other arguments go to
    `simple_history.models.HistoricalRecords` (``excluded_fields``, …).
    """
    return ActRecords(money=money, years=years, untold=untold, **kwargs)


def is_tracked(model: type[models.Model]) -> bool:
    return hasattr(model._meta, "simple_history_manager_attribute")


@cache
def history_model(model: type[models.Model]) -> type[RowHistory]:
    """The model of ``model``'s row history. LookupError when it is not tracked.

    Remembered, because asking simple_history's descriptor costs more than writing the copy of a row.
    """
    if not is_tracked(model):
        raise LookupError(f"{model._meta.label} is not tracked: it has no history = row_history().")
    found: type[RowHistory] = getattr(model, model._meta.simple_history_manager_attribute).model
    return found


def all_tracked_models() -> list[type[models.Model]]:
    """Every tracked model of the product, in the order of the app registry."""
    return [model for model in apps.get_models() if is_tracked(model)]


def all_history_models() -> list[type[RowHistory]]:
    """Every row history of the product, in the order of the app registry."""
    return [model for model in apps.get_models() if issubclass(model, RowHistory)]


def history_row(instance: models.Model, history_type: str) -> RowHistory:
    """An unsaved copy of ``instance`` as it stands, filed under the act under way.

    ``history_type`` is "+" (added), "~" (changed) or "-" (removed).
    """
    act = current_act()
    model = history_model(type(instance))
    values = {field.attname: getattr(instance, field.attname) for field in model.tracked_fields}  # type: ignore[attr-defined]
    return model(history_date=act.at if act else timezone.now(), history_type=history_type, act=act, **values)


def _file_copies(
    model: type[models.Model], objs: Sequence[models.Model], history_type: str, *, before: Sequence[RowHistory] = ()
) -> None:
    copies = list(before)
    if len(objs) < COPIED_BY_THE_DATABASE:
        copies += [history_row(obj, history_type) for obj in objs]
    history_model(model)._default_manager.bulk_create(copies, batch_size=ROWS_AT_A_TIME)
    if len(objs) < COPIED_BY_THE_DATABASE:
        return
    _copy_in_the_database(model, [obj.pk for obj in objs], history_type)


def _copy_in_the_database(model: type[models.Model], ids: list[Any], history_type: str) -> None:
    """The same copies by INSERT … SELECT, in the order of the ids: a tenth of the time for thousands of rows."""
    act, history = current_act(), history_model(model)
    quoted = connection.ops.quote_name
    key = quoted(str(model._meta.pk.column))
    columns = ", ".join(quoted(str(field.column)) for field in history.tracked_fields)  # type: ignore[attr-defined]
    rest = ", ".join(map(quoted, ("history_date", "history_type", "act_id")))
    among = "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
    at = connection.ops.adapt_datetimefield_value(act.at if act else timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quoted(history._meta.db_table)} ({columns}, {rest}) SELECT {columns}, %s, %s, %s "
            f"FROM {quoted(model._meta.db_table)} WHERE {key} {among} ORDER BY {key}",
            [at, history_type, act.pk if act else None, ids if connection.vendor == "postgresql" else json.dumps(ids)],
        )


def bulk_create_tracked(
    model: type[M], objs: Iterable[M], batch_size: int = ROWS_AT_A_TIME, *, changed: Sequence[M] = ()
) -> list[M]:
    """Insert many rows and their copies under the act under way; returns the objects with their ids.

    A handful of statements whatever the number of rows (both databases return the new ids). ``changed`` are
    a few complete rows that a statement of the same transaction has changed already: their copies go with the others.
    All or nothing. LookupError when the model is not tracked.
    """
    history_model(model)
    with transaction.atomic():
        created = model._default_manager.bulk_create(list(objs), batch_size=batch_size)
        _file_copies(model, created, "+", before=[history_row(obj, "~") for obj in changed])
    return created


def bulk_update_tracked(model: type[M], objs: Sequence[M], fields: Sequence[str]) -> int:
    """Write the named fields of many rows, and a copy of each row, under the act under way.

    The copies are taken from the objects in hand, so hand over complete ones (no ``only``/``defer``)
    locked in the same transaction. Returns how many rows were written. All or nothing.
    """
    history_model(model)
    objs = list(objs)
    if not objs:
        return 0
    with transaction.atomic():
        written = model._default_manager.bulk_update(objs, fields, batch_size=ROWS_IN_AN_UPDATE)
        _file_copies(model, objs, "~")
    return written


def bulk_delete_tracked(model: type[M], objs: Sequence[M]) -> int:
    """Remove many rows and leave a last copy of each, under the act under way; returns how many were removed.

    The copies are taken from the objects in hand, so hand over complete ones locked in the same transaction.
    Nothing that refers to the rows is looked for: a foreign key to one of them raises IntegrityError. All or
    nothing. LookupError when the model is not tracked.
    """
    history_model(model)
    objs = list(objs)
    if not objs:
        return 0
    with transaction.atomic():
        _file_copies(model, objs, "-")
        rows = model._default_manager.filter(pk__in=[obj.pk for obj in objs])
        return rows._raw_delete(rows.db)  # type: ignore[no-any-return]
