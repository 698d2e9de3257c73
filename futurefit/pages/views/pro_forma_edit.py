"""Making a project, and changing its pro-forma part by part: each part is a page of its own and is saved alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import open_to
from futurefit.access.reader import Reader
from futurefit.access.today import today
from futurefit.council.models import CorporatePlanArea, Directorate, Post, PostKind, Service
from futurefit.history.as_opened import digest_of
from futurefit.pages.parts import Part, PartPage, ProjectPart, closed, edit_links, part_page
from futurefit.pages.pro_forma import ROLES, pro_forma
from futurefit.pages.pro_forma_money import money_of
from futurefit.pages.stage_gaps import gaps_of, held_by
from futurefit.pages.views.delivery_edit import FINANCE_OFFICERS, WAYS, made_of, rows_with_money
from futurefit.ui.editing import RowSet
from futurefit.ui.form_fields import problems_of
from projects.forms import (
    BaseBudgetRow as BaseBudgetRowForm,
)
from projects.forms import (
    FactsForm,
    FteForm,
    NewProjectForm,
    PersonRow,
    StageForm,
    TextForm,
)
from projects.models import (
    BaseBudgetRow,
    FteImpact,
    Project,
    ProjectPost,
    Theme,
)
from projects.permissions import CREATES, is_finance_of, may_create_in
from projects.services.projects import (
    FACTS,
    STAGE,
    TEXTS,
    change_stage,
    create_project,
    save_people,
    save_texts,
)
from projects.services.resources import digest_of_fte, save_base_budget, save_fte
from projects.services.rows import rows_of
from projects.stages import missing_for
from savings.reading import Reading, read
from savings.services.project_facts import change_facts

NEW_PROJECT = Part("new", "New project", "Make a project", lambda reader, scope, project: False)
"""Not a part of any project: a closed period says of it what it says of these."""


@open_to(CREATES)
@require_http_methods(WAYS)
def project_new(request: HttpRequest) -> HttpResponse:
    """Make a project, workstream or block; the reader goes on from its dossier, which lists what is missing."""
    reading = read(request)
    reader: Reader = request.reader  # type: ignore[attr-defined]
    crumbs = [("Home", reverse("pages:home")), ("Projects", reverse("pages:project_list") + reading.query)]
    if not reading.period.is_open:
        return closed(PartPage(request, reading, NEW_PROJECT, reading.programme.name, "", crumbs))
    form = NewProjectForm(request.POST) if request.method == "POST" else NewProjectForm()
    form.offer(**_places(reading, reader))
    if request.method == "POST" and form.is_valid():
        directorate = form.cleaned_data["directorate"]
        try:
            if not may_create_in(reader, directorate.pk if directorate else None):
                raise ValidationError({"directorate": "Directorate: choose one of those that are yours to change."})
            project = create_project(
                actor=reader.actor_as(*CREATES),
                programme=reading.programme,
                on=today(),
                **form.typed,
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{project.title} is made. Its code is {project.code}.")
            return redirect(reverse("pages:project_detail", args=[project.code]) + reading.query)
    problems = list(problems_of(form)) if form.is_bound else []
    context = {
        "reading": reading,
        "form": form,
        "problems": problems,
        "crumbs": crumbs,
    }
    return render(request, "pages/project_new.html", context, status=400 if problems else 200)


@open_to(CREATES)
@require_http_methods(WAYS)
def project_facts(request: HttpRequest, code: str) -> HttpResponse:
    """Title, type, area, place in the council, and the block that is shown as the current programme."""
    page = part_page(request, code, "facts")
    if not isinstance(page, ProjectPart):
        return page
    reader: Reader = request.reader  # type: ignore[attr-defined]
    places = _places(page.reading, reader, page.project)
    blocks = Project.objects.of_programme(page.reading.programme).filter(kind=Project.Kind.BLOCK)
    blocks = list(blocks.visible_to(page.reading.scope).exclude(pk=page.project.pk).order_by("title", "pk"))
    if page.project.current_block and page.project.current_block not in blocks:
        blocks.append(page.project.current_block)

    def make(posted: Mapping[str, Any] | None, now: Mapping[str, Any]) -> FactsForm:
        form = FactsForm(posted, initial=now)
        form.offer(**places, blocks=blocks)
        if page.project.kind != Project.Kind.PROJECT:
            del form.fields["current_block"]
            form.layout = tuple(group for group in form.layout if group.names != ("current_block",))
        return form

    def save(form: FactsForm) -> bool:
        typed = form.typed
        directorate = typed["directorate"]
        if not may_create_in(reader, directorate.pk if directorate else None):
            raise ValidationError({"directorate": "Directorate: choose one of those that are yours to change."})
        return change_facts(
            actor=page.actor,
            project=page.project,
            facts={name: typed[name] for name in FACTS if name in typed},
            lines_too=typed["lines_too"],
            reason=typed["reason"],
            as_opened=form.cleaned_data["as_opened"],
        )

    return page.form(make, lambda: _values(_project(page), FACTS), save)


@open_to(CREATES)
@require_http_methods(WAYS)
def project_text(request: HttpRequest, code: str) -> HttpResponse:
    """Description, purpose, outcomes, resources, timing and the comments on ratings."""
    page = part_page(request, code, "text")
    if not isinstance(page, ProjectPart):
        return page

    def save(form: TextForm) -> bool:
        return save_texts(
            actor=page.actor, project=page.project, texts=form.typed, as_opened=form.cleaned_data["as_opened"]
        )

    return page.form(made_of(TextForm), lambda: _values(_project(page), TEXTS), save)


@open_to(CREATES)
@require_http_methods(WAYS)
def project_stage(request: HttpRequest, code: str) -> HttpResponse:
    """The stage, with what is missing for the next one."""
    page = part_page(request, code, "stage")
    if not isinstance(page, ProjectPart):
        return page
    whole = pro_forma(replace(page.reading, basis="all"), code)
    money = money_of(whole)
    ways = edit_links(request, page.reading, page.project, whole.leading_post_ids)
    page.more["gaps"] = gaps_of(whole, money, {key: way for key, way in ways.items() if key != "stage"})

    def stands() -> dict[str, Any]:
        project = _project(page)
        return {"stage": project.stage, "as_opened": digest_of([project], STAGE)}

    def save(form: StageForm) -> bool:
        stage = form.cleaned_data["stage"]
        return change_stage(
            actor=page.actor,
            project=page.project,
            stage=stage,
            since=form.cleaned_data["stage_since"],
            today=today(),
            missing=[each.words for each in missing_for(stage, held_by(whole, money))],
            reason=form.cleaned_data["reason"],
            as_opened=form.cleaned_data["as_opened"],
        )

    return page.form(made_of(StageForm), stands, save)


@open_to(CREATES)
@require_http_methods(WAYS)
def project_people(request: HttpRequest, code: str) -> HttpResponse:
    """Which posts lead and challenge."""
    page = part_page(request, code, "people")
    if not isinstance(page, ProjectPart):
        return page
    posts = list(Post.objects.order_by("title", "pk"))

    def make(posted: Mapping[str, Any] | None) -> RowSet:
        standing = list(rows_of(ProjectPost, page.project).select_related("post"))
        rows = [
            (row.pk, {"role": row.role, "post": row.post, "named": f"{row.get_role_display()}: {row.post}"})
            for row in standing
        ]
        asked = ROLES[Project.Kind(page.project.kind)]
        named = {row.role for row in standing}
        blank = [{"role": role} for role in asked if role not in named] or [{"role": ProjectPost.Role.CMR_CHALLENGE}]
        return RowSet(
            PersonRow,
            rows,
            "part",
            digest_of(standing),
            blank=blank,
            prepare=lambda form: form.offer(posts),
            data=posted,
        )

    def save(rows: RowSet) -> bool:
        return save_people(
            actor=page.actor,
            project=page.project,
            people=[(row.values["role"], row.values["post"]) for row in rows.typed],
            as_opened=rows.as_opened,
        )

    return page.rows(make, save)


@open_to(FINANCE_OFFICERS)
@require_http_methods(WAYS)
def project_budget(request: HttpRequest, code: str) -> HttpResponse:
    """The rows of the base budget."""
    page = part_page(request, code, "budget")
    if not isinstance(page, ProjectPart):
        return page
    fields = ("label", "year", "amount", "is_part", "note")
    return page.rows(
        rows_with_money(page, BaseBudgetRow, BaseBudgetRowForm, fields, "row"),
        lambda rows: save_base_budget(
            actor=page.actor, project=page.project, typed=rows.typed, as_opened=rows.as_opened
        ),
    )


@open_to(FINANCE_OFFICERS)
@require_http_methods(WAYS)
def project_fte(request: HttpRequest, code: str) -> HttpResponse:
    """Current FTE and the impact of each year."""
    page = part_page(request, code, "fte")
    if not isinstance(page, ProjectPart):
        return page
    horizon = page.reading.horizon
    years = sorted({*horizon.years, *FteImpact.objects.filter(project=page.project).values_list("year", flat=True)})

    def make(posted: Mapping[str, Any] | None, now: Mapping[str, Any]) -> FteForm:
        return FteForm(posted, initial=now, years=years, horizon=horizon)

    def stands() -> dict[str, Any]:
        project, impacts = _project(page), list(FteImpact.objects.filter(project=page.project))
        by_year = {row.year: row.fte for row in impacts}
        return {
            "current": project.current_fte,
            **{f"fte_{year}": by_year.get(year) for year in years},
            "as_opened": digest_of_fte(project, impacts),
        }

    def save(form: FteForm) -> bool:
        return save_fte(
            actor=page.actor,
            project=page.project,
            current=form.cleaned_data["current"],
            impacts=form.impacts,
            as_opened=form.cleaned_data["as_opened"],
        )

    return page.form(make, stands, save)


def _project(page: ProjectPart) -> Project:
    """The project as it stands now, with the rows that its facts name."""
    related = ("theme", "directorate", "service", "corporate_area", "current_block")
    return Project.objects.select_related(*related).get(pk=page.project.pk)


def _values(project: Project, names: tuple[str, ...]) -> dict[str, Any]:
    return {**{name: getattr(project, name) for name in names}, "as_opened": digest_of([project], names)}


def _places(reading: Reading, reader: Reader, project: Project | None = None) -> dict[str, list[Any]]:
    """Where a project may stand: what is in force, what it stands in now, and of directorates the reader's own."""
    on = today()
    directorates = [
        row
        for row in Directorate.objects.in_force(on)
        if reader.has_post(PostKind.PROGRAMME_OFFICER) or is_finance_of(reader, row.pk)
    ]
    services = list(Service.objects.in_force(on).select_related("directorate", "group").order_by("name", "pk"))
    services.sort(key=lambda row: str(row.directorate or row.group))
    found: dict[str, list[Any]] = {
        "themes": list(Theme.objects.of_programme(reading.programme)),
        "directorates": directorates,
        "services": services,
        "areas": list(CorporatePlanArea.objects.all()),
    }
    for name, own in (("directorates", "directorate"), ("services", "service")):
        present = getattr(project, own) if project else None
        if present is not None and present not in found[name]:
            found[name].append(present)
    return found
