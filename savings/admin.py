"""Rows of the money in the admin: periods, lines, positions, returns, decisions."""

from futurefit.ui.row_admin import show
from savings.models import (
    BudgetRow,
    Commentary,
    Decision,
    DecisionItem,
    LineInPeriod,
    LineReturn,
    MtfpHeading,
    Position,
    RagDefinition,
    Reminder,
    Replacement,
    ReportingPeriod,
    Requirement,
    ReturnedAmount,
    SavingsLine,
    StatedFigure,
)

show(
    MtfpHeading,
    ReportingPeriod,
    RagDefinition,
    Requirement,
    Commentary,
    SavingsLine,
    LineInPeriod,
    Decision,
    Reminder,
    BudgetRow,
    StatedFigure,
)
show(Position, LineReturn, sideways=("line_in_period",))
show(ReturnedAmount, sideways=("line_return__line_in_period",))
show(DecisionItem, Replacement)
