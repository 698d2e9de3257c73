"""The RAG × year matrix keeps its shape and its captions."""

import pytest

from futurefit.ui.figure_table import FigureRow, FigureTable, Head, TextCell, rag_matrix
from futurefit.ui.figures import Figure
from futurefit.values.money import Unit
from futurefit.values.rag import Status


def matrix(**changes):
    given = {
        "key": "m1",
        "caption": "Target by year",
        "note": "£000 · incremental · as at month 7 of 2015/16",
        "unit": Unit.THOUSANDS,
        "years": ["2015/16", "2016/17"],
        "figures": {Status.AMBER: [Figure(40_000, "/l/?y=1"), Figure(156_000, "/l/?y=2"), Figure(196_000, "/l/")]},
        "totals": [Figure(40_000, "/l/?y=1"), Figure(156_000, "/l/?y=2"), Figure(196_000, "/l/")],
    }
    return rag_matrix(**{**given, **changes})


def test_the_matrix_has_five_rows_whatever_is_rated(draw):
    page = draw("{% figure_table table %}", table=matrix())
    heads = [head.text for head in page.all("th") if head["scope"] == "row"]
    assert [head[0] for head in heads] == ["D", "T", "A", "R", "N", "T"]
    assert heads[-1] == "Target"
    assert [cell["data-value"] for cell in page.all("td")] == (
        ["0"] * 6 + ["40000", "156000", "196000"] + ["0"] * 6 + ["40000", "156000", "196000"]
    )
    assert len(page.all("a")) == 6


def test_every_head_has_a_scope_and_the_caption_names_the_region(draw):
    page = draw("{% figure_table table %}", table=matrix())
    assert {head["scope"] for head in page.all("th")} == {"col", "row"}
    caption = page.one("caption")
    assert page.one("div", "ff-scroll")["aria-labelledby"] == caption["id"]
    assert caption.text == "Target by year£000 · incremental · as at month 7 of 2015/16"
    assert page.one("strong").text == "Target by year"


@pytest.mark.parametrize("missing", [{"caption": ""}, {"note": ""}])
def test_a_table_without_its_words_is_refused(missing):
    with pytest.raises(ValueError, match="title"):
        matrix(**missing)


def test_a_row_with_a_figure_too_few_is_refused():
    with pytest.raises(ValueError, match="2 cells for 3 columns"):
        matrix(totals=[Figure(1), Figure(2)])


def test_a_movement_of_nought_is_written_and_a_note_stands_under_its_figure(draw):
    table = FigureTable(
        key="p",
        caption="Plan",
        note="£000",
        unit=Unit.THOUSANDS,
        first="Directorate",
        heads=[Head("2016/17"), Head("Since month 6"), Head("Printed", text=True)],
        rows=[
            FigureRow(
                "<i>Finance</i>",
                [Figure(-56_000, "/l/", note="more than required"), Figure(0, "/m/", sign=True), TextCell("256")],
                "group",
            ),
            FigureRow("Savings", [Figure(0), Figure(100_000, sign=True), TextCell("differs", style="alert")], "part"),
        ],
    )
    page = draw("{% figure_table table %}", table=table)
    assert [cell.text for cell in page.all("td")] == ["−56more than required", "0", "256", "–", "+100", "differs"]
    assert page.all("i") == []
    assert page.all("tr", "ff-group") and page.all("tr", "ff-part")
