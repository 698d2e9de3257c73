"""What the pages of the programme, a theme, a directorate and the home pages have in common: their money as shown.

Each function gives what templates of that name expect; nothing is added up here (`savings.rollups`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse

from futurefit.pages import sentences
from futurefit.pages.as_read import Beside
from futurefit.pages.delivery import late_and_due, told_risks
from futurefit.pages.differences import Checked
from futurefit.pages.figures import HOW_SURE_WORDS, MINUS_WORDS, PERCENT_WORDS, RowWords, Sheet
from futurefit.pages.money_needed import needed
from futurefit.pages.questions import questions_of
from futurefit.pages.remarks import remarks, words_of
from futurefit.pages.switches import switches
from futurefit.ui.exports import export_figures
from futurefit.ui.figure_table import FigureTable
from projects.models import Project
from savings.links import group_url, lines_url
from savings.reading import Reading
from savings.rollups import Row
from savings.what_changed import what_changed


def money_of(sheet: Sheet, *, parts: str = "") -> dict[str, Any]:
    """The money of one page: its tiles, its chart with the same figures as a table, approved and proposed apart.

    *parts* says what is planned in words.
    """
    return {
        "sheet": sheet,
        "switches": switches(sheet.reading),
        "tiles": sheet.tiles(parts=parts),
        "chart": sheet.chart(key="years", title="Planned savings by year, and how they stand"),
        "matrix": sheet.matrix(key="matrix", caption="The same figures as a table"),
        "approval": sheet.approval(key="approval"),
        "to_deliver": sheet.to_deliver(key="to-deliver"),
        "weights": sheet.weights_words(),
        "not_stated_recurring": not_stated_recurring(sheet),
        "lines_url": lines_url(sheet.reading, sheet.groups),
    }


def each_group(
    reading: Reading, grouping: str, *, first: str, words: Callable[[Row], RowWords] | None = None
) -> dict[str, Any]:
    """The page of every theme or directorate: what each promises by year and how sure that is."""
    sheet = Sheet.of(reading, (grouping,))
    leading = leading_to(reading, grouping)
    return {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "sheet": sheet,
        "switches": switches(reading),
        "how_sure": sheet.how_sure(
            grouping,
            key="how-sure",
            caption=f"What each {first.lower()} promises and how sure it is",
            first=first,
            total="Programme",
            words=words or leading,
            foot=f"{HOW_SURE_WORDS} {PERCENT_WORDS} {sentences.ROUNDING}",
        ),
        "by_year": sheet.by_year(
            grouping,
            key="by-year",
            caption=f"What each {first.lower()} promises by year",
            first=first,
            total="Programme",
            words=leading,
            foot=MINUS_WORDS,
        ),
        "remarks": remarks(reading),
    }


def export_each_group(name: str, context: Mapping[str, Any], fmt: str) -> HttpResponse:
    """What `each_group` shows, as a file. Raises Http404 for a format that is not csv or xlsx."""
    reading, said = context["reading"], context["remarks"]
    preamble = [*said.illustrations, *([said.without_words] if said.without else [])]
    return export_figures(f"{name} {reading.period.label}", [context["how_sure"], context["by_year"]], fmt, preamble)


def projects_of(sheet: Sheet, beside: Beside, *, caption: str, first: str, total: str, foot: str) -> FigureTable:
    """The projects of a theme or directorate: those with money, and those that the reader may open without any."""
    projects, in_words = beside.projects, beside.lines_in_words

    def words(row: Row) -> RowWords:
        return project_words(sheet.reading, row, projects, words_of(in_words.get(row.group.group_id, ())))

    return sheet.by_year(
        "project",
        key="projects",
        caption=caption,
        first=first,
        total=total,
        words=words,
        keep=lambda row: row.total.holds_rows or row.group.group_id in projects or row.group.group_id in in_words,
        foot=foot,
    )


def around_the_money(reading: Reading, beside: Beside, checked: Checked, *, by: str, key: str) -> dict[str, Any]:
    """What stands around the money of a theme or directorate, by its grouping and key there.

    What changed, questions worth asking, risks, what it needs, printed figures that differ.
    """
    risks = told_risks(beside.rows["risks"], beside.rows["scale"], reading, beside.projects)
    milestones = late_and_due(beside.rows["milestones"], reading, beside.projects, {})
    return {
        "trend_url": trend_url(reading, by, key),
        "questions": questions_of(reading, beside.rows, milestones, risks),
        "changed": what_changed(reading, beside.rows, by=by, group=key),
        "risks": risks,
        "needed": needed(beside.rows["investments"], reading),
        "checked": checked,
        "reconciliation_url": reverse("savings:reconciliation") + reading.query,
        "remarks": beside.remarks,
    }


def trend_url(reading: Reading, by: str = "", key: str = "") -> str:
    """Where percent delivered is shown period by period, of a group or without one of the whole programme."""
    asked = reading.parameters(view=None, shape=None)
    if by:
        asked |= {"by": by, "group": key}
    return f"{reverse('pages:trend')}?{urlencode(asked)}" if asked else reverse("pages:trend")


def leading_to(reading: Reading, grouping: str) -> Callable[[Row], RowWords]:
    """The words of a row that leads to the page of its group, where the reader may open it."""
    return lambda row: RowWords(href=group_url(reading, grouping, row.group))


def project_words(reading: Reading, row: Row, projects: Mapping[int, Project], note: str) -> RowWords:
    """A project's row with its reference as printed, leading to its dossier."""
    project = projects.get(row.group.group_id)
    href = group_url(reading, "project", row.group)
    return RowWords(href=href, prefix=project.reference if project else "", note=note)


def not_stated_recurring(sheet: Sheet) -> str:
    """In the cumulative view: how much of the total does not say whether it recurs (domain.md, Incremental)."""
    if sheet.reading.view != "cumulative":
        return ""
    row = sheet.by("recurring").find("not_stated")
    return sentences.not_stated_recurring(row.total.target, sheet.reading.unit) if row else ""
