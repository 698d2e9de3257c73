"""Importing: which line a row is, what changes, what is refused, one act, and the command around it."""

from __future__ import annotations

import io
import json
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from futurefit.council.models import PostKind
from futurefit.history.models import Act
from futurefit.history.tracking import history_model
from futurefit.values.money import Unit
from futurefit.values.rag import Split
from projects.models import Programme, Project
from projects.scope import EVERYTHING
from savings.models import ColumnMapping, LineInPeriod, Position, ReportingPeriod, SavingsLine, StatedFigure
from savings.reading import Reading
from savings.rollups import rollup
from savings.services.imports import apply_import
from savings.services.lines import change_line, set_split, withdraw_line
from savings.spreadsheets.checking import check
from savings.spreadsheets.exported import Export
from savings.spreadsheets.findings import Options
from savings.spreadsheets.reading import read_workbook
from savings.spreadsheets.sheets import Workbook
from savings.spreadsheets.writing import write_workbook
from tests import factories
from tests.factories import TESTS
from tests.savings.spreadsheets.importing import amounts, checked, differing, imported, new_period, splits
from tests.savings.spreadsheets.tables import workbook
from tests.savings.worked_programme import Worked, worked_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked() -> Worked:
    return worked_programme()


def messages(findings) -> str:
    return "\n".join(finding.message for finding in findings)


def exported(worked: Worked) -> openpyxl.Workbook:
    """The open period's lines as a workbook that FutureFit made, in pounds."""
    reading = Reading(
        programme=worked.programme,
        period=worked.period,
        periods=(worked.period,),
        unit=Unit.POUNDS,
        view="incremental",
        basis="all",
        scope=EVERYTHING,
        default_unit=Unit.POUNDS,
    )
    file = io.BytesIO()
    lines = LineInPeriod.objects.in_period(worked.period)
    export = Export(reading, lines, ["Every line."], "Finance officer", date(2016, 5, 20), lambda directorate: True)
    write_workbook(export, file)
    return openpyxl.load_workbook(io.BytesIO(file.getvalue()))


def edited(book: openpyxl.Workbook, code: str, **changes) -> openpyxl.Workbook:
    """The workbook with cells of a line changed, by heading with underscores for blanks; None empties a cell."""
    page = book["Savings"]
    heading_row = next(row for row in range(1, 10) if page.cell(row, 1).value == "Code")
    columns = {str(page.cell(heading_row, c).value): c for c in range(1, page.max_column + 1)}
    row = next(r for r in range(heading_row, page.max_row + 1) if page.cell(r, 1).value == code)
    for heading, value in changes.items():
        page.cell(row, columns[heading.replace("_", " ")]).value = value
    return book


def brought(book: openpyxl.Workbook) -> Workbook:
    file = io.BytesIO()
    book.save(file)
    return read_workbook(file.getvalue(), "programme.xlsx")


# Export, edit, import


def test_what_was_exported_comes_back_without_a_change(worked):
    found = check(brought(exported(worked)), Options(), worked.period)
    assert messages(found.errors) == ""
    assert (len(found.added), len(found.changed), found.unchanged, found.absent) == (0, 0, 6, 0)
    before = Act.objects.count()
    assert apply_import(actor=TESTS, check=found).act_id is None
    assert Act.objects.count() == before, "nothing to write is no act"


def test_an_edit_changes_that_and_nothing_else(worked):
    book = edited(exported(worked), "A2", Title="Line two", Method="Staffing", Note="By letter")
    book = edited(book, "A1", **{"2017/18_(£)": 250, "2017/18_Amber_(£)": 100, "2017/18_Red_(£)": 50})
    book = edited(book, "A2", **{"Not_profiled_(£)": None})
    found = check(brought(book), Options(), worked.period)
    assert messages(found.errors) == ""
    assert {(c.line, c.field, c.before, c.after) for c in found.field_changes} == {
        ("A2", "Title", "Line A2", "Line two"),
        ("A2", "Method", "Income", "Staffing"),
        ("A2", "Note", "", "By letter"),
    }
    assert {(c.line, c.year, c.before, c.after) for c in found.amount_changes} == {
        ("A1", 2017, Split(200, amber=200), Split(250, amber=100, red=50)),
        ("A2", None, Split(15), None),
    }
    done = apply_import(actor=TESTS, check=found)
    assert (done.added, done.changed, done.unchanged) == (0, 2, 4)
    assert rollup(worked.period).total.total.target == 352 + 50 - 15
    row = LineInPeriod.objects.get(line__code="A2", period=worked.period)
    assert (row.title, row.method, row.note) == ("Line two", "staffing", "By letter")
    act = Act.objects.get(pk=done.act_id)
    assert "0 lines added, 2 changed" in act.sentence
    kinds = {
        model: sorted(history_model(model).objects.filter(act=act).values_list("history_type", flat=True))
        for model in (LineInPeriod, Position)
    }
    assert kinds == {LineInPeriod: ["~"], Position: ["-", "~"]}


def test_an_empty_cell_of_any_other_file_states_nothing(worked):
    found = checked("Code | Title | 2016/17 £ | 2017/18 £ | Note\nA1 | Line A1 | 100 | |", worked.period, create=False)
    assert messages(found.errors) == "" and (len(found.changed), found.unchanged, found.absent) == (0, 1, 5)


def test_a_stale_row_is_an_error_with_both_values_and_nothing_is_applied(worked):
    book = edited(exported(worked), "B2", Title="As I edited it")
    set_split(actor=TESTS, position=worked.lines["A1"].positions.get(year=2017), split=Split(300))
    change_line(actor=TESTS, line=worked.lines["B2"], changes={"title": "As it is now"})
    found = check(brought(book), Options(), worked.period)
    assert [error.column for error in found.errors] == ["Version", "Version"]
    first, second = (error.message for error in found.errors)
    assert "A1, Line A1, was changed since the file was made: 2017/18: £200 (amber £200) in the file, £300 now" in first
    assert "Title: “As I edited it” in the file, “As it is now” now" in second
    with pytest.raises(ValidationError, match="2 problems"):
        apply_import(actor=TESTS, check=found)


def test_an_approved_target_needs_a_decision_and_its_ratings_do_not(worked):
    table = "Code | Title | 2016/17 £ | 2016/17 Delivered £ | 2016/17 On target £ | 2016/17 Amber £ | 2016/17 Red £\n"
    found = checked(f"{table}A1 | Line A1 | 90 | 40 | 30 | 20 | 0", worked.period)
    assert [error.cell for error in found.errors] == ["C2"]
    assert "£100 is approved, the sheet has £90. It needs a decision" in found.errors[0].message
    imported(f"{table}A1 | Line A1 | 100 | 60 | 40 | 0 | 0", worked.period)
    assert splits(worked.period, "Line A1")[2016] == Split(100, delivered=60, on_target=40)


def test_a_new_target_below_its_ratings_asks_for_them(worked):
    found = checked("Code | Title | 2017/18 £\nA1 | Line A1 | 150", worked.period)
    assert "State the amounts by status too" in found.errors[0].message


# Which line a row is


def test_by_code_then_reference_then_title_and_two_are_a_problem(worked):
    project = worked.projects["PA"]
    factories.line(worked.period, project, {2016: 5}, code="R1", title="Meals", reference="7")
    factories.line(worked.period, project, {2016: 5}, code="R2", title="Salt", reference="8")
    factories.line(worked.period, project, {2016: 5}, code="R3", title="Bins", reference="8")
    table = "Code | Ref | Title | 2016/17 £\n"
    rows = {
        "A2 | | Line A2 | 60": "A2",
        " | 7 | Meals and drinks | 5": "R1",
        " | 8 | Bins | 5": "R3",
        " | | Line N1 | 1": "N1",
    }
    for row, code in rows.items():
        found = checked(table + row, worked.period, create=False)
        assert [change.line.line.code for change in found.changed] == ([code] if found.changed else [])
        assert found.added == [] and found.absent == 8
    twice = checked(table + " | 8 | Gravel | 5", worked.period, create=False)
    assert "Row 2 fits 2 lines of the programme: R2, R3." in twice.errors[0].message
    both = checked(table + " | 7 | Meals | 5\nR1 | | Meals | 6", worked.period, create=False)
    assert "Rows 2 and 3 are both the line R1, Meals" in both.errors[0].message


def test_the_same_reference_in_another_directorate_is_another_line(worked):
    factories.line(
        worked.period,
        worked.projects["PA"],
        code="R1",
        title="Meals",
        reference="1",
        directorate=worked.directorates["North"],
    )
    found = checked("Directorate | Ref | Title | 2016/17 £\nSouth | 1 | Gravel | 5", worked.period, create=False)
    assert [line.title for line in found.added] == ["Gravel"] and found.changed == []


def test_a_withdrawn_line_and_an_unknown_code_with_a_version_are_refused(worked):
    withdraw_line(actor=TESTS, line=worked.lines["B2"], reason="Not wanted")
    found = checked("Code | Version | Title | 2016/17 £\nB2 | v1 | Line B2 | 5\nZ9 | v1 | Line Z9 | 5", worked.period)
    assert "The line B2 is withdrawn" in found.errors[0].message
    assert "The programme has no line Z9" in found.errors[1].message


def test_a_row_moves_its_line_to_the_project_it_names(worked):
    imported("Code | Title | Project | 2017/18 £\nA1 | Line A1 | PB | 200", worked.period, create=False)
    row = LineInPeriod.objects.get(line__code="A1", period=worked.period)
    assert (row.project.code, row.theme.name, row.theme_label) == ("PB", "Beta", "Beta")


# Rights and races


def test_rows_outside_a_finance_officers_directorates_are_errors(worked):
    user = factories.holder(PostKind.FINANCE_OFFICER, directorates=[worked.directorates["North"]])
    reader = factories.reader(user)
    table = """
    Code | Directorate | Title | 2017/18 £
    A1 | North | Line A1 | 210
    B2 | South | Line B2 | -30
     | South | Gravel | 5
     | North | Salt | 5
    """
    found = checked(table, worked.period, create=False, reader=reader)
    assert [error.cell for error in found.errors] == ["B3", "B4"]
    assert "belongs to the directorate South, whose lines your post does not change" in found.errors[0].message
    moved = checked("Code | Directorate | Title | 2017/18 £\nA1 | South | Line A1 | 200", worked.period, reader=reader)
    assert "whose lines your post does not change" in moved.errors[0].message


def test_a_line_changed_after_the_check_stops_the_import(worked):
    found = checked("Code | Title | 2017/18 £ | 2017/18 Amber £\nA1 | Line A1 | 210 | 210", worked.period)
    set_split(actor=TESTS, position=worked.lines["A1"].positions.get(year=2017), split=Split(222))
    with pytest.raises(ValidationError, match="Somebody changed A1, Line A1, since the file was checked"):
        apply_import(actor=TESTS, check=found)
    assert splits(worked.period, "Line A1")[2017] == Split(222)


def test_an_import_into_a_closed_period_is_refused(worked):
    found = checked("Title | Project | 2016/17 £\nSalt | PA | 5", worked.period)
    ReportingPeriod.objects.filter(pk=worked.period.pk).update(closed_at=worked.period.opened_at)
    with pytest.raises(ValidationError, match="closed"):
        apply_import(actor=TESTS, check=found)


# One act, and what is remembered


def test_an_import_is_one_act_with_everything_it_made():
    period = new_period()
    found = imported(
        "Directorate | Service | Saving | 2016/17 £\nAdults | Meals | Fewer | 5\nPlace | | Bins | 6", period
    )
    act = Act.objects.latest("pk")
    assert act.verb == "savings.imported" and "2 lines added, 0 changed" in act.sentence
    assert [(new.kind, new.name) for new in found.new_names] == [
        ("directorate", "Adults"),
        ("service", "Meals"),
        ("block", "Meals"),
        ("directorate", "Place"),
        ("block", "Place"),
    ]
    assert set(act.subjects.values_list("label", flat=True)) >= {"Adults", "Meals", "Place", "L0001", "L0002", "County"}
    for model in (SavingsLine, LineInPeriod, Position, Project):
        assert set(history_model(model).objects.values_list("act", flat=True)) == {act.pk}


def test_a_mapping_is_remembered_for_the_layout_and_said():
    period = new_period()
    table = "Saving | Kind | 2016/17\nMeals | X1 | 5"
    imported(table, period, columns={2: "budget_code"}, unit=Unit.THOUSANDS)
    assert ColumnMapping.objects.get().settings == {"columns": {"2": "budget_code"}, "unit": "thousands"}
    again = checked("Saving | Kind | 2016/17\nSalt | X2 | 7", period)
    assert again.years == {2016: 7_000} and again.added[0].facts["budget_code"] == "X2"
    assert "was imported before: it is read as tests" in messages(again.warnings)
    assert checked("Saving | Kind | 2016/17\nSalt | X2 | 7", period, unit=Unit.POUNDS).years == {2016: 7}


# The command


def run(path, **options) -> tuple[dict, int]:
    """The command's JSON and exit code."""
    out = io.StringIO()
    code = 0
    try:
        call_command("import_savings", str(path), format="json", stdout=out, **{"programme": "county", **options})
    except CommandError as error:
        code = error.returncode
    return (json.loads(out.getvalue()) if out.getvalue() else {}), code


@pytest.fixture
def csv_file(tmp_path):
    def made(text: str, name: str = "savings.csv"):
        path = tmp_path / name
        path.write_text("\n".join(line.strip().replace("|", ",") for line in text.strip().splitlines()))
        return path

    return made


TABLE = """
Savings £000
Ref|Directorate|Proposal|2016/17|2017/18|Total
A1|Adults|Meals|100|50|150
P1|Place|Salt|20||20
||Total|120|50|171
"""


@override_settings(TODAY=date(2016, 5, 20))
def test_the_command_makes_a_programme_and_says_what_it_did(csv_file):
    path = csv_file(TABLE)
    assert run(path) == ({}, 2), "an unknown programme is not made without being asked for"
    found, code = run(path, create=True, dry_run=True)
    assert (code, found["applied"], found["added"]) == (0, False, 2)
    assert not Programme.objects.exists() and not Act.objects.exists(), "a dry run leaves nothing"
    found, code = run(path, create=True)
    assert code == 0 and found["applied"] is True
    assert {name: found[name] for name in ("added", "changed", "unchanged", "absent", "errors")} == {
        "added": 2,
        "changed": 0,
        "unchanged": 0,
        "absent": 0,
        "errors": [],
    }
    assert found["years"] == {"2016/17": 120_000, "2017/18": 50_000}
    assert [total for total in found["stated_totals"] if total["verdict"] != "agrees"] == [
        {
            "cell": "F5",
            "label": "Total",
            "period": "Total",
            "stated": 171_000,
            "computed": 170_000,
            "verdict": "rounding",
            "agrees": True,
        }
    ]
    period = ReportingPeriod.objects.get(programme__slug="county")
    assert (period.label, period.horizon_first, period.horizon_last) == ("2016/17 M02", 2016, 2017)
    again, code = run(path)
    assert (code, again["added"], again["changed"], again["unchanged"]) == (0, 0, 0, 2)
    assert Act.objects.filter(verb="savings.imported").count() == 1


def test_errors_leave_nothing_and_unusable_files_say_why(csv_file, tmp_path, capsys):
    found, code = run(csv_file(TABLE.replace("|20||", "|20 or so||")), create=True)
    assert code == 1 and found["applied"] is False and not Programme.objects.exists()
    assert found["errors"] == [
        {
            "sheet": "savings",
            "cell": "D4",
            "column": "2016/17",
            "value": "20 or so",
            "message": "'20 or so' is text in a cell for an amount; 20 was read in it and not used. Enter 20 alone and "
            "put the words in the note column.",
        }
    ]
    for path, options in (
        (tmp_path / "nothing.csv", {}),
        (csv_file("Dear reader", "letter.csv"), {}),
        (csv_file(TABLE), {"period": "May"}),
        (csv_file(TABLE), {"sheet": "Other"}),
        (csv_file(TABLE), {"map": ["Z=title"]}),
        (csv_file(TABLE), {"map": ["A=colour"]}),
        (csv_file(TABLE), {"project": "P1"}),
    ):
        assert run(path, create=True, **options) == ({}, 2)


def test_options_choose_period_sheet_project_columns_unit_and_sign(csv_file):
    new_period()
    project = factories.ProjectFactory(programme=Programme.objects.get(), code="HR")
    path = csv_file("Thing|Cost centre|2016/17|2017/18\nMeals|77|(5)|(1)\nTotal||(5)|(1)")
    found, code = run(
        path, project="HR", unit="thousands", sign="minus_saves", map=["Thing=title", "B=ignore"], period="2016/17 M02"
    )
    assert (code, found["years"]) == (0, {"2016/17": 5_000, "2017/18": 1_000})
    row = LineInPeriod.objects.get()
    assert (row.title, row.project, row.budget_code) == ("Meals", project, "")
    assert run(path, project="HR", period="2016/17 M03")[1] == 2
    assert run(path, project="nobody")[1] == 2


def test_people_read_problems_totals_and_years(csv_file):
    out = io.StringIO()
    call_command("import_savings", str(csv_file(TABLE)), programme="county", create=True, stdout=out)
    text = out.getvalue()
    assert "savings.csv, sheet savings: amounts in £000, plus saves, incremental" in text
    assert "F5    Total  Total    171,000   170,000  Rounding" in text
    assert "2016/17: 120,000" in text
    assert "Applied: 2 lines added, 0 changed, 0 left as they are" in text


# Any table, in any style

YEARS = (2016, 2017, 2018)
YEAR_STYLES = ("{0}/{1:02d}", "{0}-{1:02d}", "{0}-{2}", "FY{1:02d}")
UNITS = {Unit.POUNDS: "£", Unit.THOUSANDS: "£'000", Unit.MILLIONS: "£m"}


@st.composite
def tables(draw):
    """Lines with amounts of up to three years in two directorates, and the same money printed in some style."""
    count = draw(st.integers(1, 6))
    pounds = st.one_of(st.none(), st.integers(-2_000, 2_000).map(lambda n: n * 1_000))
    lines = [
        (f"Saving {number}", draw(st.sampled_from(["Adults", "Place"])), [draw(pounds) for _ in YEARS])
        for number in range(count)
    ]
    return lines, draw(
        st.fixed_dictionaries(
            {
                "year": st.sampled_from(YEAR_STYLES),
                "unit": st.sampled_from(list(UNITS)),
                "minus": st.booleans(),
                "brackets": st.booleans(),
                "sections": st.booleans(),
                "totals": st.booleans(),
                "group": st.booleans(),
                "nothing": st.sampled_from(["", "-", "–"]),
                "numbers": st.booleans(),
            }
        )
    )


def printed(amount: int | None, style: dict) -> str:
    if amount is None:
        return style["nothing"]
    amount = -amount if style["minus"] else amount
    whole, places = {Unit.POUNDS: (1, 0), Unit.THOUSANDS: (1_000, 0), Unit.MILLIONS: (1_000_000, 3)}[style["unit"]]
    text = f"{abs(amount) // whole}" + (f".{abs(amount) % whole // 1_000:03d}" if places else "")
    if amount < 0:
        return f"({text})" if style["brackets"] else f"-{text}"
    return text


def drawn(lines, style) -> str:
    """The table as text: title, headings in one or two rows, sections or a column of directorates, totals."""
    years = [style["year"].format(year, (year + 1) % 100, year + 1) for year in YEARS]
    rows = [f"Budget savings ({UNITS[style['unit']]})"]
    if style["minus"]:
        rows.append("Savings are shown as negative figures")
    directorate = [] if style["sections"] else ["Directorate"]
    if style["group"]:
        rows.append(" | ".join(["", *[""] * len(directorate), "Savings", "", "", ""]))
    rows.append(" | ".join([*directorate, "Proposal", *years, "Total"]))
    for name in ("Adults", "Place"):
        own = [line for line in lines if line[1] == name]
        if not own:
            continue
        if style["sections"]:
            rows.append(name)
        for title, _directorate, by_year in own:
            whole = sum(amount or 0 for amount in by_year)
            cells = [printed(amount, style) for amount in (*by_year, whole)]
            rows.append(" | ".join([*([] if style["sections"] else [name]), title, *cells]))
        if style["totals"]:
            rows.append(total_row(f"Total {name}", own, style, directorate))
    if style["totals"]:
        rows.append(total_row("Grand total", lines, style, directorate))
    return "\n".join(rows)


def total_row(label: str, lines, style, directorate) -> str:
    sums = [sum(line[2][place] or 0 for line in lines) for place in range(len(YEARS))]
    return " | ".join([label, *[""] * len(directorate), *(printed(amount, style) for amount in (*sums, sum(sums)))])


@pytest.mark.slow
class AnyTable(TestCase):
    @settings(max_examples=40)
    @given(tables())
    def test_the_same_amounts_come_out_whatever_the_style(self, drawing):
        lines, style = drawing
        period = new_period()
        found = imported(workbook(drawn(lines, style), numbers=style["numbers"]), period)
        expected = {
            title: {year: amount for year, amount in zip(YEARS, by_year, strict=True) if amount is not None}
            for title, _directorate, by_year in lines
        }
        assert amounts(period) == expected
        assert differing(found) == []
        assert all(total.verdict == "agrees" for total in found.stated_totals)
        places = {row.title: row.directorate_label for row in LineInPeriod.objects.in_period(period)}
        assert places == {title: directorate for title, directorate, _by_year in lines}
        again = checked(workbook(drawn(lines, style), numbers=style["numbers"]), period)
        assert (len(again.added), len(again.changed), len(again.errors)) == (0, 0, 0)
        assert StatedFigure.objects.filter(programme=period.programme).count() == len(found.stated_totals)
