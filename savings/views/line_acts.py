"""Acts on one line: withdrawing, restoring, duplicating, moving to another project, putting it in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.history.models import Act, ActSubject
from futurefit.history.querysets import kind_of
from futurefit.ui.exports import export_table
from futurefit.ui.filters import Problem
from projects.models import Project
from savings.line_forms import DuplicateForm, MoveForm, RestoreForm, WithdrawForm
from savings.links import decision_on
from savings.models import LineInPeriod, SavingsLine
from savings.permissions import can_change_lines, may_change_lines_of
from savings.reading import Reading, read
from savings.services.line_acts import Carried, duplicate_line, place_line, restore_line
from savings.services.lines import STAYS_IN_THE_PLAN, change_line, kept_by_decisions, withdraw_line
from savings.tables import WithdrawnLineTable
from savings.views.line_in_hand import (
    FINANCE_OFFICERS,
    add_refusal,
    cannot,
    closed,
    crumbs_of,
    crumbs_of_project,
    finance,
    line_in_hand,
    line_to_change,
    line_url,
    project_in_hand,
    refuse_what_is_not_mine,
)

MOST_PROJECTS_FOUND = 20
LONGEST_SEARCH = 100


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def line_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Withdrawing a line, with a reason; it keeps its rows and can be restored in the same period."""
    reading, line, instead = line_to_change(request, code, "Withdraw this line")
    if instead is not None:
        return instead
    standing, written_out = kept_by_decisions(line.positions.all())
    if standing:
        years = ", ".join(reading.horizon.label(row.year) for row in standing)
        words = f"It holds approved amounts ({years}): withdrawing them needs a decision."
        href = decision_on(reading, [line.line.code], kind="write_out")
        link = "Record a decision to write them out"
        return cannot(request, reading, "Withdraw this line", words, crumbs_of(reading, line), href=href, link=link)
    if written_out:
        words, href = f"It cannot be withdrawn: {STAYS_IN_THE_PLAN}.", line_url(reading, line)
        crumbs = crumbs_of(reading, line)
        return cannot(request, reading, "Withdraw this line", words, crumbs, href=href, link="Back to the line")
    form = WithdrawForm(initial={"version": line.version})
    if request.method == "POST":
        form = WithdrawForm(request.POST)
        if form.is_valid():
            try:
                withdraw_line(actor=finance(request), line=line, **form.cleaned_data)
            except ValidationError as refused:
                form = _reopened(form, line_in_hand(reading, code))
                add_refusal(form, refused)
            else:
                messages.success(request, f"Withdrew “{line.title}”. It counts in no total; it can be restored.")
                return redirect(line_url(reading, line))
    context = {"reading": reading, "line": line, "form": form, "crumbs": crumbs_of(reading, line)}
    return render(request, "savings/line_withdraw.html", context, status=400 if form.errors else 200)


def _reopened(form: Any, line: LineInPeriod) -> Any:
    """The same words again on top of the line's present version, after a stale save was refused."""
    again = type(form)({**{name: form.data.get(name, "") for name in form.fields}, "version": line.version})
    again.full_clean()
    return again


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def line_restore(request: HttpRequest, code: str) -> HttpResponse:
    """Taking back that a line was withdrawn."""
    reading, line, instead = line_to_change(request, code, "Restore this line", withdrawn_too=True)
    if instead is not None:
        return instead
    if not line.withdrawn:
        words = f"{line.title} is not withdrawn: it counts in every total of {reading.period.spoken}."
        href = line_url(reading, line)
        crumbs = crumbs_of(reading, line)
        return cannot(request, reading, "Restore this line", words, crumbs, href=href, link="Back to the line")
    form = RestoreForm(initial={"version": line.version})
    if request.method == "POST":
        form = RestoreForm(request.POST)
        if form.is_valid():
            try:
                restore_line(actor=finance(request), line=line, **form.cleaned_data)
            except ValidationError as refused:
                form = _reopened(form, line_in_hand(reading, code))
                add_refusal(form, refused)
            else:
                messages.success(request, f"Restored “{line.title}”. It counts in the totals again.")
                return redirect(line_url(reading, line))
    context = {
        "reading": reading,
        "line": line,
        "form": form,
        "why": _withdrawals([line]).get(line.line_id),
        "crumbs": crumbs_of(reading, line),
    }
    return render(request, "savings/line_restore.html", context, status=400 if form.errors else 200)


def _withdrawals(lines: list[LineInPeriod]) -> dict[int, Act]:
    """The act that last withdrew each line, by the line's id: one query."""
    named = ActSubject.objects.filter(
        kind=kind_of(SavingsLine),
        object_id__in=[line.line_id for line in lines],
        act__verb="savings.line_withdrawn",
    )
    return {subject.object_id: subject.act for subject in named.select_related("act").order_by("act__at", "act_id")}


@open_to(EVERY_POST)
def withdrawn_list(request: HttpRequest, code: str) -> HttpResponse:
    """The withdrawn lines of a project as they stand in the period, with who withdrew each, when and why."""
    reading = read(request, also=("export",))
    project = project_in_hand(reading, code)
    lines = LineInPeriod.objects.filter(period=reading.period, project=project, withdrawn=True)
    rows = list(lines.visible_to(reading.scope).select_related("line"))
    acts = _withdrawals(rows)
    for row in rows:
        row.act = acts.get(row.line_id)
        row.may_restore = (
            reading.period.is_open
            and can_change_lines(request.reader)
            and may_change_lines_of(request.reader, row.directorate_id)
        )
    table = WithdrawnLineTable.of(
        request,
        rows,
        per_page=None,
        reading=reading,
        caption="Withdrawn lines",
        note=f"{project.title} · they count in no total · as at {reading.period_words}",
        exclude=() if any(row.may_restore for row in rows) else ("restore",),
    )
    if "export" in request.GET:
        return export_table(f"withdrawn lines {project.code} {reading.period.label}", table, request.GET["export"])
    crumbs = crumbs_of_project(reading, project)
    context = {"reading": reading, "project": project, "table": table, "crumbs": crumbs}
    return render(request, "savings/withdrawn_list.html", context)


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def line_duplicate(request: HttpRequest, code: str) -> HttpResponse:
    """A line like this one, with or without its amounts."""
    reading, line, instead = line_to_change(request, code, "Duplicate this line")
    if instead is not None:
        return instead
    form = DuplicateForm(initial={"title": f"{line.title} (copy)"[:250], "carried": Carried.NOTHING.value})
    if request.method == "POST":
        form = DuplicateForm(request.POST)
        if form.is_valid():
            try:
                copy = duplicate_line(
                    actor=finance(request),
                    line=line,
                    title=form.cleaned_data["title"],
                    carried=Carried(form.cleaned_data["carried"]),
                )
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, f"Added “{copy.title}” as {copy.line.code}, right after {line.line.code}.")
                return redirect(line_url(reading, copy))
    context = {"reading": reading, "line": line, "form": form, "crumbs": crumbs_of(reading, line)}
    return render(request, "savings/line_duplicate.html", context, status=400 if form.errors else 200)


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def line_move(request: HttpRequest, code: str) -> HttpResponse:
    """Moving a line to another project: find it (`?q=`), see what changes with it (`?to=`), and move it."""
    reading, line, instead = line_to_change(request, code, "Move this line", also=("q", "to"))
    if instead is not None:
        return instead
    context = {"reading": reading, "line": line, "crumbs": crumbs_of(reading, line)}
    if "to" not in request.GET:
        if request.method == "POST":
            raise Http404("Choose the project first.")
        return _find_project(request, reading, line, context)
    found = _projects_to_move_to(request, reading, line).filter(code=request.GET["to"])
    project = found.select_related("theme", "directorate", "service").first()
    if project is None:
        words = f"There is no other project “{request.GET['to'][:40]}” that you can move lines to. Find one below."
        context["problems"] = [Problem("to", request.GET["to"], words, "id_q")]
        return _find_project(request, reading, line, context)
    form = MoveForm(initial={"version": line.version, "place": MoveForm.KEEP})
    if request.method == "POST":
        form = MoveForm(request.POST)
        if form.is_valid():
            changes: dict[str, object] = {"project": project}
            if form.cleaned_data["place"] == MoveForm.FOLLOW:
                changes |= {"directorate": project.directorate, "service": project.service}
            try:
                change_line(
                    actor=finance(request),
                    line=line,
                    changes=changes,
                    version=form.cleaned_data["version"],
                    reason=form.cleaned_data["reason"],
                )
            except ValidationError as refused:
                line = line_in_hand(reading, code)
                form = _reopened(form, line)
                add_refusal(form, refused)
            else:
                messages.success(request, f"Moved “{line.title}” to {project.title}.")
                return redirect(line_url(reading, line))
    context |= {"line": line, "form": form, "project": project, "with_it": _with_it(line, project)}
    return render(request, "savings/line_move.html", context, status=400 if form.errors else 200)


def _projects_to_move_to(request: HttpRequest, reading: Reading, line: LineInPeriod) -> QuerySet[Project]:
    """Every other project whose lines are the reader's to change."""
    projects = Project.objects.of_programme(reading.programme).exclude(pk=line.project_id)
    reader = request.reader  # type: ignore[attr-defined]
    if not reader.finance_of_all_directorates:
        projects = projects.filter(directorate_id__in=reader.finance_directorate_ids)
    return projects


def _find_project(request: HttpRequest, reading: Reading, line: LineInPeriod, context: dict[str, Any]) -> HttpResponse:
    asked = request.GET.get("q", "").strip()
    problems = list(context.get("problems", []))
    if len(asked) > LONGEST_SEARCH:
        words = f"Project: write at most {LONGEST_SEARCH} characters, not {len(asked)}."
        problems.append(Problem("q", asked, words, "id_q"))
    found: list[Project] = []
    if asked and not problems:
        projects = _projects_to_move_to(request, reading, line)
        for word in asked.split():
            projects = projects.filter(
                Q(title__icontains=word) | Q(code__icontains=word) | Q(reference__icontains=word)
            )
        found = list(projects.select_related("theme", "directorate")[: MOST_PROJECTS_FOUND + 1])
    context |= {
        "asked": asked[:LONGEST_SEARCH],
        "problems": problems,
        "found": [(project, f"?{_query(reading, to=project.code)}") for project in found[:MOST_PROJECTS_FOUND]],
        "more": len(found) > MOST_PROJECTS_FOUND,
        "most": MOST_PROJECTS_FOUND,
        "carried": list(reading.parameters().items()),
    }
    return render(request, "savings/line_move_find.html", context, status=400 if problems else 200)


def _query(reading: Reading, **changes: str) -> str:
    return urlencode(reading.parameters(**changes))


@dataclass(frozen=True)
class WithIt:
    """What becomes of one fact of a line that is moved: as it is, and as it will be, in words."""

    fact: str
    now: str
    then: str


def _with_it(line: LineInPeriod, project: Project) -> list[WithIt]:
    """What changes with the project, what can follow it, and what stays."""

    def either(own: Any, of_project: Any) -> str:
        if own == of_project:
            return f"{own or 'Not stated'}, the same in the new project"
        return f"{own or 'Not stated'} if it keeps its own; {of_project or 'not stated'} if it takes the project’s"

    theme = project.theme or "No theme"
    same_theme = line.theme == project.theme
    return [
        WithIt("Project", str(line.project), str(project)),
        WithIt(
            "Theme", str(line.theme or "No theme"), f"{theme}, {'as now' if same_theme else 'it follows the project'}"
        ),
        WithIt("Directorate", str(line.directorate or "Not stated"), either(line.directorate, project.directorate)),
        WithIt("Service", str(line.service or "Not stated"), either(line.service, project.service)),
    ]


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def line_order(request: HttpRequest, code: str) -> HttpResponse:
    """The lines of a project in their order, each with a button up and down, and a choice of what to put it after."""
    reading = read(request)
    project = project_in_hand(reading, code)
    crumbs = crumbs_of_project(reading, project)
    lines = list(
        LineInPeriod.objects.in_period(reading.period)
        .filter(project=project)
        .select_related("line", "period__programme", "project")
    )
    mine = {line.pk for line in lines if may_change_lines_of(request.reader, line.directorate_id)}
    if not mine:
        refuse_what_is_not_mine(request, project.directorate_id)
    if not reading.period.is_open:
        return closed(request, reading, "Order of the lines", crumbs)
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            line, after = _placing(request, lines)
            if line.pk not in mine:
                raise PermissionDenied("Another finance officer looks after this line.")
            place_line(actor=finance(request), line=line, after=after)
        except ValidationError as refused:
            problems = [Problem("line", "", message, "id_line") for message in refused.messages]
        else:
            messages.success(request, f"“{line.title}” stands {f'after “{after.title}”' if after else 'first'}.")
            return redirect(f"{request.path}{reading.query}#line-{line.pk}")
    context = {
        "reading": reading,
        "project": project,
        "crumbs": crumbs,
        "problems": problems,
        "places": _places(lines, mine),
        "lines": lines,
        "mine": [line for line in lines if line.pk in mine],
    }
    return render(request, "savings/line_order.html", context, status=400 if problems else 200)


@dataclass(frozen=True)
class Place:
    """A line in the order, and what its buttons send: the line and what to put it after (0: first)."""

    line: LineInPeriod
    up: str
    down: str


def _places(lines: list[LineInPeriod], mine: set[int]) -> list[Place]:
    places = []
    for at, line in enumerate(lines):
        before = lines[at - 2].pk if at > 1 else 0
        up = f"{line.pk}:{before}" if at and line.pk in mine else ""
        down = f"{line.pk}:{lines[at + 1].pk}" if at + 1 < len(lines) and line.pk in mine else ""
        places.append(Place(line, up, down))
    return places


def _placing(request: HttpRequest, lines: list[LineInPeriod]) -> tuple[LineInPeriod, LineInPeriod | None]:
    """The line and what to put it after, from a button or from the two lists. Raises ValidationError."""
    by_id = {str(line.pk): line for line in lines}
    asked, _, after = (request.POST.get("place") or "").partition(":")
    if not asked:
        asked, after = request.POST.get("line", ""), request.POST.get("after", "")
    if asked not in by_id:
        raise ValidationError("Line to put elsewhere: choose one from the list.")
    if after != "0" and after not in by_id:
        raise ValidationError("Put it after: choose one from the list.")
    if after == asked:
        raise ValidationError("Put it after: choose another line than the one to put elsewhere.")
    return by_id[asked], by_id.get(after)
