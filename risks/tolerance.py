"""When a risk is beyond what the council tolerates: one rule for the register, its map and the KPIs over time."""

from __future__ import annotations

from risks.models import Risk


def is_beyond(tolerance: int, *, status: str, likelihood: int | None, impact: int | None) -> bool:
    """Open, scored, and higher than the tolerance; an unscored risk is not beyond it."""
    if status != Risk.Status.OPEN or likelihood is None or impact is None:
        return False
    return likelihood * impact > tolerance
