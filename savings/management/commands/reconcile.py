"""`reconcile`: figures that papers state beside what the product computes, for people and other programs."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from futurefit.values.money import Unit, format_amount, format_percent
from savings.naming import find_programme
from savings.reading import find_period
from savings.reconcile import KINDS, VERDICTS, Comparison, reconcile

FORMATS = ("table", "json")


class Command(BaseCommand):
    """Prints what `savings.reconcile` finds. Exit code 2: options that cannot be used."""

    help = "Compare the figures that papers state with what the product computes for them, in whole pounds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", choices=KINDS, default="sum", help="default: printed sums against their parts")
        parser.add_argument("--programme", metavar="SLUG", help="default: the current programme")
        parser.add_argument(
            "--period", metavar="LABEL", help='such as "2015/16 M07"; default: the period of each paper'
        )
        parser.add_argument("--format", choices=FORMATS, default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            programme = find_programme(options["programme"])
            period = find_period(programme, options["period"]) if options["period"] is not None else None
        except LookupError as error:
            raise CommandError(str(error.args[0]), returncode=2) from error
        found = reconcile(programme, kind=options["kind"], period=period)
        if options["format"] == "json":
            self.stdout.write(json.dumps([row.as_json() for row in found], ensure_ascii=False, indent=2))
        else:
            self._write_table(found)

    def _write_table(self, found: list[Comparison]) -> None:
        heads = ["Table", "Row", "Year", "Status", "Kind", "Stated", "Computed", "Difference", "Verdict"]
        lines = [_cells(row) for row in found]
        widths = [max(len(line[place]) for line in [heads, *lines]) for place in range(len(heads))]
        for line in [heads, *lines]:
            cells = [
                cell.rjust(width) if 5 <= place <= 7 else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            ]
            self.stdout.write("  ".join(cells).rstrip())
        counts = Counter(row.verdict for row in found)
        words = ", ".join(f"{counts[verdict]} {verdict.replace('_', ' ')}" for verdict in VERDICTS)
        self.stdout.write(f"{len(found)} stated figures, amounts in £: {words}.")
        for row in found:
            if not row.agrees:
                self.stdout.write(f"Differs: {row.place} | {row.counterpart}")


def _cells(row: Comparison) -> list[str]:
    figure = row.figure
    return [
        figure.table,
        figure.label,
        figure.column,
        figure.scope_status.replace("_", " "),
        figure.kind,
        _words(row.stated),
        _words(row.computed),
        _words(row.difference),
        row.verdict_words,
    ]


def _words(value: int | Decimal | None) -> str:
    if value is None:
        return ""
    return format_percent(value) if isinstance(value, Decimal) else format_amount(value, Unit.POUNDS)
