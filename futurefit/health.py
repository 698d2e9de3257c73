"""Two addresses for whatever watches the service: is the process up, and can it do its work.

They answer anybody, without sign-in, in plain words, and say nothing about the data.
"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from futurefit.access.permissions import open_to_anyone


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")


@open_to_anyone("whoever watches over the server")
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as soon as the process answers; asks nothing of the database."""
    return _plain("The service is running.")


@open_to_anyone("whoever watches over the server")
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database can be reached and every migration is applied, otherwise 503 and which of the two fails."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return _plain("Not ready: the database cannot be reached.", 503)
    if waiting:
        return _plain("Not ready: the database has migrations to apply. Run manage.py migrate.", 503)
    return _plain("Ready: the database can be reached and its migrations are applied.")
