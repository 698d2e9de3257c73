"""Rows of programmes, themes and projects in the admin."""

from futurefit.ui.row_admin import show
from projects.models import (
    BaseBudgetRow,
    ChallengeNote,
    EqualityImpact,
    FteImpact,
    Investment,
    MeasureReading,
    Milestone,
    Programme,
    Project,
    ProjectPost,
    Signature,
    SuccessMeasure,
    Theme,
    ThemeAlias,
    ThemePost,
)

show(
    Programme,
    Theme,
    ThemeAlias,
    ThemePost,
    Project,
    ProjectPost,
    BaseBudgetRow,
    FteImpact,
    EqualityImpact,
    Signature,
    Milestone,
    SuccessMeasure,
    MeasureReading,
    ChallengeNote,
    Investment,
)
