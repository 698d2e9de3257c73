"""The heat map: open scored risks by cell with the money at stake, each cell the list it counts; unscored beside it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from futurefit.ui.heat_map import heat_map
from futurefit.values.rag import Split
from risks.models import RiskScale
from tests import factories
from tests.savings.views.on_page import page, signed_in

LIST = "/risks/"


@pytest.fixture
def small(db) -> factories.SmallProgramme:
    """Each project is worth 100,000 (a quarter red, a quarter amber) and 50,000, all of it still to be delivered."""
    return factories.small_programme()


@pytest.fixture
def finance(db) -> Client:
    return signed_in(factories.finance_officer())


def risk(small, code: str, score: tuple[int, int] | None = None, **fields):
    likelihood, impact = score or (None, None)
    if "theme" not in fields:
        fields.setdefault("project", small.projects[0])
    return factories.RiskFactory(
        programme=small.programme, code=code, current_likelihood=likelihood, current_impact=impact, **fields
    )


def cells(html: str) -> dict[tuple[int, int], tuple[int, int, str]]:
    """Count, pounds and address of every cell that is a link, by likelihood and impact."""
    drawn = html[html.index('<table class="ff-heat"') :].partition("</table>")[0] if "ff-heat" in html else ""
    found = {}
    for href, count, said, pounds in re.findall(
        r'<td[^>]*><a href="([^"]*)">(\d+) <span[^>]*>([^<]*)</span><span data-value="(-?\d+)">', drawn
    ):
        likelihood, impact = map(int, re.findall(r"\d+", said))
        found[likelihood, impact] = (int(count), int(pounds), unescape(href))
    return found


def codes(html: str) -> list[str]:
    listed = html[html.index('<table class="ff-table') :] if 'class="ff-table' in html else ""
    return re.findall(r"<tr><td[^>]*>([A-Z0-9-]+)</td>", listed)


def test_a_cell_counts_its_open_risks_and_each_pound_at_stake_once(small, finance):
    first, second = small.projects
    factories.line(small.period, first, {2016: Split(40_000, delivered=30_000, claimed=15_000)})
    risk(small, "ONE", (4, 5))
    risk(small, "SAME-PROJECT", (4, 5))
    risk(small, "OF-ITS-THEME", (4, 5), theme=small.themes[0])
    risk(small, "OTHER", (2, 3), project=second)
    risk(small, "CLOSED", (4, 5), status="closed")
    risk(small, "UNSCORED")
    found = cells(page(finance, LIST))
    # 150,000 of the project; the line that delivered and claimed more than its target has nothing left
    assert found[4, 5][:2] == (3, 150_000)
    assert found[2, 3][:2] == (1, 150_000)
    assert len(found) == 2


def test_each_cell_leads_to_the_list_of_what_it_counts_with_the_other_filters_kept(small, finance):
    risk(small, "ONE", (4, 5))
    risk(small, "TWO", (4, 5), project=small.projects[1])
    risk(small, "CLOSED", (4, 5), status="closed")
    risk(small, "ELSEWHERE", (5, 4))
    everything = cells(page(finance, LIST))
    assert codes(page(finance, everything[4, 5][2])) == ["ONE", "TWO"]
    of_theme = cells(page(finance, LIST, theme=small.themes[0].slug, sort="code"))
    assert of_theme[4, 5][0] == 1
    assert codes(page(finance, of_theme[4, 5][2])) == ["ONE"]


def test_without_a_scored_risk_there_is_no_map_and_the_unscored_are_named(small, finance):
    for number in range(10):
        risk(small, f"R-{number}", description=f"What may happen {number}")
    html = page(finance, LIST)
    assert "ff-heat" not in html
    assert "No open risk of these is scored, so none stands on the map." in html
    assert '<a href="/risks/R-7/">R-7</a>: What may happen 7</li>' in html
    assert "R-8</a>: What" not in html
    assert "2 more: show all without a score" in html


def test_an_unscored_risk_stands_beside_the_map_and_never_in_a_cell(small, finance):
    risk(small, "SCORED", (1, 1))
    risk(small, "UNSCORED", description="Nobody knows")
    html = page(finance, LIST)
    assert set(cells(html)) == {(1, 1)}
    assert "UNSCORED</a>: Nobody knows</li>" in html


def test_the_map_has_the_points_labels_and_tolerance_of_the_scale(small, finance):
    RiskScale.objects.create(
        programme=small.programme, points=3, tolerance=3, likelihood_labels=["Rare", "Even", "Sure"], impact_labels=[]
    )
    risk(small, "ONE", (2, 2))
    html = page(finance, LIST)
    assert '<th scope="row">Sure 3</th>' in html
    assert html.count('<td class="ff-heat--over">') == 4  # 2×2, 2×3, 3×2, 3×3
    assert "beyond tolerance, more than 3" in html
    assert finance.get(LIST, {"likelihood": "4"}).status_code == 400, "the scale ends at 3"


def test_three_blues_tell_low_from_high_and_what_is_beyond_tolerance_is_outlined():
    drawn = heat_map(key="k", title="t", note="n", points=5, tolerance=12, cells={}, href=lambda *_: "")
    css = {(cell.likelihood, cell.impact): cell.css for _point, _label, row in drawn.rows for cell in row}
    assert {one * two for (one, two), name in css.items() if name == "ff-heat--over"} == {15, 16, 20, 25}
    assert {one * two for (one, two), name in css.items() if name == "ff-heat--mid"} == {8, 9, 10, 12}
    banded = heat_map(key="k", title="t", note="n", points=5, tolerance=12, cells={}, href=lambda *_: "", middle_from=5)
    middle = {cell.likelihood * cell.impact for _point, _label, row in banded.rows for cell in row if "mid" in cell.css}
    assert middle == {5, 6, 8, 9, 10, 12}
    assert [point for point, _label, _row in drawn.rows] == [5, 4, 3, 2, 1]


def test_the_money_at_risk_stands_beside_each_risk_and_leads_to_its_lines(small, finance):
    risk(small, "OF-PROJECT")
    risk(small, "OF-THEME", theme=small.themes[1])
    html = page(finance, LIST)
    # amber and red of 100,000, a quarter each
    links = re.findall(r'data-value="50000"[^>]*><a href="([^"]*)"', html)
    assert len(links) == 2
    for address in links:
        assert 'data-value="50000"' in finance.get(unescape(address)).content.decode()


def test_a_head_of_service_sees_the_money_of_own_projects_and_of_themes(small):
    risk(small, "OWN", (3, 3))
    risk(small, "NOT-OWN", (3, 3), project=small.projects[1])
    risk(small, "THEME", (1, 1), theme=small.themes[1])
    found = cells(page(signed_in(small.cast().head), LIST))
    assert found[3, 3][:2] == (1, 150_000)
    assert found[1, 1][:2] == (1, 150_000), "totals by theme are the same for everybody"
