"""Acts on one line beside its facts: putting it in its place, duplicating, splitting, restoring it.

Each works on the open period only and is one act. Nothing here changes a total: what a split takes from a line it
gives to its parts, pound by pound and status by status.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.core.exceptions import ValidationError

from futurefit.history.actors import Actor
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_update_tracked
from futurefit.values.money import Unit, with_unit
from futurefit.values.rag import Split
from savings.dividing import Rule, divide
from savings.models import LineInPeriod, Position, SavingsLine
from savings.services.grid import split_of
from savings.services.lines import AMOUNTS, NewLine, NewPosition, add_lines, refuse_stale, require_open

FEWEST_PARTS, MOST_PARTS = 2, 12


class Carried(StrEnum):
    """What of its amounts a duplicate takes along; whatever it takes is proposed."""

    NOTHING = "nothing"
    AMOUNTS = "amounts"
    RATINGS = "ratings"

    @property
    def words(self) -> str:
        return {
            "nothing": "Without amounts",
            "amounts": "With its amounts, not rated",
            "ratings": "With its amounts and how they stand",
        }[self.value]


def restore_line(
    *, actor: Actor, line: LineInPeriod, reason: str = "", version: int | None = None, at: datetime | None = None
) -> LineInPeriod:
    """Take back that a line was withdrawn in the open period: it counts in every total again, as it stood.

    Raises ValidationError for a closed period, a stale version, or a line that is not withdrawn.
    """
    require_open(line.period)
    with record_act(
        actor=actor,
        verb="savings.line_restored",
        sentence=f"Restored the savings line {line.title}: it counts again.",
        reason=reason,
        about=[line.line, line.project],
        at=at,
        programme_slug=line.period.programme.slug,
        hold=lambda: require_open(line.period),
    ):
        locked = LineInPeriod.objects.select_for_update(of=("self",)).get(pk=line.pk)
        refuse_stale(locked, version)
        if not locked.withdrawn:
            raise ValidationError("The line is not withdrawn, so there is nothing to restore.")
        locked.withdrawn = False
        locked.version += 1
        locked.save()
    return locked


def place_line(
    *, actor: Actor, line: LineInPeriod, after: LineInPeriod | None, at: datetime | None = None
) -> list[SavingsLine]:
    """Put a line after another of its project, or with None first; returns the project's lines in their new order.

    No act where it stands there already. Raises ValidationError for a closed period, a withdrawn line, or an `after`
    that is no other line of the project.
    """
    require_open(line.period)
    wanted = _sequence(line, after, _lines_of_project(line))
    if [each.pk for each in wanted] == [each.pk for each in _lines_of_project(line)]:
        return wanted
    where = f"after {after.title}" if after else "first"
    with record_act(
        actor=actor,
        verb="savings.line_placed",
        sentence=f"Put the savings line {line.title} {where} in {line.project}.",
        about=[line.line, line.project],
        at=at,
        programme_slug=line.period.programme.slug,
        hold=lambda: require_open(line.period),
    ):
        wanted = _sequence(line, after, _lines_of_project(line))
        _write_order(wanted)
    return wanted


def _lines_of_project(line: LineInPeriod) -> list[SavingsLine]:
    """The lines that stand in the line's project in its period, in their order; the lock on the period guards them."""
    standing = LineInPeriod.objects.in_period(line.period).filter(project=line.project_id)
    return list(SavingsLine.objects.filter(pk__in=standing.values("line_id")))


def _sequence(line: LineInPeriod, after: LineInPeriod | None, lines: Sequence[SavingsLine]) -> list[SavingsLine]:
    others = [each for each in lines if each.pk != line.line_id]
    moved = [each for each in lines if each.pk == line.line_id]
    if not moved:
        raise ValidationError(f"{line.title} is withdrawn, so it has no place among the lines.")
    if after is None:
        return [*moved, *others]
    places = [place for place, each in enumerate(others) if each.pk == after.line_id]
    if not places:
        raise ValidationError({"after": f"{after.title} is not another line of {line.project}."})
    cut = places[0] + 1
    return [*others[:cut], *moved, *others[cut:]]


def _write_order(lines: Sequence[SavingsLine]) -> None:
    """Number the lines upwards with the numbers that they have, and the next higher one where two have the same."""
    last = -1
    changed = []
    for line, number in zip(lines, sorted(line.order for line in lines), strict=True):
        last = max(number, last + 1)
        if line.order != last:
            line.order = last
            changed.append(line)
    bulk_update_tracked(SavingsLine, changed, ["order"])


def duplicate_line(
    *,
    actor: Actor,
    line: LineInPeriod,
    title: str,
    carried: Carried = Carried.NOTHING,
    at: datetime | None = None,
) -> LineInPeriod:
    """Add a line like this one, right after it, in the open period, as one act.

    The copy has a code of its own and no printed reference; its amounts are proposed. Raises ValidationError for a
    closed period or a title that cannot be used.
    """
    require_open(line.period)
    with record_act(
        actor=actor,
        verb="savings.line_duplicated",
        sentence=f"Duplicated the savings line {line.title} as {title}, {carried.words.lower()}.",
        about=[line.line, line.project],
        at=at,
        programme_slug=line.period.programme.slug,
        hold=lambda: require_open(line.period),
    ):
        positions = list(line.positions.all()) if carried is not Carried.NOTHING else []
        new = [
            NewPosition(row.year, split_of(row), row.comment)
            if carried is Carried.RATINGS
            else NewPosition(row.year, Split(row.target))
            for row in positions
        ]
        (copy,) = add_lines(actor=actor, period=line.period, lines=[_like(line, title, new, is_part=False)])
        if not line.withdrawn:
            place_line(actor=actor, line=copy, after=line)
    return copy


def _like(line: LineInPeriod, title: str, positions: Sequence[NewPosition], *, is_part: bool) -> NewLine:
    """A new line with the facts of this one. A part of it still comes from the table of the source; a copy does not."""
    return NewLine(
        title=title,
        project=line.project,
        source=line.line.source if is_part else "",
        source_table=line.line.source_table if is_part else "",
        directorate=line.directorate,
        service=line.service,
        corporate_area=line.corporate_area,
        heading=line.heading,
        saving_type=line.saving_type,
        method=line.method,
        recurring=line.recurring,
        budget_code=line.budget_code,
        amount_in_words=line.amount_in_words,
        note=line.note,
        illustration=line.illustration,
        positions=positions,
        follows_project=False,
    )


@dataclass(frozen=True)
class Part:
    """One part of a line that is split: its title, and its target by year (None: not profiled) in whole pounds."""

    title: str
    targets: Mapping[int | None, int]


def split_line(
    *,
    actor: Actor,
    line: LineInPeriod,
    parts: Sequence[Part],
    rule: Rule,
    version: int | None = None,
    versions: Mapping[int | None, int] | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> list[LineInPeriod]:
    """Divide the amounts of a line of the open period among itself, the first part, and new lines, as one act.

    The line keeps its code, its history and what is approved; the new lines have its facts. Every pound of every year
    is in exactly one part, and the ratings go with it by the `rule`. `versions` are those of the positions that the
    page showed, by year. Returns the line and the new lines. Raises ValidationError for a closed period, a withdrawn
    line, a stale version, fewer than two parts, years whose parts do not come to the amount (by how much is said), and
    a part of an approved amount in a new line.
    """
    require_open(line.period)
    refuse_parts(parts)
    titles = ", ".join(part.title for part in parts)
    with record_act(
        actor=actor,
        verb="savings.line_split",
        sentence=f"Split the savings line {line.title} into {len(parts)}: {titles}.",
        reason=reason,
        about=[line.line, line.project],
        at=at,
        programme_slug=line.period.programme.slug,
        hold=lambda: require_open(line.period),
    ):
        locked = LineInPeriod.objects.select_for_update(of=("self",)).get(pk=line.pk)
        refuse_stale(locked, version)
        if locked.withdrawn:
            raise ValidationError("The line is withdrawn: restore it before it is split.")
        positions = list(locked.positions.select_for_update(of=("self",)))
        _refuse_stale_positions(locked, positions, versions)
        refuse_division(locked, positions, parts)
        divided = divided_positions(positions, parts, rule)
        for position in positions:
            _keep_own_part(position, divided[0].get(position.year))
        if locked.title != parts[0].title:
            locked.title = parts[0].title
        locked.version += 1
        locked.full_clean()
        locked.save()
        comments = {position.year: position.comment for position in positions}
        new = [
            _like(
                locked,
                part.title,
                [NewPosition(year, split, comments[year]) for year, split in amounts.items()],
                is_part=True,
            )
            for part, amounts in zip(parts[1:], divided[1:], strict=True)
        ]
        added = add_lines(actor=actor, period=line.period, lines=new)
        lines = _lines_of_project(locked)
        own = {row.line_id for row in added}
        place = next(number for number, each in enumerate(lines) if each.pk == locked.line_id) + 1
        before = [each for each in lines[:place] if each.pk not in own]
        after = [each for each in lines[place:] if each.pk not in own]
        _write_order([*before, *[each for each in lines if each.pk in own], *after])
    return [locked, *added]


def refuse_parts(parts: Sequence[Part]) -> None:
    """Raises ValidationError for too few or too many parts, and for a part without a title."""
    if not FEWEST_PARTS <= len(parts) <= MOST_PARTS:
        raise ValidationError(f"A line is split into {FEWEST_PARTS} to {MOST_PARTS} parts.")
    for number, part in enumerate(parts, start=1):
        if not part.title.strip():
            raise ValidationError(f"Part {number} has no title.")


def refuse_division(line: LineInPeriod, positions: Sequence[Position], parts: Sequence[Part]) -> None:
    """Raises ValidationError with one message a year: by how much the parts miss the amount, or why it stays whole.

    Each message's `params` hold the year under "year".
    """
    label = line.period.horizon.label
    problems = []
    for position in positions:
        targets = [part.targets.get(position.year) for part in parts]
        if position.approved:
            if any(target is not None for target in targets[1:]) or targets[0] not in (None, position.target):
                problems.append(
                    (position.year, "is approved, so it stays whole with the line: dividing it needs a decision")
                )
        elif message := _misses(position.target, targets):
            problems.append((position.year, message))
    known = {position.year for position in positions}
    strange = [year for part in parts for year in part.targets if year not in known]
    problems += [(year, "holds no amount to divide") for year in dict.fromkeys(strange)]
    if problems:
        raise ValidationError(
            [
                ValidationError(f"{label(year)} {message}.", code="division", params={"year": year})
                for year, message in problems
            ]
        )


def _misses(whole: int, targets: Sequence[int | None]) -> str:
    given = [target for target in targets if target is not None]
    wrong = [target for target in given if target and (target < 0) != (whole < 0)]
    if whole and wrong:
        return (
            f"holds {_pounds(whole)}, and {_pounds(wrong[0])} is no part of it: a part has the same sign as the whole"
        )
    difference = whole - sum(given)
    if difference:
        more = "less" if (difference > 0) == (whole >= 0) else "more"
        return (
            f"holds {_pounds(whole)}, and the parts come to {_pounds(sum(given))}: "
            f"{_pounds(abs(difference))} {more} than there is"
        )
    if not given:
        return "holds £0, and no part has it: enter 0 in one of them"
    return ""


def divided_positions(
    positions: Sequence[Position], parts: Sequence[Part], rule: Rule
) -> list[dict[int | None, Split]]:
    """For each part the split of each of its years. ValueError where the parts do not come to the whole."""
    divided: list[dict[int | None, Split]] = [{} for _part in parts]
    for position in positions:
        if position.approved:
            divided[0][position.year] = split_of(position)
            continue
        targets = [part.targets.get(position.year) for part in parts]
        for place, split in enumerate(divide(split_of(position), targets, rule)):
            if split is not None:
                divided[place][position.year] = split
    return divided


def _keep_own_part(position: Position, split: Split | None) -> None:
    """What the line itself keeps of a year: nothing entered where all of it goes to new lines."""
    if split is None:
        position.delete()
    elif split != split_of(position):
        for name in AMOUNTS:
            setattr(position, name, getattr(split, name))
        position.version += 1
        position.full_clean()
        position.save()


def _refuse_stale_positions(
    line: LineInPeriod, positions: Sequence[Position], versions: Mapping[int | None, int] | None
) -> None:
    if versions is not None and {position.year: position.version for position in positions} != dict(versions):
        raise ValidationError(
            f"Somebody changed an amount of {line.title} since you opened the page. Look at it again.", code="stale"
        )


def _pounds(amount: int) -> str:
    return with_unit(amount, Unit.POUNDS)
