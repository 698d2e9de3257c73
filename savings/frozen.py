"""A closed period stays as it is: the database itself refuses any change of its rows, on both databases.

Services refuse first and in words (`savings.services.lines.require_open`); the triggers kept here refuse whatever
passes them by: an update by hand, a bulk update, the admin, SQL. What they refuse reaches Django as IntegrityError.

A migration puts them on with `freeze_closed_periods`. On SQLite they name each other's tables, so that a later
migration that rebuilds one of these tables takes them off before (the operation reversed) and puts them on after.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import NotSupportedError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.models import Model

from savings.models import ReportingPeriod

PERIODS = "savings_reportingperiod"
CHANGEABLE = ("correction_note", "version")
"""What of a closed period may still change: a note of correction, and the version that goes with it."""


@dataclass(frozen=True)
class Frozen:
    """How a row finds its period: the column that holds it, in the row or at the end of `hops` (column, table).

    `once` names a column beside it that must be filled for the row to be frozen. `until_followed`: rows may still be
    added to a closed period while the next is not opened, as closing itself does with the groups it shows.
    """

    period: str
    hops: tuple[tuple[str, str], ...] = ()
    once: str = ""
    until_followed: bool = False


_LINE = ("line_in_period_id", "savings_lineinperiod")
_DECISION = ("decision_id", "savings_decision")

FROZEN: dict[str, Frozen] = {
    "savings_commentary": Frozen("period_id"),
    "savings_decision": Frozen("effective_in_id", once="confirmed_at"),
    "savings_decisionitem": Frozen("effective_in_id", (_DECISION,), once="confirmed_at"),
    "savings_groupinperiod": Frozen("period_id", until_followed=True),
    "savings_lineinperiod": Frozen("period_id"),
    "savings_linereturn": Frozen("period_id", (_LINE,)),
    "savings_position": Frozen("period_id", (_LINE,)),
    "savings_ragdefinition": Frozen("period_id"),
    "savings_replacement": Frozen("effective_in_id", (_DECISION,), once="confirmed_at"),
    "savings_requirement": Frozen("period_id"),
    "savings_returnedamount": Frozen("period_id", (("line_return_id", "savings_linereturn"), _LINE)),
}
"""The tables whose rows are frozen with the period they belong to; the period itself is guarded beside them."""

CHANGES = ("insert", "update", "delete")
TABLES = (PERIODS, *FROZEN)


def trigger_name(table: str, change: str) -> str:
    return f"frozen_{change}_of_{table}"[:63]


def refusal(table: str) -> str:
    """What the database says when it refuses."""
    if table == PERIODS:
        return "A reporting period that is closed stays closed and as it is: only a note of correction is added to it"
    return f"The reporting period is closed: its rows in {table} are never added, changed or removed"


def _period_of(table: str, row: str, source: str = "") -> str:
    """A query for the periods to which rows of a table belong; `row` stands for a row, of `source` if there is one."""
    rule = FROZEN[table]
    sources, conditions, holder = [source] if source else [], [], row
    for place, (column, hop) in enumerate(rule.hops):
        sources.append(f"{hop} hop_{place}")
        conditions.append(f"hop_{place}.id = {holder}.{column}")
        holder = f"hop_{place}"
    if rule.once:
        conditions.append(f"{holder}.{rule.once} IS NOT NULL")
    among = f" FROM {', '.join(sources)}" if sources else ""
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {holder}.{rule.period}{among}{where}"


def _closed_among(table: str, change: str, *queries: str) -> str:
    """A condition: one of the periods that these queries find is closed."""
    followed = ""
    if change == "insert" and FROZEN[table].until_followed:
        followed = f" AND EXISTS (SELECT 1 FROM {PERIODS} following WHERE following.copied_from_id = period.id)"
    found = " OR ".join(f"period.id IN ({query})" for query in queries)
    return f"EXISTS (SELECT 1 FROM {PERIODS} period WHERE ({found}) AND period.closed_at IS NOT NULL{followed})"


def _on_sqlite(table: str, columns: Iterable[str]) -> dict[str, str]:
    """The triggers of a table by name: one for each row and change, before it is written."""
    if table == PERIODS:
        changed = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in columns if name not in CHANGEABLE)
        refused = {
            "update": f"OLD.closed_at IS NOT NULL AND ({changed}) OR {_LOSES_ITS_FORMER}",
            "delete": _MAY_NOT_GO,
        }
    else:
        new, old = _period_of(table, "NEW"), _period_of(table, "OLD")
        refused = {
            "insert": _closed_among(table, "insert", new),
            "update": _closed_among(table, "update", old, new),
            "delete": _closed_among(table, "delete", old),
        }
    return {
        trigger_name(table, change): (
            f'CREATE TRIGGER IF NOT EXISTS "{trigger_name(table, change)}" BEFORE {change.upper()} ON {table} '
            f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{refusal(table)}'); END"
        )
        for change, condition in refused.items()
    }


_LOSES_ITS_FORMER = (
    "OLD.copied_from_id IS NOT NULL AND (NEW.copied_from_id IS NULL OR NEW.copied_from_id <> OLD.copied_from_id)"
)
_MAY_NOT_GO = "OLD.closed_at IS NOT NULL OR OLD.copied_from_id IS NOT NULL"

_REFUSE = "RAISE EXCEPTION '{}' USING ERRCODE = 'restrict_violation'"

_REFUSE_TRUNCATE = f"""
CREATE OR REPLACE FUNCTION futurefit_frozen_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM {PERIODS} WHERE closed_at IS NOT NULL) THEN
        {_REFUSE.format("A reporting period is closed: the tables that hold its rows are never emptied")};
    END IF;
    RETURN NULL;
END
$$
"""

_REFUSE_PERIOD = f"""
CREATE OR REPLACE FUNCTION futurefit_{PERIODS}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF {_MAY_NOT_GO} THEN
            {_REFUSE.format(refusal(PERIODS))};
        END IF;
        RETURN OLD;
    END IF;
    IF {_LOSES_ITS_FORMER} OR OLD.closed_at IS NOT NULL AND
        to_jsonb(OLD) - '{{{",".join(CHANGEABLE)}}}'::text[] <> to_jsonb(NEW) - '{{{",".join(CHANGEABLE)}}}'::text[]
    THEN
        {_REFUSE.format(refusal(PERIODS))};
    END IF;
    RETURN NEW;
END
$$
"""


def _on_postgresql(table: str) -> dict[str, str]:
    """The triggers of a table by name: one for each statement, whatever the number of its rows.

    The periods of the rows are held until the end of the transaction, so that a change and the closing of its period
    wait for each other; who waited sees the period as it is then.
    """
    name = f"futurefit_{table}"
    truncate = (
        f'CREATE OR REPLACE TRIGGER "{trigger_name(table, "truncate")}" BEFORE TRUNCATE ON {table} '
        "FOR EACH STATEMENT EXECUTE FUNCTION futurefit_frozen_truncate()"
    )
    if table == PERIODS:
        return {
            trigger_name(table, "truncate"): truncate,
            **{
                trigger_name(table, change): (
                    f'CREATE OR REPLACE TRIGGER "{trigger_name(table, change)}" BEFORE {change.upper()} ON {table} '
                    f"FOR EACH ROW EXECUTE FUNCTION {name}()"
                )
                for change in ("update", "delete")
            },
        }
    seen = {
        "insert": "REFERENCING NEW TABLE AS rows_after",
        "update": "REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after",
        "delete": "REFERENCING OLD TABLE AS rows_before",
    }
    return {
        trigger_name(table, "truncate"): truncate,
        **{
            trigger_name(table, change): (
                f'CREATE OR REPLACE TRIGGER "{trigger_name(table, change)}" AFTER {change.upper()} ON {table} '
                f"{seen[change]} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )
            for change in CHANGES
        },
    }


def _functions(table: str) -> list[str]:
    """What the triggers of a table call on PostgreSQL."""
    if table == PERIODS:
        return [_REFUSE_TRUNCATE, _REFUSE_PERIOD]
    before, after = _period_of(table, "r", "rows_before r"), _period_of(table, "r", "rows_after r")
    branches = {"INSERT": (after,), "UPDATE": (before, after), "DELETE": (before,)}
    body = "".join(
        f"""
    IF TG_OP = '{change}' THEN
        PERFORM 1 FROM {PERIODS} period WHERE {" OR ".join(f"period.id IN ({query})" for query in queries)} FOR SHARE;
        IF {_closed_among(table, change.lower(), *queries)} THEN
            {_REFUSE.format(refusal(table))};
        END IF;
    END IF;"""
        for change, queries in branches.items()
    )
    return [
        _REFUSE_TRUNCATE,
        f"CREATE OR REPLACE FUNCTION futurefit_{table}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN{body}\n    RETURN NULL;\nEND\n$$",
    ]


def _columns(period: type[Model]) -> list[str]:
    return [str(field.column) for field in period._meta.concrete_fields]


def _statements_to_freeze(vendor: str, table: str, columns: Iterable[str]) -> list[str]:
    if vendor == "sqlite":
        return list(_on_sqlite(table, columns).values())
    if vendor == "postgresql":
        return [*_functions(table), *_on_postgresql(table).values()]
    raise NotSupportedError(f"Closed periods are frozen on SQLite and PostgreSQL, not on {vendor}.")


def _triggers(vendor: str, table: str) -> list[str]:
    """The names of the triggers that a table has where it is guarded."""
    return list(_on_sqlite(table, ()) if vendor == "sqlite" else _on_postgresql(table))


def _statements_to_unfreeze(vendor: str, table: str) -> list[str]:
    of_table = "" if vendor == "sqlite" else f" ON {table}"
    return [f'DROP TRIGGER IF EXISTS "{name}"{of_table}' for name in _triggers(vendor, table)]


class FreezeClosedPeriods(Operation):
    """Migration operation; reversing it takes the triggers off again."""

    reversible = True
    reduces_to_sql = True
    category = OperationCategory.SQL

    def __init__(self, *tables: str) -> None:
        self.tables = tables

    def deconstruct(self) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        return (self.__class__.__qualname__, self.tables, {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers are no part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        columns = _columns(to_state.apps.get_model("savings", "ReportingPeriod"))
        for table in self.tables:
            for statement in _statements_to_freeze(schema_editor.connection.vendor, table, columns):
                schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for table in self.tables:
            for statement in _statements_to_unfreeze(schema_editor.connection.vendor, table):
                schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Freeze the rows of closed periods in {', '.join(self.tables)}"


def freeze_closed_periods(*tables: str) -> FreezeClosedPeriods:
    """The migration operation that guards these of `TABLES`: ``freeze_closed_periods("savings_position", …)``."""
    return FreezeClosedPeriods(*tables)


def freeze(connection: BaseDatabaseWrapper) -> None:
    """Put all triggers on (again)."""
    columns = _columns(ReportingPeriod)
    _execute(
        connection,
        [each for table in TABLES for each in _statements_to_freeze(connection.vendor, table, columns)],
    )


def unfreeze(connection: BaseDatabaseWrapper) -> None:
    """Take all triggers off."""
    _execute(connection, [each for table in TABLES for each in _statements_to_unfreeze(connection.vendor, table)])


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def unfrozen(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Closed periods without their triggers, in one transaction that ends with them on again.

    For ``demo --reset``, which rebuilds a database that holds nothing but demonstrations.
    """
    with transaction.atomic(using=connection.alias):
        unfreeze(connection)
        yield
        freeze(connection)


def tables_not_frozen(connection: BaseDatabaseWrapper) -> list[str]:
    """Tables of `TABLES` that lack a trigger in this database, by name; none is how it should be."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'")
        present = {name for (name,) in cursor.fetchall()}
    return [table for table in TABLES if not present.issuperset(_triggers(connection.vendor, table))]
