"""Entry fields and sets of rows: what is read, what is refused in which words, and that nothing typed is lost."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from futurefit.ui.editing import RowForm, RowSet
from futurefit.ui.entry_fields import (
    AmountField,
    DayField,
    NumberField,
    OneOfField,
    ParagraphsField,
    PickField,
    TickField,
    WordsField,
    on_day,
)
from futurefit.ui.form_fields import HouseForm, problems_of
from futurefit.ui.paragraphs import paragraphs_html, plain
from futurefit.values.money import Unit


class Thing:
    def __init__(self, pk: int, name: str) -> None:
        self.pk, self.name = pk, name

    def __str__(self) -> str:
        return self.name


class EveryField(HouseForm):
    title = WordsField(label="Title", max_length=10)
    words = ParagraphsField(label="Purpose", required=False, max_length=50)
    due = DayField(label="Due on", required=False)
    amount = AmountField(label="Amount", required=False)
    fte = NumberField(label="Current FTE", decimals=1, digits=8, at_least=0, required=False)
    colour = OneOfField(label="Colour", choices=[("red", "Red"), ("blue", "Blue")], radios=True)
    thing = PickField(label="Thing", required=False)
    sure = TickField(label="Sure")

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.fields["thing"].offer([Thing(1, "One"), Thing(2, "Two")])
        self.fields["amount"].in_unit(Unit.THOUSANDS)


RIGHT = {"title": "A title", "colour": "red"}


def refusals(**typed: str) -> list[str]:
    return [problem.message for problem in problems_of(EveryField({**RIGHT, **typed}))]


def drawn(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_what_is_typed_is_read_exactly():
    typed = {"words": "One\r\n\r\n\r\n- two ", "due": "27 8 2016", "amount": "(1.5)", "fte": "24.50", "thing": "2"}
    form = EveryField({**RIGHT, **typed, "sure": "on"})
    assert form.is_valid()
    read = form.cleaned_data
    assert (read["words"], read["due"], read["amount"]) == ("One\n\n- two", date(2016, 8, 27), -1500)
    assert (read["fte"], read["thing"].name, read["sure"]) == (Decimal("24.5"), "Two", True)


@pytest.mark.parametrize("typed", ["27/08/2016", "27 August 2016", "27 Aug 2016", "2016-08-27", "27.8.2016"])
def test_a_day_may_be_written_in_many_ways_day_first(typed):
    form = EveryField({**RIGHT, "due": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["due"] == date(2016, 8, 27)


@pytest.mark.parametrize("typed", ["31/2/2016", "August 2016", "by 5 May 2016", "5 May", "8/27/2016", "tbc"])
def test_what_is_not_one_day_is_refused_and_quoted(typed):
    assert refusals(due=typed) == [f"Due on: “{typed}” is not a day. Enter day, month and year, such as 27 8 2016."]


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_a_day_as_shown_reads_as_itself(day):
    assert DayField(label="Due").to_python(on_day(day)) == day


@given(st.integers(-(10**12), 10**12), st.sampled_from(Unit))
def test_an_amount_as_shown_reads_as_itself(amount, unit):
    field = AmountField(label="Amount")
    field.in_unit(unit)
    assert field.to_python(field.prepare_value(amount)) == amount


def test_refusals_name_the_field_the_value_and_the_rule():
    assert refusals(title="") == ["Title: nothing is entered."]
    assert refusals(title="far too long a title") == ["Title: write at most 10 characters, not 20."]
    assert refusals(amount="12O") == ["Amount: '12O' is not an amount. Enter a number such as 120 or 120.5 (in £000)."]
    assert refusals(fte="2.25") == ["Current FTE: “2.25” has more than 1 decimal. Round it first."]
    assert refusals(fte="-1") == ["Current FTE: “-1” is too small: enter 0 or more."]
    assert refusals(fte="1e5") == ["Current FTE: “1e5” is not a number. Enter one such as 2.5 or -2.5."]
    assert refusals(fte="12345678") == ["Current FTE: “12345678” is too large: enter less than 10,000,000."]
    assert refusals(colour="green") == ["Colour: “green” cannot be chosen. Choose one from the list."]
    assert refusals(thing="3") == ["Thing: “3” cannot be chosen. Choose one from the list."]
    assert refusals(title="a\x00b") == ["Title: it holds a character that cannot be kept. Type it again."]


def test_each_control_has_its_label_its_hint_and_its_error_and_the_summary_leads_to_it():
    form = EveryField({"title": "", "due": "never", "amount": "x"})
    html = drawn(
        '{% form_problems form "Nothing was saved" %}{% for field in form %}{% form_field field %}{% endfor %}',
        form=form,
    )
    for found in re.finditer(r'<(?:input|select|textarea)[^>]* aria-describedby="([^"]+)"', html):
        for described_by in found[1].split():
            assert f'id="{described_by}"' in html
    for target in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{target}"' in html
    assert html.count("Error:") == 4
    assert (
        '<label class="govuk-label" for="id_amount">Amount<span class="govuk-visually-hidden">, in £000</span>' in html
    )
    assert re.search(r'value="never"[^>]*aria-invalid="true"', html)


# Paragraphs ---------------------------------------------------------------------------------------------------------


def test_paragraphs_and_bullet_points_are_drawn_as_such():
    html = paragraphs_html("First\nline\n\n- one\n• two\n* three\nAfter it -5 posts\n-5 is no bullet")
    assert html == (
        "<p>First<br>line</p>\n"
        '<ul class="ff-list"><li>one</li><li>two</li><li>three</li></ul>\n'
        "<p>After it -5 posts<br>-5 is no bullet</p>"
    )
    assert plain("Do:\n- one\n- two\n\nDone") == "Do:; one; two Done"


def test_markup_that_is_typed_is_words():
    assert paragraphs_html("<b>bold</b>\n\n- <script>") == (
        '<p>&lt;b&gt;bold&lt;/b&gt;</p>\n<ul class="ff-list"><li>&lt;script&gt;</li></ul>'
    )


@given(st.text(alphabet=st.sampled_from("ab <&>\"'-•*\n\r\t"), max_size=60))
def test_every_word_typed_is_shown_once_and_saved_text_stays_as_it_is(words):
    field = ParagraphsField(label="Text", required=False)
    kept = field.clean(words)
    assert field.clean(kept) == kept
    shown = forms.CharField().clean(re.sub(r"<[^>]*>", " ", paragraphs_html(kept)) or "-")
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        shown = shown.replace(entity, character)
    letters = re.sub(r"[\s\-•*]", "", kept)
    assert re.sub(r"[\s\-•*]", "", shown) == letters


# Rows ---------------------------------------------------------------------------------------------------------------


class ThingRow(RowForm):
    title = WordsField(label="What", max_length=20)
    due = DayField(label="Due on", required=False)


STANDING = [(7, {"title": "Seven", "due": date(2016, 1, 7)}), (8, {"title": "Eight", "due": None})]


def opened(data: dict[str, str] | None = None, rows=STANDING) -> RowSet:
    posted = None
    if data is not None:
        posted = QueryDict(mutable=True)
        posted.update({"as_opened": "x", "row-count": "3", **as_opened_in_a_browser(), **data})
    return RowSet(ThingRow, rows, "thing", "x", data=posted)


def as_opened_in_a_browser() -> dict[str, str]:
    return {
        "row-0-id": "7", "row-0-title": "Seven", "row-0-due": "7 January 2016", "row-0-place": "1",
        "row-1-id": "8", "row-1-title": "Eight", "row-1-due": "", "row-1-place": "2",
        "row-2-id": "", "row-2-title": "", "row-2-due": "", "row-2-place": "",
    }  # fmt: skip


def titles(rows: RowSet) -> list[tuple[int | None, str]]:
    assert rows.is_valid(), rows.problems
    return [(row.id, row.values["title"]) for row in rows.typed]


def test_rows_come_back_as_they_were_and_a_row_left_empty_is_no_row():
    assert titles(opened({})) == [(7, "Seven"), (8, "Eight")]


def test_rows_are_added_changed_removed_and_moved_in_one_go():
    assert titles(opened({"row-2-title": "Nine", "row-2-place": "1"})) == [(None, "Nine"), (7, "Seven"), (8, "Eight")]
    assert titles(opened({"row-0-remove": "on", "row-0-due": "no day", "row-1-title": "Ate"})) == [(8, "Ate")]
    assert titles(opened({"row-1-place": "1"})) == [(8, "Eight"), (7, "Seven")]
    assert titles(opened({"row-0-place": "2"})) == [(8, "Eight"), (7, "Seven")]


def test_what_is_wrong_names_the_row_and_leads_to_its_field():
    rows = opened({"row-1-title": "", "row-2-due": "soon"})
    assert not rows.is_valid()
    assert [(each.message, each.field_id) for each in rows.problems] == [
        ("Thing 2: What: nothing is entered.", "id_row-1-title"),
        ("Thing 3: What: nothing is entered.", "id_row-2-title"),
        ("Thing 3: Due on: “soon” is not a day. Enter day, month and year, such as 27 8 2016.", "id_row-2-due"),
    ]


@pytest.mark.parametrize("count", ["", "-1", "999", "²", "3x", "0000009", "000000" + "9" * 5000])
def test_a_count_that_is_none_is_refused_not_believed(count):
    rows = opened({"row-count": count})
    assert not rows.is_valid()
    assert [each.message for each in rows.problems] == ["The page was not sent as it was opened. Open it again."]


def test_adding_a_row_keeps_what_was_typed_and_complains_of_nothing():
    rows = opened({"row-1-title": "", "row-2-title": "Nine"}).with_another()
    html = drawn("{% row_set rows %}", rows=rows)
    assert 'name="row-count" value="4"' in html
    assert 'value="Nine"' in html
    assert "Error" not in html
    assert len(re.findall("<input[^>]*autofocus", html)) == 1


def test_what_somebody_else_changed_stands_beside_what_was_typed():
    rows = opened({"row-0-title": "Mine", "row-2-title": "Nine"})
    assert rows.is_valid()
    now = [(7, {"title": "Theirs", "due": date(2016, 1, 7)}), (10, {"title": "Ten", "due": None})]
    again, differences = rows.reopened(now, "y")
    assert [(each.where, each.now, each.typed) for each in differences] == [
        ("Seven: What", "Theirs", "Mine"),
        ("Eight", "removed by somebody else", "kept as new"),
        ("Ten", "added by somebody else", "not in your form"),
    ]
    html = drawn("{% row_set rows %}", rows=again)
    assert 'name="as_opened" value="y"' in html
    assert re.findall(r'name="row-\d-id"(?: value="(\d+)")?', html) == ["7", "", "", "10"]
    assert [value for value in ("Mine", "Eight", "Nine", "Ten") if f'value="{value}"' in html] == [
        "Mine", "Eight", "Nine", "Ten",
    ]  # fmt: skip
