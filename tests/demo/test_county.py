"""A generated programme is the same for the same seed, keeps every rule, and is known as generated."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from futurefit.demo import county
from futurefit.history.models import Act
from futurefit.history.tracking import history_model
from projects.models import Programme, Project
from savings.models import DecisionItem, LineInPeriod, Position, ReportingPeriod
from savings.rollups import as_json, rollup
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_hamlet(monkeypatch):
    """Scale 1 with twelve projects and three closed months, in chunks of five."""
    monkeypatch.setitem(county.PROJECTS_AT_SCALE, 1, 12)
    monkeypatch.setitem(county.CLOSED_PERIODS_AT_SCALE, 1, 3)
    monkeypatch.setattr(county, "PROJECTS_AT_A_TIME", 5)


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("county", "--scale", "1", *arguments, stdout=out)
    return out.getvalue()


def figures(slug: str) -> str:
    periods = ReportingPeriod.objects.filter(programme__slug=slug)
    found = [as_json(rollup(period, by)) for period in periods for by in ("project", "mtfp_heading", "method")]
    return json.dumps(found).replace(slug, "")


def test_the_same_seed_gives_the_same_figures_and_another_seed_others():
    run("--seed", "7", "--slug", "first")
    run("--seed", "7", "--slug", "again")
    run("--seed", "8", "--slug", "other")
    assert figures("first") == figures("again") != figures("other")


def test_the_programme_has_the_size_asked_for_and_says_that_it_is_generated():
    assert "holds 12 projects" in run()
    programme = Programme.objects.get(slug="county-1")
    assert programme.generated and not programme.is_current
    assert "no figure in it is real" in programme.description
    assert programme.projects.count() == 12
    periods = list(programme.periods.all())
    assert [period.label for period in periods] == ["2015/16 M10", "2015/16 M11", "2015/16 M12", "2016/17 M01"]
    assert [period.is_open for period in periods] == [False, False, False, True]
    assert all(period.illustration for period in periods)
    lines = programme.lines.count()
    assert 12 * 4 <= lines <= 12 * 10
    assert LineInPeriod.objects.filter(period__programme=programme).count() == 4 * lines


def test_every_row_keeps_its_rules_and_closed_months_differ():
    run()
    periods = ReportingPeriod.objects.filter(programme__slug="county-1")
    for row in [*Position.objects.all()[:30], *LineInPeriod.objects.all()[:10], *Project.objects.all()[:5]]:
        row.full_clean()
    assert len({rollup(period).total.total for period in periods}) == 3, "the open month is a copy of the last"


def test_every_approved_amount_is_named_by_the_decision():
    run()
    first = ReportingPeriod.objects.filter(programme__slug="county-1").first()
    approved = Position.objects.in_period(first).filter(approved=True)
    assert DecisionItem.objects.count() == approved.count() > 0
    assert approved.filter(original=None).count() == 0


def test_acts_are_the_products_own_and_rows_are_filed_under_them():
    run()
    acts = Act.objects.all()
    assert {act.actor_name for act in acts} == {"county"} and {act.actor_user_id for act in acts} == {None}
    made = acts.get(verb="demo.county_generated")
    assert (
        history_model(Position).objects.filter(act=made).count()
        == Position.objects.filter(line_in_period__period__label="2015/16 M10").count()
    )
    assert list(acts.values_list("at", flat=True)) == sorted(acts.values_list("at", flat=True), reverse=True)


def test_it_stands_in_the_councils_own_services_where_there_are_some():
    service = factories.ServiceFactory()
    head = factories.head_of_service(service)
    run()
    assert set(Project.objects.values_list("service", flat=True)) == {service.pk}
    assert Project.objects.first().posts.get().post.holdings.get().user == head


def test_a_second_run_does_nothing_and_another_seed_needs_another_slug():
    run("--seed", "7")
    total = Position.objects.aggregate(Sum("target"))
    assert "is there already" in run("--seed", "7")
    assert Position.objects.aggregate(Sum("target")) == total
    with pytest.raises(CommandError, match="Choose another --slug") as refused:
        run("--seed", "8")
    assert refused.value.returncode == 2


def test_it_is_all_or_nothing(monkeypatch):
    def fall_over(*args, **kwargs):
        raise RuntimeError("The machine stops.")

    monkeypatch.setattr(county, "close_and_open_next", fall_over)
    with pytest.raises(RuntimeError):
        run()
    assert not Programme.objects.exists() and not Project.objects.exists() and not Act.objects.exists()


def test_progress_reaches_its_end():
    said: list[str] = []
    county.generate(scale=1, seed=1, slug="told", step_done=said.append)
    assert len(said) == county.steps(1) == 1 + 3 + 1 + 3
    assert said[-1] == "2016/17 M01"
