"""Loading the demonstration, all or nothing, and emptying the database for loading it anew."""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps
from django.db import connection, transaction

from futurefit.access.models import User
from futurefit.demo.council_of_2015 import load_council
from futurefit.demo.illustration import load_illustration
from futurefit.demo.money_of_2015 import load_money
from futurefit.demo.programme_loading import SLUG, load_programme, load_signatures
from futurefit.demo.stated_of_2015 import load_stated_figures
from futurefit.history.append_only import unprotected
from projects.models import Programme
from savings.frozen import unfrozen

STEPS = ("the council", "the programme", "savings lines", "stated figures", "later months")

REBUILT_APPS = ("risks", "savings", "projects", "council", "history")


class NotADemonstration(Exception):
    """The database holds a programme that is neither the demonstration nor generated; names it."""


def demo_stands() -> bool:
    """Whether the demonstration is loaded already."""
    return Programme.objects.filter(slug=SLUG).exists()


@transaction.atomic
def load_demo(step_done: Callable[[str], object] = lambda step: None) -> None:
    """Load the papers of 2015 and the illustrated months after them; calls `step_done` after each of `STEPS`.

    All or nothing. Rows of the council that stand already are taken as they are.
    """
    council = load_council()
    step_done(STEPS[0])
    plan = load_programme(council)
    step_done(STEPS[1])
    money = load_money(council, plan)
    load_signatures(council, plan, money.period)
    step_done(STEPS[2])
    load_stated_figures(council, plan, money)
    step_done(STEPS[3])
    load_illustration(council, plan, money.period)
    step_done(STEPS[4])


@transaction.atomic
def reset_demo(step_done: Callable[[str], object] = lambda step: None) -> None:
    """Empty the database of every demonstration and load this one anew; all or nothing.

    Accounts that are not of the demonstration stay and lose their posts, which go with the council. Raises
    `NotADemonstration` where a real programme is held.
    """
    real = Programme.objects.filter(generated=False).order_by("slug").first()
    if real is not None:
        raise NotADemonstration(f"{real.name} ({real.slug})")
    with unprotected(connection), unfrozen(connection):
        empty_database()
        connection.check_constraints()
    load_demo(step_done)


def empty_database() -> None:
    """Delete every row of the product's own tables and every demo account, without asking who refers to them.

    Only inside `unprotected` and `unfrozen`: acts, row histories and closed periods go too.
    """
    with connection.cursor() as cursor:
        for label in REBUILT_APPS:
            for model in apps.get_app_config(label).get_models(include_auto_created=True):
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
    User.objects.filter(is_demo=True).delete()
