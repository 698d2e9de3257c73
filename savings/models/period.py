"""Reporting periods and what each keeps for ever: horizon, RAG definitions, requirement, the groups it showed."""

from datetime import date

from django.db import models

from futurefit.history.tracking import row_history
from futurefit.values.financial_year import Horizon
from futurefit.values.rag import Status
from projects.models import Programme
from savings.querysets import ReportingPeriodQuerySet


class MtfpHeading(models.Model):
    """A heading of the medium term financial plan, *funding* or *savings* (domain.md, Types and headings)."""

    class Kind(models.TextChoices):
        FUNDING = "funding", "Funding"
        SAVINGS = "savings", "Savings"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="headings")
    slug = models.SlugField("slug")
    name = models.CharField("name", max_length=200)
    kind = models.CharField("kind", max_length=20, choices=Kind, default=Kind.SAVINGS)
    order = models.PositiveSmallIntegerField("order", default=0)

    history = row_history()

    class Meta:
        verbose_name = "MTFP heading"
        ordering = ["order", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "slug"],
                name="heading_slug_unique_in_programme",
                violation_error_message="Another MTFP heading of this programme has this slug.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def spoken_period(label: str, month: int | None) -> str:
    """A period in words for readers: "2015/16 month 7"; the label itself where there is no month."""
    return label if month is None else f"{label.split(' ')[0]} month {month}"


class ReportingPeriod(models.Model):
    """A month, quarter or outturn of any calendar (domain.md, Reporting periods).

    Open until `closed_at`; one open per programme. The horizon is this period's own copy. What is prepared for the
    period that follows stands in the `next_` fields until that is opened.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="periods")
    label = models.CharField("label", max_length=40, help_text="For example 2015/16 M07, 2015/16 Q2, 2015/16 outturn.")
    financial_year = models.PositiveSmallIntegerField("financial year", help_text="Its first calendar year.")
    month = models.PositiveSmallIntegerField("month of the financial year", null=True, blank=True)
    ends_on = models.DateField("last day")
    due_on = models.DateField("returns due on", null=True, blank=True)
    opened_at = models.DateTimeField("opened at")
    closed_at = models.DateTimeField("closed at", null=True, blank=True)
    copied_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="copies")
    horizon_first = models.PositiveSmallIntegerField("first financial year of the plan")
    horizon_last = models.PositiveSmallIntegerField("last financial year of the plan")
    open_ended = models.BooleanField("the last year is open-ended", default=False)
    illustration = models.CharField(
        "illustration", max_length=300, blank=True, help_text="What about this period is illustrated, in words."
    )
    return_years_ahead = models.PositiveSmallIntegerField(
        "returns look ahead",
        default=1,
        help_text="Returns are due for lines with an undelivered amount up to so many years after the period's year.",
    )
    next_label = models.CharField("label of the next period", max_length=40, blank=True)
    next_ends_on = models.DateField("last day of the next period", null=True, blank=True)
    next_due_on = models.DateField("returns of the next period due on", null=True, blank=True)
    next_years_ahead = models.PositiveSmallIntegerField("returns of the next period look ahead", null=True, blank=True)
    correction_note = models.TextField("note of correction", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReportingPeriodQuerySet.as_manager()
    history = row_history(years=("financial_year", "horizon_first", "horizon_last"))

    class Meta:
        ordering = ["ends_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "label"],
                name="period_label_unique_in_programme",
                violation_error_message="This programme has a reporting period of this name already.",
            ),
            models.UniqueConstraint(
                fields=["programme"],
                condition=models.Q(closed_at__isnull=True),
                name="period_one_open_per_programme",
                violation_error_message="This programme has an open reporting period already. Close it first.",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | models.Q(closed_at__gte=models.F("opened_at")),
                name="period_closed_after_opened",
                violation_error_message="A period cannot be closed before it was opened.",
            ),
            models.CheckConstraint(
                condition=models.Q(month__isnull=True) | models.Q(month__gte=1, month__lte=12),
                name="period_month_1_to_12",
                violation_error_message="The month of a financial year is a number from 1 (April) to 12 (March).",
            ),
            models.CheckConstraint(
                condition=models.Q(horizon_last__gte=models.F("horizon_first")),
                name="period_horizon_runs_forward",
                violation_error_message="The last financial year must not be before the first.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def turn(self) -> tuple[date, int]:
        """Its place among the periods of a programme: an outturn ends with its year's last month and comes after it."""
        return self.ends_on, self.pk

    @property
    def illustrated(self) -> bool:
        """Whether something of it is illustration, not from the papers."""
        return bool(self.illustration)

    @property
    def horizon(self) -> Horizon:
        return Horizon(self.horizon_first, self.horizon_last, self.open_ended)

    @property
    def spoken(self) -> str:
        return spoken_period(self.label, self.month)


class RagDefinition(models.Model):
    """What a status means in a period and its weight in per cent in the risk-weighted amount (domain.md, The money)."""

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="rag_definitions")
    status = models.CharField("status", max_length=20, choices=[(status.value, status.label) for status in Status])
    words = models.TextField("definition")
    weight = models.PositiveSmallIntegerField("weight in per cent")

    history = row_history()

    class Meta:
        ordering = ["period", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "status"],
                name="rag_definition_one_per_status",
                violation_error_message="This status has a definition in this period already.",
            ),
            models.CheckConstraint(
                condition=models.Q(weight__lte=100),
                name="rag_definition_weight_up_to_100",
                violation_error_message="A weight is a whole number from 0 to 100 (per cent).",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()}: {self.weight} %"


class Requirement(models.Model):
    """What the MTFP requires of the programme in a year, whole pounds, as it stands in a period."""

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="requirements")
    year = models.PositiveSmallIntegerField("financial year")
    amount = models.BigIntegerField("required")
    illustration = models.CharField("illustration", max_length=300, blank=True)

    history = row_history(money=("amount",), years=("year",))

    class Meta:
        ordering = ["period", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "year"],
                name="requirement_one_per_year",
                violation_error_message="This year has a requirement already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.amount}"


class GroupInPeriod(models.Model):
    """A group that a closed period showed, with the key and label it had then, also where it held no savings.

    Written at closing for every grouping, so that a theme or directorate added, renamed or re-ordered later
    changes nothing in a closed period. The open period asks the groups as they stand.
    """

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="groups")
    grouping = models.CharField("grouping", max_length=20)
    object_id = models.BigIntegerField("row of the group")
    key = models.CharField("key", max_length=100)
    label = models.CharField("label", max_length=250)
    order = models.PositiveIntegerField("order")
    directorate_group = models.BigIntegerField(
        "row of the directorate group", null=True, blank=True, help_text="In which a directorate stood then."
    )

    class Meta:
        ordering = ["period", "grouping", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "grouping", "object_id"],
                name="group_in_period_once",
                violation_error_message="The period has this group already.",
            ),
        ]

    def __str__(self) -> str:
        return self.label
