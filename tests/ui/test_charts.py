"""The places of the stacked bar, worked out by hand, and the words that say the same."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from futurefit.ui.charts import Bar, mini_bar, stacked_bar
from futurefit.values.money import Unit
from futurefit.values.rag import Status

D, C, T, A, R, N = (
    Status.DELIVERED,
    Status.CLAIMED,
    Status.ON_TARGET,
    Status.AMBER,
    Status.RED,
    Status.NOT_RATED,
)


def chart(*bars, unit=Unit.MILLIONS):
    return stacked_bar(key="c1", title="Planned savings by year", note="£m · incremental", unit=unit, bars=bars)


SELF_SUFFICIENT = Bar(
    "2016/17",
    {D: 600_000, T: 2_350_000, A: 800_000, R: 200_000},
    2_619_000,
    losses={T: -1_331_000},
)


def test_the_segments_of_self_sufficient_council_lie_where_the_paper_puts_them():
    # The axis runs from −1.4m to 4m over 99.40 % of the width, so one million is 18.41 % and nought is at 26.07 %.
    drawn = chart(SELF_SUFFICIENT)
    (bar,) = drawn.bars
    assert drawn.zero == "26.07%"
    assert [(part.letter, part.x, part.width) for part in bar.segments] == [
        ("D", "26.07%", "11.04%"),
        ("T", "37.11%", "43.26%"),
        ("A", "80.37%", "14.73%"),
        ("R", "95.10%", "3.68%"),
        ("T", "1.57%", "24.50%"),
    ]
    assert [(tick.text, tick.x) for tick in drawn.ticks] == [
        ("−1", "7.66%"),
        ("0", "26.07%"),
        ("1", "44.48%"),
        ("2", "62.89%"),
        ("3", "81.29%"),
        ("4", "99.70%"),
    ]


def test_losses_carry_a_net_mark_at_the_target():
    (bar,) = chart(SELF_SUFFICIENT).bars
    assert bar.net is not None
    assert (bar.net.text, bar.net.x) == ("net", "74.28%")


def test_a_letter_goes_below_a_segment_narrower_than_five_per_cent():
    (bar,) = chart(SELF_SUFFICIENT).bars
    assert [part.letter for part in bar.segments if not part.inside] == ["R"]
    assert [mark.text for mark in bar.letters] == ["R"]


def test_neighbouring_narrow_segments_share_one_row_of_letters():
    small = Bar("2016/17", {D: 10_000, T: 10_000, A: 10_000}, 30_000)
    bars = chart(small, Bar("2017/18", {T: 4_000_000}, 4_000_000)).bars
    assert [mark.text for mark in bars[0].letters] == ["D T A"]


def test_over_delivery_shows_where_the_target_lies():
    (bar,) = chart(Bar("2017/18", {D: 700_000}, 600_000)).bars
    assert bar.net is not None
    assert bar.net.text == "target"
    plain = chart(Bar("2017/18", {D: 700_000}, 700_000)).bars[0]
    assert plain.net is None


def test_a_year_of_losses_alone_is_drawn_left_of_zero():
    drawn = chart(Bar("2016/17", {R: -1_000_000}, -1_000_000))
    (bar,) = drawn.bars
    (segment,) = bar.segments
    zero = float(drawn.zero.rstrip("%"))
    assert float(segment.x.rstrip("%")) + float(segment.width.rstrip("%")) == pytest.approx(zero)
    assert bar.total == "−£1.000m"


def test_claimed_is_drawn_as_on_target_and_said_in_words():
    drawn = chart(Bar("2015/16", {C: 100_000, T: 200_000}, 300_000))
    assert [part.letter for part in drawn.bars[0].segments] == ["T"]
    assert drawn.claimed == "On target includes £0.100m claimed, finance has not accepted it yet."
    assert "on target £0.300m" in drawn.description
    assert "£0.100m claimed, finance has not accepted it yet" in drawn.description


def test_the_description_says_every_figure():
    assert chart(SELF_SUFFICIENT).description == (
        "One bar a year. 2016/17: £2.619m, of which delivered £0.600m, on target £2.350m, amber £0.800m, red £0.200m; "
        "left of zero on target −£1.331m."
    )


def test_a_programme_without_amounts_is_an_empty_chart(draw):
    drawn = chart(Bar("2016/17", {}, 0))
    assert drawn.is_empty
    page = draw("{% stacked_bar chart %}", chart=drawn)
    assert page.all("svg") == []
    assert "no amount" in page.one("figure").text
    assert chart().is_empty


def test_a_loss_above_nought_is_refused():
    with pytest.raises(ValueError, match="not below nought"):
        chart(Bar("2016/17", {T: 5}, 10, losses={T: 5}))


def test_the_drawing_has_a_name_a_description_and_no_style(draw):
    page = draw("{% stacked_bar chart %}", chart=chart(SELF_SUFFICIENT))
    picture = page.one("svg")
    assert picture["role"] == "img"
    assert picture["aria-labelledby"] == "c1-title c1-desc"
    assert page.one("title")["id"] == "c1-title"
    assert page.one("desc").text.startswith("One bar a year. 2016/17: £2.619m")
    assert "style" not in {name for part in page.elements for name in part.attributes}
    used = set(re.findall(r"url\(#([\w-]+)\)", page.html))
    assert used == {part["id"] for part in page.all("pattern")}


def test_a_mini_bar_fills_the_width_in_the_order_of_the_letters():
    # 99.60 % of the width from 0.20 %: 0.332 of 0.818 is 40.42 %, 0.296 ends at 76.66 %, the rest at 99.80 %.
    bar = mini_bar(key="b", label="Modernising HR", unit=Unit.MILLIONS, amounts={R: 190_000, D: 332_000, A: 296_000})
    assert [(part.letter, part.x) for part in bar.segments] == [("D", "0.20%"), ("A", "40.62%"), ("R", "76.67%")]
    assert bar.segments[-1].end == 9980
    assert bar.title == "Modernising HR: delivered £0.332m, amber £0.296m, red £0.190m"
    assert bar.height == 24


def test_a_mini_bar_says_its_losses_and_makes_room_for_letters_below(draw):
    bar = mini_bar(key="b", label="Rates", unit=Unit.THOUSANDS, amounts={D: 1_000, T: 99_000, A: -5_000})
    assert bar.height == 38
    assert [part.letter for part in bar.segments] == ["D", "T"]
    assert bar.title == "Rates: delivered £1,000, on target £99,000, amber −£5,000"
    none = draw("{% mini_bar bar %}", bar=mini_bar(key="b", label="New", unit=Unit.THOUSANDS, amounts={}))
    assert none.all("svg") == []
    assert "New: no amount" in none.html


amounts = st.dictionaries(st.sampled_from(list(Status)), st.integers(-20_000_000, 20_000_000))


@given(st.lists(amounts, min_size=1, max_size=6), st.sampled_from(list(Unit)))
def test_every_bar_stays_in_the_picture_without_gaps(years, unit):
    drawn = chart(*(Bar(str(n), year, sum(year.values())) for n, year in enumerate(years)), unit=unit)
    assert len(drawn.ticks) <= 9
    for bar in drawn.bars:
        places = sorted((part.start, part.end) for part in bar.segments)
        assert all(0 <= start < end <= 9_975 for start, end in places)
        assert all(abs(end - start) <= 8 for (_, end), (start, _) in pairwise(places))
    assert drawn.height >= 66 * len(years)
