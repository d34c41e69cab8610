"""A string that names a module, a function of one or a file of ours names one that exists."""

import ast
import re
import tomllib
from importlib import import_module, metadata
from pathlib import Path

import pytest
from tests.house import test_landing, test_layout

from evalkit.batch.cache import fingerprints

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "evalkit"
# "evalkit.cli:main", "import evalkit.trace", "from evalkit.run.warm.__main__ import leave".
NAMED = re.compile(r"\bevalkit((?:\.\w+)+)(?::(\w+)| import (\w+)|', fromlist=\['(\w+)'\])?")


def texts(tree):
    """Strings of a module that are code and not prose."""
    prose = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }  # docstrings of every kind
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def named():
    for file in SOURCE.rglob("*.py"):
        for text in texts(ast.parse(file.read_text(encoding="utf-8"))):
            for module, *inner in NAMED.findall(text.replace("evalkit.css", "")):
                yield f"evalkit{module}", next(filter(None, inner), "")


def lacking(names):
    for module, inner in names:
        try:
            found = import_module(module)
        except ModuleNotFoundError:
            yield module
        else:
            if inner and not hasattr(found, inner):
                yield f"{module}:{inner}"


def test_strings_that_name_modules_name_ones_that_exist():
    names = set(named())

    # One that no import would miss: what the warm process loads beforehand, and a kernel first.
    assert ("evalkit.present", "") in names and len(names) > 6
    assert sorted(lacking(names)) == []


def test_a_module_that_moved_would_be_found():
    text = "__import__('evalkit.trace', fromlist=['gone']).gone({notes!r})"
    ((module, *inner),) = NAMED.findall(text)

    assert list(lacking([(f"evalkit{module}", next(filter(None, inner)))])) == [
        "evalkit.trace:gone"
    ]
    assert list(lacking([("evalkit.attic", "")])) == ["evalkit.attic"]


def test_files_that_fingerprints_are_made_of_exist():
    for name in (*fingerprints.ABOVE, *fingerprints.PAGES):
        assert (fingerprints.PACKAGE / name).exists(), name


def test_entry_points_of_the_project_load():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"console_scripts": project["scripts"], **project["entry-points"]}

    for group, points in groups.items():
        for name, value in points.items():
            assert callable(metadata.EntryPoint(name, value, group).load()), value


@pytest.mark.parametrize("names", [test_landing.FILES, test_landing.READERS])
def test_files_that_a_law_of_the_house_excepts_exist(names):
    assert [name for name in names if not (SOURCE / name).is_file()] == []


def test_what_catches_everything_is_excepted_in_files_that_exist():
    files = {name.partition(":")[0] for name in test_layout.CATCH_ALL}

    assert [name for name in files if not (SOURCE / name).is_file()] == []


def test_files_that_contributors_are_sent_to_exist():
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("|")]
    files = set(re.findall(r"`([\w/]+(?:\.py|\.toml|\.csv|/))`", "\n".join(rows)))

    # One without a folder is said to lie in a folder that the row names.
    places = {name: [ROOT / name, SOURCE / name] for name in files}
    places |= {name: list(ROOT.glob(f"[ds]*/**/{name}")) for name in files if "/" not in name}
    assert files
    assert [name for name in files if not any(path.exists() for path in places[name])] == []
