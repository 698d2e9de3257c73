"""Finance accepts and queries returns: what it does to the money, and what is refused (domain.md, The return)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from futurefit.history.models import Act
from futurefit.values.rag import Split
from savings.models import LineReturn, Position, ReportingPeriod
from savings.rollups import rollup
from savings.services.periods import close_and_open_next, period_called
from savings.services.return_answers import ReturnsChanged, Seen, accept_returns, query_return, seen_of
from tests import factories
from tests.factories import LineReturnFactory, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def period() -> ReportingPeriod:
    return factories.ReportingPeriodFactory()


@pytest.fixture
def finance():
    return factories.actor(factories.finance_officer())


def returned(period: ReportingPeriod, split: Split, **fields) -> LineReturn:
    project = factories.ProjectFactory(programme=period.programme)
    return LineReturnFactory(line_in_period=line(period, project, {2016: split}), **fields)


def seen(*returns: LineReturn) -> dict[int, Seen]:
    return {each.pk: seen_of(each, each.line_in_period.positions.all()) for each in returns}


def amounts(of: LineReturn) -> tuple[int, int]:
    """Delivered and claimed of its line."""
    position = Position.objects.get(line_in_period=of.line_in_period_id)
    return position.delivered, position.claimed


def query(actor, period, of: LineReturn, reason: str = "Which contract?") -> LineReturn:
    of.refresh_from_db()
    return query_return(actor=actor, period=period, number=of.pk, seen=seen(of)[of.pk], reason=reason)


def test_what_is_claimed_becomes_delivered_and_the_total_of_the_programme_stays(period, finance):
    claim = returned(period, Split(100, delivered=20, claimed=50, amber=30), evidence="Contract of May")
    same = returned(period, Split(40, on_target=40))
    before = rollup(period).total.total
    act = accept_returns(actor=finance, period=period, seen=seen(claim, same))
    after = rollup(period).total.total
    assert amounts(claim) == (70, 0)
    assert (after.target, after.secure, after.delivered, after.claimed) == (140, before.secure, 70, 0)
    claim.refresh_from_db()
    assert (claim.state, claim.evidence_accepted, claim.accepted_by) == (
        "accepted",
        "Contract of May",
        "Finance officer",
    )
    assert act.sentence == "Accepted 2 returns of 2015/16 month 7."
    assert claim.history.filter(act=act).count() == 1
    assert claim.line_in_period.positions.get().history.filter(act=act).count() == 1


def test_a_claim_beyond_the_target_and_a_loss_are_accepted_to_the_pound(period, finance):
    over = returned(period, Split(100, delivered=90, claimed=30), evidence="Ledger")
    loss = returned(period, Split(-1_331, claimed=-1_331), evidence="Ledger")
    accept_returns(actor=finance, period=period, seen=seen(over, loss))
    assert (amounts(over), amounts(loss)) == ((120, 0), (-1_331, 0))


def test_a_claim_without_evidence_needs_a_note_of_finance(period, finance):
    claim = returned(period, Split(100, claimed=50))
    with pytest.raises(ValidationError, match="delivery is claimed without evidence") as refused:
        accept_returns(actor=finance, period=period, seen=seen(claim))
    assert set(refused.value.message_dict) == {"note"}
    assert amounts(claim) == (0, 50)
    accept_returns(actor=finance, period=period, seen=seen(claim), note="  Seen in the ledger ")
    claim.refresh_from_db()
    assert claim.evidence_accepted == "Seen in the ledger"


def test_nobody_accepts_what_they_submitted_also_where_they_acted_for_the_head_and_then_nothing_is(period):
    user = factories.finance_officer()
    acted = returned(period, Split(100, claimed=50), evidence="Ledger", submitted_by_user=user.pk)
    other = returned(period, Split(100, claimed=50), evidence="Ledger")
    with pytest.raises(ValidationError, match="Nobody accepts their own"):
        accept_returns(actor=factories.actor(user), period=period, seen=seen(acted, other))
    assert (amounts(acted), amounts(other)) == ((0, 50), (0, 50))
    assert not Act.objects.filter(verb="savings.return_accepted").exists()


def test_a_return_or_claim_that_changed_since_is_refused_with_both_values(period, finance):
    claim = returned(period, Split(100, claimed=50), evidence="Ledger")
    was = seen(claim)
    Position.objects.filter(line_in_period=claim.line_in_period).update(claimed=70)
    with pytest.raises(ReturnsChanged, match="you saw it submitted, £50 claimed; now it is submitted, £70 claimed"):
        accept_returns(actor=finance, period=period, seen=was)
    was = seen(claim)
    accept_returns(actor=finance, period=period, seen=was)
    with pytest.raises(ReturnsChanged, match="now it is accepted by Finance officer"):
        accept_returns(actor=finance, period=period, seen=was)
    assert amounts(claim) == (70, 0)


def test_a_query_needs_a_reason_and_leaves_the_claim_as_it_is(period, finance):
    claim = returned(period, Split(100, claimed=50), evidence="Ledger")
    with pytest.raises(ValidationError, match="nothing is entered"):
        query(finance, period, claim, reason="  ")
    queried = query(finance, period, claim)
    assert (queried.state, queried.query_reason, queried.queried_by) == (
        "queried",
        "Which contract?",
        "Finance officer",
    )
    assert amounts(claim) == (0, 50)
    assert Act.objects.get(verb="savings.return_queried").reason == "Which contract?"


def test_a_queried_return_is_accepted_with_a_note_of_how_the_query_was_answered(period, finance):
    claim = returned(period, Split(100, claimed=50), evidence="Ledger", queried=True)
    with pytest.raises(ValidationError, match="Note how the query was answered"):
        accept_returns(actor=finance, period=period, seen=seen(claim))
    accept_returns(actor=finance, period=period, seen=seen(claim), note="Head sent the contract")
    assert amounts(claim) == (50, 0)


def test_querying_an_accepted_return_gives_its_claim_back_and_no_more(period, finance):
    claim = returned(period, Split(100, delivered=20, claimed=50), evidence="Ledger")
    accept_returns(actor=finance, period=period, seen=seen(claim))
    queried = query(finance, period, claim)
    assert amounts(claim) == (20, 50)
    assert (queried.accepted_by, queried.accepted_by_user, queried.evidence_accepted) == ("", None, "")
    query(finance, period, claim, reason="And which month?")
    assert amounts(claim) == (20, 50), "a second query has no acceptance to take back"


def test_the_claim_that_stood_when_the_period_opened_is_given_back_too(finance):
    """Opening copies rows without histories: what was claimed before is the former period's row."""
    first = factories.ReportingPeriodFactory()
    row = line(first, factories.ProjectFactory(programme=first.programme), {2016: Split(100, claimed=30)})
    head = factories.actor(factories.head_of_finance())
    following = close_and_open_next(actor=head, period=first, new=period_called("2015/16 M08"))
    claim = LineReturnFactory(line_in_period=row.line.in_periods.get(period=following), evidence="Ledger")
    accept_returns(actor=finance, period=following, seen=seen(claim))
    assert amounts(claim) == (30, 0)
    query(finance, following, claim)
    assert amounts(claim) == (0, 30)


def test_a_claim_is_not_given_back_where_delivered_was_changed_since(period, finance):
    claim = returned(period, Split(100, claimed=50), evidence="Ledger")
    accept_returns(actor=finance, period=period, seen=seen(claim))
    Position.objects.filter(line_in_period=claim.line_in_period).update(delivered=10)
    with pytest.raises(ValidationError, match="what is delivered was changed since"):
        query(finance, period, claim)


@pytest.mark.parametrize("state", ["draft", "accepted"])
def test_only_what_was_submitted_is_accepted_and_what_was_not_is_not_queried(period, finance, state):
    one = returned(period, Split(100, claimed=50), evidence="Ledger", state=state)
    with pytest.raises(ValidationError, match="so there is nothing to accept"):
        accept_returns(actor=finance, period=period, seen=seen(one))
    if state == "draft":
        with pytest.raises(ValidationError, match="nothing is submitted yet"):
            query(finance, period, one)


def test_a_closed_period_takes_no_answer(period, finance):
    claim = returned(period, Split(100, claimed=50), evidence="Ledger")
    was = seen(claim)
    period.closed_at = datetime(2015, 11, 10, 17, 0, tzinfo=UTC)
    period.save()
    for answer in (
        lambda: accept_returns(actor=finance, period=period, seen=was),
        lambda: query_return(actor=finance, period=period, number=claim.pk, seen=was[claim.pk], reason="Why?"),
    ):
        with pytest.raises(ValidationError, match="is closed: its figures never change"):
            answer()


def test_accepting_sixty_is_a_handful_of_statements(period, finance):
    returns = [returned(period, Split(100, claimed=50), evidence="Ledger") for _ in range(60)]
    was = seen(*returns)
    with CaptureQueriesContext(connection) as asked:
        accept_returns(actor=finance, period=period, seen=was)
    assert len(asked) <= 20, "SQLite cuts what it writes by the number of parameters"
