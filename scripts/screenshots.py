"""Take the two pictures of the README into docs/: the theme summary as a cabinet member, the plan as finance officer.

``--all FOLDER`` takes every page instead, as ``--post`` (finance unless given), 320, 768 and 1280 px wide and on
paper; ``--page /lines/?theme=none`` takes that page alone. Each run has a database and a server of its own.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "futurefit.settings")
os.environ["DEMO"] = "1"

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright  # noqa: E402

from tests.browser.databases import database  # noqa: E402
from tests.browser.site import CHROMIUM_FLAGS, served  # noqa: E402

WIDTHS = (320, 768, 1280)

README_PICTURES = (
    ("theme.png", "cabinet", "/themes/self-sufficient-council/", "figure.ff-chart"),
    ("plan.png", "finance", "/mtfp/?by=theme", "table"),
)
"""File, post, address, and the part of the page below which the picture is cut."""

MARGIN = 12


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--all", metavar="FOLDER", type=Path, help="every page, at every width and on paper")
    arguments.add_argument("--page", metavar="ADDRESS", help="with --all: this address alone")
    arguments.add_argument("--post", default="finance", help="with --all: as this post of the demonstration")
    asked = arguments.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("There is no program chromium on the path: install Debian's package chromium.")
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        with served(database("demo", folder), folder / "log") as address:
            browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
            if asked.all:
                take_all(browser, address, asked.all, asked.post, asked.page)
            else:
                take_for_readme(browser, address)
            browser.close()
    return 0


def take_for_readme(browser: Browser, address: str) -> None:
    docs = ROOT / "docs"
    docs.mkdir(exist_ok=True)
    for name, post, page_address, last in README_PICTURES:
        context = signed_in(browser, address, post)
        page = context.new_page()
        page.goto(address + page_address)
        part = page.locator(last).first.bounding_box()
        assert part is not None
        cut = {"x": 0, "y": 0, "width": 1280, "height": round(part["y"] + part["height"]) + MARGIN}
        page.screenshot(path=docs / name, full_page=True, clip=cut, animations="disabled", caret="hide")
        print(f"docs/{name}")
        context.close()


def take_all(browser: Browser, address: str, folder: Path, post: str, only: str | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    context = signed_in(browser, address, post)
    page = context.new_page()
    for name, page_address in [("page", only)] if only else every_address():
        page.goto(address + page_address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=folder / f"{name}-{width}.png", full_page=True, animations="disabled", caret="hide")
        page.pdf(path=folder / f"{name}-print.pdf", prefer_css_page_size=True, print_background=True)
        print(f"{name}: {page_address}")


def every_address() -> list[tuple[str, str]]:
    """File name and address of every page, with a row of the demonstration where the address names one."""
    import django

    django.setup()
    from tests.addresses import every_page

    pages = every_page()
    asked = {"pages:search": "?q=council"}
    return [
        (re.sub(r"\W+", "-", name), route.address_among() + asked.get(name, ""))
        for name, route in sorted(pages.items())
    ]


def signed_in(browser: Browser, address: str, post: str) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="Europe/London", device_scale_factor=1
    )
    page: Page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.locator(f"form[action='/sign-in/demo/{post}/'] button").click()
    page.wait_for_url(f"{address}/")
    page.close()
    return context


if __name__ == "__main__":
    sys.exit(main())
