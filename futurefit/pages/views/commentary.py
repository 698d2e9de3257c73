"""`/themes/<slug>/commentary/` and `/directorates/<code>/commentary/`: what their lead says of the open period."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import HEADS_OF_SERVICE, LEADERS, open_to
from futurefit.access.reader import Reader
from futurefit.council.models import Directorate, Post, PostKind
from futurefit.history.actors import Actor
from futurefit.pages.parts import Part, PartPage, closed
from projects.models import Theme, ThemePost
from savings.forms import CommentaryForm
from savings.models import Commentary
from savings.permissions import may_write_commentary
from savings.reading import Reading, read
from savings.seen import NOT_AS_OPENED
from savings.services.commentary import write_commentary

LEADS = LEADERS | HEADS_OF_SERVICE | {PostKind.CABINET_MEMBER, PostKind.HEAD_OF_FINANCE}
"""Kinds of post that lead themes or directorates; whether one does, `may_write_commentary` says."""

COMMENTARY = Part(
    "commentary",
    "Commentary",
    "Change the commentary",
    lambda reader, scope, project: False,
    "In your own words, for everybody who reads the summary.",
)
"""Its rule is `may_write_commentary`."""


@dataclass
class CommentaryPage(PartPage):
    """The page of a commentary; who writes it acts under the post that leads."""

    leads: Collection[int] = field(default_factory=tuple)

    @property
    def actor(self) -> Actor:
        reader: Reader = self.request.reader  # type: ignore[attr-defined]
        return reader.actor_under(next(post for post in reader.held if post.id in self.leads))


@open_to(LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def theme_commentary(request: HttpRequest, slug: str) -> HttpResponse:
    """The commentary of a theme, by one of its leads."""
    reading = read(request)
    theme = Theme.objects.of_programme(reading.programme).filter(slug=slug).first()
    if theme is None:
        raise Http404(f"There is no theme “{slug[:40]}”.")
    leads = list(ThemePost.objects.filter(theme=theme).values_list("post_id", flat=True))
    back = reverse("pages:theme_detail", args=[theme.slug]) + reading.query
    crumbs = [("Themes", reverse("pages:theme_list") + reading.query), (theme.name, back)]
    return _written(request, reading, theme, theme.name, leads, f"{back}#commentary", crumbs)


@open_to(LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def directorate_commentary(request: HttpRequest, code: str) -> HttpResponse:
    """The commentary of a directorate, by its director."""
    reading = read(request)
    directorate = Directorate.objects.filter(code=code).first()
    if directorate is None:
        raise Http404(f"There is no directorate “{code[:40]}”.")
    directors = Post.objects.filter(directorate=directorate, kind=PostKind.DIRECTOR)
    leads = list(directors.values_list("pk", flat=True))
    back = reverse("pages:directorate_detail", args=[directorate.code]) + reading.query
    crumbs = [("Directorates", reverse("pages:directorate_list") + reading.query), (directorate.name, back)]
    return _written(request, reading, directorate, directorate.name, leads, f"{back}#commentary", crumbs)


def _written(
    request: HttpRequest,
    reading: Reading,
    of: Theme | Directorate,
    name: str,
    leads: Collection[int],
    back: str,
    crumbs: list[tuple[str, str]],
) -> HttpResponse:
    if not may_write_commentary(request.reader, leads):  # type: ignore[attr-defined]
        raise PermissionDenied("The commentary is written by the post that leads.")
    page = CommentaryPage(request, reading, COMMENTARY, f"{name}, {reading.period.spoken}", back, crumbs, leads=leads)
    if not reading.period.is_open:
        return closed(page)
    owner = {"theme": of} if isinstance(of, Theme) else {"directorate": of}

    def make(posted: Mapping[str, Any] | None, now: Mapping[str, Any]) -> CommentaryForm:
        return CommentaryForm(posted, initial=now)

    def stands() -> dict[str, Any]:
        held = Commentary.objects.filter(period=reading.period, **owner).first()
        return {"words": held.words if held else "", "as_opened": str(held.version if held else 0)}

    def save(form: CommentaryForm) -> bool:
        opened = form.cleaned_data["as_opened"]
        if not (opened.isascii() and opened.isdigit() and len(opened) < 10):
            raise ValidationError(NOT_AS_OPENED)
        words = form.cleaned_data["words"]
        return write_commentary(actor=page.actor, period=reading.period, of=of, words=words, version=int(opened))

    return page.form(make, stands, save)
