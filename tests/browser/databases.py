"""The databases that the browser is shown, each a SQLite file made once for a run by a process of its own.

``python -m tests.browser.databases KIND FILE`` makes one. Our own server on a file of its own, instead of a server
inside the test's transaction: each test of that sort would end by emptying and filling every table again.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

KINDS = ("migrated", "demo", "bare", "nothing", "entry", "month")
"""Tables without rows; the demonstration; a programme with nothing entered yet; a council without a programme; projects
with lines to type into, one for each test that writes; and a month with six lines that the head of education owes, and
six that the head of human resources owes."""

TO_TYPE_INTO = ("PASTE", "PLAIN", "CHOICE", "SPLITS", "LEAVE", "READ", "LINES", "MANY", "STATES", "DECIDED")
"""The projects of the database `entry`, each with three lines (`_make_projects_to_type_into`); EMPTY has none."""

NOBODY = "nopost@demo.futurefit.example"
"""An account without a post, in the databases that are not the demonstration's."""


def environment(database: Path) -> dict[str, str]:
    """What the product finds around it: this database, the demonstration's sign-in and day, nothing of ours."""
    ours = ("DATABASE_URL", "DEBUG", "TODAY", "SECRET_KEY", "ALLOWED_HOSTS")
    kept = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("PYTEST")}
    return {
        **kept,
        "DATABASE_URL": f"sqlite:///{database}",
        "DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "futurefit.settings",
    }


def database(kind: str, folder: Path) -> Path:
    """The database of this kind in the folder, made by whoever of several processes asks first."""
    made = folder / f"{kind}.sqlite3"
    with (folder / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            half = folder / f"{kind}.half.sqlite3"
            if kind != "migrated":
                shutil.copy(database("migrated", folder), half)
            subprocess.run(
                [sys.executable, "-m", "tests.browser.databases", kind], cwd=ROOT, env=environment(half), check=True
            )
            half.rename(made)
    return made


def _make(kind: str) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if kind == "migrated":
        call_command("migrate", verbosity=0)
    elif kind == "demo":
        call_command("demo", verbosity=0)
    else:
        _make_almost_empty(with_a_programme=kind in ("bare", "entry", "month"))
        if kind == "entry":
            _make_projects_to_type_into()
        if kind == "month":
            _make_a_month_of_returns()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _make_almost_empty(*, with_a_programme: bool) -> None:
    from futurefit.access.demo_posts import DEMO_PASSWORD
    from futurefit.access.services import create_user
    from futurefit.council.models import Directorate, Service
    from futurefit.demo.council_of_2015 import load_council
    from tests.addresses import ROWS
    from tests.factories import (
        TESTS,
        DecisionFactory,
        LineInPeriodFactory,
        ProgrammeFactory,
        ProjectFactory,
        ReportingPeriodFactory,
        ThemeFactory,
    )

    load_council()
    create_user(actor=TESTS, email=NOBODY, name="Somebody new", password=DEMO_PASSWORD, is_demo=True)
    if not with_a_programme:
        return
    programme = ProgrammeFactory(slug="new", name="A programme just begun", is_current=True)
    period = ReportingPeriodFactory(programme=programme)
    project = ProjectFactory(
        programme=programme,
        code=ROWS["project"]["code"],
        title="A project just begun",
        theme=ThemeFactory(programme=programme, slug=ROWS["theme"]["slug"], name="A theme just begun"),
        directorate=Directorate.objects.get(code=ROWS["directorate"]["code"]),
        service=Service.objects.get(code="chs-education-and-skills"),
    )
    LineInPeriodFactory(period=period, project=project, line__code=ROWS["line"]["code"])
    DecisionFactory(programme=programme, effective_in=period, code=ROWS["decision"]["code"])


def _make_projects_to_type_into() -> None:
    """Three lines each: £100,000 on target; £60,000 of which £20,000 is on target; £40,000 approved, not rated."""
    from futurefit.values.rag import Split
    from projects.models import Project
    from savings.models import ReportingPeriod
    from tests.factories import ProjectFactory, line

    first, period = Project.objects.get(), ReportingPeriod.objects.get()
    ProjectFactory(programme=first.programme, code="EMPTY", title="Project without lines", service=first.service)
    for code in TO_TYPE_INTO:
        project = ProjectFactory(
            programme=first.programme,
            code=code,
            title=f"Project {code.lower()}",
            theme=first.theme,
            directorate=first.directorate,
            service=first.service,
        )
        line(period, project, {2016: Split(100_000, on_target=100_000)}, title="Early years team", code=f"{code}-1")
        line(period, project, {2017: Split(60_000, on_target=20_000)}, title="School contract", code=f"{code}-2")
        line(period, project, {2016: Split(40_000)}, title="Travel advice", code=f"{code}-3", approved=True)


RETURNED = (
    "Early years advisory team",
    "Learning and achievement contract",
    "School improvement traded income",
    "Alternative provision commissioning",
    "Education welfare",
    "Posts outside casework",
)
"""The six lines of each of the two heads in the database `month`, each £250,000 on target in two years."""


def _make_a_month_of_returns() -> None:
    from datetime import date

    from futurefit.council.models import Service
    from futurefit.values.rag import Split
    from projects.models import Project
    from savings.models import ReportingPeriod
    from savings.services.periods import NewPeriod, close_and_open_next
    from tests.factories import TESTS, MilestoneFactory, ProjectFactory, RiskFactory, line

    education, period = Project.objects.get(), ReportingPeriod.objects.get()
    hr = ProjectFactory(
        programme=education.programme,
        code="HR",
        title="Project of human resources",
        service=Service.objects.get(code="coach-hr-and-organisational-development"),
    )
    for project in (education, hr):
        MilestoneFactory(programme=project.programme, project=project, title=f"Milestone of {project.code}")
        RiskFactory(programme=project.programme, project=project, description=f"Risk of {project.code}")
        for number, title in enumerate(RETURNED, start=1):
            split = Split(250_000, on_target=250_000)
            line(period, project, {2015: split, 2016: split}, title=title, code=f"{project.code}-R{number}")
    new = NewPeriod("2015/16 M08", 2015, date(2015, 11, 30), 8, due_on=date(2015, 12, 11))
    close_and_open_next(actor=TESTS, period=period, new=new)


if __name__ == "__main__":
    _make(sys.argv[1])
