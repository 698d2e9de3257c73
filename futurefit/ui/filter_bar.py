"""The controls of a filter bar: selects, text fields and switches of a GET form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Select:
    """One choice out of many. ``options`` are pairs of value and words; ``current`` is the value chosen."""

    name: str
    label: str
    options: Options
    current: str = ""
    kind: ClassVar[str] = "select"


@dataclass(frozen=True, slots=True)
class Switch:
    """Two to four choices of which exactly one is on, shown side by side."""

    name: str
    label: str
    options: Options
    current: str
    kind: ClassVar[str] = "switch"


@dataclass(frozen=True, slots=True)
class TextField:
    """Free text, such as a search."""

    name: str
    label: str
    current: str = ""
    input_type: str = "text"
    kind: ClassVar[str] = "text"


@dataclass(frozen=True, slots=True)
class ManyChoices:
    """Any number of choices, as checkboxes. ``current`` are the values chosen."""

    name: str
    label: str
    options: Options
    current: Sequence[str] = ()
    kind: ClassVar[str] = "many"


Control = Select | Switch | TextField | ManyChoices
