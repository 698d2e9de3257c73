"""Asking posts for their returns by e-mail: once for a cause and a day, and telling a post what finance asks.

A reminder is claimed before it is sent: its row stands, committed, so that whoever asks at the same moment finds it.
Where it then cannot be sent the row goes again, and history tells both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from futurefit.council.models import Holding, Post
from futurefit.history.actors import Actor
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked, bulk_delete_tracked
from projects.models import Programme
from savings.models import LineReturn, Reminder, ReportingPeriod
from savings.services.lines import require_open

Cause = Reminder.Cause
CAUSES = (Cause.DUE, Cause.QUERIED)

SENT, ALREADY, NO_ADDRESS, FAILED, WOULD_SEND = "sent", "already_today", "no_address", "failed", "would_send"

MY_RETURNS = "pages:my_returns"


@dataclass(frozen=True)
class OpenLine:
    """A line whose return a post still owes: never submitted, or queried with what finance asks."""

    code: str
    title: str
    asks: str = ""


@dataclass(frozen=True)
class OpenLines:
    """What a post still owes in a period, by cause."""

    post_id: int
    due: Sequence[OpenLine] = ()
    queried: Sequence[OpenLine] = ()

    def of(self, cause: str) -> Sequence[OpenLine]:
        return self.due if cause == Cause.DUE else self.queried


@dataclass(frozen=True)
class Outcome:
    """What became of the reminder of one post: one of the words above, and for what."""

    post: Post
    outcome: str
    due: int = 0
    queried: int = 0
    sent_to: tuple[str, ...] = ()
    error: str = ""

    @property
    def words(self) -> str:
        """A sentence: "Head of service, education: one e-mail to 2 addresses"."""
        many = len(self.sent_to)
        told = {
            SENT: f"one e-mail to {many} address{'' if many == 1 else 'es'}",
            WOULD_SEND: f"one e-mail to {many} address{'' if many == 1 else 'es'}, not sent: this was a dry run",
            ALREADY: "reminded of this today already, so not again",
            NO_ADDRESS: "nobody with an e-mail address holds this post, so nothing was sent",
            FAILED: f"the e-mail could not be sent ({self.error}); it does not count as reminded",
        }
        return f"{self.post.title}: {told[self.outcome]}."


def remind(
    *,
    actor: Actor,
    period: ReportingPeriod,
    owed: Iterable[OpenLines],
    on: date,
    dry_run: bool = False,
    at: datetime | None = None,
) -> list[Outcome]:
    """Send each post one e-mail with the lines it still owes, and keep that it was reminded on this day.

    A post that was reminded of a cause on this day is not reminded of it again. Every post is an act of its own, so
    that one whose e-mail cannot be sent stops no other. Not to be called inside a transaction: a claim has to be seen
    by others before its e-mail leaves. Raises ValidationError for a closed period.
    """
    require_open(period)
    owed = [each for each in owed if each.due or each.queried]
    posts = Post.objects.in_bulk([each.post_id for each in owed])
    addresses = addresses_of(posts, on)
    sent = set(Reminder.objects.filter(period=period, sent_on=on).values_list("post_id", "cause"))
    outcomes = []
    for each in owed:
        post, to = posts[each.post_id], addresses.get(each.post_id, ())
        causes = [cause for cause in CAUSES if each.of(cause) and (post.pk, cause) not in sent]
        due, queried = (len(each.of(cause)) if cause in causes else 0 for cause in CAUSES)
        if not causes:
            outcomes.append(Outcome(post, ALREADY, len(each.due), len(each.queried)))
        elif not to:
            outcomes.append(Outcome(post, NO_ADDRESS, due, queried))
        elif dry_run:
            outcomes.append(Outcome(post, WOULD_SEND, due, queried, sent_to=to))
        else:
            outcomes.append(_remind(actor, period, post, each, causes, to, on, at))
    return outcomes


def _remind(
    actor: Actor,
    period: ReportingPeriod,
    post: Post,
    owed: OpenLines,
    causes: Sequence[Cause],
    to: tuple[str, ...],
    on: date,
    at: datetime | None,
) -> Outcome:
    rows = _claimed(actor, period, post, owed, causes, to, on, at)
    if not rows:
        return Outcome(post, ALREADY, len(owed.due), len(owed.queried))
    counts = {row.cause: row.lines for row in rows}
    due, queried = (counts.get(cause, 0) for cause in CAUSES)
    asked_for = {f"{row.cause}": owed.of(row.cause) for row in rows}
    error = _sent(to, "reminder", {"period": period, "post": post, **asked_for})
    if not error:
        return Outcome(post, SENT, due, queried, sent_to=to)
    with record_act(
        actor=actor,
        verb="savings.reminder_not_sent",
        sentence=f"The reminder to {post.title} could not be sent, so it does not count.",
        reason=error,
        about=[post],
        programme_slug=period.programme.slug,
    ):
        bulk_delete_tracked(Reminder, rows)
    return Outcome(post, FAILED, due, queried, sent_to=to, error=error)


def _claimed(
    actor: Actor,
    period: ReportingPeriod,
    post: Post,
    owed: OpenLines,
    causes: Sequence[Cause],
    to: tuple[str, ...],
    on: date,
    at: datetime | None,
) -> list[Reminder]:
    """The rows of what this post is reminded of now; none where somebody else was quicker with all of it.

    The period is held meanwhile, so the quicker one is found here; the named constraint stands behind it.
    """
    with transaction.atomic(durable=True):
        require_open(period)
        sent = set(Reminder.objects.filter(period=period, post=post, sent_on=on).values_list("cause", flat=True))
        left = [cause for cause in causes if cause not in sent]
        if not left:
            return []
        asked = sum(len(owed.of(cause)) for cause in left)
        returns = f"{asked} return{'' if asked == 1 else 's'}"
        with record_act(
            actor=actor,
            verb="savings.reminder_sent",
            sentence=f"Reminded {post.title} by e-mail of {returns} of {period.spoken}.",
            about=[post],
            at=at,
            programme_slug=period.programme.slug,
        ) as act:
            return bulk_create_tracked(
                Reminder,
                [
                    Reminder(
                        period=period,
                        post=post,
                        cause=cause,
                        sent_on=on,
                        sent_at=act.at,
                        sent_to="\n".join(to),
                        lines=len(owed.of(cause)),
                    )
                    for cause in left
                ],
            )


def tell_query(*, period: ReportingPeriod, queried: LineReturn, on: date) -> Outcome | None:
    """Send what finance asks to the holders of the post that owed the return; None where no post owed it."""
    post = queried.owed_by
    if post is None:
        return None
    to = addresses_of([post.pk], on).get(post.pk, ())
    if not to:
        return Outcome(post, NO_ADDRESS, queried=1)
    line = OpenLine(queried.line_in_period.line.code, queried.line_in_period.title, queried.query_reason)
    error = _sent(to, "query", {"period": period, "post": post, "queried": [line]})
    return Outcome(post, FAILED if error else SENT, queried=1, sent_to=to, error=error)


def addresses_of(post_ids: Collection[int] | Mapping[int, Post], on: date) -> dict[int, tuple[str, ...]]:
    """The e-mail addresses of who holds these posts on a day or acts for their holders, by post; one query."""
    holdings = Holding.objects.in_force(on).filter(post_id__in=list(post_ids), user__is_active=True)
    if not settings.DEMO:
        holdings = holdings.filter(user__is_demo=False)
    found: dict[int, list[str]] = {}
    for post_id, email in holdings.exclude(user__email="").order_by("pk").values_list("post_id", "user__email"):
        if email not in found.setdefault(post_id, []):
            found[post_id].append(email)
    return {post_id: tuple(emails) for post_id, emails in found.items()}


def _sent(to: Sequence[str], template: str, context: Mapping[str, Any]) -> str:
    """Send the text of `templates/savings/email/`; empty, or in words why it could not be sent."""
    programme: Programme = context["period"].programme
    query = "" if programme.is_current else f"?{urlencode({'programme': programme.slug})}"
    context = {**context, "address": f"{settings.SITE_URL}{reverse(MY_RETURNS)}{query}"}
    subject = " ".join(render_to_string(f"savings/email/{template}_subject.txt", context).split())
    body = render_to_string(f"savings/email/{template}.txt", context)
    try:
        EmailMessage(subject=subject, body=body, to=list(to)).send()
    except OSError as error:  # what smtplib raises is one, too
        return f"{type(error).__name__}: {error}"[:300]
    return ""
