"""One scan answers many questions: by basis, by group, by direction, by what a reader may see."""

import pytest

from projects.models import ProjectPost, ThemePost
from projects.scope import scope_of
from savings.groupings import GROUPINGS, groups_of
from savings.models import GroupInPeriod
from savings.mtfp import total_of_years
from savings.rollups import crossfoot, extent_of, line_over_periods, requirement_of, rollup, scan
from savings.selection import Selection
from savings.services.lines import set_split
from savings.services.periods import close_and_open_next
from tests import factories
from tests.savings.test_periods import M03, now  # the next month, and a line as it stands in it
from tests.savings.worked_programme import Worked, worked_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked() -> Worked:
    return worked_programme()


def test_of_one_basis_it_is_the_roll_up_of_that_basis(worked):
    whole = scan(worked.period, ("theme",))
    for basis in ("approved", "proposed"):
        assert whole.of_basis(basis).rollup("theme") == rollup(worked.period, "theme", basis=basis)
    assert whole.of_basis("all") is whole
    with pytest.raises(ValueError, match="is not a basis"):
        whole.of_basis("maybe")


def test_within_some_groups_it_holds_their_money_alone(worked):
    by_both = scan(worked.period, ("theme", "directorate"))
    beta = by_both.within("theme", [worked.themes["Beta"].pk])
    assert beta.rollup().total.total.target == -30
    assert beta.rollup("directorate").row("SOUTH").total.target == -30
    assert by_both.within("theme", [None]).rollup().total.total.target == 7
    with pytest.raises(ValueError, match="not by project"):
        by_both.within("project", [])


def test_falling_holds_what_adds_to_the_budget(worked):
    """B2 (−30) and B1 in 2018/19 (−50): a loss, and the minus of a faster saving."""
    falling = scan(worked.period).falling().rollup().total
    assert (falling.total.target, falling.total.loss) == (-80, -30)
    assert scan(worked.period).rollup().total.total.loss == -30
    factories.position(worked.lines["N1"], 2016, factories.Split(0, delivered=-4))
    assert scan(worked.period).falling().rollup().total.total.delivered == -4


def test_what_is_visible_and_what_is_not_make_the_whole(worked):
    head = scope_of(factories.reader(factories.head_of_service(worked.services["s1"])))
    mine = scan(worked.period, scope=head)
    assert mine.visible().rollup().total.total.target == 45
    assert mine.not_visible().rollup().total.total.target == 307
    assert mine.rollup().total.total.target == 352


def test_each_group_with_money_has_its_row_by_id_without_asking_for_names(worked, django_assert_num_queries):
    lines = scan(worked.period, ("line",))
    with django_assert_num_queries(0):
        rows = lines.each("line")
        cumulative = lines.each("line", view="cumulative")
    assert rows[worked.lines["A1"].line_id].total.target == 300
    assert cumulative[worked.lines["A2"].line_id].total.target == 0, "a one-off is gone after its year"
    assert worked.lines["M1"].line_id not in rows


def test_the_whole_adds_up_the_same_by_directorate_by_theme_and_line_by_line(worked):
    sums = crossfoot(worked.period)
    assert set(sums) == {"directorate", "theme", "line"}
    assert set(sums.values()) == {rollup(worked.period).total.total}


def test_the_extent_of_a_period_counts_projects_and_lines_in_words(worked, django_assert_num_queries):
    with django_assert_num_queries(1):
        extent = extent_of(worked.period)
    assert (extent.projects, extent.lines_without_amount) == (3, 1)


def test_a_line_over_the_periods_says_how_its_amounts_moved(worked):
    close_and_open_next(actor=factories.TESTS, period=worked.period, new=M03)
    line = now(worked, "A1")
    set_split(actor=factories.TESTS, position=line.positions.get(year=2017), split=factories.Split(250, red=250))
    moved = line_over_periods(line.line_id)
    assert {key: (money.target, money.amber, money.red) for key, money in moved.items()} == {
        worked.period.pk: (300, 220, 10),
        line.period_id: (350, 20, 260),
    }
    assert line_over_periods(line.line_id, basis="approved")[line.period_id].target == 100
    loss = line_over_periods(worked.lines["B2"].line_id)[worked.period.pk]
    assert (loss.loss, loss.at_risk, loss.red) == (-30, 0, -30)
    other = scope_of(factories.reader(factories.head_of_service(worked.services["s1"])))
    assert line_over_periods(line.line_id, scope=other) == {}
    with pytest.raises(ValueError, match="is not a basis"):
        line_over_periods(line.line_id, basis="maybe")


def test_the_requirement_takes_a_scan_that_is_there_already(worked, django_assert_num_queries):
    whole = scan(worked.period, ("theme",))
    with django_assert_num_queries(1):
        found = requirement_of(worked.period, whole=whole)
    assert found == requirement_of(worked.period)


def test_the_total_beside_amounts_by_year_is_their_sum_or_the_last(worked):
    assert total_of_years({2016: 300, 2017: 100}, "incremental") == 400
    assert total_of_years({2016: 300, 2017: 400}, "cumulative") == 400
    assert total_of_years({}, "cumulative") == total_of_years({}, "incremental") == 0


def test_lines_of_what_a_post_leads_are_those_of_its_themes_and_projects(worked):
    post = factories.PostFactory(kind="cabinet_member")
    ThemePost.objects.create(theme=worked.themes["Beta"], post=post)
    ProjectPost.objects.create(project=worked.projects["PN"], post=post, role="cmr_lead")
    ProjectPost.objects.create(project=worked.projects["PA"], post=post, role="cmr_challenge")
    assert rollup(worked.period, where=Selection(led_by=post.pk)).total.total.target == -30 + 7
    ids = frozenset([worked.projects["PA"].pk])
    assert rollup(worked.period, where=Selection(project_ids=ids)).total.total.target == 375


# Groups


def test_groups_of_several_groupings_come_in_one_query_each_in_order(worked, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = groups_of(worked.period, ("theme", "directorate", "mtfp_heading", "saving_type"))
    assert [group.key for group in found["theme"]] == ["alpha", "beta", "gamma"]
    assert [group.label for group in found["mtfp_heading"]] == ["New Savings", "Council Tax"]
    assert [group.key for group in found["saving_type"]] == ["further", "faster", "new", "cross_cutting"]
    with pytest.raises(KeyError):
        groups_of(worked.period, ("colour",))


@pytest.mark.parametrize("closed", [False, True])
def test_a_key_narrows_a_grouping_to_one_group(worked, closed):
    if closed:
        close_and_open_next(actor=factories.TESTS, period=worked.period, new=M03)
    names = ("theme", "project", "line")
    found = groups_of(worked.period, names, keys={"theme": "beta", "project": "PA", "line": "A1"})
    assert [[group.key for group in found[name]] for name in names] == [["beta"], ["PA"], ["A1"]]
    assert groups_of(worked.period, ("project",), keys={"project": "nothing"}) == {"project": []}


@pytest.mark.parametrize("closed", [False, True])
def test_a_reader_is_shown_own_groups_and_those_with_a_line_they_see(worked, closed):
    if closed:
        close_and_open_next(actor=factories.TESTS, period=worked.period, new=M03)
    scope = scope_of(factories.reader(factories.head_of_service(worked.services["s1"], leads=[worked.projects["PE"]])))
    found = groups_of(worked.period, ("service", "project", "line", "theme"), scope)
    assert [group.key for group in found["service"]] == ["s1"]
    assert {group.key: group.own for group in found["project"]} == {"PA": False, "PB": False, "PE": True}
    assert [group.key for group in found["line"]] == ["A2", "B2"]
    assert [group.key for group in found["theme"]] == ["alpha", "beta", "gamma"]


def test_a_directorate_that_ended_is_listed_only_where_a_line_still_stands_in_it(worked):
    for name in ("South", "West"):
        row = worked.directorates[name]
        row.ends_on = worked.period.ends_on.replace(day=1)
        row.save()
    assert [group.key for group in GROUPINGS["directorate"].groups(worked.period)] == ["NORTH", "SOUTH"]


def test_what_closing_froze_is_what_the_open_period_showed(worked):
    shown = groups_of(worked.period, ("theme", "service", "project"))
    close_and_open_next(actor=factories.TESTS, period=worked.period, new=M03)
    assert groups_of(worked.period, ("theme", "service", "project")) == shown
    assert not GroupInPeriod.objects.filter(grouping="line").exists()
    assert [group.key for group in GROUPINGS["line"].groups(worked.period)] == ["A1", "A2", "B1", "B2", "N1", "M1"]
    assert [name for name, each in GROUPINGS.items() if not each.can_be_unstated] == ["project", "line"]
