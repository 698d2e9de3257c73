"""The demonstration for tests with real transactions: committed, and gone when the test ends."""

import pytest
from django.db import connection

from futurefit.history.append_only import unguarded_tables
from projects.models import Programme
from savings.frozen import tables_not_frozen
from savings.rollups import rollup


@pytest.mark.parametrize("time", ["first", "second"])
def test_each_test_with_real_transactions_finds_the_demonstration_anew(committed_demo, time):
    assert not connection.in_atomic_block
    assert rollup(committed_demo.period()).total.total.target == 18_799_000
    Programme.objects.update(name=f"Changed by the {time}")
    assert unguarded_tables(connection) == tables_not_frozen(connection) == []


@pytest.mark.django_db
def test_nothing_of_it_is_left_for_others():
    assert not Programme.objects.exists()
