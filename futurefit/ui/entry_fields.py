"""What is typed into a form of the house: words, paragraphs, days, amounts, numbers, rows to pick.

Each is read strictly and refused with a message that names the field, the value and the rule; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from futurefit.values.fuzzy_date import Kind, read_date
from futurefit.values.money import MINUS, AmountError, Unit, format_exact, parse_amount

SHOWN = 60
"""A message quotes the first characters of what was typed, up to this many."""

_THREE_NUMBERS = re.compile(r"\s*([0-9]{1,2})\s+([0-9]{1,2})\s+([0-9]{2,4})\s*")
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
ANY_DAY = date(2000, 1, 1)
"""The day of writing given to `read_date`; a day with its year is the same whenever it was written."""


def quoted(value: object) -> str:
    """What was typed, as a message quotes it."""
    words = str(value).strip()
    return f"“{words if len(words) <= SHOWN else words[:SHOWN] + '…'}”"


def _line(width: str = "", *more: str) -> forms.TextInput:
    """The control for one line; the browser offers nothing that was typed elsewhere."""
    css = " ".join([*([f"govuk-input--width-{width}"] if width else []), *more])
    return forms.TextInput(attrs={**({"class": css} if css else {}), "autocomplete": "off"})


def on_day(day: date) -> str:
    """A day as it is written in sentences and fields: "27 August 2016"."""
    return f"{day.day} {day:%B %Y}"


class WordsField(forms.CharField):
    """One line of words, without a limit in the browser: too long is said, not cut off.

    ``width`` is that of the control in figures: 2, 5, 10.
    """

    def __init__(self, *, width: str = "", **options: Any) -> None:
        options.setdefault("widget", _line(width))
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def to_python(self, value: Any) -> str:
        words = super().to_python(value)
        return _CONTROL.sub("", " ".join(words.split())) if words else words


class ParagraphsField(forms.CharField):
    """Plain paragraphs and bullet points, kept as typed but for line ends and spare empty lines.

    `futurefit.ui.paragraphs` draws them.
    """

    def __init__(self, *, rows: int = 5, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        options.setdefault("max_length", 20_000)
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def to_python(self, value: Any) -> str:
        words = super().to_python(value) or ""
        lines = [_CONTROL.sub("", line).rstrip() for line in re.split(r"\r\n|\r|\n", words)]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)


class DayField(forms.Field):
    """A day, day first: "27 8 2016", "27/08/2016", "27 August 2016". ``cleaned`` is a date or None."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", _line("10"))
        options.setdefault("help_text", "For example 27 8 2016")
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return on_day(value) if isinstance(value, date) else value

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        words = str(value).strip()
        if not words:
            return None
        read = read_date(_THREE_NUMBERS.sub(r"\1/\2/\3", words), written_on=ANY_DAY)
        certain = read.kind is Kind.EXACT and not (read.year_implied or read.to_be_confirmed or read.is_estimate)
        if not certain or read.earliest is None:
            raise ValidationError(
                f"{self.label}: {quoted(words)} is not a day. Enter day, month and year, such as 27 8 2016."
            )
        return read.earliest

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class AmountField(forms.Field):
    """An amount typed in a unit, whole pounds in ``cleaned``; the unit stands before the field.

    Give the unit of the page with `in_unit` when the form is made; pounds otherwise.
    """

    unit = Unit.POUNDS

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", _line("10", "ff-num"))
        super().__init__(**options)

    def in_unit(self, unit: Unit) -> None:
        self.unit = unit

    @property
    def prefix(self) -> str:
        return self.unit.symbol

    def prepare_value(self, value: Any) -> Any:
        return format_exact(value, self.unit) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or isinstance(value, int):
            return value if isinstance(value, int) else None
        if not str(value).strip():
            return None
        try:
            return parse_amount(str(value), self.unit)
        except AmountError as error:
            raise ValidationError(f"{self.label}: {error}.") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class NumberField(forms.Field):
    """A number that is not money, such as FTE, with at most ``decimals`` decimals and a size the column can hold."""

    def __init__(self, *, decimals: int, digits: int, at_least: Decimal | int | None = None, **options: Any) -> None:
        options.setdefault("widget", _line("5"))
        super().__init__(**options)
        self.decimals, self.at_least = decimals, at_least
        self.below = Decimal(10) ** (digits - decimals)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        words = f"{value:f}"
        return words.rstrip("0").rstrip(".") if "." in words else words

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values or isinstance(value, Decimal):
            return value if isinstance(value, Decimal) else None
        words = re.sub(r"\s", "", str(value)).replace(MINUS, "-").replace("–", "-").replace(",", "")
        if not words:
            return None
        example = "2" if not self.decimals else f"2.{'5' * min(self.decimals, 1)}"
        if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", words, re.ASCII) or len(words) > SHOWN:
            raise ValidationError(
                f"{self.label}: {quoted(value)} is not a number. Enter one such as {example} or -{example}."
            )
        try:
            number = Decimal(words)
            kept = number.quantize(Decimal(1).scaleb(-self.decimals))
        except InvalidOperation as error:
            raise ValidationError(f"{self.label}: {quoted(value)} is too large.") from error
        if kept != number:
            raise ValidationError(
                f"{self.label}: {quoted(value)} has more than {self.decimals} "
                f"{'decimal' if self.decimals == 1 else 'decimals'}. Round it first."
            )
        if abs(kept) >= self.below:
            raise ValidationError(f"{self.label}: {quoted(value)} is too large: enter less than {self.below:,f}.")
        if self.at_least is not None and kept < self.at_least:
            raise ValidationError(f"{self.label}: {quoted(value)} is too small: enter {self.at_least} or more.")
        return kept

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class TickField(forms.BooleanField):
    """A tick box; not ticked is no."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(**options)


class OneOfField(forms.ChoiceField):
    """One of a few words: as radio buttons with ``radios=True``, else as a list to choose from."""

    def __init__(self, *, radios: bool = False, **options: Any) -> None:
        if radios:
            options["widget"] = forms.RadioSelect
        super().__init__(**options)


class PickField(forms.Field):
    """One of the rows offered, such as a theme or a post; ``cleaned`` is the row itself or None.

    The rows are read once by whoever makes the form and handed over with `offer`, so that a page of many such fields
    asks the database no more often than a page of one.
    """

    widget = forms.Select

    def __init__(self, *, empty: str = "Not stated", **options: Any) -> None:
        super().__init__(**options)
        self.empty = empty
        self._offered: dict[str, Any] = {}
        self._words: dict[str, str] = {}

    def offer(
        self,
        rows: Iterable[Any],
        *,
        words: Callable[[Any], str] = str,
        group: Callable[[Any], str] | None = None,
    ) -> None:
        """Let one of these be picked, in their order; ``group`` names the heading that each stands under."""
        offered = list(rows)
        self._offered = {key_of(row): row for row in offered}
        self._words = {key_of(row): words(row) for row in offered}
        self._draw(offered, group)

    def _draw(self, offered: Sequence[Any], group: Callable[[Any], str] | None) -> None:
        choices: list[tuple[Any, Any]] = [("", self.empty)]
        if group is None:
            choices += self._words.items()
        else:
            headed: dict[str, list[tuple[str, str]]] = {}
            for row in offered:
                headed.setdefault(group(row), []).append((key_of(row), self._words[key_of(row)]))
            choices += headed.items()
        self.widget.choices = choices  # type: ignore[attr-defined]

    @property
    def words(self) -> Mapping[str, str]:
        """What each key says."""
        return self._words

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else value if isinstance(value, str) else key_of(value)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if not isinstance(value, str):
            return value
        if value not in self._offered:
            raise ValidationError(f"{self.label}: {quoted(value)} cannot be chosen. Choose one from the list.")
        return self._offered[value]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.prepare_value(initial) or "") != (data or "")


def key_of(row: Any) -> str:
    """What stands in the form for a row: its number, or its own key where it says one; a plain number for itself."""
    if isinstance(row, int):
        return str(row)
    own = getattr(row, "form_key", None)
    return str(row.pk) if own is None else str(own)
