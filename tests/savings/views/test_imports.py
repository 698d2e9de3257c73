"""A workbook into the open period, page by page: upload, columns, check, done, and everything that stops it."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from futurefit.council.models import PostKind
from futurefit.history.models import Act
from futurefit.ui.uploads import LARGEST_UPLOAD
from futurefit.values.rag import Split
from projects.models import Project
from savings.models import ColumnMapping, LineInPeriod, Position, SpreadsheetUpload
from savings.services import uploads
from savings.services.lines import change_line
from savings.services.periods import close_and_open_next, period_called
from tests import factories
from tests.savings.spreadsheets import hostile
from tests.savings.views.on_page import page, signed_in

pytestmark = pytest.mark.django_db
UPLOAD = "/import/"
OF_THE_COMMAND = re.compile(r"--(sheet|map|unit|sign|view|create|project)\b")
HEADINGS = ["Reference", "Title", "2016/17", "2017/18", "Total"]


def workbook(*rows: list, sheet: str = "Savings", headings: list | None = None, title: str = "Savings, £000") -> bytes:
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        sheet_page = book.add_worksheet(sheet)
        sheet_page.write(0, 0, title)
        sheet_page.write_row(2, 0, headings or HEADINGS)
        for number, row in enumerate(rows, start=3):
            sheet_page.write_row(number, 0, row)
    return memory.getvalue()


DEPOT = ["A1", "Sell the depot", 120, 30, 150]
VANS = ["A2", "Fewer vans", 40, None, 40]


@pytest.fixture
def plan():
    return factories.small_programme(projects=1, lines_each=0)


@pytest.fixture
def officer(plan):
    return signed_in(factories.finance_officer())


def bring(client: Client, content: bytes, name: str = "plan.xlsx", address: str = UPLOAD, **more):
    return client.post(address, {"file": SimpleUploadedFile(name, content), **more})


def uploaded(client: Client, content: bytes, **more) -> SpreadsheetUpload:
    """The upload of a file that goes into the programme's one project, unless told otherwise."""
    if "project" not in more:
        more["project"] = Project.objects.get().code
    response = bring(client, content, **more)
    assert response.status_code == 302, response.content.decode()
    return SpreadsheetUpload.objects.order_by("-pk")[0]


def targets() -> dict[str, dict[int | None, int]]:
    """The target of each line and year that there is, by title."""
    found: dict[str, dict[int | None, int]] = {}
    for row in Position.objects.select_related("line_in_period"):
        found.setdefault(row.line_in_period.title, {})[row.year] = row.target
    return found


def step(upload: SpreadsheetUpload, name: str) -> str:
    return reverse(f"savings:import_{name}", args=[upload.key])


def choose(client: Client, upload: SpreadsheetUpload, **changes: str):
    """Press the button of the second step, with what is preset there and these changes."""
    html = page(client, step(upload, "columns"))
    chosen = {"act": "columns", **preset(html), **changes}
    return client.post(step(upload, "columns"), chosen)


def preset(html: str) -> dict[str, str]:
    """What the selects and radios of the second step say when it opens."""
    reader = Choices()
    reader.feed(html)
    return {name: value for name, value in reader.found.items() if not name.startswith("sheet-")}


class Choices(HTMLParser):
    """What is selected and checked on a page, by the name of the control."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.select = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "select":
            self.select = given["name"]
        elif tag == "option" and "selected" in given:
            self.found[self.select] = given["value"]
        elif tag == "input" and given.get("type") == "radio" and "checked" in given:
            self.found[given["name"]] = given["value"]


def shown(client: Client, upload: SpreadsheetUpload) -> str:
    """What the page of the third step holds in its button's form."""
    html = page(client, step(upload, "check"))
    return html.partition('name="as_shown" value="')[2].partition('"')[0]


def apply(client: Client, upload: SpreadsheetUpload, as_shown: str | None = None):
    return client.post(step(upload, "check"), {"as_shown": as_shown or shown(client, upload)})


class TestFourSteps:
    def test_a_sheet_goes_from_file_to_lines_in_four_steps(self, officer, plan):
        upload = uploaded(officer, workbook(DEPOT, VANS, ["", "Total", 160, 30, 190]))
        html = page(officer, step(upload, "columns"))
        assert preset(html) == {
            "column_1": "reference",
            "column_2": "title",
            "column_3": "year:2016/17",
            "column_4": "year:2017/18",
            "column_5": "total",
            "unit": "thousands",
            "sign": "plus_saves",
            "view": "incremental",
        }
        assert choose(officer, upload).headers["Location"] == step(upload, "check")
        html = page(officer, step(upload, "check"))
        assert "lines, £190,000" in html
        assert ">Agrees<" in html
        assert "is-sum" in html
        assert targets() == {}
        assert apply(officer, upload).headers["Location"] == step(upload, "done")
        assert targets() == {
            "Sell the depot": {2016: 120_000, 2017: 30_000},
            "Fewer vans": {2016: 40_000},
        }
        html = page(officer, step(upload, "done"))
        assert "The sheet is imported" in html
        upload.refresh_from_db()
        assert bytes(upload.content) == b""
        assert upload.outcome["added"] == 2
        assert f"/history/{upload.act_id}/" in html

    def test_what_would_change_stands_beside_what_is_there(self, officer, plan):
        line = factories.line(
            plan.period, plan.projects[0], {2016: Split(120_000, amber=120_000)}, reference="A1", title="Sell the depot"
        )
        upload = uploaded(officer, workbook(["A1", "Sell the depot", 150, None, 150]))
        choose(officer, upload)
        html = page(officer, step(upload, "check"))
        assert "targets +£30,000" in html
        assert "Changed by +30" in html
        assert f"/lines/{line.line.code}/" in html
        assert targets() == {"Sell the depot": {2016: 120_000}}

    def test_nothing_to_change_is_said_and_offers_nothing_to_press(self, officer, plan):
        factories.line(plan.period, plan.projects[0], {2016: 120_000}, reference="A1", title="Sell the depot")
        upload = uploaded(officer, workbook(["A1", "Sell the depot", 120, None], headings=HEADINGS[:4]))
        choose(officer, upload)
        html = page(officer, step(upload, "check"))
        assert "there is nothing to change" in html
        assert "Import all of this" not in html

    def test_a_csv_file_takes_the_same_steps(self, officer, plan):
        content = "Reference;Title;2016/17 £\nA1;Café;1,250\n".encode("cp1252")
        upload = uploaded(officer, content, name="plan.csv")
        assert "Windows-1252" in page(officer, step(upload, "columns"))
        choose(officer, upload)
        apply(officer, upload)
        assert targets() == {"Café": {2016: 1250}}

    def test_names_are_made_when_that_was_chosen(self, officer, plan):
        content = workbook(["Libraries", "Fewer hours", 25], headings=["Project", "Title", "2016/17"])
        refused = uploaded(officer, content, project="")
        choose(officer, refused)
        assert "Libraries" in page(officer, step(refused, "check"))
        assert "Import all of this" not in page(officer, step(refused, "check"))
        upload = uploaded(officer, content, project="", create="on")
        choose(officer, upload)
        assert "1 project: Libraries" in page(officer, step(upload, "check"))
        apply(officer, upload)
        assert LineInPeriod.objects.get().project.title == "Libraries"


class TestColumns:
    def test_what_is_chosen_is_how_the_sheet_is_read(self, officer, plan):
        upload = uploaded(officer, workbook(DEPOT))
        choose(officer, upload, column_4="ignore", column_5="ignore", unit="pounds", sign="minus_saves")
        upload.refresh_from_db()
        assert upload.settings["columns"] == {"4": "ignore", "5": "ignore"}
        apply(officer, upload)
        assert targets() == {"Sell the depot": {2016: -120}}

    def test_a_layout_is_read_the_next_time_as_it_was_the_last(self, officer, plan):
        upload = uploaded(officer, workbook(DEPOT))
        choose(officer, upload, column_1="note", unit="pounds")
        apply(officer, upload)
        assert ColumnMapping.objects.count() == 1
        again = uploaded(officer, workbook(VANS))
        html = page(officer, step(again, "columns"))
        assert "A sheet with these headings was imported on" in html
        assert (preset(html)["column_1"], preset(html)["unit"]) == ("note", "pounds")
        officer.post(step(again, "columns"), {"act": "anew"})
        html = page(officer, step(again, "columns"))
        assert (preset(html)["column_1"], preset(html)["unit"]) == ("reference", "thousands")
        assert "A sheet with these headings" not in html

    def test_another_sheet_and_another_row_of_headings_can_be_chosen(self, officer, plan):
        memory = io.BytesIO()
        with xlsxwriter.Workbook(memory) as book:
            book.add_worksheet("Words").write(0, 0, "Only words here")
            other = book.add_worksheet("Old")
            other.write_row(0, 0, ["Title", "2016/17"])
            other.write_row(1, 0, ["Old saving", 5])
            sheet = book.add_worksheet("New")
            sheet.write_row(0, 0, ["Title", "2016/17"])
            sheet.write_row(1, 0, ["First", 1])
            sheet.write_row(2, 0, ["Second", 2])
        upload = uploaded(officer, memory.getvalue())
        assert "“New” as we read it" in page(officer, step(upload, "columns"))
        officer.post(step(upload, "columns"), {"act": "sheet", "sheet-sheet": "Old", "sheet-heading_row": ""})
        assert "Old saving" in page(officer, step(upload, "columns"))
        officer.post(step(upload, "columns"), {"act": "sheet", "sheet-sheet": "Words", "sheet-heading_row": ""})
        html = page(officer, step(upload, "columns"))
        assert "<title>Error: " in html
        assert "Only words here" in html
        assert not OF_THE_COMMAND.search(html)

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"act": "sheet", "sheet-sheet": "Savings", "sheet-heading_row": "twelve"}, "not a number"),
            ({"act": "sheet", "sheet-sheet": "Nowhere"}, "“Nowhere” cannot be chosen"),
            ({"act": "columns", "column_1": "nonsense"}, "“nonsense” is not what a column can be"),
            ({"act": "columns"}, "Column A: nothing is chosen"),
        ],
    )
    def test_what_cannot_be_chosen_is_refused_in_words(self, typed, words, officer, plan):
        upload = uploaded(officer, workbook(DEPOT))
        response = officer.post(step(upload, "columns"), typed)
        assert response.status_code == 400
        html = response.content.decode()
        assert words in html
        assert "<title>Error: " in html
        upload.refresh_from_db()
        assert "chosen" not in upload.settings

    def test_hidden_rows_and_columns_are_said(self, officer, plan):
        memory = io.BytesIO()
        with xlsxwriter.Workbook(memory) as book:
            sheet = book.add_worksheet("Savings")
            for number, row in enumerate([HEADINGS, DEPOT, VANS]):
                sheet.write_row(number, 0, row)
            sheet.set_row(2, None, None, {"hidden": True})
            sheet.set_column(3, 3, None, None, {"hidden": True})
        html = page(officer, step(uploaded(officer, memory.getvalue()), "columns"))
        assert "It hides 1 row: 3. It hides 1 column: D." in html


class TestProblems:
    @pytest.fixture
    def bad(self, officer, plan):
        upload = uploaded(officer, workbook(["A1", "Sell the depot", "12O", 30, 150], VANS))
        choose(officer, upload)
        return upload

    def test_each_stands_at_its_cell_and_nothing_can_be_applied(self, bad, officer):
        html = page(officer, step(bad, "check"))
        assert "<title>Error: " in html
        assert "Nothing can be imported yet: 1 problem" in html
        assert 'href="#cell-C4"' in html
        assert 'id="cell-C4"' in html
        assert "Import all of this" not in html
        response = officer.post(step(bad, "check"), {"as_shown": "whatever"})
        assert response.status_code == 400
        assert "Nothing was imported" in response.content.decode()
        assert targets() == {}

    def test_the_sheet_comes_back_with_the_problem_marked(self, bad, officer):
        response = officer.get(step(bad, "marked"))
        assert 'filename="plan-marked.xlsx"' in response.headers["Content-Disposition"]
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        assert book.sheetnames == ["Problems", "Savings"]
        assert "12O" in book["Savings"]["C4"].comment.text

    def test_the_corrected_sheet_takes_over_what_was_chosen(self, officer, plan):
        bad = uploaded(officer, workbook(["A1", "Sell the depot", "12O", 30, 150]))
        choose(officer, bad, column_4="ignore")
        again = f"{UPLOAD}?again={bad.key}"
        assert "in place of plan.xlsx" in page(officer, again)
        bring(officer, workbook(DEPOT), address=again, project=Project.objects.get().code)
        (upload,) = SpreadsheetUpload.objects.all()
        assert upload.key != bad.key
        assert preset(page(officer, step(upload, "columns")))["column_4"] == "ignore"

    def test_the_list_of_changes_holds_them_all(self, officer, plan):
        factories.line(plan.period, plan.projects[0], {2016: 100_000}, reference="A2", title="Fewer vans")
        upload = uploaded(officer, workbook(DEPOT, VANS))
        choose(officer, upload)
        book = openpyxl.load_workbook(io.BytesIO(officer.get(step(upload, "changes")).content))
        rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        start = next(number for number, row in enumerate(rows) if row[0] == "Cell") + 1
        said = {(row[3], row[5]): row[-2:] for row in rows[start:]}
        assert said["Sell the depot", "2016/17"] == [None, 120_000]
        assert said["Fewer vans", "2016/17"] == [100_000, 40_000]

    def test_a_message_speaks_of_choices_on_the_page_not_of_options(self, officer, plan):
        upload = uploaded(officer, workbook(["Libraries", "Fewer hours", 25], headings=["Project", "Title", "2031/32"]))
        choose(officer, upload)
        html = page(officer, step(upload, "check"))
        assert "2031/32" in html
        assert not OF_THE_COMMAND.search(html)


class TestApplying:
    def test_twice_is_once(self, officer, plan):
        upload = uploaded(officer, workbook(DEPOT))
        choose(officer, upload)
        as_shown = shown(officer, upload)
        first, second = apply(officer, upload, as_shown), apply(officer, upload, as_shown)
        assert first.headers["Location"] == second.headers["Location"] == step(upload, "done")
        assert LineInPeriod.objects.count() == 1
        assert Act.objects.filter(verb="savings.imported").count() == 1
        assert "is not imported twice" in page(officer, step(upload, "done"))
        for earlier in ("columns", "check", "marked", "changes"):
            assert officer.get(step(upload, earlier)).headers["Location"] == step(upload, "done")

    def test_what_was_shown_is_what_is_written_or_nothing(self, officer, plan):
        line = factories.line(plan.period, plan.projects[0], {2016: 100_000}, reference="A1", title="Sell the depot")
        upload = uploaded(officer, workbook(DEPOT))
        choose(officer, upload)
        as_shown = shown(officer, upload)
        Position.objects.filter(line_in_period=line).update(target=110_000)
        response = apply(officer, upload, as_shown)
        assert response.status_code == 400
        html = response.content.decode()
        assert "lines were changed since this page was shown" in html
        assert "Changed by +10" in html
        assert targets() == {"Sell the depot": {2016: 110_000}}
        assert apply(officer, upload).status_code == 302

    def test_columns_chosen_anew_in_another_window_are_not_what_was_shown(self, officer, plan):
        upload = uploaded(officer, workbook([*DEPOT, "Property"], headings=[*HEADINGS, "Method"]))
        choose(officer, upload)
        as_shown = shown(officer, upload)
        choose(officer, upload, column_6="ignore")
        assert apply(officer, upload, as_shown).status_code == 400
        assert not LineInPeriod.objects.exists()

    def test_a_period_that_has_closed_since_is_refused_in_words(self, officer, plan):
        upload = uploaded(officer, workbook(DEPOT))
        choose(officer, upload)
        as_shown = shown(officer, upload)
        close_and_open_next(
            actor=factories.actor(factories.head_of_finance()),
            period=plan.period,
            new=period_called("2015/16 M08"),
        )
        for answer in (
            apply(officer, upload, as_shown),
            officer.get(step(upload, "columns")),
            officer.get(step(upload, "check")),
            officer.get(step(upload, "marked")),
        ):
            assert answer.status_code == 400
            assert "was closed after this file was uploaded" in answer.content.decode()
        assert LineInPeriod.objects.count() == 0

    def test_stopped_half_way_leaves_nothing_behind(self, officer, plan, monkeypatch):
        upload = uploaded(officer, workbook(DEPOT))
        choose(officer, upload)
        as_shown = shown(officer, upload)

        def stopped(self, *arguments, **options):
            raise KeyboardInterrupt

        monkeypatch.setattr(SpreadsheetUpload, "save", stopped)
        with pytest.raises(KeyboardInterrupt):
            apply(officer, upload, as_shown)
        monkeypatch.undo()
        assert LineInPeriod.objects.count() == 0
        assert not Act.objects.filter(verb="savings.imported").exists()
        assert apply(officer, upload, as_shown).status_code == 302
        assert LineInPeriod.objects.count() == 1


class TestWhoSeesAnUpload:
    def test_a_key_with_a_nul_byte_is_the_key_of_nothing(self, officer, plan):
        for step in ("columns", "check", "done", "marked.xlsx", "changes.xlsx"):
            assert officer.get(f"/import/a%00b/{step}{'' if '.' in step else '/'}").status_code == 404
        assert officer.post("/import/%00/cancel/").status_code == 404

    def test_another_finance_officer_does_not(self, officer, plan):
        upload = uploaded(officer, workbook(DEPOT))
        choose(officer, upload)
        other = signed_in(factories.finance_officer())
        for name in ("columns", "check", "marked", "changes", "done"):
            assert other.get(step(upload, name)).status_code == 404
        for name in ("columns", "check", "cancel"):
            assert other.post(step(upload, name), {"act": "anew"}).status_code == 404
        assert other.get(f"{UPLOAD}?again={upload.key}").status_code == 404
        assert "plan.xlsx" not in page(other, UPLOAD)
        assert SpreadsheetUpload.objects.filter(pk=upload.pk).exists()

    def test_a_finance_officer_of_one_directorate_changes_the_lines_of_no_other(self, plan):
        client = signed_in(factories.holder(PostKind.FINANCE_OFFICER, directorates=[factories.DirectorateFactory()]))
        upload = uploaded(client, workbook(DEPOT))
        choose(client, upload)
        assert "Nothing can be imported yet" in page(client, step(upload, "check"))
        assert apply(client, upload, "anything").status_code == 400
        assert LineInPeriod.objects.count() == 0

    def test_a_finance_officer_of_one_directorate_puts_no_line_into_a_project_of_another(self, plan):
        mine, other = factories.DirectorateFactory(name="Mine"), factories.DirectorateFactory(name="Other")
        Project.objects.update(directorate=other)
        theirs = Project.objects.get().code
        own = factories.ProjectFactory(programme=plan.programme, code="OWN", directorate=mine)
        row = factories.line(plan.period, own, {2016: 1_000}, code="L1", title="Mine already", directorate=mine)
        client = signed_in(factories.holder(PostKind.FINANCE_OFFICER, directorates=[mine]))
        headings = ["Code", "Title", "Project", "Directorate", "2016/17"]
        for moved_or_new in (["L1", "Mine already", theirs, "Mine", 1], ["", "New", theirs, "Mine", 5]):
            upload = uploaded(client, workbook(moved_or_new, headings=headings), project="")
            choose(client, upload)
            html = page(client, step(upload, "check"))
            assert "a project of a directorate whose lines your post does not change" in html
        row.refresh_from_db()
        assert (row.project.code, LineInPeriod.objects.count()) == ("OWN", 1)


class TestUploads:
    @pytest.mark.parametrize("name", hostile.HOSTILE)
    def test_a_hostile_file_is_refused_with_its_message(self, name, officer, plan):
        file_name, make, words = hostile.HOSTILE[name]
        response = bring(officer, make(), file_name)
        assert response.status_code == 400
        html = response.content.decode()
        assert "<title>Error: " in html
        assert words in unescape(html)
        assert SpreadsheetUpload.objects.count() == 0

    def test_a_file_far_too_large_is_not_kept_while_it_arrives(self, officer, plan, monkeypatch):
        kept: list[int] = []
        for handler in (MemoryFileUploadHandler, TemporaryFileUploadHandler):
            monkeypatch.setattr(handler, "receive_data_chunk", lambda self, data, start: kept.append(len(data)))
        response = bring(officer, bytes(LARGEST_UPLOAD + 2 * 1024 * 1024), project="NONE")
        assert response.status_code == 400
        html = response.content.decode()
        assert "“plan.xlsx” is larger than 20 MB" in html
        assert 'value="NONE"' in html
        assert kept == []

    def test_nothing_chosen_and_a_project_that_there_is_not_are_refused(self, officer, plan):
        response = officer.post(UPLOAD, {"project": "NONE"})
        assert response.status_code == 400
        html = response.content.decode()
        assert "nothing is chosen" in html
        assert "no project with the code “NONE”" in html

    def test_what_is_not_applied_can_be_gone_on_with_or_cancelled(self, officer, plan):
        upload = uploaded(officer, workbook(DEPOT))
        assert "Go on with plan.xlsx" in page(officer, UPLOAD)
        assert officer.get(step(upload, "cancel")).status_code == 405
        response = officer.post(step(upload, "cancel"), follow=True)
        assert "Nothing was changed" in response.content.decode()
        assert SpreadsheetUpload.objects.count() == 0

    def test_what_is_applied_cannot_be_cancelled(self, officer, plan):
        upload = uploaded(officer, workbook(DEPOT))
        choose(officer, upload)
        apply(officer, upload)
        assert officer.post(step(upload, "cancel")).headers["Location"] == step(upload, "done")
        assert SpreadsheetUpload.objects.filter(pk=upload.pk).exists()

    def test_files_never_applied_go_after_a_day_when_the_next_comes(self, officer, plan):
        old, done, fresh = (uploaded(officer, workbook(DEPOT)) for _ in range(3))
        day_ago = timezone.now() - uploads.KEPT_FOR - timedelta(minutes=1)
        SpreadsheetUpload.objects.filter(pk__in=[old.pk, done.pk]).update(uploaded_at=day_ago)
        SpreadsheetUpload.objects.filter(pk=done.pk).update(applied_at=day_ago)
        page(officer, UPLOAD)
        assert SpreadsheetUpload.objects.count() == 3
        uploaded(signed_in(factories.finance_officer()), workbook(DEPOT))
        left = set(SpreadsheetUpload.objects.values_list("pk", flat=True))
        assert old.pk not in left
        assert {done.pk, fresh.pk} < left

    def test_a_closed_month_offers_the_open_one(self, officer, plan):
        close_and_open_next(
            actor=factories.actor(factories.head_of_finance()),
            period=plan.period,
            new=period_called("2015/16 M08"),
        )
        html = page(officer, UPLOAD, period="2015/16 M07")
        assert "closed months never change" in html
        assert "Upload the file" not in html
        assert "2015/16 month 8, which is open" in html

    def test_the_steps_ask_as_often_for_many_lines_as_for_few(self, officer, plan):
        def asked(rows: int) -> int:
            lines = [[f"A{number}", f"Saving {number}", 10, 5, 15] for number in range(rows)]
            upload = uploaded(officer, workbook(*lines))
            choose(officer, upload)
            with CaptureQueriesContext(connection) as queries:
                page(officer, step(upload, "check"))
            return len(queries)

        assert asked(2) == asked(200)


def test_a_stale_version_of_the_line_refuses_the_whole(officer, plan):
    """Whoever changes a line between check and apply is not overwritten."""
    line = factories.line(plan.period, plan.projects[0], {2016: 100_000}, reference="A1", title="Sell the depot")
    upload = uploaded(officer, workbook(DEPOT))
    choose(officer, upload)
    as_shown = shown(officer, upload)
    change_line(
        actor=factories.actor(factories.finance_officer()), line=line, version=line.version, changes={"title": "Depots"}
    )
    assert apply(officer, upload, as_shown).status_code == 400
    assert targets() == {"Depots": {2016: 100_000}}
