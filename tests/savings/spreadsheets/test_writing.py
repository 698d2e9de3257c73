"""Files of savings lines: every amount exactly, words as words, locks as an import refuses, totals as the pages have.

pounds    2016/17                          2017/18          2018/19     not profiled    (savings/worked_programme.py)
A1        100 approved (40 D 30 T 20 A 10 R)   200 amber
A2        60 D approved                                                     15
B1        50 T approved                                     -50 approved
B2                                         -30 R
N1                                                          7 (9 delivered)
M1        marginal
"""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl.worksheet.worksheet import Worksheet

from futurefit.access.models import User
from futurefit.council.models import PostKind
from savings.models import LineInPeriod
from savings.models.line import NOTE_AT_MOST
from savings.services.lines import change_line
from savings.services.periods import NewPeriod, close_and_open_next
from tests import factories
from tests.factories import TESTS
from tests.savings.worked_programme import Worked, worked_programme

HEADING_ROW = 3
FACTS = [
    *("Code", "Version", "Title", "Reference", "Project", "Title of the project", "Theme", "Directorate", "Service"),
    *("Type of saving", "MTFP heading", "Method", "Recurring or one-off", "Budget code", "Amount in words", "Note"),
]
STATUSES = ["Green delivered", "Claimed", "Green on target", "Amber", "Red"]
YEARS = ["2016/17", "2017/18", "2018/19", "Not profiled"]
IN_POUNDS = [*(f"{year} (£)" for year in YEARS), *(f"{year} {status} (£)" for year in YEARS for status in STATUSES)]


@pytest.fixture
def worked(db) -> Worked:
    return worked_programme()


@pytest.fixture
def finance(worked) -> User:
    return factories.finance_officer()


def answer(user: User, file: str = "programme.xlsx", **query: str) -> bytes:
    client = Client()
    client.force_login(user)
    response = client.get(f"/export/{file}", query)
    assert response.status_code == 200
    return response.getvalue()


def book(user: User, **query: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(answer(user, **query)))


def rows_of(page: Worksheet) -> dict[str, dict[str, object]]:
    """What each row of the sheet of lines holds, by code and heading; empty cells are left out."""
    headings = [cell.value for cell in page[HEADING_ROW]]
    found = {}
    for row in page.iter_rows(min_row=HEADING_ROW + 1):
        held = {heading: cell.value for heading, cell in zip(headings, row, strict=True) if cell.value is not None}
        found[str(held["Code"])] = held
    return found


def cell_of(page: Worksheet, code: str, heading: str):
    place = [cell.value for cell in page[HEADING_ROW]].index(heading)
    return next(row[place] for row in page.iter_rows(min_row=HEADING_ROW + 1) if row[0].value == code)


def is_locked(page: Worksheet, code: str, heading: str) -> bool:
    """Whether a cell is locked; one that is not in the file is as its column is."""
    cell = cell_of(page, code, heading)
    if cell.has_style:
        return cell.protection.locked
    column = next(each for each in page.column_dimensions.values() if each.min <= cell.column <= each.max)
    return column.protection.locked


def csv_rows(user: User, **query: str) -> list[list[str]]:
    content = answer(user, "programme.csv", **query)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_row_holds_every_fact_and_every_pound_of_its_line(worked, finance):
    page = book(finance, unit="pounds")["Savings"]
    assert [cell.value for cell in page[HEADING_ROW]] == FACTS + IN_POUNDS
    rows = rows_of(page)
    assert list(rows) == ["A1", "A2", "B1", "B2", "M1", "N1"], "a withdrawn line is in no file"
    version = rows["A1"].pop("Version")
    assert str(version).startswith("v")
    assert rows["A1"] == {
        "Code": "A1",
        "Title": "Line A1",
        "Project": "PA",
        "Title of the project": "Project PA",
        "Theme": "Alpha",
        "Directorate": "North",
        "Service": "Service n1",
        "Type of saving": "Further",
        "MTFP heading": "New Savings",
        "Method": "Contract",
        "Recurring or one-off": "Recurring",
        "2016/17 (£)": 100,
        "2017/18 (£)": 200,
        "2016/17 Green delivered (£)": 40,
        "2016/17 Green on target (£)": 30,
        "2016/17 Amber (£)": 20,
        "2016/17 Red (£)": 10,
        "2017/18 Amber (£)": 200,
    }
    assert rows["A2"]["Not profiled (£)"] == 15
    assert rows["B2"]["2017/18 (£)"] == rows["B2"]["2017/18 Red (£)"] == -30
    assert (rows["N1"]["2018/19 (£)"], rows["N1"]["2018/19 Green delivered (£)"]) == (7, 9)
    assert rows["M1"]["Amount in words"] == "marginal"
    assert not [heading for heading in rows["M1"] if "(£)" in heading]


@pytest.mark.parametrize(("unit", "symbol", "shown"), [("thousands", "£000", "0.1"), ("millions", "£m", "0.0001")])
def test_in_another_unit_the_amounts_are_the_same_to_the_pound(worked, finance, unit, symbol, shown):
    rows = rows_of(book(finance, unit=unit)["Savings"])
    assert Decimal(repr(rows["A1"][f"2016/17 ({symbol})"])) == Decimal(shown)
    as_csv = csv_rows(finance, unit=unit)
    line = dict(zip(as_csv[0], next(row for row in as_csv if row[0] == "A1"), strict=True))
    assert line[f"2016/17 ({symbol})"] == shown


def test_a_nought_that_was_typed_is_not_an_empty_cell(worked, finance):
    factories.position(worked.lines["M1"], 2016, 0)
    assert rows_of(book(finance, unit="pounds")["Savings"])["M1"]["2016/17 (£)"] == 0
    rows = csv_rows(finance, unit="pounds")
    marginal = dict(zip(rows[0], next(row for row in rows if row[0] == "M1"), strict=True))
    assert (marginal["2016/17 (£)"], marginal["2017/18 (£)"]) == ("0", "")


def test_the_csv_file_holds_the_same_columns_and_the_same_words(worked, finance):
    page = book(finance, unit="pounds")["Savings"]
    rows = csv_rows(finance, unit="pounds")
    assert rows[0] == [cell.value for cell in page[HEADING_ROW]]
    in_workbook = [
        ["" if cell.value is None else str(cell.value) for cell in row]
        for row in page.iter_rows(min_row=HEADING_ROW + 1)
    ]
    assert rows[1:] == in_workbook


HOSTILE = ["=1+1", "+44 1743", "-2+3", "@SUM(A1)", "<r>&</r>", "<r><t>x</t></r>", "_x0041_", "a\tb", "ends\uffff"]


@pytest.mark.parametrize("title", HOSTILE)
def test_words_are_words_whatever_they_look_like(worked, finance, title):
    LineInPeriod.objects.filter(pk=worked.lines["A1"].pk).update(title=title, note=title, budget_code=title)
    cell = cell_of(book(finance)["Savings"], "A1", "Title")
    assert cell.data_type == "s"
    assert openpyxl.utils.escape.unescape(cell.value) == title.replace("\uffff", "\ufffd")
    line = next(row for row in csv_rows(finance) if row[0] == "A1")
    assert line[2] == (f"'{title}" if title[0] in "=+-@" else title)


def test_a_note_is_no_longer_than_a_cell_holds(worked, finance):
    with pytest.raises(ValidationError, match="at most 30000 characters"):
        change_line(actor=TESTS, line=worked.lines["A1"], changes={"note": "x" * (NOTE_AT_MOST + 1)})
    change_line(actor=TESTS, line=worked.lines["A1"], changes={"note": "x" * NOTE_AT_MOST})
    assert len(rows_of(book(finance)["Savings"])["A1"]["Note"]) == NOTE_AT_MOST


def test_what_an_import_would_refuse_is_locked_and_the_rest_is_not(worked, finance):
    page = book(finance, unit="pounds")["Savings"]
    assert page.protection.sheet and not page.protection.password
    assert not page.protection.autoFilter and not page.protection.formatColumns, "filters and widths stay free"
    locked = {heading for heading in FACTS if is_locked(page, "A1", heading)}
    assert locked == {"Code", "Version", "Title of the project"}
    assert cell_of(page, "A1", "2016/17 (£)").protection.locked, "approved: only a decision changes it"
    assert not cell_of(page, "A1", "2016/17 Amber (£)").protection.locked, "its rating may change"
    assert not cell_of(page, "A1", "2017/18 (£)").protection.locked, "proposed"
    below = page.column_dimensions
    assert not any(below[letters].protection.locked for letters in ("A", "C", "Q", "U")), "new lines go below"


def test_lines_of_other_directorates_are_locked_for_a_finance_officer_of_some(worked):
    user = factories.holder(PostKind.FINANCE_OFFICER, directorates=[worked.directorates["South"]])
    page = book(user, unit="pounds")["Savings"]
    assert set(rows_of(page)) == {"A1", "A2", "B1", "B2", "M1", "N1"}
    locked = {code: is_locked(page, code, "Note") for code in rows_of(page)}
    assert locked == {"A1": True, "A2": False, "B1": True, "B2": False, "M1": True, "N1": True}
    assert cell_of(page, "A1", "2018/19 (£)").protection.locked, "an empty cell too"


def test_a_file_for_reading_is_locked_and_says_so(worked):
    page = (workbook := book(factories.auditor()))["Savings"]
    assert all(is_locked(page, "A1", heading) for heading in FACTS)
    assert page.column_dimensions["C"].protection.locked
    assert "cannot be brought back" in page["A2"].value
    assert not page.data_validations.dataValidation
    assert "How to bring it back" not in {row[0] for row in workbook["About this file"].values}


def test_a_closed_period_is_for_reading_whoever_asks(worked, finance):
    before = rows_of(book(finance)["Savings"])
    close_and_open_next(
        actor=TESTS, period=worked.period, new=NewPeriod("2016/17 M03", 2016, date(2016, 6, 30), month=3)
    )
    change_line(actor=TESTS, line=worked.programme.periods.get(closed_at=None).lines.first(), changes={"note": "Later"})
    page = book(finance, period="2016/17 M02")["Savings"]
    assert rows_of(page) == before
    assert page.column_dimensions["C"].protection.locked and "(closed)" in page["A1"].value


def test_lists_offer_what_the_period_has(worked, finance):
    workbook = book(finance)
    page, lists = workbook["Savings"], workbook["Lists"]
    headings = [cell.value for cell in page[HEADING_ROW]]
    offered = {}
    for validation in page.data_validations.dataValidation:
        if validation.type == "list":
            first, last = validation.formula1.removeprefix("Lists!").replace("$", "").split(":")
            column = next(iter(validation.sqref.ranges)).min_col
            offered[headings[column - 1]] = [cell.value for (cell,) in lists[f"{first}:{last}"]]
            assert (
                validation.sqref.ranges[0].max_row == 1_048_576 if isinstance(validation.sqref.ranges, list) else True
            )
    assert offered == {
        "Theme": ["Alpha", "Beta", "Gamma"],
        "Directorate": ["North", "South", "West"],
        "Service": ["Service n1", "Service s1", "Service w1"],
        "Type of saving": ["Further", "Faster", "New", "Cross cutting", "Not stated"],
        "MTFP heading": ["New Savings", "Council Tax"],
        "Method": ["Contract", "Income", "Staffing", "Property", "Demand", "Collaboration", "Other", "Not stated"],
        "Recurring or one-off": ["Recurring", "One-off", "Not stated"],
    }
    numbers = [each for each in page.data_validations.dataValidation if each.type == "decimal"]
    assert len(numbers) == 1
    projects = [row[-2:] for row in lists.iter_rows(min_row=2, values_only=True) if row[-2]]
    assert projects == [(code, f"Project {code}") for code in ("PA", "PB", "PE", "PN")]


def test_a_name_that_two_have_is_written_as_the_code(worked, finance):
    factories.ServiceFactory(code="n2", name="Service N1", directorate=worked.directorates["North"])
    rows = rows_of(book(finance)["Savings"])
    assert (rows["A1"]["Service"], rows["A2"]["Service"]) == ("n1", "Service s1")


def test_an_amount_outside_the_plan_has_its_column(worked, finance):
    factories.position(worked.lines["N1"], 2014, 5)
    rows = rows_of(book(finance, unit="pounds")["Savings"])
    assert rows["N1"]["2014/15 (£)"] == 5


APPROVED, PROPOSED, BOTH = "Approved", "Proposed", "Approved and proposed"
BY_THEME = {
    ("Alpha", APPROVED): [160, 0, 0, 0, 160],
    ("Alpha", PROPOSED): [0, 200, 0, 15, 215],
    ("Alpha", BOTH): [160, 200, 0, 15, 375],
    ("Beta", APPROVED): [50, 0, -50, 0, 0],
    ("Beta", PROPOSED): [0, -30, 0, 0, -30],
    ("Beta", BOTH): [50, -30, -50, 0, -30],
    ("Gamma", APPROVED): [0, 0, 0, 0, 0],
    ("Gamma", PROPOSED): [0, 0, 0, 0, 0],
    ("Gamma", BOTH): [0, 0, 0, 0, 0],
    ("No theme", APPROVED): [0, 0, 0, 0, 0],
    ("No theme", PROPOSED): [0, 0, 7, 0, 7],
    ("No theme", BOTH): [0, 0, 7, 0, 7],
    ("Total", APPROVED): [210, 0, -50, 0, 160],
    ("Total", PROPOSED): [0, 170, 7, 15, 192],
    ("Total", BOTH): [210, 170, -43, 15, 352],
}


def totals_by(workbook: openpyxl.Workbook, heading: str) -> dict[tuple[str, str], list[int]]:
    """The rows of one part of the sheet of totals, by group and basis."""
    rows = list(workbook["Totals"].values)
    first = next(place for place, row in enumerate(rows) if row[0] == heading)
    found = {}
    for label, basis, *amounts in rows[first + 1 :]:
        if label is None:
            break
        found[label, basis] = amounts
    return found


def test_the_totals_are_those_of_the_pages_approved_and_proposed_apart(worked, finance):
    workbook = book(finance, unit="pounds")
    assert workbook["Totals"]["A1"].value == "Checked, never imported"
    assert totals_by(workbook, "By theme") == BY_THEME
    by_directorate = totals_by(workbook, "By directorate")
    assert by_directorate["North", BOTH] == [150, 200, -50, 0, 300]
    assert totals_by(workbook, "By MTFP heading")["Council Tax", BOTH] == [60, 0, 0, 15, 75]


def test_while_it_is_edited_the_totals_say_what_the_lines_come_to(worked, finance):
    page = book(finance, unit="pounds")["Totals"]
    row = next(row for row in page.iter_rows() if row[0].value == "The sheet Savings now")
    assert [cell.value for cell in row[2:]] == [
        *(f"=SUM(Savings!{letter}4:{letter}1048576)" for letter in "QRST"),
        f"=SUM(C{row[0].row}:F{row[0].row})",
    ]
    kept = openpyxl.load_workbook(io.BytesIO(answer(finance, unit="pounds")), data_only=True)["Totals"]
    assert [cell.value for cell in kept[row[0].row][2:]] == BY_THEME["Total", BOTH]
    assert [cell.value for cell in kept[row[0].row + 1][2:]] == [0, 0, 0, 0, 0]


def test_a_reader_of_some_lines_gets_those_and_their_totals_alone(worked):
    workbook = book(factories.head_of_service(worked.services["s1"]), unit="pounds")
    assert set(rows_of(workbook["Savings"])) == {"A2", "B2"}
    assert totals_by(workbook, "By theme")["Total", BOTH] == [60, -30, 0, 15, 45]
    said = {str(cell) for page in workbook for row in page.values for cell in row if cell is not None}
    assert not {"A1", "Line A1", "Service n1", "PN"} & said


def test_the_filters_of_the_line_list_choose_the_lines_and_the_file_says_which(worked, finance):
    workbook = book(finance, theme="beta")
    assert set(rows_of(workbook["Savings"])) == {"B1", "B2", "M1"}
    about = dict(row[:2] for row in workbook["About this file"].values)
    assert (about["Lines"], about["Number of lines"]) == ("Theme: Beta.", "3")
    amber = rows_of(book(finance, unit="pounds", year="2017/18", measure="amber")["Savings"])
    assert set(amber) == {"A1"}
    assert amber["A1"]["2016/17 (£)"] == 100, "the whole line, so that its version holds"
    assert set(rows_of(book(finance, basis="approved")["Savings"])) == {"A1", "A2", "B1"}


def test_the_file_says_what_it_is_and_what_its_words_mean(worked, finance):
    worked.period.rag_definitions.filter(status="amber").update(words="Wobbly.", weight=30)
    workbook = book(finance, unit="thousands")
    assert workbook.sheetnames == ["Savings", "Totals", "About this file", "Lists"]
    about = dict(row[:2] for row in workbook["About this file"].values)
    assert about["Reporting period"] == "2016/17 month 2 (open)"
    assert about["Made for"] == "Finance officer"
    assert about["Unit of amounts"].startswith("£000: 120.5 is £120,500.")
    assert about["Amber"] == "Wobbly. Counts 30 per cent in the risk-weighted amount."
    assert {"How to bring it back", "Version", "Not profiled", *(set(FACTS) - {"Code"})} <= set(about)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"theme": "no-such"}, "no-such"),
        ({"colour": "green"}, "colour"),
        ({"unit": "stones"}, "stones"),
        ({"page": "2"}, "page"),
        ({"project": "NONE"}, "NONE"),
        ({"year": "2099/20"}, "2099/20"),
    ],
)
def test_an_address_that_the_line_list_would_refuse_gives_no_file(worked, finance, query, words):
    client = Client()
    client.force_login(finance)
    for file in ("programme.xlsx", "programme.csv"):
        response = client.get(f"/export/{file}", query)
        assert response.status_code == 404
        assert words in response.content.decode()


def test_a_file_of_many_lines_asks_no_more_often_than_one_of_few(worked, finance):
    client = Client()
    client.force_login(finance)

    def queries(file: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/export/{file}").getvalue()
        return len(asked)

    files = ("programme.xlsx", "programme.csv")
    queries(files[0])
    few = [queries(file) for file in files]
    for _ in range(100):
        factories.line(worked.period, worked.projects["PA"], {2016: 100, None: 5})
    assert [queries(file) for file in files] == few
    assert max(few) <= 20


def test_the_file_is_named_after_programme_and_period(worked, finance):
    client = Client()
    client.force_login(finance)
    assert (
        client.get("/export/programme.xlsx")["Content-Disposition"]
        == 'attachment; filename="savings-worked-2016-17-m02.xlsx"'
    )


def test_the_template_has_the_headings_lists_and_two_examples(worked, finance):
    client = Client()
    client.force_login(finance)
    workbook = openpyxl.load_workbook(io.BytesIO(client.get("/import/template.xlsx").getvalue()))
    page = workbook["Savings"]
    headings = [cell.value for cell in page[HEADING_ROW]]
    keys = {"Code", "Version", "Title of the project"}
    assert headings == [
        "Row",
        *(fact for fact in FACTS if fact not in keys),
        *(heading.replace("(£)", "(£000)") for heading in IN_POUNDS),
    ]
    examples = list(page.iter_rows(min_row=HEADING_ROW + 1, values_only=True))
    assert [row[0] for row in examples] == ["Example", "Example"]
    assert all(row[1] for row in examples)
    assert not page.protection.sheet
    lists = [each for each in page.data_validations.dataValidation if each.type == "list"]
    assert len(lists) == 8
