"""What is typed of risks and dependencies. The rules are the services'; a form says the shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import HiddenInput

from futurefit.council.models import Post
from futurefit.ui.editing import Group, PartForm, RowForm
from futurefit.ui.entry_fields import (
    DayField,
    NumberField,
    OneOfField,
    ParagraphsField,
    PickField,
    WordsField,
    quoted,
)
from projects.models import Project, Theme
from risks.models import Dependency, Risk, RiskAction, RiskScale


def _score(label: str) -> PickField:
    return PickField(label=label, required=False, empty="Not scored")


class RiskRow(RowForm):
    """A risk, what is done about it, and its three scores."""

    description = ParagraphsField(label="Risk", rows=2)
    category = OneOfField(label="Kind", choices=Risk.Category.choices, initial=Risk.Category.NOT_STATED)
    mitigation = ParagraphsField(label="What is done about it", rows=2, required=False)
    owner = PickField(label="Owner", required=False, empty="None")
    inherent_likelihood = _score("Likelihood before anything is done")
    inherent_impact = _score("Impact before anything is done")
    current_likelihood = _score("Likelihood now")
    current_impact = _score("Impact now")
    target_likelihood = _score("Likelihood to be reached")
    target_impact = _score("Impact to be reached")
    review_on = DayField(label="Review on", required=False)
    status = OneOfField(label="Status", choices=Risk.Status.choices, initial=Risk.Status.OPEN)
    named_by = "description"
    layout = (
        Group(("description", "mitigation"), 2),
        Group(("category", "owner", "status", "review_on"), 4),
        Group(
            ("inherent_likelihood", "current_likelihood", "target_likelihood", "inherent_impact", "current_impact",
             "target_impact"),
            3,
            legend="Scores",
        ),
    )  # fmt: skip

    def offer(self, posts: Iterable[Post], scale: RiskScale) -> None:
        self.fields["owner"].offer(posts)
        for name in ("likelihood", "impact"):
            labels: Sequence[str] = getattr(scale, f"{name}_labels")
            words = {
                point: f"{point} {labels[point - 1]}" if point <= len(labels) else str(point)
                for point in range(1, scale.points + 1)
            }
            for score in ("inherent", "current", "target"):
                self.fields[f"{score}_{name}"].offer(words, words=words.__getitem__)

    def told(self) -> str:
        """The scores as they stand in the form; a risk without one is never called low."""
        if self.is_new:
            return ""
        typed = [(self.fields[name], str(self[name].value())) for name in ("current_likelihood", "current_impact")]
        if not all(value in field.words for field, value in typed):
            return "Not scored. A risk without a score is not a low risk."
        likelihood, impact = (int(value) for _field, value in typed)
        return f"Score now: {likelihood * impact}, likelihood × impact."


class ActionRow(RowForm):
    """What is done about a risk, by which post and until when; actions stand in the order of their days."""

    description = ParagraphsField(label="Action", rows=2)
    owner = PickField(label="Owner", required=False, empty="None")
    due_on = DayField(label="Due on", required=False)
    status = OneOfField(label="Status", choices=RiskAction.Status.choices, initial=RiskAction.Status.OPEN)
    place = WordsField(label="Place in the list", required=False, widget=HiddenInput)
    named_by = "description"
    layout = (Group(("description",)), Group(("owner", "due_on", "status"), 3))

    def offer(self, posts: Iterable[Post]) -> None:
        self.fields["owner"].offer(posts)


class EscalationForm(PartForm):
    """Where a risk is handled from now on, and why."""

    to = OneOfField(label="Handled by", radios=True, required=False)
    reason = ParagraphsField(label="Why", rows=3, required=False)

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        self.fields["to"].choices = choices


class ScaleForm(PartForm):
    """The scale that the risks of a programme are scored on."""

    points = NumberField(label="Points each way", decimals=0, digits=3, help_text="From 2 to 10")
    tolerance = NumberField(
        label="Tolerance", decimals=0, digits=4, help_text="The highest score that needs nothing more to be done"
    )
    likelihood_labels = ParagraphsField(
        label="Labels of likelihood", required=False, help_text="One in a line, the lowest first; or none"
    )
    impact_labels = ParagraphsField(
        label="Labels of impact", required=False, help_text="One in a line, the lowest first; or none"
    )
    bands = ParagraphsField(
        label="Bands",
        required=False,
        help_text="One in a line with its highest score, the lowest first, such as “Low 4”; or none",
    )
    layout = (Group(("points", "tolerance"), 2), Group(("likelihood_labels", "impact_labels", "bands"), 3))

    def clean_points(self) -> int:
        return int(self.cleaned_data["points"])

    def clean_tolerance(self) -> int:
        return int(self.cleaned_data["tolerance"])

    def clean_likelihood_labels(self) -> list[str]:
        return lines_of(self.cleaned_data["likelihood_labels"])

    def clean_impact_labels(self) -> list[str]:
        return lines_of(self.cleaned_data["impact_labels"])

    def clean_bands(self) -> list[tuple[str, int]]:
        found = []
        for line in lines_of(self.cleaned_data["bands"]):
            read = re.fullmatch(r"(.*\S)\s+([0-9]{1,3})", line, re.ASCII)
            if read is None:
                raise ValidationError(f"Bands: {quoted(line)} has no score. Enter a name and a score, such as Low 4.")
            found.append((read[1].removesuffix(" to").rstrip(" :,"), int(read[2])))
        return found


def lines_of(words: str) -> list[str]:
    """The lines that hold words."""
    return [" ".join(line.split()) for line in words.splitlines() if line.strip()]


def shown_scale(scale: RiskScale) -> dict[str, Any]:
    """A scale as its form shows it."""
    return {
        "points": str(scale.points),
        "tolerance": str(scale.tolerance),
        "likelihood_labels": "\n".join(scale.likelihood_labels),
        "impact_labels": "\n".join(scale.impact_labels),
        "bands": "\n".join(f"{name} {highest}" for name, highest in scale.bands),
    }


@dataclass(frozen=True)
class End:
    """A theme or project that something depends on, as a list offers it."""

    form_key: str
    group: str
    words: str
    theme: Theme | None = None
    project: Project | None = None

    def __str__(self) -> str:
        return self.words


def ends(themes: Iterable[Theme], projects: Iterable[Project]) -> list[End]:
    """What a project can depend on within the programme: themes first, then projects."""
    return [
        *(End(f"theme-{theme.pk}", "Themes", theme.name, theme=theme) for theme in themes),
        *(End(f"project-{each.pk}", "Projects", f"{each.title} ({each.code})", project=each) for each in projects),
    ]


class DependencyRow(RowForm):
    """What a project needs, supports, or may count the same money as."""

    kind = OneOfField(label="Kind", choices=Dependency.Kind.choices, initial=Dependency.Kind.NEEDS)
    end = PickField(label="Theme or project", required=False, empty="An outside body")
    to_body = WordsField(label="Outside body", max_length=200, required=False)
    description = ParagraphsField(label="What for", rows=2, required=False)
    named_by = "named"
    layout = (Group(("kind", "end", "to_body"), 3), Group(("description",)))

    def offer(self, found: Iterable[End]) -> None:
        self.fields["end"].offer(found, group=lambda end: end.group)


def values_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A typed dependency in the fields of its row."""
    end: End | None = row["end"]
    return {
        "kind": row["kind"],
        "to_theme": end.theme if end else None,
        "to_project": end.project if end else None,
        "to_body": row["to_body"],
        "description": row["description"],
    }
