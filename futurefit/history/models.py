"""Acts, what each was about, and the base of every row history."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from futurefit.history.querysets import ActQuerySet, kind_of

LABEL_LENGTH = 300


class Act(models.Model):
    """One thing somebody did: who, when, what in a plain sentence, and why where a reason is required.

    Append-only: the database refuses update and delete by trigger (`futurefit.history.append_only`).
    The rows an act wrote carry its id (`RowHistory.act`). User and post are kept as id and text,
    so that an act reads the same when the account is long gone.
    """

    at = models.DateTimeField("when", db_index=True)
    actor_user_id = models.BigIntegerField("user", null=True, blank=True, db_index=True)
    actor_name = models.CharField("name", max_length=200)
    post_id = models.BigIntegerField("post number", null=True, blank=True)
    post_title = models.CharField("post", max_length=200, blank=True)
    verb = models.CharField("kind of act", max_length=100, db_index=True, help_text="Dotted, e.g. savings.line_moved")
    sentence = models.TextField("what happened")
    reason = models.TextField("reason", blank=True)
    programme_slug = models.CharField("programme", max_length=100, blank=True, db_index=True)

    objects = ActQuerySet.as_manager()

    class Meta:
        verbose_name = "act"
        verbose_name_plural = "acts"
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                name="act_says_who_and_what",
                condition=~Q(actor_name="") & ~Q(verb="") & ~Q(sentence=""),
                violation_error_message="An act says who did it, what kind of act it was and what happened.",
            ),
        )

    def __str__(self) -> str:
        return self.sentence

    def add_subject(self, obj: models.Model) -> None:
        """Say that the act is also about ``obj``, which must be saved; a second time changes nothing."""
        self.add_subjects((obj,))

    def add_subjects(self, objs: Iterable[models.Model]) -> None:
        """The same for many objects, in one statement. Raises ValueError for one that is not saved."""
        new: dict[tuple[str, int], ActSubject] = {}
        for obj in objs:
            if obj.pk is None:
                raise ValueError(f"{obj} is not saved, so no act can be about it.")
            key = (kind_of(obj), obj.pk)
            if key not in new:
                new[key] = ActSubject(act=self, kind=key[0], object_id=key[1], label=str(obj)[:LABEL_LENGTH])
        ActSubject.objects.bulk_create(new.values(), batch_size=2_000, ignore_conflicts=True)


class ActSubject(models.Model):
    """An object an act was about, with its label at the time; an object's history page reads these."""

    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="subjects")
    kind = models.CharField("kind", max_length=100, help_text="Model label, e.g. projects.project")
    object_id = models.BigIntegerField("object")
    label = models.CharField("label at the time", max_length=LABEL_LENGTH)

    class Meta:
        verbose_name = "subject of an act"
        verbose_name_plural = "subjects of acts"
        ordering = ("pk",)
        indexes = (models.Index(fields=("kind", "object_id"), name="act_subject_object"),)
        constraints = (
            models.UniqueConstraint(
                fields=("act", "kind", "object_id"),
                name="act_subject_once",
                violation_error_message="An act names each of its subjects once.",
            ),
        )

    def __str__(self) -> str:
        return self.label


class RowHistory(models.Model):
    """Base of every row history: the act that wrote the row.

    ``act`` is empty only for rows written outside any service, which happens in fixtures alone.
    """

    act = models.ForeignKey(Act, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
