"""Plain paragraphs and bullet points, as people type them, drawn safely."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

BULLET = re.compile(r"\s*[-•*]\s+(?=\S)")
"""A line that starts so is a bullet point. A minus before a figure ("-5 posts") is not."""


def paragraphs_html(words: str, *, css: str = "") -> SafeString:
    """The words as ``<p>`` and ``<ul>``; an empty line ends a paragraph, a single line end is a line break.

    Everything typed is shown as text, whatever it looks like. ``css`` is a class for each paragraph. Nothing for
    no words.
    """
    opening = f'<p class="{escape(css)}">' if css else "<p>"
    return mark_safe("\n".join(_drawn(words, opening)))


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, with its line breaks, or one bullet point."""

    words: str
    is_bullet: bool


def bullets_and_paragraphs(words: str) -> Iterator[Block]:
    """The same as blocks of plain text, for a document."""
    for kind, lines in groupby(_lines(words), key=_kind):
        if kind == "bullet":
            yield from (Block(BULLET.sub("", line, count=1).strip(), is_bullet=True) for line in lines)
        elif kind == "words":
            yield Block("\n".join(line.strip() for line in lines), is_bullet=False)


def plain(words: str) -> str:
    """The same in one line, for where there is no room for paragraphs: bullet points are set apart by semicolons."""
    lines = [(bool(BULLET.match(line)), BULLET.sub("", line, count=1).strip()) for line in _lines(words)]
    said = ""
    for is_bullet, line in lines:
        if line:
            said += ("; " if is_bullet and said else " " if said else "") + line
    return said


def _lines(words: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", words or "")


def _drawn(words: str, opening: str) -> Iterator[str]:
    for kind, lines in groupby(_lines(words), key=_kind):
        if kind == "bullet":
            points = "".join(f"<li>{escape(BULLET.sub('', line, count=1).strip())}</li>" for line in lines)
            yield f'<ul class="ff-list">{points}</ul>'
        elif kind == "words":
            yield f"{opening}{'<br>'.join(escape(line.strip()) for line in lines)}</p>"


def _kind(line: str) -> str:
    if not line.strip():
        return "empty"
    return "bullet" if BULLET.match(line) else "words"
