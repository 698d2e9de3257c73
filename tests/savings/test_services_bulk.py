"""Setting facts on many lines: all or none, one act, the history of every row, and taking it back."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from futurefit.history.models import Act
from futurefit.history.tracking import history_model
from savings.models import LineInPeriod
from savings.rollups import rollup
from savings.services.bulk import (
    Change,
    ChangedMeanwhile,
    preview,
    set_on_lines,
    undo_set,
    what_undoing_does,
    with_groups,
)
from savings.services.lines import change_line, withdraw_line
from savings.services.periods import NewPeriod, close_and_open_next
from tests import factories
from tests.savings.worked_programme import Worked, worked_programme


@pytest.fixture
def worked(db) -> Worked:
    return worked_programme()


@pytest.fixture
def finance(db):
    return factories.actor(factories.finance_officer())


def versions(worked: Worked, *codes: str) -> dict[int, int]:
    rows = LineInPeriod.objects.filter(line__code__in=codes, period__closed_at__isnull=True)
    return dict(rows.values_list("pk", "version"))


def facts(name: str) -> dict[str, object]:
    rows = LineInPeriod.objects.filter(period__closed_at__isnull=True)
    return dict(rows.values_list("line__code", name))


def test_a_preview_says_what_will_change_what_says_so_already_and_what_cannot(worked):
    rows = with_groups(LineInPeriod.objects.filter(line__code__in=["A1", "A2", "B1", "B2", "W1"]))
    council_tax = worked.headings["Council Tax"]
    north = worked.directorates["North"].pk
    found = preview(
        rows,
        {"heading": council_tax, "method": "income"},
        lambda row: row.line.code == "A1" or row.directorate_id != north,
    )
    changes = {row.line.code: changes for row, changes in found.changing}
    assert changes == {
        "A1": [Change("MTFP heading", "New Savings", "Council Tax"), Change("method", "Contract", "Income")],
        "B2": [Change("MTFP heading", "New Savings", "Council Tax"), Change("method", "Not stated", "Income")],
    }
    assert [row.line.code for row in found.same] == ["A2"]
    assert {row.line.code: why for row, why in found.refused} == {
        "B1": "another finance officer looks after its directorate",
        "W1": "it is withdrawn",
    }
    assert found.counts[0] == (Change("MTFP heading", "New Savings", "Council Tax"), 2)


def test_facts_are_set_as_one_act_with_the_history_of_every_row(worked, finance):
    values = {"heading": worked.headings["Council Tax"], "service": worked.services["w1"]}
    act, count = set_on_lines(
        actor=finance, period=worked.period, values=values, versions=versions(worked, "A1", "B1"), reason="Retagged"
    )
    assert count == 2
    assert act.sentence == "Set MTFP heading to Council Tax and service to Service w1 on 2 savings lines."
    assert (act.verb, act.reason, act.subjects.count()) == ("savings.lines_set", "Retagged", 2)
    line = LineInPeriod.objects.get(line__code="B1")
    assert (line.heading_label, line.heading_kind, line.service_label, line.version) == (
        "Council Tax",
        "funding",
        "Service w1",
        2,
    )
    assert line.directorate_label == "North", "the directorate stays"
    assert history_model(LineInPeriod).objects.filter(act=act).count() == 2
    assert rollup(worked.period, "mtfp_heading").row("council-tax").total.target == 75 + 300 + 50 - 50
    assert facts("heading__name")["B2"] == "New Savings"


def test_not_stated_can_be_set_too(worked, finance):
    set_on_lines(
        actor=finance,
        period=worked.period,
        values={"heading": None, "saving_type": "not_stated"},
        versions=versions(worked, "A2"),
    )
    line = LineInPeriod.objects.get(line__code="A2")
    assert (line.heading, line.heading_label, line.heading_kind, line.saving_type) == (
        None,
        "",
        "savings",
        "not_stated",
    )


def test_a_line_changed_since_the_preview_stops_the_whole_and_is_named(worked, finance):
    seen = versions(worked, "A1", "A2", "B1")
    change_line(actor=finance, line=worked.lines["A2"], changes={"method": "property"})
    with pytest.raises(ChangedMeanwhile, match="1 of the lines was changed since you looked") as refused:
        set_on_lines(actor=finance, period=worked.period, values={"method": "other"}, versions=seen)
    assert [(row.line.code, row.method) for row in refused.value.rows] == [("A2", "property")]
    assert facts("method")["A1"] == "contract"
    seen = versions(worked, "B2")
    withdraw_line(actor=finance, line=worked.lines["B2"], reason="Mistake")
    with pytest.raises(ChangedMeanwhile):
        set_on_lines(actor=finance, period=worked.period, values={"method": "other"}, versions=seen)


def test_what_cannot_be_set_is_refused(worked, finance):
    seen = versions(worked, "A1")
    with pytest.raises(KeyError):
        set_on_lines(actor=finance, period=worked.period, values={"title": "x"}, versions=seen)
    with pytest.raises(ValidationError, match="Nothing is chosen"):
        set_on_lines(actor=finance, period=worked.period, values={}, versions=seen)
    with pytest.raises(ValidationError, match="not a valid choice"):
        set_on_lines(actor=finance, period=worked.period, values={"method": "odd"}, versions=seen)
    with pytest.raises(ValidationError, match="of its own programme only"):
        values = {"heading": factories.MtfpHeadingFactory()}
        set_on_lines(actor=finance, period=worked.period, values=values, versions=seen)
    with pytest.raises(ValidationError, match="say so already"):
        set_on_lines(actor=finance, period=worked.period, values={"method": "contract"}, versions=seen)
    assert not Act.objects.exists()


def test_taking_back_writes_the_former_facts_of_rows_copied_when_the_period_was_opened(worked, finance):
    following = close_and_open_next(
        actor=finance, period=worked.period, new=NewPeriod("2016/17 M03", 2016, date(2016, 6, 30), month=3)
    )
    before = {name: facts(name) for name in ("method", "heading_label", "heading_kind", "service_label")}
    values = {"method": "other", "heading": worked.headings["Council Tax"], "service": worked.services["w1"]}
    seen = versions(worked, "A1", "A2", "B2")
    act, _count = set_on_lines(actor=finance, period=following, values=values, versions=seen)
    a2 = LineInPeriod.objects.get(line__code="A2", period=following)
    change_line(actor=finance, line=a2, changes={"method": "income"}, reason="It is income")
    undone, count, stay = undo_set(actor=finance, act=act, period=following)
    assert (count, [row.line.code for row in stay]) == (2, ["A2"])
    before["heading_label"]["A2"] = "Council Tax"
    before["heading_kind"]["A2"] = "funding"
    before["service_label"]["A2"] = "Service w1"
    assert {name: facts(name) for name in before} == before
    assert undone.verb == "savings.lines_set_undone"
    assert history_model(LineInPeriod).objects.filter(act=undone).count() == 2
    with pytest.raises(ValidationError, match="nothing to take back"):
        undo_set(actor=finance, act=act, period=following)
    with pytest.raises(ValidationError, match="did not set facts"):
        undo_set(actor=finance, act=undone, period=following)


def test_taking_back_the_second_of_two_changes_gives_what_the_first_left(worked, finance):
    following = close_and_open_next(
        actor=finance, period=worked.period, new=NewPeriod("2016/17 M03", 2016, date(2016, 6, 30), month=3)
    )
    set_on_lines(
        actor=finance, period=following, values={"method": "demand"}, versions=versions(worked, "A1", "B1", "N1")
    )
    act, _count = set_on_lines(
        actor=finance, period=following, values={"method": "other"}, versions=versions(worked, "A1", "A2")
    )
    undo_set(actor=finance, act=act, period=following)
    assert {code: facts("method")[code] for code in ("A1", "A2", "B1")} == {
        "A1": "demand",
        "A2": "income",
        "B1": "demand",
    }


def test_a_change_of_a_closed_period_is_not_taken_back(worked, finance):
    act, _count = set_on_lines(
        actor=finance, period=worked.period, values={"method": "other"}, versions=versions(worked, "A1")
    )
    following = close_and_open_next(
        actor=finance, period=worked.period, new=NewPeriod("2016/17 M03", 2016, date(2016, 6, 30), month=3)
    )
    assert what_undoing_does(act, following).back == []
    with pytest.raises(ValidationError, match="nothing to take back"):
        undo_set(actor=finance, act=act, period=following)
    with pytest.raises(ValidationError, match="is closed"):
        undo_set(actor=finance, act=act, period=worked.period)


def queries_for(worked: Worked, finance, number: int) -> tuple[int, int]:
    """How often setting facts on so many new lines asks the database, and taking it back does."""
    rows = [factories.line(worked.period, worked.projects["PE"], {2016: 5}) for _ in range(number)]
    following = {row.pk: row.version for row in rows}
    values = {"method": "demand", "heading": worked.headings["New"]}
    with CaptureQueriesContext(connection) as setting:
        act, _count = set_on_lines(actor=finance, period=worked.period, values=values, versions=following)
    with CaptureQueriesContext(connection) as looking:
        what_undoing_does(act, worked.period)
    return len(setting), len(looking)


def test_many_lines_take_as_many_queries_as_few(worked, finance):
    most = 200 if connection.vendor == "postgresql" else 30
    few, many = queries_for(worked, finance, 2), queries_for(worked, finance, most)
    assert few == many
    assert few[0] <= 14


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_facts_on_the_same_lines_at_once_one_is_refused():
    worked = worked_programme()
    finance = factories.actor(factories.finance_officer())
    seen = versions(worked, "A1", "A2", "B1")
    answers: dict[str, object] = {}
    start = threading.Barrier(2)

    def run(method: str) -> None:
        try:
            start.wait()
            answers[method] = set_on_lines(
                actor=finance, period=worked.period, values={"method": method}, versions=seen
            )
        except ValidationError as refused:
            answers[method] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(method,)) for method in ("other", "demand")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (refused,) = [answer for answer in answers.values() if isinstance(answer, ValidationError)]
    assert isinstance(refused, ChangedMeanwhile)
    (kept,) = [method for method, answer in answers.items() if not isinstance(answer, ValidationError)]
    assert {facts("method")[code] for code in ("A1", "A2", "B1")} == {kept}
