"""The list of milestones: in the words as written, late only when surely late, as it stood at a closed period."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.test import Client

from futurefit.history.services import record_act
from projects.models import Milestone
from tests import factories
from tests.savings.views.on_page import page, signed_in

pytestmark = pytest.mark.django_db

LIST = "/milestones/"


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2016, 4, 10)


@pytest.fixture
def small() -> factories.SmallProgramme:
    return factories.small_programme()


@pytest.fixture
def finance() -> Client:
    return signed_in(factories.finance_officer())


def milestone(small, title, *, of=0, **fields) -> Milestone:
    return factories.MilestoneFactory(programme=small.programme, project=small.projects[of], title=title, **fields)


def rows(html: str) -> list[str]:
    body = html[html.index("<tbody>") : html.index("</tbody>")] if "<tbody>" in html else ""
    return [
        " ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


def titled(html: str) -> list[str]:
    return [row.split(" ")[0] for row in rows(html)]


@pytest.fixture
def five(small) -> None:
    milestone(small, "Late", date_as_written="March 2016")
    milestone(small, "Later", earliest=date(2016, 2, 1), latest=date(2016, 2, 29), date_as_written="Feb 2016")
    milestone(small, "Done", status="completed", latest=date(2016, 1, 1), earliest=None, date_as_written="done")
    milestone(small, "Undated", earliest=None, latest=None, kind="none", date_as_written="")
    milestone(small, "Due", of=1, earliest=None, latest=date(2016, 6, 30), date_as_written="by June", status="ongoing")


def test_a_row_says_what_where_as_written_as_read_and_how_late(small, five, finance):
    first, *_others = rows(page(finance, LIST))
    # 31 March to 10 April
    assert first == f"Late {small.projects[0].title} March 2016 March 2016 Outstanding 10"


def test_only_what_is_surely_late_is_late(five, finance):
    assert titled(page(finance, LIST, late="yes")) == ["Late", "Later"]
    assert titled(page(finance, LIST, late="no")) == ["Done", "Undated", "Due"]


def test_the_longest_late_come_first_when_asked_and_the_rest_last(five, finance):
    assert titled(page(finance, LIST, sort="-late"))[:2] == ["Later", "Late"]
    assert titled(page(finance, LIST, sort="late"))[:2] == ["Late", "Later"]


def test_a_date_that_is_not_there_is_said_in_words(five, finance):
    (undated,) = [row for row in rows(page(finance, LIST)) if row.startswith("Undated")]
    assert "Not stated No date can be read" in undated


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "ongoing"}, ["Due"]),
        ({"due_before": "2016-03-01"}, ["Later"]),
        ({"due_before": "01/03/2016"}, ["Later"]),
        ({"q": "june"}, ["Due"]),
        ({"q": "late march"}, ["Late"]),
    ],
)
def test_filters_narrow(five, finance, query, found):
    assert titled(page(finance, LIST, **query)) == found


def test_a_theme_asks_for_its_own_milestones_and_those_of_its_projects(small, five, finance):
    factories.MilestoneFactory(programme=small.programme, theme=small.themes[1], title="Own")
    assert titled(page(finance, LIST, theme=small.themes[1].slug)) == ["Due", "Own"]
    assert titled(page(finance, LIST, project=small.projects[1].code.lower())) == ["Due"]


@pytest.mark.parametrize(
    "query",
    [{"late": "perhaps"}, {"status": "late"}, {"due_before": "soon"}, {"project": "NONE"}, {"theme": "x"}, {"x": "y"}],
)
def test_an_invalid_filter_shows_what_is_wrong_and_no_row(five, finance, query):
    response = finance.get(LIST, query)
    assert response.status_code == 400
    assert "govuk-error-summary" in response.content.decode()
    assert rows(response.content.decode()) == []


def test_a_head_of_service_is_shown_own_projects_and_every_theme_s(small, five):
    cast = small.cast()
    factories.MilestoneFactory(programme=small.programme, theme=small.themes[1], title="Theme's")
    client = signed_in(cast.head)
    assert titled(page(client, LIST)) == ["Late", "Later", "Done", "Undated", "Theme's"]
    assert client.get(LIST, {"project": small.projects[1].code}).status_code == 400, "not there for this reader"


def test_a_closed_period_shows_and_filters_what_stood_when_it_was_closed(finance):
    closed = factories.ReportingPeriodFactory(
        programme=factories.ProgrammeFactory(is_current=True), closed=True, label="2015/16 M07"
    )
    factories.ReportingPeriodFactory(programme=closed.programme, label="2015/16 M08", ends_on=date(2015, 11, 30))
    theme = factories.ThemeFactory(programme=closed.programme)
    with record_act(actor=factories.TESTS, verb="tests.entered", sentence="Entered.", at=_on(2015, 11, 1)):
        row = factories.MilestoneFactory(
            programme=closed.programme, theme=theme, title="Before", latest=date(2015, 10, 1), earliest=None
        )
    with record_act(actor=factories.TESTS, verb="tests.changed", sentence="Changed.", at=_on(2015, 12, 1)):
        row.title, row.status = "After", "completed"
        row.save()
    then = {"period": closed.label}
    assert titled(page(finance, LIST, **then)) == ["Before"]
    assert titled(page(finance, LIST, late="yes", **then)) == ["Before"], "31 October 2015 is after 1 October"
    assert titled(page(finance, LIST, status="completed", **then)) == []
    assert titled(page(finance, LIST, status="completed")) == ["After"]


def _on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def test_the_file_holds_every_milestone_in_the_words_as_written(five, finance):
    answer = finance.get(LIST, {"export": "csv"}).content.decode("utf-8-sig")
    read = [row for row in csv.reader(io.StringIO(answer)) if len(row) > 1]
    assert read[0] == ["Milestone", "Belongs to", "As written", "Read as", "Status", "Days late"]
    assert [row[0] for row in read[1:]] == ["Late", "Later", "Done", "Undated", "Due"]
    assert read[2][2:] == ["Feb 2016", "February 2016", "Outstanding", "41"]
