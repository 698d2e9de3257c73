"""Nouns of the programme. One module per noun family; import them from here."""

from projects.models.challenge import ChallengeNote
from projects.models.delivery import MeasureReading, Milestone, SuccessMeasure
from projects.models.programme import Programme
from projects.models.project import (
    BaseBudgetRow,
    EqualityImpact,
    FteImpact,
    Project,
    ProjectPost,
    Signature,
)
from projects.models.resources import Investment
from projects.models.theme import Theme, ThemeAlias, ThemePost

__all__ = [
    "BaseBudgetRow",
    "ChallengeNote",
    "EqualityImpact",
    "FteImpact",
    "Investment",
    "MeasureReading",
    "Milestone",
    "Programme",
    "Project",
    "ProjectPost",
    "Signature",
    "SuccessMeasure",
    "Theme",
    "ThemeAlias",
    "ThemePost",
]
