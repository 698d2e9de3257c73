"""Dividing the amount of one year, with how it stands, into parts so that every pound is in exactly one of them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from futurefit.values.rag import SPLIT_STATUSES, Split, Status


class Rule(StrEnum):
    """How the ratings of an amount go with its parts."""

    PROPORTION = "proportion"
    IN_ORDER = "in_order"

    @property
    def words(self) -> str:
        return {
            "proportion": "In proportion to the amounts: each part has the same shares, to the pound",
            "in_order": "In the order of the parts: the first part is filled from delivered, then claimed, on target, "
            "amber, red and not rated; the next part goes on from there",
        }[self.value]


def divide(whole: Split, targets: Sequence[int | None], rule: Rule) -> list[Split | None]:
    """The split of each part; None for a part without an amount.

    The parts' targets come to the target of the whole and carry its sign. Then the parts' amounts of every status,
    of what is not rated and of what is over-delivered come to those of the whole, and every part fits its own target.
    What is delivered beyond the target goes with the first part, or is shared out in proportion. Raises ValueError
    for targets that are not parts of the whole.
    """
    given = [target for target in targets if target is not None]
    if sum(given) != whole.target or not given or any((target < 0) != (whole.target < 0) for target in given if target):
        raise ValueError(f"{list(targets)} are not parts of {whole.target}")
    if whole.target == 0:
        first = next(place for place, target in enumerate(targets) if target is not None)
        return [
            whole if place == first else None if target is None else Split(0) for place, target in enumerate(targets)
        ]
    sign = -1 if whole.target < 0 else 1
    sizes = [abs(target or 0) for target in targets]
    statuses = [*SPLIT_STATUSES, Status.NOT_RATED]
    if whole.over_delivered:
        statuses = [Status.DELIVERED, Status.CLAIMED]
        sizes = _with_what_is_beyond(abs(whole.delivered + whole.claimed), sizes, rule)
    amounts = [abs(whole.amount(status)) for status in statuses]
    rows = _in_proportion(amounts, sizes) if rule is Rule.PROPORTION else _in_order(amounts, sizes)
    parts: list[Split | None] = []
    for target, row in zip(targets, rows, strict=True):
        held = {status.value: sign * amount for status, amount in zip(statuses, row, strict=True)}
        held.pop(Status.NOT_RATED.value, None)
        parts.append(None if target is None else Split(target, **held))
    return parts


def _with_what_is_beyond(done: int, sizes: Sequence[int], rule: Rule) -> list[int]:
    """How much of what is delivered and claimed each part takes: at least its own target."""
    if rule is Rule.PROPORTION:
        return shares(done, sizes)
    first = next(place for place, size in enumerate(sizes) if size)
    return [size + (done - sum(sizes) if place == first else 0) for place, size in enumerate(sizes)]


def _in_proportion(amounts: Sequence[int], sizes: Sequence[int]) -> list[list[int]]:
    """Each part takes its share of what the parts before it left, rounded so that it comes to its own size."""
    left = list(amounts)
    rows = []
    for size in sizes:
        row = shares(size, left)
        left = [amount - taken for amount, taken in zip(left, row, strict=True)]
        rows.append(row)
    return rows


def _in_order(amounts: Sequence[int], sizes: Sequence[int]) -> list[list[int]]:
    """The amounts laid end to end and cut at the sizes."""
    left = list(amounts)
    rows = []
    for size in sizes:
        row = []
        for place, amount in enumerate(left):
            taken = min(amount, size)
            left[place] -= taken
            size -= taken
            row.append(taken)
        rows.append(row)
    return rows


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """`total` shared out exactly by weights, none of them negative.

    What rounding leaves goes to the largest remainders, so each share is its exact value rounded down or up. Without
    weights everything is nought, and `total` must be too.
    """
    weight = sum(weights)
    if not weight:
        return [0] * len(weights)
    exact = [divmod(total * each, weight) for each in weights]
    found = [whole for whole, _rest in exact]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-exact[place][1], place))
    for place in by_remainder[: total - sum(found)]:
        found[place] += 1
    return found
