"""Writing the commentary of a theme or directorate for the open period (domain.md, The return)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from futurefit.council.models import Directorate
from futurefit.history.actors import Actor
from futurefit.history.services import record_act
from projects.models import Theme
from savings.models import Commentary, ReportingPeriod
from savings.services.lines import require_open

WORDS_AT_MOST = 5_000
"""Characters of a commentary: it is read in a minute."""


def write_commentary(
    *,
    actor: Actor,
    period: ReportingPeriod,
    of: Theme | Directorate,
    words: str,
    version: int | None = None,
    illustration: str = "",
    at: datetime | None = None,
) -> bool:
    """Write the commentary of a theme or directorate anew; whether anything changed.

    `version` is that of the commentary on the page, 0 where there was none; None asks for no comparison. Raises
    ValidationError for a closed period, without words, for too many, and with the code "stale" where somebody else
    wrote it since.
    """
    words = words.strip()
    if not words:
        raise ValidationError({"words": "Commentary: nothing is entered."})
    if len(words) > WORDS_AT_MOST:
        raise ValidationError({"words": f"Commentary: write at most {WORDS_AT_MOST:,} characters, not {len(words):,}."})
    require_open(period)
    owner = {"theme": of} if isinstance(of, Theme) else {"directorate": of}
    with transaction.atomic():
        # The period is held until the end, so whoever comes second finds what the first wrote.
        require_open(period)
        held = Commentary.objects.filter(period=period, **owner).select_for_update(of=("self",)).first()
        if version is not None and version != (held.version if held else 0):
            raise ValidationError("Somebody else saved this since you opened it. Look at both values.", code="stale")
        if held is not None and (held.words, held.illustration) == (words, illustration):
            return False
        with record_act(
            actor=actor,
            verb="savings.commentary_written",
            sentence=f"Wrote the commentary on {of} for {period.spoken}{' anew' if held else ''}.",
            about=[of],
            at=at,
            programme_slug=period.programme.slug,
        ) as act:
            commentary = held or Commentary(period=period, version=0, **owner)
            commentary.words, commentary.illustration = words, illustration
            commentary.written_at, commentary.written_by = act.at, str(actor)
            commentary.version += 1
            commentary.full_clean()
            commentary.save()
    return True
