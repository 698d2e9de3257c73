"""The months after the papers: illustrated, and marked so on the period and on every line they touch.

Only the lines of T01 to T04 and T15 change, and lines that the illustration adds itself; T05 to T13 stay as printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from futurefit.demo import moments
from futurefit.demo.council_of_2015 import Council
from futurefit.demo.programme_loading import Plan
from futurefit.demo.returns_of_2016 import return_may, return_year_end
from futurefit.demo.risks_of_2016 import load_risks_of_may, load_risks_of_year_end
from futurefit.demo.waiting_decision import record_waiting_decision
from futurefit.history.actors import Actor
from futurefit.values.rag import Split
from projects.models.project import SavingType
from savings.models import Position, ReportingPeriod
from savings.models.line import LineInPeriod, Method, Recurring
from savings.services.carry_forward import Carrying, carry_forward
from savings.services.lines import NewLine, NewPosition, add_lines, change_line, set_split
from savings.services.periods import NewPeriod, close_and_open_next

PERIOD_WORDS = (
    "Illustration: the papers end with 2015/16 month 7. Ratings of the current programmes, the SEND and HR projects "
    "and Finance, two added lines, due dates, returns, commentaries and what is carried forward are made up."
)
LINE_WORDS = "Illustration: how this line stands after 2015/16 month 7 is made up; its amounts are those of the papers."
ADDED_WORDS = "Illustration: this line is made up; the papers do not hold it."


@dataclass(frozen=True)
class Rating:
    """How a line-year stands in an illustrated month, whole pounds."""

    line: str
    year: int | None
    split: Split
    comment: str


YEAR_END = (
    Rating("ES-CURRENT-01", 2016, Split(1_495_000, 318_000, 0, 1_077_000, 100_000), "Two of the reviews are agreed."),
    Rating("ES-CURRENT-01", 2017, Split(376_000, 0, 0, 344_000, 0, 32_000), "The last part has no plan yet."),
    Rating("HR-CURRENT-01", 2015, Split(372_000, 352_000, 0, 0, 0, 20_000), "Two posts were kept until the summer."),
    Rating(
        "HR-CURRENT-01", 2016, Split(156_000, 0, 0, 96_000, 60_000), "Directorate teams are agreed, learning is not."
    ),
    Rating(
        "SEND-01", 2017, Split(100_000, 0, 0, 0, 60_000, 40_000), "The provider is willing to talk about part of it."
    ),
    Rating("HROD-01", 2017, Split(70_000, 0, 0, 0, 40_000, 30_000), "Demand has not fallen as planned."),
    Rating("FIN-CURRENT-01", 2016, Split(160_000, 0, 0, 160_000), "The new structure starts on 1 April."),
    Rating(
        "FIN-CURRENT-02", None, Split(347_000, 120_000, 0, 227_000), "Three vacancies were taken out of the budget."
    ),
)
MAY = (
    Rating("HR-CURRENT-01", 2016, Split(156_000, 40_000, 0, 56_000, 60_000), "Directorate teams: first part taken."),
    Rating("FIN-CURRENT-01", 2016, Split(160_000, 160_000), "Taken from the budget on 1 April."),
    Rating("INSURANCE-01", 2016, Split(25_000, 27_000), "The rebate was higher than expected."),
)

CARRIED_FORWARD = ("HR-CURRENT-01", 2015, 15_000, 2016)
"""Of this line and ended year so many pounds are still expected, and in which year; the rest is left open."""


def load_illustration(council: Council, plan: Plan, period: ReportingPeriod) -> ReportingPeriod:
    """Close 2015/16 M07, illustrate and close the year end, open 2016/17 M02, illustrate it too and return it."""
    head, officer = council.actors["s151"], council.actors["finance"]
    year_end = close_and_open_next(
        actor=head,
        period=period,
        new=NewPeriod(
            label="2015/16 M12",
            financial_year=2015,
            month=12,
            ends_on=date(2016, 3, 31),
            due_on=moments.YEAR_END_DUE_ON,
            illustration=PERIOD_WORDS,
        ),
        at=moments.MONTH_7_CLOSED,
    )
    _mark_lines(officer, year_end)
    _add_lines(officer, plan, year_end)
    _rate(officer, year_end, YEAR_END, moments.YEAR_END_RATED)
    return_year_end(council, plan, year_end)
    load_risks_of_year_end(council, plan)
    month_2 = close_and_open_next(
        actor=head,
        period=year_end,
        new=NewPeriod(
            label="2016/17 M02",
            financial_year=2016,
            month=2,
            ends_on=date(2016, 5, 31),
            due_on=moments.MAY_DUE_ON,
            illustration=PERIOD_WORDS,
        ),
        at=moments.YEAR_END_CLOSED,
    )
    _rate(officer, month_2, MAY, moments.MAY_RATED)
    _carry_forward(officer, month_2)
    return_may(council, month_2)
    load_risks_of_may(council, plan)
    record_waiting_decision(officer, month_2)
    return month_2


def _carry_forward(officer: Actor, period: ReportingPeriod) -> None:
    """What one line did not deliver in 2015/16 is still expected in 2016/17; the rest is open."""
    line, year, amount, expected_in = CARRIED_FORWARD
    late = Position.objects.in_period(period).get(line_in_period__line__code=line, year=year)
    carry_forward(
        actor=officer,
        period=period,
        carrying=[Carrying(late.pk, amount, expected_in)],
        may=lambda line: True,
        reason="Illustration: the two posts that were kept are given up in the summer.",
        at=moments.MAY_RATED,
    )


def _mark_lines(officer: Actor, period: ReportingPeriod) -> None:
    touched = {rating.line for rating in (*YEAR_END, *MAY)}
    lines = LineInPeriod.objects.in_period(period).filter(line__code__in=touched)
    for line in lines.select_related("line__programme", "project", "period__programme"):
        change_line(actor=officer, line=line, changes={"illustration": LINE_WORDS}, at=moments.YEAR_END_RATED)


def _add_lines(officer: Actor, plan: Plan, period: ReportingPeriod) -> None:
    """Two lines of the Finance block: one that recurs, and a small one-off, whose reversal shows in the plan."""
    add_lines(
        actor=officer,
        period=period,
        lines=[
            NewLine(
                title="Printing and postage contract",
                project=plan.projects["FIN-CURRENT"],
                code="PRINTING-01",
                saving_type=SavingType.NEW,
                method=Method.CONTRACT,
                recurring=Recurring.RECURRING,
                illustration=ADDED_WORDS,
                positions=[
                    NewPosition(2016, Split(30_000, on_target=30_000)),
                    NewPosition(2017, Split(15_000, amber=15_000)),
                ],
            ),
            NewLine(
                title="Rebate on the insurance contract",
                project=plan.projects["FIN-CURRENT"],
                code="INSURANCE-01",
                saving_type=SavingType.NEW,
                method=Method.CONTRACT,
                recurring=Recurring.ONE_OFF,
                illustration=ADDED_WORDS,
                positions=[NewPosition(2016, Split(25_000, on_target=25_000))],
            ),
        ],
        reason="Found while the accounts were prepared.",
        at=moments.YEAR_END_RATED,
    )


def _rate(officer: Actor, period: ReportingPeriod, ratings: tuple[Rating, ...], at: datetime) -> None:
    positions = {
        (position.line_in_period.line.code, position.year): position
        for position in Position.objects.in_period(period).select_related(
            "line_in_period__line", "line_in_period__project", "line_in_period__period__programme"
        )
    }
    for rating in ratings:
        set_split(
            actor=officer,
            position=positions[rating.line, rating.year],
            split=rating.split,
            comment=f"Illustration: {rating.comment}",
            at=at,
        )
