"""Checking a sheet against the programme: what would be added, changed and left alone, and every problem by cell.

Reading only; `savings.services.imports` carries a check out. A `Check` is plain data for pages and commands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from futurefit.access.reader import Reader
from futurefit.values.financial_year import FinancialYear
from savings.models import ReportingPeriod
from savings.spreadsheets.fields import Amounts
from savings.spreadsheets.findings import Finding, Options
from savings.spreadsheets.layout import Layout, UnusableSheet, has_own_headings, recognise
from savings.spreadsheets.lines import Findings, Lines, years_of
from savings.spreadsheets.matching import Planner
from savings.spreadsheets.memory import remembered, with_remembered
from savings.spreadsheets.names import Names
from savings.spreadsheets.plan import Check, NewName
from savings.spreadsheets.remarks import remarks_of
from savings.spreadsheets.rows import read_rows
from savings.spreadsheets.sheets import Sheet, Workbook
from savings.spreadsheets.totals import Totals

_SUMMARY = re.compile(r"\b(?:summary|summaries|overview|totals?|contents|cover)\b", re.IGNORECASE)
"""Names of sheets that sum up others: read only where no other sheet has savings."""


def choose_sheet(workbook: Workbook, options: Options) -> tuple[Sheet, list[Finding]]:
    """The sheet named in ``options``, else that of the lines in a file which FutureFit made, else the one with the most
    rows of savings that is no summary by its name, with a remark that names the others.

    Raises `UnusableSheet`.
    """
    names = ", ".join(f"'{sheet.name}'" for sheet in workbook.sheets)
    if options.sheet:
        found = workbook.sheet(options.sheet)
        if found is None:
            raise UnusableSheet(f"The file has no sheet '{options.sheet}'. It has: {names}.")
        return found, []
    if len(workbook.sheets) == 1:
        return workbook.sheets[0], []
    own = next((sheet for sheet in workbook.sheets if has_own_headings(sheet)), None)
    if own is not None:
        return own, []
    usable: list[tuple[bool, int, bool, int, Sheet]] = []
    problem: UnusableSheet | None = None
    for place, sheet in enumerate(workbook.sheets):
        try:
            layout = recognise(sheet, options)
        except UnusableSheet as error:
            problem = problem or error
            continue
        is_detail = not _SUMMARY.search(sheet.name)
        usable.append((is_detail, _rows_of_savings(layout), not sheet.hidden, -place, sheet))
    if not usable:
        raise problem or UnusableSheet("The file has no sheet with anything in it.")
    best = max(usable, key=lambda each: each[:4])[4]
    others = [sheet for *_rank, sheet in usable if sheet is not best]
    remarks = []
    if others:
        listed = ", ".join(f"'{sheet.name}'" for sheet in others)
        remarks.append(
            Finding(
                best.name,
                "",
                "",
                "",
                f"The file has more than one sheet with savings. '{best.name}' is read; not read: {listed}. Choose "
                "another with --sheet, or import each in turn.",
            )
        )
    return best, remarks


def _rows_of_savings(layout: Layout) -> int:
    count = 0
    for table in layout.tables:
        words = [column.number for column in table.columns if not column.holds_numbers]
        numbers = [column.number for column in table.amounts]
        for row in range(table.first_row, table.last_row + 1):
            cells = layout.sheet.rows.get(row)
            if cells and any(n in cells for n in numbers) and any(n in cells for n in words):
                count += 1
    return count


def check(
    workbook: Workbook,
    options: Options,
    period: ReportingPeriod,
    reader: Reader | None = None,
    rows_checked: Callable[[int], None] | None = None,
) -> Check:
    """Check a workbook for import into an open period; ``reader`` is who imports (None: a command, all directorates).

    Raises `layout.UnusableSheet` and `fields.UnknownField` where the sheet or the options cannot be used; everything
    else is a finding. Queries do not grow with the rows.
    """
    sheet, remarks = choose_sheet(workbook, options)
    layout = recognise(sheet, options, horizon=period.horizon)
    before = remembered(period.programme, layout)
    if before is not None and with_remembered(options, before.settings) != options:
        options = with_remembered(options, before.settings)
        layout = recognise(sheet, options, horizon=period.horizon)
        remarks = [*remarks, Finding(sheet.name, "", "", "", _AS_LAST_TIME.format(by=before.remembered_by))]
    names = Names(period.programme)
    sheet_rows = read_rows(layout, names)
    made = Check(file_name=workbook.file_name, sheet=sheet.name, period=period, options=options, layout=layout)
    made.row_kinds = {row.number: row.kind for row in sheet_rows.rows}
    reading = Lines(
        layout, sheet_rows, names, file_name=workbook.file_name, project=options.project, create=options.create
    )
    lines = reading.read()
    made.stated_totals = Totals(layout, sheet_rows).found()
    made.years = years_of(lines)
    Planner(
        lines,
        made,
        reading.findings,
        reader=reader,
        project=options.project,
        rows_checked=rows_checked,
    ).plan()
    made.new_names = [*_years_outside(made, reading.findings), *_used(reading.places.made.values(), made)]
    remarked = remarks_of(layout, sheet_rows, reading)
    made.warnings += [Finding(sheet.name, "", "", "", message) for message in workbook.warnings]
    made.warnings += [*remarks, *layout.remarks, *remarked, *reading.findings.warnings]
    made.errors += [*layout.problems, *reading.findings.errors]
    if not lines and not made.errors:
        made.errors.append(Finding(sheet.name, "", "", "", _NO_LINES))
    made.errors.sort(key=lambda finding: _in_order(finding.cell))
    return made


_AS_LAST_TIME = "A sheet of this layout was imported before: it is read as {by} chose then."
_NO_LINES = "The sheet has headings and no savings below them. Choose another sheet (--sheet), or check the columns."


def _in_order(cell: str) -> tuple[int, int, str]:
    """Cells in the order of reading: row, then column."""
    letters = cell.rstrip("0123456789")
    number = cell[len(letters) :]
    return int(number or 0), len(letters), letters


def _years_outside(made: Check, findings: Findings) -> list[NewName]:
    """Years of the sheet that the plan does not have: made, or an error at the heading of each."""
    horizon, layout = made.period.horizon, made.layout
    used = {year for year in made.years if year is not None and year not in horizon}
    if made.options.create:
        return [NewName("year", FinancialYear(year).label) for year in sorted(used)]
    for table_number, table in enumerate(layout.tables):
        for column in table.amounts:
            year = column.meaning.year if isinstance(column.meaning, Amounts) else None
            if year in used:
                findings.error(
                    table.heading_rows[-1],
                    column.number,
                    f"{FinancialYear(year)} is outside the plan, which runs from {horizon.key(horizon.first)} to "
                    f"{horizon.key(horizon.last)}. Leave the column out (--map {column.letters}=ignore), or "
                    "let the import "
                    "extend the plan (--create).",
                    table=table_number,
                    value=column.heading,
                )
    return []


def _used(made_names: Iterable[NewName], made: Check) -> list[NewName]:
    """The names that lines of the plan use; what only a refused row names is not made."""
    used: set[NewName] = set()
    for line in made.added:
        used |= _names_of(line.place.project, line.place.theme, line.place.directorate, line.place.service)
        used |= _names_of(line.facts.get("heading"))
    for change in made.changed:
        used |= _names_of(*change.facts.values())
    return [name for name in made_names if name in used]


def _names_of(*values: object) -> set[NewName]:
    return {value for value in values if isinstance(value, NewName)}
