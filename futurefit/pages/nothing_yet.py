"""Before there is a programme or a reporting period, every page says what will be here and who adds it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from savings.permissions import can_close_periods
from savings.reading import NothingYet


class NothingYetMiddleware:
    """Answers `NothingYet`, which reading a page raises, with the empty page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, NothingYet):
            return None
        open_first = ""
        if exception.programme is not None and can_close_periods(request.reader):  # type: ignore[attr-defined]
            open_first = f"{reverse('savings:period_open')}?{urlencode({'programme': exception.programme.slug})}"
        return render(request, "pages/nothing_yet.html", {"why": str(exception), "open_first": open_first})
