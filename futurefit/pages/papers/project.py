"""The pro-forma of a project as a paper, every part in the order of the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from futurefit.pages import sentences
from futurefit.pages.papers.parts import write_needed
from futurefit.pages.pro_forma import ProForma, ToldNote
from futurefit.pages.signatures import Row, Signatures, ToldChange
from futurefit.ui.figure_table import FigureRow, FigureTable, Head, TextCell
from futurefit.ui.figures import Figure
from futurefit.ui.paragraphs import plain
from futurefit.ui.word import Paper, strip_marks
from risks.models import Risk
from savings.paper import paper_of, write_ratings

ABBREVIATIONS = (
    "CMR is the cabinet member with responsibility, SLT the senior leadership team, FTE full-time equivalent, RAG red, "
    "amber or green."
)


def project_paper(context: Mapping[str, Any]) -> Paper:
    """What the dossier shows (`views.dossier.project_context`), in the order of domain.md, The pro-forma of a project.

    What stands on the page and not on the form follows the agreements: measures, challenge notes, equality,
    dependencies and decisions.
    """
    reading, form, project = context["reading"], context["form"], context["project"]
    paper = paper_of(reading, title=project.title, over=f"Pro-forma · {form.place}")
    if context["is_concept"]:
        paper.notice(f"{context['concept_stage']}: not approved by any formal governance", context["concept"])
    for words in context["illustrations"]:
        paper.notice("Illustration", words)
    facts = [(name, strip_marks(words) or "Not stated") for name, words in context["at_its_head"]]
    paper.facts("Facts", facts, f"As at {reading.period_words}")
    if form.is_project:
        paper.quiet(ABBREVIATIONS)
    if form.is_project or project.description:
        paper.heading("Brief description")
        paper.words(project.description or "Not stated.")
    for title, words in context["texts"]:
        paper.heading(title)
        paper.words(words)
    _timescales(paper, form)
    _risks(paper, form)
    _base_budget(paper, form)
    _current(paper, context)
    if form.is_project or context["fte"]:
        paper.heading("Full-time equivalent posts")
        paper.words(context["fte"] or "Neither the current number nor an impact is stated.")
    _savings(paper, context)
    paper.heading("Investment required")
    write_needed(paper, context["needed"])
    if payback := context["payback"]:
        paper.sentence(f"{payback.verdict} {payback.even}")
        paper.quiet(" ".join(payback.remarks))
    write_ratings(paper, reading)
    if form.is_project or project.rag_comment:
        paper.heading("Comments on the ratings")
        paper.words(project.rag_comment or "None.")
    if context["signatures"].is_shown:
        _agreed_by(paper, context["signatures"])
    _measures(paper, form)
    _challenge_notes(paper, form.challenge_notes)
    _equality(paper, form)
    return paper


def _timescales(paper: Paper, form: ProForma) -> None:
    if not (form.is_project or form.milestones):
        return
    paper.heading("Timescales")
    if not form.milestones:
        paper.words("No milestone is written down.")
        return
    rows = []
    for each in form.milestones:
        written = [f"“{each.written}”" if each.written else "Not stated"]
        written += [f"{other.source}: “{other.written}”" for other in each.also]
        meanings = dict.fromkeys([each.meaning, *(other.meaning for other in each.also)])
        rows.append((each.title, "\n".join(written), "\n".join(meanings), each.status))
    note = f"Status as on {form.reading.today:%-d %B %Y}; a milestone is late only when it is surely late"
    heads = ("Milestone", "Completed by, as written", "Which can mean", "Status")
    paper.table("Timescales, in the words of the form", note, heads, rows, widths=(5, 3, 3, 2))


def _risks(paper: Paper, form: ProForma) -> None:
    if not (form.is_project or form.risks):
        return
    paper.heading("Risks and impacts")
    if not form.risks:
        paper.words("No risk is written down.")
        return
    kinds = form.states_kinds_of_risk
    heads = ["Risk", "What is done about it", *(["Kind"] if kinds else []), "Current score", "Owner"]
    rows = [
        (
            plain(risk.description),
            plain(risk.mitigation) or "Not stated",
            *([risk.get_category_display()] if kinds else []),
            _score(risk, form.tolerance),
            risk.owner_title or "None",
        )
        for risk in form.risks
    ]
    widths = (5, 5, 2, 2, 3) if kinds else (5, 5, 2, 3)
    paper.table("Risks", form.risks_words, heads, rows, widths=widths)


def _score(risk: Risk, tolerance: int) -> str:
    said = "Not scored" if risk.current_score is None else str(risk.current_score)
    if risk.status == Risk.Status.CLOSED:
        return f"{said}, closed"
    beyond = risk.current_score is not None and risk.current_score > tolerance
    return f"{said}, beyond tolerance" if beyond else said


def _base_budget(paper: Paper, form: ProForma) -> None:
    """The rows of the base budget; a part of the row above says so and is added to nothing."""
    found = form.rows["base_budget"]
    if not (form.is_project or found):
        return
    paper.heading("Base budget")
    if not found:
        paper.words("Not stated.")
        return
    reading = form.reading
    paper.figure_table(
        FigureTable(
            key="base-budget",
            caption="Base budget, excluding recharges and management restructure",
            note=f"{reading.unit.symbol} · as at {reading.period_words}",
            unit=reading.unit,
            first="Budget",
            heads=[Head("Year", text=True), Head("Amount")],
            rows=[
                FigureRow(
                    row.label,
                    [TextCell("" if row.year is None else reading.horizon.label(row.year)), Figure(row.amount)],
                    kind="of" if row.is_part else "",
                    prefix="of which" if row.is_part else "",
                    note=row.note,
                )
                for row in found
            ],
            none_when_zero=False,
        )
    )


def _current(paper: Paper, context: Mapping[str, Any]) -> None:
    """The approved lines of the block that the form names, and where the printed totals differ from them."""
    form = context["form"]
    if form.is_project:
        paper.heading("Current savings programme")
        if form.reading.basis == "proposed":
            paper.words(
                "Not shown: this paper is read with proposed amounts only, and the current programme is approved."
            )
        elif context["current"] is not None:
            paper.figure_table(context["current"])
            paper.quiet(f"The approved lines of {form.block.title}, not this project’s own money.")
            notes = [(line.title, line.note) for line in form.lines_of_block if line.note]
            if len(form.lines_of_block) == 1:
                paper.points(note for _title, note in notes)
            else:
                paper.points(f"{title}: {note}" for title, note in notes)
        elif form.block is not None:
            paper.words(f"{form.block.title} holds no approved amount.")
        else:
            paper.words("None is named on the form.")
    if context["differences"] and form.reading.basis != "proposed":
        paper.heading("Printed totals that differ", 2 if form.is_project else 1)
        for each in context["differences"]:
            paper.notice(
                each.title,
                f"As printed {each.stated}, from its parts {each.computed}, difference {each.difference}. {each.text}",
            )


def _savings(paper: Paper, context: Mapping[str, Any]) -> None:
    """The project's own savings, proposed and approved apart, by type, rating and year, then line by line in total."""
    for part in context["bases"]:
        paper.heading(part["title"])
        for table in part["tables"]:
            paper.figure_table(table)
        said = [*part["none"]]
        if part["tables"]:
            said += [f"Total {part['basis']}: {strip_marks(part['total'])}.", *map(strip_marks, part["remarks"])]
        paper.quiet(" ".join(said))
    paper.heading("Total savings")
    if context["lines"] is None:
        paper.words("No savings line is written down.")
        return
    paper.figure_table(context["lines"])
    if context["money"].is_rounded:
        paper.quiet(sentences.ROUNDING)


def _agreed_by(paper: Paper, signatures: Signatures) -> None:
    """Who signed which version, on which day and for how much; what changed after it."""
    paper.heading("Agreed by")
    paper.table(
        f"Version {signatures.number}: three posts sign the same figures",
        "A signature approves nothing: approval is a decision",
        ("Post", "Signature", "Date", "Signed for"),
        [_signed(row) for row in signatures.current],
        widths=(5, 3, 2, 2),
    )
    if signatures.changed_since:
        paper.notice("Changed since it was signed", f"{signatures.signed_for}. Nobody has signed what stands now.")
        _changes(paper, "Changed since it was signed", ("As signed", "Now"), signatures.changes)
    for version in signatures.versions:
        paper.heading(f"Version {version.number}, signed for {version.amount} {version.days}", 2)
        rows = [_signed(row) for row in version.rows]
        heads = ("Post", "Signature", "Date", "Signed for")
        paper.table(f"Who signed version {version.number}", "", heads, rows, widths=(5, 3, 2, 2))
        if version.changes:
            _changes(paper, "What the next version changed", ("Before", "After"), version.changes)


def _signed(row: Row) -> tuple[str, str, str, str]:
    if row.signature is None:
        return row.post, "Not signed", "–", "–"
    return row.post, f"Signed {row.holder}".strip(), f"{row.signature.signed_on:%-d %B %Y}", row.words


def _changes(paper: Paper, caption: str, heads: tuple[str, str], changes: Iterable[ToldChange]) -> None:
    rows = [(each.what, each.was, each.now) for each in changes]
    paper.table(caption, "", ("Figure", *heads), rows, widths=(6, 3, 3))


def _measures(paper: Paper, form: ProForma) -> None:
    if not form.measures:
        return
    paper.heading("Success measures")
    paper.points(_measure(each) for each in form.measures)


def _measure(each: Any) -> str:
    parts = [each.target_in_words if each.target is None else _number(each.target, each.unit), each.due_in_words]
    words = ", ".join(part for part in parts if part)
    said = f"{each.name}: {words}" if words else each.name
    if each.baseline is not None:
        said += f" (baseline {_number(each.baseline, each.unit)})"
    return said if each.is_measurable else f"{said}. Not measurable as written."


def _number(value: Any, unit: str) -> str:
    return f"{value:,f} {unit}".strip() if value == value.to_integral() else f"{value.normalize():,f} {unit}".strip()


def _challenge_notes(paper: Paper, notes: Sequence[ToldNote]) -> None:
    if not notes:
        return
    paper.heading("Challenge notes")
    for each in notes:
        paper.heading(f"{each.post}, {each.note.written_at:%-d %B %Y}", 2)
        paper.words(each.note.words)
        if each.note.answer:
            paper.sentence(f"Answer of {each.note.answered_by}, {each.note.answered_at:%-d %B %Y}:")
            paper.words(each.note.answer)
        else:
            paper.words("Not answered.")


def _equality(paper: Paper, form: ProForma) -> None:
    """Equality impact, dependencies and decisions: what stands around an approval."""
    paper.heading("Equality, dependencies and decisions")
    each = form.equality
    if each is None:
        paper.words("Equality impact: not recorded.")
    else:
        done = f", {each.done_on:%-d %B %Y}" if each.done_on else ""
        paper.words(f"Equality impact: {each.get_state_display().lower()}{done}. {plain(each.reason)}".strip())
    paper.words(form.equality_words)
    paper.points(
        f"{other.words} {other.end}: {plain(other.text)}" if other.text else f"{other.words} {other.end}"
        for other in form.dependencies
    )
    if not form.dependencies:
        paper.words("No dependency is written down.")
    paper.points(_decision(decision) for decision in form.decisions)
    if not form.decisions:
        paper.words("No decision names these savings.")


def _decision(decision: Any) -> str:
    day = f"{decision.decided_on:%-d %B %Y}" if decision.decided_on else decision.decided_in_words or "date not stated"
    said = f"{decision.get_kind_display()}: {decision.body}, {day}"
    if decision.reference:
        said += f" ({decision.reference})"
    waits = "" if decision.confirmed_at else "Recorded, not confirmed: it changes nothing yet."
    before = "Taken before this product was in use." if decision.taken_before_use else ""
    notes = (before, decision.reason, decision.assumption, waits, decision.illustration)
    return " ".join([f"{said}.", *(note for note in notes if note)])
