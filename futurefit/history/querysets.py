"""Named sets of acts, and of row histories as they stood at a moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from simple_history.manager import HistoricalQuerySet

if TYPE_CHECKING:
    from django.db.models import Model


def kind_of(model: type[Model] | Model) -> str:
    """The text under which history files an object: ``"projects.project"``."""
    return model._meta.label_lower


class ActQuerySet(models.QuerySet[Any]):
    def about(self, obj: Model) -> Self:
        """Acts that name ``obj`` as a subject, newest first: an object's history page."""
        from_subjects = Q(subjects__kind=kind_of(obj), subjects__object_id=obj.pk)
        return self.filter(from_subjects).order_by("-at", "-pk")

    def by_user(self, user_id: int) -> Self:
        return self.filter(actor_user_id=user_id)

    def in_programme(self, slug: str) -> Self:
        return self.filter(programme_slug=slug)

    def up_to(self, moment: datetime) -> Self:
        return self.filter(at__lte=moment)

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")

    def for_act_list(self) -> Self:
        """``/history/``: newest first, with their subjects fetched in one more query."""
        return self.newest_first().prefetch_related("subjects")


class RowHistoryQuerySet(HistoricalQuerySet):
    """Row histories where the later of two rows written in one act wins.

    All rows of an act carry the act's time, so time alone does not order them: the row
    written later (the higher ``history_id``) is how the object stood after the act.
    """

    def latest_of_each(self) -> RowHistoryQuerySet:
        same_object = Q(**{self._pk_attr: OuterRef(self._pk_attr)})
        later = Q(history_date__gt=OuterRef("history_date")) | Q(
            history_date=OuterRef("history_date"), history_id__gt=OuterRef("history_id")
        )
        return self.filter(~Exists(self.filter(same_object & later)))
