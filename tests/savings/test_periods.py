"""Opening copies, closing freezes: nothing done later changes a closed period by a byte."""

import json
import threading
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from futurefit.history.models import Act
from futurefit.history.services import record_act
from futurefit.history.tracking import history_model
from futurefit.values.rag import DEFAULT_WEIGHTS, Split
from savings.groupings import GROUPINGS
from savings.models import (
    GroupInPeriod,
    LineInPeriod,
    MtfpHeading,
    Position,
    RagDefinition,
    ReportingPeriod,
    Requirement,
    SavingsLine,
)
from savings.rollups import BASES, VIEWS, as_json, requirement_of, scan
from savings.services.decisions import NewDecision, confirm_decision, record_approval
from savings.services.lines import (
    NewLine,
    NewPosition,
    add_lines,
    change_line,
    move_project,
    rename_directorate,
    rename_theme,
    set_split,
    withdraw_line,
)
from savings.services.periods import NewPeriod, close_and_open_next, open_first_period
from savings.services.project_facts import change_facts
from tests import factories
from tests.savings.worked_programme import Worked, worked_programme

TESTS = factories.TESTS
M03 = NewPeriod("2016/17 M03", 2016, date(2016, 6, 30), 3, due_on=date(2016, 7, 8), illustration="Made up")
M05 = NewPeriod("2016/17 M05", 2016, date(2016, 8, 31), 5)

COPIED_OF_A_LINE = [item.attname for item in LineInPeriod._meta.fields if item.name not in ("id", "period", "version")]
COPIED_OF_A_POSITION = [
    item.attname for item in Position._meta.fields if item.name not in ("id", "line_in_period", "version", "comment")
]


def everything(period: ReportingPeriod) -> bytes:
    """The JSON of a period by every grouping, view and basis, as bytes."""
    period = ReportingPeriod.objects.get(pk=period.pk)
    required = {view: requirement_of(period, view=view) for view in VIEWS}
    scans = [scan(period, GROUPINGS, basis=basis) for basis in BASES]
    found = [
        as_json(each.rollup(by, view=view), requirement=required[view])
        for each in scans
        for by in GROUPINGS
        for view in VIEWS
    ]
    return json.dumps(found, ensure_ascii=False).encode()


def rows_of(period: ReportingPeriod) -> tuple[list, list]:
    lines = LineInPeriod.objects.filter(period=period).order_by("line__code").values_list(*COPIED_OF_A_LINE)
    positions = Position.objects.filter(line_in_period__period=period).order_by("line_in_period__line__code", "year")
    return list(lines), list(positions.values_list("line_in_period__line__code", *COPIED_OF_A_POSITION))


def now(worked: Worked, code: str) -> LineInPeriod:
    """The line as it stands in the open period."""
    return LineInPeriod.objects.get(period__programme=worked.programme, period__closed_at=None, line__code=code)


@pytest.fixture
def worked(db) -> Worked:
    return worked_programme()


@pytest.fixture
def closed(worked) -> Worked:
    """The worked programme with its period closed and 2016/17 M03 open."""
    close_and_open_next(actor=TESTS, period=worked.period, new=M03)
    return worked


def test_the_first_period_has_the_horizon_of_the_programme_and_the_default_definitions(db):
    programme = factories.ProgrammeFactory(horizon_first=2016, horizon_last=2020, open_ended=True)
    period = open_first_period(actor=TESTS, programme=programme, new=M03)
    assert period.is_open and period.horizon == programme.horizon
    assert (period.label, period.month, period.due_on) == ("2016/17 M03", 3, date(2016, 7, 8))
    assert dict(period.rag_definitions.values_list("status", "weight")) == {
        status.value: weight for status, weight in DEFAULT_WEIGHTS.items()
    }
    act = Act.objects.get(verb="savings.period_opened")
    assert "2016/17 month 3" in act.sentence and act.programme_slug == programme.slug


def test_a_programme_has_one_first_period(worked):
    with pytest.raises(ValidationError, match="has a first period already"):
        open_first_period(actor=TESTS, programme=worked.programme, new=M03)


def test_opening_copies_every_line_and_position_to_the_pound(worked):
    worked.lines["A1"].positions.filter(year=2016).update(comment="Said in M02")
    following = close_and_open_next(actor=TESTS, period=worked.period, new=M03)
    assert rows_of(following) == rows_of(worked.period)
    assert len(rows_of(following)[0]) == 7, "a withdrawn line and one without an amount are copied too"
    copied = Position.objects.get(line_in_period__period=following, line_in_period__line__code="A1", year=2016)
    assert (copied.version, copied.comment) == (1, ""), "a comment was said in its own period"
    assert json.loads(everything(following)) != [] and following.copied_from == worked.period


def test_opening_copies_definitions_weights_and_requirement(worked):
    worked.period.rag_definitions.filter(status="amber").update(weight=30, words="Wobbly")
    following = close_and_open_next(actor=TESTS, period=worked.period, new=M03)
    amber = following.rag_definitions.get(status="amber")
    assert (amber.weight, amber.words) == (30, "Wobbly")
    assert dict(following.requirements.values_list("year", "amount")) == {2016: 300, 2017: 100}


def test_opening_takes_the_horizon_the_programme_has_by_then(worked):
    worked.programme.horizon_last = 2019
    worked.programme.save()
    following = close_and_open_next(actor=TESTS, period=worked.period, new=M03)
    assert following.horizon.last == 2019
    assert ReportingPeriod.objects.get(pk=worked.period.pk).horizon.last == 2018


def test_closing_and_opening_is_one_act_at_one_time_and_writes_no_row_histories_of_lines(worked):
    before = Act.objects.count()
    at = datetime(2016, 6, 1, 8, 0, tzinfo=UTC)
    following = close_and_open_next(actor=TESTS, period=worked.period, new=M03, at=at)
    assert Act.objects.count() == before + 1
    act = Act.objects.get(verb="savings.period_closed")
    assert act.sentence == "Closed 2016/17 month 2 and opened 2016/17 month 3."
    assert {subject.object_id for subject in act.subjects.all()} == {worked.period.pk, following.pk}
    assert worked.period.closed_at == following.opened_at == act.at == at
    for copied in (LineInPeriod, RagDefinition, Requirement):
        assert not history_model(copied).objects.filter(period_id=following.pk).exists()
    copies = history_model(ReportingPeriod).objects.filter(act=act).order_by("history_id")
    assert list(copies.values_list("id", "history_type", "closed_at", "version")) == [
        (worked.period.pk, "~", at, 2),
        (following.pk, "+", None, 1),
    ]


def test_closing_freezes_the_groups_with_the_names_they_have(closed):
    frozen = GroupInPeriod.objects.filter(period=closed.period)
    assert list(frozen.filter(grouping="theme").values_list("key", "label")) == [
        ("alpha", "Alpha"),
        ("beta", "Beta"),
        ("gamma", "Gamma"),
    ]
    assert frozen.filter(grouping="project").count() == 4


def statements(period: ReportingPeriod, new: NewPeriod) -> tuple[ReportingPeriod, list[str]]:
    """The period that follows, and what was asked of the database to open it, without the marks of the transaction."""
    with CaptureQueriesContext(connection) as queries:
        following = close_and_open_next(actor=TESTS, period=period, new=new)
    marks = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")
    return following, [each["sql"] for each in queries if not each["sql"].startswith(marks)]


def test_opening_a_period_takes_ten_statements_at_most_for_many_lines_and_groups_as_for_few(worked):
    following, few = statements(ReportingPeriod.objects.select_related("programme").get(), M03)
    for place in range(200):
        project = factories.ProjectFactory(programme=worked.programme, theme=worked.themes["Alpha"])
        factories.line(following, project, {2016: 5, 2017: place})
    _, many = statements(ReportingPeriod.objects.select_related("programme").open().get(), M05)
    assert len(many) == len(few) <= 10, few
    assert GroupInPeriod.objects.filter(period=following, grouping="project").count() == 204


@pytest.mark.parametrize(
    ("new", "message"),
    [
        (NewPeriod("2016/17 M02b", 2016, date(2016, 5, 31)), "must end after 31 May 2016"),
        (NewPeriod("2016/17 M02", 2016, date(2016, 6, 30)), "a reporting period of this name already"),
        (NewPeriod("2016/17 M13", 2016, date(2016, 6, 30), month=13), "from 1 \\(April\\) to 12"),
    ],
)
def test_a_next_period_that_cannot_be_leaves_everything_as_it_was(worked, new, message):
    before, acts = everything(worked.period), Act.objects.count()
    with pytest.raises(ValidationError, match=message):
        close_and_open_next(actor=TESTS, period=worked.period, new=new)
    assert worked.period.is_open and ReportingPeriod.objects.get().is_open
    assert (everything(worked.period), Act.objects.count()) == (before, acts)
    assert not GroupInPeriod.objects.exists()


def test_a_closed_period_is_not_closed_again(closed):
    with pytest.raises(ValidationError, match="is closed already"):
        close_and_open_next(actor=TESTS, period=closed.period, new=M05)


# Must show 3


def retag(closed: Worked) -> None:
    changes = {
        "title": "Another name",
        "heading": closed.headings["Council Tax"],
        "saving_type": "faster",
        "method": "property",
        "recurring": "one_off",
        "directorate": closed.directorates["West"],
        "service": closed.services["w1"],
        "corporate_area": None,
    }
    change_line(actor=TESTS, line=now(closed, "A1"), changes=changes)


def move_to_another_theme(closed: Worked) -> None:
    change_line(actor=TESTS, line=now(closed, "B2"), changes={"project": closed.projects["PA"]})
    move_project(actor=TESTS, project=closed.projects["PA"], theme=closed.themes["Gamma"], directorate=None)


def rename(closed: Worked) -> None:
    rename_directorate(actor=TESTS, directorate=closed.directorates["North"], name="Far North")
    rename_theme(actor=TESTS, theme=closed.themes["Alpha"], name="Omega")


def edit_every_name_and_order_by_hand(closed: Worked) -> None:
    groups = [
        *closed.themes.values(),
        *closed.directorates.values(),
        *closed.services.values(),
        *closed.headings.values(),
        closed.area,
    ]
    for place, group in enumerate(groups):
        group.name = f"Renamed {place}"
        if hasattr(group, "order"):
            group.order = 900 - place
        group.save()
    for place, project in enumerate(closed.projects.values()):
        project.title, project.order, project.theme = f"Retitled {place}", 900 - place, closed.themes["Beta"]
        project.save()
    for heading in closed.headings.values():
        heading.kind = "funding" if heading.kind == "savings" else "savings"
        heading.save()
    service = closed.services["n1"]
    service.directorate = closed.directorates["West"]
    service.save()


def add_groups(closed: Worked) -> None:
    factories.ThemeFactory(programme=closed.programme, slug="aaa", name="Aaa", order=0)
    factories.DirectorateFactory(code="AAA", name="Aaa", order=0)
    factories.ServiceFactory(code="aaa", name="Aaa")
    factories.ProjectFactory(programme=closed.programme, code="AAA", order=0)
    factories.MtfpHeadingFactory(programme=closed.programme, slug="aaa", order=0)
    factories.CorporatePlanAreaFactory(slug="aaa", name="Aaa")


def end_a_directorate(closed: Worked) -> None:
    west = closed.directorates["West"]
    west.starts_on, west.ends_on = date(2010, 4, 1), date(2016, 5, 1)
    west.save()


def write_amounts(closed: Worked) -> None:
    new = NewLine("New one", closed.projects["PE"], code="Z1", positions=[NewPosition(2016, Split(5_000))])
    add_lines(actor=TESTS, period=now(closed, "A1").period, lines=[new])
    position = now(closed, "A1").positions.get(year=2017)
    set_split(actor=TESTS, position=position, split=Split(999, red=999))
    withdraw_line(actor=TESTS, line=now(closed, "N1"), reason="Not real")


def approve(closed: Worked) -> None:
    period = now(closed, "A1").period
    decision = record_approval(
        actor=TESTS,
        period=period,
        new=NewDecision("D9", "Cabinet", taken_before_use=True),
        positions=list(Position.objects.in_period(period).filter(approved=False)),
    )
    confirm_decision(actor=TESTS, decision=decision)


def change_definitions_and_requirement(closed: Worked) -> None:
    period = now(closed, "A1").period
    RagDefinition.objects.filter(period=period).update(weight=7, words="Reworded")
    Requirement.objects.filter(period=period).update(amount=1)
    Requirement.objects.create(period=period, year=2018, amount=1)


def extend_the_plan(closed: Worked) -> None:
    closed.programme.horizon_last, closed.programme.open_ended = 2021, True
    closed.programme.save()


def close_again(closed: Worked) -> None:
    close_and_open_next(actor=TESTS, period=now(closed, "A1").period, new=M05)


LATER = [
    retag,
    move_to_another_theme,
    rename,
    add_groups,
    end_a_directorate,
    write_amounts,
    approve,
    change_definitions_and_requirement,
    extend_the_plan,
    edit_every_name_and_order_by_hand,
]


@pytest.mark.parametrize("later", LATER, ids=lambda later: later.__name__)
def test_a_closed_period_does_not_change_by_a_byte(closed, later):
    before = everything(closed.period)
    open_before = everything(now(closed, "A1").period)
    later(closed)
    assert everything(closed.period) == before
    close_again(closed)
    assert everything(closed.period) == before
    if later not in (end_a_directorate, extend_the_plan):
        assert everything(ReportingPeriod.objects.get(label=M03.label)) != open_before, "the act did something"


def test_all_of_it_together_changes_two_closed_periods_by_nothing(closed):
    add_groups(closed)
    second = now(closed, "A1").period
    close_again(closed)
    before = everything(closed.period), everything(second)
    for later in LATER:
        if later is not add_groups:
            later(closed)
    assert (everything(closed.period), everything(second)) == before


def test_the_figures_of_a_closed_period_are_refused_to_every_service(closed):
    line = LineInPeriod.objects.get(period=closed.period, line__code="A1")
    position = line.positions.get(year=2017)
    period = ReportingPeriod.objects.get(pk=closed.period.pk)
    before = everything(period)
    attempts = (
        lambda: change_line(actor=TESTS, line=line, changes={"method": "income"}),
        lambda: set_split(actor=TESTS, position=position, split=Split(1)),
        lambda: withdraw_line(actor=TESTS, line=line, reason="No"),
        lambda: add_lines(actor=TESTS, period=period, lines=[NewLine("New", closed.projects["PA"])]),
        lambda: record_approval(actor=TESTS, period=period, new=NewDecision("D1", "Cabinet"), positions=[position]),
    )
    for attempt in attempts:
        with pytest.raises(ValidationError, match="2016/17 month 2 is closed: its figures never change"):
            attempt()
    assert everything(period) == before


def test_labels_of_headings_lines_and_periods_speak(worked):
    assert str(MtfpHeading.objects.get(slug="new")) == "New Savings"
    assert str(SavingsLine.objects.get(code="A1")) == "A1"
    assert str(worked.lines["A1"]) == "Line A1"
    assert (str(worked.period), worked.period.spoken) == ("2016/17 M02", "2016/17 month 2")
    assert str(Requirement.objects.get(year=2016)) == "2016/17 M02: 300"
    assert str(worked.period.rag_definitions.get(status="amber")) == "Amber: 50 %"
    assert not worked.period.illustrated
    quarter = factories.ReportingPeriodFactory(label="2016/17 Q2", month=None, illustration="Made up")
    assert (quarter.spoken, quarter.illustrated) == ("2016/17 Q2", True)
    assert str(factories.GroupInPeriodFactory(label="Then")) == "Then"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_rating_under_way_is_in_the_period_that_closes_meanwhile():
    """The closing waits for the write: the next period starts with what was written, never without it."""
    worked = worked_programme()
    position = worked.lines["A1"].positions.get(year=2017)
    written, closing = threading.Event(), threading.Event()

    def rate() -> None:
        try:
            with record_act(actor=TESTS, verb="tests.rated", sentence="Rated while the period closed."):
                set_split(actor=TESTS, position=position, split=Split(200, red=200))
                written.set()
                closing.wait(0.5)
        finally:
            written.set()
            connection.close()

    thread = threading.Thread(target=rate)
    thread.start()
    written.wait(10)
    following = close_and_open_next(actor=TESTS, period=worked.period, new=M03)
    closing.set()
    thread.join()
    copied = Position.objects.get(line_in_period__period=following, line_in_period__line__code="A1", year=2017)
    assert copied.red == 200


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_lines_follow_their_project_into_the_period_that_is_open_when_it_changes():
    """Who changes a project while its period closes waits, and changes the lines of the next period alone."""
    worked = worked_programme()
    problems: list[BaseException] = []

    def change() -> None:
        try:
            change_facts(actor=TESTS, project=worked.projects["PA"], facts={"title": "Another title"})
        except BaseException as problem:
            problems.append(problem)
        finally:
            connection.close()

    thread = threading.Thread(target=change)
    with transaction.atomic():
        following = close_and_open_next(actor=TESTS, period=worked.period, new=M03)
        thread.start()
        thread.join(0.5)
    thread.join()
    assert problems == []
    labels = LineInPeriod.objects.filter(line__code="A1").values_list("period_id", "project_label")
    assert dict(labels) == {worked.period.pk: worked.lines["A1"].project_label, following.pk: "Another title"}
