"""What a cabinet member asks before a meeting: each answer is at most three clicks from home."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect


class Clicks:
    """The way from home: every click is counted, and each leads to another page."""

    def __init__(self, visit) -> None:
        self.page: Page = visit("cabinet").go("/")
        self.count = 0

    def __call__(self, link) -> None:
        before = self.page.url
        link.click()
        expect(self.page).not_to_have_url(before)
        self.count += 1
        assert self.count <= 3

    def home(self) -> None:
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name="Home").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Your portfolio")
        self.count = 0


def test_five_questions_of_a_member_are_answered_within_three_clicks_of_home(visit):
    click = Clicks(visit)
    page, main = click.page, click.page.get_by_role("main")

    # How much of this year is delivered? Of the portfolio at home, of the whole one click away.
    expect(main.locator(".ff-tile").first).to_contain_text("Of every £10 planned for 2016/17")
    click(page.get_by_role("navigation", name="Main").get_by_role("link", name="Programme"))
    expect(main.locator(".ff-tile").filter(has_text="Delivered in 2016/17")).to_contain_text(re.compile(r"\d+\.\d %"))
    click.home()

    # Which saving worries us most?
    worst = main.locator("section").filter(has=page.get_by_role("heading", name="questions worth asking"))
    expect(worst).to_contain_text("The largest red amount")
    saving = worst.get_by_role("link").first
    title = saving.inner_text()
    click(saving)
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    click.home()

    # What changed since last time, and why?
    card = main.locator(".ff-card").filter(has_text="Savings without a theme")
    expect(card).to_contain_text("Since 2015/16 month 12")
    click(card.get_by_role("link", name="What moved"))
    expect(main.get_by_role("columnheader", name="Why")).to_be_visible()
    expect(main.locator("tbody tr").first).to_contain_text("Re-rated")
    click.home()

    # What is late in my portfolio?
    late = main.get_by_role("region", name="The longest late")
    expect(late.locator("tbody tr").first).to_contain_text(re.compile(r"Late: \d+ days"))
    click(late.get_by_role("link").first)
    expect(main.get_by_role("heading", name="Milestones")).to_be_visible()
    click.home()

    # Is anything counted twice?
    click(main.get_by_role("link", name="Work that may count the same money"))
    expect(page).to_have_url(re.compile("kind=same_money"))
    expect(main.locator("tbody tr")).to_have_count(3)
