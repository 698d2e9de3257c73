"""The one settings module. What differs between installations comes from the environment.

A file `.env` beside manage.py is read too, except by the tests; the environment wins over it.
The README lists every setting with its default.
"""

import os
import sys
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
TESTING = "pytest" in sys.modules

env = environ.Env()
if not TESTING:
    environ.Env.read_env(BASE_DIR / ".env")

# Workbooks that are brought are opened by the parser that refuses entities, also where lxml is there for Word papers.
os.environ["OPENPYXL_LXML"] = "False"

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
LIVE = not (DEBUG or DEMO or TESTING)


# Who we are


def _secret_key() -> str:
    """The setting SECRET_KEY, else the key that `make setup` drew for this machine alone.

    Raises ImproperlyConfigured where there is neither, unless debugging, demonstrating or testing.
    """
    if key := env.str("SECRET_KEY", default=""):
        return key
    kept = VAR_DIR / "secret_key"
    if kept.is_file() and (key := kept.read_text().strip()):
        return key
    if LIVE:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Put a long random text in the environment (or in .env), the same for every "
            "process, or run `make setup`, which draws one into var/secret_key."
        )
    return "not secret: only for the demo, debugging and the tests"


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("TRUSTED_ORIGINS", default=[])


def _today() -> date | None:
    """The day to take for today, or None for the clock. The demo stands in the days of its papers."""
    written = env.str("TODAY", default="2016-05-20" if DEMO else "")
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise ImproperlyConfigured(f"TODAY is {written!r}; it must be a date such as 2016-05-20.") from error


TODAY = _today()

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True


# An entry grid sends three fields a cell: enough for five hundred lines, within Django's 2.5 MB for a form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 15_000


# What runs

INSTALLED_APPS = [
    "futurefit.ui",
    "futurefit.history",
    "futurefit.council",
    "futurefit.access",
    "projects",
    "savings",
    "risks",
    "futurefit.pages",
    "futurefit.demo",
    "django_tables2",
    "django_filters",
    "simple_history",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "futurefit.access.admin_app.RowSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "futurefit.access.middleware.ReaderMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "futurefit.pages.nothing_yet.NothingYetMiddleware",
    "futurefit.pages.busy.BusyMiddleware",
]

ROOT_URLCONF = "futurefit.urls"
WSGI_APPLICATION = "futurefit.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["futurefit.ui.templatetags.ff"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "futurefit.access.context.reader",
            ],
        },
    },
]


# Where the data lies


def _database() -> dict:
    """SQLite in var/ unless DATABASE_URL says otherwise.

    On SQLite every transaction takes the write lock at its start, so that two writers queue for it
    instead of one of them failing half-way, and readers go on beside the writer (WAL).
    """
    database = env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'futurefit.sqlite3'}")
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; "
            "PRAGMA recursive_triggers = ON",
            **database.get("OPTIONS", {}),
        }
    else:
        database["CONN_MAX_AGE"] = 60
        database["CONN_HEALTH_CHECKS"] = True
    return database


DATABASES = {"default": _database()}

# The limits on sign-in attempts are counted in the cache, so every worker must see the same one.
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        if TESTING
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "futurefit_cache"}
    )
}


# What the browser gets

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if LIVE else None
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "assets"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if LIVE
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not LIVE

OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
_identity_provider = urlsplit(OIDC_SERVER_URL)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        # Chromium reports the fonts that the design system declares, though no page asks for one.
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF]
        + ([f"{_identity_provider.scheme}://{_identity_provider.netloc}"] if OIDC_SERVER_URL else []),
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# A file that is larger than any page takes is let go by as it arrives; the others lie in memory or on disk.
FILE_UPLOAD_HANDLERS = [
    "futurefit.ui.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 5

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True

if LIVE:
    SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=False)
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    if env.bool("BEHIND_PROXY", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        ALLAUTH_TRUSTED_PROXY_COUNT = 1


# Signing in

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["futurefit.access.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "futurefit.access.adapters.AccountAdapter"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False

# Accounts from the identity provider are known by its own stable identifier, never matched by e-mail address.
SOCIALACCOUNT_ADAPTER = "futurefit.access.adapters.CouncilAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": (
            [
                {
                    "provider_id": "council",
                    "name": env.str("OIDC_NAME", default="your council account"),
                    "client_id": env.str("OIDC_CLIENT_ID"),
                    "secret": env.str("OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": OIDC_SERVER_URL, "uid_field": "sub"},
                }
            ]
            if OIDC_SERVER_URL
            else []
        ),
    }
}


# Mail and the log

vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25" if LIVE else "consolemail://"))
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", default="futurefit@localhost")
EMAIL_TIMEOUT = 20


def _site_url() -> str:
    """Where the site stands, for the addresses in e-mails, without a slash at its end."""
    host = ALLOWED_HOSTS[0] if ALLOWED_HOSTS else "localhost"
    here = f"https://{host}" if LIVE else f"http://{host}:{env.int('PORT', default=8000)}"
    return env.str("SITE_URL", default=here).rstrip("/")


SITE_URL = _site_url()
SERVER_EMAIL = DEFAULT_FROM_EMAIL

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING" if TESTING else "INFO")},
    "loggers": {"django": {"handlers": [], "level": "NOTSET", "propagate": True}},
}
