"""What is measured of a position, and the sums of it: the only place where a status amount becomes a measure.

Rules: domain.md, The money. Whole pounds, sign kept. Derived amounts (over-delivered, not rated, at risk, loss)
are derived per position before any sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal

from django.db.models import BigIntegerField, Case, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from futurefit.values.money import percent, round_half_away
from futurefit.values.rag import Status

LOSS = Q(target__lt=0) & ~Q(line_in_period__saving_type="faster")
_DELIVERED = F("delivered") + F("claimed")
OVER_DELIVERED = Case(
    When(Q(target__gt=0) & Q(target__lt=_DELIVERED), then=_DELIVERED - F("target")),
    When(Q(target__lt=0) & Q(target__gt=_DELIVERED), then=_DELIVERED - F("target")),
    When(Q(target=0), then=_DELIVERED),
    default=Value(0),
    output_field=BigIntegerField(),
)
"""What delivered + claimed exceed the target by, with its sign."""

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
"""Each measure of one position as a database expression (risk-weighted and reversal follow from these)."""

_SUMMED = (
    "target",
    "original",
    "approved",
    "delivered",
    "claimed",
    "on_target",
    "amber",
    "red",
    "over_delivered",
    "at_risk",
    "loss",
)


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


def sums(weights: Mapping[str, int]) -> dict[str, Sum]:
    """The aggregates of one grouped query, named `sum_<measure>`."""
    aggregates = {f"sum_{name}": Sum(PER_POSITION[name], default=0) for name in _SUMMED}
    aggregates["sum_weighted"] = Sum(weighted(weights), default=0)
    return aggregates


@dataclass(frozen=True, slots=True)
class Money:
    """The measures of a set of positions, whole pounds; adding two adds every measure.

    `weighted` is in hundredths of a pound so that the risk-weighted amount is rounded once. The `counted_*`
    amounts leave out lines under funding headings, for percentages and for savings headings. `partly_hidden`
    says that some of it is money of lines which the reader may not see; `holds_rows` that at least one position
    stands behind it.
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
    partly_hidden: bool = field(default=False)
    holds_rows: bool = field(default=False)

    @classmethod
    def from_row(cls, row: Mapping, *, funding: bool, hidden: bool) -> Money:
        """From a row of the grouped query with the aggregates of `sums`."""
        amounts = {name: row[f"sum_{name}"] for name in (*_SUMMED, "weighted")}
        counted = (
            {}
            if funding
            else {
                "counted_delivered": amounts["delivered"],
                "counted_original": amounts["original"],
                "counted_target": amounts["target"],
                "counted_approved": amounts["approved"],
            }
        )
        return cls(**amounts, **counted, partly_hidden=hidden, holds_rows=True)

    def __add__(self, other: Money) -> Money:
        return Money(
            **{name: getattr(self, name) + getattr(other, name) for name in _ADDED},
            partly_hidden=self.partly_hidden or other.partly_hidden,
            holds_rows=self.holds_rows or other.holds_rows,
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


_ADDED = tuple(item.name for item in fields(Money) if item.name not in ("partly_hidden", "holds_rows"))
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
