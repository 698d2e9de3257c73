"""What a reader may see, resolved once a request to sets of ids (domain.md, Who may do what)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Value

from futurefit.access.reader import Reader
from projects.models import Project, ProjectPost, Theme, ThemePost


@dataclass(frozen=True)
class Scope:
    """Sets of ids that querysets filter by with IN.

    `project_ids` and `theme_ids` are those a post of the reader leads; `service_ids` and `directorate_ids` are
    the reader's own. `everything` is true for posts that see all of the programme and for the product itself.
    """

    everything: bool = False
    holds_a_post: bool = True
    project_ids: frozenset[int] = frozenset()
    theme_ids: frozenset[int] = frozenset()
    service_ids: frozenset[int] = frozenset()
    directorate_ids: frozenset[int] = frozenset()

    def sees_project(self, project: Project) -> bool:
        """Whether the reader may open its dossier: the same rule as `ProjectQuerySet.visible_to`."""
        return (
            self.everything
            or project.pk in self.project_ids
            or project.theme_id in self.theme_ids
            or project.service_id in self.service_ids
            or project.directorate_id in self.directorate_ids
        )


EVERYTHING = Scope(everything=True)
NOTHING = Scope(holds_a_post=False)


def scope_of(reader: Reader) -> Scope:
    """The reader's scope; asked of the database once per reader, in one query."""
    scope = reader.memo.get("scope")
    if not isinstance(scope, Scope):
        scope = reader.memo["scope"] = _resolve(reader)
    return scope


def led_by(reader: Reader) -> Scope:
    """What the reader's posts lead or have as their own, also where they see everything; one query."""
    return _led(reader) if reader.post_ids else NOTHING


def with_led(scope: Scope, reader: Reader, of: Project | Theme, leading_post_ids: Iterable[int]) -> Scope:
    """The scope with this project or theme among those led, where one of the posts that lead it is the reader's.

    For pages that have these posts in hand: the scope of who sees everything names nothing that is led.
    """
    if not (scope.everything and reader.post_ids.intersection(leading_post_ids)):
        return scope
    if isinstance(of, Project):
        return replace(scope, project_ids=scope.project_ids | {of.pk})
    return replace(scope, theme_ids=scope.theme_ids | {of.pk})


def _resolve(reader: Reader) -> Scope:
    if reader.sees_everything:
        return EVERYTHING
    return led_by(reader)


def _led(reader: Reader) -> Scope:
    projects = ProjectPost.objects.filter(post_id__in=reader.post_ids, role__in=ProjectPost.LEADING).order_by()
    themes = ThemePost.objects.filter(post_id__in=reader.post_ids).order_by()
    led = list(
        projects.annotate(what=Value("project"))
        .values_list("what", "project_id")
        .union(themes.annotate(what=Value("theme")).values_list("what", "theme_id"))
    )
    return Scope(
        project_ids=frozenset(pk for what, pk in led if what == "project"),
        theme_ids=frozenset(pk for what, pk in led if what == "theme"),
        service_ids=frozenset(reader.own_service_ids),
        directorate_ids=frozenset(reader.own_directorate_ids),
    )
