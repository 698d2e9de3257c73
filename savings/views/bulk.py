"""Setting facts on many lines: choose them on the line list, see what will change, change them, take it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import open_to
from futurefit.history.models import Act
from futurefit.ui.filters import LIST_PARAMETERS, Problem
from savings.filters import LineFilterSet
from savings.line_amounts import Amount
from savings.line_forms import SEVERAL_PAGE, BulkForm, key_of_fact
from savings.models import LineInPeriod
from savings.permissions import may_change_lines_of
from savings.reading import Reading, read
from savings.rollups import scan
from savings.seen import NOT_AS_OPENED, seal, unseal
from savings.services.bulk import (
    SET,
    UNDONE,
    ChangedMeanwhile,
    Preview,
    in_words,
    preview,
    set_on_lines,
    undo_set,
    verbose_name,
    what_undoing_does,
    with_groups,
)
from savings.views.line_in_hand import FINANCE_OFFICERS, closed, finance

TITLE = "Change several lines"
SHOWN = 100
"""How many lines a preview names; the counts above them are of all."""

RECENT = 20


@dataclass(frozen=True)
class Chosen:
    """The lines asked for, how they were chosen in words, and what is wrong with the address."""

    rows: list[LineInPeriod] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_change(request: HttpRequest) -> HttpResponse:
    """The lines of `?chosen=`, or with `?every=yes` all that fit the filter, and what `?set-…=` would change on them.

    Posted to, it changes them all or none: a line that somebody changed since the preview stops the whole.
    """
    reading = read(request, also=set(request.GET) - LIST_PARAMETERS)
    crumbs = [("Home", reverse("pages:home")), ("Savings lines", reverse("savings:line_list") + reading.query)]
    form = BulkForm(request.GET if _asks_to_set(request) else None, period=reading.period, prefix="set")
    chosen = _chosen(request, reading, form)
    if chosen.problems:
        context = {"reading": reading, "problems": chosen.problems, "crumbs": crumbs}
        return render(request, "savings/bulk_change.html", context, status=400)
    if not reading.period.is_open:
        return closed(request, reading, TITLE, crumbs)
    values = form.values if form.is_bound and form.is_valid() else {}
    refusals: list[str] = []
    meanwhile: list[Meanwhile] = []
    if request.method == "POST" and values:
        try:
            return _change(request, reading, values)
        except ChangedMeanwhile as refused:
            refusals = refused.messages
            meanwhile = _both_values(request, refused.rows, values)
        except ValidationError as refused:
            refusals = refused.messages
        chosen = _chosen(request, reading, form)
    found = preview(chosen.rows, values, _is_mine(request)) if values else None
    context = {
        "reading": reading,
        "crumbs": crumbs,
        "form": form,
        "count": len(chosen.rows),
        "words": chosen.words,
        "kept": _kept(request),
        "list_url": _list_url(request, reading),
        "found": found,
        "shown": found.changing[:SHOWN] if found else [],
        "unshown": max(len(found.changing) - SHOWN, 0) if found else 0,
        "seen": _seen(found, values) if found else "",
        "problems": [Problem("", "", message, "what") for message in refusals],
        "meanwhile": meanwhile,
        "nothing_set": form.is_bound and form.is_valid() and not values,
    }
    wrong = bool(refusals) or (form.is_bound and not form.is_valid()) or (request.method == "POST" and not values)
    return render(request, "savings/bulk_change.html", context, status=400 if wrong else 200)


OWN = ("chosen", "every")


def _asks_to_set(request: HttpRequest) -> bool:
    return any(name.startswith("set-") for name in request.GET)


def _chosen(request: HttpRequest, reading: Reading, form: BulkForm) -> Chosen:
    """The lines that the address names, in the order of the list: two queries, or three for a filter."""
    known = {f"set-{name}" for name in form.fields}
    filters = request.GET.copy()
    for name in request.GET:
        if name in OWN or name in known:
            filters.pop(name)
    asked = LineFilterSet(filters, reading=reading)
    problems = list(asked.problems)
    every = request.GET.getlist("every")
    if every and every != ["yes"]:
        problems.append(Problem("every", every[0], f"every: “{every[0][:40]}” cannot be used. It can be: yes."))
    if problems:
        return Chosen(problems=problems)
    lines = LineInPeriod.objects.in_period(reading.period).visible_to(reading.scope)
    if every:
        figures = scan(reading.period, where=asked.selection, basis=reading.basis, scope=reading.scope)
        amount = Amount(figures.rollup(view=reading.view), asked.chosen_measure, asked.chosen_year)
        words = asked.words() or ["Every line of the programme."]
        return Chosen(list(with_groups(asked.listed(amount))), words)
    codes = list(dict.fromkeys(request.GET.getlist("chosen")))
    plain = [code for code in codes if "\x00" not in code]
    rows = list(with_groups(lines.filter(line__code__in=plain))) if plain else []
    missing = set(codes) - {row.line.code for row in rows}
    problems = [
        Problem("chosen", code, f"There is no savings line “{code[:40]}” in {reading.period.spoken} to change.")
        for code in codes
        if code in missing
    ]
    return Chosen(rows, problems=problems)


def _is_mine(request: HttpRequest):
    reader = request.reader  # type: ignore[attr-defined]
    return lambda row: may_change_lines_of(reader, row.directorate_id)


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What the form carries along: the lines chosen, or the filter."""
    return [(name, value) for name, values in request.GET.lists() if not name.startswith("set-") for value in values]


def _list_url(request: HttpRequest, reading: Reading) -> str:
    """The list that the lines were chosen from."""
    query = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        if name not in OWN and not name.startswith("set-"):
            query.setlist(name, values)
    return f"{reverse('savings:line_list')}?{query.urlencode()}" if query else reverse("savings:line_list")


def _seen(found: Preview, values: Mapping[str, Any]) -> str:
    """The lines that would change, with their versions and what they say of what would be set."""
    rows = [
        [row.pk, row.version, [key_of_fact(getattr(row, name)) for name in values]] for row, _changes in found.changing
    ]
    return seal({"set": list(values), "rows": rows}, SEVERAL_PAGE)


def _seen_rows(request: HttpRequest, values: Mapping[str, Any]) -> list[Any]:
    """The lines as the preview showed them. Raises ValidationError where it was a preview of other facts."""
    seen = unseal(request.POST.get("seen", ""), SEVERAL_PAGE)
    if seen["set"] != list(values):
        raise ValidationError(NOT_AS_OPENED)
    rows: list[Any] = seen["rows"]
    return rows


def _change(request: HttpRequest, reading: Reading, values: Mapping[str, Any]) -> HttpResponse:
    """Change the lines that the preview showed, then show what was done. Raises ValidationError and writes nothing."""
    versions = {pk: version for pk, version, _said in _seen_rows(request, values)}
    directorates = LineInPeriod.objects.filter(pk__in=versions).order_by().values_list("directorate_id", flat=True)
    reader = request.reader  # type: ignore[attr-defined]
    if not all(may_change_lines_of(reader, directorate_id) for directorate_id in directorates.distinct()):
        raise PermissionDenied("Some of these lines are in a directorate that another finance officer looks after.")
    reason = request.POST.get("reason", "").strip()[:1_000].replace("\x00", "")
    act, _count = set_on_lines(
        actor=finance(request), period=reading.period, values=values, versions=versions, reason=reason
    )
    return redirect(_done_url(reading, act))


def _done_url(reading: Reading, act: Act) -> str:
    query = QueryDict(mutable=True)
    query.update(reading.parameters(act=str(act.pk)))
    return f"{reverse('savings:bulk_done')}?{query.urlencode()}"


@dataclass(frozen=True)
class Meanwhile:
    """A line that somebody changed between preview and apply: what the preview showed, and what it says now."""

    line: LineInPeriod
    was: str
    now: str


def _both_values(request: HttpRequest, rows: list[LineInPeriod], values: Mapping[str, Any]) -> list[Meanwhile]:
    seen = {pk: said for pk, _version, said in _seen_rows(request, values)}
    found = []
    for row in rows:
        was, now = [], []
        for name, key in zip(values, seen[row.pk], strict=True):
            was.append(f"{verbose_name(name)}: {_said(name, key)}")
            now.append(f"{verbose_name(name)}: {in_words(name, getattr(row, name))}")
        if was == now:
            now.append("something else of the line was changed")
        if row.withdrawn:
            now.append("withdrawn")
        found.append(Meanwhile(row, "; ".join(was), "; ".join(now)))
    return found


def _said(name: str, key: str | None) -> str:
    """What the seal keeps of a fact, in words: a row is kept by its number."""
    related = LineInPeriod._meta.get_field(name).related_model
    if related is None or key is None:
        return in_words(name, key)
    return str(related._default_manager.filter(pk=key).first() or "not stated")  # type: ignore[union-attr]


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_done(request: HttpRequest) -> HttpResponse:
    """What was done to several lines by `?act=`, and taking it back; without it, the latest such acts."""
    reading = read(request, also=("act",))
    crumbs = [("Home", reverse("pages:home")), ("Savings lines", reverse("savings:line_list") + reading.query)]
    acts = Act.objects.filter(programme_slug=reading.programme.slug, verb__in=(SET, UNDONE))
    if "act" not in request.GET:
        if request.method == "POST":
            raise Http404("Name the act to take back.")
        recent = acts.filter(at__gte=reading.period.opened_at)
        if reading.period.closed_at is not None:
            recent = recent.filter(at__lte=reading.period.closed_at)
        links = [(act, _done_url(reading, act)) for act in recent.order_by("-at", "-pk")[:RECENT]]
        context = {"reading": reading, "acts": links, "crumbs": crumbs}
        return render(request, "savings/bulk_recent.html", context)
    text = request.GET["act"]
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
    act = acts.filter(pk=number).first()
    if act is None:
        raise Http404(f"No change of several lines has the number “{text[:40]}”.")
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            return _undo(request, reading, act)
        except ValidationError as refused:
            problems = [Problem("", "", message) for message in refused.messages]
    undoing = what_undoing_does(act, reading.period) if act.verb == SET and reading.period.is_open else None
    mine = undoing is not None and all(_is_mine(request)(row) for row, _before in undoing.back)
    context = {
        "reading": reading,
        "act": act,
        "undoing": undoing if mine else None,
        "is_undoing": act.verb == UNDONE,
        "problems": problems,
        "crumbs": crumbs,
    }
    return render(request, "savings/bulk_done.html", context, status=400 if problems else 200)


def _undo(request: HttpRequest, reading: Reading, act: Act) -> HttpResponse:
    found = what_undoing_does(act, reading.period)
    if not all(_is_mine(request)(row) for row, _before in found.back):
        raise PermissionDenied("Some of these lines are in a directorate that another finance officer looks after.")
    undone, count, stay = undo_set(actor=finance(request), act=act, period=reading.period)
    words = f"Taken back: {count} line{'' if count == 1 else 's'} say{'s' if count == 1 else ''} what was said before."
    if stay:
        words += f" Changed since and left as they are: {', '.join(row.title for row in stay[:10])}"
        words += f" and {len(stay) - 10} more." if len(stay) > 10 else "."
    messages.success(request, words)
    return redirect(_done_url(reading, undone))
