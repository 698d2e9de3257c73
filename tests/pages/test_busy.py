"""A save that gave way to another one is told so; any other fault of the database stays a fault."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import psycopg2
import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from psycopg2.errors import DeadlockDetected, LockNotAvailable

from futurefit.pages.busy import BusyMiddleware


def locked(folder) -> sqlite3.OperationalError:
    """What SQLite raises for the second of two who write."""
    path = folder / "busy.sqlite3"
    with closing(sqlite3.connect(path)) as one, closing(sqlite3.connect(path, timeout=0)) as other:
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as refused:
            other.execute("BEGIN IMMEDIATE")
        return refused.value


def answer_to(cause: Exception | None) -> HttpResponse | None:
    error = OperationalError("It cannot be done")
    error.__cause__ = cause
    return BusyMiddleware(lambda request: HttpResponse()).process_exception(HttpRequest(), error)


def test_who_waited_too_long_is_told_that_nothing_was_saved_and_to_try_again(tmp_path):
    for cause in (locked(tmp_path), DeadlockDetected(), LockNotAvailable()):
        answer = answer_to(cause)
        assert answer is not None and (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert "what you typed is still there" in answer.content.decode()


def test_a_database_that_is_gone_stays_a_fault():
    assert answer_to(psycopg2.OperationalError("the connection is lost")) is None
    assert answer_to(None) is None
