"""What a page showed when it was opened, carried in its form and signed, so that a stale save can name both values.

The form sends it back unread; what does not carry our signature, or was shown on another kind of page, is refused. It
proves nothing about rights.
"""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError

SALT = "savings.seen"
NOT_AS_OPENED = "The page was not sent as it was opened. Open it again."


def seal(shown: Any, page: str) -> str:
    """A text of what was shown on this kind of page: numbers, texts, lists and mappings of these."""
    return signing.dumps(shown, salt=f"{SALT}.{page}", compress=True)


def unseal(text: str, page: str) -> Any:
    """What was shown, as it went in (tuples as lists).

    Raises ValidationError for anything that `seal` did not make for this kind of page.
    """
    try:
        return signing.loads(text, salt=f"{SALT}.{page}")
    except signing.BadSignature as error:
        raise ValidationError(NOT_AS_OPENED) from error
