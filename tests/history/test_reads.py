"""How things stood at a moment, and what an act changed, in plain words."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from futurefit.council.models import CorporatePlanArea, Directorate, DirectorateGroup, Post, PostKind
from futurefit.history.models import Act
from futurefit.history.reads import NOT_STATED, acts_about, as_at, changes_of, count_rows_of
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked

pytestmark = pytest.mark.django_db


def name_it(directorate, name, officer, at):
    with record_act(actor=officer, verb="council.renamed", sentence=f"Renamed to {name}.", at=at, about=(directorate,)):
        directorate.name = name
        directorate.save()


def test_a_row_reads_as_it_stood_at_each_moment(officer, adults, month_7, month_8):
    name_it(adults, "Second name", officer, month_7)
    name_it(adults, "Third name", officer, month_8)

    def stood(moment):
        return [d.name for d in as_at(Directorate, moment)]

    assert stood(datetime(2014, 12, 31, tzinfo=UTC)) == []
    assert stood(datetime(2015, 11, 19, 9, 59, tzinfo=UTC)) == ["Adult Services and Health"]
    assert stood(month_7) == ["Second name"]
    assert stood(month_8) == ["Third name"]


def test_of_two_saves_in_one_act_the_later_is_how_it_stood(officer, adults, month_7):
    with record_act(actor=officer, verb="a.c", sentence="Twice.", at=month_7):
        adults.name = "Half-way"
        adults.save()
        adults.name = "In the end"
        adults.save()
    assert [d.name for d in as_at(Directorate, month_7)] == ["In the end"]


def test_a_removed_row_is_not_there_any_more_but_was(officer, month_7, month_8):
    with record_act(actor=officer, verb="a.b", sentence="Added.", at=month_7):
        area = CorporatePlanArea.objects.create(slug="env", name="Environment")
    with record_act(actor=officer, verb="a.d", sentence="Removed.", at=month_8):
        area.delete()
    assert as_at(CorporatePlanArea, month_7).count() == 1
    assert as_at(CorporatePlanArea, month_8).count() == 0


def test_rows_as_they_stood_filter_by_the_values_of_then(officer, adults, month_7, month_8):
    name_it(adults, "Second name", officer, month_7)
    name_it(adults, "Third name", officer, month_8)
    assert as_at(Directorate, month_7).filter(name="Second name").count() == 1
    assert as_at(Directorate, month_8).filter(name="Second name").count() == 0
    assert as_at(Directorate, month_7).get(pk=adults.pk).name == "Second name"


def test_a_model_without_history_cannot_be_read_as_it_stood(month_7):
    with pytest.raises(LookupError, match="not tracked"):
        as_at(Act, month_7)


def test_an_objects_acts_are_those_that_name_it_newest_first(officer, adults, month_7, month_8):
    other = Directorate.objects.create(code="BEC", slug="bec", name="Business")
    name_it(adults, "Second", officer, month_7)
    name_it(other, "Elsewhere", officer, month_7)
    name_it(adults, "Third", officer, month_8)
    assert [act.sentence for act in acts_about(adults)] == ["Renamed to Third.", "Renamed to Second."]


def test_a_subject_of_another_kind_with_the_same_number_is_another_object(officer, adults):
    area = CorporatePlanArea.objects.create(pk=adults.pk, slug="env", name="Environment")
    with record_act(actor=officer, verb="a.b", sentence="About the area.", about=(area,)):
        pass
    assert list(acts_about(adults)) == []


def test_changes_name_the_row_the_field_and_both_values_in_words(officer, adults):
    group = DirectorateGroup.objects.create(code="X", slug="x", name="Commercial, Finance and Chief Executive")
    with record_act(actor=officer, verb="a.c", sentence="Regrouped.") as act:
        adults.group = group
        adults.is_cross_council = True
        adults.ends_on = date(2016, 3, 31)
        adults.save()

    (change,) = changes_of(act)
    assert (change.kind, change.kind_name, change.label, change.how) == (
        "council.directorate",
        "directorate",
        "Adult Services and Health",
        "changed",
    )
    assert [(f.name, f.was, f.became) for f in change.fields] == [
        ("group", NOT_STATED, "Commercial, Finance and Chief Executive"),
        ("cross council", "no", "yes"),
        ("last day", NOT_STATED, "31 March 2016"),
    ]


def test_choices_read_as_their_labels(officer):
    with record_act(actor=officer, verb="a.b", sentence="Added.") as act:
        Post.objects.create(code="s151", title="Chief Financial Officer", kind=PostKind.HEAD_OF_FINANCE)
    (change,) = changes_of(act)
    assert change.how == "added"
    assert {f.name: f.became for f in change.fields}["kind"] == "Head of finance"


def test_a_save_that_changed_nothing_is_no_change(officer, adults):
    with record_act(actor=officer, verb="a.c", sentence="Looked.") as act:
        adults.save()
    assert changes_of(act) == []
    assert count_rows_of(act) == 1


def test_the_changes_of_two_rows_and_of_two_hundred_take_the_same_queries(officer):
    counts = []
    for how_many in (2, 200):
        with record_act(actor=officer, verb="a.b", sentence="Added.") as act:
            bulk_create_tracked(
                CorporatePlanArea,
                [CorporatePlanArea(slug=f"{how_many}-{i}", name=f"{how_many} {i}") for i in range(how_many)],
            )
        with CaptureQueriesContext(connection) as queries:
            assert len(changes_of(act)) == how_many
        counts.append(len(queries))
    assert counts[0] == counts[1]
