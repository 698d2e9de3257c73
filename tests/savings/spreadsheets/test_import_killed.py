"""An import killed in the middle leaves nothing: a process of its own, on the database of the run."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from futurefit.history.models import Act
from projects.models import Programme
from savings.models import Position, SavingsLine

ROOT = Path(__file__).resolve().parents[3]

IMPORTER = """
import sys, time
import django
django.setup()
from savings.management.commands import import_savings
from savings.services import imports
imports.LINES_AT_ONCE = 20
written = imports._Writing._told
def told(writing, rows):
    print("written", rows, flush=True)
    time.sleep(300)
imports._Writing._told = told
from django.core.management import call_command
call_command("import_savings", sys.argv[1], programme="county", create=True)
"""
"""The command, which stops after its first lines are written and says so."""


def address_of_the_database(folder: Path) -> str:
    """The database of this run for another process: on SQLite a copy in a file, since ours is in memory."""
    if connection.vendor == "postgresql":
        found = urlsplit(os.environ["DATABASE_URL"])
        return found._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    connection.ensure_connection()
    with sqlite3.connect(folder / "killed.sqlite3") as copy:
        connection.connection.backup(copy)
    return f"sqlite:///{folder / 'killed.sqlite3'}"


def counted(folder: Path) -> list[int]:
    """Programmes, lines, amounts and acts in the database that the process wrote to."""
    models = (Programme, SavingsLine, Position, Act)
    if connection.vendor == "postgresql":
        return [model.objects.count() for model in models]
    with sqlite3.connect(folder / "killed.sqlite3") as copy:
        return [copy.execute(f"SELECT count(*) FROM {model._meta.db_table}").fetchone()[0] for model in models]


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_nothing_and_the_next_one_works(tmp_path):
    file = tmp_path / "savings.csv"
    rows = [f"A{number},Saving {number},{number},{number}" for number in range(1, 101)]
    file.write_text("\n".join(["Ref,Saving,2016/17 £,2017/18 £", *rows]))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
        "DATABASE_URL": address_of_the_database(tmp_path),
        "DJANGO_SETTINGS_MODULE": "futurefit.settings",
        "DEMO": "1",
    }
    with subprocess.Popen(
        [sys.executable, "-c", IMPORTER, str(file)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        said = process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        assert said == "written 20\n", process.stderr.read()
    assert process.returncode == -signal.SIGKILL
    assert counted(tmp_path) == [0, 0, 0, 0]

    subprocess.run(
        [sys.executable, "manage.py", "import_savings", str(file), "--programme", "county", "--create"],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )
    assert counted(tmp_path) == [1, 100, 200, 1]
