"""The list of milestones in the words as written, with what they are read as."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.safestring import SafeString

from futurefit.pages import sentences
from futurefit.pages.delivery import meaning, status_of
from futurefit.ui.tables import Column, CountColumn, QuoteColumn, Table, TagColumn, TextColumn
from projects.models import Milestone


def _style(record: Milestone, table: MilestoneTable) -> str:
    return status_of(record, record.days_late(table.today))[1]


class WrittenColumn(QuoteColumn):
    """The words of the paper in quotation marks; where there are none it says so."""

    def cell(self, value: Any, record: Any, table: Table, *, label: str, tag: str) -> SafeString:
        if not value:
            return self.around("Not stated", label=label, tag=tag)
        return super().cell(value, record, table, label=label, tag=tag)


class MilestoneTable(Table):
    """Milestones; each record carries `belongs_to`, its theme or project. `today` decides what is late."""

    row_header = "title"
    title = TextColumn("Milestone", wrap=True)
    belongs_to = TextColumn(
        "Belongs to",
        href=lambda record: record.belongs_to.href,
        order_by=("theme__name", "project__title"),
        wrap=True,
    )
    written = WrittenColumn("As written", accessor="date_as_written", orderable=False)
    meaning = Column("Read as", accessor="kind", order_by=("latest", "earliest"))
    status = TagColumn("Status", style=_style)
    late = CountColumn("Days late", accessor="pk", order_by="-late_since")

    def __init__(self, data: Any, *, today: date, **options: Any) -> None:
        self.today = today
        super().__init__(data, **options)

    def value_belongs_to(self, record: Milestone) -> str:
        return str(record.belongs_to)

    def render_meaning(self, record: Milestone) -> str:
        return self.value_meaning(record)

    def value_meaning(self, record: Milestone) -> str:
        return sentences.capital(meaning(record))

    def value_status(self, record: Milestone) -> str:
        return record.get_status_display()

    def render_late(self, record: Milestone) -> str:
        days = record.days_late(self.today)
        return f"{days:,}" if days else "–"

    def value_late(self, record: Milestone) -> int | None:
        return record.days_late(self.today) or None
