"""What `/undelivered/` shows: the filters of its address, for each ended year both sides as a table, and the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from futurefit.ui.figure_table import FigureRow, FigureTable, Head
from futurefit.ui.figures import NO_LINE, Figure
from futurefit.ui.filters import StrictFilterSet
from futurefit.ui.tables import AmountColumn, Column, LinkColumn, Table, TextColumn
from futurefit.values.money import format_percent, with_unit
from savings.groupings import GROUPINGS, Group
from savings.links import group_url, lines_url
from savings.measures import Money
from savings.models import Position
from savings.reading import Reading
from savings.selection import NOT_STATED
from savings.undelivered import BY, NOTHING, Amount, EndedYear, Place, Undelivered, YearEnds, total_of

SIDES = (("target", "Target"), ("delivered", "Delivered"), ("over_delivered", "Over-delivered"))
"""The left-hand side, as the year's last period said it."""

LEFT = "left"


def column_words(place: Place) -> str:
    return place.words[:1].upper() + place.words[1:]


class UndeliveredFilterSet(StrictFilterSet):
    """Year, directorate, theme and place of what was not delivered; an unknown value is refused in words."""

    year = django_filters.ChoiceFilter(label="Year")
    directorate = django_filters.ChoiceFilter(label="Directorate")
    theme = django_filters.ChoiceFilter(label="Theme")
    place = django_filters.ChoiceFilter(
        label="Where it is", choices=[(place.value, column_words(place)) for place in Place]
    )

    passthrough = StrictFilterSet.passthrough | {"by"}

    class Meta:
        model = Position
        fields: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any], *, reading: Reading, ends: YearEnds) -> None:
        super().__init__(data, Position.objects.none())
        label = reading.horizon.label
        self.filters["year"].extra["choices"] = [(label(each.year), label(each.year)) for each in ends.years]
        self._years = {label(each.year): each.year for each in ends.years}
        self._groups = {by: _groups_of(ends, by) for by in BY}
        for by in BY:
            choices = [(group.key or NOT_STATED, group.label) for group in self._groups[by]]
            self.filters[by].extra["choices"] = choices

    def _chosen(self, name: str) -> str:
        value: str = self.form.cleaned_data.get(name) or ""
        return value

    @property
    def in_address(self) -> dict[str, str]:
        """The filters as they stand in an address."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def chosen_year(self) -> int | None:
        return self._years.get(self._chosen("year"))

    @property
    def chosen_place(self) -> Place | None:
        return Place(chosen) if (chosen := self._chosen("place")) else None

    def picks(self, row: Amount) -> bool:
        """Whether the address asks for this amount; only of a valid filter."""
        if self.chosen_year not in (None, row.year):
            return False
        for by in BY:
            if (key := self._chosen(by)) and row.group(by) not in self._ids(by, key):
                return False
        return self.chosen_place is None or bool(row.sums.amount(self.chosen_place))

    def _ids(self, by: str, key: str) -> list[Any]:
        return [group.group_id for group in self._groups[by] if (group.key or NOT_STATED) == key]


def _groups_of(ends: YearEnds, by: str) -> list[Group]:
    """Every group of any ended year, once, in their order."""
    found: dict[Any, Group] = {}
    for each in ends.years:
        for group, _sums in ends.by(by, each.year):
            found.setdefault(group.group_id, group)
    return list(found.values())


def page_url(reading: Reading, **asked: str | None) -> str:
    """This page with filters, at its list."""
    query = {**reading.parameters(), **{name: value for name, value in asked.items() if value}}
    return f"{reverse('savings:undelivered')}?{urlencode(query)}#lines"


def identity_table(reading: Reading, ends: YearEnds, year: int, by: str) -> FigureTable:
    """Both sides of one ended year by group; every figure leads to its lines where its reader may see them all."""
    (ended,) = (each for each in ends.years if each.year == year)
    assert ended.period is not None
    label, last = reading.horizon.label(year), replace(reading, period=ended.period)

    def row(words: str, sums: Undelivered, group: Group | None, kind: str = "") -> FigureRow:
        keys = {} if group is None else {by: group.key}
        asked = {"year": label, **{name: key or NOT_STATED for name, key in keys.items()}}
        asked |= {"by": by} if by != BY[0] else {}
        shown = not sums.partly_hidden

        def said(measure: str) -> Figure:
            amount = getattr(sums, measure)
            return Figure(amount, lines_url(last, keys, year=year, measure=measure) if shown and amount else "")

        def here(amount: int, **place: str) -> Figure:
            return Figure(amount, page_url(reading, **asked, **place) if shown and amount else "")

        # As at the year's last period, in which the group stood: a reorganisation may have ended it since.
        href = group_url(last, by, group) if group else ""
        if sums == NOTHING:
            nothing = [Figure(None)] * (len(SIDES) + 1 + len(Place))
            return FigureRow(words, nothing, href=href, kind=kind)  # type: ignore[arg-type]
        cells = [said(measure) for measure, _words in SIDES]
        cells.append(here(sums.left))
        cells += [here(sums.amount(place), place=place.value) for place in Place]
        return FigureRow(words, cells, href=href, kind=kind)  # type: ignore[arg-type]

    total = ends.sums_of(year)
    return FigureTable(
        key=f"year-{year}",
        caption=f"{label}: what was not delivered, and where it went",
        note=f"{reading.unit.symbol} · target and delivered as {ended.period.spoken} said · where it went as at "
        f"{reading.period_words}",
        unit=reading.unit,
        first=GROUPINGS[by].words[:1].upper() + GROUPINGS[by].words[1:],
        heads=[
            *(Head(words) for _measure, words in SIDES),
            Head("Not delivered", total=True),
            *(Head(column_words(place)) for place in Place),
        ],
        rows=[row(group.label, sums, group) for group, sums in ends.by(by, year)],
        totals=[row("All", total, None, "total")],
        none_when_zero=False,
        tight=True,
        stick=True,
        dense=True,
        foot=f"{identity_words(reading, total)} – means no amount.",
    )


def result_words(reading: Reading, ended: EndedYear, then: Money, now: Money) -> str:
    """Percent delivered of an ended year: as its last period said, which is its result, and as it stands now."""
    assert ended.period is not None

    def said(money: Money) -> str:
        of_target, of_original = format_percent(money.percent_of_target), format_percent(money.percent_of_original)
        words = f"{of_target} of target, {of_original} of original"
        return f"{words} (losses: {with_unit(money.loss, reading.unit)})" if money.loss else words

    year = reading.horizon.label(ended.year)
    return f"Delivered in {year}: {said(then)}, as {ended.period.spoken} said. As it stands now: {said(now)}."


def identity_words(reading: Reading, sums: Undelivered) -> str:
    """Both sides in a sentence: what is left, and that the places come to it."""
    unit = reading.unit
    places = " + ".join(f"{place.words} {with_unit(sums.amount(place), unit)}" for place in Place if sums.amount(place))
    left = (
        f"Target {with_unit(sums.target, unit)} − delivered {with_unit(sums.delivered, unit)} + over-delivered "
        f"{with_unit(sums.over_delivered, unit)} = not delivered {with_unit(sums.left, unit)}"
    )
    return f"{left} = {places}." if places else f"{left}."


def _line_url(record: Amount, table: UndeliveredTable) -> str:
    return reverse("savings:line_detail", args=[record.code]) + table.reading.query


class PlaceColumn(AmountColumn):
    """What of an amount is in one place; what is carried forward says when it is expected."""

    def __init__(self, place: Place, **options: Any) -> None:
        super().__init__(
            column_words(place),
            accessor=f"sums__{place.value}",
            orderable=False,
            none_when_zero=True,
            href=_line_url,
            **options,
        )
        self.place = place

    def figure(self, value: int | None, record: Any, table: Any) -> Figure:
        found = super().figure(value, record, table)
        if self.place is Place.CARRIED_FORWARD and value:
            found = replace(found, note=table.expected_words(record))
        return found


class DoColumn(Column):
    """What can be done with a row: for the screen alone."""

    css, head_css = "ff-screen ff-do", "ff-screen"


class ChooseAmountColumn(Column):
    """A box to choose an amount by, where it is the reader's to carry forward."""

    css = head_css = "ff-check ff-screen"

    def __init__(self, verbose_name: str, **options: Any) -> None:
        super().__init__(verbose_name, orderable=False, exclude_from_export=True, **options)

    def html(self, value: Any, record: Any, table: Any) -> SafeString | str:
        if not table.may_choose(record):
            return NO_LINE
        return format_html(
            '<div class="govuk-checkboxes govuk-checkboxes--small"><div class="govuk-checkboxes__item">'
            '<input class="govuk-checkboxes__input" type="checkbox" id="chosen-{0}" name="chosen" value="{1}:{2}">'
            '<label class="govuk-label govuk-checkboxes__label" for="chosen-{0}">'
            '<span class="ff-vh-wide">Choose {3}, {4}</span></label></div></div>',
            record.position.pk,
            record.code,
            record.year,
            record.title,
            table.reading.horizon.label(record.year),
        )


class UndeliveredTable(Table):
    """Amounts of ended years and where they went; `mine` are the positions that the reader may carry forward."""

    row_header = "title"
    dense = True
    chosen = ChooseAmountColumn("Choose", accessor="code")
    code = TextColumn("Code", orderable=False)
    title = LinkColumn("Savings line", href=_line_url, orderable=False)
    year = TextColumn("Year", orderable=False)
    left = AmountColumn("Not delivered", accessor="sums__left", orderable=False, total=True, href=_line_url)
    open = PlaceColumn(Place.OPEN)
    carried_forward = PlaceColumn(Place.CARRIED_FORWARD)
    expected_in = TextColumn("Expected in", orderable=False, visible=False)
    delivered_late = PlaceColumn(Place.DELIVERED_LATE)
    re_profiled = PlaceColumn(Place.RE_PROFILED)
    replaced = PlaceColumn(Place.REPLACED)
    written_out = PlaceColumn(Place.WRITTEN_OUT)
    corrected = PlaceColumn(Place.CORRECTED)
    do = DoColumn("What to do", accessor="position", orderable=False, exclude_from_export=True)

    def __init__(
        self,
        data: Any,
        *,
        reading: Reading,
        ends: YearEnds,
        mine: Iterable[int] = (),
        decide_url: str = "",
        carry_url: Any = None,
        **options: Any,
    ) -> None:
        self.reading, self.ends, self.mine = reading, ends, frozenset(mine)
        self.decide_url, self.carry_url = decide_url, carry_url
        hidden = () if self.mine or decide_url else ("chosen", "do")
        super().__init__(data, exclude=hidden if hidden else (() if self.mine else ("chosen",)), **options)

    def may_choose(self, record: Amount) -> bool:
        return record.position is not None and record.position.pk in self.mine

    def expected_words(self, record: Amount) -> str:
        year = self.reading.horizon.label(record.expected_in)
        return f"expected in {year}" + (", which has ended" if self.ends.is_overdue(record) else "")

    def render_year(self, record: Amount) -> str:
        return self.reading.horizon.label(record.year)

    def value_year(self, record: Amount) -> str:
        return self.reading.horizon.label(record.year)

    def value_expected_in(self, record: Amount) -> str:
        return self.reading.horizon.label(record.expected_in) if record.expected_in else ""

    def render_do(self, record: Amount) -> SafeString | str:
        """What can still be done with what is open or carried forward; an en dash where nothing is left."""
        name = format_html('<span class="govuk-visually-hidden"> {}</span>', record.title)
        links = []
        if self.may_choose(record):
            words = "Say again when" if record.sums.carried_forward else "Carry forward"
            links.append(format_html('<a href="{}">{}{}</a>', self.carry_url(record), words, name))
        if self.decide_url and (record.sums.open or record.sums.carried_forward):
            address = f"{self.decide_url}?{urlencode(self.reading.parameters(line=record.code))}"
            links.append(format_html('<a href="{}">Decide{}</a>', address, name))
        return format_html("{}" + "<br>{}" * (len(links) - 1), *links) if links else NO_LINE


def list_totals(reading: Reading, rows: Sequence[Amount], asked: Mapping[str, str]) -> dict[str, Figure]:
    """The totals below the list: those of the rows that it lists, each leading to the list of its place."""
    sums = total_of(rows)

    def total(amount: int, **place: str) -> Figure:
        return Figure(amount, page_url(reading, **{**asked, **place}) if amount else "")

    places = {place.value: total(sums.amount(place), place=place.value) for place in Place}
    return {LEFT: total(sums.left), **places}
