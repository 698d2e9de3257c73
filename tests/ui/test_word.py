"""A paper as a Word document: outline, tables, page furniture, and whatever people type."""

import io

from django.utils.safestring import SafeString
from docx import Document
from docx.oxml.ns import qn

from futurefit.ui.figure_table import FigureRow, FigureTable, Head, rag_matrix
from futurefit.ui.figures import Figure
from futurefit.ui.word import Paper
from futurefit.values.money import Unit
from futurefit.values.rag import Status


def written(paper: Paper):
    return Document(io.BytesIO(paper.content()))


def paper(**changes) -> Paper:
    return Paper(**{"title": "A council", "over": "Theme paper", "running": "Plan · as at month 7", **changes})


def matrix():
    return rag_matrix(
        key="m",
        caption="Savings by year",
        note="Amounts in £m",
        unit=Unit.MILLIONS,
        years=["2016/17"],
        figures={Status.AMBER: [Figure(2_619_000), Figure(2_619_000)]},
        totals=[Figure(2_619_000), Figure(-1_331_000)],
        foot="Rounded.",
    )


def texts(table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_a_matrix_stands_as_on_the_page_with_letters_and_the_minus_sign():
    made = paper()
    made.figure_table(matrix())
    assert texts(written(made).tables[0]) == [
        ["How it stands", "2016/17", "Total"],
        ["D  Green delivered", "–", "–"],
        ["T  Green on target", "–", "–"],
        ["A  Amber", "2.619", "2.619"],
        ["R  Red", "–", "–"],
        ["N  Not rated", "–", "–"],
        ["Target", "2.619", "−1.331"],
    ]


def test_a_column_that_is_only_drawn_is_left_out():
    class Bar:
        plain = ""

    made = paper()
    made.figure_table(
        FigureTable(
            key="t",
            caption="Projects",
            note="£000",
            unit=Unit.THOUSANDS,
            first="Project",
            heads=[Head("Target"), Head("How it stands", text=True)],
            rows=[FigureRow("Roads", [Figure(5_000), Bar()], note="Highways")],
        )
    )
    assert texts(written(made).tables[0]) == [["Project", "Target"], ["Roads\nHighways", "5"]]


def test_the_head_of_a_table_is_repeated_and_no_row_is_cut():
    made = paper()
    made.table("Milestones", "As written", ("What", "When"), [("One", "2016"), ("Two", "2017")])
    rows = written(made).tables[0].rows
    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in rows] == [True, False, False]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows)


def test_headings_are_real_and_every_page_says_the_period_and_its_number():
    made = paper()
    made.heading("Savings")
    made.heading("By year", 2)
    document = written(made)
    outline = [(each.style.name, each.text) for each in document.paragraphs if each.style.name.startswith("Heading")]
    assert outline == [("Heading 1", "Savings"), ("Heading 2", "By year")]
    section = document.sections[0]
    assert section.header.paragraphs[0].text == "Plan · as at month 7"
    fields = [each.text.strip() for each in section.footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert document.core_properties.title == "A council"


def test_what_people_type_is_kept_as_words_with_bullets_and_without_what_no_document_holds():
    made = paper(title="Bell \x07 <b>")
    made.words("First\nline\n\n- a point\n- another\n\n<script>1 & 2</script>")
    made.sentence(SafeString('Of every £10, <a href="/lines/">£7.80</a> is &amp; stays'))
    said = [(each.style.name, each.text) for each in written(made).paragraphs[1:]]
    assert said == [
        ("Title", "Bell \ufffd <b>"),
        ("Normal", "First\nline"),
        ("List Bullet", "a point"),
        ("List Bullet", "another"),
        ("Normal", "<script>1 & 2</script>"),
        ("Normal", "Of every £10, £7.80 is & stays"),
    ]


def test_a_wide_paper_is_turned():
    page = written(paper(wide=True)).sections[0]
    assert page.page_width > page.page_height
