"""Pages of words: the glossary, and what to read first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.pages.glossary import TERMS
from futurefit.values.rag import RAG_ORDER
from savings.measures import LABELS
from savings.reading import read
from savings.rollups import weights_of

WITHOUT_POST = "the words explain the product to somebody who has just been given an account"


@open_to(EVERY_POST, without_post=WITHOUT_POST)
def glossary(request: HttpRequest) -> HttpResponse:
    """Every abbreviation and measure in plain words, in the order of the alphabet."""
    terms = sorted(TERMS, key=lambda term: term.word.lower())
    return render(request, "pages/glossary.html", {"terms": terms, "crumbs": [("Home", reverse("pages:home"))]})


@open_to(EVERY_POST)
def read_first(request: HttpRequest) -> HttpResponse:
    """What the colours mean in this period, with their weights, what is counted and what is not."""
    reading = read(request)
    kept = dict(reading.period.rag_definitions.values_list("status", "words"))
    weights = weights_of(reading.period)
    definitions = [
        (status, kept.get(status.value, ""), weights[status.value]) for status in RAG_ORDER if status.value in kept
    ]
    return render(
        request,
        "pages/read_first.html",
        {
            "reading": reading,
            "definitions": definitions,
            "claimed_words": LABELS["claimed"],
            "crumbs": [("Home", reverse("pages:home"))],
        },
    )
