"""The floors: a module imports only from floors below it."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "evalkit"

# From the top to the ground, as docs/adr/0001 states them.
FLOORS = (
    "cli",
    "batch",
    "export",
    "run",
    "record",
    "validate",
    "present",
    "outcomes",
    "disclosure",
    "estimators",
    "arithmetic",
    "sample",
    "cohort",
    "intake",
    "table",
    "part",
    "shape",
    "condition",
    "protocol",
    "estimate",
    "quantity",
    "words",
    "trace",
    "errors",
    "deaf",
    "secret",
    "here",
    "landing",
)


def floor_of(file):
    first = file.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def imports_of(text):
    """Every module of evalkit that a text imports, in functions too."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the floor"
            # `from evalkit import cohort` names the module behind the import.
            if node.module == "evalkit":
                yield from (f"evalkit.{alias.name}" for alias in node.names)
            elif node.module:
                yield node.module


def faults(floor, text):
    below = FLOORS[FLOORS.index(floor) :]
    for name in imports_of(text):
        parts = name.split(".")
        known = parts[0] == "evalkit" and len(parts) > 1 and parts[1] != "__version__"
        if known and parts[1] not in below:
            yield f"{floor} imports {name}"


def test_every_module_stands_on_a_floor():
    rooms = {floor_of(file) for file in SOURCE.rglob("*.py")} - {"__init__", "__main__"}

    assert rooms == set(FLOORS)


def test_modules_import_only_from_floors_below():
    found = [
        fault
        for file in SOURCE.rglob("*.py")
        if floor_of(file) in FLOORS
        for fault in faults(floor_of(file), file.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_an_import_from_above_would_be_found():
    assert list(faults("words", "def f():\n    from evalkit.table import Table\n")) == [
        "words imports evalkit.table"
    ]


def test_estimators_do_not_lean_on_one_another():
    names = {file.stem for file in (SOURCE / "estimators").glob("*.py")}
    leaning = [
        f"{file.stem} imports {name}"
        for file in (SOURCE / "estimators").glob("*.py")
        for name in imports_of(file.read_text(encoding="utf-8"))
        if name.startswith("evalkit.estimators") or name.split(".")[-1] in names - {file.stem}
    ]

    assert leaning == []


def only_home(package):
    return {
        floor_of(file)
        for file in SOURCE.rglob("*.py")
        for name in imports_of(file.read_text(encoding="utf-8"))
        if name.split(".")[0] == package
    }


def test_papermill_and_nbconvert_have_one_home_each():
    assert only_home("papermill") == {"run"}
    assert only_home("nbconvert") == {"export"}
