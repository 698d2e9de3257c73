"""The settings refuse what would be unsafe, and say so in words."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
OURS = ("DATABASE_URL", "SECRET_KEY", "DEMO", "DEBUG", "TODAY", "ALLOWED_HOSTS", "OIDC_SERVER_URL")


@pytest.fixture
def setting(tmp_path):
    """Reads one setting in a process of its own, from a folder that has nothing but the settings module."""
    (tmp_path / "futurefit").mkdir()
    (tmp_path / "futurefit" / "__init__.py").touch()
    shutil.copy(ROOT / "futurefit" / "settings.py", tmp_path / "futurefit")

    def read(expression: str, **environment: str) -> str:
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        done = subprocess.run(
            [sys.executable, "-c", f"from futurefit import settings; print({expression})"],
            cwd=tmp_path,
            env={**kept, **environment},
            capture_output=True,
            text=True,
        )
        return done.stdout.strip() or done.stderr.strip().splitlines()[-1]

    return read


def test_a_live_service_without_a_secret_key_does_not_start(setting):
    assert "ImproperlyConfigured: SECRET_KEY is not set" in setting("settings.SECRET_KEY")


def test_the_key_drawn_for_this_machine_is_used_when_none_is_set(setting, tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret_key").write_text("drawn-here\n")
    assert setting("settings.SECRET_KEY") == "drawn-here"
    assert setting("settings.SECRET_KEY", SECRET_KEY="given") == "given"


def test_the_environment_wins_over_the_file(setting, tmp_path):
    (tmp_path / ".env").write_text("SECRET_KEY=from-the-file\nTODAY=2016-01-31\n")
    assert setting("settings.SECRET_KEY, settings.TODAY", TODAY="2016-02-29") == ("from-the-file 2016-02-29")


def test_the_demo_stands_in_the_days_of_its_papers_and_a_live_service_by_the_clock(setting):
    assert setting("settings.TODAY", DEMO="1") == "2016-05-20"
    assert setting("settings.TODAY", SECRET_KEY="x") == "None"


def test_a_day_that_is_none_is_refused_in_words(setting):
    assert "TODAY is '20/05/2016'" in setting("settings.TODAY", DEMO="1", TODAY="20/05/2016")


def test_a_live_service_asks_for_https_and_the_demo_does_not(setting):
    assert setting("settings.SECURE_SSL_REDIRECT, settings.SESSION_COOKIE_SECURE", SECRET_KEY="x") == "True True"
    assert setting("hasattr(settings, 'SECURE_SSL_REDIRECT')", DEMO="1") == "False"


def test_forms_may_go_to_the_identity_provider_and_nowhere_else(setting):
    asked = "settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action']"
    provider = {"OIDC_SERVER_URL": "https://login.council.example/tenant/v2.0", "OIDC_CLIENT_ID": "a"}
    assert setting(asked, DEMO="1") == "[\"'self'\"]"
    assert setting(asked, DEMO="1", OIDC_CLIENT_SECRET="b", **provider) == (
        "[\"'self'\", 'https://login.council.example']"
    )


def test_nothing_inline_is_allowed_by_the_policy():
    allowed = {source for sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].values() for source in sources}
    assert allowed == {"'self'", "'none'"}


def test_sqlite_keeps_foreign_keys_and_takes_the_write_lock_at_the_start(db):
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
