"""Sentences that pages derive from figures: pounds in ten, counts, dates, what a total leaves out.

Pure functions over whole pounds, counts and days. A sentence with figures in it comes as parts, so that the page can
put each figure into an element of its own with the link to its lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from futurefit.values.financial_year import Horizon, calendar_month_ends_on
from futurefit.values.money import MINUS, NOT_APPLICABLE, Unit, round_half_away, with_unit
from futurefit.values.rag import Status

ROUNDING = "Figures are rounded for reading and may not add up; a total is the rounded exact total."
IN_TEN_ROUNDING = "Amounts per £10 are rounded to the penny and may not add up to exactly £10."
PRESSURES = "Pressures on the budget are not held here."

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence; with a ``measure`` it is a figure of that measure, said in these words."""

    text: str
    measure: str = ""


@dataclass(frozen=True, slots=True)
class InTen:
    """One share said in pounds of ten: words, the figure, words."""

    before: str
    figure: str
    after: str


# Counts and lists


def count_of(number: int, one: str, many: str) -> str:
    """ "no projects", "one project", "12 projects": numbers up to ten in words."""
    words = _NUMBERS[number] if 0 <= number < len(_NUMBERS) else f"{number:,}"
    return f"{words} {one if number == 1 else many}"


def shown_of(shown: int, count: int, one: str, many: str) -> str:
    """ "Five of 21 late milestones are shown.", "One late milestone in all."; how much of a list a page shows."""
    if shown >= count:
        return f"{capital(count_of(count, one, many))} in all."
    return f"{capital(_NUMBERS[shown] if shown < len(_NUMBERS) else f'{shown:,}')} of {count:,} {many} are shown."


def capital(sentence: str) -> str:
    """The sentence with a capital first letter, everything else as it is."""
    return sentence[:1].upper() + sentence[1:]


def joined(items: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


# Pounds in ten


def pounds_in_ten(part: int, whole: int) -> str | None:
    """How many pounds of every ten *part* is of *whole*, to the penny; None where the whole is not above nought.

    A part that is not nought and rounds to it is "less than a penny".
    """
    if whole <= 0:
        return None
    pence = round_half_away(part * 1000, whole)
    if pence == 0:
        return "less than a penny" if part else "£0.00"
    pounds, rest = divmod(abs(pence), 100)
    return f"{MINUS if pence < 0 else ''}£{pounds:,}.{rest:02d}"


def in_ten(part: int, whole: int, *, planned: str, done: str) -> InTen:
    """ "Of every £10 planned for 2016/17, £7.80 is delivered."

    *planned* ends the first words ("planned for 2016/17"), *done* says what the part is ("is delivered"). More than
    the whole says so; of a whole of nought, or of a loss, there is no share, and the sentence says why.
    """
    figure = pounds_in_ten(part, whole)
    if figure is None:
        reason = f"Nothing is {planned}." if whole == 0 else f"What is {planned} adds to the budget."
        return InTen(f"Share of every £10 {planned} that {done}:", NOT_APPLICABLE, reason)
    beyond = ", more than planned" if part > whole else ""
    return InTen(f"Of every £10 {planned},", figure, f"{done}{beyond}.")


def standing(secure: int, at_risk: int, not_rated: int, target: int) -> tuple[Part, ...]:
    """How much of every £10 is done or on course, in doubt, and not judged: the sentence of a theme's card.

    Shares of nought are left out, except that nothing is done yet. Empty where there is no target above nought.
    """
    if target <= 0:
        return ()
    done = pounds_in_ten(secure, target)
    clauses: list[tuple[Part, ...]] = []
    if secure:
        clauses.append((Part(str(done), "secure"), Part(" is done or on course")))
    else:
        clauses.append((Part("nothing is done or on course yet"),))
    for amount, measure, words in (
        (at_risk, "at_risk", " is in doubt"),
        (not_rated, "not_rated", " is not judged yet"),
    ):
        if amount:
            clauses.append((Part(str(pounds_in_ten(amount, target)), measure), Part(words)))
    parts: list[Part] = [Part("Of every £10, ")]
    for place, clause in enumerate(clauses):
        if place:
            parts.append(Part(" and " if place == len(clauses) - 1 else ", "))
        parts.extend(clause)
    return (*parts, Part("."))


def moved_since(since: str, planned: int, secure: int, unit: Unit) -> str:
    """ "Since 2015/16 month 12, £0.100m more is planned and £0.020m less is done or on course."

    *planned* and *secure* are how much each grew, or with a minus fell.
    """
    clauses = [
        f"{with_unit(abs(amount), unit)} {'more' if amount > 0 else 'less'} is {words}"
        for amount, words in ((planned, "planned"), (secure, "done or on course"))
        if amount
    ]
    if not clauses:
        return f"As much is planned, and done or on course, as in {since}."
    return f"Since {since}, {joined(clauses)}."


# Years and days


def planned_by(horizon: Horizon, years: Sequence[int | None], view: str) -> str:
    """The words over the planned total: "Planned by 2019/20", or all years where the last is open-ended."""
    last = max((year for year in years if year is not None), default=horizon.last)
    if view == "cumulative":
        return f"Planned a year from {horizon.label(last)}"
    if None in years or (horizon.open_ended and last == horizon.last):
        return "Planned in all years"
    return f"Planned by {horizon.label(last)}"


def years_left_out(horizon: Horizon, shown: Sequence[int | None]) -> str:
    """ "Nothing is planned for 2015/16 or for 2020/21 and later."; empty where every year is shown."""
    missing = [year for year in horizon.years if year not in shown]
    if not missing:
        return ""
    words = [
        f"{horizon.label(year).rstrip('+')} and later"
        if horizon.open_ended and year == horizon.last
        else horizon.label(year)
        for year in missing
    ]
    return f"Nothing is planned for {joined(words, 'or for')}."


def days_of(days: int) -> str:
    """ "1 day", "31 days"."""
    return f"{days:,} {'day' if days == 1 else 'days'}"


def closed(text: str) -> str:
    """The words with a full stop where they end without a mark."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."


def on_day(day: date) -> str:
    """ "1 October 2015"."""
    return f"{day.day} {day:%B} {day.year}"


def between(earliest: date | None, latest: date | None) -> str:
    """The days a date in words can mean: "1 to 30 September 2015", "by …", "from …"; empty where none is known."""
    if earliest is None and latest is None:
        return ""
    if earliest is None:
        return f"by {on_day(latest)}"
    if latest is None:
        return f"from {on_day(earliest)}"
    if earliest == latest:
        return on_day(earliest)
    if (earliest.year, earliest.month) == (latest.year, latest.month):
        whole_month = earliest.day == 1 and latest == calendar_month_ends_on(earliest)
        return f"{earliest:%B} {earliest.year}" if whole_month else f"{earliest.day} to {on_day(latest)}"
    if earliest.year == latest.year:
        return f"{earliest.day} {earliest:%B} to {on_day(latest)}"
    return f"{on_day(earliest)} to {on_day(latest)}"


# What a total says of itself


def weights_words(weights: Mapping[str, int]) -> str:
    """What counts in the risk-weighted amount, by status, and losses in full (domain.md, The money)."""
    names = {
        Status.DELIVERED: "delivered",
        Status.CLAIMED: "claimed",
        Status.ON_TARGET: "on target",
        Status.AMBER: "amber",
        Status.RED: "red",
        Status.NOT_RATED: "not rated",
    }
    by_weight: dict[int, list[str]] = {}
    for status, name in names.items():
        by_weight.setdefault(weights[status.value], []).append(name)
    said = [f"{joined(found)} {weight} %" for weight, found in sorted(by_weight.items(), reverse=True)]
    return f"Risk-weighted counts {', '.join(said)} of each amount. Losses count in full."


def without_amount(number: int) -> str:
    """How many savings have no amount, and that they add nothing; empty for none."""
    if not number:
        return ""
    if number == 1:
        return "One saving has no amount yet: it is counted as a line and adds to no total."
    counted = capital(count_of(number, "saving", "savings"))
    return f"{counted} have no amount yet: they are counted as lines and add to no total."


def unscored_risks(number: int) -> str:
    """How many risks nobody has scored, and that this does not make them small; empty for none."""
    if not number:
        return ""
    counted = capital(count_of(number, "risk is", "risks are"))
    return f"{counted} not scored. A risk without a score is not a low risk."


def illustrated_lines(number: int) -> str:
    """How many savings lines are marked as illustration, and where it is said what of them is; empty for none."""
    if not number:
        return ""
    if number == 1:
        return "One savings line here is marked as illustration; its page says what of it is made up."
    counted = capital(count_of(number, "savings line", "savings lines"))
    return f"{counted} here are marked as illustration; the page of each says what of it is made up."


def not_stated_recurring(amount: int, unit: Unit) -> str:
    """How much of a total does not say whether it recurs; empty for none (domain.md, Incremental, cumulative)."""
    if not amount:
        return ""
    return f"For {with_unit(amount, unit)} of the total it is not stated whether it recurs: it is treated as recurring."


def no_requirement(programme: str) -> str:
    """Why there is no row *still to be identified* (domain.md, Requirement)."""
    return (
        f"{programme} states no amount that the MTFP requires, so what is still to be identified cannot be worked out."
    )
