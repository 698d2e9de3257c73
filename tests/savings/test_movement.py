"""Why two periods differ, each cause worked out by hand on a small programme.

line  theme  directorate  2016/17                 2017/18
A     Alpha  North        100 (60 D, 40 A)         50
B     Beta   South         30 approved
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from futurefit.history.services import record_act
from futurefit.values.rag import Split
from projects.scope import scope_of
from savings.changes import CAUSE_OF_VERB, NO_ACT, WRITES_NO_AMOUNTS, Cause, changes_between
from savings.dividing import Rule
from savings.groupings import GROUPINGS
from savings.models import LineInPeriod, Position
from savings.movement import as_json, movement
from savings.permissions import LineRight
from savings.selection import Selection
from savings.services.decisions import NewDecision, confirm_decision, record_approval
from savings.services.grid import Cell, CellChange, save_amounts, split_of, take_back
from savings.services.line_acts import Carried, Part, duplicate_line, restore_line, split_line
from savings.services.lines import (
    NewLine,
    NewPosition,
    add_lines,
    change_line,
    move_project,
    rename_theme,
    set_split,
    withdraw_line,
)
from savings.services.periods import close_and_open_next, period_called
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def small() -> SimpleNamespace:
    """The programme with its first period closed and the next, 2015/16 M08, open."""
    programme = factories.ProgrammeFactory(horizon_first=2016, horizon_last=2018, is_current=True)
    first = factories.ReportingPeriodFactory(programme=programme)
    alpha, beta = (
        factories.ThemeFactory(programme=programme, slug=name.lower(), name=name) for name in ("Alpha", "Beta")
    )
    north, south = (factories.DirectorateFactory(code=name.upper(), name=name) for name in ("North", "South"))
    pa = factories.ProjectFactory(programme=programme, code="PA", theme=alpha, directorate=north)
    pb = factories.ProjectFactory(programme=programme, code="PB", theme=beta, directorate=south)
    split = Split(100, delivered=60, amber=40)
    factories.line(first, pa, {2016: split, 2017: 50}, code="A", title="Line A", theme=alpha, directorate=north)
    factories.line(first, pb, {2016: 30}, approved=True, code="B", title="Line B", theme=beta, directorate=south)
    actor = factories.actor(factories.finance_officer())
    made = SimpleNamespace(
        programme=programme, first=first, alpha=alpha, beta=beta, north=north, south=south, pa=pa, pb=pb, actor=actor
    )
    made.last = close_and_open_next(actor=actor, period=first, new=period_called("2015/16 M08"))
    return made


def line(small, code: str) -> LineInPeriod:
    return LineInPeriod.objects.select_related("line", "period__programme", "project").get(
        period=small.last, line__code=code
    )


def position(small, code: str, year: int | None) -> Position:
    return Position.objects.select_related("line_in_period__period__programme", "line_in_period__line").get(
        line_in_period=line(small, code), year=year
    )


def type_in(small, code: str, year: int | None, to: Split | None, reason: str = ""):
    row = line(small, code)
    standing = row.positions.filter(year=year).first()
    change = CellChange(Cell(row.line_id, year), split_of(standing) if standing else None, to)
    return save_amounts(
        actor=small.actor,
        period=small.last,
        project=row.project,
        changes=[change],
        right=lambda _line: LineRight.AMOUNTS,
        reason=reason,
    )


def told(small, by: str | None = "theme", **asked) -> dict[str, dict[str, int]]:
    """The rows that moved: opening, causes, closing by label; the total where no grouping is asked for."""
    result = movement(small.first, small.last, by=by, **asked)
    rows = result.rows if by else (result.total,)
    return {
        row.label: {
            "opening": row.total.opening,
            **{cause.value: amount for cause, amount in row.total.causes.items()},
            "closing": row.total.closing,
        }
        for row in rows
        if row.total.causes
    }


def test_nothing_happened(small):
    result = movement(small.first, small.last, by="theme")
    assert told(small) == {} and result.parts == () and result.causes == ()
    assert (result.total.total.opening, result.total.total.closing) == (180, 180)
    assert [row.label for row in result.rows] == ["Alpha", "Beta"]


def test_an_amount_typed_is_re_estimated_and_taken_back_again_it_is_nothing(small):
    saved = type_in(small, "A", 2016, Split(90, delivered=60, amber=30), reason="The tender came in lower")
    assert told(small) == {"Alpha": {"opening": 150, "re_estimated": -10, "closing": 140}}
    assert told(small, measure="amber") == {"Alpha": {"opening": 40, "re_estimated": -10, "closing": 30}}
    (entry,) = as_json(movement(small.first, small.last, by="theme"))["lines"]
    assert (entry["code"], entry["title"], entry["cause"], entry["year"], entry["amount"], entry["reason"]) == (
        "A",
        "Line A",
        "re_estimated",
        "2016/17",
        -10,
        "The tender came in lower",
    )
    assert entry["act"] == f"Changed 1 amount of {small.pa.title}." and entry["who"] == small.actor.name
    take_back(
        actor=small.actor,
        period=small.last,
        project=small.pa,
        act=saved.act,
        right=lambda _line: LineRight.AMOUNTS,
    )
    result = movement(small.first, small.last, by="theme")
    assert result.total.total.causes == {} and [part.amount for part in result.parts] == [-10, 10]


def test_a_year_taken_out_of_a_line_that_stays_is_re_estimated_too(small):
    type_in(small, "A", 2017, None)
    type_in(small, "A", None, Split(7))
    result = movement(small.first, small.last, by="theme")
    assert told(small) == {"Alpha": {"opening": 150, "re_estimated": -43, "closing": 107}}
    by_year = {year: dict(steps.causes) for year, steps in result.row("alpha").years.items() if steps.causes}
    assert by_year == {2017: {Cause.RE_ESTIMATED: -50}, None: {Cause.RE_ESTIMATED: 7}}


def test_the_same_target_rated_anew_moves_the_statuses_and_nets_to_nothing(small):
    set_split(actor=small.actor, position=position(small, "A", 2016), split=Split(100, delivered=110))
    assert told(small) == {}
    assert told(small, measure="delivered") == {"Alpha": {"opening": 60, "re_rated": 50, "closing": 110}}
    assert told(small, measure="amber") == {"Alpha": {"opening": 40, "re_rated": -40, "closing": 0}}
    assert told(small, measure="over_delivered") == {"Alpha": {"opening": 0, "re_rated": 10, "closing": 10}}
    assert told(small, measure="secure") == {"Alpha": {"opening": 60, "re_rated": 50, "closing": 110}}
    assert told(small, measure="at_risk") == {"Alpha": {"opening": 40, "re_rated": -40, "closing": 0}}


def test_lines_that_come_are_added_also_where_their_first_amounts_are_typed_after_them(small):
    add_lines(
        actor=small.actor,
        period=small.last,
        lines=[NewLine("C", small.pa, code="C", positions=[NewPosition(2016, Split(5))])],
    )
    add_lines(actor=small.actor, period=small.last, lines=[NewLine("D", small.pb, code="D")])
    type_in(small, "D", 2017, Split(8))
    type_in(small, "D", 2017, Split(9))
    duplicate_line(actor=small.actor, line=line(small, "C"), title="Copy of C", carried=Carried.AMOUNTS)
    assert told(small) == {
        "Alpha": {"opening": 150, "added": 10, "closing": 160},
        "Beta": {"opening": 30, "added": 8, "re_estimated": 1, "closing": 39},
    }


def test_a_line_withdrawn_is_removed_and_restored_it_is_added(small):
    withdraw_line(actor=small.actor, line=line(small, "A"), reason="No longer legal")
    assert told(small) == {"Alpha": {"opening": 150, "removed": -150, "closing": 0}}
    assert told(small, measure="delivered") == {"Alpha": {"opening": 60, "removed": -60, "closing": 0}}
    small.first, small.last = (
        small.last,
        close_and_open_next(actor=small.actor, period=small.last, new=period_called("2015/16 M09")),
    )
    restore_line(actor=small.actor, line=line(small, "A"))
    assert told(small) == {"Alpha": {"opening": 0, "added": 150, "closing": 150}}


def test_an_approval_nets_to_nothing_over_approved_and_proposed(small):
    decision = record_approval(
        actor=small.actor,
        period=small.last,
        new=NewDecision("D1", "Cabinet", decided_in_words="19 November", taken_before_use=True),
        positions=[position(small, "A", 2016)],
    )
    confirm_decision(actor=factories.actor(factories.head_of_finance()), decision=decision)
    assert told(small) == {}
    assert told(small, basis="approved") == {"Alpha": {"opening": 0, "approved": 100, "closing": 100}}
    assert told(small, basis="proposed") == {"Alpha": {"opening": 150, "approved": -100, "closing": 50}}
    assert told(small, basis="approved", measure="amber") == {"Alpha": {"opening": 0, "approved": 40, "closing": 40}}
    (change,) = changes_between(small.first, small.last)
    assert (change.before.original, change.after.original) == (None, 100)


@pytest.mark.parametrize("verb", ["re_profiled", "written_out", "replaced", "corrected"])
def test_what_a_decision_changes_has_the_cause_of_its_kind_whatever_comes_or_goes(small, verb):
    with record_act(actor=small.actor, verb=f"savings.{verb}", sentence="Confirmed decision D2.", reason="As decided"):
        for code, year, target in (("A", 2016, 70), ("A", 2017, 60), ("B", 2016, 10)):
            row = position(small, code, year)
            row.target, row.amber = target, min(row.amber, max(target - row.delivered, 0))
            row.save()
        Position(line_in_period=line(small, "A"), year=2018, target=40).save()
    assert told(small) == {
        "Alpha": {"opening": 150, verb: 20, "closing": 170},
        "Beta": {"opening": 30, verb: -20, "closing": 10},
    }
    assert told(small, None) == {}, "it nets to nothing in all"


def test_splitting_a_line_moves_its_money_to_other_lines(small):
    split_line(
        actor=small.actor,
        line=line(small, "A"),
        parts=[Part("Line A", {2016: 100, 2017: 20}), Part("Second half", {2017: 30})],
        rule=Rule.PROPORTION,
    )
    assert told(small) == {} and told(small, None) == {}
    assert told(small, "line") == {
        "Line A": {"opening": 150, "moved": -30, "closing": 120},
        "Second half": {"opening": 0, "moved": 30, "closing": 30},
    }


def test_a_line_that_changes_its_place_is_moved_in_the_groupings_in_which_it_does(small):
    change_line(actor=small.actor, line=line(small, "A"), changes={"directorate": small.south}, reason="New structure")
    assert told(small, "theme") == {}
    assert told(small, "directorate") == {
        "North": {"opening": 150, "moved": -150, "closing": 0},
        "South": {"opening": 30, "moved": 150, "closing": 180},
    }
    assert told(small, "directorate", measure="amber")["South"] == {"opening": 0, "moved": 40, "closing": 40}
    assert told(small, "directorate", where=Selection(directorate=small.south.pk)) == {
        "South": {"opening": 30, "moved": 150, "closing": 180}
    }
    assert told(small, "directorate", shape="today") == {}, "in today's shape it stood there all along"


def test_a_project_takes_its_lines_along_and_a_new_name_moves_nothing(small):
    move_project(actor=small.actor, project=small.pa, theme=small.beta, directorate=small.north)
    rename_theme(actor=small.actor, theme=small.beta, name="Beta and more")
    assert told(small) == {
        "Alpha": {"opening": 150, "moved": -150, "closing": 0},
        "Beta and more": {"opening": 30, "moved": 150, "closing": 180},
    }
    rename_theme(actor=small.actor, theme=small.alpha, name="Alpha as it was")
    assert told(small, "directorate") == {}


def test_one_act_that_moves_a_line_and_changes_its_amount_moves_what_there_was_first(small):
    with record_act(actor=small.actor, verb="savings.imported", sentence="Imported a file."):
        change_line(actor=small.actor, line=line(small, "A"), changes={"directorate": small.south})
        set_split(actor=small.actor, position=position(small, "A", 2016), split=Split(110))
    assert told(small, "directorate") == {
        "North": {"opening": 150, "moved": -150, "closing": 0},
        "South": {"opening": 30, "re_estimated": 10, "moved": 150, "closing": 190},
    }


def test_over_several_periods_every_act_counts_and_from_later_to_earlier_backwards(small):
    type_in(small, "A", 2017, Split(55))
    middle, small.last = (
        small.last,
        close_and_open_next(actor=small.actor, period=small.last, new=period_called("2015/16 M12")),
    )
    set_split(actor=small.actor, position=position(small, "A", 2017), split=Split(65))
    change_line(actor=small.actor, line=line(small, "A"), changes={"project": small.pb})
    assert told(small) == {
        "Alpha": {"opening": 150, "re_estimated": 15, "moved": -165, "closing": 0},
        "Beta": {"opening": 30, "moved": 165, "closing": 195},
    }
    back = movement(small.last, small.first, by="theme").row("alpha").total
    assert (back.opening, back.causes, back.closing) == (0, {Cause.RE_ESTIMATED: -15, Cause.MOVED: 165}, 150)
    assert movement(middle, middle, by="theme").parts == ()


def test_a_line_moved_out_of_sight_leaves_the_readers_rows_for_what_is_not_shown(small):
    scope = scope_of(factories.reader(factories.director(small.north)))
    change_line(actor=small.actor, line=line(small, "A"), changes={"directorate": small.south})
    rows = told(small, "line", scope=scope)
    assert rows == {
        "Line A": {"opening": 150, "moved": -150, "closing": 0},
        "Not shown to you": {"opening": 30, "moved": 150, "closing": 180},
    }
    seen = as_json(movement(small.first, small.last, by="line", scope=scope))["lines"]
    assert [(entry["key"], entry["amount"]) for entry in seen] == [("A", -100), ("A", -50)]


def test_what_cannot_be_asked_is_refused_in_words(small):
    other = factories.ReportingPeriodFactory()
    for asked, words in (
        ({"by": "colour"}, "'colour' is not a grouping"),
        ({"measure": "risk_weighted"}, "'risk_weighted' is not a measure"),
        ({"basis": "some"}, "'some' is not a basis"),
        ({"shape": "round"}, "'round' is not a shape"),
    ):
        with pytest.raises(ValueError, match=words):
            movement(small.first, small.last, **asked)
    with pytest.raises(ValueError, match="periods of two programmes"):
        movement(small.first, other)


def outside(small, code: str, year: int | None, **fields):
    """Change an amount of the open period as nothing in the product does: no act, no history."""
    Position.objects.filter(line_in_period=line(small, code), year=year).update(**fields)


def put_elsewhere(small):
    LineInPeriod.objects.filter(period=small.last, line__code="A").update(theme=small.beta, theme_label="Beta")


def take_away(small):
    Position.objects.filter(line_in_period=line(small, "A"))._raw_delete("default")
    LineInPeriod.objects.filter(period=small.last, line__code="A")._raw_delete("default")


def add_a_line(small):
    line = factories.line(small.last, small.pa, theme=small.alpha, code="N", title="Line N")
    Position.objects.bulk_create([Position(line_in_period=line, year=2018, target=7, red=7)])


OUTSIDE = {
    "another target": (lambda it: outside(it, "A", 2017, target=51), {"Alpha": {"re_estimated": 1}}),
    "an approved target": (lambda it: outside(it, "B", 2016, target=28), {"Beta": {"corrected": -2}}),
    "a year more": (
        lambda it: Position.objects.bulk_create([Position(line_in_period=line(it, "A"), year=2018, target=9)]),
        {"Alpha": {"re_estimated": 9}},
    ),
    "withdrawn": (
        lambda it: LineInPeriod.objects.filter(period=it.last, line__code="B").update(withdrawn=True),
        {"Beta": {"removed": -30}},
    ),
    "not there": (take_away, {"Alpha": {"removed": -150}}),
    "a line more": (add_a_line, {"Alpha": {"added": 7}}),
    "elsewhere": (put_elsewhere, {"Alpha": {"moved": -150}, "Beta": {"moved": 150}}),
}


@pytest.mark.parametrize(("write", "causes"), OUTSIDE.values(), ids=OUTSIDE)
def test_what_was_written_outside_any_act_is_a_change_of_which_no_act_is_recorded(small, write, causes):
    write(small)
    found = movement(small.first, small.last, by="theme")
    assert {row.label: row.total.causes for row in found.rows if row.total.causes} == causes
    assert {part.change.act.sentence for part in found.parts} == {NO_ACT}
    assert not any(part.change.act.is_known for part in found.parts)
    assert json.loads(json.dumps(as_json(found)))["lines"]
    back = movement(small.last, small.first, by="theme")
    assert back.total.total.change == -found.total.total.change


def test_a_rating_and_a_flag_written_outside_any_act_have_their_causes(small):
    outside(small, "A", 2016, amber=0, red=40)
    outside(small, "A", 2017, approved=True, original=50)
    assert told(small) == {}
    assert told(small, measure="red") == {"Alpha": {"opening": 0, "re_rated": 40, "closing": 40}}
    assert told(small, basis="approved")["Alpha"] == {"opening": 0, "approved": 50, "closing": 50}


def test_what_no_act_tells_comes_after_the_acts_and_stays_told_over_periods(small):
    """Rows of a period and a period itself made by hand, as an importer of somebody else would."""
    type_in(small, "A", 2017, Split(60))
    outside(small, "A", 2017, target=65)
    factories.close(small.last, at=small.last.opened_at)
    third = factories.ReportingPeriodFactory(
        programme=small.programme, label="2015/16 M09", month=9, ends_on=date(2015, 12, 31), copied_from=small.last
    )
    kept = factories.line(third, small.pa, {2017: 70}, title="Line A", theme=small.alpha, line=line(small, "A").line)
    assert kept.line.code == "A"
    assert told(small) == {"Alpha": {"opening": 150, "re_estimated": 15, "closing": 165}}
    small.last = third
    assert told(small) == {
        "Alpha": {"opening": 150, "re_estimated": 20 - 100, "closing": 70},
        "Beta": {"opening": 30, "removed": -30, "closing": 0},
    }


def test_the_outturn_comes_after_the_last_month_of_its_year(small):
    """Both end on 31 March."""
    march = close_and_open_next(actor=small.actor, period=small.last, new=period_called("2015/16 M12"))
    small.first, small.last = (
        march,
        close_and_open_next(actor=small.actor, period=march, new=period_called("2015/16 outturn")),
    )
    type_in(small, "A", 2017, Split(60))
    assert told(small) == {"Alpha": {"opening": 150, "re_estimated": 10, "closing": 160}}
    back = movement(small.last, small.first, by="theme")
    assert back.is_backwards and back.row("alpha").total.causes == {Cause.RE_ESTIMATED: -10}


def test_a_comparison_takes_at_most_six_queries_for_many_lines_as_for_few(small):
    def asked(by: str | None) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            movement(small.first, small.last, by=by)
        return len(queries)

    type_in(small, "A", 2017, Split(55))
    few = {by: asked(by) for by in (None, *GROUPINGS)}
    new = [NewLine(f"Line {n}", small.pb, positions=[NewPosition(2016, Split(n))]) for n in range(200)]
    rows = add_lines(actor=small.actor, period=small.last, lines=new)
    for row in rows[:20]:
        change_line(actor=small.actor, line=row, changes={"directorate": small.north})
    assert {by: asked(by) for by in (None, *GROUPINGS)} == few
    assert max(few.values()) <= 6


WRITERS = ("savings", "projects", "futurefit")
VERB = re.compile(r"\"((?:savings|council|demo)\.[a-z_]+)\"")


def test_every_kind_of_act_that_may_change_amounts_has_its_cause():
    """A new verb is named where causes are: it changes amounts, or it does not."""
    root = Path(settings.BASE_DIR)
    used = set()
    for top in WRITERS:
        for path in (root / top).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            if path.name != "changes.py" and ("verb" in source or "record_act" in source):
                used |= set(VERB.findall(source))
    models = {model._meta.label_lower for model in apps.get_models()}
    unknown = sorted(used - models - set(CAUSE_OF_VERB) - WRITES_NO_AMOUNTS)
    assert unknown == [], "name these verbs in savings/changes.py"
    assert not set(CAUSE_OF_VERB) & WRITES_NO_AMOUNTS
