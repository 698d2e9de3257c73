"""`/themes/<slug>/edit/`: writing the concept paper of a theme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import open_to
from futurefit.history.as_opened import digest_of
from futurefit.pages.parts import Part, PartPage, closed
from projects.forms import PaperForm
from projects.models import Theme
from projects.permissions import WRITES_THEMES
from projects.services.themes import PAPER, save_paper
from savings.reading import read

CONCEPT_PAPER = Part("edit", "Concept paper", "Change the concept paper", lambda reader, scope, project: False)
"""Every programme officer may: `WRITES_THEMES` is the whole rule."""


@open_to(WRITES_THEMES)
@require_http_methods(["GET", "HEAD", "POST"])
def theme_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The texts of the concept paper, saved together."""
    reading = read(request)
    theme = Theme.objects.of_programme(reading.programme).filter(slug=slug).first()
    if theme is None:
        raise Http404(f"There is no theme “{slug[:40]}”.")
    summary = reverse("pages:theme_detail", args=[theme.slug]) + reading.query
    crumbs = [("Themes", reverse("pages:theme_list") + reading.query), (theme.name, summary)]
    page = PartPage(request, reading, CONCEPT_PAPER, theme.name, summary, crumbs)
    if not reading.period.is_open:
        return closed(page)

    def make(posted: Mapping[str, Any] | None, now: Mapping[str, Any]) -> PaperForm:
        return PaperForm(posted, initial=now)

    def stands() -> dict[str, Any]:
        now = Theme.objects.get(pk=theme.pk)
        return {**{name: getattr(now, name) for name in PAPER}, "as_opened": digest_of([now], PAPER)}

    def save(form: PaperForm) -> bool:
        return save_paper(actor=page.actor, theme=theme, texts=form.typed, as_opened=form.cleaned_data["as_opened"])

    return page.form(make, stands, save)
