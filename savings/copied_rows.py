"""What opening a period copies, and what a copied row held before its first change in the period.

Opening copies rows without histories of their own (domain.md, Reporting periods): what stood before the first change
is the row of the period that was copied, which is closed and never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Model, Q

from savings.models import LineInPeriod, Position, RagDefinition, Requirement


@dataclass(frozen=True)
class Copied:
    """How a row of the next period is found from one of the last: it has the same `key` in another `whole`.

    `path` leads from a row to the wholes that are copies of its own; `anew` is what a copy does not take over.
    """

    whole: str
    path: str
    key: str
    same: Q = field(default_factory=Q)
    anew: Mapping[str, int | str] = field(default_factory=dict)


_LINES = "line_in_period__period__copies__lines"

COPIED: dict[type[Model], Copied] = {
    RagDefinition: Copied("period_id", "period__copies", "status"),
    Requirement: Copied("period_id", "period__copies", "year"),
    LineInPeriod: Copied("period_id", "period__copies", "line_id", anew={"version": 1}),
    Position: Copied(
        "line_in_period_id",
        _LINES,
        "year",
        same=Q(line_in_period__line_id=F(f"{_LINES}__line_id")),
        anew={"version": 1, "comment": ""},
    ),
}
"""The rows that a period holds, in the order in which they are copied."""


def former_rows(model: type[Model], copies: Iterable[Any]) -> dict[Any, Any]:
    """What rows held when their period was opened, by the id of each row history handed over, in one query.

    For the first copies of rows of any periods. Without those of rows that were not copied, and of other models.
    """
    copied, copies = COPIED.get(model), list(copies)
    if copied is None or not copies:
        return {}
    keys = {getattr(copy, copied.key) for copy in copies}
    of_keys = Q(**{f"{copied.key}__in": keys - {None}})
    if None in keys:
        of_keys |= Q(**{copied.key: None})
    wholes = {f"{copied.path}__in": {getattr(copy, copied.whole) for copy in copies}}
    rows = model._default_manager.filter(copied.same, of_keys, **wholes).order_by()
    found = {(row.of_whole, getattr(row, copied.key)): row for row in rows.annotate(of_whole=F(f"{copied.path}__id"))}
    former = {}
    for copy in copies:
        whole, key = getattr(copy, copied.whole), getattr(copy, copied.key)
        if (row := found.get((whole, key))) is not None:
            for name, value in {**copied.anew, copied.whole: whole}.items():
                setattr(row, name, value)
            former[copy.history_id] = row
    return former
