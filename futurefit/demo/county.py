"""A generated programme of the size of a county or of ten, for measuring and for trying things out.

Everything is drawn from one seed: the same scale and seed give the same projects, lines and amounts to the pound.
The programme is marked `generated` and is never the current one. It stands in the council's own directorates and
services; where there are none it brings some of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Mod

from futurefit.council.models import CorporatePlanArea, Directorate, Post, PostKind, PostService, Service
from futurefit.history.actors import Actor
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked, bulk_update_tracked
from futurefit.values.financial_year import FinancialYear, month_ends_on
from futurefit.values.fuzzy_date import Kind
from projects.models import Milestone, Programme, Project, ProjectPost, Theme, ThemePost
from projects.models.project import SavingType
from risks.models import Risk, RiskScale
from savings.models import (
    Decision,
    DecisionItem,
    LineInPeriod,
    MtfpHeading,
    Position,
    ReportingPeriod,
    Requirement,
    SavingsLine,
)
from savings.models.line import Method, Recurring
from savings.services.periods import NewPeriod, close_and_open_next, open_first_period

PROJECTS_AT_SCALE = {1: 300, 10: 3_000, 100: 30_000}
CLOSED_PERIODS_AT_SCALE = {1: 12, 10: 12, 100: 2}
FIRST_YEAR, LAST_YEAR = 2015, 2020
OPEN_PERIOD = (2016, 1)
"""The open period is month 1 of 2016/17; the closed ones are the months before it."""

PROJECTS_AT_A_TIME = 500
RATED_EVERY = 37
"""In each month every 37th line is rated anew, another one each month."""

THEMES = (
    "Care closer to home",
    "Roads and places",
    "Schools and skills",
    "One front door",
    "Buildings and land",
    "Buying well",
    "Working with partners",
    "Digital by default",
    "Waste less",
    "A smaller centre",
)
HEADINGS = (
    ("Council Tax", MtfpHeading.Kind.FUNDING),
    ("Business Rates", MtfpHeading.Kind.FUNDING),
    ("New Savings", MtfpHeading.Kind.SAVINGS),
    ("Existing Savings", MtfpHeading.Kind.SAVINGS),
    ("Income", MtfpHeading.Kind.SAVINGS),
    ("Demand", MtfpHeading.Kind.SAVINGS),
)
DIRECTORATES = {
    "Adults": ("Home care", "Residential care", "Day services", "Learning disability", "Reablement"),
    "Children": ("Fostering", "Education", "Early help", "School transport", "Youth"),
    "Places": ("Highways", "Waste", "Planning", "Transport", "Libraries"),
    "Resources": ("Finance", "Human resources", "Property", "Information technology", "Customer services"),
}
AREAS = ("Generated plan: people", "Generated plan: places", "Generated plan: prosperity")
VERBS = ("Re-let", "Share", "Redesign", "Reduce", "Join up", "Bring together", "Review", "Automate")
NOUNS = ("contracts", "fleet", "placements", "premises", "fees", "teams", "licences", "assessments", "agency staff")

METHODS = [value for value in Method.values if value != Method.NOT_STATED]
SAVING_TYPES = [value for value in SavingType.values if value != SavingType.NOT_STATED]

StepDone = Callable[[str], object]


class CountyExists(Exception):
    """A programme of this slug stands already and is not the one asked for."""


@dataclass(frozen=True)
class Places:
    """Where the projects stand: rows of the council, and those of the programme."""

    services: tuple[Service, ...]
    areas: tuple[CorporatePlanArea, ...]
    heads: dict[int, Post]
    themes: tuple[Theme, ...]
    headings: tuple[MtfpHeading, ...]


def description(scale: int, seed: int) -> str:
    """What the programme says of itself, and by what it is known again."""
    return f"Generated at scale {scale} from seed {seed}: no figure in it is real."


def steps(scale: int) -> int:
    """How often `generate` calls `step_done`."""
    chunks = -(-PROJECTS_AT_SCALE[scale] // PROJECTS_AT_A_TIME)
    return 1 + chunks + 1 + CLOSED_PERIODS_AT_SCALE[scale]


def county_stands(*, scale: int, seed: int, slug: str) -> bool:
    """Whether exactly this programme is there already. Raises `CountyExists` where the slug is another's."""
    programme = Programme.objects.filter(slug=slug).first()
    if programme is None:
        return False
    if not programme.generated or programme.description != description(scale, seed):
        raise CountyExists(f"'{slug}' is another programme: {programme.description or programme.name}")
    return True


@transaction.atomic
def generate(*, scale: int, seed: int, slug: str, step_done: StepDone = lambda words: None) -> Programme:
    """Generate a programme, all or nothing; calls `step_done` with words after each of `steps(scale)` steps.

    `scale` is 1, 10 or 100: 300, 3,000 or 30,000 projects. KeyError for any other.
    """
    projects, months = PROJECTS_AT_SCALE[scale], CLOSED_PERIODS_AT_SCALE[scale]
    actor, draw = Actor.product("county"), Random(f"county {scale} {seed}")
    labels = list(_months(months))
    opened_at = _morning_after(labels[0].ends_on.replace(day=1) - timedelta(days=2))
    with record_act(
        actor=actor,
        verb="demo.county_generated",
        sentence=f"Generated the programme {slug}: {projects:,} projects.",
        at=opened_at,
        programme_slug=slug,
    ) as act:
        programme = _programme(slug, scale, seed, projects)
        act.add_subject(programme)
        places = _places(actor, programme)
        period = open_first_period(actor=actor, programme=programme, new=labels[0])
        step_done("places")
        for start in range(0, projects, PROJECTS_AT_A_TIME):
            numbers = range(start, min(start + PROJECTS_AT_A_TIME, projects))
            made = _projects(draw, programme, places, numbers)
            _delivery(draw, programme, made)
            _lines(draw, period, places, made)
            step_done(f"{numbers.stop:,} projects")
        _approve(programme, period, opened_at)
        _require(draw, period)
        step_done("decisions")
    for number, new in enumerate(labels[1:]):
        _rate_again(actor, draw, period, number)
        period = close_and_open_next(actor=actor, period=period, new=new, at=_morning_after(period.ends_on))
        step_done(new.label)
    return programme


def _months(closed: int) -> Iterator[NewPeriod]:
    """The closed months, oldest first, and the open one after them."""
    year, month = OPEN_PERIOD
    first = year * 12 + month - 1 - closed
    for count in range(first, first + closed + 1):
        of_year, of_month = divmod(count, 12)
        yield NewPeriod(
            label=f"{FinancialYear(of_year).label} M{of_month + 1:02d}",
            financial_year=of_year,
            month=of_month + 1,
            ends_on=month_ends_on(of_year, of_month + 1),
            illustration="Generated",
        )


def _morning_after(day: date) -> datetime:
    """When a month is closed: nine o'clock on the fifth day after its end."""
    return datetime.combine(day + timedelta(days=5), time(9), UTC)


def _programme(slug: str, scale: int, seed: int, projects: int) -> Programme:
    programme = Programme(
        slug=slug,
        name=f"Generated programme of {projects:,} projects",
        council="A generated county",
        description=description(scale, seed),
        horizon_first=FIRST_YEAR,
        horizon_last=LAST_YEAR,
        open_ended=True,
        generated=True,
    )
    programme.full_clean()
    programme.save()
    return programme


def _places(actor: Actor, programme: Programme) -> Places:
    if not Directorate.objects.exists():
        _bring_a_council()
    services = tuple(Service.objects.filter(directorate__isnull=False).select_related("directorate").order_by("code"))
    heads = {
        row.service_id: row.post
        for row in PostService.objects.filter(post__kind=PostKind.HEAD_OF_SERVICE).select_related("post")
    }
    themes = bulk_create_tracked(
        Theme,
        [
            Theme(
                programme=programme, slug=f"strand-{place}", name=name, order=place, overview=f"What {name} is about."
            )
            for place, name in enumerate(THEMES, start=1)
        ],
    )
    leads = list(Post.objects.filter(kind__in=[PostKind.DIRECTOR, PostKind.CABINET_MEMBER]).order_by("code"))
    if leads:
        bulk_create_tracked(
            ThemePost, [ThemePost(theme=theme, post=leads[n % len(leads)]) for n, theme in enumerate(themes)]
        )
    headings = bulk_create_tracked(
        MtfpHeading,
        [
            MtfpHeading(programme=programme, slug=name.lower().replace(" ", "-"), name=name, kind=kind, order=place)
            for place, (name, kind) in enumerate(HEADINGS, start=1)
        ],
    )
    labels = ("Very low", "Low", "Medium", "High", "Very high")
    RiskScale(programme=programme, likelihood_labels=list(labels), impact_labels=list(labels)).save()
    areas = tuple(CorporatePlanArea.objects.order_by("order", "slug"))
    return Places(services, areas, heads, tuple(themes), tuple(headings))


def _bring_a_council() -> None:
    """Directorates, services, areas and their posts, for a database that holds no council."""
    for place, (name, services) in enumerate(DIRECTORATES.items()):
        code = f"CTY-{name.upper()}"
        directorate = Directorate(code=code, slug=code.lower(), name=name, order=place)
        directorate.save()
        Post(
            code=f"director-{code.lower()}", title=f"Director, {name}", kind=PostKind.DIRECTOR, directorate=directorate
        ).save()
        for words in services:
            key = f"cty-{words.lower().replace(' ', '-')}"
            service = Service(code=key, name=words, directorate=directorate)
            service.save()
            post = Post(code=f"head-{key}", title=f"Head of service, {words}", kind=PostKind.HEAD_OF_SERVICE)
            post.save()
            PostService(post=post, service=service).save()
    for place, name in enumerate(AREAS):
        CorporatePlanArea(slug=f"cty-{place}", name=name, order=place).save()


def _projects(draw: Random, programme: Programme, places: Places, numbers: range) -> list[Project]:
    projects = []
    for number in numbers:
        service = draw.choice(places.services)
        is_block = draw.random() < 0.1
        projects.append(
            Project(
                programme=programme,
                code=f"C{number + 1:05d}",
                kind=Project.Kind.BLOCK if is_block else Project.Kind.PROJECT,
                title=f"{draw.choice(VERBS)} {draw.choice(NOUNS)} in {service.name} {number + 1}",
                theme=None if draw.random() < 0.1 else draw.choice(places.themes),
                directorate=service.directorate,
                service=service,
                saving_type=draw.choice(SAVING_TYPES),
                corporate_area=draw.choice(places.areas) if places.areas and draw.random() < 0.8 else None,
                stage=draw.choice(["idea", "concept", "business_case", "in_delivery", "in_delivery"]),
                description="A generated project.",
                illustration="Generated",
                order=number + 1,
            )
        )
    bulk_create_tracked(Project, projects)
    bulk_create_tracked(
        ProjectPost,
        [
            ProjectPost(project=project, post=places.heads[project.service_id], role=ProjectPost.Role.HEAD_LEAD)
            for project in projects
            if project.service_id in places.heads
        ],
    )
    return projects


def _delivery(draw: Random, programme: Programme, projects: list[Project]) -> None:
    """Two milestones and one risk of each project."""
    milestones, risks = [], []
    for project in projects:
        for part in (1, 2):
            year, month = draw.randint(FIRST_YEAR, LAST_YEAR), draw.randint(1, 12)
            latest = month_ends_on(year, month)
            done = latest < date(2016, 3, 1) and draw.random() < 0.8
            milestones.append(
                Milestone(
                    programme=programme,
                    project=project,
                    title=f"Step {part} of {project.title}"[:300],
                    date_as_written=f"{latest:%B %Y}",
                    written_on=date(2015, 3, 31),
                    earliest=latest.replace(day=1),
                    latest=latest,
                    kind=Kind.MONTH.value,
                    status=Milestone.Status.COMPLETED if done else Milestone.Status.OUTSTANDING,
                    order=part,
                )
            )
        scored = draw.random() < 0.9
        score = [draw.randint(1, 5) if scored else None for _ in range(4)]
        risks.append(
            Risk(
                programme=programme,
                code=f"R-{project.code}",
                project=project,
                description=f"{project.title} starts late",
                category=draw.choice(Risk.Category.values),
                inherent_likelihood=score[0],
                inherent_impact=score[1],
                current_likelihood=score[2],
                current_impact=score[3],
                illustration="Generated",
                order=project.order,
            )
        )
    bulk_create_tracked(Milestone, milestones)
    bulk_create_tracked(Risk, risks)


def _lines(draw: Random, period: ReportingPeriod, places: Places, projects: list[Project]) -> None:
    """About seven lines of each project, with an amount in every year of the plan and a few not profiled."""
    identities, rows, positions = [], [], []
    for project in projects:
        for place in range(1, draw.randint(4, 10) + 1):
            identity = SavingsLine(
                programme_id=project.programme_id,
                code=f"{project.code}-{place}",
                source="Generated",
                order=project.order * 20 + place,
            )
            row = _line(draw, identity, period, places, project, place)
            identities.append(identity)
            rows.append(row)
            positions += _positions(draw, row, period)
    bulk_create_tracked(SavingsLine, identities)
    for row in rows:
        row.line_id = row.line.pk
    bulk_create_tracked(LineInPeriod, rows)
    for position in positions:
        position.line_in_period_id = position.line_in_period.pk
    bulk_create_tracked(Position, positions)


def _line(
    draw: Random, identity: SavingsLine, period: ReportingPeriod, places: Places, project: Project, place: int
) -> LineInPeriod:
    heading = draw.choice(places.headings) if draw.random() < 0.9 else None
    service = project.service if draw.random() < 0.95 else None
    return LineInPeriod(
        line=identity,
        period=period,
        title=f"{project.title}, part {place}",
        project=project,
        theme=project.theme,
        directorate=project.directorate,
        service=service,
        corporate_area=project.corporate_area,
        heading=heading,
        heading_kind=heading.kind if heading else MtfpHeading.Kind.SAVINGS,
        saving_type=project.saving_type,
        method=draw.choice(METHODS) if draw.random() < 0.85 else Method.NOT_STATED,
        recurring=draw.choice([Recurring.RECURRING, Recurring.RECURRING, Recurring.ONE_OFF, Recurring.NOT_STATED]),
        illustration="Generated",
        project_label=project.title,
        theme_label=project.theme.name if project.theme else "",
        directorate_label=project.directorate.name if project.directorate else "",
        service_label=service.name if service else "",
        area_label=project.corporate_area.name if project.corporate_area else "",
        heading_label=heading.name if heading else "",
    )


def _positions(draw: Random, row: LineInPeriod, period: ReportingPeriod) -> Iterator[Position]:
    approved = draw.random() < 0.7
    size = draw.randint(1, 80) * (1 if draw.random() < 0.8 else 5)
    years: list[int | None] = list(range(FIRST_YEAR, LAST_YEAR + 1))
    if draw.random() < 0.03:
        years.append(None)
    for year in years:
        target = size * draw.randint(1, 10) * 500
        if draw.random() < 0.04:
            target = -target
        position = Position(
            line_in_period=row,
            year=year,
            approved=approved,
            original=target + draw.choice([0, 0, 0, 5_000]) if approved else None,
            target=target,
        )
        _split(draw, position, started=year is not None and year <= period.financial_year)
        yield position


def _split(draw: Random, position: Position, *, started: bool) -> None:
    """Give each part of the target to a status; what has begun is mostly delivered, some of it over-delivered."""
    target, amounts = position.target, dict.fromkeys(("delivered", "claimed", "on_target", "amber", "red"), 0)
    if started and draw.random() < 0.03:
        amounts["delivered"] = target * 11 // 10
    else:
        left = 20
        chances = ("delivered", "delivered", "claimed", "amber") if started else ("on_target", "amber", "red")
        for name in (draw.choice(chances), draw.choice(chances), "red"):
            share = draw.randint(0, left)
            amounts[name] += target // 20 * share
            left -= share
    for name, amount in amounts.items():
        setattr(position, name, amount)


def _approve(programme: Programme, period: ReportingPeriod, at: datetime) -> None:
    """One decision, taken before use, that names every approved line-year."""
    decision = Decision(
        programme=programme,
        code="COUNTY-1",
        kind=Decision.Kind.APPROVE,
        body="Full Council",
        decided_on=period.ends_on.replace(day=1),
        effective_in=period,
        taken_before_use=True,
        assumption="Generated",
        recorded_at=at,
        recorded_by="FutureFit",
        confirmed_at=at,
        confirmed_by="FutureFit",
    )
    decision.save()
    approved = Position.objects.in_period(period).filter(approved=True).order_by("line_in_period__line__order", "year")
    items: list[DecisionItem] = []
    for line_id, year, target in approved.values_list("line_in_period__line_id", "year", "target").iterator(20_000):
        items.append(DecisionItem(decision=decision, line_id=line_id, year=year, from_target=target, to_target=target))
        if len(items) == 20_000:
            bulk_create_tracked(DecisionItem, items)
            items = []
    bulk_create_tracked(DecisionItem, items)


def _require(draw: Random, period: ReportingPeriod) -> None:
    """A requirement somewhat above what is identified, in thousands."""
    rows = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        identified = sum(Position.objects.in_period(period).filter(year=year).values_list("target", flat=True))
        rows.append(
            Requirement(
                period=period,
                year=year,
                amount=identified * draw.randint(100, 120) // 100_000 * 1_000,
                illustration="Generated",
            )
        )
    bulk_create_tracked(Requirement, rows)


def _rate_again(actor: Actor, draw: Random, period: ReportingPeriod, number: int) -> None:
    """What a month brings: every 37th line stands otherwise than before, and some proposed targets change."""
    turn = Position.objects.in_period(period).annotate(turn=Mod(F("line_in_period__line__order"), RATED_EVERY))
    positions = list(
        turn.filter(turn=number % RATED_EVERY).order_by("line_in_period__line__order", F("year").asc(nulls_last=True))
    )
    with record_act(
        actor=actor,
        verb="savings.positions_rated",
        sentence=f"Rated {len(positions):,} amounts in {period.spoken}.",
        about=[period],
        at=_morning_after(period.ends_on) - timedelta(hours=1),
        programme_slug=period.programme.slug,
    ):
        for position in positions:
            if not position.approved and draw.random() < 0.2:
                position.target += 10_000 if position.target > 0 else -10_000
            _split(draw, position, started=position.year is not None and position.year <= period.financial_year)
            position.version += 1
        bulk_update_tracked(
            Position, positions, ["target", "delivered", "claimed", "on_target", "amber", "red", "version"]
        )
