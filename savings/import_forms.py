"""What is typed and chosen on the import pages: the file, the sheet of it, and what its columns are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms import BoundField

from futurefit.ui.form_fields import HouseForm
from futurefit.values.financial_year import Horizon
from futurefit.values.money import Unit
from futurefit.values.rag import SPLIT_STATUSES
from projects.models import Programme, Project
from savings.spreadsheets import limits
from savings.spreadsheets.fields import FIELDS, IGNORE, TOTAL, Amounts, parse_field
from savings.spreadsheets.findings import CUMULATIVE, INCREMENTAL, MINUS_SAVES, PLUS_SAVES
from savings.spreadsheets.layout import Column, Layout
from savings.spreadsheets.sheets import Workbook

UNITS = [(unit.value, unit.symbol) for unit in Unit]
SIGNS = [(PLUS_SAVES, "A plus sign saves"), (MINUS_SAVES, "A minus sign saves")]
VIEWS = [
    (INCREMENTAL, "Incremental: each year says what it adds"),
    (CUMULATIVE, "Cumulative: each year includes the years before"),
]
LEFT_OUT = "Leave out"


class UploadForm(HouseForm):
    """The first step. `project` comes out as the project of the code typed, None where none is."""

    file = forms.FileField(
        label="Workbook or CSV file",
        allow_empty_file=True,
        max_length=None,
        widget=forms.FileInput(attrs={"class": "govuk-file-upload", "accept": ".xlsx,.csv,.tsv,.txt"}),
        help_text=f".xlsx or .csv, at most {limits.megabytes(limits.MAX_BYTES)} and {limits.MAX_ROWS:,} rows. Nothing "
        "is changed before you have seen what would change.",
        error_messages={
            "required": "Workbook or CSV file: nothing is chosen. Choose the file to import.",
            "missing": "Workbook or CSV file: nothing is chosen. Choose the file to import.",
        },
    )
    project = forms.CharField(
        label="Take all rows into one project",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"}),
        help_text="The code of the project, such as SEND. Leave it empty where the rows say their own project, theme "
        "or directorate.",
    )
    create = forms.BooleanField(
        label="Make the projects, directorates, services and years that the file names and FutureFit does not have",
        required=False,
    )

    def __init__(self, *arguments: Any, programme: Programme, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.programme = programme

    def clean_project(self) -> Project | None:
        code = self.cleaned_data["project"].strip()
        if not code:
            return None
        found = Project.objects.filter(programme=self.programme, code__iexact=code).first()
        if found is None:
            raise forms.ValidationError(
                f"Take all rows into one project: there is no project with the code “{code}” in {self.programme.name}. "
                "The code stands on the page of the project."
            )
        return found


class SheetForm(HouseForm):
    """Which sheet is read, and which of its rows holds the headings (empty: as recognised)."""

    prefix = "sheet"

    sheet = forms.ChoiceField(label="Sheet")
    heading_row = forms.IntegerField(
        label="Row of the headings",
        required=False,
        min_value=1,
        max_value=limits.MAX_ROWS,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-4", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": "Row of the headings: this is not a number. Enter the number that stands left of the row.",
            "min_value": "Row of the headings: rows are numbered from 1.",
            "max_value": f"Row of the headings: the last row that is read is {limits.MAX_ROWS:,}.",
        },
    )

    def __init__(self, *arguments: Any, workbook: Workbook, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["sheet"].choices = [(sheet.name, _sheet_words(sheet)) for sheet in workbook.sheets]


class ColumnsForm(HouseForm):
    """What each column of the sheet is, and how its amounts are to be read. It opens with what was recognised."""

    unit = forms.ChoiceField(label="Unit of the amounts", choices=UNITS, widget=forms.RadioSelect)
    sign = forms.ChoiceField(label="Sign of a saving", choices=SIGNS, widget=forms.RadioSelect)
    view = forms.ChoiceField(label="What the years say", choices=VIEWS, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, layout: Layout, horizon: Horizon) -> None:
        self.layout = layout
        opened = {"unit": layout.unit.value, "sign": layout.sign, "view": layout.view}
        opened |= {_name(column): column.field for column in layout.columns}
        super().__init__(data, initial=opened)
        choices = _choices(layout, horizon)
        for column in layout.columns:
            known = {value for _group, entries in choices for value, _words in entries}
            own = [] if column.field in known else [(column.field, column.field)]
            field = forms.ChoiceField(
                label=f"Column {column.letters}",
                choices=[*own, *choices],
                widget=forms.Select(attrs={"class": "govuk-select"}),
                error_messages={
                    "required": f"Column {column.letters}: nothing is chosen. Choose what it holds, or leave it out.",
                    "invalid_choice": f"Column {column.letters}: “%(value)s” is not what a column can be. Choose one "
                    "from the list.",
                },
            )
            self.fields[_name(column)] = field
        for name, reason in (("unit", layout.unit_reason), ("sign", layout.sign_reason), ("view", layout.view_reason)):
            self.fields[name].help_text = f"As recognised: {reason}." if reason else ""

    def columns(self) -> Iterator[tuple[Column, BoundField]]:
        for column in self.layout.columns:
            yield column, self[_name(column)]

    def chosen(self, recognised: Layout) -> dict[str, Any]:
        """What was chosen and is not *recognised* anyway, as `savings.services.uploads` keeps it."""
        said = self.cleaned_data
        same = {column.number: column.field for column in recognised.columns}
        columns = {
            str(column.number): said[_name(column)]
            for column in self.layout.columns
            if said[_name(column)] != same.get(column.number)
        }
        return {
            "columns": columns,
            "unit": said["unit"] if said["unit"] != recognised.unit.value else "",
            "sign": said["sign"] if said["sign"] != recognised.sign else "",
            "view": said["view"] if said["view"] != recognised.view else "",
        }


def meaning_in_words(field: str, horizon: Horizon) -> str:
    """A FIELD as the pages call it: "Title", "Amount for 2016/17", "Amber, 2016/17"."""
    if field == IGNORE:
        return LEFT_OUT
    if field == TOTAL:
        return "Total, checked and not added"
    if field == "version":
        return "Version that FutureFit printed"
    meaning = parse_field(field)
    if isinstance(meaning, str):
        return FIELDS[meaning].heading
    year = "not profiled" if meaning.year is None else horizon.key(meaning.year)
    label = next((status.label for status in SPLIT_STATUSES if status == meaning.status), "")
    return f"{label}, {year}" if label else f"Amount {'' if meaning.year is None else 'for '}{year}"


def _choices(layout: Layout, horizon: Horizon) -> list[tuple[str, list[tuple[str, str]]]]:
    years: Sequence[int | None] = [*sorted({*horizon.years, *layout.years}), None]
    amounts = [Amounts(year).name() for year in years]
    rated = [Amounts(year, status.value).name() for year in years for status in SPLIT_STATUSES]
    facts = [name for name in FIELDS if name not in (IGNORE, TOTAL)]

    def worded(names: Sequence[str]) -> list[tuple[str, str]]:
        return [(name, meaning_in_words(name, horizon)) for name in names]

    return [
        ("Not savings", worded([IGNORE, TOTAL])),
        ("The line", worded(facts)),
        ("Amounts", worded(amounts)),
        ("Amounts by how they stand", worded(rated)),
    ]


def _name(column: Column) -> str:
    return f"column_{column.number}"


def _sheet_words(sheet: Any) -> str:
    rows = f"{sheet.last_row:,} {'row' if sheet.last_row == 1 else 'rows'}" if sheet.rows else "empty"
    return f"{sheet.name} ({rows}{', hidden' if sheet.hidden else ''})"
