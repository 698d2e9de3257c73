"""Every write to the council's own rows.

Ending, renaming, splitting or merging a directorate or service also rewrites the lines of the open
period, so those acts are services of `savings`, which call the narrow functions here inside their own act.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.text import slugify

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
    Succession,
)
from futurefit.council.successors import Unit, kind_of_unit
from futurefit.history.actors import Actor
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked, bulk_update_tracked

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
    """Write a directorate's name spelled right, inside an act of `savings`, which rewrites the open period's lines.

    A reorganisation does not come here: it ends the row and names a successor. Code and slug stay: addresses, files
    and closed periods refer to them.
    """
    directorate.name = name
    return _saved(directorate)


def set_service_name(service: Service, name: str) -> Service:
    """Write a service's new name, inside an act of `savings`, as `set_directorate_name` does."""
    service.name = name
    return _saved(service)


# Reorganisations: the narrow writes that `savings.services.reorganisation` makes inside its own act.


def held_units(units: Sequence[Unit]) -> list[Unit]:
    """These directorates, or services, as they stand, held until the end of the transaction; in their order."""
    if not units:
        return []
    model = type(units[0])
    held = {
        row.pk: row
        for row in model._default_manager.filter(pk__in=[unit.pk for unit in units])
        .order_by("pk")
        .select_for_update(of=("self",))
    }
    return [held[unit.pk] for unit in units]


def refuse_taken(olds: Sequence[Unit], name: str, code: str) -> None:
    """ValidationError, under "name" or "code", where a successor of these cannot be called so.

    A name is taken by one that goes on, of services within the same directorate; a code for ever. What is merged may
    keep the name of one of its parts.
    """
    first, kind, model = olds[0], kind_of_unit(olds[0]), type(olds[0])
    namesakes = model._default_manager.filter(name__iexact=name, ends_on__isnull=True)
    if isinstance(first, Service):
        namesakes = namesakes.filter(directorate=first.directorate_id, group=first.group_id)
    taken = namesakes.exclude(pk__in=[old.pk for old in olds] if len(olds) > 1 else []).first()
    if taken is not None:
        raise ValidationError({"name": f"Name: there is a {kind} “{taken.name}” already. Give it another name."})
    if isinstance(first, Service) or not code:
        return
    namesake = Directorate.objects.filter(Q(code__iexact=code) | Q(slug=_slug_of(code))).first()
    if namesake is not None:
        ended = "" if namesake.ends_on is None else ", which has ended: its code stays its own"
        raise ValidationError({"code": f"Code: {namesake.code} is the code of {namesake.name}{ended}. Choose another."})


def make_successor(*, olds: Sequence[Unit], name: str, code: str, on: date) -> Unit:
    """A directorate or service that begins on a day in the place of the first of `olds`.

    It keeps what all of them agree in: the directorate group, how a service is provided. A directorate's code is the
    council's, that of a service is made here. ValidationError as `refuse_taken`, and for a name or code left out.
    """
    first, name, code = olds[0], " ".join(name.split()), " ".join(code.split())
    refuse_taken(olds, name, code)
    if isinstance(first, Service):
        within = first.directorate or first.group
        return _saved(
            Service(
                code=_free_code(slugify(f"{within.code.replace('/', '-')} {name}")[:76] or "service"),  # type: ignore[union-attr]
                name=name,
                directorate=first.directorate,
                group=first.group,
                provision=_agreed([old.provision for old in olds], Service.Provision.NOT_STATED),  # type: ignore[union-attr]
                starts_on=on,
            )
        )
    return _saved(
        Directorate(
            code=code,
            slug=_slug_of(code),
            name=name,
            group_id=_agreed([old.group_id for old in olds], None),
            is_cross_council=all(old.is_cross_council for old in olds),  # type: ignore[union-attr]
            order=first.order,
            starts_on=on,
        )
    )


def _slug_of(code: str) -> str:
    return slugify(code.replace("/", "-"))[:60]


def _agreed(values: Sequence[Any], otherwise: Any) -> Any:
    return values[0] if len(set(values)) == 1 else otherwise


def _free_code(wanted: str) -> str:
    taken = set(Service.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    return next(
        code
        for number in range(1, len(taken) + 2)
        if (code := wanted if number == 1 else f"{wanted}-{number}") not in taken
    )


def end_unit(unit: Unit, *, first_day_after: date) -> None:
    """Make the day before `first_day_after` its last. ValidationError where it has ended, or begins only then."""
    unit.ends_on = first_day_after - timedelta(days=1)
    _saved(unit)


def name_successors(kind: str, olds: Sequence[Unit], news: Sequence[Unit], on: date) -> None:
    """Write down who follows whom from a day on: everybody of `news` follows everybody of `olds`."""
    name = kind_of_unit(olds[0])
    rows = [Succession(kind=kind, on=on, **{f"from_{name}": old, f"to_{name}": new}) for old in olds for new in news]
    for row in rows:
        row.full_clean()
    bulk_create_tracked(Succession, rows)


def move_services(services: Sequence[Service], to: Mapping[int | None, Directorate]) -> None:
    """Let services, which are held, stand in another directorate: that which their present one leads to."""
    for service in services:
        service.directorate, service.group = to[service.directorate_id], None
    bulk_update_tracked(Service, services, ["directorate", "group"])


def posts_of(units: Sequence[Unit]) -> list[Post]:
    """The posts of which these are the own: a director's, a finance officer's, a head of service's; by title."""
    ids = [unit.pk for unit in units]
    if isinstance(units[0], Service):
        wanted = Q(post_services__service__in=ids)
    else:
        wanted = Q(directorate__in=ids) | Q(post_directorates__directorate__in=ids)
    return list(Post.objects.filter(wanted).distinct().order_by("title", "pk"))


def let_posts_follow(olds: Sequence[Unit], news: Sequence[Unit], *, directors_too: bool) -> None:
    """Give the posts whose own `olds` were their successors too; they keep the ended ones, for what was before.

    Of a director the own directorate is one: it becomes the first of `news` where `directors_too`, else it stays
    until it is assigned.
    """
    ids = [old.pk for old in olds]
    if isinstance(olds[0], Service):
        heads = set(PostService.objects.filter(service__in=ids).values_list("post", flat=True))
        have = set(PostService.objects.filter(service__in=[new.pk for new in news]).values_list("post", "service"))
        bulk_create_tracked(
            PostService,
            [
                PostService(post_id=post, service=new)
                for post in sorted(heads)
                for new in news
                if (post, new.pk) not in have
            ],
        )
        return
    named = PostDirectorate.objects.filter(directorate__in=ids, post__kind=PostKind.FINANCE_OFFICER)
    _let_see(sorted(set(named.values_list("post", flat=True))), news)
    if directors_too:
        give_directorate(Post.objects.filter(directorate__in=ids), news[0])


def give_directorate(posts: Iterable[Post], directorate: Directorate | Unit) -> list[Post]:
    """Make this the directorate of these posts; what it was before stays theirs to read back in."""
    held = list(Post.objects.filter(pk__in=[post.pk for post in posts]).order_by("pk").select_for_update(of=("self",)))
    for before in {post.directorate_id: post.directorate for post in held if post.directorate_id}.values():
        _let_see([post.pk for post in held if post.directorate_id == before.pk], [before])
    for post in held:
        post.directorate = directorate
    bulk_update_tracked(Post, held, ["directorate"])
    return held


def _let_see(posts: Sequence[int], directorates: Sequence[Any]) -> None:
    have = set(PostDirectorate.objects.filter(post__in=posts).values_list("post", "directorate"))
    bulk_create_tracked(
        PostDirectorate,
        [
            PostDirectorate(post_id=post, directorate=each)
            for post in posts
            for each in directorates
            if (post, each.pk) not in have
        ],
    )
