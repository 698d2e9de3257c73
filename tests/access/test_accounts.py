"""Making and deactivating accounts, and starting a council without the demonstration."""

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from futurefit.access.checks import no_demonstration_beside_live_accounts
from futurefit.access.models import User
from futurefit.access.reader import reader_of
from futurefit.access.services import create_user, deactivate_user
from futurefit.council.models import Post, PostKind
from futurefit.history.actors import Actor
from futurefit.history.models import Act
from futurefit.history.reads import acts_about

pytestmark = pytest.mark.django_db

OFFICE = Actor(user_id=1, name="C. Office", post_id=2, post_title="Programme officer")


def test_an_account_is_found_whatever_the_capitals_of_its_address():
    user = create_user(actor=OFFICE, email=" New.Person@Council.Example ", name="New Person")
    assert user.email == "new.person@council.example"
    assert User.objects.get_by_natural_key("NEW.person@council.example") == user
    assert acts_about(user).get().sentence == "Made an account for New Person."


def test_a_second_account_with_the_address_is_refused_with_words_and_by_the_database():
    create_user(actor=OFFICE, email="a@council.example", name="A")
    with pytest.raises(ValidationError, match="already an account with this e-mail address"):
        create_user(actor=OFFICE, email="A@council.example", name="Another")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="A@council.example", name="Behind the back")
    assert Act.objects.count() == 1


@pytest.mark.parametrize(("email", "name"), [("not an address", "A"), ("a@council.example", "  ")])
def test_an_account_needs_an_address_and_a_name(email, name):
    with pytest.raises(ValidationError):
        create_user(actor=OFFICE, email=email, name=name)


def test_an_account_made_without_a_password_opens_to_none():
    user = create_user(actor=OFFICE, email="a@council.example", name="A")
    assert not user.has_usable_password()


def test_a_deactivated_account_stays_with_the_reason_in_history():
    user = create_user(actor=OFFICE, email="a@council.example", name="A")
    deactivate_user(actor=OFFICE, user=user, reason="Left the council")
    user.refresh_from_db()
    assert not user.is_active
    assert acts_about(user).first().reason == "Left the council"


def test_create_account_starts_an_empty_council_with_a_programme_officer():
    said = StringIO()
    call_command("create_account", "First@council.example", name="First", post="programme-officer", stdout=said)
    user = User.objects.get()
    reader = reader_of(user)
    assert (reader.kinds, reader.post_title) == ({PostKind.PROGRAMME_OFFICER}, "Programme officer")
    assert "First signs in as first@council.example, Programme officer." in said.getvalue()
    assert Act.objects.get().actor_name == "create_account"


def test_create_account_gives_a_post_that_is_there():
    Post.objects.create(code="head-hr", title="Head of HR", kind=PostKind.HEAD_OF_SERVICE)
    call_command("create_account", "hr@council.example", name="HR", post="head-hr", stdout=StringIO())
    assert reader_of(User.objects.get()).post_title == "Head of HR"


def test_create_account_refuses_an_unknown_post_and_names_those_there_are():
    Post.objects.create(code="head-hr", title="Head of HR", kind=PostKind.HEAD_OF_SERVICE)
    with pytest.raises(CommandError, match=r"There is no post mayor\. There are: head-hr\."):
        call_command("create_account", "a@council.example", name="A", post="mayor")
    assert not User.objects.exists()


def test_create_account_refuses_a_taken_address_or_post_and_leaves_nothing_behind():
    call_command("create_account", "a@council.example", name="A", post="auditor", stdout=StringIO())
    with pytest.raises(CommandError, match="already an account"):
        call_command("create_account", "a@council.example", name="B", post="chief-executive")
    with pytest.raises(CommandError, match="A holds Auditor"):
        call_command("create_account", "b@council.example", name="B", post="auditor")
    assert (User.objects.count(), Post.objects.count(), Act.objects.count()) == (1, 1, 1)


def test_the_deployment_check_lets_the_demonstration_run_on_sqlite(settings, monkeypatch):
    settings.DEMO = True
    create_user(actor=OFFICE, email="a@council.example", name="A")
    monkeypatch.setattr("django.db.connection.vendor", "sqlite", raising=False)
    assert no_demonstration_beside_live_accounts(None) == []


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("demo", "is_demo", "found"), [(True, False, ["access.E002"]), (True, True, []), (False, False, [])]
)
def test_the_deployment_check_finds_a_demonstration_beside_live_accounts(settings, demo, is_demo, found):
    settings.DEMO = demo
    create_user(actor=OFFICE, email="a@council.example", name="A", is_demo=is_demo)
    assert [error.id for error in no_demonstration_beside_live_accounts(None)] == found
