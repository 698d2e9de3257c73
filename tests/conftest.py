"""What every test needs of the machine: the database it runs on, and how hypothesis behaves."""

import os
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "default")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if connection.vendor == "postgresql":
        return
    elsewhere = pytest.mark.skip(reason="needs PostgreSQL, and this run is on SQLite")
    for item in items:
        if "postgresql" in item.keywords:
            item.add_marker(elsewhere)


@pytest.fixture(scope="session", autouse=True)
def append_only_tables_stand_aside_for_the_flush() -> Iterator[None]:
    """Tests with real transactions end by emptying every table, which acts and row histories refuse."""
    empty_all_tables = TransactionTestCase._fixture_teardown

    def empty_all_tables_unrefused(case: TransactionTestCase) -> None:
        from futurefit.history.append_only import protect, unprotect

        unprotect(connection)
        try:
            empty_all_tables(case)
        finally:
            protect(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_all_tables_unrefused)
        yield
