"""Every address × every post, by hand from the domain's table of rights.

A route without a row fails, and so does a row without a route. Who may open what is the same on any database; that
every page can be asked of PostgreSQL is shown where its queries are counted (test_must_show_queries).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from futurefit.access.demo_posts import DEMO_POSTS
from futurefit.access.models import User
from futurefit.council.models import Post, PostKind, Service
from savings.models import ReportingPeriod
from tests.addresses import every_page, every_route, rows_in_this_database
from tests.demo_programme import PAPERS, Demo
from tests.factories import HoldingFactory, UserFactory, holder, stranger

pytestmark = pytest.mark.slow

SIGN_IN = "to sign in"
AWAY = "elsewhere"

WHO = (
    "anonymous",
    "stranger",
    *(post.key for post in DEMO_POSTS),
    "chief executive",
    "service manager",
    "other director",
)
"""Nobody signed in, somebody without a post, the eight posts of the demonstration, and the other kinds of post."""

SEE_EVERYTHING = ("finance", "s151", "cabinet", "office", "auditor", "chief executive")
CHILDRENS_SERVICES = ("head", "director")
HUMAN_RESOURCES = ("otherhead", "service manager")
OUTSIDERS = {"anonymous": SIGN_IN, "stranger": 403}

Codes = Mapping[str, int | str]


def all_posts(code: int | str = 200) -> Codes:
    return {who: OUTSIDERS.get(who, code) for who in WHO}


def anyone(code: int | str = 200) -> Codes:
    return dict.fromkeys(WHO, code)


def signed_in(code: int | str) -> Codes:
    return {**anyone(code), "anonymous": SIGN_IN}


def scoped(*posts: str) -> Codes:
    """Those who see everything and these; to every other post it is as if the row were not there."""
    return {who: OUTSIDERS.get(who, 200 if who in (*SEE_EVERYTHING, *posts) else 404) for who in WHO}


def only(*posts: str) -> Codes:
    """These, and every other post is refused."""
    return {who: OUTSIDERS.get(who, 200 if who in posts else 403) for who in WHO}


def entered(*posts: str) -> Codes:
    """The finance officer and these heads of service; to another head it is as if it were not there."""
    heads = ("head", "otherhead", "service manager")
    return {who: OUTSIDERS.get(who, 200 if who in ("finance", *posts) else 404 if who in heads else 403) for who in WHO}


@dataclass(frozen=True)
class Asked:
    """One row of the table: a route with its parameters, the query, and what each answers."""

    route: str
    codes: Codes
    row: tuple[tuple[str, str], ...] = ()
    query: str = ""

    @property
    def address(self) -> str:
        row = dict(self.row)
        if row.get("pk") == OPEN:
            row["pk"] = str(ReportingPeriod.objects.open().get(programme__slug="futurefit").pk)
        elif row.get("pk") == FIRST:
            row = rows_in_this_database()[every_route()[self.route].noun]
        return reverse(self.route, kwargs=row) + self.query

    def __str__(self) -> str:
        return " ".join([self.route, *(value for _name, value in self.row), self.query]).strip()


def asked(route: str, codes: Codes, query: str = "", **row: str) -> Asked:
    return Asked(route, codes, tuple(row.items()), query)


OF_PROJECT_OFFICERS = ("facts", "people", "text", "stage", "equality", "measures", "dependencies")
OF_THEMES = ("milestones", "risks", "measures", "dependencies", "equality", "investment")
HEADS = ("head", "otherhead", "service manager")


def tended(*heads: str) -> Codes:
    """Finance and programme officers and these heads; another head's project is not there, others have no right."""
    codes = {who: 200 if who in ("finance", "office", *heads) else 404 if who in HEADS else 403 for who in WHO}
    return {who: OUTSIDERS.get(who, code) for who, code in codes.items()}


def signing(*posts: str) -> Codes:
    """The head of finance and these; to who cannot open the dossier it is not there, and who never signs is refused."""
    heads_and_directors = (*HEADS, "director", "other director")
    codes = {who: 404 if who in heads_and_directors else 403 for who in WHO}
    return {**codes, **OUTSIDERS, **dict.fromkeys(("s151", *posts), 200)}


def admin_row(name: str) -> dict[str, str]:
    """What stands in an address of the admin."""
    return (
        {"app_label": "savings"} if name == "admin:app_list" else {"object_id": "1"} if name[-7:] == "_change" else {}
    )


FIRST = "the first"
"""In place of a number: that of the first row, which depends on what the database held before."""

OPEN = "the open one"
"""In place of the number of a period: that of the one which is open."""

IMPORT_STEPS = ("columns", "check", "marked", "changes", "done")
REORGANISING = ("rename", "split", "merge", "move", "assign")
LINE_ACTS = ("edit", "duplicate", "move", "split", "withdraw", "restore")

READS = (
    asked("healthz", anyone()),
    asked("readyz", anyone()),
    # Whoever is signed in already is sent on from the sign-in page.
    asked("access:sign_in", {**anyone(AWAY), "anonymous": 200}),
    asked("account_login", {**anyone(AWAY), "anonymous": 200}),
    asked("access:demo_sign_in", anyone(405), key="finance"),
    asked("access:sign_out", signed_in(405)),
    asked("account_logout", signed_in(405)),
    asked("account_reset_password", anyone()),
    asked("account_reset_password_done", anyone()),
    asked("account_reset_password_from_key", anyone(), uidb36="1", key="0-0"),
    asked("account_reset_password_from_key_done", anyone()),
    # Words, and totals that are the same for everybody who holds a post.
    asked("pages:glossary", signed_in(200)),
    asked("pages:read_first", all_posts()),
    # Home tells whoever holds no post how to come by one.
    asked("pages:home", signed_in(200)),
    asked("pages:programme_detail", all_posts()),
    asked("pages:theme_list", all_posts()),
    asked("pages:theme_list", all_posts(), "?export=csv"),
    asked("pages:theme_detail", all_posts(), slug="self-sufficient-council"),
    asked("pages:theme_detail", all_posts(404), slug="no-such-theme"),
    asked("pages:theme_document", all_posts(), slug="self-sufficient-council"),
    asked("pages:theme_document", all_posts(404), slug="no-such-theme"),
    asked("pages:directorate_document", all_posts(), code="ChS"),
    asked("pages:directorate_document", all_posts(404), code="NONE"),
    asked("savings:plan_document", all_posts()),
    asked("pages:directorate_list", all_posts()),
    asked("pages:directorate_list", all_posts(), "?export=xlsx"),
    asked("pages:directorate_detail", all_posts(), code="ChS"),
    asked("pages:directorate_detail", all_posts(404), code="NONE"),
    asked("pages:search", all_posts(), "?q=council"),
    asked("savings:plan", all_posts()),
    asked("savings:plan", all_posts(), "?export=csv"),
    asked("savings:plan", all_posts(), "?by=directorate&period=2015/16+M07&export=xlsx"),
    asked("savings:period_list", all_posts()),
    asked("pages:trend", all_posts()),
    asked("pages:trend", all_posts(), "?by=theme&group=self-sufficient-council&counted=year&export=csv"),
    asked("pages:trend", all_posts(404), "?by=line&group=NO-SUCH"),
    asked("savings:movement", all_posts()),
    asked("savings:movement", all_posts(), "?from=2015/16+M07&by=project&measure=delivered&export=xlsx"),
    asked("savings:movement", all_posts(404), "?from=1999/00+M01"),
    asked("savings:movement_lines", all_posts(), "?from=2015/16+M07&by=theme&group=none&cause=added"),
    asked("savings:movement_lines", all_posts(404), "?from=2015/16+M07&by=project&group=NO-SUCH"),
    asked("savings:period_list", all_posts(), "?page_at=/mtfp/"),
    asked("savings:period_detail", all_posts(), pk=FIRST),
    asked("savings:period_detail", all_posts(), pk=OPEN),
    asked("savings:period_detail", all_posts(404), "?programme=futurefit", pk="0"),
    # Finance officers prepare a period; the head of finance opens and closes, and says what the colours mean.
    asked("savings:period_prepare", only("finance"), pk=FIRST),
    asked("savings:period_prepare", only("finance"), pk=OPEN),
    *(asked(f"savings:period_{act}", only("s151"), pk=FIRST) for act in ("close", "definitions", "note")),
    *(asked(f"savings:period_{act}", only("s151"), pk=OPEN) for act in ("close", "definitions", "note")),
    asked("savings:period_open", only("s151")),
    asked("pages:theme_history", all_posts(), slug="self-sufficient-council"),
    asked("pages:theme_history", all_posts(404), slug="no-such-theme"),
    asked("pages:directorate_history", all_posts(), code="ChS"),
    asked("pages:directorate_history", all_posts(404), code="NONE"),
    # Without the right to the whole: refused, whatever is asked.
    asked("savings:reconciliation", only(*SEE_EVERYTHING)),
    asked("savings:reconciliation", only(*SEE_EVERYTHING), "?export=csv"),
    asked("savings:stated_figure", only(*SEE_EVERYTHING), pk=FIRST),
    asked("pages:act_list", only(*SEE_EVERYTHING)),
    asked("pages:act_list", only(*SEE_EVERYTHING), "?export=xlsx"),
    asked("pages:act_detail", only("finance", "s151", "auditor"), pk=FIRST),
    # Lists hold what the reader may see; a row outside one's scope is as if it were not there.
    asked("savings:line_list", all_posts()),
    asked("savings:line_list", all_posts(), "?export=csv"),
    asked("savings:line_list", all_posts(), "?export=xlsx"),
    asked("savings:programme_workbook", all_posts()),
    asked("savings:programme_workbook", all_posts(), "?period=2015/16+M07&unit=pounds"),
    asked("savings:programme_csv", all_posts()),
    asked("savings:programme_csv", scoped(*CHILDRENS_SERVICES), "?project=SEND"),
    asked("savings:template_workbook", only("finance")),
    asked("savings:line_detail", scoped(*CHILDRENS_SERVICES), code="SEND-01"),
    asked("savings:line_detail", scoped(*HUMAN_RESOURCES), code="HROD-01"),
    asked("savings:line_detail", scoped(), code="SSC-1B-01"),
    asked("pages:line_history", scoped(*CHILDRENS_SERVICES), code="SEND-01"),
    asked("pages:line_history", scoped(*HUMAN_RESOURCES), code="HROD-01"),
    asked("pages:line_history", scoped(), code="SSC-1B-01"),
    asked("pages:project_list", all_posts()),
    asked("pages:project_list", all_posts(), "?export=csv"),
    asked("pages:project_list", all_posts(), "?export=xlsx"),
    asked("pages:project_detail", scoped(*CHILDRENS_SERVICES), code="SEND"),
    asked("pages:project_detail", scoped(*HUMAN_RESOURCES), code="HROD"),
    asked("pages:project_detail", scoped(), code="SSC-1B"),
    # The post of the head of human resources leads this workstream; its service manager's post does not.
    asked("pages:project_detail", scoped("otherhead"), code="OM-1"),
    asked("pages:project_detail", scoped(*CHILDRENS_SERVICES), "?period=2015/16+M07", code="SEND"),
    asked("pages:project_document", scoped(*CHILDRENS_SERVICES), code="SEND"),
    asked("pages:project_document", scoped(*HUMAN_RESOURCES), "?period=2015/16+M07", code="HROD"),
    asked("pages:project_document", scoped(), code="SSC-1B"),
    asked("savings:grid_edit", entered("head"), code="SEND"),
    asked("savings:grid_edit", entered("head"), "?period=2015/16+M07", code="SEND"),
    asked("savings:grid_edit", entered(*HUMAN_RESOURCES), code="HROD"),
    asked("savings:grid_edit", entered(), code="SSC-1B"),
    # The pro-forma part by part: finance and programme officers; milestones and risks also heads, of their own.
    asked("pages:theme_edit", only("office"), slug="self-sufficient-council"),
    asked("pages:theme_edit", {**only("office"), "office": 404}, slug="no-such-theme"),
    *(asked(f"pages:theme_{part}", only("office"), slug="self-sufficient-council") for part in OF_THEMES),
    asked("pages:theme_measures", {**only("office"), "office": 404}, slug="no-such-theme"),
    asked("pages:project_new", only("finance", "office")),
    *(asked(f"pages:project_{part}", only("finance", "office"), code="SEND") for part in OF_PROJECT_OFFICERS),
    *(asked(f"pages:project_{part}", only("finance"), code="SEND") for part in ("budget", "fte", "investment")),
    *(asked(f"pages:project_{part}", tended("head"), code="SEND") for part in ("milestones", "risks")),
    *(asked(f"pages:project_{part}", tended(*HUMAN_RESOURCES), code="HROD") for part in ("milestones", "risks")),
    *(asked(f"pages:project_{part}", tended("otherhead"), code="OM-1") for part in ("milestones", "risks")),
    asked("pages:project_facts", only("finance", "office"), "?period=2015/16+M07", code="SEND"),
    # Every cabinet member challenges; who leads answers, and the officers who may change it.
    asked("pages:project_challenge", only("cabinet"), code="SEND"),
    asked("pages:theme_challenge", only("cabinet"), slug="self-sufficient-council"),
    asked(
        "pages:project_answers",
        {**tended("head"), "director": 200, "other director": 404},
        code="SEND",
    ),
    asked("pages:theme_answers", only("finance", "office", "s151"), slug="self-sufficient-council"),
    # The head-of-service lead, the director of the directorate and the head of finance sign.
    asked("pages:project_sign", signing("head", "director"), code="SEND"),
    asked("pages:project_sign", {**signing("otherhead"), "service manager": 403}, code="HROD"),
    asked("pages:project_history", scoped(*CHILDRENS_SERVICES), code="SEND"),
    asked("pages:project_history", scoped(*HUMAN_RESOURCES), code="HROD"),
    asked("pages:project_history", scoped(), code="SSC-1B"),
    asked("pages:dependency_list", all_posts()),
    asked("pages:dependency_list", all_posts(), "?export=csv"),
    asked("pages:measure_list", all_posts()),
    asked("pages:measure_list", all_posts(), "?export=csv"),
    asked("pages:measure_detail", all_posts(), pk=FIRST),
    asked("pages:measure_readings", only("office"), pk=FIRST),
    asked("pages:kpi_list", all_posts()),
    asked("pages:kpi_detail", all_posts(), key="projects-on-track"),
    asked("pages:kpi_detail", all_posts(), "?export=csv", key="red-risks-mitigated"),
    asked("pages:kpi_detail", all_posts(404), key="no-such-kpi"),
    asked("pages:service_list", all_posts()),
    asked("pages:service_list", all_posts(), "?export=csv"),
    # Acts on lines are the finance officer's; every other post is refused, also where the line is not there.
    *(asked(f"savings:line_{act}", only("finance"), code="SEND-01") for act in LINE_ACTS),
    asked("savings:line_edit", {**only("finance"), "finance": 404}, code="NONE"),
    # A file on its way in is its bringer's own; to another finance officer it is as if it were not there.
    asked("savings:import_upload", only("finance")),
    *(asked(f"savings:import_{step}", {**only("finance"), "finance": 404}, key="none") for step in IMPORT_STEPS),
    asked("savings:import_cancel", {**only("finance"), "finance": 405}, key="none"),
    asked("savings:line_edit", only("finance"), "?period=2015/16+M07", code="SEND-01"),
    asked("savings:line_move", only("finance"), "?to=HROD", code="SEND-01"),
    asked("savings:line_add", only("finance"), code="SEND"),
    asked("savings:line_order", only("finance"), code="SEND"),
    asked("savings:bulk_change", only("finance")),
    asked("savings:bulk_change", only("finance"), "?every=yes&theme=commissioning&set-method=income"),
    asked("savings:bulk_done", only("finance")),
    # What ended years did not deliver: totals for everybody, lines of one's own; finance and heads carry forward.
    asked("savings:undelivered", all_posts()),
    asked("savings:undelivered", all_posts(), "?by=theme&export=csv"),
    asked("savings:undelivered", all_posts(), "?period=2015/16+M12"),
    asked("savings:carry_forward", only("finance", *HEADS)),
    asked("savings:carry_forward", entered(*HUMAN_RESOURCES), "?chosen=HR-CURRENT-01:2015"),
    asked("savings:carry_forward", only("finance", *HEADS), "?period=2015/16+M12"),
    asked("savings:withdrawn_list", scoped(*CHILDRENS_SERVICES), code="SEND"),
    asked("savings:withdrawn_list", scoped(*HUMAN_RESOURCES), code="HROD"),
    asked("savings:withdrawn_list", scoped(), code="SSC-1B"),
    # The board of returns: each sees own lines; a query is the finance officer's; a commentary that of who leads.
    asked("savings:return_board", all_posts()),
    asked("savings:return_board", all_posts(), "?export=csv"),
    asked("savings:return_board", all_posts(), "?period=2015/16+M12&export=xlsx"),
    asked("savings:return_lines", all_posts()),
    asked("savings:return_lines", all_posts(), "?state=not_returned"),
    asked("savings:return_lines", all_posts(), "?export=csv"),
    asked("savings:return_query", only("finance"), code="ES-CURRENT-01"),
    asked("savings:return_query", only("finance"), "?period=2015/16+M12", code="ES-CURRENT-01"),
    asked("savings:return_query", {**only("finance"), "finance": 404}, code="SEND-01"),
    asked("pages:theme_commentary", only("s151"), slug="self-sufficient-council"),
    asked("pages:theme_commentary", only("cabinet"), slug="commissioning"),
    asked("pages:directorate_commentary", only("director"), code="ChS"),
    asked("pages:directorate_commentary", only("director"), "?period=2015/16+M12", code="ChS"),
    # Decisions are open to whoever may see a line that they name; finance records, the head of finance confirms.
    asked("savings:decision_list", all_posts()),
    asked("savings:decision_list", all_posts(), "?state=waiting&export=csv"),
    asked("savings:decision_list", all_posts(), "?kind=approve&export=xlsx"),
    asked("savings:decision_detail", scoped(*HUMAN_RESOURCES), code="D0001"),
    asked("savings:decision_detail", scoped(*CHILDRENS_SERVICES, *HUMAN_RESOURCES), code="BUDGET-2015"),
    asked("pages:decision_history", scoped(*HUMAN_RESOURCES), code="D0001"),
    asked("savings:decision_new", only("finance")),
    asked("savings:decision_new", only("finance"), "?kind=re_profile&line=HR-CURRENT-01"),
    asked("savings:decision_new", only("finance"), "?undoes=BUDGET-2015"),
    asked("savings:decision_edit", only("finance"), code="D0001"),
    asked("savings:decision_withdraw", only("finance"), code="D0001"),
    asked("savings:decision_confirm", only("s151"), code="D0001"),
    asked("pages:milestone_list", all_posts()),
    asked("pages:milestone_list", all_posts(), "?export=csv"),
    asked("pages:milestone_calendar", all_posts()),
    # Whoever may owe a return sees what is due of their posts; a cabinet member and an auditor change no figure.
    asked("pages:my_returns", {**all_posts(), "cabinet": 403, "auditor": 403}),
    asked("pages:my_returns", {**all_posts(), "cabinet": 403, "auditor": 403}, "?period=2015/16+M07"),
    asked(
        "pages:my_returns",
        {**all_posts(404), "cabinet": 403, "auditor": 403, "director": 200, "chief executive": 200},
        "?for=head-education",
    ),
    # What was reorganised is for those who see everything; reorganising is the programme officer's: reference data.
    asked("pages:reorganisation_list", only(*SEE_EVERYTHING)),
    asked("pages:reorganisation_list", only(*SEE_EVERYTHING), "?export=csv"),
    *(asked(f"pages:reorganisation_{act}", only("office")) for act in REORGANISING),
    asked("pages:reorganisation_assign", {**only("office"), "office": 404}, "?directorate=ChS"),
    asked("risks:risk_list", all_posts()),
    asked("risks:risk_list", all_posts(), "?export=csv"),
    asked("risks:risk_list", all_posts(), "?escalated=corporate&period=2015/16+M12&export=xlsx"),
    # A risk is open to whoever may open what it belongs to, and changed by who tends that; the scale by the office.
    asked("pages:risk_detail", scoped(*CHILDRENS_SERVICES), code="R031"),
    asked("pages:risk_detail", scoped(*HUMAN_RESOURCES), code="R032"),
    asked("pages:risk_detail", all_posts(), code="R001"),
    asked("pages:risk_detail", all_posts(404), code="NONE"),
    asked("pages:risk_history", scoped(*CHILDRENS_SERVICES), code="R031"),
    *(asked(f"pages:risk_{act}", tended("head"), code="R031") for act in ("actions", "escalate")),
    *(asked(f"pages:risk_{act}", tended(*HUMAN_RESOURCES), code="R032") for act in ("actions", "escalate")),
    *(asked(f"pages:risk_{act}", {**only("office"), "finance": 403}, code="R001") for act in ("actions", "escalate")),
    asked("pages:risk_scale", only("office")),
    # The admin is for accounts that look after the installation: no post opens it, whatever it may see elsewhere.
    *(asked(name, signed_in(403), **admin_row(name)) for name in every_route() if name.startswith("admin:")),
)

WRITING_ROUTES = (
    "pages:my_returns",
    "pages:theme_edit",
    *(f"pages:theme_{part}" for part in OF_THEMES),
    "pages:project_new",
    "pages:project_sign",
    "pages:measure_readings",
    *(f"pages:risk_{act}" for act in ("actions", "escalate", "scale")),
    *(f"pages:{owner}_{part}" for owner in ("project", "theme") for part in ("challenge", "answers")),
    *(f"pages:project_{part}" for part in (*OF_PROJECT_OFFICERS, "budget", "fte", "investment", "milestones", "risks")),
    "savings:stated_figure",
    "savings:return_board",
    "savings:return_lines",
    "savings:return_query",
    "pages:theme_commentary",
    "pages:directorate_commentary",
    "savings:grid_edit",
    *(f"savings:line_{act}" for act in (*LINE_ACTS, "add", "order")),
    *(f"savings:import_{step}" for step in ("upload", "columns", "check", "cancel")),
    "savings:bulk_change",
    "savings:bulk_done",
    *(f"savings:period_{act}" for act in ("prepare", "close", "definitions", "note", "open")),
    *(f"pages:reorganisation_{act}" for act in REORGANISING),
    "savings:carry_forward",
    *(f"savings:decision_{act}" for act in ("new", "edit", "confirm", "withdraw")),
    "access:sign_in",
    "account_login",
    "access:demo_sign_in",
    "access:sign_out",
    "account_logout",
    "account_reset_password",
    "account_reset_password_from_key",
)
"""The only addresses that take a POST; the tests of each say what it does."""

MAY_RECORD_WHICH_IS_RIGHT = ("finance",)

WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|CREATE|DROP|ALTER)\b", re.IGNORECASE)

ALLAUTHS_OWN = 'INTO "account_emailaddress"'
"""allauth copies the e-mail address of an account into a table of its own when the account is first asked about."""


@pytest.fixture(scope="module")
def people(demo: Demo, django_db_blocker) -> Mapping[str, Client]:
    """A browser for each of `WHO`, signed in before anything is counted."""
    with django_db_blocker.unblock():
        return _sign_everybody_in(demo)


def _sign_everybody_in(demo: Demo) -> Mapping[str, Client]:
    users: dict[str, User] = {post.key: demo.user(post.key) for post in DEMO_POSTS}
    users["stranger"] = stranger()
    for who, code in (("chief executive", "chief-executive"), ("other director", "director-dash")):
        users[who] = HoldingFactory(
            post=Post.objects.get(code=code), user=UserFactory(), from_date=date(2015, 4, 1)
        ).user
    of_hr = Service.objects.get(code="coach-hr-and-organisational-development")
    users["service manager"] = holder(PostKind.SERVICE_MANAGER, services=[of_hr])
    clients = {who: Client() for who in WHO}
    for who, user in users.items():
        clients[who].force_login(user)
    return clients


@pytest.fixture(autouse=True)
def as_in_the_demonstration(db, settings) -> None:
    cache.clear()
    settings.DEMO = True
    settings.TODAY = date(2016, 5, 20)


@contextmanager
def what_is_asked() -> Iterator[list[str]]:
    """The statements that reach the database, whichever way they do."""
    asked: list[str] = []

    def note(execute, sql, params, many, context):
        asked.append(sql[:160])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield asked


def writing(asked: list[str]) -> list[str]:
    """Those of the statements that change rows."""
    return [sql for sql in asked if WRITE.match(sql) and ALLAUTHS_OWN not in sql]


@contextmanager
def what_is_written() -> Iterator[list[str]]:
    """The statements that change rows; known when the block has ended."""
    written: list[str] = []
    with what_is_asked() as asked:
        yield written
    written += writing(asked)


def answer(response: HttpResponse) -> int | str:
    if response.status_code != 302:
        return response.status_code
    return SIGN_IN if response.headers["Location"].startswith("/sign-in/?next=") else AWAY


def test_every_route_has_its_row_and_every_row_its_route():
    routes = every_route()
    assert {row.route for row in READS} == set(routes)
    assert set(WRITING_ROUTES) <= set(routes)


def test_the_table_names_everybody_in_every_row():
    assert {str(row): set(row.codes) ^ set(WHO) for row in READS if set(row.codes) != set(WHO)} == {}


@pytest.mark.parametrize("row", READS, ids=str)
def test_each_post_gets_what_it_may_see_and_reading_asks_seldom_and_writes_nothing(row, people):
    answers, written, too_often = {}, [], {}
    page, address = every_page().get(row.route), row.address
    for who, client in people.items():
        with what_is_asked() as asked:
            answers[who] = answer(client.get(address))
        written += writing(asked)
        if page and len(asked) > page.most_queries:
            too_often[who] = asked
    assert answers == dict(row.codes)
    assert written == []
    assert too_often == {}


@pytest.mark.parametrize("who", ["finance", "head"])
@pytest.mark.parametrize("name", sorted(every_page()))
def test_a_closed_period_is_asked_as_seldom(name, who, people):
    page = every_page()[name]
    address = page.address_among(rows_in_this_database())
    with what_is_asked() as asked:
        response = people[who].get(address, {} if name == "pages:glossary" else {"period": PAPERS})
    assert response.status_code in (200, 403)
    assert len(asked) <= page.most_queries, asked


FOR_READING = {row.route: row for row in reversed(READS) if row.route not in WRITING_ROUTES}


@pytest.mark.parametrize("row", FOR_READING.values(), ids=str)
def test_a_page_that_is_for_reading_writes_nothing_when_posted_to(row, people):
    with what_is_written() as written:
        for who in ("anonymous", "finance", "head", "office"):
            assert people[who].post(row.address, {"code": "SEND", "title": "Another"}).status_code < 500
    assert written == []


@pytest.mark.parametrize("name", WRITING_ROUTES)
def test_what_writes_is_refused_without_the_token_of_our_own_form(name, demo):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(demo.user("auditor"))
    row = next(row for row in READS if row.route == name)
    with what_is_written() as written:
        assert browser.post(row.address, {"login": "auditor@demo.futurefit.example"}).status_code == 403
    assert written == []


def test_which_figure_is_right_is_recorded_by_a_finance_officer_alone(people):
    address = reverse("savings:stated_figure", kwargs=rows_in_this_database()["stated"])
    for who, client in people.items():
        with what_is_written() as written:
            code = answer(client.post(address, {"decision": "nonsense"}))
        expected = 400 if who in MAY_RECORD_WHICH_IS_RIGHT else OUTSIDERS.get(who, 403)
        assert (who, code, written) == (who, expected, [])


def test_amounts_are_typed_by_whoever_may_open_the_grid_and_by_nobody_else(people):
    row = next(row for row in READS if row.route == "savings:grid_edit")
    for who, client in people.items():
        with what_is_written() as written:
            code = answer(client.post(row.address, {"period": "nonsense"}))
        expected = 400 if row.codes[who] == 200 else row.codes[who]
        assert (who, code, written) == (who, expected, [])


TYPED = {"title": "Another", "reason": "Because", "words": "Because", "place": "1:0", "do": "nonsense", "version": "99"}

WRITES = [row for row in READS if row.route in WRITING_ROUTES and row.route.startswith(("pages:", "savings:"))]


@pytest.mark.parametrize("row", WRITES, ids=str)
def test_whoever_may_not_open_a_form_cannot_post_to_it_either(row, people):
    for who, client in people.items():
        if row.codes[who] in (200, 405):
            continue
        with what_is_written() as written:
            code = answer(client.post(row.address, TYPED))
        assert (who, code, written) == (who, row.codes[who], [])


IN_NO_PERIOD = frozenset({"savings:period_note", "savings:period_open", "savings:stated_figure"})
"""A note is for closed periods, a first period has none before it, which figure is right is said of any period."""


@pytest.mark.parametrize("row", {row.route: row for row in reversed(WRITES)}.values(), ids=str)
def test_nothing_is_written_as_at_a_closed_period(row, people):
    may = [who for who, code in row.codes.items() if code == 200]
    if row.route in IN_NO_PERIOD or not may:
        return
    address = f"{row.address}{'&' if '?' in row.address else '?'}period={PAPERS.replace(' ', '+')}"
    with what_is_written() as written:
        codes = {who: people[who].post(address, TYPED).status_code for who in may}
    assert {who: code for who, code in codes.items() if code not in (400, 403, 404)} == {}
    assert written == []


@pytest.mark.parametrize("name", ["savings:return_board", "savings:return_lines", "savings:return_query"])
def test_returns_are_answered_and_posts_reminded_by_a_finance_officer_alone(name, people):
    row = next(row for row in READS if row.route == name)
    for who, client in people.items():
        if who == "finance":
            continue
        with what_is_written() as written:
            code = answer(client.post(row.address, {"return": "1", "remind": "1", "reason": "Why?", "seen": "x"}))
        assert (who, code, written) == (who, OUTSIDERS.get(who, 403), [])


def test_a_decision_is_recorded_by_a_finance_officer_and_confirmed_by_the_head_of_finance_alone(people):
    for row in (row for row in READS if row.route in WRITING_ROUTES and "decision" in row.route):
        for who, client in people.items():
            with what_is_written() as written:
                code = answer(client.post(row.address, {"do": "nonsense", "version": "99"}))
            expected = 400 if row.codes[who] == 200 else row.codes[who]
            assert (who, code, written) == (who, expected, []), row


@pytest.mark.parametrize("export", ["csv", "xlsx"])
def test_an_export_of_lines_holds_only_those_of_its_reader(export, people):
    lines = people["head"].get(reverse("savings:line_list"), {"export": "csv"}).content.decode()
    assert "SEND-01" in lines
    assert "HROD-01" not in lines
    assert "SSC-1B-01" not in lines
    assert people["head"].get(reverse("savings:line_list"), {"export": export}).status_code == 200


def test_the_file_of_the_programme_holds_only_lines_of_its_reader(people):
    lines = people["head"].get(reverse("savings:programme_csv")).content.decode()
    assert "SEND-01" in lines
    assert "HROD-01" not in lines
    assert "SSC-1B-01" not in lines
