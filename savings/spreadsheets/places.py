"""Where the lines of a sheet stand: the names of its columns and sections, found, made or refused.

A line without a project goes to the block of its theme, service or directorate; a sheet that names no place at all
has a block of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from futurefit.council.models import Directorate, Service
from projects.models import Project, Theme
from savings.spreadsheets import headings
from savings.spreadsheets.layout import Layout
from savings.spreadsheets.names import Names, SeveralMeant, bare, plain
from savings.spreadsheets.plan import NewName, Place
from savings.spreadsheets.row import Row, Section

WORDS = {
    "theme": "theme",
    "directorate": "directorate",
    "service": "service",
    "project": "project",
    "mtfp_heading": "MTFP heading",
}
LENGTHS = {"theme": 200, "directorate": 200, "service": 200, "project": 250, "mtfp_heading": 200}


@dataclass
class Trouble:
    """A name that cannot be used: the first cell that holds it, what to say, and in how many rows it stands."""

    row: int
    column: int
    value: str
    message: str
    rows: int = 0
    stops: bool = True


@dataclass(frozen=True)
class Stated:
    """What the sheet itself says of a row's place; `place` is None where a name of it cannot be used.

    A row is ``homeless`` where the sheet says nothing of its place: no matter for a line that is there already.
    """

    place: Place | None
    named: frozenset[str]
    homeless: bool = False


@dataclass
class Places:
    """The places of one sheet, each combination of names resolved once."""

    layout: Layout
    names: Names
    file_name: str
    project: Project | None
    create: bool
    is_export: bool
    troubles: dict[tuple[str, str], Trouble] = field(default_factory=dict)
    made: dict[tuple[str, str, str], NewName] = field(default_factory=dict)
    _known: dict[tuple, Stated] = field(default_factory=dict)
    _troubles_of: dict[tuple, list[tuple[str, str]]] = field(default_factory=dict)

    def of(self, row: Row) -> Stated:
        """Where a row stands. Names that cannot be used are in `troubles`."""
        words = self._words(row)
        key = tuple((name, text) for name, (text, _row, _column) in words.items())
        if key not in self._known:
            self._hit: list[tuple[str, str]] = []
            self._known[key] = self._resolve(words)
            self._troubles_of[key] = self._hit
        for trouble in self._troubles_of[key]:
            self.troubles[trouble].rows += 1
        return self._known[key]

    def heading(self, text: str, row: int, column: int) -> Any | None:
        """The MTFP heading that a cell names; one that is made, or None with a trouble."""
        self._hit = []
        found = self._find("mtfp_heading", text, row, column)
        for trouble in self._hit:
            self.troubles[trouble].rows += 1
        return found

    def _words(self, row: Row) -> dict[str, tuple[str, int, int]]:
        """The names a row states, its own columns before the sections above it, with where each stands."""
        found: dict[str, tuple[str, int, int]] = {}
        for section in row.sections:
            if section.field in ("theme", "directorate", "service", "project"):
                found[section.field] = (section.text, section.row, section.column)
        for name in ("theme", "directorate", "service", "project"):
            if name in row.texts:
                found[name] = (row.texts[name], row.number, row.at.get(name, 0))
        return found

    def _resolve(self, words: Mapping[str, tuple[str, int, int]]) -> Stated:
        before = len(self._hit)
        named = frozenset(words)
        directorate = self._find("directorate", *words["directorate"]) if "directorate" in words else None
        service = self._service(words, directorate)
        if isinstance(service, Service) and directorate is None and service.directorate is not None:
            directorate = service.directorate
        theme = self._find("theme", *words["theme"]) if "theme" in words else None
        project: Project | NewName | None = self.project
        if project is None and "project" in words:
            project = self._find(
                "project", *words["project"], within=_name(theme) or _name(service) or _name(directorate)
            )
        if any(self.troubles[trouble].stops for trouble in self._hit[before:]):
            return Stated(None, named)
        moved = isinstance(project, Project) and isinstance(theme, Theme) and project.theme_id != theme.pk
        if moved and self.project is None:
            self._trouble(
                "theme",
                *words["theme"],
                f"The project {project} belongs to {project.theme or 'no theme'}, not to {theme}. Correct the theme, "
                "or move the project in FutureFit first.",
            )
            return Stated(None, named)
        if project is None:
            project = self._block(theme, directorate, service, words)
            if project is None:
                return Stated(None, named, homeless=True)
        return Stated(Place(project, theme, directorate, service), named)

    def _service(self, words: Mapping[str, tuple[str, int, int]], directorate: Any) -> Service | NewName | None:
        if "service" not in words:
            return None
        text, row, column = words["service"]
        # Files of FutureFit write a service that shares its name by its code, wherever the line stands.
        within = directorate if isinstance(directorate, Directorate) and not self.is_export else None
        if isinstance(directorate, NewName):
            return self._make("service", text, directorate.name)
        return self._find("service", text, row, column, directorate=within, within=_name(directorate))

    def _find(
        self, kind: str, text: str, row: int, column: int, *, directorate: Directorate | None = None, within: str = ""
    ) -> Any | None:
        try:
            found = self.names.find(kind, text, directorate=directorate)
        except SeveralMeant as several:
            keys = ", ".join(several.keys)
            self._trouble(kind, text, row, column, f"'{text}' fits more than one {WORDS[kind]}. Write which: {keys}.")
            return None
        if found is not None:
            return found
        group = self.names.groups.get(plain(text)) if kind == "directorate" else None
        if group is not None:
            inside = ", ".join(group.directorates.values_list("name", flat=True)) or "none"
            self._trouble(
                kind, text, row, column, f"'{text}' is a group of directorates. Write which of them it is: {inside}."
            )
            return None
        if self.create and len(text) <= LENGTHS[kind]:
            if kind == "service" and not within:
                self._trouble(
                    kind,
                    text,
                    row,
                    column,
                    f"There is no service '{text}', and the sheet does not say in which directorate it would be: the "
                    "lines are kept together under this name, and their service is not stated.",
                    stops=False,
                )
                return None
            return self._make(kind, text, within)
        near = self.names.nearest(kind, text)
        known = f" Nearest: {', '.join(near)}." if near else f" There is no {WORDS[kind]} yet."
        choice = "Correct the name, or let the import make it (--create)."
        if self.project is not None and kind in ("directorate", "service"):
            self._trouble(
                kind,
                text,
                row,
                column,
                f"There is no {WORDS[kind]} '{text}': the lines take that of the project.{known}",
                stops=False,
            )
            return None
        self._trouble(kind, text, row, column, f"There is no {WORDS[kind]} '{text}'.{known} {choice}")
        return None

    def _make(self, kind: str, text: str, within: str) -> NewName:
        name = bare(text) if kind in ("directorate", "theme") else " ".join(text.split())
        scope = within if kind == "service" else ""
        return self.made.setdefault((kind, plain(name), plain(scope)), NewName(kind, name, within))

    def _trouble(self, kind: str, text: str, row: int, column: int, message: str, *, stops: bool = True) -> None:
        key = (kind, message)
        self.troubles.setdefault(key, Trouble(row, column, text, message, stops=stops))
        self._hit.append(key)

    def _block(
        self, theme: Any, directorate: Any, service: Any, words: Mapping[str, tuple[str, int, int]]
    ) -> Project | NewName | None:
        """The block that carries money of a theme, service or directorate without a project of its own."""
        if theme is not None:
            return self._block_of(_name(theme), lambda b: isinstance(theme, Theme) and b.theme_id == theme.pk)
        if service is not None:
            return self._block_of(
                _name(service), lambda b: isinstance(service, Service) and b.service_id == service.pk and not b.theme_id
            )
        if directorate is not None:
            return self._block_of(
                _name(directorate),
                lambda b: (
                    isinstance(directorate, Directorate)
                    and b.directorate_id == directorate.pk
                    and not b.theme_id
                    and not b.service_id
                ),
            )
        if "service" in words:
            return self._block_of(words["service"][0], lambda b: not b.theme_id and not b.directorate_id)
        title = headings.without_units(self.layout.tables[0].title).strip(" ,;:()-–")
        name = title[:250] or PurePath(self.file_name).stem[:250] or self.layout.sheet.name
        if self.create or self._same_title(name):
            return self._block_of(name, lambda b: not b.theme_id and not b.directorate_id and not b.service_id)
        return None

    def _same_title(self, name: str) -> bool:
        return any(plain(block.title) == plain(name) for block in self.names.blocks())

    def _block_of(self, name: str, belongs: Any) -> Project | NewName:
        blocks = [block for block in self.names.blocks() if belongs(block)]
        named = [block for block in blocks if plain(block.title) == plain(name)]
        if named:
            return named[0]
        if len(blocks) == 1 and (blocks[0].theme_id or blocks[0].service_id or blocks[0].directorate_id):
            return blocks[0]
        return self.made.setdefault(("block", plain(name), ""), NewName("block", name[:250]))


def _name(row: Any) -> str:
    return row.name if row is not None else ""


__all__ = ["Places", "Section", "Stated", "Trouble"]
