"""Writing the amounts of a project's entry grid: many cells as one act, all or none, and taking such an act back.

A cell is one line and year of the open period. Each change says what its cell held when the page was opened, so
that nothing is overwritten unseen (domain.md, The money; architecture.md, Concurrent edits).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from futurefit.history.actors import Actor
from futurefit.history.models import Act
from futurefit.history.reads import copies_left_by
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked, bulk_delete_tracked, bulk_update_tracked
from futurefit.values.rag import Split
from projects.models import Project
from savings.copied_rows import former_rows
from savings.models import LineInPeriod, Position, ReportingPeriod
from savings.permissions import LineRight
from savings.services.lines import AMOUNTS, require_open

CHANGED, TAKEN_BACK = "savings.amounts_changed", "savings.amounts_taken_back"
"""The two verbs of the grid; an act of either can be taken back."""

Right = Callable[[LineInPeriod], LineRight]
"""What the person who acts may change of a line."""


class Cell(NamedTuple):
    """A savings line by its id, and a year (None: not profiled)."""

    line_id: int
    year: int | None


@dataclass(frozen=True)
class CellChange:
    """What a cell held when the page was opened and what it shall hold; None is nothing entered.

    ``comment`` is that of an amount which was taken out and comes back.
    """

    cell: Cell
    opened: Split | None
    to: Split | None
    comment: str = ""


class Why(Enum):
    """Why a cell is refused."""

    CHANGED = "changed by somebody else"
    APPROVED = "approved"
    GONE = "no longer in the grid"
    BREAKS_A_RULE = "breaks a rule"


@dataclass(frozen=True)
class Refusal:
    """A change that is not written, with what the cell holds now; `words` end a sentence that names line and year.

    `title` is that of a line that is gone, where the person who acts may be told.
    """

    why: Why
    change: CellChange
    present: Split | None
    words: str
    title: str = ""


class AmountsRefused(ValidationError):
    """Nothing was written; `refusals` says of each cell that stands in the way why."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = {refusal.change.cell: refusal for refusal in refusals}
        super().__init__([refusal.words for refusal in refusals])


@dataclass(frozen=True)
class Saved:
    """The act, and of how many cells the amounts were written."""

    act: Act
    cells: int


@dataclass(frozen=True)
class Standing:
    """The lines of the cells asked about, by line id, and their positions, as they are in the database."""

    lines: Mapping[int, LineInPeriod]
    positions: Mapping[Cell, Position]


def save_amounts(
    *,
    actor: Actor,
    period: ReportingPeriod,
    project: Project,
    changes: Sequence[CellChange],
    right: Right,
    reason: str = "",
    at: datetime | None = None,
) -> Saved | None:
    """Write the changed cells of a project's grid in the open period, as one act; None where nothing changes.

    Who may only rate leaves the target as it is, claims what finance has not accepted as delivered, and gives a
    reason where amber or red grows or secure falls. Raises ValidationError for a closed period or a missing reason,
    `AmountsRefused` where any cell was changed since, is approved, has left the project or breaks a rule, and
    PermissionDenied for a line or target that is not the actor's to change.
    """
    count = _count(changes)
    return _write(
        actor=actor,
        period=period,
        project=project,
        changes=changes,
        right=right,
        verb=CHANGED,
        sentence=lambda cells: f"Changed {count(cells)} of {project.title}.",
        reason=reason,
        at=at,
        restoring=False,
    )


def take_back(
    *,
    actor: Actor,
    period: ReportingPeriod,
    project: Project,
    act: Act,
    right: Right,
    at: datetime | None = None,
) -> Saved | None:
    """Write back, as a new act, what stood before an act of the grid. None where it is so already.

    Raises ValidationError for a closed period, an act of somebody else or of another kind, period or project, or one
    whose former amounts are not recorded; `AmountsRefused` where a cell was changed since; PermissionDenied as
    `save_amounts` does.
    """
    changes = former_amounts(actor=actor, act=act, period=period)
    if changes is None:
        raise ValidationError("This change cannot be taken back here.")
    count = _count(changes)
    return _write(
        actor=actor,
        period=period,
        project=project,
        changes=changes,
        right=right,
        verb=TAKEN_BACK,
        sentence=lambda cells: f"Took back the change of {count(cells)} of {project.title}.",
        reason="",
        at=at,
        restoring=True,
    )


def former_amounts(*, actor: Actor, act: Act, period: ReportingPeriod) -> list[CellChange] | None:
    """The changes that would take an act of the grid back; None where it is not the actor's own act of this period.

    None also where nothing tells what a row held before: neither a copy nor the period that was copied.
    """
    if act.verb not in (CHANGED, TAKEN_BACK) or act.actor_user_id != actor.user_id:
        return None
    copies = copies_left_by(act, Position)
    rows = LineInPeriod.objects.filter(pk__in={copy.line_in_period_id for copy, _before in copies}, period=period)
    line_of = dict(rows.values_list("pk", "line_id"))
    if not copies or any(copy.line_in_period_id not in line_of for copy, _before in copies):
        return None
    first_changes = [copy for copy, before in copies if before is None and copy.history_type == "~"]
    opened_with = former_rows(Position, first_changes)
    changes = []
    for copy, before in copies:
        cell, left = Cell(line_of[copy.line_in_period_id], copy.year), split_of(copy)
        if copy.history_type == "+":
            changes.append(CellChange(cell, left, None))
        elif copy.history_type == "-":
            changes.append(CellChange(cell, None, left, copy.comment))
        elif (former := before or opened_with.get(copy.history_id)) is not None:
            changes.append(CellChange(cell, left, split_of(former)))
        else:
            return None
    return changes


def split_of(row: Any) -> Split:
    """How a position, or a copy of one, stands."""
    return Split(row.target, row.delivered, row.claimed, row.on_target, row.amber, row.red)


def standing_of(period: ReportingPeriod, line_ids: Iterable[int], *, lock: bool = False) -> Standing:
    """The lines of these ids as they stand in the period, also withdrawn and moved ones, and their positions."""
    lines = LineInPeriod.objects.filter(period=period, line__in=set(line_ids)).select_related("line", "project")
    positions = Position.objects.all()
    if lock:
        lines = lines.select_for_update(of=("self",)).order_by("pk")
        positions = positions.select_for_update().order_by("pk")
    by_pk = {line.pk: line for line in lines}
    found = {}
    for position in positions.filter(line_in_period__in=list(by_pk)):
        position.line_in_period = by_pk[position.line_in_period_id]
        found[Cell(position.line_in_period.line_id, position.year)] = position
    return Standing({line.line_id: line for line in by_pk.values()}, found)


def judge(
    *,
    period: ReportingPeriod,
    project: Project,
    changes: Iterable[CellChange],
    standing: Standing,
    right: Right,
    restoring: bool = False,
) -> tuple[list[CellChange], list[Refusal]]:
    """The changes that are to be written, as they are to be written, and those that stand in the way.

    A cell that holds already what it shall is neither. Raises PermissionDenied for what is not the actor's to change.
    """
    writes, refusals = [], []
    for change in changes:
        line, position = standing.lines.get(change.cell.line_id), standing.positions.get(change.cell)
        present = None if position is None else split_of(position)
        if line is None or line.withdrawn or line.project_id != project.pk:
            refusals.append(_gone(change, line, project, right))
            continue
        change = _as_allowed(change, right(line), restoring)
        if present == change.to:
            continue
        why, words = _refuse(change, present, position, period)
        if why is None:
            writes.append(change)
        else:
            refusals.append(Refusal(why, change, present, words))
    return writes, refusals


def _as_allowed(change: CellChange, may: LineRight, restoring: bool) -> CellChange:
    """The change with what a service reports as delivered turned into a claim. Raises PermissionDenied."""
    if may is LineRight.AMOUNTS:
        return change
    opened, to = change.opened, change.to
    if may is LineRight.NOTHING or opened is None or to is None or opened.target != to.target:
        raise PermissionDenied("This line or its target is not yours to change.")
    return change if restoring else CellChange(change.cell, opened, to.claiming_beyond(opened.delivered))


def _refuse(
    change: CellChange, present: Split | None, position: Position | None, period: ReportingPeriod
) -> tuple[Why | None, str]:
    if present != change.opened:
        return Why.CHANGED, "somebody changed it since you opened the page. Choose which amount to keep"
    if position is not None and position.approved and (change.to is None or change.to.target != position.target):
        return Why.APPROVED, "the target is approved: changing it needs a decision"
    if present is None and change.cell.year is not None and change.cell.year not in period.horizon:
        return Why.BREAKS_A_RULE, "the year is outside the plan"
    if change.to is not None and (problems := change.to.problems()):
        return Why.BREAKS_A_RULE, ". ".join(problems)
    return None, ""


def _gone(change: CellChange, line: LineInPeriod | None, project: Project, right: Right) -> Refusal:
    """Where a line went, as far as the person who acts may be told."""
    if line is None or right(line) is LineRight.NOTHING:
        return Refusal(Why.GONE, change, None, "the line is no longer in this grid")
    if line.project_id != project.pk:
        words = f"the line was moved to {line.project.title} since you opened the page"
    else:
        words = "the line was withdrawn since you opened the page"
    return Refusal(Why.GONE, change, None, words, line.title)


def _write(
    *,
    actor: Actor,
    period: ReportingPeriod,
    project: Project,
    changes: Sequence[CellChange],
    right: Right,
    verb: str,
    sentence: Callable[[int], str],
    reason: str,
    at: datetime | None,
    restoring: bool,
) -> Saved | None:
    if not changes:
        return None
    with transaction.atomic():
        require_open(period)
        standing = standing_of(period, (change.cell.line_id for change in changes), lock=True)
        writes, refusals = judge(
            period=period, project=project, changes=changes, standing=standing, right=right, restoring=restoring
        )
        if refusals:
            raise AmountsRefused(refusals)
        if not writes:
            return None
        lines = {change.cell.line_id: standing.lines[change.cell.line_id] for change in writes}
        if not restoring and not reason.strip():
            _refuse_unexplained(writes, lines, right)
        with record_act(
            actor=actor,
            verb=verb,
            sentence=sentence(len(writes)),
            reason=reason.strip(),
            about=[project, *(line.line for line in lines.values())],
            at=at,
            programme_slug=period.programme.slug,
        ) as act:
            _write_positions(writes, standing)
    return Saved(act, len(writes))


def _write_positions(writes: Iterable[CellChange], standing: Standing) -> None:
    added, changed, removed = [], [], []
    for change in writes:
        position = standing.positions.get(change.cell)
        if change.to is None:
            assert position is not None
            removed.append(position)
            continue
        if position is None:
            line = standing.lines[change.cell.line_id]
            position = Position(line_in_period=line, year=change.cell.year, comment=change.comment)
            added.append(position)
        else:
            position.version += 1
            changed.append(position)
        for name in AMOUNTS:
            setattr(position, name, getattr(change.to, name))
    bulk_delete_tracked(Position, removed)
    bulk_update_tracked(Position, changed, [*AMOUNTS, "version"])
    if added:
        bulk_create_tracked(Position, added)


def _refuse_unexplained(writes: Iterable[CellChange], lines: Mapping[int, LineInPeriod], right: Right) -> None:
    """Who reports on a line says why it stands worse than before (domain.md, The return)."""
    for change in writes:
        line = lines[change.cell.line_id]
        if right(line) is LineRight.RATING and change.opened and change.to and change.to.worse_than(change.opened):
            raise ValidationError(
                {"reason": f"Say why: amber or red grows, or secure falls, for instance in {line.title}."},
                code="reason_required",
            )


def _count(changes: Sequence[CellChange]) -> Callable[[int], str]:
    """ "1 amount", "7 amounts"; "ratings" where no target changes."""
    targets = any(
        (change.opened.target if change.opened else None) != (change.to.target if change.to else None)
        for change in changes
    )
    word = "amount" if targets else "rating"
    return lambda cells: f"{cells} {word}{'' if cells == 1 else 's'}"


__all__ = [
    "AmountsRefused",
    "Cell",
    "CellChange",
    "Refusal",
    "Right",
    "Saved",
    "Standing",
    "Why",
    "former_amounts",
    "judge",
    "save_amounts",
    "split_of",
    "standing_of",
    "take_back",
]
