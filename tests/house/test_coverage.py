"""Lines that the tests reach are counted by floor, and a floor that loses some is named."""

import importlib.util
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("evalkit_tools_test", ROOT / "tools" / "test.py")
TOOL = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(TOOL)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def file(lines, reached):
    return {"summary": {"num_statements": lines, "covered_lines": reached}}


def test_the_lines_of_a_package_are_counted_together():
    found = TOOL.floors(
        {
            "files": {
                "src/evalkit/present/table.py": file(30, 30),
                "src/evalkit/present/claims/each.py": file(10, 0),
                "src/evalkit/table.py": file(8, 4),
                "src/evalkit/__init__.py": file(0, 0),
            }
        }
    )

    assert found == {"present": 75.0, "table": 50.0}


def test_a_floor_that_lost_lines_or_is_not_measured_at_all_is_named():
    found = TOOL.too_low({"present": 89.9, "table": 95.0}, {"present": 90, "table": 95, "room": 1})

    assert found == [
        "coverage of present: 89.9 %, at least 90 % is asked for",
        "coverage of room: 0.0 %, at least 1 % is asked for",
    ]


def test_the_floors_that_are_held_exist():
    held = PROJECT["tool"]["evalkit"]["coverage"]
    rooms = {path.stem for path in (ROOT / "src" / "evalkit").iterdir()}

    assert held.keys() >= {"disclosure", "outcomes", "present", "record", "table"}
    assert held.keys() <= rooms
    assert all(0 < least <= 100 for least in held.values())


def test_the_whole_suite_is_run_by_the_tool():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert "tools/test.py $(ARGS)" in makefile


def test_the_lines_of_a_worker_that_is_killed_as_it_ends_are_kept(tmp_path):
    (tmp_path / "reached.py").write_text("def lines():\n    return 1\n")
    (tmp_path / "test_it.py").write_text("import reached\ndef test():\n    reached.lines()\n")
    (tmp_path / "conftest.py").write_text(
        "import atexit, os, signal\n"
        "from tests.conftest import pytest_sessionfinish\n"
        "if 'PYTEST_XDIST_WORKER' in os.environ:\n"
        "    atexit.register(os.kill, os.getpid(), signal.SIGKILL)\n"
    )
    (tmp_path / ".coveragerc").write_text(
        "[run]\nsource = .\nparallel = true\npatch = subprocess\n"
    )
    # This test may itself run in a worker that is measured.
    ours = ("COV", "PYTEST")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    clean |= {"PYTHONPATH": str(ROOT)}

    def coverage(*words):
        command = [sys.executable, "-m", "coverage", *words]
        subprocess.run(command, cwd=tmp_path, env=clean, check=True, capture_output=True)

    coverage("run", "-m", "pytest", "-n", "1", "-p", "no:cacheprovider")
    coverage("combine")
    coverage("json", "-o", "lines.json")

    told = json.loads((tmp_path / "lines.json").read_text(encoding="utf-8"))
    assert told["files"]["reached.py"]["missing_lines"] == []
