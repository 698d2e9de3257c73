"""The way to a file of savings lines: its address and what it is called for whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from futurefit.access.reader import Reader
from savings.permissions import can_change_lines
from savings.reading import Reading


@dataclass(frozen=True)
class Download:
    """The words of the button and the addresses of the file as XLSX and CSV."""

    words: str
    xlsx: str
    csv: str


def may_edit_in_a_file(reader: Reader, reading: Reading) -> bool:
    """Whether the reader changes lines and the period still takes changes: then a file can be brought back."""
    return reading.period.is_open and can_change_lines(reader)


def download_of(reader: Reader, reading: Reading, groups: Mapping[str, str] | None = None) -> Download:
    """The file of all lines that the reader may see, or of those of the groups (filters of the line list, by key).

    It holds every amount of its lines, whatever view and basis the page in hand is read in.
    """
    asked = urlencode({**reading.parameters(view=None, basis=None), **(groups or {})})
    query = f"?{asked}" if asked else ""
    return Download(
        "Download for editing" if may_edit_in_a_file(reader, reading) else "Download all lines",
        reverse("savings:programme_workbook") + query,
        reverse("savings:programme_csv") + query,
    )
