"""What is measured of a position, and the sums of it: the only place where a status amount becomes a measure.

Rules: domain.md, The money. Whole pounds, sign kept. Derived amounts (over-delivered, not rated, at risk, loss)
are derived per position before any sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from operator import add
from typing import Any

from django.db.models import BigIntegerField, Case, F, Func, Sum, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from futurefit.values.money import percent, round_half_away
from futurefit.values.rag import Status


class Direction(IntEnum):
    """Which way a position moves the budget; a query that groups by it can leave the rest to `Amounts`."""

    SAVES = 0
    COSTS = 1
    IS_A_LOSS = 2


class Written(Func):
    """A whole number worked out in SQL that is written out here, with `{0}`, `{1}` … for the columns it reads.

    Grouping queries are made on every page, and building them from dozens of small expressions costs more than
    running them.
    """

    output_field = BigIntegerField()

    def __init__(self, written: str, *columns: Any) -> None:
        super().__init__(*columns)
        self.written = written

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:  # type: ignore[override]
        compiled = [compiler.compile(column) for column in self.get_source_expressions()]
        if any(parameters for _, parameters in compiled[:-1]):
            raise ValueError("Only the last column may have parameters: each may be written several times.")
        *_, parameters = compiled[-1]
        return f"({self.written.format(*(sql for sql, _ in compiled))})", parameters

    def get_db_converters(self, connection: Any) -> list[Any]:
        return []


DIRECTION = Written(
    f"CASE WHEN {{0}} < 0 AND {{3}} <> 'faster' THEN {Direction.IS_A_LOSS:d} "
    f"WHEN {{0}} < 0 OR ({{0}} = 0 AND ({{1}} < 0 OR {{2}} < 0)) THEN {Direction.COSTS:d} "
    f"ELSE {Direction.SAVES:d} END",
    F("target"),
    F("delivered"),
    F("claimed"),
    F("line_in_period__saving_type"),
)
"""The `Direction` of one position."""

LOSS = Exact(DIRECTION, Direction.IS_A_LOSS.value)
"""Whether a position is a loss: a negative amount of a line that is not *faster*."""

OVER_DELIVERED = Written(
    "CASE WHEN {0} = 0 OR ({0} > 0 AND {0} < {1} + {2}) OR ({0} < 0 AND {0} > {1} + {2}) "
    "THEN {1} + {2} - {0} ELSE 0 END",
    F("target"),
    F("delivered"),
    F("claimed"),
)
"""What delivered + claimed exceed the target by, with its sign."""

_STILL_UNDELIVERED = (
    "CASE WHEN {0} = 0 OR ({0} > 0 AND {0} < {1} + {2}) OR ({0} < 0 AND {0} > {1} + {2}) THEN {2} ELSE {0} - {1} END"
)
STILL_UNDELIVERED = Written(_STILL_UNDELIVERED, F("target"), F("delivered"), F("claimed"))
"""Target − delivered + over-delivered of one position, with its sign: a claim is undelivered until it is accepted."""


def still_undelivered(target: int, delivered: int, claimed: int) -> int:
    """`STILL_UNDELIVERED` of one position in hand."""
    over = target == 0 or (0 < target < delivered + claimed) or (0 > target > delivered + claimed)
    return claimed if over else target - delivered


def still_carried(stated: int, left: int) -> int:
    """Of what was stated to be carried forward, what of it still can be: never more than is `left` undelivered."""
    if (stated > 0) != (left > 0) or not left:
        return 0
    return min(stated, left) if stated > 0 else max(stated, left)


def carried_into(year: int) -> Written:
    """What one position of an ended year carries forward into this year, never more than is still undelivered."""
    left = _STILL_UNDELIVERED
    return Written(
        f"CASE WHEN {{4}} = {year:d} THEN CASE "
        f"WHEN {{3}} > 0 AND ({left}) > 0 THEN CASE WHEN {{3}} < ({left}) THEN {{3}} ELSE ({left}) END "
        f"WHEN {{3}} < 0 AND ({left}) < 0 THEN CASE WHEN {{3}} > ({left}) THEN {{3}} ELSE ({left}) END "
        f"ELSE 0 END ELSE 0 END",
        F("target"),
        F("delivered"),
        F("claimed"),
        F("carried_forward"),
        F("expected_in"),
    )


NOT_RATED = F("target") - F("delivered") - F("claimed") - F("on_target") - F("amber") - F("red") + OVER_DELIVERED

LABELS = {
    "target": "target",
    "original": "original",
    "approved": "approved",
    "delivered": "delivered",
    "claimed": "claimed, finance has not accepted it yet",
    "on_target": "on target",
    "amber": "amber",
    "red": "red",
    "not_rated": "not rated",
    "over_delivered": "over-delivered",
    "secure": "secure (delivered, claimed and on target)",
    "at_risk": "at risk (amber and red)",
    "loss": "loss",
    "risk_weighted": "risk-weighted",
    "reversal": "reversal of one-off savings",
    "carried_forward": "carried forward from ended years, expected this year",
}
"""Every measure that is an amount, with the words that captions use."""

PER_POSITION: dict[str, object] = {
    "target": F("target"),
    "original": Coalesce(F("original"), 0),
    "approved": Case(When(approved=True, then=F("target")), default=Value(0), output_field=BigIntegerField()),
    "delivered": F("delivered"),
    "claimed": F("claimed"),
    "on_target": F("on_target"),
    "amber": F("amber"),
    "red": F("red"),
    "over_delivered": OVER_DELIVERED,
    "not_rated": NOT_RATED,
    "secure": F("delivered") + F("claimed") + F("on_target"),
    "at_risk": Case(When(target__gt=0, then=F("amber") + F("red")), default=Value(0), output_field=BigIntegerField()),
    "loss": Case(When(LOSS, then=F("target")), default=Value(0), output_field=BigIntegerField()),
}
"""Each measure of one position as a database expression (risk-weighted and reversal follow from these).

What is carried forward depends on the period's year: `carried_into`.
"""

_SUMMED = (
    "target",
    "original",
    "delivered",
    "claimed",
    "on_target",
    "amber",
    "red",
    "over_delivered",
    "carried_forward",
)
_AS_KEPT = {"over_delivered": OVER_DELIVERED}
SUMS = tuple(f"sum_{name}" for name in _SUMMED)
"""The aggregates of one grouped query, in order."""


Amounts = tuple[int, ...]
"""The first fields of `Money` in order, reversal left out: plain numbers, since a roll-up adds thousands of them."""


Weights = tuple[int, int, int, int, int, int]
"""Per cent of delivered, claimed, on target, amber, red and not rated, in this order."""


def in_order(weights: Mapping[str, int]) -> Weights:
    """The weights by status as `amounts_of` takes them."""
    return tuple([weights[status.value] for status in _WEIGHED])  # type: ignore[return-value]


_WEIGHED = (Status.DELIVERED, Status.CLAIMED, Status.ON_TARGET, Status.AMBER, Status.RED, Status.NOT_RATED)


def amounts_of(row: Sequence[int], approved: bool, direction: int, funding: bool, weights: Weights) -> Amounts:
    """The measures of a row of `SUMS` over positions that agree in approval, direction and kind of heading.

    Where they agree, each measure of the sum is the sum of the measures. Lines under funding headings do not count in
    percentages.
    """
    target, original, delivered, claimed, on_target, amber, red, over_delivered, carried_forward = row
    is_loss = direction == _IS_A_LOSS
    if is_loss:
        hundredths = 100 * (target + over_delivered)
    else:
        of_delivered, of_claimed, of_on_target, of_amber, of_red, of_not_rated = weights
        hundredths = (
            of_delivered * delivered
            + of_claimed * claimed
            + of_on_target * on_target
            + of_amber * amber
            + of_red * red
            + of_not_rated * (target - delivered - claimed - on_target - amber - red + over_delivered)
        )
    in_approval = target if approved else 0
    counted = (0, 0, 0, 0) if funding else (delivered, original, target, in_approval)
    return (
        target,
        original,
        in_approval,
        delivered,
        claimed,
        on_target,
        amber,
        red,
        over_delivered,
        amber + red if direction == _SAVES else 0,
        target if is_loss else 0,
        hundredths,
        *counted,
        carried_forward,
    )


_SAVES, _IS_A_LOSS = Direction.SAVES.value, Direction.IS_A_LOSS.value


def add_amounts(one: Amounts, other: Amounts) -> Amounts:
    return tuple(map(add, one, other))


def weighted(weights: Mapping[str, int]) -> Case:
    """Σ weight × amount of one position, in hundredths of a pound; a loss counts in full whatever its rating.

    `weights` are per cent by status, as the period keeps them.
    """
    rated = (
        Value(weights[Status.DELIVERED]) * F("delivered")
        + Value(weights[Status.CLAIMED]) * F("claimed")
        + Value(weights[Status.ON_TARGET]) * F("on_target")
        + Value(weights[Status.AMBER]) * F("amber")
        + Value(weights[Status.RED]) * F("red")
        + Value(weights[Status.NOT_RATED]) * NOT_RATED
    )
    return Case(
        When(LOSS, then=Value(100) * (F("target") + OVER_DELIVERED)), default=rated, output_field=BigIntegerField()
    )


class _WholePounds(Sum):
    """A sum of whole pounds, 0 for none, that either database gives as an integer and is taken as it comes."""

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:  # type: ignore[override]
        sql, parameters = super().as_sql(compiler, connection, **context)
        return f"COALESCE({sql}, 0)", parameters

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        sql, parameters = self.as_sql(compiler, connection, **context)
        return f"{sql}::bigint", parameters

    def get_db_converters(self, connection: Any) -> list[Any]:
        return []


def sums(year: int | None = None) -> dict[str, Sum]:
    """The aggregates named in `SUMS`; a query with them groups by approval, `DIRECTION` and kind of heading.

    `year` is the period's own, into which ended years carry forward; without it nothing is told of that.
    """
    kept = {**_AS_KEPT, "carried_forward": Value(0) if year is None else carried_into(year)}
    return {name: _WholePounds(kept.get(measure, F(measure))) for name, measure in zip(SUMS, _SUMMED, strict=True)}


@dataclass(frozen=True, slots=True)
class Money:
    """The measures of a set of positions, whole pounds; adding two adds every measure.

    `weighted` is in hundredths of a pound so that the risk-weighted amount is rounded once. The `counted_*`
    amounts leave out lines under funding headings, for percentages and for savings headings. `partly_hidden`
    says that some of it is money of lines which the reader may not see; `holds_rows` that at least one position
    stands behind it. `carried_forward` is what ended years still expect in the period's own year; it is in no target.
    """

    target: int = 0
    original: int = 0
    approved: int = 0
    delivered: int = 0
    claimed: int = 0
    on_target: int = 0
    amber: int = 0
    red: int = 0
    over_delivered: int = 0
    at_risk: int = 0
    loss: int = 0
    weighted: int = 0
    reversal: int = 0
    counted_delivered: int = 0
    counted_original: int = 0
    counted_target: int = 0
    counted_approved: int = 0
    carried_forward: int = 0
    partly_hidden: bool = field(default=False)
    holds_rows: bool = field(default=False)

    @classmethod
    def of(cls, amounts: Amounts, *, hidden: bool = False) -> Money:
        """The money behind at least one position, from the sum of its `Amounts`."""
        target, original, approved, delivered, claimed, on_target, amber, red, over_delivered, *more = amounts
        at_risk, loss, hundredths, *counted, carried_forward = more
        counted_delivered, counted_original, counted_target, counted_approved = counted
        return cls(
            target,
            original,
            approved,
            delivered,
            claimed,
            on_target,
            amber,
            red,
            over_delivered,
            at_risk,
            loss,
            hundredths,
            0,
            counted_delivered,
            counted_original,
            counted_target,
            counted_approved,
            carried_forward,
            partly_hidden=hidden,
            holds_rows=True,
        )

    def __add__(self, other: Money) -> Money:
        if other is EMPTY:
            return self
        if self is EMPTY:
            return other
        return Money(
            self.target + other.target,
            self.original + other.original,
            self.approved + other.approved,
            self.delivered + other.delivered,
            self.claimed + other.claimed,
            self.on_target + other.on_target,
            self.amber + other.amber,
            self.red + other.red,
            self.over_delivered + other.over_delivered,
            self.at_risk + other.at_risk,
            self.loss + other.loss,
            self.weighted + other.weighted,
            self.reversal + other.reversal,
            self.counted_delivered + other.counted_delivered,
            self.counted_original + other.counted_original,
            self.counted_target + other.counted_target,
            self.counted_approved + other.counted_approved,
            self.carried_forward + other.carried_forward,
            self.partly_hidden or other.partly_hidden,
            self.holds_rows or other.holds_rows,
        )

    @property
    def not_rated(self) -> int:
        """target = delivered + claimed + on target + amber + red + not rated − over-delivered."""
        rated = self.delivered + self.claimed + self.on_target + self.amber + self.red
        return self.target - rated + self.over_delivered

    @property
    def secure(self) -> int:
        return self.delivered + self.claimed + self.on_target

    @property
    def undelivered(self) -> int:
        """What is still to be delivered of the target: the target less delivered and claimed, over-delivery aside."""
        return self.target - self.delivered - self.claimed + self.over_delivered

    @property
    def risk_weighted(self) -> int:
        return round_half_away(self.weighted, 100)

    @property
    def percent_of_original(self) -> Decimal | None:
        """Percent delivered of what was first approved, one decimal; None without a denominator."""
        return percent(self.counted_delivered, self.counted_original)

    @property
    def percent_of_target(self) -> Decimal | None:
        """Percent delivered of what is promised now, one decimal; None without a denominator."""
        return percent(self.counted_delivered, self.counted_target)

    def amount(self, measure: str) -> int:
        """The amount of a measure named in `LABELS`; KeyError for any other name."""
        if measure not in LABELS:
            raise KeyError(measure)
        return getattr(self, measure)

    def as_json(self) -> dict[str, int | float | None]:
        """The measures under the names of interfaces.md; percentages with one decimal, null without denominator."""
        of_original, of_target = self.percent_of_original, self.percent_of_target
        return {
            **{name: self.amount(name) for name in _JSON_ORDER},
            "percent_of_original": None if of_original is None else float(of_original),
            "percent_of_target": None if of_target is None else float(of_target),
        }


_JSON_ORDER = (
    "original",
    "target",
    "approved",
    "delivered",
    "claimed",
    "on_target",
    "amber",
    "red",
    "not_rated",
    "over_delivered",
    "secure",
    "at_risk",
    "loss",
    "risk_weighted",
    "reversal",
)
EMPTY = Money()
