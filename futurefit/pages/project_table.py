"""The list of projects with their money, each figure leading to its lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from futurefit.ui.figures import Figure
from futurefit.ui.tables import AmountColumn, LinkColumn, Table, TextColumn
from projects.models import Project
from savings.links import figure, group_url
from savings.reading import Reading

MEASURES = {
    "target": "Target, all years",
    "secure": "Secure",
    "at_risk": "At risk",
    "red": "Red",
    "not_rated": "Not rated",
}
"""The columns of figures, named as the measures of the roll-up are."""


def _dossier(record: Project, table: ProjectTable) -> str:
    return reverse("pages:project_detail", args=[record.code]) + table.reading.query


def _group_page(grouping: str) -> Callable[[Project, ProjectTable], str]:
    def address(record: Project, table: ProjectTable) -> str:
        group = getattr(record, f"{grouping}_group")
        return group_url(table.reading, grouping, group) if group else ""

    return address


class ProjectAmountColumn(AmountColumn):
    """One measure of a project over all years, sorted in the database by the annotation `amount`."""

    def __init__(self, measure: str, **options: Any) -> None:
        super().__init__(MEASURES[measure], accessor="money", order_by="amount", **options)
        self.measure = measure

    def reader(self, accessor: str) -> Callable[[Project], int | None]:
        def read(record: Project) -> int | None:
            if record.money is None:
                return None
            return record.money.total.amount(self.measure)

        return read

    def figure(self, value: int | None, record: Project, table: ProjectTable) -> Figure:
        if record.money is None:
            return Figure(None)
        return figure(table.reading, record.money.total, {"project": record.code}, measure=self.measure)


class ProjectTable(Table):
    """Projects, workstreams and blocks.

    Each record carries `money`, its row of the roll-up or None without amounts, `payback_words`, and `theme_group` and
    `directorate_group`, what it belongs to under the name that the period shows, or None.
    """

    row_header = "title"
    code = TextColumn("Code")
    title = LinkColumn(
        "Project",
        href=_dossier,
        prefix=lambda record: record.reference,
        note=lambda record: record.illustration,
    )
    target = ProjectAmountColumn("target", total=True)
    secure = ProjectAmountColumn("secure")
    at_risk = ProjectAmountColumn("at_risk")
    red = ProjectAmountColumn("red")
    not_rated = ProjectAmountColumn("not_rated")
    payback = TextColumn("Payback", accessor="payback_words", orderable=False)
    kind = TextColumn("Kind")
    theme = TextColumn("Theme", accessor="theme_group__label", href=_group_page("theme"), order_by="theme__name")
    directorate = TextColumn(
        "Directorate",
        accessor="directorate_group__label",
        href=_group_page("directorate"),
        order_by="directorate__name",
    )
    saving_type = TextColumn("Type of saving")
    stage = TextColumn("Stage", order_by="place_of_stage")

    def __init__(self, data: Any, *, reading: Reading, **options: Any) -> None:
        self.reading = reading
        super().__init__(data, **options)
