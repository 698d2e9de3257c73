"""Two finance officers at the same moment, in threads of their own: one wins, the other is told, nothing is doubled."""

from __future__ import annotations

from datetime import date

import pytest
from django.core import mail

from futurefit.council.models import PostKind
from futurefit.values.rag import Split
from savings.models import Commentary, Position, Reminder
from savings.services.commentary import write_commentary
from savings.services.reminders import OpenLine, OpenLines, remind
from savings.services.return_answers import accept_returns, query_return, seen_of
from tests import factories
from tests.factories import TESTS, HoldingFactory, LineReturnFactory, PostFactory, line
from tests.projects.test_at_once import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def period():
    return factories.ReportingPeriodFactory()


def test_of_two_who_accept_or_query_the_same_returns_one_wins_and_no_claim_is_counted_twice(period):
    project = factories.ProjectFactory(programme=period.programme)
    one, other = (factories.actor(factories.finance_officer()) for _ in "ab")
    for _ in range(10):
        claim = LineReturnFactory(
            line_in_period=line(period, project, {2016: Split(100, claimed=50)}), evidence="Ledger"
        )
        was = seen_of(claim, claim.line_in_period.positions.all())
        came_to = at_once(
            lambda number=claim.pk, was=was: accept_returns(actor=one, period=period, seen={number: was}),
            lambda number=claim.pk, was=was: accept_returns(actor=other, period=period, seen={number: was}),
            lambda number=claim.pk, was=was: query_return(
                actor=other, period=period, number=number, seen=was, reason="Which contract?"
            ),
        )
        told = [each for each in came_to if each is None or isinstance(each, str)]
        assert len(told) == 2, came_to
        claim.refresh_from_db()
        position = Position.objects.get(line_in_period=claim.line_in_period)
        expected = {"accepted": (50, 0), "queried": (0, 50)}
        assert (position.delivered, position.claimed) == expected[claim.state]


def test_two_processes_that_remind_at_once_send_one_message(period):
    post = PostFactory(kind=PostKind.HEAD_OF_SERVICE)
    HoldingFactory(post=post)
    owed = [OpenLines(post.pk, due=[OpenLine("L1", "Roof repairs")])]
    came_to = at_once(*[lambda: remind(actor=TESTS, period=period, owed=owed, on=date(2015, 11, 9))] * 3)
    assert sorted(outcome.outcome for (outcome,) in came_to) == ["already_today", "already_today", "sent"]
    assert (len(mail.outbox), Reminder.objects.count()) == (1, 1)


def test_of_two_first_commentaries_one_stands_and_the_other_is_told(period):
    theme = factories.ThemeFactory(programme=period.programme)
    came_to = at_once(
        *(
            lambda words=words: write_commentary(actor=TESTS, period=period, of=theme, words=words, version=0)
            for words in ("Mine.", "Yours.")
        )
    )
    assert sorted(map(str, came_to)) == ["True", "stale"]
    assert Commentary.objects.count() == 1
