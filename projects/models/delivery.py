"""Milestones in the words as written, and success measures with their readings."""

from datetime import date

from django.db import models

from futurefit.history.tracking import row_history
from futurefit.values.fuzzy_date import Kind
from projects.models.programme import Programme
from projects.models.project import Project
from projects.models.theme import Theme
from projects.querysets import MilestoneQuerySet, SuccessMeasureQuerySet

ONE_OWNER = models.Q(theme__isnull=False, project__isnull=True) | models.Q(theme__isnull=True, project__isnull=False)


class Milestone(models.Model):
    """What is due and when, in the words as written, read with the date they were written (domain.md, Delivery).

    `earliest` and `latest` are null where the words give none. Overdue only when surely late: see `surely_late`.
    """

    class Status(models.TextChoices):
        OUTSTANDING = "outstanding", "Outstanding"
        ONGOING = "ongoing", "Ongoing"
        COMPLETED = "completed", "Completed"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="milestones")
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, null=True, blank=True, related_name="milestones")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="milestones")
    title = models.CharField("milestone", max_length=300)
    source = models.CharField("where it is written", max_length=100, blank=True)
    date_as_written = models.CharField("date as written", max_length=200, blank=True)
    written_on = models.DateField("written on")
    earliest = models.DateField("earliest", null=True, blank=True)
    latest = models.DateField("latest", null=True, blank=True)
    kind = models.CharField(
        "kind of date", max_length=20, choices=[(kind.value, kind.value.replace("_", " ")) for kind in Kind]
    )
    year_implied = models.BooleanField("year implied", default=False)
    to_be_confirmed = models.BooleanField("to be confirmed", default=False)
    is_estimate = models.BooleanField("estimate", default=False)
    corrected = models.BooleanField("dates corrected by an officer", default=False)
    status = models.CharField("status", max_length=20, choices=Status, default=Status.OUTSTANDING)
    completed_on = models.DateField("completed on", null=True, blank=True)
    order = models.PositiveIntegerField("order", default=0)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MilestoneQuerySet.as_manager()
    history = row_history()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=ONE_OWNER,
                name="milestone_of_theme_or_project",
                violation_error_message="A milestone belongs to a theme or to a project, to one of them.",
            ),
            models.CheckConstraint(
                condition=models.Q(earliest__isnull=True)
                | models.Q(latest__isnull=True)
                | models.Q(latest__gte=models.F("earliest")),
                name="milestone_dates_run_forward",
                violation_error_message="The latest date must not be before the earliest.",
            ),
            models.CheckConstraint(
                condition=models.Q(completed_on__isnull=True) | models.Q(status="completed"),
                name="milestone_completed_on_only_when_completed",
                violation_error_message="Only a completed milestone has a date of completion.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def surely_late(self, today: date) -> bool:
        """Today is after *latest* and it is not done (domain.md, Milestone)."""
        return self.status != self.Status.COMPLETED and self.latest is not None and today > self.latest

    def days_late(self, today: date) -> int:
        """Whole days since *latest*, 0 unless surely late."""
        return (today - self.latest).days if self.latest and self.surely_late(today) else 0


class SuccessMeasure(models.Model):
    """How a theme or project judges success; without a number it is not measurable as written."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, null=True, blank=True, related_name="measures")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="measures")
    name = models.CharField("measure", max_length=300)
    unit = models.CharField("unit", max_length=60, blank=True)
    baseline = models.DecimalField("baseline", max_digits=14, decimal_places=2, null=True, blank=True)
    target = models.DecimalField("target", max_digits=14, decimal_places=2, null=True, blank=True)
    target_in_words = models.CharField("target as written", max_length=200, blank=True)
    due_in_words = models.CharField("by when", max_length=100, blank=True)
    order = models.PositiveSmallIntegerField("order", default=0)

    objects = SuccessMeasureQuerySet.as_manager()
    history = row_history()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=ONE_OWNER,
                name="measure_of_theme_or_project",
                violation_error_message="A success measure belongs to a theme or to a project, to one of them.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_measurable(self) -> bool:
        """A measure without a number cannot be measured as written."""
        return self.target is not None or self.baseline is not None


class MeasureReading(models.Model):
    """One dated reading of a success measure."""

    measure = models.ForeignKey(SuccessMeasure, on_delete=models.CASCADE, related_name="readings")
    read_on = models.DateField("read on")
    value = models.DecimalField("value", max_digits=14, decimal_places=2)
    note = models.TextField("note", blank=True)

    history = row_history()

    class Meta:
        ordering = ["read_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "read_on"],
                name="measure_one_reading_a_day",
                violation_error_message="The measure has a reading for this day already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} on {self.read_on}"
