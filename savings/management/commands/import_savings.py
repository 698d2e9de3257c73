"""`import_savings`: a workbook or CSV file of savings into the open period, all of it or nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from tqdm import tqdm

from futurefit.access.today import today
from futurefit.history.actors import Actor
from futurefit.history.services import record_act
from futurefit.values.financial_year import Horizon
from futurefit.values.money import Unit, format_amount
from projects.models import Programme, Project
from savings.models import ReportingPeriod
from savings.naming import UnknownName, find_group
from savings.reconcile import VERDICT_WORDS
from savings.services.imports import Imported, apply_import, begin_programme
from savings.services.lines import require_open
from savings.services.periods import NewPeriod, month_of, open_first_period, period_called
from savings.spreadsheets import limits
from savings.spreadsheets.checking import check, choose_sheet
from savings.spreadsheets.fields import UnknownField, folded
from savings.spreadsheets.findings import CUMULATIVE, INCREMENTAL, MINUS_SAVES, PLUS_SAVES, Finding, Options
from savings.spreadsheets.layout import UnusableSheet, recognise
from savings.spreadsheets.plan import Check
from savings.spreadsheets.reading import read_workbook, too_large
from savings.spreadsheets.sheets import Sheet, UnusableFile, Workbook

FORMATS = ("table", "json")
_LETTERS = re.compile(r"[A-Za-z]{1,3}")
_HEADING_ROWS = 60


class _NotKept(Exception):
    """Ends a transaction that made a programme only to check a file against it."""


class Command(BaseCommand):
    """Exit code 0: applied, or a clean dry run; 1: errors, nothing written; 2: file or options cannot be used."""

    help = "Import savings from an XLSX or CSV file into the open period of a programme: all of it or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="an .xlsx or .csv file")
        parser.add_argument("--programme", metavar="SLUG", required=True)
        parser.add_argument("--project", metavar="CODE", help="take every row into this project")
        parser.add_argument("--sheet", metavar="NAME", help="default: the sheet with the most rows of savings")
        parser.add_argument(
            "--map",
            metavar="COLUMN=FIELD",
            action="append",
            default=[],
            help='say what a column is, by its heading or letters: --map "Proposal=title" --map D=year:2016/17',
        )
        parser.add_argument("--unit", choices=[unit.value for unit in Unit], help="default: as the sheet says")
        parser.add_argument("--sign", choices=[PLUS_SAVES, MINUS_SAVES], help="default: as the sheet says, else plus")
        parser.add_argument("--view", choices=[INCREMENTAL, CUMULATIVE], help="default: as the sheet says")
        parser.add_argument("--period", metavar="LABEL", help='the open period, such as "2015/16 M07"')
        parser.add_argument(
            "--create",
            action="store_true",
            help="make the programme, years, themes, directorates, services and projects that are missing",
        )
        parser.add_argument("--dry-run", action="store_true", help="check and write nothing")
        parser.add_argument("--format", choices=FORMATS, default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        self.options = options
        try:
            workbook = self._read(Path(options["file"]))
            found, applied = self._import(workbook)
        except (UnusableFile, UnusableSheet, UnknownField, UnknownName) as error:
            raise _unusable(str(error.args[0])) from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(found.as_json(applied=applied), ensure_ascii=False, indent=2))
        else:
            self._write_table(found, applied)
        if found.errors:
            count = len(found.errors)
            raise CommandError(f"{count} {'problem' if count == 1 else 'problems'}: nothing was written.", returncode=1)

    def _read(self, path: Path) -> Workbook:
        try:
            if path.stat().st_size > limits.MAX_BYTES:
                raise too_large(path.name)
            content = path.read_bytes()
        except OSError as error:
            raise _unusable(f"{path} cannot be read: {error.strerror}.") from error
        return read_workbook(content, path.name)

    # The import

    def _import(self, workbook: Workbook) -> tuple[Check, bool]:
        programme = Programme.objects.filter(slug=self.options["programme"]).first()
        period = ReportingPeriod.objects.of_programme(programme).open().first() if programme else None
        if period is None:
            return self._into_new(workbook, programme)
        wanted = self.options["period"]
        if wanted is not None and folded(wanted) != folded(period.label):
            raise _unusable(f"The open period of {period.programme} is {period.label}, not {wanted}.")
        # What is checked is written: nobody, and no second import of the same file, comes between the two.
        with self._bar() as told, transaction.atomic():
            if not self.options["dry_run"]:
                self._hold(period)
            found = check(workbook, self._chosen(workbook, period), period, rows_checked=told)
            if found.errors or self.options["dry_run"]:
                return found, False
            self._apply(found, told)
        return found, True

    def _hold(self, period: ReportingPeriod) -> None:
        try:
            require_open(period)
        except ValidationError as error:
            raise CommandError(f"Nothing was written. {' '.join(error.messages)}", returncode=1) from error

    def _into_new(self, workbook: Workbook, programme: Programme | None) -> tuple[Check, bool]:
        """Into a programme, or a first period, that the import makes: kept only where the file is applied."""
        slug = self.options["programme"]
        if not self.options["create"]:
            if programme is not None:
                raise _unusable(f"The programme '{slug}' has no open period. Open one, or use --create.")
            slugs = ", ".join(Programme.objects.order_by("slug").values_list("slug", flat=True)) or "there is none"
            raise _unusable(f"There is no programme '{slug}'. Use --create to make it, or choose one of: {slugs}.")
        if self.options["project"]:
            raise _unusable(f"The programme '{slug}' is made by this import, so it has no project to choose.")
        new = self._new_period()
        horizon = self._horizon_of(workbook, new)
        found: Check | None = None
        try:
            with (
                transaction.atomic(),
                record_act(
                    actor=_ACTOR,
                    verb="savings.imported",
                    sentence=f"Imported {workbook.file_name} as the programme {slug}.",
                    programme_slug=slug,
                ),
            ):
                period = self._begin(slug, programme, horizon, new)
                with self._bar() as told:
                    found = check(workbook, self._chosen(workbook, period), period, rows_checked=told)
                    if found.errors or self.options["dry_run"]:
                        raise _NotKept
                    self._apply(found, told)
        except _NotKept:
            assert found is not None
            return found, False
        except ValidationError as error:
            raise _unusable(" ".join(error.messages)) from error
        return found, True

    def _begin(self, slug: str, programme: Programme | None, horizon: Horizon, new: NewPeriod) -> ReportingPeriod:
        if programme is not None:
            return open_first_period(actor=_ACTOR, programme=programme, new=new)
        name = slug.replace("-", " ").replace("_", " ").strip().capitalize()
        return begin_programme(actor=_ACTOR, slug=slug, name=name, horizon=horizon, new=new)

    def _apply(self, found: Check, told: Callable[[int], None]) -> Imported:
        try:
            return apply_import(actor=_ACTOR, check=found, rows_written=told)
        except ValidationError as error:
            raise CommandError(f"Nothing was written. {' '.join(error.messages)}", returncode=1) from error

    def _new_period(self) -> NewPeriod:
        label = self.options["period"]
        if label is None:
            return month_of(today())
        try:
            return period_called(label)
        except ValueError as error:
            raise _unusable(str(error)) from error

    def _horizon_of(self, workbook: Workbook, new: NewPeriod) -> Horizon:
        """The years of the file; where it names none, the year of the period alone."""
        options = self._chosen(workbook, None)
        sheet, _remarks = choose_sheet(workbook, options)
        layout = recognise(sheet, options, horizon=Horizon(new.financial_year, new.financial_year))
        years = layout.years or (new.financial_year,)
        return Horizon(years[0], years[-1], layout.open_ended)

    # Options

    def _chosen(self, workbook: Workbook, period: ReportingPeriod | None) -> Options:
        unit = self.options["unit"]
        chosen = Options(
            sheet=self.options["sheet"] or "",
            unit=Unit(unit) if unit else None,
            sign=self.options["sign"] or "",
            view=self.options["view"] or "",
            project=self._project(period) if period else None,
            create=self.options["create"],
        )
        return self._mapped(workbook, chosen)

    def _project(self, period: ReportingPeriod) -> Project | None:
        code = self.options["project"]
        if code is None:
            return None
        projects = Project.objects.of_programme(period.programme)
        found = projects.filter(code=code).first()
        return found or projects.get(pk=find_group("project", code, period))

    def _mapped(self, workbook: Workbook, chosen: Options) -> Options:
        """The columns that `--map` names, by heading or letters."""
        pairs = []
        for given in self.options["map"]:
            column, equals, field = given.rpartition("=")
            if not equals or not column.strip():
                raise _unusable(f"--map {given} is not COLUMN=FIELD, such as D=year:2016/17.")
            pairs.append((column.strip(), field.strip()))
        if not pairs:
            return chosen
        sheet, _remarks = choose_sheet(workbook, chosen) if not chosen.sheet else (workbook.sheet(chosen.sheet), [])
        if sheet is None:
            return chosen
        try:
            headings = {column.number: column.heading for column in recognise(sheet, chosen).columns}
            row = None
        except UnusableSheet:
            row, headings = _row_with(sheet, [column for column, _field in pairs])
        columns = {_column(name, headings, sheet): field for name, field in pairs}
        return replace(chosen, columns=columns, heading_row=row)

    # What people read

    @contextmanager
    def _bar(self) -> Iterator[Callable[[int], None]]:
        with tqdm(desc="Lines", unit="line", leave=False, disable=None) as bar:
            yield lambda rows: bar.update(rows) and None

    def _write_table(self, found: Check, applied: bool) -> None:
        layout, horizon = found.layout, found.period.horizon
        self.stdout.write(
            f"{found.file_name}, sheet {found.sheet}: amounts in {layout.unit.symbol}, "
            f"{layout.sign.replace('_', ' ')}, "
            f"{layout.view}, into {found.period.programme}, {found.period.label}."
        )
        for name, findings in (("Problem", found.errors), ("Remark", found.warnings)):
            for finding in findings:
                self.stdout.write(f"{name}: {_where(finding)}{finding.message}")
        if found.stated_totals:
            self._write_totals(found)
        for year, amount in found.years.items():
            self.stdout.write(f"{horizon.label(year)}: {format_amount(amount, Unit.POUNDS)}")
        verb = "Applied" if applied else "Would be applied" if not found.errors else "Not applied"
        self.stdout.write(
            f"{verb}: {len(found.added)} lines added, {len(found.changed)} changed, {found.unchanged} left as "
            "they are; "
            f"{found.absent} lines of the programme are not in the file."
        )

    def _write_totals(self, found: Check) -> None:
        rows = [["Cell", "Total", "Year", "Stated", "Computed", "Verdict"]]
        for total in found.stated_totals:
            computed = "" if total.computed is None else format_amount(total.computed, Unit.POUNDS)
            stated = format_amount(total.stated, Unit.POUNDS)
            rows.append([total.cell, total.label[:50], total.period, stated, computed, VERDICT_WORDS[total.verdict]])
        widths = [max(len(row[place]) for row in rows) for place in range(6)]
        for row in rows:
            cells = [
                cell.rjust(width) if place in (3, 4) else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            self.stdout.write("  ".join(cells).rstrip())


_ACTOR = Actor.product("import_savings")


def _unusable(message: str) -> CommandError:
    return CommandError(message, returncode=2)


def _where(finding: Finding) -> str:
    place = " ".join(part for part in (finding.cell, f"({finding.column})" if finding.column else "") if part)
    return f"{place}: " if place else ""


def _row_with(sheet: Sheet, names: list[str]) -> tuple[int, dict[int, str]]:
    """The first row whose cells are headings that `--map` names. Raises `UnusableSheet`."""
    wanted = {folded(name) for name in names}
    for row in sorted(sheet.rows)[:_HEADING_ROWS]:
        headings = {column: " ".join(cell.text.split()) for column, cell in sheet.rows[row].items()}
        if wanted & {folded(heading) for heading in headings.values() if heading}:
            return row, headings
    raise UnusableSheet(
        f"No row of the sheet '{sheet.name}' has the headings {', '.join(names)}. Name columns as the sheet does."
    )


def _column(name: str, headings: dict[int, str], sheet: Sheet) -> int:
    """The number of a column by its heading or its letters."""
    found = [number for number, heading in headings.items() if heading and folded(heading) == folded(name)]
    if len(found) > 1:
        raise _unusable(f"More than one column is headed '{name}'. Name it by its letters.")
    if found:
        return found[0]
    if _LETTERS.fullmatch(name):
        number = 0
        for letter in name.upper():
            number = number * 26 + ord(letter) - ord("A") + 1
        if number <= max(sheet.last_column, 1):
            return number
    known = ", ".join(heading for heading in headings.values() if heading)
    raise _unusable(f"The sheet '{sheet.name}' has no column '{name}'. Name one by its letters or heading: {known}.")
