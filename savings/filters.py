"""Which lines the line list shows: the filters of its address (links.py writes them), nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from futurefit.council.models import Post
from futurefit.ui.filter_bar import Control, Select
from futurefit.ui.filters import StrictFilterSet
from savings.groupings import GROUPINGS, groups_in_today_s_shape, groups_of
from savings.line_amounts import Amount
from savings.links import EVERY_YEAR, group_url
from savings.measures import LABELS
from savings.models import LineInPeriod, MtfpHeading, Position
from savings.reading import Reading
from savings.selection import NOT_STATED, Selection

OFFERED_GROUPINGS = (
    "theme",
    "directorate",
    "mtfp_heading",
    "corporate_area",
    "type_group",
    "saving_type",
    "method",
    "recurring",
)
"""Groupings of which the form lists every group. Projects, services and lines are too many: chosen by a link."""

LINKED_GROUPINGS = ("service", "project", "line")
ONLY_WHEN_CHOSEN = (
    *LINKED_GROUPINGS,
    "heading_kind",
    "corporate_area",
    "type_group",
    "source_table",
    "led_by",
    "amount",
)
PLACES = ("theme", "directorate", "project")
MEASURES = [(name, words[:1].upper() + words[1:]) for name, words in LABELS.items()]
NOTHING_CHOSEN = {"year": "All years", "measure": "Target"}
"""What the form says where the address leaves these open; "Any" everywhere else."""


class LineFilterSet(StrictFilterSet):
    """The line list's filters, with the groups that the period shows and the reader may see.

    Values are the groups' keys, or "none" for lines that do not state it. An unknown parameter, key, year or
    measure makes it invalid, with the words in `problems`.
    """

    theme = django_filters.ChoiceFilter(label="Theme")
    directorate = django_filters.ChoiceFilter(label="Directorate")
    service = django_filters.ChoiceFilter(label="Service")
    project = django_filters.ChoiceFilter(label="Project")
    line = django_filters.ChoiceFilter(label="Savings line")
    mtfp_heading = django_filters.ChoiceFilter(label="MTFP heading")
    heading_kind = django_filters.ChoiceFilter(label="Kind of heading", choices=MtfpHeading.Kind.choices)
    corporate_area = django_filters.ChoiceFilter(label="Corporate plan area")
    type_group = django_filters.ChoiceFilter(label="New or existing savings")
    saving_type = django_filters.ChoiceFilter(label="Type of saving")
    method = django_filters.ChoiceFilter(label="Method")
    recurring = django_filters.ChoiceFilter(label="Recurring or one-off")
    source_table = django_filters.ChoiceFilter(label="Table of the source")
    led_by = django_filters.ChoiceFilter(label="In themes and projects led by")
    amount = django_filters.ChoiceFilter(label="Amount", choices=[(NOT_STATED, "Without an amount")])
    year = django_filters.ChoiceFilter(label="Year")
    measure = django_filters.ChoiceFilter(label="Measure", choices=MEASURES)
    q = django_filters.CharFilter(label="Words in code, title or note", max_length=100)

    class Meta:
        model = LineInPeriod
        fields: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any], *, reading: Reading) -> None:
        super().__init__(
            data, LineInPeriod.objects.in_period(reading.period).visible_to(reading.scope).select_related("line")
        )
        self.reading = reading
        asked = {name: given for name in LINKED_GROUPINGS if (given := data.get(name))}
        shown = groups_of if reading.shape == "then" else groups_in_today_s_shape
        self._groups = shown(reading.period, (*OFFERED_GROUPINGS, *asked), reading.scope, keys=asked)
        for name in (*OFFERED_GROUPINGS, *LINKED_GROUPINGS):
            choices = [(group.key, group.label) for group in self._groups.get(name, ())]
            if GROUPINGS[name].can_be_unstated:
                choices.append((NOT_STATED, GROUPINGS[name].none_label))
            self.filters[name].extra["choices"] = choices
            refusal = f"There is no such {GROUPINGS[name].words} in {reading.period.spoken} that you may see."
            self.filters[name].extra["error_messages"] = {"invalid_choice": refusal}
        self.filters["source_table"].extra["choices"] = self._tables(data.get("source_table", ""))
        self._lead = Post.objects.filter(code=lead).first() if (lead := data.get("led_by")) else None
        self.filters["led_by"].extra["choices"] = [(self._lead.code, self._lead.title)] if self._lead else []
        years = [*reading.horizon.years, *([None] if reading.view == "incremental" else [])]
        self.filters["year"].extra["choices"] = [
            (reading.horizon.key(year), reading.horizon.label(year)) for year in years
        ]

    def _allowed(self, name: str) -> str:
        return "" if name in LINKED_GROUPINGS else super()._allowed(name)

    def _tables(self, asked: str) -> list[tuple[str, str]]:
        """The table asked for, where a line of the period comes from one of that name."""
        lines = LineInPeriod.objects.in_period(self.reading.period).filter(line__source_table=asked)
        return [(asked, asked)] if asked and lines.exists() else []

    def filter_queryset(self, queryset):
        return queryset.filter(self.selection.q())

    @property
    def _chosen(self) -> dict[str, str]:
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def selection(self) -> Selection:
        """The lines asked for, as roll-ups and lists understand it."""
        chosen = self._chosen
        ids: dict[str, Any] = {}
        for name in (*OFFERED_GROUPINGS, *LINKED_GROUPINGS):
            if name in chosen:
                by_key = {group.key: group.group_id for group in self._groups[name]}
                ids[name] = NOT_STATED if chosen[name] == NOT_STATED else by_key[chosen[name]]
        line_id = ids.pop("line", None)
        line_ids: frozenset[int] | QuerySet | None = None if line_id is None else frozenset([line_id])
        if "amount" in chosen:
            without = LineInPeriod.objects.in_period(self.reading.period).without_amount()
            line_ids = (without if line_id is None else without.filter(line=line_id)).order_by().values("line")
        return Selection(
            **ids,
            heading_kind=chosen.get("heading_kind"),
            source_table=chosen.get("source_table"),
            led_by=self._lead.pk if self._lead and "led_by" in chosen else None,
            text=chosen.get("q", ""),
            line_ids=line_ids,
            shaped_by=self.reading.shaped_by,
        )

    def pages_named(self) -> list[tuple[str, str]]:
        """The theme, directorate and project that the filter names and the reader may open: the way back to them."""
        chosen = [(name, group) for name in PLACES for group in self._groups.get(name, ())]
        chosen = [(name, group) for name, group in chosen if group.key == self._chosen.get(name)]
        return [(group.label, url) for name, group in chosen if (url := group_url(self.reading, name, group))]

    @property
    def groups_in_address(self) -> dict[str, str | None]:
        """The filters but year and measure, as `links.figure` takes them."""
        return {name: value for name, value in self._chosen.items() if name not in ("year", "measure")}

    @property
    def chosen_year(self) -> int | str | None:
        """The year asked for, None for not profiled, `links.EVERY_YEAR` for all."""
        value = self._chosen.get("year")
        return EVERY_YEAR if value is None else self.reading.horizon.parse(value)

    @property
    def chosen_measure(self) -> str:
        return self._chosen.get("measure", "target")

    @property
    def asks_for_a_figure(self) -> bool:
        """Whether the address names a year or a measure: then only lines that have some of it are listed.

        Target is what is meant where no measure is named, so naming it asks for nothing more.
        """
        return "year" in self._chosen or self.chosen_measure != "target"

    def listed(self, amount: Amount) -> QuerySet:
        """The lines that the list shows: where a figure is asked for, those that hold some of it.

        Read with approved or proposed amounts alone, those that have any. Raises InvalidFilter like `qs`.
        """
        if self.asks_for_a_figure:
            return amount.holding(self.qs)
        if self.reading.basis == "all":
            return self.qs
        of_basis = Position.objects.filter(line_in_period=OuterRef("pk"), approved=self.reading.basis == "approved")
        return self.qs.filter(Exists(of_basis))

    def controls(self) -> list[Control]:
        """The fields of the filter bar. What is seldom asked for stands there only where it is chosen, to let it go."""
        shown: list[Control] = []
        for control in super().controls():
            if control.name in ONLY_WHEN_CHOSEN and not control.current:
                continue
            if isinstance(control, Select) and control.name in NOTHING_CHOSEN:
                named = [(value, words) for value, words in control.options if value not in ("", "target")]
                first = ("", NOTHING_CHOSEN[control.name])
                current = "" if control.current == "target" else control.current
                control = replace(control, options=[first, *named], current=current)
            shown.append(control)
        return shown
