"""Saying how much of an ended year is still expected, and in which year (domain.md, When a year has ended).

It changes no target and no year of a position: what is carried forward stands beside the targets of the year in which
it is expected. Heads of service say it of their own lines as they say how these stand, finance officers of theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from futurefit.history.actors import Actor
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_update_tracked
from futurefit.values.money import Unit, with_unit
from savings.measures import still_undelivered
from savings.models import LineInPeriod, Position, ReportingPeriod
from savings.services.lines import require_open

CARRIED_FORWARD = "savings.carried_forward"


@dataclass(frozen=True)
class Carrying:
    """How much of one position of an ended year is still expected, whole pounds, and in which financial year.

    0 takes back what was said, whatever the year. `version` is that of the position when the page was opened.
    """

    position_id: int
    amount: int
    expected_in: int | None
    version: int | None = None


class CarryingRefused(ValidationError):
    """Nothing was written; `refusals` says for each position in the way what is wrong: the field and the words.

    `stale` are the positions that somebody changed since the page was opened.
    """

    def __init__(self, refusals: Mapping[int, tuple[str, str]], stale: frozenset[int] = frozenset()) -> None:
        self.refusals = dict(refusals)
        self.stale = stale
        super().__init__([words for _field, words in refusals.values()], code="stale" if stale else None)


def carry_forward(
    *,
    actor: Actor,
    period: ReportingPeriod,
    carrying: Sequence[Carrying],
    may: Callable[[LineInPeriod], bool],
    reason: str = "",
    at: datetime | None = None,
) -> int:
    """Say of positions of ended years what is still expected and when, as one act; of how many something was changed.

    `may` says whether a line is the actor's to speak of. Raises ValidationError for a closed period or a missing
    reason, PermissionDenied for a line that is not the actor's, and `CarryingRefused`, with nothing written, for a
    position of another period, of a withdrawn line or of a year that has not ended, for an amount of the other sign or
    of more than is still undelivered, for a year outside the plan or before the period's own, and for a stale version.
    """
    with transaction.atomic():
        require_open(period)
        found = _locked(period, [item.position_id for item in carrying])
        for position in found.values():
            if not may(position.line_in_period):
                raise PermissionDenied("This line is not yours to speak of.")
        refusals, stale = {}, set()
        changed: list[Position] = []
        for item in carrying:
            refused = _refusal(item, found.get(item.position_id), period)
            if refused is not None:
                refusals[item.position_id] = refused[:2]
                stale |= {item.position_id} if refused[2] else set()
                continue
            position = found[item.position_id]
            expected_in = item.expected_in if item.amount else None
            if (position.carried_forward, position.expected_in) != (item.amount, expected_in):
                position.carried_forward, position.expected_in = item.amount, expected_in
                position.version += 1
                changed.append(position)
        if refusals:
            raise CarryingRefused(refusals, frozenset(stale))
        if not changed:
            return 0
        if any(position.carried_forward for position in changed) and not reason.strip():
            raise ValidationError(
                {"reason": "Reason: say why it was not delivered in its year, and what makes it come."}
            )
        lines = {position.line_in_period.line_id: position.line_in_period for position in changed}
        with record_act(
            actor=actor,
            verb=CARRIED_FORWARD,
            sentence=_sentence(changed, period),
            reason=reason.strip(),
            about=[
                *(line.line for line in lines.values()),
                *{row.project_id: row.project for row in lines.values()}.values(),
            ],
            at=at,
            programme_slug=period.programme.slug,
        ):
            bulk_update_tracked(Position, changed, ["carried_forward", "expected_in", "version"])
    return len(changed)


def _locked(period: ReportingPeriod, position_ids: Sequence[int]) -> dict[int, Position]:
    """The positions of the period among these, locked, each with its line; two queries."""
    positions = Position.objects.filter(pk__in=set(position_ids), line_in_period__period=period)
    found = {row.pk: row for row in positions.select_for_update().order_by("pk")}
    lines = LineInPeriod.objects.filter(pk__in={row.line_in_period_id for row in found.values()})
    by_pk = {line.pk: line for line in lines.select_related("line", "project")}
    for row in found.values():
        row.line_in_period = by_pk[row.line_in_period_id]
    return found


def _refusal(item: Carrying, position: Position | None, period: ReportingPeriod) -> tuple[str, str, bool] | None:
    """The field and the words of what is wrong with one of them, and whether it is stale; None where nothing is."""
    if position is None or position.line_in_period.withdrawn:
        return "amount", "The amount no longer stands in this period. Open the page again.", False
    title, label = position.line_in_period.title, period.horizon.label
    name = f"{title}, {label(position.year)}"
    if item.version is not None and position.version != item.version:
        return "amount", f"{name}: somebody changed it since you opened the page. Look at it again.", True
    if not item.amount:
        return None
    if position.year is None or position.year >= period.financial_year:
        return "amount", f"{name}: this year has not ended in {period.spoken}, so nothing is carried forward.", False
    left = still_undelivered(position.target, position.delivered, position.claimed)
    typed, still = with_unit(item.amount, Unit.POUNDS), with_unit(left, Unit.POUNDS)
    if not left:
        return "amount", f"{name}: everything is delivered, so {typed} cannot be carried forward.", False
    if (item.amount > 0) != (left > 0) or abs(item.amount) > abs(left):
        return "amount", f"{name}: {typed} cannot be carried forward. Still undelivered: {still}.", False
    if item.expected_in is None:
        return "expected_in", f"{name}: choose the year in which it is expected.", False
    if item.expected_in < period.financial_year or item.expected_in not in period.horizon.years:
        return (
            "expected_in",
            f"{name}: {item.expected_in} is not a year in which it can be expected. Choose one from "
            f"{label(period.financial_year)} to {label(period.horizon.last)}.",
            False,
        )
    return None


def _sentence(changed: Sequence[Position], period: ReportingPeriod) -> str:
    if len(changed) > 1:
        return f"Said what of {len(changed)} amounts of ended years is still expected, and when."
    (position,) = changed
    year, line = period.horizon.label(position.year), position.line_in_period
    if not position.carried_forward:
        return f"Took back what {line.title} carried forward of {year}."
    amount = with_unit(position.carried_forward, Unit.POUNDS)
    return f"Carried forward {amount} of {line.title} from {year} to {period.horizon.label(position.expected_in)}."


__all__ = ["CARRIED_FORWARD", "Carrying", "CarryingRefused", "carry_forward"]
