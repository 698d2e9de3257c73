"""How large a file may be, so that reading one is bounded in time and memory whatever it holds.

A county's whole programme (25,000 rows of 60 columns) fits; what does not fit is refused with the number in the
message.
"""

from typing import Final

from futurefit.ui.uploads import LARGEST_UPLOAD

MEGABYTE: Final = 1024 * 1024

MAX_BYTES: Final = LARGEST_UPLOAD
"""Of the file as it is uploaded, or named in a command."""

MAX_UNPACKED: Final = 256 * MEGABYTE
"""Of all parts of a workbook together, unpacked."""

MAX_SMALL_PART: Final = 8 * MEGABYTE
"""Of a part that lists sheets, relations or content types, unpacked."""

MAX_RATIO: Final = 250
"""How many times its packed size a part may unpack to, from `RATIO_FROM` on."""

RATIO_FROM: Final = 2 * MEGABYTE
MAX_PARTS: Final = 2_000
MAX_ELEMENTS: Final = 12_000_000
"""Of the markup of a workbook, empty cells included."""

MAX_DEPTH: Final = 100
MAX_SILENCE: Final = MEGABYTE
"""Of markup without any element: a longer one is a single text, comment or attribute."""

MAX_SHEETS: Final = 100
MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 256
MAX_CELLS: Final = 1_600_000
"""Of a workbook, counting those that hold something; a formula counts twice, as it is read with its value."""

MAX_CELL_TEXT: Final = 32_767
"""Of characters in a cell: as many as a spreadsheet program itself allows."""

MAX_TEXT: Final = 30_000_000
"""Of characters in all texts of a file together."""

MAX_LINE: Final = 2_000_000
"""Of characters in one line of a CSV file."""

MAX_LINES: Final = 1_048_576
"""Of a CSV file, empty ones included: as many as a spreadsheet program has rows."""

MAX_MERGES: Final = 20_000
MAX_SHARED_FORMULA: Final = 1_000
MAX_SHARED_FORMULAS: Final = 3_000_000
"""Of characters in a formula that other cells share, and in all those worked out for the cells that share one; beyond,
such a cell is given the formula as it was first written."""


def megabytes(size: int) -> str:
    """A size in words: 20 MB."""
    return f"{-(-size // MEGABYTE):,} MB"
