"""Finding what somebody typed: a theme, directorate, service, project or heading by key, name or alias."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from futurefit.council.models import Directorate, Service
from projects.models import Programme, Project, Theme
from savings.groupings import GROUPINGS
from savings.models import GroupInPeriod, MtfpHeading, ReportingPeriod
from savings.selection import NOT_STATED

Named = Iterable[tuple[int, str, Iterable[str]]]
"""Id, key and further names."""


class UnknownName(LookupError):
    """A name that fits nothing, or more than one; the message says which names there are."""


def find_programme(slug: str | None) -> Programme:
    """The programme of this slug, or without one the current programme. Raises `UnknownName` with the choice."""
    if slug is None:
        programme = Programme.objects.current().first()
        if programme is None:
            raise UnknownName("There is no current programme. Name one with --programme.")
        return programme
    programme = Programme.objects.filter(slug=slug).first()
    if programme is None:
        slugs = ", ".join(Programme.objects.order_by("slug").values_list("slug", flat=True)) or "there is none"
        raise UnknownName(f"There is no programme '{slug}'. Choose one of: {slugs}.")
    return programme


def find_group(grouping: str, text: str, period: ReportingPeriod) -> int | str:
    """The id of the group whose key, name or alias is `text`, whatever its capitals; `NOT_STATED` for "none".

    A closed period also knows the names it froze. A key wins over a name. Raises `UnknownName`, or KeyError for
    a grouping that cannot be named.
    """
    wanted = _plain(text)
    if wanted == NOT_STATED:
        return NOT_STATED
    rows = [(row_id, key, tuple(names)) for row_id, key, names in _NAMES[grouping](period)]
    by_key = {row_id for row_id, key, _names in rows if _plain(key) == wanted}
    by_name = {row_id for row_id, _key, names in rows if wanted in map(_plain, names)}
    if not period.is_open:
        frozen = GroupInPeriod.objects.filter(period=period, grouping=grouping).order_by("order")
        by_name |= {row.object_id for row in frozen if wanted in (_plain(row.key), _plain(row.label))}
    found = by_key or by_name
    words = GROUPINGS[grouping].words
    if len(found) > 1:
        keys = ", ".join(key for row_id, key, _names in rows if row_id in found)
        raise UnknownName(f"'{text}' fits more than one {words}. Say which: {keys}.")
    if not found:
        keys = ", ".join(key for _id, key, _names in rows) or "there is none"
        raise UnknownName(f"There is no {words} '{text}'. Choose one of: {_short(keys)}.")
    return found.pop()


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _short(words: str, limit: int = 1_000) -> str:
    return words if len(words) <= limit else words[:limit].rsplit(", ", 1)[0] + ", …"


def _themes(period: ReportingPeriod) -> Named:
    for theme in Theme.objects.of_programme(period.programme_id).prefetch_related("aliases"):
        yield theme.pk, theme.slug, [theme.name, *(alias.name for alias in theme.aliases.all())]


def _directorates(period: ReportingPeriod) -> Named:
    for row in Directorate.objects.all():
        yield row.pk, row.code, [row.slug, row.name, *row.printed_as.splitlines()]


def _services(period: ReportingPeriod) -> Named:
    for row in Service.objects.all():
        yield row.pk, row.code, [row.name]


def _projects(period: ReportingPeriod) -> Named:
    for row in Project.objects.of_programme(period.programme_id):
        yield row.pk, row.code, [name for name in (row.reference, row.title) if name]


def _headings(period: ReportingPeriod) -> Named:
    for row in MtfpHeading.objects.filter(programme_id=period.programme_id):
        yield row.pk, row.slug, [row.name]


_NAMES: dict[str, Callable[[ReportingPeriod], Named]] = {
    "theme": _themes,
    "directorate": _directorates,
    "service": _services,
    "project": _projects,
    "mtfp_heading": _headings,
}
