"""Which line of the programme each line of a sheet is, and what the import would change of it.

By code, else by reference, else by title within project and service; two that fit are a problem, not a guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from futurefit.access.reader import Reader
from futurefit.council.models import Directorate
from futurefit.values.financial_year import Horizon
from futurefit.values.money import Unit, with_unit
from futurefit.values.rag import SPLIT_STATUSES, Split, Status
from projects.models import Project
from savings.models import LineInPeriod, Position, ReportingPeriod
from savings.permissions import may_change_lines_of
from savings.spreadsheets.fields import CHOICES, FIELDS
from savings.spreadsheets.findings import AmountChange, FieldChange
from savings.spreadsheets.lines import Findings, SheetLine
from savings.spreadsheets.names import plain
from savings.spreadsheets.plan import Check, NewName, Place, PlannedChange, PlannedLine
from savings.spreadsheets.stamps import stamps_of

AMOUNTS = ("target", "delivered", "claimed", "on_target", "amber", "red")
TEXTS = ("budget_code", "amount_in_words", "note")
MOST_NAMED = 4
_HOMELESS = (
    "The sheet does not say where this saving belongs: it names no project, theme, directorate or service. Choose a "
    "project (--project), add a column, or let the import make a block (--create)."
)


@dataclass(slots=True)
class Standing:
    """A line-year as it stands: its split, and whether only a decision changes its target."""

    split: Split
    approved: bool


class Existing:
    """The lines of a period, found by code, reference and title; their amounts; their versions where asked for."""

    def __init__(self, period: ReportingPeriod, project: Project | None, *, versions: bool) -> None:
        everything = LineInPeriod.objects.filter(period=period).select_related("line")
        self.withdrawn: dict[str, LineInPeriod] = {}
        self.by_code: dict[str, LineInPeriod] = {}
        self.by_reference: dict[str, list[LineInPeriod]] = defaultdict(list)
        self.by_title: dict[str, list[LineInPeriod]] = defaultdict(list)
        self.count = 0
        for row in everything:
            if row.withdrawn:
                self.withdrawn[plain(row.line.code)] = row
                continue
            self.by_code[plain(row.line.code)] = row
            if row.line.reference:
                self.by_reference[plain(row.line.reference)].append(row)
            self.by_title[plain(row.title)].append(row)
            self.count += project is None or row.project_id == project.pk
        self.amounts: dict[int, dict[int | None, Standing]] = defaultdict(dict)
        if self.by_code:
            positions = Position.objects.in_period(period).order_by()
            for pk, year, approved, *split in positions.values_list(
                "line_in_period_id", "year", "approved", *AMOUNTS
            ).iterator(chunk_size=5_000):
                self.amounts[pk][year] = Standing(Split(*split), approved)
        self.versions = stamps_of(LineInPeriod.objects.in_period(period)) if versions else {}

    def find(self, line: SheetLine, repeated_references: set[str]) -> list[LineInPeriod]:
        """The lines that a line of the sheet may be: none, one, or more, which is a problem."""
        if line.code:
            found = self.by_code.get(plain(line.code))
            return [found] if found else []
        if line.reference:
            same = [row for row in self.by_reference.get(plain(line.reference), []) if self._agrees(row, line)]
            titled = [row for row in same if plain(row.title) == plain(line.title)]
            if titled:
                return self._nearest(titled, line)
            if same and plain(line.reference) not in repeated_references:
                return same
        titled = self.by_title.get(plain(line.title), [])
        return self._nearest(
            [
                row
                for row in titled
                if self._agrees(row, line)
                and (not line.reference or not row.line.reference or plain(row.line.reference) == plain(line.reference))
            ],
            line,
        )

    def _agrees(self, row: LineInPeriod, line: SheetLine) -> bool:
        """Whether a line stands where the sheet says; what the sheet does not say, nothing contradicts."""
        place = line.stated.place
        if place is None:
            return True
        said = line.stated.named
        pairs = [
            (place.directorate, row.directorate_id, "directorate" in said),
            (place.service, row.service_id, "service" in said and place.service is not None),
            (place.theme, row.theme_id, "theme" in said),
            (place.project, row.project_id, "project" in said),
        ]
        return all(not counts or getattr(stated, "pk", -1) == pk for stated, pk, counts in pairs)

    def _nearest(self, rows: list[LineInPeriod], line: SheetLine) -> list[LineInPeriod]:
        """Of several the one in the project that the line of the sheet would go to, if there is one alone."""
        place = line.stated.place
        if len(rows) < 2 or place is None or not isinstance(place.project, Project):
            return rows
        inside = [row for row in rows if row.project_id == place.project.pk]
        return inside if len(inside) == 1 else rows


class Planner:
    """Fills a check with what the lines of its sheet would do."""

    def __init__(
        self,
        lines: Sequence[SheetLine],
        made: Check,
        findings: Findings,
        *,
        reader: Reader | None,
        project: Project | None,
        rows_checked: Callable[[int], None] | None = None,
    ) -> None:
        self.lines, self.made, self.findings, self.reader = lines, made, findings, reader
        self.rows_checked = rows_checked
        self.horizon: Horizon = made.period.horizon
        self.has_versions = any(line.version for line in lines)
        self.existing = Existing(made.period, project, versions=self.has_versions)
        self.matched: dict[int, SheetLine] = {}
        self.homeless: list[SheetLine] = []

    def plan(self) -> None:
        seen: set[str] = set()
        repeated: set[str] = set()
        for line in self.lines:
            key = plain(line.reference)
            (repeated if key in seen else seen).add(key)
        for number, line in enumerate(self.lines, start=1):
            self._plan(line, repeated)
            if self.rows_checked is not None and number % 500 == 0:
                self.rows_checked(500)
        if self.homeless:
            first, more = self.homeless[0], len(self.homeless) - 1
            self._error(first, "title", _HOMELESS + (f" So for {more} more rows." if more else ""))
        self.made.absent = self.existing.count - sum(1 for pk in self.matched if pk)

    def _plan(self, line: SheetLine, repeated: set[str]) -> None:
        found = self.existing.find(line, repeated)
        if len(found) > 1:
            codes = ", ".join(row.line.code for row in found[:MOST_NAMED])
            self._error(
                line,
                "reference" if line.reference else "title",
                f"Row {line.row} fits {len(found)} lines of the programme: {codes}. Say which by a column "
                "with the code.",
            )
            return
        if not found:
            self._new(line)
            return
        row = found[0]
        other = self.matched.get(row.pk)
        if other is not None:
            self._error(
                line,
                "reference" if line.reference else "title",
                f"Rows {other.row} and {line.row} are both the line {row.line.code}, {row.title}. Delete one, "
                "or give the "
                "other a reference of its own.",
            )
            return
        self.matched[row.pk] = line
        self.made.line_codes.update({each.number: row.line.code for each in line.rows})
        if self._may_change(line, row.directorate_id, row.directorate_label) and not self._is_stale(line, row):
            self._changes(line, row)

    # New lines

    def _new(self, line: SheetLine) -> None:
        if line.code and plain(line.code) in self.existing.withdrawn:
            self._error(line, "code", f"The line {line.code} is withdrawn. Delete the row.")
            return
        if line.code and line.version:
            self._error(
                line,
                "code",
                f"The programme has no line {line.code}. Correct the code, or empty the code and the version "
                "to add a line.",
            )
            return
        place = line.stated.place
        if line.stated.homeless:
            self.homeless.append(line)
        if place is None or not line.is_readable:
            return
        directorate = place.directorate or (place.project.directorate if isinstance(place.project, Project) else None)
        if not self._may_change(line, getattr(directorate, "pk", None), str(getattr(directorate, "name", ""))):
            return
        if not self._may_enter(line, place.project):
            return
        amounts = line.sheet_splits
        if not self._fits(line, amounts):
            return
        facts = {name: value for name, value in line.facts.items() if name in (*TEXTS, *CHOICES, "heading")}
        self.made.added.append(
            PlannedLine(
                rows=tuple(each.number for each in line.rows),
                cell=self._cell(line, "title"),
                code=line.code,
                reference=line.reference,
                title=line.title,
                place=place,
                facts=facts,
                amounts=amounts,
            )
        )

    def _fits(self, line: SheetLine, amounts: dict[int | None, Split]) -> bool:
        fits = True
        for year, split in amounts.items():
            if problems := split.problems():
                fits = False
                where = line.amounts[year]
                self.findings.error(
                    where.row,
                    where.column,
                    f"{line.title}, {self.horizon.label(year)}: {problems[0]}. Correct the amounts by status "
                    "or the target.",
                    table=line.rows[0].table,
                )
        return fits

    # Lines that are there

    def _is_stale(self, line: SheetLine, row: LineInPeriod) -> bool:
        """Whether the line says something else now than when the file was made; said with both values."""
        if not line.version or self.existing.versions.get(row.line_id) == line.version:
            return False
        differing = [
            f"{change.field}: “{change.after}” in the file, “{change.before}” now"
            for change in self._field_changes(line, row)
        ]
        for change in self._amount_changes(line, row):
            after, before = _split_words(change.after), _split_words(change.before)
            differing.append(f"{self.horizon.label(change.year)}: {after} in the file, {before} now")
        said = "; ".join(differing[:6]) or "the file says what the line says now"
        self._error(
            line,
            "version" if "version" in line.at else "code",
            f"{row.line.code}, {row.title}, was changed since the file was made: {said}. Export it again and make your "
            "change there.",
        )
        return True

    def _changes(self, line: SheetLine, row: LineInPeriod) -> None:
        if not line.is_readable or (line.stated.place is None and not line.stated.homeless):
            return
        fields = self._field_changes(line, row)
        amounts = self._amount_changes(line, row)
        if not self._allowed(line, row, amounts):
            return
        if not fields and not amounts:
            self.made.unchanged += 1
            return
        facts = self._new_facts(line, row)
        if not self._may_move(line, facts):
            return
        self.made.field_changes += fields
        self.made.amount_changes += amounts
        self.made.changed.append(
            PlannedChange(
                row=line.row,
                line=row,
                facts=facts,
                amounts={change.year: (change.before, change.after) for change in amounts},
            )
        )

    def _new_facts(self, line: SheetLine, row: LineInPeriod) -> dict[str, Any]:
        """Every fact in which the sheet differs, by the name the models have for it."""
        found: dict[str, Any] = {}
        for name, before, after in self._facts(line, row):
            if not _same(name, before, after):
                found[name] = after
        return found

    def _facts(self, line: SheetLine, row: LineInPeriod) -> Iterable[tuple[str, Any, Any]]:
        """Each fact that the sheet states, as it is and as the sheet has it; groups by row, id or new name."""
        place, said, emptied = line.stated.place, line.stated.named, line.emptied
        yield "title", row.title, line.title
        if line.reference or "reference" in emptied:
            yield "reference", row.line.reference, line.reference
        for name in TEXTS:
            if name in line.facts or name in emptied:
                yield name, getattr(row, name), line.facts.get(name, "")
        for name in CHOICES:
            if name in line.facts or name in emptied:
                yield name, getattr(row, name), line.facts.get(name, "not_stated")
        if "heading" in line.facts or "mtfp_heading" in emptied:
            yield "heading", row.heading_id, line.facts.get("heading")
        if place is None:
            return
        if "project" in said:
            yield "project", row.project_id, place.project
        if "directorate" in said or "directorate" in emptied:
            yield "directorate", row.directorate_id, place.directorate if "directorate" in said else None
        if ("service" in said and place.service is not None) or "service" in emptied:
            yield "service", row.service_id, place.service if "service" in said else None

    def _field_changes(self, line: SheetLine, row: LineInPeriod) -> list[FieldChange]:
        labels = {
            "heading": row.heading_label,
            "project": row.project_label,
            "directorate": row.directorate_label,
            "service": row.service_label,
        }
        changes = []
        for name, before, after in self._facts(line, row):
            if _same(name, before, after):
                continue
            field = "mtfp_heading" if name == "heading" else name
            if name in CHOICES:
                was, becomes = getattr(row, f"get_{name}_display")(), _choice_label(row, name, after)
            else:
                was, becomes = str(labels.get(name, before)), _words(after)
            heading = FIELDS[field].heading
            changes.append(FieldChange(self._cell(line, field), row.line.code, row.title, heading, was, becomes))
        return changes

    def _amount_changes(self, line: SheetLine, row: LineInPeriod) -> list[AmountChange]:
        standing = self.existing.amounts.get(row.pk, {})
        changes = []
        for year, stated in line.amounts.items():
            before = standing[year].split if year in standing else None
            after = stated.split(before)
            if after != before:
                cell = self.findings.layout.address(stated.row, stated.column)
                changes.append(AmountChange(cell, row.line.code, row.title, year, before, after))
        for year, (row_number, column) in line.emptied_years.items():
            if year in standing:
                cell = self.findings.layout.address(row_number, column)
                changes.append(AmountChange(cell, row.line.code, row.title, year, standing[year].split, None))
        return changes

    def _allowed(self, line: SheetLine, row: LineInPeriod, changes: Sequence[AmountChange]) -> bool:
        """Approved targets change only by a decision; ratings have to fit the target."""
        allowed = True
        standing = self.existing.amounts.get(row.pk, {})
        for change in changes:
            stated = line.amounts.get(change.year)
            where = (stated.row, stated.column) if stated else line.emptied_years[change.year]
            year = self.horizon.label(change.year)
            approved = change.year in standing and standing[change.year].approved
            target = change.after.target if change.after else None
            if approved and change.before is not None and target != change.before.target:
                allowed = False
                self.made.needs_decision[row.line.code] = row.title
                becomes = "no amount" if target is None else with_unit(target, Unit.POUNDS)
                self.findings.error(
                    *where,
                    f"{row.line.code}, {row.title}, {year}: {with_unit(change.before.target, Unit.POUNDS)} is "
                    "approved, the "
                    f"sheet has {becomes}. It needs a decision: record the decision, or put the approved amount back.",
                    table=line.rows[0].table,
                )
            elif change.after is not None and (problems := change.after.problems()):
                allowed = False
                self.findings.error(
                    *where,
                    f"{row.line.code}, {row.title}, {year}: {problems[0]}. State the amounts by status too, "
                    "so that they "
                    "fit the target.",
                    table=line.rows[0].table,
                )
        return allowed

    # Rights

    def _may_change(self, line: SheetLine, directorate_id: int | None, name: str) -> bool:
        if self.reader is None or may_change_lines_of(self.reader, directorate_id):
            return True
        whose = f"the directorate {name}" if name else "no directorate"
        self._error(
            line,
            "directorate" if "directorate" in line.at else "title",
            f"Row {line.row} belongs to {whose}, whose lines your post does not change. Delete the row, or "
            "ask the finance "
            "officer of that directorate.",
        )
        return False

    def _may_move(self, line: SheetLine, facts: Mapping[str, Any]) -> bool:
        """A line is not moved out of the reader's directorates, nor into a project of another."""
        if "project" in facts and not self._may_enter(line, facts["project"]):
            return False
        if "directorate" not in facts:
            return True
        directorate = facts["directorate"]
        pk = directorate.pk if isinstance(directorate, Directorate) else None
        return self._may_change(line, pk, str(getattr(directorate, "name", "")))

    def _may_enter(self, line: SheetLine, project: Project | NewName) -> bool:
        """Lines of a project of another directorate are another finance officer's to add."""
        directorate_id = project.directorate_id if isinstance(project, Project) else None
        if self.reader is None or directorate_id is None or may_change_lines_of(self.reader, directorate_id):
            return True
        self._error(
            line,
            "project" if "project" in line.at else "title",
            f"Row {line.row} would stand in {project}, a project of a directorate whose lines your post does not "
            "change. Delete the row, or ask the finance officer of that directorate.",
        )
        return False

    def _error(self, line: SheetLine, field: str, message: str) -> None:
        row, column = line.at.get(field, (line.row, line.rows[0].label_column))
        self.findings.error(row, column, message, table=line.rows[0].table)

    def _cell(self, line: SheetLine, field: str) -> str:
        row, column = line.at.get(field, (line.row, line.rows[0].label_column))
        return self.findings.layout.address(row, column) if column else f"{line.row}:{line.row}"


def _same(name: str, before: Any, after: Any) -> bool:
    """Whether a fact stays as it is; a group is compared by its id, a text as it reads.

    Blanks that no reader sees and no spreadsheet keeps are no change; a note keeps its lines.
    """
    if after is None or hasattr(after, "pk"):
        return before == getattr(after, "pk", None)
    if isinstance(after, NewName):
        return False
    lines_of = str.splitlines if name == "note" else lambda text: [text]
    one, other = ([" ".join(line.split()) for line in lines_of(str(text).strip())] for text in (before, after))
    return one == other


def _words(value: Any) -> str:
    return "" if value is None else str(getattr(value, "name", value))


def _choice_label(row: LineInPeriod, name: str, value: Any) -> str:
    field = row._meta.get_field(name)
    return str(dict(field.flatchoices).get(str(value), value))


def _split_words(split: Split | None) -> str:
    """An amount and how it stands, in words for a message."""
    if split is None:
        return "no amount"
    parts = [
        f"{status.label.lower()} {with_unit(split.amount(status), Unit.POUNDS)}"
        for status in SPLIT_STATUSES
        if split.amount(Status(status))
    ]
    return with_unit(split.target, Unit.POUNDS) + (f" ({', '.join(parts)})" if parts else "")


__all__ = ["Existing", "Place", "Planner"]
