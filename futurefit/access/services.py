"""Every write to accounts. They are deactivated, never deleted: history knows them by id."""

from __future__ import annotations

from futurefit.access.models import User
from futurefit.history.actors import Actor
from futurefit.history.services import record_act


def create_user(*, actor: Actor, email: str, name: str, password: str | None = None, is_demo: bool = False) -> User:
    """A new account, without a post until one is given (`futurefit.council.services.give_post`).

    Without a password it signs in once its holder has set one from the page for forgotten passwords.
    ValidationError when the address is taken or the name is missing.
    """
    with record_act(actor=actor, verb="access.user_created", sentence=f"Made an account for {name.strip()}.") as act:
        user = User.objects.create_user(email, name, password, is_demo=is_demo)
        act.add_subject(user)
    return user


def deactivate_user(*, actor: Actor, user: User, reason: str) -> User:
    """The account signs in no more and its open pages are signed out at their next click; its acts stay."""
    with record_act(
        actor=actor,
        verb="access.user_deactivated",
        sentence=f"Deactivated the account of {user.name}.",
        reason=reason,
        about=(user,),
    ):
        user = User.objects.select_for_update().get(pk=user.pk)
        user.is_active = False
        user.save(update_fields=["is_active"])
    return user
