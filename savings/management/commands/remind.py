"""`remind`: one e-mail to each post that still owes returns of the open period, for a daily timer."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from futurefit.access.today import today
from futurefit.history.actors import Actor
from savings.naming import find_programme
from savings.reading import find_period
from savings.reminding import open_lines
from savings.returns_owed import returns_owed
from savings.services.reminders import FAILED, Outcome, remind


class Command(BaseCommand):
    """Reminds what `savings.reminding` finds. Exit code 1: an e-mail could not be sent; 2: options of no use."""

    help = (
        "Send one e-mail to each post that owes returns of the open period or an answer to a query, "
        "never twice for the same cause in a day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--programme", metavar="SLUG", help="default: the current programme")
        parser.add_argument(
            "--within",
            type=int,
            metavar="DAYS",
            help="remind of returns that are not submitted only from so many days before they are due; queries always",
        )
        parser.add_argument("--dry-run", action="store_true", help="say who would be reminded and send nothing")
        parser.add_argument("--json", action="store_true", help="print what was done as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            programme = find_programme(options["programme"])
            period = find_period(programme, None)
        except LookupError as error:
            raise CommandError(str(error.args[0]), returncode=2) from error
        if not period.is_open:
            raise CommandError(f"{programme} has no open reporting period.", returncode=2)
        days = options["within"]
        if days is not None and days < 0:
            raise CommandError("--within: give a number of days from 0.", returncode=2)
        on = today()
        soon = days is None or (period.due_on is not None and on >= period.due_on - timedelta(days=days))
        owed = open_lines(returns_owed(period, on=on), of_due=soon)
        outcomes = remind(actor=Actor.product("remind"), period=period, owed=owed, on=on, dry_run=options["dry_run"])
        if options["json"]:
            said = {
                "programme": programme.slug,
                "period": period.label,
                "due_on": period.due_on.isoformat() if period.due_on else None,
                "dry_run": options["dry_run"],
                "reminders": [_as_json(each) for each in outcomes],
            }
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))
        else:
            for each in outcomes:
                self.stdout.write(each.words)
            if not outcomes:
                self.stdout.write(f"Nobody is to be reminded of {period.spoken}.")
        failed = sum(1 for each in outcomes if each.outcome == FAILED)
        if failed:
            raise CommandError(f"{failed} e-mail{'' if failed == 1 else 's'} could not be sent.", returncode=1)


def _as_json(each: Outcome) -> dict[str, Any]:
    return {
        "post": each.post.title,
        "outcome": each.outcome,
        "due": each.due,
        "queried": each.queried,
        "sent_to": list(each.sent_to),
        "error": each.error,
    }
