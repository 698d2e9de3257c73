"""Every write to the council's own rows.

Ending, renaming, splitting or merging a directorate or service also rewrites the lines of the open
period, so those acts are services of `savings`, which call the narrow functions here inside their own act.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model

from futurefit.council.models import (
    CorporatePlanArea,
    Directorate,
    DirectorateGroup,
    Holding,
    Post,
    PostDirectorate,
    PostKind,
    PostService,
    Service,
)
from futurefit.history.actors import Actor
from futurefit.history.services import record_act

M = TypeVar("M", bound=Model)


def _saved(obj: M) -> M:
    """Checked against fields and constraints, then saved. ValidationError names what is wrong."""
    obj.full_clean()
    obj.save()
    return obj


def create_directorate_group(
    *, actor: Actor, code: str, slug: str, name: str, printed_as: str = "", order: int = 0
) -> DirectorateGroup:
    with record_act(actor=actor, verb="council.group_created", sentence=f"Added the directorate group {name}.") as act:
        group = _saved(DirectorateGroup(code=code, slug=slug, name=name, printed_as=printed_as, order=order))
        act.add_subject(group)
    return group


def create_directorate(*, actor: Actor, code: str, slug: str, name: str, **more: Any) -> Directorate:
    """Add a directorate; ``more`` are its other fields. ValidationError when code or slug is taken."""
    with record_act(actor=actor, verb="council.directorate_created", sentence=f"Added the directorate {name}.") as act:
        directorate = _saved(Directorate(code=code, slug=slug, name=name, **more))
        act.add_subject(directorate)
    return directorate


def create_service(
    *,
    actor: Actor,
    code: str,
    name: str,
    directorate: Directorate | None = None,
    group: DirectorateGroup | None = None,
    **more: Any,
) -> Service:
    """Add a service of one directorate or one group; ``more`` are its other fields.

    ValidationError for both or neither, and when the code is taken.
    """
    with record_act(actor=actor, verb="council.service_created", sentence=f"Added the service {name}.") as act:
        service = _saved(Service(code=code, name=name, directorate=directorate, group=group, **more))
        act.add_subjects(obj for obj in (service, directorate, group) if obj is not None)
    return service


def create_corporate_plan_area(*, actor: Actor, slug: str, name: str, order: int = 0) -> CorporatePlanArea:
    with record_act(actor=actor, verb="council.area_created", sentence=f"Added the corporate plan area {name}.") as act:
        area = _saved(CorporatePlanArea(slug=slug, name=name, order=order))
        act.add_subject(area)
    return area


def create_post(
    *,
    actor: Actor,
    code: str,
    title: str,
    kind: PostKind,
    directorate: Directorate | None = None,
    services: Iterable[Service] = (),
    directorates: Iterable[Directorate] = (),
) -> Post:
    """Add a post with what is its own: a director's directorate, a head of service's services,
    the directorates a finance officer may change (none means all)."""
    with record_act(actor=actor, verb="council.post_created", sentence=f"Added the post {title}.") as act:
        post = _saved(Post(code=code, title=title, kind=kind, directorate=directorate))
        for service in services:
            _saved(PostService(post=post, service=service))
        for own in directorates:
            _saved(PostDirectorate(post=post, directorate=own))
        act.add_subject(post)
    return post


def give_post(
    *,
    actor: Actor,
    post: Post,
    user: Model,
    from_date: date,
    to_date: date | None = None,
    acting_for_holder: bool = False,
) -> Holding:
    """Let a user hold a post, or act for its holder, from a day on.

    ValidationError when somebody else holds it on any of these days: a post has one holder, and any
    number of people acting for them.
    """
    how = "act for the holder of" if acting_for_holder else "hold"
    sentence = f"Let {user} {how} the post {post.title} from {from_date:%-d %B %Y}."
    with record_act(actor=actor, verb="council.post_given", sentence=sentence, about=(post,)):
        post = Post.objects.select_for_update().get(pk=post.pk)
        if not acting_for_holder:
            _refuse_second_holder(post, from_date, to_date)
        return _saved(
            Holding(
                post=post, user_id=user.pk, from_date=from_date, to_date=to_date, acting_for_holder=acting_for_holder
            )
        )


def _refuse_second_holder(post: Post, from_date: date, to_date: date | None) -> None:
    meeting = Holding.objects.overlapping(from_date, to_date).filter(post=post, acting_for_holder=False)
    holding = meeting.select_related("user").first()
    if holding:
        until = f"to {holding.to_date:%-d %B %Y}" if holding.to_date else "with no last day"
        raise ValidationError(
            f"{holding.user} holds {post.title} from {holding.from_date:%-d %B %Y} {until}. "
            "End that holding first, or let the new one act for the holder."
        )


def end_holding(*, actor: Actor, holding: Holding, on: date) -> Holding:
    """Make ``on`` the last day of a holding. ValidationError when it is before the first."""
    sentence = f"Ended {holding.user}'s holding of the post {holding.post.title} on {on:%-d %B %Y}."
    with record_act(actor=actor, verb="council.holding_ended", sentence=sentence, about=(holding.post,)):
        holding = Holding.objects.select_for_update().get(pk=holding.pk)
        holding.to_date = on
        return _saved(holding)


def set_directorate_name(directorate: Directorate, name: str) -> Directorate:
    """Write a directorate's new name, inside an act of `savings`, which rewrites the open period's lines.

    Code and slug stay: addresses, files and closed periods refer to them.
    """
    directorate.name = name
    return _saved(directorate)


def set_service_name(service: Service, name: str) -> Service:
    """Write a service's new name, inside an act of `savings`, as `set_directorate_name` does."""
    service.name = name
    return _saved(service)
