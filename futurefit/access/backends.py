"""Who can sign in at all, by whatever way."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser


def can_sign_in(user: Any) -> bool:
    """Active accounts; those of the demonstration only where ``DEMO`` is set."""
    return bool(user.is_active and (settings.DEMO or not user.is_demo))


class AccountBackend(AuthenticationBackend):
    """E-mail and password; also asked at every request whether the session's user still may be signed in."""

    def user_can_authenticate(self, user: Any) -> bool:
        return can_sign_in(user)

    def _check_password(self, user: AbstractBaseUser | None, password: str) -> AbstractBaseUser | None:
        """A right password for an account that may not sign in is answered like a wrong one.

        allauth would remember such a user and sign them in unless inactive, which demonstration
        accounts are not.
        """
        found = super()._check_password(user, password)
        if found is None:
            self._stash_user(None)
        return found
