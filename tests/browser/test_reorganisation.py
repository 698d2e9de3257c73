"""A programme officer splits a directorate and assigns what stood in it, by keyboard alone: no script helps."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.test_every_page import everything_wrong
from tests.browser.test_lines import heading, tab_to


def test_by_keyboard_alone_a_directorate_is_split_and_its_services_are_assigned(visit):
    own = visit("office", kind="entry")
    page = own.go("/reorganisation/split/?old=DASH&name_1=Adults&code_1=AD&on=1+10+2015", expected=400)
    expect(page).to_have_title(re.compile("^Error: Split a directorate"))
    page.get_by_role("link", name="Name at least two").press("Enter")
    expect(page.get_by_label("Name of new directorate 2")).to_be_focused()
    page.keyboard.type("Public health")
    page.keyboard.press("Tab")
    page.keyboard.type("PH2")
    own.expected_codes = {200, 400}
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What will happen")).to_be_visible()
    assert everything_wrong(own) == []
    tab_to(page, "Why?")
    page.keyboard.type("Council of 24 September")
    page.keyboard.press("Enter")
    heading(page, "Assign what stood in Adult Services and Health")
    services = page.get_by_role("group", name="Services").get_by_role("checkbox")
    left = services.count()
    assert left > 1
    assert everything_wrong(own) == []
    services.first.press("Space")
    page.get_by_label("Public health", exact=True).press("Space")
    tab_to(page, "Why?")
    page.keyboard.type("Moves with its team")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Assigned to Public health: 1 service.")
    expect(services).to_have_count(left - 1)
