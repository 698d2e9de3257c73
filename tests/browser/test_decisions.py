"""A decision by keyboard alone: a finance officer re-profiles an approved amount, the head of finance confirms it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.test_every_page import everything_wrong
from tests.browser.test_lines import heading, tab_to


def test_by_keyboard_alone_a_re_profile_is_recorded_and_confirmed(visit):
    """Travel advice is £40,000 in 2016/17, approved: a quarter of it moves to the year after."""
    own = visit("finance", kind="entry")
    page = own.go("/lines/DECIDED-3/")
    tab_to(page, "Record a decision on it")
    page.keyboard.press("Enter")
    heading(page, "Record a decision")
    tab_to(page, "Re-profile")
    page.keyboard.press("Enter")
    heading(page, "Record a decision: re-profile")
    change = page.locator("[data-sum=row]")
    tab_to(page, "Travel advice, 2016/17")
    page.keyboard.type("30")
    expect(change).to_have_text("−10")
    page.keyboard.press("Tab")
    page.keyboard.type("9")
    expect(change).to_have_text("−1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("The years come to £1,000 less than before.")
    assert everything_wrong(own) == []
    own = visit("finance", kind="entry")
    page = own.go("/decisions/new/?kind=re_profile&line=DECIDED-3")
    tab_to(page, "Travel advice, 2016/17")
    page.keyboard.type("30")
    page.keyboard.press("Tab")
    page.keyboard.type("10")
    tab_to(page, "Decided by")
    page.keyboard.type("Cabinet")
    own.expected_codes = {400}
    tab_to(page, "Record the decision")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("link", name="Reason: nothing is entered.").press("Enter")
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("The school year decides")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("10 5 2016")
    tab_to(page, "Record the decision")
    page.keyboard.press("Enter")
    heading(page, "Re-profile: Cabinet")
    expect(page.get_by_role("main")).to_contain_text("It changes nothing until the head of finance confirms it.")

    other = visit("s151", kind="entry")
    page = other.go("/")
    page.get_by_role("link", name="D0001", exact=True).press("Enter")
    heading(page, "Confirm: Cabinet moves £10,000 between years of 1 line")
    assert everything_wrong(other) == []
    page = other.go("/decisions/D0001/confirm/")
    tab_to(page, "Confirm the decision")
    page.keyboard.press("Enter")
    heading(page, "Re-profile: Cabinet")
    expect(page.get_by_role("status").first).to_contain_text("Confirmed decision D0001.")
    page = other.go("/lines/DECIDED-3/")
    total = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Target", exact=True))
    expect(total.get_by_role("cell")).to_have_text(["30", "10", "–", "–", "–", "40"])
