"""Papers as Word documents: the figures of the page, the sections of a concept paper, the period on every page."""

import io
import re
from datetime import date

import pytest
from django.urls import reverse
from docx import Document

from savings.rollups import rollup
from tests.demo_programme import OPEN, PAPERS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo"), pytest.mark.slow]

THEME = {"slug": "self-sufficient-council"}


@pytest.fixture(autouse=True)
def the_day_of_the_demo(settings):
    settings.DEMO, settings.TODAY = True, date(2016, 5, 20)


def document(client, reader, name: str, query: str = "", **row: str):
    client.force_login(reader)
    answer = client.get(reverse(name, kwargs=row) + query)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].endswith('.docx"')
    return Document(io.BytesIO(answer.content))


def outline(paper) -> list[tuple[int, str]]:
    found = [(each.style.name, each.text) for each in paper.paragraphs]
    return [(int(name[-1]), text) for name, text in found if name.startswith("Heading")]


def table_called(paper, caption: str) -> list[list[str]]:
    """The rows of the table that follows the paragraph of this caption."""
    body = list(paper.element.body)
    for place, element in enumerate(body):
        words = "".join(element.itertext())
        if element.tag.endswith("}p") and words.startswith(caption):
            table = next(each for each in body[place:] if each.tag.endswith("}tbl"))
            found = next(each for each in paper.tables if each._tbl is table)
            return [[cell.text for cell in row.cells] for row in found.rows]
    raise AssertionError(f"no table {caption!r}")


def millions(amount: int) -> str:
    return f"{amount / 1_000_000:,.3f}"


def test_the_theme_paper_has_the_sections_of_a_concept_paper_in_their_order(client, demo):
    paper = document(client, demo.user("cabinet"), "pages:theme_document", **THEME)
    first = [text for level, text in outline(paper) if level == 1]
    assert first == [
        "Overview",
        "Support and investment",
        "Vision",
        "How success is judged",
        "Savings by year",
        "Workstreams and projects",
        "What changed since 2015/16 month 12",
        "Questions worth asking",
        "Progress so far",
        "Approach",
        "Milestones",
        "Risks",
        "Dependencies",
        "Equality impact",
        "Related programmes",
        "What the ratings mean",
    ]
    levels = [level for level, _text in outline(paper)]
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))


@pytest.mark.parametrize("period", [PAPERS, OPEN])
def test_every_amount_of_the_matrix_of_a_theme_is_the_roll_ups(client, demo, period: str):
    row = rollup(demo.period(period), "theme").row("self-sufficient-council")
    query = f"?period={period}"
    paper = document(client, demo.user("cabinet"), "pages:theme_document", query, **THEME)
    heads, *rows = table_called(paper, "How the savings of each year stand")
    target = dict(zip(heads, rows[-1], strict=True))
    assert target["How it stands"] == "Target"
    assert target["Total"] == millions(row.total.target) == "10.369"
    assert target["2016/17"] == millions(row.year(2016).target)


def test_a_paper_of_a_closed_period_says_so_on_every_page(client, demo):
    paper = document(client, demo.user("cabinet"), "pages:theme_document", f"?period={PAPERS}", **THEME)
    assert "as at 2015/16 month 7 (closed)" in paper.sections[0].header.paragraphs[0].text


def test_the_plan_paper_holds_the_rows_of_the_page_in_its_unit(client, demo):
    query = f"?period={PAPERS}&by=theme&unit=thousands&projects=left_out"
    paper = document(client, demo.user("finance"), "savings:plan_document", query)
    rows = {row[0]: row for row in table_called(paper, "Savings planned, by theme")}
    assert rows["Self-Sufficient Council"][-1] == "10,369"
    assert rows["Identified"][-1] == "18,799"
    assert paper.sections[0].page_width > paper.sections[0].page_height


def test_the_pro_forma_has_the_parts_of_the_form_in_their_order(client, demo):
    paper = document(client, demo.user("cabinet"), "pages:project_document", f"?period={PAPERS}", code="HROD")
    assert [text for level, text in outline(paper) if level == 1] == [
        "Brief description",
        "Purpose",
        "Outcomes",
        "Timescales",
        "Risks and impacts",
        "Base budget",
        "Current savings programme",
        "Full-time equivalent posts",
        "Proposed savings",
        "Total savings",
        "Investment required",
        "What the ratings mean",
        "Comments on the ratings",
        "Agreed by",
        "Equality, dependencies and decisions",
    ]
    assert any(
        each.style.name == "Notice" and each.text.startswith("Concept stage: not approved by any formal governance.")
        for each in paper.paragraphs
    )
    facts = dict(table_called(paper, "Facts"))
    assert facts["Type of saving"] == "Further"
    assert facts["CMR lead"] == "Cabinet member for transformation"


@pytest.mark.parametrize("period", [PAPERS, OPEN])
def test_the_savings_of_a_pro_forma_are_the_roll_ups_and_the_page_s(client, demo, period: str):
    query = f"?period={period}"
    paper = document(client, demo.user("cabinet"), "pages:project_document", query, code="HROD")
    heads, *rows = table_called(paper, "New savings (further and new)")
    row = rollup(demo.period(period), "project", basis="proposed").row("HROD")
    for place, measure in enumerate(("delivered", "on_target", "amber", "red", "not_rated", "target")):
        printed = dict(zip(heads, rows[place], strict=True))
        for year in (2016, 2017):
            assert printed[f"{year}/{year - 1999}"] == (millions(row.year(year).amount(measure)).replace("0.000", "–"))
        assert printed["Total"] == millions(row.total.amount(measure)).replace("0.000", "–")
    answer = client.get(f"/projects/HROD/{query}").content.decode()
    for caption, key in (("Savings lines", "lines"), ("Target by year, and how it stands", "current")):
        shown = answer[answer.index(f'id="{key}-caption"') :].partition("</table>")[0]
        amounts = [millions(int(each)) for each in re.findall(r'data-value="(-?\d+)"', shown)]
        written = [cell for row in table_called(paper, caption)[1:] for cell in row[1:]]
        if key == "current" and period == PAPERS:  # the last column is what the paper printed
            written = [cell for row in table_called(paper, caption)[1:] for cell in row[1:-1]]
        assert written == [each.replace("0.000", "–") for each in amounts]


def test_a_pro_forma_says_who_signed_which_version_on_which_day_for_how_much(client, demo):
    paper = document(client, demo.user("cabinet"), "pages:project_document", f"?period={OPEN}", code="SEND")
    heads, *rows = table_called(paper, "Version 1: three posts sign the same figures")
    assert heads == ["Post", "Signature", "Date", "Signed for"]
    assert [row[2:] for row in rows] == [["27 August 2015", "£100,000"]] * 3


def test_the_appendix_of_a_directorate_shows_only_services_and_projects_that_its_reader_may_see(client, demo):
    whole = table_called(document(client, demo.user("finance"), "pages:directorate_document", code="COaCH"), "Services")
    own = table_called(document(client, demo.user("head"), "pages:directorate_document", code="COaCH"), "Services")
    assert whole[-1][1:] == own[-1][1:]
    assert any("Not shown to you" in row[0] for row in own)
    assert not any("Not shown to you" in row[0] for row in whole)


def test_definitions_of_the_ratings_are_those_of_the_period(client, demo):
    kept = dict(demo.period(PAPERS).rag_definitions.values_list("status", "words"))
    paper = document(client, demo.user("cabinet"), "pages:theme_document", f"?period={PAPERS}", **THEME)
    said = {re.sub(r"^[A-Z]  ", "", row[0]): row[1] for row in table_called(paper, "Ratings and their weight")[1:]}
    assert said["Amber"] == kept["amber"]
    assert len(said) == len(kept)
