"""`/admin/`: the rows as they stand in the database, to look at, for accounts that look after the installation.

What somebody may do comes from their posts, and nothing is done here. Looking at every row, whatever its directorate,
is for accounts with the mark *staff*, which `manage.py createsuperuser` makes and no post brings.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, re_path

from futurefit.access.permissions import open_to_staff
from futurefit.ui.row_admin import RowAdmin


class RowSite(AdminSite):
    """The admin without its writing, its own sign-in and its sign-out: those are the product's."""

    site_header = "FutureFit: rows to look at"
    site_title = "FutureFit"
    index_title = "Rows to look at: every change is made on the pages of the product"
    enable_nav_sidebar = False
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only what the product shows itself: other packages would add pages that write, and tokens of sign-in."""
        if isinstance(admin_class, type) and issubclass(admin_class, RowAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Every address of the admin declares that it is for staff accounts and no post."""
        return open_to_staff("rows of every directorate, for who looks after the installation")(view)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        labels = sorted({model._meta.app_label for model in self._registry})
        return [
            path("", self.admin_view(self.index), name="index"),
            path("jsi18n/", self.admin_view(self.i18n_javascript, cacheable=True), name="jsi18n"),
            *(
                path(f"{model._meta.app_label}/{model._meta.model_name}/", include(shown.urls))
                for model, shown in self._registry.items()
            ),
            re_path(rf"^(?P<app_label>{'|'.join(labels)})/$", self.admin_view(self.app_index), name="app_list"),
        ]
