"""`reconcile` on the papers: their own errors are found, and nothing that agrees is accused. Verdicts by hand."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from savings.models import StatedFigure
from savings.reconcile import reconcile
from savings.services.stated_figures import record_which_is_right
from tests import factories
from tests.demo_programme import OPEN, PAPERS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

SUM, REPEAT, PERCENTAGE, NARRATIVE = "sum", "repeat", "percentage", "narrative"

WRONG = {
    (SUM, "T02", "TOTAL SAVINGS", "2016/17"): (100_000, 0),
    (SUM, "T03", "HR & OD: Amber", "Total"): (256_000, 196_000),
    (REPEAT, "T04b", "HR & OD savings", "2015/16"): (30_000, 0),
    (REPEAT, "T04b", "HR & OD savings", "2016/17"): (70_000, 30_000),
    (REPEAT, "T16", "Net expenditure by service", "2017/18"): (26_300_000, 26_400_000),
    (PERCENTAGE, "T10", "Already commissioned: BEC", "2017/18"): (69, 68.3),
    (PERCENTAGE, "T10", "Currently internal provision: ChS", "2017/18"): (38, 37.4),
    (PERCENTAGE, "T10", "Currently internal provision: BEC", "2017/18"): (21, 21.6),
    (PERCENTAGE, "T10", "Currently internal provision: Total", "2017/18"): (20, 20.6),
}
"""Every stated figure of the papers that differs, with what is printed and what its parts come to."""

HOW_MANY = {
    SUM: 4 + 4 + 7 + 4 + 1 + 12 + 8 + 12 + 1 + 15 + 1 + 1 + 3,
    REPEAT: 2 + 2 + 10 + 14 + 5 + 5 + 1,
    PERCENTAGE: 20,
    NARRATIVE: 2 + 4 + 4 + 1 + 1 + 3,
}
"""Counted in the tables, in their order."""


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("reconcile", *arguments, stdout=out)
    return out.getvalue()


def in_json(*arguments: str) -> list[dict]:
    return json.loads(run(*arguments, "--format", "json"))


def wrong(rows: list[dict]) -> dict[tuple, tuple]:
    return {
        (row["kind"], row["table"], row["label"], row["period"]): (row["stated"], row["computed"])
        for row in rows
        if not row["agrees"]
    }


@pytest.mark.parametrize("kind", [SUM, REPEAT, PERCENTAGE, NARRATIVE])
def test_exactly_the_wrong_figures_of_each_kind_differ(kind):
    rows = in_json("--kind", kind)
    assert {row["kind"] for row in rows} == {kind}
    assert len(rows) == HOW_MANY[kind]
    assert wrong(rows) == {key: value for key, value in WRONG.items() if key[0] == kind}
    for row in rows:
        if row["agrees"]:
            assert row["verdict"] in ("agrees", "nothing_to_compare"), row


def test_without_a_kind_it_lists_sums():
    assert run("--format", "json") == run("--kind", "sum", "--format", "json")


def test_all_lists_every_kind_with_both_places():
    rows = in_json("--kind", "all")
    assert len(rows) == sum(HOW_MANY.values())
    assert wrong(rows) == WRONG
    for row in rows:
        assert row["place"].startswith(row["table"])
        assert row["counterpart"]
    places = {row["table"]: row["counterpart"] for row in rows if row["kind"] == REPEAT and not row["agrees"]}
    assert places["T16"] == "T10, net budget 17/18 of CoaCh/ Fin/ CE"
    assert places["T04b"].startswith("T04, HR & OD form - Proposed savings")


def test_the_amber_row_of_the_hr_form_is_shown_with_both_numbers():
    [row] = [row for row in in_json() if row["table"] == "T03" and row["status"] == "amber"]
    assert row == {
        "document": "HR & OD form - Current Savings Programme",
        "table": "T03",
        "label": "HR & OD: Amber",
        "period": "Total",
        "directorate": None,
        "status": "amber",
        "kind": "sum",
        "qualifier": "exact",
        "as_printed": "256",
        "stated": 256_000,
        "computed": 196_000,
        "difference": 60_000,
        "verdict": "differs",
        "agrees": False,
        "decision": None,
        "place": "T03, HR & OD form - Current Savings Programme, HR & OD: Amber, Total",
        "counterpart": "The savings lines of T03 · HR and Organisational Development: current programme · Amber",
    }


def test_a_ceiling_and_a_printed_nought_agree():
    by_place = {(row["table"], row["label"], row["period"]): row for row in in_json()}
    ceiling = by_place["T13", "Operating Model", "Total"]
    assert (ceiling["qualifier"], ceiling["computed"], ceiling["verdict"]) == ("up_to", 1_500_000, "agrees")
    nought = by_place["T05", "Total", "2015/16"]
    assert (nought["stated"], nought["computed"], nought["verdict"]) == (0, 0, "agrees")


def test_an_empty_cell_states_nothing():
    rows = [row for row in in_json("--kind", "all") if row["table"] == "T02"]
    assert [(row["label"], row["period"]) for row in rows] == [
        ("New Savings (Further and New): Total", "2017/18"),
        ("New Savings (Further and New): Total", "Total"),
        ("TOTAL SAVINGS", "2016/17"),
        ("TOTAL SAVINGS", "Total"),
    ]


def test_narrative_agrees_where_it_has_a_counterpart():
    compared = {row["as_printed"]: row["verdict"] for row in in_json("--kind", NARRATIVE) if row["computed"]}
    assert compared == {"£ 346k": "agrees", "£50k": "agrees"}
    nothing = [row for row in in_json("--kind", NARRATIVE) if row["verdict"] == "nothing_to_compare"]
    assert len(nothing) == HOW_MANY[NARRATIVE] - 2
    assert all(row["computed"] is None and row["difference"] is None for row in nothing)


def test_the_verdicts_are_those_of_the_period_of_the_papers(demo):
    assert run("--kind", "all", "--format", "json") == run("--kind", "all", "--period", PAPERS, "--format", "json")
    later = wrong(in_json("--period", OPEN))
    assert (SUM, "T03", "HR & OD: Green Delivered", "Total") in later


def test_an_officers_words_stand_beside_both_numbers(demo):
    figure = StatedFigure.objects.get(table="T03", scope_status="amber")
    record_which_is_right(actor=factories.TESTS, figure=figure, decision="The parts, 196, are right.")
    [row] = [row for row in in_json() if row["table"] == "T03" and row["status"] == "amber"]
    assert (row["decision"], row["stated"], row["computed"]) == ("The parts, 196, are right.", 256_000, 196_000)
    assert row["verdict"] == "differs"


def test_the_number_of_queries_does_not_grow_with_the_figures(demo):
    programme = demo.programme
    with CaptureQueriesContext(connection) as few:
        reconcile(programme, kind=SUM)
    with CaptureQueriesContext(connection) as many:
        reconcile(programme)
    assert len(few) == len(many) == 2, "what is printed, and the lines"


def test_the_table_names_both_places_of_what_differs():
    printed = run("--kind", "all")
    assert "147 stated figures, amounts in £: 123 agrees, 0 rounding, 9 differs, 15 nothing to compare." in printed
    assert printed.count("Differs: ") == 9


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--programme", "elsewhere"], "There is no programme 'elsewhere'"),
        (["--period", "2019/20 M01"], "There is no reporting period '2019/20 M01'"),
        (["--kind", "guess"], "invalid choice: 'guess'"),
    ],
)
def test_what_cannot_be_used_is_named(arguments, message):
    with pytest.raises(CommandError, match=message) as refused:
        run(*arguments)
    if "--kind" not in arguments:
        assert refused.value.returncode == 2
