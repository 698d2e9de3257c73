"""`/periods/`: the reporting periods of the programme, what each says, and the page in hand as at another one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.history.models import Act, ActSubject
from futurefit.history.querysets import kind_of
from futurefit.ui.entry_fields import on_day
from savings.models import LineInPeriod, Position, ReportingPeriod
from savings.permissions import can_close_periods, can_prepare_periods
from savings.reading import Reading, read
from savings.returns_owed import due_lines
from savings.services.period_facts import prepared_after
from savings.tables import PeriodTable, day_of

OPENED, CLOSED = "savings.period_opened", "savings.period_closed"


@open_to(EVERY_POST)
def period_list(request: HttpRequest) -> HttpResponse:
    """The periods, newest first: each leads to what it says, or with `page_at` to that local page as at it."""
    reading = read(request, also=("page_at",))
    own = reverse("savings:period_list")
    page_at = _local_page(request.GET.get("page_at", own))
    is_choice = page_at != own
    periods = list(reversed(reading.periods))
    acts = {} if is_choice else acts_of(periods)
    hidden = [] if any(period.correction_note for period in periods) else ["correction_note"]
    if is_choice:
        hidden += ["closed_by", "due_on"]
    table = PeriodTable.of(
        request,
        periods,
        per_page=None,
        caption="Reporting periods",
        note=f"{reading.programme.name} · a closed period never changes again",
        address=lambda period: _as_at(reading, period, page_at) if is_choice else period_url(reading, period),
        present=reading.period,
        acts=acts,
        exclude=tuple(hidden),
    )
    context = {
        "reading": reading,
        "table": table,
        "is_choice": is_choice,
        "compare": None if is_choice else _comparison(reading),
        "acts": [] if is_choice else _acts_to_do(request, reading, _open_one(reading)),
    }
    return render(request, "savings/period_list.html", context)


@open_to(EVERY_POST)
def period_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One period: when it was opened and closed and by whom, what closing did, what the colours meant in it."""
    reading = period_in_hand(request, pk)
    period = reading.period
    acts = acts_of([period])
    opened, closed = acts.get((period.pk, OPENED)), acts.get((period.pk, CLOSED))
    context = {
        "reading": reading,
        "period": period,
        "facts": _facts(reading, opened, closed),
        "closed_by": _who(closed),
        "holds": None if period.is_open else _what_it_holds(period),
        "definitions": list(period.rag_definitions.order_by("pk")),
        "prepared": prepared_after(period) if period.is_open else None,
        "as_at": _pages_as_at(reading),
        "acts": _acts_to_do(request, reading, period),
        "may_note": can_close_periods(request.reader) and not period.is_open,
        "note_url": own_url(reading, "period_note", pk),
        "crumbs": crumbs_of_periods(reading),
    }
    return render(request, "savings/period_detail.html", context)


def period_in_hand(request: HttpRequest, pk: int) -> Reading:
    """The reading of a page about one period, as at that period. Raises Http404 for one of another programme."""
    reading = read(request)
    found = next((period for period in reading.periods if period.pk == pk), None)
    if found is None:
        raise Http404(f"{reading.programme.name} has no reporting period at this address.")
    if "period" in request.GET and reading.period.pk != pk:
        raise Http404(f"This page is about {found.spoken}, not about {reading.period.spoken}.")
    return replace(reading, period=found, path=reverse("savings:period_list"))


def period_url(reading: Reading, period: ReportingPeriod) -> str:
    return own_url(reading, "period_detail", period.pk)


def own_url(reading: Reading, name: str, *arguments: Any) -> str:
    """The address of a page about a period, which names it itself."""
    kept = urlencode(reading.parameters(period=None))
    return reverse(f"savings:{name}", args=arguments) + (f"?{kept}" if kept else "")


def crumbs_of_periods(reading: Reading, period: ReportingPeriod | None = None) -> list[tuple[str, str]]:
    """Home, the periods, and for a page below one of them that period."""
    crumbs = [("Home", reverse("pages:home")), ("Periods", own_url(reading, "period_list"))]
    return [*crumbs, (period.spoken, period_url(reading, period))] if period else crumbs


def acts_of(periods: list[ReportingPeriod]) -> dict[tuple[int, str], Act]:
    """The act that opened each period and the one that closed it, by the period's id and the verb; one query.

    Closing one and opening the next is one act: it opened a period when it was at that period's opening.
    """
    named = ActSubject.objects.filter(
        kind=kind_of(ReportingPeriod),
        object_id__in=[period.pk for period in periods],
        act__verb__in=(OPENED, CLOSED),
    ).select_related("act")
    by_id = {period.pk: period for period in periods}
    found: dict[tuple[int, str], Act] = {}
    for subject in named:
        period = by_id[subject.object_id]
        if subject.act.at == period.closed_at:
            found[period.pk, CLOSED] = subject.act
        elif subject.act.at == period.opened_at:
            found[period.pk, OPENED] = subject.act
    return found


def _who(act: Act | None) -> str:
    return (act.post_title or act.actor_name) if act else ""


def _facts(reading: Reading, opened: Act | None, closed: Act | None) -> list[tuple[str, str]]:
    period = reading.period
    years, ahead = period.horizon, period.return_years_ahead
    facts = [
        ("Last day", on_day(period.ends_on)),
        ("Years of the plan", f"{years.label(years.first)} to {years.label(years.last)}"),
        ("Returns due on", on_day(period.due_on) if period.due_on else "No due date"),
        ("Returns look ahead", "Not beyond its own year" if not ahead else f"{ahead} year{'s' if ahead > 1 else ''}"),
        ("Opened", _when(period.opened_at, opened)),
    ]
    if period.closed_at is not None:
        facts.append(("Closed", _when(period.closed_at, closed)))
    if former := _former(reading):
        facts.append(("Began as a copy of", former.spoken))
    if period.illustrated:
        facts.append(("What of it is illustration", period.illustration))
    return facts


def _when(moment: Any, act: Act | None) -> str:
    words = day_of(moment)
    return f"{words}, by {_who(act)}" if act else words


def _what_it_holds(period: ReportingPeriod) -> dict[str, int]:
    """What closing froze and copied: lines, their amounts, and how many due returns came in; three queries."""
    due = due_lines(period).aggregate(
        due=Count("pk"), returned=Count("pk", filter=Q(line_return__first_submitted_at__isnull=False))
    )
    return {
        **due,
        "not_returned": due["due"] - due["returned"],
        "lines": LineInPeriod.objects.filter(period=period).count(),
        "positions": Position.objects.filter(line_in_period__period=period).count(),
    }


def _pages_as_at(reading: Reading) -> list[tuple[str, str]]:
    """The reports of the product as at this period."""
    pages = [
        ("The plan", "savings:plan"),
        ("Themes", "pages:theme_list"),
        ("Directorates", "pages:directorate_list"),
        ("Who has returned", "savings:return_board"),
        ("Printed figures against their parts", "savings:reconciliation"),
    ]
    found = [(words, reverse(name) + reading.query) for words, name in pages]
    if former := _former(reading):
        query = urlencode({**reading.parameters(), "from": former.label})
        found.append((f"What changed since {former.spoken}, and why", f"{reverse('savings:movement')}?{query}"))
    return found


def _comparison(reading: Reading) -> dict[str, Any] | None:
    """The choice of two periods to compare, newest last; None where there are fewer."""
    if len(reading.periods) < 2:
        return None
    labels = [(period.label, period.spoken) for period in reading.periods]
    return {
        "labels": labels,
        "from": labels[-2][0],
        "to": labels[-1][0],
        "kept": reading.parameters(period=None).items(),
    }


def _acts_to_do(request: HttpRequest, reading: Reading, period: ReportingPeriod | None) -> list[tuple[str, str]]:
    """What the reader may do with the open period, first the most frequent."""
    if period is None or not period.is_open:
        return []
    acts = []
    if can_prepare_periods(request.reader):  # type: ignore[attr-defined]
        acts.append(("Set due dates and prepare the next period", own_url(reading, "period_prepare", period.pk)))
    if can_close_periods(request.reader):  # type: ignore[attr-defined]
        acts.append((f"Close {period.spoken} and open the next", own_url(reading, "period_close", period.pk)))
        acts.append(("Change what the colours mean and weigh", own_url(reading, "period_definitions", period.pk)))
    return acts


def _former(reading: Reading) -> ReportingPeriod | None:
    """The period of which this one began as a copy."""
    return next((each for each in reading.periods if each.pk == reading.period.copied_from_id), None)


def _open_one(reading: Reading) -> ReportingPeriod | None:
    return next((period for period in reading.periods if period.is_open), None)


def _local_page(path: str) -> str:
    """The path when it is one of this site's own pages. Raises Http404 for anything else."""
    refused = Http404(f"'{path[:80]}' is not a page of this site, so no period can be chosen for it.")
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        raise refused
    try:
        resolve(path)
    except Resolver404:
        raise refused from None
    return path


def _as_at(reading: Reading, period: ReportingPeriod, page_at: str) -> str:
    kept = reading.parameters(period=None if period.is_open else period.label)
    return f"{page_at}?{urlencode(kept)}" if kept else page_at
