"""Changing the pro-forma part by part: what each page saves, refuses and keeps."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from futurefit.history.models import Act
from tests.demo_programme import Demo
from tests.savings.views.on_page import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

PARTS = ("facts", "people", "text", "stage", "budget", "fte", "investment", "milestones", "risks", "equality",
         "measures", "dependencies")  # fmt: skip


@pytest.fixture(autouse=True)
def the_day_of_the_demo(settings) -> None:
    settings.DEMO, settings.TODAY = True, date(2016, 5, 20)


@pytest.fixture
def finance(demo: Demo) -> Client:
    return signed_in(demo.user("finance"))


def address(part: str, code: str = "HROD") -> str:
    return reverse(f"pages:project_{part}", args=[code])


def as_opened(client: Client, part: str, code: str = "HROD") -> dict[str, str]:
    """What a browser would send of the page as it opens."""
    html = client.get(address(part, code)).content.decode()
    html = html[html.index("<main") :]
    typed: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind = found.get("type")
        if "name" not in found or (kind in ("radio", "checkbox") and " checked" not in tag):
            continue
        typed[found["name"]] = found.get("value", "on" if kind == "checkbox" else "")
    for name, body in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', html, re.S):
        typed[name] = body.strip()
    for name, body in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        typed[name] = chosen[1] if chosen else (re.search(r'<option value="([^"]*)"', body) or ["", ""])[1]
    return typed


@pytest.mark.parametrize("part", PARTS)
def test_a_page_opens(part, finance):
    response = finance.get(address(part))
    assert response.status_code == 200, response.content.decode()


@pytest.mark.parametrize("part", PARTS)
def test_saving_a_part_as_it_opened_changes_nothing_and_leaves_no_act(part, finance):
    before = Act.objects.count()
    response = finance.post(address(part), {**as_opened(finance, part), "save": ""})
    assert response.status_code == 302, re.sub(r"<[^>]+>", " ", response.content.decode())[:3000]
    assert Act.objects.count() == before
