"""Withdrawing, restoring, duplicating, moving, ordering and splitting lines on the page."""

import csv
import io
import re
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from futurefit.council.models import PostKind
from futurefit.history.models import Act
from futurefit.values.rag import Split
from savings.models import LineInPeriod
from savings.rollups import rollup
from savings.services.lines import change_line, set_split
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


def line(code: str) -> LineInPeriod:
    return LineInPeriod.objects.select_related("line", "project").get(line__code=code)


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def exported(client, address: str) -> str:
    """The rows of a CSV file with their heads, without what stands above them."""
    lines = client.get(address, {"export": "csv"}).content.decode("utf-8-sig").splitlines()
    start = next(place for place, words in enumerate(lines) if words.startswith("Code,"))
    return "\n".join(lines[start:])


class TestWithdrawing:
    def test_a_line_is_withdrawn_with_a_reason_listed_and_restored(self, worked, finance):
        response = finance.post("/lines/B2/withdraw/", {"reason": "Counted twice", "version": 1}, follow=True)
        assert "Withdrew “Line B2”. It counts in no total; it can be restored." in text(response)
        assert "Withdrawn: it counts in no total of this period." in text(response)
        listed = text(finance.get("/projects/PB/savings/withdrawn/"))
        assert "Line B2" in listed
        assert "Counted twice" in listed
        assert "Finance officer" in listed
        (row,) = list(csv.DictReader(io.StringIO(exported(finance, "/projects/PB/savings/withdrawn/"))))
        assert (row["Code"], row["By"], row["Why"]) == ("B2", "Finance officer", "Counted twice")
        assert re.fullmatch(r"[0-9-]{10}", row["Withdrawn on"])
        assert finance.get("/projects/PB/savings/withdrawn/", {"export": "xlsx"}).status_code == 200
        assert "Withdrawn on" in text(finance.get("/lines/B2/restore/"))
        response = finance.post("/lines/B2/restore/", {"reason": "", "version": 2}, follow=True)
        assert "Restored “Line B2”. It counts in the totals again." in text(response)
        assert rollup(worked.period).total.total.target == 352
        assert "No line of this project is withdrawn." in text(finance.get("/projects/PB/savings/withdrawn/"))

    def test_without_a_reason_it_is_refused(self, worked, finance):
        response = finance.post("/lines/B2/withdraw/", {"reason": "  ", "version": 1})
        assert response.status_code == 400
        assert "Why is it withdrawn? Give the reason in a few words." in text(response)
        assert "<title>Error:" in response.content.decode()
        assert not line("B2").withdrawn

    def test_a_stale_page_is_refused_and_the_reason_kept(self, worked, finance):
        change_line(actor=factories.TESTS, line=line("B2"), changes={"note": "New"})
        response = finance.post("/lines/B2/withdraw/", {"reason": "Counted twice", "version": 1})
        assert response.status_code == 400
        assert "version 2, yours was 1" in text(response)
        assert "Counted twice" in response.content.decode()
        assert response.context["form"]["version"].value() == 2

    def test_approved_amounts_need_a_decision(self, worked, finance):
        html = page(finance, "/lines/A1/withdraw/")
        assert "It holds approved amounts (2016/17): withdrawing them needs a decision." in html
        assert finance.post("/lines/A1/withdraw/", {"reason": "No", "version": 1}).status_code == 400
        assert not line("A1").withdrawn
        line("A1").positions.filter(year=2016).update(target=0, delivered=0, on_target=0, amber=0, red=0)
        assert "it stays in the plan at £0" in page(finance, "/lines/A1/withdraw/")

    def test_what_is_so_already_is_said(self, worked, finance):
        assert "is not withdrawn" in page(finance, "/lines/A1/restore/")
        assert "is withdrawn. Restore it" in page(finance, "/lines/W1/withdraw/")
        assert finance.post("/lines/A1/restore/", {"version": 1}).status_code == 400

    def test_who_sees_a_part_of_a_project_sees_its_withdrawn_lines_of_that_part(self, worked):
        project = worked.projects["PA"]
        project.service = worked.services["s1"]
        project.save()
        head = signed_in(factories.head_of_service(worked.services["s1"]))
        assert "No line of this project is withdrawn." in page(head, "/projects/PA/savings/withdrawn/")
        auditor = signed_in(factories.auditor())
        html = page(auditor, "/projects/PA/savings/withdrawn/")
        assert "Line W1" in html
        assert "Not recorded" in html
        assert "/restore/" not in html
        assert head.get("/projects/PB/savings/withdrawn/").status_code == 404


class TestDuplicating:
    def test_a_duplicate_takes_along_what_was_said(self, worked, finance):
        html = page(finance, "/lines/A1/duplicate/")
        assert 'value="Line A1 (copy)"' in html
        sent = {"title": "Another", "carried": "amounts"}
        response = finance.post("/lines/A1/duplicate/", sent, follow=True)
        assert "Added “Another” as L0001, right after A1." in text(response)
        assert dict(line("L0001").positions.values_list("year", "target")) == {2016: 100, 2017: 200}

    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ({"title": "", "carried": "nothing"}, "Title of the new line: nothing is entered."),
            ({"title": "x" * 251, "carried": "nothing"}, "at most 250"),
            ({"title": "x", "carried": "everything"}, "“everything” cannot be chosen"),
        ],
    )
    def test_what_cannot_be_is_refused(self, worked, finance, sent, words):
        response = finance.post("/lines/A1/duplicate/", sent)
        assert (response.status_code, words in text(response)) == (400, True)
        assert not Act.objects.exists()


class TestMoving:
    def test_a_project_is_found_by_its_words_or_code(self, worked, finance):
        html = page(finance, "/lines/A1/move/", q="project pe")
        assert 'href="?to=PE"' in html
        assert "1 project fits." in html
        assert "No other project with “nowhere”" in page(finance, "/lines/A1/move/", q="nowhere")
        assert 'href="?to=PA"' not in page(finance, "/lines/A1/move/", q="PA")
        assert finance.get("/lines/A1/move/", {"q": "x" * 101}).status_code == 400

    def test_what_changes_with_it_is_said_before(self, worked, finance):
        project = worked.projects["PE"]
        project.directorate = worked.directorates["West"]
        project.save()
        words = text(finance.get("/lines/A1/move/", {"to": "PE"}))
        assert "Theme Alpha Gamma, it follows the project" in words
        assert "Directorate North North if it keeps its own; West if it takes the project’s" in words
        assert "Service Service n1 Service n1 if it keeps its own; not stated if it takes the project’s" in words

    @pytest.mark.parametrize(("place", "directorate"), [("keep", "North"), ("follow", "West")])
    def test_it_keeps_its_own_directorate_or_takes_the_project_s(self, worked, finance, place, directorate):
        project = worked.projects["PE"]
        project.directorate, project.service = worked.directorates["West"], worked.services["w1"]
        project.save()
        sent = {"place": place, "reason": "Belongs there", "version": 1}
        response = finance.post("/lines/A1/move/?to=PE", sent, follow=True)
        assert "Moved “Line A1” to Project PE." in text(response)
        moved = line("A1")
        assert (moved.project_label, moved.theme_label, moved.directorate_label) == ("Project PE", "Gamma", directorate)
        act = Act.objects.get()
        assert (act.verb, act.reason) == ("savings.line_moved", "Belongs there")

    def test_a_project_that_is_not_there_or_not_ones_own_is_refused(self, worked, finance, of_north):
        for address in ("/lines/A1/move/?to=NONE", "/lines/A1/move/?to=PA"):
            response = finance.get(address)
            assert response.status_code == 400
            assert "that you can move lines to" in text(response)
        assert of_north.get("/lines/A1/move/?to=PE").status_code == 400
        assert of_north.post("/lines/A1/move/?to=PE", {"place": "keep", "version": 1}).status_code == 400
        assert finance.post("/lines/A1/move/", {"place": "keep", "version": 1}).status_code == 404
        assert line("A1").project_label == "Project PA"

    def test_a_stale_page_is_refused(self, worked, finance):
        change_line(actor=factories.TESTS, line=line("A1"), changes={"note": "New"})
        response = finance.post("/lines/A1/move/?to=PE", {"place": "follow", "version": 1, "reason": "Kept"})
        assert response.status_code == 400
        assert "version 2, yours was 1" in text(response)
        assert "Kept" in response.content.decode()


class TestOrdering:
    ADDRESS = "/projects/PB/savings/order/"

    def codes(self) -> list[str]:
        lines = LineInPeriod.objects.filter(project__code="PB", withdrawn=False)
        return list(lines.values_list("line__code", flat=True))

    def test_buttons_move_a_line_up_and_down(self, worked, finance):
        html = page(finance, self.ADDRESS)
        (up,) = re.findall(r'value="(\d+:\d+)">Move up<span class="govuk-visually-hidden"> Line M1', html)
        response = finance.post(self.ADDRESS, {"place": up}, follow=True)
        assert "“Line M1” stands after “Line B1”." in text(response)
        assert self.codes() == ["B1", "M1", "B2"]
        html = page(finance, self.ADDRESS)
        (down,) = re.findall(r'value="(\d+:\d+)">Move down<span class="govuk-visually-hidden"> Line B1', html)
        finance.post(self.ADDRESS, {"place": down})
        assert self.codes() == ["M1", "B1", "B2"]
        (up,) = re.findall(
            r'value="(\d+:0)">Move up<span class="govuk-visually-hidden"> Line B1', page(finance, self.ADDRESS)
        )
        response = finance.post(self.ADDRESS, {"place": up}, follow=True)
        assert "“Line B1” stands first." in text(response)

    def test_lists_put_a_line_after_any_other(self, worked, finance):
        finance.post(self.ADDRESS, {"line": line("B1").pk, "after": line("M1").pk})
        assert self.codes() == ["B2", "M1", "B1"]

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"place": "1"},
            {"place": "x:y"},
            {"line": "9999999", "after": "0"},
            {"line": "OWN", "after": "OWN"},
            {"line": "OWN", "after": ""},
        ],
    )
    def test_what_is_no_line_of_the_project_is_refused(self, worked, finance, sent):
        sent = {name: line("B1").pk if value == "OWN" else value for name, value in sent.items()}
        response = finance.post(self.ADDRESS, sent)
        assert response.status_code == 400
        assert "Nothing was put elsewhere" in text(response)
        assert self.codes() == ["B1", "B2", "M1"]

    def test_a_line_of_another_officer_s_directorate_stays(self, worked, of_north):
        html = page(of_north, self.ADDRESS)
        assert 'Move up<span class="govuk-visually-hidden"> Line B2' not in html
        sent = {"line": line("B2").pk, "after": "0"}
        assert of_north.post(self.ADDRESS, sent).status_code == 403
        assert of_north.get("/projects/PN/savings/order/").status_code == 403

    def test_a_project_without_lines_says_who_adds_them(self, worked, finance):
        assert "This project has no savings line yet." in page(finance, "/projects/PE/savings/order/")


class TestSplitting:
    ADDRESS = "/lines/A1/split/"

    def opened(self, client) -> dict[str, str]:
        form = client.get(self.ADDRESS, {"unit": "pounds"}).context["form"]
        return {name: form[name].value() or "" for name in form.fields}

    def post(self, client, do: str, **changes: str):
        sent = {**self.opened(client), **changes, "do": do}
        return client.post(f"{self.ADDRESS}?{urlencode({'unit': 'pounds'})}", sent)

    def test_it_opens_with_the_whole_in_the_first_part_and_says_what_stays(self, worked, finance):
        response = finance.get(self.ADDRESS, {"unit": "pounds"})
        words = text(response)
        assert "To divide, in £: 2017/18 200 . 2016/17 is approved and stays whole" in words
        form = response.context["form"]
        assert form["part_0_2017"].value() == "200"
        assert "part_0_2016" not in form.fields

    def test_the_parts_are_shown_with_their_ratings_before_anything_is_written(self, worked, finance):
        response = self.post(finance, "show", part_0_2017="150", title_1="Part", part_1_2017="50")
        assert response.status_code == 200
        assert "Part 2017/18 50 0 0 50 0 0" in text(response)
        assert not Act.objects.exists()

    def test_it_is_split(self, worked, finance):
        response = self.post(
            finance, "split", title_0="Own", part_0_2017="150", title_1="Part", part_1_2017="50", reason="Two teams"
        )
        assert response.status_code == 302
        assert Act.objects.get().sentence == "Split the savings line Line A1 into 2: Own, Part."
        assert line("L0001").positions.get().amber == 50
        assert rollup(worked.period).total.total.target == 352

    @pytest.mark.parametrize(
        ("changes", "words", "field"),
        [
            (
                {"part_0_2017": "150", "title_1": "Part", "part_1_2017": "40"},
                "2017/18 holds £200, and the parts come to £190: £10 less than there is.",
                "part_0_2017",
            ),
            (
                {"title_1": "Part", "part_1_2017": "5O"},
                "Part 2, 2017/18: &#x27;5O&#x27; is not an amount",
                "part_1_2017",
            ),
            ({"part_1_2017": "50"}, "Title of part 2: nothing is entered.", "title_1"),
            ({"title_0": "", "title_1": "x"}, "Title of part 1: nothing is entered.", "title_0"),
            ({}, "A line is split into 2 to 12 parts.", "title_0"),
            ({"rule": "by whim", "title_1": "x"}, "“by whim” cannot be chosen", "rule"),
        ],
    )
    def test_what_does_not_fit_is_said_at_the_field_and_kept(self, worked, finance, changes, words, field):
        response = self.post(finance, "split", **changes)
        html = response.content.decode()
        assert response.status_code == 400
        assert words in html
        assert f'href="#id_{field}' in html
        for value in changes.values():
            assert value in html
        assert not Act.objects.exists()

    def test_another_part_keeps_what_was_typed_and_checks_nothing_yet(self, worked, finance):
        response = self.post(finance, "more", part_0_2017="15O", title_1="Part")
        assert response.status_code == 200
        form = response.context["form"]
        assert (form.count, form["part_0_2017"].value(), form["title_1"].value()) == (3, "15O", "Part")
        assert form["parts"].value() == 3

    def test_an_amount_that_somebody_changed_meanwhile_is_shown_with_both_values(self, worked, finance):
        sent = self.opened(finance)
        set_split(actor=factories.TESTS, position=worked.lines["A1"].positions.get(year=2017), split=Split(260))
        sent |= {"part_0_2017": "150", "title_1": "Part", "part_1_2017": "50", "do": "split"}
        response = finance.post(f"{self.ADDRESS}?unit=pounds", sent)
        assert response.status_code == 400
        assert "2017/18 holds £260, and the parts come to £200" in text(response)
        sent |= {"part_0_2017": "210"}
        response = finance.post(f"{self.ADDRESS}?unit=pounds", sent)
        assert "2017/18: £200 when you opened the page, £260 now." in text(response)
        assert 'value="210"' in response.content.decode()
        sent["seen"] = response.context["form"]["seen"].value()
        assert finance.post(f"{self.ADDRESS}?unit=pounds", sent).status_code == 302

    def test_without_an_amount_to_divide_it_says_why(self, worked, finance):
        assert "no amount to divide" in page(finance, "/lines/M1/split/")
        assert "Every amount of the line is approved" in page(finance, "/lines/B1/split/")
        assert finance.post("/lines/B1/split/", {"do": "split"}).status_code == 400

    @pytest.mark.parametrize("parts", ["", "x", "0", "99", "-1", "٣", "2" * 500])
    def test_an_odd_number_of_parts_breaks_nothing(self, worked, finance, parts):
        for do in ("more", "split", "show"):
            assert self.post(finance, do, parts=parts).status_code in (200, 400)
        assert not Act.objects.exists()


@pytest.mark.parametrize("act", ["edit", "duplicate", "move", "split", "withdraw", "restore"])
def test_lines_of_another_officer_s_directorate_are_refused_and_unknown_ones_not_found(act, worked, of_north):
    address = reverse(f"savings:line_{act}", args=["A2"])
    assert of_north.get(address).status_code == 403
    assert of_north.post(address, {"title": "x", "reason": "y", "version": 1}).status_code == 403
    assert "Another finance officer looks after" in of_north.get(address).content.decode()
    assert of_north.get(reverse(f"savings:line_{act}", args=["NONE"])).status_code == 404
    assert not Act.objects.exists()
