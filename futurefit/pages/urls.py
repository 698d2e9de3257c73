"""Addresses of the pages that need several apps (pages.md)."""

from django.urls import path

app_name = "pages"
urlpatterns: list = []
