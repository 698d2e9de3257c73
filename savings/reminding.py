"""Whom to remind of what: the open lines of each post that owes returns, from `savings.returns_owed`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from savings.returns_owed import OwedReturn, ReturnState
from savings.services.reminders import OpenLine, OpenLines

NOT_SUBMITTED = frozenset({ReturnState.DUE, ReturnState.DRAFT})


def open_lines(
    owed: Iterable[OwedReturn],
    *,
    may: Callable[[OwedReturn], bool] = lambda each: True,
    of_due: bool = True,
) -> list[OpenLines]:
    """By post, in the order of the lines: what is not submitted (unless `of_due` is false) and what is queried.

    `may` narrows it to what whoever asks looks after. Lines that nobody owes are left out: there is nobody to ask.
    """
    found: dict[int, tuple[list[OpenLine], list[OpenLine]]] = {}
    for each in owed:
        if each.owed_by is None or not may(each):
            continue
        due, queried = found.setdefault(each.owed_by.pk, ([], []))
        if each.state in NOT_SUBMITTED and of_due:
            due.append(OpenLine(each.line.line.code, each.line.title))
        elif each.state is ReturnState.QUERIED and each.returned is not None:
            queried.append(OpenLine(each.line.line.code, each.line.title, each.returned.query_reason))
    return [OpenLines(post_id, *lines) for post_id, lines in found.items() if any(lines)]
