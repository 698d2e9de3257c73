"""The way around the site: what each post finds in the header."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import include, path

from futurefit.access import context
from futurefit.access.permissions import EVERY_POST, open_to
from futurefit.access.reader import NOBODY, HeldPost, Reader
from futurefit.council.models import PostKind

pytestmark = pytest.mark.urls(__name__)


@open_to(EVERY_POST)
def page(request):
    return HttpResponse()


pages = [
    path("", page, name="home"),
    path("themes/", page, name="theme_list"),
    path("projects/", page, name="project_list"),
]
savings = [path("mtfp/", page, name="plan")]
urlpatterns = [path("", include((pages, "pages"))), path("", include((savings, "savings")))]


def reader_with(kind) -> Reader:
    return Reader(user_id=1, name="R. Reader", held=(HeldPost(id=1, code="x", title=kind.label, kind=kind),))


def nav(reader, address="/"):
    request = RequestFactory().get(address)
    request.reader = reader
    return context.reader(request)["reader"].nav


def test_each_post_finds_its_own_pages_and_only_addresses_that_exist():
    assert [link.label for link in nav(reader_with(PostKind.FINANCE_OFFICER))] == ["Home", "Plan", "Projects"]
    assert [link.label for link in nav(reader_with(PostKind.HEAD_OF_SERVICE))] == ["Home", "Themes", "Projects"]


@pytest.mark.parametrize(
    ("address", "current"),
    [("/", "Home"), ("/themes/", "Themes"), ("/themes/active-alliances/", "Themes"), ("/glossary/", None)],
)
def test_one_link_is_the_current_one_at_most(address, current):
    links = nav(reader_with(PostKind.CABINET_MEMBER), address)
    assert [link.label for link in links if link.is_current] == ([current] if current else [])


def test_without_a_post_there_is_no_navigation_and_the_header_shows_the_name():
    assert nav(NOBODY) == ()
    request = RequestFactory().get("/")
    request.reader = Reader(user_id=1, name="R. Reader")
    on_page = context.reader(request)["reader"]
    assert (on_page.nav, on_page.post_title, on_page.is_signed_in) == ((), "R. Reader", True)


def test_an_error_page_that_comes_before_the_reader_is_known_still_renders():
    assert context.reader(RequestFactory().get("/"))["reader"].is_signed_in is False
