"""Addresses of the money: the plan, line lists, periods, reconciliation (pages.md)."""

from django.urls import path

app_name = "savings"
urlpatterns: list = []
