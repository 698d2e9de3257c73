"""Puts the reader on the request, and keeps everybody out of views that do not name them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from futurefit.access.declarations import refuse_addresses_that_name_nobody
from futurefit.access.permissions import openness_of
from futurefit.access.reader import reader_of


class ReaderMiddleware:
    """``request.reader`` on every request, and the rights of every view.

    Not signed in: to the sign-in page. Signed in without a post in force: 403, in words. Without a post that the view
    names, or the mark *staff* where it asks for that: 403. Denied by default: a view that names nobody opens to nobody,
    and the site does not start with one (ImproperlyConfigured).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        refuse_addresses_that_name_nobody(settings.ROOT_URLCONF)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.reader = SimpleLazyObject(lambda: reader_of(request.user))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        openness = openness_of(view)
        if openness is None:
            raise PermissionDenied
        if openness.anyone:
            return None
        reader = request.reader  # type: ignore[attr-defined]
        if not reader.is_signed_in:
            return redirect_to_login(request.get_full_path())
        if openness.staff:
            if not getattr(request.user, "is_staff", False):
                raise PermissionDenied
            return None
        if openness.without_post and not reader.has_any_post:
            return None
        if not reader.has_any_post:
            return render(request, "access/no_post.html", status=403)
        if not reader.kinds & openness.posts:
            raise PermissionDenied
        return None
