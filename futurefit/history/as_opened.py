"""What a part of a page held when it was opened: a short digest that travels with a form."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db.models import Model

STALE = "Somebody else saved this since you opened it. Look at both values, then save again."


def digest_of(rows: Iterable[Model], fields: Collection[str] | None = None) -> str:
    """The digest of these rows in their order, over the named fields or over all but ``version``.

    The same rows with the same values give the same digest, whoever reads them.
    """
    said = hashlib.sha256()
    for row in rows:
        for column in row._meta.concrete_fields:
            if column.name in fields if fields is not None else column.name != "version":
                said.update(repr((column.name, column.get_prep_value(getattr(row, column.attname)))).encode())
        said.update(b"\n")
    return said.hexdigest()[:24]


def refuse_stale(as_opened: str | None, now: str) -> None:
    """ValidationError with the code "stale" where the digests differ; None asks for no comparison."""
    if as_opened is not None and as_opened != now:
        raise ValidationError(STALE, code="stale")
