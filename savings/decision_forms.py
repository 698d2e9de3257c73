"""What is typed about a decision beside its amounts: who decided, when, why; and why a draft is withdrawn."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from futurefit.ui.entry_fields import DayField, ParagraphsField, TickField, WordsField
from futurefit.ui.form_fields import HouseForm
from savings.deciding import Kind
from savings.models import Decision
from savings.services.decisions import FACTS, NewDecision


class DecisionForm(HouseForm):
    """Who decided, when, under which reference and why. What was taken before use says so where it approves."""

    body = WordsField(
        label="Decided by", max_length=200, help_text="The body or post that took the decision, such as Cabinet."
    )
    decided_on = DayField(label="Decided on", required=False, help_text="For example 27 8 2016.")
    decided_in_words = WordsField(
        label="Or when, in words",
        max_length=100,
        required=False,
        help_text="Where the day is not known, such as February 2015.",
    )
    reference = WordsField(
        label="Reference", max_length=100, required=False, help_text="Of the minute or paper, such as CAB 2016/31."
    )
    reason = ParagraphsField(label="Reason", rows=3, max_length=2_000)
    taken_before_use = TickField(
        label="Taken before this product was in use",
        help_text="Then no decision on the equality impact is asked for, and the list of decisions says so.",
    )
    assumption = ParagraphsField(
        label="What of it is assumed",
        rows=2,
        max_length=1_000,
        required=False,
        help_text="Where the papers do not say all of it.",
    )

    def __init__(self, *arguments: Any, kind: str, today: date, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.today = today
        if kind not in (Kind.APPROVE, Kind.REPLACE):
            del self.fields["taken_before_use"]

    @classmethod
    def of(cls, decision: Decision, *, today: date) -> DecisionForm:
        """The form with what a decision says."""
        initial = {name: getattr(decision, name) for name in FACTS}
        return cls(kind=decision.kind, today=today, initial=initial)

    def clean_decided_on(self) -> date | None:
        day: date | None = self.cleaned_data["decided_on"]
        if day is not None and day > self.today:
            raise ValidationError(
                f"Decided on: {day.day} {day:%B %Y} has not come yet. Enter the day on which it was decided."
            )
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "decided_on" not in self.errors and not cleaned.get("decided_on") and not cleaned.get("decided_in_words"):
            self.add_error("decided_on", "Decided on: nothing is entered. Enter the day, or say when in words.")
        return cleaned

    @property
    def new(self) -> NewDecision:
        """What a valid form says."""
        return NewDecision(code="", **{name: self.cleaned_data[name] for name in FACTS if name in self.cleaned_data})


class DecisionWithdrawForm(HouseForm):
    """Why a decision that is not confirmed is withdrawn."""

    reason = ParagraphsField(label="Why is it withdrawn?", rows=3, max_length=1_000)
    version = forms.IntegerField(widget=forms.HiddenInput)
