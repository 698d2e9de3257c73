"""Splitting a line into parts: every pound of every year in exactly one of them, the ratings with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import open_to
from futurefit.values.money import Unit, format_amount, format_exact, with_unit
from futurefit.values.rag import Split, Status
from savings.dividing import Rule
from savings.line_forms import SPLIT_PAGE, SplitForm
from savings.models import LineInPeriod, Position
from savings.reading import Reading
from savings.seen import seal
from savings.services.grid import split_of
from savings.services.line_acts import (
    FEWEST_PARTS,
    MOST_PARTS,
    Part,
    divided_positions,
    refuse_division,
    refuse_parts,
    split_line,
)
from savings.views.line_in_hand import (
    FINANCE_OFFICERS,
    add_refusal,
    cannot,
    crumbs_of,
    finance,
    is_stale,
    line_in_hand,
    line_to_change,
    line_url,
)

TITLE = "Split this line"


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def line_split(request: HttpRequest, code: str) -> HttpResponse:
    """Type the parts, see how they would stand, and split the line; what is typed is kept until it fits."""
    reading, line, instead = line_to_change(request, code, TITLE)
    if instead is not None:
        return instead
    positions = list(line.positions.all())
    if all(position.approved for position in positions):
        return cannot(request, reading, TITLE, _why_not(positions), crumbs_of(reading, line))
    form = _opened(reading, line, positions)
    parts: list[PartShown] = []
    if request.method == "POST":
        form = _typed(request, reading, positions)
        if request.POST.get("do") == "more":
            form = _with_another(request, reading, positions)
        elif form.is_valid() and _fits(form, line, positions):
            rule, typed = Rule(form.cleaned_data["rule"]), form.typed_parts
            if request.POST.get("do") == "split":
                try:
                    lines = _split(request, line, form, typed, rule)
                except ValidationError as refused:
                    form = _refused(request, reading, code, form, refused)
                else:
                    added = ", ".join(f"“{row.title}” ({row.line.code})" for row in lines[1:])
                    messages.success(request, f"Split {line.line.code}. It keeps its part; new: {added}.")
                    return redirect(line_url(reading, line))
            else:
                parts = _shown(reading, positions, typed, rule)
    context = {
        "reading": reading,
        "line": line,
        "form": form,
        "approved": [reading.horizon.label(row.year) for row in positions if row.approved],
        "wholes": _wholes(reading, positions),
        "parts": parts,
        "statuses": [status.label for status in _statuses(positions)],
        "more": form.count < MOST_PARTS,
        "crumbs": crumbs_of(reading, line),
    }
    return render(request, "savings/line_split.html", context, status=400 if form.is_bound and form.errors else 200)


def _why_not(positions: Sequence[Position]) -> str:
    if not positions:
        return "The line has no amount to divide. Duplicate it to have a second line of its kind."
    return "Every amount of the line is approved, so it stays whole: dividing approved amounts needs a decision."


def _opened(reading: Reading, line: LineInPeriod, positions: Sequence[Position]) -> SplitForm:
    """Two parts: the line as it is, and one without anything yet."""
    initial: dict[str, Any] = {
        "title_0": line.title,
        "parts": FEWEST_PARTS,
        "rule": Rule.PROPORTION.value,
        "seen": _seen(line, positions),
    }
    form = SplitForm(period=reading.period, unit=reading.unit, positions=positions, parts=FEWEST_PARTS, initial=initial)
    for position in form.divided:
        initial[form.cell(0, position.year)] = format_exact(position.target, reading.unit)
    return form


def _seen(line: LineInPeriod, positions: Sequence[Position]) -> str:
    amounts = [[row.year, row.version, row.target] for row in positions]
    return seal({"version": line.version, "amounts": amounts}, SPLIT_PAGE)


def _count(request: HttpRequest) -> int:
    text = request.POST.get("parts", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else FEWEST_PARTS
    return min(max(number, FEWEST_PARTS), MOST_PARTS)


def _typed(request: HttpRequest, reading: Reading, positions: Sequence[Position]) -> SplitForm:
    return SplitForm(request.POST, period=reading.period, unit=reading.unit, positions=positions, parts=_count(request))


def _with_another(request: HttpRequest, reading: Reading, positions: Sequence[Position]) -> SplitForm:
    """What was typed, not checked yet, and one part more."""
    parts = min(_count(request) + 1, MOST_PARTS)
    initial = {**request.POST.dict(), "parts": parts}
    form = SplitForm(period=reading.period, unit=reading.unit, positions=positions, parts=parts, initial=initial)
    form.fields[f"title_{parts - 1}"].widget.attrs["autofocus"] = True
    return form


def _fits(form: SplitForm, line: LineInPeriod, positions: Sequence[Position]) -> bool:
    """Whether the parts come to the amounts of the line; where not, each year says by how much."""
    try:
        refuse_parts(form.typed_parts)
        refuse_division(line, positions, form.typed_parts)
    except ValidationError as refused:
        _add_refusal(form, refused)
    return not form.errors


def _add_refusal(form: SplitForm, refused: ValidationError) -> None:
    if hasattr(refused, "error_dict"):
        add_refusal(form, refused)
        return
    for error in refused.error_list:
        of_a_year = error.code == "division" and error.params
        cell = form.cell(0, error.params["year"]) if of_a_year else ""
        form.add_error(cell if cell in form.fields else None, error)


def _split(
    request: HttpRequest, line: LineInPeriod, form: SplitForm, parts: Sequence[Part], rule: Rule
) -> list[LineInPeriod]:
    seen = form.cleaned_data["seen"]
    return split_line(
        actor=finance(request),
        line=line,
        parts=parts,
        rule=rule,
        version=seen["version"],
        versions={year: version for year, version, _target in seen["amounts"]},
        reason=form.cleaned_data["reason"],
    )


def _refused(request: HttpRequest, reading: Reading, code: str, form: SplitForm, refused: ValidationError) -> SplitForm:
    """What was typed, with the refusal; where somebody changed an amount, with both values, on top of the new."""
    if not is_stale(refused):
        _add_refusal(form, refused)
        return form
    now = line_in_hand(reading, code)
    positions = list(now.positions.all())
    data = request.POST.copy()
    data["seen"] = _seen(now, positions)
    again = SplitForm(data, period=reading.period, unit=reading.unit, positions=positions, parts=_count(request))
    again.full_clean()
    again.add_error(None, "Somebody changed this line since you opened the page. Look at the amounts again.")
    was = {year: target for year, _version, target in form.cleaned_data["seen"]["amounts"]}
    for words in _both_values(reading, was, {row.year: row.target for row in positions}):
        again.add_error(None, words)
    return again


def _both_values(reading: Reading, was: Mapping[int | None, int], now: Mapping[int | None, int]) -> list[str]:
    def said(amounts: Mapping[int | None, int], year: int | None) -> str:
        return with_unit(amounts[year], Unit.POUNDS) if year in amounts else "nothing"

    return [
        f"{reading.horizon.label(year)}: {said(was, year)} when you opened the page, {said(now, year)} now."
        for year in dict.fromkeys([*was, *now])
        if was.get(year) != now.get(year)
    ]


def _wholes(reading: Reading, positions: Sequence[Position]) -> list[tuple[str, str]]:
    """What there is to divide: the years and their amounts, in words."""
    return [
        (reading.horizon.label(row.year), _written(row.target, reading.unit, positions))
        for row in positions
        if not row.approved
    ]


def _statuses(positions: Sequence[Position]) -> list[Status]:
    """The columns of the preview: every status, claimed only where some is."""
    return [status for status in Status if status is not Status.CLAIMED or any(row.claimed for row in positions)]


@dataclass(frozen=True)
class PartShown:
    """One part as it would stand: its title, and by year the amount and its statuses, formatted."""

    title: str
    years: list[tuple[str, str, list[str]]]


def _shown(reading: Reading, positions: Sequence[Position], parts: Sequence[Part], rule: Rule) -> list[PartShown]:
    """Every part with its ratings, and all of them together, which is the line as it stands."""
    statuses = _statuses(positions)

    def written(amount: int) -> str:
        return _written(amount, reading.unit, positions)

    def years(amounts: Mapping[int | None, Split]) -> list[tuple[str, str, list[str]]]:
        return [
            (reading.horizon.label(year), written(split.target), [written(split.amount(status)) for status in statuses])
            for year, split in amounts.items()
        ]

    divided = divided_positions(positions, parts, rule)
    shown = [PartShown(part.title, years(amounts)) for part, amounts in zip(parts, divided, strict=True)]
    whole = {position.year: split_of(position) for position in positions}
    return [*shown, PartShown("All parts together: the line as it stands now", years(whole))]


def _written(amount: int, unit: Unit, positions: Sequence[Position]) -> str:
    """The amount in the unit; with every digit where some amount of the line has more than are usually shown."""
    return format_amount(amount, unit, decimals=unit.power if _is_odd(positions, unit) else None)


def _is_odd(positions: Sequence[Position], unit: Unit) -> bool:
    """Whether some amount is no whole number of the unit's own decimals: then every digit is shown."""
    step = unit.factor // 10**unit.decimals
    return any(getattr(row, name) % step for row in positions for name in ("target", *_RATED))


_RATED = ("delivered", "claimed", "on_target", "amber", "red")
