"""Every address of the site, by the name of its route, with a row of the demonstration to ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from futurefit.access.permissions import openness_of
from futurefit.history.models import Act
from projects.models import SuccessMeasure
from savings.models import ReportingPeriod, StatedFigure

ROWS: Mapping[str, Mapping[str, str]] = {
    "theme": {"slug": "self-sufficient-council"},
    "directorate": {"code": "ChS"},
    "project": {"code": "SEND"},
    "line": {"code": "SEND-01"},
    "grid": {"code": "SEND"},
    "kpi": {"key": "projects-on-track"},
    "act": {"pk": "1"},
    "decision": {"code": "BUDGET-2015"},
    "stated": {"pk": "1"},
    "measure": {"pk": "1"},
    "risk": {"code": "R024"},
    "return": {"code": "ES-CURRENT-01"},
    "period": {"pk": "1"},
}
"""What stands in the address of each noun: a row of the demonstration that the head of education may open.

Numbers are those of a database in which nothing was before; elsewhere see `rows_in_this_database`.
"""


def rows_in_this_database() -> dict[str, Mapping[str, str]]:
    """`ROWS` with the numbers that the first act, stated figure, period and measure of a theme have here."""
    first = {
        "act": Act.objects.all(),
        "stated": StatedFigure.objects.all(),
        "period": ReportingPeriod.objects.all(),
        "measure": SuccessMeasure.objects.filter(theme__isnull=False),
    }
    return {**ROWS, **{noun: {"pk": str(rows.earliest("pk").pk)} for noun, rows in first.items()}}


ROLL_UP, LIST = 10, 12
"""How often a page may ask the database, with session, account and post; a dossier counts as a list."""

ROLL_UPS = frozenset(
    {
        "pages:programme_detail",
        "pages:theme_list",
        "pages:theme_detail",
        "pages:directorate_list",
        "pages:directorate_detail",
        "savings:plan",
    }
)


@dataclass(frozen=True)
class Route:
    """One address of the URLconf: ``name`` with its namespace, ``address`` as written there, and its view."""

    name: str
    address: str
    parameters: tuple[str, ...]
    view: Any

    @property
    def noun(self) -> str:
        """What the parameters name: below a project's address the project, else what the name begins with."""
        if self.address.startswith("projects/<"):
            return "project"
        return self.name.partition(":")[2].rpartition("_")[0]

    @property
    def is_a_page(self) -> bool:
        """Whether it shows something to whoever holds a post; signing in, health, files and the like do not."""
        openness = openness_of(self.view)
        of_the_product = self.name.partition(":")[0] in OF_THE_PRODUCT
        kept_back = self.is_a_file or self.is_one_s_own
        return openness is not None and not openness.anyone and of_the_product and not kept_back

    @property
    def is_a_file(self) -> bool:
        """Whether it answers with something to keep, not to look at."""
        return self.address.endswith((".xlsx", ".csv", ".ics", ".docx"))

    @property
    def is_one_s_own(self) -> bool:
        """Whether it is of a file on its way in, which only who brought it sees: the demonstration has none."""
        return self.address.startswith("import/<")

    def address_among(self, rows: Mapping[str, Mapping[str, str]] = ROWS) -> str:
        """The address, for the row of its noun among these."""
        return reverse(self.name, kwargs=rows[self.noun] if self.parameters else {})

    @property
    def most_queries(self) -> int:
        return ROLL_UP if self.name in ROLL_UPS else LIST

    def is_open_to(self, kind: str) -> bool:
        """Whether its view names this kind of post."""
        openness = openness_of(self.view)
        return openness is not None and kind in openness.posts


OF_THE_PRODUCT = ("pages", "savings", "risks")


def every_route() -> dict[str, Route]:
    """All routes by name. An address without a name cannot be held to anything: AssertionError."""
    found: dict[str, Route] = {}
    for route in _routes("", "", get_resolver().url_patterns):
        assert not route.name.endswith(":"), f"/{route.address} has no name"
        assert route.name not in found, f"two addresses are named {route.name}"
        found[route.name] = route
    return found


def every_page() -> dict[str, Route]:
    """The routes that show something to whoever holds a post, by name."""
    return {name: route for name, route in every_route().items() if route.is_a_page}


def _routes(namespace: str, before: str, entries: list[Any]) -> Iterator[Route]:
    for entry in entries:
        address = f"{before}{entry.pattern}"
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _routes(inner, address, entry.url_patterns)
        elif isinstance(entry, URLPattern):
            parameters = tuple(entry.pattern.regex.groupindex)
            yield Route(f"{namespace}{entry.name or ''}", address, parameters, entry.callback)
