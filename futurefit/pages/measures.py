"""How success is judged: measures with baseline, target and readings; without a number, not measurable as written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format

from futurefit.ui.charts import TrendBar, trend_bars
from futurefit.ui.tables import Table, TagColumn, TextColumn
from futurefit.values.money import MINUS
from projects.filters import OwnedFilterSet, ThemeChoice
from projects.models import MeasureReading, SuccessMeasure
from projects.querysets import owned_visible_to
from savings.reading import Reading

NOT_MEASURABLE = "Not measurable as written"
WITHOUT_A_NUMBER = Q(target__isnull=True, baseline__isnull=True)
READINGS_SHOWN = 3
"""The latest readings that a row tells; the trend looks at the last two."""


class MeasureFilterSet(OwnedFilterSet):
    """The filters of success measures."""

    searched = ("name", "target_in_words", "unit")

    q = django_filters.CharFilter(label="Words in the measure or its target", max_length=100)
    measurable = django_filters.ChoiceFilter(label="Measurable", choices=(("yes", "Yes"), ("no", "No")))

    class Meta:
        model = SuccessMeasure
        fields: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any], *, reading: Reading, themes: Sequence[ThemeChoice]) -> None:
        programme = reading.programme.pk
        of_programme = Q(theme__programme=programme) | Q(project__programme=programme)
        visible = reading.rows(SuccessMeasure).filter(owned_visible_to(reading.scope) & of_programme)
        of_themes_first = (F("theme__order").asc(nulls_last=True), F("project__order").asc(nulls_last=True))
        super().__init__(
            data, visible.order_by(*of_themes_first, "order", "id"), themes=themes, projects=reading.projects()
        )

    def condition(self) -> Q:
        condition = super().condition()
        if "measurable" in self.chosen:
            condition &= ~WITHOUT_A_NUMBER if self.chosen["measurable"] == "yes" else WITHOUT_A_NUMBER
        return condition

    def words_measurable(self, value: str) -> str:
        return "Measurable." if value == "yes" else f"{NOT_MEASURABLE}."


def said(value: Decimal | None, unit: str = "") -> str:
    """A number with its unit, without noughts that say nothing: "65 %", "−1,250.5". Empty for None."""
    if value is None:
        return ""
    digits = f"{abs(value):,.2f}".rstrip("0").rstrip(".")
    words = f"{MINUS if value < 0 else ''}{digits}"
    return f"{words} {unit}".rstrip()


def trend_of(readings: Sequence[MeasureReading], target: Decimal | None) -> str:
    """What the last two readings say, oldest first: up or down, and whether that is nearer to the target."""
    if not readings:
        return "No reading yet"
    if len(readings) == 1:
        return "One reading"
    before, last = readings[-2].value, readings[-1].value
    if before == last:
        return "Unchanged"
    way = f"{'Up' if last > before else 'Down'} by {said(abs(last - before))}"
    if target is None:
        return way
    nearer, further = abs(target - last), abs(target - before)
    if nearer == further:
        return way
    return f"{way}, {'nearer to' if nearer < further else 'further from'} the target"


class MeasureTable(Table):
    """Success measures; each record carries `belongs_to` and `told`, its readings, oldest first."""

    row_header = "name"
    name = TextColumn("Measure", href=lambda record: record.href, wrap=True)
    belongs_to = TextColumn(
        "Belongs to",
        href=lambda record: record.belongs_to.href,
        order_by=("theme__name", "project__title"),
        wrap=True,
    )
    baseline = TextColumn("Baseline", accessor="baseline_words", orderable=False)
    target = TextColumn("Target", accessor="target_words", orderable=False, wrap=True)
    readings = TextColumn("Readings", accessor="readings_words", orderable=False, wrap=True)
    trend = TagColumn("Trend", style=lambda record: record.trend_style, orderable=False)

    def value_belongs_to(self, record: SuccessMeasure) -> str:
        return str(record.belongs_to)


@dataclass(frozen=True)
class ToldReading:
    """A reading as the page of its measure tells it."""

    day: str
    value: str
    note: str
    bar: TrendBar


def told_readings(measure: SuccessMeasure, readings: Sequence[MeasureReading]) -> list[ToldReading]:
    """The readings, oldest first, each with a bar on one scale from nought that takes in the target."""
    days = [date_format(each.read_on, "j F Y") for each in readings]
    values = [said(each.value, measure.unit) for each in readings]
    titles = [f"{day}: {value}" for day, value in zip(days, values, strict=True)]
    numbers: list[int | None] = [int(each.value * 100) for each in readings]
    if measure.target is not None:
        titles.append(f"Target: {said(measure.target, measure.unit)}")
        numbers.append(int(measure.target * 100))
    bars = trend_bars(key="reading", titles=titles, values=numbers)
    rows = [
        ToldReading(day, value, each.note, bar)
        for day, value, each, bar in zip(days, values, readings, bars, strict=False)
    ]
    if measure.target is not None:
        rows.append(ToldReading("Target", said(measure.target, measure.unit), measure.due_in_words, bars[-1]))
    return rows


def with_readings(reading: Reading, measures: Iterable[Any]) -> list[Any]:
    """The measures with what a row says of them: one query for all readings up to the day of the page."""
    found = list(measures)
    told: dict[int, list[MeasureReading]] = defaultdict(list)
    rows = reading.rows(MeasureReading).filter(
        measure_id__in=[measure.pk for measure in found], read_on__lte=reading.today
    )
    for row in rows.order_by("read_on", "id"):
        told[row.measure_id].append(row)
    for measure in found:
        readings = told[measure.pk]
        measure.href = reverse("pages:measure_detail", args=[measure.pk]) + reading.query
        measure.baseline_words = said(measure.baseline, measure.unit)
        target = said(measure.target, measure.unit)
        words = [target, *([f"“{measure.target_in_words}”"] if measure.target_in_words else [])]
        measure.target_words = ", ".join(filter(None, [*words, measure.due_in_words]))
        measure.readings_words = "; ".join(
            f"{said(each.value, measure.unit)} on {date_format(each.read_on, 'j F Y')}"
            for each in readings[-READINGS_SHOWN:]
        )
        if measure.is_measurable:
            measure.trend, measure.trend_style = trend_of(readings, measure.target), "outline"
        else:
            measure.trend, measure.trend_style = NOT_MEASURABLE, "alert"
    return found
