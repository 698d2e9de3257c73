"""Pages of a list. A page that does not exist is a 404 with words, never the first page in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404

PER_PAGE = 50


def page_number(text: str | None) -> int:
    """The page asked for; none asked for is page 1. Raises Http404 for anything but a whole number from 1."""
    if text is None or text == "":
        return 1
    if not (text.isascii() and text.isdigit() and len(text) <= 6) or int(text) < 1:
        raise Http404(f"There is no page “{text[:40]}”. Pages are numbered from 1.")
    return int(text)


def page_of(
    items: QuerySet[Any] | Sequence[Any], text: str | None, per_page: int = PER_PAGE, *, count: int | None = None
) -> Page[Any]:
    """Page *text* of the list, of *count* items where that is known. Raises Http404 when there is no such page."""
    paginator = Paginator(items, per_page)
    if count is not None:
        paginator.__dict__["count"] = count
    number = page_number(text)
    try:
        return paginator.page(number)
    except EmptyPage:
        last = paginator.num_pages
        pages = "1 page" if last == 1 else f"{last} pages"
        raise Http404(f"There is no page {number}: this list has {pages}.") from None
