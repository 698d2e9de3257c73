from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from futurefit.values.financial_year import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    FinancialYear,
    Horizon,
    YearError,
    financial_month,
    month_after,
    month_ends_on,
    month_starts_on,
    quarter_after,
    quarter_ends_on,
    quarter_starts_on,
)

years = st.integers(EARLIEST_YEAR, LATEST_YEAR)
PLAN = Horizon(2015, 2020, open_ended=True)


@pytest.mark.parametrize(
    "text",
    ["2016/17", "2016-17", "2016-2017", "16/17", "16-17", "FY17", "2016/2017", "2016–17", " 2016/17 ", "FY 2017"],
)
def test_reads_every_way_of_writing_2016_17(text: str) -> None:
    assert FinancialYear.parse(text) == FinancialYear(2016)


@pytest.mark.parametrize("text", ["2016/18", "2016/2018", "16/16", "2017/16", "2016/17+", "2016", "17", "", "201617"])
def test_refuses_what_is_not_one_financial_year(text: str) -> None:
    with pytest.raises(YearError) as caught:
        FinancialYear.parse(text)
    assert f"'{text}'" in str(caught.value)


@pytest.mark.parametrize("text", ["٢٠١٦/١٧", "２０１６/17", "0001/02", "2016/17\n2017/18", "2016//17"])
def test_refuses_foreign_digits_and_years_no_council_plans(text: str) -> None:
    with pytest.raises(YearError):
        FinancialYear.parse(text)


def test_the_rule_stands_in_the_message() -> None:
    with pytest.raises(YearError, match="second year must follow the first"):
        FinancialYear.parse("2016/18")


@given(years)
def test_label_reads_back(start: int) -> None:
    year = FinancialYear(start)
    # a four-digit first year is never ambiguous, also across a century: 1999/00
    assert FinancialYear.parse(year.label) == year
    assert FinancialYear.parse(f"{start}-{start + 1}") == year
    assert str(year) == year.label


def test_turn_of_a_century() -> None:
    assert FinancialYear(1999).label == "1999/00"
    assert FinancialYear(2009).label == "2009/10"


@given(st.dates(date(1950, 1, 1), date(2150, 12, 31)))
def test_the_year_of_a_day_contains_the_day(day: date) -> None:
    year = FinancialYear.containing(day)
    assert year.starts_on <= day <= year.ends_on
    assert month_starts_on(year.start, financial_month(day)) <= day <= month_ends_on(year.start, financial_month(day))


def test_the_edges_of_a_year() -> None:
    assert FinancialYear.containing(date(2017, 3, 31)) == FinancialYear(2016)
    assert FinancialYear.containing(date(2017, 4, 1)) == FinancialYear(2017)
    assert FinancialYear(2016).starts_on == date(2016, 4, 1)
    assert FinancialYear(2016).ends_on == date(2017, 3, 31)


def test_order_hash_and_neighbours() -> None:
    year = FinancialYear(2016)
    assert year.previous() < year < year.next()
    assert year.next().label == "2017/18"
    assert {year: 1}[FinancialYear.parse("16/17")] == 1


def test_months_count_from_april() -> None:
    assert financial_month(date(2015, 4, 1)) == 1
    assert financial_month(date(2015, 10, 31)) == 7
    assert financial_month(date(2016, 3, 31)) == 12
    assert month_ends_on(2015, 7) == date(2015, 10, 31)
    assert month_ends_on(2015, 11) == date(2016, 2, 29)
    assert month_ends_on(2015, 12) == date(2016, 3, 31)
    assert month_ends_on(2015, 9) == date(2015, 12, 31)
    assert quarter_starts_on(2015, 4) == date(2016, 1, 1)
    assert quarter_ends_on(2015, 2) == date(2015, 9, 30)


def test_after_the_last_month_and_quarter_comes_the_first_of_the_next_year():
    assert [month_after(2015, 11), month_after(2015, 12)] == [(2015, 12), (2016, 1)]
    assert [quarter_after(2015, 3), quarter_after(2015, 4)] == [(2015, 4), (2016, 1)]


@pytest.mark.parametrize("month", [0, 13, -1])
def test_there_is_no_thirteenth_month(month: int) -> None:
    with pytest.raises(YearError):
        month_ends_on(2015, month)


def test_there_is_no_fifth_quarter() -> None:
    with pytest.raises(YearError):
        quarter_ends_on(2015, 5)


def test_horizon_labels() -> None:
    assert PLAN.years == (2015, 2016, 2017, 2018, 2019, 2020)
    assert [PLAN.label(year) for year in (2015, 2020, None)] == ["2015/16", "2020/21+", "Not profiled"]
    assert [PLAN.key(year) for year in (2015, 2020, None)] == ["2015/16", "2020/21+", "not_profiled"]
    assert Horizon(2015, 2020).label(2020) == "2020/21"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2015/16", 2015),
        ("2020/21", 2020),
        ("2020/21+", 2020),
        ("20/21+", 2020),
        ("not_profiled", None),
        ("Not profiled", None),
    ],
)
def test_horizon_reads_its_years(text: str, year: int | None) -> None:
    assert PLAN.parse(text) == year


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2014/15", "not a year of this plan, 2015/16 to 2020/21\\+$"),
        ("2021/22", "later years stand in 2020/21\\+"),
        ("2016/17+", "not the open-ended year"),
        ("2016/18", "second year must follow"),
        ("soon", "not a financial year"),
    ],
)
def test_horizon_refuses_other_years_by_name(text: str, words: str) -> None:
    with pytest.raises(YearError, match=words) as caught:
        PLAN.parse(text)
    assert f"'{text.removesuffix('+')}" in str(caught.value)


def test_a_closed_plan_has_no_plus() -> None:
    with pytest.raises(YearError, match="not the open-ended year"):
        Horizon(2015, 2020).parse("2020/21+")


@given(years, st.integers(0, 20), st.booleans())
def test_horizon_keys_read_back(first: int, length: int, open_ended: bool) -> None:
    plan = Horizon(first, min(first + length, LATEST_YEAR), open_ended)
    for year in (*plan.years, None):
        assert plan.parse(plan.key(year)) == year
        assert plan.parse(plan.label(year)) == year


def test_horizon_neighbours() -> None:
    assert PLAN.next(2019) == 2020
    assert PLAN.next(2020) is None
    assert 2020 in PLAN and PLAN.contains(2015) and 2021 not in PLAN
    with pytest.raises(YearError):
        PLAN.next(2021)


def test_extending_moves_the_bucket() -> None:
    longer = PLAN.extended()
    assert longer.label(2020) == "2020/21"
    assert longer.label(2021) == "2021/22+"
    assert longer == Horizon(2015, 2021, open_ended=True)


def test_a_plan_ends_after_it_begins() -> None:
    with pytest.raises(YearError, match="2015/16"):
        Horizon(2015, 2014)


def test_value_objects_do_not_change() -> None:
    with pytest.raises(AttributeError):
        PLAN.last = 2030  # type: ignore[misc]
