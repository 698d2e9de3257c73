"""`/milestones/`: what is due and when, in the words as written, with what they are read as; and as a calendar."""

from __future__ import annotations

from django.db.models import Case, F, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.pages.milestone_chart import event_of, milestone_timeline
from futurefit.pages.milestone_filters import MilestoneFilterSet, is_late
from futurefit.pages.milestone_table import MilestoneTable
from futurefit.ui.calendar import CONTENT_TYPE, calendar_bytes
from futurefit.ui.exports import export_table
from projects.models import Milestone
from projects.querysets import owned_led_by
from projects.scope import led_by
from savings.owners import themes_of, with_owners
from savings.reading import read


@open_to(EVERY_POST)
def milestone_list(request: HttpRequest) -> HttpResponse:
    """The milestones asked for that the reader may see, as they stood when a closed period was closed.

    With an invalid filter: what is wrong, no row, status 400.
    """
    reading = read(request, also=request.GET)
    themes = themes_of(reading)
    asked = MilestoneFilterSet(request.GET, reading=reading, themes=themes)
    context = {
        "reading": reading,
        "crumbs": [("Home", reverse("pages:home"))],
        "controls": asked.controls(),
        "problems": asked.problems,
    }
    if not asked.is_valid():
        return render(request, "pages/milestone_list.html", context, status=400)
    look = {
        "caption": "Milestones in the words of the papers",
        "note": f"As on {date_format(reading.today, 'j F Y')} · {reading.period_words}",
        "today": reading.today,
    }
    milestones = asked.qs.annotate(late_since=Case(When(is_late(reading.today), then=F("latest"))))
    table = MilestoneTable.of(request, milestones, **look)
    if "export" in request.GET:
        everything = MilestoneTable(with_owners(reading, table.data.data, themes), **look)
        return export_table(f"milestones {reading.period.label}", everything, request.GET["export"], asked.words())
    table.page.object_list = with_owners(reading, table.page.object_list, themes)
    context |= {
        "table": table,
        "timeline": milestone_timeline(reading, table.page.object_list, themes),
        "count": table.page.paginator.count,
        "words": asked.words(),
    }
    return render(request, "pages/milestone_list.html", context)


@open_to(EVERY_POST)
def my_milestones(request: HttpRequest) -> HttpResponse:
    """The reader's own milestones for a calendar: of what their posts lead and of their own services.

    A milestone of which no day can be read is in no calendar.
    """
    reading = read(request)
    own = (
        reading.rows(Milestone)
        .filter(owned_led_by(led_by(request.reader)), programme_id=reading.programme.pk)
        .order_by("order", "id")
    )
    address = request.build_absolute_uri("/").rstrip("/")
    found = with_owners(reading, own, themes_of(reading))
    events = [event for each in found if (event := event_of(reading, each, address))]
    name = f"{reading.programme.name}: my milestones"
    response = HttpResponse(calendar_bytes(name, events, made_at=timezone.now()), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = 'attachment; filename="milestones.ics"'
    return response
