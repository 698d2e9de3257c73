"""What is outstanding before a period is closed, each kind once and by hand."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from futurefit.council.models import PostKind, PostService
from futurefit.values.rag import Split
from savings.models import LineReturn
from savings.outstanding import outstanding
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2015, 11, 5, 9, tzinfo=UTC)


def found(period) -> dict[str, tuple[int, list[tuple[str, int]]]]:
    return {each.kind: (each.count, [(item.key, item.count) for item in each.items]) for each in outstanding(period)}


def test_each_kind_is_counted_once_with_who_or_what_it_is():
    small = factories.small_programme(projects=6, horizon_first=2015)
    head = factories.PostFactory(kind=PostKind.HEAD_OF_SERVICE, code="head-one", title="Head of one")
    PostService.objects.create(post=head, service=small.services[0])
    ours = [line for line in small.lines if line.service_id == small.services[0].pk]
    said = {"submitted_at": NOW, "submitted_by": "Head of one", "first_submitted_at": NOW, "owed_by": head}
    LineReturn.objects.create(line_in_period=ours[0], state="submitted", **said)
    asked = {"queried_at": NOW, "queried_by": "Finance", "query_reason": "Why?"}
    LineReturn.objects.create(line_in_period=ours[1], state="queried", **said, **asked)
    factories.position(small.lines[0], 2015, Split(100, claimed=100))
    words = factories.line(small.period, small.projects[0], code="WORDS", amount_in_words="marginal")
    waiting = factories.DecisionFactory(programme=small.programme, effective_in=small.period, code="D7")
    factories.DecisionFactory(
        programme=small.programme, effective_in=small.period, confirmed_at=NOW, confirmed_by="Head of finance"
    )
    factories.DecisionFactory(
        programme=small.programme, effective_in=small.period, withdrawn_at=NOW, withdrawn_by="Finance"
    )
    for decision in ("", "The paper is right"):
        factories.StatedFigureFactory(
            programme=small.programme,
            period=small.period,
            stated=1,
            decision=decision,
            decided_on=NOW.date() if decision else None,
            decided_by="Finance" if decision else "",
        )
    theirs = [line.line.code for line in small.lines if line.service_id == small.services[1].pk]
    assert found(small.period) == {
        "not_in": (1, [("head-one", 1)]),
        "queried": (1, [("head-one", 1)]),
        "submitted": (1, [("head-one", 1)]),
        "nobody": (3, [(code, 1) for code in theirs]),
        "claimed": (1, []),
        "decisions": (1, [(waiting.code, 1)]),
        "without_amount": (1, [(words.line.code, 1)]),
        "differences": (1, []),
    }


def test_nothing_outstanding_is_nothing():
    assert outstanding(factories.ReportingPeriodFactory()) == ()


def test_long_lists_are_cut_and_the_rest_is_counted_in_as_many_queries():
    small = factories.small_programme(projects=2)
    with CaptureQueriesContext(connection) as few:
        outstanding(small.period)
    for _ in range(48):
        factories.line(small.period, small.projects[0], {2016: 5})
    with CaptureQueriesContext(connection) as many:
        (nobody,) = outstanding(small.period)
    assert (nobody.count, len(nobody.items), nobody.more) == (50, 20, 30)
    assert len(many) == len(few)
