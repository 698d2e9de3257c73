"""Re-profile, write out, replace and correct: the worked programme's amounts before and after, by hand."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from futurefit.history.models import Act
from futurefit.values.rag import Split
from savings.deciding import Change, LineYear, Link, Stated, changes_of_links
from savings.models import Decision, Position, ReportingPeriod
from savings.rollups import rollup
from savings.services.decisions import (
    NewDecision,
    change_decision,
    confirm_decision,
    held_of,
    next_code,
    record_decision,
    withdraw_decision,
)
from savings.services.grid import split_of, standing_of
from savings.services.lines import set_split
from tests import factories
from tests.savings.worked_programme import Worked, worked_programme

pytestmark = pytest.mark.django_db

NEW = NewDecision("", "Cabinet", date(2016, 5, 10), reference="CAB 12", reason="The review was late")


@pytest.fixture
def worked() -> Worked:
    return worked_programme()


@pytest.fixture
def finance():
    return factories.actor(factories.finance_officer())


@pytest.fixture
def head_of_finance():
    return factories.actor(factories.head_of_finance())


def change(worked: Worked, code: str, year: int | None, before: int | None, after: int, **stated: int) -> Change:
    return Change(LineYear(worked.lines[code].line_id, year), before, after, Stated(**stated))


def link(worked: Worked, old: str, new: str, year: int | None, amount: int) -> Link:
    return Link(worked.lines[old].line_id, worked.lines[new].line_id, year, amount)


def record(worked: Worked, actor, kind: str, *changes: Change, links=(), new: NewDecision = NEW, **more) -> Decision:
    if links:
        lines = {line_id for each in links for line_id in (each.old_id, each.new_id)}
        changes = changes_of_links(links, held_of(standing_of(worked.period, lines)))
    return record_decision(actor=actor, period=worked.period, kind=kind, new=new, changes=changes, links=links, **more)


def stands(worked: Worked, code: str) -> dict[int | None, tuple[Split, bool, int | None]]:
    rows = Position.objects.filter(line_in_period=worked.lines[code])
    return {row.year: (split_of(row), row.approved, row.original) for row in rows}


def refusals(refused) -> str:
    return " / ".join(refused.value.messages)


def test_re_profiling_moves_between_years_and_keeps_what_was_first_approved(worked, finance, head_of_finance):
    """B1 is 50 on target in 2016/17 (60 at first) and -50 in 2018/19: 20 of each are moved to one another."""
    before = rollup(worked.period).total.total
    decision = record(
        worked, finance, "re_profile", change(worked, "B1", 2016, 50, 30), change(worked, "B1", 2018, -50, -30)
    )
    assert stands(worked, "B1")[2016][0].target == 50, "nothing changes before it is confirmed"
    confirm_decision(actor=head_of_finance, decision=decision)
    assert stands(worked, "B1") == {2016: (Split(30, on_target=30), True, 60), 2018: (Split(-30), True, -50)}
    after = rollup(worked.period).total.total
    assert (after.target, after.original, after.approved) == (before.target, before.original, before.approved)
    act = Act.objects.get(verb="savings.re_profiled")
    assert act.sentence == ("Confirmed decision D0001: Cabinet re-profiles Line B1: 2016/17 −£20, 2018/19 +£20.")
    assert act.reason == "The review was late"
    assert set(act.subjects.values_list("kind", flat=True)) == {"savings.decision", "savings.savingsline"}


def test_what_is_re_profiled_into_an_empty_year_is_approved_there_with_an_original_of_nought(
    worked, finance, head_of_finance
):
    """A1 is 100 in 2016/17 (40 delivered, 30 on target, 20 amber, 10 red); 35 of it has no year yet."""
    changes = [change(worked, "A1", 2016, 100, 65), change(worked, "A1", None, None, 35)]
    confirm_decision(actor=head_of_finance, decision=record(worked, finance, "re_profile", *changes))
    stand = stands(worked, "A1")
    assert stand[2016] == (Split(65, 40, 0, 25), True, 100)
    assert stand[None] == (Split(35), True, 0)
    item = Decision.objects.get().items.get(year=2016)
    assert (item.to_claimed, item.to_on_target, item.to_amber, item.to_red) == (0, 25, 0, 0), "as it was written"


def test_years_that_do_not_come_to_what_they_came_to_are_refused_with_the_difference(worked, finance):
    with pytest.raises(ValidationError) as refused:
        record(worked, finance, "re_profile", change(worked, "A1", 2016, 100, 70), change(worked, "A1", None, None, 20))
    assert "Line A1 (A1): re-profiling moves an amount between years" in refusals(refused)
    assert "come to £10 less than before" in refusals(refused)


def test_writing_out_lowers_towards_nought_and_what_is_delivered_stays(worked, finance, head_of_finance):
    """A2 is 60 delivered in 2016/17, 80 at first; B1 is -50 in 2018/19, a loss that is written down to 20."""
    decision = record(
        worked, finance, "write_out", change(worked, "A2", 2016, 60, 0), change(worked, "B1", 2018, -50, -20)
    )
    confirm_decision(actor=head_of_finance, decision=decision)
    assert stands(worked, "A2")[2016] == (Split(0, delivered=60), True, 80)
    assert rollup(worked.period).total.year(2016).over_delivered == 60
    assert stands(worked, "B1")[2018] == (Split(-20), True, -50)
    act = Act.objects.get(verb="savings.written_out")
    assert act.sentence == (
        "Confirmed decision D0001: Cabinet writes £30 out of Line A2 and Line B1: 2016/17 −£60, 2018/19 +£30."
    )


def test_a_line_and_year_is_named_once(worked, finance):
    twice = [change(worked, "A1", 2016, 100, 90), change(worked, "A1", 2016, 100, 80)]
    with pytest.raises(ValidationError) as refused:
        record(worked, finance, "write_out", *twice)
    assert refusals(refused) == "Line A1 is named twice for 2016/17: a decision says once what a year comes to."


def test_writing_out_never_raises_the_percentage_of_what_was_first_approved(worked, finance, head_of_finance):
    """A1 is 100 in 2016/17, of which 40 is delivered: 60 of it is written out."""
    before = rollup(worked.period).total.year(2016)
    decision = record(worked, finance, "write_out", change(worked, "A1", 2016, 100, 40))
    confirm_decision(actor=head_of_finance, decision=decision)
    after = rollup(worked.period).total.year(2016)
    assert after.target == before.target - 60
    assert after.percent_of_original == before.percent_of_original
    assert after.percent_of_target > before.percent_of_target, "the same 60 less is promised"


@pytest.mark.parametrize(("before", "after"), [(100, 110), (100, -10)])
def test_writing_out_neither_raises_nor_passes_nought(worked, finance, before, after):
    with pytest.raises(ValidationError, match="only lowers an amount towards nought"):
        record(worked, finance, "write_out", change(worked, "A1", 2016, before, after))


def test_a_replacement_nets_to_nought_over_lines_and_the_new_line_has_an_original_of_nought(
    worked, finance, head_of_finance
):
    """30 of A1 in 2016/17 and 15 of A2 are replaced by M1, which held words alone."""
    before = rollup(worked.period).total.year(2016)
    links = [link(worked, "A1", "M1", 2016, 30), link(worked, "A2", "M1", 2016, 15)]
    new = NewDecision("", "Cabinet", date(2016, 5, 10), reason="Another way", taken_before_use=True)
    confirm_decision(actor=head_of_finance, decision=record(worked, finance, "replace", links=links, new=new))
    assert stands(worked, "M1") == {2016: (Split(45), True, 0)}
    assert stands(worked, "A1")[2016] == (Split(70, 40, 0, 30), True, 100)
    assert stands(worked, "A2")[2016] == (Split(45, delivered=60), True, 80)
    after = rollup(worked.period).total.year(2016)
    assert (after.target, after.original, after.approved) == (before.target, before.original, before.approved)
    assert Act.objects.get(verb="savings.replaced").sentence == (
        "Confirmed decision D0001: Cabinet replaces £45 of Line A1 and Line A2 by Line M1: 2016/17 £45."
    )


def test_what_a_replacement_newly_approves_needs_a_decision_on_equality(worked, finance, head_of_finance):
    decision = record(worked, finance, "replace", links=[link(worked, "A1", "M1", 2016, 30)])
    with pytest.raises(ValidationError, match="Project PB has no decision on its equality impact"):
        confirm_decision(actor=head_of_finance, decision=decision)


@pytest.mark.parametrize(
    ("old", "new", "amount", "words"),
    [
        ("A1", "M1", 130, "an old line loses at most what it has"),
        ("A1", "M1", -5, "an old line loses at most what it has"),
        ("A1", "A1", 5, "cannot be replaced and replace another"),
        ("B2", "M1", -30, "is proposed, not approved"),
    ],
)
def test_a_replacement_that_cannot_be(worked, finance, old, new, amount, words):
    year = 2017 if old == "B2" else 2016
    with pytest.raises(ValidationError, match=words):
        record(worked, finance, "replace", links=[link(worked, old, new, year, amount)])


def test_a_correction_goes_either_way_and_what_is_not_rated_grows(worked, finance, head_of_finance):
    confirm_decision(
        actor=head_of_finance, decision=record(worked, finance, "correct", change(worked, "A1", 2016, 100, 130))
    )
    assert stands(worked, "A1")[2016] == (Split(130, 40, 0, 30, 20, 10), True, 100)
    assert Act.objects.get(verb="savings.corrected").sentence.endswith("corrects Line A1: 2016/17 +£30.")


def test_a_split_that_is_stated_is_written_and_has_to_fit(worked, finance, head_of_finance):
    with pytest.raises(ValidationError, match="On target, amber and red come to £80, but delivered and claimed leave"):
        record(worked, finance, "correct", change(worked, "A1", 2016, 100, 70, red=50))
    decision = record(worked, finance, "correct", change(worked, "A1", 2016, 100, 70, on_target=20, amber=0, red=10))
    confirm_decision(actor=head_of_finance, decision=decision)
    assert stands(worked, "A1")[2016][0] == Split(70, 40, 0, 20, 0, 10)


def test_a_rating_changed_while_the_decision_waits_is_what_its_new_target_is_split_by(worked, finance, head_of_finance):
    decision = record(worked, finance, "write_out", change(worked, "A1", 2016, 100, 80))
    position = worked.lines["A1"].positions.get(year=2016)
    set_split(actor=finance, position=position, split=Split(100, delivered=40, on_target=45, amber=15))
    confirm_decision(actor=head_of_finance, decision=decision)
    assert stands(worked, "A1")[2016][0] == Split(80, delivered=40, on_target=40)


@pytest.mark.parametrize(
    ("code", "year", "before", "after", "words"),
    [
        ("A1", 2017, 200, 150, "£200 is proposed, not approved. Change it in the grid"),
        ("A1", 2016, 90, 50, "the decision says £90, the line now says £100"),
        ("A1", 2016, 100, 100, "the decision changes nothing"),
        ("A1", 2021, None, 10, "outside the plan, which runs from 2016/17 to 2018/19"),
        ("M1", 2016, None, 10, "holds no approved amount, so no decision is needed"),
        ("W1", 2016, 1000, 10, "is withdrawn. Restore it"),
        ("A1", 2016, 100, -20, "opposite sign"),
    ],
)
def test_what_no_decision_may_change(worked, finance, code, year, before, after, words):
    with pytest.raises(ValidationError, match=words):
        record(worked, finance, "correct", change(worked, code, year, before, after))
    assert not Decision.objects.exists()


def test_nobody_confirms_what_they_recorded_or_changed(worked):
    both = factories.actor(factories.head_of_finance())
    decision = record(worked, both, "correct", change(worked, "A1", 2016, 100, 90))
    with pytest.raises(ValidationError, match="somebody else has to confirm it"):
        confirm_decision(actor=both, decision=decision)


def test_a_draft_is_changed_and_withdrawn_until_it_is_confirmed(worked, finance, head_of_finance):
    decision = record(worked, finance, "correct", change(worked, "A1", 2016, 100, 90))
    said = {"period": worked.period, "new": NEW, "changes": [change(worked, "A2", 2016, 60, 70)]}
    changed = change_decision(actor=finance, decision=decision, version=1, **said)
    assert [(item.line.code, item.to_target) for item in changed.items.all()] == [("A2", 70)]
    with pytest.raises(ValidationError, match="since you opened the page"):
        change_decision(actor=finance, decision=decision, version=1, **said)
    with pytest.raises(ValidationError, match="Say why"):
        withdraw_decision(actor=finance, decision=decision, reason=" ")
    withdrawn = withdraw_decision(actor=finance, decision=decision, reason="Recorded twice", version=2)
    assert withdrawn.withdrawn_by == "Finance officer"
    with pytest.raises(ValidationError, match="was withdrawn"):
        confirm_decision(actor=head_of_finance, decision=decision)
    other = record(worked, finance, "correct", change(worked, "A1", 2016, 100, 90))
    assert (decision.code, other.code) == ("D0001", "D0002")
    confirm_decision(actor=head_of_finance, decision=other)
    with pytest.raises(ValidationError, match="is confirmed already"):
        change_decision(actor=finance, decision=other, **said)


def test_a_decision_is_undone_once_and_only_by_another(worked, finance, head_of_finance):
    first = record(worked, finance, "write_out", change(worked, "A1", 2016, 100, 90))
    with pytest.raises(ValidationError, match="is not confirmed, so there is nothing to undo"):
        record(worked, finance, "correct", change(worked, "A1", 2016, 100, 110), undoes=first)
    first = confirm_decision(actor=head_of_finance, decision=first)
    back = [record(worked, finance, "correct", change(worked, "A1", 2016, 90, 100), undoes=first) for _ in "ab"]
    confirm_decision(actor=head_of_finance, decision=back[0])
    assert stands(worked, "A1")[2016] == (Split(100, 40, 0, 30, 20, 0), True, 100), "the 10 are not rated now"
    with pytest.raises(ValidationError, match="Decision D0001 is undone already"):
        confirm_decision(actor=head_of_finance, decision=back[1])


def test_a_decision_of_a_period_that_closed_is_confirmed_no_more(worked, finance, head_of_finance):
    decision = record(worked, finance, "correct", change(worked, "A1", 2016, 100, 90))
    ReportingPeriod.objects.filter(pk=worked.period.pk).update(closed_at=datetime(2016, 6, 1, tzinfo=UTC))
    with pytest.raises(ValidationError, match="is closed: its figures never change"):
        confirm_decision(actor=head_of_finance, decision=decision)


def test_numbers_go_on_from_the_highest(worked):
    for code in ("D0009", "BUDGET-2015", "D00x"):
        factories.DecisionFactory(programme=worked.programme, effective_in=worked.period, code=code)
    assert next_code(worked.programme.pk) == "D0010"


YEARS = (2016, 2017, 2018, None)


@st.composite
def random_splits(draw) -> Split:
    sign = draw(st.sampled_from((1, 1, -1)))
    delivered, claimed, on_target, amber, red, rest = (draw(st.integers(0, 40)) for _ in range(6))
    target = delivered + claimed + on_target + amber + red + rest
    if draw(st.integers(0, 4)) == 0:
        target, on_target, amber, red = delivered // 2, 0, 0, 0
    return Split(*(sign * each for each in (target, delivered, claimed, on_target, amber, red)))


class RandomDecisions(TestCase):
    @settings(max_examples=25)
    @given(st.data())
    def test_whatever_is_decided_fits_nets_to_nought_and_leaves_the_original(self, data):
        """Two lines of random splits, six decisions: those refused change nothing, the others hold the identities."""
        small = factories.small_programme(horizon_first=2016, horizon_last=2018)
        finance, head = (factories.actor(each()) for each in (factories.finance_officer, factories.head_of_finance))
        lines = [
            factories.line(
                small.period,
                small.projects[0],
                {year: data.draw(random_splits()) for year in YEARS if data.draw(st.booleans())},
                approved=True,
            )
            for _ in range(2)
        ]
        ids = [line.line_id for line in lines]
        for _ in range(6):
            held = held_of(standing_of(small.period, ids))
            before = {LineYear(line_id, year): row for line_id in ids for year, row in held[line_id].years.items()}
            originals = dict(Position.objects.filter(line_in_period__in=lines).values_list("pk", "original"))
            kind = data.draw(st.sampled_from(("re_profile", "write_out", "replace", "correct")))
            year, amount = data.draw(st.sampled_from(YEARS)), data.draw(st.integers(-60, 60))
            links = [Link(ids[0], ids[1], year, amount)] if kind == "replace" else []
            changes = changes_of_links(links, held)
            if not links:
                moved = {year: amount}
                if kind == "re_profile":
                    other = data.draw(st.sampled_from([each for each in YEARS if each != year]))
                    moved[other] = -amount
                for each, by in moved.items():
                    present = held[ids[0]].years.get(each)
                    target = present.split.target if present else None
                    changes.append(Change(LineYear(ids[0], each), target, (target or 0) + by))
            try:
                with transaction.atomic():
                    decision = record_decision(
                        actor=finance,
                        period=small.period,
                        kind=kind,
                        new=NewDecision("", "Cabinet", taken_before_use=True),
                        changes=changes,
                        links=links,
                    )
                    confirm_decision(actor=head, decision=decision)
            except ValidationError:
                decision = None
            held = held_of(standing_of(small.period, ids))
            after = {LineYear(line_id, year): row for line_id in ids for year, row in held[line_id].years.items()}
            kept = dict(Position.objects.filter(pk__in=originals).values_list("pk", "original"))
            assert kept == originals
            if decision is None:
                assert after == before
                continue
            assert all(row.is_approved and not row.split.problems() for row in after.values())
            new = Position.objects.filter(line_in_period__in=lines).exclude(pk__in=originals)
            assert {position.original for position in new} <= {0}

            def total(rows, *, of=None, in_year="any"):
                return sum(
                    row.split.target
                    for at, row in rows.items()
                    if of in (None, at.line_id) and in_year in ("any", at.year)
                )

            if kind == "re_profile":
                assert all(total(after, of=each) == total(before, of=each) for each in ids)
            if kind == "replace":
                assert all(total(after, in_year=each) == total(before, in_year=each) for each in YEARS)
            if kind == "write_out":
                assert abs(total(after, of=ids[0], in_year=year)) < abs(total(before, of=ids[0], in_year=year))
