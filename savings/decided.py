"""Decisions as pages read them: their state, what they come to, and the line-years that each names, as at a period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import reduce
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from futurefit.values.money import Unit, with_unit
from savings.models import Decision, DecisionItem, ReportingPeriod
from savings.reading import Reading

Kind = Decision.Kind


class State(StrEnum):
    """How far a decision has come."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"

    @property
    def words(self) -> str:
        return {
            "waiting": "To be confirmed",
            "confirmed": "Confirmed",
            "withdrawn": "Withdrawn",
            "lapsed": "Not confirmed in time",
        }[self.value]

    @property
    def style(self) -> str:
        return {"waiting": "alert", "confirmed": "solid", "withdrawn": "outline", "lapsed": "alert"}[self.value]


def periods_up_to(reading: Reading) -> list[ReportingPeriod]:
    """The period shown and those before it, in their order; see `querysets.in_periods_up_to`."""
    return [period for period in reading.periods if period.turn <= reading.period.turn]


def decisions_read(reading: Reading) -> QuerySet[Any]:
    """The decisions up to the period shown that the reader may see, as they stand or as they stood when it closed."""
    up_to = [period.pk for period in periods_up_to(reading)]
    found = reading.rows(Decision).filter(programme_id=reading.programme.pk, effective_in_id__in=up_to)
    if reading.scope.everything:
        return found
    return found.filter(id__in=Decision.objects.visible_to(reading.scope, reading.period).values("pk"))


def items_read(reading: Reading) -> QuerySet[Any]:
    """The line-years of decisions, of lines that the reader may see, as they are read."""
    found = reading.rows(DecisionItem)
    if reading.scope.everything:
        return found
    return found.filter(id__in=DecisionItem.objects.visible_to(reading.scope, reading.period).values("pk"))


def period_of(reading: Reading, decision: Decision) -> ReportingPeriod:
    """The period in which a decision takes effect."""
    return next(period for period in reading.periods if period.pk == decision.effective_in_id)


def closed_as_read(reading: Reading) -> list[int]:
    """The periods that were closed by when the page is read, by their ids."""
    return [
        period.pk
        for period in reading.periods
        if period.closed_at is not None and (reading.moment is None or period.closed_at <= reading.moment)
    ]


def state_of(reading: Reading, decision: Decision) -> State:
    """The state of a decision as read; one whose period closed unconfirmed can be confirmed no more."""
    if decision.confirmed_at is not None:
        return State.CONFIRMED
    if decision.withdrawn_at is not None:
        return State.WITHDRAWN
    return State.LAPSED if decision.effective_in_id in closed_as_read(reading) else State.WAITING


def in_state(reading: Reading, state: str) -> Q:
    """The condition on decisions as read that `state_of` answers with this state."""
    draft = Q(confirmed_at__isnull=True, withdrawn_at__isnull=True)
    closed = Q(effective_in_id__in=closed_as_read(reading))
    return {
        State.CONFIRMED: Q(confirmed_at__isnull=False),
        State.WITHDRAWN: Q(confirmed_at__isnull=True, withdrawn_at__isnull=False),
        State.LAPSED: draft & closed,
        State.WAITING: draft & ~closed,
    }[State(state)]


@dataclass(frozen=True)
class Comes:
    """What a decision, or one year of it, comes to in whole pounds.

    `named` is the sum of targets after, `before` of those before; `up` is what those that rise gain.
    """

    lines: int = 0
    line_years: int = 0
    before: int = 0
    named: int = 0
    up: int = 0

    @property
    def net(self) -> int:
        return self.named - self.before

    def and_also(self, other: Comes) -> Comes:
        """Both together; they have no line in common."""
        return Comes(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    def words(self, kind: str) -> str:
        """ "moves £50,000 between years of 2 lines"."""
        of = f"{self.lines:,} line{'' if self.lines == 1 else 's'}"
        if kind == Kind.APPROVE:
            count = f"{self.line_years:,} line-year{'' if self.line_years == 1 else 's'}"
            return f"approves {_pounds(self.named)} in {count} of {of}"
        if kind == Kind.RE_PROFILE:
            return f"moves {_pounds(self.up)} between years of {of}"
        if kind == Kind.WRITE_OUT:
            return f"writes {_pounds(-self.net)} out of {of}"
        if kind == Kind.REPLACE:
            return f"moves {_pounds(self.up)} between {of}"
        return f"corrects {of} by {with_unit(self.net, Unit.POUNDS, sign=True)} in all"


_BEFORE = Coalesce(F("from_target"), Value(0))
_SUMS = {
    "lines": Count("line_id", distinct=True),
    "line_years": Count("id"),
    "before": Sum(_BEFORE),
    "named": Sum("to_target"),
    "up": Sum(Case(When(to_target__gt=_BEFORE, then=F("to_target") - _BEFORE), default=Value(0))),
}


def in_all(years: Iterable[Comes], lines: int) -> Comes:
    """What the years of a decision on this many lines come to together."""
    return replace(reduce(Comes.and_also, years, Comes()), lines=lines)


def what_they_come_to(items: QuerySet[Any], decisions: Iterable[Decision]) -> Mapping[int, Comes]:
    """What each decision comes to in these items, by its id, in one query."""
    of_these = items.filter(decision_id__in=[decision.pk for decision in decisions]).order_by()
    rows = of_these.values("decision_id").annotate(**_SUMS)
    return {row.pop("decision_id"): Comes(**row) for row in rows}


@dataclass(frozen=True)
class ByYear:
    """What a decision comes to by year: in every line, and in those that the reader may see."""

    every: Mapping[int | None, Comes]
    seen: Mapping[int | None, Comes]


def by_year(reading: Reading, decision: Decision) -> ByYear:
    """What a decision comes to by year, in one query."""
    items = reading.rows(DecisionItem).filter(decision_id=decision.pk).order_by()
    if reading.scope.everything:
        rows = items.values("year").annotate(**_SUMS)
        every = {row.pop("year"): Comes(**row) for row in rows}
        return ByYear(every, every)
    own = DecisionItem.objects.visible_to(reading.scope, reading.period).values("pk")
    seen, hidden = {}, {}
    is_own = Case(When(id__in=own, then=Value(1)), default=Value(0))
    for row in items.annotate(is_own=is_own).values("year", "is_own").annotate(**_SUMS):
        of, year = seen if row.pop("is_own") else hidden, row.pop("year")
        of[year] = Comes(**row)
    together = {year: seen.get(year, Comes()).and_also(hidden.get(year, Comes())) for year in {**seen, **hidden}}
    return ByYear(together, seen)


def by_year_of(items: Iterable[DecisionItem]) -> ByYear:
    """The same of items in hand, which are all of its items and seen by the reader."""
    found: dict[int | None, Comes] = {}
    for item in items:
        before = item.from_target or 0
        one = Comes(1, 1, before, item.to_target, max(item.to_target - before, 0))
        found[item.year] = found.get(item.year, Comes()).and_also(one)
    return ByYear(found, found)


def _pounds(amount: int) -> str:
    return with_unit(amount, Unit.POUNDS)
