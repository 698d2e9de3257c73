"""Changing a pro-forma in the browser: by keyboard alone, without JavaScript, and in every state of its forms."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import everything_wrong

PARTS = ("facts", "people", "text", "stage", "budget", "fte", "investment", "milestones", "risks", "equality",
         "measures", "dependencies")  # fmt: skip


def test_facts_are_changed_by_keyboard_alone(visit):
    page = visit("office", kind="demo to write in").go("/projects/OM-1/edit/facts/")
    page.get_by_label("Reference as printed").focus()
    page.keyboard.type("REF 7")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/projects/OM-1/#facts$"))
    expect(page.get_by_role("status")).to_contain_text("Facts: saved.")
    expect(page.locator(".ff-title__over")).to_contain_text("printed as REF 7")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_milestone_is_added_read_and_saved_by_keyboard(script, visit):
    own = visit("office", kind="demo to write in", java_script_enabled=script)
    title = f"Live {'with' if script else 'without'} a script"
    page = own.go("/projects/OM-2/edit/milestones/")
    rows = page.locator("fieldset.ff-row")
    count = rows.count()
    page.get_by_role("button", name="Add another milestone").press("Enter")
    expect(rows).to_have_count(count + 1)
    expect(rows.last.get_by_label("Milestone")).to_be_focused()
    page.keyboard.type(title)
    page.keyboard.press("Tab")
    page.keyboard.type("Oct/Nov 16")
    page.get_by_role("button", name="Read the dates, save nothing").press("Enter")
    expect(rows.last).to_contain_text("Read as: 1 October 2016 to 30 November 2016.")
    page.get_by_role("button", name="Save the milestones").press("Enter")
    expect(page).to_have_url(re.compile(r"/projects/OM-2/#milestones$"))
    expect(page.locator("main")).to_contain_text(title)


def test_a_version_is_signed_by_keyboard_and_without_javascript(visit):
    own = visit("otherhead", kind="demo to write in", java_script_enabled=False)
    page = own.go("/projects/HROD/sign/")
    expect(page.get_by_role("heading", name="What is signed")).to_be_visible()
    page.get_by_role("button", name="Sign version 1").press("Enter")
    expect(page).to_have_url(re.compile(r"/projects/HROD/#signatures$"))
    expect(page.get_by_role("status")).to_contain_text("You have signed version 1")
    expect(page.get_by_role("region", name=re.compile("Version 1"))).to_contain_text("£100,000")
    assert own.wrong == []


@pytest.mark.parametrize("part", PARTS)
def test_a_refused_form_says_so_and_fits_everybody(part, visit):
    own = visit("finance")
    page = own.go(f"/projects/SEND/edit/{part}/")
    wrong = {
        "facts": ("Title", ""),
        "people": None,
        "text": ("Purpose", "x" * 20_001),
        "stage": ("At this stage since", "soon"),
        "budget": ("Amount", "12O"),
        "fte": ("Current FTE", "-1"),
        "investment": ("Amount", "12O"),
        "milestones": ("Completed on", "soon"),
        "risks": ("Review on", "soon"),
        "equality": ("Done on", "soon"),
        "measures": ("Target", "many"),
        "dependencies": ("What for", "Words without an end"),
    }[part]
    if wrong is None:
        own.expected_codes = {200}
        page.get_by_role("button", name="Add another part").click()
        expect(page.locator("fieldset.ff-row").last).to_be_visible()
    else:
        own.expected_codes = {400}
        page.locator("main").get_by_label(re.compile(f"^{wrong[0]}")).last.fill(wrong[1])
        page.get_by_role("button", name=re.compile("^Save the")).click()
        expect(page).to_have_title(re.compile("^Error: "))
        expect(page.get_by_role("alert")).to_contain_text("Nothing was saved")
    assert everything_wrong(own) == []
