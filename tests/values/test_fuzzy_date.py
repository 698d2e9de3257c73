"""Dates in words: the 67 of the papers of 2015, and words that are not among them."""

from datetime import date
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from futurefit.values.financial_year import FinancialYear
from futurefit.values.fuzzy_date import FuzzyDate, Kind, MilestoneStatus, read_date

WRITTEN_ON = date(2015, 9, 1)
OUTSTANDING, ONGOING, COMPLETED = MilestoneStatus


class Row(NamedTuple):
    milestone: str
    words: str
    earliest: date | None
    latest: date | None
    status: MilestoneStatus
    why: str
    under_completed: bool = False


# "by hand" marks the rows that the papers leave open: the answer is how an officer reads them, and why.
PAPERS = (
    Row(
        "SEND, Education Services in-scope transfer to provider",
        "1 October 2015",
        date(2015, 10, 1),
        date(2015, 10, 1),
        OUTSTANDING,
        "exact",
    ),
    Row(
        "SEND, Review of future SEND contract with provider",
        "Nov 2015",
        date(2015, 11, 1),
        date(2015, 11, 30),
        OUTSTANDING,
        "month",
    ),
    Row(
        "SEND, SEND services transfer (pending agreement)",
        "2016 TBC",
        date(2016, 1, 1),
        date(2016, 12, 31),
        OUTSTANDING,
        "year, to be confirmed",
    ),
    Row("SEND, Further milestones on savings", "", None, None, OUTSTANDING, "no date; follows the transfer"),
    Row(
        "SEND, Convert existing statements (narrative)",
        "by April 2018",
        None,
        date(2018, 4, 30),
        OUTSTANDING,
        "deadline",
    ),
    Row(
        "HR form, Functional identification and operating model analysis",
        "Completed",
        None,
        None,
        COMPLETED,
        "by hand: done, and no date is given",
    ),
    Row(
        "HR slide, Functional identification and operating model analysis",
        "Completed July",
        None,
        date(2015, 7, 31),
        COMPLETED,
        "done, month, year implied",
    ),
    Row("HR form, Demand analysis with HR teams", "Completed", None, None, COMPLETED, "done, date unknown"),
    Row(
        "HR slide, Demand analysis with HR teams",
        "Completed July",
        None,
        date(2015, 7, 31),
        COMPLETED,
        "by hand: the last July before 1 September 2015; 'completed' gives a latest day only",
    ),
    Row(
        "HR form, Collation, analysis and outputs",
        "July / August 2015",
        date(2015, 7, 1),
        date(2015, 8, 31),
        OUTSTANDING,
        "range",
    ),
    Row(
        "HR form, Options for future functions / structures",
        "September/October 15",
        date(2015, 9, 1),
        date(2015, 10, 31),
        OUTSTANDING,
        "range, 2-digit year",
    ),
    Row(
        "HR slide, Options for future functions / structures",
        "September/October 2015",
        date(2015, 9, 1),
        date(2015, 10, 31),
        OUTSTANDING,
        "by hand: the year after the slash holds for both months",
    ),
    Row(
        "HR form, Evaluation and engagement on preferred option",
        "Oct/Nov 15",
        date(2015, 10, 1),
        date(2015, 11, 30),
        OUTSTANDING,
        "range, 2-digit year",
    ),
    Row(
        "HR slide, Evaluation and engagement on preferred option",
        "October/November 2015",
        date(2015, 10, 1),
        date(2015, 11, 30),
        OUTSTANDING,
        "range",
    ),
    Row(
        "HR form, Plan and start implementation",
        "Dec 2015",
        date(2015, 12, 1),
        date(2015, 12, 31),
        OUTSTANDING,
        "by hand: a short month name",
    ),
    Row(
        "HR slide, Plan and start implementation",
        "December 2015",
        date(2015, 12, 1),
        date(2015, 12, 31),
        OUTSTANDING,
        "month",
    ),
    Row(
        "Commissioning, Contracts by year that could carry savings targets",
        "Completed",
        None,
        None,
        COMPLETED,
        "done, date unknown",
    ),
    Row(
        "Commissioning, Tender pack for tail-spend service",
        "Nov 2015",
        date(2015, 11, 1),
        date(2015, 11, 30),
        OUTSTANDING,
        "by hand: a short month name",
    ),
    Row(
        "Commissioning, Contracts over £50k: category plan and quick wins",
        "Nov 2015 onwards",
        date(2015, 11, 1),
        None,
        OUTSTANDING,
        "open end",
    ),
    Row(
        "Commissioning, RAG rate non-commissioned services",
        "Nov 2015",
        date(2015, 11, 1),
        date(2015, 11, 30),
        OUTSTANDING,
        "month",
    ),
    Row(
        "Commissioning, Review of the care market",
        "November 2015 (with interim updates)",
        date(2015, 11, 1),
        date(2015, 11, 30),
        OUTSTANDING,
        "by hand: updates on the way do not move the month",
    ),
    Row(
        "Commissioning, Forensic review of 15 high-value contracts: pilot",
        "Nov",
        date(2015, 11, 1),
        date(2015, 11, 30),
        OUTSTANDING,
        "month, year implied",
    ),
    Row("Commissioning, Market risk shaping analysis", "ongoing in line with roadmap", None, None, ONGOING, "ongoing"),
    Row(
        "Commissioning, Non-commissioned services against criteria",
        "Ref roadmap - ongoing",
        None,
        None,
        ONGOING,
        "by hand: the roadmap has the dates, these words have none",
    ),
    Row("Commissioning, Social impact bonds", "ongoing", None, None, ONGOING, "ongoing"),
    Row(
        "Commissioning, Commissioning plan linked to market risk",
        "autumn onward ref roadmap",
        date(2015, 9, 1),
        None,
        OUTSTANDING,
        "season, open end, year implied",
    ),
    Row("Commissioning, Phased plan for market risk", "ongoing", None, None, ONGOING, "by hand: no date"),
    Row(
        "Commissioning, Third-party engagement for market shaping",
        "by 17 April",
        None,
        date(2015, 4, 17),
        COMPLETED,
        "done, year implied",
        under_completed=True,
    ),
    Row(
        "Commissioning, Contracts under £50k: category workshop",
        "07/05/15",
        date(2015, 5, 7),
        date(2015, 5, 7),
        OUTSTANDING,
        "exact, day-first",
    ),
    Row(
        "Commissioning, Contract register above £50k",
        "completed",
        None,
        None,
        COMPLETED,
        "by hand: done, and no date is given",
    ),
    Row(
        "Commissioning, JDP procurement pilot (listed as completed)",
        "Pilot ongoing",
        None,
        None,
        ONGOING,
        "contradictory: ongoing under Completed",
    ),
    Row(
        "Active Alliances, First shared posts: £50k",
        "2016/2017",
        date(2016, 4, 1),
        date(2017, 3, 31),
        OUTSTANDING,
        "financial year, long form",
    ),
    Row(
        "Active Alliances, Further posts identified",
        "by August 2016",
        None,
        date(2016, 8, 31),
        OUTSTANDING,
        "by hand: 'by' a month allows its last day",
    ),
    Row(
        "Active Alliances, Strand leads: early scoping papers",
        "September 15",
        date(2015, 9, 1),
        date(2015, 9, 30),
        OUTSTANDING,
        "month + 2-digit year (could be read as 15 September)",
    ),
    Row(
        "Active Alliances, Key sponsors group identified",
        "September 15",
        date(2015, 9, 1),
        date(2015, 9, 30),
        OUTSTANDING,
        "same",
    ),
    Row(
        "Active Alliances, Public partner workshops",
        "Through June/July 2015",
        date(2015, 6, 1),
        date(2015, 7, 31),
        OUTSTANDING,
        "by hand: workshops held over two months",
    ),
    Row(
        "Active Alliances, Two-page summaries per strand",
        "September 2015",
        date(2015, 9, 1),
        date(2015, 9, 30),
        OUTSTANDING,
        "month",
    ),
    Row(
        "Active Alliances, Report concepts to partnership executive",
        "30 September 2015",
        date(2015, 9, 30),
        date(2015, 9, 30),
        OUTSTANDING,
        "exact",
    ),
    Row(
        "Active Alliances, First workstream 3 savings",
        "most likely 2019/2020",
        date(2019, 4, 1),
        date(2020, 3, 31),
        OUTSTANDING,
        "by hand: two years in a row are a financial year; 'most likely' is an estimate",
    ),
    Row(
        "Active Alliances, Future milestones", "agreed as the detail becomes known", None, None, OUTSTANDING, "no date"
    ),
    Row(
        "Operating Model WS1, Understand planned structural savings",
        "Completed",
        None,
        None,
        COMPLETED,
        "done, date unknown",
    ),
    Row(
        "Operating Model WS1, Focus groups",
        "Ongoing throughout August",
        date(2015, 8, 1),
        date(2015, 8, 31),
        ONGOING,
        "by hand: the August nearest to 1 September 2015 ended the day before",
    ),
    Row(
        "Operating Model WS1, Workforce factors",
        "August 2015",
        date(2015, 8, 1),
        date(2015, 8, 31),
        OUTSTANDING,
        "month",
    ),
    Row(
        "Operating Model WS1, Human capital principles",
        "August/September 2015",
        date(2015, 8, 1),
        date(2015, 9, 30),
        OUTSTANDING,
        "range",
    ),
    Row(
        "Operating Model WS1, Capacity and additional savings",
        "Completed",
        None,
        None,
        COMPLETED,
        "by hand: done, and no date is given",
    ),
    Row(
        "Operating Model WS1, DMA reviews; structure in place",
        "by 2016/17 (Ongoing)",
        None,
        date(2017, 3, 31),
        ONGOING,
        "deadline by financial year + ongoing",
    ),
    Row(
        "Operating Model WS1, 2017 and 2020 structure blueprint",
        "First Draft November/December 2015",
        date(2015, 11, 1),
        date(2015, 12, 31),
        OUTSTANDING,
        "range, draft only",
    ),
    Row(
        "Operating Model WS1, Workforce strategy and plan",
        "January 2016",
        date(2016, 1, 1),
        date(2016, 1, 31),
        OUTSTANDING,
        "by hand: a month",
    ),
    Row(
        "Operating Model WS2, Scrutiny proposals approved",
        "May 2015",
        date(2015, 5, 1),
        date(2015, 5, 31),
        COMPLETED,
        "done, month",
        under_completed=True,
    ),
    Row(
        "Operating Model WS2, Rapid decision notices",
        "by June 2015 - Achieved",
        None,
        date(2015, 6, 30),
        COMPLETED,
        "done",
    ),
    Row(
        "Operating Model WS2, Modern.Gov roll-out",
        "by March 2016. - Achieved",
        None,
        date(2016, 3, 31),
        COMPLETED,
        "by hand: a deadline met; the words give no day on which",
    ),
    Row(
        "Operating Model WS2, Report e-learning module",
        "Available for September 2015",
        date(2015, 9, 1),
        date(2015, 9, 30),
        OUTSTANDING,
        "month",
    ),
    Row(
        "Operating Model WS2, New report template",
        "launched for September round of meetings and onwards",
        date(2015, 9, 1),
        None,
        OUTSTANDING,
        "month, year implied, open end",
    ),
    Row(
        "Operating Model WS3, Digital strategy refresh",
        "Sept 2015",
        date(2015, 9, 1),
        date(2015, 9, 30),
        OUTSTANDING,
        "by hand: a short month name",
    ),
    Row(
        "Operating Model WS3, Draft strategic asset plan",
        "Sept 2015",
        date(2015, 9, 1),
        date(2015, 9, 30),
        OUTSTANDING,
        "month",
    ),
    Row(
        "Operating Model WS3, Final property asset strategy",
        "by April 2016",
        None,
        date(2016, 4, 30),
        OUTSTANDING,
        "deadline",
    ),
    Row(
        "Self-Sufficient WS1a, Council tax and business rates development",
        "through 2015/16; implementation from 2016/17 to 2018/19",
        date(2015, 4, 1),
        date(2019, 3, 31),
        OUTSTANDING,
        "by hand: development through one year, then three of implementation",
    ),
    Row(
        "Self-Sufficient WS1b, Single person discount",
        "through to Spring 2016; implementation in 2016",
        date(2016, 1, 1),
        date(2016, 12, 31),
        OUTSTANDING,
        "season + year",
    ),
    Row(
        "Self-Sufficient WS1c, Lobbying",
        "later part of 2015/16; realisation potentially 2018/19 onwards",
        date(2015, 10, 1),
        None,
        OUTSTANDING,
        "part-year, hedged, open end",
    ),
    Row(
        "Self-Sufficient WS2, Charging policy to Cabinet",
        "Sept 2015",
        date(2015, 9, 1),
        date(2015, 9, 30),
        OUTSTANDING,
        "by hand: a short month name",
    ),
    Row(
        "Self-Sufficient WS2, Phased implementation",
        "from 2016/17 onwards",
        date(2016, 4, 1),
        None,
        OUTSTANDING,
        "open end",
    ),
    Row(
        "Self-Sufficient WS3a, Revolving door benefits",
        "late 2017/18, maybe 2018/19",
        date(2018, 1, 1),
        date(2019, 3, 31),
        OUTSTANDING,
        "hedged range of financial years",
    ),
    Row(
        "Self-Sufficient WS3b, Business finance offer",
        "Summer 2015/16; launched in the 2016/17 financial year",
        date(2015, 6, 1),
        date(2017, 3, 31),
        OUTSTANDING,
        "by hand: from the June of 2015/16 to the end of the launch year",
    ),
    Row(
        "Self-Sufficient WS4a, Debt and asset life review",
        "August - September; Winter/Spring of 2015/16",
        date(2015, 8, 1),
        date(2016, 3, 31),
        OUTSTANDING,
        "seasons, year implied",
    ),
    Row(
        "Self-Sufficient WS4, 1) Debt review",
        "2015/16 with implementation in 2016/17",
        date(2015, 4, 1),
        date(2017, 3, 31),
        OUTSTANDING,
        "two financial years",
    ),
    Row(
        "Self-Sufficient WS4, 2) Estate options",
        "More longer term, across the MTFP period",
        None,
        None,
        OUTSTANDING,
        "by hand: no year is named, and which period is meant is not said",
    ),
    Row(
        "Self-Sufficient WS4, 3) Integrated housing model",
        "Estimated for go-live in 2017",
        date(2017, 1, 1),
        date(2017, 12, 31),
        OUTSTANDING,
        "year, estimate",
    ),
)


def read(words: str, *, done: bool = False, written_on: date = WRITTEN_ON) -> FuzzyDate:
    return read_date(words, written_on=written_on, done=done)


def test_the_papers_have_67_dates() -> None:
    assert len(PAPERS) == 67


@pytest.mark.parametrize("row", PAPERS, ids=lambda row: f"{row.milestone}: {row.words}")
def test_dates_of_the_papers(row: Row) -> None:
    found = read(row.words, done=row.under_completed)
    assert (found.earliest, found.latest, found.status) == (row.earliest, row.latest, row.status), row.why


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("1 October 2015", Kind.EXACT),
        ("Nov 2015", Kind.MONTH),
        ("Oct/Nov 15", Kind.RANGE),
        ("autumn 2016", Kind.SEASON),
        ("2016 TBC", Kind.YEAR),
        ("most likely 2019/2020", Kind.FINANCIAL_YEAR),
        ("by August 2016", Kind.DEADLINE),
        ("by 2016/17 (Ongoing)", Kind.DEADLINE),
        ("Nov 2015 onwards", Kind.OPEN_END),
        ("Ref roadmap - ongoing", Kind.ONGOING),
        ("Completed July", Kind.DONE),
        ("by June 2015 - Achieved", Kind.DONE),
        ("", Kind.NONE),
        (" \n", Kind.NONE),
        ("TBC", Kind.NONE),
        ("agreed as the detail becomes known", Kind.UNREADABLE),
        ("late 2017/18, maybe 2018/19", Kind.RANGE),
    ],
)
def test_kinds(words: str, kind: Kind) -> None:
    assert read(words).kind is kind
    assert kind.label


@pytest.mark.parametrize(
    ("words", "implied", "to_be_confirmed", "is_estimate"),
    [
        ("Nov", True, False, False),
        ("Nov 2015", False, False, False),
        ("by 17 April", True, False, False),
        ("Nov 2015 to January", True, False, False),
        ("July / August 2015", False, False, False),
        ("2016 TBC", False, True, False),
        ("31 March 2016 (to be confirmed)", False, True, False),
        ("Estimated for go-live in 2017", False, False, True),
        ("most likely 2019/2020", False, False, True),
        ("c. 2016", False, False, True),
        ("March 2016?", False, False, True),
        ("31 February", False, False, False),
    ],
)
def test_flags(words: str, implied: bool, to_be_confirmed: bool, is_estimate: bool) -> None:
    found = read(words)
    assert (found.year_implied, found.to_be_confirmed, found.is_estimate) == (implied, to_be_confirmed, is_estimate)


@pytest.mark.parametrize(
    ("words", "earliest", "latest"),
    [
        # days
        ("1st October", "2015-10-01", "2015-10-01"),
        ("1st of October, 2015", "2015-10-01", "2015-10-01"),
        ("Thursday 1 October 2015", "2015-10-01", "2015-10-01"),
        ("October 1, 2015", "2015-10-01", "2015-10-01"),
        ("September 15th", "2015-09-15", "2015-09-15"),
        ("September 15, 2015", "2015-09-15", "2015-09-15"),
        ("01-Oct-2015", "2015-10-01", "2015-10-01"),
        ("1oct2015", "2015-10-01", "2015-10-01"),
        ("2015-11-05", "2015-11-05", "2015-11-05"),
        ("3/4/16", "2016-04-03", "2016-04-03"),
        ("1.10.2015", "2015-10-01", "2015-10-01"),
        ("17/4", "2015-04-17", "2015-04-17"),
        ("29 February", "2016-02-29", "2016-02-29"),
        ("September 30", "2015-09-30", "2015-09-30"),
        ("10:30 on 3 March 2016", "2016-03-03", "2016-03-03"),
        ("week commencing 5 October 2015", "2015-10-05", "2015-10-11"),
        ("w/c 05/10/2015", "2015-10-05", "2015-10-11"),
        ("week ending 9 October 2015", "2015-10-03", "2015-10-09"),
        # months
        ("Oct-15", "2015-10-01", "2015-10-31"),
        ("Sept '15", "2015-09-01", "2015-09-30"),
        ("Sept.2015", "2015-09-01", "2015-09-30"),
        ("2015-11", "2015-11-01", "2015-11-30"),
        ("11/2015", "2015-11-01", "2015-11-30"),
        ("Feb 2016", "2016-02-01", "2016-02-29"),
        ("March 2015/16", "2016-03-01", "2016-03-31"),
        ("October in the financial year 2016/17", "2016-10-01", "2016-10-31"),
        ("September 15/16", "2015-09-01", "2015-09-30"),
        ("Phase 2 October 2015", "2015-10-01", "2015-10-31"),
        ("agreed by Cabinet in March 2016", "2016-03-01", "2016-03-31"),
        ("end of September 2016", "2016-09-21", "2016-09-30"),
        ("mid September 2016", "2016-09-11", "2016-09-20"),
        ("early September 2016", "2016-09-01", "2016-09-10"),
        # seasons, quarters, years
        ("winter 2015", "2015-12-01", "2016-02-29"),
        ("Spring of 2015/16", "2016-03-01", "2016-03-31"),
        ("Autumn/Winter 2016", "2016-09-01", "2017-02-28"),
        ("winter/spring 2016", "2015-12-01", "2016-05-31"),
        ("Spring/Summer 2016/17", "2016-03-01", "2016-08-31"),
        ("late summer 2016", "2016-08-01", "2016-08-31"),
        ("Q3 2015/16", "2015-10-01", "2015-12-31"),
        ("2015/16 Q4", "2016-01-01", "2016-03-31"),
        ("2016 Q2", "2016-07-01", "2016-09-30"),
        ("Q4 2016", "2016-01-01", "2016-03-31"),
        ("third quarter of 2016/17", "2016-10-01", "2016-12-31"),
        ("Q3", "2015-10-01", "2015-12-31"),
        ("2016", "2016-01-01", "2016-12-31"),
        ("mid 2017", "2017-04-01", "2017-09-30"),
        ("early 2016", "2016-01-01", "2016-03-31"),
        ("end of 2016/17", "2017-01-01", "2017-03-31"),
        ("H1 2016/17", "2016-04-01", "2016-09-30"),
        ("first half of 2016", "2016-01-01", "2016-06-30"),
        ("FY17", "2016-04-01", "2017-03-31"),
        ("16-17", "2016-04-01", "2017-03-31"),
        # ranges
        ("March - May 2016", "2016-03-01", "2016-05-31"),
        ("between March and May 2016", "2016-03-01", "2016-05-31"),
        ("Dec/Jan 2016", "2015-12-01", "2016-01-31"),
        ("Nov 2015 to January", "2015-11-01", "2016-01-31"),
        ("November - January", "2015-11-01", "2016-01-31"),
        ("1-5 October 2015", "2015-10-01", "2015-10-05"),
        ("Monday 5 - Friday 9 October 2015", "2015-10-05", "2015-10-09"),
        ("30 September - 2 October 2015", "2015-09-30", "2015-10-02"),
        ("September 2015/October 2015", "2015-09-01", "2015-10-31"),
        ("Oct, Nov and Dec 2015", "2015-10-01", "2015-12-31"),
        ("2015/16-2018/19", "2015-04-01", "2019-03-31"),
        ("2015-2018", "2015-01-01", "2018-12-31"),
        ("2015-18", "2015-01-01", "2018-12-31"),
        ("from October 2015 to March 2016", "2015-10-01", "2016-03-31"),
        ("from October 2015, by March 2016", "2015-10-01", "2016-03-31"),
        ("Cabinet 19/11/15; Council 10/12/15", "2015-11-19", "2015-12-10"),
        # one end only
        ("by end March", "", "2015-03-31"),
        ("by the end of March 2016", "", "2016-03-31"),
        ("no later than March 2016", "", "2016-03-31"),
        ("March 2016 at the latest", "", "2016-03-31"),
        ("until March 2016", "", "2016-03-31"),
        ("up to and including March 2016", "", "2016-03-31"),
        ("before March 2016", "", "2016-02-29"),
        ("before the end of March 2016", "", "2016-03-31"),
        ("by Q2 2016/17", "", "2016-09-30"),
        ("from October 2015", "2015-10-01", ""),
        ("after March 2016", "2016-04-01", ""),
        ("not before March 2016", "2016-03-01", ""),
        ("2020/21+", "2020-04-01", ""),
        ("Nov 2015 - ongoing", "2015-11-01", ""),
        ("2016/17 and beyond", "2016-04-01", ""),
        # no date at all
        ("15 contracts", "", ""),
        ("may be delayed", "", ""),
        ("24/7", "", ""),
        ("£2016", "", ""),
        ("3 months", "", ""),
        ("1/2 of the work", "", ""),
    ],
)
def test_other_words(words: str, earliest: str, latest: str) -> None:
    found = read(words)
    assert (str(found.earliest or ""), str(found.latest or "")) == (earliest, latest)


@pytest.mark.parametrize(
    "words",
    [
        *("31 February", "31 February 2016", "29 February 2015", "32 October 2015", "30/02/16", "13/13/2015"),
        *(
            "2015-13-01",
            "2015-02-30",
            "September 31",
            "October 1066",
            "October 2500",
            "2016/15",
            "0 May 2016",
            "13/2015",
        ),
        "31 February or 5 March 2016",
    ],
)
def test_days_that_do_not_exist_are_not_repaired(words: str) -> None:
    assert read(words) == FuzzyDate(None, None, Kind.UNREADABLE)


@pytest.mark.parametrize(
    ("words", "status", "latest"),
    [
        ("Done", COMPLETED, None),
        ("Complete", COMPLETED, None),
        ("done 3 July", COMPLETED, date(2015, 7, 3)),
        ("Completed December", COMPLETED, date(2014, 12, 31)),
        ("Completed by March 2015", COMPLETED, date(2015, 3, 31)),
        # a day still to come is a promise, not a result
        ("Completed by March 2016", OUTSTANDING, date(2016, 3, 31)),
        ("To be completed by March 2016", OUTSTANDING, date(2016, 3, 31)),
        ("Complete review by March 2016", OUTSTANDING, date(2016, 3, 31)),
        ("not completed", OUTSTANDING, None),
        ("partly completed", OUTSTANDING, None),
        ("75% complete", OUTSTANDING, None),
        ("100% complete", COMPLETED, None),
        ("Phase 1 completed July 2015, phase 2 by March 2016", ONGOING, date(2016, 3, 31)),
        ("on-going", ONGOING, None),
        ("Work in progress, by March 2016", ONGOING, date(2016, 3, 31)),
        ("Completed (ongoing monitoring)", ONGOING, None),
    ],
)
def test_status_by_its_words(words: str, status: MilestoneStatus, latest: date | None) -> None:
    found = read(words)
    assert (found.status, found.latest) == (status, latest)
    assert status.label == status.value.capitalize()


def test_done_by_its_heading() -> None:
    assert read("December", done=True).latest == date(2014, 12, 31)
    assert read("December").latest == date(2015, 12, 31)
    assert read("", done=True) == FuzzyDate(None, None, Kind.DONE, status=COMPLETED)
    assert read("31 February", done=True) == FuzzyDate(None, None, Kind.UNREADABLE, status=COMPLETED)


def test_an_implied_year_is_the_nearest() -> None:
    # from 1 September 2015, March 2015 is 154 days back and March 2016 is 182 ahead
    assert read("March").latest == date(2015, 3, 31)
    assert read("January").latest == date(2016, 1, 31)
    assert read("December", written_on=date(2016, 1, 15)).latest == date(2015, 12, 31)
    assert read("Oct 99", written_on=date(2001, 1, 1)).latest == date(1999, 10, 31)


def test_surely_late() -> None:
    deadline = read("by August 2016")
    assert not deadline.surely_late(date(2016, 8, 31))
    assert deadline.surely_late(date(2016, 9, 1))
    assert not read("by June 2015 - Achieved").surely_late(date(2020, 1, 1))
    assert not read("Nov 2015 onwards").surely_late(date(2020, 1, 1))
    assert not read("soon").surely_late(date(2020, 1, 1))
    to_be_confirmed = read("2016 TBC")
    assert not to_be_confirmed.surely_late(date(2016, 12, 1))
    assert to_be_confirmed.surely_late(date(2017, 1, 1))
    assert read("by 2016/17 (Ongoing)").surely_late(date(2017, 4, 1))


DAYS = st.dates()
VOCABULARY = st.sampled_from(
    (
        *(
            "by",
            "before",
            "from",
            "until",
            "end",
            "of",
            "early",
            "mid",
            "late",
            "to",
            "-",
            "/",
            ",",
            ";",
            ".",
            "(",
            ")",
        ),
        *("and", "or", "Q3", "spring", "winter", "May", "Sept", "15", "31", "2015", "2016/17", "16/17", "17/4", "'15"),
        *("07/05/15", "2015-11", "2016-02-30", "FY17", "1st", "w/c", "onwards", "+", "ongoing", "completed", "not"),
        *("TBC", "c.", "?", "£5", "99", "0", "later", "part", "latest", "financial", "year", "through", "after"),
        *("2016", "February", "h2", "third", "quarter"),
    )
)


@given(st.text(), DAYS, st.booleans())
def test_no_text_raises(words: str, written_on: date, done: bool) -> None:
    read(words, written_on=written_on, done=done)


@given(st.lists(VOCABULARY, max_size=12).map(" ".join), DAYS, st.booleans())
def test_no_jumble_of_its_own_words_raises(words: str, written_on: date, done: bool) -> None:
    found = read(words, written_on=written_on, done=done)
    assert found.status is COMPLETED or not done
    assert found.earliest is None or found.latest is None or found.earliest <= found.latest
    if found.kind in (Kind.NONE, Kind.UNREADABLE, Kind.ONGOING):
        assert found.earliest is None and found.latest is None
    if found.kind in (Kind.EXACT, Kind.MONTH, Kind.SEASON, Kind.YEAR, Kind.FINANCIAL_YEAR, Kind.RANGE):
        assert found.earliest is not None and found.latest is not None
    if found.kind is Kind.OPEN_END:
        assert found.latest is None


@given(st.lists(VOCABULARY, max_size=8).map("".join), DAYS)
def test_no_glued_jumble_raises(words: str, written_on: date) -> None:
    read(words, written_on=written_on)


def test_long_texts_end_quickly() -> None:
    for words in ("1/" * 100_000, "1 - " * 100_000, "a" * 1_000_000, " " * 1_000_000, "2015/16, " * 100_000):
        read(words)


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)))
def test_full_days_read_back_however_written(day: date) -> None:
    month = day.strftime("%B")
    for words in (
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day.day}-{month[:3]}-{day.year}",
        f"{day.day}/{day.month}/{day.year}",
        day.isoformat(),
    ):
        found = read(words)
        assert (found.earliest, found.latest, found.kind, found.year_implied) == (day, day, Kind.EXACT, False)


@given(st.integers(1990, 2040))
def test_financial_years_read_back(start: int) -> None:
    year = FinancialYear(start)
    found = read(year.label)
    assert (found.earliest, found.latest) == (year.starts_on, year.ends_on)


@given(st.dates(date(2010, 1, 1), date(2030, 12, 31)), st.dates(date(2010, 1, 1), date(2030, 12, 31)))
def test_an_implied_day_is_never_more_than_half_a_year_away(day: date, written_on: date) -> None:
    if (day.month, day.day) == (2, 29):
        return
    found = read(f"{day.day} {day.strftime('%B')}", written_on=written_on)
    assert found.latest is not None and abs((found.latest - written_on).days) <= 183
