"""The plan page: its rows by hand, its switches, what it refuses, its files, and what it asks of the database."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from savings.models import Requirement
from savings.plan_table import PLAN_GROUPINGS
from tests import factories
from tests.savings.views.on_page import page, read_page, signed_in
from tests.savings.worked_programme import Worked, worked_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked() -> Worked:
    return worked_programme()


@pytest.fixture
def finance(db):
    return signed_in(factories.finance_officer())


def rows(client, **query) -> dict[str, list[int]]:
    """The figures of each row by its label; of two rows of one label the last."""
    html = page(client, reverse("savings:plan"), **query)
    return {row.label: [figure.value for figure in row.figures] for row in read_page(html).rows if row.figures}


def test_rows_by_theme_incremental(worked, finance):
    found = rows(finance, by="theme")
    assert found["Alpha"] == [160, 200, 0, 15, 375]
    assert found["Beta"] == [50, -30, -50, 0, -30]
    assert found["Gamma"] == [0, 0, 0, 0, 0]
    assert found["No theme"] == [0, 0, 7, 0, 7]
    assert found["Identified"] == [210, 170, -43, 15, 352]


def test_approved_and_proposed_stand_apart_and_make_the_whole(worked, finance):
    found = rows(finance)
    assert found["of which approved"] == [210, 0, -50, 0, 160]
    assert found["of which proposed"] == [0, 170, 7, 15, 192]
    assert rows(finance, basis="approved")["Identified"] == [210, 0, -50, 0, 160]
    assert rows(finance, basis="proposed")["Identified"] == [0, 170, 7, 15, 192]
    assert "of which proposed" not in rows(finance, basis="approved")


def test_recurrence_and_the_reversal_of_one_offs(worked, finance):
    found = rows(finance)
    assert found["of which recurring"] == [100, 170, 0, 0, 270]
    assert found["of which not stated whether recurring, counted as recurring"] == [50, 0, -50, 0, 0]
    assert found["of which one-off"] == [60, 0, 7, 15, 82]
    assert found["Reversal of one-off savings in the year after"] == [0, -60, 0, 0, -60]


def test_cumulative_leaves_out_what_is_not_profiled_and_its_total_is_the_last_year(worked, finance):
    found = rows(finance, view="cumulative")
    assert found["Identified"] == [210, 320, 277, 277], "210 + 170 − 43 − 60 = 277"
    assert found["Reversals of one-off savings so far, taken off above"] == [0, -60, -60, -60]
    html = page(finance, reverse("savings:plan"), view="cumulative")
    assert '<th scope="col" class="ff-num">Not profiled' not in html
    assert "Amounts whose year is not known are in no year" in html


def test_saving_types_stand_under_new_and_existing_savings(worked, finance):
    html = page(finance, reverse("savings:plan"), by="saving_type")
    found = [(row.label, row.figures[-1].value, "ff-part" in row.css) for row in read_page(html).rows if row.figures]
    assert found[:7] == [
        ("New savings (further and new)", 375, False),
        ("Further", 300, True),
        ("New", 75, True),
        ("Existing savings (faster)", 0, False),
        ("Faster", 0, True),
        ("Cross cutting", -30, False),
        ("Not stated", 7, False),
    ]


def test_what_is_required_and_what_is_still_to_be_identified(worked, finance):
    html = page(finance, reverse("savings:plan"))
    found = [(row.label, [f.value for f in row.figures]) for row in read_page(html).rows if row.figures]
    assert found[-5:] == [
        ("Required by the MTFP", [300, 100, 0, 0, 400]),
        ("Still to be identified Approved only, savings headings", [150, 100, 0, 0, 250]),
        ("Still to be identified Approved only, all headings", [90, 100, 0, 0, 190]),
        ("Still to be identified Approved and proposed, savings headings", [150, -70, 0, 0, 80]),
        ("Still to be identified Approved and proposed, all headings", [90, -70, 0, 0, 20]),
    ]
    assert rows(finance, view="cumulative")["Required by the MTFP"] == [300, 400, 400, 400]


def test_without_a_requirement_the_row_says_so(worked, finance):
    Requirement.objects.all().delete()
    html = page(finance, reverse("savings:plan"))
    assert "No requirement is recorded." in html
    assert "Still to be identified" not in html


def test_projects_are_listed_where_they_are_few_and_on_demand_where_they_are_many(worked, finance, monkeypatch):
    assert "Project PA" in rows(finance, by="theme")
    assert "Project PA" not in rows(finance, by="theme", projects="left_out")
    monkeypatch.setattr("savings.plan_table.PROJECTS_AT_MOST", 2)
    html = page(finance, reverse("savings:plan"), by="theme")
    assert "Project PA" not in html
    assert "The plan holds 3 projects, which are not listed here." in html
    assert rows(finance, by="theme")["Alpha"] == [160, 200, 0, 15, 375]
    assert "Project PA" in rows(finance, by="theme", projects="listed")


def test_the_page_says_what_it_does_not_hold(worked, finance):
    html = page(finance, reverse("savings:plan"))
    assert "1 line has no amount yet" in html
    assert "Pressures on the budget are not held" in html
    assert "A minus means that the amount adds to the net budget" in html


@pytest.mark.parametrize("by", PLAN_GROUPINGS)
def test_every_grouping_has_the_same_total(worked, finance, by):
    assert rows(finance, by=by)["Identified"] == [210, 170, -43, 15, 352]


@pytest.mark.parametrize(
    "query",
    [
        "by=service",
        "by=",
        "by=nonsense",
        "view=sideways",
        "basis=some",
        "unit=guineas",
        "period=2031/32 M01",
        "programme=none",
        "year=2016/17",
        "export=pdf",
        "view=cumulative&view=incremental",
        "by=%00",
        "projects=some",
    ],
)
def test_an_unknown_value_is_a_page_that_is_not_there(worked, finance, query):
    response = finance.get(f"{reverse('savings:plan')}?{quote(query, safe='=&%/')}")
    assert response.status_code == 404
    assert "data-value" not in response.content.decode()


def test_files_hold_exactly_what_is_shown_in_whole_pounds(worked, finance):
    query = {"by": "theme", "unit": "millions", "period": worked.period.label}
    html = page(finance, reverse("savings:plan"), **query)
    shown = [[figure.value for figure in row.figures] for row in read_page(html).rows if row.figures]
    answer = finance.get(reverse("savings:plan"), {**query, "export": "csv"})
    assert "attachment" in answer["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    start = next(place for place, line in enumerate(lines) if line and line[0] == "Theme")
    assert lines[start] == [
        "Theme", "Project", "2016/17 (£)", "2017/18 (£)", "2018/19 (£)", "Not profiled (£)", "All years (£)",
    ]  # fmt: skip
    body = lines[start + 1 :]
    assert [[int(cell or 0) for cell in line[2:]] for line in body] == shown
    assert ["Alpha", "Project PA"] in [line[:2] for line in body]
    preamble = " ".join(line[0] for line in lines[:start] if line)
    for words in ("Worked", "2016/17 month 2", "incremental", "whole pounds", "Pressures on the budget"):
        assert words in preamble
    book = openpyxl.load_workbook(
        io.BytesIO(finance.get(reverse("savings:plan"), {**query, "export": "xlsx"}).content), read_only=True
    )
    cells = [list(row) for row in book.active.iter_rows(values_only=True)]
    start = next(place for place, row in enumerate(cells) if row[0] == "Theme")
    assert [[cell or 0 for cell in row[2:]] for row in cells[start + 1 :]] == shown


def test_the_plan_takes_at_most_ten_queries_whatever_its_size():
    small = factories.small_programme(projects=2)
    people = small.cast().with_posts

    def counted() -> dict[str, int]:
        counts = {}
        for post, user in people.items():
            client = signed_in(user)
            client.get(reverse("savings:plan"))
            for by in PLAN_GROUPINGS:
                with CaptureQueriesContext(connection) as queries:
                    page(client, reverse("savings:plan"), by=by)
                counts[f"{post} {by}"] = len(queries)
        return counts

    few = counted()
    assert max(few.values()) <= 10, few
    more = [
        factories.ProjectFactory(
            programme=small.programme,
            theme=small.themes[n % 2],
            directorate=small.directorates[n % 2],
            service=small.services[n % 2],
        )
        for n in range(40)
    ]
    for project in more:
        for _ in range(5):
            factories.line(small.period, project, {2016: 1_000})
    assert counted() == few
