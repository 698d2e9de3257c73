"""What headings, titles and notes of a sheet say: years, fields, units, sign, view, totals."""

import pytest

from futurefit.values.financial_year import Horizon
from futurefit.values.money import Unit
from savings.spreadsheets.fields import UnknownField, parse_field
from savings.spreadsheets.findings import Options
from savings.spreadsheets.headings import is_total_label, name_in_total, sign_in, status_in, unit_in, view_in, years_in
from savings.spreadsheets.layout import UnusableSheet, recognise
from savings.spreadsheets.sheets import Merge
from tests.savings.spreadsheets.tables import sheet


def fields(text: str, **more) -> list[str]:
    merges = more.pop("merges", ())
    return [column.field for column in recognise(sheet(text, merges=merges), Options(**more)).columns]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2016/17", (2016,)),
        ("16-17", (2016,)),
        ("2016-17", (2016,)),
        ("2016-2017", (2016,)),
        ("2016/2017", (2016,)),
        ("16/17", (2016,)),
        ("FY17", (2016,)),
        ("FY 2016/17", (2016,)),
        ("FY16/17", (2016,)),
        ("2016/17 £000", (2016,)),
        ("2016/17 Budget Saving", (2016,)),
        ("Savings in 2016–17", (2016,)),
        ("2020/21+", (2020,)),
        ("2016/17 to 2018/19", (2016, 2017, 2018)),
        ("2016/17-2018/19", (2016, 2017, 2018)),
        ("2016-2020", (2016, 2017, 2018, 2019)),
        ("31/03/2017", ()),
        ("Total", ()),
        ("£2016", ()),
    ],
)
def test_a_heading_names_its_financial_years(text, years):
    assert years_in(text) == years


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("£", Unit.POUNDS),
        ("Saving (£)", Unit.POUNDS),
        ("£000", Unit.THOUSANDS),
        ("£'000s", Unit.THOUSANDS),
        ("£K", Unit.THOUSANDS),
        ("All figures in thousands", Unit.THOUSANDS),
        ("£m", Unit.MILLIONS),
        ("£ million", Unit.MILLIONS),
        ("Figures in £ millions", Unit.MILLIONS),
        ("The £10m programme", None),
        ("2016/17", None),
    ],
)
def test_a_text_names_its_unit(text, unit):
    assert unit_in(text) == unit


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Savings are shown as negative figures", "minus_saves"),
        ("Figures in brackets denote savings", "minus_saves"),
        ("(Savings) / Pressures", "minus_saves"),
        ("Growth/(Saving)", "minus_saves"),
        ("negative = saving", "minus_saves"),
        ("Brackets denote additional cost", "plus_saves"),
        ("Savings are shown as positive numbers", "plus_saves"),
        ("Savings proposals", None),
        ("Savings", None),
    ],
)
def test_a_text_says_which_sign_saves(text, sign):
    assert sign_in(text) == sign


@pytest.mark.parametrize(
    ("label", "is_total", "name"),
    [
        ("Total", True, ""),
        ("Sub-total", True, ""),
        ("TOTAL SAVINGS", True, ""),
        ("Grand Total", True, ""),
        ("Total Adult Social Care", True, "adult social care"),
        ("Adults total", True, "adults"),
        ("Sub Total - Adults", True, "adults"),
        ("Totality of care", False, "totality care"),
    ],
)
def test_a_label_says_whether_it_is_a_total_and_of_what(label, is_total, name):
    assert is_total_label(label) is is_total
    if is_total:
        assert name_in_total(label) == name


def test_status_and_view_are_read_from_words():
    assert status_in("Savings delivered £000") == "delivered"
    assert status_in("2016/17 On track") == "on_target"
    assert status_in("Not profiled Amber (£)") == "amber"
    assert status_in("To be delivered") is None
    assert view_in("Cumulative savings") == "cumulative"
    assert view_in("Incremental, not cumulative") == "incremental"
    assert view_in("Savings") is None


def test_a_field_may_be_an_amount_with_a_status():
    assert parse_field("year:2016/17:amber").name() == "year:2016/17:amber"
    assert parse_field("year:2020/21+").name() == "year:2020/21"
    assert parse_field("year:not_profiled").year is None
    assert parse_field("title") == "title"
    for odd in ("year:2016", "year:2016/17:green", "amount", ""):
        with pytest.raises(UnknownField):
            parse_field(odd)


def test_headings_over_two_rows_are_read_together_merged_or_not():
    text = """
     | | Savings £000 | | | |
    Ref | Proposal | 2016/17 | 2017/18 | Total | RAG
    A1 | Care | 10 | 20 | 30 | Amber
    A2 | Waste | 10 | 20 | 30 | Red
    """
    expected = ["reference", "title", "year:2016/17", "year:2017/18", "total", "status"]
    assert fields(text) == expected
    assert fields(text, merges=(Merge(1, 3, 1, 5),)) == expected


def test_statuses_over_years_are_amounts_of_a_status():
    assert fields("""
    Ref | Saving | Delivered | | Amber | | Total
     | | 2016/17 | 2017/18 | 2016/17 | 2017/18 |
    1 | Care | 1 | 2 | 3 | 4 | 10
    """)[2:] == [
        "year:2016/17:delivered",
        "year:2017/18:delivered",
        "year:2016/17:amber",
        "year:2017/18:amber",
        "total",
    ]


def test_an_amount_without_a_year_takes_that_of_the_title():
    assert fields("""
    Savings monitoring, month 5, 2016/17
    Portfolio | Saving | Target £000 | Forecast £000 | Variance £000 | RAG
    Adults | Care | 100 | 90 | 10 | Green
    """) == ["directorate", "title", "year:2016/17", "ignore", "ignore", "status"]


def test_what_is_no_saving_is_left_out_and_named():
    layout = recognise(
        sheet("""
        Ref | Title | 2016/17 Budget | 2016/17 Saving | % of budget | 2016/17 FTE | Lead officer
        1 | Care | 12000 | 100 | 1% | 2 | Somebody
        """),
        Options(),
    )
    assert [column.field for column in layout.columns] == [
        *("reference", "title", "ignore", "year:2016/17", "ignore", "ignore", "ignore")
    ]
    assert [remark.cell for remark in layout.remarks] == ["C1", "E1", "F1", "G1"]
    assert "2016/17 Budget, is not imported" in layout.remarks[0].message


def test_two_columns_of_one_year_are_a_problem_unless_one_is_the_revised():
    both = """
    Title | 2016/17 | 2016/17
    Care | 1 | 2
    """
    assert "Columns B and C both state 2016/17" in recognise(sheet(both), Options()).problems[0].message
    assert fields("""
    Title | 2016/17 Original | 2016/17 Revised
    Care | 1 | 2
    """) == ["title", "ignore", "year:2016/17"]


def test_each_column_keeps_the_unit_of_its_own_heading():
    layout = recognise(
        sheet("""
        All figures in £000
        Title | 2016/17 | 2017/18 £m
        Care | 120 | 0.12
        """),
        Options(),
    )
    assert [column.unit for column in layout.columns] == [None, Unit.THOUSANDS, Unit.MILLIONS]
    chosen = recognise(layout.sheet, Options(unit=Unit.POUNDS))
    assert {column.unit for column in chosen.columns} == {None, Unit.POUNDS}
    assert "The heading says £m, and £ was chosen" in chosen.remarks[0].message


def test_years_down_the_page_are_turned_and_cells_keep_their_own_address():
    layout = recognise(
        sheet("""
        Year | Adults | Children | Total
        2016/17 | 100 | 200 | 300
        2017/18 | 10 | 20 | 30
        """),
        Options(),
    )
    assert layout.transposed and layout.years == (2016, 2017)
    assert layout.address(2, 3) == "B3"


def test_year_one_is_counted_from_the_title_or_the_plan_else_it_has_to_be_said():
    text = "Saving | Year 1 | Year 2\nCare | 1 | 2"
    assert recognise(sheet("Savings 2018/19 to 2019/20\n" + text), Options()).years == (2018, 2019)
    assert recognise(sheet(text), Options(), horizon=Horizon(2016, 2019)).years == (2016, 2017)
    with pytest.raises(UnusableSheet):
        recognise(sheet(text), Options())


def test_a_mapping_wins_over_what_a_heading_says():
    text = "Saving | Code | 2016/17\nCare | X1 | 5"
    assert fields(text, columns={2: "budget_code", 3: "year:2017/18"}) == ["title", "budget_code", "year:2017/18"]


def test_a_sheet_without_savings_is_refused_in_words():
    with pytest.raises(UnusableSheet, match="No headings of savings were found in the sheet 'Savings'"):
        recognise(sheet("Dear colleague\nplease see below"), Options())


def test_the_same_headings_are_the_same_layout_and_others_are_not():
    one = recognise(sheet("Title | 2016/17\nCare | 5"), Options()).digest
    assert recognise(sheet("Savings £000\nTITLE | 2016/17\nWaste | 6\nRoads | 7"), Options()).digest == one
    assert recognise(sheet("Title | 2017/18\nCare | 5"), Options()).digest != one
