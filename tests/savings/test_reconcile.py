"""Stated figures beside computed ones: the papers' own errors are found, nothing that agrees is accused.

Verdicts on the papers are worked out by hand; verdicts on made-up figures prove the rules of domain.md one by one.
"""

import io
import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from futurefit.council.models import Directorate
from futurefit.values.rag import Split
from savings.models import BudgetRow, StatedFigure
from savings.reconcile import reconcile, verdict_of
from savings.services.stated_figures import record_which_is_right
from tests import factories
from tests.demo_programme import OPEN, PAPERS

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

HOW_MANY = {SUM: 72, REPEAT: 39, PERCENTAGE: 20, NARRATIVE: 16}


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


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
class TestThePapers:
    @pytest.mark.parametrize("kind", [SUM, REPEAT, PERCENTAGE, NARRATIVE])
    def test_exactly_the_wrong_figures_of_each_kind_differ(self, kind):
        rows = in_json("--kind", kind)
        assert {row["kind"] for row in rows} == {kind}
        assert len(rows) == HOW_MANY[kind]
        assert wrong(rows) == {key: value for key, value in WRONG.items() if key[0] == kind}
        for row in rows:
            if row["agrees"]:
                assert row["verdict"] in ("agrees", "nothing_to_compare"), row

    def test_without_a_kind_it_lists_sums(self):
        assert run("--format", "json") == run("--kind", "sum", "--format", "json")

    def test_all_lists_every_kind_with_both_places(self):
        rows = in_json("--kind", "all")
        assert len(rows) == sum(HOW_MANY.values())
        assert wrong(rows) == WRONG
        for row in rows:
            assert row["place"].startswith(row["table"])
            assert row["counterpart"]
        places = {row["table"]: row["counterpart"] for row in rows if row["kind"] == REPEAT and not row["agrees"]}
        assert places["T16"] == "T10, net budget 17/18 of CoaCh/ Fin/ CE"
        assert places["T04b"].startswith("T04, HR & OD form - Proposed savings")

    def test_the_amber_row_of_the_hr_form_is_shown_with_both_numbers(self):
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

    def test_a_ceiling_and_a_printed_nought_agree(self):
        by_place = {(row["table"], row["label"], row["period"]): row for row in in_json()}
        ceiling = by_place["T13", "Operating Model", "Total"]
        assert (ceiling["qualifier"], ceiling["computed"], ceiling["verdict"]) == ("up_to", 1_500_000, "agrees")
        nought = by_place["T05", "Total", "2015/16"]
        assert (nought["stated"], nought["computed"], nought["verdict"]) == (0, 0, "agrees")

    def test_an_empty_cell_states_nothing(self):
        rows = [row for row in in_json("--kind", "all") if row["table"] == "T02"]
        assert [(row["label"], row["period"]) for row in rows] == [
            ("New Savings (Further and New): Total", "2017/18"),
            ("New Savings (Further and New): Total", "Total"),
            ("TOTAL SAVINGS", "2016/17"),
            ("TOTAL SAVINGS", "Total"),
        ]

    def test_narrative_agrees_where_it_has_a_counterpart(self):
        compared = {row["as_printed"]: row["verdict"] for row in in_json("--kind", NARRATIVE) if row["computed"]}
        assert compared == {"£ 346k": "agrees", "£50k": "agrees"}
        nothing = [row for row in in_json("--kind", NARRATIVE) if row["verdict"] == "nothing_to_compare"]
        assert len(nothing) == HOW_MANY[NARRATIVE] - 2
        assert all(row["computed"] is None and row["difference"] is None for row in nothing)

    def test_the_verdicts_are_those_of_the_period_of_the_papers(self, demo):
        assert run("--kind", "all", "--format", "json") == run("--kind", "all", "--period", PAPERS, "--format", "json")
        later = wrong(in_json("--period", OPEN))
        assert (SUM, "T03", "HR & OD: Green Delivered", "Total") in later

    def test_an_officers_words_stand_beside_both_numbers(self, demo):
        figure = StatedFigure.objects.get(table="T03", scope_status="amber")
        record_which_is_right(actor=factories.TESTS, figure=figure, decision="The parts, 196, are right.")
        [row] = [row for row in in_json() if row["table"] == "T03" and row["status"] == "amber"]
        assert (row["decision"], row["stated"], row["computed"]) == ("The parts, 196, are right.", 256_000, 196_000)
        assert row["verdict"] == "differs"

    def test_the_number_of_queries_does_not_grow_with_the_figures(self, demo):
        programme = demo.programme
        with CaptureQueriesContext(connection) as few:
            reconcile(programme, kind=PERCENTAGE)
        with CaptureQueriesContext(connection) as many:
            reconcile(programme)
        assert len(few) == len(many) <= 5

    def test_the_table_names_both_places_of_what_differs(self):
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
    def test_what_cannot_be_used_is_named(self, arguments, message):
        with pytest.raises(CommandError, match=message) as refused:
            run(*arguments)
        if "--kind" not in arguments:
            assert refused.value.returncode == 2


# --- the rules, on made-up figures


@pytest.mark.parametrize(
    ("stated", "computed", "precision", "qualifier", "slack", "verdict"),
    [
        (196_000, 196_000, 1_000, "exact", None, "agrees"),
        (196_000, 196_499, 1_000, "exact", None, "agrees"),
        (196_000, 195_500, 1_000, "exact", None, "agrees"),
        (196_000, 196_500, 1_000, "exact", None, "differs"),
        (-196_000, -196_499, 1_000, "exact", None, "agrees"),
        (-196_000, -196_500, 1_000, "exact", None, "differs"),
        (196_000, 196_500, 1_000, "about", None, "agrees"),
        (196_000, 196_501, 1_000, "about", None, "differs"),
        (1_500_000, 1_499_999, 100_000, "up_to", None, "agrees"),
        (1_500_000, 1_500_000, 100_000, "up_to", None, "agrees"),
        (1_500_000, 1_500_001, 100_000, "up_to", 100_000, "differs"),
        (2_500_000, 2_500_001, 100_000, "more_than", None, "agrees"),
        (2_500_000, 2_500_000, 100_000, "more_than", None, "differs"),
        (1_000_000, 900_000, 100_000, "exact", 3 * 100_000, "rounding"),
        (1_000_000, 900_000, 100_000, "exact", 2 * 100_000, "rounding"),
        (1_000_000, 900_000, 100_000, "exact", 1 * 100_000, "differs"),
        (1_000_000, 900_000, 100_000, "exact", None, "differs"),
    ],
)
def test_verdicts_by_the_rule(stated, computed, precision, qualifier, slack, verdict):
    assert verdict_of(stated, computed, precision=precision, qualifier=qualifier, slack=slack) == verdict


@given(st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=12), st.sampled_from([1, 1_000, 100_000, 1_000_000]))
def test_a_true_total_of_truly_rounded_parts_never_differs(parts, precision):
    """Parts printed to a precision, and their true total printed to the same: rounding alone is no difference."""

    def printed(amount: int) -> int:
        return (abs(amount) * 2 + precision) // (2 * precision) * precision * (-1 if amount < 0 else 1)

    shown = [printed(part) for part in parts]
    slack = precision * len(parts) + precision
    assert verdict_of(printed(sum(parts)), sum(shown), precision=precision, slack=slack) != "differs"


@pytest.fixture
def paper(db):
    """An open period with a table T1 of three lines in two years, all amber but for 100 of the third."""
    period = factories.ReportingPeriodFactory(programme__is_current=True)
    directorate = factories.DirectorateFactory(group=factories.DirectorateGroupFactory())
    project = factories.ProjectFactory(programme=period.programme, directorate=directorate, saving_type="new")
    faster = factories.ProjectFactory(programme=period.programme, saving_type="faster")
    rows = [
        factories.line(period, project, {2016: Split(333_000, amber=333_000)}, title="One", source_table="T1"),
        factories.line(period, project, {2016: Split(333_000, amber=333_000)}, title="Two", source_table="T1"),
        factories.line(
            period, faster, {2016: Split(333_000, amber=233_000), None: 50_000}, title="Three", source_table="T1"
        ),
        factories.line(period, faster, {2016: 7_000}, title="Elsewhere", source_table="T9"),
    ]
    return period, rows


def compared(period, **fields):
    figure = factories.StatedFigureFactory(programme=period.programme, period=period, **fields)
    return next(row for row in reconcile(period.programme) if row.figure == figure)


def test_every_scope_field_that_is_set_narrows(paper):
    period, rows = paper
    project, directorate = rows[0].project, rows[0].directorate
    for scope, expected in [
        ({}, 999_000 + 50_000 + 7_000),
        ({"scope_table": "T1"}, 999_000 + 50_000),
        ({"scope_table": "T1", "scope_years": [2016]}, 999_000),
        ({"scope_table": "T1", "scope_years": [None]}, 50_000),
        ({"scope_table": "T1", "scope_years": [2016, None]}, 1_049_000),
        ({"scope_table": "T1", "scope_years": [2017]}, 0),
        ({"scope_project": project}, 666_000),
        ({"scope_directorate": directorate}, 666_000),
        ({"scope_group": directorate.group}, 666_000),
        ({"scope_line": rows[1].line}, 333_000),
        ({"scope_row": "Three"}, 383_000),
        ({"scope_type_group": "existing", "scope_table": "T1"}, 383_000),
        ({"scope_type_group": "new"}, 666_000),
        ({"scope_status": "amber"}, 899_000),
        ({"scope_status": "not_rated", "scope_table": "T1"}, 100_000 + 50_000),
        ({"scope_theme": factories.ThemeFactory(programme=period.programme)}, None),
        ({"scope_table": "T7"}, None),
    ]:
        found = compared(period, **scope)
        assert found.computed == expected, scope
        assert (found.verdict == "nothing_to_compare") == (expected is None)


def test_a_sum_of_rounded_parts_is_rounding_and_a_repeat_is_not(paper):
    period, _rows = paper
    scope = {"scope_table": "T1", "scope_years": [2016], "stated": 1_000_000, "as_printed": "1,000"}
    assert compared(period, kind="sum", **scope).verdict == "rounding"
    assert compared(period, kind="sum", **scope).agrees
    assert compared(period, kind="repeat", **scope).verdict == "differs"
    assert compared(period, kind="sum", **scope | {"stated": 1_001_000}).verdict == "differs"
    assert compared(period, kind="sum", precision=1, **scope).verdict == "differs"


def test_a_withdrawn_line_is_no_part(paper):
    period, rows = paper
    rows[0].withdrawn = True
    rows[0].save()
    assert compared(period, scope_table="T1", scope_years=[2016]).computed == 666_000


def test_no_printed_sum_is_added_to_its_own_parts(paper):
    period, _rows = paper
    table = {"document": "Slide", "table": "T2", "parts": "stated_figures", "scope_table": "T2", "stated": 300_000}
    part = {"document": "Slide", "table": "T2", "kind": "repeat", "parts": "nothing"}
    factories.StatedFigureFactory(
        programme=period.programme, period=period, label="A", stated=100_000, scope_years=[2016], **part
    )
    factories.StatedFigureFactory(
        programme=period.programme, period=period, label="B", stated=200_000, scope_years=[2017], **part
    )
    factories.StatedFigureFactory(
        programme=period.programme, period=period, label="A", stated=1, **part | {"document": "Another slide"}
    )
    assert compared(period, label="A", scope_row="A", **table | {"stated": 100_000}).verdict == "agrees"
    assert compared(period, label="Total", **table).computed == 300_000
    assert compared(period, label="Total", scope_years=[2017], **table).computed == 200_000
    assert compared(period, label="Total", scope_years=[2018], **table).computed == 0
    assert compared(period, label="C", scope_row="C", **table).verdict == "nothing_to_compare"


@pytest.fixture
def budget(paper):
    period, rows = paper
    directorate: Directorate = rows[0].directorate
    for label, amount in (("Bought", 683), ("Made", 317)):
        BudgetRow.objects.create(
            programme=period.programme,
            document="Budget",
            table="T3",
            label=label,
            nature="expenditure",
            directorate=directorate,
            year=2017,
            amount=amount,
        )
    return period, directorate


@pytest.mark.parametrize(
    ("printed", "precision", "qualifier", "verdict"),
    [
        ("68", 100, "exact", "agrees"),
        ("69", 100, "exact", "differs"),
        ("68.3", 10, "exact", "agrees"),
        ("68.4", 10, "exact", "differs"),
        ("69", 100, "up_to", "agrees"),
        ("68", 100, "up_to", "differs"),
        ("68", 100, "more_than", "agrees"),
        ("68.8", 100, "about", "agrees"),
        ("69", 100, "about", "differs"),
    ],
)
def test_a_percentage_is_of_the_sum_of_the_rows_of_its_column(budget, printed, precision, qualifier, verdict):
    period, directorate = budget
    found = compared(
        period,
        kind="percentage",
        stated=None,
        stated_percent=Decimal(printed),
        precision=precision,
        qualifier=qualifier,
        parts="budget_rows",
        scope_table="T3",
        scope_row="Bought",
        scope_directorate=directorate,
    )
    assert found.computed == Decimal("68.3")
    assert found.verdict == verdict


def test_a_percentage_of_lines_is_of_their_target_or_of_the_row_named(paper):
    period, _rows = paper
    fields = {"kind": "percentage", "stated": None, "stated_percent": Decimal(70), "precision": 100}
    of_status = compared(period, scope_table="T1", scope_years=[2016], scope_status="amber", **fields)
    assert of_status.computed == Decimal("90.0")
    of_table = compared(period, scope_table="T1", scope_years=[2016], scope_row="One", **fields)
    assert of_table.computed == Decimal("33.3")
    of_row = compared(period, scope_table="T1", scope_row="One", whole_row="Two", **fields)
    assert of_row.computed == Decimal("100.0")


def test_a_percentage_without_a_whole_has_nothing_to_compare(paper):
    period, _rows = paper
    fields = {"kind": "percentage", "stated": None, "stated_percent": Decimal(70), "precision": 100}
    assert compared(period, parts="budget_rows", scope_table="T3", **fields).verdict == "nothing_to_compare"
    assert compared(period, scope_table="T1", scope_years=[2019], **fields).verdict == "nothing_to_compare"


def test_an_unknown_kind_is_refused(paper):
    period, _rows = paper
    with pytest.raises(ValueError, match="'guess' is not a kind of stated figure"):
        reconcile(period.programme, kind="guess")
