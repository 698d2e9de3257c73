"""A filter that is not understood never gives out all rows."""

import django_filters
import pytest
from django.contrib.contenttypes.models import ContentType
from django.http import QueryDict

from futurefit.ui.filter_bar import ManyChoices, Select, TextField
from futurefit.ui.filters import InvalidFilter, StrictFilterSet, YesNoFilter

pytestmark = pytest.mark.django_db

APPS = [("council", "The council"), ("projects", "Projects"), ("auth", "Sign-in")]


class KindFilter(StrictFilterSet):
    app = django_filters.ChoiceFilter(field_name="app_label", choices=APPS, label="App")
    apps = django_filters.MultipleChoiceFilter(field_name="app_label", choices=APPS, label="Any app of")
    q = django_filters.CharFilter(field_name="model", lookup_expr="icontains", label="Words")
    number = django_filters.NumberFilter(field_name="pk", label="Number")
    kind = django_filters.ModelChoiceFilter(field_name="pk", queryset=ContentType.objects.all(), label="Kind")
    named = YesNoFilter(field_name="model", lookup_expr="isnull", label="Named")
    between = django_filters.RangeFilter(field_name="pk", label="Between")

    def words_q(self, value):
        return f"The name has “{value}” in it."

    class Meta:
        model = ContentType
        fields = []


def kinds(query):
    return KindFilter(QueryDict(query), ContentType.objects.all())


@pytest.mark.parametrize(
    ("query", "parameter", "says"),
    [
        ("ap=auth", "ap", "“ap” is not a filter of this page. The filters are: app, apps, q,"),
        ("App=auth", "App", "is not a filter"),
        ("app=nonsense", "app", "App: “nonsense” cannot be used. It can be: council, projects, auth."),
        ("app=auth&app=council", "app", "App is given more than once: auth, council."),
        ("apps=auth&apps=nonsense", "apps", "Any app of: “auth, nonsense” cannot be used."),
        ("number=twelve", "number", "Number: “twelve” cannot be used. Enter a number."),
        ("number=nan", "number", "Number: “nan” cannot be used."),
        ("kind=999999999999999999999999", "kind", "Kind: “999999999999999999999999” cannot be used."),
        ("named=maybe", "named", "Named: “maybe” cannot be used. It can be: yes, no."),
        ("q=%00", "q", "cannot be used"),
        ("between_min=x", "between_min", "Between: “x” cannot be used"),
        ("between=3", "between", "“between” is not a filter"),
    ],
)
def test_what_is_not_understood_is_named_and_gives_no_rows(query, parameter, says):
    filtered = kinds(query)
    assert not filtered.is_valid()
    (problem,) = filtered.problems
    assert problem.parameter == parameter
    assert says in problem.message
    assert filtered.words() == []
    with pytest.raises(InvalidFilter):
        filtered.qs  # noqa: B018


def test_two_mistakes_are_both_named_and_lead_to_their_fields():
    problems = kinds("app=nonsense&wrong=1").problems
    assert [(problem.parameter, problem.field_id) for problem in problems] == [("wrong", ""), ("app", "id_app")]


@pytest.mark.parametrize("query", ["", "app=", "app=&q=&number=", "period=2015/16+M07&sort=-app&page=2&unit=millions"])
def test_no_filter_is_every_row_in_scope(query):
    filtered = kinds(query)
    assert filtered.is_valid()
    assert filtered.qs.count() == ContentType.objects.count()
    assert filtered.words() == []


def test_without_any_data_the_filter_is_still_checked_and_valid():
    assert KindFilter(None, ContentType.objects.all()).is_valid()


def test_a_filter_filters_and_says_so_in_words():
    filtered = kinds("app=auth&q=perm&named=no&between_min=1")
    assert [row.model for row in filtered.qs] == ["permission"]
    assert filtered.words() == ["App: Sign-in.", "The name has “perm” in it.", "Named: No.", "Between: from 1."]


def test_several_values_are_said_with_or():
    filtered = kinds("apps=auth&apps=council")
    assert filtered.words() == ["Any app of: Sign-in or The council."]
    assert set(filtered.qs.values_list("app_label", flat=True)) == {"auth", "council"}


def test_the_controls_keep_what_was_typed():
    controls = {control.name: control for control in kinds("app=nonsense&apps=auth&q=<b>").controls()}
    assert isinstance(controls["app"], Select)
    assert controls["app"].options[0] == ("", "Any")
    assert isinstance(controls["apps"], ManyChoices)
    assert controls["apps"].current == ["auth"]
    assert isinstance(controls["q"], TextField)
    assert controls["q"].current == "<b>"
    assert {"between_min", "between_max"} <= set(controls)


def test_the_filter_bar_carries_the_reading_but_not_the_page(draw):
    address = "/kinds/?app=auth&period=2015/16+M07&page=3&sort=app"
    page = draw("{% filter_bar controls %}", address, controls=kinds("app=auth").controls())
    hidden = {field["name"]: field["value"] for field in page.all("input") if field["type"] == "hidden"}
    assert hidden == {"period": "2015/16 M07", "sort": "app"}
    assert page.one("form")["method"] == "get"
    assert [option["value"] for option in page.all("option") if "selected" in option.attributes] == ["auth", "", ""]
    labelled = {label["for"] for label in page.all("label")}
    fields = {part["id"] for part in page.elements if part.tag in ("input", "select") and part["type"] != "hidden"}
    assert fields == labelled
    assert page.one("a", "ff-filter__clear")["href"] == "/kinds/?period=2015%2F16+M07&sort=app"


def test_the_error_summary_leads_to_the_field(draw):
    page = draw("{% error_summary problems %}", problems=kinds("app=nonsense").problems)
    assert page.one("div", "govuk-error-summary")["role"] == "alert"
    assert page.one("a")["href"] == "#id_app"
    assert draw("{% error_summary problems %}", problems=[]).html.strip() == ""
