"""Reading figures off a page as a person or a program would: what stands in `data-value`, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

from django.test import Client

from futurefit.access.models import User


@dataclass
class Figure:
    value: int
    href: str = ""

    @property
    def query(self) -> frozenset[tuple[str, str]]:
        """The parameters of the link without the unit, which changes no amount."""
        return frozenset(pair for pair in parse_qsl(urlsplit(self.href).query) if pair[0] != "unit")


@dataclass
class Row:
    css: str
    label: str = ""
    figures: list[Figure] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.figures: list[Figure] = []
        self.by_id: dict[str, list[Figure]] = {}
        self._open: list[tuple[str, Figure | None]] = []
        self._ids: list[tuple[int, str]] = []
        self._in_head = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("input", "meta", "link", "br", "img"):
            return
        figure = None
        if tag == "tr":
            self.rows.append(Row(given.get("class") or ""))
        if tag == "th" and given.get("scope") == "row":
            self._in_head = True
        if "data-value" in given:
            figure = Figure(int(given["data-value"] or ""))
            self.figures.append(figure)
            if self.rows and tag == "td":
                self.rows[-1].figures.append(figure)
            for _depth, name in self._ids:
                self.by_id.setdefault(name, []).append(figure)
        if tag == "a":
            inside = [open_figure for _tag, open_figure in self._open if open_figure]
            if inside:
                inside[-1].href = given.get("href") or ""
        if given.get("id"):
            self._ids.append((len(self._open), given["id"] or ""))
        self._open.append((tag, figure))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("input", "meta", "link", "br", "img"):
            return
        if tag == "th":
            self._in_head = False
        while self._open and self._open.pop()[0] != tag:
            pass
        while self._ids and self._ids[-1][0] >= len(self._open):
            self._ids.pop()

    def handle_data(self, data: str) -> None:
        if self._in_head and self.rows:
            self.rows[-1].label = f"{self.rows[-1].label} {data.strip()}".strip()


def read_page(html: str) -> _Reader:
    """The figures of a page, its table rows, and the figures inside elements with an id."""
    reader = _Reader()
    reader.feed(html)
    return reader


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user, backend="futurefit.access.backends.AccountBackend")
    return client


def page(client: Client, address: str, **query: str) -> str:
    """The page's text; the test fails where it is not 200."""
    response = client.get(address, query)
    assert response.status_code == 200, f"{address} {query}: {response.status_code}"
    return response.content.decode()


def total_of_list(client: Client, address: str) -> int:
    """What the line list at this address adds up to, as it prints it at its head and in its last row."""
    seen = read_page(page(client, address))
    (head,) = seen.by_id["total"]
    last = [row for row in seen.rows if "ff-total" in row.css]
    assert not last or last[-1].figures[-1].value == head.value, f"{address}: head and last row differ"
    return head.value
