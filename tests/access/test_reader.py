"""What a reader's posts give them, worked out once a request."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from futurefit.access.reader import NOBODY, HeldPost, Reader, reader_of
from futurefit.access.today import today
from futurefit.council.models import (
    Directorate,
    Holding,
    Post,
    PostDirectorate,
    PostKind,
    PostService,
    Service,
)

pytestmark = pytest.mark.django_db

DAY = date(2016, 5, 20)


@pytest.fixture
def children() -> Directorate:
    return Directorate.objects.create(code="ChS", slug="children", name="Children's Services")


@pytest.fixture
def services(children) -> list[Service]:
    return [Service.objects.create(code=f"s{i}", name=f"Service {i}", directorate=children) for i in range(3)]


def own(user, services) -> None:
    for service in services:
        PostService.objects.create(post=user.holdings.get().post, service=service)


def test_nobody_signed_in_reads_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        reader = reader_of(AnonymousUser())
    assert reader == NOBODY
    assert (reader.is_signed_in, reader.sees_everything, reader.post_ids) == (False, False, frozenset())


def test_a_head_of_service_has_own_services_and_does_not_see_everything(user_with, services):
    user = user_with(PostKind.HEAD_OF_SERVICE)
    own(user, services[:2])
    reader = reader_of(user, DAY)
    assert reader.own_service_ids == {services[0].pk, services[1].pk}
    assert reader.own_directorate_ids == frozenset()
    assert not reader.sees_everything
    assert reader.post_ids == {user.holdings.get().post_id}


def test_a_service_manager_has_the_same_as_a_head_of_service(user_with, services):
    user = user_with(PostKind.SERVICE_MANAGER)
    own(user, services[:1])
    assert reader_of(user, DAY).own_service_ids == {services[0].pk}


def test_services_named_on_another_kind_of_post_give_nothing(user_with, services):
    user = user_with(PostKind.DIRECTOR)
    own(user, services)
    assert reader_of(user, DAY).own_service_ids == frozenset()


def test_a_director_has_the_own_directorate_and_does_not_see_everything(user_with, children):
    user = user_with(PostKind.DIRECTOR)
    Post.objects.filter(holdings__user=user).update(directorate=children)
    reader = reader_of(user, DAY)
    assert reader.own_directorate_ids == {children.pk}
    assert not reader.sees_everything


@pytest.mark.parametrize(
    "kind",
    [
        PostKind.FINANCE_OFFICER,
        PostKind.HEAD_OF_FINANCE,
        PostKind.CABINET_MEMBER,
        PostKind.PROGRAMME_OFFICER,
        PostKind.AUDITOR,
        PostKind.CHIEF_EXECUTIVE,
    ],
)
def test_these_posts_see_everything(user_with, kind):
    assert reader_of(user_with(kind), DAY).sees_everything


def test_a_finance_officer_of_named_directorates_changes_only_those(user_with, children):
    user = user_with(PostKind.FINANCE_OFFICER)
    assert reader_of(user, DAY).finance_of_all_directorates
    PostDirectorate.objects.create(post=user.holdings.get().post, directorate=children)
    reader = reader_of(user, DAY)
    assert not reader.finance_of_all_directorates
    assert reader.finance_directorate_ids == {children.pk}


def test_an_auditor_changes_no_directorate(user_with):
    reader = reader_of(user_with(PostKind.AUDITOR), DAY)
    assert not reader.finance_of_all_directorates
    assert reader.finance_directorate_ids == frozenset()


def test_only_holdings_in_force_count(user_with):
    user = user_with(PostKind.AUDITOR)
    Holding.objects.update(from_date=date(2016, 5, 21))
    assert not reader_of(user, DAY).has_any_post
    assert reader_of(user, date(2016, 5, 21)).has_any_post


def test_somebody_with_several_posts_has_the_union_and_the_header_says_how_many(user_with, services):
    user = user_with(PostKind.HEAD_OF_SERVICE, PostKind.AUDITOR, PostKind.CABINET_MEMBER)
    head = user.holdings.get(post__kind=PostKind.HEAD_OF_SERVICE).post
    PostService.objects.create(post=head, service=services[0])
    reader = reader_of(user, DAY)
    assert reader.kinds == {"head_of_service", "auditor", "cabinet_member"}
    assert reader.sees_everything
    assert reader.own_service_ids == {services[0].pk}
    assert reader.post_title == "Head of service and 2 more posts"


def test_a_post_acted_for_gives_its_rights_and_says_so(user_with):
    user = user_with(PostKind.HEAD_OF_FINANCE)
    Holding.objects.update(acting_for_holder=True)
    reader = reader_of(user, DAY)
    assert reader.has_post(PostKind.HEAD_OF_FINANCE)
    assert reader.post_title == "Acting: Head of finance"


def test_an_act_is_done_under_the_first_post_or_under_the_one_that_gives_the_right():
    auditor = HeldPost(id=1, code="a", title="Auditor", kind=PostKind.AUDITOR)
    finance = HeldPost(id=2, code="f", title="Finance officer, all", kind=PostKind.FINANCE_OFFICER)
    reader = Reader(user_id=9, name="R. Reader", held=(auditor, finance))
    assert (reader.actor.user_id, reader.actor.name, reader.actor.post_title) == (9, "R. Reader", "Auditor")
    assert reader.actor_as(PostKind.FINANCE_OFFICER).post_id == 2
    assert reader.actor_as(PostKind.DIRECTOR).post_id == 1


def test_ten_posts_take_as_many_queries_as_one(user_with, services, django_assert_num_queries):
    one = user_with(PostKind.HEAD_OF_SERVICE, email="one@council.example")
    own(one, services)
    many = user_with(*PostKind, email="many@council.example")
    for user in (one, many):
        with django_assert_num_queries(1):
            reader = reader_of(user, DAY)
            assert reader.own_service_ids is not None


def test_today_is_the_closed_period_shown_else_the_setting_else_the_clock(settings, time_machine):
    settings.TODAY = date(2016, 5, 20)
    assert today(date(2015, 10, 31)) == date(2015, 10, 31)
    assert today() == date(2016, 5, 20)
    settings.TODAY = None
    time_machine.move_to("2026-06-30T23:30:00+00:00", tick=False)
    assert today() == date(2026, 7, 1), "half past midnight in British summer time"
