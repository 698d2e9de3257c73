"""`manage.py rollup` prints the roll-up, finds what was named, and refuses what it cannot use with exit code 2."""

import csv
import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from savings.rollups import as_json, requirement_of, rollup
from savings.selection import Selection
from savings.services.lines import rename_theme
from savings.services.periods import NewPeriod, close_and_open_next
from tests import factories
from tests.savings.worked_programme import Worked, worked_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked() -> Worked:
    return worked_programme()


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("rollup", *arguments, stdout=out)
    return out.getvalue()


def in_json(*arguments: str) -> dict:
    return json.loads(run(*arguments, "--format", "json"))


def test_the_json_is_that_of_the_roll_up_of_the_open_period(worked):
    expected = as_json(rollup(worked.period, "theme"), requirement=requirement_of(worked.period))
    assert in_json("--by", "theme") == json.loads(json.dumps(expected))


def test_the_same_question_gives_the_same_bytes(worked):
    assert run("--by", "project", "--format", "json") == run("--by", "project", "--format", "json")


def test_programme_period_view_and_basis_are_as_asked(worked):
    found = in_json(
        "--by",
        "saving_type",
        "--programme",
        "worked",
        "--period",
        "2016/17 M02",
        "--view",
        "cumulative",
        "--basis",
        "approved",
    )
    assert (found["view"], found["basis"], found["period"]) == ("cumulative", "approved", "2016/17 M02")
    assert found["total"]["total"]["target"] == 150 - 50


@pytest.mark.parametrize(
    ("option", "value", "total"),
    [
        ("--theme", "alpha", 375),
        ("--theme", "ALPHA", 375),
        ("--theme", "The  first strand", 375),
        ("--theme", "none", 7),
        ("--directorate", "south", 45),
        ("--directorate", "as printed in the paper", 45),
        ("--service", "Service S1", 45),
        ("--project", "pb", -30),
        ("--project", "ref 7", -30),
        ("--heading", "council tax", 75),
        ("--heading", "COUNCIL-TAX", 75),
    ],
)
def test_a_filter_finds_by_key_name_or_alias_whatever_the_capitals(worked, option, value, total):
    worked.themes["Alpha"].aliases.create(name="The First Strand")
    south, project = worked.directorates["South"], worked.projects["PB"]
    south.printed_as = "As printed in the paper\nAnd elsewhere"
    south.save()
    project.reference = "Ref 7"
    project.save()
    found = in_json("--by", "theme", option, value)
    assert found["total"]["total"]["target"] == total


def test_a_filter_also_narrows_the_lines_without_amount(worked):
    assert in_json("--by", "theme", "--theme", "alpha")["lines_without_amount"] == 0
    assert in_json("--by", "theme", "--theme", "beta")["lines_without_amount"] == 1


def test_a_closed_period_knows_a_theme_by_the_name_it_had(worked):
    rename_theme(actor=factories.TESTS, theme=worked.themes["Alpha"], name="Strand one")
    new = NewPeriod("2016/17 M03", 2016, date(2016, 6, 30), 3)
    close_and_open_next(actor=factories.TESTS, period=worked.period, new=new)
    rename_theme(actor=factories.TESTS, theme=worked.themes["Alpha"], name="Omega")
    then = in_json("--by", "theme", "--theme", "strand ONE", "--period", "2016/17 M02")
    assert then["total"]["total"]["target"] == 375
    assert then["rows"][0]["label"] == "Strand one"
    with pytest.raises(CommandError, match="no theme 'Strand one'"):
        run("--by", "theme", "--theme", "Strand one")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--period", "2019/20 M01"], "There is no reporting period '2019/20 M01'. Choose one of: 2016/17 M02."),
        (["--programme", "elsewhere"], "There is no programme 'elsewhere'. Choose one of: worked."),
        (["--theme", "Nowhere"], "There is no theme 'Nowhere'. Choose one of: alpha, beta, gamma."),
        (["--heading", "x"], "There is no MTFP heading 'x'"),
        (["--project", "Twice"], "'Twice' fits more than one project. Say which: PA, PB."),
        (["--net"], "no net total"),
    ],
)
def test_what_it_does_not_know_is_refused_with_exit_code_2(worked, arguments, message):
    for code in ("PA", "PB"):
        worked.projects[code].title = "Twice"
        worked.projects[code].save()
    with pytest.raises(CommandError) as refused:
        run("--by", "theme", *arguments)
    assert refused.value.returncode == 2
    assert message in str(refused.value)


@pytest.mark.parametrize("arguments", [["--by", "colour"], ["--by", "theme", "--view", "sideways"], []])
def test_an_unknown_choice_is_refused(worked, arguments):
    with pytest.raises(CommandError, match=r"invalid choice|required"):
        run(*arguments)


def test_without_a_programme_or_a_period_it_says_so(db):
    with pytest.raises(CommandError, match="no current programme"):
        run("--by", "theme")
    factories.ProgrammeFactory(slug="bare", name="Bare")
    with pytest.raises(CommandError, match="Bare has no reporting period yet"):
        run("--by", "theme", "--programme", "bare")


def test_the_csv_has_a_row_for_every_group_and_year_and_spells_no_formula(worked):
    worked.themes["Beta"].name = "=Beta"
    worked.themes["Beta"].save()
    rows = list(csv.DictReader(io.StringIO(run("--by", "theme", "--format", "csv"))))
    assert len(rows) == (4 + 1) * (4 + 1), "four rows and the total, four columns and the total"
    beta = [row for row in rows if row["key"] == "beta"]
    assert {row["year"]: row["target"] for row in beta} == {
        "2016/17": "50",
        "2017/18": "-30",
        "2018/19": "-50",
        "not_profiled": "0",
        "total": "-30",
    }
    assert beta[0]["label"] == "'=Beta"
    assert rows[-1]["key"] == "total" and rows[-1]["target"] == "352"


def test_the_table_reads_in_words(worked):
    lines = run("--by", "theme").splitlines()
    assert lines[0] == "worked, 2016/17 M02: target in £, incremental, all amounts, shape of then"
    assert lines[1].split() == ["Theme", "2016/17", "2017/18", "2018/19", "Not", "profiled", "Total"]
    assert lines[2].split() == ["Alpha", "160", "200", "0", "15", "375"]
    assert any(line.split() == ["Total", "210", "170", "−43", "15", "352"] for line in lines)
    assert any(line.startswith("still to be identified, approved, savings headings") for line in lines)
    assert lines[-1] == "1 line has no amount."


def test_the_table_says_that_there_is_no_requirement(worked):
    worked.period.requirements.all().delete()
    assert "The programme states no requirement." in run("--by", "theme")


def test_a_selection_that_says_nothing_is_everything():
    assert Selection().is_everything
