"""What every act on a line begins with: the line or project asked for, whether it is the reader's to change, and when
it cannot be changed, the page that says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.council.models import PostKind
from futurefit.history.actors import Actor
from projects.models import Project
from savings.models import LineInPeriod
from savings.permissions import may_change_lines_of
from savings.reading import Reading, read

FINANCE_OFFICERS = frozenset({PostKind.FINANCE_OFFICER})
"""Who may open the pages on which lines are changed; which lines, `may_change_lines_of` says."""


def line_in_hand(reading: Reading, code: str) -> LineInPeriod:
    """The line as it stands in the period, withdrawn or not. Raises Http404 in words."""
    lines = LineInPeriod.objects.filter(line__code=code, line__programme=reading.programme).visible_to(reading.scope)
    found = {row.period_id: row for row in lines.select_related(*EVERY_GROUP)}
    if reading.period.pk not in found:
        if found:
            raise Http404(f"Line {code} does not stand in {reading.period_words}. Choose another period.")
        raise Http404(f"There is no savings line '{code[:40]}' that you can open.")
    return found[reading.period.pk]


def line_to_change(
    request: HttpRequest, code: str, title: str, *, also: Iterable[str] = (), withdrawn_too: bool = False
) -> tuple[Reading, LineInPeriod, HttpResponse | None]:
    """The reading, the line, and where it cannot be changed here the page called `title` that says why.

    A closed period changes nothing, and a withdrawn line is restored first, unless `withdrawn_too`. Raises Http404
    for a line that is not there and PermissionDenied for one that is not the reader's to change.
    """
    reading = read(request, also=also)
    line = line_in_hand(reading, code)
    refuse_what_is_not_mine(request, line.directorate_id)
    if not reading.period.is_open:
        return reading, line, closed(request, reading, title, crumbs_of(reading, line))
    if line.withdrawn and not withdrawn_too:
        return reading, line, withdrawn(request, reading, title, line)
    return reading, line, None


EVERY_GROUP = (
    "line",
    "period__programme",
    "project",
    "theme",
    "directorate",
    "service__directorate",
    "service__group",
    "corporate_area",
    "heading",
)


def project_in_hand(reading: Reading, code: str) -> Project:
    """The project as it stands, or stood at the closing of the period. Raises Http404 in words."""
    projects = reading.projects().filter(code=code)
    if reading.moment is None:
        projects = projects.select_related("programme", "theme", "directorate", "service", "corporate_area")
    found: Project | None = projects.first()
    if found is None:
        raise Http404(f"There is no project '{code[:40]}' that you can open.")
    return found


def refuse_what_is_not_mine(request: HttpRequest, directorate_id: int | None) -> None:
    """Raises PermissionDenied where lines of this directorate are not the reader's to change."""
    if not may_change_lines_of(request.reader, directorate_id):  # type: ignore[attr-defined]
        raise PermissionDenied("Another finance officer looks after the lines of this directorate.")


def finance(request: HttpRequest) -> Actor:
    """Who acts, under the post that gives the right."""
    actor: Actor = request.reader.actor_as(PostKind.FINANCE_OFFICER)  # type: ignore[attr-defined]
    return actor


def line_url(reading: Reading, line: LineInPeriod) -> str:
    return reverse("savings:line_detail", args=[line.line.code]) + reading.query


def crumbs_of(reading: Reading, line: LineInPeriod) -> list[tuple[str, str]]:
    """The way to an act on a line: home, the list, then the line."""
    return [
        ("Home", reverse("pages:home")),
        ("Savings lines", reverse("savings:line_list") + reading.query),
        (f"{line.line.code} {line.title}", line_url(reading, line)),
    ]


def crumbs_of_project(reading: Reading, project: Project) -> list[tuple[str, str]]:
    """The way to an act on the lines of a project: home, the list of projects, the project, then its grid."""
    return [
        ("Home", reverse("pages:home")),
        ("Projects", reverse("pages:project_list") + reading.query),
        (project.title, reverse("pages:project_detail", args=[project.code]) + reading.query),
        ("Savings", grid_url(reading, project)),
    ]


def grid_url(reading: Reading, project: Project) -> str:
    return reverse("savings:grid_edit", args=[project.code]) + reading.query


def closed(request: HttpRequest, reading: Reading, title: str, crumbs: list[tuple[str, str]]) -> HttpResponse:
    """The page of an act in a closed period: no editing, in words, and the way to the open one."""
    words = f"{reading.period.spoken} is closed: its figures and facts never change."
    open_ones = [period for period in reading.periods if period.is_open]
    link, href = "", ""
    if open_ones:
        words += f" What is changed now is changed in {open_ones[0].spoken}."
        link = f"Do this in {open_ones[0].spoken}"
        kept = urlencode(reading.parameters(period=None))
        href = f"{request.path}?{kept}" if kept else request.path
    return cannot(request, reading, title, words, crumbs, href=href, link=link)


def withdrawn(request: HttpRequest, reading: Reading, title: str, line: LineInPeriod) -> HttpResponse:
    """The page of an act on a withdrawn line: it has to be restored first."""
    href = reverse("savings:line_restore", args=[line.line.code]) + reading.query
    words = f"{line.title} is withdrawn. Restore it before you change it."
    return cannot(request, reading, title, words, crumbs_of(reading, line), href=href, link="Restore it")


def cannot(
    request: HttpRequest,
    reading: Reading,
    title: str,
    words: str,
    crumbs: list[tuple[str, str]],
    *,
    href: str = "",
    link: str = "",
) -> HttpResponse:
    """A page that says why nothing can be changed here; posted to, it is a refusal."""
    context = {"reading": reading, "title": title, "words": words, "crumbs": crumbs, "href": href, "link": link}
    return render(request, "savings/cannot_change.html", context, status=400 if request.method == "POST" else 200)


def add_refusal(form: forms.BaseForm, refused: ValidationError) -> None:
    """A service's refusal, on the fields that it names."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    for name, errors in refused.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def is_stale(refused: ValidationError) -> bool:
    """Whether somebody changed the row since the page was opened."""
    return any(getattr(error, "code", "") == "stale" for error in refused.error_list) if _is_list(refused) else False


def _is_list(refused: Any) -> bool:
    return not hasattr(refused, "error_dict")
