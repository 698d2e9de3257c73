"""Forms that change what stands: one form, or a set of rows that are typed together and saved together.

Nothing typed is lost: a refused form comes back with what was typed, and where somebody else saved in between, with
both values of every field that differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

from futurefit.ui.entry_fields import PickField, TickField, WordsField
from futurefit.ui.filters import Problem
from futurefit.ui.form_fields import HouseForm, problems_of

MOST_ROWS = 200
"""A form holds at most this many rows; more are refused in words."""

Standing = Sequence[tuple[int, Mapping[str, Any]]]
"""Rows as they stand, in their order: number and values."""

NOT_AS_OPENED = "The page was not sent as it was opened. Open it again."


@dataclass(frozen=True)
class Difference:
    """A field that somebody else changed: where it is, what stands now and what was typed."""

    where: str
    now: str
    typed: str


@dataclass(frozen=True)
class Group:
    """Fields of a row that stand side by side where there is room, ``columns`` of them in a line.

    With a ``summary`` they are folded away until asked for, or until one of them is refused; ``legend`` says what
    several fields together are about.
    """

    names: tuple[str, ...]
    columns: int = 1
    summary: str = ""
    legend: str = ""


class LaidOutForm(HouseForm):
    """A form whose fields stand in groups."""

    layout: Sequence[Group] = ()
    """How the fields stand together; one group of all of them where it is empty."""

    @property
    def own_fields(self) -> list[str]:
        """The fields that people fill in."""
        return [name for name, each in self.fields.items() if not each.widget.is_hidden]

    @property
    def groups(self) -> list[tuple[Group, list[forms.BoundField], bool]]:
        """The fields as they are drawn, group by group, and whether one of the group is refused."""
        layout = self.layout or (Group(tuple(self.own_fields)),)
        wrong = self.errors if self.is_bound else {}
        return [
            (group, [self[name] for name in group.names], any(name in wrong for name in group.names))
            for group in layout
        ]


class PartForm(LaidOutForm):
    """A part of something that is saved alone.

    ``as_opened`` says what stood there when the page was opened (`futurefit.history.as_opened.digest_of`) and
    travels with the form, so that a save on top of somebody else's is noticed.
    """

    as_opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def refuse(self, refusal: ValidationError) -> None:
        """Put a service's refusal on the fields it names, and on the form what names none of them."""
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal)
            return
        for name, errors in refusal.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed, without what only travels with the form."""
        return {name: value for name, value in self.cleaned_data.items() if name != "as_opened"}


def differences(form: forms.BaseForm, now: Mapping[str, Any], where: str = "") -> list[Difference]:
    """The fields of a form in which what was typed is not what stands ``now``."""
    standing = forms.Form(initial=now)
    standing.fields.update(form.fields)
    return [
        Difference(f"{where}: {each.label}" if where else str(each.label), said(standing, name), said(form, name))
        for name, each in form.fields.items()
        if not each.widget.is_hidden and name in now and each.has_changed(now[name], form[name].data)
    ]


def said(form: forms.BaseForm, name: str) -> str:
    """The value of a field in words: the words of a choice, yes or no of a tick, and "nothing" where it is empty."""
    each, value = form.fields[name], form[name].value()
    if isinstance(each, TickField):
        return "yes" if value else "no"
    if isinstance(each, PickField):
        return each.words.get(str(value), each.empty)
    if isinstance(each, forms.ChoiceField):
        return str(dict(each.choices).get(value, value or "nothing"))
    return str(value) if value not in (None, "") else "nothing"


class RowForm(LaidOutForm):
    """One row of a `RowSet`: ``id`` is the number of the row it changes, none for a new one."""

    id = forms.CharField(required=False, widget=forms.HiddenInput)
    place = WordsField(label="Place in the list", required=False, width="2")
    remove = TickField(label="Remove")

    named_by = "title"
    """The field whose words name the row in messages and headings."""

    def clean_place(self) -> int | None:
        typed = self.cleaned_data["place"]
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit() and len(typed) < 5):
            raise ValidationError(f"Place in the list: “{typed}” is not a place. Enter a number such as 1.")
        return int(typed)

    @property
    def own_fields(self) -> list[str]:
        """The fields that are the row's, beside its number, place and removal."""
        return [name for name in self.fields if name not in RowForm.base_fields]

    @property
    def is_new(self) -> bool:
        return not self["id"].value()

    @property
    def folds(self) -> bool:
        """Whether some of its fields are folded away; what is told of the row then stands before them."""
        return any(group.summary for group in self.layout)

    def own_words(self) -> str:
        """What the row is called: its words as they stand; empty for a new row."""
        return "" if self.is_new else str(self.initial.get(self.named_by) or "")

    def told(self) -> str:
        """A sentence on what the row as typed comes to, drawn under its fields; most kinds of row have none."""
        return ""

    def is_untouched(self) -> bool:
        """Whether a new row was left as it was offered."""
        return not any(
            self.fields[name].has_changed(self.get_initial_for_field(self.fields[name], name), self[name].data)
            for name in self.own_fields
        )


@dataclass(frozen=True)
class TypedRow:
    """A row as typed and checked: the number of the row it changes (None: a new one), and its values."""

    id: int | None
    values: Mapping[str, Any]


@dataclass
class RowSet:
    """Rows of one kind on one page, in their order, with new ones to fill in.

    ``rows`` are the rows as they stand: number and values. ``blank`` are the values that new rows start with, one
    mapping for each. ``prepare`` hands a row's form what it has to choose from. ``as_opened`` says what the page showed
    when it was opened (`futurefit.history.as_opened.digest_of`); it travels with the form.
    """

    form: type[RowForm]
    rows: Standing
    noun: str
    as_opened: str
    blank: Sequence[Mapping[str, Any]] = ({},)
    prepare: Callable[[RowForm], None] = lambda form: None
    data: Mapping[str, Any] | None = None
    problems: list[Problem] = field(default_factory=list)
    forms: list[RowForm] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.data is None:
            for number, values in self.rows:
                self._open({**values, "id": str(number)})
            for values in self.blank:
                self._open(dict(values))
        else:
            self.as_opened = str(self.data.get("as_opened", ""))
            for at in range(self._count(self.data)):
                self._bind(at)

    def _open(self, initial: dict[str, Any], at: int | None = None) -> RowForm:
        place = len(self.forms) if at is None else at
        initial.setdefault("place", str(place + 1) if initial.get("id") else "")
        made = self.form(initial=initial, prefix=f"row-{place}")
        self.prepare(made)
        self.forms.append(made)
        return made

    def _bind(self, at: int) -> None:
        assert self.data is not None
        known = {str(number): values for number, values in self.rows}
        initial = known.get(str(self.data.get(f"row-{at}-id", "")))
        of_blank = self.blank[(at - len(self.rows)) % len(self.blank)] if self.blank else {}
        made = self.form(self.data, initial=dict(of_blank if initial is None else initial), prefix=f"row-{at}")
        self.prepare(made)
        self.forms.append(made)

    def _count(self, data: Mapping[str, Any]) -> int:
        typed = str(data.get("row-count", ""))
        if not (typed.isascii() and typed.isdigit() and len(typed) < 6 and int(typed) <= MOST_ROWS):
            self.problems.append(Problem("row-count", typed, NOT_AS_OPENED))
            return 0
        return int(typed)

    @property
    def count(self) -> int:
        return len(self.forms)

    @property
    def headed(self) -> list[tuple[str, RowForm, str]]:
        """Each row with what stands above and below it."""
        return [
            (each.own_words() or (f"New {self.noun}" if each.is_new else self.name_of(at)), each, each.told())
            for at, each in enumerate(self.forms, start=1)
        ]

    def is_valid(self) -> bool:
        """Whether every row that is kept holds what it has to; what does not is in ``problems``."""
        for at, each in enumerate(self.forms, start=1):
            if self._is_left_out(each):
                each._errors = ErrorDict()
                continue
            if not each.is_valid():
                name = self.name_of(at)
                self.problems += [replace(found, message=f"{name}: {found.message}") for found in problems_of(each)]
        return not self.problems

    def _is_left_out(self, form: RowForm) -> bool:
        return form["remove"].value() in (True, "on", "True", "true", "1") or (form.is_new and form.is_untouched())

    def name_of(self, at: int) -> str:
        """ "Milestone 2": what messages call the row in this place."""
        return f"{self.noun.capitalize()} {at}"

    @property
    def typed(self) -> list[TypedRow]:
        """The rows as they shall stand, in their order. Ask `is_valid` first.

        A row moves to the place typed for it; the others make room.
        """
        kept = [(at, form) for at, form in enumerate(self.forms) if not self._is_left_out(form)]
        return [
            TypedRow(
                int(form.cleaned_data["id"]) if _is_number(form.cleaned_data["id"]) else None,
                {name: form.cleaned_data[name] for name in form.own_fields},
            )
            for _at, form in sorted(kept, key=_place)
        ]

    def with_another(self) -> RowSet:
        """The same rows as typed, none of them checked, and one more to fill in, which has the focus."""
        self.unchecked()
        if self.count >= MOST_ROWS:
            self.problems.append(Problem("row-count", "", f"A form holds at most {MOST_ROWS} rows. Save these first."))
            return self
        new = self._open(dict(self.blank[-1]) if self.blank else {})
        first = new.own_fields[0]
        new.fields[first].widget.attrs["autofocus"] = True
        return self

    def unchecked(self) -> RowSet:
        """The same rows as typed, none of them checked."""
        for each in self.forms:
            each._errors = ErrorDict()
        return self

    def refuse(self, refusal: ValidationError) -> None:
        """A service's refusal, as it says it."""
        first = self.forms[0][self.forms[0].own_fields[0]].id_for_label if self.forms else ""
        self.problems += [Problem("", "", message, first) for message in refusal.messages]

    def reopened(
        self, rows: Sequence[tuple[int, Mapping[str, Any]]], as_opened: str
    ) -> tuple[RowSet, list[Difference]]:
        """What was typed on top of the rows as they stand now, and every field in which the two differ.

        A row that somebody else removed is kept as a new one; a row that somebody else added is added below.
        """
        now = dict(rows)
        found: list[Difference] = []
        again = RowSet(self.form, rows, self.noun, as_opened, blank=(), prepare=self.prepare)
        unmatched = {form["id"].value(): form for form in again.forms}
        again.forms = []
        for at, each in enumerate(self.forms, start=1):
            number = str(each["id"].value() or "")
            title = each.own_words() or self.name_of(at)
            if number and number not in unmatched:
                found.append(Difference(title, "removed by somebody else", "kept as new"))
                each.data = {**{key: each.data.get(key) for key in each.data}, f"row-{at - 1}-id": ""}
            elif number:
                unmatched.pop(number)
                found += differences(each, now[int(number)], title)
            each._errors = ErrorDict()
            again.forms.append(each)
        for form in unmatched.values():
            again._open({**form.initial})
            found.append(Difference(form.own_words(), "added by somebody else", "not in your form"))
        return again, found


def _place(numbered: tuple[int, RowForm]) -> tuple[float, int]:
    at, form = numbered
    place = form.cleaned_data["place"]
    if place is None:
        return float("inf") if form.is_new else at + 1.0, at
    if form.is_new or place != at + 1:
        return place + (0.5 if place > at + 1 else -0.5), at
    return float(place), at


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) < 16
