"""The admin is a place to look: every tracked model, for staff accounts alone, and nothing to change."""

import io
from datetime import date

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from futurefit.access.models import User
from futurefit.history.tracking import all_tracked_models
from savings.models import LineInPeriod, Position
from savings.services.periods import NewPeriod, close_and_open_next
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db) -> Client:
    client = Client()
    client.force_login(factories.UserFactory(is_staff=True))
    return client


def address(model, act: str, *arguments) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{act}", args=arguments)


def test_it_shows_every_tracked_model_and_no_other_package_s():
    assert set(admin.site._registry) == set(all_tracked_models())


def test_every_list_and_row_opens_and_offers_nothing_to_write(staff):
    small = factories.small_programme()
    small.cast()
    factories.DecisionFactory(programme=small.programme, effective_in=small.period)
    factories.MilestoneFactory(programme=small.programme)
    factories.RiskFactory(programme=small.programme)
    factories.StatedFigureFactory(programme=small.programme, period=small.period)
    opened = 0
    for model in admin.site._registry:
        found = staff.get(address(model, "changelist"), {"q": "saving"})
        assert found.status_code == 200, model
        for row in model._base_manager.all()[:1]:
            html = staff.get(address(model, "change", row.pk)).content.decode()
            assert 'name="_save"' not in html and "<textarea" not in html, model
            opened += 1
    assert opened > 15
    assert staff.get(reverse("admin:index")).status_code == 200
    assert staff.get(reverse("admin:app_list", args=["savings"])).status_code == 200


def test_a_position_is_not_changed_in_an_open_nor_in_a_closed_period(staff):
    small = factories.small_programme(projects=1)
    new = NewPeriod("2015/16 M08", 2015, date(2015, 11, 30), 8)
    close_and_open_next(actor=factories.TESTS, period=small.period, new=new)
    before = list(Position.objects.order_by("pk").values())
    for row in Position.objects.all():
        assert staff.post(address(Position, "change", row.pk), {"target": "1", "_save": "Save"}).status_code == 403
    chosen = [str(row.pk) for row in Position.objects.all()]
    staff.post(
        address(Position, "changelist"), {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    )
    for act in ("add/", f"{chosen[0]}/delete/", f"{chosen[0]}/history/"):
        assert staff.post(address(Position, "changelist") + act, {"target": "1", "post": "yes"}).status_code == 404
    assert list(Position.objects.order_by("pk").values()) == before


def test_no_post_opens_it_and_nobody_signs_in_there(client):
    assert client.get("/admin/").headers["Location"] == "/sign-in/?next=/admin/"
    for user in (*factories.cast(factories.ServiceFactory()).with_posts.values(), factories.stranger()):
        client.force_login(user)
        assert client.get("/admin/").status_code == 403
        assert client.get(address(Position, "changelist")).status_code == 403
    for own in ("login/", "logout/", "password_change/", "account/emailaddress/", "socialaccount/socialtoken/"):
        client.force_login(factories.UserFactory(is_staff=True))
        assert client.get(f"/admin/{own}").status_code == 404


def test_the_mark_alone_opens_no_page_of_the_product(staff):
    factories.small_programme()
    assert staff.get(reverse("savings:plan")).status_code == 403


@pytest.mark.parametrize("model", [Position, LineInPeriod])
def test_a_list_asks_as_often_for_many_rows(staff, model):
    factories.small_programme(projects=2)
    with CaptureQueriesContext(connection) as few:
        staff.get(address(model, "changelist"))
    factories.small_programme(projects=20, slug="another", is_current=False)
    with CaptureQueriesContext(connection) as many:
        staff.get(address(model, "changelist"))
    assert len(many) == len(few)


def test_an_account_for_it_is_made_by_command(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "long enough to be one")
    call_command(
        "createsuperuser", "--noinput", "--email", "It@council.example", "--name", "Who looks after it",
        stdout=io.StringIO(),
    )  # fmt: skip
    made = User.objects.get()
    assert (made.email, made.is_staff) == ("it@council.example", True)
    assert made.check_password("long enough to be one")
