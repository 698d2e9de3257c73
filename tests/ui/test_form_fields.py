"""Form fields: the classes of each kind of control, our words for a refusal, and where its message leads."""

import pytest
from django import forms
from django.template import Context, Template

from futurefit.ui.form_fields import HouseForm, problems_of

COLOURS = (("blue", "Blue"), ("grey", "Grey"))


class Everything(HouseForm):
    title = forms.CharField(label="Title", max_length=5, help_text="As printed.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    colour = forms.ChoiceField(label="Colour", choices=COLOURS)
    size = forms.ChoiceField(label="Size", choices=COLOURS, widget=forms.RadioSelect)
    parts = forms.MultipleChoiceField(label="Parts", choices=COLOURS, widget=forms.CheckboxSelectMultiple)
    own = forms.CharField(label="Own", error_messages={"required": "Say it in your own words."})
    sure = forms.BooleanField(label="I am sure", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


def drawn(field: str, form: forms.Form, tag: str = "form_field form.{}") -> str:
    return Template(f"{{% {tag.format(field)} %}}").render(Context({"form": form}))


@pytest.mark.parametrize(
    ("field", "css"),
    [
        ("title", "govuk-input"),
        ("note", "govuk-textarea"),
        ("colour", "govuk-select"),
        ("size", "govuk-radios__input"),
        ("parts", "govuk-checkboxes__input"),
        ("sure", "govuk-checkboxes__input"),
    ],
)
def test_each_kind_of_control_has_the_class_of_its_kind(field, css):
    assert f'class="{css}"' in drawn(field, Everything())


def test_a_set_of_choices_is_a_fieldset_and_a_hidden_field_stands_alone():
    html = drawn("size", Everything())
    assert "<legend" in html
    assert html.count('type="radio"') == 2
    assert "<label" not in drawn("version", Everything())


def test_hint_and_error_describe_the_control():
    html = drawn("title", Everything({"title": "too long"}))
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_error"' in html
    assert 'value="too long"' in html, "what was typed is kept"


def test_refusals_name_the_field_the_value_and_the_rule():
    form = Everything({"title": "too long", "colour": "red", "parts": ["green"]})
    said = {problem.parameter: problem.message for problem in problems_of(form)}
    assert said["title"] == "Title: write at most 5 characters, not 8."
    assert said["colour"] == "Colour: “red” cannot be chosen. Choose one from the list."
    assert said["parts"] == "Parts: “green” cannot be chosen. Choose one from the list."
    assert said["size"] == "Size: nothing is chosen."
    assert said["own"] == "Say it in your own words."


def test_the_summary_leads_to_each_control_and_to_the_first_of_a_set():
    form = Everything({"title": ""})
    form.add_error(None, "Nothing fits.")
    leads = {problem.parameter: problem.field_id for problem in problems_of(form)}
    assert (leads[""], leads["title"], leads["size"], leads["parts"]) == (
        "id_title",
        "id_title",
        "id_size_0",
        "id_parts_0",
    )
    html = drawn("", form, 'form_problems form "Nothing was saved"{}')
    assert "Nothing was saved" in html
    assert 'href="#id_size_0"' in html
    assert drawn("", Everything(), "form_problems form{}").strip() == ""
