"""What has happened stays: acts and row histories refuse update and delete, by trigger, on both databases.

A migration puts the triggers on with `refuse_update_and_delete`. SQLite drops them with the table when a
later migration rebuilds it, so such a migration names its tables again; a test finds any table without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import NotSupportedError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation, OperationCategory

from futurefit.history.models import Act, ActSubject
from futurefit.history.tracking import all_history_models

CHANGES = ("update", "delete")

# One function serves every table; 23001 (restrict_violation) reaches Django as IntegrityError, as SQLite's abort does.
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION futurefit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: what has happened is not changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$
"""


def append_only_tables() -> list[str]:
    """The tables that refuse update and delete: acts, their subjects and every row history, by name."""
    return sorted(model._meta.db_table for model in (Act, ActSubject, *all_history_models()))


def trigger_name(table: str, change: str) -> str:
    """A name of at most 63 characters, PostgreSQL's limit; SQLite wants it unique in the whole database."""
    return f"no_{change}_of_{table}"[:63]


def _statements_to_protect(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        refusal = f"{table} is append-only: what has happened is not changed or deleted"
        return [
            f'CREATE TRIGGER IF NOT EXISTS "{trigger_name(table, change)}" BEFORE {change.upper()} ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            for change in CHANGES
        ]
    if vendor == "postgresql":
        kept = [
            f'CREATE OR REPLACE TRIGGER "{trigger_name(table, change)}" BEFORE {change.upper()} ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION futurefit_refuse_change()"
            for change in CHANGES
        ]
        emptied = (
            f'CREATE OR REPLACE TRIGGER "{trigger_name(table, "truncate")}" BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION futurefit_refuse_change()"
        )
        return [POSTGRESQL_FUNCTION, *kept, emptied]
    raise NotSupportedError(f"Append-only tables are guarded on SQLite and PostgreSQL, not on {vendor}.")


def _statements_to_unprotect(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [f'DROP TRIGGER IF EXISTS "{trigger_name(table, change)}"' for change in CHANGES]
    if vendor == "postgresql":
        return [
            f'DROP TRIGGER IF EXISTS "{trigger_name(table, change)}" ON "{table}"' for change in (*CHANGES, "truncate")
        ]
    raise NotSupportedError(f"Append-only tables are guarded on SQLite and PostgreSQL, not on {vendor}.")


class RefuseUpdateAndDelete(Operation):
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
        for table in self.tables:
            for statement in _statements_to_protect(schema_editor.connection.vendor, table):
                schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for table in self.tables:
            for statement in _statements_to_unprotect(schema_editor.connection.vendor, table):
                schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Refuse update and delete on {', '.join(self.tables)}"


def refuse_update_and_delete(*tables: str) -> RefuseUpdateAndDelete:
    """The migration operation that makes these tables append-only: ``refuse_update_and_delete("history_act", …)``."""
    return RefuseUpdateAndDelete(*tables)


def protect(connection: BaseDatabaseWrapper, tables: Iterable[str] | None = None) -> None:
    """Put the triggers on (again); all append-only tables unless some are named."""
    with connection.cursor() as cursor:
        for table in append_only_tables() if tables is None else tables:
            for statement in _statements_to_protect(connection.vendor, table):
                cursor.execute(statement)


def unprotect(connection: BaseDatabaseWrapper, tables: Iterable[str] | None = None) -> None:
    """Take the triggers off; all append-only tables unless some are named."""
    with connection.cursor() as cursor:
        for table in append_only_tables() if tables is None else tables:
            for statement in _statements_to_unprotect(connection.vendor, table):
                cursor.execute(statement)


@contextmanager
def unprotected(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """All append-only tables without their triggers, in one transaction that ends with them on again.

    For ``demo --reset``, which rebuilds a database that holds nothing but demonstrations.
    """
    with transaction.atomic(using=connection.alias):
        unprotect(connection)
        yield
        protect(connection)


def unguarded_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """Append-only tables that lack a trigger in this database, by name; none is how it should be."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        present = {name for (name,) in cursor.fetchall()}
    wanted = CHANGES if connection.vendor == "sqlite" else (*CHANGES, "truncate")
    return [
        table for table in append_only_tables() if any(trigger_name(table, change) not in present for change in wanted)
    ]
