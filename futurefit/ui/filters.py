"""Filters that refuse what they do not understand.

django-filter ignores a misspelt parameter and shows every row for an invalid one, so that a total would silently be
that of everything (design: architecture, traps). Here both make the filter invalid, with a message that names the
parameter, the value and what is allowed, and no row is given out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django_filters.widgets import SuffixedMultiWidget

from futurefit.ui.filter_bar import Control, ManyChoices, Select, TextField

READING_PARAMETERS = frozenset({"programme", "period", "unit", "view", "basis", "shape"})
"""Parameters that say how figures are read; they are checked where the reading is made, not here."""

LIST_PARAMETERS = frozenset({"page", "sort", "export"})
"""Parameters of a list; `Table.of` and the export answer for them."""

ALLOWED_SHOWN = 12
"""A message lists the allowed values up to this many."""


class InvalidFilter(ValueError):
    """Rows were asked of an invalid filter. A bug of the caller: check ``is_valid()`` before any row or total."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one parameter: its name, the value given, the sentence to show and the field to go to."""

    parameter: str
    value: str
    message: str
    field_id: str = ""


class YesNoFilter(django_filters.ChoiceFilter):
    """``yes`` or ``no`` on a boolean field. (The library's own BooleanFilter takes any other word for *all rows*.)"""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options.setdefault("choices", (("yes", "Yes"), ("no", "No")))
        super().__init__(*arguments, **options)

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if value in ("yes", "no"):
            value = value == "yes"
        return super().filter(qs, value)


class StrictFilterSet(django_filters.FilterSet):
    """A filter in the address. Always bound: no parameters mean every row in scope.

    ``passthrough`` are parameter names that belong to somebody else on the page; add to it, do not replace it. A
    subclass may say a filter in its own words with ``words_<name>(value)``.
    """

    passthrough: frozenset[str] = READING_PARAMETERS | LIST_PARAMETERS

    def __init__(self, data: Mapping[str, Any] | None = None, queryset: QuerySet[Any] | None = None, **options: Any):
        super().__init__(data if data is not None else QueryDict(), queryset, **options)
        self.is_bound = True

    def _given(self, name: str) -> list[str]:
        if isinstance(self.data, QueryDict):
            return self.data.getlist(name)
        value = self.data.get(name)
        if value is None:
            return []
        return [str(part) for part in value] if isinstance(value, list | tuple) else [str(value)]

    def _names_of(self, name: str) -> list[str]:
        """The parameters that one filter reads: ranges read two."""
        widget = self.form.fields[name].widget
        if isinstance(widget, SuffixedMultiWidget):
            return [widget.suffixed(name, suffix) for suffix in widget.suffixes]
        if isinstance(widget, forms.MultiWidget):
            return [f"{name}{suffix}" for suffix in widget.widgets_names]
        return [name]

    def _is_many(self, name: str) -> bool:
        return isinstance(self.form.fields[name], forms.MultipleChoiceField | forms.ModelMultipleChoiceField)

    def _allowed(self, name: str) -> str:
        choices = getattr(self.form.fields[name], "choices", None)
        if choices is None:
            return ""
        values = []
        for value, _words in choices:
            if str(value) != "":
                values.append(str(value))
            if len(values) > ALLOWED_SHOWN:
                return ""
        return ", ".join(values)

    @property
    def problems(self) -> list[Problem]:
        """Everything wrong with the address, in the order of the address; empty when the filter is valid."""
        if not hasattr(self, "_problems"):
            self._problems = list(self._find_problems())
        return self._problems

    def _find_problems(self) -> Iterator[Problem]:
        form = self.form
        errors = form.errors
        names = {parameter: name for name in form.fields for parameter in self._names_of(name)}
        known = ", ".join(names) or "none on this page"
        for parameter in self.data:
            if parameter not in names and parameter not in self.passthrough:
                yield Problem(
                    parameter,
                    ", ".join(self._given(parameter)),
                    f"“{parameter[:40]}” is not a filter of this page. The filters are: {known}.",
                )
        for name, field in form.fields.items():
            given = [(parameter, value) for parameter in self._names_of(name) for value in self._given(parameter)]
            given = [(parameter, value) for parameter, value in given if value.strip()]
            if not given:
                continue
            label = self.filters[name].label or name
            shown = ", ".join(value for _parameter, value in given)[:80]
            target = form[name].auto_id
            allowed = self._allowed(name)
            allowed = f" It can be: {allowed}." if allowed else ""
            parameters = [parameter for parameter, _value in given]
            if name in errors:
                reason = "" if allowed else " " + " ".join(str(message) for message in errors[name])
                yield Problem(given[0][0], shown, f"{label}: “{shown}” cannot be used.{allowed}{reason}", target)
            elif not self._is_many(name) and len(set(parameters)) < len(parameters):
                yield Problem(given[0][0], shown, f"{label} is given more than once: {shown}. Give it once.", target)
            elif _is_blank(form.cleaned_data.get(name)) and not isinstance(field, forms.BooleanField):
                yield Problem(given[0][0], shown, f"{label}: “{shown}” cannot be used.{allowed}", target)

    def is_valid(self) -> bool:
        """Whether every parameter is known and every value allowed."""
        return not self.problems

    @property
    def qs(self) -> QuerySet[Any]:
        """The filtered rows. Raises InvalidFilter when the address is not valid."""
        if not self.is_valid():
            raise InvalidFilter("; ".join(problem.message for problem in self.problems))
        return super().qs

    def words(self) -> list[str]:
        """The active filters, one plain sentence each; empty when nothing is filtered or the address is not valid."""
        if not self.is_valid():
            return []
        sentences = []
        for name, value in self.form.cleaned_data.items():
            if _is_blank(value):
                continue
            say = getattr(self, f"words_{name}", None)
            sentences.append(say(value) if say else f"{self.filters[name].label or name}: {self._say(name, value)}.")
        return sentences

    def _say(self, name: str, value: Any) -> str:
        if isinstance(value, Model):
            return str(value)
        if isinstance(value, slice):
            start, stop = (_say_plain(end) if end is not None else None for end in (value.start, value.stop))
            if start and stop:
                return f"{start} to {stop}"
            return f"from {start}" if start else f"to {stop}"
        if isinstance(value, QuerySet | list | tuple | set):
            parts = [self._say(name, part) for part in value]
            return " or ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
        for choice, label in getattr(self.form.fields[name], "choices", None) or ():
            if str(choice) == str(value):
                return str(label)
        return _say_plain(value)

    def controls(self) -> list[Control]:
        """The filter's fields for the filter bar, in their order, with what was typed kept."""
        controls: list[Control] = []
        for name, field in self.form.fields.items():
            label = str(self.filters[name].label or name)
            if self._is_many(name):
                options = [(str(value), str(text)) for value, text in field.choices]
                controls.append(ManyChoices(name, label, options, self._given(name)))
            elif isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
                options = [(str(value), "Any" if str(value) == "" else str(text)) for value, text in field.choices]
                controls.append(Select(name, label, options, next(iter(self._given(name)), "")))
            else:
                for parameter in self._names_of(name):
                    kind = getattr(field.widget, "input_type", None) or "text"
                    words = label if parameter == name else f"{label}, {parameter.removeprefix(name).strip('_')}"
                    controls.append(TextField(parameter, words, next(iter(self._given(parameter)), ""), kind))
        return controls


def _is_blank(value: Any) -> bool:
    if isinstance(value, QuerySet | list | tuple | set):
        return len(value) == 0
    return value is None or value == ""


def _say_plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return f"{value.day} {value:%B %Y}"
    return str(value)
