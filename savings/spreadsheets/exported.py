"""The columns of a file of savings lines, and what each row holds in them: the same in XLSX and CSV.

One row a line. Its facts come first, then its target by year, then how each year's target stands by status: whatever
the split, the row holds it exactly. Headings are those that `layout` recognises, each amount with its unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from django.db.models import Max, Min, QuerySet

from futurefit.values.money import Unit, format_exact
from futurefit.values.rag import SPLIT_STATUSES, Status
from projects.models.project import SavingType
from savings.groupings import Group, groups_of
from savings.models import LineInPeriod, Position, ReportingPeriod
from savings.models.line import Method, Recurring
from savings.reading import Reading
from savings.spreadsheets import fields
from savings.spreadsheets.names import Names, SeveralMeant
from savings.spreadsheets.own_files import PROJECT_TITLE, amount_heading
from savings.spreadsheets.stamps import AMOUNTS, GROUPS, LineSaid

CHOICES: Mapping[str, Mapping[str, str]] = {
    "saving_type": dict(SavingType.choices),
    "method": dict(Method.choices),
    "recurring": dict(Recurring.choices),
}
"""The words of the facts that are a choice."""

GROUP_FACTS = ("theme", "directorate", "service", "mtfp_heading")
"""The facts that name a group, in the order of `stamps.GROUPS`."""


class Kind(StrEnum):
    """What a column holds: a key that stays as it is, words, a name or choice of a list, an amount."""

    KEY = "key"
    TEXT = "text"
    LISTED = "listed"
    AMOUNT = "amount"


@dataclass(frozen=True)
class Column:
    """One column: its FIELD (of `fields`, with a status for parts of a target), heading, kind and width in letters.

    ``status`` is that of an amount, empty for the target; ``meaning`` says in words what stands in the column.
    """

    field: str
    heading: str
    kind: Kind
    width: float
    meaning: str
    year: int | None = None
    status: Status | None = None

    @property
    def is_amount(self) -> bool:
        return self.kind is Kind.AMOUNT


_FACT_COLUMNS = (
    ("code", Kind.KEY, 17, "What FutureFit knows the line by. Leave it as it is; leave it empty for a new line."),
    (
        "version",
        Kind.KEY,
        13,
        "What the line said when this file was made, folded to a few letters. Leave it as it is.",
    ),
    ("title", Kind.TEXT, 46, "The saving in a few words. Every line has one."),
    ("reference", Kind.TEXT, 12, "The reference as your papers print it."),
    (
        "project",
        Kind.TEXT,
        14,
        "The code of the project, workstream or block, as in the sheet “Lists”. Another code moves the line; put the "
        "theme of that project beside it.",
    ),
    ("project_title", Kind.KEY, 30, "For reading only: the project’s title is changed in FutureFit."),
    ("theme", Kind.LISTED, 24, "The theme of the project. It changes with the project alone."),
    ("directorate", Kind.LISTED, 24, "The directorate whose budget becomes smaller."),
    ("service", Kind.LISTED, 24, "The service of that directorate."),
    ("saving_type", Kind.LISTED, 14, "Further, faster, new or cross cutting."),
    ("mtfp_heading", Kind.LISTED, 20, "The heading of the medium term financial plan."),
    ("method", Kind.LISTED, 14, "How the saving is made."),
    ("recurring", Kind.LISTED, 14, "Whether the saving stays in the budget every year."),
    ("budget_code", Kind.TEXT, 14, "The budget that becomes smaller."),
    ("amount_in_words", Kind.TEXT, 18, "For a saving without an amount, such as “marginal”."),
    ("note", Kind.TEXT, 36, "Anything a reader has to know."),
)

LINE, EXAMPLE = "Line", "Example"
"""Kinds of row in the empty workbook; an import leaves examples out."""

ROW_TYPE = Column(
    "row_type",
    fields.FIELDS["row_type"].heading,
    Kind.LISTED,
    11,
    f"“{EXAMPLE}” leaves the row out. An empty cell is a line.",
)


@dataclass(frozen=True)
class Columns:
    """The columns of a file in a unit, with the names that its rows write for groups.

    `lists` are the values that a column of a list may take, in order.
    """

    period: ReportingPeriod
    unit: Unit
    years: tuple[int | None, ...]
    columns: tuple[Column, ...]
    lists: Mapping[str, Sequence[str]]
    projects: Sequence[Group]
    _names: Mapping[str, Mapping[Hashable, str]]

    @property
    def first_amount(self) -> int:
        """The place of the first column of amounts, counted from 0."""
        return len(_FACT_COLUMNS)

    @property
    def headings(self) -> list[str]:
        return [column.heading for column in self.columns]

    def facts(self, said: LineSaid) -> list[str]:
        """What the row of a line holds before its amounts; a fact that is not stated is an empty cell or says so."""
        reference, title, project, theme, directorate, service, saving_type, heading, *others = said.facts
        method, recurring, budget_code, amount_in_words, note = others
        theme_id, directorate_id, service_id, heading_id = said.groups
        names = self._names
        return [
            said.code,
            said.version,
            title,
            reference,
            project,
            said.project_title,
            names["theme"].get(theme_id, theme),
            names["directorate"].get(directorate_id, directorate),
            names["service"].get(service_id, service),
            CHOICES["saving_type"][saving_type],
            names["mtfp_heading"].get(heading_id, heading),
            CHOICES["method"][method],
            CHOICES["recurring"][recurring],
            budget_code,
            amount_in_words,
            note.replace("\r\n", "\n"),
        ]

    def amounts(self, said: LineSaid) -> list[tuple[int, int]]:
        """Place and whole pounds of each amount of a line; a target of nought is one, a status of nought is none."""
        found = []
        for year, target, *parts in said.amounts:
            place, first_part = self._places[year]
            found.append((place, target))
            found += [(first_part + number, part) for number, part in enumerate(parts) if part]
        return found

    @cached_property
    def _places(self) -> dict[int | None, tuple[int, int]]:
        """Where the target of each year stands, and where its parts begin."""
        parts = self.first_amount + len(self.years)
        return {
            year: (self.first_amount + number, parts + number * len(SPLIT_STATUSES))
            for number, year in enumerate(self.years)
        }

    @cached_property
    def _factor(self) -> int:
        return self.unit.factor

    def in_unit(self, amount: int) -> int | float:
        """An amount as the number of a cell. A spreadsheet keeps 15 digits, which holds any amount exactly."""
        whole, rest = divmod(amount, self._factor)
        return amount / self._factor if rest else whole

    def in_digits(self, amount: int) -> str:
        """An amount as a CSV file has it, exactly."""
        return format_exact(amount, self.unit)


@dataclass(frozen=True)
class Export:
    """Which lines a file holds and for whom it is made.

    `lines` are lines of the reading's period that its reader may see; `words` say in sentences which. `made_for` is a
    post. `may_change` says of a directorate (None: not stated) whether its lines are the reader's to change; None: the
    reader changes no lines. Amounts are in the unit of the reading.
    """

    reading: Reading
    lines: QuerySet[LineInPeriod]
    words: Sequence[str]
    made_for: str
    made_on: date
    may_change: Callable[[int | None], bool] | None = None

    @cached_property
    def columns(self) -> Columns:
        return columns_of(self.reading, self.lines, self.reading.unit)

    @property
    def title(self) -> str:
        return f"{self.reading.programme.name}: savings lines as at {self.reading.period_words}"

    @property
    def is_for_editing(self) -> bool:
        """Whether its reader can change it and bring it back: a closed period never changes."""
        return self.may_change is not None and self.reading.period.is_open

    def is_own(self, said: LineSaid) -> bool:
        """Whether a line is the reader's to change."""
        return self.is_for_editing and self.may_change is not None and self.may_change(said.directorate_id)


def columns_of(reading: Reading, lines: QuerySet[LineInPeriod], unit: Unit) -> Columns:
    """The columns for lines of the reading's period: the years of the plan and any other in which they hold an amount.

    Lists hold what the reader may see.
    """
    period = reading.period
    years = _years(period, lines)
    groups = groups_of(period, (*GROUP_FACTS, "project"), reading.scope)
    known = Names(period.programme, projects=False) if period.is_open else None
    names = {name: _names(name, groups[name], known) for name in GROUP_FACTS}
    lists = {name: list(names[name].values()) for name in GROUP_FACTS}
    lists |= {name: list(choices.values()) for name, choices in CHOICES.items()}
    amounts = [
        _amount_column(fields.Amounts(year, status), period, unit)
        for statuses in (("",), [each.value for each in SPLIT_STATUSES])
        for year in years
        for status in statuses
    ]
    return Columns(period, unit, years, (*_fact_columns(), *amounts), lists, groups["project"], names)


def _amount_column(amounts: fields.Amounts, period: ReportingPeriod, unit: Unit) -> Column:
    heading = amount_heading(amounts, period.horizon, unit)
    status = Status(amounts.status) if amounts.status else None
    return Column(amounts.name(period.horizon), heading, Kind.AMOUNT, 12, "", amounts.year, status)


def _fact_columns() -> Iterator[Column]:
    for name, kind, width, meaning in _FACT_COLUMNS:
        heading = PROJECT_TITLE if name == "project_title" else fields.FIELDS[name].heading
        yield Column(name, heading, kind, width, meaning)


def _years(period: ReportingPeriod, lines: QuerySet[LineInPeriod]) -> tuple[int | None, ...]:
    held = Position.objects.filter(line_in_period__in=lines.order_by().values("pk"))
    found = held.aggregate(first=Min("year"), last=Max("year"))
    first = min(period.horizon_first, found["first"] or period.horizon_first)
    last = max(period.horizon_last, found["last"] or period.horizon_last)
    return (*range(first, last + 1), None)


def _names(kind: str, groups: Collection[Group], known: Names | None) -> dict[Hashable, str]:
    """What a cell says of each group: its name where that names it alone when it is brought back, else its key.

    A closed period, of which nothing is brought back, knows only the names of then (`known` is None).
    """
    if known is None:
        labels = Counter(group.label for group in groups)
        return {group.group_id: group.label if labels[group.label] == 1 else str(group.key) for group in groups}
    return {group.group_id: group.label if _names_alone(kind, group, known) else str(group.key) for group in groups}


def _names_alone(kind: str, group: Group, known: Names) -> bool:
    try:
        row = known.find(kind, group.label)
    except SeveralMeant:
        return False
    return row is not None and row.pk == group.group_id


assert tuple(status.value for status in SPLIT_STATUSES) == AMOUNTS[1:]
assert len(GROUP_FACTS) == len(GROUPS)
