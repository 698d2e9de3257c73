"""The chasing board: who has returned, by directorate, service and post (pages.md, Finance officer).

Counts are of due lines (`savings.returns_owed`); money comes from one scan of the roll-ups; everything says of a closed
period what it was when it closed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from futurefit.council.models import Post
from savings.models import Reminder, ReportingPeriod
from savings.reading import Reading
from savings.returns_on_time import due_returns
from savings.returns_owed import OwedReturn, ReturnState, due_lines
from savings.rollups import Scan, scan
from savings.selection import NOT_STATED, Selection

LOOKED_BACK = 3
"""Periods of which the board says how many a post returned on time."""


class LineState(StrEnum):
    """Where a due line stands for finance; what the filters and the tiles count."""

    NOT_RETURNED = "not_returned"
    TO_BE_LOOKED_AT = "to_be_looked_at"
    QUERIED = "queried"
    ACCEPTED = "accepted"

    @property
    def words(self) -> str:
        return {
            "not_returned": "Not returned",
            "to_be_looked_at": "Returned, to be looked at",
            "queried": "Queried",
            "accepted": "Accepted",
        }[self.value]

    @property
    def style(self) -> str:
        """The work tag it is shown as."""
        return {"not_returned": "outline", "to_be_looked_at": "tint", "queried": "alert", "accepted": "solid"}[
            self.value
        ]


_STATES = {
    ReturnState.DUE: LineState.NOT_RETURNED,
    ReturnState.DRAFT: LineState.NOT_RETURNED,
    ReturnState.SUBMITTED: LineState.TO_BE_LOOKED_AT,
    ReturnState.QUERIED: LineState.QUERIED,
    ReturnState.ACCEPTED: LineState.ACCEPTED,
}


def state_of(owed: OwedReturn) -> LineState:
    return _STATES[owed.state]


@dataclass(frozen=True)
class Counts:
    """How many due lines stand where."""

    not_returned: int = 0
    to_be_looked_at: int = 0
    queried: int = 0
    accepted: int = 0

    @classmethod
    def of(cls, owed: Iterable[OwedReturn]) -> Counts:
        found = dict.fromkeys(LineState, 0)
        for each in owed:
            found[state_of(each)] += 1
        return cls(**{state.value: number for state, number in found.items()})

    @property
    def due(self) -> int:
        return self.not_returned + self.to_be_looked_at + self.queried + self.accepted

    @property
    def returned(self) -> int:
        """Submitted at least once, whatever finance answered."""
        return self.due - self.not_returned

    def count(self, state: LineState) -> int:
        number: int = getattr(self, state.value)
        return number


def counts_of(period: ReportingPeriod) -> Counts:
    """The counts of a whole period in one query, for pages that show no more of it."""
    asked = Q(line_return__queried_at__isnull=False)
    rows = due_lines(period).order_by().values_list("line_return__state", asked).annotate(number=Count("pk"))
    found: dict[str, int] = dict.fromkeys(LineState, 0)
    for state, queried, number in rows:
        answers = state == ReturnState.DRAFT and queried
        found[LineState.QUERIED if answers else _STATES[ReturnState(state or ReturnState.DUE)]] += number
    return Counts(**found)


@dataclass
class BoardRow:
    """The due lines of one service that one post owes; without a post nobody does."""

    directorate: str
    directorate_key: str
    service: str
    service_key: str
    post: Post | None
    owed: list[OwedReturn] = field(default_factory=list)
    unconfirmed: int = 0
    on_time: str = ""
    reminded_on: date | None = None
    may_be_reminded: bool = False

    @property
    def counts(self) -> Counts:
        return Counts.of(self.owed)

    @property
    def is_late(self) -> bool:
        return any(each.late and each.state in (ReturnState.DUE, ReturnState.DRAFT) for each in self.owed)

    @property
    def state(self) -> tuple[str, str]:
        """Words and style of its tag; what needs somebody comes first."""
        counts = self.counts
        if self.post is None and counts.not_returned:
            return "Nobody owes it", "alert"
        if counts.queried:
            return "Queried", "alert"
        if self.is_late:
            return "Late", "alert"
        if counts.accepted == counts.due:
            return "Accepted", "solid"
        if not counts.not_returned:
            return "Returned", "outline"
        begun = counts.returned or any(each.state is ReturnState.DRAFT for each in self.owed)
        return ("In progress", "tint") if begun else ("Not started", "outline")

    @property
    def filters(self) -> dict[str, str]:
        """The filters of the list that holds exactly its lines."""
        return {
            "directorate": self.directorate_key,
            "service": self.service_key,
            "post": self.post.code if self.post else NOT_STATED,
        }


@dataclass(frozen=True)
class Board:
    """Rows in the council's order, and what stands above and below them."""

    rows: list[BoardRow]
    counts: Counts
    unconfirmed: int
    posts_out: int

    @property
    def by_directorate(self) -> list[tuple[str, list[BoardRow]]]:
        found: dict[str, list[BoardRow]] = {}
        for row in self.rows:
            found.setdefault(row.directorate, []).append(row)
        return list(found.items())


def board_of(
    reading: Reading,
    owed: Collection[OwedReturn],
    *,
    on_time_of: Iterable[OwedReturn],
    may_remind: Callable[[OwedReturn], bool],
) -> Board:
    """The board of these due lines. `on_time_of` are all that the reader sees: who owes a line that nobody returned.

    Three queries whatever the number of lines: the money, earlier returns, reminders.
    """
    rows = _grouped(owed)
    money = money_of(reading.period, unconfirmed(owed))
    on_time = _on_time(reading, on_time_of)
    reminded = _reminders(reading.period)
    for row in rows:
        row.unconfirmed = target_of(money, unconfirmed(row.owed))
        if row.post is None:
            continue
        row.on_time = on_time.get(row.post.pk, "")
        row.reminded_on = max((day for (post, _cause), day in reminded.items() if post == row.post.pk), default=None)
    for post_id in {row.post.pk for row in rows if row.post}:
        of_post = [row for row in rows if row.post and row.post.pk == post_id]
        open_causes = {
            Reminder.Cause.QUERIED if each.state is ReturnState.QUERIED else Reminder.Cause.DUE
            for row in of_post
            for each in row.owed
            if may_remind(each) and state_of(each) in (LineState.NOT_RETURNED, LineState.QUERIED)
        }
        # One box a post, at its first row: one e-mail lists all its lines.
        of_post[0].may_be_reminded = any(reminded.get((post_id, cause)) != reading.today for cause in open_causes)
    out = {each.owed_by.pk for each in owed if each.owed_by and state_of(each) is LineState.NOT_RETURNED}
    return Board(rows, Counts.of(owed), target_of(money, unconfirmed(owed)), len(out))


def money_of(period: ReportingPeriod, owed: Iterable[OwedReturn]) -> Scan:
    """The money of these lines, one row of the roll-ups a line; one query."""
    return scan(period, ("line",), where=Selection(line_ids=frozenset(each.line.line_id for each in owed)))


def target_of(money: Scan, owed: Iterable[OwedReturn]) -> int:
    """The target of these lines in all years, whole pounds."""
    return money.within("line", {each.line.line_id for each in owed}).rollup().total.total.target


def unconfirmed(owed: Iterable[OwedReturn]) -> list[OwedReturn]:
    """Those without an accepted return."""
    return [each for each in owed if state_of(each) is not LineState.ACCEPTED]


def _grouped(owed: Iterable[OwedReturn]) -> list[BoardRow]:
    found: dict[tuple[Any, ...], BoardRow] = {}
    places: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for each in owed:
        line, post = each.line, each.owed_by
        key = (line.directorate_id, line.service_id, post.pk if post else None)
        if key not in found:
            found[key] = BoardRow(
                line.directorate_label or "Directorate not stated",
                line.directorate.code if line.directorate else NOT_STATED,
                line.service_label or "Service not stated",
                line.service.code if line.service else NOT_STATED,
                post,
            )
            order = line.directorate.order if line.directorate else 0
            places[key] = (
                line.directorate_id is None,
                order,
                line.directorate_label,
                line.service_id is None,
                line.service_label,
                post is None,
                post.title if post else "",
            )
        found[key].owed.append(each)
    return [found[key] for key in sorted(found, key=lambda key: places[key])]


def _on_time(reading: Reading, owed: Iterable[OwedReturn]) -> dict[int, str]:
    """By post: in how many of the last periods all its returns came in on time, "2 of 3".

    A return counts for the post that submitted it, one that nobody submitted for the post that owes the line now.
    """
    place = reading.periods.index(reading.period)
    before = [period.pk for period in reading.periods[:place] if period.due_on is not None][-LOOKED_BACK:]
    owing = {each.line.line_id: each.owed_by.pk for each in owed if each.owed_by}
    kept: dict[int, dict[int, bool]] = {}
    for due in due_returns(before) if before else ():
        post_id = due.owed_by_id or owing.get(due.line_id)
        if post_id is not None:
            of_post = kept.setdefault(post_id, {})
            of_post[due.period_id] = of_post.get(due.period_id, True) and due.on_time
    return {post_id: f"{sum(months.values())} of {len(months)}" for post_id, months in kept.items()}


def _reminders(period: ReportingPeriod) -> Mapping[tuple[int, str], date]:
    """The last day on which each post was reminded of each cause."""
    rows = Reminder.objects.filter(period=period).order_by("sent_on").values_list("post_id", "cause", "sent_on")
    return {(post_id, cause): day for post_id, cause, day in rows}


def returns_url(reading: Reading, **filters: str) -> str:
    """The list of due lines that fit these filters."""
    query = {**reading.parameters(), **{name: value for name, value in filters.items() if value}}
    return reverse("savings:return_lines") + (f"?{urlencode(query)}" if query else "")


def lead_of(reading: Reading, counts: Counts) -> str:
    """ "28 of 43 lines are in. 15 are still out, due Friday 11 December 2015, in 9 days." """
    if not counts.due:
        return ""
    lines = "line is" if counts.due == 1 else "lines are"
    words = f"{counts.returned:,} of {counts.due:,} {lines} in."
    if not reading.period.is_open:
        return f"{words} Of {counts.not_returned:,} the last split stood." if counts.not_returned else words
    if not counts.not_returned:
        return f"{words} None is out."
    out = f"{counts.not_returned:,} {'is' if counts.not_returned == 1 else 'are'} still out"
    return f"{words} {out}, {due_words(reading)}."


def due_words(reading: Reading) -> str:
    """When returns are due, seen from the day of the page: "due Friday 27 May 2016, in 7 days"."""
    due_on = reading.period.due_on
    if due_on is None:
        return "with no due date set"
    days = (due_on - reading.today).days
    when = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days) or (
        f"in {days} days" if days > 0 else f"{-days} days ago"
    )
    return f"{'due' if days >= 0 else 'were due'} {due_on:%A} {due_on.day} {due_on:%B %Y}, {when}"


def tiles_of(reading: Reading, counts: Counts, *, posts_out: int | None = None, **filters: str) -> list[dict[str, str]]:
    """A tile for each state, with the way to its lines among those that fit the filters."""
    posts = "still to come in" if reading.period.is_open else "which kept the last split"
    if posts_out is not None and counts.not_returned:
        posts = f"from {posts_out:,} post{'' if posts_out == 1 else 's'}" if posts_out else "owed by nobody"
    sources = {
        LineState.NOT_RETURNED: posts,
        LineState.TO_BE_LOOKED_AT: "waiting for finance" if reading.period.is_open else "never answered by finance",
        LineState.QUERIED: "back with who owes the return",
        LineState.ACCEPTED: "what they delivered counts",
    }
    return [
        {
            "words": state.words,
            "text": f"{counts.count(state):,}",
            "href": returns_url(reading, **filters, state=state.value) if counts.count(state) else "",
            "source": f"line{'' if counts.count(state) == 1 else 's'}, {source}",
        }
        for state, source in sources.items()
    ]
