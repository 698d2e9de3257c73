"""The risk heat map: a grid of likelihood by impact with a count, an amount and a link in each cell.

Three blues by score, a heavy outline beyond tolerance (look: Charts). The numbers come ready; nothing is added up here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from futurefit.values.money import Unit, with_unit


@dataclass(frozen=True, slots=True)
class HeatCell:
    """The risks of one likelihood and impact; empty where there is none."""

    likelihood: int
    impact: int
    css: str
    count: int = 0
    money: str = ""
    href: str = ""
    amount: int = 0

    @property
    def said(self) -> str:
        """What a screen reader hears of the cell beside its count."""
        risks = "risk" if self.count == 1 else "risks"
        return f"{risks} of likelihood {self.likelihood} and impact {self.impact}"


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Rows from the highest likelihood down, columns from the lowest impact up."""

    key: str
    title: str
    note: str
    heads: tuple[tuple[int, str], ...]
    rows: tuple[tuple[int, str, tuple[HeatCell, ...]], ...]


def heat_map(
    *,
    key: str,
    title: str,
    note: str,
    points: int,
    tolerance: int,
    cells: Mapping[tuple[int, int], tuple[int, int]],
    href: Callable[[int, int], str],
    middle_from: int | None = None,
    likelihood_labels: Sequence[str] = (),
    impact_labels: Sequence[str] = (),
) -> HeatMap:
    """``cells`` are count and whole pounds by likelihood and impact; ``href`` the address of a cell's risks.

    Amounts are written in £m whatever the page shows: no other unit fits into a cell on a phone. ``points`` is the
    scale each way. The middle blue begins with the score ``middle_from``, without one above half the tolerance. A label
    that is not given is left out.
    """
    middle = tolerance // 2 + 1 if middle_from is None else middle_from

    def cell(likelihood: int, impact: int) -> HeatCell:
        score = likelihood * impact
        css = "ff-heat--over" if score > tolerance else "ff-heat--mid" if score >= middle else ""
        count, amount = cells.get((likelihood, impact), (0, 0))
        if not count:
            return HeatCell(likelihood, impact, css)
        return HeatCell(
            likelihood, impact, css, count, with_unit(amount, Unit.MILLIONS), href(likelihood, impact), amount
        )

    def label(labels: Sequence[str], point: int) -> str:
        return labels[point - 1] if point <= len(labels) else ""

    scale = range(1, points + 1)
    return HeatMap(
        key=key,
        title=title,
        note=note,
        heads=tuple((point, label(impact_labels, point)) for point in scale),
        rows=tuple(
            (point, label(likelihood_labels, point), tuple(cell(point, impact) for impact in scale))
            for point in reversed(scale)
        ),
    )
