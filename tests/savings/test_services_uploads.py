"""Uploads at once: a double click, and cancelling while somebody applies."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from futurefit.history.models import Act
from savings.models import LineInPeriod, SpreadsheetUpload
from savings.services.uploads import apply_upload, begin_upload, cancel_upload, check_of, fingerprint
from tests import factories

CONTENT = "Title,2016/17 £\nSell the depot,120000\n".encode()


@pytest.fixture
def upload(transactional_db):
    plan = factories.small_programme(projects=1, lines_each=0)
    actor = factories.actor(factories.finance_officer())
    return begin_upload(
        actor=actor, period=plan.period, file_name="plan.csv", content=CONTENT, project=plan.projects[0]
    )


def at_once(*acts: Callable[[], object]) -> tuple[list[object], list[BaseException]]:
    """Do these at the same moment, each in a thread of its own: what they gave, and what they raised."""
    together, given, raised = threading.Barrier(len(acts)), [], []

    def do(act: Callable[[], object]) -> None:
        try:
            together.wait(10)
            given.append(act())
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return given, raised


@pytest.mark.postgresql
def test_two_clicks_at_the_same_moment_import_once(upload):
    user = factories.finance_officer()
    reader, actor = factories.reader(user), factories.actor(user)
    as_shown = fingerprint(check_of(upload, reader))

    def click():
        return apply_upload(actor=actor, reader=reader, upload=upload, as_shown=as_shown).before

    given, raised = at_once(click, click)
    assert (sorted(given), raised) == ([False, True], [])
    assert LineInPeriod.objects.count() == 1
    assert Act.objects.filter(verb="savings.imported").count() == 1


@pytest.mark.postgresql
def test_cancelling_while_it_is_applied_takes_away_all_or_nothing(upload):
    user = factories.finance_officer()
    reader, actor = factories.reader(user), factories.actor(user)
    as_shown = fingerprint(check_of(upload, reader))
    given, raised = at_once(
        lambda: apply_upload(actor=actor, reader=reader, upload=upload, as_shown=as_shown).before,
        lambda: "cancelled" if cancel_upload(upload=upload) else "too late",
    )
    if "cancelled" in given:
        assert [type(error) for error in raised] == [SpreadsheetUpload.DoesNotExist]
        assert LineInPeriod.objects.count() == 0
    else:
        assert (sorted(map(str, given)), raised) == (["False", "too late"], [])
        assert LineInPeriod.objects.count() == 1
