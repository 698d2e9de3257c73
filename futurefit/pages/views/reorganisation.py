"""`/reorganisation/`: what was renamed, split, merged and moved, what waits to be assigned, and doing either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import READS_WHOLE_HISTORY, SEES_EVERYTHING, open_to
from futurefit.council.models import PostKind
from futurefit.council.successors import Unit, kind_of_unit
from futurefit.history.actors import Actor
from futurefit.history.models import Act
from futurefit.pages.act_table import ActTable
from futurefit.pages.reorganisation import moving_table, successors_read, waiting, waiting_table
from futurefit.pages.reorganisation_forms import (
    FORMS,
    KINDS,
    SEEN_PAGE,
    AssignForm,
    ReasonForm,
    ReorganisationForm,
)
from futurefit.ui.exports import export_table
from futurefit.ui.figures import Figure, cell_html
from futurefit.ui.filters import Problem
from futurefit.ui.form_fields import problems_of
from savings.links import figure
from savings.models import LineInPeriod
from savings.reading import Reading, read
from savings.rollups import scan
from savings.seen import seal
from savings.selection import Selection
from savings.services.reorganisation import (
    ASSIGNED,
    REORGANISATIONS,
    Effect,
    Standing,
    assign,
    effect_on,
    unassigned,
)
from savings.views.line_in_hand import add_refusal, closed

PROGRAMME_OFFICERS = frozenset({PostKind.PROGRAMME_OFFICER})
SHOWN = 200
"""How many lines the page of assigning offers at once; more follow as these are assigned."""

LIST, TITLE = "pages:reorganisation_list", "Reorganisation"
CHOSEN = ("chosen-line", "chosen-project", "chosen-service", "chosen-post")


@open_to(SEES_EVERYTHING)
def reorganisation_list(request: HttpRequest) -> HttpResponse:
    """What was reorganised so far, and what still stands in directorates and services that have ended."""
    reading = read(request, also=("export", "sort"))
    acts = Act.objects.filter(verb__in=(*REORGANISATIONS, ASSIGNED))
    if reading.moment is not None:
        acts = acts.filter(at__lte=reading.moment)
    reader = request.reader  # type: ignore[attr-defined]
    table = ActTable.of(
        request,
        acts,
        per_page=None,
        caption="What was reorganised",
        note=f"as at {reading.period_words} · the newest first. Nothing here can be changed",
        opens=bool(reader.kinds & READS_WHOLE_HISTORY),
        names=False,
    )
    if "export" in request.GET:
        return export_table(f"reorganisation {reading.period.label}", table, request.GET["export"])
    may = reading.period.is_open and reader.has_post(*PROGRAMME_OFFICERS)
    left = waiting(reading, successors_read(reading))
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "table": table,
        "waiting": waiting_table(reading, left, may_assign=may) if left else None,
        "lines": sum(each.lines for each in left),
        "acts": [(form.title, reverse(f"pages:reorganisation_{key}")) for key, form in FORMS.items()] if may else [],
    }
    return render(request, "pages/reorganisation_list.html", context)


@open_to(PROGRAMME_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def reorganisation_rename(request: HttpRequest) -> HttpResponse:
    """A directorate or service is called something else from a day on."""
    return _change(request, "rename")


@open_to(PROGRAMME_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def reorganisation_split(request: HttpRequest) -> HttpResponse:
    """A directorate or service gives way to several."""
    return _change(request, "split")


@open_to(PROGRAMME_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def reorganisation_merge(request: HttpRequest) -> HttpResponse:
    """Several directorates or services give way to one."""
    return _change(request, "merge")


@open_to(PROGRAMME_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def reorganisation_move(request: HttpRequest) -> HttpResponse:
    """A service stands in another directorate from a day on."""
    return _change(request, "move")


def _change(request: HttpRequest, key: str) -> HttpResponse:
    """The form, asked by the address; once it is filled in also what will happen; posted to, it happens."""
    made = FORMS[key]
    of = request.GET.get("of", "service" if key == "move" else "directorate")
    if of not in KINDS or (key == "move" and of != "service"):
        raise Http404(f"'{of[:40]}' cannot be reorganised so. Choose one of: {', '.join(KINDS)}.")
    names = made(of=of).fields
    reading = read(request, also=(*names, "of"))
    crumbs = [("Home", reverse("pages:home")), (TITLE, reverse(LIST) + reading.query)]
    if not reading.period.is_open:
        return closed(request, reading, made.title, crumbs)
    asked = any(name in request.GET for name in names)
    form = made(request.GET if asked else None, of=of)
    why = ReasonForm(request.POST) if request.method == "POST" else None
    found = form.is_valid()
    refusal: ValidationError | None = None
    if why is not None and found and why.is_valid():
        try:
            form.save(_officer(request), why.cleaned_data["reason"], _effect(why.cleaned_data["seen"]))
        except ValidationError as refused:
            refusal = refused
            add_refusal(form, refused)
        else:
            return _done(request, reading, form)
    effect = effect_on(form.olds) if found else None
    if effect is not None:
        kept = why.data.get("reason", "") if why is not None else ""
        sealed = seal(asdict(effect), SEEN_PAGE)
        bound = why is not None and bool(why.errors) and refusal is None
        why = ReasonForm({"reason": kept, "seen": sealed} if bound else None, initial={"reason": kept, "seen": sealed})
    context = {
        "reading": reading,
        "crumbs": crumbs,
        "form": form,
        "why": why,
        "of": of,
        "kinds": [] if key == "move" else [(kind, kind == of) for kind in KINDS],
        "effect": effect,
        "day": form.on if found else None,
        "moving": moving_table(reading, form) if found else None,
        "problems": [*problems_of(form), *(problems_of(why) if why is not None and why.is_bound else [])],
        "kept": list(reading.parameters().items()),
    }
    wrong = bool(context["problems"]) and (form.is_bound or request.method == "POST")
    status = 400 if wrong or request.method == "POST" else 200
    return render(request, "pages/reorganisation_change.html", context, status=status)


def _effect(shown: Any) -> Effect:
    return Effect(**{**shown, "posts": tuple(shown["posts"])})


def _done(request: HttpRequest, reading: Reading, form: ReorganisationForm) -> HttpResponse:
    act = Act.objects.filter(verb__in=REORGANISATIONS).latest("pk")
    messages.success(request, f"{act.sentence} Closed periods keep their shape.")
    if form.key != "split":
        return redirect(reverse(LIST) + reading.query)
    return redirect(_assign_url(reading, form.olds[0]))


def _assign_url(reading: Reading, unit: Unit) -> str:
    query = reading.query
    return f"{reverse('pages:reorganisation_assign')}{query}{'&' if query else '?'}{kind_of_unit(unit)}={unit.code}"


def _officer(request: HttpRequest) -> Actor:
    actor: Actor = request.reader.actor_as(PostKind.PROGRAMME_OFFICER)  # type: ignore[attr-defined]
    return actor


@dataclass(frozen=True)
class Choice:
    """One box: what it stands for, what it is called and what stands beside it; of a line also its amount as a cell."""

    name: str
    value: str
    label: str
    beside: str
    ticked: bool
    code: str = ""
    href: str = ""
    cell: str = ""


@open_to(PROGRAMME_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def reorganisation_assign(request: HttpRequest) -> HttpResponse:
    """What still stands in a directorate or service that ended, to be assigned to its successors, one or several."""
    reading = read(request, also=tuple(KINDS))
    crumbs = [("Home", reverse("pages:home")), (TITLE, reverse(LIST) + reading.query)]
    if not reading.period.is_open:
        return closed(request, reading, "Assign what was split", crumbs)
    unit = _unit_asked(request)
    known = successors_read(reading)
    after = known.present(unit) if unit is not None else []
    problems: list[Problem] = []
    form = AssignForm(request.POST if request.method == "POST" and unit else None, successors=after)
    if unit is not None and request.method == "POST":
        chosen = {name: request.POST.getlist(name) for name in CHOSEN}
        if form.is_valid():
            try:
                return _assigned(request, reading, unit, form, chosen)
            except ValidationError as refused:
                problems = [Problem("", "", words, "what") for words in refused.messages]
        else:
            problems = list(problems_of(form))
    left = _of_programme(reading, unassigned(unit)) if unit is not None else Standing([], [], [], [])
    lines, others = _choices(request, reading, unit, left) if unit is not None else ([], [])
    context = {
        "reading": reading,
        "crumbs": crumbs,
        "unit": unit,
        "kind": kind_of_unit(unit) if unit is not None else "",
        "after": after,
        "left": left,
        "lines": lines[:SHOWN],
        "unshown": max(len(lines) - SHOWN, 0),
        "others": others,
        "form": form,
        "problems": problems,
        "elsewhere": [] if unit is not None else waiting(reading, known),
        "list_url": reverse(LIST) + reading.query,
    }
    return render(request, "pages/reorganisation_assign.html", context, status=400 if problems else 200)


def _unit_asked(request: HttpRequest) -> Unit | None:
    """The ended directorate or service that the address names; None where it names none. Raises Http404."""
    asked = [(kind, code) for kind in KINDS for code in request.GET.getlist(kind)]
    if not asked:
        return None
    if len(asked) > 1:
        raise Http404("Ask for one directorate or service, not for several.")
    ((kind, code),) = asked
    found: Unit | None = KINDS[kind]._default_manager.filter(code=code, ends_on__isnull=False).first()
    if found is None:
        raise Http404(f"There is no {kind} “{code[:40]}” that has ended.")
    return found


def _of_programme(reading: Reading, left: Standing) -> Standing:
    """What stands there of the programme that is read; services and posts are the council's."""
    return Standing(
        [row for row in left.lines if row.period_id == reading.period.pk],
        [row for row in left.projects if row.programme_id == reading.programme.pk],
        left.services,
        left.posts,
    )


def _choices(
    request: HttpRequest, reading: Reading, unit: Unit, left: Standing
) -> tuple[list[Choice], list[tuple[str, str, list[Choice]]]]:
    """The lines with their amounts, and the services, projects and directors, each as a box that keeps its tick."""
    ticked = {(name, value) for name in CHOSEN for value in request.POST.getlist(name)}
    ids = {name: {value.partition(":")[0] for of, value in ticked if of == name} for name in CHOSEN}

    def choice(name: str, pk: int, value: str, label: str, beside: str = "", **of_a_line: Any) -> Choice:
        return Choice(name, value, label, beside, str(pk) in ids[name], **of_a_line)

    money = scan(reading.period, ("line",), where=Selection(**{kind_of_unit(unit): unit.pk})).each("line")

    def amount_of(row: LineInPeriod) -> Figure:
        found = money.get(row.line_id)
        return figure(reading, found.total, {"line": row.line.code}) if found else Figure(None)

    lines = [
        choice(
            "chosen-line",
            row.pk,
            f"{row.pk}:{row.version}",
            row.title,
            row.project_label,
            code=row.line.code,
            href=reverse("savings:line_detail", args=[row.line.code]) + reading.query,
            cell=cell_html(amount_of(row), reading.unit, label="Amount"),
        )
        for row in left.lines
    ]
    services = [choice("chosen-service", row.pk, str(row.pk), row.name) for row in left.services]
    projects = [
        choice("chosen-project", row.pk, f"{row.pk}:{row.version}", row.title, row.code) for row in left.projects
    ]
    posts = [choice("chosen-post", row.pk, str(row.pk), row.title) for row in left.posts]
    return lines, [
        ("Services", "With a service go its projects and lines that stand here.", services),
        ("Projects", "With a project go its lines that stand here.", projects),
        ("Directors", "Whose directorate it was. They keep what was theirs before, to read back in.", posts),
    ]


def _assigned(
    request: HttpRequest, reading: Reading, unit: Unit, form: AssignForm, chosen: dict[str, list[str]]
) -> HttpResponse:
    moved = assign(
        actor=_officer(request),
        old=unit,
        to=form.successor,
        reason=form.cleaned_data["reason"],
        lines=_versions(chosen["chosen-line"]),
        projects=_versions(chosen["chosen-project"]),
        services=_ids(chosen["chosen-service"]),
        posts=_ids(chosen["chosen-post"]),
    )
    told = [
        f"{count} {words if count == 1 else words + 's'}"
        for count, words in (
            (len(moved.services), "service"),
            (len(moved.projects), "project"),
            (len(moved.lines), "line"),
            (len(moved.posts), "post"),
        )
        if count
    ]
    messages.success(request, f"Assigned to {form.successor.name}: {', '.join(told)}.")
    return redirect(_assign_url(reading, unit))


def _versions(values: Sequence[str]) -> dict[int, int]:
    """The ids of rows with the versions that the page showed. Raises ValidationError for what no box of ours says."""
    pairs = [value.partition(":") for value in values]
    return dict(zip(_ids([pk for pk, _, _ in pairs]), _ids([version for _, _, version in pairs]), strict=True))


def _ids(values: Sequence[str]) -> list[int]:
    if not all(value.isascii() and value.isdigit() and len(value) < 16 for value in values):
        raise ValidationError("What was chosen cannot be read. Choose again.")
    return [int(value) for value in values]
