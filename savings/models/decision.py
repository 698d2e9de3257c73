"""Decisions of a body, and what each changed by line and year."""

from django.db import models

from futurefit.history.tracking import row_history
from projects.models import Programme
from savings.models.line import SavingsLine
from savings.models.period import ReportingPeriod
from savings.querysets import DecisionItemQuerySet, DecisionQuerySet


class Decision(models.Model):
    """What a body decided (domain.md, Decisions). A finance officer records, the head of finance confirms.

    Until then it may be withdrawn; once confirmed it is undone only by another (`undoes`).
    `taken_before_use` marks a decision taken before the product was in use; `assumption` says in words what
    of it is assumed rather than documented.
    """

    class Kind(models.TextChoices):
        APPROVE = "approve", "Approve"
        RE_PROFILE = "re_profile", "Re-profile"
        WRITE_OUT = "write_out", "Write out"
        REPLACE = "replace", "Replace"
        CORRECT = "correct", "Correct"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="decisions")
    code = models.CharField("code", max_length=40)
    kind = models.CharField("kind", max_length=20, choices=Kind)
    body = models.CharField("decided by", max_length=200)
    decided_on = models.DateField("decided on", null=True, blank=True)
    decided_in_words = models.CharField("when, in words", max_length=100, blank=True)
    reference = models.CharField("reference", max_length=100, blank=True)
    reason = models.TextField("reason", blank=True)
    effective_in = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="decisions", verbose_name="takes effect in"
    )
    taken_before_use = models.BooleanField("taken before use", default=False)
    assumption = models.TextField("assumption", blank=True)
    illustration = models.CharField(
        "illustration", max_length=300, blank=True, help_text="What about this decision is illustrated, in words."
    )
    recorded_at = models.DateTimeField("recorded at")
    recorded_by = models.CharField("recorded by", max_length=200)
    confirmed_at = models.DateTimeField("confirmed at", null=True, blank=True)
    confirmed_by = models.CharField("confirmed by", max_length=200, blank=True)
    withdrawn_at = models.DateTimeField("withdrawn at", null=True, blank=True)
    withdrawn_by = models.CharField("withdrawn by", max_length=200, blank=True)
    undoes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by", verbose_name="undoes"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = DecisionQuerySet.as_manager()
    history = row_history()

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="decision_code_unique_in_programme",
                violation_error_message="Another decision of this programme has this code.",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True) | ~models.Q(confirmed_by=""),
                name="decision_confirmed_by_somebody",
                violation_error_message="A confirmed decision names who confirmed it.",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True)
                | (models.Q(confirmed_at__isnull=True) & ~models.Q(withdrawn_by="")),
                name="decision_withdrawn_before_it_is_confirmed",
                violation_error_message="Only a decision that is not confirmed is withdrawn, by somebody who is named.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.get_kind_display()}, {self.body}"


class DecisionItem(models.Model):
    """One line-year (null year: not profiled) that a decision names, with its target before and after.

    `from_target` is null where nothing was entered. Where the target falls below its split, the new split is stated:
    `to_claimed`, `to_on_target`, `to_amber` and `to_red` (null: as it stands); what is delivered never shrinks.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="items")
    line = models.ForeignKey(SavingsLine, on_delete=models.PROTECT, related_name="decision_items")
    year = models.PositiveSmallIntegerField("financial year", null=True, blank=True)
    from_target = models.BigIntegerField("target before", null=True, blank=True)
    to_target = models.BigIntegerField("target after")
    to_claimed = models.BigIntegerField("claimed after", null=True, blank=True)
    to_on_target = models.BigIntegerField("on target after", null=True, blank=True)
    to_amber = models.BigIntegerField("amber after", null=True, blank=True)
    to_red = models.BigIntegerField("red after", null=True, blank=True)

    objects = DecisionItemQuerySet.as_manager()
    history = row_history(
        money=("from_target", "to_target", "to_claimed", "to_on_target", "to_amber", "to_red"), years=("year",)
    )

    class Meta:
        ordering = ["decision", "line", models.F("year").asc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "line", "year"],
                name="decision_item_one_per_year",
                violation_error_message="The decision names this line and year already.",
            ),
            models.UniqueConstraint(
                fields=["decision", "line"],
                condition=models.Q(year__isnull=True),
                name="decision_item_one_not_profiled",
                violation_error_message="The decision names this line's amount not profiled already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision.code} {self.line.code}"


class Replacement(models.Model):
    """How much of an old line a new one replaces in a year (null: not profiled), under a decision of kind *replace*."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="replacements")
    old_line = models.ForeignKey(SavingsLine, on_delete=models.PROTECT, related_name="replaced_by")
    new_line = models.ForeignKey(SavingsLine, on_delete=models.PROTECT, related_name="replaces")
    year = models.PositiveSmallIntegerField("financial year", null=True, blank=True)
    amount = models.BigIntegerField("amount")

    history = row_history(money=("amount",), years=("year",))

    class Meta:
        ordering = ["decision", "old_line", "new_line", models.F("year").asc(nulls_last=True)]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(old_line=models.F("new_line")),
                name="replacement_by_another_line",
                violation_error_message="A line does not replace itself.",
            ),
            models.UniqueConstraint(
                fields=["decision", "old_line", "new_line", "year"],
                name="replacement_once_per_year",
                violation_error_message="The decision links these lines for this year already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision.code}: {self.old_line.code} → {self.new_line.code}"
