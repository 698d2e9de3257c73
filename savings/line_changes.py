"""What each act did to the amounts of one savings line, from what to what: for the history of the line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from futurefit.history.tracking import history_model
from futurefit.values.financial_year import Horizon
from futurefit.values.money import Unit, with_unit
from savings.models import LineInPeriod, Position

_AMOUNTS = {
    "target": "target",
    "delivered": "delivered",
    "claimed": "claimed",
    "on_target": "on target",
    "amber": "amber",
    "red": "red",
    "carried_forward": "carried forward",
}
_NOTHING = dict.fromkeys(_AMOUNTS, 0)


def amounts_by_act(line_id: int, horizon: Horizon) -> dict[int, str]:
    """For each act that changed amounts of the line, in words: "2016/17: claimed from £0 to £150,000; 2017/18: …".

    By the id of the act, years in the order in which they were written; one query. A period that opens copies its
    amounts from the one before, so a year is compared with how it stood last, in whatever period.
    """
    lines = LineInPeriod.objects.filter(line=line_id).values("pk")
    copies: Any = history_model(Position)._default_manager.filter(line_in_period_id__in=lines)
    stood: dict[int | None, dict[str, Any]] = {}
    told: dict[int, list[str]] = {}
    for copy in copies.order_by("history_date", "history_id").values(
        "act_id", "history_type", "year", "approved", *_AMOUNTS
    ):
        year, act = copy["year"], copy["act_id"]
        was = stood.get(year)
        if copy["history_type"] == "-":
            stood.pop(year, None)
            words = "taken out" if was is not None else ""
        else:
            stood[year] = copy
            words = ", ".join(_changed(was, copy))
        if words and act is not None:
            told.setdefault(act, []).append(f"{horizon.label(year)}: {words}")
    return {act: "; ".join(years) for act, years in told.items()}


def _changed(was: dict[str, Any] | None, now: dict[str, Any]) -> Iterator[str]:
    """The amounts that differ, each from what to what, or of a year that was not there what it holds."""
    for name, words in _AMOUNTS.items():
        before, after = (was or _NOTHING)[name], now[name]
        if before == after and (was is not None or name != "target"):
            continue
        became = with_unit(after, Unit.POUNDS)
        yield f"{words} {became}" if was is None else f"{words} from {with_unit(before, Unit.POUNDS)} to {became}"
    if now["approved"] != (was is not None and was["approved"]):
        yield "approved" if now["approved"] else "no longer approved"
