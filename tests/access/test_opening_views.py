"""Who gets into which view: nobody, unless the view names one of their posts."""

from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.views import View

from futurefit.access import permissions
from futurefit.access.checks import every_view_names_its_posts
from futurefit.access.declarations import addresses_that_name_nobody, every_pattern
from futurefit.access.permissions import Openness, PostsRequiredMixin, open_to, open_to_anyone
from futurefit.council.models import Holding, PostKind

ONE_OF_EACH = pytest.mark.urls("tests.access.urls")


@ONE_OF_EACH
@pytest.mark.parametrize(
    ("kind", "address", "status"),
    [
        (PostKind.HEAD_OF_FINANCE, "/head-of-finance/", 200),
        (PostKind.FINANCE_OFFICER, "/head-of-finance/", 403),
        (PostKind.CABINET_MEMBER, "/head-of-finance/", 403),
        (PostKind.AUDITOR, "/auditors/", 200),
        (PostKind.HEAD_OF_FINANCE, "/auditors/", 403),
        (PostKind.HEAD_OF_SERVICE, "/every-post/", 200),
        (PostKind.SERVICE_MANAGER, "/glossary/", 200),
        (PostKind.DIRECTOR, "/anyone/", 200),
    ],
)
def test_a_view_opens_to_the_posts_it_names_and_to_no_other(signed_in, kind, address, status):
    assert signed_in(kind).get(address).status_code == status


@ONE_OF_EACH
def test_somebody_with_several_posts_may_what_any_of_them_may(signed_in):
    client = signed_in(PostKind.HEAD_OF_SERVICE, PostKind.AUDITOR)
    assert client.get("/auditors/").status_code == 200
    assert client.get("/head-of-finance/").status_code == 403


@ONE_OF_EACH
@pytest.mark.django_db
def test_nobody_signed_in_is_sent_to_sign_in_and_back(client):
    response = client.get("/every-post/?period=2015/16 M07")
    assert response.status_code == 302
    assert response.headers["Location"] == "/sign-in/?next=/every-post/%3Fperiod%3D2015/16%2520M07"
    assert client.get("/anyone/").status_code == 200


@ONE_OF_EACH
def test_without_a_post_a_reader_is_told_so_and_gets_only_what_needs_none(signed_in):
    client = signed_in()
    refused = client.get("/every-post/")
    assert refused.status_code == 403
    assert "You hold no post" in refused.content.decode()
    assert client.get("/glossary/").status_code == 200
    assert client.get("/anyone/").status_code == 200


@ONE_OF_EACH
def test_a_post_that_has_ended_opens_nothing(client, user_with, settings):
    user = user_with(PostKind.AUDITOR)
    Holding.objects.update(to_date=date(2016, 5, 19))
    client.force_login(user)
    settings.TODAY = date(2016, 5, 19)
    assert client.get("/auditors/").status_code == 200
    settings.TODAY = date(2016, 5, 20)
    assert client.get("/auditors/").status_code == 403


@pytest.mark.urls("tests.access.urls_undeclared")
@pytest.mark.django_db
def test_a_site_with_a_view_that_names_nobody_does_not_start():
    with pytest.raises(ImproperlyConfigured, match="/inner/secrets/<slug:name>/"):
        Client().get("/inner/secrets/all/")


@pytest.mark.urls("tests.access.urls_undeclared")
def test_the_system_check_names_the_address_and_the_view():
    (error,) = every_view_names_its_posts(None)
    assert error.id == "access.E001"
    assert "/inner/secrets/<slug:name>/ (tests.access.urls_undeclared.undeclared)" in error.msg


def test_every_address_of_the_site_names_who_may_open_it():
    assert len(list(every_pattern())) > 5
    assert addresses_that_name_nobody() == []


def test_a_class_view_that_names_no_posts_cannot_be_defined():
    with pytest.raises(ImproperlyConfigured, match="names no posts"):

        class Forgotten(PostsRequiredMixin, View):
            pass


def test_a_view_that_names_an_empty_set_or_an_unknown_post_cannot_be_declared():
    with pytest.raises(ImproperlyConfigured, match="at least one"):
        open_to(set())
    with pytest.raises(ImproperlyConfigured, match="no kind of post mayor"):
        open_to({"mayor"})


def test_a_view_open_without_a_post_says_why():
    with pytest.raises(ImproperlyConfigured, match="says why"):
        open_to_anyone("")
    with pytest.raises(ImproperlyConfigured, match="says why"):
        Openness(permissions.EVERY_POST, without_post=True)


def test_a_view_keeps_its_name_and_documentation_when_it_is_declared():
    def themes(request):
        """The theme list."""

    declared = open_to(permissions.EVERY_POST)(themes)
    assert (declared.__name__, declared.__doc__) == ("themes", "The theme list.")
    assert permissions.openness_of(themes) is None
