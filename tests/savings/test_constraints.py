"""Each rule of one row is refused by the database itself, and by full_clean with its words."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from projects.models import ChallengeNote, EqualityImpact, FteImpact, ProjectPost, Signature, ThemeAlias, ThemePost
from risks.models import Dependency, Risk, RiskScale
from savings.models import (
    BudgetRow,
    Commentary,
    DecisionItem,
    LineReturn,
    RagDefinition,
    Reminder,
    Replacement,
    ReturnedAmount,
)
from savings.models.spreadsheet import ColumnMapping
from tests import factories

pytestmark = pytest.mark.django_db

OUR_APPS = ("projects", "savings", "risks")
MORNING = datetime(2015, 10, 1, 9, 0, tzinfo=UTC)


def position(**amounts):
    return factories.PositionFactory.build(line_in_period=factories.LineInPeriodFactory(), **amounts)


def same(factory, *names: str, **fields):
    """An unsaved row that repeats the named fields of one that stands."""
    standing = factory(**fields)
    repeated = {name: getattr(standing, name) for name in names}
    return factory.build(**{**_rows_of(standing), **fields, **repeated})


def _rows_of(standing: Model) -> dict:
    """The rows that a row belongs to, so that an unsaved one has saved ones."""
    return {
        item.name: getattr(standing, item.name)
        for item in standing._meta.fields
        if item.is_relation and getattr(standing, item.attname) is not None
    }


def again(model, **fields):
    """An unsaved twin of a row that stands."""
    model.objects.create(**fields)
    return model(**fields)


def broken_rows() -> dict:
    """For each constraint of our apps, how to make a row that breaks it (and as little else as possible)."""
    f = factories
    return {
        # risks
        "risk_scale_2_to_10_points": lambda: RiskScale(programme=f.ProgrammeFactory(), points=11),
        "risk_code_unique_in_programme": lambda: same(f.RiskFactory, "code", "programme"),
        "risk_of_theme_or_project": lambda: _risk(theme=None),
        "risk_of_theme_is_with_it": lambda: _risk(escalated_to="theme"),
        "risk_inherent_score_whole": lambda: _risk(inherent_likelihood=3),
        "risk_current_score_whole": lambda: _risk(current_likelihood=3, current_impact=11),
        "risk_target_score_whole": lambda: _risk(target_impact=1),
        "dependency_from_theme_or_project": lambda: _dependency(from_theme=None),
        "dependency_to_one_thing": lambda: _dependency(to_theme=f.ThemeFactory()),
        "dependency_not_on_itself": lambda: _dependency_on_itself(),
        # savings
        "column_mapping_once_per_layout": lambda: again(
            ColumnMapping,
            programme=f.ProgrammeFactory(),
            layout="a digest",
            remembered_at=MORNING,
            remembered_by="A post",
        ),
        "heading_slug_unique_in_programme": lambda: same(f.MtfpHeadingFactory, "slug", "programme"),
        "period_label_unique_in_programme": lambda: same(f.ReportingPeriodFactory, "label", "programme", closed=True),
        "period_one_open_per_programme": lambda: f.ReportingPeriodFactory.build(
            programme=f.ReportingPeriodFactory().programme, label="2015/16 M08"
        ),
        "period_closed_after_opened": lambda: f.ReportingPeriodFactory.build(
            programme=f.ProgrammeFactory(), opened_at=MORNING, closed_at=MORNING.replace(hour=8)
        ),
        "period_month_1_to_12": lambda: f.ReportingPeriodFactory.build(programme=f.ProgrammeFactory(), month=13),
        "period_horizon_runs_forward": lambda: f.ReportingPeriodFactory.build(
            programme=f.ProgrammeFactory(), horizon_first=2019, horizon_last=2018
        ),
        "rag_definition_one_per_status": lambda: RagDefinition(
            period=f.ReportingPeriodFactory(), status="amber", words="Twice", weight=5
        ),
        "rag_definition_weight_up_to_100": lambda: _definition(weight=101),
        "requirement_one_per_year": lambda: same(f.RequirementFactory, "year", "period"),
        "group_in_period_once": lambda: same(f.GroupInPeriodFactory, "object_id", "period"),
        "line_code_unique_in_programme": lambda: same(f.SavingsLineFactory, "code", "programme"),
        "line_once_per_period": lambda: same(f.LineInPeriodFactory, "line", "period"),
        "line_without_heading_counts_as_savings": lambda: _line(heading=None, heading_kind="funding"),
        "position_one_per_year": lambda: same(f.PositionFactory, "line_in_period", "year"),
        "position_one_not_profiled": lambda: same(f.PositionFactory, "line_in_period", year=None),
        "position_split_fits_target": lambda: position(target=100, red=101),
        "position_approved_has_original": lambda: position(approved=True, original=None),
        "position_carried_forward_to_a_later_year": lambda: position(year=2016, carried_forward=5, expected_in=2016),
        "line_return_submitted_by_somebody": lambda: _returned(state="submitted"),
        "line_return_query_says_why": lambda: _returned(**SUBMITTED, state="queried", queried_at=MORNING),
        "line_return_accepted_by_somebody": lambda: _returned(**SUBMITTED, state="accepted", accepted_at=MORNING),
        "line_return_not_accepted_by_its_author": lambda: _returned(
            **SUBMITTED, state="accepted", accepted_at=MORNING, accepted_by="Finance", accepted_by_user=7
        ),
        "returned_amount_one_per_year": lambda: again(ReturnedAmount, line_return=_kept_return(), year=2016),
        "returned_amount_one_not_profiled": lambda: again(ReturnedAmount, line_return=_kept_return(), year=None),
        "reminder_once_a_day": lambda: again(
            Reminder,
            period=f.ReportingPeriodFactory(),
            post=f.PostFactory(),
            cause="due",
            sent_on=MORNING.date(),
            sent_at=MORNING,
            sent_to="head@example.org",
            lines=2,
        ),
        "commentary_of_theme_or_directorate": lambda: Commentary(period=f.ReportingPeriodFactory(), **_WRITTEN),
        "commentary_once_per_theme": lambda: again(
            Commentary, period=f.ReportingPeriodFactory(), theme=f.ThemeFactory(), **_WRITTEN
        ),
        "commentary_once_per_directorate": lambda: again(
            Commentary, period=f.ReportingPeriodFactory(), directorate=f.DirectorateFactory(), **_WRITTEN
        ),
        "decision_withdrawn_before_it_is_confirmed": lambda: _decision(
            confirmed_at=MORNING, confirmed_by="Head of finance", withdrawn_at=MORNING, withdrawn_by="Finance"
        ),
        "replacement_by_another_line": lambda: Replacement(
            decision=f.DecisionFactory(), **dict.fromkeys(("old_line", "new_line"), f.SavingsLineFactory()), amount=5
        ),
        "replacement_once_per_year": lambda: again(
            Replacement,
            decision=f.DecisionFactory(),
            old_line=f.SavingsLineFactory(),
            new_line=f.SavingsLineFactory(),
            year=2016,
            amount=5,
        ),
        "decision_code_unique_in_programme": lambda: same(f.DecisionFactory, "code", "programme"),
        "decision_confirmed_by_somebody": lambda: _decision(confirmed_at=MORNING, confirmed_by=""),
        "decision_item_one_per_year": lambda: again(DecisionItem, **_item(2016)),
        "decision_item_one_not_profiled": lambda: again(DecisionItem, **_item(None)),
        "budget_row_of_directorate_or_group": lambda: BudgetRow(
            programme=f.ProgrammeFactory(),
            document="Paper",
            table="T",
            label="Row",
            nature="income",
            year=2016,
            amount=1,
        ),
        "stated_figure_is_amount_or_percentage": lambda: _stated(kind="percentage"),
        "stated_figure_precision_positive": lambda: _stated(precision=0),
        "stated_figure_decision_says_who_and_when": lambda: _stated(decision="The lines are right."),
        # projects
        "programme_one_current": lambda: (
            f.ProgrammeFactory(is_current=True) and f.ProgrammeFactory.build(is_current=True)
        ),
        "programme_horizon_runs_forward": lambda: f.ProgrammeFactory.build(horizon_first=2019, horizon_last=2018),
        "theme_slug_unique_in_programme": lambda: same(f.ThemeFactory, "slug", "programme"),
        "theme_name_unique_in_programme": lambda: same(f.ThemeFactory, "name", "programme"),
        "theme_alias_unique": lambda: again(ThemeAlias, theme=f.ThemeFactory(), name="Twice"),
        "theme_post_unique": lambda: again(ThemePost, theme=f.ThemeFactory(), post=f.PostFactory()),
        "project_code_unique_in_programme": lambda: same(f.ProjectFactory, "code", "programme"),
        "project_workstream_has_theme": lambda: _project(kind="workstream"),
        "project_fte_not_negative": lambda: _project(current_fte=-1),
        "project_post_unique": lambda: again(
            ProjectPost, project=f.ProjectFactory(), post=f.PostFactory(), role="slt_lead"
        ),
        "fte_impact_one_per_year": lambda: again(FteImpact, project=f.ProjectFactory(), year=2016, fte=1),
        "equality_impact_of_theme_or_project": lambda: EqualityImpact(state="screening"),
        "equality_impact_not_needed_says_why": lambda: EqualityImpact(theme=f.ThemeFactory(), state="not_needed"),
        "equality_impact_done_has_date": lambda: EqualityImpact(theme=f.ThemeFactory(), state="done"),
        "signature_once_per_version": lambda: again(
            Signature, project=f.ProjectFactory(), role="director", post=f.PostFactory(), signed_on=date(2015, 8, 27)
        ),
        "signature_once_per_post_and_version": lambda: _signed_again(post=f.PostFactory()),
        "signature_once_per_holder_and_version": lambda: _signed_again(holder=f.UserFactory()),
        "challenge_of_theme_or_project": lambda: _challenge(theme=None),
        "challenge_says_something": lambda: _challenge(words=""),
        "challenge_answered_by_somebody": lambda: _challenge(answer="It is in hand."),
        "milestone_of_theme_or_project": lambda: _milestone(theme=None),
        "milestone_dates_run_forward": lambda: _milestone(earliest=date(2016, 4, 1)),
        "milestone_completed_on_only_when_completed": lambda: _milestone(completed_on=date(2016, 3, 1)),
        "measure_of_theme_or_project": lambda: f.SuccessMeasureFactory.build(theme=None),
        "measure_one_reading_a_day": lambda: _reading_twice(),
        "investment_of_theme_or_project": lambda: f.InvestmentFactory.build(theme=None),
    }


def _signed_again(**same) -> Signature:
    """A signature in another role on the version that the same post, or the same person, has signed."""
    fields = {"project": factories.ProjectFactory(), "signed_on": date(2015, 8, 27), **same}
    posts = [fields.pop("post")] * 2 if "post" in fields else [factories.PostFactory(), factories.PostFactory()]
    Signature.objects.create(role="director", post=posts[0], **fields)
    return Signature(role="head_of_finance", post=posts[1], **fields)


def _challenge(**fields) -> ChallengeNote:
    written = {
        "theme": factories.ThemeFactory(),
        "words": "Why?",
        "post": factories.PostFactory(),
        "holder_name": "Cabinet member",
    }
    return ChallengeNote(**{**written, "written_at": MORNING, **fields})


SUBMITTED = {"submitted_at": MORNING, "submitted_by": "Head of service", "submitted_by_user": 7}
_WRITTEN = {"words": "On course.", "written_at": MORNING, "written_by": "Director"}


def _returned(**fields) -> LineReturn:
    return LineReturn(line_in_period=factories.LineInPeriodFactory(), **fields)


def _kept_return() -> LineReturn:
    return LineReturn.objects.create(line_in_period=factories.LineInPeriodFactory())


def _definition(**fields) -> RagDefinition:
    definition = factories.ReportingPeriodFactory().rag_definitions.get(status="red")
    for name, value in fields.items():
        setattr(definition, name, value)
    return definition


def _line(**fields):
    row = factories.LineInPeriodFactory()
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def _decision(**fields):
    period = factories.ReportingPeriodFactory()
    return factories.DecisionFactory.build(programme=period.programme, effective_in=period, **fields)


def _item(year: int | None) -> dict:
    decision = factories.DecisionFactory()
    line = factories.SavingsLineFactory(programme=decision.programme)
    return {"decision": decision, "line": line, "year": year, "from_target": 1, "to_target": 1}


def _stated(**fields):
    period = factories.ReportingPeriodFactory()
    return factories.StatedFigureFactory.build(programme=period.programme, period=period, **fields)


def _project(**fields):
    return factories.ProjectFactory.build(programme=factories.ProgrammeFactory(), **fields)


def _milestone(**fields):
    theme = factories.ThemeFactory()
    return factories.MilestoneFactory.build(**{"programme": theme.programme, "theme": theme, **fields})


def _reading_twice():
    measure = factories.SuccessMeasureFactory()
    model = measure.readings.model
    return again(model, measure=measure, read_on=date(2016, 1, 1), value=1)


BROKEN = broken_rows()


def our_constraints() -> dict:
    return {
        constraint.name: constraint
        for label in OUR_APPS
        for model in apps.get_app_config(label).get_models()
        if not model.__name__.startswith("Historical")
        for constraint in model._meta.constraints
    }


def test_every_constraint_has_words_of_its_own_and_a_row_that_breaks_it():
    constraints = our_constraints()
    assert set(BROKEN) == set(constraints)
    default = "Constraint “%(name)s” is violated."
    assert [name for name, each in constraints.items() if each.violation_error_message == default] == []


@pytest.mark.parametrize("name", list(BROKEN))
def test_the_database_refuses_a_row_that_breaks(name):
    row = BROKEN[name]()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=row.pk is None)


@pytest.mark.parametrize("name", list(BROKEN))
def test_full_clean_says_in_words_what_breaks(name):
    row = BROKEN[name]()
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert our_constraints()[name].violation_error_message in refused.value.messages


def _risk(**fields):
    programme = factories.ProgrammeFactory()
    wanted = {"theme": factories.ThemeFactory(programme=programme), **fields}
    return Risk(programme=programme, code="R1", description="What may happen", **wanted)


def _dependency(**fields):
    programme = factories.ProgrammeFactory()
    wanted = {"from_theme": factories.ThemeFactory(programme=programme), "to_body": "Somebody", **fields}
    return Dependency(programme=programme, kind="needs", **wanted)


def _dependency_on_itself():
    theme = factories.ThemeFactory()
    return _dependency(from_theme=theme, to_theme=theme, to_body="")


@pytest.mark.parametrize(
    "amounts",
    [
        {"target": 100, "delivered": 150},
        {"target": 100, "delivered": 50, "claimed": 80},
        {"target": 100, "delivered": 40, "on_target": 30, "amber": 20, "red": 10},
        {"target": 0, "delivered": 5, "claimed": 5},
        {"target": 0, "delivered": -5},
        {"target": 0},
        {"target": -100, "delivered": -150},
        {"target": -100, "on_target": -40, "red": -60},
    ],
)
def test_a_split_that_fits_is_kept(amounts):
    row = position(**amounts)
    row.full_clean()
    row.save()


@pytest.mark.parametrize(
    "amounts",
    [
        {"target": 100, "red": 101},
        {"target": 100, "delivered": 100, "amber": 1},
        {"target": 100, "delivered": 150, "on_target": 1},
        {"target": 100, "delivered": -1},
        {"target": 100, "red": -1},
        {"target": 0, "delivered": 5, "claimed": -5},
        {"target": 0, "red": 1},
        {"target": -100, "red": 1},
        {"target": -100, "red": -101},
        {"target": -100, "delivered": -100, "on_target": -1},
    ],
)
def test_a_split_that_does_not_fit_is_refused(amounts):
    row = position(**amounts)
    with pytest.raises(ValidationError, match="Status amounts carry the sign"):
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
