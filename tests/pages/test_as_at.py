"""A page shown as at a closed period is the same whatever happened later: its rows, or its history, tell then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from futurefit.council.models import CorporatePlanArea, Directorate, DirectorateGroup, Post, PostKind, Service
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_delete_tracked, bulk_update_tracked
from projects.models import (
    EqualityImpact,
    Investment,
    Milestone,
    Project,
    ProjectPost,
    SuccessMeasure,
    Theme,
    ThemePost,
)
from risks.models import Dependency, Risk
from savings.models import LineInPeriod, MtfpHeading
from savings.services.lines import change_line
from savings.services.project_facts import change_facts
from savings.services.reorganisation import NewUnit, merge_units, rename_unit, split_unit
from tests.addresses import every_page, rows_in_this_database
from tests.demo_programme import PAPERS, Demo
from tests.factories import TESTS

LATER = "said later"
RENAMED: tuple[type[models.Model], ...] = (
    Theme,
    Project,
    Milestone,
    SuccessMeasure,
    Investment,
    EqualityImpact,
    Risk,
    Dependency,
    Post,
    Service,
    Directorate,
    DirectorateGroup,
    MtfpHeading,
    CorporatePlanArea,
)
KEPT = frozenset({"code", "slug", "printed_as", "kind"})
"""What never changes, or names sources and not what they name."""

NOT_AS_AT = ("pages:glossary", "pages:act_detail")
"""Words that are of no period; and an act with its rows, which names what they refer to as it is called now."""

FILES = (
    "savings:plan",
    "savings:line_list",
    "pages:theme_list",
    "pages:directorate_list",
    "pages:project_list",
    "pages:milestone_list",
    "pages:measure_list",
    "pages:dependency_list",
    "pages:service_list",
    "risks:risk_list",
)
ALSO = (
    ("pages:search", {}, {"q": "council"}),
    ("pages:search", {}, {"q": "later"}),
    ("pages:theme_detail", {"slug": "commissioning"}, {}),
    ("pages:directorate_detail", {"code": "DASH"}, {}),
    ("pages:project_detail", {"code": "OM-1"}, {}),
    ("pages:project_detail", {"code": "HROD"}, {}),
    ("savings:line_detail", {"code": "HROD-01"}, {}),
    ("savings:plan", {}, {"by": "theme"}),
    ("savings:plan", {}, {"by": "mtfp_heading"}),
    ("savings:plan", {}, {"by": "corporate_area", "view": "cumulative"}),
)


@pytest.fixture(autouse=True)
def in_the_demonstration(db, settings) -> None:
    settings.DEMO, settings.TODAY = True, date(2016, 5, 20)


def addresses() -> Iterator[tuple[str, dict[str, str]]]:
    rows = rows_in_this_database()
    for name, page in every_page().items():
        if page.is_open_to("auditor") and name not in NOT_AS_AT:
            yield page.address_among(rows), {}
    for name in FILES:
        yield reverse(name), {"export": "csv"}
    for name, row, query in ALSO:
        yield reverse(name, kwargs=row), query
    yield reverse("savings:programme_csv"), {}


def shown(client: Client) -> dict[str, str]:
    """What each address says in its main part, without the token of its forms."""
    found = {}
    for address, query in addresses():
        answer = client.get(address, {**query, "period": PAPERS})
        body = b"".join(answer).decode() if answer.streaming else answer.content.decode()
        main = re.search(r"<main.*?</main>", body, re.DOTALL)
        words = re.sub(r'name="(csrfmiddlewaretoken|seen)" value="[^"]*"', "", main[0] if main else body)
        found[f"{address} {query}"] = f"{answer.status_code}\n{words}"
    return found


def change_everything(demo: Demo) -> None:
    """Every word that is kept beside the money, the people, the places of lines, a split, a rename and a merge."""
    with record_act(actor=TESTS, verb="tests.later", sentence="Everything was changed later."):
        for model in RENAMED:
            fields = [
                field.name
                for field in model._meta.concrete_fields
                if isinstance(field, models.CharField | models.TextField)
                and not field.choices
                and field.name not in KEPT
            ]
            rows = list(model._default_manager.all())
            for row in rows:
                for name in fields:
                    if getattr(row, name) and getattr(row, "kind", "") != PostKind.AUDITOR:
                        setattr(row, name, f"{LATER} {getattr(row, name)}"[: model._meta.get_field(name).max_length])
            bulk_update_tracked(model, rows, fields)
        for model in (ProjectPost, ThemePost):
            bulk_delete_tracked(model, list(model.objects.all()))
    project = demo.project("OM-1")
    change_facts(actor=TESTS, project=project, facts={"theme": demo.theme("commissioning")})
    row = LineInPeriod.objects.get(line__code="HROD-01", period__closed_at=None)
    change_line(actor=TESTS, line=row, changes={"title": LATER, "method": "contract", "corporate_area": None})
    on, why = date(2016, 5, 10), "It came later"
    directorates = list(Directorate.objects.order_by("order"))
    services = list(Service.objects.order_by("pk")[:2])
    rename_unit(actor=TESTS, old=directorates[0], new=NewUnit("Later", "LATER"), on=on, reason=why)
    split_unit(
        actor=TESTS,
        old=directorates[1],
        into=[NewUnit("One later", "L1"), NewUnit("Two later", "L2")],
        on=on,
        reason=why,
    )
    merge_units(actor=TESTS, olds=directorates[2:3], into=directorates[3], on=on, reason=why)
    rename_unit(actor=TESTS, old=services[0], new=NewUnit("Another service"), on=on, reason=why)


@pytest.mark.slow
def test_no_page_or_file_as_at_a_closed_period_knows_what_came_later(demo):
    client = Client()
    client.force_login(demo.user("auditor"))
    before = shown(client)
    change_everything(demo)
    after = shown(client)
    differ = {
        address: [line for line in after[address].splitlines() if line not in before[address].splitlines()][:4]
        for address in before
        if before[address] != after[address]
    }
    assert LATER in client.get(reverse("pages:theme_list")).content.decode()
    assert not differ, "\n".join(f"{address}: {lines}" for address, lines in differ.items())
