"""Every total of the worked programme (see `worked_programme`), by hand."""

import pytest

from futurefit.access.reader import Reader
from projects.scope import EVERYTHING, NOTHING, Scope, scope_of
from savings.groupings import GROUPINGS, Group
from savings.rollups import as_json, lines_without_amount, requirement_of, rollup, scan
from savings.selection import NOT_STATED, Selection
from savings.services.lines import change_line, withdraw_line
from savings.services.periods import NewPeriod, close_and_open_next
from tests import factories
from tests.savings.worked_programme import Worked, worked_programme

pytestmark = pytest.mark.django_db

# The columns of every table below: 2016/17, 2017/18, 2018/19, not profiled, total.
BY = {
    "theme": {
        "alpha": (160, 200, 0, 15, 375),
        "beta": (50, -30, -50, 0, -30),
        "gamma": (0, 0, 0, 0, 0),
        None: (0, 0, 7, 0, 7),
    },
    "directorate": {
        "NORTH": (150, 200, -50, 0, 300),
        "SOUTH": (60, -30, 0, 15, 45),
        "WEST": (0, 0, 0, 0, 0),
        None: (0, 0, 7, 0, 7),
    },
    "service": {
        "n1": (100, 200, 0, 0, 300),
        "s1": (60, -30, 0, 15, 45),
        "w1": (0, 0, 0, 0, 0),
        None: (50, 0, -43, 0, 7),
    },
    "project": {
        "PA": (160, 200, 0, 15, 375),
        "PB": (50, -30, -50, 0, -30),
        "PE": (0, 0, 0, 0, 0),
        "PN": (0, 0, 7, 0, 7),
    },
    "mtfp_heading": {
        "new": (100, 170, 0, 0, 270),
        "council-tax": (60, 0, 0, 15, 75),
        None: (50, 0, -43, 0, 7),
    },
    "saving_type": {
        "further": (100, 200, 0, 0, 300),
        "faster": (50, 0, -50, 0, 0),
        "new": (60, 0, 0, 15, 75),
        "cross_cutting": (0, -30, 0, 0, -30),
        None: (0, 0, 7, 0, 7),
    },
    "type_group": {
        "new_savings": (160, 200, 0, 15, 375),
        "existing_savings": (50, 0, -50, 0, 0),
        "cross_cutting": (0, -30, 0, 0, -30),
        None: (0, 0, 7, 0, 7),
    },
    "method": {
        "contract": (100, 200, 0, 0, 300),
        "income": (60, 0, 0, 15, 75),
        "staffing": (50, 0, -50, 0, 0),
        "property": (0, 0, 0, 0, 0),
        "demand": (0, 0, 0, 0, 0),
        "collaboration": (0, 0, 0, 0, 0),
        "other": (0, 0, 0, 0, 0),
        None: (0, -30, 7, 0, -23),
    },
    "recurring": {
        "recurring": (100, 170, 0, 0, 270),
        "one_off": (60, 0, 7, 15, 82),
        None: (50, 0, -50, 0, 0),
    },
    "corporate_area": {
        "environment": (100, 200, 0, 0, 300),
        None: (110, -30, -43, 15, 52),
    },
    "line": {
        "A1": (100, 200, 0, 0, 300),
        "A2": (60, 0, 0, 15, 75),
        "B1": (50, 0, -50, 0, 0),
        "B2": (0, -30, 0, 0, -30),
        "N1": (0, 0, 7, 0, 7),
        "M1": (0, 0, 0, 0, 0),
    },
}
TOTAL = (210, 170, -43, 15, 352)


@pytest.fixture
def worked() -> Worked:
    return worked_programme()


def targets(row, years=(2016, 2017, 2018, None)) -> tuple[int, ...]:
    return (*(row.year(year).target for year in years), row.total.target)


@pytest.mark.parametrize("by", list(GROUPINGS))
def test_by_every_grouping_the_rows_are_those_worked_out_by_hand(worked, by):
    result = rollup(worked.period, by)
    assert {row.key: targets(row) for row in result.rows} == BY[by]
    assert targets(result.total) == TOTAL


def test_the_table_of_expected_rows_adds_up_itself():
    assert set(BY) == set(GROUPINGS)
    for by, rows in BY.items():
        assert tuple(map(sum, zip(*rows.values(), strict=True))) == TOTAL, by


def test_rows_without_the_grouping_come_last_under_words_of_their_own(worked):
    assert [row.label for row in rollup(worked.period, "theme").rows] == ["Alpha", "Beta", "Gamma", "No theme"]
    assert rollup(worked.period, "method").rows[-1].label == "Not stated"
    assert rollup(worked.period, "theme").row(None).total.target == 7


def test_a_row_is_found_by_key_and_by_id_and_an_unknown_one_is_not(worked):
    result = rollup(worked.period, "theme")
    assert result.find(worked.themes["Beta"].pk) == result.row("beta")
    assert result.find(-1) is None
    with pytest.raises(KeyError):
        result.row("nowhere")


def test_every_status_of_a_year(worked):
    money = rollup(worked.period).total.year(2016)
    amounts = {
        name: money.amount(name)
        for name in ("delivered", "claimed", "on_target", "amber", "red", "not_rated", "over_delivered", "at_risk")
    }
    assert amounts == {
        "delivered": 40 + 60,
        "claimed": 0,
        "on_target": 30 + 50,
        "amber": 20,
        "red": 10,
        "not_rated": 0,
        "over_delivered": 0,
        "at_risk": 30,
    }


def test_withdrawn_lines_are_in_no_total_and_lines_in_words_are_counted(worked):
    assert rollup(worked.period, where=Selection(text="W1")).total.total.target == 0
    assert lines_without_amount(worked.period) == 1
    assert lines_without_amount(worked.period, where=Selection(theme=worked.themes["Alpha"].pk)) == 0


def test_approved_and_proposed_are_told_apart_and_make_the_whole(worked):
    assert targets(rollup(worked.period, basis="approved").total) == (210, 0, -50, 0, 160)
    assert targets(rollup(worked.period, basis="proposed").total) == (0, 170, 7, 15, 192)
    assert rollup(worked.period).total.total.approved == 160


def test_percent_delivered_leaves_out_funding_headings(worked):
    """2016/17: 40 of A1 against 100 + 60 at first (25.0 %) and against 100 + 50 now; A2 is council tax."""
    result = rollup(worked.period)
    year, total = result.total.year(2016).as_json(), result.total.total.as_json()
    assert (year["percent_of_original"], year["percent_of_target"]) == (25.0, 26.7)
    # 40 + 9 of 100 + 60 − 50 at first, and of 300 + 0 − 30 + 7 now
    assert (total["percent_of_original"], total["percent_of_target"]) == (44.5, 17.7)
    assert result.total.year(2017).as_json()["percent_of_original"] is None


def test_to_date_goes_up_to_the_year_of_the_period(worked):
    assert rollup(worked.period).to_date.target == 210
    worked.period.financial_year = 2017
    assert rollup(worked.period).to_date.target == 380
    assert rollup(worked.period, view="cumulative").to_date.target == 320
    worked.period.financial_year = 2015
    assert rollup(worked.period).to_date.target == 0
    assert rollup(worked.period, view="cumulative").to_date.target == 0


def test_the_cumulative_view_carries_recurring_amounts_on_and_one_off_amounts_not(worked):
    result = rollup(worked.period, "theme", view="cumulative")
    assert result.years == (2016, 2017, 2018), "an amount not profiled is in no year"
    assert targets(result.total, result.years) == (210, 320, 277, 277)
    assert targets(result.row("alpha"), result.years) == (160, 300, 300, 300)
    assert targets(result.row(None), result.years) == (0, 0, 7, 7)


def test_the_reversal_stands_in_the_next_year_and_none_after_the_last(worked):
    total = rollup(worked.period).total
    assert [total.year(year).reversal for year in (2016, 2017, 2018, None)] == [0, -60, 0, 0]
    assert total.total.reversal == -60
    # 210 + 170 − 43 of the years, and the reversal: the last cumulative year
    assert 337 + total.total.reversal == rollup(worked.period, view="cumulative").total.total.target == 277


def test_a_year_outside_the_horizon_is_a_column_and_never_dropped(worked):
    factories.position(worked.lines["A1"], 2025, 1)
    result = rollup(worked.period)
    assert result.years == (2016, 2017, 2018, 2025, None)
    assert result.total.total.target == 353


@pytest.mark.parametrize(
    ("narrowed", "total"),
    [
        ({"theme": "Alpha"}, 375),
        ({"directorate": "North"}, 300),
        ({"service": "s1"}, 45),
        ({"project": "PB"}, -30),
        ({"theme": NOT_STATED}, 7),
        ({"mtfp_heading": NOT_STATED}, 7),
        ({"saving_type": "faster"}, 0),
        ({"saving_type": NOT_STATED}, 7),
        ({"type_group": "new_savings"}, 375),
        ({"type_group": NOT_STATED}, 7),
        ({"heading_kind": "funding"}, 75),
        ({"recurring": "one_off"}, 82),
        ({"method": "income"}, 75),
        ({"text": "line a1"}, 300),
        ({"text": "nothing like it"}, 0),
        ({"theme": "Alpha", "directorate": "South"}, 75),
        ({"source_table": "T9"}, 0),
        ({"line_ids": frozenset()}, 0),
    ],
)
def test_a_selection_narrows_every_row(worked, narrowed, total):
    rows = {
        "theme": worked.themes,
        "directorate": worked.directorates,
        "service": worked.services,
        "project": worked.projects,
    }
    ids = {name: rows[name][value].pk if value in rows.get(name, {}) else value for name, value in narrowed.items()}
    where = Selection(**ids)
    assert not where.is_everything
    result = rollup(worked.period, "theme", where=where)
    assert result.total.total.target == total
    assert sum(row.total.target for row in result.rows) == total


def test_one_scan_folds_into_each_of_its_groupings_and_into_parts(worked, django_assert_num_queries):
    both = scan(worked.period, ("theme", "project"))
    with django_assert_num_queries(1):
        result = both.rollup("theme", parts="project")
    assert {row.key: [(part.key, part.total.target) for part in row.parts] for row in result.rows} == {
        "alpha": [("PA", 375)],
        "beta": [("PB", -30)],
        "gamma": [],
        None: [("PN", 7)],
    }
    with django_assert_num_queries(0):
        assert targets(both.rollup("project").row("PB")) == BY["project"]["PB"]


def test_a_roll_up_is_three_queries_whatever_it_groups_by(worked, django_assert_num_queries):
    """The weights of the period, the grouped sums, the groups."""
    for by in ("theme", "directorate", "service", "project", "mtfp_heading", "corporate_area", "line"):
        with django_assert_num_queries(3):
            rollup(worked.period, by)


@pytest.mark.parametrize("call", [{"view": "sideways"}, {"basis": "maybe"}, {"shape": "round"}, {"by": "colour"}])
def test_an_unknown_view_basis_shape_or_grouping_is_refused(worked, call):
    with pytest.raises(ValueError, match="Choose one of"):
        rollup(worked.period, **call)


def test_a_scan_folds_only_by_what_it_scanned(worked):
    with pytest.raises(ValueError, match="not by project"):
        scan(worked.period, ("theme",)).rollup("project")
    with pytest.raises(ValueError, match="is not a view"):
        scan(worked.period, ("theme",)).rollup("theme", view="sideways")


def test_money_of_a_group_that_the_period_lists_nowhere_is_not_left_out(worked):
    """As in a period that was closed by hand, which keeps no groups: its name is that of today."""
    whole, stray = rollup(worked.period, "theme"), scan(worked.period, ("theme",))
    stray._groups["theme"] = [Group(worked.themes["Alpha"].pk, "alpha", "Alpha")]
    found = {row.label: row.total for row in stray.rollup("theme").rows}
    assert found == {row.label: row.total for row in whole.rows if row.total.holds_rows or row.label == "Alpha"}


# What a reader may see


@pytest.fixture
def head(worked) -> Scope:
    """The head of service s1: sees A2 and B2."""
    return scope_of(factories.reader(factories.head_of_service(worked.services["s1"])))


def test_totals_by_theme_are_the_same_for_a_head_of_service_and_marked_where_partly_hidden(worked, head):
    mine, everybodys = rollup(worked.period, "theme", scope=head), rollup(worked.period, "theme")
    assert [targets(row) for row in mine.rows] == [targets(row) for row in everybodys.rows]
    assert {row.key: row.total.partly_hidden for row in mine.rows} == {
        "alpha": True,
        "beta": True,
        "gamma": False,
        None: True,
    }
    assert not mine.row("alpha").year(None).partly_hidden, "the 15 not profiled are of A2 alone"
    assert mine.total.total.partly_hidden and not everybodys.total.total.partly_hidden


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("project", {"PA": 75, "PB": -30, "not_shown": 307}),
        ("service", {"s1": 45, "not_shown": 307}),
        ("line", {"A2": 75, "B2": -30, "not_shown": 307}),
    ],
)
def test_one_plain_row_completes_the_total_of_what_a_head_of_service_may_see(worked, head, by, rows):
    result = rollup(worked.period, by, scope=head)
    assert {row.key: row.total.target for row in result.rows} == rows
    assert result.total.total.target == 352
    last = result.rows[-1]
    assert (last.label, last.is_not_shown, last.total.partly_hidden) == ("Not shown to you", True, True)
    assert not any(row.total.partly_hidden for row in result.rows[:-1])


def test_parts_inside_an_open_grouping_hide_what_the_reader_may_not_see(worked, head):
    result = scan(worked.period, ("theme", "project"), scope=head).rollup("theme", parts="project")
    assert [(part.key, part.total.target) for part in result.row("alpha").parts] == [("PA", 75), ("not_shown", 300)]


def test_a_director_sees_the_lines_of_the_directorate(worked):
    scope = scope_of(factories.reader(factories.director(worked.directorates["North"])))
    result = rollup(worked.period, "project", scope=scope)
    assert {row.key: row.total.target for row in result.rows} == {"PA": 300, "PB": 0, "not_shown": 52}


def test_who_leads_a_theme_sees_its_lines_and_projects_also_without_savings(worked):
    lead = factories.head_of_service(leads=[worked.themes["Beta"], worked.themes["Gamma"]])
    result = rollup(worked.period, "project", scope=scope_of(factories.reader(lead)))
    assert {row.key: row.total.target for row in result.rows} == {"PB": -30, "PE": 0, "not_shown": 382}


def test_who_leads_a_project_sees_its_lines(worked):
    lead = factories.head_of_service(leads=[worked.projects["PN"]])
    result = rollup(worked.period, "line", scope=scope_of(factories.reader(lead)))
    assert {row.key: row.total.target for row in result.rows} == {"N1": 7, "not_shown": 345}


def test_nobody_without_a_post_sees_a_line(worked):
    assert scope_of(Reader()) == NOTHING
    result = rollup(worked.period, "line", scope=NOTHING)
    assert [(row.key, row.total.target) for row in result.rows] == [("not_shown", 352)]


def test_lines_without_a_service_are_hidden_from_a_head_of_service_and_not_lost(worked, head):
    """B1 and N1 state no service: NOT (service IN …) over a null must not let them through."""
    hidden = {row.key for row in rollup(worked.period, "line", scope=EVERYTHING).rows} - {
        row.key for row in rollup(worked.period, "line", scope=head).rows
    }
    assert {"A1", "B1", "N1"} <= hidden


# Requirement


def test_the_requirement_is_compared_with_approved_and_proposed_savings_and_with_all_headings(worked):
    result = rollup(worked.period, "theme")
    found = as_json(result, requirement=requirement_of(worked.period))
    assert found["requirement"] == {"2016/17": 300, "2017/18": 100}
    assert found["unidentified"] == {
        "approved": {
            "savings_headings": {"2016/17": 300 - 150, "2017/18": 100},
            "all_headings": {"2016/17": 300 - 210, "2017/18": 100},
        },
        "approved_and_proposed": {
            "savings_headings": {"2016/17": 300 - 150, "2017/18": 100 - 170},
            "all_headings": {"2016/17": 300 - 210, "2017/18": 100 - 170},
        },
    }


def test_in_the_cumulative_view_the_requirement_is_cumulative_too(worked):
    requirement = requirement_of(worked.period, view="cumulative")
    horizon = worked.period.horizon
    assert requirement.amounts_json(horizon) == {"2016/17": 300, "2017/18": 400, "2018/19": 400}
    assert requirement.unidentified_json(horizon)["approved_and_proposed"]["all_headings"] == {
        "2016/17": 300 - 210,
        "2017/18": 400 - 320,
        "2018/19": 400 - 277,
    }
    assert requirement.unidentified_json(horizon)["approved"]["savings_headings"] == {
        "2016/17": 300 - 150,
        "2017/18": 400 - 150,
        "2018/19": 400 - 100,
    }


def test_without_a_requirement_there_is_nothing_still_to_be_identified(worked):
    worked.period.requirements.all().delete()
    assert requirement_of(worked.period) is None
    found = as_json(rollup(worked.period, "theme"))
    assert found["requirement"] is None and found["unidentified"] is None


# The contract


def test_the_json_is_that_of_the_contract(worked):
    found = as_json(rollup(worked.period, "theme"), requirement=requirement_of(worked.period))
    assert list(found) == [
        "programme",
        "period",
        "by",
        "view",
        "basis",
        "shape",
        "net",
        "years",
        "rows",
        "total",
        "requirement",
        "unidentified",
        "lines_without_amount",
    ]
    assert found["years"] == ["2016/17", "2017/18", "2018/19", "not_profiled"]
    assert {name: found[name] for name in ("programme", "period", "by", "view", "basis", "shape", "net")} == {
        "programme": "worked",
        "period": "2016/17 M02",
        "by": "theme",
        "view": "incremental",
        "basis": "all",
        "shape": "then",
        "net": False,
    }
    assert found["lines_without_amount"] == 1
    none = found["rows"][-1]
    assert (none["key"], none["label"]) == (None, "No theme")
    assert list(none["years"]) == found["years"]
    assert none["years"]["2018/19"]["over_delivered"] == 2
    assert set(found["total"]) == {"years", "total", "to_date"}
    assert found["total"]["to_date"]["target"] == 210
    cumulative = as_json(rollup(worked.period, "theme", view="cumulative"))
    assert cumulative["years"] == ["2016/17", "2017/18", "2018/19"]


def test_the_open_ended_year_has_a_plus(worked):
    worked.period.open_ended = True
    assert as_json(rollup(worked.period))["years"] == ["2016/17", "2017/18", "2018/19+", "not_profiled"]


# Today's shape


def test_todays_shape_groups_a_closed_period_by_where_the_lines_stand_now(worked):
    """A1 moves to the new theme Delta, B2 leaves its heading and becomes new, N1 is withdrawn and keeps its place."""
    close_and_open_next(
        actor=factories.TESTS,
        period=worked.period,
        new=NewPeriod("2016/17 M03", 2016, worked.period.ends_on.replace(month=6, day=30), 3),
    )
    delta = factories.ThemeFactory(programme=worked.programme, slug="delta", name="Delta", order=9)
    new_home = factories.ProjectFactory(programme=worked.programme, code="PD", title="Project PD", theme=delta, order=9)
    now = {
        row.line.code: row
        for row in worked.programme.periods.open().get().lines.select_related("line", "period__programme", "project")
    }
    change_line(actor=factories.TESTS, line=now["A1"], changes={"project": new_home})
    change_line(actor=factories.TESTS, line=now["B2"], changes={"heading": None, "saving_type": "new"})
    withdraw_line(actor=factories.TESTS, line=now["N1"], reason="not real")

    def by(grouping: str, shape: str, **scope) -> dict:
        rows = rollup(worked.period, grouping, shape=shape, **scope).rows
        return {row.key: row.total.target for row in rows}

    assert by("theme", "then") == {"alpha": 375, "beta": -30, "gamma": 0, None: 7}
    assert by("theme", "today") == {"alpha": 75, "beta": -30, "gamma": 0, "delta": 300, None: 7}
    assert by("mtfp_heading", "today") == {"new": 300, "council-tax": 75, None: -23}
    assert by("type_group", "today") == {"new_savings": 345, "existing_savings": 0, "cross_cutting": 0, None: 7}
    assert by("project", "today") == {"PA": 75, "PB": -30, "PE": 0, "PN": 7, "PD": 300}
    assert by("line", "today") == {"A1": 300, "A2": 75, "B1": 0, "B2": -30, "M1": 0, "N1": 7}
    head = scope_of(factories.reader(factories.head_of_service(worked.services["n1"])))
    assert by("project", "today", scope=head) == {"PD": 300, "not_shown": 52}
    assert as_json(rollup(worked.period, "theme", shape="today"))["shape"] == "today"
    assert by("theme", "then") == {"alpha": 375, "beta": -30, "gamma": 0, None: 7}


def test_the_open_period_has_one_shape(worked):
    assert (
        as_json(rollup(worked.period, "theme", shape="today"))["rows"]
        == as_json(rollup(worked.period, "theme"))["rows"]
    )
