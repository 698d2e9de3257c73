from datetime import UTC, datetime

import pytest

from futurefit.council.models import Directorate
from futurefit.history.actors import Actor
from futurefit.history.services import record_act


@pytest.fixture
def officer() -> Actor:
    return Actor(user_id=7, name="A. Counter", post_id=3, post_title="Finance officer")


@pytest.fixture
def other() -> Actor:
    return Actor(user_id=8, name="B. Lender", post_id=4, post_title="Head of finance")


@pytest.fixture
def month_7() -> datetime:
    return datetime(2015, 11, 19, 10, 0, tzinfo=UTC)


@pytest.fixture
def month_8() -> datetime:
    return datetime(2015, 12, 17, 10, 0, tzinfo=UTC)


@pytest.fixture
def adults(db, officer) -> Directorate:
    with record_act(actor=officer, verb="a.b", sentence="Added.", at=datetime(2015, 1, 1, tzinfo=UTC)):
        return Directorate.objects.create(code="DASH", slug="dash", name="Adult Services and Health")
