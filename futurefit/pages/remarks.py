"""What is said beside figures: savings promised in words alone, and what is illustration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from futurefit.pages import sentences
from savings.models import LineInPeriod, Position
from savings.reading import Reading
from savings.selection import ALL_LINES, Selection

PREFIX = "Illustration:"
"""The notice says this word itself; rows that begin with it say it once."""


@dataclass(frozen=True)
class Remarks:
    """How many lines of a selection have words and no amount, and in what words illustration is marked."""

    without: int
    illustrations: tuple[str, ...]

    @property
    def without_words(self) -> str:
        return sentences.without_amount(self.without)

    def with_illustrations(self, more: Iterable[str]) -> Remarks:
        """The same with the illustration words of something else on the page."""
        told = (sentences.capital(words.removeprefix(PREFIX).strip()) for words in more if words)
        return Remarks(self.without, tuple(dict.fromkeys((*self.illustrations, *told))))


def remarks(reading: Reading, where: Selection = ALL_LINES) -> Remarks:
    """What is to be said of the lines of a selection and of the period itself, in one query."""
    has_amount = Exists(Position.objects.filter(line_in_period=OuterRef("pk")))
    rows = list(
        LineInPeriod.objects.in_period(reading.period)
        .filter(where.q())
        .order_by()
        .annotate(has_amount=has_amount)
        .filter(Q(has_amount=False) | ~Q(illustration=""))
        .values("illustration", "has_amount")
        .annotate(lines=Count("pk"))
        .order_by("illustration")
    )
    without = sum(row["lines"] for row in rows if not row["has_amount"])
    marked = sum(row["lines"] for row in rows if row["illustration"])
    return Remarks(without, ()).with_illustrations([reading.period.illustration, sentences.illustrated_lines(marked)])


def words_of(lines: Iterable[LineInPeriod]) -> str:
    """ "Decision making: marginal, no amount"; empty for none."""
    return "; ".join(
        f"{line.title}: {line.amount_in_words}, no amount" if line.amount_in_words else f"{line.title}: no amount"
        for line in lines
    )
