"""The demonstration's figures through the roll-ups: every sum here is added up by hand from the papers' tables."""

import io
import json

import pytest
from django.core.management import call_command

from savings.models import LineInPeriod, Position
from savings.rollups import rollup
from savings.selection import Selection
from tests.demo_programme import OPEN, PAPERS, PERIODS, YEAR_END

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

STATUSES = ("target", "delivered", "claimed", "on_target", "amber", "red", "not_rated", "over_delivered")


def targets(row) -> dict[int | None, int]:
    return {year: money.target for year, money in row.years.items() if money.target}


def test_the_command_prints_what_cabinet_saw_by_theme():
    out = io.StringIO()
    call_command("rollup", "--by", "theme", "--period", PAPERS, "--format", "json", stdout=out)
    found = {row["key"]: row for row in json.loads(out.getvalue())["rows"]}
    self_sufficient = found["self-sufficient-council"]
    assert self_sufficient["label"] == "Self-Sufficient Council"
    assert {year: money["target"] for year, money in self_sufficient["years"].items()} == {
        "2015/16": 0,
        "2016/17": 2_619_000,
        "2017/18": 2_550_000,
        "2018/19": 2_700_000,
        "2019/20": 2_500_000,
        "2020/21+": 0,
        "not_profiled": 0,
    }
    assert self_sufficient["total"]["target"] == 10_369_000
    assert found["commissioning"]["total"]["target"] == 2_650_000
    assert found["commissioning"]["years"]["2020/21+"]["target"] == 650_000
    assert found["active-alliances"]["total"]["target"] == 400_000
    assert found["operating-model"]["total"]["target"] == 1_500_000
    assert found["demand-management"]["total"]["target"] == 0
    assert found[None]["total"]["target"] == 2_455_000 + 718_000 + 100_000 + 100_000 + 507_000


def test_self_sufficient_council_splits_into_three_headings(demo):
    found = rollup(demo.period(), "mtfp_heading", where=Selection(theme=demo.theme("self-sufficient-council").pk))
    assert {row.key: row.total.target for row in found.rows if row.total.target} == {
        "council-tax": 8_450_000,
        "business-rates": -1_081_000,
        "new-savings": 3_000_000,
    }
    assert targets(found.row("business-rates")) == {2016: -1_331_000, 2017: 250_000}
    assert targets(found.row("new-savings")) == {2016: 1_800_000, 2017: 50_000, 2018: 750_000, 2019: 400_000}


def test_blocks_and_projects_are_worth_what_their_forms_say(demo):
    by_code = {row.key: row for row in rollup(demo.period(), "project").rows}
    assert by_code["ES-CURRENT"].total.target == 2_455_000
    assert by_code["HR-CURRENT"].total.target == 718_000
    assert by_code["SEND"].total.target == by_code["HROD"].total.target == 100_000
    assert targets(by_code["SEND"]) == {2017: 100_000}
    assert targets(by_code["HROD"]) == {2016: 30_000, 2017: 70_000}
    assert targets(by_code["FIN-CURRENT"]) == {2016: 160_000, None: 347_000}
    assert by_code["SSC-4A"].total.target == 2_250_000
    assert by_code["SSC-4B"].total.target == 200_000


def test_the_current_programme_of_hr_stands_as_its_form_rates_it(demo):
    money = rollup(demo.period(), "project").row("HR-CURRENT").total
    assert (money.delivered, money.on_target, money.amber, money.red, money.not_rated) == (
        332_000,
        0,
        40_000 + 156_000,
        190_000,
        0,
    )


def test_the_current_programme_of_education_stands_as_its_form_rates_it(demo):
    row = rollup(demo.period(), "project").row("ES-CURRENT")
    assert row.year(2015).delivered == row.year(2015).target == 584_000
    year = row.year(2016)
    assert (year.delivered, year.on_target, year.amber) == (318_000, 1_025_000, 152_000)
    assert year.target == 1_495_000
    assert (row.year(2017).on_target, row.year(2017).amber) == (344_000, 32_000)


def test_what_is_printed_without_a_rating_is_not_rated(demo):
    by_theme = rollup(demo.period(), "theme")
    for row in by_theme.rows:
        if row.key is not None:
            assert row.total.not_rated == row.total.target
    finance = rollup(demo.period(), "project").row("FIN-CURRENT")
    assert finance.year(2016).not_rated == 160_000
    assert finance.year(None).on_target == 347_000


def test_only_the_current_programmes_are_approved(demo):
    by_project = rollup(demo.period(), "project")
    approved = {row.key: row.total.approved for row in by_project.rows if row.total.approved}
    assert approved == {"ES-CURRENT": 2_455_000, "HR-CURRENT": 718_000, "FIN-CURRENT": 507_000}
    assert rollup(demo.period(), basis="approved").total.total.target == 3_680_000
    assert rollup(demo.period(), basis="proposed").total.total.target == 15_119_000
    assert by_project.total.total.target == 18_799_000


def test_finance_and_the_other_directorates_have_what_the_tables_give_them(demo):
    by_directorate = {row.key: row.total.target for row in rollup(demo.period(), "directorate").rows}
    assert by_directorate == {
        "DASH": 0,
        "ChS": 2_555_000,
        "BEC": 0,
        "COaCH": 818_000,
        "Fin": 507_000,
        "CE": 0,
        "Cross-council": 14_919_000,
    }


@pytest.mark.parametrize("label", PERIODS)
def test_directorates_themes_and_lines_add_up_to_the_same_in_every_year_and_status(demo, label):
    period = demo.period(label)
    by_line = rollup(period, "line")
    for by in ("directorate", "theme", "mtfp_heading", "saving_type", "service", "project"):
        other = rollup(period, by)
        for year in by_line.years:
            for status in STATUSES:
                added = sum(row.year(year).amount(status) for row in other.rows)
                assert added == sum(row.year(year).amount(status) for row in by_line.rows), (by, year, status)
    assert by_line.total.total.target == sum(Position.objects.in_period(period).values_list("target", flat=True))


def test_a_nought_is_entered_only_where_it_is_printed(demo):
    noughts = Position.objects.in_period(demo.period()).filter(target=0)
    assert list(noughts.values_list("line_in_period__line__code", "year")) == [("AA-SHARED-01", 2020)]


def test_one_saving_has_words_and_no_amount(demo):
    lines = LineInPeriod.objects.in_period(demo.period()).without_amount()
    assert [(line.title, line.amount_in_words) for line in lines] == [("Governance and Decision-Making", "marginal")]


def test_method_is_not_stated_where_the_tables_print_none(demo):
    by_method = {row.label: row.total.target for row in rollup(demo.period(), "method").rows if row.total.target}
    assert by_method == {"Not stated": 18_799_000}


def as_printed(period) -> dict[str, tuple]:
    """The lines entered from T05 to T13 with everything of them that a period keeps."""
    own = ("id", "line", "period", "version")
    rows = LineInPeriod.objects.filter(period=period, line__source_table__in=[f"T{n:02d}" for n in range(5, 14)])
    found = {}
    for row in rows.select_related("line").prefetch_related("positions"):
        kept = {f.name: f.value_from_object(row) for f in LineInPeriod._meta.concrete_fields if f.name not in own}
        money = [
            tuple(
                f.value_from_object(position)
                for f in Position._meta.concrete_fields
                if f.name not in ("id", "line_in_period", "version")
            )
            for position in row.positions.all()
        ]
        found[row.line.code] = (kept, sorted(money, key=str))
    return found


def test_tables_5_to_13_are_the_same_in_all_three_periods(demo):
    first = as_printed(demo.period(PAPERS))
    assert len(first) == 6 + 1 + 1 + 3
    assert as_printed(demo.period(YEAR_END)) == first
    assert as_printed(demo.period(OPEN)) == first


def test_the_illustrated_year_end_moves_ratings_and_delivery_but_no_target_of_the_papers(demo):
    before, after = rollup(demo.period(PAPERS), "line"), rollup(demo.period(YEAR_END), "line")
    for row in before.rows:
        assert targets(after.row(row.key)) == targets(row)
    year = after.row("HR-CURRENT-01").year(2015)
    assert (year.target, year.delivered, year.red) == (372_000, 352_000, 20_000)


def test_the_illustrated_one_off_is_reversed_in_the_year_after(demo):
    cumulative = rollup(demo.period(OPEN), view="cumulative").total
    assert cumulative.year(2016).reversal == 0
    assert cumulative.year(2017).reversal == -25_000
    assert rollup(demo.period(OPEN), "line").row("INSURANCE-01").total.over_delivered == 2_000
