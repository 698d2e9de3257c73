"""Dates as officers write them: "by August 2016", "Oct/Nov 15", "late 2017/18, maybe 2018/19".

A milestone keeps the words as written; this module reads them, with the day they were written, into the
earliest and latest day they can mean (domain.md, "Delivery"). The rules:

- dates are day-first; "September 15" is September 2015, since the day would stand first;
- seasons are March to May, June to August, September to November, December to February; a season or month
  of a financial year is the one that begins in it, and ends with it;
- a quarter is one of the financial year; "Q4 2016" is January to March 2016;
- "by", "until" and "completed" give a latest day only, "from" and "onwards" an earliest only;
- early, mid and late are the first quarter, the middle half and the last quarter of a year, the first ten
  days, the next ten and the rest of a month, and a month of a season or quarter; a "later part" is the
  second half;
- a year that is not written is the one nearest the day of writing, for what is done the latest before it;
- what cannot be read, also a day that does not exist, has no dates and says so: nothing is guessed.

Several dates in one text give the days from the first to the last of them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from futurefit.values.financial_year import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    FinancialYear,
    calendar_month_ends_on,
    quarter_starts_on,
)


class Kind(StrEnum):
    """What sort of date the words give."""

    EXACT = "exact"
    MONTH = "month"
    RANGE = "range"
    SEASON = "season"
    YEAR = "year"
    FINANCIAL_YEAR = "financial_year"
    DEADLINE = "deadline"
    OPEN_END = "open_end"
    ONGOING = "ongoing"
    DONE = "done"
    NONE = "none"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]


_KIND_LABELS: Final[dict[Kind, str]] = {
    Kind.EXACT: "A day",
    Kind.MONTH: "A month",
    Kind.RANGE: "A range",
    Kind.SEASON: "A season",
    Kind.YEAR: "A year",
    Kind.FINANCIAL_YEAR: "A financial year",
    Kind.DEADLINE: "A deadline",
    Kind.OPEN_END: "A start without an end",
    Kind.ONGOING: "Ongoing, no date",
    Kind.DONE: "Done",
    Kind.NONE: "No date",
    Kind.UNREADABLE: "Words without a date that can be read",
}


class MilestoneStatus(StrEnum):
    """How a milestone stands by its own words."""

    OUTSTANDING = "outstanding"
    ONGOING = "ongoing"
    COMPLETED = "completed"

    @property
    def label(self) -> str:
        return self.value.capitalize()


@dataclass(frozen=True, slots=True)
class FuzzyDate:
    """What a date in words means: the first and last day it can be, both ends included, ``None`` unknown."""

    earliest: date | None
    latest: date | None
    kind: Kind
    year_implied: bool = False
    to_be_confirmed: bool = False
    is_estimate: bool = False
    status: MilestoneStatus = MilestoneStatus.OUTSTANDING

    def surely_late(self, today: date) -> bool:
        """Whether the last possible day has passed and it is not done; never without a latest day."""
        return self.latest is not None and today > self.latest and self.status is not MilestoneStatus.COMPLETED


def read_date(words: str, *, written_on: date, done: bool = False) -> FuzzyDate:
    """Read a date in words, written on a day. Never raises, whatever the words are.

    ``done`` says that something else than the words, such as the heading they stand under, tells that the
    milestone is completed: it sets the status, and an implied year is then the latest before ``written_on``.
    """
    tokens = _tokens(words)
    said_done = next((at for at in range(len(tokens)) if _says_done(tokens, at)), None)
    ongoing = any(token.kind == "ongoing" for token in tokens)
    in_the_past = done or (said_done is not None and not ongoing)
    phrases: list[_Phrase] = []
    readable = True
    implied = False
    try:
        phrases = _Reader(tokens, written_on).phrases()
        for phrase in phrases:
            implied = phrase.resolve(written_on, done=in_the_past) or implied
    except (ValueError, OverflowError):
        phrases, readable, implied = [], False, False

    finished = said_done is not None and not ongoing
    if said_done is not None and finished and not done:
        if _promised_by(tokens, said_done) and any(phrase.end > written_on for phrase in phrases):
            finished = False
        elif _more_to_come(tokens, said_done, phrases, written_on):
            finished, ongoing = False, True

    earliest, latest, kind = _combined(phrases)
    if finished and readable:
        earliest, kind = None, Kind.DONE
    elif not phrases:
        kind = _kind_without_date(tokens, readable=readable, ongoing=ongoing, done=done)
    if done or finished:
        status = MilestoneStatus.COMPLETED
    else:
        status = MilestoneStatus.ONGOING if ongoing else MilestoneStatus.OUTSTANDING
    return FuzzyDate(
        earliest,
        latest,
        kind,
        year_implied=implied,
        to_be_confirmed=any(token.kind == "tbc" for token in tokens),
        is_estimate=any(token.kind == "estimate" for token in tokens),
        status=status,
    )


# --- words and tokens -------------------------------------------------------------------------------------

_LONGEST_TEXT: Final = 1_000
_YEARS_AROUND: Final = 30
_SHORT_YEARS_AROUND: Final = 10
_A_LEAP_YEAR: Final = 2000

_MONTHS: Final[dict[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_SEASONS: Final = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
_ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_AFTER_THE_VERB_MAY: Final = frozenset(
    (
        *("be", "have", "not", "need", "slip", "change", "move", "take", "also", "still", "well", "vary", "require"),
        *("become", "go", "start", "begin", "only", "never", "depend", "extend", "continue", "come", "run", "fall"),
        *("happen", "lead", "mean", "affect", "result"),
    )
)
_NUMBERED_THINGS: Final = frozenset(
    (
        *("phase", "stage", "wave", "tranche", "workstream", "ws", "strand", "step", "part", "version", "lot"),
        *("gate", "project", "paper", "option", "item"),
    )
)
_NOT_YET_DONE: Final = frozenset(
    (
        *("not", "never", "be", "being", "partly", "partially", "part", "half", "nearly", "almost", "mostly"),
        *("largely", "once", "when", "until", "if", "unless", "awaiting", "after", "before", "yet", "to", "will"),
        *("should", "must", "shall", "can", "cannot"),
    )
)
_ENDS_OF_DATES: Final = frozenset(
    (
        *("iso", "numeric", "monthyear", "pair", "shortpair", "fy", "quarter", "ordinal", "shortyear", "number"),
        *("month", "season"),
    )
)

_PHRASES: Final[tuple[tuple[str, str], ...]] = (
    (r"\bno[tr]? (?:earlier than|before)\b", " from "),
    (r"\bno[tr]? later than\b", " by "),
    (r"\b(?:with effect from|w\.?e\.?f\b\.?|effective from)", " from "),
    (r"\b(?:through to|up to(?: and including)?|leading to)\b", " until "),
    (r"\b(?:prior to|ahead of|in advance of)\b", " before "),
    (r"\bto be (?:confirmed|agreed|determined|decided|announced)\b", " tbc "),
    (r"\b(?:in progress|under way|on-going|on going)\b", " ongoing "),
    (r"\b(?:later|latter|last|second) (?:part|half)\b", " laterpart "),
    (r"\b(?:earlier|former|early|first) (?:part|half)\b", " earlierpart "),
    (r"\blater (?=in\b)", " laterpart "),
    (r"\b(?:start|beginning) (?=of\b)", " early "),
    (r"\b(?:and|or) (?:later|after|beyond)\b", " onwards "),
    (r"\bweek (?:commencing|beginning|starting)\b|\bw/?c\b|\bw/b\b", " weekfrom "),
    (r"\bweek ending\b|\bw/e\b", " weekto "),
    (r"\bquarter ([1-4])\b", r" q\1 "),
    (r"\b(?:c|ca|circa)\.? ?(?=[0-9])", " circa "),
)
_VOCABULARY: Final[dict[str, str]] = {
    **dict.fromkeys(("to", "and", "or", "till", "until", "through"), "join"),
    **dict.fromkeys(("of", "the", "in", "on", "at", "for", "during", "within", "throughout", "over", "across"), "glue"),
    **dict.fromkeys(("financial", "year", "calendar", "month", "between", "say"), "glue"),
    **dict.fromkeys(("by", "before", "from", "since", "after", "starting", "commencing", "beginning"), "limit"),
    **dict.fromkeys(("early", "mid", "middle", "late", "end", "earlierpart", "laterpart", "h1", "h2"), "part"),
    **dict.fromkeys(("onward", "onwards", "beyond", "thereafter"), "onwards"),
    **dict.fromkeys(("tbc", "tba", "tbd", "provisional", "provisionally", "pending"), "tbc"),
    **dict.fromkeys(("circa", "approx", "approximately", "about", "around", "roughly", "est", "estimate"), "estimate"),
    **dict.fromkeys(("estimated", "likely", "maybe", "perhaps", "possibly", "probably", "potentially"), "estimate"),
    **dict.fromkeys(("expected", "anticipated", "indicative", "hopefully", "most"), "estimate"),
    **dict.fromkeys(("ongoing", "continuing", "continuous", "underway"), "ongoing"),
    **dict.fromkeys(("completed", "complete", "achieved", "done", "finished"), "done"),
    **dict.fromkeys(("weekfrom", "weekto"), "week"),
    **dict.fromkeys(("latest",), "latest"),
    **dict.fromkeys(_MONTHS, "month"),
    **dict.fromkeys(_SEASONS, "season"),
}
_WEEKDAY = re.compile(
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b(?=[ ,.]*[0-9])[ ,.]*", re.ASCII
)
_MONTH_WORD = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_NO_MONTH_AHEAD = rf"(?!(?:st|nd|rd|th)?[ -]?{_MONTH_WORD}\b)"
_TOKEN = re.compile(
    rf"""
      (?P<iso>[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}(?![0-9]))
    | (?P<numeric>[0-9]{{1,2}}(?P<sep>[/.-])[0-9]{{1,2}}(?P=sep)(?:[0-9]{{4}}|[0-9]{{2}})(?![0-9]))
    | (?P<monthyear>[0-9]{{1,2}}/(?:19|20)[0-9]{{2}}(?![0-9/]))
    | (?P<pair>(?:fy\ ?)?[0-9]{{4}}(?:-|\ ?/\ ?)(?:[0-9]{{4}}|[0-9]{{2}})(?![0-9]){_NO_MONTH_AHEAD})
    | (?P<shortpair>(?:fy\ ?)?[0-9]{{1,2}}[/-][0-9]{{1,2}}(?![0-9%/]){_NO_MONTH_AHEAD})
    | (?P<fy>fy\ ?(?:[0-9]{{4}}|[0-9]{{2}})(?![0-9]))
    | (?P<quarter>q\ ?[1-4](?![0-9a-z]))
    | (?P<half>h[12](?![0-9a-z]))
    | (?P<ordinal>[0-9]{{1,2}}(?:st|nd|rd|th)(?![a-z0-9]))
    | (?P<shortyear>['\u2019][0-9]{{2}}(?![0-9a-z]))
    | (?P<amount>£\ ?[0-9][0-9.,]*[a-z]*|[0-9]+(?:,[0-9]{{3}})+|[0-9]+(?:\.[0-9]+)?\ ?%|[0-9]+\.[0-9]+
        |[0-9]+(?![0-9 ])[a-z][a-z0-9]*|[a-z]+[0-9][a-z0-9]*)
    | (?P<number>[0-9]+)
    | (?P<word>[a-z]+(?:['\u2019][a-z]+)*)
    | (?P<symbol>[^\sa-z0-9])
    """,
    re.VERBOSE | re.ASCII,
)


class _Token(NamedTuple):
    """One word, number or sign; ``tight`` when no space stands on either side of it."""

    kind: str
    text: str
    tight: bool = False


def _normalised(words: str) -> str:
    text = re.sub(r"\s+", " ", words[:_LONGEST_TEXT].lower())
    text = re.sub("[\u2010-\u2015\u2212]", "-", text)
    text = re.sub(rf"(?<![a-z])({_MONTH_WORD})(?=[0-9])", r"\1 ", text, flags=re.ASCII)
    text = re.sub(rf"(?<=[0-9])(?={_MONTH_WORD}\b)", " ", text, flags=re.ASCII)
    for pattern, plain in _PHRASES:
        text = re.sub(pattern, plain, text, flags=re.ASCII)
    for ordinal, number in _ORDINALS.items():
        text = re.sub(rf"\b{ordinal} quarter\b", f" q{number} ", text, flags=re.ASCII)
    return _WEEKDAY.sub("", text)


def _tokens(words: str) -> list[_Token]:
    text = _normalised(words)
    found: list[_Token] = []
    for match in _TOKEN.finditer(text):
        kind, value = str(match.lastgroup), match[0]
        if match["numeric"]:
            kind = "numeric"
        if kind == "half":
            kind = "part"
        elif kind == "word":
            kind = _VOCABULARY.get(value, "word")
        elif kind == "symbol":
            kind = {"-": "join", "/": "join", "&": "join", ",": "join", ";": "stop", ".": "stop", "?": "estimate"}.get(
                value, {"~": "estimate", "+": "plus"}.get(value, "mark")
            )
        tight = not (text[max(match.start() - 1, 0)].isspace() or text[match.end() : match.end() + 1].isspace())
        found.append(_Token(kind, value, tight))
    return [_without_the_verb(found, at) for at in range(len(found))]


def _without_the_verb(tokens: list[_Token], at: int) -> _Token:
    """The token, "may" being a word and no month where a verb follows."""
    token = tokens[at]
    following = tokens[at + 1].text if at + 1 < len(tokens) else ""
    return token._replace(kind="word") if token.text == "may" and following in _AFTER_THE_VERB_MAY else token


# --- what is done and what is not -------------------------------------------------------------------------


def _says_done(tokens: list[_Token], at: int) -> bool:
    """Whether this is a word for done, without a "not", "to be" or "75%" within three words before it."""
    if tokens[at].kind != "done":
        return False
    before = tokens[max(at - 3, 0) : at]
    if any(token.text in _NOT_YET_DONE or (token.text.endswith("%") and token.text != "100%") for token in before):
        return False
    ends_its_clause = at + 1 == len(tokens) or tokens[at + 1].kind in ("stop", "join", "mark")
    return tokens[at].text != "complete" or ends_its_clause


def _promised_by(tokens: list[_Token], said_done: int) -> bool:
    """ "Completed by March 2016" promises when that day is still to come."""
    return said_done + 1 < len(tokens) and tokens[said_done + 1].text == "by"


def _more_to_come(tokens: list[_Token], said_done: int, phrases: list["_Phrase"], written_on: date) -> bool:
    """ "Phase 1 completed, phase 2 by March 2016": something in a later clause still lies ahead."""
    return any(
        phrase.at > said_done
        and phrase.end > written_on
        and any(token.kind == "stop" or token.text in (",", "and") for token in tokens[said_done : phrase.at])
        for phrase in phrases
    )


def _kind_without_date(tokens: list[_Token], *, readable: bool, ongoing: bool, done: bool) -> Kind:
    if not readable:
        return Kind.UNREADABLE
    if ongoing:
        return Kind.ONGOING
    if all(token.kind in ("tbc", "glue", "join", "mark", "stop", "estimate") for token in tokens):
        return Kind.DONE if done else Kind.NONE
    return Kind.UNREADABLE


# --- points in time ---------------------------------------------------------------------------------------

_Days = tuple[date, date]


@dataclass(slots=True)
class _Point:
    """One date as written: a unit, the number of its first month, and the year or financial year if given."""

    kind: Kind
    month: int = 1
    day: int | None = None
    months: int = 1
    year: int | None = None
    financial_year: int | None = None
    part: str = ""
    week: str = ""

    @property
    def dated(self) -> bool:
        return self.year is not None or self.financial_year is not None

    @property
    def stands_alone(self) -> bool:
        """Whether it is a whole year, which lends its year to nothing beside it."""
        return self.kind in (Kind.YEAR, Kind.FINANCIAL_YEAR)

    def days(self) -> _Days:
        """First and last day. Raises `ValueError` for a day or year that does not exist."""
        if self.financial_year is not None:
            bounds = FinancialYear(self.financial_year)
            if self.kind is Kind.FINANCIAL_YEAR:
                return self._part_of(bounds.starts_on, bounds.ends_on)
            start, end = self._days_in(self.financial_year if self.month >= 4 else self.financial_year + 1)
            return self._part_of(start, min(end, bounds.ends_on))
        if self.year is None:
            raise ValueError("a point without a year has no days")
        return self._part_of(*self._days_in(self.year))

    def in_year(self, year: int) -> _Days | None:
        """Its days in a calendar year, ``None`` where it does not exist (29 February)."""
        try:
            return replace(self, year=year, financial_year=None).days()
        except (ValueError, OverflowError):
            return None

    def _days_in(self, year: int) -> _Days:
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            raise ValueError(f"{year} is not a year of any plan")
        if self.day is not None:
            day = date(year, self.month, self.day)
            if self.week:
                return (day, day + timedelta(6)) if self.week == "weekfrom" else (day - timedelta(6), day)
            return day, day
        start = date(year, self.month, 1)
        return start, calendar_month_ends_on(_months_later(start, self.months - 1))

    def _part_of(self, start: date, end: date) -> _Days:
        if not self.part or self.day is not None:
            return start, end
        length = (end.year - start.year) * 12 + end.month - start.month + 1
        if length == 1:
            return _part_of_a_month(self.part, start, end)
        # quarters of a year, months of a season or quarter
        step = max(length // 4, 1)
        half = length // 2
        first, last = {
            "early": (0, step),
            "mid": (step, length - step),
            "middle": (step, length - step),
            "late": (length - step, length),
            "end": (length - step, length),
            "earlierpart": (0, length - half),
            "h1": (0, length - half),
            "laterpart": (half, length),
            "h2": (half, length),
        }[self.part]
        return _months_later(start, first), calendar_month_ends_on(_months_later(start, max(last, first + 1) - 1))


def _months_later(day: date, months: int) -> date:
    """The first day of the month that lies so many months after."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def _part_of_a_month(part: str, start: date, end: date) -> _Days:
    first, last = {
        "early": (1, 10),
        "mid": (11, 20),
        "middle": (11, 20),
        "late": (21, 31),
        "end": (21, 31),
        "earlierpart": (1, 15),
        "h1": (1, 15),
        "laterpart": (16, 31),
        "h2": (16, 31),
    }[part]
    return start.replace(day=first), start.replace(day=min(last, end.day))


@dataclass(slots=True)
class _Phrase:
    """One date, or several joined ("Oct/Nov 15"), with the word that limits them; ``at`` counts tokens."""

    at: int
    points: list[_Point]
    joins: list[str]
    limit: str = ""
    start: date = date.min
    end: date = date.max

    def resolve(self, written_on: date, *, done: bool) -> bool:
        """Settle first and last day, and say whether a year had to be implied.

        A missing year is lent by the next date of the same phrase ("July / August 2015"), else it follows
        the one before ("Nov 2015 to January"), else it is implied.
        """
        implied = False
        points = self.points
        for left, right in reversed(list(pairwise(points))):
            if not left.dated and right.dated and not right.stands_alone:
                left.year, left.financial_year = right.year, right.financial_year
                begins = left.days()[0]
                if begins > right.days()[1]:
                    left.year, left.financial_year = begins.year - 1, None
        before: date | None = None
        for point in points:
            if not point.dated:
                implied = True
                point.year = _implied_year(point, written_on, done=done, after=before)
            before = point.days()[0]
        spans = [point.days() for point in points]
        self.start = min(start for start, _ in spans)
        self.end = max(end for _, end in spans)
        if self.limit == "before":
            # "before the end of March" may still be March
            self.end = self.end if points[0].part == "end" else self.start - timedelta(1)
        elif self.limit == "after":
            self.start = self.end + timedelta(1)
        return implied

    @property
    def is_open(self) -> bool:
        runs_to_an_end = any(join in ("to", "-", "until", "till", "through") for join in self.joins)
        return self.limit in ("onwards", "after") or (self.limit == "from" and not runs_to_an_end)

    @property
    def is_deadline(self) -> bool:
        return self.limit in ("by", "before", "until")

    @property
    def kind(self) -> Kind:
        if self.is_open:
            return Kind.OPEN_END
        if self.is_deadline:
            return Kind.DEADLINE
        point = self.points[0]
        shortened = point.part and point.stands_alone
        return Kind.RANGE if len(self.points) > 1 or point.week or shortened else point.kind


def _implied_year(point: _Point, written_on: date, *, done: bool, after: date | None) -> int:
    """The year nearest the day of writing, the later one of two as near; for done the latest begun by then.

    With ``after`` it is the first that does not begin before that day.
    """
    origin = (after or written_on).year
    spans = {year: days for year in range(origin - 8, origin + 9) if (days := point.in_year(year))}

    def distance(year: int) -> tuple[int, int]:
        start, end = spans[year]
        return max((start - written_on).days, (written_on - end).days, 0), -year

    if after is not None:
        spans = {year: days for year, days in spans.items() if days[0] >= after}
        return min(spans)
    if done:
        return max(year for year, (start, _) in spans.items() if start <= written_on)
    return min(spans, key=distance)


def _combined(phrases: list[_Phrase]) -> tuple[date | None, date | None, Kind]:
    """Earliest, latest and kind of all phrases together; a deadline ends what is open before it."""
    if not phrases:
        return None, None, Kind.UNREADABLE
    earliest = min((phrase.start for phrase in phrases if not phrase.is_deadline), default=None)
    latest: date | None = max((phrase.end for phrase in phrases if not phrase.is_open), default=None)
    opened = [phrase.start for phrase in phrases if phrase.is_open]
    ends = [phrase.end for phrase in phrases if phrase.is_deadline]
    if opened and not any(end >= max(opened) for end in ends):
        latest = None
    kinds = {phrase.kind for phrase in phrases}
    days = {(phrase.start, phrase.end) for phrase in phrases}
    if len(phrases) == 1 or (len(kinds) == 1 and len(days) == 1):
        return earliest, latest, phrases[0].kind
    if latest is None:
        return earliest, None, Kind.OPEN_END
    return earliest, latest, Kind.DEADLINE if earliest is None else Kind.RANGE


# --- the grammar ------------------------------------------------------------------------------------------


class _Reader:
    """Reads tokens into phrases. Raises `ValueError` for a day, month or year that does not exist."""

    def __init__(self, tokens: list[_Token], written_on: date) -> None:
        self.tokens = tokens
        self.written_on = written_on

    def phrases(self) -> list[_Phrase]:
        return list(self._phrases())

    def _phrases(self) -> Iterator[_Phrase]:
        at, limit, part, week = 0, "", "", ""
        last: _Phrase | None = None
        while at < len(self.tokens):
            found = self._point(at)
            if found:
                begins = at
                point, at = found
                point.part, point.week = part, week
                last, at = self._joined(_Phrase(begins, [point], [], limit), at)
                yield last
                limit = part = week = ""
                continue
            token = self.tokens[at]
            if token.kind == "limit":
                limit = {"by": "by", "before": "before", "after": "after"}.get(token.text, "from")
            elif token.text in ("until", "till"):
                limit = "until"
            elif token.kind == "part":
                part = token.text
            elif token.kind == "week":
                week = token.text
            elif token.kind in ("onwards", "plus", "ongoing", "latest"):
                self._follow(last, at)
            elif token.kind in ("word", "stop", "done", "amount", "number", "ordinal"):
                limit = part = week = ""
            at += 1

    def _follow(self, phrase: _Phrase | None, at: int) -> None:
        """Words after a date that limit it: "onwards", "2020/21+", "Nov 2015 - ongoing", "at the latest"."""
        token, previous = self.tokens[at], self.tokens[at - 1] if at else None
        if phrase is None or previous is None:
            return
        joined_to_a_date = previous.text in ("-", "to", "and") and self._ends_a_date(at - 2)
        runs_on = (
            token.kind == "onwards"
            or (token.kind == "plus" and self._ends_a_date(at - 1))
            or (token.kind == "ongoing" and joined_to_a_date and not phrase.is_deadline)
        )
        if runs_on:
            phrase.limit = "onwards"
        elif token.kind == "latest" and not phrase.limit:
            phrase.limit = "by"

    def _ends_a_date(self, at: int) -> bool:
        return self._kind(at) in _ENDS_OF_DATES

    def _joined(self, phrase: _Phrase, at: int) -> tuple[_Phrase, int]:
        """Add every further date that a dash, slash, comma, "to", "and" or "or" joins to the phrase."""
        while self._kind(at) == "join":
            ahead, part, week = at + 1, "", ""
            while self._kind(ahead) in ("glue", "part", "estimate", "week"):
                part = self.tokens[ahead].text if self._kind(ahead) == "part" else part
                week = self.tokens[ahead].text if self._kind(ahead) == "week" else week
                ahead += 1
            found = self._point(ahead)
            if not found:
                break
            phrase.joins.append(self.tokens[at].text)
            point, at = found
            point.part, point.week = part, week
            phrase.points.append(point)
        return phrase, at

    def _kind(self, at: int) -> str:
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else ""

    def _text(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def _point(self, at: int) -> tuple[_Point, int] | None:
        """A date that begins at this token, and where it ends."""
        readers: dict[str, Callable[[int], tuple[_Point, int] | None]] = {
            "iso": self._numeric_day,
            "numeric": self._numeric_day,
            "monthyear": self._numeric_month,
            "pair": self._pair,
            "shortpair": self._short_pair,
            "fy": self._financial_year,
            "quarter": self._quarter,
            "month": self._month,
            "season": self._season,
            "number": self._number,
            "ordinal": self._number,
        }
        reader = readers.get(self._kind(at))
        return reader(at) if reader else None

    def _numeric_day(self, at: int) -> tuple[_Point, int]:
        parts = re.split(r"[/.-]", self._text(at))
        if self._kind(at) == "iso":
            year, month, day = (int(part) for part in parts)
        else:
            day, month = int(parts[0]), int(parts[1])
            year = self._full_year(parts[2])
        date(year, month, day)
        return _Point(Kind.EXACT, month, day, year=year), at + 1

    def _numeric_month(self, at: int) -> tuple[_Point, int]:
        month, _, year = self._text(at).partition("/")
        return self._month_of(int(month), int(year)), at + 1

    def _month_of(self, month: int, year: int | None = None) -> _Point:
        if not 1 <= month <= 12:
            raise ValueError(f"{month} is not a month")
        return _Point(Kind.MONTH, month, year=year)

    def _pair(self, at: int) -> tuple[_Point, int]:
        """2015/16 and 2015/2016 are financial years; 2015-11 is a month; 2015-18 runs over years."""
        text = self._text(at).removeprefix("fy").strip()
        first, second = (part.strip() for part in re.split("[/-]", text))
        start = int(first)
        if len(second) == 2:
            following = (start + 1) % 100 == int(second)
            if not following and "-" in text and 1 <= int(second) <= 12:
                return self._month_of(int(second), start), at + 1
            end = start - start % 100 + int(second)
        else:
            end = int(second)
            following = end == start + 1
        if following:
            return self._within(FinancialYear(start).start, at + 1)
        if end <= start:
            raise ValueError(f"{text} is neither a financial year nor a run of years")
        return _Point(Kind.RANGE, months=12 * (end - start + 1), year=start), at + 1

    def _short_pair(self, at: int) -> tuple[_Point, int] | None:
        """16/17 is a financial year; 17/4 is a day and a month, unless it counts something else."""
        text = self._text(at)
        bare = text.removeprefix("fy").strip()
        first, second = re.split("[/-]", bare)
        follows = len(first) == len(second) == 2 and (int(first) + 1) % 100 == int(second)
        if follows and (int(second) > 12 or bare != text):
            return self._within(self._full_year(first), at + 1)
        if "-" in text or text == "24/7" or len(text) < 4 or self._counts_something(at):
            return None
        day, month = int(first), int(second)
        point = _Point(Kind.EXACT, month, day)
        if point.in_year(_A_LEAP_YEAR) is None:
            raise ValueError(f"{text} is not a day and a month")
        return point, at + 1

    def _financial_year(self, at: int) -> tuple[_Point, int]:
        """FY17 is named by its last year: 2016/17."""
        return self._within(self._full_year(self._text(at).removeprefix("fy").strip()) - 1, at + 1)

    def _within(self, financial_year: int, at: int) -> tuple[_Point, int]:
        """A financial year, or the quarter of it that follows: "2015/16 Q3"."""
        ahead = at + 1 if self._text(at) == "," else at
        if self._kind(ahead) == "quarter" and self._year_at(ahead + 1) is None:
            point, end = self._quarter(ahead)
            point.year, point.financial_year = None, financial_year
            return point, end
        return _Point(Kind.FINANCIAL_YEAR, month=4, months=12, financial_year=financial_year), at

    def _quarter(self, at: int) -> tuple[_Point, int]:
        month = quarter_starts_on(EARLIEST_YEAR, int(self._text(at)[-1])).month
        return self._with_year(_Point(Kind.RANGE, month, months=3), at + 1)

    def _season(self, at: int) -> tuple[_Point, int]:
        return self._with_year(_Point(Kind.SEASON, _SEASONS[self._text(at)], months=3), at + 1)

    def _month(self, at: int) -> tuple[_Point, int]:
        """October, October 2015, Oct 15 (2015), Oct-15, October 2015/16, October 5th, October 15, 2015."""
        point = self._month_of(_MONTHS[self._text(at)])
        at += 1
        if self._kind(at) == "stop" and self._text(at) == "." and self._kind(at + 1) in ("number", "shortyear"):
            at += 1
        if self._is_day(at):
            point.kind, point.day = Kind.EXACT, self._day(at)
            at += 1
        return self._with_year(point, at)

    def _is_day(self, at: int) -> bool:
        """Whether the number after a month is its day, and not a year or the day of the month that follows."""
        if self._kind(at) == "ordinal":
            return not self._leads_to_a_month(at)
        if self._kind(at) != "number" or len(self._text(at)) > 2 or self._leads_to_a_month(at):
            return False
        year_follows = self._year_at(at + 2 if self._text(at + 1) == "," else at + 1, digits=4) is not None
        return year_follows or self._year_at(at) is None

    def _leads_to_a_month(self, at: int) -> bool:
        """Whether day numbers from here on end in a month: "5 October", "1-5 October", "1st and 5th October"."""
        while self._kind(at) == "ordinal" or (self._kind(at) == "number" and len(self._text(at)) <= 2):
            after = at + 1
            if self._text(after) == "of" or (self._text(after) in ("-", "/") and self.tokens[after].tight):
                after_sign = after + 1
                if self._kind(after_sign) == "month":
                    return True
            if self._kind(after) == "month":
                return True
            if self._kind(after) != "join":
                return False
            at = after + 1
        return False

    def _number(self, at: int) -> tuple[_Point, int] | None:
        """A day with its month ("1st of October 2015"), a day of a run ("1-5 October"), or a bare year."""
        text = self._text(at)
        if self._kind(at) == "number" and len(text) > 2:
            year = self._year_at(at, digits=4)
            if year is None or abs(year - self.written_on.year) > _YEARS_AROUND:
                return None
            return self._quarter_of_year(year, at + 1)
        if self._counts_something(at) or not self._leads_to_a_month(at):
            return None
        point = _Point(Kind.EXACT, day=self._day(at))
        after = at + 1
        if self._text(after) == "of" or (self._text(after) in ("-", "/") and self._kind(after + 1) == "month"):
            after += 1
        if self._kind(after) == "month":
            point.month = _MONTHS[self._text(after)]
            return self._with_year(point, after + 1)
        ahead = after
        while self._kind(ahead) != "month":
            ahead += 1
        point.month = _MONTHS[self._text(ahead)]
        return point, after

    def _quarter_of_year(self, year: int, at: int) -> tuple[_Point, int]:
        if self._kind(at) == "quarter" and self._year_at(at + 1) is None:
            point, end = self._quarter(at)
            point.year = year
            return point, end
        return _Point(Kind.YEAR, months=12, year=year), at

    def _day(self, at: int) -> int:
        day = int(re.sub("[a-z]", "", self._text(at)))
        if not 1 <= day <= 31:
            raise ValueError(f"{day} is not a day of a month")
        return day

    def _counts_something(self, at: int) -> bool:
        """ "Phase 2 October 2015": the number belongs to the word before it."""
        return self._text(at - 1) in _NUMBERED_THINGS

    def _with_year(self, point: _Point, at: int) -> tuple[_Point, int]:
        """Give the point the year or financial year that follows it, if one does."""
        ahead = at
        if self._text(ahead) in (",", "of", "in") or (
            self._text(ahead) in ("-", "/") and self.tokens[ahead].tight and not self._leads_to_a_month(ahead + 1)
        ):
            ahead += 1
        while self._kind(ahead) == "glue" and self._kind(ahead + 1) in ("glue", "pair", "shortpair", "fy", "number"):
            ahead += 1
        if self._kind(ahead) in ("pair", "shortpair", "fy"):
            found = self._point(ahead)
            if found and found[0].kind is Kind.FINANCIAL_YEAR:
                point.financial_year = found[0].financial_year
                return point, found[1]
            return point, at
        if not self._leads_to_a_month(ahead):
            year = self._year_at(ahead)
            if year is not None:
                point.year = year
                if point.day is not None and point.in_year(year) is None:
                    raise ValueError(f"{point.day} is not a day of that month in {year}")
                return point, ahead + 1
        if self._kind(ahead) == "number" and len(self._text(ahead)) == 4 and ahead == at:
            raise ValueError(f"{self._text(ahead)} is not a year of any plan")
        return point, at

    def _year_at(self, at: int, *, digits: int | None = None) -> int | None:
        """The year written here: 2015, '15, or a plausible 15."""
        text = self._text(at)
        if self._kind(at) == "shortyear" and digits is None:
            return self._full_year(text[1:])
        if self._kind(at) != "number" or len(text) not in ((digits,) if digits else (2, 4)):
            return None
        year = self._full_year(text)
        if len(text) == 2 and abs(year - self.written_on.year) > _SHORT_YEARS_AROUND:
            return None
        return year if EARLIEST_YEAR <= year <= LATEST_YEAR else None

    def _full_year(self, text: str) -> int:
        """Two digits are the year nearest the day of writing that ends in them."""
        if len(text) != 2:
            return int(text)
        now = self.written_on.year
        return now + (int(text) - now + 50) % 100 - 50
