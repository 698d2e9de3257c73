"""Saving the rows of a part of a pro-forma or concept paper together: added, changed, removed and put in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from futurefit.history.actors import Actor
from futurefit.history.as_opened import STALE, digest_of, refuse_stale
from futurefit.history.services import record_act
from futurefit.ui.editing import TypedRow
from projects.models import Project, Theme

Shown = Callable[[Any, str], Any]
"""The value of a field of a row as its form shows it."""

Settle = Callable[[Any, Collection[str]], None]
"""Works out what follows from the values of a row, given the names of those that changed; may refuse."""


Owner = Project | Theme
"""What has parts: a project its pro-forma, a theme its concept paper."""


def locked_project(project: Project) -> Project:
    """The project as it stands, held until the end of the transaction: whoever saves a part of it waits."""
    return Project.objects.select_for_update(of=("self",)).select_related("programme").get(pk=project.pk)


def locked(of: Owner) -> Owner:
    """The project or theme as it stands, held like `locked_project`."""
    if isinstance(of, Project):
        return locked_project(of)
    return Theme.objects.select_for_update(of=("self",)).select_related("programme").get(pk=of.pk)


def save_rows(
    *,
    actor: Actor,
    of: Owner,
    model: type[models.Model],
    typed: Sequence[TypedRow],
    noun: str,
    plural: str,
    verb: str,
    side: str = "",
    always: Mapping[str, Any] | None = None,
    shown: Shown = getattr,
    settle: Settle = lambda row, changed: None,
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Make the rows of a project or theme exactly these, in this order; whether anything changed.

    A row with an id is changed where it differs, one without is added, one that is not named is removed and leaves
    its history. ``always`` are values of every new row; ``side`` is that of `rows_of`. Raises ValidationError for rows
    that somebody else changed since ``as_opened`` (code "stale") and for a broken rule, naming the row.
    """
    with transaction.atomic():
        held = locked(of)
        standing = list(rows_of(model, held, side).select_for_update(of=("self",)))
        refuse_stale(as_opened, digest_of(standing))
        by_id = {row.pk: row for row in standing}
        if unknown := [row.id for row in typed if row.id is not None and row.id not in by_id]:
            raise ValidationError(f"{STALE} The {noun} {unknown[0]} is not there any more.", code="stale")
        kept = {row.id for row in typed}
        removed = [row for row in standing if row.pk not in kept]
        added: list[Any] = []
        changed: list[Any] = []
        moved = _orders(typed, standing)
        for place, (row, order) in enumerate(zip(typed, moved, strict=True), start=1):
            values = {**row.values, "order": order}
            if row.id is None:
                instance = model(**{owner_field(held, side): held}, **(always or {}))
                instance_changed = set(values)
            else:
                instance = by_id[row.id]
                instance_changed = {name for name, value in values.items() if shown(instance, name) != value}
            for name in instance_changed:
                setattr(instance, name, values[name])
            try:
                if instance_changed - {"order"}:
                    settle(instance, instance_changed)
                if row.id is None or instance_changed:
                    instance.clean_fields()
                    instance.validate_constraints()
            except ValidationError as refused:
                raise ValidationError(
                    [f"{noun.capitalize()} {place}: {words}" for words in refused.messages]
                ) from refused
            if row.id is None:
                added.append(instance)
            elif instance_changed:
                changed.append((instance, instance_changed != {"order"}))
        if not (added or changed or removed):
            return False
        with record_act(
            actor=actor,
            verb=verb,
            sentence=_sentence(plural, held, len(added), [own for _row, own in changed], len(removed)),
            about=[held],
            at=at,
            programme_slug=held.programme.slug,
        ):
            for gone in removed:
                gone.delete()
            for instance, _own in changed:
                if hasattr(instance, "version"):
                    instance.version += 1
                instance.save()
            for instance in added:
                instance.save()
    return True


def rows_of(model: type[models.Model], of: Owner, side: str = "") -> models.QuerySet[Any]:
    """The rows of a part, in the order that a form shows and a digest reads.

    ``side`` begins the name of the field that names the owner, where a row names two: "from_".
    """
    return model._default_manager.filter(**{owner_field(of, side): of}).order_by("order", "pk")


def owner_field(of: Owner, side: str = "") -> str:
    """The field of a row that names its owner: "project", "theme", "from_project", …"""
    return f"{side}project" if isinstance(of, Project) else f"{side}theme"


def _orders(typed: Sequence[TypedRow], standing: Sequence[Any]) -> list[int]:
    """The order of each row; rows that stay where they are keep theirs, so that they are not written anew."""
    order_of = {row.pk: row.order for row in standing}
    orders: list[int] = [order_of[row.id] for row in typed if row.id is not None]
    news_last = all(row.id is not None for row in typed[: len(orders)])
    if news_last and all(one < other for one, other in pairwise(orders)):
        last = orders[-1] if orders else 0
        return [*orders, *range(last + 1, last + 1 + len(typed) - len(orders))]
    return list(range(1, len(typed) + 1))


def _sentence(plural: str, of: Owner, added: int, changed: Sequence[bool], removed: int) -> str:
    edited = sum(changed)
    parts = [
        f"{count} {words}" for count, words in ((added, "added"), (edited, "changed"), (removed, "removed")) if count
    ]
    if not parts:
        parts = ["put in another order"]
    return f"Changed the {plural} of {of}: {', '.join(parts)}."
