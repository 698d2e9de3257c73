"""A closed period in today's shape: the same money to the pound, grouped by where its lines stand now."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from futurefit.council.models import Directorate, Service
from futurefit.council.successors import successors
from savings.groupings import COMMAND_GROUPINGS
from savings.models import LineInPeriod
from savings.rollups import as_json, rollup, scan
from savings.selection import NOT_STATED, Selection
from savings.services.lines import change_line, move_project, withdraw_line
from savings.services.periods import close_and_open_next, period_called
from savings.services.reorganisation import (
    NewUnit,
    assign,
    merge_units,
    move_service,
    rename_unit,
    split_unit,
    unassigned,
)
from tests import factories
from tests.savings.views.on_page import page, read_page, total_of_list
from tests.savings.worked_programme import Worked, worked_programme

ON = date(2016, 5, 10)
ACTS = ("rename", "split", "merge", "into", "move", "assign", "line", "project", "withdraw")


def everything(period, shape: str = "then") -> list[dict]:
    every = scan(period, COMMAND_GROUPINGS, shape=shape)
    return [as_json(every.rollup(by)) for by in COMMAND_GROUPINGS]


class TodaysShape(TestCase):
    """Each example does its acts after the period was closed."""

    def setUp(self) -> None:
        self.worked = worked_programme()
        project = self.worked.projects["PA"]
        project.directorate, project.service = self.worked.directorates["North"], self.worked.services["n1"]
        project.save()
        close_and_open_next(actor=factories.TESTS, period=self.worked.period, new=period_called("2016/17 M03"))
        self.made = 0

    def new(self) -> NewUnit:
        self.made += 1
        return NewUnit(f"New {self.made}", f"NEW{self.made}")

    def do(self, act: str, first: int, second: int) -> None:
        """One act on the directorates, services or lines that there are by then."""
        units = list((Directorate if first % 2 else Service).objects.filter(ends_on=None).order_by("pk"))
        one, two = units[first % len(units)], units[second % len(units)]
        common = {"actor": factories.TESTS, "on": ON, "reason": "Drawn"}
        lines = list(LineInPeriod.objects.filter(period__closed_at=None, withdrawn=False).order_by("pk"))
        row = lines[first % len(lines)]
        if act == "rename":
            rename_unit(old=one, new=self.new(), **common)
        elif act == "split":
            split_unit(old=one, into=[self.new(), self.new()], **common)
        elif act == "merge":
            merge_units(olds=[one, two], into=self.new(), **common)
        elif act == "into":
            merge_units(olds=[one], into=two, **common)
        elif act == "move":
            services, directorates = (list(model.objects.filter(ends_on=None)) for model in (Service, Directorate))
            move_service(service=services[first % len(services)], to=directorates[second % len(directorates)], **common)
        elif act == "assign":
            for ended in Directorate.objects.exclude(ends_on=None):
                left = unassigned(ended)
                assign(
                    actor=factories.TESTS,
                    old=ended,
                    to=successors().present(ended)[0],
                    reason="Drawn",
                    lines={each.pk: each.version for each in left.lines[:2]},
                )
        elif act == "line":
            change_line(actor=factories.TESTS, line=row, changes={"directorate": two if first % 2 else None})
        elif act == "project":
            theme = self.worked.themes[("Alpha", "Beta", "Gamma")[second % 3]]
            project = self.worked.projects[("PA", "PB", "PN")[first % 3]]
            project.refresh_from_db()
            move_project(actor=factories.TESTS, project=project, theme=theme, directorate=project.directorate)
        else:
            withdraw_line(actor=factories.TESTS, line=row, reason="Drawn")

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 11), st.integers(0, 11)), min_size=1, max_size=6))
    def test_totals_are_those_of_then_and_each_row_is_what_its_lines_sum_to(self, drawn):
        period = self.worked.period
        before = json.dumps(everything(period))
        with self.settings(TODAY=date(2016, 5, 20)):
            for act in drawn:
                try:
                    self.do(*act)
                except ValidationError:
                    continue
        assert json.dumps(everything(period)) == before
        for then, today in zip(everything(period), everything(period, "today"), strict=True):
            for name in ("total", "years"):
                assert today[name] == then[name]
            for year in then["years"]:
                assert (
                    sum(row["years"][year]["target"] for row in today["rows"]) == then["total"]["years"][year]["target"]
                )
        for by in ("theme", "directorate", "service", "project", "corporate_area"):
            for row in scan(period, (by,), shape="today").each(by).values():
                key = NOT_STATED if row.group.group_id is None else row.group.group_id
                where = Selection(**{by: key}, shaped_by=self.worked.programme.pk)
                assert rollup(period, where=where).total.total == row.total


# On the page


@pytest.fixture
def worked(db, settings) -> Worked:
    settings.TODAY = date(2016, 5, 20)
    found = worked_programme()
    close_and_open_next(actor=factories.TESTS, period=found.period, new=period_called("2016/17 M03"))
    split = split_unit(
        actor=factories.TESTS,
        old=found.directorates["North"],
        into=[NewUnit("Upper", "UP"), NewUnit("Lower", "LO")],
        on=ON,
        reason="Too large",
    )
    for code, to in (("A1", split[0]), ("B1", split[1])):
        row = LineInPeriod.objects.get(line__code=code, period__closed_at=None)
        assign(actor=factories.TESTS, old=found.directorates["North"], to=to, reason="x", lines={row.pk: row.version})
    return found


@pytest.fixture
def client(worked) -> Client:
    client = Client()
    client.force_login(factories.head_of_finance())
    return client


CLOSED, TODAY = {"period": "2016/17 M02"}, {"period": "2016/17 M02", "shape": "today"}
PAGES = ("savings:plan", "pages:directorate_list", "pages:theme_list", "pages:programme_detail")


@pytest.mark.parametrize("name", PAGES)
def test_every_figure_of_a_page_in_today_s_shape_leads_to_lines_that_sum_to_it(client, name):
    shown = page(client, reverse(name), **TODAY)
    assert "in today’s shape" in shown
    figures = {figure.href: figure.value for row in read_page(shown).rows for figure in row.figures if figure.href}
    assert figures and all("shape=today" in href for href in figures)
    assert {href: total_of_list(client, href) for href in figures} == figures


def test_a_directorate_of_today_opens_as_at_a_closed_period_and_holds_what_its_lines_held(client):
    shown = page(client, reverse("pages:directorate_detail", args=["UP"]), **TODAY)
    assert "Upper" in shown and 'data-value="300"' in shown
    assert client.get(reverse("pages:directorate_detail", args=["UP"]), CLOSED).status_code == 404


def test_the_switch_is_offered_as_at_a_closed_period_alone_and_the_open_one_has_one_shape(client):
    plan = reverse("savings:plan")
    assert "Grouped as" in page(client, plan, **CLOSED)
    opened = page(client, plan, shape="today")
    assert "Grouped as" not in opened and "today’s shape" not in opened
    assert not [figure for row in read_page(opened).rows for figure in row.figures if "shape" in figure.href]
    assert client.get(plan, {**CLOSED, "shape": "tomorrow"}).status_code == 404


def test_files_hold_the_shape_that_is_shown(client):
    for name in ("savings:plan", "pages:directorate_list"):
        rows = client.get(
            reverse(name),
            {**TODAY, "by": "directorate", "export": "csv"} if "plan" in name else {**TODAY, "export": "csv"},
        )
        assert "Upper" in rows.content.decode()
    lines = client.get(reverse("savings:line_list"), {**TODAY, "directorate": "UP", "export": "csv"}).content.decode()
    assert "A1" in lines and "B1" not in lines
    file = client.get(reverse("savings:programme_csv"), {**TODAY, "directorate": "LO"}).content.decode()
    assert "B1" in file and "A1" not in file


def test_the_shape_costs_a_page_few_more_questions(client, django_assert_max_num_queries):
    for name in PAGES:
        with django_assert_max_num_queries(13):
            page(client, reverse(name), **TODAY)
