"""What the files of savings lines are measured against: the same cells through openpyxl's write-only mode."""

from __future__ import annotations

import io
import resource
from collections.abc import Callable
from datetime import date
from tempfile import TemporaryFile

import openpyxl

from futurefit.values.money import Unit
from projects.scope import EVERYTHING
from savings.models import LineInPeriod, ReportingPeriod
from savings.reading import Reading
from savings.spreadsheets.exported import Export
from savings.spreadsheets.stamps import said_by
from savings.spreadsheets.writing import csv_chunks, write_workbook


def export_of(period: ReportingPeriod) -> Export:
    """Every line of the period in £000, to be edited by somebody who may change all."""
    unit = Unit.THOUSANDS
    reading = Reading(period.programme, period, (period,), unit, "incremental", "all", EVERYTHING, unit)
    lines = LineInPeriod.objects.in_period(period)
    return Export(reading, lines, (), "Finance officer", date(2016, 5, 20), lambda _directorate: True)


def writing(export: Export) -> Callable[[], object]:
    """Writes the workbook."""
    return lambda: write_workbook(export, io.BytesIO())


def writing_csv(export: Export) -> Callable[[], object]:
    """Writes the CSV file."""
    return lambda: sum(map(len, csv_chunks(export)))


def floor(export: Export) -> Callable[[], object]:
    """Writes the cells of the sheet of lines, all in hand already, without a look, a list or a lock."""
    columns = export.columns
    rows = []
    for said in said_by(export.lines):
        row: list[object] = [text or None for text in columns.facts(said)]
        row += [None] * (len(columns.columns) - len(row))
        for place, amount in columns.amounts(said):
            row[place] = columns.in_unit(amount)
        rows.append(row)

    def write() -> None:
        book = openpyxl.Workbook(write_only=True)
        page = book.create_sheet("Savings")
        page.append(columns.headings)
        for row in rows:
            page.append(row)
        book.save(io.BytesIO())

    return write


def mebibytes_of_a_workbook(period: ReportingPeriod) -> int:
    """How much more memory a process takes once it has written the workbook."""
    export = export_of(period)
    _ = export.columns
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with TemporaryFile() as file:
        write_workbook(export, file)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1_024
