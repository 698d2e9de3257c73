"""Codes of projects: made once by the product, short enough to say, never changed (domain.md, The plan)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

SMALL_WORDS = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}
)
LONGEST = 6
LETTERS_OF_ONE_WORD = 4


def initials(words: str) -> str:
    """ "Modernising HR and Organisational Development" is MHOD, "Parking" is PARK; without a letter it is P."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    found = re.findall(r"[A-Za-z0-9]+", plain)
    telling = [word for word in found if word.lower() not in SMALL_WORDS] or found
    if len(telling) == 1:
        return telling[0][:LETTERS_OF_ONE_WORD].upper()
    return "".join(word[0] for word in telling)[:LONGEST].upper() or "P"


def code_for(title: str, *, kind: str, theme_slug: str = "", taken: Collection[str]) -> str:
    """A code that no other project of the programme has.

    A project takes the initials of its title (MHOD, MHOD-2), a workstream those of its theme and the next number
    (SSC-7), a block those of its title after B (B-HCS). Capitals and small letters make no difference.
    """
    used = {code.upper() for code in taken}
    if kind == "workstream":
        stem, number = initials(theme_slug.replace("-", " ") or title), 1
        while f"{stem}-{number}" in used:
            number += 1
        return f"{stem}-{number}"
    first = f"B-{initials(title)}" if kind == "block" else initials(title)
    code, number = first, 1
    while code in used:
        number += 1
        code = f"{first}-{number}"
    return code
