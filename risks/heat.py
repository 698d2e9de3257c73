"""The register drawn as a heat map: which open risks stand in each cell, and the money that is at stake there.

At stake is what is still to be delivered in all years of the projects and themes that have a risk in the cell. Money
that two risks of a cell share counts once in it; money of risks in different cells stands in each of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, QuerySet, TextField, Value, When

from futurefit.ui.heat_map import HeatMap, heat_map
from risks.models import Risk, RiskScale
from risks.tolerance import is_beyond
from savings.links import figure
from savings.measures import EMPTY
from savings.reading import Reading
from savings.rollups import Scan, scan_each

LISTED_UNSCORED = 8
"""So many unscored risks are named beside the map; the link leads to all."""


@dataclass(frozen=True)
class Placed:
    """What the map needs to know of one risk of the register, and the title of the post that owns it."""

    id: int
    code: str
    owner_title: str | None
    theme_id: int | None
    project_id: int | None
    status: str
    likelihood: int | None
    impact: int | None
    unscored_words: str

    @property
    def is_open(self) -> bool:
        return self.status == Risk.Status.OPEN

    @property
    def is_scored(self) -> bool:
        return self.likelihood is not None and self.impact is not None

    def is_beyond(self, tolerance: int) -> bool:
        """Whether it is more than the council tolerates."""
        return is_beyond(tolerance, status=self.status, likelihood=self.likelihood, impact=self.impact)


def placed(risks: QuerySet[Any]) -> list[Placed]:
    """Every risk asked for, in the order of the programme, in one query; the words only of those without a score."""
    words = Case(
        When(current_likelihood__isnull=True, then=F("description")), default=Value(""), output_field=TextField()
    )
    rows = (
        risks.order_by("order", "id")
        .annotate(unscored_words=words)
        .values_list(
            "id",
            "code",
            "owner__title",
            "theme_id",
            "project_id",
            "status",
            "current_likelihood",
            "current_impact",
            "unscored_words",
        )
    )
    return [Placed(*row) for row in rows]


def money_of(reading: Reading) -> Scan:
    """The money of the period by project and theme, all years together, as far as the page shows it; one query."""
    groupings = ("project", "theme")
    found = scan_each([reading.period], groupings, basis=reading.basis, scope=reading.scope, by_year=False)
    return found[reading.period.pk]


def at_stake(scan: Scan, risks: Iterable[Placed]) -> int:
    """What is still to be delivered of the projects and themes of these risks, each pound once.

    Of a theme everything counts, of a project what the reader may see.
    """
    found = list(risks)
    projects = {risk.project_id for risk in found if risk.project_id}
    themes = {risk.theme_id for risk in found if risk.theme_id}
    of_projects = scan.visible().within("project", projects).rollup().total.total
    of_themes = scan.within("theme", themes).without("project", projects).rollup().total.total
    return (of_projects + of_themes).undelivered


@dataclass(frozen=True)
class Heat:
    """The map of the open risks with a score, and beside it those without one."""

    map: HeatMap | None
    unscored: Sequence[Placed]
    more_unscored: int

    @property
    def is_empty(self) -> bool:
        return self.map is None and not self.unscored


def heat_of(
    reading: Reading, risks: Sequence[Placed], scale: RiskScale, scan: Scan, cell_url: Callable[[int, int], str]
) -> Heat:
    """The open risks among these on the scale of the period; no map where none of them is scored."""
    by_cell: dict[tuple[int, int], list[Placed]] = defaultdict(list)
    unscored = []
    for risk in risks:
        if not risk.is_open:
            continue
        if risk.likelihood is None or risk.impact is None:
            unscored.append(risk)
        else:
            by_cell[risk.likelihood, risk.impact].append(risk)
    points = max([scale.points, *(max(cell) for cell in by_cell)])
    drawn = heat_map(
        key="heat",
        title="Open risks: how many, and the money at stake",
        note=f"Current score, likelihood down and impact across, 1 to {points} · heavy outline: beyond tolerance, more "
        f"than {scale.tolerance} ·{_bands_in_words(scale)} money in £m · as at {reading.period_words}",
        points=points,
        tolerance=scale.tolerance,
        middle_from=scale.bands[0][1] + 1 if scale.bands else None,
        cells={cell: (len(found), at_stake(scan, found)) for cell, found in by_cell.items()},
        href=cell_url,
        likelihood_labels=scale.likelihood_labels,
        impact_labels=scale.impact_labels,
    )
    return Heat(
        map=drawn if by_cell else None,
        unscored=unscored[:LISTED_UNSCORED],
        more_unscored=max(len(unscored) - LISTED_UNSCORED, 0),
    )


def _bands_in_words(scale: RiskScale) -> str:
    return f" {scale.bands_words} ·" if scale.bands else ""


def with_money(reading: Reading, risks: Iterable[Any], scan: Scan) -> list[Any]:
    """The risks, each with `money`: the figure of what is amber and red in its project or theme, all years.

    None where no line stands behind it.
    """
    found = list(risks)
    projects, themes = scan.visible().each("project"), scan.each("theme")
    for risk in found:
        of_project = bool(risk.project_id)
        row = projects.get(risk.project_id) if of_project else themes.get(risk.theme_id)
        money = row.total if row is not None else EMPTY
        key = risk.belongs_to.key if risk.belongs_to else None
        grouping = "project" if of_project else "theme"
        risk.money = figure(reading, money, {grouping: key}, measure="at_risk")
    return found
