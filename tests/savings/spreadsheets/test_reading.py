"""Reading files: what cells hold, what the file hides, and what is refused."""

import csv
import datetime as dt
import io
import string
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from defusedxml.common import DefusedXmlException
from hypothesis import given, settings
from hypothesis import strategies as st

from futurefit.values.money import Unit
from savings.spreadsheets import limits
from savings.spreadsheets.amounts import read_amount
from savings.spreadsheets.reading import read_workbook
from savings.spreadsheets.sheets import Cell, Merge, Sheet, UnusableFile
from tests.savings.spreadsheets import hostile

SHEET = "xl/worksheets/sheet1.xml"


def written(fill, **options) -> Sheet:
    """The sheet that *fill* writes with XlsxWriter, read."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, options) as book:
        fill(book, book.add_worksheet("Savings"))
    return read_workbook(memory.getvalue(), "plan.xlsx").sheets[0]


def by_hand(rows: str, before: str = "", after: str = "", **parts: str) -> Sheet:
    """A sheet of markup written by hand, read."""
    content = hostile.package({SHEET: hostile.sheet(rows, before, after), **parts})
    return read_workbook(content, "plan.xlsx").sheets[0]


def read_csv(content: bytes, name: str = "plan.csv") -> list[list[str]]:
    sheet = read_workbook(content, name).sheets[0]
    return [
        [sheet.cell(row, column).text for column in range(1, sheet.last_column + 1)]
        for row in range(1, sheet.last_row + 1)
    ]


class TestCells:
    def test_numbers_are_those_that_the_file_keeps_never_a_float_of_them(self):
        sheet = written(
            lambda _book, page: page.write_row(0, 0, [300, -1331.5, 0.1 + 0.2, 2.675, 1e15 - 1, 1e-7, 1234567.89, 0])
        )
        assert [cell.value for cell in sheet.rows[1].values()] == [
            300,
            Decimal("-1331.5"),
            Decimal("0.3"),
            Decimal("2.675"),
            999_999_999_999_999,
            Decimal("0.0000001"),
            Decimal("1234567.89"),
            0,
        ]
        assert isinstance(sheet.cell(1, 1).value, int)
        assert not any(isinstance(cell.value, float) for cell in sheet.rows[1].values())

    @pytest.mark.parametrize("kept", ["1E+999999999", "nan", "Infinity", "1_000", "٣", "0x10", "1e5000"])
    def test_what_is_no_number_of_a_spreadsheet_is_kept_as_it_is_written(self, kept):
        assert by_hand(f"<row><c><v>{kept}</v></c></row>").cell(1, 1).value == kept

    def test_texts_shared_in_place_and_of_many_pieces_are_whole(self):
        def fill(book, page):
            bold = book.add_format({"bold": True})
            page.write_rich_string(0, 0, "Save ", bold, "more", " soon")
            page.write_string(0, 1, "two\nlines")
            page.write_string(0, 2, "_x000D_ as it stands\r")

        sheet = written(fill)
        assert [cell.value for cell in sheet.rows[1].values()] == [
            "Save more soon",
            "two\nlines",
            "_x000D_ as it stands\r",
        ]
        in_place = "<row><c t='inlineStr'><is><r><t>Sa</t></r><r><t>ve</t></r><rPh><t>x</t></rPh></is></c></row>"
        assert by_hand(in_place).cell(1, 1).value == "Save"

    def test_what_no_text_can_hold_stays_as_it_is_written(self):
        for written_so in ("a_x0000_b", "a_xD800_b"):
            in_place = f"<row><c t='inlineStr'><is><t>{written_so}</t></is></c></row>"
            assert by_hand(in_place).cell(1, 1).value == written_so

    def test_booleans_dates_and_shares_are_what_they_look_like(self):
        def fill(book, page):
            page.write_boolean(0, 0, True)
            page.write_datetime(0, 1, dt.datetime(2016, 4, 1), book.add_format({"num_format": "d mmm yyyy"}))
            page.write_datetime(0, 2, dt.datetime(2016, 4, 1, 9, 30), book.add_format({"num_format": "dd/mm/yy hh:mm"}))
            page.write_number(0, 3, 0.35, book.add_format({"num_format": "0%"}))
            page.write_number(0, 4, 0.5, book.add_format({"num_format": "h:mm"}))
            page.write_number(0, 5, 1.5, book.add_format({"num_format": "[h]:mm"}))
            page.write_number(0, 6, 42461, book.add_format({"num_format": '"days" 0'}))

        cells = list(written(fill).rows[1].values())
        assert [cell.value for cell in cells] == [
            True,
            dt.date(2016, 4, 1),
            dt.datetime(2016, 4, 1, 9, 30),
            Decimal("0.35"),
            "12:00:00",
            Decimal("1.5"),
            42461,
        ]
        assert [cell.percent for cell in cells] == [False, False, False, True, False, False, False]
        assert cells[0].text == "TRUE"

    def test_dates_of_the_other_date_system_are_the_same_dates(self):
        def fill(book, page):
            page.write_datetime(0, 0, dt.datetime(2016, 4, 1), book.add_format({"num_format": "d mmm yyyy"}))

        assert written(fill, date_1904=True).cell(1, 1).value == dt.date(2016, 4, 1)

    @pytest.mark.parametrize(
        ("serial", "value"),
        [(1, dt.date(1900, 1, 1)), (59, dt.date(1900, 2, 28)), (60, 60), (61, dt.date(1900, 3, 1)), (-1, -1)],
    )
    def test_the_day_that_never_was_is_no_date(self, serial, value):
        def fill(book, page):
            page.write_number(0, 0, serial, book.add_format({"num_format": 14}))

        assert written(fill).cell(1, 1).value == value

    def test_a_number_shown_in_thousands_says_so(self):
        def fill(book, page):
            for column, code in enumerate(["#,##0,", "#,##0.0,,", "#,##0", '#,##0,"k";-#,##0,"k"', "#,##0.00"]):
                page.write_number(0, column, 152500, book.add_format({"num_format": code}))

        assert [cell.scale for cell in written(fill).rows[1].values()] == [1000, 1_000_000, 1, 1000, 1]

    @pytest.mark.parametrize(
        ("scale", "unit", "pounds"),
        [
            (1, Unit.POUNDS, 152_500),
            (1000, Unit.POUNDS, 152_500),
            (1000, Unit.THOUSANDS, 152_500),
            (1_000_000, Unit.MILLIONS, 152_500),
            (1000, Unit.MILLIONS, 152_500_000),
            (1, Unit.THOUSANDS, 152_500_000),
        ],
    )
    def test_pounds_shown_in_thousands_stand_for_those_pounds(self, scale, unit, pounds):
        for value in (152_500, Decimal("152500")):
            assert read_amount(Cell(value, scale=scale), unit).pounds == pounds

    def test_a_sheet_with_scaled_cells_says_so(self):
        memory = io.BytesIO()
        with xlsxwriter.Workbook(memory) as book:
            book.add_worksheet("Savings").write_number(1, 1, 152500, book.add_format({"num_format": "#,##0,"}))
        assert "such as B2" in read_workbook(memory.getvalue(), "plan.xlsx").warnings[0]

    def test_a_formula_has_its_text_and_the_result_that_the_file_keeps(self):
        sheet = written(lambda _book, page: page.write_formula(0, 0, "=SUM(B1:C1)", None, 12))
        assert sheet.cell(1, 1) == Cell(12, formula="=SUM(B1:C1)")

    def test_a_formula_without_a_result_has_no_value(self):
        book = openpyxl.Workbook()
        book.active["A1"] = "=SUM(B1:C1)"
        memory = io.BytesIO()
        book.save(memory)
        assert read_workbook(memory.getvalue(), "plan.xlsx").sheets[0].cell(1, 1) == Cell(None, formula="=SUM(B1:C1)")

    def test_a_formula_whose_result_is_an_empty_text_has_that(self):
        assert by_hand("<row><c t='str'><f>\"\"</f><v></v></c></row>").cell(1, 1) == Cell("", formula='=""')

    def test_a_formula_shared_with_other_cells_is_worked_out_for_each(self):
        rows = (
            "<row r='1'><c r='C1'><f t='shared' ref='C1:C3' si='0'>SUM(A1:$B1)</f><v>1</v></c></row>"
            "<row r='2'><c r='C2'><f t='shared' si='0'/><v>2</v></c></row>"
            "<row r='3'><c r='C3'><f t='shared' si='0'/><v>3</v></c></row>"
        )
        sheet = by_hand(rows)
        assert [sheet.cell(row, 3).formula for row in (1, 2, 3)] == ["=SUM(A1:$B1)", "=SUM(A2:$B2)", "=SUM(A3:$B3)"]
        assert [sheet.cell(row, 3).value for row in (1, 2, 3)] == [1, 2, 3]

    def test_an_error_of_a_cell_is_no_value(self):
        sheet = by_hand("<row><c t='e'><v>#REF!</v></c><c t='e'><f>A9/0</f><v>#DIV/0!</v></c></row>")
        assert sheet.cell(1, 1) == Cell(None, error="#REF!")
        assert sheet.cell(1, 2) == Cell(None, formula="=A9/0", error="#DIV/0!")

    def test_a_date_kept_as_text_is_a_date(self):
        row = "<row><c t='d'><v>2016-04-01T00:00:00Z</v></c><c t='d'><v>soon</v></c></row>"
        assert [cell.value for cell in by_hand(row).rows[1].values()] == [dt.date(2016, 4, 1), "soon"]

    def test_cells_without_addresses_stand_one_after_the_other(self):
        sheet = by_hand("<row><c><v>1</v></c><c r='D1'><v>2</v></c><c><v>3</v></c></row><row><c><v>4</v></c></row>")
        assert {column: cell.value for column, cell in sheet.rows[1].items()} == {1: 1, 4: 2, 5: 3}
        assert sheet.cell(2, 1).value == 4

    def test_markup_with_a_prefix_reads_the_same(self):
        prefixed = hostile.ONE_ROW.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
        sheet = read_workbook(hostile.package({SHEET: prefixed}), "plan.xlsx").sheets[0]
        assert [cell.value for cell in sheet.rows[1].values()] == ["Saving", 300]

    def test_empty_cells_and_a_false_extent_cost_nothing(self):
        sheet = by_hand(
            "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576' s='0'/></row>",
            before="<dimension ref='A1:XFD1048576'/>",
        )
        assert (sheet.last_row, sheet.last_column) == (1, 1)


class TestWhatAFileHides:
    def test_hidden_rows_columns_and_sheets_are_read_and_said(self):
        memory = io.BytesIO()
        with xlsxwriter.Workbook(memory) as book:
            page, other = book.add_worksheet("Savings"), book.add_worksheet("Old")
            for row in range(6):
                page.write_row(row, 0, [1, 2, 3, 4])
            page.set_row(1, None, None, {"hidden": True})
            page.set_row(2, 0)
            page.set_row(3, None, None, {"level": 1, "hidden": True})
            page.set_column(1, 1, None, None, {"hidden": True})
            page.set_column(2, 2, 0)
            page.autofilter("A1:D6")
            other.write(0, 0, "x")
            other.very_hidden()
        first, second = read_workbook(memory.getvalue(), "plan.xlsx").sheets
        assert first.hidden_rows == {2, 3, 4}
        assert first.hidden_columns == {2, 3}
        assert (first.hidden, second.hidden) == (False, True)
        assert first.cell(2, 2).value == 2

    def test_a_range_of_columns_hidden_to_the_edge_names_those_that_are_used(self):
        columns = "<cols><col min='2' max='16384' hidden='1'/></cols>"
        sheet = by_hand("<row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row>", before=columns)
        assert sheet.hidden_columns == {2, 3}

    def test_merged_cells_end_where_the_sheet_does(self):
        merges = "<mergeCells><mergeCell ref='A1:XFD1'/><mergeCell ref='B2:B9'/><mergeCell ref='A90:B90'/></mergeCells>"
        sheet = by_hand("<row r='1'><c><v>1</v></c></row><row r='3'><c><v>1</v></c><c><v>1</v></c></row>", after=merges)
        assert sheet.merges == (Merge(1, 1, 1, 2), Merge(2, 2, 3, 2))


class TestCsv:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_a_pound_sign_survives_every_way_of_writing_it(self, encoding, separator):
        rows = [["Title", "£000", "Note"], ["Café – closed", "1.250", ""], ["Second, third; fourth", "(300)", "x"]]
        text = io.StringIO()
        csv.writer(text, delimiter=separator).writerows(rows)
        assert read_csv(text.getvalue().encode(encoding)) == rows

    def test_a_file_that_names_no_characters_says_how_it_was_read(self):
        assert read_workbook("Title,£000\n".encode("cp1252"), "plan.csv").warnings
        assert not read_workbook("Title,£000\n".encode(), "plan.csv").warnings

    def test_every_cell_is_text_as_written(self):
        assert read_csv(b'007,1.50,TRUE,=1+1\r\n"a ""b""","x\ny",2016-04-01,\'=1\r\n') == [
            ["007", "1.50", "TRUE", "=1+1"],
            ['a "b"', "x\ny", "2016-04-01", "=1"],
        ]

    def test_a_separator_that_the_file_names_is_taken(self):
        sheet = read_workbook(b"sep=;\r\na;b\r\nc;d\r\n", "plan.csv").sheets[0]
        assert sheet.cell(2, 2).value == "b"
        assert sheet.cell(3, 1).value == "c"

    def test_empty_rows_and_cells_keep_the_place_of_others(self):
        sheet = read_workbook(b"a,,c\r\n\r\n,b\r\n", "plan.csv").sheets[0]
        assert sorted(sheet.rows) == [1, 3]
        assert sheet.cell(3, 2).value == "b"


class TestRefusal:
    @pytest.mark.parametrize("name", hostile.HOSTILE)
    def test_a_hostile_file_is_refused_in_words(self, name):
        file_name, make, words = hostile.HOSTILE[name]
        with pytest.raises(UnusableFile) as refused:
            read_workbook(make(), file_name)
        message = str(refused.value)
        assert words in message
        assert message[0] in "“CAST"
        assert message.endswith((".", "?"))

    def test_more_cells_than_allowed_are_refused(self, monkeypatch):
        rows = "<row><c><v>1</v></c><c><v>2</v></c></row>" * 3
        monkeypatch.setattr(limits, "MAX_CELLS", 6)
        assert by_hand(rows).last_row == 3
        monkeypatch.setattr(limits, "MAX_CELLS", 5)
        with pytest.raises(UnusableFile, match="more than 5 cells"):
            by_hand(rows)
        with pytest.raises(UnusableFile, match="more than 5 cells"):
            read_workbook(b"a,b\n" * 3, "plan.csv")

    def test_more_text_than_allowed_is_refused_wherever_it_stands(self, monkeypatch):
        monkeypatch.setattr(limits, "MAX_TEXT", 20)
        with pytest.raises(UnusableFile, match="come to more than 20 characters"):
            by_hand("<row><c t='inlineStr'><is><t>eleven long</t></is></c><c t='str'><v>eleven longer</v></c></row>")
        with pytest.raises(UnusableFile, match="more than 20 characters"):
            read_workbook(b"eleven,long,and longer\n", "plan.csv")

    def test_more_markup_than_allowed_is_refused(self, monkeypatch):
        monkeypatch.setattr(limits, "MAX_ELEMENTS", 50)
        with pytest.raises(UnusableFile, match="unpacks to more"):
            by_hand("<row/>" * 60)

    def test_merged_cells_over_and_over_are_refused(self, monkeypatch):
        merges = "<mergeCells>" + "<mergeCell ref='A1:B2'/>" * 9 + "</mergeCells>"
        rows = "<row><c><v>1</v></c><c><v>1</v></c></row>" * 2
        monkeypatch.setattr(limits, "MAX_CELLS", 20)
        with pytest.raises(UnusableFile, match="merged cells overlap"):
            by_hand(rows, after=merges)
        monkeypatch.setattr(limits, "MAX_MERGES", 8)
        with pytest.raises(UnusableFile, match="merges cells in more than 8 places"):
            by_hand(rows, after=merges)

    @pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"])
    def test_the_library_that_writes_marked_copies_refuses_entities_too(self, part):
        bodies = {
            SHEET: hostile.ONE_ROW,
            "xl/sharedStrings.xml": hostile.TEXTS.replace("Saving", "&lol9;"),
            "xl/styles.xml": hostile.STYLES,
            "xl/workbook.xml": hostile.BOOK.partition("?>")[2],
        }
        with pytest.raises((DefusedXmlException, ValueError)) as refused:
            openpyxl.load_workbook(io.BytesIO(hostile.package({part: hostile.BILLION_LAUGHS + bodies[part]})))
        reasons = [refused.value, refused.value.__cause__]
        assert any(isinstance(reason, DefusedXmlException) for reason in reasons)


texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff"), min_size=1, max_size=20
)
numbers = st.integers(-(10**14), 10**14) | st.decimals(-(10**9), 10**9, places=4)
dates = st.dates(dt.date(1900, 3, 1), dt.date(2200, 1, 1))
values = st.none() | texts | numbers | st.booleans() | dates


@settings(max_examples=60)
@given(
    st.lists(st.lists(values, max_size=6), max_size=8).filter(lambda rows: any(v is not None for r in rows for v in r))
)
def test_any_grid_written_as_a_workbook_is_read_back_as_it_was(rows):
    def fill(book, page):
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, line in enumerate(rows):
            for column, value in enumerate(line):
                if isinstance(value, bool):
                    page.write_boolean(row, column, value)
                elif isinstance(value, int | Decimal):
                    page.write_number(row, column, value)
                elif isinstance(value, dt.date):
                    page.write_datetime(row, column, value, day)
                elif value is not None:
                    page.write_string(row, column, value)

    sheet = written(fill)
    for row, line in enumerate(rows, start=1):
        for column, value in enumerate(line, start=1):
            cell = sheet.cell(row, column)
            assert cell.value == value
            assert type(cell.value) is (type(value) if not isinstance(value, Decimal) else type(cell.value))
    assert sum(len(cells) for cells in sheet.rows.values()) == sum(v is not None for line in rows for v in line)


plain_texts = st.text(string.ascii_letters + string.digits + " ,;\t\n\"'£–.()%&=+-@", max_size=12)


@settings(max_examples=60)
@given(
    st.integers(2, 5).flatmap(
        lambda width: st.lists(st.lists(plain_texts, min_size=width, max_size=width), min_size=1, max_size=8)
    ),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_any_grid_written_as_csv_is_read_back_as_it_was(rows, separator, encoding):
    rows = [["First", "Second", *("Other" for _ in rows[0][2:])], *rows]
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(rows)
    sheet = read_workbook(text.getvalue().encode(encoding), "plan.csv").sheets[0]
    for row, line in enumerate(rows, start=1):
        for column, value in enumerate(line, start=1):
            meant = value[1:] if value.startswith("'") and value.lstrip("'")[:1] in set("=+-@\t") else value
            assert sheet.cell(row, column).text == meant


PARTS = {
    SHEET: hostile.ONE_ROW,
    "xl/workbook.xml": hostile.BOOK,
    "xl/_rels/workbook.xml.rels": hostile.BOOK_RELATIONS,
    "xl/styles.xml": hostile.STYLES,
    "xl/sharedStrings.xml": hostile.TEXTS,
    "_rels/.rels": hostile.ROOT,
}


@settings(max_examples=100)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(data):
    part = data.draw(st.sampled_from(list(PARTS)))
    markup = list(PARTS[part])
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(markup) - 1))
        markup[at : at + data.draw(st.integers(0, 5))] = data.draw(st.text('<>/"=09-A1 svtcrn', max_size=3))
    content = bytearray(hostile.package({part: "".join(markup)}))
    for _ in range(data.draw(st.integers(0, 2))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_workbook(bytes(content), data.draw(st.sampled_from(["a.xlsx", "a.csv"])))
    except UnusableFile as refused:
        assert str(refused)
