"""Every write to a tracked row leaves a copy of it, one by one or in bulk."""

import pytest

from futurefit.council.models import CorporatePlanArea, Directorate
from futurefit.history.models import ActSubject
from futurefit.history.services import record_act
from futurefit.history.tracking import (
    all_history_models,
    all_tracked_models,
    bulk_create_tracked,
    bulk_delete_tracked,
    bulk_update_tracked,
    history_model,
)

pytestmark = pytest.mark.django_db


def areas(how_many: int) -> list[CorporatePlanArea]:
    return [CorporatePlanArea(slug=f"area-{i}", name=f"Area {i}", order=i) for i in range(how_many)]


def test_bulk_created_rows_come_back_with_ids_and_leave_copies_under_the_act(officer, month_7):
    with record_act(actor=officer, verb="a.b", sentence="Added three.", at=month_7) as act:
        made = bulk_create_tracked(CorporatePlanArea, areas(3))

    copies = history_model(CorporatePlanArea)._default_manager.order_by("history_id")
    assert [(c.id, c.slug, c.history_type, c.act_id, c.history_date) for c in copies] == [
        (made[i].pk, f"area-{i}", "+", act.pk, month_7) for i in range(3)
    ]


def test_bulk_updated_rows_leave_copies_as_they_now_stand(officer, month_7, month_8):
    with record_act(actor=officer, verb="a.b", sentence="Added.", at=month_7):
        made = bulk_create_tracked(CorporatePlanArea, areas(2))
    for area in made:
        area.name = area.name.upper()
    with record_act(actor=officer, verb="a.c", sentence="Changed.", at=month_8) as act:
        assert bulk_update_tracked(CorporatePlanArea, made, ["name"]) == 2

    assert sorted(CorporatePlanArea.objects.values_list("name", flat=True)) == ["AREA 0", "AREA 1"]
    changed = history_model(CorporatePlanArea)._default_manager.filter(history_type="~").order_by("history_id")
    assert [(c.name, c.act_id, c.history_date) for c in changed] == [
        ("AREA 0", act.pk, month_8),
        ("AREA 1", act.pk, month_8),
    ]


def test_updating_no_rows_writes_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert bulk_update_tracked(CorporatePlanArea, [], ["name"]) == 0


def test_five_thousand_rows_fit_the_parameter_limit_of_the_database(officer):
    with record_act(actor=officer, verb="a.b", sentence="Added many."):
        made = bulk_create_tracked(CorporatePlanArea, areas(5_000))
        for area in made:
            area.order = 0
        bulk_update_tracked(CorporatePlanArea, made, ["order"])
    assert CorporatePlanArea.objects.filter(order=0).count() == 5_000
    assert history_model(CorporatePlanArea)._default_manager.count() == 10_000


def test_a_deleted_row_leaves_a_copy_that_says_so(officer):
    area = CorporatePlanArea.objects.create(slug="health", name="Health and Wellbeing")
    with record_act(actor=officer, verb="a.d", sentence="Removed it.") as act:
        area.delete()
    last = history_model(CorporatePlanArea)._default_manager.order_by("history_id").last()
    assert (last.history_type, last.name, last.act_id) == ("-", "Health and Wellbeing", act.pk)


def test_bulk_deleted_rows_leave_a_last_copy_each_whatever_their_number(officer, django_assert_num_queries):
    with record_act(actor=officer, verb="a.b", sentence="Added."):
        made = bulk_create_tracked(CorporatePlanArea, areas(3))
    with record_act(actor=officer, verb="a.d", sentence="Removed two.") as act:
        assert bulk_delete_tracked(CorporatePlanArea, made[:2]) == 2
    assert list(CorporatePlanArea.objects.values_list("slug", flat=True)) == ["area-2"]
    removed = history_model(CorporatePlanArea)._default_manager.filter(history_type="-").order_by("history_id")
    assert [(copy.id, copy.name, copy.act_id) for copy in removed] == [
        (area.pk, area.name, act.pk) for area in made[:2]
    ]
    with django_assert_num_queries(0):
        assert bulk_delete_tracked(CorporatePlanArea, []) == 0
    with pytest.raises(LookupError, match="not tracked"):
        bulk_delete_tracked(ActSubject, [])


def test_bulk_writes_to_a_model_without_history_are_refused():
    with pytest.raises(LookupError, match="not tracked"):
        bulk_create_tracked(ActSubject, [])
    with pytest.raises(LookupError, match="not tracked"):
        bulk_update_tracked(ActSubject, [], ["label"])


def test_the_registry_pairs_every_tracked_model_with_its_history():
    assert Directorate in all_tracked_models()
    assert {history_model(model) for model in all_tracked_models()} == set(all_history_models())
