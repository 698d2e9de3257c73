"""Where the pounds went that an ended year did not deliver: each place by hand, and any sequence of acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked, bulk_delete_tracked, bulk_update_tracked
from futurefit.values.rag import Split
from savings.measures import still_undelivered
from savings.models import LineInPeriod, Position, ReportingPeriod
from savings.services.carry_forward import Carrying, carry_forward
from savings.services.line_acts import restore_line
from savings.services.lines import change_line, withdraw_line
from savings.services.periods import close_and_open_next, period_called
from savings.undelivered import Place, Undelivered, YearEnds, year_ends
from tests import factories
from tests.factories import TESTS
from tests.savings.random_history import splits
from tests.savings.undelivered_pounds import assert_every_pound_is_in_one_place, told_of


@dataclass
class Council:
    """A programme in its open period; lines are asked for by number."""

    period: ReportingPeriod
    lines: list[int] = field(default_factory=list)

    def add(self, *amounts: tuple[int, Split], **fields) -> int:
        """A line with these amounts, entered while the period is open; its number."""
        row = factories.line(self.period, self.project, dict(amounts), **fields)
        self.lines.append(row.line_id)
        return len(self.lines) - 1

    @property
    def project(self):
        return self.period.programme.projects.first() or factories.ProjectFactory(programme=self.period.programme)

    def line(self, number: int) -> LineInPeriod:
        return LineInPeriod.objects.get(line_id=self.lines[number], period=self.period)

    def position(self, number: int, year: int = 2015) -> Position | None:
        return Position.objects.filter(line_in_period=self.line(number), year=year).first()

    def act(self, verb: str, number: int, split: Split | None, year: int = 2015) -> None:
        """An act of this kind that leaves the line-year with this split (None: takes the amount out)."""
        with record_act(actor=TESTS, verb=verb, sentence="Did something.", programme_slug=self.period.programme.slug):
            position = self.position(number, year)
            if split is None:
                bulk_delete_tracked(Position, [position] if position else [])
                return
            names = ("target", "delivered", "claimed", "on_target", "amber", "red")
            if position is None:
                row = Position(line_in_period=self.line(number), year=year)
                for name in names:
                    setattr(row, name, getattr(split, name))
                bulk_create_tracked(Position, [row])
                return
            for name in names:
                setattr(position, name, getattr(split, name))
            bulk_update_tracked(Position, [position], list(names))

    def next(self, label: str) -> None:
        self.period = close_and_open_next(actor=TESTS, period=self.period, new=period_called(label))

    def carry(self, number: int, amount: int, expected_in: int, year: int = 2015) -> None:
        position = self.position(number, year)
        assert position is not None
        carrying = [Carrying(position.pk, amount, expected_in)]
        carry_forward(actor=TESTS, period=self.period, carrying=carrying, may=lambda line: True, reason="Late.")

    @property
    def periods(self) -> list[ReportingPeriod]:
        return list(ReportingPeriod.objects.of_programme(self.period.programme_id))

    def ends(self, label: str = "") -> YearEnds:
        """Where everything is as at the period of this label, or the open one."""
        shown = next(each for each in self.periods if each.label == (label or self.period.label))
        return year_ends(self.periods, shown)

    def places(self, number: int, label: str = "", year: int = 2015) -> dict[str, int]:
        """The places of one line's ended year that hold something; its two sides must be the same."""
        found = [row for row in self.ends(label).amounts if (row.line_id, row.year) == (self.lines[number], year)]
        sums = found[0].sums if found else Undelivered()
        assert sums.placed == sums.left
        return {place.value: sums.amount(place) for place in Place if sums.amount(place)}


def council() -> Council:
    programme = factories.ProgrammeFactory(horizon_first=2015, horizon_last=2019)
    period = factories.ReportingPeriodFactory(
        programme=programme, label="2015/16 M12", month=12, ends_on=date(2016, 3, 31)
    )
    factories.ProjectFactory(programme=programme)
    return Council(ReportingPeriod.objects.get(pk=period.pk))


@pytest.fixture
def town(db) -> Council:
    """2015/16 ended with 100, of which 60 were delivered and 30 only claimed; 2016/17 month 1 is open."""
    town = council()
    town.add((2015, Split(100, delivered=60, claimed=30)))
    town.next("2016/17 M01")
    return town


def test_at_first_all_of_it_is_open_and_a_claim_is_not_delivered(town):
    assert town.places(0) == {"open": 40}
    (row,) = town.ends().amounts
    assert (row.sums.target, row.sums.delivered, row.sums.over_delivered, row.sums.left) == (100, 60, 0, 40)


@pytest.mark.parametrize(
    ("verb", "split", "expected"),
    [
        ("savings.return_accepted", Split(100, delivered=90), {"open": 10, "delivered_late": 30}),
        ("savings.return_submitted", Split(100, delivered=60, claimed=40), {"open": 40}),
        ("savings.position_rated", Split(100, delivered=110), {"delivered_late": 40}),
        ("savings.position_rated", Split(100, delivered=50), {"open": 50, "delivered_late": -10}),
        ("savings.re_profiled", Split(75, delivered=60), {"open": 15, "re_profiled": 25}),
        ("savings.replaced", Split(60, delivered=60), {"replaced": 40}),
        ("savings.written_out", Split(70, delivered=60), {"open": 10, "written_out": 30}),
        ("savings.corrected", Split(90, delivered=60), {"open": 30, "corrected": 10}),
        ("savings.corrected", Split(130, delivered=60), {"open": 70, "corrected": -30}),
        ("savings.amounts_changed", Split(95, delivered=60), {"open": 35, "corrected": 5}),
        ("savings.amounts_changed", None, {"written_out": 40}),
    ],
)
def test_what_an_act_takes_off_goes_to_the_place_of_its_cause(town, verb, split, expected):
    town.act(verb, 0, split)
    assert town.places(0) == expected
    assert town.ends().sums_of(2015).left == 40, "the left side is what the year's last period said"


def test_one_amount_in_every_place(town):
    """Of 40: 5 delivered late, 6 re-profiled, 7 written out, 8 replaced, 4 corrected, and 10 left: 3 go on."""
    town.carry(0, 25, 2016)
    assert town.places(0) == {"open": 15, "carried_forward": 25}
    town.next("2016/17 M02")
    town.act("savings.return_accepted", 0, Split(100, delivered=65))
    town.act("savings.re_profiled", 0, Split(94, delivered=65))
    town.act("savings.written_out", 0, Split(87, delivered=65))
    town.act("savings.replaced", 0, Split(79, delivered=65))
    town.next("2016/17 M03")
    town.act("savings.corrected", 0, Split(75, delivered=65))
    moved = {"delivered_late": 5, "re_profiled": 6, "written_out": 7, "replaced": 8}
    assert town.places(0) == {**moved, "corrected": 4, "carried_forward": 10}, "never more than is undelivered"
    town.carry(0, 3, 2017)
    (row,) = town.ends().amounts
    assert town.places(0) == {**moved, "corrected": 4, "carried_forward": 3, "open": 7}
    assert row.expected_in == 2017
    assert town.places(0, "2016/17 M01") == {"open": 15, "carried_forward": 25}, "a closed period says what it said"
    assert town.places(0, "2016/17 M02") == {**moved, "carried_forward": 14}


def test_a_loss_that_did_not_come_is_negative_all_the_way(db):
    town = council()
    town.add((2015, Split(-50, delivered=-20, red=-30)))
    town.next("2016/17 M01")
    town.carry(0, -10, 2016)
    town.act("savings.position_rated", 0, Split(-50, delivered=-35))
    assert town.places(0) == {"open": -5, "carried_forward": -10, "delivered_late": -15}


def test_what_was_delivered_beyond_the_target_leaves_nothing_and_takes_nothing_from_others(db):
    town = council()
    town.add((2015, Split(100, delivered=130)))
    town.add((2015, Split(50, delivered=20)))
    town.next("2016/17 M01")
    assert (town.places(0), town.places(1)) == ({}, {"open": 30})
    sums = town.ends().sums_of(2015)
    assert (sums.target, sums.delivered, sums.over_delivered, sums.left) == (150, 150, 30, 30)
    assert [row.line_id for row in town.ends().listed] == [town.lines[1]]


def test_a_line_withdrawn_is_written_out_and_comes_back_from_there(town):
    withdraw_line(actor=TESTS, line=town.line(0), reason="Given up.")
    assert town.places(0) == {"written_out": 40}
    town.next("2016/17 M02")
    assert town.places(0) == {"written_out": 40}
    restore_line(actor=TESTS, line=town.line(0))
    assert town.places(0) == {"open": 40}


def test_a_line_that_takes_anothers_place_is_open_where_it_stands_now(town):
    """The old line's 40 are replaced; the new line's 40 in the ended year come out of there and are open."""
    new = town.add((2017, Split(5)))
    town.act("savings.replaced", 0, Split(60, delivered=60))
    town.act("savings.replaced", new, Split(40))
    assert (town.places(0), town.places(new)) == ({"replaced": 40}, {"open": 40, "replaced": -40})
    sums = town.ends().sums_of(2015)
    assert (sums.left, sums.open, sums.replaced) == (40, 40, 0)


def test_a_moved_line_counts_where_it_stood_when_the_year_ended(town):
    elsewhere = factories.DirectorateFactory()
    change_line(actor=TESTS, line=town.line(0), changes={"directorate": elsewhere})
    town.act("savings.position_rated", 0, Split(100, delivered=90))
    (row,) = town.ends().amounts
    assert row.directorate is None
    assert town.places(0) == {"open": 10, "delivered_late": 30}


def test_a_year_ends_with_its_last_period_and_each_has_its_own(db):
    """2014/15 has no period; 2015/16 ends with its outturn; 2016/17 has not ended before 2017/18 begins."""
    programme = factories.ProgrammeFactory(horizon_first=2014, horizon_last=2019)
    period = factories.ReportingPeriodFactory(programme=programme, label="2015/16 Q3", ends_on=date(2015, 12, 31))
    factories.ProjectFactory(programme=programme)
    town = Council(ReportingPeriod.objects.get(pk=period.pk))
    town.add((2014, Split(9)), (2015, Split(100, delivered=10)), (2016, Split(80)))
    town.next("2015/16 outturn")
    assert [(each.year, each.period) for each in town.ends().years] == [(2014, None)]
    town.act("savings.position_rated", 0, Split(100, delivered=70))
    town.next("2016/17 M06")
    town.act("savings.position_rated", 0, Split(80, delivered=50), 2016)
    assert [(each.year, str(each.period)) for each in town.ends().years] == [
        (2015, "2015/16 outturn"),
        (2014, "None"),
    ]
    town.next("2017/18 M01")
    town.act("savings.written_out", 0, Split(60, delivered=50), 2016)
    assert [str(each.period) for each in town.ends().years] == ["2016/17 M06", "2015/16 outturn", "None"]
    assert town.places(0) == {"open": 30}, "what changed before the year's last period is no part of it"
    assert town.places(0, year=2016) == {"open": 10, "written_out": 20}


def test_what_was_written_outside_any_act_is_in_its_place_too(town):
    """A target lowered by 10, then a line withdrawn: no act says why."""
    Position.objects.filter(pk=town.position(0).pk).update(target=90)
    assert town.places(0) == {"open": 30, "corrected": 10}
    LineInPeriod.objects.filter(pk=town.line(0).pk).update(withdrawn=True)
    town.next("2016/17 M02")
    assert town.places(0) == {"written_out": 40}


def test_open_amounts_come_first_then_what_was_expected_in_a_year_that_has_ended(town):
    town.add((2016, Split(1)))
    town.next("2016/17 M02")
    town.carry(0, 40, 2016)
    town.next("2017/18 M01")
    listed = town.ends().listed
    assert [(row.year, town.ends().is_overdue(row)) for row in listed] == [(2016, False), (2015, True)]


CHANGING = (
    "savings.position_rated",
    "savings.return_accepted",
    "savings.re_profiled",
    "savings.replaced",
    "savings.written_out",
    "savings.corrected",
    "savings.amounts_changed",
    "savings.decision_confirmed",
)
NUMBERS, YEARS = st.integers(0, 2), st.sampled_from((2015, 2016, 2017))
LATER = ("2016/17 M01", "2016/17 outturn", "2017/18 M03")

one_act = st.one_of(
    st.tuples(st.just("change"), st.sampled_from(CHANGING), NUMBERS, YEARS, st.one_of(splits(), st.none())),
    st.tuples(st.just("rate"), NUMBERS, YEARS, st.integers(0, 150)),
    st.tuples(st.just("withdraw or restore"), NUMBERS),
    st.tuples(st.just("carry"), NUMBERS, YEARS, st.integers(1, 100)),
    st.tuples(st.just("move"), NUMBERS),
)


def do(town: Council, act: tuple) -> None:
    """One random act, where it can be done."""
    kind, *rest = act
    if kind == "change":
        verb, number, year, split = rest
        town.act(verb, number, split, year)
    elif kind == "rate":
        number, year, percent = rest
        if position := town.position(number, year):
            delivered = position.target * percent // 100
            town.act("savings.position_rated", number, Split(position.target, delivered=delivered), year)
    elif kind == "withdraw or restore":
        line = town.line(rest[0])
        if line.withdrawn:
            restore_line(actor=TESTS, line=line)
        else:
            withdraw_line(actor=TESTS, line=line, reason="Given up.")
    elif kind == "move":
        change_line(actor=TESTS, line=town.line(rest[0]), changes={"directorate": factories.DirectorateFactory()})
    else:
        number, year, share = rest
        position = town.position(number, year)
        if position and not position.line_in_period.withdrawn and year < town.period.financial_year:
            left = still_undelivered(position.target, position.delivered, position.claimed)
            town.carry(number, left * share // 100 if left > 0 else -(-left * share // 100), 2018, year)


class WhateverHappened(TestCase):
    @given(
        first=st.lists(st.dictionaries(st.sampled_from((2015, 2016)), splits()), min_size=3, max_size=3),
        acts=st.lists(st.lists(one_act, max_size=5), min_size=3, max_size=3),
    )
    @settings(max_examples=15, deadline=None)
    def test_every_pound_is_in_one_place_after_acts_of_every_cause(self, first, acts):
        town = council()
        for amounts in first:
            town.add(*amounts.items())
        then: dict[str, list] = {}
        for label, during in zip(LATER, acts, strict=True):
            town.next(label)
            for act in during:
                do(town, act)
            then[label] = told_of(assert_every_pound_is_in_one_place(town.periods, town.period))
        for label, said in then.items():
            assert told_of(town.ends(label)) == said
