"""A figure on the page: an amount, the number that says it and the lines behind it.

Every figure stands in an element with ``data-value`` (whole pounds) and links to the lines that make it up, unless it
is nought or its reader may not see them all (design: pages, interfaces). Everything here escapes what it is given.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from futurefit.values.money import Unit, format_amount, with_unit

NO_LINE = "–"
"""En dash: there is no line. A sum that is nought is written 0."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One amount in whole pounds with the address of its lines; ``amount=None`` means that there is no line."""

    amount: int | None
    href: str = ""
    note: str = ""
    sign: bool = False


def is_absent(amount: int | None, *, none_when_zero: bool) -> bool:
    """Whether the figure is written as an en dash instead of a number."""
    return amount is None or (none_when_zero and amount == 0)


def figure_html(
    amount: int | None,
    unit: Unit,
    href: str = "",
    *,
    symbol: bool = False,
    sign: bool = False,
    none_when_zero: bool = False,
) -> SafeString:
    """The figure for running text, tiles and cards: a span with ``data-value``, and inside it the link if there is one.

    ``symbol`` writes "£2.619m" instead of "2.619"; ``sign`` writes a plus before gains.
    """
    if is_absent(amount, none_when_zero=none_when_zero):
        return format_html('<span class="ff-none" data-value="0">{}</span>', NO_LINE)
    assert amount is not None
    text = with_unit(amount, unit, sign=sign) if symbol else format_amount(amount, unit, sign=sign)
    if href and amount:
        return format_html('<span data-value="{}"><a href="{}">{}</a></span>', f"{amount:d}", href, text)
    return format_html('<span data-value="{}">{}</span>', f"{amount:d}", text)


def cell_html(
    figure: Figure, unit: Unit, *, css: str = "", label: str = "", none_when_zero: bool = False
) -> SafeString:
    """A whole ``<td>`` for a table of figures; plain concatenation of escaped parts, because tables have hundreds.

    ``label`` becomes ``data-label``, which names the value when the row turns into a card on a phone.
    """
    amount = figure.amount
    absent = is_absent(amount, none_when_zero=none_when_zero)
    classes = (f"ff-num {conditional_escape(css)}" if css else "ff-num") + (" ff-none" if absent else "")
    attributes = f' class="{classes}" data-value="{amount or 0:d}"'
    if label:
        attributes += f' data-label="{conditional_escape(label)}"'
    if absent:
        body = NO_LINE
    else:
        assert amount is not None
        body = format_amount(amount, unit, sign=figure.sign)  # digits and marks, nothing to escape
        if figure.href and amount:
            body = f'<a href="{html.escape(figure.href)}">{body}</a>'
    if figure.note:
        body += f'<span class="ff-over">{conditional_escape(figure.note)}</span>'
    return SafeString(f"<td{attributes}>{body}</td>")
