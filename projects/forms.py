"""What is typed on the parts of a pro-forma. The rules are the services'; a form says the shape.

A form takes what it offers to choose from with `prepare`-like methods, so that nothing here asks the database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from futurefit.council.models import CorporatePlanArea, Directorate, Post, Service
from futurefit.ui.editing import Group, PartForm, RowForm
from futurefit.ui.entry_fields import (
    AmountField,
    DayField,
    NumberField,
    OneOfField,
    ParagraphsField,
    PickField,
    TickField,
    WordsField,
    on_day,
)
from futurefit.values.financial_year import Horizon
from futurefit.values.fuzzy_date import Kind, read_date
from futurefit.values.money import Unit
from projects.models import EqualityImpact, Investment, Milestone, Project, ProjectPost, Theme
from projects.models.project import SavingType

PARAGRAPHS = "An empty line starts a new paragraph. A line that starts with - is a bullet point."
KIND_WORDS = {
    Project.Kind.PROJECT: "Project: with the full pro-forma",
    Project.Kind.WORKSTREAM: "Workstream: a part of a theme, with description, resources, timing and lead",
    Project.Kind.BLOCK: "Block: money that a service or theme carries without a project of its own",
}


class PlaceForm(PartForm):
    """Where a project stands: the rows to choose from are handed over by whoever makes the form."""

    def offer(
        self,
        *,
        themes: Iterable[Theme],
        directorates: Iterable[Directorate],
        services: Iterable[Service],
        areas: Iterable[CorporatePlanArea],
        blocks: Iterable[Project] = (),
    ) -> None:
        self.fields["theme"].offer(themes)
        self.fields["directorate"].offer(directorates)
        self.fields["service"].offer(services, group=_whose)
        self.fields["corporate_area"].offer(areas)
        if "current_block" in self.fields:
            self.fields["current_block"].offer(blocks)


def _whose(service: Service) -> str:
    return str(service.directorate or service.group)


def _title() -> WordsField:
    return WordsField(label="Title", max_length=250)


def _reference() -> WordsField:
    return WordsField(label="Reference as printed", max_length=60, required=False, width="10")


def _saving_type() -> OneOfField:
    return OneOfField(label="Type of saving", choices=SavingType.choices)


class NewProjectForm(PlaceForm):
    """A project to be made: only kind and title have to be there, the rest can wait."""

    kind = OneOfField(
        label="What it is",
        choices=[(kind.value, words) for kind, words in KIND_WORDS.items()],
        initial=Project.Kind.PROJECT,
        radios=True,
    )
    title = _title()
    theme = PickField(label="Theme", required=False, empty="No theme", help_text="A workstream needs one.")
    directorate = PickField(label="Directorate", required=False)
    service = PickField(label="Service", required=False)
    saving_type = OneOfField(
        label="Type of saving", choices=SavingType.choices, initial=SavingType.NOT_STATED, required=False
    )
    corporate_area = PickField(label="Corporate plan area", required=False)
    reference = _reference()

    def clean_saving_type(self) -> str:
        return self.cleaned_data["saving_type"] or SavingType.NOT_STATED


class FactsForm(PlaceForm):
    """The facts of a pro-forma, and whether lines change their type and area with it."""

    title = _title()
    reference = _reference()
    saving_type = _saving_type()
    corporate_area = PickField(label="Corporate plan area", required=False)
    lines_too = TickField(
        label="Change the type and area of its savings lines too, where they are the project’s own",
    )
    theme = PickField(label="Theme", required=False, empty="No theme")
    directorate = PickField(
        label="Directorate",
        required=False,
    )
    service = PickField(label="Service", required=False)
    current_block = PickField(
        label="Current savings programme",
        required=False,
        empty="None",
        help_text="The block whose approved lines the pro-forma shows. They are not the project’s own money.",
    )
    reason = WordsField(
        label="Reason for the change", required=False, max_length=300, help_text="Optional. It stands in the history."
    )
    layout = (
        Group(("title",)),
        Group(("reference",)),
        Group(("saving_type", "corporate_area"), 2),
        Group(("lines_too",)),
        Group(("theme",)),
        Group(("directorate", "service"), 2),
        Group(("current_block",)),
        Group(("reason",)),
    )


class TextForm(PartForm):
    """The texts of a pro-forma: plain paragraphs and bullet points."""

    description = ParagraphsField(label="Brief description", required=False, rows=4, help_text=PARAGRAPHS)
    purpose = ParagraphsField(label="Purpose", required=False)
    outcomes = ParagraphsField(label="Outcomes", required=False)
    resources = ParagraphsField(label="Resources", required=False, rows=4)
    timing = ParagraphsField(label="Timing", required=False, rows=3)
    rag_comment = ParagraphsField(label="Comments on RAG", required=False, rows=4)


class StageForm(PartForm):
    """The stage of a project and the day it reached it."""

    stage = OneOfField(label="Stage", choices=Project.Stage.choices, radios=True)
    stage_since = DayField(
        label="At this stage since", required=False, help_text="For example 27 8 2016. Empty: today, where it changes."
    )
    reason = ParagraphsField(
        label="Reason",
        required=False,
        rows=3,
        max_length=1_000,
        help_text="Needed where something is missing, for a step back, and to withdraw.",
    )


class EqualityForm(PartForm):
    """How far the equality impact is assessed."""

    state = OneOfField(
        label="State", choices=[("", "Not recorded"), *EqualityImpact.State.choices], radios=True, required=False
    )
    reason = ParagraphsField(
        label="Reason", required=False, rows=3, help_text="Needed where an assessment is not needed."
    )
    done_on = DayField(label="Done on", required=False)
    link = forms.URLField(
        label="Link to the assessment",
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "invalid": "Link to the assessment: this is not an address. Enter one such as https://council.example/a."
        },
    )


class FteForm(PartForm):
    """Current FTE, and the change of each year of the plan."""

    current = NumberField(label="Current FTE", decimals=1, digits=8, at_least=0, required=False)

    def __init__(self, *arguments: Any, years: Collection[int], horizon: Horizon, **options: Any) -> None:
        self.base_fields = {**type(self).base_fields}
        for year in years:
            self.base_fields[f"fte_{year}"] = NumberField(
                label=f"Impact in {horizon.label(year)}", decimals=1, digits=8, required=False
            )
        super().__init__(*arguments, **options)
        self.years = tuple(years)

    @property
    def impacts(self) -> Mapping[int, Any]:
        """What was typed, by year."""
        return {year: self.cleaned_data[f"fte_{year}"] for year in self.years}


class PersonRow(RowForm):
    """A post with its part in the project; without a post the row is left out."""

    role = OneOfField(label="Part", choices=ProjectPost.Role.choices)
    post = PickField(label="Post", empty="Not named")
    named_by = "named"
    layout = (Group(("role", "post"), 2),)

    def offer(self, posts: Iterable[Post]) -> None:
        self.fields["post"].offer(posts)

    def is_untouched(self) -> bool:
        return not self["post"].data


class BaseBudgetRow(RowForm):
    """A labelled amount of the base budget."""

    label = WordsField(label="Label", max_length=200)
    year = PickField(label="Financial year", required=False)
    amount = AmountField(label="Amount")
    is_part = TickField(label="Of which: a part of the row above, never added to it")
    note = WordsField(label="Note", max_length=500, required=False)
    named_by = "label"
    layout = (Group(("label", "year", "amount"), 3), Group(("is_part",)), Group(("note",)))


class InvestmentRow(RowForm):
    """Money spent to save."""

    label = WordsField(label="What for", max_length=250)
    year = PickField(label="Financial year", required=False, empty="Not profiled")
    amount = AmountField(label="Amount", required=False)
    qualifier = OneOfField(label="How exact", choices=Investment.Qualifier.choices, initial="exact")
    as_printed = WordsField(
        label="In words",
        max_length=100,
        required=False,
        help_text="Where there is no amount yet",
    )
    recurrence = OneOfField(label="One-off or recurrent", choices=Investment.Recurrence.choices, initial="not_stated")
    standing = OneOfField(label="Estimate or approved", choices=Investment.Standing.choices, initial="not_stated")
    funding_source = WordsField(label="Source of funding", max_length=200, required=False)
    note = WordsField(label="Note", max_length=500, required=False)
    named_by = "label"
    layout = (
        Group(("label",)),
        Group(("year", "amount", "qualifier"), 3),
        Group(("as_printed", "recurrence", "standing"), 3),
        Group(("funding_source", "note"), 2),
    )


def in_unit_and_years(form: RowForm, unit: Unit, years: Iterable[int], horizon: Horizon) -> None:
    """Let a row's amount be typed in this unit, and one of these financial years be chosen."""
    form.fields["amount"].in_unit(unit)
    form.fields["year"].offer(years, words=horizon.label)


class MilestoneRow(RowForm):
    """A milestone in the words as written; what they are read as stands under them."""

    title = WordsField(label="Milestone", max_length=300)
    date_as_written = WordsField(
        label="When, in words",
        max_length=200,
        required=False,
        help_text="Such as Oct/Nov 16",
    )
    status = OneOfField(label="Status", choices=Milestone.Status.choices, initial=Milestone.Status.OUTSTANDING)
    completed_on = DayField(label="Completed on", required=False, help_text="Only where it is completed")
    written_on = DayField(
        label="Written on",
        required=False,
        help_text="A year that is not written is the one nearest to this day. Changed words count as written today.",
    )
    earliest = DayField(label="Earliest day", required=False, help_text="Only where the words are read wrongly")
    latest = DayField(label="Latest day", required=False, help_text="Only where the words are read wrongly")
    named_by = "named"
    layout = (
        Group(("title",)),
        Group(("date_as_written", "status", "completed_on"), 3),
        Group(("written_on", "earliest", "latest"), 3, summary="Correct what the words are read as"),
    )

    today: date = date(2000, 1, 1)
    """The day that words are read on where nobody says when they were written; set by whoever makes the form."""

    def told(self) -> str:
        """What the words as they stand in the form are read as; nothing for a new row without words."""
        words = str(self["date_as_written"].value() or "").strip()
        if self.is_new and not words:
            return ""
        given = {name: self._day(name) for name in ("written_on", "earliest", "latest")}
        if given["earliest"] or given["latest"]:
            return f"Corrected to: {between(given['earliest'], given['latest'])}."
        same = words == str(self.initial.get("date_as_written") or "")
        written_on = given["written_on"] if same or given["written_on"] != self.initial.get("written_on") else None
        done = self["status"].value() == Milestone.Status.COMPLETED
        read = read_date(words, written_on=written_on or self.today, done=done)
        said = between(read.earliest, read.latest) or (
            "done, no date given" if done or read.kind is Kind.DONE else "no date can be read"
        )
        flags = [
            name
            for name, flag in (
                ("year implied", read.year_implied),
                ("to be confirmed", read.to_be_confirmed),
                ("estimate", read.is_estimate),
            )
            if flag
        ]
        return f"Read as: {said}{' (' + ', '.join(flags) + ')' if flags else ''}."

    def _day(self, name: str) -> date | None:
        value = self[name].value()
        try:
            return self.fields[name].to_python(value)
        except ValidationError:
            return None


def between(earliest: date | None, latest: date | None) -> str:
    """ "1 October 2016 to 30 November 2016", "by 27 August 2016", "from 1 April 2017", or nothing."""
    if earliest and latest:
        return on_day(earliest) if earliest == latest else f"{on_day(earliest)} to {on_day(latest)}"
    if latest:
        return f"by {on_day(latest)}"
    return f"from {on_day(earliest)}" if earliest else ""


class MeasureRow(RowForm):
    """How success is judged."""

    name = WordsField(label="Measure", max_length=300)
    unit = WordsField(label="Unit", max_length=60, required=False)
    baseline = NumberField(label="Baseline", decimals=2, digits=14, required=False)
    target = NumberField(label="Target", decimals=2, digits=14, required=False)
    target_in_words = WordsField(label="Target in words", max_length=200, required=False)
    due_in_words = WordsField(label="By when", max_length=100, required=False)
    named_by = "name"
    layout = (
        Group(("name",)),
        Group(("unit", "baseline", "target"), 3),
        Group(("target_in_words", "due_in_words"), 2),
    )


class ReadingRow(RowForm):
    """What a success measure was on a day; readings stand in the order of their days."""

    read_on = DayField(label="Read on")
    value = NumberField(label="Value", decimals=2, digits=14)
    note = WordsField(label="Note", max_length=500, required=False)
    place = WordsField(label="Place in the list", required=False, widget=forms.HiddenInput)
    named_by = "named"
    layout = (Group(("read_on", "value", "note"), 3),)


class PaperForm(PartForm):
    """The texts of a theme's concept paper."""

    vision = ParagraphsField(label="Vision", required=False, rows=3, help_text=PARAGRAPHS)
    overview = ParagraphsField(label="Overview", required=False)
    success = ParagraphsField(label="How success is judged", required=False)
    progress = ParagraphsField(label="Progress so far", required=False)
    approach = ParagraphsField(label="Approach", required=False)
    support = ParagraphsField(label="Support and investment", required=False)
    equality = ParagraphsField(label="Equality impact", required=False, rows=3)
    related = ParagraphsField(label="Related programmes", required=False, rows=3)


class ChallengeForm(PartForm):
    """A challenge in a cabinet member's words."""

    words = ParagraphsField(label="Challenge", rows=6, max_length=4_000, help_text=PARAGRAPHS)


class AnswersForm(PartForm):
    """An answer for each challenge note that has none; ``notes`` are number, who wrote it when, and its words."""

    def __init__(self, *arguments: Any, notes: Iterable[tuple[int, str, str]], **options: Any) -> None:
        self.numbers = {}
        self.base_fields = {**type(self).base_fields}
        for place, (number, said, words) in enumerate(notes, start=1):
            name = f"answer_{number}"
            self.numbers[name] = number
            self.base_fields[name] = ParagraphsField(
                label=f"Answer to note {place}, {said}", required=False, rows=4, max_length=4_000, help_text=words
            )
        super().__init__(*arguments, **options)

    @property
    def answers(self) -> Mapping[int, str]:
        """What was typed, by the number of the note."""
        return {number: self.cleaned_data[name] for name, number in self.numbers.items()}
