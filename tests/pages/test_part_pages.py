"""Changing the pro-forma part by part: what each page saves, refuses and keeps."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from futurefit.council.models import Directorate, PostKind
from futurefit.history.models import Act
from projects.models import Milestone, Project, ProjectPost
from risks.models import Dependency
from tests import factories
from tests.demo_programme import Demo
from tests.savings.views.on_page import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

PARTS = ("facts", "people", "text", "stage", "budget", "fte", "investment", "milestones", "risks", "equality",
         "measures", "dependencies")  # fmt: skip


@pytest.fixture(autouse=True)
def the_day_of_the_demo(settings) -> None:
    settings.DEMO, settings.TODAY = True, date(2016, 5, 20)


@pytest.fixture
def finance(demo: Demo) -> Client:
    return signed_in(demo.user("finance"))


def address(part: str, code: str = "HROD") -> str:
    return reverse(f"pages:project_{part}", args=[code])


def as_opened(client: Client, part: str, code: str = "HROD") -> dict[str, str]:
    """What a browser would send of the page as it opens."""
    html = client.get(address(part, code)).content.decode()
    html = html[html.index("<main") :]
    typed: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind = found.get("type")
        if "name" not in found or (kind in ("radio", "checkbox") and " checked" not in tag):
            continue
        typed[found["name"]] = found.get("value", "on" if kind == "checkbox" else "")
    for name, body in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', html, re.S):
        typed[name] = body.strip()
    for name, body in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        typed[name] = chosen[1] if chosen else (re.search(r'<option value="([^"]*)"', body) or ["", ""])[1]
    return typed


@pytest.mark.parametrize("part", PARTS)
def test_a_page_opens(part, finance):
    response = finance.get(address(part))
    assert response.status_code == 200, response.content.decode()


@pytest.mark.parametrize("part", PARTS)
def test_saving_a_part_as_it_opened_changes_nothing_and_leaves_no_act(part, finance):
    before = Act.objects.count()
    response = finance.post(address(part), {**as_opened(finance, part), "save": ""})
    assert response.status_code == 302, re.sub(r"<[^>]+>", " ", response.content.decode())[:3000]
    assert Act.objects.count() == before


def words(response) -> str:
    """The words of the page with single spaces."""
    html = response.content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html[html.index("<main") :])).split())


def saved(client: Client, part: str, code: str = "HROD", **typed: str):
    """The answer to the page as it opened with these fields typed over."""
    fields = {name.replace("__", "-"): value for name, value in typed.items()}
    return client.post(address(part, code), {**as_opened(client, part, code), **fields, "save": ""})


def test_text_is_saved_alone_and_shown_as_paragraphs_and_bullet_points(finance):
    response = saved(finance, "text", purpose="Two things:\r\n- one\r\n- <b>two</b>\r\n\r\n\r\nAnd <script>.")
    assert response.headers["Location"] == "/projects/HROD/#facts"
    html = finance.get(response.headers["Location"]).content.decode()
    assert "Text: saved." in html
    assert (
        '<p>Two things:</p>\n<ul class="ff-list"><li>one</li><li>&lt;b&gt;two&lt;/b&gt;</li></ul>\n'
        "<p>And &lt;script&gt;.</p>"
    ) in html
    assert as_opened(finance, "text")["purpose"].startswith("Two things:\n- one")


@pytest.mark.parametrize(
    ("part", "field", "typed", "refusal"),
    [
        ("facts", "title", "", "Title: nothing is entered."),
        ("facts", "service", "999999", "Service: “999999” cannot be chosen."),
        ("facts", "saving_type", "odd", "Type of saving: “odd” cannot be chosen."),
        ("stage", "stage", "withdrawn", "Reason: say why it is withdrawn."),
        ("stage", "stage_since", "31/2/2016", "At this stage since: “31/2/2016” is not a day."),
        ("fte", "current", "-1", "Current FTE: “-1” is too small"),
        ("fte", "fte_2016", "2.25", "Impact in 2016/17: “2.25” has more than 1 decimal."),
        ("equality", "state", "not_needed", "Reason: say why an assessment is not needed."),
        ("equality", "link", "no address", "Link to the assessment: this is not an address."),
        ("budget", "row__0__amount", "12O", "Row 1: Amount: '12O' is not an amount."),
        ("investment", "row__0__amount", "1,2", "Investment 1: Amount: '1,2' is not an amount."),
        ("milestones", "row__0__completed_on", "soon", "Milestone 1: Completed on: “soon” is not a day."),
        ("risks", "row__0__current_impact", "3", "Likelihood and impact now: choose both, or neither."),
        ("measures", "row__0__target", "many", "Measure 1: Target: “many” is not a number."),
        ("dependencies", "row__0__description", "Words", "On what: choose a theme or project"),
    ],
)
def test_what_cannot_be_saved_is_refused_in_words_and_kept_as_typed(part, field, typed, refusal, finance):
    before = Act.objects.count()
    more = {"row__0__label": "Gross"} if part in ("budget", "investment") else {}
    more |= {"row__0__name": "Calls"} if part == "measures" else {}
    response = saved(finance, part, **more, **{field: typed})
    html = response.content.decode()
    assert response.status_code == 400
    assert refusal in words(response)
    assert "<title>Error: " in html
    for target in re.findall(r'href="#([^"]+)"', html[html.index("govuk-error-summary") :]):
        assert f'id="{target}"' in html
    if typed and part not in ("facts", "stage", "risks") and field != "state":
        assert typed in unescape(html[html.index("csrfmiddlewaretoken") :]), "what was typed stands in its field"
    assert Act.objects.count() == before


@pytest.mark.parametrize("typed", ["²", "٣", "9" * 5000, "-1"])
def test_a_score_that_is_no_number_of_the_scale_is_refused_in_words(typed, finance):
    response = saved(finance, "risks", row__0__current_likelihood=typed, row__0__current_impact="2")
    assert response.status_code == 400
    assert "cannot be chosen. Choose one from the list." in words(response)
    assert "Not scored. A risk without a score is not a low risk." in words(response)


def test_a_stale_save_shows_both_values_and_keeps_what_was_typed(finance, demo):
    mine = as_opened(finance, "facts")
    office = signed_in(demo.user("office"))
    assert saved(office, "facts", title="Theirs").status_code == 302
    response = finance.post(address("facts"), {**mine, "title": "Mine", "save": ""})
    assert response.status_code == 409
    assert "Title Theirs Mine" in words(response)
    assert 'value="Mine"' in response.content.decode()
    opened = re.search(r'name="as_opened" value="(\w+)"', response.content.decode())[1]
    assert finance.post(address("facts"), {**mine, "title": "Mine", "as_opened": opened, "save": ""}).status_code == 302
    assert Project.objects.get(code="HROD").title == "Mine"


@pytest.mark.parametrize("part", ["facts", "text", "stage", "fte", "equality"])
def test_what_was_not_sent_as_opened_shows_both_values_whatever_the_part(part, finance):
    response = saved(finance, part, as_opened="stale")
    assert response.status_code == 409
    assert "Somebody else saved this since you opened it" in words(response)


def test_a_stale_fte_shows_both_values(finance, demo):
    mine = as_opened(finance, "fte")
    assert saved(finance, "fte", fte_2016="-2.5").status_code == 302
    response = finance.post(address("fte"), {**mine, "fte_2016": "-3", "save": ""})
    assert response.status_code == 409
    assert "Impact in 2016/17 -2.5 -3" in words(response)


def test_stale_rows_show_what_somebody_else_added_and_changed(finance, demo):
    mine = as_opened(finance, "milestones")
    head = signed_in(demo.user("otherhead"))
    assert saved(head, "milestones", row__0__title="Theirs", row__11__title="Added by them").status_code == 302
    response = finance.post(address("milestones"), {**mine, "row-0-title": "Mine", "save": ""})
    assert response.status_code == 409
    said = words(response)
    assert "Milestone Theirs Mine" in said
    assert "Added by them added by somebody else not in your form" in said
    assert 'value="Mine"' in response.content.decode()


def test_a_milestone_is_added_without_javascript_and_read_before_it_is_saved(finance):
    typed = {
        **as_opened(finance, "milestones"),
        "row-11-title": "New system live",
        "row-11-date_as_written": "Oct/Nov 16",
    }
    before = Act.objects.count()
    read = finance.post(address("milestones"), {**typed, "read": ""})
    assert "Read as: 1 October 2016 to 30 November 2016." in words(read)
    more = finance.post(address("milestones"), {**typed, "add": ""})
    assert 'name="row-count" value="13"' in more.content.decode()
    assert 'value="New system live"' in more.content.decode()
    assert Act.objects.count() == before, "neither saves"
    assert finance.post(address("milestones"), {**typed, "save": ""}).status_code == 302
    row = Milestone.objects.get(title="New system live")
    assert (row.earliest, row.latest, row.project.code) == (date(2016, 10, 1), date(2016, 11, 30), "HROD")
    assert "New system live Oct/Nov 16 1 October to 30 November 2016" in words(finance.get("/projects/HROD/"))


def test_what_is_missing_for_the_next_stage_leads_to_the_part_that_fills_it(finance):
    saved(finance, "text", purpose="", outcomes="")
    said = words(finance.get("/projects/HROD/"))
    assert "Missing for the next stage, business case The purpose The outcomes" in said
    assert f'<a href="{address("text")}">The purpose</a>' in finance.get("/projects/HROD/").content.decode()
    assert "Missing for the next stage, business case" in words(finance.get(address("stage")))
    refused = saved(finance, "stage", stage="business_case")
    assert "Reason: something is missing for business case." in words(refused)
    assert saved(finance, "stage", stage="business_case", reason="Cabinet asked for it").status_code == 302
    act = Act.objects.latest("pk")
    assert act.reason == "Cabinet asked for it"
    assert act.sentence.endswith("from 20 May 2016. Missing: The purpose; The outcomes.")


def test_a_project_is_made_from_its_title_alone(finance):
    new = reverse("pages:project_new")
    assert f'href="{new}"' in finance.get("/projects/").content.decode()
    refused = finance.post(new, {"kind": "workstream", "title": "Better buses"})
    assert refused.status_code == 400
    assert "Theme: a workstream belongs to a theme. Choose the theme." in words(refused)
    made = finance.post(new, {"kind": "project", "title": "Better buses"})
    assert made.headers["Location"] == "/projects/BB/"
    said = words(finance.get("/projects/BB/"))
    assert "Better buses is made. Its code is BB." in said
    assert "Missing for the next stage, concept A brief description The directorate The head of service lead" in said
    for part in PARTS:
        assert finance.get(address(part, "BB")).status_code == 200


def test_a_page_as_at_a_closed_period_makes_no_project(finance):
    new = f"{reverse('pages:project_new')}?period=2015/16+M07"
    before = Project.objects.count()
    refused = finance.post(new, {"kind": "project", "title": "Better buses"})
    assert (refused.status_code, Project.objects.count()) == (400, before)
    assert "2015/16 month 7 is closed: what it shows never changes. It is changed in 2016/17 month 2" in words(refused)
    assert "<form" not in finance.get(new).content.decode().partition("<main")[2].partition("</main")[0]


def test_a_finance_officer_of_one_directorate_makes_and_moves_projects_there_alone():
    own = Directorate.objects.get(code="ChS")
    client = signed_in(factories.holder(PostKind.FINANCE_OFFICER, directorates=[own]))
    new = reverse("pages:project_new")
    assert "choose one of those that are yours" in words(client.post(new, {"kind": "project", "title": "Mine"}))
    assert client.post(new, {"kind": "project", "title": "Mine", "directorate": str(own.pk)}).status_code == 302
    other = Directorate.objects.exclude(pk=own.pk).first()
    code = Project.objects.get(title="Mine").code
    assert saved(client, "facts", code, directorate=str(other.pk)).status_code == 400
    assert client.get(address("facts", "HROD")).status_code == 403
    assert "Change the facts" not in words(client.get("/projects/HROD/"))


def test_a_closed_period_offers_no_change_and_takes_none(finance):
    assert "Change the" not in words(finance.get("/projects/HROD/", {"period": "2015/16 M07"}))
    page = finance.get(address("facts"), {"period": "2015/16 M07"})
    assert "2015/16 month 7 is closed" in words(page)
    before = Act.objects.count()
    posted = finance.post(address("facts") + "?period=2015/16+M07", {**as_opened(finance, "facts"), "title": "Other"})
    assert (posted.status_code, Act.objects.count()) == (400, before)


def test_links_to_change_follow_the_rights_of_the_reader(demo):
    links = {}
    for who in ("finance", "office", "otherhead", "cabinet", "auditor"):
        html = signed_in(demo.user(who)).get("/projects/HROD/").content.decode()
        links[who] = re.findall(r'/edit/(\w+)/"', html)
    assert set(links["finance"]) == set(PARTS)
    assert set(links["office"]) == set(PARTS) - {"budget", "fte", "investment"}
    assert links["otherhead"] == ["milestones", "risks"]
    assert links["cabinet"] == links["auditor"] == []


def test_a_form_asks_as_often_with_many_rows_as_with_few(finance):
    def asked(part: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert finance.get(address(part)).status_code == 200
        return len(queries)

    parts = ("milestones", "risks", "people", "dependencies")
    finance.get(address(parts[0]))
    few = {part: asked(part) for part in parts}
    project = Project.objects.get(code="HROD")
    for place in range(60):
        post = factories.PostFactory()
        factories.MilestoneFactory(programme=project.programme, project=project)
        factories.RiskFactory(programme=project.programme, project=project, owner=post)
        ProjectPost.objects.create(project=project, post=post, role="cmr_challenge", order=place)
        Dependency.objects.create(programme=project.programme, kind="needs", from_project=project, to_body="Body")
        factories.ProjectFactory(programme=project.programme)
    assert {part: asked(part) for part in parts} == few


def test_the_concept_paper_of_a_theme_is_written_by_the_programme_officer(demo):
    office, cabinet = signed_in(demo.user("office")), signed_in(demo.user("cabinet"))
    theme, edit = "/themes/self-sufficient-council/", reverse("pages:theme_edit", args=["self-sufficient-council"])
    assert f'href="{edit}"' in office.get(theme).content.decode()
    assert f'href="{edit}"' not in cabinet.get(theme).content.decode()
    opened = re.search(r'name="as_opened" value="(\w+)"', office.get(edit).content.decode())[1]
    typed = dict.fromkeys(("overview", "success", "progress", "approach", "support", "equality", "related"), "")
    typed |= {"vision": "Two aims:\n- one\n- <i>two</i>", "as_opened": opened, "save": ""}
    assert office.post(edit, typed).headers["Location"] == theme
    assert "<li>one</li><li>&lt;i&gt;two&lt;/i&gt;</li>" in office.get(theme).content.decode()
    stale = office.post(edit, {**typed, "vision": "Mine"})
    assert stale.status_code == 409
    assert "Vision Two aims: - one - <i>two</i> Mine" in words(stale)
    assert "is closed" in words(office.get(edit, {"period": "2015/16 M07"}))
