"""A site with one view that does not say who may open it."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("everything")


urlpatterns = [path("inner/", include([path("secrets/<slug:name>/", undeclared)]))]
