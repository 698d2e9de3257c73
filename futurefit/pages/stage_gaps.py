"""What a pro-forma still lacks for its next stage, each with the way to fill it (`projects.stages` holds the rules)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from futurefit.pages.pro_forma import ProForma
from futurefit.pages.pro_forma_money import ProFormaMoney
from projects.models import Milestone
from projects.stages import Held, missing_for, next_stage, spoken
from risks.models import Risk


@dataclass(frozen=True)
class Gaps:
    """What is missing for a stage: words, and the address of the part that fills it, "" where the reader has none."""

    stage: str
    missing: Sequence[tuple[str, str]]
    change_url: str = ""

    @property
    def title(self) -> str:
        return (
            f"Missing for the next stage, {spoken(self.stage)}" if self.missing else f"Next stage: {spoken(self.stage)}"
        )


def held_by(form: ProForma, money: ProFormaMoney) -> Held:
    """What the pro-forma holds as far as stages ask. Read the money with every basis, or amounts are left out."""
    rows = form.rows
    atoms = money.own.atoms
    return Held(
        project=form.project,
        roles=frozenset(row.role for row in rows["posts"]),
        proposed=sum(1 for atom in atoms if not atom.approved),
        approved=sum(1 for atom in atoms if atom.approved),
        undelivered=sum(1 for each in money.own.moneys() if abs(each.delivered) < abs(each.target)),
        milestones=len(rows["milestones"]),
        milestones_open=sum(1 for row in rows["milestones"] if row.status != Milestone.Status.COMPLETED),
        risks=len(rows["risks"]),
        risks_unscored=sum(
            1 for row in rows["risks"] if row.status == Risk.Status.OPEN and row.current_likelihood is None
        ),
        equality=form.equality.state if form.equality else "",
        signed=frozenset(form.standing.signed),
    )


def gaps_of(form: ProForma, money: ProFormaMoney, ways: Mapping[str, tuple[str, str]]) -> Gaps | None:
    """What is missing for the next stage; None where there is no next one. ``ways`` leads to the parts by key."""
    stage = next_stage(form.project)
    if stage is None:
        return None
    missing = [(each.words, ways.get(each.part, ("", ""))[0]) for each in missing_for(stage, held_by(form, money))]
    return Gaps(stage, missing, ways.get("stage", ("", ""))[0])
