"""The rows that tests start from obey the rules themselves."""

import pytest
from django.test import Client

from projects.scope import scope_of
from savings.rollups import rollup
from tests import factories

pytestmark = pytest.mark.django_db


def test_every_factory_makes_a_row_that_full_clean_accepts():
    made = [
        member for name, member in vars(factories).items() if name.endswith("Factory") and name != "DjangoModelFactory"
    ]
    assert len(made) >= 20
    for member in made:
        member().full_clean()


def test_the_small_programme_adds_up_as_its_docstring_says():
    small = factories.small_programme(projects=3, lines_each=2)
    total = rollup(small.period, "theme").total
    assert total.year(2016).target == 600_000
    assert total.year(2016).not_rated == 150_000
    assert total.year(2017).target == 300_000


def test_the_cast_sees_what_their_posts_give():
    small = factories.small_programme()
    cast = small.cast()
    everything = {name for name, user in cast.with_posts.items() if scope_of(factories.reader(user)).everything}
    assert everything == {
        "finance",
        "chief_executive",
        "head_of_finance",
        "cabinet",
        "programme_officer",
        "auditor",
    }
    assert scope_of(factories.reader(cast.head)).service_ids == {small.services[0].pk}
    assert scope_of(factories.reader(cast.director)).directorate_ids == {small.directorates[0].pk}
    assert not scope_of(factories.reader(cast.stranger)).holds_a_post


def test_the_cast_can_sign_in():
    client = Client()
    client.force_login(factories.auditor())
    assert "_auth_user_id" in client.session
