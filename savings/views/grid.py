"""`/projects/<code>/savings/`: the entry grid, where the amounts of a project are typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import HEADS_OF_SERVICE, open_to
from futurefit.council.models import PostKind
from futurefit.history.models import Act
from futurefit.ui.filters import Problem
from futurefit.values.money import Unit
from savings.grid import Grid
from savings.grid_form import LONGEST_REASON, GridForm, NotAsOpened
from savings.permissions import LineRight
from savings.reading import Reading, read
from savings.services.grid import TAKEN_BACK, AmountsRefused, Saved, save_amounts, take_back

MAY_ENTER = frozenset({PostKind.FINANCE_OFFICER}) | HEADS_OF_SERVICE
"""Finance officers enter amounts; heads of service say how theirs stand. Whose, `savings.permissions` says."""


@open_to(MAY_ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def grid_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Lines × years of a project in the open period; all that is typed is saved together or none of it.

    404 outside the reader's scope, 403 where nothing of the project is theirs to change. A closed period shows the
    way to the open one.
    """
    reading = replace(read(request, also=("saved",)), view="incremental", basis="all")
    projects = reading.projects().select_related("directorate", "service")
    project = projects.filter(code=code).first()
    if project is None:
        raise Http404(f"There is no project “{code[:40]}” that you can open.")
    grid = Grid(reading, project, request.reader)
    grid.require_a_right()
    if not reading.period.is_open:
        return _closed(request, grid)
    if request.method != "POST":
        return _page(request, grid, offer=_offer(grid, request.GET.get("saved")))
    if "undo" in request.POST:
        return _take_back(request, grid, _act(request.POST["undo"]))
    try:
        form = GridForm(request.POST, reading.unit)
    except NotAsOpened:
        words = "Nothing is saved: the page was not sent as it was opened. Type into the grid below"
        return _page(request, grid, problems=[Problem("grid", "", words, "grid")])
    if "open" in request.POST:
        return _page(request, grid, form=form, opens=True)
    return _save(request, grid, form)


def _save(request: HttpRequest, grid: Grid, form: GridForm) -> HttpResponse:
    problems = list(_problems_of(form, grid.reading))
    if problems or not form.is_readable:
        return _page(request, grid, form=form, problems=problems)
    try:
        saved = save_amounts(
            actor=grid.actor,
            period=grid.reading.period,
            project=grid.project,
            changes=form.changes,
            right=grid.right,
            reason=form.reason,
        )
    except AmountsRefused:
        return _page(request, grid, form=form, refused=True)
    except ValidationError as refused:
        field = "reason" if hasattr(refused, "error_dict") else "grid"
        return _page(
            request, grid, form=form, problems=[Problem(field, "", words, field) for words in refused.messages]
        )
    return _back_on_the_grid(request, grid, saved, "Saved {}.")


def _problems_of(form: GridForm, reading: Reading):
    """What is wrong with the page as a whole."""
    if form.period != reading.period.label:
        words = f"{form.period[:40] or 'The period'} was closed since you opened the page"
        what = f"{words}. What you typed stands below for {reading.period.spoken}: look at it and save again"
        yield Problem("period", form.period, what, "grid")
    if len(form.reason) > LONGEST_REASON:
        words = f"Why: write at most {LONGEST_REASON:,} characters, not {len(form.reason):,}"
        yield Problem("reason", form.reason, words, "reason")
    if "\x00" in form.reason:
        yield Problem("reason", form.reason, "Why: it holds a character that cannot be kept. Type it again", "reason")


def _take_back(request: HttpRequest, grid: Grid, act: Act) -> HttpResponse:
    try:
        saved = take_back(actor=grid.actor, period=grid.reading.period, project=grid.project, act=act, right=grid.right)
    except AmountsRefused:
        words = "Nothing was taken back: some of the amounts were changed since, or their lines have left the grid"
        return _page(request, grid, problems=[Problem("undo", "", words, "grid")])
    except ValidationError as refused:
        return _page(request, grid, problems=[Problem("undo", "", words, "grid") for words in refused.messages])
    return _back_on_the_grid(request, grid, saved, "Undone: {} as before.")


def _back_on_the_grid(request: HttpRequest, grid: Grid, saved: Saved | None, words: str) -> HttpResponse:
    query = grid.reading.parameters()
    if saved is None:
        messages.info(request, "Nothing was changed, so nothing was saved.")
    else:
        messages.success(request, words.format(f"{saved.cells:,} amount{'' if saved.cells == 1 else 's'}"))
        query["saved"] = str(saved.act.pk)
    address = reverse("savings:grid_edit", args=[grid.project.code])
    return redirect(f"{address}?{urlencode(query)}" if query else address)


def _act(number: str) -> Act:
    """The act of this number. Raises Http404 for what is none."""
    is_number = number.isascii() and number.isdigit() and len(number) <= 18
    act = Act.objects.filter(pk=int(number)).first() if is_number else None
    if act is None:
        raise Http404(f"There is no act '{number[:40]}'.")
    return act


def _offer(grid: Grid, number: str | None) -> Act | None:
    """The act that was just saved, where it can be taken back."""
    if number is None:
        return None
    act = _act(number)
    return act if grid.can_take_back(act) else None


def _page(
    request: HttpRequest,
    grid: Grid,
    *,
    form: GridForm | None = None,
    problems: Sequence[Problem] = (),
    offer: Act | None = None,
    opens: bool = False,
    refused: bool = False,
) -> HttpResponse:
    """The grid, with what was typed and what stands in the way. `refused` says that a save was."""
    table = grid.table(form, opens=opens)
    found = [] if opens else [*problems, *table.problems()]
    reading = grid.reading
    if refused and not found:
        found = [Problem("grid", "", "Somebody changed the same amounts at the same moment. Save again", "grid")]
    enters = grid.right_over_project is LineRight.AMOUNTS
    context = {
        "reading": reading,
        "crumbs": _crumbs(grid),
        "project": grid.project,
        "table": table,
        "problems": found,
        "summary": table.summary() if found else "",
        "form": None,
        "reason": form.reason if form else "",
        "offer": offer,
        "offers_again": offer is not None and offer.verb == TAKEN_BACK,
        "withdrawn": [(line, _line_address(line.line.code, enters)) for line in grid.withdrawn],
        "hides_lines": grid.hides_lines,
        "order_url": reverse("savings:line_order", args=[grid.project.code]) + reading.query if enters else "",
        "withdrawn_url": reverse("savings:withdrawn_list", args=[grid.project.code]) + reading.query,
        "add_url": reverse("savings:line_add", args=[grid.project.code]) + reading.query if enters else "",
        "action": request.path + reading.query,
        "units": [(unit, _address(request, reading, unit)) for unit in Unit],
        "asks_why": any(problem.field_id == "reason" for problem in found),
    }
    return render(request, "savings/grid.html", context, status=400 if found else 200)


def _closed(request: HttpRequest, grid: Grid) -> HttpResponse:
    """The way to the open period; whatever was posted to a closed one is refused."""
    reading = grid.reading
    present = next((period for period in reading.periods if period.is_open), None)
    kept = urlencode(reading.parameters(period=None))
    context = {
        "reading": reading,
        "crumbs": _crumbs(grid),
        "project": grid.project,
        "present": present,
        "open_url": f"{request.path}?{kept}" if kept else request.path,
        "problems": [],
    }
    status = 200
    if request.method == "POST":
        words = f"{reading.period.spoken} is closed: its figures never change. Nothing was saved"
        context["problems"], status = [Problem("period", reading.period.label, words, "")], 400
    return render(request, "savings/grid_closed.html", context, status=status)


def _crumbs(grid: Grid) -> list[tuple[str, str]]:
    query = grid.reading.query
    dossier = reverse("pages:project_detail", args=[grid.project.code])
    projects = reverse("pages:project_list") + query
    return [("Home", reverse("pages:home")), ("Projects", projects), (grid.project.title, dossier + query)]


def _line_address(code: str, enters: bool) -> str:
    """Where a withdrawn line is looked at, and by whoever may restored."""
    return reverse("savings:line_restore" if enters else "savings:line_detail", args=[code])


def _address(request: HttpRequest, reading: Reading, unit: Unit) -> str:
    return f"{request.path}?{urlencode(replace(reading, unit=unit).parameters() | {'unit': unit.value})}"
