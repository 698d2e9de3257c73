"""The names that a programme knows, and which of them a cell means: by code, key, name or alias, in any capitals."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from futurefit.council.models import Directorate, DirectorateGroup, Service
from futurefit.council.successors import Unit, kind_of_unit, successors
from projects.models import Programme, Project, Theme
from savings.models import MtfpHeading
from savings.spreadsheets.fields import folded

KINDS = ("theme", "directorate", "service", "project", "mtfp_heading")
_AROUND = re.compile(
    r"^(?:directorate|department|portfolio|service(?: area)?|theme|project|division|committee|group)\s*[:\-–]\s*"
    r"|\s*[:\-–]?\s*(?:directorate|department|portfolio)$|\s*[:\-–]\s*$|\s*\((?:continued|cont\.?|cont'd)\)$",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """A name as names are compared."""
    return folded(text.replace("&", " and "))


def bare(text: str) -> str:
    """A name without the words around it: "Adults" of "Directorate: Adults" and of "Adults Directorate"."""
    words = " ".join(text.split())
    for _ in range(2):
        words = _AROUND.sub("", words).strip()
    return words


class SeveralMeant(LookupError):
    """A name that fits more than one; ``keys`` say which."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(", ".join(keys))
        self.keys = keys


@dataclass(frozen=True)
class _Known:
    row: Any
    key: str
    name: str


class Names:
    """Themes with their aliases, directorates, services, projects and MTFP headings, read once: five queries or so.

    A workbook made before a reorganisation still says the old names: each means what followed it.

    Without ``projects`` where nothing asks for them: there are thousands.
    """

    def __init__(self, programme: Programme, *, projects: bool = True) -> None:
        self._by_key: dict[str, dict[str, list[_Known]]] = {kind: defaultdict(list) for kind in KINDS}
        self._by_name: dict[str, dict[str, list[_Known]]] = {kind: defaultdict(list) for kind in KINDS}
        self._all: dict[str, list[_Known]] = {kind: [] for kind in KINDS}
        for theme in Theme.objects.of_programme(programme).prefetch_related("aliases"):
            self.add("theme", theme, theme.slug, theme.name, *(alias.name for alias in theme.aliases.all()))
        directorates = list(Directorate.objects.select_related("group"))
        services = list(Service.objects.select_related("directorate", "group"))
        meant = _standing_for([*directorates, *services])
        for directorate in directorates:
            also = directorate.printed_as.splitlines()
            row = meant.get(("directorate", directorate.pk), directorate)
            self.add("directorate", row, directorate.code, directorate.name, directorate.slug, *also)
        for service in services:
            self.add("service", meant.get(("service", service.pk), service), service.code, service.name)
        found = Project.objects.of_programme(programme) if projects else Project.objects.none()
        for project in found.select_related("theme", "directorate", "service", "corporate_area"):
            self.add("project", project, project.code, project.title, project.reference)
        for heading in MtfpHeading.objects.filter(programme=programme):
            self.add("mtfp_heading", heading, heading.slug, heading.name)
        self.groups = {
            plain(name): group
            for group in DirectorateGroup.objects.all()
            for name in (group.code, group.slug, group.name, *group.printed_as.splitlines())
            if name
        }

    def add(self, kind: str, row: Any, key: str, name: str, *aliases: str) -> None:
        known = _Known(row, key, name)
        self._all[kind].append(known)
        self._by_key[kind][plain(key)].append(known)
        for each in {plain(name), *map(plain, aliases)} - {""}:
            self._by_name[kind][each].append(known)

    def find(self, kind: str, text: str, *, directorate: Directorate | None = None) -> Any | None:
        """The row that a text names, None where there is none; a key wins over a name.

        ``directorate`` tells services of one name apart. Raises `SeveralMeant`.
        """
        for words in dict.fromkeys((plain(text), plain(bare(text)))):
            if not words:
                continue
            for where in (self._by_key[kind], self._by_name[kind]):
                found = list({known.row.pk: known for known in where.get(words, [])}.values())
                if kind == "service" and directorate is not None and found:
                    inside = [known for known in found if _within(known.row, directorate)]
                    if not inside:
                        continue
                    found = inside
                if len(found) > 1:
                    raise SeveralMeant([known.key for known in found])
                if found:
                    return found[0].row
        return None

    def place_of(self, text: str) -> tuple[str, Any] | None:
        """Which directorate, service, theme or project a text names, if it names one alone."""
        for kind in ("directorate", "theme", "service", "project"):
            try:
                row = self.find(kind, text)
            except SeveralMeant:
                continue
            if row is not None:
                return kind, row
        return None

    def nearest(self, kind: str, text: str, *, most: int = 4) -> list[str]:
        """The known names most like a text, for a message; the first few where none is like it."""
        names = {known.name: known for known in self._all[kind]}
        like = difflib.get_close_matches(text, names, n=most, cutoff=0.4)
        return like or list(names)[:most]

    def blocks(self) -> list[Project]:
        return [known.row for known in self._all["project"] if known.row.kind == Project.Kind.BLOCK]


def _standing_for(units: Sequence[Unit]) -> dict[tuple[str, int], Unit]:
    """What the name of an ended directorate or service means: its successor, where one alone stands in its place."""
    if all(unit.ends_on is None for unit in units):
        return {}
    known, found = successors(), {(kind_of_unit(unit), unit.pk): unit for unit in units}
    after = {key: known.present(unit) for key, unit in found.items() if unit.ends_on is not None}
    return {key: found[key[0], present[0].pk] for key, present in after.items() if len(present) == 1}


def _within(service: Service, directorate: Directorate) -> bool:
    if service.directorate_id is not None:
        return service.directorate_id == directorate.pk
    return service.group_id == directorate.group_id
