"""What a theme or project needs before it saves: investment by year or not profiled."""

from django.db import models

from futurefit.history.tracking import row_history
from projects.models.delivery import ONE_OWNER
from projects.models.project import Project
from projects.models.theme import Theme
from projects.querysets import InvestmentQuerySet


class Investment(models.Model):
    """Money spent to save, in whole pounds; null year means not profiled, null amount means words only."""

    class Recurrence(models.TextChoices):
        ONE_OFF = "one_off", "One-off"
        RECURRENT = "recurrent", "Recurrent"
        NOT_STATED = "not_stated", "Not stated"

    class Standing(models.TextChoices):
        ESTIMATE = "estimate", "Estimate"
        APPROVED = "approved", "Approved"
        NOT_STATED = "not_stated", "Not stated"

    class Qualifier(models.TextChoices):
        EXACT = "exact", "Exact"
        ABOUT = "about", "About"
        MORE_THAN = "more_than", "More than"
        UP_TO = "up_to", "Up to"

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, null=True, blank=True, related_name="investments")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="investments")
    label = models.CharField("what for", max_length=250)
    year = models.PositiveSmallIntegerField("financial year", null=True, blank=True)
    amount = models.BigIntegerField("amount", null=True, blank=True)
    qualifier = models.CharField("qualifier", max_length=20, choices=Qualifier, default=Qualifier.EXACT)
    recurrence = models.CharField("recurrence", max_length=20, choices=Recurrence, default=Recurrence.NOT_STATED)
    standing = models.CharField("standing", max_length=20, choices=Standing, default=Standing.NOT_STATED)
    funding_source = models.CharField("source of funding", max_length=200, blank=True)
    as_printed = models.CharField("as printed", max_length=100, blank=True)
    source = models.CharField("where it is written", max_length=200, blank=True)
    note = models.TextField("note", blank=True)
    order = models.PositiveSmallIntegerField("order", default=0)

    objects = InvestmentQuerySet.as_manager()
    history = row_history(money=("amount",), years=("year",))

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=ONE_OWNER,
                name="investment_of_theme_or_project",
                violation_error_message="An investment belongs to a theme or to a project, to one of them.",
            ),
        ]

    def __str__(self) -> str:
        return self.label
