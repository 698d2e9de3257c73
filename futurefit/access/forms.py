"""What is typed to sign in and to set a password anew, in our words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm, ResetPasswordKeyForm
from django import forms
from django.core.exceptions import ValidationError


def _worded(field: forms.Field, label: str, autocomplete: str) -> None:
    field.label = label
    field.help_text = ""
    field.widget.attrs = {"class": "govuk-input", "autocomplete": autocomplete}
    field.error_messages["required"] = f"{label}: nothing is entered."
    field.error_messages["invalid"] = f"{label}: this is not an e-mail address. Enter one such as name@council.gov.uk."


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self.fields["login"], "E-mail address", "username")
        _worded(self.fields["password"], "Password", "current-password")


class ForgottenPasswordForm(ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self.fields["email"], "E-mail address", "username")


class NewPasswordForm(ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self.fields["password1"], "New password", "new-password")
        _worded(self.fields["password2"], "New password again", "new-password")
        self.fields["password1"].help_text = "At least 12 characters, not only figures, not a common password."

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.user is not None and not self.user.is_active:
            raise ValidationError("This account cannot sign in. Ask the programme office.")
        return cleaned
