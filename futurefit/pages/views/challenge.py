"""Challenge notes of cabinet members on projects and themes, and the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import open_to
from futurefit.access.reader import HeldPost, Reader
from futurefit.council.models import PostKind
from futurefit.history.as_opened import digest_of
from futurefit.pages.parts import OwnPart, part_page, theme_part_page
from projects.forms import AnswersForm, ChallengeForm
from projects.models import ChallengeNote, Project, ProjectPost
from projects.permissions import ANSWERS, CHALLENGES
from projects.services.challenge import answer_notes, leave_note, open_notes

WAYS = ("GET", "HEAD", "POST")


@open_to(CHALLENGES)
@require_http_methods(WAYS)
def project_challenge(request: HttpRequest, code: str) -> HttpResponse:
    """Leave a challenge note on a project, under the post that is named to challenge it where the reader holds it."""
    page = part_page(request, code, "challenge")
    return _challenge(page) if isinstance(page, OwnPart) else page


@open_to(CHALLENGES)
@require_http_methods(WAYS)
def theme_challenge(request: HttpRequest, slug: str) -> HttpResponse:
    """Leave a challenge note on a theme."""
    page = theme_part_page(request, slug, "challenge")
    return _challenge(page) if isinstance(page, OwnPart) else page


@open_to(ANSWERS)
@require_http_methods(WAYS)
def project_answers(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the open challenge notes on a project."""
    page = part_page(request, code, "answers")
    return _answers(page) if isinstance(page, OwnPart) else page


@open_to(ANSWERS)
@require_http_methods(WAYS)
def theme_answers(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the open challenge notes on a theme."""
    page = theme_part_page(request, slug, "answers")
    return _answers(page) if isinstance(page, OwnPart) else page


def _challenge(page: OwnPart) -> HttpResponse:
    reader: Reader = page.request.reader  # type: ignore[attr-defined]

    def make(posted: Mapping[str, Any] | None, now: Mapping[str, Any]) -> ChallengeForm:
        return ChallengeForm(posted, initial=now)

    def save(form: ChallengeForm) -> bool:
        actor = reader.actor_under(_challenging_post(reader, page))
        leave_note(actor=actor, of=page.of, words=form.cleaned_data["words"])
        return True

    return page.form(make, lambda: {"words": "", "as_opened": ""}, save)


def _challenging_post(reader: Reader, page: OwnPart) -> HeldPost:
    """The reader's post that is named to challenge the project, else their first as a cabinet member."""
    posts = [post for post in reader.held if post.kind == PostKind.CABINET_MEMBER]
    if not isinstance(page.of, Project) or len(posts) == 1:
        return posts[0]
    challenging = ProjectPost.objects.filter(project=page.of, role=ProjectPost.Role.CMR_CHALLENGE)
    named = set(challenging.values_list("post_id", flat=True))
    return next((post for post in posts if post.id in named), posts[0])


def _answers(page: OwnPart) -> HttpResponse:
    def make(posted: Mapping[str, Any] | None, now: Mapping[str, Any]) -> AnswersForm:
        return AnswersForm(posted, initial=now, notes=[(note.pk, said_of(note), note.words) for note in notes])

    notes: list[ChallengeNote] = []

    def stands() -> dict[str, Any]:
        notes[:] = open_notes(page.of)
        page.more["nothing"] = "" if notes else "Every challenge note is answered, or nobody has left one."
        return {**{f"answer_{note.pk}": "" for note in notes}, "as_opened": digest_of(notes)}

    def save(form: AnswersForm) -> bool:
        reader: Reader = page.request.reader  # type: ignore[attr-defined]
        return answer_notes(
            actor=reader.actor_as(*ANSWERS), of=page.of, answers=form.answers, as_opened=form.cleaned_data["as_opened"]
        )

    return page.form(make, stands, save)


def said_of(note: ChallengeNote) -> str:
    """ "Cabinet member for resources, 27 August 2015"."""
    return f"{note.post}, {date_format(localtime(note.written_at), 'j F Y')}"
