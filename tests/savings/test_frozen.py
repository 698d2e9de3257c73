"""A closed period is frozen in the database itself: whoever asks, whatever way, on both databases."""

import threading
from dataclasses import dataclass
from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.migrations.state import ProjectState
from django.db.models import F, Model

from savings.frozen import FROZEN, PERIODS, freeze, freeze_closed_periods, tables_not_frozen, unfreeze, unfrozen
from savings.models import (
    Commentary,
    Decision,
    DecisionItem,
    GroupInPeriod,
    LineInPeriod,
    LineReturn,
    Position,
    RagDefinition,
    Replacement,
    ReportingPeriod,
    Requirement,
    ReturnedAmount,
)
from savings.services.periods import NewPeriod, close_and_open_next
from tests import factories

pytestmark = pytest.mark.django_db

NOW = factories.CLOSED_AT
NEXT = NewPeriod("2015/16 M08", 2015, date(2015, 11, 30), 8)


@dataclass(frozen=True)
class Frozen:
    """A closed period with one row of each kind, and the open one after it."""

    closed: ReportingPeriod
    open: ReportingPeriod
    rows: dict[type[Model], Model]


@pytest.fixture
def frozen(db) -> Frozen:
    return frozen_programme()


def frozen_programme() -> Frozen:
    period = factories.ReportingPeriodFactory()
    theme = factories.ThemeFactory(programme=period.programme)
    project = factories.ProjectFactory(programme=period.programme, theme=theme)
    line = factories.line(period, project, {2016: 100, 2017: 50})
    other = factories.line(period, project, {2016: 10})
    returned = LineReturn.objects.create(line_in_period=line)
    decision = factories.DecisionFactory(
        programme=period.programme, effective_in=period, confirmed_at=NOW, confirmed_by="Head of finance"
    )
    rows: list[Model] = [
        line,
        line.positions.get(year=2016),
        returned,
        ReturnedAmount.objects.create(line_return=returned, year=2016),
        Commentary.objects.create(period=period, theme=theme, words="Well", written_at=NOW, written_by="Lead"),
        period.rag_definitions.get(status="amber"),
        factories.RequirementFactory(period=period),
        decision,
        DecisionItem.objects.create(decision=decision, line=line.line, year=2016, to_target=100),
        Replacement.objects.create(decision=decision, old_line=line.line, new_line=other.line, amount=5),
    ]
    following = close_and_open_next(actor=factories.TESTS, period=period, new=NEXT)
    rows.append(GroupInPeriod.objects.filter(period=period).first())
    return Frozen(ReportingPeriod.objects.get(pk=period.pk), following, {type(row): row for row in rows})


def refused(act, table: str = "closed") -> None:
    with pytest.raises(IntegrityError, match=table), transaction.atomic():
        act()


CHANGED: dict[type[Model], dict[str, object]] = {
    Commentary: {"words": "Badly"},
    Decision: {"body": "Somebody else"},
    DecisionItem: {"to_target": 999},
    GroupInPeriod: {"label": "Another name"},
    LineInPeriod: {"title": "Another title"},
    LineReturn: {"comment": "Said later"},
    Position: {"comment": "Said later"},
    RagDefinition: {"weight": 7},
    Replacement: {"amount": 6},
    Requirement: {"amount": 7},
    ReturnedAmount: {"red": 7},
}

ANOTHER: dict[type[Model], dict[str, object]] = {
    Commentary: {"theme_id": 1_000_000},
    Decision: {"code": "D-ANOTHER"},
    DecisionItem: {"year": 2018},
    GroupInPeriod: {"object_id": 1_000_000},
    LineInPeriod: {"line_id": 1_000_000},
    LineReturn: {},
    Position: {"year": 2018},
    RagDefinition: {"status": "another"},
    Replacement: {"year": 2018},
    Requirement: {"year": 2018},
    ReturnedAmount: {"year": 2018},
}
"""What makes a twin of a row one more, so that nothing but the guard stands in its way."""


def test_the_guard_stands_on_every_table_that_holds_rows_of_a_period():
    assert tables_not_frozen(connection) == []
    assert {model._meta.db_table for model in CHANGED} == set(FROZEN)


@pytest.mark.parametrize("model", list(CHANGED), ids=lambda model: model.__name__)
def test_no_row_of_a_closed_period_is_changed_removed_or_added(frozen, model):
    row, rows = frozen.rows[model], model._base_manager.filter(pk=frozen.rows[model].pk)
    before, counted = rows.values().get(), model._base_manager.count()
    for name, value in CHANGED[model].items():
        setattr(row, name, value)
    twin = model(**{field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields})
    twin.pk = None
    for name, value in ANOTHER[model].items():
        setattr(twin, name, value)
    if model is LineReturn:
        twin.line_in_period = LineInPeriod.objects.get(period=frozen.closed, line_return=None)
    table = model._meta.db_table
    refused(lambda: rows.update(**CHANGED[model]), table)
    refused(row.save, table)
    refused(lambda: model._base_manager.bulk_update([row], list(CHANGED[model])), table)
    refused(lambda: rows._raw_delete("default"), table)
    refused(lambda: model._base_manager.bulk_create([twin]), table)
    refused(lambda: run(f"UPDATE {table} SET id = id + 1000000 WHERE id = %s", row.pk), table)
    assert (rows.values().get(), model._base_manager.count()) == (before, counted)


def run(statement: str, *given: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)


def test_no_row_moves_into_a_closed_period_nor_out_of_it(frozen):
    open_line = factories.line(frozen.open, frozen.rows[LineInPeriod].project, {2017: 50})
    closed_line = frozen.rows[LineInPeriod]
    moved = Position.objects.filter(line_in_period=open_line, year=2017)
    refused(lambda: moved.update(line_in_period=closed_line, year=2018), "savings_position")
    held = Position.objects.filter(line_in_period=closed_line, year=2017)
    refused(lambda: held.update(line_in_period=open_line, year=2018), "savings_position")
    refused(lambda: LineInPeriod.objects.filter(pk=open_line.pk).update(period=frozen.closed), "savings_lineinperiod")
    refused(lambda: Requirement.objects.filter(period=frozen.open).update(period=frozen.closed, year=2018))
    late = factories.DecisionFactory(programme=frozen.open.programme, effective_in=frozen.closed)
    Decision.objects.filter(pk=late.pk).update(reason="Not confirmed: it is nobody's word yet")
    refused(lambda: Decision.objects.filter(pk=late.pk).update(confirmed_at=NOW, confirmed_by="Head of finance"))


def test_one_row_of_a_closed_period_stops_a_statement_over_many(frozen):
    refused(lambda: Position.objects.update(target=F("target") + 1), "savings_position")
    assert set(Position.objects.values_list("target", flat=True)) == {100, 50, 10}
    Position.objects.filter(line_in_period__period=frozen.open).update(target=F("target") + 1)
    assert set(Position.objects.in_period(frozen.open).values_list("target", flat=True)) == {101, 51, 11}


@pytest.mark.parametrize(
    "fields",
    [
        {"closed_at": None},
        {"label": "2015/16 M06"},
        {"horizon_last": 2030},
        {"illustration": "Made up"},
        {"due_on": date(2015, 11, 1)},
        {"copied_from": None, "closed_at": NOW},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_a_closed_period_stays_closed_and_as_it_is(frozen, fields):
    refused(lambda: ReportingPeriod.objects.filter(pk=frozen.closed.pk).update(**fields), "stays closed")
    assert ReportingPeriod.objects.get(pk=frozen.closed.pk).closed_at == frozen.closed.closed_at


def test_a_note_of_correction_can_be_added_to_a_closed_period(frozen):
    closed = ReportingPeriod.objects.filter(pk=frozen.closed.pk)
    closed.update(correction_note="The paper had £100 more.", version=F("version") + 1)
    assert closed.get().correction_note == "The paper had £100 more."


def test_no_period_is_deleted_and_none_forgets_which_it_followed(frozen):
    """The open one neither: without it the closed one before would take groups again."""
    for period in (frozen.closed, frozen.open):
        refused(lambda period=period: ReportingPeriod.objects.filter(pk=period.pk)._raw_delete("default"))
    refused(lambda: ReportingPeriod.objects.filter(pk=frozen.open.pk).update(copied_from=None), "stays closed")


def test_an_open_period_is_written_as_before(frozen):
    line = LineInPeriod.objects.filter(period=frozen.open).first()
    Position.objects.filter(line_in_period=line).update(comment="So far so good")
    Position.objects.filter(line_in_period=line, year=2017).delete()
    RagDefinition.objects.filter(period=frozen.open).update(weight=1)
    ReportingPeriod.objects.filter(pk=frozen.open.pk).update(due_on=date(2015, 12, 9))
    assert Position.objects.filter(line_in_period=line).count() == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="REPLACE is SQLite's own")
def test_replace_does_not_slip_past_the_guard_on_sqlite(frozen):
    held = frozen.rows[Position]
    line = LineInPeriod.objects.filter(period=frozen.open).first()
    refused(
        lambda: run(
            "INSERT OR REPLACE INTO savings_position SELECT * FROM "
            "(SELECT %s AS id, 2030 AS year, original, approved, target, delivered, claimed, on_target, amber, red, "
            "carried_forward, expected_in, comment, version, %s AS line_in_period_id FROM savings_position LIMIT 1)",
            held.pk,
            line.pk,
        ),
        "savings_position",
    )


@pytest.mark.postgresql
def test_tables_with_closed_periods_are_not_emptied_on_postgresql(frozen):
    connection.check_constraints()
    for table in ("savings_returnedamount", "savings_position, savings_linereturn, savings_returnedamount"):
        refused(lambda table=table: run(f"TRUNCATE {table}"), "never emptied")


def test_the_guard_comes_off_for_a_rebuild_and_goes_back_on(frozen):
    connection.check_constraints()
    with unfrozen(connection):
        GroupInPeriod.objects.filter(period=frozen.closed).update(label="Rebuilt")
    assert tables_not_frozen(connection) == []
    refused(lambda: GroupInPeriod.objects.filter(period=frozen.closed).update(label="Again"))


@pytest.mark.django_db(transaction=True)
def test_the_migration_operation_can_be_reversed_and_a_table_without_its_guard_is_found():
    operation, state = freeze_closed_periods("savings_position", PERIODS), ProjectState.from_apps(apps)
    with connection.schema_editor() as editor:
        operation.database_backwards("savings", editor, None, None)
        assert tables_not_frozen(connection) == [PERIODS, "savings_position"]
        operation.database_forwards("savings", editor, state, state)
        assert tables_not_frozen(connection) == []
    assert operation.deconstruct() == ("FreezeClosedPeriods", ("savings_position", PERIODS), {})
    unfreeze(connection)
    assert tables_not_frozen(connection) == [PERIODS, *FROZEN]
    freeze(connection)
    assert tables_not_frozen(connection) == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_an_update_by_hand_that_meets_the_closing_waits_and_is_refused():
    """It began while the period was open: without waiting it would change the period after its last copy was taken."""
    period = factories.ReportingPeriodFactory()
    line = factories.line(period, factories.ProjectFactory(programme=period.programme), {2016: 100})
    problems: list[BaseException] = []

    def write() -> None:
        try:
            Position.objects.filter(line_in_period=line).update(target=999)
        except BaseException as problem:
            problems.append(problem)
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    with transaction.atomic():
        following = close_and_open_next(actor=factories.TESTS, period=period, new=NEXT)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "it waits for the closing"
    thread.join()
    assert [type(problem) for problem in problems] == [IntegrityError]
    for each in (period, following):
        assert Position.objects.get(line_in_period__period=each).target == 100
