"""One risk with its actions, who handles it, how it moved; and the scale, which no score in use may outgrow."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from futurefit.history.models import Act
from futurefit.history.services import record_act
from futurefit.history.tracking import history_model
from risks.models import Risk, RiskAction, RiskScale
from risks.movement import Stood, move_of
from risks.services import escalate_risk, save_scale
from tests import factories as f
from tests.pages.page import page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2016, 5, 20)


@pytest.fixture
def small() -> f.SmallProgramme:
    return f.small_programme()


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(f.programme_officer(), backend="futurefit.access.backends.AccountBackend")
    return client


def risk(small: f.SmallProgramme, code: str = "R1", score: tuple[int, int] | None = None, **fields) -> Risk:
    likelihood, impact = score or (None, None)
    wanted = {"project": small.projects[0], **fields}
    return f.RiskFactory(
        programme=small.programme, code=code, current_likelihood=likelihood, current_impact=impact, **wanted
    )


def send(client: Client, address: str, **typed: str):
    html = client.get(address).content.decode()
    opened = re.search(r'name="as_opened" value="([^"]*)"', html)
    assert opened, address
    return client.post(address, {"as_opened": opened[1], **typed})


def rows(*typed: dict[str, str]) -> dict[str, str]:
    named = {f"row-{at}-{name}": value for at, row in enumerate(typed) for name, value in row.items()}
    return {"row-count": str(len(typed)), **named}


# --- actions


def test_actions_are_entered_together_and_the_overdue_one_says_by_how_much(office, small):
    row, post = risk(small), f.PostFactory(title="Head of roads")
    late = {"description": "Ask the provider", "owner": str(post.pk), "due_on": "13 5 2016", "status": "open"}
    done = {"description": "Write it down", "due_on": "1 5 2016", "status": "done"}
    assert send(office, "/risks/R1/actions/", **rows(late, done)).status_code == 302
    assert Act.objects.about(row).latest("pk").sentence == "Actions on risk R1: 2 added."
    html = office.get("/risks/R1/").content.decode()
    assert "Overdue: 7 days" in html
    assert html.count("Overdue:") == 1, "what is done is not overdue"
    assert html.index("Write it down") < html.index("Ask the provider"), "the first due first"
    assert "Head of roads" in html


def test_an_action_without_words_or_with_a_day_that_is_none_is_refused_and_keeps_what_was_typed(office, small):
    risk(small)
    refused = send(office, "/risks/R1/actions/", **rows({"description": "Ask", "due_on": "soon", "status": "open"}))
    assert refused.status_code == 400
    assert "“soon” is not a day" in refused.content.decode()
    assert 'value="soon"' in refused.content.decode()
    assert not RiskAction.objects.exists()


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(office, small):
    row = risk(small)
    opened = re.search(r'name="as_opened" value="([^"]*)"', office.get("/risks/R1/actions/").content.decode())
    assert opened
    RiskAction.objects.create(risk=row, description="Theirs")
    mine = rows({"description": "Mine", "status": "open"})
    assert office.post("/risks/R1/actions/", {"as_opened": opened[1], **mine}).status_code == 409
    assert [action.description for action in RiskAction.objects.all()] == ["Theirs"]


# --- escalation


def test_who_escalates_says_why_and_the_risk_stands_with_the_theme_and_the_programme(office, small):
    row = risk(small, score=(4, 4))
    theme, project = small.themes[0], small.projects[0]
    refused = send(office, "/risks/R1/escalate/", to="theme", reason=" ")
    assert refused.status_code == 400
    assert "Why: nothing is entered." in refused.content.decode()
    assert send(office, "/risks/R1/escalate/", to="theme", reason="Two projects pay").status_code == 302
    assert f"Escalated from {project.title} to the theme." in office.get(f"/themes/{theme.slug}/").content.decode()
    assert "No open risk is escalated" in office.get("/programme/").content.decode()
    assert send(office, "/risks/R1/escalate/", to="corporate", reason="All pay").status_code == 302
    corporate = office.get("/programme/").content.decode()
    assert f"Escalated from {project.title}." in corporate
    assert '<a href="/risks/R1/">' in corporate
    html = office.get("/risks/R1/").content.decode()
    assert html.index("Escalated risk R1 of " + project.title + " to the theme.") < html.index("All pay")
    assert "Two projects pay" in html
    assert [act.reason for act in Act.objects.about(row).filter(verb="risks.risk_escalated")] == [
        "All pay",
        "Two projects pay",
    ]
    assert "R1" in office.get("/risks/", {"escalated": "corporate"}).content.decode()
    assert "No risk that you may see fits." in office.get("/risks/", {"escalated": "theme"}).content.decode()


def test_a_closed_risk_one_without_a_theme_and_one_of_a_theme_go_where_they_can(small):
    closed, alone = risk(small, "CLOSED", status="closed"), risk(small, "ALONE")
    of_theme = risk(small, "THEME", project=None, theme=small.themes[0])
    small.projects[0].theme = None
    small.projects[0].save()
    for row, to, words in (
        (closed, "corporate", "is closed"),
        (alone, "theme", "has no theme"),
        (of_theme, "theme", "has no theme"),
    ):
        with pytest.raises(ValidationError, match=words):
            escalate_risk(actor=f.TESTS, risk=row, to=to, reason="Why not")
    assert escalate_risk(actor=f.TESTS, risk=of_theme, to="corporate", reason="Why not")
    assert not escalate_risk(actor=f.TESTS, risk=of_theme, to="corporate", reason="Again"), "it is there already"


def test_on_the_programme_page_nobody_reads_a_corporate_risk_of_a_project_that_they_may_not_open(small, client):
    risk(small, score=(4, 4), project=small.projects[1], escalated_to="corporate", description="Not theirs")
    assert "Not theirs" not in page(client, small.cast().head, "/programme/").html
    assert "Not theirs" in page(client, f.auditor(), "/programme/").html


# --- movement


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        (None, ("open", 6), "New: 6"),
        (None, ("open", None), "New"),
        (("open", None), ("open", 9), "Newly scored: 9"),
        (("open", 6), ("open", 12), "Risen from 6 to 12"),
        (("open", 12), ("open", 6), "Fallen from 12 to 6"),
        (("open", 12), ("open", None), "No longer scored"),
        (("open", 12), ("closed", 6), "Closed"),
        (("closed", 6), ("open", 6), "Opened again"),
        (("open", 12), None, "Removed"),
        (("open", 12), ("open", 12), "No change"),
    ],
)
def test_a_risk_moves_in_one_way(then, now, words):
    assert move_of(then and Stood(*then), now and Stood(*now)).words == words


def _on(month: int) -> datetime:
    return datetime(2015, month, 1, 12, tzinfo=UTC)


def _scored(row: Risk, month: int, score: tuple[int, int] | None, **fields) -> None:
    with record_act(actor=f.TESTS, verb="tests.scored", sentence="Scored.", at=_on(month)):
        row.current_likelihood, row.current_impact = score or (None, None)
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()


def test_movement_is_told_since_the_last_closing_and_at_a_closed_period_since_the_one_before(office):
    plan = f.ProgrammeFactory(is_current=True)
    first = f.ReportingPeriodFactory(
        programme=plan, label="2015/16 M05", month=5, ends_on=date(2015, 8, 31), opened_at=_on(7)
    )
    f.close(first, at=_on(9))
    second = f.ReportingPeriodFactory(
        programme=plan, label="2015/16 M06", month=6, ends_on=date(2015, 9, 30), opened_at=_on(9)
    )
    f.close(second, at=_on(10))
    f.ReportingPeriodFactory(programme=plan, label="2015/16 M07", ends_on=date(2015, 10, 31))
    with record_act(actor=f.TESTS, verb="tests.entered", sentence="Entered.", at=_on(8)):
        theme = f.ThemeFactory(programme=plan)
        one, other = (f.RiskFactory(programme=plan, theme=theme, code=code) for code in ("ONE", "OTHER"))
    _scored(one, 8, (2, 3))
    _scored(one, 9, (2, 3), mitigation="Nothing that moves it")
    _scored(other, 9, (5, 5))
    _scored(one, 10, (3, 4))
    _scored(other, 10, (5, 5), status="closed")
    with record_act(actor=f.TESTS, verb="tests.scored", sentence="Scored.", at=datetime(2015, 11, 1, tzinfo=UTC)):
        one.current_likelihood, one.current_impact = 5, 4
        one.save()
    assert "Since 2015/16 month 6: risen from 12 to 20." in office.get("/risks/ONE/").content.decode()
    then = office.get("/risks/ONE/", {"period": second.label}).content.decode()
    assert "Since 2015/16 month 5: risen from 6 to 12." in then
    assert 'data-label="Score">12<' in then
    assert 'data-label="Score">20<' not in then
    assert "Since" not in office.get("/risks/ONE/", {"period": first.label}).content.decode().partition("<h2")[0]
    listed = office.get("/risks/", {"period": second.label}).content.decode()
    assert "Moved since 2015/16 month 5" in listed
    assert '<dt>Risen</dt><dd>1: <a href="/risks/ONE/?period=2015%2F16+M06">ONE</a></dd>' in listed
    assert "<dt>Closed</dt><dd>1:" in listed
    other.delete()
    assert "<dt>Removed</dt><dd>1: OTHER</dd>" in office.get("/risks/").content.decode()
    assert "<dt>Removed</dt>" not in office.get("/risks/", {"q": "ONE"}).content.decode(), "a filter cannot tell"


# --- the scale


SCALE = {"points": "4", "tolerance": "8", "likelihood_labels": "", "impact_labels": "", "bands": "Low 4\nHigh to 16"}


def test_fewer_points_than_a_score_in_use_are_refused_with_the_risks_named(office, small):
    risk(small, "NOW", (5, 2))
    risk(small, "BEFORE", inherent_likelihood=1, inherent_impact=5)
    risk(small, "FITS", (4, 4))
    refused = send(office, "/risks/scale/", **SCALE)
    assert refused.status_code == 400
    assert "NOW, BEFORE have a score above 4. Score anew first." in refused.content.decode()
    assert not RiskScale.objects.exists()


def test_a_scale_is_set_and_named_where_risks_are_read_and_a_closed_period_keeps_its_own(office, small):
    risk(small, score=(3, 4))
    assert send(office, "/risks/scale/", **{**SCALE, "impact_labels": "A\nB\nC\nD"}).status_code == 302
    assert Act.objects.latest("pk").sentence == "Set the risk scale: 4 × 4, tolerance 8."
    html = office.get("/risks/R1/").content.decode()
    assert "12 High, beyond tolerance" in html
    assert "likelihood 3 × impact 4 (D)" in html
    assert "Bands: Low to 4, High to 16." in office.get("/risks/").content.decode()
    assert history_model(RiskScale)._default_manager.count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"points": "11"}, "11 is not from 2 to 10"),
        ({"points": "five"}, "“five” is not a number"),
        ({"tolerance": "17"}, "17 is not a score of 1 to 16"),
        ({"impact_labels": "Small\nLarge"}, "2 for 4 points"),
        ({"bands": "Low"}, "“Low” has no score"),
        ({"bands": "Low 4\nHigh 4"}, "must end with a higher score"),
        ({"bands": "Low 4\nHigh 15"}, "It must end with the highest score, 16"),
        ({"bands": "Low 4\nlow 16"}, "two have the same name"),
    ],
)
def test_a_scale_that_cannot_be_is_refused_in_words(office, small, changed, words):
    refused = send(office, "/risks/scale/", **{**SCALE, **changed})
    assert refused.status_code == 400
    assert words in refused.content.decode()
    assert not RiskScale.objects.exists()


def test_the_same_scale_saved_again_is_no_act(small):
    wanted = {"points": 5, "tolerance": 12, "likelihood_labels": [], "impact_labels": [], "bands": []}
    assert save_scale(actor=f.TESTS, programme=small.programme, **wanted)
    assert not save_scale(actor=f.TESTS, programme=small.programme, **wanted)


# --- beside the money, in the history


def test_the_dossier_says_the_money_at_risk_beside_its_risks(office, small):
    risk(small)
    html = office.get(f"/projects/{small.projects[0].code}/").content.decode()
    said = html[html.index("Money at risk in this project") :]
    # a quarter amber and a quarter red of 100,000
    assert 'data-value="50000"' in said[:200]
    assert "measure=at_risk" in said[:400]
    assert '<a href="/risks/R1/">' in html


def test_the_history_of_a_risk_holds_what_was_done_to_it_and_its_actions(office, small):
    risk(small)
    send(office, "/risks/R1/actions/", **rows({"description": "Ask", "status": "open"}))
    send(office, "/risks/R1/escalate/", to="corporate", reason="All pay")
    html = office.get("/risks/R1/history/").content.decode()
    assert "Actions on risk R1: 1 added." in html
    assert "Escalated risk R1" in html
    assert office.get("/risks/NONE/history/").status_code == 404
