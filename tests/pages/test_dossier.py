"""The dossier of the demonstration's projects: the form of 2015 on one page, as it is read."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from projects.models import EqualityImpact, Signature
from risks.models import Risk
from savings.models import StatedFigure
from tests.demo_programme import OPEN, PAPERS, YEAR_END, Demo
from tests.savings.views.on_page import page, read_page, signed_in, total_of_list

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo"), pytest.mark.slow]

HR, SEND = "/projects/HROD/", "/projects/SEND/"


@pytest.fixture(autouse=True)
def the_day_of_the_demo(settings) -> None:
    settings.DEMO, settings.TODAY = True, date(2016, 5, 20)


@pytest.fixture
def finance(demo: Demo) -> Client:
    return signed_in(demo.user("finance"))


def words(html: str) -> str:
    """The words of the page with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html[html.index("<main") :])).split())


def table(html: str, key: str) -> dict[str, list[int]]:
    """The rows of the table with this key: what stands at their heads, and their figures."""
    part = html[html.index(f'id="{key}-caption"') :]
    part = part[: part.index("</table>")]
    return {row.label: [figure.value for figure in row.figures] for row in read_page(part).rows if row.figures}


def test_the_current_programme_is_the_block_s_with_the_printed_totals_beside(finance):
    html = page(finance, HR, period=PAPERS)
    assert table(html, "current") == {
        "D Green delivered": [332_000, 0, 0, 332_000],
        "T Green on target": [0, 0, 0, 0],
        "A Amber": [40_000, 156_000, 0, 196_000],
        "R Red": [0, 0, 190_000, 190_000],
        "N Not rated": [0, 0, 0, 0],
        "Target": [372_000, 156_000, 190_000, 718_000],
    }
    assert "Amber 40 156 – 196 256 differs by 60" in words(html)
    assert "Target 372 156 190 718 718" in words(html)


def test_the_difference_is_told_with_both_numbers_and_repaired_nowhere(finance):
    said = words(page(finance, HR, period=PAPERS))
    assert "Amber: the printed total differs from its parts As printed 256 From its parts 196 Difference 60" in said
    assert "The parts are 40 (2015/16) and 156 (2016/17)." in said
    assert "The printed grand total, 718, agrees with 196 and not with 256." in said


def test_the_difference_stays_visible_in_later_periods_and_once_recorded_says_by_whom(finance, demo):
    later = words(page(finance, HR, period=OPEN))
    assert "As printed 256 From its parts 196 Difference 60 The paper stands in 2015/16 month 7." in later
    assert "Printed total" not in later
    figure = StatedFigure.objects.get(table="T03", as_printed="256")
    figure.decision, figure.decided_on, figure.decided_by = "The parts are right.", date(2016, 5, 1), "Finance officer"
    figure.save()
    assert "Recorded by Finance officer: The parts are right." in words(page(finance, HR, period=OPEN))


def test_proposed_savings_stand_by_type_with_the_empty_rows_of_the_form(finance):
    html = page(finance, HR, period=PAPERS)
    assert table(html, "proposed-new_savings")["A Amber"] == [30_000, 70_000, 0, 0, 0, 100_000]
    assert table(html, "proposed-new_savings")["Target"] == [30_000, 70_000, 0, 0, 0, 100_000]
    assert len(table(html, "proposed-new_savings")) == 6
    assert "Existing savings (faster): none proposed." in words(html)


@pytest.mark.parametrize(
    ("code", "period", "view"),
    [
        ("HROD", PAPERS, "incremental"),
        ("SEND", YEAR_END, "incremental"),
        ("ES-CURRENT", OPEN, "incremental"),
        ("FIN-CURRENT", OPEN, "incremental"),
        ("FIN-CURRENT", OPEN, "cumulative"),
        ("SSC-1B", PAPERS, "cumulative"),
        ("OM-2", OPEN, "incremental"),
    ],
)
def test_every_figure_leads_to_lines_that_add_up_to_it(finance, code, period, view):
    html = page(finance, f"/projects/{code}/", period=period, view=view)
    for figure in read_page(html).figures:
        if figure.href:
            assert total_of_list(finance, figure.href) == figure.value, figure.href


def test_the_banner_stands_while_any_own_amount_is_proposed_whoever_signed(finance):
    said = words(page(finance, SEND))
    assert "Concept stage: not approved by any formal governance." in said
    assert "Three posts have signed; that approves nothing." in said
    assert "not approved by any formal governance" not in words(page(finance, "/projects/ES-CURRENT/", period=PAPERS))
    assert "Concept stage: not approved by any formal governance." in words(page(finance, "/projects/SSC-1B/"))
    assert "not approved by any formal governance" not in words(page(finance, "/projects/COM-1/")), "it has no amount"
    assert "Part of this is proposed: not approved" in words(page(finance, "/projects/FIN-CURRENT/", period=OPEN))


def test_signatures_say_who_when_and_for_how_much_and_what_changed_since(finance, demo):
    signed = words(page(finance, SEND))
    assert "Head of service, education Signed 27 August 2015 £100,000" in signed
    assert words(page(finance, HR)).count("Not signed") == 3
    Signature.objects.filter(project__code="SEND").update(signed_amount=90_000, signed=None)
    changed = words(page(finance, SEND))
    assert "Version 1 was signed for £90,000 on 27 August 2015. It has changed since" in changed
    assert "Proposed total £90,000 £100,000" in changed, "of a paper's signature the total is all that is known"


def test_milestones_stand_in_the_words_of_the_form_late_as_on_the_day_of_the_page(finance):
    then, now = words(page(finance, HR, period=PAPERS)), words(page(finance, HR))
    assert "Collation, analysis and outputs July / August 2015 1 July to 31 August 2015 Late: 61 days" in then
    assert "Late: 263 days" in now, "31 August 2015 to 20 May 2016"
    assert "Done, no date given" in then


def test_unscored_risks_say_so_and_stand_after_scored_ones(finance, demo):
    said = words(page(finance, HR, period=PAPERS))
    assert "None of them is scored. A risk without a score is not a low risk." in said
    assert said.count("Not scored") == 3
    last = Risk.objects.filter(project__code="HROD").order_by("order").last()
    Risk.objects.filter(pk=last.pk).update(current_likelihood=4, current_impact=4)
    scored = words(page(finance, HR))
    assert scored.index("16, beyond tolerance") < scored.index("Not scored")


def test_what_is_empty_on_the_form_is_said_in_words(finance):
    said = words(page(finance, HR, period=PAPERS))
    assert "Base budget Not stated" in said
    assert "None stated. Whether it would be recurrent: not stated." in said
    assert "Equality impact Not recorded." in said


def test_the_dossier_says_whether_equality_stands_in_the_way_of_an_approval(finance, demo):
    said = words(page(finance, HR))
    assert "Savings cannot be approved until it is done, or not needed with the reason, except by a decision" in said
    EqualityImpact.objects.create(project=demo.project("HROD"), state="screening")
    assert "Screening. Savings cannot be approved until it is done" in words(page(finance, HR))
    EqualityImpact.objects.filter(project__code="HROD").update(state="not_needed", reason="No service changes.")
    assert "A decision can approve its savings." in words(page(finance, HR))
    assert "Taken before this product was in use." in words(page(finance, HR)), "as its block's approval was"


def test_a_base_budget_row_that_is_part_of_another_says_so(finance):
    assert "of which SEND services: £1,083,000" in words(page(finance, SEND))


def test_a_line_without_an_amount_is_listed_with_its_words(finance):
    assert "No amount: marginal" in words(page(finance, "/projects/OM-2/"))


def test_a_block_says_what_it_is(finance):
    said = words(page(finance, "/projects/ES-CURRENT/"))
    assert "Block: money that a service or theme carries without a project of its own" in said


def test_illustration_is_said_where_it_shows_and_not_where_there_is_none(finance):
    assert "Illustration." in words(page(finance, SEND, period=OPEN))
    assert "Illustration." not in words(page(finance, SEND, period=PAPERS))


def test_a_closed_period_shows_the_words_of_then(finance, demo):
    project = demo.project("HROD")
    project.purpose = "Another purpose since."
    project.save()
    milestone = project.milestones.first()
    milestone.title = "Another milestone since"
    milestone.save()
    assert "since" not in words(page(finance, HR, period=PAPERS)).replace("At this stage since", "")
    assert "Another milestone since" in words(page(finance, HR, period=OPEN))
    assert "Another purpose since." in words(page(finance, HR, period=OPEN))


@pytest.mark.parametrize(
    ("who", "code", "status"),
    [
        ("head", "SEND", 200),
        ("head", "HROD", 404),
        ("otherhead", "HROD", 200),
        ("otherhead", "SEND", 404),
        ("director", "SEND", 200),
        ("director", "HROD", 404),
        ("cabinet", "HROD", 200),
        ("auditor", "SEND", 200),
        ("head", "NONE", 404),
    ],
)
def test_a_dossier_and_its_history_outside_the_reader_s_scope_are_not_there(demo, who, code, status):
    client = signed_in(demo.user(who))
    assert client.get(f"/projects/{code}/").status_code == status
    assert client.get(f"/projects/{code}/history/").status_code == status


def test_the_head_of_hr_sees_the_block_s_money_too_because_it_is_theirs(demo):
    html = page(signed_in(demo.user("otherhead")), HR, period=PAPERS)
    assert table(html, "current")["Target"] == [372_000, 156_000, 190_000, 718_000]
    assert "See it in the reconciliation" not in words(html)


def test_the_basis_read_leaves_out_the_other_and_says_so(finance):
    proposed = words(page(finance, HR, basis="proposed"))
    assert "Not shown: this page is read with proposed amounts only" in proposed
    approved = words(page(finance, HR, basis="approved"))
    assert "Proposed savings" not in approved.replace("the proposed savings", "")
    assert "Target by year, and how it stands" in approved


@pytest.mark.parametrize("query", ["unit=pence", "period=never", "view=x", "basis=x", "colour=green", "programme=x"])
def test_an_unknown_reading_is_a_404_with_words(finance, query):
    assert finance.get(f"{HR}?{query}").status_code == 404


def test_the_list_of_a_closed_period_calls_projects_as_they_were_called_then(finance, demo):
    project = demo.project("HROD")
    title, project.title = project.title, "Called otherwise since"
    project.save()
    assert title in words(page(finance, "/projects/", period=PAPERS))
    assert "Called otherwise since" not in words(page(finance, "/projects/", period=PAPERS))
    assert "Called otherwise since" in words(page(finance, "/projects/"))
