"""What is typed about the money. The rules are the services'; a form says the shape."""

from __future__ import annotations

from django import forms

from futurefit.ui.editing import PartForm
from futurefit.ui.entry_fields import ParagraphsField
from savings.models import StatedFigure
from savings.services.commentary import WORDS_AT_MOST

LONGEST_DECISION = 1_000


class WhichIsRightForm(forms.Form):
    """An officer's words on which of two figures is right; empty takes back what was recorded.

    `version` is that of the figure when the page was opened.
    """

    decision = forms.CharField(
        label="Which figure is right, and why",
        required=False,
        max_length=LONGEST_DECISION,
        widget=forms.Textarea(attrs={"class": "govuk-textarea", "rows": 4}),
        help_text="Both figures stay on the page as they are. Nothing is repaired. Empty takes back what was recorded.",
        error_messages={
            "max_length": "Which figure is right: write at most %(limit_value)d characters, not %(show_value)d."
        },
    )
    version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={
            "required": "The page was not sent as it was opened. Open it again.",
            "invalid": "Open the page again.",
        },
    )

    @classmethod
    def of(cls, figure: StatedFigure) -> WhichIsRightForm:
        """The form as it opens, with what is recorded."""
        return cls(initial={"decision": figure.decision, "version": figure.version})

    def reopened(self, figure: StatedFigure) -> WhichIsRightForm:
        """The same words again on top of the figure's present version, after a stale save was refused."""
        again = type(self)({"decision": self.data.get("decision", ""), "version": figure.version})
        again.full_clean()
        return again


class CommentaryForm(PartForm):
    """What the lead of a theme or directorate says of a period; `as_opened` is the version of what stood there."""

    words = ParagraphsField(
        label="Commentary",
        rows=8,
        max_length=WORDS_AT_MOST,
        help_text="What moved since the last period and why, and what is done next. It is frozen with the period.",
    )
