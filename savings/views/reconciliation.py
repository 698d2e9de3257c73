"""`/reconciliation/`: what papers state beside what the product computes, and three ways to the same total."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import SEES_EVERYTHING, open_to
from futurefit.council.models import PostKind
from futurefit.ui.exports import export_table
from futurefit.ui.figure_table import FigureRow, FigureTable, Head
from futurefit.ui.figures import figure_html
from futurefit.ui.filter_bar import Control, Select, Switch
from futurefit.values.money import format_percent
from futurefit.values.rag import Status
from savings.forms import WhichIsRightForm
from savings.links import figure, lines_url
from savings.models import ReportingPeriod, StatedFigure
from savings.permissions import can_record_which_is_right
from savings.reading import Reading, read
from savings.reconcile import (
    AGREES,
    DIFFERS,
    KINDS,
    NOTHING_TO_COMPARE,
    ROUNDING,
    VERDICTS,
    Comparison,
    compare,
    reconcile,
)
from savings.rollups import crossfoot
from savings.services.stated_figures import record_which_is_right
from savings.tables import ComparisonTable

KIND_WORDS = {
    "sum": "Sums of parts",
    "repeat": "The same money printed again",
    "percentage": "Percentages",
    "narrative": "Amounts in text",
    "all": "All kinds",
}
ONLY_WORDS = {"all": "All", "differing": "Only differing"}


@open_to(SEES_EVERYTHING)
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Stated against computed, each in the period of its paper unless a period is asked for."""
    reading = read(request, also=("kind", "only", "page", "export"))
    kind = _choice("kind", request.GET.get("kind", StatedFigure.Kind.SUM.value), KINDS)
    only = _choice("choice of figures", request.GET.get("only", "all"), ONLY_WORDS)
    asked = reading.period if "period" in request.GET else None
    every = reconcile(reading.programme, kind=kind, period=asked)
    reading = _as_compared(reading, every, asked is not None)
    shown = [row for row in every if only == "all" or not row.agrees]
    look = {
        "reading": reading,
        "computed_url": lambda row: computed_url(reading, row, asked),
        "caption": f"{KIND_WORDS[kind]}: stated and computed",
        "note": f"{reading.unit.symbol} or per cent · difference is stated less computed · {_when(reading, asked)}",
        "unit": reading.unit,
    }
    if "export" in request.GET:
        whole = ComparisonTable(shown, **look)
        preamble = [_verdict_words(every), f"Shown: {ONLY_WORDS[only].lower()}."]
        return export_table(f"reconciliation {kind}", whole, request.GET["export"], preamble)
    context = {
        "reading": reading,
        "table": ComparisonTable.of(request, shown, **look),
        "controls": _controls(kind, only),
        "count": len(shown),
        "verdicts": _verdict_words(every),
        "three_ways": _three_ways(reading),
        "crumbs": [("Home", reverse("pages:home"))],
    }
    return render(request, "savings/reconciliation.html", context)


@open_to(SEES_EVERYTHING)
@require_http_methods(["GET", "HEAD", "POST"])
def stated_figure(request: HttpRequest, pk: int) -> HttpResponse:
    """One stated figure beside its counterpart; a finance officer records which is right."""
    reading = read(request)
    row = get_object_or_404(StatedFigure.objects.for_reconciliation(), pk=pk, programme=reading.programme)
    may_record = can_record_which_is_right(request.reader, row)
    form = WhichIsRightForm.of(row) if may_record else None
    if request.method == "POST":
        if not may_record:
            raise PermissionDenied
        form = WhichIsRightForm(request.POST)
        if form.is_valid():
            try:
                record_which_is_right(
                    actor=request.reader.actor_as(PostKind.FINANCE_OFFICER), figure=row, **form.cleaned_data
                )
            except ValidationError as refused:
                row.refresh_from_db()
                form = form.reopened(row)
                form.add_error("decision", refused.messages)
            else:
                messages.success(request, "Recorded. Both figures stay as they are.")
                return redirect(f"{reverse('savings:stated_figure', args=[pk])}{reading.query}")
    among = StatedFigure.objects.filter(programme=reading.programme)
    period = reading.period if "period" in request.GET else None
    (comparison,) = compare([row], among=list(among), programme=reading.programme, period=period)
    reading = _as_compared(reading, [comparison], period is not None)
    context = {
        "reading": reading,
        "figure": row,
        "comparison": comparison,
        "sides": _sides(reading, comparison, period),
        "facts": _facts(comparison),
        "form": form,
        "crumbs": [
            ("Home", reverse("pages:home")),
            ("Reconciliation", reverse("savings:reconciliation") + reading.query),
        ],
    }
    return render(request, "savings/stated_figure.html", context, status=400 if form and form.errors else 200)


def computed_url(reading: Reading, comparison: Comparison, asked: ReportingPeriod | None = None) -> str:
    """The lines that a computed amount adds up, in the period asked for or else that of the paper.

    Empty where no list is exactly these.
    """
    of = comparison.figure
    scoped_otherwise = of.scope_row or of.scope_group_id or len(of.scope_years) > 1
    if of.parts != StatedFigure.Parts.POSITIONS or scoped_otherwise or type(comparison.computed) is not int:
        return ""
    if not comparison.computed:
        return ""
    groups = {
        "source_table": of.scope_table,
        "line": of.scope_line and of.scope_line.code,
        "project": of.scope_project and of.scope_project.code,
        "theme": of.scope_theme and of.scope_theme.slug,
        "mtfp_heading": of.scope_heading and of.scope_heading.slug,
        "directorate": of.scope_directorate and of.scope_directorate.code,
        "type_group": {"new": "new_savings", "existing": "existing_savings"}.get(of.scope_type_group),
    }
    year = {"year": of.scope_years[0]} if of.scope_years else {}
    return lines_url(
        replace(reading, period=asked or of.period, view="incremental", basis="all"),
        {name: key for name, key in groups.items() if key},
        measure=of.scope_status or "target",
        **year,
    )


def _as_compared(reading: Reading, rows: list[Comparison], is_asked: bool) -> Reading:
    """The reading in the period of the papers shown, so that the page says which period its figures are of."""
    periods = {row.figure.period_id for row in rows}
    if is_asked or len(periods) != 1:
        return reading
    return replace(reading, period=next(period for period in reading.periods if period.pk in periods))


def _when(reading: Reading, asked: object) -> str:
    return f"as at {reading.period_words}" if asked else "each in the period of its paper"


def _verdict_words(rows: list[Comparison]) -> str:
    counts = {verdict: len([row for row in rows if row.verdict == verdict]) for verdict in VERDICTS}
    words = {AGREES: "agree", ROUNDING: "rounding", DIFFERS: "differ", NOTHING_TO_COMPARE: "with nothing to compare"}
    parts = [f"{counts[verdict]} {words[verdict]}" for verdict in VERDICTS if counts[verdict]]
    return f"{len(rows)} figures: {', '.join(parts)}." if rows else "No figure of this kind is held."


def _controls(kind: str, only: str) -> list[Control]:
    return [
        Select("kind", "Kind of figure", [(value, KIND_WORDS[value]) for value in KINDS], kind),
        Switch("only", "Show", list(ONLY_WORDS.items()), only),
    ]


def _choice(what: str, value: str, choices) -> str:
    if value not in choices:
        raise Http404(f"'{value[:40]}' is not a {what}. Choose one of: {', '.join(choices)}.")
    return value


def _three_ways(reading: Reading) -> FigureTable:
    """The whole period added up by directorate, by theme and line by line, target and every status."""
    sums = crossfoot(reading.period)
    same = len(set(sums.values())) == 1
    measures = {"target": "Target", **{s.value: s.label for s in Status}, "over_delivered": "Over-delivered"}
    reading = replace(reading, view="incremental", basis="all")
    return FigureTable(
        key="three-ways",
        caption="The same total three ways",
        note=f"All years · {reading.words}",
        unit=reading.unit,
        first="Added up",
        heads=[Head(label) for label in measures.values()],
        rows=[
            FigureRow(f"by {words}", [figure(reading, money, measure=measure) for measure in measures])
            for words, money in sums.items()
        ],
        none_when_zero=False,
        foot="The three are the same." if same else "The three differ: tell the programme office, this must not be.",
    )


@dataclass(frozen=True)
class Side:
    """One of the numbers compared, ready for the page."""

    words: str
    html: SafeString


def _sides(reading: Reading, comparison: Comparison, asked: ReportingPeriod | None) -> list[Side]:
    def drawn(value: int | Decimal | None, href: str = "", *, sign: bool = False) -> SafeString:
        if isinstance(value, Decimal):
            return format_html("{}", format_percent(value))
        return figure_html(value, reading.unit, href, symbol=True, sign=sign)

    return [
        Side("Stated", drawn(comparison.stated)),
        Side("Computed", drawn(comparison.computed, computed_url(reading, comparison, asked))),
        Side("Difference", drawn(comparison.difference, sign=True)),
    ]


def _facts(comparison: Comparison) -> list[tuple[str, str]]:
    of = comparison.figure
    return [
        ("Document", of.document),
        ("Table", of.table),
        ("Row", of.label),
        ("Year as printed", of.column),
        ("As printed", f"{of.as_printed} ({of.get_unit_display()})"),
        ("Kind", of.get_kind_display()),
        ("Qualifier", of.get_qualifier_display()),
        ("Compared with", comparison.counterpart),
        ("Period", of.period.spoken),
    ]
