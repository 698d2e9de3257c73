"""What has happened is not changed or deleted, whoever asks the database."""

import pytest
from django.db import IntegrityError, connection, transaction

from futurefit.council.models import Directorate
from futurefit.history.append_only import (
    append_only_tables,
    protect,
    refuse_update_and_delete,
    unguarded_tables,
    unprotect,
    unprotected,
)
from futurefit.history.models import Act, ActSubject
from futurefit.history.services import record_act
from futurefit.history.tracking import history_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def act(officer):
    with record_act(actor=officer, verb="a.b", sentence="As it was.") as act:
        act.add_subject(Directorate.objects.create(code="DASH", slug="dash", name="As it was"))
    return act


def test_after_migrating_every_act_table_and_row_history_is_guarded():
    assert unguarded_tables(connection) == []
    assert {"history_act", "history_actsubject", "council_historicaldirectorate"} <= set(append_only_tables())


@pytest.mark.parametrize("model", [Act, ActSubject, history_model(Directorate)], ids=lambda m: m.__name__)
def test_deleting_what_happened_is_refused_by_the_database(act, model):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        model._base_manager.all()._raw_delete("default")


def test_rewriting_an_act_is_refused_by_the_database(act):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Act.objects.filter(pk=act.pk).update(sentence="As it never was.")
    assert Act.objects.get().sentence == "As it was."


def test_rewriting_a_row_history_is_refused_by_the_database(act):
    row = Directorate.objects.get().history.get()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        row.name = "As it never was"
        row.save()


def test_the_guards_come_off_and_go_back_on(act):
    with unprotected(connection):
        Act.objects.filter(pk=act.pk).update(sentence="Rebuilt.")
    assert Act.objects.get().sentence == "Rebuilt."
    assert unguarded_tables(connection) == []


def test_with_the_guards_off_a_demonstration_can_be_taken_down(act):
    with unprotected(connection):
        history_model(Directorate)._default_manager.all().delete()
        ActSubject.objects.all().delete()
        Act.objects.all().delete()
    assert not Act.objects.exists()
    assert unguarded_tables(connection) == []


def test_a_table_without_its_guard_is_found(act):
    unprotect(connection, ["history_act"])
    assert unguarded_tables(connection) == ["history_act"]
    protect(connection, ["history_act"])
    assert unguarded_tables(connection) == []


@pytest.mark.django_db(transaction=True)
def test_the_migration_operation_can_be_reversed():
    operation = refuse_update_and_delete("history_act")
    with connection.schema_editor() as editor:
        operation.database_backwards("history", editor, None, None)
        assert unguarded_tables(connection) == ["history_act"]
        operation.database_forwards("history", editor, None, None)
        assert unguarded_tables(connection) == []
    assert operation.deconstruct() == ("RefuseUpdateAndDelete", ("history_act",), {})


@pytest.mark.django_db(transaction=True)
def test_a_test_with_real_transactions_leaves_an_empty_database_behind(officer):
    with record_act(actor=officer, verb="a.b", sentence="To be emptied."):
        Directorate.objects.create(code="X", slug="x", name="X")
    assert Act.objects.count() == 1
