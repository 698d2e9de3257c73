"""Addresses that once went wrong: an order by two columns, the last day there is, words that probe hidden lines."""

from __future__ import annotations

from datetime import date

import pytest

from tests.demo_programme import PAPERS
from tests.pages.page import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture(autouse=True)
def demonstration(settings):
    settings.DEMO, settings.TODAY = True, date(2016, 5, 20)


def test_an_order_by_two_columns_is_refused_in_words(client, demo):
    answer = page(client, demo.user("finance"), "/projects/", sort="target,code")
    assert answer.status == 404
    assert "one column at a time" in answer.words


def test_the_last_day_there_is_can_be_asked_for(client, demo):
    assert page(client, demo.user("finance"), "/history/", until="9999-12-31").status == 200


@pytest.mark.parametrize("post", ["head", "otherhead"])
def test_words_typed_do_not_tell_what_hidden_lines_are_called(client, demo, post):
    hidden, nowhere = (
        page(client, demo.user(post), "/lines/", q=words, period=PAPERS).words for words in ("Council Tax", "zzzzzz")
    )
    said = "There are lines here that are not shown to you."
    assert (said in hidden) == (said in nowhere)
    assert "Optimise Council Tax" not in hidden
