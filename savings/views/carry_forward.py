"""Saying what of ended years is still expected, of one line or of several amounts at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import HEADS_OF_SERVICE, open_to
from futurefit.council.models import PostKind
from savings.carry_form import CarryForm, left_of
from savings.models import Position
from savings.permissions import may_carry_forward
from savings.querysets import lines_visible_to
from savings.reading import Reading, read
from savings.services.carry_forward import CarryingRefused, carry_forward
from savings.views.line_in_hand import closed

TITLE = "Carry amounts forward"
WHO_MAY = HEADS_OF_SERVICE | {PostKind.FINANCE_OFFICER}
MOST_AT_ONCE = 50
"""Amounts on one form; more are carried forward in several goes."""


def carry_url(reading: Reading, *chosen: tuple[str, int]) -> str:
    """Where these amounts, each a line's code and an ended year, are carried forward."""
    query = [*reading.parameters().items(), *(("chosen", key_of(code, year)) for code, year in chosen)]
    return f"{reverse('savings:carry_forward')}?{urlencode(query)}"


def key_of(code: str, year: int) -> str:
    """How an address names the amount of a line in a year: "SEND-01:2015"."""
    return f"{code}:{year}"


@open_to(WHO_MAY)
@require_http_methods(["GET", "HEAD", "POST"])
def carry_forward_amounts(request: HttpRequest) -> HttpResponse:
    """The amounts of `?chosen=CODE:YEAR` with what is still undelivered of each, and what is said of it.

    Without any it says where they are chosen. Posted to, it writes all or none.
    """
    reading = read(request, also=("chosen",))
    crumbs = [("Home", reverse("pages:home")), ("Not delivered", reverse("savings:undelivered") + reading.query)]
    if not reading.period.is_open:
        return closed(request, reading, TITLE, crumbs)
    positions, problems = _chosen(request, reading)
    if problems or not positions:
        context = {"reading": reading, "problems": problems, "crumbs": crumbs}
        wrong = bool(problems) or request.method == "POST"
        return render(request, "savings/carry_forward.html", context, status=400 if wrong else 200)
    reader = request.reader  # type: ignore[attr-defined]
    if not all(may_carry_forward(reader, reading.scope, row.line_in_period) for row in positions):
        raise PermissionDenied("Some of these lines are not yours to speak of.")
    form = CarryForm(period=reading.period, positions=positions, unit=reading.unit)
    if request.method == "POST":
        form = CarryForm(request.POST, period=reading.period, positions=positions, unit=reading.unit)
        if form.is_valid():
            try:
                count = _carry(request, reading, form)
            except CarryingRefused as refused:
                if refused.stale:
                    form = form.reopened(_chosen(request, reading)[0])
                else:
                    form.refuse(refused)
            except ValidationError as refused:
                form.add_error("reason" if hasattr(refused, "error_dict") else None, refused.messages)
            else:
                messages.success(request, _said(count))
                return redirect(_way_back(reading, positions))
    context = {
        "reading": reading,
        "form": form,
        "blocks": list(form.blocks()),
        "crumbs": crumbs,
        "back": _way_back(reading, positions),
        "problems": [],
    }
    return render(request, "savings/carry_forward.html", context, status=400 if form.is_bound else 200)


def _carry(request: HttpRequest, reading: Reading, form: CarryForm) -> int:
    reader = request.reader  # type: ignore[attr-defined]
    return carry_forward(
        actor=reader.actor_as(PostKind.FINANCE_OFFICER, *HEADS_OF_SERVICE),
        period=reading.period,
        carrying=form.carrying,
        may=lambda line: may_carry_forward(reader, reading.scope, line),
        reason=form.cleaned_data["reason"],
    )


def _said(count: int) -> str:
    if not count:
        return "Nothing was changed: it was said so already."
    return f"Saved what is carried forward of {count} amount{'' if count == 1 else 's'}. No target changed."


def _way_back(reading: Reading, positions: Sequence[Position]) -> str:
    """Of one line its own page, of several the list of what was not delivered."""
    codes = {row.line_in_period.line.code for row in positions}
    if len(codes) == 1:
        return reverse("savings:line_detail", args=codes) + reading.query
    return reverse("savings:undelivered") + reading.query


def _chosen(request: HttpRequest, reading: Reading) -> tuple[list[Position], list[str]]:
    """The positions that the address names, in its order, and what is wrong with it: one query.

    Raises Http404 for an amount that is not there for the reader, as every address does.
    """
    asked = list(dict.fromkeys(request.GET.getlist("chosen")))
    if len(asked) > MOST_AT_ONCE:
        return [], [f"{len(asked)} amounts are chosen. Choose at most {MOST_AT_ONCE} at once."]
    wanted = [_read_key(key) for key in asked]
    found = {(row.line_in_period.line.code, row.year): row for row in _positions(reading, wanted)} if wanted else {}
    positions, problems = [], []
    for code, year in wanted:
        position = found.get((code, year))
        if position is None:
            raise Http404(f"There is no amount of line “{code[:40]}” in {year} that you can open.")
        name = f"{position.line_in_period.title}, {reading.horizon.label(year)}"
        if year >= reading.period.financial_year:
            problems.append(f"{name}: this year has not ended in {reading.period.spoken}.")
        elif not left_of(position) and not position.carried_forward:
            problems.append(f"{name}: everything is delivered, so there is nothing to carry forward.")
        else:
            positions.append(position)
    return positions, problems


def _read_key(key: str) -> tuple[str, int]:
    code, _, year = key.rpartition(":")
    if not code or "\x00" in code or not (year.isascii() and year.isdigit() and len(year) == 4):
        raise Http404(f"“{key[:40]}” is not an amount of a line. Write its code and year, such as SEND-01:2015.")
    return code, int(year)


def _positions(reading: Reading, wanted: Iterable[tuple[str, int]]) -> Iterable[Position]:
    named = Q()
    for code, year in wanted:
        named |= Q(line_in_period__line__code=code, year=year)
    visible = lines_visible_to(reading.scope, "line_in_period__")
    return (
        Position.objects.in_period(reading.period)
        .filter(named, visible)
        .select_related("line_in_period__line", "line_in_period__project")
    )
