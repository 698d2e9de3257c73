"""Savings lines: identity, their row in each period, and the position of each line-year."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q

from futurefit.history.tracking import row_history
from projects.models import Programme, Project, Theme
from projects.models.project import SavingType
from savings.models.period import MtfpHeading, ReportingPeriod
from savings.querysets import LineInPeriodQuerySet, PositionQuerySet, SavingsLineQuerySet


class Method(models.TextChoices):
    """How a saving is made; *not stated* is a row of its own in roll-ups."""

    CONTRACT = "contract", "Contract"
    INCOME = "income", "Income"
    STAFFING = "staffing", "Staffing"
    PROPERTY = "property", "Property"
    DEMAND = "demand", "Demand"
    COLLABORATION = "collaboration", "Collaboration"
    OTHER = "other", "Other"
    NOT_STATED = "not_stated", "Not stated"


class Recurring(models.TextChoices):
    """Recurring or one-off; *not stated* is treated as recurring, and tables say how much that is."""

    RECURRING = "recurring", "Recurring"
    ONE_OFF = "one_off", "One-off"
    NOT_STATED = "not_stated", "Not stated"


NOTE_AT_MOST = 30_000
"""Characters of a note: what one cell of a spreadsheet holds, with room to spare."""


class SavingsLine(models.Model):
    """One promised saving: what stays the same whatever the period. The code never changes."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="lines")
    code = models.CharField("code", max_length=40)
    reference = models.CharField("reference as printed", max_length=60, blank=True)
    source_table = models.CharField("table of the source", max_length=40, blank=True)
    source = models.CharField("source", max_length=250, blank=True)
    order = models.PositiveIntegerField("order", default=0)

    objects = SavingsLineQuerySet.as_manager()
    history = row_history()

    class Meta:
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="line_code_unique_in_programme",
                violation_error_message="Another savings line of this programme has this code.",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class LineInPeriod(models.Model):
    """A savings line as it stands in one reporting period, with the printed labels of its groups.

    Roll-ups and lists read only these rows and their positions, for the open period too, so that nothing done
    later changes a closed period. Services keep the labels of the open period in step.
    """

    line = models.ForeignKey(SavingsLine, on_delete=models.PROTECT, related_name="in_periods")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="lines")
    title = models.CharField("title", max_length=250)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="lines_in_period")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="lines_in_period")
    directorate = models.ForeignKey(
        "council.Directorate", on_delete=models.PROTECT, null=True, blank=True, related_name="lines_in_period"
    )
    service = models.ForeignKey(
        "council.Service", on_delete=models.PROTECT, null=True, blank=True, related_name="lines_in_period"
    )
    corporate_area = models.ForeignKey(
        "council.CorporatePlanArea",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lines_in_period",
        verbose_name="corporate plan area",
    )
    heading = models.ForeignKey(
        MtfpHeading,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lines_in_period",
        verbose_name="MTFP heading",
    )
    heading_kind = models.CharField(
        "kind of heading", max_length=20, choices=MtfpHeading.Kind, default=MtfpHeading.Kind.SAVINGS
    )
    saving_type = models.CharField("type of saving", max_length=20, choices=SavingType, default=SavingType.NOT_STATED)
    method = models.CharField("method", max_length=20, choices=Method, default=Method.NOT_STATED)
    recurring = models.CharField("recurring or one-off", max_length=20, choices=Recurring, default=Recurring.NOT_STATED)
    budget_code = models.CharField("budget code", max_length=60, blank=True)
    amount_in_words = models.CharField(
        "amount in words", max_length=200, blank=True, help_text="For a saving without an amount, such as marginal."
    )
    note = models.TextField("note", blank=True, validators=[MaxLengthValidator(NOTE_AT_MOST)])
    illustration = models.CharField(
        "illustration", max_length=300, blank=True, help_text="What about this line is illustrated, in words."
    )
    withdrawn = models.BooleanField("withdrawn", default=False)
    project_label = models.CharField("project as printed", max_length=250, blank=True)
    theme_label = models.CharField("theme as printed", max_length=200, blank=True)
    directorate_label = models.CharField("directorate as printed", max_length=200, blank=True)
    service_label = models.CharField("service as printed", max_length=250, blank=True)
    area_label = models.CharField("corporate plan area as printed", max_length=200, blank=True)
    heading_label = models.CharField("MTFP heading as printed", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = LineInPeriodQuerySet.as_manager()
    history = row_history()

    class Meta:
        verbose_name = "line in period"
        verbose_name_plural = "lines in period"
        ordering = ["line__order", "line__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "period"],
                name="line_once_per_period",
                violation_error_message="The line stands in this period already.",
            ),
            models.CheckConstraint(
                condition=Q(heading__isnull=False) | Q(heading_kind="savings"),
                name="line_without_heading_counts_as_savings",
                violation_error_message="A line without an MTFP heading counts as savings.",
            ),
        ]
        indexes = [
            models.Index(fields=["period", "theme"]),
            models.Index(fields=["period", "directorate"]),
            models.Index(fields=["period", "project"]),
        ]

    def __str__(self) -> str:
        return self.title


def _fits(sign: int) -> Q:
    """Status amounts carry the sign of the target; on target, amber and red fit into what delivery leaves."""
    compare, limit = ("gte", "lte") if sign > 0 else ("lte", "gte")
    same_sign = Q(**{f"{name}__{compare}": 0 for name in ("delivered", "claimed", "on_target", "amber", "red")})
    nothing_expected = Q(on_target=0, amber=0, red=0)
    within = Q(
        **{
            f"target__{'gte' if limit == 'lte' else 'lte'}": F("delivered")
            + F("claimed")
            + F("on_target")
            + F("amber")
            + F("red")
        }
    )
    return Q(**{f"target__{'gt' if sign > 0 else 'lt'}": 0}) & same_sign & (nothing_expected | within)


class Position(models.Model):
    """How one line stands for one financial year (null: not profiled) in one period, in whole pounds.

    `original` is the first approved amount (null until approved). No row means nothing entered; 0 is a typed
    zero. Over-delivered and not rated are derived per position, see `savings.measures`. `carried_forward` is what of
    an ended year is still expected, and `expected_in` the year it is expected in; it changes no target.
    """

    line_in_period = models.ForeignKey(LineInPeriod, on_delete=models.PROTECT, related_name="positions")
    year = models.PositiveSmallIntegerField("financial year", null=True, blank=True)
    original = models.BigIntegerField("original", null=True, blank=True)
    approved = models.BooleanField("approved", default=False)
    target = models.BigIntegerField("target")
    delivered = models.BigIntegerField("delivered", default=0)
    claimed = models.BigIntegerField("claimed", default=0)
    on_target = models.BigIntegerField("on target", default=0)
    amber = models.BigIntegerField("amber", default=0)
    red = models.BigIntegerField("red", default=0)
    carried_forward = models.BigIntegerField("carried forward", default=0)
    expected_in = models.PositiveSmallIntegerField("expected in the financial year", null=True, blank=True)
    comment = models.TextField("comment", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PositionQuerySet.as_manager()
    history = row_history(
        money=("original", "target", "delivered", "claimed", "on_target", "amber", "red", "carried_forward"),
        years=("year", "expected_in"),
    )

    class Meta:
        ordering = ["line_in_period", F("year").asc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["line_in_period", "year"],
                name="position_one_per_year",
                violation_error_message="The line has an amount for this year already.",
            ),
            models.UniqueConstraint(
                fields=["line_in_period"],
                condition=Q(year__isnull=True),
                name="position_one_not_profiled",
                violation_error_message="The line has an amount not profiled already.",
            ),
            models.CheckConstraint(
                condition=_fits(1)
                | _fits(-1)
                | (
                    Q(target=0, on_target=0, amber=0, red=0)
                    & (Q(delivered__gte=0, claimed__gte=0) | Q(delivered__lte=0, claimed__lte=0))
                ),
                name="position_split_fits_target",
                violation_error_message=(
                    "Status amounts carry the sign of the target, and on target, amber and red must fit into "
                    "what delivered and claimed leave of it."
                ),
            ),
            models.CheckConstraint(
                condition=Q(approved=False) | Q(original__isnull=False),
                name="position_approved_has_original",
                violation_error_message="An approved amount keeps the amount first approved.",
            ),
            models.CheckConstraint(
                condition=Q(carried_forward=0, expected_in__isnull=True)
                | (~Q(carried_forward=0) & Q(year__isnull=False, expected_in__gt=F("year"))),
                name="position_carried_forward_to_a_later_year",
                violation_error_message="What is carried forward names a later year in which it is expected.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_in_period}: {self.target}"
