"""What readers do: sign in and out, walk by keyboard, filter without JavaScript, print, read in their own colours."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from futurefit.access.demo_posts import DEMO_POSTS
from tests.browser import looking

A4, A4_LANDSCAPE = (595, 842), (842, 595)


@pytest.mark.parametrize("post", DEMO_POSTS, ids=lambda post: post.key)
def test_one_click_signs_in_as_each_post_and_one_click_out_again(post, visit):
    page = visit(None).go("/themes/")
    assert page.url.endswith("/sign-in/?next=/themes/")
    page.get_by_role("button", name=post.title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Themes")
    expect(page.locator(".ff-header__who")).to_have_text(re.compile(r"\w"))
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile(r"/sign-in/$"))
    page.goto(page.url.replace("/sign-in/", "/themes/"))
    expect(page).to_have_url(re.compile(r"/sign-in/\?next=/themes/$"))


def test_e_mail_and_password_sign_in_too(visit):
    page = visit(None).go("/sign-in/")
    page.get_by_label("E-mail address").fill("cabinet@demo.futurefit.example")
    page.get_by_role("textbox", name="Password").fill("futurefit-demo")
    page.keyboard.press("Enter")
    expect(page.locator(".ff-header__who")).to_contain_text("Cabinet member for transformation")


def test_without_javascript_one_signs_in_finds_one_s_way_filters_and_signs_out(visit):
    page = visit(None, java_script_enabled=False).go("/sign-in/")
    page.get_by_role("button", name="Finance officer").click()
    expect(page).to_have_url(re.compile(r":\d+/$"))
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Plan").click()
    page.get_by_label("Group by").select_option("theme")
    page.get_by_role("button", name="Show the plan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The plan by theme")
    figure = page.locator("table a[href*='/lines/']").first
    amount = figure.inner_text()
    figure.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("avings lines")
    expect(page.locator("tfoot")).to_contain_text(amount)
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile(r"/sign-in/$"))


FOCUSED = """() => {
    const focused = document.activeElement;
    // A switch shows its label, and the focus on it.
    const e = getComputedStyle(focused).opacity === "0" ? focused.labels[0] : focused;
    const css = getComputedStyle(e), box = e.getBoundingClientRect();
    const at = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height, innerHeight) / 2);
    return {
        what: focused.id || focused.getAttribute("href") || e.outerHTML.slice(0, 80),
        part: e.closest(".govuk-skip-link") ? "skip link" : e.closest("nav[aria-label=Main]") ? "navigation"
            : e.closest("form.ff-filter") ? "filter" : e.closest("table") ? "table" : "",
        seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
        marked: css.outlineStyle !== "none" && parseFloat(css.outlineWidth) >= 2 || css.boxShadow !== "none",
        covered: !!at && !e.contains(at) && !at.contains(e),
        gone: focused === document.body,
    };
}"""


def stops(page: Page, at_most: int = 400) -> list[dict[str, Any]]:
    """Where the focus stands after each Tab, from the top of the page to its end."""
    found: list[dict[str, Any]] = []
    while len(found) < at_most:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["gone"]:
            break
        found.append(stop)
    return found


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("/mtfp/", ["skip link", "navigation", "filter", "table"]),
        ("/lines/", ["skip link", "navigation", "filter", "table"]),
        ("/projects/", ["skip link", "navigation", "filter", "table"]),
        ("/themes/self-sufficient-council/", ["skip link", "navigation", "table"]),
        ("/", ["skip link", "navigation"]),
    ],
)
def test_the_keyboard_reaches_everything_in_order_and_the_focus_is_seen(address, parts, visit):
    page = visit("s151").go(address)
    found = stops(page)
    reached = [stop["part"] for stop in found if stop["part"]]
    assert list(dict.fromkeys(part for part in reached if part in parts)) == parts
    assert [stop["what"] for stop in found if not stop["seen"]] == []
    assert [stop["what"] for stop in found if not stop["marked"]] == []
    assert [stop["what"] for stop in found if stop["covered"]] == []


def test_the_skip_link_leads_past_the_navigation(visit):
    page = visit("cabinet").go("/themes/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#"))
    page.keyboard.press("Tab")
    assert page.evaluate("() => !!document.activeElement.closest('main')")


def printed(page: Page) -> list[tuple[int, int]]:
    """The size of each sheet of the page printed as it asks to be, in points."""
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([0-9.]+) ([0-9.]+)\s*\]", paper)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


@pytest.mark.parametrize(
    ("address", "sheet", "at_most"),
    [
        ("/themes/self-sufficient-council/", A4, 6),
        ("/projects/SEND/", A4, 5),
        ("/mtfp/", A4_LANDSCAPE, 3),
    ],
)
def test_on_paper(address, sheet, at_most, visit):
    page = visit("cabinet").go(address)
    sheets = printed(page)
    assert 1 <= len(sheets) <= at_most
    assert {(abs(width - sheet[0]) <= 2, abs(height - sheet[1]) <= 2) for width, height in sheets} == {(True, True)}
    page.emulate_media(media="print")
    for gone in ("nav", "form.ff-filter", ".ff-actions", ".ff-signout"):
        expect(page.locator(gone).filter(visible=True), gone).to_have_count(0)
    expect(page.locator(".ff-period")).to_be_visible()
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("address", ["/themes/self-sufficient-council/", "/programme/", "/risks/"])
def test_in_the_reader_s_own_colours_every_status_keeps_its_letter(address, visit):
    page = visit("cabinet", forced_colors="active").go(address)
    invisible = page.evaluate(
        """() => [...document.querySelectorAll(".ff-key, .ff-rag, .ff-tag, h1, th, td")].filter(e => {
            const css = getComputedStyle(e);
            return e.getClientRects().length && css.color === css.backgroundColor;
        }).map(e => e.outerHTML.slice(0, 100))"""
    )
    assert invisible == []
    assert all(letter.inner_text().strip() for letter in page.locator(".ff-key").all() if letter.is_visible())


@pytest.mark.parametrize("address", ["/", "/mtfp/", "/themes/"])
def test_nothing_moves_for_who_asked_for_no_motion(address, visit):
    page = visit("cabinet", reduced_motion="reduce").go(address)
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter(e => {
            const css = getComputedStyle(e);
            return css.transitionDuration.split(",").some(t => parseFloat(t) > 0) || css.animationName !== "none";
        }).map(e => e.outerHTML.slice(0, 100))"""
    )
    assert moving == []
    assert page.evaluate("() => document.getAnimations().length") == 0


def test_lists_become_cards_on_a_phone_and_stay_whole(visit):
    page = visit("head", viewport={"width": 320, "height": 700}).go("/lines/")
    assert looking.sideways(page, 320) == []
    expect(page.locator("tbody tr").first).to_be_visible()
    for cell in page.locator("tbody tr").first.locator("td").all():
        assert cell.get_attribute("data-label")


def test_on_a_phone_the_search_is_a_link_of_its_own_and_elsewhere_a_field(visit):
    page = visit("head", viewport={"width": 320, "height": 700}).go("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Search").click()
    page.get_by_label("Project, line, theme, milestone or risk").fill("special")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name=re.compile("Special Educational Needs")).first).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Search")).to_be_hidden()
    expect(page.locator("header").get_by_role("searchbox")).to_be_visible()
