"""Rows of several tables in one query, for a page that is made of many small parts.

Each part is asked for as an array of JSON objects beside the others and becomes instances of its model again. Both
databases build the same arrays. For a handful of rows a part; lists page by page are asked for by themselves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Aggregate, F, Func, JSONField, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject


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


@dataclass(frozen=True)
class Part:
    """Rows to ask for. ``order`` names the fields they are sorted by; ``also`` are values across relations, which
    become attributes of that name. Moments (date and time) are not asked for.
    """

    rows: QuerySet[Any]
    order: Sequence[str] = ("order", "id")
    also: Mapping[str, str] = field(default_factory=dict)

    @property
    def model(self) -> type[models.Model]:
        """The model of the rows; of row histories that of the instances they are copies of."""
        return getattr(self.rows.model, "instance_type", self.rows.model)

    @property
    def fields(self) -> list[models.Field[Any, Any]]:
        return [each for each in self.model._meta.concrete_fields if not isinstance(each, models.DateTimeField)]

    def query(self) -> Subquery:
        wanted = {each.attname: F(each.attname) for each in self.fields}
        wanted |= {f"also_{name}": F(path) for name, path in self.also.items()}
        everything = self.rows.order_by().annotate(together=Value(1)).values("together")
        return Subquery(everything.annotate(found=JsonArray(JsonRow(**wanted))).values("found"))

    def instances(self, found: Sequence[Mapping[str, Any]] | None) -> list[Any]:
        made = [self._instance(values) for values in found or ()]
        return sorted(made, key=lambda row: tuple(_last_if_none(getattr(row, name)) for name in self.order))

    def _instance(self, values: Mapping[str, Any]) -> Any:
        names = [each.attname for each in self.fields]
        row = self.model.from_db(None, names, [_python(each, values[each.attname]) for each in self.fields])
        for name in self.also:
            setattr(row, name, values[f"also_{name}"])
        return row


def together(beside: QuerySet[Any], parts: Mapping[str, Part]) -> dict[str, list[Any]]:
    """The rows of every part, sorted, in one query. They are for reading and not to be saved.

    `beside` is a query of one row that is there, to ask beside. Raises DoesNotExist where it is not.
    """
    found = beside.order_by().values_list(*(part.query() for part in parts.values())).get()
    return {name: part.instances(found[place]) for place, (name, part) in enumerate(parts.items())}


def _python(each: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(each, models.JSONField) and isinstance(value, str):
        return json.loads(value)
    return each.to_python(value)


def _last_if_none(value: Any) -> tuple[bool, Any]:
    return (value is None, value)
