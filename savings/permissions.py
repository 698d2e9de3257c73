"""Who may do what with the money (domain.md, Who may do what). Pure predicates over a reader."""

from __future__ import annotations

from futurefit.access.reader import Reader
from futurefit.council.models import PostKind


def can_record_which_is_right(reader: Reader) -> bool:
    """Finance officers look after stated figures."""
    return reader.has_post(PostKind.FINANCE_OFFICER)


def can_confirm_decision(reader: Reader) -> bool:
    """The head of finance confirms a decision."""
    return reader.has_post(PostKind.HEAD_OF_FINANCE)


def can_change_lines(reader: Reader) -> bool:
    """Finance officers enter savings lines; which of them, `may_change_lines_of` says."""
    return reader.has_post(PostKind.FINANCE_OFFICER)


def may_change_lines_of(reader: Reader, directorate_id: int | None) -> bool:
    """Whether lines of this directorate (None: not stated) are the reader's to change.

    A finance officer of some directorates changes the lines of these alone, one of all changes every line.
    """
    return reader.finance_of_all_directorates or directorate_id in reader.finance_directorate_ids
