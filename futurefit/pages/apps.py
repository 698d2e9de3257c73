from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "futurefit.pages"
    label = "pages"
