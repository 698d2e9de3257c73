"""The money of the papers: MTFP headings, the first period, every detail cell entered once, and what was approved.

Detail cells become positions; a RAG printed beside an amount is its status, an amount without one is not rated.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from futurefit.demo import moments
from futurefit.demo.council_of_2015 import Council
from futurefit.demo.paper_tables import PrintedAmount, details, printed_amounts
from futurefit.demo.programme_loading import SLUG, Plan
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked
from futurefit.values.financial_year import FinancialYear
from futurefit.values.rag import Split, Status
from savings.models import LineInPeriod, MtfpHeading, Position, ReportingPeriod
from savings.services.decisions import NewDecision, confirm_decision, record_approval
from savings.services.lines import NewLine, NewPosition, add_lines
from savings.services.periods import NewPeriod, open_first_period

COUNCIL_TAX, BUSINESS_RATES, NEW_SAVINGS = "council-tax", "business-rates", "new-savings"
HEADINGS = (
    (COUNCIL_TAX, "Council Tax", MtfpHeading.Kind.FUNDING),
    (BUSINESS_RATES, "Business Rates", MtfpHeading.Kind.FUNDING),
    (NEW_SAVINGS, "New Savings", MtfpHeading.Kind.SAVINGS),
)

STATUS_OF = {
    "Green Delivered": Status.DELIVERED,
    "Green On Target": Status.ON_TARGET,
    "On track": Status.ON_TARGET,
    "Amber": Status.AMBER,
    "Red": Status.RED,
}
"""What is printed as RAG, and the status of the amount; anything else printed there is no rating."""

APPROVED_TABLES = ("T01", "T03", "T15")


@dataclass(frozen=True)
class LineOfPaper:
    """A savings line and the row of a table (its description) from which its amounts come."""

    code: str
    table: str
    description: str
    project: str
    title: str
    heading: str = ""
    reference: str = ""
    amount_in_words: str = ""
    note: str = ""


LINES = (
    LineOfPaper(
        "ES-CURRENT-01",
        "T01",
        "Education & Skills (excluding SEND)",
        "ES-CURRENT",
        "Education and Skills (excluding SEND): current programme",
        note="£318,000 of 2016/17 is shown as delivered; that year had not started when the form was signed on "
        "27 August 2015.",
    ),
    LineOfPaper(
        "HR-CURRENT-01",
        "T03",
        "HR & OD",
        "HR-CURRENT",
        "HR and OD: current programme",
        note="The red cell of 2017/18 says: 190 (inc. 90 ASC delivery budget savings). So 90 of it come from the "
        "adult social care delivery budget.",
    ),
    LineOfPaper(
        "SEND-01", "T02", "New Savings (Further and New)", "SEND", "Special educational needs: contract efficiency"
    ),
    LineOfPaper("HROD-01", "T04", "New Savings (Further and New)", "HROD", "Modernising HR and OD"),
    LineOfPaper(
        "SSC-1A-01", "T05", "Optimise Council Tax", "SSC-1A", "Optimise Council Tax", COUNCIL_TAX, reference="1a"
    ),
    LineOfPaper(
        "SSC-1B-01",
        "T05",
        "Business Rates",
        "SSC-1B",
        "Business Rates",
        BUSINESS_RATES,
        reference="1b",
        note="Negative: income falls, a loss against the savings total.",
    ),
    LineOfPaper(
        "SSC-2-01", "T05", "Sales, Fees and Charges", "SSC-2", "Sales, Fees and Charges", NEW_SAVINGS, reference="2"
    ),
    LineOfPaper("SSC-3-01", "T05", "Revolving Door", "SSC-3", "Revolving Door", NEW_SAVINGS, reference="3"),
    LineOfPaper(
        "SSC-4A-01",
        "T05",
        "Estate / Balance Sheet",
        "SSC-4A",
        "Estate / Balance Sheet",
        NEW_SAVINGS,
        reference="4",
        note="Reference 4 is printed twice.",
    ),
    LineOfPaper(
        "SSC-4B-01",
        "T05",
        "Commercial Income - West Mercia Energy",
        "SSC-4B",
        "Commercial Income - West Mercia Energy",
        NEW_SAVINGS,
        reference="4",
        note="Reference 4 is printed twice.",
    ),
    LineOfPaper("COM-CONTRACTS-01", "T08", "Contract savings", "COM-CONTRACTS", "Contract savings"),
    LineOfPaper(
        "AA-SHARED-01",
        "T11",
        "Shared management & leadership; shared services & systems",
        "AA-SHARED",
        "Shared management and leadership; shared services and systems",
        reference="Workstreams 1 and 2",
        note="Not split between the two workstreams.",
    ),
    LineOfPaper(
        "OM-1-01",
        "T13",
        "Workforce, Grading and Structures",
        "OM-1",
        "Workforce, Grading and Structures",
        reference="1",
        note="£1,250k, printed as split equally over two years.",
    ),
    LineOfPaper(
        "OM-2-01",
        "T13",
        "Governance and Decision-Making",
        "OM-2",
        "Governance and Decision-Making",
        reference="2",
        amount_in_words="marginal",
        note="2018/19 and 2019/20: a saving without an amount.",
    ),
    LineOfPaper(
        "OM-3-01",
        "T13",
        "Systems, Processes and Spaces",
        "OM-3",
        "Systems, Processes and Spaces",
        reference="3",
        note="£250k, printed as split equally over two years.",
    ),
    LineOfPaper(
        "FIN-CURRENT-01",
        "T15",
        "Review of management structure",
        "FIN-CURRENT",
        "Review of management structure",
        note="Directorate printed as COaCH/Finance.",
    ),
    LineOfPaper(
        "FIN-CURRENT-02",
        "T15",
        "Other savings currently on track",
        "FIN-CURRENT",
        "Other savings currently on track",
        note="Printed as circa £347k, to 2019/20, without a split by year. Whether it includes the £160k of the "
        "review of management structure is not said. Directorate printed as COaCH/Finance.",
    ),
)


@dataclass(frozen=True)
class Money:
    """The first period with its lines by code, and the MTFP headings by slug."""

    period: ReportingPeriod
    lines: dict[str, LineInPeriod]
    headings: dict[str, MtfpHeading]


def load_money(council: Council, plan: Plan) -> Money:
    """Open 2015/16 M07, enter the lines of the papers and what the Council approved in February 2015."""
    period = open_first_period(
        actor=council.actors["s151"],
        programme=plan.programme,
        new=NewPeriod(label="2015/16 M07", financial_year=2015, month=7, ends_on=date(2015, 10, 31)),
        at=moments.FIRST_PERIOD_OPENED,
    )
    headings = _headings(council, plan)
    rows = add_lines(
        actor=council.actors["finance"],
        period=period,
        lines=[
            NewLine(
                title=line.title,
                project=plan.projects[line.project],
                code=line.code,
                reference=line.reference,
                source=next(cell.title for cell in printed_amounts() if cell.table == line.table),
                source_table=line.table,
                heading=headings.get(line.heading),
                amount_in_words=line.amount_in_words,
                note=line.note,
                positions=_positions(details(line.table, line.description)),
            )
            for line in LINES
        ],
        at=moments.LINES_ENTERED,
    )
    _approve(council, period)
    return Money(period, {row.line.code: row for row in rows}, headings)


def _headings(council: Council, plan: Plan) -> dict[str, MtfpHeading]:
    with record_act(
        actor=council.actors["finance"],
        verb="demo.headings_entered",
        sentence="Entered the MTFP headings.",
        about=[plan.programme],
        at=moments.HEADINGS_ENTERED,
        programme_slug=SLUG,
    ):
        rows = bulk_create_tracked(
            MtfpHeading,
            [
                MtfpHeading(programme=plan.programme, slug=slug, name=name, kind=kind, order=order)
                for order, (slug, name, kind) in enumerate(HEADINGS, start=1)
            ],
        )
    return {heading.slug: heading for heading in rows}


def year_of(column: str) -> int | None:
    """The financial year of a column; None for one that names a span ("to 2019/20"): not profiled."""
    words = column.removesuffix("+")
    return None if words.startswith("to ") else FinancialYear.parse(words).start


def _positions(cells: list[PrintedAmount]) -> list[NewPosition]:
    by_year: dict[int | None, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for cell in cells:
        amounts = by_year[year_of(cell.column)]
        amounts["target"] += cell.amount or 0
        status = STATUS_OF.get(cell.group)
        if status is not None:
            amounts[status.value] += cell.amount or 0
    return [NewPosition(year, Split(**amounts)) for year, amounts in by_year.items()]


def _approve(council: Council, period: ReportingPeriod) -> None:
    """The current programmes were in the Council's budget; that it was this decision is assumed, and says so."""
    positions = Position.objects.in_period(period).filter(line_in_period__line__source_table__in=APPROVED_TABLES)
    decision = record_approval(
        actor=council.actors["finance"],
        period=period,
        new=NewDecision(
            code="BUDGET-2015",
            body="Council",
            decided_in_words="February 2015",
            reference="Council budget 2015/16",
            reason="The current savings programmes of Education and Skills, of HR and OD and of Finance.",
            taken_before_use=True,
            assumption="That the Council budget of February 2015 approved these amounts is our assumption: the papers "
            "do not name the decision.",
        ),
        positions=list(positions.select_related("line_in_period__line")),
        at=moments.APPROVAL_RECORDED,
    )
    confirm_decision(actor=council.actors["s151"], decision=decision, at=moments.APPROVAL_CONFIRMED)
