"""The entry grid as it is sent and answered: what is typed, what is refused, what comes back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from html import unescape
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from futurefit.history.models import Act
from futurefit.values.rag import Split
from savings.models import LineInPeriod, Position
from savings.rollups import rollup
from savings.services.grid import split_of
from savings.services.lines import set_split, withdraw_line
from savings.services.periods import NewPeriod, close_and_open_next
from tests import factories
from tests.factories import SmallProgramme, small_programme
from tests.savings.views.on_page import read_page, signed_in

WHOLE = Split(100_000, on_target=25_000, amber=25_000, red=25_000)


class _Fields(HTMLParser):
    """What a browser would send of the entry form, and the text of the page by the id of its element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._select = ""
        self._in_template = False
        self._in_form = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in_form = given.get("id") == "grid"
        if tag == "template":
            self._in_template = True
        if not self._in_form or self._in_template:
            return
        if tag == "input" and given.get("type") != "radio":
            self.fields[given["name"]] = given.get("value", "")
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self.fields[self._select] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in_form = False
        if tag == "template":
            self._in_template = False


@dataclass
class Visitor:
    """Somebody at the grid of the first project, whose page is the last answer."""

    small: SmallProgramme
    client: Client
    unit: str = "thousands"
    fields: dict[str, str] | None = None
    page: str = ""

    @property
    def address(self) -> str:
        return reverse("savings:grid_edit", args=[self.small.projects[0].code])

    def opens(self, **query: str) -> str:
        response = self.client.get(self.address, {"unit": self.unit, **query})
        assert response.status_code == 200
        return self._read(response)

    def sends(self, changed: dict[str, str] | None = None, *, expected: int = 302, **more: str) -> HttpResponse:
        """The form as it stands on the page, with these fields typed over."""
        sent = {**(self.fields or {}), **(changed or {}), **more}
        response = self.client.post(f"{self.address}?unit={self.unit}", sent)
        assert response.status_code == expected
        if response.status_code != 302:
            self._read(response)
        return response

    def saves(self, changed: dict[str, str], **more: str) -> str:
        """Sends them, and the page after."""
        return self._read(self.client.get(self.sends(changed, **more).headers["Location"]))

    def _read(self, response: HttpResponse) -> str:
        self.page = response.content.decode()
        self.fields = _Fields(self.page).fields
        return self.page

    @property
    def summary(self) -> list[tuple[str, str]]:
        """The links of the error summary: where each leads, and its words."""
        found = re.search(r'<div class="govuk-error-summary".*?</div>\s*</div>', self.page, re.DOTALL)
        links = re.findall(r'<a href="#([^"]+)">(.*?)</a>', found[0]) if found else []
        return [(place, unescape(words)) for place, words in links]

    def cell(self, name: str) -> str:
        """The cell that holds this field."""
        return next(td for td in re.findall(r'<td class="ff-cell.*?</td>', self.page, re.DOTALL) if f'"{name}' in td)


@pytest.fixture(autouse=True)
def today(settings) -> None:
    settings.TODAY = date(2016, 5, 20)


@pytest.fixture
def small(db) -> SmallProgramme:
    return small_programme(projects=1, lines_each=2, open_ended=True)


@pytest.fixture
def finance(small) -> Visitor:
    return Visitor(small, signed_in(factories.finance_officer()))


@pytest.fixture
def head(small) -> Visitor:
    return Visitor(small, signed_in(factories.head_of_service(small.services[0])))


def name(line: LineInPeriod, year: int | str, what: str = "") -> str:
    return f"c-{line.line_id}-{year}{'-' if what else ''}{what}"


def holds(line: LineInPeriod, year: int | None) -> Split | None:
    found = Position.objects.filter(line_in_period=line, year=year).first()
    return split_of(found) if found else None


def somebody_changes(line: LineInPeriod, year: int, split: Split) -> None:
    officer = factories.holder("finance_officer", title="Finance officer for schools")
    set_split(
        actor=factories.actor(officer), position=Position.objects.get(line_in_period=line, year=year), split=split
    )


# The page


def test_lines_stand_against_years_with_what_they_hold_and_the_totals_of_the_roll_up(small, finance):
    page = finance.opens()
    first, second = small.lines
    assert re.findall(r'<th scope="col">(.*?)</th>', page) == [
        "Savings line",
        "2016/17",
        "2017/18",
        "2018/19",
        "2019/20+",
        "Not profiled",
        "All years",
    ]
    assert finance.fields[name(first, 2017)] == "50"
    assert finance.fields[name(first, 2016, "status")] == "split"
    assert finance.fields[name(first, 2016, "was")] == "100000 0 0 25000 25000 25000"
    assert finance.fields[name(second, "not_profiled")] == ""
    whole = rollup(small.period).total
    totals = {row.label: [figure.value for figure in row.figures] for row in read_page(page).rows if row.label}
    for label, measure in (("Target", "target"), ("A Amber", "amber"), ("N Not rated", "not_rated")):
        by_year = [whole.year(year).amount(measure) for year in (2016, 2017, 2018, 2019, None)]
        assert totals[label] == [*by_year, whole.total.amount(measure)]
    assert totals["Target"][-1] == 300_000


@pytest.mark.parametrize(
    ("unit", "shown"), [("pounds", "1234567"), ("thousands", "1234.567"), ("millions", "1.234567")]
)
def test_an_amount_is_typed_in_the_unit_chosen_and_nothing_is_lost_on_the_way(small, finance, unit, shown):
    line = small.lines[0]
    factories.position(line, 2018, 1_234_567)
    finance.unit = unit
    finance.opens()
    assert finance.fields[name(line, 2018)] == shown
    response = finance.sends()
    assert "saved=" not in response.headers["Location"]
    assert holds(line, 2018) == Split(1_234_567)
    assert not Act.objects.exists()


def test_an_approved_target_is_text_and_its_rating_a_choice(small, finance):
    line = small.lines[0]
    Position.objects.filter(line_in_period=line, year=2017).update(approved=True, original=50_000)
    page = finance.opens()
    assert name(line, 2017) not in finance.fields
    assert "approved" in finance.cell(name(line, 2017))
    assert "changing it needs a decision" in page
    finance.saves({name(line, 2017, "status"): "delivered"})
    assert holds(line, 2017) == Split(50_000, delivered=50_000)
    finance.sends({name(line, 2017): "60"}, expected=400)
    assert "needs a decision. You had typed" in unescape(finance.cell(name(line, 2017)))


def test_withdrawn_lines_are_left_out_and_named(small, finance):
    line = small.lines[0]
    withdraw_line(actor=factories.TESTS, line=line, reason="Twice")
    page = finance.opens()
    assert name(line, 2016) not in finance.fields
    assert "1 withdrawn line" in page
    assert f'href="{reverse("savings:line_restore", args=[line.line.code])}">{line.title}' in page


def test_a_line_says_what_it_is(small, finance):
    LineInPeriod.objects.filter(pk=small.lines[0].pk).update(
        recurring="one_off", method="staffing", amount_in_words="marginal", illustration="Made up"
    )
    code = small.lines[0].line.code
    assert f"{code} · One-off · staffing · “marginal” · illustration" in finance.opens()


def test_a_line_leads_to_its_own_page_where_whoever_may_changes_it(small, finance, head):
    code = small.lines[0].line.code
    assert f'href="{reverse("savings:line_edit", args=[code])}"' in finance.opens()
    assert f'href="{reverse("savings:line_detail", args=[code])}"' in head.opens()
    assert "Add a line" not in head.page


def test_a_project_without_lines_says_who_adds_them(finance):
    LineInPeriod.objects.update(withdrawn=True)
    page = finance.opens()
    assert "no savings line yet" in page
    assert f'href="{finance.address}add/' in page


def test_a_closed_period_shows_the_way_to_the_open_one(small, finance):
    new = NewPeriod("2015/16 M08", 2015, date(2015, 11, 30), 8)
    close_and_open_next(actor=factories.TESTS, period=small.period, new=new)
    page = finance.opens(period="2015/16 M07")
    assert finance.fields == {}
    assert "2015/16 month 7 is closed" in page
    assert f'href="{finance.address}?unit=thousands"' in page or f'href="{finance.address}"' in page
    closed = finance.client.post(f"{finance.address}?period=2015/16+M07", {"period": "2015/16 M07"})
    assert closed.status_code == 400
    assert "Nothing was saved" in closed.content.decode()


def test_the_dossier_leads_here_for_who_may(small, finance, head):
    dossier = reverse("pages:project_detail", args=[small.projects[0].code])
    for visitor in (finance, head):
        assert f'href="{finance.address}"' in visitor.client.get(dossier).content.decode()
    director = signed_in(factories.director(small.directorates[0]))
    assert f'href="{finance.address}"' not in director.get(dossier).content.decode()


# What is typed


@pytest.mark.parametrize(
    ("typed", "pounds"),
    [("152.5", 152_500), ("(300)", -300_000), ("-300", -300_000), ("1.2m", 1_200_000), ("1,250", 1_250_000), ("0", 0)],
)
def test_amounts_are_read_as_people_write_them(small, finance, typed, pounds):
    finance.opens()
    finance.saves({name(small.lines[0], 2018): typed})
    assert holds(small.lines[0], 2018) == Split(pounds)


def test_several_cells_are_saved_as_one_act_and_the_page_says_how_many(small, finance):
    first, second = small.lines
    finance.opens()
    page = finance.saves(
        {
            name(first, 2017): "60",
            name(first, 2017, "status"): "amber",
            name(second, 2017): "",
            name(second, "not_profiled"): "-7",
            name(second, "not_profiled", "status"): "red",
            "reason": "Agreed",
        }
    )
    assert "Saved 3 amounts." in page
    assert holds(first, 2017) == Split(60_000, amber=60_000)
    assert holds(second, 2017) is None
    assert holds(second, None) == Split(-7_000, red=-7_000)
    assert Act.objects.get().reason == "Agreed"
    history = finance.client.get(reverse("pages:project_history", args=[small.projects[0].code])).content.decode()
    assert f"Changed 3 amounts of {small.projects[0].title}." in history


def test_the_parts_of_a_split_are_typed_and_what_they_leave_is_not_rated(small, finance):
    line = small.lines[0]
    finance.opens()
    assert name(line, 2016, "amber") not in finance.fields
    finance.sends({}, expected=200, open=name(line, 2016))
    assert finance.fields[name(line, 2016, "amber")] == "25"
    finance.saves({name(line, 2016, "amber"): "50", name(line, 2016, "red"): ""})
    assert holds(line, 2016) == Split(100_000, on_target=25_000, amber=50_000)


def test_a_closed_split_keeps_its_parts_under_another_target(small, finance):
    line = small.lines[0]
    finance.opens()
    finance.saves({name(line, 2016): "110"})
    assert holds(line, 2016) == Split(110_000, on_target=25_000, amber=25_000, red=25_000)
    finance.sends({name(line, 2016): "70"}, expected=400)
    place, words = finance.summary[0]
    assert place == name(line, 2016)
    assert words.startswith(f"2016/17, {line.title}: On target, amber and red come to £75,000")
    assert finance.fields[name(line, 2016, "red")] == "25", "the parts are opened to be mended"


def test_a_split_chosen_without_its_parts_opens_in_place_and_nothing_is_lost(small, finance):
    line = small.lines[0]
    finance.opens()
    finance.sends({name(line, 2017, "status"): "split", name(line, 2018): "9"}, expected=400)
    assert finance.summary == [
        (f"{name(line, 2017)}-delivered", f"2017/18, {line.title}: say how much is delivered, on target, amber or red")
    ]
    assert finance.fields[name(line, 2018)] == "9"
    finance.saves({name(line, 2017, "amber"): "20"})
    assert (holds(line, 2017), holds(line, 2018)) == (Split(50_000, amber=20_000), Split(9_000))


# What is refused


def test_what_cannot_be_read_stays_as_typed_and_the_message_names_line_year_value_and_rule(small, finance):
    first, second = small.lines
    finance.opens()
    finance.sends(
        {name(first, 2017): "12O", name(second, 2018): "120", name(second, "not_profiled"): "1.2345"}, expected=400
    )
    assert finance.summary == [
        (
            name(first, 2017),
            f"Target for 2017/18, {first.title}: '12O' is not an amount. Enter a number such as 120 or 120.5 (in £000)",
        ),
        (
            name(second, "not_profiled"),
            f"Target for Not profiled, {second.title}: '1.2345' (in £000) comes to £1,234.50: "
            "amounts are whole pounds, without pence",
        ),
    ]
    assert "<title>Error: " in finance.page
    assert "Nothing is saved yet: 2 amounts need you" in finance.page
    assert "is-error" in finance.cell(name(first, 2017))
    assert finance.fields[name(first, 2017)] == "12O"
    assert finance.fields[name(second, 2018)] == "120"
    assert "is-changed" in finance.cell(name(second, 2018))
    assert not Act.objects.exists()
    finance.saves({name(first, 2017): "120", name(second, "not_profiled"): "1.234"})
    assert (holds(first, 2017), holds(second, 2018), holds(second, None)) == (
        Split(120_000),
        Split(120_000),
        Split(1_234),
    )


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"2018-status": "amber"}, "2018", "Target for 2018/19, {}: empty, but it is said how it stands"),
        ({"2016": "", "2016-status": "red"}, "2016", "Target for 2016/17, {}: empty, but it is said how it stands"),
        ({"2018": "9" * 20}, "2018", "Target for 2018/19, {}: '99999999999999999999' is too large"),
    ],
)
def test_what_does_not_go_together_is_an_error_in_its_cell(small, finance, typed, field, words):
    line = small.lines[0]
    finance.opens()
    finance.sends({f"c-{line.line_id}-{part}": value for part, value in typed.items()}, expected=400)
    ((place, said),) = finance.summary
    assert place == f"c-{line.line_id}-{field}"
    assert said.startswith(words.format(line.title))


def test_a_part_that_is_no_amount_is_an_error_in_the_row_of_the_split(small, finance):
    line = small.lines[0]
    finance.opens()
    finance.sends({}, expected=200, open=name(line, 2016))
    finance.sends({name(line, 2016, "red"): "x"}, expected=400)
    assert finance.summary == [
        (
            name(line, 2016, "red"),
            f"Red for 2016/17, {line.title}: 'x' is not an amount. Enter a number such as 120 or 120.5 (in £000)",
        )
    ]
    assert finance.fields[name(line, 2016, "red")] == "x"


@pytest.mark.parametrize(
    "sent",
    [
        {"c-1-2016-was": "1 2 3"},
        {"c-1-2016-colour": "green"},
        {"c-one-2016": "5"},
        {"c-1-2016": "5", "c-1-2016-status": "purple"},
        {"c-99999999999999999999-2016": "5"},
        {"c-1-9999": "5"},
        {"c-1-0000": "5"},
    ],
)
def test_fields_of_no_grid_are_refused_in_words(finance, sent):
    finance.opens()
    finance.sends(sent, expected=400)
    assert "was not sent as it was opened" in finance.page


def test_a_reason_too_long_is_refused_and_kept(small, finance):
    finance.opens()
    finance.sends({name(small.lines[0], 2018): "1", "reason": "x" * 1_001}, expected=400)
    assert finance.summary == [("reason", "Why: write at most 1,000 characters, not 1,001")]
    assert finance.fields["reason"] == "x" * 1_001


def test_characters_that_no_database_keeps_are_refused_in_words(small, finance):
    finance.opens()
    finance.sends({name(small.lines[0], 2018): "1\x00", "reason": "a\x00b"}, expected=400)
    assert [place for place, _words in finance.summary] == ["reason", name(small.lines[0], 2018)]


def test_lines_and_years_that_the_grid_has_not_are_named_and_not_written(small, finance):
    other = factories.line(small.period, factories.ProjectFactory(programme=small.programme), {2016: 5})
    finance.opens()
    finance.sends(
        {
            name(small.lines[0], 2040): "5",
            "c-987654-2016": "6",
            name(other, 2016, "was"): "5 0 0 0 0 0",
            name(other, 2016): "7",
        },
        expected=400,
    )
    assert [place for place, _words in finance.summary] == ["gone", "gone", "gone"]
    assert "the year is outside the plan. 2040/41: 5, not rated" in finance.summary[0][1]
    assert holds(other, 2016) == Split(5)


# Somebody else


def test_a_change_by_somebody_else_is_shown_beside_one_s_own_and_the_choice_is_saved(small, finance):
    line, other = small.lines
    finance.opens()
    somebody_changes(line, 2017, Split(60_000))
    somebody_changes(other, 2017, Split(1_000))
    finance.sends({name(line, 2017): "70"}, expected=400)
    cell = unescape(finance.cell(name(line, 2017)))
    assert "Changed by somebody else: Finance officer for schools" in cell
    assert "yours 70<" in cell
    assert re.search(r"theirs 60, \d\d:\d\d<", cell)
    assert "was 50<" in cell
    assert finance.summary == [
        (
            f"{name(line, 2017)}-yours",
            f"2017/18, {line.title}: somebody changed it since you opened the page. Choose which amount to keep",
        )
    ]
    assert finance.fields[name(line, 2017)] == "70"
    assert finance.fields[name(other, 2017)] == "1", "an untouched cell takes the new amount"
    finance.sends({}, expected=400)
    assert finance.summary[0][0] == f"{name(line, 2017)}-yours", "without a choice nothing is saved"
    finance.saves({}, **{name(line, 2017, "pick"): "yours"})
    assert (holds(line, 2017), holds(other, 2017)) == (Split(70_000), Split(1_000))


def test_theirs_may_be_kept_and_the_rest_is_saved(small, finance):
    line = small.lines[0]
    finance.opens()
    somebody_changes(line, 2017, Split(60_000))
    finance.sends({name(line, 2017): "70", name(line, 2018): "5"}, expected=400)
    finance.saves({}, **{name(line, 2017, "pick"): "theirs"})
    assert (holds(line, 2017), holds(line, 2018)) == (Split(60_000), Split(5_000))


def test_a_third_change_is_shown_again(small, finance):
    line = small.lines[0]
    finance.opens()
    somebody_changes(line, 2017, Split(60_000))
    finance.sends({name(line, 2017): "70"}, expected=400)
    somebody_changes(line, 2017, Split(65_000))
    finance.sends({}, expected=400, **{name(line, 2017, "pick"): "yours"})
    assert "theirs 65" in finance.cell(name(line, 2017))
    assert holds(line, 2017) == Split(65_000)


def test_an_amount_added_or_removed_meanwhile_is_a_change_too(small, finance):
    line = small.lines[0]
    finance.opens()
    Position.objects.get(line_in_period=line, year=2017).delete()
    factories.position(line, 2018, Split(3_000, red=3_000))
    finance.sends({name(line, 2017): "70", name(line, 2018): "4"}, expected=400)
    assert "theirs nothing" in finance.cell(name(line, 2017))
    assert "theirs 3, red" in finance.cell(name(line, 2018))
    assert "was nothing" in finance.cell(name(line, 2018))


def test_an_error_and_a_choice_are_shown_at_once(small, finance):
    line, other = small.lines
    finance.opens()
    somebody_changes(line, 2017, Split(60_000))
    finance.sends({name(line, 2017): "70", name(other, 2017): "5O"}, expected=400)
    assert "Nothing is saved yet: 1 amount and 1 choice need you" in finance.page
    assert "1 amount changed, 1 of them also by somebody else. 1 cannot be saved as it is." in finance.page


def test_a_line_withdrawn_meanwhile_is_named_with_what_was_typed_and_the_rest_can_be_saved(small, finance):
    line, other = small.lines
    finance.opens()
    withdraw_line(actor=factories.TESTS, line=line, reason="Twice")
    finance.sends({name(line, 2017): "70", name(other, 2017): "5"}, expected=400)
    assert finance.summary[0] == (
        "gone",
        f"{line.title}: the line was withdrawn since you opened the page. 2017/18: 70, not rated",
    )
    finance.saves({})
    assert holds(other, 2017) == Split(5_000)


def test_a_period_closed_meanwhile_loses_nothing_that_was_typed(small, finance):
    line = small.lines[0]
    finance.opens()
    new = NewPeriod("2015/16 M08", 2015, date(2015, 11, 30), 8)
    opened = close_and_open_next(actor=factories.TESTS, period=small.period, new=new)
    finance.sends({name(line, 2017): "70"}, expected=400)
    assert "2015/16 M07 was closed since you opened the page" in finance.summary[0][1]
    assert finance.fields[name(line, 2017)] == "70"
    finance.saves({})
    assert holds(LineInPeriod.objects.get(period=opened, line=line.line), 2017) == Split(70_000)
    assert holds(line, 2017) == Split(50_000)


# Undo


def test_the_last_save_is_undone_from_the_page_that_reports_it(small, finance):
    line = small.lines[0]
    finance.opens()
    finance.saves({name(line, 2018): "9"})
    assert "Undo this save" in finance.page
    number = str(Act.objects.get().pk)
    page = finance._read(finance.client.get(finance.sends({}, undo=number).headers["Location"]))
    assert "Undone: 1 amount as before." in page
    assert "Change them back again" in page and "Undo this save" not in page
    assert holds(line, 2018) is None


def test_undo_is_not_offered_when_the_amount_was_changed_since_and_refused_when_asked(small, finance):
    line = small.lines[0]
    finance.opens()
    finance.saves({name(line, 2018): "9"})
    number = str(Act.objects.get().pk)
    somebody_changes(line, 2018, Split(4_000))
    assert "Undo this save" not in finance.opens(saved=number)
    finance.sends({}, expected=400, undo=number)
    assert "Nothing was taken back" in finance.page
    assert holds(line, 2018) == Split(4_000)


def test_the_save_of_somebody_else_is_not_offered_to_be_undone_nor_undone(small, finance):
    finance.opens()
    finance.saves({name(small.lines[0], 2018): "9"})
    number = str(Act.objects.get().pk)
    other = Visitor(small, signed_in(factories.finance_officer()))
    assert "Undo this save" not in other.opens(saved=number)
    other.sends({}, expected=400, undo=number)
    assert "This change cannot be taken back here" in other.page
    assert holds(small.lines[0], 2018) == Split(9_000)


@pytest.mark.parametrize("number", ["", "x", "999999999", "9" * 40, "-1", "٣"])
def test_an_act_that_is_none_is_not_there(finance, number):
    assert finance.client.get(finance.address, {"saved": number}).status_code == 404
    assert finance.client.post(finance.address, {"undo": number}).status_code == 404


# Heads of service


def test_a_head_of_service_says_how_amounts_stand_and_types_no_target(small, head):
    line = small.lines[0]
    page = head.opens()
    assert name(line, 2017) not in head.fields
    assert name(line, 2018, "status") not in head.fields, "where there is no amount there is nothing to rate"
    assert "counts as claimed until finance accepts it" in page
    head.saves({name(line, 2017, "status"): "delivered"})
    assert holds(line, 2017) == Split(50_000, claimed=50_000)


def test_a_target_sent_by_a_head_of_service_all_the_same_is_refused(small, head):
    line = small.lines[0]
    head.opens()
    head.sends({name(line, 2017): "60"}, expected=403)
    head.sends({name(line, 2018): "60"}, expected=403)
    assert not Act.objects.exists()


def test_a_head_of_service_is_asked_why_where_an_amount_stands_worse(small, head):
    line = small.lines[0]
    head.opens()
    head.sends({name(line, 2017, "status"): "red"}, expected=400)
    ((place, words),) = head.summary
    assert place == "reason"
    assert words.startswith("Say why")
    head.saves({"reason": "The supplier is late"})
    assert holds(line, 2017) == Split(50_000, red=50_000)


def test_lines_of_another_service_are_text_to_a_head_who_leads_another_part(small, head):
    line = small.lines[0]
    LineInPeriod.objects.filter(pk=line.pk).update(service=small.services[1], directorate=small.directorates[1])
    page = head.opens()
    assert name(line, 2017, "status") not in head.fields
    assert line.title not in page
    assert "not shown to you" in page
    head.sends({name(line, 2017, "was"): "50000 0 0 0 0 0", name(line, 2017, "status"): "red"}, expected=403)


def test_lines_of_another_directorate_are_text_to_the_finance_officer_of_one(small):
    first, second = small.lines
    LineInPeriod.objects.filter(pk=second.pk).update(directorate=small.directorates[1])
    officer = factories.holder("finance_officer", directorates=[small.directorates[0]])
    visitor = Visitor(small, signed_in(officer))
    page = visitor.opens()
    assert name(first, 2017) in visitor.fields
    assert name(second, 2017) not in visitor.fields
    assert name(second, 2017, "status") not in visitor.fields
    plain = re.findall(r'<td class="ff-cell ff-cell--fixed.*?</td>', page, re.DOTALL)
    assert len(plain) == 5, "every year of the plan, and not profiled"
    assert "25 on target, 25 amber, 25 red, 25 not rated" in plain[0]
    assert 'data-value="50000"' in plain[1]
    assert "Not rated" in plain[1]


def test_a_year_outside_the_plan_that_holds_an_amount_is_shown_and_can_be_typed_over(small, finance):
    line = small.lines[0]
    factories.position(line, 2015, 4_000)
    finance.opens()
    assert finance.fields[name(line, 2015)] == "4"
    assert name(small.lines[1], 2015) not in finance.fields
    finance.saves({name(line, 2015): ""})
    assert holds(line, 2015) is None


# How often the database is asked


def statements_of(run) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        run()
    return [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]


def a_visitor(lines: int) -> Visitor:
    small = small_programme(
        projects=1, lines_each=lines, horizon_first=2016, horizon_last=2021, slug=f"of-{lines}", is_current=lines == 50
    )
    LineInPeriod.objects.exclude(period=small.period).update(withdrawn=False)
    for line in small.lines:
        for year in range(2018, 2022):
            factories.position(line, year, 5_000)
    return Visitor(small, signed_in(factories.finance_officer()))


@pytest.mark.django_db
def test_a_grid_of_three_hundred_cells_opens_and_saves_within_the_bar():
    few, many = a_visitor(2), a_visitor(50)
    opened = statements_of(lambda: few.opens(programme="of-2")), statements_of(many.opens)
    assert len(opened[0]) == len(opened[1]) <= 12
    typed = {name(line, year): str(year) for line in many.small.lines for year in range(2016, 2022)}
    sent = statements_of(lambda: many.sends(typed))
    assert Act.objects.get().sentence.startswith("Changed 300 amounts")
    assert len(sent) <= (12 if connection.vendor == "postgresql" else 20), [sql[:80] for sql in sent]
