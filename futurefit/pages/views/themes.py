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
from futurefit.access.reader import Reader
from futurefit.pages import as_read, sentences
from futurefit.pages.commentary import told_of
from futurefit.pages.delivered_over_time import against_target
from futurefit.pages.delivery import told
from futurefit.pages.differences import checked_of_theme
from futurefit.pages.figures import HOW_SURE_WORDS, MINUS_WORDS, RowWords, Sheet
from futurefit.pages.money_needed import told_payback
from futurefit.pages.money_shown import around_the_money, each_group, export_each_group, money_of, projects_of
from futurefit.pages.papers.theme import theme_paper
from futurefit.pages.parts import theme_links
from futurefit.pages.pro_forma import ToldNote
from projects.models import Project, ProjectPost, Theme, ThemePost
from projects.permissions import WRITES_THEMES
from risks.models import Dependency
from savings.links import group_url
from savings.payback import payback
from savings.reading import Reading, read
from savings.rollups import NO_TARGETS, Row
from savings.selection import Selection


@open_to(EVERY_POST)
def theme_list(request: HttpRequest) -> HttpResponse:
    """Every theme of the programme with what it promises by year and how sure that is."""
    reading = read(request, also=("export",), shapes=True)
    leads = as_read.theme_leads(reading)

    def words(row: Row) -> RowWords:
        posts = leads.get(row.group.group_id, [])
        return RowWords(group_url(reading, "theme", row.group), note=lead_words(posts))

    context = each_group(reading, "theme", first="Theme", words=words)
    if "export" in request.GET:
        return export_each_group("themes", context, request.GET["export"])
    return render(request, "pages/theme_list.html", context)


@open_to(EVERY_POST)
def theme_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The summary of one theme, fit to be printed as a Cabinet paper."""
    reading = read(request, shapes=True)
    context = theme_context(request.reader, reading, as_read.theme_at(reading, slug))
    context["edit_url"] = _edit_url(request, reading, slug)
    unanswered = any(not each.note.answer and not each.owner for each in context["challenge_notes"])
    without = () if unanswered else ("answers",)
    context["links"] = theme_links(
        request, reading, context["theme"], leading=context["leading_post_ids"], without=without
    )
    return render(request, "pages/theme_detail.html", context)


@open_to(EVERY_POST)
def theme_document(request: HttpRequest, slug: str) -> HttpResponse:
    """The summary as an editable paper in the order of a concept paper."""
    reading = read(request, shapes=True)
    context = theme_context(request.reader, reading, as_read.theme_at(reading, slug))
    return theme_paper(context).response(f"{slug} {reading.period.label}")


def theme_context(reader: Reader, reading: Reading, theme: Theme) -> dict[str, Any]:
    """What the page of a theme and its paper show."""
    where = Selection(theme=theme.pk, shaped_by=reading.shaped_by)
    sheet = Sheet.of(reading, ("theme", "project", "recurring"), where=where, groups={"theme": theme.slug})
    row = sheet.by("theme").find(theme.pk)
    beside = as_read.beside_theme(reading, theme)
    projects = beside.projects
    return {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home")), ("Themes", reverse("pages:theme_list") + reading.query)],
        "theme": theme,
        "name": row.label if row else theme.name,
        "leads": lead_words(beside.rows["leads"]),
        "leading_post_ids": {lead.post_id for lead in beside.rows["leads"]},
        "commentary": told_of(
            reader,
            reading,
            theme,
            beside.rows["commentary"],
            [lead.post_id for lead in beside.rows["leads"]],
        ),
        "concept": concept_words(sheet),
        **money_of(sheet, parts=_parts_words(projects.values())),
        # Whoever sees a part of the lines is led to the trend: what they may see is asked for in its place.
        "over_time": against_target(reading, where) if reading.scope.everything else None,
        "by_project": projects_of(
            sheet,
            beside,
            caption="Projects and workstreams in this theme",
            first="Project or workstream",
            total="Theme",
            foot=f"{HOW_SURE_WORDS} {MINUS_WORDS} {sentences.ROUNDING}",
        ),
        "milestones": told(beside.rows["milestones"], reading, projects, {}),
        "measures": _measures(beside),
        "dependencies": [told_dependency(each, reading) for each in beside.rows["dependencies"]],
        "equality": [
            (projects[each.project_id].title if each.project_id else "", each) for each in beside.rows["equality"]
        ],
        "challenge_notes": [
            ToldNote(each, each.title, owner=projects[each.project_id].title if each.project_id else "")
            for each in beside.rows["notes"]
        ],
        "texts": _texts(theme),
        "projects": list(projects.values()),
        "project_leads": _project_leads(beside.rows["project_leads"]),
        "payback": told_payback(
            payback(
                sheet.shown.targets("theme").get(theme.pk, NO_TARGETS), beside.rows["every_investment"], reading.horizon
            ),
            reading,
        ),
        **around_the_money(reading, beside, checked_of_theme(beside, theme.pk), by="theme", key=theme.slug),
    }


def _edit_url(request: HttpRequest, reading: Reading, slug: str) -> str:
    """Where the concept paper is written, for who may; nothing in a closed period."""
    may = reading.period.is_open and request.reader.kinds & WRITES_THEMES
    return reverse("pages:theme_edit", args=[slug]) + reading.query if may else ""


def _project_leads(leads: Iterable[ProjectPost]) -> dict[int, str]:
    """Who leads each project, by its id, in the words of `lead_words`."""
    by_project: dict[int, list[ProjectPost]] = {}
    for lead in leads:
        by_project.setdefault(lead.project_id, []).append(lead)
    return {project_id: lead_words(found) for project_id, found in by_project.items()}


def lead_words(leads: Iterable[ThemePost | ProjectPost]) -> str:
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


def told_dependency(each: Dependency, reading: Reading) -> dict[str, str]:
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
