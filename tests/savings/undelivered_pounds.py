"""What must hold of the pounds that ended years did not deliver, whatever happened before and since."""

from __future__ import annotations

from savings.measures import still_undelivered
from savings.models import Position, ReportingPeriod
from savings.undelivered import Undelivered, YearEnds, year_ends


def undelivered_in(period: ReportingPeriod) -> dict[tuple[int, int], int]:
    """What is undelivered of each amount of the period, from its rows alone."""
    rows = Position.objects.in_period(period).filter(year__lt=period.financial_year).select_related("line_in_period")
    return {
        (row.line_in_period.line_id, row.year): left
        for row in rows
        if (left := still_undelivered(row.target, row.delivered, row.claimed))
    }


def assert_every_pound_is_in_one_place(periods: list[ReportingPeriod], shown: ReportingPeriod) -> YearEnds:
    """Places come to what was left, of each amount and in sum; open and carried forward to what is undelivered now."""
    ends = year_ends(periods, shown)
    for row in ends.amounts:
        assert row.sums.placed == row.sums.left, row
    still = {
        (row.line_id, row.year): row.sums.open + row.sums.carried_forward
        for row in ends.amounts
        if row.sums.open + row.sums.carried_forward
    }
    dated = {ended.year: ended.period for ended in ends.years if ended.period is not None}
    assert still == {key: left for key, left in undelivered_in(shown).items() if key[1] in dated}
    for year, period in dated.items():
        rows = Position.objects.in_period(period).filter(year=year)
        left = sum(still_undelivered(row.target, row.delivered, row.claimed) for row in rows)
        assert ends.sums_of(year).left == left, "the left side is what the year's last period says"
        for by in ("directorate", "theme"):
            assert sum((sums for _group, sums in ends.by(by, year)), Undelivered()) == ends.sums_of(year)
    return ends


def told_of(ends: YearEnds) -> list[tuple[str, int, Undelivered]]:
    return sorted((row.code, row.year, row.sums) for row in ends.amounts)
