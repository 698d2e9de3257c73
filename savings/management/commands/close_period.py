"""`close_period --next LABEL`: closes the open period for ever and opens the next, as one act."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from futurefit.history.actors import Actor
from savings.models import ReportingPeriod
from savings.naming import UnknownName, find_programme
from savings.outstanding import Outstanding, outstanding
from savings.period_words import FORMATS, day_given, period_as_json, refusal_words
from savings.services.period_facts import prepared_after
from savings.services.periods import NewPeriod, close_and_open_next, next_in_turn, period_named, refuse_out_of_turn


class Command(BaseCommand):
    """Exit code 0: closed and opened; 1: refused or not confirmed, nothing written; 2: options that cannot be used."""

    help = "Close the open reporting period for ever and open the next with a copy of its lines: one act."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--next", metavar="LABEL", required=True, help='the period to open, such as "2016/17 M03"')
        parser.add_argument("--programme", metavar="SLUG", help="default: the current programme")
        parser.add_argument("--ends-on", metavar="DAY", help="the last day of a period of your own calendar")
        parser.add_argument("--due", metavar="DAY", help="when returns are due; default: as prepared")
        parser.add_argument("--yes", action="store_true", help="do not ask on a terminal")
        parser.add_argument("--format", choices=FORMATS, default="table")

    def handle(self, **options: Any) -> None:
        period, new = self._asked(options)
        left = outstanding(period)
        as_json = options["format"] == "json"
        if not as_json:
            self._tell(period, left)
        if not options["yes"] and sys.stdin.isatty() and not self._confirmed(period, new):
            raise CommandError(f"{period.spoken} was not closed.", returncode=1)
        try:
            following = close_and_open_next(actor=Actor.product("close_period"), period=period, new=new)
        except ValidationError as refused:
            raise CommandError(refusal_words(refused), returncode=1) from refused
        if as_json:
            found = {
                "closed": period_as_json(period),
                "opened": period_as_json(following),
                "outstanding": {each.kind: each.count for each in left},
            }
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(f"{period.spoken} is closed for ever. {following.spoken} is open.")

    def _asked(self, options: dict[str, Any]) -> tuple[ReportingPeriod, NewPeriod]:
        """The open period and the one that shall follow it. Raises CommandError for what cannot be used."""
        try:
            programme = find_programme(options["programme"])
            ends_on, due_on = day_given(options["ends_on"], "--ends-on"), day_given(options["due"], "--due")
            new = period_named(options["next"], ends_on)
        except UnknownName as error:
            raise CommandError(str(error.args[0]), returncode=2) from error
        except ValidationError as refused:
            raise CommandError(refusal_words(refused), returncode=2) from refused
        periods = ReportingPeriod.objects.of_programme(programme).open().select_related("programme", "copied_from")
        period = periods.first()
        if period is None:
            raise CommandError(f"{programme.name} has no open period. Open its first: open_period.", returncode=2)
        try:
            refuse_out_of_turn(period, new)
        except ValidationError as refused:
            offered = next_in_turn(period)
            hint = f" In turn is {offered.label}." if offered else ""
            raise CommandError(refusal_words(refused) + hint, returncode=2) from refused
        if ReportingPeriod.objects.of_programme(programme).filter(label=new.label).exists():
            raise CommandError(f"{programme.name} has a period {new.label} already.", returncode=2)
        prepared = prepared_after(period)
        if prepared is not None and prepared.label == new.label:
            new = prepared
        return period, replace(new, due_on=due_on or new.due_on)

    def _tell(self, period: ReportingPeriod, left: tuple[Outstanding, ...]) -> None:
        if not left:
            self.stdout.write(f"Nothing is outstanding in {period.spoken}.")
            return
        self.stdout.write(f"Outstanding in {period.spoken}:")
        for each in left:
            self.stdout.write(f"  {each.count:>6}  {each.words}. {each.then}")

    def _confirmed(self, period: ReportingPeriod, new: NewPeriod) -> bool:
        self.stdout.write(f"Closing {period.spoken} and opening {new.spoken}. A closed period never changes again.")
        self.stdout.write(f"Type {period.label} to close it: ", ending="")
        self.stdout.flush()
        return " ".join(sys.stdin.readline().split()) == period.label
