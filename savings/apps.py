from django.apps import AppConfig


class SavingsConfig(AppConfig):
    name = "savings"
    label = "savings"
    default_auto_field = "django.db.models.BigAutoField"
