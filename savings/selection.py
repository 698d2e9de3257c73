"""Which lines a question is about: one frozen value that roll-ups, lists, exports and links share."""

from __future__ import annotations

from dataclasses import dataclass, fields

from django.db.models import Q, QuerySet

from projects.models import ProjectPost, ThemePost
from savings.models import LineInPeriod

NOT_STATED = "none"
"""In an address: the lines that do not state this grouping ("No theme", "Not stated")."""


@dataclass(frozen=True)
class Selection:
    """Conditions on lines in period; None means any. Ids for rows, values for choices; `NOT_STATED` for none.

    `led_by` is a post: the lines of themes and projects that it leads today. `line_ids` narrows to given savings
    lines, `project_ids` to those of given projects (ids, or a query of ids, both); `text` searches code, reference,
    title and note. In today's shape `shaped_by` is the programme whose open period says where each line stands; a line
    withdrawn since keeps its place of then (`savings.rollups.scan`).
    """

    theme: int | str | None = None
    directorate: int | str | None = None
    service: int | str | None = None
    project: int | str | None = None
    mtfp_heading: int | str | None = None
    corporate_area: int | str | None = None
    saving_type: str | None = None
    type_group: str | None = None
    method: str | None = None
    recurring: str | None = None
    heading_kind: str | None = None
    source_table: str | None = None
    led_by: int | None = None
    text: str = ""
    line_ids: frozenset[int] | QuerySet | None = None
    project_ids: frozenset[int] | QuerySet | None = None
    shaped_by: int | None = None

    def q(self, prefix: str = "") -> Q:
        """The condition, with `prefix` the path to the line in period such as "line_in_period__"."""
        condition = self._place_of_today(prefix) if self.shaped_by is not None else self._place(prefix)
        for name in _COUNTED_AS_THEN:
            value = getattr(self, name)
            if value is not None:
                condition &= Q(**{f"{prefix}{name}": "not_stated" if value == NOT_STATED else value})
        if self.source_table is not None:
            condition &= Q(**{f"{prefix}line__source_table": self.source_table})
        if self.led_by is not None:
            led_projects = ProjectPost.objects.filter(post_id=self.led_by, role__in=ProjectPost.LEADING)
            led_themes = ThemePost.objects.filter(post_id=self.led_by)
            condition &= Q(**{f"{prefix}theme_id__in": led_themes.values("theme_id")}) | Q(
                **{f"{prefix}project_id__in": led_projects.values("project_id")}
            )
        if self.line_ids is not None:
            condition &= Q(**{f"{prefix}line_id__in": self.line_ids})
        if self.project_ids is not None:
            condition &= Q(**{f"{prefix}project_id__in": self.project_ids})
        for word in self.text.split():
            condition &= (
                Q(**{f"{prefix}title__icontains": word})
                | Q(**{f"{prefix}line__code__icontains": word})
                | Q(**{f"{prefix}line__reference__icontains": word})
                | Q(**{f"{prefix}note__icontains": word})
            )
        return condition

    def _place(self, prefix: str) -> Q:
        """Where a line stands in its own period."""
        condition = Q()
        for name, column in _ROWS.items():
            value = getattr(self, name)
            if value == NOT_STATED:
                condition &= Q(**{f"{prefix}{column}__isnull": True})
            elif value is not None:
                condition &= Q(**{f"{prefix}{column}": value})
        for name in _CHOICES:
            value = getattr(self, name)
            if value is not None:
                condition &= Q(**{f"{prefix}{name}": "not_stated" if value == NOT_STATED else value})
        if self.type_group is not None:
            condition &= Q(**{f"{prefix}saving_type__in": _TYPES_OF_GROUP[self.type_group]})
        return condition

    def _place_of_today(self, prefix: str) -> Q:
        """Where a line stands in the open period, or stood where it is in that no more."""
        if not (then := self._place(prefix)):
            return then
        present = LineInPeriod.objects.filter(
            period__programme=self.shaped_by, period__closed_at__isnull=True, withdrawn=False
        )
        line = f"{prefix}line__in"
        gone = ~Q(**{line: present.order_by().values("line")})
        return Q(**{line: present.filter(self._place("")).order_by().values("line")}) | (gone & then)

    @property
    def is_everything(self) -> bool:
        return all(getattr(self, item.name) == item.default for item in fields(self))


_ROWS = {
    "theme": "theme_id",
    "directorate": "directorate_id",
    "service": "service_id",
    "project": "project_id",
    "mtfp_heading": "heading_id",
    "corporate_area": "corporate_area_id",
}
_CHOICES = ("saving_type", "method")
_COUNTED_AS_THEN = ("recurring", "heading_kind")
"""Choices that say how an amount counts: those of its own period, also in today's shape."""
_TYPES_OF_GROUP = {
    "new_savings": ("further", "new"),
    "existing_savings": ("faster",),
    "cross_cutting": ("cross_cutting",),
    NOT_STATED: ("not_stated",),
}
ALL_LINES = Selection()
