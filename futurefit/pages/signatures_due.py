"""Which pro-formas wait for a signature of the reader, for home pages.

Three posts sign a version in the order of the form: the head of service first, then the director, then the head of
finance. A signature is due from who is next on a version with proposed amounts; who signs out of turn may.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from futurefit.access.permissions import HEADS_OF_SERVICE
from futurefit.access.reader import Reader
from futurefit.council.models import PostKind
from futurefit.history.together import Part, together
from projects.models import FteImpact, Investment, Programme, Project, ProjectPost, Signature
from savings.models import Position
from savings.permissions import SIGNS, posts_to_sign
from savings.reading import Reading
from savings.signed_form import form_now, standing

ORDER = (Signature.Role.HEAD_OF_SERVICE, Signature.Role.DIRECTOR, Signature.Role.HEAD_OF_FINANCE)
STAGES = (Project.Stage.CONCEPT, Project.Stage.BUSINESS_CASE, Project.Stage.IN_DELIVERY)


@dataclass(frozen=True)
class DueSignature:
    """A version of a project's pro-forma that the reader is next to sign."""

    title: str
    number: int
    href: str
    again: bool
    """Whether an earlier version is signed already."""


def signatures_due(reader: Reader, reading: Reading) -> list[DueSignature]:
    """What waits for the reader's signature, in the order of the projects: one query whatever their number.

    Nothing in a closed period.
    """
    if not reading.period.is_open or not reader.has_post(*SIGNS):
        return []
    projects = Project.objects.of_programme(reading.programme).filter(
        _near(reader, reading), kind=Project.Kind.PROJECT, stage__in=STAGES
    )
    found = _held(reading, projects)
    due = []
    candidates = found.pop("projects")
    by_project = {name: _by_project(rows) for name, rows in found.items()}
    for project in candidates:
        rows = {name: of_project[project.pk] for name, of_project in by_project.items()}
        form = form_now(rows["amounts"], rows["investments"], project, rows["fte"])
        if form.total is None:
            continue
        stands = standing(rows["signatures"], form)
        following = next((role for role in ORDER if role not in stands.signed), None)
        mine = posts_to_sign(reader, project, rows["posts"])
        signed_already = any(each.holder_id == reader.user_id for each in stands.signed.values())
        if following in mine and not signed_already:
            address = reverse("pages:project_sign", args=[project.code]) + reading.query
            due.append(DueSignature(project.title, stands.number, address, stands.last is not None))
    return due


def _by_project(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.project_id].append(row)
    return found


def _near(reader: Reader, reading: Reading) -> Q:
    """The projects among which something can wait for the reader: of those that others sign first, the signed ones."""
    signed = Exists(Signature.objects.filter(project=OuterRef("pk")))
    near = Q(pk__in=())
    if reader.has_post(*HEADS_OF_SERVICE):
        near |= Q(service_id__in=reader.own_service_ids) | Q(pk__in=reading.scope.project_ids)
    if reader.has_post(PostKind.DIRECTOR):
        near |= (Q(directorate_id__in=reader.own_directorate_ids) | Q(pk__in=reading.scope.project_ids)) & signed
    if reader.has_post(PostKind.CHIEF_EXECUTIVE):
        led = ProjectPost.objects.filter(post_id__in=reader.post_ids, role__in=ProjectPost.LEADING)
        near |= Q(pk__in=led.values("project_id")) & signed
    if reader.has_post(PostKind.HEAD_OF_FINANCE):
        near |= signed
    return near


def _held(reading: Reading, projects: QuerySet[Project]) -> dict[str, list[Any]]:
    ids = projects.values("pk")
    amounts = Position.objects.in_period(reading.period).filter(line_in_period__project__in=ids)
    also = {
        "code": "line_in_period__line__code",
        "title": "line_in_period__title",
        "place": "line_in_period__line__order",
        "project_id": "line_in_period__project_id",
    }
    return together(
        Programme.objects.filter(pk=reading.programme.pk),
        {
            "projects": Part(projects, order=("order", "code")),
            "posts": Part(ProjectPost.objects.filter(project__in=ids)),
            "amounts": Part(amounts, order=("place", "code", "year"), also=also),
            "investments": Part(Investment.objects.filter(project__in=ids)),
            "fte": Part(FteImpact.objects.filter(project__in=ids), order=("year",)),
            "signatures": Part(Signature.objects.filter(project__in=ids), order=("form_version", "signed_on", "id")),
        },
    )
