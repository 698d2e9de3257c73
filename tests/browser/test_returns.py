"""The return of six lines: by keyboard alone with few key presses, and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.databases import RETURNED
from tests.browser.test_every_page import everything_wrong

FEWER_THAN = 60


class Keyboard:
    """A keyboard that counts what is pressed; the letters of a comment are not counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def tab_to(self, wanted: Locator) -> None:
        for _ in range(30):
            self.press("Tab")
            if wanted.evaluate("element => element === document.activeElement"):
                return
        pytest.fail(f"Tab does not reach {wanted}")

    def comment(self, words: str) -> None:
        self.page.keyboard.type(words)


def line(page: Page, title: str) -> Locator:
    return page.locator(".ff-returns .ff-line").filter(has=page.get_by_role("heading", name=title))


def test_a_line_split_anew_and_what_is_refused_of_it_are_sound(visit):
    own = visit("head", kind="month")
    page = own.go("/returns/mine/?unit=pounds")
    changed = line(page, RETURNED[2])
    changed.get_by_label("Change split").check()
    year = changed.get_by_role("group", name="2015/16")
    year.get_by_label("Delivered").fill("300,000")
    expect(changed.get_by_label("What shows that it is delivered?")).to_be_visible()
    year.get_by_role("textbox", name="Red", exact=True).fill("x")
    expect(changed.locator(".ff-edit__left").first).to_have_text("Not counted: an amount above cannot be read.")
    year.get_by_role("textbox", name="Red", exact=True).fill("1")
    own.expected_codes = {400}
    page.get_by_role("button", name="Save and come back").click()
    expect(page.get_by_role("alert").first).to_contain_text(f"{RETURNED[2]}: 2015/16: On target, amber and red come to")
    assert everything_wrong(own) == []


def test_six_lines_are_returned_with_fewer_than_sixty_key_presses(visit):
    own = visit("head", kind="month")
    page = own.go("/returns/mine/")
    keys = Keyboard(page)
    keys.press("Tab", "Enter")
    keys.tab_to(page.get_by_role("button", name="No change for the remaining 6 lines"))
    keys.press("Enter")
    expect(page.get_by_role("status").first).to_have_text("Kept what you said of six lines. Nothing is submitted yet.")
    expect(page.locator("[data-count]")).to_have_text("6 said.")

    for title, words in ((RETURNED[1], "Two schools left"), (RETURNED[4], "The post is vacant")):
        changed = line(page, title)
        keys.tab_to(changed.get_by_label("No change"))
        keys.press("ArrowRight")
        expect(changed.get_by_label("Change split")).to_be_checked()
        year = changed.get_by_role("group", name="2015/16")
        keys.tab_to(year.get_by_label("On target"))
        keys.press("1", "9", "0")
        keys.tab_to(year.get_by_label("Amber"))
        keys.press("6", "0")
        told = changed.locator(".ff-edit__left").first
        expect(told).to_have_text(
            "Adds up to £250,000. Not rated: £0. "
            "Amber grows by £60,000 and secure falls by £60,000, so finance needs your reason."
        )
        keys.tab_to(changed.get_by_label("Why did it change"))
        keys.comment(words)
    expect(page.locator("[data-count]")).to_have_text("6 said.")
    keys.tab_to(page.get_by_role("button", name="Submit all six lines"))
    keys.press("Enter")

    submitted = "Six lines are submitted for 2015/16 month 8. Finance has them now."
    expect(page.get_by_role("status").first).to_have_text(submitted)
    expect(page.get_by_text("6 of 6 lines done.")).to_be_visible()
    expect(page.get_by_text("split anew")).to_have_count(2)
    expect(page.get_by_text(", no change")).to_have_count(4)
    expect(page.get_by_text("“Two schools left”")).to_be_visible()
    assert keys.pressed < FEWER_THAN, f"{keys.pressed} key presses"
    assert everything_wrong(own) == []


def test_without_javascript_what_is_wrong_keeps_what_was_typed(visit):
    own = visit("otherhead", kind="month", java_script_enabled=False)
    page = own.go("/returns/mine/")
    first, second = line(page, RETURNED[0]), line(page, RETURNED[1])
    expect(first.get_by_label("Why did it change")).to_be_hidden()
    first.get_by_label("Change split").check()
    year = first.get_by_role("group", name="2015/16")
    expect(year.get_by_label("On target")).to_have_value("250")
    year.get_by_label("On target").fill("19O")
    year.get_by_label("Amber").fill("60k")
    second.get_by_label("No change").check()
    own.expected_codes = {400}
    page.get_by_role("button", name="Submit all six lines").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("alert").first).to_contain_text("On target for 2015/16: '19O' is not an amount.")
    expect(year.get_by_label("On target")).to_have_value("19O")
    year.get_by_label("On target").fill("190")
    page.get_by_role("button", name="Submit all six lines").click()
    alert = page.get_by_role("alert").first
    expect(alert).to_contain_text("enter a reason: in 2015/16 amber grows by £60,000 and secure falls by £60,000")
    expect(alert).to_contain_text(f"{RETURNED[5]}: say how it stands")

    first.get_by_label("Why did it change").fill("Two schools left")
    own.expected_codes = {200}
    page.get_by_role("button", name="No change for the remaining 4 lines").click()
    expect(page.get_by_role("status").first).to_have_text("Kept what you said of six lines. Nothing is submitted yet.")
    page.get_by_label("Status of Milestone of HR").select_option("completed")
    page.get_by_label("Next review of Risk of HR").fill("27 8 2016")
    page.get_by_role("button", name="Save milestones and risks").click()
    expect(page.get_by_role("status").first).to_have_text("Saved two changes to your milestones and risks.")
    page.get_by_role("button", name="Submit all six lines").click()
    expect(page.get_by_text("6 of 6 lines done.")).to_be_visible()
