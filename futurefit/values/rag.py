"""The rating of amounts: red, amber, green, and how one target is split (domain.md, "The money").

A status belongs to an amount, not to a project: one line-year can be part delivered and part amber.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from futurefit.values.money import Unit, with_unit

CLAIMED_WORDS: Final = "claimed, finance has not accepted it yet"


class Status(StrEnum):
    """How an amount stands. `NOT_RATED` is derived: the rest of the target that no status covers."""

    DELIVERED = "delivered"
    CLAIMED = "claimed"
    ON_TARGET = "on_target"
    AMBER = "amber"
    RED = "red"
    NOT_RATED = "not_rated"

    @property
    def label(self) -> str:
        return {
            "delivered": "Green delivered",
            "claimed": "Claimed",
            "on_target": "Green on target",
            "amber": "Amber",
            "red": "Red",
            "not_rated": "Not rated",
        }[self.value]

    @property
    def letter(self) -> str:
        """The letter in a chart or tag. Claimed is drawn as on target, beside `CLAIMED_WORDS`."""
        return {"delivered": "D", "claimed": "T", "on_target": "T", "amber": "A", "red": "R", "not_rated": "N"}[
            self.value
        ]


RAG_ORDER: Final = (Status.DELIVERED, Status.ON_TARGET, Status.AMBER, Status.RED, Status.NOT_RATED)
"""The five letters D T A R N, in the order in which they are always shown."""

SPLIT_STATUSES: Final = (Status.DELIVERED, Status.CLAIMED, Status.ON_TARGET, Status.AMBER, Status.RED)
"""The statuses that hold an amount of their own; not rated is what they leave."""

DEFAULT_DEFINITIONS: Final[dict[Status, str]] = {
    Status.DELIVERED: "Taken from the budget, or received, and finance has accepted the evidence.",
    Status.CLAIMED: "Reported as delivered by the service; finance has not accepted it yet.",
    Status.ON_TARGET: "A plan is in place; the full amount is expected on the date planned.",
    Status.AMBER: "Part of the amount, or the date, is at risk; what is being done about it is named.",
    Status.RED: "Not expected to be delivered without a new decision.",
    Status.NOT_RATED: "Nobody has said how this amount stands.",
}
"""What each status means until finance rewords it for a programme."""

DEFAULT_WEIGHTS: Final[dict[Status, int]] = {
    Status.DELIVERED: 100,
    Status.CLAIMED: 100,
    Status.ON_TARGET: 100,
    Status.AMBER: 50,
    Status.RED: 0,
    Status.NOT_RATED: 0,
}
"""Per cent of an amount that counts in the risk-weighted total, until finance changes it."""


@dataclass(frozen=True, slots=True)
class Split:
    """How one target stands, in whole pounds with the sign of the target (domain.md, "Per position").

    Always: target = delivered + claimed + on_target + amber + red + not_rated − over_delivered, also for
    a split that breaks a rule; `problems` says which rules are broken.
    """

    target: int
    delivered: int = 0
    claimed: int = 0
    on_target: int = 0
    amber: int = 0
    red: int = 0

    @classmethod
    def whole(cls, target: int, status: Status) -> "Split":
        """The whole target in one status."""
        return cls(target) if status is Status.NOT_RATED else cls(target, **{status.value: target})

    @property
    def only_status(self) -> Status | None:
        """The one status in which the whole target stands, *not rated* included; None where it is split."""
        rated = [status for status in SPLIT_STATUSES if self.amount(status)]
        if not rated:
            return Status.NOT_RATED
        return rated[0] if len(rated) == 1 and self.amount(rated[0]) == self.target else None

    def claiming_beyond(self, accepted: int) -> "Split":
        """As a service reports it: what it says is delivered beyond what finance has accepted counts as claimed."""
        kept = max(min(self.delivered, accepted), 0) if self.delivered > 0 else min(max(self.delivered, accepted), 0)
        return replace(self, delivered=kept, claimed=self.claimed + self.delivered - kept)

    def amount(self, status: Status) -> int:
        """The amount of one status, *not rated* included."""
        return {
            Status.DELIVERED: self.delivered,
            Status.CLAIMED: self.claimed,
            Status.ON_TARGET: self.on_target,
            Status.AMBER: self.amber,
            Status.RED: self.red,
            Status.NOT_RATED: self.not_rated,
        }[status]

    @property
    def over_delivered(self) -> int:
        """What delivered and claimed exceed the target by, away from zero; 0 when they do not."""
        beyond = self.delivered + self.claimed - self.target
        if self.target > 0:
            return max(beyond, 0)
        if self.target < 0:
            return min(beyond, 0)
        return beyond

    @property
    def not_rated(self) -> int:
        """What the other statuses leave of the target."""
        rated = self.delivered + self.claimed + self.on_target + self.amber + self.red
        return self.target + self.over_delivered - rated

    @property
    def secure(self) -> int:
        """What is delivered, claimed or on target."""
        return self.delivered + self.claimed + self.on_target

    def worse_than(self, before: "Split") -> list[str]:
        """In words by how much amber or red grows or secure falls; empty where none does (domain.md, The return).

        A loss is measured like a saving: away from nought is more.
        """
        found = [
            f"{status.label.lower()} grows by {_pounds(growth)}"
            for status in (Status.AMBER, Status.RED)
            if (growth := abs(self.amount(status)) - abs(before.amount(status))) > 0
        ]
        if (fall := abs(before.secure) - abs(self.secure)) > 0:
            found.append(f"secure falls by {_pounds(fall)}")
        return found

    def problems(self) -> list[str]:
        """The rules this split breaks, in words; empty when it stands.

        Every status carries the sign of the target; only delivered and claimed may exceed it, also where
        it is 0 (then they share one sign); on target, amber and red fit into what these leave.
        """
        if not (self.delivered or self.claimed or self.on_target or self.amber or self.red):
            return []
        found = []
        done = self.delivered + self.claimed
        if self.target:
            for status in SPLIT_STATUSES:
                amount = self.amount(status)
                if amount and (amount < 0) != (self.target < 0):
                    found.append(
                        f"{status.label} {_pounds(amount)} has the opposite sign to the target {_pounds(self.target)}"
                    )
        elif self.delivered and self.claimed and (self.delivered < 0) != (self.claimed < 0):
            found.append(
                f"{Status.DELIVERED.label} {_pounds(self.delivered)} and {Status.CLAIMED.label.lower()} "
                f"{_pounds(self.claimed)} have opposite signs"
            )
        if found:
            return found
        left = self.target - done + self.over_delivered
        expected = self.on_target + self.amber + self.red
        if not self.target:
            found.extend(
                f"{status.label} {_pounds(self.amount(status))} stands against a target of £0"
                for status in (Status.ON_TARGET, Status.AMBER, Status.RED)
                if self.amount(status)
            )
        elif abs(expected) > abs(left):
            found.append(
                f"On target, amber and red come to {_pounds(expected)}, but delivered and claimed leave "
                f"{_pounds(left)} of the target {_pounds(self.target)}"
            )
        return found


def _pounds(amount: int) -> str:
    return with_unit(amount, Unit.POUNDS)
