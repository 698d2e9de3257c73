"""What watches the service is told the truth, without signing in."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder


def test_the_process_answers_without_asking_the_database(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert answer.status_code == 200


def test_ready_when_the_database_answers_and_every_migration_is_applied(client, db):
    answer = client.get("/readyz")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")


def test_not_ready_while_a_migration_waits(client, db):
    MigrationRecorder(connection).record_unapplied("projects", "0001_initial")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "migrations to apply" in answer.content.decode()


def test_not_ready_without_the_database(client, db, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("could not connect to server at 10.0.0.1, user futurefit")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.content.decode() == "Not ready: the database cannot be reached.\n"


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_neither_takes_anything_but_a_question(client, db, address):
    assert client.post(address).status_code == 405
