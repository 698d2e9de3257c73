"""When the demonstration says that things were done: every act and row history of it is dated by one of these.

What the papers print was entered before Cabinet met on 19 November 2015; later months are illustrated.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

_LONDON: Final = ZoneInfo("Europe/London")


def _at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=_LONDON)


WRITTEN_ON: Final = date(2015, 9, 1)
"""The day of writing of the papers' milestones: words without a year are read from here."""

HOLDINGS_FROM: Final = date(2015, 4, 1)

COUNCIL_ENTERED: Final = _at(2015, 11, 2, 9, 0)
ACCOUNTS_MADE: Final = _at(2015, 11, 2, 9, 30)
PROGRAMME_ENTERED: Final = _at(2015, 11, 3, 9, 0)
PROJECTS_ENTERED: Final = _at(2015, 11, 3, 10, 0)
MILESTONES_ENTERED: Final = _at(2015, 11, 3, 14, 0)
RISKS_ENTERED: Final = _at(2015, 11, 3, 15, 0)
HEADINGS_ENTERED: Final = _at(2015, 11, 4, 8, 45)
FIRST_PERIOD_OPENED: Final = _at(2015, 11, 4, 9, 0)
LINES_ENTERED: Final = _at(2015, 11, 4, 10, 0)
APPROVAL_RECORDED: Final = _at(2015, 11, 5, 9, 0)
APPROVAL_CONFIRMED: Final = _at(2015, 11, 5, 11, 0)
BUDGET_ROWS_ENTERED: Final = _at(2015, 11, 5, 14, 0)
STATED_FIGURES_ENTERED: Final = _at(2015, 11, 5, 15, 0)
SIGNATURES_ENTERED: Final = _at(2015, 11, 5, 16, 0)
MONTH_7_CLOSED: Final = _at(2015, 11, 19, 17, 0)
YEAR_END_RATED: Final = _at(2016, 4, 12, 10, 0)
YEAR_END_CLOSED: Final = _at(2016, 4, 20, 17, 0)
MAY_RATED: Final = _at(2016, 5, 16, 10, 0)

YEAR_END_DUE_ON: Final = date(2016, 4, 15)
"""When returns of 2015/16 M12 were due."""

YEAR_END_RETURNED: Final = _at(2016, 4, 14, 9, 0)
YEAR_END_RETURNED_LATE: Final = _at(2016, 4, 18, 9, 0)
YEAR_END_ACCEPTED: Final = _at(2016, 4, 19, 11, 0)
YEAR_END_COMMENTED: Final = _at(2016, 4, 19, 15, 0)

MAY_DUE_ON: Final = date(2016, 5, 27)
"""When returns of 2016/17 M02 are due: a week after the day on which the demonstration stands."""

MAY_RETURNED: Final = _at(2016, 5, 18, 9, 0)
MAY_ANSWERED: Final = _at(2016, 5, 19, 10, 0)
MAY_COMMENTED: Final = _at(2016, 5, 19, 14, 0)
DECISION_RECORDED: Final = _at(2016, 5, 18, 10, 0)
