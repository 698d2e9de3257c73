"""What is still outstanding in a period before it is closed: the list that the head of finance reads first.

Nothing of it stops the closing (domain.md, The return: no return leaves the last split, marked so).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.db.models import Exists, OuterRef

from futurefit.history.together import Part, together
from projects.models import Programme
from savings.models import Decision, LineInPeriod, Position, ReportingPeriod
from savings.reconcile import compare, printed_parts
from savings.returns_owed import OwedReturn, ReturnState, returns_owed

MOST_LISTED = 20
"""Lines and decisions are listed one by one up to this many; the rest is counted."""

NOT_IN = (ReturnState.DUE, ReturnState.DRAFT)


@dataclass(frozen=True)
class Item:
    """One line of a list: its words, how many it stands for, and what it is about by kind and key."""

    words: str
    count: int = 1
    about: str = ""
    key: str = ""


@dataclass(frozen=True)
class Outstanding:
    """One thing outstanding: how many there are, what becomes of it when the period is closed, and which they are."""

    kind: str
    words: str
    count: int
    then: str
    items: tuple[Item, ...] = ()

    @property
    def more(self) -> int:
        """How many are counted and not listed."""
        return max(0, self.count - sum(item.count for item in self.items)) if self.items else 0


def outstanding(period: ReportingPeriod) -> tuple[Outstanding, ...]:
    """All that is outstanding in the open period, most pressing first; what there is none of is left out."""
    owed = returns_owed(period)
    not_in = [each for each in owed if each.state in NOT_IN and each.owed_by is not None]
    queried = [each for each in owed if each.state is ReturnState.QUERIED and each.owed_by is not None]
    submitted = [each for each in owed if each.state is ReturnState.SUBMITTED]
    nobody = [each for each in owed if each.owed_by is None]
    claimed = _claimed(period)
    beside = together(
        Programme.objects.filter(pk=period.programme_id),
        {**printed_parts(period.programme), **_waiting(period)},
    )
    without_amount, decisions = beside["without_amount"], beside["decisions"]
    printed = beside["stated"]
    compared = compare(printed, among=printed, programme=period.programme, printed=beside)
    differing = sum(1 for found in compared if not found.agrees and not found.figure.decision)
    stays = "These lines keep the split of the last period and are marked as not returned."
    found = (
        Outstanding("not_in", "Returns that are not in", len(not_in), stays, _by_post(not_in)),
        Outstanding("queried", "Returns that finance queried", len(queried), stays, _by_post(queried)),
        Outstanding(
            "submitted",
            "Returns that finance has not looked at",
            len(submitted),
            "They count as submitted; they can be accepted only while the period is open.",
            _by_post(submitted),
        ),
        Outstanding(
            "nobody",
            "Lines whose return nobody owes",
            len(nobody),
            "They keep the split of the last period and are marked as not returned.",
            _listed(_line_item(each.line) for each in nobody),
        ),
        Outstanding(
            "claimed",
            "Lines with delivery that is claimed and not accepted",
            claimed,
            "It stays claimed and goes with the lines into the next period.",
        ),
        Outstanding(
            "decisions",
            "Decisions that are recorded and not confirmed",
            len(decisions),
            "They change nothing in this period; each can be changed to take effect in the next.",
            _listed(Item(str(each), about="decision", key=each.code) for each in decisions),
        ),
        Outstanding(
            "without_amount",
            "Lines without an amount",
            len(without_amount),
            "They stay in the period as words and count in no total.",
            _listed(map(_line_item, without_amount)),
        ),
        Outstanding(
            "differences",
            "Printed figures that differ, with nothing recorded on which is right",
            differing,
            "Both figures stay visible; which is right can be recorded at any time.",
        ),
    )
    return tuple(each for each in found if each.count)


def _claimed(period: ReportingPeriod) -> int:
    """How many lines hold delivery that is claimed."""
    claimed = Position.objects.filter(line_in_period=OuterRef("pk")).exclude(claimed=0)
    return LineInPeriod.objects.in_period(period).filter(Exists(claimed)).count()


def _waiting(period: ReportingPeriod) -> dict[str, Part]:
    """The lines without an amount and the decisions that nobody has confirmed."""
    waiting = Decision.objects.filter(confirmed_at__isnull=True, withdrawn_at__isnull=True, effective_in=period)
    lines = LineInPeriod.objects.in_period(period).without_amount()
    return {
        "without_amount": Part(lines, order=("id",), related={"line": ("code",)}),
        "decisions": Part(waiting, order=("recorded_at", "id")),
    }


def _by_post(owed: Iterable[OwedReturn]) -> tuple[Item, ...]:
    """One item a post, in the order of their titles."""
    counted = Counter((each.owed_by.title, each.owed_by.code) for each in owed if each.owed_by is not None)
    return tuple(Item(title, number, "post", code) for (title, code), number in sorted(counted.items()))


def _line_item(line: LineInPeriod) -> Item:
    return Item(f"{line.line.code} {line.title}", about="line", key=line.line.code)


def _listed(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(islice(items, MOST_LISTED))
