"""Words with a shape: the RAG tag and the tag for states of work.

The RAG colours stand for RAG alone and never without the word; states of work are neutral (look: principles 1 and 4).
"""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

from futurefit.values.rag import CLAIMED_WORDS, Status

WORK_STYLES = {"outline": "", "tint": " ff-tag--tint", "solid": " ff-tag--solid", "alert": " ff-tag--alert"}


def rag_words(status: Status) -> str:
    """The word beside the letter. Claimed says in full what it waits for."""
    if status is Status.CLAIMED:
        return f"{Status.ON_TARGET.label}: {CLAIMED_WORDS}"
    return status.label


def rag_html(status: Status | str | None, words: str = "") -> SafeString:
    """The letter in its colour, followed by the word, or by other `words` where a table has no room for it.

    None is *not rated*. Raises ValueError for an unknown status.
    """
    status = Status.NOT_RATED if status is None or status == "" else Status(status)
    return format_html(
        '<span class="ff-rag{}"><span class="ff-key ff-key--{}" aria-hidden="true">{}</span>{}</span>',
        " ff-rag--long" if status is Status.CLAIMED and not words else "",
        status.letter.lower(),
        status.letter,
        words or rag_words(status),
    )


def work_tag_html(text: str, style: str = "outline") -> SafeString:
    """A state of work: outline = not started or plain, tint = under way or due, solid = done or accepted,
    alert = needs somebody. Raises KeyError for another style.
    """
    return format_html('<span class="ff-tag{}">{}</span>', WORK_STYLES[style or "outline"], text)
