"""What the code imports is what the wheel asks for; an extra is needed by what is optional."""

import ast
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "evalkit"
# Part of what a core dependency is: it cannot be there without.
BROUGHT = {
    **{"cycler": "matplotlib", "mistune": "nbconvert", "patsy": "statsmodels"},
    **dict.fromkeys(("jupyter-client", "ipython"), "ipykernel"),
    **{"py4j": "pyspark"},
}
OPTIONAL = {"distributed", "psycopg", "pyspark"}


def imported():
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield (node.module or "").partition(".")[0]


def test_every_package_that_is_imported_is_a_core_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    core = {Requirement(text).name.lower().replace("_", "-") for text in project["dependencies"]}
    by_module = metadata.packages_distributions()
    ours = {"evalkit", *sys.stdlib_module_names}
    found = {
        name.lower().replace("_", "-")
        for module in set(imported()) - ours
        for name in by_module.get(module, [module])
    }

    lacking = {name for name in found - core - OPTIONAL if BROUGHT.get(name) not in core | OPTIONAL}

    assert lacking == set()
