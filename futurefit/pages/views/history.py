"""`/history/`: who did what, when and why; the rows behind an act; and the history of one object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, READS_WHOLE_HISTORY, SEES_EVERYTHING, open_to
from futurefit.council.models import Directorate, Service
from futurefit.history.models import Act, ActSubject
from futurefit.history.querysets import kind_of
from futurefit.history.reads import changes_of, count_rows_of
from futurefit.history.tracking import history_model
from futurefit.pages.act_filters import ActFilterSet, acts_of
from futurefit.pages.act_table import ActTable
from futurefit.ui.exports import export_table
from futurefit.ui.pagination import page_of
from projects.models import Milestone, Project, Theme
from projects.querysets import owned_visible_to
from risks.models import Risk, RiskAction
from savings.copied_rows import former_rows
from savings.line_changes import amounts_by_act
from savings.models import Decision, LineInPeriod, SavingsLine
from savings.querysets import in_periods_up_to
from savings.reading import Reading, read
from savings.views.decision_record import decision_in_hand

ROWS_OF_A_KIND = 200
"""How many rows of one kind the page of an act lists; an import can have written thousands."""

NOT_TOLD = frozenset({"version", "order", "password", "as_seen", "submitted_by_user", "accepted_by_user"})
"""Fields that say nothing to a reader."""

Subjects = Iterable[tuple[str, Any]]
"""Kinds with the ids, or a query of the ids, of what an act can be about."""


@open_to(SEES_EVERYTHING)
def act_list(request: HttpRequest) -> HttpResponse:
    """Every act asked for, the newest first. With an invalid filter: what is wrong, no row, status 400."""
    reading = read(request, also=request.GET)
    asked = ActFilterSet(request.GET, reading=reading)
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "controls": asked.controls(),
        "problems": asked.problems,
    }
    if not asked.is_valid():
        return render(request, "pages/act_list.html", context, status=400)
    look = {
        "caption": "Acts",
        "note": f"{reading.programme}, {_until(reading)}. Nothing here can be changed",
        "opens": _opens(request),
        "names": True,
    }
    table = ActTable.of(request, asked.qs, **look)
    if "export" in request.GET:
        return export_table(f"history {reading.programme.slug}", table, request.GET["export"], asked.words())
    context |= {"table": table, "count": table.page.paginator.count, "words": asked.words()}
    return render(request, "pages/act_list.html", context)


@open_to(READS_WHOLE_HISTORY)
def act_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One act with the rows it wrote: each field that changed, from what to what."""
    reading = read(request, also=("page",))
    act = get_object_or_404(Act.objects.prefetch_related("subjects"), pk=pk)
    changes = changes_of(act, at_most=ROWS_OF_A_KIND, former=former_rows)
    written = count_rows_of(act) if len(changes) >= ROWS_OF_A_KIND else len(changes)
    told = [
        (change, field if field.field not in NOT_TOLD else None)
        for change in changes
        for field in ([each for each in change.fields if each.field not in NOT_TOLD] or [None])
    ]
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home")), ("History", reverse("pages:act_list") + reading.query)],
        "act": act,
        "subjects": [subject.label for subject in act.subjects.all()],
        "page": page_of(told, request.GET.get("page")),
        "rows": len(changes),
        "more": max(written - len(changes), 0),
    }
    return render(request, "pages/act_detail.html", context)


@open_to(EVERY_POST)
def project_history(request: HttpRequest, code: str) -> HttpResponse:
    """What was done to a project, its lines, milestones and risks."""
    reading = _reading(request)
    project = reading.projects().filter(code=code).first()
    if project is None:
        raise Http404(f"There is no project “{code[:40]}” that you can open.")
    subjects = [
        (kind_of(Project), [project.pk]),
        (kind_of(Milestone), Milestone.objects.filter(project=project.pk).values("pk")),
        (kind_of(Risk), Risk.objects.filter(project=project.pk).values("pk")),
        (kind_of(SavingsLine), LineInPeriod.objects.filter(project=project.pk).values("line_id")),
    ]
    page = reverse("pages:project_detail", args=[project.code]) + reading.query
    acts = _told_to(reading, _about(reading, subjects))
    return _history(request, reading, project.title, page, acts, "with its lines and milestones")


@open_to(EVERY_POST)
def line_history(request: HttpRequest, code: str) -> HttpResponse:
    """What was done to a savings line, and to its amounts from what to what."""
    reading = _reading(request)
    lines = LineInPeriod.objects.filter(line__code=code, line__programme=reading.programme)
    shown = lines.filter(in_periods_up_to(reading.period, "period__"))
    newest = shown.order_by("-period__ends_on", "-period").values("pk")[:1]
    line = lines.filter(pk=Subquery(newest)).visible_to(reading.scope).first()
    if line is None:
        raise Http404(f"There is no savings line “{code[:40]}” that you can open.")
    subjects = [(kind_of(SavingsLine), [line.line_id])]
    page = reverse("savings:line_detail", args=[code]) + reading.query
    acts = _told_to(reading, _about(reading, subjects))
    amounts = amounts_by_act(line.line_id, reading.horizon)
    return _history(request, reading, line.title, page, acts, "in every period", amounts)


@open_to(EVERY_POST)
def decision_history(request: HttpRequest, code: str) -> HttpResponse:
    """What was done to a decision, and by it."""
    reading = _reading(request)
    decision = decision_in_hand(reading, code)
    page = reverse("savings:decision_detail", args=[decision.code]) + reading.query
    acts = _told_to(reading, _about(reading, [(kind_of(Decision), [decision.pk])]))
    return _history(request, reading, f"Decision {decision.code}", page, acts, "recorded, changed and confirmed")


@open_to(EVERY_POST)
def theme_history(request: HttpRequest, slug: str) -> HttpResponse:
    """What was done to a theme, its own milestones and risks."""
    reading = _reading(request)
    theme = reading.rows(Theme).filter(programme_id=reading.programme.pk, slug=slug).first()
    if theme is None:
        raise Http404(f"{reading.programme} has no theme “{slug[:40]}”.")
    subjects = [
        (kind_of(Theme), [theme.pk]),
        (kind_of(Milestone), Milestone.objects.filter(theme=theme.pk).values("pk")),
        (kind_of(Risk), Risk.objects.filter(theme=theme.pk).values("pk")),
    ]
    page = reverse("pages:theme_detail", args=[theme.slug]) + reading.query
    acts = _told_to(reading, _about(reading, subjects))
    return _history(request, reading, theme.name, page, acts, "with its own milestones and risks")


@open_to(EVERY_POST)
def risk_history(request: HttpRequest, code: str) -> HttpResponse:
    """What was done to a risk and its actions: every act that wrote a row of these or names the risk."""
    reading = _reading(request)
    visible = reading.rows(Risk).filter(owned_visible_to(reading.scope), programme_id=reading.programme.pk)
    risk = visible.filter(code=code).first()
    if risk is None:
        raise Http404(f"There is no risk “{code[:40]}” that you can open.")
    wrote = Q(pk__in=history_model(Risk)._default_manager.filter(id=risk.pk, act__isnull=False).values("act_id"))
    wrote |= Q(
        pk__in=history_model(RiskAction)._default_manager.filter(risk_id=risk.pk, act__isnull=False).values("act_id")
    )
    named = ActSubject.objects.filter(kind=kind_of(Risk), object_id=risk.pk, act=OuterRef("pk"))
    acts = _told_to(reading, acts_of(reading).filter(wrote | Q(Exists(named))))
    page = reverse("pages:risk_detail", args=[code]) + reading.query
    return _history(request, reading, f"Risk {code}", page, acts, "with its actions")


@open_to(EVERY_POST)
def directorate_history(request: HttpRequest, code: str) -> HttpResponse:
    """What was done to a directorate and its services."""
    reading = _reading(request)
    directorate = reading.rows(Directorate).filter(code=code).first() or Directorate.objects.filter(code=code).first()
    if directorate is None:
        raise Http404(f"There is no directorate “{code[:40]}”.")
    subjects = [
        (kind_of(Directorate), [directorate.pk]),
        (kind_of(Service), Service.objects.filter(directorate=directorate.pk).values("pk")),
    ]
    page = reverse("pages:directorate_detail", args=[directorate.code]) + reading.query
    acts = _told_to(reading, _about(reading, subjects))
    return _history(request, reading, directorate.name, page, acts, "with its services")


def _reading(request: HttpRequest) -> Reading:
    return read(request, also=("page", "sort"))


def _about(reading: Reading, subjects: Subjects) -> QuerySet[Any]:
    """The acts that name any of these objects."""
    condition = Q()
    for kind, ids in subjects:
        condition |= Q(kind=kind, object_id__in=ids)
    return acts_of(reading).filter(Exists(ActSubject.objects.filter(condition, act=OuterRef("pk"))))


def _told_to(reading: Reading, acts: QuerySet[Any]) -> QuerySet[Any]:
    """Without acts that name a project or line which the reader may not see: themes are open to everybody.

    A line counts as seen where the reader sees it in the period read.
    """
    if reading.scope.everything:
        return acts
    projects = Project.objects.visible_to(reading.scope).values("pk")
    lines = LineInPeriod.objects.filter(period=reading.period).visible_to(reading.scope).values("line_id")
    hidden = (Q(kind=kind_of(Project)) & ~Q(object_id__in=projects)) | (
        Q(kind=kind_of(SavingsLine)) & ~Q(object_id__in=lines)
    )
    return acts.filter(~Exists(ActSubject.objects.filter(hidden, act=OuterRef("pk"))))


def _history(
    request: HttpRequest,
    reading: Reading,
    name: str,
    page: str,
    acts: QuerySet[Any],
    what: str,
    amounts: Mapping[int, str] | None = None,
) -> HttpResponse:
    table = ActTable.of(
        request,
        acts,
        caption=f"History of {name}",
        note=f"{what[:1].upper()}{what[1:]}, {_until(reading)}",
        opens=_opens(request),
        names=False,
        amounts=amounts,
    )
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home")), (name, page)],
        "name": name,
        "table": table,
    }
    return render(request, "pages/object_history.html", context)


def _opens(request: HttpRequest) -> bool:
    """Whether the reader may open the rows behind an act."""
    return bool(request.reader.kinds & READS_WHOLE_HISTORY)  # type: ignore[attr-defined]


def _until(reading: Reading) -> str:
    if reading.moment is None:
        return "the newest first"
    return f"up to the closing of {reading.period.spoken}, the newest first"
