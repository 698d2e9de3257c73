"""`manage.py movement` prints the movement under the names of interfaces and refuses what it cannot use."""

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from futurefit.values.rag import Split
from savings.changes import Cause
from savings.groupings import COMMAND_GROUPINGS, GROUPINGS
from savings.management.commands.movement import Command
from savings.models import LineInPeriod
from savings.movement import MEASURES
from savings.rollups import BASES
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


CAUSES = [
    "added",
    "removed",
    "re_profiled",
    "re_estimated",
    "written_out",
    "corrected",
    "replaced",
    "moved",
    "re_rated",
    "approved",
]


@pytest.mark.parametrize("by", COMMAND_GROUPINGS)
def test_beside_another_programme_by_every_grouping_the_keys_are_those_of_the_contract(programme, by):
    """The other programme has periods of the same names and lines of its own; neither is in the other's figures."""
    other = factories.small_programme(slug="other", name="Other", is_current=False)
    close_and_open_next(actor=factories.TESTS, period=other.period, new=period_called("2015/16 M09"))
    found = json.loads(run(*MONTHS, "--by", by, "--format", "json"))
    assert list(found)[:5] == ["programme", "from", "to", "by", "basis"] and found["programme"] == "small"
    for row in (*found["rows"], found["total"]):
        assert list(row) == ["key", "label", "opening", *CAUSES, "closing", "years"]
        assert isinstance(row["label"], str) and row["label"]
    assert found["total"]["opening"] == sum(row["opening"] for row in found["rows"]) == 300_000
    assert {row["label"] for row in found["rows"] if row["key"] is None} <= {GROUPINGS[by].none_label}
    theirs = json.loads(run(*MONTHS, "--by", by, "--format", "json", "--programme", "other"))
    assert (theirs["programme"], theirs["lines"], theirs["total"]["closing"]) == ("other", [], 300_000)
    for command in ("rollup", "movement"):
        out = io.StringIO()
        asked = MONTHS if command == "movement" else ("--period", "2015/16 M07")
        call_command(command, *asked, "--by", by, "--shape", "today", "--format", "json", stdout=out)
        total = json.loads(out.getvalue())["total"]
        assert (total["opening"] if command == "movement" else total["total"]["target"]) == 300_000


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_and_basis_adds_up(programme, measure, basis):
    found = json.loads(run(*MONTHS, "--measure", measure, "--basis", basis, "--format", "json"))
    total = found["total"]
    assert total["opening"] + sum(total[cause] for cause in CAUSES) == total["closing"]
    assert (found["measure"], found["basis"]) == (measure, basis)


def test_what_the_command_does_not_know_ends_with_2_and_says_what_there_is(programme, capsys):
    for arguments, words in (
        (("--measure", "colour"), "invalid choice: 'colour' (choose from"),
        (("--by", "colour"), "invalid choice: 'colour' (choose from"),
        (("--basis", "some"), "invalid choice: 'some' (choose from"),
    ):
        with pytest.raises(SystemExit) as refused:
            Command().run_from_argv(["manage.py", "movement", *MONTHS, *arguments])
        assert refused.value.code == 2
        assert words in capsys.readouterr().err
    shut = factories.ReportingPeriodFactory(closed=True, programme=factories.ProgrammeFactory(slug="shut"))
    shut_months = ("--from", shut.label, "--to", shut.label, "--programme", "shut")
    assert "Nothing that these rows tell apart changed." in run(*shut_months)
    with pytest.raises(CommandError, match="no open reporting period") as refused:
        run(*shut_months, "--shape", "today")
    assert refused.value.returncode == 2
