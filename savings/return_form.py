"""What was typed into the return of lines: the shape of each line, read without the database.

A line sends whether it stands as it did or is split anew, four amounts for each year, a reason or answer, a note of
evidence, and what it held when the page was opened. Names start with `l-<line>`. What the rules of the return say is
the service's business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from futurefit.values.financial_year import EARLIEST_YEAR, LATEST_YEAR, NOT_PROFILED
from futurefit.values.money import AmountError, Unit, parse_amount
from futurefit.values.rag import Split, Status
from savings.grid_form import STATUS_NAMES, NotAsOpened
from savings.services.returns import Said, Standing

SAME, CHANGE = "same", "change"

STATUSES = (Status.DELIVERED, Status.ON_TARGET, Status.AMBER, Status.RED)
"""What a return says of an amount; what is claimed stands with what is delivered, not rated is what they leave."""

_NAME = re.compile(rf"l-([0-9]{{1,18}})-(?:([0-9]{{4}}|{NOT_PROFILED})-([a-z_]+)|([a-z]+))", re.ASCII)
_KNOWN = frozenset({"say", "why", "evidence", "version", "seen"})
_AMOUNTS = {status.value: status for status in STATUSES}


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field of a line: its name, what was typed, and the rule in words."""

    field: str
    value: str
    message: str


def key_of(line_id: int) -> str:
    """What the names of all fields of a line begin with."""
    return f"l-{line_id}"


def amount_name(line_id: int, year: int | None, status: Status) -> str:
    """The name of the field for one amount of a line."""
    return f"{key_of(line_id)}-{NOT_PROFILED if year is None else year}-{status.value}"


@dataclass
class TypedLine:
    """One line as it was sent."""

    line_id: int
    fields: dict[str, str] = field(default_factory=dict)
    amounts: dict[tuple[int | None, Status], str] = field(default_factory=dict)

    @property
    def say(self) -> str:
        """`SAME`, `CHANGE`, or nothing where neither was chosen."""
        return self.fields.get("say", "")

    @property
    def version(self) -> int:
        """That of the return when the page was opened; 0 where there was none."""
        return _number(self.fields.get("version", ""))

    @property
    def why(self) -> str:
        return _lines(self.fields.get("why", ""))

    @property
    def evidence(self) -> str:
        return _lines(self.fields.get("evidence", ""))

    def read(self, standing: Standing, unit: Unit) -> tuple[Said | None, list[FieldError]]:
        """What is said of the line, and what cannot be read; None where neither of the two choices was made.

        Of a line that stands as it did the page asks why only where it stands worse, or where finance asks.
        """
        if self.say not in (SAME, CHANGE):
            return None, []
        key, errors = key_of(self.line_id), []
        for name, label, words in (("why", "Reason", self.why), ("evidence", "Evidence", self.evidence)):
            if "\x00" in words:
                errors.append(FieldError(f"{key}-{name}", words, f"{label}: it holds a character that cannot be kept"))
        splits = {}
        returned = standing.owed.returned
        asked = returned is not None and returned.queried_at is not None
        wants_words = asked or self.say == CHANGE or standing.worse() != ""
        if self.say == CHANGE:
            for year in standing.positions:
                split, wrong = self._split(standing, year, unit)
                errors += wrong
                if split is not None:
                    splits[year] = split
        return (
            Said(
                line_id=self.line_id,
                splits=splits,
                comment=self.why if wants_words else "",
                evidence=self.evidence if self.say == CHANGE else returned.evidence if asked and returned else "",
                version=self.version,
                as_seen=self.fields.get("seen", ""),
            ),
            errors,
        )

    def _split(self, standing: Standing, year: int | None, unit: Unit) -> tuple[Split | None, list[FieldError]]:
        """A year as it was typed, an empty field nought; None where the page showed no field for it."""
        given = {status: self.amounts[year, status] for status in STATUSES if (year, status) in self.amounts}
        if not given:
            return None, []
        read: dict[Status, int] = {}
        errors = []
        for status, text in given.items():
            try:
                read[status] = parse_amount(text, unit) if text.strip() else 0
            except AmountError as wrong:
                where = f"{STATUS_NAMES[status]} for {standing.owed.line.period.horizon.label(year)}"
                errors.append(FieldError(amount_name(self.line_id, year, status), text, f"{where}: {wrong}"))
        target = standing.present(year).target
        return Split(target, **{status.value: amount for status, amount in read.items()}), errors


class ReturnForm:
    """The lines that a page sent, by line. Raises `NotAsOpened` for fields that no page of this site has."""

    def __init__(self, data: Mapping[str, str]) -> None:
        self.lines: dict[int, TypedLine] = {}
        for name, value in data.items():
            if not name.startswith("l-"):
                continue
            match = _NAME.fullmatch(name)
            if match is None:
                raise NotAsOpened(f"There is no field {name[:60]} in a return.")
            line_id = int(match[1])
            typed = self.lines.setdefault(line_id, TypedLine(line_id))
            if match[4]:
                if match[4] not in _KNOWN:
                    raise NotAsOpened(f"There is no field {name[:60]} in a return.")
                typed.fields[match[4]] = value
                continue
            year = None if match[2] == NOT_PROFILED else int(match[2])
            if match[3] not in _AMOUNTS or (year is not None and not EARLIEST_YEAR <= year <= LATEST_YEAR):
                raise NotAsOpened(f"There is no field {name[:60]} in a return.")
            typed.amounts[year, _AMOUNTS[match[3]]] = value
        for each in self.lines.values():
            _ = each.version


def _lines(words: str) -> str:
    """Words as typed, with plain line ends."""
    return words.replace("\r\n", "\n").replace("\r", "\n").strip()


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotAsOpened(f"'{text[:60]}' is not a version.")
    return int(text)
