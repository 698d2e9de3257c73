"""Rows of several tables in one query: the same instances that each table gives by itself."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from futurefit.history.reads import as_at
from futurefit.history.together import Part, prefetched, together
from futurefit.history.tracking import history_model
from projects.models import FteImpact, Milestone, Programme, Project
from savings.models import LineInPeriod, StatedFigure
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def small() -> factories.SmallProgramme:
    return factories.small_programme()


def ask(small, **parts):
    return together(Programme.objects.filter(pk=small.programme.pk), parts)


def test_many_tables_are_one_query(small, django_assert_num_queries):
    assert connection.features.supports_json_field, "asked once a connection"
    with django_assert_num_queries(1):
        found = ask(
            small,
            projects=Part(Project.objects.all(), order=("code",)),
            lines=Part(LineInPeriod.objects.all(), order=("id",)),
            milestones=Part(Milestone.objects.all()),
        )
    assert [row.pk for row in found["projects"]] == [project.pk for project in small.projects]
    assert found["milestones"] == []


def test_every_kind_of_value_comes_back_as_itself(small):
    project = small.projects[0]
    milestone = factories.MilestoneFactory(programme=small.programme, project=project, year_implied=True)
    FteImpact.objects.create(project=project, year=2016, fte=Decimal("-2.5"))
    stated = factories.StatedFigureFactory(programme=small.programme, period=small.period, scope_years=[2016, None])
    found = ask(
        small,
        milestones=Part(Milestone.objects.all()),
        fte=Part(FteImpact.objects.all(), order=("year",)),
        stated=Part(StatedFigure.objects.all()),
    )
    (read,) = found["milestones"]
    assert (read.latest, read.year_implied, read.theme_id) == (milestone.latest, True, None)
    assert isinstance(read.latest, dt.date)
    assert [(row.fte, type(row.fte)) for row in found["fte"]] == [(Decimal("-2.5"), Decimal)]
    assert found["stated"][0].scope_years == [2016, None]
    assert found["stated"][0].stated == stated.stated


def test_values_across_relations_come_under_the_name_asked_for(small):
    (line, _other) = ask(
        small, lines=Part(LineInPeriod.objects.all(), order=("id",), also={"owner": "project__title"})
    )["lines"]
    assert line.owner == small.projects[0].title


def test_empty_values_sort_last(small):
    late = factories.MilestoneFactory(programme=small.programme, project=small.projects[0], latest=None, earliest=None)
    soon = factories.MilestoneFactory(programme=small.programme, project=small.projects[0])
    found = ask(small, milestones=Part(Milestone.objects.all(), order=("latest", "id")))["milestones"]
    assert [row.pk for row in found] == [soon.pk, late.pk]


def test_rows_of_then_are_instances_of_today_s_model(small):
    project = Project.objects.create(programme=small.programme, code="NEW", title="As it was")
    moment = timezone.now()
    project.title = "As it is"
    project.save()
    found = ask(small, then=Part(as_at(Project, moment).filter(code="NEW")))["then"]
    assert [(type(row), row.pk, row.title) for row in found] == [(Project, project.pk, "As it was")]


def test_moments_and_the_rows_referred_to_come_too(small):
    small.period.closed_at = dt.datetime(2015, 12, 1, 9, 30, 15, 123456, tzinfo=dt.UTC)
    small.period.save()
    theme = factories.ThemeFactory(programme=small.programme)
    factories.StatedFigureFactory(programme=small.programme, period=small.period, scope_theme=theme)
    factories.StatedFigureFactory(programme=small.programme, period=small.period, order=2)
    related = {"period": (), "scope_theme": ("name",)}
    of_theme, of_none = ask(small, stated=Part(StatedFigure.objects.all(), related=related))["stated"]
    with CaptureQueriesContext(connection) as asked:
        assert of_theme.period.closed_at == small.period.closed_at and of_theme.period.horizon == small.period.horizon
        assert (of_theme.scope_theme, of_theme.scope_theme.name) == (theme, theme.name)
        assert of_none.scope_theme is None
    assert len(asked) == 0
    assert of_theme.scope_theme.get_deferred_fields() >= {"vision", "slug"}


def test_row_histories_stay_histories_when_asked_to(small):
    copies = history_model(Project)._default_manager.filter(id=small.projects[0].pk)
    (kept,) = ask(small, then=Part(copies, order=("history_id",), copies=True))["then"]
    assert (type(kept), kept.history_date) == (history_model(Project), copies.get().history_date)


def test_rows_kept_beside_another_are_not_asked_for_again(small, django_assert_num_queries):
    kept = list(small.period.rag_definitions.all())
    prefetched(small.period, "rag_definitions", kept)
    with django_assert_num_queries(0):
        assert list(small.period.rag_definitions.all()) == kept
