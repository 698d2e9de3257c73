"""Rows of risks and dependencies in the admin."""

from futurefit.ui.row_admin import show
from risks.models import Dependency, Risk, RiskAction, RiskScale

show(RiskScale, Risk, RiskAction, Dependency)
