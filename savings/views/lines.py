"""`/lines/`: the list every figure leads to, and `/lines/<code>/`: one line as it stands in a period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import F, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.ui.exports import export_table
from futurefit.ui.figure_table import FigureRow, FigureTable, Head, rag_matrix
from futurefit.ui.figures import Figure
from futurefit.ui.filters import LIST_PARAMETERS
from futurefit.values.money import format_percent, percent, with_unit
from futurefit.values.rag import RAG_ORDER, Status
from projects.models import Project
from projects.models.project import SavingType
from savings.carry_form import left_of
from savings.downloads import may_edit_in_a_file
from savings.filters import LineFilterSet
from savings.groupings import Group
from savings.line_amounts import Amount
from savings.links import EVERY_YEAR, decision_on, figure, group_url
from savings.measures import EMPTY, LABELS, still_carried
from savings.models import Decision, DecisionItem, LineInPeriod, Position, ReportingPeriod
from savings.permissions import LineRight, can_change_lines, may_carry_forward, right_over_line
from savings.querysets import lines_visible_to
from savings.reading import Reading, read, shape_control
from savings.rollups import Rollup, Row, line_over_periods, scan
from savings.selection import Selection
from savings.tables import SPLIT, LineAmountColumn, LineTable
from savings.undelivered import ended_years
from savings.views.carry_forward import carry_url

LINE_ACTS = (
    ("Change its facts", "line_edit"),
    ("Duplicate it", "line_duplicate"),
    ("Split it", "line_split"),
    ("Move it to another project", "line_move"),
    ("Withdraw it", "line_withdraw"),
)

IN_THE_GRID = {LineRight.AMOUNTS: "Enter its amounts", LineRight.RATING: "Say how it stands"}


@open_to(EVERY_POST)
def line_list(request: HttpRequest) -> HttpResponse:
    """The lines that make up a figure, and their total, which is the figure.

    Without year or measure: every line asked for, also those without an amount. With an invalid filter: what is
    wrong, no line, no total, status 400.
    """
    reading = read(request, also=request.GET, shapes=True)
    asked = LineFilterSet(request.GET, reading=reading)
    crumbs = [("Home", reverse("pages:home"))]
    context = {
        "reading": reading,
        "crumbs": crumbs,
        "controls": [*asked.controls(), *shape_control(reading)],
        "problems": asked.problems,
    }
    if not asked.is_valid():
        return render(request, "savings/line_list.html", context, status=400)
    crumbs += asked.pages_named()
    prefetch_related_objects([reading.period], "rag_definitions")
    figures = scan(reading.period, where=asked.selection, basis=reading.basis, scope=reading.scope)
    amount = Amount(figures.rollup(view=reading.view), asked.chosen_measure, asked.chosen_year)
    shown = figures.visible().rollup(view=reading.view)
    may_choose = can_change_lines(request.reader) and reading.period.is_open
    look = _look(reading, asked, amount, shown)
    table = LineTable.of(request, _lines(asked, amount), choosable=may_choose, **look)
    if "export" in request.GET:
        every_line = _with_money(reading, table.data.data, asked.selection)
        everything = LineTable(every_line, **_look(reading, asked, amount, shown))
        preamble = [*asked.words(), *_notes(reading, asked, amount, every_line)]
        return export_table(f"savings lines {reading.period.label}", everything, request.GET["export"], preamble)
    on_page = list(table.page.object_list)
    one_of_these = Selection(line_ids=frozenset(line.line_id for line in on_page))
    table.page.object_list = _with_money(reading, on_page, one_of_these)
    context |= {
        "table": table,
        "count": table.page.paginator.count,
        "words": asked.words(),
        "amount_words": _amount_words(reading, amount),
        "total": table.totals["total"],
        "notes": _notes(reading, asked, amount, table.page.object_list),
        "may_edit_in_a_file": may_edit_in_a_file(request.reader, reading),
        "may_choose": may_choose and on_page,
        "kept": [(name, value) for name, value in request.GET.items() if name not in LIST_PARAMETERS],
    }
    return render(request, "savings/line_list.html", context)


def _lines(asked: LineFilterSet, amount: Amount) -> QuerySet:
    lines = asked.listed(amount)
    return amount.on(lines) if "total" in asked.data.get("sort", "") else lines


def _with_money(reading: Reading, lines: Iterable[LineInPeriod], where: Selection) -> list[LineInPeriod]:
    """The lines, each with its row of the roll-up: one query whatever their number."""
    found = list(lines)
    rows = scan(reading.period, ("line",), where=where)
    any_amount = rows.each("line").keys()
    by_line = rows.of_basis(reading.basis).each("line", view=reading.view)
    for line in found:
        line.money = by_line.get(line.line_id)
        line.without_amount = line.line_id not in any_amount
    return found


def _look(reading: Reading, asked: LineFilterSet, amount: Amount, shown: Rollup) -> dict:
    """Caption, columns for years or for how one year stands, and the totals: those of what the reader may see."""
    columns = [*_columns(reading, amount, shown), ("total", _total_heading(reading, amount), amount)]
    groups = asked.groups_in_address
    return {
        "reading": reading,
        "caption": "Savings lines",
        "note": f"{_capital(LABELS[amount.measure])} · {reading.words}",
        "unit": reading.unit,
        "totals": {
            name: figure(reading, cell.money(shown.total), groups, year=cell.year, measure=cell.measure)
            for name, _heading, cell in columns
        },
        "extra_columns": [
            (
                name,
                LineAmountColumn(heading, cell, **({"total": True, "order_by": "amount"} if name == "total" else {})),
            )
            for name, heading, cell in columns
        ],
    }


def _columns(reading: Reading, amount: Amount, shown: Rollup) -> Iterator[tuple[str, str, Amount]]:
    """Name, heading and amount of each column before the total."""
    if amount.year == EVERY_YEAR:
        for year in amount.rollup.years:
            yield f"year_{reading.horizon.key(year)}", reading.horizon.label(year), replace(amount, year=year)
        return
    money = amount.money(shown.total)
    for measure, heading in SPLIT.items():
        seldom = measure in ("claimed", "over_delivered")
        if measure != amount.measure and not (seldom and not money.amount(measure)):
            yield measure, heading, replace(amount, measure=measure)


def _total_heading(reading: Reading, amount: Amount) -> str:
    return "All years" if amount.year == EVERY_YEAR else _capital(LABELS[amount.measure])


def _amount_words(reading: Reading, amount: Amount) -> str:
    year = "all years" if amount.year == EVERY_YEAR else reading.horizon.label(amount.year).lower()
    return f"{_capital(LABELS[amount.measure])}, {year}"


def _notes(reading: Reading, asked: LineFilterSet, amount: Amount, lines: Iterable[LineInPeriod]) -> list[str]:
    """What the reader has to know of these lines: what is illustrated, how they are counted, what is not shown."""
    notes = []
    if any(line.illustration for line in lines):
        notes.append(
            "Lines marked “illustration” are not, or not all, from the papers; the page of the line says what."
        )
    if reading.view == "cumulative":
        notes.append("Cumulative: recurring amounts of all years up to the year, and one-offs of the year alone.")
    if amount.measure == "risk_weighted":
        notes.append("Risk-weighted amounts are rounded once for each line and once for the total.")
    if reading.shape == "today":
        notes.append(
            "Chosen by where each line stands today; project, theme and directorate are named as they were then."
        )
    if _something_is_hidden(reading, asked, amount):
        notes.append(
            "There are lines here that are not shown to you. The list and its total hold only what you may see."
        )
    return notes


def _something_is_hidden(reading: Reading, asked: LineFilterSet, amount: Amount) -> bool:
    """Whether some of the figure, or without year and measure some of the lines, is not the reader's to see.

    Words typed are left out of the question: the answer must not tell what hidden titles and notes say.
    """
    if reading.scope.everything:
        return False
    if not asked.selection.text and amount.money(amount.rollup.total).partly_hidden:
        return True
    lines = LineInPeriod.objects.in_period(reading.period).filter(replace(asked.selection, text="").q())
    whole_list = bool(asked.selection.text) or not asked.asks_for_a_figure
    return whole_list and lines.exclude(lines_visible_to(reading.scope)).exists()


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


@open_to(EVERY_POST)
def line_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One line as it stands in the period, how it stood in the others, and the decisions that name it."""
    reading = read(request)
    in_periods = {
        line.period_id: line
        for line in LineInPeriod.objects.filter(line__code=code, line__programme=reading.programme)
        .visible_to(reading.scope)
        .select_related("line", "project", "period")
    }
    line = in_periods.get(reading.period.pk)
    if line is None:
        if in_periods:
            raise Http404(f"Line {code} does not stand in {reading.period_words}. Choose another period.")
        raise Http404(f"There is no savings line '{code[:40]}' that you can open.")
    this_line = Selection(line_ids=frozenset([line.line_id]))
    found = scan(reading.period, where=this_line, basis=reading.basis)
    figures = found.rollup(view=reading.view)
    positions = list(Position.objects.filter(line_in_period=line).order_by(F("year").asc(nulls_last=True)))
    project_url = _project_url(reading, line)
    context = {
        "reading": reading,
        "line": line,
        "crumbs": [("Home", reverse("pages:home")), ("Savings lines", reverse("savings:line_list") + reading.query)],
        "project_url": project_url,
        "facts": _facts(line),
        "matrix": _matrix(reading, line, figures),
        "delivered": _delivered(reading, line, found.rollup().total),
        "approval": _approval(reading, positions),
        "without_amount": not positions,
        "comments": [(reading.horizon.label(row.year), row.comment) for row in positions if row.comment],
        "nets_to": figures.total.total if line.saving_type == SavingType.FASTER else None,
        "in_periods": _in_periods(reading, line, in_periods),
        "decisions": _decisions(reading, line),
        "acts": [*_acts(request, reading, line, project_url), *_carrying(request, reading, line, positions)],
        "ended": _ended(reading, positions, in_periods),
    }
    return render(request, "savings/line_detail.html", context)


def _project_url(reading: Reading, line: LineInPeriod) -> str:
    """The dossier's address; a line may be the reader's own and its project not."""
    own = Project.objects.filter(pk=line.project_id).visible_to(reading.scope)
    group = Group(line.project_id, line.project.code, line.project_label, own=own.exists())
    return group_url(reading, "project", group)


def _acts(request: HttpRequest, reading: Reading, line: LineInPeriod, project_url: str) -> list[tuple[str, str]]:
    """What the reader may do with the line, in words, and where; nothing in a closed period.

    The grid is that of the project, so it is offered to whoever may open the project.
    """
    right = right_over_line(request.reader, reading.scope, line)  # type: ignore[attr-defined]
    if right is LineRight.NOTHING or not reading.period.is_open:
        return []
    acts = []
    if project_url and not line.withdrawn:
        acts.append((IN_THE_GRID[right], reverse("savings:grid_edit", args=[line.project.code]) + reading.query))
    if right is LineRight.AMOUNTS:
        offered = [("Restore it", "line_restore")] if line.withdrawn else LINE_ACTS
        acts += [(words, reverse(f"savings:{name}", args=[line.line.code]) + reading.query) for words, name in offered]
        if not line.withdrawn:
            acts.append(("Record a decision on it", decision_on(reading, [line.line.code])))
    return acts


def _carrying(
    request: HttpRequest, reading: Reading, line: LineInPeriod, positions: list[Position]
) -> list[tuple[str, str]]:
    """The way to say what of its ended years is still expected, where something is undelivered."""
    may = may_carry_forward(request.reader, reading.scope, line)  # type: ignore[attr-defined]
    years = [row.year for row in _of_ended_years(reading, positions) if row.year is not None and left_of(row)]
    if not may or not years or line.withdrawn or not reading.period.is_open:
        return []
    return [("Carry forward what is late", carry_url(reading, *((line.line.code, year) for year in years)))]


def _of_ended_years(reading: Reading, positions: list[Position]) -> list[Position]:
    return [row for row in positions if row.year is not None and row.year < reading.period.financial_year]


def _ended(reading: Reading, positions: list[Position], in_periods: dict[int, LineInPeriod]) -> list[str]:
    """Of each ended year what it delivered as its last period said, and what has become of the rest, in words."""
    ended = [row.year for row in _of_ended_years(reading, positions) if row.year is not None]
    if not ended:
        return []
    last = {each.year: each.period for each in ended_years(reading.periods, reading.period, ended)}
    rows = {in_periods[period.pk].pk: year for year, period in last.items() if period and period.pk in in_periods}
    results = {
        row.year: row
        for row in Position.objects.filter(line_in_period__in=rows, year__in=ended)
        if rows[row.line_in_period_id] == row.year
    }
    return [_result(reading, row, results.get(row.year), last[row.year]) for row in positions if row.year in last]


def _result(reading: Reading, now: Position, then: Position | None, period: ReportingPeriod | None) -> str:
    """ "2015/16 ended with £352,000 of £372,000 delivered (94.6 %), as 2015/16 month 12 said. Still undelivered: …" """
    year, unit, left = reading.horizon.label(now.year), reading.unit, left_of(now)
    if then is None or period is None:
        words = f"{year} has ended, and no period of it says what this line delivered."
    else:
        delivered, target = with_unit(then.delivered, unit), with_unit(then.target, unit)
        share = format_percent(percent(then.delivered, then.target)) if then.target else "no target"
        words = f"{year} ended with {delivered} of {target} delivered ({share}), as {period.spoken} said."
    if not left:
        return words
    carried = still_carried(now.carried_forward, left)
    parts = [f"{with_unit(carried, unit)} carried forward, expected in {reading.horizon.label(now.expected_in)}"]
    parts = (parts if carried else []) + ([f"{with_unit(left - carried, unit)} open"] if left != carried else [])
    return f"{words} Still undelivered: {with_unit(left, unit)}, of which {' and '.join(parts)}."


def _facts(line: LineInPeriod) -> list[tuple[str, str]]:
    heading = f"{line.heading_label} ({line.get_heading_kind_display().lower()})" if line.heading_label else ""
    return [
        ("Code", line.line.code),
        ("Reference as printed", line.line.reference),
        ("Theme", line.theme_label or "No theme"),
        ("Directorate", line.directorate_label),
        ("Service", line.service_label),
        ("Corporate plan area", line.area_label),
        ("Type of saving", line.get_saving_type_display()),
        ("MTFP heading", heading),
        ("Method", line.get_method_display()),
        ("Recurring or one-off", line.get_recurring_display()),
        ("Budget code", line.budget_code),
        ("Source", " · ".join(filter(None, [line.line.source, line.line.source_table]))),
    ]


@dataclass(frozen=True)
class Delivered:
    """Percent delivered of one line in the period's year, of original and of target; None: not applicable."""

    year: str
    of_original: Decimal | None
    of_target: Decimal | None
    href: str


def _delivered(reading: Reading, line: LineInPeriod, increments: Row) -> Delivered:
    year = reading.period.financial_year
    money = increments.year(year)
    cell = figure(reading, money, {"line": line.line.code}, year=year, measure="delivered", view=None)
    return Delivered(reading.horizon.label(year), money.percent_of_original, money.percent_of_target, cell.href)


def _approval(reading: Reading, positions: list[Position]) -> str:
    """Which years are approved and which are proposed, in words."""
    sentences = []
    for words, approved in (("Approved", True), ("Proposed", False)):
        years = [reading.horizon.label(row.year) for row in positions if row.approved == approved]
        if years:
            sentences.append(f"{words}: {', '.join(years)}.")
    return " ".join(sentences)


def _matrix(reading: Reading, line: LineInPeriod, figures: Rollup) -> FigureTable:
    """How the line stands by year, each figure leading to the list that holds this line alone."""
    total, groups = figures.total, {"line": line.line.code}

    def cells(measure: str) -> list[Figure]:
        years = [figure(reading, total.year(year), groups, year=year, measure=measure) for year in figures.years]
        return [*years, figure(reading, total.total, groups, measure=measure)]

    extra = [
        FigureRow(words, cells(measure), status=status)
        for measure, words, status in (
            ("claimed", Status.CLAIMED.label, Status.CLAIMED),
            ("over_delivered", "Over-delivered", None),
            ("reversal", "Reversal in the year after", None),
        )
        if any(total.year(year).amount(measure) for year in figures.years)
    ]
    return rag_matrix(
        key="line",
        caption="How it stands, by year",
        note=reading.words,
        unit=reading.unit,
        years=[reading.horizon.label(year) for year in figures.years],
        figures={status: cells(status.value) for status in RAG_ORDER},
        totals=cells("target"),
        extra=extra,
        foot="– means no amount is entered.",
    )


@dataclass(frozen=True)
class LineDecision:
    """A decision with its address, and in words what it says of one line by year."""

    decision: Decision
    amounts: str
    href: str


def _decisions(reading: Reading, line: LineInPeriod) -> list[LineDecision]:
    """The decisions up to this period that name the line, oldest first: those confirmed, and those that wait."""
    amounts: dict[Decision, list[str]] = {}
    for item in DecisionItem.objects.naming(line.line, reading.period):
        amounts.setdefault(item.decision, []).append(_item_in_words(reading, item))
    return [
        LineDecision(
            decision,
            ", ".join(words),
            reverse("savings:decision_detail", args=[decision.code]) + reading.query,
        )
        for decision, words in amounts.items()
    ]


def _item_in_words(reading: Reading, item: DecisionItem) -> str:
    """ "2016/17 from £100,000 to £80,000"; the amount alone of what is approved."""
    year, after = reading.horizon.label(item.year), with_unit(item.to_target, reading.unit)
    if item.decision.kind == Decision.Kind.APPROVE:
        return f"{year} {after}"
    before = "nothing" if item.from_target is None else with_unit(item.from_target, reading.unit)
    return f"{year} from {before} to {after}"


def _in_periods(reading: Reading, line: LineInPeriod, in_periods: dict[int, LineInPeriod]) -> FigureTable:
    """Target, delivered and secure of all years in each period up to that which is read, each leading to its list."""
    moneys = line_over_periods(line.line_id, basis=reading.basis, scope=reading.scope)
    groups = {"line": line.line.code}
    rows = []
    for period in reading.periods:
        then = in_periods.get(period.pk)
        if then is None or period.turn > line.period.turn:
            continue
        as_then = replace(reading, period=period, view="incremental")
        money = moneys.get(period.pk, EMPTY)
        differs = [] if then.title == line.title else [f"then called “{then.title}”"]
        differs += ["withdrawn"] if then.withdrawn else []
        rows.append(
            FigureRow(
                period.spoken,
                [figure(as_then, money, groups, measure=measure) for measure in ("target", "delivered", "secure")],
                href="" if period == reading.period else f"{reading.path}{as_then.query}",
                note=", ".join([*(["shown above"] if period == reading.period else []), *differs]),
            )
        )
    return FigureTable(
        key="periods",
        caption="How it stood in each period",
        note=f"{reading.unit.symbol} · all years, incremental. Secure is delivered, claimed and on target",
        unit=reading.unit,
        first="Period",
        heads=[Head("Target"), Head("Delivered"), Head("Secure")],
        rows=rows,
        none_when_zero=False,
        tight=True,
    )
