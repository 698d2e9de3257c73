"""Which lines are due in a period and which post owes the return of each: domain.md, The return, step by step."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from futurefit.access.reader import Reader
from futurefit.council.models import Post, PostKind, PostService
from futurefit.values.rag import Split
from projects.models import ProjectPost, ThemePost
from projects.scope import scope_of
from savings.models import LineInPeriod, LineReturn, Position, ReportingPeriod, SavingsLine
from savings.returns_owed import OwedReturn, ReturnState, Through, may_return, returns_owed
from tests import factories
from tests.factories import (
    DirectorateFactory,
    HoldingFactory,
    PostFactory,
    ProjectFactory,
    ServiceFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DUE_ON = date(2015, 11, 13)


@pytest.fixture
def period() -> ReportingPeriod:
    """2015/16 M07, open: returns look ahead to 2016/17."""
    return factories.ReportingPeriodFactory(due_on=DUE_ON)


def post(kind: str, *, services=(), directorate=None) -> Post:
    made = PostFactory(kind=kind, directorate=directorate)
    for service in services:
        PostService.objects.create(post=made, service=service)
    return made


def owed(period: ReportingPeriod, **given) -> dict[int, OwedReturn]:
    return {each.line.pk: each for each in returns_owed(period, **given)}


def returned(line: LineInPeriod, state: str, **fields) -> LineReturn:
    said = {
        "draft": {},
        "submitted": {"submitted_by": "Head", "submitted_at": datetime(2015, 11, 12, 9, 0, tzinfo=UTC)},
    }
    return LineReturn.objects.create(line_in_period=line, state=state, **{**said.get(state, {}), **fields})


def reader_with(*posts: Post, acting: bool = False) -> Reader:
    user = UserFactory()
    for held in posts:
        HoldingFactory(post=held, user=user, acting_for_holder=acting)
    return factories.reader(user)


DUE = {
    "nothing is delivered yet": {2016: Split(100_000)},
    "a part is delivered": {2016: Split(100_000, delivered=99_999)},
    "all of it is claimed and finance has not accepted it": {2016: Split(100_000, claimed=100_000)},
    "an amount of a year before is outstanding": {2014: Split(100_000, red=100_000)},
    "a loss has come in part": {2015: Split(-100_000, delivered=-99_999)},
    "one year is delivered and the next is not": {2015: Split(5, delivered=5), 2016: Split(7)},
}
NOT_DUE = {
    "the amount stands in the year after the next": {2017: Split(100_000)},
    "all of it is delivered": {2016: Split(100_000, delivered=100_000)},
    "more than all of it is delivered": {2016: Split(100_000, delivered=120_000)},
    "a loss has come in full": {2016: Split(-100_000, delivered=-100_000)},
    "the target is nought": {2016: Split(0)},
    "the amount is not profiled": {None: Split(100_000)},
    "it is a saving in words alone": {},
}


@pytest.mark.parametrize(
    ("amounts", "due"),
    [(each, True) for each in DUE.values()] + [(x, False) for x in NOT_DUE.values()],
    ids=[*DUE, *NOT_DUE],
)
def test_a_line_is_due_where_an_amount_of_a_year_up_to_the_next_is_not_delivered(period, amounts, due):
    line = factories.line(period, ProjectFactory(programme=period.programme), amounts)

    assert (line.pk in owed(period)) is due


def test_a_setting_looks_further_ahead(period):
    line = factories.line(period, ProjectFactory(programme=period.programme), {2017: 100_000})
    period.return_years_ahead = 2

    assert line.pk in owed(period)


def test_what_is_carried_forward_is_due_and_what_is_withdrawn_is_not(period):
    project = ProjectFactory(programme=period.programme)
    carried = factories.line(period, project)
    factories.position(carried, 2014, Split(10, delivered=10), carried_forward=4, expected_in=2016)
    withdrawn = factories.line(period, project, {2016: 100_000}, withdrawn=True)

    assert list(owed(period)) == [carried.pk] and withdrawn.pk not in owed(period)


def test_the_return_of_a_line_stays_due_when_finance_has_accepted_that_all_is_delivered(period):
    project = ProjectFactory(programme=period.programme)
    done, dropped = (factories.line(period, project, {2016: Split(9, delivered=9)}) for _ in range(2))
    returned(done, "submitted")
    returned(dropped, "draft")

    assert [(each.line.pk, each.state) for each in returns_owed(period)] == [(done.pk, ReturnState.SUBMITTED)]


def test_each_step_of_the_chain_comes_where_the_one_before_leads_to_nobody(period):
    """One line, whose place loses its posts one after the other."""
    directorate = DirectorateFactory()
    service = ServiceFactory(directorate=directorate)
    theme = ThemeFactory(programme=period.programme)
    project = ProjectFactory(programme=period.programme, theme=theme, directorate=directorate, service=service)
    line = factories.line(period, project, {2016: 100_000})
    lead, head = post(PostKind.HEAD_OF_SERVICE), post(PostKind.HEAD_OF_SERVICE, services=[service])
    manager = post(PostKind.SERVICE_MANAGER, services=[service])
    first, second = post(PostKind.CHIEF_EXECUTIVE), post(PostKind.DIRECTOR)
    director = post(PostKind.DIRECTOR, directorate=directorate)
    leads = ProjectPost.objects.create(project=project, post=lead, role=ProjectPost.Role.HEAD_LEAD)
    ProjectPost.objects.create(project=project, post=post(PostKind.DIRECTOR), role=ProjectPost.Role.SLT_LEAD)
    ThemePost.objects.create(theme=theme, post=second, order=2)
    ThemePost.objects.create(theme=theme, post=first, order=1)

    def now() -> tuple[Through, Post | None]:
        return owed(period)[line.pk].through, owed(period)[line.pk].owed_by

    assert now() == (Through.PROJECT, lead)
    leads.delete()
    assert now() == (Through.SERVICE, head)
    PostService.objects.filter(post=head).delete()
    assert now() == (Through.SERVICE, manager)
    PostService.objects.filter(post=manager).delete()
    assert now() == (Through.THEME, first)
    ThemePost.objects.all().delete()
    assert now() == (Through.DIRECTORATE, director)
    director.delete()
    assert now() == (Through.NOBODY, None)


def test_a_cabinet_member_who_leads_owes_no_return_and_the_head_of_finance_comes_after_a_director(period):
    theme = ThemeFactory(programme=period.programme)
    line = factories.line(period, ProjectFactory(programme=period.programme, theme=theme), {2016: 100_000})
    ThemePost.objects.create(theme=theme, post=post(PostKind.CABINET_MEMBER), order=1)
    ThemePost.objects.create(theme=theme, post=post(PostKind.DIRECTOR), role=ThemePost.Role.CMR_LEAD, order=2)
    assert owed(period)[line.pk].owed_by is None

    finance, director = post(PostKind.HEAD_OF_FINANCE), post(PostKind.DIRECTOR)
    ThemePost.objects.create(theme=theme, post=finance, order=3)
    assert owed(period)[line.pk].owed_by == finance
    ThemePost.objects.create(theme=theme, post=director, order=4)
    assert owed(period)[line.pk].owed_by == director


def test_what_is_submitted_stays_with_the_post_that_owed_it_and_what_is_queried_goes_to_the_post_that_owes_it_now(
    period,
):
    service = ServiceFactory()
    line = factories.line(period, ProjectFactory(programme=period.programme, service=service), {2016: 100_000})
    before = post(PostKind.HEAD_OF_SERVICE, services=[service])
    said = returned(line, "submitted", owed_by=before)
    PostService.objects.all().delete()
    after = post(PostKind.HEAD_OF_SERVICE, services=[service])
    assert owed(period)[line.pk].owed_by == before

    said.state, said.queried_at, said.query_reason = "queried", timezone.now(), "Why?"
    said.save()
    assert owed(period)[line.pk].owed_by == after


def test_late_is_submitted_for_the_first_time_after_the_due_date_or_not_by_then(period, settings):
    project = ProjectFactory(programme=period.programme)
    nothing, draft, in_time, after, again = (factories.line(period, project, {2016: 9}) for _ in range(5))
    last_minute = datetime(2015, 11, 13, 23, 30, tzinfo=UTC)
    returned(draft, "draft")
    returned(in_time, "submitted", first_submitted_at=last_minute)
    returned(after, "submitted", first_submitted_at=last_minute + timedelta(hours=1))
    returned(again, "draft", first_submitted_at=last_minute)

    def late(on: date) -> set[int]:
        return {pk for pk, each in owed(period, on=on).items() if each.late}

    assert late(DUE_ON) == {after.pk}
    assert late(DUE_ON + timedelta(days=1)) == {nothing.pk, draft.pk, after.pk}

    settings.TODAY = DUE_ON  # the clock of a demonstration stands still: what is done later is done on that day
    assert late(DUE_ON) == set()


def test_a_closed_period_says_for_ever_who_owed_what(period):
    service = ServiceFactory()
    project = ProjectFactory(programme=period.programme, service=service)
    lines = [factories.line(period, project, {2016: 100_000}) for _ in range(2)]
    head = post(PostKind.HEAD_OF_SERVICE, services=[service])
    period.closed_at = timezone.now()
    period.save()
    then = returns_owed(period)
    assert [(each.line, each.owed_by, each.late) for each in then] == [(line, head, True) for line in lines]

    ProjectPost.objects.create(project=project, post=post(PostKind.HEAD_OF_SERVICE), role=ProjectPost.Role.HEAD_LEAD)
    for given in PostService.objects.all():
        given.delete()
    head.title = "Head of something else"
    head.save()

    after = returns_owed(period)
    assert [each.owed_by.title for each in after] == [each.owed_by.title for each in then]
    assert [each.owed_by.pk for each in after] == [head.pk] * 2


def test_who_may_return_a_line_and_for_whom(period):
    directorate, other = DirectorateFactory(), DirectorateFactory()
    service = ServiceFactory(directorate=directorate)
    programme = period.programme
    by_service = factories.line(
        period, ProjectFactory(programme=programme, service=service, directorate=directorate), {2016: 9}
    )
    led = ProjectFactory(programme=programme, service=service, directorate=directorate)
    by_project, by_nobody = (
        factories.line(period, led, {2016: 9}),
        factories.line(period, ProjectFactory(programme=programme), {2016: 9}),
    )
    head = post(PostKind.HEAD_OF_SERVICE, services=[service])
    lead = post(PostKind.HEAD_OF_SERVICE)
    ProjectPost.objects.create(project=led, post=lead, role=ProjectPost.Role.HEAD_LEAD)
    readers = {
        "head": reader_with(head),
        "manager": reader_with(post(PostKind.SERVICE_MANAGER, services=[service])),
        "lead": reader_with(lead),
        "acting lead": reader_with(lead, acting=True),
        "director": reader_with(post(PostKind.DIRECTOR, directorate=directorate)),
        "other director": reader_with(post(PostKind.DIRECTOR, directorate=other)),
        "chief executive": reader_with(post(PostKind.CHIEF_EXECUTIVE)),
        "finance": reader_with(post(PostKind.FINANCE_OFFICER)),
        "head of finance": reader_with(post(PostKind.HEAD_OF_FINANCE)),
        "cabinet": reader_with(post(PostKind.CABINET_MEMBER)),
        "auditor": reader_with(post(PostKind.AUDITOR)),
        "nobody": Reader(),
    }

    def may(line: LineInPeriod) -> set[str]:
        return {name for name, reader in readers.items() if may_return(reader, owed(period)[line.pk])}

    assert may(by_service) == {"head", "manager", "director", "chief executive"}
    assert may(by_project) == {"lead", "acting lead", "director", "chief executive"}
    assert may(by_nobody) == {"chief executive"}


def test_a_scope_leaves_what_its_reader_may_see(period):
    service = ServiceFactory()
    own = factories.line(period, ProjectFactory(programme=period.programme, service=service), {2016: 9})
    factories.line(period, ProjectFactory(programme=period.programme), {2016: 9})
    head = factories.reader(factories.head_of_service(service))

    assert list(owed(period, scope=scope_of(head))) == [own.pk]


def test_two_queries_whatever_the_number_of_lines(period):
    service, theme = ServiceFactory(), ThemeFactory(programme=period.programme)
    project = ProjectFactory(programme=period.programme, service=service, theme=theme)
    post(PostKind.HEAD_OF_SERVICE, services=[service])

    def ask(*, closed: bool) -> int:
        as_asked = ReportingPeriod.objects.get(pk=period.pk)
        as_asked.closed_at = timezone.now() if closed else None
        with CaptureQueriesContext(connection) as asked:
            assert all(each.line.project.title and each.owed_by for each in returns_owed(as_asked))
        return len(asked)

    for _ in range(2):
        factories.line(period, project, {2016: 100_000})
    assert ask(closed=False) == ask(closed=True) == 2
    identities = SavingsLine.objects.bulk_create(
        SavingsLine(programme=period.programme, code=f"X{n}", order=n) for n in range(198)
    )
    rows = LineInPeriod.objects.bulk_create(
        LineInPeriod(line=line, period=period, project=project, service=service, theme=theme, title=line.code)
        for line in identities
    )
    Position.objects.bulk_create(Position(line_in_period=row, year=2016, target=1) for row in rows)

    assert ask(closed=False) == ask(closed=True) == 2
