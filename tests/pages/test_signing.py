"""Signing a pro-forma: what the page shows and refuses, and the story that dossier, paper and history tell in order."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from futurefit.values.rag import Split
from projects.models import Signature
from savings.models import Position
from savings.services.lines import set_split
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2015, 8, 27)


@pytest.fixture
def plan():
    return f.small_programme(projects=1)


@pytest.fixture
def cast(plan):
    return plan.cast()


def address(plan) -> str:
    return reverse("pages:project_sign", args=[plan.projects[0].code])


def dossier(plan) -> str:
    return reverse("pages:project_detail", args=[plan.projects[0].code])


def as_opened(client: Client, user, plan) -> dict[str, str]:
    client.force_login(user, backend="futurefit.access.backends.AccountBackend")
    html = client.get(address(plan)).content.decode()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html.partition("<main")[2]))


def signs(client: Client, user, plan):
    typed = as_opened(client, user, plan)
    return client.post(address(plan), typed)


def retarget(plan, actor, target: int) -> None:
    position = Position.objects.select_related("line_in_period__period__programme", "line_in_period__project").get(
        line_in_period=plan.lines[0], year=2016
    )
    set_split(actor=actor, position=position, split=Split(target, amber=target))


def test_signing_changing_a_figure_and_signing_again_is_told_in_order(client, plan, cast, settings):
    code = plan.lines[0].line.code
    assert signs(client, cast.head, plan).status_code == 302
    assert signs(client, cast.director, plan).status_code == 302
    settings.TODAY = date(2015, 9, 10)
    retarget(plan, f.actor(cast.finance), 120_000)

    changed = words_of(client, cast.director, dossier(plan))
    assert "Version 1 was signed for £150,000 on 27 August 2015. It has changed since" in changed
    assert f"{code} {plan.lines[0].title}, 2016/17 £100,000 £120,000" in changed
    assert changed.count("Not signed") == 3
    assert "posts have signed version 1; the figures have changed since, and nobody has signed these." in changed

    assert signs(client, cast.director, plan).status_code == 302
    told = words_of(client, cast.auditor, dossier(plan))
    story = [
        "Version 2: three posts sign the same figures",
        f"{cast.director.name} Signed 10 September 2015 £170,000",
        "Version 1, signed for £150,000 on 27 August 2015",
        f"{cast.head.name}: signed on 27 August 2015 for £150,000",
        f"{cast.director.name}: signed on 27 August 2015 for £150,000",
        "did not sign",
        "What the next version changed",
        f"{code} {plan.lines[0].title}, 2016/17 £100,000 £120,000",
    ]
    places = [told.index(words) for words in story]
    assert places == sorted(places)

    history = words_of(client, cast.auditor, reverse("pages:project_history", args=[plan.projects[0].code]))
    newest_first = [
        f"Signed version 2 of {plan.projects[0].title} as director: £170,000 proposed. Since version 1: {code} ",
        f"Rated {plan.lines[0].title} for 2016/17 anew.",
        f"Signed version 1 of {plan.projects[0].title} as director: £150,000 proposed.",
        f"Signed version 1 of {plan.projects[0].title} as head of service: £150,000 proposed.",
    ]
    places = [history.index(words) for words in newest_first]
    assert places == sorted(places)


def test_a_change_since_the_page_was_opened_is_refused_with_both_values(client, plan, cast):
    typed = as_opened(client, cast.director, plan)
    retarget(plan, f.actor(cast.finance), 120_000)
    refused = client.post(address(plan), typed)
    words = page_of(refused)
    assert refused.status_code == 409
    assert "Nothing was signed: somebody changed the figures since you opened the page" in words
    assert f"{plan.lines[0].title}, 2016/17 £100,000 £120,000" in words
    assert "<title>Error:" in refused.content.decode()
    assert not Signature.objects.exists()


def words_of(client: Client, user, at: str) -> str:
    client.force_login(user, backend="futurefit.access.backends.AccountBackend")
    return page_of(client.get(at))


def page_of(response) -> str:
    """The words of the main part, with a space where an element begins or ends."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2])).split())


@pytest.mark.parametrize("typed", [{}, {"seen": "nonsense", "as_opened": "x"}, {"role": "head_of_finance"}])
def test_what_no_page_of_ours_sent_is_refused_in_words(client, plan, cast, typed):
    client.force_login(cast.director, backend="futurefit.access.backends.AccountBackend")
    refused = client.post(address(plan), typed)
    assert refused.status_code == 400
    assert "The page was not sent as it was opened. Open it again." in page_of(refused)
    assert not Signature.objects.exists()


def test_who_has_signed_is_told_so_and_signs_no_second_time(client, plan, cast):
    typed = as_opened(client, cast.director, plan)
    assert client.post(address(plan), typed).status_code == 302
    assert "nobody signs a version twice" in words_of(client, cast.director, address(plan))
    assert client.post(address(plan), typed).status_code == 400
    assert "Sign version" not in words_of(client, cast.director, dossier(plan))
    assert "Sign version 1" in words_of(client, cast.head, dossier(plan))


def test_amounts_of_lines_that_a_signer_may_not_see_stand_as_one_row(client, plan, cast):
    f.line(plan.period, plan.projects[0], {2016: 5_000}, directorate=plan.directorates[1], service=plan.services[1],
           theme=plan.themes[1], title="Elsewhere")  # fmt: skip
    f.line(plan.period, plan.projects[0], {2016: 7_000}, directorate=plan.directorates[1], service=plan.services[1],
           theme=plan.themes[1], title="Elsewhere too")  # fmt: skip
    shown = words_of(client, cast.director, address(plan))
    assert "Lines that are not shown to you 12,000" in shown
    assert "Elsewhere" not in shown
    assert signs(client, cast.director, plan).status_code == 302
    assert Signature.objects.get().signed_amount == 162_000
    Position.objects.filter(line_in_period__title="Elsewhere").update(target=6_000)
    assert signs(client, cast.head_of_finance, plan).status_code == 302
    history = f"/projects/{plan.projects[0].code}/history/"
    assert "Elsewhere, 2016/17 from £5,000 to £6,000" in words_of(client, cast.auditor, history)
    told = words_of(client, cast.director, history)
    assert "Signed version 1" in told and "Elsewhere" not in told


def test_a_closed_period_shows_the_signatures_of_then_and_takes_none(client, plan, cast):
    signs(client, cast.head, plan)
    plan.period.closed_at = Signature.history.latest("history_date").history_date
    plan.period.save()
    f.ReportingPeriodFactory(
        programme=plan.programme, label="2015/16 M08", month=8, ends_on=date(2015, 11, 30),
        opened_at=plan.period.closed_at,
    )  # fmt: skip
    Signature.objects.all().delete()
    told = words_of(client, cast.director, dossier(plan) + "?period=2015/16+M07")
    assert "Signed 27 August 2015 £150,000" in told
    closed = words_of(client, cast.director, address(plan) + "?period=2015/16+M07")
    assert "is closed: what it shows never changes" in closed


def test_a_dossier_asks_as_seldom_with_many_signatures_as_with_none(client, plan, cast):
    client.force_login(cast.auditor, backend="futurefit.access.backends.AccountBackend")
    client.get(dossier(plan))
    with CaptureQueriesContext(connection) as few:
        client.get(dossier(plan))
    post = f.PostFactory()
    Signature.objects.bulk_create(
        Signature(project=plan.projects[0], role="director", post=post, signed_on=date(2015, 8, 27),
                  form_version=number, signed_amount=number)
        for number in range(1, 60)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        client.get(dossier(plan))
    assert len(many) == len(few)


def test_a_signature_is_due_from_who_is_next_in_the_order_of_the_form(client, plan, cast):
    title = plan.projects[0].title

    def due(user) -> bool:
        told = words_of(client, user, reverse("pages:home"))
        return f"Signatures due from you {title}" in told

    order = [cast.head, cast.director, cast.head_of_finance]
    for signer in order:
        assert [due(user) for user in order] == [user is signer for user in order]
        assert signs(client, signer, plan).status_code == 302
    assert not any(due(user) for user in (*order, cast.finance, cast.other_head))
    retarget(plan, f.actor(cast.finance), 120_000)
    assert [due(user) for user in order] == [True, False, False]
    told = words_of(client, cast.head, reverse("pages:home"))
    assert f"{title} : version 2, which differs from the version signed before" in told


def test_home_asks_as_seldom_with_many_signatures_due(client):
    plan = f.small_programme(projects=40)
    cast = plan.cast()
    client.force_login(cast.head, backend="futurefit.access.backends.AccountBackend")
    client.get(reverse("pages:home"))
    with CaptureQueriesContext(connection) as many:
        told = client.get(reverse("pages:home"))
    assert told.content.decode().count("/sign/") == 20
    assert len(many) <= 12
