"""The list of projects: what it holds for whom, its sums, its order, its filters and its files."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse

from futurefit.values.rag import Split
from projects.models import Project
from savings.rollups import rollup
from savings.selection import Selection
from tests import factories
from tests.savings.views.on_page import page, read_page, signed_in, total_of_list

pytestmark = pytest.mark.django_db

LIST = "/projects/"


@pytest.fixture
def small() -> factories.SmallProgramme:
    """Project 0: 2016/17 £100k in quarters, 2017/18 £50k; project 1 the same and £7k more that adds to the budget."""
    made = factories.small_programme()
    factories.line(made.period, made.projects[1], {2016: Split(-7_000)})
    return made


@pytest.fixture
def finance():
    return signed_in(factories.finance_officer())


def rows(html: str) -> list:
    return [row for row in read_page(html).rows if row.figures and "ff-total" not in row.css]


def total_row(html: str) -> list[int]:
    (row,) = [row for row in read_page(html).rows if "ff-total" in row.css]
    return [figure.value for figure in row.figures]


def codes(html: str, small: factories.SmallProgramme) -> list[str]:
    return [project.code for row in rows(html) for project in small.projects if project.title in row.label]


def test_a_row_says_target_secure_at_risk_red_and_not_rated_of_all_years(small, finance):
    first, second = rows(page(finance, LIST))
    # 150 = 25 on target + 25 amber + 25 red + 75 not rated (25 of 2016/17 and all 50 of 2017/18)
    assert [figure.value for figure in first.figures] == [150_000, 25_000, 50_000, 25_000, 75_000]
    # with a loss of 7, which is not rated and never at risk
    assert [figure.value for figure in second.figures] == [143_000, 25_000, 50_000, 25_000, 68_000]


def test_every_figure_leads_to_lines_that_add_up_to_it(small, finance):
    seen = read_page(page(finance, LIST)).figures
    linked = [figure for figure in seen if figure.href]
    assert len(linked) == 1 + 2 * 5 + 5
    for figure in linked:
        assert total_of_list(finance, figure.href) == figure.value, figure.href


@pytest.mark.parametrize("view", ["incremental", "cumulative"])
@pytest.mark.parametrize("basis", ["all", "approved", "proposed"])
def test_the_total_is_the_roll_up_of_the_projects_listed(small, finance, view, basis):
    factories.line(small.period, small.projects[0], {2016: 11_000, None: 3_000}, approved=True, recurring="one_off")
    listed = small.themes[0]
    money = rollup(small.period, where=Selection(theme=listed.pk), view=view, basis=basis).total.total
    html = page(finance, LIST, theme=listed.slug, view=view, basis=basis)
    assert total_row(html) == [money.target, money.secure, money.at_risk, money.red, money.not_rated]


def test_the_total_holds_the_projects_of_every_page(finance):
    factories.small_programme(projects=60)
    first = page(finance, LIST)
    assert len(rows(first)) == 50
    assert len(rows(page(finance, LIST, page="2"))) == 10
    assert total_row(first)[0] == 60 * 150_000


@pytest.mark.parametrize("query", [{"directorate": "DIR"}, {"saving_type": "further"}, {"q": "project"}])
def test_a_total_that_the_line_list_cannot_promise_is_plain(small, finance, query):
    if "directorate" in query:
        query = {"directorate": small.directorates[0].code}
    html = page(finance, LIST, **query)
    (total,) = [row for row in read_page(html).rows if "ff-total" in row.css]
    assert [figure.href for figure in total.figures] == [""] * 5


def test_the_filters_narrow_and_are_said_in_words(small, finance):
    html = page(finance, LIST, theme=small.themes[1].slug, kind="project")
    assert codes(html, small) == [small.projects[1].code]
    assert f"Theme: {small.themes[1].name}." in html
    assert "Kind: Project." in html


def test_none_asks_for_projects_without_a_theme(small, finance):
    lonely = factories.ProjectFactory(programme=small.programme, title="Without a theme")
    html = page(finance, LIST, theme="none")
    assert lonely.title in html
    assert small.projects[0].title not in html


@pytest.mark.parametrize(
    "query",
    [
        {"theme": "nowhere"},
        {"stage": "dreamt"},
        {"directorate": "NONE"},
        {"service": "\u0661"},
        {"kind": "Project"},
        {"colour": "green"},
        {"q": "x" * 101},
    ],
)
def test_an_invalid_filter_shows_what_is_wrong_and_no_row_and_no_total(small, finance, query):
    response = finance.get(LIST, query)
    html = response.content.decode()
    assert response.status_code == 400
    assert "govuk-error-summary" in html
    assert "<title>Error:" in html
    assert "data-value" not in html
    assert small.projects[0].title not in html


@pytest.mark.parametrize("column", ["target", "secure", "at_risk", "red", "not_rated"])
def test_the_database_sorts_by_each_figure_with_projects_without_lines_last(small, finance, column):
    third = factories.ProjectFactory(programme=small.programme, title="The largest")
    factories.line(
        small.period, third, {2018: Split(900_000, on_target=200_000, amber=200_000, red=200_000)}, saving_type="new"
    )
    empty = factories.ProjectFactory(programme=small.programme, title="Without lines")
    down = page(finance, LIST, sort=f"-{column}")
    up = page(finance, LIST, sort=column)
    assert down.index("The largest") < down.index(small.projects[0].title) < down.index(empty.title)
    assert up.index(small.projects[0].title) < up.index("The largest") < up.index(empty.title)


def test_stages_sort_by_their_place_in_a_project_s_life(small, finance):
    Project.objects.filter(pk=small.projects[0].pk).update(stage="closed")
    Project.objects.filter(pk=small.projects[1].pk).update(stage="idea")
    html = page(finance, LIST, sort="stage")
    assert codes(html, small) == [small.projects[1].code, small.projects[0].code]


def test_a_column_that_is_none_is_a_404(small, finance):
    assert finance.get(LIST, {"sort": "colour"}).status_code == 404


def test_a_head_of_service_is_shown_and_told_the_sum_of_own_projects_alone(small):
    cast = small.cast()
    html = page(signed_in(cast.head), LIST)
    assert codes(html, small) == [small.projects[0].code]
    assert total_row(html)[0] == 150_000
    assert small.projects[1].title not in html


def test_money_of_a_line_that_the_reader_may_not_see_is_in_no_figure(small):
    head = factories.head_of_service(leads=[small.projects[0]])
    client = signed_in(head)
    factories.line(small.period, small.projects[0], {2016: 5_000}, service=small.services[1])
    assert total_row(page(client, LIST))[0] == 155_000, "the head leads the project and sees all of its lines"
    other = signed_in(factories.head_of_service(small.services[0]))
    html = page(other, LIST)
    assert total_row(html)[0] == 150_000
    for figure in rows(html)[0].figures:
        if figure.href:
            assert total_of_list(other, figure.href) == figure.value


def test_a_file_holds_the_projects_of_every_page_in_pounds_under_the_filter_s_words(finance):
    made = factories.small_programme(projects=52)
    answer = finance.get(LIST, {"export": "csv", "theme": made.themes[0].slug, "unit": "millions"})
    read = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    said = [row[0] for row in read if len(row) == 1]
    assert f"Theme: {made.themes[0].name}." in said
    head = next(place for place, row in enumerate(read) if row and row[0] == "Code")
    body = read[head + 1 :]
    assert len(body) == 26
    assert {row[read[head].index("Target, all years (£)")] for row in body} == {"150000"}


def test_the_list_leads_to_each_dossier(small, finance):
    html = page(finance, LIST)
    for project in small.projects:
        assert f'href="{reverse("pages:project_detail", args=[project.code])}"' in html
