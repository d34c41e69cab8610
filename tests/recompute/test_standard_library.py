"""The second implementation leans on the standard library, on itself, and on nothing else."""

import ast
import subprocess
import sys
from pathlib import Path

from evalkit import recompute

HOME = Path(recompute.__file__).parent


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.module if node.module.startswith("evalkit") else node.module.split(".")[0]
        elif isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)


def test_it_imports_the_standard_library_and_itself_alone():
    files = sorted(HOME.glob("**/*.py"))

    found = {name for file in files for name in imported(ast.parse(file.read_text("utf-8")))}

    assert len(files) > 10
    own = {name for name in found if name.split(".")[:2] == ["evalkit", "recompute"]}
    assert found - own <= set(sys.stdlib_module_names)
    assert own


def test_it_starts_where_nothing_is_installed(tmp_path):
    # As in the page: its folder by itself, without evalkit around it and without packages.
    (tmp_path / "evalkit").mkdir()
    (tmp_path / "evalkit" / "recompute").symlink_to(HOME)
    code = "import sys; sys.path[:0] = [sys.argv[1]]; from evalkit.recompute.page import Reports"

    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(tmp_path)], capture_output=True, text=True
    )

    assert ran.returncode == 0, ran.stderr


def test_no_formula_is_taken_from_the_estimators():
    # No line of ten words or more stands in both.
    def lines(folder):
        files = (HOME.parent / folder).rglob("*.py")
        text = "\n".join(file.read_text("utf-8") for file in files)
        return {line.strip() for line in text.splitlines() if len(line.strip()) > 60}

    ours = lines("recompute")

    assert len(ours) > 200
    assert ours & (lines("estimators") | lines("arithmetic")) == set()
