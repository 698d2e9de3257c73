"""The paper of a theme, in the order of a concept paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from futurefit.pages.papers.parts import (
    write_changes,
    write_commentary,
    write_differences,
    write_milestones,
    write_money,
    write_needed,
    write_notices,
    write_questions,
    write_risks,
)
from futurefit.ui.word import Paper
from projects.models import Milestone
from savings.paper import paper_of, write_ratings

STATES = (
    (Milestone.Status.OUTSTANDING, "Outstanding"),
    (Milestone.Status.ONGOING, "Ongoing"),
    (Milestone.Status.COMPLETED, "Completed"),
)


def theme_paper(context: Mapping[str, Any]) -> Paper:
    """What the page of a theme shows (`views.themes.theme_context`), with every section of a concept paper.

    Overview, support, vision, success, savings by year, workstreams with their leads, progress, approach, milestones
    outstanding, ongoing and completed, risks, dependencies, equality, related programmes (domain.md, The plan).
    """
    reading, theme = context["reading"], context["theme"]
    paper = paper_of(reading, title=context["name"], over="Theme paper")
    paper.quiet(f"{context['leads']}." if context["leads"] else "No post is named as lead.")
    if context["concept"]:
        paper.notice("Concept stage: not approved by any formal governance", context["concept"])
    write_notices(paper, context["remarks"])
    _section(paper, "Overview", theme.overview)
    paper.heading("Support and investment")
    paper.words(theme.support)
    write_needed(paper, context["needed"])
    _section(paper, "Vision", theme.vision)
    _success(paper, context)
    write_money(paper, context)
    paper.heading("Workstreams and projects")
    if context["by_project"].rows:
        paper.figure_table(context["by_project"])
        paper.quiet(context["remarks"].without_words)
        _leads(paper, context)
    else:
        paper.words("No project or workstream is written down.")
    write_commentary(paper, context["commentary"], reading.period.spoken)
    write_changes(paper, context["changed"])
    write_questions(paper, context["questions"])
    write_differences(paper, context["checked"])
    _section(paper, "Progress so far", theme.progress)
    _section(paper, "Approach", theme.approach)
    _milestones(paper, context)
    write_risks(paper, context["risks"], "No risk of this theme is written down.")
    paper.heading("Dependencies")
    paper.points(_dependency(each) for each in context["dependencies"])
    if not context["dependencies"]:
        paper.words("No dependency is written down.")
    _equality(paper, context)
    _section(paper, "Related programmes", theme.related)
    write_ratings(paper, reading)
    return paper


def _section(paper: Paper, title: str, words: str) -> None:
    paper.heading(title)
    paper.words(words or "The paper says nothing.")


def _success(paper: Paper, context: Mapping[str, Any]) -> None:
    paper.heading("How success is judged")
    paper.words(context["theme"].success)
    rows = []
    for each in context["measures"]:
        measure, last = each["measure"], each["last"]
        target = measure.target_in_words or _number(measure.target, measure.unit)
        latest = f"{_number(last.value, measure.unit)}, {last.read_on:%-d %B %Y}" if last else each["state"]
        due = measure.due_in_words or "Not stated"
        rows.append((measure.name, _number(measure.baseline, measure.unit), target, due, latest))
    if rows:
        heads = ("Measure", "Baseline", "Target", "By when", "Latest reading")
        paper.table("Success measures", f"As at {context['reading'].period_words}", heads, rows, widths=(5, 2, 2, 2, 3))
    elif not context["theme"].success:
        paper.words("No success measure is written down.")


def _number(value: Any, unit: str) -> str:
    if value is None:
        return "Not stated"
    number = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{number} {unit}".strip()


def _leads(paper: Paper, context: Mapping[str, Any]) -> None:
    rows = [
        (project.title, project.get_kind_display(), context["project_leads"].get(project.pk, "Not named"))
        for project in context["projects"]
    ]
    if rows:
        note = f"As at {context['reading'].period_words}"
        paper.table("Who leads what", note, ("Work", "Kind", "Lead"), rows, widths=(5, 2, 5))


def _milestones(paper: Paper, context: Mapping[str, Any]) -> None:
    paper.heading("Milestones")
    note = f"As on {context['reading'].today:%-d %B %Y}; a milestone is late only when it is surely late"
    if not context["milestones"]:
        paper.words("No milestone of this theme is written down.")
    for state, title in STATES:
        found = [each for each in context["milestones"] if each.state == state]
        if found:
            paper.heading(title, 2)
            write_milestones(paper, f"Milestones, {title.lower()}", note, found)


def _dependency(each: Mapping[str, str]) -> str:
    words = f"{each['start']} {each['verb']} {each['end']}"
    return f"{words}: {each['text']}" if each["text"] else words


def _equality(paper: Paper, context: Mapping[str, Any]) -> None:
    paper.heading("Equality impact")
    for owner, each in context["equality"]:
        done = f", {each.done_on:%-d %B %Y}" if each.done_on else ""
        said = f"{each.get_state_display()}{done}. {each.reason}".strip()
        paper.words(f"{owner}: {said}" if owner else said)
    paper.words(context["theme"].equality)
    if not context["equality"] and not context["theme"].equality:
        paper.words("The paper says nothing about equality impact.")
