"""No product code writes tracked rows behind the history's back.

``update``, ``bulk_create`` and ``bulk_update`` write no row history. They are allowed on models that are not
tracked, named in the call itself (``LineInPeriod.objects.bulk_create(…)``); everything else is refused, since
what ``queryset.update(…)`` writes to cannot be read off the page. (Deleting is safe: it leaves its copies.)
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from futurefit.history.tracking import all_history_models, all_tracked_models

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("futurefit", "projects", "savings", "risks")
THE_WRAPPERS = {Path("futurefit/history/tracking.py")}
BULK = {"bulk_create", "bulk_update", "abulk_create", "abulk_update", "aupdate", "_raw_delete"}


def untracked_names() -> set[str]:
    tracked = {model.__name__ for model in (*all_tracked_models(), *all_history_models())}
    return {model.__name__ for model in apps.get_models()} - tracked


def starts_with(node: ast.expr) -> str:
    """The name a chain of calls and attributes starts with: ``Act`` in ``Act.objects.filter(…).update``."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def untracked_writes(source: str, allowed: set[str]) -> Iterator[int]:
    """Lines that write in bulk to a model that is not known to be without history."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name = node.func.attr
        updates_rows = name == "update" and bool(node.keywords) and not node.args
        if (name in BULK or updates_rows) and starts_with(node.func.value) not in allowed:
            yield node.lineno


def product_files() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts and path.relative_to(ROOT) not in THE_WRAPPERS:
                yield path


def test_product_code_writes_tracked_rows_only_with_their_history():
    allowed = untracked_names()
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in product_files()
        for line in untracked_writes(path.read_text(), allowed)
    ]
    assert found == [], "Use bulk_create_tracked or bulk_update_tracked here."


@pytest.mark.parametrize(
    "source",
    [
        "Directorate.objects.filter(pk=1).update(name='x')",
        "directorates.update(name='x')",
        "Directorate.objects.bulk_create(rows)",
        "getattr(x, 'y').bulk_update(rows, ['name'])",
    ],
)
def test_the_test_sees_a_write_behind_the_historys_back(source):
    assert list(untracked_writes(source, untracked_names())) == [1]


@pytest.mark.parametrize(
    "source", ["Act.objects.bulk_create(rows)", "names.update({'a': 1})", "names.update(other)", "row.save()"]
)
def test_the_test_lets_pass_what_writes_no_tracked_row(source):
    assert list(untracked_writes(source, untracked_names())) == []
