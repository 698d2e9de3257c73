"""The house keeps its shape: arrows of imports, no stars, no hidden imports, every module says what it owns."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ARROWS = (
    ("futurefit.values",),
    ("futurefit.ui",),
    ("futurefit.history",),
    ("futurefit.council",),
    ("futurefit.access",),
    ("projects",),
    ("savings",),
    ("risks",),
    ("futurefit.pages", "futurefit.feeds", "futurefit.demo", "futurefit.urls"),
)
"""From left to right: a module imports from its own place and from its left only (architecture.md, Arrows)."""

SITE = ("futurefit.settings", "futurefit.wsgi", "futurefit.health", "futurefit.urls")
NAMELESS = {"utils", "helpers", "common", "base", "util", "helper", "misc"}


def modules() -> Iterator[Path]:
    for top in ("futurefit", "projects", "savings", "risks"):
        yield from sorted(path for path in (ROOT / top).rglob("*.py") if "migrations" not in path.parts)


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {dotted(path): path for path in modules()}


@cache
def trees() -> dict[str, ast.Module]:
    """What each module says, parsed once for a process that asks."""
    return {name: ast.parse(path.read_text()) for name, path in MODULES.items()}


def rank(module: str) -> int | None:
    """The place of a module in the arrows; None for what is not ours, or belongs to the site itself."""
    for place, packages in enumerate(ARROWS):
        if any(module == package or module.startswith(f"{package}.") for package in packages):
            return place
    return None


def package_of(module: str) -> str:
    return next(
        package for packages in ARROWS for package in packages if module == package or module.startswith(f"{package}.")
    )


def is_ours(module: str) -> bool:
    return module.split(".")[0] in ("futurefit", "projects", "savings", "risks", "tests")


def imported(tree: ast.AST, here: str) -> Iterator[tuple[str, int]]:
    """Every module of ours that a tree imports, with the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                if is_ours(name.name):
                    yield name.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{here}:{node.lineno} imports by dots; name the module"
            if node.module and is_ours(node.module):
                for name in node.names:
                    deeper = f"{node.module}.{name.name}"
                    yield (deeper if deeper in MODULES else node.module), node.lineno


def points_left(here: str, there: str) -> bool:
    mine, theirs = rank(here), rank(there)
    if mine is None or theirs is None:
        return True
    return theirs < mine or package_of(here) == package_of(there) or here in SITE


@pytest.mark.parametrize("here", [name for name in MODULES if rank(name) is not None])
def test_a_module_imports_only_from_its_left(here):
    wrong = [f"line {line}: {there}" for there, line in imported(trees()[here], here) if not points_left(here, there)]
    assert wrong == []


def test_the_arrows_would_notice():
    assert points_left("savings.rollups", "projects.models")
    assert points_left("savings.rollups", "savings.mtfp")
    assert not points_left("projects.models.theme", "savings.models")
    assert not points_left("futurefit.ui.tables", "futurefit.history.models")
    assert not points_left("futurefit.demo.county", "futurefit.pages.urls")
    assert rank("django.db") is None


def test_every_module_of_ours_has_a_place():
    strays = [name for name in MODULES if rank(name) is None and name not in ("futurefit", *SITE)]
    assert strays == []


def test_values_know_nothing_of_django():
    for name, tree in trees().items():
        if name.startswith("futurefit.values"):
            names = [
                module
                for node in ast.walk(tree)
                for module in (
                    [alias.name for alias in node.names]
                    if isinstance(node, ast.Import)
                    else [node.module or ""]
                    if isinstance(node, ast.ImportFrom)
                    else []
                )
            ]
            assert not [module for module in names if module.startswith("django")], name


@pytest.mark.parametrize("here", list(MODULES))
def test_nothing_of_ours_is_imported_inside_a_function_or_with_a_star(here):
    tree = trees()[here]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert "*" not in [name.name for name in node.names], f"{here}:{node.lineno}"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and here not in BY_DJANGOS_RULES:
            inside = [f"{here}:{line} {there}" for there, line in imported(node, here)]
            assert inside == [], "import at the top of the module"


BY_DJANGOS_RULES = {name for name in MODULES if name.endswith(".apps")}
"""An app's `ready()` may import what needs the models: they are not loaded when its module is."""


@pytest.mark.parametrize("here", [name for name in MODULES if MODULES[name].read_text().strip()])
def test_every_module_says_what_it_owns(here):
    last = here.split(".")[-1]
    assert last not in NAMELESS, "name the thing"
    if MODULES[here].name == "apps.py" or last in ("management", "commands"):
        return
    assert ast.get_docstring(trees()[here]), here


def public_functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for name in MODULES:
        is_service = ".services" in name
        if is_service:
            for node in trees()[name].body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield name, node


WRITES = [
    (module, node)
    for module, node in public_functions()
    if any(argument.arg == "actor" for argument in (*node.args.args, *node.args.kwonlyargs))
]


@pytest.mark.parametrize(("module", "node"), WRITES, ids=lambda value: getattr(value, "name", value))
def test_a_write_takes_its_actor_and_everything_else_by_keyword_and_typed(module, node):
    assert not node.args.args, "services are keyword-only"
    assert node.args.kwonlyargs[0].arg == "actor", "the actor comes first"
    assert node.returns is not None and all(argument.annotation for argument in node.args.kwonlyargs)


def test_the_writes_of_the_money_are_among_them():
    assert {node.name for _module, node in WRITES} >= {
        "add_lines",
        "change_line",
        "close_and_open_next",
        "confirm_decision",
        "record_approval",
        "record_which_is_right",
        "set_split",
        "withdraw_line",
    }


def test_an_act_is_dated_after_it_waited_for_its_turn():
    """Who holds a period inside an act waits with the act's time taken already; `record_act(hold=...)` waits first."""
    found = []
    for name, tree in trees().items():
        blocks = [node for node in ast.walk(tree) if isinstance(node, ast.With)]
        acts = [node for node in blocks if any("record_act(" in ast.unparse(item) for item in node.items)]
        waits = [call for act in acts for part in act.body for call in ast.walk(part) if isinstance(call, ast.Call)]
        names = ("require_open", "hold_open_periods")
        found += [f"{name}:{call.lineno}" for call in waits if getattr(call.func, "id", "") in names]
    assert not found


def test_no_signal_carries_domain_logic():
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db.models.signals"):
                raise AssertionError(f"{name}:{node.lineno} listens to a signal of a model")


def test_only_the_financial_year_module_does_arithmetic_with_months():
    """`timedelta(days=30)`, `month + 1` and their like belong to `futurefit.values.financial_year` alone."""
    allowed = {"futurefit.values.financial_year", "futurefit.values.fuzzy_date"}
    found = []
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.BinOp) and name not in allowed:
                sides = (node.left, node.right)
                if any(isinstance(side, ast.Attribute) and side.attr == "month" for side in sides):
                    found.append(f"{name}:{node.lineno}")
    assert found == []
