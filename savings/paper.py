"""What every paper has: its period, unit and view on every page, and what the ratings mean in that period."""

from __future__ import annotations

from futurefit.ui.word import Paper
from futurefit.values.rag import Status
from savings.reading import Reading
from savings.rollups import weights_of


def paper_of(reading: Reading, *, title: str, over: str, wide: bool = False) -> Paper:
    """A paper that says on every page of which programme and period it is, in which unit and view."""
    paper = Paper(title=title, over=over, running=f"{reading.programme.name} · {reading.words}", wide=wide)
    if reading.period.correction_note:
        paper.notice(f"Note of correction to {reading.period.spoken}", reading.period.correction_note)
    return paper


def write_ratings(paper: Paper, reading: Reading) -> None:
    """The last section: the definitions and weights of the period (domain.md, The money)."""
    words = dict(reading.period.rag_definitions.values_list("status", "words"))
    weights = weights_of(reading.period)
    paper.heading("What the ratings mean")
    paper.table(
        "Ratings and their weight",
        f"Per cent of an amount that counts in the risk-weighted figure · as at {reading.period_words}",
        ("Rating", "Meaning", "Weight"),
        [
            (f"{status.letter}  {status.label}", words[status.value], f"{weights[status.value]} %")
            for status in Status
            if status.value in words
        ],
        numeric=(2,),
        widths=(4, 10, 2),
    )
    paper.quiet("An amount can be part one and part another. Claimed delivery waits for finance to accept it.")
