"""One decision that waits for the head of finance, illustrated and marked so: it changes no total before that."""

from __future__ import annotations

from datetime import date

from futurefit.demo import moments
from futurefit.history.actors import Actor
from savings.deciding import Change, LineYear
from savings.models import Decision, Position, ReportingPeriod
from savings.services.decisions import NewDecision, record_decision

LINE, MOVED = "HR-CURRENT-01", 30_000
WORDS = "Illustration: this decision is made up; the papers do not hold it."


def record_waiting_decision(officer: Actor, period: ReportingPeriod) -> Decision:
    """Record that part of an approved amount comes a year later than planned; nobody has confirmed it yet."""
    rows = Position.objects.in_period(period).filter(line_in_period__line__code=LINE, year__in=(2016, 2017))
    first, second = rows.select_related("line_in_period").order_by("year")
    line_id = first.line_in_period.line_id
    return record_decision(
        actor=officer,
        period=period,
        kind=Decision.Kind.RE_PROFILE,
        new=NewDecision(
            code="",
            body="Cabinet",
            decided_on=date(2016, 5, 17),
            reason="Part of the saving on directorate teams comes a year later than planned.",
            illustration=WORDS,
        ),
        changes=[
            Change(LineYear(line_id, 2016), first.target, first.target - MOVED),
            Change(LineYear(line_id, 2017), second.target, second.target + MOVED),
        ],
        at=moments.DECISION_RECORDED,
    )
