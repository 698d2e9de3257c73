"""Two finance officers at the same moment, in threads of their own: one wins, the other is told, nothing is doubled."""

from __future__ import annotations

from datetime import date

import pytest
from django.core import mail

from futurefit.council.models import PostKind
from savings.models import Commentary, Reminder
from savings.services.commentary import write_commentary
from savings.services.reminders import OpenLine, OpenLines, remind
from tests import factories
from tests.factories import TESTS, HoldingFactory, PostFactory
from tests.projects.test_at_once import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def period():
    return factories.ReportingPeriodFactory()


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
