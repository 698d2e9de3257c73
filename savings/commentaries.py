"""Who should write the commentary of a period and has not (domain.md, The return)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse

from futurefit.council.models import Directorate, Post, PostKind
from futurefit.history.together import Part, together
from projects.models import Programme, Theme, ThemePost
from savings.models import Commentary
from savings.reading import Reading


@dataclass(frozen=True)
class Missing:
    """A theme or directorate without a commentary, and who should write it, in words."""

    name: str
    href: str
    who: str


@dataclass(frozen=True)
class Commentaries:
    """How many themes and directorates have their commentary, and those that do not."""

    written: int
    missing: list[Missing]

    @property
    def all(self) -> int:
        return self.written + len(self.missing)


def commentaries_of(reading: Reading, theme_ids: Collection[int], directorate_ids: Collection[int]) -> Commentaries:
    """Who should write the commentary of these themes and directorates and has not; one query.

    A closed period is read as it stood then.
    """
    found = together(
        Programme.objects.filter(pk=reading.programme.pk),
        {
            "commentaries": Part(Commentary.objects.filter(period=reading.period), order=("id",)),
            "themes": Part(reading.rows(Theme).filter(id__in=theme_ids), order=("order", "name")),
            "leads": Part(
                reading.rows(ThemePost).filter(theme_id__in=theme_ids),
                also={"title": reading.words_of(Post, "post", "title")},
            ),
            "directorates": Part(reading.rows(Directorate).filter(id__in=directorate_ids), order=("order", "name")),
            "directors": Part(
                reading.rows(Post).filter(directorate_id__in=directorate_ids, kind=PostKind.DIRECTOR),
                order=("title",),
            ),
        },
    )
    of_themes = {row.theme_id for row in found["commentaries"]}
    of_directorates = {row.directorate_id for row in found["commentaries"]}
    missing = []
    for theme in found["themes"]:
        if theme.pk not in of_themes:
            who = [lead.title for lead in found["leads"] if lead.theme_id == theme.pk]
            page = reverse("pages:theme_detail", args=[theme.slug]) + reading.query
            missing.append(Missing(theme.name, page, _who(who)))
    for directorate in found["directorates"]:
        if directorate.pk not in of_directorates and not directorate.is_cross_council:
            who = [post.title for post in found["directors"] if post.directorate_id == directorate.pk]
            page = reverse("pages:directorate_detail", args=[directorate.code]) + reading.query
            missing.append(Missing(directorate.name, page, _who(who)))
    wanted = [*found["themes"], *(row for row in found["directorates"] if not row.is_cross_council)]
    return Commentaries(len(wanted) - len(missing), missing)


def _who(titles: list[str]) -> str:
    return " or ".join(titles) if titles else "no post leads it"
