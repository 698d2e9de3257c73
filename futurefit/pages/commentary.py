"""The commentary of a period on the page of a theme or directorate, and the way to write it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse

from futurefit.access.reader import Reader
from futurefit.council.models import Directorate
from futurefit.history.together import Part
from projects.models import Theme
from savings.models import Commentary
from savings.permissions import may_write_commentary
from savings.reading import Reading


def commentary_part(reading: Reading, **owner: int) -> Part:
    """The commentary of the period on the `theme` or `directorate` of this id, asked for with the rest of its page."""
    return Part(Commentary.objects.filter(period=reading.period, **owner), order=("id",))


@dataclass(frozen=True)
class Told:
    """The commentary on a page, if there is one, and where the reader writes it, if they may."""

    commentary: Commentary | None
    write_url: str

    @property
    def is_shown(self) -> bool:
        return self.commentary is not None or bool(self.write_url)

    @property
    def links(self) -> list[tuple[str, str]]:
        """Where to write it, as the head of a section shows it."""
        words = "Change the commentary" if self.commentary else "Write the commentary"
        return [(self.write_url, words)] if self.write_url else []


def told_of(
    reader: Reader, reading: Reading, of: Theme | Directorate, found: Collection[Commentary], leads: Collection[int]
) -> Told:
    """What the page of a theme or directorate says; `leads` are the posts that lead it."""
    may = reading.period.is_open and may_write_commentary(reader, leads)
    return Told(next(iter(found), None), commentary_url(reading, of) if may else "")


def commentary_url(reading: Reading, of: Theme | Directorate) -> str:
    """Where the commentary is written."""
    if isinstance(of, Theme):
        return reverse("pages:theme_commentary", args=[of.slug]) + reading.query
    return reverse("pages:directorate_commentary", args=[of.code]) + reading.query
