"""What an ended year did not deliver, carried forward by keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.test_every_page import everything_wrong
from tests.browser.test_lines import heading, tab_to


def test_by_keyboard_alone_an_amount_is_carried_forward_after_an_error_and_put_back(visit):
    own = visit("finance", kind="demo to write in")
    page = own.go("/undelivered/")
    tab_to(page, "Choose HR and OD: current programme, 2015/16")
    page.keyboard.press("Space")
    tab_to(page, "Carry the amounts chosen forward")
    page.keyboard.press("Enter")
    heading(page, "Carry amounts forward")
    tab_to(page, "Carried forward")
    page.keyboard.type("25")
    tab_to(page, "Reason")
    page.keyboard.type("Both posts go in the summer")
    own.expected_codes = {400}
    tab_to(page, "Carry forward")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("link", name=re.compile("£25,000 cannot be carried forward")).press("Enter")
    expect(page.get_by_label("Carried forward, in £000")).to_be_focused()
    expect(page.get_by_label("Carried forward, in £000")).to_have_value("25")
    page.keyboard.press("Control+A")
    page.keyboard.type("20")
    tab_to(page, "Carry forward")
    page.keyboard.press("Enter")
    heading(page, "HR and OD: current programme")
    expect(page.get_by_role("main")).to_contain_text("£20,000 carried forward, expected in 2016/17")
    tab_to(page, "Carry forward what is late")
    page.keyboard.press("Enter")
    heading(page, "Carry amounts forward")
    page.get_by_label("Carried forward, in £000").fill("15")
    page.get_by_label("Reason").fill("As it was")
    page.get_by_role("button", name="Carry forward").click()
    expect(page.get_by_role("main")).to_contain_text("and £5,000 open")
    page = own.go("/undelivered/carry-forward/?chosen=HR-CURRENT-01:2015")
    assert everything_wrong(own) == []
