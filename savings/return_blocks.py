"""Due lines as the page of their returns shows them: how each stood last period, and what can be said of it now.

One block a line. The fields hold what was typed, else what was kept, else how the amounts stand: nobody types what is
known already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.urls import reverse
from django.utils.safestring import SafeString

from futurefit.ui.filters import Problem
from futurefit.ui.labels import rag_html
from futurefit.values.money import AmountError, Unit, format_exact, parse_amount, with_unit
from futurefit.values.rag import SPLIT_STATUSES, Split, Status
from savings.grid_form import STATUS_NAMES
from savings.models import LineReturn
from savings.reading import Reading
from savings.return_form import CHANGE, SAME, STATUSES, FieldError, TypedLine, amount_name, key_of
from savings.returns_owed import ReturnState
from savings.services.returns import LONGEST, Refusal, Standing, Why

_PLACE_OF = {
    Why.UNSAID: "say",
    Why.NEEDS_A_REASON: "why",
    Why.NEEDS_AN_ANSWER: "why",
    Why.NEEDS_EVIDENCE: "evidence",
}
_TAGS = {
    ReturnState.DUE: "outline",
    ReturnState.DRAFT: "tint",
    ReturnState.SUBMITTED: "solid",
    ReturnState.QUERIED: "alert",
    ReturnState.ACCEPTED: "solid",
}


@dataclass(frozen=True)
class Stood:
    """How one year stood: its label, and each status that holds something, as letter and word with its amount."""

    year: str
    amounts: Sequence[tuple[str, SafeString]]


@dataclass(frozen=True)
class AmountBox:
    """One field for an amount of a year."""

    name: str
    label: SafeString
    value: str
    error: str


@dataclass(frozen=True)
class YearBoxes:
    """The fields of one year, what they add up to, and what a reason is measured by."""

    legend: str
    boxes: Sequence[AmountBox]
    sums: str
    worse: str
    target: int
    before: str
    accepted: int
    errors: Sequence[str]

    @property
    def is_wrong(self) -> bool:
        return bool(self.errors) or any(box.error for box in self.boxes)


@dataclass
class ReturnBlock:
    """One due line. `typed` is what was sent, `errors` are messages by the field they belong to."""

    standing: Standing
    reading: Reading
    typed: TypedLine | None = None
    errors: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    wrong_years: dict[int | None, list[str]] = field(default_factory=dict)

    @property
    def line_id(self) -> int:
        return self.standing.owed.line.pk

    @property
    def key(self) -> str:
        return key_of(self.line_id)

    @property
    def title(self) -> str:
        return self.standing.owed.line.title

    @property
    def code(self) -> str:
        return self.standing.owed.line.line.code

    @property
    def href(self) -> str:
        return reverse("savings:line_detail", args=[self.code]) + self.reading.query

    @property
    def project(self) -> str:
        return self.standing.owed.line.project_label

    @property
    def is_proposed(self) -> bool:
        return any(not position.approved for position in self.standing.positions.values())

    @property
    def returned(self) -> LineReturn | None:
        return self.standing.owed.returned

    @property
    def state(self) -> ReturnState:
        return self.standing.owed.state

    @property
    def tag(self) -> tuple[str, str]:
        """The state in words, and the style of its tag; what is kept stays kept, also as an answer."""
        if self.is_answered:
            return "Answer kept, not submitted", "tint"
        return self.state.words, _TAGS[self.state]

    @property
    def is_late(self) -> bool:
        """Whether nothing was submitted by the due date; what came late and is queried has come."""
        submitted = self.returned is not None and self.returned.first_submitted_at is not None
        return self.standing.owed.late and not submitted

    @property
    def version(self) -> int:
        return self.returned.version if self.returned else 0

    @property
    def as_seen(self) -> str:
        return self.standing.as_seen

    # What finance asks

    @property
    def asks(self) -> bool:
        return self.state is ReturnState.QUERIED

    @property
    def is_answered(self) -> bool:
        """Whether an answer is kept."""
        return self.asks and self.is_kept

    @property
    def is_kept(self) -> bool:
        return self.returned is not None and self.returned.state == LineReturn.State.DRAFT

    @property
    def wrote(self) -> str:
        """What was written with the return that finance asks about, while no answer is kept."""
        return self.returned.comment if self.asks and not self.is_kept and self.returned else ""

    # What is said

    @cached_property
    def stands_worse(self) -> str:
        """By how much it stands worse than last period already, so that no change needs a reason too; else empty."""
        return "" if self.asks else self.standing.worse()

    @property
    def say(self) -> str:
        """Which of the two choices is made: as sent, else as kept."""
        if self.typed is not None:
            return self.typed.say
        if self.returned is None or (self.asks and not self.is_kept):
            return ""
        return SAME if self._kept_as_it_stands else CHANGE

    @property
    def _kept_as_it_stands(self) -> bool:
        return all(self.standing.told(year) == self.standing.present(year) for year in self.standing.positions)

    @property
    def why(self) -> str:
        if self.typed is not None:
            return self.typed.why
        return self.returned.comment if self.returned is not None and not self.wrote and self.is_kept else ""

    @property
    def evidence(self) -> str:
        if self.typed is not None:
            return self.typed.evidence
        return self.returned.evidence if self.returned is not None else ""

    @property
    def longest(self) -> int:
        return LONGEST

    @property
    def is_said(self) -> bool:
        """Whether one of the choices is made and nothing of it is refused."""
        return self.say in (SAME, CHANGE) and not self.is_refused

    @property
    def is_refused(self) -> bool:
        return bool(self.errors or self.notices or self.wrong_years)

    @property
    def say_error(self) -> str:
        return self.errors.get(f"{self.key}-say", "")

    @property
    def why_error(self) -> str:
        return self.errors.get(f"{self.key}-why", "")

    @property
    def evidence_error(self) -> str:
        return self.errors.get(f"{self.key}-evidence", "")

    @property
    def kept_words(self) -> str:
        """What is kept of the line, in a sentence: for somebody who typed over it."""
        if not self.is_kept or self.returned is None:
            return ""
        if self._kept_as_it_stands:
            return "no change"
        label = self.reading.horizon.label
        told = {year: self.standing.told(year) for year in self.standing.said if year in self.standing.positions}
        years = [f"{label(year)} {_in_words(split)}" for year, split in told.items()]
        return "; ".join([*years, *([f"“{self.returned.comment}”"] if self.returned.comment else [])])

    # How it stood and stands

    @cached_property
    def stood(self) -> list[Stood]:
        """The years that make the line due as the last period had them; as they are now where it was not there."""
        return [self._stood(year, self._was(year)) for year in self.due_years]

    @cached_property
    def now(self) -> list[Stood]:
        """The same for years that stand otherwise now: somebody changed them, or this return did."""
        present = {year: self.standing.present(year) for year in self.standing.positions}
        return [self._stood(year, split) for year, split in present.items() if self._was(year) != split]

    def _was(self, year: int | None) -> Split:
        """How the last period had the year; as it is now where it was not there."""
        return self.standing.last.get(year, self.standing.present(year))

    @property
    def counts(self) -> list[Stood]:
        """How the line stands since its return was submitted: with what finance accepted and what was decided since."""
        return [self._stood(year, self.standing.present(year)) for year in self.due_years]

    @property
    def stood_caption(self) -> str:
        copied_from = self.reading.period.copied_from_id
        last = next((each for each in self.reading.periods if each.pk == copied_from), None)
        if last is None or not self.standing.last:
            return "As entered, new since the last period"
        said = {
            None: "no return came",
            "draft": "no return came",
            "submitted": "returned",
            "queried": "queried by finance",
            "accepted": "accepted by finance",
        }[self.standing.last_state]
        return f"{last.spoken}, {said}"

    @cached_property
    def due_years(self) -> list[int | None]:
        """The years that make the line due, or all of them where none does any more."""
        period = self.reading.period
        until = period.financial_year + period.return_years_ahead
        due = [
            year
            for year, position in self.standing.positions.items()
            if position.carried_forward
            or (year is not None and year <= until and abs(position.delivered) < abs(position.target))
        ]
        return due or list(self.standing.positions)

    @cached_property
    def years(self) -> list[YearBoxes]:
        return [self._boxes(year) for year in self.due_years]

    @cached_property
    def other_years(self) -> list[YearBoxes]:
        """Later years, those delivered in full, and what is not profiled: folded away."""
        return [self._boxes(year) for year in self.standing.positions if year not in self.due_years]

    @property
    def opens_others(self) -> bool:
        """Whether something of the other years was changed or is refused."""
        changed = (
            self.standing.told(year) != self.standing.present(year)
            for year in self.standing.positions
            if year not in self.due_years
        )
        return any(boxes.is_wrong or boxes.worse for boxes in self.other_years) or any(changed)

    def _stood(self, year: int | None, split: Split) -> Stood:
        held = [status for status in (*SPLIT_STATUSES, Status.NOT_RATED) if split.amount(status)]
        amounts = [(with_unit(split.amount(status), Unit.POUNDS), rag_html(status)) for status in held]
        return Stood(self.reading.horizon.label(year), amounts or [("£0", SafeString(""))])

    def _boxes(self, year: int | None) -> YearBoxes:
        unit, told, before = self.reading.unit, self.standing.told(year), self.standing.before(year)
        shown = {
            Status.DELIVERED: told.delivered + told.claimed,
            Status.ON_TARGET: told.on_target,
            Status.AMBER: told.amber,
            Status.RED: told.red,
        }
        boxes = []
        for status in STATUSES:
            name = amount_name(self.line_id, year, status)
            value = format_exact(shown[status], unit) if shown[status] else ""
            if self.typed is not None and (year, status) in self.typed.amounts:
                value = self.typed.amounts[year, status]
            boxes.append(AmountBox(name, rag_html(status, STATUS_NAMES[status]), value, self.errors.get(name, "")))
        split = _read(told.target, [box.value for box in boxes], unit)
        return YearBoxes(
            legend=f"{self.reading.horizon.label(year)}: how {with_unit(told.target, Unit.POUNDS)} stands now "
            f"(in {unit.symbol})",
            boxes=boxes,
            sums=sums_of(split) if split else "Not counted: an amount above cannot be read.",
            worse=" and ".join(split.worse_than(before)) if split else "",
            target=told.target,
            before=f"{before.secure} {before.amber} {before.red}",
            accepted=self.standing.positions[year].delivered + before.claimed,
            errors=self.wrong_years.get(year, []),
        )


def sums_of(split: Split) -> str:
    """What the amounts of a year add up to, and what they leave: "Adds up to £250,000. Not rated: £0."."""
    rated = split.delivered + split.claimed + split.on_target + split.amber + split.red
    words = f"Adds up to {with_unit(rated, Unit.POUNDS)}."
    left = split.target - rated
    if left and (left < 0) != (split.target < 0):
        return f"{words} That is {with_unit(abs(left), Unit.POUNDS)} more than the target."
    return f"{words} Not rated: {with_unit(left, Unit.POUNDS)}."


def _in_words(split: Split) -> str:
    held = [status for status in (*SPLIT_STATUSES, Status.NOT_RATED) if split.amount(status)]
    return ", ".join(f"{with_unit(split.amount(each), Unit.POUNDS)} {STATUS_NAMES[each].lower()}" for each in held)


def _read(target: int, texts: Sequence[str], unit: Unit) -> Split | None:
    try:
        delivered, on_target, amber, red = (parse_amount(text, unit) if text.strip() else 0 for text in texts)
    except AmountError:
        return None
    return Split(target, delivered=delivered, on_target=on_target, amber=amber, red=red)


def blocks_of(
    reading: Reading, standings: Mapping[int, Standing], typed: Mapping[int, TypedLine]
) -> dict[int, ReturnBlock]:
    """A block for each due line, by the id of the line in period."""
    return {pk: ReturnBlock(standing, reading, typed.get(pk)) for pk, standing in standings.items()}


def put_errors(block: ReturnBlock, errors: Iterable[FieldError]) -> Iterator[Problem]:
    """Amounts and words that cannot be read, on their fields."""
    for error in errors:
        block.errors[error.field] = error.message
        yield Problem(error.field, error.value, f"{block.title}: {error.message}.", error.field)


def put_refusal(block: ReturnBlock, refusal: Refusal) -> Problem:
    """What the service refused, on the part of the block that it is about."""
    key, words = block.key, refusal.words
    message = f"{block.title}: {words}"
    if refusal.why is Why.BREAKS_A_RULE:
        block.wrong_years.setdefault(refusal.year, []).append(words)
        return Problem(key, "", message, amount_name(block.line_id, refusal.year, Status.ON_TARGET))
    if refusal.why is Why.TOO_LONG:
        name = f"{key}-{'why' if refusal.field == 'comment' else 'evidence'}"
        block.errors[name] = words
        return Problem(name, "", message, name)
    if (place := _PLACE_OF.get(refusal.why)) is not None:
        block.errors[f"{key}-{place}"] = words
        return Problem(key, "", message, f"{key}-same" if place == "say" else f"{key}-{place}")
    block.notices.append(words)
    return Problem(key, "", message, key)
