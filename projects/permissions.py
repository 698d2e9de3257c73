"""Who may change what of a project (domain.md, Who may do what). Pure predicates over a reader."""

from __future__ import annotations

from futurefit.access.permissions import HEADS_OF_SERVICE, LEADERS
from futurefit.access.reader import Reader
from futurefit.council.models import PostKind
from projects.models import Project, Theme
from projects.scope import Scope

CREATES = frozenset({PostKind.FINANCE_OFFICER, PostKind.PROGRAMME_OFFICER})
"""Posts that make projects and change what is said of them."""

WRITES_THEMES = frozenset({PostKind.PROGRAMME_OFFICER})
"""Posts that write the concept papers of themes."""

TENDS_DELIVERY = CREATES | HEADS_OF_SERVICE
"""Posts that change milestones and risks; whose, `may_change_delivery` says."""


def is_finance_of(reader: Reader, directorate_id: int | None) -> bool:
    """Whether the reader is a finance officer of this directorate (None: not stated, for those of all alone)."""
    return reader.has_post(PostKind.FINANCE_OFFICER) and (
        reader.finance_of_all_directorates or directorate_id in reader.finance_directorate_ids
    )


def may_change_money_of(reader: Reader, scope: Scope, project: Project) -> bool:
    """Base budget, FTE and investment are the finance officer's."""
    return is_finance_of(reader, project.directorate_id)


def may_change_project(reader: Reader, scope: Scope, project: Project) -> bool:
    """Facts, people, text, stage, measures, equality, dependencies: finance and programme officers change these."""
    return is_finance_of(reader, project.directorate_id) or reader.has_post(PostKind.PROGRAMME_OFFICER)


def may_change_delivery(reader: Reader, scope: Scope, project: Project) -> bool:
    """Milestones and risks: theirs, and a head of service's where the project is of an own service or led by them."""
    own = project.service_id in reader.own_service_ids or project.pk in scope.project_ids
    return may_change_project(reader, scope, project) or (reader.has_post(*HEADS_OF_SERVICE) and own)


CHALLENGES = frozenset({PostKind.CABINET_MEMBER})
"""Posts that leave challenge notes: those named to challenge a project, and every other cabinet member."""

ANSWERS = CREATES | HEADS_OF_SERVICE | LEADERS | {PostKind.HEAD_OF_FINANCE}
"""Posts that answer challenge notes; of what, `may_answer` and `may_answer_on_theme` say."""


def may_challenge(reader: Reader, scope: Scope, project: Project) -> bool:
    """Any cabinet member may challenge any project or theme."""
    return reader.has_post(*CHALLENGES)


def may_answer(reader: Reader, scope: Scope, project: Project) -> bool:
    """Who leads a project answers for it, and so do the officers who may change it."""
    leads = reader.has_post(*ANSWERS) and project.pk in scope.project_ids
    return leads or may_change_project(reader, scope, project)


def may_answer_on_theme(reader: Reader, scope: Scope, theme: Theme) -> bool:
    """Who leads a theme answers for it, and so do programme officers and finance officers of all directorates."""
    leads = reader.has_post(*ANSWERS) and theme.pk in scope.theme_ids
    return leads or reader.has_post(PostKind.PROGRAMME_OFFICER) or is_finance_of(reader, None)


def may_create_in(reader: Reader, directorate_id: int | None) -> bool:
    """Whether the reader may make a project of this directorate, or move one there."""
    return reader.has_post(PostKind.PROGRAMME_OFFICER) or is_finance_of(reader, directorate_id)
