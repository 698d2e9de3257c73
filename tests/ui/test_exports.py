"""Files for people: text is text, numbers are numbers, and what they mean stands above them."""

import csv
import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st

from futurefit.ui.exports import as_meant, export_rows, export_table, neutral
from futurefit.values.money import Unit
from tests.ui.test_tables import ROWS, Lines

COLUMNS = [("Line", "text"), ("Target (£)", "amount"), ("Per cent", "decimal"), ("Due", "date")]

HOSTILE = ["=1+1", "+441", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x.example","y")']


def read_csv(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def read_xlsx(response):
    return openpyxl.load_workbook(io.BytesIO(response.content))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_text_that_looks_like_a_formula_is_only_text_in_csv(hostile):
    rows = read_csv(export_rows("lines", [(hostile, "text")], [[hostile]], "csv", [hostile]))
    for row in (rows[0], rows[2], rows[3]):
        if hostile == "+441":
            assert row == ["+441"]
        else:
            assert row == ["'" + hostile]


@given(st.text(alphabet="'=+-@\t\r1.a", max_size=6))
def test_what_was_made_harmless_is_read_back_as_it_was_meant(text):
    assert as_meant(neutral(text)) == text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_text_that_looks_like_a_formula_is_only_text_in_xlsx(hostile):
    sheet = read_xlsx(export_rows("lines", [(hostile, "text")], [[hostile]], "xlsx", [hostile])).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) == 3
    assert {cell.data_type for cell in cells} == {"s"}


def test_numbers_stay_numbers_negative_ones_too():
    row = ["Business rates", -1_331_000, Decimal("-4.5"), dt.date(2016, 3, 31)]
    lines = read_csv(export_rows("lines", COLUMNS, [row], "csv"))
    assert lines == [
        ["Line", "Target (£)", "Per cent", "Due"],
        ["Business rates", "-1331000", "-4.5", "2016-03-31"],
    ]
    sheet = read_xlsx(export_rows("lines", COLUMNS, [row], "xlsx")).active
    values = [cell.value for cell in sheet[2]]
    assert values == ["Business rates", -1_331_000, -4.5, dt.datetime(2016, 3, 31)]
    assert [cell.data_type for cell in sheet[2]] == ["s", "n", "n", "d"]


def test_an_amount_kept_as_text_that_is_a_plain_number_is_left_alone():
    assert read_csv(export_rows("lines", [("Ref", "text")], [["-12"], ["+3.5"]], "csv"))[1:] == [["-12"], ["+3.5"]]


def test_an_empty_cell_stays_empty():
    sheet = read_xlsx(export_rows("lines", COLUMNS, [["A", None, None, None]], "xlsx")).active
    assert [cell.value for cell in sheet[2]] == ["A", None, None, None]
    assert read_csv(export_rows("lines", COLUMNS, [["A", None, None, None]], "csv"))[1] == ["A", "", "", ""]


def test_the_preamble_stands_above_and_the_heading_is_frozen():
    preamble = ["Savings lines", "£ · as at month 7 of 2015/16", "Theme: Self-Sufficient Council."]
    sheet = read_xlsx(export_rows("lines", COLUMNS, [["A", 1, None, None]], "xlsx", preamble)).active
    assert [sheet.cell(row, 1).value for row in range(1, 7)] == [*preamble, None, "Line", "A"]
    assert sheet.freeze_panes == "B6"
    lines = read_csv(export_rows("lines", COLUMNS, [["A", 1, None, None]], "csv", preamble))
    assert [line[0] if line else "" for line in lines] == [*preamble, "", "Line", "A"]


def test_the_csv_for_people_starts_with_a_byte_order_mark_and_keeps_the_pound_sign():
    response = export_rows("Savings lines: 2015/16", COLUMNS, [], "csv")
    assert response.content.startswith("\ufeffLine,Target (£)".encode())
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="savings-lines-201516.csv"'


@pytest.mark.parametrize("fmt", ["pdf", "", "CSV", "../x"])
def test_another_format_is_not_found(fmt):
    with pytest.raises(Http404, match="There is no export"):
        export_rows("lines", COLUMNS, [], fmt)


def test_a_sheet_name_that_excel_forbids_is_made_to_fit():
    book = read_xlsx(export_rows("Plan [2015/16]: every directorate, every theme", COLUMNS, [], "xlsx"))
    assert len(book.sheetnames[0]) <= 31


def test_a_list_is_exported_whole_in_its_order_and_in_pounds(rf):
    table = Lines.of(
        rf.get("/lines/?sort=-target"),
        [dict(row) for row in ROWS],
        per_page=1,
        unit=Unit.MILLIONS,
        caption="Savings lines",
        note="£m · as at month 7 of 2015/16",
    )
    rows = read_csv(export_table("lines", table, "csv", ["Rating: red."]))
    assert [row[0] for row in rows[:4]] == [
        "Savings lines",
        "£m · as at month 7 of 2015/16",
        "Amounts in this file are in whole pounds.",
        "Rating: red.",
    ]
    assert [row[3] for row in rows[5:]] == ["Target (£)", "190000", "0", "-7000"]
    assert rows[7][0] == "'=SUM(A1)"
