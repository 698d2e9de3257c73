"""`/risks/`: the register and its heat map."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.ui.exports import export_table
from projects.permissions import WRITES_THEMES
from risks.filters import RiskFilterSet
from risks.heat import Placed, heat_of, money_of, placed, with_money
from risks.models import Risk, RiskScale
from risks.movement import Moves, moves_of, risk_url, stood, told_by_kind
from risks.tables import RiskTable
from savings.owners import themes_of, with_owners
from savings.reading import Reading, read
from savings.rollups import Scan


@open_to(EVERY_POST)
def risk_list(request: HttpRequest) -> HttpResponse:
    """The risks asked for that the reader may see, as they stood when a closed period was closed.

    With an invalid filter: what is wrong, no row, status 400.
    """
    reading = read(request, also=request.GET)
    themes = themes_of(reading)
    scale = reading.rows(RiskScale).filter(programme_id=reading.programme.pk).first() or RiskScale()
    asked = RiskFilterSet(request.GET, reading=reading, themes=themes, scale=scale)
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "controls": asked.controls(),
        "problems": asked.problems,
        "scale": scale,
        "highest": scale.points**2,
    }
    if not asked.is_valid():
        return render(request, "risks/risk_list.html", context, status=400)
    look = {
        "caption": "Risks",
        "note": f"Score is likelihood × impact, 1 to {scale.points**2} · money at risk in {reading.words}",
        "scale": scale,
        "unit": reading.unit,
    }
    money, register = money_of(reading), placed(asked.qs)
    moves = moves_of(reading, ((risk.id, stood(risk.status, risk.likelihood, risk.impact)) for risk in register))
    table = RiskTable.of(request, asked.qs, count=len(register), **look)
    if "export" in request.GET:
        everything = RiskTable(_complete(reading, table.data.data, themes, money, register, moves), **look)
        preamble = [f"Tolerance: a current score of {scale.tolerance}.", *asked.words()]
        return export_table(f"risks {reading.period.label}", everything, request.GET["export"], preamble)
    table.page.object_list = _complete(reading, table.page.object_list, themes, money, register, moves)
    context |= {
        "table": table,
        "words": asked.words(),
        "illustrations": sorted({risk.illustration for risk in table.page.object_list if risk.illustration}),
        "count": len(register),
        "unscored": len([risk for risk in register if not risk.is_scored]),
        "beyond": len([risk for risk in register if risk.is_beyond(scale.tolerance)]),
        "since": moves.since,
        "moved": told_by_kind(reading, moves, {risk.id: risk.code for risk in register}, with_removed=not asked.chosen),
        "scale_url": reverse("pages:risk_scale") + reading.query if _may_change_scale(request, reading) else "",
        "heat": heat_of(reading, register, scale, money, _cells_of(request)),
    }
    return render(request, "risks/risk_list.html", context)


def _may_change_scale(request: HttpRequest, reading: Reading) -> bool:
    return bool(reading.period.is_open and request.reader.kinds & WRITES_THEMES)  # type: ignore[attr-defined]


def _complete(reading: Reading, risks, themes, money: Scan, register: Sequence[Placed], moves: Moves) -> list:
    """The risks with what they belong to, the money at risk there, the post that owns them and how they moved.

    One query whatever their number.
    """
    found = with_money(reading, with_owners(reading, risks, themes), money)
    titles = {risk.id: risk.owner_title for risk in register}
    for risk in found:
        risk.owner_title = titles.get(risk.pk)
        risk.href, risk.moved = risk_url(reading, risk.code), moves.words(risk.pk)
    return found


def _cells_of(request: HttpRequest) -> Callable[[int, int], str]:
    """The address of a cell of the map: the open risks of one likelihood and impact among those asked for."""

    def address(likelihood: int, impact: int) -> str:
        query = request.GET.copy()
        for name in ("page", "sort", "scored"):
            query.pop(name, None)
        query["likelihood"], query["impact"], query["status"] = str(likelihood), str(impact), Risk.Status.OPEN.value
        return f"{request.path}?{query.urlencode()}"

    return address
