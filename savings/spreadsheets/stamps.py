"""What the row of a savings line says in a spreadsheet, and the version that tells whether it is stale.

The version is a short digest of everything the row says: the facts of the line and its amounts by year and status.
A row is stale exactly when the line no longer says what the file was exported with. Opening the next period copies a
line as it stands, so a file outlives it. What a row does not say (approval, comments, illustration) makes none stale.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

from django.db.models import QuerySet

from savings.models import LineInPeriod, Position

FACTS = {
    "reference": "line__reference",
    "title": "title",
    "project": "project__code",
    "theme": "theme_label",
    "directorate": "directorate_label",
    "service": "service_label",
    "saving_type": "saving_type",
    "mtfp_heading": "heading_label",
    "method": "method",
    "recurring": "recurring",
    "budget_code": "budget_code",
    "amount_in_words": "amount_in_words",
    "note": "note",
}
"""What a row says of its line beside the amounts: the FIELD of the column, and where the line in period keeps it."""

GROUPS = ("theme_id", "directorate_id", "service_id", "heading_id")
"""The rows behind the names of groups: two services of one name are two."""

AMOUNTS = ("target", "delivered", "claimed", "on_target", "amber", "red")

ORDER = ("project__order", "project__code", "line__order", "line__code", "pk")
"""Lines of a project stand together in a file."""

_AS_JSON = json.JSONEncoder(separators=(",", ":")).encode

AT_ONCE = 1_000
"""Lines held in memory while they are read."""


class Amounts(NamedTuple):
    """The amount of one year (None: not profiled) and how it stands, in whole pounds, as `values.rag.Split` has it."""

    year: int | None
    target: int
    delivered: int = 0
    claimed: int = 0
    on_target: int = 0
    amber: int = 0
    red: int = 0


class LineSaid(NamedTuple):
    """What the row of a line says: `facts` in the order of `FACTS`, the ids of `GROUPS`, `amounts` by year.

    `approved` are the years whose target only a decision changes; `directorate_id` says whose the line is. Neither
    is part of the version.
    """

    line_id: int
    code: str
    project_title: str
    facts: tuple[str, ...]
    groups: tuple[int | None, ...]
    amounts: tuple[Amounts, ...]
    approved: frozenset[int | None]

    @property
    def directorate_id(self) -> int | None:
        return self.groups[GROUPS.index("directorate_id")]

    @property
    def version(self) -> str:
        return stamp(self.facts, self.groups, self.amounts)


def stamp(facts: Sequence[str], groups: Sequence[int | None], amounts: Iterable[Amounts]) -> str:
    """The version of a row that says this: "v" and ten hexadecimal digits, which no spreadsheet takes for a number.

    `facts` in the order of `FACTS`, `groups` in that of `GROUPS`; the order of `amounts` does not matter. A typed
    nought and no amount are told apart.
    """
    by_year = sorted(amounts, key=lambda each: (each[0] is None, each[0] or 0))
    said = _AS_JSON((*facts, *groups, *by_year))
    return "v" + blake2b(said.encode(), digest_size=5).hexdigest()


def said_by(lines: QuerySet[LineInPeriod]) -> Iterator[LineSaid]:
    """What each of the lines in period says, in the order of the file.

    Holds a thousand lines at a time, with one query for the amounts of each thousand.
    """
    columns = ("line__code", "project_label", *FACTS.values(), *GROUPS)
    rows = lines.order_by(*ORDER).values_list("pk", "line_id", *columns).iterator(chunk_size=AT_ONCE)
    groups_from = 4 + len(FACTS)
    while chunk := list(islice(rows, AT_ONCE)):
        amounts: dict[int, list[Amounts]] = defaultdict(list)
        approved: dict[int, list[int | None]] = defaultdict(list)
        positions = Position.objects.filter(line_in_period__in=[row[0] for row in chunk]).order_by()
        for position in positions.values_list("line_in_period_id", "approved", "year", *AMOUNTS):
            amounts[position[0]].append(Amounts._make(position[2:]))
            if position[1]:
                approved[position[0]].append(position[2])
        for row in chunk:
            yield LineSaid(
                line_id=row[1],
                code=row[2],
                project_title=row[3],
                facts=row[4:groups_from],
                groups=row[groups_from:],
                amounts=tuple(amounts.get(row[0], ())),
                approved=frozenset(approved.get(row[0], ())),
            )


def stamps_of(lines: QuerySet[LineInPeriod]) -> dict[int, str]:
    """The version of each of the lines in period as it stands, by the id of the savings line."""
    return {said.line_id: said.version for said in said_by(lines)}
