"""Every page in its states: nothing against WCAG 2.2 AA, nothing sideways, nothing asked elsewhere, nothing inline."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Error, expect

from futurefit.council.models import PostKind
from tests.addresses import every_page
from tests.browser import looking
from tests.browser.conftest import Visit
from tests.browser.databases import NOBODY

PAGES = every_page()

ASKED = {"pages:search": "?q=council"}
"""What has to be asked of a page so that it is filled."""

WITH_FIGURES = frozenset(
    {
        "pages:home",
        "pages:programme_detail",
        "pages:theme_list",
        "pages:theme_detail",
        "pages:directorate_list",
        "pages:directorate_detail",
        "pages:project_list",
        "pages:project_detail",
        "savings:plan",
        "savings:line_list",
        "savings:line_detail",
        "savings:undelivered",
    }
)
"""Pages whose figures are made of savings lines. A printed total stands beside its own counterpart instead."""

WITHOUT_A_PERIOD = frozenset({"pages:glossary"})

KINDS_OF_POST = {
    "finance": PostKind.FINANCE_OFFICER,
    "head": PostKind.HEAD_OF_SERVICE,
    "cabinet": PostKind.CABINET_MEMBER,
    "auditor": PostKind.AUDITOR,
    "office": PostKind.PROGRAMME_OFFICER,
    "s151": PostKind.HEAD_OF_FINANCE,
}

OF_MEMBERS = ("pages:home", "pages:programme_detail", "pages:theme_list", "pages:theme_detail")
"""The pages that cabinet members come for."""


WHO_LEADS = {
    "pages:theme_commentary": "s151",
    "pages:directorate_commentary": "director",
    "pages:measure_readings": "office",
}
"""Pages that open to who leads or keeps what they are of, not to everybody of a kind of post."""

NOT_THEIRS = {("pages:theme_answers", "head")}
"""Pages that open to a kind of post and, in this row, not to the post of the demonstration."""


def with_query(address: str, query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{query}" if query else address


def looker(name: str) -> str:
    """A post that opens the page: the auditor, else the first of the others that may.

    Of what only its lead may open: the lead.
    """
    if name in WHO_LEADS:
        return WHO_LEADS[name]
    posts = ("auditor", "finance", "office", "s151", "cabinet", "head")
    return next(post for post in posts if PAGES[name].is_open_to(KINDS_OF_POST[post]))


def filled(name: str) -> str:
    return PAGES[name].address_among() + ASKED.get(name, "")


def everything_wrong(own: Visit) -> list[str]:
    """Everything wrong with the page in this window; what the console said of the page itself is kept before."""
    own.attentive = False
    page = own.page
    return [
        *looking.ill_formed(page),
        *looking.inline(page.content()),
        *looking.against_wcag(page),
        *looking.sideways(page, 320),
    ]


def opens(name: str, post: str) -> bool:
    """Whether the page opens to this post, in the row of the demonstration that stands in its address."""
    if name in WHO_LEADS:
        return WHO_LEADS[name] == post
    return PAGES[name].is_open_to(KINDS_OF_POST[post]) and (name, post) not in NOT_THEIRS


EVERYBODY = {name: [post for post in ("finance", "head") if opens(name, post)] for name in sorted(PAGES)}
FILLED = [(name, post) for name, posts in EVERYBODY.items() for post in posts or [looker(name)]] + [
    (name, "cabinet") for name in OF_MEMBERS
]
"""Each page as the finance officer and the head of a service see it; what opens to neither, as who may see it."""


@pytest.mark.parametrize(("name", "post"), FILLED)
def test_filled(name, post, look):
    """As it is, and then in text of twice the size."""
    own = look(post)
    page = own.go(filled(name))
    assert everything_wrong(own) == []
    if post == "finance" and name in WITH_FIGURES:
        assert page.locator("[data-value]").count() > 0
        assert looking.figures_that_lead_nowhere(page) == []
    if post == (EVERYBODY[name] or [looker(name)])[0]:
        with looking.text_of_twice_the_size(page):
            assert looking.sideways(page, 1280) == []
            size = page.evaluate("() => parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)")
            assert size >= 2 * 28


@pytest.mark.parametrize("name", sorted(PAGES))
def test_as_at_a_closed_period_with_the_longest_amounts(name, look):
    own = look(looker(name))
    page = own.go(with_query(filled(name), "period=2015/16+M07&unit=pounds&view=cumulative"))
    if name not in WITHOUT_A_PERIOD:
        assert "closed" in page.locator(".ff-period").inner_text()
    assert everything_wrong(own) == []


@pytest.mark.parametrize(
    ("name", "post"),
    [
        ("savings:reconciliation", "head"),
        ("pages:theme_edit", "finance"),
        ("savings:period_close", "cabinet"),
        ("savings:grid_edit", "auditor"),
    ],
)
def test_not_one_s_own_to_open(name, post, look):
    """The answer is the same page whatever was asked for; who may open what is for the matrix of rights."""
    own = look(post)
    own.go(filled(name), expected=403)
    assert everything_wrong(own) == []


OF_A_ROW_THAT_IS_NOT_THERE = {
    "savings:stated_figure", "savings:return_query", "pages:measure_detail", "pages:measure_readings",
    "pages:risk_detail", "pages:risk_actions", "pages:risk_escalate", "pages:risk_history"
}  # fmt: skip


BARE = sorted(name for name in PAGES if name not in OF_A_ROW_THAT_IS_NOT_THERE and opens(name, "finance"))


@pytest.mark.parametrize("name", BARE)
def test_before_anything_is_entered(name, look):
    own = look("finance", kind="bare")
    own.go(filled(name))
    assert everything_wrong(own) == []


@pytest.mark.parametrize("name", ["pages:home", "pages:theme_detail", "pages:project_list", "savings:plan"])
def test_before_there_is_a_programme(name, look):
    own = look("finance", kind="nothing")
    own.go(filled(name))
    assert everything_wrong(own) == []


LISTS = sorted(name for name in PAGES if name.endswith("_list"))


@pytest.mark.parametrize("name", LISTS)
def test_asked_for_what_there_is_not(name, look):
    own = look("finance")
    own.attentive = True
    own.expected_codes = {400, 404}
    response = own.page.goto(f"{own.address}{PAGES[name].address_among()}?theme=no-such-theme&colour=green")
    assert response is not None
    assert response.status in (400, 404)
    if response.status == 400:
        expect(own.page).to_have_title(re.compile("^Error: "))
    assert everything_wrong(own) == []


@pytest.mark.parametrize(
    ("address", "code"),
    [("/lines/HROD-01/", 404), ("/search/?q=unfindable", 200), ("/search/?q=" + 200 * "x", 400)],
    ids=["a row of somebody else", "words that stand nowhere", "too many words"],
)
def test_not_found(address, code, look):
    own = look("head")
    own.go(address, expected=code)
    assert everything_wrong(own) == []


def test_signing_in_and_failing_to(visit):
    own = visit(None)
    page = own.go("/sign-in/")
    assert everything_wrong(own) == []
    own.go("/sign-in/")
    page.get_by_label("E-mail address").fill("finance@demo.futurefit.example")
    page.get_by_role("textbox", name="Password").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_title(re.compile("^Error: "))
    assert everything_wrong(own) == []


@pytest.mark.parametrize("address", ["/password/forgotten/", "/password/sent/", "/password/set/", "/password/new/1-0/"])
def test_a_forgotten_password(address, visit):
    own = visit(None)
    own.go(address)
    assert everything_wrong(own) == []


def test_somebody_without_a_post(visit):
    own = visit(None, kind="bare")
    page = own.go("/sign-in/")
    page.get_by_label("E-mail address").fill(NOBODY)
    page.get_by_role("textbox", name="Password").fill("futurefit-demo")
    own.expected_codes = {403}
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You hold no post")
    assert everything_wrong(own) == []


def test_what_looks_for_mistakes_finds_them(visit):
    """A page that breaks each rule, so that finding nothing elsewhere means something."""
    own = visit("finance")
    page = own.go("/glossary/")
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate(
            """() => {
                document.querySelector("main").innerHTML += `
                    <h1>Again</h1><table><tr><th>A</th></tr></table><img src="/favicon.ico">
                    <p><b data-value="12.5">12</b></p><pre>${"wide ".repeat(200)}</pre><p style="color: red">red</p>`;
            }"""
        )
    assert any("Content Security Policy" in words for words in own.wrong)
    said = "\n".join(everything_wrong(own))
    for expected in (
        "2 × h1",
        "no caption",
        "no scope",
        "not whole pounds",
        "inline",
        "image-alt",
        "scrolls sideways at 320 px",
    ):
        assert expected in said
    with pytest.raises(Error):
        page.goto("https://elsewhere.example/")
    assert "asked another machine: https://elsewhere.example/" in own.wrong
    own.wrong.clear()
