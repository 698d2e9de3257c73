"""Acts on savings lines: by keyboard from adding to restoring, on many at once without JavaScript, and every state."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_every_page import everything_wrong


def tab_to(page: Page, name: str, at_most: int = 80) -> None:
    """Press Tab until the control of this accessible name has the focus."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
                const e = document.activeElement;
                const own = e.labels && e.labels.length ? e.labels[0].textContent : e.textContent || e.value;
                const label = e.getAttribute("aria-label") || own;
                return (label || "").trim();
            }"""
        )
        if focused.startswith(name):
            return
    raise AssertionError(f"Tab does not reach {name}")


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_by_keyboard_alone_a_line_is_added_changed_withdrawn_and_restored(visit):
    own = visit("finance", kind="entry")
    page = own.go("/projects/LINES/savings/")
    tab_to(page, "Add a line")
    page.keyboard.press("Enter")
    heading(page, "Add a savings line")
    own.expected_codes = {400}
    tab_to(page, "Save the line")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("link", name="Title: nothing is entered.").press("Enter")
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    page.keyboard.type("Fewer copies")
    tab_to(page, "Method")
    page.keyboard.type("Dem")
    tab_to(page, "Save the line")
    page.keyboard.press("Enter")
    heading(page, "Savings: Project lines")
    expect(page.get_by_role("status").first).to_contain_text("Added “Fewer copies” to Project lines")
    page.get_by_role("link", name="Fewer copies").press("Enter")
    expect(page.get_by_label("Method")).to_have_value("demand")
    tab_to(page, "Note")
    page.keyboard.type("Two machines less")
    tab_to(page, "Save the facts")
    page.keyboard.press("Enter")
    heading(page, "Fewer copies")
    expect(page.get_by_role("main")).to_contain_text("Two machines less")
    tab_to(page, "Withdraw it")
    page.keyboard.press("Enter")
    heading(page, "Withdraw “Fewer copies”")
    tab_to(page, "Why is it withdrawn?")
    page.keyboard.type("Counted in another line")
    tab_to(page, "Withdraw the line")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Withdrawn: it counts in no total of this period.")
    tab_to(page, "Restore it")
    page.keyboard.press("Enter")
    heading(page, "Restore “Fewer copies”")
    expect(page.get_by_role("main")).to_contain_text("“Counted in another line”")
    tab_to(page, "Restore the line")
    page.keyboard.press("Enter")
    heading(page, "Fewer copies")
    expect(page.get_by_role("status").first).to_contain_text("Restored “Fewer copies”")


def test_without_javascript_lines_are_put_in_order_and_one_is_split(visit):
    page = visit("finance", kind="entry", java_script_enabled=False).go("/projects/LINES/savings/order/")
    page.get_by_role("button", name="Move down Early years team").click()
    expect(page.get_by_role("status").first).to_have_text("“Early years team” stands after “School contract”.")
    expect(page.locator("tbody tr").first).to_contain_text("School contract")
    page.get_by_role("link", name="Early years team").click()
    page.get_by_role("link", name="Split it").click()
    page.get_by_label("2016/17").nth(0).fill("60")
    page.get_by_label("Title of part 2").fill("Second team")
    page.get_by_label("2016/17").nth(1).fill("40")
    page.get_by_role("button", name="Show how the parts would stand").click()
    expect(page.get_by_role("row", name="2016/17 40 0 40 0 0 0")).to_be_visible()
    page.get_by_role("button", name="Split the line").click()
    expect(page.get_by_role("status").first).to_contain_text("It keeps its part; new: “Second team”")


def set_method(page: Page, method: str) -> None:
    """From the list to what was done, on the two lines chosen."""
    page.get_by_label("Choose Early years team").check()
    page.get_by_label("Choose School contract").check()
    page.get_by_role("button", name="Change the lines chosen on this page").click()
    heading(page, "Change several lines")
    page.get_by_label("Method").select_option(method)
    page.get_by_role("button", name="Show what will change").click()
    expect(page.get_by_role("heading", name="What will change")).to_be_visible()
    page.get_by_role("button", name="Change 2 lines").click()
    heading(page, "Several lines changed")


def test_without_javascript_facts_are_set_on_several_lines_and_taken_back(visit):
    own = visit("finance", kind="entry", java_script_enabled=False)
    for method in ("contract", "income"):
        set_method(own.go("/lines/?project=MANY"), method)
    page = own.page
    page.get_by_role("button", name="Take this change back").click()
    heading(page, "Taken back")
    expect(page.get_by_role("status").first).to_have_text("Taken back: 2 lines say what was said before.")
    page = own.go("/lines/?project=MANY&method=contract")
    expect(page.locator(".ff-words").first).to_contain_text("2 lines")


def test_a_box_in_the_head_chooses_every_line_of_the_page(visit):
    page = visit("finance", kind="entry").go("/lines/?project=MANY")
    every = page.get_by_label("All on this page")
    every.check()
    boxes = page.get_by_role("checkbox", name=re.compile("^Choose "))
    expect(boxes).to_have_count(3)
    for box in boxes.all():
        expect(box).to_be_checked()
    boxes.first.uncheck()
    expect(every).not_to_be_checked()


def refused(own: Visit, path: str, button: str) -> Page:
    """The page after its form was sent as it opened, which is not enough."""
    page = own.go(path)
    own.expected_codes = {400}
    page.get_by_role("button", name=button).click()
    expect(page).to_have_title(re.compile("^Error: "))
    return page


def test_refused_forms_lead_to_what_is_wrong(visit):
    own = visit("finance", kind="entry")
    for path, button in (
        ("/projects/STATES/savings/add/", "Save the line"),
        ("/lines/STATES-1/withdraw/", "Withdraw the line"),
        ("/lines/STATES-1/split/", "Show how the parts would stand"),
    ):
        page = refused(own, path, button)
        summary = page.locator(".govuk-error-summary a")
        expect(summary.first).to_be_visible()
        for link in summary.all():
            assert page.locator(link.get_attribute("href") or "").count() == 1
        assert everything_wrong(own) == [], path
    for path in ("/bulk/?chosen=NONE", "/lines/STATES-1/move/?to=NONE"):
        own.go(path, expected=400)
        assert everything_wrong(own) == [], path


def test_what_is_shown_before_anything_is_done(visit):
    own = visit("finance", kind="entry")
    for path in (
        "/bulk/?chosen=STATES-1&chosen=STATES-2&set-method=income&set-service=chs-education-and-skills",
        "/lines/STATES-1/move/?q=project",
        "/lines/STATES-1/move/?to=MANY",
        "/lines/STATES-3/split/",
        "/projects/STATES/savings/order/",
        "/lines/?project=STATES",
    ):
        own.go(path)
        assert everything_wrong(own) == [], path


def test_what_somebody_else_changed_meanwhile_stands_beside_what_was_typed(visit):
    own, other = visit("finance", kind="entry"), visit("finance", kind="entry")
    page = own.go("/lines/STATES-2/edit/")
    theirs = other.go("/lines/STATES-2/edit/")
    theirs.get_by_label("Method").select_option("income")
    theirs.get_by_role("button", name="Save the facts").click()
    heading(theirs, "School contract")
    page.get_by_label("Method").select_option("staffing")
    page.get_by_label("Title", exact=True).fill("School contracts")
    own.expected_codes = {400}
    page.get_by_role("button", name="Save the facts").click()
    expect(page.get_by_role("row", name="Method Not stated Income Staffing")).to_be_visible()
    expect(page.get_by_label("Title", exact=True)).to_have_value("School contracts")
    assert everything_wrong(own) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Save the facts").click()
    heading(page, "School contracts")
