"""The reader of a request: which posts they hold today, resolved once to sets of ids.

Scoping everywhere is ``IN`` one of these sets, never a join through posts and holdings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from futurefit.access.permissions import HEADS_OF_SERVICE, SEES_EVERYTHING
from futurefit.access.today import today
from futurefit.council.models import Holding, PostKind
from futurefit.history.actors import Actor

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from futurefit.access.models import User


@dataclass(frozen=True)
class HeldPost:
    """A post somebody holds, or acts for the holder of, with what is the post's own."""

    id: int
    code: str
    title: str
    kind: str
    acting: bool = False
    directorate_id: int | None = None
    service_ids: frozenset[int] = frozenset()
    finance_directorate_ids: frozenset[int] = frozenset()
    """Of a finance officer those that the post changes; of a director the ended ones that were its own."""


@dataclass(frozen=True)
class Reader:
    """Who reads, and what their posts give them. Somebody with several posts has the union.

    Nobody signed in, or nobody with a post in force, is a reader whose sets are all empty.
    """

    user_id: int | None = None
    name: str = ""
    held: tuple[HeldPost, ...] = ()
    memo: dict[str, object] = field(default_factory=dict, compare=False, repr=False)
    """What apps to the right resolve once for this reader, such as the scope of visible rows."""

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def has_any_post(self) -> bool:
        return bool(self.held)

    @cached_property
    def post_ids(self) -> frozenset[int]:
        """For ``lead_post_id IN``: what a post leads is its holder's to see."""
        return frozenset(post.id for post in self.held)

    @cached_property
    def kinds(self) -> frozenset[str]:
        return frozenset(post.kind for post in self.held)

    @cached_property
    def own_directorate_ids(self) -> frozenset[int]:
        """Directorates whose director the reader is, and the ended ones that these follow."""
        directors = [post for post in self.held if post.kind == PostKind.DIRECTOR]
        present = frozenset(post.directorate_id for post in directors if post.directorate_id)
        return present.union(*(post.finance_directorate_ids for post in directors))

    @cached_property
    def own_service_ids(self) -> frozenset[int]:
        """Services whose head, or manager, the reader is."""
        return frozenset().union(*(post.service_ids for post in self.held if post.kind in HEADS_OF_SERVICE))

    @cached_property
    def sees_everything(self) -> bool:
        return bool(self.kinds & SEES_EVERYTHING)

    @cached_property
    def finance_of_all_directorates(self) -> bool:
        """Whether the reader is a finance officer whose post names no directorates: all are theirs to change."""
        return any(post.kind == PostKind.FINANCE_OFFICER and not post.finance_directorate_ids for post in self.held)

    @cached_property
    def finance_directorate_ids(self) -> frozenset[int]:
        """The directorates a finance officer's posts name; read `finance_of_all_directorates` first."""
        officers = (post for post in self.held if post.kind == PostKind.FINANCE_OFFICER)
        return frozenset().union(*(post.finance_directorate_ids for post in officers))

    def has_post(self, *kinds: str) -> bool:
        """Whether the reader holds a post of any of these kinds."""
        return bool(self.kinds.intersection(kinds))

    @property
    def post_title(self) -> str:
        """The first post's title for the page header, and how many more there are."""
        if not self.held:
            return ""
        first = self.held[0]
        title = f"Acting: {first.title}" if first.acting else first.title
        more = len(self.held) - 1
        return f"{title} and {more} more post{'' if more == 1 else 's'}" if more else title

    @property
    def actor(self) -> Actor:
        """Who acts, under their first post."""
        return self.actor_as()

    def actor_as(self, *kinds: str) -> Actor:
        """Who acts, under the first post of one of these kinds, so that history names the post that gave the right."""
        posts = [post for post in self.held if post.kind in kinds] or self.held
        return self.actor_under(posts[0] if posts else None)

    def actor_under(self, post: HeldPost | None) -> Actor:
        """Who acts, under this post of theirs."""
        return Actor(
            user_id=self.user_id,
            name=self.name,
            post_id=post.id if post else None,
            post_title=post.title if post else "",
        )


NOBODY = Reader()
"""For comparing, and for pages rendered before the reader is known."""


def reader_of(user: User | AnonymousUser, on: date | None = None) -> Reader:
    """The reader that a user is on a day (today unless given), in one query whatever the number of posts."""
    if not user.is_authenticated:
        return Reader()
    return Reader(user_id=user.pk, name=user.name, held=tuple(_held(user, on or today())))


def _held(user: User, on: date) -> Iterable[HeldPost]:
    """The query gives a row for each service and directorate of a post; the rows of a post become one again."""
    rows: dict[int, list[dict[str, Any]]] = {}
    for row in Holding.objects.of_user(user.pk).for_reader(on):
        rows.setdefault(row["post_id"], []).append(row)
    for post_id, of_post in rows.items():
        first = of_post[0]
        yield HeldPost(
            id=post_id,
            code=first["code"],
            title=first["title"],
            kind=first["kind"],
            acting=first["acting_for_holder"],
            directorate_id=first["directorate"],
            service_ids=frozenset(row["service"] for row in of_post if row["service"]),
            finance_directorate_ids=frozenset(row["own_directorate"] for row in of_post if row["own_directorate"]),
        )
