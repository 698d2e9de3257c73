"""`/returns/`: who has returned and who has not, the lines behind it and what finance answers, reminding by e-mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.ui.exports import export_rows
from futurefit.ui.filters import Problem
from futurefit.ui.pagination import page_of
from savings.commentaries import Commentaries, commentaries_of
from savings.models import LineInPeriod, LineReturn
from savings.permissions import can_change_lines, may_change_lines_of
from savings.reading import Reading, read
from savings.reminding import open_lines
from savings.return_lines import DrawnLine, ReturnFilterSet, drawn_lines, lines_as_file, may_answer
from savings.returns_board import (
    Board,
    BoardRow,
    LineState,
    board_of,
    lead_of,
    money_of,
    returns_url,
    target_of,
    tiles_of,
    unconfirmed,
)
from savings.returns_owed import OwedReturn, returns_owed
from savings.seen import seal, unseal
from savings.services.reminders import ALREADY, SENT, remind, tell_query
from savings.services.return_answers import Seen, accept_returns, query_return
from savings.views.line_in_hand import FINANCE_OFFICERS, cannot, closed, finance, is_stale

ON_TIME_NOTE = (
    "On time: in how many of the last three periods with a due date all returns of the post came in by it. A line that "
    "nobody returned counts for the post that owes it now."
)

PAGE = "returns"
"""What the page shows is sealed under this name."""


@open_to(EVERY_POST)
@require_http_methods(["GET", "HEAD", "POST"])
def return_board(request: HttpRequest) -> HttpResponse:
    """Who has returned, by directorate, service and post; a finance officer reminds posts from here.

    With a state asked for: the rows that have a line in it, counted whole.
    """
    reading = read(request, also=request.GET)
    if request.method == "POST":
        return _remind(request, reading)
    every = returns_owed(reading.period, scope=reading.scope, on=reading.today)
    asked = ReturnFilterSet(request.GET, owed=every)
    context: dict[str, Any] = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "title": f"Who has returned {reading.period.spoken}",
        "controls": [control for control in asked.controls() if control.name in ("directorate", "state")],
        "problems": asked.problems,
    }
    if not asked.is_valid():
        return render(request, "savings/return_board.html", context, status=400)
    may = may_answer(request.reader)
    shown = _whole_rows(every, asked)
    board = board_of(reading, shown, on_time_of=every, may_remind=lambda each: _is_open(reading) and may(each))
    if "export" in request.GET:
        return _board_as_file(request, reading, board, asked.words())
    to_remind = [row for row in board.rows if row.may_be_reminded]
    context |= {
        "board": board,
        "lead": lead_of(reading, board.counts),
        "tiles": tiles_of(reading, board.counts, posts_out=board.posts_out, **_kept(asked, "state")),
        "words": asked.words(),
        "count": len(board.rows),
        "may_remind": bool(to_remind),
        "ticked": sum(1 for row in to_remind if row.reminded_on is None),
        "rows": [(directorate, [_drawn(reading, row) for row in rows]) for directorate, rows in board.by_directorate],
        "unconfirmed_url": returns_url(reading, **_kept(asked), not_accepted="yes"),
        "on_time_note": ON_TIME_NOTE,
        "commentaries": _commentaries(reading, every) if reading.scope.everything else None,
    }
    return render(request, "savings/return_board.html", context)


def _commentaries(reading: Reading, every: Iterable[OwedReturn]) -> Commentaries:
    """Who should write the commentary of the themes and directorates that have due lines."""
    themes = {each.line.theme_id for each in every if each.line.theme_id}
    return commentaries_of(reading, themes, {each.line.directorate_id for each in every if each.line.directorate_id})


def _is_open(reading: Reading) -> bool:
    return reading.period.is_open


def _whole_rows(every: Iterable[OwedReturn], asked: ReturnFilterSet) -> list[OwedReturn]:
    """The due lines of every row that has a line which fits: a row is counted whole, whatever state is asked for."""
    fitting = {_row_of(each) for each in asked.narrowed(every)}
    return [each for each in every if _row_of(each) in fitting]


def _row_of(each: OwedReturn) -> tuple[int | None, int | None, int | None]:
    return each.line.directorate_id, each.line.service_id, each.owed_by.pk if each.owed_by else None


def _kept(asked: ReturnFilterSet, *without: str) -> dict[str, str]:
    return {name: value for name, value in asked.form.cleaned_data.items() if value and name not in without}


@dataclass(frozen=True)
class DrawnRow:
    """A row of the board with the addresses of the lines behind its figures."""

    row: BoardRow
    url: str
    queried_url: str
    accepted_url: str
    unconfirmed_url: str


def _drawn(reading: Reading, row: BoardRow) -> DrawnRow:
    return DrawnRow(
        row,
        returns_url(reading, **row.filters),
        returns_url(reading, **row.filters, state=LineState.QUERIED.value),
        returns_url(reading, **row.filters, state=LineState.ACCEPTED.value),
        returns_url(reading, **row.filters, not_accepted="yes"),
    )


def _board_as_file(request: HttpRequest, reading: Reading, board: Board, words: list[str]) -> HttpResponse:
    columns = [
        ("Directorate", "text"),
        ("Service", "text"),
        ("Post", "text"),
        ("State", "text"),
        ("Lines due", "integer"),
        ("Returned", "integer"),
        ("Queried", "integer"),
        ("Accepted", "integer"),
        ("Not yet confirmed (£)", "amount"),
        ("On time", "text"),
        ("Reminded on", "date"),
    ]
    rows = [
        (
            row.directorate,
            row.service,
            row.post.title if row.post else "Nobody owes this return",
            row.state[0],
            row.counts.due,
            row.counts.returned,
            row.counts.queried,
            row.counts.accepted,
            row.unconfirmed,
            row.on_time,
            row.reminded_on,
        )
        for row in board.rows
    ]
    preamble = [f"Returns by service and post: {reading.period_words}", *words, ON_TIME_NOTE]
    return export_rows(f"returns {reading.period.label}", columns, rows, request.GET["export"], preamble)


def _remind(request: HttpRequest, reading: Reading) -> HttpResponse:
    """Remind the posts ticked by e-mail, each of the open lines of the reader's directorates."""
    if not can_change_lines(request.reader):  # type: ignore[attr-defined]
        raise PermissionDenied
    if not reading.period.is_open:
        return closed(request, reading, "Remind by e-mail", [])
    chosen = set(request.POST.getlist("remind"))
    every = returns_owed(reading.period, on=reading.today)
    owed = [each for each in open_lines(every, may=may_answer(request.reader)) if str(each.post_id) in chosen]
    try:
        outcomes = remind(actor=finance(request), period=reading.period, owed=owed, on=reading.today)
    except ValidationError as refused:
        return cannot(request, reading, "Remind by e-mail", refused.messages[0], [])
    for outcome in outcomes:
        say = messages.success if outcome.outcome in (SENT, ALREADY) else messages.error
        say(request, outcome.words)
    if not outcomes:
        messages.error(request, "No post that still owes a return was chosen, so nobody was reminded.")
    return redirect(request.get_full_path())


# The lines behind the board -----------------------------------------------------------------------------------------


@open_to(EVERY_POST)
@require_http_methods(["GET", "HEAD", "POST"])
def return_lines(request: HttpRequest) -> HttpResponse:
    """Due lines with last split beside this one, comment and evidence; a finance officer accepts many at once."""
    reading = read(request, also=request.GET)
    if request.method == "POST":
        return _accept(request, reading)
    return _lines_page(request, reading)


def _lines_page(
    request: HttpRequest, reading: Reading, *, refusals: Iterable[Problem] = (), status: int = 200
) -> HttpResponse:
    every = returns_owed(reading.period, scope=reading.scope, on=reading.today)
    data = request.GET.copy()
    not_accepted = data.pop("not_accepted", [])
    asked = ReturnFilterSet(data, owed=every, also=("export", "page"))
    problems = list(asked.problems)
    if not_accepted not in ([], ["yes"]):
        problems.append(Problem("not_accepted", not_accepted[0], "not_accepted: it can be: yes."))
    crumbs = [("Home", reverse("pages:home")), ("Returns", reverse("savings:return_board") + reading.query)]
    context: dict[str, Any] = {
        "reading": reading,
        "crumbs": crumbs,
        "controls": asked.controls(),
        "problems": [*problems, *refusals],
        "was_refused": bool(refusals),
    }
    if problems:
        return render(request, "savings/return_lines.html", context, status=400)
    shown = asked.narrowed(every)
    words = asked.words()
    if not_accepted:
        shown = unconfirmed(shown)
        words.append("Only lines without an accepted return.")
    money = money_of(reading.period, shown)
    if "export" in request.GET:
        return lines_as_file(reading, drawn_lines(request.reader, reading, shown, money), request.GET["export"], words)
    page = page_of(shown, request.GET.get("page"))
    lines = drawn_lines(request.reader, reading, page.object_list, money)
    acceptable = [each for each in lines if each.may_accept]
    context |= {
        "page": page,
        "lines": lines,
        "words": words,
        "count": len(shown),
        "target": target_of(money, shown),
        "acceptable": len([each for each in acceptable if each.state is LineState.TO_BE_LOOKED_AT]),
        "may_answer": bool(acceptable),
        "seen": _sealed(lines),
        "note": request.POST.get("note", ""),
        "ticked": request.POST.getlist("return"),
    }
    return render(request, "savings/return_lines.html", context, status=status)


def _sealed(lines: Iterable[DrawnLine]) -> str:
    rows = [
        [each.returned.pk, each.seen.version, each.seen.state, each.seen.claimed]
        for each in lines
        if each.returned is not None and each.seen is not None and (each.may_accept or each.may_query)
    ]
    return seal(rows, PAGE)


def _unsealed(request: HttpRequest) -> dict[int, Seen]:
    """What the page showed of each return. Raises ValidationError for what no page of ours sent."""
    return {number: Seen(*seen) for number, *seen in unseal(request.POST.get("seen", ""), PAGE)}


def _accept(request: HttpRequest, reading: Reading) -> HttpResponse:
    """Accept the returns ticked, one of them, or all on the page that wait to be looked at."""
    if not can_change_lines(request.reader):  # type: ignore[attr-defined]
        raise PermissionDenied
    if not reading.period.is_open:
        return closed(request, reading, "Accept returns", [])
    try:
        shown = _unsealed(request)
        numbers = _chosen(request, shown)
        _refuse_other_directorates(request, numbers)
        accept_returns(
            actor=finance(request),
            period=reading.period,
            seen={number: shown[number] for number in numbers},
            note=request.POST.get("note", ""),
        )
    except ValidationError as refused:
        refusals = [Problem("", "", message, "id_note") for message in refused.messages]
        return _lines_page(request, reading, refusals=refusals, status=409 if is_stale(refused) else 400)
    accepted = f"{len(numbers):,} return{'' if len(numbers) == 1 else 's'} accepted."
    they = "it" if len(numbers) == 1 else "they"
    messages.success(request, f"{accepted} What {they} claimed counts as delivered. A query takes an acceptance back.")
    return redirect(request.get_full_path())


def _chosen(request: HttpRequest, shown: Mapping[int, Seen]) -> list[int]:
    if "all" in request.POST:
        return [number for number, seen in shown.items() if seen.state == LineReturn.State.SUBMITTED]
    asked = [request.POST["one"]] if "one" in request.POST else request.POST.getlist("return")
    numbers = [int(each) for each in dict.fromkeys(asked) if each.isascii() and each.isdigit() and len(each) < 19]
    if len(numbers) < len(set(asked)) or not set(numbers) <= set(shown):
        raise ValidationError("A return that was chosen is not on the page. Open the page again.")
    if not numbers:
        raise ValidationError("No return is chosen. Tick those to accept.")
    return numbers


def _refuse_other_directorates(request: HttpRequest, numbers: Iterable[int]) -> None:
    lines = LineInPeriod.objects.filter(line_return__in=list(numbers)).order_by()
    for directorate_id in lines.values_list("directorate_id", flat=True).distinct():
        if not may_change_lines_of(request.reader, directorate_id):  # type: ignore[attr-defined]
            raise PermissionDenied("Another finance officer looks after the lines of this directorate.")


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def return_query(request: HttpRequest, code: str) -> HttpResponse:
    """Ask who owes the return of a line about it; the question goes to them by e-mail and stands on their page."""
    reading = read(request)
    lines = LineInPeriod.objects.in_period(reading.period).select_related("line_return", "line", "project")
    line = lines.filter(line__code=code).first()
    if line is None:
        raise Http404(f"There is no savings line “{code[:40]}” in {reading.period.spoken}.")
    if not may_change_lines_of(request.reader, line.directorate_id):  # type: ignore[attr-defined]
        raise PermissionDenied("Another finance officer looks after the lines of this directorate.")
    back = returns_url(reading)
    crumbs = [("Returns", reverse("savings:return_board") + reading.query), ("Lines", back)]
    if not reading.period.is_open:
        return closed(request, reading, f"Query the return of {line.title}", crumbs)
    returned: LineReturn | None = getattr(line, "line_return", None)
    if returned is None:
        raise Http404(f"There is no return of {line.title} in {reading.period.spoken} yet.")
    if returned.state == LineReturn.State.DRAFT:
        words = "Nothing is submitted that could be queried: what is kept of this return is its author's alone."
        return cannot(request, reading, f"Query the return of {line.title}", words, crumbs, href=back, link="Back")
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        try:
            return _query(request, reading, returned, back)
        except ValidationError as refused:
            problems = [Problem("", "", message, "id_reason") for message in refused.messages]
            status = 409 if is_stale(refused) else 400
    (owed,) = returns_owed(reading.period, only=[line.pk], on=reading.today)
    (drawn,) = drawn_lines(request.reader, reading, [owed], money_of(reading.period, [owed]))
    context = {
        "reading": reading,
        "crumbs": crumbs,
        "each": drawn,
        "reason": request.POST.get("reason", ""),
        "seen": _sealed([drawn]),
        "problems": problems,
        "back": back,
    }
    return render(request, "savings/return_query.html", context, status=status)


def _query(request: HttpRequest, reading: Reading, returned: LineReturn, back: str) -> HttpResponse:
    shown = _unsealed(request)
    if returned.pk not in shown:
        raise ValidationError("The page was not sent as it was opened. Open it again.")
    queried = query_return(
        actor=finance(request),
        period=reading.period,
        number=returned.pk,
        seen=shown[returned.pk],
        reason=request.POST.get("reason", ""),
    )
    messages.success(
        request, f"{queried.line_in_period.title}: queried. The question stands on the page of who owes it."
    )
    told = tell_query(period=reading.period, queried=queried, on=reading.today)
    if told is None:
        messages.error(request, "No post owes this return, so nobody got an e-mail.")
    else:
        (messages.success if told.outcome == SENT else messages.error)(request, told.words)
    return redirect(back)
