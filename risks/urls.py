"""Addresses of the risk register (pages.md)."""

from django.urls import path

app_name = "risks"
urlpatterns: list = []
