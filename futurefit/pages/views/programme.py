"""The programme as a whole: by directorate, by theme, by year and rating."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.history.together import Part
from futurefit.pages import as_read, sentences
from futurefit.pages.delivered_over_time import against_target
from futurefit.pages.figures import HOW_SURE_WORDS, MINUS_WORDS, Sheet
from futurefit.pages.money_shown import leading_to, money_of, trend_url
from futurefit.pages.remarks import remarks
from projects.models import Project, Theme
from projects.querysets import owned_visible_to
from risks.models import Risk
from risks.movement import risk_url
from savings.downloads import download_of
from savings.reading import Reading, read


@open_to(EVERY_POST)
def programme_detail(request: HttpRequest) -> HttpResponse:
    """Every total of the programme, from one scan."""
    reading = read(request, shapes=True)
    corporate = corporate_risks(reading)
    context = {
        **programme_context(reading),
        "crumbs": [("Home", reverse("pages:home"))],
        "download": download_of(request.reader, reading),
        "corporate": corporate,
    }
    return render(request, "pages/programme_detail.html", context)


@dataclass(frozen=True)
class CorporateRisk:
    """A risk that the corporate programme handles: its words, its page, what it comes from, its score or None."""

    text: str
    href: str
    of: str
    score: int | None
    illustration: str


def corporate_risks(reading: Reading) -> list[CorporateRisk]:
    """The open risks escalated to the corporate programme that the reader may see, the highest first; one query.

    With them come the weights of the period and the requirement, which its figures need: ask for it before them.
    """
    rows = reading.rows(Risk).filter(
        owned_visible_to(reading.scope),
        programme_id=reading.programme.pk,
        escalated_to=Risk.Escalation.CORPORATE,
        status=Risk.Status.OPEN,
    )
    names = {
        "of_project": reading.words_of(Project, "project", "title"),
        "of_theme": reading.words_of(Theme, "theme", "name"),
    }
    told = as_read.with_what_the_period_states(reading, {"risks": Part(rows, also=names)})["risks"]
    found = [
        CorporateRisk(
            sentences.closed(risk.description),
            risk_url(reading, risk.code),
            risk.of_project or risk.of_theme,
            risk.current_score,
            risk.illustration,
        )
        for risk in told
    ]
    return sorted(found, key=lambda risk: (risk.score is None, -(risk.score or 0)))


def programme_context(reading: Reading) -> dict[str, Any]:
    """What the programme page shows; the home page of those who look after the whole shows it too."""
    as_read.with_what_the_period_states(reading)
    sheet = Sheet.of(reading, ("directorate", "theme", "recurring"))
    total = sheet.total.total
    standing = sentences.standing(total.secure, total.at_risk, total.not_rated, total.target)
    stated = sheet.requirement()
    return {
        "reading": reading,
        "programme": reading.programme,
        **money_of(sheet),
        "over_time": against_target(reading),
        "trend_url": trend_url(reading),
        "standing": sheet.told(standing, total),
        "requirement": sheet.requirement_table(stated, key="requirement") if stated else None,
        "no_requirement": f"{sentences.no_requirement(reading.programme.name)} {sentences.PRESSURES}",
        "by_directorate": sheet.by_year(
            "directorate",
            key="directorates",
            caption="Savings planned, by directorate",
            first="Directorate",
            total="Programme",
            words=leading_to(reading, "directorate"),
            foot=f"{HOW_SURE_WORDS} {MINUS_WORDS}",
        ),
        "by_theme": sheet.by_year(
            "theme",
            key="themes",
            caption="Savings planned, by theme",
            first="Theme",
            total="Programme",
            words=leading_to(reading, "theme"),
            foot=sentences.ROUNDING,
        ),
        "remarks": remarks(reading),
    }
