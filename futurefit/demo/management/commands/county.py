"""`manage.py county --scale 1|10|100 --seed N`: a generated programme for measuring."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from futurefit.demo.county import PROJECTS_AT_SCALE, CountyExists, county_stands, generate, steps


class Command(BaseCommand):
    help = (
        "Generate a programme of 300, 3,000 or 30,000 projects. The same scale and seed give the same figures. "
        "Does nothing where that programme stands already."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=int, choices=list(PROJECTS_AT_SCALE), required=True)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--slug", help="default: county-<scale>")

    def handle(self, *, scale: int, seed: int, slug: str | None, **options: Any) -> None:
        slug = slug or f"county-{scale}"
        try:
            if county_stands(scale=scale, seed=seed, slug=slug):
                self.stdout.write(f"The generated programme '{slug}' is there already.")
                return
        except CountyExists as other:
            raise CommandError(f"{other} Choose another --slug.", returncode=2) from other
        with tqdm(total=steps(scale), desc="County", unit="step", leave=False, disable=None) as bar:

            def step_done(words: str) -> None:
                bar.set_postfix_str(words)
                bar.update()

            generate(scale=scale, seed=seed, slug=slug, step_done=step_done)
        self.stdout.write(f"The generated programme '{slug}' holds {PROJECTS_AT_SCALE[scale]:,} projects.")
