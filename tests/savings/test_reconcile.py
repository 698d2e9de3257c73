"""Stated figures beside computed ones: the rules of domain.md, one by one, on made-up figures."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from futurefit.council.models import Directorate
from futurefit.values.rag import Split
from savings.models import BudgetRow
from savings.reconcile import reconcile, verdict_of
from savings.services.periods import NewPeriod, close_and_open_next
from tests import factories


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


def test_in_a_closed_period_a_directorate_stands_in_the_group_of_then(paper):
    period, rows = paper
    directorate = rows[0].directorate
    of_then, of_today = directorate.group, factories.DirectorateGroupFactory()
    new = NewPeriod("2016/17 M09", 2016, period.ends_on + timedelta(days=30))
    following = close_and_open_next(actor=factories.TESTS, period=period, new=new)
    Directorate.objects.filter(pk=directorate.pk).update(group=of_today)
    assert compared(period, scope_group=of_then).computed == 666_000
    assert compared(period, scope_group=of_today).computed is None
    assert compared(following, scope_group=of_then).computed is None
    assert compared(following, scope_group=of_today).computed == 666_000
