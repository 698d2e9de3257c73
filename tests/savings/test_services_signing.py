"""Signing a version of a pro-forma: what is signed, what begins a new version, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from futurefit.council.models import PostKind
from futurefit.history.models import Act
from projects.models import FteImpact, Investment, ProjectPost, Signature
from savings.models import Position
from savings.permissions import posts_to_sign
from savings.services.signing import forms_of, sign
from savings.signed_form import as_written, standing
from tests import factories as f

pytestmark = pytest.mark.django_db
Role = Signature.Role
DAY = date(2015, 8, 27)


@pytest.fixture
def plan():
    return f.small_programme(projects=1)


@pytest.fixture
def cast(plan):
    return plan.cast()


def signs(user, project, role=Role.DIRECTOR, **more):
    return sign(actor=f.actor(user), project=project, role=role, on=DAY, **more)


def stands(plan):
    project = plan.projects[0]
    form = forms_of(plan.period, [project])[project.pk]
    return standing(Signature.objects.filter(project=project), form), form


def change(plan, year=2016, **values):
    row = Position.objects.get(line_in_period=plan.lines[0], year=year)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def test_a_signature_keeps_the_figures_the_post_and_the_name_as_text(plan, cast):
    project = plan.projects[0]
    project.current_fte = "24.5"
    project.save()
    FteImpact.objects.create(project=project, year=2016, fte=-2)
    f.InvestmentFactory(theme=None, project=project, label="Software", amount=40_000, recurrence="one_off")
    made = signs(cast.director, project)
    assert (made.form_version, made.signed_amount, made.signed_on) == (1, 150_000, DAY)
    assert made.holder_name == cast.director.name
    assert [(each.what, each.year, each.value) for each in as_written(made.signed)] == [
        ("amount", 2016, 100_000),
        ("amount", 2017, 50_000),
        ("investment", 2016, 40_000),
        ("fte", None, "24.5"),
        ("fte", 2016, "-2.0"),
    ]
    act = Act.objects.get(verb="savings.signed")
    assert act.sentence == f"Signed version 1 of {project.title} as director: £150,000 proposed."


def test_three_posts_sign_one_version_and_nobody_signs_it_twice(plan, cast):
    project = plan.projects[0]
    for role, user in (
        ("head_of_service", cast.head),
        ("director", cast.director),
        ("head_of_finance", cast.head_of_finance),
    ):
        assert signs(user, project, role).form_version == 1
    for role, user in (("director", cast.head), ("head_of_service", cast.director), ("director", cast.chief_executive)):
        with pytest.raises(ValidationError, match="already"):
            signs(user, project, role)
    assert Signature.objects.count() == 3


def test_another_rating_or_text_is_no_new_version(plan, cast):
    project = plan.projects[0]
    signs(cast.director, project)
    change(plan, red=60_000, on_target=0, amber=0)
    project.purpose, project.stage = "Another purpose.", "business_case"
    project.save()
    found, _form = stands(plan)
    assert found.changes == ()
    assert set(found.signed) == {"director"}
    assert signs(cast.head, project, "head_of_service").form_version == 1


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (lambda plan: change(plan, target=120_000), ("amount", "£100,000", "£120,000")),
        (lambda plan: change(plan, target=100_001), ("amount", "£100,000", "£100,001")),
        (lambda plan: change(plan, year=2017, target=-50_000), ("amount", "£50,000", "−£50,000")),
        (lambda plan: f.position(plan.lines[0], None, 7_000), ("amount", "not there", "£7,000")),
        (lambda plan: Position.objects.filter(year=2017).delete(),
         ("amount", "£50,000", "not there any more")),
        (lambda plan: f.InvestmentFactory(theme=None, project=plan.projects[0]),
         ("investment", "not there", "£50,000")),
        (lambda plan: FteImpact.objects.create(project=plan.projects[0], year=2017, fte="1.5"),
         ("fte", "not there", "+1.5 FTE")),
    ],
)  # fmt: skip
def test_another_amount_investment_or_fte_begins_the_next_version(plan, cast, what, told):
    signs(cast.director, plan.projects[0])
    what(plan)
    found, _form = stands(plan)
    assert [(each.entry.what, each.was_said, each.now_said) for each in found.changes] == [told]
    assert (found.number, dict(found.signed)) == (2, {})
    assert signs(cast.director, plan.projects[0]).form_version == 2, "the next version is signed by the same post again"


def test_figures_that_come_back_to_what_was_signed_are_that_version_again(plan, cast):
    signs(cast.director, plan.projects[0])
    change(plan, target=120_000)
    change(plan, target=100_000)
    found, _form = stands(plan)
    assert (found.number, set(found.signed)) == (1, {"director"})


def test_an_approval_is_no_change_of_what_was_signed_and_a_changed_approved_amount_is(plan, cast):
    project = plan.projects[0]
    signs(cast.director, project)
    change(plan, approved=True, original=100_000)
    found, form = stands(plan)
    assert (found.number, found.changes, form.total) == (1, (), 50_000)
    assert signs(cast.head, project, "head_of_service").signed_amount == 150_000, "the same version, as it was signed"
    change(plan, target=80_000)
    assert [(each.was_said, each.now_said) for each in stands(plan)[0].changes] == [("£100,000", "£80,000")]


def test_signing_on_top_of_a_change_is_refused_as_stale_and_writes_nothing(plan, cast):
    project = plan.projects[0]
    opened = stands(plan)[1].digest
    change(plan, target=120_000)
    with pytest.raises(ValidationError) as refused:
        signs(cast.director, project, as_opened=opened)
    assert refused.value.error_list[0].code == "stale"
    assert not Signature.objects.exists()
    assert signs(cast.director, project, as_opened=stands(plan)[1].digest).signed_amount == 170_000


def test_nothing_to_sign_no_pro_forma_and_no_open_period_are_refused(plan, cast):
    bare = f.ProjectFactory(programme=plan.programme)
    with pytest.raises(ValidationError, match="Nothing stands on the pro-forma"):
        signs(cast.director, bare)
    block = f.ProjectFactory(programme=plan.programme, kind="block")
    with pytest.raises(ValidationError, match="has no pro-forma to be signed"):
        signs(cast.director, block)
    plan.period.closed_at = plan.period.opened_at
    plan.period.save()
    with pytest.raises(ValidationError, match="No reporting period is open"):
        signs(cast.director, plan.projects[0])


def test_the_history_says_what_changed_since_the_version_before(plan, cast):
    signs(cast.director, plan.projects[0])
    change(plan, target=120_000)
    signs(cast.director, plan.projects[0])
    code = plan.lines[0].line.code
    assert (
        Act.objects.filter(verb="savings.signed")
        .latest("pk")
        .sentence.endswith(
            f"£170,000 proposed. Since version 1: {code} {plan.lines[0].title}, 2016/17 from £100,000 to £120,000."
        )
    )


def test_who_signs_in_which_role(plan, cast):
    project = plan.projects[0]

    def roles(user):
        return set(posts_to_sign(f.reader(user), project, ProjectPost.objects.filter(project=project)))

    assert roles(cast.head) == {"head_of_service"}, "no lead is named: the head of its service"
    assert roles(cast.director) == {"director"}
    assert roles(cast.head_of_finance) == {"head_of_finance"}
    assert not any(roles(user) for user in (cast.other_head, cast.chief_executive, cast.finance, cast.cabinet,
                                            cast.programme_officer, cast.auditor, cast.stranger))  # fmt: skip
    lead = f.head_of_service(leads=[project])
    assert roles(lead) == {"head_of_service"}
    assert roles(cast.head) == set(), "a lead is named, and it is another"
    elsewhere = f.holder(PostKind.DIRECTOR, directorate=plan.directorates[1], leads=[project])
    assert roles(elsewhere) == {"director"}, "their post leads it"


def test_the_forms_of_many_projects_take_three_queries(django_assert_num_queries):
    plan = f.small_programme(projects=20)
    Investment.objects.bulk_create(Investment(project=each, label="Software", amount=1) for each in plan.projects)
    with django_assert_num_queries(3):
        assert len(forms_of(plan.period, plan.projects)) == 20
