"""The themes: what each promises by year and how sure it is, and the summary of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.pages import as_read, sentences
from futurefit.pages.delivery import milestones_of, risks_of
from futurefit.pages.differences import checked_of_theme
from futurefit.pages.figures import HOW_SURE_WORDS, MINUS_WORDS, PERCENT_WORDS, RowWords, Sheet
from futurefit.pages.money_needed import needed
from futurefit.pages.remarks import lines_in_words, remarks, words_of
from futurefit.pages.switches import switches
from futurefit.pages.views.programme import leading_to, not_stated_recurring, project_words
from projects.models import EqualityImpact, MeasureReading, Project, SuccessMeasure, Theme, ThemePost
from risks.models import Dependency
from savings.links import group_url, lines_url
from savings.reading import Reading, read
from savings.rollups import Row
from savings.selection import Selection


@open_to(EVERY_POST)
def theme_list(request: HttpRequest) -> HttpResponse:
    """Every theme of the programme with what it promises by year and how sure that is."""
    reading = read(request)
    sheet = Sheet.of(reading, ("theme",))
    leads = as_read.theme_leads(reading, [row.group.group_id for row in sheet.by("theme").rows if row.key])

    def words(row: Row) -> RowWords:
        posts = leads.get(row.group.group_id, [])
        return RowWords(group_url(reading, "theme", row.group), note=lead_words(posts))

    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "sheet": sheet,
        "switches": switches(reading),
        "how_sure": sheet.how_sure(
            "theme",
            key="how-sure",
            caption="What each theme promises and how sure it is",
            first="Theme",
            total="Programme",
            words=words,
            foot=f"{HOW_SURE_WORDS} {PERCENT_WORDS} {sentences.ROUNDING}",
        ),
        "by_year": sheet.by_year(
            "theme",
            key="by-year",
            caption="What each theme promises by year",
            first="Theme",
            total="Programme",
            words=leading_to(reading, "theme"),
            foot=MINUS_WORDS,
        ),
        "remarks": remarks(reading),
    }
    return render(request, "pages/theme_list.html", context)


@open_to(EVERY_POST)
def theme_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The summary of one theme, fit to be printed as a Cabinet paper."""
    reading = read(request)
    theme = as_read.theme(reading, slug)
    where = Selection(theme=theme.pk)
    sheet = Sheet.of(reading, ("theme", "project", "recurring"), where=where, groups={"theme": theme.slug})
    row = sheet.by("theme").find(theme.pk)
    projects = {project.pk: project for project in as_read.visible_projects(reading, theme_id=theme.pk)}
    in_words = lines_in_words(reading, where)
    leads = as_read.theme_leads(reading, [theme.pk]).get(theme.pk, [])
    risks = risks_of(reading, themes=[theme.pk], projects=projects)
    said = remarks(reading, where)
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home")), ("Themes", reverse("pages:theme_list") + reading.query)],
        "theme": theme,
        "name": row.label if row else theme.name,
        "leads": lead_words(leads),
        "concept": concept_words(sheet),
        "sheet": sheet,
        "switches": switches(reading),
        "tiles": sheet.tiles(parts=_parts_words(projects.values())),
        "chart": sheet.chart(key="years", title="Planned savings by year, and how they stand"),
        "matrix": sheet.matrix(key="matrix", caption="The same figures as a table"),
        "approval": sheet.approval(key="approval"),
        "by_project": sheet.by_year(
            "project",
            key="projects",
            caption="Projects and workstreams in this theme",
            first="Project or workstream",
            total="Theme",
            words=lambda each: project_words(reading, each, projects, words_of(in_words.get(each.group.group_id, ()))),
            keep=lambda each: (
                each.total.holds_rows or each.group.group_id in projects or each.group.group_id in in_words
            ),
            foot=f"{HOW_SURE_WORDS} {MINUS_WORDS} {sentences.ROUNDING}",
        ),
        "milestones": milestones_of(reading, themes={theme.pk: theme.slug}, projects=projects),
        "risks": risks,
        "measures": _measures(reading, theme, projects),
        "dependencies": _dependencies(reading, theme, projects),
        "needed": needed(reading, themes=[theme.pk], projects=projects),
        "equality": _equality(reading, theme, projects),
        "texts": _texts(theme),
        "checked": checked_of_theme(reading, theme.pk),
        "reconciliation_url": reverse("savings:reconciliation") + reading.query,
        "remarks": said.with_illustrations(
            [
                *(lead.illustration for lead in leads),
                *(each.illustration for each in projects.values()),
                *risks.illustration,
            ]
        ),
        "weights": sheet.weights_words(),
        "not_stated_recurring": not_stated_recurring(sheet),
        "lines_url": lines_url(reading, sheet.groups),
    }
    return render(request, "pages/theme_detail.html", context)


def lead_words(leads: Iterable[ThemePost]) -> str:
    """ "Lead: Chief Financial Officer, with Director of …; CMR lead: Cabinet member for …"; empty for none."""
    by_role: dict[str, list[str]] = {}
    for lead in leads:
        by_role.setdefault(lead.get_role_display(), []).append(lead.post.title)
    return "; ".join(f"{role}: {titles[0]}{_with(titles[1:])}" for role, titles in by_role.items())


def _with(titles: list[str]) -> str:
    return f", with {sentences.joined(titles)}" if titles else ""


def concept_words(sheet: Sheet) -> SafeString | str:
    """What the concept notice says while any amount is proposed; empty where none is."""
    proposed = sheet.whole.of_basis("proposed").rollup().total.total
    approved = sheet.whole.of_basis("approved").rollup().total.total
    if not proposed.holds_rows:
        return ""
    figure = sheet.inline(proposed, basis="proposed", view=None)
    if not approved.holds_rows:
        return format_html("All {} in this plan is proposed.", figure)
    return format_html("{} is proposed, {} is approved.", figure, sheet.inline(approved, basis="approved", view=None))


def _parts_words(projects: Iterable[Project]) -> str:
    """ "6 workstreams", "one project and one block", of those that the reader may see."""
    found: dict[str, int] = {}
    for project in projects:
        found[project.kind] = found.get(project.kind, 0) + 1
    return sentences.joined(
        [sentences.count_of(found[kind], kind, f"{kind}s") for kind in Project.Kind.values if kind in found]
    )


def _measures(reading: Reading, theme: Theme, projects: Mapping[int, Project]) -> list[dict[str, Any]]:
    """Success measures with their latest reading as the page's day; without a number one says so."""
    measures = list(as_read.owned(SuccessMeasure, reading, themes=[theme.pk], projects=projects))
    readings = as_read.rows(MeasureReading, reading).filter(
        measure_id__in=[measure.pk for measure in measures], read_on__lte=reading.today
    )
    latest = {each.measure_id: each for each in readings.order_by("read_on", "id")}
    told = []
    for measure in measures:
        last = latest.get(measure.pk)
        told.append(
            {
                "measure": measure,
                "target": measure.target_in_words or measure.target,
                "last": last,
                "state": "" if last else "No reading yet" if measure.is_measurable else "Not measurable as written",
            }
        )
    return told


def _dependencies(reading: Reading, theme: Theme, projects: Mapping[int, Project]) -> list[dict[str, str]]:
    """What the theme needs, what needs it, and the same money, in sentences; only ends that the reader may see."""
    ids = list(projects)
    found = as_read.rows(Dependency, reading).filter(programme_id=reading.programme.pk)
    found = found.filter(
        Q(from_theme_id=theme.pk) | Q(to_theme_id=theme.pk) | Q(from_project_id__in=ids) | Q(to_project_id__in=ids)
    )
    if not reading.scope.everything:
        found = found.filter(id__in=Dependency.objects.visible_to(reading.scope).values("pk"))
    ends = ("from_theme", "from_project", "to_theme", "to_project")
    listed = as_read.with_related(found.order_by("order", "id"), *ends)
    verbs = {
        Dependency.Kind.NEEDS: "needs",
        Dependency.Kind.SUPPORTS: "supports",
        Dependency.Kind.SAME_MONEY: "has the same money as",
    }
    return [
        {
            "start": str(each.from_theme or each.from_project),
            "start_url": _end_url(reading, each.from_theme, each.from_project),
            "verb": verbs[each.kind],
            "end": str(each.to_theme or each.to_project or each.to_body),
            "end_url": _end_url(reading, each.to_theme, each.to_project),
            "text": each.description,
        }
        for each in listed
    ]


def _end_url(reading: Reading, theme: Theme | None, project: Project | None) -> str:
    if theme is not None:
        return reverse("pages:theme_detail", args=[theme.slug]) + reading.query
    if project is not None:
        return reverse("pages:project_detail", args=[project.code]) + reading.query
    return ""


def _equality(reading: Reading, theme: Theme, projects: Mapping[int, Project]) -> list[tuple[str, EqualityImpact]]:
    """How far equality impact is assessed, of the theme and of its projects; none means that the paper is silent."""
    owned = Q(theme_id=theme.pk) | Q(project_id__in=list(projects))
    found = as_read.rows(EqualityImpact, reading).filter(owned).order_by("project_id", "id")
    return [(projects[each.project_id].title if each.project_id else "", each) for each in found]


def _texts(theme: Theme) -> list[tuple[str, str]]:
    """The parts of the concept paper that hold words, in the paper's order."""
    parts = (
        ("Overview", theme.overview),
        ("How success is judged", theme.success),
        ("Progress so far", theme.progress),
        ("Approach", theme.approach),
        ("Support and investment", theme.support),
        ("Related programmes", theme.related),
    )
    return [(title, words) for title, words in parts if words]
