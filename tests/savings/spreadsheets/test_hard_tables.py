"""Tables that are easily read wrong: pages that turn, years over statuses, ratings by year, coarse totals, odd signs.

Invented figures, sums written by hand.
"""

import pytest

from futurefit.values.rag import Split
from tests.savings.spreadsheets.importing import amounts, checked, differing, imported, new_period, splits
from tests.savings.spreadsheets.tables import sheet, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def period():
    return new_period()


def messages(findings) -> str:
    return "\n".join(finding.message for finding in findings)


def test_sums_at_the_turn_of_a_page_are_checked_and_never_added(period):
    found = imported(
        """
        Savings schedule £000
        Ref|Description|2018/19|2019/20
        1|Alpha|10|20
        2|Beta|30|40
         |Carried forward|40|60

        Ref|Description|2018/19|2019/20
         |Brought forward|40|70
        3|Gamma|5|5
         |Total|45|65
        """,
        period,
    )
    assert found.years == {2018: 45_000, 2019: 65_000}
    assert differing(found) == [("D8", "2019/20", 70_000, 60_000)]
    assert "'Carried forward' sums up the rows above it" in messages(found.warnings)


def test_a_sum_brought_forward_from_a_page_that_is_not_there_is_said(period):
    found = checked("Saving|2018/19 £000|2019/20 £000\nBrought forward|100|90\nAlpha|10|20", period)
    assert found.years == {2018: 10_000, 2019: 20_000}
    assert "'Brought forward' stands for rows that this sheet does not hold" in messages(found.warnings)


def test_parts_of_a_saving_are_left_out_and_parts_of_nothing_are_savings(period):
    found = imported(
        """
        Ref|Saving|2018/19 £000|2019/20 £000
        A|Workforce|500|250
         |of which: management|200|100
         |of which: agency|300|140
        B|Procurement|100|100
         |Total savings|600|350
         |Cumulative savings|600|950
        """,
        period,
    )
    assert amounts(period) == {
        "Workforce": {2018: 500_000, 2019: 250_000},
        "Procurement": {2018: 100_000, 2019: 100_000},
    }
    assert differing(found) == [] and len(found.stated_totals) == 2
    assert "'of which: agency' is a part of the saving above it" in messages(found.warnings)
    alone = checked(
        "Saving|2018/19 £000|2019/20 £000\nWorkforce||\nof which agency|60|20\nof which posts|40|10", period
    )
    assert alone.years == {2018: 100_000, 2019: 30_000}


def test_a_cumulative_row_is_no_saving_though_no_row_before_it_is_called_a_total(period):
    found = imported(
        """
        Saving|2016/17 £000|2017/18 £000|2018/19 £000
        Fleet|100|50|10
        Print|20|5|0
        Annual savings|120|55|10
        Cumulative savings|120|175|185
        """,
        period,
    )
    assert found.years == {2016: 120_000, 2017: 55_000, 2018: 10_000}
    assert "'Cumulative savings' is no saving by its label" in messages(found.warnings)


def test_years_printed_once_over_their_statuses_and_over_money_and_people(period):
    found = imported(
        """
        Savings tracker (£k)
        Ref|Savings line|2018/19|||2019/20||
         | |Target|Delivered|Amber|Target|Delivered|Amber
        S1|Fleet|100|40|60|50|0|50
        S2|Agency|200|0|150|||
         |Total|300|40|210|50|0|50
        """,
        period,
    )
    assert found.years == {2018: 300_000, 2019: 50_000} and differing(found) == []
    assert splits(period, "Agency") == {2018: Split(200_000, amber=150_000)}
    people = checked("Saving|2018/19|2018/19|2019/20|2019/20\n|£000|FTE|£000|FTE\nVans|60|2|20|1", period)
    assert people.years == {2018: 60_000, 2019: 20_000} and people.errors == []


@pytest.mark.parametrize(
    "table",
    [
        "Ref|Saving|2016/17 £000|RAG|2017/18 £000|RAG\nA|Fleet|100|Green|50|Amber\nB|Print|20|Red|5|n/a",
        "Ref|Saving|2016/17 £000|2017/18 £000|RAG 16/17|RAG 17/18\nA|Fleet|100|50|Green|Amber\nB|Print|20|5|Red|-",
    ],
)
def test_a_rating_beside_each_year_rates_the_amount_of_that_year(table, period):
    found = imported(table, period)
    assert splits(period, "Fleet") == {2016: Split(100_000, on_target=100_000), 2017: Split(50_000, amber=50_000)}
    assert splits(period, "Print") == {2016: Split(20_000, red=20_000), 2017: Split(5_000)}
    assert "is read as the rating of 2017/18" in messages(found.warnings)
    wrong = checked(table.replace("Red", "Purple") + "\nC|Post|", period)
    assert "'Purple' is not a rating" in messages(wrong.errors) or "RAG" in messages(wrong.warnings)


def test_a_total_rounded_more_coarsely_than_its_parts_agrees_where_they_round_to_it(period):
    found = checked("Saving|2016/17 £m|2017/18 £m\nAdults|2.15|1.25\nChildren|2.2|1.5\nTotal|4.4|2.9", period)
    assert [total.verdict for total in found.stated_totals] == ["agrees", "differs"]
    whole = checked("Saving|2016/17 £000|2017/18 £000\nAdults|7100|10\nChildren|5500|5\nTotal|13000|15", period)
    assert [total.verdict for total in whole.stated_totals] == ["differs", "agrees"], "noughts of thousands are precise"


def test_one_off_and_ongoing_columns_of_a_year_are_refused_and_neither_is_to_be_dropped(period):
    found = checked("Saving|2019/20 ongoing £000|2019/20 one-off £000\nRounds|60|10", period)
    assert "Put the one-off amounts into rows of their own" in messages(found.errors)


def test_a_row_for_each_year_is_refused_in_words(period):
    found = checked("Ref|Title|Year|Amount £000\nA|Fleet|2016/17|100\nB|Print|2017/18|50", period)
    assert "Column C says the year of each row" in messages(found.errors)


def test_dashes_of_all_sorts_are_minus_and_a_credit_or_a_point_is_not_guessed(period):
    found = checked("Ref|Saving|2016/17 £\nA|Fleet|\u20115\nB|Print|\u20141,000\nC|Post|'40", period)
    assert found.errors == [] and found.years == {2016: -965}
    wrong = checked("Ref|Saving|2016/17 £\nA|Fleet|2,000 CR\nB|Print|100\nC|Post|5", period)
    assert "is marked as a credit or a debit" in messages(wrong.errors)


def test_a_point_before_three_digits_in_pounds_is_not_guessed(period):
    found = checked(sheet("Ref|Saving|2016/17 £\nA|Fleet|1.250", numbers=False), period)
    assert "'1.250' has three digits after its point" in messages(found.errors)


def test_a_summary_sheet_is_not_read_in_place_of_the_sheets_it_sums_up(period):
    summary = sheet("Directorate|2019/20 £000\nPlace|65\nPeople|40\nCorporate|9\nTotal|114", name="Summary")
    place = sheet("Saving|2019/20 £000\nRounds|60\nBins|5\nTotal|65", name="Place")
    found = checked(workbook(summary, place), period)
    assert found.sheet == "Place" and found.years == {2019: 65_000}
    assert "not read: 'Summary'" in messages(found.warnings)


@pytest.mark.parametrize("numbers", [True, False])
def test_an_amount_of_two_thousand_is_no_year(numbers, period):
    table = sheet(
        "Saving|2016/17 £000|2017/18 £000\nFleet|10|20\nSavings on print||2000\nTotal|10|2020", numbers=numbers
    )
    found = imported(table, period)
    assert found.years == {2016: 10_000, 2017: 2_020_000} and differing(found) == []
