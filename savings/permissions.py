"""Who may do what with the money (domain.md, Who may do what). Pure predicates over a reader."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from futurefit.access.permissions import HEADS_OF_SERVICE, LEADERS
from futurefit.access.reader import HeldPost, Reader
from futurefit.council.models import PostKind
from projects.models import Project, ProjectPost, Signature
from projects.scope import Scope
from savings.models import LineInPeriod, StatedFigure


def can_record_which_is_right(reader: Reader, figure: StatedFigure) -> bool:
    """Finance officers look after stated figures: one of some directorates after those of these directorates alone.

    A figure is of a directorate that its scope names, or that its project belongs to; what is printed of a
    theme, a group or the whole is for officers of all directorates.
    """
    if not reader.has_post(PostKind.FINANCE_OFFICER):
        return False
    if reader.finance_of_all_directorates:
        return True
    project = figure.scope_project
    named = figure.scope_directorate_id or (project.directorate_id if project else None)
    return named in reader.finance_directorate_ids


def can_record_decisions(reader: Reader) -> bool:
    """Finance officers record decisions; on which lines, `may_change_lines_of` says."""
    return reader.has_post(PostKind.FINANCE_OFFICER)


def can_confirm_decision(reader: Reader) -> bool:
    """The head of finance confirms a decision."""
    return reader.has_post(PostKind.HEAD_OF_FINANCE)


def can_close_periods(reader: Reader) -> bool:
    """The head of finance opens the first period, closes one and opens the next, and says what the colours mean."""
    return reader.has_post(PostKind.HEAD_OF_FINANCE)


def can_prepare_periods(reader: Reader) -> bool:
    """Finance officers set due dates and prepare the next period."""
    return reader.has_post(PostKind.FINANCE_OFFICER)


def can_change_lines(reader: Reader) -> bool:
    """Finance officers enter savings lines; which of them, `may_change_lines_of` says."""
    return reader.has_post(PostKind.FINANCE_OFFICER)


def may_change_lines_of(reader: Reader, directorate_id: int | None) -> bool:
    """Whether lines of this directorate (None: not stated) are the reader's to change.

    A finance officer of some directorates changes the lines of these alone, one of all changes every line.
    """
    return reader.finance_of_all_directorates or directorate_id in reader.finance_directorate_ids


class LineRight(Enum):
    """What a reader may change of a savings line's amounts; `AMOUNTS` is the target and how it stands."""

    NOTHING = "nothing"
    RATING = "rating"
    AMOUNTS = "amounts"


def right_over_line(reader: Reader, scope: Scope, line: LineInPeriod) -> LineRight:
    """A finance officer enters amounts; a head of service says how those of own services and led projects stand."""
    return _right(reader, scope, line.directorate_id, line.service_id, line.project_id)


def may_carry_forward(reader: Reader, scope: Scope, line: LineInPeriod) -> bool:
    """What of an ended year is still expected is how a line stands: whoever may say that may say this."""
    return right_over_line(reader, scope, line) is not LineRight.NOTHING


def right_over_new_lines(reader: Reader, scope: Scope, project: Project) -> LineRight:
    """The same of lines that stand where their project stands, for a project without lines."""
    return _right(reader, scope, project.directorate_id, project.service_id, project.pk)


def _right(
    reader: Reader, scope: Scope, directorate_id: int | None, service_id: int | None, project_id: int
) -> LineRight:
    if can_change_lines(reader) and may_change_lines_of(reader, directorate_id):
        return LineRight.AMOUNTS
    heads = reader.has_post(*HEADS_OF_SERVICE)
    if heads and (service_id in reader.own_service_ids or project_id in scope.project_ids):
        return LineRight.RATING
    return LineRight.NOTHING


SIGNS = HEADS_OF_SERVICE | LEADERS | {PostKind.HEAD_OF_FINANCE}
"""Posts that sign pro-formas; which of them, `posts_to_sign` says."""


def posts_to_sign(reader: Reader, project: Project, people: Iterable[ProjectPost]) -> dict[str, HeldPost]:
    """In which roles the reader may sign a project's pro-forma, each with the post that gives the right.

    ``people`` are the posts of the project. The head of service is the head-of-service lead that the form names, and
    where it names none the head of its service; the director is that of its directorate, or one whose post leads it (as
    a chief executive's may); the head of finance signs every one. Who acts for a holder signs under that post.
    """
    leads = [each for each in people if each.role in ProjectPost.LEADING]
    leading = {each.post_id for each in leads}
    heads = {each.post_id for each in leads if each.role == ProjectPost.Role.HEAD_LEAD}
    found: dict[str, HeldPost] = {}
    for post in reader.held:
        if post.kind in HEADS_OF_SERVICE:
            if post.id in heads or (not heads and project.service_id in post.service_ids):
                found.setdefault(Signature.Role.HEAD_OF_SERVICE, post)
        elif post.kind in LEADERS:
            own = post.directorate_id is not None and post.directorate_id == project.directorate_id
            if post.id in leading or (own and post.kind == PostKind.DIRECTOR):
                found.setdefault(Signature.Role.DIRECTOR, post)
        elif post.kind == PostKind.HEAD_OF_FINANCE:
            found.setdefault(Signature.Role.HEAD_OF_FINANCE, post)
    return found


def may_write_commentary(reader: Reader, leads: Iterable[int]) -> bool:
    """Whether a post of the reader leads the theme or directorate: `leads` are the posts that do.

    Its lead writes it, the director or chief executive for their directorate, the cabinet member for what they lead.
    """
    return not reader.post_ids.isdisjoint(leads)
