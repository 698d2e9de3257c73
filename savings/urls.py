"""Addresses of the money: the plan, line lists, periods, reconciliation (pages.md)."""

from django.urls import path

from savings.views import (
    bulk,
    carry_forward,
    exports,
    grid,
    imports,
    line_acts,
    line_facts,
    line_split,
    lines,
    periods,
    plan,
    reconciliation,
    undelivered,
)

app_name = "savings"
urlpatterns = [
    path("mtfp/", plan.plan, name="plan"),
    path("mtfp/paper.docx", plan.plan_document, name="plan_document"),
    path("lines/", lines.line_list, name="line_list"),
    path("lines/<str:code>/", lines.line_detail, name="line_detail"),
    path("projects/<str:code>/savings/", grid.grid_edit, name="grid_edit"),
    path("export/programme.xlsx", exports.programme_workbook, name="programme_workbook"),
    path("export/programme.csv", exports.programme_csv, name="programme_csv"),
    path("import/template.xlsx", exports.template_workbook, name="template_workbook"),
    path("projects/<str:code>/savings/add/", line_facts.line_add, name="line_add"),
    path("projects/<str:code>/savings/order/", line_acts.line_order, name="line_order"),
    path("projects/<str:code>/savings/withdrawn/", line_acts.withdrawn_list, name="withdrawn_list"),
    path("lines/<str:code>/edit/", line_facts.line_edit, name="line_edit"),
    path("lines/<str:code>/duplicate/", line_acts.line_duplicate, name="line_duplicate"),
    path("lines/<str:code>/move/", line_acts.line_move, name="line_move"),
    path("lines/<str:code>/split/", line_split.line_split, name="line_split"),
    path("lines/<str:code>/withdraw/", line_acts.line_withdraw, name="line_withdraw"),
    path("lines/<str:code>/restore/", line_acts.line_restore, name="line_restore"),
    path("bulk/", bulk.bulk_change, name="bulk_change"),
    path("bulk/done/", bulk.bulk_done, name="bulk_done"),
    path("reconciliation/", reconciliation.reconciliation, name="reconciliation"),
    path("reconciliation/<int:pk>/", reconciliation.stated_figure, name="stated_figure"),
    path("import/", imports.import_upload, name="import_upload"),
    path("import/<str:key>/columns/", imports.import_columns, name="import_columns"),
    path("import/<str:key>/check/", imports.import_check, name="import_check"),
    path("import/<str:key>/marked.xlsx", imports.import_marked, name="import_marked"),
    path("import/<str:key>/changes.xlsx", imports.import_changes, name="import_changes"),
    path("import/<str:key>/cancel/", imports.import_cancel, name="import_cancel"),
    path("import/<str:key>/done/", imports.import_done, name="import_done"),
    path("periods/", periods.period_list, name="period_list"),
    path("undelivered/", undelivered.undelivered, name="undelivered"),
    path("undelivered/carry-forward/", carry_forward.carry_forward_amounts, name="carry_forward"),
]
