"""One small programme whose every total is worked out by hand in `test_rollups`.

    line  theme  directorate service project heading     type          method      recurring   area
    A1    Alpha  North       n1      PA      New         further       contract    recurring   Environment
    A2    Alpha  South       s1      PA      Council Tax new           income      one-off     -
    B1    Beta   North       -       PB      -           faster        staffing    not stated  -
    B2    Beta   South       s1      PB      New         cross cutting not stated  recurring   -
    N1    -      -           -       PN      -           not stated    not stated  one-off     -
    W1    Alpha  North       n1      PA      withdrawn: in no total
    M1    Beta   North       -       PB      marginal: words and no amount

    pounds    2016/17                          2017/18          2018/19          not profiled
    A1        100 approved                     200 amber
              (40 D, 30 T, 20 A, 10 R)
    A2        60 D approved, 80 at first                                         15
    B1        50 T approved, 60 at first                        -50 approved
    B2                                         -30 R (a loss)
    N1                                                          7 (9 delivered)
    W1        1000
    total     210                              170              -43              15            = 352

The theme Gamma, the directorate West, the service w1 and the project PE hold nothing. Council Tax is a funding
heading. The period is in 2016/17; a requirement of 300 and 100 stands for the first two years.
"""

from __future__ import annotations

from dataclasses import dataclass

from futurefit.council.models import CorporatePlanArea, Directorate, Service
from futurefit.values.rag import Split
from projects.models import Programme, Project, Theme
from savings.models import LineInPeriod, MtfpHeading, ReportingPeriod
from tests import factories


@dataclass(frozen=True)
class Worked:
    programme: Programme
    period: ReportingPeriod
    themes: dict[str, Theme]
    directorates: dict[str, Directorate]
    services: dict[str, Service]
    projects: dict[str, Project]
    headings: dict[str, MtfpHeading]
    area: CorporatePlanArea
    lines: dict[str, LineInPeriod]


def worked_programme() -> Worked:
    programme = factories.ProgrammeFactory(
        slug="worked", name="Worked", horizon_first=2016, horizon_last=2018, is_current=True
    )
    period = factories.ReportingPeriodFactory(
        programme=programme, label="2016/17 M02", financial_year=2016, month=2, ends_on="2016-05-31"
    )
    period.refresh_from_db()
    themes = {
        name: factories.ThemeFactory(programme=programme, slug=name.lower(), name=name, order=place)
        for place, name in enumerate(("Alpha", "Beta", "Gamma"))
    }
    directorates = {
        name: factories.DirectorateFactory(code=name.upper(), name=name, order=place)
        for place, name in enumerate(("North", "South", "West"))
    }
    services = {
        code: factories.ServiceFactory(code=code, name=f"Service {code}", directorate=directorates[directorate])
        for code, directorate in (("n1", "North"), ("s1", "South"), ("w1", "West"))
    }
    headings = {
        "New": factories.MtfpHeadingFactory(programme=programme, slug="new", name="New Savings", order=0),
        "Council Tax": factories.MtfpHeadingFactory(
            programme=programme, slug="council-tax", name="Council Tax", kind="funding", order=1
        ),
    }
    area = factories.CorporatePlanAreaFactory(slug="environment", name="Environment")
    of_theme = {"PA": "Alpha", "PB": "Beta", "PE": "Gamma", "PN": None}
    projects = {
        code: factories.ProjectFactory(
            programme=programme, code=code, title=f"Project {code}", theme=themes.get(theme), order=place
        )
        for place, (code, theme) in enumerate(of_theme.items())
    }
    north, south, n1, s1 = directorates["North"], directorates["South"], services["n1"], services["s1"]

    def add(code, project, amounts=None, **fields):
        return factories.line(period, projects[project], amounts, code=code, title=f"Line {code}", **fields)

    lines = {
        "A1": add(
            "A1",
            "PA",
            {2016: Split(100, delivered=40, on_target=30, amber=20, red=10), 2017: Split(200, amber=200)},
            approved=[2016],
            directorate=north,
            service=n1,
            heading=headings["New"],
            saving_type="further",
            method="contract",
            recurring="recurring",
            corporate_area=area,
        ),
        "A2": add(
            "A2",
            "PA",
            {None: 15},
            directorate=south,
            service=s1,
            heading=headings["Council Tax"],
            saving_type="new",
            method="income",
            recurring="one_off",
        ),
        "B1": add("B1", "PB", directorate=north, saving_type="faster", method="staffing"),
        "B2": add(
            "B2",
            "PB",
            {2017: Split(-30, red=-30)},
            directorate=south,
            service=s1,
            heading=headings["New"],
            saving_type="cross_cutting",
            recurring="recurring",
        ),
        "N1": add("N1", "PN", {2018: Split(7, delivered=9)}, recurring="one_off"),
        "W1": add("W1", "PA", {2016: 1000}, directorate=north, service=n1, withdrawn=True),
        "M1": add("M1", "PB", directorate=north, amount_in_words="marginal"),
    }
    factories.position(lines["A2"], 2016, Split(60, delivered=60), approved=True, original=80)
    factories.position(lines["B1"], 2016, Split(50, on_target=50), approved=True, original=60)
    factories.position(lines["B1"], 2018, Split(-50), approved=True)
    for year, amount in ((2016, 300), (2017, 100)):
        factories.RequirementFactory(period=period, year=year, amount=amount)
    return Worked(programme, period, themes, directorates, services, projects, headings, area, lines)
