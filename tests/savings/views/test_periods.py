"""Choosing a period: each leads to the page in hand as at that period, and to no other site."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories
from tests.savings.views.on_page import page, signed_in
from tests.savings.worked_programme import worked_programme

pytestmark = pytest.mark.django_db
PAGE = "savings:period_list"


@pytest.fixture
def finance(db):
    return signed_in(factories.finance_officer())


@pytest.fixture
def two_periods():
    worked = worked_programme()
    factories.ReportingPeriodFactory(programme=worked.programme, label="2015/16 M12", month=12, closed=True)
    return worked


def test_each_period_leads_to_the_page_asked_for_with_the_reading_kept(two_periods, finance):
    html = page(finance, reverse(PAGE), page_at="/lines/", unit="pounds", view="cumulative")
    assert 'href="/lines/?unit=pounds&amp;view=cumulative&amp;period=2015%2F16+M12"' in html
    assert 'href="/lines/?unit=pounds&amp;view=cumulative"' in html, "the open period is the one shown without asking"


def test_it_says_which_is_open_which_is_shown_and_which_years_it_plans(two_periods, finance):
    html = page(finance, reverse(PAGE))
    assert "Open since 1 October 2015" in html
    assert "Closed on 10 November 2015" in html
    assert "shown now" in html
    assert "2016/17 to 2018/19" in html


def test_the_banner_of_a_page_leads_here_and_here_back_to_it(two_periods, finance):
    plan = page(finance, reverse("savings:plan"), view="cumulative")
    address = "/periods/?page_at=%2Fmtfp%2F&amp;view=cumulative"
    assert f'href="{address}"' in plan
    back = page(finance, address.replace("&amp;", "&"))
    assert 'href="/mtfp/?view=cumulative&amp;period=2015%2F16+M12"' in back


@pytest.mark.parametrize(
    "elsewhere",
    ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)", "mtfp/",
     "/no-such-page/", ""],
)  # fmt: skip
def test_another_site_or_a_page_that_is_not_there_is_not_found(two_periods, finance, elsewhere):
    response = finance.get(reverse(PAGE), {"page_at": elsewhere})
    assert response.status_code == 404
    assert b'href="https://elsewhere' not in response.content


def test_an_unknown_parameter_is_not_found(two_periods, finance):
    assert finance.get(reverse(PAGE), {"colour": "red"}).status_code == 404
