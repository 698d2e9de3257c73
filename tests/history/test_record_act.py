"""An act is written with what it changed, all or nothing."""

import pytest
from django.db import IntegrityError, transaction

from futurefit.council.models import CorporatePlanArea, Directorate
from futurefit.history.models import Act, ActSubject
from futurefit.history.reads import acts_about
from futurefit.history.services import ActsDoNotMix, record_act

pytestmark = pytest.mark.django_db


def test_rows_saved_inside_an_act_carry_its_id_and_its_time(officer, month_7, adults):
    with record_act(actor=officer, verb="council.renamed", sentence="Renamed adults.", at=month_7) as act:
        adults.name = "Adults"
        adults.save()

    row = adults.history.first()
    assert (row.act_id, row.history_date, row.name) == (act.pk, month_7, "Adults")
    assert (act.actor_name, act.actor_user_id, act.post_title) == ("A. Counter", 7, "Finance officer")


def test_rows_saved_outside_an_act_carry_none():
    area = CorporatePlanArea.objects.create(slug="env", name="Environment")
    assert area.history.get().act is None


def test_rows_saved_after_an_act_are_not_filed_under_it(officer, adults):
    with record_act(actor=officer, verb="council.seen", sentence="Saw it."):
        pass
    adults.save()
    assert adults.history.first().act is None


def test_an_act_that_fails_leaves_neither_act_nor_change(officer, adults):
    with pytest.raises(IntegrityError), record_act(actor=officer, verb="council.broken", sentence="Broke it."):
        adults.name = "Changed"
        adults.save()
        Directorate.objects.create(code="DASH", slug="again", name="The same code again")

    adults.refresh_from_db()
    assert adults.name == "Adult Services and Health"
    assert not Act.objects.filter(verb="council.broken").exists()


def test_after_a_failed_act_the_next_one_is_its_own(officer, other):
    with pytest.raises(ZeroDivisionError), record_act(actor=officer, verb="x.broken", sentence="Broke."):
        raise ZeroDivisionError
    with record_act(actor=other, verb="x.whole", sentence="Whole.") as act:
        area = CorporatePlanArea.objects.create(slug="env", name="Environment")
    assert area.history.get().act == act
    assert Act.objects.get() == act


def test_a_service_called_inside_an_act_joins_it_and_adds_its_subjects(officer, adults):
    with record_act(actor=officer, verb="savings.outer", sentence="The whole act.") as outer:  # noqa: SIM117
        with record_act(actor=officer, verb="council.inner", sentence="A part of it.", about=(adults,)) as inner:
            adults.save()

    assert inner == outer
    assert Act.objects.get(verb__startswith="savings.").sentence == "The whole act."
    assert not Act.objects.filter(verb="council.inner").exists()
    assert list(acts_about(adults)) == [outer]


def test_an_act_inside_somebody_elses_is_refused(officer, other):
    with (
        pytest.raises(ActsDoNotMix, match="one actor"),
        record_act(actor=officer, verb="a.outer", sentence="Outer."),
        record_act(actor=other, verb="a.inner", sentence="Inner."),
    ):
        pass
    assert not Act.objects.exists()


def test_an_act_inside_one_at_another_time_is_refused(officer, month_7, month_8):
    with (
        pytest.raises(ActsDoNotMix, match="one time"),
        record_act(actor=officer, verb="a.outer", sentence="Outer.", at=month_7),
        record_act(actor=officer, verb="a.inner", sentence="Inner.", at=month_8),
    ):
        pass


def test_an_act_without_a_sentence_is_refused_by_the_database(officer):
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        record_act(actor=officer, verb="a.silent", sentence=""),
    ):
        pass


def test_a_subject_named_twice_is_kept_once_with_its_label_of_then(officer, adults):
    with record_act(actor=officer, verb="a.b", sentence="Did it.", about=(adults, adults)) as act:
        act.add_subject(adults)
    adults.name = "Another name"
    adults.save()
    assert list(ActSubject.objects.values_list("kind", "object_id", "label")) == [
        ("council.directorate", adults.pk, "Adult Services and Health")
    ]


def test_naming_two_hundred_subjects_takes_as_many_queries_as_naming_two(officer, django_assert_num_queries):
    areas = [CorporatePlanArea.objects.create(slug=f"a{i}", name=f"Area {i}") for i in range(200)]
    for some in (areas[:2], areas):
        with record_act(actor=officer, verb="a.b", sentence="Did it.") as act, django_assert_num_queries(1):
            act.add_subjects(some)
    assert act.subjects.count() == 200
