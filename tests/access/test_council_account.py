"""Signing in with the council's identity provider: only into accounts that were connected to it."""

import pytest
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.template.loader import render_to_string
from django.test import RequestFactory

from futurefit.access.adapters import CouncilAccountAdapter
from futurefit.access.declarations import addresses_that_name_nobody
from futurefit.council.models import PostKind
from tests.access import urls_council

pytestmark = [pytest.mark.django_db, pytest.mark.urls(urls_council.__name__)]
"""Imported here and not by the first request: the site's own addresses are read as the environment is, not as below."""


@pytest.fixture(autouse=True)
def an_identity_provider(settings):
    settings.OIDC_SERVER_URL = "https://sign-in.council.example"
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "council",
                    "name": "your council account",
                    "client_id": "futurefit",
                    "secret": "kept",
                    "settings": {"server_url": settings.OIDC_SERVER_URL, "uid_field": "sub"},
                }
            ]
        }
    }


def test_the_sign_in_page_offers_it_and_says_how_to_connect_the_first_time(client):
    page = client.get("/sign-in/?next=/mtfp/").content.decode()
    assert 'action="/sign-in/council/council/"' in page
    assert 'href="/sign-in/council-account/"' in page


def test_every_address_of_it_names_who_may_open_it():
    assert addresses_that_name_nobody() == []


def test_a_link_asks_first_and_goes_nowhere_by_itself(client):
    response = client.get("/sign-in/council/council/")
    assert response.status_code == 200
    assert "Sign in with your council account" in response.content.decode()


def test_connecting_needs_an_account_that_is_signed_in(client):
    assert client.get("/sign-in/council-account/").headers["Location"].startswith("/sign-in/?next=")


def test_a_signed_in_reader_connects_and_disconnects(client, user_with):
    user = user_with(PostKind.AUDITOR)
    client.force_login(user)
    assert "Connect my council account" in client.get("/sign-in/council-account/").content.decode()
    account = SocialAccount.objects.create(user=user, provider="council", uid="sub-of-the-reader")
    assert "Disconnect my council account" in client.get("/sign-in/council-account/").content.decode()
    client.post("/sign-in/council-account/", {"account": account.pk})
    assert not SocialAccount.objects.exists()


def test_an_identity_that_is_not_connected_opens_no_account():
    assert isinstance(get_adapter(), CouncilAccountAdapter)
    assert get_adapter().is_open_for_signup(RequestFactory().get("/"), None) is False
    assert "no FutureFit account is connected" in render_to_string("account/signup_closed.html")


@pytest.mark.parametrize("template", ["socialaccount/login_cancelled.html", "socialaccount/authentication_error.html"])
def test_a_sign_in_that_was_stopped_or_failed_leads_back(template):
    page = render_to_string(template)
    assert "You are not signed in" in page
    assert 'href="/sign-in/"' in page
