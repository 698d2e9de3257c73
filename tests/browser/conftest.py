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
TO_WRITE_IN = " to write in"
PATIENCE_MS = 20_000
"""How long a page may take on a busy machine before a test says that it does not come."""

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def launch() -> Iterator[Callable[[], Browser]]:
    """``launch()``: the browser, started once for a process."""
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "there is no program chromium on the path"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # The browser's event loop runs in this thread; database access of other tests is none of its business.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started: list[Browser] = []

        def browser() -> Browser:
            if not started:
                started.append(playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS))
            return started[0]

        yield browser
        for each in started:
            each.close()


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Callable[[str], str]]:
    """``site("demo")``: where the product serves a database of this kind; started when first asked for.

    The databases are made once for a run; each process that runs tests serves a copy of its own. Who writes into the
    demonstration asks for "demo to write in": every page is looked at in "demo", where nobody writes.
    """
    own = tmp_path_factory.mktemp("site")
    shared = own.parent if worker_id == "master" else own.parent.parent
    running: dict[str, Any] = {}

    def address(kind: str) -> str:
        if kind not in running:
            copied = shutil.copy(database(kind.removesuffix(TO_WRITE_IN), shared), own / f"{kind}.sqlite3")
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


@pytest.fixture(scope="package")
def open_window(launch: Callable[[], Browser], site: Callable[[str], str]) -> Callable[..., Visit]:
    """``open_window("finance", "demo")``: a new window, signed in as this post in the database of this kind."""
    cookies: dict[tuple[str, str], Any] = {}

    def signed_in(kind: str, post: str) -> Any:
        """The cookies of somebody who signed in as this post by one click, once for each process and database."""
        if (kind, post) not in cookies:
            context = launch().new_context()
            page = context.new_page()
            page.goto(f"{site(kind)}/sign-in/")
            page.locator(f"form[action='/sign-in/demo/{post}/'] button").click()
            page.wait_for_url(f"{site(kind)}/")
            cookies[kind, post] = context.storage_state()
            context.close()
        return cookies[kind, post]

    def window(post: str | None, kind: str, **options: Any) -> Visit:
        options.setdefault("viewport", {"width": WIDTH, "height": HEIGHT})
        known = signed_in(kind, post) if post else None
        context = launch().new_context(locale="en-GB", timezone_id="Europe/London", storage_state=known, **options)
        return Visit(context, site(kind))

    return window


@pytest.fixture
def visit(open_window: Callable[..., Visit]) -> Iterator[Callable[..., Visit]]:
    """``visit("finance")``: a window in which this post of the demonstration is signed in; ``None`` is not signed in.

    ``kind`` names the database; other options are those of a browser context. The test fails if a window asked another
    machine for anything, met an unexpected code, or had the console complain.
    """
    visits: list[Visit] = []

    def new(post: str | None, *, kind: str = "demo", **options: Any) -> Visit:
        visits.append(open_window(post, kind, **options))
        return visits[-1]

    yield new
    # Closing waits for what the browser has still to say.
    for each in visits:
        each.context.close()
    assert [words for each in visits for words in each.wrong] == []


@pytest.fixture(scope="package")
def _windows_to_look() -> Iterator[dict[tuple[str, str], Visit]]:
    windows: dict[tuple[str, str], Visit] = {}
    yield windows
    for each in windows.values():
        each.context.close()


@pytest.fixture
def look(
    open_window: Callable[..., Visit], _windows_to_look: dict[tuple[str, str], Visit]
) -> Iterator[Callable[..., Visit]]:
    """``look("finance")``: as `visit`, in a window that stays open for the next test that only looks at pages.

    A new window costs more than a page does. Whoever fills in, presses or signs out asks for `visit`.
    """
    looked: list[Visit] = []

    def again(post: str, *, kind: str = "demo") -> Visit:
        if (post, kind) not in _windows_to_look:
            _windows_to_look[post, kind] = open_window(post, kind)
        own = _windows_to_look[post, kind]
        own.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        looked.append(own)
        return own

    yield again
    wrong = []
    for own in looked:
        # Leaving the page waits for what it has still to say.
        own.page.goto("about:blank")
        wrong += own.wrong
        own.wrong.clear()
    assert wrong == []
