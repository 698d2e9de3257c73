"""How risks moved since the last period that was closed: new, newly scored, risen, fallen, closed and the like.

Two moments are compared: the closing of the period before, read from history, and the moment that the page shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from futurefit.history.reads import as_at
from projects.querysets import owned_visible_to
from risks.models import Risk
from savings.models import ReportingPeriod
from savings.reading import Reading

NEW, NEWLY_SCORED, RISEN, FALLEN = "New", "Newly scored", "Risen", "Fallen"
CLOSED, OPENED_AGAIN, NO_LONGER_SCORED, REMOVED = "Closed", "Opened again", "No longer scored", "Removed"
KINDS = (NEW, RISEN, NEWLY_SCORED, FALLEN, CLOSED, OPENED_AGAIN, NO_LONGER_SCORED, REMOVED)
"""In the order in which they are told."""

NAMED_AT_MOST = 12
"""So many risks of one kind are named; how many more there are is said."""


@dataclass(frozen=True)
class Stood:
    """A risk at a moment: its status and current score, None where not scored."""

    status: str
    score: int | None


@dataclass(frozen=True)
class Move:
    """What became of a risk between two moments; `kind` is empty where nothing did."""

    kind: str
    was: int | None = None
    now: int | None = None

    @property
    def words(self) -> str:
        """ "Risen from 6 to 12", "Newly scored: 9", "No change"."""
        if self.kind in (RISEN, FALLEN):
            return f"{self.kind} from {self.was} to {self.now}"
        if self.kind in (NEW, NEWLY_SCORED) and self.now is not None:
            return f"{self.kind}: {self.now}"
        return self.kind or "No change"


def move_of(then: Stood | None, now: Stood | None) -> Move:
    """What became of a risk; None is a moment at which it was not there.

    Closing and opening go before a change of the score: one risk moves in one way.
    """
    if then is None or now is None:
        return Move("" if then is now else NEW if then is None else REMOVED, now=now.score if now else None)
    if then.status != now.status:
        return Move(OPENED_AGAIN if now.status == Risk.Status.OPEN else CLOSED, then.score, now.score)
    if then.score == now.score:
        return Move("", then.score, now.score)
    if then.score is None or now.score is None:
        return Move(NEWLY_SCORED if then.score is None else NO_LONGER_SCORED, then.score, now.score)
    return Move(RISEN if now.score > then.score else FALLEN, then.score, now.score)


def period_before(reading: Reading) -> ReportingPeriod | None:
    """The last period closed before the moment that is shown; None where there is none."""
    shown = reading.moment
    closed = [each for each in reading.periods if each.closed_at and (shown is None or each.closed_at < shown)]
    return max(closed, key=lambda each: each.closed_at, default=None)


@dataclass(frozen=True)
class Moves:
    """How the risks that a reader may see moved since `since`; None where no period was closed before."""

    since: ReportingPeriod | None
    each: Mapping[int, Move]
    removed: tuple[str, ...] = ()

    def words(self, risk_id: int) -> str:
        """The movement of one risk, empty where there is nothing to compare with."""
        return self.each[risk_id].words if self.since is not None and risk_id in self.each else ""


@dataclass(frozen=True)
class ToldKind:
    """The risks that moved in one way: each code with its page, empty for one that is no more."""

    kind: str
    count: int
    risks: list[tuple[str, str]]
    more: int


def moves_of(reading: Reading, now: Iterable[tuple[int, Stood]]) -> Moves:
    """The movement of these risks, and which of the programme are no more; one query, none without an earlier closing.

    ``now`` are every risk of the programme that the reader may see, or some of them: what is removed is told of all.
    """
    since = period_before(reading)
    if since is None:
        return Moves(None, {})
    stands = dict(now)
    then = {row_id: (code, stood) for row_id, code, stood in _stood_then(reading, since)}
    each = {row_id: move_of(then[row_id][1] if row_id in then else None, stood) for row_id, stood in stands.items()}
    return Moves(since, each, tuple(code for row_id, (code, _stood) in then.items() if row_id not in stands))


def _stood_then(reading: Reading, since: ReportingPeriod) -> list[tuple[int, str, Stood]]:
    from_history = as_at(Risk, since.closed_at)
    rows = (
        from_history.filter(owned_visible_to(reading.scope), programme_id=reading.programme.pk)
        .order_by("order", "id")
        .values_list("id", "code", "status", "current_likelihood", "current_impact")
    )
    return [(row_id, code, stood(status, one, other)) for row_id, code, status, one, other in rows]


def stood(status: str, likelihood: int | None, impact: int | None) -> Stood:
    """How a risk with this status, likelihood and impact stands."""
    return Stood(status, None if likelihood is None or impact is None else likelihood * impact)


def told_by_kind(reading: Reading, moves: Moves, codes: Mapping[int, str], *, with_removed: bool) -> list[ToldKind]:
    """The ways in which risks moved, each with its risks by code; what did not move is left out."""
    found: dict[str, list[tuple[str, str]]] = {kind: [] for kind in KINDS}
    for row_id, move in moves.each.items():
        if move.kind:
            found[move.kind].append((codes[row_id], risk_url(reading, codes[row_id])))
    if with_removed:
        found[REMOVED] += [(code, "") for code in moves.removed]
    return [
        ToldKind(kind, len(risks), risks[:NAMED_AT_MOST], max(len(risks) - NAMED_AT_MOST, 0))
        for kind, risks in found.items()
        if risks
    ]


def risk_url(reading: Reading, code: str) -> str:
    """The page of a risk, read like the page in hand."""
    return reverse("pages:risk_detail", args=[code]) + reading.query
