"""Dividing an amount with its ratings: every pound in one part, every part a split that stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from futurefit.values.rag import Split, Status
from savings.dividing import Rule, divide, shares

TWO_WAYS = pytest.mark.parametrize("rule", list(Rule))


def test_in_proportion_each_part_has_the_same_shares():
    whole = Split(100, delivered=40, on_target=30, amber=20, red=10)
    assert divide(whole, [60, 40], Rule.PROPORTION) == [
        Split(60, delivered=24, on_target=18, amber=12, red=6),
        Split(40, delivered=16, on_target=12, amber=8, red=4),
    ]


def test_in_order_the_first_part_is_filled_from_what_is_surest():
    whole = Split(100, delivered=40, on_target=30, amber=20)
    assert divide(whole, [60, None, 40], Rule.IN_ORDER) == [
        Split(60, delivered=40, on_target=20),
        None,
        Split(40, on_target=10, amber=20),
    ]


def test_what_does_not_divide_evenly_is_rounded_to_the_pound_and_nothing_is_lost():
    parts = divide(Split(100, amber=50), [33, 33, 34], Rule.PROPORTION)
    assert [part.amber for part in parts if part] == [17, 16, 17]


def test_a_loss_is_divided_like_a_saving():
    assert divide(Split(-90, red=-30), [-60, -30], Rule.PROPORTION) == [Split(-60, red=-20), Split(-30, red=-10)]


def test_what_is_delivered_beyond_the_target_is_shared_out_or_goes_with_the_first():
    whole = Split(100, delivered=150)
    assert divide(whole, [50, 50], Rule.PROPORTION) == [Split(50, delivered=75), Split(50, delivered=75)]
    assert divide(whole, [50, 50], Rule.IN_ORDER) == [Split(50, delivered=100), Split(50, delivered=50)]


@TWO_WAYS
def test_a_nought_with_something_delivered_stays_in_one_piece(rule):
    assert divide(Split(0, delivered=9), [None, 0, 0], rule) == [None, Split(0, delivered=9), Split(0)]


@TWO_WAYS
@pytest.mark.parametrize("targets", [[60, 30], [160, -60], [None, None], []])
def test_what_are_no_parts_of_the_whole_is_refused(targets, rule):
    with pytest.raises(ValueError, match="are not parts of 100"):
        divide(Split(100), targets, rule)


AMOUNTS = st.integers(0, 10**6)
"""Far more than the shares of a few pounds that rounding is about, far less than the largest amount."""


@st.composite
def wholes(draw) -> Split:
    """A split that stands: rated in part or whole, over-delivered, nought, a saving or a loss."""
    sign = draw(st.sampled_from([1, -1]))
    done = [draw(AMOUNTS), draw(st.sampled_from([0, 1, 7, 10**6]))]
    expected = [draw(st.sampled_from([0, 1, 3, 999])) for _ in range(3)]
    kind = draw(st.sampled_from(["fits", "over", "nought"]))
    if kind == "nought":
        return Split(0, sign * done[0], sign * done[1])
    if kind == "over":
        return Split(sign * draw(st.integers(1, max(1, sum(done)))), sign * done[0], sign * done[1])
    target = sum(done) + sum(expected) + draw(st.sampled_from([0, 1, 12_345]))
    return Split(sign * target, *(sign * amount for amount in (*done, *expected)))


@given(
    whole=wholes(), weights=st.lists(st.none() | st.integers(0, 9), min_size=1, max_size=6), rule=st.sampled_from(Rule)
)
def test_every_status_keeps_its_sum_and_every_part_stands(whole, weights, rule):
    given_weights = [weight or 0 for weight in weights]
    if not any(weights):
        weights = given_weights = [1] * len(weights)
    sign = -1 if whole.target < 0 else 1
    sizes = shares(abs(whole.target), given_weights)
    targets = [None if weight is None else sign * size for weight, size in zip(weights, sizes, strict=True)]
    parts = divide(whole, targets, rule)
    assert [part and part.target for part in parts] == targets
    held = [part for part in parts if part is not None]
    assert [problem for part in held for problem in part.problems()] == []
    for status in Status:
        assert sum(part.amount(status) for part in held) == whole.amount(status), status
    assert sum(part.over_delivered for part in held) == whole.over_delivered


@given(total=st.integers(0, 10**9), weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
def test_shares_come_to_the_total_and_are_no_more_than_a_pound_off(total, weights):
    found = shares(total, weights)
    if not sum(weights):
        assert set(found) == {0}
        return
    assert sum(found) == total
    for share, weight in zip(found, weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)
