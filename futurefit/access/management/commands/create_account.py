"""``create_account``: an account with a post, so that a council can start without the demonstration."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from futurefit.access.models import User
from futurefit.access.services import create_user
from futurefit.access.today import today
from futurefit.council.models import Post, PostKind
from futurefit.council.services import create_post, give_post
from futurefit.history.actors import Actor
from futurefit.history.services import record_act

# The posts that need nothing of their own, so that the first account can be made in an empty database.
MADE_HERE = {
    kind.value.replace("_", "-"): kind
    for kind in (
        PostKind.PROGRAMME_OFFICER,
        PostKind.HEAD_OF_FINANCE,
        PostKind.FINANCE_OFFICER,
        PostKind.CHIEF_EXECUTIVE,
        PostKind.AUDITOR,
    )
}


class Command(BaseCommand):
    help = (
        "Make an account that holds a post from today. Its holder sets the password from the page for forgotten "
        f"passwords. The posts {', '.join(MADE_HERE)} are made when they are missing; others must be there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the e-mail address to sign in with")
        parser.add_argument("--name", required=True, help="the name that history shows")
        parser.add_argument("--post", required=True, metavar="CODE", help="the code of the post")

    def handle(self, *, email: str, name: str, post: str, **options: Any) -> None:
        actor = Actor.product("create_account")
        sentence = f"Made an account for {name} with the post {post}."
        try:
            with transaction.atomic(), record_act(actor=actor, verb="access.account_created", sentence=sentence):
                held = self._post(actor, post)
                user = create_user(actor=actor, email=email, name=name)
                give_post(actor=actor, post=held, user=user, from_date=today())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(
            f"{name} signs in as {User.objects.get(pk=user.pk).email}, {held.title}. "
            "To set a password: the sign-in page, I have forgotten my password."
        )

    def _post(self, actor: Actor, code: str) -> Post:
        found = Post.objects.filter(code=code).first()
        if found:
            return found
        if code not in MADE_HERE:
            there = ", ".join(Post.objects.order_by("code").values_list("code", flat=True)) or "none yet"
            raise CommandError(
                f"There is no post {code}. There are: {there}. Made when missing: {', '.join(MADE_HERE)}."
            )
        kind = MADE_HERE[code]
        return create_post(actor=actor, code=code, title=kind.label, kind=kind)
