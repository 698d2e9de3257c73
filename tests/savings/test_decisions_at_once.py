"""Two who confirm the same decision, or two decisions on the same amount, at the same moment."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from savings.deciding import Change, LineYear
from savings.models import Decision, Position
from savings.services.decisions import NewDecision, confirm_decision, record_decision
from tests import factories
from tests.projects.test_at_once import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_of_two_who_confirm_one_wins_and_the_other_is_told():
    for number in range(4):
        small = factories.small_programme(slug=f"at-once-{number}", is_current=False)
        row = factories.line(small.period, small.projects[0], {2016: 100}, approved=True)
        officer, heads = factories.TESTS, [factories.actor(factories.head_of_finance()) for _ in "ab"]
        changes = [[Change(LineYear(row.line_id, 2016), 100, after)] for after in (60, 70)]
        decisions = [
            record_decision(
                actor=officer, period=small.period, kind="write_out", new=NewDecision("", "Cabinet"), changes=each
            )
            for each in changes
        ]
        both = decisions if number % 2 else [decisions[0], decisions[0]]
        told: list[str] = []

        def confirm(actor, decision, told=told):
            try:
                return confirm_decision(actor=actor, decision=decision)
            except ValidationError as refused:
                told += refused.messages
                return None

        at_once(*(lambda a=a, d=d: confirm(a, d) for a, d in zip(heads, both, strict=True)))
        assert Decision.objects.confirmed().filter(programme=small.programme).count() == 1
        assert len(told) == 1 and ("is confirmed already" in told[0] or "the line now says" in told[0])
        assert Position.objects.get(line_in_period=row).target in (60, 70)
        assert Position.objects.get(line_in_period=row).version == 2
