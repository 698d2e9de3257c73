"""What is typed about reporting periods: names and days, what is prepared, the closing, definitions, a note.

The rules are the services'; a form says the shape.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from futurefit.ui.editing import NOT_AS_OPENED
from futurefit.ui.entry_fields import DayField, NumberField, OneOfField, ParagraphsField, TickField, WordsField
from futurefit.ui.form_fields import HouseForm
from futurefit.values.rag import Status
from savings.models import RagDefinition, ReportingPeriod
from savings.services.period_facts import (
    LONGEST_DEFINITION,
    LONGEST_NOTE,
    MOST_YEARS_AHEAD,
    Definition,
    prepared_after,
)
from savings.services.periods import NewPeriod, next_in_turn, period_named

LABEL_HELP = (
    "A month, quarter or outturn of a financial year, such as 2016/17 M03, 2016/17 Q1 or 2015/16 outturn; months may "
    "be left out. Any other name goes with its last day."
)
ENDS_HELP = "Only for a name of your own; a month, quarter or outturn brings its last day. For example 30 6 2016"
DUE_HELP = "The last day on which a return is on time. For example 8 7 2016"
AHEAD_HELP = "A return is due for lines with an undelivered amount up to so many years after the period's own."


def _years_ahead() -> list[tuple[str, str]]:
    words = {0: "The year of the period alone", 1: "One year after it"}
    return [(str(number), words.get(number, f"{number} years after it")) for number in range(MOST_YEARS_AHEAD + 1)]


class VersionField(forms.IntegerField):
    """The version that the page showed when it was opened."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(error_messages={"required": NOT_AS_OPENED, "invalid": NOT_AS_OPENED})


class NewPeriodForm(HouseForm):
    """The name of a period to be opened, its last day, when its returns are due and how far they look ahead.

    Valid, it holds the period as `new`.
    """

    label = WordsField(label="Name of the period", max_length=40, width="20", help_text=LABEL_HELP)
    ends_on = DayField(label="Last day", required=False, help_text=ENDS_HELP)
    due_on = DayField(label="Returns due on", required=False, help_text=DUE_HELP)
    return_years_ahead = OneOfField(label="Returns look ahead", choices=_years_ahead, help_text=AHEAD_HELP)

    new: NewPeriod | None = None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "label" in given and "ends_on" in given:
            try:
                named = period_named(given["label"], given["ends_on"])
            except ValidationError as refused:
                self.refuse(refused)
            else:
                ahead = given.get("return_years_ahead")
                self.new = replace(
                    named, due_on=given.get("due_on"), return_years_ahead=None if ahead is None else int(ahead)
                )
        return given

    def refuse(self, refused: ValidationError) -> None:
        """A service's refusal, on the fields that it names."""
        if not hasattr(refused, "error_dict"):
            self.add_error(None, refused)
            return
        for name, errors in refused.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


def offered_after(period: ReportingPeriod) -> dict[str, Any]:
    """What a form for the next period starts with: what was prepared, else the next in turn."""
    following = prepared_after(period) or next_in_turn(period)
    ahead = following.return_years_ahead if following else None
    return {
        "label": following.label if following else "",
        "ends_on": following.ends_on if following and not _says_its_last_day(following) else None,
        "due_on": following.due_on if following else None,
        "return_years_ahead": str(period.return_years_ahead if ahead is None else ahead),
    }


def _says_its_last_day(new: NewPeriod) -> bool:
    """Whether the name alone tells the last day."""
    try:
        return period_named(new.label).ends_on == new.ends_on
    except ValidationError:
        return False


class CloseForm(NewPeriodForm):
    """The period that is opened by closing this one; in the second step with the tick that names what is closed."""

    confirmed = TickField(label="Close it for ever")
    version = VersionField()

    def __init__(self, *arguments: Any, period: ReportingPeriod, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["confirmed"].label = f"I close {period.spoken} for ever: none of its figures can be changed again"
        self.period = period

    @property
    def carried(self) -> list[forms.BoundField]:
        """The fields that travel unseen to the confirmation."""
        return [self[name] for name in NewPeriodForm.base_fields]

    def refuse_unconfirmed(self) -> bool:
        """Whether the tick is missing; it is then asked for."""
        if self.cleaned_data["confirmed"]:
            return False
        self.add_error("confirmed", f"Tick the box to close {self.period.spoken}. Nothing has been changed.")
        return True


class PrepareForm(HouseForm):
    """When returns of the open period are due and how far they look ahead, and the period that shall follow it.

    Valid, it holds what follows as `following`, None where no name is entered.
    """

    due_on = DayField(label="Returns due on", required=False, help_text=DUE_HELP)
    return_years_ahead = OneOfField(label="Returns look ahead", choices=_years_ahead, help_text=AHEAD_HELP)
    next_label = WordsField(
        label="Name of the next period", max_length=40, width="20", required=False, help_text=LABEL_HELP
    )
    next_ends_on = DayField(label="Last day of the next period", required=False, help_text=ENDS_HELP)
    next_due_on = DayField(label="Returns of the next period due on", required=False, help_text=DUE_HELP)
    next_years_ahead = OneOfField(
        label="Returns of the next period look ahead", choices=_years_ahead, help_text=AHEAD_HELP
    )
    version = VersionField()

    following: NewPeriod | None = None
    OF_NEXT = ("label", "ends_on", "due_on")

    @classmethod
    def standing(cls, period: ReportingPeriod) -> dict[str, Any]:
        """What the form starts with; the next in turn is offered where nothing is prepared."""
        offered = offered_after(period)
        return {
            "due_on": period.due_on,
            "return_years_ahead": str(period.return_years_ahead),
            "next_label": offered["label"],
            "next_ends_on": offered["ends_on"],
            "next_due_on": offered["due_on"],
            "next_years_ahead": offered["return_years_ahead"],
            "version": period.version,
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("next_label"):
            if given.get("next_ends_on") or given.get("next_due_on"):
                self.add_error("next_label", "Name of the next period: nothing is entered, but days of it are.")
            return given
        if "next_ends_on" in given:
            try:
                named = period_named(given["next_label"], given["next_ends_on"])
            except ValidationError as refused:
                self.refuse(refused)
            else:
                self.following = replace(
                    named,
                    due_on=given.get("next_due_on"),
                    return_years_ahead=int(given.get("next_years_ahead") or 0),
                )
        return given

    def refuse(self, refused: ValidationError) -> None:
        """A service's refusal: what it says of a period to come belongs to the fields of the next."""
        if not hasattr(refused, "error_dict"):
            self.add_error(None, refused)
            return
        for name, errors in refused.error_dict.items():
            field = f"next_{name}" if name in self.OF_NEXT else name
            self.add_error(field if field in self.fields else None, errors)


class DefinitionsForm(HouseForm):
    """What each status means and weighs, one pair of fields for each."""

    reason = WordsField(label="Why it changes", required=False, max_length=300)
    as_opened = forms.CharField(widget=forms.HiddenInput, error_messages={"required": NOT_AS_OPENED})

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for status in Status:
            self.fields[f"words_{status.value}"] = ParagraphsField(
                label=f"What {status.label} means", rows=3, max_length=LONGEST_DEFINITION
            )
            self.fields[f"weight_{status.value}"] = NumberField(
                label=f"Weight of {status.label} in per cent", decimals=0, digits=3, at_least=0
            )
        self.dress_fields()

    @staticmethod
    def standing(rows: Iterable[RagDefinition]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for row in rows:
            found |= {f"words_{row.status}": row.words, f"weight_{row.status}": str(row.weight)}
        return found

    @property
    def pairs(self) -> list[tuple[Status, forms.BoundField, forms.BoundField]]:
        """The fields status by status, in the order of the colours."""
        return [(each, self[f"words_{each.value}"], self[f"weight_{each.value}"]) for each in Status]

    @property
    def wanted(self) -> dict[Status, Definition]:
        given = self.cleaned_data
        return {each: Definition(given[f"words_{each.value}"], int(given[f"weight_{each.value}"])) for each in Status}

    refuse = NewPeriodForm.refuse


class CorrectionForm(HouseForm):
    """The note of correction of a closed period; empty takes it back."""

    note = ParagraphsField(
        label="Note of correction",
        required=False,
        max_length=LONGEST_NOTE,
        help_text="It stands on every page as at this period. No figure changes. Empty takes the note back.",
    )
    version = VersionField()

    refuse = NewPeriodForm.refuse
