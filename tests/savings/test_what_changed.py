"""What changed in a period, in sentences: each by hand, with its figure, its reason and whoever did it."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.utils.html import strip_tags

from futurefit.history.together import together
from futurefit.values.money import Unit
from futurefit.values.rag import Split
from projects.models import Programme
from projects.scope import EVERYTHING, Scope, scope_of
from savings.changes import NOT_TOLD, changes_between, changes_told_by, parts_of_changes
from savings.models import LineInPeriod, Position, ReportingPeriod
from savings.reading import Reading
from savings.selection import ALL_LINES, Selection
from savings.services.decisions import NewDecision, confirm_decision, record_approval
from savings.services.lines import NewLine, NewPosition, add_lines, change_line, set_split, withdraw_line
from savings.services.periods import close_and_open_next, period_called
from savings.what_changed import SHOWN, what_changed
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> SimpleNamespace:
    """A project of two lines, A and B, of £100,000 in 2016/17 on target and £50,000 in 2017/18; month 8 is open."""
    made = factories.small_programme(projects=2)
    for line in made.lines:
        position = Position.objects.get(line_in_period=line, year=2016)
        position.on_target, position.amber, position.red = 100_000, 0, 0
        position.save()
    actor = factories.actor(factories.finance_officer())
    period = close_and_open_next(actor=actor, period=made.period, new=period_called("2015/16 M08"))
    return SimpleNamespace(made=made, actor=actor, period=period, codes=[line.line.code for line in made.lines])


def line(stage, number: int = 0) -> LineInPeriod:
    return LineInPeriod.objects.select_related("line", "period__programme", "project").get(
        period=stage.period, line__code=stage.codes[number]
    )


def position(stage, year: int) -> Position:
    return Position.objects.select_related("line_in_period__period__programme").get(
        line_in_period=line(stage), year=year
    )


def reading_of(stage, scope: Scope = EVERYTHING) -> Reading:
    periods = tuple(ReportingPeriod.objects.filter(programme=stage.made.programme).select_related("programme"))
    return Reading(stage.made.programme, periods[-1], periods, Unit.POUNDS, "incremental", "all", scope, Unit.POUNDS)


def rows_of(stage, where: Selection = ALL_LINES, scope: Scope = EVERYTHING) -> dict:
    beside = Programme.objects.filter(pk=stage.made.programme.pk)
    return together(beside, parts_of_changes(ReportingPeriod.objects.get(pk=stage.period.pk), where=where, scope=scope))


def told(stage, where: Selection = ALL_LINES, scope: Scope = EVERYTHING) -> list[str]:
    """Each sentence as it is read, the day left out."""
    found = what_changed(reading_of(stage, scope), rows_of(stage, where, scope))
    return [
        re.sub(r", \d+ \w+ \d{4}\)", ")", f"{strip_tags(each.by)} | {strip_tags(each.text)} “{each.reason}”")
        for each in found.items
    ]


def test_nothing_changed(stage):
    found = what_changed(reading_of(stage), rows_of(stage))
    assert (found.items, found.count, found.since) == ([], 0, "2015/16 month 7")


def test_a_first_period_has_none_before_it(db):
    made = factories.small_programme()
    first = SimpleNamespace(made=made, period=made.period)
    assert what_changed(reading_of(first), rows_of(first)) is None


def test_a_target_edited_twice_is_told_once_from_what_stood_to_what_stands(stage):
    for target in (60_000, 45_000):
        set_split(actor=stage.actor, position=position(stage, 2017), split=Split(target))
    assert told(stage) == ["−£5,000 re-estimated | 2017/18 from £50,000 to £45,000 (Finance officer). “”"]
    (item,) = what_changed(reading_of(stage), rows_of(stage)).items
    assert 'data-value="-5000"' in item.by and "cause=re_estimated" in item.by and "measure" not in item.by
    assert 'data-value="50000"' in item.text and 'data-value="45000"' in item.text


def test_an_amount_that_is_taken_back_is_not_told(stage):
    for target in (60_000, 50_000):
        set_split(actor=stage.actor, position=position(stage, 2017), split=Split(target))
    assert told(stage) == []


@pytest.mark.parametrize(
    ("split", "sentence"),
    [
        (Split(100_000, on_target=60_000, amber=40_000), "+£40,000 at risk | 2016/17 went from on target to amber"),
        (Split(100_000, delivered=100_000), "+£100,000 delivered | 2016/17 went from on target to delivered"),
        (Split(100_000), "−£100,000 secure | 2016/17 went from on target to not rated"),
        (Split(100_000, delivered=30_000, red=70_000), "+£70,000 at risk | 2016/17 is rated anew"),
    ],
)
def test_a_rating_says_what_a_reader_should_know_of_it(stage, split, sentence):
    set_split(actor=stage.actor, position=position(stage, 2016), split=split)
    assert told(stage) == [f"{sentence} (Finance officer). “”"]


def test_lines_that_come_and_go_say_their_years_and_why(stage):
    withdraw_line(actor=stage.actor, line=line(stage), reason="No longer legal")
    new = NewLine("Energy income", stage.made.projects[0], positions=[NewPosition(None, Split(30_000))])
    add_lines(actor=stage.actor, period=stage.period, lines=[new], reason="Agreed with the company")
    assert told(stage) == [
        "−£150,000 removed | 2016/17, 2017/18 (Finance officer). “No longer legal”",
        "+£30,000 added | Not profiled (Finance officer). “Agreed with the company”",
    ]


def test_an_approval_and_a_move(stage):
    new = NewDecision("D1", "Cabinet", decided_in_words="May", reason="As recommended", taken_before_use=True)
    decision = record_approval(
        actor=stage.actor, period=stage.period, new=new, positions=list(line(stage).positions.all())
    )
    confirm_decision(actor=factories.actor(factories.head_of_finance()), decision=decision)
    assert told(stage) == [
        "+£150,000 approved | 2016/17, 2017/18 (Head of finance). “As recommended”",
    ]
    row = line(stage, 1)
    change_line(actor=stage.actor, line=row, changes={"project": stage.made.projects[0]}, reason="New structure")
    sentence = f"moved the savings line {row.title} from {row.project} to {stage.made.projects[0]}"
    assert f"Moved | {sentence} (Finance officer). “New structure”" in told(stage)
    for theme in stage.made.themes:
        assert any(words.startswith("Moved") for words in told(stage, Selection(theme=theme.pk)))


def test_only_what_stands_in_the_selection_and_what_the_reader_may_see_is_told(stage):
    withdraw_line(actor=stage.actor, line=line(stage), reason="No longer legal")
    first, second = stage.made.themes
    assert len(told(stage, Selection(theme=first.pk))) == 1
    assert told(stage, Selection(theme=second.pk)) == []
    other = scope_of(factories.reader(factories.director(stage.made.directorates[1])))
    assert told(stage, scope=other) == []


def test_the_words_of_an_act_that_names_a_line_out_of_sight_are_not_told(stage):
    own, other = stage.made.projects
    new = [NewLine(f"Line of {each}", each, positions=[NewPosition(2016, Split(5_000))]) for each in (own, other)]
    add_lines(actor=stage.actor, period=stage.period, lines=new, reason=f"Agreed for {own} and {other}")
    withdraw_line(actor=stage.actor, line=line(stage), reason="No longer legal")
    director = scope_of(factories.reader(factories.director(stage.made.directorates[0])))
    assert told(stage, scope=director) == [
        "−£150,000 removed | 2016/17, 2017/18 (Finance officer). “No longer legal”",
        "+£5,000 added | 2016/17 (Finance officer). “”",
    ]
    last = ReportingPeriod.objects.get(pk=stage.period.pk)
    every = changes_between(stage.made.period, last, scope=director)
    assert {change.act.sentence for change in every if change.title == f"Line of {own}"} == {NOT_TOLD}
    assert f"+£5,000 added | 2016/17 (Finance officer). “Agreed for {own} and {other}”" in told(stage)


def test_the_largest_are_told_and_the_others_counted(stage):
    new = [
        NewLine(f"Line {n}", stage.made.projects[0], positions=[NewPosition(2016, Split(n * 1_000))])
        for n in range(1, SHOWN + 4)
    ]
    add_lines(actor=stage.actor, period=stage.period, lines=new)
    found = what_changed(reading_of(stage), rows_of(stage))
    assert (len(found.items), found.more, found.items[0].what) == (SHOWN, 3, f"Line {SHOWN + 3}")


def test_asked_together_with_a_page_the_changes_are_those_of_the_movement(stage):
    set_split(actor=stage.actor, position=position(stage, 2017), split=Split(60_000, amber=10_000))
    change_line(actor=stage.actor, line=line(stage), changes={"directorate": stage.made.directorates[1]})
    withdraw_line(actor=stage.actor, line=line(stage, 1), reason="No longer legal")
    last = ReportingPeriod.objects.get(pk=stage.period.pk)
    assert changes_told_by(rows_of(stage), last) == changes_between(stage.made.period, last)


def test_what_was_written_outside_any_act_is_told_and_that_no_act_is_recorded(stage):
    Position.objects.filter(line_in_period=line(stage), year=2017).update(target=45_000)
    LineInPeriod.objects.filter(period=stage.period, line__code=stage.codes[1]).update(withdrawn=True)
    who = "(not recorded by whom, nor when)"
    assert told(stage) == [
        f"−£150,000 removed | 2016/17, 2017/18 {who}. “”",
        f"−£5,000 re-estimated | 2017/18 from £50,000 to £45,000 {who}. “”",
    ]
    last = ReportingPeriod.objects.get(pk=stage.period.pk)
    assert changes_told_by(rows_of(stage), last) == changes_between(stage.made.period, last)
