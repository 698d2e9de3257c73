"""Applying a checked import: one act, one transaction, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from futurefit.history.actors import Actor
from savings.spreadsheets.checking import Check


@dataclass(frozen=True)
class Imported:
    """What an import wrote: the number of its act, and how many lines it added, changed and left alone."""

    act_id: int | None
    added: int
    changed: int
    unchanged: int


def apply_import(
    *,
    actor: Actor,
    check: Check,
    at: datetime | None = None,
    rows_written: Callable[[int], None] | None = None,
) -> Imported:
    """Write what `check` found; nothing to write is no act. The columns of the layout are remembered.

    ``rows_written`` is told as lines are written, for a progress bar. Raises ValidationError where the check has
    errors, the period is closed, or a line was changed since it was checked.
    """
    raise NotImplementedError
