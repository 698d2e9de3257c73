"""What is typed about savings lines: their facts, the acts on one line, and what is set on many at once.

The rules are the services'; a form says the shape. The seal of `savings.seen` carries what the page showed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from futurefit.access.reader import Reader
from futurefit.council.models import CorporatePlanArea, Service
from futurefit.ui.form_fields import HouseForm
from futurefit.values.money import AmountError, Unit, parse_amount
from projects.models import Project
from projects.models.project import SavingType
from savings.dividing import Rule
from savings.groupings import GROUPINGS
from savings.models import LineInPeriod, MtfpHeading, Position, ReportingPeriod
from savings.models.line import Method, Recurring
from savings.permissions import may_change_lines_of
from savings.seen import NOT_AS_OPENED, seal, unseal
from savings.services.line_acts import FEWEST_PARTS, MOST_PARTS, Carried, Part

FACTS_PAGE, SPLIT_PAGE, SEVERAL_PAGE = "facts", "split", "several"
"""The kinds of page whose forms carry what was seen."""


class SeenField(forms.CharField):
    """What this kind of page showed when it was opened (`savings.seen`); cleaned, it is that again."""

    widget = forms.HiddenInput

    def __init__(self, page: str, **options: Any) -> None:
        options.setdefault("error_messages", {"required": NOT_AS_OPENED})
        super().__init__(**options)
        self.page = page

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return unseal(text, self.page) if text or self.required else None


class RowField(forms.ModelChoiceField):
    """One row out of a list, by its key; empty is *not stated*."""

    def __init__(self, label: str, key: str, **options: Any) -> None:
        options.setdefault("empty_label", "Not stated")
        super().__init__(queryset=Service.objects.none(), to_field_name=key, label=label, required=False, **options)

    def label_from_instance(self, obj: Any) -> str:
        """A service is named with its directorate: several have a service of one name."""
        if isinstance(obj, Service):
            return f"{obj.name} ({(obj.directorate or obj.group).code})"  # type: ignore[union-attr]
        return str(obj)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and "\x00" in value:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


def services_of(period: ReportingPeriod) -> QuerySet[Service]:
    """The services that a line of the period can stand in, each with what it belongs to."""
    services: QuerySet[Service] = GROUPINGS["service"].live(period).select_related("directorate", "group")
    return services


class LineForm(HouseForm):
    """The facts of a savings line, one field for each; the names are those of `services.lines.RETAGGED` and reference.

    A finance officer of some directorates can put a line into these alone.
    """

    FACTS = (
        "title",
        "reference",
        "directorate",
        "service",
        "corporate_area",
        "saving_type",
        "heading",
        "method",
        "recurring",
        "budget_code",
        "amount_in_words",
        "note",
    )

    title = forms.CharField(label="Title", max_length=250)
    reference = forms.CharField(
        label="Reference as printed", max_length=60, required=False, help_text="As the paper or workbook has it."
    )
    directorate = RowField("Directorate", "code")
    service = RowField("Service", "code")
    corporate_area = RowField("Corporate plan area", "slug")
    saving_type = forms.ChoiceField(label="Type of saving", choices=SavingType.choices)
    heading = RowField("MTFP heading", "slug", help_text="Where the medium term financial plan counts it.")
    method = forms.ChoiceField(label="Method", choices=Method.choices)
    recurring = forms.ChoiceField(
        label="Recurring or one-off",
        choices=Recurring.choices,
        widget=forms.RadioSelect,
        help_text="Not stated is treated as recurring, and totals say how much that is.",
    )
    budget_code = forms.CharField(label="Budget code", max_length=60, required=False)
    amount_in_words = forms.CharField(
        label="Amount in words",
        max_length=200,
        required=False,
        help_text="Only for a saving without an amount, such as “marginal”. Amounts by year go into the grid.",
    )
    note = forms.CharField(label="Note", max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    seen = SeenField(FACTS_PAGE, required=False)

    def __init__(
        self,
        *arguments: Any,
        period: ReportingPeriod,
        reader: Reader,
        line: LineInPeriod | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.fields["seen"].required = line is not None
        directorates = GROUPINGS["directorate"].live(period)
        if not reader.finance_of_all_directorates:
            directorates = directorates.filter(pk__in=reader.finance_directorate_ids)
            self._field("directorate").empty_label = None
        self._field("directorate").queryset = directorates
        self._field("service").queryset = services_of(period)
        self._field("corporate_area").queryset = CorporatePlanArea.objects.order_by("order", "name", "pk")
        self._field("heading").queryset = MtfpHeading.objects.filter(programme_id=period.programme_id)
        self.reader = reader

    def _field(self, name: str) -> Any:
        return self.fields[name]

    @classmethod
    def for_new_line(cls, project: Project, *, period: ReportingPeriod, reader: Reader) -> LineForm:
        """The empty form, standing where the project stands; each field says that this is the project's."""
        form = cls(
            initial={
                "directorate": project.directorate,
                "service": project.service,
                "corporate_area": project.corporate_area,
                "saving_type": project.saving_type,
                "method": Method.NOT_STATED,
                "recurring": Recurring.NOT_STATED,
            },
            period=period,
            reader=reader,
        )
        form.say_what_is_the_project_s(project)
        return form

    def say_what_is_the_project_s(self, project: Project) -> None:
        """Under each fact that starts as the project's: what the project says."""
        for name, said in (
            ("directorate", project.directorate),
            ("service", project.service),
            ("corporate_area", project.corporate_area),
            ("saving_type", project.get_saving_type_display()),
        ):
            self.fields[name].help_text = f"The project’s: {said}." if said else "The project states none."

    @classmethod
    def of(cls, line: LineInPeriod, *, period: ReportingPeriod, reader: Reader) -> LineForm:
        """The form as it opens on a line, with its version."""
        return cls(initial={**facts_of(line), "seen": seen_of(line)}, line=line, period=period, reader=reader)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        directorate = cleaned.get("directorate")
        allowed = may_change_lines_of(self.reader, directorate.pk if directorate else None)
        if "directorate" in cleaned and not allowed:
            self.add_error("directorate", "Directorate: choose one that you look after.")
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        """The facts as typed, of a valid form."""
        return {name: self.cleaned_data[name] for name in self.FACTS}


def facts_of(line: LineInPeriod) -> dict[str, Any]:
    """What a line says, by the names of `LineForm`."""
    return {name: line.line.reference if name == "reference" else getattr(line, name) for name in LineForm.FACTS}


def key_of_fact(value: Any) -> str | None:
    """A fact as `seal` keeps it: a row by its number, everything else as it is."""
    return str(value.pk) if hasattr(value, "pk") else value


def seen_of(line: LineInPeriod) -> str:
    """The version of a line and what it says, for the form of its facts."""
    said = {name: key_of_fact(value) for name, value in facts_of(line).items()}
    return seal({"version": line.version, "facts": said}, FACTS_PAGE)


class WithdrawForm(HouseForm):
    """Why a line is withdrawn."""

    reason = forms.CharField(
        label="Why is it withdrawn?",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example: entered by mistake, or counted in another line. The history of the line keeps it.",
        error_messages={"required": "Why is it withdrawn? Give the reason in a few words."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": NOT_AS_OPENED})


class RestoreForm(HouseForm):
    """Why a line is restored, where somebody wants to say."""

    reason = forms.CharField(
        label="Why is it restored?", max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": NOT_AS_OPENED})


class DuplicateForm(HouseForm):
    """What the copy of a line is called and what it takes along."""

    title = forms.CharField(label="Title of the new line", max_length=250)
    carried = forms.ChoiceField(
        label="What it takes along",
        choices=[(each.value, each.words) for each in Carried],
        initial=Carried.NOTHING.value,
        widget=forms.RadioSelect,
        help_text="Its amounts are proposed, whatever those of the line are.",
    )


class MoveForm(HouseForm):
    """Whether a line that is moved takes the place of its new project."""

    KEEP, FOLLOW = "keep", "follow"

    place = forms.ChoiceField(
        label="Directorate and service",
        choices=[
            (KEEP, "Keep those of the line"),
            (FOLLOW, "Take those of the new project"),
        ],
        initial=KEEP,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why is it moved?", max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": NOT_AS_OPENED})


class SplitForm(HouseForm):
    """The parts of a line that is split: a title each, and what each holds of every year that can be divided.

    The first part is the line itself. Years that are approved stay whole with it and have no field.
    """

    rule = forms.ChoiceField(
        label="How the ratings go with the amounts",
        choices=[(rule.value, rule.words) for rule in Rule],
        initial=Rule.PROPORTION.value,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why is it split?", max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    parts = forms.IntegerField(widget=forms.HiddenInput, min_value=FEWEST_PARTS, max_value=MOST_PARTS)
    seen = SeenField(SPLIT_PAGE)

    def __init__(
        self,
        *arguments: Any,
        period: ReportingPeriod,
        unit: Unit,
        positions: Sequence[Position],
        parts: int,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.unit = unit
        self.period = period
        self.count = parts
        self.divided = [position for position in positions if not position.approved]
        for part in range(parts):
            self.fields[f"title_{part}"] = forms.CharField(
                label=f"Title of part {part + 1}", max_length=250, required=False
            )
            for position in self.divided:
                self.fields[self.cell(part, position.year)] = forms.CharField(
                    label=period.horizon.label(position.year),
                    required=False,
                    max_length=60,
                    widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
                )
        # As they stand on the page, so that the summary of errors lists them so.
        self.order_fields([name for name in self.fields if name.startswith(("title_", "part_"))])
        self.dress_fields()

    def cell(self, part: int, year: int | None) -> str:
        """The name of the field for one year of one part."""
        return f"part_{part}_{'not_profiled' if year is None else year}"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for part in range(self.count):
            for position in self.divided:
                name = self.cell(part, position.year)
                typed = cleaned.get(name, "").strip()
                if typed in ("", "-", "–"):
                    cleaned[name] = None
                    continue
                try:
                    cleaned[name] = parse_amount(typed, self.unit)
                except AmountError as error:
                    label = self.period.horizon.label(position.year)
                    self.add_error(name, f"Part {part + 1}, {label}: {error}.")
            if not cleaned.get(f"title_{part}") and (part == 0 or self._holds_something(part, cleaned)):
                self.add_error(f"title_{part}", f"Title of part {part + 1}: nothing is entered.")
        return cleaned

    def _holds_something(self, part: int, cleaned: Mapping[str, Any]) -> bool:
        names = [self.cell(part, position.year) for position in self.divided]
        return any(cleaned.get(name) is not None or name in self.errors for name in names)

    @property
    def typed_parts(self) -> list[Part]:
        """The parts as typed, of a valid form; a part with neither title nor amount is left out."""
        return [
            Part(
                self.cleaned_data[f"title_{part}"],
                {
                    position.year: amount
                    for position in self.divided
                    if (amount := self.cleaned_data[self.cell(part, position.year)]) is not None
                },
            )
            for part in range(self.count)
            if self.cleaned_data[f"title_{part}"]
        ]

    def blocks(self) -> list[tuple[int, forms.BoundField, list[forms.BoundField]]]:
        """For each part its number, the field of its title and those of its years."""
        return [
            (part + 1, self[f"title_{part}"], [self[self.cell(part, position.year)] for position in self.divided])
            for part in range(self.count)
        ]


LEFT = ("", "Leave as it is")


class BulkForm(HouseForm):
    """What is set on many lines; what is left as it is, is not in `values`."""

    saving_type = forms.ChoiceField(label="Type of saving", choices=[LEFT, *SavingType.choices], required=False)
    heading = forms.ChoiceField(label="MTFP heading", required=False)
    method = forms.ChoiceField(label="Method", choices=[LEFT, *Method.choices], required=False)
    service = forms.ChoiceField(label="Service", required=False)
    recurring = forms.ChoiceField(label="Recurring or one-off", choices=[LEFT, *Recurring.choices], required=False)

    NOT_STATED = "none"

    def __init__(self, *arguments: Any, period: ReportingPeriod, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._rows: Mapping[str, Mapping[str, Any]] = {
            "heading": {row.slug: row for row in MtfpHeading.objects.filter(programme_id=period.programme_id)},
            "service": {row.code: row for row in services_of(period)},
        }
        for name, rows in self._rows.items():
            label = RowField("", "").label_from_instance
            choices = [LEFT, (self.NOT_STATED, "Not stated"), *((key, label(row)) for key, row in rows.items())]
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """What to set, by the names of `services.bulk.SETTABLE`, of a valid form."""
        return {
            name: self._rows[name].get(chosen) if name in self._rows else chosen
            for name, chosen in self.cleaned_data.items()
            if chosen
        }
