"""Challenge notes: who leaves one, who answers, and who reads them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from futurefit.history.models import Act
from projects.models import ChallengeNote, ProjectPost
from projects.services.challenge import answer_notes, leave_note
from tests import factories as f
from tests.pages.page import page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2015, 10, 1)


@pytest.fixture
def plan():
    return f.small_programme(projects=1)


@pytest.fixture
def cast(plan):
    return plan.cast()


def at(plan, part: str, owner: str = "project") -> str:
    key = plan.projects[0].code if owner == "project" else plan.themes[0].slug
    return reverse(f"pages:{owner}_{part}", args=[key])


def sign_in(client: Client, user) -> Client:
    client.force_login(user, backend="futurefit.access.backends.AccountBackend")
    return client


def opened(html: str) -> str:
    found = re.search(r'name="as_opened" value="([^"]*)"', html)
    assert found
    return found[1]


@pytest.mark.parametrize("owner", ["project", "theme"])
def test_a_note_is_left_read_answered_and_told_in_the_history(client, plan, cast, owner):
    left = sign_in(client, cast.cabinet).post(
        at(plan, "challenge", owner), {"words": "Why not sooner?", "as_opened": ""}
    )
    assert left.status_code == 302
    for user in (cast.head, cast.director, cast.auditor, cast.cabinet):
        told = page(client, user, at(plan, "detail", owner)).words
        assert "Why not sooner?" in told
        assert "Not answered" in told
    answering = sign_in(client, cast.programme_officer).get(at(plan, "answers", owner)).content.decode()
    assert "Why not sooner?" in answering
    note = ChallengeNote.objects.get()
    typed = {f"answer_{note.pk}": "The contract ends in March.", "as_opened": opened(answering)}
    assert client.post(at(plan, "answers", owner), typed).status_code == 302
    told = page(client, cast.cabinet, at(plan, "detail", owner)).words
    assert f"Answer of {cast.programme_officer.name}" in told
    assert "The contract ends in March." in told
    subject = plan.projects[0] if owner == "project" else plan.themes[0]
    assert [act.sentence for act in Act.objects.about(subject).order_by("pk")] == [
        f"Left a challenge note on {subject}.",
        f"Answered a challenge note on {subject}.",
    ]
    again = sign_in(client, cast.programme_officer).post(at(plan, "answers", owner), typed)
    assert again.status_code == 409
    assert ChallengeNote.objects.get().answer == "The contract ends in March."


def test_a_note_of_the_post_named_to_challenge_stands_first(client, plan, cast):
    project = plan.projects[0]
    other = f.holder("cabinet_member", title="Cabinet member for roads")
    ProjectPost.objects.create(project=project, post=other.holdings.get().post, role="cmr_challenge")
    leave_note(actor=f.actor(cast.cabinet), of=project, words="First written.")
    leave_note(actor=f.actor(other), of=project, words="Written second.")
    told = page(client, cast.finance, at(plan, "detail")).words
    assert told.index("Written second.") < told.index("First written.")
    assert told.count("named to challenge this project") == 1


def test_an_empty_note_and_a_note_that_is_not_there_are_refused(client, plan, cast):
    refused = sign_in(client, cast.cabinet).post(at(plan, "challenge"), {"words": " ", "as_opened": ""})
    assert refused.status_code == 400
    assert "Challenge: nothing is entered." in refused.content.decode()
    with pytest.raises(ValidationError, match="answered already, or is not there"):
        answer_notes(actor=f.actor(cast.finance), of=plan.projects[0], answers={99: "So."})
    assert not answer_notes(actor=f.actor(cast.finance), of=plan.projects[0], answers={99: " "})
    assert not ChallengeNote.objects.exists()


def test_who_leads_answers_and_another_head_does_not(client, plan, cast):
    leave_note(actor=f.actor(cast.cabinet), of=plan.projects[0], words="Why?")
    lead = f.head_of_service(leads=[plan.projects[0]])
    codes = {
        user: sign_in(client, user).get(at(plan, "answers")).status_code
        for user in (lead, cast.finance, cast.head, cast.other_head, cast.director, cast.cabinet)
    }
    assert list(codes.values()) == [200, 200, 403, 404, 403, 403]
    assert "Answer the challenge notes" in page(client, lead, at(plan, "detail")).words
    assert "Answer the challenge notes" not in page(client, cast.head, at(plan, "detail")).words


def test_pages_ask_as_seldom_with_many_notes_as_with_one(client, plan, cast):
    sign_in(client, cast.finance)
    counts = []
    for _ in range(2):
        for number in range(30 if counts else 1):
            leave_note(actor=f.actor(cast.cabinet), of=plan.projects[0], words=f"Note {number}.")
        client.get(at(plan, "detail"))
        found = []
        for address in (at(plan, "detail"), at(plan, "detail", "theme"), at(plan, "answers")):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            found.append(len(asked))
        counts.append(found)
    assert counts[0] == counts[1]


@pytest.mark.parametrize("owner", ["project", "theme"])
def test_who_leads_answers_also_where_they_see_everything(client, plan, cast, owner):
    leads = f.holder("chief_executive", leads=[plan.projects[0], plan.themes[0]])
    of = plan.projects[0] if owner == "project" else plan.themes[0]
    leave_note(actor=f.actor(cast.cabinet), of=of, words="Why not sooner?")
    assert "Answer the challenge notes" in page(client, leads, at(plan, "detail", owner)).words
    answering = client.get(at(plan, "answers", owner)).content.decode()
    typed = {f"answer_{ChallengeNote.objects.get().pk}": "In March.", "as_opened": opened(answering)}
    assert client.post(at(plan, "answers", owner), typed).status_code == 302
    for user in (f.chief_executive(), cast.auditor):
        assert "Answer the challenge notes" not in page(client, user, at(plan, "detail", owner)).words
        assert client.get(at(plan, "answers", owner)).status_code == 403
