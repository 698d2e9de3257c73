"""A workbook into the open month, as a finance officer brings it: by keyboard alone, and without JavaScript."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import HEIGHT, WIDTH, Visit
from tests.browser.test_every_page import everything_wrong

HEADINGS = ["Reference", "Title", "Project", "2016/17", "2017/18", "Total"]


def workbook(folder: Path, name: str, *rows: list[object]) -> str:
    """A sheet in £000 with its total, a hidden row and a title above its headings."""
    path = folder / name
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Savings")
        sheet.write(0, 0, "Savings by year, £000")
        sheet.write_row(2, 0, HEADINGS)
        for number, row in enumerate(rows, start=3):
            sheet.write_row(number, 0, row)
        sheet.set_row(3, None, None, {"hidden": True})
    return str(path)


def bring(page: Page, file: str) -> Locator:
    """Choose the file; where the focus then stands."""
    control = page.get_by_label("Workbook or CSV file")
    control.set_input_files(file)
    control.focus()
    return control


def tab_to(page: Page, wanted: Locator, at_most: int = 80) -> Locator:
    """Press Tab until the focus stands there."""
    for _ in range(at_most):
        if wanted.evaluate("e => e === document.activeElement"):
            return wanted
        page.keyboard.press("Tab")
    raise AssertionError(f"{at_most} times Tab does not lead to {wanted}")


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def nothing_wrong(own: Visit) -> None:
    assert everything_wrong(own) == []
    own.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    own.attentive = True


def test_by_keyboard_a_sheet_is_corrected_and_imported(visit, tmp_path):
    own = visit("finance", kind="entry")
    page = own.go("/import/")
    nothing_wrong(own)

    bring(page, workbook(tmp_path, "plan.xlsx", ["D1", "Sell the depot", "Depots", "12O", 30, 150]))
    tab_to(page, page.get_by_label(re.compile("^Make the projects")))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Upload the file"))
    page.keyboard.press("Enter")
    heading(page, "What the columns are")
    expect(page.get_by_label("Column D, 2016/17, is")).to_have_value("year:2016/17")
    expect(page.get_by_text("It hides 1 row: 4.")).to_be_visible()
    nothing_wrong(own)

    tab_to(page, page.get_by_role("button", name="Check what would change"))
    page.keyboard.press("Enter")
    heading(page, "Check what will change")
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("button", name="Import all of this")).to_have_count(0)
    nothing_wrong(own)
    tab_to(page, page.locator(".govuk-error-summary a"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#cell-D4$"))
    expect(page.locator("#cell-D4")).to_be_in_viewport()

    marked = page.get_by_role("link", name="Download the sheet with the problems marked")
    tab_to(page, marked)
    with page.expect_download() as downloaded:
        page.keyboard.press("Enter")
    book = openpyxl.load_workbook(io.BytesIO(Path(downloaded.value.path()).read_bytes()))
    assert "12O" in book["Savings"]["D4"].comment.text

    tab_to(page, page.get_by_role("link", name="Upload the corrected sheet"))
    page.keyboard.press("Enter")
    heading(page, "Upload the corrected sheet")
    expect(page.get_by_label(re.compile("^Make the projects"))).to_be_checked()
    bring(page, workbook(tmp_path, "corrected.xlsx", ["D1", "Sell the depot", "Depots", 120, 30, 160]))
    tab_to(page, page.get_by_role("button", name="Upload the file"))
    page.keyboard.press("Enter")
    heading(page, "What the columns are")
    tab_to(page, page.get_by_role("button", name="Check what would change"))
    page.keyboard.press("Enter")
    heading(page, "Check what will change")
    expect(page.get_by_role("row", name=re.compile("Sell the depot")).first).to_contain_text("Depots (new)")
    expect(page.get_by_text("Differs").first).to_be_visible()
    nothing_wrong(own)

    tab_to(page, page.get_by_role("button", name="Import all of this"))
    page.keyboard.press("Enter")
    heading(page, "The sheet is imported")
    nothing_wrong(own)
    tab_to(page, page.get_by_role("link", name="Look at the lines"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Sell the depot")).to_be_visible()
    page.go_back()
    heading(page, "The sheet is imported")
    page.go_back()
    # The former page, asked for again, leads to what was done: nothing can be imported twice.
    page.reload()
    heading(page, "The sheet is imported")


def test_without_javascript_choices_are_kept_and_an_import_is_cancelled(visit, tmp_path):
    own = visit("finance", kind="entry", java_script_enabled=False)
    page = own.go("/import/")
    bring(page, workbook(tmp_path, "vans.xlsx", ["V1", "Fewer vans", "Vans", 40, None, 40]))
    page.get_by_role("button", name="Upload the file").click()
    heading(page, "What the columns are")
    page.get_by_label("Column E, 2017/18, is").select_option(label="Leave out")
    page.get_by_label("£", exact=True).check()
    page.get_by_role("button", name="Check what would change").click()
    heading(page, "Check what will change")
    expect(page.locator(".govuk-error-summary")).to_contain_text("Vans")
    page.get_by_role("link", name="Back to the columns").click()
    heading(page, "What the columns are")
    expect(page.get_by_label("Column E, 2017/18, is")).to_have_value("ignore")
    expect(page.get_by_label("£", exact=True)).to_be_checked()
    page.get_by_label("Row of the headings").fill("twelve")
    own.expected_codes = {400}
    page.get_by_role("button", name="Read this sheet").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_label("Row of the headings")).to_have_value("twelve")
    page.get_by_role("link", name="Import", exact=True).first.click()
    heading(page, "Import savings from a workbook")
    page.get_by_role("listitem").filter(has_text="vans.xlsx").get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Nothing was changed.")).to_be_visible()
    expect(page.get_by_text("Go on with vans.xlsx")).to_have_count(0)


@pytest.mark.parametrize("content", [b"", b"these are no savings"], ids=["empty", "no workbook"])
def test_a_file_that_cannot_be_read_is_refused_in_words(content, visit, tmp_path):
    own = visit("finance", kind="entry")
    page = own.go("/import/")
    own.expected_codes = {400}
    (tmp_path / "plan.xlsx").write_bytes(content)
    bring(page, str(tmp_path / "plan.xlsx"))
    page.get_by_role("button", name="Upload the file").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator(".govuk-error-summary")).to_contain_text("“plan.xlsx” is")
    nothing_wrong(own)
