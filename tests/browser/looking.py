"""What is looked for on every page, each as a list of sentences: empty is how it should be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)


def against_wcag(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA, with the place of each."""
    page.evaluate(AXE)
    # Without preload: it would fetch our style sheets anew, by wrong addresses.
    found = page.evaluate(
        """tags => axe.run({runOnly: {type: "tag", values: tags}, resultTypes: ["violations"], preload: false})
            .then(done => done.violations.map(each => [each.id, each.help, each.nodes.map(node => node.html)]))""",
        WCAG,
    )
    return [f"{rule}: {help_}: {len(places)} × {places[0][:200]}" for rule, help_, places in found]


def sideways(page: Page, width: int) -> list[str]:
    """What makes the page scroll sideways in a window of this width."""
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_function("width => innerWidth === width", arg=width)
    return page.evaluate(
        """width => {
            const root = document.documentElement;
            if (root.scrollWidth <= root.clientWidth) return [];
            const wide = [...document.body.querySelectorAll("body *")].filter(e => {
                if (e.getBoundingClientRect().right <= root.clientWidth + 1) return false;
                for (let up = e.parentElement; up !== document.body; up = up.parentElement)
                    if (getComputedStyle(up).overflowX !== "visible") return false;
                return true;
            });
            return [`scrolls sideways at ${width} px: ${root.scrollWidth} in ${root.clientWidth}: ` +
                wide.slice(-3).map(e => e.outerHTML.slice(0, 120)).join(" | ")];
        }""",
        width,
    )


@contextmanager
def text_of_twice_the_size(page: Page) -> Iterator[None]:
    """The page as a reader has it whose browser is told to write at 32 px where it says nothing else, not at 16."""
    session = page.context.new_cdp_session(page)
    session.send("Page.enable")
    try:
        session.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
        yield
    finally:
        session.send("Page.setFontSizes", {"fontSizes": {"standard": 16}})
        session.detach()


def ill_formed(page: Page) -> list[str]:
    """What every page has and this one lacks: one h1, title, language, captions, scopes, figures that are figures."""
    return page.evaluate(
        r"""() => {
            const wrong = [], all = css => [...document.querySelectorAll(css)], start = e => e.outerHTML.slice(0, 160);
            if (all("h1").length !== 1) wrong.push(`${all("h1").length} × h1`);
            if (!/^\S.* – FutureFit$/.test(document.title)) wrong.push(`titled "${document.title}"`);
            if (document.documentElement.lang !== "en-GB") wrong.push(`in language "${document.documentElement.lang}"`);
            if (all("main").length !== 1) wrong.push(`${all("main").length} × main`);
            const levels = all("h1, h2, h3, h4, h5").map(e => Number(e.tagName[1]));
            levels.forEach((level, place) => {
                const before = levels[place - 1];
                if (place && level > before + 1) wrong.push(`h${before} is followed by h${level}`);
            });
            for (const table of all("table")) {
                if (!table.caption || !table.caption.textContent.trim()) wrong.push(`no caption: ${start(table)}`);
                if (![...table.querySelectorAll("th")].length) wrong.push(`no heads: ${start(table)}`);
            }
            for (const head of all("th"))
                if (!["col", "row", "colgroup", "rowgroup"].includes(head.getAttribute("scope")))
                    wrong.push(`no scope: ${start(head)}`);
            for (const figure of all("[data-value]"))
                if (!/^-?\d+$/.test(figure.dataset.value)) wrong.push(`not whole pounds: ${start(figure)}`);
            for (const drawn of all("svg[role=img]"))
                if (!drawn.querySelector("title")) wrong.push(`no words for the picture: ${start(drawn)}`);
            return wrong;
        }"""
    )


def inline(source: str) -> list[str]:
    """Scripts and styles that stand in the page itself."""
    return [f"inline: {source[max(0, hit.start() - 60) : hit.end() + 60]}" for hit in INLINE.finditer(source)]


def figures_that_lead_nowhere(page: Page) -> list[str]:
    """Figures that are not nought and not a link, which only a reader who may not see every line should meet.

    Investment and base budget are money without savings lines: theirs are plain for everybody. So are amounts of all
    years up to that of a period: no list of lines is of several years.
    """
    return page.evaluate(
        """() => [...document.querySelectorAll("[data-value]")]
            .filter(e => Number(e.dataset.value) !== 0 && !e.closest("a") && !e.querySelector("a"))
            .filter(e => !/^(investment|base budget|delivered against target, period by period)/i
                .test(e.closest("table, dl > div")?.textContent.trim() || ""))
            .map(e => "no link: " + (e.closest("tr, li, p, dd") || e).textContent.trim().slice(0, 120))"""
    )
