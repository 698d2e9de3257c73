"""Writing savings lines: adding them, re-tagging, moving, rating, withdrawing, and keeping their labels in step.

Each service works on the open period only; a closed one is refused. A stale version is refused with both values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet

from futurefit.council.models import CorporatePlanArea, Directorate, Service
from futurefit.council.services import set_directorate_name
from futurefit.history.actors import Actor
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked, bulk_update_tracked
from futurefit.values.rag import Split
from projects.models import Project, Theme
from savings.models import LineInPeriod, MtfpHeading, Position, ReportingPeriod, SavingsLine
from savings.models.line import Method, Recurring

RETAGGED = (
    "title",
    "heading",
    "saving_type",
    "method",
    "recurring",
    "corporate_area",
    "directorate",
    "service",
    "budget_code",
    "amount_in_words",
    "note",
    "illustration",
)
"""What `change_line` may change beside the project and the reference; the theme follows the project."""

AMOUNTS = ("target", "delivered", "claimed", "on_target", "amber", "red")

LABELS = (
    "project_label",
    "theme_label",
    "directorate_label",
    "service_label",
    "area_label",
    "heading_label",
    "heading_kind",
)
"""What `print_labels` writes."""


@dataclass(frozen=True)
class NewPosition:
    """The amount of one year (None: not profiled) and how it stands, in whole pounds."""

    year: int | None
    split: Split
    comment: str = ""


@dataclass(frozen=True)
class NewLine:
    """A line to add. Directorate, service, type of saving and area are the project's unless given.

    With `follows_project` false what is not given is not stated, whatever the project says.
    """

    title: str
    project: Project
    code: str = ""
    reference: str = ""
    source: str = ""
    source_table: str = ""
    directorate: Directorate | None = None
    service: Service | None = None
    corporate_area: CorporatePlanArea | None = None
    heading: MtfpHeading | None = None
    saving_type: str | None = None
    method: str = Method.NOT_STATED
    recurring: str = Recurring.NOT_STATED
    budget_code: str = ""
    amount_in_words: str = ""
    note: str = ""
    illustration: str = ""
    positions: Sequence[NewPosition] = field(default_factory=tuple)
    follows_project: bool = True


def add_lines(
    *,
    actor: Actor,
    period: ReportingPeriod,
    lines: Sequence[NewLine],
    reason: str = "",
    at: datetime | None = None,
) -> list[LineInPeriod]:
    """Add lines with their positions to the open period, as one act; the amounts are proposed.

    A line without a code gets the next free number; new lines stand after all others of the programme.

    Raises ValidationError for a closed period, a split that does not fit its target, a code taken, a year
    outside the horizon or given twice.
    """
    require_open(period)
    identities: list[SavingsLine] = []
    rows: list[LineInPeriod] = []
    positions: list[Position] = []
    for new in lines:
        identity = SavingsLine(
            programme_id=period.programme_id,
            code=new.code,
            reference=new.reference,
            source_table=new.source_table,
            source=new.source,
        )
        of_project = new.project if new.follows_project else Project()
        row = LineInPeriod(
            line=identity,
            period=period,
            title=new.title,
            project=new.project,
            theme=new.project.theme,
            directorate=new.directorate or of_project.directorate,
            service=new.service or of_project.service,
            corporate_area=new.corporate_area or of_project.corporate_area,
            heading=new.heading,
            saving_type=new.saving_type or of_project.saving_type,
            method=new.method,
            recurring=new.recurring,
            budget_code=new.budget_code,
            amount_in_words=new.amount_in_words,
            note=new.note,
            illustration=new.illustration,
        )
        print_labels(row)
        refuse_bad_words(row)
        refuse_other_programme(row)
        identities.append(identity)
        rows.append(row)
        positions += [_new_position(row, item, period) for item in new.positions]
    count = len(lines)
    with record_act(
        actor=actor,
        verb="savings.lines_added",
        sentence=f"Added {count} savings {'line' if count == 1 else 'lines'} to {period.spoken}.",
        reason=reason,
        at=at,
        programme_slug=period.programme.slug,
        hold=lambda: require_open(period),
    ) as act:
        _number(period.programme_id, identities)
        _refuse_duplicates(period, identities, positions)
        bulk_create_tracked(SavingsLine, identities)
        for row in rows:
            row.line = row.line  # takes its new id
        bulk_create_tracked(LineInPeriod, rows)
        for position in positions:
            position.line_in_period = position.line_in_period  # takes its new id
        bulk_create_tracked(Position, positions)
        act.add_subjects(identities)
        act.add_subjects({row.project_id: row.project for row in rows}.values())
    return rows


def change_line(
    *,
    actor: Actor,
    line: LineInPeriod,
    changes: Mapping[str, object],
    version: int | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> LineInPeriod:
    """Re-tag a line of the open period or move it to another project (`changes["project"]`), as one act.

    `changes` names fields of `RETAGGED`, "reference" or "project"; the theme follows the project. Returns the line,
    also where nothing changes. Raises ValidationError for a closed period, a stale `version` (both values named),
    a project of another programme, or a broken rule; KeyError for a field it does not change.
    """
    for name in changes:
        if name not in (*RETAGGED, "reference", "project"):
            raise KeyError(name)
    require_open(line.period)
    if version is None and all(_told(line, name) == value for name, value in changes.items()):
        return line
    with record_act(
        actor=actor,
        verb="savings.line_moved" if "project" in changes else "savings.line_retagged",
        sentence=_change_sentence(line, changes),
        reason=reason,
        about=[line.line, line.project],
        at=at,
        programme_slug=line.period.programme.slug,
        hold=lambda: require_open(line.period),
    ) as act:
        locked = LineInPeriod.objects.select_for_update(of=("self",)).get(pk=line.pk)
        refuse_stale(locked, version)
        for name, value in changes.items():
            if name != "reference":
                setattr(locked, name, value)
        if "reference" in changes:
            _change_reference(locked, str(changes["reference"]))
        refuse_other_programme(locked)
        locked.theme = locked.project.theme
        print_labels(locked)
        locked.version += 1
        locked.full_clean()
        locked.save()
        act.add_subject(locked.project)
    return locked


def _told(line: LineInPeriod, name: str) -> object:
    """What the line says now: the reference is its identity's."""
    return line.line.reference if name == "reference" else getattr(line, name)


def _change_reference(row: LineInPeriod, reference: str) -> None:
    """The reference is the line's own whatever the period; its row in the open period has the version of both."""
    identity = SavingsLine.objects.select_for_update().get(pk=row.line_id)
    identity.reference = reference
    identity.full_clean()
    identity.save()
    row.line = identity


def set_split(
    *,
    actor: Actor,
    position: Position,
    split: Split,
    comment: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Position:
    """Rate a position of the open period anew; a proposed one may get another target too.

    Raises ValidationError for a closed period, a stale version, a split that does not fit, or another target
    of an approved line-year ("needs a decision").
    """
    line = position.line_in_period
    require_open(line.period)
    refuse_problems(split, line.title)
    with record_act(
        actor=actor,
        verb="savings.position_rated",
        sentence=f"Rated {line.title} for {line.period.horizon.label(position.year)} anew.",
        about=[line.line, line.project],
        at=at,
        programme_slug=line.period.programme.slug,
        hold=lambda: require_open(line.period),
    ):
        locked = Position.objects.select_for_update(of=("self",)).get(pk=position.pk)
        refuse_stale(locked, version)
        if locked.approved and locked.target != split.target:
            raise ValidationError({"target": f"The target of {line.title} is approved: changing it needs a decision."})
        for name in AMOUNTS:
            setattr(locked, name, getattr(split, name))
        locked.comment = comment
        locked.version += 1
        locked.full_clean()
        locked.save()
    return locked


def withdraw_line(
    *, actor: Actor, line: LineInPeriod, reason: str, version: int | None = None, at: datetime | None = None
) -> LineInPeriod:
    """Withdraw a line of the open period: it keeps its rows and leaves every total of it.

    Raises ValidationError for a closed period, a stale version, without a reason, where it is withdrawn already,
    or where decisions keep it in the plan (`kept_by_decisions`).
    """
    require_open(line.period)
    if not reason.strip():
        raise ValidationError({"reason": "Say why the line is withdrawn."})
    with record_act(
        actor=actor,
        verb="savings.line_withdrawn",
        sentence=f"Withdrew the savings line {line.title}.",
        reason=reason,
        about=[line.line, line.project],
        at=at,
        programme_slug=line.period.programme.slug,
        hold=lambda: require_open(line.period),
    ):
        locked = LineInPeriod.objects.select_for_update(of=("self",)).get(pk=line.pk)
        refuse_stale(locked, version)
        if locked.withdrawn:
            raise ValidationError("The line is withdrawn already.")
        standing, written_out = kept_by_decisions(locked.positions.all())
        if standing:
            raise ValidationError("The line holds approved amounts: withdrawing them needs a decision.")
        if written_out:
            raise ValidationError(f"The line is not withdrawn: {STAYS_IN_THE_PLAN}.")
        locked.withdrawn = True
        locked.version += 1
        locked.save()
    return locked


STAYS_IN_THE_PLAN = (
    "a decision took its approved amounts away, and it stays in the plan at £0, because percent delivered is still "
    "measured against what was first approved"
)


def kept_by_decisions(positions: Iterable[Position]) -> tuple[list[Position], list[Position]]:
    """The approved amounts of a line that a decision alone may change, and those that one has brought to nought.

    What was first approved of the latter counts in percent delivered for ever, so the line cannot leave the totals. An
    approved amount that never held money is neither: without it every figure is the same.
    """
    approved = [row for row in positions if row.approved]
    standing = [row for row in approved if row.target or row.delivered or row.claimed or row.carried_forward]
    return standing, [row for row in approved if row.original and row not in standing]


def rename_directorate(*, actor: Actor, directorate: Directorate, name: str, at: datetime | None = None) -> None:
    """Spell a directorate's name right, and with it the labels of its lines in every open period, as one act.

    For a misspelling alone: a directorate that is called something else from a day on is a reorganisation
    (`savings.services.reorganisation`), which never renames in place. Closed periods keep what they print.
    """
    with record_act(
        actor=actor,
        verb="council.directorate_renamed",
        sentence=f"Renamed the directorate {directorate.name} to {name}.",
        about=[directorate],
        at=at,
        hold=hold_open_periods,
    ):
        set_directorate_name(directorate=directorate, name=name)
        _relabel(LineInPeriod.objects.filter(directorate=directorate))


def rename_theme(*, actor: Actor, theme: Theme, name: str, at: datetime | None = None) -> None:
    """Give a theme another name, and its lines in the open period the label to match, as one act."""
    with record_act(
        actor=actor,
        verb="projects.theme_renamed",
        sentence=f"Renamed the theme {theme.name} to {name}.",
        about=[theme],
        at=at,
        programme_slug=theme.programme.slug,
        hold=lambda: hold_open_periods(theme.programme_id),
    ):
        locked = Theme.objects.select_for_update().get(pk=theme.pk)
        locked.name = name
        locked.version += 1
        locked.full_clean()
        locked.save()
        theme.name, theme.version = locked.name, locked.version
        _relabel(LineInPeriod.objects.filter(theme=theme))


def move_project(
    *,
    actor: Actor,
    project: Project,
    theme: Theme | None,
    directorate: Directorate | None,
    reason: str = "",
    at: datetime | None = None,
) -> None:
    """Move a project to another theme or directorate, and with it its lines of the open period, as one act.

    Lines that stand in another directorate than the project's keep theirs.
    """
    with record_act(
        actor=actor,
        verb="projects.project_moved",
        sentence=f"Moved {project.title} to {theme or 'no theme'}, {directorate or 'no directorate'}.",
        reason=reason,
        about=[project],
        at=at,
        programme_slug=project.programme.slug,
        hold=lambda: hold_open_periods(project.programme_id),
    ):
        locked = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
        before = {"theme": locked.theme, "directorate": locked.directorate}
        locked.theme, locked.directorate = theme, directorate
        locked.version += 1
        locked.full_clean()
        locked.save()
        project.theme, project.directorate, project.version = theme, directorate, locked.version
        follow_project(locked, before)


FOLLOWS = ("directorate", "service")
"""What of a project its lines follow where they stood in the project's own."""


def follow_project(project: Project, before: Mapping[str, object], *, also: Iterable[str] = ()) -> None:
    """Let the lines of open periods follow their project, inside the act that changed it (`hold_open_periods` first).

    ``before`` are the project's former values of what changed. Theme and labels follow always; directorate and
    service, and those of ``also`` (type of saving, corporate plan area), where the line stood in the project's own:
    a line that stands elsewhere keeps its place.
    """
    rows = list(open_rows(LineInPeriod.objects.filter(project=project)))
    names = [name for name in (*FOLLOWS, *also) if name in before]
    for row in rows:
        row.project, row.theme = project, project.theme
        for name in names:
            if getattr(row, name) == before[name]:
                setattr(row, name, getattr(project, name))
        print_labels(row)
        row.version += 1
    bulk_update_tracked(LineInPeriod, rows, ["theme", *names, *LABELS, "version"])


def open_rows(rows: QuerySet[LineInPeriod]) -> QuerySet[LineInPeriod]:
    """These lines as they stand in open periods, locked, with the groups whose names they print."""
    return (
        rows.filter(period__closed_at__isnull=True)
        .select_related("project", "theme", "directorate", "service", "corporate_area", "heading", "line")
        .order_by("pk")
        .select_for_update(of=("self",))
    )


def _relabel(rows: QuerySet[LineInPeriod]) -> None:
    """Print the labels of these lines of open periods anew; closed periods keep theirs."""
    found = list(open_rows(rows))
    for row in found:
        print_labels(row)
        row.version += 1
    bulk_update_tracked(LineInPeriod, found, [*LABELS, "version"])


def print_labels(row: LineInPeriod) -> None:
    """The names of the line's groups as they are now, and the kind of its heading."""
    row.project_label = row.project.title
    row.theme_label = row.theme.name if row.theme else ""
    row.directorate_label = row.directorate.name if row.directorate else ""
    row.service_label = row.service.name if row.service else ""
    row.area_label = row.corporate_area.name if row.corporate_area else ""
    row.heading_label = row.heading.name if row.heading else ""
    row.heading_kind = row.heading.kind if row.heading else MtfpHeading.Kind.SAVINGS


def _new_position(row: LineInPeriod, new: NewPosition, period: ReportingPeriod) -> Position:
    refuse_problems(new.split, row.title)
    if new.year is not None and new.year not in period.horizon.years:
        raise ValidationError(
            {
                "year": f"{row.title}: {new.year} is outside the plan, which runs from "
                f"{period.horizon.label(period.horizon_first)} to {period.horizon.label(period.horizon_last)}."
            }
        )
    split = new.split
    return Position(
        line_in_period=row,
        year=new.year,
        target=split.target,
        delivered=split.delivered,
        claimed=split.claimed,
        on_target=split.on_target,
        amber=split.amber,
        red=split.red,
        comment=new.comment,
    )


def _refuse_duplicates(
    period: ReportingPeriod, identities: Sequence[SavingsLine], positions: Iterable[Position]
) -> None:
    codes = [identity.code for identity in identities]
    taken = sorted({code for code in codes if codes.count(code) > 1}) if len(set(codes)) < len(codes) else []
    taken += SavingsLine.objects.filter(programme_id=period.programme_id, code__in=codes).values_list("code", flat=True)
    if taken:
        raise ValidationError({"code": f"Code {taken[0]} is taken by another line of the programme."})
    seen = set()
    for position in positions:
        key = (id(position.line_in_period), position.year)
        if key in seen:
            label = period.horizon.label(position.year)
            raise ValidationError({"year": f"{position.line_in_period.title} has two amounts for {label}."})
        seen.add(key)


def refuse_bad_words(row: LineInPeriod) -> None:
    """Titles and choices, as a form would check them; groups are rows in hand already."""
    groups = [item.name for item in row._meta.fields if item.is_relation]
    try:
        row.clean_fields(exclude=groups)
    except ValidationError as error:
        name, problems = next(iter(error.message_dict.items()))
        raise ValidationError({name: f"{row.title or 'A line'}: {problems[0]}"}) from error


def refuse_other_programme(row: LineInPeriod) -> None:
    """Raises ValidationError for a project or an MTFP heading of another programme than the line's."""
    if row.project.programme_id != row.period.programme_id:
        raise ValidationError({"project": "A line stands in a project of its own programme only."})
    if row.heading is not None and row.heading.programme_id != row.period.programme_id:
        raise ValidationError({"heading": "A line stands under an MTFP heading of its own programme only."})


def _number(programme_id: int, identities: Sequence[SavingsLine]) -> None:
    """Give new lines their codes and their places; the open period is locked, so nobody takes the same numbers."""
    codes = SavingsLine.objects.filter(programme_id=programme_id, code__regex=r"^L[0-9]+$").values_list(
        "code", flat=True
    )
    number = max((int(code[1:]) for code in codes), default=0) + 1
    last = SavingsLine.objects.of_programme(programme_id).aggregate(last=Max("order"))["last"] or 0
    for place, identity in enumerate(identities):
        identity.code = identity.code or f"L{number + place:04d}"
        identity.order = last + 1 + place


def refuse_problems(split: Split, title: str) -> None:
    if problems := split.problems():
        raise ValidationError({"target": [f"{title}: {problem}" for problem in problems]})


def require_open(period: ReportingPeriod) -> None:
    """Raises ValidationError where the period is closed; every write of the money asks.

    Inside a transaction the period is held open until its end, so that closing waits for the write.
    """
    rows = ReportingPeriod.objects.filter(pk=period.pk, closed_at__isnull=True)
    if transaction.get_connection().in_atomic_block:
        rows = rows.select_for_update(no_key=True)
    if not rows.exists():
        raise ValidationError(f"{period.spoken} is closed: its figures never change.")


def hold_open_periods(programme_id: int | None = None) -> None:
    """Keep the open periods, of one programme or of all, open until the end of the transaction.

    For a change that lines of the open period follow: one that is closing is waited for, and the next is held in its
    place. It comes before any other lock, as it does in every write of the money.
    """
    periods = ReportingPeriod.objects.filter(closed_at__isnull=True)
    if programme_id is not None:
        periods = periods.filter(programme_id=programme_id)
    held: set[int] | None = None
    while held != (found := set(periods.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))):
        held = found


def refuse_stale(row: LineInPeriod | Position, version: int | None) -> None:
    """Raises ValidationError with code *stale* where the row is not of the version that the page showed."""
    if version is not None and row.version != version:
        raise ValidationError(
            f"Somebody changed {row} since you opened the page (version {row.version}, yours was {version}). "
            "Look at it again before you change it.",
            code="stale",
        )


def _change_sentence(line: LineInPeriod, changes: Mapping[str, object]) -> str:
    if "project" in changes:
        return f"Moved the savings line {line.title} from {line.project} to {changes['project']}."
    fields = {item.name: item for item in (*SavingsLine._meta.fields, *LineInPeriod._meta.fields)}
    names = ", ".join(str(fields[name].verbose_name) for name in changes)
    return f"Changed {names} of the savings line {line.title}."


__all__ = [
    "NewLine",
    "NewPosition",
    "add_lines",
    "change_line",
    "follow_project",
    "kept_by_decisions",
    "move_project",
    "open_rows",
    "print_labels",
    "refuse_bad_words",
    "refuse_other_programme",
    "refuse_stale",
    "rename_directorate",
    "rename_theme",
    "require_open",
    "set_split",
    "withdraw_line",
]
