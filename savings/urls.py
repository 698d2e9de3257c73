"""Addresses of the money: the plan, line lists, periods, reconciliation (pages.md)."""

from django.urls import path

from savings.views import exports, grid, lines, periods, plan, reconciliation

app_name = "savings"
urlpatterns = [
    path("mtfp/", plan.plan, name="plan"),
    path("lines/", lines.line_list, name="line_list"),
    path("lines/<str:code>/", lines.line_detail, name="line_detail"),
    path("projects/<str:code>/savings/", grid.grid_edit, name="grid_edit"),
    path("export/programme.xlsx", exports.programme_workbook, name="programme_workbook"),
    path("export/programme.csv", exports.programme_csv, name="programme_csv"),
    path("import/template.xlsx", exports.template_workbook, name="template_workbook"),
    path("reconciliation/", reconciliation.reconciliation, name="reconciliation"),
    path("reconciliation/<int:pk>/", reconciliation.stated_figure, name="stated_figure"),
    path("periods/", periods.period_list, name="period_list"),
]
