"""Sentences derived from figures: singular, plural, nought, below nought, more than planned, nothing to divide by."""

from datetime import date

import pytest

from futurefit.pages.sentences import (
    between,
    closed,
    count_of,
    days_of,
    in_ten,
    joined,
    planned_by,
    pounds_in_ten,
    standing,
    weights_words,
    without_amount,
    years_left_out,
)
from futurefit.values.financial_year import Horizon
from futurefit.values.rag import DEFAULT_WEIGHTS

HORIZON = Horizon(2015, 2020, open_ended=True)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (78, 100, "£7.80"),
        (332_000, 372_000, "£8.92"),
        (0, 100, "£0.00"),
        (100, 100, "£10.00"),
        (105, 100, "£10.50"),
        (-5, 100, "−£0.50"),
        (1, 3, "£3.33"),
        (1, 2000, "£0.01"),
        (1, 2001, "less than a penny"),
        (5, 0, None),
        (5, -100, None),
    ],
)
def test_pounds_in_ten_to_the_penny(part, whole, said):
    assert pounds_in_ten(part, whole) == said


def words_of(share):
    return f"{share.before} {share.figure} {share.after}"


def test_a_share_of_ten_reads_as_a_sentence():
    share = in_ten(78, 100, planned="planned for 2016/17", done="is delivered")
    assert words_of(share) == "Of every £10 planned for 2016/17, £7.80 is delivered."


def test_more_than_the_whole_says_so():
    assert (
        in_ten(105, 100, planned="planned for 2016/17", done="is delivered").after == "is delivered, more than planned."
    )


def test_without_a_whole_there_is_no_share_and_the_reason_is_given():
    assert words_of(in_ten(0, 0, planned="planned for 2016/17", done="is delivered")) == (
        "Share of every £10 planned for 2016/17 that is delivered: not applicable Nothing is planned for 2016/17."
    )
    assert in_ten(0, -5, planned="planned for 2016/17", done="is delivered").after == (
        "What is planned for 2016/17 adds to the budget."
    )


def told(parts):
    return "".join(part.text for part in parts)


@pytest.mark.parametrize(
    ("secure", "at_risk", "not_rated", "said"),
    [
        (306, 357, 337, "Of every £10, £3.06 is done or on course, £3.57 is in doubt and £3.37 is not judged yet."),
        (772, 228, 0, "Of every £10, £7.72 is done or on course and £2.28 is in doubt."),
        (0, 125, 875, "Of every £10, nothing is done or on course yet, £1.25 is in doubt and £8.75 is not judged yet."),
        (1000, 0, 0, "Of every £10, £10.00 is done or on course."),
        (0, 0, 1000, "Of every £10, nothing is done or on course yet and £10.00 is not judged yet."),
    ],
)
def test_how_a_plan_stands_in_one_sentence(secure, at_risk, not_rated, said):
    assert told(standing(secure, at_risk, not_rated, 1000)) == said


def test_each_figure_of_the_sentence_names_its_measure():
    parts = standing(306, 357, 337, 1000)
    assert [(part.text, part.measure) for part in parts if part.measure] == [
        ("£3.06", "secure"),
        ("£3.57", "at_risk"),
        ("£3.37", "not_rated"),
    ]


def test_a_plan_that_saves_nothing_has_no_such_sentence():
    assert standing(0, 0, 0, 0) == ()
    assert standing(-10, 0, 0, -10) == ()


def test_counts_up_to_ten_are_words():
    assert [count_of(number, "project", "projects") for number in (0, 1, 2, 10, 11, 1200)] == [
        "no projects",
        "one project",
        "two projects",
        "ten projects",
        "11 projects",
        "1,200 projects",
    ]


def test_lists_in_words():
    assert [joined([]), joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"], "or")] == [
        "",
        "a",
        "a and b",
        "a, b or c",
    ]


def test_savings_in_words_alone_are_said_for_one_and_for_many():
    assert without_amount(0) == ""
    assert without_amount(1).startswith("One saving has no amount yet: it is counted as a line")
    assert without_amount(3).startswith("Three savings have no amount yet: they are counted")


@pytest.mark.parametrize(
    ("years", "view", "said"),
    [
        ((2015, 2016, 2017), "incremental", "Planned by 2017/18"),
        ((2015, 2020), "incremental", "Planned in all years"),
        ((2015, 2016, None), "incremental", "Planned in all years"),
        ((2015, 2019), "cumulative", "Planned a year from 2019/20"),
    ],
)
def test_until_when_an_amount_is_planned(years, view, said):
    assert planned_by(HORIZON, years, view) == said


def test_years_without_money_at_the_ends_are_named():
    assert (
        years_left_out(HORIZON, (2016, 2017, 2018, 2019)) == "Nothing is planned for 2015/16 or for 2020/21 and later."
    )
    assert years_left_out(HORIZON, (2015, 2016, 2017)) == (
        "Nothing is planned for 2018/19, 2019/20 or for 2020/21 and later."
    )
    assert years_left_out(HORIZON, (*HORIZON.years, None)) == ""


@pytest.mark.parametrize(
    ("earliest", "latest", "said"),
    [
        (None, None, ""),
        (None, date(2016, 8, 31), "by 31 August 2016"),
        (date(2016, 4, 1), None, "from 1 April 2016"),
        (date(2015, 10, 1), date(2015, 10, 1), "1 October 2015"),
        (date(2015, 9, 1), date(2015, 9, 30), "September 2015"),
        (date(2015, 9, 1), date(2015, 9, 10), "1 to 10 September 2015"),
        (date(2016, 2, 1), date(2016, 2, 28), "1 to 28 February 2016"),
        (date(2016, 1, 1), date(2016, 12, 31), "1 January to 31 December 2016"),
        (date(2015, 8, 1), date(2016, 3, 31), "1 August 2015 to 31 March 2016"),
    ],
)
def test_the_days_that_a_date_in_words_can_mean(earliest, latest, said):
    assert between(earliest, latest) == said


def test_days_and_full_stops():
    assert [days_of(1), days_of(31), days_of(1200)] == ["1 day", "31 days", "1,200 days"]
    assert [closed("Talk early"), closed("Why?"), closed(""), closed("Done. ")] == ["Talk early.", "Why?", "", "Done."]


def test_weights_are_said_beside_the_risk_weighted_figure():
    weights = {status.value: weight for status, weight in DEFAULT_WEIGHTS.items()}
    assert weights_words(weights) == (
        "Risk-weighted counts delivered, claimed and on target 100 %, amber 50 %, red and not rated 0 % of each "
        "amount. Losses count in full."
    )
