"""The KPIs of the programme: the rule of each, on top of the roll-ups and of how projects and risks stood.

A KPI is a numerator, and where it is a share a denominator, each in pounds or as a count, for the whole programme, by
theme or by directorate, in any reporting period. Without a denominator it is null: "not applicable". Money comes from
`savings.rollups` alone (domain.md, Delivery, KPIs).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.timezone import localtime

from futurefit.access.today import today
from futurefit.history.reads import Version, Versions, versions_from, versions_of
from futurefit.history.together import Part, together
from futurefit.history.tracking import history_model
from futurefit.values.financial_year import months_later
from futurefit.values.money import percent
from projects.models import EqualityImpact, Milestone, Programme, Project
from risks.models import Risk, RiskScale
from risks.tolerance import is_beyond
from savings.measures import Money
from savings.models import ReportingPeriod
from savings.models.line import Method
from savings.reading import Reading
from savings.returns_on_time import DueReturn, due_returns
from savings.rollups import LineYears, Row, Scan, line_years, scan_each

LONGEST, SHORTEST = 15, 3
"""A risk counts as red when it passed tolerance between so many months ago."""

MITIGATED_WITHIN = 3
"""Months within which a red risk is back within tolerance."""

BY = ("theme", "directorate")

DECIDED = frozenset(
    {
        EqualityImpact.State.NOT_NEEDED,
        EqualityImpact.State.SCREENING,
        EqualityImpact.State.IN_PROGRESS,
        EqualityImpact.State.DONE,
    }
)
"""States of an equality impact that are a decision; to be decided and to be consulted on are none."""


@dataclass(frozen=True)
class Ratio:
    """A KPI's value: `denominator` is None where it is no share. `losses` stand beside a percentage, whole pounds."""

    numerator: int
    denominator: int | None = None
    is_share: bool = True
    partly_hidden: bool = False
    losses: int = 0

    @property
    def percent(self) -> Decimal | None:
        """Per cent with one decimal; None without a denominator."""
        return percent(self.numerator, self.denominator) if self.is_share and self.denominator else None

    def __add__(self, other: Ratio) -> Ratio:
        return Ratio(
            self.numerator + other.numerator,
            (self.denominator or 0) + (other.denominator or 0) if self.is_share else None,
            self.is_share,
            self.partly_hidden or other.partly_hidden,
            self.losses + other.losses,
        )


NONE = Ratio(0, 0)
By = str | None
Ratios = Mapping[Hashable, Ratio]


@dataclass(frozen=True)
class Evidence:
    """One project or risk that a KPI counts, and why it is or is not in the numerator.

    `numerator` and `denominator` are what it adds to either.
    """

    project_id: int | None
    theme_id: int | None
    directorate_id: int | None
    words: str
    numerator: int
    denominator: int
    risk_id: int | None = None


@dataclass(frozen=True)
class Material:
    """All that KPIs are made of, each part asked for once and only when a KPI needs it."""

    reading: Reading
    periods: Sequence[ReportingPeriod]

    @classmethod
    def of(cls, reading: Reading) -> Material:
        """For the period shown and those before it."""
        place = reading.periods.index(reading.period)
        return cls(reading, reading.periods[: place + 1])

    @cached_property
    def scans(self) -> dict[int, Scan]:
        return scan_each(
            self.periods, ("theme", "directorate", "method"), basis=self.reading.basis, scope=self.reading.scope
        )

    @cached_property
    def line_years(self) -> dict[int, list[LineYears]]:
        found: dict[int, list[LineYears]] = defaultdict(list)
        for row in line_years(period.pk for period in self.periods):
            found[row.period_id].append(row)
        return found

    @cached_property
    def projects(self) -> Versions:
        return versions_of(Project, ("stage", "theme_id", "directorate_id"), programme_id=self.reading.programme.pk)

    @cached_property
    def milestones(self) -> Versions:
        of_projects = {"programme_id": self.reading.programme.pk, "project_id__isnull": False}
        return versions_of(Milestone, ("project_id", "latest", "status"), **of_projects)

    @cached_property
    def _kept(self) -> Mapping[str, list[Any]]:
        """The histories of equality impacts and of the risk scale, in one query."""
        programme = self.reading.programme.pk
        of_programme = Q(project__programme=programme) | Q(theme__programme=programme)
        impacts = history_model(EqualityImpact)._default_manager.filter(of_programme)
        scales = history_model(RiskScale)._default_manager.filter(programme_id=programme)
        return together(
            Programme.objects.filter(pk=programme),
            {
                "equality": Part(impacts, order=("history_id",), copies=True),
                "scales": Part(scales, order=("history_id",), copies=True),
            },
        )

    @cached_property
    def equality(self) -> Versions:
        return versions_from(self._kept["equality"], ("project_id", "theme_id", "state"))

    @cached_property
    def risks(self) -> Versions:
        fields = ("project_id", "theme_id", "status", "current_likelihood", "current_impact")
        return versions_of(Risk, fields, programme_id=self.reading.programme.pk)

    @cached_property
    def returns(self) -> dict[int, list[DueReturn]]:
        found: dict[int, list[DueReturn]] = defaultdict(list)
        for each in due_returns(period.pk for period in self.periods):
            found[each.period_id].append(each)
        return found

    @cached_property
    def scales(self) -> Versions:
        return versions_from(self._kept["scales"], ("tolerance",))

    def tolerance(self, moment: datetime | None) -> int:
        scales = list(self.scales.at(moment).values())
        return scales[0]["tolerance"] if scales else RiskScale().tolerance


@dataclass(frozen=True)
class Kpi:
    """One KPI. `ratios` gives its value by theme, by directorate, or (None) of the whole programme under the key None.

    `numerator` and `denominator` say in words what is divided by what, `unit` whether these are pounds or a count of
    `things`. `numerator_lines` and `denominator_lines` are the measure and groups of the list of savings lines behind
    an amount of the period's year; None where no list of lines is the same. `evidence` lists what is counted.
    """

    key: str
    name: str
    numerator: str
    denominator: str
    ratios: Callable[[Material, ReportingPeriod, By], Ratios]
    unit: str = "pounds"
    things: tuple[str, str] = ("", "")
    is_share: bool = True
    note: str = ""
    numerator_lines: tuple[str, Mapping[str, str | None]] | None = None
    denominator_lines: tuple[str, Mapping[str, str | None]] | None = None
    evidence: Callable[[Material, ReportingPeriod], list[Evidence]] | None = None

    @property
    def is_listed(self) -> bool:
        """Whether what it counts can be listed, project by project or risk by risk."""
        return self.evidence is not None

    @property
    def formula(self) -> str:
        """In words: "delivered ÷ target"."""
        return f"{self.numerator}, divided by {self.denominator}" if self.is_share else self.numerator

    def value(self, material: Material, period: ReportingPeriod) -> Ratio:
        """Of the whole programme in a period; without anything to count a ratio without denominator."""
        nothing = Ratio(0, 0 if self.is_share else None, self.is_share)
        return self.ratios(material, period, None).get(None, nothing)


def _folded(scan: Scan, by: By) -> Mapping[Hashable, Row]:
    return scan.each(by) if by else {None: scan.rollup().total}


def _of_money(counted: Callable[[Money], Ratio]) -> Callable[[Material, ReportingPeriod, By], Ratios]:
    """A KPI of the money of the period's year."""

    def ratios(material: Material, period: ReportingPeriod, by: By) -> Ratios:
        rows = _folded(material.scans[period.pk], by)
        return {key: counted(row.year(period.financial_year)) for key, row in rows.items()}

    return ratios


def _of_original(money: Money) -> Ratio:
    return Ratio(money.counted_delivered, money.counted_original, True, money.partly_hidden, money.loss)


def _of_target(money: Money) -> Ratio:
    return Ratio(money.counted_delivered, money.counted_target, True, money.partly_hidden, money.loss)


def _through_contracts(material: Material, period: ReportingPeriod, by: By) -> Ratios:
    """The denominator is delivered by any method; a group without a contract has a numerator of nought."""
    every = _folded(material.scans[period.pk], by)
    contracts = _folded(material.scans[period.pk].within("method", [Method.CONTRACT.value]), by)
    found = {}
    for key, row in every.items():
        whole = row.year(period.financial_year)
        part = contracts[key].year(period.financial_year).delivered if key in contracts else 0
        found[key] = Ratio(part, whole.delivered, True, whole.partly_hidden)
    return found


def _delivered_by(method: Method) -> Callable[[Material, ReportingPeriod, By], Ratios]:
    def ratios(material: Material, period: ReportingPeriod, by: By) -> Ratios:
        rows = _folded(material.scans[period.pk].within("method", [method.value]), by)
        money = {key: row.year(period.financial_year) for key, row in rows.items()}
        return {key: Ratio(each.delivered, None, False, each.partly_hidden) for key, each in money.items()}

    return ratios


def _of_evidence(
    evidence: Callable[[Material, ReportingPeriod], list[Evidence]],
) -> Callable[[Material, ReportingPeriod, By], Ratios]:
    """A KPI that counts projects or risks: what each of them adds, by where it stands."""

    def ratios(material: Material, period: ReportingPeriod, by: By) -> Ratios:
        found: dict[Hashable, Ratio] = defaultdict(lambda: NONE)
        for each in evidence(material, period):
            key = getattr(each, f"{by}_id") if by else None
            found[key] += Ratio(each.numerator, each.denominator)
        return found

    return ratios


def day_of(period: ReportingPeriod) -> date:
    """The day on which a period is looked at: its last day once closed, else today."""
    return today(None if period.is_open else period.ends_on)


def on_track(material: Material, period: ReportingPeriod) -> list[Evidence]:
    """Every project, workstream and block in delivery: on track without a red amount in the period's year and without
    a milestone of its own that is surely late.
    """
    moment, day = period.closed_at, day_of(period)
    late: dict[int, int] = defaultdict(int)
    for milestone in material.milestones.at(moment).values():
        done = milestone["status"] == Milestone.Status.COMPLETED
        if not done and milestone["latest"] is not None and milestone["latest"] < day:
            late[milestone["project_id"]] += 1
    red = {row.project_id for row in material.line_years[period.pk] if row.red}
    found = []
    for project_id, project in material.projects.at(moment).items():
        if project["stage"] != Project.Stage.IN_DELIVERY:
            continue
        against = []
        if project_id in red:
            against.append(f"a red amount in {period.horizon.label(period.financial_year)}")
        if late[project_id]:
            against.append("a late milestone" if late[project_id] == 1 else f"{late[project_id]} late milestones")
        words = " and ".join(against)
        found.append(
            Evidence(
                project_id=project_id,
                theme_id=project["theme_id"],
                directorate_id=project["directorate_id"],
                words=f"Not on track: {words}" if words else "On track",
                numerator=0 if words else 1,
                denominator=1,
            )
        )
    return found


def red_risks(material: Material, period: ReportingPeriod) -> list[Evidence]:
    """Every time that a risk passed tolerance 3 to 15 months before the day of the period.

    It counts as mitigated when it was back within tolerance, or closed, within 3 months. A risk passes tolerance when
    it is entered beyond it, too. A risk that passes twice counts twice. The tolerance is that of the period.
    """
    moment, day = period.closed_at, day_of(period)
    tolerance = material.tolerance(moment)
    projects = material.projects.at(moment)
    first, last = months_later(day, -LONGEST), months_later(day, -SHORTEST)
    found = []
    for risk_id, every in material.risks.of_each().items():
        versions = [version for version in every if moment is None or version.since <= moment]
        for passed, back in passings(versions, tolerance):
            if not first <= passed.since_day <= last:
                continue
            fields = passed.fields
            project = projects.get(fields["project_id"]) or {}
            in_time = back is not None and back <= months_later(passed.since_day, MITIGATED_WITHIN)
            found.append(
                Evidence(
                    project_id=fields["project_id"],
                    theme_id=fields["theme_id"] or project.get("theme_id"),
                    directorate_id=project.get("directorate_id"),
                    words=_passing_words(passed.since_day, back),
                    numerator=1 if in_time else 0,
                    denominator=1,
                    risk_id=risk_id,
                )
            )
    return found


@dataclass(frozen=True)
class Passed:
    """A risk as it stood when it passed tolerance, and the day."""

    since_day: date
    fields: dict[str, Any]


def passings(versions: Iterable[Version], tolerance: int) -> list[tuple[Passed, date | None]]:
    """Each time a risk went beyond tolerance, with the day on which it was back; None where it is not.

    The versions of one risk, oldest first.
    """
    found: list[tuple[Passed, date | None]] = []
    beyond = False
    for version in versions:
        now = version.fields is not None and _is_beyond(version.fields, tolerance)
        on = localtime(version.since).date()
        if now and not beyond and version.fields is not None:
            found.append((Passed(on, version.fields), None))
        elif beyond and not now:
            found[-1] = (found[-1][0], on)
        beyond = now
    return found


def _is_beyond(risk: Mapping[str, Any], tolerance: int) -> bool:
    return is_beyond(
        tolerance, status=risk["status"], likelihood=risk["current_likelihood"], impact=risk["current_impact"]
    )


def _passing_words(passed: date, back: date | None) -> str:
    words = f"Passed tolerance on {passed.day} {passed:%B %Y}"
    return f"{words}, back within it on {back.day} {back:%B %Y}" if back else f"{words} and is not back within it"


def _with_equality_decision(in_pounds: bool) -> Callable[[Material, ReportingPeriod], list[Evidence]]:
    """Approved line-years by project: all of them in the denominator, in the numerator those with a decision on
    equality: that of the project, or where the project has none that of its theme.
    """

    def evidence(material: Material, period: ReportingPeriod) -> list[Evidence]:
        impacts = material.equality.at(period.closed_at).values()
        of_project = {impact["project_id"]: impact["state"] for impact in impacts if impact["project_id"]}
        of_theme = {impact["theme_id"]: impact["state"] for impact in impacts if impact["theme_id"]}
        found = []
        for row in material.line_years[period.pk]:
            if not row.approved:
                continue
            state = of_project.get(row.project_id) or of_theme.get(row.theme_id)
            counted = row.amount if in_pounds else row.approved
            found.append(
                Evidence(
                    project_id=row.project_id,
                    theme_id=row.theme_id,
                    directorate_id=row.directorate_id,
                    words=f"{row.approved:,} approved line-year{'' if row.approved == 1 else 's'}: "
                    + (EqualityImpact.State(state).label.lower() if state else "no decision on equality"),
                    numerator=counted if state in DECIDED else 0,
                    denominator=counted,
                )
            )
        return found

    return evidence


def returns_on_time(material: Material, period: ReportingPeriod) -> list[Evidence]:
    """The returns due in the period by project: all of them in the denominator, in the numerator those submitted for
    the first time by the due date. A period without a due date asked for none.
    """
    of_projects: dict[tuple[int, int | None, int | None], list[DueReturn]] = defaultdict(list)
    for each in material.returns[period.pk]:
        of_projects[each.project_id, each.theme_id, each.directorate_id].append(each)
    found = []
    for (project_id, theme_id, directorate_id), due in of_projects.items():
        in_time = sum(1 for each in due if each.on_time)
        found.append(
            Evidence(
                project_id=project_id,
                theme_id=theme_id,
                directorate_id=directorate_id,
                words=f"{in_time:,} of {len(due):,} return{'' if len(due) == 1 else 's'} on time",
                numerator=in_time,
                denominator=len(due),
            )
        )
    return found


_LINE_YEARS_DECIDED, _AMOUNT_DECIDED = _with_equality_decision(False), _with_equality_decision(True)
_SAVINGS = {"heading_kind": "savings"}
_WRITTEN_OUT = "An amount that is written out stays in what was first approved, so writing it out does not raise this."
_ACCEPTED = "Delivered means accepted by finance; what is claimed does not count yet."

KPIS: tuple[Kpi, ...] = (
    Kpi(
        key="savings-achieved-of-original",
        name="Savings achieved, of what was first approved",
        numerator="delivered in the year",
        denominator="the amounts first approved for the year, without funding headings",
        ratios=_of_money(_of_original),
        note=f"{_WRITTEN_OUT} {_ACCEPTED}",
        numerator_lines=("delivered", _SAVINGS),
        denominator_lines=("original", _SAVINGS),
    ),
    Kpi(
        key="savings-achieved-of-target",
        name="Savings achieved, of what is promised now",
        numerator="delivered in the year",
        denominator="the targets of the year, without funding headings",
        ratios=_of_money(_of_target),
        note=f"Targets are approved and proposed ones, unless the page is asked for one of them. {_ACCEPTED}",
        numerator_lines=("delivered", _SAVINGS),
        denominator_lines=("target", _SAVINGS),
    ),
    Kpi(
        key="through-contracts",
        name="Savings achieved through contracts",
        numerator="delivered in the year by the method contract",
        denominator="delivered in the year by any method",
        ratios=_through_contracts,
        note=f"A line whose method is not stated counts in the whole and not in the part. {_ACCEPTED}",
        numerator_lines=("delivered", {"method": Method.CONTRACT.value}),
        denominator_lines=("delivered", {}),
    ),
    Kpi(
        key="income",
        name="Income increased",
        numerator="delivered in the year by the method income",
        denominator="",
        ratios=_delivered_by(Method.INCOME),
        is_share=False,
        note=_ACCEPTED,
        numerator_lines=("delivered", {"method": Method.INCOME.value}),
    ),
    Kpi(
        key="collaboration",
        name="Saved by collaboration",
        numerator="delivered in the year by the method collaboration",
        denominator="",
        ratios=_delivered_by(Method.COLLABORATION),
        is_share=False,
        note=_ACCEPTED,
        numerator_lines=("delivered", {"method": Method.COLLABORATION.value}),
    ),
    Kpi(
        key="projects-on-track",
        name="Projects on track",
        numerator="projects in delivery without a red amount in the year and without a late milestone",
        denominator="projects in delivery",
        ratios=_of_evidence(on_track),
        unit="count",
        things=("project", "projects"),
        note="Projects, workstreams and blocks whose stage is in delivery. A milestone is late only when surely late.",
        evidence=on_track,
    ),
    Kpi(
        key="red-risks-mitigated",
        name="Red risks mitigated within three months",
        numerator="risks back within tolerance within 3 months",
        denominator="risks that passed tolerance 3 to 15 months ago",
        ratios=_of_evidence(red_risks),
        unit="count",
        things=("risk", "risks"),
        note="Only open risks with a score can pass tolerance. A risk that passes it twice counts twice.",
        evidence=red_risks,
    ),
    Kpi(
        key="equality-decided",
        name="Approved savings with a decision on equality",
        numerator="approved line-years with a decision on their equality impact",
        denominator="approved line-years",
        ratios=_of_evidence(_LINE_YEARS_DECIDED),
        unit="count",
        things=("line-year", "line-years"),
        note="A decision is: not needed, screening, full assessment in progress, or done; of the project, or where it "
        "has none of its theme. A line-year is one line in one year, or its amount not profiled.",
        evidence=_LINE_YEARS_DECIDED,
    ),
    Kpi(
        key="equality-decided-in-pounds",
        name="Approved savings with a decision on equality, in pounds",
        numerator="approved amounts with a decision on their equality impact",
        denominator="approved amounts, all years",
        ratios=_of_evidence(_AMOUNT_DECIDED),
        note="As before, weighed by the amounts; a negative amount lowers both.",
        evidence=_AMOUNT_DECIDED,
    ),
    Kpi(
        key="returns-on-time",
        name="Returns on time",
        numerator="returns submitted for the first time by the due date",
        denominator="returns due",
        ratios=_of_evidence(returns_on_time),
        unit="count",
        things=("return", "returns"),
        note="One return for each line that is due in the period. A period without a due date asked for none. While a "
        "period is open, returns that are not in yet count in the whole and not in the part.",
        evidence=returns_on_time,
    ),
)
"""In the order of the page."""

BY_KEY: Mapping[str, Kpi] = {kpi.key: kpi for kpi in KPIS}
