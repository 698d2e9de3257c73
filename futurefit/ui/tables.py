"""Lists: the one table class and the columns that know how to show, sort and export themselves.

Every table has a caption (bold title, then unit · measure · period), every column a rendering and a plain value for
export. Cells are drawn by functions prepared once a table instead of django-tables2's per-cell machinery: on lists the
cells cost more than the SQL (design: quality, speed).
"""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

import django_tables2
from django.core.paginator import Page
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django_tables2.data import TableQuerysetData

from futurefit.ui.figures import NO_LINE, Figure, cell_html
from futurefit.ui.labels import rag_html, rag_words, work_tag_html
from futurefit.ui.pagination import PER_PAGE, page_of
from futurefit.values.money import Unit, format_percent
from futurefit.values.rag import Status

Getter = Callable[[Any], Any]


def getter(accessor: str) -> Getter:
    """A function that follows ``a__b`` or ``a.b`` through mappings and attributes; None on the way gives None."""
    parts = accessor.replace("__", ".").split(".")

    def follow(record: Any) -> Any:
        value = record
        for part in parts:
            if value is None:
                return None
            value = value[part] if isinstance(value, Mapping) else getattr(value, part)
            if callable(value) and not isinstance(value, type):
                value = value()
        return value

    return follow


def display_getter(accessor: str) -> Getter:
    """Like `getter`, but a model field with choices gives its words (``get_…_display``)."""
    *path, last = accessor.replace("__", ".").split(".")
    owner_of = getter(".".join(path)) if path else None
    value_of = getter(last)

    def follow(record: Any) -> Any:
        owner = owner_of(record) if owner_of else record
        if owner is None:
            return None
        display = None if isinstance(owner, Mapping) else getattr(owner, f"get_{last}_display", None)
        value = display() if display else value_of(owner)
        return getattr(value, "label", value) if isinstance(value, Enum) else value

    return follow


def _accepting(function: Callable[..., Any], names: Sequence[str]) -> Callable[..., Any]:
    """Wrap *function* so that it can be called with all of *names* and receives those it asks for."""
    parameters = inspect.signature(function).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return function
    wanted = [name for name in names if name in parameters]

    def call(**given: Any) -> Any:
        return function(**{name: given[name] for name in wanted})

    return call


LINK_ARGUMENTS = ("record", "value", "table")


class Column(django_tables2.Column):
    """One column of ours. Subclasses say how a cell is drawn (`cell`) and what is exported (`plain`).

    ``href`` is a function of any of ``record``, ``value``, ``table`` giving an address or "". ``wrap`` keeps a
    column of long words from getting too narrow. A table may still define ``render_<name>`` and ``value_<name>``,
    asking for any of record, value, table.
    """

    css = ""
    head_css = ""
    initially_descending = False
    export_kind = "text"

    def __init__(
        self,
        verbose_name: str | None = None,
        *,
        href: Callable[..., str] | None = None,
        wrap: bool = False,
        **options: Any,
    ) -> None:
        options.setdefault("initial_sort_descending", self.initially_descending)
        super().__init__(verbose_name, **options)
        self.href = _accepting(href, LINK_ARGUMENTS) if href else None
        self.wrap = wrap

    def reader(self, accessor: str) -> Getter:
        """How the value is taken from a record."""
        return getter(accessor)

    def words(self, value: Any) -> str:
        """The value as plain words."""
        return str(value)

    def html(self, value: Any, record: Any, table: Table) -> SafeString | str:
        """The contents of the cell, escaped or safe."""
        text = self.words(value)
        address = self.href(record=record, value=value, table=table) if self.href else ""
        return format_html('<a href="{}">{}</a>', address, text) if address else text

    def cell(self, value: Any, record: Any, table: Table, *, label: str, tag: str) -> SafeString:
        """The whole ``<td>`` or row head. An empty value is an en dash."""
        if value is None or value == "":
            return self.around(NO_LINE, label=label, tag=tag, empty=True)
        return self.around(self.html(value, record, table), label=label, tag=tag)

    def around(self, body: SafeString | str, *, label: str, tag: str, empty: bool = False) -> SafeString:
        """The ``<td>`` or row head around contents that are safe or are escaped here."""
        body = conditional_escape(body)
        classes = " ".join(
            part for part in (self.css, "ff-wrap" if self.wrap else "", "ff-none" if empty else "") if part
        )
        attributes = f' class="{classes}"' if classes else ""
        if tag == "th":
            return SafeString(f'<th scope="row"{attributes}>{body}</th>')
        return SafeString(f'<td{attributes} data-label="{conditional_escape(label)}">{body}</td>')

    def render(self, value: Any, record: Any, table: Table) -> SafeString | str:
        return self.html(value, record, table)

    def plain(self, value: Any, record: Any) -> Any:
        """What is exported: a number stays a number, a date a date."""
        return "" if value is None else self.words(value)

    def value(self, value: Any, record: Any) -> Any:
        return self.plain(value, record)


class TextColumn(Column):
    """Words. A field with choices shows its words, an enum its label."""

    def reader(self, accessor: str) -> Getter:
        return display_getter(accessor)


class LinkColumn(TextColumn):
    """The name of a thing, linked to its page, with a quiet reference before and a quiet line below.

    ``prefix`` and ``note`` are functions of record, value or table like ``href``.
    """

    def __init__(
        self,
        verbose_name: str | None = None,
        *,
        href: Callable[..., str],
        prefix: Callable[..., str] | None = None,
        note: Callable[..., str] | None = None,
        wrap: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(verbose_name, href=href, wrap=wrap, **options)
        self.prefix = _accepting(prefix, LINK_ARGUMENTS) if prefix else None
        self.note = _accepting(note, LINK_ARGUMENTS) if note else None

    def html(self, value: Any, record: Any, table: Table) -> SafeString | str:
        link = super().html(value, record, table)
        before = self.prefix(record=record, value=value, table=table) if self.prefix else ""
        below = self.note(record=record, value=value, table=table) if self.note else ""
        if before:
            link = format_html('<span class="ff-quiet">{}</span> {}', before, link)
        return format_html('{}<br><span class="ff-quiet ff-small">{}</span>', link, below) if below else link


class AmountColumn(Column):
    """Whole pounds shown in the table's unit (or *unit*), exported as the integer.

    ``total`` sets the column bold behind a hairline. ``none_when_zero`` writes nought as an en dash (no line).
    """

    css = "ff-num"
    head_css = "ff-num"
    initially_descending = True
    export_kind = "amount"

    def __init__(
        self,
        verbose_name: str | None = None,
        *,
        unit: Unit | None = None,
        total: bool = False,
        none_when_zero: bool = False,
        sign: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(verbose_name, **options)
        self.unit = unit
        self.none_when_zero = none_when_zero
        self.sign = sign
        self.total = total
        if total:
            self.css = self.head_css = "ff-num ff-sumcol"

    def figure(self, value: int | None, record: Any, table: Table) -> Figure:
        address = self.href(record=record, value=value, table=table) if self.href and value else ""
        return Figure(value, address or "", sign=self.sign)

    def cell(self, value: Any, record: Any, table: Table, *, label: str, tag: str) -> SafeString:
        return cell_html(
            self.figure(value, record, table),
            self.unit or table.unit,
            css="ff-sumcol" if self.total else "",
            label=label,
            none_when_zero=self.none_when_zero,
        )

    def total_cell(self, figure: Figure, table: Table, *, label: str) -> SafeString:
        return cell_html(figure, self.unit or table.unit, css="ff-sumcol" if self.total else "", label=label)

    def html(self, value: Any, record: Any, table: Table) -> SafeString | str:
        return self.cell(value, record, table, label="", tag="td")

    def plain(self, value: Any, record: Any) -> int | None:
        """The integer pounds; None stays an empty cell."""
        return value


class YearAmountColumn(AmountColumn):
    """The amount of one financial year, taken from a mapping on the record (``amounts``, keyed like *year*).

    A year that the mapping does not hold is a year without a line. Made for each request and given as
    ``extra_columns``, never added to a class. Not sortable unless ``order_by`` names what to sort on.
    """

    def __init__(self, year: Any, *, heading: str | None = None, amounts: str = "years", **options: Any) -> None:
        options.setdefault("orderable", "order_by" in options)
        super().__init__(heading or str(year), accessor=amounts, **options)
        self.year = year

    def reader(self, accessor: str) -> Getter:
        mapping_of = getter(accessor)

        def amount(record: Any) -> int | None:
            amounts = mapping_of(record)
            return None if amounts is None else amounts.get(self.year)

        return amount


class CountColumn(Column):
    """A count, right-aligned; exported as the integer."""

    css = "ff-num"
    head_css = "ff-num"
    initially_descending = True
    export_kind = "integer"

    def words(self, value: Any) -> str:
        return f"{value:,}"

    def plain(self, value: Any, record: Any) -> Any:
        return value


class PercentColumn(Column):
    """A percentage with one decimal; without denominator it is an en dash."""

    css = "ff-num"
    head_css = "ff-num"
    initially_descending = True
    export_kind = "decimal"

    def words(self, value: Decimal) -> str:
        return format_percent(value)

    def plain(self, value: Any, record: Any) -> Any:
        return value


class RagColumn(Column):
    """A rating: letter and word. None is *not rated*."""

    def html(self, value: Any, record: Any, table: Table) -> SafeString:
        return rag_html(value)

    def cell(self, value: Any, record: Any, table: Table, *, label: str, tag: str) -> SafeString:
        return super().cell(value or Status.NOT_RATED, record, table, label=label, tag=tag)

    def plain(self, value: Any, record: Any) -> str:
        return rag_words(Status(value) if value else Status.NOT_RATED)


class TagColumn(TextColumn):
    """A state of work. ``style`` is a function of record, value or table giving outline, tint, solid or alert."""

    def __init__(
        self, verbose_name: str | None = None, *, style: Callable[..., str] | None = None, **options: Any
    ) -> None:
        super().__init__(verbose_name, **options)
        self.style = _accepting(style, LINK_ARGUMENTS) if style else None

    def html(self, value: Any, record: Any, table: Table) -> SafeString:
        style = self.style(record=record, value=value, table=table) if self.style else "outline"
        return work_tag_html(str(value), style)


class QuoteColumn(TextColumn):
    """Words quoted from a paper."""

    def html(self, value: Any, record: Any, table: Table) -> SafeString:
        return format_html("<q>{}</q>", value)


class DateColumn(Column):
    """A date as "1 July 2015"; exported as a date. No date says so."""

    css = "ff-nowrap"
    export_kind = "date"

    def __init__(self, verbose_name: str | None = None, *, absent: str = "No date", **options: Any) -> None:
        super().__init__(verbose_name, **options)
        self.absent = absent

    def words(self, value: dt.date) -> str:
        return date_format(value, "j F Y")

    def cell(self, value: Any, record: Any, table: Table, *, label: str, tag: str) -> SafeString:
        if value is None:
            return self.around(self.absent, label=label, tag=tag)
        return super().cell(value, record, table, label=label, tag=tag)

    def plain(self, value: Any, record: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class HeadCell:
    """One head: its words, its sort link and what a screen reader hears about the order."""

    label: str
    css: str
    sort: str
    aria_sort: str
    described: str


@dataclass(frozen=True, slots=True)
class _Drawer:
    name: str
    label: str
    column: Column
    read: Getter
    render: Callable[..., Any] | None
    value: Callable[..., Any] | None


class Table(django_tables2.Table):
    """The list of the product.

    ``caption`` and ``note`` (unit · measure · period, or what is listed) are required. ``unit`` is that of amounts.
    ``totals`` maps column names to `Figure` or pounds computed by the roll-ups: nothing is summed here. ``row_header``
    names the column that heads each row (the first by default). Rows always have a stable order: the primary key breaks
    ties. Columns for years come as ``extra_columns``, never through the class. ``dense`` is for many columns.
    """

    row_header: str = ""
    cards = True
    tight = False
    dense = False

    class Meta:
        template_name = "components/table.html"
        order_by_field = "sort"
        page_field = "page"

    def __init__(
        self,
        data: Any,
        *,
        caption: str,
        note: str,
        unit: Unit = Unit.THOUSANDS,
        totals: Mapping[str, Figure | int] | None = None,
        totals_label: str = "Total",
        key: str = "list",
        **options: Any,
    ) -> None:
        if not caption or not note:
            raise ValueError("A table needs its title and the line below it")
        self.caption = caption
        self.note = note
        self.unit = unit
        self.totals = totals
        self.totals_label = totals_label
        self.key = key
        self.request: HttpRequest | None = None
        self.page: Page[Any] | None = None
        super().__init__(data, **options)
        self._break_ties()

    @classmethod
    def of(
        cls,
        request: HttpRequest,
        data: Any,
        *,
        per_page: int | None = PER_PAGE,
        count: int | None = None,
        **options: Any,
    ) -> Table:
        """The table as the address asks for it: ``sort`` and ``page`` are obeyed or are a 404 with words.

        ``per_page=None`` shows every row; ``count`` is how many rows there are, where that is known. Raises Http404.
        """
        sort = request.GET.get("sort", "")
        if "," in sort:
            raise Http404(f"A list is sorted by one column at a time, not by “{sort[:40]}”.")
        table = cls(data, order_by=sort or None, **options)
        table.request = request
        if sort:
            allowed = [name for name in table.columns.names() if table.columns[name].orderable]
            if sort.removeprefix("-") not in allowed:
                raise Http404(f"There is no column “{sort[:40]}” to sort by. There are: {', '.join(allowed)}.")
        if per_page is not None:
            source = table.data.data if isinstance(table.data, TableQuerysetData) else list(table.data)
            table.page = page_of(source, request.GET.get("page"), per_page, count=count)
        elif request.GET.get("page"):
            raise Http404("This list is not divided into pages.")
        return table

    def _break_ties(self) -> None:
        """Sort empty values last on every database, and by primary key where everything else is equal."""
        source = self.data
        if not isinstance(source, TableQuerysetData) or not isinstance(source.data, QuerySet):
            return
        query = source.data.query
        if query.is_sliced or (query.group_by is not None and source.data._fields is not None):
            return
        order = list(query.order_by or (query.get_meta().ordering if query.default_ordering else ()))
        if self._order_by:
            order = [_nulls_last(part, query.get_meta()) for part in order]
        if not any(isinstance(part, str) and part.lstrip("-") in ("pk", query.get_meta().pk.name) for part in order):
            order.append("pk")
        source.data = source.data.order_by(*order)

    @property
    def records(self) -> Any:
        """The rows of this page."""
        return self.data if self.page is None else self.page.object_list

    @property
    def is_empty(self) -> bool:
        return not (self.page.paginator.count if self.page is not None else len(self.data))

    @property
    def css(self) -> str:
        names = ["ff-table"]
        if self.cards:
            names.append("ff-table--cards")
        if self.tight:
            names.append("ff-table--tight")
        if self.dense:
            names.append("ff-table--dense")
        return " ".join(names)

    @property
    def _row_header(self) -> str:
        return self.row_header or next(iter(self.columns)).name

    def _drawers(self, *, visible_only: bool) -> list[_Drawer]:
        drawers = []
        for bound in self.columns.iterall():
            column = bound.column
            if visible_only and not bound.visible:
                continue
            if not isinstance(column, Column):
                raise TypeError(f"Column {bound.name!r} of {type(self).__name__} is not one of ours")
            arguments = ("record", "value", "table")
            render = getattr(self, f"render_{bound.name}", None)
            value = getattr(self, f"value_{bound.name}", None)
            drawers.append(
                _Drawer(
                    bound.name,
                    str(bound.header),
                    column,
                    column.reader(str(bound.accessor)),
                    _accepting(render, arguments) if render else None,
                    _accepting(value, arguments) if value else None,
                )
            )
        return drawers

    @property
    def heads(self) -> list[HeadCell]:
        """The heads in order, with the address that sorts by each."""
        heads = []
        current = {alias.lstrip("-"): alias.startswith("-") for alias in self.order_by or ()}
        for bound in self.columns:
            column = bound.column
            css = column.head_css if isinstance(column, Column) else ""
            sort, aria, described = "", "", ""
            if bound.orderable and self.request is not None:
                down = current.get(bound.name)
                if down is None:
                    wanted = f"-{bound.name}" if column.initial_sort_descending else bound.name
                else:
                    wanted = bound.name if down else f"-{bound.name}"
                    aria = "descending" if down else "ascending"
                query = self.request.GET.copy()
                query.pop(self.page_field, None)
                query[self.order_by_field] = wanted
                sort = f"?{query.urlencode()}"
                described = {"": "", "ascending": ", lowest first", "descending": ", highest first"}[aria]
            heads.append(HeadCell(str(bound.header), css, sort, aria, described))
        return heads

    @property
    def body(self) -> Iterator[tuple[SafeString, SafeString]]:
        """For each row: the attributes of the ``<tr>`` and its cells."""
        drawers = self._drawers(visible_only=True)
        header = self._row_header
        for record in self.records:
            cells = []
            for drawer in drawers:
                value = drawer.read(record)
                if drawer.render is not None and value is not None:
                    body = drawer.render(record=record, value=value, table=self)
                    cells.append(drawer.column.around(body, label=drawer.label, tag=_tag(drawer, header)))
                else:
                    cells.append(drawer.column.cell(value, record, self, label=drawer.label, tag=_tag(drawer, header)))
            css = self.row_css(record)
            yield format_html(' class="{}"', css) if css else SafeString(""), SafeString("".join(cells))

    def row_css(self, record: Any) -> str:
        """The class of a row; a list that shades its groups answers with ff-group."""
        return ""

    @property
    def footer(self) -> SafeString:
        """The cells of the total row, or nothing without totals."""
        if self.totals is None:
            return SafeString("")
        cells = []
        for bound in self.columns:
            if bound.name == self._row_header:
                cells.append(format_html('<th scope="row">{}</th>', self.totals_label))
            elif bound.name in self.totals and isinstance(bound.column, AmountColumn):
                total = self.totals[bound.name]
                figure = total if isinstance(total, Figure) else Figure(total)
                cells.append(bound.column.total_cell(figure, self, label=str(bound.header)))
            elif "ff-screen" in getattr(bound.column, "css", ""):
                cells.append(SafeString('<td class="ff-screen"></td>'))
            else:
                cells.append(SafeString("<td></td>"))
        return SafeString("".join(cells))

    def export_headings(self) -> list[tuple[str, str]]:
        """Heading and kind (text, amount, integer, decimal, date) of each exported column; amounts are in pounds."""
        return [
            (
                f"{drawer.label} (£)" if drawer.column.export_kind == "amount" else drawer.label,
                drawer.column.export_kind,
            )
            for drawer in self._drawers(visible_only=False)
            if not drawer.column.exclude_from_export
        ]

    def export_rows(self) -> Iterator[list[Any]]:
        """Every row of the list, not only this page, as plain values."""
        drawers = [drawer for drawer in self._drawers(visible_only=False) if not drawer.column.exclude_from_export]
        for record in self.data:
            row = []
            for drawer in drawers:
                value = drawer.read(record)
                if drawer.value is not None:
                    row.append(drawer.value(record=record, value=value, table=self))
                else:
                    row.append(drawer.column.plain(value, record))
            yield row


def _tag(drawer: _Drawer, header: str) -> str:
    return "th" if drawer.name == header else "td"


def _nulls_last(part: Any, meta: Any) -> Any:
    """The same order with empty values last: the two databases disagree about where they belong."""
    if not isinstance(part, str) or part in ("?",):
        return part
    name = part.removeprefix("-")
    if name in ("pk", meta.pk.name):
        return part
    return F(name).desc(nulls_last=True) if part.startswith("-") else F(name).asc(nulls_last=True)
