"""`/import/`: a workbook or CSV file into the open period, in four steps: upload, columns, check, done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST

from futurefit.access.permissions import open_to
from futurefit.council.models import PostKind
from futurefit.ui.exports import export_rows
from futurefit.ui.filters import Problem
from futurefit.ui.form_fields import problems_of as problems_of_form
from futurefit.ui.uploads import too_large_upload
from savings.import_forms import ColumnsForm, SheetForm, UploadForm
from savings.import_page import (
    CHANGE_COLUMNS,
    PROBLEMS_SHOWN,
    SHOWN,
    amount_rows,
    columns_to_choose,
    counted,
    counts_of,
    differing_totals,
    every_change,
    first_rows,
    hidden_in_words,
    in_words,
    new_line_rows,
    new_names_in_words,
    problems_of,
    rows_to_check,
    sentence_of,
    sheet_as_read,
    total_rows,
    unit_of,
)
from savings.links import decision_on
from savings.models import ReportingPeriod, SpreadsheetUpload
from savings.permissions import can_change_lines
from savings.reading import Reading, read
from savings.services.uploads import (
    KEPT_FOR,
    Applied,
    ReadAs,
    apply_upload,
    begin_upload,
    cancel_upload,
    check_of,
    fingerprint,
    read_another_way,
    read_as,
    recognised,
    workbook_of,
)
from savings.spreadsheets.fields import UnknownField
from savings.spreadsheets.layout import UnusableSheet
from savings.spreadsheets.marking import marked_copy
from savings.spreadsheets.plan import Check
from savings.spreadsheets.reading import too_large
from savings.spreadsheets.sheets import UnusableFile, Workbook

FINANCE_OFFICERS = frozenset({PostKind.FINANCE_OFFICER})
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STEPS = ("Upload", "Columns", "Check", "Done")


# 1 Upload -----------------------------------------------------------------------------------------------------------


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_upload(request: HttpRequest) -> HttpResponse:
    """The first step: the file, and what it may make. `again` is an upload that the file stands in place of."""
    reading = read(request, also=["again"])
    period = _open_period(reading)
    again = _again(request)
    form = UploadForm(programme=reading.programme, initial=_choices_of(again))
    if request.method == "POST":
        _refuse_others(request)
        form = UploadForm(request.POST, request.FILES, programme=reading.programme)
        upload = _uploaded(request, form, period, again)
        if upload is not None:
            return redirect(_step(reading, upload, "columns"))
    unfinished = _uploads_of(request).filter(programme=reading.programme, applied_at__isnull=True).defer("content")
    context = {
        "reading": reading,
        "step": "Upload",
        "steps": STEPS,
        "period": period,
        "form": form,
        "again": again,
        "problems": list(problems_of_form(form)) if form.errors else [],
        "unfinished": [
            (upload, _step(reading, upload, "columns"), _step(reading, upload, "cancel")) for upload in unfinished
        ],
        "kept_hours": KEPT_FOR.days * 24,
        "open_url": _upload_url(reading) if period and not reading.period.is_open else "",
        "crumbs": _crumbs(reading)[:1],
    }
    return render(request, "savings/import_upload.html", context, status=400 if form.errors else 200)


def _uploaded(
    request: HttpRequest, form: UploadForm, period: ReportingPeriod | None, again: SpreadsheetUpload | None
) -> SpreadsheetUpload | None:
    """The file that came with the form, kept; None where it is refused, which the form then says."""
    if name := too_large_upload(request):
        form.full_clean()
        form.errors["file"] = form.error_class([str(too_large(name))])
        return None
    if not form.is_valid():
        return None
    if period is None:
        form.add_error(None, "Nothing was uploaded: the programme has no open reporting period to import into.")
        return None
    file = form.cleaned_data["file"]
    try:
        return begin_upload(
            actor=request.reader.actor_as(PostKind.FINANCE_OFFICER),
            period=period,
            file_name=file.name,
            content=file.read(),
            project=form.cleaned_data["project"],
            create=form.cleaned_data["create"],
            in_place_of=again,
        )
    except UnusableFile as refused:
        form.add_error("file", str(refused))
    except ValidationError as refused:
        form.add_error(None, refused.messages)
    return None


def _again(request: HttpRequest) -> SpreadsheetUpload | None:
    key = request.GET.get("again", "")
    if not key:
        return None
    return get_object_or_404(_uploads_of(request).filter(applied_at__isnull=True), key=key)


def _choices_of(upload: SpreadsheetUpload | None) -> dict[str, Any]:
    return {name: upload.settings.get(name) for name in ("project", "create")} if upload else {}


def _open_period(reading: Reading) -> ReportingPeriod | None:
    return next((period for period in reading.periods if period.is_open), None)


# 2 Columns ----------------------------------------------------------------------------------------------------------

AS_RECOGNISED: dict[str, Any] = {"columns": {}, "unit": "", "sign": "", "view": ""}


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, key: str) -> HttpResponse:
    """The second step: which sheet, and what each of its columns is. Each button keeps what its part says."""
    reading, upload = _find(request, key)
    if (stopped := _stopped(request, reading, upload)) is not None:
        return stopped
    workbook = workbook_of(upload)
    act = _act(request)
    sheet_form = SheetForm(request.POST if act == "sheet" else None, workbook=workbook)
    if act == "sheet" and sheet_form.is_valid():
        read_another_way(upload=upload, settings={**sheet_form.cleaned_data, **AS_RECOGNISED, "chosen": False})
        return redirect(_step(reading, upload, "columns"))
    if act == "anew":
        read_another_way(upload=upload, settings={**AS_RECOGNISED, "chosen": True})
        return redirect(_step(reading, upload, "columns"))
    try:
        now = read_as(upload, workbook)
    except (UnusableSheet, UnknownField) as unusable:
        return _columns_page(request, reading, upload, workbook, sheet_form, unusable=str(unusable))
    form = ColumnsForm(request.POST if act == "columns" else None, layout=now.layout, horizon=upload.period.horizon)
    if act == "columns" and form.is_valid():
        read_another_way(upload=upload, settings={**form.chosen(recognised(upload, workbook)), "chosen": True})
        return redirect(_step(reading, upload, "check"))
    return _columns_page(request, reading, upload, workbook, sheet_form, form=form, now=now)


def _columns_page(
    request: HttpRequest,
    reading: Reading,
    upload: SpreadsheetUpload,
    workbook: Workbook,
    sheet_form: SheetForm,
    *,
    form: ColumnsForm | None = None,
    now: ReadAs | None = None,
    unusable: str = "",
) -> HttpResponse:
    layout = now.layout if now else None
    name = layout.sheet.name if layout else upload.settings.get("sheet", "")
    sheet = workbook.sheet(name) or workbook.sheets[0]
    if not sheet_form.is_bound:
        heading_row = upload.settings.get("heading_row")
        sheet_form = SheetForm(workbook=workbook, initial={"sheet": sheet.name, "heading_row": heading_row})
    refused = [bound for bound in (sheet_form, form) if bound is not None and bound.is_bound and bound.errors]
    problems = [problem for bound in refused for problem in problems_of_form(bound)]
    if unusable:
        problems.append(Problem("", "", in_words(unusable), "id_sheet-sheet"))
    context = {
        "reading": reading,
        "upload": upload,
        "step": "Columns",
        "steps": STEPS,
        "problems": problems,
        "sheet_form": sheet_form,
        "form": form,
        "columns": list(columns_to_choose(form)) if form else [],
        "remembered": now.remembered if now else None,
        "layout": layout,
        "remarks": [in_words(finding.message) for finding in layout.remarks] if layout else [],
        "warnings": workbook.warnings,
        "as_read": sheet_as_read(sheet, first_rows(sheet, layout), layout=layout),
        "hidden": hidden_in_words(sheet),
        "cancel_url": _step(reading, upload, "cancel"),
        "crumbs": _crumbs(reading),
    }
    return render(request, "savings/import_columns.html", context, status=400 if refused else 200)


# 3 Check ------------------------------------------------------------------------------------------------------------


@open_to(FINANCE_OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_check(request: HttpRequest, key: str) -> HttpResponse:
    """The third step: what would change, every problem by cell; applied by a POST, all of it or nothing, once."""
    reading, upload = _find(request, key)
    refused = ""
    if request.method == "POST":
        _refuse_others(request)
        try:
            applied = _apply(request, upload)
        except ValidationError as not_applied:
            refused = " ".join(not_applied.messages)
        else:
            words = "was imported already; it is not imported twice" if applied.before else "is imported"
            messages.success(request, f"{upload.file_name} {words}.")
            return redirect(_step(reading, upload, "done"))
    if (stopped := _stopped(request, reading, upload)) is not None:
        return stopped
    if not upload.settings.get("chosen"):
        return redirect(_step(reading, upload, "columns"))
    try:
        workbook = workbook_of(upload)
        found = check_of(upload, request.reader, workbook)
    except (UnusableSheet, UnknownField):
        return redirect(_step(reading, upload, "columns"))
    sheet = workbook.sheet(found.sheet) or workbook.sheets[0]
    unit = unit_of(found)
    as_read = sheet_as_read(sheet, rows_to_check(sheet, found), layout=found.layout, found=found)
    problems = [Problem("", "", refused, "")] if refused else problems_of(found, as_read.shown)
    context = {
        "reading": reading,
        "upload": upload,
        "step": "Check",
        "steps": STEPS,
        "found": found,
        "problems": problems,
        "refused": refused,
        "stopped_by": f"Nothing can be imported yet: {counted(len(found.errors), 'problem')}",
        "fingerprint": fingerprint(found),
        "counts": counts_of(found),
        "decisions": [(title, decision_on(reading, [code])) for code, title in found.needs_decision.items()][:SHOWN],
        "unit": unit,
        "amounts": amount_rows(reading, found, unit),
        "new_lines": new_line_rows(found, unit),
        "facts": found.field_changes[:SHOWN],
        "new_names": new_names_in_words(found.new_names),
        "is_cut": len(found.added) > SHOWN or len(found.amount_changes) > SHOWN or len(found.field_changes) > SHOWN,
        "as_read": as_read,
        "totals": total_rows(found, unit),
        "totals_cut": len(found.stated_totals) > SHOWN,
        "warnings": [sentence_of(finding) for finding in found.warnings[:PROBLEMS_SHOWN]],
        "warnings_left": max(len(found.warnings) - PROBLEMS_SHOWN, 0),
        "columns_url": _step(reading, upload, "columns"),
        "again_url": _again_url(reading, upload),
        "marked_url": _step(reading, upload, "marked"),
        "changes_url": _step(reading, upload, "changes"),
        "cancel_url": _step(reading, upload, "cancel"),
        "crumbs": _crumbs(reading),
    }
    return render(request, "savings/import_check.html", context, status=400 if refused else 200)


def _apply(request: HttpRequest, upload: SpreadsheetUpload) -> Applied:
    """Apply what was shown. Http404 where the upload was cancelled in the meantime."""
    try:
        return apply_upload(
            actor=request.reader.actor_as(PostKind.FINANCE_OFFICER),
            reader=request.reader,
            upload=upload,
            as_shown=request.POST.get("as_shown", ""),
        )
    except SpreadsheetUpload.DoesNotExist as gone:
        raise Http404("This import was cancelled.") from gone
    except (UnusableSheet, UnknownField, UnusableFile) as unusable:
        raise ValidationError(str(unusable)) from unusable


@open_to(FINANCE_OFFICERS)
def import_marked(request: HttpRequest, key: str) -> HttpResponse:
    """The file given back with its problems marked in it, remarks after them."""
    reading, upload = _find(request, key)
    if (stopped := _stopped(request, reading, upload)) is not None:
        return stopped
    found = _found_or_404(request, upload)
    findings = [replace(finding, message=in_words(finding.message)) for finding in (*found.errors, *found.warnings)]
    findings += differing_totals(found)
    body = marked_copy(bytes(upload.content), upload.file_name, findings)
    response = HttpResponse(body, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{_file_words(upload)}-marked.xlsx"'
    return response


@open_to(FINANCE_OFFICERS)
def import_changes(request: HttpRequest, key: str) -> HttpResponse:
    """All that would change, as a list to keep."""
    reading, upload = _find(request, key)
    if (stopped := _stopped(request, reading, upload)) is not None:
        return stopped
    found = _found_or_404(request, upload)
    preamble = [
        f"What importing {upload.file_name}, sheet {found.sheet}, into {upload.period.label} would change.",
        "Amounts are in whole pounds.",
    ]
    return export_rows(f"changes {_file_words(upload)}", CHANGE_COLUMNS, every_change(found), "xlsx", preamble)


def _found_or_404(request: HttpRequest, upload: SpreadsheetUpload) -> Check:
    try:
        return check_of(upload, request.reader)
    except (UnusableSheet, UnknownField) as unusable:
        raise Http404(in_words(str(unusable))) from unusable


# 4 Done, and cancelling ---------------------------------------------------------------------------------------------


@open_to(FINANCE_OFFICERS)
def import_done(request: HttpRequest, key: str) -> HttpResponse:
    """The last step: what was imported, where to look at it, and how it is taken back."""
    reading, upload = _find(request, key)
    if upload.applied_at is None:
        return redirect(_step(reading, upload, "check"))
    context = {
        "reading": reading,
        "upload": upload,
        "step": "Done",
        "steps": STEPS,
        "outcome": upload.outcome,
        "lines_url": reverse("savings:line_list") + _programme_query(reading),
        "act_url": reverse("pages:act_detail", args=[upload.act_id]) if upload.act_id else "",
        "differing_url": reverse("savings:reconciliation") + _programme_query(reading),
        "upload_url": _upload_url(reading),
        "crumbs": _crumbs(reading),
    }
    return render(request, "savings/import_done.html", context)


@open_to(FINANCE_OFFICERS)
@require_POST
def import_cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Take the file away; nothing was changed by it."""
    reading, upload = _find(request, key)
    _refuse_others(request)
    if cancel_upload(upload=upload):
        messages.success(request, f"The import of {upload.file_name} is cancelled. Nothing was changed.")
        return redirect(_upload_url(reading))
    messages.info(request, f"{upload.file_name} is imported already, so it cannot be cancelled.")
    return redirect(_step(reading, upload, "done"))


# What the steps share -----------------------------------------------------------------------------------------------


def _uploads_of(request: HttpRequest) -> Any:
    """The reader's own uploads: a file on its way in is nobody else's to see."""
    return SpreadsheetUpload.objects.filter(uploaded_by_id=request.reader.user_id).select_related("programme", "period")


def _find(request: HttpRequest, key: str) -> tuple[Reading, SpreadsheetUpload]:
    """The upload, and the page as read in its programme and period."""
    reading = read(request)
    upload = get_object_or_404(_uploads_of(request), key=key)
    return replace(reading, programme=upload.programme, period=upload.period), upload


def _stopped(request: HttpRequest, reading: Reading, upload: SpreadsheetUpload) -> HttpResponse | None:
    """Where an upload cannot be gone on with: done already, or its period is closed."""
    if upload.applied_at is not None:
        return redirect(_step(reading, upload, "done"))
    if upload.period.is_open:
        return None
    words = (
        f"{upload.period.spoken[:1].upper()}{upload.period.spoken[1:]} was closed after this file was uploaded, and "
        "closed months never change. Nothing was imported. Upload the file again to import it into the month that is "
        "open now."
    )
    context = {
        "reading": reading,
        "upload": upload,
        "step": "Check",
        "steps": STEPS,
        "problems": [Problem("", "", words, "")],
        "upload_url": _upload_url(reading),
        "cancel_url": _step(reading, upload, "cancel"),
        "crumbs": _crumbs(reading),
    }
    return render(request, "savings/import_stopped.html", context, status=400)


def _act(request: HttpRequest) -> str:
    """Which button of the second step was pressed; empty for none."""
    if request.method != "POST":
        return ""
    _refuse_others(request)
    return str(request.POST.get("act", ""))


def _refuse_others(request: HttpRequest) -> None:
    if not can_change_lines(request.reader):
        raise PermissionDenied


def _step(reading: Reading, upload: SpreadsheetUpload, step: str) -> str:
    return reverse(f"savings:import_{step}", args=[upload.key]) + _programme_query(reading)


def _upload_url(reading: Reading) -> str:
    return reverse("savings:import_upload") + _programme_query(reading)


def _again_url(reading: Reading, upload: SpreadsheetUpload) -> str:
    query = _programme_query(reading)
    return f"{reverse('savings:import_upload')}{query}{'&' if query else '?'}again={upload.key}"


def _programme_query(reading: Reading) -> str:
    return "" if reading.programme.is_current else f"?programme={reading.programme.slug}"


def _crumbs(reading: Reading) -> list[tuple[str, str]]:
    return [("Home", reverse("pages:home")), ("Import", _upload_url(reading))]


def _file_words(upload: SpreadsheetUpload) -> str:
    return slugify(upload.file_name.rpartition(".")[0] or upload.file_name)[:60] or "savings"
