"""KPIs as pages show them: the list of all, and of one its trend, its themes and directorates, and what is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from futurefit.pages import sentences
from futurefit.pages.figures import HtmlCell
from futurefit.pages.kpis import BY, KPIS, Evidence, Kpi, Material, Ratio
from futurefit.ui.charts import TrendBar, trend_bars
from futurefit.ui.figure_table import FigureRow, FigureTable, Head
from futurefit.ui.figures import figure_html
from futurefit.ui.tables import LinkColumn, Table, TextColumn
from futurefit.values.money import format_percent, with_unit
from risks.models import Risk
from risks.movement import risk_url
from savings.groupings import GROUPINGS, Group
from savings.links import group_url, lines_url
from savings.reading import Reading
from savings.selection import NOT_STATED


def kpi_url(reading: Reading, kpi: Kpi, **changes: str | None) -> str:
    """The page of a KPI, read in the same way unless something changes; further parameters may be added."""
    query = urlencode(reading.parameters(**changes))
    return reverse("pages:kpi_detail", args=[kpi.key]) + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Shown:
    """A ratio of a KPI ready for a page: its value and parts, each linked to what is behind it where that can be."""

    reading: Reading
    kpi: Kpi
    ratio: Ratio
    groups: Mapping[str, str | None]
    is_linked: bool = True

    @property
    def words(self) -> str:
        """The value in words; "not applicable" without a denominator."""
        if self.kpi.is_share:
            return format_percent(self.ratio.percent)
        return with_unit(self.ratio.numerator, self.reading.unit)

    @property
    def numerator(self) -> SafeString:
        return self._part(self.ratio.numerator, self.kpi.numerator_lines)

    @property
    def denominator(self) -> SafeString:
        if not self.kpi.is_share:
            return format_html('<span class="ff-none">{}</span>', "no share")
        return self._part(self.ratio.denominator or 0, self.kpi.denominator_lines)

    @property
    def losses(self) -> SafeString:
        """What adds to the budget in the year, which stands beside a percentage; empty where nothing does."""
        if not self.ratio.losses:
            return SafeString("")
        year = self.reading.period.financial_year
        linked = self.is_linked and not self.ratio.partly_hidden
        href = lines_url(self.reading, self.groups, year=year, measure="loss", view=None) if linked else ""
        return figure_html(self.ratio.losses, self.reading.unit, href, symbol=True)

    @property
    def _counted_url(self) -> str:
        """Where the projects or risks are listed that are counted."""
        if not self.is_linked:
            return ""
        of = {name: NOT_STATED if key is None else key for name, key in self.groups.items()}
        return f"{kpi_url(self.reading, self.kpi, **of)}#counted"

    def _part(self, number: int, lines: tuple[str, Mapping[str, str | None]] | None) -> SafeString:
        if self.kpi.unit == "count":
            href = self._counted_url if number else ""
            words = f"{number:,}"
            shown = format_html('<a href="{}">{}</a>', href, words) if href else words
            return format_html('<span data-count="{}">{}</span>', f"{number:d}", shown)
        href = ""
        if lines is None:
            href = self._counted_url if number else ""
        elif self.is_linked and number and not self.ratio.partly_hidden:
            measure, of = lines
            year = self.reading.period.financial_year
            href = lines_url(self.reading, {**of, **self.groups}, year=year, measure=measure, view=None)
        return figure_html(number, self.reading.unit, href)


def kpi_list_table(reading: Reading, material: Material) -> FigureTable:
    """Every KPI with its formula, value and parts in the period shown, and its value in the period before."""
    before = material.periods[-2] if len(material.periods) > 1 else None
    rows = []
    for kpi in KPIS:
        now = Shown(reading, kpi, kpi.value(material, reading.period), {})
        value = _strong(now.words)
        if now.losses:
            value += format_html('<span class="ff-over ff-nowrap">losses {}</span>', now.losses)
        cells = [HtmlCell(value, "ff-num"), _num(now.numerator), _num(now.denominator)]
        if before is not None:
            then = Shown(reading, kpi, kpi.value(material, before), {})
            cells.append(_num(then.words))
        rows.append(FigureRow(kpi.name, cells, href=kpi_url(reading, kpi), note=sentences.capital(f"{kpi.formula}.")))
    heads = [Head("Value"), Head("Numerator"), Head("Denominator")]
    if before is not None:
        heads.append(Head("Before", note=before.spoken))
    return FigureTable(
        key="kpis",
        caption="KPIs of the programme",
        note=f"Amounts in {reading.unit.symbol} of {_year(reading)}, else counts · {reading.period_words}",
        unit=reading.unit,
        first="KPI and formula",
        heads=heads,
        rows=rows,
        none_when_zero=False,
        foot="“Not applicable” means that there is nothing to divide by. Losses add to the budget and stand beside a "
        "percentage.",
    )


def trend_table(reading: Reading, kpi: Kpi, material: Material) -> FigureTable:
    """The value in each period up to the one shown, with a bar."""
    found = [(period, Shown(reading, kpi, kpi.value(material, period), {}, False)) for period in material.periods]
    numbers = [_number(shown) for _period, shown in found]
    titles = [f"{period.spoken}: {shown.words}" for period, shown in found]
    bars = trend_bars(key="trend", titles=titles, values=numbers)
    rows = []
    for (period, shown), bar in zip(found, bars, strict=True):
        is_here = period == reading.period
        cells = [_bar(bar), HtmlCell(_strong(shown.words), "ff-num")]
        cells.append(_num(shown.numerator))
        if kpi.is_share:
            cells.append(_num(shown.denominator))
        href = "" if is_here else kpi_url(reading, kpi, period=None if period.is_open else period.label)
        note = "shown on this page" if is_here else ""
        rows.append(FigureRow(period.spoken, cells, href=href, note=note))
    return FigureTable(
        key="trend-table",
        caption="Over the reporting periods",
        note=f"{kpi.name} · each period looks at its own financial year · {_unit_words(reading, kpi)}",
        unit=reading.unit,
        first="Period",
        heads=[Head("Trend", text=True), Head("Value"), Head("Numerator"), *_denominator_head(kpi)],
        rows=rows,
        none_when_zero=False,
    )


def by_tables(
    reading: Reading, kpi: Kpi, material: Material, groups: Mapping[str, Iterable[Group]]
) -> list[FigureTable]:
    """The KPI by theme and by directorate: every group that the period shows, and what stands in none."""
    return [_by_table(reading, kpi, by, groups[by], kpi.ratios(material, reading.period, by)) for by in BY]


def _by_table(reading: Reading, kpi: Kpi, by: str, groups: Iterable[Group], ratios: Mapping[Any, Ratio]) -> FigureTable:
    listed = list(groups)
    nothing = Ratio(0, 0 if kpi.is_share else None, kpi.is_share)
    known = {group.group_id for group in listed}
    if None in ratios:
        listed.append(Group(None, None, GROUPINGS[by].none_label))
    rows = []
    for group in listed:
        shown = Shown(reading, kpi, ratios.get(group.group_id, nothing), {by: group.key})
        cells = [HtmlCell(_strong(shown.words), "ff-num"), _num(shown.numerator)]
        if kpi.is_share:
            cells.append(_num(shown.denominator))
        rows.append(FigureRow(group.label, cells, href=group_url(reading, by, group)))
    left = [ratio for key, ratio in ratios.items() if key is not None and key not in known]
    if left:
        shown = Shown(reading, kpi, sum(left[1:], left[0]), {by: None}, False)
        cells = [HtmlCell(_strong(shown.words), "ff-num"), _num(shown.numerator)]
        rows.append(FigureRow("No longer shown", [*cells, *([_num(shown.denominator)] if kpi.is_share else [])]))
    return FigureTable(
        key=f"by-{by}",
        caption=f"By {by}",
        note=f"{kpi.name} · {_unit_words(reading, kpi)} · {reading.period_words}",
        unit=reading.unit,
        first=sentences.capital(by),
        heads=[Head("Value"), Head("Numerator"), *_denominator_head(kpi)],
        rows=rows,
        none_when_zero=False,
    )


class EvidenceTable(Table):
    """What a KPI counts: projects or risks, and why each is or is not in the numerator."""

    row_header = "name"
    name = LinkColumn("Counted", href=lambda record: record["href"], orderable=False)
    words = TextColumn("How it stands", orderable=False, wrap=True)
    counts = TextColumn("In the numerator", orderable=False)


def evidence_rows(reading: Reading, evidence: Iterable[Evidence]) -> list[dict[str, str]]:
    """What is counted of projects and risks that the reader may see, what is not in the numerator first.

    One query for projects, and one for risks where there are any.
    """
    found = list(evidence)
    risks: dict[int, Risk] = {}
    if risk_ids := {each.risk_id for each in found if each.risk_id}:
        shown = reading.rows(Risk).filter(id__in=risk_ids).order_by("id")
        risks = {risk.pk: risk for risk in shown}
    project_ids = {each.project_id for each in found if each.project_id}
    projects = {project.pk: project for project in reading.projects().filter(id__in=project_ids).order_by()}
    rows = []
    for each in sorted(found, key=lambda each: each.numerator == each.denominator):
        project = projects.get(each.project_id) if each.project_id else None
        risk = risks.get(each.risk_id) if each.risk_id else None
        if each.project_id and project is None:
            continue
        if each.risk_id and risk is None:
            continue
        if risk is not None:
            name, href = f"{risk.code}: {risk.description}", risk_url(reading, risk.code)
        else:
            name, href = project.title, reverse("pages:project_detail", args=[project.code]) + reading.query
        counts = "Yes" if each.numerator else "No"
        rows.append({"name": name, "href": href, "words": each.words, "counts": counts})
    return rows


def _denominator_head(kpi: Kpi) -> list[Head]:
    return [Head("Denominator")] if kpi.is_share else []


def _unit_words(reading: Reading, kpi: Kpi) -> str:
    return f"number of {kpi.things[1]}" if kpi.unit == "count" else reading.unit.symbol


def _year(reading: Reading) -> str:
    return reading.horizon.label(reading.period.financial_year)


def _number(shown: Shown) -> int | None:
    """What a bar is drawn for: tenths of a per cent, or pounds."""
    if not shown.kpi.is_share:
        return shown.ratio.numerator
    return None if shown.ratio.percent is None else int(shown.ratio.percent * 10)


def _strong(words: str) -> SafeString:
    return format_html("<strong>{}</strong>", words)


def _num(shown: SafeString | str) -> HtmlCell:
    return HtmlCell(format_html("{}", shown), "ff-num")


def _bar(bar: TrendBar) -> HtmlCell:
    return HtmlCell(SafeString(render_to_string("components/trend_bar.html", {"bar": bar})), "ff-barcol")
