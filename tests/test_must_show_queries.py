"""Every list and roll-up page asks the database as often for 200 lines as for 2, and seldom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from futurefit.access.models import User
from futurefit.council.models import PostKind, Service
from futurefit.history.models import Act
from projects.models import MeasureReading, Programme, Project
from risks.models import Dependency, Risk, RiskAction
from savings.deciding import Change, LineYear
from savings.models import Decision, LineInPeriod, ReportingPeriod, StatedFigure
from savings.services.decisions import NewDecision, record_decision
from savings.services.periods import NewPeriod, close_and_open_next
from tests.addresses import LIST, Route, every_page
from tests.factories import (
    TESTS,
    DirectorateFactory,
    InvestmentFactory,
    LineReturnFactory,
    MilestoneFactory,
    MtfpHeadingFactory,
    ProgrammeFactory,
    ProjectFactory,
    ReportingPeriodFactory,
    RequirementFactory,
    RiskFactory,
    ServiceFactory,
    StatedFigureFactory,
    SuccessMeasureFactory,
    ThemeFactory,
    finance_officer,
    head_of_service,
    line,
)

PAGES = {name: route for name, route in every_page().items() if not name.endswith("_commentary")}
"""Not the pages of commentaries, which open to who leads the theme or directorate alone."""

CLOSED, OPEN = "2015/16 M07", "2015/16 M08"

ASKED: Mapping[str, Mapping[str, str]] = {"pages:search": {"q": "project"}}

OF_WHO_LEADS = ("pages:theme_answers", "pages:project_answers")
"""Open to finance officers, and to heads of service where they lead: these lead nothing."""

ASKED_BY = [
    (name, "finance") for name, route in sorted(PAGES.items()) if route.is_open_to(PostKind.FINANCE_OFFICER)
] + [
    (name, "head")
    for name, route in sorted(PAGES.items())
    if route.is_open_to(PostKind.HEAD_OF_SERVICE) and name not in OF_WHO_LEADS
]

EXPORTED = ("savings:plan", "savings:line_list")


@dataclass(frozen=True)
class Sized:
    """A programme with its first project, that project's first line, the act that copied all lines and a figure."""

    programme: Programme
    project: Project
    line: LineInPeriod
    act: Act
    stated: StatedFigure
    decision: Decision
    decided_then: Decision
    of_the_head: tuple[Service, ...]
    risk: Risk

    def address_of(self, route: Route, **query: str) -> str:
        row = {
            "theme": {"slug": self.project.theme.slug},
            "directorate": {"code": self.project.directorate.code},
            "project": {"code": self.project.code},
            "grid": {"code": self.project.code},
            "line": {"code": self.line.line.code},
            "kpi": {"key": "projects-on-track"},
            "act": {"pk": str(self.act.pk)},
            "decision": {"code": (self.decided_then if query.get("period") == CLOSED else self.decision).code},
            "stated": {"pk": str(self.stated.pk)},
            "return": {"code": self.line.line.code},
            "risk": {"code": self.risk.code},
            "measure": {"pk": str(self.project.measures.earliest("pk").pk)},
            "period": {"pk": str(self.programme.periods.get(label=query.get("period", OPEN)).pk)},
        }
        query = {"programme": self.programme.slug, **ASKED.get(route.name, {}), **query}
        return f"{route.address_among(row)}?{urlencode(query)}"


def write_out(period: ReportingPeriod, lines: list[LineInPeriod]) -> Decision:
    """A decision that waits and names every line."""
    return record_decision(
        actor=TESTS,
        period=period,
        kind="write_out",
        new=NewDecision("", "Cabinet"),
        changes=[Change(LineYear(each.line_id, 2016), 100_000, 60_000) for each in lines],
    )


def programme_of(projects: int) -> Sized:
    """Every second project belongs to the first theme and directorate, the others each to one of their own.

    Each has lines, a milestone, a risk, an investment and a measure with a reading, and needs the first project, which
    needs somebody else and has as many of the rest as there are projects: so every page has something that grows.
    The first risk has as many actions. There are as many decisions, of which one names every line. There is a closed
    and an open period.
    """
    plan = ProgrammeFactory()
    period = ReportingPeriodFactory(programme=plan, label=CLOSED)
    RequirementFactory(period=period)
    heading = MtfpHeadingFactory(programme=plan)
    made: list[Project] = []
    lines: list[LineInPeriod] = []
    for number in range(projects):
        first = made[0] if number and number % 2 == 0 else None
        directorate = first.directorate if first else DirectorateFactory()
        project = ProjectFactory(
            programme=plan,
            theme=first.theme if first else ThemeFactory(programme=plan),
            directorate=directorate,
            service=ServiceFactory(directorate=directorate),
        )
        made.append(project)
        if not number:
            Dependency.objects.create(programme=plan, kind="needs", from_project=project, to_body="Somebody else")
        stated = StatedFigureFactory(programme=plan, period=period, label=f"Row {number}")
        for owner in (project, made[0]):
            lines.append(line(period, owner, {2016: 100_000, 2018: 50_000}, heading=heading, approved={2016}))
            MilestoneFactory(programme=plan, project=owner)
            risk = RiskFactory(programme=plan, project=owner, current_likelihood=3, current_impact=1 + number % 5)
            RiskAction.objects.create(risk=plan.risks.earliest("pk"), description=risk.description)
            InvestmentFactory(theme=None, project=owner)
            measure = SuccessMeasureFactory(theme=None, project=owner)
            MeasureReading.objects.create(measure=measure, read_on=date(2015, 10, 1), value=1)
            if owner is not made[0]:
                Dependency.objects.create(programme=plan, kind="needs", from_project=owner, to_project=made[0])
    decided_then = write_out(period, lines)
    new = NewPeriod(OPEN, 2015, date(2015, 11, 30), month=8, due_on=date(2015, 12, 4))
    following = close_and_open_next(actor=TESTS, period=period, new=new)
    copied = Act.objects.latest("pk")
    for due in following.lines.all():
        LineReturnFactory(line_in_period=due)
    decision = write_out(following, lines)
    for _ in made:
        write_out(following, lines[:1])
    seen = tuple(project.service for number, project in enumerate(made) if number % 4 != 1)
    first = plan.risks.earliest("pk")
    return Sized(plan, made[0], lines[0], copied, stated, decision, decided_then, seen, first)


@dataclass(frozen=True)
class Sizes:
    few: Sized
    many: Sized
    readers: Mapping[str, User]


@pytest.fixture(scope="module")
def sizes(django_db_setup, django_db_blocker) -> Iterator[Sizes]:
    """Programmes of 4 and of 200 lines, made once for the module and undone after it.

    The head sees some of each, finance all.
    """
    with django_db_blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        few, many = programme_of(2), programme_of(100)
        head = head_of_service(*few.of_the_head, *many.of_the_head)
        yield Sizes(few, many, {"finance": finance_officer(), "head": head})
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


def queries_of(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return [query["sql"] for query in captured]


def more_of(many: list[str], few: list[str]) -> list[str]:
    """What the larger programme asks more often, by the start of the query, for the message of a failure."""
    more = Counter(sql[:300] for sql in many) - Counter(sql[:300] for sql in few)
    return [f"{times} × {sql}" for sql, times in more.most_common(5)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "who", "period"),
    [(name, who, OPEN) for name, who in ASKED_BY] + [(name, who, CLOSED) for name, who in ASKED_BY if who == "finance"],
)
def test_as_many_queries_for_200_lines_as_for_4_and_no_more_than_the_bar(name, who, period, sizes, client):
    client.force_login(sizes.readers[who])
    few = queries_of(client, sizes.few.address_of(PAGES[name], period=period))
    many = queries_of(client, sizes.many.address_of(PAGES[name], period=period))
    assert len(many) == len(few), more_of(many, few)
    assert len(many) <= PAGES[name].most_queries, [sql[:200] for sql in many]


@pytest.mark.django_db
@pytest.mark.parametrize("export", ["csv", "xlsx"])
@pytest.mark.parametrize("name", EXPORTED)
def test_an_export_of_everything_asks_no_more_often_either(name, export, sizes, client):
    client.force_login(sizes.readers["finance"])
    few = queries_of(client, sizes.few.address_of(PAGES[name], export=export))
    many = queries_of(client, sizes.many.address_of(PAGES[name], export=export))
    assert len(many) == len(few), more_of(many, few)
    assert len(many) <= LIST
