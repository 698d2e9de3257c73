"""Rows of several tables in one query, for a page that is made of many small parts.

Each part is asked for as an array of JSON objects beside the others and becomes instances of its model again. Both
databases build the same arrays. For a handful of rows a part; lists page by page are asked for by themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Aggregate, F, Func, JSONField, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_datetime


class JsonArray(Aggregate):
    """All values as one JSON array; null on PostgreSQL where there is none."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **context)


class JsonRow(JSONObject):
    """One row as a JSON object. Django asks each SQLite connection once, in three queries, whether it knows JSON;
    every SQLite that this Django runs on does, and the number of queries of a page shall not depend on which is first.
    """

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return Func.as_sql(self, compiler, connection, **context)


Fields = Sequence["models.Field[Any, Any]"]


@dataclass(frozen=True)
class Part:
    """Rows to ask for. ``order`` names the fields they are sorted by; ``also`` are values across relations, or of
    another query, which become attributes of that name; ``related`` are rows that they refer to, each with the fields
    named (none named: every field). Row histories become instances of what they are copies of, or with ``copies`` stay
    what they are.
    """

    rows: QuerySet[Any]
    order: Sequence[str] = ("order", "id")
    also: Mapping[str, str | Subquery] = field(default_factory=dict)
    related: Mapping[str, Sequence[str]] = field(default_factory=dict)
    copies: bool = False

    @property
    def model(self) -> type[models.Model]:
        """The model of the rows."""
        return self.rows.model if self.copies else getattr(self.rows.model, "instance_type", self.rows.model)

    @property
    def fields(self) -> Fields:
        return self.model._meta.concrete_fields

    def _related_fields(self, name: str) -> tuple[type[models.Model], Fields]:
        model: type[models.Model] = self.model._meta.get_field(name).related_model  # type: ignore[assignment]
        named = self.related[name]
        fields = model._meta.concrete_fields
        return model, [each for each in fields if not named or each.primary_key or each.name in named]

    def query(self) -> Subquery:
        wanted: dict[str, Any] = {each.attname: F(each.attname) for each in self.fields}
        wanted |= {f"also_{name}": F(path) if isinstance(path, str) else path for name, path in self.also.items()}
        for name in self.related:
            _, fields = self._related_fields(name)
            wanted[f"related_{name}"] = JsonRow(**{each.attname: F(f"{name}__{each.attname}") for each in fields})
        everything = self.rows.order_by().annotate(together=Value(1)).values("together")
        return Subquery(everything.annotate(found=JsonArray(JsonRow(**wanted))).values("found"))

    def instances(self, found: Sequence[Mapping[str, Any]] | None) -> list[Any]:
        made = [self._instance(values) for values in found or ()]
        return sorted(made, key=lambda row: tuple(_last_if_none(getattr(row, name)) for name in self.order))

    def _instance(self, values: Mapping[str, Any]) -> Any:
        row = _made(self.model, self.fields, values)
        for name in self.also:
            setattr(row, name, values[f"also_{name}"])
        for name in self.related:
            (model, fields), given = self._related_fields(name), _given(values[f"related_{name}"])
            is_there = given[model._meta.pk.attname] is not None
            setattr(row, name, _made(model, fields, given) if is_there else None)
        return row


def together(beside: QuerySet[Any], parts: Mapping[str, Part]) -> dict[str, list[Any]]:
    """The rows of every part, sorted, in one query. They are for reading and not to be saved.

    `beside` is a query of one row that is there, to ask beside. Raises DoesNotExist where it is not.
    """
    found = beside.order_by().values_list(*(part.query() for part in parts.values())).get()
    return {name: part.instances(found[place]) for place, (name, part) in enumerate(parts.items())}


def prefetched(row: models.Model, name: str, others: Sequence[models.Model]) -> None:
    """Keep the rows that refer to this one, so that ``row.name.all()`` is these without asking again."""
    found = getattr(row, name).get_queryset()
    found._result_cache, found._prefetch_done = list(others), True
    cache = row.__dict__.setdefault("_prefetched_objects_cache", {})
    cache[name] = found


def _made(model: type[models.Model], fields: Iterable[models.Field[Any, Any]], values: Mapping[str, Any]) -> Any:
    return model.from_db(
        None,  # type: ignore[arg-type]
        [each.attname for each in fields],
        [_python(each, values[each.attname]) for each in fields],
    )


def _given(value: Any) -> Any:
    """JSON within JSON, which a database may give as text."""
    return json.loads(value) if isinstance(value, str) else value


def _python(each: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(each, models.JSONField):
        return _given(value)
    if isinstance(each, models.DateTimeField) and value is not None:
        moment = parse_datetime(value)
        # SQLite keeps moments without their offset, in UTC.
        return moment.replace(tzinfo=UTC) if moment is not None and timezone.is_naive(moment) else moment
    if isinstance(each, models.DecimalField) and value is not None:
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-each.decimal_places))
    return each.to_python(value)


def _last_if_none(value: Any) -> tuple[bool, Any]:
    return (value is None, value)
