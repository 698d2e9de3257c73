"""Addresses of the pages that need several apps (pages.md)."""

from django.urls import path

from futurefit.pages.views import search, words

app_name = "pages"
urlpatterns = [
    path("search/", search.search, name="search"),
    path("glossary/", words.glossary, name="glossary"),
    path("read-first/", words.read_first, name="read_first"),
]
