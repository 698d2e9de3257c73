"""What finance does with returns in a browser: by keyboard, then without a script."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_finance_ticks_posts_by_keyboard_and_without_javascript_accepts_queries_and_reminds(visit):
    """Afterwards every total of the demonstration is what it was: the query takes the acceptance back."""
    page = visit("finance").go("/returns/")
    button, boxes = page.locator("button[data-many]"), page.locator("input[name=remind]:checked")
    expect(button).to_have_text(re.compile(r"Remind \d+ posts by e-mail"))
    many = boxes.count()
    boxes.first.focus()
    page.keyboard.press("Space")
    expect(button).to_have_text(f"Remind {many - 1} posts by e-mail")

    own = visit("finance", kind="demo to write in", java_script_enabled=False)
    page = own.go("/returns/")
    page.get_by_role("link", name="1", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Returns line by line")
    expect(page.locator("tbody > tr")).to_have_count(1)
    page.get_by_role("button", name="Accept the one to be looked at").click()
    expect(page.locator("main")).to_contain_text("1 return accepted.")
    own.go("/returns/lines/?state=accepted")
    page.get_by_role("link", name=re.compile("Query Education and Skills")).click()
    expect(page.locator("main")).to_contain_text("This return is accepted. A query takes that back")
    page.get_by_label("What do you ask?").fill("Which contract is this?")
    page.get_by_role("button", name="Send the query").click()
    expect(page.locator("main")).to_contain_text("Head of service, education: one e-mail to 1 address.")
    own.go("/returns/")
    page.get_by_role("button", name="Remind the posts ticked by e-mail").click()
    expect(page.locator("main")).to_contain_text("Head of service, human resources: one e-mail to 1 address.")
    expect(page.locator("tbody").first).to_contain_text("20 May")
