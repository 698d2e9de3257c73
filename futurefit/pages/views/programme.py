"""The programme as a whole: by directorate, by theme, by year and rating."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.pages import sentences
from futurefit.pages.figures import HOW_SURE_WORDS, MINUS_WORDS, Sheet
from futurefit.pages.money_shown import leading_to, money_of
from futurefit.pages.remarks import remarks
from savings.downloads import download_of
from savings.reading import Reading, read


@open_to(EVERY_POST)
def programme_detail(request: HttpRequest) -> HttpResponse:
    """Every total of the programme, from one scan."""
    reading = read(request, shapes=True)
    context = {
        **programme_context(reading),
        "crumbs": [("Home", reverse("pages:home"))],
        "download": download_of(request.reader, reading),
    }
    return render(request, "pages/programme_detail.html", context)


def programme_context(reading: Reading) -> dict[str, Any]:
    """What the programme page shows; the home page of those who look after the whole shows it too."""
    sheet = Sheet.of(reading, ("directorate", "theme", "recurring"))
    total = sheet.total.total
    standing = sentences.standing(total.secure, total.at_risk, total.not_rated, total.target)
    stated = sheet.requirement()
    return {
        "reading": reading,
        "programme": reading.programme,
        **money_of(sheet),
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
