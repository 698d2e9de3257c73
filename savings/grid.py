"""The entry grid of a project for one reader: its lines and positions, what may be changed, what stands in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from django.core.exceptions import PermissionDenied

from futurefit.access.permissions import HEADS_OF_SERVICE
from futurefit.access.reader import Reader
from futurefit.council.models import PostKind
from futurefit.history.actors import Actor
from futurefit.history.models import Act
from futurefit.history.tracking import history_model
from projects.models import Project
from savings.grid_form import SPLIT, GridForm, Typed, key_of
from savings.grid_table import Gone, GridCell, GridTable, OthersChange, in_words
from savings.links import lines_url
from savings.models import LineInPeriod, Position
from savings.permissions import LineRight, right_over_line, right_over_new_lines
from savings.querysets import lines_visible_to
from savings.reading import Reading
from savings.rollups import scan
from savings.selection import Selection
from savings.services.grid import (
    Cell,
    Refusal,
    Right,
    Standing,
    Why,
    former_amounts,
    judge,
    split_of,
    standing_of,
)


def _is_opened(form: GridForm | None, typed: Typed | None, *, asked: bool) -> bool:
    """Whether the parts of a cell stood open on the page that was sent, or are asked to be opened now."""
    if form is None or typed is None:
        return False
    stood_open = typed.status == SPLIT and bool(typed.parts)
    return stood_open or (asked and (typed.needs_parts or form.opens == key_of(typed.cell)))


@dataclass(frozen=True)
class Grid:
    """What is asked for is read once: lines in one query, their positions in another."""

    reading: Reading
    project: Project
    reader: Reader

    @property
    def right(self) -> Right:
        return partial(right_over_line, self.reader, self.reading.scope)

    @cached_property
    def right_over_project(self) -> LineRight:
        """What the reader may do with lines that stand where the project stands."""
        return right_over_new_lines(self.reader, self.reading.scope, self.project)

    @cached_property
    def every_line(self) -> list[LineInPeriod]:
        """The lines of the project that the reader sees, withdrawn ones too, in their order."""
        lines = LineInPeriod.objects.filter(project=self.project, period=self.reading.period)
        seen = lines.visible_to(self.reading.scope).select_related("line", "project")
        return list(seen.order_by("line__order", "line__code"))

    @property
    def lines(self) -> list[LineInPeriod]:
        return [line for line in self.every_line if not line.withdrawn]

    @property
    def withdrawn(self) -> list[LineInPeriod]:
        return [line for line in self.every_line if line.withdrawn]

    @cached_property
    def hides_lines(self) -> bool:
        """Whether the project has lines that the reader may not see."""
        if self.reading.scope.everything:
            return False
        lines = LineInPeriod.objects.in_period(self.reading.period).filter(project=self.project)
        return lines.exclude(lines_visible_to(self.reading.scope)).exists()

    @cached_property
    def standing(self) -> Standing:
        by_pk = {line.pk: line for line in self.every_line}
        positions = {}
        for position in Position.objects.filter(line_in_period__in=list(by_pk)).order_by():
            positions[Cell(by_pk[position.line_in_period_id].line_id, position.year)] = position
        return Standing({line.line_id: line for line in self.every_line}, positions)

    @property
    def actor(self) -> Actor:
        """Who acts, under the post that gives the right."""
        enters = any(right is LineRight.AMOUNTS for right in self._rights())
        return self.reader.actor_as(*([PostKind.FINANCE_OFFICER] if enters else HEADS_OF_SERVICE))

    def require_a_right(self) -> None:
        """Raises PermissionDenied where nothing of the project is the reader's to change."""
        if all(right is LineRight.NOTHING for right in self._rights()):
            raise PermissionDenied("No savings line of this project is yours to change.")

    def _rights(self) -> Iterable[LineRight]:
        yield self.right_over_project
        for line in self.every_line:
            yield self.right(line)

    def can_take_back(self, act: Act) -> bool:
        """Whether an act of the grid is the reader's own and nothing that it wrote was changed since."""
        changes = former_amounts(actor=self.actor, act=act, period=self.reading.period)
        positions = self.standing.positions
        return bool(changes) and all(
            (split_of(positions[change.cell]) if change.cell in positions else None) == change.opened
            for change in changes or ()
        )

    def table(self, form: GridForm | None = None, *, opens: bool = False) -> GridTable:
        """The grid with what was typed, and at each cell what stands in its way.

        `opens` says that splits are asked to be opened and nothing to be saved. Raises PermissionDenied for what is
        typed into a line that is not the reader's.
        """
        figures = scan(
            self.reading.period, ("line",), where=Selection(project=self.project.pk), scope=self.reading.scope
        ).visible()
        years = figures.rollup().years
        refusals = self._refusals(form) if form else {}
        conflicts = [cell for cell, refusal in refusals.items() if refusal.why is Why.CHANGED]
        if form:
            conflicts += [cell for cell, typed in form.touched.items() if typed.awaits_a_choice]
        others = self._others_changes(conflicts)
        labels = {year: self.reading.horizon.label(year) for year in years}
        cells = {}
        for line in self.lines:
            may = self.right(line)
            for year in years:
                cell = Cell(line.line_id, year)
                typed = form.cells.get(cell) if form else None
                position = self.standing.positions.get(cell)
                cells[cell] = GridCell(
                    cell=cell,
                    line=line,
                    year_label=labels[year],
                    unit=self.reading.unit,
                    may=may,
                    position=position,
                    in_plan=year is None or year in self.reading.horizon,
                    typed=typed if typed and typed.is_touched else None,
                    refusal=refusals.get(cell),
                    others=others.get(cell),
                    target_href=self._target_href(line, may, position),
                    opens=_is_opened(form, typed, asked=opens),
                )
        gone = self._gone(
            refusal for refusal in refusals.values() if refusal.why is Why.GONE or refusal.change.cell not in cells
        )
        return GridTable(self.reading, self.project, self.lines, cells, years, figures, gone)

    def _refusals(self, form: GridForm) -> Mapping[Cell, Refusal]:
        standing = self.standing
        if strangers := {cell.line_id for cell in form.touched} - set(standing.lines):
            elsewhere = standing_of(self.reading.period, strangers)
            standing = Standing({**standing.lines, **elsewhere.lines}, {**standing.positions, **elsewhere.positions})
        _writes, refusals = judge(
            period=self.reading.period, project=self.project, changes=form.changes, standing=standing, right=self.right
        )
        return {refusal.change.cell: refusal for refusal in refusals}

    def _others_changes(self, cells: list[Cell]) -> Mapping[Cell, OthersChange]:
        """The latest act that wrote each of these cells, in one query."""
        line_of = {
            line.pk: line.line_id for line in self.every_line if line.line_id in {cell.line_id for cell in cells}
        }
        if not line_of:
            return {}
        copies = history_model(Position)._default_manager.filter(line_in_period_id__in=list(line_of), act__isnull=False)
        return {
            Cell(line_of[copy.line_in_period_id], copy.year): OthersChange(copy.act.at, copy.act.post_title)
            for copy in copies.select_related("act").order_by("history_date", "history_id")
        }

    def _target_href(self, line: LineInPeriod, may: LineRight, position: Position | None) -> str:
        """A target that is text, not a field, is a figure like any other and leads to its line."""
        if position is None or not position.target or (may is LineRight.AMOUNTS and not position.approved):
            return ""
        return lines_url(self.reading, {"line": line.line.code}, year=position.year)

    def _gone(self, refusals: Iterable[Refusal]) -> list[Gone]:
        """The lines that left the grid meanwhile, and years that it has not, each with what was typed there."""
        by_line: dict[int, list[Refusal]] = defaultdict(list)
        for refusal in refusals:
            by_line[refusal.change.cell.line_id].append(refusal)
        unit, horizon = self.reading.unit, self.reading.horizon
        return [
            Gone(
                title=of_line[0].title or "A savings line",
                where=of_line[0].words,
                typed=[f"{horizon.label(each.change.cell.year)}: {in_words(each.change.to, unit)}" for each in of_line],
            )
            for of_line in by_line.values()
        ]
