"""The commissioning plan: the services it lists, its filters, and what it says when there is nothing."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from futurefit.council.models import Service
from futurefit.history.services import record_act
from tests import factories

pytestmark = pytest.mark.django_db

PLAN = "/commissioning/"


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2016, 5, 20)


def file_of(client: Client, **query: str) -> list[list[str]]:
    answer = client.get(PLAN, {"export": "csv", **query}).content.decode("utf-8-sig")
    return [row for row in csv.reader(io.StringIO(answer)) if len(row) > 1]


@pytest.fixture
def finance(client: Client) -> Client:
    factories.small_programme()
    client.force_login(factories.finance_officer())
    return client


@pytest.fixture
def three(finance) -> None:
    group = factories.DirectorateGroupFactory(code="A/B", slug="a-b", name="Group of two")
    own = factories.DirectorateFactory(code="OWN", name="Own directorate", order=1)
    factories.ServiceFactory(name="Libraries", directorate=None, group=group, provision="already_commissioned")
    factories.ServiceFactory(name="Archives", directorate=own, provision="internal_no_plans")
    factories.ServiceFactory(name="Museums", directorate=own, provision="commissioning_plan", quarter_as_printed="Q3")
    factories.ServiceFactory(name="Unlisted", directorate=own)
    factories.ServiceFactory(name="Ended", directorate=own, provision="internal_no_plans", ends_on=date(2016, 5, 19))


def names(client: Client, **query: str) -> list[str]:
    return [row[0] for row in file_of(client, **query)[1:]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Archives", "Museums", "Libraries"]),
        ({"directorate": "OWN"}, ["Archives", "Museums"]),
        ({"group": "a-b"}, ["Libraries"]),
        ({"provision": "commissioning_plan"}, ["Museums"]),
        ({"q": "q3 mus"}, ["Museums"]),
        ({"sort": "provision"}, ["Libraries", "Museums", "Archives"]),
        ({"sort": "-name"}, ["Museums", "Libraries", "Archives"]),
    ],
)
def test_services_are_listed_by_directorate_and_filters_narrow(three, finance, query, found):
    assert names(finance, **query) == found


def test_what_the_plan_does_not_list_is_asked_for_by_name(three, finance):
    assert "Unlisted" in names(finance, provision="not_stated")
    assert "Unlisted" not in names(finance)


@pytest.mark.parametrize("query", [{"directorate": "x"}, {"group": "x"}, {"provision": "x"}, {"x": "y"}])
def test_an_invalid_filter_shows_what_is_wrong_and_no_row(three, finance, query):
    response = finance.get(PLAN, query)
    assert response.status_code == 400
    body = response.content.decode()
    assert "govuk-error-summary" in body
    assert "<title>Error:" in body
    assert "<tbody" not in body


def test_without_a_plan_or_a_budget_the_page_says_who_brings_them(finance):
    body = finance.get(PLAN).content.decode()
    assert "The programme officer keeps the commissioning plan" in body
    assert "No budget table is held for this programme" in body


def test_a_closed_period_shows_what_was_said_of_a_service_then(client):
    closed = factories.ReportingPeriodFactory(
        programme=factories.ProgrammeFactory(is_current=True), closed=True, label="2015/16 M07"
    )
    factories.ReportingPeriodFactory(programme=closed.programme, label="2015/16 M08", ends_on=date(2015, 11, 30))
    client.force_login(factories.auditor())
    with record_act(actor=factories.TESTS, verb="tests.entered", sentence="Entered.", at=_on(2015, 11, 1)):
        service = factories.ServiceFactory(name="Libraries", provision="internal_under_review")
    with record_act(actor=factories.TESTS, verb="tests.changed", sentence="Changed.", at=_on(2015, 12, 1)):
        service.provision = Service.Provision.ALREADY_COMMISSIONED
        service.save()
    assert [row[2] for row in file_of(client)[1:]] == ["Already commissioned"]
    assert [row[2] for row in file_of(client, period="2015/16 M07")[1:]] == ["Internal, under review"]


def _on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)
