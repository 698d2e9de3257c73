"""Nouns of the money. One module per noun family; import them from here."""

from savings.models.commentary import Commentary
from savings.models.decision import Decision, DecisionItem, Replacement
from savings.models.line import LineInPeriod, Position, SavingsLine
from savings.models.line_return import LineReturn, Reminder, ReturnedAmount
from savings.models.period import GroupInPeriod, MtfpHeading, RagDefinition, ReportingPeriod, Requirement
from savings.models.spreadsheet import ColumnMapping, SpreadsheetUpload
from savings.models.stated_figure import BudgetRow, StatedFigure

__all__ = [
    "BudgetRow",
    "ColumnMapping",
    "Commentary",
    "Decision",
    "DecisionItem",
    "GroupInPeriod",
    "LineInPeriod",
    "LineReturn",
    "MtfpHeading",
    "Position",
    "RagDefinition",
    "Reminder",
    "Replacement",
    "ReportingPeriod",
    "Requirement",
    "ReturnedAmount",
    "SavingsLine",
    "SpreadsheetUpload",
    "StatedFigure",
]
