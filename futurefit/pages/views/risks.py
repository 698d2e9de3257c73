"""`/risks/<code>/`: one risk with its scores, actions and escalation; and the scale that risks are scored on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.access.reader import Reader
from futurefit.council.models import Post
from futurefit.history.as_opened import digest_of
from futurefit.history.models import Act
from futurefit.history.together import Part as Rows
from futurefit.history.together import together
from futurefit.history.tracking import history_model
from futurefit.pages.as_read import post_title
from futurefit.pages.parts import Part, PartPage, closed
from futurefit.pages.risk_told import ToldScores, scores_over_time, told_actions, told_escalation, told_score
from futurefit.ui.editing import RowSet
from futurefit.ui.figures import figure_html
from projects.models import Programme, Project, Theme
from projects.permissions import TENDS_DELIVERY, WRITES_THEMES, may_change_delivery
from projects.querysets import owned_visible_to
from risks.forms import ActionRow, EscalationForm, ScaleForm, shown_scale
from risks.heat import money_of, with_money
from risks.models import Risk, RiskAction, RiskScale
from risks.movement import move_of, period_before, stood
from risks.services import SCALE_FIELDS, actions_of, escalate_risk, escalations_of, save_actions, save_scale, scale_of
from savings.owners import Owner
from savings.reading import Reading, read

ACTIONS = Part("actions", "Actions on the risk", "Change the actions", may_change_delivery)
ESCALATION = Part(
    "escalate",
    "Escalation",
    "Escalate, or hand back",
    may_change_delivery,
    "A risk that its owner alone cannot handle is handed up, and handed back when it can be.",
    says="Save where it is handled",
)
SCALE = Part(
    "scale",
    "Risk scale",
    "Change the scale",
    lambda reader, scope, project: False,
    "Scores that risks have stay as they are; a closed period keeps the scale that it was closed with.",
)
WAYS = ("GET", "HEAD", "POST")


@dataclass(frozen=True)
class Held:
    """A risk as it is read, what it belongs to, and whether the reader may change it."""

    risk: Risk
    owner: Owner
    may_change: bool


@open_to(EVERY_POST)
def risk_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One risk: its three scores, actions, where it is handled, the money at risk beside it, how it moved.

    As it stood when a closed period was closed. 404 outside the reader's scope.
    """
    reading = read(request)
    held = _held(request, reading, code)
    risk = held.risk
    rows = _rows(reading, risk)
    scale = next(iter(rows["scale"]), None) or RiskScale()
    over_time = scores_over_time(rows["copies"])
    since = period_before(reading)
    move = None
    if since is not None:
        then = over_time.at(since.closed_at)
        now = stood(risk.status, risk.current_likelihood, risk.current_impact)
        move = move_of(then and stood(then["status"], then["current_likelihood"], then["current_impact"]), now)
    risk.belongs_to = held.owner  # type: ignore[attr-defined]
    money = with_money(reading, [risk], money_of(reading))[0].money
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home")), ("Risks", reverse("risks:risk_list") + reading.query)],
        "risk": risk,
        "owner": held.owner,
        "owner_title": rows["risk"][0].owner_title if rows["risk"] else "",
        "scores": [told_score(risk, name, scale) for name in ToldScores],
        "scale": scale,
        "actions": told_actions(rows["actions"], reading.today),
        "escalation": told_escalation(risk, rows["escalations"]),
        "review_is_past": risk.review_on is not None and risk.status == "open" and risk.review_on < reading.today,
        "since": since,
        "move": move,
        "over_time": over_time.told(scale),
        "money": figure_html(money.amount, reading.unit, money.href, symbol=True),
        "history_url": reverse("pages:risk_history", args=[code]) + reading.query,
        "links": _links(reading, held),
    }
    return render(request, "pages/risk_detail.html", context)


@open_to(TENDS_DELIVERY)
@require_http_methods(WAYS)
def risk_actions(request: HttpRequest, code: str) -> HttpResponse:
    """Enter, change and remove what is done about a risk, all together."""
    page, held = _page(request, code, ACTIONS)
    if not page.reading.period.is_open:
        return closed(page)
    posts = list(Post.objects.order_by("title", "pk"))

    def make(posted: Mapping[str, Any] | None) -> RowSet:
        standing = list(actions_of(held.risk).select_related("owner"))
        names = ("description", "owner", "due_on", "status")
        rows = [(row.pk, {name: getattr(row, name) for name in names}) for row in standing]
        return RowSet(
            ActionRow, rows, "action", digest_of(standing), prepare=lambda form: form.offer(posts), data=posted
        )

    def save(rows: RowSet) -> bool:
        return save_actions(actor=page.actor, risk=held.risk, typed=rows.typed, as_opened=rows.as_opened)

    return page.rows(make, save)


@open_to(TENDS_DELIVERY)
@require_http_methods(WAYS)
def risk_escalate(request: HttpRequest, code: str) -> HttpResponse:
    """Hand a risk up to the theme or the corporate programme, or back, with the reason."""
    page, held = _page(request, code, ESCALATION)
    if not page.reading.period.is_open:
        return closed(page)
    words = {"": f"Its {(held.risk.project and 'project') or 'theme'}: {held.owner}", **_ESCALATED}
    choices = [(to, words[to]) for to in escalations_of(held.risk)]

    def make(posted: Mapping[str, Any] | None, now: Mapping[str, Any]) -> EscalationForm:
        form = EscalationForm(posted, initial=now)
        form.offer(choices)
        return form

    def stands() -> dict[str, Any]:
        now = Risk.objects.get(pk=held.risk.pk)
        return {"to": now.escalated_to, "reason": "", "as_opened": digest_of([now], ("escalated_to", "status"))}

    def save(form: EscalationForm) -> bool:
        return escalate_risk(actor=page.actor, risk=held.risk, as_opened=form.cleaned_data["as_opened"], **form.typed)

    return page.form(make, stands, save)


@open_to(WRITES_THEMES)
@require_http_methods(WAYS)
def risk_scale(request: HttpRequest) -> HttpResponse:
    """The scale of the programme: points, labels, tolerance and bands."""
    reading = read(request)
    back = reverse("risks:risk_list") + reading.query
    page = PartPage(
        request, reading, SCALE, reading.programme.name, back, [("Home", reverse("pages:home")), ("Risks", back)]
    )
    if not reading.period.is_open:
        return closed(page)

    def make(posted: Mapping[str, Any] | None, now: Mapping[str, Any]) -> ScaleForm:
        return ScaleForm(posted, initial=now)

    def stands() -> dict[str, Any]:
        scale = scale_of(reading.programme.pk)
        return {**shown_scale(scale), "as_opened": digest_of([scale], SCALE_FIELDS)}

    def save(form: ScaleForm) -> bool:
        return save_scale(
            actor=page.actor, programme=reading.programme, as_opened=form.cleaned_data["as_opened"], **form.typed
        )

    return page.form(make, stands, save)


_ESCALATED = {
    Risk.Escalation.THEME.value: "The theme of the project",
    Risk.Escalation.CORPORATE.value: "The corporate programme",
}


def _page(request: HttpRequest, code: str, part: Part) -> tuple[PartPage, Held]:
    """The page on which a risk is changed. Raises PermissionDenied where it is not the reader's to change."""
    reading = read(request)
    held = _held(request, reading, code)
    if not held.may_change:
        raise PermissionDenied
    back = reverse("pages:risk_detail", args=[code]) + reading.query
    crumbs = [("Risks", reverse("risks:risk_list") + reading.query), (f"Risk {code}", back)]
    return PartPage(request, reading, part, f"Risk {code}", back, crumbs), held


def _held(request: HttpRequest, reading: Reading, code: str) -> Held:
    """The risk with this code, as it is read, in two queries. Raises Http404 outside the reader's scope."""
    visible = reading.rows(Risk).filter(owned_visible_to(reading.scope), programme_id=reading.programme.pk)
    risk = visible.filter(code=code).first()
    of = None
    if risk is not None:
        of = reading.rows(Project if risk.project_id else Theme).filter(id=risk.project_id or risk.theme_id).first()
    if risk is None or of is None:
        when = "" if reading.moment is None else f" in {reading.period.spoken}"
        raise Http404(f"There is no risk “{code[:40]}” that you can open{when}.")
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if isinstance(of, Project):
        address = reverse("pages:project_detail", args=[of.code]) + reading.query
        may = may_change_delivery(reader, reading.scope, of)
        return Held(risk, Owner(of.title, address, of.theme_id, of.code), may)
    address = reverse("pages:theme_detail", args=[of.slug]) + reading.query
    return Held(risk, Owner(of.name, address, of.pk, of.slug), reader.has_post(*WRITES_THEMES))


def _rows(reading: Reading, risk: Risk) -> dict[str, list[Any]]:
    """What stands beside a risk, in one query."""
    until = {} if reading.moment is None else {"history_date__lte": reading.moment}
    acts = Act.objects.about(risk).filter(verb="risks.risk_escalated")
    if reading.moment is not None:
        acts = acts.filter(at__lte=reading.moment)
    found: dict[str, list[Any]] = together(
        Programme.objects.filter(pk=reading.programme.pk),
        {
            "risk": Rows(reading.rows(Risk).filter(id=risk.pk), also={"owner_title": post_title(reading, "owner")}),
            "scale": Rows(reading.rows(RiskScale).filter(programme_id=reading.programme.pk), order=("id",)),
            "actions": Rows(
                reading.rows(RiskAction).filter(risk_id=risk.pk),
                order=("due_on", "id"),
                also={"owner_title": post_title(reading, "owner")},
            ),
            "copies": Rows(
                history_model(Risk)._default_manager.filter(id=risk.pk, **until),
                order=("history_date", "history_id"),
                copies=True,
            ),
            "escalations": Rows(acts, order=("at", "id")),
        },
    )
    return found


def _links(reading: Reading, held: Held) -> dict[str, list[tuple[str, str]]]:
    """The links to change a risk, by the section that they stand in, for who may; none in a closed period."""
    if not (held.may_change and reading.period.is_open):
        return {}
    code, query = held.risk.code, reading.query
    owner = "project" if held.risk.project_id else "theme"
    edit = reverse(f"pages:{owner}_risks", args=[held.owner.key]) + query
    return {
        "scores": [(edit, "Change the risk and its scores")],
        "actions": [(reverse("pages:risk_actions", args=[code]) + query, ACTIONS.link)],
        "escalate": [(reverse("pages:risk_escalate", args=[code]) + query, ESCALATION.link)],
    }
