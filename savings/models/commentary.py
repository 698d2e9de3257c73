"""What the lead of a theme or directorate says of a period, frozen with it."""

from django.db import models
from django.db.models import Q

from futurefit.history.tracking import row_history
from projects.models import Theme
from savings.models.period import ReportingPeriod


class Commentary(models.Model):
    """The commentary by the lead of a theme or directorate for one period (domain.md, The return)."""

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="commentaries")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="commentaries")
    directorate = models.ForeignKey(
        "council.Directorate", on_delete=models.PROTECT, null=True, blank=True, related_name="commentaries"
    )
    words = models.TextField("commentary")
    written_at = models.DateTimeField("written at")
    written_by = models.CharField("written by", max_length=400)
    illustration = models.CharField("illustration", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = row_history()

    class Meta:
        verbose_name_plural = "commentaries"
        ordering = ["period", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(theme__isnull=False, directorate__isnull=True)
                | Q(theme__isnull=True, directorate__isnull=False),
                name="commentary_of_theme_or_directorate",
                violation_error_message="A commentary belongs to a theme or to a directorate, to one of them.",
            ),
            models.UniqueConstraint(
                fields=["period", "theme"],
                name="commentary_once_per_theme",
                violation_error_message="The theme has a commentary for this period already.",
            ),
            models.UniqueConstraint(
                fields=["period", "directorate"],
                name="commentary_once_per_directorate",
                violation_error_message="The directorate has a commentary for this period already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.theme or self.directorate}, {self.period}"
