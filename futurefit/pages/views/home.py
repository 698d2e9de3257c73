"""The home page: different for each post (pages.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from futurefit.access.permissions import EVERY_POST, FINANCE, HEADS_OF_SERVICE, LEADERS, open_to
from futurefit.access.reader import HeldPost
from futurefit.council.models import PostKind
from futurefit.history.models import Act
from futurefit.history.together import Part, prefetched, together
from futurefit.pages import as_read, sentences
from futurefit.pages.delivery import late_and_due
from futurefit.pages.differences import open_differences
from futurefit.pages.figures import HOW_SURE_WORDS, MINUS_WORDS, Groups, Sheet, said
from futurefit.pages.money_shown import leading_to, money_of, project_words
from futurefit.pages.my_returns import due_from
from futurefit.pages.portfolio import Portfolio
from futurefit.pages.remarks import remarks
from futurefit.pages.signatures_due import signatures_due
from futurefit.pages.views.directorates import directorate_context
from futurefit.pages.views.programme import programme_context
from futurefit.pages.views.themes import told_dependency
from projects.models import Programme
from risks.models import Dependency
from savings.decided import State, state_of
from savings.groupings import groups_of
from savings.links import compared_with, group_url, lines_url
from savings.measures import EMPTY, Money
from savings.models import Decision, ReportingPeriod
from savings.permissions import can_confirm_decision
from savings.reading import Reading, read
from savings.returns_board import counts_of, lead_of, tiles_of
from savings.rollups import Row, scan_each
from savings.what_changed import what_changed

LATEST_ACTS = 20
WITHOUT_POST = "the first page after signing in tells somebody without a post what to do"


@dataclass(frozen=True)
class Attention:
    """Something that waits for the reader, for the component `changes`: how many, what, and what to do."""

    by: str
    what: str
    href: str = ""
    text: str = ""
    reason: str = ""


@open_to(EVERY_POST, without_post=WITHOUT_POST)
def home(request: HttpRequest) -> HttpResponse:
    """What the first post of the reader needs to see first."""
    if not request.reader.has_any_post:
        return render(request, "pages/home_without_post.html")
    reading = read(request)
    post = request.reader.held[0]
    template, context = _HOMES[post.kind](request, reading, post)
    context["signatures_due"] = signatures_due(request.reader, reading)
    if post.kind in HEADS_OF_SERVICE | LEADERS:
        context["due_returns"] = due_from(reading, request.reader)
    return render(request, template, {"reading": reading, "home_of": post.title, **context})


def _finance(request: HttpRequest, reading: Reading, post: HeldPost) -> tuple[str, dict[str, Any]]:
    unconfirmed = _unconfirmed_decisions(reading)
    decisions = [each for each in unconfirmed if state_of(reading, each) is State.WAITING]
    lapsed = [each for each in unconfirmed if each not in decisions]
    sheet = Sheet.of(reading, ("directorate", "recurring"))
    about = remarks(reading)
    counts = counts_of(reading.period)
    return "pages/home_finance.html", {
        "returns": tiles_of(reading, counts) if counts.due else [],
        "returns_lead": lead_of(reading, counts),
        "programme": reading.programme,
        **money_of(sheet),
        "attention": _attention(
            reading, about.without, len(decisions), len(lapsed), can_confirm_decision(request.reader)
        ),
        "decisions": decisions,
        "lapsed": lapsed,
        "compared": compared_with(reading, "directorate"),
        "decision_page": _decision_page(request, reading),
        "by_directorate": sheet.by_year(
            "directorate",
            key="directorates",
            caption="Savings planned, by directorate",
            first="Directorate",
            total="Programme",
            words=leading_to(reading, "directorate"),
            foot=f"{HOW_SURE_WORDS} {MINUS_WORDS} {sentences.ROUNDING}",
        ),
        "remarks": about,
    }


def _attention(reading: Reading, without: int, decisions: int, lapsed: int, confirms: bool) -> list[Attention]:
    """Differences, savings in words alone, decisions that wait and those that came too late, with the way to each."""
    found = []
    differing = open_differences(reading)
    if differing:
        found.append(
            Attention(
                f"{differing:,}",
                "printed figure" if differing == 1 else "printed figures",
                reverse("savings:reconciliation") + reading.query,
                "differing from what is computed. An officer records which is right.",
            )
        )
    if without:
        found.append(
            Attention(
                f"{without:,}",
                "saving without an amount" if without == 1 else "savings without an amount",
                lines_url(reading, {"amount": None}),
                "adding to no total until a finance officer enters one."
                if without == 1
                else "adding to no total until a finance officer enters amounts.",
            )
        )
    if decisions:
        found.append(
            Attention(
                f"{decisions:,}",
                "decision" if decisions == 1 else "decisions",
                "#decisions",
                "waiting for you to confirm." if confirms else "waiting for the head of finance to confirm.",
            )
        )
    if lapsed:
        found.append(
            Attention(
                f"{lapsed:,}",
                "decision" if lapsed == 1 else "decisions",
                "#lapsed",
                "not confirmed before its period closed. A finance officer records it for the open one or withdraws it."
                if lapsed == 1
                else "not confirmed before their period closed. A finance officer records them for the open one, or "
                "withdraws them.",
            )
        )
    return found


def _decision_page(request: HttpRequest, reading: Reading) -> str:
    """Where a decision that waits leads to: for whoever may confirm it to the page on which that is done."""
    confirms = can_confirm_decision(request.reader) and reading.period.is_open  # type: ignore[attr-defined]
    return "savings:decision_confirm" if confirms else "savings:decision_detail"


def _unconfirmed_decisions(reading: Reading) -> list[Decision]:
    """Decisions recorded and not confirmed, as read: in the open period also those of periods that closed before.

    With them come the weights of the period, which the figures of the page need.
    """
    waiting = reading.rows(Decision).filter(programme_id=reading.programme.pk, confirmed_at__isnull=True)
    waiting = waiting.filter(withdrawn_at__isnull=True)
    if not reading.period.is_open:
        waiting = waiting.filter(effective_in_id=reading.period.pk)
    found = together(
        Programme.objects.filter(pk=reading.programme.pk),
        {
            "decisions": Part(waiting, order=("recorded_at", "id")),
            "definitions": Part(reading.period.rag_definitions.all(), order=("period_id", "id")),
        },
    )
    prefetched(reading.period, "rag_definitions", found["definitions"])
    return found["decisions"]


def _head_of_service(request: HttpRequest, reading: Reading, post: HeldPost) -> tuple[str, dict[str, Any]]:
    if reading.scope.everything:
        return _whole(request, reading, post)
    beside = as_read.beside_all(reading)
    sheet = Sheet.of(reading, ("service", "project", "recurring")).visible()
    own = request.reader.own_service_ids
    projects = beside.projects
    led = reading.scope.theme_ids
    own_milestones = [each for each in beside.rows["milestones"] if each.project_id in projects or each.theme_id in led]
    late, due = late_and_due(own_milestones, reading, projects, beside.theme_names)
    idle = [row.label for row in sheet.by("service").rows if row.group.group_id in own and not row.total.holds_rows]
    return "pages/home_head.html", {
        **money_of(sheet),
        "late": late,
        "due": due,
        "idle_services": sentences.joined(idle),
        "by_service": sheet.by_year(
            "service",
            key="services",
            caption="Your services, and services in which you lead",
            first="Service",
            total="All that is yours",
            keep=lambda row: row.total.holds_rows,
            foot=f"{HOW_SURE_WORDS} {MINUS_WORDS}",
        ),
        "by_project": sheet.by_year(
            "project",
            key="projects",
            caption="Projects of your services, and those you lead",
            first="Project",
            total="All that is yours",
            words=lambda row: project_words(reading, row, projects, ""),
            keep=lambda row: row.total.holds_rows or row.group.group_id in projects,
            foot=sentences.ROUNDING,
        ),
        "projects": projects,
        "remarks": remarks(reading).with_illustrations(project.illustration for project in projects.values()),
    }


def _director(request: HttpRequest, reading: Reading, post: HeldPost) -> tuple[str, dict[str, Any]]:
    directorate = as_read.directorate_at(reading, pk=_directorate_of(reading, post))
    if directorate is None:
        return _whole(request, reading, post)
    try:
        return "pages/directorate_detail.html", directorate_context(request.reader, reading, directorate)
    except Http404:  # the period does not show the directorate: before it began, or after it ended
        return _whole(request, reading, post)


def _directorate_of(reading: Reading, post: HeldPost) -> int | None:
    """The director's directorate, or where the period does not show it yet the ended one that it follows."""
    if not post.finance_directorate_ids:
        return post.directorate_id
    shown = {group.group_id for group in groups_of(reading.period, ("directorate",))["directorate"]}
    own = (post.directorate_id, *sorted(post.finance_directorate_ids))
    return next((each for each in own if each in shown), post.directorate_id)


def _whole(request: HttpRequest, reading: Reading, post: HeldPost) -> tuple[str, dict[str, Any]]:
    beside = as_read.beside_all(reading)
    late, due = late_and_due(beside.rows["milestones"], reading, beside.projects, beside.theme_names)
    return "pages/home_whole.html", {**programme_context(reading), "late": late, "due": due}


def _cabinet_member(request: HttpRequest, reading: Reading, post: HeldPost) -> tuple[str, dict[str, Any]]:
    portfolio = Portfolio(reading, post, as_read.beside_all(reading, led_by=post.id))
    sheet = Sheet.of(reading, ("theme",))
    about = remarks(reading)
    total = sheet.total.total
    return "pages/home_cabinet.html", {
        "sheet": sheet,
        "portfolio": portfolio,
        "changed": what_changed(reading, portfolio.beside.rows) if portfolio.works else None,
        "planned": sheet.inline(total) if sheet.holds_money else "",
        "standing": sheet.told(sentences.standing(total.secure, total.at_risk, total.not_rated, total.target), total),
        "cards": _cards(reading, sheet, portfolio),
        "same_money": [told_dependency(each, reading) for each in portfolio.beside.rows["same_money"]],
        "same_money_url": _same_money_url(reading),
        "remarks": about,
        "in_ten_rounding": sentences.IN_TEN_ROUNDING,
        "table_note": sheet.note(),
    }


def _same_money_url(reading: Reading) -> str:
    """The list of the dependencies that say that two pieces of work may count the same money."""
    asked = {**reading.parameters(), "kind": Dependency.Kind.SAME_MONEY.value}
    return f"{reverse('pages:dependency_list')}?{urlencode(asked)}"


def _cards(reading: Reading, sheet: Sheet, portfolio: Portfolio) -> list[dict[str, Any]]:
    """A card for each theme and for what has none: planned, four shares of every £10 in words, and what moved."""
    themes = {theme.pk: theme for theme in portfolio.beside.rows["themes"]}
    falling = sheet.shown.falling().rollup("theme", view=reading.view)
    increments = sheet.shown.rollup("theme")
    moves = _Moves.of(reading)
    cards = []
    for row in sheet.by("theme").rows:
        theme = themes.get(row.group.group_id)
        if theme is None and not row.total.holds_rows:
            continue
        money, groups = row.total, {"theme": row.key}
        standing = sentences.standing(money.secure, money.at_risk, money.not_rated, money.target)
        figure = sheet.figure(money, groups=groups)
        own = increments.find(row.group.group_id) or row
        cards.append(
            {
                "title": row.label if theme else "Savings without a theme",
                "href": group_url(reading, "theme", row.group) or lines_url(reading, groups),
                "text": theme.vision if theme else "",
                "yours": row.group.group_id in portfolio.theme_ids,
                "amount": figure.amount,
                "figure_href": figure.href,
                "unit": reading.unit,
                "bar": sheet.mini(row, f"card-{len(cards)}", falling.find(row.group.group_id)),
                "delivered": _delivered(sheet, own.year(sheet.percent_year), groups),
                "sentence": sheet.told(standing, money, groups),
                "moved": moves.words(own),
                "moved_url": moves.url(own),
                "empty": not money.holds_rows,
                "has_paper": theme is None or theme.has_paper,
            }
        )
    return cards


def _delivered(sheet: Sheet, year: Money, groups: Groups) -> SafeString:
    """How much of every £10 planned for the period's year is delivered, linked to what is."""
    planned = f"planned for {sheet.label(sheet.percent_year)}"
    share = sentences.in_ten(year.counted_delivered, year.counted_target, planned=planned, done="is delivered")
    if year.counted_target <= 0:
        return format_html("{}", share.after)
    return format_html(
        "{} {} {}", share.before, said(share.figure, sheet.counted(year, "delivered", groups)), share.after
    )


@dataclass(frozen=True)
class _Moves:
    """What themes promised in the period before, in the basis that is read; in a first period nothing is said."""

    reading: Reading
    before: ReportingPeriod | None
    rows: Mapping[object, Row]

    @classmethod
    def of(cls, reading: Reading) -> _Moves:
        before = next((period for period in reading.periods if period.pk == reading.period.copied_from_id), None)
        if before is None:
            return cls(reading, None, {})
        scans = scan_each([before], ("theme",), basis=reading.basis, scope=reading.scope)
        return cls(reading, before, scans[before.pk].each("theme"))

    def _by(self, row: Row) -> tuple[int, int]:
        before = self.rows.get(row.group.group_id)
        was = before.total if before else EMPTY
        return row.total.target - was.target, row.total.secure - was.secure

    def words(self, row: Row) -> str:
        return sentences.moved_since(self.before.spoken, *self._by(row), self.reading.unit) if self.before else ""

    def url(self, row: Row) -> str:
        """What moved the theme's target, or else its secure amount, and why; empty where neither moved."""
        planned, secure = self._by(row)
        if self.before is None or not (planned or secure):
            return ""
        asked = {"from": self.before.label, **self.reading.parameters(view=None, shape=None)}
        asked |= {"by": "theme", "group": row.key or "none", **({} if planned else {"measure": "secure"})}
        return f"{reverse('savings:movement_lines')}?{urlencode(asked)}"


def _auditor(request: HttpRequest, reading: Reading, post: HeldPost) -> tuple[str, dict[str, Any]]:
    acts = Act.objects.filter(Q(programme_slug=reading.programme.slug) | Q(programme_slug="")).newest_first()
    if reading.moment is not None:
        acts = acts.up_to(reading.moment)
    return "pages/home_auditor.html", {"acts": list(acts[:LATEST_ACTS]), "remarks": remarks(reading)}


_Home = Callable[[HttpRequest, Reading, HeldPost], tuple[str, dict[str, Any]]]
_HOMES: dict[str, _Home] = {
    **dict.fromkeys(FINANCE, _finance),
    **dict.fromkeys(HEADS_OF_SERVICE, _head_of_service),
    PostKind.DIRECTOR: _director,
    PostKind.CHIEF_EXECUTIVE: _whole,
    PostKind.PROGRAMME_OFFICER: _whole,
    PostKind.CABINET_MEMBER: _cabinet_member,
    PostKind.AUDITOR: _auditor,
}
