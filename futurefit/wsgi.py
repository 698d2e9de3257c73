"""The WSGI entry point: `gunicorn futurefit.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "futurefit.settings")

application = get_wsgi_application()
