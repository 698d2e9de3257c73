"""`/decisions/`: the list, one decision with what it changes, confirming it and withdrawing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.council.models import PostKind
from futurefit.ui.exports import export_table
from futurefit.ui.filters import Problem
from futurefit.ui.pagination import page_of
from savings.decided import (
    ByYear,
    Comes,
    State,
    by_year,
    by_year_of,
    decisions_read,
    in_all,
    items_read,
    period_of,
    state_of,
    what_they_come_to,
)
from savings.decision_filters import DecisionFilterSet
from savings.decision_forms import DecisionWithdrawForm
from savings.decision_tables import amounts_table, by_line, replacements_table, splits_table
from savings.models import Decision, DecisionItem, LineInPeriod, Position, Replacement
from savings.permissions import can_confirm_decision, can_record_decisions
from savings.reading import Reading, read
from savings.services.decisions import (
    OWN_RECORD,
    changes_of,
    confirm_decision,
    found_wrong,
    links_of,
    was_recorded_by,
    withdraw_decision,
)
from savings.services.grid import Cell, Standing, standing_of
from savings.tables import DecisionTable
from savings.views.decision_record import (
    decision_in_hand,
    decision_url,
    is_mine_to_change,
    refuse_decision_not_mine,
)
from savings.views.line_in_hand import FINANCE_OFFICERS, add_refusal, cannot, closed, finance

HEADS_OF_FINANCE = frozenset({PostKind.HEAD_OF_FINANCE})
"""Who may open the page on which a decision is confirmed."""

LINES_ON_A_PAGE = 50


@open_to(EVERY_POST)
def decision_list(request: HttpRequest) -> HttpResponse:
    """The decisions asked for that name a line which the reader may see, the newest first.

    With an invalid filter: what is wrong, no row, status 400.
    """
    reading = read(request, also=request.GET)
    asked = DecisionFilterSet(request.GET, reading=reading)
    records = can_record_decisions(request.reader) and reading.period.is_open
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "controls": asked.controls(),
        "problems": asked.problems,
        "new_url": reverse("savings:decision_new") + reading.query if records else "",
    }
    if not asked.is_valid():
        return render(request, "savings/decision_list.html", context, status=400)
    look = {
        "caption": "Decisions",
        "note": f"{reading.unit.symbol} · net change of targets, all years · as at {reading.period_words}",
        "reading": reading,
        "unit": reading.unit,
    }
    found = asked.qs.order_by("-recorded_at", "-id")
    table = DecisionTable.of(request, found, **look)
    if "export" in request.GET:
        everything = DecisionTable(_complete(reading, table.data.data), **look)
        return export_table(f"decisions {reading.period.label}", everything, request.GET["export"], asked.words())
    table.page.object_list = _complete(reading, table.page.object_list)
    context |= {"table": table, "count": table.page.paginator.count, "words": asked.words()}
    return render(request, "savings/decision_list.html", context)


def _complete(reading: Reading, decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions, each with its state, its period and what it comes to: one query whatever their number."""
    found: list[Any] = list(decisions)
    comes = what_they_come_to(items_read(reading), found)
    for decision in found:
        decision.state = state_of(reading, decision)
        decision.effective = period_of(reading, decision).spoken
        decision.comes = comes.get(decision.pk, Comes())
    return found


@dataclass
class Shown:
    """One decision with all that its page says of it."""

    decision: Decision
    state: State
    context: dict[str, Any] = field(default_factory=dict)


@open_to(EVERY_POST)
def decision_detail(request: HttpRequest, code: str) -> HttpResponse:
    """What a decision changes by line and year, from what to what, who recorded and confirmed it, what undoes it."""
    reading = read(request, also=("page",))
    decision = decision_in_hand(reading, code)
    shown = _shown(request, reading, decision)
    context = {**shown.context, "acts": _acts(request, reading, decision, shown.state)}
    if shown.state is State.WAITING and reading.period.is_open:
        context["waits_for"] = (
            "It waits for you to confirm."
            if can_confirm_decision(request.reader)
            else "It changes nothing until the head of finance confirms it."
        )
    return render(request, "savings/decision_detail.html", context)


@open_to(HEADS_OF_FINANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def decision_confirm(request: HttpRequest, code: str) -> HttpResponse:
    """What confirming would change, and all that stands in the way of it; posted to, it confirms."""
    reading = read(request, also=("page",))
    decision = decision_in_hand(reading, code)
    title = f"Confirm decision {decision.code}"
    crumbs = [*_crumbs(reading), (decision.code, decision_url(reading, decision))]
    if not reading.period.is_open:
        return closed(request, reading, title, crumbs)
    state = state_of(reading, decision)
    if state is not State.WAITING:
        return cannot(request, reading, title, _why_not(decision, state), crumbs)
    problems: list[Problem] = []
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            confirmed = confirm_decision(
                actor=request.reader.actor_as(PostKind.HEAD_OF_FINANCE),
                decision=decision,
                version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
            )
        except ValidationError as refused:
            problems = [Problem("", "", words, "") for words in refused.messages]
            decision = decision_in_hand(reading, code)
        else:
            messages.success(request, f"Confirmed decision {confirmed.code}.")
            return redirect(decision_url(reading, confirmed))
    shown = _shown_to_confirm(request, reading, decision)
    context = {**shown.context, "crumbs": crumbs, "problems": problems, "version": decision.version}
    return render(request, "savings/decision_confirm.html", context, status=400 if problems else 200)


def _why_not(decision: Decision, state: State) -> str:
    return {
        State.CONFIRMED: f"It was confirmed by {decision.confirmed_by} already.",
        State.WITHDRAWN: f"It was withdrawn by {decision.withdrawn_by}.",
        State.LAPSED: "Its period is closed. A finance officer changes it, so that it takes effect in the open period.",
    }.get(state, "")


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def decision_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Withdrawing a decision that is not confirmed, with a reason; it stays on the list."""
    reading = read(request)
    decision = decision_in_hand(reading, code)
    title = f"Withdraw decision {decision.code}"
    crumbs = [*_crumbs(reading), (decision.code, decision_url(reading, decision))]
    if not reading.period.is_open:
        return closed(request, reading, title, crumbs)
    state = state_of(reading, decision)
    if state in (State.CONFIRMED, State.WITHDRAWN):
        return cannot(request, reading, title, _why_not(decision, state), crumbs)
    refuse_decision_not_mine(request, reading, decision)
    form = DecisionWithdrawForm(initial={"version": decision.version})
    if request.method == "POST":
        form = DecisionWithdrawForm(request.POST)
        if form.is_valid():
            try:
                withdraw_decision(actor=finance(request), decision=decision, **form.cleaned_data)
            except ValidationError as refused:
                form = _reopened(form, decision_in_hand(reading, code))
                add_refusal(form, refused)
            else:
                messages.success(request, f"Withdrew decision {decision.code}. Nothing was changed by it.")
                return redirect(decision_url(reading, decision))
    context = {"reading": reading, "decision": decision, "form": form, "crumbs": crumbs}
    return render(request, "savings/decision_withdraw.html", context, status=400 if form.errors else 200)


def _reopened(form: DecisionWithdrawForm, decision: Decision) -> DecisionWithdrawForm:
    """The same words again on top of the decision's present version, after a stale save was refused."""
    again = DecisionWithdrawForm({"reason": form.data.get("reason", ""), "version": decision.version})
    again.full_clean()
    return again


def _crumbs(reading: Reading) -> list[tuple[str, str]]:
    return [("Home", reverse("pages:home")), ("Decisions", reverse("savings:decision_list") + reading.query)]


def _shown(request: HttpRequest, reading: Reading, decision: Decision) -> Shown:
    """The decision with its tables, a page of lines at a time."""
    state = state_of(reading, decision)
    every = reading.rows(DecisionItem).filter(decision_id=decision.pk)
    lines = LineInPeriod.objects.filter(period=reading.period, line__in=every.order_by().values("line_id"))
    lines = lines.visible_to(reading.scope).select_related("line").order_by("line__order", "line__code", "pk")
    page = page_of(lines, request.GET.get("page"), LINES_ON_A_PAGE)
    on_page: list[LineInPeriod] = list(page.object_list)
    items = every.filter(line_id__in=[line.line_id for line in on_page])
    of_lines = by_line(items.order_by("line_id", F("year").asc(nulls_last=True)))
    standing = _standing_of_these(on_page)
    waits = state is State.WAITING and reading.period.is_open and decision.kind != Decision.Kind.APPROVE
    return _with_tables(request, reading, decision, page, of_lines, by_year(reading, decision), standing, waits=waits)


def _shown_to_confirm(request: HttpRequest, reading: Reading, decision: Decision) -> Shown:
    """The same, of all of its lines, with everything that stands in the way of confirming it."""
    decision.effective_in = period_of(reading, decision)
    items = list(decision.items.order_by("line_id", F("year").asc(nulls_last=True)))
    standing = standing_of(reading.period, {item.line_id for item in items})
    lines = sorted(standing.lines.values(), key=lambda line: (line.line.order, line.line.code, line.pk))
    page = page_of(lines, request.GET.get("page"), LINES_ON_A_PAGE)
    shown = _with_tables(request, reading, decision, page, by_line(items), by_year_of(items), standing, waits=True)
    links = links_of(decision) if decision.kind == Decision.Kind.REPLACE else []
    wrong = found_wrong(decision, changes_of(items), links, standing)
    who = request.reader.actor_as(PostKind.HEAD_OF_FINANCE)  # type: ignore[attr-defined]
    is_own = was_recorded_by(decision, who)
    shown.context["wrong"] = [*(each.words for each in wrong), *([OWN_RECORD] if is_own else [])]
    shown.context["is_own"] = is_own
    return shown


def _standing_of_these(lines: Sequence[LineInPeriod]) -> Standing:
    """How these lines stand, in one query."""
    by_pk = {line.pk: line for line in lines}
    positions = {}
    for position in Position.objects.filter(line_in_period__in=list(by_pk)):
        positions[Cell(by_pk[position.line_in_period_id].line_id, position.year)] = position
    return Standing({line.line_id: line for line in lines}, positions)


def _with_tables(
    request: HttpRequest,
    reading: Reading,
    decision: Decision,
    page: Any,
    items: Mapping[int, list[DecisionItem]],
    sums: ByYear,
    standing: Standing,
    *,
    waits: bool,
) -> Shown:
    """What both pages say of a decision, beside how its lines are `standing`; while it `waits` the splits are what they
    would be.
    """
    state = state_of(reading, decision)
    on_page: list[LineInPeriod] = list(page.object_list)
    replacements: list[Replacement] = []
    if decision.kind == Decision.Kind.REPLACE:
        replacements = list(reading.rows(Replacement).filter(decision_id=decision.pk).order_by("id"))
    told = state is State.CONFIRMED or waits
    context = {
        "reading": reading,
        "crumbs": _crumbs(reading),
        "decision": decision,
        "state": state,
        "facts": _facts(reading, decision, state),
        "comes": in_all(sums.seen.values(), page.paginator.count).words(decision.kind),
        "amounts": amounts_table(reading, decision, on_page, items, sums.every, sums.seen, standing),
        "splits": splits_table(reading, on_page, items, standing if waits else None) if told else None,
        "replacements": replacements_table(reading, decision, replacements, {line.line_id: line for line in on_page}),
        "page": page,
        "request": request,
        "history_url": reverse("pages:decision_history", args=[decision.code]) + reading.query,
        "undoing": _undoing(reading, decision),
    }
    return Shown(decision, state, context)


def _facts(reading: Reading, decision: Decision, state: State) -> list[tuple[str, str]]:
    decided = date_format(decision.decided_on, "j F Y") if decision.decided_on else decision.decided_in_words
    said = [
        ("Kind", decision.get_kind_display()),
        ("Decided by", decision.body),
        ("Decided", decided or "Date not stated"),
        ("Reference", decision.reference),
        ("Takes effect in", period_of(reading, decision).spoken),
        ("Reason", decision.reason),
        ("State", state.words),
        ("Recorded", f"{decision.recorded_by}, {_moment(decision.recorded_at)}"),
    ]
    if decision.confirmed_at:
        said.append(("Confirmed", f"{decision.confirmed_by}, {_moment(decision.confirmed_at)}"))
    elif decision.withdrawn_at:
        said.append(("Withdrawn", f"{decision.withdrawn_by}, {_moment(decision.withdrawn_at)}"))
    if decision.taken_before_use:
        said.append(("Taken before use", "Yes: no decision on the equality impact was asked for"))
    if decision.assumption:
        said.append(("What of it is assumed", decision.assumption))
    return said


def _undoing(reading: Reading, decision: Decision) -> list[tuple[str, str, str]]:
    """What it undoes, and what undoes it: words, code and address, as far as the reader may open them."""
    undoing = Q(undoes_id=decision.pk, withdrawn_at__isnull=True)
    found = []
    for each in decisions_read(reading).filter(undoing | Q(id=decision.undoes_id)).order_by("id"):
        words = "Undoes" if each.pk == decision.undoes_id else "Undone by" if each.confirmed_at else "To be undone by"
        found.append((words, each.code, decision_url(reading, each)))
    return found


def _moment(moment: Any) -> str:
    return date_format(localtime(moment), "j F Y, H:i")


def _acts(request: HttpRequest, reading: Reading, decision: Decision, state: State) -> list[tuple[str, str]]:
    """What the reader may do with the decision, in words, and where; nothing in a closed period."""
    if not reading.period.is_open:
        return []
    reader, acts = request.reader, []  # type: ignore[attr-defined]
    own = {name: reverse(f"savings:decision_{name}", args=[decision.code]) + reading.query for name in OWN_ACTS}
    if can_confirm_decision(reader) and state is State.WAITING:
        acts.append(("Confirm it", own["confirm"]))
    if not can_record_decisions(reader) or not is_mine_to_change(request, reading, decision):
        return acts
    if state in (State.WAITING, State.LAPSED):
        words = "Change it" if state is State.WAITING else "Record it for the open period"
        acts += [(words, own["edit"]), ("Withdraw it", own["withdraw"])]
    if state is State.CONFIRMED:
        query = urlencode(reading.parameters(undoes=decision.code))
        acts.append(("Undo it by another decision", f"{reverse('savings:decision_new')}?{query}"))
    return acts


OWN_ACTS = ("confirm", "edit", "withdraw")
