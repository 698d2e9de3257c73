"""What finance answers to returns: accepted, with the evidence noted, or queried with a reason (domain.md, The return).

Accepting makes what is claimed delivered in the positions of the open period. While the period is open a query takes
an acceptance back, and with it gives back what it made of claims; once closed neither changes.

Rows are locked in one order: the period, returns by number, positions by number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Model

from futurefit.history.actors import Actor
from futurefit.history.models import Act
from futurefit.history.reads import copies_left_by
from futurefit.history.services import record_act
from futurefit.history.tracking import bulk_update_tracked, history_model
from futurefit.values.money import Unit, with_unit
from savings.copied_rows import former_rows
from savings.models import LineReturn, Position, ReportingPeriod
from savings.services.lines import require_open

ACCEPTED, QUERIED = "savings.return_accepted", "savings.return_queried"

REASON_AT_MOST = 5_000
"""Characters of a query, and of the evidence that finance notes."""

EVERY_POSITION = 1_000_000
"""More rows than an acceptance can write: taking one back looks at all of them."""

State = LineReturn.State


@dataclass(frozen=True)
class Seen:
    """A return as its reader saw it: its version, its state, and what its line claims in all years, whole pounds."""

    version: int
    state: str
    claimed: int

    @property
    def words(self) -> str:
        """ "submitted, £50,000 claimed"."""
        claim = f", {with_unit(self.claimed, Unit.POUNDS)} claimed" if self.claimed else ""
        return f"{State(self.state).label.lower()}{claim}"


class ReturnsChanged(ValidationError):
    """Returns that are not as their reader saw them; a message for each names both values."""

    code = "stale"

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__([ValidationError(message, code="stale") for message in messages])


def accept_returns(
    *,
    actor: Actor,
    period: ReportingPeriod,
    seen: Mapping[int, Seen],
    note: str = "",
    at: datetime | None = None,
) -> Act:
    """Accept the returns of these numbers as one act: what their lines claim becomes delivered.

    `note` is the evidence as finance notes it, for all of them; without one the evidence of the return itself is
    noted. A queried return is accepted with a note alone, which says how the query was answered.

    All or none. Raises `ReturnsChanged` where a return is not as it was seen, and ValidationError for a closed period,
    no return, one that is no longer to be answered, one that the actor submitted (for whichever post), a claim
    without evidence and a queried return without a note.
    """
    note = _checked(note, "note", "The note")
    if not seen:
        raise ValidationError("No return is chosen.")
    require_open(period)
    with record_act(
        actor=actor,
        verb=ACCEPTED,
        sentence=f"Accepted {_count(len(seen))} of {period.spoken}.",
        reason=note,
        at=at,
        programme_slug=period.programme.slug,
        hold=lambda: require_open(period),
    ) as act:
        returns = _locked_returns(period, seen)
        positions = _locked_positions(returns)
        _refuse_changed(returns, positions, seen)
        _refuse_unacceptable(actor, returns, positions, note)
        claimed = [position for of_line in positions.values() for position in of_line if position.claimed]
        for position in claimed:
            position.delivered += position.claimed
            position.claimed = 0
            position.version += 1
        bulk_update_tracked(Position, claimed, ["delivered", "claimed", "version"])
        for each in returns:
            each.state = State.ACCEPTED
            each.accepted_at, each.accepted_by, each.accepted_by_user = act.at, str(actor), actor.user_id
            each.evidence_accepted = note or each.evidence
            each.version += 1
        fields = ["state", "accepted_at", "accepted_by", "accepted_by_user", "evidence_accepted", "version"]
        bulk_update_tracked(LineReturn, returns, fields)
        act.add_subjects(_about(returns))
    return act


def query_return(
    *,
    actor: Actor,
    period: ReportingPeriod,
    number: int,
    seen: Seen,
    reason: str,
    at: datetime | None = None,
) -> LineReturn:
    """Query a return, or ask anew where it is queried already; it goes back to the post that owes it.

    Of an accepted one the acceptance is taken back: what it made delivered is claimed again, since delivered is what
    finance has accepted. Raises `ReturnsChanged` where it is not as it was seen, and ValidationError for a closed
    period, without a reason, for one that was never submitted, and where amounts were changed since so that the
    claim cannot be given back.
    """
    reason = _checked(reason, "reason", "What finance asks")
    if not reason:
        raise ValidationError(
            {"reason": "What finance asks: nothing is entered. The post that owes the return reads it."}
        )
    require_open(period)
    with record_act(
        actor=actor,
        verb=QUERIED,
        sentence=f"Queried a return of {period.spoken}.",
        reason=reason,
        at=at,
        programme_slug=period.programme.slug,
        hold=lambda: require_open(period),
    ) as act:
        returns = _locked_returns(period, {number: seen})
        positions = _locked_positions(returns)
        _refuse_changed(returns, positions, {number: seen})
        (queried,) = returns
        if queried.state == State.DRAFT:
            raise ValidationError(f"{_name(queried)}: nothing is submitted yet that could be queried.")
        if queried.state == State.ACCEPTED:
            _give_back(queried, positions.get(queried.line_in_period_id, []))
        queried.state = State.QUERIED
        queried.queried_at, queried.queried_by, queried.query_reason = act.at, str(actor), reason
        queried.accepted_at, queried.accepted_by, queried.accepted_by_user = None, "", None
        queried.evidence_accepted = ""
        queried.version += 1
        queried.full_clean()
        queried.save()
        act.add_subjects(_about(returns))
    return queried


def seen_of(line_return: LineReturn, positions: Iterable[Position]) -> Seen:
    """A return with the positions of its line as they stand."""
    return Seen(line_return.version, line_return.state, sum(position.claimed for position in positions))


def _checked(words: str, name: str, label: str) -> str:
    words = words.strip()
    if "\x00" in words:
        raise ValidationError({name: f"{label}: it holds a character that cannot be kept. Type it again."})
    if len(words) > REASON_AT_MOST:
        raise ValidationError({name: f"{label}: write at most {REASON_AT_MOST:,} characters, not {len(words):,}."})
    return words


def _locked_returns(period: ReportingPeriod, seen: Mapping[int, Seen]) -> list[LineReturn]:
    rows = LineReturn.objects.filter(pk__in=seen, line_in_period__period=period).select_related(
        "line_in_period__line", "line_in_period__project"
    )
    found = list(rows.order_by("pk").select_for_update(of=("self",)))
    if len(found) < len(seen):
        raise ReturnsChanged([f"{_count(len(seen) - len(found)).capitalize()} chosen: no longer there."])
    return found


def _locked_positions(returns: Iterable[LineReturn]) -> dict[int, list[Position]]:
    """The positions of their lines, by the line in period."""
    found: dict[int, list[Position]] = {}
    rows = Position.objects.filter(line_in_period__in=[each.line_in_period_id for each in returns])
    for position in rows.order_by("pk").select_for_update(of=("self",)):
        found.setdefault(position.line_in_period_id, []).append(position)
    return found


def _refuse_changed(
    returns: Iterable[LineReturn], positions: Mapping[int, list[Position]], seen: Mapping[int, Seen]
) -> None:
    changed = []
    for each in returns:
        was, now = seen[each.pk], seen_of(each, positions.get(each.line_in_period_id, []))
        if was != now:
            by = {State.ACCEPTED: f" by {each.accepted_by}", State.QUERIED: f" by {each.queried_by}"}
            who = by.get(State(now.state), "") if now.state != was.state else ""
            anew = "" if now.words != was.words else ", and its words were changed"
            changed.append(f"{_name(each)}: you saw it {was.words}; now it is {now.words}{who}{anew}.")
    if changed:
        raise ReturnsChanged(changed)


def _refuse_unacceptable(
    actor: Actor, returns: Iterable[LineReturn], positions: Mapping[int, list[Position]], note: str
) -> None:
    problems: dict[str, list[str]] = {}
    for each in returns:
        claims = any(position.claimed for position in positions.get(each.line_in_period_id, []))
        if each.line_in_period.withdrawn:
            problems.setdefault("returns", []).append(f"{_name(each)}: the line is withdrawn.")
        elif each.state not in (State.SUBMITTED, State.QUERIED):
            state = each.get_state_display().lower()
            problems.setdefault("returns", []).append(f"{_name(each)}: it is {state}, so there is nothing to accept.")
        elif actor.user_id is not None and each.submitted_by_user == actor.user_id:
            problems.setdefault("returns", []).append(
                f"{_name(each)}: you submitted this return. Nobody accepts their own; another finance officer does."
            )
        elif each.state == State.QUERIED and not note:
            problems.setdefault("note", []).append(f"{_name(each)}: it is queried. Note how the query was answered.")
        elif claims and not note and not each.evidence.strip():
            problems.setdefault("note", []).append(
                f"{_name(each)}: delivery is claimed without evidence. Note what shows that it is delivered."
            )
    if problems:
        raise ValidationError(problems)


def _give_back(accepted: LineReturn, positions: Iterable[Position]) -> None:
    """What the acceptance took from claimed to delivered is claimed again, year by year."""
    taken = _taken_by_the_acceptance(accepted)
    back = [position for position in positions if taken.get(position.pk)]
    for position in back:
        left = position.delivered - taken[position.pk]
        if left * taken[position.pk] < 0 or position.claimed * taken[position.pk] < 0:
            raise ValidationError(
                f"{_name(accepted)}: what is delivered was changed since it was accepted, so the claim cannot be given "
                "back. Enter in the grid how the line stands."
            )
        position.delivered = left
        position.claimed += taken[position.pk]
        position.version += 1
    bulk_update_tracked(Position, back, ["delivered", "claimed", "version"])


def _taken_by_the_acceptance(accepted: LineReturn) -> dict[int, int]:
    """By position, from the histories that the accepting act left: what was claimed before it, and not after."""
    filed = {"id": accepted.pk, "history_date": accepted.accepted_at}
    copies = history_model(LineReturn)._default_manager.filter(**filed)
    acts = Act.objects.filter(pk__in=copies.order_by().values("act_id"), verb=ACCEPTED)
    taken = {}
    for act in acts:
        pairs = copies_left_by(act, Position, at_most=EVERY_POSITION)
        opened_with = former_rows(Position, [copy for copy, before in pairs if before is None])
        for copy, earlier in pairs:
            before = earlier or opened_with.get(copy.history_id)
            if copy.line_in_period_id == accepted.line_in_period_id and before is not None:
                taken[copy.id] = before.claimed - copy.claimed
    return taken


def _about(returns: Iterable[LineReturn]) -> list[Model]:
    return [subject for each in returns for subject in (each.line_in_period.line, each.line_in_period.project)]


def _name(each: LineReturn) -> str:
    return f"{each.line_in_period.line.code} {each.line_in_period.title}"


def _count(number: int) -> str:
    return f"{number:,} return{'' if number == 1 else 's'}"
