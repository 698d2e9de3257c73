"""Readings of success measures: entered, corrected, removed, and told as chart and table."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from futurefit.history.models import Act
from futurefit.history.tracking import history_model
from projects.models import MeasureReading
from tests import factories as f
from tests.pages.page import page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2016, 5, 20)


@pytest.fixture
def plan():
    return f.small_programme(projects=1)


@pytest.fixture
def measure(plan):
    return f.SuccessMeasureFactory(
        theme=plan.themes[0], name="Residential places", unit="children", baseline=80, target=60
    )


@pytest.fixture
def office(client: Client, plan) -> Client:
    client.force_login(plan.cast().programme_officer, backend="futurefit.access.backends.AccountBackend")
    return client


def at(measure, act: str = "readings") -> str:
    return reverse(f"pages:measure_{act}", args=[measure.pk])


def send(client: Client, measure, *rows: dict[str, str], opened: str | None = None):
    html = client.get(at(measure)).content.decode()
    found = re.search(r'name="as_opened" value="([^"]*)"', html)
    assert found
    typed = {f"row-{place}-{name}": value for place, row in enumerate(rows) for name, value in row.items()}
    return client.post(
        at(measure), {"row-count": str(len(rows)), "as_opened": found[1] if opened is None else opened, **typed}
    )


def row(day: str, value: str, **more: str) -> dict[str, str]:
    return {"read_on": day, "value": value, "note": "", **more}


def stand(measure) -> list[tuple[date, Decimal]]:
    return list(MeasureReading.objects.filter(measure=measure).values_list("read_on", "value"))


def test_several_readings_are_entered_at_once_and_told_with_the_trend(office, plan, measure):
    assert send(office, measure, row("31 3 2016", "70"), row("31 12 2015", "75", note="Late count")).status_code == 302
    assert stand(measure) == [(date(2015, 12, 31), 75), (date(2016, 3, 31), 70)]
    told = office.get(at(measure, "detail")).content.decode()
    assert "Down by 5, nearer to the target." in told
    assert told.index("31 December 2015") < told.index("31 March 2016") < told.index(">Target<")
    widths = [float(each) for each in re.findall(r'<rect class="ff-trend"[^>]*width="([\d.]+)%"', told)]
    assert widths[0] > widths[1] > widths[2] > 0, "75, 70 and the target of 60"
    assert Act.objects.about(plan.themes[0]).latest("pk").sentence == "Readings of Residential places: 2 entered."
    assert "Down by 5, nearer to the target" in office.get(reverse("pages:measure_list")).content.decode()


def test_a_reading_is_corrected_moved_to_another_day_and_removed_and_history_keeps_them(office, measure):
    send(office, measure, row("31 12 2015", "75"), row("31 3 2016", "70"))
    first, second = MeasureReading.objects.order_by("read_on")
    swapped = [row("31 3 2016", "75", id=str(first.pk)), row("31 12 2015", "71", id=str(second.pk))]
    assert send(office, measure, *swapped).status_code == 302
    assert stand(measure) == [(date(2015, 12, 31), 71), (date(2016, 3, 31), 75)]
    kept = MeasureReading.objects.earliest("read_on")
    removed = [row("31 12 2015", "72", id=str(kept.pk))]
    assert send(office, measure, *removed).status_code == 302
    assert stand(measure) == [(date(2015, 12, 31), 72)]
    assert Act.objects.latest("pk").sentence == "Readings of Residential places: 1 changed, 1 removed."
    types = history_model(MeasureReading)._default_manager.order_by("history_id").values_list("history_type", flat=True)
    assert "".join(types).count("-") == 3


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row("21 5 2016", "70")], "Reading 1: 21 May 2016 has not come yet."),
        ([row("31 3 2016", "70"), row("31 3 2016", "71")], "Reading 2: 31 March 2016 has a reading already."),
        ([row("yesterday", "70")], "“yesterday” is not a day"),
        ([row("31 3 2016", "seventy")], "“seventy” is not a number"),
        ([row("31 3 2016", "")], "Value: nothing is entered."),
    ],
)
def test_a_reading_that_cannot_be_is_refused_in_words_and_nothing_is_saved(office, measure, rows, words):
    refused = send(office, measure, *rows)
    assert refused.status_code == 400
    assert words in refused.content.decode().replace("&#x27;", "'")
    assert not MeasureReading.objects.exists()


def test_what_somebody_else_saved_is_not_overwritten(office, measure):
    opened = re.search(r'name="as_opened" value="([^"]*)"', office.get(at(measure)).content.decode())
    assert opened
    send(office, measure, row("31 12 2015", "75"))
    assert send(office, measure, row("31 3 2016", "70"), opened=opened[1]).status_code == 409
    assert stand(measure) == [(date(2015, 12, 31), 75)]


def test_a_measure_without_a_number_says_that_it_is_not_measurable_as_written(office, plan):
    words_alone = f.SuccessMeasureFactory(theme=plan.themes[0], name="Happier families")
    assert "Not measurable as written." in office.get(at(words_alone, "detail")).content.decode()


def test_who_keeps_a_measure_reads_it_and_others_see_it(client, plan, measure):
    cast = plan.cast()
    of_project = f.SuccessMeasureFactory(theme=None, project=plan.projects[0], target=5)
    codes = {}
    for name, user in cast.with_posts.items():
        client.force_login(user, backend="futurefit.access.backends.AccountBackend")
        codes[name] = [
            client.get(at(each, act)).status_code for each in (measure, of_project) for act in ("detail", "readings")
        ]
    assert codes.pop("programme_officer") == [200, 200, 200, 200]
    assert codes.pop("finance") == [200, 403, 200, 200]
    assert codes.pop("other_head") == [200, 403, 404, 403]
    assert set(map(tuple, codes.values())) == {(200, 403, 200, 403)}
    assert "Enter readings" not in page(client, cast.cabinet, at(measure, "detail")).html
