"""The parts of a theme, changed by the programme officer on the pages that projects have for theirs."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from futurefit.history.models import Act
from projects.models import EqualityImpact, Investment, Milestone, SuccessMeasure
from risks.models import Dependency, Risk
from tests import factories as f
from tests.pages.page import page

pytestmark = pytest.mark.django_db

TYPED = {
    "milestones": {"title": "Board agreed", "date_as_written": "Oct/Nov 16", "status": "outstanding"},
    "risks": {"description": "Nobody bids", "category": "financial", "status": "open"},
    "measures": {"name": "Children in residential care", "unit": "children", "target": "60"},
    "investment": {"label": "Programme team", "amount": "40", "qualifier": "exact", "recurrence": "one_off",
                   "standing": "estimate"},
    "dependencies": {"kind": "needs", "to_body": "The health service", "description": "Its staff"},
}  # fmt: skip
ROWS = {"milestones": Milestone, "risks": Risk, "measures": SuccessMeasure, "investment": Investment,
        "dependencies": Dependency}  # fmt: skip


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2015, 10, 1)


@pytest.fixture
def plan():
    return f.small_programme()


@pytest.fixture
def office(client: Client, plan) -> Client:
    client.force_login(plan.cast().programme_officer, backend="futurefit.access.backends.AccountBackend")
    return client


def address(plan, part: str) -> str:
    return reverse(f"pages:theme_{part}", args=[plan.themes[0].slug])


def as_opened(html: str) -> str:
    found = re.search(r'name="as_opened" value="([^"]*)"', html)
    assert found
    return found[1]


@pytest.mark.parametrize("part", list(TYPED))
def test_a_row_is_added_shown_on_the_theme_and_told_in_its_history(office, plan, part):
    opened = as_opened(office.get(address(plan, part)).content.decode())
    typed = {f"row-0-{name}": value for name, value in TYPED[part].items()}
    saved = office.post(address(plan, part), {"row-count": "1", "as_opened": opened, **typed, "save": ""})
    assert saved.status_code == 302, re.findall(r"error[^<]*<[^>]*>([^<]+)", saved.content.decode())
    row = ROWS[part].objects.get()
    assert plan.themes[0] in (getattr(row, "theme", None), getattr(row, "from_theme", None))
    words = next(iter(TYPED[part].values())) if part != "dependencies" else "The health service"
    user = office.session["_auth_user_id"]
    assert words in office.get(reverse("pages:theme_detail", args=[plan.themes[0].slug])).content.decode(), user
    assert Act.objects.about(plan.themes[0]).latest("pk").sentence.endswith(f"of {plan.themes[0]}: 1 added.")
    stale = office.post(address(plan, part), {"row-count": "1", "as_opened": opened, **typed, "save": ""})
    assert stale.status_code == 409


def test_equality_of_a_theme_is_recorded_and_shown(office, plan):
    opened = as_opened(office.get(address(plan, "equality")).content.decode())
    typed = {"state": "not_needed", "reason": "No service changes.", "done_on_0": "", "link": ""}
    assert office.post(address(plan, "equality"), {"as_opened": opened, **typed}).status_code == 302
    assert EqualityImpact.objects.get().theme == plan.themes[0]


def test_links_to_change_parts_are_the_programme_officer_s_alone(client, plan):
    cast = plan.cast()
    at = reverse("pages:theme_detail", args=[plan.themes[0].slug])
    assert "Change the milestones" in page(client, cast.programme_officer, at).html
    for user in (cast.finance, cast.head, cast.cabinet, cast.auditor):
        assert "Change the milestones" not in page(client, user, at).html


def test_a_theme_does_not_depend_on_itself(office, plan):
    opened = as_opened(office.get(address(plan, "dependencies")).content.decode())
    typed = {"row-0-kind": "needs", "row-0-end": f"theme-{plan.themes[0].pk}"}
    refused = office.post(address(plan, "dependencies"), {"row-count": "1", "as_opened": opened, **typed})
    assert refused.status_code == 400
    assert not Dependency.objects.exists()
