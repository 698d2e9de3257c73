"""`rollup`: the totals of a period by one grouping, for people, spreadsheets and other programs."""

from __future__ import annotations

import csv
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from futurefit.ui.exports import neutral
from futurefit.values.money import Unit, format_amount
from savings.groupings import GROUPINGS
from savings.naming import find_group, find_programme
from savings.reading import check_shape, find_period
from savings.rollups import BASES, SHAPES, VIEWS, as_json, requirement_of, rollup
from savings.selection import Selection

FILTERS = {
    "theme": "theme",
    "directorate": "directorate",
    "service": "service",
    "project": "project",
    "heading": "mtfp_heading",
}
FORMATS = ("table", "csv", "json")


class Command(BaseCommand):
    """Prints what `savings.rollups` computes and computes nothing itself. Exit code 2: options that cannot be used."""

    help = "Total the savings of a reporting period by theme, directorate, MTFP heading, …, in whole pounds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, choices=list(GROUPINGS), help="the grouping of the rows")
        for name in FILTERS:
            parser.add_argument(f"--{name}", metavar="NAME", help=f"only this {name}: key, name or alias, or none")
        parser.add_argument("--programme", metavar="SLUG", help="default: the current programme")
        parser.add_argument("--period", metavar="LABEL", help='such as "2015/16 M07"; default: the open period')
        parser.add_argument("--view", choices=VIEWS, default="incremental")
        parser.add_argument("--basis", choices=BASES, default="all")
        parser.add_argument(
            "--shape", choices=SHAPES, default="then", help="of a closed period: grouped as then or today"
        )
        parser.add_argument("--net", action="store_true", help="without what overlaps count twice")
        parser.add_argument("--format", choices=FORMATS, default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["net"]:
            raise _unusable("Overlaps are not registered, so there is no net total. Leave out --net for the gross one.")
        try:
            programme = find_programme(options["programme"])
            period = find_period(programme, options["period"])
            check_shape(programme, options["shape"])
            where = Selection(
                **{
                    grouping: find_group(grouping, options[name], period)
                    for name, grouping in FILTERS.items()
                    if options[name] is not None
                }
            )
        except LookupError as error:
            raise _unusable(str(error.args[0])) from error
        view = options["view"]
        result = rollup(period, options["by"], where=where, view=view, basis=options["basis"], shape=options["shape"])
        found = as_json(result, where=where, requirement=requirement_of(period, view=view))
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
        elif options["format"] == "csv":
            _write_csv(self.stdout, found)
        else:
            self._write_table(found)

    def _write_table(self, found: dict) -> None:
        years = found["years"]
        heads = [GROUPINGS[found["by"]].words.capitalize().replace("Mtfp", "MTFP"), *map(_year_words, years), "Total"]
        total = found["total"]
        lines = [[row["label"], *_amounts(row, years)] for row in found["rows"]]
        lines.append(["Total", *_amounts(total, years)])
        for words, measure in (
            ("of which approved", "approved"),
            ("secure", "secure"),
            ("at risk", "at_risk"),
            ("risk-weighted", "risk_weighted"),
            ("loss", "loss"),
            ("reversal of one-off savings", "reversal"),
        ):
            lines.append([words, *_amounts(total, years, measure)])
        lines += _requirement_lines(found)
        widths = [max(len(line[place]) for line in [heads, *lines]) for place in range(len(heads))]
        self.stdout.write(
            f"{found['programme']}, {found['period']}: target in £, {found['view']}, {found['basis']} amounts, "
            f"shape of {found['shape']}"
        )
        for line in [heads, *lines]:
            first, *rest = line
            cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
            self.stdout.write("  ".join(cells).rstrip())
        if not found["requirement"]:
            self.stdout.write("The programme states no requirement.")
        count = found["lines_without_amount"]
        self.stdout.write(f"{count} {'line has' if count == 1 else 'lines have'} no amount.")


def _unusable(message: str) -> CommandError:
    return CommandError(message, returncode=2)


def _year_words(key: str) -> str:
    return "Not profiled" if key == "not_profiled" else key


def _amounts(row: dict, years: list[str], measure: str = "target") -> list[str]:
    return [format_amount(money[measure], Unit.POUNDS) for money in (*(row["years"][y] for y in years), row["total"])]


def _requirement_lines(found: dict) -> list[list[str]]:
    if not found["requirement"]:
        return []
    rows = {"required": found["requirement"]}
    for words, basis in (("approved", "approved"), ("approved and proposed", "approved_and_proposed")):
        for kind, headings in (("savings_headings", "savings headings"), ("all_headings", "all headings")):
            rows[f"still to be identified, {words}, {headings}"] = found["unidentified"][basis][kind]
    return [
        [label, *(format_amount(amounts[y], Unit.POUNDS) if y in amounts else "" for y in found["years"]), ""]
        for label, amounts in rows.items()
    ]


def _write_csv(stream: Any, found: dict) -> None:
    """One row per group and year with every measure; the years of a row add up to its row "total"."""
    writer = csv.writer(stream, lineterminator="\n")
    measures = list(found["total"]["total"])
    writer.writerow(["key", "label", "year", *measures])
    for row in (*found["rows"], {"key": "total", "label": "Total", **found["total"]}):
        for year, money in (*row["years"].items(), ("total", row["total"])):
            writer.writerow(
                [neutral(row["key"] or ""), neutral(row["label"]), year, *(money[name] for name in measures)]
            )
