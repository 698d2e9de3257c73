"""Lists: captions and scopes, sorting that is said, pages that exist, values that stay numbers."""

import datetime as dt

import pytest
from django.contrib.contenttypes.models import ContentType
from django.http import Http404

from futurefit.ui.figures import Figure
from futurefit.ui.tables import (
    AmountColumn,
    DateColumn,
    LinkColumn,
    RagColumn,
    Table,
    TagColumn,
    TextColumn,
    YearAmountColumn,
)
from futurefit.values.money import Unit

WORDS = {"caption": "Savings lines", "note": "£000 · target · as at month 7 of 2015/16"}


class Lines(Table):
    title = LinkColumn("Line", href=lambda record: f"/lines/{record['id']}/", prefix=lambda record: record["code"])
    rating = RagColumn("Rating")
    state = TagColumn("State", style=lambda value: "alert" if value == "Late" else "outline")
    target = AmountColumn("Target", href=lambda record, value: f"/lines/?q={record['code']}&v={value}", total=True)
    due = DateColumn("Due")


ROWS = [
    {
        "id": 1,
        "code": "A",
        "title": "<b>Learning</b>",
        "rating": "red",
        "state": "Late",
        "target": 190_000,
        "due": None,
    },
    {
        "id": 2,
        "code": "B",
        "title": "Vacancies",
        "rating": None,
        "state": "Done",
        "target": -7_000,
        "due": dt.date(2015, 7, 1),
    },
    {"id": 3, "code": "C", "title": "=SUM(A1)", "rating": "amber", "state": None, "target": 0, "due": None},
]


def lines(rf, address="/lines/", rows=ROWS, **options):
    return Lines.of(rf.get(address), [dict(row) for row in rows], **{**WORDS, **options})


def test_the_caption_has_a_title_and_the_line_with_unit_and_period(rf, draw):
    page = draw("{% list_table table %}", table=lines(rf))
    assert page.one("strong").text == "Savings lines"
    assert page.one("caption").text.endswith("£000 · target · as at month 7 of 2015/16")
    assert page.one("div", "ff-scroll")["aria-labelledby"] == page.one("caption")["id"]


@pytest.mark.parametrize("missing", [{"caption": ""}, {"note": ""}])
def test_a_list_without_its_words_is_refused(rf, missing):
    with pytest.raises(ValueError, match="title"):
        lines(rf, **missing)


def test_columns_and_rows_have_heads_with_scopes(rf, draw):
    page = draw("{% list_table table %}", table=lines(rf))
    assert [head["scope"] for head in page.all("th")] == ["col"] * 5 + ["row"] * 3
    assert [head.text for head in page.all("th")][5:] == ["A <b>Learning</b>", "B Vacancies", "C =SUM(A1)"]
    assert page.all("b") == []


def test_a_row_turned_card_names_each_value(rf, draw):
    page = draw("{% list_table table %}", table=lines(rf))
    assert "ff-table--cards" in page.one("table").classes
    assert [cell["data-label"] for cell in page.all("td")][:4] == ["Rating", "State", "Target", "Due"]


def test_amounts_are_shown_in_the_unit_and_keep_their_pounds(rf, draw):
    page = draw("{% list_table table %}", table=lines(rf))
    cells = [cell for cell in page.all("td") if "ff-num" in cell.classes]
    assert [(cell.text, cell["data-value"]) for cell in cells] == [("190", "190000"), ("−7", "-7000"), ("0", "0")]
    linked = [link["href"] for link in page.all("a") if "?q=" in (link["href"] or "")]
    assert linked == ["/lines/?q=A&v=190000", "/lines/?q=B&v=-7000"]


def test_the_sorted_head_says_so_and_offers_the_other_way(rf, draw):
    page = draw("{% list_table table %}", table=lines(rf, "/lines/?sort=-target&theme=x&page=1"))
    heads = {head.text.split(",")[0]: head for head in page.all("th") if head["scope"] == "col"}
    assert heads["Target"]["aria-sort"] == "descending"
    assert [name for name, head in heads.items() if head["aria-sort"]] == ["Target"]
    links = {link.text.split(",")[0]: link["href"] for link in page.all("a", "ff-sort")}
    assert links["Target"] == "?sort=target&theme=x"
    assert links["Line"] == "?sort=title&theme=x"
    assert [cell["data-value"] for cell in page.all("td") if cell["data-value"]] == ["190000", "0", "-7000"]


def test_amounts_are_first_sorted_from_the_highest(rf, draw):
    page = draw("{% list_table table %}", table=lines(rf))
    links = {link.text.split(",")[0]: link["href"] for link in page.all("a", "ff-sort")}
    assert (links["Target"], links["Line"]) == ("?sort=-target", "?sort=title")


@pytest.mark.parametrize("sort", ["nonsense", "--target", "target,nonsense", "pk", "title__evil"])
def test_an_unknown_order_is_not_found_instead_of_ignored(rf, sort):
    with pytest.raises(Http404, match=r"There is no column|one column at a time"):
        lines(rf, f"/lines/?sort={sort}")


@pytest.mark.parametrize("page", ["0", "-1", "abc", "9999999999999999999", "1.0", "３", "4"])
def test_a_page_that_does_not_exist_is_not_found(rf, page):
    with pytest.raises(Http404, match="There is no page"):
        lines(rf, f"/lines/?page={page}", per_page=1)


def test_pages_are_linked_and_keep_the_filter(rf, draw):
    page = draw("{% list_table table %}", table=lines(rf, "/lines/?page=2&theme=x", per_page=1))
    links = {link["rel"]: link["href"] for link in page.all("a") if link["rel"]}
    assert links == {"prev": "?page=1&theme=x", "next": "?page=3&theme=x"}
    assert "2 to 2 of 3 · page 2 of 3" in page.one("nav", "ff-pager").text


def test_totals_come_from_the_caller_and_stand_in_the_foot(rf, draw):
    table = lines(rf, totals={"target": Figure(183_000)}, totals_label="All 3 lines")
    page = draw("{% list_table table %}", table=table)
    row = page.one("tr", "ff-total")
    assert row.text == "All 3 lines183"
    assert page.all("td", "ff-sumcol")[-1]["data-value"] == "183000"
    assert lines(rf).footer == ""


def test_year_columns_are_added_to_one_table_and_not_to_the_class(rf, draw):
    rows = [{**row, "years": {2016: 30_000} if row["id"] == 1 else {}} for row in ROWS]
    years = [(f"y{year}", YearAmountColumn(year, heading=f"{year}/17")) for year in (2016,)]
    page = draw("{% list_table table %}", table=lines(rf, rows=rows, extra_columns=years))
    assert [cell.text for cell in page.all("td") if cell["data-label"] == "2016/17"] == ["30", "–", "–"]
    assert list(Lines.base_columns) == ["title", "rating", "state", "target", "due"]
    assert len(lines(rf).heads) == 5


def test_an_export_has_plain_values_in_pounds_for_every_row(rf):
    table = lines(rf, per_page=1, unit=Unit.MILLIONS)
    assert table.export_headings() == [
        ("Line", "text"),
        ("Rating", "text"),
        ("State", "text"),
        ("Target (£)", "amount"),
        ("Due", "date"),
    ]
    assert list(table.export_rows()) == [
        ["<b>Learning</b>", "Red", "Late", 190_000, None],
        ["Vacancies", "Not rated", "Done", -7_000, dt.date(2015, 7, 1)],
        ["=SUM(A1)", "Amber", "", 0, None],
    ]


def test_a_table_may_draw_one_column_itself_and_still_escapes(rf, draw):
    class Own(Lines):
        def render_state(self, value, record):
            return f"<{value}> {record['code']}"

    page = draw("{% list_table table %}", table=Own.of(rf.get("/"), ROWS, **WORDS))
    assert [cell.text for cell in page.all("td") if cell["data-label"] == "State"] == ["<Late> A", "<Done> B", "–"]


class Kinds(Table):
    app_label = TextColumn("App")


@pytest.mark.django_db
def test_rows_that_sort_alike_keep_one_order_over_all_pages(rf):
    assert ContentType.objects.count() > 20
    for sort in ("app_label", "-app_label"):
        seen = []
        for number in range(1, ContentType.objects.count() // 5 + 1):
            table = Kinds.of(
                rf.get(f"/?sort={sort}&page={number}"),
                ContentType.objects.all(),
                per_page=5,
                caption="Kinds",
                note="All",
            )
            seen += [row.pk for row in table.records]
        assert len(seen) == len(set(seen))
        assert table.data.data.query.order_by[-1] == "pk"


@pytest.mark.django_db
def test_a_page_costs_two_queries_whatever_its_length(rf, draw, django_assert_num_queries):
    for per_page in (2, 20):
        with django_assert_num_queries(2):
            table = Kinds.of(rf.get("/"), ContentType.objects.all(), per_page=per_page, caption="Kinds", note="All")
            draw("{% list_table table %}", table=table)
