"""The act under way in this thread: what rows saved now are filed under."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from futurefit.history.actors import Actor
    from futurefit.history.models import Act

act_under_way: ContextVar[tuple[Act, Actor] | None] = ContextVar("act_under_way", default=None)


def current_act() -> Act | None:
    """The act that `record_act` opened around this code, or None."""
    under_way = act_under_way.get()
    return under_way[0] if under_way else None
