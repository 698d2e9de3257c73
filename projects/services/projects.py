"""Writing a project itself: making one, its facts, words, people, stage and equality impact."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from futurefit.council.models import CorporatePlanArea, Directorate, Post, Service
from futurefit.history.actors import Actor
from futurefit.history.as_opened import digest_of, refuse_stale
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_update_tracked
from projects.codes import code_for
from projects.models import EqualityImpact, Programme, Project, ProjectPost, Theme
from projects.models.project import SavingType
from projects.services.rows import Owner, locked, locked_project, owner_field
from projects.stages import needs_reason, spoken

FACTS = (
    "title",
    "reference",
    "saving_type",
    "corporate_area",
    "theme",
    "directorate",
    "service",
    "current_block",
)
"""The facts of a pro-forma; `savings.services.project_facts.change_facts` saves them, since lines follow."""

TEXTS = ("description", "purpose", "outcomes", "resources", "timing", "rag_comment")
STAGE = ("stage", "stage_since")


def create_project(
    *,
    actor: Actor,
    programme: Programme,
    kind: str,
    title: str,
    on: date,
    theme: Theme | None = None,
    directorate: Directorate | None = None,
    service: Service | None = None,
    saving_type: str = SavingType.NOT_STATED,
    corporate_area: CorporatePlanArea | None = None,
    reference: str = "",
    at: datetime | None = None,
) -> Project:
    """A new project, workstream or block, an idea since ``on``; only the title has to be there.

    Its code is made from the title or the theme and never changes. Raises ValidationError for a broken rule, such
    as a workstream without a theme.
    """
    project = Project(
        programme=programme,
        kind=kind,
        title=title.strip(),
        theme=theme,
        directorate=directorate,
        service=service,
        saving_type=saving_type,
        corporate_area=corporate_area,
        reference=reference,
        stage=Project.Stage.IDEA,
        stage_since=on,
    )
    refuse_misplaced(project)
    with record_act(
        actor=actor,
        verb="projects.project_created",
        sentence=f"Made the {Project.Kind(kind).label.lower()} {project.title}.",
        at=at,
        programme_slug=programme.slug,
    ) as act:
        # The programme's row is held, so that two who make a project at once get two codes.
        Programme.objects.select_for_update().get(pk=programme.pk)
        of_programme = Project.objects.filter(programme=programme)
        project.code = code_for(
            project.title,
            kind=kind,
            theme_slug=theme.slug if theme else "",
            taken=of_programme.values_list("code", flat=True),
        )
        project.order = (of_programme.aggregate(last=Max("order"))["last"] or 0) + 1
        project.full_clean()
        project.save()
        act.add_subject(project)
    return project


def refuse_misplaced(project: Project) -> None:
    """ValidationError where service and directorate, theme or block do not go together."""
    service, directorate = project.service, project.directorate
    if service is not None and directorate is not None:
        own_group = service.group_id is not None and service.group_id == directorate.group_id
        if service.directorate_id != directorate.pk and not own_group:
            raise ValidationError(
                {"service": f"Service: {service.name} is not one of {directorate.name}. Choose another of the two."}
            )
    for name, words in (("theme", "Theme"), ("current_block", "Current savings programme")):
        other = getattr(project, name)
        if other is not None and other.programme_id != project.programme_id:
            raise ValidationError({name: f"{words}: it belongs to another programme."})
    block = project.current_block
    if block is not None and (block.kind != Project.Kind.BLOCK or block.pk == project.pk):
        raise ValidationError({"current_block": f"Current savings programme: {block.title} is not a block of its own."})
    if project.kind == Project.Kind.WORKSTREAM and project.theme is None:
        raise ValidationError({"theme": "Theme: a workstream belongs to a theme. Choose the theme."})


def set_facts(project: Project, changes: Mapping[str, Any]) -> None:
    """Write facts of a project that is held, inside an act of `savings`. ValidationError for a broken rule."""
    for name, value in changes.items():
        setattr(project, name, value)
    if {"theme", "directorate", "service", "current_block"} & set(changes):
        refuse_misplaced(project)
    project.version += 1
    project.full_clean()
    project.save()


def place_projects(projects: Sequence[Project]) -> None:
    """Write where projects stand, directorate and service, inside an act of `savings` that holds them."""
    for project in projects:
        project.version += 1
    bulk_update_tracked(Project, projects, ["directorate", "service", "version"])


def save_texts(
    *,
    actor: Actor,
    project: Project,
    texts: Mapping[str, str],
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Save texts of `TEXTS`; whether anything changed. Raises ValidationError for a stale ``as_opened``."""
    with transaction.atomic():
        held = locked_project(project)
        refuse_stale(as_opened, digest_of([held], TEXTS))
        changed = [name for name, words in texts.items() if getattr(held, name) != words]
        if not changed:
            return False
        names = ", ".join(spoken_names(changed))
        with record_act(
            actor=actor,
            verb="projects.texts_changed",
            sentence=f"Wrote {names} of {held.title}.",
            about=[held],
            at=at,
            programme_slug=held.programme.slug,
        ):
            for name in changed:
                setattr(held, name, texts[name])
            held.version += 1
            held.clean_fields()
            held.save()
    return True


def save_people(
    *,
    actor: Actor,
    project: Project,
    people: Sequence[tuple[str, Post]],
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Make the posts of a project exactly these, each with its role, in this order; whether anything changed.

    Raises ValidationError for a stale ``as_opened`` and for a post named twice in one role.
    """
    keys = [(role, post.pk) for role, post in people]
    for at_place, (role, post) in enumerate(people):
        if keys.index((role, post.pk)) != at_place:
            raise ValidationError(f"{post.title} is named twice as {ProjectPost.Role(role).label}. Name it once.")
    with transaction.atomic():
        held = locked_project(project)
        standing = list(
            ProjectPost.objects.filter(project=held).order_by("order", "pk").select_for_update(of=("self",))
        )
        refuse_stale(as_opened, digest_of(standing))
        if [(row.role, row.post_id) for row in standing] == keys:
            return False
        by_key = {(row.role, row.post_id): row for row in standing}
        gone = [row for row in standing if (row.role, row.post_id) not in keys]
        new = [key for key in keys if key not in by_key]
        with record_act(
            actor=actor,
            verb="projects.people_changed",
            sentence=_people_sentence(held, len(new), len(gone)),
            about=[held],
            at=at,
            programme_slug=held.programme.slug,
        ):
            for row in gone:
                row.delete()
            for order, (role, post_id) in enumerate(keys):
                row = by_key.get((role, post_id)) or ProjectPost(project=held, role=role, post_id=post_id)
                if row.pk is None or row.order != order:
                    row.order = order
                    row.full_clean()
                    row.save()
    return True


def _people_sentence(project: Project, named: int, gone: int) -> str:
    parts = [f"{count} {words}" for count, words in ((named, "named"), (gone, "taken away")) if count]
    return f"Changed the people of {project.title}: {', '.join(parts) or 'put in another order'}."


def change_stage(
    *,
    actor: Actor,
    project: Project,
    stage: str,
    since: date | None,
    today: date,
    missing: Sequence[str] = (),
    reason: str = "",
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Put a project at a stage since a day; whether anything changed. A stage is set here and nowhere inferred.

    Without ``since`` it is ``today`` where the stage changes, and the day it has where it does not.

    ``missing`` says in words what the stage asks for and the pro-forma does not hold (`projects.stages.missing_for`).
    Forward with nothing missing needs no reason; everything else does: something missing, a step back, a withdrawal.
    Raises ValidationError without that reason, for a day to come or before the present stage began, and for a stale
    ``as_opened``.
    """
    with transaction.atomic():
        held = locked_project(project)
        refuse_stale(as_opened, digest_of([held], STAGE))
        moves = held.stage != stage
        since = since or (today if moves else held.stage_since)
        if (held.stage, held.stage_since) == (stage, since) or since is None:
            return False
        if since > today:
            raise ValidationError({"stage_since": f"At this stage since: {since:%-d %B %Y} has not come yet."})
        if moves and held.stage_since is not None and since < held.stage_since:
            raise ValidationError(
                {
                    "stage_since": f"At this stage since: {since:%-d %B %Y} is before {held.stage_since:%-d %B %Y}, "
                    f"when the stage {held.get_stage_display()} began."
                }
            )
        why = needs_reason(held.stage, stage, missing) if moves else ""
        if why and not reason.strip():
            raise ValidationError({"reason": f"Reason: {why}"})
        words = f"Put {held.title} at the stage {spoken(stage)} from {since:%-d %B %Y}."
        if moves and missing:
            words += f" Missing: {'; '.join(missing)}."
        with record_act(
            actor=actor,
            verb="projects.stage_changed",
            sentence=words,
            reason=reason.strip(),
            about=[held],
            at=at,
            programme_slug=held.programme.slug,
        ):
            held.stage, held.stage_since = stage, since
            held.version += 1
            held.clean_fields()
            held.save()
    return True


def save_equality(
    *,
    actor: Actor,
    of: Owner,
    state: str,
    reason: str = "",
    done_on: date | None = None,
    link: str = "",
    today: date,
    as_opened: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Record how far the equality impact of a project or theme is assessed; "" takes that away. Whether it changed.

    Raises ValidationError: *not needed* without its reason, *done* without its date or with one to come, a date of
    anything that is not done, and a stale ``as_opened``.
    """
    if state == EqualityImpact.State.NOT_NEEDED and not reason:
        raise ValidationError({"reason": "Reason: say why an assessment is not needed."})
    if state == EqualityImpact.State.DONE and done_on is None:
        raise ValidationError({"done_on": "Done on: give the day on which the assessment was done."})
    if state != EqualityImpact.State.DONE and done_on is not None:
        raise ValidationError(
            {"done_on": "Done on: only an assessment that is done has a day. Empty it, or choose Done."}
        )
    if done_on is not None and done_on > today:
        raise ValidationError({"done_on": f"Done on: {done_on:%-d %B %Y} has not come yet."})
    if not state and (reason or link):
        raise ValidationError({"state": "State: choose how far it is, or empty the other fields."})
    values: dict[str, Any] = {"state": state, "reason": reason, "done_on": done_on, "link": link}
    with transaction.atomic():
        held = locked(of)
        row = EqualityImpact.objects.filter(**{owner_field(held): held}).select_for_update(of=("self",)).first()
        refuse_stale(as_opened, digest_of([row] if row else []))
        stands = {name: getattr(row, name) for name in values} if row else {**values, "state": ""}
        if stands == values:
            return False
        words = EqualityImpact.State(state).label.lower() if state else "not recorded"
        with record_act(
            actor=actor,
            verb="projects.equality_changed",
            sentence=f"Recorded the equality impact of {held}: {words}.",
            about=[held],
            at=at,
            programme_slug=held.programme.slug,
        ):
            if not state and row is not None:
                row.delete()
                return True
            row = row or EqualityImpact(**{owner_field(held): held})
            for name, value in values.items():
                setattr(row, name, value)
            row.full_clean()
            row.save()
    return True


def changed_facts(project: Project, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Those of these facts that are not the project's already. KeyError for what is no fact."""
    if unknown := set(facts) - set(FACTS):
        raise KeyError(", ".join(sorted(unknown)))
    return {name: value for name, value in facts.items() if getattr(project, name) != value}


def spoken_names(fields: Iterable[str]) -> list[str]:
    """What fields of a project are called in a sentence."""
    names = {field.name: str(field.verbose_name) for field in Project._meta.concrete_fields}
    return [names[name] for name in fields]


def digest_of_facts(project: Project, names: Collection[str] = FACTS) -> str:
    """What the facts of a project are, for a save that notices somebody else's."""
    return digest_of([project], names)
