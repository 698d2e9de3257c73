"""Setting facts on many lines on the page: choosing, looking, changing all or none, taking back."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from futurefit.council.models import PostKind
from futurefit.history.models import Act
from savings.models import LineInPeriod
from savings.services.lines import change_line
from tests import factories
from tests.savings.views.on_page import page, signed_in
from tests.savings.worked_programme import Worked, worked_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked() -> Worked:
    return worked_programme()


@pytest.fixture
def finance(db):
    return signed_in(factories.finance_officer())


@pytest.fixture
def of_north(worked):
    user = factories.holder(PostKind.FINANCE_OFFICER, directorates=[worked.directorates["North"]])
    return signed_in(user)


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def methods() -> dict[str, str]:
    return dict(LineInPeriod.objects.filter(withdrawn=False).values_list("line__code", "method"))


def looked_at(client, query: str) -> dict[str, str]:
    """What a browser would send of the page that shows what will change."""
    html = page(client, f"/bulk/?{query}")
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', html)
    return {"seen": seen, "reason": ""}


class TestChoosing:
    def test_the_list_offers_a_box_before_each_line_to_finance_officers(self, worked, finance):
        html = page(finance, "/lines/")
        assert html.count('name="chosen"') == 6
        assert "Change all 6 lines that fit" in html
        assert 'name="chosen"' not in page(signed_in(factories.auditor()), "/lines/")

    def test_the_filter_goes_along_and_the_page_and_the_order_do_not(self, worked, finance):
        html = page(finance, "/lines/?theme=alpha&sort=-title&page=1")
        (form,) = re.findall(r'<form class="ff-choose".*?</form>', html, re.DOTALL)
        assert '<input type="hidden" name="theme" value="alpha">' in form
        assert 'type="hidden" name="sort"' not in form
        assert 'type="hidden" name="page"' not in form

    def test_a_file_holds_no_boxes(self, worked, finance):
        assert "Choose" not in finance.get("/lines/", {"export": "csv"}).content.decode()

    def test_the_lines_chosen_are_those_of_the_boxes_or_of_the_filter(self, worked, finance):
        assert "No line is chosen." in page(finance, "/bulk/")
        assert "2 lines chosen." in text(page(finance, "/bulk/?chosen=A1&chosen=B2&theme=alpha"))
        assert "2 lines : Theme: Alpha." in text(page(finance, "/bulk/?every=yes&theme=alpha")).replace(
            "lines:", "lines :"
        )
        assert "3 lines" in text(page(finance, "/bulk/?every=yes&year=2016/17"))
        assert "6 lines: Every line of the programme." in text(page(finance, "/bulk/?every=yes"))

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("chosen=NONE", "There is no savings line “NONE”"),
            ("chosen=W1", "There is no savings line “W1”"),
            ("chosen=A1&chosen=NONE", "There is no savings line “NONE”"),
            ("every=no", "“no” cannot be used"),
            ("every=yes&theme=omega", "Theme: “omega” cannot be used"),
            ("every=yes&set-colour=red", "“set-colour” is not a filter of this page"),
            ("chosen=A1&colour=red", "“colour” is not a filter of this page"),
        ],
    )
    def test_what_the_address_may_not_say_is_refused(self, worked, finance, query, words):
        response = finance.get(f"/bulk/?{query}")
        assert (response.status_code, words in text(response.content.decode())) == (400, True)
        assert "What to set" not in response.content.decode()

    def test_a_nul_byte_among_the_lines_chosen_is_no_line(self, worked, finance):
        assert finance.get("/bulk/?chosen=%00&chosen=A1").status_code == 400


class TestLooking:
    def test_it_says_from_what_to_what_how_many_and_what_cannot(self, worked, of_north):
        words = text(page(of_north, "/bulk/?every=yes&set-method=contract&set-heading=new"))
        assert "2 lines will change, 1 says so already, 3 cannot be changed." in words
        assert "MTFP heading: from Not stated to New Savings , 2 lines" in words
        assert "Method: from Staffing to Contract , 1 line" in words
        assert "Line A2 (A2): another finance officer looks after its directorate." in words

    def test_where_nothing_would_change_there_is_no_button(self, worked, finance):
        html = page(finance, "/bulk/?chosen=A1&set-method=contract")
        assert "Nothing would change: 1 line says so already." in text(html)
        assert 'name="seen"' not in html

    def test_nothing_to_set_and_what_cannot_be_set_are_said(self, worked, finance):
        assert "Nothing is chosen yet." in page(finance, "/bulk/?chosen=A1&set-method=")
        response = finance.get("/bulk/?chosen=A1&set-method=magic")
        assert response.status_code == 400
        assert "Method: “magic” cannot be chosen." in response.content.decode()
        assert "<title>Error:" in response.content.decode()

    def test_a_service_is_named_with_its_directorate_and_the_line_s_own_stays(self, worked, finance):
        html = page(finance, "/bulk/?chosen=A1&set-service=w1")
        assert "Service w1 (WEST)" in html
        assert "The directorate of each line stays as it is." in html

    def test_in_a_closed_period_there_is_no_editing(self, worked, finance):
        factories.ReportingPeriodFactory(
            programme=worked.programme, label="2016/17 M01", month=1, ends_on="2016-04-30", closed=True
        )
        assert "is closed: its figures and facts never change" in page(finance, "/bulk/?period=2016/17+M01")
        assert 'name="chosen"' not in page(finance, "/lines/?period=2016/17+M01")


class TestChanging:
    QUERY = "chosen=A1&chosen=B1&chosen=N1&set-method=other&set-heading=council-tax"

    def test_all_are_changed_as_one_act(self, worked, finance):
        sent = {**looked_at(finance, self.QUERY), "reason": "Retagged"}
        response = finance.post(f"/bulk/?{self.QUERY}", sent, follow=True)
        act = Act.objects.get(verb="savings.lines_set")
        words = text(response.content.decode())
        assert "Set MTFP heading to Council Tax and method to Other on 3 savings lines." in words
        assert act.reason == "Retagged"
        assert [methods()[code] for code in ("A1", "A2", "B1", "N1")] == ["other", "income", "other", "other"]

    def test_a_line_changed_meanwhile_stops_all_and_both_values_are_shown(self, worked, finance):
        sent = looked_at(finance, self.QUERY)
        line = LineInPeriod.objects.get(line__code="B1")
        change_line(actor=factories.TESTS, line=line, changes={"method": "property"})
        response = finance.post(f"/bulk/?{self.QUERY}", sent)
        html = response.content.decode()
        assert response.status_code == 400
        assert "1 of the lines was changed since you looked at what will change." in text(html)
        (each,) = response.context["meanwhile"]
        assert (each.was, each.now) == (
            "MTFP heading: Not stated; method: Staffing",
            "MTFP heading: Not stated; method: Property",
        )
        assert "Method: from Property to Other" in text(html), "what will change is worked out anew"
        assert methods()["A1"] == "contract"

    @pytest.mark.parametrize("seen", ["", "nonsense", "a:b:c"])
    def test_what_was_not_sent_as_opened_is_refused(self, worked, finance, seen):
        response = finance.post(f"/bulk/?{self.QUERY}", {"seen": seen})
        assert response.status_code == 400
        assert "The page was not sent as it was opened" in response.content.decode()
        assert not Act.objects.exists()

    def test_without_anything_to_set_nothing_is_done(self, worked, finance):
        assert finance.post("/bulk/?chosen=A1", looked_at(finance, self.QUERY)).status_code == 400
        assert not Act.objects.exists()

    def test_what_another_officer_looked_at_is_not_theirs_to_change(self, worked, finance, of_north):
        query = "chosen=A1&chosen=A2&set-method=other"
        assert of_north.post(f"/bulk/?{query}", looked_at(finance, query)).status_code == 403
        assert not Act.objects.exists()


class TestTakingBack:
    def changed(self, client, query: str) -> str:
        """The address of what was done."""
        return client.post(f"/bulk/?{query}", looked_at(client, query)).headers["Location"]

    def test_it_writes_back_what_was_said_before_and_names_what_stays(self, worked, finance):
        self.changed(finance, "chosen=A1&chosen=B1&chosen=N1&set-method=demand")
        address = self.changed(finance, "chosen=A1&chosen=B1&chosen=N1&set-method=other")
        change_line(actor=factories.TESTS, line=LineInPeriod.objects.get(line__code="N1"), changes={"note": "x"})
        assert "2 lines can be set back to what they said before. 1 was changed since and will stay: Line N1." in text(
            page(finance, address)
        )
        response = finance.post(address, follow=True)
        words = text(response.content.decode())
        assert "Taken back: 2 lines say what was said before. Changed since and left as they are: Line N1." in words
        assert [methods()[code] for code in ("A1", "B1", "N1")] == ["demand", "demand", "other"]
        assert finance.post(address).status_code == 400

    def test_an_act_of_another_kind_or_number_is_not_found(self, worked, finance):
        change_line(actor=factories.TESTS, line=LineInPeriod.objects.get(line__code="N1"), changes={"note": "x"})
        other = Act.objects.get()
        for number in (other.pk, "x", "", "0", "-1", "9" * 30, "%00"):
            assert finance.get(f"/bulk/done/?act={number}").status_code == 404
        assert finance.post("/bulk/done/").status_code == 404

    def test_the_latest_changes_are_listed(self, worked, finance):
        assert "No fact was set on several lines at once in this month." in page(finance, "/bulk/done/")
        address = self.changed(finance, "chosen=A1&set-method=other")
        html = page(finance, "/bulk/done/")
        assert "Set method to Other on 1 savings line." in html
        assert f'href="{address}"' in html

    def test_only_who_looks_after_the_lines_takes_it_back(self, worked, finance, of_north):
        self.changed(finance, "chosen=A2&set-method=demand")
        address = self.changed(finance, "chosen=A2&set-method=other")
        assert "Take this change back" not in page(of_north, address)
        assert of_north.post(address).status_code == 403


@pytest.mark.parametrize("stale", [False, True])
def test_what_another_preview_showed_is_refused(worked, finance, stale):
    """A page of one line, and a preview of other facts; also where somebody changed the line meanwhile."""
    (of_a_line,) = re.findall(r'name="seen"[^>]*?value="([^"]+)"', page(finance, "/lines/A1/edit/"))
    of_other_facts = looked_at(finance, "chosen=A1&set-method=other")["seen"]
    before = methods()
    if stale:
        change_line(actor=factories.TESTS, line=LineInPeriod.objects.get(line__code="A1"), changes={"note": "x"})
    for seen in (of_a_line, of_other_facts):
        response = finance.post("/bulk/?chosen=A1&set-method=other&set-recurring=one_off", {"seen": seen})
        assert response.status_code == 400
        assert "The page was not sent as it was opened." in text(response.content.decode())
    assert methods() == before


def test_changing_many_asks_as_often_as_changing_few(worked, finance):
    def counted(number: int) -> int:
        rows = [factories.line(worked.period, worked.projects["PE"], {2016: 1}) for _ in range(number)]
        query = "&".join([*(f"chosen={row.line.code}" for row in rows), "set-method=other"])
        sent = looked_at(finance, query)
        with CaptureQueriesContext(connection) as queries:
            assert finance.post(f"/bulk/?{query}", sent).status_code == 302
        return len(queries)

    assert counted(2) == counted(30)
