"""Parts that a project's pro-forma and a theme's concept paper have alike: milestones, risks, measures and the like.

Each is a page of its own, saved alone; who may change which, `futurefit.pages.parts` says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import open_to
from futurefit.access.today import today
from futurefit.council.models import Post, PostKind
from futurefit.history.as_opened import digest_of
from futurefit.pages.parts import OwnPart, part_page, theme_part_page
from futurefit.ui.editing import RowForm, RowSet
from projects.forms import EqualityForm, InvestmentRow, MeasureRow, MilestoneRow, in_unit_and_years
from projects.models import EqualityImpact, Investment, Milestone, Project, SuccessMeasure, Theme
from projects.permissions import CREATES, TENDS_DELIVERY, WRITES_THEMES
from projects.services.delivery import save_measures, save_milestones, shown_of_milestone
from projects.services.projects import save_equality
from projects.services.resources import save_investments
from projects.services.rows import owner_field, rows_of
from risks.forms import DependencyRow, RiskRow, ends, values_of
from risks.models import Dependency, Risk
from risks.services import save_dependencies, save_risks, scale_of

FINANCE_OFFICERS = frozenset({PostKind.FINANCE_OFFICER})
WAYS = ("GET", "HEAD", "POST")


@open_to(FINANCE_OFFICERS)
@require_http_methods(WAYS)
def project_investment(request: HttpRequest, code: str) -> HttpResponse:
    """What has to be spent to save."""
    page = part_page(request, code, "investment")
    return _investment(page) if isinstance(page, OwnPart) else page


@open_to(WRITES_THEMES)
@require_http_methods(WAYS)
def theme_investment(request: HttpRequest, slug: str) -> HttpResponse:
    """What has to be spent to save."""
    page = theme_part_page(request, slug, "investment")
    return _investment(page) if isinstance(page, OwnPart) else page


@open_to(TENDS_DELIVERY)
@require_http_methods(WAYS)
def project_milestones(request: HttpRequest, code: str) -> HttpResponse:
    """Milestones in the words as written, with what the words are read as."""
    page = part_page(request, code, "milestones")
    return _milestones(page) if isinstance(page, OwnPart) else page


@open_to(WRITES_THEMES)
@require_http_methods(WAYS)
def theme_milestones(request: HttpRequest, slug: str) -> HttpResponse:
    """Milestones in the words as written, with what the words are read as."""
    page = theme_part_page(request, slug, "milestones")
    return _milestones(page) if isinstance(page, OwnPart) else page


@open_to(TENDS_DELIVERY)
@require_http_methods(WAYS)
def project_risks(request: HttpRequest, code: str) -> HttpResponse:
    """Risks, what is done about them, and their three scores."""
    page = part_page(request, code, "risks")
    return _risks(page) if isinstance(page, OwnPart) else page


@open_to(WRITES_THEMES)
@require_http_methods(WAYS)
def theme_risks(request: HttpRequest, slug: str) -> HttpResponse:
    """Risks, what is done about them, and their three scores."""
    page = theme_part_page(request, slug, "risks")
    return _risks(page) if isinstance(page, OwnPart) else page


@open_to(CREATES)
@require_http_methods(WAYS)
def project_equality(request: HttpRequest, code: str) -> HttpResponse:
    """How far the equality impact is assessed."""
    page = part_page(request, code, "equality")
    return _equality(page) if isinstance(page, OwnPart) else page


@open_to(WRITES_THEMES)
@require_http_methods(WAYS)
def theme_equality(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the equality impact is assessed."""
    page = theme_part_page(request, slug, "equality")
    return _equality(page) if isinstance(page, OwnPart) else page


@open_to(CREATES)
@require_http_methods(WAYS)
def project_measures(request: HttpRequest, code: str) -> HttpResponse:
    """How success is judged."""
    page = part_page(request, code, "measures")
    return _measures(page) if isinstance(page, OwnPart) else page


@open_to(WRITES_THEMES)
@require_http_methods(WAYS)
def theme_measures(request: HttpRequest, slug: str) -> HttpResponse:
    """How success is judged."""
    page = theme_part_page(request, slug, "measures")
    return _measures(page) if isinstance(page, OwnPart) else page


@open_to(CREATES)
@require_http_methods(WAYS)
def project_dependencies(request: HttpRequest, code: str) -> HttpResponse:
    """What the project or theme needs, supports, or may count the same money as."""
    page = part_page(request, code, "dependencies")
    return _dependencies(page) if isinstance(page, OwnPart) else page


@open_to(WRITES_THEMES)
@require_http_methods(WAYS)
def theme_dependencies(request: HttpRequest, slug: str) -> HttpResponse:
    """What the project or theme needs, supports, or may count the same money as."""
    page = theme_part_page(request, slug, "dependencies")
    return _dependencies(page) if isinstance(page, OwnPart) else page


def _investment(page: OwnPart) -> HttpResponse:
    fields = tuple(name for group in InvestmentRow.layout for name in group.names)
    return page.rows(
        rows_with_money(page, Investment, InvestmentRow, fields, "investment"),
        lambda rows: save_investments(actor=page.actor, of=page.of, typed=rows.typed, as_opened=rows.as_opened),
    )


def _milestones(page: OwnPart) -> HttpResponse:
    fields = ("title", "date_as_written", "status", "completed_on", "written_on", "earliest", "latest")

    def prepare(form: RowForm) -> None:
        form.today = today()

    def shown(milestone: Milestone, name: str) -> Any:
        if name == "named":
            return f"{milestone.title} ({milestone.source})" if milestone.source else milestone.title
        return shown_of_milestone(milestone, name)

    return page.rows(
        _rows(page, Milestone, MilestoneRow, (*fields, "named"), "milestone", prepare=prepare, shown=shown),
        lambda rows: save_milestones(
            actor=page.actor, of=page.of, typed=rows.typed, today=today(), as_opened=rows.as_opened
        ),
        reads="Read the dates, save nothing",
    )


def _risks(page: OwnPart) -> HttpResponse:
    fields = tuple(name for group in RiskRow.layout for name in group.names)
    posts, scale = list(Post.objects.order_by("title", "pk")), scale_of(page.of.programme_id)
    return page.rows(
        _rows(page, Risk, RiskRow, fields, "risk", prepare=lambda form: form.offer(posts, scale), related=("owner",)),
        lambda rows: save_risks(actor=page.actor, of=page.of, typed=rows.typed, as_opened=rows.as_opened),
    )


def _equality(page: OwnPart) -> HttpResponse:

    def stands() -> dict[str, Any]:
        row = EqualityImpact.objects.filter(**{owner_field(page.of): page.of}).first()
        held = {name: getattr(row, name) for name in ("state", "reason", "done_on", "link")} if row else {}
        return {
            "state": "",
            "reason": "",
            "done_on": None,
            "link": "",
            **held,
            "as_opened": digest_of(filter(None, [row])),
        }

    def save(form: EqualityForm) -> bool:
        return save_equality(
            actor=page.actor,
            of=page.of,
            today=today(),
            as_opened=form.cleaned_data["as_opened"],
            **form.typed,
        )

    return page.form(made_of(EqualityForm), stands, save)


def _measures(page: OwnPart) -> HttpResponse:
    fields = tuple(name for group in MeasureRow.layout for name in group.names)
    return page.rows(
        _rows(page, SuccessMeasure, MeasureRow, fields, "measure"),
        lambda rows: save_measures(actor=page.actor, of=page.of, typed=rows.typed, as_opened=rows.as_opened),
    )


def _dependencies(page: OwnPart) -> HttpResponse:
    programme = page.reading.programme
    projects = Project.objects.of_programme(programme).visible_to(page.reading.scope).order_by("title", "pk")
    themes = Theme.objects.of_programme(programme)
    found = ends([row for row in themes if row != page.of], [row for row in projects if row != page.of])
    by_key = {end.form_key: end for end in found}

    def make(posted: Mapping[str, Any] | None) -> RowSet:
        standing = list(rows_of(Dependency, page.of, "from_").select_related("to_theme", "to_project"))
        rows = [
            (
                row.pk,
                {
                    "kind": row.kind,
                    "end": by_key.get(
                        f"theme-{row.to_theme_id}" if row.to_theme_id else f"project-{row.to_project_id}"
                    ),
                    "to_body": row.to_body,
                    "description": row.description,
                    "named": f"{row.get_kind_display()}: {row.to_theme or row.to_project or row.to_body}",
                },
            )
            for row in standing
        ]
        return RowSet(
            DependencyRow,
            rows,
            "dependency",
            digest_of(standing),
            prepare=lambda form: form.offer(found),
            data=posted,
        )

    def save(rows: RowSet) -> bool:
        return save_dependencies(
            actor=page.actor,
            of=page.of,
            typed=[replace(row, values=values_of(row.values)) for row in rows.typed],
            as_opened=rows.as_opened,
        )

    return page.rows(make, save)


def made_of(kind: type[Any]) -> Callable[[Mapping[str, Any] | None, Mapping[str, Any]], Any]:
    return lambda posted, now: kind(posted, initial=now)


def _rows(
    page: OwnPart,
    model: type[Any],
    form: type[RowForm],
    fields: tuple[str, ...],
    noun: str,
    *,
    prepare: Callable[[Any], None] = lambda form: None,
    shown: Callable[[Any, str], Any] = getattr,
    related: tuple[str, ...] = (),
) -> Callable[[Mapping[str, Any] | None], RowSet]:
    """The rows of a part, as they stand or as they were posted."""

    def make(posted: Mapping[str, Any] | None) -> RowSet:
        standing = list(rows_of(model, page.of).select_related(*related))
        rows = [(row.pk, {name: shown(row, name) for name in fields}) for row in standing]
        return RowSet(form, rows, noun, digest_of(standing), prepare=prepare, data=posted)

    return make


def rows_with_money(
    page: OwnPart, model: type[Any], form: type[RowForm], fields: tuple[str, ...], noun: str
) -> Callable[[Mapping[str, Any] | None], RowSet]:
    """The same of rows with an amount and a year: those of the plan, and any other in which an amount stands."""
    horizon = page.reading.horizon
    held = model._default_manager.filter(**{owner_field(page.of): page.of}, year__isnull=False).values_list(
        "year", flat=True
    )
    years = sorted({*horizon.years, *held})
    return _rows(
        page,
        model,
        form,
        fields,
        noun,
        prepare=lambda row: in_unit_and_years(row, page.reading.unit, years, horizon),
    )
