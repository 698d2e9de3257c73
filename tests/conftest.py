"""What every test needs of the machine: the database it runs on, how hypothesis behaves, and the demonstration.

The demonstration comes in two ways:

- `demo` (module scope) for tests in a transaction: it is loaded once for the module, in a transaction around those of
  its tests, and rolled back after the last of them. Every test starts from the demonstration as loaded, whatever
  another wrote. All tests of the module see it, so let all of them want it:
  ``pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]``.
- `committed_demo` (function scope) for tests with real transactions (live server, browser, threads): it is loaded anew
  for each, since each ends by emptying every table. Keep these in modules of their own: a module that asks for both
  is refused.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test import SimpleTestCase, TransactionTestCase
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.demo_programme import Demo

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "default")


DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "demo", "committed_demo"}


def asks_no_database(item: pytest.Item) -> bool:
    """Whether the test cannot reach a database: pytest-django refuses one that did not ask for it."""
    of_django = issubclass(getattr(item, "cls", None) or object, SimpleTestCase)
    fixtures = getattr(item, "fixturenames", ())
    return not (of_django or item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(fixtures))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if asks_no_database(item):
            item.add_marker(pytest.mark.no_database)
    if connection.vendor == "postgresql":
        return
    elsewhere = pytest.mark.skip(reason="needs PostgreSQL, and this run is on SQLite")
    for item in items:
        if "postgresql" in item.keywords:
            item.add_marker(elsewhere)


@pytest.fixture(scope="session", autouse=True)
def append_only_tables_stand_aside_for_the_flush() -> Iterator[None]:
    """Tests with real transactions end by emptying every table, which acts, row histories and closed periods refuse."""
    empty_all_tables = TransactionTestCase._fixture_teardown

    def empty_all_tables_unrefused(case: TransactionTestCase) -> None:
        from futurefit.history.append_only import protect, unprotect
        from savings.frozen import freeze, unfreeze

        unprotect(connection)
        unfreeze(connection)
        try:
            empty_all_tables(case)
        finally:
            protect(connection)
            freeze(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_all_tables_unrefused)
        yield


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: object) -> "Iterator[Demo]":
    """The demonstration, loaded once for the module; see above."""
    from tests.demo_programme import load

    with django_db_blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        try:
            loaded = load()
        except BaseException:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)
            raise
    yield loaded
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture
def committed_demo(request: pytest.FixtureRequest, transactional_db: None) -> "Demo":
    """The demonstration in the database for this test alone; see above."""
    from tests.demo_programme import load

    if connection.in_atomic_block:
        pytest.fail(f"{request.node.nodeid} wants committed_demo in a module where demo is loaded: move it elsewhere.")
    return load()
