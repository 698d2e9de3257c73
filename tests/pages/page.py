"""What tests read from a page: its figures with their links, its words, its rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

from django.test import Client

from futurefit.access.models import User

_FIGURE = re.compile(r'data-value="(-?\d+)"[^>]*>(?:\s*<a href="([^"]*)")?')


@dataclass(frozen=True)
class Shown:
    """A figure on the page: whole pounds, and the address of its lines or ""."""

    value: int
    href: str


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


@dataclass(frozen=True)
class Page:
    """The main part of an answer."""

    status: int
    html: str

    @property
    def figures(self) -> list[Shown]:
        return [Shown(int(match[1]), unescape(match[2] or "")) for match in _FIGURE.finditer(self.html)]

    @property
    def words(self) -> str:
        return _words(self.html)

    def row(self, head: str) -> list[int]:
        """The figures of the first table row with these words in its head. Raises LookupError for none."""
        for row in re.findall(r"<tr[^>]*>.*?</tr>", self.html, re.S):
            found = re.search(r'<th scope="row"[^>]*>(.*?)</th>', row, re.S)
            if found and head in _words(found[1]):
                return [int(value) for value in re.findall(r'<td[^>]* data-value="(-?\d+)"', row)]
        raise LookupError(head)

    def has_row(self, head: str) -> bool:
        try:
            self.row(head)
        except LookupError:
            return False
        return True


def _words(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    return " ".join("".join(parser.found).split())


def page(client: Client, user: User, address: str, **query: str) -> Page:
    """The page as this user sees it."""
    client.force_login(user, backend="futurefit.access.backends.AccountBackend")
    response = client.get(address, query)
    body = response.content.decode()
    return Page(response.status_code, body.partition("<main")[2].partition("</main>")[0])


def total_of_lines(client: Client, href: str) -> int:
    """The total that a line list prints, asked for by whoever is signed in."""
    response = client.get(href)
    assert response.status_code == 200, (href, response.status_code)
    found = re.search(r'id="total">.*?data-value="(-?\d+)"', response.content.decode(), re.S)
    assert found, href
    return int(found[1])
