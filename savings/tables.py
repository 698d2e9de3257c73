"""Lists of the money: lines, periods, stated figures. The columns for years come with each request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from futurefit.history.models import Act
from futurefit.ui.figures import NO_LINE, cell_html
from futurefit.ui.tables import AmountColumn, Column, DateColumn, LinkColumn, Table, TagColumn, TextColumn
from futurefit.values.money import format_percent
from savings.line_amounts import Amount
from savings.measures import Money
from savings.models import Decision, LineInPeriod, ReportingPeriod, StatedFigure
from savings.reading import Reading
from savings.reconcile import Comparison

SPLIT = {
    "target": "Target",
    "delivered": "Delivered",
    "claimed": "Claimed",
    "on_target": "On target",
    "amber": "Amber",
    "red": "Red",
    "not_rated": "Not rated",
    "over_delivered": "Over-delivered",
}
"""The columns of a list of one year: the target and how it stands."""

WITHOUT_AMOUNT = "No amount"


def _line_url(record: LineInPeriod, table: LineTable) -> str:
    return reverse("savings:line_detail", args=[record.line.code]) + table.reading.query


def _beside_title(record: LineInPeriod) -> str:
    words = []
    if record.without_amount:
        words.append(f"{WITHOUT_AMOUNT}: {record.amount_in_words}" if record.amount_in_words else WITHOUT_AMOUNT)
    if record.illustration:
        words.append("illustration")
    return " · ".join(words)


class LineAmountColumn(AmountColumn):
    """The amount that an `Amount` names, of each line; an en dash where the line has no row behind it."""

    def __init__(self, heading: str, amount: Amount, **options: Any) -> None:
        options.setdefault("orderable", "order_by" in options)
        super().__init__(heading, accessor="money", href=_line_url, **options)
        self.amount = amount

    def reader(self, accessor: str) -> Callable[[LineInPeriod], int | None]:
        def read(record: LineInPeriod) -> int | None:
            if record.money is None:
                return None
            money: Money = self.amount.money(record.money)
            value = money.amount(self.amount.measure)
            return value if value or money.holds_rows else None

        return read


class ChooseColumn(Column):
    """A box to choose the row by, named after the column; its value is the row's code, its label the row's title."""

    css = head_css = "ff-check ff-screen"

    def __init__(self, verbose_name: str, **options: Any) -> None:
        super().__init__(verbose_name, orderable=False, exclude_from_export=True, **options)

    def html(self, value: Any, record: Any, table: Table) -> SafeString:
        return format_html(
            '<div class="govuk-checkboxes govuk-checkboxes--small"><div class="govuk-checkboxes__item">'
            '<input class="govuk-checkboxes__input" type="checkbox" id="chosen-{0}" name="chosen" value="{1}">'
            '<label class="govuk-label govuk-checkboxes__label" for="chosen-{0}">'
            '<span class="ff-vh-wide">Choose {2}</span></label></div></div>',
            record.pk,
            value,
            record.title,
        )


class LineTable(Table):
    """Savings lines as they stand in a period; `choosable` puts a box before each.

    Each record carries `money`, its row of the roll-up or None, and `without_amount`, whether it has no amount at all.
    """

    row_header = "title"
    dense = True
    chosen = ChooseColumn("Choose", accessor="line__code")
    code = TextColumn("Code", accessor="line__code")
    title = LinkColumn("Savings line", href=_line_url, note=_beside_title)
    project = TextColumn("Project", accessor="project_label", orderable=False)
    theme = TextColumn("Theme", accessor="theme_label", orderable=False)
    directorate = TextColumn("Directorate", accessor="directorate_label", orderable=False)

    def __init__(self, data: Any, *, reading: Reading, choosable: bool = False, **options: Any) -> None:
        self.reading = reading
        super().__init__(data, exclude=() if choosable else ("chosen",), **options)

    def value_title(self, record: LineInPeriod) -> str:
        note = _beside_title(record)
        return f"{record.title} ({note})" if note else record.title


class WithdrawnLineTable(Table):
    """Withdrawn lines of a project. Each carries `act`, which withdrew it, or None, and `may_restore`."""

    row_header = "title"
    code = TextColumn("Code", accessor="line__code", orderable=False)
    title = LinkColumn("Savings line", href=lambda record, table: _own_url(record, table), orderable=False)
    on = DateColumn("Withdrawn on", accessor="act__at", absent="Not recorded", orderable=False)
    by = TextColumn("By", accessor="act", orderable=False)
    reason = TextColumn("Why", accessor="act__reason", orderable=False, wrap=True)
    restore = Column("Restore", accessor="may_restore", orderable=False, exclude_from_export=True)

    def __init__(self, data: Any, *, reading: Reading, **options: Any) -> None:
        self.reading = reading
        super().__init__(data, **options)

    def render_on(self, record: Any) -> str:
        return day_of(record.act.at)

    def render_by(self, record: Any) -> str:
        return record.act.post_title or record.act.actor_name

    def value_on(self, record: Any) -> Any:
        return localtime(record.act.at).date() if record.act else None

    def value_by(self, record: Any) -> str:
        return self.render_by(record) if record.act else ""

    def render_restore(self, record: Any) -> SafeString | str:
        if not record.may_restore:
            return NO_LINE
        address = reverse("savings:line_restore", args=[record.line.code]) + self.reading.query
        return format_html(
            '<a href="{}">Restore<span class="govuk-visually-hidden"> {}</span></a>', address, record.title
        )


def _own_url(record: Any, table: WithdrawnLineTable) -> str:
    return reverse("savings:line_detail", args=[record.line.code]) + table.reading.query


class ComparedColumn(AmountColumn):
    """One side of a comparison: pounds in the table's unit, or per cent; `beside` are words below it."""

    def __init__(self, heading: str, *, beside: Callable[[Comparison], str] | None = None, **options: Any) -> None:
        super().__init__(heading, orderable=False, **options)
        self.beside = beside

    def cell(self, value: Any, record: Comparison, table: Table, *, label: str, tag: str) -> SafeString:
        note = self.beside(record) if self.beside else ""
        if isinstance(value, Decimal):
            below = format_html('<span class="ff-over">{}</span>', note) if note else ""
            return self.around(format_html("{}{}", format_percent(value), below), label=label, tag="td")
        figure = replace(self.figure(value, record, table), note=note)
        return cell_html(figure, self.unit or table.unit, label=label)


class ComparisonTable(Table):
    """Stated figures beside what is computed for them. `computed_url` gives the lines of a computed amount."""

    row_header = "place"
    place = LinkColumn(
        "Where it is stated",
        orderable=False,
        href=lambda record, table: reverse("savings:stated_figure", args=[record.figure.pk]) + table.reading.query,
    )
    counterpart = TextColumn("Compared with", orderable=False, wrap=True)
    stated = ComparedColumn("Stated", beside=lambda record: _as_printed(record))
    computed = ComparedColumn("Computed", href=lambda record, table: table.computed_url(record))
    difference = ComparedColumn("Difference", sign=True)
    verdict = TagColumn(
        "Verdict",
        accessor="verdict_words",
        orderable=False,
        style=lambda record: "outline" if record.agrees else "alert",
    )
    decision = TextColumn("Which is right", accessor="figure__decision", orderable=False, wrap=True)

    def __init__(
        self, data: Any, *, reading: Reading, computed_url: Callable[[Comparison], str], **options: Any
    ) -> None:
        self.reading = reading
        self.computed_url = computed_url
        super().__init__(data, **options)


def _as_printed(record: Comparison) -> str:
    figure = record.figure
    exact = figure.qualifier == StatedFigure.Qualifier.EXACT
    return f"printed “{figure.as_printed}”" + ("" if exact else f", {figure.get_qualifier_display().lower()}")


class PeriodTable(Table):
    """Reporting periods; `address` gives the page that each leads to, `present` is the one shown now.

    `acts` are those that opened and closed them, by the period's id and the verb.
    """

    row_header = "label"
    label = LinkColumn(
        "Period",
        accessor="spoken",
        orderable=False,
        wrap=False,
        href=lambda record, table: table.address(record),
        note=lambda record, table: "shown now" if record == table.present else "",
    )
    state = Column("State", accessor="is_open", orderable=False)
    closed_by = Column("Closed by", accessor="pk", orderable=False)
    ends_on = DateColumn("Last day", orderable=False)
    due_on = DateColumn("Returns due on", orderable=False)
    horizon = Column("Years of the plan", orderable=False)
    illustration = TextColumn("What of it is illustration", orderable=False, wrap=True)
    correction_note = TextColumn("Note of correction", orderable=False, wrap=True)

    def __init__(
        self,
        data: Any,
        *,
        address: Callable[[ReportingPeriod], str],
        present: ReportingPeriod,
        acts: Mapping[tuple[int, str], Act],
        **options: Any,
    ) -> None:
        self.address = address
        self.present = present
        self.acts = acts
        super().__init__(data, **options)

    def render_state(self, record: ReportingPeriod) -> str:
        if record.closed_at is None:
            return f"Open since {day_of(record.opened_at)}"
        return f"Closed on {day_of(record.closed_at)}"

    def render_closed_by(self, record: ReportingPeriod) -> str:
        act = self.acts.get((record.pk, "savings.period_closed"))
        return (act.post_title or act.actor_name) if act else NO_LINE

    def render_horizon(self, record: ReportingPeriod) -> str:
        years = record.horizon
        return f"{years.label(years.first)} to {years.label(years.last)}"


def day_of(moment: datetime) -> str:
    """The day of a moment as tables and sentences write it: "3 May 2016"."""
    return date_format(localtime(moment), "j F Y")


def _beside_code(record: Decision) -> str:
    words = ["taken before use"] if record.taken_before_use else []
    return ", ".join([*words, *(["illustration"] if record.illustration else [])])


def _decided(record: Decision) -> str:
    """The day, or what is known of it in words."""
    if record.decided_on is None:
        return record.decided_in_words or "No date"
    return date_format(record.decided_on, "j F Y")


class DecisionTable(Table):
    """Decisions. Each record carries `state`, `effective` (its period in words) and `comes` (what it comes to)."""

    row_header = "code"
    dense = True
    code = LinkColumn(
        "Decision",
        href=lambda record, table: reverse("savings:decision_detail", args=[record.code]) + table.reading.query,
        note=lambda record: _beside_code(record),
        wrap=False,
    )
    kind = TextColumn("Kind")
    body = TextColumn("Decided by", wrap=True)
    decided_on = TextColumn("Decided on", accessor="code", order_by="decided_on")
    reference = TextColumn("Reference", orderable=False, wrap=True)
    what = TextColumn("What it does", accessor="comes", orderable=False, wrap=True)
    net = AmountColumn("Net change", accessor="comes__net", orderable=False, sign=True, none_when_zero=False)
    effective = TextColumn("Takes effect in", orderable=False)
    state = TagColumn("State", accessor="state__words", orderable=False, style=lambda record: record.state.style)
    before_use = TextColumn("Taken before use", accessor="taken_before_use", orderable=False, visible=False)
    reason = TextColumn("Reason", orderable=False, visible=False)

    def __init__(self, data: Any, *, reading: Reading, **options: Any) -> None:
        self.reading = reading
        super().__init__(data, **options)

    def render_kind(self, record: Decision) -> str:
        return record.get_kind_display()

    def value_kind(self, record: Decision) -> str:
        return record.get_kind_display()

    def render_what(self, record: Any) -> str:
        words: str = record.comes.words(record.kind)
        return words[:1].upper() + words[1:]

    def value_what(self, record: Any) -> str:
        return self.render_what(record)

    def render_decided_on(self, record: Decision) -> str:
        return _decided(record)

    def value_decided_on(self, record: Decision) -> str:
        return _decided(record)

    def value_before_use(self, value: bool) -> str:
        return "yes" if value else "no"
