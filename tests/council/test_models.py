"""What the database itself refuses about directorates, services, posts and holdings."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from futurefit.council.models import (
    CorporatePlanArea,
    Directorate,
    DirectorateGroup,
    Holding,
    Post,
    PostKind,
    Service,
    Succession,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def children() -> Directorate:
    return Directorate.objects.create(code="ChS", slug="children", name="Children's Services")


@pytest.fixture
def merged() -> DirectorateGroup:
    return DirectorateGroup.objects.create(code="CoaCh/Fin/CE", slug="coach-fin-ce", name="Commercial, Finance and CE")


@pytest.fixture
def post() -> Post:
    return Post.objects.create(code="head-education", title="Head of Education", kind=PostKind.HEAD_OF_SERVICE)


def refused(obj, match: str) -> None:
    """By the form with words, and by the database without a form."""
    with pytest.raises(ValidationError, match=match):
        obj.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        obj.save()


def test_a_service_of_a_directorate_or_of_a_group_is_kept(children, merged):
    Service.objects.create(code="a", name="Home care", directorate=children)
    Service.objects.create(code="b", name="Legal", group=merged)
    assert Service.objects.in_directorate(children).get().name == "Home care"


def test_a_service_of_both_or_of_neither_is_refused(children, merged):
    refused(Service(code="a", name="Both", directorate=children, group=merged), "one directorate, or to one")
    refused(Service(code="b", name="Neither"), "one directorate, or to one")


def test_a_directorate_that_ends_before_it_starts_is_refused():
    backwards = Directorate(code="X", slug="x", name="X", starts_on=date(2016, 4, 1), ends_on=date(2016, 3, 31))
    refused(backwards, "not before its first day")


def test_a_second_directorate_with_the_same_code_is_refused(children):
    refused(Directorate(code="ChS", slug="other", name="Other"), "already exists")


@pytest.mark.parametrize(
    ("day", "there"),
    [
        (date(2016, 3, 31), False),
        (date(2016, 4, 1), True),
        (date(2017, 3, 31), True),
        (date(2017, 4, 1), False),
    ],
)
def test_a_directorate_is_in_force_from_its_first_day_to_its_last(day, there):
    Directorate.objects.create(code="X", slug="x", name="X", starts_on=date(2016, 4, 1), ends_on=date(2017, 3, 31))
    assert Directorate.objects.in_force(day).exists() is there


def test_a_directorate_without_dates_is_always_in_force(children):
    assert list(Directorate.objects.in_force(date(1990, 1, 1))) == [children]


def test_a_succession_leads_between_two_directorates_or_two_services(children):
    young = Directorate.objects.create(code="YP", slug="young-people", name="Young People")
    Succession.objects.create(
        kind=Succession.Kind.RENAME, on=date(2016, 4, 1), from_directorate=children, to_directorate=young
    )
    service = Service.objects.create(code="a", name="A", directorate=children)
    refused(
        Succession(kind="split", on=date(2016, 4, 1), from_directorate=children, to_service=service),
        "to another of its kind",
    )
    refused(
        Succession(kind="rename", on=date(2016, 4, 1), from_directorate=children, to_directorate=children),
        "does not succeed itself",
    )
    refused(
        Succession(kind="merge", on=date(2017, 4, 1), from_directorate=children, to_directorate=young),
        "already recorded",
    )


def test_two_corporate_plan_areas_of_one_name_are_refused():
    CorporatePlanArea.objects.create(slug="env", name="Environment")
    refused(CorporatePlanArea(slug="env-2", name="Environment"), "already exists")


def test_a_post_of_an_unknown_kind_is_refused():
    refused(Post(code="x", title="X", kind="mayor"), "Choose one of the kinds|not a valid choice")


def test_a_holding_that_ends_before_it_starts_is_refused(post):
    user = get_user_model().objects.create_user("a@council.example", "A")
    refused(
        Holding(post=post, user=user, from_date=date(2016, 4, 2), to_date=date(2016, 4, 1)),
        "not before its first day",
    )


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        (date(2016, 3, 31), False),
        (date(2016, 4, 1), True),
        (date(2016, 9, 30), True),
        (date(2016, 10, 1), False),
    ],
)
def test_a_holding_is_in_force_from_its_first_day_to_its_last(post, day, in_force):
    user = get_user_model().objects.create_user("a@council.example", "A")
    Holding.objects.create(post=post, user=user, from_date=date(2016, 4, 1), to_date=date(2016, 9, 30))
    assert Holding.objects.in_force(day).exists() is in_force


def test_an_account_that_held_a_post_cannot_be_deleted(post):
    user = get_user_model().objects.create_user("a@council.example", "A")
    Holding.objects.create(post=post, user=user, from_date=date(2016, 4, 1))
    with pytest.raises(IntegrityError):
        user.delete()
