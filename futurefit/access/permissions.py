"""Who may open which view: sets of posts, and the declaration that every view carries.

A view without a declaration stops the site at start-up (`futurefit.access.declarations`); the middleware
refuses a reader none of whose posts is named. What a reader may see *on* a page is the business of the
scoped querysets of each app.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponseBase

from futurefit.council.models import PostKind

View = Callable[..., HttpResponseBase]

EVERY_POST = frozenset(PostKind)
"""Everybody who is signed in and holds a post."""

SEES_EVERYTHING = frozenset(
    {
        PostKind.FINANCE_OFFICER,
        PostKind.HEAD_OF_FINANCE,
        PostKind.CABINET_MEMBER,
        PostKind.PROGRAMME_OFFICER,
        PostKind.AUDITOR,
        PostKind.CHIEF_EXECUTIVE,
    }
)
"""Posts that see every line, whichever service it belongs to."""

HEADS_OF_SERVICE = frozenset({PostKind.HEAD_OF_SERVICE, PostKind.SERVICE_MANAGER})
"""Posts with the rights of a head of service: a service manager has the same."""

FINANCE = frozenset({PostKind.FINANCE_OFFICER, PostKind.HEAD_OF_FINANCE})

LEADERS = frozenset({PostKind.DIRECTOR, PostKind.CHIEF_EXECUTIVE})
"""Posts with the rights of a director over what they lead."""

READS_WHOLE_HISTORY = frozenset({PostKind.AUDITOR, PostKind.HEAD_OF_FINANCE, PostKind.FINANCE_OFFICER})
"""Posts that open the row histories behind every act."""


@dataclass(frozen=True)
class Openness:
    """Who may open a view.

    ``posts`` are the kinds of post that may; ``without_post`` adds whoever is signed in, ``anyone`` also who
    is not. ``staff`` leaves it to accounts that look after the installation, whatever their posts. The last three need
    a ``reason``, in words.
    """

    posts: frozenset[str]
    without_post: bool = False
    anyone: bool = False
    staff: bool = False
    reason: str = ""

    def __post_init__(self) -> None:
        unknown = set(self.posts) - set(PostKind.values)
        if unknown:
            raise ImproperlyConfigured(f"There is no kind of post {', '.join(sorted(map(str, unknown)))}.")
        if not self.posts and not self.anyone and not self.staff:
            raise ImproperlyConfigured("A view names at least one kind of post.")
        if (self.anyone or self.without_post or self.staff) and not self.reason:
            raise ImproperlyConfigured("A view that is open without a post says why.")


def _declared(view: View, openness: Openness) -> View:
    @functools.wraps(view)
    def declared(*args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(*args, **kwargs)

    declared.openness = openness  # type: ignore[attr-defined]
    if openness.anyone:
        declared.login_required = False  # type: ignore[attr-defined]
    return declared


def open_to(posts: Collection[str], *, without_post: str = "") -> Callable[[View], View]:
    """Declare a function view open to these kinds of post: ``@open_to(EVERY_POST)``.

    ``without_post`` gives the reason for letting in somebody who is signed in and holds no post.
    """
    openness = Openness(frozenset(posts), without_post=bool(without_post), reason=without_post)
    return functools.partial(_declared, openness=openness)


def open_to_anyone(reason: str) -> Callable[[View], View]:
    """Declare a function view open without sign-in, with the reason: ``@open_to_anyone("the sign-in page")``."""
    return functools.partial(_declared, openness=Openness(EVERY_POST, anyone=True, reason=reason))


def open_to_staff(reason: str) -> Callable[[View], View]:
    """Declare a view open to accounts with the mark *staff* and to no post, with the reason."""
    return functools.partial(_declared, openness=Openness(frozenset(), staff=True, reason=reason))


class PostsRequiredMixin:
    """Base of every class view: ``posts`` names the kinds of post that may open it.

    A class that names none cannot be defined: ImproperlyConfigured. ``open_without_post`` gives the
    reason for letting in somebody who is signed in and holds no post.
    """

    posts: ClassVar[Collection[str]]
    open_without_post: ClassVar[str] = ""
    openness: ClassVar[Openness]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not hasattr(cls, "posts"):
            raise ImproperlyConfigured(f"{cls.__module__}.{cls.__qualname__} names no posts. Who may open it?")
        cls.openness = Openness(
            frozenset(cls.posts), without_post=bool(cls.open_without_post), reason=cls.open_without_post
        )

    @classmethod
    def as_view(cls, **initkwargs: Any) -> View:
        view: View = super().as_view(**initkwargs)  # type: ignore[misc]
        view.openness = cls.openness  # type: ignore[attr-defined]
        return view


def openness_of(view: Any) -> Openness | None:
    """What a view declares, or None when it names nobody."""
    declared = getattr(view, "openness", None)
    return declared if isinstance(declared, Openness) else None
