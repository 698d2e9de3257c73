"""Renaming, splitting and merging directorates and services on a day: what follows, what stays, what is refused."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from futurefit.access.reader import reader_of
from futurefit.council.models import Directorate, PostDirectorate, PostKind, PostService, Service, Succession
from futurefit.council.successors import successors
from futurefit.history.models import Act
from projects.models import Project
from savings.groupings import COMMAND_GROUPINGS
from savings.models import Commentary, LineInPeriod
from savings.rollups import as_json, rollup
from savings.services.periods import close_and_open_next, period_called
from savings.services.reorganisation import (
    NewUnit,
    assign,
    effect_on,
    merge_units,
    move_service,
    rename_unit,
    split_unit,
    unassigned,
)
from savings.spreadsheets.names import Names
from tests import factories
from tests.savings.worked_programme import Worked, worked_programme

pytestmark = pytest.mark.django_db

ON = date(2016, 5, 10)


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2016, 5, 20)


@pytest.fixture
def worked() -> Worked:
    found = worked_programme()
    project = found.projects["PA"]
    project.directorate, project.service = found.directorates["North"], found.services["n1"]
    project.save()
    return found


@pytest.fixture
def office():
    return factories.actor(factories.holder(PostKind.PROGRAMME_OFFICER))


def everything(period) -> str:
    return json.dumps([as_json(rollup(period, by)) for by in COMMAND_GROUPINGS])


def targets(period, by: str) -> dict[str | None, int]:
    return {row.key: row.total.target for row in rollup(period, by).rows}


def line(worked: Worked, code: str) -> LineInPeriod:
    return LineInPeriod.objects.get(line__code=code, period__closed_at=None)


# Renaming


def test_a_renamed_directorate_ends_and_its_lines_projects_services_and_posts_stand_in_its_successor(worked, office):
    north = worked.directorates["North"]
    director = factories.director(north)
    officer = factories.holder(PostKind.FINANCE_OFFICER, directorates=[north])
    Commentary.objects.create(
        period=worked.period, directorate=north, words="Well", written_at=worked.period.opened_at, written_by="Director"
    )
    new = rename_unit(actor=office, old=north, new=NewUnit("Far North", "FN"), on=ON, reason="Cabinet said so")

    north.refresh_from_db()
    assert (north.name, north.code, north.ends_on) == ("North", "NORTH", date(2016, 5, 9))
    assert (new.code, new.slug, new.starts_on, new.order) == ("FN", "fn", ON, north.order)
    assert [(row.kind, row.on, row.to_directorate) for row in Succession.objects.all()] == [("rename", ON, new)]
    # A1 100 + 200 and B1 50 - 50 stood in North.
    assert targets(worked.period, "directorate") == {"FN": 300, "SOUTH": 45, "WEST": 0, None: 7}
    assert {line(worked, code).directorate_label for code in ("A1", "B1", "M1", "W1")} == {"Far North"}
    assert Project.objects.get(code="PA").directorate == new
    assert Service.objects.get(code="n1").directorate == new
    assert reader_of(director).own_directorate_ids == {new.pk, north.pk}
    assert reader_of(officer).finance_directorate_ids == {new.pk, north.pk}
    assert Commentary.objects.get().directorate == new
    act = Act.objects.get(verb="council.renamed")
    assert (act.sentence, act.reason) == (
        "Renamed the directorate North to Far North from 10 May 2016.",
        "Cabinet said so",
    )
    named = {(subject.kind, subject.label) for subject in act.subjects.all()}
    assert {
        ("council.directorate", "Far North"),
        ("projects.project", "Project PA"),
        ("savings.savingsline", "A1"),
    } <= named


def test_a_renamed_service_keeps_its_directorate_and_gets_a_code_of_its_own(worked, office):
    old = worked.services["n1"]
    head = factories.head_of_service(old)
    new = rename_unit(actor=office, old=old, new=NewUnit("Roads & paths"), on=ON, reason="Clearer")
    assert (new.code, new.directorate) == ("north-roads-paths", worked.directorates["North"])
    assert targets(worked.period, "service") == {"north-roads-paths": 300, "s1": 45, "w1": 0, None: 7}
    assert Project.objects.get(code="PA").service == new
    assert reader_of(head).own_service_ids == {old.pk, new.pk}


# Merging


def test_merged_directorates_hold_what_all_of_them_held(worked, office):
    north, south = worked.directorates["North"], worked.directorates["South"]
    new = merge_units(actor=office, olds=[north, south], into=NewUnit("Both", "B"), on=ON, reason="Saves a director")
    assert targets(worked.period, "directorate") == {"B": 345, "WEST": 0, None: 7}
    assert {row.directorate for row in Service.objects.filter(code__in=["n1", "s1"])} == {new}
    assert successors().present(north) == [new] == successors().present(south)
    assert Act.objects.get(verb="council.merged").sentence == (
        "Merged the directorates North and South into Both from 10 May 2016."
    )


def test_a_service_can_be_merged_into_one_of_another_directorate_that_goes_on(worked, office):
    merge_units(
        actor=office, olds=[worked.services["n1"]], into=worked.services["w1"], on=ON, reason="One team for both"
    )
    moved = line(worked, "A1")
    assert (moved.service.code, moved.directorate_label, moved.service_label) == ("w1", "West", "Service w1")
    assert Project.objects.get(code="PA").directorate == worked.directorates["West"]
    assert targets(worked.period, "directorate") == {"NORTH": 0, "SOUTH": 45, "WEST": 300, None: 7}


def test_a_service_that_moves_takes_along_what_stood_in_its_directorate(worked, office):
    stray = line(worked, "A2")
    stray.service = worked.services["n1"]
    stray.save()
    move_service(actor=office, service=worked.services["n1"], to=worked.directorates["West"], on=ON, reason="Fits")
    assert Service.objects.get(code="n1").directorate == worked.directorates["West"]
    assert line(worked, "A1").directorate_label == "West"
    assert line(worked, "A2").directorate_label == "South", "it stood elsewhere than its service"
    assert Act.objects.get(verb="council.service_moved").sentence.startswith("Moved the service Service n1 from North")


# Splitting and assigning


@pytest.fixture
def split(worked, office) -> tuple[Directorate, Directorate, Directorate]:
    north = worked.directorates["North"]
    upper, lower = split_unit(
        actor=office, old=north, into=[NewUnit("Upper", "UP"), NewUnit("Lower", "LO")], on=ON, reason="Too large"
    )
    return north, upper, lower


def test_after_a_split_everything_stands_where_it_stood_until_it_is_assigned(worked, split):
    north, *_ = split
    assert targets(worked.period, "directorate") == {"NORTH": 300, "UP": 0, "LO": 0, "SOUTH": 45, "WEST": 0, None: 7}
    left = unassigned(north)
    assert [row.line.code for row in left.lines] == ["A1", "B1", "M1"]
    assert [project.code for project in left.projects] == ["PA"]
    assert [service.code for service in left.services] == ["n1"]


def test_lines_are_assigned_one_by_one_projects_and_services_take_theirs_along(worked, split, office):
    north, upper, lower = split
    director = factories.director(north)
    b1 = line(worked, "B1")
    assign(actor=office, old=north, to=lower, reason="By place", lines={b1.pk: b1.version})
    assert targets(worked.period, "directorate")["LO"] == 0  # 50 in one year and -50 in another
    assert (line(worked, "B1").directorate_label, line(worked, "M1").directorate_label) == ("Lower", "North")

    moved = assign(
        actor=office,
        old=north,
        to=upper,
        reason="By place",
        services=[worked.services["n1"].pk],
        posts=[director.holdings.get().post_id],
    )
    assert {row.line.code for row in moved.lines} == {"A1", "W1"} and [each.code for each in moved.projects] == ["PA"]
    assert Service.objects.get(code="n1").directorate == upper
    assert reader_of(director).own_directorate_ids == {upper.pk, north.pk}
    m1 = line(worked, "M1")
    assign(actor=office, old=north, to=upper, reason="By place", lines={m1.pk: m1.version})
    assert unassigned(north).count == 0
    assert targets(worked.period, "directorate") == {"UP": 300, "LO": 0, "SOUTH": 45, "WEST": 0, None: 7}
    assert [act.sentence for act in Act.objects.filter(verb="council.line_assigned").order_by("pk")] == [
        "Assigned 1 line of North to Lower.",
        "Assigned 1 service and 1 post of North to Upper.",
        "Assigned 1 line of North to Upper.",
    ]


def test_what_was_changed_since_it_was_seen_is_not_assigned_and_nothing_else_is(worked, split, office):
    north, upper, _lower = split
    a1, b1 = line(worked, "A1"), line(worked, "B1")
    with pytest.raises(ValidationError, match="Nothing was assigned") as refused:
        assign(actor=office, old=north, to=upper, reason="x", lines={a1.pk: a1.version + 1, b1.pk: b1.version})
    assert refused.value.code == "stale"
    assert line(worked, "B1").directorate == north


def test_only_a_successor_takes_over_also_one_of_a_later_reorganisation(worked, split, office):
    north, upper, _lower = split
    a1 = line(worked, "A1")
    with pytest.raises(ValidationError, match="West does not follow North"):
        assign(actor=office, old=north, to=worked.directorates["West"], reason="x", lines={a1.pk: a1.version})
    top = rename_unit(actor=office, old=upper, new=NewUnit("Top", "TOP"), on=date(2016, 5, 15), reason="Shorter")
    assert [unit.code for unit in successors().present(north)] == ["TOP", "LO"]
    assign(actor=office, old=north, to=top, reason="x", lines={a1.pk: a1.version})
    assert line(worked, "A1").directorate_label == "Top"


def test_heads_of_a_split_service_and_its_finance_officers_keep_all_of_it(worked, office):
    head = factories.head_of_service(worked.services["n1"])
    one, two = split_unit(
        actor=office, old=worked.services["n1"], into=[NewUnit("One"), worked.services["s1"]], on=ON, reason="x"
    )
    assert reader_of(head).own_service_ids == {worked.services["n1"].pk, one.pk, two.pk}
    a1 = line(worked, "A1")
    assign(actor=office, old=worked.services["n1"], to=two, reason="x", lines={a1.pk: a1.version})
    assert line(worked, "A1").directorate_label == "South", "it stood in the directorate of its service"


# Closed periods, days, refusals


def test_closed_periods_are_byte_identical_after_every_kind_of_reorganisation(worked, office):
    following = close_and_open_next(actor=office, period=worked.period, new=period_called("2016/17 M03"))
    before = everything(worked.period)
    north, south, west = (worked.directorates[name] for name in ("North", "South", "West"))
    rename_unit(actor=office, old=west, new=NewUnit("Sunset", "SUN"), on=ON, reason="x")
    upper, lower = split_unit(
        actor=office, old=north, into=[NewUnit("Upper", "UP"), NewUnit("Lower", "LO")], on=ON, reason="x"
    )
    a1 = line(worked, "A1")
    assign(actor=office, old=north, to=upper, reason="x", lines={a1.pk: a1.version})
    merge_units(actor=office, olds=[south], into=lower, on=ON, reason="x")
    rename_unit(actor=office, old=worked.services["s1"], new=NewUnit("Other"), on=ON, reason="x")
    move_service(actor=office, service=worked.services["w1"], to=lower, on=ON, reason="x")
    assert everything(worked.period) == before
    then, today = (rollup(worked.period, "directorate", shape=shape) for shape in ("then", "today"))
    assert then.total.total == today.total.total == rollup(following).total.total
    assert {row.key: row.total.target for row in today.rows if row.total.target} == {"UP": 300, "LO": 45, None: 7}


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2016, 5, 21), "has not come yet \\(today is 20 May 2016\\)"),
        (date(2000, 4, 1), "North began on 1 April 2000"),
    ],
)
def test_a_day_in_the_future_or_before_the_directorate_began_is_refused(worked, office, on, words):
    north = worked.directorates["North"]
    north.starts_on = date(2000, 4, 1)
    north.save()
    with pytest.raises(ValidationError, match=words):
        rename_unit(actor=office, old=north, new=NewUnit("New", "NEW"), on=on, reason="x")


def test_a_day_after_a_period_that_is_still_open_is_refused(worked, office, settings):
    settings.TODAY = date(2016, 6, 20)
    with pytest.raises(ValidationError, match="2016/17 month 2 is still open and ends on 31 May 2016, before 1 June"):
        rename_unit(
            actor=office,
            old=worked.directorates["North"],
            new=NewUnit("New", "NEW"),
            on=date(2016, 6, 1),
            reason="x",
        )


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (NewUnit("south", "S2"), "there is a directorate “South” already"),
        (NewUnit("New", "south"), "SOUTH is the code of South"),
        (NewUnit("New", ""), "code"),
        (NewUnit("", "NEW"), "name"),
    ],
)
def test_a_name_or_code_that_is_taken_or_missing_is_refused_and_nothing_is_written(worked, office, new, words):
    with pytest.raises(ValidationError, match=words):
        rename_unit(actor=office, old=worked.directorates["North"], new=new, on=ON, reason="x")
    assert not Succession.objects.exists() and not Act.objects.filter(verb="council.renamed").exists()


def test_every_kind_needs_a_reason_and_something_that_has_not_ended(worked, office):
    north, south = worked.directorates["North"], worked.directorates["South"]
    with pytest.raises(ValidationError, match="Say why"):
        rename_unit(actor=office, old=north, new=NewUnit("New", "NEW"), on=ON, reason=" ")
    rename_unit(actor=office, old=north, new=NewUnit("New", "NEW"), on=ON, reason="x")
    with pytest.raises(ValidationError, match="North ended on 9 May 2016"):
        merge_units(actor=office, olds=[north, south], into=NewUnit("Both", "B"), on=ON, reason="x")
    with pytest.raises(ValidationError, match="at least two different ones"):
        merge_units(actor=office, olds=[south], into=NewUnit("Both", "B"), on=ON, reason="x")
    with pytest.raises(ValidationError, match="at least two that take its place"):
        split_unit(actor=office, old=south, into=[NewUnit("One", "O")], on=ON, reason="x")


def test_what_stands_there_has_to_be_what_was_seen(worked, office):
    north = worked.directorates["North"]
    seen = effect_on([north])
    assert (seen.lines, seen.withdrawn, seen.projects, seen.services) == (4, 1, 1, 1)
    factories.line(worked.period, worked.projects["PB"], {2016: 5}, directorate=north)
    with pytest.raises(ValidationError, match="4 lines then, 5 now") as refused:
        rename_unit(actor=office, old=north, new=NewUnit("New", "NEW"), on=ON, reason="x", seen=seen)
    assert refused.value.code == "stale"


def test_a_post_has_each_successor_once(worked, office):
    head = factories.head_of_service(worked.services["n1"], worked.services["s1"])
    new = merge_units(
        actor=office, olds=[worked.services["n1"], worked.services["s1"]], into=NewUnit("All"), on=ON, reason="x"
    )
    assert PostService.objects.filter(post=head.holdings.get().post, service=new).count() == 1
    assert not PostDirectorate.objects.exists()


def test_a_workbook_that_says_the_old_name_means_what_followed_it(worked, office):
    north, south = worked.directorates["North"], worked.directorates["South"]
    new = rename_unit(actor=office, old=north, new=NewUnit("Far North", "FN"), on=ON, reason="x")
    split_unit(actor=office, old=south, into=[NewUnit("One", "ONE"), NewUnit("Two", "TWO")], on=ON, reason="x")
    names = Names(worked.programme, projects=False)
    assert [names.find("directorate", said) for said in ("North", "NORTH", "Far North")] == [new] * 3
    assert names.find("directorate", "South") == south, "what was split means two"
