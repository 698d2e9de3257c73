"""The line list: its total is the figure of the roll-up, its rows are the lines that hold some of it."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from savings.measures import LABELS
from savings.models import LineInPeriod
from savings.rollups import rollup
from savings.selection import Selection
from tests import factories
from tests.savings.views.on_page import page, read_page, signed_in, total_of_list
from tests.savings.worked_programme import Worked, worked_programme

pytestmark = pytest.mark.django_db

LIST = "savings:line_list"


@pytest.fixture
def worked() -> Worked:
    return worked_programme()


@pytest.fixture
def finance(db):
    return signed_in(factories.finance_officer())


def titles(html: str) -> list[str]:
    return [row.label for row in read_page(html).rows if row.figures and "ff-total" not in row.css]


def total(html: str) -> int:
    (head,) = read_page(html).by_id["total"]
    return head.value


@pytest.mark.parametrize("measure", LABELS)
def test_the_total_is_the_figure_of_the_roll_up_for_every_measure_year_view_and_basis(worked, finance, measure):
    for view in ("incremental", "cumulative"):
        for basis in ("all", "approved", "proposed"):
            result = rollup(worked.period, view=view, basis=basis)
            for year in (*result.years, "all"):
                query = {"measure": measure, "view": view, "basis": basis}
                money = result.total.total if year == "all" else result.total.year(year)
                if year != "all":
                    query["year"] = worked.period.horizon.key(year)
                html = page(finance, reverse(LIST), **query)
                assert total(html) == money.amount(measure), query
                if measure != "risk_weighted":
                    lines = [row for row in read_page(html).rows if row.figures and "ff-total" not in row.css]
                    assert sum(row.figures[-1].value for row in lines) == money.amount(measure), query


def test_a_figure_of_one_year_lists_the_lines_that_have_some_of_it(worked, finance):
    assert titles(page(finance, reverse(LIST), year="2016/17")) == ["Line A1", "Line A2", "Line B1"]
    assert titles(page(finance, reverse(LIST), year="2016/17", measure="amber")) == ["Line A1"]
    assert titles(page(finance, reverse(LIST), year="not_profiled")) == ["Line A2"]
    cumulative = {"view": "cumulative", "year": "2018/19"}
    assert titles(page(finance, reverse(LIST), **cumulative)) == ["Line A1", "Line B2", "Line N1"], "B1 comes to nought"
    reversal = {"measure": "reversal", "year": "2017/18"}
    html = page(finance, reverse(LIST), **reversal)
    assert titles(html) == ["Line A2"]
    assert total(html) == -60


def test_the_plain_list_holds_every_line_also_without_amount_and_never_a_withdrawn_one(worked, finance):
    html = page(finance, reverse(LIST))
    assert titles(html) == ["Line A1", "Line A2", "Line B1", "Line B2", "Line N1", "Line M1 No amount: marginal"]
    assert total(html) == 352
    assert "Line W1" not in html
    assert titles(page(finance, reverse(LIST), basis="approved")) == ["Line A1", "Line A2", "Line B1"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"theme": "alpha"}, ["Line A1", "Line A2"]),
        ({"theme": "none"}, ["Line N1"]),
        ({"directorate": "SOUTH"}, ["Line A2", "Line B2"]),
        ({"service": "s1"}, ["Line A2", "Line B2"]),
        ({"service": "none", "theme": "beta"}, ["Line B1", "Line M1 No amount: marginal"]),
        ({"project": "PN"}, ["Line N1"]),
        ({"line": "B1"}, ["Line B1"]),
        ({"mtfp_heading": "council-tax"}, ["Line A2"]),
        ({"heading_kind": "funding"}, ["Line A2"]),
        ({"corporate_area": "environment"}, ["Line A1"]),
        ({"type_group": "new_savings"}, ["Line A1", "Line A2"]),
        ({"saving_type": "none"}, ["Line N1", "Line M1 No amount: marginal"]),
        ({"method": "staffing"}, ["Line B1"]),
        ({"recurring": "one_off"}, ["Line A2", "Line N1"]),
        ({"q": "line b2"}, ["Line B2"]),
        ({"q": "nowhere"}, []),
    ],
)
def test_each_filter_narrows_list_and_total_alike(worked, finance, query, expected):
    html = page(finance, reverse(LIST), **query)
    assert sorted(titles(html)) == sorted(expected)
    figures = [row.figures[-1].value for row in read_page(html).rows if row.figures and "ff-total" not in row.css]
    assert total(html) == sum(figures)


def test_filters_are_said_in_words(worked, finance):
    html = page(finance, reverse(LIST), theme="alpha", year="2016/17", measure="delivered")
    assert "Theme: Alpha." in html
    assert "Year: 2016/17." in html
    assert "Measure: Delivered." in html
    assert "Delivered, 2016/17" in html


def test_a_list_that_a_figure_leads_to_leads_back_to_its_theme_and_project(worked, finance):
    html = page(finance, reverse(LIST), theme="alpha", project="PA", measure="red")
    back = re.findall(r'govuk-breadcrumbs__link" href="([^"]+)"', html)
    assert back == ["/", "/themes/alpha/", "/projects/PA/"]
    none_of_them = page(finance, reverse(LIST), theme="none")
    assert re.findall(r'govuk-breadcrumbs__link" href="([^"]+)"', none_of_them) == ["/"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("colour=red", "“colour” is not a filter of this page"),
        ("theme=omega", "Theme: “omega” cannot be used"),
        ("project=NOPE", "There is no such project"),
        ("service=NOPE", "There is no such service"),
        ("line=NOPE", "There is no such line"),
        ("year=1999/00", "Year: “1999/00” cannot be used"),
        ("year=2016", "Year: “2016” cannot be used"),
        ("measure=joy", "Measure: “joy” cannot be used"),
        ("type_group=old", "cannot be used"),
        ("heading_kind=odd", "cannot be used"),
        ("source_table=T99", "cannot be used"),
        ("led_by=nobody", "cannot be used"),
        ("year=not_profiled&view=cumulative", "Year: “not_profiled” cannot be used"),
        ("theme=alpha&theme=beta", "Theme is given more than once"),
    ],
)
def test_what_the_address_may_not_say_shows_a_message_and_no_figure(worked, finance, query, words):
    response = finance.get(f"{reverse(LIST)}?{query}")
    html = response.content.decode()
    assert response.status_code == 400
    assert words in html
    assert "<title>Error:" in html
    assert "data-value" not in html
    assert "Line A1" not in html


@pytest.mark.parametrize(
    "query",
    ["page=2", "page=0", "page=x", "sort=colour", "period=x", "unit=x", "view=x", "basis=x", "export=pdf", "q=%00"],
)
def test_a_page_order_period_unit_or_file_that_does_not_exist_is_not_found(worked, finance, query):
    response = finance.get(f"{reverse(LIST)}?{query}")
    assert response.status_code == 404
    assert "Line A1" not in response.content.decode()


def test_who_sees_a_part_gets_their_lines_and_the_total_of_these_alone(worked):
    head = signed_in(factories.head_of_service(worked.services["s1"]))
    html = page(head, reverse(LIST), year="2016/17")
    assert titles(html) == ["Line A2"]
    assert total(html) == 60
    assert "not shown to you" in html
    assert "Line A1" not in html
    assert not {150, 210} & {int(amount) for amount in re.findall(r'data-value="(-?[0-9]+)"', html)}
    html = page(head, reverse(LIST), recurring="one_off", year="2016/17")
    assert "not shown to you" not in html
    assert head.get(reverse(LIST), {"project": "PN"}).status_code == 400
    assert head.get(reverse(LIST), {"line": "A1"}).status_code == 400
    export = head.get(reverse(LIST), {"export": "csv"}).content.decode()
    assert "Line A2" in export
    assert "Line A1" not in export


def test_labels_are_those_of_the_period(worked, finance):
    LineInPeriod.objects.filter(line__code="A1").update(theme_label="Alpha as it was called")
    assert "Alpha as it was called" in page(finance, reverse(LIST))


def test_pages_of_fifty_share_one_total_and_repeat_no_line(finance):
    small = factories.small_programme(projects=2, lines_each=26)
    pages = [page(finance, reverse(LIST), page=number, sort="total") for number in (1, 2)]
    assert [total(html) for html in pages] == [52 * 150_000] * 2
    found = [title for html in pages for title in titles(html)]
    assert len(found) == len(set(found)) == len(small.lines)


def test_sorting_by_total_goes_both_ways(worked, finance):
    down = ["Line A1", "Line A2", "Line N1", "Line B1", "Line B2", "Line M1 No amount: marginal"]
    assert titles(page(finance, reverse(LIST), sort="-total")) == down
    up = ["Line B2", "Line B1", "Line N1", "Line A2", "Line A1", "Line M1 No amount: marginal"]
    assert titles(page(finance, reverse(LIST), sort="total")) == up
    assert titles(page(finance, reverse(LIST), sort="-title"))[0] == "Line N1"
    in_year = {"sort": "-total", "measure": "delivered", "year": "2016/17"}
    assert titles(page(finance, reverse(LIST), **in_year)) == ["Line A2", "Line A1"]


def test_files_hold_every_page_in_the_order_shown_and_the_same_amounts(finance):
    factories.small_programme(projects=2, lines_each=26)
    query = {"sort": "-title", "year": "2016/17", "unit": "millions"}
    shown = [title for number in (1, 2) for title in titles(page(finance, reverse(LIST), page=number, **query))]
    lines = list(
        csv.reader(io.StringIO(finance.get(reverse(LIST), {**query, "export": "csv"}).content.decode("utf-8-sig")))
    )
    start = next(place for place, line in enumerate(lines) if line and line[0] == "Code")
    assert lines[start][1:5] == ["Savings line", "Project", "Theme", "Directorate"]
    assert lines[start][-1] == "Target (£)"
    assert [line[1] for line in lines[start + 1 :]] == shown
    assert {line[-1] for line in lines[start + 1 :]} == {"100000"}
    assert any("Year: 2016/17." in cell for line in lines[:start] for cell in line)
    sheet = openpyxl.load_workbook(
        io.BytesIO(finance.get(reverse(LIST), {**query, "export": "xlsx"}).content), read_only=True
    ).active
    cells = list(sheet.iter_rows(values_only=True))
    assert [row[1] for row in cells[-52:]] == shown


def test_a_list_takes_at_most_twelve_queries_whatever_its_length():
    small = factories.small_programme(projects=2)
    asked = [
        {},
        {"year": "2016/17", "measure": "amber"},
        {"sort": "-total", "view": "cumulative"},
        {"theme": small.themes[0].slug, "measure": "risk_weighted"},
        {"project": small.projects[0].code},
        {"export": "csv"},
    ]
    people = small.cast()

    def counted() -> dict[str, int]:
        counts = {}
        for post in ("finance", "head", "director", "cabinet"):
            client = signed_in(getattr(people, post))
            for query in asked:
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(reverse(LIST), query).status_code == 200
                counts[f"{post} {query}"] = len(queries)
            with CaptureQueriesContext(connection) as queries:
                page(client, reverse("savings:line_detail", args=[small.lines[0].line.code]))
            counts[f"{post} line"] = len(queries)
        return counts

    few = counted()
    assert max(few.values()) <= 12, few
    for number in range(200):
        factories.line(small.period, small.projects[number % 2], {2016: 1_000 + number})
    assert counted() == few


class TestLine:
    def test_it_shows_how_it_stands_by_year_and_rating(self, worked, finance):
        html = page(finance, reverse("savings:line_detail", args=["A1"]))
        found = {row.label: [f.value for f in row.figures] for row in read_page(html).rows if row.figures}
        assert found["D Green delivered"] == [40, 0, 0, 0, 40]
        assert found["A Amber"] == [20, 200, 0, 0, 220]
        assert found["Target"] == [100, 200, 0, 0, 300]
        assert "Approved: 2016/17. Proposed: 2017/18." in html

    def test_every_figure_on_it_leads_to_a_list_that_sums_to_it(self, worked, finance):
        html = page(finance, reverse("savings:line_detail", args=["A1"]))
        linked = [figure for figure in read_page(html).figures if figure.href]
        assert len(linked) > 10
        for figure in linked:
            assert total_of_list(finance, figure.href) == figure.value

    def test_a_faster_line_that_does_not_come_to_nothing_says_by_how_much(self, worked, finance):
        assert "should come to nothing" not in page(finance, reverse("savings:line_detail", args=["B1"]))
        factories.position(worked.lines["B1"], 2017, 5_000)
        assert "These come to £5,000." in page(finance, reverse("savings:line_detail", args=["B1"]))

    def test_without_an_amount_it_quotes_the_paper(self, worked, finance):
        assert "<q>marginal</q>" in page(finance, reverse("savings:line_detail", args=["M1"]))

    def test_the_decision_that_approved_it_is_named(self, worked, finance):
        decision = factories.DecisionFactory(
            programme=worked.programme,
            effective_in=worked.period,
            confirmed_at=worked.period.opened_at,
            confirmed_by="Head of finance",
            assumption="That it was so is assumed.",
        )
        decision.items.create(line=worked.lines["A1"].line, year=2016, from_target=100, to_target=100)
        html = page(finance, reverse("savings:line_detail", args=["A1"]))
        assert "Approve: Cabinet" in html
        assert "Assumption: That it was so is assumed." in html
        assert "No decision names this line" in page(finance, reverse("savings:line_detail", args=["A2"]))

    def test_a_line_outside_ones_scope_is_not_found(self, worked):
        head = signed_in(factories.head_of_service(worked.services["s1"]))
        assert head.get(reverse("savings:line_detail", args=["A2"])).status_code == 200
        assert head.get(reverse("savings:line_detail", args=["A1"])).status_code == 404
        assert head.get(reverse("savings:line_detail", args=["NONE"])).status_code == 404

    def test_in_a_period_in_which_it_does_not_stand_it_is_not_found_and_says_so(self, worked, finance):
        later = factories.ReportingPeriodFactory(
            programme=worked.programme, label="2016/17 M01", month=1, ends_on="2016-04-30", closed=True
        )
        response = finance.get(reverse("savings:line_detail", args=["A1"]), {"period": later.label})
        assert response.status_code == 404
        assert "does not stand in" in response.content.decode()

    def test_it_shows_how_it_stood_in_each_period(self, worked, finance):
        then = {"line": worked.lines["A1"].line, "project": worked.projects["PA"], "title": "As it was called"}
        factories.ReportingPeriodFactory(
            programme=worked.programme,
            label="2016/17 M01",
            month=1,
            ends_on="2016-04-30",
            closed=True,
            filled=lambda earlier: factories.LineInPeriodFactory(period=earlier, **then),
        )
        html = page(finance, reverse("savings:line_detail", args=["A1"]))
        found = {row.label: [f.value for f in row.figures] for row in read_page(html).rows if row.figures}
        assert found["2016/17 month 2 shown above"] == [300, 40, 70]
        assert found["2016/17 month 1 then called “As it was called”"] == [0, 0, 0]


def test_a_hidden_line_that_holds_none_of_the_selection_does_not_make_the_list_partial(worked):
    head = signed_in(factories.head_of_service(worked.services["n1"]))
    html = page(head, reverse(LIST), corporate_area="environment")
    assert total(html) == rollup(worked.period, where=Selection(corporate_area=worked.area.pk)).total.total.target
    assert "not shown to you" not in html
