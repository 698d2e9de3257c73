"""The commissioning plan of the papers: 125 services, and a printed budget beside what it is made of."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from tests.pages.page import page

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PLAN = "/commissioning/"


@pytest.fixture(autouse=True)
def as_in_the_demonstration(settings) -> None:
    settings.DEMO = True
    settings.TODAY = date(2016, 5, 20)


def counts_of(html: str, head: str) -> list[int]:
    row = next(row for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL) if head in row)
    return [int(count) for count in re.findall(r'data-count="(\d+)"', row)]


def file_of(client: Client, **query: str) -> list[list[str]]:
    answer = client.get(PLAN, {"export": "csv", **query}).content.decode("utf-8-sig")
    return [row for row in csv.reader(io.StringIO(answer)) if len(row) > 1]


def test_the_plan_lists_the_125_services_of_the_papers_and_says_what_it_does_not_list(demo, client):
    shown = page(client, demo.user("cabinet"), PLAN)
    # counted by hand from the printed plan: 35 + 27 + 38 + 25
    assert counts_of(shown.html, "Adult Services and Health</a>") == [12, 12, 8, 3, 35]
    assert counts_of(shown.html, "Children&#x27;s Services</a>") == [6, 4, 13, 4, 27]
    assert counts_of(shown.html, "Business, Environment and Community</a>") == [9, 3, 19, 7, 38]
    assert counts_of(shown.html, "Commercial and Change, Finance and Chief Executive</th>") == [7, 2, 12, 4, 25]
    assert counts_of(shown.html, ">Council</th>") == [34, 21, 52, 18, 125]
    assert "does not list 2 more services" in shown.words
    assert len(file_of(client)) == 1 + 125


def test_every_count_is_the_length_of_the_list_it_leads_to(demo, client):
    shown = page(client, demo.user("auditor"), PLAN)
    found = re.findall(r'data-count="(\d+)"><a href="([^"#]*)', shown.html)
    assert len(found) == 5 * 5
    wrong = []
    for count, address in found:
        told = re.search(r"<strong>(\d+)</strong> service", client.get(unescape(address)).content.decode())
        if told is None or told[1] != count:
            wrong.append((count, address, told and told[1]))
    assert wrong == []


def test_a_quarter_stands_in_the_words_of_the_paper(demo, client):
    client.force_login(demo.user("office"))
    assert [row[3] for row in file_of(client, q="TBC")[1:]] == [
        "TBC - following commissioning of L&A Services",
        "TBC - awaiting Cabinet decision",
    ]


def test_the_budget_has_its_percentages_computed_and_the_four_printed_otherwise_shown(demo, client):
    shown = page(client, demo.user("finance"), PLAN)
    assert shown.row("Already commissioned") == [148_800_000, 40_500_000, 71_800_000, 10_800_000, 271_900_000]
    assert shown.row("Net budget 17/18") == [119_400_000, 64_100_000, 62_600_000, 26_400_000, 272_500_000]
    for differs in (
        # 71.8 of 105.1, 27.0 of 72.1, 22.7 of 105.1, 86.7 of 420.0
        "Already commissioned: BEC69%68.3%0.7 percentage points",
        "Currently internal provision: ChS38%37.4%0.6 percentage points",
        "Currently internal provision: BEC21%21.6%−0.6 percentage points",
        "Currently internal provision: Total20%20.6%−0.6 percentage points",
    ):
        assert differs in shown.words
    # 20 percentages and 15 sums are printed
    assert "The other 31 totals and percentages" in shown.words
    assert "/reconciliation/" in shown.html
    assert "/reconciliation/" not in page(client, demo.user("head"), PLAN).html, "not open to a head of service"
