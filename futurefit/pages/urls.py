"""Addresses of the pages that need several apps (pages.md)."""

from django.urls import path

from futurefit.pages.views import (
    commissioning,
    directorates,
    dossier,
    history,
    home,
    kpis,
    milestones,
    programme,
    projects,
    search,
    themes,
    words,
)

app_name = "pages"
urlpatterns = [
    path("", home.home, name="home"),
    path("programme/", programme.programme_detail, name="programme_detail"),
    path("themes/", themes.theme_list, name="theme_list"),
    path("themes/<slug:slug>/", themes.theme_detail, name="theme_detail"),
    path("directorates/", directorates.directorate_list, name="directorate_list"),
    path("directorates/<str:code>/", directorates.directorate_detail, name="directorate_detail"),
    path("search/", search.search, name="search"),
    path("glossary/", words.glossary, name="glossary"),
    path("read-first/", words.read_first, name="read_first"),
    path("projects/", projects.project_list, name="project_list"),
    path("projects/<str:code>/", dossier.project_detail, name="project_detail"),
    path("projects/<str:code>/history/", history.project_history, name="project_history"),
    path("lines/<str:code>/history/", history.line_history, name="line_history"),
    path("themes/<slug:slug>/history/", history.theme_history, name="theme_history"),
    path("directorates/<str:code>/history/", history.directorate_history, name="directorate_history"),
    path("history/", history.act_list, name="act_list"),
    path("history/<int:pk>/", history.act_detail, name="act_detail"),
    path("commissioning/", commissioning.service_list, name="service_list"),
    path("kpis/", kpis.kpi_list, name="kpi_list"),
    path("kpis/<slug:key>/", kpis.kpi_detail, name="kpi_detail"),
    path("milestones/", milestones.milestone_list, name="milestone_list"),
    path("milestones/mine.ics", milestones.my_milestones, name="milestone_calendar"),
]
