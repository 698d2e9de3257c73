"""What the demonstration holds besides money: everything of the papers, dated before Cabinet, and posts, not people."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps

from futurefit.access.demo_posts import DEMO_POSTS
from futurefit.access.models import User
from futurefit.council.models import Directorate, Post, Service
from futurefit.history.models import Act
from futurefit.history.reads import as_at
from futurefit.history.tracking import all_history_models, history_model
from projects.models import (
    EqualityImpact,
    Investment,
    Milestone,
    Project,
    Signature,
    SuccessMeasure,
    Theme,
    ThemePost,
)
from projects.scope import scope_of
from risks.models import Dependency, Risk
from savings.models import (
    BudgetRow,
    Commentary,
    Decision,
    LineInPeriod,
    LineReturn,
    Position,
    ReportingPeriod,
    StatedFigure,
)
from savings.returns_owed import returns_owed
from tests.demo_programme import OPEN, PAPERS, PERIODS, YEAR_END

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def test_the_papers_are_there_in_full():
    assert Service.objects.exclude(provision=Service.Provision.NOT_STATED).count() == 125
    assert Service.objects.filter(group__isnull=False).count() == 25
    assert Service.objects.exclude(quarter_as_printed="").count() == 2
    assert Milestone.objects.count() == 67
    assert Risk.objects.filter(illustration="").count() == 5 + 6 + 5 + 7 + 4 + 3
    assert Dependency.objects.count() == 9
    assert Investment.objects.count() == 6 + 4 + 1 + 3
    assert SuccessMeasure.objects.count() == 5 + 4 + 2 + 5
    assert BudgetRow.objects.count() == 20
    assert Signature.objects.count() == 3
    assert {kind: Project.objects.filter(kind=kind).count() for kind in ("project", "workstream", "block")} == {
        "project": 2,
        "workstream": 6 + 2 + 3 + 3,
        "block": 5,
    }


def test_services_stand_by_directorate_as_the_commissioning_plan_lists_them():
    listed = Service.objects.exclude(provision=Service.Provision.NOT_STATED)
    by_directorate = {code: listed.filter(directorate__code=code).count() for code in ("DASH", "ChS", "BEC")}
    assert sum(by_directorate.values()) + 25 == 125
    assert listed.filter(provision="already_commissioned").count() == 12 + 6 + 9 + 7


def test_printed_references_repeat_and_codes_do_not():
    assert list(Project.objects.filter(code__startswith="SSC").values_list("code", "reference")) == [
        ("SSC-1A", "1a"),
        ("SSC-1B", "1b"),
        ("SSC-2", "2"),
        ("SSC-3", "3"),
        ("SSC-4A", "4"),
        ("SSC-4B", "4"),
    ]


def test_themes_answer_to_their_other_names(demo):
    names = demo.theme("self-sufficient-council").aliases.values_list("name", flat=True)
    assert set(names) == {"Self-Sustaining Council", "Self Sustaining Council Initiative", "Self Sufficiency"}
    assert list(Theme.objects.filter(has_paper=False).values_list("name", flat=True)) == ["Demand Management"]


def test_the_lead_that_no_paper_names_is_marked_as_illustration():
    illustrated = ThemePost.objects.filter(post__code="cabinet-transformation")
    assert {(row.theme.slug, row.role) for row in illustrated} == {
        ("operating-model", "cmr_lead"),
        ("commissioning", "cmr_lead"),
    }
    assert all("Illustration" in row.illustration for row in illustrated)
    assert not ThemePost.objects.exclude(post__code="cabinet-transformation").exclude(illustration="").exists()


def test_milestones_belong_where_they_are_written(demo):
    assert demo.project("SEND").milestones.count() == 5
    assert demo.project("HROD").milestones.count() == 11
    assert demo.project("OM-1").milestones.count() == 8
    self_sufficient = demo.theme("self-sufficient-council").milestones
    assert self_sufficient.count() == 11
    assert self_sufficient.filter(source="Self-Sufficient WS3a").exists()


@pytest.mark.parametrize(
    ("source", "title", "earliest", "latest", "status"),
    [
        ("SEND", "SEND services transfer (pending agreement)", date(2016, 1, 1), date(2016, 12, 31), "outstanding"),
        ("HR form", "Demand analysis with HR teams", None, None, "completed"),
        ("HR slide", "Demand analysis with HR teams", None, date(2015, 7, 31), "completed"),
        ("Commissioning", "Third-party engagement for market shaping", None, date(2015, 4, 17), "completed"),
        ("Commissioning", "JDP procurement pilot (listed as completed)", None, None, "ongoing"),
        ("Operating Model WS1", "DMA reviews; structure in place", None, date(2017, 3, 31), "ongoing"),
        ("Active Alliances", "Strand leads: early scoping papers", date(2015, 9, 1), date(2015, 9, 30), "outstanding"),
        ("Self-Sufficient WS3a", "Revolving door benefits", date(2018, 1, 1), date(2019, 3, 31), "outstanding"),
    ],
)
def test_dates_are_kept_as_the_product_reads_them(source, title, earliest, latest, status):
    milestone = Milestone.objects.get(source=source, title=title)
    assert (milestone.earliest, milestone.latest, milestone.status) == (earliest, latest, status)


def test_no_risk_of_the_papers_has_a_score_an_owner_or_a_review_date():
    of_papers = Risk.objects.filter(illustration="")
    assert not of_papers.exclude(current_likelihood=None, inherent_likelihood=None, target_likelihood=None).exists()
    assert not of_papers.exclude(owner=None, review_on=None).exists()
    assert Risk.objects.count() - of_papers.count() == 4


def test_equality_is_silent_but_for_what_the_papers_say():
    found = {
        (row.theme or row.project).name if row.theme else row.project.code: row.state
        for row in EqualityImpact.objects.select_related("theme", "project")
    }
    assert found == {"Operating Model": "to_be_decided", "AA-2": "to_be_consulted", "AA-3": "to_be_consulted"}


def test_the_form_is_signed_by_three_posts_for_its_hundred_thousand(demo):
    signatures = demo.project("SEND").signatures.all()
    assert {(row.role, row.signed_on, row.signed_amount) for row in signatures} == {
        (role, date(2015, 8, 27), 100_000) for role in ("head_of_service", "director", "head_of_finance")
    }
    assert not demo.project("HROD").signatures.exists()
    assert demo.project("SEND").stage == "concept"
    assert not demo.project("HROD").base_budget.exists()
    assert list(demo.project("SEND").base_budget.values_list("amount", "is_part")) == [
        (5_900_000, False),
        (1_083_000, True),
    ]


def test_the_forms_show_the_block_of_their_current_programme(demo):
    assert demo.project("SEND").current_block.code == "ES-CURRENT"
    assert demo.project("HROD").current_block.code == "HR-CURRENT"


def test_a_re_profile_waits_for_the_head_of_finance_and_is_marked_as_illustration():
    decision = Decision.objects.get(code="D0001")
    assert (decision.kind, decision.effective_in.label) == ("re_profile", "2016/17 M02")
    assert decision.confirmed_at is None and "made up" in decision.illustration
    assert [item.to_target - item.from_target for item in decision.items.all()] == [-30_000, 30_000]


def test_the_decision_is_marked_as_assumed_and_taken_before_use():
    decision = Decision.objects.get(code="BUDGET-2015")
    assert decision.taken_before_use
    assert "our assumption" in decision.assumption
    assert decision.items.count() == 3 + 3 + 2
    assert decision.recorded_by == "Finance officer"
    assert decision.confirmed_by == "Chief Financial Officer"


def test_every_row_keeps_the_rules_of_its_model():
    for label in ("council", "projects", "savings", "risks"):
        for model in apps.get_app_config(label).get_models():
            if model in all_history_models():
                continue
            held_by_the_database = [field.name for field in model._meta.concrete_fields if field.is_relation]
            for row in model._default_manager.all():
                row.full_clean(exclude=held_by_the_database, validate_unique=False, validate_constraints=False)


# --- posts, not people


def test_accounts_and_signatures_are_named_after_posts():
    titles = set(Post.objects.values_list("title", flat=True))
    assert User.objects.count() == len(DEMO_POSTS) == 8
    assert set(User.objects.values_list("name", flat=True)) <= titles
    assert set(Signature.objects.values_list("holder_name", flat=True)) <= titles
    assert set(Act.objects.values_list("actor_name", flat=True)) <= titles | {"Demonstration"}
    for post in titles:
        assert post.split()[0] in ("Cabinet", "Chief", "Director", "Head", "Service", "Finance", "Programme", "Auditor")


def test_each_account_holds_the_post_that_the_sign_in_page_offers(demo):
    kinds = {demo_post.key: next(iter(demo.reader(demo_post.key).kinds)) for demo_post in DEMO_POSTS}
    assert kinds == {
        "finance": "finance_officer",
        "head": "head_of_service",
        "otherhead": "head_of_service",
        "director": "director",
        "s151": "head_of_finance",
        "cabinet": "cabinet_member",
        "office": "programme_officer",
        "auditor": "auditor",
    }
    assert demo.user("finance").check_password("futurefit-demo")
    assert all(User.objects.values_list("is_demo", flat=True))


@pytest.mark.parametrize(
    ("key", "sees", "does_not_see"),
    [("head", {"SEND", "ES-CURRENT"}, {"HROD", "HR-CURRENT"}), ("otherhead", {"HROD", "HR-CURRENT"}, {"SEND"})],
)
def test_each_head_sees_their_own_project_and_block(demo, key, sees, does_not_see):
    scope = scope_of(demo.reader(key))
    projects = set(Project.objects.visible_to(scope).values_list("code", flat=True))
    assert sees <= projects
    assert not does_not_see & projects
    lines = LineInPeriod.objects.in_period(demo.period()).visible_to(scope)
    assert sees <= set(lines.values_list("project__code", flat=True))


def test_the_director_sees_the_money_of_their_directorate(demo):
    scope = scope_of(demo.reader("director"))
    lines = LineInPeriod.objects.in_period(demo.period()).visible_to(scope)
    assert set(lines.values_list("directorate__code", flat=True)) == {"ChS"}
    assert lines.count() == 2


# --- when


def test_periods_run_and_close_as_the_demonstration_says(demo):
    assert list(ReportingPeriod.objects.values_list("label", flat=True)) == list(PERIODS)
    assert demo.period(PAPERS).closed_at.date() == date(2015, 11, 19)
    assert demo.period(YEAR_END).closed_at.date() == date(2016, 4, 20)
    assert demo.period(OPEN).is_open
    horizon = demo.period().horizon
    assert (horizon.key(2015), horizon.key(2020)) == ("2015/16", "2020/21+")


def test_what_the_papers_say_was_entered_before_cabinet_met():
    cabinet = datetime(2015, 11, 19, tzinfo=UTC)
    later = {"period_closed", "line_retagged", "lines_added", "position_rated", "carried_forward"}
    later |= {"return_submitted", "return_accepted", "return_queried", "commentary_written", "decision_recorded"}
    later |= {"demo.risks_illustrated", "risks.risk_escalated"}
    for act in Act.objects.filter(at__gte=cabinet):
        assert act.verb.removeprefix("savings.") in later, act
    for model in (Milestone, Risk, Theme, Project, StatedFigure, Directorate, Post, Service):
        printed = model.objects.filter(illustration="") if model is Risk else model.objects.all()
        assert as_at(model, cabinet).count() == printed.count()


def test_illustrated_returns_are_in_every_state_and_one_claims_what_finance_has_not_accepted(demo):
    found = LineReturn.objects.order_by("line_in_period__period", "line_in_period__line__code")
    states = found.values_list("line_in_period__period__label", "line_in_period__line__code", "state")
    assert list(states) == [
        (YEAR_END, "ES-CURRENT-01", "accepted"),
        (YEAR_END, "HR-CURRENT-01", "accepted"),
        (YEAR_END, "HROD-01", "submitted"),
        (OPEN, "ES-CURRENT-01", "submitted"),
        (OPEN, "HR-CURRENT-01", "queried"),
        (OPEN, "HROD-01", "accepted"),
    ]
    late = {each.line.line.code for each in returns_owed(demo.period(YEAR_END)) if each.returned and each.late}
    assert late == {"HROD-01"}
    assert all(row.comment.startswith("Illustration") for row in found)
    assert all(row.illustration and row.words.startswith("Illustration") for row in Commentary.objects.all())
    acts = Act.objects.filter(
        verb__in=["savings.return_submitted", "savings.return_accepted", "savings.return_queried"]
    )
    (claim,) = history_model(Position)._default_manager.filter(act__in=acts)
    assert (claim.target, claim.delivered, claim.claimed) == (1_495_000, 318_000, 150_000)


def test_every_row_history_is_filed_under_an_act_of_its_time():
    for model in all_history_models():
        for row in model._default_manager.select_related("act"):
            assert row.act is not None
            assert row.history_date == row.act.at


def test_illustration_is_marked_on_the_periods_and_lines_that_it_touches(demo):
    assert demo.period(PAPERS).illustration == ""
    assert not LineInPeriod.objects.filter(period=demo.period(PAPERS)).exclude(illustration="").exists()
    for label in (YEAR_END, OPEN):
        period = demo.period(label)
        assert period.illustration.startswith("Illustration")
        marked = LineInPeriod.objects.filter(period=period).exclude(illustration="")
        assert set(marked.values_list("line__source_table", flat=True)) == {"T01", "T02", "T03", "T04", "T15", ""}
