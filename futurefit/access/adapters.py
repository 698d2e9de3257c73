"""Where allauth asks us: nobody signs up by themselves, and nobody comes in who may not sign in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from futurefit.access.backends import can_sign_in


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address or the password is not right. Check both and try again.",
        "too_many_login_attempts": "Too many attempts for this address. Wait five minutes and try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        if not can_sign_in(user):
            return self.respond_user_inactive(request, user)
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, "This account cannot sign in. Ask the programme office.")
        return redirect("account_login")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No "successfully signed in": the page that opens says it."""


class CouncilAccountAdapter(DefaultSocialAccountAdapter):
    """Accounts of the council's identity provider open only FutureFit accounts they were connected to."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
