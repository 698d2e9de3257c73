"""What those who owe a return said of their lines in a period, and what finance answered (domain.md, The return)."""

from django.db import models
from django.db.models import F, Q

from futurefit.history.tracking import row_history
from savings.models.line import LineInPeriod
from savings.models.period import ReportingPeriod


class LineReturn(models.Model):
    """The return of one line in one period; a due line without a row is not begun.

    A *draft* is kept and counts nowhere; one with `queried_at` is an answer under way, for which finance still waits.
    On submission the split is written to the positions and delivery newly claimed waits as `claimed` until finance
    accepts it or queries it with a reason. `owed_by` is the post that owed it when it was submitted,
    `first_submitted_at` decides whether it was on time, `as_seen` is a digest of the amounts that its author saw.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Not submitted"
        SUBMITTED = "submitted", "Submitted"
        QUERIED = "queried", "Queried"
        ACCEPTED = "accepted", "Accepted"

    line_in_period = models.OneToOneField(LineInPeriod, on_delete=models.PROTECT, related_name="line_return")
    state = models.CharField("state", max_length=20, choices=State, default=State.DRAFT)
    no_change = models.BooleanField("no change", default=False)
    comment = models.TextField("comment", blank=True)
    evidence = models.TextField("evidence of what is delivered", blank=True)
    as_seen = models.CharField("amounts as seen", max_length=24, blank=True, editable=False)
    owed_by = models.ForeignKey(
        "council.Post", on_delete=models.PROTECT, null=True, blank=True, related_name="line_returns"
    )
    first_submitted_at = models.DateTimeField("first submitted at", null=True, blank=True)
    submitted_at = models.DateTimeField("submitted at", null=True, blank=True)
    submitted_by = models.CharField("submitted by", max_length=400, blank=True)
    submitted_by_user = models.BigIntegerField("user who submitted", null=True, blank=True)
    queried_at = models.DateTimeField("queried at", null=True, blank=True)
    queried_by = models.CharField("queried by", max_length=400, blank=True)
    query_reason = models.TextField("what finance asks", blank=True)
    accepted_at = models.DateTimeField("accepted at", null=True, blank=True)
    accepted_by = models.CharField("accepted by", max_length=400, blank=True)
    accepted_by_user = models.BigIntegerField("user who accepted", null=True, blank=True)
    evidence_accepted = models.TextField("evidence noted by finance", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = row_history()

    class Meta:
        verbose_name = "return of a line"
        verbose_name_plural = "returns of lines"
        ordering = ["line_in_period"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | (Q(submitted_at__isnull=False) & ~Q(submitted_by="")),
                name="line_return_submitted_by_somebody",
                violation_error_message="A return that is not a draft says who submitted it and when.",
            ),
            models.CheckConstraint(
                condition=~Q(state="queried") | (Q(queried_at__isnull=False) & ~Q(query_reason="")),
                name="line_return_query_says_why",
                violation_error_message="A query says what finance asks.",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | (Q(accepted_at__isnull=False) & ~Q(accepted_by="")),
                name="line_return_accepted_by_somebody",
                violation_error_message="An accepted return says who accepted it and when.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by_user__isnull=True)
                | Q(submitted_by_user__isnull=True)
                | ~Q(accepted_by_user=F("submitted_by_user")),
                name="line_return_not_accepted_by_its_author",
                violation_error_message="Nobody accepts their own return.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_in_period}: {self.get_state_display().lower()}"


class ReturnedAmount(models.Model):
    """How one year of a line stands according to its return, whole pounds; year null: not profiled.

    Kept for the years that the return splits anew; `claimed` is what it reports as delivered and finance has not
    accepted.
    """

    line_return = models.ForeignKey(LineReturn, on_delete=models.CASCADE, related_name="amounts")
    year = models.PositiveSmallIntegerField("financial year", null=True, blank=True)
    delivered = models.BigIntegerField("delivered", default=0)
    claimed = models.BigIntegerField("claimed", default=0)
    on_target = models.BigIntegerField("on target", default=0)
    amber = models.BigIntegerField("amber", default=0)
    red = models.BigIntegerField("red", default=0)

    history = row_history(money=("delivered", "claimed", "on_target", "amber", "red"), years=("year",))

    class Meta:
        ordering = ["line_return", F("year").asc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["line_return", "year"],
                name="returned_amount_one_per_year",
                violation_error_message="The return says how this year stands already.",
            ),
            models.UniqueConstraint(
                fields=["line_return"],
                condition=Q(year__isnull=True),
                name="returned_amount_one_not_profiled",
                violation_error_message="The return says how the amount not profiled stands already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_return} {self.year}"


class Reminder(models.Model):
    """An e-mail that asked a post for its returns: one for a cause and a day, whatever asks for it twice."""

    class Cause(models.TextChoices):
        DUE = "due", "Returns not submitted"
        QUERIED = "queried", "Queries not answered"

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="reminders")
    post = models.ForeignKey("council.Post", on_delete=models.PROTECT, related_name="reminders")
    cause = models.CharField("cause", max_length=20, choices=Cause)
    sent_on = models.DateField("sent on")
    sent_at = models.DateTimeField("sent at")
    sent_to = models.TextField("sent to", help_text="The addresses, one a line.")
    lines = models.PositiveIntegerField("lines asked for")

    history = row_history()

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "post", "cause", "sent_on"],
                name="reminder_once_a_day",
                violation_error_message="This post was reminded of this today already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post}, {self.sent_on:%-d %B %Y}"
