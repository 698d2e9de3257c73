"""Two or three people who act on one line at the same moment: one wins, the other is told, nothing is lost or doubled.

Each round lets every order of the acts happen one after the other, each from the same start and taken back again, and
then all of them at once, in threads with connections of their own. What they come to at once must be what one of the
orders came to: who was told, every amount, the return, the decision, the closed period and its copy.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from io import StringIO
from itertools import combinations_with_replacement, permutations
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from futurefit.history.models import Act
from futurefit.history.tracking import history_model
from futurefit.values.rag import Split
from savings.copied_rows import COPIED
from savings.deciding import Change, LineYear
from savings.models import Decision, LineInPeriod, LineReturn, Position, ReportingPeriod, SavingsLine
from savings.permissions import LineRight
from savings.services.bulk import set_on_lines
from savings.services.carry_forward import Carrying, carry_forward
from savings.services.decisions import NewDecision, confirm_decision, record_decision
from savings.services.grid import Cell, CellChange, save_amounts, split_of
from savings.services.imports import apply_import
from savings.services.lines import withdraw_line
from savings.services.periods import NewPeriod, close_and_open_next
from savings.services.return_answers import Seen, accept_returns, query_return, seen_of
from savings.services.returns import Said, keep_returns, submit_returns
from tests import factories
from tests.savings.spreadsheets.importing import checked

pytestmark = [pytest.mark.django_db(transaction=True)]

TOLD = "told"
NEXT = NewPeriod("2016/17 M03", 2016, date(2016, 6, 30), 3)
NOW = Split(100, claimed=50, on_target=50)
"""The amount of 2016/17 at the start, proposed; of 2015/16 £60 are undelivered."""


@pytest.fixture(autouse=True)
def in_a_file_on_sqlite(tmp_path, monkeypatch) -> Iterator[None]:
    """Writers queue for a database in a file, as in the product; the one in memory refuses the second at once."""
    if connection.vendor == "postgresql":
        yield
        return
    connection.ensure_connection()
    with sqlite3.connect(tmp_path / "races.sqlite3") as copy:
        connection.connection.backup(copy)
    in_memory = connections["default"]
    with monkeypatch.context() as patch:
        patch.setitem(connections.settings["default"], "NAME", str(tmp_path / "races.sqlite3"))
        del connections["default"]
        yield
        connection.close()
    connections["default"] = in_memory


@dataclass(frozen=True)
class Cast:
    """Who acts: two of each post that two may hold."""

    one: Any
    other: Any
    head: Any
    finance_head: Any


@pytest.fixture
def cast() -> Cast:
    users = (factories.finance_officer(), factories.finance_officer(), factories.auditor(), factories.head_of_finance())
    return Cast(*map(factories.actor, users))


class Start:
    """One line of an open period with its return and a decision to approve it, and what each act saw of them."""

    def __init__(self, cast: Cast, slug: str, *, submitted: bool) -> None:
        self.cast = cast
        programme = factories.ProgrammeFactory(slug=slug, horizon_first=2015)
        self.period = factories.ReportingPeriodFactory(
            programme=programme, label="2016/17 M02", financial_year=2016, month=2, ends_on=date(2016, 5, 31)
        )
        self.project = factories.ProjectFactory(programme=programme)
        amounts = {2015: Split(100, delivered=40, red=60), 2016: NOW if submitted else Split(100, on_target=100)}
        self.line = factories.line(self.period, self.project, amounts)
        if submitted:
            self.kept = factories.LineReturnFactory(line_in_period=self.line, evidence="Ledger")
        else:
            said = Said(self.line.pk, {2016: Split(100, delivered=50, on_target=50)}, evidence="Ledger")
            (self.kept,) = keep_returns(actor=cast.head, period=self.period, said=[said], may=bool)
        self.seen: Seen = seen_of(self.kept, self.line.positions.all())
        self.ended = self.line.positions.get(year=2015)
        self.opened = split_of(self.line.positions.get(year=2016))
        self.decision = record_decision(
            actor=cast.one,
            period=self.period,
            kind=Decision.Kind.APPROVE,
            new=NewDecision("", "Cabinet", taken_before_use=True),
            changes=[Change(LineYear(self.line.line_id, 2016), 100, 100)],
        )
        self.acts_before = Act.objects.count()

    def accept(self, actor: Any) -> object:
        return accept_returns(actor=actor, period=self.period, seen={self.kept.pk: self.seen})

    def query(self, actor: Any) -> object:
        return query_return(
            actor=actor, period=self.period, number=self.kept.pk, seen=self.seen, reason="Which contract?"
        )

    def submit(self, _actor: Any) -> object:
        """What was kept; of what is submitted already an answer, should it be queried by then."""
        answer = [Said(self.line.pk, comment="The ledger says so", evidence="Ledger")]
        said = answer if self.seen.state == LineReturn.State.SUBMITTED else []
        head = self.cast.head
        return submit_returns(actor=head, period=self.period, line_ids=[self.line.pk], said=said, may=bool)

    def save(self, actor: Any) -> object:
        amber, red = (20, 0) if actor is self.cast.one else (0, 20)
        to = Split(120, self.opened.delivered, self.opened.claimed, self.opened.on_target, amber, red)
        change = CellChange(Cell(self.line.line_id, 2016), self.opened, to)
        return save_amounts(
            actor=actor,
            period=self.period,
            project=self.project,
            changes=[change],
            right=lambda _line: LineRight.AMOUNTS,
        )

    def confirm(self, _actor: Any) -> object:
        return confirm_decision(actor=self.cast.finance_head, decision=self.decision)

    def carry(self, actor: Any) -> object:
        carried = [Carrying(self.ended.pk, 60, 2016, version=self.ended.version)]
        return carry_forward(actor=actor, period=self.period, carrying=carried, may=bool, reason="The lease ends later")

    def withdraw(self, actor: Any) -> object:
        return withdraw_line(actor=actor, line=self.line, reason="Counted twice", version=self.line.version)

    def close(self, _actor: Any) -> object:
        return close_and_open_next(actor=self.cast.finance_head, period=self.period, new=NEXT)

    def act(self, name: str, place: int) -> str:
        """ "done", or "told" where it was refused in words; whatever else is raised is a fault."""
        try:
            getattr(self, name)(self.cast.other if place == 1 else self.cast.one)
        except ValidationError as refused:
            assert all(words.strip() for words in refused.messages)
            return TOLD
        return "done"

    def state(self) -> object:
        """Everything of the line in every period, and its decision."""
        self.decision.refresh_from_db()
        periods = []
        for period in ReportingPeriod.objects.filter(programme=self.period.programme_id).order_by("pk"):
            row = LineInPeriod.objects.get(period=period, line=self.line.line_id)
            fields = ("year", "original", "approved", "carried_forward", "expected_in", "version")
            positions = {(split_of(each), *(getattr(each, name) for name in fields)) for each in row.positions.all()}
            returns = LineReturn.objects.filter(line_in_period=row)
            said = list(returns.values_list("state", "version", "evidence_accepted", "comment"))
            periods.append((period.is_open, row.withdrawn, row.version, frozenset(positions), tuple(said)))
        return tuple(periods), self.decision.confirmed_at is not None


class TakenBack(Exception):
    """Ends an order that is only tried."""


def one_after_the_other(start: Start, names: Sequence[str], order: Sequence[int]) -> tuple[object, object]:
    """Which of the acts were done and which told, and what came of it, all of it taken back again."""
    came_to = None
    try:
        with transaction.atomic():
            answers = {place: start.act(names[place], place) for place in order}
            came_to = [answers[place] for place in range(len(names))], start.state()
            raise TakenBack
    except TakenBack:
        start.decision.refresh_from_db()
        start.period.refresh_from_db()
    assert came_to is not None
    return came_to


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act came to, in a thread and with a connection of its own, all let go at the same moment."""
    came_to: list[Any] = [None] * len(acts)
    together = threading.Barrier(len(acts))

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            together.wait(20)
            came_to[place] = acts[place]()
        except BaseException as fault:
            came_to[place] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return came_to


def histories_are_the_acts(start: Start, done: int) -> None:
    """As many acts as were done; of each row the copies follow each other by time as they were written."""
    assert Act.objects.count() - start.acts_before == done
    for model, rows in (
        (Position, Position.objects.filter(line_in_period=start.line)),
        (LineReturn, LineReturn.objects.filter(line_in_period=start.line)),
        (LineInPeriod, LineInPeriod.objects.filter(pk=start.line.pk)),
    ):
        for row in rows:
            copies = list(history_model(model).objects.filter(id=row.pk).order_by("history_date", "history_id"))
            versions = [copy.version for copy in copies]
            assert versions == sorted(set(versions)), (model, versions)
            assert copies[-1].version == row.version


def next_is_a_copy(period: ReportingPeriod) -> None:
    """The next period holds what the closed one does, column by column, but for what begins anew."""
    following = ReportingPeriod.objects.get(copied_from=period)
    for model, path in ((LineInPeriod, "period"), (Position, "line_in_period__period")):
        anew = {"id", COPIED[model].whole, *COPIED[model].anew}
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in anew]
        names += ["line_in_period__line"] if model is Position else []
        rows = [
            list(model.objects.filter(**{path: of}).order_by(*names).values_list(*names)) for of in (period, following)
        ]
        assert rows[0] == rows[1]


ACTS = ("accept", "query", "submit", "save", "confirm", "carry", "withdraw", "close")
TRIPLES = (
    ("accept", "query", "submit"),
    ("accept", "query", "close"),
    ("accept", "save", "close"),
    ("accept", "confirm", "close"),
    ("accept", "accept", "close"),
    ("submit", "save", "close"),
    ("submit", "withdraw", "close"),
    ("confirm", "withdraw", "close"),
    ("confirm", "save", "withdraw"),
    ("carry", "withdraw", "close"),
    ("carry", "save", "close"),
    ("query", "submit", "close"),
    ("accept", "withdraw", "save"),
    ("close", "close", "confirm"),
)
ROUNDS = [*combinations_with_replacement(ACTS, 2), *TRIPLES]
ONE_WINS = [("accept", "query"), ("save", "confirm"), ("confirm", "withdraw")]
"""Pairs of which never both are done; nor is any act done twice."""


def test_fifty_rounds_come_to_what_one_order_of_the_acts_comes_to(cast):
    assert len(ROUNDS) == 50
    # On SQLite one writes at a time from the first statement on: a few rounds show that the second waits and is told.
    rounds = ROUNDS if connection.vendor == "postgresql" else [each for each in ROUNDS if "close" in each][:10]
    for number, names in enumerate(rounds):
        submitted = "submit" not in names or bool({"accept", "query"} & set(names))
        start = Start(cast, f"round-{number}", submitted=submitted)
        possible = [one_after_the_other(start, names, order) for order in permutations(range(len(names)))]
        answers = at_once(*(partial(start.act, name, place) for place, name in enumerate(names)))
        assert set(answers) <= {"done", TOLD}, (names, answers)
        assert (answers, start.state()) in possible, (names, answers, start.state(), possible)

        done = [name for name, answer in zip(names, answers, strict=True) if answer == "done"]
        assert done and len(done) == len(set(done))
        assert not any({*pair} <= {*done} for pair in ONE_WINS)
        position = Position.objects.get(line_in_period=start.line, year=2016)
        assert position.delivered + position.claimed == (50 if submitted or "submit" in done else 0)
        histories_are_the_acts(start, len(done))
        if "close" in done:
            next_is_a_copy(start.period)
            assert Act.objects.order_by("at", "pk").last().verb == "savings.period_closed", names


def test_what_is_imported_and_set_on_two_thousand_lines_while_the_period_closes_is_in_it_whole_or_not_at_all(cast):
    start = Start(cast, "many", submitted=True)
    rows = [f"R{number} | {start.project.title} | Saving {number} | {number}" for number in range(2_000)]
    check = checked("\n".join(["Ref | Project | Saving | 2016/17 £", *rows]), start.period)
    assert not check.errors and len(check.added) == 2_000
    version = {start.line.pk: start.line.version}

    def told(act: Callable[[], object]) -> str:
        try:
            act()
        except ValidationError:
            return TOLD
        return "done"

    answers = at_once(
        lambda: told(lambda: apply_import(actor=cast.one, check=check)),
        lambda: told(
            lambda: set_on_lines(actor=cast.other, period=start.period, values={"method": "demand"}, versions=version)
        ),
        lambda: start.act("close", 0),
    )
    assert set(answers) <= {"done", TOLD} and answers[2] == "done", answers
    next_is_a_copy(start.period)
    lines = LineInPeriod.objects.filter(period=start.period)
    assert lines.count() == (2_001 if answers[0] == "done" else 1)
    assert lines.filter(method="demand").count() == (answers[1] == "done")
    histories_are_the_acts(start, answers.count("done"))


def test_one_file_imported_twice_at_the_same_moment_adds_its_lines_once(tmp_path):
    """Into a programme that both begin, then, with more lines, into the one that is there."""
    file = tmp_path / "savings.csv"

    def imports() -> str:
        try:
            call_command("import_savings", str(file), programme="county", create=True, stdout=StringIO())
        except CommandError as told:
            return str(told)
        return "done"

    file.write_text("Saving,2016/17 £\nSell the depot,120000\n")
    answers = at_once(imports, imports)
    assert "done" in answers and all(isinstance(answer, str) for answer in answers), answers
    assert (SavingsLine.objects.count(), ReportingPeriod.objects.count()) == (1, 1)
    file.write_text("Saving,2016/17 £\nSell the depot,120000\nShare the library,50000\n")
    assert at_once(imports, imports) == ["done", "done"]
    assert sorted(Position.objects.values_list("target", flat=True)) == [50_000, 120_000]
    assert Act.objects.filter(verb="savings.imported").count() == 2
