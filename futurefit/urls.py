"""Every address of the site, app by app."""

from django.contrib import admin
from django.urls import include, path

from futurefit import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("futurefit.access.urls")),
    path("", include("futurefit.pages.urls")),
    path("", include("savings.urls")),
    path("", include("risks.urls")),
    path("admin/", admin.site.urls),
]
