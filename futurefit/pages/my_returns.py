"""The returns that a reader owes or may say for others, post by post, and how far they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.urls import reverse

from futurefit.access.permissions import HEADS_OF_SERVICE, LEADERS
from futurefit.access.reader import Reader
from futurefit.council.models import Post, PostKind
from futurefit.history.actors import Actor
from futurefit.pages import sentences
from savings.models import ReportingPeriod
from savings.reading import Reading
from savings.returns_owed import OwedReturn, ReturnState, may_return, returns_owed

OWN = "own"
"""What stands in the address for the returns of the reader's own posts."""

NOBODY = "nobody"
"""And for those that nobody owes, which the chief executive alone may say."""


@dataclass(frozen=True)
class Pile:
    """The returns that one post owes, or the reader's own posts: how many, and how many are done."""

    key: str
    title: str
    owed: tuple[OwedReturn, ...]

    @property
    def done(self) -> int:
        return sum(1 for each in self.owed if each.is_done)

    @property
    def kept(self) -> int:
        return sum(1 for each in self.owed if each.state is ReturnState.DRAFT)

    @property
    def queried(self) -> int:
        return sum(1 for each in self.owed if each.state is ReturnState.QUERIED)

    @property
    def late(self) -> int:
        return sum(1 for each in self.owed if each.late and not each.is_done)

    @property
    def left(self) -> int:
        return len(self.owed) - self.done

    @property
    def post_ids(self) -> frozenset[int]:
        return frozenset(each.owed_by.pk for each in self.owed if each.owed_by is not None)

    @property
    def words(self) -> str:
        """ "7 of 12 lines done"."""
        return f"{self.done} of {len(self.owed)} {'line' if len(self.owed) == 1 else 'lines'} done"


@dataclass(frozen=True)
class Owing:
    """What a reader may return in a period: their own first, then a pile for each post that they may act for."""

    period: ReportingPeriod
    reader: Reader
    own: Pile
    others: tuple[Pile, ...]

    @classmethod
    def of(cls, reading: Reading, reader: Reader) -> Owing:
        """Asked in two queries; in a closed period as it stood then."""
        owed = [each for each in returns_owed(reading.period, scope=reading.scope) if may_return(reader, each)]
        own = tuple(each for each in owed if each.owed_by is not None and each.owed_by.pk in reader.post_ids)
        by_post: dict[int | None, list[OwedReturn]] = {}
        for each in owed:
            if each not in own:
                by_post.setdefault(each.owed_by.pk if each.owed_by else None, []).append(each)
        piles = [Pile(*_named(rows[0].owed_by), tuple(rows)) for rows in by_post.values()]
        others = tuple(sorted(piles, key=lambda pile: (pile.key == NOBODY, pile.title)))
        return cls(reading.period, reader, Pile(OWN, "Your own", own), others)

    @cached_property
    def every(self) -> tuple[Pile, ...]:
        """The piles to choose from, the reader's own only where there is something in it or nothing else."""
        return (self.own, *self.others) if self.own.owed or not self.others else self.others

    def pile(self, key: str | None) -> Pile | None:
        """The pile asked for; without a key the first that has something left, else the first. None: there is none."""
        if key is None:
            return next((each for each in self.every if each.left), self.every[0])
        return next((each for each in (self.own, *self.others) if each.key == key), None)

    def actor_for(self, pile: Pile) -> Actor:
        """Who acts, under the post that owes the returns or the one that gives the right to act for it."""
        owing = next((post for post in self.reader.held if post.id in pile.post_ids), None)
        return self.reader.actor_under(owing) if owing else self.reader.actor_as(*LEADERS, *HEADS_OF_SERVICE)


def _named(post: Post | None) -> tuple[str, str]:
    return (NOBODY, "Lines that nobody owes") if post is None else (post.code, post.title)


def due_words(period: ReportingPeriod, today: date) -> str:
    """ "due Friday 11 December 2015"; "were due …" once it is past, empty without a due date."""
    if period.due_on is None:
        return ""
    day = f"{period.due_on:%A} {sentences.on_day(period.due_on)}"
    return f"were due {day}" if today > period.due_on else f"due {day}"


@dataclass(frozen=True)
class DueFromYou:
    """The first sentence of a home: how many lines are done, when they are due, and the way to them."""

    words: str
    due: str
    href: str
    queried: int
    late: int
    left: int
    title: str = ""


def due_from(reading: Reading, reader: Reader) -> Sequence[DueFromYou]:
    """What is due of the reader's own posts, then of those that a director may act for; nothing in a closed period.

    The chief executive may act for everybody, and reads of everybody on the page of returns.
    """
    if not reading.period.is_open:
        return ()
    owing = Owing.of(reading, reader)
    address = reverse("pages:my_returns")
    return [
        DueFromYou(
            words=pile.words,
            due=due_words(reading.period, reading.today),
            href=f"{address}{reading.query}{'&' if reading.query else '?'}for={pile.key}",
            queried=pile.queried,
            late=pile.late,
            left=pile.left,
            title="" if pile is owing.own else pile.title,
        )
        for pile in (owing.every if not reader.has_post(PostKind.CHIEF_EXECUTIVE) else (owing.own,))
        if pile.owed
    ]
