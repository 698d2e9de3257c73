"""The timeline: bars lie where their days do, what is not known is not drawn as known, every row says itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.template import Context, Template

from futurefit.ui.timeline import Span, Timeline, timeline

DAY = date(2015, 10, 1)


def span(earliest: date | None, latest: date | None, standing: str = "ahead", **words: str) -> Span:
    said = {"title": "Go live", "owner": "", "href": "", "written": "by then", "meaning": "Some day", "tag": "Late"}
    return Span(earliest=earliest, latest=latest, standing=standing, style="outline", **{**said, **words})


def of(*spans: Span, day: date = DAY) -> Timeline:
    return timeline(title="When", note="Days", day=day, strands=[("A theme", "", spans)])


def number(length: str) -> Decimal:
    return Decimal(length.removesuffix("%"))


def drawn(chart: Timeline) -> str:
    return Template("{% timeline chart %}").render(Context({"chart": chart}))


def test_a_bar_reaches_from_its_earliest_to_the_end_of_its_latest_day():
    # the scale is the financial year 2015/16, 366 days: 0.30 % to 99.70 %, so a day is 99.4 / 366
    (row,) = of(span(date(2015, 4, 1), date(2015, 9, 30))).strands[0].rows
    assert number(row.x) == Decimal("0.30")
    assert abs(number(row.width) - Decimal("99.4") * 183 / 366) < Decimal("0.02")
    (whole,) = of(span(date(2015, 4, 1), date(2016, 3, 31))).strands[0].rows
    assert number(whole.x) + number(whole.width) == Decimal("99.70")


def test_the_scale_holds_whole_financial_years_with_every_day_and_that_of_the_page():
    chart = of(span(date(2016, 4, 1), date(2018, 3, 31)))
    assert [tick.text for tick in chart.ticks] == ["Apr 2015", "2016", "2017"]
    assert abs(number(chart.day) - (Decimal("0.3") + Decimal("99.4") * 183 / 1096)) < Decimal("0.02")


def test_many_years_carry_every_second_or_third_label():
    chart = of(span(date(2015, 4, 1), date(2031, 3, 31)))
    assert [tick.text for tick in chart.ticks] == ["Apr 2015", "2018", "2021", "2024", "2027", "2030"]


def test_where_one_end_is_not_known_a_line_leads_to_that_side_and_a_mark_stands_at_the_other():
    by, since = of(span(None, date(2015, 9, 30)), span(date(2015, 9, 30), None)).strands[0].rows
    assert (by.lead_from, by.lead_to) == ("0.30%", by.x)
    assert number(since.lead_from) == number(since.x) + number(since.width)
    assert since.lead_to == "99.70%"
    assert number(by.width) == number(since.width) == Decimal("0.70"), "a day, wide enough to be seen"


def test_without_a_day_the_row_is_its_words():
    html = drawn(of(span(None, None, meaning="No date can be read")))
    assert "<rect" not in html
    assert ">No date can be read</text>" in html
    assert ">No date can be read, late</title>" in html


def test_done_is_filled_late_is_hatched_and_what_is_ahead_is_empty():
    days = (date(2015, 5, 1), date(2015, 5, 31))
    html = drawn(of(span(*days, "done"), span(*days, "late"), span(*days, "ahead")))
    assert html.count('fill="#15324b"') == 1
    assert 'fill="url(#timeline-1-late)"' in html
    assert html.count("<pattern") == 1


def test_each_picture_has_a_title_of_its_own_and_words_are_escaped():
    html = drawn(of(span(DAY, DAY, title="<b>", meaning="1 October 2015"), span(DAY, DAY)))
    assert html.count('role="img"') == html.count("<title") == 2
    assert 'aria-labelledby="timeline-0-title"' in html
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
