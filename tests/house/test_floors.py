"""The floors: a module imports only from floors below it, and no package holds a circle.

The law is the contracts of import-linter in pyproject.toml; here they are held, and shown to
bite on what they forbid.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.helpers import ahead_on_path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "evalkit"
PYPROJECT = ROOT / "pyproject.toml"
CONTRACTS = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["importlinter"][
    "contracts"
]
FLOORS = next(c["layers"] for c in CONTRACTS if c["id"] == "floors")


def lint(folder):
    """What import-linter says of the package in a folder."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": ahead_on_path(folder)},
        capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copied")
    ignored = shutil.ignore_patterns("__pycache__", "*.ttf", "templates")
    shutil.copytree(SOURCE, folder / "evalkit", ignore=ignored)
    return folder


def test_the_contracts_are_kept():
    found = lint(SOURCE.parent)

    assert found.returncode == 0, found.stdout
    assert "0 broken" in found.stdout


PLANTED = [
    ("words.py", "def f():\n    from evalkit.table import Table\n", "floors"),
    ("words.py", "from .table import Table\n", "floors"),
    ("attic.py", "", "floors"),
    ("schema/read.py", "from evalkit.table import Table\n", "floors"),
    ("table/logic.py", "from evalkit.intake.clean import read_clean\n", "floors"),
    ("table/logic.py", "from evalkit.table.condition import Condition\n", "circles"),
    ("cohort/follow_up.py", "from evalkit.cohort.losses import losses\n", "circles"),
    ("estimators/share.py", "from evalkit.estimators.rate import rate\n", "estimators"),
    ("batch/plan.py", "import papermill\n", "papermill"),
    ("run/limits.py", "from nbconvert import HTMLExporter\n", "nbconvert"),
]


@pytest.mark.parametrize(("file", "text", "contract"), PLANTED)
def test_an_import_that_a_contract_forbids_is_found(copied, file, text, contract):
    path = copied / "evalkit" / file
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text((before or "") + "\n" + text, encoding="utf-8")
    try:
        found = lint(copied)
    finally:
        path.write_text(before, encoding="utf-8") if before is not None else path.unlink()
    (name,) = [c["name"] for c in CONTRACTS if c["id"] == contract]

    assert found.returncode == 1
    assert f"{name} BROKEN" in found.stdout
