"""Challenge notes: what a cabinet member asks of a project or theme, and the answer."""

from django.db import models

from futurefit.history.tracking import row_history
from projects.models.delivery import ONE_OWNER
from projects.models.project import Project
from projects.models.theme import Theme
from projects.querysets import ChallengeNoteQuerySet


class ChallengeNote(models.Model):
    """A challenge by a cabinet member, in their words; answered once or not yet. Nobody changes what was written.

    The post is named, and the name of its holder is kept as text, of the note and of its answer.
    """

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, null=True, blank=True, related_name="challenge_notes")
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, null=True, blank=True, related_name="challenge_notes"
    )
    words = models.TextField("challenge", blank=True)
    post = models.ForeignKey("council.Post", on_delete=models.PROTECT, related_name="challenge_notes")
    holder_name = models.CharField("name of the holder", max_length=200)
    written_at = models.DateTimeField("written at")
    answer = models.TextField("answer", blank=True)
    answered_at = models.DateTimeField("answered at", null=True, blank=True)
    answered_by = models.CharField("answered by", max_length=400, blank=True)

    objects = ChallengeNoteQuerySet.as_manager()
    history = row_history()

    class Meta:
        verbose_name = "challenge note"
        verbose_name_plural = "challenge notes"
        ordering = ["written_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=ONE_OWNER,
                name="challenge_of_theme_or_project",
                violation_error_message="A challenge note belongs to a theme or to a project, to one of them.",
            ),
            models.CheckConstraint(
                condition=~models.Q(words=""),
                name="challenge_says_something",
                violation_error_message="Write what you challenge.",
            ),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at__isnull=True, answered_by="")
                | (~models.Q(answer="") & ~models.Q(answered_by="") & models.Q(answered_at__isnull=False)),
                name="challenge_answered_by_somebody",
                violation_error_message="An answer names who gave it and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"Challenge of {self.written_at:%-d %B %Y}"
