"""The stages of a project and what each asks of its pro-forma (domain.md, The pro-forma of a project).

Idea → concept → business case → in delivery → closed; withdrawn from anywhere, with a reason. A stage is a fact with a
date that somebody sets; nothing here infers it. What is missing is listed, and does not forbid: a pro-forma is a draft
for as long as it has to be, and a stage taken with something missing says why.

Every stage asks for what the stages before it ask for. Signatures and approval are facts of their own: a stage lists
them as missing and sets neither.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from projects.models import EqualityImpact, Project, ProjectPost, Signature

Stage = Project.Stage
Kind = Project.Kind
Role = ProjectPost.Role

ORDER = (Stage.IDEA, Stage.CONCEPT, Stage.BUSINESS_CASE, Stage.IN_DELIVERY, Stage.CLOSED)


@dataclass(frozen=True)
class Held:
    """What a pro-forma holds, as far as stages ask: the project, and counts of what hangs on it.

    ``proposed`` and ``approved`` count its own amounts by year (line-years) of the open period.
    """

    project: Project
    roles: Collection[str] = ()
    proposed: int = 0
    approved: int = 0
    undelivered: int = 0
    milestones: int = 0
    milestones_open: int = 0
    risks: int = 0
    risks_unscored: int = 0
    equality: str = ""
    signed: Collection[str] = ()


@dataclass(frozen=True)
class Missing:
    """Something that a stage asks for: what, and the part of the pro-forma that fills it."""

    words: str
    part: str


@dataclass(frozen=True)
class Requirement:
    """What one stage asks of these kinds of project, unless it is held."""

    stage: str
    missing: Missing
    held: Callable[[Held], bool]
    kinds: Collection[str] = (Kind.PROJECT,)


EVERY = (Kind.PROJECT, Kind.WORKSTREAM)
EQUALITY_DECIDED = (EqualityImpact.State.DONE, EqualityImpact.State.NOT_NEEDED)


def _named(role: str) -> Callable[[Held], bool]:
    return lambda held: role in held.roles


def _signed(role: str) -> Callable[[Held], bool]:
    return lambda held: role in held.signed


REQUIREMENTS: Sequence[Requirement] = (
    Requirement(Stage.CONCEPT, Missing("A brief description", "text"), lambda h: bool(h.project.description), EVERY),
    Requirement(Stage.CONCEPT, Missing("The directorate", "facts"), lambda h: h.project.directorate_id is not None),
    Requirement(Stage.CONCEPT, Missing("The head of service lead", "people"), _named(Role.HEAD_LEAD)),
    Requirement(Stage.CONCEPT, Missing("The lead", "people"), _named(Role.LEAD), (Kind.WORKSTREAM,)),
    Requirement(Stage.BUSINESS_CASE, Missing("The purpose", "text"), lambda h: bool(h.project.purpose)),
    Requirement(Stage.BUSINESS_CASE, Missing("The outcomes", "text"), lambda h: bool(h.project.outcomes)),
    Requirement(
        Stage.BUSINESS_CASE, Missing("The resources", "text"), lambda h: bool(h.project.resources), (Kind.WORKSTREAM,)
    ),
    Requirement(
        Stage.BUSINESS_CASE, Missing("The type of saving", "facts"), lambda h: h.project.saving_type != "not_stated"
    ),
    Requirement(
        Stage.BUSINESS_CASE,
        Missing("The corporate plan area", "facts"),
        lambda h: h.project.corporate_area_id is not None,
    ),
    Requirement(Stage.BUSINESS_CASE, Missing("The CMR lead", "people"), _named(Role.CMR_LEAD)),
    Requirement(Stage.BUSINESS_CASE, Missing("The SLT lead", "people"), _named(Role.SLT_LEAD)),
    Requirement(
        Stage.BUSINESS_CASE,
        Missing("A savings line with an amount", "savings"),
        lambda h: h.proposed + h.approved > 0,
        EVERY,
    ),
    Requirement(Stage.BUSINESS_CASE, Missing("A milestone", "milestones"), lambda h: h.milestones > 0, EVERY),
    Requirement(Stage.BUSINESS_CASE, Missing("A risk", "risks"), lambda h: h.risks > 0),
    Requirement(
        Stage.IN_DELIVERY,
        Missing("The equality impact: done, or not needed with the reason", "equality"),
        lambda h: h.equality in EQUALITY_DECIDED,
        EVERY,
    ),
    Requirement(Stage.IN_DELIVERY, Missing("A score for every risk", "risks"), lambda h: h.risks_unscored == 0),
    Requirement(
        Stage.IN_DELIVERY,
        Missing("The signature of the head of service", "signatures"),
        _signed(Signature.Role.HEAD_OF_SERVICE),
    ),
    Requirement(
        Stage.IN_DELIVERY, Missing("The signature of the director", "signatures"), _signed(Signature.Role.DIRECTOR)
    ),
    Requirement(
        Stage.IN_DELIVERY,
        Missing("The signature of the head of finance", "signatures"),
        _signed(Signature.Role.HEAD_OF_FINANCE),
    ),
    Requirement(
        Stage.IN_DELIVERY,
        Missing("The approval of its amounts, by a decision", "approval"),
        lambda h: h.approved > 0 and h.proposed == 0,
        EVERY,
    ),
    Requirement(
        Stage.CLOSED,
        Missing("Every milestone completed", "milestones"),
        lambda h: h.milestones_open == 0,
        EVERY,
    ),
    Requirement(
        Stage.CLOSED,
        Missing("Every amount delivered, or otherwise settled", "savings"),
        lambda h: h.undelivered == 0,
        EVERY,
    ),
)


def has_stages(project: Project) -> bool:
    """Whether stages ask anything of it: a block is money without a project of its own."""
    return project.kind != Kind.BLOCK


def next_stage(project: Project) -> str | None:
    """The stage after the present one; None for what is closed or withdrawn, and for a block."""
    if not has_stages(project) or project.stage not in ORDER[:-1]:
        return None
    return ORDER[ORDER.index(Stage(project.stage)) + 1]


def missing_for(stage: str, held: Held) -> list[Missing]:
    """What this stage, or one before it, asks for and the pro-forma does not hold, in the order of the stages."""
    if stage not in ORDER or not has_stages(held.project):
        return []
    up_to = ORDER[: ORDER.index(Stage(stage)) + 1]
    return [
        each.missing
        for each in REQUIREMENTS
        if each.stage in up_to and held.project.kind in each.kinds and not each.held(held)
    ]


def needs_reason(present: str, wanted: str, missing: Collection[str]) -> str:
    """Why a step from one stage to another needs a reason, as a sentence; "" where it needs none."""
    if wanted == Stage.WITHDRAWN:
        return "say why it is withdrawn."
    if present == Stage.WITHDRAWN:
        return "say why it is taken up again."
    if ORDER.index(Stage(wanted)) < ORDER.index(Stage(present)):
        return f"say why it goes back to {spoken(wanted)}."
    if missing:
        return f"something is missing for {spoken(wanted)}. Say why it is taken there nevertheless."
    return ""


def spoken(stage: str) -> str:
    """A stage inside a sentence: "business case"."""
    return str(Stage(stage).label).lower()
