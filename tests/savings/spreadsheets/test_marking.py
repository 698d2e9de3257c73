"""The workbook given back with its problems marked."""

import datetime as dt
import io

import openpyxl
import pytest
import xlsxwriter

from savings.spreadsheets import marking
from savings.spreadsheets.findings import Finding
from savings.spreadsheets.marking import marked_copy
from savings.spreadsheets.reading import read_workbook
from savings.spreadsheets.sheets import UnusableFile
from tests.savings.spreadsheets import hostile

BAD = Finding("Savings", "B2", "2016/17", "=cmd|'/c calc'!A0", "“12O” is not an amount. Enter a number such as 120")


def workbook() -> bytes:
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        page = book.add_worksheet("Savings")
        page.write_row(0, 0, ["Title", "2016/17", "Total"])
        page.write_row(1, 0, ["Sell the depot", "12O"])
        page.write_formula(1, 2, "=SUM(B2:B2)", book.add_format({"bold": True, "num_format": "#,##0"}), 5)
        page.write_comment(0, 0, "mine")
        page.merge_range("A4:B5", "merged")
        page.set_row(5, None, None, {"hidden": True})
        page.write(5, 0, "hidden")
    return memory.getvalue()


def opened(content: bytes, *findings: Finding, name: str = "plan.xlsx"):
    return openpyxl.load_workbook(io.BytesIO(marked_copy(content, name, findings)))


def test_the_cell_carries_a_frame_and_the_message_and_its_own_value():
    at = opened(workbook(), BAD)["Savings"]["B2"]
    assert at.value == "12O"
    assert BAD.message in at.comment.text
    assert at.border.left.style == "medium"
    assert at.fill.fill_type == "solid"


def test_formulas_formats_notes_and_hidden_rows_of_the_file_are_kept():
    page = opened(workbook(), BAD, Finding("Savings", "A1", "", "", "Name it"))["Savings"]
    assert page["C2"].value == "=SUM(B2:B2)"
    assert (page["C2"].font.bold, page["C2"].number_format) == (True, "#,##0")
    assert "mine" in page["A1"].comment.text
    assert "Name it" in page["A1"].comment.text
    assert page.row_dimensions[6].hidden


def test_the_first_sheet_lists_each_problem_and_is_never_a_formula():
    book = opened(workbook(), BAD)
    page = book.worksheets[0]
    assert book.active.title == page.title == "Problems"
    assert [cell.value for cell in page[5]] == [BAD.sheet, BAD.cell, BAD.column, BAD.value, BAD.message]
    assert page["D5"].data_type == "s"
    assert page["D5"].quotePrefix


@pytest.mark.parametrize("where", ["A5", "B5"])
def test_a_problem_within_merged_cells_is_marked_at_their_first(where):
    assert "here" in opened(workbook(), Finding("Savings", where, "", "", "here"))["Savings"]["A4"].comment.text


@pytest.mark.parametrize(("sheet", "cell"), [("Savings", ""), ("Savings", "rows 3 to 9"), ("Elsewhere", "A1")])
def test_a_problem_of_no_cell_is_listed_all_the_same(sheet, cell):
    book = opened(workbook(), Finding(sheet, cell, "", "", "All of it"))
    assert book["Problems"]["E5"].value == "All of it"


def test_the_corrected_copy_is_read_without_the_list_and_marked_again_without_the_old_one():
    copy = marked_copy(workbook(), "plan.xlsx", [BAD])
    assert [sheet.name for sheet in read_workbook(copy, "plan.xlsx").sheets] == ["Savings"]
    assert opened(copy, BAD).sheetnames == ["Problems", "Savings"]


def test_a_sheet_of_the_file_that_is_called_problems_too_stays():
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        book.add_worksheet("Problems").write(0, 0, "Ours")
    marked = marked_copy(memory.getvalue(), "plan.xlsx", [Finding("Problems", "A1", "", "", "here")])
    assert [sheet.name for sheet in read_workbook(marked, "plan.xlsx").sheets] == ["Problems"]
    assert "here" in openpyxl.load_workbook(io.BytesIO(marked))["Problems"]["A1"].comment.text


def test_a_csv_file_comes_back_as_a_workbook_of_the_same_cells():
    content = "Title,£000\n=1+1,007\n".encode()
    marked = marked_copy(content, "plan.csv", [Finding("plan", "B2", "£000", "007", "here")])
    page = openpyxl.load_workbook(io.BytesIO(marked))["plan"]
    assert [[cell.value for cell in row] for row in page] == [["Title", "£000"], ["=1+1", "007"]]
    assert page["A2"].data_type == "s"
    assert "here" in page["B2"].comment.text


def test_a_workbook_that_cannot_be_written_again_comes_back_as_plain_cells():
    broken = hostile.package(
        {"xl/styles.xml": "<styleSheet><cellXfs><xf numFmtId='x'/></cellXfs><fonts><what/></fonts></styleSheet>"}
    )
    page = opened(broken, Finding("Savings", "B1", "", "", "here"))["Savings"]
    assert [cell.value for cell in page[1]] == ["Saving", 300]
    assert "here" in page["B1"].comment.text


@pytest.mark.parametrize(
    "after",
    [
        "<mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells>",
        "<hyperlinks><hyperlink ref='A1:XFD1048576' location='A1'/></hyperlinks>",
    ],
)
def test_merges_and_links_over_the_whole_sheet_are_not_spread_over_cells(after):
    content = hostile.package(
        {"xl/worksheets/sheet1.xml": hostile.ONE_ROW.replace("</worksheet>", f"{after}</worksheet>")}
    )
    assert "here" in opened(content, Finding("Savings", "B1", "", "", "here"))["Savings"]["B1"].comment.text


def test_more_problems_than_can_be_marked_are_counted(monkeypatch):
    monkeypatch.setattr(marking, "MAX_MARKED", 1)
    monkeypatch.setattr(marking, "MAX_LISTED", 2)
    book = opened(workbook(), *(Finding("Savings", f"B{row}", "", "", "here") for row in (2, 3, 6)))
    assert "first 2 of 3" in book["Problems"]["A2"].value
    assert "first 1 cells with problems" in book["Problems"]["A2"].value
    assert book["Problems"].max_row == 6
    assert book["Savings"]["B3"].comment is None


@pytest.mark.parametrize("name", ["billion laughs in a sheet", "zip bomb", "password"])
def test_a_hostile_file_is_not_given_back(name):
    file_name, make, words = hostile.HOSTILE[name]
    with pytest.raises(UnusableFile) as refused:
        marked_copy(make(), file_name, [BAD])
    assert words in str(refused.value)


def test_a_workbook_too_large_for_its_formats_keeps_every_cell(monkeypatch):
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        page, other = book.add_worksheet("Savings"), book.add_worksheet("Old")
        page.write_row(0, 0, ["Title", 12, -0.5, True])
        page.write_string(0, 4, "=not a formula")
        page.write_datetime(1, 0, dt.datetime(2016, 4, 1), book.add_format({"num_format": "d mmm yyyy"}))
        page.write_number(1, 1, 0.35, book.add_format({"num_format": "0%"}))
        page.write_number(1, 2, 152500, book.add_format({"num_format": "#,##0,"}))
        page.write_formula(1, 3, "=SUM(B1:C1)", None, 11.5)
        page.set_row(1, None, None, {"hidden": True})
        page.set_column(1, 1, None, None, {"hidden": True})
        other.write(0, 0, "x")
    monkeypatch.setattr(marking, "LARGEST_KEPT", 0)
    content = memory.getvalue()
    marked = marked_copy(content, "plan.xlsx", [Finding("Savings", "C9", "", "", "here")])
    before, after = read_workbook(content, "plan.xlsx").sheets, read_workbook(marked, "plan.xlsx").sheets
    assert after == before
    assert "here" in openpyxl.load_workbook(io.BytesIO(marked))["Savings"]["C9"].comment.text
