"""On any programme: every grouping adds up to the lines, and the views and bases to each other."""

from dataclasses import dataclass

from django.db.models import F, Sum
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from futurefit.values.rag import Split
from projects.scope import EVERYTHING, Scope
from savings.groupings import GROUPINGS
from savings.measures import LABELS, Money
from savings.models import LineInPeriod, Position, SavingsLine
from savings.rollups import BASES, Rollup, rollup, scan
from tests import factories

ADDED = tuple(name for name in LABELS if name != "risk_weighted")
YEARS = (2016, 2017, 2018, 2019)
ANY_PLACE = st.integers(0, 2)


@st.composite
def splits(draw) -> Split:
    sign = draw(st.sampled_from((1, -1)))
    target, delivered, claimed = (draw(st.integers(0, 1_000)) for _ in range(3))
    left = max(target - delivered - claimed, 0)
    on_target = draw(st.integers(0, left))
    amber = draw(st.integers(0, left - on_target))
    red = draw(st.integers(0, left - on_target - amber))
    return Split(*(sign * amount for amount in (target, delivered, claimed, on_target, amber, red)))


positions = st.dictionaries(
    st.sampled_from((*YEARS, None)), st.tuples(splits(), st.booleans(), st.integers(-500, 500)), max_size=4
)


@dataclass(frozen=True)
class AnyLine:
    """Where a line stands (0: nowhere), what it is, and its amounts: split, approved, original."""

    theme: int
    directorate: int
    service: int
    project: int
    heading: int
    area: int
    saving_type: str
    method: str
    recurring: str
    withdrawn: bool
    positions: dict


lines = st.builds(
    AnyLine,
    theme=ANY_PLACE,
    directorate=ANY_PLACE,
    service=ANY_PLACE,
    project=ANY_PLACE,
    heading=ANY_PLACE,
    area=ANY_PLACE,
    saving_type=st.sampled_from(("further", "faster", "new", "cross_cutting", "not_stated")),
    method=st.sampled_from(("contract", "income", "not_stated")),
    recurring=st.sampled_from(("recurring", "one_off", "not_stated")),
    withdrawn=st.booleans(),
    positions=positions,
)


def measures(money: Money) -> dict[str, int]:
    return {name: money.amount(name) for name in ADDED} | {"weighted": money.weighted}


def added(parts) -> dict[str, int]:
    return measures(sum(parts, Money()))


class RollupIdentities(TestCase):
    """The places exist once; every example writes its lines into an open period of their programme."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.programme = factories.ProgrammeFactory()
        cls.period = factories.ReportingPeriodFactory(programme=cls.programme)
        cls.themes = [None] + [factories.ThemeFactory(programme=cls.programme) for _ in range(2)]
        cls.directorates = [None] + [factories.DirectorateFactory() for _ in range(2)]
        cls.services = [None] + [factories.ServiceFactory(directorate=own) for own in cls.directorates[1:]]
        cls.projects = [factories.ProjectFactory(programme=cls.programme) for _ in range(3)]
        kinds = ("savings", "funding")
        cls.headings = [None] + [factories.MtfpHeadingFactory(programme=cls.programme, kind=kind) for kind in kinds]
        cls.areas = [None] + [factories.CorporatePlanAreaFactory() for _ in range(2)]

    def write(self, drawn: list[AnyLine]) -> None:
        identities = SavingsLine.objects.bulk_create(
            SavingsLine(programme=self.programme, code=f"L{place}", order=place) for place in range(len(drawn))
        )
        rows = LineInPeriod.objects.bulk_create(
            LineInPeriod(
                line=identity,
                period=self.period,
                title=identity.code,
                project=self.projects[line.project],
                theme=self.themes[line.theme],
                directorate=self.directorates[line.directorate],
                service=self.services[line.service],
                heading=self.headings[line.heading],
                heading_kind=self.headings[line.heading].kind if line.heading else "savings",
                corporate_area=self.areas[line.area],
                saving_type=line.saving_type,
                method=line.method,
                recurring=line.recurring,
                withdrawn=line.withdrawn,
            )
            for identity, line in zip(identities, drawn, strict=True)
        )
        Position.objects.bulk_create(
            Position(
                line_in_period=row,
                year=year,
                approved=approved,
                original=original if approved else None,
                **{name: getattr(split, name) for name in split.__dataclass_fields__},
            )
            for row, line in zip(rows, drawn, strict=True)
            for year, (split, approved, original) in line.positions.items()
        )

    def assert_rows_make_the_total(self, result: Rollup) -> None:
        for year in result.years:
            assert added(row.year(year) for row in result.rows) == measures(result.total.year(year)), (result.by, year)
        assert added(row.total for row in result.rows) == measures(result.total.total), result.by

    @settings(max_examples=25)
    @given(drawn=st.lists(lines, max_size=8))
    def test_every_grouping_adds_up_to_the_same_total_in_every_year_status_and_measure(self, drawn):
        self.write(drawn)
        every = scan(self.period, GROUPINGS)
        for view in ("incremental", "cumulative"):
            totals = set()
            for by in GROUPINGS:
                result = every.rollup(by, view=view)
                self.assert_rows_make_the_total(result)
                assert rollup(self.period, by, view=view).total == result.total
                totals.add(tuple(sorted(measures(result.total.total).items())))
            assert len(totals) == 1

    @settings(max_examples=25)
    @given(drawn=st.lists(lines, max_size=8))
    def test_the_total_is_the_plain_sum_of_the_positions(self, drawn):
        self.write(drawn)
        result = rollup(self.period, "line")
        plain = Position.objects.filter(line_in_period__withdrawn=False, line_in_period__period=self.period)
        for name in ("target", "delivered", "claimed", "on_target", "amber", "red", "original"):
            assert result.total.total.amount(name) == (plain.aggregate(sum=Sum(name))["sum"] or 0)
        by_year = dict(plain.order_by().values_list("year").annotate(Sum("target")))
        assert {year: result.total.year(year).target for year in by_year} == by_year
        by_line = dict(plain.order_by().values_list(F("line_in_period__line__code")).annotate(Sum("target")))
        assert {row.key: row.total.target for row in result.rows if row.key in by_line} == by_line

    @settings(max_examples=25)
    @given(drawn=st.lists(lines, max_size=8))
    def test_the_target_is_its_statuses_and_what_is_not_rated_less_what_is_over_delivered(self, drawn):
        self.write(drawn)
        result = rollup(self.period, "theme")
        for row in (*result.rows, result.total):
            for money in (*row.years.values(), row.total):
                rated = money.delivered + money.claimed + money.on_target + money.amber + money.red
                assert money.target == rated + money.not_rated - money.over_delivered
                assert money.secure == money.delivered + money.claimed + money.on_target

    @settings(max_examples=25)
    @given(drawn=st.lists(lines, max_size=8))
    def test_the_last_cumulative_year_is_the_increments_and_the_reversals(self, drawn):
        self.write(drawn)
        increments = rollup(self.period, "theme")
        cumulative = rollup(self.period, "theme", view="cumulative")
        for row in (*increments.rows, increments.total):
            other = cumulative.total if row is increments.total else cumulative.row(row.key)
            in_years = [row.year(year) for year in YEARS]
            expected = sum(money.target for money in in_years) + sum(money.reversal for money in in_years)
            assert other.year(YEARS[-1]).target == other.total.target == expected

    @settings(max_examples=25)
    @given(drawn=st.lists(lines, max_size=8))
    def test_approved_and_proposed_make_the_whole(self, drawn):
        self.write(drawn)
        for view in ("incremental", "cumulative"):
            whole, approved, proposed = (rollup(self.period, "theme", view=view, basis=basis) for basis in BASES)
            for row in whole.rows:
                halves = [half.row(row.key).total for half in (approved, proposed) if half.find(row.group.group_id)]
                assert added(halves) == measures(row.total)
            assert approved.total.total.target == whole.total.total.approved
            assert proposed.total.total.approved == 0
            both = scan(self.period, ("theme",))
            assert both.of_basis("approved").rollup("theme", view=view).total == approved.total

    @settings(max_examples=25)
    @given(
        drawn=st.lists(lines, max_size=8),
        services=st.sets(st.sampled_from((1, 2))),
        directorates=st.sets(st.sampled_from((1, 2))),
        projects=st.sets(st.sampled_from((0, 1, 2))),
        themes=st.sets(st.sampled_from((1, 2))),
    )
    def test_what_a_reader_sees_and_what_is_not_shown_make_the_total(
        self, drawn, services, directorates, projects, themes
    ):
        self.write(drawn)
        scope = Scope(
            service_ids=frozenset(self.services[place].pk for place in services),
            directorate_ids=frozenset(self.directorates[place].pk for place in directorates),
            project_ids=frozenset(self.projects[place].pk for place in projects),
            theme_ids=frozenset(self.themes[place].pk for place in themes),
        )
        seen = [
            line
            for line in drawn
            if not line.withdrawn
            and (
                line.service in services
                or line.directorate in directorates
                or line.project in projects
                or line.theme in themes
            )
        ]
        for by in GROUPINGS:
            mine, everybodys = rollup(self.period, by, scope=scope), rollup(self.period, by, scope=EVERYTHING)
            self.assert_rows_make_the_total(mine)
            assert measures(mine.total.total) == measures(everybodys.total.total)
        shown = [row for row in rollup(self.period, "line", scope=scope).rows if not row.is_not_shown]
        assert sum(row.total.target for row in shown) == sum(
            split.target for line in seen for split, _approved, _original in line.positions.values()
        )
        assert not any(row.total.partly_hidden for row in shown)
