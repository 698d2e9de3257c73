"""What is typed of risks and dependencies. The rules are the services'; a form says the shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from futurefit.council.models import Post
from futurefit.ui.editing import Group, RowForm
from futurefit.ui.entry_fields import DayField, OneOfField, ParagraphsField, PickField, WordsField
from projects.models import Project, Theme
from risks.models import Dependency, Risk, RiskScale


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
