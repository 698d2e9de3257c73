"""Approval comes from a confirmed decision alone; which figure is right is kept in words."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from futurefit.history.models import Act
from futurefit.history.tracking import history_model
from futurefit.values.rag import Split
from projects.models import EqualityImpact
from savings.models import Decision, Position, StatedFigure
from savings.rollups import rollup
from savings.services.decisions import NewDecision, confirm_decision, record_approval
from savings.services.lines import set_split
from savings.services.stated_figures import record_which_is_right
from tests import factories
from tests.savings.worked_programme import Worked, worked_programme

pytestmark = pytest.mark.django_db
NEW = NewDecision("D1", "Cabinet", decided_on=date(2015, 11, 19), reason="As recommended", taken_before_use=True)


@pytest.fixture
def worked() -> Worked:
    return worked_programme()


@pytest.fixture
def finance():
    return factories.actor(factories.finance_officer())


@pytest.fixture
def head_of_finance():
    return factories.actor(factories.head_of_finance())


def proposed(worked: Worked, code: str) -> list[Position]:
    return list(worked.lines[code].positions.filter(approved=False))


def recorded(worked: Worked, finance, code: str = "A1", new: NewDecision = NEW) -> Decision:
    return record_approval(actor=finance, period=worked.period, new=new, positions=proposed(worked, code))


def test_recording_names_line_years_and_approves_nothing_yet(worked, finance):
    decision = recorded(worked, finance, "A2")
    assert [(item.line.code, item.year, item.from_target, item.to_target) for item in decision.items.all()] == [
        ("A2", None, 15, 15)
    ]
    assert decision.recorded_by == "Finance officer"
    assert rollup(worked.period).total.total.approved == 160
    act = Act.objects.get(verb="savings.decision_recorded")
    assert act.sentence == "Recorded decision D1: Cabinet approves £15 in 1 line-year of Line A2."
    assert act.reason == "As recommended"


def test_confirming_approves_and_keeps_the_first_amount_as_original(worked, finance, head_of_finance):
    decision = recorded(worked, finance)
    at = datetime(2016, 5, 20, 12, 0, tzinfo=UTC)
    confirmed = confirm_decision(actor=head_of_finance, decision=decision, at=at)
    position = worked.lines["A1"].positions.get(year=2017)
    assert (position.approved, position.original, position.version) == (True, 200, 2)
    assert (confirmed.confirmed_at, confirmed.confirmed_by) == (at, "Head of finance")
    assert rollup(worked.period).total.total.approved == 360
    act = Act.objects.get(verb="savings.decision_confirmed")
    assert history_model(Position).objects.get(act=act).approved
    assert act.actor_name == "Head of finance"


def test_an_original_once_kept_stays(worked, finance, head_of_finance):
    Position.objects.filter(line_in_period=worked.lines["A1"], year=2017).update(original=999)
    confirm_decision(actor=head_of_finance, decision=recorded(worked, finance))
    assert worked.lines["A1"].positions.get(year=2017).original == 999


@pytest.mark.parametrize("why", ["no line-years", "approved already", "another period", "code taken"])
def test_a_decision_that_cannot_be_is_not_recorded(worked, finance, why):
    positions, match = proposed(worked, "A1"), ""
    if why == "no line-years":
        positions, match = [], "names at least one line and year"
    elif why == "approved already":
        positions, match = list(worked.lines["B1"].positions.all()), "approved for this year already"
    elif why == "another period":
        other = factories.small_programme(is_current=False)
        positions, match = list(other.lines[0].positions.all()), "is not an amount of 2016/17 month 2"
    else:
        recorded(worked, finance, "A2")
        match = "Another decision of this programme has this code"
    before = Decision.objects.count()
    with pytest.raises(ValidationError, match=match):
        record_approval(actor=finance, period=worked.period, new=NEW, positions=positions)
    assert Decision.objects.count() == before


def test_an_amount_that_changed_since_is_refused_with_both_values(worked, finance, head_of_finance):
    decision = recorded(worked, finance)
    position = worked.lines["A1"].positions.get(year=2017)
    set_split(actor=finance, position=position, split=Split(1_250))
    with pytest.raises(ValidationError, match="the decision says £200, the line now says £1,250"):
        confirm_decision(actor=head_of_finance, decision=decision)
    position.refresh_from_db()
    assert not position.approved and Decision.objects.get().confirmed_at is None


def test_an_amount_that_is_gone_is_refused(worked, finance, head_of_finance):
    decision = recorded(worked, finance)
    worked.lines["A1"].positions.filter(year=2017).delete()
    with pytest.raises(ValidationError, match="the decision says £200, the line now says nothing"):
        confirm_decision(actor=head_of_finance, decision=decision)


def test_a_decision_is_confirmed_once_and_a_line_year_approved_once(worked, finance, head_of_finance):
    first, second = (
        recorded(worked, finance),
        recorded(worked, finance, new=NewDecision("D2", "Cabinet", taken_before_use=True)),
    )
    confirm_decision(actor=head_of_finance, decision=first)
    with pytest.raises(ValidationError, match="Decision D1 is confirmed already"):
        confirm_decision(actor=head_of_finance, decision=first)
    with pytest.raises(ValidationError, match="approved for this year already"):
        confirm_decision(actor=head_of_finance, decision=second)


@pytest.mark.parametrize("state", [None, "screening", "in_progress", "to_be_decided", "to_be_consulted"])
def test_without_an_equality_decision_a_project_is_not_approved(worked, finance, head_of_finance, state):
    if state:
        EqualityImpact.objects.create(project=worked.projects["PA"], state=state)
    decision = recorded(worked, finance, new=NewDecision("D1", "Cabinet"))
    with pytest.raises(ValidationError, match="Project PA has no decision on its equality impact"):
        confirm_decision(actor=head_of_finance, decision=decision)
    assert rollup(worked.period).total.total.approved == 160


@pytest.mark.parametrize(
    "decided",
    [
        {"project": "PA", "state": "not_needed", "reason": "No effect on people"},
        {"project": "PA", "state": "done", "done_on": date(2015, 10, 1)},
        {"theme": "Alpha", "state": "done", "done_on": date(2015, 10, 1)},
    ],
)
def test_an_equality_decision_of_the_project_or_its_theme_is_enough(worked, finance, head_of_finance, decided):
    owner = {"project": worked.projects, "theme": worked.themes}
    EqualityImpact.objects.create(**{name: owner.get(name, {}).get(value, value) for name, value in decided.items()})
    decision = recorded(worked, finance, new=NewDecision("D1", "Cabinet"))
    confirm_decision(actor=head_of_finance, decision=decision)
    assert rollup(worked.period).total.total.approved == 360


def test_a_decision_taken_before_use_needs_no_equality_decision_and_says_so(worked, finance, head_of_finance):
    confirmed = confirm_decision(actor=head_of_finance, decision=recorded(worked, finance))
    assert confirmed.taken_before_use
    assert list(Decision.objects.confirmed()) == [confirmed]


def test_what_they_are_called(worked, finance):
    decision = recorded(worked, finance, "A2")
    assert str(decision) == "D1: Approve, Cabinet"
    assert str(decision.items.get()) == "D1 A2"


# Stated figures


def test_which_figure_is_right_is_kept_with_who_and_when(worked, finance):
    figure = factories.StatedFigureFactory(programme=worked.programme, period=worked.period)
    at = datetime(2016, 5, 20, 23, 30, tzinfo=UTC)
    kept = record_which_is_right(actor=finance, figure=figure, decision=" The lines are right. ", version=1, at=at)
    assert (kept.decision, kept.decided_by, kept.version) == ("The lines are right.", "Finance officer", 2)
    assert kept.decided_on == date(2016, 5, 21), "half past midnight here"
    assert (kept.stated, StatedFigure.objects.get().stated) == (100_000, 100_000), "both numbers stay"
    act = Act.objects.get(verb="savings.stated_figure_decided")
    assert (
        act.sentence.endswith("The lines are right.") and history_model(StatedFigure).objects.filter(act=act).exists()
    )


def test_the_words_can_be_taken_back(worked, finance):
    figure = factories.StatedFigureFactory(programme=worked.programme, period=worked.period)
    record_which_is_right(actor=finance, figure=figure, decision="The lines are right.")
    kept = record_which_is_right(actor=finance, figure=figure, decision="  ")
    assert (kept.decision, kept.decided_by, kept.decided_on) == ("", "", None)
    assert Act.objects.first().sentence.startswith("Took back")


def test_stale_words_are_refused_with_those_of_the_other(worked, finance):
    figure = factories.StatedFigureFactory(programme=worked.programme, period=worked.period)
    record_which_is_right(actor=finance, figure=figure, decision="The lines are right.", version=1)
    with pytest.raises(ValidationError, match="The lines are right") as refused:
        record_which_is_right(actor=finance, figure=figure, decision="The paper is right.", version=1)
    assert refused.value.error_dict["decision"][0].code == "stale"
