"""The admin as a place to look: rows of a model to filter and search, and none of them to change.

Every write of the product is a service that records an act, so nothing is added, changed or deleted here
(`futurefit.access.row_site` says who may look). Each app's ``admin.py`` names its models with `show`.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import URLPattern, path

MOST_COLUMNS = 12
LONG_WORDS = 250
"""Character fields longer than this are read on the row's own page."""


class RowAdmin(admin.ModelAdmin):
    """What the admin shows of a model, taken from its fields: short ones as columns, choices and periods as filters."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-pk",)
    view_on_site = False
    sideways: tuple[str, ...] = ()
    """Paths to the line in period of a row, whose words it borrows: a list asks for them once and filters by period."""

    def get_urls(self) -> list[URLPattern]:
        """The list and the row; nothing else of the admin's addresses exists."""
        stem = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name=f"{stem}_changelist"),
            path("<path:object_id>/change/", view(self.change_view), name=f"{stem}_change"),
        ]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @property
    def _short(self) -> list[models.Field[Any, Any]]:
        """The fields that fit into a list."""
        return [
            field
            for field in self.opts.concrete_fields
            if not isinstance(field, models.TextField | models.BinaryField | models.JSONField)
            and (field.max_length or 0) <= LONG_WORDS
            and not field.primary_key
        ]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return ["pk", *(field.name for field in self._short[:MOST_COLUMNS])]

    def get_list_filter(self, request: HttpRequest) -> list[str]:
        return [
            field.name
            for field in self._short
            if field.choices or isinstance(field, models.BooleanField) or field.name in ("programme", "period")
        ] + [f"{each}__period" for each in self.sideways]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        own = [field.name for field in self.opts.concrete_fields if isinstance(field, models.CharField)]
        return [name for name in own if not self.opts.get_field(name).choices] + [
            f"{each}__title" for each in self.sideways
        ]

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Every row that a column names, with what it needs for its words."""
        shown = self._short[:MOST_COLUMNS]
        return [field.name for field in shown if field.is_relation] + list(self.sideways)


def show(*shown: type[models.Model], sideways: tuple[str, ...] = ()) -> None:
    """Let the admin show rows of these models. ``sideways`` leads to the line in period that a row belongs to."""
    for model in shown:
        admin.site.register(model, type(f"{model.__name__}RowAdmin", (RowAdmin,), {"sideways": sideways}))
