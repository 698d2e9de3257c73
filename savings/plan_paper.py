"""The plan as a paper: the appendix of the medium term financial plan."""

from __future__ import annotations

from dataclasses import replace

from futurefit.ui.word import Paper
from savings.paper import paper_of, write_ratings
from savings.plan_table import Plan
from savings.reading import Reading


def plan_paper(reading: Reading, plan: Plan) -> Paper:
    """Exactly the table of the page, with its notes, on A4 turned."""
    paper = paper_of(
        reading,
        title=f"The plan by {plan.by_words}",
        over="Medium term financial plan (MTFP), appendix",
        wide=True,
    )
    if reading.period.illustrated:
        paper.notice("Illustration", reading.period.illustration)
    paper.heading("Savings planned")
    paper.figure_table(replace(plan.table, note=f"Target · {reading.words}"))
    for note in plan.notes:
        paper.quiet(note)
    write_ratings(paper, reading)
    return paper
