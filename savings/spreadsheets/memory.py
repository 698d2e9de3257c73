"""How a layout was read the last time, and that it is read so again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from futurefit.values.money import Unit
from projects.models import Programme
from savings.models import ColumnMapping
from savings.spreadsheets.findings import Options
from savings.spreadsheets.layout import Layout


def remembered(programme: Programme, layout: Layout) -> ColumnMapping | None:
    """What was chosen for this layout when a file of it was applied last."""
    return ColumnMapping.objects.filter(programme=programme, layout=layout.digest).first()


def with_remembered(options: Options, settings: Mapping[str, Any]) -> Options:
    """These options, and where they choose nothing what was chosen last."""
    columns = {int(number): name for number, name in settings.get("columns", {}).items()}
    unit = settings.get("unit")
    return replace(
        options,
        columns=options.columns or columns,
        unit=options.unit or (Unit(unit) if unit else None),
        sign=options.sign or settings.get("sign", ""),
        view=options.view or settings.get("view", ""),
    )


def settings_of(options: Options) -> dict[str, Any]:
    """What was chosen, as it is kept; what the sheet says itself is not."""
    found = {
        "columns": {str(number): name for number, name in options.columns.items()},
        "unit": options.unit.value if options.unit else "",
        "sign": options.sign,
        "view": options.view,
    }
    return {name: value for name, value in found.items() if value}


def remember(programme: Programme, layout: Layout, options: Options, *, at: datetime, by: str) -> None:
    """Keep what was chosen for the next file of this layout."""
    ColumnMapping.objects.update_or_create(
        programme=programme,
        layout=layout.digest,
        defaults={"settings": settings_of(options), "remembered_at": at, "remembered_by": by[:200]},
    )
