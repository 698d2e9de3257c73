"""Who did what: the acts of the programme, the rows behind one, and the history of one object."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from futurefit.history.actors import Actor
from futurefit.history.models import Act
from futurefit.history.reads import changes_of
from futurefit.history.services import record_act
from futurefit.values.rag import Split
from projects.models import Project
from savings.copied_rows import former_rows
from savings.models import LineInPeriod
from savings.services.lines import change_line, set_split
from savings.services.periods import NewPeriod, close_and_open_next
from tests import factories
from tests.savings.views.on_page import page, signed_in

pytestmark = pytest.mark.django_db

LIST = "/history/"
OFFICER = Actor(user_id=None, name="A name", post_id=None, post_title="Programme officer")


@pytest.fixture
def small() -> factories.SmallProgramme:
    return factories.small_programme()


@pytest.fixture
def auditor() -> Client:
    return signed_in(factories.auditor())


def rename(project: Project, title: str, *, day: int = 1, reason: str = "", about=()) -> Act:
    with record_act(
        actor=OFFICER,
        verb="projects.project_renamed",
        sentence=f"Renamed {project.title} to {title}.",
        reason=reason,
        about=[project, *about],
        at=datetime(2016, 5, day, 12, tzinfo=UTC),
        programme_slug=project.programme.slug,
    ) as act:
        project.title = title
        project.save()
    return act


@pytest.fixture
def acts(small) -> list[Act]:
    return [
        rename(small.projects[0], "First", reason="Cabinet asked for it"),
        rename(small.projects[1], "Second", day=10),
    ]


def test_acts_are_told_newest_first_with_who_and_why(acts, auditor):
    html = page(auditor, LIST)
    assert html.index(acts[1].sentence) < html.index(acts[0].sentence)
    assert "A name, Programme officer" in html
    assert "Cabinet asked for it" in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"who": "programme"}, [0, 1]),
        ({"who": "auditor"}, []),
        ({"family": "projects"}, [0, 1]),
        ({"family": "savings"}, []),
        ({"about": "projects.project"}, [0, 1]),
        ({"about": "projects.theme"}, []),
        ({"since": "2016-05-02"}, [1]),
        ({"until": "2016-05-01"}, [0]),
        ({"since": "2016-05-10", "until": "2016-05-10"}, [1]),
        ({"q": "asked"}, [0]),
    ],
)
def test_filters_narrow(acts, auditor, query, found):
    html = page(auditor, LIST, **query)
    assert [place for place, act in enumerate(acts) if act.sentence in html] == found


@pytest.mark.parametrize("query", [{"family": "x"}, {"about": "x"}, {"since": "soon"}, {"colour": "green"}])
def test_an_invalid_filter_shows_what_is_wrong_and_no_act(acts, auditor, query):
    response = auditor.get(LIST, query)
    assert response.status_code == 400
    assert not any(act.sentence in response.content.decode() for act in acts)


def test_a_closed_period_tells_acts_up_to_its_closing(acts, auditor, small):
    small.period.closed_at = datetime(2016, 5, 5, tzinfo=UTC)
    small.period.save()
    factories.ReportingPeriodFactory(programme=small.programme, label="2015/16 M08", ends_on=date(2015, 11, 30))
    html = page(auditor, LIST, period=small.period.label)
    assert acts[0].sentence in html
    assert acts[1].sentence not in html


def test_an_act_opens_to_its_rows_from_what_to_what(acts, small, auditor):
    again = rename(small.projects[0], "Third", day=20)
    html = page(auditor, f"{LIST}{again.pk}/")
    assert '<td data-label="From">First</td><td data-label="To">Third</td>' in html
    assert "version" not in html[html.index("<main") :]


def test_the_first_change_since_a_period_opened_tells_line_and_year_and_what_the_closed_period_keeps(small, auditor):
    """Opening copies rows without histories; a comment is said in its own period and is not what stood before."""
    line = small.lines[0]
    of_2016 = line.positions.filter(year=2016)
    of_2016.update(target=60_000, delivered=0, on_target=60_000, amber=0, red=0, comment="Said in the month before")
    factories.PositionFactory(line_in_period=line, year=None, target=7_000)
    new = NewPeriod("2015/16 M08", 2015, date(2015, 11, 30), 8)
    opened = close_and_open_next(actor=OFFICER, period=small.period, new=new)
    here = LineInPeriod.objects.get(period=opened, line=line.line)
    with record_act(actor=OFFICER, verb="tests.rated", sentence="Rated three rows.") as act:
        for year in (2016, None):
            set_split(actor=OFFICER, position=here.positions.get(year=year), split=Split(5_000))
        other = LineInPeriod.objects.get(period=opened, line=small.lines[1].line)
        change_line(actor=OFFICER, line=other, changes={"title": "Another title"})
    told = {
        (change.label, field.name): (field.was, field.became)
        for change in changes_of(act, former=former_rows)
        for field in change.fields
        if field.name != "version"
    }
    assert told == {
        (f"{line.title}, 2016/17", "target"): ("£60,000", "£5,000"),
        (f"{line.title}, 2016/17", "on target"): ("£60,000", "£0"),
        (f"{line.title}, not profiled", "target"): ("£7,000", "£5,000"),
        ("Another title", "title"): (small.lines[1].title, "Another title"),
    }
    html = page(auditor, f"{LIST}{act.pk}/")
    assert "not recorded" not in html and '<td data-label="From">£60,000</td>' in html


def test_the_history_of_a_line_says_what_each_act_did_to_its_amounts_across_periods(small, auditor):
    line = small.lines[0]
    first = line.positions.get(year=2016)
    set_split(actor=OFFICER, position=first, split=Split(100_000, on_target=60_000, amber=40_000))
    close_and_open_next(actor=OFFICER, period=small.period, new=NewPeriod("2015/16 M09", 2015, date(2015, 12, 31), 9))
    second = LineInPeriod.objects.get(period__label="2015/16 M09", line=line.line).positions.get(year=2016)
    set_split(actor=OFFICER, position=second, split=Split(100_000, amber=40_000, red=60_000))
    html = page(auditor, f"/lines/{line.line.code}/history/")
    assert "2016/17: on target from £25,000 to £60,000, amber from £25,000 to £40,000, red from £25,000 to £0" in html
    assert "2016/17: on target from £60,000 to £0, red from £0 to £60,000" in html


def test_who_may_open_the_history_and_the_rows_behind_an_act(acts, small):
    seen = {name: signed_in(user).get(LIST).status_code for name, user in small.cast().with_posts.items()}
    everything = {"finance", "chief_executive", "head_of_finance", "cabinet", "programme_officer", "auditor"}
    assert {name for name, status in seen.items() if status == 200} == everything
    assert {status for name, status in seen.items() if name not in everything} == {403}
    rows = {
        kind: signed_in(make()).get(f"{LIST}{acts[0].pk}/").status_code
        for kind, make in (
            ("finance", factories.finance_officer),
            ("s151", factories.head_of_finance),
            ("cabinet", factories.cabinet_member),
            ("office", factories.programme_officer),
        )
    }
    assert rows == {"finance": 200, "s151": 200, "cabinet": 403, "office": 403}


def test_an_act_that_is_not_there_is_a_404_however_long_its_number(auditor, small):
    assert auditor.get(f"{LIST}{10**30}/").status_code == 404


def test_a_project_tells_what_was_done_to_it_its_lines_and_its_milestones_and_to_nothing_else(acts, small):
    client = signed_in(small.cast().head)
    milestone = factories.MilestoneFactory(programme=small.programme, project=small.projects[0])
    for number, subject in enumerate((milestone, small.lines[0].line, small.lines[1].line)):
        with record_act(
            actor=OFFICER,
            verb="tests.act",
            sentence=f"Act {number}.",
            about=[subject],
            programme_slug=small.programme.slug,
        ):
            pass
    html = page(client, f"/projects/{small.projects[0].code}/history/")
    assert acts[0].sentence in html
    assert acts[1].sentence not in html
    assert "Act 0." in html
    assert "Act 1." in html
    assert "Act 2." not in html
    assert "Programme officer" in html
    assert "A name" not in html


def test_the_history_of_what_is_outside_the_reader_s_scope_is_not_there(small):
    client = signed_in(small.cast().head)
    assert client.get(f"/projects/{small.projects[1].code}/history/").status_code == 404
    assert client.get(f"/lines/{small.lines[1].line.code}/history/").status_code == 404
    assert client.get(f"/lines/{small.lines[0].line.code}/history/").status_code == 200


def test_a_theme_does_not_tell_a_head_of_service_about_projects_of_others(small):
    theme = small.themes[1]
    moved = rename(small.projects[1], "Moved here", about=[theme])
    with record_act(
        actor=OFFICER, verb="tests.act", sentence="Reworded.", about=[theme], programme_slug=small.programme.slug
    ):
        pass
    cast = small.cast()
    address = f"/themes/{theme.slug}/history/"
    own, other = page(signed_in(cast.head), address), page(signed_in(cast.finance), address)
    assert "Reworded." in own
    assert moved.sentence not in own
    assert moved.sentence in other


def test_a_directorate_tells_its_history_and_an_empty_one_says_what_will_be_here(small, auditor):
    html = page(auditor, f"/directorates/{small.directorates[0].code}/history/")
    assert "Nothing has been done here yet. Here will be every change" in html
    assert auditor.get("/directorates/NONE/history/").status_code == 404


def test_the_file_holds_every_act(acts, auditor):
    answer = auditor.get(LIST, {"export": "csv"}).content.decode("utf-8-sig")
    read = [row for row in csv.reader(io.StringIO(answer)) if len(row) > 1]
    assert read[0] == ["When", "What happened", "Who", "Why"]
    assert [row[1] for row in read[1:]] == [acts[1].sentence, acts[0].sentence]
