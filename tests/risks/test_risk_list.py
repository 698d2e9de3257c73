"""The register: scored before unscored, never unscored as low; tolerance; scope; as at a closed period."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.test import Client

from futurefit.history.services import record_act
from risks.models import RiskScale
from tests import factories
from tests.savings.views.on_page import page, signed_in

pytestmark = pytest.mark.django_db

LIST = "/risks/"


@pytest.fixture
def small() -> factories.SmallProgramme:
    return factories.small_programme()


@pytest.fixture
def finance() -> Client:
    return signed_in(factories.finance_officer())


def risk(small, code, score=None, *, of=0, **fields):
    likelihood, impact = score or (None, None)
    return factories.RiskFactory(
        programme=small.programme,
        project=small.projects[of],
        code=code,
        current_likelihood=likelihood,
        current_impact=impact,
        **fields,
    )


@pytest.fixture
def four(small) -> None:
    risk(small, "UNSCORED")
    risk(small, "LOW", (1, 2), category="legal")
    risk(small, "HIGH", (4, 5), of=1)
    risk(small, "CLOSED", (5, 5), status="closed")


def rows(html: str) -> list[str]:
    """The rows of the list, which stands below the heat map."""
    html = html[html.index('class="ff-table') :] if 'class="ff-table' in html else ""
    body = html[html.index("<tbody>") : html.index("</tbody>")] if "<tbody>" in html else ""
    return [
        " ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


def codes(html: str) -> list[str]:
    return [row.split(" ")[0] for row in rows(html)]


def test_the_highest_score_comes_first_and_unscored_risks_last(four, finance):
    assert codes(page(finance, LIST)) == ["CLOSED", "HIGH", "LOW", "UNSCORED"]


def test_unscored_stays_last_in_either_order_of_the_score(four, finance):
    assert codes(page(finance, LIST, sort="current")) == ["LOW", "HIGH", "CLOSED", "UNSCORED"]
    assert codes(page(finance, LIST, sort="-current")) == ["CLOSED", "HIGH", "LOW", "UNSCORED"]


def test_an_unscored_risk_says_so_and_how_many_there_are_is_said(four, finance):
    html = page(finance, LIST)
    assert "Not scored" in rows(html)[-1]
    assert "1 not scored: a risk without a score is not a low risk." in html


def test_beyond_tolerance_are_open_risks_scored_above_it(small, four, finance):
    html = page(finance, LIST)
    assert "20, beyond tolerance" in rows(html)[1]
    assert "beyond tolerance" not in rows(html)[0], "a closed risk is not beyond tolerance"
    assert "1 beyond tolerance." in html
    assert codes(page(finance, LIST, beyond_tolerance="yes")) == ["HIGH"]
    assert codes(page(finance, LIST, beyond_tolerance="no")) == ["CLOSED", "LOW"]
    RiskScale.objects.create(programme=small.programme, tolerance=20)
    assert codes(page(finance, LIST, beyond_tolerance="yes")) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"scored": "no"}, ["UNSCORED"]),
        ({"scored": "yes", "status": "open"}, ["HIGH", "LOW"]),
        ({"category": "legal"}, ["LOW"]),
        ({"q": "high"}, ["HIGH"]),
    ],
)
def test_filters_narrow(four, finance, query, found):
    assert codes(page(finance, LIST, **query)) == found


def test_filters_by_theme_and_project(small, four, finance):
    assert codes(page(finance, LIST, theme=small.themes[1].slug)) == ["HIGH"]
    assert codes(page(finance, LIST, project=small.projects[1].code)) == ["HIGH"]


@pytest.mark.parametrize(
    "query",
    [
        {"scored": "x"},
        {"category": "x"},
        {"likelihood": "0"},
        {"impact": "x"},
        {"project": "x"},
        {"theme": "x"},
        {"x": "y"},
    ],
)
def test_an_invalid_filter_shows_what_is_wrong_and_no_row(four, finance, query):
    response = finance.get(LIST, query)
    assert response.status_code == 400
    assert "govuk-error-summary" in response.content.decode()
    assert rows(response.content.decode()) == []


def test_a_head_of_service_is_shown_own_projects_and_every_theme_s(small, four):
    factories.RiskFactory(programme=small.programme, theme=small.themes[1], code="THEME")
    assert codes(page(signed_in(small.cast().head), LIST)) == ["CLOSED", "LOW", "UNSCORED", "THEME"]


def test_a_closed_period_shows_the_scores_of_then(finance):
    closed = factories.ReportingPeriodFactory(
        programme=factories.ProgrammeFactory(is_current=True), closed=True, label="2015/16 M07"
    )
    factories.ReportingPeriodFactory(programme=closed.programme, label="2015/16 M08", ends_on=date(2015, 11, 30))
    with record_act(actor=factories.TESTS, verb="tests.entered", sentence="Entered.", at=_on(2015, 11, 1)):
        row = factories.RiskFactory(
            programme=closed.programme,
            theme=factories.ThemeFactory(programme=closed.programme),
            code="R1",
            current_likelihood=2,
            current_impact=2,
        )
    with record_act(actor=factories.TESTS, verb="tests.changed", sentence="Changed.", at=_on(2015, 12, 1)):
        row.current_likelihood = row.current_impact = 5
        row.save()
    assert codes(page(finance, LIST, beyond_tolerance="yes", period=closed.label)) == []
    assert codes(page(finance, LIST, beyond_tolerance="no", period=closed.label)) == ["R1"]
    assert codes(page(finance, LIST, beyond_tolerance="yes")) == ["R1"]


def _on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def test_the_file_says_not_scored_in_words(four, finance):
    answer = finance.get(LIST, {"export": "csv"}).content.decode("utf-8-sig")
    read = [row for row in csv.reader(io.StringIO(answer)) if len(row) > 1]
    score = read[0].index("Current score")
    assert [row[score] for row in read[1:]] == ["25", "20", "2", "Not scored"]
