"""A browser in front of the served product. Whatever a test does, every request and every complaint is looked at."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.databases import database
from tests.browser.site import CHROMIUM_FLAGS, served

HERE = Path(__file__).parent

WIDTH, HEIGHT = 1280, 900
PATIENCE_MS = 20_000
"""How long a page may take on a busy machine before a test says that it does not come."""

expect.set_options(timeout=PATIENCE_MS)
LARGE_TEXT = ("--blink-settings=defaultFontSize=32",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def launch() -> Iterator[Callable[..., Browser]]:
    """``launch()``: the browser, with these flags more; each is started once for a process."""
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "there is no program chromium on the path"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # The browser's event loop runs in this thread; database access of other tests is none of its business.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started: dict[tuple[str, ...], Browser] = {}

        def browser(*more: str) -> Browser:
            if more not in started:
                started[more] = playwright.chromium.launch(executable_path=chromium, args=[*CHROMIUM_FLAGS, *more])
            return started[more]

        yield browser
        for each in started.values():
            each.close()


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Callable[[str], str]]:
    """``site("demo")``: where the product serves a database of this kind; started when first asked for.

    The databases are made once for a run; each process that runs tests serves a copy of its own.
    """
    own = tmp_path_factory.mktemp("site")
    shared = own.parent if worker_id == "master" else own.parent.parent
    running: dict[str, Any] = {}

    def address(kind: str) -> str:
        if kind not in running:
            copied = shutil.copy(database(kind, shared), own / f"{kind}.sqlite3")
            running[kind] = server = served(copied, own / f"{kind}.log")
            addresses[kind] = server.__enter__()
        return addresses[kind]

    addresses: dict[str, str] = {}
    yield address
    for server in running.values():
        server.__exit__(None, None, None)


class Visit:
    """One visitor's window. `go` opens an address of the site; what went wrong on the way is in `wrong`.

    While it is not `attentive` the console is left out: what looks for mistakes breaks the page's policy itself.
    """

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.wrong: list[str] = []
        self.expected_codes: set[int] = set()
        self.attentive = True
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("console", self._complained)
        context.on("weberror", lambda error: self.wrong.append(f"error in a script: {error.error}"))
        self.page: Page = context.new_page()

    def go(self, path: str, *, expected: int = 200) -> Page:
        """Open a path of the site, which answers with this code."""
        self.expected_codes = {expected}
        self.attentive = True
        response = self.page.goto(self.address + path)
        assert response is not None
        assert response.status == expected, f"{path}: {response.status}"
        return self.page

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((f"{self.address}/", "data:")):
            self.wrong.append(f"asked another machine: {request.url}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400 and response.status not in self.expected_codes:
            self.wrong.append(f"{response.status} for {urlsplit(response.url).path}")

    def _complained(self, message: Any) -> None:
        if not self.attentive or message.type not in ("error", "warning"):
            return
        if "Failed to load resource" in message.text and any(str(code) in message.text for code in self.expected_codes):
            return
        self.wrong.append(f"the console says: {message.text}")


@pytest.fixture
def visit(launch: Callable[..., Browser], site: Callable[[str], str]) -> Iterator[Callable[..., Visit]]:
    """``visit("finance")``: a window in which this post of the demonstration is signed in; ``None`` is not signed in.

    ``kind`` names the database, ``large_text`` is for a reader who has set text to twice its size; other options
    are those of a browser context. The test fails if a window asked another machine for anything, met an unexpected
    code, or had the console complain.
    """
    visits: list[Visit] = []

    def open_window(post: str | None, *, kind: str = "demo", large_text: bool = False, **options: Any) -> Visit:
        browser = launch(*(LARGE_TEXT if large_text else ()))
        options.setdefault("viewport", {"width": WIDTH, "height": HEIGHT})
        cookies = _signed_in(browser, site(kind), post) if post else None
        context = browser.new_context(locale="en-GB", timezone_id="Europe/London", storage_state=cookies, **options)
        visits.append(Visit(context, site(kind)))
        return visits[-1]

    yield open_window
    # Closing waits for what the browser has still to say.
    for each in visits:
        each.context.close()
    assert [words for each in visits for words in each.wrong] == []


_cookies: dict[tuple[str, str], Any] = {}


def _signed_in(browser: Browser, address: str, post: str) -> Any:
    """The cookies of somebody who signed in as this post by one click, once for each process and database."""
    if (address, post) not in _cookies:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{address}/sign-in/")
        page.locator(f"form[action='/sign-in/demo/{post}/'] button").click()
        page.wait_for_url(f"{address}/")
        _cookies[address, post] = context.storage_state()
        context.close()
    return _cookies[address, post]
