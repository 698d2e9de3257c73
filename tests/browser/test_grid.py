"""Typing amounts into the entry grid: by keyboard alone, without JavaScript, and against somebody else."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from futurefit.values.money import AmountError, Unit, parse_amount
from tests.browser.conftest import Visit
from tests.browser.test_every_page import everything_wrong


def at_the_grid(own: Visit, code: str, query: str = "") -> Page:
    return own.go(f"/projects/{code}/savings/{query}")


def target(page: Page, line: str, year: str):
    return page.get_by_label(f"{line}, target {year}", exact=False)


def status(page: Page, line: str, year: str):
    return page.get_by_label(f"{line}, how {year} stands", exact=False)


def totals(page: Page) -> dict[str, list[str]]:
    """The pounds of every total, by the name of its row: years, not profiled, all years."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".ff-grid tfoot tr")].map(row =>
            [row.dataset.total, [...row.querySelectorAll("td")].map(cell => cell.dataset.value)]))"""
    )


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is on what this selector finds."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    pytest.fail(f"Tab does not reach {wanted}")


def copied(own: Visit, text: str) -> None:
    """Text on the clipboard, as a spreadsheet leaves it."""
    own.context.grant_permissions(["clipboard-read", "clipboard-write"])
    own.page.evaluate("text => navigator.clipboard.writeText(text)", text)


def test_by_keyboard_alone_a_block_is_pasted_an_error_mended_and_all_saved(visit):
    own = visit("finance", kind="entry")
    page = at_the_grid(own, "PASTE")
    copied(own, "152.5\t(300)\t1.2m\t-\n7\t8O\t9\t10\t11\t12\n1\t2\n99\n")
    first = target(page, "Early years team", "2016/17")
    tab_to(page, f"[id='{first.get_attribute('id')}']")
    page.keyboard.press("Control+V")
    said = page.locator("#pasted")
    expect(said).to_contain_text("10 cells pasted.")
    expect(said).to_contain_text("1 cell that is not typed over here was left as it is.")
    expect(said).to_contain_text("Left out beyond the edge of the grid: 12, 99.")
    expect(target(page, "Early years team", "2019/20")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#counter")).to_have_text("8 amounts changed. 2 cannot be saved as they are.")

    # down, and right from the edge of each figure: to the letter that should be a nought
    for key in ("ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(target(page, "School contract", "2017/18")).to_be_focused()
    page.keyboard.type("80")
    for key in ("Enter", "ArrowUp", "ArrowUp", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    expect(target(page, "Early years team", "2019/20")).to_be_focused()
    page.keyboard.type("x")
    tab_to(page, "button.govuk-button")
    own.expected_codes = {400}
    page.keyboard.press("Enter")

    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Target for 2019/20, Early years team: 'x' is not an amount")
    expect(page).to_have_title(re.compile("^Error: "))
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wrong = target(page, "Early years team", "2019/20")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_value("x")
    page.keyboard.press("Control+A")
    page.keyboard.type("0")
    typed = totals(page)
    assert typed["target"] == ["199500", "-218000", "1209000", "10000", "11000", "1211500"]
    tab_to(page, "button.govuk-button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text("Saved 10 amounts.")
    assert totals(page) == typed, "what was added up while typing is what the roll-up says"


def test_the_same_without_javascript(visit):
    own = visit("finance", kind="entry", java_script_enabled=False)
    page = at_the_grid(own, "PLAIN")
    target(page, "Early years team", "2016/17").fill("152.5")
    target(page, "Early years team", "2018/19").fill("12O")
    status(page, "Early years team", "2018/19").select_option("amber")
    own.expected_codes = {400}
    page.get_by_role("button", name="Save all amounts").click()
    expect(page.get_by_role("alert")).to_contain_text("'12O' is not an amount")
    expect(target(page, "Early years team", "2018/19")).to_have_value("12O")
    target(page, "Early years team", "2018/19").fill("120")
    own.expected_codes = {200}
    page.get_by_role("button", name="Open the split of School contract, 2017/18").click()
    parts = page.get_by_role("group", name="School contract, 2017/18: how 60 stands")
    expect(parts.get_by_label("On target")).to_have_value("20")
    parts.get_by_role("textbox", name="Red", exact=True).fill("40")
    status(page, "Travel advice", "2016/17").select_option("split")
    page.get_by_role("button", name="Open the splits chosen").click()
    approved = page.get_by_role("group", name="Travel advice, 2016/17: how 40 stands")
    approved.get_by_label("Delivered").fill("15")
    expect(parts.get_by_role("textbox", name="Red", exact=True)).to_have_value("40")
    page.get_by_role("button", name="Save all amounts").click()
    expect(page.get_by_role("status").first).to_have_text("Saved 4 amounts.")
    found = totals(page)
    assert found["target"] == ["192500", "60000", "120000", "0", "0", "372500"]
    assert (found["delivered"][0], found["amber"][2], found["red"][1]) == ("15000", "120000", "40000")
    page.get_by_role("button", name="Undo this save").click()
    expect(page.get_by_role("status").first).to_have_text("Undone: 4 amounts as before.")
    expect(target(page, "Early years team", "2018/19")).to_have_value("")


def test_somebody_else_s_change_is_a_choice_in_the_cell_and_every_state_is_sound(visit):
    own, other = visit("finance", kind="entry"), visit("finance", kind="entry")
    page = at_the_grid(own, "CHOICE")
    elsewhere = at_the_grid(other, "CHOICE")
    target(elsewhere, "Early years team", "2016/17").fill("160")
    elsewhere.get_by_role("button", name="Save all amounts").click()
    expect(elsewhere.get_by_role("status").first).to_have_text("Saved 1 amount.")
    assert everything_wrong(other) == []

    target(page, "Early years team", "2016/17").fill("150")
    target(page, "School contract", "2018/19").fill("5O")
    target(page, "Travel advice", "2018/19").fill("5")
    status(page, "School contract", "2017/18").select_option("amber")
    own.expected_codes = {400}
    page.get_by_role("button", name="Save all amounts").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is saved yet: 1 amount and 1 choice need you")
    choice = page.get_by_role("group", name="Changed by somebody else: Finance officer")
    expect(choice).to_contain_text("yours 150")
    expect(choice).to_contain_text("theirs 160")
    expect(choice).to_contain_text("was 100")
    expect(page.locator("#counter")).to_have_text(
        "3 amounts changed, 1 of them also by somebody else. 1 cannot be saved as it is."
    )
    assert everything_wrong(own) == []

    page.set_viewport_size({"width": 1280, "height": 900})
    choice.get_by_label("yours 150").check()
    target(page, "School contract", "2018/19").fill("50")
    page.get_by_role("button", name="Save all amounts").click()
    expect(page.get_by_role("status").first).to_have_text("Saved 4 amounts.")
    expect(target(page, "Early years team", "2016/17")).to_have_value("150")


def test_a_split_opens_in_place_and_closes_and_what_is_left_is_said(visit):
    own = visit("finance", kind="entry")
    page = at_the_grid(own, "SPLITS")
    status(page, "Early years team", "2016/17").select_option("split")
    parts = page.get_by_role("group", name="Early years team, 2016/17: how it stands (£000)")
    expect(parts.get_by_label("Delivered")).to_be_focused()
    expect(parts.get_by_label("On target")).to_have_value("100")
    page.keyboard.type("30")
    expect(page.locator("#counter")).to_have_text("No amounts changed. 1 cannot be saved as it is.")
    parts.get_by_label("On target").fill("60.5")
    expect(parts.locator("output")).to_have_text("9.5")
    assert everything_wrong(own) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    parts.get_by_role("button", name="Close the split").click()
    expect(parts).to_be_hidden()
    page.get_by_role("button", name="Open the split").first.click()
    expect(parts.get_by_label("On target")).to_have_value("60.5")
    page.get_by_role("button", name="Save all amounts").click()
    expect(page.get_by_role("status").first).to_have_text("Saved 1 amount.")
    assert totals(page)["delivered"][0] == "30000"
    assert totals(page)["not_rated"][0] == "49500"


def test_leaving_with_amounts_not_saved_is_asked_about_and_throwing_them_away_is_not(visit):
    own = visit("finance", kind="entry")
    page = at_the_grid(own, "LEAVE")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    target(page, "Early years team", "2018/19").fill("5")
    page.get_by_role("link", name="£m").click()
    expect(page.locator(".ff-grid")).to_have_attribute("data-unit", "millions")
    assert asked == ["beforeunload"]
    target(page, "Early years team", "2018/19").fill("5")
    page.get_by_role("link", name="Throw my changes away").click()
    expect(target(page, "Early years team", "2018/19")).to_have_value("")
    assert asked == ["beforeunload"]


TEXTS = (
    "1", "0", "-0", "152.5", "0.001", "0.0001", ".5", "5.", "1,250", "12,50", "1,250,000.75", "(300)", "(-300)", "-(3)",
    "((3))", "(3", "£3", "£ 3", "-£3", "£-3", "£(3)", "3-", "3 -", "−3", "–3", "+3", "+-3", "3+", "1.2m", "1.2 m", "2k",
    "(2k)", "(2)k", "3 mn", "1bn", "1 billion", "2 thousand", "1.2345m", "12O", "1 2", "1e3", "٣", "TBC", "3%", "k",
    "999999999999", "999999999999.999", "1000000000000", "9" * 59, "9" * 61, "0.0000000000000000000000000001",
)  # fmt: skip


@pytest.mark.parametrize("unit", list(Unit))
def test_what_the_page_reads_is_what_the_product_reads(unit, visit):
    own = visit("finance", kind="entry")
    page = at_the_grid(own, "READ", f"?unit={unit.value}")
    read = page.evaluate(
        """texts => texts.map(text => {
            const field = document.querySelector("td.ff-cell > input:placeholder-shown, td.ff-cell > input");
            field.value = text;
            field.dispatchEvent(new Event("input", {bubbles: true}));
            const sum = field.closest("tr").querySelector(".ff-sum").dataset.value;
            const seen = field.getAttribute("aria-invalid") === "true" ? null : sum;
            field.value = "";
            field.dispatchEvent(new Event("input", {bubbles: true}));
            return seen;
        })""",
        list(TEXTS),
    )

    def pounds(text: str) -> str | None:
        try:
            return str(parse_amount(text, unit))
        except AmountError:
            return None

    assert dict(zip(TEXTS, read, strict=True)) == {text: pounds(text) for text in TEXTS}
    page.get_by_role("link", name="Throw my changes away").click()


def test_to_a_head_of_service_targets_are_text_and_delivery_is_a_claim(visit):
    own = visit("head", kind="entry")
    page = at_the_grid(own, "READ")
    assert page.locator("td.ff-cell > input[inputmode]").count() == 0
    status(page, "Early years team", "2016/17").select_option("delivered")
    assert totals(page)["claimed"][0] == "100000"
    assert totals(page)["delivered"][0] == "0"
    assert everything_wrong(own) == []
    page.get_by_role("link", name="Throw my changes away").click()


def test_a_project_without_lines_leads_to_adding_one(visit):
    own = visit("finance", kind="entry")
    page = at_the_grid(own, "EMPTY")
    expect(page.locator(".ff-empty")).to_contain_text("no savings line yet")
    assert everything_wrong(own) == []
    page.get_by_role("link", name="Add a line").click()
    expect(page).to_have_url(re.compile("/projects/EMPTY/savings/add/$"))


def test_on_paper_the_grid_stands_on_its_side_with_nothing_to_press(visit):
    page = at_the_grid(visit("finance", kind="entry"), "READ")
    page.emulate_media(media="print")
    for gone in ("nav", ".ff-save", ".ff-why", ".ff-hint"):
        for part in page.locator(gone).all():
            assert not part.is_visible(), gone
    expect(page.locator(".ff-grid")).to_be_visible()
