"""The parts of a project's pro-forma that are not sums: as they stand, or as they stood when a period was closed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.urls import reverse

from futurefit.history.together import Part, together
from futurefit.pages import sentences
from futurefit.pages.as_read import dependency_ends, post_title
from futurefit.pages.delivery import meaning, status_of
from futurefit.pages.remarks import Remarks
from projects.models import (
    BaseBudgetRow,
    ChallengeNote,
    EqualityImpact,
    FteImpact,
    Investment,
    Milestone,
    Programme,
    Project,
    ProjectPost,
    Signature,
    SuccessMeasure,
)
from projects.stages import EQUALITY_DECIDED
from risks.models import Dependency, Risk, RiskScale
from risks.querysets import dependencies_visible_to
from savings.groupings import Group, groups_of
from savings.models import Decision, LineInPeriod, Position, StatedFigure
from savings.querysets import lines_visible_to
from savings.reading import Reading
from savings.signed_form import FormNow, Standing, form_now, standing

Role = ProjectPost.Role

ROLES = {
    Project.Kind.PROJECT: (Role.CMR_LEAD, Role.SLT_LEAD, Role.HEAD_LEAD, Role.CMR_CHALLENGE),
    Project.Kind.WORKSTREAM: (Role.LEAD,),
    Project.Kind.BLOCK: (),
}
"""The parts that posts have on the form of each kind; another that is filled is shown too."""

KINDS = {
    Project.Kind.PROJECT: "Project",
    Project.Kind.WORKSTREAM: "Workstream of a theme",
    Project.Kind.BLOCK: "Block: money that a service or theme carries without a project of its own",
}


@dataclass(frozen=True)
class FormMilestone:
    """A milestone in the words of the paper; `also` are other words of the same paper for it."""

    title: str
    written: str
    source: str
    meaning: str
    status: str
    style: str
    also: list[FormMilestone] = field(default_factory=list)

    def says_the_same(self, other: FormMilestone) -> bool:
        """Whether the other is this one, written down in another place."""
        return (self.title, self.status) == (other.title, other.status) and self.source != other.source


@dataclass(frozen=True)
class ToldDependency:
    """A dependency from where the project stands: what it says, and the other end with its page."""

    words: str
    end: str
    href: str
    text: str


@dataclass(frozen=True)
class ToldNote:
    """A challenge note with the title of its post; `named` where that post is named to challenge the project."""

    note: ChallengeNote
    post: str
    named: bool = False
    owner: str = ""


@dataclass(frozen=True)
class ProForma:
    """A project with everything its form holds beside the money."""

    reading: Reading
    project: Project
    block: Project | None
    theme: Group | None
    directorate: Group | None
    service: Group | None
    corporate_area: Group | None
    rows: dict[str, list[Any]]

    @property
    def is_project(self) -> bool:
        return self.project.kind == Project.Kind.PROJECT

    @property
    def place(self) -> str:
        """ "Project HROD · Commercial and Change · Human resources": what it is and where it belongs."""
        kind = f"{Project.Kind(self.project.kind).label} {self.project.code}"
        if self.project.reference:
            kind += f" (printed as {self.project.reference})"
        groups = (self.theme, self.directorate, self.service)
        return " · ".join([kind, *(group.label for group in groups if group)])

    @property
    def block_url(self) -> str:
        """The page of the block it names; empty where the reader may not open it."""
        if self.block is None or not self.reading.scope.sees_project(self.block):
            return ""
        return reverse("pages:project_detail", args=[self.block.code]) + self.reading.query

    def posts(self, role: str) -> str:
        """The titles of the posts with this part, or nothing."""
        return ", ".join(row.title for row in self.rows["posts"] if row.role == role)

    @property
    def leading_post_ids(self) -> set[int]:
        """The posts that lead the project."""
        return {row.post_id for row in self.rows["posts"] if row.role in ProjectPost.LEADING}

    @property
    def people(self) -> list[tuple[str, str]]:
        """The parts of posts on the form, with the posts that have them."""
        asked = ROLES[Project.Kind(self.project.kind)]
        return [
            (role.label, self.posts(role) or ("Not named" if role in asked else ""))
            for role in Role
            if role in asked or self.posts(role)
        ]

    @property
    def lines(self) -> list[LineInPeriod]:
        """The project's own lines of the period that the reader may see."""
        return [line for line in self.rows["lines"] if line.project_id == self.project.pk]

    @property
    def lines_of_block(self) -> list[LineInPeriod]:
        return [line for line in self.rows["lines"] if line.project_id != self.project.pk]

    @property
    def investments(self) -> list[Investment]:
        return self.rows["investments"]

    @property
    def measures(self) -> list[SuccessMeasure]:
        return self.rows["measures"]

    @cached_property
    def milestones(self) -> list[FormMilestone]:
        """In the order of the form, each with what its words can mean and how it stands on the day of the page.

        What the paper writes down twice in other words, with the same status, stands beside the first.
        """
        found: list[FormMilestone] = []
        for milestone in self.rows["milestones"]:
            told = self._told(milestone)
            same = next((each for each in found if each.says_the_same(told)), None)
            if same is not None:
                same.also.append(told)
            else:
                found.append(told)
        return found

    def _told(self, milestone: Milestone) -> FormMilestone:
        status, style = status_of(milestone, milestone.days_late(self.reading.today))
        return FormMilestone(
            title=milestone.title,
            written=milestone.date_as_written,
            source=milestone.source,
            meaning=sentences.capital(meaning(milestone)),
            status=status,
            style=style,
        )

    @property
    def risks(self) -> list[Risk]:
        """Scored risks by their score, the highest first; then those without a score."""
        return sorted(self.rows["risks"], key=lambda risk: (risk.current_score is None, -(risk.current_score or 0)))

    @property
    def states_kinds_of_risk(self) -> bool:
        """Whether the form says of any risk what kind it is (financial, political, …)."""
        return any(risk.category != Risk.Category.NOT_STATED for risk in self.rows["risks"])

    @property
    def risks_words(self) -> str:
        """How many are not scored, in a sentence."""
        risks = self.rows["risks"]
        unscored = sum(1 for risk in risks if risk.current_score is None)
        if not unscored:
            return "Every one is scored. Score is likelihood × impact."
        if unscored == len(risks):
            count = "It is not scored" if unscored == 1 else "None of them is scored"
        else:
            count = sentences.capital(f"{sentences.count_of(unscored, 'risk is', 'risks are')} not scored")
        return f"{count}. A risk without a score is not a low risk."

    @property
    def tolerance(self) -> int:
        """The tolerance of the programme's scale: a current score above it is beyond tolerance."""
        scales = self.rows["scale"]
        return scales[0].tolerance if scales else RiskScale().tolerance

    @property
    def equality(self) -> EqualityImpact | None:
        return self.rows["equality"][0] if self.rows["equality"] else None

    @property
    def equality_words(self) -> str:
        """Whether a decision can approve its savings, as far as the equality impact goes (domain.md, Delivery)."""
        if self.equality is not None and self.equality.state in EQUALITY_DECIDED:
            return "A decision can approve its savings."
        if any(row.state in EQUALITY_DECIDED for row in self.rows["equality_of_theme"]):
            return "That of its theme is decided, so a decision can approve its savings."
        return (
            "Savings cannot be approved until it is done, or not needed with the reason, except by a decision that was "
            "taken before use."
        )

    @cached_property
    def signable(self) -> FormNow:
        """What of the form is signed, as it stands in the period, whatever basis the page is read in."""
        return form_now(self.rows["amounts"], self.rows["investments"], self.project, self.rows["fte"])

    @cached_property
    def standing(self) -> Standing:
        """The versions that were signed, and what changed since the last."""
        return standing(self.rows["signatures"], self.signable)

    @property
    def dependencies(self) -> list[ToldDependency]:
        return [self._dependency(row) for row in self.rows["dependencies"]]

    def _dependency(self, row: Dependency) -> ToldDependency:
        outwards = row.from_project_id == self.project.pk
        side = "to" if outwards else "from"
        words = {
            Dependency.Kind.NEEDS: ("Needs", "Is needed by"),
            Dependency.Kind.SUPPORTS: ("Supports", "Is supported by"),
            Dependency.Kind.SAME_MONEY: ("May count the same money as", "May count the same money as"),
        }[Dependency.Kind(row.kind)][0 if outwards else 1]
        theme, slug = getattr(row, f"{side}_theme_name"), getattr(row, f"{side}_theme_slug")
        title, code = getattr(row, f"{side}_project_title"), getattr(row, f"{side}_project_code")
        href = ""
        if slug:
            href = reverse("pages:theme_detail", args=[slug]) + self.reading.query
        elif code:
            href = reverse("pages:project_detail", args=[code]) + self.reading.query
        return ToldDependency(words, theme or title or row.to_body, href, row.description)

    @property
    def challenge_notes(self) -> list[ToldNote]:
        """Notes of the posts named to challenge it first, then those of other cabinet members, oldest first."""
        named = {row.post_id for row in self.rows["posts"] if row.role == Role.CMR_CHALLENGE}
        told = [ToldNote(note, note.title, note.post_id in named) for note in self.rows["notes"]]
        return sorted(told, key=lambda each: not each.named)

    @property
    def decisions(self) -> list[Decision]:
        """Decisions, in force or waiting, that name its lines or those of the block it shows."""
        return self.rows["decisions"]

    @property
    def stated_figures(self) -> list[StatedFigure]:
        """Figures that papers print of the project or of its block, with what they are about."""
        periods = {period.pk: period for period in self.reading.periods}
        about = {project.pk: project for project in (self.project, self.block) if project}
        for figure in self.rows["stated"]:
            figure.period = periods[figure.period_id]
            figure.scope_project = about[figure.scope_project_id]
        return self.rows["stated"]

    @property
    def illustrations(self) -> list[str]:
        """In what words something here is marked as illustration."""
        words = [
            self.reading.period.illustration,
            self.project.illustration,
            *(line.illustration for line in self.rows["lines"]),
            *(risk.illustration for risk in self.rows["risks"]),
        ]
        return list(Remarks(0, ()).with_illustrations(words).illustrations)


def pro_forma(reading: Reading, code: str) -> ProForma:
    """The form of the project with this code, in three queries. Raises Http404 outside the reader's scope."""
    project, block = _project_and_block(reading, code)
    places = {
        "theme": project.theme_id,
        "directorate": project.directorate_id,
        "service": project.service_id,
        "corporate_area": project.corporate_area_id,
    }
    groups = groups_of(reading.period, places)
    named = {
        name: next((group for group in groups[name] if group.group_id == place), None) for name, place in places.items()
    }
    beside = Programme.objects.filter(pk=reading.programme.pk)
    found = ProForma(reading, project, block, **named, rows={})
    return replace(found, rows=together(beside, _parts(reading, project, block)))


def _project_and_block(reading: Reading, code: str) -> tuple[Project, Project | None]:
    """The project that the reader may open, and the block whose lines its form shows."""
    of_programme = reading.rows(Project).filter(programme_id=reading.programme.pk)
    asked = reading.projects().filter(code=code)
    found = of_programme.filter(Q(id__in=asked.values("id")) | Q(id__in=asked.values("current_block_id")))
    by_code = {project.code: project for project in found}
    project = by_code.pop(code, None)
    if project is None:
        when = "" if reading.moment is None else f" in {reading.period.spoken}"
        raise Http404(f"There is no project “{code[:40]}” that you can open{when}.")
    return project, next(iter(by_code.values()), None)


def _parts(reading: Reading, project: Project, block: Project | None) -> dict[str, Part]:
    pk, shown = project.pk, [each.pk for each in (project, block) if each]
    mine = Q(project_id=pk)
    lines = LineInPeriod.objects.in_period(reading.period).filter(lines_visible_to(reading.scope), project_id__in=shown)
    decided = Decision.objects.up_to(reading.period).filter(
        pk__in=Decision.objects.filter(items__line__in=lines.values("line")).values("pk"),
    )
    return {
        "posts": Part(reading.rows(ProjectPost).filter(mine), also={"title": post_title(reading)}),
        "base_budget": Part(reading.rows(BaseBudgetRow).filter(mine)),
        "fte": Part(reading.rows(FteImpact).filter(mine), order=("year",)),
        "amounts": Part(
            Position.objects.in_period(reading.period).filter(line_in_period__project=project.pk),
            order=("place", "code", "year"),
            also={
                "code": "line_in_period__line__code",
                "title": "line_in_period__title",
                "place": "line_in_period__line__order",
                "recurring": "line_in_period__recurring",
            },
        ),
        "signatures": Part(
            reading.rows(Signature).filter(mine),
            order=("form_version", "signed_on", "id"),
            also={"title": post_title(reading)},
        ),
        "investments": Part(reading.rows(Investment).filter(mine)),
        "milestones": Part(reading.rows(Milestone).filter(mine)),
        "risks": Part(reading.rows(Risk).filter(mine), also={"owner_title": post_title(reading, "owner")}),
        "scale": Part(reading.rows(RiskScale).filter(programme_id=reading.programme.pk), order=("id",)),
        "measures": Part(reading.rows(SuccessMeasure).filter(mine)),
        "notes": Part(
            reading.rows(ChallengeNote).filter(mine), order=("written_at", "id"), also={"title": "post__title"}
        ),
        "equality": Part(reading.rows(EqualityImpact).filter(mine), order=("id",)),
        "equality_of_theme": Part(reading.rows(EqualityImpact).filter(theme_id=project.theme_id), order=("id",)),
        "dependencies": Part(
            reading.rows(Dependency).filter(
                Q(from_project_id=pk) | Q(to_project_id=pk), dependencies_visible_to(reading.scope)
            ),
            also=dependency_ends(reading),
        ),
        "decisions": Part(decided, order=("id",)),
        "lines": Part(lines, order=("place", "line_code"), also={"place": "line__order", "line_code": "line__code"}),
        "stated": Part(StatedFigure.objects.filter(scope_project_id__in=shown, kind=StatedFigure.Kind.SUM)),
    }
