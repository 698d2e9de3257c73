from django.apps import AppConfig


class UiConfig(AppConfig):
    """The shared look. It holds no model and no page of its own."""

    name = "futurefit.ui"
    label = "ui"
    verbose_name = "Look"
