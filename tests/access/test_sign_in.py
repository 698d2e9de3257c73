"""Signing in: with e-mail and password, as a demonstration post, and the ways that are closed."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from futurefit.access.demo_posts import DEMO_PASSWORD, DEMO_POSTS
from futurefit.access.models import User
from futurefit.council.models import PostKind

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"


@pytest.fixture
def demo_user() -> User:
    return User.objects.create_user("finance@demo.futurefit.example", "Finance", DEMO_PASSWORD, is_demo=True)


def is_signed_in(client) -> bool:
    """As the next request would find it."""
    return client.get("/sign-in/").status_code == 302


def sign_in(client, email, password=PASSWORD, **more):
    return client.post("/sign-in/", {"login": email, "password": password, **more})


def test_the_right_password_signs_in_and_leads_where_one_was_going(client, user_with):
    user_with(PostKind.AUDITOR)
    response = sign_in(client, "Reader@Council.example", next="/themes/")
    assert (response.status_code, response.headers["Location"]) == (302, "/themes/")
    assert is_signed_in(client)


def test_signing_in_never_leads_to_another_site(client, user_with):
    user_with(PostKind.AUDITOR)
    assert sign_in(client, "reader@council.example", next="https://elsewhere.example/").headers["Location"] == "/"


@pytest.mark.parametrize(
    ("email", "password"), [("reader@council.example", "wrong"), ("stranger@council.example", PASSWORD)]
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, user_with, email, password):
    user_with(PostKind.AUDITOR)
    response = sign_in(client, email, password)
    page = response.content.decode()
    assert response.status_code == 200
    assert "The e-mail address or the password is not right. Check both and try again." in page
    assert "<title>Error: Sign in – FutureFit</title>" in page
    assert not is_signed_in(client)


def test_empty_fields_are_named_and_described(client):
    page = client.post("/sign-in/", {}).content.decode()
    assert "E-mail address: nothing is entered." in page
    assert "Password: nothing is entered." in page
    assert 'aria-describedby="id_login_error"' in page
    assert 'id="id_login_error"' in page


def test_what_is_no_address_is_said_to_be_none(client):
    assert "E-mail address: this is not an e-mail address." in sign_in(client, "finance").content.decode()


def test_a_deactivated_account_cannot_sign_in_and_is_not_told_apart(client, user_with):
    user_with(PostKind.AUDITOR, is_active=False)
    assert "password is not right" in sign_in(client, "reader@council.example").content.decode()
    assert not is_signed_in(client)


def test_an_open_session_ends_when_the_account_is_deactivated(client, user_with):
    user = user_with(PostKind.AUDITOR)
    client.force_login(user)
    assert is_signed_in(client)
    User.objects.update(is_active=False)
    assert not is_signed_in(client)


def test_the_sixth_wrong_password_for_one_address_is_held_back_even_when_the_next_is_right(client, user_with):
    user_with(PostKind.AUDITOR)
    for _ in range(5):
        sign_in(client, "reader@council.example", "wrong")
    assert "Too many attempts" in sign_in(client, "reader@council.example").content.decode()
    assert not is_signed_in(client)


def test_signing_out_needs_a_post_and_ends_the_session(signed_in):
    client = signed_in(PostKind.AUDITOR)
    assert client.get("/sign-out/").status_code == 405
    assert is_signed_in(client)
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert not is_signed_in(client)


def test_nobody_signs_up_by_themselves(client):
    for address in ("/signup/", "/accounts/signup/", "/sign-up/"):
        assert client.get(address).status_code == 404
    assert b"sign up" not in client.get("/sign-in/").content.lower()


def test_the_council_sign_in_is_offered_only_where_it_is_set_up(client):
    assert "council account" not in client.get("/sign-in/").content.decode()
    assert client.get("/sign-in/council/council/").status_code == 404


# The demonstration


def test_with_demo_each_loaded_post_is_offered_and_signs_in_by_one_click(client, settings, demo_user):
    settings.DEMO = True
    page = client.get("/sign-in/").content.decode()
    assert re.findall(r'action="/sign-in/demo/(\w+)/"', page) == ["finance"]
    assert client.post("/sign-in/demo/finance/").headers["Location"] == "/"
    assert is_signed_in(client)


def test_the_eight_posts_of_the_demonstration_are_these():
    assert [post.email.split("@")[0] for post in DEMO_POSTS] == [
        "finance",
        "head",
        "otherhead",
        "director",
        "s151",
        "cabinet",
        "office",
        "auditor",
    ]
    assert {post.email.split("@")[1] for post in DEMO_POSTS} == {"demo.futurefit.example"}


def test_one_click_keeps_to_this_site(client, settings, demo_user):
    settings.DEMO = True
    assert client.post("/sign-in/demo/finance/", {"next": "/mtfp/?by=theme"}).headers["Location"] == "/mtfp/?by=theme"
    assert client.post("/sign-in/demo/finance/", {"next": "//elsewhere.example"}).headers["Location"] == "/"


def test_one_click_is_a_form_and_not_a_link(client, settings, demo_user):
    settings.DEMO = True
    assert client.get("/sign-in/demo/finance/").status_code == 405


def test_one_click_for_an_unknown_or_unloaded_post_is_not_found(client, settings, demo_user):
    settings.DEMO = True
    assert client.post("/sign-in/demo/mayor/").status_code == 404
    assert client.post("/sign-in/demo/auditor/").status_code == 404


def test_one_click_never_signs_in_an_account_that_is_no_demonstration(client, settings, demo_user):
    settings.DEMO = True
    User.objects.update(is_demo=False)
    assert client.post("/sign-in/demo/finance/").status_code == 404
    assert 'action="/sign-in/demo/' not in client.get("/sign-in/").content.decode()


def test_without_demo_no_post_is_offered_and_one_click_is_not_found(client, settings, demo_user):
    settings.DEMO = False
    assert "Try it as" not in client.get("/sign-in/").content.decode()
    assert client.post("/sign-in/demo/finance/").status_code == 404


def test_without_demo_a_demonstration_account_cannot_sign_in_with_its_password(client, settings, demo_user):
    settings.DEMO = True
    assert sign_in(client, demo_user.email, DEMO_PASSWORD).status_code == 302
    client.post("/sign-out/")
    settings.DEMO = False
    assert "password is not right" in sign_in(client, demo_user.email, DEMO_PASSWORD).content.decode()
    assert not is_signed_in(client)


def test_without_demo_a_session_of_a_demonstration_account_is_refused(client, settings, demo_user):
    settings.DEMO = True
    client.post("/sign-in/demo/finance/")
    assert is_signed_in(client)
    settings.DEMO = False
    assert not is_signed_in(client)


# A forgotten password


def test_a_forgotten_password_is_set_anew_by_the_link_in_the_e_mail(client, user_with):
    user_with(PostKind.AUDITOR)
    response = client.post("/password/forgotten/", {"email": "reader@council.example"})
    assert response.headers["Location"] == "/password/sent/"
    (message,) = mail.outbox
    assert (message.subject, message.to) == ("Set a new password for FutureFit", ["reader@council.example"])

    link = re.search(r"http://testserver(/password/new/\S+)", message.body)[1]
    page = client.get(link, follow=True)
    form_address = page.redirect_chain[-1][0]
    new = "another long password"
    refused = client.post(form_address, {"password1": new, "password2": "something else"})
    assert "<title>Error: Set a new password – FutureFit</title>" in refused.content.decode()
    done = client.post(form_address, {"password1": new, "password2": new})
    assert done.headers["Location"] == "/password/set/"
    assert sign_in(client, "reader@council.example", new).status_code == 302


def test_a_used_link_says_so(client, user_with):
    user_with(PostKind.AUDITOR)
    page = client.get(reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "abc-def"}))
    assert "This link has been used or is too old" in page.content.decode()


def test_an_unknown_address_gets_the_same_page_and_no_mail(client):
    response = client.post("/password/forgotten/", {"email": "stranger@council.example"})
    assert response.headers["Location"] == "/password/sent/"
    assert mail.outbox == []


def test_the_names_that_allauth_and_the_templates_look_up_lead_to_our_pages():
    assert reverse("account_login") == reverse("access:sign_in") == "/sign-in/"
    assert reverse("account_logout") == reverse("access:sign_out") == "/sign-out/"
    assert reverse("account_reset_password") == "/password/forgotten/"
