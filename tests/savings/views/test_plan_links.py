"""Every figure of the plan leads to lines that sum to it, for every post; where it leads nowhere it says nothing."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from django.test import Client
from django.urls import reverse

from futurefit.access.demo_posts import DEMO_POSTS
from savings.plan_table import PLAN_GROUPINGS
from tests.demo_programme import OPEN, PAPERS
from tests.savings.views.on_page import Row, page, read_page, signed_in, total_of_list

VIEWS, BASES = ("incremental", "cumulative"), ("all", "approved", "proposed")
EVERYTHING_SEEN_BY = ("s151", "cabinet", "office", "auditor")
PART_SEEN_BY = ("head", "otherhead", "director")
ROWS_WITHOUT_LINES = ("Required by the MTFP", "Still to be identified")

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def demonstration(settings):
    settings.DEMO = True
    settings.TODAY = date(2016, 5, 20)


@pytest.fixture(scope="module")
def plan_for(demo):
    """The rows of a post's plan, read once for each choice in all of these tests."""
    return cache(lambda post, **query: plan_rows(signed_in(demo.user(post)), **query))


@pytest.fixture(scope="module")
def known_totals() -> dict[str, int]:
    """What the finance officer's lists came to, by address: the groupings share their total rows."""
    return {}


def plan_rows(client: Client, **query: str) -> list[tuple[tuple[str, ...], Row]]:
    """The rows of the plan, each under the names of its group and itself."""
    named, group = [], ""
    for row in read_page(page(client, reverse("savings:plan"), **query)).rows:
        if not row.figures:
            continue
        is_part = "ff-part" in row.css and "ff-of" not in row.css
        group = group if is_part else row.label
        named.append(((group, row.label) if is_part else (row.label,), row))
    return named


def choices():
    for by in PLAN_GROUPINGS:
        for view in VIEWS:
            for basis in BASES:
                yield {"by": by, "view": view, "basis": basis}


def test_the_posts_of_this_test_are_those_of_the_demonstration():
    assert {post.key for post in DEMO_POSTS} == {"finance", *EVERYTHING_SEEN_BY, *PART_SEEN_BY}


@pytest.mark.parametrize("period", [PAPERS, OPEN])
@pytest.mark.parametrize("by", PLAN_GROUPINGS)
def test_every_figure_leads_to_lines_that_sum_to_it(demo, plan_for, known_totals, by, period):
    client = signed_in(demo.user("finance"))
    followed = 0
    for query in choices():
        if query["by"] != by:
            continue
        for names, row in plan_for("finance", **query, period=period):
            for figure in row.figures:
                if figure.href:
                    followed += 1
                    if figure.href not in known_totals:
                        known_totals[figure.href] = total_of_list(client, figure.href)
                    assert known_totals[figure.href] == figure.value, f"{query} {names}: {figure}"
                else:
                    assert figure.value == 0 or names[-1].startswith(ROWS_WITHOUT_LINES), f"{query} {names}: {figure}"
    assert followed > 100


@pytest.mark.parametrize("period", [PAPERS, OPEN])
@pytest.mark.parametrize("post", EVERYTHING_SEEN_BY)
def test_posts_that_see_everything_have_the_same_figures_and_links(demo, plan_for, post, period):
    client = signed_in(demo.user(post))
    for query in choices():
        ours = plan_for(post, **query, period=period)
        finances = plan_for("finance", **query, period=period)
        assert [names for names, _row in ours] == [names for names, _row in finances]
        for (_names, own), (names, theirs) in zip(ours, finances, strict=True):
            assert [(figure.value, figure.query) for figure in own.figures] == [
                (figure.value, figure.query) for figure in theirs.figures
            ], f"{query} {names}"
    linked = [figure for _names, row in ours for figure in row.figures if figure.href]
    assert linked
    for figure in linked:
        assert total_of_list(client, figure.href) == figure.value


@pytest.mark.parametrize("period", [PAPERS, OPEN])
@pytest.mark.parametrize("post", PART_SEEN_BY)
def test_who_sees_a_part_has_links_to_what_they_see_and_plain_figures_where_something_is_hidden(
    demo, plan_for, post, period
):
    client = signed_in(demo.user(post))
    totals = cache(lambda address: total_of_list(client, address))
    says_so = cache(lambda address: "not shown to you" in page(client, address))
    followed = plain = 0
    for query in choices():
        finances = dict(plan_for("finance", **query, period=period))
        for names, row in plan_for(post, **query, period=period):
            if names[-1] == "Not shown to you":
                assert not any(figure.href for figure in row.figures)
                continue
            theirs = finances[names]
            for mine, full in zip(row.figures, theirs.figures, strict=True):
                assert len(names) == 2 or mine.value == full.value, f"{query} {names}: totals are the same for all"
                if mine.href:
                    followed += 1
                    assert totals(mine.href) == mine.value, f"{query} {names}: {mine}"
                elif mine.value:
                    plain += 1
                    assert full.href, f"{query} {names}: {mine}"
                    if (query["view"], query["basis"]) == ("incremental", "all"):
                        assert says_so(full.href), f"{query} {names}: {mine} hides nothing"
    assert plain
    assert followed


@pytest.mark.parametrize("post", PART_SEEN_BY)
def test_the_row_not_shown_to_you_completes_each_group(demo, post):
    rows = plan_rows(signed_in(demo.user(post)), by="directorate")
    groups = {names[0]: row for names, row in rows if len(names) == 1 and "ff-group" in row.css}
    parts: dict[str, list[Row]] = {}
    for names, row in rows:
        if len(names) == 2:
            parts.setdefault(names[0], []).append(row)
    assert any(row.label == "Not shown to you" for of_group in parts.values() for row in of_group)
    for group, of_group in parts.items():
        sums = [sum(column) for column in zip(*([f.value for f in row.figures] for row in of_group), strict=True)]
        assert sums == [figure.value for figure in groups[group].figures]
