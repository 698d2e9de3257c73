"""The council's words in plain English: abbreviations, measures and rules that pages use (domain.md)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A word as it stands on the page, its long form where it is short, and what it means."""

    word: str
    meaning: str
    long_form: str = ""

    @property
    def anchor(self) -> str:
        """The address of the term on the glossary page, kept stable so that pages can link to it."""
        return "".join(letter if letter.isalnum() else "-" for letter in self.word.lower()).strip("-")


TERMS: tuple[Term, ...] = (
    Term("Amber", "Part of the amount, or its date, is at risk. What is being done about it is written down."),
    Term("Approved", "A saving that a council body has decided on. Its amount changes only by another decision."),
    Term("As at", "The reporting period whose figures are shown. A closed period shows the same figures for ever."),
    Term("At risk", "The amber and red amounts of savings together. Losses are never counted in it."),
    Term("Base budget", "What a service may spend before the saving, without recharges and management restructure."),
    Term("Block", "Savings that a service or theme carries without a project of its own."),
    Term(
        "Carried forward",
        "What an ended year did not deliver and is still expected, in the year named. It is in no target.",
    ),
    Term(
        "Claimed",
        "A service says that the money is saved, and finance has not accepted it yet. It is drawn as on target.",
    ),
    Term("CMR", "The councillor in the Cabinet who answers for the project.", "cabinet member with responsibility"),
    Term("CMR challenge", "A cabinet member who asks hard questions about a project that others lead."),
    Term(
        "Commentary", "What the lead of a theme or directorate says of a period in their own words. It closes with it."
    ),
    Term("Commissioned", "Somebody else provides the service for the council, under an agreement with it."),
    Term("Commissioning plan", "Which services the council provides itself, which it commissions or means to."),
    Term("Concept stage", "Nobody has formally agreed to the proposed savings yet."),
    Term("Cross cutting", "A saving that several directorates make together."),
    Term(
        "Cumulative",
        "Each year shows all recurring savings up to that year, and the one-off savings of that year alone.",
    ),
    Term(
        "Decision",
        "What a body such as Cabinet or Council agreed, with its date, its reference and its reason: it approves, "
        "re-profiles, writes out, replaces or corrects. A finance officer records it, the head of finance confirms it.",
    ),
    Term("Delivered", "The money is out of the budget or has been received, and finance has accepted the evidence."),
    Term("Delivered late", "Not delivered when its year ended, and accepted by finance since."),
    Term("Dependency", "One theme or project needs another, supports it, or counts the same money."),
    Term("Differs", "A figure printed in a paper is not the figure that its parts add up to. Both stay visible."),
    Term("Directorate", "One of the large parts of the council, led by a director."),
    Term("Faster", "Money already planned, brought forward. It moves between years and adds nothing to the total."),
    Term("Financial year", "From 1 April to 31 March. 2016/17 starts on 1 April 2016."),
    Term("FTE", "Jobs counted by hours: two half-time posts are one.", "full-time equivalent"),
    Term("Funding heading", "A heading of the plan for income such as council tax, as opposed to savings."),
    Term("Further", "A saving that goes beyond what is already planned in the same area."),
    Term("Illustration", "Made up to show how the product works. It is not in the council's papers."),
    Term("Incremental", "Each year shows only the change that first arises in that year."),
    Term("Investment", "Money spent so that a saving can be made."),
    Term("KPI", "A figure by which the programme is judged, with a fixed formula.", "key performance indicator"),
    Term("Loss", "A negative amount: it adds to the net budget. It counts in full, whatever its rating."),
    Term("Method", "How a saving is made: contract, income, staffing, property, demand, collaboration or other."),
    Term("MTFP", "The council's budget plan for several years.", "medium term financial plan"),
    Term("MTFP heading", "A line of the budget plan, such as Council Tax or New Savings, to which savings belong."),
    Term("Net budget", "What the council spends, less what it takes in. A positive saving makes it smaller."),
    Term(
        "Not delivered",
        "What an ended year promised and did not deliver, as its last reporting period said. Every pound of it is in "
        "exactly one place: open, carried forward, delivered late, re-profiled, replaced, written out or corrected.",
    ),
    Term("Not profiled", "An amount whose year is not known yet. It is in the total and in no year."),
    Term("Not rated", "Nobody has said yet how likely this part of the amount is."),
    Term("Not shown to you", "Savings outside your own services. One row completes the total without naming them."),
    Term("Not stated", "The paper does not say. Nothing is guessed."),
    Term("On target", "A plan is in place, and the full amount is expected on time."),
    Term("One-off", "A saving of one year only. The next year has to do without it: see reversal."),
    Term("Open", "Not delivered in its year, and nobody has said yet what becomes of it."),
    Term("Original", "The amount first approved. It never changes, so later changes stay visible."),
    Term("Over-delivered", "What is delivered or claimed beyond the target."),
    Term("Overdue", "Today is after the latest date that the milestone's words allow, and it is not done."),
    Term("Per cent delivered", "Delivered of the original amount and of the target, side by side, without funding."),
    Term("Post", "A job with responsibility, such as head of service. Posts are named here, people are not."),
    Term("Programme", "The whole plan of savings with all its themes, projects and years."),
    Term("Proposed", "A saving put forward that no body has approved yet."),
    Term("RAG", "The rating of an amount in words and colours.", "red, amber, green"),
    Term("Recurring", "A saving that stays in the budget every year after it is made. Not stated counts as recurring."),
    Term("Red", "Not expected without a new decision."),
    Term("Reporting period", "A month, quarter or year end for which ratings are collected. Once closed it is frozen."),
    Term("Requirement", "What the budget plan says the programme must save in a year."),
    Term("Reversal", "The year after a one-off saving must make up for it: the same amount with a minus."),
    Term(
        "Risk-weighted",
        "Each amount counted by how likely it is: delivered, claimed and on target in full, amber by half, red and "
        "not rated not at all, unless finance sets other weights for the period.",
    ),
    Term("Savings line", "One promised saving: what, where, how much in each year, and how it stands."),
    Term("Secure", "Delivered, claimed and on target together."),
    Term("Service", "A part of a directorate, led by a head of service."),
    Term("SLT", "The council's most senior officers.", "senior leadership team"),
    Term("Stated figure", "A figure printed in a paper and not entered as a saving. It is compared, never added."),
    Term("Still to be identified", "The requirement less what is identified: savings nobody has found yet."),
    Term(
        "Success measure", "How a theme or project judges whether it works, with a number to start from and to reach."
    ),
    Term("Target", "What a saving promises now."),
    Term("Theme", "A strand of the programme with its own concept paper and lead."),
    Term("Tolerance", "The highest risk score the programme accepts without doing more about it."),
    Term("Workstream", "A part of a theme with its own lead, shorter than a project."),
)
