"""The month from its due date to its closing, by keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.test_every_page import everything_wrong
from tests.browser.test_lines import heading, tab_to


def test_by_keyboard_alone_a_period_is_prepared_and_closing_stops_at_what_is_not_confirmed(visit):
    """Nothing is closed: the database is shared with the tests after this one."""
    officer = visit("finance", kind="demo to write in")
    page = officer.go("/periods/")
    tab_to(page, "Set due dates and prepare the next period")
    page.keyboard.press("Enter")
    heading(page, "Due dates and the next period")
    own_wrong = everything_wrong(officer)
    assert own_wrong == []
    chief = visit("s151", kind="demo to write in")
    page = chief.go("/periods/")
    tab_to(page, "Close 2016/17 month 2 and open the next")
    page.keyboard.press("Enter")
    heading(page, "Close 2016/17 month 2 and open the next")
    expect(page.get_by_label("Name of the period")).to_have_value("2016/17 M03")
    assert everything_wrong(chief) == []
    chief.attentive = True
    tab_to(page, "Name of the period")
    page.keyboard.press("Control+A")
    page.keyboard.type("2016/17 M13")
    chief.expected_codes = {400}
    tab_to(page, "Go on to confirm")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("link", name=re.compile("M13. is not a reporting period")).press("Enter")
    expect(page.get_by_label("Name of the period")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("2016/17 M03")
    tab_to(page, "Go on to confirm")
    page.keyboard.press("Enter")
    heading(page, "Confirm: close 2016/17 month 2 for ever")
    assert everything_wrong(chief) == []
    tab_to(page, "Close 2016/17 month 2 and open 2016/17 month 3")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Error: Confirm"))
    page.get_by_role("link", name=re.compile("Tick the box to close")).press("Enter")
    expect(page.get_by_role("checkbox")).to_be_focused()
    assert everything_wrong(chief) == []
    page = chief.go("/periods/3/definitions/")
    assert everything_wrong(chief) == []
