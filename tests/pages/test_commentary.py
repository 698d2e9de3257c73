"""Commentaries on pages: written by who leads, read by everybody, frozen with the period, asked for on the board."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.test import Client

from futurefit.council.models import PostKind
from projects.models import ThemePost
from savings.models import Commentary
from tests import factories
from tests.factories import SmallProgramme
from tests.savings.views.on_page import page, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2015, 10, 30)


@pytest.fixture
def small() -> SmallProgramme:
    return factories.small_programme()


@pytest.fixture
def director(small) -> Client:
    return signed_in(factories.director(small.directorates[0]))


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_director_writes_it_and_everybody_reads_it_on_the_directorate(small, director):
    code = small.directorates[0].code
    address, summary = f"/directorates/{code}/commentary/", f"/directorates/{code}/"
    assert "No commentary is written for 2015/16 month 7 yet" in words(page(director, summary))
    assert address in page(director, summary)
    answer = director.post(address, {"words": "On course.\r\n\r\n- One risk", "as_opened": "0"}, follow=True)
    assert "Commentary: saved." in words(answer.content.decode())
    auditor = page(signed_in(factories.auditor()), summary)
    assert "On course." in auditor and address not in auditor
    assert Commentary.objects.get().directorate == small.directorates[0]


def test_a_cabinet_member_writes_of_the_theme_they_lead_and_of_no_other(small):
    member = factories.cabinet_member()
    ThemePost.objects.create(theme=small.themes[0], post=member.holdings.get().post, role=ThemePost.Role.CMR_LEAD)
    client = signed_in(member)
    own = f"/themes/{small.themes[0].slug}/commentary/"
    assert client.post(own, {"words": "Late.", "as_opened": "0"}).url.endswith("#commentary")
    assert client.get(f"/themes/{small.themes[1].slug}/commentary/").status_code == 403
    head = signed_in(factories.holder(PostKind.HEAD_OF_SERVICE))
    assert head.post(f"/themes/{small.themes[0].slug}/commentary/", {"words": "Mine."}).status_code == 403
    assert "Late." in page(client, f"/themes/{small.themes[0].slug}/")


def test_what_somebody_else_wrote_since_is_shown_beside_what_was_typed(small, director):
    address = f"/directorates/{small.directorates[0].code}/commentary/"
    director.post(address, {"words": "The first.", "as_opened": "0"})
    answer = director.post(address, {"words": "The second.", "as_opened": "0"})
    shown = words(answer.content.decode())
    assert answer.status_code == 409 and "The first." in shown and "The second." in answer.content.decode()
    again = re.search(r'name="as_opened" value="(\d+)"', answer.content.decode())
    assert again
    director.post(address, {"words": "The second.", "as_opened": again[1]})
    assert Commentary.objects.get().words == "The second."
    for posted, code in (({"words": "", "as_opened": "2"}, 400), ({"words": "x", "as_opened": "two"}, 400)):
        assert director.post(address, posted).status_code == code


def test_a_closed_period_keeps_its_own_and_takes_none(small, director):
    code = small.directorates[0].code
    director.post(f"/directorates/{code}/commentary/", {"words": "As it was.", "as_opened": "0"})
    small.period.closed_at = datetime(2015, 11, 10, 17, 0, tzinfo=UTC)
    small.period.save()
    at = f"?period={small.period.label}"
    answer = director.post(f"/directorates/{code}/commentary/{at}", {"words": "Else.", "as_opened": "1"})
    assert answer.status_code == 400
    assert Commentary.objects.get().words == "As it was."


def test_the_board_says_who_should_write_one_and_has_not(small, director):
    finance = signed_in(factories.finance_officer())
    director.post(f"/directorates/{small.directorates[0].code}/commentary/", {"words": "Fine.", "as_opened": "0"})
    shown = words(page(finance, "/returns/"))
    assert "1 of 4 commentaries are written" in shown
    assert f"{small.directorates[1].name} : no post leads it" in shown
    assert f"{small.directorates[0].name} :" not in shown
