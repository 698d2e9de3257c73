"""A programme with a random history: what people do to savings lines over six periods, through the services alone.

`histories()` draws what happens, `play` does it in a `Stage` and tells the caller of each closing. What a rule refuses
is left out, as a person would after reading the message; `Stage.done` counts what was really done. For properties that
hold whatever happened: movement adds up, every pound is in one place, and a closed period never changes. Financial
years end within the six periods, one of them with an outturn that ends on the day of its last month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import strategies as st

from futurefit.council.models import CorporatePlanArea, Directorate, Service
from futurefit.history.actors import Actor
from futurefit.history.models import Act
from futurefit.history.services import record_act
from futurefit.values.money import Unit
from futurefit.values.rag import Split, Status
from projects.models import Programme, Project, Theme
from savings.deciding import Change, LineYear, Link, reverse_kind, reversed_changes
from savings.dividing import Rule
from savings.measures import still_undelivered
from savings.models import Decision, LineInPeriod, LineReturn, MtfpHeading, Position, ReportingPeriod
from savings.permissions import LineRight
from savings.returns_owed import OwedReturn, returns_owed
from savings.services.bulk import set_on_lines, undo_set
from savings.services.carry_forward import Carrying, carry_forward
from savings.services.decisions import (
    NewDecision,
    change_decision,
    changes_of,
    confirm_decision,
    held_of,
    links_of,
    record_decision,
    withdraw_decision,
)
from savings.services.grid import Cell, CellChange, save_amounts, split_of, standing_of, take_back
from savings.services.imports import apply_import
from savings.services.line_acts import Carried, Part, duplicate_line, restore_line, split_line
from savings.services.lines import (
    NewLine,
    NewPosition,
    add_lines,
    change_line,
    move_project,
    rename_directorate,
    rename_theme,
    set_split,
    withdraw_line,
)
from savings.services.period_facts import Definition, note_correction, prepare_period, reword_definitions
from savings.services.periods import close_and_open_next, period_called
from savings.services.reorganisation import NewUnit, assign, merge_units, move_service, rename_unit, split_unit
from savings.services.return_answers import accept_returns, query_return, seen_of
from savings.services.returns import Said, keep_returns, standings_of, submit_returns, take_back_drafts
from savings.spreadsheets.checking import check
from savings.spreadsheets.findings import Options
from tests import factories
from tests.savings.spreadsheets.tables import workbook

YEARS = (2016, 2017, 2018)
FEW = st.integers(0, 5)


@st.composite
def splits(draw) -> Split:
    """Any split that stands, of either sign, over-delivered ones and noughts among them."""
    sign = draw(st.sampled_from((1, 1, -1)))
    target, delivered, claimed = (draw(st.integers(0, 100)) for _ in range(3))
    left = max(target - delivered - claimed, 0)
    on_target = draw(st.integers(0, left))
    amber = draw(st.integers(0, left - on_target))
    red = draw(st.integers(0, left - on_target - amber))
    return Split(*(sign * amount for amount in (target, delivered, claimed, on_target, amber, red)))


@dataclass(frozen=True)
class Deed:
    """One thing done: `what` is the name of a method of `Stage`; numbers choose among what stands there."""

    what: str
    line: int
    place: int
    years: dict[int | None, Split | None]


ENTRY = (
    "type",
    "rate",
    "take_back",
    "add",
    "duplicate",
    "split",
    "withdraw",
    "restore",
    "retag",
    "move",
    "set_on_many",
    "undo_set",
    "bring_in",
    "move_and_type",
)
DECISIONS = (
    "approve",
    "re_profile",
    "write_out",
    "replace",
    "correct",
    "undo_decision",
    "change_decision",
    "withdraw_decision",
)
RETURNS = (
    "keep_return",
    "throw_return_away",
    "submit_return",
    "accept_return",
    "query_return",
    "carry_forward",
)
COUNCIL = (
    "move_project",
    "rename",
    "rename_unit",
    "split_unit",
    "merge_units",
    "assign",
    "move_service",
)
PERIODS = ("close", "prepare", "reword", "note_correction")
DEEDS = (*ENTRY, *DECISIONS, *RETURNS, *COUNCIL, *PERIODS)
"""Everything that can be done, by the names of the methods of `Stage`."""


@st.composite
def histories(draw, *, most: int = 24) -> list[Deed]:
    """What happens, period after period; it begins with lines and holds at least one closing."""
    deeds = st.builds(
        Deed,
        what=st.one_of(*(st.sampled_from(some) for some in (ENTRY, DECISIONS, RETURNS, COUNCIL, PERIODS, ("close",)))),
        line=FEW,
        place=FEW,
        years=st.dictionaries(st.sampled_from((*YEARS, None)), st.one_of(splits(), splits(), st.none()), max_size=3),
    )
    drawn = draw(st.lists(deeds, min_size=8, max_size=most))
    first = Deed("add", 0, draw(FEW), {2016: draw(splits()), 2017: draw(splits())})
    second = Deed("add", 1, draw(FEW), {2017: draw(splits()), None: draw(splits())})
    return [first, second, Deed("close", 0, 0, {}), *drawn]


def everything() -> list[Deed]:
    """Every deed in two of the six periods, each time of another line, after three lines were added."""
    whole = {2016: Split(90, delivered=20, on_target=40, amber=10), 2017: Split(60), None: Split(30)}
    lines = [Deed("add", line, line, whole) for line in range(3)]
    rounds: list[Deed] = []
    for number, what in enumerate((*DEEDS, *DEEDS)):
        if number % 15 == 14:
            rounds.append(Deed("close", 0, 0, {}))
        if what != "close":
            rounds.append(Deed(what, number % 5, (number // 3) % 6, {2016: Split(50 + number), 2018: Split(number)}))
    return [*lines, *rounds]


@dataclass
class Stage:
    """Where it happens. Made once for many histories (`stage`); each history runs in a programme of its own."""

    programme: Programme
    period: ReportingPeriod
    themes: list[Theme | None]
    projects: list[Project]
    headings: list[MtfpHeading | None]
    areas: list[CorporatePlanArea | None]
    actor: Actor
    head_of_finance: Actor
    head: Actor
    at: datetime = datetime(2015, 10, 2, 9, tzinfo=UTC)
    day: date = date(2015, 4, 1)
    done: Counter[str] = field(default_factory=Counter)
    refused: dict[str, str] = field(default_factory=dict)

    # What stands there

    def lines(self, *, withdrawn: bool = False) -> list[LineInPeriod]:
        rows = LineInPeriod.objects.filter(period=self.period, withdrawn=withdrawn).order_by("line_id")
        return list(rows.select_related("line", "period__programme", "project", "theme", "directorate", "service"))

    def line(self, deed: Deed, *, withdrawn: bool = False) -> LineInPeriod:
        rows = self.lines(withdrawn=withdrawn)
        if not rows:
            raise ValidationError("There is no line.")
        return rows[deed.line % len(rows)]

    @property
    def directorates(self) -> list[Directorate | None]:
        """None and those that have not ended."""
        return [None, *Directorate.objects.filter(ends_on__isnull=True).order_by("pk")]

    @property
    def services(self) -> list[Service | None]:
        return [None, *Service.objects.filter(ends_on__isnull=True).order_by("pk")]

    @property
    def number(self) -> int:
        """How many things were done: for names that none has."""
        return self.done.total()

    def moment(self) -> datetime:
        self.at += timedelta(hours=1)
        return self.at

    def on(self) -> date:
        """The day of a reorganisation: after all others, before the first period ends."""
        self.day += timedelta(days=1)
        return self.day

    # What is done

    def add(self, deed: Deed) -> None:
        amounts = [NewPosition(year, split) for year, split in deed.years.items() if split is not None]
        new = NewLine(
            f"Line {self.number}",
            self.projects[deed.place % len(self.projects)],
            directorate=pick(self.directorates, deed.line),
            heading=self.headings[deed.place % 3],
            positions=amounts,
        )
        add_lines(actor=self.actor, period=self.period, lines=[new], at=self.moment())

    def type(self, deed: Deed) -> None:
        line = self.line(deed)
        opened = {row.year: split_of(row) for row in line.positions.all()}
        changes = [CellChange(Cell(line.line_id, year), opened.get(year), to) for year, to in deed.years.items()]
        save_amounts(
            actor=self.actor,
            period=self.period,
            project=line.project,
            changes=changes,
            right=lambda _line: LineRight.AMOUNTS,
            reason="The tender came in lower",
            at=self.moment(),
        )

    def rate(self, deed: Deed) -> None:
        line = self.line(deed)
        position = line.positions.order_by("pk")[deed.place % max(line.positions.count(), 1)]
        target = position.target
        amber = target // 2
        set_split(
            actor=self.actor, position=position, split=Split(target, amber=amber, red=target - amber), at=self.moment()
        )

    def take_back(self, deed: Deed) -> None:
        act = Act.objects.filter(verb="savings.amounts_changed", programme_slug=self.programme.slug).latest("pk")
        project = Project.objects.get(pk=act.subjects.get(kind="projects.project").object_id)
        take_back(
            actor=self.actor,
            period=self.period,
            project=project,
            act=act,
            right=lambda _line: LineRight.AMOUNTS,
            at=self.moment(),
        )

    def duplicate(self, deed: Deed) -> None:
        carried = list(Carried)[deed.place % 3]
        duplicate_line(actor=self.actor, line=self.line(deed), title="Copy", carried=carried, at=self.moment())

    def split(self, deed: Deed) -> None:
        line = self.line(deed)
        halves = {row.year: row.target // 2 for row in line.positions.filter(approved=False)}
        rest = {row.year: row.target - halves[row.year] for row in line.positions.filter(approved=False)}
        parts = [Part("One half", halves), Part("The other", rest)]
        split_line(actor=self.actor, line=line, parts=parts, rule=list(Rule)[deed.place % 2], at=self.moment())

    def withdraw(self, deed: Deed) -> None:
        withdraw_line(actor=self.actor, line=self.line(deed), reason="No longer legal", at=self.moment())

    def restore(self, deed: Deed) -> None:
        restore_line(actor=self.actor, line=self.line(deed, withdrawn=True), at=self.moment())

    def retag(self, deed: Deed) -> None:
        changes = {
            "directorate": pick(self.directorates, deed.place),
            "service": pick(self.services, deed.place),
            "corporate_area": self.areas[deed.place % 3],
            "saving_type": ("further", "faster", "new", "cross_cutting", "not_stated", "new")[deed.place],
        }
        change_line(actor=self.actor, line=self.line(deed), changes=changes, at=self.moment())

    def move(self, deed: Deed) -> None:
        project = self.projects[deed.place % len(self.projects)]
        change_line(actor=self.actor, line=self.line(deed), changes={"project": project}, at=self.moment())

    def set_on_many(self, deed: Deed) -> None:
        versions = {row.pk: row.version for row in self.lines()}
        values = {"heading": self.headings[deed.place % 3], "method": ("income", "contract")[deed.line % 2]}
        set_on_lines(actor=self.actor, period=self.period, values=values, versions=versions, at=self.moment())

    def undo_set(self, deed: Deed) -> None:
        act = Act.objects.filter(verb="savings.lines_set", programme_slug=self.programme.slug).latest("pk")
        undo_set(actor=self.actor, act=act, period=self.period, at=self.moment())

    def move_project(self, deed: Deed) -> None:
        project = Project.objects.get(pk=self.projects[deed.line % len(self.projects)].pk)
        move_project(
            actor=self.actor,
            project=project,
            theme=self.themes[deed.place % 3],
            directorate=pick(self.directorates, deed.place),
            at=self.moment(),
        )
        self.projects = [Project.objects.get(pk=each.pk) for each in self.projects]

    def rename(self, deed: Deed) -> None:
        theme, directorate = self.themes[1 + deed.place % 2], pick(self.directorates[1:], deed.place)
        assert theme is not None and directorate is not None
        rename_theme(actor=self.actor, theme=theme, name=f"Theme {self.number}", at=self.moment())
        rename_directorate(
            actor=self.actor, directorate=directorate, name=f"Directorate {self.number}", at=self.moment()
        )

    def approve(self, deed: Deed) -> None:
        for row in (self.line(deed), self.line(replace(deed, line=deed.line + 1))):
            positions = [each for each in row.positions.all() if not each.approved]
            if positions:
                record = [Change(LineYear(row.line_id, each.year), each.target, each.target) for each in positions]
                self._decide(Decision.Kind.APPROVE, record)

    def re_profile(self, deed: Deed) -> None:
        line, year, target = self._approved(deed)
        proposed = {row.year for row in line.positions.filter(approved=False)}
        free = [each for each in (*YEARS, None) if each != year and each not in proposed]
        to_year, part = pick(free, deed.line), part_of(target, deed)
        held = line.positions.filter(year=to_year).first()
        before = held.target if held else None
        changes = [
            Change(LineYear(line.line_id, year), target, target - part),
            Change(LineYear(line.line_id, to_year), before, (before or 0) + part),
        ]
        self._decide(Decision.Kind.RE_PROFILE, changes)

    def write_out(self, deed: Deed) -> None:
        line, year, target = self._approved(deed)
        change = Change(LineYear(line.line_id, year), target, target - part_of(target, deed))
        self._decide(Decision.Kind.WRITE_OUT, [change])

    def correct(self, deed: Deed) -> None:
        line, year, target = self._approved(deed)
        change = Change(LineYear(line.line_id, year), target, target + 10 * deed.line - 25)
        self._decide(Decision.Kind.CORRECT, [change])

    def replace(self, deed: Deed) -> None:
        line, year, target = self._approved(deed)
        others = [
            row
            for row in self.lines()
            if row.line_id != line.line_id and not row.positions.filter(year=year, approved=False).exists()
        ]
        other, part = pick(others, deed.line), part_of(target, deed)
        held = other.positions.filter(year=year).first()
        before = held.target if held else None
        changes = [
            Change(LineYear(line.line_id, year), target, target - part),
            Change(LineYear(other.line_id, year), before, (before or 0) + part),
        ]
        self._decide(Decision.Kind.REPLACE, changes, [Link(line.line_id, other.line_id, year, part)])

    def undo_decision(self, deed: Deed) -> None:
        undone = Decision.objects.filter(confirmed_at__isnull=False, undone_by__isnull=True).latest("pk")
        changes, links = changes_of(undone.items.all()), links_of(undone)
        held = held_of(standing_of(self.period, {change.at.line_id for change in changes}))
        after = reversed_changes(undone.kind, changes, held)
        back = [
            Change(at, held[at.line_id].years[at.year].split.target, target)
            for at, target in after.items()
            if at.year in held[at.line_id].years
        ]
        links = [Link(link.new_id, link.old_id, link.year, link.amount) for link in links]
        self._decide(reverse_kind(undone.kind), back, links, undoes=undone)

    def change_decision(self, deed: Deed) -> None:
        line, year, target = self._approved(deed)
        change = Change(LineYear(line.line_id, year), target, target - part_of(target, deed))
        drafted = self._decide(Decision.Kind.WRITE_OUT, [change], confirm=False)
        change_decision(
            actor=self.actor,
            decision=drafted,
            period=self.period,
            new=self._as_decided(),
            changes=[replace(change, after=target)] if target == 0 else [change],
            at=self.moment(),
        )

    def withdraw_decision(self, deed: Deed) -> None:
        line, year, target = self._approved(deed)
        change = Change(LineYear(line.line_id, year), target, target + 1)
        drafted = self._decide(Decision.Kind.CORRECT, [change], confirm=False)
        withdraw_decision(actor=self.actor, decision=drafted, reason="Not meant so", at=self.moment())

    def _approved(self, deed: Deed) -> tuple[LineInPeriod, int | None, int]:
        """A line with an approved amount, its year and its target; of the amount chosen, approved first if none is."""
        rows = Position.objects.in_period(self.period).filter(approved=True).exclude(target=0).order_by("pk")
        if not rows:
            self.approve(deed)
        row = pick(list(rows.all()), deed.place)
        line = next(each for each in self.lines() if each.pk == row.line_in_period_id)
        return line, row.year, row.target

    def _as_decided(self) -> NewDecision:
        return NewDecision("", "Cabinet", decided_on=self.at.date(), reason="As recommended", taken_before_use=True)

    def _decide(
        self, kind: str, changes: list[Change], links: Sequence[Link] = (), *, confirm: bool = True, **more: Any
    ) -> Decision:
        decision = record_decision(
            actor=self.actor,
            period=self.period,
            kind=kind,
            new=self._as_decided(),
            changes=changes,
            links=links,
            at=self.moment(),
            **more,
        )
        if confirm:
            confirm_decision(actor=self.head_of_finance, decision=decision, at=self.moment())
        return decision

    # What is returned

    def _owed(self, deed: Deed) -> tuple[OwedReturn, Said]:
        """A line whose return is not submitted, and what is said of it: a year rated anew, some of it claimed."""
        owed = pick([each for each in returns_owed(self.period) if not each.is_done], deed.line)
        standing = standings_of(self.period, [owed])[owed.line.pk]
        year = pick(list(standing.positions), deed.place)
        now = standing.present(year)
        left = now.target - now.delivered - now.claimed
        claimed = left // 3 if left * now.target > 0 else 0
        split = Split(now.target, now.delivered + now.claimed + claimed, amber=left - claimed if claimed else 0)
        no_change = deed.place == 5
        return owed, Said(owed.line.pk, {} if no_change else {year: split}, comment="Late", evidence="The ledger")

    def keep_return(self, deed: Deed) -> None:
        _owed, said = self._owed(deed)
        keep_returns(actor=self.head, period=self.period, said=[said], may=anybody, at=self.moment())

    def throw_return_away(self, deed: Deed) -> None:
        self.keep_return(deed)
        drafts = LineReturn.objects.filter(line_in_period__period=self.period, state="draft")
        line_ids = list(drafts.values_list("line_in_period_id", flat=True))
        take_back_drafts(actor=self.head, period=self.period, line_ids=line_ids, may=anybody, at=self.moment())

    def submit_return(self, deed: Deed) -> None:
        owed, said = self._owed(deed)
        line_ids = [owed.line.pk]
        submit_returns(
            actor=self.head, period=self.period, line_ids=line_ids, said=[said], may=anybody, at=self.moment()
        )

    def _returned(self, deed: Deed, *states: str) -> LineReturn:
        found = LineReturn.objects.filter(line_in_period__period=self.period, state__in=states).order_by("pk")
        if not found:
            self.submit_return(deed)
        return pick(list(found.all()), deed.place)

    def accept_return(self, deed: Deed) -> None:
        row = self._returned(deed, "submitted", "queried")
        seen = {row.pk: seen_of(row, row.line_in_period.positions.all())}
        accept_returns(actor=self.actor, period=self.period, seen=seen, note="Seen in the ledger", at=self.moment())

    def query_return(self, deed: Deed) -> None:
        row = self._returned(deed, "submitted", "accepted")
        seen = seen_of(row, row.line_in_period.positions.all())
        query_return(
            actor=self.actor, period=self.period, number=row.pk, seen=seen, reason="Is it so?", at=self.moment()
        )

    def carry_forward(self, deed: Deed) -> None:
        ended = Position.objects.in_period(self.period).filter(year__lt=self.period.financial_year).order_by("pk")
        rows = [row for row in ended if still_undelivered(row.target, row.delivered, row.claimed)]
        row = pick(rows, deed.place)
        left = still_undelivered(row.target, row.delivered, row.claimed)
        carrying = [Carrying(row.pk, part_of(left, deed), min(self.period.financial_year, YEARS[-1]))]
        carry_forward(
            actor=self.actor, period=self.period, carrying=carrying, may=anybody, reason="Late.", at=self.moment()
        )

    # What the council becomes

    def _units(self, deed: Deed) -> list[Any]:
        return (self.directorates if deed.place % 2 else self.services)[1:]

    def _new_unit(self, deed: Deed, words: str = "") -> NewUnit:
        kind = "Directorate" if deed.place % 2 else "Service"
        return NewUnit(f"{kind} of then {self.number}{words}", f"C{self.number}{words}" if deed.place % 2 else "")

    def rename_unit(self, deed: Deed) -> None:
        old = pick(self._units(deed), deed.line)
        rename_unit(
            actor=self.actor, old=old, new=self._new_unit(deed), on=self.on(), reason="So be it", at=self.moment()
        )

    def split_unit(self, deed: Deed) -> None:
        old, into = pick(self._units(deed), deed.line), [self._new_unit(deed, words) for words in ("a", "b")]
        split_unit(actor=self.actor, old=old, into=into, on=self.on(), reason="Too large", at=self.moment())

    def merge_units(self, deed: Deed) -> None:
        units = self._units(deed)
        old, other = pick(units, deed.line), pick(units, deed.line + 1)
        into = self._new_unit(deed) if deed.line % 2 else other
        olds = [old, other] if deed.line % 2 else [old]
        merge_units(actor=self.actor, olds=olds, into=into, on=self.on(), reason="Too small", at=self.moment())

    def assign(self, deed: Deed) -> None:
        """Lines of what was split go to one of its successors; something is split first where nothing waits."""
        model: Any = Directorate if deed.place % 2 else Service
        kind = "directorate" if deed.place % 2 else "service"
        if not self._left_in(kind):
            line = self.line(deed)
            if getattr(line, kind) is None:
                unit = pick(self._units(deed), deed.line)
                change_line(actor=self.actor, line=line, changes={kind: unit}, at=self.moment())
            unit = model.objects.get(pk=getattr(self.line(deed), f"{kind}_id"))
            into = [self._new_unit(deed, words) for words in ("a", "b")]
            split_unit(actor=self.actor, old=unit, into=into, on=self.on(), reason="Too large", at=self.moment())
        row = pick(self._left_in(kind), deed.line)
        old = getattr(row, kind)
        successors = model.objects.filter(pk__in=old.successions.values(f"to_{kind}"), ends_on__isnull=True)
        to = pick(list(successors.order_by("pk")), deed.place)
        assign(actor=self.actor, old=old, to=to, reason="It is theirs", lines={row.pk: row.version}, at=self.moment())

    def _left_in(self, kind: str) -> list[LineInPeriod]:
        return [row for row in self.lines() if (unit := getattr(row, kind)) is not None and unit.ends_on is not None]

    def move_service(self, deed: Deed) -> None:
        service, to = pick(self.services[1:], deed.line), pick(self.directorates[1:], deed.place)
        move_service(
            actor=self.actor, service=service, to=to, on=self.on(), reason="It belongs there", at=self.moment()
        )

    # What is brought in and settled

    def bring_in(self, deed: Deed) -> None:
        """A table with a line that stands, at another amount, and a new one; at times with a year more."""
        line = self.line(deed)
        year, more = ("2019/20", 3) if deed.place == 5 else ("2017/18", 2)
        rows = [f"Code | Saving | 2018/19 | {year}", f"{line.line.code} | {line.title} | {10 * deed.place} | {more}"]
        rows.append(f"N{self.number} | New {self.number} | 20 | 30")
        options = Options(unit=Unit.POUNDS, create=True, project=pick(self.projects, deed.place))
        found = check(workbook("\n".join(rows)), options, self.period)
        apply_import(actor=self.actor, check=found, at=self.moment())
        self.period.refresh_from_db()

    def prepare(self, deed: Deed) -> None:
        prepare_period(
            actor=self.actor,
            period=self.period,
            due_on=date(2016, 1, 1) + timedelta(days=self.number),
            return_years_ahead=1 + deed.place % 3,
            following=None,
            at=self.moment(),
        )

    def reword(self, deed: Deed) -> None:
        wanted = {status: Definition(f"Means {self.number}", 10 * deed.line + deed.place) for status in Status}
        reword_definitions(actor=self.head_of_finance, period=self.period, wanted=wanted, at=self.moment())

    def note_correction(self, deed: Deed) -> None:
        closed = ReportingPeriod.objects.closed().filter(programme=self.programme)
        note_correction(
            actor=self.actor, period=pick(list(closed), deed.line), note=f"Note {self.number}", at=self.moment()
        )

    def move_and_type(self, deed: Deed) -> None:
        """One act that does both to a line, as an import does."""
        with record_act(
            actor=self.actor,
            verb="savings.imported",
            sentence="Imported savings.xlsx.",
            at=self.moment(),
            programme_slug=self.programme.slug,
        ) as act:
            self.at = act.at - timedelta(hours=1)
            self.retag(deed)
            self.at = act.at - timedelta(hours=1)
            line = self.line(deed)
            for year, split in deed.years.items():
                position = line.positions.filter(year=year).first()
                if position is not None and split is not None:
                    self.at = act.at - timedelta(hours=1)
                    set_split(actor=self.actor, position=position, split=split, at=act.at)

    def close(self, deed: Deed) -> None:
        number = ReportingPeriod.objects.filter(programme=self.programme).count()
        new = period_called(LABELS[number - 1])
        self.period = close_and_open_next(actor=self.actor, period=self.period, new=new, at=self.moment())


LABELS = ("2016/17 M06", "2016/17 M12", "2016/17 outturn", "2017/18 M12", "2018/19 M01")
"""The periods that follow 2015/16 M07, where it begins."""


def pick(among: Sequence[Any], number: int) -> Any:
    """One of these; IndexError where there is none."""
    if not among:
        raise IndexError("There is nothing to choose from.")
    return among[number % len(among)]


def part_of(amount: int, deed: Deed) -> int:
    """Some of an amount, of its sign, or all of it."""
    return amount * (1 + deed.line) // 6


def anybody(_asked: object) -> bool:
    return True


def stage() -> Stage:
    """A programme with an open period and two of every group beside "none": no line in it yet."""
    programme = factories.ProgrammeFactory(horizon_first=YEARS[0], horizon_last=YEARS[-1])
    period = factories.ReportingPeriodFactory(programme=programme)
    themes = [None] + [factories.ThemeFactory(programme=programme) for _ in range(2)]
    directorates = [factories.DirectorateFactory() for _ in range(2)]
    services = [factories.ServiceFactory(directorate=own) for own in directorates]
    projects = [factories.ProjectFactory(programme=programme, theme=theme) for theme in themes]
    kinds = ("savings", "funding")
    return Stage(
        programme=programme,
        period=period,
        themes=themes,
        projects=projects,
        headings=[None] + [factories.MtfpHeadingFactory(programme=programme, kind=kind) for kind in kinds],
        areas=[None] + [factories.CorporatePlanAreaFactory() for _ in range(2)],
        actor=factories.actor(factories.finance_officer()),
        head_of_finance=factories.actor(factories.head_of_finance()),
        head=factories.actor(factories.head_of_service(*services, leads=projects[:1])),
    )


def play(on: Stage, deeds: list[Deed], *, closed: Callable[[ReportingPeriod], None] = lambda period: None) -> None:
    """Do all of it, in one programme; `closed` is told each period as it is closed.

    What is refused, or has nothing to be done to, is left out whole; `on.done` counts what was done, `on.refused` has
    the last words of each refusal.
    """
    for deed in deeds:
        before = on.period
        try:
            with transaction.atomic():
                getattr(on, deed.what)(deed)
        except (ValidationError, Act.DoesNotExist, Decision.DoesNotExist, IndexError, ValueError) as refused:
            on.period = before
            on.refused[deed.what] = str(refused)
            continue
        on.done[deed.what] += 1
        if on.period.pk != before.pk:
            closed(before)


__all__ = ["DEEDS", "Deed", "Stage", "everything", "histories", "play", "splits", "stage"]
