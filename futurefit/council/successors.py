"""Who followed a directorate or service that a reorganisation ended: directly, and who stands in its place today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from futurefit.council.models import Directorate, Service, Succession

Unit = Directorate | Service
"""What a reorganisation renames, splits or merges."""

RELATED = ("from_directorate", "to_directorate", "from_service", "to_service")


def kind_of_unit(unit: Unit) -> str:
    """ "directorate" or "service": also the name of what a line or project says of it."""
    return "directorate" if isinstance(unit, Directorate) else "service"


@dataclass(frozen=True)
class Successors:
    """Every succession, read once: `followed` are the direct successors by kind and id of the ended row."""

    followed: Mapping[tuple[str, int], tuple[Unit, ...]]
    split: frozenset[tuple[str, int]]
    """The kinds and ids of rows that were split: what they held is assigned one by one."""

    @classmethod
    def of(cls, rows: Iterable[Succession]) -> Successors:
        """Of these rows, which carry the directorates and services that they lead to."""
        followed: dict[tuple[str, int], list[Unit]] = defaultdict(list)
        split = set()
        for row in rows:
            if row.from_directorate_id is not None:
                key, after = ("directorate", row.from_directorate_id), row.to_directorate
            else:
                key, after = ("service", row.from_service_id), row.to_service
            followed[key].append(after)
            if row.kind == Succession.Kind.SPLIT:
                split.add(key)
        return cls({key: tuple(units) for key, units in followed.items()}, frozenset(split))

    def direct(self, unit: Unit) -> tuple[Unit, ...]:
        """Who followed it at once, in the order in which they were named; nothing where nobody did."""
        return self.followed.get((kind_of_unit(unit), unit.pk), ())

    def present(self, unit: Unit) -> list[Unit]:
        """Who stands in its place today: its successors, theirs where they were ended too, and so on; each once."""
        found: dict[int, Unit] = {}
        seen, waiting = {unit.pk}, list(self.direct(unit))
        while waiting:
            each = waiting.pop(0)
            if each.pk in seen:
                continue
            seen.add(each.pk)
            after = self.direct(each)
            if each.ends_on is None or not after:
                found[each.pk] = each
            else:
                waiting[:0] = after
        return list(found.values())


def successors(rows: QuerySet[Any] | None = None) -> Successors:
    """Every succession, or these: one query. Hand over rows without history, whose relations can be followed."""
    found = Succession.objects.all() if rows is None else rows
    return Successors.of(found.select_related(*RELATED).order_by("on", "pk"))
