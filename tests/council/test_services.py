"""Writing the council's own rows: each write is an act, and says what is wrong with a bad one."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from futurefit.council.models import Directorate, Holding, Post, PostKind
from futurefit.council.services import (
    create_corporate_plan_area,
    create_directorate,
    create_directorate_group,
    create_post,
    create_service,
    end_holding,
    give_post,
    set_directorate_name,
    set_service_name,
)
from futurefit.history.actors import Actor
from futurefit.history.models import Act
from futurefit.history.reads import acts_about
from futurefit.history.services import record_act

pytestmark = pytest.mark.django_db

OFFICER = Actor(user_id=1, name="C. Office", post_id=2, post_title="Programme officer")


@pytest.fixture
def children() -> Directorate:
    return create_directorate(actor=OFFICER, code="ChS", slug="children", name="Children's Services", order=2)


@pytest.fixture
def post() -> Post:
    return create_post(actor=OFFICER, code="head-hr", title="Head of HR", kind=PostKind.HEAD_OF_SERVICE)


@pytest.fixture
def users():
    return [get_user_model().objects.create_user(f"{key}@council.example", key.upper()) for key in "ab"]


def test_a_created_directorate_has_an_act_of_its_own(children):
    assert [act.sentence for act in acts_about(children)] == ["Added the directorate Children's Services."]
    assert children.history.get().act == Act.objects.get()


def test_a_directorate_with_a_taken_code_is_refused_and_leaves_no_act(children):
    with pytest.raises(ValidationError, match="already exists"):
        create_directorate(actor=OFFICER, code="ChS", slug="again", name="Again")
    assert Act.objects.count() == 1


def test_a_service_is_filed_under_its_directorate_too(children):
    service = create_service(actor=OFFICER, code="chs-placements", name="Placements", directorate=children)
    assert acts_about(children).first() == acts_about(service).get()


def test_a_service_without_directorate_or_group_is_refused():
    with pytest.raises(ValidationError, match="one directorate, or to one directorate group"):
        create_service(actor=OFFICER, code="x", name="Nobody's")


def test_a_post_is_created_with_what_is_its_own(children):
    group = create_directorate_group(actor=OFFICER, code="C/F", slug="c-f", name="Commercial and Finance")
    own = [
        create_service(actor=OFFICER, code="a", name="Placements", directorate=children),
        create_service(actor=OFFICER, code="b", name="Legal", group=group),
    ]
    post = create_post(
        actor=OFFICER,
        code="finance-children",
        title="Finance officer, children",
        kind=PostKind.FINANCE_OFFICER,
        services=own,
        directorates=[children],
    )
    assert set(post.services.all()) == set(own)
    assert list(post.directorates.all()) == [children]
    assert {row.history.get().act.verb for row in post.post_services.all()} == {"council.post_created"}


def test_a_corporate_plan_area_is_created_with_its_act():
    area = create_corporate_plan_area(actor=OFFICER, slug="env", name="Environment", order=2)
    assert acts_about(area).get().verb == "council.area_created"


def test_giving_a_post_says_to_whom_and_from_when(post, users):
    holding = give_post(actor=OFFICER, post=post, user=users[0], from_date=date(2016, 4, 1))
    assert holding.history.get().act.sentence == "Let A hold the post Head of HR from 1 April 2016."


def test_a_post_has_one_holder_at_a_time(post, users):
    give_post(actor=OFFICER, post=post, user=users[0], from_date=date(2016, 4, 1), to_date=date(2016, 9, 30))
    with pytest.raises(ValidationError, match="A holds Head of HR from 1 April 2016 to 30 September 2016"):
        give_post(actor=OFFICER, post=post, user=users[1], from_date=date(2016, 9, 30))
    give_post(actor=OFFICER, post=post, user=users[1], from_date=date(2016, 10, 1))
    assert Holding.objects.count() == 2


def test_somebody_may_act_for_the_holder_meanwhile(post, users):
    give_post(actor=OFFICER, post=post, user=users[0], from_date=date(2016, 4, 1))
    acting = give_post(actor=OFFICER, post=post, user=users[1], from_date=date(2016, 5, 1), acting_for_holder=True)
    assert acting.history.get().act.sentence == "Let B act for the holder of the post Head of HR from 1 May 2016."


def test_a_holding_ends_on_its_last_day_and_not_before_its_first(post, users):
    holding = give_post(actor=OFFICER, post=post, user=users[0], from_date=date(2016, 4, 1))
    with pytest.raises(ValidationError, match="not before its first day"):
        end_holding(actor=OFFICER, holding=holding, on=date(2016, 3, 31))
    assert end_holding(actor=OFFICER, holding=holding, on=date(2016, 6, 30)).to_date == date(2016, 6, 30)
    assert acts_about(post).first().sentence == "Ended A's holding of the post Head of HR on 30 June 2016."


def test_a_new_name_is_written_inside_the_act_that_rewrites_the_lines(children):
    service = create_service(actor=OFFICER, code="a", name="Placements", directorate=children)
    with record_act(actor=OFFICER, verb="savings.directorate_renamed", sentence="Renamed.") as act:
        set_directorate_name(children, "Children, Families and Communities")
        set_service_name(service, "Placements and adoption")
    assert {children.history.first().act, service.history.first().act} == {act}
    assert (children.code, children.slug, service.code) == ("ChS", "children", "a")


def test_an_empty_name_is_refused(children):
    with pytest.raises(ValidationError, match="cannot be blank"):
        set_directorate_name(children, "")
