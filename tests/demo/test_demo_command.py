"""`manage.py demo`: loads once, puts back what was changed, and leaves a database with a real programme alone."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from futurefit.access.models import User
from futurefit.council.models import Directorate
from futurefit.demo.load import empty_database
from futurefit.history.append_only import unguarded_tables, unprotected
from futurefit.history.models import Act
from projects.models import Programme
from savings.frozen import tables_not_frozen, unfrozen
from savings.models import LineInPeriod, Position
from savings.rollups import as_json, rollup
from savings.services.lines import rename_theme
from tests import factories
from tests.demo_programme import PERIODS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def everything(demo) -> list[dict]:
    groupings = ("theme", "directorate", "project", "mtfp_heading", "saving_type", "service")
    return [as_json(rollup(demo.period(label), by)) for label in PERIODS for by in groupings]


def test_a_second_call_changes_nothing_and_says_so():
    before = Act.objects.count(), Position.objects.count()
    assert "loaded already" in run()
    assert (Act.objects.count(), Position.objects.count()) == before


def test_reset_puts_back_what_was_changed(demo):
    before = everything(demo)
    rename_theme(actor=factories.TESTS, theme=demo.theme("commissioning"), name="Buying")
    Programme.objects.create(slug="county", name="A county", horizon_first=2016, horizon_last=2019, generated=True)
    assert "is loaded" in run("--reset")
    assert everything(demo) == before
    assert list(Programme.objects.values_list("slug", flat=True)) == ["futurefit"]
    assert unguarded_tables(connection) == tables_not_frozen(connection) == []


def test_reset_refuses_where_a_real_programme_is_held_and_changes_nothing(demo):
    factories.ProgrammeFactory(slug="budget-2017", name="Budget 2017")
    acts = Act.objects.count()
    with pytest.raises(CommandError, match=r"Budget 2017 \(budget-2017\)"):
        run("--reset")
    assert Act.objects.count() == acts
    assert Programme.objects.count() == 2


def test_reset_keeps_the_accounts_that_are_not_of_the_demonstration():
    factories.UserFactory(email="officer@council.example")
    run("--reset")
    assert User.objects.filter(is_demo=True).count() == 8
    assert User.objects.filter(email="officer@council.example").exists()


def test_a_failed_load_leaves_nothing_behind(demo, monkeypatch):
    before = everything(demo)

    def fail(*arguments) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("futurefit.demo.load.load_illustration", fail)
    with pytest.raises(RuntimeError):
        run("--reset")
    assert everything(demo) == before
    assert unguarded_tables(connection) == tables_not_frozen(connection) == []


def test_it_loads_beside_another_programme_and_takes_the_council_as_it_stands():
    with unprotected(connection), unfrozen(connection):
        empty_database()
    factories.ProgrammeFactory(slug="budget-2017", is_current=True)
    standing = factories.DirectorateFactory(code="ChS", slug="chs", name="Children and Learning")
    run()
    assert Programme.objects.current().get().slug == "budget-2017"
    assert Directorate.objects.get(code="ChS") == standing
    line = LineInPeriod.objects.filter(line__code="SEND-01").first()
    assert line.directorate_label == "Children and Learning"
