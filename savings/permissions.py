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
