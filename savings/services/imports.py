"""Applying a checked import: one act, one transaction, all or nothing.

What the file names and the programme does not have is made first (years, themes, directorates, services, headings,
projects), then lines are added and changed, and the totals that the file states are kept as stated figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.text import slugify

from futurefit.council.models import Directorate, Service
from futurefit.council.services import create_directorate, create_service
from futurefit.history.actors import Actor
from futurefit.history.models import Act
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_create_tracked, bulk_delete_tracked, bulk_update_tracked
from futurefit.values.financial_year import FinancialYear, Horizon
from futurefit.values.rag import Split
from projects.models import Programme, Project, Theme
from savings.models import LineInPeriod, MtfpHeading, Position, ReportingPeriod, SavingsLine, StatedFigure
from savings.services.lines import AMOUNTS, LABELS, NewLine, NewPosition, add_lines, print_labels, require_open
from savings.services.periods import NewPeriod, open_first_period
from savings.spreadsheets.findings import CUMULATIVE, StatedTotal
from savings.spreadsheets.memory import remember
from savings.spreadsheets.plan import Check, NewName, PlannedChange, PlannedLine

LINES_AT_ONCE = 2_500
LOCKED_AT_ONCE = 500
MOST_ROW_TOTALS = 1_000

T = TypeVar("T")


@dataclass(frozen=True)
class Imported:
    """What an import wrote: the number of its act, and how many lines it added, changed and left alone."""

    act_id: int | None
    added: int
    changed: int
    unchanged: int


def begin_programme(
    *, actor: Actor, slug: str, name: str, horizon: Horizon, new: NewPeriod, at: datetime | None = None
) -> ReportingPeriod:
    """Make a programme with its first reporting period, as one act; the current one where there is none yet.

    Raises ValidationError for a slug that is taken or none.
    """
    with record_act(
        actor=actor,
        verb="savings.programme_begun",
        sentence=f"Began the programme {name}.",
        at=at,
        programme_slug=slug,
    ) as act:
        programme = Programme(
            slug=slug,
            name=name,
            horizon_first=horizon.first,
            horizon_last=horizon.last,
            open_ended=horizon.open_ended,
            is_current=not Programme.objects.current().exists(),
        )
        programme.full_clean()
        try:
            with transaction.atomic():
                programme.save()
        except IntegrityError:
            # Somebody began a programme at the same moment: the constraint is told in its words.
            programme.full_clean()
            raise
        act.add_subject(programme)
        return open_first_period(actor=actor, programme=programme, new=new, at=at)


def apply_import(
    *,
    actor: Actor,
    check: Check,
    at: datetime | None = None,
    rows_written: Callable[[int], None] | None = None,
) -> Imported:
    """Write what `check` found; nothing to write is no act. What was chosen for the layout is remembered.

    ``rows_written`` is told as lines are written, for a progress bar. Totals of rows that agree are kept up to a
    thousand; totals of columns and whatever differs always. Raises ValidationError where the check has errors, the
    period is closed, or a line was changed since it was checked.
    """
    if check.errors:
        first = check.errors[0]
        raise ValidationError(f"The file has {len(check.errors)} problems, the first in {first.cell}: {first.message}")
    require_open(check.period)
    if not check.changes_something and not _figures_to_write(check, {}):
        return Imported(None, 0, 0, check.unchanged)
    with record_act(
        actor=actor,
        verb="savings.imported",
        sentence=_sentence(check),
        about=[check.period.programme],
        at=at,
        programme_slug=check.period.programme.slug,
        hold=lambda: require_open(check.period),
    ) as act:
        writing = _Writing(actor, check, act, rows_written)
        writing.names()
        writing.lines()
        writing.changes()
        writing.stated_figures()
        remember(check.period.programme, check.layout, check.options, at=act.at, by=str(actor))
    return Imported(act.pk, len(check.added), len(check.changed), check.unchanged)


def _sentence(check: Check) -> str:
    added, changed = len(check.added), len(check.changed)
    return (
        f"Imported {check.file_name}, sheet {check.sheet}, into {check.period.spoken}: "
        f"{added} {'line' if added == 1 else 'lines'} added, {changed} changed."
    )


class _Writing:
    """One import under way inside its act."""

    def __init__(self, actor: Actor, check: Check, act: Act, rows_written: Callable[[int], None] | None) -> None:
        self.actor, self.check, self.act, self.rows_written = actor, check, act, rows_written
        self.period, self.programme = check.period, check.period.programme
        self.made: dict[NewName, Any] = {}
        self.codes = dict(check.line_codes)

    # Names

    def names(self) -> None:
        """Make what the file names, in the order in which one needs another."""
        by_kind: dict[str, list[NewName]] = {}
        for name in self.check.new_names:
            by_kind.setdefault(name.kind, []).append(name)
        if "year" in by_kind:
            self._extend([FinancialYear.parse(name.name).start for name in by_kind["year"]])
        for name in by_kind.get("theme", []):
            self.made[name] = self._theme(name.name)
        for name in by_kind.get("directorate", []):
            slug = _free(slugify(name.name)[:36] or "directorate", Directorate, "slug")
            code = _free(slug[:36], Directorate, "code")
            self.made[name] = create_directorate(actor=self.actor, code=code, slug=slug, name=name.name)
        for name in by_kind.get("service", []):
            self.made[name] = self._service(name)
        for name in by_kind.get("mtfp_heading", []):
            self.made[name] = self._heading(name.name)
        self._projects([*by_kind.get("project", []), *by_kind.get("block", [])])

    def _extend(self, years: Sequence[int]) -> None:
        """Extend the plan, and the open period with it, to these years; what is open-ended stays so."""
        self.programme.refresh_from_db(from_queryset=Programme.objects.select_for_update(no_key=True))
        self.period.refresh_from_db(from_queryset=ReportingPeriod.objects.select_for_update(no_key=True))
        for row in (self.programme, self.period):
            row.horizon_first = min(row.horizon_first, *years)
            row.horizon_last = max(row.horizon_last, *years)
            row.version += 1
            row.full_clean()
            row.save()

    def _theme(self, name: str) -> Theme:
        slug = _free(slugify(name)[:46] or "theme", Theme, "slug", programme=self.programme)
        order = Theme.objects.of_programme(self.programme).count() + 1
        theme = Theme(programme=self.programme, slug=slug, name=name, order=order, has_paper=False)
        theme.full_clean()
        theme.save()
        self.act.add_subject(theme)
        return theme

    def _service(self, name: NewName) -> Service:
        directorate = (
            next(
                (made for key, made in self.made.items() if key.kind == "directorate" and key.name == name.within), None
            )
            or Directorate.objects.filter(name=name.within).first()
        )
        code = _free(slugify(f"{getattr(directorate, 'code', '')} {name.name}")[:76], Service, "code")
        return create_service(actor=self.actor, code=code, name=name.name, directorate=directorate)

    def _heading(self, name: str) -> MtfpHeading:
        slug = _free(slugify(name)[:46] or "heading", MtfpHeading, "slug", programme=self.programme)
        order = MtfpHeading.objects.filter(programme=self.programme).count() + 1
        heading = MtfpHeading(programme=self.programme, slug=slug, name=name, order=order)
        heading.full_clean()
        heading.save()
        self.act.add_subject(heading)
        return heading

    def _projects(self, names: Sequence[NewName]) -> None:
        """Projects and blocks, each where the first of its lines stands."""
        if not names:
            return
        places = {line.place.project: line.place for line in reversed(self.check.added)}
        taken = set(Project.objects.of_programme(self.programme).values_list("code", flat=True))
        number = len(taken)
        rows = []
        for name in names:
            number += 1
            while f"P{number:04d}" in taken:
                number += 1
            place = places.get(name)
            row = Project(
                programme=self.programme,
                code=f"P{number:04d}",
                kind=Project.Kind.BLOCK if name.kind == "block" else Project.Kind.PROJECT,
                title=name.name,
                theme=self.row(place.theme) if place else None,
                directorate=self.row(place.directorate) if place else None,
                service=self.row(place.service) if place else None,
                order=number,
            )
            row.full_clean()
            rows.append(row)
        for name, row in zip(names, bulk_create_tracked(Project, rows), strict=True):
            self.made[name] = row
        self.act.add_subjects(rows)

    def row(self, value: Any) -> Any:
        """A row that is there, or that was made for a name."""
        return self.made[value] if isinstance(value, NewName) else value

    # Lines

    def lines(self) -> None:
        for chunk in _chunks(self.check.added, LINES_AT_ONCE):
            added = add_lines(actor=self.actor, period=self.period, lines=[self._new_line(line) for line in chunk])
            for line, row in zip(chunk, added, strict=True):
                self.codes.update(dict.fromkeys(line.rows, row.line.code))
            self._told(len(chunk))

    def _new_line(self, line: PlannedLine) -> NewLine:
        place = line.place
        facts = {name: self.row(value) for name, value in line.facts.items()}
        return NewLine(
            title=line.title,
            project=self.row(place.project),
            code=line.code,
            reference=line.reference,
            source=self.check.file_name[:250],
            source_table=self.check.sheet[:40],
            directorate=self.row(place.directorate),
            service=self.row(place.service),
            positions=[NewPosition(year, split) for year, split in line.amounts.items()],
            **facts,
        )

    def changes(self) -> None:
        for chunk in _chunks(self.check.changed, LOCKED_AT_ONCE):
            self._change(chunk)
            self._told(len(chunk))

    def _change(self, changes: Sequence[PlannedChange]) -> None:
        pks = [change.line.pk for change in changes]
        locked = {
            row.pk: row
            for row in LineInPeriod.objects.filter(pk__in=pks)
            .select_related("line", "project", "theme", "directorate", "service", "corporate_area", "heading")
            .order_by("pk")
            .select_for_update(of=("self",))
        }
        standing: dict[int, dict[int | None, Position]] = {pk: {} for pk in pks}
        for each in Position.objects.filter(line_in_period__in=pks).order_by("pk").select_for_update(of=("self",)):
            standing[each.line_in_period_id][each.year] = each
        retagged: list[LineInPeriod] = []
        identities: list[SavingsLine] = []
        new: list[Position] = []
        changed: list[Position] = []
        removed: list[Position] = []
        for change in changes:
            row = locked[change.line.pk]
            if row.version != change.line.version:
                raise _changed_since(row)
            if change.facts:
                if "reference" in change.facts:
                    row.line.reference = change.facts["reference"]
                    identities.append(row.line)
                self._retag(row, change.facts)
                retagged.append(row)
            for year, (before, after) in change.amounts.items():
                position = standing[row.pk].get(year)
                now = Split(*(getattr(position, name) for name in AMOUNTS)) if position else None
                if now != before or (position is not None and position.approved and _target(after) != position.target):
                    raise _changed_since(row)
                if after is None:
                    removed += [position] if position else []
                elif position is None:
                    new.append(Position(line_in_period=row, year=year, **_amounts(after)))
                else:
                    for name, amount in _amounts(after).items():
                        setattr(position, name, amount)
                    position.version += 1
                    changed.append(position)
        bulk_update_tracked(SavingsLine, identities, ["reference"])
        bulk_update_tracked(LineInPeriod, retagged, [*_RETAGGED, "theme", *LABELS, "version"])
        bulk_create_tracked(Position, new)
        bulk_update_tracked(Position, changed, [*AMOUNTS, "version"])
        bulk_delete_tracked(Position, removed)
        self.act.add_subjects([row.line for row in locked.values()])
        self.act.add_subjects({row.project_id: row.project for row in locked.values()}.values())

    def _retag(self, row: LineInPeriod, facts: dict[str, Any]) -> None:
        for name, value in facts.items():
            if name != "reference":
                setattr(row, name, self.row(value))
        row.theme = row.project.theme
        print_labels(row)
        row.version += 1
        row.clean_fields(exclude=[item.name for item in row._meta.fields if item.is_relation])

    # Stated figures

    def stated_figures(self) -> None:
        new: list[StatedFigure] = []
        changed: list[StatedFigure] = []
        for figure in _figures_to_write(self.check, self.codes):
            (changed if figure.pk else new).append(figure)
        bulk_create_tracked(StatedFigure, new)
        bulk_update_tracked(StatedFigure, changed, ["stated", "as_printed", "precision", "scope_lines", "version"])

    def _told(self, rows: int) -> None:
        if self.rows_written is not None:
            self.rows_written(rows)


_RETAGGED = (
    "title",
    "project",
    "directorate",
    "service",
    "heading",
    "saving_type",
    "method",
    "recurring",
    "budget_code",
    "amount_in_words",
    "note",
)


def _figures_to_write(check: Check, codes: dict[int, str]) -> list[StatedFigure]:
    """The stated totals that are not kept yet, or were kept with another amount; unsaved, the latter with their key."""
    programme = check.period.programme
    document, table = check.file_name[:250], check.sheet[:40]
    kept = {
        (figure.label, figure.column, figure.note): figure
        for figure in StatedFigure.objects.filter(programme=programme, document=document, table=table)
    }
    across = sum(total.across for total in check.stated_totals)
    order = StatedFigure.objects.filter(programme=programme).count()
    found = []
    for total in check.stated_totals:
        if total.across and total.agrees and across > MOST_ROW_TOTALS:
            continue
        order += 1
        figure = _figure(check, total, codes, order)
        before = kept.get((figure.label, figure.column, figure.note))
        if before is None:
            found.append(figure)
        elif before.stated != figure.stated:
            before.stated, before.as_printed, before.precision = figure.stated, figure.as_printed, figure.precision
            before.scope_lines = figure.scope_lines
            before.version += 1
            found.append(before)
    return found


def _figure(check: Check, total: StatedTotal, codes: dict[int, str], order: int) -> StatedFigure:
    lines = list(dict.fromkeys(codes[row] for row in total.rows if row in codes))
    years = list(total.years)
    if check.layout.view == CUMULATIVE and years:
        last = max(year for year in years if year is not None) if any(y is not None for y in years) else None
        years = [year for year in check.layout.years if last is not None and year <= last] or years
    parts = StatedFigure.Parts.POSITIONS if lines else StatedFigure.Parts.NOTHING
    return StatedFigure(
        programme=check.period.programme,
        period=check.period,
        document=check.file_name[:250],
        table=check.sheet[:40],
        label=(total.label or "Total")[:250],
        column=total.period[:40],
        kind=StatedFigure.Kind.SUM,
        as_printed=(total.as_printed or str(total.stated))[:100],
        unit=check.layout.unit.value,
        stated=total.stated,
        precision=total.precision,
        parts=parts,
        scope_lines=lines,
        scope_status=total.status,
        scope_years=years,
        note=f"Cell {total.cell}",
        order=order,
    )


def _changed_since(row: LineInPeriod) -> ValidationError:
    return ValidationError(
        f"Somebody changed {row.line.code}, {row.title}, since the file was checked. Nothing was written: "
        "check it again.",
        code="stale",
    )


def _target(split: Split | None) -> int | None:
    return split.target if split else None


def _amounts(split: Split) -> dict[str, int]:
    return {name: getattr(split, name) for name in AMOUNTS}


def _free(wanted: str, model: type[Model], field: str, **within: Any) -> str:
    """The wanted key, with a number behind where it is taken."""
    number, key = 1, wanted
    while model._default_manager.filter(**{field: key}, **within).exists():
        number += 1
        key = f"{wanted}-{number}"
    return key


def _chunks(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


__all__ = ["Imported", "apply_import", "begin_programme"]
