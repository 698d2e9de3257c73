"""The database's measures of a position equal those of the value type, and sums round once."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from futurefit.values.rag import DEFAULT_WEIGHTS, Split
from savings.measures import EMPTY, LABELS, Money
from savings.models import Position, ReportingPeriod
from savings.rollups import rollup
from tests import factories

pytestmark = pytest.mark.django_db

AMOUNTS = ("target", "delivered", "claimed", "on_target", "amber", "red", "not_rated", "over_delivered")


@pytest.fixture
def period() -> ReportingPeriod:
    return factories.ReportingPeriodFactory()


def total_of(period: ReportingPeriod, *splits: Split, **fields) -> Money:
    """The total of one line for each split, all in 2016/17."""
    for split in splits:
        project = factories.ProjectFactory(programme=period.programme)
        factories.line(period, project, {2016: split}, **fields)
    return rollup(period).total.total


@st.composite
def fitting_splits(draw) -> Split:
    """Any split that keeps the rules: with and without over-delivery, of either sign, and of a target of 0."""
    sign = draw(st.sampled_from((1, -1)))
    target = draw(st.integers(0, 10**9))
    delivered, claimed = draw(st.integers(0, 10**9)), draw(st.integers(0, 10**9))
    left = max(target - delivered - claimed, 0)
    on_target = draw(st.integers(0, left))
    amber = draw(st.integers(0, left - on_target))
    red = draw(st.integers(0, left - on_target - amber))
    return Split(*(sign * amount for amount in (target, delivered, claimed, on_target, amber, red)))


class EveryMeasure(TestCase):
    def setUp(self) -> None:
        self.period = factories.ReportingPeriodFactory()
        self.project = factories.ProjectFactory(programme=self.period.programme)

    @settings(max_examples=40)
    @given(splits=st.lists(fitting_splits(), min_size=1, max_size=4))
    def test_the_sum_of_positions_is_the_sum_of_their_splits(self, splits):
        for split in splits:
            assert split.problems() == []
            factories.line(self.period, self.project, {2016: split})
        money = rollup(self.period).total.total
        for name in AMOUNTS:
            assert money.amount(name) == sum(getattr(split, name) for split in splits), name
        assert money.target == (
            money.delivered
            + money.claimed
            + money.on_target
            + money.amber
            + money.red
            + money.not_rated
            - money.over_delivered
        )

    @settings(max_examples=40)
    @given(split=fitting_splits(), saving_type=st.sampled_from(("further", "faster", "new", "not_stated")))
    def test_the_risk_weighted_amount_is_rounded_half_away_from_zero_once(self, split, saving_type):
        factories.line(self.period, self.project, {2016: split}, saving_type=saving_type)
        money = rollup(self.period).total.total
        if split.target < 0 and saving_type != "faster":
            assert money.risk_weighted == split.target + split.over_delivered
            assert money.loss == split.target
        else:
            exact = Decimal(sum(weight * split.amount(status) for status, weight in DEFAULT_WEIGHTS.items())) / 100
            assert money.risk_weighted == int(exact.quantize(Decimal(1), rounding="ROUND_HALF_UP"))
            assert money.loss == 0


def test_over_delivery_is_what_delivered_and_claimed_exceed_the_target_by(period):
    money = total_of(period, Split(100, delivered=80, claimed=50))
    assert (money.over_delivered, money.not_rated, money.secure) == (30, 0, 130)


def test_all_that_is_delivered_against_a_target_of_nought_is_over_delivery(period):
    money = total_of(period, Split(0, delivered=70))
    assert (money.target, money.delivered, money.over_delivered, money.not_rated) == (0, 70, 70, 0)


def test_over_delivery_of_one_line_does_not_hide_what_is_not_rated_of_another(period):
    money = total_of(period, Split(100, delivered=150), Split(100))
    assert (money.target, money.over_delivered, money.not_rated) == (200, 50, 100)


def test_a_cost_larger_than_planned_is_over_delivery_with_a_minus(period):
    money = total_of(period, Split(-100, delivered=-130))
    assert (money.over_delivered, money.not_rated, money.loss) == (-30, 0, -100)


def test_a_loss_counts_in_full_whatever_its_rating_and_is_never_at_risk(period):
    money = total_of(period, Split(-1_331_000, red=-1_331_000), Split(400_000, red=100_000, amber=100_000))
    assert money.loss == -1_331_000
    assert money.at_risk == 200_000
    assert money.risk_weighted == -1_331_000 + 50_000


def test_a_negative_amount_of_a_faster_line_is_weighted_and_is_no_loss(period):
    money = total_of(period, Split(-1_000, red=-600, amber=-400), saving_type="faster")
    assert (money.loss, money.at_risk, money.risk_weighted) == (0, 0, -200)


def test_the_total_is_rounded_once_and_not_row_by_row(period):
    themes = [factories.ThemeFactory(programme=period.programme) for _ in range(2)]
    for theme in themes:
        project = factories.ProjectFactory(programme=period.programme, theme=theme)
        factories.line(period, project, {2016: Split(1, amber=1)})
    result = rollup(period, "theme")
    assert [row.total.risk_weighted for row in result.rows] == [1, 1], "a half is rounded away from zero"
    assert result.total.total.risk_weighted == 1, "two halves are one pound, not two"


def test_weights_are_those_the_period_keeps(period):
    period.rag_definitions.filter(status="amber").update(weight=25)
    period.rag_definitions.filter(status="not_rated").update(weight=10)
    assert total_of(period, Split(1_000, amber=400)).risk_weighted == 100 + 60


def test_a_period_without_definitions_weighs_by_the_defaults(period):
    period.rag_definitions.all().delete()
    assert total_of(period, Split(1_000, on_target=600, amber=400)).risk_weighted == 800


def test_percentages_have_one_decimal_and_are_null_without_a_denominator():
    assert Money(counted_delivered=2, counted_original=3, counted_target=0).percent_of_original == Decimal("66.7")
    assert Money(counted_delivered=2, counted_original=3, counted_target=0).percent_of_target is None
    assert EMPTY.as_json()["percent_of_original"] is None
    assert Money(counted_delivered=1, counted_target=8).as_json()["percent_of_target"] == 12.5


def test_json_names_are_those_of_the_contract_and_an_unknown_measure_is_refused():
    assert list(EMPTY.as_json()) == [
        "original",
        "target",
        "approved",
        "delivered",
        "claimed",
        "on_target",
        "amber",
        "red",
        "not_rated",
        "over_delivered",
        "secure",
        "at_risk",
        "loss",
        "risk_weighted",
        "reversal",
        "percent_of_original",
        "percent_of_target",
    ]
    with pytest.raises(KeyError):
        EMPTY.amount("weighted")
    assert all(isinstance(EMPTY.amount(name), int) for name in LABELS)


def test_amounts_far_beyond_any_council_stay_exact(period):
    huge = 900_000_000_000_001
    money = total_of(period, Split(huge, amber=huge), Split(huge, amber=huge))
    assert (money.target, money.risk_weighted) == (2 * huge, huge)


def test_a_position_says_its_line_and_target(period):
    factories.line(period, factories.ProjectFactory(programme=period.programme), {2016: 5}, title="Bins")
    assert str(Position.objects.get()) == "Bins: 5"
