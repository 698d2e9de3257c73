"""Out and in again: an untouched file changes nothing, an edited one shows the edits alone, a stale one is refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from futurefit.values.money import Unit
from futurefit.values.rag import Split
from projects.scope import EVERYTHING
from savings.models import LineInPeriod, Position, ReportingPeriod, SavingsLine
from savings.reading import Reading
from savings.services.imports import apply_import
from savings.services.lines import change_line, set_split, withdraw_line
from savings.services.periods import NewPeriod, close_and_open_next
from savings.spreadsheets.checking import check
from savings.spreadsheets.exported import Export
from savings.spreadsheets.findings import Options
from savings.spreadsheets.plan import Check
from savings.spreadsheets.reading import read_workbook
from savings.spreadsheets.writing import csv_chunks, template_bytes, write_workbook
from tests import factories
from tests.factories import TESTS
from tests.savings.test_rollup_identities import splits
from tests.savings.worked_programme import Worked, worked_programme

HEADING_ROW = 3


def export_of(period: ReportingPeriod, unit: Unit = Unit.POUNDS) -> Export:
    reading = Reading(period.programme, period, (period,), unit, "incremental", "all", EVERYTHING, unit)
    lines = LineInPeriod.objects.in_period(period)
    return Export(reading, lines, (), "Finance officer", date(2016, 5, 20), lambda _directorate: True)


def as_xlsx(export: Export) -> bytes:
    file = io.BytesIO()
    write_workbook(export, file)
    return file.getvalue()


def as_csv(export: Export) -> bytes:
    return b"".join(csv_chunks(export))


FORMS: dict[str, Callable[[Export], bytes]] = {"xlsx": as_xlsx, "csv": as_csv}


def checked(content: bytes, form: str, period: ReportingPeriod) -> Check:
    return check(read_workbook(content, f"savings.{form}"), Options(), period)


def says_nothing(found: Check) -> bool:
    return not (found.errors or found.added or found.changed or found.field_changes or found.amount_changes)


# Any programme ------------------------------------------------------------------------------------------------------

words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn")) | st.sampled_from("=+-@'<>&_x0041\n\t "),
    max_size=20,
) | st.sampled_from(
    [
        "Total savings",
        "Sub-total",
        "=1+1",
        "'=1+1",
        "+44",
        "-5",
        "007",
        "1.10",
        "1e5",
        "2016/17",
        "TBC",
        "n/a",
        "_x0041_",
    ]
)
titles = words.map(lambda text: " ".join(text.split())).filter(bool)
amounts_by_year = st.dictionaries(
    st.sampled_from((2016, 2017, 2018, 2019, None)),
    st.tuples(splits(), st.sampled_from((1, 7, 1_000, 10**9)), st.booleans()),
    max_size=4,
)


@st.composite
def any_lines(draw) -> list[dict[str, Any]]:
    place = st.integers(0, 3)
    line = st.fixed_dictionaries(
        {
            "title": titles,
            "reference": words.map(lambda text: " ".join(text.split())),
            "budget_code": words.map(str.strip),
            "amount_in_words": words.map(str.strip),
            "note": words,
            "project": st.integers(0, 2),
            "directorate": place,
            "service": place,
            "heading": st.integers(0, 2),
            "saving_type": st.sampled_from(("further", "faster", "new", "cross_cutting", "not_stated")),
            "method": st.sampled_from(("contract", "income", "not_stated")),
            "recurring": st.sampled_from(("recurring", "one_off", "not_stated")),
            "amounts": amounts_by_year,
        }
    )
    return draw(st.lists(line, min_size=1, max_size=5))


@pytest.mark.slow
class AnyProgramme(TestCase):
    """The places exist once, two services share a name; every example writes its lines into an open period."""

    @classmethod
    def setUpTestData(cls) -> None:
        programme = factories.ProgrammeFactory(horizon_first=2016, horizon_last=2019, open_ended=True)
        cls.period = factories.ReportingPeriodFactory(programme=programme)
        cls.period.refresh_from_db()
        themes = [None, factories.ThemeFactory(programme=programme, name="Total place"), factories.ThemeFactory()]
        themes[2].programme = programme
        themes[2].save()
        cls.directorates = [None, *(factories.DirectorateFactory() for _ in range(3))]
        one, other, third = cls.directorates[1:]
        cls.services = [
            None,
            factories.ServiceFactory(code="a1", name="Libraries", directorate=one),
            factories.ServiceFactory(code="b1", name="Libraries", directorate=other),
            factories.ServiceFactory(code="c1", name="Adults: total & other", directorate=third),
        ]
        cls.projects = [factories.ProjectFactory(programme=programme, theme=theme) for theme in themes]
        cls.headings = [None, *(factories.MtfpHeadingFactory(programme=programme) for _ in range(2))]

    def write(self, drawn: list[dict[str, Any]]) -> None:
        for number, line in enumerate(drawn):
            project, heading = self.projects[line["project"]], self.headings[line["heading"]]
            row = factories.LineInPeriodFactory(
                period=self.period,
                line=SavingsLine.objects.create(
                    programme=self.period.programme, code=f"L{number:04d}", reference=line["reference"], order=number
                ),
                project=project,
                theme=project.theme,
                directorate=self.directorates[line["directorate"]],
                service=self.services[line["service"]],
                heading=heading,
                heading_kind=heading.kind if heading else "savings",
                **{name: line[name] for name in _AS_DRAWN},
            )
            for year, (split, times, approved) in line["amounts"].items():
                whole = Split(*(times * getattr(split, name) for name in Split.__slots__))
                factories.position(row, year, whole, approved=approved)

    @settings(max_examples=30)
    @given(any_lines(), st.sampled_from(list(Unit)), st.sampled_from(sorted(FORMS)))
    def test_a_file_that_nobody_touched_changes_nothing(self, drawn, unit, form) -> None:
        self.write(drawn)
        found = checked(FORMS[form](export_of(self.period, unit)), form, self.period)
        assert found.errors == []
        assert (found.added, found.field_changes, found.amount_changes) == ([], [], [])
        assert (found.unchanged, found.absent) == (len(drawn), 0)


_AS_DRAWN = ("title", "budget_code", "amount_in_words", "note", "saving_type", "method", "recurring")


# Edits --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def worked(db) -> Worked:
    return worked_programme()


Edit = dict[tuple[str, str], Any]
"""By code and heading what a cell is to hold instead; None empties it."""


def edited(content: bytes, form: str, edits: Edit, new: dict[str, Any] | None = None) -> bytes:
    """The file with cells changed and one row written below the lines, as somebody does in a spreadsheet."""
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        page = book["Savings"]
        headings = [cell.value for cell in page[HEADING_ROW]]
        rows = {row[0].value: row for row in page.iter_rows(min_row=HEADING_ROW + 1)}
        for (code, heading), value in edits.items():
            rows[code][headings.index(heading)].value = value
        if new:
            page.append([new.get(heading) for heading in headings])
        saved = io.BytesIO()
        book.save(saved)
        return saved.getvalue()
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    headings = lines[0]
    for (code, heading), value in edits.items():
        line = next(line for line in lines if line[0] == code)
        line[headings.index(heading)] = "" if value is None else str(value)
    if new:
        lines.append([str(new.get(heading, "")) for heading in headings])
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def told(found: Check) -> set[tuple[Any, ...]]:
    """Everything that the check would do, in short."""
    return {
        *(("fact", each.line, each.field, each.before, each.after) for each in found.field_changes),
        *(("amount", each.line, each.year, each.before, each.after) for each in found.amount_changes),
        *(("new", each.title, tuple(sorted(each.amounts.items()))) for each in found.added),
    }


A1_2016 = Split(100, delivered=40, on_target=30, amber=20, red=10)
EDITS: dict[str, tuple[Edit, set[tuple[Any, ...]]]] = {
    "a target": (
        {("A1", "2018/19 (£)"): 300, ("A1", "2017/18 (£)"): 250},
        {
            ("amount", "A1", 2018, None, Split(300)),
            ("amount", "A1", 2017, Split(200, amber=200), Split(250, amber=200)),
        },
    ),
    "the split of an approved amount": (
        {("A1", "2016/17 Amber (£)"): None, ("A1", "2016/17 Red (£)"): 30},
        {("amount", "A1", 2016, A1_2016, Split(100, delivered=40, on_target=30, red=30))},
    ),
    "a title": ({("B2", "Title"): "Total: 2016/17"}, {("fact", "B2", "Title", "Line B2", "Total: 2016/17")}),
    "a heading": (
        {("A2", "MTFP heading"): "New Savings"},
        {("fact", "A2", "MTFP heading", "Council Tax", "New Savings")},
    ),
    "a choice": ({("B1", "Method"): "Income"}, {("fact", "B1", "Method", "Staffing", "Income")}),
    "words emptied": (
        {("M1", "Amount in words"): None},
        {("fact", "M1", "Amount in words", "marginal", "")},
    ),
    "a heading emptied": ({("A2", "MTFP heading"): None}, {("fact", "A2", "MTFP heading", "Council Tax", "")}),
    "an amount emptied": (
        {("N1", "2018/19 (£)"): None, ("N1", "2018/19 Green delivered (£)"): None},
        {("amount", "N1", 2018, Split(7, delivered=9), None)},
    ),
    "a nought typed": ({("M1", "2016/17 (£)"): 0}, {("amount", "M1", 2016, None, Split(0))}),
    "a project and its theme": (
        {("A2", "Project"): "PB", ("A2", "Theme"): "Beta"},
        {("fact", "A2", "Project", "Project PA", "Project PB")},
    ),
}


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_all_that_the_import_shows(worked, edit, form):
    edits, expected = EDITS[edit]
    content = FORMS[form](export_of(worked.period))
    found = checked(edited(content, form, edits), form, worked.period)
    assert found.errors == []
    assert told(found) == expected
    assert found.unchanged == 6 - len({code for code, _heading in edits})


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_row_without_a_code_is_a_new_line_and_nothing_else_changes(worked, form):
    new = {"Title": "Total rethink of printing", "Project": "PE", "2016/17 (£)": 90, "2016/17 Amber (£)": 40}
    content = FORMS[form](export_of(worked.period))
    found = checked(edited(content, form, {}, new), form, worked.period)
    assert found.errors == []
    assert told(found) == {("new", "Total rethink of printing", ((2016, Split(90, amber=40)),))}
    assert (found.unchanged, found.absent) == (6, 0)


def test_a_row_taken_out_is_left_alone_and_counted(worked):
    content = as_csv(export_of(worked.period)).decode("utf-8-sig")
    kept = "".join(line for line in content.splitlines(keepends=True) if not line.startswith("B1,"))
    found = checked(kept.encode(), "csv", worked.period)
    assert says_nothing(found)
    assert (found.unchanged, found.absent) == (5, 1)


def test_amounts_emptied_take_as_many_statements_for_many_lines_as_for_few(worked):
    def asked(number: int) -> int:
        lines = [factories.line(worked.period, worked.projects["PE"], {2018: 5}) for _ in range(number)]
        edits = {(line.line.code, "2018/19 (£)"): None for line in lines}
        found = checked(edited(as_csv(export_of(worked.period)), "csv", edits), "csv", worked.period)
        with CaptureQueriesContext(connection) as queries:
            apply_import(actor=TESTS, check=found)
        assert not Position.objects.filter(line_in_period__in=lines).exists()
        return len(queries)

    asked(1)  # remembers the layout, which is made once
    assert asked(2) == asked(20)


def test_an_approved_target_needs_a_decision(worked):
    content = edited(as_xlsx(export_of(worked.period)), "xlsx", {("A1", "2016/17 (£)"): 110})
    found = checked(content, "xlsx", worked.period)
    assert [error.cell for error in found.errors] == ["Q4"]
    assert "needs a decision" in found.errors[0].message


def test_a_line_without_a_title_is_an_error_at_its_cell(worked):
    content = edited(as_csv(export_of(worked.period)), "csv", {("B2", "Title"): None})
    found = checked(content, "csv", worked.period)
    assert [error.cell for error in found.errors] == ["C5"]
    assert "has no title" in found.errors[0].message


def test_the_edits_are_applied_and_the_next_file_says_so(worked):
    edits = {("A1", "2017/18 (£)"): 250, ("B2", "Title"): "Cheaper buses", ("M1", "2016/17 (£)"): 5}
    found = checked(edited(as_xlsx(export_of(worked.period)), "xlsx", edits), "xlsx", worked.period)
    apply_import(actor=TESTS, check=found)
    assert LineInPeriod.objects.get(period=worked.period, line__code="B2").title == "Cheaper buses"
    again = checked(as_xlsx(export_of(worked.period)), "xlsx", worked.period)
    assert says_nothing(again) and again.unchanged == 6


# Stale rows ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", sorted(FORMS))
def test_each_row_changed_since_is_an_error_of_its_own_with_both_values(worked, form):
    content = FORMS[form](export_of(worked.period))
    change_line(actor=TESTS, line=worked.lines["B2"], changes={"title": "Buses"})
    position = Position.objects.get(line_in_period=worked.lines["A1"], year=2016)
    set_split(actor=TESTS, position=position, split=Split(100, delivered=60, on_target=30, red=10))
    found = checked(edited(content, form, {("N1", "Note"): "Said twice"}), form, worked.period)
    stale = {error.message.split(",")[0]: error for error in found.errors}
    assert set(stale) == {"A1", "B2"}
    assert "“Line B2” in the file, “Buses” now" in stale["B2"].message
    assert "green delivered £40" in stale["A1"].message and "green delivered £60" in stale["A1"].message
    assert not found.can_be_applied
    assert told(found) == {("fact", "N1", "Note", "", "Said twice")}, "the other rows are read all the same"
    assert found.unchanged == 3


def test_a_stale_file_is_refused_whole(worked):
    content = edited(as_xlsx(export_of(worked.period)), "xlsx", {("N1", "Note"): "Said twice"})
    change_line(actor=TESTS, line=worked.lines["B2"], changes={"title": "Buses"})
    found = checked(content, "xlsx", worked.period)
    with pytest.raises(ValidationError):
        apply_import(actor=TESTS, check=found)
    assert LineInPeriod.objects.get(period=worked.period, line__code="N1").note == ""


def test_a_file_outlives_the_opening_of_the_next_period(worked):
    content = edited(as_xlsx(export_of(worked.period)), "xlsx", {("N1", "Note"): "Said in May"})
    new = NewPeriod("2016/17 M03", 2016, date(2016, 6, 30), month=3)
    following = close_and_open_next(actor=TESTS, period=worked.period, new=new)
    found = checked(content, "xlsx", following)
    assert found.errors == []
    assert told(found) == {("fact", "N1", "Note", "", "Said in May")}


def test_a_line_withdrawn_since_is_an_error_of_its_row(worked):
    content = as_csv(export_of(worked.period))
    withdraw_line(actor=TESTS, line=worked.lines["M1"], reason="Not needed")
    found = checked(content, "csv", worked.period)
    assert len(found.errors) == 1 and "withdrawn" in found.errors[0].message


# The empty workbook -------------------------------------------------------------------------------------------------


def test_the_examples_of_the_empty_workbook_are_left_out_and_a_row_below_them_is_a_line(worked):
    reading = export_of(worked.period, Unit.THOUSANDS).reading
    book = openpyxl.load_workbook(io.BytesIO(template_bytes(reading)))
    page = book["Savings"]
    headings = [cell.value for cell in page[HEADING_ROW]]
    new = {"Title": "Fewer printers", "Project": "PA", "2017/18 (£000)": 120.5, "2017/18 Red (£000)": 20}
    page.append([new.get(heading) for heading in headings])
    saved = io.BytesIO()
    book.save(saved)
    found = checked(saved.getvalue(), "xlsx", worked.period)
    assert found.errors == []
    assert told(found) == {("new", "Fewer printers", ((2017, Split(120_500, red=20_000)),))}
