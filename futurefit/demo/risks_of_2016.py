"""Risks of the illustrated months: scored, with actions, one escalated. The papers score none, so these are made up.

Those of the papers stay as printed, without score, owner or review.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from futurefit.demo import moments
from futurefit.demo.council_of_2015 import Council
from futurefit.demo.programme_loading import SLUG, Plan
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked
from risks.models import Risk, RiskAction
from risks.services import escalate_risk

MADE_UP = "Illustration: R031 to R034, their scores and actions, are made up; the papers score none of their risks."


@dataclass(frozen=True)
class IllustratedRisk:
    """Likelihood and impact before anything is done, at the year end (None: not scored yet), in May, to be reached."""

    code: str
    project: str
    description: str
    mitigation: str
    owner: str
    inherent: tuple[int, int]
    year_end: tuple[int, int] | None
    may: tuple[int, int]
    target: tuple[int, int]
    review_on: date
    actions: tuple[tuple[str, date, str], ...] = ()


RISKS = (
    IllustratedRisk(
        "R031",
        "SEND",
        "The transfer to a new provider comes later than the budget assumes",
        "Weekly talks with the provider; the present service goes on for a term if need be",
        "head-education",
        (5, 4),
        (3, 4),
        (4, 4),
        (2, 3),
        date(2016, 6, 10),
        (
            ("Agree the day of transfer with the provider in writing", date(2016, 5, 13), "open"),
            ("Price a term more of the present service", date(2016, 6, 3), "open"),
        ),
    ),
    IllustratedRisk(
        "R032",
        "HROD",
        "Demand from the directorates does not fall when advice is withdrawn",
        "Answers to frequent questions on the intranet",
        "head-hr",
        (4, 3),
        (4, 3),
        (2, 3),
        (2, 2),
        date(2016, 7, 1),
        (("Publish the answers to the fifty most frequent questions", date(2016, 4, 29), "done"),),
    ),
    IllustratedRisk(
        "R033",
        "ES-CURRENT",
        "Bids for the first contract come in above its price",
        "A second round with smaller lots",
        "head-education",
        (4, 5),
        None,
        (3, 5),
        (2, 4),
        date(2016, 5, 31),
    ),
    IllustratedRisk(
        "R034",
        "COM-1",
        "Two services sell to the same customers at different prices",
        "One price list for what is sold to schools",
        "manager-commercial",
        (3, 3),
        (3, 3),
        (3, 3),
        (1, 3),
        date(2016, 9, 1),
    ),
)

ESCALATED = (
    ("R031", Risk.Escalation.CORPORATE, "Illustration: only the directorates together can pay for a term more."),
    ("R034", Risk.Escalation.THEME, "Illustration: the other service belongs to another workstream."),
)


def load_risks_of_year_end(council: Council, plan: Plan) -> None:
    """Enter the risks with their actions as they stood at the year end."""
    with record_act(
        actor=council.actors["office"],
        verb="demo.risks_illustrated",
        sentence="Entered illustrated risks.",
        at=moments.YEAR_END_RATED,
        programme_slug=SLUG,
    ) as act:
        last = max(Risk.objects.filter(programme=plan.programme).values_list("order", flat=True), default=0)
        rows = bulk_create_tracked(
            Risk,
            [
                Risk(
                    programme=plan.programme,
                    code=risk.code,
                    project=plan.projects[risk.project],
                    description=risk.description,
                    category=Risk.Category.DELIVERY,
                    mitigation=risk.mitigation,
                    owner=council.posts[risk.owner],
                    review_on=risk.review_on,
                    illustration=MADE_UP,
                    order=last + place,
                    **_score("inherent", risk.inherent),
                    **_score("current", risk.year_end),
                    **_score("target", risk.target),
                )
                for place, risk in enumerate(RISKS, start=1)
            ],
        )
        bulk_create_tracked(
            RiskAction,
            [
                RiskAction(risk=row, description=words, owner=row.owner, due_on=due_on, status=status)
                for row, risk in zip(rows, RISKS, strict=True)
                for words, due_on, status in risk.actions
            ],
        )
        act.add_subjects([*(row.project for row in rows), *rows])


def load_risks_of_may(council: Council, plan: Plan) -> None:
    """One has risen and goes to the council, one has fallen, one is scored for the first time, one is its theme's."""
    rows = {row.code: row for row in Risk.objects.filter(programme=plan.programme, code__in=[r.code for r in RISKS])}
    with record_act(
        actor=council.actors["office"],
        verb="demo.risks_illustrated",
        sentence="Scored illustrated risks anew.",
        at=moments.MAY_RATED,
        programme_slug=SLUG,
    ) as act:
        for risk in RISKS:
            if risk.may == risk.year_end:
                continue
            row = rows[risk.code]
            row.current_likelihood, row.current_impact = risk.may
            row.version += 1
            row.save()
            act.add_subjects([row.project, row])
    for code, to, reason in ESCALATED:
        escalate_risk(actor=council.actors["office"], risk=rows[code], to=to, reason=reason, at=moments.MAY_ANSWERED)


def _score(name: str, score: tuple[int, int] | None) -> dict[str, int | None]:
    likelihood, impact = score or (None, None)
    return {f"{name}_likelihood": likelihood, f"{name}_impact": impact}
