"""A figure says its pounds, links to its lines and never lets text through as markup."""

from decimal import Decimal

import pytest

from futurefit.values.money import Unit
from futurefit.values.rag import Status

MILLIONS = {"unit": Unit.MILLIONS}


def test_a_figure_carries_its_pounds_and_links_to_its_lines(draw):
    page = draw("{% figure amount unit href %}", amount=2_619_000, href="/lines/?a=1&b=2", **MILLIONS)
    assert page.one("span")["data-value"] == "2619000"
    link = page.one("a")
    assert link["href"] == "/lines/?a=1&b=2"
    assert link.text == "2.619"
    assert page.one("span") in link.parents


def test_a_negative_figure_has_a_true_minus_and_a_plain_value(draw):
    page = draw("{% figure amount unit href symbol=True %}", amount=-1_331_000, href="/l/", **MILLIONS)
    assert page.one("span")["data-value"] == "-1331000"
    assert page.one("a").text == "−£1.331m"


def test_nought_is_a_sum_without_link_and_none_is_an_en_dash(draw):
    nought = draw("{% figure 0 unit '/l/' %}", **MILLIONS)
    assert (nought.one("span").text, nought.one("span")["data-value"], nought.all("a")) == ("0.000", "0", [])
    none = draw("{% figure None unit '/l/' %}", **MILLIONS)
    assert (none.one("span", "ff-none").text, none.all("a")) == ("–", [])
    asked = draw("{% figure 0 unit '/l/' none_when_zero=True %}", **MILLIONS)
    assert asked.one("span").text == "–"


def test_an_amount_that_rounds_to_nought_stays_a_linked_figure(draw):
    page = draw("{% figure 400 unit '/l/' %}", **MILLIONS)
    assert page.one("span")["data-value"] == "400"
    assert page.one("a")["href"] == "/l/"


@pytest.mark.parametrize(
    "source",
    [
        "{% figure 5 unit evil %}",
        "{% percent number evil %}",
        "{% work_tag evil %}",
        "{% tile words=evil amount=5 unit=unit href=evil after=evil source=evil %}",
        "{% card title=evil href=evil text=evil amount=5 unit=unit figure_href=evil sentence=evil foot=evil %}",
        "{% empty_state evil who=evil href=evil link=evil %}",
        "{% breadcrumbs crumbs %}",
        "{% facts crumbs %}",
    ],
)
def test_no_component_lets_markup_through(draw, source):
    evil = '"><script>alert(1)</script>'
    page = draw(source, unit=Unit.POUNDS, evil=evil, crumbs=[(evil, evil)], number=Decimal("5.0"))
    assert page.all("script") == []
    assert "<script" not in page.html


def test_a_tile_shows_the_unit_small_and_carries_the_pounds(draw):
    page = draw('{% tile words="Planned" amount=10369000 unit=unit href="/l/" source="6 workstreams" %}', **MILLIONS)
    figure = page.one("span", "ff-tile__figure")
    assert (figure["data-value"], figure.text) == ("10369000", "£10.369m")
    assert page.one("span", "ff-tile__unit").text == "m"
    assert page.one("a")["href"] == "/l/"


def test_a_tile_of_nought_has_no_link(draw):
    page = draw('{% tile words="Red" amount=0 unit=unit href="/l/" %}', **MILLIONS)
    assert page.all("a") == []


def test_a_percentage_without_denominator_says_so(draw):
    assert "not applicable" in draw("{% percent None '/l/' %}").html
    assert draw("{% percent number '/l/' %}", number=Decimal("89.2")).one("a").text == "89.2%"


@pytest.mark.parametrize(
    ("status", "letter", "word"),
    [
        (Status.DELIVERED, "D", "Green delivered"),
        ("on_target", "T", "Green on target"),
        ("amber", "A", "Amber"),
        ("red", "R", "Red"),
        (None, "N", "Not rated"),
        ("claimed", "T", "Green on target: claimed, finance has not accepted it yet"),
    ],
)
def test_a_rating_is_a_hidden_letter_and_a_word(draw, status, letter, word):
    page = draw("{% rag status %}", status=status)
    key = page.one("span", "ff-key")
    assert (key.text, key["aria-hidden"]) == (letter, "true")
    assert page.one("span", "ff-rag").text == letter + word


def test_the_legend_names_five_ratings_in_one_order(draw):
    assert [item.text[0] for item in draw("{% legend %}").all("li")] == ["D", "T", "A", "R", "N"]


def test_a_query_keeps_the_rest_of_the_address(draw):
    page = draw('{% query_with request unit="millions" page=None %}', "/l/?period=2015/16+M07&page=3&rag=red&rag=amber")
    assert page.html == "?period=2015%2F16+M07&amp;rag=red&amp;rag=amber&amp;unit=millions"
