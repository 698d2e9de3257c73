"""Pages of a reporting period: what each says, and what finance officers and the head of finance do there."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from futurefit.history.models import Act
from savings.models import ReportingPeriod
from savings.services.period_facts import note_correction, prepare_period
from savings.services.periods import close_and_open_next, period_named
from tests import factories
from tests.savings.views.on_page import page, signed_in
from tests.savings.worked_programme import Worked, worked_programme

pytestmark = pytest.mark.django_db

NEXT = {"label": "2016/17 M03", "ends_on": "", "due_on": "8 7 2016", "return_years_ahead": "1"}


@pytest.fixture
def worked() -> Worked:
    return worked_programme()


@pytest.fixture
def finance(db) -> Client:
    return signed_in(factories.finance_officer())


@pytest.fixture
def chief(db) -> Client:
    """Signed in as the head of finance."""
    return signed_in(factories.head_of_finance())


def address(act: str, period: ReportingPeriod) -> str:
    return reverse(f"savings:period_{act}", args=[period.pk])


def closed(worked: Worked) -> ReportingPeriod:
    """The worked programme's period, closed, with 2016/17 month 3 open."""
    close_and_open_next(actor=factories.TESTS, period=worked.period, new=period_named("2016/17 M03"))
    return ReportingPeriod.objects.get(pk=worked.period.pk)


class TestClosing:
    def test_it_takes_two_steps_and_a_tick_and_is_one_act(self, worked, chief):
        at = address("close", worked.period)
        opened = page(chief, at)
        assert 'value="2016/17 M03"' in opened, "the next in turn is offered"
        assert "Lines without an amount: 1" in opened and 'href="/lines/M1/"' in opened
        first = chief.post(at, {**NEXT, "step": "check", "version": "1"})
        html = first.content.decode()
        assert first.status_code == 200 and "Confirm: close 2016/17 month 2 for ever" in html
        assert "to 30 June 2016, returns due on 8 July 2016" in html
        assert ReportingPeriod.objects.get().is_open and not Act.objects.exists()
        unticked = chief.post(at, {**NEXT, "step": "close", "version": "1"})
        assert unticked.status_code == 400 and "Error: Confirm" in unticked.content.decode()
        assert "Tick the box to close 2016/17 month 2" in unticked.content.decode()
        assert ReportingPeriod.objects.get().is_open
        done = chief.post(at, {**NEXT, "step": "close", "version": "1", "confirmed": "on"}, follow=True)
        assert "2016/17 month 2 is closed for ever. 2016/17 month 3 is open" in done.content.decode()
        assert "7 savings lines with 9 amounts" in done.content.decode()
        assert Act.objects.get().post_title == "Head of finance"
        following = ReportingPeriod.objects.get(closed_at=None)
        assert (following.label, following.due_on) == ("2016/17 M03", date(2016, 7, 8))
        clicked_again = chief.post(at, {**NEXT, "step": "close", "version": "1", "confirmed": "on"})
        assert "2016/17 month 2 is closed for ever" in clicked_again.content.decode()
        assert (ReportingPeriod.objects.count(), Act.objects.count()) == (2, 1)

    def test_what_was_prepared_is_offered(self, worked, chief, finance):
        new = period_named("2016/17 Q2")
        prepare_period(actor=factories.TESTS, period=worked.period, due_on=None, return_years_ahead=1, following=new)
        assert 'value="2016/17 Q2"' in page(chief, address("close", worked.period))

    def test_a_page_opened_before_somebody_changed_the_period_closes_nothing(self, worked, chief):
        new = period_named("2016/17 M03")
        prepare_period(actor=factories.TESTS, period=worked.period, due_on=None, return_years_ahead=1, following=new)
        response = chief.post(
            address("close", worked.period), {**NEXT, "step": "close", "version": "1", "confirmed": "on"}
        )
        html = response.content.decode()
        assert response.status_code == 400 and "Somebody changed 2016/17 month 2" in html
        assert 'name="version" value="2"' in html and 'value="8 7 2016"' in html, "what was typed stays"
        assert ReportingPeriod.objects.get().is_open

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"label": "2016/17 M13"}, "&#x27;2016/17 M13&#x27; is not a reporting period"),
            ({"label": "2016/17 M02"}, "must end after 31 May 2016"),
            ({"label": "Spring"}, "“Spring” is no month, quarter or outturn"),
            ({"label": ""}, "Name of the period: nothing is entered"),
            ({"ends_on": "31 6 2016"}, "“31 6 2016” is not a day"),
            ({"return_years_ahead": "many"}, "Returns look ahead"),
            ({"version": ""}, "The page was not sent as it was opened"),
        ],
    )
    def test_a_bad_entry_is_refused_in_words_and_closes_nothing(self, worked, chief, typed, words):
        given = {**NEXT, "step": "check", "version": "1", **typed}
        response = chief.post(address("close", worked.period), given)
        assert response.status_code == 400
        assert "<title>Error: " in response.content.decode() and words in response.content.decode()
        assert ReportingPeriod.objects.get().is_open

    def test_a_closed_period_cannot_be_closed_again_and_leads_to_the_open_one(self, worked, chief):
        period = closed(worked)
        html = page(chief, address("close", period))
        assert "2016/17 month 2 is closed for ever." in html and "To 2016/17 month 3, which is open" in html
        assert chief.post(address("close", period), {**NEXT, "step": "close"}).status_code == 400

    def test_opening_the_page_asks_as_often_for_many_lines_and_writes_nothing(self, worked, chief):
        with CaptureQueriesContext(connection) as few:
            page(chief, address("close", worked.period))
        for _ in range(40):
            factories.line(worked.period, worked.projects["PA"], {2016: 5})
        with CaptureQueriesContext(connection) as many:
            page(chief, address("close", worked.period))
        assert len(many) == len(few)
        assert not Act.objects.exists()


class TestPreparing:
    TYPED = {
        "due_on": "9/6/2016",
        "return_years_ahead": "2",
        "next_label": "Summer 2016",
        "next_ends_on": "31 8 2016",
        "next_due_on": "",
        "next_years_ahead": "0",
        "version": "1",
    }  # fmt: skip

    def test_dates_and_a_period_of_ones_own_calendar_are_saved(self, worked, finance):
        at = address("prepare", worked.period)
        assert 'value="2016/17 M03"' in page(finance, at), "the next in turn is offered"
        done = finance.post(at, self.TYPED, follow=True).content.decode()
        assert "Summer 2016 is offered when it is closed." in done and "Summer 2016, to 31 August 2016" in done
        period = ReportingPeriod.objects.get()
        assert (period.due_on, period.return_years_ahead, period.next_years_ahead) == (date(2016, 6, 9), 2, 0)

    def test_a_stale_page_shows_both_values_and_keeps_what_was_typed(self, worked, finance):
        at = address("prepare", worked.period)
        finance.post(at, {**self.TYPED, "due_on": "1 6 2016"})
        response = finance.post(at, self.TYPED)
        html = response.content.decode()
        assert response.status_code == 400 and "Somebody changed 2016/17 month 2" in html
        assert re.search(r"Returns due on</th><td>1 June 2016</td><td>9/6/2016<|>2016-06-01</td><td>9/6/2016<", html)
        assert 'name="version" value="2"' in html
        assert finance.post(at, {**self.TYPED, "version": "2"}).status_code == 302

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"next_label": ""}, "Name of the next period: nothing is entered, but days of it are."),
            ({"next_ends_on": ""}, "“Summer 2016” is no month, quarter or outturn"),
            ({"due_on": "soon"}, "“soon” is not a day"),
            ({"next_ends_on": "1 4 2016"}, "must end after 31 May 2016"),
        ],
    )
    def test_a_bad_entry_is_refused_in_words(self, worked, finance, typed, words):
        response = finance.post(address("prepare", worked.period), {**self.TYPED, **typed})
        assert response.status_code == 400 and words in response.content.decode()
        assert ReportingPeriod.objects.get().version == 1


class TestDefinitions:
    def opened(self, chief: Client, period: ReportingPeriod) -> dict[str, str]:
        html = page(chief, address("definitions", period))
        digest = re.search(r'name="as_opened" value="([^"]+)"', html)[1]
        rows = {f"words_{row.status}": row.words for row in period.rag_definitions.all()}
        weights = {f"weight_{row.status}": str(row.weight) for row in period.rag_definitions.all()}
        return {**rows, **weights, "as_opened": digest, "reason": ""}

    def test_words_and_weights_are_saved_together(self, worked, chief):
        sent = self.opened(chief, worked.period)
        at = address("definitions", worked.period)
        response = chief.post(at, {**sent, "weight_amber": "40", "words_red": "Lost unless decided anew"}, follow=True)
        assert "Lost unless decided anew" in response.content.decode()
        assert worked.period.rag_definitions.get(status="amber").weight == 40
        stale = chief.post(at, {**sent, "weight_amber": "30"})
        assert stale.status_code == 400
        assert "<td>40</td><td>30</td>" in stale.content.decode(), "both values stand side by side"

    @pytest.mark.parametrize("weight", ["101", "12.5", "-1", "half", ""])
    def test_what_is_no_weight_is_refused(self, worked, chief, weight):
        sent = self.opened(chief, worked.period)
        response = chief.post(address("definitions", worked.period), {**sent, "weight_amber": weight})
        assert response.status_code == 400 and "Weight of Amber" in response.content.decode()
        assert worked.period.rag_definitions.get(status="amber").weight == 50


class TestNotes:
    def test_the_note_stands_on_every_page_as_at_the_period(self, worked, chief, finance):
        period = closed(worked)
        response = chief.post(address("note", period), {"note": "B1 was 60.", "version": str(period.version)})
        assert response.status_code == 302
        for at in (reverse("savings:plan"), reverse("savings:line_list"), reverse("pages:theme_list")):
            html = page(finance, at, period=period.label)
            assert "<strong>Note of correction:</strong> B1 was 60." in html
            assert "Note of correction" not in page(finance, at)

    def test_an_open_period_has_none(self, worked, chief):
        assert "is open: its figures are corrected where they stand" in page(chief, address("note", worked.period))
        assert chief.post(address("note", worked.period), {"note": "x", "version": "1"}).status_code == 400


class TestReading:
    def test_the_list_says_who_closed_each_and_leads_to_its_page(self, worked, chief):
        at = address("close", worked.period)
        chief.post(at, {**NEXT, "step": "close", "version": "1", "confirmed": "on"})
        html = page(signed_in(factories.auditor()), reverse("savings:period_list"))
        assert f'href="/periods/{worked.period.pk}/"' in html
        assert html.count("Head of finance") == 1
        assert "Close 2016/17" not in html, "an auditor changes nothing"
        detail = page(chief, address("detail", ReportingPeriod.objects.get(closed_at=None)))
        assert "by Head of finance" in detail and "Began as a copy of" in detail

    def test_a_period_of_another_programme_is_not_found(self, worked, finance):
        other = factories.ReportingPeriodFactory()
        assert finance.get(address("detail", other)).status_code == 404
        assert finance.get(address("detail", other), {"programme": other.programme.slug}).status_code == 200
        assert finance.get(address("detail", worked.period), {"period": "2015/16 M07"}).status_code == 404

    def test_it_asks_as_often_for_many_periods(self, worked, finance):
        at = reverse("savings:period_list")
        with CaptureQueriesContext(connection) as few:
            page(finance, at)
        for month in range(4, 10):
            factories.ReportingPeriodFactory(
                programme=worked.programme, label=f"2015/16 M{month:02d}", month=month, closed=True
            )
        with CaptureQueriesContext(connection) as many:
            page(finance, at)
        assert len(many) == len(few)


class TestTheFirst:
    def test_the_head_of_finance_opens_the_first_period_of_a_programme(self, chief, settings):
        settings.TODAY = date(2016, 5, 20)
        programme = factories.ProgrammeFactory(slug="new", is_current=True)
        at = reverse("savings:period_open")
        assert 'value="2016/17 M02"' in page(chief, at)
        bad = chief.post(at, {**NEXT, "label": "2016/17 M13"})
        assert bad.status_code == 400 and "No period was opened" in bad.content.decode()
        chief.post(at, NEXT)
        period = ReportingPeriod.objects.get(programme=programme)
        assert (period.label, period.due_on) == ("2016/17 M03", date(2016, 7, 8))
        assert "has its first period" in page(chief, at)
        assert chief.post(at, NEXT).status_code == 400

    def test_before_it_pages_say_who_opens_it(self, chief, finance):
        factories.ProgrammeFactory(slug="new", is_current=True)
        assert 'href="/periods/open/?programme=new"' in page(chief, reverse("savings:period_list"))
        assert "/periods/open/" not in page(finance, reverse("savings:period_list"))

    def test_without_a_programme_it_is_not_found(self, chief):
        assert chief.get(reverse("savings:period_open")).status_code == 404
        assert chief.get(reverse("savings:period_open"), {"programme": "none"}).status_code == 404


def test_a_note_may_be_long_and_is_shortened_in_the_banner(worked, finance):
    period = closed(worked)
    note_correction(actor=factories.TESTS, period=period, note="word " * 200)
    html = page(finance, reverse("savings:plan"), period=period.label)
    assert f'href="/periods/{period.pk}/?period=2016%2F17+M02">About this period' in html
    assert html.count("word ") < 70
