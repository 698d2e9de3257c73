"""When an investment has paid for itself: years of payback, and the year in which it breaks even.

*Full-year recurring saving* is what is saved each year once every year of the plan has come: the sum of the recurring
targets of all its years (recurring not stated counts as recurring), which is their last cumulative year. A recurrent
cost is stated like a saving: what a year adds to it, borne in every year from then on; in full effect it is the sum.

    payback in years = one-off investment / (full-year recurring saving − recurrent cost)

to one decimal, half away from zero. Where the difference is nought or negative it never pays back. Breaking even is
the first year, from the first that costs, in which the savings of all years up to it reach the costs of all years up to
it; there a one-off saving counts once. Money that is not profiled is in no year: a saving of it counts nowhere, a cost
of it counts in the payback, which it must be paid from, and not in the year of breaking even. An investment that
states neither one-off nor recurrent counts as one-off. Everything is in whole pounds, worked out exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from futurefit.values.financial_year import Horizon
from futurefit.values.money import Unit, round_half_away, with_unit
from projects.models import Investment
from savings.rollups import Targets

Verdict = Literal["not_stated", "no_amount", "never", "pays_back"]

NO_INVESTMENT = "No investment stated"
NEVER = "Never pays back"


@dataclass(frozen=True)
class Payback:
    """What comes of an investment. Amounts are whole pounds; ``tenths`` are tenths of years, None where it never does.

    ``breaks_even`` is the first calendar year of the financial year; None: in no year of the plan, or none that is
    known. ``in_words`` is how many investments have no amount.
    """

    verdict: Verdict
    one_off: int = 0
    saving: int = 0
    recurrent_cost: int = 0
    tenths: int | None = None
    breaks_even: int | None = None
    cost_in_years: int = 0
    cost_not_profiled: int = 0
    saving_not_profiled: int = 0
    not_stated: int = 0
    in_words: int = 0

    @property
    def net(self) -> int:
        return self.saving - self.recurrent_cost

    @property
    def years(self) -> str:
        """ "2.5 years"; empty where it never pays back."""
        if self.tenths is None:
            return ""
        return f"{self.tenths // 10}.{self.tenths % 10} year{'' if self.tenths == 10 else 's'}"

    @property
    def short(self) -> str:
        """For a column: "2.5 years", "Never pays back", "No investment stated"."""
        words = {"not_stated": NO_INVESTMENT, "no_amount": "No amount stated", "never": NEVER}
        return words.get(self.verdict) or self.years

    def sentence(self, unit: Unit) -> str:
        """The verdict with the three amounts that it comes from."""
        if self.verdict in ("not_stated", "no_amount"):
            return f"{self.short}, so there is nothing to pay back."
        against = f"{with_unit(self.one_off, unit)} once, against {with_unit(self.net, unit)} a year in full effect"
        if self.recurrent_cost:
            against += f" (saves {with_unit(self.saving, unit)}, costs {with_unit(self.recurrent_cost, unit)})"
        if self.verdict == "never":
            return f"{NEVER}: {against}."
        return f"Pays back in {self.years}: {against}."

    def even(self, horizon: Horizon) -> str:
        """In which year it breaks even, as a sentence; empty without an investment."""
        if self.verdict in ("not_stated", "no_amount"):
            return ""
        if not self.cost_in_years:
            return "Year of breaking even: not known, because none of the investment has a year."
        if self.breaks_even is None:
            return "It does not break even in any year of the plan."
        return f"It breaks even in {horizon.label(self.breaks_even)}."

    def remarks(self, unit: Unit) -> list[str]:
        """What is left out or assumed, each as a sentence."""
        found = []
        if self.cost_not_profiled:
            words = with_unit(self.cost_not_profiled, unit)
            found.append(f"{words} of the investment is not profiled: it counts in the payback and in no year.")
        if self.saving_not_profiled:
            found.append(f"{with_unit(self.saving_not_profiled, unit)} of the savings is not profiled and left out.")
        if self.not_stated:
            found.append(f"{with_unit(self.not_stated, unit)} does not say whether it is recurrent and counts once.")
        if self.in_words:
            found.append(
                "One investment has no amount and is left out."
                if self.in_words == 1
                else f"{self.in_words} investments have no amount and are left out."
            )
        return found


def payback(targets: Targets, investments: Iterable[Investment], horizon: Horizon) -> Payback:
    """What comes of these investments, given the targets by year of what they are spent for."""
    found = list(investments)
    spent = [each for each in found if each.amount is not None]
    in_words = len(found) - len(spent)
    if not spent:
        return Payback("no_amount" if found else "not_stated", in_words=in_words)
    recurrent = [each for each in spent if each.recurrence == Investment.Recurrence.RECURRENT]
    once = [each for each in spent if each.recurrence != Investment.Recurrence.RECURRENT]
    one_off, cost = _sum(once), _sum(recurrent)
    saving = sum(amount for year, amount in targets.recurring.items() if year is not None)
    net = saving - cost
    profiled = [each for each in spent if each.year is not None]
    return Payback(
        verdict="pays_back" if net > 0 else "never",
        one_off=one_off,
        saving=saving,
        recurrent_cost=cost,
        tenths=round_half_away(one_off * 10, net) if net > 0 else None,
        breaks_even=_breaks_even(targets, once, recurrent, horizon),
        cost_in_years=_sum(profiled),
        cost_not_profiled=_sum(each for each in spent if each.year is None),
        saving_not_profiled=targets.recurring.get(None, 0) + targets.one_off.get(None, 0),
        not_stated=_sum(each for each in once if each.recurrence == Investment.Recurrence.NOT_STATED),
        in_words=in_words,
    )


def _sum(investments: Iterable[Investment]) -> int:
    return sum(each.amount or 0 for each in investments)


def _breaks_even(
    targets: Targets, once: Sequence[Investment], recurrent: Sequence[Investment], horizon: Horizon
) -> int | None:
    costs = [each.year for each in (*once, *recurrent) if each.year is not None and each.amount]
    if not costs:
        return None
    years = {*horizon.years, *costs, *(year for year in (*targets.recurring, *targets.one_off) if year is not None)}
    saved = spent = saved_a_year = spent_a_year = 0
    for year in range(min(years), max(years) + 1):
        saved_a_year += targets.recurring.get(year, 0)
        saved += saved_a_year + targets.one_off.get(year, 0)
        spent_a_year += _sum(each for each in recurrent if each.year == year)
        spent += spent_a_year + _sum(each for each in once if each.year == year)
        if year >= min(costs) and saved >= spent:
            return year
    return None
