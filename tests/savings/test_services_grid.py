"""Saving a grid: all or none, nothing overwritten unseen, who may what, and taking a save back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from futurefit.access.models import User
from futurefit.history.actors import Actor
from futurefit.history.models import Act
from futurefit.history.tracking import history_model
from futurefit.values.rag import Split
from projects.scope import scope_of
from savings.models import LineInPeriod, Position
from savings.permissions import LineRight, right_over_line
from savings.services.grid import (
    AmountsRefused,
    Cell,
    CellChange,
    Saved,
    Why,
    former_amounts,
    save_amounts,
    split_of,
    take_back,
)
from savings.services.lines import change_line, withdraw_line
from savings.services.periods import NewPeriod, close_and_open_next
from tests import factories
from tests.factories import SmallProgramme, small_programme

STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE")
WHOLE = Split(100_000, on_target=25_000, amber=25_000, red=25_000)
"""What `small_programme` enters for 2016/17; for 2017/18 it is £50,000, not rated."""


@dataclass(frozen=True)
class Officer:
    """Somebody in front of the grid of the first project."""

    small: SmallProgramme
    user: User

    @cached_property
    def actor(self) -> Actor:
        return factories.actor(self.user)

    @cached_property
    def right(self) -> Callable[[LineInPeriod], LineRight]:
        reader = factories.reader(self.user)
        return partial(right_over_line, reader, scope_of(reader))

    def saves(self, *changes: CellChange, reason: str = "") -> Saved | None:
        return save_amounts(
            actor=self.actor,
            period=self.small.period,
            project=self.small.projects[0],
            changes=changes,
            right=self.right,
            reason=reason,
        )

    def takes_back(self, act: Act) -> Saved | None:
        return take_back(
            actor=self.actor,
            period=self.small.period,
            project=self.small.projects[0],
            act=act,
            right=self.right,
        )


@pytest.fixture
def small(db) -> SmallProgramme:
    return small_programme(projects=1, lines_each=2)


@pytest.fixture
def finance(small) -> Officer:
    return Officer(small, factories.finance_officer())


@pytest.fixture
def head(small) -> Officer:
    return Officer(small, factories.head_of_service(small.services[0]))


def change(line: LineInPeriod, year: int | None, opened: Split | None, to: Split | None) -> CellChange:
    return CellChange(Cell(line.line_id, year), opened, to)


def holds(line: LineInPeriod, year: int | None) -> Split | None:
    found = Position.objects.filter(line_in_period=line, year=year).first()
    return split_of(found) if found else None


def copies(act: Act) -> list[tuple[str, int | None, int]]:
    rows = history_model(Position).objects.filter(act=act).order_by("history_type")
    return [(row.history_type, row.year, row.target) for row in rows]


def test_added_changed_and_removed_amounts_are_one_act_with_a_copy_of_each_row(small, finance):
    first, second = small.lines
    saved = finance.saves(
        change(first, 2016, WHOLE, Split(90_000, amber=90_000)),
        change(first, 2018, None, Split(0)),
        change(second, 2017, Split(50_000), None),
        change(second, None, None, Split(-7_000, red=-7_000)),
        reason=" Agreed in the budget group ",
    )
    assert saved is not None
    assert (holds(first, 2016), holds(first, 2018), holds(second, 2017), holds(second, None)) == (
        Split(90_000, amber=90_000),
        Split(0),
        None,
        Split(-7_000, red=-7_000),
    )
    act = Act.objects.get(verb="savings.amounts_changed")
    assert (act, saved.cells) == (saved.act, 4)
    assert act.sentence == f"Changed 4 amounts of {small.projects[0].title}."
    assert (act.reason, act.actor_name, act.programme_slug) == (
        "Agreed in the budget group",
        "Finance officer",
        "small",
    )
    assert copies(act) == [("+", 2018, 0), ("+", None, -7_000), ("-", 2017, 50_000), ("~", 2016, 90_000)]
    assert {(subject.kind, subject.object_id) for subject in act.subjects.all()} == {
        ("projects.project", small.projects[0].pk),
        ("savings.savingsline", first.line_id),
        ("savings.savingsline", second.line_id),
    }
    assert Position.objects.get(line_in_period=first, year=2016).version == 2


def test_where_nothing_changes_nothing_is_written(small, finance):
    assert finance.saves() is None
    assert finance.saves(change(small.lines[0], 2016, WHOLE, WHOLE)) is None
    assert not Act.objects.exists()


def test_a_cell_changed_since_is_refused_with_what_it_holds_and_the_rest_is_not_written(small, finance):
    first, second = small.lines
    Position.objects.filter(line_in_period=first, year=2016).update(target=160_000, version=2)
    Position.objects.filter(line_in_period=second, year=2016).delete()
    factories.position(second, 2018, 3_000)
    with pytest.raises(AmountsRefused) as refused:
        finance.saves(
            change(first, 2016, WHOLE, Split(150_000)),
            change(first, 2017, Split(50_000), Split(60_000)),
            change(second, 2016, WHOLE, Split(1)),
            change(second, 2018, None, Split(2_000)),
        )
    found = refused.value.refusals
    assert {cell.year: refusal.why for cell, refusal in found.items()} == dict.fromkeys((2016, 2018), Why.CHANGED)
    assert found[Cell(first.line_id, 2016)].present == Split(160_000, on_target=25_000, amber=25_000, red=25_000)
    assert found[Cell(second.line_id, 2016)].present is None
    assert found[Cell(second.line_id, 2018)].present == Split(3_000)
    assert holds(first, 2017) == Split(50_000)
    assert not Act.objects.exists()


def test_who_makes_the_change_that_somebody_else_has_made_is_not_stopped(small, finance):
    line = small.lines[0]
    Position.objects.filter(line_in_period=line, year=2017).update(target=70_000)
    assert finance.saves(change(line, 2017, Split(50_000), Split(70_000))) is None


def test_an_approved_target_needs_a_decision_and_its_rating_does_not(small, finance):
    line = small.lines[0]
    Position.objects.filter(line_in_period=line, year=2017).update(approved=True, original=50_000)
    for to in (Split(60_000), None):
        with pytest.raises(AmountsRefused, match="needs a decision") as refused:
            finance.saves(change(line, 2017, Split(50_000), to))
        assert refused.value.refusals[Cell(line.line_id, 2017)].why is Why.APPROVED
    saved = finance.saves(change(line, 2017, Split(50_000), Split(50_000, delivered=50_000)))
    assert saved is not None
    assert saved.act.sentence == f"Changed 1 rating of {small.projects[0].title}."
    position = Position.objects.get(line_in_period=line, year=2017)
    assert (position.delivered, position.approved, position.original) == (50_000, True, 50_000)


def test_a_line_that_left_the_project_is_refused_and_says_where_it_went(small, finance):
    first, second = small.lines
    other = factories.ProjectFactory(programme=small.programme, title="Another project")
    withdraw_line(actor=finance.actor, line=first, reason="Twice")
    change_line(actor=finance.actor, line=second, changes={"project": other})
    with pytest.raises(AmountsRefused) as refused:
        finance.saves(change(first, 2017, Split(50_000), Split(1)), change(second, 2017, Split(50_000), Split(1)))
    one, two = refused.value.refusals.values()
    assert (one.why, one.title) == (Why.GONE, first.title)
    assert "withdrawn" in one.words
    assert "moved to Another project" in two.words


def test_who_may_not_see_where_a_line_went_is_not_told(small, head):
    line = small.lines[0]
    LineInPeriod.objects.filter(pk=line.pk).update(
        project=factories.ProjectFactory(programme=small.programme, title="Secret"), service=None
    )
    with pytest.raises(AmountsRefused) as refused:
        head.saves(change(line, 2017, Split(50_000), Split(50_000, on_target=50_000)))
    (one,) = refused.value.refusals.values()
    assert (one.title, one.words) == ("", "the line is no longer in this grid")


@pytest.mark.parametrize(
    ("year", "to", "words"),
    [
        (2018, Split(10_000, red=20_000), "come to £20,000"),
        (2018, Split(10_000, delivered=-1), "opposite sign"),
        (2031, Split(10_000), "outside the plan"),
    ],
)
def test_what_breaks_a_rule_is_refused(small, finance, year, to, words):
    with pytest.raises(AmountsRefused, match=words) as refused:
        finance.saves(change(small.lines[0], year, None, to))
    assert [refusal.why for refusal in refused.value.refusals.values()] == [Why.BREAKS_A_RULE]


def test_a_closed_period_takes_nothing(small, finance):
    close_and_open_next(
        actor=finance.actor, period=small.period, new=NewPeriod("2015/16 M08", 2015, date(2015, 11, 30), 8)
    )
    with pytest.raises(ValidationError, match="is closed"):
        finance.saves(change(small.lines[0], 2017, Split(50_000), Split(1)))


def test_what_a_head_of_service_calls_delivered_is_claimed_until_finance_accepts_it(small, head):
    line = small.lines[0]
    Position.objects.filter(line_in_period=line, year=2016).update(delivered=40_000, on_target=0, amber=0, red=0)
    saved = head.saves(change(line, 2016, Split(100_000, delivered=40_000), Split(100_000, delivered=100_000)))
    assert saved is not None
    assert holds(line, 2016) == Split(100_000, delivered=40_000, claimed=60_000)
    assert saved.act.actor_name != "Finance officer"


@pytest.mark.parametrize(
    ("opened", "to"),
    [(WHOLE, Split(90_000)), (WHOLE, None), (None, Split(1_000))],
    ids=["another target", "no target", "a new amount"],
)
def test_a_target_is_not_a_head_of_service_s_to_change(small, head, opened, to):
    year = 2016 if opened else 2018
    with pytest.raises(PermissionDenied):
        head.saves(change(small.lines[0], year, opened, to), reason="Because")
    assert not Act.objects.exists()


def test_a_line_of_another_service_is_nobody_else_s_to_rate(small):
    stranger = Officer(small, factories.head_of_service(small.services[1]))
    with pytest.raises(PermissionDenied):
        stranger.saves(change(small.lines[0], 2017, Split(50_000), Split(50_000, on_target=50_000)))


def test_a_finance_officer_of_one_directorate_changes_its_lines_alone(small):
    of_other = factories.holder("finance_officer", directorates=[small.directorates[1]])
    with pytest.raises(PermissionDenied):
        Officer(small, of_other).saves(change(small.lines[0], 2017, Split(50_000), Split(1)))
    own = factories.holder("finance_officer", directorates=[small.directorates[0]])
    assert Officer(small, own).saves(change(small.lines[0], 2017, Split(50_000), Split(1)))


@pytest.mark.parametrize(
    ("to", "worse"),
    [
        (Split(50_000, on_target=50_000), False),
        (Split(50_000, red=1), True),
        (Split(50_000, amber=50_000), True),
    ],
)
def test_a_head_of_service_says_why_an_amount_stands_worse(small, head, to, worse):
    worsening = change(small.lines[0], 2017, Split(50_000), to)
    if worse:
        with pytest.raises(ValidationError, match="Say why") as refused:
            head.saves(worsening)
        assert list(refused.value.message_dict) == ["reason"]
    assert head.saves(worsening, reason="The supplier is late")
    assert Act.objects.get().reason == "The supplier is late" if worse else True


# Taking a save back


def test_a_save_is_taken_back_as_an_act_of_its_own_and_that_one_too(small, finance):
    first, second = small.lines
    finance.saves(change(first, 2017, Split(50_000), Split(60_000, amber=60_000)))
    saved = finance.saves(
        change(first, 2017, Split(60_000, amber=60_000), Split(70_000)),
        change(first, 2018, None, Split(8_000)),
        change(second, 2016, WHOLE, None),
    )
    back = finance.takes_back(saved.act)
    assert (back.cells, back.act.verb) == (3, "savings.amounts_taken_back")
    assert back.act.sentence == f"Took back the change of 3 amounts of {small.projects[0].title}."
    assert (holds(first, 2017), holds(first, 2018), holds(second, 2016)) == (Split(60_000, amber=60_000), None, WHOLE)
    again = finance.takes_back(back.act)
    assert again is not None
    assert (holds(first, 2017), holds(first, 2018), holds(second, 2016)) == (Split(70_000), Split(8_000), None)


def test_an_amount_that_was_taken_out_comes_back_with_its_comment(small, finance):
    line = small.lines[0]
    Position.objects.filter(line_in_period=line, year=2016).update(comment="Agreed with the service in May.")
    saved = finance.saves(change(line, 2016, WHOLE, None))
    finance.takes_back(saved.act)
    back = Position.objects.get(line_in_period=line, year=2016)
    assert (split_of(back), back.comment) == (WHOLE, "Agreed with the service in May.")


def test_the_first_change_since_the_period_opened_goes_back_to_what_the_closed_one_keeps(small, finance):
    opened = close_and_open_next(
        actor=finance.actor, period=small.period, new=NewPeriod("2015/16 M08", 2015, date(2015, 11, 30), 8)
    )
    here = Officer(SmallProgramme(**{**small.__dict__, "period": opened}), finance.user)
    line = LineInPeriod.objects.get(period=opened, line=small.lines[0].line)
    saved = here.saves(change(line, 2016, WHOLE, Split(1)))
    here.takes_back(saved.act)
    assert holds(line, 2016) == WHOLE


def test_amounts_whose_past_nobody_recorded_are_not_taken_back(small, finance):
    line = small.lines[0]
    Position.objects.bulk_create([Position(line_in_period=line, year=2018, target=5)])
    saved = finance.saves(change(line, 2018, Split(5), Split(1)))
    assert former_amounts(actor=finance.actor, act=saved.act, period=small.period) is None
    with pytest.raises(ValidationError, match="cannot be taken back"):
        finance.takes_back(saved.act)


def test_a_save_is_not_taken_back_in_another_period(small, finance):
    saved = finance.saves(change(small.lines[0], 2016, WHOLE, Split(1)))
    opened = close_and_open_next(
        actor=finance.actor, period=small.period, new=NewPeriod("2015/16 M08", 2015, date(2015, 11, 30), 8)
    )
    assert former_amounts(actor=finance.actor, act=saved.act, period=opened) is None


def test_what_was_changed_since_is_not_taken_back(small, finance):
    line = small.lines[0]
    saved = finance.saves(change(line, 2018, None, Split(8_000)))
    finance.saves(change(line, 2018, Split(8_000), Split(9_000)))
    with pytest.raises(AmountsRefused):
        finance.takes_back(saved.act)
    assert holds(line, 2018) == Split(9_000)


def test_the_save_of_somebody_else_is_theirs_to_take_back(small, finance):
    saved = finance.saves(change(small.lines[0], 2018, None, Split(8_000)))
    with pytest.raises(ValidationError, match="cannot be taken back"):
        Officer(small, factories.finance_officer()).takes_back(saved.act)


def test_a_head_of_service_takes_back_a_rating_to_the_pound(small, head):
    line = small.lines[0]
    factories.position(line, 2018, Split(9_000, delivered=4_000))
    head.saves(change(line, 2018, Split(9_000, delivered=4_000), Split(9_000, delivered=5_000)))
    saved = head.saves(
        change(line, 2018, Split(9_000, delivered=4_000, claimed=1_000), Split(9_000, red=9_000)), reason="Lost"
    )
    head.takes_back(saved.act)
    assert holds(line, 2018) == Split(9_000, delivered=4_000, claimed=1_000)


# How often the database is asked


def statements(run: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        run()
    return [query["sql"] for query in captured if query["sql"].startswith(STATEMENTS)]


def a_grid(lines: int) -> tuple[Officer, list[CellChange]]:
    small = small_programme(
        projects=1, lines_each=lines, horizon_first=2016, horizon_last=2021, slug=f"of-{lines}", is_current=False
    )
    Position.objects.filter(line_in_period__in=[line.pk for line in small.lines]).delete()
    for line in small.lines:
        Position.objects.bulk_create(
            Position(line_in_period=line, year=year, target=100_000, red=1) for year in range(2016, 2022)
        )
    changes = [
        change(line, year, Split(100_000, red=1), Split(90_000, amber=year))
        for line in small.lines
        for year in range(2016, 2022)
    ]
    officer = Officer(small, factories.finance_officer())
    assert officer.actor and officer.right, "asked before anything is counted"
    return officer, changes


@pytest.mark.django_db
def test_three_hundred_cells_are_a_handful_of_statements():
    officer, changes = a_grid(50)
    asked = statements(lambda: officer.saves(*changes))
    assert len(changes) == 300
    assert len(asked) <= (7 if connection.vendor == "postgresql" else 15), [sql[:90] for sql in asked]
    assert Position.objects.filter(target=90_000).count() == 300


@pytest.mark.django_db
def test_a_grid_of_two_lines_asks_as_often_as_one_of_eight():
    def count(lines: int) -> int:
        officer, changes = a_grid(lines)
        added = [change(line, None, None, Split(5)) for line in officer.small.lines]
        removed = [CellChange(each.cell, each.opened, None) for each in changes[:2]]
        return len(statements(lambda: officer.saves(*removed, *changes[2:], *added)))

    assert count(2) == count(8) <= 11


# Two at once


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_one_cell_at_once_one_is_refused_and_sees_the_other_s_amount():
    small = small_programme(projects=1)
    line = small.lines[0]
    officers = [Officer(small, factories.finance_officer()) for _ in range(2)]
    together, refused, saved = threading.Barrier(2), [], []

    def save(officer: Officer, amount: int) -> None:
        try:
            right, actor = officer.right, officer.actor
            together.wait(10)
            saved.append(
                save_amounts(
                    actor=actor,
                    period=small.period,
                    project=small.projects[0],
                    changes=[change(line, 2017, Split(50_000), Split(amount))],
                    right=right,
                )
            )
        except AmountsRefused as error:
            refused.append((amount, error.refusals[Cell(line.line_id, 2017)].present))
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=each) for each in zip(officers, (60_000, 70_000), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(saved) == len(refused) == 1
    lost, seen = refused[0]
    kept = holds(line, 2017)
    assert kept == seen == Split(130_000 - lost)
    assert Act.objects.filter(verb="savings.amounts_changed").count() == 1
