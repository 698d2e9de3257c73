"""Adding a line and changing its facts on the page: defaults, refusals that keep what was typed, both values."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from futurefit.council.models import PostKind
from futurefit.history.models import Act
from savings.models import LineInPeriod, SavingsLine
from savings.services.lines import change_line
from tests import factories
from tests.savings.views.on_page import page, signed_in
from tests.savings.worked_programme import Worked, worked_programme

pytestmark = pytest.mark.django_db

FACTS = {
    "title": "Fewer copies",
    "reference": "C 4",
    "directorate": "NORTH",
    "service": "n1",
    "corporate_area": "",
    "saving_type": "new",
    "heading": "new",
    "method": "demand",
    "recurring": "recurring",
    "budget_code": "B12",
    "amount_in_words": "",
    "note": "From the paper.",
}


@pytest.fixture
def worked() -> Worked:
    return worked_programme()


@pytest.fixture
def finance(db):
    return signed_in(factories.finance_officer())


@pytest.fixture
def of_north(worked):
    """A finance officer who looks after the directorate North alone."""
    user = factories.holder(PostKind.FINANCE_OFFICER, directorates=[worked.directorates["North"]])
    return signed_in(user)


def line(code: str) -> LineInPeriod:
    return LineInPeriod.objects.select_related("line").get(line__code=code)


def field(response, name: str) -> str:
    return str(response.context["form"][name])


class TestAdding:
    ADDRESS = "/projects/PA/savings/add/"

    def test_the_form_starts_where_the_project_stands_and_says_so(self, worked, finance):
        project = worked.projects["PA"]
        project.directorate, project.saving_type = worked.directorates["South"], "further"
        project.save()
        html = page(finance, self.ADDRESS)
        assert "The project’s: South." in html
        assert "The project’s: Further." in html
        assert "The project states none." in html
        assert '<option value="SOUTH" selected>' in html

    def test_a_line_is_added_with_every_fact_and_a_code_of_the_product(self, worked, finance):
        response = finance.post(self.ADDRESS, FACTS)
        assert response.status_code == 302
        assert response.headers["Location"] == reverse("savings:grid_edit", args=["PA"])
        added = line("L0001")
        assert (added.title, added.line.reference, added.note) == ("Fewer copies", "C 4", "From the paper.")
        assert (added.directorate_label, added.service_label, added.heading_label) == (
            "North",
            "Service n1",
            "New Savings",
        )
        assert (added.method, added.recurring, added.saving_type) == ("demand", "recurring", "new")
        assert added.theme == worked.themes["Alpha"]
        act = Act.objects.get(verb="savings.lines_added")
        assert act.actor_name == "Finance officer"

    def test_save_and_add_another_comes_back_to_an_empty_form(self, worked, finance):
        response = finance.post(self.ADDRESS, {**FACTS, "then": "another"}, follow=True)
        html = response.content.decode()
        assert "Added “Fewer copies” to Project PA as L0001." in html
        assert 'value="Fewer copies"' not in html

    def test_what_the_project_states_can_be_left_unstated(self, worked, finance):
        project = worked.projects["PA"]
        project.directorate, project.service = worked.directorates["South"], worked.services["s1"]
        project.save()
        finance.post(self.ADDRESS, {**FACTS, "directorate": "", "service": "", "saving_type": "not_stated"})
        added = line("L0001")
        assert (added.directorate, added.service, added.saving_type) == (None, None, "not_stated")

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"title": ""}, "Title: nothing is entered."),
            ({"title": "x" * 251}, "Title: write at most 250 characters, not 251."),
            ({"title": "a\x00b"}, "Title: "),
            ({"method": "magic"}, "Method: “magic” cannot be chosen."),
            ({"directorate": "NOWHERE"}, "Directorate: this cannot be chosen."),
            ({"service": "a\x00b"}, "Service: this cannot be chosen."),
            ({"heading": "no-such"}, "MTFP heading: this cannot be chosen."),
            ({"recurring": ""}, "Recurring or one-off: nothing is chosen."),
        ],
    )
    def test_a_refusal_names_the_field_and_keeps_what_was_typed(self, worked, finance, wrong, words):
        response = finance.post(self.ADDRESS, {**FACTS, **wrong})
        html = response.content.decode()
        assert response.status_code == 400
        assert words in html
        assert "<title>Error:" in html
        assert "No line was added" in html
        assert "From the paper." in html
        assert not SavingsLine.objects.filter(code="L0001").exists()

    def test_an_officer_of_some_directorates_adds_lines_to_these_alone(self, worked, of_north):
        assert of_north.get(self.ADDRESS).status_code == 403
        project = worked.projects["PA"]
        project.directorate = worked.directorates["North"]
        project.save()
        html = page(of_north, self.ADDRESS)
        assert '<option value="SOUTH"' not in html
        assert of_north.post(self.ADDRESS, {**FACTS, "directorate": "SOUTH"}).status_code == 400
        assert of_north.post(self.ADDRESS, {**FACTS, "directorate": ""}).status_code == 400
        assert of_north.post(self.ADDRESS, FACTS).status_code == 302


class TestChanging:
    ADDRESS = "/lines/A1/edit/"

    def opened(self, client) -> dict[str, str]:
        """What a browser would send of the form as it opens."""
        form = client.get(self.ADDRESS).context["form"]
        sent = {name: form[name].value() for name in form.fields}
        keys = {"directorate": "code", "service": "code", "corporate_area": "slug", "heading": "slug"}
        for name, key in keys.items():
            sent[name] = getattr(getattr(line("A1"), name), key, "") if sent[name] else ""
        return sent

    def test_only_what_was_changed_is_changed(self, worked, finance):
        sent = {**self.opened(finance), "title": "Line A one", "method": "income", "reference": "R 1"}
        response = finance.post(self.ADDRESS, sent)
        assert (response.status_code, response.headers["Location"]) == (302, "/lines/A1/")
        assert (line("A1").title, line("A1").method, line("A1").line.reference) == ("Line A one", "income", "R 1")
        act = Act.objects.get()
        assert act.sentence == "Changed title, reference as printed, method of the savings line Line A1."

    def test_nothing_changed_is_no_act(self, worked, finance):
        response = finance.post(self.ADDRESS, self.opened(finance), follow=True)
        assert "Nothing was changed" in response.content.decode()
        assert not Act.objects.exists()

    def test_a_stale_save_shows_both_values_and_keeps_what_was_typed(self, worked, finance):
        sent = {**self.opened(finance), "title": "My title", "method": "other"}
        other = factories.actor(factories.finance_officer())
        change_line(actor=other, line=line("A1"), changes={"method": "staffing", "note": "Their note"})
        response = finance.post(self.ADDRESS, sent)
        html = response.content.decode()
        assert response.status_code == 400
        assert "Somebody changed this line since you opened the page" in html
        assert {(each.label, each.was, each.now, each.typed) for each in response.context["theirs"]} == {
            ("Method", "Contract", "Staffing", "Other"),
            ("Note", "Not stated", "Their note", "Nothing: the form below has what it is now"),
        }
        assert "Method: somebody changed it to “Staffing” meanwhile." in html
        assert 'value="My title"' in field(response, "title")
        assert "Their note" in field(response, "note")
        assert '<option value="other" selected>' in field(response, "method")
        assert line("A1").title == "Line A1"
        again = {**sent, "note": "Their note", "seen": response.context["form"]["seen"].value()}
        assert finance.post(self.ADDRESS, again).status_code == 302
        assert (line("A1").title, line("A1").method, line("A1").note) == ("My title", "other", "Their note")

    def test_a_form_that_was_not_sent_as_opened_is_refused(self, worked, finance):
        for seen in ("", "nonsense", "a\x00b"):
            response = finance.post(self.ADDRESS, {**self.opened(finance), "seen": seen, "title": "New"})
            assert response.status_code == 400
            assert "The page was not sent as it was opened" in response.content.decode() or "\x00" in seen
        assert line("A1").title == "Line A1"

    def test_what_another_kind_of_page_showed_is_refused(self, worked, finance):
        for address in ("/bulk/?chosen=A1&set-method=other", "/lines/A1/split/"):
            (seen,) = re.findall(r'name="seen" value="([^"]+)"', page(finance, address))
            response = finance.post(self.ADDRESS, {**self.opened(finance), "seen": seen, "title": "New"})
            assert response.status_code == 400
            assert "The page was not sent as it was opened" in response.content.decode()

    def test_a_line_cannot_be_put_where_it_is_not_ones_own(self, worked, of_north):
        sent = self.opened(of_north)
        assert of_north.post(self.ADDRESS, {**sent, "directorate": "SOUTH"}).status_code == 400
        assert of_north.get("/lines/A2/edit/").status_code == 403
        assert of_north.post("/lines/A2/edit/", sent).status_code == 403

    def test_a_withdrawn_line_is_restored_first(self, worked, finance):
        html = page(finance, "/lines/W1/edit/")
        assert "Line W1 is withdrawn. Restore it before you change it." in html
        assert 'href="/lines/W1/restore/"' in html
        assert finance.post("/lines/W1/edit/", {"title": "x"}).status_code == 400

    def test_in_a_closed_period_there_is_no_editing(self, worked, finance):
        sent = self.opened(finance)
        here = {"line": worked.lines["A1"].line, "project": worked.projects["PA"]}
        factories.ReportingPeriodFactory(
            programme=worked.programme,
            label="2016/17 M01",
            month=1,
            ends_on="2016-04-30",
            closed=True,
            filled=lambda earlier: factories.LineInPeriodFactory(period=earlier, **here),
        )
        address = f"{self.ADDRESS}?period=2016/17+M01"
        html = page(finance, address)
        assert "2016/17 month 1 is closed: its figures and facts never change." in html
        assert "<textarea" not in html
        assert f'href="{self.ADDRESS}"' in html
        assert finance.post(address, {**sent, "title": "New"}).status_code == 400
        assert not LineInPeriod.objects.filter(title="New").exists()

    def test_the_page_of_a_line_offers_its_acts_to_whoever_may(self, worked, finance, of_north):
        assert 'href="/lines/A1/split/"' in page(finance, "/lines/A1/")
        assert 'href="/projects/PA/savings/">Enter its amounts<' in page(finance, "/lines/A1/")
        withdrawn = page(finance, "/lines/W1/")
        assert 'href="/lines/W1/restore/"' in withdrawn and "Enter its amounts" not in withdrawn
        assert 'href="/lines/A1/edit/"' in page(of_north, "/lines/A1/")
        assert "/edit/" not in page(of_north, "/lines/A2/")
        assert "/edit/" not in page(signed_in(factories.auditor()), "/lines/A1/")


def test_the_pages_ask_as_often_whatever_the_number_of_lines(worked, finance):
    def counted() -> dict[str, int]:
        counts = {}
        for address in (
            "/projects/PE/savings/add/",
            "/lines/A1/edit/",
            "/projects/PE/savings/order/",
            "/bulk/?every=yes",
        ):
            with CaptureQueriesContext(connection) as queries:
                assert finance.get(address).status_code == 200
            counts[address] = len(queries)
        return counts

    factories.line(worked.period, worked.projects["PE"], {2016: 1})
    few = counted()
    for _number in range(30):
        factories.line(worked.period, worked.projects["PE"], {2016: 1})
    assert counted() == few
    assert max(few.values()) <= 12, few
