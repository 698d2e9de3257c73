"""Addresses that ask for what there is not: words and 400 or 404, never a fault, never silently every row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from futurefit.council.models import PostKind
from tests.addresses import Route, every_page, rows_in_this_database

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

PAGES = every_page()

WITHOUT_ROWS = frozenset({"pages:glossary"})
"""Words that are the same whatever the address asks; nothing to narrow, so nothing to refuse."""

WITH_ROWS = sorted(set(PAGES) - WITHOUT_ROWS)

LED_BY = {
    "pages:theme_commentary": "s151",
    "pages:directorate_commentary": "director",
    "pages:measure_readings": "office",
}
"""Who leads what the page is of, where it opens to them alone; else the first of `ASKING` that may open it asks."""

ASKING = {
    "finance": PostKind.FINANCE_OFFICER,
    "office": PostKind.PROGRAMME_OFFICER,
    "s151": PostKind.HEAD_OF_FINANCE,
    "cabinet": PostKind.CABINET_MEMBER,
}

NONSENSE = {
    "a parameter nobody knows": "colour=green",
    "a parameter misspelt": "perid=2015/16+M07",
    "a filter misspelt": "them=commissioning",
    "page 0": "page=0",
    "a page below nought": "page=-1",
    "a page in letters": "page=abc",
    "a page far beyond the last": "page=999999",
    "a page in other digits": "page=٣",
    "a page too long to be a number": "page=" + "9" * 5000,
    "no such programme": "programme=nonsense",
    "no such period": "period=2014/15+M01",
    "a period that is none": "period=nonsense",
    "no such year": "year=2099/20",
    "a year that is none": "year=next+year",
    "a year in other digits": "year=" + quote("２０１６/17"),
    "no such unit": "unit=stones",
    "no such view": "view=sideways",
    "no such basis": "basis=hoped",
    "no such grouping": "by=colour",
    "no such measure": "measure=happiness",
    "no such theme": "theme=no-such-theme",
    "no such directorate": "directorate=NONE",
    "no such service": "service=no-such-service",
    "no such project": "project=NONE",
    "no such status": "status=purple",
    "no such kind": "kind=unkind",
    "no such column": "sort=nonsense",
    "a column of another table": "sort=programme__slug",
    "no such export": "export=pdf",
    "an export in capitals": "export=CSV",
    "a NUL byte": "period=2015%2F16+M07%00",
    "a NUL byte in a filter": "theme=%00",
    "a NUL byte in a name": "the%00me=commissioning",
    "bytes that are no text": "period=%ff%fe",
    "a line break": "unit=m%0d%0aSet-Cookie:+x=1",
    "a very long value": "theme=" + "x" * 5000,
    "an attempt at SQL": "theme=" + quote("' OR 1=1 --"),
    "an attempt at script": "period=" + quote("<script>alert(1)</script>"),
    "a period asked for twice": "period=2015/16+M07&period=2015/16+M12",
    "a unit asked for twice, one of them nonsense": "unit=stones&unit=thousands",
    "a start asked for twice": "from=2015/16+M07&from=2015/16+M12",
}


TAKES_ALONG: Mapping[str, frozenset[str]] = {
    "savings:decision_new": frozenset(
        ("page", "sort", "export", "theme", "directorate", "service", "project", "status", "measure", "by", "year")
    ),
    "savings:decision_confirm": frozenset({"page"}),
}
"""What the line list sends with the lines chosen, which does not matter to a new decision; and the page of a decision's
lines, of which there is none once it is confirmed."""

FOR_THE_DATABASE = frozenset(
    {
        "a page in other digits",
        "a page too long to be a number",
        "no such year",
        "a year in other digits",
        "no such theme",
        "no such service",
        "a NUL byte",
        "a NUL byte in a filter",
        "bytes that are no text",
        "a very long value",
        "an attempt at SQL",
    }
)
"""What might get as far as the database, and be a fault there of one kind or another: asked of PostgreSQL too."""


def nonsense() -> dict[str, str]:
    """All of it on SQLite; elsewhere what the database itself might stumble over."""
    everything = connection.vendor == "sqlite"
    return {asked: query for asked, query in NONSENSE.items() if everything or asked in FOR_THE_DATABASE}


@pytest.fixture(autouse=True)
def as_in_the_demonstration(settings) -> None:
    settings.DEMO = True
    settings.TODAY = date(2016, 5, 20)


@pytest.fixture(scope="module")
def rows(demo, django_db_blocker):
    with django_db_blocker.unblock():
        return rows_in_this_database()


@pytest.fixture
def finance(client: Client, demo) -> Client:
    client.force_login(demo.user("finance"))
    return client


@pytest.fixture
def asking(client: Client, demo) -> Callable[[str], Client]:
    """``asking(name)``: the finance officer, or for the few pages that are not theirs who may open them."""

    def who_may_open(name: str) -> Client:
        asks = LED_BY.get(name) or next(post for post, kind in ASKING.items() if PAGES[name].is_open_to(kind))
        client.force_login(demo.user(asks))
        return client

    return who_may_open


def said(response) -> str:
    """What the page says below its heading, without markup."""
    body = response.content.decode()
    main = re.search(r"<main.*?</main>", body, re.DOTALL)
    assert main, body
    return " ".join(re.sub(r"<[^>]+>", " ", main[0]).split())


def refused(response, asked: str) -> str:
    """Why this answer is not a plain refusal: words for the list of failures, empty when it is one."""
    if response.status_code not in (400, 404):
        return f"{asked}: {response.status_code}"
    body = response.content.decode()
    if "data-value=" in body or "<tbody" in body:
        return f"{asked}: refused, with figures or rows all the same"
    if "<script>alert" in body:
        return f"{asked}: what was asked stands on the page as it was typed"
    if len(said(response).split()) < 6:
        return f"{asked}: refused without a word why: {said(response)}"
    return ""


def test_what_is_for_the_database_is_nonsense_too():
    assert set(NONSENSE) > FOR_THE_DATABASE


@pytest.mark.parametrize("name", sorted(PAGES))
def test_asked_plainly_the_page_is_there(name, asking, rows):
    response = asking(name).get(PAGES[name].address_among(rows))
    assert response.status_code == 200


@pytest.mark.parametrize("name", WITH_ROWS)
def test_what_a_page_does_not_know_it_refuses_in_words(name, asking, rows):
    address, browser = PAGES[name].address_among(rows), asking(name)
    wrong = [
        refused(browser.get(f"{address}?{query}"), asked)
        for asked, query in nonsense().items()
        if query.partition("=")[0] not in TAKES_ALONG.get(name, ())
    ]
    assert "\n".join(words for words in wrong if words) == ""


def test_a_refusal_says_what_can_be_asked_instead(finance):
    assert "2015/16 M07, 2015/16 M12, 2016/17 M02" in said(finance.get("/mtfp/?period=nonsense"))
    assert "pounds, thousands, millions" in said(finance.get("/mtfp/?unit=stones"))


WITH_PARAMETERS = sorted(name for name, route in PAGES.items() if route.parameters)

NO_ROW = {
    "a row that is not there": "no-such-row",
    "NUL": "%00",
    "a line break": "%0a",
    "a row and a line break": "{row}%0a",
    "a row and NUL": "{row}%00",
    "a space": "%20",
    "an emoji": quote("🐢"),
    "other digits": quote("１"),
    "bytes that are no text": "%ff",
    "500 characters": "x" * 500,
    "the way up": "..%2f..%2fsettings.py",
    "an attempt at SQL": quote("' OR 1=1 --"),
}


def addresses_of_no_row(route: Route, rows: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """The route's address with each of `NO_ROW` in place of its row."""
    (row,) = rows[route.noun].values()
    plain = route.address_among(rows)
    assert plain.count(f"/{row}/") == 1
    for words, value in NO_ROW.items():
        yield words, plain.replace(f"/{row}/", f"/{value.format(row=row)}/")


@pytest.mark.parametrize("name", WITH_PARAMETERS)
def test_a_row_that_is_not_there_is_not_found(name, asking, rows):
    browser = asking(name)
    answers = {words: browser.get(address) for words, address in addresses_of_no_row(PAGES[name], rows)}
    assert {words: response.status_code for words, response in answers.items()} == dict.fromkeys(NO_ROW, 404)
    assert [words for words, response in answers.items() if refused(response, words)] == []


PARAMETERS = """programme period unit view basis by year measure theme directorate service project mtfp_heading
    heading_kind corporate_area saving_type type_group method recurring status kind state lead owner late q sort page
    export page_at next from to since until who what"""
PLAUSIBLE = """2016/17 not_profiled
    none all m thousands pounds millions cumulative approved csv xlsx 1 2 -1 0 commissioning
    ChS SEND target secure -total code title /themes/ //x 2016-05-20 yes"""
VALUES = st.one_of(
    st.sampled_from(["2015/16 M07", "2016/17 M02"]), st.sampled_from(PLAUSIBLE.split()), st.text(max_size=40)
)
NAMES = st.one_of(st.sampled_from(PARAMETERS.split()), st.text(max_size=12))
QUERIES = st.lists(st.tuples(NAMES, VALUES), max_size=4)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(PAGES)), post=st.sampled_from(["finance", "head", "cabinet"]), query=QUERIES)
def test_whatever_is_asked_the_site_does_not_break(name, post, query, demo, rows):
    client = Client()
    client.force_login(demo.user(post))
    written = urlencode([(key, value.encode("utf-8", "surrogatepass")) for key, value in query])
    response = client.get(f"{PAGES[name].address_among(rows)}?{written}")
    assert response.status_code in (200, 302, 400, 403, 404)


@pytest.mark.parametrize("query", ["next=//elsewhere.example/", "next=%00", "next=" + "x" * 5000, "next=javascript:1"])
def test_the_sign_in_page_takes_any_address_to_go_on_to_and_leads_to_none_but_ours(query, client, demo):
    assert client.get(f"/sign-in/?{query}").status_code == 200
    wanted = query.partition("=")[2]
    response = client.post("/sign-in/demo/finance/", {"next": wanted})
    assert response.status_code == 302
    assert response.headers["Location"] == "/"
