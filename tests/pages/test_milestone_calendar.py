"""One's own milestones as a calendar: of what one's posts lead and of one's own services, in the words as written."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from futurefit.council.models import PostKind
from tests import factories
from tests.savings.views.on_page import page, signed_in

pytestmark = pytest.mark.django_db

MINE = "/milestones/mine.ics"


@pytest.fixture
def small() -> factories.SmallProgramme:
    return factories.small_programme()


@pytest.fixture
def three(small) -> None:
    for title, of in (("First", {"project": small.projects[0]}), ("Second", {"project": small.projects[1]})):
        factories.MilestoneFactory(programme=small.programme, title=title, **of)
    factories.MilestoneFactory(programme=small.programme, theme=small.themes[1], title="Of the theme")


def lines(client: Client) -> list[str]:
    response = client.get(MINE)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return response.content.decode().replace("\r\n ", "").split("\r\n")


def titles(client: Client) -> list[str]:
    return [line.removeprefix("SUMMARY:") for line in lines(client) if line.startswith("SUMMARY:")]


def test_own_are_milestones_of_own_services_and_of_what_one_s_post_leads_with_its_projects(small, three):
    cast = small.cast()
    assert titles(signed_in(cast.head)) == ["First"]
    assert titles(signed_in(cast.director)) == ["First"]
    lead = factories.holder(PostKind.CABINET_MEMBER, leads=[small.themes[1]])
    assert titles(signed_in(lead)) == ["Second", "Of the theme"]
    of_project = factories.holder(PostKind.CABINET_MEMBER, leads=[small.projects[0]])
    assert titles(signed_in(of_project)) == ["First"]


def test_whoever_sees_everything_and_leads_nothing_has_an_empty_calendar(small, three):
    found = lines(signed_in(small.cast().finance))
    assert found[0] == "BEGIN:VCALENDAR"
    assert "BEGIN:VEVENT" not in found


def test_an_event_lasts_from_the_earliest_to_the_latest_day_and_says_the_words_as_written(small):
    factories.MilestoneFactory(
        programme=small.programme,
        project=small.projects[0],
        title="Charging policy, to Cabinet",
        date_as_written="Sept 2015; maybe later",
        earliest=date(2015, 9, 1),
        latest=date(2015, 9, 30),
        to_be_confirmed=True,
    )
    found = lines(signed_in(small.cast().head))
    assert "DTSTART;VALUE=DATE:20150901" in found
    assert "DTEND;VALUE=DATE:20151001" in found
    assert "SUMMARY:Charging policy\\, to Cabinet" in found
    assert "STATUS:TENTATIVE" in found
    (said,) = [line for line in found if line.startswith("DESCRIPTION:")]
    assert said.startswith("DESCRIPTION:Date as written: “Sept 2015\\; maybe later”.\\nRead as: September 2015 (to be")
    assert any(line.startswith(f"URL:http://testserver/projects/{small.projects[0].code}/") for line in found)


@pytest.mark.parametrize(
    ("fields", "first", "end"),
    [
        ({"earliest": None, "latest": date(2016, 6, 30)}, "20160630", "20160701"),
        ({"earliest": date(2016, 1, 1), "latest": None}, "20160101", "20160102"),
        ({"status": "completed", "completed_on": date(2016, 3, 9)}, "20160309", "20160310"),
    ],
)
def test_where_one_day_is_known_the_event_is_on_that_day(small, fields, first, end):
    factories.MilestoneFactory(programme=small.programme, project=small.projects[0], **fields)
    found = lines(signed_in(small.cast().head))
    assert [line.partition(":")[2] for line in found if line.startswith(("DTSTART", "DTEND"))] == [first, end]


def test_without_a_day_there_is_no_event(small):
    factories.MilestoneFactory(programme=small.programme, project=small.projects[0], earliest=None, latest=None)
    assert titles(signed_in(small.cast().head)) == []


def test_what_the_address_does_not_know_is_refused(small):
    client = signed_in(small.cast().head)
    assert client.get(MINE, {"theme": "x"}).status_code == 404


def test_as_many_queries_for_20_milestones_as_for_2(small):
    client = signed_in(small.cast().head)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(MINE).status_code == 200
        return len(captured)

    factories.MilestoneFactory.create_batch(2, programme=small.programme, project=small.projects[0])
    few = queries()
    factories.MilestoneFactory.create_batch(18, programme=small.programme, project=small.projects[0])
    assert queries() == few <= 10


def test_the_list_draws_its_milestones_by_theme_those_without_one_last(small, three):
    own = factories.ProjectFactory(programme=small.programme, title="No theme of its own")
    factories.MilestoneFactory(programme=small.programme, project=own, title="Alone")
    html = page(signed_in(small.cast().finance), "/milestones/")
    chart = html[html.index('<figure class="ff-chart ff-timeline"') :]
    places = [chart.index(words) for words in (small.themes[0].name, "First", small.themes[1].name, "Second")]
    assert places == sorted(places)
    assert chart.index("Of the theme") < chart.index(">No theme</h3>") < chart.index("Alone")
