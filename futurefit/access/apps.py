from django.apps import AppConfig
from django.core.checks import Tags, register


class AccessConfig(AppConfig):
    name = "futurefit.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from futurefit.access.checks import every_view_names_its_posts, no_demonstration_beside_live_accounts

        register(every_view_names_its_posts, Tags.urls)
        register(no_demonstration_beside_live_accounts, Tags.security, deploy=True)
