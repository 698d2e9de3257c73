"""A workbook of 20,000 lines × 6 years imported by a process of its own: how long it takes, and how much memory."""

from __future__ import annotations

import io
import resource
import tempfile
from pathlib import Path
from random import Random
from time import perf_counter, process_time

import xlsxwriter
from django.core.management import call_command
from django.db import transaction

LINES = 20_000
YEARS = ("2016/17", "2017/18", "2018/19", "2019/20", "2020/21", "2021/22")
HEADINGS = ("Ref", "Directorate", "Service", "Proposal", *YEARS, "Total", "Comments")


def write_savings(path: Path, lines: int) -> None:
    """A council's table in £000 with a total for each row and one below."""
    draw = Random(1)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    page = book.add_worksheet("Savings")
    page.write_row(0, 0, ["Savings 2016/17 to 2021/22, £000"])
    page.write_row(1, 0, HEADINGS)
    sums = [0] * len(YEARS)
    for number in range(lines):
        amounts = [draw.randint(-50, 500) for _year in YEARS]
        sums = [total + amount for total, amount in zip(sums, amounts, strict=True)]
        place = [f"R{number:05d}", f"Directorate {number % 8}", f"Service {number % 40}", f"Saving number {number}"]
        page.write_row(2 + number, 0, [*place, *amounts, sum(amounts), "As agreed in February"])
    page.write_row(2 + lines, 0, ["", "", "", "Total", *sums, sum(sums)])
    book.close()


def import_savings(lines: int = LINES) -> str:
    """Import such a workbook and take it back: seconds by the clock, of the processor, and MiB at most."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "savings.xlsx"
        write_savings(path, lines)
        clock, processor = perf_counter(), process_time()
        with transaction.atomic():
            call_command(
                "import_savings", str(path), programme="bench-import", create=True, format="json", stdout=io.StringIO()
            )
            took = perf_counter() - clock, process_time() - processor
            transaction.set_rollback(True)
    return f"{took[0]:.1f} {took[1]:.1f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024}"
