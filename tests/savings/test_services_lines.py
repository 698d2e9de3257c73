"""Adding, re-tagging, moving, rating and withdrawing lines: what happens, what is refused, what history keeps."""

from typing import NamedTuple

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from futurefit.history.models import Act
from futurefit.history.tracking import history_model
from futurefit.values.rag import Split
from savings.models import LineInPeriod, Position, SavingsLine
from savings.rollups import rollup
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
from tests import factories
from tests.savings.worked_programme import Worked, worked_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked() -> Worked:
    return worked_programme()


@pytest.fixture
def finance():
    return factories.actor(factories.finance_officer())


def copies(model, act):
    return history_model(model).objects.filter(act=act)


def a_position(worked: Worked, code: str, year: int | None) -> Position:
    return worked.lines[code].positions.get(year=year)


# Adding


def test_new_lines_stand_where_their_project_stands_unless_they_say_otherwise(worked, finance):
    project = worked.projects["PB"]
    project.directorate, project.service = worked.directorates["South"], worked.services["s1"]
    project.corporate_area, project.saving_type = worked.area, "further"
    project.save()
    first, second = add_lines(
        actor=finance,
        period=worked.period,
        lines=[
            NewLine("Same place", project, positions=[NewPosition(2016, Split(70)), NewPosition(None, Split(5))]),
            NewLine(
                "Elsewhere",
                project,
                code="E1",
                directorate=worked.directorates["North"],
                service=worked.services["n1"],
                heading=worked.headings["Council Tax"],
                saving_type="faster",
                amount_in_words="marginal",
            ),
        ],
    )
    first, second = LineInPeriod.objects.get(pk=first.pk), LineInPeriod.objects.get(pk=second.pk)
    assert (first.theme, first.directorate, first.service) == (
        worked.themes["Beta"],
        worked.directorates["South"],
        worked.services["s1"],
    )
    assert (first.corporate_area, first.saving_type, first.heading_kind) == (worked.area, "further", "savings")
    assert (first.theme_label, first.directorate_label, first.service_label, first.area_label) == (
        "Beta",
        "South",
        "Service s1",
        "Environment",
    )
    assert (second.directorate_label, second.heading_label, second.heading_kind) == ("North", "Council Tax", "funding")
    assert (first.line.code, second.line.code) == ("L0001", "E1")
    assert rollup(worked.period).total.total.target == 352 + 75
    assert not Position.objects.filter(line_in_period=first, approved=True).exists(), "new amounts are proposed"


def test_codes_go_on_from_the_highest(worked, finance):
    factories.SavingsLineFactory(programme=worked.programme, code="L0041")
    factories.SavingsLineFactory(programme=worked.programme, code="LX99")
    added = add_lines(
        actor=finance, period=worked.period, lines=[NewLine(name, worked.projects["PA"]) for name in "ab"]
    )
    assert [row.line.code for row in added] == ["L0042", "L0043"]


def test_adding_lines_is_one_act_by_its_actor_with_every_row_filed_under_it(worked, finance):
    new = NewLine("New", worked.projects["PA"], positions=[NewPosition(2016, Split(1)), NewPosition(2017, Split(2))])
    (row,) = add_lines(actor=finance, period=worked.period, lines=[new], reason="From the paper")
    act = Act.objects.get(verb="savings.lines_added")
    assert (act.actor_name, act.post_title, act.reason) == ("Finance officer", "Finance officer", "From the paper")
    assert act.sentence == "Added 1 savings line to 2016/17 month 2." and act.programme_slug == "worked"
    assert [copies(model, act).count() for model in (SavingsLine, LineInPeriod, Position)] == [1, 1, 2]
    assert {(subject.kind, subject.object_id) for subject in act.subjects.all()} == {
        ("savings.savingsline", row.line_id),
        ("projects.project", worked.projects["PA"].pk),
    }


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"positions": [NewPosition(2016, Split(10, red=20))]}, "target", "come to £20"),
        ({"positions": [NewPosition(2016, Split(10, delivered=-20))]}, "target", "opposite sign"),
        ({"positions": [NewPosition(2016, Split(0, amber=1))]}, "target", "against a target of £0"),
        ({"positions": [NewPosition(2031, Split(1))]}, "year", "runs from 2016/17 to 2018/19"),
        ({"positions": [NewPosition(2016, Split(1))] * 2}, "year", "two amounts for 2016/17"),
        ({"positions": [NewPosition(None, Split(1))] * 2}, "year", "two amounts for Not profiled"),
        ({"code": "A1"}, "code", "Code A1 is taken"),
        ({"title": ""}, "title", "cannot be blank"),
        ({"title": "x" * 251}, "title", "at most 250"),
        ({"saving_type": "odd"}, "saving_type", "not a valid choice"),
        ({"method": "odd"}, "method", "not a valid choice"),
    ],
)
def test_a_line_that_breaks_a_rule_is_refused_and_nothing_is_written(worked, finance, fields, field, message):
    before = (SavingsLine.objects.count(), Act.objects.count())
    with pytest.raises(ValidationError) as refused:
        add_lines(
            actor=finance,
            period=worked.period,
            lines=[
                NewLine("Fine", worked.projects["PA"]),
                NewLine(**{"title": "New", "project": worked.projects["PA"], **fields}),
            ],
        )
    assert message in " ".join(refused.value.message_dict[field])
    assert (SavingsLine.objects.count(), Act.objects.count()) == before


def test_one_code_for_two_new_lines_is_refused(worked, finance):
    new = NewLine("New", worked.projects["PA"], code="T1")
    with pytest.raises(ValidationError, match="Code T1 is taken"):
        add_lines(actor=finance, period=worked.period, lines=[new, new])


def test_a_project_or_heading_of_another_programme_is_refused(worked, finance):
    with pytest.raises(ValidationError, match="a project of its own programme only"):
        add_lines(actor=finance, period=worked.period, lines=[NewLine("New", factories.ProjectFactory())])
    new = NewLine("New", worked.projects["PA"], heading=factories.MtfpHeadingFactory())
    with pytest.raises(ValidationError, match="an MTFP heading of its own programme only"):
        add_lines(actor=finance, period=worked.period, lines=[new])


def test_adding_many_lines_takes_as_many_queries_as_adding_few(worked, finance):
    def add(number: int) -> int:
        amounts = [NewPosition(year, Split(1)) for year in (2016, 2017)]
        new = [NewLine(f"New {place}", worked.projects["PA"], positions=amounts) for place in range(number)]
        with CaptureQueriesContext(connection) as queries:
            add_lines(actor=finance, period=worked.period, lines=new)
        return len(queries)

    assert add(2) == add(12)


# Re-tagging and moving


def test_retagging_changes_the_line_and_its_labels(worked, finance):
    changed = change_line(
        actor=finance,
        line=worked.lines["A1"],
        changes={"heading": worked.headings["Council Tax"], "method": "property"},
        version=1,
        reason="Wrong heading",
    )
    assert (changed.heading_label, changed.heading_kind, changed.method, changed.version) == (
        "Council Tax",
        "funding",
        "property",
        2,
    )
    act = Act.objects.get(verb="savings.line_retagged")
    assert act.sentence == "Changed MTFP heading, method of the savings line Line A1." and act.reason == "Wrong heading"
    assert copies(LineInPeriod, act).get().heading_label == "Council Tax"
    assert rollup(worked.period, "mtfp_heading").row("council-tax").total.target == 375


def test_a_line_moved_to_another_project_takes_its_theme(worked, finance):
    moved = change_line(actor=finance, line=worked.lines["A1"], changes={"project": worked.projects["PE"]})
    assert (moved.theme, moved.theme_label, moved.project_label) == (worked.themes["Gamma"], "Gamma", "Project PE")
    act = Act.objects.get(verb="savings.line_moved")
    assert act.sentence == "Moved the savings line Line A1 from Project PA to Project PE."
    named = {subject.object_id for subject in act.subjects.filter(kind="projects.project")}
    assert named == {worked.projects["PA"].pk, worked.projects["PE"].pk}
    assert rollup(worked.period, "theme").row("gamma").total.target == 300


def test_nothing_changed_is_no_act(worked, finance):
    before = Act.objects.count()
    same = change_line(actor=finance, line=worked.lines["A1"], changes={"method": "contract"})
    assert (same.version, Act.objects.count()) == (1, before)


def test_a_stale_change_is_refused_with_both_versions(worked, finance):
    change_line(actor=finance, line=worked.lines["A1"], changes={"method": "income"}, version=1)
    with pytest.raises(ValidationError, match=r"version 2, yours was 1") as refused:
        change_line(actor=finance, line=worked.lines["A1"], changes={"method": "other"}, version=1)
    assert refused.value.code == "stale"
    assert LineInPeriod.objects.get(pk=worked.lines["A1"].pk).method == "income"


def test_a_change_that_breaks_a_rule_is_refused(worked, finance):
    line = worked.lines["A1"]
    with pytest.raises(ValidationError, match="of its own programme only"):
        change_line(actor=finance, line=line, changes={"project": factories.ProjectFactory()})
    with pytest.raises(ValidationError, match="not a valid choice"):
        change_line(actor=finance, line=line, changes={"method": "odd"})
    with pytest.raises(KeyError):
        change_line(actor=finance, line=line, changes={"withdrawn": True})
    assert not Act.objects.filter(verb__startswith="savings.line_").exists()


def test_moving_a_project_moves_its_lines_but_those_that_stand_elsewhere(worked, finance):
    project = worked.projects["PA"]
    project.directorate = worked.directorates["North"]
    project.save()
    move_project(
        actor=finance,
        project=project,
        theme=worked.themes["Beta"],
        directorate=worked.directorates["West"],
        reason="New home",
    )
    rows = {row.line.code: row for row in LineInPeriod.objects.filter(project=project).select_related("line")}
    assert {code: (row.theme_label, row.directorate_label) for code, row in rows.items()} == {
        "A1": ("Beta", "West"),
        "A2": ("Beta", "South"),
        "W1": ("Beta", "West"),
    }
    act = Act.objects.get(verb="projects.project_moved")
    assert (act.sentence, act.reason) == ("Moved Project PA to Beta, West.", "New home")
    assert copies(LineInPeriod, act).count() == 3


def test_renaming_prints_the_labels_of_open_periods_anew(worked, finance):
    rename_directorate(actor=finance, directorate=worked.directorates["South"], name="Deep South")
    rename_theme(actor=finance, theme=worked.themes["Alpha"], name="Omega")
    row = LineInPeriod.objects.get(line__code="A2")
    assert (row.directorate_label, row.theme_label) == ("Deep South", "Omega")
    assert rollup(worked.period, "directorate").row("SOUTH").label == "Deep South"
    assert {act.verb for act in Act.objects.all()} >= {"council.directorate_renamed", "projects.theme_renamed"}
    written = copies(LineInPeriod, Act.objects.get(verb="projects.theme_renamed")).get(id=row.pk)
    assert (written.theme_label, written.directorate_label) == ("Omega", "Deep South")


def test_two_themes_of_a_programme_have_two_names(worked, finance):
    with pytest.raises(ValidationError, match="Another theme of this programme has this name"):
        rename_theme(actor=finance, theme=worked.themes["Alpha"], name="Beta")


# Rating


def test_rating_splits_the_target_anew(worked, finance):
    position = a_position(worked, "A1", 2017)
    rated = set_split(
        actor=finance, position=position, split=Split(200, on_target=150, red=50), comment="Late", version=1
    )
    assert (rated.on_target, rated.amber, rated.red, rated.comment, rated.version) == (150, 0, 50, "Late", 2)
    act = Act.objects.get(verb="savings.position_rated")
    assert act.sentence == "Rated Line A1 for 2017/18 anew." and act.actor_name == "Finance officer"
    assert copies(Position, act).get().red == 50
    assert rollup(worked.period).total.total.amber == 20


def test_the_target_of_a_proposed_amount_may_change_and_of_an_approved_one_needs_a_decision(worked, finance):
    set_split(actor=finance, position=a_position(worked, "A1", 2017), split=Split(250))
    assert a_position(worked, "A1", 2017).target == 250
    with pytest.raises(ValidationError, match="changing it needs a decision"):
        set_split(actor=finance, position=a_position(worked, "A1", 2016), split=Split(101))
    set_split(actor=finance, position=a_position(worked, "A1", 2016), split=Split(100, delivered=100))
    assert a_position(worked, "A1", 2016).delivered == 100


def test_a_split_that_does_not_fit_is_refused_in_words(worked, finance):
    with pytest.raises(ValidationError, match="On target, amber and red come to £300"):
        set_split(actor=finance, position=a_position(worked, "A1", 2017), split=Split(200, red=300))


def test_a_stale_rating_is_refused(worked, finance):
    position = a_position(worked, "A1", 2017)
    set_split(actor=finance, position=position, split=Split(200, red=1), version=1)
    with pytest.raises(ValidationError, match="version 2, yours was 1"):
        set_split(actor=finance, position=position, split=Split(200, red=2), version=1)
    assert a_position(worked, "A1", 2017).red == 1


# Withdrawing


class Was(NamedTuple):
    """An approved amount as it stands."""

    target: int
    original: int
    delivered: int = 0


def test_a_withdrawn_line_leaves_every_total_and_keeps_its_rows(worked, finance):
    line = worked.lines["B2"]
    assert withdraw_line(actor=finance, line=line, reason="Counted twice").withdrawn
    assert rollup(worked.period).total.total.target == 352 + 30
    assert line.positions.count() == 1
    act = Act.objects.get(verb="savings.line_withdrawn")
    assert (act.sentence, act.reason) == ("Withdrew the savings line Line B2.", "Counted twice")


def test_withdrawing_needs_a_reason_and_for_approved_amounts_a_decision(worked, finance):
    with pytest.raises(ValidationError, match="Say why"):
        withdraw_line(actor=finance, line=worked.lines["B2"], reason="  ")
    with pytest.raises(ValidationError, match="needs a decision"):
        withdraw_line(actor=finance, line=worked.lines["A1"], reason="No")
    assert LineInPeriod.objects.filter(withdrawn=True).count() == 1


@pytest.mark.parametrize(
    ("was", "words"),
    [
        (Was(target=0, original=0), ""),
        (Was(target=0, original=100), "stays in the plan at £0"),
        (Was(target=0, original=0, delivered=5), "needs a decision"),
        (Was(target=40, original=100), "needs a decision"),
    ],
)
def test_a_line_is_withdrawn_where_no_figure_of_what_was_approved_changes(worked, finance, was, words):
    line = factories.line(worked.period, worked.projects["PB"], {})
    Position.objects.create(line_in_period=line, year=2016, approved=True, **was._asdict())
    before = rollup(worked.period).total.total
    if words:
        with pytest.raises(ValidationError, match=words):
            withdraw_line(actor=finance, line=line, reason="Nothing is left of it")
    else:
        withdraw_line(actor=finance, line=line, reason="Nothing is left of it")
    assert rollup(worked.period).total.total == before


def test_withdrawing_does_not_undo_what_somebody_else_changed_meanwhile(worked, finance):
    line = LineInPeriod.objects.get(line__code="B2")
    change_line(actor=finance, line=worked.lines["B2"], changes={"title": "Renamed"})
    withdraw_line(actor=finance, line=line, reason="Counted twice")
    assert LineInPeriod.objects.get(line__code="B2").title == "Renamed"
