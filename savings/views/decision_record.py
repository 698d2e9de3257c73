"""`/decisions/new/` and `/decisions/<code>/edit/`: recording a decision, and changing it until it is confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import open_to
from futurefit.ui.filters import LIST_PARAMETERS, Problem
from futurefit.ui.form_fields import problems_of
from futurefit.values.money import Unit
from projects.models import Project
from savings.decided import State, decisions_read, state_of
from savings.deciding import Change, LineYear, Link, Wrong, reverse_kind, reversed_changes
from savings.decision_entry import MOST_LINES, Entry
from savings.decision_forms import DecisionForm
from savings.filters import LineFilterSet
from savings.models import Decision, LineInPeriod
from savings.permissions import may_change_lines_of
from savings.reading import Reading, read
from savings.selection import Selection
from savings.services.decisions import (
    change_decision,
    changes_of,
    held_of,
    links_of,
    record_decision,
)
from savings.services.grid import standing_of
from savings.services.lines import NewLine, add_lines
from savings.views.line_in_hand import FINANCE_OFFICERS, add_refusal, cannot, closed, finance

TITLE = "Record a decision"
NOT_MINE = "Some of these lines are in a directorate that another finance officer looks after."
FOUND_AT_MOST = 30
LONGEST_SEARCH = 100

KINDS: Mapping[str, str] = {
    Decision.Kind.APPROVE: "Proposed amounts become approved. From then on their targets change only by a decision.",
    Decision.Kind.RE_PROFILE: "Approved amounts move between the years of a line; the sum of its years stays.",
    Decision.Kind.WRITE_OUT: "Approved amounts are lowered towards nought: they will not come.",
    Decision.Kind.REPLACE: "Other lines take the place of approved amounts; nothing is lost or gained over the lines.",
    Decision.Kind.CORRECT: "Approved amounts were entered wrongly and are put right, either way.",
}
"""What each kind of decision does, for whoever chooses one."""

ACTIONS = frozenset({"record", "show", "find", "add", "add_by", "new_line"})


@dataclass
class Chosen:
    """The lines of a form, those that replace them, and what is wrong with the choice.

    ``draft`` is the decision that is changed, ``undone`` the one that a new decision undoes.
    """

    lines: list[LineInPeriod] = field(default_factory=list)
    news: list[LineInPeriod] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    draft: Decision | None = None
    undone: Decision | None = None


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def decision_new(request: HttpRequest) -> HttpResponse:
    """Choose the kind, then the lines (`?line=`, `?by=` for those that replace), then type; `?undoes=` reverses one.

    `?chosen=` is what the line list sends, with its filters, which do not matter here.
    """
    known = {"kind", "line", "by", "chosen", "undoes", *LineFilterSet.base_filters, *LIST_PARAMETERS}
    reading = read(request, also=known)
    crumbs = _crumbs(reading)
    if not reading.period.is_open:
        return closed(request, reading, TITLE, crumbs)
    undone = _undone(reading, request.GET.get("undoes"))
    if isinstance(undone, str):
        return cannot(request, reading, TITLE, undone, crumbs)
    if undone is not None:
        refuse_decision_not_mine(request, reading, undone)
    kind = request.GET.get("kind", "") or (reverse_kind(undone.kind) if undone else "")
    if kind and kind not in KINDS:
        raise Http404(f"“{kind[:40]}” is not a kind of decision. Choose one of: {', '.join(KINDS)}.")
    if not kind:
        return _choose_kind(request, reading)
    return _form(request, reading, kind, undone=undone)


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def decision_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Say anew what a decision decides, until it is confirmed; it takes effect in the open period."""
    reading = read(request)
    decision = decision_in_hand(reading, code)
    crumbs = [*_crumbs(reading), (decision.code, decision_url(reading, decision))]
    title = f"Change decision {decision.code}"
    if not reading.period.is_open:
        return closed(request, reading, title, crumbs)
    state = state_of(reading, decision)
    if state in (State.CONFIRMED, State.WITHDRAWN):
        words = (
            "It is confirmed: it is undone only by another decision."
            if state is State.CONFIRMED
            else "It was withdrawn. Record another."
        )
        return cannot(request, reading, title, words, crumbs)
    refuse_decision_not_mine(request, reading, decision)
    return _form(request, reading, decision.kind, draft=decision)


def decision_in_hand(reading: Reading, code: str) -> Decision:
    """The decision as read. Raises Http404 in words."""
    found: Decision | None = None if "\x00" in code else decisions_read(reading).filter(code=code).first()
    if found is None:
        raise Http404(f"There is no decision “{code[:40]}” that you can open in {reading.period.spoken}.")
    return found


def is_mine_to_change(request: HttpRequest, reading: Reading, decision: Decision) -> bool:
    """Whether every line that the decision names is the reader's to change; only officers of some directorates ask."""
    reader = request.reader  # type: ignore[attr-defined]
    if reader.finance_of_all_directorates:
        return True
    named = _rows(reading).filter(line__in=decision.items.order_by().values("line"))
    directorates = named.order_by().values_list("directorate_id", flat=True).distinct()
    return all(may_change_lines_of(reader, directorate_id) for directorate_id in directorates)


def refuse_decision_not_mine(request: HttpRequest, reading: Reading, decision: Decision) -> None:
    """Raises PermissionDenied where a line that the decision names is not the reader's to change, whatever is sent."""
    if not is_mine_to_change(request, reading, decision):
        raise PermissionDenied(NOT_MINE)


def decision_url(reading: Reading, decision: Decision) -> str:
    return reverse("savings:decision_detail", args=[decision.code]) + reading.query


def _crumbs(reading: Reading) -> list[tuple[str, str]]:
    return [("Home", reverse("pages:home")), ("Decisions", reverse("savings:decision_list") + reading.query)]


def _undone(reading: Reading, code: str | None) -> Decision | str | None:
    """The decision that is to be undone, or in words why it cannot be."""
    if code is None:
        return None
    decision = decision_in_hand(reading, code)
    if decision.confirmed_at is None:
        return f"Decision {decision.code} is not confirmed, so there is nothing to undo. Withdraw it instead."
    by = decision.undone_by.filter(withdrawn_at__isnull=True).order_by("pk").last()
    if by is not None:
        return f"Decision {decision.code} is undone by decision {by.code} already."
    return decision


def _choose_kind(request: HttpRequest, reading: Reading) -> HttpResponse:
    chosen = _chosen(reading, _codes(request.GET, "line", "chosen"), [])
    _refuse_what_is_not_mine(request, chosen)
    if request.method == "POST":
        chosen.problems.append(Problem("kind", "", "Kind of decision: nothing is chosen. Choose one below.", ""))
    carried = [("line", line.line.code) for line in chosen.lines]
    kinds = [
        (
            Decision.Kind(kind).label,
            f"{request.path}?{urlencode([*reading.parameters().items(), ('kind', kind), *carried])}",
            words,
        )
        for kind, words in KINDS.items()
    ]
    context = {
        "reading": reading,
        "crumbs": _crumbs(reading),
        "kinds": kinds,
        "lines": chosen.lines,
        "problems": chosen.problems,
    }
    return render(request, "savings/decision_kind.html", context, status=400 if chosen.problems else 200)


def _form(
    request: HttpRequest,
    reading: Reading,
    kind: str,
    *,
    draft: Decision | None = None,
    undone: Decision | None = None,
) -> HttpResponse:
    """The form of one kind: opened with nothing, with a draft or with the reverse of what is undone; or as typed."""
    source = draft or undone
    changes = changes_of(source.items.all()) if source else []
    links = links_of(source) if source else []
    chosen = _lines_asked(request, reading, changes, links, reverses=undone is not None)
    chosen.draft, chosen.undone = draft, undone
    _refuse_what_is_not_mine(request, chosen)
    held = held_of(standing_of(reading.period, [line.line_id for line in (*chosen.lines, *chosen.news)]))
    if request.method != "POST":
        after, stated, linked = _opened_with(kind, changes, links, held, undone)
        entry = Entry(kind, reading, chosen.lines, chosen.news, held, after=after, stated=stated, linked=linked)
        form = DecisionForm.of(draft, today=reading.today) if draft else _empty_form(kind, reading, undone)
        return _page(request, reading, entry, form, chosen)
    try:
        seen = Entry.unsealed(request.POST.get("seen", ""), kind)
    except ValidationError as refused:
        chosen.problems += [Problem("", "", words, "amounts") for words in refused.messages]
        seen = {}
    entry = Entry(kind, reading, chosen.lines, chosen.news, held, typed=request.POST, seen=seen)
    form = DecisionForm(request.POST, kind=kind, today=reading.today)
    do = request.POST.get("do", "")
    if do.startswith("drop-"):
        return _page(request, reading, entry, form, chosen)
    if do not in ACTIONS:
        chosen.problems.append(Problem("do", do, f"“{do[:40]}” is nothing that this page does. Use its buttons."))
    if do == "new_line" and not chosen.problems:
        return _with_new_line(request, reading, entry, form, chosen)
    if do != "record" or chosen.problems:
        return _page(request, reading, entry, form, chosen, shows=do == "show")
    return _record(request, reading, entry, form, chosen)


def _lines_asked(
    request: HttpRequest, reading: Reading, changes: Sequence[Change], links: Sequence[Link], *, reverses: bool
) -> Chosen:
    """The lines of the form: those that it sends, with those it adds and without the one it drops; else those named."""
    if request.method == "POST":
        do = request.POST.get("do", "")
        dropped = do.removeprefix("drop-") if do.startswith("drop-") else ""
        lines, news = _codes(request.POST, "line"), _codes(request.POST, "by")
        lines += _codes(request.POST, "found") if do == "add" else []
        news += _codes(request.POST, "found") if do == "add_by" else []
        lines, news = ([code for code in codes if code != dropped] for codes in (lines, news))
        return _chosen(reading, lines, news)
    if changes:
        new_ids = {link.old_id if reverses else link.new_id for link in links}
        ids = [change.at.line_id for change in changes]
        rows = {row.line_id: row for row in _rows(reading).filter(line_id__in=ids)}
        named = [rows[line_id] for line_id in dict.fromkeys(ids) if line_id in rows]
        chosen = Chosen([row for row in named if row.line_id not in new_ids])
        chosen.news = [row for row in named if row.line_id in new_ids]
        return chosen
    return _chosen(reading, _codes(request.GET, "line", "chosen"), _codes(request.GET, "by"))


def _codes(data: Any, *names: str) -> list[str]:
    return [code for name in names for code in data.getlist(name)]


def _rows(reading: Reading):
    lines = LineInPeriod.objects.filter(period=reading.period).visible_to(reading.scope)
    return lines.select_related("line", "project", "directorate")


def _chosen(reading: Reading, lines: Iterable[str], news: Iterable[str]) -> Chosen:
    """The lines of these codes as they stand, with what is wrong with the choice."""
    asked, by = list(dict.fromkeys(lines)), list(dict.fromkeys(news))
    plain = [code for code in (*asked, *by) if "\x00" not in code]
    rows = {row.line.code: row for row in _rows(reading).filter(line__code__in=plain)} if plain else {}
    found = Chosen()
    for code in (*asked, *by):
        if code not in rows:
            words = f"There is no savings line “{code[:40]}” in {reading.period.spoken} that a decision can name."
            found.problems.append(Problem("line", code, words, "lines"))
    if len(asked) + len(by) > MOST_LINES:
        words = f"{len(asked) + len(by)} lines are chosen, and one form takes {MOST_LINES}. Record several decisions."
        found.problems.append(Problem("line", "", words, "lines"))
        return found
    found.lines = [rows[code] for code in asked if code in rows]
    found.news = [rows[code] for code in by if code in rows]
    if both := [row.title for row in found.news if row in found.lines]:
        words = f"{both[0]} cannot be replaced and replace another in the same decision."
        found.problems.append(Problem("by", "", words, "lines"))
        found.news = [row for row in found.news if row not in found.lines]
    return found


def _refuse_what_is_not_mine(request: HttpRequest, chosen: Chosen) -> None:
    """Raises PermissionDenied where a line is not the reader's to change."""
    reader = request.reader  # type: ignore[attr-defined]
    if not all(may_change_lines_of(reader, row.directorate_id) for row in (*chosen.lines, *chosen.news)):
        raise PermissionDenied(NOT_MINE)


def _opened_with(
    kind: str, changes: Sequence[Change], links: Sequence[Link], held: Mapping[int, Any], undone: Decision | None
) -> tuple[dict[LineYear, int], dict[LineYear, Any], list[Link]]:
    """The targets, splits and links that the form begins with."""
    if undone is None:
        after = {change.at: change.after for change in changes}
        return after, {change.at: change.stated for change in changes}, list(links)
    back = [Link(link.new_id, link.old_id, link.year, link.amount) for link in links]
    return reversed_changes(undone.kind, changes, held), {}, back


def _empty_form(kind: str, reading: Reading, undone: Decision | None) -> DecisionForm:
    initial = {"reason": f"Undoes decision {undone.code} of {undone.body}."} if undone else {}
    return DecisionForm(kind=kind, today=reading.today, initial=initial)


def _record(
    request: HttpRequest,
    reading: Reading,
    entry: Entry,
    form: DecisionForm,
    chosen: Chosen,
) -> HttpResponse:
    """Record what was typed, or draw the page again with everything that is in the way."""
    if not form.is_valid() or not entry.is_readable:
        wrong = entry.wrong() if entry.is_readable else []
        return _page(request, reading, entry, form, chosen, wrong=wrong, refused=True)
    said: dict[str, Any] = {
        "actor": finance(request),
        "period": reading.period,
        "new": form.new,
        "changes": entry.changes,
        "links": entry.links,
    }
    try:
        if chosen.draft is None:
            decision = record_decision(kind=entry.kind, undoes=chosen.undone, **said)
        else:
            version = request.POST.get("version", "")
            shown = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
            decision = change_decision(decision=chosen.draft, version=shown, **said)
    except ValidationError as refused:
        wrong = _wrongs(refused, form)
        return _page(request, reading, entry, form, chosen, wrong=wrong, refused=True)
    what = "Changed" if chosen.draft else "Recorded"
    messages.success(
        request, f"{what} decision {decision.code}. It changes nothing until the head of finance confirms it."
    )
    return redirect(decision_url(reading, decision))


def _wrongs(refused: ValidationError, form: DecisionForm) -> list[Wrong]:
    """The rules that were broken; a refusal of a fact goes onto its field."""
    if not hasattr(refused, "error_dict"):
        return [Wrong(words) for words in refused.messages]
    errors = refused.error_dict.pop("items", [])
    if refused.error_dict:
        add_refusal(form, refused)
    return [(each.params or {}).get("wrong") or Wrong(" ".join(each.messages)) for each in errors]


def _with_new_line(
    request: HttpRequest,
    reading: Reading,
    entry: Entry,
    form: DecisionForm,
    chosen: Chosen,
) -> HttpResponse:
    """Add a line without amounts for the replacement at once, and draw the form with it."""
    title, code = request.POST.get("new_title", "").strip(), request.POST.get("new_project", "")
    projects = Project.objects.of_programme(reading.programme).visible_to(reading.scope)
    project = None if "\x00" in code else projects.filter(code=code).select_related(*OF_PROJECT).first()
    if not title:
        chosen.problems.append(Problem("new_title", "", "Title of the new line: nothing is entered.", "new_title"))
    if project is None:
        what = f"“{code[:40]}” cannot be chosen. Choose one from the list." if code else "nothing is chosen."
        chosen.problems.append(Problem("new_project", code, f"Project of the new line: {what}", "new_project"))
    elif not may_change_lines_of(request.reader, project.directorate_id):  # type: ignore[attr-defined]
        raise PermissionDenied("Another finance officer looks after the lines of this directorate.")
    if project is not None and title:
        try:
            (line,) = add_lines(
                actor=finance(request),
                period=reading.period,
                lines=[NewLine(title=title, project=project)],
                reason="Takes its amounts from a decision that replaces others by it.",
            )
        except ValidationError as refused:
            chosen.problems += [Problem("new_title", title, words, "new_title") for words in refused.messages]
        else:
            chosen.news.append(line)
            held = held_of(standing_of(reading.period, [each.line_id for each in (*chosen.lines, *chosen.news)]))
            entry = Entry(entry.kind, reading, chosen.lines, chosen.news, held, typed=request.POST, seen=entry.seen)
            messages.success(request, f"Added the savings line {line.line.code} “{line.title}”, without amounts.")
    return _page(request, reading, entry, form, chosen, keeps_new_line=bool(chosen.problems))


OF_PROJECT = ("programme", "theme", "directorate", "service", "corporate_area")


def _page(
    request: HttpRequest,
    reading: Reading,
    entry: Entry,
    form: DecisionForm,
    chosen: Chosen,
    *,
    wrong: Sequence[Wrong] = (),
    shows: bool = False,
    refused: bool = False,
    keeps_new_line: bool = False,
) -> HttpResponse:
    """The form with what was typed. `shows` says what the decision does; `refused` that it was to be recorded."""
    if not refused and form.is_bound:
        form = DecisionForm(kind=entry.kind, today=reading.today, initial=form.data.dict())  # type: ignore[attr-defined]
    problems = list(chosen.problems)
    if shows or refused:
        problems += entry.problems(wrong)
    if refused:
        problems += problems_of(form)
    foreseen = entry.wrong() if shows and entry.is_readable and entry.changes else []
    draft = chosen.draft
    context = {
        "reading": reading,
        "crumbs": [*_crumbs(reading), *([(draft.code, decision_url(reading, draft))] if draft else [])],
        "title": f"Change decision {draft.code}"
        if draft
        else f"Record a decision: {Decision.Kind(entry.kind).label.lower()}",
        "kind": entry.kind,
        "kind_words": KINDS[entry.kind],
        "kinds_url": reverse("savings:decision_new") + reading.query,
        "draft": draft,
        "version": draft.version if draft else None,
        "undone": chosen.undone,
        "entry": entry,
        "form": form,
        "problems": problems,
        "summary": "The decision was not recorded" if refused else "This cannot be used as it is typed",
        "foreseen": foreseen,
        "shows": shows and not problems,
        "find": request.POST.get("find", "")[:LONGEST_SEARCH],
        "found": _found(request, reading, entry) if _is_searching(request) else None,
        "list_url": f"{reverse('savings:line_list')}{reading.query}",
        "units": [(unit, _in_unit(request, reading, unit)) for unit in Unit] if request.method != "POST" else [],
        "new_title": request.POST.get("new_title", "") if keeps_new_line else "",
        "new_project": request.POST.get("new_project", "") if keeps_new_line else "",
        "projects": _projects(reading) if entry.kind == Decision.Kind.REPLACE else [],
        "leave_url": decision_url(reading, draft) if draft else reverse("savings:decision_list") + reading.query,
    }
    return render(request, "savings/decision_record.html", context, status=400 if problems else 200)


def _is_searching(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get("do") == "find"


def _found(request: HttpRequest, reading: Reading, entry: Entry) -> list[LineInPeriod]:
    """The lines whose code, title, reference, note or project holds every word, but for those on the form."""
    words = request.POST.get("find", "")[:LONGEST_SEARCH].replace("\x00", " ").split()
    lines = _rows(reading).filter(withdrawn=False).exclude(line_id__in=[line.line_id for line in entry.every_line])
    for word in words:
        lines = lines.filter(Selection(text=word).q() | Q(project_label__icontains=word))
    return list(lines.order_by("line__order", "line__code")[: FOUND_AT_MOST + 1])


def _projects(reading: Reading) -> list[tuple[str, str]]:
    projects = Project.objects.of_programme(reading.programme).visible_to(reading.scope)
    return list(projects.order_by("title", "code").values_list("code", "title"))


def _in_unit(request: HttpRequest, reading: Reading, unit: Unit) -> str:
    query = request.GET.copy()
    query["unit"] = unit.value
    return f"{request.path}?{query.urlencode()}"
