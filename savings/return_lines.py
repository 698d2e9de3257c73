"""Due lines as the pages of finance show them: filtered, last split beside this one, what their returns say; and as a
file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import django_filters
from django.http import HttpResponse

from futurefit.access.reader import Reader
from futurefit.ui.exports import export_rows
from futurefit.ui.filters import READING_PARAMETERS, StrictFilterSet
from futurefit.values.money import format_amount
from futurefit.values.rag import SPLIT_STATUSES, Split, Status
from savings.models import LineInPeriod, LineReturn
from savings.permissions import can_change_lines, may_change_lines_of
from savings.reading import Reading
from savings.returns_board import LineState, state_of
from savings.returns_owed import OwedReturn
from savings.rollups import Scan
from savings.selection import NOT_STATED
from savings.services.return_answers import Seen, seen_of
from savings.services.returns import Standing, standings_of


class ReturnFilterSet(StrictFilterSet):
    """The filters of the board and of its lines, with the directorates, services and posts that have due lines.

    `also` are the parameters of the page that are no filters.
    """

    directorate = django_filters.ChoiceFilter(label="Directorate")
    service = django_filters.ChoiceFilter(label="Service")
    post = django_filters.ChoiceFilter(label="Post")
    state = django_filters.ChoiceFilter(label="State", choices=[(state.value, state.words) for state in LineState])

    class Meta:
        model = LineInPeriod
        fields: tuple[str, ...] = ()

    def __init__(
        self, data: Mapping[str, Any], *, owed: Iterable[OwedReturn], also: Iterable[str] = ("export",)
    ) -> None:
        super().__init__(data, LineInPeriod.objects.none())
        self.passthrough = READING_PARAMETERS | set(also)
        keys = [_keys(each) for each in owed]
        for name, none in (
            ("directorate", "Directorate not stated"),
            ("service", "Service not stated"),
            ("post", "Nobody owes this return"),
        ):
            found = {key: words for each in keys for key, words in [each[name]]}
            found[NOT_STATED] = none
            self.filters[name].extra["choices"] = sorted(
                found.items(), key=lambda choice: (choice[0] == NOT_STATED, choice[1])
            )

    def narrowed(self, owed: Iterable[OwedReturn]) -> list[OwedReturn]:
        """Those that fit every filter. Only of a valid address."""
        wanted = {name: value for name, value in self.form.cleaned_data.items() if value}
        state = wanted.pop("state", None)
        return [
            each
            for each in owed
            if (state is None or state_of(each) == state)
            and all(_keys(each)[name][0] == value for name, value in wanted.items())
        ]


def _keys(each: OwedReturn) -> dict[str, tuple[str, str]]:
    """What a due line is filtered by: the key and the words of its directorate, service and post."""
    line, post = each.line, each.owed_by
    return {
        "directorate": (line.directorate.code if line.directorate else NOT_STATED, line.directorate_label),
        "service": (line.service.code if line.service else NOT_STATED, line.service_label),
        "post": (post.code if post else NOT_STATED, post.title if post else ""),
    }


@dataclass(frozen=True)
class DrawnLine:
    """A due line ready for the page: last split beside this one, what its return says, and what may be answered."""

    owed: OwedReturn
    standing: Standing
    years: list[YearSplit]
    may_accept: bool
    may_query: bool
    target: int

    @property
    def line(self) -> LineInPeriod:
        return self.owed.line

    @property
    def returned(self) -> LineReturn | None:
        return self.owed.returned

    @property
    def said(self) -> bool:
        """Whether its return was submitted: what is kept as a draft is its author's alone."""
        return self.state is not LineState.NOT_RETURNED

    @property
    def is_being_answered(self) -> bool:
        """Whether an answer to a query is kept: what it says is its author's alone until it is submitted."""
        return self.said and self.returned is not None and self.returned.state == LineReturn.State.DRAFT

    @property
    def state(self) -> LineState:
        return state_of(self.owed)

    @property
    def seen(self) -> Seen | None:
        return seen_of(self.owed.returned, self.standing.positions.values()) if self.owed.returned else None

    @property
    def claimed(self) -> int:
        return self.seen.claimed if self.seen else 0


@dataclass(frozen=True)
class YearSplit:
    """One year of a line: how it stood in the last period and how it stands now, in words."""

    year: str
    last: str
    now: str

    @property
    def is_same(self) -> bool:
        return self.last == self.now


def drawn_lines(reader: Reader, reading: Reading, owed: Iterable[OwedReturn], money: Scan) -> list[DrawnLine]:
    """These due lines ready for the page of this reader; `money` is a scan of them by line. Two queries more."""
    owed = list(owed)
    standings = standings_of(reading.period, owed)
    by_line = money.each("line")
    may = may_answer(reader)
    found = []
    for each in owed:
        returned = each.returned
        answers = (
            returned is not None and returned.state != LineReturn.State.DRAFT and reading.period.is_open and may(each)
        )
        own = returned is not None and returned.submitted_by_user == reader.user_id
        found.append(
            DrawnLine(
                owed=each,
                standing=standings[each.line.pk],
                years=_years(reading, standings[each.line.pk]),
                may_accept=answers and not own and state_of(each) is not LineState.ACCEPTED,
                may_query=answers,
                target=by_line[each.line.line_id].total.target if each.line.line_id in by_line else 0,
            )
        )
    return found


def _years(reading: Reading, standing: Standing) -> list[YearSplit]:
    """The years for which a return is due, and others that stand otherwise than in the last period."""
    last_year = reading.period.financial_year + reading.period.return_years_ahead
    found = []
    for year in sorted(standing.positions, key=lambda year: (year is None, year or 0)):
        now, before = standing.present(year), standing.last.get(year)
        due = year is not None and year <= last_year
        if due or (before is not None and before != now):
            last = _split_words(reading, before) if before else "–"
            found.append(YearSplit(reading.horizon.label(year), last, _split_words(reading, now)))
    return found


SHORT = {
    Status.DELIVERED: "delivered",
    Status.CLAIMED: "claimed",
    Status.ON_TARGET: "on target",
    Status.AMBER: "amber",
    Status.RED: "red",
}


def _split_words(reading: Reading, split: Split) -> str:
    """ "on target 977, amber 50 of 1,495", in the unit of the page."""
    parts = [
        f"{SHORT[status]} {format_amount(split.amount(status), reading.unit)}"
        for status in SPLIT_STATUSES
        if split.amount(status)
    ]
    if split.not_rated:
        parts.append(f"not rated {format_amount(split.not_rated, reading.unit)}")
    return f"{', '.join(parts) or 'nothing'} of {format_amount(split.target, reading.unit)}"


def may_answer(reader: Reader) -> Callable[[OwedReturn], bool]:
    """Whether the reader, as a finance officer, looks after the line."""
    officer = can_change_lines(reader)
    return lambda each: officer and may_change_lines_of(reader, each.line.directorate_id)


def lines_as_file(reading: Reading, lines: Iterable[DrawnLine], fmt: str, words: list[str]) -> HttpResponse:
    """Exactly these lines as XLSX or CSV. Raises Http404 for another format."""
    columns = [(name, "text") for name in ("Code", "Savings line", "Directorate", "Service", "Post", "State")]
    columns += [("Target, all years (£)", "amount"), ("Claimed (£)", "amount")]
    columns += [(name, "text") for name in ("Last period", "This period", "Comment", "Evidence", "Accepted by")]
    columns += [("Evidence noted by finance", "text"), ("What finance asks", "text")]
    rows = []
    for each in lines:
        returned = each.returned if each.said else None
        told = returned is not None and not each.is_being_answered
        rows.append(
            (
                each.line.line.code,
                each.line.title,
                each.line.directorate_label,
                each.line.service_label,
                each.owed.owed_by.title if each.owed.owed_by else "Nobody owes this return",
                each.state.words,
                each.target,
                each.claimed,
                "; ".join(f"{year.year}: {year.last}" for year in each.years),
                "; ".join(f"{year.year}: {year.now}" for year in each.years),
                returned.comment if returned and told else "",
                returned.evidence if returned and told else "",
                returned.accepted_by if returned else "",
                returned.evidence_accepted if returned else "",
                returned.query_reason if returned and each.state is LineState.QUERIED else "",
            )
        )
    preamble = [
        f"Returns line by line: {reading.period_words}",
        *words,
        f"How a line stands is written in {reading.unit.symbol}.",
    ]
    return export_rows(f"return lines {reading.period.label}", columns, rows, fmt, preamble)
