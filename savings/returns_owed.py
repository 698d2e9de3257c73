"""Which lines of a period a return is due for, and which post owes each (domain.md, The return).

One place for both: the page of those who return, the board of finance, reminders, homes and the KPI read this. A
closed period is read as it stood when it closed, so that what was owed then never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from futurefit.access.permissions import HEADS_OF_SERVICE, LEADERS
from futurefit.access.reader import Reader
from futurefit.access.today import day_of, today
from futurefit.council.models import Post, PostKind, PostService
from futurefit.history.reads import as_at
from futurefit.history.together import Part, together
from projects.models import ProjectPost, ThemePost
from projects.scope import EVERYTHING, Scope
from savings.models import LineInPeriod, LineReturn, Position, ReportingPeriod
from savings.querysets import LineInPeriodQuerySet

RETURN_POSTS = frozenset(PostKind) - {PostKind.CABINET_MEMBER, PostKind.AUDITOR}
"""Kinds of post that may owe a return: a cabinet member and an auditor change no figure."""


class Through(StrEnum):
    """Why a post owes the return of a line; *nobody* where none of the others leads to a post."""

    PROJECT = "project"
    SERVICE = "service"
    THEME = "theme"
    DIRECTORATE = "directorate"
    NOBODY = "nobody"

    @property
    def words(self) -> str:
        return {
            "project": "head of service lead of the project",
            "service": "head of the service",
            "theme": "lead of the theme",
            "directorate": "director of the directorate",
            "nobody": "nobody owes this return",
        }[self.value]


class ReturnState(StrEnum):
    """How far the return of a due line is; a *draft* is kept and counts nowhere."""

    DUE = "due"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    QUERIED = "queried"
    ACCEPTED = "accepted"

    @property
    def words(self) -> str:
        return {
            "due": "Not started",
            "draft": "Kept, not submitted",
            "submitted": "Submitted",
            "queried": "Queried by finance",
            "accepted": "Accepted",
        }[self.value]

    @property
    def is_done(self) -> bool:
        """Whether whoever owes it has done their part: it waits for finance, or finance accepted it."""
        return self in (ReturnState.SUBMITTED, ReturnState.ACCEPTED)


@dataclass(frozen=True)
class OwedReturn:
    """The return of one due line: who owes it and why, what was returned, and whether it is late.

    `line` comes with its identity, project, directorate, service and period. `late` is submitted for the first time
    after the due date, or not at all by the end of it or of the period.
    """

    line: LineInPeriod
    owed_by: Post | None
    through: Through
    returned: LineReturn | None
    late: bool

    @property
    def state(self) -> ReturnState:
        """How far it is; a query stays one until its answer is submitted."""
        if self.returned is None:
            return ReturnState.DUE
        state = ReturnState(self.returned.state)
        answers = state is ReturnState.DRAFT and self.returned.queried_at is not None
        return ReturnState.QUERIED if answers else state

    @property
    def is_done(self) -> bool:
        return self.state.is_done


def undelivered_by_year(period: ReportingPeriod) -> Q:
    """The condition on positions that makes their line due in the period: see `undelivered_up_to`."""
    return undelivered_up_to(period.financial_year + period.return_years_ahead)


def undelivered_up_to(last_year: int | Combinable) -> Q:
    """The condition on positions that makes their line due: some of the target is not delivered, or is carried forward.

    Of years up to `last_year`: `return_years_ahead` after the period's. What is claimed is not delivered until finance
    accepts it; a loss is delivered when it has come in full. An amount not profiled has no year, so it makes nothing
    due.
    """
    not_all = Q(target__gt=0, delivered__lt=F("target")) | Q(target__lt=0, delivered__gt=F("target"))
    return Q(not_all, year__lte=last_year) | ~Q(carried_forward=0)


def due_lines(period: ReportingPeriod) -> LineInPeriodQuerySet:
    """The lines of a period for which a return is due; one that was returned stays due whatever came of it."""
    of_line = Position.objects.filter(line_in_period=OuterRef("pk"))
    returned = LineReturn.objects.filter(line_in_period=OuterRef("pk")).exclude(state=LineReturn.State.DRAFT)
    lines = LineInPeriod.objects.in_period(period)
    return lines.filter(Exists(of_line.filter(undelivered_by_year(period))) | Exists(returned))


def returns_owed(
    period: ReportingPeriod,
    *,
    scope: Scope = EVERYTHING,
    only: Collection[int] | None = None,
    on: date | None = None,
) -> tuple[OwedReturn, ...]:
    """Every due line of the period that `scope` sees, in the order of the lines, with the post that owes its return.

    The post is the head-of-service lead of the project, else the head or manager of the service, else a lead of the
    theme, else the director of the directorate; None where there is none of these. A return that is submitted or
    accepted stays with the post that owed it then. `only` names lines in period by their ids where not all are asked
    for; `on` is the day that decides what is late: today unless given. Two queries, whatever the number.
    """
    groups = ("line", "project", "directorate", "service", "line_return")
    lines = due_lines(period).visible_to(scope).select_related(*groups)
    if only is not None:
        lines = lines.filter(pk__in=only)
    found = list(lines.order_by("line__order", "line__code"))
    if not found:
        return ()
    chain = _Chain(period, found)
    owed = []
    for line in found:
        line.period = period
        returned: LineReturn | None = getattr(line, "line_return", None)
        through, post_id = chain.owing(line)
        if returned is not None and ReturnState(returned.state).is_done and returned.owed_by_id != post_id:
            through, post_id = chain.reason_of(line, returned.owed_by_id), returned.owed_by_id
        owed.append(
            OwedReturn(
                line=line,
                owed_by=chain.posts.get(post_id),
                through=through,
                returned=returned,
                late=_is_late(period, returned, on),
            )
        )
    return tuple(owed)


def may_return(reader: Reader, owed: OwedReturn) -> bool:
    """Whether the reader may return the line: as the post that owes it, or acting for it.

    Who holds the post or acts for its holder; where the service owes it any head or manager of that service; a director
    for the heads of service of the lines of their directorate; the chief executive for everybody.
    """
    if reader.has_post(PostKind.CHIEF_EXECUTIVE):
        return True
    if owed.owed_by is None:
        return False
    if owed.owed_by.pk in reader.post_ids:
        return True
    if owed.through is Through.SERVICE and owed.line.service_id in reader.own_service_ids:
        return True
    return owed.owed_by.kind in HEADS_OF_SERVICE and owed.line.directorate_id in reader.own_directorate_ids


def _is_late(period: ReportingPeriod, returned: LineReturn | None, on: date | None) -> bool:
    submitted = returned.first_submitted_at if returned else None
    if submitted is not None:
        return period.due_on is not None and day_of(submitted) > period.due_on
    return not period.is_open or (period.due_on is not None and (on or today()) > period.due_on)


_PostsOf = dict[int | None, list[int]]
"""The posts that lead a project, service, theme or directorate, by its id, whoever owes first first."""


class _Chain:
    """From a line to the post that owes its return, with the posts as they stand, or stood when the period closed."""

    def __init__(self, period: ReportingPeriod, lines: Iterable[LineInPeriod]) -> None:
        self._period = period
        led = {line.project_id for line in lines}
        leads = self._rows(ProjectPost).filter(role=ProjectPost.Role.HEAD_LEAD, project_id__in=led)
        found = together(
            ReportingPeriod.objects.filter(pk=period.pk),
            {
                "posts": Part(self._rows(Post), order=("title", "id")),
                "leads": Part(leads),
                "services": Part(self._rows(PostService), order=("id",)),
                "themes": Part(self._rows(ThemePost).filter(role=ThemePost.Role.LEAD)),
            },
        )
        self.posts: dict[int | None, Post] = {post.pk: post for post in found["posts"]}
        heads = [row for row in found["services"] if self._kind(row) in HEADS_OF_SERVICE]
        self._posts_of: dict[Through, _PostsOf] = {
            Through.PROJECT: self._by_group(found["leads"], "project_id", lambda post: False),
            Through.SERVICE: self._by_group(heads, "service_id", lambda post: post.kind != PostKind.HEAD_OF_SERVICE),
            Through.THEME: self._by_group(
                found["themes"], "theme_id", lambda post: post.kind not in HEADS_OF_SERVICE | LEADERS
            ),
            Through.DIRECTORATE: self._of_directorates(found["posts"]),
        }

    def owing(self, line: LineInPeriod) -> tuple[Through, int | None]:
        """The first step that leads to a post, and that post."""
        for step, posts in self._leading_to(line):
            if posts:
                return step, posts[0]
        return Through.NOBODY, None

    def reason_of(self, line: LineInPeriod, post_id: int | None) -> Through:
        """Through what this post may owe the line; its own service where nothing leads to it any more."""
        if post_id is None:
            return Through.NOBODY
        return next((step for step, posts in self._leading_to(line) if post_id in posts), Through.SERVICE)

    def _leading_to(self, line: LineInPeriod) -> Iterator[tuple[Through, Sequence[int]]]:
        for step, posts_of in self._posts_of.items():
            yield step, posts_of.get(getattr(line, f"{step.value}_id"), ())

    def _of_directorates(self, posts: Iterable[Post]) -> _PostsOf:
        directors: _PostsOf = {}
        for post in posts:
            if post.kind == PostKind.DIRECTOR and post.directorate_id is not None:
                directors.setdefault(post.directorate_id, []).append(post.pk)
        return directors

    def _by_group(self, rows: Iterable[Any], group: str, after: Callable[[Post], bool]) -> _PostsOf:
        """Posts that may owe a return by the row of their group; those that `after` says so of come last."""
        found: dict[int | None, list[Post]] = {}
        for row in rows:
            if self._kind(row) in RETURN_POSTS:
                found.setdefault(getattr(row, group), []).append(self.posts[row.post_id])
        return {group_id: [post.pk for post in sorted(posts, key=after)] for group_id, posts in found.items()}

    def _kind(self, row: Any) -> str | None:
        post = self.posts.get(row.post_id)
        return post.kind if post else None

    def _rows(self, model: type[Model]) -> QuerySet[Any]:
        moment = self._period.closed_at
        return model._default_manager.all() if moment is None else as_at(model, moment)
