"""Rows for tests: a factory for each noun, a line with its amounts in one call, a small programme and its cast.

Names are posts and groups of a made-up council. Rows are written straight, without acts: tests of services
call the services.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from futurefit.access.models import User
from futurefit.access.reader import Reader, reader_of
from futurefit.council.models import (
    CorporatePlanArea,
    Directorate,
    DirectorateGroup,
    Holding,
    Post,
    PostDirectorate,
    PostKind,
    PostService,
    Service,
)
from futurefit.history.actors import Actor
from futurefit.values.rag import DEFAULT_DEFINITIONS, DEFAULT_WEIGHTS, Split, Status
from projects.models import Investment, Milestone, Programme, Project, ProjectPost, SuccessMeasure, Theme, ThemePost
from risks.models import Risk
from savings.models import (
    Decision,
    GroupInPeriod,
    LineInPeriod,
    LineReturn,
    MtfpHeading,
    Position,
    RagDefinition,
    ReportingPeriod,
    Requirement,
    SavingsLine,
    StatedFigure,
)

TESTS = Actor.product("tests")
LONG_AGO = date(2000, 4, 1)
CLOSED_AT = datetime(2015, 11, 10, 17, 0, tzinfo=UTC)


class DirectorateGroupFactory(DjangoModelFactory):
    class Meta:
        model = DirectorateGroup

    code = factory.Sequence(lambda n: f"GRP{n}")
    slug = factory.LazyAttribute(lambda row: row.code.lower())
    name = factory.LazyAttribute(lambda row: f"Directorate group {row.code}")


class DirectorateFactory(DjangoModelFactory):
    class Meta:
        model = Directorate

    code = factory.Sequence(lambda n: f"DIR{n}")
    slug = factory.LazyAttribute(lambda row: row.code.lower())
    name = factory.LazyAttribute(lambda row: f"Directorate {row.code}")


class ServiceFactory(DjangoModelFactory):
    class Meta:
        model = Service

    code = factory.Sequence(lambda n: f"service-{n}")
    name = factory.LazyAttribute(lambda row: f"Service {row.code}")
    directorate = factory.SubFactory(DirectorateFactory)


class CorporatePlanAreaFactory(DjangoModelFactory):
    class Meta:
        model = CorporatePlanArea

    slug = factory.Sequence(lambda n: f"area-{n}")
    name = factory.LazyAttribute(lambda row: f"Plan {row.slug}")


class PostFactory(DjangoModelFactory):
    class Meta:
        model = Post

    code = factory.Sequence(lambda n: f"post-{n}")
    title = factory.LazyAttribute(lambda row: f"{PostKind(row.kind).label} {row.code}")
    kind = PostKind.FINANCE_OFFICER


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@council.example")
    name = factory.LazyAttribute(lambda row: f"Holder {row.email.split('@')[0]}")
    password = "!no password: tests use force_login"


class HoldingFactory(DjangoModelFactory):
    class Meta:
        model = Holding

    post = factory.SubFactory(PostFactory)
    user = factory.SubFactory(UserFactory)
    from_date = LONG_AGO


class ProgrammeFactory(DjangoModelFactory):
    """A programme of 2016/17 to 2019/20; not current unless asked."""

    class Meta:
        model = Programme

    slug = factory.Sequence(lambda n: f"programme-{n}")
    name = factory.LazyAttribute(lambda row: f"Programme {row.slug}")
    horizon_first = 2016
    horizon_last = 2019


class ThemeFactory(DjangoModelFactory):
    class Meta:
        model = Theme

    programme = factory.SubFactory(ProgrammeFactory)
    slug = factory.Sequence(lambda n: f"theme-{n}")
    name = factory.LazyAttribute(lambda row: f"Theme {row.slug}")
    order = factory.Sequence(lambda n: n % 30_000)


class ProjectFactory(DjangoModelFactory):
    class Meta:
        model = Project

    programme = factory.SubFactory(ProgrammeFactory)
    code = factory.Sequence(lambda n: f"P{n}")
    title = factory.LazyAttribute(lambda row: f"Project {row.code}")
    order = factory.Sequence(lambda n: n)


class ReportingPeriodFactory(DjangoModelFactory):
    """2015/16 M07, open, with the default RAG definitions; `closed=True` closes it, for good.

    A closed period takes no rows: `filled` is called with the period while it is open to write what it shall hold.
    """

    class Meta:
        model = ReportingPeriod

    class Params:
        closed = factory.Trait(closed_at=CLOSED_AT)

    programme = factory.SubFactory(ProgrammeFactory)
    label = "2015/16 M07"
    financial_year = 2015
    month = 7
    ends_on = date(2015, 10, 31)
    opened_at = datetime(2015, 10, 1, 9, 0, tzinfo=UTC)
    horizon_first = factory.SelfAttribute("programme.horizon_first")
    horizon_last = factory.SelfAttribute("programme.horizon_last")
    open_ended = factory.SelfAttribute("programme.open_ended")

    @classmethod
    def _create(cls, model_class, *args, **fields) -> ReportingPeriod:
        closed_at, filled, programme = fields.pop("closed_at", None), fields.pop("filled", None), fields["programme"]
        if closed_at and programme.periods.open().exists():  # It cannot be open beside that one, not for a moment.
            fields["programme"] = ProgrammeFactory()
        period = super()._create(model_class, *args, **fields)
        RagDefinition.objects.bulk_create(
            RagDefinition(
                period=period, status=status.value, words=DEFAULT_DEFINITIONS[status], weight=DEFAULT_WEIGHTS[status]
            )
            for status in Status
        )
        if filled:
            filled(period)
        return close(period, closed_at, programme=programme) if closed_at else period


class GroupInPeriodFactory(DjangoModelFactory):
    class Meta:
        model = GroupInPeriod

    period = factory.SubFactory(ReportingPeriodFactory, closed=True)
    grouping = "theme"
    object_id = factory.Sequence(lambda n: n)
    key = factory.LazyAttribute(lambda row: f"group-{row.object_id}")
    label = factory.LazyAttribute(lambda row: f"Group {row.object_id}")
    order = factory.Sequence(lambda n: n)


class MtfpHeadingFactory(DjangoModelFactory):
    class Meta:
        model = MtfpHeading

    programme = factory.SubFactory(ProgrammeFactory)
    slug = factory.Sequence(lambda n: f"heading-{n}")
    name = factory.LazyAttribute(lambda row: f"Heading {row.slug}")
    order = factory.Sequence(lambda n: n % 30_000)


class RequirementFactory(DjangoModelFactory):
    class Meta:
        model = Requirement

    period = factory.SubFactory(ReportingPeriodFactory)
    year = 2016
    amount = 1_000_000


class SavingsLineFactory(DjangoModelFactory):
    class Meta:
        model = SavingsLine

    programme = factory.SubFactory(ProgrammeFactory)
    code = factory.Sequence(lambda n: f"L{n:04d}")
    order = factory.Sequence(lambda n: n)


class LineInPeriodFactory(DjangoModelFactory):
    """A line in the place of its project (theme, directorate, service, area, type), with labels to match."""

    class Meta:
        model = LineInPeriod

    period = factory.SubFactory(ReportingPeriodFactory)
    project = factory.SubFactory(ProjectFactory, programme=factory.SelfAttribute("..period.programme"))
    line = factory.SubFactory(SavingsLineFactory, programme=factory.SelfAttribute("..period.programme"))
    title = factory.LazyAttribute(lambda row: f"Saving {row.line.code}")
    theme = factory.SelfAttribute("project.theme")
    directorate = factory.SelfAttribute("project.directorate")
    service = factory.SelfAttribute("project.service")
    corporate_area = factory.SelfAttribute("project.corporate_area")
    saving_type = factory.SelfAttribute("project.saving_type")
    heading = None
    heading_kind = factory.LazyAttribute(lambda row: row.heading.kind if row.heading else MtfpHeading.Kind.SAVINGS)
    project_label = factory.SelfAttribute("project.title")
    theme_label = factory.LazyAttribute(lambda row: _name(row.theme))
    directorate_label = factory.LazyAttribute(lambda row: _name(row.directorate))
    service_label = factory.LazyAttribute(lambda row: _name(row.service))
    area_label = factory.LazyAttribute(lambda row: _name(row.corporate_area))
    heading_label = factory.LazyAttribute(lambda row: _name(row.heading))


class PositionFactory(DjangoModelFactory):
    class Meta:
        model = Position

    line_in_period = factory.SubFactory(LineInPeriodFactory)
    year = 2016
    target = 100_000


class LineReturnFactory(DjangoModelFactory):
    """A return that a head of service submitted; `state` may be any, its texts go with it."""

    class Meta:
        model = LineReturn

    line_in_period = factory.SubFactory(LineInPeriodFactory)
    state = LineReturn.State.SUBMITTED
    first_submitted_at = factory.SelfAttribute("submitted_at")
    submitted_at = datetime(2015, 10, 28, 9, 0, tzinfo=UTC)
    submitted_by = "Head of service"

    class Params:
        queried = factory.Trait(
            state=LineReturn.State.QUERIED,
            queried_at=datetime(2015, 10, 29, 9, 0, tzinfo=UTC),
            queried_by="Finance officer",
            query_reason="Which contract?",
        )

    @factory.lazy_attribute
    def accepted_at(self) -> datetime | None:
        return datetime(2015, 10, 30, 9, 0, tzinfo=UTC) if self.state == LineReturn.State.ACCEPTED else None

    @factory.lazy_attribute
    def accepted_by(self) -> str:
        return "Finance officer" if self.state == LineReturn.State.ACCEPTED else ""


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = Decision

    programme = factory.SubFactory(ProgrammeFactory)
    code = factory.Sequence(lambda n: f"D{n}")
    kind = Decision.Kind.APPROVE
    body = "Cabinet"
    effective_in = factory.SubFactory(ReportingPeriodFactory, programme=factory.SelfAttribute("..programme"))
    recorded_at = datetime(2015, 10, 20, 12, 0, tzinfo=UTC)
    recorded_by = "Finance officer"


class StatedFigureFactory(DjangoModelFactory):
    """The printed total of a table, in £000, compared with savings lines."""

    class Meta:
        model = StatedFigure

    programme = factory.SubFactory(ProgrammeFactory)
    period = factory.SubFactory(ReportingPeriodFactory, programme=factory.SelfAttribute("..programme"))
    document = "Paper"
    table = "T1"
    label = "Total"
    column = "2016/17"
    kind = StatedFigure.Kind.SUM
    as_printed = "100"
    unit = "thousands"
    stated = 100_000
    precision = 1_000
    parts = StatedFigure.Parts.POSITIONS


class MilestoneFactory(DjangoModelFactory):
    class Meta:
        model = Milestone

    programme = factory.SubFactory(ProgrammeFactory)
    theme = factory.Maybe(
        "project", None, factory.SubFactory(ThemeFactory, programme=factory.SelfAttribute("..programme"))
    )
    project = None
    title = factory.Sequence(lambda n: f"Milestone {n}")
    date_as_written = "March 2016"
    written_on = date(2015, 11, 19)
    earliest = date(2016, 3, 1)
    latest = date(2016, 3, 31)
    kind = "month"


class SuccessMeasureFactory(DjangoModelFactory):
    class Meta:
        model = SuccessMeasure

    theme = factory.SubFactory(ThemeFactory)
    name = factory.Sequence(lambda n: f"Measure {n}")


class InvestmentFactory(DjangoModelFactory):
    class Meta:
        model = Investment

    theme = factory.SubFactory(ThemeFactory)
    label = factory.Sequence(lambda n: f"Investment {n}")
    year = 2016
    amount = 50_000


class RiskFactory(DjangoModelFactory):
    class Meta:
        model = Risk

    programme = factory.SubFactory(ProgrammeFactory)
    code = factory.Sequence(lambda n: f"R{n}")
    theme = factory.Maybe(
        "project", None, factory.SubFactory(ThemeFactory, programme=factory.SelfAttribute("..programme"))
    )
    project = None
    description = factory.Sequence(lambda n: f"Risk {n}")


def _name(row) -> str:
    return row.name if row else ""


def close(period: ReportingPeriod, at: datetime = CLOSED_AT, **fields) -> ReportingPeriod:
    """Close the period, without freezing groups or opening the next, which the service does; `fields` change too."""
    for name, value in {**fields, "closed_at": at}.items():
        setattr(period, name, value)
    period.save()
    return period


def line(
    period: ReportingPeriod,
    project: Project,
    amounts: Mapping[int | None, int | Split] | None = None,
    *,
    approved: bool | Iterable[int | None] = False,
    **fields,
) -> LineInPeriod:
    """A savings line of `project` in `period`, with a position for each year of `amounts` (None: not profiled).

    An amount is a target, or a `Split`. `approved` is true for all of its years or names them; the amount is
    then the original too. `code` and `reference` are the line's; other `fields` are those of the line in period.
    """
    identity = {name: fields.pop(name) for name in ("code", "reference", "source_table") if name in fields}
    if "line" not in fields:
        fields["line"] = SavingsLineFactory(programme=period.programme, **identity)
    row = LineInPeriodFactory(period=period, project=project, **fields)
    for year, amount in (amounts or {}).items():
        split = amount if isinstance(amount, Split) else Split(amount)
        is_approved = approved if isinstance(approved, bool) else year in set(approved)
        position(row, year, split, approved=is_approved)
    return row


def position(row: LineInPeriod, year: int | None, split: Split | int, *, approved: bool = False, **fields) -> Position:
    """One line-year; an approved one keeps its target as the original unless `original` is given."""
    split = split if isinstance(split, Split) else Split(split)
    if approved:
        fields.setdefault("original", split.target)
    return PositionFactory(
        line_in_period=row,
        year=year,
        approved=approved,
        target=split.target,
        delivered=split.delivered,
        claimed=split.claimed,
        on_target=split.on_target,
        amber=split.amber,
        red=split.red,
        **fields,
    )


def holder(
    kind: str,
    *,
    title: str = "",
    services: Iterable[Service] = (),
    directorate: Directorate | None = None,
    directorates: Iterable[Directorate] = (),
    leads: Iterable[Theme | Project] = (),
) -> User:
    """A user who holds a new post of this kind with these services or directorates, and leads these."""
    words = {"title": title} if title else {}
    post = PostFactory(kind=kind, directorate=directorate, **words)
    for service in services:
        PostService.objects.create(post=post, service=service)
    for own in directorates:
        PostDirectorate.objects.create(post=post, directorate=own)
    for led in leads:
        if isinstance(led, Theme):
            ThemePost.objects.create(theme=led, post=post)
        else:
            ProjectPost.objects.create(project=led, post=post, role=ProjectPost.Role.HEAD_LEAD)
    user = UserFactory(name=post.title)
    HoldingFactory(post=post, user=user)
    return user


def finance_officer() -> User:
    return holder(PostKind.FINANCE_OFFICER, title="Finance officer")


def head_of_service(*services: Service, leads: Iterable[Theme | Project] = ()) -> User:
    return holder(PostKind.HEAD_OF_SERVICE, services=services, leads=leads)


def director(directorate: Directorate) -> User:
    return holder(PostKind.DIRECTOR, directorate=directorate)


def chief_executive() -> User:
    return holder(PostKind.CHIEF_EXECUTIVE, title="Chief executive")


def head_of_finance() -> User:
    return holder(PostKind.HEAD_OF_FINANCE, title="Head of finance")


def cabinet_member() -> User:
    return holder(PostKind.CABINET_MEMBER, title="Cabinet member for transformation")


def programme_officer() -> User:
    return holder(PostKind.PROGRAMME_OFFICER, title="Programme officer")


def auditor() -> User:
    return holder(PostKind.AUDITOR, title="Auditor")


def stranger() -> User:
    """Somebody with an account and no post."""
    return UserFactory(name="Stranger")


@dataclass(frozen=True)
class Cast:
    """One user of each sort; `head` has the service given, `other_head` another one, `director` the directorate."""

    finance: User
    head: User
    other_head: User
    director: User
    chief_executive: User
    head_of_finance: User
    cabinet: User
    programme_officer: User
    auditor: User
    stranger: User

    @property
    def with_posts(self) -> dict[str, User]:
        """Everybody but the stranger, by name, for tests over every post."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "stranger"}


def cast(service: Service, other_service: Service | None = None, directorate: Directorate | None = None) -> Cast:
    """The cast around a service: its head, the head of another one and the director of its directorate."""
    return Cast(
        finance=finance_officer(),
        head=head_of_service(service),
        other_head=head_of_service(other_service or ServiceFactory()),
        director=director(directorate or service.directorate),
        chief_executive=chief_executive(),
        head_of_finance=head_of_finance(),
        cabinet=cabinet_member(),
        programme_officer=programme_officer(),
        auditor=auditor(),
        stranger=stranger(),
    )


def reader(user: User) -> Reader:
    """The reader that a user is, whatever the day."""
    return reader_of(user, on=date(2016, 5, 20))


def actor(user: User) -> Actor:
    return reader(user).actor


@dataclass(frozen=True)
class SmallProgramme:
    """The current programme with an open period; `projects` alternate between the two services and themes."""

    programme: Programme
    period: ReportingPeriod
    themes: tuple[Theme, Theme]
    directorates: tuple[Directorate, Directorate]
    services: tuple[Service, Service]
    heading: MtfpHeading
    projects: tuple[Project, ...]
    lines: tuple[LineInPeriod, ...]

    def cast(self) -> Cast:
        """The head has the first service, the other head the second, the director the first directorate."""
        return cast(self.services[0], self.services[1], self.directorates[0])


def small_programme(*, projects: int = 2, lines_each: int = 1, **programme) -> SmallProgramme:
    """`projects` projects with `lines_each` lines of £100,000 in 2016/17 (a quarter each on target, amber, red and
    not rated) and £50,000 in 2017/18, in two themes, directorates and services. For pages and query counts."""
    plan = ProgrammeFactory(**{"is_current": True, "slug": "small", "name": "Small programme", **programme})
    period = ReportingPeriodFactory(programme=plan)
    themes = (ThemeFactory(programme=plan), ThemeFactory(programme=plan))
    directorates = (DirectorateFactory(), DirectorateFactory())
    services = tuple(ServiceFactory(directorate=own) for own in directorates)
    heading = MtfpHeadingFactory(programme=plan)
    made, lines = [], []
    for number in range(projects):
        side = number % 2
        project = ProjectFactory(
            programme=plan,
            theme=themes[side],
            directorate=directorates[side],
            service=services[side],
            saving_type="further",
        )
        made.append(project)
        for _ in range(lines_each):
            split = Split(100_000, on_target=25_000, amber=25_000, red=25_000)
            lines.append(line(period, project, {2016: split, 2017: 50_000}, heading=heading))
    return SmallProgramme(plan, period, themes, directorates, services, heading, tuple(made), tuple(lines))
