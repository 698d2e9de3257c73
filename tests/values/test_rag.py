import pytest
from hypothesis import given
from hypothesis import strategies as st

from futurefit.values.rag import (
    DEFAULT_DEFINITIONS,
    DEFAULT_WEIGHTS,
    RAG_ORDER,
    SPLIT_STATUSES,
    Split,
    Status,
)

pounds = st.integers(-(10**9), 10**9)
splits = st.builds(Split, pounds, pounds, pounds, pounds, pounds, pounds)
small = st.integers(-3, 3)
small_splits = st.builds(Split, small, small, small, small, small, small)


def test_five_letters_in_their_order() -> None:
    assert "".join(status.letter for status in RAG_ORDER) == "DTARN"
    assert Status.CLAIMED.letter == "T"
    assert [status.label for status in RAG_ORDER] == ["Green delivered", "Green on target", "Amber", "Red", "Not rated"]


def test_every_status_is_defined_and_weighted() -> None:
    assert set(DEFAULT_DEFINITIONS) == set(DEFAULT_WEIGHTS) == set(Status)
    assert [DEFAULT_WEIGHTS[status] for status in Status] == [100, 100, 100, 50, 0, 0]


@given(st.one_of(splits, small_splits))
def test_the_parts_are_the_target_for_every_split(split: Split) -> None:
    parts = sum(split.amount(status) for status in Status)
    assert split.target == parts - split.over_delivered


@given(small_splits)
def test_what_stands_keeps_sign_and_room(split: Split) -> None:
    if split.problems():
        return
    done = split.delivered + split.claimed
    if split.target:
        sign = 1 if split.target > 0 else -1
        assert all(split.amount(status) * sign >= 0 for status in Status)
        assert split.over_delivered == (max(done * sign - split.target * sign, 0)) * sign
    else:
        assert split.on_target == split.amber == split.red == split.not_rated == 0
        assert split.over_delivered == done


@given(small_splits)
def test_turning_every_sign_changes_no_verdict(split: Split) -> None:
    turned = Split(*(-split.amount(status) if status else -split.target for status in (None, *SPLIT_STATUSES)))
    assert bool(turned.problems()) == bool(split.problems())
    assert turned.over_delivered == -split.over_delivered


def test_part_delivered_part_amber() -> None:
    split = Split(256_000, delivered=100_000, amber=40_000, red=16_000)
    assert split.problems() == []
    assert (split.not_rated, split.over_delivered) == (100_000, 0)


def test_over_delivery_by_claim() -> None:
    split = Split(100, delivered=80, claimed=50)
    assert split.problems() == []
    assert (split.over_delivered, split.not_rated) == (30, 0)


def test_a_loss_is_over_delivered_downwards() -> None:
    split = Split(-100, delivered=-130)
    assert split.problems() == []
    assert (split.over_delivered, split.not_rated) == (-30, 0)


def test_delivery_against_a_target_of_nought() -> None:
    split = Split(0, delivered=25_000, claimed=5_000)
    assert split.problems() == []
    assert (split.over_delivered, split.not_rated) == (30_000, 0)
    assert Split(0).problems() == []


@pytest.mark.parametrize(
    ("split", "message"),
    [
        (Split(100_000, amber=-40_000), "Amber −£40,000 has the opposite sign to the target £100,000"),
        (Split(-100_000, delivered=1), "Green delivered £1 has the opposite sign to the target −£100,000"),
        (Split(0, red=1_000), "Red £1,000 stands against a target of £0"),
        (Split(0, delivered=5, claimed=-5), "Green delivered £5 and claimed −£5 have opposite signs"),
        (
            Split(100_000, delivered=60_000, on_target=30_000, amber=11_000),
            "On target, amber and red come to £41,000, but delivered and claimed leave £40,000 of the target £100,000",
        ),
        (
            Split(-100, delivered=-120, red=-1),
            "On target, amber and red come to −£1, but delivered and claimed leave £0 of the target −£100",
        ),
    ],
)
def test_broken_rules_are_said_in_words(split: Split, message: str) -> None:
    assert split.problems() == [message]


def test_each_wrong_sign_is_named() -> None:
    assert len(Split(10, delivered=-1, claimed=-1, on_target=-1, amber=-1, red=-1).problems()) == 5


def test_opposite_signs_under_a_nought_target_do_not_cancel_out() -> None:
    assert len(Split(0, amber=5, red=-5).problems()) == 2


@given(pounds, st.sampled_from(Status))
def test_a_whole_amount_stands_in_its_one_status(target: int, status: Status) -> None:
    whole = Split.whole(target, status)
    assert whole.problems() == []
    assert whole.amount(status) == target
    assert whole.only_status == (status if target else Status.NOT_RATED)


@pytest.mark.parametrize(
    "split",
    [Split(100, amber=40), Split(100, delivered=60, red=40), Split(100, delivered=120), Split(0, delivered=9)],
)
def test_what_is_more_or_less_than_one_status_is_split(split: Split) -> None:
    assert split.only_status is None


@pytest.mark.parametrize(
    ("said", "accepted", "kept"),
    [
        (Split(100, delivered=100), 40, Split(100, delivered=40, claimed=60)),
        (Split(100, delivered=30, claimed=5), 40, Split(100, delivered=30, claimed=5)),
        (Split(100, delivered=70, claimed=10, red=20), 40, Split(100, delivered=40, claimed=40, red=20)),
        (Split(100, delivered=10), 0, Split(100, claimed=10)),
        (Split(-100, delivered=-100), -40, Split(-100, delivered=-40, claimed=-60)),
        (Split(-100, delivered=-30), 20, Split(-100, claimed=-30)),
        (Split(100, amber=100), 40, Split(100, amber=100)),
    ],
)
def test_a_service_claims_what_finance_has_not_accepted(said: Split, accepted: int, kept: Split) -> None:
    assert said.claiming_beyond(accepted) == kept


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (Split(100, on_target=100), Split(100, on_target=40, amber=60), ["amber grows by £60", "secure falls by £60"]),
        (Split(100, amber=60), Split(100, amber=50, red=10), ["red grows by £10"]),
        (Split(100, on_target=100), Split(100, claimed=70, delivered=30), []),
        (Split(-100, on_target=-100), Split(-100, amber=-100), ["amber grows by £100", "secure falls by £100"]),
        (Split(-100, red=-100), Split(-100, on_target=-100), []),
    ],
)
def test_worse_is_more_amber_or_red_or_less_that_is_secure(before: Split, after: Split, words: list[str]) -> None:
    assert after.worse_than(before) == words
