"""What a file of savings lines says about itself: what it holds, how to bring it back, what its words mean."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from futurefit.values.rag import Status
from savings.models import ReportingPeriod
from savings.spreadsheets.exported import Columns, Export, Kind

Paragraph = tuple[str, str]
"""A word and its meaning; without a meaning the heading of those below it."""


def about_export(export: Export) -> list[Paragraph]:
    """The sheet about a file of lines that are there."""
    reading = export.reading
    return [
        ("What this file is", ""),
        ("Programme", reading.programme.name),
        ("Reporting period", reading.period_words),
        ("Lines", " ".join(export.words) or "Every savings line that its reader may see."),
        ("Number of lines", f"{export.lines.count():,}"),
        ("Unit of amounts", f"{_unit(export.columns)} Amounts are exact: nothing is rounded."),
        ("Made on", day(export.made_on)),
        ("Made for", export.made_for),
        *(_bringing_back(export.columns) if export.is_for_editing else _reading_alone(reading.period)),
        *_columns(export.columns),
        *_statuses(reading.period),
        *_measures(),
    ]


def about_template(columns: Columns) -> list[Paragraph]:
    """The sheet about the empty workbook."""
    return [
        ("How to bring savings in", ""),
        ("Rows", "Write one saving a row. Rows marked “Example” are left out, and so are empty rows."),
        (
            "Project",
            "The code of a project, workstream or block from the sheet “Lists”. Without one the saving goes to "
            "the block of its theme, directorate or service.",
        ),
        ("Amounts", _amounts(columns)),
        ("How they stand", _HOW_THEY_STAND),
        ("Bring it in", _UPLOAD),
        *_columns(columns),
        *_statuses(columns.period),
        *_measures(),
    ]


_HOW_THEY_STAND = (
    "Delivered, claimed, on target, amber and red are parts of the target of their year, with its sign. What they "
    "leave of it is not rated. Only delivered and claimed may exceed the target."
)
_UPLOAD = (
    "Save the file as XLSX or CSV and upload it in FutureFit under Import. Every change and every problem is shown by "
    "cell before anything is written. Then all changes are applied together, or none."
)


def day(when: date) -> str:
    return f"{when.day} {when:%B %Y}"


def _unit(columns: Columns) -> str:
    words = {"pounds": "Whole pounds.", "thousands": "£000: 120.5 is £120,500.", "millions": "£m: 0.1205 is £120,500."}
    return words[columns.unit.value]


def _amounts(columns: Columns) -> str:
    return (
        f"{_unit(columns)} A plus reduces the net budget, a minus adds to it. An empty cell is no amount; 0 is an "
        "amount of nought. The last column of a year is for amounts whose year is not known."
    )


def _bringing_back(columns: Columns) -> Iterator[Paragraph]:
    yield "How to bring it back", ""
    yield (
        "Change what is white",
        (
            "What is grey stays as it is: codes and versions, lines of directorates that are not yours, and targets "
            "that are approved, which only a decision changes."
        ),
    )
    yield "Amounts", _amounts(columns)
    yield "How they stand", _HOW_THEY_STAND
    yield "A new line", "Write it in the first empty row below the lines, without code and version."
    yield "A line left out", "It stays as it is in FutureFit. Lines are withdrawn there, not here."
    yield "Bring it back", _UPLOAD
    yield (
        "Version",
        (
            "It stands for everything that the row said when the file was made. Where somebody has changed the line "
            "in FutureFit since, the version no longer fits: the import names each such row with both values and "
            "applies nothing. Download the file again, or take the row out. Opening the next reporting period changes "
            "no version."
        ),
    )
    yield (
        "Filters and sorting",
        (
            "Filters and widths of columns can be changed. To sort the rows, take the protection of the sheet off; it "
            "has no password."
        ),
    )
    yield (
        "As CSV",
        (
            "The same columns. Opened in a spreadsheet, CSV loses the noughts before a code such as 00123; XLSX "
            "keeps them."
        ),
    )


def _reading_alone(period: ReportingPeriod) -> Iterator[Paragraph]:
    yield "For reading", ""
    yield (
        "Changes",
        (
            "Finance officers change savings lines and bring such a file back. Your copy is for reading."
            if period.is_open
            else "The period is closed: its figures never change, and this file cannot be brought back."
        ),
    )


def _columns(columns: Columns) -> Iterator[Paragraph]:
    yield "Columns of the sheet “Savings”", ""
    for column in columns.columns:
        if column.kind is not Kind.AMOUNT:
            yield column.heading, column.meaning
    amounts = [column for column in columns.columns if column.is_amount]
    targets = [column.heading for column in amounts if column.status is None]
    parts = [column.heading for column in amounts if column.status is not None]
    yield (
        f"{targets[0]} to {targets[-1]}",
        "The target: what the saving promises, in the year in which it first arises.",
    )
    yield f"{parts[0]} to {parts[-1]}", "How much of that target stands how."


def _statuses(period: ReportingPeriod) -> Iterator[Paragraph]:
    yield f"How amounts stand, as defined for {period.spoken}", ""
    for row in period.rag_definitions.all():
        yield Status(row.status).label, (f"{row.words} Counts {row.weight} per cent in the risk-weighted amount.")


def _measures() -> Iterator[Paragraph]:
    yield "Measures", ""
    yield "Target", "What a saving promises now. A plus reduces the net budget, a minus adds to it."
    yield "Approved", "Decided on by a council body. The target changes only by another decision."
    yield "Proposed", "Put forward, and approved by no body yet."
    yield (
        "Incremental",
        "Each year shows the change that first arises in it. A recurring saving stands in one year alone.",
    )
    yield "Not profiled", "An amount whose year is not known. It is in the total and in no year."
    yield "Not rated", "What delivered, claimed, on target, amber and red leave of the target."
    yield "Over-delivered", "What is delivered or claimed beyond the target."
