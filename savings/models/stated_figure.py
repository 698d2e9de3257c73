"""Figures that a paper states: printed, not entered, and compared with what the product computes."""

from django.db import models
from django.db.models import Q

from futurefit.history.tracking import row_history
from futurefit.values.money import Unit
from projects.models import Programme, Project, Theme
from savings.models.line import SavingsLine
from savings.models.period import MtfpHeading, ReportingPeriod
from savings.querysets import StatedFigureQuerySet


class BudgetRow(models.Model):
    """An amount of a budget table in a paper (not a saving), by directorate or group and year, whole pounds."""

    class Nature(models.TextChoices):
        EXPENDITURE = "expenditure", "Gross expenditure"
        INCOME = "income", "Income"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="budget_rows")
    document = models.CharField("document", max_length=200)
    table = models.CharField("table", max_length=40)
    label = models.CharField("row", max_length=200)
    nature = models.CharField("nature", max_length=20, choices=Nature)
    directorate = models.ForeignKey(
        "council.Directorate", on_delete=models.PROTECT, null=True, blank=True, related_name="budget_rows"
    )
    group = models.ForeignKey(
        "council.DirectorateGroup", on_delete=models.PROTECT, null=True, blank=True, related_name="budget_rows"
    )
    year = models.PositiveSmallIntegerField("financial year")
    amount = models.BigIntegerField("amount")
    as_printed = models.CharField("as printed", max_length=60, blank=True)
    order = models.PositiveSmallIntegerField("order", default=0)

    history = row_history(money=("amount",), years=("year",))

    class Meta:
        ordering = ["table", "order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(directorate__isnull=False, group__isnull=True)
                | Q(directorate__isnull=True, group__isnull=False),
                name="budget_row_of_directorate_or_group",
                violation_error_message="A budget row belongs to a directorate or to a directorate group.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.label}: {self.amount}"


class StatedFigure(models.Model):
    """A figure printed in a source and not itself entered (domain.md, Figures that a paper states).

    The scope says what to compute beside it: every scope field that is set narrows (`savings.reconcile`). `stated`
    is in whole pounds; a percentage is kept in `stated_percent` instead. `precision` is the worth of the last
    printed digit: in pounds, for a percentage in hundredths of a per cent (100 for "71%"). `column` is the year
    as printed; `scope_years` holds first calendar years, null for *not profiled*.
    """

    class Kind(models.TextChoices):
        SUM = "sum", "Sum of parts in the same table"
        REPEAT = "repeat", "Repeat of money in another table"
        PERCENTAGE = "percentage", "Percentage"
        NARRATIVE = "narrative", "Narrative"

    class Qualifier(models.TextChoices):
        EXACT = "exact", "Exact"
        ABOUT = "about", "About"
        UP_TO = "up_to", "Up to"
        MORE_THAN = "more_than", "More than"

    class Parts(models.TextChoices):
        """What the computed figure is made of."""

        POSITIONS = "positions", "Savings lines"
        BUDGET_ROWS = "budget_rows", "Budget rows"
        STATED_FIGURES = "stated_figures", "Figures stated in the same table"
        NOTHING = "nothing", "Nothing to compare"

    class TypeGroup(models.TextChoices):
        NEW = "new", "New savings (further and new)"
        EXISTING = "existing", "Existing savings (faster)"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="stated_figures")
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="stated_figures", verbose_name="period of the paper"
    )
    document = models.CharField("document", max_length=250)
    table = models.CharField("table", max_length=40)
    label = models.CharField("row as printed", max_length=250)
    column = models.CharField("year as printed", max_length=40, blank=True)
    kind = models.CharField("kind", max_length=20, choices=Kind)
    qualifier = models.CharField("qualifier", max_length=20, choices=Qualifier, default=Qualifier.EXACT)
    as_printed = models.CharField("as printed", max_length=100)
    unit = models.CharField("unit", max_length=20, choices=[(unit.value, unit.symbol) for unit in Unit])
    stated = models.BigIntegerField("stated, in pounds", null=True, blank=True)
    stated_percent = models.DecimalField("stated, in per cent", max_digits=7, decimal_places=2, null=True, blank=True)
    precision = models.BigIntegerField("worth of the last printed digit", default=1)
    parts = models.CharField("compared with", max_length=20, choices=Parts)
    counterpart = models.CharField(
        "where the other figure stands", max_length=250, blank=True, help_text="The second place, in words."
    )
    scope_table = models.CharField("scope: table", max_length=40, blank=True)
    scope_lines = models.JSONField(
        "scope: lines", default=list, blank=True, help_text="Codes of the lines it adds up; empty: every line in scope."
    )
    scope_line = models.ForeignKey(SavingsLine, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    scope_project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    scope_theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    scope_heading = models.ForeignKey(MtfpHeading, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    scope_directorate = models.ForeignKey(
        "council.Directorate", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    scope_group = models.ForeignKey(
        "council.DirectorateGroup", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    scope_status = models.CharField("scope: status", max_length=20, blank=True)
    scope_row = models.CharField("scope: row of the table", max_length=250, blank=True)
    scope_nature = models.CharField("scope: nature of budget", max_length=20, blank=True)
    scope_type_group = models.CharField("scope: type of saving", max_length=20, choices=TypeGroup, blank=True)
    scope_years = models.JSONField(
        "scope: years", default=list, blank=True, help_text="First calendar years; empty: every year of the table."
    )
    whole_row = models.CharField(
        "whole of a percentage: row of the table", max_length=250, blank=True, help_text="Empty: the sum of its rows."
    )
    note = models.TextField("note", blank=True)
    decision = models.TextField("which is right, and why", blank=True)
    decided_on = models.DateField("recorded on", null=True, blank=True)
    decided_by = models.CharField("recorded by", max_length=200, blank=True)
    order = models.PositiveIntegerField("order", default=0)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = StatedFigureQuerySet.as_manager()
    history = row_history(money=("stated", "precision"))

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="percentage", stated__isnull=True, stated_percent__isnull=False)
                | (~Q(kind="percentage") & Q(stated__isnull=False, stated_percent__isnull=True)),
                name="stated_figure_is_amount_or_percentage",
                violation_error_message="A stated figure is an amount, or for the kind percentage a percentage.",
            ),
            models.CheckConstraint(
                condition=Q(precision__gte=1),
                name="stated_figure_precision_positive",
                violation_error_message="The last printed digit is worth at least £1.",
            ),
            models.CheckConstraint(
                condition=Q(decision="") | (Q(decided_on__isnull=False) & ~Q(decided_by="")),
                name="stated_figure_decision_says_who_and_when",
                violation_error_message="Which figure is right is recorded with who and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.label} {self.column}: {self.as_printed}"
