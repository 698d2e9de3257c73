"""Stated beside computed: on the papers of 2015, and an officer's words on which is right."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from futurefit.history.models import Act
from savings.models import StatedFigure
from savings.reconcile import reconcile
from tests import factories
from tests.savings.views.on_page import page, read_page, signed_in, total_of_list

pytestmark = pytest.mark.django_db
PAGE = "savings:reconciliation"


@pytest.fixture(autouse=True)
def demonstration(settings):
    settings.DEMO = True
    settings.TODAY = date(2016, 5, 20)


@pytest.fixture
def finance(demo):
    return signed_in(demo.user("finance"))


def amber_256() -> StatedFigure:
    """The printed total of the amber row of the HR form."""
    return StatedFigure.objects.get(table="T03", as_printed="256")


class TestTheList:
    def test_it_opens_with_the_sums_and_shows_the_printed_256_against_196(self, demo, finance):
        html = page(finance, reverse(PAGE))
        assert "73 figures: 71 agree, 2 differ." in html
        (row,) = [
            row for row in read_page(html).rows if "HR &amp; OD: Amber" in row.label or "HR & OD: Amber" in row.label
        ]
        assert [figure.value for figure in row.figures] == [256_000, 196_000, 60_000]
        assert "Sum of parts" not in row.label

    def test_only_differing_leaves_the_rest_out_and_keeps_both_numbers(self, demo, finance):
        rows = [row for row in read_page(page(finance, reverse(PAGE), only="differing")).rows if row.figures]
        assert [row.figures[0].value for row in rows if len(row.figures) == 3] == [100_000, 256_000]

    def test_every_kind_is_listed_with_both_places(self, demo, finance):
        html = page(finance, reverse(PAGE), kind="all", only="differing")
        assert html.count(">Differs<") == 9
        assert "T04, HR &amp; OD form - Proposed savings: TOTAL SAVINGS" in html
        assert "T10: Already commissioned and total expenditure 17/18" in html
        assert "68.3%" in html

    def test_computed_amounts_lead_to_lines_that_sum_to_them(self, demo, finance):
        linked = [
            figure
            for number in (1, 2, 3)
            for figure in read_page(page(finance, reverse(PAGE), kind="all", page=number)).figures
            if figure.href
        ]
        assert len(linked) > 60
        for figure in {figure.href: figure for figure in linked}.values():
            assert total_of_list(finance, figure.href) == figure.value, figure

    def test_three_ways_to_the_same_total(self, demo, finance):
        rows = {row.label: row for row in read_page(page(finance, reverse(PAGE))).rows}
        sums = [[f.value for f in rows[f"by {way}"].figures] for way in ("directorate", "theme", "line")]
        assert sums[0] == sums[1] == sums[2]
        assert sums[0][0] == 18_799_000

    def test_a_period_asked_for_is_the_one_compared(self, demo, finance):
        html = page(finance, reverse(PAGE), period="2016/17 M02")
        assert "as at 2016/17 month 2" in html

    @pytest.mark.parametrize("query", ["kind=odd", "only=some", "page=99", "period=x", "colour=red", "export=pdf"])
    def test_what_does_not_exist_is_not_found(self, demo, finance, query):
        assert finance.get(f"{reverse(PAGE)}?{query}").status_code == 404

    def test_the_file_holds_every_figure_of_the_kind(self, demo, finance):
        answer = finance.get(reverse(PAGE), {"kind": "all", "export": "csv"})
        lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        start = next(place for place, line in enumerate(lines) if line and line[0] == "Where it is stated")
        computed = [row.as_json() for row in reconcile(demo.programme)]
        assert len(lines) - start - 1 == len(computed) == 147
        assert [line[2] for line in lines[start + 1 :]] == [
            f"{row['stated']:.2f}" if row["kind"] == "percentage" else str(row["stated"]) for row in computed
        ]

    def test_it_takes_at_most_twelve_queries(self, demo, finance):
        page(finance, reverse(PAGE))
        with CaptureQueriesContext(connection) as queries:
            page(finance, reverse(PAGE), kind="all")
        assert len(queries) <= 12

    def test_only_posts_that_see_everything_open_it(self, demo):
        for post in ("head", "otherhead", "director"):
            assert signed_in(demo.user(post)).get(reverse(PAGE)).status_code == 403
        for post in ("finance", "s151", "cabinet", "office", "auditor"):
            assert signed_in(demo.user(post)).get(reverse(PAGE)).status_code == 200


class TestRecordingWhichIsRight:
    def address(self) -> str:
        return reverse("savings:stated_figure", args=[amber_256().pk])

    def test_the_words_are_kept_with_who_and_when_and_both_numbers_stay(self, demo, finance):
        words = "196 is right: the printed total adds the row above."
        answer = finance.post(self.address(), {"decision": words, "version": amber_256().version}, follow=True)
        html = answer.content.decode()
        assert answer.redirect_chain
        assert words in html
        assert {256_000, 196_000, 60_000} <= {figure.value for figure in read_page(html).figures}
        figure = amber_256()
        assert (figure.decision, figure.decided_by) == (words, "Finance officer")
        assert figure.stated == 256_000
        act = Act.objects.latest("pk")
        assert act.verb == "savings.stated_figure_decided"
        assert words in page(finance, reverse(PAGE), only="differing"), "a difference recorded is still listed"

    def test_a_stale_save_is_refused_with_both_texts(self, demo, finance):
        version = amber_256().version
        finance.post(self.address(), {"decision": "196 is right.", "version": version})
        answer = finance.post(self.address(), {"decision": "256 is right.", "version": version})
        html = answer.content.decode()
        assert answer.status_code == 400
        assert "Somebody recorded “196 is right.”" in html
        assert "256 is right.</textarea>" in html
        assert amber_256().decision == "196 is right."
        assert f'name="version" value="{amber_256().version}"' in html, "saving again is possible, knowing it"

    def test_words_without_a_version_or_too_many_are_refused(self, demo, finance):
        assert finance.post(self.address(), {"decision": "196"}).status_code == 400
        many = {"decision": "x" * 1_001, "version": amber_256().version}
        assert "at most 1000 characters, not 1001" in finance.post(self.address(), many).content.decode()
        assert amber_256().decision == ""

    @pytest.mark.parametrize("post", ["s151", "cabinet", "office", "auditor"])
    def test_other_posts_read_it_and_may_not_record(self, demo, post):
        client = signed_in(demo.user(post))
        assert "Record which is right" not in page(client, self.address())
        answer = client.post(self.address(), {"decision": "256 is right.", "version": amber_256().version})
        assert answer.status_code == 403
        assert amber_256().decision == ""

    def test_opening_it_writes_nothing(self, demo, finance):
        acts = Act.objects.count()
        page(finance, self.address())
        assert Act.objects.count() == acts

    def test_a_figure_of_another_programme_is_not_found(self, demo, finance):
        other = factories.StatedFigureFactory(programme=factories.ProgrammeFactory())
        assert finance.get(reverse("savings:stated_figure", args=[other.pk])).status_code == 404
