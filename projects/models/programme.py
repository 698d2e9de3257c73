"""A savings programme: a plan with a horizon of financial years."""

from django.db import models

from futurefit.history.tracking import row_history
from futurefit.values.financial_year import Horizon
from projects.querysets import ProgrammeQuerySet


class Programme(models.Model):
    """A plan (domain.md, The plan). Several can exist; one is current.

    The horizon here is that of a period opened next; each reporting period keeps its own copy.
    """

    slug = models.SlugField("slug", unique=True)
    name = models.CharField("name", max_length=200)
    council = models.CharField("council", max_length=200, blank=True, help_text="Whose programme it is, in words.")
    description = models.TextField("description", blank=True)
    horizon_first = models.PositiveSmallIntegerField("first financial year", help_text="Its first calendar year.")
    horizon_last = models.PositiveSmallIntegerField("last financial year", help_text="Its first calendar year.")
    open_ended = models.BooleanField("the last year is open-ended", default=False)
    is_current = models.BooleanField("current programme", default=False)
    generated = models.BooleanField(
        "generated", default=False, help_text="Made by a command for the demonstration or for measuring."
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProgrammeQuerySet.as_manager()
    history = row_history(years=("horizon_first", "horizon_last"))

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"],
                condition=models.Q(is_current=True),
                name="programme_one_current",
                violation_error_message="Another programme is the current one already.",
            ),
            models.CheckConstraint(
                condition=models.Q(horizon_last__gte=models.F("horizon_first")),
                name="programme_horizon_runs_forward",
                violation_error_message="The last financial year must not be before the first.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def horizon(self) -> Horizon:
        return Horizon(self.horizon_first, self.horizon_last, self.open_ended)
