"""Who records which of two figures is right: finance, each officer for their own directorates."""

import pytest

from futurefit.council.models import PostKind
from savings.permissions import can_record_which_is_right
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def figures():
    """Printed figures of a directorate, of a project in it, of another directorate, and of the whole."""
    own, other = factories.DirectorateFactory(), factories.DirectorateFactory()
    period = factories.ReportingPeriodFactory()
    project = factories.ProjectFactory(programme=period.programme, directorate=own)

    def stated(**scope):
        return factories.StatedFigureFactory(programme=period.programme, period=period, **scope)

    return own, {
        "own": stated(scope_directorate=own),
        "project": stated(scope_project=project),
        "other": stated(scope_directorate=other),
        "whole": stated(),
    }


def may_record(user, figures) -> set[str]:
    reader = factories.reader(user)
    return {name for name, figure in figures.items() if can_record_which_is_right(reader, figure)}


def test_an_officer_of_all_directorates_records_of_every_figure(figures):
    assert may_record(factories.finance_officer(), figures[1]) == {"own", "project", "other", "whole"}


def test_an_officer_of_some_directorates_records_of_theirs_alone(figures):
    own, stated = figures
    officer = factories.holder(PostKind.FINANCE_OFFICER, directorates=[own])
    assert may_record(officer, stated) == {"own", "project"}


def test_nobody_else_records(figures):
    assert may_record(factories.head_of_finance(), figures[1]) == set()
