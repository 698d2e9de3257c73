"""What the pages of reorganisations show: what still waits to be assigned, and what an act would move, in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse

from futurefit.council.models import Directorate, Post, Service, Succession
from futurefit.council.successors import Successors, Unit, kind_of_unit, successors
from futurefit.pages.reorganisation_forms import ReorganisationForm
from futurefit.ui.figure_table import CountCell, FigureRow, FigureTable, Head, TextCell
from futurefit.ui.figures import Figure
from savings.links import figure
from savings.measures import EMPTY
from savings.models import LineInPeriod
from savings.reading import Reading
from savings.rollups import Row, scan
from savings.selection import ALL_LINES, Selection


def successors_read(reading: Reading) -> Successors:
    """Who followed whom as it is read: in a closed period the successions that were written down by then."""
    if reading.moment is None:
        return successors()
    return successors(Succession.objects.filter(pk__in=reading.rows(Succession).order_by().values("id")))


@dataclass(frozen=True)
class Waiting:
    """A directorate or service that has ended and in which something stands, of this programme but for `posts`."""

    unit: Unit
    after: Sequence[Unit]
    lines: int
    projects: int
    services: int
    posts: int
    amount: Figure

    @property
    def address(self) -> str:
        return f"{reverse('pages:reorganisation_assign')}?{kind_of_unit(self.unit)}={self.unit.code}"


def waiting(reading: Reading, known: Successors) -> list[Waiting]:
    """Ended directorates and services of which something is not assigned yet: six queries, one where none ended."""
    ids = {kind: [pk for found, pk in known.followed if found == kind] for kind in ("directorate", "service")}
    if not any(ids.values()):
        return []
    ended: dict[tuple[str, int], Unit] = {
        (kind, unit.pk): unit
        for kind, model in (("directorate", Directorate), ("service", Service))
        if ids[kind]
        for unit in model._default_manager.filter(pk__in=ids[kind], ends_on__isnull=False)
    }
    here = Q(directorate__in=ids["directorate"]) | Q(service__in=ids["service"])
    lines = LineInPeriod.objects.in_period(reading.period).filter(here)
    projects = reading.projects().filter(here)
    counts = {name: _counted(rows) for name, rows in (("lines", lines), ("projects", projects))}
    services = Service.objects.filter(directorate__in=ids["directorate"], ends_on__isnull=True)
    directors = Post.objects.filter(directorate__in=ids["directorate"])
    counts["services"] = {("directorate", pk): count for pk, count in _by_directorate(services)}
    counts["posts"] = {("directorate", pk): count for pk, count in _by_directorate(directors)}
    money = scan(reading.period, ("directorate", "service"), basis=reading.basis)
    found = []
    for (kind, pk), unit in ended.items():
        numbers = {name: counted.get((kind, pk), 0) for name, counted in counts.items()}
        if any(numbers.values()):
            row = money.each(kind, view=reading.view).get(pk)
            amount = figure(reading, row.total if row else EMPTY, {kind: unit.code})
            found.append(Waiting(unit, known.present(unit), amount=amount, **numbers))
    return sorted(found, key=lambda each: (kind_of_unit(each.unit), each.unit.name, each.unit.pk))


def _counted(rows) -> dict[tuple[str, int], int]:
    """How many rows stand in each directorate and in each service: one query."""
    found: dict[tuple[str, int], int] = {}
    for directorate, service, count in rows.order_by().values_list("directorate", "service").annotate(Count("pk")):
        for key in (("directorate", directorate), ("service", service)):
            if key[1] is not None:
                found[key] = found.get(key, 0) + count
    return found


def _by_directorate(rows) -> list[tuple[int, int]]:
    return list(rows.order_by().values_list("directorate").annotate(Count("pk")))


def waiting_table(reading: Reading, found: Sequence[Waiting], *, may_assign: bool) -> FigureTable:
    """What waits to be assigned, one row for each that has ended."""
    rows = [
        FigureRow(
            each.unit.name,
            [
                TextCell(", ".join(unit.name for unit in each.after) or "Nobody"),
                CountCell(each.lines),
                CountCell(each.projects),
                CountCell(each.services),
                CountCell(each.posts),
                each.amount,
            ],
            href=each.address if may_assign else "",
            note=f"{kind_of_unit(each.unit).capitalize()}, ended on {each.unit.ends_on:%-d %B %Y}",
        )
        for each in found
    ]
    return FigureTable(
        key="waiting",
        caption="Where something still stands",
        note=f"Target, all years, in {reading.words}. Each stands where it stood until it is assigned",
        unit=reading.unit,
        first="Ended",
        heads=[
            Head("Followed by", text=True),
            Head("Lines"),
            Head("Projects"),
            Head("Services"),
            Head("Directors"),
            Head("Amount", total=True),
        ],
        rows=rows,
        none_when_zero=False,
    )


def moving_table(reading: Reading, form: ReorganisationForm) -> FigureTable:
    """The money that moves, or waits, by year: what stands in each now, and the same in all afterwards.

    Of the programme and period that are read; from one scan.
    """
    if form.key == "move":
        (service,) = form.olds
        whole = scan(reading.period, ("directorate",), where=Selection(service=service.pk), basis=reading.basis)
        now = [
            (row.label, row, {"service": service.code, "directorate": row.key})
            for row in whole.rollup("directorate", view=reading.view).rows
            if row.total.holds_rows
        ]
        label = f"The service {service.name}, before and after"
    else:
        units, kind = [*form.olds, *form.goes_on], form.of
        whole = scan(reading.period, (kind,), where=ALL_LINES, basis=reading.basis)
        whole = whole.within(kind, [unit.pk for unit in units])
        each = whole.each(kind, view=reading.view)
        now = [(unit.name, each.get(unit.pk), {kind: unit.code}) for unit in units]
        label = f"{form.becomes}, from {form.on:%-d %B %Y}"
        if form.key == "split":
            label = f"To be assigned to {form.becomes}"
    result = whole.rollup(view=reading.view)
    years = result.years

    def cells(row: Row | None, groups: dict[str, str | None]) -> list[Figure]:
        moneys = [*((row.year(year) if row else EMPTY, year) for year in years), (row.total if row else EMPTY, "all")]
        return [figure(reading, money, groups, year=year) for money, year in moneys]

    def plain(row: Row) -> list[Figure]:
        return [
            Figure(money.target if money.holds_rows else None)
            for money in (*(row.year(year) for year in years), row.total)
        ]

    return FigureTable(
        key="moving",
        caption="The same amounts before and after",
        note=f"Target in {reading.words}",
        unit=reading.unit,
        first="Where the amounts stand",
        heads=[*(Head(reading.horizon.label(year)) for year in years), Head("All years", total=True)],
        rows=[FigureRow(f"{words}, now", cells(row, groups)) for words, row, groups in now],
        totals=[FigureRow(label, plain(result.total), kind="total")],
        none_when_zero=False,
        tight=True,
    )
