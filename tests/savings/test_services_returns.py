"""Keeping, submitting and taking back returns: what counts when, what has to be said, and what is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from futurefit.access.reader import Reader
from futurefit.history.models import Act
from futurefit.values.rag import Split
from savings.models import LineInPeriod, LineReturn, Position, ReportingPeriod, ReturnedAmount
from savings.returns_owed import ReturnState, may_return, returns_owed
from savings.services.grid import split_of
from savings.services.lines import set_split
from savings.services.periods import NewPeriod, close_and_open_next
from savings.services.returns import (
    LONGEST,
    ReturnsRefused,
    Said,
    Why,
    keep_returns,
    no_change_for_all_remaining,
    standings_of,
    submit_returns,
    take_back_drafts,
)
from tests import factories

pytestmark = pytest.mark.django_db

LAST, NOW = "2015/16 M07", "2015/16 M08"
AT = datetime(2015, 12, 10, 10, 0, tzinfo=UTC)


@dataclass
class Month:
    """A month that was opened from the last one, a head of service who owes the lines of it, and finance."""

    period: ReportingPeriod
    head: Reader
    director: Reader
    finance: Reader
    lines: list[LineInPeriod]

    @property
    def may(self) -> Callable:
        return lambda owed: may_return(self.head, owed)

    def keep(self, *said: Said, by: Reader | None = None, **more) -> list[LineReturn]:
        reader = by or self.head
        return keep_returns(
            actor=reader.actor, period=self.period, said=said, may=lambda owed: may_return(reader, owed), **more
        )

    def submit(self, *lines: LineInPeriod, said=(), by: Reader | None = None, **more):
        reader = by or self.head
        return submit_returns(
            actor=reader.actor,
            period=self.period,
            line_ids=[line.pk for line in lines],
            said=said,
            may=lambda owed: may_return(reader, owed),
            **more,
        )

    def query(self, line: LineInPeriod, words: str = "Is it still only amber?") -> None:
        """What finance does to ask."""
        row = LineReturn.objects.get(line_in_period=line)
        row.state, row.queried_at, row.queried_by, row.query_reason = "queried", AT, "Finance officer", words
        row.version += 1
        row.save()

    def split(self, line: LineInPeriod, year: int | None = 2016) -> Split:
        return split_of(Position.objects.get(line_in_period=line, year=year))


def month(*amounts: dict) -> Month:
    """A line for each of `amounts`, as the last period had it, in the month after."""
    programme = factories.ProgrammeFactory()
    last = factories.ReportingPeriodFactory(programme=programme, label=LAST)
    service = factories.ServiceFactory()
    project = factories.ProjectFactory(programme=programme, service=service, directorate=service.directorate)
    for years in amounts:
        factories.line(last, project, years)
    period = close_and_open_next(
        actor=factories.TESTS, period=last, new=NewPeriod(NOW, 2015, date(2015, 11, 30), 8, due_on=date(2015, 12, 11))
    )
    head = factories.reader(factories.head_of_service(service))
    director = factories.reader(factories.director(service.directorate))
    lines = list(period.lines.order_by("line__order"))
    return Month(period, head, director, factories.reader(factories.finance_officer()), lines)


def refused(call: Callable[[], object]) -> list[tuple[Why, str]]:
    with pytest.raises(ReturnsRefused) as caught:
        call()
    return [(each.why, each.words) for each in caught.value.refusals]


ON_TARGET = {2016: Split(250_000, on_target=250_000)}


def test_what_is_kept_counts_nowhere_and_what_is_submitted_counts_at_once():
    this = month(ON_TARGET)
    line = this.lines[0]
    anew = Said(line.pk, {2016: Split(250_000, on_target=190_000, amber=60_000)}, comment="Two schools left")

    (kept,) = this.keep(anew)
    assert (kept.state, kept.version, kept.no_change) == ("draft", 1, False)
    assert this.split(line) == Split(250_000, on_target=250_000)

    done = this.submit(line, at=AT)
    assert (done.lines, done.act.sentence) == (1, f"Submitted the return of {line.title} for 2015/16 month 8.")
    assert done.act.reason == "Two schools left"
    assert this.split(line) == Split(250_000, on_target=190_000, amber=60_000)
    position = Position.objects.get(line_in_period=line)
    assert (position.comment, position.version) == ("Two schools left", 2)
    row = LineReturn.objects.get()
    assert (row.state, row.version, row.first_submitted_at, row.submitted_at) == ("submitted", 2, AT, AT)
    assert row.owed_by_id in this.head.post_ids and row.submitted_by_user == this.head.user_id


def test_no_change_leaves_every_amount_and_its_version():
    this = month(ON_TARGET, {2016: Split(100_000, amber=100_000), None: Split(40_000)})

    kept = no_change_for_all_remaining(
        actor=this.head.actor, period=this.period, line_ids=[line.pk for line in this.lines], may=this.may
    )
    assert [(row.no_change, row.state) for row in kept] == [(True, "draft")] * 2
    this.submit(*this.lines)

    assert set(Position.objects.filter(line_in_period__period=this.period).values_list("version", flat=True)) == {1}
    assert not ReturnedAmount.objects.exists()
    sentences = list(Act.objects.filter(verb__startswith="savings.return").values_list("sentence", flat=True))
    assert sorted(sentences) == [
        "Kept the returns of 2 lines for 2015/16 month 8, not submitted.",
        "Submitted the returns of 2 lines for 2015/16 month 8.",
    ]


def test_no_change_for_the_remaining_leaves_what_is_said_already():
    this = month(ON_TARGET, ON_TARGET)
    first, second = this.lines
    this.keep(Said(first.pk, {2016: Split(250_000, red=250_000)}))

    rest = no_change_for_all_remaining(
        actor=this.head.actor, period=this.period, line_ids=[first.pk, second.pk], may=this.may
    )

    assert [row.line_in_period_id for row in rest] == [second.pk]
    assert LineReturn.objects.get(line_in_period=first).no_change is False


def test_keeping_the_same_again_is_no_act():
    this = month(ON_TARGET)
    this.keep(Said(this.lines[0].pk))
    acts = Act.objects.count()

    assert this.keep(Said(this.lines[0].pk, version=1)) == []
    assert Act.objects.count() == acts


def test_a_split_that_is_typed_as_it_stands_is_no_change():
    this = month(ON_TARGET)

    (row,) = this.keep(Said(this.lines[0].pk, {2016: Split(250_000, on_target=250_000)}))

    assert row.no_change and not ReturnedAmount.objects.exists()


def test_an_amount_not_profiled_and_a_loss_are_split_like_any_other():
    this = month({None: Split(80_000, on_target=80_000), 2016: Split(-50_000, on_target=-50_000)})
    (line,) = this.lines
    anew = Said(
        line.pk,
        {None: Split(80_000, on_target=30_000, red=50_000), 2016: Split(-50_000, delivered=-20_000, on_target=-30_000)},
        comment="Late start",
        evidence="Ledger",
    )

    this.submit(line, said=[anew])

    assert this.split(line, None) == Split(80_000, on_target=30_000, red=50_000)
    assert this.split(line, 2016) == Split(-50_000, claimed=-20_000, on_target=-30_000)


def test_delivery_is_claimed_beyond_what_finance_has_accepted_and_needs_evidence():
    this = month({2016: Split(100_000, delivered=40_000, on_target=60_000)})
    (line,) = this.lines
    all_of_it = Said(line.pk, {2016: Split(100_000, delivered=100_000)})

    wanting = refused(lambda: this.submit(line, said=[all_of_it]))
    assert [why for why, _words in wanting] == [Why.NEEDS_EVIDENCE]

    this.submit(line, said=[Said(line.pk, all_of_it.splits, evidence="Contract signed at the lower price")])
    assert this.split(line) == Split(100_000, delivered=40_000, claimed=60_000)
    assert LineReturn.objects.get().evidence == "Contract signed at the lower price"


def test_a_claim_of_the_last_month_that_stands_needs_no_evidence_again():
    this = month({2016: Split(100_000, claimed=40_000, on_target=60_000)})
    (line,) = this.lines

    this.submit(line, said=[Said(line.pk, {2016: Split(100_000, delivered=40_000, on_target=50_000)}, comment="Less")])

    assert this.split(line) == Split(100_000, claimed=40_000, on_target=50_000)


WORSE = {
    "amber grows": (Split(100, amber=10), Split(100, amber=11), "amber grows by £1"),
    "red grows": (Split(100), Split(100, red=100), "red grows by £100"),
    "secure falls": (Split(100, on_target=100), Split(100, on_target=90), "secure falls by £10"),
    "a loss is less secure": (Split(-100, on_target=-100), Split(-100, on_target=-90), "secure falls by £10"),
    "amber becomes red": (Split(100, amber=100), Split(100, red=100), "red grows by £100"),
}
NO_WORSE = {
    "red becomes amber and less": (Split(100, amber=20, red=80), Split(100, amber=20, on_target=80)),
    "on target becomes delivered": (Split(100, on_target=100), Split(100, delivered=100)),
    "what was not rated is on target": (Split(100), Split(100, on_target=100)),
}


@pytest.mark.parametrize(("before", "after", "words"), WORSE.values(), ids=WORSE)
def test_a_reason_is_asked_where_amber_or_red_grows_or_secure_falls(before, after, words):
    this = month({2016: before})
    (line,) = this.lines

    wanting = refused(lambda: this.submit(line, said=[Said(line.pk, {2016: after})]))

    assert [(why, words in said) for why, said in wanting] == [(Why.NEEDS_A_REASON, True)]
    this.submit(line, said=[Said(line.pk, {2016: after}, comment="Because")])


@pytest.mark.parametrize(("before", "after"), NO_WORSE.values(), ids=NO_WORSE)
def test_no_reason_is_asked_where_nothing_is_worse(before, after):
    this = month({2016: before})
    (line,) = this.lines

    assert this.submit(line, said=[Said(line.pk, {2016: after}, evidence="Ledger")]).lines == 1


def test_the_reason_names_the_year_where_a_line_has_several():
    this = month({2016: Split(100, on_target=100), 2017: Split(50, on_target=50)})
    (line,) = this.lines
    anew = {2016: Split(100, on_target=40, amber=60), 2017: Split(50, on_target=50)}

    wanting = refused(lambda: this.submit(line, said=[Said(line.pk, anew)]))

    assert wanting == [(Why.NEEDS_A_REASON, "enter a reason: in 2016/17 amber grows by £60 and secure falls by £60.")]


def test_it_is_the_last_period_that_counts_also_where_finance_rated_anew_since():
    """Finance made it better during the month; back to what the last period said is not worse than that."""
    this = month({2016: Split(100, amber=100)})
    (line,) = this.lines
    set_split(
        actor=this.finance.actor, position=Position.objects.get(line_in_period=line), split=Split(100, on_target=100)
    )

    assert this.submit(line, said=[Said(line.pk, {2016: Split(100, amber=100)})]).lines == 1


def test_no_change_wants_a_reason_where_finance_rated_the_line_worse_in_the_month():
    """The return says how the month went: worse than last period, whoever typed it."""
    this = month({2016: Split(100, on_target=100)})
    (line,) = this.lines
    set_split(actor=this.finance.actor, position=Position.objects.get(line_in_period=line), split=Split(100, red=100))

    wanting = refused(lambda: this.submit(line, said=[Said(line.pk)]))

    assert wanting == [(Why.NEEDS_A_REASON, "enter a reason: red grows by £100 and secure falls by £100.")]
    assert this.submit(line, said=[Said(line.pk, comment="The contract fell through")]).lines == 1
    assert LineReturn.objects.get().no_change


def test_a_line_added_since_is_compared_with_what_was_entered():
    this = month(ON_TARGET)
    added = factories.line(this.period, this.lines[0].project, {2016: Split(100, on_target=100)})

    wanting = refused(lambda: this.submit(added, said=[Said(added.pk, {2016: Split(100, on_target=99)})]))

    assert wanting == [(Why.NEEDS_A_REASON, "enter a reason: secure falls by £1.")]


def test_a_target_that_was_lowered_by_finance_asks_for_no_reason_of_its_own():
    this = month({2016: Split(100, on_target=100)})
    (line,) = this.lines
    set_split(
        actor=this.finance.actor, position=Position.objects.get(line_in_period=line), split=Split(60, on_target=60)
    )

    assert this.submit(line, said=[Said(line.pk, {2016: Split(60, delivered=60)}, evidence="Ledger")]).lines == 1


def test_all_lines_are_submitted_or_none_and_each_says_why():
    this = month(ON_TARGET, ON_TARGET, ON_TARGET, ON_TARGET)
    good, _unsaid, too_much, silent = this.lines
    said = [
        Said(good.pk),
        Said(too_much.pk, {2016: Split(250_000, on_target=250_001)}),
        Said(silent.pk, {2016: Split(250_000, amber=250_000)}),
    ]

    wanting = refused(lambda: this.submit(*this.lines, said=said))

    assert [why for why, _words in wanting] == [Why.UNSAID, Why.BREAKS_A_RULE, Why.NEEDS_A_REASON]
    assert "come to £250,001" in wanting[1][1]
    assert not LineReturn.objects.exists()


def test_the_target_is_never_changed_here():
    this = month(ON_TARGET)

    wanting = refused(lambda: this.keep(Said(this.lines[0].pk, {2016: Split(200_000, on_target=200_000)})))

    assert wanting == [(Why.CHANGED, "the target for 2016/17 is another now. Look at both.")]


def test_what_finance_changed_since_is_not_overwritten_neither_by_keeping_nor_by_submitting():
    this = month(ON_TARGET)
    (line,) = this.lines
    shown = standings_of(this.period, returns_owed(this.period))[line.pk].as_seen
    this.keep(Said(line.pk, {2016: Split(250_000, on_target=200_000)}, comment="Less", as_seen=shown))
    set_split(
        actor=this.finance.actor,
        position=Position.objects.get(line_in_period=line),
        split=Split(250_000, red=250_000),
    )

    assert [why for why, _ in refused(lambda: this.submit(line))] == [Why.CHANGED]
    assert standings_of(this.period, returns_owed(this.period))[line.pk].is_stale
    again = Said(line.pk, {2016: Split(250_000, on_target=200_000)}, comment="Less", as_seen=shown)
    assert [why for why, _ in refused(lambda: this.keep(again))] == [Why.CHANGED]
    assert this.split(line) == Split(250_000, red=250_000)


def test_what_somebody_else_kept_since_is_not_overwritten():
    this = month(ON_TARGET)
    (line,) = this.lines
    this.keep(Said(line.pk, version=0))

    red = {2016: Split(250_000, red=250_000)}
    assert [why for why, _ in refused(lambda: this.keep(Said(line.pk, red, version=0)))] == [Why.STALE]
    assert this.keep(Said(line.pk, red, version=1))


def test_a_return_is_submitted_once():
    this = month(ON_TARGET)
    (line,) = this.lines
    this.submit(line, said=[Said(line.pk)])

    assert [why for why, _ in refused(lambda: this.submit(line))] == [Why.RETURNED]
    assert [why for why, _ in refused(lambda: this.keep(Said(line.pk)))] == [Why.RETURNED]


def test_a_query_is_answered_and_submitted_again_and_keeps_the_day_of_the_first():
    this = month(ON_TARGET)
    (line,) = this.lines
    amber = {2016: Split(250_000, on_target=190_000, amber=60_000)}
    this.submit(line, said=[Said(line.pk, amber, comment="Two schools left")], at=AT)
    this.query(line)

    assert [why for why, _ in refused(lambda: this.submit(line))] == [Why.NEEDS_AN_ANSWER]
    assert [why for why, _ in refused(lambda: this.submit(line, said=[Said(line.pk)]))] == [Why.NEEDS_AN_ANSWER]
    this.keep(Said(line.pk, {2016: Split(250_000, on_target=150_000, amber=100_000)}, comment="A third one left"))
    assert returns_owed(this.period)[0].state is ReturnState.QUERIED
    assert this.split(line) == Split(250_000, on_target=190_000, amber=60_000)

    later = datetime(2015, 12, 14, 9, 0, tzinfo=UTC)
    this.submit(line, at=later)
    row = LineReturn.objects.get()
    assert (row.state, row.first_submitted_at, row.submitted_at) == ("submitted", AT, later)
    assert this.split(line) == Split(250_000, on_target=150_000, amber=100_000)


def test_an_answer_that_changes_no_amount_leaves_the_split_that_was_submitted():
    this = month(ON_TARGET)
    (line,) = this.lines
    this.submit(line, said=[Said(line.pk, {2016: Split(250_000, amber=250_000)}, comment="Two schools left")])
    this.query(line)

    this.submit(line, said=[Said(line.pk, comment="Yes: both said so in writing")])

    assert this.split(line) == Split(250_000, amber=250_000)
    amount = ReturnedAmount.objects.get()
    assert (amount.amber, amount.line_return.no_change) == (250_000, False)


def test_a_draft_is_thrown_away_and_an_answer_gives_the_query_back():
    this = month(ON_TARGET)
    (line,) = this.lines

    def throw_away() -> int:
        return take_back_drafts(actor=this.head.actor, period=this.period, line_ids=[line.pk], may=this.may)

    this.keep(Said(line.pk, {2016: Split(250_000, red=250_000)}))
    assert throw_away() == 1
    assert not LineReturn.objects.exists() and not ReturnedAmount.objects.exists()
    assert throw_away() == 0

    this.submit(line, said=[Said(line.pk, {2016: Split(250_000, amber=250_000)}, comment="Two schools left")])
    this.query(line)
    this.keep(Said(line.pk, {2016: Split(250_000, red=250_000)}, comment="Worse"))
    throw_away()
    row = LineReturn.objects.get()
    assert (row.state, row.comment, row.query_reason) == ("queried", "Two schools left", "Is it still only amber?")
    assert list(row.amounts.values_list("amber", "red")) == [(250_000, 0)]


def test_a_director_acts_for_the_head_and_the_act_says_so():
    this = month(ON_TARGET)
    head = next(iter(this.head.held))

    done = this.submit(*this.lines, said=[Said(this.lines[0].pk)], by=this.director)

    assert done.act.sentence.endswith(f"for 2015/16 month 8, acting for {head.title}.")
    assert LineReturn.objects.get().owed_by_id == head.id


def test_a_line_of_somebody_else_is_refused_and_so_is_one_that_is_no_longer_due():
    this = month(ON_TARGET, {2016: Split(100, delivered=100)})
    owed, done = this.lines
    stranger = factories.reader(factories.head_of_service(factories.ServiceFactory()))

    with pytest.raises(PermissionDenied):
        this.keep(Said(owed.pk), by=stranger)
    assert [why for why, _ in refused(lambda: this.keep(Said(done.pk)))] == [Why.NOT_DUE]


def test_a_closed_period_takes_no_return():
    this = month(ON_TARGET)
    this.keep(Said(this.lines[0].pk))
    close_and_open_next(
        actor=factories.TESTS, period=this.period, new=NewPeriod("2015/16 M09", 2015, date(2015, 12, 31), 9)
    )

    for act in (lambda: this.submit(*this.lines), lambda: this.keep(Said(this.lines[0].pk))):
        with pytest.raises(ValidationError, match="2015/16 month 8 is closed"):
            act()


def test_what_is_too_long_is_said_not_cut_off():
    this = month(ON_TARGET)

    wanting = refused(lambda: this.keep(Said(this.lines[0].pk, comment="x" * (LONGEST + 1))))

    assert wanting == [(Why.TOO_LONG, "write at most 2,000 characters, not 2,001.")]


def test_as_many_statements_for_many_lines_as_for_two():
    def statements(lines: int) -> int:
        this = month(*[ON_TARGET] * lines)
        split = {2016: Split(250_000, amber=250_000)}
        with CaptureQueriesContext(connection) as asked:
            this.submit(*this.lines, said=[Said(line.pk, split, comment="Why") for line in this.lines])
        return len(asked)

    assert statements(40) == statements(2)


AMOUNT = st.integers(0, 300)


@settings(max_examples=25)
@given(
    last=st.tuples(AMOUNT, AMOUNT, AMOUNT, AMOUNT),
    new=st.tuples(AMOUNT, AMOUNT, AMOUNT, AMOUNT),
    target=st.integers(1, 600),
    sign=st.sampled_from((1, -1)),
)
def test_whatever_is_said_nothing_of_the_target_moves_and_only_finance_makes_it_delivered(last, new, target, sign):
    def split(parts: tuple[int, ...]) -> Split:
        delivered, on_target, amber, red = (sign * part for part in parts)
        return Split(sign * target, delivered=delivered, on_target=on_target, amber=amber, red=red)

    before, after = split(last), split(new)
    if before.problems() or before.over_delivered or before.delivered == before.target:
        before = Split(sign * target)
    sid = transaction.savepoint()
    this = month({2016: before})
    (line,) = this.lines
    try:
        this.submit(line, said=[Said(line.pk, {2016: after}, comment="Why", evidence="Ledger")])
    except ReturnsRefused:
        assert after.problems() and this.split(line) == before
    else:
        now = this.split(line)
        assert now.target == before.target and abs(now.delivered) <= abs(before.delivered)
        assert now.delivered + now.claimed == after.delivered
        assert (now.on_target, now.amber, now.red) == (after.on_target, after.amber, after.red)
    transaction.savepoint_rollback(sid)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_return_the_same_line_at_once_one_is_told():
    this = month(ON_TARGET)
    (line,) = this.lines
    said = {
        "head": Said(line.pk, {2016: Split(250_000, amber=250_000)}, comment="Amber", version=0),
        "director": Said(line.pk, {2016: Split(250_000, red=250_000)}, comment="Red", version=0),
    }
    start, outcome = threading.Barrier(2), {}

    def submit(who: str) -> None:
        try:
            start.wait()
            this.submit(line, said=[said[who]], by=getattr(this, who))
            outcome[who] = "submitted"
        except ReturnsRefused as caught:
            outcome[who] = caught.refusals[0].why
        finally:
            connection.close()

    threads = [threading.Thread(target=submit, args=(who,)) for who in said]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, outcome.values())) == sorted(["submitted", str(Why.RETURNED)])
    winner = next(who for who, how in outcome.items() if how == "submitted")
    assert this.split(line) == {"head": Split(250_000, amber=250_000), "director": Split(250_000, red=250_000)}[winner]
    assert LineReturn.objects.count() == 1
