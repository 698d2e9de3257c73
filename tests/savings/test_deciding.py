"""What a new target leaves of a split: red, amber, not rated and on target shrink in that order, delivery never."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from futurefit.values.rag import Split
from savings.deciding import Stated, reverse_kind, split_after


@pytest.mark.parametrize(
    ("held", "after", "expected"),
    [
        # 100 = 40 delivered, 30 on target, 20 amber, 10 red.
        (Split(100, 40, 0, 30, 20, 10), 95, Split(95, 40, 0, 30, 20, 5)),
        (Split(100, 40, 0, 30, 20, 10), 75, Split(75, 40, 0, 30, 5, 0)),
        (Split(100, 40, 0, 30, 20, 10), 50, Split(50, 40, 0, 10)),
        # What is not rated goes after amber and before on target: 100 = 20 red, 30 on target, 50 not rated.
        (Split(100, 0, 0, 30, 0, 20), 60, Split(60, 0, 0, 30)),
        (Split(100, 0, 0, 30, 0, 20), 10, Split(10, 0, 0, 10)),
        # Delivered and claimed stay, also beyond the target.
        (Split(100, 70, 20, 10), 50, Split(50, 70, 20)),
        (Split(100, 70, 20, 10), 0, Split(0, 70, 20)),
        (Split(100, 120), 90, Split(90, 120)),
        # Raised: what is not rated grows; of an over-delivered one, what is over-delivered falls first.
        (Split(100, 40, 0, 60), 130, Split(130, 40, 0, 60)),
        (Split(100, 120), 150, Split(150, 120)),
        # Amounts below nought shrink towards nought in the same order.
        (Split(-100, -40, 0, -30, -20, -10), -75, Split(-75, -40, 0, -30, -5)),
        (Split(-30, red=-30), -40, Split(-40, red=-30)),
        # To the other side of nought nothing that was expected stays.
        (Split(100, 0, 0, 60, 40), -50, Split(-50)),
        (None, 80, Split(80)),
    ],
)
def test_the_split_of_a_new_target(held, after, expected):
    assert split_after(held, after) == expected
    assert expected.problems() == []


def test_what_is_stated_takes_the_place_of_the_order_where_a_target_falls():
    held = Split(100, 40, 0, 30, 20, 10)
    assert split_after(held, 70, Stated(on_target=20, amber=0, red=10)) == Split(70, 40, 0, 20, 0, 10)
    assert split_after(held, 120, Stated(red=60)) == Split(120, 40, 0, 30, 20, 10), "of a raised target nothing is"


amounts = st.integers(0, 60)


@given(st.tuples(amounts, amounts, amounts, amounts, amounts, amounts), st.integers(0, 400), st.booleans())
def test_a_target_brought_nearer_to_nought_always_fits_and_keeps_what_is_delivered(parts, after, negative):
    delivered, claimed, on_target, amber, red, not_rated = parts
    sign = -1 if negative else 1
    target = delivered + claimed + on_target + amber + red + not_rated
    after = min(after, target)
    held = Split(*(sign * amount for amount in (target, delivered, claimed, on_target, amber, red)))
    split = split_after(held, sign * after)
    assert split.problems() == []
    assert (split.target, split.delivered, split.claimed) == (sign * after, held.delivered, held.claimed)
    assert all(abs(getattr(split, name)) <= abs(getattr(held, name)) for name in ("on_target", "amber", "red"))
    if split.on_target != held.on_target:
        assert (split.red, split.amber, split.not_rated) == (0, 0, 0)


def test_by_which_kind_each_is_undone():
    assert [reverse_kind(kind) for kind in ("approve", "re_profile", "write_out", "replace", "correct")] == [
        "write_out",
        "re_profile",
        "correct",
        "replace",
        "correct",
    ]
