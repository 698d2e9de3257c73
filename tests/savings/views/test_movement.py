"""The page of the movement: its table by hand, every figure a link to what makes it, who sees what, its files."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from futurefit.values.rag import Split
from savings.models import LineInPeriod, Position
from savings.services.lines import NewLine, NewPosition, add_lines, change_line, set_split, withdraw_line
from savings.services.periods import close_and_open_next, period_called
from tests import factories
from tests.savings.views.on_page import page, read_page, signed_in, total_of_list

pytestmark = pytest.mark.django_db

PAGE, LINES = reverse("savings:movement"), reverse("savings:movement_lines")


@pytest.fixture
def moved():
    """Month 7: two projects of £150,000. Month 9: the second is withdrawn, £30,000 are added, £5,000 re-estimated."""
    made = factories.small_programme()
    actor = factories.actor(factories.finance_officer())
    period = close_and_open_next(actor=actor, period=made.period, new=period_called("2015/16 M09"))
    rows = {row.line_id: row for row in LineInPeriod.objects.filter(period=period).select_related("period__programme")}
    first, second = (rows[line.line_id] for line in made.lines)
    withdraw_line(actor=actor, line=second, reason="The landlord said <no>")
    new = NewLine("Energy income", made.projects[0], code="E1", positions=[NewPosition(2017, Split(30_000))])
    add_lines(actor=actor, period=period, lines=[new])
    position = Position.objects.select_related("line_in_period__period__programme").get(line_in_period=first, year=2017)
    set_split(actor=actor, position=position, split=Split(55_000))
    made.__dict__["open"] = period
    return made


@pytest.fixture
def finance(db):
    return signed_in(factories.finance_officer())


def table(html: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in read_page(html).rows:
        if row.figures:
            found.setdefault(row.label, [figure.value for figure in row.figures])
    return found


def test_the_rows_are_opening_the_causes_that_occur_and_closing(moved, finance):
    html = page(finance, PAGE)
    one, other = moved.themes
    found = table(html)
    assert found[one.name] == [150_000, 30_000, 0, 5_000, 185_000]
    assert found[other.name] == [150_000, 0, -150_000, 0, 0]
    assert found["Total"] == [300_000, 30_000, -150_000, 5_000, 185_000]
    assert "<h1>Why 2015/16 month 7 and 2015/16 month 9 differ</h1>" in html
    assert found["Moved"] == [0] * 6, "a cause that brought nothing stands in the table of the chart"
    assert html.count('role="img"') == 1 and "Removed −£150,000" in html


@pytest.mark.parametrize("query", [{}, {"by": "project", "unit": "pounds"}, {"measure": "amber", "by": "directorate"}])
def test_every_figure_leads_to_a_list_whose_total_it_is(moved, finance, query):
    figures = read_page(page(finance, PAGE, **query)).figures
    linked = [figure for figure in figures if figure.href]
    assert linked and all(figure.href or not figure.value for figure in figures)
    for figure in linked:
        if figure.href.startswith(LINES):
            last = [row for row in read_page(page(finance, figure.href)).rows if "ff-total" in row.css]
            assert last[-1].figures[-1].value == figure.value, figure.href
        else:
            assert total_of_list(finance, figure.href) == figure.value, figure.href


def test_the_list_says_why_in_quotation_marks_who_and_when(moved, finance):
    html = page(finance, LINES, cause="removed")
    assert "“The landlord said &lt;no&gt;”" in html or "<q>The landlord said &lt;no&gt;</q>" in html
    assert "Withdrew the savings line" in html and "Finance officer, " in html
    assert "Removed. All years." in html


def test_a_head_of_service_reads_the_same_totals_and_one_row_for_what_is_not_shown(moved):
    head = signed_in(moved.cast().head)
    found = table(page(head, PAGE, by="project"))
    assert found["Not shown to you"] == [150_000, 0, -150_000, 0, 0]
    assert found["Total"] == [300_000, 30_000, -150_000, 5_000, 185_000]
    hidden = [row for row in read_page(page(head, PAGE)).rows if row.label == moved.themes[1].name]
    assert not any(figure.href for figure in hidden[0].figures), "not all of its lines are theirs to see"
    html = page(head, LINES, by="theme")
    assert "landlord" not in html and "not shown to you" in html
    assert head.get(LINES, {"by": "project", "group": moved.projects[1].code}).status_code == 404


def test_the_files_hold_what_is_shown_in_whole_pounds(moved, finance):
    rows = list(csv.reader(io.StringIO(finance.get(PAGE, {"export": "csv"}).content.decode("utf-8-sig"))))
    assert ["Total", "300000", "30000", "-150000", "5000", "185000"] in rows
    rows = list(csv.reader(io.StringIO(finance.get(LINES, {"export": "csv"}).content.decode("utf-8-sig"))))
    head = next(row for row in rows if row and row[0] == "Savings line")
    assert head[:5] == ["Savings line", "Year", "Cause", "Theme", "Amount (£)"]
    assert sum(int(row[4]) for row in rows[rows.index(head) + 1 :]) == -115_000


def test_words_where_nothing_changed_and_where_there_is_nothing_to_compare_yet(moved, finance):
    html = page(finance, PAGE, **{"from": "2015/16 M09"})
    assert "2015/16 month 9 is compared with itself, so nothing differs. Choose two periods." in html
    assert "Nothing changed the red between 2015/16 month 7 and 2015/16 month 7" not in html
    other = factories.ProgrammeFactory(slug="new")
    factories.ReportingPeriodFactory(programme=other)
    assert "There is one reporting period so far" in page(finance, PAGE, programme="new")


def test_backwards_and_in_todays_shape(moved, finance):
    found = table(page(finance, PAGE, **{"from": "2015/16 M09", "period": "2015/16 M07"}))
    assert found["Total"] == [185_000, -30_000, 150_000, -5_000, 300_000]
    actor = factories.actor(factories.finance_officer())
    row = LineInPeriod.objects.select_related("period__programme", "project").get(period=moved.open, line__code="E1")
    change_line(actor=actor, line=row, changes={"directorate": moved.directorates[1]})
    change_line(
        actor=actor,
        line=LineInPeriod.objects.get(period=moved.open, line=moved.lines[0].line),
        changes={"directorate": moved.directorates[1]},
    )
    then, now = (table(page(finance, PAGE, by="directorate", shape=shape)) for shape in ("then", "today"))
    assert then[moved.directorates[0].name][0] == 150_000 and now[moved.directorates[0].name][0] == 0


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2015/16 M01"},
        {"by": "recurring"},
        {"measure": "risk_weighted"},
        {"from": ["2015/16 M07", "2015/16 M09"]},
        {"cause": "removed"},
        {"export": "pdf"},
    ],
)
def test_what_the_page_does_not_know_is_said(moved, finance, query):
    assert finance.get(PAGE, query).status_code == 404


def test_the_list_refuses_an_unknown_cause_year_and_group(moved, finance):
    for query in ({"cause": "magic"}, {"year": "1999/00"}, {"group": "no-such-theme"}):
        assert finance.get(LINES, query).status_code == 404


def test_the_page_asks_no_more_for_many_lines_than_for_few(moved, finance):
    def asked(address: str) -> int:
        finance.get(address)
        with CaptureQueriesContext(connection) as queries:
            finance.get(address)
        return len(queries)

    few = asked(PAGE), asked(LINES)
    new = [NewLine(f"Line {n}", moved.projects[0], positions=[NewPosition(2016, Split(n))]) for n in range(200)]
    add_lines(actor=factories.actor(factories.finance_officer()), period=moved.open, lines=new)
    assert (asked(PAGE), asked(LINES)) == few
    assert max(few) <= 12
