"""Payback and the year of breaking even, each worked out by hand."""

from __future__ import annotations

import pytest

from futurefit.values.financial_year import Horizon
from futurefit.values.money import Unit
from projects.models import Investment
from savings.payback import payback
from savings.rollups import NO_TARGETS, Targets

PLAN = Horizon(2016, 2019, False)
BUCKET = Horizon(2016, 2019, True)


def once(amount, year=2016, **more):
    return Investment(label="Once", amount=amount, year=year, recurrence="one_off", **more)


def each_year(amount, year=2016):
    return Investment(label="Each year", amount=amount, year=year, recurrence="recurrent")


def of(recurring, *investments, one_off=(), horizon=PLAN):
    return payback(Targets(dict(recurring), dict(one_off)), investments, horizon)


def test_one_off_cost_against_a_recurring_saving():
    # 20 a year from 2016, 30 from 2017. 50 / 30 = 1.67. Saved: 20, 50; spent 50, 50.
    found = of({2016: 20, 2017: 10}, once(50))
    assert (found.saving, found.tenths, found.short, found.breaks_even) == (30, 17, "1.7 years", 2017)


def test_a_recurrent_cost_comes_off_the_saving_and_is_borne_every_year():
    # 100 a year less 40 a year; 90 / 60 = 1.5. Saved 100, 200; spent 90 + 40 = 130, 170.
    found = of({2016: 100}, once(90), each_year(40))
    assert (found.net, found.tenths, found.breaks_even) == (60, 15, 2017)
    assert found.sentence(Unit.POUNDS) == (
        "Pays back in 1.5 years: £90 once, against £60 a year in full effect (saves £100, costs £40)."
    )


@pytest.mark.parametrize(
    ("one_off", "net", "tenths"), [(5, 100, 1), (4, 100, 0), (15, 100, 2), (25, 100, 3), (1, 3, 3)]
)
def test_a_tenth_of_a_year_is_rounded_half_away_from_nought(one_off, net, tenths):
    assert of({2016: net}, once(one_off)).tenths == tenths


def test_just_a_year_is_one_year():
    assert of({2016: 100}, once(100)).short == "1.0 year"


@pytest.mark.parametrize("recurring", [{}, {2016: 40}, {2016: 30}, {2016: -10}, {2016: 50, 2017: -10}])
def test_nothing_left_a_year_never_pays_back(recurring):
    found = of(recurring, once(50), each_year(40))
    assert (found.verdict, found.tenths, found.short) == ("never", None, "Never pays back")
    assert found.sentence(Unit.POUNDS).startswith("Never pays back: £50 once, against ")


def test_a_one_off_saving_may_break_even_and_still_never_pays_back():
    found = of({}, once(50), one_off={2017: 60})
    assert (found.verdict, found.breaks_even) == ("never", 2017)


def test_an_increment_taken_back_within_the_plan_is_no_recurring_saving():
    # Faster: 100 in 2016, −100 in 2017. Saved 100, 100; spent 120, 120.
    found = of({2016: 100, 2017: -100}, once(120))
    assert (found.verdict, found.breaks_even) == ("never", None)
    assert found.even(PLAN) == "It does not break even in any year of the plan."


def test_no_investment_and_none_with_an_amount_are_told_apart():
    assert of({2016: 100}).short == "No investment stated"
    in_words = of({2016: 100}, Investment(label="Support", as_printed="to be confirmed"))
    assert (in_words.short, in_words.in_words, in_words.even(PLAN)) == ("No amount stated", 1, "")


def test_nought_invested_pays_back_at_once():
    assert of({2016: 100}, once(0)).short == "0.0 years"
    assert payback(NO_TARGETS, [once(0)], PLAN).short == "Never pays back"


def test_what_is_not_profiled_is_said_and_in_no_year():
    # The saving of 70 has no year and counts nowhere; the cost of 30 counts in the payback: (50 + 30) / 40 = 2.0.
    found = of({2016: 40, None: 70}, once(50), once(30, year=None))
    assert (found.saving, found.tenths, found.breaks_even) == (40, 20, 2017)
    assert found.remarks(Unit.POUNDS) == [
        "£30 of the investment is not profiled: it counts in the payback and in no year.",
        "£70 of the savings is not profiled and left out.",
    ]
    nowhere = of({2016: 40}, once(30, year=None))
    assert nowhere.even(PLAN) == "Year of breaking even: not known, because none of the investment has a year."


def test_not_stated_counts_once_and_is_said():
    found = of({2016: 40}, Investment(label="Software", amount=20, year=2016))
    assert (found.one_off, found.tenths) == (20, 5)
    assert found.remarks(Unit.POUNDS) == ["£20 does not say whether it is recurrent and counts once."]


def test_the_last_open_ended_year_is_a_year_of_its_own():
    # 10 a year in the bucket alone: saved 10 there, spent 10.
    found = of({2019: 10}, once(10, year=2019), horizon=BUCKET)
    assert found.even(BUCKET) == "It breaks even in 2019/20+."
    assert of({2019: 10}, once(11, year=2019), horizon=BUCKET).breaks_even is None


def test_savings_before_the_first_cost_do_not_break_even_yet():
    # 10 a year from 2016: 10, 20, 30 by 2018, when 25 are spent.
    assert of({2016: 10}, once(25, year=2018)).breaks_even == 2018
    assert of({2016: 10}, once(35, year=2018)).breaks_even == 2019


def test_a_year_before_the_plan_counts_too():
    assert of({2015: 10}, once(20, year=2015)).breaks_even == 2016
