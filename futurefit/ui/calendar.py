"""A calendar file (iCalendar, RFC 5545) of all-day events, for a calendar program to take in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LINE_OCTETS = 75
"""A line is folded so that none is longer, without its line break (RFC 5545, 3.1)."""

CONTENT_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Event:
    """What happens on the days from ``first`` to ``last``, both included. ``uid`` stays the same for good."""

    uid: str
    first: date
    last: date
    summary: str
    description: str = ""
    url: str = ""
    is_tentative: bool = False


def calendar_bytes(name: str, events: Iterable[Event], *, made_at: datetime) -> bytes:
    """The file: lines end in CR LF, are folded at 75 octets, and text is escaped.

    Raises ValueError for an event that ends before it begins.
    """
    stamp = f"{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//FutureFit//Savings programme//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
    ]
    for event in events:
        if event.last < event.first:
            raise ValueError(f"“{event.summary}” ends on {event.last}, before it begins on {event.first}.")
        lines += [
            "BEGIN:VEVENT",
            f"UID:{escaped(event.uid)}",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{event.first:%Y%m%d}",
            # The end of an all-day event is the day after its last.
            f"DTEND;VALUE=DATE:{event.last + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{escaped(event.summary)}",
            *([f"DESCRIPTION:{escaped(event.description)}"] if event.description else []),
            *([f"URL:{_in_one_line(event.url)}"] if event.url else []),
            f"STATUS:{'TENTATIVE' if event.is_tentative else 'CONFIRMED'}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) + b"\r\n" for line in lines)


def escaped(text: str) -> str:
    """Text as RFC 5545 wants it: backslash, semicolon and comma escaped, a line break as backslash n."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return _in_one_line(text)


def _in_one_line(text: str) -> str:
    """Without control characters, which no line may hold."""
    return "".join(letter for letter in text if letter >= " " and letter != "\x7f")


def folded(line: str) -> bytes:
    """A line in pieces of at most 75 octets, each further one after a space; no letter is cut in two."""
    pieces: list[bytes] = []
    piece = b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > LINE_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece])
