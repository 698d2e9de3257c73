"""Where somebody else's save keeps the database longer than anybody waits: nothing is written, and the page says so."""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from psycopg2.errors import LockNotAvailable  # type: ignore[import-untyped]
from psycopg2.extensions import TransactionRollbackError  # type: ignore[import-untyped]

GIVEN_UP = (TransactionRollbackError, LockNotAvailable)
"""What PostgreSQL raises where it ends a transaction for the sake of another: deadlock and the like."""

TRY_AGAIN_AFTER = 10
"""Seconds."""


def gave_way(error: BaseException) -> bool:
    """Whether the database ended or refused a save because of another one; tried again, it works."""
    cause = error.__cause__
    if not isinstance(error, OperationalError) or cause is None:
        return False
    on_sqlite = getattr(cause, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    return on_sqlite or isinstance(cause, GIVEN_UP)


class BusyMiddleware:
    """Answers a save that had to give way with a page that says so, instead of a fault of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not gave_way(exception):
            return None
        answer = render(None, "503.html", status=503)
        answer["Retry-After"] = str(TRY_AGAIN_AFTER)
        return answer
