"""The savings appendix of a directorate."""

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
from savings.paper import paper_of, write_ratings


def directorate_paper(context: Mapping[str, Any]) -> Paper:
    """What the page of a directorate shows (`views.directorates.directorate_context`), as an appendix on A4."""
    reading = context["reading"]
    paper = paper_of(reading, title=context["name"], over="Directorate savings, appendix")
    directors = ", ".join(post.title for post in context["directors"])
    if directors:
        paper.quiet(f"{directors}.")
    write_notices(paper, context["remarks"])
    write_money(paper, context)
    if context["sheet"].holds_money:
        paper.heading("Services")
        paper.figure_table(context["by_service"])
    if context["by_project"].rows:
        paper.heading("Projects")
        paper.figure_table(context["by_project"])
        paper.quiet(context["remarks"].without_words)
    write_commentary(paper, context["commentary"], reading.period.spoken)
    write_changes(paper, context["changed"])
    write_questions(paper, context["questions"])
    write_differences(paper, context["checked"])
    paper.heading("Milestones late or due")
    as_on = f"As on {reading.today:%-d %B %Y}; a milestone is late only when it is surely late"
    for title, found, none in (
        ("Late", context["late"], f"No milestone is surely late on {reading.today:%-d %B %Y}."),
        ("Due in the next three months", context["due"], "None is due in the next three months."),
    ):
        if found:
            write_milestones(paper, title, as_on, found)
        else:
            paper.words(none)
    write_risks(paper, context["risks"], "No risk of these projects is written down, or none that you may see.")
    paper.heading("Investment")
    write_needed(paper, context["needed"])
    write_ratings(paper, reading)
    return paper
