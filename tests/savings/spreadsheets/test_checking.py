"""Tables as councils print them, typed by hand with invented figures: lines, amounts and totals, sums written by hand.

Each table has something that real ones have: sections, sub-totals, notes, brackets, ratings, wrong totals.
"""

import pytest

from futurefit.council.models import Directorate, Service
from futurefit.values.rag import Split
from projects.models import Programme, Project, ThemeAlias
from savings.models import LineInPeriod, StatedFigure
from savings.reconcile import reconcile
from savings.services.imports import apply_import
from tests import factories
from tests.savings.spreadsheets.importing import amounts, checked, differing, imported, new_period, splits
from tests.savings.spreadsheets.tables import sheet, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def period():
    return new_period()


def messages(findings) -> str:
    return "\n".join(finding.message for finding in findings)


# Sections and totals


def test_sections_give_their_rows_a_directorate_and_sub_totals_are_checked_not_added(period):
    found = imported(
        """
        Annex 2: Budget savings proposals
        £'000

        Ref | Description | 2016/17 | 2017/18 | 2018/19 | Total
        Adult Social Care
        ASC1 | Review of day opportunities | 250 | 100 | - | 350
        ASC2 | Supported living | 120 | | 30 | 150
         | Total Adult Social Care | 370 | 100 | 30 | 500
        Children's Services
        CS1 | Foster care recruitment | 80 | 120 | 200 | 400
        CS2 | Placement costs | 45 | 0 | 0 | 45
         | Total Children's Services | 125 | 120 | 200 | 445
         | Grand Total | 495 | 220 | 230 | 945

        * subject to consultation
        """,
        period,
    )
    assert found.years == {2016: 495_000, 2017: 220_000, 2018: 230_000}
    assert differing(found) == [] and len(found.stated_totals) == 4 + 12
    assert {row.title: row.directorate_label for row in LineInPeriod.objects.in_period(period)} == {
        "Review of day opportunities": "Adult Social Care",
        "Supported living": "Adult Social Care",
        "Foster care recruitment": "Children's Services",
        "Placement costs": "Children's Services",
    }
    assert amounts(period)["Placement costs"] == {2016: 45_000, 2017: 0, 2018: 0}, "a typed nought is an amount"
    assert amounts(period)["Supported living"] == {2016: 120_000, 2018: 30_000}, "an empty cell is none"


def test_totals_within_totals_never_count_twice(period):
    found = imported(
        """
        Ref | Saving proposal | 2016/17 £000 | 2017/18 £000 | Total £000
        Adults and Communities
        Older People
        A1 | Extra care | 100 | 50 | 150
        A2 | Reablement | 60 | 40 | 100
         | Sub-total Older People | 160 | 90 | 250
        Learning Disabilities
        A3 | Shared lives | 70 | 30 | 100
         | Sub-total Learning Disabilities | 70 | 30 | 100
         | Total Adults and Communities | 230 | 120 | 350
        Resources
        ICT
        R1 | Licences | 20 | 10 | 30
         | Sub-total ICT | 20 | 10 | 30
         | Total Resources | 20 | 10 | 30
         | Total | 250 | 130 | 380
        """,
        period,
    )
    assert found.years == {2016: 250_000, 2017: 130_000} and differing(found) == []
    assert {(s.name, s.directorate.name) for s in Service.objects.all()} == {
        ("Older People", "Adults and Communities"),
        ("Learning Disabilities", "Adults and Communities"),
        ("ICT", "Resources"),
    }


def test_a_wrong_total_is_reported_with_both_numbers_and_stops_nothing(period):
    found = imported(
        """
        Directorate | Service | Saving | 2016/17 £
        Adults | Older people | Meals | 10,500
        Adults | Older people | Laundry | 15,000
        Adults | Total Older people | | 25,500
        Adults | Mental health | Day centre | 7,000
        Adults | Total Mental health | | 7,000
        Total Adults | | | 32,500
        Place | Roads | Salt | 8,000
        Total Place | | | 9,000
        Overall total | | | 41,500
        """,
        period,
    )
    assert differing(found) == [("D9", "2016/17", 9_000, 8_000), ("D10", "2016/17", 41_500, 40_500)]
    assert sum(found.years.values()) == 40_500


def test_totals_without_a_word_are_recognised_by_their_sums(period):
    found = imported(
        """
        Directorate | Proposal | 2016/17 £000 | 2017/18 £000
        Adults | Meals | 10 | 20
        Adults | Laundry | 30 | 40
         | | 40 | 60
        Place | Salt | 1 | 2
        Place | Bins | 3 | 4
         | | 4 | 6
         | | 44 | 66
        """,
        period,
    )
    assert found.years == {2016: 44_000, 2017: 66_000} and len(found.stated_totals) == 6


def test_amounts_without_a_title_that_add_up_to_nothing_are_a_problem(period):
    found = checked("Saving | 2016/17 £000\nMeals | 10\nLaundry | 30\n | 45", period)
    assert [(e.cell, e.value) for e in found.errors] == [("B4", "45")]
    assert "has amounts and no title" in found.errors[0].message


def test_a_name_above_its_parts_with_their_sum_is_their_total(period):
    found = imported(
        """
        Directorate / Saving | 2016/17 £m | 2017/18 £m
        Adults | 1.5 | 0.7
        Home care | 1.0 | 0.5
        Day care | 0.5 | 0.2
        Children | 0.9 | 0.4
        Fostering | 0.6 | 0.3
        Transport | 0.3 | 0.1
        Total | 2.4 | 1.1
        """,
        period,
    )
    assert found.years == {2016: 2_400_000, 2017: 1_100_000} and differing(found) == []
    assert {row.title: row.directorate_label for row in LineInPeriod.objects.in_period(period)} == {
        "Home care": "Adults",
        "Day care": "Adults",
        "Fostering": "Children",
        "Transport": "Children",
    }


def test_a_summary_of_the_table_below_it_is_checked_against_it_and_not_added(period):
    found = imported(
        """
        Summary by directorate
        Directorate | 2016/17 | 2017/18
        Adults | 400 | 600
        Place | 500 | 710
        Total | 900 | 1300

        Detailed savings £000
        Ref | Directorate | Proposal | 2016/17 | 2017/18
        A1 | Adults | Meals | 100 | 200
        A2 | Adults | Laundry | 300 | 400
        P1 | Place | Salt | 500 | 700
         | | Total | 900 | 1300
        """,
        period,
    )
    assert found.years == {2016: 900_000, 2017: 1_300_000} and len(found.added) == 3
    assert differing(found) == [("C4", "2017/18", 710_000, 700_000)]
    assert "states the money of the one in rows 9 to 12 again" in messages(found.warnings)


def test_headings_repeated_on_each_page_and_a_table_for_each_directorate(period):
    found = imported(
        """
        Savings 2016/17 to 2017/18 £000

        Adult Social Care
        Ref | Saving | 2016/17 | 2017/18
        1 | Meals | 10 | 20
        2 | Laundry | 30 | 40
        Total | | 40 | 60

        Children's Services
        Ref | Saving | 2016/17 | 2017/18
        1 | Fostering | 5 | 6
        2 | Transport | 7 | 8
        Total | | 12 | 14

        Grand total | | 52 | 74
        """,
        period,
    )
    assert found.years == {2016: 52_000, 2017: 74_000} and differing(found) == []
    lines = LineInPeriod.objects.in_period(period)
    assert {(row.line.reference, row.title, row.directorate_label) for row in lines} == {
        ("1", "Meals", "Adult Social Care"),
        ("2", "Laundry", "Adult Social Care"),
        ("1", "Fostering", "Children's Services"),
        ("2", "Transport", "Children's Services"),
    }, "references start again in each directorate"


def test_a_place_printed_once_for_a_group_holds_for_the_rows_below(period):
    found = imported(
        """
        Savings schedule
         | | Savings £000 | | | |
        Directorate | Saving | 2016/17 | 2017/18 | 2018/19 | RAG
        Place | Street lighting | 300 | 150 | 0 | Green
         | Waste rounds | 200 | | | Amber
        People | Library hours | 75 | 75 | | Red
        Total | | 575 | 225 | 0 |
        """,
        period,
    )
    assert differing(found) == [] and found.years == {2016: 575_000, 2017: 225_000, 2018: 0}
    assert splits(period, "Street lighting")[2016] == Split(300_000, on_target=300_000)
    assert splits(period, "Library hours")[2017] == Split(75_000, red=75_000)
    assert LineInPeriod.objects.get(title="Waste rounds").directorate_label == "Place"


# Signs


def test_savings_printed_as_minus_become_plus_where_the_sheet_says_so(period):
    found = imported(
        """
        Appendix 4: Savings and pressures 2016-17 to 2017-18 (£000)
        (Savings are shown as negative figures)
        Directorate | Proposal | 2016-17 | 2017-18
        Place | Reduce grass cutting | (120) | (30)
        Place | Winter maintenance pressure | 50 |
        Place | Concessionary fares | -200 | 100-
         | Total | (270) | (130)
        """,
        period,
    )
    assert found.years == {2016: 270_000, 2017: 130_000} and differing(found) == []
    assert amounts(period)["Winter maintenance pressure"] == {2016: -50_000}
    assert [total.stated for total in found.stated_totals] == [270_000, 130_000], "with the product's sign"
    assert "Negative amounts are read as savings, since" in messages(found.warnings)


def test_a_sign_is_never_turned_without_a_word(period):
    table = """
    Directorate | Proposal | 2016-17 £000
    Place | Reduce grass cutting | (120)
    Place | Concessionary fares | -200
     | Total | (320)
    """
    found = checked(table, period)
    assert found.years == {2016: -320_000}
    assert "2 of 2 amounts are negative. They are read as printed" in messages(found.warnings)
    chosen = checked(table, period, sign="minus_saves")
    assert chosen.years == {2016: 320_000} and differing(chosen) == []


def test_costs_under_a_heading_of_their_own_are_no_savings(period):
    found = imported(
        """
        Proposal | 2016/17 £000 | 2017/18 £000
        Savings
        Meals | 100 | 50
        Laundry | 200 | 20
        Total savings | 300 | 70
        Growth
        Demography | 80 | 80
        Total growth | 80 | 80
        """,
        period,
    )
    assert found.years == {2016: 300_000, 2017: 70_000} and differing(found) == []
    assert "'Growth' names costs, which FutureFit does not hold: rows 7 are left out" in messages(found.warnings)


# Cells


def test_dashes_marks_words_brackets_and_units_in_cells(period):
    found = imported(
        """
        Savings £k
        Dept | Saving | FY17 | FY18 | FY19 | Total
        Env | Parks | 1,200* | (300) | 300- | 600
        Env | Waste | nil | – | n/a | 0
        Env | Roads | £1.5m | 12 500 | TBC | 14,000
         | TOTAL | 2,700 | 12,200 | (300) | 14,600
        """,
        period,
    )
    assert differing(found) == []
    assert amounts(period) == {
        "Parks": {2016: 1_200_000, 2017: -300_000, 2018: -300_000},
        "Waste": {2016: 0},
        "Roads": {2016: 1_500_000, 2017: 12_500_000},
    }
    said = {finding.cell: finding.message for finding in found.warnings}
    assert said["C3"] == "Read as 1,200; the mark after it is left out."
    assert said["E5"] == "'TBC' states no amount: none is entered for it."


def test_pence_are_rounded_and_said_by_column(period):
    found = imported("Saving | 2016/17 £\nMeals | 10.50\nLaundry | 20.49\nSalt | -0.50\nTotal | 30.49", period)
    assert amounts(period) == {"Meals": {2016: 11}, "Laundry": {2016: 20}, "Salt": {2016: -1}}
    assert "3 cells have pence: rounded to the pound, half away from zero. The differences come to −£0.49" in messages(
        found.warnings
    )


def test_what_cannot_be_read_names_the_cell_and_what_to_do(period):
    found = checked(
        """
        Saving | 2016/17 £000 | 2017/18 £000 | Total £000
        Meals | 190 (inc. 90 ASC delivery budget savings) | 5 | 195
        Laundry | =B2 | #REF! | 7
        Salt | 10% | see note | 1
        """,
        period,
    )
    said = {error.cell: error.message for error in found.errors}
    assert "190 was read in it and not used. Enter 190 alone and put the words in the note column." in said["B2"]
    assert "has no result kept in the file" in said["B3"] and "#REF!" in said["C3"]
    assert "percentage" in said["B4"] and "'see note' is not an amount" in said["C4"]
    assert {(t.cell, t.computed, t.verdict) for t in found.stated_totals} == {
        (cell, None, "nothing_to_compare") for cell in ("D2", "D3", "D4")
    }
    assert all(error.sheet == "Savings" and error.column for error in found.errors)


def test_hidden_rows_and_columns_are_read_and_reported(period):
    hidden = sheet(
        "Saving | 2016/17 £000 | 2017/18 £000\nMeals | 1 | 2\nLaundry | 3 | 4",
        hidden_rows=frozenset({3}),
        hidden_columns=frozenset({3}),
    )
    found = checked(hidden, period)
    assert found.years == {2016: 4_000, 2017: 6_000}
    assert "Hidden rows were read like any others: 3." in messages(found.warnings)
    assert "Hidden columns were read like any others: C." in messages(found.warnings)


def test_a_long_description_is_kept_whole_in_the_note(period):
    words = "Review of the contract and of everything that it says about the quality of the service. " * 4
    imported(f"Ref | Description | 2016/17 £000\n1 | {words} | 5", period)
    row = LineInPeriod.objects.get()
    assert row.title.startswith("Review of the contract") and row.title.endswith("…") and len(row.title) <= 250
    assert row.note == words.strip()


def test_a_saving_without_an_amount_is_kept_with_its_words(period):
    imported(
        """
        Workstream | 2018/19 | 2019/20 | Total
        Workforce | £625K | £625K | £1250K
        Governance | (marginal) | (marginal) | (marginal)
        """,
        period,
    )
    governance = LineInPeriod.objects.get(title="Governance")
    assert governance.amount_in_words == "marginal" and not governance.positions.exists()
    assert Project.objects.filter(title="Workforce", kind="project").exists()


# Statuses


def test_one_row_for_each_status_of_a_saving(period):
    found = imported(
        """
        Ref | Saving | Status | 2016/17 £000 | 2017/18 £000
        A1 | Care | Delivered | 100 |
        A1 | Care | Amber | 50 | 20
        A2 | Waste | Red | 10 | 10
        A2 | Waste | Green | 20 | 30
         | Total delivered | | 100 | 0
         | Total | | 180 | 60
        """,
        period,
    )
    assert len(found.added) == 2 and differing(found) == []
    assert splits(period, "Care") == {
        2016: Split(150_000, delivered=100_000, amber=50_000),
        2017: Split(20_000, amber=20_000),
    }


def test_target_and_statuses_side_by_side(period):
    found = imported(
        """
        Savings monitoring 2016/17 Q2 (£000)
        Portfolio | Saving | Target | Delivered | On track | Amber | Red | Total | % delivered
        Adults | Care packages | 500 | 100 | 200 | 150 | 50 | 500 | 20%
        Adults | Direct payments | 300 | 50 | 100 | 100 | | 250 | 17%
        Total | | 800 | 150 | 300 | 250 | 50 | 750 |
        """,
        period,
    )
    assert differing(found) == [] and found.years == {2016: 800_000}
    direct = splits(period, "Direct payments")[2016]
    assert direct == Split(300_000, delivered=50_000, on_target=100_000, amber=100_000) and direct.not_rated == 50_000


def test_statuses_that_do_not_fit_the_target_are_a_problem(period):
    found = checked(
        "Savings 2016/17 £000\nSaving | Target | Amber | Red\nMeals | 100 | 80 | 40\nSalt | 100 | -10 | 0", period
    )
    assert [error.cell for error in found.errors] == ["B3", "B4"]
    assert "come to £120,000" in found.errors[0].message and "opposite sign" in found.errors[1].message


# The council's own papers


def test_t03_is_read_but_for_one_cell_and_its_wrong_total_is_found(period):
    table = """
    HR and OD, current savings programme, £000
    RAG | 2015/16 | 2016/17 | 2017/18 | Total
    Green Delivered | 332 | | | 332
    Green On Target | | | |
    Amber | 40 | 156 | | 256
    Red | | | {red} | 190
    Total | 372 | 156 | 190 | 718
    """
    found = checked(table.format(red="190 (inc. 90 ASC delivery budget savings)"), period)
    assert [(error.cell, error.column) for error in found.errors] == [("D6", "2017/18")]
    assert differing(found) == [("E5", "Total", 256_000, 196_000)]
    mended = imported(table.format(red="190"), period)
    assert differing(mended) == [("E5", "Total", 256_000, 196_000)], "nothing is repaired"
    assert mended.years == {2015: 372_000, 2016: 156_000, 2017: 190_000}
    assert splits(period, "HR and OD, current savings programme") == {
        2015: Split(372_000, delivered=332_000, amber=40_000),
        2016: Split(156_000, amber=156_000),
        2017: Split(190_000, red=190_000),
    }
    kept = [row for row in reconcile(period.programme) if not row.agrees]
    assert [(row.figure.label, row.stated, row.computed) for row in kept] == [("Amber", 256_000, 196_000)]


def test_t02_puts_its_hundred_into_another_year_than_its_total(period):
    found = imported(
        """
        Proposed savings £000
        RAG | 2016/17 | 2017/18 | 2018/19 | 2019/20 | Total
        New Savings (Further and New)
        Green Delivered | | | | |
        Red | | 100 | | |
        Total | | | | |
        Existing Savings (Faster)
        Green Delivered | | | | |
        Red | | | | |
        TOTAL SAVINGS | 100 | | | | 100
        """,
        period,
    )
    assert found.years == {2017: 100_000}
    assert differing(found) == [("B10", "2016/17", 100_000, 0)]
    faster = LineInPeriod.objects.get(title="Existing Savings (Faster)")
    assert faster.saving_type == "faster"


def test_t05_keeps_a_loss_and_a_reference_that_is_printed_twice(period):
    table = """
    Self-Sufficient Council, £m
    Ref | | 2015/16 | 2016/17 | 2017/18 | 2018/19 | 2019/20 | Total
    1a | Optimise Council Tax | - | 2.150 | 2.250 | 1.950 | 2.100 | 8.450
    1b | Business Rates | - | -1.331 | 0.250 | - | - | -1.081
    2 | Sales, Fees and Charges | - | 0.050 | - | - | - | 0.050
    3 | Revolving Door | - | - | - | 0.500 | - | 0.500
    4 | Estate / Balance Sheet | - | 1.650 | - | 0.200 | 0.400 | 2.250
    4 | Commercial Income | - | 0.100 | 0.050 | 0.050 | - | 0.200
     | Total | 0 | 2.619 | 2.550 | 2.700 | 2.500 | 10.369
    """
    found = imported(table, period)
    assert found.years == {2016: 2_619_000, 2017: 2_550_000, 2018: 2_700_000, 2019: 2_500_000}
    assert differing(found) == [] and len(found.stated_totals) == 12
    assert amounts(period)["Business Rates"] == {2016: -1_331_000, 2017: 250_000}
    again = checked(table, period)
    assert (len(again.added), len(again.changed), again.unchanged) == (0, 0, 6)


def test_t08_t11_and_t15_as_the_slides_print_them(period):
    t08 = imported(
        "CSP Position | 2016/17 | 2017/18 | 2018/19 | 2019/20 | 2020/21+ | Total\n"
        "Contract savings | 0.5m | 0.5m | 0.5m | 0.5m | 0.65m | 2.65m",
        period,
    )
    assert sum(t08.years.values()) == 2_650_000 and differing(t08) == []
    t11 = checked(
        "Workstreams 1 and 2 | 2016/17 | 2017/18 | 2018/19 | 2019/20 | 2020/21+ | Total\n"
        "Shared management | £0.050m | £0.100m | £0.100m | £0.150m | £0 | £0.400m",
        period,
    )
    assert sum(t11.years.values()) == 400_000 and differing(t11) == []
    t15 = checked("Finance savings | 2016/17 | Not profiled\nManagement | £160k |\nOther | | circa £347k", period)
    assert t15.errors[0].cell == "C3" and "£347k" in t15.errors[0].message
    assert t15.years == {2016: 160_000}


# Views


def test_a_cumulative_table_is_converted_by_difference_where_it_says_so(period):
    found = imported(
        """
        Cumulative savings by year £000
        Proposal | One-off / recurring | 2016/17 | 2017/18 | 2018/19 | Total
        Meals | Recurring | 100 | 150 | 150 | 150
        Salt | One-off | - | 40 | - | 0
        Laundry | Recurring | 10 | 20 | 5 | 5
        Total | | 110 | 210 | 155 | 155
        """,
        period,
    )
    assert amounts(period) == {
        "Meals": {2016: 100_000, 2017: 50_000, 2018: 0},
        "Salt": {2017: 40_000},
        "Laundry": {2016: 10_000, 2017: 10_000, 2018: -15_000},
    }
    assert differing(found) == [], "totals are compared in the view of the file"


def test_a_table_that_looks_cumulative_is_suspected_and_not_converted(period):
    table = "Proposal | 2016/17 £000 | 2017/18 £000 | Total £000\nMeals | 100 | 150 | 150\nSalt | 10 | 20 | 20"
    found = checked(table, period)
    assert found.years == {2016: 110_000, 2017: 170_000}
    assert "The table looks cumulative" in messages(found.warnings)
    assert checked(table, period, view="cumulative").years == {2016: 110_000, 2017: 60_000}


def test_a_gap_in_a_cumulative_table_cannot_be_read(period):
    found = checked("Proposal | 2016/17 £000 | 2017/18 £000\nMeals | 100 |", period, view="cumulative")
    assert "2017/18 is empty after £100,000" in messages(found.errors)


# Repeats, names, places


def test_the_same_row_twice_is_a_problem_and_the_same_reference_is_not(period):
    found = checked(
        "Ref | Saving | 2016/17 £000\nA1 | Meals | 10\nA1 | Meals | 10\nA1 | Salt | 10\n | Bins | 1\n | Bins | 2",
        period,
    )
    assert [(error.cell, error.value) for error in found.errors] == [("A3", "A1"), ("B6", "Bins")]
    assert "Row 3 repeats row 2: the same reference and title" in found.errors[0].message


def test_an_unknown_name_is_an_error_that_names_the_nearest_and_create_makes_it(period):
    factories.DirectorateFactory(code="ASC", name="Adult Social Care", printed_as="Adults\nASC and Health")
    table = """
    Directorate | Saving | 2016/17 £000
    Adults | Meals | 1
    Adult Social Car | Salt | 2
    Adult Social Car | Bins | 3
    """
    found = checked(table, period, create=False)
    assert len(found.errors) == 1, "one problem for a name, however often it stands"
    error = found.errors[0]
    assert (error.cell, error.value) == ("A3", "Adult Social Car")
    assert "There is no directorate 'Adult Social Car'. Nearest: Adult Social Care." in error.message
    assert "So in 2 rows." in error.message
    imported(table, period)
    assert set(Directorate.objects.values_list("name", flat=True)) == {"Adult Social Care", "Adult Social Car"}
    assert LineInPeriod.objects.get(title="Meals").directorate.code == "ASC", "by the name it is printed as"


def test_themes_are_known_by_their_aliases_and_their_money_goes_to_their_block(period):
    theme = factories.ThemeFactory(programme=period.programme, name="Self-Sufficient Council", slug="ssc")
    ThemeAlias.objects.create(theme=theme, name="Standing on our own feet")
    imported("Theme | Saving | 2016/17 £000\nStanding on our own feet | Fees | 5", period, create=False)
    row = LineInPeriod.objects.get()
    assert (row.theme, row.project.kind, row.project.title) == (theme, "block", "Self-Sufficient Council")


def test_a_sheet_that_names_no_place_needs_a_project_or_a_block(period):
    table = "Savings of the year £000\nSaving | 2016/17\nMeals | 5"
    found = checked(table, period, create=False)
    assert "does not say where this saving belongs" in found.errors[0].message
    project = factories.ProjectFactory(programme=period.programme)
    assert not checked(table, period, create=False, project=project).errors
    imported(table, period)
    assert LineInPeriod.objects.get().project.title == "Savings of the year"


def test_years_outside_the_plan_are_one_error_each_and_create_extends_it(period):
    table = "Saving | 2021/22 £000 | 2022/23 £000 | 2030/31 £000\nMeals | 1 | 2 | 3\nSalt | 1 | 2 | 3"
    project = factories.ProjectFactory(programme=period.programme)
    found = checked(table, period, create=False, project=project)
    assert [error.cell for error in found.errors] == ["C1", "D1"]
    assert "runs from 2015/16 to 2021/22" in found.errors[0].message
    imported(table, period, project=project)
    period.refresh_from_db()
    assert (period.horizon_last, period.programme.horizon_last) == (2030, 2030)


def test_extending_the_plan_leaves_what_somebody_else_changed_since_the_check(period):
    found = checked("Saving | 2030/31 £000\nAlpha | 5", period)
    Programme.objects.update(name="Renamed meanwhile")
    apply_import(actor=factories.TESTS, check=found)
    assert Programme.objects.values_list("name", "horizon_last").get() == ("Renamed meanwhile", 2030)


def test_the_sheet_with_the_most_savings_is_read_and_the_others_are_named(period):
    book = workbook(
        sheet("Saving | 2016/17 £000\nMeals | 1", name="Small"),
        sheet("Dear reader", name="Notes"),
        sheet("Saving | 2016/17 £000\nMeals | 1\nSalt | 2", name="Large"),
    )
    found = checked(book, period)
    assert found.sheet == "Large" and "not read: 'Small'." in messages(found.warnings)
    assert checked(book, period, sheet="Small").years == {2016: 1_000}


def test_stated_totals_are_kept_once_with_the_lines_they_add_up(period):
    table = """
    Directorate | Saving | 2016/17 £000 | Total £000
    Adults | Meals | 10 | 10
    Adults | Salt | 20 | 21
     | Total Adults | 30 | 31
    Place | Bins | 5 | 5
     | Grand total | 36 | 37
    """
    imported(table, period)
    figures = StatedFigure.objects.filter(programme=period.programme)
    assert figures.count() == 3 + 4
    assert figures.get(label="Total Adults", column="2016/17").scope_lines == ["L0001", "L0002"]
    verdicts = {(row.figure.label, row.figure.column): row.verdict for row in reconcile(period.programme)}
    assert verdicts["Total Adults", "2016/17"] == "agrees"
    assert verdicts["Grand total", "2016/17"] == "rounding", "35 of three parts in thousands, printed 36"
    assert verdicts["Salt", "Total"] == "differs", "one amount is not rounded away"
    imported(table, period)
    assert figures.count() == 7, "a second import states nothing again"


def test_rows_below_a_total_that_it_is_held_against_are_no_savings(period):
    found = imported(
        """
        Ref|Saving|Directorate|16/17 £000|17/18 £000
        1|Alpha|Place|100|200
        2|Beta|People|50|25
        Total savings|||160|225
        Target|||200|200
        Shortfall|||40|-25
        """,
        period,
    )
    assert found.years == {2016: 150_000, 2017: 225_000}
    assert differing(found) == [("D4", "2016/17", 160_000, 150_000)]
    assert "'Shortfall' is no saving by its label: the row is left out." in messages(found.warnings)


def test_a_total_above_its_parts_and_a_portfolio_named_in_the_title(period):
    found = imported(
        """
        Portfolio: Adult Services
        Ref | Saving | 2016/17 £000 | 2017/18 £000
         | Total | 30 | 61
        1 | Alpha | 10 | 20
        2 | Beta | 20 | 40
        """,
        period,
    )
    assert found.years == {2016: 30_000, 2017: 60_000}
    assert [(total.cell, total.computed) for total in found.stated_totals] == [("C3", 30_000), ("D3", 60_000)]
    assert Directorate.objects.get().name == "Adult Services"


def test_headings_over_three_rows_with_posts_beside(period):
    found = imported(
        """
        Ref | Proposal | Savings | | | Posts affected
         | | 2016/17 | 2017/18 | Total |
         | | £000 | £000 | £000 | FTE
        1 | Alpha | 10 | 20 | 30 | 1.5
        2 | Beta | 20 | 40 | 60 | 2
        Total | | 30 | 60 | 90 | 3.5
        """,
        period,
    )
    assert found.years == {2016: 30_000, 2017: 60_000} and differing(found) == [] and len(found.stated_totals) == 5
    assert "Posts affected FTE, is not imported" in messages(found.warnings)


def test_years_down_the_page_and_savings_across(period):
    found = imported(
        """
        £000 | Adults | Children | Total
        2016/17 | 100 | 50 | 150
        2017/18 | 200 | 60 | 261
        Total | 300 | 110 | 411
        """,
        period,
    )
    assert found.years == {2016: 150_000, 2017: 260_000}
    assert amounts(period) == {"Adults": {2016: 100_000, 2017: 200_000}, "Children": {2016: 50_000, 2017: 60_000}}
    assert ("D3", "2017/18", 261_000, 260_000) in [
        (t.cell, t.period, t.stated, t.computed) for t in found.stated_totals
    ]


def test_a_total_that_cannot_be_read_is_said_and_stops_nothing(period):
    found = imported(
        """
        Saving | 2016/17 £000 | 2017/18 £000 | Total £000
        Meals | 1 | 2 | =SUM(B2:C2)
        Salt | 3 | 4 | 7
        Total | =SUM(B2:B3) | up to 6 | 10
        """,
        period,
    )
    assert found.years == {2016: 4_000, 2017: 6_000} and differing(found) == []
    said = {finding.cell: finding.message for finding in found.warnings}
    assert set(said) >= {"D2", "B4", "C4"} and said["B4"].startswith("This total is not compared. The formula =SUM")


def test_a_named_sum_below_its_parts_is_their_total_without_the_word(period):
    found = imported(
        """
        Portfolio | Proposal | 17/18 £k | 18/19 £k
        Finance | Print | 10 | 12
        Finance | Post | 11 | 13
        Finance and Resources | | 21 | 25
        Housing | Voids | 5 | 5
        Housing | Rents | 6 | 7
        Housing and Planning | | 11 | 12
        All portfolios | | 32 | 37
        """,
        period,
    )
    assert found.years == {2017: 32_000, 2018: 37_000} and len(found.added) == 4
    assert differing(found) == [] and len(found.stated_totals) == 6
    assert "'Housing and Planning' is the sum of the rows above it" in messages(found.warnings)


def test_a_net_row_is_a_total_and_a_deduction_is_a_line(period):
    found = imported("Saving | 17/18 £000\nGross plan | 100\nLess: undeliverable | (20)\nNet savings | 80", period)
    assert found.years == {2017: 80_000} and differing(found) == []


def test_a_rating_beside_what_is_delivered_rates_the_rest(period):
    imported(
        """
        2017/18 Savings Tracker - Quarter 3 (£'000)
        Directorate | Saving | Target | Achieved to date | Forecast to year end | Shortfall | RAG
        Adults | Homecare | 100 | 60 | 90 | 10 | Amber
        Adults | Day care | 200 | 200 | 200 | 0 | Blue
        Total | | 300 | 260 | 290 | 10 |
        """,
        period,
    )
    assert splits(period, "Homecare") == {2017: Split(100_000, delivered=60_000, amber=40_000)}
    assert splits(period, "Day care") == {2017: Split(200_000, delivered=200_000)}


def test_approved_and_new_amounts_side_by_side_have_to_be_told_apart(period):
    found = checked(
        """
        Ref | Proposal | Approved savings £000 | | New proposals £000 | | Total £000
         | | 2017/18 | 2018/19 | 2017/18 | 2018/19 |
        1 | Alpha | 10 | 20 | 5 | 5 | 40
        """,
        period,
    )
    assert [error.cell for error in found.errors] == ["E2", "F2"], "neither is left out in silence"
