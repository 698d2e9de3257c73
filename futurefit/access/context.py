"""What every page knows of its reader: the post in the header and the way around the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from futurefit.access.permissions import FINANCE, HEADS_OF_SERVICE, LEADERS
from futurefit.access.reader import NOBODY, Reader
from futurefit.council.models import PostKind

# One row a link of the main navigation: what it says, where it leads, and who has it there.
MAIN_LINKS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("Home", "pages:home", frozenset(PostKind)),
    ("My returns", "pages:my_returns", HEADS_OF_SERVICE | LEADERS),
    (
        "Programme",
        "pages:programme_detail",
        frozenset({PostKind.CABINET_MEMBER, PostKind.PROGRAMME_OFFICER, PostKind.AUDITOR}) | LEADERS,
    ),
    ("Plan", "savings:plan", FINANCE | LEADERS | {PostKind.AUDITOR, PostKind.CABINET_MEMBER}),
    ("Returns", "savings:return_board", FINANCE),
    ("Themes", "pages:theme_list", frozenset(PostKind) - FINANCE),
    ("Directorates", "pages:directorate_list", frozenset(PostKind) - HEADS_OF_SERVICE),
    ("Projects", "pages:project_list", frozenset(PostKind)),
    ("Lines", "savings:line_list", FINANCE | HEADS_OF_SERVICE | {PostKind.AUDITOR}),
    ("Periods", "savings:period_list", FINANCE),
    ("Import", "savings:import_upload", frozenset({PostKind.FINANCE_OFFICER})),
    ("Decisions", "savings:decision_list", FINANCE),
    ("Reconciliation", "savings:reconciliation", FINANCE | {PostKind.AUDITOR}),
    ("Milestones", "pages:milestone_list", frozenset(PostKind)),
    ("Risks", "risks:risk_list", frozenset(PostKind)),
    ("KPIs", "pages:kpi_list", frozenset({PostKind.CABINET_MEMBER, PostKind.PROGRAMME_OFFICER}) | LEADERS),
    ("Reorganisation", "pages:reorganisation_list", frozenset({PostKind.PROGRAMME_OFFICER})),
    ("History", "pages:act_list", frozenset({PostKind.AUDITOR})),
    # On a phone, where the header has no room for its field; the style sheet leaves it out elsewhere.
    ("Search", "pages:search", frozenset(PostKind)),
)


class NavLink(NamedTuple):
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class ReaderOnPage:
    """``reader`` in templates: the header, the navigation, and the reader themselves as ``of``."""

    of: Reader
    is_demo: bool
    nav: tuple[NavLink, ...]

    @property
    def is_signed_in(self) -> bool:
        return self.of.is_signed_in

    @property
    def post_title(self) -> str:
        return self.of.post_title if self.of.has_any_post else self.of.name

    @property
    def sees_everything(self) -> bool:
        return self.of.sees_everything


def reader(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Works for the error pages too, which may come before the reader is known."""
    of: Reader = getattr(request, "reader", NOBODY)
    return {"reader": ReaderOnPage(of=of, is_demo=settings.DEMO, nav=tuple(_links(of, request.path)))}


def _links(of: Reader, path: str) -> list[NavLink]:
    found: list[tuple[str, str]] = []
    for label, name, kinds in MAIN_LINKS:
        if not of.kinds & kinds:
            continue
        try:
            found.append((label, reverse(name)))
        except NoReverseMatch:
            continue
    inside = [url for _, url in found if path == url or (url != "/" and path.startswith(url))]
    current = max(inside, key=len, default=None)
    return [NavLink(label, url, url == current) for label, url in found]
