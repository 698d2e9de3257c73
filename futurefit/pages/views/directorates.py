"""The directorates: what each promises by year and how sure it is, and the page of one with services and projects."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.access.reader import Reader
from futurefit.council.models import Directorate
from futurefit.pages import as_read, sentences
from futurefit.pages.commentary import told_of
from futurefit.pages.delivered_over_time import against_target
from futurefit.pages.delivery import late_and_due
from futurefit.pages.differences import checked_of_directorate
from futurefit.pages.figures import HOW_SURE_WORDS, MINUS_WORDS, Sheet
from futurefit.pages.money_shown import around_the_money, each_group, export_each_group, money_of, projects_of
from futurefit.pages.papers.directorate import directorate_paper
from futurefit.pages.reorganisation import successors_read
from savings.reading import Reading, read
from savings.selection import Selection


@open_to(EVERY_POST)
def directorate_list(request: HttpRequest) -> HttpResponse:
    """Every directorate, and Cross-council, with what it promises by year and how sure that is."""
    context = each_group(read(request, also=("export",), shapes=True), "directorate", first="Directorate")
    if "export" in request.GET:
        return export_each_group("directorates", context, request.GET["export"])
    return render(request, "pages/directorate_list.html", context)


@open_to(EVERY_POST)
def directorate_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One directorate: its totals, and its services and projects as far as the reader may see them.

    One that ended, and in which nothing stands any more, says who followed it.
    """
    reading = read(request, shapes=True)
    directorate = as_read.directorate_at(reading, code=code)
    if directorate is None:
        raise Http404(f"There is no directorate “{code[:40]}”.")
    crumbs = [("Home", reverse("pages:home")), ("Directorates", reverse("pages:directorate_list") + reading.query)]
    try:
        context = {**_whole_context(request.reader, reading, directorate), "crumbs": crumbs}
    except Http404:
        after = successors_read(reading).direct(directorate)
        if not after:
            raise
        context = {"reading": reading, "crumbs": crumbs, "directorate": directorate, "after": after}
        return render(request, "pages/directorate_ended.html", context)
    return render(request, "pages/directorate_detail.html", context)


@open_to(EVERY_POST)
def directorate_document(request: HttpRequest, code: str) -> HttpResponse:
    """The savings of one directorate as an editable appendix."""
    reading = read(request, shapes=True)
    directorate = as_read.directorate_at(reading, code=code)
    if directorate is None:
        raise Http404(f"There is no directorate “{code[:40]}”.")
    paper = directorate_paper(_whole_context(request.reader, reading, directorate))
    return paper.response(f"{directorate.slug} savings {reading.period.label}")


def _where_of(reading: Reading, directorate: Directorate) -> Selection:
    """The lines of the directorate, in the shape that is read."""
    return Selection(directorate=directorate.pk, shaped_by=reading.shaped_by)


def _whole_context(reader: Reader, reading: Reading, directorate: Directorate) -> dict[str, Any]:
    """What the page and the paper show beyond the home page of the director: the periods before."""
    context = directorate_context(reader, reading, directorate)
    return {**context, "over_time": against_target(reading, _where_of(reading, directorate))}


def directorate_context(reader: Reader, reading: Reading, directorate: Directorate) -> dict[str, Any]:
    """What the page of a directorate shows; the home page of its director shows it too.

    Raises Http404 where the period does not show the directorate.
    """
    where = _where_of(reading, directorate)
    groupings = ("directorate", "service", "project", "recurring")
    sheet = Sheet.of(reading, groupings, where=where, groups={"directorate": directorate.code})
    row = sheet.by("directorate").find(directorate.pk)
    if row is None:
        raise Http404(f"{reading.programme} shows no directorate '{directorate.code}' in {reading.period.spoken}.")
    beside = as_read.beside_directorate(reading, directorate.pk)
    late, due = late_and_due(beside.rows["milestones"], reading, beside.projects, {})
    return {
        "reading": reading,
        "directorate": directorate,
        "name": row.label,
        "directors": beside.rows["directors"],
        "commentary": told_of(
            reader, reading, directorate, beside.rows["commentary"], [post.pk for post in beside.rows["directors"]]
        ),
        "followed": beside.rows["followed"],
        **money_of(sheet),
        "by_service": sheet.by_year(
            "service",
            key="services",
            caption="Services of this directorate",
            first="Service",
            total="Directorate",
            keep=lambda each: each.total.holds_rows,
            foot=f"{HOW_SURE_WORDS} {MINUS_WORDS}",
        ),
        "by_project": projects_of(
            sheet,
            beside,
            caption="Projects of this directorate",
            first="Project",
            total="Directorate",
            foot=sentences.ROUNDING,
        ),
        "late": late,
        "due": due,
        **around_the_money(
            reading,
            beside,
            checked_of_directorate(beside, directorate.pk),
            by="directorate",
            key=directorate.code,
        ),
    }
