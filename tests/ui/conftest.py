"""Drawing a piece of template, and reading back what was drawn."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory


class Element:
    """One element of the drawn page with its attributes, its place among the others and the text in it."""

    def __init__(self, tag: str, attributes: dict[str, str | None], parents: tuple[Element, ...]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parents = parents
        self.text = ""

    def __getitem__(self, name: str) -> str | None:
        return self.attributes.get(name)

    @property
    def classes(self) -> list[str]:
        return (self["class"] or "").split()


class Drawn(HTMLParser):
    """The elements of a piece of HTML in the order of the page."""

    VOID = frozenset({"input", "br", "link", "meta", "rect", "line", "circle", "path"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), tuple(self._open))
        self.elements.append(element)
        if tag not in self.VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs), tuple(self._open)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self._open, f"</{tag}> closes nothing"
            assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, css: str = "") -> list[Element]:
        return [part for part in self.elements if part.tag == tag and (not css or css in part.classes)]

    def one(self, tag: str, css: str = "") -> Element:
        (found,) = self.all(tag, css)
        return found


@pytest.fixture
def draw(rf: RequestFactory) -> Callable[..., Drawn]:
    """Draw a template source, optionally as answer to an address."""

    def drawn(source: str, address: str = "/", **context: Any) -> Drawn:
        return Drawn(engines["django"].from_string(source).render(context, rf.get(address)))

    return drawn
