"""What is not money on the page of a theme or directorate, as it is read, in one query.

At a closed period the rows are those of the moment it was closed; rights are those of today (domain.md, Reporting
periods). What a theme has is open to everybody who holds a post, what a project has follows the project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import Http404

from futurefit.council.models import Directorate, Post, PostKind, Succession
from futurefit.history.together import Part, prefetched, together
from futurefit.pages import sentences
from futurefit.pages.commentary import commentary_part
from futurefit.pages.questions import worst_part
from futurefit.pages.remarks import Remarks
from projects.models import (
    ChallengeNote,
    EqualityImpact,
    Investment,
    MeasureReading,
    Milestone,
    Programme,
    Project,
    ProjectPost,
    SuccessMeasure,
    Theme,
    ThemePost,
)
from risks.models import Dependency, Risk, RiskScale
from risks.querysets import dependencies_visible_to
from savings.changes import parts_of_changes
from savings.models import LineInPeriod, Position
from savings.querysets import lines_visible_to
from savings.reading import Reading
from savings.reconcile import printed_parts
from savings.selection import Selection


def dependency_ends(reading: Reading) -> dict[str, str | Subquery]:
    """What the two ends of a dependency are called, and where they are, for `Part.also`."""
    found: dict[str, str | Subquery] = {}
    for side in ("from", "to"):
        found |= {
            f"{side}_theme_name": reading.words_of(Theme, f"{side}_theme", "name"),
            f"{side}_theme_slug": f"{side}_theme__slug",
            f"{side}_project_title": reading.words_of(Project, f"{side}_project", "title"),
            f"{side}_project_code": f"{side}_project__code",
        }
    return found


def post_title(reading: Reading, column: str = "post") -> str | Subquery:
    """What the post that `column` refers to is called, for `Part.also`."""
    return reading.words_of(Post, column, "title")


def theme_at(reading: Reading, slug: str) -> Theme:
    """The theme of the programme at this address. Raises Http404 where there is, or was then, none.

    In today's shape also one that came later, as it stands: lines of then can stand in it today.
    """
    wanted = {"programme_id": reading.programme.pk, "slug": slug}
    found: Theme | None = _at(reading, reading.rows(Theme).filter(**wanted))
    if found is None and reading.shape == "today":
        found = _at(reading, Theme.objects.filter(**wanted))
    if found is None:
        when = "" if reading.moment is None else f" in {reading.period.spoken}"
        raise Http404(f"{reading.programme} has no theme “{slug[:40]}”{when}.")
    return found


def directorate_at(reading: Reading, **wanted: Any) -> Directorate | None:
    """The directorate with this code or key, ended or not; None where there is none."""
    found: Directorate | None = _at(reading, Directorate.objects.filter(**wanted))
    return found


def _at(reading: Reading, rows: QuerySet[Any]) -> Any:
    """The row that a page is of, or None; with it come the weights of the period, which its figures need."""
    definitions = reading.period.rag_definitions.all()
    parts = {"of": Part(rows, order=("pk",)), "definitions": Part(definitions, order=("period_id", "id"))}
    found = together(_beside(reading), parts)
    prefetched(reading.period, "rag_definitions", found["definitions"])
    return next(iter(found["of"]), None)


def with_what_the_period_states(reading: Reading, parts: Mapping[str, Part] | None = None) -> dict[str, list[Any]]:
    """The rows of *parts*, with the weights of the period and the requirement kept on it, in one query.

    Nothing is asked where no parts are wanted and the period keeps both already.
    """
    stated = _stated(reading)
    kept = getattr(reading.period, "_prefetched_objects_cache", {})
    if not parts and all(name in kept for name in stated):
        return {}
    found = together(_beside(reading), {**(parts or {}), **stated})
    for name in stated:
        prefetched(reading.period, name, found.pop(name))
    return found


def _stated(reading: Reading) -> dict[str, Part]:
    """The weights of the period and the requirement, which the figures of the whole programme need."""
    return {
        "rag_definitions": Part(reading.period.rag_definitions.all(), order=("period_id", "id")),
        "requirements": Part(reading.period.requirements.all(), order=("year",)),
    }


def theme_leads(reading: Reading) -> dict[int, list[ThemePost]]:
    """The posts that lead each theme of the programme, the first named first; each with its `title`."""
    leads = reading.rows(ThemePost).filter(theme__programme_id=reading.programme.pk)
    found = together(_beside(reading), {"leads": Part(leads, also={"title": post_title(reading)})})["leads"]
    by_theme: dict[int, list[ThemePost]] = {}
    for lead in found:
        by_theme.setdefault(lead.theme_id, []).append(lead)
    return by_theme


@dataclass(frozen=True)
class Beside:
    """What stands beside the money: rows by name, sorted as the papers have them."""

    reading: Reading
    rows: Mapping[str, list[Any]]

    @cached_property
    def projects(self) -> dict[int, Project]:
        """The projects that the reader may open, by id."""
        return {project.pk: project for project in self.rows["projects"]}

    @cached_property
    def lines_in_words(self) -> dict[int, list[LineInPeriod]]:
        """The lines without an amount that the reader may see, by their project."""
        found: dict[int, list[LineInPeriod]] = {}
        for line in self.rows["lines"]:
            if line.visible and not line.has_amount:
                found.setdefault(line.project_id, []).append(line)
        return found

    @property
    def theme_names(self) -> dict[int, str]:
        """The names of the programme's themes, by id."""
        return {theme.pk: theme.name for theme in self.rows["themes"]}

    @cached_property
    def remarks(self) -> Remarks:
        """How many savings are promised in words alone, and everything on the page that is marked as illustration."""
        lines = self.rows["lines"]
        others = [*self.rows.get("leads", ()), *self.rows["projects"], *self.rows["risks"]]
        marked = sum(1 for line in lines if line.illustration)
        return Remarks(sum(1 for line in lines if not line.has_amount), ()).with_illustrations(
            [
                self.reading.period.illustration,
                sentences.illustrated_lines(marked),
                *(row.illustration for row in others),
            ]
        )


def beside_theme(reading: Reading, theme: Theme) -> Beside:
    """What stands beside the money of a theme: its own rows, and those of its projects that the reader may open.

    `every_investment` is that of all its projects, for totals that are the same for everybody.
    """
    projects = reading.projects_in(theme_id=theme.pk)
    placed = reading.rows(Project) if reading.shape == "then" else Project.objects.all()
    whole = placed.filter(programme_id=reading.programme.pk, theme_id=theme.pk).values("id")
    mine = Q(theme_id=theme.pk) | Q(project_id__in=projects.values("id"))
    measures = reading.rows(SuccessMeasure).filter(mine)
    ids = projects.values("id")
    ends = Q(from_theme_id=theme.pk) | Q(to_theme_id=theme.pk) | Q(from_project_id__in=ids) | Q(to_project_id__in=ids)
    return _beside_money(
        reading,
        projects,
        mine,
        Selection(theme=theme.pk, shaped_by=reading.shaped_by),
        {
            "leads": Part(reading.rows(ThemePost).filter(theme_id=theme.pk), also={"title": post_title(reading)}),
            "every_investment": Part(reading.rows(Investment).filter(Q(theme_id=theme.pk) | Q(project_id__in=whole))),
            "commentary": commentary_part(reading, theme=theme.pk),
            "measures": Part(measures),
            "notes": Part(
                reading.rows(ChallengeNote).filter(mine), order=("written_at", "id"), also={"title": "post__title"}
            ),
            "readings": Part(
                reading.rows(MeasureReading).filter(measure_id__in=measures.values("id"), read_on__lte=reading.today),
                order=("read_on", "id"),
            ),
            "project_leads": Part(
                reading.rows(ProjectPost).filter(project_id__in=ids, role__in=ProjectPost.LEADING),
                also={"title": "post__title"},
            ),
            "equality": Part(reading.rows(EqualityImpact).filter(mine), order=("project_id", "id")),
            "dependencies": Part(
                reading.rows(Dependency).filter(
                    ends, dependencies_visible_to(reading.scope), programme_id=reading.programme.pk
                ),
                also=dependency_ends(reading),
            ),
        },
    )


def beside_directorate(reading: Reading, directorate_id: int) -> Beside:
    """What stands beside the money of a directorate: the rows of its projects that the reader may open."""
    projects = reading.projects_in(directorate_id=directorate_id)
    mine = Q(project_id__in=projects.values("id"))
    posts = Post.objects.all() if reading.shape == "today" else reading.rows(Post)
    directors = posts.filter(directorate_id=directorate_id, kind=PostKind.DIRECTOR)
    followed = reading.rows(Succession).filter(from_directorate_id=directorate_id)
    more = {
        "directors": Part(directors, order=("title",)),
        "commentary": commentary_part(reading, directorate=directorate_id),
        "followed": Part(
            followed,
            order=("on", "id"),
            also={
                "name": reading.words_of(Directorate, "to_directorate", "name"),
                "code": "to_directorate__code",
            },
        ),
    }
    where = Selection(directorate=directorate_id, shaped_by=reading.shaped_by)
    return _beside_money(reading, projects, mine, where, more)


def beside_all(reading: Reading, *, led_by: int | None = None) -> Beside:
    """Themes, projects that the reader may open, and what of these is not done, for home pages.

    With the post `led_by` also what it leads today, the lines of that without an amount, its open risks, and what of
    the whole programme may count the same money. With it come the weights of the period, which its figures need: ask
    for it before them.
    """
    projects = reading.projects()
    themes = reading.rows(Theme).filter(programme_id=reading.programme.pk)
    mine = Q(project_id__in=projects.values("id")) | Q(theme_id__in=themes.values("id"))
    parts = {
        "projects": Part(projects, order=("order", "code")),
        "themes": Part(themes, order=("order", "name")),
        "milestones": Part(reading.rows(Milestone).filter(mine).exclude(status=Milestone.Status.COMPLETED)),
    }
    if led_by is not None:
        parts["led_themes"] = Part(ThemePost.objects.filter(post_id=led_by))
        parts["led_projects"] = Part(ProjectPost.objects.filter(post_id=led_by, role__in=ProjectPost.LEADING))
        parts["lines"] = _lines_with_words(reading, Selection(led_by=led_by))
        parts |= _of_portfolio(reading, projects, led_by)
        parts |= worst_part(reading, Selection(led_by=led_by))
        parts |= parts_of_changes(reading.period, where=Selection(led_by=led_by), scope=reading.scope)
    return Beside(reading, with_what_the_period_states(reading, parts))


def _of_portfolio(reading: Reading, projects: QuerySet[Any], led_by: int) -> dict[str, Part]:
    """The open risks of what a post leads, with the scale, and the dependencies that say *same money*."""
    led_themes = ThemePost.objects.filter(post_id=led_by).values("theme_id")
    led_projects = ProjectPost.objects.filter(post_id=led_by, role__in=ProjectPost.LEADING).values("project_id")
    own = projects.filter(Q(id__in=led_projects) | Q(theme_id__in=led_themes)).order_by().values("id")
    risks = reading.rows(Risk).filter(Q(theme_id__in=led_themes) | Q(project_id__in=own), status=Risk.Status.OPEN)
    same_money = reading.rows(Dependency).filter(
        dependencies_visible_to(reading.scope), programme_id=reading.programme.pk, kind=Dependency.Kind.SAME_MONEY
    )
    return {
        "risks": Part(risks),
        "scale": Part(RiskScale.objects.filter(programme=reading.programme), order=("id",)),
        "same_money": Part(same_money, also=dependency_ends(reading)),
    }


def _beside(reading: Reading) -> QuerySet[Any]:
    return Programme.objects.filter(pk=reading.programme.pk)


def _beside_money(
    reading: Reading, projects: QuerySet[Any], mine: Q, where: Selection, more: Mapping[str, Part]
) -> Beside:
    parts = {
        "projects": Part(projects, order=("order", "code")),
        "milestones": Part(reading.rows(Milestone).filter(mine)),
        "risks": Part(reading.rows(Risk).filter(mine, status=Risk.Status.OPEN)),
        "scale": Part(RiskScale.objects.filter(programme=reading.programme), order=("id",)),
        "investments": Part(reading.rows(Investment).filter(mine)),
        "lines": _lines_with_words(reading, where),
        **worst_part(reading, where),
        **printed_parts(reading.programme),
        **parts_of_changes(reading.period, where=where, scope=reading.scope),
        **more,
    }
    return Beside(reading, together(_beside(reading), parts))


def _lines_with_words(reading: Reading, where: Selection) -> Part:
    """The lines of a selection that have no amount, or of which something is illustrated."""
    seen = lines_visible_to(reading.scope)
    mark = (
        Case(When(seen, then=Value(True)), default=Value(False), output_field=BooleanField()) if seen else Value(True)
    )
    lines = (
        LineInPeriod.objects.in_period(reading.period)
        .filter(where.q())
        .annotate(with_amount=Exists(Position.objects.filter(line_in_period=OuterRef("pk"))), seen=mark)
        .filter(Q(with_amount=False) | ~Q(illustration=""))
    )
    also = {"place": "line__order", "has_amount": "with_amount", "visible": "seen"}
    return Part(lines, order=("place", "line_id"), also=also)
