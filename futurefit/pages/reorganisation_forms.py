"""What is typed about a reorganisation: which directorates or services, what takes their place, and from which day.

Each form says what it is about (`olds`, `goes_on`) and calls its service (`save`); the rules are the services'.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from futurefit.council.models import Directorate, Service
from futurefit.council.services import refuse_taken
from futurefit.council.successors import Unit
from futurefit.history.actors import Actor
from futurefit.ui.entry_fields import DayField, WordsField, on_day
from futurefit.ui.form_fields import HouseForm
from savings.line_forms import SeenField
from savings.services.reorganisation import (
    Effect,
    NewUnit,
    merge_units,
    move_service,
    refuse_bad_day,
    rename_unit,
    split_unit,
)

SEEN_PAGE = "reorganisation"
"""The kind of page whose form carries what was seen."""

KINDS = {"directorate": Directorate, "service": Service}
MOST_MERGED, MOST_NEW = 4, 3
CODE_HINT = "As the council writes it. It stands in addresses and files and never changes."


class UnitField(forms.ModelChoiceField):
    """A directorate or service that has not ended, by its code; several services have one name, so each says whose."""

    def __init__(self, label: str, kind: str, **options: Any) -> None:
        units = KINDS[kind]._default_manager.filter(ends_on__isnull=True)
        if kind == "service":
            units = units.select_related("directorate", "group")
        options.setdefault("empty_label", "Choose one")
        super().__init__(queryset=units, to_field_name="code", label=label, **options)

    def label_from_instance(self, obj: Any) -> str:
        if isinstance(obj, Service):
            return f"{obj.name} ({(obj.directorate or obj.group).code})"  # type: ignore[union-attr]
        return str(obj)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and "\x00" in value:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        try:
            return super().to_python(value)
        except ValidationError:
            units = self.queryset.model._default_manager  # type: ignore[union-attr]
            ended = units.filter(code=str(value), ends_on__isnull=False).first()
            if ended is None:
                raise
            words = f"{ended.name} ended on {on_day(ended.ends_on)}: nothing of it can be reorganised now."
            raise ValidationError(f"{self.label}: {words}", code="ended") from None


class ReorganisationForm(HouseForm):
    """A reorganisation of directorates or of services, as `of` says; asked for in the address, saved by a post."""

    key: ClassVar[str]
    title: ClassVar[str]
    lead: ClassVar[str]
    button: ClassVar[str]

    def __init__(self, *arguments: Any, of: str, **options: Any) -> None:
        self.of = of
        super().__init__(*arguments, **options)
        self.add_fields()
        self.fields["on"] = DayField(
            label="From", help_text="The first day on which it is so, today or before. For example 1 5 2016"
        )
        self.dress_fields()

    @abstractmethod
    def add_fields(self) -> None:
        """The fields before the day, for directorates or services."""

    @property
    @abstractmethod
    def olds(self) -> list[Unit]:
        """Those that end, or the service that moves."""

    @property
    def goes_on(self) -> list[Unit]:
        """Those that take over and are there already."""
        return []

    @property
    @abstractmethod
    def becomes(self) -> str:
        """What takes their place, in words."""

    @abstractmethod
    def save(self, actor: Actor, reason: str, seen: Effect | None) -> None:
        """Do it. Raises ValidationError as the services of `savings.services.reorganisation` do."""

    @property
    def on(self) -> date:
        day: date = self.cleaned_data["on"]
        return day

    def clean_on(self) -> date | None:
        day: date | None = self.cleaned_data["on"]
        if day is not None:
            try:
                refuse_bad_day(day)
            except ValidationError as refused:
                raise ValidationError(refused.messages) from refused
        return day

    def unit_field(self, name: str, label: str, **options: Any) -> None:
        self.fields[name] = UnitField(label, self.of, **options)

    def new_fields(self, number: str = "", *, required: bool = True) -> None:
        """Name and code of one that begins; the code of a service is made by the product."""
        after = f" of new {self.of} {number}" if number else f" of the new {self.of}"
        suffix = f"_{number}" if number else ""
        self.fields[f"name{suffix}"] = WordsField(label=f"Name{after}", max_length=200, required=required)
        if self.of == "directorate":
            self.fields[f"code{suffix}"] = WordsField(
                label=f"Code{after}",
                max_length=40,
                required=required,
                width="10",
                help_text=CODE_HINT if number in ("", "1") else "",
            )

    def new_unit(self, number: str = "") -> NewUnit | None:
        suffix = f"_{number}" if number else ""
        name, code = self.cleaned_data.get(f"name{suffix}", ""), self.cleaned_data.get(f"code{suffix}", "")
        return NewUnit(name, code) if name or code else None

    def check_new(self, olds: Sequence[Unit], new: NewUnit, number: str = "") -> None:
        """Say on its fields where one that begins cannot be called so."""
        suffix = f"_{number}" if number else ""
        for name, value in (("name", new.name), ("code", new.code)):
            if not value and f"{name}{suffix}" in self.fields:
                label = self.fields[f"{name}{suffix}"].label
                self.add_error(f"{name}{suffix}", f"{label}: nothing is entered.")
        try:
            refuse_taken(olds, new.name, new.code)
        except ValidationError as refused:
            for name, messages in refused.message_dict.items():
                self.add_error(f"{name}{suffix}", [ValidationError(words) for words in messages])


class RenameForm(ReorganisationForm):
    key, title, button = "rename", "Rename", "Rename it"
    lead = "The old one ends, and one of the new name begins with all that stood in it."

    def add_fields(self) -> None:
        self.unit_field("old", f"{self.of.capitalize()} to rename")
        self.new_fields()

    def clean(self) -> None:
        if (old := self.cleaned_data.get("old")) and (new := self.new_unit()) and not self.errors:
            self.check_new([old], new)

    @property
    def olds(self) -> list[Unit]:
        return [self.cleaned_data["old"]]

    @property
    def becomes(self) -> str:
        return str(self.cleaned_data["name"])

    def save(self, actor: Actor, reason: str, seen: Effect | None) -> None:
        new = NewUnit(self.cleaned_data["name"], self.cleaned_data.get("code", ""))
        rename_unit(actor=actor, old=self.olds[0], new=new, on=self.on, reason=reason, seen=seen)


class SplitForm(ReorganisationForm):
    key, title, button = "split", "Split", "Split it"
    lead = (
        "The old one ends, and two or more take its place. What stood in it stands there until each line, project and "
        "service is assigned to one of them."
    )

    def add_fields(self) -> None:
        self.unit_field("old", f"{self.of.capitalize()} to split")
        for number in range(1, MOST_NEW + 1):
            self.new_fields(str(number), required=number == 1)
        self.unit_field(
            "existing",
            f"A {self.of} that is there already and takes over a part",
            required=False,
            empty_label="None",
        )

    def clean(self) -> None:
        old = self.cleaned_data.get("old")
        if old is None or self.errors:
            return
        for number, new in self._new:
            self.check_new([old], new, number)
        if self.errors:
            return
        if len(self._parts) < 2:
            self.add_error("name_2", f"Name at least two that take the place of {old.name}.")
        for text, field in (("name", "name"), ("code", "code")):
            given = [(number, getattr(new, text).casefold()) for number, new in self._new if getattr(new, text)]
            for number, words in given:
                if words in [other for before, other in given if before < number]:
                    self.add_error(f"{field}_{number}", f"Two that take its place have one {text}. Give each its own.")
        if self.cleaned_data.get("existing") == old:
            self.add_error("existing", f"{old.name} ends, so it cannot take its own place.")

    @property
    def _new(self) -> list[tuple[str, NewUnit]]:
        numbers = map(str, range(1, MOST_NEW + 1))
        return [(number, new) for number in numbers if (new := self.new_unit(number)) is not None]

    @property
    def _parts(self) -> list[NewUnit | Unit]:
        existing = self.cleaned_data.get("existing")
        return [*(new for _number, new in self._new), *([existing] if existing else [])]

    @property
    def olds(self) -> list[Unit]:
        return [self.cleaned_data["old"]]

    @property
    def becomes(self) -> str:
        names = [part.name for part in self._parts]
        return f"{', '.join(names[:-1])} and {names[-1]}"

    def save(self, actor: Actor, reason: str, seen: Effect | None) -> None:
        split_unit(actor=actor, old=self.olds[0], into=self._parts, on=self.on, reason=reason, seen=seen)


class MergeForm(ReorganisationForm):
    key, title, button = "merge", "Merge", "Merge them"
    lead = "The old ones end, and one takes their place with all that stood in them."

    def add_fields(self) -> None:
        for number in range(1, MOST_MERGED + 1):
            self.unit_field(
                f"old_{number}",
                f"{self.of.capitalize()} {number} that ends",
                required=number == 1,
                empty_label="Choose one" if number == 1 else "None",
            )
        self.unit_field("into", "Takes their place", required=False, empty_label="A new one, named below")
        self.new_fields(required=False)

    def clean(self) -> None:
        if self.errors:
            return
        olds, into, new = self.olds, self.cleaned_data.get("into"), self.new_unit()
        if len({old.pk for old in olds}) < len(olds):
            self.add_error("old_2", f"Choose each {self.of} once.")
        elif into is None and len(olds) < 2:
            self.add_error("old_2", "Choose at least two to merge, or one and what takes its place.")
        if into is not None and into in olds:
            self.add_error("into", f"{into.name} goes on, so it is not one of those that end.")
        if into is not None and new is not None:
            self.add_error("name", f"{into.name} takes their place: leave name and code of a new one empty.")
        if into is None and not self.errors:
            self.check_new(olds, new or NewUnit(""))

    @property
    def olds(self) -> list[Unit]:
        chosen = [self.cleaned_data.get(f"old_{number}") for number in range(1, MOST_MERGED + 1)]
        return [old for old in chosen if old is not None]

    @property
    def goes_on(self) -> list[Unit]:
        into = self.cleaned_data.get("into")
        return [into] if into else []

    @property
    def becomes(self) -> str:
        return str(self.goes_on[0]) if self.goes_on else str(self.cleaned_data["name"])

    def save(self, actor: Actor, reason: str, seen: Effect | None) -> None:
        into = self.goes_on[0] if self.goes_on else self.new_unit()
        assert into is not None
        merge_units(actor=actor, olds=self.olds, into=into, on=self.on, reason=reason, seen=seen)


class MoveServiceForm(ReorganisationForm):
    key, title, button = "move", "Move a service", "Move the service"
    lead = (
        "The service goes on with its name and code in another directorate. Its lines and projects follow where they "
        "stood in its former directorate; those that stand elsewhere stay."
    )

    def add_fields(self) -> None:
        self.fields["service"] = UnitField("Service to move", "service")
        self.fields["directorate"] = UnitField("To the directorate", "directorate")

    def clean(self) -> None:
        service, to = self.cleaned_data.get("service"), self.cleaned_data.get("directorate")
        if service is not None and to is not None and service.directorate_id == to.pk:
            self.add_error("directorate", f"{service.name} stands in {to.name} already.")

    @property
    def olds(self) -> list[Unit]:
        return [self.cleaned_data["service"]]

    @property
    def goes_on(self) -> list[Unit]:
        return [self.cleaned_data["directorate"]]

    @property
    def becomes(self) -> str:
        return str(self.cleaned_data["directorate"])

    def save(self, actor: Actor, reason: str, seen: Effect | None) -> None:
        service = self.cleaned_data["service"]
        to = self.cleaned_data["directorate"]
        move_service(actor=actor, service=service, to=to, on=self.on, reason=reason, seen=seen)


FORMS: dict[str, type[ReorganisationForm]] = {
    form.key: form for form in (RenameForm, SplitForm, MergeForm, MoveServiceForm)
}


class ReasonForm(HouseForm):
    """Why it is so, and what the preview showed."""

    reason = WordsField(label="Why?", max_length=1_000, help_text="For the history, such as the decision behind it.")
    seen = SeenField(SEEN_PAGE)


class AssignForm(HouseForm):
    """To which successor, and why; what is chosen stands in boxes of the page's own."""

    to = forms.ChoiceField(label="Assign to", widget=forms.RadioSelect)
    reason = WordsField(
        label="Why?", max_length=1_000, help_text="For the history, such as where the work is done now."
    )

    def __init__(self, *arguments: Any, successors: Sequence[Unit], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.successors = {unit.code: unit for unit in successors}
        self.fields["to"].choices = [(unit.code, unit.name) for unit in successors]  # type: ignore[attr-defined]

    @property
    def successor(self) -> Unit:
        return self.successors[self.cleaned_data["to"]]
