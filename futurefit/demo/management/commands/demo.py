"""`manage.py demo [--reset]`: the programme of the papers of 2015."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from futurefit.demo.load import STEPS, NotADemonstration, demo_stands, load_demo, reset_demo
from futurefit.demo.programme_loading import SLUG


class Command(BaseCommand):
    help = (
        "Load the demonstration: the programme of the papers of 2015, with illustrated months after them. Does "
        "nothing where it is loaded already."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reset",
            action="store_true",
            help="empty the database and load the demonstration anew; refused where a real programme is held",
        )

    def handle(self, *, reset: bool, **options: Any) -> None:
        if demo_stands() and not reset:
            self.stdout.write(f"The demo programme '{SLUG}' is loaded already. To put it back as it was: demo --reset")
            return
        with tqdm(total=len(STEPS), desc="Demo programme", unit="step", leave=False, disable=None) as bar:

            def step_done(step: str) -> None:
                bar.set_postfix_str(step)
                bar.update()

            try:
                (reset_demo if reset else load_demo)(step_done)
            except NotADemonstration as held:
                raise CommandError(
                    f"The database holds a programme that is not a demonstration: {held}. Nothing was changed. "
                    "Use another database for the demo (DATABASE_URL)."
                ) from held
        self.stdout.write(f"The demo programme '{SLUG}' is loaded.")
