"""The tags and components of every page. Built into all templates (settings), so nothing has to be loaded.

Each ``components/`` template is drawn by the tag of its name with what it is given and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from futurefit.ui.charts import MiniBar, Segment, StackedBar, Waterfall, segments_html
from futurefit.ui.editing import Difference, RowSet
from futurefit.ui.figure_table import FigureTable
from futurefit.ui.figures import NO_LINE, figure_html
from futurefit.ui.filter_bar import Control
from futurefit.ui.filters import Problem
from futurefit.ui.form_fields import kind_of_control, problems_of
from futurefit.ui.heat_map import HeatMap
from futurefit.ui.labels import rag_html, work_tag_html
from futurefit.ui.paragraphs import paragraphs_html, plain
from futurefit.ui.tables import Table
from futurefit.ui.timeline import Timeline
from futurefit.values.money import Unit, format_amount, format_percent, with_unit
from futurefit.values.rag import RAG_ORDER, Status

register = template.Library()


# Figures ------------------------------------------------------------------------------------------------------------


@register.simple_tag
def figure(
    amount: int | None,
    unit: Unit,
    href: str = "",
    symbol: bool = False,
    sign: bool = False,
    none_when_zero: bool = False,
) -> SafeString:
    """A figure with ``data-value`` and its link: ``{% figure row.target reading.unit row.lines_url %}``.

    ``symbol=True`` in sentences ("£2.619m"), ``sign=True`` for movements. None is an en dash, nought has no link.
    """
    return figure_html(amount, unit, href, symbol=symbol, sign=sign, none_when_zero=none_when_zero)


@register.simple_tag
def money(amount: int | None, unit: Unit, sign: bool = False) -> str:
    """An amount as plain words in a sentence, without link: "£10.369m". Use `figure` wherever lines can be opened."""
    return NO_LINE if amount is None else with_unit(amount, unit, sign=sign)


@register.filter(name="amount")
def amount_filter(value: int | None, unit: Unit) -> str:
    """The number alone in a unit: ``{{ row.target|amount:reading.unit }}`` gives "10.369"."""
    return NO_LINE if value is None else format_amount(value, unit)


@register.simple_tag
def percent(value: Decimal | None, href: str = "") -> SafeString:
    """A percentage, linked to the lines counted. Without denominator it says so and is not a link."""
    text = format_percent(value)
    if value is None:
        return format_html('<span class="ff-none">{}</span>', text)
    if href:
        return format_html('<span data-percent="{}"><a href="{}">{}</a></span>', str(value), href, text)
    return format_html('<span data-percent="{}">{}</span>', str(value), text)


@register.simple_tag
def rag(status: Status | str | None) -> SafeString:
    """A rating as letter and word. None is *not rated*."""
    return rag_html(status)


@register.simple_tag
def work_tag(text: str, style: str = "outline") -> SafeString:
    """A state of work: outline, tint (under way, due), solid (done, accepted), alert (needs somebody)."""
    return work_tag_html(text, style)


@register.simple_tag
def query_with(request: HttpRequest, **changes: Any) -> str:
    """The present address's query string with changes: ``{% query_with request unit="millions" page=None %}``.

    None takes a parameter away. Starts with "?".
    """
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


# Components ---------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/tile.html")
def tile(
    words: str,
    amount: int | None = None,
    unit: Unit | None = None,
    href: str = "",
    after: str = "",
    source: str = "",
    text: str = "",
    suffix: str = "",
) -> dict[str, Any]:
    """A figure tile, inside ``<ul class="ff-tiles">``.

    Either an ``amount`` in a ``unit`` ("£10.369" and a small "m"), or any ``text`` with a small ``suffix`` (a count, a
    percentage, pounds in ten). ``words`` above, ``after`` below, ``source`` in grey says where it comes from.
    """
    if unit is not None and not text:
        text = NO_LINE if amount is None else with_unit(amount, unit)
        if text.endswith("m"):
            text, suffix = text[:-1], "m"
    linked = href if amount is None or amount else ""
    return {
        "words": words,
        "text": text,
        "suffix": suffix,
        "href": linked,
        "after": after,
        "source": source,
        "value": None if unit is None else f"{amount or 0:d}",
    }


@register.inclusion_tag("components/legend.html")
def legend() -> dict[str, Any]:
    """The RAG legend in its one order, D T A R N."""
    return {"statuses": RAG_ORDER}


@register.simple_tag
def chart_segments(segments: Iterable[Segment], *, key: str, y: int, height: int, letter_y: int) -> SafeString:
    """The rectangles of one bar of a chart (`charts.segments_html`)."""
    return segments_html(segments, key=key, y=y, height=height, letter_y=letter_y)


@register.inclusion_tag("components/stacked_bar.html")
def stacked_bar(chart: StackedBar) -> dict[str, Any]:
    """The stacked bar by year (`charts.stacked_bar`) with legend. The same figures as a table go beside it."""
    return {"chart": chart}


@register.inclusion_tag("components/waterfall.html")
def waterfall(chart: Waterfall) -> dict[str, Any]:
    """The movement from opening to closing (`charts.waterfall`). The same figures as a table go beside it."""
    return {"chart": chart}


@register.inclusion_tag("components/heat_map.html")
def heat_map(map: HeatMap) -> dict[str, Any]:
    """The risk heat map (`heat_map.heat_map`), a table. Risks without a score are named beside it."""
    return {"map": map}


@register.inclusion_tag("components/timeline.html")
def timeline(timeline: Timeline) -> dict[str, Any]:
    """The milestone timeline by theme (`timeline.timeline`). The same milestones as a table go beside it."""
    return {"timeline": timeline}


@register.inclusion_tag("components/mini_bar.html")
def mini_bar(bar: MiniBar) -> dict[str, Any]:
    """The shares of one amount (`charts.mini_bar`), in a cell or card."""
    return {"bar": bar}


@register.inclusion_tag("components/figure_table.html")
def figure_table(table: FigureTable) -> dict[str, Any]:
    """The RAG × year matrix, the roll-up table or the plan (`figure_table.FigureTable`)."""
    return {"table": table}


@register.inclusion_tag("components/table.html")
def list_table(table: Table) -> dict[str, Any]:
    """A list with its caption, sort links and pager (`tables.Table.of`)."""
    return {"table": table}


@register.inclusion_tag("components/pager.html")
def pager(page: Page[Any], request: HttpRequest) -> dict[str, Any]:
    """Previous and next page, and which rows are shown. Nothing when there is one page."""
    return {"page": page, "request": request}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(crumbs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The way here: pairs of words and address, without the present page."""
    return {"crumbs": crumbs}


@register.inclusion_tag("components/steps.html")
def steps(names: Sequence[str], current: str, label: str = "Steps of the import") -> dict[str, Any]:
    """The steps of a task that has several, numbered, with the one in hand marked."""
    return {"steps": names, "current": current, "label": label}


@register.inclusion_tag("components/facts.html")
def facts(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Terms and what they are; an empty one says "Not stated"."""
    return {"pairs": list(pairs)}


@register.inclusion_tag("components/filter_bar.html", takes_context=True)
def filter_bar(
    context: RequestContext,
    controls: Sequence[Control],
    button: str = "Filter",
    clear: bool = True,
    path: str = "",
) -> dict[str, Any]:
    """A GET form of the given controls; every other parameter of the address is carried along, the page number is not.

    ``controls`` come from ``StrictFilterSet.controls()`` or are written by the view. ``clear`` offers the list without
    filters when one is on.
    """
    request = context["request"]
    names = {control.name for control in controls}
    carried = [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if name not in names and name in ("programme", "period", "unit", "view", "basis", "shape", "sort")
    ]
    kept = request.GET.copy()
    for name in {*names, "page"}:
        kept.pop(name, None)
    return {
        "controls": controls,
        "button": button,
        "path": path or request.path,
        "carried": carried,
        "clear_url": f"{path or request.path}?{kept.urlencode()}" if clear and names & set(request.GET) else "",
    }


@register.inclusion_tag("components/filter_words.html")
def filter_words(words: Sequence[str], count: int, one: str, many: str) -> dict[str, Any]:
    """How many rows there are and the active filters in words, above a list: ``filter.words``."""
    return {"words": words, "count": f"{count:,}", "noun": one if count == 1 else many}


@register.inclusion_tag("components/error_summary.html")
def error_summary(problems: Iterable[Problem], title: str = "There is a problem") -> dict[str, Any]:
    """What did not happen, first in main; each message links to its field. Nothing without problems."""
    return {"problems": list(problems), "title": title}


@register.inclusion_tag("components/form_field.html")
def form_field(field: BoundField, optional: bool = False) -> dict[str, Any]:
    """One field of a `HouseForm` with label, hint, error and control: text, select, radios, checkboxes, one checkbox.

    An amount carries its unit before the control. ``optional`` says so beside the label, where most fields of the
    form have to be filled in.
    """
    return {
        "field": field,
        "kind": kind_of_control(field),
        "optional": optional,
        "prefix": getattr(field.field, "prefix", ""),
    }


@register.inclusion_tag("components/error_summary.html")
def form_problems(form: BaseForm, title: str = "There is a problem") -> dict[str, Any]:
    """What did not happen, first in main, each message leading to its field. Nothing for a form without errors."""
    return {"problems": list(problems_of(form)) if form.is_bound else [], "title": title}


@register.inclusion_tag("components/concept_notice.html")
def concept_notice(detail: str = "", stage: str = "Concept stage") -> dict[str, Any]:
    """The banner over figures that no formal governance has approved."""
    return {"detail": detail, "stage": stage}


@register.inclusion_tag("components/differs_notice.html")
def differs_notice(
    title: str,
    stated: str,
    computed: str,
    difference: str,
    text: str,
    href: str = "",
    link: str = "",
) -> dict[str, Any]:
    """A printed total that its parts do not make: the three numbers as shown, why, what is used, and the way on."""
    return {
        "title": title,
        "stated": stated,
        "computed": computed,
        "difference": difference,
        "text": text,
        "href": href,
        "link": link,
    }


@register.inclusion_tag("components/illustration_notice.html")
def illustration_notice(text: str) -> dict[str, Any]:
    """Says what on this page is illustration and not taken from a paper; the word itself is the notice's own."""
    words = text.removeprefix("Illustration:").strip()
    return {"text": words[:1].upper() + words[1:]}


@register.inclusion_tag("components/empty_state.html")
def empty_state(text: str, who: str = "", href: str = "", link: str = "") -> dict[str, Any]:
    """What will be here and who adds it."""
    return {"text": text, "who": who, "href": href, "link": link}


@register.inclusion_tag("components/questions.html")
def questions(items: Sequence[Any]) -> dict[str, Any]:
    """Questions from the data; each item has ``kind``, ``question``, ``fact``, and ``href`` with ``link``."""
    return {"items": items}


@register.inclusion_tag("components/changes.html")
def changes(items: Sequence[Any]) -> dict[str, Any]:
    """What changed; each item has ``by`` (words of the amount), ``what``, ``href``, ``text`` and ``reason``."""
    return {"items": items}


@register.inclusion_tag("components/card.html")
def card(
    title: str,
    href: str,
    text: str = "",
    amount: int | None = None,
    unit: Unit | None = None,
    figure_href: str = "",
    figure_words: str = "planned",
    bar: MiniBar | None = None,
    sentence: str = "",
    foot: str = "",
    empty: bool = False,
) -> dict[str, Any]:
    """A theme's card, inside ``<ul class="ff-cards">``: what it is, its amount, its shares and a sentence on them.

    ``empty=True`` is the dashed card of a theme without savings.
    """
    return {
        "title": title,
        "href": href,
        "text": text,
        "amount": amount,
        "unit": unit,
        "figure_href": figure_href,
        "figure_words": figure_words,
        "bar": bar,
        "sentence": sentence,
        "foot": foot,
        "empty": empty,
    }


# Text and rows that are typed -----------------------------------------------------------------------------------------


@register.filter
def paragraphs(words: str | None) -> SafeString:
    """Plain paragraphs and bullet points as typed: ``{{ project.purpose|paragraphs }}``."""
    return paragraphs_html(words or "")


@register.filter
def lead_paragraphs(words: str | None) -> SafeString:
    """The same in the larger type of a lead, under the title of a page."""
    return paragraphs_html(words or "", css="ff-lead")


@register.filter
def in_a_line(words: str | None) -> str:
    """Paragraphs and bullet points in one line, for a cell or a sentence."""
    return plain(words or "")


@register.inclusion_tag("components/changed_meanwhile.html")
def changed_meanwhile(differences: Sequence[Difference]) -> dict[str, Any]:
    """What somebody else saved since the page was opened, beside what was typed. Nothing without differences."""
    return {"differences": differences}


@register.inclusion_tag("components/row_set.html")
def row_set(rows: RowSet) -> dict[str, Any]:
    """Rows to change, add, remove and put in order (`editing.RowSet`), inside a form."""
    return {"rows": rows}
