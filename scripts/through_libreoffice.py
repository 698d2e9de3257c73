"""Save a file of savings lines with LibreOffice, and say what bringing it back would change: it should be nothing.

``scripts/through_libreoffice.py savings.xlsx [PROGRAMME]``, with DATABASE_URL where the lines are. For whoever changes
`savings.spreadsheets.writing`: no test needs LibreOffice.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "futurefit.settings")

import django  # noqa: E402

django.setup()

import openpyxl  # noqa: E402

from savings.naming import find_programme  # noqa: E402
from savings.reading import find_period  # noqa: E402
from savings.spreadsheets.checking import check  # noqa: E402
from savings.spreadsheets.findings import Options  # noqa: E402
from savings.spreadsheets.reading import read_workbook  # noqa: E402


def main(file: Path, programme: str | None = None) -> int:
    """0 where the saved file changes nothing and keeps its lock and its lists, else 1."""
    soffice = shutil.which("soffice")
    if soffice is None:
        sys.exit("There is no program soffice on the path: install Debian's package libreoffice-calc.")
    with tempfile.TemporaryDirectory() as folder:
        command = [soffice, "--headless", "--convert-to", "xlsx", "--outdir", folder, str(file)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        saved = Path(folder) / f"{file.stem}.xlsx"
        found = check(
            read_workbook(saved.read_bytes(), saved.name), Options(), find_period(find_programme(programme), None)
        )
        page = openpyxl.load_workbook(saved)["Savings"]
        lists = len(page.data_validations.dataValidation)
        kept = bool(page.protection.sheet and lists)
    print(
        f"{found.unchanged} lines unchanged, {len(found.added)} added, {len(found.changed)} changed; {lists} lists kept"
    )
    for problem in (*found.errors, *found.field_changes, *found.amount_changes):
        print(problem)
    return 0 if kept and not found.errors and not found.changes_something else 1


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:3]))
