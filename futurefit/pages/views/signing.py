"""`/projects/<code>/sign/`: what is signed, shown figure by figure, and the signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import open_to
from futurefit.access.reader import HeldPost, Reader
from futurefit.access.today import today
from futurefit.pages.parts import Part, PartPage, closed, crumbs
from futurefit.pages.pro_forma import ProForma, pro_forma
from futurefit.pages.signatures import Signatures, ToldChange
from futurefit.ui.filters import Problem
from futurefit.values.money import Unit
from projects.models import Signature
from savings.permissions import SIGNS, posts_to_sign
from savings.reading import read
from savings.seen import seal, unseal
from savings.services.signing import sign
from savings.signed_form import Entries, as_written, differences, written

PAGE = "signing"
SIGNING = Part("sign", "Signatures", "Sign the pro-forma", lambda reader, scope, project: False)
"""`savings.permissions.posts_to_sign` is the whole rule."""


@dataclass(frozen=True)
class OpenRole:
    """A role in which the reader may sign what stands, with the post that gives the right."""

    role: str
    post: HeldPost

    @property
    def label(self) -> str:
        return str(Signature.Role(self.role).label)


def open_roles(reader: Reader, signatures: Signatures) -> list[OpenRole]:
    """The roles in which the reader may sign what stands now: none where the version has their signature already."""
    form, signed = signatures.form, signatures.standing.signed
    if not form.is_project or any(each.holder_id == reader.user_id for each in signed.values()):
        return []
    posts = {each.post_id for each in signed.values()}
    return [
        OpenRole(role, post)
        for role, post in posts_to_sign(reader, form.project, form.rows["posts"]).items()
        if role not in signed and post.id not in posts
    ]


def signing_link(reader: Reader, signatures: Signatures) -> list[tuple[str, str]]:
    """The way to sign for who may and has not, with its words; nothing in a closed period or without figures."""
    form = signatures.form
    if not form.reading.period.is_open or not signatures.to_sign() or not open_roles(reader, signatures):
        return []
    address = reverse("pages:project_sign", args=[form.project.code]) + form.reading.query
    return [(address, f"Sign version {signatures.number}")]


@open_to(SIGNS)
@require_http_methods(["GET", "HEAD", "POST"])
def project_sign(request: HttpRequest, code: str) -> HttpResponse:
    """Exactly what is signed; a form that changed since the page was opened is refused with both values."""
    reading = replace(read(request), basis="all")
    reader: Reader = request.reader  # type: ignore[attr-defined]
    form = pro_forma(reading, code)
    if not posts_to_sign(reader, form.project, form.rows["posts"]):
        raise PermissionDenied
    dossier = reverse("pages:project_detail", args=[code]) + reading.query
    if not reading.period.is_open:
        return closed(PartPage(request, reading, SIGNING, form.project.title, dossier, crumbs(reading, form.project)))
    if request.method != "POST":
        return _shown(request, form)
    roles = {each.role: each for each in open_roles(reader, Signatures(form))}
    chosen = roles.get(request.POST.get("role", "")) or (next(iter(roles.values())) if len(roles) == 1 else None)
    if chosen is None:
        words = "Sign as: choose one of your posts." if roles else "You have signed this version already."
        return _shown(request, form, [Problem("role", "", words, "role-0" if roles else "")], status=400)
    try:
        opened = as_written(unseal(request.POST.get("seen", ""), PAGE))
        signature = sign(
            actor=reader.actor_under(chosen.post),
            project=form.project,
            role=chosen.role,
            on=today(),
            as_opened=request.POST.get("as_opened", ""),
        )
    except ValidationError as refused:
        if any(getattr(each, "code", "") == "stale" for each in getattr(refused, "error_list", ())):
            return _shown(request, pro_forma(reading, code), opened=opened, status=409)
        problems = [Problem("", "", words, "sign") for words in refused.messages]
        return _shown(request, form, problems, status=400)
    messages.success(request, f"You have signed version {signature.form_version} of {form.project.title}.")
    return redirect(f"{dossier}#signatures")


def _shown(
    request: HttpRequest,
    form: ProForma,
    problems: list[Problem] | None = None,
    opened: Entries | None = None,
    status: int = 200,
) -> HttpResponse:
    signatures = Signatures(form)
    entries = signatures.to_sign()
    reader: Reader = request.reader  # type: ignore[attr-defined]
    meanwhile: list[ToldChange] = [] if opened is None else signatures.told(differences(opened, entries))
    context: Mapping[str, Any] = {
        "reading": form.reading,
        "crumbs": crumbs(form.reading, form.project),
        "project": form.project,
        "signatures": signatures,
        "shown": signatures.shown(entries),
        "roles": open_roles(reader, signatures),
        "holds_figures": bool(entries),
        "pounds": Unit.POUNDS,
        "as_opened": form.signable.digest,
        "seen": seal(written(entries), PAGE),
        "problems": problems or [],
        "is_stale": status == 409,
        "meanwhile": meanwhile,
        "back": reverse("pages:project_detail", args=[form.project.code]) + form.reading.query + "#signatures",
    }
    return render(request, "pages/project_sign.html", context, status=status)
