"""The themes: what each promises by year and how sure it is, and the summary of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.pages import as_read, sentences
from futurefit.pages.delivery import told, told_risks
from futurefit.pages.differences import checked_of_theme
from futurefit.pages.figures import HOW_SURE_WORDS, MINUS_WORDS, PERCENT_WORDS, RowWords, Sheet
from futurefit.pages.money_needed import needed
from futurefit.pages.remarks import remarks, words_of
from futurefit.pages.switches import switches
from futurefit.pages.views.programme import leading_to, not_stated_recurring, project_words
from projects.models import Project, Theme, ThemePost
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
    leads = as_read.theme_leads(reading)

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
    theme = as_read.theme_at(reading, slug)
    sheet = Sheet.of(
        reading,
        ("theme", "project", "recurring"),
        where=Selection(theme=theme.pk),
        groups={"theme": theme.slug},
    )
    row = sheet.by("theme").find(theme.pk)
    beside = as_read.beside_theme(reading, theme)
    projects, in_words = beside.projects, beside.lines_in_words
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home")), ("Themes", reverse("pages:theme_list") + reading.query)],
        "theme": theme,
        "name": row.label if row else theme.name,
        "leads": lead_words(beside.rows["leads"]),
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
        "milestones": told(beside.rows["milestones"], reading, projects, {}),
        "risks": told_risks(beside.rows["risks"], beside.rows["scale"]),
        "measures": _measures(beside),
        "dependencies": [_dependency(each, reading) for each in beside.rows["dependencies"]],
        "needed": needed(beside.rows["investments"], reading),
        "equality": [
            (projects[each.project_id].title if each.project_id else "", each) for each in beside.rows["equality"]
        ],
        "texts": _texts(theme),
        "checked": checked_of_theme(reading, theme.pk),
        "reconciliation_url": reverse("savings:reconciliation") + reading.query,
        "remarks": beside.remarks,
        "weights": sheet.weights_words(),
        "not_stated_recurring": not_stated_recurring(sheet),
        "lines_url": lines_url(reading, sheet.groups),
    }
    return render(request, "pages/theme_detail.html", context)


def lead_words(leads: Iterable[ThemePost]) -> str:
    """ "Lead: Chief Financial Officer, with Director of …; CMR lead: Cabinet member for …"; empty for none."""
    by_role: dict[str, list[str]] = {}
    for lead in leads:
        by_role.setdefault(lead.get_role_display(), []).append(lead.title)
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


def _measures(beside: as_read.Beside) -> list[dict[str, Any]]:
    """Success measures with their latest reading as the page's day; without a number one says so."""
    latest = {reading.measure_id: reading for reading in beside.rows["readings"]}
    told_measures = []
    for measure in beside.rows["measures"]:
        last = latest.get(measure.pk)
        state = "" if last else "No reading yet" if measure.is_measurable else "Not measurable as written"
        told_measures.append({"measure": measure, "last": last, "state": state})
    return told_measures


def _dependency(each: Dependency, reading: Reading) -> dict[str, str]:
    """What needs or supports what, or has the same money, as a sentence with both ends."""
    verbs = {
        Dependency.Kind.NEEDS: "needs",
        Dependency.Kind.SUPPORTS: "supports",
        Dependency.Kind.SAME_MONEY: "has the same money as",
    }
    return {
        "start": each.from_theme_name or each.from_project_title,
        "start_url": _end_url(reading, each.from_theme_slug, each.from_project_code),
        "verb": verbs[Dependency.Kind(each.kind)],
        "end": each.to_theme_name or each.to_project_title or each.to_body,
        "end_url": _end_url(reading, each.to_theme_slug, each.to_project_code),
        "text": each.description,
    }


def _end_url(reading: Reading, theme_slug: str | None, project_code: str | None) -> str:
    if theme_slug:
        return reverse("pages:theme_detail", args=[theme_slug]) + reading.query
    if project_code:
        return reverse("pages:project_detail", args=[project_code]) + reading.query
    return ""


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
