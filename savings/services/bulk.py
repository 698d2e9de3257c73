"""Setting the same facts on many lines of the open period at once, looking at it first, and taking it back.

One act, a handful of statements whatever the number of lines, and the history of every row. All or nothing: a line that
somebody changed since the preview stops the whole act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from futurefit.council.models import Service
from futurefit.history.actors import Actor
from futurefit.history.models import Act
from futurefit.history.reads import copies_left_by
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_update_tracked
from savings.copied_rows import former_rows
from savings.models import LineInPeriod, MtfpHeading, ReportingPeriod
from savings.services.lines import print_labels, refuse_bad_words, refuse_other_programme, require_open

SETTABLE = ("heading", "method", "service", "saving_type", "recurring")
"""What can be set on many lines at once."""

LABELS_OF = {"heading": ("heading_label", "heading_kind"), "service": ("service_label",)}
"""The printed labels that go with a fact."""

EVERY_LINE = 1_000_000
"""More rows than an act of this kind can write: taking it back looks at all of them."""

SET, UNDONE = "savings.lines_set", "savings.lines_set_undone"


@dataclass(frozen=True)
class Change:
    """One fact of one line: its name, and what it says and would say, in words."""

    name: str
    was: str
    becomes: str


@dataclass(frozen=True)
class Preview:
    """What setting these facts would do: to which lines, which say so already, and which cannot be changed and why."""

    changing: list[tuple[LineInPeriod, list[Change]]] = field(default_factory=list)
    same: list[LineInPeriod] = field(default_factory=list)
    refused: list[tuple[LineInPeriod, str]] = field(default_factory=list)

    @property
    def counts(self) -> list[tuple[Change, int]]:
        """Each change of a fact with the number of lines it happens to, the most frequent first."""
        found: dict[Change, int] = {}
        for _row, changes in self.changing:
            for change in changes:
                found[change] = found.get(change, 0) + 1
        return sorted(found.items(), key=lambda each: (-each[1], each[0].name, each[0].was))


class ChangedMeanwhile(ValidationError):
    """Lines that somebody changed, withdrew or took away since the preview; `rows` are they, as they stand now."""

    def __init__(self, rows: Sequence[LineInPeriod]) -> None:
        self.rows = rows
        count = f"{len(rows)} of the lines was" if len(rows) == 1 else f"{len(rows)} of the lines were"
        super().__init__(f"{count} changed since you looked at what will change.", code="stale")


def with_groups(rows: QuerySet[LineInPeriod]) -> QuerySet[LineInPeriod]:
    """The lines with everything whose name a preview or a label prints."""
    return rows.select_related(
        "line", "period", "project", "theme", "directorate", "service", "corporate_area", "heading"
    )


def preview(
    rows: Iterable[LineInPeriod], values: Mapping[str, object], may_change: Callable[[LineInPeriod], bool]
) -> Preview:
    """What setting these values would do to these lines (from `with_groups`); nothing is asked, nothing written."""
    found = Preview()
    for row in rows:
        changes = [
            Change(verbose_name(name), in_words(name, getattr(row, name)), in_words(name, value))
            for name, value in values.items()
            if getattr(row, name) != value
        ]
        if row.withdrawn:
            found.refused.append((row, "it is withdrawn"))
        elif not may_change(row):
            found.refused.append((row, "another finance officer looks after its directorate"))
        elif changes:
            found.changing.append((row, changes))
        else:
            found.same.append(row)
    return found


def verbose_name(name: str) -> str:
    """What a fact is called on a page: "MTFP heading"."""
    return str(LineInPeriod._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def in_words(name: str, value: Any) -> str:
    """A fact in words: "Contract", "Council Tax", "Not stated"."""
    choices = dict(getattr(LineInPeriod._meta.get_field(name), "choices", None) or ())
    if value is None:
        return "Not stated"
    return str(choices.get(value, value))


def set_on_lines(
    *,
    actor: Actor,
    period: ReportingPeriod,
    values: Mapping[str, object],
    versions: Mapping[int, int],
    reason: str = "",
    at: datetime | None = None,
) -> tuple[Act, int]:
    """Set these facts on the lines of the open period whose rows `versions` names, with the version last seen of each.

    Returns the act and how many lines changed. Raises KeyError for a fact that cannot be set so, `ChangedMeanwhile`
    where a line is not as it was seen, and ValidationError for a closed period, a value that cannot be, or when
    nothing would change.
    """
    for name in values:
        if name not in SETTABLE:
            raise KeyError(name)
    require_open(period)
    if not values:
        raise ValidationError("Nothing is chosen to be set.")
    told = " and ".join(f"{verbose_name(name)} to {in_words(name, value)}" for name, value in values.items())
    count = f"{len(versions)} savings {'line' if len(versions) == 1 else 'lines'}"
    with record_act(
        actor=actor,
        verb=SET,
        sentence=f"Set {told} on {count}.",
        reason=reason,
        at=at,
        programme_slug=period.programme.slug,
        hold=lambda: require_open(period),
    ) as act:
        rows = {row.pk: row for row in _locked(LineInPeriod.objects.filter(pk__in=versions, period=period))}
        stale = [row for row in rows.values() if row.version != versions[row.pk] or row.withdrawn]
        if stale or len(rows) < len(versions):
            raise ChangedMeanwhile(stale)
        changed = [row for row in rows.values() if any(getattr(row, name) != value for name, value in values.items())]
        if not changed:
            raise ValidationError("All of these lines say so already: there is nothing to change.")
        for row in changed:
            for name, value in values.items():
                setattr(row, name, value)
            row.version += 1
            print_labels(row)
        refuse_bad_words(changed[0])
        refuse_other_programme(changed[0])
        labels = [label for name in values for label in LABELS_OF.get(name, ())]
        bulk_update_tracked(LineInPeriod, changed, [*values, *labels, "version"])
        act.add_subjects(row.line for row in changed)
    return act, len(changed)


def _locked(rows: QuerySet[LineInPeriod]) -> QuerySet[LineInPeriod]:
    return with_groups(rows).order_by("pk").select_for_update(of=("self",))


@dataclass(frozen=True)
class Undoing:
    """What taking back an act would do: lines with the facts they had, and lines that were changed since and stay."""

    back: list[tuple[LineInPeriod, Mapping[str, Any]]]
    stay: list[LineInPeriod]


def what_undoing_does(act: Act, period: ReportingPeriod, *, lock: bool = False) -> Undoing:
    """The lines that an act of `set_on_lines` changed, each with what stood before, in the open period.

    What stood before is the row's history before the act, or what the last period closed with. Three queries.
    """
    left = copies_left_by(act, LineInPeriod, at_most=EVERY_LINE)
    written = {copy.id: copy for copy, _before in left}
    earlier = {copy.id: before for copy, before in left if before is not None}
    of_rows = LineInPeriod.objects.filter(pk__in=written, period=period)
    rows = list(_locked(of_rows) if lock else with_groups(of_rows))
    opened_with = former_rows(LineInPeriod, [copy for copy, before in left if before is None])
    back: list[tuple[LineInPeriod, Mapping[str, Any]]] = []
    stay = []
    for row in rows:
        before = earlier.get(row.pk) or opened_with.get(written[row.pk].history_id)
        if before is None or row.withdrawn or row.version != written[row.pk].version:
            stay.append(row)
        else:
            back.append((row, {column: getattr(before, column) for column in _columns()}))
    return Undoing(back, stay)


def _columns() -> list[str]:
    return [LineInPeriod._meta.get_field(name).attname for name in SETTABLE]  # type: ignore[union-attr]


def undo_set(
    *, actor: Actor, act: Act, period: ReportingPeriod, at: datetime | None = None
) -> tuple[Act, int, list[LineInPeriod]]:
    """Write the former facts back to the lines that an act of `set_on_lines` changed and nobody changed since.

    Returns the new act, how many lines are as they were, and those that stay as they are now. Raises ValidationError
    for a closed period, for another act, and where no line is left to change.
    """
    require_open(period)
    if act.verb != SET:
        raise ValidationError("This act did not set facts on several lines, so it cannot be taken back here.")
    with record_act(
        actor=actor,
        verb=UNDONE,
        sentence=f"Took back: {act.sentence} Lines changed since stay as they are.",
        at=at,
        programme_slug=period.programme.slug,
        hold=lambda: require_open(period),
    ) as undoing:
        found = what_undoing_does(act, period, lock=True)
        if not found.back:
            raise ValidationError("Every line was changed again since, so there is nothing to take back.")
        headings = MtfpHeading.objects.in_bulk({before["heading_id"] for _row, before in found.back} - {None})
        services = Service.objects.in_bulk({before["service_id"] for _row, before in found.back} - {None})
        rows = []
        for row, before in found.back:
            for column, value in before.items():
                setattr(row, column, value)
            row.heading = headings.get(before["heading_id"])
            row.service = services.get(before["service_id"])
            row.version += 1
            print_labels(row)
            rows.append(row)
        labels = [label for name in SETTABLE for label in LABELS_OF.get(name, ())]
        bulk_update_tracked(LineInPeriod, rows, [*SETTABLE, *labels, "version"])
        undoing.add_subjects(row.line for row in rows)
    return undoing, len(rows), found.stay
