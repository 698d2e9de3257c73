"""`manage.py movement` prints the movement under the names of interfaces and refuses what it cannot use."""

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from futurefit.values.rag import Split
from savings.changes import Cause
from savings.models import LineInPeriod
from savings.services.lines import NewLine, NewPosition, add_lines, withdraw_line
from savings.services.periods import close_and_open_next, period_called
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    """Month 7 is closed with two lines of £150,000; in month 9 one is withdrawn and one of £30,000 added."""
    made = factories.small_programme()
    actor = factories.actor(factories.finance_officer())
    period = close_and_open_next(actor=actor, period=made.period, new=period_called("2015/16 M09"))
    gone = LineInPeriod.objects.get(period=period, line=made.lines[1].line)
    withdraw_line(actor=actor, line=gone, reason="No longer legal")
    new = NewLine("Energy income", made.projects[0], code="E1", positions=[NewPosition(None, Split(30_000))])
    add_lines(actor=actor, period=period, lines=[new], reason="=SUM(1)")
    return made


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("movement", *arguments, stdout=out)
    return out.getvalue()


MONTHS = ("--from", "2015/16 M07", "--to", "2015/16 M09")


def test_the_json_has_every_cause_in_every_row_and_each_line_with_its_reason(programme):
    found = json.loads(run(*MONTHS, "--by", "theme", "--format", "json"))
    assert {name: found[name] for name in ("from", "to", "by", "measure", "basis")} == {
        "from": "2015/16 M07",
        "to": "2015/16 M09",
        "by": "theme",
        "measure": "target",
        "basis": "all",
    }
    for row in (*found["rows"], found["total"]):
        assert row["opening"] + sum(row[cause] for cause in Cause) == row["closing"]
    total = found["total"]
    assert (total["opening"], total["added"], total["removed"], total["closing"]) == (
        300_000,
        30_000,
        -150_000,
        180_000,
    )
    assert total["years"]["not_profiled"]["added"] == 30_000
    entry = next(entry for entry in found["lines"] if entry["code"] == "E1")
    assert (entry["title"], entry["cause"], entry["year"], entry["amount"], entry["reason"]) == (
        "Energy income",
        "added",
        "not_profiled",
        30_000,
        "=SUM(1)",
    )
    assert entry["act"] == "Added 1 savings line to 2015/16 month 9."


def test_the_table_is_for_people_and_the_csv_adds_up(programme):
    table = run(*MONTHS, "--by", "directorate")
    assert "Added" in table and "Approved" not in table and '"No longer legal"' in table
    rows = list(csv.DictReader(io.StringIO(run(*MONTHS, "--by", "line", "--format", "csv"))))
    totals = [row for row in rows if row["key"] == "total" and row["year"] == "total"]
    assert [(row["opening"], row["added"], row["closing"]) for row in totals] == [("300000", "30000", "180000")]


def test_backwards_it_has_the_opposite_signs_and_of_one_period_there_is_nothing(programme):
    back = json.loads(run("--from", "2015/16 M09", "--to", "2015/16 M07", "--format", "json"))
    assert (back["total"]["added"], back["total"]["removed"], back["total"]["closing"]) == (-30_000, 150_000, 300_000)
    assert "Nothing that these rows tell apart changed." in run("--from", "2015/16 M09", "--to", "2015/16 M09")


def test_an_unknown_period_or_programme_ends_with_2(programme):
    for arguments in (("--from", "2015/16 M01", "--to", "2015/16 M09"), (*MONTHS, "--programme", "none")):
        with pytest.raises(CommandError) as refused:
            run(*arguments)
        assert refused.value.returncode == 2
