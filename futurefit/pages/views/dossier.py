"""`/projects/<code>/`: the dossier, a project in the shape of its pro-forma on one page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from futurefit.access.permissions import EVERY_POST, SEES_EVERYTHING, open_to
from futurefit.pages.money_needed import ToldPayback, needed, told_payback
from futurefit.pages.papers.project import project_paper
from futurefit.pages.parts import edit_links, links_of_sections
from futurefit.pages.pro_forma import KINDS, ProForma, pro_forma
from futurefit.pages.pro_forma_money import ProFormaMoney, money_of, signed_words
from futurefit.pages.signatures import Signatures
from futurefit.pages.stage_gaps import gaps_of
from futurefit.pages.views.signing import signing_link
from futurefit.ui.figures import figure_html
from futurefit.values.money import MINUS
from projects.models import Project
from savings.downloads import download_of
from savings.payback import payback
from savings.permissions import LineRight, right_over_new_lines
from savings.reading import Reading, read
from savings.rollups import NO_TARGETS

BEFORE_DELIVERY = (Project.Stage.IDEA, Project.Stage.CONCEPT, Project.Stage.BUSINESS_CASE)


@open_to(EVERY_POST)
def project_detail(request: HttpRequest, code: str) -> HttpResponse:
    """The whole form of one project, workstream or block, fit to be printed on A4. 404 outside the reader's scope."""
    reading = read(request)
    context = project_context(reading, code)
    form, money, signatures = context["form"], context["money"], context["signatures"]
    changes = edit_links(request, reading, form.project, form.leading_post_ids)
    if all(each.note.answer for each in form.challenge_notes):
        changes.pop("answers", None)
    enter_url, enter_words = _entering(request, form)
    ways = {**changes, **({"savings": (enter_url, enter_words)} if enter_url else {})}
    context |= {
        "crumbs": [("Home", reverse("pages:home")), ("Projects", reverse("pages:project_list") + reading.query)],
        "sign": signing_link(request.reader, signatures),
        "download": download_of(request.reader, reading, {"project": code}),
        "enter_url": enter_url,
        "enter_words": enter_words,
        "changes": links_of_sections(changes),
        "gaps": gaps_of(form, money, ways) if "stage" in changes and reading.basis == "all" else None,
        "opens_reconciliation": bool(request.reader.kinds & SEES_EVERYTHING),
    }
    return render(request, "pages/project_detail.html", context)


@open_to(EVERY_POST)
def project_document(request: HttpRequest, code: str) -> HttpResponse:
    """The form as an editable paper, in the order of the pro-forma. 404 outside the reader's scope."""
    reading = read(request)
    return project_paper(project_context(reading, code)).response(f"{code} pro-forma {reading.period.label}")


def project_context(reading: Reading, code: str) -> dict[str, Any]:
    """What the dossier and its paper show, as far as the reader may see it. Raises Http404 outside their scope."""
    form = pro_forma(reading, code)
    money = money_of(form)
    return {
        "reading": reading,
        "form": form,
        "project": form.project,
        "money": money,
        "is_concept": money.is_concept,
        "concept": _concept_words(form, money),
        "concept_stage": "Concept stage" if form.project.stage in BEFORE_DELIVERY else "Part of this is proposed",
        "at_its_head": _at_its_head(form),
        "facts": _facts(form),
        "fte": _fte(form),
        "texts": _texts(form),
        "bases": _own_savings(form, money),
        "signatures": Signatures(form),
        "lines": money.lines,
        "current": money.current,
        "differences": money.differences,
        "milestones": form.milestones,
        "risks": form.risks,
        "dependencies": form.dependencies,
        "illustrations": form.illustrations,
        "payback": _payback(form, money),
        "investments": [(each, _investment_words(form, each)) for each in form.investments],
        "needed": needed(form.investments, reading),
    }


def _entering(request: HttpRequest, form: ProForma) -> tuple[str, str]:
    """The entry grid, and what the reader does there with the amounts; nothing in a closed period."""
    reading = form.reading
    right = right_over_new_lines(request.reader, reading.scope, form.project)  # type: ignore[attr-defined]
    if right is LineRight.NOTHING or not reading.period.is_open:
        return "", ""
    words = "Enter savings" if right is LineRight.AMOUNTS else "Say how savings stand"
    return reverse("savings:grid_edit", args=[form.project.code]) + reading.query, words


def _concept_words(form: ProForma, money: ProFormaMoney) -> SafeString:
    """What of the figures is approved, and who signed."""
    sentences = []
    if form.block is not None and money.current is not None:
        sentences.append("The current programme is approved; the proposed savings are not.")
    if money.of_basis("approved").atoms:
        sentences.append(format_html("Of its own savings, {} is approved.", money.total("approved")))
    sentences.append(signed_words(form, money))
    return format_html_join(" ", "{}", ((sentence,) for sentence in sentences if sentence))


def _at_its_head(form: ProForma) -> list[tuple[str, Any]]:
    """Type, area and stage, and the posts that have a part; of a workstream or block those that are stated."""
    project = form.project
    area = form.corporate_area.label if form.corporate_area else ""
    stated_type = "" if project.saving_type == "not_stated" else project.get_saving_type_display()
    pairs = [
        ("Type of saving", stated_type),
        ("Corporate plan area", area),
        ("Stage", _stage(project)),
        *form.people,
    ]
    if form.is_project:
        return pairs
    return [("What it is", KINDS[Project.Kind(project.kind)]), *(pair for pair in pairs if pair[1])]


def _facts(form: ProForma) -> list[tuple[str, Any]]:
    """The facts of the form; of a workstream or block those that are stated."""
    money_and_people = [("Base budget", _base_budget(form)), ("Current FTE and FTE impact", _fte(form))]
    return [*_at_its_head(form), *(pair for pair in money_and_people if form.is_project or pair[1])]


def _stage(project: Project) -> str:
    since = project.stage_since
    return f"{project.get_stage_display()}, since {since.day} {since:%B %Y}" if since else project.get_stage_display()


def _base_budget(form: ProForma) -> SafeString:
    """The rows of the base budget, each with its year; a part of the row above says so and is never added to it."""
    unit, horizon = form.reading.unit, form.reading.horizon
    rows = [
        (
            figure_html(row.amount, unit, symbol=True),
            "of which " if row.is_part else "",
            row.label,
            f", {horizon.label(row.year)}" if row.year is not None else "",
        )
        for row in form.rows["base_budget"]
    ]
    return format_html_join(SafeString("<br>"), "{1}{2}: {0}{3}", rows)


def _fte(form: ProForma) -> str:
    """ "24.5 now; −2.0 in 2016/17"."""
    now = form.project.current_fte
    parts = [] if now is None else [f"{now} now"]
    impacts = [f"{row.fte:+} in {form.reading.horizon.label(row.year)}".replace("-", MINUS) for row in form.rows["fte"]]
    return "; ".join([*parts, *([", ".join(impacts)] if impacts else [])])


def _texts(form: ProForma) -> list[tuple[str, str]]:
    project = form.project
    pairs = [
        ("Purpose", project.purpose),
        ("Outcomes", project.outcomes),
        ("Resources", project.resources),
        ("Timing", project.timing),
    ]
    return [(title, words) for title, words in pairs if words]


def _own_savings(form: ProForma, money: ProFormaMoney) -> list[dict[str, Any]]:
    """The project's own savings, approved and proposed apart; a part without money only where the form prints it."""
    shown = form.reading.basis
    return [
        {
            "basis": basis,
            "title": f"{basis.capitalize()} savings",
            "tables": money.matrices(basis),
            "total": money.total(basis),
            "remarks": money.remarks(basis),
            "none": money.none_of(basis) if basis == "proposed" else [],
        }
        for basis in (("proposed", "approved") if form.is_project else ("approved", "proposed"))
        if shown in ("all", basis) and (money.of_basis(basis).atoms or (basis == "proposed" and form.is_project))
    ]


def _payback(form: ProForma, money: ProFormaMoney) -> ToldPayback | None:
    """What its investments come to against its own savings, in the basis that is read."""
    reading = form.reading
    own = money.of_basis(reading.basis).targets("project").get(form.project.pk, NO_TARGETS)
    return told_payback(payback(own, form.investments, reading.horizon), reading)


def _investment_words(form: ProForma, investment: Any) -> str:
    """When, how often and on what standing an investment is."""
    year = "" if investment.year is None else form.reading.horizon.label(investment.year)
    words = [year or "not profiled", investment.get_recurrence_display().lower()]
    if investment.recurrence == "not_stated":
        words[-1] = "recurrent or not: not stated"
    if investment.standing != "not_stated":
        words.append(investment.get_standing_display().lower())
    if investment.funding_source:
        words.append(f"from {investment.funding_source}")
    return ", ".join(words)
