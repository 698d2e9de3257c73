"""Carrying what an ended year did not deliver forward: what is written, what is refused, and that no target changes."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from futurefit.history.models import Act
from futurefit.history.tracking import history_model
from futurefit.values.rag import Split
from savings.models import Position, ReportingPeriod
from savings.rollups import rollup
from savings.services.carry_forward import Carrying, CarryingRefused, carry_forward
from tests import factories


@pytest.fixture
def period(db) -> ReportingPeriod:
    """2016/17 month 2: 2015/16 has ended, the plan runs to 2020/21."""
    plan = factories.ProgrammeFactory(is_current=True)
    return factories.ReportingPeriodFactory(
        programme=plan, label="2016/17 M02", financial_year=2016, month=2, ends_on="2016-05-31", horizon_first=2015
    )


@pytest.fixture
def finance(db):
    return factories.actor(factories.finance_officer())


def position_of(period: ReportingPeriod, split: Split, year: int | None = 2015, **fields) -> Position:
    project = factories.ProjectFactory(programme=period.programme)
    row = factories.line(period, project, **fields)
    return factories.position(row, year, split)


def carry(actor, period, *carrying: Carrying, reason: str = "The contract starts in June.", may=lambda line: True):
    return carry_forward(actor=actor, period=period, carrying=carrying, may=may, reason=reason)


def test_what_is_carried_forward_stands_on_the_position_and_changes_no_target(period, finance):
    position = position_of(period, Split(100, delivered=60, red=30))
    before = rollup(period, "directorate")
    assert carry(finance, period, Carrying(position.pk, 40, 2016, position.version)) == 1
    position.refresh_from_db()
    assert (position.carried_forward, position.expected_in, position.version) == (40, 2016, 2)
    after = rollup(period, "directorate")
    assert [row.total.target for row in after.rows] == [row.total.target for row in before.rows]
    assert (before.total.total.carried_forward, after.total.total.carried_forward) == (0, 40)
    act = Act.objects.get(verb="savings.carried_forward")
    assert act.sentence == f"Carried forward £40 of {position.line_in_period.title} from 2015/16 to 2016/17."
    assert act.reason == "The contract starts in June."
    assert history_model(Position).objects.get(act=act).carried_forward == 40


def test_nought_takes_it_back_without_a_reason_and_saying_the_same_again_is_no_act(period, finance):
    position = position_of(period, Split(100, delivered=60))
    carry(finance, period, Carrying(position.pk, 40, 2016))
    assert carry(finance, period, Carrying(position.pk, 40, 2016), reason="") == 0
    assert carry(finance, period, Carrying(position.pk, 0, 2017), reason="") == 1
    position.refresh_from_db()
    assert (position.carried_forward, position.expected_in) == (0, None)
    assert Act.objects.filter(verb="savings.carried_forward").count() == 2


def test_several_are_said_in_one_act_and_one_wrong_stops_all(period, finance):
    good, bad = position_of(period, Split(100)), position_of(period, Split(50, delivered=20))
    with pytest.raises(CarryingRefused) as refused:
        carry(finance, period, Carrying(good.pk, 100, 2016), Carrying(bad.pk, 31, 2016))
    assert set(refused.value.refusals) == {bad.pk}
    assert not Position.objects.exclude(carried_forward=0).exists()
    assert carry(finance, period, Carrying(good.pk, 100, 2016), Carrying(bad.pk, 30, 2017)) == 2
    assert Act.objects.filter(verb="savings.carried_forward").count() == 1


@pytest.mark.parametrize(
    ("split", "amount", "fits"),
    [
        (Split(100, delivered=60, claimed=10), 40, True),  # a claim is undelivered until it is accepted
        (Split(100, delivered=60), 41, False),
        (Split(100, delivered=60), -1, False),
        (Split(-100, delivered=-60), -40, True),
        (Split(-100, delivered=-60), -41, False),
        (Split(-100, delivered=-60), 40, False),
        (Split(100, delivered=120), 1, False),
        (Split(0, claimed=5), 5, True),
    ],
)
def test_never_more_than_is_still_undelivered_and_with_its_sign(period, finance, split, amount, fits):
    position = position_of(period, split)
    if fits:
        assert carry(finance, period, Carrying(position.pk, amount, 2016)) == 1
    else:
        with pytest.raises(CarryingRefused, match=r"cannot be carried forward"):
            carry(finance, period, Carrying(position.pk, amount, 2016))


@pytest.mark.parametrize("expected_in", [None, 2015, 2021])
def test_it_is_expected_in_this_year_or_a_later_one_of_the_plan(period, finance, expected_in):
    position = position_of(period, Split(100))
    with pytest.raises(CarryingRefused, match="year"):
        carry(finance, period, Carrying(position.pk, 100, expected_in))


@pytest.mark.parametrize("year", [2016, 2017, None])
def test_only_a_year_that_has_ended_carries_forward(period, finance, year):
    position = position_of(period, Split(100), year)
    with pytest.raises(CarryingRefused, match="has not ended"):
        carry(finance, period, Carrying(position.pk, 100, 2018))


def test_it_is_refused_without_a_reason_stale_withdrawn_elsewhere_or_not_the_actors(period, finance):
    position = position_of(period, Split(100))
    withdrawn = position_of(period, Split(100), withdrawn=True)
    with pytest.raises(ValidationError, match="say why"):
        carry(finance, period, Carrying(position.pk, 100, 2016), reason=" ")
    with pytest.raises(CarryingRefused, match="somebody changed it") as refused:
        carry(finance, period, Carrying(position.pk, 100, 2016, version=7))
    assert refused.value.stale == {position.pk}
    with pytest.raises(CarryingRefused, match="no longer stands"):
        carry(finance, period, Carrying(withdrawn.pk, 100, 2016))
    with pytest.raises(PermissionDenied):
        carry(finance, period, Carrying(position.pk, 100, 2016), may=lambda line: False)
    period.closed_at = period.opened_at
    period.save()
    with pytest.raises(ValidationError, match="is closed"):
        carry(finance, period, Carrying(position.pk, 100, 2016))


def test_what_is_delivered_or_re_profiled_afterwards_is_carried_forward_no_more(period, finance):
    """100 with 60 delivered, 40 carried forward: once 25 more are delivered, 15 are still to come; a loss likewise."""
    position, loss = position_of(period, Split(100, delivered=60)), position_of(period, Split(-30))
    carry(finance, period, Carrying(position.pk, 40, 2016), Carrying(loss.pk, -30, 2016))
    assert rollup(period).total.total.carried_forward == 10
    Position.objects.filter(pk=position.pk).update(delivered=85)
    assert rollup(period).total.total.carried_forward == -15
    Position.objects.filter(pk=position.pk).update(target=85)
    assert rollup(period).total.total.carried_forward == -30
    Position.objects.filter(pk=loss.pk).update(expected_in=2017)
    assert rollup(period).total.total.carried_forward == 0, "it is expected in another year than the period's"
