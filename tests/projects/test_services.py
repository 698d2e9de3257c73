"""Every write to a pro-forma: what it leaves, what it refuses, and that nothing changed leaves nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from futurefit.history.as_opened import digest_of
from futurefit.history.models import Act
from futurefit.history.tracking import history_model
from futurefit.ui.editing import TypedRow
from projects.models import BaseBudgetRow, EqualityImpact, FteImpact, Investment, Milestone, Project, ProjectPost
from projects.services.delivery import save_measures, save_milestones
from projects.services.projects import (
    TEXTS,
    change_stage,
    create_project,
    save_equality,
    save_people,
    save_texts,
)
from projects.services.resources import digest_of_fte, save_base_budget, save_fte, save_investments
from projects.services.rows import rows_of
from risks.models import Dependency, Risk
from risks.services import save_dependencies, save_risks
from savings.models import LineInPeriod
from savings.services.project_facts import change_facts
from tests import factories
from tests.factories import TESTS

pytestmark = pytest.mark.django_db

TODAY = date(2016, 5, 20)


@pytest.fixture
def project() -> Project:
    return factories.ProjectFactory(title="Parking", stage="idea", stage_since=date(2016, 1, 1))


def acts() -> list[tuple[str, str]]:
    return list(Act.objects.order_by("pk").values_list("verb", "sentence"))


def stands(model, project, *names):
    return list(rows_of(model, project).values_list(*names))


# Making a project ---------------------------------------------------------------------------------------------------


def test_a_project_is_an_idea_with_a_code_of_its_own():
    programme = factories.ProgrammeFactory()
    made = [
        create_project(actor=TESTS, programme=programme, kind="project", title=" Home care ", on=TODAY) for _ in "ab"
    ]
    assert [(each.code, each.title, each.stage, each.stage_since) for each in made] == [
        ("HC", "Home care", "idea", TODAY),
        ("HC-2", "Home care", "idea", TODAY),
    ]
    assert acts() == [("projects.project_created", "Made the project Home care.")] * 2
    assert Act.objects.about(made[0]).count() == 1


def test_a_workstream_needs_a_theme_and_a_service_its_directorate():
    programme = factories.ProgrammeFactory()
    with pytest.raises(ValidationError, match="a workstream belongs to a theme"):
        create_project(actor=TESTS, programme=programme, kind="workstream", title="One", on=TODAY)
    service = factories.ServiceFactory()
    with pytest.raises(ValidationError, match=f"{service.name} is not one of"):
        create_project(
            actor=TESTS, programme=programme, kind="project", title="One", on=TODAY, service=service,
            directorate=factories.DirectorateFactory(),
        )  # fmt: skip
    with pytest.raises(ValidationError, match="another programme"):
        create_project(
            actor=TESTS, programme=programme, kind="project", title="One", on=TODAY, theme=factories.ThemeFactory()
        )
    assert not Project.objects.exists()
    assert acts() == []


# Facts --------------------------------------------------------------------------------------------------------------


def test_lines_follow_their_project_where_they_stood_in_its_own_place():
    closed = factories.ReportingPeriodFactory(label="2015/16 M06")
    old, new, other = (factories.ServiceFactory() for _ in range(3))
    project = factories.ProjectFactory(
        programme=closed.programme, title="Parking", service=old, directorate=old.directorate, saving_type="new"
    )
    frozen = factories.line(closed, project)
    factories.close(closed)
    period = factories.ReportingPeriodFactory(programme=closed.programme)
    own = factories.line(period, project, {2016: 100})
    elsewhere = factories.line(period, project, service=other, directorate=other.directorate, saving_type="faster")
    theme = factories.ThemeFactory(programme=period.programme)
    facts = {
        "title": "Car parks",
        "theme": theme,
        "service": new,
        "directorate": new.directorate,
        "saving_type": "further",
    }

    assert change_facts(actor=TESTS, project=project, facts=facts, reason="New home")

    def place(line):
        row = LineInPeriod.objects.get(pk=line.pk)
        return row.theme_id, row.directorate_id, row.service_id, row.saving_type, row.project_label, row.theme_label

    assert place(own) == (theme.pk, new.directorate_id, new.pk, "new", "Car parks", theme.name)
    assert place(elsewhere) == (theme.pk, other.directorate_id, other.pk, "faster", "Car parks", theme.name)
    assert place(frozen) == (None, old.directorate_id, old.pk, "new", "Parking", "")
    act = Act.objects.get()
    assert (act.verb, act.reason) == ("projects.project_moved", "New home")
    assert act.sentence == (
        f"Moved Parking to theme {theme}, directorate {new.directorate}, service {new}. "
        "Changed title, type of saving of Parking."
    )
    assert history_model(LineInPeriod).objects.filter(act=act).count() == 2


def test_type_and_area_of_lines_change_only_when_asked_and_only_where_they_were_the_project_s():
    period = factories.ReportingPeriodFactory()
    project = factories.ProjectFactory(programme=period.programme, saving_type="new")
    own, other = factories.line(period, project), factories.line(period, project, saving_type="faster")
    change_facts(actor=TESTS, project=project, facts={"saving_type": "further"})
    assert set(LineInPeriod.objects.values_list("pk", "saving_type")) == {(own.pk, "new"), (other.pk, "faster")}
    change_facts(actor=TESTS, project=project, facts={"saving_type": "new"})
    change_facts(actor=TESTS, project=project, facts={"saving_type": "cross_cutting"}, lines_too=True)
    assert set(LineInPeriod.objects.values_list("pk", "saving_type")) == {
        (own.pk, "cross_cutting"), (other.pk, "faster"),
    }  # fmt: skip


def test_facts_as_they_are_change_nothing_and_stale_ones_are_refused(project):
    assert not change_facts(actor=TESTS, project=project, facts={"title": "Parking", "theme": None})
    with pytest.raises(ValidationError) as refused:
        change_facts(actor=TESTS, project=project, facts={"title": "Mine"}, as_opened="stale")
    assert refused.value.code == "stale"
    with pytest.raises(KeyError):
        change_facts(actor=TESTS, project=project, facts={"stage": "closed"})
    with pytest.raises(ValidationError, match="not a block"):
        change_facts(
            actor=TESTS,
            project=project,
            facts={"current_block": factories.ProjectFactory(programme=project.programme)},
        )
    assert acts() == []


# Words, people, stage, equality -------------------------------------------------------------------------------------


def test_texts_are_saved_alone_and_somebody_else_s_save_is_noticed(project):
    opened = digest_of([project], TEXTS)
    assert save_texts(actor=TESTS, project=project, texts={"purpose": "- one\n- two"}, as_opened=opened)
    assert Project.objects.get(pk=project.pk).purpose == "- one\n- two"
    assert acts() == [("projects.texts_changed", "Wrote purpose of Parking.")]
    with pytest.raises(ValidationError) as refused:
        save_texts(actor=TESTS, project=project, texts={"purpose": "Mine"}, as_opened=opened)
    assert refused.value.code == "stale"
    change_facts(actor=TESTS, project=project, facts={"title": "Car parks"})
    now = digest_of([Project.objects.get(pk=project.pk)], TEXTS)
    assert save_texts(actor=TESTS, project=project, texts={"purpose": "Mine"}, as_opened=now), (
        "another part is no clash"
    )


def test_people_are_named_taken_away_and_put_in_order_and_leave_their_history(project):
    first, second = factories.PostFactory(), factories.PostFactory()
    save_people(actor=TESTS, project=project, people=[("cmr_lead", first), ("cmr_challenge", second)])
    assert save_people(actor=TESTS, project=project, people=[("cmr_challenge", second), ("cmr_lead", second)])
    assert stands(ProjectPost, project, "role", "post") == [("cmr_challenge", second.pk), ("cmr_lead", second.pk)]
    assert acts()[1] == ("projects.people_changed", "Changed the people of Parking: 1 named, 1 taken away.")
    assert history_model(ProjectPost).objects.filter(history_type="-").count() == 1
    assert not save_people(actor=TESTS, project=project, people=[("cmr_challenge", second), ("cmr_lead", second)])
    with pytest.raises(ValidationError, match="named twice as CMR lead"):
        save_people(actor=TESTS, project=project, people=[("cmr_lead", first), ("cmr_lead", first)])


def test_a_stage_is_taken_with_its_day_and_without_what_it_asks_for_with_a_reason(project):
    def step(stage, **more):
        return change_stage(actor=TESTS, project=project, stage=stage, today=TODAY, **{"since": None, **more})

    assert step("concept")
    with pytest.raises(ValidationError, match="something is missing for business case"):
        step("business_case", missing=["The purpose"])
    assert step("business_case", missing=["The purpose"], reason="Cabinet asked")
    with pytest.raises(ValidationError, match="goes back to idea"):
        step("idea")
    with pytest.raises(ValidationError, match="has not come yet"):
        step("in_delivery", since=date(2016, 5, 21))
    with pytest.raises(ValidationError, match="is before 20 May 2016"):
        step("in_delivery", since=date(2016, 5, 19))
    assert not step("business_case")
    stage = Project.objects.get(pk=project.pk)
    assert (stage.stage, stage.stage_since) == ("business_case", TODAY)
    assert list(Act.objects.order_by("pk").values_list("sentence", "reason")) == [
        ("Put Parking at the stage concept from 20 May 2016.", ""),
        ("Put Parking at the stage business case from 20 May 2016. Missing: The purpose.", "Cabinet asked"),
    ]


def test_equality_says_why_it_is_not_needed_and_when_it_was_done(project):
    def record(state, **more):
        return save_equality(actor=TESTS, of=project, state=state, today=TODAY, **more)

    for state, more, words in (
        ("not_needed", {}, "say why"),
        ("done", {}, "give the day"),
        ("done", {"done_on": date(2017, 1, 1)}, "has not come yet"),
        ("screening", {"done_on": TODAY}, "only an assessment that is done"),
        ("", {"reason": "Words"}, "choose how far it is"),
    ):
        with pytest.raises(ValidationError, match=words):
            record(state, **more)
    assert record("done", done_on=TODAY)
    assert not record("done", done_on=TODAY)
    assert record("")
    assert not EqualityImpact.objects.exists()
    assert history_model(EqualityImpact).objects.filter(history_type="-").count() == 1


# Rows ---------------------------------------------------------------------------------------------------------------


def milestone(id=None, title="Start", words="", **more) -> TypedRow:
    nothing = {"status": "outstanding", "completed_on": None, "written_on": None, "earliest": None, "latest": None}
    return TypedRow(id, {"title": title, "date_as_written": words, **nothing, **more})


def test_a_milestone_is_read_from_its_words_with_the_day_they_were_written(project):
    save_milestones(actor=TESTS, of=project, today=TODAY, typed=[milestone(words="Oct/Nov"), milestone()])
    first, second = rows_of(Milestone, project)
    assert (first.earliest, first.latest, first.written_on) == (date(2016, 10, 1), date(2016, 11, 30), TODAY)
    assert (first.kind, first.year_implied, second.earliest, second.kind) == ("range", True, None, "none")


def test_changed_words_count_as_written_today_and_dates_may_be_corrected_and_taken_back(project):
    row = factories.MilestoneFactory(programme=project.programme, project=project, title="Start", order=1)
    kept = {"status": "outstanding", "written_on": row.written_on}
    save = {"actor": TESTS, "of": project, "today": TODAY}
    assert not save_milestones(**save, typed=[milestone(row.pk, "Start", "March 2016", **kept)])
    save_milestones(**save, typed=[milestone(row.pk, "Start", "March", **kept)])
    row.refresh_from_db()
    assert (row.latest, row.written_on, row.version) == (date(2016, 3, 31), TODAY, 2)
    corrected = {"written_on": TODAY, "earliest": date(2017, 3, 1), "latest": date(2017, 3, 31)}
    save_milestones(**save, typed=[milestone(row.pk, "Start", "March", **corrected)])
    row.refresh_from_db()
    assert (row.corrected, row.year_implied, row.latest) == (True, False, date(2017, 3, 31))
    with pytest.raises(ValidationError, match="Milestone 1: The latest date must not be before the earliest"):
        save_milestones(
            **save, typed=[milestone(row.pk, "Start", "March", **{**corrected, "latest": date(2016, 1, 1)})]
        )
    save_milestones(**save, typed=[milestone(row.pk, "Start", "March", written_on=TODAY)])
    row.refresh_from_db()
    assert (row.corrected, row.year_implied, row.latest) == (False, True, date(2016, 3, 31))


def test_words_and_status_of_a_milestone_do_not_contradict_each_other(project):
    for words, more, refusal in (
        ("Completed July", {}, "say that it is done"),
        ("", {"completed_on": TODAY}, "Only a completed milestone"),
        ("", {"status": "completed", "completed_on": date(2016, 5, 21)}, "has not come yet"),
    ):
        with pytest.raises(ValidationError, match=refusal):
            save_milestones(actor=TESTS, of=project, today=TODAY, typed=[milestone(words=words, **more)])
    assert acts() == []


def test_rows_are_added_changed_moved_and_removed_as_one_act_with_their_history(project):
    def budget(id=None, label="Gross", amount=100, is_part=False):
        return TypedRow(id, {"label": label, "year": 2016, "amount": amount, "is_part": is_part, "note": ""})

    save_base_budget(actor=TESTS, project=project, typed=[budget(), budget(label="Fees", is_part=True)])
    gross, fees = rows_of(BaseBudgetRow, project)
    opened = digest_of([gross, fees])
    with pytest.raises(ValidationError, match="no row above"):
        save_base_budget(actor=TESTS, project=project, typed=[budget(fees.pk, "Fees", is_part=True)])
    typed = [budget(label="New", amount=-5), budget(fees.pk, "Fees", 70)]
    assert save_base_budget(actor=TESTS, project=project, typed=typed, as_opened=opened)
    assert stands(BaseBudgetRow, project, "label", "amount") == [("New", -5), ("Fees", 70)]
    assert acts()[1][1] == "Changed the base budget of Parking: 1 added, 1 changed, 1 removed."
    assert history_model(BaseBudgetRow).objects.filter(history_type="-", label="Gross").count() == 1
    with pytest.raises(ValidationError) as refused:
        save_base_budget(actor=TESTS, project=project, typed=typed, as_opened=opened)
    assert refused.value.code == "stale"
    with pytest.raises(ValidationError) as gone:
        save_base_budget(actor=TESTS, project=project, typed=[budget(gross.pk)])
    assert gone.value.code == "stale"
    assert len(acts()) == 2


def test_rows_in_another_order_are_only_put_in_order(project):
    rows = [TypedRow(None, {"name": name, "unit": "", "baseline": None, "target": None, "target_in_words": "",
                            "due_in_words": ""}) for name in "abc"]  # fmt: skip
    save_measures(actor=TESTS, of=project, typed=rows)
    ids = [row.pk for row in project.measures.all()]
    turned = [TypedRow(ids[at], rows[at].values) for at in (2, 0, 1)]
    assert save_measures(actor=TESTS, of=project, typed=turned)
    assert not save_measures(actor=TESTS, of=project, typed=turned)
    assert "".join(project.measures.values_list("name", flat=True)) == "cab"
    assert acts()[1][1] == "Changed the success measures of Parking: put in another order."


def test_an_investment_may_be_words_alone_and_is_never_below_nought(project):
    def investment(**more):
        nothing = {"year": None, "amount": None, "qualifier": "exact", "recurrence": "one_off", "standing": "estimate",
                   "funding_source": "", "as_printed": "", "note": ""}  # fmt: skip
        return [TypedRow(None, {"label": "Licences", **nothing, **more})]

    save_investments(actor=TESTS, of=project, typed=investment(as_printed="to be costed"))
    with pytest.raises(ValidationError, match="without a minus"):
        save_investments(actor=TESTS, of=project, typed=investment(amount=-1))
    assert stands(Investment, project, "label", "year", "amount", "as_printed") == [
        ("Licences", None, None, "to be costed")
    ]


def test_fte_is_set_by_year_and_emptied_again(project):
    opened = digest_of_fte(project, [])
    save_fte(actor=TESTS, project=project, current=Decimal("24.5"), impacts={2016: Decimal("-2.0"), 2017: None},
             as_opened=opened)  # fmt: skip
    assert list(FteImpact.objects.values_list("year", "fte")) == [(2016, Decimal("-2.0"))]
    assert not save_fte(actor=TESTS, project=project, current=Decimal("24.5"), impacts={2016: Decimal("-2.0")})
    assert save_fte(actor=TESTS, project=project, current=None, impacts={2016: None})
    assert not FteImpact.objects.exists()
    with pytest.raises(ValidationError) as refused:
        save_fte(actor=TESTS, project=project, current=Decimal(1), impacts={}, as_opened="stale")
    assert refused.value.code == "stale"


def risk(**more) -> TypedRow:
    nothing = {"category": "financial", "mitigation": "", "owner": None, "review_on": None, "status": "open"}
    scores = {f"{when}_{what}": None for when in ("inherent", "current", "target") for what in ("likelihood", "impact")}
    return TypedRow(None, {"description": "It rains", **nothing, **scores, **more})


def test_risks_get_codes_and_scores_are_whole_and_on_the_scale(project):
    factories.RiskFactory(programme=project.programme, code="R007")
    save_risks(actor=TESTS, of=project, typed=[risk(), risk(current_likelihood=4, current_impact=5)])
    assert [(row.code, row.current_score) for row in rows_of(Risk, project)] == [("R008", None), ("R009", 20)]
    with pytest.raises(ValidationError, match="Risk 1: Likelihood and impact now: choose both, or neither"):
        save_risks(actor=TESTS, of=project, typed=[risk(current_likelihood=4)])
    with pytest.raises(ValidationError, match="6 is not on the scale of 1 to 5"):
        save_risks(actor=TESTS, of=project, typed=[risk(target_likelihood=6, target_impact=1)])
    assert len(acts()) == 1


def test_a_dependency_leads_to_one_thing_and_never_to_itself(project):
    def needs(**more):
        nothing = {"kind": "needs", "to_theme": None, "to_project": None, "to_body": "", "description": ""}
        return [TypedRow(None, {**nothing, **more})]

    save_dependencies(actor=TESTS, of=project, typed=needs(to_body="The health service"))
    assert [str(row) for row in Dependency.objects.all()] == ["Parking needs The health service"]
    for more in ({}, {"to_body": "Both", "to_project": project}, {"to_project": project}):
        with pytest.raises(ValidationError, match="On what"):
            save_dependencies(actor=TESTS, of=project, typed=needs(**more))
