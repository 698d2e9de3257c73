"""Returns and commentaries of the illustrated months: some accepted, one late, one with a claim, one queried.

Each but one says that its line stands as it did. The one that claims moves on target and amber to claimed, and what is
accepted claims nothing, so delivered stays what the months were rated as.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from futurefit.demo import moments
from futurefit.demo.council_of_2015 import Council
from futurefit.demo.programme_loading import Plan
from futurefit.history.actors import Actor
from futurefit.values.rag import Split
from savings.models import LineReturn, ReportingPeriod
from savings.returns_owed import returns_owed
from savings.services.commentary import write_commentary
from savings.services.return_answers import accept_returns, query_return, seen_of
from savings.services.returns import Said, submit_returns

CLAIMED = {2016: Split(1_495_000, delivered=468_000, on_target=977_000, amber=50_000)}
"""What education calls delivered in May, whole pounds: £150,000 more than finance has accepted."""

MADE_UP = "Illustration: this commentary is made up."


def return_year_end(council: Council, plan: Plan, period: ReportingPeriod) -> None:
    """2015/16 M12: education in time and accepted, human resources partly late, everybody else not at all."""
    head, other, officer = (council.actors[key] for key in ("head", "otherhead", "finance"))
    _submit(
        head, period, {"ES-CURRENT-01": "Illustration: two reviews are agreed, one is not."}, moments.YEAR_END_RETURNED
    )
    _submit(
        other,
        period,
        {"HR-CURRENT-01": "Illustration: two posts were kept until the summer."},
        moments.YEAR_END_RETURNED,
    )
    _submit(
        other, period, {"HROD-01": "Illustration: demand has not fallen as planned."}, moments.YEAR_END_RETURNED_LATE
    )
    _accept(officer, period, ("ES-CURRENT-01", "HR-CURRENT-01"), moments.YEAR_END_ACCEPTED)
    write_commentary(
        actor=council.actors["s151"],
        period=period,
        of=plan.themes["self-sufficient-council"],
        words="Illustration: the year ends close to what was planned. The contracts still to be let are what decides "
        "next year.",
        illustration=MADE_UP,
        at=moments.YEAR_END_COMMENTED,
    )


def return_may(council: Council, period: ReportingPeriod) -> None:
    """2016/17 M02, open: a claim waits for finance, one return is queried, one accepted, the others are due."""
    head, other, officer = (council.actors[key] for key in ("head", "otherhead", "finance"))
    _submit(
        head,
        period,
        {"ES-CURRENT-01": "Illustration: the first contract price is in."},
        moments.MAY_RETURNED,
        splits=CLAIMED,
        evidence="Illustration: letter of award of 9 May 2016.",
    )
    said = {
        "HR-CURRENT-01": "Illustration: the first part of the directorate teams is taken.",
        "HROD-01": "Illustration: as in the last period.",
    }
    _submit(other, period, said, moments.MAY_RETURNED)
    _accept(officer, period, ("HROD-01",), moments.MAY_ANSWERED)
    asked = _returned(period, ("HR-CURRENT-01",))[0]
    query_return(
        actor=officer,
        period=period,
        number=asked.pk,
        seen=seen_of(asked, asked.line_in_period.positions.all()),
        reason="Illustration: which posts are the £40,000, and from which day are they out of the budget?",
        at=moments.MAY_ANSWERED,
    )
    write_commentary(
        actor=council.actors["director"],
        period=period,
        of=council.directorates["ChS"],
        words="Illustration: the education reviews are on course. The SEND contract is the one to watch: the provider "
        "is willing to talk about part of it only.",
        illustration=MADE_UP,
        at=moments.MAY_COMMENTED,
    )


def _submit(
    actor: Actor,
    period: ReportingPeriod,
    comments: dict[str, str],
    at: datetime,
    *,
    splits: Mapping[int | None, Split] | None = None,
    evidence: str = "",
) -> None:
    lines = {each.line.line.code: each.line.pk for each in returns_owed(period)}
    said = [Said(lines[code], splits or {}, comment=comment, evidence=evidence) for code, comment in comments.items()]
    submit_returns(
        actor=actor,
        period=period,
        line_ids=[each.line_id for each in said],
        said=said,
        may=lambda owed: True,
        at=at,
    )


def _accept(actor: Actor, period: ReportingPeriod, codes: tuple[str, ...], at: datetime) -> None:
    returns = _returned(period, codes)
    seen = {each.pk: seen_of(each, each.line_in_period.positions.all()) for each in returns}
    accept_returns(actor=actor, period=period, seen=seen, note="Illustration: seen in the ledger.", at=at)


def _returned(period: ReportingPeriod, codes: tuple[str, ...]) -> list[LineReturn]:
    of_period = LineReturn.objects.filter(line_in_period__period=period, line_in_period__line__code__in=codes)
    return list(of_period.select_related("line_in_period"))
