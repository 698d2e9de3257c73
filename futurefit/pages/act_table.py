"""Acts as a list: when, what happened in a plain sentence, who and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from futurefit.history.models import Act
from futurefit.ui.tables import Column, LinkColumn, QuoteColumn, Table


class MomentColumn(Column):
    """Day and time by the council's clock."""

    css = "ff-nowrap"
    initially_descending = True

    def words(self, value: Any) -> str:
        return date_format(localtime(value), "j F Y, H:i")


class ActTable(Table):
    """Acts, the newest first. `opens` is true for readers who may open the rows behind an act.

    `names` adds the name of whoever acted to the post under which they did. `amounts` says by the id of an act what it
    did to the amounts that the list is about.
    """

    row_header = "sentence"
    at = MomentColumn("When")
    sentence = LinkColumn(
        "What happened",
        href=lambda record, table: table.address(record),
        note=lambda record, table: table.amounts.get(record.pk, ""),
        orderable=False,
    )
    who = Column("Who", accessor="post_title", order_by=("post_title", "actor_name"), empty_values=())
    reason = QuoteColumn("Why", orderable=False, wrap=True)

    def __init__(
        self, data: Any, *, opens: bool, names: bool, amounts: Mapping[int, str] | None = None, **options: Any
    ) -> None:
        self.opens = opens
        self.names = names
        self.amounts = amounts or {}
        super().__init__(data, **options)

    def address(self, record: Act) -> str:
        return reverse("pages:act_detail", args=[record.pk]) if self.opens else ""

    def render_who(self, record: Act) -> str:
        return self.value_who(record)

    def value_who(self, record: Act) -> str:
        if self.names and record.post_title and record.actor_name != record.post_title:
            return f"{record.actor_name}, {record.post_title}"
        return record.post_title or record.actor_name
