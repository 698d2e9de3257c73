"""System checks: every view names its posts, and a demonstration never shares a live council's database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError, connection

from futurefit.access.declarations import addresses_that_name_nobody
from futurefit.access.models import User


def every_view_names_its_posts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{address} does not name who may open it.",
            hint="Give its view posts (PostsRequiredMixin), or @open_to(…), or @open_to_anyone(…) with the reason.",
            id="access.E001",
        )
        for address in addresses_that_name_nobody()
    ]


def no_demonstration_beside_live_accounts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """`check --deploy`: with DEMO set, anybody may sign in as any post, which no council's own data survives."""
    if not settings.DEMO or connection.vendor != "postgresql":
        return []
    try:
        live = User.objects.filter(is_demo=False).exists()
    except DatabaseError as error:
        return [
            Error(
                f"DEMO is set and the database cannot be asked for other accounts: {error}",
                hint="Take DEMO away, or run migrate first.",
                id="access.E003",
            )
        ]
    if not live:
        return []
    return [
        Error(
            "DEMO is set on a PostgreSQL database that has accounts of its own.",
            hint="Take DEMO out of the environment: it lets anybody sign in as any demonstration post.",
            id="access.E002",
        )
    ]
