"""Due dates, the next period, what colours mean, notes of correction: who writes what, and what is refused in words."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from futurefit.history.models import Act
from futurefit.values.rag import Status
from savings.models import RagDefinition, ReportingPeriod
from savings.rollups import rollup
from savings.services.period_facts import (
    Definition,
    digest_of_definitions,
    note_correction,
    prepare_period,
    prepared_after,
    reword_definitions,
)
from savings.services.periods import NewPeriod, close_and_open_next, next_in_turn, period_named
from tests import factories
from tests.savings.worked_programme import worked_programme

pytestmark = pytest.mark.django_db

TESTS = factories.TESTS
M03 = NewPeriod("2016/17 M03", 2016, date(2016, 6, 30), 3, due_on=date(2016, 7, 8), return_years_ahead=2)


@pytest.fixture
def worked(db):
    return worked_programme()


def prepare(worked, **changes) -> bool:
    asked = {"due_on": date(2016, 6, 9), "return_years_ahead": 1, "following": M03, **changes}
    return prepare_period(actor=TESTS, period=worked.period, **asked)


def as_it_stands(worked) -> ReportingPeriod:
    return ReportingPeriod.objects.get(pk=worked.period.pk)


class TestNames:
    @pytest.mark.parametrize(
        ("label", "follows", "ends_on"),
        [
            ("2016/17 M02", "2016/17 M03", date(2016, 6, 30)),
            ("2015/16 M12", "2016/17 M01", date(2016, 4, 30)),
            ("2016/17 Q3", "2016/17 Q4", date(2017, 3, 31)),
            ("2016/17 Q4", "2017/18 Q1", date(2017, 6, 30)),
            ("2015/16 outturn", "2016/17 outturn", date(2017, 3, 31)),
        ],
    )
    def test_the_next_in_turn_is_of_the_same_calendar(self, label, follows, ends_on):
        following = next_in_turn(factories.ReportingPeriodFactory.build(label=label, copied_from=None))
        assert (following.label, following.ends_on) == (follows, ends_on)

    def test_after_an_outturn_that_followed_a_month_the_first_month_comes(self):
        december = factories.ReportingPeriodFactory.build(label="2015/16 M12", copied_from=None)
        outturn = factories.ReportingPeriodFactory.build(label="2015/16 outturn", copied_from=december)
        assert next_in_turn(outturn).label == "2016/17 M01"

    def test_a_calendar_of_ones_own_offers_nothing(self):
        assert next_in_turn(factories.ReportingPeriodFactory.build(label="Spring 2016", copied_from=None)) is None

    def test_a_name_of_ones_own_goes_with_its_last_day(self):
        named = period_named("  Spring   2016 ", date(2016, 4, 15))
        assert (named.label, named.financial_year, named.month) == ("Spring 2016", 2016, None)

    @pytest.mark.parametrize(
        ("label", "ends_on", "field", "words"),
        [
            ("", None, "label", "nothing is entered"),
            ("Spring 2016", None, "ends_on", "“Spring 2016” is no month, quarter or outturn"),
            ("2016/17 M13", date(2017, 4, 30), "label", "'2016/17 M13' is not a reporting period"),
            ("2016/18 M01", None, "label", "the second year must follow the first"),
            ("2016/17 M03", date(2016, 7, 1), "ends_on", "month 3 ends on 30 June 2016, not on 1 July 2016"),
        ],
    )
    def test_a_bad_name_is_refused_with_the_value_and_the_rule(self, label, ends_on, field, words):
        with pytest.raises(ValidationError) as refused:
            period_named(label, ends_on)
        assert words in refused.value.message_dict[field][0]


class TestPreparing:
    def test_it_is_one_act_and_is_offered_when_the_period_is_closed(self, worked):
        assert prepare(worked)
        assert prepared_after(as_it_stands(worked)) == M03
        act = Act.objects.get(verb="savings.period_prepared")
        assert act.sentence == "Prepared 2016/17 month 2: returns are due on 9 June 2016, 2016/17 month 3 follows."
        following = close_and_open_next(actor=TESTS, period=as_it_stands(worked), new=M03)
        assert (following.due_on, following.return_years_ahead) == (date(2016, 7, 8), 2)
        assert (following.next_label, following.next_ends_on) == ("", None), "what was prepared is done with"

    def test_the_same_again_writes_nothing(self, worked):
        prepare(worked)
        before = as_it_stands(worked).version, Act.objects.count()
        assert not prepare(worked)
        assert (as_it_stands(worked).version, Act.objects.count()) == before

    def test_what_was_prepared_can_be_forgotten(self, worked):
        prepare(worked)
        assert prepare(worked, following=None)
        assert prepared_after(as_it_stands(worked)) is None

    def test_a_stale_version_is_refused(self, worked):
        prepare(worked, version=1)
        with pytest.raises(ValidationError, match="Somebody changed 2016/17 month 2") as refused:
            prepare(worked, due_on=None, version=1)
        assert refused.value.code == "stale"
        assert as_it_stands(worked).due_on == date(2016, 6, 9)

    def test_a_closed_period_is_refused(self, worked):
        close_and_open_next(actor=TESTS, period=worked.period, new=M03)
        with pytest.raises(ValidationError, match="is closed"):
            prepare(worked)

    @pytest.mark.parametrize("label", ["2016/17 M02", "2016/17 M01"])
    def test_a_next_period_that_cannot_follow_is_refused(self, worked, label):
        with pytest.raises(ValidationError, match="must end after 31 May 2016"):
            prepare(worked, following=period_named(label))


class TestClosing:
    def test_an_outturn_may_follow_the_last_month_of_its_year(self):
        last = factories.ReportingPeriodFactory(label="2015/16 M12", month=12, ends_on=date(2016, 3, 31))
        outturn = close_and_open_next(actor=TESTS, period=last, new=period_named("2015/16 outturn"))
        assert list(ReportingPeriod.objects.of_programme(last.programme)) == [last, outturn]
        april = close_and_open_next(actor=TESTS, period=outturn, new=next_in_turn(outturn))
        assert april.label == "2016/17 M01"

    def test_a_period_changed_since_the_page_was_opened_is_not_closed(self, worked):
        prepare(worked)
        with pytest.raises(ValidationError, match="Somebody changed") as refused:
            close_and_open_next(actor=TESTS, period=worked.period, new=M03, version=worked.period.version)
        assert refused.value.code == "stale"
        assert ReportingPeriod.objects.get().is_open


class TestDefinitions:
    def wanted(self, **changed: Definition) -> dict[Status, Definition]:
        found = {Status(row.status): Definition(row.words, row.weight) for row in RagDefinition.objects.all()}
        return {**found, **{Status(name): said for name, said in changed.items()}}

    def test_a_weight_changes_what_the_open_period_weighs_and_no_closed_one(self, worked):
        close_and_open_next(actor=TESTS, period=worked.period, new=M03)
        closed, period = ReportingPeriod.objects.order_by("pk")
        before = rollup(closed).total.total.risk_weighted
        assert rollup(period).total.total.risk_weighted == before
        rows = RagDefinition.objects.filter(period=period)
        wanted = {Status(row.status): Definition(row.words, row.weight) for row in rows}
        wanted[Status.AMBER] = Definition("Wobbly", 0)
        assert reword_definitions(actor=TESTS, period=period, wanted=wanted, reason="Agreed with the auditor")
        # A1 has 20 amber in 2016/17 and 200 in 2017/18, of which half counted
        assert rollup(ReportingPeriod.objects.get(pk=period.pk)).total.total.risk_weighted == before - 110
        assert rollup(ReportingPeriod.objects.get(pk=closed.pk)).total.total.risk_weighted == before
        act = Act.objects.get(verb="savings.definitions_reworded")
        assert act.sentence == "Changed what a colour means or weighs in 2016/17 month 3: Amber."
        assert act.reason == "Agreed with the auditor"

    def test_the_same_words_write_nothing(self, worked):
        assert not reword_definitions(actor=TESTS, period=worked.period, wanted=self.wanted())
        assert not Act.objects.exists()

    def test_a_stale_page_is_refused(self, worked):
        opened = digest_of_definitions(worked.period)
        first = self.wanted(red=Definition("Lost", 0))
        reword_definitions(actor=TESTS, period=worked.period, wanted=first, as_opened=opened)
        with pytest.raises(ValidationError, match="Somebody else saved this"):
            reword_definitions(
                actor=TESTS, period=worked.period, wanted=self.wanted(red=Definition("Gone", 5)), as_opened=opened
            )

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            (Definition("  ", 50), "Amber: say what it means"),
            (Definition("At risk", 101), "101 is not a weight"),
            (Definition("At risk", -1), "-1 is not a weight"),
            (Definition("x" * 1_001, 50), "at most 1000 characters, not 1001"),
        ],
    )
    def test_bad_words_and_weights_are_refused(self, worked, said, words):
        with pytest.raises(ValidationError, match=words):
            reword_definitions(actor=TESTS, period=worked.period, wanted=self.wanted(amber=said))


class TestNotes:
    def test_a_note_is_added_to_a_closed_period_and_changes_no_figure(self, worked):
        close_and_open_next(actor=TESTS, period=worked.period, new=M03)
        closed = as_it_stands(worked)
        before = rollup(closed).total
        assert note_correction(actor=TESTS, period=closed, note=" B1 was 60. ", version=closed.version)
        assert as_it_stands(worked).correction_note == "B1 was 60."
        assert rollup(as_it_stands(worked)).total == before
        assert Act.objects.get(verb="savings.correction_noted").sentence.endswith("of 2016/17 month 2: B1 was 60.")
        assert not note_correction(actor=TESTS, period=closed, note="B1 was 60.")
        with pytest.raises(ValidationError, match="Somebody changed"):
            note_correction(actor=TESTS, period=closed, note="Otherwise", version=closed.version)

    def test_an_open_period_takes_none(self, worked):
        with pytest.raises(ValidationError, match="is open: correct its figures"):
            note_correction(actor=TESTS, period=worked.period, note="Oops")
