"""The frame around every page, and the pages that say that there is none."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.http import Http404
from django.template.loader import render_to_string
from django.views.defaults import bad_request, page_not_found, permission_denied, server_error

from futurefit.values.money import Unit
from tests.ui.conftest import Drawn

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_script_or_style_in_the_page(path):
    source = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", source)


def frame(rf, **context):
    return Drawn(render_to_string("base.html", context, rf.get("/")))


def reading(**changes):
    given = {
        "unit": Unit.MILLIONS,
        "view": "incremental",
        "basis": "all",
        "other_periods_url": "/periods/?from=here",
        "period": SimpleNamespace(spoken="month 7 of 2015/16", is_open=False, illustrated=False),
    }
    return SimpleNamespace(**{**given, **changes})


def test_the_first_stop_of_the_keyboard_leads_to_the_contents(rf):
    page = frame(rf)
    first = page.all("a")[0]
    assert first["href"] == "#main"
    assert page.one("main")["id"] == "main"
    assert page.one("html")["lang"] == "en-GB"


def test_a_page_with_mistakes_says_so_in_its_title(rf):
    assert frame(rf).one("title").text == " – FutureFit"
    assert frame(rf, problems=["x"]).one("title").text == "Error:  – FutureFit"


def test_the_banner_says_month_state_unit_and_view(rf):
    said = " ".join(frame(rf, reading=reading()).one("section", "ff-period").text.split())
    assert said == "As at month 7 of 2015/16 · closed £m · incremental Show another month"


def test_the_banner_says_illustration_and_basis(rf):
    period = SimpleNamespace(spoken="month 1 of 2016/17", is_open=True, illustrated=True)
    said = " ".join(
        frame(rf, reading=reading(period=period, basis="proposed")).one("section", "ff-period").text.split()
    )
    assert "month 1 of 2016/17 · open · some of it is illustration" in said
    assert "£m · incremental · proposed only" in said


def test_nobody_signed_in_sees_no_navigation_and_no_banner(rf):
    page = frame(rf)
    assert page.all("nav") == []
    assert page.all("section", "ff-period") == []


def test_the_address_that_is_not_there_is_explained(rf):
    said = page_not_found(rf.get("/"), Exception("There is no period “2014/15 M01”.")).content.decode()
    assert "There is no period “2014/15 M01”." in said


@pytest.mark.parametrize("technical", [Http404(), Http404("No Project matches the given query.")])
def test_an_error_never_shows_the_words_of_the_machine(rf, technical):
    said = page_not_found(rf.get("/"), technical).content.decode()
    assert "matches the given query" not in said
    assert "There is nothing at this address" in said


def test_refused_and_unreadable_requests_have_pages_of_ours(rf):
    refused = permission_denied(rf.get("/"), Exception("Only the head of finance closes a month."))
    assert "Only the head of finance closes a month." in refused.content.decode()
    assert "cannot be read" in bad_request(rf.get("/"), Exception()).content.decode()


def test_a_fault_of_ours_needs_neither_context_nor_database(rf):
    said = server_error(rf.get("/")).content.decode()
    assert "Something went wrong" in said
    assert "{" not in said
