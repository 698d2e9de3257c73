"""Risks scored three times with their actions, and dependencies."""

from datetime import date

from django.db import models
from django.db.models import Q

from futurefit.history.tracking import row_history
from projects.models import Programme, Project, Theme
from projects.models.delivery import ONE_OWNER
from risks.querysets import DependencyQuerySet, RiskQuerySet


class RiskScale(models.Model):
    """The programme's risk scale: points each way, labels, bands and tolerance (settings; 5 × 5 to start).

    A score is likelihood × impact; beyond tolerance means a current score greater than `tolerance`. `bands` are names
    with the highest score of each, from the lowest band up; labels and bands may be left out.
    """

    programme = models.OneToOneField(Programme, on_delete=models.CASCADE, related_name="risk_scale")
    points = models.PositiveSmallIntegerField("points each way", default=5)
    likelihood_labels = models.JSONField("labels of likelihood", default=list, blank=True)
    impact_labels = models.JSONField("labels of impact", default=list, blank=True)
    tolerance = models.PositiveSmallIntegerField("tolerance", default=12)
    bands = models.JSONField("bands of scores", default=list, blank=True)

    history = row_history()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gte=2, points__lte=10),
                name="risk_scale_2_to_10_points",
                violation_error_message="A risk scale has 2 to 10 points each way.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points} × {self.points}, tolerance {self.tolerance}"

    def band_of(self, score: int | None) -> str:
        """The name of the band that a score falls into; empty without a score, or where no band holds it."""
        if score is None:
            return ""
        return next((str(name) for name, highest in self.bands if score <= highest), "")

    @property
    def bands_words(self) -> str:
        """ "Low to 4, Medium to 9, High to 25"; empty where none is named."""
        return ", ".join(f"{name} to {highest}" for name, highest in self.bands)


def _both_or_none(name: str) -> Q:
    """A score has both likelihood and impact, each 1 to 10, or neither."""
    likelihood, impact = f"{name}_likelihood", f"{name}_impact"
    # A comparison with nothing is neither true nor false, and the database refuses only what is false.
    both = {f"{name}__isnull": False for name in (likelihood, impact)}
    on_the_scale = {f"{likelihood}__gte": 1, f"{likelihood}__lte": 10, f"{impact}__gte": 1, f"{impact}__lte": 10}
    return Q(**{f"{likelihood}__isnull": True, f"{impact}__isnull": True}) | Q(**both, **on_the_scale)


class Risk(models.Model):
    """What could go wrong with a theme or project. Unscored is listed as unscored, never as low."""

    class Category(models.TextChoices):
        FINANCIAL = "financial", "Financial"
        POLITICAL = "political", "Political"
        REPUTATIONAL = "reputational", "Reputational"
        LEGAL = "legal", "Legal"
        EQUALITY = "equality", "Equality"
        DELIVERY = "delivery", "Delivery"
        NOT_STATED = "not_stated", "Not stated"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    class Escalation(models.TextChoices):
        """Where a risk is handled when its owner alone cannot: the theme of its project, or the corporate programme."""

        THEME = "theme", "Theme"
        CORPORATE = "corporate", "Corporate"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="risks")
    code = models.CharField("code", max_length=40)
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, null=True, blank=True, related_name="risks")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="risks")
    description = models.TextField("description")
    category = models.CharField("category", max_length=20, choices=Category, default=Category.NOT_STATED)
    mitigation = models.TextField("mitigation", blank=True)
    owner = models.ForeignKey(
        "council.Post", on_delete=models.PROTECT, null=True, blank=True, related_name="risks", verbose_name="owner"
    )
    inherent_likelihood = models.PositiveSmallIntegerField("inherent likelihood", null=True, blank=True)
    inherent_impact = models.PositiveSmallIntegerField("inherent impact", null=True, blank=True)
    current_likelihood = models.PositiveSmallIntegerField("current likelihood", null=True, blank=True)
    current_impact = models.PositiveSmallIntegerField("current impact", null=True, blank=True)
    target_likelihood = models.PositiveSmallIntegerField("target likelihood", null=True, blank=True)
    target_impact = models.PositiveSmallIntegerField("target impact", null=True, blank=True)
    review_on = models.DateField("review on", null=True, blank=True)
    status = models.CharField("status", max_length=20, choices=Status, default=Status.OPEN)
    escalated_to = models.CharField("escalated to", max_length=20, choices=Escalation, blank=True)
    source = models.CharField("where it is written", max_length=200, blank=True)
    illustration = models.CharField("illustration", max_length=300, blank=True)
    order = models.PositiveIntegerField("order", default=0)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RiskQuerySet.as_manager()
    history = row_history()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="risk_code_unique_in_programme",
                violation_error_message="Another risk of this programme has this code.",
            ),
            models.CheckConstraint(
                condition=ONE_OWNER,
                name="risk_of_theme_or_project",
                violation_error_message="A risk belongs to a theme or to a project, to one of them.",
            ),
            models.CheckConstraint(
                condition=Q(theme__isnull=True) | ~Q(escalated_to="theme"),
                name="risk_of_theme_is_with_it",
                violation_error_message="A risk of a theme is with the theme already; it can only become corporate.",
            ),
            *[
                models.CheckConstraint(
                    condition=_both_or_none(name),
                    name=f"risk_{name}_score_whole",
                    violation_error_message=f"The {name} score needs likelihood and impact (1 to 10), or neither.",
                )
                for name in ("inherent", "current", "target")
            ],
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def inherent_score(self) -> int | None:
        return _score(self.inherent_likelihood, self.inherent_impact)

    @property
    def current_score(self) -> int | None:
        return _score(self.current_likelihood, self.current_impact)

    @property
    def target_score(self) -> int | None:
        return _score(self.target_likelihood, self.target_impact)


def _score(likelihood: int | None, impact: int | None) -> int | None:
    """Likelihood × impact; None where not scored."""
    return None if likelihood is None or impact is None else likelihood * impact


class RiskAction(models.Model):
    """What is done about a risk, by which post and until when."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="actions")
    description = models.TextField("action")
    owner = models.ForeignKey(
        "council.Post", on_delete=models.PROTECT, null=True, blank=True, related_name="risk_actions"
    )
    due_on = models.DateField("due on", null=True, blank=True)
    status = models.CharField("status", max_length=20, choices=Status, default=Status.OPEN)

    history = row_history()

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.description

    def is_overdue(self, today: date) -> bool:
        """Whether its day has passed and it is not done; without a day it is never overdue."""
        return self.status == self.Status.OPEN and self.due_on is not None and self.due_on < today


class Dependency(models.Model):
    """From a theme or project to a theme, project or outside body: needs, supports, or the same money."""

    class Kind(models.TextChoices):
        NEEDS = "needs", "Needs"
        SUPPORTS = "supports", "Supports"
        SAME_MONEY = "same_money", "Same money"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="dependencies")
    kind = models.CharField("kind", max_length=20, choices=Kind)
    from_theme = models.ForeignKey(
        Theme, on_delete=models.CASCADE, null=True, blank=True, related_name="dependencies_from"
    )
    from_project = models.ForeignKey(
        Project, on_delete=models.CASCADE, null=True, blank=True, related_name="dependencies_from"
    )
    to_theme = models.ForeignKey(Theme, on_delete=models.CASCADE, null=True, blank=True, related_name="dependencies_to")
    to_project = models.ForeignKey(
        Project, on_delete=models.CASCADE, null=True, blank=True, related_name="dependencies_to"
    )
    to_body = models.CharField("outside body", max_length=200, blank=True)
    description = models.TextField("description", blank=True)
    order = models.PositiveSmallIntegerField("order", default=0)

    objects = DependencyQuerySet.as_manager()
    history = row_history()

    class Meta:
        verbose_name_plural = "dependencies"
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_theme__isnull=False, from_project__isnull=True)
                | Q(from_theme__isnull=True, from_project__isnull=False),
                name="dependency_from_theme_or_project",
                violation_error_message="A dependency starts at a theme or at a project, at one of them.",
            ),
            models.CheckConstraint(
                condition=Q(to_theme__isnull=False, to_project__isnull=True, to_body="")
                | Q(to_theme__isnull=True, to_project__isnull=False, to_body="")
                | (Q(to_theme__isnull=True, to_project__isnull=True) & ~Q(to_body="")),
                name="dependency_to_one_thing",
                violation_error_message="A dependency leads to a theme, a project or an outside body, to one of them.",
            ),
            models.CheckConstraint(
                condition=Q(from_theme__isnull=True) | Q(to_theme__isnull=True) | ~Q(from_theme=models.F("to_theme")),
                name="dependency_not_on_itself",
                violation_error_message="A theme does not depend on itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_theme or self.from_project} {self.get_kind_display().lower()} " + str(
            self.to_theme or self.to_project or self.to_body
        )
