"""What is done with reporting periods: opening the first, preparing, closing one and opening the next, saying what the
colours mean, noting a correction (domain.md, Reporting periods).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import open_to
from futurefit.access.today import today
from futurefit.council.models import PostKind
from futurefit.ui.editing import Difference, differences
from savings.models import ReportingPeriod
from savings.outstanding import Item, Outstanding, outstanding
from savings.period_forms import CloseForm, CorrectionForm, DefinitionsForm, NewPeriodForm, PrepareForm, offered_after
from savings.reading import NothingYet, Reading, read
from savings.services.period_facts import (
    digest_of_definitions,
    note_correction,
    prepare_period,
    reword_definitions,
)
from savings.services.periods import close_and_open_next, month_of, open_first_period, refuse_out_of_turn
from savings.views.line_in_hand import FINANCE_OFFICERS, cannot, is_stale
from savings.views.periods import crumbs_of_periods, own_url, period_in_hand, period_url

HEAD_OF_FINANCE = frozenset({PostKind.HEAD_OF_FINANCE})

OUTSTANDING_STEP, CONFIRM_STEP = "What is outstanding", "Confirm"
CLOSING_STEPS = (OUTSTANDING_STEP, CONFIRM_STEP)


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def period_prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Due date and reach of the open period's returns, and the period that shall follow it."""
    reading = period_in_hand(request, pk)
    if instead := _only_open(request, reading, "Prepare the next period"):
        return instead
    period, theirs = reading.period, []
    form = PrepareForm(initial=PrepareForm.standing(period))
    if request.method == "POST":
        form = PrepareForm(request.POST)
        if form.is_valid():
            try:
                changed = prepare_period(
                    actor=request.reader.actor_as(PostKind.FINANCE_OFFICER),
                    period=period,
                    due_on=form.cleaned_data["due_on"],
                    return_years_ahead=int(form.cleaned_data["return_years_ahead"]),
                    following=form.following,
                    version=form.cleaned_data["version"],
                )
            except ValidationError as refused:
                period.refresh_from_db()
                form, theirs = _reopened(form, refused, PrepareForm.standing(period))
            else:
                messages.success(request, _prepared_words(period, form) if changed else "Nothing was changed.")
                return redirect(period_url(reading, period))
    context = {"reading": reading, "form": form, "theirs": theirs, "crumbs": crumbs_of_periods(reading, period)}
    return render(request, "savings/period_prepare.html", context, status=400 if form.errors else 200)


@open_to(HEAD_OF_FINANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def period_definitions(request: HttpRequest, pk: int) -> HttpResponse:
    """What each colour means and weighs in the open period."""
    reading = period_in_hand(request, pk)
    if instead := _only_open(request, reading, "Change what the colours mean"):
        return instead
    period, theirs = reading.period, []
    form = DefinitionsForm(initial=_definitions(period))
    if request.method == "POST":
        form = DefinitionsForm(request.POST)
        if form.is_valid():
            try:
                changed = reword_definitions(
                    actor=request.reader.actor_as(PostKind.HEAD_OF_FINANCE),
                    period=period,
                    wanted=form.wanted,
                    reason=form.cleaned_data["reason"],
                    as_opened=form.cleaned_data["as_opened"],
                )
            except ValidationError as refused:
                form, theirs = _reopened(form, refused, _definitions(period))
            else:
                words = f"Saved. The risk-weighted amounts of {period.spoken} follow; closed periods keep theirs."
                messages.success(request, words if changed else "Nothing was changed.")
                return redirect(period_url(reading, period))
    context = {"reading": reading, "form": form, "theirs": theirs, "crumbs": crumbs_of_periods(reading, period)}
    return render(request, "savings/period_definitions.html", context, status=400 if form.errors else 200)


@open_to(HEAD_OF_FINANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def period_note(request: HttpRequest, pk: int) -> HttpResponse:
    """A note of correction on a closed period; none of its figures changes."""
    reading = period_in_hand(request, pk)
    period, theirs = reading.period, []
    if period.is_open:
        words = f"{period.spoken} is open: its figures are corrected where they stand, so it needs no note."
        crumbs = crumbs_of_periods(reading, period)
        return cannot(
            request, reading, "Note a correction", words, crumbs, href=period_url(reading, period), link="Back"
        )
    standing = {"note": period.correction_note, "version": period.version}
    form = CorrectionForm(initial=standing)
    if request.method == "POST":
        form = CorrectionForm(request.POST)
        if form.is_valid():
            try:
                changed = note_correction(
                    actor=request.reader.actor_as(PostKind.HEAD_OF_FINANCE), period=period, **form.cleaned_data
                )
            except ValidationError as refused:
                period.refresh_from_db()
                standing = {"note": period.correction_note, "version": period.version}
                form, theirs = _reopened(form, refused, standing)
            else:
                words = f"Saved. The note stands on every page as at {period.spoken}; no figure was changed."
                messages.success(request, words if changed else "Nothing was changed.")
                return redirect(period_url(reading, period))
    context = {"reading": reading, "form": form, "theirs": theirs, "crumbs": crumbs_of_periods(reading, period)}
    return render(request, "savings/period_note.html", context, status=400 if form.errors else 200)


@open_to(HEAD_OF_FINANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def period_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Closing the open period and opening the next in two steps: what is outstanding, then the confirmation.

    The first step writes nothing; the second closes for ever, all or nothing.
    """
    reading = period_in_hand(request, pk)
    if instead := _only_open(request, reading, "Close a period"):
        return instead
    period = reading.period
    form = CloseForm(period=period, initial={**offered_after(period), "version": period.version})
    step = OUTSTANDING_STEP
    if request.method == "POST":
        form = CloseForm(request.POST, period=period)
        confirming = request.POST.get("step") == "close"
        if form.is_valid() and _fits(form, period):
            step = CONFIRM_STEP
            if confirming and not form.refuse_unconfirmed() and (following := _closed(request, reading, form)):
                return redirect(period_url(reading, period) if following else request.path)
            if confirming and form.non_field_errors():
                step = OUTSTANDING_STEP
    context = {
        "reading": reading,
        "period": period,
        "form": form,
        "step": step,
        "steps": CLOSING_STEPS,
        "outstanding": _with_links(reading, outstanding(period)),
        "crumbs": crumbs_of_periods(reading, period),
    }
    template = "savings/period_confirm.html" if step == CONFIRM_STEP else "savings/period_close.html"
    return render(request, template, context, status=400 if form.errors else 200)


def _fits(form: CloseForm, period: ReportingPeriod) -> bool:
    """Whether the new period may follow this one and nothing changed meanwhile; what stands in the way is said."""
    assert form.new is not None
    try:
        refuse_out_of_turn(period, form.new)
    except ValidationError as refused:
        form.refuse(refused)
        return False
    if ReportingPeriod.objects.filter(programme=period.programme_id, label=form.new.label).exists():
        form.add_error("label", f"Name of the period: this programme has a period {form.new.label} already.")
        return False
    return True


def _closed(request: HttpRequest, reading: Reading, form: CloseForm) -> ReportingPeriod | None:
    """Close the period; the one that is open now, or None with what stood in the way on the form."""
    period = reading.period
    assert form.new is not None
    try:
        following = close_and_open_next(
            actor=request.reader.actor_as(PostKind.HEAD_OF_FINANCE),  # type: ignore[attr-defined]
            period=period,
            new=form.new,
            version=form.cleaned_data["version"],
        )
    except ValidationError as refused:
        period.refresh_from_db()
        form.refuse(refused)
        form.data = {**form.data.dict(), "version": str(period.version)}
        return None
    messages.success(
        request, f"{period.spoken} is closed for ever. {following.spoken} is open with a copy of its lines and amounts."
    )
    return following


@open_to(HEAD_OF_FINANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def period_open(request: HttpRequest) -> HttpResponse:
    """Opening the first period of a programme; every later one is opened by closing the one before."""
    try:
        reading = read(request)
    except NothingYet as nothing:
        programme = nothing.programme
    else:
        words = f"{reading.programme.name} has its first period. The next is opened by closing the one that is open."
        href = own_url(reading, "period_list")
        crumbs = crumbs_of_periods(reading)
        return cannot(request, reading, "Open the first period", words, crumbs, href=href, link="To the periods")
    if programme is None:
        raise Http404("There is no programme to open a period of.")
    kept = f"?{urlencode({'programme': programme.slug})}" if "programme" in request.GET else ""
    form = NewPeriodForm(initial={"label": month_of(today()).label, "return_years_ahead": "1"})
    if request.method == "POST":
        form = NewPeriodForm(request.POST)
        if form.is_valid() and form.new is not None:
            try:
                period = open_first_period(
                    actor=request.reader.actor_as(PostKind.HEAD_OF_FINANCE), programme=programme, new=form.new
                )
            except ValidationError as refused:
                form.refuse(refused)
            else:
                messages.success(request, f"{period.spoken} is open. Finance officers can enter savings lines now.")
                return redirect(reverse("savings:period_detail", args=[period.pk]) + kept)
    context = {"programme": programme, "form": form, "crumbs": [("Home", reverse("pages:home"))]}
    return render(request, "savings/period_open.html", context, status=400 if form.errors else 200)


def _only_open(request: HttpRequest, reading: Reading, title: str) -> HttpResponse | None:
    """The page that says why nothing can be done here, for a closed period."""
    if reading.period.is_open:
        return None
    words = f"{reading.period.spoken} is closed for ever."
    opened = next((period for period in reading.periods if period.is_open), None)
    crumbs = crumbs_of_periods(reading, reading.period)
    href = period_url(reading, opened) if opened else ""
    return cannot(
        request, reading, title, words, crumbs, href=href, link=f"To {opened.spoken}, which is open" if opened else ""
    )


def _reopened(form: Any, refused: ValidationError, now: dict[str, Any]) -> tuple[Any, list[Difference]]:
    """What was typed again, refused in words; on top of a stale page with both values and the present version."""
    if not is_stale(refused):
        form.refuse(refused)
        return form, []
    theirs = differences(form, now)
    hidden = {name: str(now[name]) for name in ("version", "as_opened") if name in now}
    again = type(form)({**form.data.dict(), **hidden})
    again.full_clean()
    again.refuse(refused)
    return again, theirs


def _definitions(period: ReportingPeriod) -> dict[str, Any]:
    rows = period.rag_definitions.order_by("pk")
    return {**DefinitionsForm.standing(rows), "as_opened": digest_of_definitions(period), "reason": ""}


def _prepared_words(period: ReportingPeriod, form: PrepareForm) -> str:
    follows = f" {form.following.spoken} is offered when it is closed." if form.following else ""
    return f"Saved for {period.spoken}.{follows}"


@dataclass(frozen=True)
class LinkedItem:
    """One line of an outstanding list as drawn: its words, how many, where it leads."""

    words: str
    count: int
    href: str


@dataclass(frozen=True)
class LinkedOutstanding:
    """One outstanding thing as drawn."""

    of: Outstanding
    href: str
    items: list[LinkedItem]


def _with_links(reading: Reading, found: tuple[Outstanding, ...]) -> list[LinkedOutstanding]:
    return [
        LinkedOutstanding(
            each,
            _list_url(reading, each.kind),
            [LinkedItem(item.words, item.count, _item_url(reading, each.kind, item)) for item in each.items],
        )
        for each in found
    ]


_STATES = {"not_in": "not_returned", "queried": "queried", "submitted": "to_be_looked_at"}
"""How the board of returns names the states."""


def _list_url(reading: Reading, kind: str) -> str:
    if kind in _STATES:
        return _address("return_lines", reading, state=_STATES[kind])
    if kind == "nobody":
        return _address("return_lines", reading, post="none")
    if kind == "claimed":
        return _address("line_list", reading, measure="claimed")
    if kind == "decisions":
        return _address("decision_list", reading)
    if kind == "differences":
        return _address("reconciliation", reading, kind="all", only="differing")
    return ""


def _item_url(reading: Reading, kind: str, item: Item) -> str:
    if item.about == "post":
        return _address("return_lines", reading, state=_STATES[kind], post=item.key)
    if item.about == "line":
        return own_url(reading, "line_detail", item.key)
    if item.about == "decision":
        return _address("decision_detail", reading, item.key)
    return ""


def _address(name: str, reading: Reading, *arguments: str, **query: str) -> str:
    """The address of a page of the money with these parameters."""
    kept = urlencode({**reading.parameters(period=None), **query})
    return reverse(f"savings:{name}", args=arguments) + (f"?{kept}" if kept else "")
