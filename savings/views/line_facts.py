"""Adding a savings line to a project, and changing the facts of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import open_to
from savings.line_forms import LineForm, facts_of, key_of_fact, seen_of
from savings.models import LineInPeriod
from savings.reading import read
from savings.services.lines import NewLine, add_lines, change_line
from savings.views.line_in_hand import (
    FINANCE_OFFICERS,
    add_refusal,
    closed,
    crumbs_of,
    crumbs_of_project,
    finance,
    grid_url,
    is_stale,
    line_in_hand,
    line_to_change,
    line_url,
    project_in_hand,
    refuse_what_is_not_mine,
)


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def line_add(request: HttpRequest, code: str) -> HttpResponse:
    """A new line of a project: it starts where the project stands, and the form says so."""
    reading = read(request)
    project = project_in_hand(reading, code)
    refuse_what_is_not_mine(request, project.directorate_id)
    crumbs = crumbs_of_project(reading, project)
    if not reading.period.is_open:
        return closed(request, reading, "Add a savings line", crumbs)
    form = LineForm.for_new_line(project, period=reading.period, reader=request.reader)
    if request.method == "POST":
        form = LineForm(request.POST, period=reading.period, reader=request.reader)
        form.say_what_is_the_project_s(project)
        if form.is_valid():
            new = NewLine(project=project, follows_project=False, **form.facts)
            try:
                (line,) = add_lines(actor=finance(request), period=reading.period, lines=[new])
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, f"Added “{line.title}” to {project.title} as {line.line.code}.")
                another = request.POST.get("then") == "another"
                return redirect(f"{request.path}{reading.query}" if another else grid_url(reading, project))
    context = {"reading": reading, "project": project, "form": form, "crumbs": crumbs}
    return render(request, "savings/line_add.html", context, status=400 if form.errors else 200)


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def line_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The facts of a line. What somebody else changed meanwhile is shown beside what was typed, never overwritten."""
    reading, line, instead = line_to_change(request, code, "Change this line")
    if instead is not None:
        return instead
    form = LineForm.of(line, period=reading.period, reader=request.reader)
    theirs: list[Theirs] = []
    if request.method == "POST":
        form = LineForm(request.POST, line=line, period=reading.period, reader=request.reader)
        if form.is_valid():
            said = facts_of(line)
            changes = {name: value for name, value in form.facts.items() if value != said[name]}
            version = form.cleaned_data["seen"]["version"]
            if not changes and version == line.version:
                messages.info(request, "Nothing was changed: the line says so already.")
                return redirect(line_url(reading, line))
            try:
                change_line(actor=finance(request), line=line, changes=changes, version=version)
            except ValidationError as refused:
                if is_stale(refused):
                    form, theirs = _reopened(request, form, line_in_hand(reading, code))
                else:
                    add_refusal(form, refused)
            else:
                messages.success(request, f"Changed {line.line.code}. Its history says what from and to what.")
                return redirect(line_url(reading, line))
    context = {
        "reading": reading,
        "line": line,
        "form": form,
        "theirs": theirs,
        "crumbs": crumbs_of(reading, line),
    }
    return render(request, "savings/line_edit.html", context, status=400 if form.errors else 200)


@dataclass(frozen=True)
class Theirs:
    """A fact that somebody else changed while the form was open: what it was, what it is now, and what was typed."""

    label: str
    was: str
    now: str
    typed: str


def _reopened(request: HttpRequest, form: LineForm, now: LineInPeriod) -> tuple[LineForm, list[Theirs]]:
    """What was typed on top of the line as it stands now, and each fact that somebody else changed meanwhile.

    What was typed is kept; a fact that was not touched is shown as it is now.
    """
    seen = form.cleaned_data["seen"]["facts"]
    data = request.POST.copy()
    data["seen"] = seen_of(now)
    theirs, both = [], {}
    for name, value in facts_of(now).items():
        typed = form.cleaned_data[name]
        if key_of_fact(value) == seen[name]:
            continue
        touched = key_of_fact(typed) != seen[name]
        if not touched:
            data[name] = form[name].field.prepare_value(value) or ""
        words = _in_words(form, name, typed) if touched else "Nothing: the form below has what it is now"
        was = _in_words(form, name, _row_of(form, name, seen[name]))
        theirs.append(Theirs(str(form[name].label), was, _in_words(form, name, value), words))
        if touched and key_of_fact(typed) != key_of_fact(value):
            both[name] = f"{form[name].label}: somebody changed it to “{_in_words(form, name, value)}” meanwhile."
    again = LineForm(data, line=now, period=now.period, reader=request.reader)
    again.full_clean()
    again.add_error(
        None,
        "Somebody changed this line since you opened the page. What you typed is kept: look at both and save again.",
    )
    for name, words in both.items():
        again.add_error(name, words)
    return again, theirs


def _row_of(form: LineForm, name: str, key: str | None) -> Any:
    """The value that the seal keeps: of a fact that is a row, the row."""
    queryset = getattr(form.fields[name], "queryset", None)
    if queryset is None:
        return key
    return queryset.model._default_manager.filter(pk=key).first() if key else None


def _in_words(form: LineForm, name: str, value: Any) -> str:
    if value is None or value == "":
        return "Not stated"
    if hasattr(form.fields[name], "queryset"):
        return str(value)
    return str(dict(getattr(form.fields[name], "choices", ())).get(value, value))
