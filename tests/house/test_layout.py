"""The house stays legible: short files, short functions, complete docstrings, nothing left open."""

import ast
import dataclasses
import inspect
import re
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

from .test_cells import cells

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "evalkit"
MODULES = sorted(
    "evalkit." + ".".join(f.relative_to(SOURCE).with_suffix("").parts)
    for f in SOURCE.rglob("*.py")
    if f.name != "__init__.py"
)
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
CALLED_BY_CELLS = {
    (function.__module__, function.__name__)
    for module in cells.MODULES
    for name in cells.functions(module)
    for function in [getattr(import_module(f"evalkit.{module}"), name)]
}


def tracked(*patterns):
    """Files that git knows, or would know: what a newcomer gets."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def test_no_file_needs_a_second_room():
    long = {
        str(file.relative_to(ROOT)): lines
        for file in tracked("*.py")
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }

    assert long == {}


def test_no_function_needs_scrolling():
    long = [
        f"{file.name}:{node.name}"
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno - node.body[0].lineno > LONGEST_FUNCTION
    ]

    assert long == []


# Floors of which others' code may call each function, by units and shapes.
CALLED_BY_OTHERS = {"arithmetic", "estimators", "quantity"}


def on_the_surface(name, attribute):
    return name.split(".")[1] in CALLED_BY_OTHERS or (name, attribute) in CALLED_BY_CELLS


def public_functions():
    for name in MODULES:
        module = import_module(name)
        for attribute, value in vars(module).items():
            if attribute.startswith("_") or getattr(value, "__module__", "") != name:
                continue
            if inspect.isfunction(value):
                yield f"{name}.{attribute}", value


@pytest.mark.parametrize("name,function", list(public_functions()))
def test_every_public_function_says_what_it_does(name, function):
    assert inspect.getdoc(function), name


@pytest.mark.parametrize(
    "name,function", [(n, f) for n, f in public_functions() if on_the_surface(*n.rsplit(".", 1))]
)
def test_what_others_call_names_each_parameter(name, function):
    doc = inspect.getdoc(function) or ""
    parameters = [p for p in inspect.signature(function).parameters if p != "self"]

    # The last alternative is "**used".
    missing = [p for p in parameters if not re.search(rf"^(.*, )?\**{p}(, .*)?( :|$)", doc, re.M)]

    assert doc and not missing, f"{name} does not explain {missing}"


def public_classes():
    for name in MODULES:
        module = import_module(name)
        for attribute, value in vars(module).items():
            if inspect.isclass(value) and value.__module__ == name and attribute[0] != "_":
                yield f"{name}.{attribute}", value


@pytest.mark.parametrize("name,cls", list(public_classes()))
def test_every_public_class_explains_each_field(name, cls):
    doc = inspect.getdoc(cls) or ""
    own = vars(cls).get("__annotations__", {})
    fields = [name for name in own if dataclasses.is_dataclass(cls)]

    missing = [f for f in fields if not re.search(rf"^(.*, )?{f}(, .*)? :", doc, re.M)]

    assert doc and not missing, f"{name} does not explain {missing}"


def test_every_module_says_what_lives_here():
    silent = [name for name in MODULES if not (import_module(name).__doc__ or "").strip()]

    assert silent == []


def test_nothing_is_left_open():
    pattern = re.compile(r"TODO|FIXME|XXX|NotImplementedError")
    found = [f.name for f in SOURCE.rglob("*.py") if pattern.search(f.read_text(encoding="utf-8"))]

    assert found == []


# What may catch every exception, with the reason.
CATCH_ALL = {
    "bundle/look.py:look_at": "a stranger's file makes the parsers of others raise anything",
    "batch/executors/inline.py:submit": "a future holds whatever its call raised",
    "batch/executors/dask/exchange.py:_do": "each kind of file system brings exceptions of its own",
    "export/maths.py:mathml": "the converter raises classes of many kinds",
    "export/pictures.py:check_logo": "a fault within Rust is raised as no Exception",
    "run/warm/child.py:run": "a process that ends says why, and how it ended",
    "run/warm/child.py:_call": "what was raised is what the owner is answered",
    "run/warm/child.py:_pickled": "a foreign object's pickling raises anything",
    "table/spark_process.py:answered": "Java and Spark raise anything, and quote what they read",
    "run/warm/executor.py:_serve": "a future holds whatever its call raised",
}


def catches_all(text):
    """Functions that catch every exception and do not raise it on."""
    for function in ast.walk(ast.parse(text)):
        for node in ast.walk(function) if isinstance(function, ast.FunctionDef) else ():
            if not isinstance(node, ast.ExceptHandler):
                continue
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            named = {None if kind is None else ast.unparse(kind) for kind in kinds}
            last = node.body[-1]
            goes_on = isinstance(last, ast.Raise) and last.exc is None
            if named & {None, "Exception", "BaseException"} and not goes_on:
                yield function.name


def test_nothing_swallows_everything():
    found = {
        f"{file.relative_to(SOURCE).as_posix()}:{name}"
        for file in SOURCE.rglob("*.py")
        for name in catches_all(file.read_text(encoding="utf-8"))
    }

    assert found == set(CATCH_ALL)


@pytest.mark.parametrize(
    ("clause", "caught"),
    [
        ("except: pass", True),
        ("except Exception as problem: note(problem)", True),
        ("except (OSError, Exception): pass", True),
        ("except BaseException: raise ValueError from None", True),
        ("except BaseException: tidy(); raise", False),
        ("except OSError: pass", False),
    ],
)
def test_a_clause_that_swallows_everything_is_seen(clause, caught):
    text = f"def f():\n    try:\n        call()\n    {clause}\n"

    assert list(catches_all(text)) == ["f"] * caught


def test_no_path_of_a_machine_and_no_registry_host_is_committed():
    # Spelled in pieces, or this file would name them itself.
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npm" + "js")
    homes = re.compile(r"(?<![\w.])/(home|Users|root|work)/\w")
    found = []
    for file in tracked():
        if file.suffix in (".ttf", ".png"):
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        if any(host in text for host in hosts) or homes.search(text):
            found.append(str(file.relative_to(ROOT)))

    assert found == []


def test_no_person_level_data_are_committed():
    found = [
        f for f in tracked("data/raw", "data/clean") if f.name not in ("README.md", ".gitkeep")
    ]

    assert found == []
