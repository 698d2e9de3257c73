"""The pages of reorganisations: seeing what will happen, doing it with a reason, and assigning what a split left."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from futurefit.council.models import Directorate, PostKind, Service
from savings.models import LineInPeriod
from savings.services.periods import close_and_open_next, period_called
from savings.services.reorganisation import assign, unassigned
from tests import factories
from tests.savings.worked_programme import Worked, worked_programme

pytestmark = pytest.mark.django_db

LIST, ASSIGN = reverse("pages:reorganisation_list"), reverse("pages:reorganisation_assign")
RENAME = {"of": "directorate", "old": "NORTH", "name": "Far North", "code": "FN", "on": "10 5 2016"}
SPLIT = {
    "of": "directorate",
    "old": "NORTH",
    "name_1": "Upper",
    "code_1": "UP",
    "name_2": "Lower",
    "code_2": "LO",
    "on": "10/5/2016",
}


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2016, 5, 20)


@pytest.fixture
def worked() -> Worked:
    return worked_programme()


@pytest.fixture
def office() -> Client:
    client = Client()
    client.force_login(factories.holder(PostKind.PROGRAMME_OFFICER, title="Programme officer"))
    return client


def address(act: str, asked: dict[str, str]) -> str:
    return reverse(f"pages:reorganisation_{act}", query=asked)


def sealed(page: str) -> str:
    return re.search(r'name="seen" value="([^"]+)"', page)[1]


def does(client: Client, act: str, asked: dict[str, str], reason: str = "Decided in May"):
    """See what will happen, then let it happen; the answer with the page it leads to."""
    page = client.get(address(act, asked))
    assert page.status_code == 200, page.content.decode()
    return client.post(address(act, asked), {"seen": sealed(page.content.decode()), "reason": reason}, follow=True)


def test_a_preview_counts_what_moves_shows_the_same_total_twice_and_writes_nothing(worked, office):
    page = office.get(address("rename", RENAME)).content.decode()
    assert "Moving to Far North: 4 lines (1 withdrawn), 0 projects, 1 service." in page
    assert "North ends on the day before; Far North takes over from 10 May 2016." in page
    # A1 100 + 200 and B1 50 - 50: £300 in all, before and after.
    assert page.count('data-value="300"') == 2
    assert not Directorate.objects.filter(code="FN").exists()


def test_renaming_says_what_was_done_and_is_listed_with_its_reason(worked, office):
    sent = {"seen": sealed(office.get(address("rename", RENAME)).content.decode()), "reason": "Decided in May"}
    page = office.post(address("rename", RENAME), sent, follow=True).content.decode()
    assert "Renamed the directorate North to Far North from 10 May 2016. Closed periods keep their shape." in page
    clicked_again = office.post(address("rename", RENAME), sent)
    assert clicked_again.status_code == 400
    assert "North ended on 9 May 2016: nothing of it can be reorganised now" in clicked_again.content.decode()
    assert Directorate.objects.filter(code__startswith="FN").count() == 1
    assert "Decided in May" in page
    assert LineInPeriod.objects.get(line__code="A1").directorate_label == "Far North"
    csv = office.get(LIST, {"export": "csv"}).content.decode()
    assert "Renamed the directorate North to Far North from 10 May 2016." in csv


@pytest.mark.parametrize(
    ("act", "asked", "code"),
    [
        ("merge", {"of": "directorate", "old_1": "NORTH", "old_2": "SOUTH", "name": "All", "code": "ALL"}, "ALL"),
        ("merge", {"of": "directorate", "old_1": "NORTH", "into": "WEST"}, "WEST"),
        ("move", {"of": "service", "service": "n1", "directorate": "SOUTH"}, "SOUTH"),
        ("rename", {"of": "service", "old": "n1", "name": "Roads"}, "NORTH"),
    ],
)
def test_each_kind_of_reorganisation_is_done_by_its_form(worked, office, act, asked, code):
    assert does(office, act, {**asked, "on": "1 May 2016"}).status_code == 200
    assert LineInPeriod.objects.get(line__code="A1").directorate.code == code


def test_what_a_split_leaves_is_counted_listed_and_assigned(worked, office):
    page = does(office, "split", SPLIT).content.decode()
    assert "To be assigned: 3 lines, 0 projects, 1 service, 0 directors." in page
    assert (
        "3 lines of 2016/17 month 2 stand in directorates or services that have ended."
        in office.get(LIST).content.decode()
    )
    asked = f"{ASSIGN}?directorate=NORTH"
    rows = {row.line.code: row for row in LineInPeriod.objects.select_related("line")}
    boxes = [f"{rows[code].pk}:{rows[code].version}" for code in ("B1", "M1")]
    refused = office.post(asked, {"chosen-line": boxes, "to": "LO"})
    assert refused.status_code == 400 and "Why?: nothing is entered." in refused.content.decode()
    assert refused.content.decode().count(" checked>") == 3, "what was chosen is kept"
    answer = office.post(asked, {"chosen-line": boxes, "to": "LO", "reason": "By place"}, follow=True)
    assert "Assigned to Lower: 2 lines." in answer.content.decode()
    service = Service.objects.get(code="n1")
    last = office.post(asked, {"chosen-service": service.pk, "to": "UP", "reason": "By place"}, follow=True)
    assert "Everything is assigned." in last.content.decode()
    assert "Nothing waits to be assigned." in office.get(LIST).content.decode()


def test_a_box_that_somebody_else_assigned_meanwhile_stops_the_act_and_says_so(worked, office):
    does(office, "split", SPLIT)
    row = LineInPeriod.objects.get(line__code="B1")
    boxes = {"chosen-line": f"{row.pk}:{row.version}", "reason": "By place"}
    office.post(f"{ASSIGN}?directorate=NORTH", {**boxes, "to": "LO"})
    late = office.post(f"{ASSIGN}?directorate=NORTH", {**boxes, "to": "UP"})
    assert late.status_code == 400 and "Nothing was assigned." in late.content.decode()
    assert LineInPeriod.objects.get(line__code="B1").directorate.code == "LO"


def test_a_preview_that_is_no_longer_true_is_refused_with_both_values(worked, office):
    seen = sealed(office.get(address("rename", RENAME)).content.decode())
    factories.line(worked.period, worked.projects["PB"], {2016: 5}, directorate=worked.directorates["North"])
    answer = office.post(address("rename", RENAME), {"seen": seen, "reason": "Decided"})
    page = answer.content.decode()
    assert answer.status_code == 400 and "4 lines then, 5 now" in page
    assert 'value="Decided"' in page and sealed(page) != seen
    assert not Directorate.objects.filter(code="FN").exists()


@pytest.mark.parametrize(
    ("act", "asked", "words"),
    [
        ("rename", {**RENAME, "on": "21 5 2016"}, "21 May 2016 has not come yet (today is 20 May 2016)"),
        ("rename", {**RENAME, "on": "soon"}, "“soon” is not a day"),
        ("rename", {**RENAME, "code": "south"}, "SOUTH is the code of South"),
        ("rename", {**RENAME, "old": "NOWHERE"}, "Choose one from the list"),
        ("rename", {**RENAME, "name": ""}, "nothing is entered"),
        ("split", {**SPLIT, "name_2": "", "code_2": ""}, "Name at least two that take the place of North."),
        ("split", {**SPLIT, "code_2": "up"}, "Two that take its place have one code"),
        ("merge", {"of": "directorate", "old_1": "NORTH", "on": "10 5 2016"}, "Choose at least two to merge"),
        (
            "move",
            {"of": "service", "service": "n1", "directorate": "NORTH", "on": "10 5 2016"},
            "stands in North already",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words_with_what_was_typed_kept(worked, office, act, asked, words):
    answer = office.get(address(act, asked))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page and "<title>Error: " in page
    assert all(f'value="{asked[name]}"' in page for name in ("name", "name_1", "on") if asked.get(name))


def test_a_closed_period_offers_no_reorganisation_and_lists_only_what_was_done_by_then(worked, office):
    close_and_open_next(actor=factories.TESTS, period=worked.period, new=period_called("2016/17 M03"))
    does(office, "split", SPLIT)
    closed = {"period": "2016/17 M02"}
    page = office.get(LIST, closed).content.decode()
    assert "Nothing was reorganised." in page and "Nothing waits to be assigned." in page
    assert reverse("pages:reorganisation_rename") not in page
    for act in ("rename", "split", "merge", "move", "assign"):
        assert "is closed: its figures and facts never change" in office.get(address(act, closed)).content.decode()


def test_listing_asks_as_seldom_with_much_to_assign_as_with_little(worked, office, django_assert_max_num_queries):
    does(office, "split", SPLIT)
    for number in range(20):
        project = factories.ProjectFactory(programme=worked.programme, directorate=worked.directorates["North"])
        factories.line(worked.period, project, {2016: number})
    for asked in (LIST, f"{ASSIGN}?directorate=NORTH"):
        with django_assert_max_num_queries(14):
            assert office.get(asked).status_code == 200


def test_the_address_of_an_ended_directorate_says_who_followed_and_shows_what_was_then(worked, office):
    close_and_open_next(actor=factories.TESTS, period=worked.period, new=period_called("2016/17 M03"))
    north = reverse("pages:directorate_detail", args=["NORTH"])
    does(office, "split", SPLIT)
    waits = office.get(north).content.decode()
    assert "Ended on 9 May 2016 and followed by" in waits and 'data-value="300"' in waits
    upper = Directorate.objects.get(code="UP")
    assign(
        actor=factories.TESTS,
        old=worked.directorates["North"],
        to=upper,
        reason="All of it",
        lines={row.pk: row.version for row in unassigned(worked.directorates["North"]).lines},
    )
    ended = office.get(north).content.decode()
    assert "It ended on 9 May 2016. Nothing stands in it" in ended
    assert reverse("pages:directorate_detail", args=["UP"]) in ended and "Lower" in ended
    then = office.get(north, {"period": "2016/17 M02"}).content.decode()
    assert 'data-value="300"' in then and "followed by" not in then
    assert "North" not in office.get(reverse("pages:directorate_list")).content.decode()


def test_a_director_s_home_as_at_a_closed_period_is_the_directorate_of_then(worked, office):
    close_and_open_next(actor=factories.TESTS, period=worked.period, new=period_called("2016/17 M03"))
    director = Client()
    director.force_login(factories.director(worked.directorates["North"]))
    does(office, "rename", RENAME)
    assert "<h1>Far North</h1>" in director.get("/").content.decode()
    then = director.get("/", {"period": "2016/17 M02"}).content.decode()
    assert "<h1>North</h1>" in then and 'data-value="300"' in then
