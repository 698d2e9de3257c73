"""What is typed about amounts of ended years: how much of each is still expected, and in which year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from futurefit.ui.entry_fields import AmountField, OneOfField, ParagraphsField
from futurefit.ui.form_fields import HouseForm
from futurefit.values.money import Unit, with_unit
from savings.line_forms import SeenField
from savings.measures import still_carried, still_undelivered
from savings.models import Position, ReportingPeriod
from savings.seen import seal
from savings.services.carry_forward import Carrying, CarryingRefused

CARRY_PAGE = "carry forward"
LONGEST_REASON = 1_000


@dataclass(frozen=True)
class CarryBlock:
    """One amount of an ended year on the form: what is still undelivered of it, and its two fields."""

    position: Position
    year: str
    left: int
    stated: str
    amount: forms.BoundField
    expected_in: forms.BoundField


class CarryForm(HouseForm):
    """Two fields for each position of an ended year, and one reason for all of them.

    It opens with all that is still undelivered, expected in the period's own year, unless something was said before.
    """

    reason = ParagraphsField(
        label="Reason",
        required=False,
        rows=3,
        max_length=LONGEST_REASON,
        help_text="Why it was not delivered in its year, and what makes it come. One reason for all of the amounts.",
    )
    seen = SeenField(CARRY_PAGE)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        period: ReportingPeriod,
        positions: Sequence[Position],
        unit: Unit,
    ) -> None:
        self.period, self.positions, self.unit = period, positions, unit
        super().__init__(data, initial={"seen": seen_of(positions)})
        years = [year for year in period.horizon.years if year >= period.financial_year]
        choices = [("", "Choose a year"), *((str(year), period.horizon.label(year)) for year in years)]
        for position in positions:
            name, left = self._name_of(position), left_of(position)
            stated = still_carried(position.carried_forward, left)
            amount = AmountField(label=f"Carried forward of {name}", required=True, initial=stated or left)
            amount.in_unit(unit)
            amount.help_text = "0 takes back what was said." if stated else "0 leaves it open."
            expected = position.expected_in if stated else period.financial_year
            year = OneOfField(choices=choices, label=f"Expected in, {name}", required=False, initial=str(expected))
            self.fields[f"amount_{position.pk}"], self.fields[f"expected_in_{position.pk}"] = amount, year
        self.order_fields([name for name in self.fields if name not in ("reason", "seen")])
        self.dress_fields()

    def _name_of(self, position: Position) -> str:
        return f"{position.line_in_period.title}, {self.period.horizon.label(position.year)}"

    def blocks(self) -> Iterator[CarryBlock]:
        for position in self.positions:
            left = left_of(position)
            carried = still_carried(position.carried_forward, left)
            words = ""
            if carried:
                expected = self.period.horizon.label(position.expected_in)
                words = f"{with_unit(carried, self.unit)} expected in {expected}"
            amount, expected_in = self[f"amount_{position.pk}"], self[f"expected_in_{position.pk}"]
            # The block is headed by the line and the year; a message, which stands alone, names them too.
            amount.label, expected_in.label = "Carried forward", "Expected in"
            yield CarryBlock(position, self.period.horizon.label(position.year), left, words, amount, expected_in)

    @property
    def carrying(self) -> list[Carrying]:
        """What was typed, of a valid form, with the versions that the page showed."""
        versions = {pk: version for pk, version, *_amounts in self.cleaned_data["seen"]}
        return [
            Carrying(
                position.pk,
                self.cleaned_data[f"amount_{position.pk}"],
                int(year) if (year := self.cleaned_data[f"expected_in_{position.pk}"]) else None,
                versions.get(position.pk, 0),
            )
            for position in self.positions
        ]

    def refuse(self, refused: CarryingRefused) -> None:
        """Put a service's refusals on the fields that they are about."""
        for position_id, (field, words) in refused.refusals.items():
            name = f"{field}_{position_id}"
            self.add_error(name if name in self.fields else None, words)

    def reopened(self, positions: Sequence[Position]) -> CarryForm:
        """What was typed, again, on top of the positions as they are now, with both values where they changed."""
        was = {pk: amounts for pk, _version, *amounts in self.cleaned_data["seen"]}
        data = {**dict(self.data.items()), "seen": seen_of(positions)}
        again = CarryForm(data, period=self.period, positions=positions, unit=self.unit)
        again.full_clean()
        for position in positions:
            now = _shown(position)
            if position.pk in was and was[position.pk] != now:
                again.add_error(
                    f"amount_{position.pk}",
                    f"{again._name_of(position)}: somebody changed it since you opened the page. "
                    f"It was {again._said(was[position.pk])}; now it is {again._said(now)}.",
                )
        return again

    def _said(self, amounts: Sequence[Any]) -> str:
        left, carried, year = amounts
        words = f"{with_unit(left, Unit.POUNDS)} undelivered"
        if not carried:
            return f"{words}, nothing carried forward"
        return f"{words}, {with_unit(carried, Unit.POUNDS)} carried forward to {self.period.horizon.label(year)}"


def left_of(position: Position) -> int:
    """What is still undelivered of a position, with its sign."""
    return still_undelivered(position.target, position.delivered, position.claimed)


def _shown(position: Position) -> list[Any]:
    return [left_of(position), position.carried_forward, position.expected_in]


def seen_of(positions: Sequence[Position]) -> str:
    """Every position with its version and what the page shows of it, sealed."""
    return seal([[row.pk, row.version, *_shown(row)] for row in positions], CARRY_PAGE)
