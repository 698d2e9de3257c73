"""The register of risks. An unscored risk says so and is never listed as low (domain.md, Risk)."""

from __future__ import annotations

from typing import Any

from futurefit.ui.figures import Figure
from futurefit.ui.labels import work_tag_html
from futurefit.ui.tables import AmountColumn, Column, DateColumn, Table, TextColumn
from risks.models import Risk, RiskScale

NOT_SCORED = "Not scored"


class ScoreColumn(Column):
    """A score out of the scale; beyond tolerance in a heavy outline, without a score *Not scored*."""

    css = "ff-num"
    head_css = "ff-num"
    initially_descending = True
    export_kind = "text"

    def __init__(self, heading: str, *, score: str, **options: Any) -> None:
        super().__init__(heading, accessor=f"{score}_score", order_by=score, **options)
        self.score = score

    def cell(self, value: Any, record: Any, table: RiskTable, *, label: str, tag: str):
        if value is None and self.score == "current":
            return self.around(work_tag_html(NOT_SCORED), label=label, tag=tag)
        if value is None:
            return self.around("None", label=label, tag=tag)
        beyond = self.score == "current" and value > table.scale.tolerance and record.status == Risk.Status.OPEN
        words = f"{value} {table.scale.band_of(value)}".rstrip()
        return self.around(
            work_tag_html(f"{words}, beyond tolerance", "alert") if beyond else words, label=label, tag=tag
        )

    def plain(self, value: Any, record: Any) -> str | int:
        return NOT_SCORED if value is None else value


class MoneyAtRiskColumn(AmountColumn):
    """What is amber and red in the project or theme of a risk, all years; the record carries the figure as `money`."""

    def figure(self, value: Figure | None, record: Any, table: Table) -> Figure:
        return value or Figure(None)

    def plain(self, value: Figure | None, record: Any) -> int | None:
        return value.amount if value else None


class RiskTable(Table):
    """Risks; each record carries `belongs_to`, its theme or project, `money`, what is at risk there, and `owner_title`.

    Beside these `href`, its page, and `moved`, its movement in words. `scale` names the bands of scores and says which
    are beyond tolerance.
    """

    row_header = "description"
    code = TextColumn("Code")
    description = TextColumn("Risk", href=lambda record: record.href, wrap=True)
    belongs_to = TextColumn(
        "Belongs to",
        href=lambda record: record.belongs_to.href,
        order_by=("theme__name", "project__title"),
        wrap=True,
    )
    category = TextColumn("Category")
    mitigation = TextColumn("What is done about it", orderable=False, wrap=True)
    owner = TextColumn("Owner", accessor="owner_title", order_by="owner__title")
    inherent = ScoreColumn("Inherent", score="inherent")
    current = ScoreColumn("Current score", score="current")
    moved = TextColumn("Moved", orderable=False, wrap=True)
    target = ScoreColumn("Target", score="target")
    escalated_to = TextColumn("Escalated to")
    money = MoneyAtRiskColumn("Money at risk", orderable=False)
    review_on = DateColumn("Review", absent="None")
    status = TextColumn("Status")

    def __init__(self, data: Any, *, scale: RiskScale, **options: Any) -> None:
        self.scale = scale
        super().__init__(data, **options)

    def value_belongs_to(self, record: Risk) -> str:
        return str(record.belongs_to)
