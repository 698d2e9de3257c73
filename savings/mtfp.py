"""The medium term financial plan: incremental and cumulative amounts, reversals, requirement, still to be identified.

Rules: domain.md (Incremental, cumulative, one-off; Requirement, identified, unidentified).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from futurefit.values.financial_year import Horizon
from savings.measures import EMPTY, Money
from savings.models import ReportingPeriod

ByYear = Mapping[int | None, Money]


def incremental(recurring: ByYear, one_off: ByYear, years: Iterable[int | None]) -> dict[int | None, Money]:
    """The change first arising in each year; a one-off's reversal stands in the next year as its own measure.

    The reversal of a one-off of year y is − its target in the next year of the plan; none after the last year
    and none of an amount not profiled.
    """
    ordered = list(years)
    back = reversals(one_off, [year for year in ordered if year is not None])
    return {
        year: _add_reversal(
            recurring.get(year, EMPTY) + one_off.get(year, EMPTY), None if year is None else back.get(year)
        )
        for year in ordered
    }


def cumulative(recurring: ByYear, one_off: ByYear, years: Sequence[int]) -> dict[int | None, Money]:
    """Recurring amounts of all years up to each year plus the one-off amounts of that year alone.

    Amounts not profiled are in no year. The reversal beside each year is the sum of reversals so far, so that
    the last cumulative year = Σ increments + Σ reversals.
    """
    back = reversals(one_off, years)
    running, reversed_so_far = EMPTY, EMPTY
    by_year: dict[int | None, Money] = {}
    for year in years:
        running = running + recurring.get(year, EMPTY)
        if year in back:
            reversed_so_far = reversed_so_far + back[year]
        by_year[year] = _add_reversal(running + one_off.get(year, EMPTY), reversed_so_far)
    return by_year


def reversals(one_off: ByYear, years: Sequence[int]) -> dict[int, Money]:
    """− the target of each year's one-off amounts, in the year that follows; derived and unrated."""
    return {
        following: Money(reversal=-one_off[year].target, partly_hidden=one_off[year].partly_hidden, holds_rows=False)
        for year, following in pairwise(years)
        if year in one_off and one_off[year].target
    }


def to_date(by_year: ByYear, year: int, view: str) -> Money:
    """The total up to a year: the sum of increments, or in the cumulative view the amount of that year."""
    reached = [money for at, money in by_year.items() if at is not None and at <= year]
    if view == "cumulative":
        return reached[-1] if reached else EMPTY
    return sum(reached, EMPTY)


def _add_reversal(money: Money, back: Money | None) -> Money:
    """A reversal is no row of its own, so that a year which holds nothing else stays empty."""
    return money if back is None else money + back


@dataclass(frozen=True)
class Requirement:
    """What the MTFP requires by year, and what is identified: approved, and approved and proposed.

    *Still to be identified* = required − identified, compared with savings headings and with all headings;
    negative where more is identified than required. Whole pounds by year; None holds what is not profiled.
    """

    required: Mapping[int, int]
    approved_savings: Mapping[int | None, int]
    approved_all: Mapping[int | None, int]
    both_savings: Mapping[int | None, int]
    both_all: Mapping[int | None, int]

    def unidentified(self, identified: Mapping[int | None, int]) -> dict[int, int]:
        """By year of the requirement; an amount not profiled meets no year's requirement."""
        return {year: amount - identified.get(year, 0) for year, amount in self.required.items()}

    def amounts_json(self, horizon: Horizon) -> dict[str, int]:
        return _labelled(self.required, horizon)

    def unidentified_json(self, horizon: Horizon) -> dict[str, dict[str, dict[str, int]]]:
        return {
            "approved": {
                "savings_headings": _labelled(self.unidentified(self.approved_savings), horizon),
                "all_headings": _labelled(self.unidentified(self.approved_all), horizon),
            },
            "approved_and_proposed": {
                "savings_headings": _labelled(self.unidentified(self.both_savings), horizon),
                "all_headings": _labelled(self.unidentified(self.both_all), horizon),
            },
        }


def required_by_year(period: ReportingPeriod) -> dict[int, int]:
    """The requirement that the period keeps, whole pounds by year; empty where the programme states none."""
    return {each.year: each.amount for each in sorted(period.requirements.all(), key=lambda each: each.year)}


def running_totals(amounts: Mapping[int, int], years: Iterable[int]) -> dict[int, int]:
    """The sum of the amounts up to each year, from the first year that has one."""
    every = sorted({*amounts, *years})
    return {year: sum(amount for at, amount in amounts.items() if at <= year) for year in every if year >= min(amounts)}


def total_of_years(amounts: Mapping[int, int], view: str) -> int:
    """The total beside amounts by year: their sum, or in the cumulative view that of the last year; 0 without any."""
    if view == "cumulative":
        return amounts[max(amounts)] if amounts else 0
    return sum(amounts.values())


def _labelled(amounts: Mapping[int, int], horizon: Horizon) -> dict[str, int]:
    return {horizon.key(year): amount for year, amount in amounts.items()}
