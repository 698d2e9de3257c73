"""Sections that the papers of a theme, a directorate and a project share, from what their pages show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from futurefit.pages.commentary import Told as Commented
from futurefit.pages.delivery import ToldMilestone, ToldRisk, ToldRisks
from futurefit.pages.differences import Checked
from futurefit.pages.figures import Tile
from futurefit.pages.money_needed import Needed
from futurefit.pages.questions import Question
from futurefit.pages.remarks import Remarks
from futurefit.ui.word import Paper, strip_marks
from futurefit.values.money import with_unit
from savings.what_changed import Told, WhatChanged


def write_notices(paper: Paper, remarks: Remarks) -> None:
    """What is illustration."""
    for words in remarks.illustrations:
        paper.notice("Illustration", words)


def write_tiles(paper: Paper, tiles: Sequence[Tile], note: str) -> None:
    """The figures at the top of the page, each with where it comes from."""
    rows = [(tile.words, _tile_figure(tile), strip_marks(tile.source)) for tile in tiles]
    paper.table("In four figures", note, ("Figure", "Amount", "Of which"), rows, numeric=(1,), widths=(4, 2, 6))


def _tile_figure(tile: Tile) -> str:
    if tile.text:
        return f"{tile.text}{tile.suffix}"
    return "" if tile.amount is None else with_unit(tile.amount, tile.unit)


def write_money(paper: Paper, context: Mapping[str, Any]) -> None:
    """The money by year and how it stands, approved and proposed apart (`money_shown.money_of`)."""
    reading = context["sheet"].reading
    paper.heading("Savings by year")
    if not context["sheet"].holds_money:
        paper.words("No savings line has an amount in this reading.")
        return
    write_tiles(paper, context["tiles"], reading.words)
    paper.quiet(context["weights"])
    paper.figure_table(replace(context["matrix"], caption="How the savings of each year stand"))
    paper.figure_table(context["approval"])
    paper.quiet(context["not_stated_recurring"])
    if context["over_time"]:
        paper.figure_table(context["over_time"])


def write_commentary(paper: Paper, told: Commented, period: str) -> None:
    """What the lead says of the period, with their post and the day; nothing where nobody wrote it."""
    said = told.commentary
    if said is None:
        return
    paper.heading("Commentary")
    paper.words(said.words)
    paper.quiet(f"{said.written_by}, {said.written_at:%-d %B %Y}, for {period}. {said.illustration}".strip())


def write_changes(paper: Paper, changed: WhatChanged | None) -> None:
    """What changed since the period before, in the sentences of the page; nothing in a first period."""
    if changed is None:
        return
    paper.heading(f"What changed since {changed.since}")
    paper.points(_change_words(each) for each in changed.items)
    if not changed.items:
        paper.words("No amount and no rating changed.")
    elif changed.more:
        are = "change is" if changed.more == 1 else "changes are"
        paper.quiet(f"{changed.more} smaller {are} not told here.")


def _change_words(each: Told) -> str:
    reason = f" “{each.reason}”" if each.reason else ""
    return f"{strip_marks(each.by)}: {each.what}, {strip_marks(each.text)}{reason}"


def write_questions(paper: Paper, questions: Sequence[Question]) -> None:
    """Questions worth asking, each with the fact behind it; nothing where there is none."""
    if not questions:
        return
    paper.heading("Questions worth asking")
    for each in questions:
        paper.notice(each.kind, f"{each.question} {each.link}: {each.fact}")


def write_differences(paper: Paper, checked: Checked) -> None:
    """Printed figures that differ from what is computed: the three numbers and why; nothing where none differs."""
    if not checked.differing:
        return
    paper.heading("Printed figures that differ", 2)
    for each in checked.differing:
        paper.notice(
            each.title,
            f"As printed {each.stated}, from its parts {each.computed}, difference {each.difference}. {each.text}",
        )


def write_milestones(paper: Paper, caption: str, note: str, milestones: Iterable[ToldMilestone]) -> None:
    """Milestones in the words as written, with what these can mean."""
    rows = [
        (
            f"{each.title}\n{each.owner}" if each.owner else each.title,
            f"“{each.written}”" if each.written else "Not stated",
            each.meaning,
            each.status,
        )
        for each in milestones
    ]
    heads = ("Milestone", "When, as written", "Which can mean", "Status")
    paper.table(caption, note, heads, rows, widths=(5, 3, 3, 2))


def write_risks(paper: Paper, risks: ToldRisks, none: str) -> None:
    """Risks by how they are scored; unscored ones are never called low."""
    paper.heading("Risks")
    if not risks.count:
        paper.words(none)
    for title, found in (
        (f"Beyond tolerance (scored more than {risks.tolerance})", risks.beyond),
        ("Within tolerance", risks.within),
        ("Not scored", risks.unscored),
    ):
        if found:
            paper.heading(title, 2)
            paper.points(_risk_words(risk) for risk in found)


def _risk_words(risk: ToldRisk) -> str:
    scored = "" if risk.score is None else f"Scored {risk.score}."
    return " ".join(words for words in (risk.text, scored, risk.mitigation, risk.escalated) if words)


def write_needed(paper: Paper, needed: Needed) -> None:
    """Investment with an amount as a table, then support in words alone."""
    if needed.table:
        paper.figure_table(needed.table)
    paper.points(needed.in_words)
    if not needed.table and not needed.in_words:
        paper.words("No investment is written down.")
