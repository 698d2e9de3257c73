"""What every test needs of the machine: the database it runs on, and how hypothesis behaves."""

import os

import pytest
from django.db import connection
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
