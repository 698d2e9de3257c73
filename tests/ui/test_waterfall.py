"""The waterfall: bars begin where the last one ended, nothing is drawn for nought, and the description says it all."""

import pytest
from django.template import Context, Template

from futurefit.ui.charts import waterfall
from futurefit.values.money import Unit


def drawn(opening: int, closing: int, **brought: int):
    return waterfall(
        key="w",
        title="Target, month 6 to month 7",
        note="£000",
        unit=Unit.THOUSANDS,
        opening=("Month 6", opening),
        brought=[(label.replace("_", "-").capitalize(), amount) for label, amount in brought.items()],
        closing=("Month 7", closing),
    )


def test_every_bar_begins_where_the_one_before_ended_and_nought_is_in_the_description_alone():
    chart = drawn(100_000, 120_000, added=60_000, moved=0, removed=-40_000)
    assert [(step.label, step.kind) for step in chart.steps] == [
        ("Month 6", "whole"),
        ("Added", "up"),
        ("Removed", "down"),
        ("Month 7", "whole"),
    ]
    first, added, removed, last = chart.steps
    ends = [float(step.x.rstrip("%")) + float(step.width.rstrip("%")) for step in (first, added, last)]
    assert added.x == first.joins and removed.x == removed.joins
    assert (ends[0], ends[1], ends[2]) == pytest.approx((float(added.x[:-1]), 99.7, float(removed.x[:-1])))
    assert chart.description == "Month 6 £100,000. Added +£60,000, Moved none, Removed −£40,000. Month 7 £120,000."
    assert (first.x, chart.zero, chart.begins_at) == ("0.30%", "0.30%", "")


def test_a_small_change_of_a_large_amount_is_drawn_large_and_says_where_the_bars_begin():
    chart = drawn(18_869_000, 18_652_000, removed=-217_000)
    assert chart.zero == "" and chart.begins_at.startswith("The bars begin at £18,")
    width = float(chart.steps[1].width.rstrip("%"))
    assert width > 15


def test_below_nought_the_line_of_nought_is_within_the_picture():
    chart = drawn(50_000, -30_000, removed=-80_000)
    assert float(chart.zero.rstrip("%")) > 30
    assert drawn(0, 0).steps[0].amount == "£0"


def test_what_does_not_add_up_is_not_drawn():
    with pytest.raises(ValueError, match="come to 110000, not to 120000"):
        drawn(100_000, 120_000, added=10_000)


def test_it_is_drawn_in_blue_and_hatch_with_its_words_and_never_in_colours_of_ratings():
    html = Template("{% waterfall chart %}").render(
        Context({"chart": drawn(100_000, 90_000, added=10_000, removed=-20_000)})
    )
    assert 'role="img" aria-labelledby="w-title w-desc"' in html and '<desc id="w-desc">Month 6 £100,000.' in html
    assert "#5f93bf" in html and "url(#w-down)" in html
    assert not any(colour in html for colour in ("#14583a", "#a5d8ba", "#f5b83d", "#c2342a"))
