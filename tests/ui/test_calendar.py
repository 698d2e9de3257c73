"""Calendar files: whole days, escaped and folded as RFC 5545 has it, whatever the words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from futurefit.ui.calendar import Event, calendar_bytes, escaped, folded

MADE = datetime(2016, 5, 20, 9, 30, tzinfo=UTC)


def event(**fields) -> Event:
    given_ = {"uid": "milestone-1@x", "first": date(2016, 3, 1), "last": date(2016, 3, 31), "summary": "Go live"}
    return Event(**{**given_, **fields})


def lines(*events: Event) -> list[str]:
    """The lines as a calendar program reads them: unfolded."""
    return calendar_bytes("My milestones", events, made_at=MADE).decode().replace("\r\n ", "").split("\r\n")


def test_a_milestone_is_an_all_day_event_whose_end_is_the_day_after_its_last():
    assert lines(event()) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//FutureFit//Savings programme//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:My milestones",
        "BEGIN:VEVENT",
        "UID:milestone-1@x",
        "DTSTAMP:20160520T093000Z",
        "DTSTART;VALUE=DATE:20160301",
        "DTEND;VALUE=DATE:20160401",
        "SUMMARY:Go live",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_text_is_escaped_and_an_event_that_runs_backwards_is_refused():
    assert escaped("a,b;c\\d\r\ne\x00f") == "a\\,b\\;c\\\\d\\nef"
    assert "STATUS:TENTATIVE" in lines(event(is_tentative=True))
    with pytest.raises(ValueError, match="before it begins"):
        lines(event(last=date(2016, 2, 1)))


@given(st.text(max_size=300))
def test_no_line_is_longer_than_75_octets_and_unfolded_it_is_what_it_was(text):
    words = escaped(text)
    pieces = folded(f"SUMMARY:{words}").split(b"\r\n")
    assert all(len(piece) <= 75 for piece in pieces)
    assert all(piece.decode() for piece in pieces), "no letter is cut in two"
    assert "".join(piece.decode()[bool(number) :] for number, piece in enumerate(pieces)) == f"SUMMARY:{words}"


@given(st.text(max_size=60), st.text(max_size=60))
def test_words_never_end_their_line_or_begin_another(summary, description):
    found = lines(event(summary=summary, description=f"-{description}"))
    assert [line for line in found if line.startswith(("BEGIN:VEVENT", "END:VEVENT"))] == ["BEGIN:VEVENT", "END:VEVENT"]
    assert len(found) == 18
