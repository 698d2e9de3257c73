"""The amount of each line behind one figure, as conditions in the database: for listing and sorting lines.

What the figure is stands in `rollups`; here is only which lines hold some of it, in the same terms: measure,
year, view and basis. Rules: domain.md, Incremental, cumulative, one-off.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import Combinable

from projects.scope import Scope
from savings.links import EVERY_YEAR
from savings.measures import PER_POSITION, Money, carried_into, weighted
from savings.models import Position
from savings.querysets import lines_visible_to
from savings.rollups import Rollup, Row, weights_of

_ONE_OFF = Q(line_in_period__recurring="one_off")


@dataclass(frozen=True)
class Amount:
    """One measure of one year, of what is not profiled (None) or of all years, as `rollup` shows it.

    `rollup` is that of the lines asked for; it says period, view, basis and the years there are.
    """

    rollup: Rollup
    measure: str
    year: int | str | None

    def money(self, row: Row) -> Money:
        """The cell of a row that holds the amount."""
        return row.total if self.year == EVERY_YEAR else row.year(self.year)

    def holding(self, lines: QuerySet) -> QuerySet:
        """Those of the lines in period of which the amount is not nought."""
        sums = self._positions().order_by().values("line_in_period").annotate(amount=Sum(self._expression()))
        return lines.filter(pk__in=sums.exclude(amount=0).values("line_in_period"))

    def on(self, lines: QuerySet) -> QuerySet:
        """The lines in period with `amount` to sort by; null where a line has none."""
        of_line = self._positions().filter(line_in_period=OuterRef("pk")).order_by().values("line_in_period")
        sums = of_line.annotate(amount=Sum(self._expression())).values("amount")
        return lines.annotate(amount=Subquery(sums, output_field=BigIntegerField()))

    def on_projects(self, projects: QuerySet, scope: Scope) -> QuerySet:
        """The projects with `amount` to sort by, of the lines that the reader may see; null where there are none."""
        visible = self._positions().filter(lines_visible_to(scope, "line_in_period__"))
        of_project = visible.filter(line_in_period__project=OuterRef("id")).order_by()
        sums = of_project.values("line_in_period__project").annotate(amount=Sum(self._expression())).values("amount")
        return projects.annotate(amount=Subquery(sums, output_field=BigIntegerField()))

    def _positions(self) -> QuerySet:
        positions = Position.objects.in_period(self.rollup.period).filter(self._counted())
        if self.rollup.basis != "all":
            positions = positions.filter(approved=self.rollup.basis == "approved")
        return positions

    def _expression(self) -> Combinable:
        if self.measure == "reversal":
            return F("target") * Value(-1)
        if self.measure == "risk_weighted":
            return weighted(weights_of(self.rollup.period))
        if self.measure == "carried_forward":
            return carried_into(self.rollup.period.financial_year)
        return PER_POSITION[self.measure]

    def _counted(self) -> Q:
        """The positions that count towards the amount."""
        years = [year for year in self.rollup.years if year is not None]
        if self.rollup.view == "cumulative":
            last = years[-1] if self.year == EVERY_YEAR else self.year
            if self.measure == "reversal":
                return _ONE_OFF & Q(year__lt=last)
            return Q(year__lte=last) & (~_ONE_OFF | Q(year=last))
        if self.measure == "reversal":
            return _ONE_OFF & Q(year__in=self._years_reversed(years))
        if self.year == EVERY_YEAR:
            return Q()
        return Q(year__isnull=True) if self.year is None else Q(year=self.year)

    def _years_reversed(self, years: list[int]) -> list[int]:
        """The years whose one-offs are taken off in the year asked for: the one before it, or all but the last."""
        if self.year == EVERY_YEAR:
            return years[:-1]
        before = years.index(self.year) - 1 if self.year in years else -1
        return [years[before]] if before >= 0 else []
