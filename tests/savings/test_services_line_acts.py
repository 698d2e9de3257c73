"""Restoring, placing, duplicating and splitting lines: what happens, what is refused, what history keeps."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from futurefit.history.models import Act
from futurefit.history.tracking import history_model
from futurefit.values.rag import Split
from projects.models import Programme
from savings.dividing import Rule, shares
from savings.models import LineInPeriod, Position, SavingsLine
from savings.rollups import rollup
from savings.services.line_acts import (
    Carried,
    Part,
    duplicate_line,
    place_line,
    restore_line,
    split_line,
)
from savings.services.lines import NewLine, add_lines, change_line, set_split, withdraw_line
from tests import factories
from tests.savings.worked_programme import Worked, worked_programme


@pytest.fixture
def worked(db) -> Worked:
    return worked_programme()


@pytest.fixture
def finance(db):
    return factories.actor(factories.finance_officer())


def present(line: LineInPeriod) -> LineInPeriod:
    return LineInPeriod.objects.get(pk=line.pk)


def amounts(line: LineInPeriod) -> dict[int | None, Split]:
    return {
        row.year: Split(row.target, row.delivered, row.claimed, row.on_target, row.amber, row.red)
        for row in line.positions.all()
    }


# The reference and what goes with a new line


def test_the_reference_is_changed_with_the_other_facts_and_under_the_same_version(worked, finance):
    line = worked.lines["A1"]
    changed = change_line(actor=finance, line=line, changes={"reference": "ECS 4", "method": "income"}, version=1)
    assert (changed.line.reference, changed.method, changed.version) == ("ECS 4", "income", 2)
    act = Act.objects.get(verb="savings.line_retagged")
    assert act.sentence == "Changed reference as printed, method of the savings line Line A1."
    assert history_model(SavingsLine).objects.get(act=act).reference == "ECS 4"
    with pytest.raises(ValidationError, match="version 2, yours was 1"):
        change_line(actor=finance, line=line, changes={"reference": "other"}, version=1)
    assert SavingsLine.objects.get(code="A1").reference == "ECS 4"


def test_a_line_can_state_nothing_where_its_project_states_something(worked, finance):
    project = worked.projects["PA"]
    project.directorate, project.saving_type = worked.directorates["North"], "new"
    project.save()
    (line,) = add_lines(actor=finance, period=worked.period, lines=[NewLine("Nowhere", project, follows_project=False)])
    assert (line.directorate, line.directorate_label, line.saving_type) == (None, "", "not_stated")
    assert line.theme == worked.themes["Alpha"], "the theme is always the project's"


def test_new_lines_stand_after_every_other_line(worked, finance):
    last = max(SavingsLine.objects.values_list("order", flat=True))
    added = add_lines(
        actor=finance, period=worked.period, lines=[NewLine(name, worked.projects["PA"]) for name in ("x", "y")]
    )
    assert [row.line.order for row in added] == [last + 1, last + 2]


# Withdrawing and restoring


def test_a_restored_line_counts_as_it_did(worked, finance):
    line = worked.lines["B2"]
    withdraw_line(actor=finance, line=line, reason="By mistake", version=1)
    assert rollup(worked.period).total.total.target == 382
    restored = restore_line(actor=finance, line=line, reason="It was right", version=2)
    assert (restored.withdrawn, restored.version) == (False, 3)
    assert rollup(worked.period).total.total.target == 352
    act = Act.objects.get(verb="savings.line_restored")
    assert (act.sentence, act.reason) == ("Restored the savings line Line B2: it counts again.", "It was right")


def test_what_is_not_withdrawn_is_not_restored_and_what_is_withdrawn_not_withdrawn_again(worked, finance):
    with pytest.raises(ValidationError, match="nothing to restore"):
        restore_line(actor=finance, line=worked.lines["B2"])
    with pytest.raises(ValidationError, match="withdrawn already"):
        withdraw_line(actor=finance, line=worked.lines["W1"], reason="Again")
    with pytest.raises(ValidationError, match="version 1, yours was 7"):
        restore_line(actor=finance, line=worked.lines["W1"], version=7)


# The order of a project's lines


def order_of(project) -> list[str]:
    lines = LineInPeriod.objects.filter(project=project, withdrawn=False)
    return list(lines.values_list("line__code", flat=True))


@pytest.fixture
def five(worked) -> dict[str, LineInPeriod]:
    """Five lines of the project PE; the first three were given the same number."""
    rows = {}
    for number, code in zip((7, 7, 7, 8, 20), "abcde", strict=True):
        rows[code] = factories.line(worked.period, worked.projects["PE"], code=code, title=f"Line {code}")
        rows[code].line.order = number
        rows[code].line.save()
    return rows


@pytest.mark.parametrize(
    ("line", "after", "order"),
    [
        ("a", "c", "bcade"),
        ("e", None, "eabcd"),
        ("c", "a", "acbde"),
        ("b", "e", "acdeb"),
    ],
)
def test_a_line_is_put_after_another_or_first(five, finance, worked, line, after, order):
    place_line(actor=finance, line=five[line], after=five.get(after))
    assert "".join(order_of(worked.projects["PE"])) == order
    act = Act.objects.get(verb="savings.line_placed")
    where = f"after Line {after}" if after else "first"
    assert act.sentence == f"Put the savings line Line {line} {where} in Project PE."
    assert history_model(SavingsLine).objects.filter(act=act).exists()


def test_where_it_stands_already_it_is_not_put_again(five, finance):
    before = Act.objects.count()
    place_line(actor=finance, line=five["b"], after=five["a"])
    assert Act.objects.count() == before


def test_a_line_is_put_among_the_lines_of_its_own_project_only(five, worked, finance):
    with pytest.raises(ValidationError, match="Line A1 is not another line of Project PE"):
        place_line(actor=finance, line=five["a"], after=worked.lines["A1"])
    with pytest.raises(ValidationError, match="is not another line"):
        place_line(actor=finance, line=five["a"], after=five["a"])
    with pytest.raises(ValidationError, match="is withdrawn"):
        place_line(actor=finance, line=worked.lines["W1"], after=None)


# Duplicating


def test_a_duplicate_has_the_facts_a_code_of_its_own_and_stands_right_after(worked, finance):
    worked.lines["A1"].line.reference = "As printed"
    worked.lines["A1"].line.save()
    copy = duplicate_line(actor=finance, line=present(worked.lines["A1"]), title="Second")
    copy = present(copy)
    assert (copy.title, copy.line.code, copy.line.reference) == ("Second", "L0001", "")
    assert (copy.directorate, copy.heading_label, copy.method) == (
        worked.directorates["North"],
        "New Savings",
        "contract",
    )
    assert order_of(worked.projects["PA"]) == ["A1", "L0001", "A2"]
    assert not copy.positions.exists()
    assert rollup(worked.period).total.total.target == 352
    act = Act.objects.get(verb="savings.line_duplicated")
    assert act.sentence == "Duplicated the savings line Line A1 as Second, without amounts."
    assert copy.line_id in {subject.object_id for subject in act.subjects.filter(kind="savings.savingsline")}
    assert not Act.objects.filter(verb="savings.lines_added").exists(), "it is one act"


def test_what_a_duplicate_takes_along_is_proposed_whatever_it_was(worked, finance):
    line = worked.lines["A1"]
    unrated = duplicate_line(actor=finance, line=line, title="Unrated", carried=Carried.AMOUNTS)
    rated = duplicate_line(actor=finance, line=line, title="Rated", carried=Carried.RATINGS)
    assert amounts(unrated) == {2016: Split(100), 2017: Split(200)}
    assert amounts(rated) == amounts(line)
    assert not Position.objects.filter(line_in_period__in=[unrated, rated], approved=True).exists()


def test_a_duplicate_comes_from_no_table_of_the_source_so_that_no_printed_total_holds_it_twice(worked, finance):
    worked.lines["B2"].line.source_table = "T02"
    worked.lines["B2"].line.save()
    copy = duplicate_line(actor=finance, line=present(worked.lines["B2"]), title="Copy", carried=Carried.AMOUNTS)
    (_own, part) = split_line(
        actor=finance,
        line=present(worked.lines["B2"]),
        parts=[Part("Own", {2017: -20}), Part("Part", {2017: -10})],
        rule=Rule.PROPORTION,
    )
    assert (copy.line.source_table, part.line.source_table) == ("", "T02")


# Splitting


def test_a_split_keeps_the_line_and_adds_the_parts_right_after_it(worked, finance):
    line = worked.lines["B2"]
    parts = [Part("Own", {2017: -20}), Part("First", {2017: -6}), Part("Second", {2017: -4})]
    own, first, second = split_line(actor=finance, line=line, parts=parts, rule=Rule.PROPORTION, reason="Two teams")
    assert (own.pk, own.line.code, own.title) == (line.pk, "B2", "Own")
    assert amounts(own) == {2017: Split(-20, red=-20)}
    assert amounts(first) == {2017: Split(-6, red=-6)}
    assert amounts(second) == {2017: Split(-4, red=-4)}
    assert (first.directorate, first.heading, first.recurring) == (line.directorate, line.heading, "recurring")
    assert order_of(worked.projects["PB"]) == ["B1", "B2", first.line.code, second.line.code, "M1"]
    act = Act.objects.get(verb="savings.line_split")
    assert act.sentence == "Split the savings line Line B2 into 3: Own, First, Second."
    assert act.reason == "Two teams"
    assert Act.objects.count() == 1


def test_a_year_that_goes_to_a_new_line_whole_leaves_nothing_entered_with_the_old(worked, finance):
    own, part = split_line(
        actor=finance,
        line=worked.lines["B2"],
        parts=[Part("Own", {}), Part("All of it", {2017: -30})],
        rule=Rule.IN_ORDER,
    )
    assert amounts(own) == {}
    assert amounts(part) == {2017: Split(-30, red=-30)}
    assert history_model(Position).objects.filter(history_type="-").count() == 1


def test_what_is_approved_stays_whole_with_the_line(worked, finance):
    line = worked.lines["A1"]
    own, part = split_line(
        actor=finance, line=line, parts=[Part("Own", {2017: 150}), Part("Part", {2017: 50})], rule=Rule.PROPORTION
    )
    assert amounts(own) == {2016: Split(100, 40, 0, 30, 20, 10), 2017: Split(150, amber=150)}
    assert amounts(part) == {2017: Split(50, amber=50)}
    with pytest.raises(ValidationError, match=r"2016/17 is approved, so it stays whole.*needs a decision"):
        split_line(
            actor=finance,
            line=present(line),
            parts=[Part("Own", {2016: 50, 2017: 150}), Part("Part", {2016: 50})],
            rule=Rule.PROPORTION,
        )


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([Part("Own", {2017: -20})], "split into 2 to 12 parts"),
        ([Part("Own", {2017: -20}), Part(" ", {2017: -10})], "Part 2 has no title"),
        (
            [Part("Own", {2017: -20}), Part("Part", {2017: -5})],
            "2017/18 holds −£30, and the parts come to −£25: £5 less than there is",
        ),
        (
            [Part("Own", {2017: -30}), Part("Part", {2017: -5})],
            "2017/18 holds −£30, and the parts come to −£35: £5 more than there is",
        ),
        ([Part("Own", {2017: -40}), Part("Part", {2017: 10})], "£10 is no part of it"),
        ([Part("Own", {2017: -30}), Part("Part", {2018: 1})], "2018/19 holds no amount to divide"),
        ([Part("Own", {2017: -30}), Part("x" * 251, {})], "at most 250"),
    ],
)
def test_what_does_not_divide_the_amounts_is_refused_and_nothing_is_written(worked, finance, parts, message):
    with pytest.raises(ValidationError, match=message):
        split_line(actor=finance, line=worked.lines["B2"], parts=parts, rule=Rule.PROPORTION)
    assert rollup(worked.period).total.total.target == 352
    assert (Act.objects.count(), SavingsLine.objects.count()) == (0, len(worked.lines))


def test_a_split_of_what_somebody_changed_meanwhile_is_refused(worked, finance):
    line = worked.lines["B2"]
    parts = [Part("Own", {2017: -20}), Part("Part", {2017: -10})]
    set_split(actor=finance, position=line.positions.get(), split=Split(-30, amber=-30))
    with pytest.raises(ValidationError, match="Somebody changed an amount") as refused:
        split_line(actor=finance, line=line, parts=parts, rule=Rule.PROPORTION, version=1, versions={2017: 1})
    assert refused.value.code == "stale"
    with pytest.raises(ValidationError, match="restore it before"):
        split_line(actor=finance, line=worked.lines["W1"], parts=parts, rule=Rule.PROPORTION)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), rule=st.sampled_from(Rule))
def test_whatever_the_parts_no_total_of_any_year_and_status_moves(db, data, rule):
    wholes = {2016: 100_000, 2017: 50_000, 2018: -9_001, None: 10}
    count = data.draw(st.integers(2, 4))
    weights = [data.draw(st.lists(st.integers(0, 9), min_size=count, max_size=count).filter(any)) for _year in wholes]
    targets: list[dict[int | None, int]] = [{} for _part in range(count)]
    for (year, whole), own in zip(wholes.items(), weights, strict=True):
        for place, size in enumerate(shares(abs(whole), own)):
            if size:
                targets[place][year] = size if whole > 0 else -size
    small = factories.small_programme(projects=1, slug=f"split-{Programme.objects.count()}", is_current=False)
    line = small.lines[0]
    factories.position(line, 2018, Split(-9_001, delivered=-4_000, red=-1))
    factories.position(line, None, Split(10, delivered=9, claimed=7))
    before = rollup(small.period)
    lines = split_line(
        actor=factories.TESTS,
        line=line,
        parts=[Part(f"Part {place}", own) for place, own in enumerate(targets)],
        rule=rule,
    )
    assert rollup(small.period).total == before.total
    assert len(lines) == count
    for row in Position.objects.filter(line_in_period__in=lines):
        row.full_clean()


# At the same time


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act answers, or what it raises, each in a thread and with a connection of its own."""
    answers: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int) -> None:
        try:
            start.wait()
            answers[place] = acts[place]()
        except Exception as refused:
            answers[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_split_and_withdraw_a_line_at_once_one_is_refused():
    worked = worked_programme()
    finance = factories.actor(factories.finance_officer())
    line = worked.lines["B2"]
    parts = [Part("Own", {2017: -20}), Part("Part", {2017: -10})]
    answers = at_once(
        lambda: split_line(actor=finance, line=line, parts=parts, rule=Rule.PROPORTION, version=1, versions={2017: 1}),
        lambda: withdraw_line(actor=finance, line=line, reason="Twice", version=1),
    )
    refused = [answer for answer in answers if isinstance(answer, ValidationError)]
    assert len(refused) == 1, answers
    assert refused[0].code == "stale"
    expected = 352 if isinstance(answers[1], ValidationError) else 382
    assert rollup(worked.period).total.total.target == expected


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_lines_added_at_once_have_codes_and_places_of_their_own():
    worked = worked_programme()
    finance = factories.actor(factories.finance_officer())

    def add():
        return add_lines(actor=finance, period=worked.period, lines=[NewLine("New", worked.projects["PE"])])

    answers = at_once(*[add] * 4)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    identities = SavingsLine.objects.filter(code__startswith="L0")
    assert sorted(identities.values_list("code", flat=True)) == ["L0001", "L0002", "L0003", "L0004"]
    assert len(set(identities.values_list("order", flat=True))) == 4
