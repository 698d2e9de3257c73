"""Themes: strands of a programme, each with a concept paper."""

from django.db import models

from futurefit.history.tracking import row_history
from projects.models.programme import Programme
from projects.querysets import ThemeQuerySet


class Theme(models.Model):
    """A strand of the programme with the parts of its concept paper (domain.md, The plan).

    The slug is the theme's key in addresses, files and feeds; it never changes.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="themes")
    slug = models.SlugField("slug")
    name = models.CharField("name", max_length=200)
    order = models.PositiveSmallIntegerField("order", default=0)
    overview = models.TextField("overview", blank=True)
    vision = models.TextField("vision", blank=True)
    success = models.TextField("how success is judged", blank=True)
    approach = models.TextField("approach", blank=True)
    progress = models.TextField("progress so far", blank=True)
    support = models.TextField("support and investment", blank=True)
    equality = models.TextField("equality impact", blank=True)
    related = models.TextField("related programmes", blank=True)
    has_paper = models.BooleanField("has a concept paper", default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ThemeQuerySet.as_manager()
    history = row_history()

    class Meta:
        ordering = ["programme", "order", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "slug"],
                name="theme_slug_unique_in_programme",
                violation_error_message="Another theme of this programme has this slug.",
            ),
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="theme_name_unique_in_programme",
                violation_error_message="Another theme of this programme has this name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ThemeAlias(models.Model):
    """Another name under which papers and workbooks print a theme."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField("also printed as", max_length=200)

    history = row_history()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "name"],
                name="theme_alias_unique",
                violation_error_message="The theme has this alias already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ThemePost(models.Model):
    """A post that leads a theme; one or more, the first named first."""

    class Role(models.TextChoices):
        LEAD = "lead", "Lead"
        CMR_LEAD = "cmr_lead", "CMR lead"

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="posts")
    post = models.ForeignKey("council.Post", on_delete=models.PROTECT, related_name="theme_roles")
    role = models.CharField("role", max_length=20, choices=Role, default=Role.LEAD)
    illustration = models.CharField(
        "illustration", max_length=300, blank=True, help_text="What about this lead is illustrated, in words."
    )
    order = models.PositiveSmallIntegerField("order", default=0)

    history = row_history()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "post", "role"],
                name="theme_post_unique",
                violation_error_message="This post has this role in the theme already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} ({self.get_role_display()})"
