"""Reorganisations on a day: a directorate or service is renamed, split or merged, or a service moves (domain.md).

Nothing is renamed in place: the old row ends on the day before, and a successor begins. The lines of every open period,
the projects, services and posts follow in the same act; closed periods keep what they show. After a split nothing
moves by itself: lines, projects, services and posts stand where they stood until each is assigned.

A reorganisation takes effect today or before, never in the future: what stands in the open period is what is so now.
Closed periods that end after the day go on showing what was reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from futurefit.access.today import today
from futurefit.council.models import Directorate, Post, Service, Succession
from futurefit.council.services import (
    end_unit,
    give_directorate,
    held_units,
    let_posts_follow,
    make_successor,
    move_services,
    name_successors,
    posts_of,
)
from futurefit.council.successors import Unit, kind_of_unit, successors
from futurefit.history.actors import Actor
from futurefit.history.models import Act
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_update_tracked
from projects.models import Project
from projects.services.projects import place_projects
from savings.models import Commentary, LineInPeriod, ReportingPeriod
from savings.services.lines import LABELS, hold_open_periods, open_rows, print_labels

RENAMED, SPLIT, MERGED, ASSIGNED = "council.renamed", "council.split", "council.merged", "council.line_assigned"
SERVICE_MOVED = "council.service_moved"
REORGANISATIONS = (RENAMED, SPLIT, MERGED, SERVICE_MOVED)
"""The verbs of the acts that change which directorates and services there are, or where a service stands."""

STALE = "What stands there changed since you looked at what will happen: {changes}. Look at it again."


@dataclass(frozen=True)
class NewUnit:
    """A directorate or service that begins: its name, and for a directorate the code that the council writes."""

    name: str
    code: str = ""


@dataclass(frozen=True)
class Effect:
    """What stands in the directorates or services of a reorganisation, which moves or is to be assigned.

    Lines are those of open periods, `withdrawn` ones among them; `posts` are titles.
    """

    lines: int
    withdrawn: int
    projects: int
    services: int
    posts: tuple[str, ...]

    def differences(self, seen: Effect) -> str:
        """What is not as it was seen, with both values, in words; empty where all is."""
        told = [
            f"{getattr(seen, name)} {name.replace('withdrawn', 'withdrawn lines')} then, {getattr(self, name)} now"
            for name in ("lines", "withdrawn", "projects", "services")
            if getattr(self, name) != getattr(seen, name)
        ]
        if self.posts != seen.posts:
            told.append(f"the posts {_listed(seen.posts) or 'none'} then, {_listed(self.posts) or 'none'} now")
        return "; ".join(told)


@dataclass(frozen=True)
class Standing:
    """What stands in some directorates or services: rows of open periods, projects, services, posts."""

    lines: list[LineInPeriod]
    projects: list[Project]
    services: list[Service]
    posts: list[Post]

    @property
    def count(self) -> int:
        return len(self.lines) + len(self.projects) + len(self.services) + len(self.posts)


def effect_on(units: Sequence[Unit]) -> Effect:
    """What a reorganisation of these would take along: four queries, whatever their number."""
    lines = LineInPeriod.objects.filter(_stand_in(units), period__closed_at__isnull=True)
    withdrawn = list(lines.order_by().values_list("withdrawn", flat=True))
    return Effect(
        lines=len(withdrawn),
        withdrawn=sum(withdrawn),
        projects=Project.objects.filter(_stand_in(units)).count(),
        services=_services_in(units).count(),
        posts=tuple(post.title for post in posts_of(units)),
    )


def rename_unit(
    *,
    actor: Actor,
    old: Unit,
    new: NewUnit,
    on: date,
    reason: str,
    seen: Effect | None = None,
    at: datetime | None = None,
) -> Unit:
    """End a directorate or service and let one of another name begin on a day, with all that stood in it.

    Returns the new one. Raises ValidationError without a reason, for a day that cannot be, one that has ended, a name
    or code that is taken, and with the code "stale" where what stands there is not what was `seen`.
    """
    kind = kind_of_unit(old)
    sentence = f"Renamed the {kind} {old.name} to {new.name} from {_day(on)}."
    with _reorganising(actor, RENAMED, sentence, reason, at) as act:
        (held,) = _held([old], on, seen)
        made = make_successor(olds=[held], name=new.name, code=new.code, on=on)
        _succeed(act, Succession.Kind.RENAME, [held], [made], on)
    return made


def merge_units(
    *,
    actor: Actor,
    olds: Sequence[Unit],
    into: NewUnit | Unit,
    on: date,
    reason: str,
    seen: Effect | None = None,
    at: datetime | None = None,
) -> Unit:
    """End directorates, or services, and let a new one or one that goes on take their place; returns it.

    A new service stands in the directorate of the first. Raises ValidationError as `rename_unit` does, and for fewer
    than two.
    """
    goes_on = into if not isinstance(into, NewUnit) else None
    if len({*(old.pk for old in olds), *([goes_on.pk] if goes_on else [])}) < 2:
        raise ValidationError({"olds": "Choose at least two different ones to merge."})
    if goes_on is not None and goes_on.pk in {old.pk for old in olds}:
        raise ValidationError({"into": f"{goes_on.name} goes on, so it is not one of those that end."})
    kind = kind_of_unit(olds[0])
    plural = f"{kind}s" if len(olds) > 1 else kind
    sentence = f"Merged the {plural} {_listed([old.name for old in olds])} into {into.name} from {_day(on)}."
    with _reorganising(actor, MERGED, sentence, reason, at) as act:
        held = _held(olds, on, seen, goes_on=[goes_on] if goes_on else [])
        if isinstance(into, NewUnit):
            made = make_successor(olds=held, name=into.name, code=into.code, on=on)
        else:
            made = into
        _succeed(act, Succession.Kind.MERGE, held, [made], on)
    return made


def split_unit(
    *,
    actor: Actor,
    old: Unit,
    into: Sequence[NewUnit | Unit],
    on: date,
    reason: str,
    seen: Effect | None = None,
    at: datetime | None = None,
) -> list[Unit]:
    """End a directorate or service and let two or more take its place, new ones or ones that go on; returns them.

    What stood in it stands there until it is assigned (`assign`); finance officers and heads of service whose own it
    was have every successor too. Raises ValidationError as `rename_unit` does, and for fewer than two.
    """
    if len(into) < 2:
        raise ValidationError({"into": "Name at least two that take its place."})
    names = [each.name.casefold() for each in into]
    if len(set(names)) < len(names):
        raise ValidationError({"into": "Two that take its place have one name. Give each its own."})
    kind = kind_of_unit(old)
    stay = [each for each in into if not isinstance(each, NewUnit)]
    if any(each.pk == old.pk for each in stay):
        raise ValidationError({"into": f"{old.name} ends, so it cannot take its own place."})
    sentence = f"Split the {kind} {old.name} into {_listed([each.name for each in into])} from {_day(on)}."
    with _reorganising(actor, SPLIT, sentence, reason, at) as act:
        (held,) = _held([old], on, seen, goes_on=stay)
        made = [
            make_successor(olds=[held], name=each.name, code=each.code, on=on) if isinstance(each, NewUnit) else each
            for each in into
        ]
        end_unit(held, first_day_after=on)
        name_successors(Succession.Kind.SPLIT, [held], made, on)
        let_posts_follow([held], made, directors_too=False)
        act.add_subjects([held, *made])
    return made


def move_service(
    *,
    actor: Actor,
    service: Service,
    to: Directorate,
    on: date,
    reason: str,
    seen: Effect | None = None,
    at: datetime | None = None,
) -> None:
    """Let a service stand in another directorate; its lines and projects follow where they stood in its former one.

    The service itself goes on with its name and code. Raises ValidationError as `rename_unit` does, and where it
    stands there already.
    """
    before = service.directorate or service.group
    sentence = f"Moved the service {service.name} from {before} to {to.name} from {_day(on)}."
    with _reorganising(actor, SERVICE_MOVED, sentence, reason, at) as act:
        (held,) = _held([service], on, seen, goes_on=[to])
        assert isinstance(held, Service)
        if held.directorate_id == to.pk:
            raise ValidationError({"to": f"{held.name} stands in {to.name} already."})
        former = held.directorate_id
        move_services([held], {former: to})
        follow = Q(service=held, directorate=former) if former is not None else Q(pk__in=())
        _let_follow(act, follow, follow, _Moves(homes={held.pk: (former, to)}))
        act.add_subjects([held, to, *([before] if before is not None else [])])


def assign(
    *,
    actor: Actor,
    old: Unit,
    to: Unit,
    reason: str,
    lines: Mapping[int, int] | None = None,
    projects: Mapping[int, int] | None = None,
    services: Iterable[int] = (),
    posts: Iterable[int] = (),
    at: datetime | None = None,
) -> Standing:
    """Assign what still stands in an ended directorate or service to one of its successors, as one act.

    `lines` (rows of open periods) and `projects` name the version last seen of each. With a project go its lines that
    stand there, with a service its projects and lines. Returns what moved. All or nothing: raises ValidationError
    without a reason, for what is no successor, where nothing is chosen, and with the code "stale" where something
    chosen was changed or has left.
    """
    lines, projects, services, posts = lines or {}, projects or {}, sorted(services), sorted(posts)
    if not reason.strip():
        raise ValidationError({"reason": "Say why it is assigned so."})
    if not (lines or projects or services or posts):
        raise ValidationError("Nothing is chosen to be assigned.")
    kind = kind_of_unit(old)
    told = _listed(
        [
            f"{len(chosen)} {word if len(chosen) == 1 else word + 's'}"
            for chosen, word in ((lines, "line"), (projects, "project"), (services, "service"), (posts, "post"))
            if chosen
        ]
    )
    with record_act(
        actor=actor,
        verb=ASSIGNED,
        sentence=f"Assigned {told} of {old.name} to {to.name}.",
        reason=reason.strip(),
        at=at,
        hold=hold_open_periods,
    ) as act:
        held, target = held_units([old, to])
        if target.pk not in {each.pk for each in successors().present(held)}:
            raise ValidationError({"to": f"{target.name} does not follow {held.name}. Choose one of its successors."})
        _refuse_changed(held, lines, projects, services, posts)
        moved_services = list(
            _services_in([held]).filter(pk__in=services).order_by("pk").select_for_update(of=("self",))
        )
        if isinstance(target, Directorate):
            move_services(moved_services, {held.pk: target})
            moves = _Moves(directorates={held.pk: target})
        else:
            moves = _between_services([held], target)
        here = _stand_in([held])
        with_services = Q(service__in=services) & here
        moved_projects, moved_lines = _let_follow(
            act,
            Q(pk__in=list(projects)) | with_services,
            Q(pk__in=list(lines)) | (Q(project__in=list(projects)) & here) | with_services,
            moves,
        )
        chosen_posts = Post.objects.filter(pk__in=posts)
        moved_posts = give_directorate(chosen_posts, target) if kind == "directorate" else []
        act.add_subjects([held, target, *moved_services])
    return Standing(moved_lines, moved_projects, moved_services, moved_posts)


def unassigned(unit: Unit) -> Standing:
    """What still stands in an ended directorate or service: rows of the open periods that count, and the rest.

    Of posts only directors, whose own directorate is one; four queries.
    """
    lines = LineInPeriod.objects.filter(_stand_in([unit]), period__closed_at__isnull=True, withdrawn=False)
    return Standing(
        list(lines.select_related("line", "project", "period").order_by("period", "line__order", "line__code")),
        list(Project.objects.filter(_stand_in([unit])).order_by("order", "code")),
        list(_services_in([unit]).order_by("name", "pk")),
        list(Post.objects.filter(directorate=unit).order_by("title", "pk")) if isinstance(unit, Directorate) else [],
    )


def _reorganising(
    actor: Actor, verb: str, sentence: str, reason: str, at: datetime | None
) -> AbstractContextManager[Act]:
    if not reason.strip():
        raise ValidationError({"reason": "Say why, in words that a reader of the history understands."})
    return record_act(actor=actor, verb=verb, sentence=sentence, reason=reason.strip(), at=at, hold=hold_open_periods)


def _held(units: Sequence[Unit], on: date, seen: Effect | None, *, goes_on: Sequence[Unit] = ()) -> list[Unit]:
    """These as they stand, held as the open periods are already, once the day and what was seen are found right."""
    refuse_bad_day(on)
    held = held_units(units)
    others = [each for unit in goes_on for each in held_units([unit])]
    for unit in (*held, *others):
        if unit.ends_on is not None:
            raise ValidationError(f"{unit.name} ended on {_day(unit.ends_on)}: nothing of it can be reorganised now.")
        if unit.starts_on is not None and on <= unit.starts_on and unit in held:
            raise ValidationError(
                {"on": f"From: {unit.name} began on {_day(unit.starts_on)}. Give a day after that, not {_day(on)}."}
            )
    if seen is not None and (changes := effect_on(held).differences(seen)):
        raise ValidationError(STALE.format(changes=changes), code="stale")
    return held


def refuse_bad_day(on: date) -> None:
    """ValidationError for a day in the future, and for one after the last day of a period that is still open."""
    if on > today():
        raise ValidationError(
            {
                "on": f"From: {_day(on)} has not come yet (today is {_day(today())}). A reorganisation is entered once "
                "it is so."
            }
        )
    too_early = ReportingPeriod.objects.filter(closed_at__isnull=True, ends_on__lt=on).order_by("ends_on").first()
    if too_early is not None:
        raise ValidationError(
            {
                "on": f"From: {too_early.spoken} is still open and ends on {_day(too_early.ends_on)}, before "
                f"{_day(on)}. Close it first, so that it keeps its shape."
            }
        )


@dataclass(frozen=True)
class _Moves:
    """Where rows go: by their directorate, by their service, and with a service that changes its directorate.

    `homes` are the directorates in which a service stood and stands; a row that stands elsewhere than its service
    keeps its directorate.
    """

    directorates: Mapping[int | None, Directorate] = field(default_factory=dict)
    services: Mapping[int | None, Service] = field(default_factory=dict)
    homes: Mapping[int | None, tuple[int | None, Directorate | None]] = field(default_factory=dict)

    def apply(self, row: LineInPeriod | Project) -> None:
        was_in, is_in = self.homes.get(row.service_id, (None, None))
        if is_in is not None and was_in is not None and row.directorate_id == was_in:
            row.directorate = is_in
        elif row.directorate_id in self.directorates:
            row.directorate = self.directorates[row.directorate_id]
        if row.service_id in self.services:
            row.service = self.services[row.service_id]


def _between_services(olds: Sequence[Unit], new: Service) -> _Moves:
    return _Moves(
        services={old.pk: new for old in olds},
        homes={old.pk: (old.directorate_id, new.directorate) for old in olds if isinstance(old, Service)},
    )


def _succeed(act: Act, kind: str, olds: Sequence[Unit], news: Sequence[Unit], on: date) -> None:
    """End the old ones, name the one that follows, and let all that stood in them follow to it."""
    (new,) = news
    for old in olds:
        end_unit(old, first_day_after=on)
    name_successors(kind, olds, news, on)
    if isinstance(new, Directorate):
        to: dict[int | None, Directorate] = {old.pk: new for old in olds}
        services = list(_services_in(olds).order_by("pk").select_for_update(of=("self",)))
        move_services(services, to)
        moves = _Moves(directorates=to)
        act.add_subjects(services)
        _let_commentary_follow(olds, new)
    else:
        moves = _between_services(olds, new)
    let_posts_follow(olds, news, directors_too=True)
    _let_follow(act, _stand_in(olds), _stand_in(olds), moves)
    act.add_subjects([*olds, new])


def _let_follow(act: Act, projects: Q, lines: Q, moves: _Moves) -> tuple[list[Project], list[LineInPeriod]]:
    """Move these projects, and these lines of open periods with their labels: a handful of statements."""
    found = list(
        Project.objects.filter(projects)
        .select_related("directorate", "service")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    for project in found:
        moves.apply(project)
    place_projects(found)
    rows = list(open_rows(LineInPeriod.objects.filter(lines)))
    for row in rows:
        moves.apply(row)
        print_labels(row)
        row.version += 1
    bulk_update_tracked(LineInPeriod, rows, ["directorate", "service", *LABELS, "version"])
    act.add_subjects(found)
    act.add_subjects(row.line for row in rows)
    return found, rows


def _let_commentary_follow(olds: Sequence[Unit], new: Directorate) -> None:
    """The commentary on an open period goes to the successor where one alone was written, and it has none itself."""
    written = list(
        Commentary.objects.filter(directorate__in=[*(old.pk for old in olds), new.pk], period__closed_at__isnull=True)
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    alone = [
        row
        for row in written
        if sum(row.period_id == other.period_id for other in written) == 1 and row.directorate_id != new.pk
    ]
    for row in alone:
        row.directorate = new
        row.version += 1
    bulk_update_tracked(Commentary, alone, ["directorate", "version"])


def _refuse_changed(
    held: Unit, lines: Mapping[int, int], projects: Mapping[int, int], services: list[int], posts: list[int]
) -> None:
    """ValidationError with the code "stale" where a chosen row left or is of another version than was seen."""
    here = _stand_in([held])
    open_lines = LineInPeriod.objects.filter(here, period__closed_at__isnull=True, withdrawn=False)
    chosen: list[tuple[str, QuerySet[Any], Mapping[int, int]]] = [
        ("savings lines", open_lines, lines),
        ("projects", Project.objects.filter(here), projects),
    ]
    for words, rows, versions in chosen:
        stands = dict(rows.filter(pk__in=list(versions)).values_list("pk", "version"))
        if stands != dict(versions):
            raise ValidationError(_left(words, held), code="stale")
    if _services_in([held]).filter(pk__in=services).count() < len(services):
        raise ValidationError(_left("services", held), code="stale")
    directors = Post.objects.filter(directorate=held) if isinstance(held, Directorate) else Post.objects.none()
    if directors.filter(pk__in=posts).count() < len(posts):
        raise ValidationError(_left("posts", held), code="stale")


def _left(words: str, unit: Unit) -> str:
    return (
        f"Some of the {words} you chose were changed or assigned since you opened the page. What still stands in "
        f"{unit.name} is shown below. Nothing was assigned."
    )


def _stand_in(units: Sequence[Unit]) -> Q:
    """The condition on lines and projects that stand in one of these."""
    return Q(**{f"{kind_of_unit(units[0])}__in": [unit.pk for unit in units]})


def _services_in(units: Sequence[Unit]) -> QuerySet[Service]:
    if isinstance(units[0], Service):
        return Service.objects.none()
    found: QuerySet[Service] = Service.objects.filter(directorate__in=[unit.pk for unit in units], ends_on__isnull=True)
    return found


def _listed(words: Sequence[str]) -> str:
    """ "A, B and C"."""
    return " and ".join([*([", ".join(words[:-1])] if len(words) > 1 else []), *words[-1:]])


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
