"""Entering the programme of the papers: themes, projects and everything of them that is not money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from futurefit.demo import moments
from futurefit.demo.council_of_2015 import Council
from futurefit.demo.paper_tables import printed_dates
from futurefit.demo.programme_of_2015 import (
    DEPENDENCIES,
    MILESTONES_OF,
    PROJECTS,
    SSC,
    THEMES,
    ProjectOfPaper,
    ThemeOfPaper,
)
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked, bulk_update_tracked
from futurefit.values.fuzzy_date import read_date
from projects.models import (
    BaseBudgetRow,
    EqualityImpact,
    Investment,
    Milestone,
    Programme,
    Project,
    ProjectPost,
    Signature,
    SuccessMeasure,
    Theme,
    ThemeAlias,
    ThemePost,
)
from risks.models import Dependency, Risk, RiskScale
from savings.models import ReportingPeriod
from savings.services.signing import forms_of
from savings.signed_form import written

SLUG = "futurefit"
SIGNED_ON = date(2015, 8, 27)
BASE_BUDGET_YEAR = 2015


@dataclass(frozen=True)
class Plan:
    """The programme with its themes by slug and its projects by code."""

    programme: Programme
    themes: dict[str, Theme]
    projects: dict[str, Project]

    def owner(self, name: str) -> dict[str, Theme | Project]:
        """{"theme": …} or {"project": …}, whichever this slug or code names."""
        return {"theme": self.themes[name]} if name in self.themes else {"project": self.projects[name]}


def load_programme(council: Council) -> Plan:
    """Enter programme, themes, projects, milestones and risks, each at its own moment."""
    programme = _programme(council)
    themes = _themes(council, programme)
    plan = Plan(programme, themes, _projects(council, programme, themes))
    _what_themes_and_projects_need(council, plan)
    _milestones(council, plan)
    _risks(council, plan)
    return plan


def _programme(council: Council) -> Programme:
    with _done_by(council, "office", "demo.programme_entered", "Entered the FutureFit programme.", "programme") as act:
        programme = Programme(
            slug=SLUG,
            name="FutureFit",
            council="An English county council",
            description=(
                "The savings programme of the council as its Cabinet saw it on 19 November 2015. Later months are "
                "illustrated, and say so."
            ),
            horizon_first=2015,
            horizon_last=2020,
            open_ended=True,
            is_current=not Programme.objects.current().exists(),
            generated=True,
        )
        programme.full_clean()
        programme.save()
        RiskScale.objects.create(
            programme=programme,
            likelihood_labels=["Rare", "Unlikely", "Possible", "Likely", "Almost certain"],
            impact_labels=["Negligible", "Minor", "Moderate", "Major", "Severe"],
        )
        act.add_subject(programme)
    return programme


def _themes(council: Council, programme: Programme) -> dict[str, Theme]:
    texts = ("overview", "vision", "success", "approach", "progress", "support", "equality", "related", "has_paper")
    with _done_by(council, "office", "demo.themes_entered", "Entered the themes and their leads.", "programme") as act:
        rows = bulk_create_tracked(
            Theme,
            [
                Theme(
                    programme=programme,
                    slug=paper.slug,
                    name=paper.name,
                    order=order,
                    **{name: getattr(paper, name) for name in texts},
                )
                for order, paper in enumerate(THEMES, start=1)
            ],
        )
        themes = {theme.slug: theme for theme in rows}
        bulk_create_tracked(
            ThemeAlias, [ThemeAlias(theme=themes[paper.slug], name=name) for paper in THEMES for name in paper.aliases]
        )
        bulk_create_tracked(
            ThemePost,
            [
                ThemePost(
                    theme=themes[paper.slug],
                    post=council.posts[post],
                    role=role,
                    illustration=illustration,
                    order=order,
                )
                for paper in THEMES
                for order, (post, role, illustration) in enumerate(paper.posts, start=1)
            ],
        )
        act.add_subjects([programme, *rows])
    return themes


def _projects(council: Council, programme: Programme, themes: dict[str, Theme]) -> dict[str, Project]:
    texts = ("code", "kind", "title", "reference", "saving_type", "stage", "description", "purpose", "outcomes")
    texts = (*texts, "resources", "timing", "rag_comment")
    sentence = f"Entered {len(PROJECTS)} projects, workstreams and blocks with their leads."
    with _done_by(council, "office", "demo.projects_entered", sentence, "projects") as act:
        rows = bulk_create_tracked(
            Project,
            [
                Project(
                    programme=programme,
                    theme=themes.get(paper.theme),
                    directorate=council.directorates[paper.directorate],
                    service=council.services.get(paper.service),
                    corporate_area=council.areas.get(paper.area),
                    order=order,
                    **{name: getattr(paper, name) for name in texts},
                )
                for order, paper in enumerate(PROJECTS, start=1)
            ],
        )
        projects = {project.code: project for project in rows}
        naming = [paper for paper in PROJECTS if paper.current_block]
        for paper in naming:
            projects[paper.code].current_block = projects[paper.current_block]
        bulk_update_tracked(Project, [projects[paper.code] for paper in naming], ["current_block"])
        bulk_create_tracked(
            ProjectPost,
            [
                ProjectPost(project=projects[paper.code], post=council.posts[post], role=role, order=order)
                for paper in PROJECTS
                for order, (post, role) in enumerate(paper.posts, start=1)
            ],
        )
        act.add_subjects([programme, *rows])
    return projects


def _what_themes_and_projects_need(council: Council, plan: Plan) -> None:
    """Success measures, investments, base budget and equality impact."""
    sentence = "Entered success measures, investments, base budget and equality impact."
    with _done_by(council, "finance", "demo.support_entered", sentence, "projects") as act:
        bulk_create_tracked(
            SuccessMeasure,
            [
                SuccessMeasure(
                    theme=plan.themes[paper.slug],
                    name=measure.name,
                    unit=measure.unit,
                    baseline=measure.baseline,
                    target=measure.target,
                    target_in_words=measure.target_in_words,
                    due_in_words=measure.due_in_words,
                    order=order,
                )
                for paper in THEMES
                for order, measure in enumerate(paper.measures, start=1)
            ],
        )
        bulk_create_tracked(
            Investment,
            [
                Investment(theme=plan.themes[paper.slug], order=order, **vars(investment))
                for paper in THEMES
                for order, investment in enumerate(paper.investments, start=1)
            ],
        )
        bulk_create_tracked(
            BaseBudgetRow,
            [
                BaseBudgetRow(
                    project=plan.projects[paper.code],
                    label=label,
                    year=BASE_BUDGET_YEAR,
                    amount=amount,
                    is_part=is_part,
                    note=note,
                    order=order,
                )
                for paper in PROJECTS
                for order, (label, amount, is_part, note) in enumerate(paper.budget, start=1)
            ],
        )
        papers = [(paper, plan.owner(_name(paper))) for paper in (*THEMES, *PROJECTS)]
        bulk_create_tracked(
            EqualityImpact,
            [
                EqualityImpact(**owner, state=paper.equality_state, reason=paper.equality_reason)
                for paper, owner in papers
                if paper.equality_state
            ],
        )
        act.add_subjects([*plan.themes.values(), *(plan.projects[paper.code] for paper in PROJECTS if paper.budget)])


def _milestones(council: Council, plan: Plan) -> None:
    """Every date of the papers, read as the product reads what an officer types."""
    printed = printed_dates()
    sentence = f"Entered {len(printed)} milestones in the words of the papers."
    with _done_by(council, "office", "demo.milestones_entered", sentence, "milestones") as act:
        rows = []
        for order, written in enumerate(printed, start=1):
            read = read_date(
                written.date_as_written,
                written_on=moments.WRITTEN_ON,
                done=written.remark.startswith("done"),
            )
            rows.append(
                Milestone(
                    programme=plan.programme,
                    **plan.owner(MILESTONES_OF.get(written.where, SSC)),
                    title=written.title,
                    source=written.where,
                    date_as_written=written.date_as_written,
                    written_on=moments.WRITTEN_ON,
                    earliest=read.earliest,
                    latest=read.latest,
                    kind=read.kind.value,
                    year_implied=read.year_implied,
                    to_be_confirmed=read.to_be_confirmed,
                    is_estimate=read.is_estimate,
                    status=read.status.value,
                    order=order,
                )
            )
        bulk_create_tracked(Milestone, rows)
        act.add_subjects([plan.programme, *(row.theme or row.project for row in rows)])


def _risks(council: Council, plan: Plan) -> None:
    with _done_by(council, "office", "demo.risks_entered", "Entered risks and dependencies.", "risks") as act:
        found = [(paper, risk) for paper in (*THEMES, *PROJECTS) for risk in paper.risks]
        rows = bulk_create_tracked(
            Risk,
            [
                Risk(
                    programme=plan.programme,
                    code=f"R{order:03d}",
                    **plan.owner(_name(paper)),
                    description=risk.description,
                    mitigation=risk.mitigation,
                    source="Concept paper" if isinstance(paper, ThemeOfPaper) else "Pro-forma",
                    order=order,
                )
                for order, (paper, risk) in enumerate(found, start=1)
            ],
        )
        bulk_create_tracked(
            Dependency,
            [
                Dependency(
                    programme=plan.programme,
                    kind=paper.kind,
                    from_theme=plan.themes.get(paper.source),
                    from_project=plan.projects.get(paper.source),
                    to_theme=plan.themes.get(paper.target),
                    to_body="" if paper.target in plan.themes else paper.target,
                    description=paper.description,
                    order=order,
                )
                for order, paper in enumerate(DEPENDENCIES, start=1)
            ],
        )
        act.add_subjects([plan.programme, *(row.theme or row.project for row in rows), *rows])


def load_signatures(council: Council, plan: Plan, period: ReportingPeriod) -> None:
    """The form says who signed and when; the name of a holder is, in the demonstration, the name of the post.

    What they signed is what the form holds, as it was entered in the period of the papers.
    """
    signed = [paper for paper in PROJECTS if paper.signed_by]
    forms = forms_of(period, [plan.projects[paper.code] for paper in signed])
    with _done_by(
        council, "office", "demo.signatures_entered", "Entered the signatures of the papers.", "signatures"
    ) as act:
        bulk_create_tracked(
            Signature,
            [
                Signature(
                    project=plan.projects[paper.code],
                    role=role,
                    post=council.posts[post],
                    holder_name=council.posts[post].title,
                    signed_on=SIGNED_ON,
                    signed_amount=paper.signed_for,
                    signed=written(forms[plan.projects[paper.code].pk].entries),
                )
                for paper in signed
                for role, post in paper.signed_by
            ],
        )
        act.add_subjects(plan.projects[paper.code] for paper in signed)


def _name(paper: ThemeOfPaper | ProjectOfPaper) -> str:
    return paper.slug if isinstance(paper, ThemeOfPaper) else paper.code


_MOMENTS = {
    "programme": moments.PROGRAMME_ENTERED,
    "projects": moments.PROJECTS_ENTERED,
    "milestones": moments.MILESTONES_ENTERED,
    "risks": moments.RISKS_ENTERED,
    "signatures": moments.SIGNATURES_ENTERED,
}


def _done_by(council: Council, who: str, verb: str, sentence: str, moment: str):
    return record_act(actor=council.actors[who], verb=verb, sentence=sentence, at=_MOMENTS[moment], programme_slug=SLUG)
