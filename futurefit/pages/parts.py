"""Parts of a pro-forma or concept paper that are changed alone: what each is called, who may, how its page answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from futurefit.access.reader import Reader
from futurefit.council.models import PostKind
from futurefit.history.actors import Actor
from futurefit.ui.editing import Difference, PartForm, RowSet, differences
from futurefit.ui.form_fields import problems_of
from projects.models import Project, Theme
from projects.permissions import (
    CHALLENGES,
    WRITES_THEMES,
    may_answer,
    may_answer_on_theme,
    may_challenge,
    may_change_delivery,
    may_change_money_of,
    may_change_project,
)
from projects.scope import Scope, led_by, with_led
from savings.reading import Reading, read


@dataclass(frozen=True)
class Part:
    """A part of a pro-forma: ``key`` is its route after ``pages:project_`` and where the dossier shows it."""

    key: str
    title: str
    link: str
    may: Callable[[Reader, Scope, Project], bool]
    lead: str = ""
    shown_under: str = ""
    says: str = ""
    """What its button says, where it is not "Save the …"."""

    @property
    def anchor(self) -> str:
        """Where the dossier shows it: the section of its own, or the one that it stands in."""
        return self.shown_under or self.key

    @property
    def button(self) -> str:
        """What its button says: "Save the facts"."""
        return self.says or f"Save the {self.link.removeprefix('Change the ')}"

    def address(self, project: Project, query: str = "") -> str:
        return reverse(f"pages:project_{self.key}", args=[project.code]) + query


PARTS = {
    part.key: part
    for part in (
        Part(
            "facts",
            "Facts",
            "Change the facts",
            may_change_project,
            "Its lines follow to another theme, and to another directorate or service where they stood in its own.",
        ),
        Part(
            "people",
            "People",
            "Change the people",
            may_change_project,
            "Who leads and who challenges. Posts are named, not people.",
            "facts",
        ),
        Part("text", "Text", "Change the text", may_change_project, shown_under="facts"),
        Part("stage", "Stage", "Change the stage", may_change_project, shown_under="facts"),
        Part(
            "budget",
            "Base budget",
            "Change the base budget",
            may_change_money_of,
            "Excluding recharges and management restructure.",
            "facts",
        ),
        Part(
            "fte",
            "FTE",
            "Change the FTE",
            may_change_money_of,
            "Full-time equivalents with one decimal; an impact that makes them fewer has a minus.",
            "facts",
        ),
        Part("investment", "Investment required", "Change the investment", may_change_money_of),
        Part(
            "milestones",
            "Milestones",
            "Change the milestones",
            may_change_delivery,
            "Write each date in the words of the form. What they are read as stands under them.",
        ),
        Part("risks", "Risks and impacts", "Change the risks", may_change_delivery),
        Part("equality", "Equality impact", "Change the equality impact", may_change_project),
        Part("measures", "Success measures", "Change the success measures", may_change_project),
        Part(
            "challenge",
            "Challenge note",
            "Leave a challenge note",
            may_challenge,
            "Everybody who may open this page reads it, with your post and name. It is not changed afterwards.",
            says="Leave the note",
        ),
        Part(
            "answers",
            "Answers to challenge notes",
            "Answer the challenge notes",
            may_answer,
            "A note is answered once. Empty fields leave their notes open.",
            "challenge",
            says="Save the answers",
        ),
        Part("dependencies", "Dependencies", "Change the dependencies", may_change_project, shown_under="equality"),
    )
}


def edit_links(
    request: HttpRequest, reading: Reading, project: Project, leading: Iterable[int]
) -> dict[str, tuple[str, str]]:
    """Address and words of the link to change each part that is the reader's to change; none in a closed period.

    ``leading`` are the ids of the posts that lead the project.
    """
    if not reading.period.is_open:
        return {}
    reader: Reader = request.reader  # type: ignore[attr-defined]
    scope = with_led(reading.scope, reader, project, leading)
    return {
        key: (part.address(project, reading.query), part.link)
        for key, part in PARTS.items()
        if part.may(reader, scope, project)
    }


@dataclass
class PartPage:
    """The page of one part, opened by a reader who may change it.

    ``subject`` is what it is a part of, in words; ``back`` is where the part is read.
    """

    request: HttpRequest
    reading: Reading
    part: Part
    subject: str
    back: str
    crumbs: list[tuple[str, str]]
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        """Who acts, under the post that gives the right."""
        reader: Reader = self.request.reader  # type: ignore[attr-defined]
        return reader.actor_as(
            PostKind.FINANCE_OFFICER, PostKind.PROGRAMME_OFFICER, PostKind.HEAD_OF_SERVICE, PostKind.SERVICE_MANAGER
        )

    def form(
        self,
        make: Callable[[Mapping[str, Any] | None, Mapping[str, Any]], PartForm],
        stands: Callable[[], Mapping[str, Any]],
        save: Callable[[Any], bool],
    ) -> HttpResponse:
        """Show the form, or save what was typed into it.

        ``make`` draws it from what was posted and what stands, ``stands`` reads what stands now, with ``as_opened``,
        and ``save`` calls the service with the checked form.
        """
        if self.request.method != "POST":
            return self._shown(form=make(None, stands()))
        form = make(self.request.POST, stands())
        if not form.is_valid():
            return self._shown(form=form, status=400)
        try:
            changed = save(form)
        except ValidationError as refused:
            if _is_stale(refused):
                now = stands()
                found = differences(form, now)
                form = make({**self.request.POST.dict(), "as_opened": now["as_opened"]}, now)
                form.is_valid()
                return self._shown(form=form, differences=found, status=409)
            form.refuse(refused)
            return self._shown(form=form, status=400)
        return self._saved(changed)

    def rows(
        self,
        make: Callable[[Mapping[str, Any] | None], RowSet],
        save: Callable[[RowSet], bool],
        *,
        reads: str = "",
    ) -> HttpResponse:
        """Show the rows, add one more to fill in, or save them all.

        ``make`` draws them from what was posted and what stands now; ``reads`` is the button that shows what the words
        typed are read as, without saving.
        """
        self.more["reads"] = reads
        if self.request.method != "POST":
            return self._shown(rows=make(None))
        posted = self.request.POST
        rows = make(posted)
        if "add" in posted:
            return self._shown(rows=rows.with_another(), status=200 if not rows.problems else 400)
        if "read" in posted:
            return self._shown(rows=rows.unchecked(), status=200 if not rows.problems else 400)
        if not rows.is_valid():
            return self._shown(rows=rows, status=400)
        try:
            changed = save(rows)
        except ValidationError as refused:
            if _is_stale(refused):
                now = make(None)
                rows, found = rows.reopened(now.rows, now.as_opened)
                return self._shown(rows=rows, differences=found, status=409)
            rows.refuse(refused)
            return self._shown(rows=rows, status=400)
        return self._saved(changed)

    def _saved(self, changed: bool) -> HttpResponse:
        said = f"{self.part.title}: saved." if changed else f"{self.part.title}: nothing was changed."
        messages.success(self.request, said)
        return redirect(self.back)

    def _shown(
        self,
        form: PartForm | None = None,
        rows: RowSet | None = None,
        differences: list[Difference] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        problems = list(problems_of(form)) if form is not None and form.is_bound else rows.problems if rows else []
        context = {
            "reading": self.reading,
            "subject": self.subject,
            "part": self.part,
            "form": form,
            "rows": rows,
            "problems": problems,
            "differences": differences or [],
            "is_stale": status == 409,
            "back": self.back,
            "crumbs": self.crumbs,
            **self.more,
        }
        return render(self.request, "pages/project_part.html", context, status=status)


@dataclass
class OwnPart(PartPage):
    """The page of a part that this project or theme has for its own."""

    of: Project | Theme = field(default_factory=Project)


@dataclass
class ProjectPart(OwnPart):
    """The page of a part of this project's pro-forma."""

    project: Project = field(default_factory=Project)


def part_page(request: HttpRequest, code: str, key: str) -> ProjectPart | HttpResponse:
    """The page of a part for its reader; in a closed period the answer that says where the open one is.

    Raises Http404 outside the reader's scope and PermissionDenied where the part is not theirs to change.
    """
    reading = read(request)
    part = PARTS[key]
    related = ("programme", "theme", "directorate", "service", "corporate_area", "current_block")
    found = Project.objects.visible_to(reading.scope).of_programme(reading.programme).select_related(*related)
    project = found.filter(code=code).first()
    if project is None:
        raise Http404(f"There is no project “{code[:40]}” that you can open.")
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if not part.may(reader, _scope_for(reading, reader, key), project):
        raise PermissionDenied
    dossier = reverse("pages:project_detail", args=[project.code]) + reading.query
    way = crumbs(reading, project)
    back = f"{dossier}#{part.anchor}"
    page = ProjectPart(request, reading, part, project.title, back, way, of=project, project=project)
    return page if reading.period.is_open else closed(page)


def theme_part_page(request: HttpRequest, slug: str, key: str) -> OwnPart | HttpResponse:
    """The same of a part that a theme has: `THEME_RIGHTS` say who may change it, whatever the theme's projects are."""
    reading = read(request)
    theme = Theme.objects.of_programme(reading.programme).select_related("programme").filter(slug=slug).first()
    if theme is None:
        raise Http404(f"There is no theme “{slug[:40]}”.")
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if not THEME_RIGHTS[key](reader, _scope_for(reading, reader, key), theme):
        raise PermissionDenied
    summary = reverse("pages:theme_detail", args=[theme.slug]) + reading.query
    way = [("Themes", reverse("pages:theme_list") + reading.query), (theme.name, summary)]
    page = OwnPart(request, reading, PARTS[key], theme.name, f"{summary}#{PARTS[key].anchor}", way, of=theme)
    return page if reading.period.is_open else closed(page)


def _scope_for(reading: Reading, reader: Reader, key: str) -> Scope:
    """The reader's scope, with what they lead where that is what gives the right and they see everything."""
    asked = key == "answers" and reading.scope.everything
    return replace(led_by(reader), everything=True) if asked else reading.scope


def _programme_office(reader: Reader, scope: Scope, theme: Theme) -> bool:
    return reader.has_post(*WRITES_THEMES)


THEME_RIGHTS: Mapping[str, Callable[[Reader, Scope, Theme], bool]] = {
    **dict.fromkeys(("milestones", "risks", "measures", "dependencies", "equality", "investment"), _programme_office),
    "challenge": lambda reader, scope, theme: reader.has_post(*CHALLENGES),
    "answers": may_answer_on_theme,
}
"""The parts that a theme has beside the texts of its concept paper, and who may change each."""


def theme_links(
    request: HttpRequest, reading: Reading, theme: Theme, *, leading: Iterable[int], without: Collection[str] = ()
) -> dict[str, list[tuple[str, str]]]:
    """The links to change the parts of a theme, by the section they stand in; none in a closed period.

    ``leading`` are the ids of the posts that lead the theme.
    """
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if not reading.period.is_open:
        return {}
    links: dict[str, list[tuple[str, str]]] = {}
    scope = with_led(reading.scope, reader, theme, leading)
    for part in (PARTS[key] for key, may in THEME_RIGHTS.items() if may(reader, scope, theme)):
        if part.key in without:
            continue
        address = reverse(f"pages:theme_{part.key}", args=[theme.slug]) + reading.query
        links.setdefault(part.anchor, []).append((address, part.link))
    return links


def closed(page: PartPage) -> HttpResponse:
    """What a part answers in a closed period: nothing of it changes, and where the open one is."""
    request, reading = page.request, page.reading
    present = next((period for period in reading.periods if period.is_open), None)
    kept = reading.parameters(period=None)
    context = {
        "reading": reading,
        "subject": page.subject,
        "part": page.part,
        "present": present,
        "open_url": request.path + (f"?{urlencode(kept)}" if kept else ""),
        "crumbs": page.crumbs,
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "pages/project_part_closed.html", context, status=status)


def crumbs(reading: Reading, project: Project) -> list[tuple[str, str]]:
    dossier = reverse("pages:project_detail", args=[project.code]) + reading.query
    projects = reverse("pages:project_list") + reading.query
    return [("Home", reverse("pages:home")), ("Projects", projects), (project.title, dossier)]


def _is_stale(refused: ValidationError) -> bool:
    return any(getattr(each, "code", "") == "stale" for each in getattr(refused, "error_list", ()))


SECTIONS = {
    "facts": ("facts", "people", "text", "stage", "budget", "fte"),
    "investment": ("investment",),
    "milestones": ("milestones",),
    "risks": ("risks",),
    "measures": ("measures",),
    "challenge": ("challenge", "answers"),
    "equality": ("equality", "dependencies"),
}
"""The sections of the dossier, and the parts that are changed from each."""


def links_of_sections(links: Mapping[str, tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """The links of `edit_links` by the section of the dossier that they stand in."""
    return {section: [links[key] for key in keys if key in links] for section, keys in SECTIONS.items()}
