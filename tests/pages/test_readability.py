"""The sentences that pages derive from figures are read by everybody: grade 9 or easier by Flesch and Kincaid.

Figures, years and what council and papers call things are no words of ours: each counts as one short word, and so does
an abbreviation that is explained beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from futurefit.pages import questions, sentences
from futurefit.pages.delivered_over_time import COUNTED
from futurefit.pages.delivery import ToldMilestone, ToldRisk, ToldRisks
from futurefit.pages.figures import HOW_SURE_WORDS, MINUS_WORDS, PERCENT_WORDS
from futurefit.pages.questions import WorstAmount
from futurefit.values.financial_year import Horizon
from futurefit.values.money import Unit
from futurefit.values.rag import DEFAULT_WEIGHTS
from savings.changes import Cause

GRADE = 9.0
EXPLAINED = {"rag", "mtfp", "fte", "cmr", "slt", "kpi"}
_WORD = re.compile(r"[^\s,.;:?!“”()–]+(?:[.,]\d+\S*)*")


def syllables(word: str) -> int:
    """Groups of vowels; an e at the end is not heard, nor that of a past tense; a figure is one."""
    word = word.lower().strip("'’\"")
    if word in EXPLAINED:
        return 1
    if not word.isalpha():
        return sum(syllables(part) for part in re.split(r"[-’']", word) if part.isalpha()) or 1
    heard = re.sub(r"(?<=[^aeiouyl])e$|(?<=[aeiouy])le$|(?<=[^aeiouytd])e[ds]$", "", word)
    return max(len(re.findall(r"[aeiouy]+", heard)), 1)


def grade(text: str) -> float:
    """The school year that the text asks for (Flesch and Kincaid)."""
    text = re.sub(r"(?<=\d)[.,/](?=\d)", "", text)
    said = [each for each in re.split(r"(?<=[.?!])\s+|:\s+", text) if _WORD.search(each)]
    words = [word for each in said for word in _WORD.findall(each)]
    return 0.39 * len(words) / len(said) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.mark.parametrize(
    ("word", "heard"),
    [
        ("saving", 2),
        ("planned", 1),
        ("rated", 2),
        ("late", 1),
        ("£0.500m", 1),
        ("people", 2),
        ("RAG", 1),
    ],
)
def test_syllables_are_those_one_hears(word, heard):
    assert syllables(word) == heard


class _Reading:
    unit, horizon, query = Unit.MILLIONS, Horizon(2015, 2020, True), ""


def _shares() -> Iterator[str]:
    for part, whole in ((78, 100), (105, 100), (-5, 100), (0, 0), (0, -5)):
        for planned, done in (
            ("planned for 2016/17", "is delivered"),
            ("in the whole plan", "is done or on course"),
            ("in the whole plan", "is in doubt"),
            ("in the whole plan", "nobody has judged yet"),
        ):
            share = sentences.in_ten(part, whole, planned=planned, done=done)
            yield (
                f"{share.before} {share.figure}: {share.after}"
                if whole <= 0
                else (f"{share.before} {share.figure} {share.after}")
            )
    for amounts in ((78, 10, 12), (0, 10, 0), (0, 0, 100), (100, 0, 0)):
        yield "".join(part.text for part in sentences.standing(*amounts, 100))


def _moves() -> Iterator[str]:
    for planned, secure in ((0, 0), (100_000, 0), (-100_000, 20_000), (0, -20_000)):
        yield sentences.moved_since("2015/16 month 12", planned, secure, Unit.MILLIONS)


def _counts() -> Iterator[str]:
    for number in (1, 2, 16):
        yield sentences.without_amount(number)
        yield sentences.illustrated_lines(number)
        yield sentences.unscored_risks(number)
        yield sentences.shown_of(number, 16, "late milestone", "late milestones")
    yield sentences.not_stated_recurring(500_000, Unit.MILLIONS)
    yield sentences.no_requirement("Ten")
    yield sentences.weights_words({status.value: weight for status, weight in DEFAULT_WEIGHTS.items()})
    yield sentences.years_left_out(_Reading.horizon, [2016, 2017])
    yield from (sentences.ROUNDING, sentences.IN_TEN_ROUNDING, sentences.PRESSURES)
    yield from (HOW_SURE_WORDS, MINUS_WORDS, PERCENT_WORDS)


def _asked() -> Iterator[str]:
    late = ToldMilestone("Ten", "", "", "Sept 2015", "September 2015", "Late", "alert", 31)
    risks = ToldRisks(12, beyond=[ToldRisk("Ten.", "", 20)], within=[], unscored=[])
    unscored = replace(risks, beyond=[], unscored=[ToldRisk("Ten.", "", None), ToldRisk("Ten.", "", None)])
    found = [
        *(
            questions.about_amount(_Reading, WorstAmount("T", "Ten", 2018, 500_000, rated))
            for rated in ("red", "amber", "not rated")
        ),
        questions.about_amount(_Reading, WorstAmount("T", "Ten", None, 500_000, "red")),
        questions.about_time(_Reading, [late], []),
        questions.about_time(_Reading, [], [replace(late, days_late=0)]),
        questions.about_risk(_Reading, risks),
        questions.about_risk(_Reading, unscored),
    ]
    for each in found:
        yield each.question
        yield f"Ten: {each.fact}"


def _changes() -> Iterator[str]:
    for cause in Cause:
        yield f"£0.100m {cause.words}: Ten, 2016/17 from £0.200m to £0.100m (finance officer, 1 May 2016)."
    for counted in COUNTED.values():
        yield f"80 % of the target and 70 % of the original amounts is delivered, {counted}."


SENTENCES = sorted({each for told in (_shares, _moves, _counts, _asked, _changes) for each in told() if each})


@pytest.mark.parametrize("said", SENTENCES)
def test_a_derived_sentence_is_easy_to_read(said: str):
    assert grade(said) <= GRADE, f"{grade(said):.1f}"
