"""Files brought for import, from upload to apply: kept, read another way, applied once, cancelled.

An upload is a desk, not a record: only what is applied is an act, which `savings.services.imports` records.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from futurefit.access.reader import Reader
from futurefit.history.actors import Actor
from futurefit.values.money import Unit
from projects.models import Project
from savings.models import ColumnMapping, ReportingPeriod, SpreadsheetUpload
from savings.services.imports import apply_import
from savings.services.lines import require_open
from savings.spreadsheets.checking import check, choose_sheet
from savings.spreadsheets.fields import UnknownField
from savings.spreadsheets.findings import Options
from savings.spreadsheets.layout import Layout, UnusableSheet, recognise
from savings.spreadsheets.memory import remembered, with_remembered
from savings.spreadsheets.plan import Check
from savings.spreadsheets.reading import read_workbook
from savings.spreadsheets.sheets import Workbook

KEPT_FOR = timedelta(days=1)
"""How long a file that is not applied is kept; it is removed when the next one is brought, by anybody."""

_LONGEST_NAME = 250


@dataclass(frozen=True)
class Applied:
    """An upload that is applied, and whether that was done before (a second click, a page loaded again)."""

    upload: SpreadsheetUpload
    before: bool


class WouldChangeDifferently(ValidationError):
    """What the file would change is not what was shown: somebody changed the lines in the meantime."""


def begin_upload(
    *,
    actor: Actor,
    period: ReportingPeriod,
    file_name: str,
    content: bytes,
    project: Project | None = None,
    create: bool = False,
    in_place_of: SpreadsheetUpload | None = None,
    at: datetime | None = None,
) -> SpreadsheetUpload:
    """Keep a file for import into the open period, once it is sure that it can be read.

    It takes over the choices of the upload that it stands in place of, which goes. Raises `UnusableFile` for a file
    that cannot be read, and ValidationError for a closed period. Files that were never applied and lie here longer than
    a day are removed.
    """
    require_open(period)
    workbook = read_workbook(content, file_name)
    now = at or timezone.now()
    if actor.user_id is None:
        raise ValidationError("A file is brought by somebody who is signed in.")
    with transaction.atomic():
        SpreadsheetUpload.objects.filter(applied_at__isnull=True, uploaded_at__lt=now - KEPT_FOR).delete()
        settings = _taken_over(in_place_of, workbook) if in_place_of else {}
        if in_place_of:
            cancel_upload(upload=in_place_of)
        return SpreadsheetUpload.objects.create(
            key=secrets.token_urlsafe(12),
            programme_id=period.programme_id,
            period=period,
            uploaded_by_id=actor.user_id,
            uploaded_at=now,
            file_name=file_name[-_LONGEST_NAME:],
            content=content,
            settings={**settings, "project": project.code if project else "", "create": create},
        )


def _taken_over(former: SpreadsheetUpload, workbook: Workbook) -> dict[str, Any]:
    """The choices of a former upload, where the sheet they are about is in the new file too."""
    sheet = former.settings.get("sheet", "")
    return dict(former.settings) if not sheet or workbook.sheet(sheet) else {}


def read_another_way(*, upload: SpreadsheetUpload, settings: Mapping[str, Any]) -> SpreadsheetUpload:
    """Keep the choices of the second step; what is not among them stays. Raises ValidationError once it is applied."""
    with transaction.atomic():
        locked = SpreadsheetUpload.objects.select_for_update(of=("self",)).defer("content").get(pk=upload.pk)
        if locked.applied_at is not None:
            raise ValidationError(f"{locked.file_name} is imported already.")
        locked.settings = {**locked.settings, **settings}
        locked.save(update_fields=["settings"])
    upload.settings = locked.settings
    return upload


def cancel_upload(*, upload: SpreadsheetUpload) -> bool:
    """Take the file away again; nothing was written. False where it is applied already, which stays so."""
    gone, _rows = SpreadsheetUpload.objects.filter(pk=upload.pk, applied_at__isnull=True).delete()
    return bool(gone)


def apply_upload(
    *, actor: Actor, reader: Reader, upload: SpreadsheetUpload, as_shown: str, at: datetime | None = None
) -> Applied:
    """Write what the file changes, all or nothing, once; the file itself is then let go.

    ``as_shown`` is the `fingerprint` of what the reader was shown. Raises `WouldChangeDifferently` where the same file
    would now change something else, ValidationError where it has errors or its period is closed, and
    `SpreadsheetUpload.DoesNotExist` where it was cancelled in the meantime.
    """
    # The file does not change while it lies here: it is read before anybody has to wait for what is written.
    workbook = workbook_of(upload) if upload.applied_at is None else None
    with transaction.atomic():
        locked = SpreadsheetUpload.objects.select_for_update(of=("self",)).defer("content").get(pk=upload.pk)
        if locked.applied_at is not None:
            return Applied(locked, before=True)
        require_open(locked.period)
        found = check_of(locked, reader, workbook)
        if not found.can_be_applied:
            raise ValidationError(
                "Nothing was imported: the sheet has cells that cannot be read. Put them right first."
            )
        if fingerprint(found) != as_shown:
            raise WouldChangeDifferently(
                "Nothing was imported: lines were changed since this page was shown, and the sheet would now change "
                "something else. Look at what it would change now."
            )
        done = apply_import(actor=actor, check=found, at=at)
        locked.applied_at = at or timezone.now()
        locked.act_id = done.act_id
        locked.outcome = {
            "added": done.added,
            "changed": done.changed,
            "unchanged": done.unchanged,
            "absent": found.absent,
            "sheet": found.sheet,
            "differing": sum(not total.agrees for total in found.stated_totals),
        }
        locked.content = b""
        locked.save()
    return Applied(locked, before=False)


def workbook_of(upload: SpreadsheetUpload) -> Workbook:
    """The file's cells. Raises `UnusableFile` as when it was brought."""
    return read_workbook(bytes(upload.content), upload.file_name)


def check_of(upload: SpreadsheetUpload, reader: Reader, workbook: Workbook | None = None) -> Check:
    """What the file would change now, read as chosen. Raises what `check` raises."""
    return check(workbook or workbook_of(upload), options_of(upload), upload.period, reader)


def options_of(upload: SpreadsheetUpload) -> Options:
    """The choices of the first two steps."""
    chosen = upload.settings
    code = chosen.get("project", "")
    project = Project.objects.filter(programme_id=upload.programme_id, code=code).first() if code else None
    return Options(
        sheet=chosen.get("sheet", ""),
        heading_row=chosen.get("heading_row"),
        columns={int(number): field for number, field in chosen.get("columns", {}).items()},
        unit=Unit(chosen["unit"]) if chosen.get("unit") else None,
        sign=chosen.get("sign", ""),
        view=chosen.get("view", ""),
        project=project,
        create=bool(chosen.get("create")),
    )


def fingerprint(found: Check) -> str:
    """What a check would do, in a short digest: two that are alike would write the same onto the same."""
    added = [
        (line.row, line.code, line.reference, line.title, str(line.place), sorted(map(str, line.facts.items())))
        for line in found.added
    ]
    amounts = [line.amounts for line in found.added]
    changed = [(change.row, change.line.line_id, change.amounts) for change in found.changed]
    said = (len(found.errors), added, amounts, changed, found.amount_changes, found.field_changes, found.new_names)
    return sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True)
class ReadAs:
    """How the sheet is read: its layout, the choices behind it, and those that come from the last import of it."""

    layout: Layout
    options: Options
    remembered: ColumnMapping | None


def read_as(upload: SpreadsheetUpload, workbook: Workbook) -> ReadAs:
    """The sheet as chosen; until its columns are chosen, as it was read when a file of its layout was imported last.

    Raises `UnusableSheet` and `UnknownField`.
    """
    options = options_of(upload)
    sheet, _remarks = choose_sheet(workbook, options)
    layout = recognise(sheet, options, horizon=upload.period.horizon)
    if upload.settings.get("chosen"):
        return ReadAs(layout, options, None)
    mapping = remembered(upload.programme, layout)
    if mapping is None or not mapping.settings:
        return ReadAs(layout, options, None)
    try:
        options = with_remembered(options, mapping.settings)
        return ReadAs(recognise(sheet, options, horizon=upload.period.horizon), options, mapping)
    except (UnusableSheet, UnknownField):
        return ReadAs(layout, options_of(upload), None)


def recognised(upload: SpreadsheetUpload, workbook: Workbook) -> Layout:
    """The sheet as it says itself, without what was chosen of its columns. Raises `UnusableSheet`."""
    options = replace(options_of(upload), columns={}, unit=None, sign="", view="")
    sheet, _remarks = choose_sheet(workbook, options)
    return recognise(sheet, options, horizon=upload.period.horizon)
