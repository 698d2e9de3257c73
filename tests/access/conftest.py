"""The cast of the rights tests: users, each with the one post they are named for."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client

from futurefit.access.models import User
from futurefit.council.models import Holding, Post, PostKind

FIRST_DAY = date(2015, 4, 1)

UserWith = Callable[..., User]


@pytest.fixture(autouse=True)
def no_attempts_counted_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def user_with(db) -> UserWith:
    """``user_with(PostKind.AUDITOR, …)``: a user who has held a post of each kind since April 2015."""

    def make(*kinds: PostKind, email: str = "reader@council.example", **more) -> User:
        user = User.objects.create_user(email, "R. Reader", "a long enough password", **more)
        for kind in kinds:
            post = Post.objects.create(
                code=f"{kind}-{email.split('@')[0]}".replace("_", "-"), title=kind.label, kind=kind
            )
            Holding.objects.create(post=post, user=user, from_date=FIRST_DAY)
        return user

    return make


@pytest.fixture
def signed_in(client: Client, user_with: UserWith) -> Callable[..., Client]:
    """``signed_in(PostKind.AUDITOR)``: a browser in which a user with these posts is signed in."""

    def make(*kinds: PostKind, **more) -> Client:
        client.force_login(user_with(*kinds, **more))
        return client

    return make
