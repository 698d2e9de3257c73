"""What was typed into an entry grid: the shape of each cell, read without the database.

A cell sends its target as text, its status as one word (`split` where its parts are typed beside it), and what it
held when the page was opened; a cell that somebody else changed also sends which of the two is to be kept. Names
start with `c-<line>-<year>`. What the rules of the money say of the cells is the service's business.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from futurefit.values.financial_year import EARLIEST_YEAR, LATEST_YEAR, NOT_PROFILED
from futurefit.values.money import AmountError, Unit, parse_amount
from futurefit.values.rag import SPLIT_STATUSES, Split, Status
from savings.services.grid import Cell, CellChange

SPLIT = "split"
LONGEST_REASON = 1_000

STATUS_NAMES = {
    Status.DELIVERED: "Delivered",
    Status.CLAIMED: "Claimed",
    Status.ON_TARGET: "On target",
    Status.AMBER: "Amber",
    Status.RED: "Red",
    Status.NOT_RATED: "Not rated",
}
"""The words of a cell, which has no room for the colour's name before the status."""

_NAME = re.compile(rf"c-([0-9]{{1,18}})-([0-9]{{4}}|{NOT_PROFILED})(?:-([a-z_]+))?", re.ASCII)
_HELD = re.compile(r"-?[0-9]{1,16}(?: -?[0-9]{1,16}){5}", re.ASCII)
_PARTS = tuple(status.value for status in SPLIT_STATUSES)
_KNOWN = frozenset({"", "status", "was", "former", "pick", *_PARTS})


class NotAsOpened(ValueError):
    """The fields are not those of a grid that this site has drawn."""


@dataclass(frozen=True)
class CellError:
    """What is wrong with one field of a cell: which amount it is about, and the rule in words."""

    field: str
    what: str
    message: str


def key_of(cell: Cell) -> str:
    """The name of a cell's target, with which all of its fields begin."""
    return f"c-{cell.line_id}-{NOT_PROFILED if cell.year is None else cell.year}"


def held_as_text(split: Split | None) -> str:
    """What a cell holds, for the page to send back: target, delivered, claimed, on target, amber and red in pounds."""
    if split is None:
        return ""
    return f"{split.target} {split.delivered} {split.claimed} {split.on_target} {split.amber} {split.red}"


def status_value(split: Split | None) -> str:
    """What is chosen for a cell that holds this: "" where it is not rated, `split` where no one status holds it."""
    only = Status.NOT_RATED if split is None else split.only_status
    if only is None:
        return SPLIT
    return "" if only is Status.NOT_RATED else only.value


@dataclass
class Typed:
    """One cell as it was sent. `former` is what stood before somebody else's change, where the page showed one."""

    cell: Cell
    unit: Unit
    target: str | None = None
    status: str | None = None
    parts: dict[str, str] = field(default_factory=dict)
    opened: Split | None = None
    shows_a_choice: bool = False
    former: Split | None = None
    pick: str = ""
    errors: list[CellError] = field(default_factory=list)
    needs_parts: bool = False

    @cached_property
    def to(self) -> Split | None:
        """What the cell shall hold; what it held where that cannot be read (`errors` says why)."""
        if self.keeps_theirs:
            return self.opened
        if self.target is None and self.opened is None:
            return None
        target = self._target()
        if self.errors:
            return self.opened
        if target is None:
            return self._nothing()
        split = self._split(target)
        if self.errors or split is None:
            return self.opened
        if problems := split.problems():
            self.errors.append(CellError("status" if self.target is None else "", "", ". ".join(problems)))
        return split

    @property
    def keeps_theirs(self) -> bool:
        return self.shows_a_choice and self.pick == "theirs"

    @property
    def awaits_a_choice(self) -> bool:
        """Whether somebody else's change was shown and neither amount chosen."""
        return self.shows_a_choice and self.pick not in ("yours", "theirs")

    @property
    def is_touched(self) -> bool:
        """Whether the visitor changed the cell, readably or not."""
        return self.to != self.opened or bool(self.errors) or self.needs_parts or self.awaits_a_choice

    @property
    def change(self) -> CellChange:
        return CellChange(self.cell, self.opened, self.to)

    def _target(self) -> int | None:
        if self.target is None:
            return self.opened.target if self.opened else None
        return self._amount(self.target, "", "Target")

    def _amount(self, text: str, field_name: str, what: str) -> int | None:
        if not text.strip():
            return None
        try:
            return parse_amount(text, self.unit)
        except AmountError as wrong:
            self.errors.append(CellError(field_name, what, str(wrong)))
            return None

    def _nothing(self) -> Split | None:
        """An empty target: no amount; but a status chosen or a part typed beside it asks for one."""
        chosen = self.status or ""
        asked = chosen not in ("", status_value(self.opened)) or self._parts_typed() not in (None, self._parts_held())
        if asked:
            self.errors.append(CellError("", "Target", "empty, but it is said how it stands. Enter the amount"))
            return self.opened
        return None

    def _parts_held(self) -> tuple[int, ...]:
        held = self.opened or Split(0)
        return tuple(held.amount(status) for status in SPLIT_STATUSES)

    def _parts_typed(self) -> tuple[int, ...] | None:
        """The parts as typed, an empty one nought, one that was not shown as it was; None where none was shown."""
        if not self.parts or self.status != SPLIT:
            return None
        held = dict(zip(_PARTS, self._parts_held(), strict=True))
        return tuple(
            self._amount(self.parts[name], name, STATUS_NAMES[Status(name)]) or 0 if name in self.parts else held[name]
            for name in _PARTS
        )

    def _split(self, target: int) -> Split | None:
        status = status_value(self.opened) if self.status is None else self.status
        if status == SPLIT:
            parts = self._parts_typed()
            if parts is not None:
                return Split(target, *parts)
            if self.opened is not None and self.opened.only_status is None:
                return replace(self.opened, target=target)
            self.needs_parts = True
            return self.opened
        if status and status not in _PARTS:
            raise NotAsOpened(f"{status} is not a status.")
        return Split.whole(target, Status(status) if status else Status.NOT_RATED)


class GridForm:
    """The cells that a page sent, by cell. Raises `NotAsOpened` for fields that no grid of this site has."""

    def __init__(self, data: Mapping[str, str], unit: Unit) -> None:
        self.period = data.get("period", "")
        self.reason = data.get("reason", "")
        self.opens = data.get("open", "")
        self.cells = {cell: self._typed(cell, fields, unit) for cell, fields in _by_cell(data).items()}
        for typed in self.cells.values():
            _ = typed.to

    @property
    def touched(self) -> dict[Cell, Typed]:
        return {cell: typed for cell, typed in self.cells.items() if typed.is_touched}

    @property
    def changes(self) -> list[CellChange]:
        """The changes that can be read, in the order of the page."""
        return [typed.change for typed in self.touched.values() if not (typed.errors or typed.needs_parts)]

    @property
    def is_readable(self) -> bool:
        """Whether every cell says what it shall hold."""
        return not any(typed.errors or typed.needs_parts or typed.awaits_a_choice for typed in self.touched.values())

    def _typed(self, cell: Cell, fields: Mapping[str, str], unit: Unit) -> Typed:
        return Typed(
            cell=cell,
            unit=unit,
            target=fields.get(""),
            status=fields.get("status"),
            parts={name: fields[name] for name in _PARTS if name in fields},
            opened=_held(fields.get("was", "")),
            shows_a_choice="former" in fields,
            former=_held(fields.get("former", "")),
            pick=fields.get("pick", ""),
        )


def _by_cell(data: Mapping[str, str]) -> dict[Cell, dict[str, str]]:
    found: dict[Cell, dict[str, str]] = defaultdict(dict)
    for name, value in data.items():
        if not name.startswith("c-"):
            continue
        match = _NAME.fullmatch(name)
        if match is None or (match[3] or "") not in _KNOWN:
            raise NotAsOpened(f"There is no field {name[:60]} in a grid.")
        year = None if match[2] == NOT_PROFILED else int(match[2])
        if year is not None and not EARLIEST_YEAR <= year <= LATEST_YEAR:
            raise NotAsOpened(f"{year} is not a year of a grid.")
        found[Cell(int(match[1]), year)][match[3] or ""] = value
    return found


def _held(text: str) -> Split | None:
    if not text:
        return None
    if not _HELD.fullmatch(text):
        raise NotAsOpened(f"'{text[:60]}' is not what a cell holds.")
    return Split(*map(int, text.split(" ")))
