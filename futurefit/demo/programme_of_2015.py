"""What the papers say in words: themes, projects, workstreams and blocks, their leads, risks, measures and support.

Facts only, posts instead of people. Codes of projects are the product's; references are as printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

ILLUSTRATED_LEAD = "Illustration: the papers name no cabinet member as lead of this theme."

SSC, COMMISSIONING, ALLIANCES, OPERATING_MODEL, DEMAND = (
    "self-sufficient-council",
    "commissioning",
    "active-alliances",
    "operating-model",
    "demand-management",
)


@dataclass(frozen=True)
class MeasureOfPaper:
    """How success is judged; without a number it cannot be measured as written."""

    name: str
    unit: str = ""
    baseline: Decimal | None = None
    target: Decimal | None = None
    target_in_words: str = ""
    due_in_words: str = ""


@dataclass(frozen=True)
class InvestmentOfPaper:
    """Money or help needed, whole pounds; None where the paper gives no amount. No paper gives a year."""

    label: str
    amount: int | None = None
    as_printed: str = ""
    source: str = ""
    recurrence: str = "not_stated"
    standing: str = "not_stated"
    qualifier: str = "exact"
    funding_source: str = ""
    note: str = ""


@dataclass(frozen=True)
class RiskOfPaper:
    """None of the papers' risks has a score, an owner or a review date."""

    description: str
    mitigation: str = ""


@dataclass(frozen=True)
class ThemeOfPaper:
    """A theme with the parts of its concept paper. `posts` are (post, role, illustration)."""

    slug: str
    name: str
    prefix: str
    aliases: tuple[str, ...] = ()
    posts: tuple[tuple[str, str, str], ...] = ()
    overview: str = ""
    vision: str = ""
    success: str = ""
    approach: str = ""
    progress: str = ""
    support: str = ""
    equality: str = ""
    related: str = ""
    has_paper: bool = True
    measures: tuple[MeasureOfPaper, ...] = ()
    investments: tuple[InvestmentOfPaper, ...] = ()
    risks: tuple[RiskOfPaper, ...] = ()
    equality_state: str = ""
    equality_reason: str = ""


THEMES = (
    ThemeOfPaper(
        slug=SSC,
        name="Self-Sufficient Council",
        prefix="SSC",
        aliases=("Self-Sustaining Council", "Self Sustaining Council Initiative", "Self Sufficiency"),
        posts=(("chief-financial-officer", "lead", ""), ("director-bec", "lead", "")),
        overview=(
            "Council tax, business rates, sales, fees and charges, a revolving capital fund and the value of the "
            "estate take the place of government grant."
        ),
        vision=(
            "By 2020 the council relies less on government grant: it lives on council tax, business rates, fees, "
            "a revolving capital fund and value from its assets."
        ),
        success=(
            "More council tax and business rates than forecast; an income baseline and growth on it; value from the "
            "balance sheet; local businesses supported; a capital programme that finances itself by 2020."
        ),
        approach=(
            "Six workstreams: council tax (1a), business rates (1b), sales, fees and charges (2), a revolving door "
            "fund (3), and, both printed as 4, the value of the estate and commercial income from the energy company."
        ),
        support=(
            "Workstream 1: £50k one-off and £0.1m a year. Workstream 2: none. Workstream 3: £0.25m one-off. "
            "Workstream 4: £0.85m one-off, approved from the Transformation Fund, and estimates of about £250k "
            "and over £250k."
        ),
        related="Active Alliances (income) and Operating Model (assets).",
        measures=(
            MeasureOfPaper("More council tax and business rates than forecast"),
            MeasureOfPaper("Income baseline and growth"),
            MeasureOfPaper("Value from the balance sheet"),
            MeasureOfPaper("Local businesses supported"),
            MeasureOfPaper("Capital programme self-financing", due_in_words="by 2020"),
        ),
        investments=(
            InvestmentOfPaper(
                "Workstream 1, fraud and error: database links", 50_000, "£50k", "T14", recurrence="one_off"
            ),
            InvestmentOfPaper(
                "Workstream 1, council tax support schemes", 100_000, "£0.1 million", "T14", recurrence="recurrent"
            ),
            InvestmentOfPaper(
                "Workstream 3, revolving door: start-up expertise",
                250_000,
                "£0.25 million",
                "T14",
                recurrence="one_off",
            ),
            InvestmentOfPaper(
                "Workstream 4, consultancy",
                850_000,
                "£0.85 million",
                "T14",
                recurrence="one_off",
                standing="approved",
                funding_source="Transformation Fund",
                note="Already approved.",
            ),
            InvestmentOfPaper(
                "Workstream 4, locality review capability",
                250_000,
                "c£250k",
                "T14",
                standing="estimate",
                qualifier="about",
            ),
            InvestmentOfPaper(
                "Workstream 4, integrated housing model",
                250_000,
                "in excess of £250k",
                "T14",
                standing="estimate",
                qualifier="more_than",
                note="A lower bound.",
            ),
        ),
        risks=(
            RiskOfPaper(
                "Planning, building and business growth are outside the council's control", "Work with the districts"
            ),
            RiskOfPaper(
                "The debt repayment policy is challenged; bad debts; longer repayment costs more",
                "Advice; cash flow in the case",
            ),
            RiskOfPaper("Too few schemes for the fund", "A wide portfolio"),
            RiskOfPaper("Income moves when services are commissioned", "Liaison; the decision model"),
            RiskOfPaper("Charges are unpopular", "Clear reasons"),
        ),
    ),
    ThemeOfPaper(
        slug=COMMISSIONING,
        name="Commissioning",
        prefix="COM",
        posts=(("director-coach", "lead", ""), ("cabinet-transformation", "cmr_lead", ILLUSTRATED_LEAD)),
        overview=(
            "Most services are provided by others, in contracts managed for value. Contracts above £50k are worth "
            "£305m a year and £1.9bn in all (September 2015); £147m of them are excluded and £17m directly "
            "renegotiated."
        ),
        vision=(
            "Commission 80 to 90 % of services by value, 30 % of them jointly; a mature market; personal budgets; "
            "contracts managed for value."
        ),
        success=(
            "65 % of services by value are commissioned now, 80 to 90 % then; more than 30 % jointly; contract spend "
            "down by 5 to 10 %; significant contracts reviewed every year."
        ),
        approach=(
            "Two workstreams: commercialism, and market shaping and delivery models. An initial target of 5 % of "
            "contract spend, not split between them."
        ),
        support="Training, a care market review, market shaping and awareness workshops; no amounts are given.",
        related="Active Alliances (the same money may be counted twice) and Operating Model (functions moved).",
        measures=(
            MeasureOfPaper(
                "Services commissioned, by value",
                unit="%",
                baseline=Decimal(65),
                target=Decimal(80),
                target_in_words="80-90 %",
            ),
            MeasureOfPaper("Services commissioned jointly", unit="%", target=Decimal(30), target_in_words="> 30 %"),
            MeasureOfPaper("Fall of contract spend", unit="%", target=Decimal(5), target_in_words="down 5-10 %"),
            MeasureOfPaper("Significant contracts reviewed", target_in_words="yearly"),
        ),
        investments=(
            InvestmentOfPaper("Training"),
            InvestmentOfPaper("Care market review"),
            InvestmentOfPaper("Market shaping"),
            InvestmentOfPaper("Awareness workshops"),
        ),
        risks=(
            RiskOfPaper("Pace"),
            RiskOfPaper("Capacity"),
            RiskOfPaper("Savings are not achieved or counted twice"),
            RiskOfPaper("Policy is in the way"),
            RiskOfPaper("Political support"),
            RiskOfPaper("The market cannot be stimulated"),
        ),
    ),
    ThemeOfPaper(
        slug=ALLIANCES,
        name="Active Alliances",
        prefix="AA",
        posts=(("chief-executive", "lead", ""),),
        overview="A few productive alliances with other public bodies, sharing managers, services and systems.",
        vision=("Few, productive alliances with other public bodies: shared managers, shared services, devolution."),
        success="Two or three new initiatives; a return on the alliances.",
        approach=(
            "Three workstreams: shared management, shared services and systems, and strategic alliances, reform and "
            "devolution. The savings of the first two are not split between them; the third has none in the plan."
        ),
        support="About £50k one-off in all.",
        equality="Workstreams 2 and 3 are to be consulted on.",
        related="Demand Management, Commissioning, Self-Sufficient Council and Operating Model.",
        measures=(
            MeasureOfPaper("New initiatives", unit="initiatives", target=Decimal(2), target_in_words="two or three"),
            MeasureOfPaper("Return on alliances"),
        ),
        investments=(
            InvestmentOfPaper(
                "One-off investment, all workstreams",
                50_000,
                "£50k",
                "T12",
                recurrence="one_off",
                qualifier="about",
            ),
        ),
        risks=(
            RiskOfPaper("Partners are not ready"),
            RiskOfPaper("Too many initiatives"),
            RiskOfPaper("Benefits are not shared fairly"),
            RiskOfPaper("Director capacity"),
            RiskOfPaper("Overlap with other themes"),
        ),
    ),
    ThemeOfPaper(
        slug=OPERATING_MODEL,
        name="Operating Model",
        prefix="OM",
        posts=(("director-coach", "lead", ""), ("cabinet-transformation", "cmr_lead", ILLUSTRATED_LEAD)),
        overview="A smaller, flexible workforce with digital tools and fewer spaces.",
        vision="A smaller, flexible workforce of commissioners; digital tools; spaces; faster decisions.",
        success=(
            "Money saved; the right people in the right roles; clear processes; mobile working; information that is "
            "easy to read."
        ),
        approach=(
            "Three workstreams: workforce, grading and structures (£1,250k); governance and decision making, whose "
            "saving is marginal; systems, processes and spaces (£250k). Both amounts are split equally over 2018/19 "
            "and 2019/20."
        ),
        progress=(
            "Of property, to 2015: capital receipts approaching £33m, more than £2.5m of revenue savings and nearly "
            "£5m of maintenance avoided."
        ),
        support="£1.0m for technology and people, £0.5m for spaces, £0.6m for the workforce.",
        equality="To be decided.",
        related="Active Alliances, Self-Sufficient Council (assets) and Commissioning (functions moved).",
        measures=(
            MeasureOfPaper("Money saved"),
            MeasureOfPaper("Right people in right roles"),
            MeasureOfPaper("Clear processes"),
            MeasureOfPaper("Mobile working"),
            MeasureOfPaper("Information easy to read"),
        ),
        investments=(
            InvestmentOfPaper("Technology and people", 1_000_000, "£1000K", "T13"),
            InvestmentOfPaper("Innovative spaces", 500_000, "£500K", "T13"),
            InvestmentOfPaper("Talented workforce", 600_000, "£600K", "T13"),
        ),
        risks=(
            RiskOfPaper("Loss of key people"),
            RiskOfPaper("Lack of support"),
            RiskOfPaper("Employee relations"),
            RiskOfPaper("Savings already in the MTFP are counted twice"),
            RiskOfPaper("New practices are not adopted"),
            RiskOfPaper("The joint property company comes late"),
            RiskOfPaper("Self-service is not used"),
        ),
        equality_state="to_be_decided",
        equality_reason="To be decided, the paper says.",
    ),
    ThemeOfPaper(
        slug=DEMAND,
        name="Demand Management",
        prefix="DM",
        overview="Named by the other themes as linked. It has no paper of its own here and no savings yet.",
        has_paper=False,
    ),
)


@dataclass(frozen=True)
class ProjectOfPaper:
    """A project, workstream or block. `posts` are (post, role); `budget` rows are (label, amount, is part, note)."""

    code: str
    kind: str
    title: str
    theme: str = ""
    directorate: str = "Cross-council"
    service: str = ""
    reference: str = ""
    saving_type: str = "not_stated"
    area: str = ""
    stage: str = "concept"
    posts: tuple[tuple[str, str], ...] = ()
    description: str = ""
    purpose: str = ""
    outcomes: str = ""
    resources: str = ""
    timing: str = ""
    rag_comment: str = ""
    current_block: str = ""
    budget: tuple[tuple[str, int, bool, str], ...] = ()
    risks: tuple[RiskOfPaper, ...] = ()
    signed_for: int | None = None
    signed_by: tuple[tuple[str, str], ...] = ()
    equality_state: str = ""
    equality_reason: str = ""


PROJECTS = (
    ProjectOfPaper(
        "ES-CURRENT",
        "block",
        "Education and Skills: current programme",
        directorate="ChS",
        service="chs-education-and-skills",
        stage="in_delivery",
        description="The current savings programme of Education and Skills without SEND, as the SEND form prints it.",
    ),
    ProjectOfPaper(
        "HR-CURRENT",
        "block",
        "HR and Organisational Development: current programme",
        directorate="COaCH",
        service="coach-hr-and-organisational-development",
        stage="in_delivery",
        description="The current savings programme of HR and Organisational Development, as the HR form prints it.",
    ),
    ProjectOfPaper(
        "SEND",
        "project",
        "Special Educational Needs and Disabilities contract efficiency",
        directorate="ChS",
        service="chs-education-and-skills",
        saving_type="further",
        area="Children and Families",
        posts=(
            ("cabinet-children-families", "cmr_lead"),
            ("director-chs", "slt_lead"),
            ("head-education", "head_lead"),
            ("cabinet-challenge-1", "cmr_challenge"),
            ("cabinet-challenge-2", "cmr_challenge"),
        ),
        description=(
            "The assessment service may move into the education contract that started on 1 October 2015; some posts "
            "outside casework could go."
        ),
        purpose="Save on the service for special educational needs and disabilities through the education contract.",
        outcomes="About 3,000 statements must be converted by April 2018.",
        timing="The services transfer in 2016, to be confirmed, pending agreement with the provider.",
        current_block="ES-CURRENT",
        budget=(
            ("Education and Skills", 5_900_000, False, "Excluding recharges and management restructure."),
            ("SEND services", 1_083_000, True, "Printed in one cell with the amount above, in words."),
        ),
        risks=(
            RiskOfPaper("The provider refuses a reduced service", "Talk early"),
            RiskOfPaper("A smaller conversion team misses statutory dates", "Move the duty into the contract"),
            RiskOfPaper("A smaller assessment team misses statutory dates", "Impact review first"),
            RiskOfPaper("Fewer managers delay outputs", "Impact review first"),
        ),
        signed_for=100_000,
        signed_by=(
            ("head_of_service", "head-education"),
            ("director", "director-chs"),
            ("head_of_finance", "chief-financial-officer"),
        ),
    ),
    ProjectOfPaper(
        "HROD",
        "project",
        "Modernising HR and Organisational Development",
        directorate="COaCH",
        service="coach-hr-and-organisational-development",
        saving_type="further",
        area="Cross Council Priorities",
        posts=(
            ("cabinet-transformation", "cmr_lead"),
            ("director-coach", "slt_lead"),
            ("head-hr", "head_lead"),
            ("cabinet-challenge-3", "cmr_challenge"),
        ),
        description="Reshape HR with the operating model.",
        purpose="Directorate teams and corporate learning shrink as demand falls.",
        outcomes=(
            "Directorate teams are reduced by £206k and corporate learning and development by £50k, of the current "
            "programme. £1.5 million was saved over the last four years."
        ),
        rag_comment="Depends on the organisation supporting the chosen model.",
        current_block="HR-CURRENT",
        risks=(
            RiskOfPaper("The organisation shrinks late", "Tie the plans together; bridge from reserves"),
            RiskOfPaper("Demand keeps rising", "Self-service"),
            RiskOfPaper(
                "The adult services redesign blocks a change to vocational training",
                "That directorate finds another saving",
            ),
        ),
    ),
    ProjectOfPaper(
        "SSC-1A",
        "workstream",
        "Optimise Council Tax",
        theme=SSC,
        reference="1a",
        posts=(("head-finance-service", "lead"),),
        description="More council tax than forecast.",
        resources="£50k one-off for workstream 1 (fraud and error) and £0.1m a year (council tax support schemes).",
    ),
    ProjectOfPaper(
        "SSC-1B",
        "workstream",
        "Business Rates",
        theme=SSC,
        reference="1b",
        posts=(("head-finance-service", "lead"),),
        description="Business rates. Income falls in 2016/17: a loss against the savings total.",
    ),
    ProjectOfPaper(
        "SSC-2",
        "workstream",
        "Sales, Fees and Charges",
        theme=SSC,
        reference="2",
        description="A charging policy and its introduction in phases.",
        resources="None.",
    ),
    ProjectOfPaper(
        "SSC-3",
        "workstream",
        "Revolving Door",
        theme=SSC,
        reference="3",
        description="A revolving capital fund.",
        resources="£0.25m one-off for expertise at the start.",
    ),
    ProjectOfPaper(
        "SSC-4A",
        "workstream",
        "Estate / Balance Sheet",
        theme=SSC,
        reference="4",
        description="Value of the estate and the balance sheet. The papers print reference 4 twice.",
        resources=("£0.85m one-off, approved from the Transformation Fund; estimates of about £250k and over £250k."),
    ),
    ProjectOfPaper(
        "SSC-4B",
        "workstream",
        "Commercial Income - West Mercia Energy",
        theme=SSC,
        reference="4",
        description="Commercial income from the energy company. The papers print reference 4 twice.",
    ),
    ProjectOfPaper(
        "COM-CONTRACTS",
        "block",
        "Commissioning contracts",
        theme=COMMISSIONING,
        description="Contract savings, an initial target of 5 %, not split between the workstreams.",
    ),
    ProjectOfPaper(
        "COM-1",
        "workstream",
        "Commercialism",
        theme=COMMISSIONING,
        reference="1",
        posts=(("manager-commercial", "lead"),),
    ),
    ProjectOfPaper(
        "COM-2",
        "workstream",
        "Market shaping and delivery models",
        theme=COMMISSIONING,
        reference="2",
        posts=(("head-legal", "lead"),),
    ),
    ProjectOfPaper(
        "AA-SHARED",
        "block",
        "Shared management, services and systems",
        theme=ALLIANCES,
        reference="Workstreams 1 and 2",
        description="Savings of workstreams 1 and 2, which the papers do not split between them.",
    ),
    ProjectOfPaper(
        "AA-1",
        "workstream",
        "Shared management",
        theme=ALLIANCES,
        reference="1",
        posts=(("chief-executive", "lead"),),
        timing="The whole saving of 2016/17, £50k, is identified here.",
    ),
    ProjectOfPaper(
        "AA-2",
        "workstream",
        "Shared services and systems",
        theme=ALLIANCES,
        reference="2",
        posts=(("manager-commercial", "lead"),),
        equality_state="to_be_consulted",
        equality_reason="To be consulted on, the paper says.",
    ),
    ProjectOfPaper(
        "AA-3",
        "workstream",
        "Strategic alliances, reform and devolution",
        theme=ALLIANCES,
        reference="3",
        timing="No savings in the plan; first possible in 2019/20.",
        equality_state="to_be_consulted",
        equality_reason="To be consulted on, the paper says.",
    ),
    ProjectOfPaper(
        "OM-1",
        "workstream",
        "Workforce, Grading and Structures",
        theme=OPERATING_MODEL,
        reference="1",
        posts=(("head-hr", "lead"),),
        timing="£1,250k, split equally over 2018/19 and 2019/20.",
    ),
    ProjectOfPaper(
        "OM-2",
        "workstream",
        "Governance and Decision-Making",
        theme=OPERATING_MODEL,
        reference="2",
        posts=(("head-legal", "lead"),),
        timing="A marginal saving over 2018/19 and 2019/20, without an amount.",
    ),
    ProjectOfPaper(
        "OM-3",
        "workstream",
        "Systems, Processes and Spaces",
        theme=OPERATING_MODEL,
        reference="3",
        posts=(("head-property", "lead"),),
        timing="£250k, split equally over 2018/19 and 2019/20.",
    ),
    ProjectOfPaper(
        "FIN-CURRENT",
        "block",
        "Finance: management and other savings on track",
        directorate="Fin",
        stage="in_delivery",
        description="Finance management savings, printed on a slide of the directorates COaCH and Finance.",
    ),
)

MILESTONES_OF = {
    "SEND": "SEND",
    "HR form": "HROD",
    "HR slide": "HROD",
    "Operating Model WS1": "OM-1",
    "Operating Model WS2": "OM-2",
    "Operating Model WS3": "OM-3",
    "Commissioning": COMMISSIONING,
    "Active Alliances": ALLIANCES,
}
"""The project or theme of a milestone by where it is written; all of Self-Sufficient belong to that theme."""


@dataclass(frozen=True)
class DependencyOfPaper:
    """From a theme or project (slug or code) to a theme (slug) or to a body outside the programme (its name)."""

    source: str
    kind: str
    target: str
    description: str


DEPENDENCIES = (
    DependencyOfPaper(OPERATING_MODEL, "same_money", ALLIANCES, "Shared managers and shared systems: double counting."),
    DependencyOfPaper(ALLIANCES, "same_money", OPERATING_MODEL, "Shared managers and shared systems: double counting."),
    DependencyOfPaper(ALLIANCES, "needs", DEMAND, "Linked, the paper says."),
    DependencyOfPaper(ALLIANCES, "same_money", COMMISSIONING, "Double counting."),
    DependencyOfPaper(ALLIANCES, "supports", SSC, "Income."),
    DependencyOfPaper(OPERATING_MODEL, "supports", SSC, "Assets."),
    DependencyOfPaper(OPERATING_MODEL, "needs", COMMISSIONING, "Functions moved."),
    DependencyOfPaper("SEND", "needs", "Provider of the education contract", "The transfer needs its agreement."),
    DependencyOfPaper(COMMISSIONING, "needs", "Cabinet", "Commissioning legal services awaits a Cabinet decision."),
)
