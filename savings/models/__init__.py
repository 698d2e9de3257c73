"""Nouns of the money. One module per noun family; import them from here."""

from savings.models.decision import Decision, DecisionItem
from savings.models.line import LineInPeriod, Position, SavingsLine
from savings.models.period import GroupInPeriod, MtfpHeading, RagDefinition, ReportingPeriod, Requirement
from savings.models.spreadsheet import ColumnMapping, SpreadsheetUpload
from savings.models.stated_figure import BudgetRow, StatedFigure

__all__ = [
    "BudgetRow",
    "ColumnMapping",
    "Decision",
    "DecisionItem",
    "GroupInPeriod",
    "LineInPeriod",
    "MtfpHeading",
    "Position",
    "RagDefinition",
    "ReportingPeriod",
    "Requirement",
    "SavingsLine",
    "SpreadsheetUpload",
    "StatedFigure",
]
