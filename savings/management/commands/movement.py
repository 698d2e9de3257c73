"""`movement`: why two reporting periods differ, for people, spreadsheets and other programs."""

from __future__ import annotations

import csv
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from futurefit.ui.exports import neutral
from futurefit.values.money import Unit, format_amount
from savings.changes import Cause
from savings.groupings import GROUPINGS
from savings.movement import MEASURES, as_json, movement
from savings.naming import find_programme
from savings.reading import check_shape, find_period
from savings.rollups import BASES, SHAPES

FORMATS = ("table", "csv", "json")


class Command(BaseCommand):
    """Prints what `savings.movement` computes and computes nothing itself. Exit code 2: options that cannot be used."""

    help = "Tell why two reporting periods differ: opening, what each cause brought, closing, in whole pounds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", required=True, dest="first", metavar="PERIOD", help='such as "2015/16 M07"')
        parser.add_argument("--to", required=True, dest="last", metavar="PERIOD", help='such as "2016/17 M02"')
        parser.add_argument("--by", choices=list(GROUPINGS), default="theme", help="the grouping of the rows")
        parser.add_argument("--programme", metavar="SLUG", help="default: the current programme")
        parser.add_argument("--basis", choices=BASES, default="all")
        parser.add_argument("--measure", choices=MEASURES, default="target")
        parser.add_argument(
            "--shape", choices=SHAPES, default="then", help="grouped by where lines stood then or stand today"
        )
        parser.add_argument("--format", choices=FORMATS, default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            programme = find_programme(options["programme"])
            first, last = (find_period(programme, options[name]) for name in ("first", "last"))
            check_shape(programme, options["shape"])
        except LookupError as error:
            raise CommandError(str(error.args[0]), returncode=2) from error
        asked = {name: options[name] for name in ("by", "basis", "measure", "shape")}
        found = as_json(movement(first, last, **asked))
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
        elif options["format"] == "csv":
            _write_csv(self.stdout, found)
        else:
            self._write_table(found)

    def _write_table(self, found: dict) -> None:
        causes = [cause for cause in Cause if any(row[cause] for row in (*found["rows"], found["total"]))]
        steps = ["opening", *(cause.value for cause in causes), "closing"]
        by = GROUPINGS[found["by"]].words
        heads = [by[:1].upper() + by[1:], found["from"], *(cause.words.capitalize() for cause in causes), found["to"]]
        lines = [
            [row["label"], *(format_amount(row[step], Unit.POUNDS) for step in steps)]
            for row in (*found["rows"], found["total"])
        ]
        widths = [max(len(line[place]) for line in [heads, *lines]) for place in range(len(heads))]
        self.stdout.write(
            f"{found['programme']}, movement from {found['from']} to {found['to']}: {found['measure']} in £, "
            f"{found['basis']} amounts, shape of {found['shape']}"
        )
        for first, *rest in [heads, *lines]:
            cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
            self.stdout.write("  ".join(cells).rstrip())
        if not found["lines"]:
            self.stdout.write("Nothing that these rows tell apart changed.")
        for entry in found["lines"]:
            amount, reason = format_amount(entry["amount"], Unit.POUNDS), entry["reason"]
            said = f' "{reason}"' if reason else ""
            self.stdout.write(
                f"{amount}  {entry['code']} {entry['title']}, {_year_words(entry['year'])}: {entry['cause']}.{said} "
                f"{entry['act']}"
            )


def _year_words(key: str) -> str:
    return "not profiled" if key == "not_profiled" else key


def _write_csv(stream: Any, found: dict) -> None:
    """One row per group and year with opening, every cause and closing; the years add up to the row "total"."""
    steps = ["opening", *(cause.value for cause in Cause), "closing"]
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["key", "label", "year", *steps])
    for row in (*found["rows"], {**found["total"], "key": "total"}):
        for year, held in (*row["years"].items(), ("total", row)):
            writer.writerow([neutral(row["key"] or ""), neutral(row["label"]), year, *(held[step] for step in steps)])
