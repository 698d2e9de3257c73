"""Every address names who may open it: the walk over the URLs that makes sure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver

from futurefit.access.permissions import openness_of


def every_pattern(urlconf: str | None = None) -> Iterator[tuple[str, URLPattern]]:
    """Every address of the site with its pattern, as ``("themes/<slug:slug>/", pattern)``."""
    yield from _patterns("", get_resolver(urlconf).url_patterns)


def _patterns(before: str, entries: list[Any]) -> Iterator[tuple[str, URLPattern]]:
    for entry in entries:
        address = f"{before}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from _patterns(address, entry.url_patterns)
        else:
            yield address, entry


def addresses_that_name_nobody(urlconf: str | None = None) -> list[str]:
    """Addresses whose view declares nobody, with the view's name; none is how it should be."""
    return [
        f"/{address} ({getattr(pattern.callback, '__module__', '')}.{getattr(pattern.callback, '__qualname__', '')})"
        for address, pattern in every_pattern(urlconf)
        if openness_of(pattern.callback) is None
    ]


@lru_cache(maxsize=8)
def refuse_addresses_that_name_nobody(urlconf: str) -> None:
    """ImproperlyConfigured when any does; asked once a process, at start-up."""
    if undeclared := addresses_that_name_nobody(urlconf):
        raise ImproperlyConfigured(
            "These views do not name who may open them (futurefit.access.permissions): " + "; ".join(undeclared)
        )
