"""A programme with a random history: what people do to savings lines over several periods, through the services alone.

`histories()` draws what happens, `play` does it in a `Stage` and tells the caller of each closing. What a rule refuses
is left out, as a person would after reading the message. For properties that hold whatever happened: movement adds up,
and a closed period never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import strategies as st

from futurefit.council.models import CorporatePlanArea, Directorate, Service
from futurefit.history.actors import Actor
from futurefit.history.models import Act
from futurefit.history.services import record_act
from futurefit.values.rag import Split
from projects.models import Programme, Project, Theme
from savings.deciding import Change, LineYear, Link
from savings.dividing import Rule
from savings.models import Decision, LineInPeriod, MtfpHeading, ReportingPeriod
from savings.permissions import LineRight
from savings.services.bulk import set_on_lines, undo_set
from savings.services.decisions import NewDecision, confirm_decision, record_decision
from savings.services.grid import Cell, CellChange, save_amounts, split_of, take_back
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
from savings.services.periods import close_and_open_next, period_called
from tests import factories

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


DEEDS = (
    "type",
    "type",
    "rate",
    "rate",
    "take_back",
    "add",
    "duplicate",
    "split",
    "withdraw",
    "restore",
    "restore",
    "retag",
    "move",
    "set_on_many",
    "undo_set",
    "move_project",
    "rename",
    "approve",
    "approve",
    "decide",
    "decide",
    "decide",
    "move_and_type",
    "close",
    "close",
)


@st.composite
def histories(draw, *, most: int = 18) -> list[Deed]:
    """What happens, period after period; it begins with lines and holds at least one closing."""
    deeds = st.builds(
        Deed,
        what=st.sampled_from(DEEDS),
        line=FEW,
        place=FEW,
        years=st.dictionaries(st.sampled_from((*YEARS, None)), st.one_of(splits(), splits(), st.none()), max_size=3),
    )
    drawn = draw(st.lists(deeds, min_size=8, max_size=most))
    first = Deed("add", 0, draw(FEW), {2016: draw(splits()), 2017: draw(splits())})
    second = Deed("add", 1, draw(FEW), {2017: draw(splits()), None: draw(splits())})
    return [first, second, Deed("close", 0, 0, {}), *drawn]


@dataclass
class Stage:
    """Where it happens. Made once for many histories (`stage`); each history runs in a programme of its own."""

    programme: Programme
    period: ReportingPeriod
    themes: list[Theme | None]
    directorates: list[Directorate | None]
    services: list[Service | None]
    projects: list[Project]
    headings: list[MtfpHeading | None]
    areas: list[CorporatePlanArea | None]
    actor: Actor
    head_of_finance: Actor
    at: datetime = datetime(2015, 10, 2, 9, tzinfo=UTC)
    done: list[str] = field(default_factory=list)

    # What stands there

    def lines(self, *, withdrawn: bool = False) -> list[LineInPeriod]:
        rows = LineInPeriod.objects.filter(period=self.period, withdrawn=withdrawn).order_by("line_id")
        return list(rows.select_related("line", "period__programme", "project", "theme", "directorate", "service"))

    def line(self, deed: Deed, *, withdrawn: bool = False) -> LineInPeriod:
        rows = self.lines(withdrawn=withdrawn)
        if not rows:
            raise ValidationError("There is no line.")
        return rows[deed.line % len(rows)]

    def moment(self) -> datetime:
        self.at += timedelta(hours=1)
        return self.at

    # What is done

    def add(self, deed: Deed) -> None:
        amounts = [NewPosition(year, split) for year, split in deed.years.items() if split is not None]
        new = NewLine(
            f"Line {len(self.done)}",
            self.projects[deed.place % len(self.projects)],
            directorate=self.directorates[deed.line % 3],
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
            "directorate": self.directorates[deed.place % 3],
            "service": self.services[deed.place % 3],
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
            directorate=self.directorates[deed.place % 3],
            at=self.moment(),
        )
        self.projects = [Project.objects.get(pk=each.pk) for each in self.projects]

    def rename(self, deed: Deed) -> None:
        theme, directorate = self.themes[1 + deed.place % 2], self.directorates[1 + deed.place % 2]
        assert theme is not None and directorate is not None
        rename_theme(actor=self.actor, theme=theme, name=f"Theme {len(self.done)}", at=self.moment())
        rename_directorate(
            actor=self.actor, directorate=directorate, name=f"Directorate {len(self.done)}", at=self.moment()
        )

    def approve(self, deed: Deed) -> None:
        for row in (self.line(deed), self.line(replace(deed, line=deed.line + 1))):
            positions = [each for each in row.positions.all() if not each.approved]
            if positions:
                record = [Change(LineYear(row.line_id, each.year), each.target, each.target) for each in positions]
                self._decide(Decision.Kind.APPROVE, record)

    def decide(self, deed: Deed) -> None:
        """Re-profile, write out, replace or correct what is approved."""
        line = self.line(deed)
        approved = {row.year: row.target for row in line.positions.filter(approved=True)}
        year, target = list(approved.items())[deed.place % len(approved)] if approved else (2016, 0)
        free = [
            each
            for each in (*YEARS, None)
            if each != year and not line.positions.filter(year=each, approved=False).exists()
        ]
        to_year = free[deed.place % len(free)]
        kind = list(Decision.Kind)[1 + deed.place % 4]
        half = target // 2
        changes, links = [Change(LineYear(line.line_id, year), target, half)], []
        if kind == Decision.Kind.RE_PROFILE:
            before = approved.get(to_year)
            changes.append(Change(LineYear(line.line_id, to_year), before, (before or 0) + target - half))
        elif kind == Decision.Kind.REPLACE:
            other = next(row for row in self.lines() if row.line_id != line.line_id)
            held = other.positions.filter(year=year).first()
            before = held.target if held else None
            changes.append(Change(LineYear(other.line_id, year), before, (before or 0) + target - half))
            links = [Link(line.line_id, other.line_id, year, target - half)]
        self._decide(kind, changes, links)

    def _decide(self, kind: str, changes: list[Change], links: Sequence[Link] = ()) -> None:
        new = NewDecision("", "Cabinet", decided_on=self.at.date(), reason="As recommended", taken_before_use=True)
        decision = record_decision(
            actor=self.actor,
            period=self.period,
            kind=kind,
            new=new,
            changes=changes,
            links=links,
            at=self.moment(),
        )
        confirm_decision(actor=self.head_of_finance, decision=decision, at=self.moment())

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
        if number == MOST_PERIODS:
            raise ValidationError("There are enough periods.")
        new = period_called(f"20{15 + (number + 6) // 12}/{16 + (number + 6) // 12} M{(number + 6) % 12 + 1:02d}")
        self.period = close_and_open_next(actor=self.actor, period=self.period, new=new, at=self.moment())


MOST_PERIODS = 6


def stage() -> Stage:
    """A programme with an open period and two of every group beside "none": no line in it yet."""
    programme = factories.ProgrammeFactory(horizon_first=YEARS[0], horizon_last=YEARS[-1])
    period = factories.ReportingPeriodFactory(programme=programme)
    themes = [None] + [factories.ThemeFactory(programme=programme) for _ in range(2)]
    directorates = [None] + [factories.DirectorateFactory() for _ in range(2)]
    kinds = ("savings", "funding")
    return Stage(
        programme=programme,
        period=period,
        themes=themes,
        directorates=directorates,
        services=[None] + [factories.ServiceFactory(directorate=own) for own in directorates[1:]],
        projects=[factories.ProjectFactory(programme=programme, theme=theme) for theme in themes],
        headings=[None] + [factories.MtfpHeadingFactory(programme=programme, kind=kind) for kind in kinds],
        areas=[None] + [factories.CorporatePlanAreaFactory() for _ in range(2)],
        actor=factories.actor(factories.finance_officer()),
        head_of_finance=factories.actor(factories.head_of_finance()),
    )


def play(on: Stage, deeds: list[Deed], *, closed: Callable[[ReportingPeriod], None] = lambda period: None) -> None:
    """Do all of it, in one programme; `closed` is told each period as it is closed.

    What is refused, or has nothing to be done to, is left out whole; `on.done` names what was done.
    """
    for deed in deeds:
        before = on.period
        try:
            with transaction.atomic():
                getattr(on, deed.what)(deed)
        except (ValidationError, Act.DoesNotExist, IndexError, StopIteration, ValueError, ZeroDivisionError):
            on.period = before
            continue
        on.done.append(deed.what)
        if on.period.pk != before.pk:
            closed(before)


__all__ = ["Deed", "Stage", "histories", "play", "splits", "stage"]
