"""Payback on the dossier, the theme page and the list of projects: the same verdict from the same rows."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as f
from tests.pages.page import page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2015, 10, 1)


@pytest.fixture
def plan():
    """Two projects of £100,000 in 2016/17 and £50,000 more in 2017/18; 300,000 once for the first: 300 / 150 = 2.0."""
    plan = f.small_programme(projects=2)
    f.InvestmentFactory(theme=None, project=plan.projects[0], year=2016, amount=300_000, recurrence="one_off")
    return plan


def test_the_dossier_says_when_it_pays_back_and_when_it_breaks_even(client: Client, plan):
    told = page(client, plan.cast().finance, reverse("pages:project_detail", args=[plan.projects[0].code])).words
    assert "Pays back in 2.0 years: £300,000 once, against £150,000 a year in full effect." in told
    assert "It breaks even in 2018/19." in told, "saved 100, 250, 400"
    without = page(client, plan.cast().finance, reverse("pages:project_detail", args=[plan.projects[1].code])).words
    assert "None stated." in without
    assert "Payback" not in without


def test_a_theme_says_the_same_to_everybody(client: Client, plan):
    f.InvestmentFactory(theme=plan.themes[0], year=None, amount=150_000, recurrence="recurrent", label="Team")
    cast = plan.cast()
    for user in (cast.finance, cast.head, cast.other_head, cast.cabinet):
        address = reverse("pages:theme_detail", args=[plan.themes[0].slug])
        told = page(client, user, address, unit="thousands").words
        assert "Never pays back: £300,000 once, against £0 a year in full effect" in told
        assert "£150,000 of the investment is not profiled" in told


def test_the_list_of_projects_and_its_export_have_a_column(client: Client, plan):
    client.force_login(plan.cast().finance, backend="futurefit.access.backends.AccountBackend")
    shown = client.get(reverse("pages:project_list"))
    assert "2.0 years" in shown.content.decode()
    exported = client.get(reverse("pages:project_list"), {"export": "csv"}).content.decode()
    rows = {line.split(",")[0]: line for line in exported.splitlines()}
    assert "2.0 years" in rows[plan.projects[0].code]
    assert "No investment stated" in rows[plan.projects[1].code]
