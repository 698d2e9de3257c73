"""`open_period`: the first reporting period of a programme; every later one is opened by `close_period`."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from futurefit.access.today import today
from futurefit.history.actors import Actor
from savings.models import ReportingPeriod
from savings.naming import UnknownName, find_programme
from savings.period_words import FORMATS, day_given, period_as_json, refusal_words
from savings.services.periods import month_of, open_first_period, period_named


class Command(BaseCommand):
    """Exit code 0: opened; 1: the programme has a period already; 2: options that cannot be used."""

    help = "Open the first reporting period of a programme. The next is opened by close_period."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "label", nargs="?", metavar="LABEL", help='such as "2016/17 M01"; default: the month of today'
        )
        parser.add_argument("--programme", metavar="SLUG", help="default: the current programme")
        parser.add_argument("--ends-on", metavar="DAY", help="the last day of a period of your own calendar")
        parser.add_argument("--due", metavar="DAY", help="when returns are due, such as 2016-07-08")
        parser.add_argument("--format", choices=FORMATS, default="table")

    def handle(self, *, label: str | None, **options: Any) -> None:
        try:
            programme = find_programme(options["programme"])
            ends_on, due_on = day_given(options["ends_on"], "--ends-on"), day_given(options["due"], "--due")
            new = period_named(label, ends_on) if label is not None else month_of(today())
        except UnknownName as error:
            raise CommandError(str(error.args[0]), returncode=2) from error
        except ValidationError as refused:
            raise CommandError(refusal_words(refused), returncode=2) from refused
        if ReportingPeriod.objects.of_programme(programme).exists():
            raise CommandError(
                f"{programme.name} has a first period already. Close the open one to open the next: close_period.",
                returncode=1,
            )
        try:
            period = open_first_period(
                actor=Actor.product("open_period"), programme=programme, new=replace(new, due_on=due_on)
            )
        except ValidationError as refused:
            raise CommandError(refusal_words(refused), returncode=1) from refused
        if options["format"] == "json":
            self.stdout.write(json.dumps({"opened": period_as_json(period)}, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(f"{period.spoken} of {programme.name} is open, to {period.ends_on:%-d %B %Y}.")
