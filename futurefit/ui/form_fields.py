"""Forms of the house: fields dressed for the design system, and what is wrong with a form as problems to list.

A form derives from `HouseForm`; its template draws each field with ``{% form_field form.title %}`` and the summary of
errors with ``{% form_problems form "Nothing was saved" %}``. Messages name the field, the value and the rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from futurefit.ui.filters import Problem

CSS = (
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.CheckboxSelectMultiple, "govuk-checkboxes__input"),
    (forms.RadioSelect, "govuk-radios__input"),
    (forms.Select, "govuk-select"),
    (forms.Textarea, "govuk-textarea"),
    (forms.TextInput, "govuk-input"),
)
"""The class of each kind of control; the first that fits is taken."""


class HouseForm(forms.Form):
    """A form whose controls carry the design system's classes and whose standard refusals are our words.

    What a browser would check by itself is left to the server, so that every refusal reads alike. A message that a
    field sets for itself stays.
    """

    use_required_attribute = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.dress_fields()

    def dress_fields(self) -> None:
        """Dress every field and put its refusals into words; again where a form adds fields of its own."""
        for name, field in self.fields.items():
            dress(field)
            word(field, str(field.label or self[name].label))


def dress(field: forms.Field) -> None:
    """Give a field's control the class of its kind, beside any that it has."""
    for kind, css in CSS:
        if isinstance(field.widget, kind):
            own = field.widget.attrs.get("class", "")
            if css not in own.split():
                field.widget.attrs["class"] = f"{css} {own}".strip()
            return


def word(field: forms.Field, label: str) -> None:
    """Put the standard refusals of a field into our words, which begin with its label."""
    standard = {code: words for kind in reversed(type(field).__mro__) for code, words in _messages_of(kind).items()}
    for code, words in _refusals(field, label).items():
        if field.error_messages.get(code) == standard.get(code):
            field.error_messages[code] = words


def _messages_of(kind: type) -> dict[str, Any]:
    found: dict[str, Any] = kind.__dict__.get("default_error_messages", {})
    return found


def _refusals(field: forms.Field, label: str) -> dict[str, str]:
    words = {
        "required": f"{label}: nothing is entered.",
        "max_length": f"{label}: write at most %(limit_value)d characters, not %(show_value)d.",
        "null_characters_not_allowed": f"{label}: it holds a character that cannot be kept. Type it again.",
    }
    if isinstance(field, forms.ModelChoiceField):
        words["required"] = f"{label}: nothing is chosen."
        words["invalid_choice"] = f"{label}: this cannot be chosen. Choose one from the list."
    elif isinstance(field, forms.ChoiceField):
        words["required"] = f"{label}: nothing is chosen."
        words["invalid_choice"] = f"{label}: “%(value)s” cannot be chosen. Choose one from the list."
    elif isinstance(field, forms.IntegerField):
        words["invalid"] = f"{label}: this is not a whole number."
    return words


def control_id(field: BoundField) -> str:
    """The id of the control that a message leads to: of a set of choices the first."""
    own: str = field.id_for_label or field.auto_id
    return own if field.id_for_label else f"{field.auto_id}_0"


def problems_of(form: forms.BaseForm) -> Iterator[Problem]:
    """What is wrong with a form, in the order of its fields; what concerns no single field leads to the first."""
    first = next((control_id(field) for field in form.visible_fields()), "")
    for message in form.non_field_errors():
        yield Problem("", "", str(message), first)
    for field in form:
        for message in field.errors:
            yield Problem(field.name, "", str(message), first if field.is_hidden else control_id(field))


def kind_of_control(field: BoundField) -> str:
    """What `components/form_field.html` draws: "hidden", "checkbox", "radios", "checkboxes" or "plain"."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    return "checkbox" if isinstance(widget, forms.CheckboxInput) else "plain"
